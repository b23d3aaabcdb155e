// The closed forms of 2.1 and B9 against every tick path of every bar on a small grid.

import { describe, expect, it } from "vitest";
import type { Bracket, OutcomeBounds } from "../../adapters/testing/closed-form.js";
import {
  heldBounds,
  limitEntryBounds,
  stopEntryBounds,
  trailingBounds,
  worthAtClose,
} from "../../adapters/testing/closed-form.js";
import { larger } from "../../adapters/testing/integers.js";
import type { PriceRange, Walker } from "../../adapters/testing/tick-path.js";
import { barShapes, statesAfterPaths } from "../../adapters/testing/tick-path.js";

const TICK = 1n;
const isDeep = process.env["GOLDENTAPE_RUNS"] !== undefined;
/** Prices 0 to 8 in the deep run, as in the rules; 0 to 5 otherwise. */
const GRID = isDeep ? 9 : 6;

/** One long position on its way: not yet open, open, or left at a price. */
interface Trade {
  readonly isOpen: boolean;
  readonly exit: bigint | null;
}

const HELD: Trade = { isOpen: true, exit: null };
const WAITING: Trade = { isOpen: false, exit: null };
const tradeKey = ({ isOpen, exit }: Trade): string => `${isOpen} ${exit}`;

/** C4: at one price the stop, then the target. A stop is left at the market, a target at its price. */
function afterExits(trade: Trade, { stop, target }: Bracket, price: bigint): Trade {
  if (!trade.isOpen || trade.exit !== null) return trade;
  if (stop !== null && price <= stop) return { ...trade, exit: price };
  return target !== null && price > target ? { ...trade, exit: target } : trade;
}

function heldTrade(bracket: Bracket): Walker<Trade> {
  return { start: HELD, key: tradeKey, step: (trade, price) => afterExits(trade, bracket, price) };
}

/** B10: the children live from the entry on, at the price that filled it. */
function entryTrade(bracket: Bracket, isFilledAt: (price: bigint) => boolean): Walker<Trade> {
  const step = (trade: Trade, price: bigint): Trade =>
    afterExits(trade.isOpen || isFilledAt(price) ? { ...trade, isOpen: true } : trade, bracket, price);
  return { start: WAITING, key: tradeKey, step };
}

interface Trailing {
  readonly level: bigint;
  readonly exit: bigint | null;
}

/** B9: tested with the old level, then moved in favour, tick by tick. */
function trailingTrade(level: bigint, offset: bigint): Walker<Trailing> {
  return {
    start: { level, exit: null },
    key: (trade) => `${trade.exit} ${trade.exit === null ? trade.level : ""}`,
    step(trade, price) {
      if (trade.exit !== null) return trade;
      if (price <= trade.level) return { ...trade, exit: price };
      return { ...trade, level: larger(trade.level, price - offset) };
    },
  };
}

/** Least and greatest worth over all paths; `null` where no path opens the position. */
function pathBounds<State extends { readonly exit: bigint | null }>(
  bar: PriceRange,
  walker: Walker<State>,
  isOpen: (state: State) => boolean,
): Bounds {
  const ends = statesAfterPaths(bar, TICK, walker);
  const worths = ends.filter(isOpen).map(({ exit }) => exit ?? bar.close);
  if (worths.length === 0) return [null, null];
  expect(worths.length, "a bar opens the position on every path, or on none").toBe(ends.length);
  const sorted = worths.sort((a, b) => (a < b ? -1 : 1));
  return [sorted[0] as bigint, sorted.at(-1) as bigint];
}

function tableBounds(bar: PriceRange, { worst, best }: OutcomeBounds): Bounds {
  return [worthAtClose(worst, bar), worthAtClose(best, bar)];
}

/** `null` and the prices from `from` to `to`. */
function optional(from: number, to: number): readonly (bigint | null)[] {
  const prices = Array.from({ length: Math.max(to - from + 1, 0) }, (_, i) => BigInt(from + i));
  return [null, ...prices];
}

function brackets(below: number, above: number): readonly Bracket[] {
  return optional(0, below).flatMap((stop) => optional(above, GRID - 1).map((target) => ({ stop, target })));
}

function textOf(bar: PriceRange, ...rest: readonly (bigint | null)[]): string {
  return `O ${bar.open} H ${bar.high} L ${bar.low} C ${bar.close}: ${rest.join(" ")}`;
}

type Bounds = readonly [worst: bigint | null, best: bigint | null];
type BoundsOfCase = readonly [text: string, table: Bounds, paths: Bounds];

function shown([worst, best]: Bounds): string {
  return `${worst} to ${best}`;
}

/** Holds a table to the paths in every case; gives the number of cases. */
function compareAll(cases: Iterable<BoundsOfCase>): number {
  let count = 0;
  const faults: string[] = [];
  for (const [text, table, paths] of cases) {
    count++;
    if (table[0] !== paths[0] || table[1] !== paths[1])
      faults.push(`${text}: table ${shown(table)}, paths ${shown(paths)}`);
  }
  expect(faults.slice(0, 5)).toEqual([]);
  return count;
}

const isEntered = (trade: Trade): boolean => trade.isOpen;

function* heldCases(): Generator<BoundsOfCase> {
  for (const bar of barShapes(GRID)) {
    for (let above = 0; above < GRID; above++) {
      for (const stop of optional(0, above - 1)) {
        // One target, and every stop below it; without a target every stop, once.
        for (const target of above === GRID - 1 ? [BigInt(above), null] : [BigInt(above)]) {
          const table = tableBounds(bar, heldBounds(bar, { stop, target }, TICK));
          yield [textOf(bar, stop, target), table, pathBounds(bar, heldTrade({ stop, target }), isEntered)];
        }
      }
    }
  }
}

function* entryCases(isLimit: boolean): Generator<BoundsOfCase> {
  for (const bar of barShapes(GRID)) {
    for (let at = 0; at < GRID; at++) {
      const entry = BigInt(at);
      if (isLimit ? entry > bar.open : entry <= bar.open) continue;
      for (const bracket of brackets(at - 1, at + 1)) {
        const bounds = isLimit
          ? limitEntryBounds(bar, entry, bracket, TICK)
          : stopEntryBounds(bar, entry, bracket, TICK);
        const walker = entryTrade(bracket, (price) => (isLimit ? price < entry : price >= entry));
        const text = textOf(bar, entry, bracket.stop, bracket.target);
        yield [text, tableBounds(bar, bounds), pathBounds(bar, walker, isEntered)];
      }
    }
  }
}

function* trailingCases(): Generator<BoundsOfCase> {
  for (const bar of barShapes(GRID - 1)) {
    for (let level = -2; level < GRID - 1; level++) {
      for (let offset = 1; offset < GRID - 1; offset++) {
        const bounds = tableBounds(bar, trailingBounds(bar, BigInt(level), BigInt(offset)));
        const walker = trailingTrade(BigInt(level), BigInt(offset));
        yield [textOf(bar, BigInt(level), BigInt(offset)), bounds, pathBounds(bar, walker, () => true)];
      }
    }
  }
}

describe("the closed forms of a bar are the bounds over all its paths", () => {
  it("for a position with a stop and a target", () => {
    expect(compareAll(heldCases())).toBeGreaterThan(3_000);
  });

  it("for a limit entry with its children", () => {
    expect(compareAll(entryCases(true))).toBeGreaterThan(3_000);
  });

  it("for a stop entry with its children", () => {
    expect(compareAll(entryCases(false))).toBeGreaterThan(3_000);
  });

  it("for a trailing stop", () => {
    expect(compareAll(trailingCases())).toBeGreaterThan(2_900);
  });
});
