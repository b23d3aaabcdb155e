// Reserve pool: a share of every realised gain that commitments do not use (`NODESETS.md` 6).
//
// It is a number beside the books: no cash moves. Once it is in, nothing takes it out but an emergency: a decline of
// equity from its peak beyond a limit releases all of it.
//
// Always true:
//   it never falls but by release.
// Units: money mantissas; shares in 1e-9.
// Rounding: what moves in is rounded up, so that the active pool is never too large.

import {
  OWNER_CAPITAL, OWNER_RESERVE, RESERVE_AMOUNT, RESERVE_BEGUN, RESERVE_DECLINE, RESERVE_HIGH, RESERVE_IS_HIGH,
  RESERVE_PEAK, RESERVE_SHARE, TIER_POSITION,
} from "./abi-commitment";
import { NO_INSTRUMENT, NOTE_RESERVE_HIGH, NOTE_RESERVE_IN, NOTE_RESERVE_RELEASED } from "./abi-event";
import { ACCOUNT_START } from "./abi-ledger";
import { SEVERITY_HIGH, SEVERITY_LOW } from "./abi-policy";
import { consulted } from "./commitment-lane";
import { WHOLE } from "./cost";
import { equity } from "./ledger";
import { placeOf, policyParam, policyState } from "./policy";
import { recordNote } from "./record";
import { account } from "./run";
import { tierOf } from "./tier";
import { addChecked, mulDivCeil, mulDivFloor, subChecked } from "./wide";

/** Money of a reserve, 0 for none. */
export function reserveOf(reserve: usize): i64 {
  return reserve == 0 ? 0 : load<i64>(policyState(reserve), RESERVE_AMOUNT);
}

/** Money that a commitment may use: the total, or its strategy's share of it, less the reserve. */
export function activePool(owner: usize): i64 {
  const worth = equity();
  const total = worth > 0 ? mulDivFloor(worth, policyParam(owner, OWNER_CAPITAL), WHOLE) : 0;
  const pool = subChecked(total, reserveOf(consulted(owner, OWNER_RESERVE)));
  return pool > 0 ? pool : 0;
}

/** Most money of a commitment in one position, as the sizer bounds it and the rebalance cuts to it. */
export function positionMost(owner: usize): i64 {
  return mulDivFloor(activePool(owner), load<i64>(tierOf(owner), TIER_POSITION), WHOLE);
}

/** Moves the reserve's share of a realised gain in. */
export function reserveGain(reserve: usize, instrument: i32, gain: i64, time: i64): void {
  const kept = policyState(reserve);
  const part = mulDivCeil(gain, policyParam(reserve, RESERVE_SHARE), WHOLE);
  const now = addChecked(load<i64>(kept, RESERVE_AMOUNT), part);
  store<i64>(kept, now, RESERVE_AMOUNT);
  const place = placeOf(reserve);
  if (part != 0) recordNote(NOTE_RESERVE_IN, SEVERITY_LOW, instrument, time, -1, place, part, now);
}

/** Looks at the account as it stands in the bucket at `time`: releases in an emergency, says when it became high. */
export function watchReserve(reserve: usize, time: i64): void {
  const kept = policyState(reserve);
  const worth = equity();
  const peak = largestEquity(kept, RESERVE_BEGUN, RESERVE_PEAK, worth);
  const amount = load<i64>(kept, RESERVE_AMOUNT);
  const place = placeOf(reserve);
  if (amount > 0 && declinedBy(peak, worth, policyParam(reserve, RESERVE_DECLINE))) {
    store<i64>(kept, 0, RESERVE_AMOUNT);
    store<i64>(kept, 0, RESERVE_IS_HIGH);
    recordNote(NOTE_RESERVE_RELEASED, SEVERITY_HIGH, NO_INSTRUMENT, time, -1, place, amount, worth);
    return;
  }
  const isHigh = exceedsShare(amount, worth, policyParam(reserve, RESERVE_HIGH));
  if (isHigh && load<i64>(kept, RESERVE_IS_HIGH) == 0) {
    recordNote(NOTE_RESERVE_HIGH, SEVERITY_LOW, NO_INSTRUMENT, time, -1, place, amount, worth);
  }
  store<i64>(kept, isHigh ? 1 : 0, RESERVE_IS_HIGH);
}

/** Keeps the largest equity at `peak`, from the starting cash on; gives it. */
export function largestEquity(kept: usize, begun: usize, peak: usize, worth: i64): i64 {
  if (load<i64>(kept + begun) == 0) {
    store<i64>(kept + begun, 1);
    store<i64>(kept + peak, load<i64>(account, ACCOUNT_START));
  }
  if (worth > load<i64>(kept + peak)) store<i64>(kept + peak, worth);
  return load<i64>(kept + peak);
}

/** True when equity lies more than `share` of its peak below it. */
export function declinedBy(peak: i64, worth: i64, share: i64): bool {
  return peak > 0 && subChecked(peak, worth) > mulDivFloor(peak, share, WHOLE);
}

/** True when `amount` (>= 0) is more than `share` of the total; of a total that is not positive, when there is any. */
export function exceedsShare(amount: i64, total: i64, share: i64): bool {
  return amount > (total > 0 ? mulDivFloor(total, share, WHOLE) : 0);
}
