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
  const result = runOrders(decisions, [barsTape("A", prices)], { cash: "100000", latencyNs: HALF_AN_HOUR });
  return linesBefore(result).filter((line) => !line.startsWith("1 "));
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
});
