// Policies: the gates that stand between a decision and its order (`NODESETS.md` 1, 3, 4). A decision names the ones it
// consults; one policy may serve many decisions.
//
// Always true:
//   a refusal is an event with a reason and the policy that gave it; what a policy measured is a note beside it;
//   what only reduces a position is never cut by risk, by drain or by weight.
//
// Not here: a gate of the strategy's own, which is a boolean series (`allow` of a decision); hours (`timing-gate.ts`).

import {
  ACTIVATION_BYTES,
  NO_LIMIT,
  POLICY_ACTIVATION,
  POLICY_PRE_TRADE,
  POLICY_RISK,
  POLICY_ROUTER,
  POLICY_STRATEGY,
  RISK_RING,
} from "../../assembly/abi-policy.js";
import { optionsOf } from "../graph/builder-options.js";
import { isOutput } from "../graph/node-check.js";
import type { BooleanInput, NumberInput, Policy } from "../graph/node.js";
import type { Params, ParamSpec, PolicySpec, PortSpec } from "../graph/spec.js";
import { compareText } from "../base/order.js";
import type { InstrumentClass } from "../market/instrument.js";
import { INSTRUMENT_CLASSES } from "../market/instrument.js";
import { WORLD } from "../worlds/world-decision.js";
import { EVERY_INSTRUMENT } from "./bars.js";
import { COMPLIANCE_GATE } from "./compliance.js";
import { numberParam } from "./operator.js";
import { INTENT, NODE_SET } from "./policy-mark.js";
import { checkLimits, e9, flag, limited, madePolicy, policySpec, shareE9, whole } from "./policy-spec.js";
import { PORTFOLIO_VIEW } from "./portfolio-view.js";
import { publishUnits } from "./publisher.js";
import { TIMING_GATE, TIMING_HOURS_GATE } from "./timing-gate.js";

/** Gates of a decision; each is left out unless it is named. */
export interface Gates {
  /** Limits on the account: `riskControl()`. */
  readonly risk?: Policy<"risk">;
  /** Hours: `timingGate()`. */
  readonly timing?: Policy<"timing">;
  /** Symbols, halts, what can be borrowed and paid for, and open orders: `preTradeGate()`. */
  readonly preTrade?: Policy<"preTrade">;
  /** Freeze, drain and weight from outside: `activationGate()`. */
  readonly activation?: Policy<"activation">;
  /** Regions, restricted instruments and orders a second, by venue: `complianceGate()`. */
  readonly compliance?: Policy<"compliance">;
  /**
   * A gate of the strategy's own, an operator or a user node: the decision acts at rows where this is true and is
   * refused with `component_refused` at others, null among them.
   */
  readonly allow?: BooleanInput;
  /** Whose positions it acts on: `strategyScope("trend")`; those of the whole world by default. */
  readonly strategy?: Policy<"strategy">;
  /** Node set that the decision is a part of, with its version. */
  readonly set?: Policy<"set">;
  /** Intent that the decision is made of. */
  readonly intent?: Policy<"intent">;
  /** Which of the run's venues an order goes to: `router()`; the market that the run assumes by default. */
  readonly router?: Policy<"router">;
  /**
   * What its orders, and those sent with them, lose when they take, in place of the slippage of the run and its venues:
   * a `slippageModel`, or a series (an operator, a user node or a number) of basis points of the price, 0 to 10,000,
   * read in the row of the bar that fills; null leaves it to the run. A series must not follow from a state source.
   *
   * Sizes, reservations and routers reckon with the slippage of run and venues; what an order then cannot pay for is
   * cut off with `insufficient_buying_power`.
   */
  readonly execution?: NumberInput | Policy<"execution">;
  /** What risk and sizes take for the account: `portfolioView()`; its books by default. */
  readonly portfolio?: Policy<"portfolio">;
  /**
   * Units of the instrument that the publisher takes in a bucket from the decision: a series of numbers, or of true for
   * all and false for none. What opens beyond it is cut, or refused with `backpressure`; what only reduces is taken
   * whole. Null takes nothing, as does a bucket in which the decision has no row; children go with their parent.
   */
  readonly publish?: NumberInput | BooleanInput;
}

/** Ports of a decision by which it names its gates. */
export const GATE_PORTS = {
  riskGate: { type: "risk", optional: true },
  timingGate: { type: "timing", optional: true },
  preTradeGate: { type: "preTrade", optional: true },
  activationGate: { type: "activation", optional: true },
  complianceGate: { type: "compliance", optional: true },
  allowGate: { type: "boolean", optional: true },
  strategyGate: { type: "strategy", optional: true },
  setGate: { type: "set", optional: true },
  intentGate: { type: "intent", optional: true },
  routerGate: { type: "router", optional: true },
  executionGate: { type: "execution", optional: true },
  slippageGate: { type: "number", optional: true },
  portfolioGate: { type: "portfolio", optional: true },
  publishGate: { type: "number", optional: true },
} as const satisfies Readonly<Record<string, PortSpec>>;

