// Sessions on bars shorter than a day: what is sent while the market is closed waits for its next open, and nothing
// triggers or fills in a bar that lies in no session.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Decision, PathMode, RunConfig } from "../../kernel/index.js";
import {
  bars,
  bracket,
  cumSum,
  eq,
  gt,
  limitOrder,
  lt,
  marketOrder,
  memoryTape,
  nodeSetRegistry,
  preTradeGate,
  select,
  stopOrder,
  targetPercent,
  timingGate,
} from "../../kernel/index.js";
import { share } from "../kernel/run/small-tapes.js";
import { lines, run } from "./gate-runs.js";
import type { Bar } from "./order-lines.js";
import { barsTape, flatBars, HOUR_NS, linesBefore, runOrders } from "./order-lines.js";
import { runsOf } from "../model/arbitrary-case.js";

const { close } = bars();
const hour = cumSum(select(gt(close, 0), 1, 0));

/** Sessions, in hours. */
function calendarOf(...sessions: readonly (readonly [open: number, close: number])[]): Pick<RunConfig, "calendars"> {
  const instants = (hours: number): bigint => BigInt(Math.round(hours * 60)) * (HOUR_NS / 60n);
  return {
    calendars: {
      A: { kind: "sessions", sessions: sessions.map(([open, end]) => [instants(open), instants(end)] as const) },
    },
  };
}

const flat = flatBars(...Array.from({ length: 12 }, () => 10_000));
const buyAt = (at: number): Decision => marketOrder(1, { when: eq(hour, at) });

describe("an order that is sent while its market is closed", () => {
  it.each([
    ["in the session", 3, ["3 order 1 market 1", "3 fill 1 1 @ 10000"]],
    ["at its open", 2, ["2 order 1 market 1", "2 fill 1 1 @ 10000"]],
    ["at its close", 4, ["8 order 1 market 1", "8 fill 1 1 @ 10000"]],
    ["before it", 6, ["8 order 1 market 1", "8 fill 1 1 @ 10000"]],
    ["behind the calendar", 11, ["11 order 1 market 1"]],
  ])("is accepted with the next open: sent %s", (_, at, expected) => {
    expect(lines(buyAt(at), flat, calendarOf([2, 4], [8, 10]))).toEqual(expected);
  });

  it("meets no bar that began before the open, and none at all where the bar is in no session", () => {
    expect(lines(buyAt(5), flat, calendarOf([7.5, 10]))).toEqual(["7 order 1 market 1", "8 fill 1 1 @ 10000"]);
  });

  it("is accepted at once on bars of a day", () => {
    const days = Array.from({ length: 4 }, (_, row) => BigInt(row + 1) * 24n * HOUR_NS);
    const column = (value: bigint): BigInt64Array => BigInt64Array.from(days, () => value);
    const [price, volume] = [column(10_000n), column(1_000_000n)];
    const prices = { open: price, high: price, low: price, close: price, volume };
    const tape = memoryTape(share("A", {}), "1d", { time: BigInt64Array.from(days), ...prices });
    const sent = linesBefore(runOrders([buyAt(1)], [tape], { cash: "100000", ...calendarOf([33, 40], [57, 64]) }));
    expect(sent).toEqual(["24 order 1 market 1", "24 fill 1 1 @ 10000"]);
  });

  it("counts its latency first, and what it is good for from its acceptance", () => {
    const late = { latencyNs: Number(HOUR_NS) * 3, ...calendarOf([2, 4], [8, 10]) };
    expect(lines(buyAt(2), flat, late)[0]).toBe("8 order 1 market 1");
    expect(lines(buyAt(5), flat, late)).toEqual(["8 order 1 market 1", "8 fill 1 1 @ 10000"]);
    const limit = limitOrder(1, 90, { goodFor: "1h", timeInForce: "gtd", when: eq(hour, 5) });
    expect(linesBefore(run(limit, flat, calendarOf([8, 11])))).toEqual([
      "8 order 1 limit 1",
      "8 terms 1 limit 9000 expires 9",
      "9 end 1 expired 1",
    ]);
  });

  it("fills at the close that it was decided at, where a run does so and the session ends there", () => {
    const atClose = { fill: "sameClose", ...calendarOf([2, 4], [8, 10]) } as const;
    expect(lines(buyAt(4), flat, atClose)).toEqual(["4 order 1 market 1", "4 fill 1 1 @ 10000"]);
    expect(lines(buyAt(5), flat, atClose)).toEqual(["8 order 1 market 1", "8 fill 1 1 @ 10000"]);
  });
});

