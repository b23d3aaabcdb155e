// Writing policies: their records and params in the memory of a run.

import * as abi from "../../assembly/abi-policy.js";
import type { PlanDecision, PlanPolicy } from "./plan.js";

const PARAM_BYTES = 8;

/** Bytes of the records, and of their params behind them. */
export function policyBytes(policies: readonly PlanPolicy[]): number {
  return policies.reduce((sum, policy) => sum + abi.POLICY_BYTES + PARAM_BYTES * paramCount(policy), 0);
}

function paramCount({ params, lanes }: PlanPolicy): number {
  return params.length + (lanes === undefined ? 0 : 1 + lanes.length);
}

/** Params of a policy, those of a commitment with the places of its lanes among the decisions. */
function paramsOf({ params, lanes }: PlanPolicy, decisions: readonly PlanDecision[]): readonly bigint[] {
  if (lanes === undefined) return params;
  const places = new Map(decisions.map((decision, index) => [decision, BigInt(index)]));
  return [...params, BigInt(lanes.length), ...lanes.map((lane) => places.get(lane) as bigint)];
}

/** Writes a record a policy, in the order of the plan, into zeroed memory at `at`; `states` is where states begin. */
export function writePolicies(
  view: DataView,
  policies: readonly PlanPolicy[],
  decisions: readonly PlanDecision[],
  at: number,
  states: number,
): void {
  let params = at + policies.length * abi.POLICY_BYTES;
  for (const [index, policy] of policies.entries()) {
    const record = at + index * abi.POLICY_BYTES;
    view.setInt32(record + abi.POLICY_CODE, policy.code, true);
    view.setInt32(record + abi.POLICY_INDEX, index, true);
    view.setUint32(record + abi.POLICY_PARAMS, params, true);
    view.setUint32(record + abi.POLICY_STATE, states + policy.stateOffset, true);
    for (const value of paramsOf(policy, decisions)) {
      view.setBigInt64(params, value, true);
      params += PARAM_BYTES;
    }
  }
}
