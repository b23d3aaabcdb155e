// The layer and its journal: everything that happened stands in it, a trade is found by its order, and the journal
// alone makes the layer again, wherever it ends.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Journal } from "../../../adapters/execution/journal/journal.js";
import { lineageOfOrder } from "../../../adapters/execution/journal/lineage.js";
import { readJournal, verifyJournal } from "../../../adapters/execution/journal/verify.js";
import { restoreExecutionLayer } from "../../../adapters/execution/layer/execution-layer.js";
import { inputEventOf, inputOfEvent } from "../../../adapters/execution/layer/layer-input.js";
import type { RiskFacts } from "../../../adapters/execution/check/risk-checks.js";
import type { GateFacts } from "../../../adapters/execution/layer/layer-terms.js";
import type { Check } from "../../../adapters/execution/check/approval.js";
import type { LayerInput } from "../../../adapters/execution/layer/layer-input.js";
import { orderKey, publicationOf } from "../../../adapters/execution/topic/key.js";
import { checkEvent } from "../../../adapters/execution/schema/check.js";
import { SIZE_TYPES } from "../../../adapters/execution/schema/intent.js";
import type { ExecutionEvent } from "../../../adapters/execution/schema/catalogue.js";
import { arbitraryLayerCase } from "../../../adapters/testing/arbitrary-layer.js";
import { CASE_INSTRUMENT, runLayerCase } from "../../../adapters/testing/layer-case.js";
import type { LayerCase } from "../../../adapters/testing/layer-case.js";
import { LAYER_CASES } from "../../../adapters/testing/order-cases.js";
import { give, inputsIn, journalUpTo } from "./layer-inputs.js";
import { runs } from "./made-up-events.js";
import { openSmallLayer, SMALL_TERMS, smallIntent, smallMarket, smallReport } from "./small-layer.js";

