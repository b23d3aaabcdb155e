// The order manager: every state against every message, repetitions and permutations, restoring, and terms.

import fc from "fast-check";
import { describe, expect, expectTypeOf, it } from "vitest";
import { MANAGER_TERMS } from "../../../adapters/execution/order/manager-terms.js";
import { openOrderManager } from "../../../adapters/execution/order/order-manager.js";
import type { OrderManager } from "../../../adapters/execution/order/order-manager.js";
import type { SentOrder } from "../../../adapters/execution/order/order-terms.js";
import type { VenueExecution, VenueMessage } from "../../../adapters/execution/order/venue-message.js";
import { VENUE_MESSAGE_KINDS } from "../../../adapters/execution/order/venue-message.js";
import type { RoutedOrder } from "../../../adapters/execution/route/publish.js";
import { ORDER_STATES } from "../../../kernel/index.js";
import type { OrderState } from "../../../kernel/index.js";
import { provenOrder } from "./proven-order.js";

const SECOND = 1_000_000_000n;
const ENDS: readonly OrderState[] = ["filled", "canceled", "replaced", "rejected", "expired"];

const first = provenOrder({ intentId: "a", quantity: 10n });
const second = provenOrder({ intentId: "b", quantity: 10n }, first);
const ID = first.clientOrderId;

function fill(seq: number, quantity: bigint): VenueExecution {
  return { seq, at: 1n, price: 100n, quantity, fee: 1n, liquidity: "taker" };
}

function fillMessage(seq: number, quantity: bigint): VenueMessage {
  return { kind: "fill", clientOrderId: ID, ...fill(seq, quantity) };
}

/** A manager with the order in a state. */
function managerIn(state: OrderState): OrderManager {
  const manager = openOrderManager(MANAGER_TERMS);
  if (state === "new") return manager;
  manager.submit(first, 0n);
  const messages: Partial<Record<OrderState, readonly VenueMessage[]>> = {
    accepted: [{ kind: "accepted", clientOrderId: ID }],
    partially_filled: [fillMessage(1, 4n)],
    filled: [fillMessage(1, 10n)],
    canceled: [{ kind: "canceled", clientOrderId: ID, filled: 0n }],
    rejected: [{ kind: "rejected", clientOrderId: ID, attempt: 1, text: "" }],
    expired: [{ kind: "expired", clientOrderId: ID, filled: 0n }],
    replaced: [{ kind: "accepted", clientOrderId: ID }],
  };
  for (const message of messages[state] ?? []) manager.receive(message, 1n);
  if (state === "canceling") manager.cancel(ID, 1n);
  if (state === "replaced") {
    manager.replace(ID, second, 2n);
    manager.receive({ kind: "replaced", clientOrderId: ID, by: second.clientOrderId, filled: 0n }, 3n);
  }
  return manager;
}

/** Messages of each kind, true and untrue ones. */
const MESSAGES: readonly VenueMessage[] = [
  { kind: "accepted", clientOrderId: ID },
  { kind: "rejected", clientOrderId: ID, attempt: 1, text: "no" },
  { kind: "rejected", clientOrderId: ID, attempt: 7, text: "no" },
  fillMessage(1, 4n),
  fillMessage(1, 5n),
  fillMessage(2, 6n),
  fillMessage(3, 11n),
  fillMessage(0, 1n),
  fillMessage(4, 0n),
  { kind: "canceled", clientOrderId: ID, filled: 4n },
  { kind: "expired", clientOrderId: ID, filled: 4n },
  { kind: "cancelRefused", clientOrderId: ID, text: "too late" },
  { kind: "replaced", clientOrderId: ID, by: second.clientOrderId, filled: 0n },
  { kind: "replaced", clientOrderId: ID, by: "nobody", filled: 0n },
  { kind: "replaceRefused", clientOrderId: ID, by: second.clientOrderId, attempt: 1, why: "tooLate" },
  { kind: "replaceRefused", clientOrderId: ID, by: "nobody", attempt: 1, why: "terms" },
  { kind: "unknown", clientOrderId: ID, ask: 1 },
  { kind: "status", clientOrderId: ID, ask: 1, state: "open", filled: 4n, carried: 0n, fills: [fill(1, 4n)] },
  { kind: "status", clientOrderId: ID, ask: 1, state: "canceled", filled: 4n, carried: 0n, fills: [fill(1, 4n)] },
  { kind: "status", clientOrderId: ID, ask: 1, state: "replaced", filled: 0n, carried: 0n, fills: [] },
  { kind: "status", clientOrderId: ID, ask: 1, state: "rejected", filled: 0n, carried: 0n, fills: [] },
];

