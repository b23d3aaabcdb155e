// Writing policies: their records and params in the memory of a run.

import * as abi from "../../assembly/abi-policy.js";
import type { PlanPolicy } from "./plan.js";

const PARAM_BYTES = 8;

/** Bytes of the records, and of their params behind them. */
export function policyBytes(policies: readonly PlanPolicy[]): number {
  return policies.reduce((sum, { params }) => sum + abi.POLICY_BYTES + PARAM_BYTES * params.length, 0);
}

/** Writes a record a policy, in the order of the plan, into zeroed memory at `at`; `states` is where states begin. */
export function writePolicies(view: DataView, policies: readonly PlanPolicy[], at: number, states: number): void {
  let params = at + policies.length * abi.POLICY_BYTES;
  for (const [index, policy] of policies.entries()) {
    const record = at + index * abi.POLICY_BYTES;
    view.setInt32(record + abi.POLICY_CODE, policy.code, true);
    view.setInt32(record + abi.POLICY_INDEX, index, true);
    view.setUint32(record + abi.POLICY_PARAMS, params, true);
    view.setUint32(record + abi.POLICY_STATE, states + policy.stateOffset, true);
    for (const value of policy.params) {
      view.setBigInt64(params, value, true);
      params += PARAM_BYTES;
    }
  }
}