/** Gates as inputs of a decision. */
export function gateInputs(gates: Gates = {}): Readonly<Record<keyof typeof GATE_PORTS, Gates[keyof Gates]>> {
  // Named as their ports are, of which slippage is what the gate `execution` may be as a series.
  const known = Object.keys(GATE_PORTS).map((port) => port.slice(0, -"Gate".length));
  optionsOf(
    "gates",
    gates,
    known.filter((name) => name !== "slippage"),
  );
  const { execution } = gates;
  const isModel = isOutput(execution) && execution.type === "execution";
  return {
    riskGate: gates.risk,
    timingGate: gates.timing,
    preTradeGate: gates.preTrade,
    activationGate: gates.activation,
    complianceGate: gates.compliance,
    allowGate: gates.allow,
    strategyGate: gates.strategy,
    setGate: gates.set,
    intentGate: gates.intent,
    routerGate: gates.router,
    executionGate: isModel ? execution : undefined,
    slippageGate: isModel ? undefined : execution,
    portfolioGate: gates.portfolio,
    publishGate: publishUnits(gates.publish),
  };
}

/** A limit on a share; absent ones are spelt -1, which a JSON document can say. */
const LIMIT: ParamSpec = { kind: "number", min: NO_LIMIT, max: 1_000_000 };
const LIMITS = ["leverage", "drawdown", "concentration", "volatility", "position"] as const;
const BUCKETS_MAX = 100_000;
const OPEN_ORDERS_MAX = 1_000_000;

export const RISK_CONTROL: PolicySpec = policySpec("risk", {
  type: "riskControl",
  code: POLICY_RISK,
  params: {
    leverage: { ...LIMIT, default: 3 },
    drawdown: { ...LIMIT, default: 0.15 },
    concentration: { ...LIMIT, default: 0.2 },
    volatility: { ...LIMIT, default: 0.25 },
    position: { ...LIMIT, default: 0.1 },
    samples: { kind: "integer", min: 1, max: BUCKETS_MAX, default: 30 },
    samplesMin: { kind: "integer", min: 1, max: BUCKETS_MAX, default: 10 },
    periodsPerYear: { kind: "number", min: 0, max: 1e9, default: 0 },
    lag: { kind: "integer", min: 1, max: BUCKETS_MAX, default: 1 },
    dynamic: { kind: "boolean", default: true },
  },
  check: checkLimits(LIMITS),
  stateBytes: (params) => RISK_RING + 8 * (numberParam(params, "samples") + 1 + numberParam(params, "lag")),
  encode: (params) => [
    limitE9(params, "leverage"),
    limitE9(params, "drawdown"),
    limitE9(params, "concentration"),
    limitE9(params, "volatility"),
    limitE9(params, "position"),
    whole(params, "samples"),
    whole(params, "samplesMin"),
    e9(params, "periodsPerYear"),
    whole(params, "lag"),
    flag(params, "dynamic"),
  ],
});

export const PRE_TRADE_GATE: PolicySpec = policySpec("preTrade", {
  type: "preTradeGate",
  code: POLICY_PRE_TRADE,
  params: {
    symbols: { kind: "list", of: "string", default: [EVERY_INSTRUMENT] },
    classes: { kind: "list", of: "string", default: [EVERY_INSTRUMENT] },
    queue: { kind: "boolean", default: false },
    openOrders: { kind: "integer", min: NO_LIMIT, max: OPEN_ORDERS_MAX, default: NO_LIMIT },
    dynamic: { kind: "boolean", default: true },
  },
  check: ({ params }, refuse) => {
    for (const each of (params["classes"] ?? []) as readonly string[]) {
      if (each === EVERY_INSTRUMENT || (INSTRUMENT_CLASSES as readonly string[]).includes(each)) continue;
      refuse("params.classes", `one of ${INSTRUMENT_CLASSES.join(", ")}`, each);
    }
  },
  stateBytes: () => 0,
  encode: (params, instruments) => [
    flag(params, "queue"),
    whole(params, "openOrders"),
    flag(params, "dynamic"),
    ...instruments.map(({ symbol, assetClass }) =>
      names(params, "symbols", symbol) && names(params, "classes", assetClass) ? 1n : 0n,
    ),
  ],
});

/** True when a list of names has this one, or all. */
function names(params: Params, list: string, name: string): boolean {
  const given = params[list] as readonly string[];
  return given.includes(name) || given.includes(EVERY_INSTRUMENT);
}

