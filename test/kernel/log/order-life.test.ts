// The order life cycle: every pair of state and event has an answer, and nothing leaves a state that is final.

import { expect, it } from "vitest";
import type { OrderState } from "../../../kernel/index.js";
import { nextOrderState, ORDER_LIFE_EVENTS, ORDER_STATES } from "../../../kernel/index.js";

const FINAL: readonly OrderState[] = ["filled", "canceled", "replaced", "rejected", "expired"];

/** The life cycle written out: what is not here is ignored or refused. */
const STEPS: readonly string[] = [
  "new submit submitted",
  "new reject rejected",
  "new cancel_request canceled",
  "new cancel canceled",
  "submitted accept accepted",
  "submitted reject rejected",
  "submitted fill_part partially_filled",
  "submitted fill_rest filled",
  "submitted cancel_request canceling",
  "submitted cancel canceled",
  "submitted replace replaced",
  "submitted expire expired",
  "accepted accept accepted",
  "accepted fill_part partially_filled",
  "accepted fill_rest filled",
  "accepted cancel_request canceling",
  "accepted cancel canceled",
  "accepted replace replaced",
  "accepted expire expired",
  "partially_filled accept partially_filled",
  "partially_filled fill_part partially_filled",
  "partially_filled fill_rest filled",
  "partially_filled cancel_request canceling",
  "partially_filled cancel canceled",
  "partially_filled replace replaced",
  "partially_filled expire expired",
  "canceling reject rejected",
  "canceling fill_part canceling",
  "canceling fill_rest filled",
  "canceling cancel canceled",
  "canceling cancel_refused accepted",
  "canceling replace replaced",
  "canceling expire expired",
];

it("moves from state to state as written out here, and in no other way", () => {
  const moves = ORDER_STATES.flatMap((state) =>
    ORDER_LIFE_EVENTS.map((event) => [state, event, nextOrderState(state, event)].join(" ")),
  );
  expect(moves).toHaveLength(ORDER_STATES.length * ORDER_LIFE_EVENTS.length);
  expect(moves.filter((move) => !/ (ignored|refused)$/.test(move))).toEqual(STEPS);
});

it("never applies anything to an order that has ended", () => {
  for (const state of FINAL) {
    for (const event of ORDER_LIFE_EVENTS) expect(["ignored", "refused"]).toContain(nextOrderState(state, event));
  }
});

it("ignores a submission, a cancel request and an answer that come twice or late", () => {
  expect(nextOrderState("accepted", "submit")).toBe("ignored");
  expect(nextOrderState("canceling", "cancel_request")).toBe("ignored");
  expect(nextOrderState("filled", "cancel_request")).toBe("ignored");
  expect(nextOrderState("filled", "fill_part")).toBe("refused");
});
