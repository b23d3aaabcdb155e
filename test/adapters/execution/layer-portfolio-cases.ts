// From the layer to its books: what venues report, raw, repeated and out of order, passes the ingest into the
// portfolio; what cannot be taken waits in quarantine; the venue's position is the portfolio's and the order manager's.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readJournal } from "../../../adapters/execution/journal/verify.js";
import { restoreExecutionLayer } from "../../../adapters/execution/layer/execution-layer.js";
import { publicationOf } from "../../../adapters/execution/topic/key.js";
import { portfolioOf } from "../../../adapters/execution/portfolio/replay.js";
import { Portfolio } from "../../../adapters/execution/portfolio/portfolio.js";
import type { ExecutionLayer } from "../../../adapters/execution/layer/layer-terms.js";
import type { ExecutionEvent } from "../../../adapters/execution/schema/catalogue.js";
import { arbitraryLayerCase } from "../../../adapters/testing/arbitrary-layer.js";
import { CASE_INSTRUMENT, CASE_NAMES, runLayerCase } from "../../../adapters/testing/layer-case.js";
import type { CaseOutcome, LayerCase } from "../../../adapters/testing/layer-case.js";
import type { FakeVenue } from "../../../adapters/testing/fake-venue.js";
import { LAYER_CASES } from "../../../adapters/testing/order-cases.js";
import { repeatedInAnyOrder, runs } from "./made-up-events.js";
import { openSmallLayer, SMALL_TERMS, smallIntent, smallMarket, smallReport } from "./small-layer.js";

const { strategy, symbol } = CASE_NAMES;

/** What of a case's end the books of its layer do not say: its own, and those of what it only simulates. */
function faultsOf(given: LayerCase): readonly string[] {
  const outcome = runLayerCase(given);
  const { layer, venues, paper } = outcome;
  const { simulation } = layer;
  if (simulation === null) return bookFaults(outcome, layer, [...venues, paper]);
  return [...bookFaults(outcome, layer, venues), ...bookFaults(outcome, simulation, [paper])];
}

function bookFaults(
  outcome: CaseOutcome,
  layer: Pick<ExecutionLayer, "portfolio" | "position" | "manager">,
  venues: readonly FakeVenue[],
): readonly string[] {
  const symbols = [symbol, CASE_NAMES.otherSymbol];
  const sumOf = (of: (each: string) => bigint): bigint => symbols.map(of).reduce((sum, each) => sum + each, 0n);
  const there = sumOf((each) => venues.reduce((sum, venue) => sum + venue.position(each), 0n));
  const own = outcome.fills.filter(({ order }) => layer.manager.order(order.clientOrderId) !== null);
  const counted = own.reduce((sum, { order, fill }) => sum + signed(order.side, fill.quantity), 0n);
  const here = {
    portfolio: sumOf((each) => layer.portfolio.quantity(each)),
    strategies: sumOf((each) => layer.position(strategy, each) + layer.position(CASE_NAMES.otherStrategy, each)),
    counted,
  };
  const fills = venues.flatMap((each) => each.executions()).length;
  // A deposit is a posting too, and every strategy has one.
  const postings = layer.portfolio.through - outcome.terms.strategies.length;
  return [
    ...Object.entries(here).flatMap(([name, held]) =>
      held === there ? [] : [`${name} ${held}, ${there} at the venues`],
    ),
    ...(postings === fills ? [] : [`${postings} postings of ${fills} fills`]),
  ];
}

function signed(side: "buy" | "sell", quantity: bigint): bigint {
  return side === "buy" ? quantity : -quantity;
}

const optionsOf = ({ portfolio }: ExecutionLayer) => portfolio.options;