export const ACTIVATION_GATE: PolicySpec = policySpec("activation", {
  type: "activationGate",
  code: POLICY_ACTIVATION,
  params: {
    world: { kind: "string", default: "default" },
    strategy: { kind: "string", default: "*" },
    assume: { kind: "choice", choices: ["unknown", "active"], default: "unknown" },
  },
  check: ({ params }, refuse) => {
    const world = String(params["world"]);
    if (!WORLD.test(world)) refuse("params.world", "a name of letters, digits, _ and -, as topics have it", world);
  },
  stateBytes: () => 2 * ACTIVATION_BYTES,
  encode: (params) => [params["assume"] === "active" ? 1n : 0n],
});

export const STRATEGY_SCOPE: PolicySpec = policySpec("strategy", {
  type: "strategyScope",
  code: POLICY_STRATEGY,
  check: ({ params }, refuse) => {
    if (params["name"] === "") refuse("params.name", "a name", "an empty one");
  },
  params: {
    name: { kind: "string" },
    capital: { kind: "number", min: 0, max: 1, default: 1 },
  },
  stateBytes: () => 0,
  encode: () => [],
});

export const ROUTER: PolicySpec = policySpec("router", {
  type: "router",
  code: POLICY_ROUTER,
  params: {
    split: { kind: "boolean", default: true },
    latencyCost: { kind: "number", min: 0, max: 1, default: 0 },
  },
  stateBytes: () => 0,
  encode: (params) => [flag(params, "split"), e9(params, "latencyCost")],
});

function limitE9(params: Params, name: string): bigint {
  const value = numberParam(params, name);
  return value < 0 ? BigInt(NO_LIMIT) : shareE9(value);
}

/** Limits on what decisions may add, as fractions of equity; `null` for none. */
export interface RiskOptions {
  /** Exposure of all positions, in each instrument the larger side of all strategies; 3 by default. */
  readonly leverage?: number | null;
  /** Fall of equity from its peak beyond which nothing is opened; 0.15 by default. */
  readonly drawdown?: number | null;
  /** What all strategies of a world hold of one instrument on a side; 0.2 by default. */
  readonly concentration?: number | null;
  /** Yearly deviation of the account's returns beyond which nothing is opened; 0.25 by default. */
  readonly volatility?: number | null;
  /** Position of the strategy in one instrument, with what its resting orders may open; 0.1 by default. */
  readonly position?: number | null;
  /** Returns, a bucket each, that the deviation is taken over; 30 by default. */
  readonly samples?: number;
  /** Returns that are enough to judge by; 10 by default. */
  readonly samplesMin?: number;
  /** Buckets of a year, which make the deviation a yearly one; by default (0) those of the bars (`bucketsPerYear`). */
  readonly periodsPerYear?: number;
  /** Buckets between a decision and the newest snapshot that it sees; 1 by default. */
  readonly lag?: number;
  /** Cuts an order to the limit (true, the default), or refuses it. */
  readonly dynamic?: boolean;
}

/**
 * Judges the position after an order against limits, on snapshots of the account over a delayed edge: a decision in
 * bucket t sees equity, its peak and its returns up to the end of bucket t - lag.
 *
 * Drawdown and volatility (population deviation) refuse what opens; position, concentration and leverage cut it to the
 * limit, or refuse it. Leverage counts besides the larger side of every other instrument, with all that rests there.
 * Reasons: `drawdown_limit`, `volatility_limit`, `position_size_limit`, `concentration_limit`,
 * `leverage_limit`, with a severity by value over limit: from 2 critical, from 1.5 high, from 1.2 medium, else low.
 *
 * @throws InputError `graph/unknown-param`, `graph/param-type`, `graph/param-range`.
 * @example targetPercent(0.3, { gates: { risk: riskControl({ position: 0.25, drawdown: null }) } })
 */
export function riskControl(options: RiskOptions = {}): Policy<"risk"> {
  return madePolicy(RISK_CONTROL, "risk", limited(RISK_CONTROL, options, LIMITS));
}

/** What a pre-trade gate lets through. */
export interface PreTradeOptions {
  /** Symbols that may be traded; all by default, none for an empty list. */
  readonly symbols?: readonly string[];
  /** Classes of instruments that may be traded; all by default. */
  readonly classes?: readonly InstrumentClass[];
  /**
   * Lets orders wait for the next session of their instrument, as they do without this gate; daily bars, whose
   * decisions fall on the close, need it. While an instrument is halted, nothing is sent to it whatever stands here.
   */
  readonly queue?: boolean;
  /** Open orders of the account, requests on their way among them, from which on nothing is opened; none by default. */
  readonly openOrders?: number | null;
  /** Cuts an order to what the account can pay for and borrow (true, the default), or refuses it. */
  readonly dynamic?: boolean;
}

