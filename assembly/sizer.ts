// Sizer of commitments: from confidence to whole lots, step by step, each with a note (`NODESETS.md` 6).
//
// Always true:
//   a size is never above the cap, nor above what its tier leaves of the maximum of a position beside what is held and
//     on its way, also after the step that favours a new sector;
//   money is an integer, rounded down at every step, and what is measured against a limit is rounded up.
// Units: money, price and quantity mantissas; shares, confidence, sessions and correlations in 1e-9.

import {
  KEPT_ATR, KEPT_CONFIDENCE, KEPT_EARNINGS, KEPT_SHARE, LANE_SECTOR, LANE_SHARE, OWNER_SIZER, OWNER_STOPS, SIZER_BASE,
  SIZER_CAP, SIZER_CORRELATION_FROM, SIZER_CORRELATION_MOST, SIZER_EARNINGS_HALVE, SIZER_EARNINGS_REFUSE,
  SIZER_FAVOUR, SIZER_SECTORS, TIER_CONFIDENCE, TIER_HEAT, TIER_POSITION, TIER_SECTOR, TIER_STOP,
} from "./abi-commitment";
import { DECISION_SCALE } from "./abi-decision";
import {
  NOTE_SIZE_BASE, NOTE_SIZE_CAP, NOTE_SIZE_CORRELATION, NOTE_SIZE_DIVERSITY, NOTE_SIZE_EARNINGS, NOTE_SIZE_HEAT,
  NOTE_SIZE_POSITION, NOTE_SIZE_SECTOR, NOTE_SIZE_UNITS,
} from "./abi-event";
import { SEVERITY_LOW } from "./abi-policy";
import {
  REASON_BELOW_MINIMUM, REASON_CORRELATION_LIMIT, REASON_EARNINGS_NEAR, REASON_HEAT_LIMIT, REASON_INVALID_ORDER,
  REASON_NO_PRICE, REASON_NONE, REASON_POSITION_SIZE_LIMIT, REASON_SECTOR_LIMIT,
} from "./abi-reason";
import { ABSENT, consulted, exposureOf, laneCount, laneDecision, laneOf } from "./commitment-lane";
import { meanCorrelation } from "./correlation";
import { WHOLE } from "./cost";
import { decisionAt } from "./decision";
import { instrumentOfDecision, placeOf, policyParam } from "./policy";
import { recordNote } from "./record";
import { activePool, positionMost } from "./reserve";
import { instrumentAt } from "./run";
import { wholeLots } from "./sizing";
import { heatOf } from "./stops";
import { tierOf } from "./tier";
import { quantityFor, valueCeil } from "./value";
import { addChecked, mulDivCeil, mulDivFloor, subChecked } from "./wide";

/** Why the last size is none, REASON_NONE when there is one; its money, and the distance of its stop, 0 for none. */
export let sizeReason: i32 = REASON_NONE;
export let sizedAmount: i64 = 0;
export let sizedDistance: i64 = 0;

// What is sized, set by `sizeOf` and read by its steps at once.
let policy: usize = 0;
let owner: usize = 0;
let tier: usize = 0;
let index: i32 = 0;
let instrument: i32 = 0;
let pool: i64 = 0;
/** Most money that any step may give. */
let most: i64 = 0;
let now: i64 = 0;

/** Quantity (whole lots) of the recommendation that is kept, at `price`; leaves the globals above. */
export function sizeOf(commitment: usize, decision: i32, kept: usize, price: i64, time: i64): i64 {
  owner = commitment;
  index = decision;
  now = time;
  policy = consulted(commitment, OWNER_SIZER);
  tier = tierOf(commitment);
  instrument = instrumentOfDecision(decision);
  pool = activePool(commitment);
  sizeReason = REASON_NONE;
  sizedDistance = 0;
  const facts = instrumentAt(instrument);
  let amount = base(kept);
  if (sizeReason == REASON_NONE) amount = besidePosition(amount);
  if (sizeReason == REASON_NONE) amount = correlated(capped(amount));
  if (sizeReason == REASON_NONE) amount = withinSector(amount);
  if (sizeReason == REASON_NONE) amount = diversified(amount);
  if (sizeReason == REASON_NONE) amount = nearEarnings(amount, load<i64>(kept, KEPT_EARNINGS));
  if (sizeReason == REASON_NONE) amount = withinHeat(amount, load<i64>(kept, KEPT_ATR), price);
  sizedAmount = 0;
  if (sizeReason != REASON_NONE) return 0;
  const quantity = wholeLots(facts, quantityFor(facts, price, amount));
  sizedAmount = valueCeil(facts, price, quantity);
  note(NOTE_SIZE_UNITS, quantity, sizedAmount);
  if (quantity == 0) sizeReason = REASON_BELOW_MINIMUM;
  return quantity;
}

function note(kind: i32, value: i64, amount: i64): void {
  recordNote(kind, SEVERITY_LOW, instrument, now, index, placeOf(policy), value, amount);
}

/** Refuses for `reason`; gives no money. */
function refuse(reason: i32): i64 {
  sizeReason = reason;
  return 0;
}

/**
 * The tier's maximum by confidence over the tier's minimum, or the share that was given, of the active pool; refuses
 * where a share is to be given and is none.
 */
