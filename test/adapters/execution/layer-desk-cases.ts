// What a live layer only simulates, apart from what it holds; and orders that go through flat.

import { describe, expect, it } from "vitest";
import type { Check } from "../../../adapters/execution/check/approval.js";
import { openExecutionLayer, restoreExecutionLayer } from "../../../adapters/execution/layer/execution-layer.js";
import type {
  ExecutionLayer,
  GateFacts,
  LayerOutput,
  LayerTerms,
} from "../../../adapters/execution/layer/layer-terms.js";
import { reduces } from "../../../adapters/execution/order/order-terms.js";
import { publicationOf } from "../../../adapters/execution/topic/key.js";
import { portfolioOf } from "../../../adapters/execution/portfolio/replay.js";
import { RISK_LIMITS, riskChecks } from "../../../adapters/execution/check/risk-checks.js";
import type { ActivationEvent } from "../../../adapters/execution/schema/activation.js";
import type { IntentEvent } from "../../../adapters/execution/schema/intent.js";
import { verifyJournal } from "../../../adapters/execution/journal/verify.js";
import { CASE_INSTRUMENT, caseActivation, caseWorld } from "../../../adapters/testing/layer-case.js";
import { openSmallLayer, SMALL_TERMS, smallDeposit, smallIntent, smallMarket, smallReport } from "./small-layer.js";

const SYMBOL = CASE_INSTRUMENT.symbol;

type SizeType = IntentEvent["size"]["type"];

/** A layer that is driven: a bucket an intent, and everything that it sends is filled at 100. */
function driven(changes: Partial<LayerTerms> = {}) {
  const layer = openSmallLayer(changes);
  let at = 0n;
  const intent = (side: "buy" | "sell", type: SizeType, value: string, constraints = {}) => {
    const size = { type, value };
    const name = `i${at}`;
    return layer.intent(smallIntent(name, side, value, { size, constraints }), smallMarket(at + 60n), at);
  };
  const fill = (output: LayerOutput): readonly LayerOutput[] =>
    output.requests.flatMap((request) => {
      if (request.kind !== "place") return [];
      const { clientOrderId, quantity } = request.terms;
      const message = { kind: "fill", clientOrderId, seq: 1, at, price: 100n, quantity, fee: 0n } as const;
      return [layer.receive({ ...message, liquidity: "taker" }, at)];
    });
  const act = (...args: Parameters<typeof intent>) => {
    at += 60n;
    layer.commit(at, {}, at);
    const output = intent(...args);
    return { output, filled: fill(output) };
  };
  let version = 0;
  const say = (side: "long" | "short", part: Partial<ActivationEvent>) =>
    layer.activate(caseActivation({ side, version: ++version, ...part }, "live", 0n), at + 60n, at);
  return { layer, act, say };
}

const sent = ({ requests }: LayerOutput): readonly string[] =>
  requests.flatMap((one) =>
    one.kind === "place" ? [`${one.destination} ${one.terms.side} ${one.terms.quantity}`] : [],
  );
const reasons = ({ refusals }: LayerOutput): readonly string[] =>
  refusals.map(({ stage, reason }) => `${stage} ${reason}`);
const held = (layer: ExecutionLayer): readonly (bigint | undefined)[] => [
  layer.position("trend", SYMBOL),
  layer.simulation?.position("trend", SYMBOL),
];

const PAPER_BUYS: Check<GateFacts> = {
  name: "paperBuys",
  judge: ({ side }) => (side === "buy" ? { kind: "simulate", text: "buys on paper" } : { kind: "allow" }),
};

