// Writing decisions: the records of a plan's decisions, of their terms and gates in the memory of a run.
//
// Always true:
//   records stand in the order of the plan, and so those that act by themselves before their children.

import * as commitment from "../../assembly/abi-commitment.js";
import { LANE_BYTES } from "../../assembly/abi-commitment.js";
import * as abi from "../../assembly/abi-decision.js";
import {
  GATES_ACTIVATION,
  GATES_ALLOW,
  GATES_BYTES,
  GATES_COMPLIANCE,
  GATES_MODEL,
  GATES_PORTFOLIO,
  GATES_PRE_TRADE,
  GATES_PUBLISH,
  GATES_RISK,
  GATES_ROUTER,
  GATES_SLIPPAGE,
  GATES_SLIPPAGE_CLOCK,
  GATES_STRATEGY,
  GATES_TIMING,
  POLICY_BYTES,
} from "../../assembly/abi-policy.js";
import type { PlanCommitmentLane, PlanDecision, PlanGates, PlanTerms, TermColumn } from "./plan.js";

/** Addresses that decisions are written with. */
export interface DecisionPlaces {
  /** Of the records; the terms stand behind them. */
  readonly decisions: number;
  /** Of the policies. */
  readonly policies: number;
  /** Of the node states. */
  readonly states: number;
  /** Of the columns, by index. */
  readonly columns: readonly number[];
}

/** Bytes of the records of decisions and of their terms. */
export function decisionBytes(decisions: readonly PlanDecision[]): number {
  const bytesOf = ({ terms, lane, gates }: PlanDecision): number =>
    abi.DECISION_BYTES +
    (terms === null ? 0 : abi.TERMS_BYTES) +
    (lane === undefined ? 0 : LANE_BYTES) +
    (gates === null ? 0 : GATES_BYTES);
  return decisions.reduce((sum, decision) => sum + bytesOf(decision), 0);
}

/** Decisions that act by themselves; the others are sent with a parent. */
export function actingCount(decisions: readonly PlanDecision[]): number {
  return decisions.filter(({ parent }) => parent === null).length;
}

/** Most amendments, or refusals of them, that one order may see in a bucket. */
export function amendmentsMax(decisions: readonly PlanDecision[]): number {
  const counts = new Map<PlanDecision, number>();
  for (const { kind, terms } of decisions) {
    if (kind === abi.DECISION_AMEND && terms?.of != null) counts.set(terms.of, (counts.get(terms.of) ?? 0) + 1);
  }
  return Math.max(0, ...counts.values());
}

/** Writes a record a decision, in the order of the plan, into zeroed memory. */
export function writeDecisions(view: DataView, decisions: readonly PlanDecision[], places: DecisionPlaces): void {
  const column = (index: number | null | undefined): number => places.columns[index ?? -1] ?? 0;
  const links = linksOf(decisions);
  let next = places.decisions + decisions.length * abi.DECISION_BYTES;
  for (const [index, decision] of decisions.entries()) {
    const at = places.decisions + index * abi.DECISION_BYTES;
    view.setInt32(at + abi.DECISION_KIND, decision.kind, true);
    view.setInt32(at + abi.DECISION_INSTRUMENT, decision.instrument, true);
    view.setInt32(at + abi.DECISION_CLOCK, decision.clock, true);
    view.setUint32(at + abi.DECISION_VALUE, column(decision.value), true);
    view.setUint32(at + abi.DECISION_WHEN, column(decision.when), true);
    view.setUint32(at + abi.DECISION_STATE, places.states + decision.stateOffset, true);
    view.setFloat64(at + abi.DECISION_SCALE, decision.scale, true);
    if (decision.terms !== null) {
      view.setUint32(at + abi.DECISION_TERMS, next, true);
      writeTerms(view, next, decision.terms, column, links.get(decision) as Links);
      next += abi.TERMS_BYTES;
    }
    if (decision.lane !== undefined) {
      view.setUint32(at + abi.DECISION_TERMS, next, true);
      writeLane(view, next, decision.lane, column);
      next += LANE_BYTES;
    }
    if (decision.gates === null) continue;
    view.setUint32(at + abi.DECISION_GATES, next, true);
    writeGates(view, next, decision.gates, places.policies, column);
    next += GATES_BYTES;
  }
}

function writeLane(
  view: DataView,
  at: number,
  lane: PlanCommitmentLane,
  column: (index: number | null) => number,
): void {
  const fields: readonly (readonly [number, number])[] = [
    [commitment.LANE_NUMBER, lane.number],
    [commitment.LANE_OWNER, lane.owner],
    [commitment.LANE_DEFER, column(lane.defer)],
    [commitment.LANE_ATR, column(lane.atr)],
    [commitment.LANE_EARNINGS, column(lane.earningsIn)],
    [commitment.LANE_SHARE, column(lane.share)],
    [commitment.LANE_SECTOR, lane.sector],
  ];
  for (const [field, value] of fields) view.setInt32(at + field, value, true);
  view.setFloat64(at + commitment.LANE_PRICE_SCALE, lane.priceScale, true);
}