describe("every state", () => {
  it.each(ORDER_STATES)("%s answers every message, and keeps its promises", (state) => {
    expect(new Set(MESSAGES.map(({ kind }) => kind))).toEqual(new Set(VENUE_MESSAGE_KINDS));
    for (const message of MESSAGES) {
      const manager = managerIn(state);
      const before = manager.order(ID);
      const { notes } = manager.receive(message, 10n);
      const after = manager.order(ID);
      expect(notes.length, message.kind).toBeGreaterThan(0);
      for (const { answer } of notes) expect(["applied", "ignored", "refused"]).toContain(answer);
      if (before === null || after === null) {
        expect([state, notes.map(({ answer, reason }) => [answer, reason])]).toEqual([
          "new",
          [["refused", "unknown_order"]],
        ]);
        continue;
      }
      expect(before.state).toBe(state);
      expect(after.filled >= before.filled && after.filled + after.carried <= first.quantity).toBe(true);
      expect(after.filled).toBe(after.fills.reduce((sum, { quantity }) => sum + quantity, 0n));
      if (ENDS.includes(state)) expect([after.state, after.leaves]).toEqual([state, 0n]);
    }
  });

  it.each(ORDER_STATES)("%s answers a cancel, a repetition of it, and a second submission", (state) => {
    const manager = managerIn(state);
    const isOpen = state !== "new" && !ENDS.includes(state) && state !== "canceling";
    const canceled = [manager.cancel(ID, 10n), manager.cancel(ID, 11n)];
    expect(canceled.map(({ requests }) => requests.length)).toEqual([isOpen ? 1 : 0, 0]);
    const again = manager.submit(first, 12n);
    expect(again.requests.length).toBe(state === "new" ? 1 : 0);
  });
});

