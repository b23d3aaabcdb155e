// Commitments: a decision on recommendations, and the policies that stand between them and orders (`NODESETS.md` 6).
//
// A recommendation is a row of a panel of confidences. It is judged in the bucket in which it comes, or in the next
// cycle, once: checks, size, gates, order. Positions are long; an exit sells the whole of one.
//
// Always true:
//   every recommendation that is judged leaves one decision record, and so does every exit;
//   a recommendation of an instrument takes the place of an older one that still waits.
//
// Not here: the policies (`decision-policy.ts`).

import { IssueList } from "../base/error.js";
import { compareText } from "../base/order.js";
import { optionNames, optionsOf } from "../graph/builder-options.js";
import { CONSTANT } from "../graph/constant.js";
import { shown } from "../graph/node-check.js";
import type { BooleanInput, Decision, NumberInput, Policy } from "../graph/node.js";
import type { NodeShape, NodeSpec, PortSpec, RefuseShape } from "../graph/spec.js";
import { EVERY_INSTRUMENT } from "./bars.js";
import type { BreakerOptions, ReserveOptions, TierOptions } from "./account-policy.js";
import { circuitBreaker, reservePool, TIER_POLICY, tierPolicy } from "./account-policy.js";
import type { CheckOptions, RebalanceOptions, SizerOptions, StopOptions } from "./decision-policy.js";
import { commitmentSizer, decisionChecks, stopManager, weeklyRebalance } from "./decision-policy.js";
import { decisionNode, decisionOptions } from "./decision-node.js";
import type { Gates } from "./policy.js";
import { GATE_PORTS } from "./policy.js";

const OPTIONAL_NUMBER: PortSpec = { type: "number", optional: true };

/** Ports by which a commitment names its policies, in the order of the data plane. */
export const POLICY_PORTS = {
  checks: { type: "checks", optional: true },
  sizer: { type: "sizer" },
  breaker: { type: "breaker", optional: true },
  reserve: { type: "reserve", optional: true },
  tier: { type: "tier" },
  stops: { type: "stops", optional: true },
  rebalance: { type: "rebalance", optional: true },
} as const satisfies Readonly<Record<string, PortSpec>>;

const SECTOR = /^([^=]+)=([^=]+)$/;

/** Symbol and sector of an entry, null for what is none. */
export function sectorEntry(text: string): readonly [symbol: string, sector: string] | null {
  const parts = SECTOR.exec(text);
  return parts === null ? null : [parts[1] as string, parts[2] as string];
}

function checkCommitment({ params, ports, inputs }: NodeShape, refuse: RefuseShape): void {
  const entries = params["sectors"] as readonly string[];
  const symbols = new Set<string>();
  for (const [i, text] of entries.entries()) {
    const entry = sectorEntry(text);
    if (entry === null || symbols.has(entry[0])) {
      refuse(`params.sectors.${i}`, 'a symbol and its sector, "SPY=index", each symbol once', shown(text));
    } else symbols.add(entry[0]);
  }
  if (ports.has("portfolioGate")) {
    const advice = "Its pool, tiers and breaker read the account; give the share of the pool as a series.";
    refuse("inputs.portfolioGate", "the account's own portfolio", "a portfolio view", advice);
  }
  const share = inputs["share"]?.node;
  if (share?.spec === CONSTANT && (share.params["value"] as number) < 0)
    refuse("inputs.share", "a share of 0 or more", shown(share.params["value"]));
  if (!ports.has("stops") || ports.has("atr")) return;
  refuse("inputs.atr", "an average true range, of which stops are made", "nothing");
}

export const COMMITMENT: NodeSpec = Object.freeze({
  type: "commitment",
  version: 1,
  kind: "decision",
  inputs: {
    confidence: { type: "number" },
    defer: { type: "boolean", optional: true },
    atr: OPTIONAL_NUMBER,
    earningsIn: OPTIONAL_NUMBER,
    share: OPTIONAL_NUMBER,
    ...POLICY_PORTS,
    ...GATE_PORTS,
  },
  params: {
    instrument: { kind: "string", default: EVERY_INSTRUMENT },
    cycle: { kind: "integer", min: 0, max: 86_400, default: 60 },
    cycleMax: { kind: "integer", min: 1, max: 1_000_000, default: 50 },
    age: { kind: "integer", min: 1, max: 1_000_000_000, default: 7200 },
    sectors: { kind: "list", of: "string", default: [] },
  },
  outputs: {},
  schemaMajor: 1,
  period: () => 1,
  check: checkCommitment,
} satisfies NodeSpec);

/** What a commitment reads beside confidences. */
export interface CommitmentInputs {
  /** Sells the whole position at the rows where this is true, and forgets a recommendation that waits. */
  readonly defer?: BooleanInput;
  /** Average true range, a price: what stops and targets are made from. */
  readonly atr?: NumberInput;
  /** Sessions until earnings are told; null for none. */
  readonly earningsIn?: NumberInput;
  /**
   * Share of the active pool, in place of what confidence makes of the tier's maximum, which still bounds it. A row in
   * which it is null or below 0 is refused with `invalid_order`.
   */
  readonly share?: NumberInput;
  /** Sector of each symbol; one without a sector is bound by none. */
  readonly sectors?: Readonly<Record<string, string>>;
  /** Seconds between cycles; 60 by default. */
  readonly cycle?: number;
  /** Recommendations that a cycle takes; 50 by default. */
  readonly cycleMax?: number;
  /** Seconds that a recommendation waits for a cycle that takes it; 7200 by default. */
  readonly age?: number;
  /** Symbol that is traded; by default each lane of the confidence trades its own instrument. */
  readonly instrument?: string;
  /** What else stands between the decision and its orders. */
  readonly gates?: Gates;
}

