// Commitments: recommendations in, orders out, through the policies of `NODESETS.md` 6.
//
// In a bucket: policies look at the account; stops and targets move; exits are judged, then a rebalance that is due;
// then, when a cycle may run, the recommendations that wait, the most confident first and equal ones in the order of
// instruments, as many as a cycle takes. The others wait until they are too old. A recommendation is judged once, and
// leaves one decision record whether it acted or not; so does one that became too old, or made room for another. An
// exit that finds nothing to sell leaves one in the first of the rows that ask for it.
//
// Always true:
//   what is judged is the account as it stands in the bucket, with what is on its way;
//   a run with a commitment takes every bucket one by one, so that nothing of this depends on blocks.

import {
  CYCLE_BEGUN, CYCLE_NEXT, KEPT_ACTED, KEPT_ACTED_AT, KEPT_ALLOWED, KEPT_CONFIDENCE, KEPT_DEFERS, KEPT_IDLE_EXIT,
  KEPT_SINCE, KEPT_WAITING, OWNER_AGE, OWNER_CYCLE, OWNER_MOST, VERDICT_ACTED, VERDICT_COMMITMENT, VERDICT_DEFER,
} from "./abi-commitment";
import { MARKET_MARK } from "./abi-order";
import {
  POLICY_BREAKER, POLICY_CODE, POLICY_COMMITMENT, POLICY_RESERVE, POLICY_SIZER, POLICY_TIER,
} from "./abi-policy";
import {
  REASON_COMPONENT_REFUSED, REASON_DUPLICATE, REASON_INVALID_ORDER, REASON_NO_PRICE, REASON_NONE,
  REASON_OUTSIDE_EXECUTION_WINDOW, REASON_REDUCE_ONLY, REASON_STALE_DECISION,
} from "./abi-reason";
import { RUN_POLICY_COUNT } from "./abi-run";
import { watchAccount } from "./breaker";
import { beginChecks, failureOf, isInWindow } from "./checks";
import { dropWaiting, keptAt, laneCount, laneDecision } from "./commitment-lane";
import { cancelEntries, enter, entryReason, expectedPrice, sell, sellReason } from "./commitment-order";
import { noteCloses } from "./correlation";
import { ownHeld, takeStrategy } from "./ledger";
import { openLeaves } from "./order-list";
import { instrumentOfDecision, policyAt, policyParam, policyState, strategyOfDecision } from "./policy";
import { comesDue, rebalance, rebalanceOf } from "./rebalance";
import { recordVerdict } from "./record";
import { watchReserve } from "./reserve";
import { marketAt, run } from "./run";
import { sizedAmount, sizedDistance, sizeOf, sizeReason } from "./sizer";
import { manageStops } from "./stops";
import { watchTier } from "./tier";
import { addChecked, subChecked } from "./wide";

/** Lets all commitments of the run act in the bucket at `time`, after what their lanes say in it was noted. */
export function runCommitments(time: i64): void {
  const count = load<i32>(run, RUN_POLICY_COUNT);
  for (let i = 0; i < count; i++) watch(policyAt(i), time);
  for (let i = 0; i < count; i++) {
    if (load<i32>(policyAt(i), POLICY_CODE) == POLICY_COMMITMENT) act(policyAt(i), time);
  }
}

/** Lets a policy look at the account; a reserve stands before the tiers that look at it. */
function watch(policy: usize, time: i64): void {
  const code = load<i32>(policy, POLICY_CODE);
  if (code == POLICY_BREAKER) watchAccount(policy, time);
  else if (code == POLICY_RESERVE) watchReserve(policy, time);
  else if (code == POLICY_TIER) watchTier(policy, time);
  else if (code == POLICY_SIZER) noteCloses(policy, time);
}

function act(owner: usize, time: i64): void {
  if (laneCount(owner) == 0) return;
  // The gates of all lanes are those of the commitment.
  takeStrategy(strategyOfDecision(laneDecision(owner, 0)));
  manageStops(owner, time);
  for (let i = 0, count = laneCount(owner); i < count; i++) judgeExit(owner, i, time);
  const weekly = rebalanceOf(owner);
  if (weekly != 0 && comesDue(weekly, time)) rebalance(owner, time);
  const kept = policyState(owner);
  if (load<i64>(kept, CYCLE_BEGUN) != 0 && time < load<i64>(kept, CYCLE_NEXT)) return;
  store<i64>(kept, 1, CYCLE_BEGUN);
  store<i64>(kept, addChecked(time, policyParam(owner, OWNER_CYCLE)), CYCLE_NEXT);
  for (let taken: i64 = 0, most = policyParam(owner, OWNER_MOST); taken < most; taken++) {
    const lane = nextLane(owner, time);
    if (lane < 0) return;
    judge(owner, lane, time);
  }
}