describe("an order manager", () => {
  it("takes no order without the proof of its checks", () => {
    const manager = openOrderManager(MANAGER_TERMS);
    const written: SentOrder = { ...first };
    expectTypeOf(manager.submit).parameter(0).toEqualTypeOf<RoutedOrder>();
    // @ts-expect-error: an order that was written down has passed no check.
    expect(() => manager.submit(written, 0n)).toBeTypeOf("function");
  });

  it("refuses another order under the same id", () => {
    const manager = managerIn("accepted");
    const { notes, requests } = manager.submit({ ...first, quantity: 11n } as RoutedOrder, 5n);
    expect([requests, notes.map(({ answer, reason }) => [answer, reason])]).toEqual([[], [["refused", "duplicate"]]]);
  });

  it("counts fills once, whatever their order and however often they come", () => {
    const parts = [fillMessage(1, 2n), fillMessage(2, 3n), fillMessage(3, 5n)];
    const news: readonly VenueMessage[] = [{ kind: "accepted", clientOrderId: ID }, ...parts];
    const shuffles = fc.shuffledSubarray([...news, ...news, ...news], { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(shuffles, (messages) => {
        const manager = openOrderManager(MANAGER_TERMS);
        manager.submit(first, 0n);
        const outputs = messages.map((message, index) => manager.receive(message, BigInt(index)));
        expect(manager.order(ID)).toMatchObject({ state: "filled", filled: 10n, isSettled: true });
        expect(
          outputs
            .flatMap(({ fills }) => fills)
            .map(({ fill: { seq } }) => seq)
            .sort(),
        ).toEqual([1, 2, 3]);
      }),
    );
  });

  it("is not settled until every fill that the venue counted is there, and asks for those that are not", () => {
    const manager = managerIn("accepted");
    manager.receive({ kind: "canceled", clientOrderId: ID, filled: 4n }, 5n);
    expect(manager.order(ID)).toMatchObject({ state: "canceled", filled: 0n, isSettled: false });
    const due = manager.nextDue();
    expect(due).toBe(5n + MANAGER_TERMS.answerNs);
    expect(manager.advance((due ?? 0n) - 1n).requests).toEqual([]);
    expect(manager.advance(due ?? 0n).requests).toMatchObject([{ kind: "ask" }]);
    const { fills } = manager.receive(fillMessage(1, 4n), 6n);
    expect(fills.map(({ isLate }) => isLate)).toEqual([true]);
    expect(manager.order(ID)).toMatchObject({ state: "canceled", filled: 4n, isSettled: true });
    expect(manager.nextDue()).toBeNull();
  });

  it("believes that an order is unknown only when the question was put behind its last valid instant", () => {
    const { validNs, skewNs } = MANAGER_TERMS;
    const askedAt = (time: bigint): readonly string[] => {
      const manager = openOrderManager(MANAGER_TERMS);
      manager.submit(first, 0n);
      const [request] = manager.resume(time).requests;
      const ask = request?.kind === "ask" ? request.ask : 0;
      return manager.receive({ kind: "unknown", clientOrderId: ID, ask }, time + 1n).requests.map(({ kind }) => kind);
    };
    expect([askedAt(validNs + skewNs), askedAt(validNs + skewNs + 1n)]).toEqual([[], ["place"]]);
  });

  it("takes no answer for one to another question", () => {
    const manager = openOrderManager(MANAGER_TERMS);
    manager.submit(first, 0n);
    manager.resume(10n * SECOND);
    manager.resume(11n * SECOND);
    expect(manager.receive({ kind: "unknown", clientOrderId: ID, ask: 1 }, 12n * SECOND).requests).toEqual([]);
    expect(manager.receive({ kind: "unknown", clientOrderId: ID, ask: 2 }, 12n * SECOND).requests).toHaveLength(1);
  });

  it("gives up behind as many sendings as it may make", () => {
    const manager = openOrderManager({ ...MANAGER_TERMS, attemptsMax: 2 });
    manager.submit(first, 0n);
    const again = [10n, 30n].map((seconds) => {
      const [request] = manager.resume(seconds * SECOND).requests;
      const ask = request?.kind === "ask" ? request.ask : 0;
      return manager.receive({ kind: "unknown", clientOrderId: ID, ask }, seconds * SECOND + 1n).requests.length;
    });
    expect(again).toEqual([1, 0]);
    expect(manager.order(ID)).toMatchObject({ state: "rejected", reason: "unknown_order", isSettled: true });
  });

  it("does not take the rejection of an earlier sending for one of the last", () => {
    const manager = openOrderManager(MANAGER_TERMS);
    manager.submit(first, 0n);
    manager.resume(10n * SECOND);
    manager.receive({ kind: "unknown", clientOrderId: ID, ask: 1 }, 11n * SECOND);
    manager.receive({ kind: "rejected", clientOrderId: ID, attempt: 1, text: "late" }, 12n * SECOND);
    expect(manager.order(ID)).toMatchObject({ state: "submitted", sendings: 2 });
    manager.receive({ kind: "rejected", clientOrderId: ID, attempt: 2, text: "no" }, 13n * SECOND);
    expect(manager.order(ID)?.state).toBe("rejected");
  });

  it("replaces only what is open, known, on the same side and at the same venue", () => {
    const texts = (manager: OrderManager, order: RoutedOrder): readonly string[] =>
      manager.replace(ID, order, 5n).notes.map(({ text }) => text);
    expect(texts(managerIn("submitted"), second)).toEqual(["the venue has not shown yet that it knows it"]);
    expect(texts(managerIn("canceling"), second)).toEqual(["it is being cancelled"]);
    expect(texts(managerIn("filled"), second)).toEqual(["it has ended"]);
    const other = { ...second, side: "sell", venue: "elsewhere" } as RoutedOrder;
    expect(texts(managerIn("accepted"), other)).toEqual(["the two differ in side, venue"]);
    const manager = managerIn("accepted");
    expect(manager.replace(ID, second, 5n).requests).toHaveLength(1);
    expect(manager.replace(ID, second, 6n).requests).toEqual([]);
    const third = { ...second, clientOrderId: "third" } as RoutedOrder;
    expect(texts(manager, third)).toEqual([`it is being replaced by ${second.clientOrderId}`]);
  });

  it("lets nothing leave once it may not, cancels what is open at venues, and leaves simulated orders alone", () => {
    const manager = managerIn("accepted");
    const paper = { ...provenOrder({ intentId: "p" }), destination: "simulation" } as RoutedOrder;
    manager.submit(paper, 2n);
    expect(manager.leave(false, 5n).requests).toMatchObject([{ kind: "cancel", clientOrderId: ID }]);
    const { requests, notes } = manager.submit(provenOrder({ intentId: "late" }), 6n);
    expect([requests, notes.map(({ reason }) => reason)]).toEqual([[], ["simulation_only"]]);
    expect(manager.order(paper.clientOrderId)?.wantsCancel).toBe(false);
    manager.leave(true, 7n);
    expect(manager.submit(provenOrder({ intentId: "again" }), 8n).requests).toHaveLength(1);
  });

  it("says what may still come of an order: of an ended one what is not told yet, of a chain its larger part", () => {
    const manager = managerIn("accepted");
    const outstanding = (id: string) => manager.order(id)?.outstanding;
    const larger = provenOrder({ intentId: "b", quantity: 13n }, first);
    manager.replace(ID, larger, 2n);
    expect([outstanding(ID), outstanding(larger.clientOrderId)]).toEqual([10n, 3n]);
    manager.receive({ kind: "replaced", clientOrderId: ID, by: larger.clientOrderId, filled: 4n }, 3n);
    expect([outstanding(ID), outstanding(larger.clientOrderId)]).toEqual([4n, 9n]);
    manager.receive(fillMessage(1, 3n), 4n);
    expect(manager.unsettledOrders().map(({ outstanding: left }) => left)).toEqual([1n, 9n]);
    manager.receive(fillMessage(2, 1n), 4n);
    expect(manager.unsettledOrders().map(({ outstanding: left }) => left)).toEqual([9n]);
  });

  it("makes no reason of a venue's words", () => {
    const manager = openOrderManager(MANAGER_TERMS);
    manager.submit(first, 0n);
    const text = "insufficient buying power: market closed, duplicate";
    manager.receive({ kind: "rejected", clientOrderId: ID, attempt: 1, text }, 1n);
    expect(manager.order(ID)?.reason).toBe("venue_rejected");
  });

  it("names terms that are out of range", () => {
    const terms = { answerNs: 0n, validNs: 0n, skewNs: -1n, patrolNs: 0n, attemptsMax: 0 };
    expect(() => openOrderManager(terms)).toThrow(
      /answerNs[^]*validNs[^]*skewNs[^]*patrolNs[^]*manager.attemptsMax: expected a whole number from 1 to 100/,
    );
  });
});
