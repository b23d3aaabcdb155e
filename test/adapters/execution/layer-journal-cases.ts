// The order manager out of a journal: its inputs as events beside the orders and fills, written as text, verified and
// read back, make the same manager; and the whole trade is found by its order.

import { describe, expect, it } from "vitest";
import { refusal } from "../../../adapters/execution/check/refusal.js";
import { refusalEvent } from "../../../adapters/execution/layer/layer-events.js";
import { orderKey, publicationOf } from "../../../adapters/execution/topic/key.js";
import { Journal } from "../../../adapters/execution/journal/journal.js";
import { lineageOfOrder } from "../../../adapters/execution/journal/lineage.js";
import { readJournal } from "../../../adapters/execution/journal/verify.js";
import { inputEventOf, inputOfEvent } from "../../../adapters/execution/order/manager-input.js";
import { MANAGER_TERMS } from "../../../adapters/execution/order/manager-terms.js";
import { restoreOrderManager } from "../../../adapters/execution/order/order-manager.js";
import { checkEvent } from "../../../adapters/execution/schema/check.js";
import { CASE_INSTRUMENT, CASE_NAMES, runLayerCase } from "../../../adapters/testing/layer-case.js";
import type { CaseOutcome, LayerCase } from "../../../adapters/testing/layer-case.js";
import { LAYER_CASES } from "../../../adapters/testing/order-cases.js";
import { sizedOrder } from "./proven-order.js";

/** Inputs and events of a case, by their times. */
function journalOf({ inputs, history }: CaseOutcome): Journal {
  const journal = new Journal(CASE_NAMES.world, "live");
  const written = [
    ...inputs.map((input) => ({ time: input.time, event: inputEventOf(input, CASE_NAMES.world, "live") })),
    ...history.flatMap((one) => (one.kind === "event" ? [{ time: one.time, event: one.event }] : [])),
  ];
  written.sort((a, b) => (a.time === b.time ? 0 : a.time < b.time ? -1 : 1));
  for (const { time, event } of written) journal.append(event, time.toString());
  return journal;
}

function caseNamed(name: string): LayerCase {
  const found = LAYER_CASES.find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is a case ${name}`);
  return found;
}

const CASES = ["lost-request", "reordered", "replaced-twice", "freeze", "restart", "split"].map(caseNamed);

describe("a journal of the layer", () => {
  it.each(CASES.map((one) => [one.name, one] as const))("makes the order manager of %s again", (_, one) => {
    const outcome = runLayerCase(one);
    const journal = journalOf(outcome);
    const read = readJournal(journal.text(), journal.checksums());
    const inputs = read.events().flatMap((event) => (event.kind === "manager_input" ? [inputOfEvent(event)] : []));
    expect(inputs).toEqual(outcome.inputs);
    expect(restoreOrderManager(MANAGER_TERMS, inputs).orders()).toEqual(outcome.layer.manager.orders());
  });

  it("leads from an order to all of its chain", () => {
    const outcome = runLayerCase(caseNamed("replaced"));
    const [first, second] = outcome.layer.manager.orders();
    const lineage = lineageOfOrder(journalOf(outcome).events(), second?.order.orderId ?? "");
    expect(lineage?.orders.map(({ orderId, parentOrderId, quantity }) => [orderId, parentOrderId, quantity])).toEqual([
      [first?.order.orderId, null, "10"],
      [second?.order.orderId, first?.order.orderId, "10"],
    ]);
    expect(
      lineage?.acks.map(({ orderId, status, leaves }) => [orderId === first?.order.orderId, status, leaves]),
    ).toEqual([
      [true, "accepted", "10"],
      [true, "replaced", "0"],
      [false, "accepted", "6"],
    ]);
  });

  it("carries every order, acknowledgement and state under the topic and the key that it belongs to", () => {
    const { history } = runLayerCase(caseNamed("replaced"));
    const topics = history.flatMap((one) =>
      one.kind === "event" && one.event.kind !== "venue_fill" ? [publicationOf(one.event).topic] : [],
    );
    expect([...new Set(topics)]).toEqual(["main.live.trade.orders", "main.live.trade.open_orders"]);
    const order = history.find((one) => one.kind === "event" && one.event.kind === "order");
    if (order?.kind !== "event" || order.event.kind !== "order") throw new Error("a case sends an order");
    const { strategy, symbol, side, bucket, clientOrderId } = order.event;
    expect(publicationOf(order.event).idempotencyKey).toBe(
      orderKey({ world: "main", strategy, symbol, side, bucket, clientOrderId }),
    );
  });

  it("can hold a refusal before there was an order", () => {
    const place = { world: "main", domain: "live", instruments: [CASE_INSTRUMENT] } as const;
    const refused = refusal("gate", "freeze", "long is frozen");
    const event = refusalEvent(refused, sizedOrder({ quantity: 7n }), 3, place, 9n);
    expect(event).toMatchObject({
      status: "refused",
      reason: "freeze",
      wanted: "7",
      leaves: "0",
      seq: 3,
      orderId: null,
    });
    expect(new Journal("main", "live").append(event, "9").event).toEqual(event);
    const elsewhere = sizedOrder({ symbol: "ETH/USD" });
    expect(() => refusalEvent(refused, elsewhere, 1, place, 9n)).toThrow("expected one of BTC/USD, received ETH/USD");
  });

  it("refuses an input that it cannot read, by name", () => {
    const event = inputEventOf({ kind: "advance", time: 1n }, "main", "live");
    expect(checkEvent("manager_input", event, "event")).toEqual(event);
    expect(() => inputOfEvent({ ...event, content: '{"kind":"advance","time":1}' })).toThrow("input.time");
    expect(() => inputOfEvent({ ...event, content: "{" })).toThrow("input");
  });
});