describe("what a live layer only simulates", () => {
  it("leaves what is held at venues: an exit in paper mode is refused aloud, and goes once the mode is live", () => {
    const { layer, act, say } = driven();
    act("buy", "quantity", "5");
    say("long", { effectiveMode: "paper" });
    const { output } = act("buy", "target_quantity", "0");
    expect([sent(output), reasons(output)]).toEqual([[], ["gate simulation_only"]]);
    expect(output.refusals[0]?.text).toContain("what is held at venues stays as it is");
    const told = output.events.flatMap((one) => (one.kind === "ack" ? [[one.domain, one.reason, one.wanted]] : []));
    expect(told).toEqual([["live", "simulation_only", "5"]]);
    expect(held(layer)).toEqual([5n, 0n]);
    say("long", {});
    // What lifts a mode does so at once: it only acts on what is sent next.
    expect(sent(act("buy", "target_quantity", "0").output)).toEqual(["venue sell 5"]);
    expect(held(layer)).toEqual([0n, 0n]);
  });

  it("is a position of its own, which what it opened gets out of, and sells nothing that is not held", () => {
    const { layer, act } = driven({ gates: [PAPER_BUYS] });
    const { output, filled } = act("buy", "quantity", "5");
    expect([sent(output), reasons(output)]).toEqual([["simulation buy 5"], ["gate simulation_only"]]);
    const fill = filled[0]?.events.find(({ kind }) => kind === "fill");
    expect(fill).toMatchObject({ kind: "fill", domain: "dryrun", world: "main" });
    if (fill?.kind !== "fill") throw new Error("a fill is told");
    expect(publicationOf(fill).topic).toBe("main.dryrun.trade.fills");
    expect([held(layer), layer.portfolio.totals("USD", "trend").cash]).toEqual([[0n, 5n], 10_000n]);
    expect(layer.simulation?.portfolio.totals("USD", "trend").cash).toBe(9_500n);
    expect(sent(act("buy", "target_quantity", "0").output)).toEqual(["simulation sell 5"]);
    expect(held(layer)).toEqual([0n, 0n]);
  });

  it("is closed by an amount before that opens anything at a venue, and is not sold twice", () => {
    const { layer, act } = driven({ gates: [PAPER_BUYS] });
    act("buy", "quantity", "5");
    expect(sent(act("sell", "quantity", "5").output)).toEqual(["simulation sell 5"]);
    act("buy", "quantity", "5");
    expect(sent(act("sell", "quantity", "8").output)).toEqual(["venue sell 3", "simulation sell 5"]);
    expect(held(layer)).toEqual([-3n, 0n]);
    // What opens may only be simulated: of eight, five went out at the venue.
    const short = driven();
    short.act("buy", "quantity", "5");
    short.say("short", { effectiveMode: "paper" });
    expect(sent(short.act("sell", "quantity", "8").output)).toEqual(["venue sell 5", "simulation sell 3"]);
    expect(held(short.layer)).toEqual([0n, -3n]);
  });

  it("counts in no fact of the live account: position, cash, exposure, open orders, orders without an answer", () => {
    const seen: (readonly [string, GateFacts])[] = [];
    const watching: Check<GateFacts> = {
      name: "watching",
      judge: (order, facts) => {
        seen.push([order.intentId, facts]);
        return { kind: "allow" };
      },
    };
    const outbox = { unacknowledgedMax: 1, unacknowledgedResume: 0, lagNsMax: 1_000n, lagNsResume: 0n, capacity: 1 };
    const layer = openSmallLayer({ outbox, gates: [watching] });
    layer.activate(caseActivation({ side: "long", version: 1, effectiveMode: "paper" }, "live", 0n), 60n, 0n);
    const limit = { constraints: { limit: "90" } };
    expect(sent(layer.intent(smallIntent("a", "buy", "5", limit), smallMarket(60n), 1n))).toEqual(["simulation buy 5"]);
    layer.activate(caseActivation({ side: "long", version: 2 }, "live", 0n), 60n, 2n);
    seen.length = 0;
    const target = { size: { type: "target_quantity", value: "1" } } as const;
    expect(sent(layer.intent(smallIntent("b", "buy", "1", target), smallMarket(60n), 3n))).toEqual(["venue buy 1"]);
    const [, live] = seen[0] ?? [];
    expect(live).toMatchObject({ position: 0n, openBuy: 0n, unanswered: 0, cash: 10_000n, exposure: 0n });
    const [, simulated] = seen[1] ?? [];
    expect(simulated).toMatchObject({ position: 0n, openBuy: 5n, unanswered: 1, cash: 9_550n });
    const again = layer.intent(smallIntent("c", "buy", "1"), smallMarket(60n), 4n);
    expect(reasons(again)).toEqual(["publish backpressure"]);
    expect(layer.manager.openOrders()).toHaveLength(1);
    expect(layer.simulation?.manager.openOrders()).toHaveLength(1);
  });

  it("is cancelled, replaced, asked about and reported on by its id, as any order is", () => {
    const layer = openSmallLayer({ gates: [PAPER_BUYS] });
    const limit = { constraints: { limit: "90" } };
    layer.intent(smallIntent("a", "buy", "5", limit), smallMarket(60n), 1n);
    const [view] = layer.simulation?.manager.openOrders() ?? [];
    if (view === undefined) throw new Error("paper has the order");
    const { clientOrderId, orderId } = view.order;
    layer.receive({ kind: "accepted", clientOrderId }, 2n);
    const replaced = layer.replace(clientOrderId, { limit: 91n }, smallMarket(60n), 3n);
    expect(replaced.requests).toMatchObject([{ kind: "replace", destination: "simulation", terms: { limit: 91n } }]);
    const reported = layer.report(smallReport(orderId, 1, "2"), 4n);
    expect(reported.events.flatMap((one) => (one.kind === "fill" ? [one.domain] : []))).toEqual(["dryrun"]);
    expect(layer.cancel(clientOrderId, 5n).requests).toMatchObject([{ kind: "cancel", destination: "simulation" }]);
    layer.report(smallReport(orderId, 9_000, "2"), 6n);
    const [letter] = layer.letters();
    expect(letter).toMatchObject({ domain: "dryrun", reason: "out_of_order" });
    expect(layer.discard(letter?.letterId ?? "", 7n).events).toMatchObject([{ domain: "dryrun", state: "discarded" }]);
    expect(layer.resume(8n).requests.every(({ destination }) => destination === "simulation")).toBe(true);
    expect(layer.nextDue()).toBe(layer.simulation?.manager.nextDue());
    expect(held(layer)).toEqual([0n, 2n]);
  });

  it("is cancelled by a freeze, as what is open at venues is, and what it fills behind that is tagged", () => {
    const layer = openSmallLayer({ gates: [PAPER_BUYS] });
    layer.intent(smallIntent("a", "buy", "5", { constraints: { limit: "90" } }), smallMarket(60n), 1n);
    const id = layer.simulation?.manager.openOrders()[0]?.order.clientOrderId ?? "";
    const said = layer.activate(caseActivation({ side: "long", version: 1, freeze: true }, "live", 0n), 60n, 2n);
    expect(said.requests).toMatchObject([{ kind: "cancel", clientOrderId: id, destination: "simulation" }]);
    const late = { kind: "fill", clientOrderId: id, seq: 1, at: 3n, price: 90n, quantity: 2n, fee: 0n } as const;
    const { events } = layer.receive({ ...late, liquidity: "maker" }, 3n);
    const fills = events.filter((one) => one.kind === "fill");
    expect(fills).toMatchObject([{ domain: "dryrun", tags: ["late_after_freeze"] }]);
  });

  it("has a journal that makes its books, and is made again with the layer by the layer's journal alone", () => {
    const terms = { gates: [PAPER_BUYS] };
    const { layer, act } = driven(terms);
    act("buy", "quantity", "5");
    act("sell", "quantity", "2");
    const { simulation, journal, counters } = layer;
    if (simulation === null) throw new Error("a live layer simulates");
    const domains = (entries: typeof journal.entries): readonly string[] => [
      ...new Set(entries.flatMap(({ event }) => ("domain" in event ? [event.domain] : []))),
    ];
    expect([domains(journal.entries), domains(simulation.journal.entries)]).toEqual([["live"], ["dryrun"]]);
    expect(verifyJournal(simulation.journal.text(), simulation.journal.checksums()).fault).toBeNull();
    const again = restoreExecutionLayer({ ...SMALL_TERMS, ...terms }, journal);
    expect(again.simulation?.journal.digest).toBe(simulation.journal.digest);
    expect(again.simulation?.manager.orders()).toEqual(simulation.manager.orders());
    const books = { world: "main", domain: "dryrun", scope: "strategy", costing: "average" } as const;
    const folded = portfolioOf({ ...books, instruments: [CASE_INSTRUMENT] }, simulation.journal.events());
    expect(folded.snapshot("0", "0")).toEqual(simulation.portfolio.snapshot("0", "0"));
    expect([counters.count("ingest", "posted"), simulation.counters.count("ingest", "posted")]).toEqual([0, 2]);
  });

  it("tells its own refusals on its own stream, and counts them apart", () => {
    const { layer, act } = driven({ gates: [PAPER_BUYS] });
    const { output } = act("buy", "quantity", "50");
    // A tenth of 10,000 is the limit of a position, in each account.
    expect(sent(output)).toEqual(["simulation buy 10"]);
    const acks = output.events.flatMap((one) =>
      one.kind === "ack" ? [`${one.domain} ${one.status} ${one.reason}`] : [],
    );
    expect(acks).toContain("dryrun reduced position_size_limit");
    const { output: full } = act("buy", "quantity", "50");
    expect([sent(full), reasons(full)]).toEqual([[], ["gate simulation_only"]]);
    expect(layer.simulation?.counters.count("risk", "position_size_limit")).toBe(1);
    expect(layer.counters.count("risk", "position_size_limit")).toBe(0);
  });

  it("is not there outside of the live domain, and has nothing to say where nothing is simulated", () => {
    const { layer, act } = driven();
    act("buy", "quantity", "5");
    act("buy", "target_quantity", "0");
    const dry = openExecutionLayer({ ...SMALL_TERMS, world: caseWorld("dryrun"), clock: "virtual-over-live" });
    expect(dry.simulation).toBeNull();
    const told = layer.simulation?.journal.entries.map(({ event }) => event.kind);
    expect(told).toEqual(["movement", "movement"]);
  });
});

