// Decisions of a run as events: what policies were asked and decided, activations as they took effect, and what sends
// positions out.
//
// Always true:
//   ids come from the run and the place in it, so that the same run has the same events on every machine;
//   an activation is told once for each side that took it, under the tag of the gate that did;
//   an exit is signalled once: at the decision that sells, or at the first fill of the stop or target that does.

import {
  ACTIVATION_FLAGS,
  decisionTraces,
  digestJson,
  EFFECTIVE_MODES,
  mantissaText,
  NEVER,
  ORDER_TYPES,
} from "../../../kernel/index.js";
import type { DecisionTrace, Instrument, RunResult, RunTables, TraceNumber } from "../../../kernel/index.js";
import { legOf } from "../ingest/known-order.js";
import { absolute } from "../money/amount.js";
import type { ActivationEvent } from "../schema/activation.js";
import { EXPOSURE_SIDES } from "../schema/activation.js";
import type { DecisionEvent, ExitSignalEvent } from "../schema/decision.js";
import type { FillEvent } from "../schema/fill.js";
import type { RunIdentity, RunOrder, RunOrders } from "./run-orders.js";

type OrderType = (typeof ORDER_TYPES)[number];

/** What protects an entry, by its type; a type that is none protects nothing. */
const TRIGGERS: Readonly<Partial<Record<OrderType, ExitSignalEvent["trigger"]>>> = {
  stop: "stop",
  stopLimit: "stop",
  trailingStop: "trailing_stop",
  trailingStopLimit: "trailing_stop",
  limit: "target",
  limitIfTouched: "target",
  marketIfTouched: "target",
};

/** What tells one exit of an order from another one, and how it was left. */
interface ExitFacts extends Pick<ExitSignalEvent, "quantity" | "level" | "mark" | "decisionId"> {
  readonly seq: number;
}

const ACTIONS = { commitment: "commit", defer: "defer", rebalance: "rebalance" } as const;
const SHARE_DECIMALS = 9;

export class RunDecisions {
  private readonly tables: RunTables;
  private readonly runId: string;
  private readonly identity: RunIdentity;
  private readonly orders: RunOrders;
  private readonly traces: readonly DecisionTrace[];
  /** Mode of each message by its time, version and strategy, as the run was configured. */
  private readonly modes: ReadonlyMap<string, ActivationEvent["effectiveMode"]>;

  constructor(result: RunResult, identity: RunIdentity, orders: RunOrders) {
    this.tables = result.tables();
    this.runId = result.runId;
    this.identity = identity;
    this.orders = orders;
    this.traces = decisionTraces(this.tables);
    this.modes = modesOf(result.config["activations"]);
  }

  /** The messages in a row: one for each side that took it. */
  activations(row: number): readonly ActivationEvent[] {
    const { activations, policies, policyFacts } = this.tables;
    const policy = activations.policy[row] as number;
    const time = activations.time[row] as bigint;
    const params = policyFacts[policy]?.params ?? {};
    const [world, strategy] = [String(params["world"]), String(params["strategy"])];
    const version = Number(activations.version[row]);
    const flags = activations.flags[row] as number;
    const has = (flag: (typeof ACTIVATION_FLAGS)[number]) => ((flags >> ACTIVATION_FLAGS.indexOf(flag)) & 1) === 1;
    const weight = activations.weight[row] as bigint;
    const expires = activations.expires[row] as bigint;
    const mode = (of: string) => this.modes.get(messageKey(time.toString(), world, of, version));
    return EXPOSURE_SIDES.flatMap((side, bit) => {
      if ((((activations.applied[row] as number) >> bit) & 1) === 0) return [];
      const event: ActivationEvent = {
        ...this.head("activation", time),
        strategy: strategy === EVERY ? null : strategy,
        symbol: null,
        side,
        active: has("active"),
        ...(weight < 0n ? {} : { weight: mantissaText(weight, SHARE_DECIMALS) }),
        freeze: has("freeze"),
        drain: has("cancel") ? "cancel" : has("drain"),
        effectiveMode: mode(strategy) ?? mode(EVERY) ?? "paper",
        version,
        etag: policies[policy] ?? "gate",
        ttlNs: expires === NEVER ? null : String(expires - time),
      };
      return [event];
    });
  }

  /** The record in a row, and where it sells a position, the signal that it is to be left. */
  decision(row: number): readonly (DecisionEvent | ExitSignalEvent)[] {
    const trace = this.traces[row] as DecisionTrace;
    const record = this.recordOf(trace);
    if (trace.kind === "commitment" || trace.quantity >= 0n) return [record];
    const order = this.orders.order(trace.order);
    const trigger = trace.kind === "defer" ? "defer" : "rebalance";
    const { decisionId, quantity } = record;
    const signal = this.signal(order, trigger, trace.time, { seq: 0, quantity, level: null, mark: null, decisionId });
    return [record, signal];
  }

