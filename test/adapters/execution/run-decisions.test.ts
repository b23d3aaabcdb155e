// Decisions, activations and exits of a run as events: each valid, each once, under its topic and key, and found from
// the order that came of it.

import { describe, expect, it } from "vitest";
import { checkedAnyEvent, eventsOfRun, lineageOfOrder, publicationOf } from "../../../adapters/execution/index.js";
import type { PublishedEvent, PublishedKind } from "../../../adapters/execution/index.js";
import {
  activationGate,
  atr,
  bars,
  commitmentSizer,
  decisionChecks,
  gt,
  lt,
  select,
  stopManager,
  targetPercent,
} from "../../../kernel/index.js";
import type { RunResult } from "../../../kernel/index.js";
import { hour, hours, onVolume, runPanel } from "../../run/commitment-runs.js";
import { messages } from "../../run/gate-runs.js";
import { barsTape, flatBars, HOUR_NS, runOrders } from "../../run/order-lines.js";
import type { Bar } from "../../run/order-lines.js";

/** The events of a run, each valid and each with a key of its own, snapshots apart. */
function eventsOf(result: RunResult): readonly PublishedEvent[] {
  const events = [...eventsOfRun(result, { world: "main", strategy: "trend", snapshots: "postings" })];
  for (const event of events) expect(checkedAnyEvent(event, "event")).toEqual({ event });
  const keys = events.filter(({ kind }) => kind !== "portfolio").map((event) => publicationOf(event).idempotencyKey);
  expect(new Set(keys).size).toBe(keys.length);
  return events;
}

const ofKind = <Kind extends PublishedKind>(events: readonly PublishedEvent[], kind: Kind) =>
  events.filter((event): event is Extract<PublishedEvent, { kind: Kind }> => event.kind === kind);

const { close, high, low } = bars();

describe("the decisions of a run", () => {
  const checks = decisionChecks({ window: false });
  const sizer = commitmentSizer({ cap: 5_000 });
  const result = runPanel(onVolume({ checks, sizer }), {
    A: [hour(10_000, 90), hour(10_000, 20), hour(10_000), hour(10_000, 200), ...hours(3, 10_000)],
  });
  const events = eventsOf(result);

  it("have the whole trace, whether they acted or not", () => {
    const decisions = ofKind(events, "decision");
    expect(decisions.map(({ action, outcome, reason, side }) => [action, outcome, reason, side])).toEqual([
      ["commit", "acted", null, "buy"],
      ["commit", "skipped", "insufficient_confidence", "buy"],
      ["defer", "acted", null, "sell"],
    ]);
    expect(decisions[0]).toMatchObject({ confidence: "0.9", quantity: "50", policy: "commitment", strategy: "trend" });
    expect(decisions[0]?.trace.slice(0, 3)).toEqual([
      { check: "breaker", outcome: "passed", reason: null, value: String(HOUR_NS), limit: null, note: null },
      { check: "window", outcome: "passed", reason: null, value: String(HOUR_NS), limit: null, note: null },
      { check: "confidence", outcome: "passed", reason: null, value: "0.9", limit: "0.55", note: null },
    ]);
    expect(decisions[0]?.trace.find(({ check }) => check === "size_base")).toMatchObject({
      outcome: "noted",
      value: "100000",
      limit: "8181.81",
    });
    expect(decisions[1]?.trace.at(-1)).toMatchObject({
      check: "confidence",
      outcome: "failed",
      reason: "insufficient_confidence",
      value: "0.2",
    });
    expect(publicationOf(decisions[0] as PublishedEvent).topic).toBe("main.backtest.trade.decisions");
  });

  it("are found from the orders that came of them", () => {
    const [entry, exit] = ofKind(events, "order");
    const [commit, , defer] = ofKind(events, "decision");
    expect(lineageOfOrder(events, entry?.orderId ?? "")?.decisions).toEqual([commit]);
    const lineage = lineageOfOrder(events, exit?.orderId ?? "");
    expect(lineage?.decisions).toEqual([defer]);
    expect(lineage?.exitSignals.map(({ trigger, quantity, decisionId }) => [trigger, quantity, decisionId])).toEqual([
      ["defer", "50", defer?.decisionId],
    ]);
    expect(lineage?.fills.map(({ quantity }) => quantity)).toEqual(["50"]);
  });
});