describe("an order through flat", () => {
  const flips: readonly (readonly [string, "long" | "short", Partial<ActivationEvent>, readonly string[]])[] = [
    ["a drain of what is held", "long", { drain: true }, ["venue sell 10"]],
    ["a drain of what would open", "short", { drain: true }, ["venue sell 5"]],
    ["a freeze of what would open", "short", { freeze: true }, ["venue sell 5"]],
    ["no activity of what would open", "short", { active: false }, ["venue sell 5"]],
    ["a freeze of what is held", "long", { freeze: true }, []],
    ["paper for what would open", "short", { effectiveMode: "paper" }, ["venue sell 5", "simulation sell 5"]],
    ["paper for what is held", "long", { effectiveMode: "paper" }, ["simulation sell 5"]],
    ["nothing said", "short", {}, ["venue sell 10"]],
  ];

  it.each(flips)("with %s (%s, %j) sends %j", (_, side, part, expected) => {
    const { layer, act, say } = driven();
    act("buy", "quantity", "5");
    say(side, part);
    const { output } = act("sell", "target_quantity", "5");
    expect(sent(output)).toEqual(expected);
    const isCut = expected[0] === "venue sell 5";
    const reduced = output.events.filter((one) => one.kind === "ack" && one.status === "reduced");
    expect(reduced.filter(({ domain }) => domain === "live")).toHaveLength(isCut ? 1 : 0);
    expect(layer.position("trend", SYMBOL)).toBe(expected.includes("venue sell 10") ? -5n : isCut ? 0n : 5n);
  });

  it("is cut to what only reduces by whichever check refuses the rest, with the reason, and the trace says so", () => {
    const flat: Check<GateFacts> = {
      name: "noShorts",
      judge: ({ side, quantity }, { position, openSell }) =>
        side === "buy" || reduces(side, quantity, position, openSell)
          ? { kind: "allow" }
          : { kind: "reject", reason: "not_shortable", text: "no shorts" },
    };
    const { act } = driven({ gates: [flat] });
    act("buy", "quantity", "5");
    const { output } = act("sell", "quantity", "9");
    expect([sent(output), reasons(output)]).toEqual([["venue sell 5"], []]);
    expect(output.events).toContainEqual(
      expect.objectContaining({ kind: "ack", status: "reduced", reason: "not_shortable", wanted: "9", leaves: "5" }),
    );
    const [decision] = output.events.filter((one) => one.kind === "decision");
    expect(decision).toMatchObject({ outcome: "acted", quantity: "5", action: "defer" });
    const trace = decision?.kind === "decision" ? decision.trace : [];
    expect(trace.filter(({ check }) => check === "noShorts").map(({ outcome }) => outcome)).toEqual([
      "adjusted",
      "passed",
    ]);
  });

  it("keeps its exit where the account is beyond its drawdown, and under limits that refuse instead of cutting", () => {
    const { layer, act } = driven();
    act("buy", "quantity", "5");
    // From 10,000 to 8,000 is more than 15 %.
    layer.move(smallDeposit("trend", "-2000"), 61n);
    expect(sent(act("sell", "quantity", "9").output)).toEqual(["venue sell 5"]);
    const strict = driven({ risk: riskChecks({ ...RISK_LIMITS, dynamicSizing: false }) });
    strict.act("buy", "quantity", "5");
    expect(sent(strict.act("sell", "quantity", "30").output)).toEqual(["venue sell 5"]);
  });

  it("may only reduce where it says so: it is cut to what is held, also in a drain", () => {
    const { act, say } = driven();
    const only = { reduceOnly: true };
    expect(reasons(act("sell", "quantity", "1", only).output)).toEqual(["sizing reduce_only"]);
    act("buy", "quantity", "5");
    expect(reasons(act("buy", "quantity", "1", only).output)).toEqual(["sizing reduce_only"]);
    say("long", { drain: true });
    expect(sent(act("sell", "quantity", "20", only).output)).toEqual(["venue sell 5"]);
  });

  /** Five held, and a sale of three at rest that may only reduce. */
  const resting = () => {
    const { layer, act } = driven();
    act("buy", "quantity", "5");
    const rest = { constraints: { limit: "105", reduceOnly: true } };
    layer.intent(smallIntent("rest", "sell", "3", rest), smallMarket(120n), 61n);
    const id = layer.manager.openOrders()[0]?.order.clientOrderId ?? "";
    layer.receive({ kind: "accepted", clientOrderId: id }, 62n);
    return { layer, act, id };
  };

  it("may only reduce also where it is changed", () => {
    const { layer, id } = resting();
    const larger = layer.replace(id, { quantity: 9n }, smallMarket(120n), 63n);
    expect(larger.requests).toMatchObject([{ kind: "replace", terms: { quantity: 5n } }]);
  });

  it("may only reduce, and is refused a change where nothing is held any more", () => {
    const { layer, act, id } = resting();
    act("sell", "quantity", "5");
    expect(reasons(layer.replace(id, { quantity: 2n }, smallMarket(180n), 123n))).toEqual(["sizing reduce_only"]);
  });
});
