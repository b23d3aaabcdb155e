// The world of a layer: where it acts, what ends that, and what of another world or domain it takes.

import { describe, expect, it } from "vitest";
import { openExecutionLayer, restoreExecutionLayer } from "../../../adapters/execution/layer/execution-layer.js";
import type { ExecutionLayer, LayerTerms } from "../../../adapters/execution/layer/layer-terms.js";
import { Counters } from "../../../adapters/execution/outbox/counters.js";
import { caseActivation, caseDecision, caseIntent, caseWorld } from "../../../adapters/testing/layer-case.js";
import { DOMAINS, resolveWorld } from "../../../kernel/index.js";
import type { Clock, Domain, ResolvedWorld, WorldDecision } from "../../../kernel/index.js";
import { openSmallLayer, SMALL_TERMS, smallDeposit, smallIntent, smallMarket } from "./small-layer.js";

/** A layer in a domain, with cash and activations that let everything through. */
function openIn(domain: Domain, changes: Partial<LayerTerms> = {}): ExecutionLayer {
  const world = caseWorld(domain);
  const layer = openExecutionLayer({ ...SMALL_TERMS, world, clock: world.clock, ...changes });
  for (const side of ["long", "short"] as const) layer.activate(caseActivation({ side }, domain, 0n), 0n, 0n);
  for (const strategy of SMALL_TERMS.strategies) layer.move({ ...smallDeposit(strategy, "10000"), domain }, 0n);
  layer.commit(0n, {}, 0n);
  return layer;
}

const LIMIT = { constraints: { limit: "100" } };
const size = { type: "quantity", value: "1" } as const;
const brief = (part: Partial<WorldDecision>): ResolvedWorld =>
  resolveWorld(caseDecision("live", part), { world: "main", nowNs: 0n });
const reasonsOf = ({ refusals }: { refusals: readonly { stage: string; reason: string }[] }): readonly string[] =>
  refusals.map(({ stage, reason }) => `${stage} ${reason}`);

describe("the domain of a layer", () => {
  it.each([
    ["live", "venue", []],
    ["dryrun", "simulation", []],
    ["shadow", undefined, ["gate activation_disabled"]],
    ["backtest", undefined, ["gate activation_disabled"]],
  ] as const)("%s sends an order to %s, with the refusals %j", (domain, destination, refused) => {
    const layer = openIn(domain);
    const output = layer.intent(caseIntent({ intentId: "1", side: "buy", size }, domain, 1n), smallMarket(60n), 1n);
    expect([output.requests.map((one) => one.destination)[0], reasonsOf(output)]).toEqual([destination, refused]);
  });

  it("is not stated by whoever opens it: a world is resolved", () => {
    const stated = { ...caseWorld("live") };
    expect(() => openSmallLayer({ world: stated })).toThrow("world: expected a world that resolveWorld gave");
    const typed = { ...stated, domain: "production" } as unknown as ResolvedWorld;
    expect(() => openSmallLayer({ world: typed })).toThrow("world: expected a world that resolveWorld gave");
    const safe = resolveWorld(null, { world: "main", nowNs: 0n });
    expect(() => openSmallLayer({ world: safe })).toThrow("world/clock");
  });

  it("goes by its clock, or the layer does not open", () => {
    const clocks: Record<Domain, Clock> = {
      backtest: "virtual",
      dryrun: "virtual-over-live",
      live: "wall",
      shadow: "wall",
    };
    for (const domain of DOMAINS) {
      for (const clock of ["virtual", "virtual-over-live", "wall"] as const) {
        const open = () => openSmallLayer({ world: caseWorld(domain), clock }, false);
        if (clocks[domain] !== clock) expect(open).toThrow(`clock: expected the clock of the domain ${domain}`);
      }
    }
  });
});