describe("the books of a layer", () => {
  it.each(LAYER_CASES.map((one) => [one.name, one] as const))("are the venue's in the case %s", (_, one) => {
    expect(faultsOf(one)).toEqual([]);
  });

  it("are the venue's, whatever the line did", () => {
    fc.assert(
      fc.property(arbitraryLayerCase(), (given) => {
        expect(faultsOf(given)).toEqual([]);
      }),
      runs(10),
    );
  });

  it("are those of its journal's postings, in any order with any of them repeated", () => {
    const cases = arbitraryLayerCase().chain((given) => {
      const { layer } = runLayerCase(given);
      return repeatedInAnyOrder(postingsIn(layer)).map((postings) => ({ layer, postings }));
    });
    fc.assert(
      fc.property(cases, ({ layer, postings }) => {
        const replayed = portfolioOf(optionsOf(layer), postings);
        expect(replayed.through).toBe(layer.portfolio.through);
        expect(replayed.quantity(symbol)).toBe(layer.portfolio.quantity(symbol));
        expect(replayed.totals("USD").cash).toBe(layer.portfolio.totals("USD").cash);
      }),
      runs(10),
    );
  });

  it("tie out behind every event, and in every snapshot", () => {
    fc.assert(
      fc.property(arbitraryLayerCase(), (given) => {
        const { layer } = runLayerCase(given);
        const portfolio = new Portfolio(optionsOf(layer));
        for (const event of layer.journal.events()) {
          if (event.kind === "fill" || event.kind === "movement") {
            portfolio.post(event);
            expectIdentity(portfolio.snapshot("0", "0"));
          } else if (event.kind === "portfolio") expectIdentity([event]);
        }
      }),
      runs(40),
    );
  });

  it("tag what is late after a cancel", () => {
    const tagsOf = (name: string): readonly string[] => {
      const given = LAYER_CASES.find((one) => one.name === name);
      if (given === undefined) throw new Error(`there is a case ${name}`);
      const { journal } = runLayerCase(given).layer;
      return journal.events().flatMap((event) => (event.kind === "fill" ? event.tags : []));
    };
    expect(tagsOf("late-fill")).toEqual(["late_after_cancel"]);
    expect(tagsOf("partial-fills")).toEqual([]);
  });
});

function postingsIn(layer: ExecutionLayer): readonly ExecutionEvent[] {
  return layer.journal.events().filter(({ kind }) => kind === "fill" || kind === "movement");
}

/** equity = start + realised + unrealised - fees + funding + interest + other, and cash + value. */
function expectIdentity(events: readonly ExecutionEvent[]): void {
  for (const event of events) {
    if (event.kind !== "portfolio" || event.account === null) continue;
    const amount = (name: keyof typeof event.account): bigint => BigInt(event.account?.[name] ?? "");
    const earned = amount("realised") + amount("unrealised") - amount("fees");
    const other = amount("funding") + amount("interest") + amount("other");
    expect(amount("equity")).toBe(amount("start") + earned + other);
    expect(amount("equity")).toBe(amount("cash") + amount("value"));
  }
}

/** A layer with an order to buy 10, and its id. */
function withOrder(): { readonly layer: ExecutionLayer; readonly id: string } {
  const layer = openSmallLayer();
  const [request] = layer.intent(smallIntent("1", "buy", "10"), smallMarket(60n), 1n).requests;
  if (request?.kind !== "place") throw new Error("an intent is an order");
  return { layer, id: request.terms.clientOrderId };
}

const quarantined = ({ letters }: ExecutionLayer): readonly string[] =>
  letters().map(({ reason, state }) => `${reason} ${state}`);