describe("a bar in no session", () => {
  const calendar = calendarOf([0, 3], [6, 10]);
  /** Stands at 100, but for one bar that falls to 80 and comes back. */
  const dipAt = (at: number): readonly Bar[] =>
    flat.map((bar, row) => (row === at - 1 ? [10_000, 10_000, 8_000, 10_000] : bar));

  it("triggers and fills nothing that rests, and the next one of a session does", () => {
    const limit = limitOrder(1, 90, { when: eq(hour, 1) });
    const stop = stopOrder(-1, 95, { when: eq(hour, 2) });
    for (const [at, fills] of [
      [3, 1],
      [4, 0],
      [6, 0],
      [7, 1],
    ] as const) {
      expect(run(limit, dipAt(at), calendar).counts.fills).toBe(fills);
      const held = run([buyAt(1), stop], dipAt(at), calendar);
      expect(held.counts.fills).toBe(1 + fills);
    }
  });

  it("leaves children alone, and liquidates nothing", () => {
    const family = bracket(buyAt(1), { stop: 95, target: 120 });
    expect(run([...family], dipAt(5), calendar).counts.fills).toBe(1);
    expect(run([...family], dipAt(7), calendar).counts.fills).toBe(2);
    const margin = { account: { kind: "margin", leverage: 10, maintenance: 0.01 }, cash: "1000" } as const;
    const bold = marketOrder(80, { when: eq(hour, 1) });
    expect(run(bold, dipAt(5), { ...margin, ...calendar }).counts.fills).toBe(1);
    expect(run(bold, dipAt(7), { ...margin, ...calendar }).counts.fills).toBe(2);
  });
});

interface Night {
  readonly prices: readonly number[];
  /** Halves of an hour between the edges of sessions. */
  readonly pauses: readonly number[];
  readonly late: number;
}

/** Prices of an hour each that move at all hours, and sessions that begin and end within bars as well. */
const nights: fc.Arbitrary<Night> = fc.record({
  prices: fc.array(fc.integer({ min: 95, max: 105 }), { minLength: 20, maxLength: 60 }),
  pauses: fc.array(fc.integer({ min: 1, max: 16 }), { minLength: 2, maxLength: 12 }),
  late: fc.constantFrom(0, 0.5),
});

function drawnSessions({ pauses, late }: Night): readonly (readonly [number, number])[] {
  let at = late;
  const edges = pauses.map((pause) => (at += pause / 2));
  return edges.flatMap((open, i) => (i % 2 === 0 && i + 1 < edges.length ? [[open, edges[i + 1] as number]] : []));
}

/** Hours at which a run over a drawn night filled. */
function hoursOfFills(decisions: readonly Decision[], path: PathMode, night: Night): readonly number[] {
  const rows = night.prices.map((price, row): Bar => {
    const open = (night.prices[row - 1] ?? price) * 100;
    return [open, Math.max(open, price * 100) + 100, Math.min(open, price * 100) - 100, price * 100];
  });
  const config = { cash: "100000", path, ...calendarOf(...drawnSessions(night)) };
  const { time } = runOrders(decisions, [barsTape("A", rows)], config).tables().fills;
  return [...time].map((ns) => Number(ns / HOUR_NS));
}

describe("over bars at all hours, nothing fills outside of the sessions", () => {
  const signal = select(gt(close, 100), 0.05, select(lt(close, 99), 0, 0.02));
  const gates = { timing: timingGate({ queue: true }), preTrade: preTradeGate({ queue: true }) };
  const paths = fc.constantFrom<PathMode>("worst", "best", "ohlc");

  it.each(["ibkr_like", "plain"] as const)("by the set %s, whose orders take at an open", (name) => {
    let fills = 0;
    const { decisions } = nodeSetRegistry().make(name, signal, "w");
    fc.assert(
      fc.property(nights, paths, (night, path) => {
        for (const at of hoursOfFills(decisions, path, night)) {
          fills++;
          expect(drawnSessions(night).some(([open, end]) => at >= open && at < end)).toBe(true);
        }
      }),
      { numRuns: runsOf(60) },
    );
    expect(fills).toBeGreaterThan(50);
  });

  it("by orders that rest, which are met within a bar as well", () => {
    let fills = 0;
    const rests = bracket(limitOrder(3, 100, { when: gt(close, 100), gates }), { stop: 98, target: 103 });
    fc.assert(
      fc.property(nights, paths, (night, path) => {
        for (const at of hoursOfFills([targetPercent(signal, { gates }), ...rests], path, night)) {
          fills++;
          // At the open of the bar that begins then, or in the one that ends then.
          expect(drawnSessions(night).some(([open, end]) => at + 1 > open && at - 1 < end)).toBe(true);
        }
      }),
      { numRuns: runsOf(60) },
    );
    expect(fills).toBeGreaterThan(50);
  });
});