describe("the world of a layer", () => {
  it("ends at the instant at which its decision is stale: nothing leaves, and what is open is cancelled", () => {
    const layer = openSmallLayer({ world: brief({ ttlNs: "50" }) });
    const send = (id: string, time: bigint) => layer.intent(smallIntent(id, "buy", "1", LIMIT), smallMarket(60n), time);
    expect(send("a", 49n).requests).toHaveLength(1);
    expect(layer.nextDue()).toBe(50n);
    expect(layer.advance(49n).requests).toEqual([]);
    expect(layer.advance(50n).requests.map(({ kind }) => kind)).toEqual(["cancel"]);
    const late = send("b", 51n);
    expect([late.requests, reasonsOf(late)]).toEqual([[], ["gate activation_unknown"]]);
    expect(late.refusals[0]?.text).toBe("main is in safe mode, stale: it counted until 50");
    expect(layer.world(51n)).toMatchObject({ domain: "backtest", safeMode: true, reason: "stale" });
  });

  it("ends with the next input where nobody let time pass, in front of what that input does", () => {
    const layer = openSmallLayer({ world: brief({ ttlNs: "50" }) });
    layer.intent(smallIntent("a", "buy", "1", LIMIT), smallMarket(60n), 1n);
    const output = layer.intent(smallIntent("b", "buy", "1"), smallMarket(60n), 60n);
    expect([output.requests.map(({ kind }) => kind), reasonsOf(output)]).toEqual([
      ["cancel"],
      ["gate activation_unknown"],
    ]);
    const again = restoreExecutionLayer({ ...SMALL_TERMS, world: brief({ ttlNs: "50" }) }, layer.journal);
    expect(again.journal.digest).toBe(layer.journal.digest);
  });

  it("turns by what its service says, and back, and counts why it was safe", () => {
    const layer = openSmallLayer();
    const send = (id: string, time: bigint) =>
      reasonsOf(layer.intent(smallIntent(id, "buy", "1"), smallMarket(60n), time));
    layer.intent(smallIntent("open", "buy", "1", LIMIT), smallMarket(60n), 1n);
    expect(layer.decide("unreachable", 2n).requests.map(({ kind }) => kind)).toEqual(["cancel"]);
    expect(send("a", 3n)).toEqual(["gate activation_unknown"]);
    layer.decide(caseDecision("live"), 4n);
    expect(send("b", 5n)).toEqual([]);
    layer.decide(caseDecision("dryrun", { version: 1 }), 6n);
    expect(send("c", 7n)).toEqual(["gate activation_disabled"]);
    layer.decide(caseDecision("live"), 8n);
    expect(send("d", 9n)).toEqual(["gate activation_unknown"]);
    layer.decide({ ...caseDecision("live", { version: 2 }), policies: [] }, 10n);
    layer.decide(caseDecision("live", { version: 3 }), 11n);
    expect(send("e", 12n)).toEqual([]);
    expect(layer.counters.rows().filter(({ stage }) => stage === "world")).toEqual([
      { stage: "world", reason: "no_policy", count: 1 },
      { stage: "world", reason: "superseded", count: 1 },
      { stage: "world", reason: "unreachable", count: 1 },
    ]);
    const again = restoreExecutionLayer(SMALL_TERMS, layer.journal);
    expect(again.journal.digest).toBe(layer.journal.digest);
    expect(again.world(12n)).toEqual(layer.world(12n));
  });

  it("does not lift what its owner forbids, and its owner does not lift what it forbids", () => {
    const layer = openSmallLayer();
    const send = (id: string) => reasonsOf(layer.intent(smallIntent(id, "buy", "1"), smallMarket(60n), 9n));
    layer.leave(false, 2n);
    layer.decide("unreachable", 3n);
    layer.decide(caseDecision("live"), 4n);
    expect(send("a")).toEqual(["publish simulation_only"]);
    layer.decide("unreachable", 5n);
    layer.leave(true, 6n);
    expect(send("b")).toEqual(["gate activation_unknown"]);
    layer.decide(caseDecision("live"), 7n);
    expect(send("c")).toEqual([]);
  });
});

