// Made-up events: one instrument with whole prices and units, fills and movements with everything but what a test says.

import * as fc from "fast-check";
import type { FillEvent, MovementEvent, OrderEvent, VenueFill } from "../../../adapters/execution/index.js";
import { digestJson } from "../../../kernel/index.js";

export const WORLD = "main";

/** Runs of a property: few by default, as many as GOLDENTAPE_RUNS says in the deep run. */
export function runs(standard: number): { readonly numRuns: number } {
  return { numRuns: Number(process.env["GOLDENTAPE_RUNS"] ?? standard) };
}

const head = { schemaVersion: 1, world: WORLD, domain: "live", ts: "0", bucket: "0" } as const;
const digest = digestJson("goldentape 2026 test v1", "made up");

export function madeUpOrder(changes: Partial<OrderEvent> = {}): OrderEvent {
  return {
    ...head,
    kind: "order",
    strategy: "trend",
    symbol: "ABC",
    side: "buy",
    clientOrderId: "c1",
    orderId: "o1",
    correlationId: digest,
    nodeId: null,
    intentId: null,
    parentOrderId: null,
    groupOrderId: null,
    setNodeId: null,
    venue: null,
    type: "market",
    timeInForce: "gtc",
    quantity: "10",
    limit: null,
    trigger: null,
    trailOffset: null,
    trailUnit: null,
    limitOffset: null,
    activation: null,
    display: null,
    expires: null,
    postOnly: false,
    reduceOnly: false,
    ...changes,
  };
}

export function madeUpVenueFill(changes: Partial<VenueFill> = {}): VenueFill {
  return {
    kind: "venue_fill",
    schemaVersion: 1,
    ts: "5",
    orderId: "o1",
    seq: 1,
    symbol: "ABC",
    side: "buy",
    price: "10",
    quantity: "1",
    fee: "0",
    currency: "USD",
    liquidity: "taker",
    venue: null,
    ...changes,
  };
}

/** A fill at whole numbers: `quantity` is signed, and the cash follows. */
export function madeUpFill(
  number: number,
  quantity: number,
  price: number,
  changes: Partial<FillEvent> = {},
): FillEvent {
  return {
    ...head,
    kind: "fill",
    strategy: "trend",
    orderId: `o${number}`,
    seq: 1,
    symbol: "ABC",
    side: quantity > 0 ? "buy" : "sell",
    price: String(price),
    quantity: String(Math.abs(quantity)),
    fee: "0",
    currency: "USD",
    liquidity: "taker",
    venue: null,
    clientOrderId: `c${number}`,
    correlationId: digest,
    nodeId: null,
    leg: "net",
    cash: String(0 - quantity * price),
    cause: "trade",
    number,
    tags: [],
    repairedFrom: null,
    ...changes,
  };
}

export function madeUpMovement(
  number: number,
  type: MovementEvent["type"],
  amount: string,
  changes: Partial<MovementEvent> = {},
): MovementEvent {
  const what = { strategy: "trend", symbol: null, currency: "USD", split: null };
  return { ...head, ...what, kind: "movement", type, amount, number, ...changes };
}

/** Postings numbered from 1, of two symbols and two strategies, that often reduce, flip and end flat. */
export const arbitraryPostings = fc
  .array(
    fc.record({
      quantity: fc.integer({ min: -4, max: 4 }).filter((quantity) => quantity !== 0),
      price: fc.integer({ min: 1, max: 5 }),
      fee: fc.integer({ min: -1, max: 2 }),
      symbol: fc.constantFrom("ABC", "XYZ"),
      strategy: fc.constantFrom("trend", "value"),
      movement: fc.constantFrom(null, null, null, "deposit" as const, "funding" as const, "interest" as const),
    }),
    { minLength: 1, maxLength: 14 },
  )
  .map((rows) =>
    rows.map(({ quantity, price, fee, symbol, strategy, movement }, index) =>
      movement === null
        ? madeUpFill(index + 1, quantity, price, { fee: String(fee), symbol, strategy })
        : madeUpMovement(index + 1, movement, String(quantity), {
            symbol: movement === "funding" ? symbol : null,
            strategy,
          }),
    ),
  );

/** Any permutation of `items`, with some of them repeated. */
export function repeatedInAnyOrder<Item>(items: readonly Item[]): fc.Arbitrary<readonly Item[]> {
  const again = fc.subarray([...items]);
  return again.chain((repeated) => {
    const all = [...items, ...repeated];
    return fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length });
  });
}