function writeGates(
  view: DataView,
  at: number,
  gates: PlanGates,
  policies: number,
  column: (index: number | null) => number,
): void {
  const policy = (index: number | null): number => (index === null ? 0 : policies + index * POLICY_BYTES);
  view.setUint32(at + GATES_RISK, policy(gates.risk), true);
  view.setUint32(at + GATES_TIMING, policy(gates.timing), true);
  view.setUint32(at + GATES_PRE_TRADE, policy(gates.preTrade), true);
  view.setUint32(at + GATES_ACTIVATION, policy(gates.activation), true);
  view.setUint32(at + GATES_COMPLIANCE, policy(gates.compliance), true);
  view.setUint32(at + GATES_ROUTER, policy(gates.router), true);
  view.setUint32(at + GATES_PORTFOLIO, policy(gates.portfolio), true);
  view.setUint32(at + GATES_ALLOW, column(gates.allow), true);
  view.setUint32(at + GATES_PUBLISH, column(gates.publish), true);
  view.setInt32(at + GATES_STRATEGY, gates.strategy, true);
  view.setUint32(at + GATES_SLIPPAGE, column(gates.slippage?.column ?? null), true);
  view.setInt32(at + GATES_SLIPPAGE_CLOCK, gates.slippage?.clock ?? 0, true);
  view.setInt32(at + GATES_MODEL, gates.model === null ? 0 : gates.model + 1, true);
}

/** Places of the decisions that one is linked to, each plus one; 0 for none. */
interface Links {
  readonly child: number;
  readonly nextChild: number;
  readonly group: number;
  readonly of: number;
}

function linksOf(decisions: readonly PlanDecision[]): ReadonlyMap<PlanDecision, Links> {
  const places = new Map(decisions.map((decision, index) => [decision, index + 1]));
  const children = new Map<PlanDecision, PlanDecision[]>();
  for (const decision of decisions) {
    if (decision.parent === null) continue;
    children.set(decision.parent, [...(children.get(decision.parent) ?? []), decision]);
  }
  const placeOf = (decision: PlanDecision | null | undefined): number => places.get(decision as PlanDecision) ?? 0;
  const after = (list: readonly PlanDecision[], decision: PlanDecision): PlanDecision | undefined =>
    list[list.indexOf(decision) + 1];
  return new Map(
    decisions.map((decision) => {
      const group = decision.terms?.group ?? [];
      const siblings = children.get(decision.parent as PlanDecision) ?? [];
      const links = {
        child: placeOf(children.get(decision)?.[0]),
        nextChild: placeOf(after(siblings, decision)),
        group: placeOf(after(group, decision) ?? group[0]),
        of: placeOf(decision.terms?.of),
      };
      return [decision, links];
    }),
  );
}

const COLUMN_FIELDS: readonly (readonly [TermColumn, number])[] = [
  ["limit", abi.TERMS_LIMIT],
  ["stop", abi.TERMS_STOP],
  ["trail", abi.TERMS_TRAIL],
  ["limitOffset", abi.TERMS_LIMIT_OFFSET],
  ["activation", abi.TERMS_ACTIVATION],
  ["display", abi.TERMS_DISPLAY],
  ["measure", abi.TERMS_MEASURE],
  ["size", abi.TERMS_SIZE],
];

function writeTerms(
  view: DataView,
  at: number,
  terms: PlanTerms,
  column: (index: number | undefined) => number,
  links: Links,
): void {
  const fields: readonly (readonly [number, number])[] = [
    [abi.TERMS_UNIT, terms.unit],
    [abi.TERMS_TYPE, terms.type],
    [abi.TERMS_FORCE, terms.force],
    [abi.TERMS_FLAGS, terms.flags],
    [abi.TERMS_OPTIONS, terms.options],
    [abi.TERMS_TRAIL_UNIT, terms.trailUnit],
    [abi.TERMS_CHILD, links.child],
    [abi.TERMS_NEXT_CHILD, links.nextChild],
    [abi.TERMS_GROUP, links.group],
    [abi.TERMS_OF, links.of],
    ...COLUMN_FIELDS.map(([name, field]) => [field, column(terms.columns[name])] as const),
  ];
  for (const [field, value] of fields) view.setInt32(at + field, value, true);
  view.setBigInt64(at + abi.TERMS_GOOD, terms.goodNs, true);
  view.setFloat64(at + abi.TERMS_PRICE_SCALE, terms.priceScale, true);
}