function base(kept: usize): i64 {
  const position = load<i64>(tier, TIER_POSITION);
  let share = load<i64>(kept, KEPT_SHARE);
  if (share == ABSENT) {
    if (load<u32>(laneOf(decisionAt(index)), LANE_SHARE) != 0) return refuse(REASON_INVALID_ORDER);
    const part = mulDivFloor(position, policyParam(policy, SIZER_BASE), WHOLE);
    share = mulDivFloor(part, load<i64>(kept, KEPT_CONFIDENCE), load<i64>(tier, TIER_CONFIDENCE));
  }
  const amount = mulDivFloor(pool, share < position ? share : position, WHOLE);
  note(NOTE_SIZE_BASE, pool, amount);
  return amount;
}

/** Cuts to what the tier leaves of a position beside what is held and on its way; refuses where nothing is left. */
function besidePosition(amount: i64): i64 {
  most = subChecked(positionMost(owner), exposureOf(instrument));
  const left = most <= 0 ? refuse(REASON_POSITION_SIZE_LIMIT) : amount < most ? amount : most;
  note(NOTE_SIZE_POSITION, most, left);
  return left;
}

function capped(amount: i64): i64 {
  const cap = policyParam(policy, SIZER_CAP);
  const scale = <i64>load<f64>(decisionAt(index), DECISION_SCALE);
  const money = cap == ABSENT ? i64.MAX_VALUE : mulDivFloor(cap, scale, WHOLE);
  if (money < most) most = money;
  const left = amount < money ? amount : money;
  note(NOTE_SIZE_CAP, money, left);
  return left;
}

function correlated(amount: i64): i64 {
  const correlation = meanCorrelation(policy, instrument, now);
  const from = policyParam(policy, SIZER_CORRELATION_FROM);
  const last = policyParam(policy, SIZER_CORRELATION_MOST);
  let left = amount;
  if (correlation > last) left = refuse(REASON_CORRELATION_LIMIT);
  else if (correlation > from) left = mulDivFloor(amount, last - correlation, last - from);
  note(NOTE_SIZE_CORRELATION, correlation, left);
  return left;
}

/** Sector of a lane, 0 for none. */
function sectorOf(lane: i32): i32 {
  return load<i32>(laneOf(decisionAt(laneDecision(owner, lane))), LANE_SECTOR);
}

/** Value of what is held in the instrument of a lane, or about to be. */
function exposureIn(lane: i32): i64 {
  return exposureOf(instrumentOfDecision(laneDecision(owner, lane)));
}

function withinSector(amount: i64): i64 {
  const sector = load<i32>(laneOf(decisionAt(index)), LANE_SECTOR);
  if (sector == 0) {
    note(NOTE_SIZE_SECTOR, i64.MAX_VALUE, amount);
    return amount;
  }
  let taken: i64 = 0;
  for (let i = 0, count = laneCount(owner); i < count; i++) {
    if (sectorOf(i) == sector) taken = addChecked(taken, exposureIn(i));
  }
  const room = mulDivFloor(pool, load<i64>(tier, TIER_SECTOR), WHOLE) - taken;
  const left = room <= 0 ? refuse(REASON_SECTOR_LIMIT) : amount < room ? amount : room;
  if (room < most) most = room;
  note(NOTE_SIZE_SECTOR, room, left);
  return left;
}

/** Favours a sector of which nothing is held while few sectors are. */
function diversified(amount: i64): i64 {
  const sector = load<i32>(laneOf(decisionAt(index)), LANE_SECTOR);
  let sectors: i64 = 0;
  let isNew = sector != 0;
  for (let i = 0, count = laneCount(owner); i < count; i++) {
    const each = sectorOf(i);
    if (each == 0 || exposureIn(i) == 0) continue;
    if (each == sector) isNew = false;
    if (isFirstOf(each, i)) sectors++;
  }
  let left = amount;
  if (isNew && sectors < policyParam(policy, SIZER_SECTORS)) {
    left = mulDivFloor(amount, policyParam(policy, SIZER_FAVOUR), WHOLE);
    if (left > most) left = most;
  }
  note(NOTE_SIZE_DIVERSITY, sectors, left);
  return left;
}

/** True when no lane before `lane` holds something of `sector`. */
function isFirstOf(sector: i32, lane: i32): bool {
  for (let i = 0; i < lane; i++) if (sectorOf(i) == sector && exposureIn(i) != 0) return false;
  return true;
}

function nearEarnings(amount: i64, sessions: i64): i64 {
  let left = amount;
  if (sessions != ABSENT) {
    if (sessions <= policyParam(policy, SIZER_EARNINGS_REFUSE)) left = refuse(REASON_EARNINGS_NEAR);
    else if (sessions <= policyParam(policy, SIZER_EARNINGS_HALVE)) left = amount / 2;
  }
  note(NOTE_SIZE_EARNINGS, sessions, left);
  return left;
}

/** Refuses what would bring the sum of distances to stops above its limit, and what no stop can be made for. */
function withinHeat(amount: i64, range: i64, price: i64): i64 {
  if (consulted(owner, OWNER_STOPS) == 0) return amount;
  if (range == 0) return refuse(REASON_NO_PRICE);
  sizedDistance = mulDivCeil(range, load<i64>(tier, TIER_STOP), WHOLE);
  const own = mulDivCeil(amount, sizedDistance < price ? sizedDistance : price, price);
  const heat = addChecked(heatOf(owner), own);
  const limit = mulDivFloor(pool, load<i64>(tier, TIER_HEAT), WHOLE);
  note(NOTE_SIZE_HEAT, heat, limit);
  return heat > limit ? refuse(REASON_HEAT_LIMIT) : amount;
}
