// Weekly rebalance: once a week every position above the maximum of its tier is cut to it (`NODESETS.md` 6).
//
// It only ever sells: what lies below the maximum is left to recommendations. A week in which the breaker is active at
// the time of the rebalance goes without one, and so does a position with an order on its way: it may be sold already.
// Both leave a decision record.
// Units: money, price and quantity mantissas; time in ns.

import {
  OWNER_BREAKER, OWNER_REBALANCE, REBALANCE_AFTER_OPEN, REBALANCE_BEGUN, REBALANCE_NEXT, REBALANCE_TIME,
  REBALANCE_WEEKDAY, VERDICT_ACTED, VERDICT_REBALANCE,
} from "./abi-commitment";
import { MARKET_MARK } from "./abi-order";
import { REASON_CIRCUIT_BREAKER_ACTIVE, REASON_DUPLICATE, REASON_NONE } from "./abi-reason";
import { breaks } from "./breaker";
import { beginChecks } from "./checks";
import { consulted, laneCount, laneDecision } from "./commitment-lane";
import { sell, sellReason } from "./commitment-order";
import { ownHeld } from "./ledger";
import { openLeaves } from "./order-list";
import { instrumentOfDecision, policyParam, policyState } from "./policy";
import { recordVerdict } from "./record";
import { positionMost } from "./reserve";
import { instrumentAt, marketAt } from "./run";
import { exchangeFacts, nextWeekly } from "./session-day";
import { wholeLots } from "./sizing";
import { quantityFor, valueFloor } from "./value";

/** True in the first bucket at or behind the time of a rebalance. */
export function comesDue(policy: usize, time: i64): bool {
  const kept = policyState(policy);
  if (load<i64>(kept, REBALANCE_BEGUN) == 0) {
    store<i64>(kept, 1, REBALANCE_BEGUN);
    store<i64>(kept, nextOf(policy, time - 1), REBALANCE_NEXT);
  }
  if (time < load<i64>(kept, REBALANCE_NEXT)) return false;
  store<i64>(kept, nextOf(policy, time), REBALANCE_NEXT);
  return true;
}

function nextOf(policy: usize, time: i64): i64 {
  const weekday = policyParam(policy, REBALANCE_WEEKDAY);
  const afterOpen = policyParam(policy, REBALANCE_AFTER_OPEN);
  return nextWeekly(exchangeFacts(), time, weekday, afterOpen, policyParam(policy, REBALANCE_TIME));
}

/** Cuts every position of a commitment that is above its maximum. */
export function rebalance(owner: usize, time: i64): void {
  const most = positionMost(owner);
  for (let i = 0, count = laneCount(owner); i < count; i++) cutTo(owner, laneDecision(owner, i), most, time);
}

function cutTo(owner: usize, index: i32, most: i64, time: i64): void {
  const instrument = instrumentOfDecision(index);
  const quantity = ownHeld(instrument);
  const mark = load<i64>(marketAt(instrument), MARKET_MARK);
  if (quantity <= 0 || mark <= 0) return;
  const facts = instrumentAt(instrument);
  const kept = wholeLots(facts, quantityFor(facts, mark, most));
  if (kept >= quantity) return;
  const excess = quantity - kept;
  beginChecks();
  const isBroken = breaks(consulted(owner, OWNER_BREAKER), instrument, time);
  const isLeft = isBroken || openLeaves(instrument) != 0;
  const sold = isLeft ? 0 : sell(index, instrument, excess, time);
  const left: i32 = isBroken ? REASON_CIRCUIT_BREAKER_ACTIVE : REASON_DUPLICATE;
  const reason: i32 = isLeft ? left : sold == 0 ? sellReason : REASON_NONE;
  const kind = sold == 0 ? VERDICT_REBALANCE : VERDICT_REBALANCE | VERDICT_ACTED;
  recordVerdict(owner, index, kind, reason, time, 0, valueFloor(facts, mark, isLeft ? excess : sold), -sold);
}

/** The rebalance of a commitment, 0 for none. */
export function rebalanceOf(owner: usize): usize {
  return consulted(owner, OWNER_REBALANCE);
}