describe("what is of another world or domain", () => {
  it("is refused, and counted: a journal, an event", () => {
    const crossings = new Counters();
    const live = openIn("live");
    const world = caseWorld("dryrun");
    const terms = { ...SMALL_TERMS, world, clock: world.clock, crossings };
    expect(() => restoreExecutionLayer(terms, live.journal)).toThrow(
      "journal: expected a journal of main in dryrun, received one of main in live (world/context)",
    );
    expect(crossings.rows()).toEqual([{ stage: "journal", reason: "live", count: 1 }]);
    const dry = openIn("dryrun", { crossings });
    expect(() => dry.activate(caseActivation({}, "live", 0n), 0n, 1n)).toThrow("expected main dryrun");
    dry.intent(smallIntent("1", "buy", "1"), smallMarket(60n), 1n);
    expect(crossings.rows().map(({ stage, reason, count }) => `${stage} ${reason} ${count}`)).toEqual([
      "activation live 1",
      "intent live 1",
      "journal live 1",
    ]);
    expect(dry.counters.count("intent", "invalid_order")).toBe(1);
  });
});

describe("an activation that is none", () => {
  const good = caseActivation({ side: "long", version: 1 }, "live", 0n);
  const spoilt: readonly (readonly [string, object, readonly string[]])[] = [
    ["a weight of NaN, with a freeze", { weight: "NaN", freeze: true }, ["cancel"]],
    ["a weight of NaN alone", { weight: Number.NaN }, []],
    ["a weight beyond the whole", { weight: "1.5" }, []],
    ["a freeze that is no truth value", { freeze: "yes" }, ["cancel"]],
    ["a mode that is not known", { effectiveMode: "prod" }, []],
    ["a drain that is not known", { drain: "soon" }, ["cancel"]],
    ["a side that is not known", { side: "both" }, []],
    ["a domain that is not known", { domain: "prod" }, []],
    ["a field too many", { also: 1 }, []],
  ];

  it.each(spoilt)("but has %s, is told and journalled, and refuses until a newer one comes", (_, part, requests) => {
    const layer = openSmallLayer();
    const send = (id: string, bucket: bigint, time: bigint) =>
      layer.intent(smallIntent(id, "buy", "1", LIMIT), smallMarket(bucket), time);
    expect(send("a", 60n, 1n).requests).toHaveLength(1);
    const told = layer.activate({ ...good, ...part }, 60n, 2n);
    expect(reasonsOf(told)).toEqual(["gate activation_unknown"]);
    expect(told.refusals[0]?.text).toContain("event/schema");
    expect(told.requests.map(({ kind }) => kind)).toEqual(requests);
    expect(told.events[0]).toMatchObject({ kind: "ack", reason: "activation_unknown" });
    expect(reasonsOf(send("b", 60n, 3n))).toEqual(["gate activation_unknown"]);
    for (const side of ["long", "short"] as const) layer.activate({ ...good, side, version: 2 }, 60n, 4n);
    layer.commit(60n, {}, 60n);
    expect(reasonsOf(send("c", 120n, 61n))).toEqual([]);
    expect(restoreExecutionLayer(SMALL_TERMS, layer.journal).journal.digest).toBe(layer.journal.digest);
  });

  it("and is not of this world is bad input, as before", () => {
    const layer = openSmallLayer();
    const before = layer.journal.digest;
    expect(() => layer.activate({ ...good, world: "other", weight: "NaN" }, 60n, 2n)).toThrow("activation.weight");
    expect(() => layer.activate({ ...good, domain: "shadow", weight: "NaN" }, 60n, 2n)).toThrow("activation.weight");
    expect(() => layer.activate("freeze!", 60n, 2n)).toThrow("activation: expected");
    expect(layer.journal.digest).toBe(before);
  });
});

describe("an intent from the future", () => {
  it("is refused, and keeps nobody from getting out", () => {
    const layer = openSmallLayer();
    const send = (id: string, strategy: string, ts: string, side: "buy" | "sell" = "buy") =>
      reasonsOf(layer.intent({ ...smallIntent(id, side, "1"), strategy, ts }, smallMarket(60n), 5n));
    expect(send("a", "value", "9000000000000000000")).toEqual(["intent invalid_order"]);
    expect([send("b", "value", "5"), send("c", "trend", "5", "sell")]).toEqual([[], []]);
  });
});