  /** What a fill is an exit by: the first one of a stop or target, or a liquidation. */
  exit(order: RunOrder, fill: FillEvent): ExitSignalEvent | null {
    const time = BigInt(fill.ts);
    if (fill.cause === "liquidation") {
      const { seq, quantity, price } = fill;
      return this.signal(order, "liquidation", time, { seq, quantity, level: null, mark: price, decisionId: null });
    }
    const { type, reduceOnly } = order.event;
    const trigger = order.protects && reduceOnly ? TRIGGERS[type] : undefined;
    if (trigger === undefined || fill.seq !== 1) return null;
    // What the fill took of it was still to leave.
    const { sizeDecimals } = order.instrument;
    const quantity = mantissaText(order.leaves + order.filled, sizeDecimals);
    const level = order.trigger ?? order.limit;
    return this.signal(order, trigger, time, { seq: 1, quantity, level, mark: fill.price, decisionId: null });
  }

  private signal(
    { event, instrument }: RunOrder,
    trigger: ExitSignalEvent["trigger"],
    time: bigint,
    { seq, ...what }: ExitFacts,
  ): ExitSignalEvent {
    const { strategy, bucket, nodeId, correlationId, orderId } = event;
    const exitId = digestJson("goldentape 2026 ExitID v1", { orderId, trigger, seq });
    const leg = legOf(event, this.tables.positions);
    const about = { strategy, symbol: instrument.symbol, bucket, nodeId, exitId, correlationId, leg };
    return { ...this.head("exit_signal", time), ...about, trigger, ...what };
  }

  private recordOf(trace: DecisionTrace): DecisionEvent {
    const { time, decision, kind, acted, row } = trace;
    const { runId } = this;
    const { instruments, decisions } = this.tables;
    const instrument = instruments[trace.instrument] as Instrument;
    const reason = trace.reason === "none" ? null : trace.reason;
    const text = (number: TraceNumber) => this.textOf(number, instrument);
    const checks = trace.checks.map(({ name, passed, value, limit }) => ({
      check: name,
      outcome: passed ? ("passed" as const) : ("failed" as const),
      reason: passed ? null : reason,
      value: text(value),
      limit: text(limit),
      note: null,
    }));
    const steps = trace.steps.map(({ name, value, result }) => ({
      check: name,
      outcome: "noted" as const,
      reason: null,
      value: text(value),
      limit: text(result),
      note: null,
    }));
    return {
      ...this.head("decision", time),
      strategy: this.orders.strategyOf(decision),
      symbol: instrument.symbol,
      side: kind === "commitment" ? "buy" : "sell",
      bucket: time.toString(),
      nodeId: decisions[decision] ?? null,
      decisionId: digestJson("goldentape 2026 DecisionID v1", { runId, row }),
      recommendationId: null,
      policy: "commitment",
      action: ACTIONS[kind],
      outcome: acted ? "acted" : "skipped",
      reason,
      confidence: trace.confidence === null ? null : mantissaText(trace.confidence, SHARE_DECIMALS),
      quantity: mantissaText(absolute(trace.quantity), instrument.sizeDecimals),
      intentId: null,
      trace: [...checks, ...steps],
    };
  }

  private textOf({ value, unit }: TraceNumber, { sizeDecimals }: Instrument): string | null {
    if (value === null) return null;
    switch (unit) {
      case "share":
      case "sessions":
        return mantissaText(value, SHARE_DECIMALS);
      case "money":
        return mantissaText(value, this.tables.currency.decimals);
      case "quantity":
        return mantissaText(value, sizeDecimals);
      default:
        return value.toString();
    }
  }

  private head<const Kind extends string>(kind: Kind, time: bigint) {
    const { world, domain } = this.identity;
    return { kind, schemaVersion: 1, world, domain, ts: time.toString() } as const;
  }
}

/** The word for every strategy of a world. */
const EVERY = "*";

function messageKey(time: string, world: string, strategy: string, version: number): string {
  return JSON.stringify([time, world, strategy, version]);
}

function modesOf(messages: unknown): ReadonlyMap<string, ActivationEvent["effectiveMode"]> {
  const modes = new Map<string, ActivationEvent["effectiveMode"]>();
  for (const message of Array.isArray(messages) ? (messages as readonly Readonly<Record<string, unknown>>[]) : []) {
    const mode = EFFECTIVE_MODES.find((each) => each === message["effectiveMode"]);
    const { time, world, strategy, version } = message;
    if (mode !== undefined) modes.set(messageKey(String(time), String(world), String(strategy), Number(version)), mode);
  }
  return modes;
}