function caseNamed(name: string): LayerCase {
  const found = LAYER_CASES.find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is a case ${name}`);
  return found;
}

const kindsOf = (events: readonly ExecutionEvent[]): readonly string[] =>
  events.map((event) => (event.kind === "layer_input" ? `> ${event.input}` : event.kind));

describe("the journal of a layer", () => {
  it("has every input, and behind it what came of it", () => {
    const { layer } = runLayerCase(caseNamed("accepted-and-filled"));
    expect(kindsOf(layer.journal.events())).toEqual([
      ...["> activate", "activation", "> activate", "activation"],
      ...["> movement", "movement", "> commit", "portfolio"],
      ...["> intent", "intent", "decision", "order", "open_order"],
      ...["> message", "ack", "open_order"],
      ...["> message", "fill", "open_order"],
    ]);
  });

  it("holds what was decided with every check, whether an order came of it or not", () => {
    const { layer } = runLayerCase(caseNamed("freeze"));
    const decisions = layer.journal.events().flatMap((event) => (event.kind === "decision" ? [event] : []));
    const [acted, skipped] = [
      decisions.find(({ outcome }) => outcome === "acted"),
      decisions.find(({ outcome }) => outcome === "skipped"),
    ];
    const checks = ["drawdown", "volatility", "position", "concentration", "leverage", "activation", "preTrade"];
    expect(acted?.trace.map(({ check, outcome }) => `${check} ${outcome}`)).toEqual(
      checks.map((check) => `${check} passed`),
    );
    expect(skipped?.reason).toBe("freeze");
    expect(skipped?.trace.at(-1)).toMatchObject({ check: "activation", outcome: "failed", reason: "freeze" });
    const acks = layer.journal.events().flatMap((event) => (event.kind === "ack" ? [event] : []));
    const refused = acks.filter(({ status }) => status === "refused");
    expect(refused.map(({ intentId }) => intentId)).toEqual(
      decisions.filter(({ outcome }) => outcome === "skipped").map(({ intentId }) => intentId),
    );
  });

  it("leads from an order to all of its chain, from intent to fills", () => {
    const { layer } = runLayerCase(caseNamed("replaced"));
    const [first, second] = layer.manager.orders();
    const lineage = lineageOfOrder(layer.journal.events(), second?.order.orderId ?? "");
    expect(lineage?.orders.map(({ orderId, parentOrderId, quantity }) => [orderId, parentOrderId, quantity])).toEqual([
      [first?.order.orderId, null, "10"],
      [second?.order.orderId, first?.order.orderId, "10"],
    ]);
    const ofFirst = (orderId: string | null): boolean => orderId === first?.order.orderId;
    expect(lineage?.acks.map(({ orderId, status, leaves }) => [ofFirst(orderId), status, leaves])).toEqual([
      [true, "accepted", "10"],
      [true, "replaced", "0"],
      [false, "accepted", "6"],
    ]);
    expect(lineage?.intents.map(({ intentId }) => intentId)).toEqual([first?.order.intentId]);
    expect(lineage?.decisions.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual([
      "commit acted",
      "adjust acted",
    ]);
    const filled = lineage?.fills.reduce((sum, { quantity }) => sum + Number(quantity), 0);
    expect(filled).toBe(Number(layer.position("trend", "BTC/USD")));
  });

  it("gives what is published its topic and key", () => {
    const { history } = runLayerCase(caseNamed("replaced"));
    const events = history.flatMap((one) => (one.kind === "event" ? [one.event] : []));
    const streams = ["activations", "decisions", "orders", "fills", "portfolio", "open_orders"];
    // What is simulated has the deposit too, and nothing else while nothing is.
    const topics = [...streams.map((name) => `main.live.trade.${name}`), "main.dryrun.trade.fills"];
    expect(new Set(events.map((event) => publicationOf(event).topic))).toEqual(new Set(topics));
    const order = events.find((event) => event.kind === "order");
    if (order?.kind !== "order") throw new Error("a case sends an order");
    expect(publicationOf(order).idempotencyKey).toBe(orderKey(order));
  });

  it("holds a refused intent as it came, read as far as it can be", () => {
    const layer = openSmallLayer();
    layer.intent({ ...smallIntent("1", "buy", "3"), side: "bye" }, smallMarket(60n), 1n);
    layer.intent("buy!", smallMarket(60n), 2n);
    layer.intent({ ...smallIntent("1", "buy", "3"), price: 3n }, smallMarket(60n), 3n);
    const acks = layer.journal.events().flatMap((event) => (event.kind === "ack" ? [event] : []));
    expect(
      acks.map(({ seq, strategy, symbol, side, reason, intentId }) => [seq, strategy, symbol, side, reason, intentId]),
    ).toEqual([
      [1, "trend", "BTC/USD", null, "invalid_order", "1"],
      [2, null, null, null, "invalid_order", null],
      // What JSON cannot say is no intent.
      [3, null, null, null, "invalid_order", null],
    ]);
    expect(new Set(acks.map((ack) => publicationOf(ack).idempotencyKey)).size).toBe(3);
    expect(layer.counters.count("intent", "invalid_order")).toBe(3);
  });

  it("does not have what threw, and the layer is as it was", () => {
    const layer = openSmallLayer();
    const before = layer.journal.digest;
    const market = smallMarket(60n);
    expect(() => layer.intent(smallIntent("1", "buy", "3"), smallMarket(2n ** 64n), 1n)).toThrow("market.bucket");
    expect(() => layer.intent(smallIntent("1", "buy", "3"), smallMarket(60n, 2n ** 64n), 1n)).toThrow("market.price");
    expect(() => layer.commit(2n ** 64n, {}, 1n)).toThrow("bucket: expected an instant from 1970 on, within 64 bits");
    expect(() => layer.advance(10n ** 30n)).toThrow("time: expected an instant");
    expect(() => layer.leave(true, 10n ** 30n)).toThrow("time: expected an instant");
    expect(() => layer.cancel(" x", 1n)).toThrow("cancel.clientOrderId");
    const [quote] = market.quotes.buy;
    if (quote === undefined) throw new Error("a market has a quote");
    const broken = { ...market, quotes: { ...market.quotes, buy: [quote, quote] } };
    expect(() => layer.intent(smallIntent("1", "buy", "3"), broken, 1n)).toThrow("each venue once");
    expect(() => layer.commit(60n, { "BTC/USD": 0n }, 60n)).toThrow("marks.BTC/USD: expected a price above 0");
    expect(() => layer.commit(60n, { ETH: 1n }, 60n)).toThrow("expected one of BTC/USD");
    expect(() => layer.replay("blake3:none", 1n)).toThrow("expected a letter that waits");
    const cash = {
      kind: "movement",
      schemaVersion: 1,
      domain: "live",
      ts: "0",
      bucket: "0",
      strategy: "trend",
    } as const;
    const paid = { ...cash, symbol: null, type: "deposit", amount: "5", split: null } as const;
    expect(() => layer.move({ ...paid, world: "other", currency: "USD" }, 1n)).toThrow("expected main live");
    expect(() => layer.move({ ...paid, world: "main", currency: "EUR" }, 1n)).toThrow("expected one of USD");
    expect(layer.journal.digest).toBe(before);
    expect(layer.intent(smallIntent("1", "buy", "3"), market, 1n).requests).toHaveLength(1);
  });

  it("has its last good entry where the layer failed half way, and the layer takes nothing more", () => {
    const layer = openSmallLayer();
    const [request] = layer.intent(smallIntent("1", "buy", "10"), smallMarket(60n), 1n).requests;
    if (request?.kind !== "place") throw new Error("an intent is an order");
    layer.report(smallReport(request.terms.clientOrderId, 1, "10"), 2n);
    const before = layer.journal.digest;
    expect(() => layer.commit(60n, { "BTC/USD": 2n ** 62n }, 60n)).toThrow("run/overflow");
    expect(() => layer.leave(true, 61n)).toThrow("is made again from its journal");
    expect(layer.journal.digest).toBe(before);
    const again = restoreExecutionLayer(SMALL_TERMS, layer.journal);
    expect(again.commit(60n, { "BTC/USD": 101n }, 60n).events.length).toBeGreaterThan(0);
    expect(again.position("trend", "BTC/USD")).toBe(10n);
  });

  it("goes on whatever an intent, a replacement and a report say: nothing fails half way", () => {
    const ends = ["0", "0.01", "1", "7.5", "9223372036854775807", "92233720368547758.07", "1000000000000"];
    const text = fc.constantFrom(...ends);
    const wide = fc.constantFrom(-1n, 0n, 1n, 100n, 2n ** 62n, 2n ** 63n - 1n);
    const constraints = fc.record(
      {
        limit: text,
        stop: text,
        maxSlippageBps: fc.constantFrom(0, 1, 9_999, 10_000, Number.MAX_SAFE_INTEGER),
        expires: fc.constantFrom("0", "9223372036854775807"),
        timeInForce: fc.constantFrom("gtc", "gtd", "ioc", "fok", "day"),
        reduceOnly: fc.boolean(),
      },
      { requiredKeys: [] },
    );
    const drawn = fc.record({
      side: fc.constantFrom("buy", "sell"),
      size: fc.record({ type: fc.constantFrom(...SIZE_TYPES), value: text }),
      constraints,
      price: wide,
      quantity: wide,
      decimals: fc.constantFrom(0, 2, 8),
      allows: fc.boolean(),
    });
    const free: Check<RiskFacts> = { name: "free", judge: () => ({ kind: "allow" }) };
    fc.assert(
      fc.property(drawn, ({ side, size, constraints: terms, price, quantity, decimals, allows }) => {
        const facts = { ...CASE_INSTRUMENT, priceDecimals: decimals, sizeDecimals: 8 - decimals };
        const layer = openSmallLayer({ instruments: [facts], ...(allows ? { risk: [free] } : {}) });
        const market = { bucket: 60n, price, quotes: smallMarket(60n).quotes };
        const wanted = { ...smallIntent("1", side, "1"), size, constraints: terms };
        const [request] = layer.intent(wanted, market, 1n).requests;
        if (request?.kind === "place") {
          const { clientOrderId } = request.terms;
          layer.receive({ kind: "accepted", clientOrderId }, 2n);
          layer.replace(clientOrderId, { quantity, limit: price }, market, 3n);
          const fill = { seq: 1, at: 1n, price, quantity, fee: -1n, liquidity: "maker" } as const;
          layer.receive({ kind: "fill", clientOrderId: "nobody", ...fill }, 4n);
        }
        layer.report({ ...smallReport("1", 1, String(quantity)), price: size.value }, 5n);
        expect(layer.leave(true, 6n).refusals).toEqual([]);
      }),
      runs(200),
    );
  });

  it("is verified by the checksum of each day", () => {
    const layer = openSmallLayer();
    const day = 86_400_000_000_000n;
    for (const time of [1n, day, 2n * day]) layer.leave(true, time);
    const { journal } = layer;
    expect(journal.checksums().map(({ day: name }) => name)).toEqual(["1970-01-01", "1970-01-02", "1970-01-03"]);
    const kept = journal.checksums();
    expect(verifyJournal(journal.text(), kept).fault).toBeNull();
    const [first] = kept;
    if (first === undefined) throw new Error("a journal has a day");
    const other = { ...first, checksum: layer.journal.digest };
    expect(verifyJournal(journal.text(), [other]).fault).toMatchObject({ entry: 1 });
  });
});

describe("a layer from its journal", () => {
  it.each(["lost-request", "reordered", "replaced-twice", "freeze", "restart", "split"])("is the one of %s", (name) => {
    const { layer, terms } = runLayerCase(caseNamed(name));
    const again = restoreExecutionLayer(terms, readJournal(layer.journal.text(), layer.journal.checksums()));
    expect(again.manager.orders()).toEqual(layer.manager.orders());
    expect(again.portfolio.snapshot("0", "0")).toEqual(layer.portfolio.snapshot("0", "0"));
    expect(again.journal.text()).toBe(layer.journal.text());
  });

  it("has what was told, reported, repaired, replayed and given up", () => {
    const layer = openSmallLayer();
    const [request] = layer.intent(smallIntent("1", "buy", "10"), smallMarket(60n), 1n).requests;
    if (request?.kind !== "place") throw new Error("an intent is an order");
    const { clientOrderId } = request.terms;
    const own = layer.journal.events().find((event) => event.kind === "decision");
    if (own?.kind !== "decision") throw new Error("an intent is decided on");
    layer.tell({ ...own, decisionId: "strategy 7", policy: "trend" }, 2n);
    for (const orderId of ["nobody", "somebody", clientOrderId]) layer.report(smallReport(orderId, 1, "4"), 3n);
    const [repaired, discarded] = layer.letters().map(({ letterId }) => letterId);
    layer.repair(repaired ?? "", smallReport(clientOrderId, 2, "6"), 4n);
    layer.discard(discarded ?? "", 5n);
    layer.report(smallReport("later", 1, "1"), 6n);
    layer.replay(null, 7n);
    const again = restoreExecutionLayer(SMALL_TERMS, readJournal(layer.journal.text(), layer.journal.checksums()));
    expect(again.journal.digest).toBe(layer.journal.digest);
    expect(again.letters()).toEqual(layer.letters());
    expect(again.position("trend", "BTC/USD")).toBe(10n);
    expect(again.replay(null, 8n)).toEqual(layer.replay(null, 8n));
    const lineage = lineageOfOrder(again.journal.events(), clientOrderId);
    expect(lineage?.decisions.map(({ policy }) => policy)).toEqual(["execution", "trend"]);
    expect(lineage?.fills.map(({ seq, repairedFrom }) => [seq, repairedFrom])).toEqual([
      [1, null],
      [2, repaired],
    ]);
  });

  it("goes on as if nothing had been, wherever its journal ends", () => {
    const parts = fc.record({ given: arbitraryLayerCase(), cut: fc.nat({ max: 1_000 }) });
    fc.assert(
      fc.property(parts, ({ given, cut }) => {
        const { layer, terms } = runLayerCase(given);
        const { journal } = layer;
        const count = Math.round((journal.entries.length * cut) / 1_000);
        const again = restoreExecutionLayer(terms, journalUpTo(journal, count));
        // The rest of what the last input came to is there again: it is in the journal from the cut on.
        expect(journal.text().startsWith(journalUpTo(again.journal, again.journal.entries.length).text())).toBe(true);
        for (const input of inputsIn(journal.entries.slice(count))) give(again, input);
        expect(again.journal.digest).toBe(journal.digest);
        expect(again.manager.orders()).toEqual(layer.manager.orders());
        expect(again.portfolio.snapshot("0", "0")).toEqual(layer.portfolio.snapshot("0", "0"));
        expect(again.counters.rows()).toEqual(layer.counters.rows());
      }),
      runs(10),
    );
  });

  it("is refused with other terms, and where somebody else wrote, with the first entry that differs", () => {
    const { layer, terms } = runLayerCase(caseNamed("accepted-and-filled"));
    const names = layer.journal.entries.map(({ event }) => event.kind);
    const first = names.indexOf("decision") + 1;
    const strict: Check<GateFacts> = { name: "strict", judge: () => ({ kind: "allow" }) };
    expect(() => restoreExecutionLayer({ ...terms, gates: [strict] }, layer.journal)).toThrow(`entry ${first}`);
    const longer = journalUpTo(layer.journal, names.length);
    const [activation] = longer.events().flatMap((event) => (event.kind === "activation" ? [event] : []));
    if (activation === undefined) throw new Error("a case has an activation");
    longer.append(activation, longer.entries.at(-1)?.at ?? "0");
    expect(() => restoreExecutionLayer(terms, longer)).toThrow(`entry ${names.length + 1}: expected what its inputs`);
  });
});

describe("an input of a layer", () => {
  it("is the same when it was written and read back", () => {
    const { layer } = runLayerCase(caseNamed("split"));
    for (const { event } of layer.journal.entries) {
      if (event.kind !== "layer_input") continue;
      const input = inputOfEvent(event);
      expect(inputEventOf(input, "main", "live")).toEqual(event);
      expect(checkEvent("layer_input", event, "event")).toEqual(event);
    }
  });

  it("that cannot be read is refused by name, and one that is too long is none", () => {
    const input: LayerInput = { kind: "advance", time: 1n };
    const event = inputEventOf(input, "main", "live");
    expect(() => inputOfEvent({ ...event, content: '{"kind":"advance","time":1}' })).toThrow(
      "input: expected an input of the kind advance, with its time",
    );
    expect(() => inputOfEvent({ ...event, content: "{" }, "entry 3.event")).toThrow("entry 3.event");
    expect(() => inputOfEvent({ ...event, input: "leave" })).toThrow("of the kind leave");
    expect(() => inputEventOf({ kind: "report", time: 1n, text: "x".repeat(70_000) }, "main", "live")).toThrow(
      "at most 65536 characters",
    );
    expect(new Journal("main", "live").append(event, "1").event).toEqual(event);
  });
});
