// The order life cycle, read from the table that the data plane uses.
//
// Always true:
//   every pair of state and event has an answer, the same one here and in the loop.

import * as life from "../../assembly/abi-life.js";

/** States of an order, as the data plane numbers them. */
export const ORDER_STATES = [
  "new",
  "submitted",
  "accepted",
  "partially_filled",
  "canceling",
  "filled",
  "canceled",
  "replaced",
  "rejected",
  "expired",
] as const;
export type OrderState = (typeof ORDER_STATES)[number];

/** What may happen to an order. */
export const ORDER_LIFE_EVENTS = [
  "submit",
  "accept",
  "reject",
  "fill_part",
  "fill_rest",
  "cancel_request",
  "cancel",
  "cancel_refused",
  "replace",
  "expire",
] as const;
export type OrderLifeEvent = (typeof ORDER_LIFE_EVENTS)[number];

const ROWS: readonly (readonly [low: number, high: number])[] = [
  [life.LIFE_TABLE_NEW_LOW, life.LIFE_TABLE_NEW_HIGH],
  [life.LIFE_TABLE_SUBMITTED_LOW, life.LIFE_TABLE_SUBMITTED_HIGH],
  [life.LIFE_TABLE_ACCEPTED_LOW, life.LIFE_TABLE_ACCEPTED_HIGH],
  [life.LIFE_TABLE_PARTIALLY_FILLED_LOW, life.LIFE_TABLE_PARTIALLY_FILLED_HIGH],
  [life.LIFE_TABLE_CANCELING_LOW, life.LIFE_TABLE_CANCELING_HIGH],
  [life.LIFE_TABLE_FILLED_LOW, life.LIFE_TABLE_FILLED_HIGH],
  [life.LIFE_TABLE_CANCELED_LOW, life.LIFE_TABLE_CANCELED_HIGH],
  [life.LIFE_TABLE_REPLACED_LOW, life.LIFE_TABLE_REPLACED_HIGH],
  [life.LIFE_TABLE_REJECTED_LOW, life.LIFE_TABLE_REJECTED_HIGH],
  [life.LIFE_TABLE_EXPIRED_LOW, life.LIFE_TABLE_EXPIRED_HIGH],
];
const EVENTS_PER_WORD = 5;

/**
 * What an event does to an order: its next state, `"ignored"` for news that changes nothing (a repetition, or one that
 * came late), `"refused"` for what contradicts the state.
 *
 * @example nextOrderState("accepted", "fill_part"); // "partially_filled"
 */
export function nextOrderState(state: OrderState, event: OrderLifeEvent): OrderState | "ignored" | "refused" {
  const [low, high] = ROWS[ORDER_STATES.indexOf(state)] as readonly [number, number];
  const index = ORDER_LIFE_EVENTS.indexOf(event);
  const word = index < EVENTS_PER_WORD ? low : high;
  const answer = (word >> (4 * (index % EVENTS_PER_WORD))) & 15;
  if (answer === life.LIFE_IGNORED) return "ignored";
  return answer === life.LIFE_REFUSED ? "refused" : (ORDER_STATES[answer] as OrderState);
}
