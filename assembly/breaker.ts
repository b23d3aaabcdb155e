// Circuit breaker: pauses all recommendations after a day's loss or several stops, and bars a symbol after a position
// in it fell too far (`NODESETS.md` 6).
//
// A day's loss pauses once a day, and stops that paused are forgotten; a position that stays too far down bars its
// symbol anew when the bar ends. Days are those of UTC, and a bucket at midnight belongs to the day before it.
//
// Always true:
//   a pause holds until its end, which it does not have; it never becomes shorter.
// Units: money mantissas; shares in 1e-9; time in ns.

import { SETTINGS_POSITION_COUNT } from "./abi-account";
import {
  BARRED, BARRED_BYTES, BARRED_UNTIL, BREAKER_DAY, BREAKER_DAY_EQUITY, BREAKER_DAY_TRIPPED, BREAKER_DOWN,
  BREAKER_DOWN_PAUSE, BREAKER_EQUITY, BREAKER_HIT_COUNT, BREAKER_HITS, BREAKER_HITS_PAUSE, BREAKER_LOSS,
  BREAKER_LOSS_PAUSE, BREAKER_PAUSED, BREAKER_RING, BREAKER_UNTIL, BREAKER_WITHIN,
} from "./abi-commitment";
import { NO_INSTRUMENT, NOTE_BREAKER_LOSS, NOTE_BREAKER_STOPS, NOTE_BREAKER_SYMBOL } from "./abi-event";
import { ACCOUNT_START, POSITION_QUANTITY } from "./abi-ledger";
import { SEVERITY_HIGH } from "./abi-policy";
import { isDownBy, lossOf } from "./checks";
import { WHOLE } from "./cost";
import { equity, instrumentOf } from "./ledger";
import { placeOf, policyParam, policyState } from "./policy";
import { recordNote } from "./record";
import { account, positionAt, settings } from "./run";
import { bucketDay } from "./session-day";
import { addChecked, mulDivFloor, subChecked } from "./wide";

/** True when `breaker` (0 for none) holds recommendations of an instrument back at `time`. */
export function breaks(breaker: usize, instrument: i32, time: i64): bool {
  if (breaker == 0) return false;
  if (isPaused(breaker, time)) return true;
  const barred = barredAt(breaker, instrument);
  return load<i64>(barred, BARRED) != 0 && time < load<i64>(barred, BARRED_UNTIL);
}

function isPaused(breaker: usize, time: i64): bool {
  const kept = policyState(breaker);
  return load<i64>(kept, BREAKER_PAUSED) != 0 && time < load<i64>(kept, BREAKER_UNTIL);
}

function barredAt(breaker: usize, instrument: i32): usize {
  const hits = <usize>policyParam(breaker, BREAKER_HITS);
  return policyState(breaker) + BREAKER_RING + (hits << 3) + <usize>instrument * BARRED_BYTES;
}

/** Looks at the account as it stands in the bucket at `time`. */
export function watchAccount(breaker: usize, time: i64): void {
  const kept = policyState(breaker);
  const worth = equity();
  const day = bucketDay(time);
  const before = load<i64>(kept, BREAKER_DAY);
  if (before != day) {
    const begun: i64 = before == 0 ? load<i64>(account, ACCOUNT_START) : load<i64>(kept, BREAKER_EQUITY);
    store<i64>(kept, begun, BREAKER_DAY_EQUITY);
    store<i64>(kept, day, BREAKER_DAY);
    store<i64>(kept, 0, BREAKER_DAY_TRIPPED);
  }
  store<i64>(kept, worth, BREAKER_EQUITY);
  watchLoss(breaker, kept, worth, time);
  for (let i = 0, count = load<i32>(settings, SETTINGS_POSITION_COUNT); i < count; i++) {
    if (load<i64>(positionAt(i), POSITION_QUANTITY) != 0) watchPosition(breaker, i, time);
  }
}

function watchLoss(breaker: usize, kept: usize, worth: i64, time: i64): void {
  const begun = load<i64>(kept, BREAKER_DAY_EQUITY);
  if (begun <= 0 || load<i64>(kept, BREAKER_DAY_TRIPPED) != 0) return;
  const loss = subChecked(begun, worth);
  if (loss <= mulDivFloor(begun, policyParam(breaker, BREAKER_LOSS), WHOLE)) return;
  store<i64>(kept, 1, BREAKER_DAY_TRIPPED);
  pause(breaker, NOTE_BREAKER_LOSS, loss, addChecked(time, policyParam(breaker, BREAKER_LOSS_PAUSE)), time);
}

function pause(breaker: usize, kind: i32, value: i64, until: i64, time: i64): void {
  const kept = policyState(breaker);
  const isLater = load<i64>(kept, BREAKER_PAUSED) == 0 || until > load<i64>(kept, BREAKER_UNTIL);
  if (isLater) store<i64>(kept, until, BREAKER_UNTIL);
  store<i64>(kept, 1, BREAKER_PAUSED);
  const place = placeOf(breaker);
  recordNote(kind, SEVERITY_HIGH, NO_INSTRUMENT, time, -1, place, value, load<i64>(kept, BREAKER_UNTIL));
}

function watchPosition(breaker: usize, position: i32, time: i64): void {
  const instrument = instrumentOf(position);
  const barred = barredAt(breaker, instrument);
  if (load<i64>(barred, BARRED) != 0 && time < load<i64>(barred, BARRED_UNTIL)) return;
  if (!isDownBy(position, policyParam(breaker, BREAKER_DOWN))) return;
  const until = addChecked(time, policyParam(breaker, BREAKER_DOWN_PAUSE));
  store<i64>(barred, 1, BARRED);
  store<i64>(barred, until, BARRED_UNTIL);
  const place = placeOf(breaker);
  recordNote(NOTE_BREAKER_SYMBOL, SEVERITY_HIGH, instrument, time, -1, place, lossOf(position), until);
}

/** A stop was hit at `time`. */
export function countHit(breaker: usize, time: i64): void {
  const kept = policyState(breaker);
  const most = policyParam(breaker, BREAKER_HITS);
  const hit = load<i64>(kept, BREAKER_HIT_COUNT);
  store<i64>(kept + BREAKER_RING + (<usize>(hit % most) << 3), time);
  store<i64>(kept, hit + 1, BREAKER_HIT_COUNT);
  if (hit + 1 < most) return;
  const oldest = load<i64>(kept + BREAKER_RING + (<usize>((hit + 1) % most) << 3));
  if (subChecked(time, oldest) > policyParam(breaker, BREAKER_WITHIN)) return;
  store<i64>(kept, 0, BREAKER_HIT_COUNT);
  pause(breaker, NOTE_BREAKER_STOPS, most, addChecked(time, policyParam(breaker, BREAKER_HITS_PAUSE)), time);
}
