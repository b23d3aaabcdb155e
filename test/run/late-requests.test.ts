// Cancels and amendments that take their time.

import { describe, expect, it } from "vitest";
import type { Decision } from "../../kernel/index.js";
import { amendOrder, bars, cancelOrders, eq, limitOrder, stopLimitOrder } from "../../kernel/index.js";
import type { Bar } from "./order-lines.js";
import { barsTape, flatBars, linesBefore, runOrders } from "./order-lines.js";

const { close } = bars();
const when = eq(close, 100);
const later = eq(close, 101);
const HALF_AN_HOUR = 1_800_000_000_000;
const DOWN: Bar = [10_000, 10_000, 8_500, 8_600];

/** What happens after the order was sent, with half an hour from a decision to the market. */
function afterSending(prices: readonly Bar[], ...decisions: readonly Decision[]): readonly string[] {
  return withLatency(HALF_AN_HOUR, prices, decisions);
}

function withLatency(latencyNs: number, prices: readonly Bar[], decisions: readonly Decision[]): readonly string[] {
  const result = runOrders(decisions, [barsTape("A", prices)], { cash: "100000", latencyNs });
  return linesBefore(result).filter((line) => !/^\d+ (order|terms) /.test(line));
}

describe("a request on its way", () => {
  const entry = limitOrder(10, 90, { when });

  it("changes size and price when it arrives, and not before", () => {
    const amend = amendOrder(entry, { size: 4, limit: 88, when: later });
    expect(afterSending([...flatBars(10_000, 10_050, 10_100, 10_050), DOWN, DOWN], entry, amend)).toEqual([
      "4 update 1 4 limit 8800 trigger 0",
      "5 fill 1 4 @ 8800",
    ]);
    expect(afterSending([...flatBars(10_000, 10_050, 10_100), DOWN, DOWN], entry, amend)).toEqual([
      "4 fill 1 10 @ 9000",
      "4 refusal not_found 4 allowed 0",
    ]);
  });

  it("makes an order that rested one that arrives, which takes at the open", () => {
    const amend = amendOrder(entry, { limit: 105, when: later });
    expect(afterSending(flatBars(10_000, 10_050, 10_100, 10_050, 10_020), entry, amend)).toEqual([
      "4 update 1 10 limit 10500 trigger 0",
      "4 fill 1 10 @ 10020",
    ]);
  });

  it("changes the trigger alone", () => {
    const stop = stopLimitOrder(10, 120, 130, { when });
    const amend = amendOrder(stop, { stop: 110, when: later });
    const prices: readonly Bar[] = [...flatBars(10_000, 10_050, 10_100, 10_050), [10_000, 11_500, 10_000, 11_500]];
    expect(afterSending(prices, stop, amend)).toEqual([
      "4 update 1 10 limit 13000 trigger 11000",
      "5 update 1 10 limit 13000 trigger 11000",
      "5 fill 1 10 @ 11000",
    ]);
  });

  it("cancels what is left when it arrives", () => {
    expect(
      afterSending([...flatBars(10_000, 10_050, 10_100, 10_050), DOWN], entry, cancelOrders(entry, later)),
    ).toEqual(["3 end 1 canceled 10"]);
  });

  it("to cancel protects from the next open on, not from the rest of the bar in which it arrives (D1)", () => {
    const fallsIn = (count: number): readonly Bar[] => [
      ...flatBars(10_000, 10_050, 10_100, 10_050).slice(0, count),
      DOWN,
    ];
    const cancel = cancelOrders(entry, later);
    expect(withLatency(HALF_AN_HOUR, fallsIn(3), [entry, cancel])).toEqual(["4 fill 1 10 @ 9000"]);
    // An hour: it arrives with the open of the bar after.
    expect(withLatency(2 * HALF_AN_HOUR, fallsIn(3), [entry, cancel])).toEqual(["4 fill 1 10 @ 9000"]);
    expect(withLatency(2 * HALF_AN_HOUR, fallsIn(4), [entry, cancel])).toEqual(["4 end 1 canceled 10"]);
  });
});
