// Edges of matching: orders that may only reduce, stops that trail together, bars of one time.

import { describe, expect, it } from "vitest";
import type { BooleanOutput, Decision } from "../../kernel/index.js";
import {
  bars,
  div,
  eq,
  limitOrder,
  marketOrder,
  stopLimitOrder,
  stopOrder,
  trailingStop,
  trailingStopLimit,
} from "../../kernel/index.js";
import type { Bar } from "./order-lines.js";
import { barsTape, flatBars, linesBefore, linesOf, runOrders } from "./order-lines.js";

it("bars of one time are walked where something is held first: what leaves makes room for what enters", () => {
  const heldAt = (price: number): BooleanOutput => eq(bars({ instrument: "B" }).close, price);
  const held = marketOrder(10, { when: heldAt(100), instrument: "B" });
  const exit = stopOrder(-10, 60, { when: heldAt(101), instrument: "B", reduceOnly: true });
  const enter = limitOrder(18, 50, { when: eq(bars({ instrument: "A" }).close, 101), instrument: "A" });
  const first = barsTape("A", [
    [10_000, 10_000, 10_000, 10_000],
    [10_000, 10_100, 10_000, 10_100],
    [10_100, 10_110, 10_100, 10_110],
    [10_100, 10_100, 4_000, 4_500],
  ]);
  // Half its price is gone at the third close, and with it the room for more.
  const second = barsTape("B", [
    [10_000, 10_000, 10_000, 10_000],
    [10_000, 10_100, 10_000, 10_100],
    [10_100, 10_100, 7_000, 7_000],
    [7_000, 7_000, 5_000, 5_000],
  ]);
  const account = { kind: "margin", leverage: 2, maintenance: null } as const;
  const result = runOrders([held, exit, enter], [first, second], { cash: "1000", account });
  expect(linesBefore(result).filter((line) => / (fill|refusal|end) /.test(line))).toEqual([
    "1 fill 1 10 @ 10000",
    "4 fill 2 -10 @ 6000",
    "4 fill 3 18 @ 5000",
  ]);
});

it("a hedging account closes each side at the end by what only reduces", () => {
  const when = eq(bars().close, 100);
  const account = { kind: "margin", leverage: 5, positions: "hedging" } as const;
  const decisions = [marketOrder(5, { when }), marketOrder(-3, { when })];
  const tape = barsTape("A", flatBars(10_000, 10_010, 10_020));
  const result = runOrders(decisions, [tape], { cash: "1000", account, closeAtEnd: true });
  const fills = linesBefore(result).filter((line) => line.includes(" fill "));
  expect(fills.map((line) => line.replace(/ fill \d /, " ")).sort()).toEqual([
    "1 -3 @ 10010",
    "1 5 @ 10010",
    "3 -5 @ 10020",
    "3 3 @ 10020",
  ]);
  expect(result.tables().portfolio.exposureGross.at(-1)).toBe(0n);
});

it("a trailing stop-limit of one unit has its limit beyond its level, for a buyer above and for a seller below", () => {
  const when = eq(bars().close, 100);
  const bounce = (size: number, turn: number, back: number): readonly string[] => {
    const order = trailingStopLimit(size, 1, 2, { when });
    const tape = barsTape("A", flatBars(10_000, 10_010, turn, back));
    return linesBefore(runOrders([order], [tape], { cash: "1000", account: { kind: "margin", leverage: 5 } })).slice(2);
  };
  expect(bounce(1, 9_900, 10_010)).toEqual(["3 update 1 1 limit 10200 trigger 10000", "3 fill 1 1 @ 10010"]);
  expect(bounce(-1, 10_100, 9_990)).toEqual(["3 update 1 -1 limit 9800 trigger 10000", "3 fill 1 -1 @ 9990"]);
});

it("an order without a price is refused once, also where it would reduce", () => {
  const { close } = bars();
  const nothing = div(close, 0);
  const decisions = [marketOrder(5, { when: eq(close, 100) }), limitOrder(-5, nothing, { when: eq(close, 101) })];
  const result = runOrders(decisions, [barsTape("A", flatBars(10_000, 10_000, 10_100, 10_050))], { cash: "10000" });
  expect(linesBefore(result).filter((line) => line.includes(" refusal "))).toEqual(["3 refusal no_price 0 allowed 0"]);
});

