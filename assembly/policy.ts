// Policies of the run in hand: where they and the gates and strategies of decisions lie, and what they note of every
// bucket.

import { DECISION_GATES, DECISION_INSTRUMENT } from "./abi-decision";
import { ORDER_DECISION } from "./abi-order";
import {
  GATES_PORTFOLIO, GATES_STRATEGY, POLICY_BYTES, POLICY_CODE, POLICY_INDEX, POLICY_PARAMS, POLICY_RISK, POLICY_STATE,
  RISK_VIEW, VIEW_IS_KNOWN, VIEW_STAGE,
} from "./abi-policy";
import { FLAG_HAS_COMMITMENTS, RUN_FLAGS, RUN_POLICIES, RUN_POLICY_COUNT } from "./abi-run";
import { decisionAt } from "./decision";
import { commitEquities } from "./risk";
import { run } from "./run";

/** The policy numbered `index`. */
export function policyAt(index: i32): usize {
  return <usize>load<u32>(run, RUN_POLICIES) + <usize>index * POLICY_BYTES;
}

/** True when the run has policies. */
// @ts-ignore: decorator
@inline export function hasPolicies(): bool {
  return load<i32>(run, RUN_POLICY_COUNT) != 0;
}

/** True when the run has commitments. */
// @ts-ignore: decorator
@inline export function hasCommitments(): bool {
  return (load<i32>(run, RUN_FLAGS) & FLAG_HAS_COMMITMENTS) != 0;
}

/** How records name a policy: its place plus one. */
// @ts-ignore: decorator
@inline export function placeOf(policy: usize): i32 {
  return load<i32>(policy, POLICY_INDEX) + 1;
}

/** Instrument of the decision numbered `index`. */
// @ts-ignore: decorator
@inline export function instrumentOfDecision(index: i32): i32 {
  return load<i32>(decisionAt(index), DECISION_INSTRUMENT);
}

/** The gates of the decision numbered `index`, 0 when it has none. */
// @ts-ignore: decorator
@inline export function gatesOf(index: i32): usize {
  return index < 0 ? 0 : load<u32>(decisionAt(index), DECISION_GATES);
}

/** The view that a decision takes for the account, 0 when it takes the account itself. */
// @ts-ignore: decorator
@inline export function viewOf(gates: usize): usize {
  return gates == 0 ? 0 : load<u32>(gates, GATES_PORTFOLIO);
}

/** True when a view says what equity is; 0 for the account, which always does. */
// @ts-ignore: decorator
@inline export function isKnown(view: usize): bool {
  return view == 0 || load<i64>(policyState(view), VIEW_STAGE) == VIEW_IS_KNOWN;
}

/** Number of the strategy of the decision numbered `index`; an engine's own order has it in place of a decision. */
export function strategyOfDecision(index: i32): i32 {
  if (index < 0) return -1 - index;
  const gates = gatesOf(index);
  return gates == 0 ? 0 : load<i32>(gates, GATES_STRATEGY);
}

/** Number of the strategy that an order is of. */
// @ts-ignore: decorator
@inline export function strategyOf(order: usize): i32 {
  return strategyOfDecision(load<i32>(order, ORDER_DECISION));
}

/** Param of a policy at `offset`. */
// @ts-ignore: decorator
@inline export function policyParam(policy: usize, offset: usize): i64 {
  return load<i64>(<usize>load<u32>(policy, POLICY_PARAMS) + offset);
}

/** State of a policy. */
// @ts-ignore: decorator
@inline export function policyState(policy: usize): usize {
  return load<u32>(policy, POLICY_STATE);
}

/** Notes the equity of the account at the end of `count` buckets, one after the other at `worths`. */
export function commitBuckets(worths: usize, count: i32): void {
  for (let i = 0, policies = load<i32>(run, RUN_POLICY_COUNT); i < policies; i++) {
    const policy = policyAt(i);
    if (load<i32>(policy, POLICY_CODE) != POLICY_RISK || policyParam(policy, RISK_VIEW) != 0) continue;
    commitEquities(policy, worths, count);
  }
}