/** The lane of the most confident recommendation that waits, the first of equal ones; -1 when none does. */
function nextLane(owner: usize, time: i64): i32 {
  let best = -1;
  let confidence: i64 = i64.MIN_VALUE;
  const age = policyParam(owner, OWNER_AGE);
  for (let i = 0, count = laneCount(owner); i < count; i++) {
    const kept = keptAt(owner, i);
    if (load<i64>(kept, KEPT_WAITING) == 0) continue;
    if (subChecked(time, load<i64>(kept, KEPT_SINCE)) >= age) {
      dropWaiting(owner, i, REASON_STALE_DECISION, time);
      continue;
    }
    if (load<i64>(kept, KEPT_CONFIDENCE) <= confidence) continue;
    best = i;
    confidence = load<i64>(kept, KEPT_CONFIDENCE);
  }
  return best;
}

/** Judges the recommendation that waits in a lane. */
function judge(owner: usize, lane: i32, time: i64): void {
  const kept = keptAt(owner, lane);
  const index = laneDecision(owner, lane);
  const instrument = instrumentOfDecision(index);
  const confidence = load<i64>(kept, KEPT_CONFIDENCE);
  store<i64>(kept, 0, KEPT_WAITING);
  beginChecks();
  let quantity: i64 = 0;
  let reason: i32 = confidence < 0 ? REASON_INVALID_ORDER : failureOf(owner, instrument, kept, time);
  if (reason == REASON_NONE && load<i64>(kept, KEPT_ALLOWED) == 0) reason = REASON_COMPONENT_REFUSED;
  if (reason == REASON_NONE && load<i64>(marketAt(instrument), MARKET_MARK) <= 0) reason = REASON_NO_PRICE;
  let amount: i64 = 0;
  if (reason == REASON_NONE) {
    const price = expectedPrice(instrument, true);
    const wanted = sizeOf(owner, index, kept, price, time);
    reason = sizeReason;
    amount = sizedAmount;
    if (reason == REASON_NONE) {
      quantity = enter(owner, kept, index, instrument, wanted, price, sizedDistance, time);
      reason = entryReason;
    }
  }
  if (quantity > 0) {
    reason = REASON_NONE;
    store<i64>(kept, 1, KEPT_ACTED);
    store<i64>(kept, time, KEPT_ACTED_AT);
  }
  const kind = quantity > 0 ? VERDICT_COMMITMENT | VERDICT_ACTED : VERDICT_COMMITMENT;
  recordVerdict(owner, index, kind, reason, time, confidence, amount, quantity);
}

/**
 * Judges the exit of a lane: the window alone, then all that is held is sold and what would add to it is cancelled. An
 * exit without anything to sell, or whose sale is on its way, says so once in a row.
 */
function judgeExit(owner: usize, lane: i32, time: i64): void {
  const kept = keptAt(owner, lane);
  if (load<i64>(kept, KEPT_DEFERS) == 0) return;
  store<i64>(kept, 0, KEPT_DEFERS);
  const index = laneDecision(owner, lane);
  const instrument = instrumentOfDecision(index);
  const pending = openLeaves(instrument);
  const quantity = ownHeld(instrument);
  // What is on its way out is not sold twice.
  const left = pending < 0 ? addChecked(quantity, pending) : quantity;
  const isIdle = quantity > 0 ? left <= 0 : pending <= 0;
  const hasSaid = load<i64>(kept, KEPT_IDLE_EXIT) != 0;
  store<i64>(kept, isIdle ? 1 : 0, KEPT_IDLE_EXIT);
  if (isIdle && hasSaid) return;
  beginChecks();
  const isOutside = !isInWindow(owner, instrument, time);
  if (isOutside || isIdle) {
    const idle: i32 = quantity > 0 ? REASON_DUPLICATE : REASON_REDUCE_ONLY;
    const reason: i32 = isOutside ? REASON_OUTSIDE_EXECUTION_WINDOW : idle;
    recordVerdict(owner, index, VERDICT_DEFER, reason, time, 0, 0, 0);
    return;
  }
  const canceled = cancelEntries(index, instrument, time);
  const sold = left > 0 ? sell(index, instrument, left, time) : 0;
  const acted = sold > 0 || (left <= 0 && canceled);
  const kind = acted ? VERDICT_DEFER | VERDICT_ACTED : VERDICT_DEFER;
  recordVerdict(owner, index, kind, acted ? REASON_NONE : sellReason, time, 0, 0, -sold);
}