it("a post-only stop-limit ends when its trigger finds its limit in the market", () => {
  const entry = stopLimitOrder(5, 110, 115, { when: eq(bars().close, 100), postOnly: true });
  const tape = barsTape("A", [...flatBars(10_000, 10_010), [10_010, 12_000, 10_010, 12_000]]);
  const lines = linesBefore(runOrders([entry], [tape], { cash: "10000" })).slice(2);
  expect(lines).toEqual(["3 update 1 5 limit 11500 trigger 11000", "3 end 1 post_only 5"]);
});

describe("an order that may only reduce what is on its way", () => {
  const when = eq(bars().close, 100);
  const account = { kind: "margin", leverage: 5 } as const;
  const protect = stopOrder(5, 110, { when, reduceOnly: true });
  const after = (rows: readonly Bar[], ...decisions: readonly Decision[]): readonly string[] =>
    linesBefore(runOrders(decisions, [barsTape("A", rows)], { cash: "10000", account, participation: 1 })).filter(
      (line) => !/^1 (order|terms) /.test(line),
    );

  it("reduces what opened before it at the same open", () => {
    const cover = marketOrder(7, { when, reduceOnly: true });
    expect(after(flatBars(10_000, 10_010, 10_020), marketOrder(-3, { when }), cover)).toEqual([
      "1 fill 1 -3 @ 10010",
      "1 update 2 3 limit 0 trigger 0",
      "1 fill 2 3 @ 10010",
    ]);
  });

  it("waits through a bar in which nothing trades, and protects what opens after it", () => {
    const rows: readonly Bar[] = [
      ...flatBars(10_000),
      [10_010, 10_010, 10_010, 10_010, 0],
      ...flatBars(10_020),
      [10_020, 11_500, 10_020, 11_500],
    ];
    expect(after(rows, marketOrder(-5, { when }), protect)).toEqual([
      "2 fill 1 -5 @ 10020",
      "4 update 2 5 limit 0 trigger 11000",
      "4 fill 2 5 @ 11000",
    ]);
  });

  it("ends once nothing is on its way", () => {
    const entry = marketOrder(-5, { when, timeInForce: "ioc" });
    const rows: readonly Bar[] = [...flatBars(10_000), [10_010, 10_010, 10_010, 10_010, 0], ...flatBars(10_020)];
    expect(after(rows, entry, protect)).toEqual(["1 end 1 ioc_remainder -5", "1 end 2 reduce_only 5"]);
  });
});

it("two stops that trail at once are walked both ways, and both are moved", () => {
  const when = eq(bars().close, 100);
  const stops = [3, 5].map((trail) => trailingStop(-5, trail, { when: eq(bars().close, 101), reduceOnly: true }));
  const rows: readonly Bar[] = [...flatBars(10_000, 10_100), [10_100, 10_500, 9_950, 10_400]];
  const result = runOrders([marketOrder(10, { when }), ...stops], [barsTape("A", rows)], { cash: "10000" });
  expect(linesBefore(result).filter((line) => line.includes(" fill ") && line.startsWith("3 "))).toEqual([
    expect.stringMatching(/ -5 @ 10200$/),
    expect.stringMatching(/ -5 @ 10000$/),
  ]);
  expect(result.tables().ambiguities.rowCount).toBe(1);
});

it("a liquidation with margins of its own leaves the orders of another instrument", () => {
  const far = limitOrder(1, 50, { when: eq(bars({ instrument: "B" }).close, 100), instrument: "B" });
  const entry = marketOrder(40, { when: eq(bars({ instrument: "A" }).close, 101), instrument: "A" });
  const account = { kind: "margin", leverage: 5, marginMode: "isolated" } as const;
  const falls = barsTape("A", [...flatBars(10_000, 10_100, 10_110), [10_110, 10_110, 6_000, 6_000]]);
  const stands = barsTape("B", flatBars(10_000, 10_010, 10_010, 10_010));
  const lines = linesOf(runOrders([far, entry], [falls, stands], { cash: "1000", account }));
  expect(lines.filter((line) => line.includes(" end "))).toEqual(["4 end 1 end_of_data 1"]);
  expect(lines.filter((line) => line.includes(" fill "))).toHaveLength(2);
});