describe("the exits of a run", () => {
  it("are signalled by stops and targets at their first fill, with the level and the price", () => {
    const stops = stopManager();
    const engine = onVolume({ atr: atr(high, low, close, 2), stops, sizer: commitmentSizer({ cap: 5_000 }) });
    const bar = (from: number, to: number, says = 1_000_000): Bar => [
      from,
      Math.max(from, to) + 50,
      Math.min(from, to) - 50,
      to,
      says,
    ];
    const rows = (last: number): readonly Bar[] => [
      bar(10_000, 10_000),
      bar(10_000, 10_000),
      bar(10_000, 10_000, 90),
      bar(10_000, 10_000),
      bar(10_000, last),
      ...hours(2, last),
    ];
    const exits = (last: number) => {
      const events = eventsOf(runPanel(engine, { A: rows(last) }));
      const [signal] = ofKind(events, "exit_signal");
      const fill = ofKind(events, "fill").at(-1);
      expect(signal?.correlationId).toBe(fill?.correlationId);
      expect(events.findIndex(({ kind }) => kind === "exit_signal")).toBe(
        events.findIndex((event) => event === fill) - 1,
      );
      expect([signal?.mark, signal?.quantity]).toEqual([fill?.price, fill?.quantity]);
      return [signal?.trigger, signal?.level, signal?.mark];
    };
    expect(exits(9_000)).toEqual(["stop", "98", "98"]);
    expect(exits(11_000)).toEqual(["target", "103", "103"]);
  });

  it("are signalled by a stop that was made anew after a freeze", () => {
    const gates = { activation: activationGate({ assume: "active" }) };
    const engine = onVolume({ atr: 2, stops: stopManager(), sizer: commitmentSizer({ cap: 5_000 }), gates });
    const lifted = messages({ hour: 2.5, version: 1, freeze: true }, { hour: 3.5, version: 2 });
    const events = eventsOf(
      runPanel(engine, { A: [hour(10_000, 90), ...hours(3, 10_000), ...hours(2, 9_000)] }, lifted),
    );
    const signals = ofKind(events, "exit_signal").map(({ trigger, level, mark }) => [trigger, level, mark]);
    expect(signals).toEqual([["stop", "96", "90"]]);
  });

  it("are signalled for each fill of a liquidation", () => {
    const falling = Array.from({ length: 30 }, (_, row) => 10_000 - 200 * row);
    const account = { kind: "margin", leverage: 5, marginMode: "isolated" } as const;
    const tape = barsTape("A", flatBars(...falling));
    const events = eventsOf(
      runOrders([targetPercent(4, { when: gt(close, 99.5) })], [tape], { account, cash: "100000" }),
    );
    const signals = ofKind(events, "exit_signal");
    const fills = ofKind(events, "fill").filter(({ cause }) => cause === "liquidation");
    expect(fills.length).toBeGreaterThan(0);
    expect(signals.map(({ trigger, quantity, mark }) => [trigger, quantity, mark])).toEqual(
      fills.map(({ quantity, price }) => ["liquidation", quantity, price]),
    );
  });
});

describe("the activations of a run", () => {
  it("are told as they took effect, one for each side that took them", () => {
    const at = (time: number): bigint => BigInt(time) * HOUR_NS;
    const activations = [
      { time: at(2), version: 1, weight: 0.5, effectiveMode: "live" },
      { time: at(4), version: 3, drain: "cancel", side: "long", ttl: "4h" },
      { time: at(5), version: 2, freeze: true, side: "long" },
      { time: at(6), version: 4, strategy: "trend", active: false },
    ] as const;
    const world = { world: "default", strategy: "trend" };
    const gated = targetPercent(select(lt(close, 0), 0, 0.4), { gates: { activation: activationGate(world) } });
    const result = runOrders([gated], [barsTape("A", flatBars(...Array(9).fill(10_000)))], { activations });
    const told = ofKind(eventsOf(result), "activation");
    expect(
      told.map(({ ts, side, version, weight, active, freeze, drain, effectiveMode, ttlNs }) => [
        Number(BigInt(ts) / HOUR_NS),
        side,
        version,
        weight,
        active,
        freeze,
        drain,
        effectiveMode,
        ttlNs,
      ]),
    ).toEqual([
      [2, "long", 1, "0.5", true, false, false, "live", null],
      [2, "short", 1, "0.5", true, false, false, "live", null],
      [4, "long", 3, undefined, true, false, "cancel", "paper", String(4n * HOUR_NS)],
      // The freeze came with a version that was known.
      [6, "long", 4, undefined, false, false, false, "paper", null],
      [6, "short", 4, undefined, false, false, false, "paper", null],
    ]);
    expect(new Set(told.map(({ strategy, etag }) => `${strategy} ${etag}`)).size).toBe(1);
    expect(told[0]).toMatchObject({ strategy: "trend", etag: result.tables().policies[0] });
    expect(publicationOf(told[0] as PublishedEvent).topic).toBe("main.backtest.trade.activations");
  });
});
