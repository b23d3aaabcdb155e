// Writing policies: their records and params in the memory of a run.

import * as abi from "../../assembly/abi-policy.js";
import { FLAG_HAS_COMMITMENTS, FLAG_HAS_VIEWS } from "../../assembly/abi-run.js";
import type { Sessions } from "../market/calendar.js";
import { servingPlaces } from "../nodes/compliance.js";
import type { Plan, PlanDecision, PlanPolicy } from "./plan.js";
import type { PlanVenue, PlanVenues } from "./venues.js";

const PARAM_BYTES = 8;
/** Address and count of the hours of an instrument. */
const HOURS_PARAMS = abi.TIMING_HOURS_BYTES / PARAM_BYTES;

/** Addresses that policies are written with. */
export interface PolicyPlaces {
  /** Of the records. */
  readonly policies: number;
  /** Of the node states. */
  readonly states: number;
  /** Of the lists of sessions and hours. */
  readonly sessions: ReadonlyMap<Sessions, number>;
  /** Of the columns, by index. */
  readonly columns: readonly number[];
  /** Smallest units of the account's money in one unit. */
  readonly moneyScale: bigint;
  /** Venues of the run. */
  readonly venues: readonly PlanVenue[];
}

/** FLAG_* bits that these policies ask of a run. */
export function policyFlags(policies: readonly PlanPolicy[]): number {
  const has = (kind: number): boolean => policies.some(({ code }) => code === kind);
  return (has(abi.POLICY_COMMITMENT) ? FLAG_HAS_COMMITMENTS : 0) | (has(abi.POLICY_PORTFOLIO) ? FLAG_HAS_VIEWS : 0);
}

/** Bytes of the records, and of their params behind them. */
export function policyBytes(policies: readonly PlanPolicy[], { all }: PlanVenues): number {
  return policies.reduce((sum, policy) => sum + abi.POLICY_BYTES + PARAM_BYTES * paramCount(policy, all.length), 0);
}

/** Params of a view, and the place of a view among those of a risk policy. */
const VIEW_PARAMS = 4;

function paramCount({ code, params, lanes, view, over, hours = [] }: PlanPolicy, venueCount: number): number {
  const viewed = (view === undefined ? 0 : VIEW_PARAMS) + (over === undefined ? 0 : 1);
  const places = code === abi.POLICY_COMPLIANCE ? 1 + venueCount : 0;
  return params.length + (lanes === undefined ? 0 : 1 + lanes.length) + HOURS_PARAMS * hours.length + viewed + places;
}

/**
 * Params of a policy, those of a commitment with the places of its lanes among the decisions, of timing with hours, of
 * a view with its columns, of risk with the place of its view, of compliance with those of the run's venues.
 */
function paramsOf(
  { code, node, params, lanes, view, over, hours = [] }: PlanPolicy,
  policies: readonly PlanPolicy[],
  decisions: ReadonlyMap<PlanDecision, bigint>,
  { sessions, columns, moneyScale, venues }: PolicyPlaces,
): readonly bigint[] {
  const own = lanes === undefined ? [] : [BigInt(lanes.length), ...lanes.map((lane) => decisions.get(lane) as bigint)];
  const lists = hours.flatMap((list) =>
    list === null ? [0n, 0n] : [BigInt(sessions.get(list) as number), BigInt(list.count)],
  );
  const column = (index: number | null): bigint => BigInt(columns[index ?? -1] ?? 0);
  const read = view === undefined ? [] : [BigInt(view.clock), column(view.equity), column(view.peak), moneyScale];
  const judged = over === undefined ? [] : [BigInt(policies.findIndex((each) => each.node === over) + 1)];
  const names = venues.map(({ name }) => name);
  const places = code === abi.POLICY_COMPLIANCE ? servingPlaces(node.params, names) : [];
  return [...params, ...own, ...lists, ...read, ...judged, ...places];
}

/** Writes a record a policy, in the order of the plan, into zeroed memory. */
export function writePolicies(view: DataView, { policies, decisions }: Plan, places: PolicyPlaces): void {
  const numbers = new Map(decisions.map((decision, index) => [decision, BigInt(index)]));
  let params = places.policies + policies.length * abi.POLICY_BYTES;
  for (const [index, policy] of policies.entries()) {
    const record = places.policies + index * abi.POLICY_BYTES;
    view.setInt32(record + abi.POLICY_CODE, policy.code, true);
    view.setInt32(record + abi.POLICY_INDEX, index, true);
    view.setUint32(record + abi.POLICY_PARAMS, params, true);
    view.setUint32(record + abi.POLICY_STATE, places.states + policy.stateOffset, true);
    for (const value of paramsOf(policy, policies, numbers, places)) {
      view.setBigInt64(params, value, true);
      params += PARAM_BYTES;
    }
  }
}
