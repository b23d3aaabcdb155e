// Renewals: targets that are judged anew although their value stays, since a message let their side go or changed its
// weight (`NODESETS.md` 1 and 3).
//
// A target acts when its value changes, so what a freeze, a drain or a stale side refused would never be sent. The
// state that the next change is measured against is forgotten, in the bucket in which the message acts, for the lanes
// of the side: those that want to hold it, and those that do hold it.
//
// Always true:
//   whether a renewal is pending stands in the state of the policy; the flag here is found anew in every call.
// Not here: orders given outright and decisions with a trigger, which say themselves when they act.

import {
  DECISION_GATES, DECISION_INSTRUMENT, DECISION_KIND, DECISION_STATE, DECISION_TARGET_QUANTITY, DECISION_WHEN,
} from "./abi-decision";
import {
  ACTIVATION_FLAGS, ACTIVATION_RENEWS, ACTIVATION_RENEWS_LATER, ACTIVATION_SINCE, GATES_ACTIVATION, POLICY_ACTIVATION,
  POLICY_CODE, SIDE_LONG, SIDE_SHORT,
} from "./abi-policy";
import { RUN_DECISION_COUNT, RUN_POLICY_COUNT } from "./abi-run";
import { sideAt } from "./activation";
import { decisionAt } from "./decision";
import { ownHeld, takeStrategy } from "./ledger";
import { policyAt, strategyOfDecision } from "./policy";
import { run } from "./run";

/** True while a bucket is to come in which targets are judged anew. */
export let renews: bool = false;

/** A message asked for a renewal. */
export function awaitRenewal(): void {
  renews = true;
}

/** Finds out whether the states of the run have a renewal pending. */
export function findRenewals(): void {
  renews = false;
  for (let i = 0, count = load<i32>(run, RUN_POLICY_COUNT); i < count; i++) {
    const policy = policyAt(i);
    if (load<i32>(policy, POLICY_CODE) == POLICY_ACTIVATION) renews = renews || isPending(policy);
  }
}

function isPending(policy: usize): bool {
  const flags = load<i64>(sideAt(policy, SIDE_LONG), ACTIVATION_FLAGS)
    | load<i64>(sideAt(policy, SIDE_SHORT), ACTIVATION_FLAGS);
  return (flags & ACTIVATION_RENEWS) != 0;
}

/** Lets the targets of the sides whose messages act at `time`, a bucket's, be judged anew. */
export function renewTargets(time: i64): void {
  for (let i = 0, count = load<i32>(run, RUN_POLICY_COUNT); i < count; i++) {
    const policy = policyAt(i);
    if (load<i32>(policy, POLICY_CODE) != POLICY_ACTIVATION) continue;
    const sides = takeRenewal(policy, SIDE_LONG, time) | takeRenewal(policy, SIDE_SHORT, time);
    if (sides != 0) forgetTargets(policy, sides);
  }
  findRenewals();
}

/** The bit of a side whose renewal acts at `time`, and is pending no longer; 0 otherwise. */
function takeRenewal(policy: usize, side: i32, time: i64): i32 {
  const kept = sideAt(policy, side);
  const flags = load<i64>(kept, ACTIVATION_FLAGS);
  if ((flags & ACTIVATION_RENEWS) == 0) return 0;
  if (flags & ACTIVATION_RENEWS_LATER && time <= load<i64>(kept, ACTIVATION_SINCE)) return 0;
  store<i64>(kept, flags & ~(ACTIVATION_RENEWS | ACTIVATION_RENEWS_LATER), ACTIVATION_FLAGS);
  return 1 << side;
}

/** Forgets the value that targets under `policy` acted on last, where it or their position is of one of `sides`. */
function forgetTargets(policy: usize, sides: i32): void {
  for (let i = 0, count = load<i32>(run, RUN_DECISION_COUNT); i < count; i++) {
    const decision = decisionAt(i);
    const isTarget = load<i32>(decision, DECISION_KIND) <= DECISION_TARGET_QUANTITY;
    if (!isTarget || load<u32>(decision, DECISION_WHEN) != 0) continue;
    const gates: usize = load<u32>(decision, DECISION_GATES);
    const activation: usize = gates == 0 ? 0 : load<u32>(gates, GATES_ACTIVATION);
    if (activation != policy) continue;
    takeStrategy(strategyOfDecision(i));
    const kept: usize = load<u32>(decision, DECISION_STATE);
    const held = ownHeld(load<i32>(decision, DECISION_INSTRUMENT));
    if (((sideBit(load<f64>(kept)) | sideBit(<f64>held)) & sides) == 0) continue;
    store<f64>(kept, 0);
    store<i64>(kept, 0, 8);
  }
}

/** The bit of the side of an amount, 0 for none. */
// @ts-ignore: decorator
@inline function sideBit(amount: f64): i32 {
  return amount == 0 ? 0 : 1 << (amount > 0 ? SIDE_LONG : SIDE_SHORT);
}
