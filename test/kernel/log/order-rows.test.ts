// Orders of a log: their terms, and the state that each of them came to.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as abi from "../../../assembly/abi-event.js";
import { ORDER_FLAGS, ORDER_STATES, ORDER_TYPES, REASONS, rowOfOrder, TIMES_IN_FORCE } from "../../../kernel/index.js";
import type { OrderTable, Reason } from "../../../kernel/index.js";
import { endOf, fillOf, logOf, orderOf, termsOf, updateOf } from "./records.js";

const DAY = TIMES_IN_FORCE.indexOf("day");

function stateOf(orders: OrderTable, row = 0): string {
  return ORDER_STATES[orders.state[row] as number] as string;
}

describe("orders of a log", () => {
  it("have the terms of the record behind them, and none when there is none", () => {
    const orders = logOf([
      orderOf(1, 5n, ORDER_TYPES.indexOf("trailingStopLimit"), DAY | ((2 | 8) << 4)),
      termsOf(1, [
        [abi.TERMS_EVENT_LIMIT, 1n],
        [abi.TERMS_EVENT_TRIGGER, 2n],
        [abi.TERMS_EVENT_OFFSET, 3n],
        [abi.TERMS_EVENT_LIMIT_OFFSET, 4n],
        [abi.TERMS_EVENT_ACTIVATION, 5n],
        [abi.TERMS_EVENT_DISPLAY, 6n],
        [abi.TERMS_EVENT_EXPIRES, 7n],
        [abi.TERMS_EVENT_PARENT, 8],
        [abi.TERMS_EVENT_GROUP, 9],
      ]),
      orderOf(2, -5n),
    ]).orders();
    const first = { limit: 1n, trigger: 2n, offset: 3n, limitOffset: 4n, activation: 5n, display: 6n, expires: 7n };
    for (const [name, value] of Object.entries(first)) expect(orders[name as "limit"][0], name).toBe(value);
    expect([orders.parent[0], orders.group[0]]).toEqual([8, 9]);
    expect([ORDER_TYPES[orders.type[0] as number], TIMES_IN_FORCE[orders.force[0] as number]]).toEqual([
      "trailingStopLimit",
      "day",
    ]);
    expect(ORDER_FLAGS.filter((_, bit) => (((orders.flags[0] as number) >> bit) & 1) === 1)).toEqual([
      "reduceOnly",
      "trailShare",
    ]);
    expect([orders.limit[1], orders.expires[1], orders.parent[1]]).toEqual([0n, 2n ** 63n - 1n, 0]);
  });

  const canceled: readonly Reason[] = ["canceled", "oco", "volume_budget", "liquidation", "end_of_data"];
  const lives: readonly (readonly [state: string, news: readonly Uint8Array[]])[] = [
    ["submitted", []],
    ["accepted", [updateOf(1, abi.UPDATE_TRIGGERED, 5n)]],
    ["partially_filled", [fillOf(1, 3n)]],
    ["filled", [fillOf(1, 3n), fillOf(1, 2n)]],
    ["filled", [fillOf(1, 1n), updateOf(1, abi.UPDATE_RESIZED, 2n), fillOf(1, 2n)]],
    ["expired", [fillOf(1, 3n), endOf(1, "expired", 2n)]],
    ["replaced", [endOf(1, "replaced")]],
    ["rejected", [endOf(1, "post_only")]],
    ["rejected", [endOf(1, "stop_in_market")]],
    ["canceled", [updateOf(1, abi.UPDATE_AMENDED, 5n), endOf(1, "post_only")]],
    ...canceled.map((reason) => ["canceled", [endOf(1, reason)]] as const),
  ];
  it.each(lives)("come to %s", (state, news) => {
    expect(stateOf(logOf([orderOf(1, 5n), ...news]).orders())).toBe(state);
  });

  it("say what was filled, and why the rest was not", () => {
    const orders = logOf([
      orderOf(1, -5n),
      orderOf(2, 4n),
      fillOf(1, -2n),
      fillOf(2, 4n),
      endOf(1, "expired", -3n),
    ]).orders();
    expect([...orders.filled]).toEqual([-2n, 4n]);
    expect([...orders.reason].map((code) => REASONS[code])).toEqual(["expired", "none"]);
    expect([stateOf(orders), stateOf(orders, 1)]).toEqual(["expired", "filled"]);
  });

  it("are filled when their parts make up the whole, however they are cut", () => {
    const parts = fc.array(fc.bigInt({ min: 1n, max: 4n }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(parts, fc.nat(5), (sizes, missing) => {
        const fills = sizes.map((size) => fillOf(1, size));
        const whole = sizes.reduce((sum, size) => sum + size, 0n) + BigInt(missing);
        const orders = logOf([orderOf(1, whole), ...fills]).orders();
        expect(stateOf(orders)).toBe(missing === 0 ? "filled" : "partially_filled");
        expect(orders.filled[0]).toBe(whole - BigInt(missing));
      }),
    );
  });

  it("are refused when the log contradicts their life", () => {
    const whole = [orderOf(1, 5n), fillOf(1, 5n)];
    expect(() => logOf([...whole, fillOf(1, 1n)]).orders()).toThrow("contradicts the life cycle");
    expect(() => logOf([...whole, endOf(1, "replaced")]).orders()).toThrow("contradicts the life cycle");
    expect(() => logOf([fillOf(1, 1n)]).orders()).toThrow("comes after it");
    expect(() => logOf([orderOf(2, 1n), orderOf(2, 1n)]).orders()).toThrow("numbers of orders rise");
  });

  it("are found by their numbers, of which an iceberg uses up some", () => {
    const orders = logOf([orderOf(1, 5n), orderOf(4, 2n), orderOf(5, 3n), fillOf(4, 2n)]).orders();
    expect([1, 2, 4, 5, 6].map((sequence) => rowOfOrder(orders.order, sequence))).toEqual([0, -1, 1, 2, -1]);
    expect([...orders.filled]).toEqual([0n, 2n, 0n]);
  });
});