/** The policies that a commitment consults. */
export interface CommitmentPolicies {
  /** Nothing is checked without. */
  readonly checks?: Policy<"checks">;
  /** The specification's own without. */
  readonly sizer?: Policy<"sizer">;
  /** Nothing pauses without. */
  readonly breaker?: Policy<"breaker">;
  /** All of equity is active without. */
  readonly reserve?: Policy<"reserve">;
  /** The moderate tier, which does not move, without. */
  readonly tier?: Policy<"tier">;
  /** Entries have no stop and no target without, and heat is not looked at. */
  readonly stops?: Policy<"stops">;
  /** Nothing is cut without. */
  readonly rebalance?: Policy<"rebalance">;
}

/** A commitment's inputs and policies. */
export interface CommitmentOptions extends CommitmentInputs, CommitmentPolicies {}

/**
 * Decides on recommendations: a row with a confidence (0 to 1) recommends to buy its instrument.
 *
 * A cycle takes the most confident ones first, equal ones in the order of instruments; what it leaves waits for `age`.
 * Each is checked, sized, passed through the gates and sent as a market order, with a stop and a target where there is
 * a stop manager. Decision records (`decisionRecords` of the run's tables) have the trace of every check, notes every
 * step of the size.
 *
 * @param confidence A panel, or one lane; null recommends nothing, and what is not within 0 to 1 is refused with
 *   `invalid_order`.
 * @throws InputError `graph/order` for stops without an ATR, for sectors that are none and for a portfolio view, since
 *   its policies read the account; the rest of `applyNode`.
 * @example
 * const recommended = select(crossOver(fast, slow), 0.8, 0.1);
 * commitment(recommended, { defer: crossUnder(fast, slow), checks: decisionChecks() })
 */
export function commitment(confidence: NumberInput, options: CommitmentOptions = {}): Decision {
  return decisionNode(COMMITMENT, { confidence }, options, ({ sizer, tier, sectors }) => ({
    sizer: sizer ?? commitmentSizer(),
    tier: tier ?? tierPolicy({ moves: false }),
    sectors: sectorList(sectors),
  }));
}

/** Sectors as a param has them, in one order. */
function sectorList(sectors: CommitmentOptions["sectors"] = {}): readonly string[] {
  // Any symbol may be named: what is asked is whether it is an object.
  const entries = Object.entries(optionsOf("commitment.sectors", sectors, Object.keys({ ...sectors })));
  const issues = new IssueList();
  for (const [symbol, sector] of entries) {
    if (typeof sector !== "string" || sectorEntry(`${symbol}=${sector}`) === null)
      issues.add("graph/order", `commitment.sectors.${symbol}`, 'a sector by its name, "index"', shown(sector));
  }
  issues.throwIfAny();
  return entries.map(([symbol, sector]) => `${symbol}=${sector}`).sort(compareText);
}

/** Options of the policies that a decision engine wires; `false` leaves one out. */
export interface EngineOptions extends CommitmentInputs {
  readonly checks?: CheckOptions | false;
  readonly sizer?: SizerOptions;
  readonly breaker?: BreakerOptions | false;
  readonly reserve?: ReserveOptions | false;
  readonly tier?: Omit<TierOptions, "reserve">;
  readonly stops?: StopOptions | false;
  readonly rebalance?: RebalanceOptions | false;
}

/** Options of a decision engine by name: those of a commitment, whose policies are their options here. */
export function engineOptions(): readonly string[] {
  return decisionOptions(COMMITMENT, "confidence");
}

/**
 * All decision policies around a panel of recommendations, with their defaults: recommendations in, orders out.
 *
 * @throws InputError as `commitment`; the engine's stops need `atr`.
 * @example
 * const recommended = select(crossOver(fast, slow), 0.8, 0.1);
 * decisionEngine(recommended, { atr: atr(high, low, close, 14), sizer: { cap: null } })
 */
export function decisionEngine(confidence: NumberInput, options: EngineOptions = {}): Decision {
  optionsOf("decisionEngine", options, engineOptions());
  const { checks = {}, sizer, breaker = {}, reserve = {}, tier = {}, stops = {}, rebalance = {}, ...inputs } = options;
  optionsOf("decisionEngine.tier", tier, optionNames(TIER_POLICY, { reserve }));
  const pool = reserve === false ? undefined : reservePool(reserve);
  return commitment(confidence, {
    ...inputs,
    sizer: commitmentSizer(sizer),
    tier: tierPolicy(pool === undefined ? tier : { ...tier, reserve: pool }),
    ...(checks === false ? {} : { checks: decisionChecks(checks) }),
    ...(breaker === false ? {} : { breaker: circuitBreaker(breaker) }),
    ...(pool === undefined ? {} : { reserve: pool }),
    ...(stops === false ? {} : { stops: stopManager(stops) }),
    ...(rebalance === false ? {} : { rebalance: weeklyRebalance(rebalance) }),
  });
}