describe("reports of fills", () => {
  it("change nothing when they are repeated or come in another order, and count for the order manager", () => {
    const sizes = ["1", "2", "3", "4"];
    const reports = sizes.map((quantity, index) => ({ seq: index + 1, quantity }));
    fc.assert(
      fc.property(repeatedInAnyOrder(reports), (drawn) => {
        const { layer, id } = withOrder();
        for (const { seq, quantity } of drawn) layer.report(smallReport(id, seq, quantity), 5n);
        expect(layer.position(strategy, symbol)).toBe(10n);
        expect(layer.manager.order(id)).toMatchObject({ state: "filled", filled: 10n, isSettled: true });
        const fills = layer.journal.events().flatMap((event) => (event.kind === "fill" ? [event.seq] : []));
        expect(fills).toEqual([1, 2, 3, 4]);
        expect(layer.counters.count("ingest", "posted")).toBe(4);
        // Each is listed once: what was repeated is given up, what came before its turn was taken by itself.
        const left = layer.letters().map(({ reason, state, seq }) => `${reason} ${state} ${seq}`);
        expect(new Set(left).size).toBe(left.length);
        expect(left.filter((text) => !/^(duplicate discarded|out_of_order replayed) \d$/.test(text))).toEqual([]);
        const early = drawn.filter(({ seq }, at) => {
          const before = new Set(drawn.slice(0, at).map((one) => one.seq));
          return !before.has(seq) && Array.from({ length: seq - 1 }, (_, n) => n + 1).some((n) => !before.has(n));
        });
        expect(left.filter((text) => text.startsWith("out_of_order"))).toHaveLength(early.length);
        expect(layer.counters.count("ingest", "duplicate")).toBe(drawn.length - 4);
        const again = restoreExecutionLayer(SMALL_TERMS, readJournal(layer.journal.text(), layer.journal.checksums()));
        expect([again.letters(), again.journal.digest]).toEqual([layer.letters(), layer.journal.digest]);
      }),
      runs(30),
    );
  });

  it("go to the dead-letter stream with their reason, repeated or early, and the account balances", () => {
    const { layer, id } = withOrder();
    const told = (events: readonly ExecutionEvent[]) =>
      events.map((event) => (event.kind === "dead_letter" ? `${event.reason} ${event.state}` : event.kind));
    expect(told(layer.report(smallReport(id, 2, "4"), 5n).events)).toEqual(["out_of_order waiting"]);
    expect(told(layer.report(smallReport(id, 1, "6"), 6n).events).slice(0, 3)).toEqual([
      "fill",
      "fill",
      "out_of_order replayed",
    ]);
    const again = layer.report(smallReport(id, 1, "6"), 7n).events;
    expect(told(again)).toEqual(["duplicate discarded"]);
    expect(again.map((event) => publicationOf(event).topic)).toEqual(["main.live.trade.fills.dlq"]);
    expect(layer.portfolio.totals("USD")).toMatchObject({ cash: 19_000n, equity: 20_000n });
    expect([layer.counters.count("ingest", "posted"), layer.counters.count("ingest", "duplicate")]).toEqual([2, 1]);
  });

  it("in a status are no repetitions: they were asked for", () => {
    const { layer, id } = withOrder();
    const fill = { seq: 1, at: 1n, price: 100n, quantity: 4n, fee: 0n, liquidity: "taker" } as const;
    layer.receive({ kind: "fill", clientOrderId: id, ...fill }, 5n);
    const status = { kind: "status", clientOrderId: id, ask: 1, state: "open", carried: 0n } as const;
    layer.receive({ ...status, filled: 6n, fills: [fill, { ...fill, seq: 2, quantity: 2n }] }, 6n);
    expect([layer.position(strategy, symbol), layer.letters()]).toEqual([6n, []]);
    // A fill that is told again unasked is one.
    layer.receive({ kind: "fill", clientOrderId: id, ...fill }, 7n);
    expect(quarantined(layer)).toEqual(["duplicate discarded"]);
  });

  it("wait in quarantine when they are no fills of an order here, and are listed, repaired and replayed", () => {
    const { layer, id } = withOrder();
    layer.report(smallReport("somebody", 1, "2"), 5n);
    layer.report(smallReport(id, 1, "11"), 6n);
    layer.report("garbage", 7n);
    expect(quarantined(layer)).toEqual(["unknown_order waiting", "overfill waiting", "schema waiting"]);
    expect(layer.position(strategy, symbol)).toBe(0n);
    const [stranger, large, garbage] = layer.letters().map(({ letterId }) => letterId);
    const { events } = layer.repair(large ?? "", smallReport(id, 1, "4"), 8n);
    expect(events.map(({ kind }) => kind)).toEqual(["fill", "dead_letter", "open_order"]);
    layer.discard(garbage ?? "", 9n);
    expect(layer.replay(stranger ?? "", 10n).events).toEqual([]);
    expect(quarantined(layer)).toEqual(["unknown_order waiting", "overfill replayed", "schema discarded"]);
    expect(layer.position(strategy, symbol)).toBe(4n);
    expect(layer.manager.order(id)).toMatchObject({ state: "partially_filled", filled: 4n });
    expect(layer.portfolio.totals("USD")).toMatchObject({ cash: 19_600n, equity: 20_000n });
    layer.repair(stranger ?? "", smallReport(id, 2, "2"), 11n);
    expect(layer.position(strategy, symbol)).toBe(6n);
    expect(layer.replay(null, 12n).events).toEqual([]);
    expect(layer.counters.count("ingest", "overfill")).toBe(1);
  });

  it("of an answer about an order that nobody here knows are kept as they came", () => {
    const { layer } = withOrder();
    const fill = { seq: 1, at: 1n, price: 100n, quantity: 2n, fee: 0n, liquidity: "taker" } as const;
    layer.receive({ kind: "fill", clientOrderId: "somebody", ...fill }, 5n);
    expect(layer.letters().map(({ reason, orderId, seq }) => [reason, orderId, seq])).toEqual([
      ["schema", "somebody", 1],
    ]);
  });

  it("that wait for those before them are no commitment: what is held is not known", () => {
    const { layer, id } = withOrder();
    layer.report(smallReport(id, 2, "4"), 5n);
    expect(layer.commit(60n, { [symbol]: 100n }, 60n).events).toEqual([]);
    expect(layer.watermark()).toBe(0n);
    const late = layer.intent(smallIntent("2", "buy", "1"), smallMarket(120n), 61n);
    expect(late.refusals.map(({ stage, reason }) => `${stage} ${reason}`)).toEqual(["gate watermark"]);
    layer.report(smallReport(id, 1, "6"), 62n);
    expect(layer.commit(60n, { [symbol]: 100n }, 63n).events.length).toBeGreaterThan(0);
    expect(layer.intent(smallIntent("3", "sell", "1"), smallMarket(120n), 64n).requests).toHaveLength(1);
    expect(CASE_INSTRUMENT.symbol).toBe(symbol);
  });
});
