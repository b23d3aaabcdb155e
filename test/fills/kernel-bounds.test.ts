// Soundness of the kernel's bounds: what it makes of a bar at worst and at best beside what it makes of ticks that the
// bar may have had, drawn at random and replayed as bars of a minute that have one price each.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ReferenceAssumptions, ReferenceBar } from "../../adapters/testing/reference-market.js";
import { randomTickPath } from "../../adapters/testing/tick-path.js";
import { eventsOf } from "../model/kernel-run.js";
import { reached } from "../rule-coverage.js";
import type { BarCase } from "./bar-case.js";
import { BAR_ROW, FREE, mirrored } from "./bar-case.js";
import type { TableCase } from "./bound-cases.js";
import { anyCase, BASE, TICK } from "./bound-cases.js";
import type { PackedCase } from "./kernel-orders.js";
import { kernelOrders, packed } from "./kernel-orders.js";

const MINUTE_NS = 60_000_000_000n;
/** Cases that share a run, and paths through the bar of each. */
const PACK = 24;
const PATHS = 3;
const PACKS = process.env["GOLDENTAPE_RUNS"] === undefined ? 2 : 20;

/** What each case came to by the close of its bar: the money that it moved, and what it holds. */
function resultsOf(cases: readonly PackedCase[], given: ReferenceAssumptions): readonly bigint[] {
  const results = cases.map(() => ({ cash: 0n, held: 0n }));
  for (const event of eventsOf(kernelOrders(packed(cases, given)).log)) {
    if (event.kind !== "fill") continue;
    const result = results[event.instrument] as (typeof results)[number];
    result.cash += event.cash;
    result.held += event.quantity;
  }
  return results.map(({ cash, held }, index) => cash + held * (cases[index]?.instrument.bars.at(-1)?.close ?? 0n));
}

/** The case up to its bar, whole. */
function coarse({ instrument, tickets }: BarCase): PackedCase {
  return { instrument: { ...instrument, bars: instrument.bars.slice(0, BAR_ROW + 1) }, tickets };
}

/** The case with the ticks of a path for its bar, the last of them at its close. */
function fine({ instrument, tickets }: BarCase, choose: (count: number) => number): PackedCase {
  const bar = instrument.bars[BAR_ROW] as ReferenceBar;
  const prices = randomTickPath(bar, TICK, choose);
  const ticks = prices.map((price, at) => {
    const time = bar.time - BigInt(prices.length - 1 - at) * MINUTE_NS;
    return { time, open: price, high: price, low: price, close: price, volume: null };
  });
  const bars = [...instrument.bars.slice(0, BAR_ROW), ...ticks];
  return { instrument: { ...instrument, interval: "1m", intervalNs: MINUTE_NS, bars }, tickets };
}

/** Whole numbers from a seed. */
function chooser(seed: number): (count: number) => number {
  let at = seed;
  return (count) => {
    at = (Math.imul(at, 1_103_515_245) + 12_345) >>> 0;
    return (at >>> 8) % count;
  };
}

/** Cases of which some path is worse than another. */
let apartCount = 0;

function holds(drawn: readonly (readonly [TableCase, boolean])[], limitTicks: bigint, seed: number): void {
  const cases = drawn.map(([{ given }, isShort]) => (isShort ? mirrored(given, BASE) : given));
  const given = { ...FREE, limitTicks };
  const worst = resultsOf(cases.map(coarse), { ...given, path: "worst" });
  const best = resultsOf(cases.map(coarse), { ...given, path: "best" });
  const choose = chooser(seed);
  const paths = cases.flatMap((each) => Array.from({ length: PATHS }, () => fine(each, choose)));
  const results = resultsOf(paths, given);
  for (const [index, each] of cases.entries()) {
    const [low, high] = [worst[index] as bigint, best[index] as bigint];
    const own = results.slice(index * PATHS, (index + 1) * PATHS);
    if (new Set(own).size > 1) apartCount++;
    const outside = own.findIndex((result) => result < low || result > high);
    if (outside < 0) continue;
    const ticks = paths[index * PATHS + outside]?.instrument.bars.slice(BAR_ROW).map(({ close }) => close);
    const range = each.instrument.bars[BAR_ROW] as ReferenceBar;
    const shown = `O ${range.open} H ${range.high} L ${range.low} C ${range.close}, ticks ${ticks?.join(" ")}`;
    const text = `${drawn[index]?.[0].text}, ${drawn[index]?.[1] === true ? "short" : "long"}`;
    expect.fail(`${text}: ${shown} gives ${own[outside]}, outside ${low} to ${high}`);
  }
}

describe("no ticks of a bar", () => {
  it("come to less in the kernel than its worst reading, or to more than its best", () => {
    const drawn = fc.array(fc.tuple(anyCase, fc.boolean()), { minLength: PACK, maxLength: PACK });
    const limitTicks = fc.constantFrom(0n, 1n, 1n, 2n);
    fc.assert(fc.property(drawn, limitTicks, fc.nat({ max: 2 ** 31 }), holds), { numRuns: PACKS, endOnFailure: true });
    expect(apartCount, "paths differ").toBeGreaterThan(PACKS);
    reached("B3", "B4", "B10");
  });
});
