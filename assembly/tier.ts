// Tiers: how much a commitment may risk, in three steps, and what moves it from one to the next (`NODESETS.md` 6).
//
// A tier moves once a day at the close of the exchange's last session. A position counts as a success when it realised
// more than its fees from its opening to being flat; days of the count are those of UTC. Down goes before up, and
// without a closed position success moves nothing.
// Units: money mantissas; shares in 1e-9; time in ns.

import {
  OPENED_BYTES, OPENED_QUANTITY, OPENED_REALISED, OWNER_TIER, SUCCESS_BYTES, SUCCESS_CLOSED, SUCCESS_DAY, SUCCESS_WON,
  TIER_BEGUN, TIER_BYTES, TIER_CURRENT, TIER_DAYS, TIER_DOWN_DECLINE, TIER_DOWN_SUCCESS, TIER_MOVES, TIER_NEXT,
  TIER_PEAK, TIER_RESERVE, TIER_RING, TIER_START, TIER_UP_DECLINE, TIER_UP_RESERVE, TIER_UP_SUCCESS, TIERS,
} from "./abi-commitment";
import { NO_INSTRUMENT, NOTE_TIER } from "./abi-event";
import { POLICY_PARAMS, SEVERITY_LOW } from "./abi-policy";
import { RUN_INSTRUMENT_COUNT } from "./abi-run";
import { consulted } from "./commitment-lane";
import { WHOLE } from "./cost";
import { equity, netHeld } from "./ledger";
import { placeOf, policyParam, policyState } from "./policy";
import { recordNote } from "./record";
import { declinedBy, exceedsShare, largestEquity, reserveOf } from "./reserve";
import { run } from "./run";
import { bucketDay, exchangeFacts, nextDayClose } from "./session-day";
import { addChecked, mulDivCeil, subChecked } from "./wide";

/** Positions that were closed with a gain, and all that were closed, in the days that count. */
let won: i64 = 0;
let closed: i64 = 0;

/** The tier that a commitment stands in: 0 conservative, 1 moderate, 2 aggressive. */
export function tierNumber(owner: usize): i32 {
  const policy = consulted(owner, OWNER_TIER);
  const kept = policyState(policy);
  return <i32>(load<i64>(kept, TIER_BEGUN) == 0 ? policyParam(policy, TIER_START) : load<i64>(kept, TIER_CURRENT));
}

/** Its row of the table. */
export function tierOf(owner: usize): usize {
  const policy = consulted(owner, OWNER_TIER);
  return <usize>load<u32>(policy, POLICY_PARAMS) + <usize>tierNumber(owner) * TIER_BYTES;
}

/** Looks at the account as it stands in the bucket at `time`, and moves at the close of a day. */
export function watchTier(policy: usize, time: i64): void {
  const kept = policyState(policy);
  if (load<i64>(kept, TIER_BEGUN) == 0) {
    store<i64>(kept, policyParam(policy, TIER_START), TIER_CURRENT);
    store<i64>(kept, nextDayClose(exchangeFacts(), time - 1), TIER_NEXT);
  }
  const worth = equity();
  const peak = largestEquity(kept, TIER_BEGUN, TIER_PEAK, worth);
  if (time < load<i64>(kept, TIER_NEXT)) return;
  store<i64>(kept, nextDayClose(exchangeFacts(), time), TIER_NEXT);
  if (policyParam(policy, TIER_MOVES) != 0) move(policy, kept, peak, worth, time);
}

function move(policy: usize, kept: usize, peak: i64, worth: i64, time: i64): void {
  const before = load<i64>(kept, TIER_CURRENT);
  const step = stepOf(policy, peak, worth, time);
  const after = before + step;
  if (step == 0 || after < 0 || after >= TIERS) return;
  store<i64>(kept, after, TIER_CURRENT);
  const place = placeOf(policy);
  recordNote(NOTE_TIER, SEVERITY_LOW, NO_INSTRUMENT, time, -1, place, before, after);
}

/** -1 to move down, 1 to move up, 0 to stay. */
function stepOf(policy: usize, peak: i64, worth: i64, time: i64): i64 {
  countSuccess(policy, time);
  if (closed > 0 && won * WHOLE < policyParam(policy, TIER_DOWN_SUCCESS) * closed) return -1;
  if (declinedBy(peak, worth, policyParam(policy, TIER_DOWN_DECLINE))) return -1;
  if (closed == 0 || won * WHOLE <= policyParam(policy, TIER_UP_SUCCESS) * closed) return 0;
  const reserve = reserveOf(consulted(policy, TIER_RESERVE));
  if (!exceedsShare(reserve, worth, policyParam(policy, TIER_UP_RESERVE))) return 0;
  // A whole number lies under a fraction when it lies under the next whole one.
  const most = mulDivCeil(peak > 0 ? peak : 0, policyParam(policy, TIER_UP_DECLINE), WHOLE);
  return subChecked(peak, worth) < most ? 1 : 0;
}

/** Sums the outcomes of the days that count up to `time`. */
function countSuccess(policy: usize, time: i64): void {
  won = 0;
  closed = 0;
  const days = policyParam(policy, TIER_DAYS);
  const today = bucketDay(time);
  for (let i: i64 = 0; i < days; i++) {
    const entry = policyState(policy) + TIER_RING + <usize>i * SUCCESS_BYTES;
    const day = load<i64>(entry, SUCCESS_DAY);
    if (day == 0 || day <= today - days || day > today) continue;
    won += load<i64>(entry, SUCCESS_WON);
    closed += load<i64>(entry, SUCCESS_CLOSED);
  }
}

function openedAt(policy: usize, instrument: i32): usize {
  const ring = <usize>policyParam(policy, TIER_DAYS) * SUCCESS_BYTES;
  return policyState(policy) + TIER_RING + ring + <usize>instrument * OPENED_BYTES;
}

/** Notes what is held before the market of a bucket. */
export function noteHeld(policy: usize): void {
  for (let i = 0, count = load<i32>(run, RUN_INSTRUMENT_COUNT); i < count; i++) {
    store<i64>(openedAt(policy, i), netHeld(i), OPENED_QUANTITY);
  }
}

/** Takes a fill of `quantity` (signed) at `time`, which realised `gain` after its fee. */
export function noteOutcome(policy: usize, instrument: i32, quantity: i64, gain: i64, time: i64): void {
  const opened = openedAt(policy, instrument);
  const held = addChecked(load<i64>(opened, OPENED_QUANTITY), quantity);
  const realised = addChecked(load<i64>(opened, OPENED_REALISED), gain);
  store<i64>(opened, held, OPENED_QUANTITY);
  store<i64>(opened, held == 0 ? 0 : realised, OPENED_REALISED);
  if (held != 0) return;
  const day = bucketDay(time);
  const ring = policyParam(policy, TIER_DAYS);
  const place = day % ring;
  const entry = policyState(policy) + TIER_RING + <usize>(place < 0 ? place + ring : place) * SUCCESS_BYTES;
  if (load<i64>(entry, SUCCESS_DAY) != day) {
    store<i64>(entry, day, SUCCESS_DAY);
    store<i64>(entry, 0, SUCCESS_WON);
    store<i64>(entry, 0, SUCCESS_CLOSED);
  }
  store<i64>(entry, load<i64>(entry, SUCCESS_CLOSED) + 1, SUCCESS_CLOSED);
  if (realised > 0) store<i64>(entry, load<i64>(entry, SUCCESS_WON) + 1, SUCCESS_WON);
}