/**
 * Judges an order by the facts of its instrument and account before it is sent: `symbol_validation_failed` for what the
 * venue does not trade; `market_closed` in a halt and outside of the sessions, with the next open; and for what opens,
 * `backpressure` while too many orders are open, `not_shortable` for what cannot be sold short, and
 * `insufficient_buying_power` for what the account cannot pay for, fees and open orders counted.
 *
 * What an account cannot pay for is never sent, with this gate or without it; with it the refusal is the gate's, and
 * says so of targets as well.
 *
 * @throws InputError `graph/order` for a class that there is not, `graph/unknown-param`, `graph/param-type`.
 * @example targetPercent(1, { gates: { preTrade: preTradeGate({ classes: ["equity"], queue: true }) } })
 */
export function preTradeGate(options: PreTradeOptions = {}): Policy<"preTrade"> {
  const params = limited(PRE_TRADE_GATE, options, ["openOrders"]);
  const { symbols, classes } = options;
  // One text is no list of its letters: it stays as it is, to be refused.
  const sorted = (list: readonly string[] | undefined): readonly string[] | undefined =>
    Array.isArray(list) ? [...new Set(list as readonly string[])].sort(compareText) : list;
  return madePolicy(PRE_TRADE_GATE, "preTrade", { ...params, symbols: sorted(symbols), classes: sorted(classes) });
}

/** Whose messages an activation gate obeys. */
export interface ActivationOptions {
  /** World that the messages name; `default` by default. */
  readonly world?: string;
  /** Strategy that they name; messages to `*` are for every strategy. `*` by default, which takes those alone. */
  readonly strategy?: string;
  /** What holds before the first message: refused as `unknown` (the default), or `active`. */
  readonly assume?: "unknown" | "active";
}

/**
 * Obeys the activation messages of a run (`activations` of its configuration): freeze, drain, weight, and the refusal
 * of what is unknown, stale or not active. Weight scales targets and what quantities open; freeze cancels open orders.
 *
 * @example targetPercent(0.2, { gates: { activation: activationGate({ world: "paper", strategy: "trend" }) } })
 */
export function activationGate(options: ActivationOptions = {}): Policy<"activation"> {
  return madePolicy(ACTIVATION_GATE, "activation", options);
}

/**
 * Gives a strategy positions of its own (portfolio scope `strategy`): its targets, its orders that only reduce and its
 * position limits mean what it holds itself, whatever other strategies of the run hold of the same instrument. Cash,
 * equity, margin and the run's limits are those of the world, which all strategies share; risk bounds concentration and
 * leverage by what they hold together on a side, since any of them may leave.
 *
 * Decisions without a scope (portfolio scope `world`) share one position an instrument. A run keeps at most 256
 * strategies apart; more are refused with `run/resources`.
 *
 * @param options `capital` is the share of the world's equity that sizes by equity reckon with; all of it by default.
 * @example targetPercent(0.5, { gates: { strategy: strategyScope("trend", { capital: 0.5 }) } })
 */
export function strategyScope(name: string, options: { readonly capital?: number } = {}): Policy<"strategy"> {
  return madePolicy(STRATEGY_SCOPE, "strategy", { ...optionsOf("strategyScope", options, ["capital"]), name });
}

/** How a router chooses. */
export interface RouterOptions {
  /** Splits market and limit orders over venues by what each can take of a bar; on by default. */
  readonly split?: boolean;
  /** What a second of latency is expected to cost, as a share of an order's value; 0 by default. */
  readonly latencyCost?: number;
}

/**
 * Sends each order to the venue of the run (`venues` of its configuration) where it is expected to cost least: value at
 * the expected price, with half spread, fee and latency penalty. Ties go to the venue that is named first.
 *
 * An order that exceeds what a venue takes of a bar like the one just closed is split; what no venue takes goes to the
 * one where that costs least, and waits there. Orders that fill whole or not at all, with children, of a group, or with
 * a trigger stay in one piece; children go to the venue of their parent. Every order says where it went and what was
 * expected there (`tables().routes`).
 *
 * @throws InputError `graph/param-type`, `graph/param-range`.
 * @example targetPercent(1, { gates: { router: router({ latencyCost: 0.0001 }) } })
 */
export function router(options: RouterOptions = {}): Policy<"router"> {
  return madePolicy(ROUTER, "router", options);
}

export const POLICIES: readonly PolicySpec[] = [
  RISK_CONTROL,
  TIMING_GATE,
  TIMING_HOURS_GATE,
  PRE_TRADE_GATE,
  ACTIVATION_GATE,
  COMPLIANCE_GATE,
  STRATEGY_SCOPE,
  NODE_SET,
  INTENT,
  ROUTER,
  PORTFOLIO_VIEW,
];
