// Protection of commitments: a stop and a target made anew for what is held and none of them covers (`NODESETS.md` 6).
//
// Exits come with the entry (`stops.ts`). A freeze or a drain may cancel them, the end of a day, a full table or the
// rounding of a split may take them; the position is still there then, and gets others in the first bucket in which its
// side may act: from ATR, tier and entry, or at the level of those that are left. Where a cancel is on its way to an
// exit, which a drain asks for inside a bar, that is the bucket of the bar: the other one arrives at the open at which
// the cancel counts. They only reduce, so that one which the market has passed acts at once as a taker (`FILLS.md` C8).
//
// Always true:
//   once protected, as many units lie under open stops of commitments as are held, less those on their way out;
//   no unit has two stops once no request is on its way, those that were met and fill in parts among them: what is too
//     much is taken off the newest.
// Units: price and quantity mantissas.
// Rounding: a distance up, prices down to the tick, as for any sale (`FILLS.md` G6).

import { DECISION_COMMITMENT, DECISION_KIND } from "./abi-decision";
import {
  KEPT_ATR, KEPT_DISTANCE, KEPT_FLOOR, KEPT_LEVEL_ATR, KEPT_STOP_STATE, TIER_STOP,
} from "./abi-commitment";
import { NOTE_STOP_ANEW, NOTE_TARGET_ANEW } from "./abi-event";
import {
  ORDER_CANCELS, ORDER_DECISION, ORDER_FLAG_GROUP_SHRINKS, ORDER_FLAG_PROTECTIVE, ORDER_FLAG_REDUCE_ONLY, ORDER_FLAGS,
  ORDER_LEAVES, ORDER_LIMIT, ORDER_TRIGGER, ORDER_TYPE, TYPE_LIMIT, TYPE_STOP,
} from "./abi-order";
import { GATES_ACTIVATION, SEVERITY_LOW, SIDE_LONG } from "./abi-policy";
import { REASON_NONE } from "./abi-reason";
import { INSTRUMENT_TICK } from "./abi-run";
import { standingOf } from "./activation";
import { amendOrder, cancelOrder, UNCHANGED } from "./amend";
import { complies } from "./compliance";
import { awayToTick, WHOLE } from "./cost";
import { decisionAt } from "./decision";
import { ownHeld } from "./ledger";
import { joinGroup } from "./link";
import { newOrder, roomForOrders } from "./order";
import { sizeOf } from "./order-kind";
import { isOnItsWay, isOwn, listOrders, listOrdersOf, slotList } from "./order-list";
import { gatesOf, placeOf } from "./policy";
import { approve, publish } from "./publish";
import { recordNote } from "./record";
import { instrumentAt, orderAt } from "./run";
import { entryPrice, hasRequest, rewardOf } from "./stops";
import { tierOf } from "./tier";
import { addChecked, mulDivCeil, subChecked } from "./wide";

/** A stop and a target. */
const EXITS = 2;
/** No order. */
const NONE: i32 = -1;
/** No decision in particular. */
const ANY: i32 = -1;

// What the open orders of an instrument protect; set by `survey` and read at once.
/** Units under the stops and the targets of commitments. */
let stopped: i64 = 0;
let targeted: i64 = 0;
/** Units of stops that were met and fill in parts: they are among what is leaving. */
let met: i64 = 0;
/** Signed quantity on its way out, at most 0. */
let leaving: i64 = 0;
/** Lowest stop and newest target of the decision itself, 0 for none. */
let lowest: i64 = 0;
let target: i64 = 0;

/**
 * Makes what is missing of the exits of a lane that is held, and takes off what is too much. Gives its lowest stop, 0
 * for none.
 */
export function protect(stops: usize, owner: usize, kept: usize, index: i32, instrument: i32, time: i64): i64 {
  survey(instrument, index);
  // What the lane did not enter with exits is not its own to protect.
  if (load<i64>(kept, KEPT_DISTANCE) == 0 || hasRequest(instrument, ANY) || !mayAct(index, time)) return lowest;
  const held = ownHeld(instrument);
  const under = addChecked(stopped, met);
  if (under > held) takeOff(instrument, index, TYPE_STOP, under - held, time);
  if (targeted > held) takeOff(instrument, index, TYPE_LIMIT, targeted - held, time);
  // What is on its way out needs no other exit, and may keep the one that it has.
  const wanted = addChecked(held, leaving);
  const stopLack = subChecked(wanted, stopped);
  const targetLack = subChecked(wanted, targeted);
  if ((stopLack <= 0 && targetLack <= 0) || !roomForOrders(EXITS)) return lowest;
  // Where all exits are gone levels stand on the newest ATR; else on that of the ones which are left.
  if (lowest == 0 && target == 0) store<i64>(kept, load<i64>(kept, KEPT_ATR), KEPT_LEVEL_ATR);
  const distance = mulDivCeil(load<i64>(kept, KEPT_LEVEL_ATR), load<i64>(tierOf(owner), TIER_STOP), WHOLE);
  store<i64>(kept, distance, KEPT_DISTANCE);
  const entry = entryPrice(instrument);
  let stop = NONE;
  if (stopLack > 0 && complies(index, instrument, 0, true)) {
    if (lowest == 0) lowest = stopLevel(kept, instrument, subChecked(entry, distance));
    stop = send(index, instrument, TYPE_STOP, lowest, stopLack, NONE, time);
    note(stops, NOTE_STOP_ANEW, instrument, index, stopLack, lowest, time);
  }
  if (targetLack > 0 && complies(index, instrument, 0, true)) {
    const tick = load<i64>(instrumentAt(instrument), INSTRUMENT_TICK);
    const level: i64 = target != 0 ? target : awayToTick(addChecked(entry, rewardOf(owner, distance)), tick, false);
    // What one fills is taken off the other, which has the same size where both were gone.
    send(index, instrument, TYPE_LIMIT, level, targetLack, stopLack == targetLack ? stop : NONE, time);
    note(stops, NOTE_TARGET_ANEW, instrument, index, targetLack, level, time);
  }
  return lowest;
}

/** True when the side that a commitment holds may have orders. */
function mayAct(index: i32, time: i64): bool {
  const gates = gatesOf(index);
  const activation: usize = gates == 0 ? 0 : load<u32>(gates, GATES_ACTIVATION);
  return activation == 0 || standingOf(activation, SIDE_LONG, time) == REASON_NONE;
}

/** Sums what the open orders of the strategy in hand that sell an instrument protect and take out. */
function survey(instrument: i32, index: i32): void {
  stopped = 0;
  targeted = 0;
  met = 0;
  leaving = 0;
  lowest = 0;
  target = 0;
  const list = slotList(0);
  for (let i = 0, count = listOrders(instrument, list); i < count; i++) {
    const order = orderAt(load<i32>(list + (<usize>i << 2)));
    const leaves = load<i64>(order, ORDER_LEAVES);
    if (leaves >= 0 || !isOwn(order)) continue;
    const type = <i32>load<u8>(order, ORDER_TYPE);
    if (load<i32>(order, ORDER_DECISION) == index) {
      const trigger = load<i64>(order, ORDER_TRIGGER);
      if (type == TYPE_STOP && (lowest == 0 || trigger < lowest)) lowest = trigger;
      if (type == TYPE_LIMIT) target = load<i64>(order, ORDER_LIMIT);
    }
    if (isLeaving(order)) continue;
    if (isOnItsWay(order)) {
      leaving = addChecked(leaving, leaves);
      if (type == TYPE_STOP && isOfCommitment(order)) met = subChecked(met, leaves);
    } else if (isOfCommitment(order)) {
      if (type == TYPE_STOP) stopped = subChecked(stopped, leaves);
      else if (type == TYPE_LIMIT) targeted = subChecked(targeted, leaves);
    }
  }
}

/** True when a cancel of an order is on its way: from the open at which that counts it protects nothing. */
function isLeaving(order: usize): bool {
  return load<i64>(order, ORDER_CANCELS) != 0;
}

function isOfCommitment(order: usize): bool {
  const decision = load<i32>(order, ORDER_DECISION);
  return decision >= 0 && load<i32>(decisionAt(decision), DECISION_KIND) == DECISION_COMMITMENT;
}

/** Price of a stop at `base`, or higher where one that trailed or was tightened stood before it; a tick at least. */
function stopLevel(kept: usize, instrument: i32, base: i64): i64 {
  const floor = load<i64>(kept, KEPT_FLOOR);
  const tick = load<i64>(instrumentAt(instrument), INSTRUMENT_TICK);
  const level = awayToTick(load<i64>(kept, KEPT_STOP_STATE) != 0 && floor > base ? floor : base, tick, false);
  return level < tick ? tick : level;
}

/** Sends an exit for `size` (> 0) at `level`, tied to the order in `fellow` unless that is NONE; gives its slot. */
function send(index: i32, instrument: i32, type: i32, level: i64, size: i64, fellow: i32, time: i64): i32 {
  const slot = newOrder(instrument, index);
  const order = orderAt(slot);
  store<u8>(order, <u8>type, ORDER_TYPE);
  store<i32>(order, ORDER_FLAG_REDUCE_ONLY | ORDER_FLAG_GROUP_SHRINKS | ORDER_FLAG_PROTECTIVE, ORDER_FLAGS);
  store<i64>(order, -size, ORDER_LEAVES);
  if (type == TYPE_STOP) store<i64>(order, level, ORDER_TRIGGER);
  else store<i64>(order, level, ORDER_LIMIT);
  if (fellow != NONE) joinGroup(slot, fellow);
  // What only reduces is approved by its side alone, as where a fill releases it.
  approve(index, -size);
  publish(slot, time, true);
  return slot;
}

/** Takes `excess` (> 0) off the exits of `type` of a decision, the newest first, and what was met behind what rests. */
function takeOff(instrument: i32, index: i32, type: i32, excess: i64, time: i64): void {
  const left = takeOffOf(instrument, index, type, excess, false, time);
  if (left > 0) takeOffOf(instrument, index, type, left, true, time);
}

/** The same for those that were `met`, or were not; gives what is left of `excess`. */
function takeOffOf(instrument: i32, index: i32, type: i32, excess: i64, wasMet: bool, time: i64): i64 {
  const list = slotList(0);
  let left = excess;
  for (let i = listOrdersOf(instrument, index, list) - 1; i >= 0 && left > 0; i--) {
    const slot = load<i32>(list + (<usize>i << 2));
    const order = orderAt(slot);
    if (load<u8>(order, ORDER_TYPE) != type || load<i64>(order, ORDER_LEAVES) >= 0) continue;
    if (isOnItsWay(order) != wasMet || isLeaving(order)) continue;
    const size = sizeOf(order);
    if (size <= left) cancelOrder(slot, time);
    else amendOrder(slot, index, time, left - size, UNCHANGED, UNCHANGED);
    left -= size < left ? size : left;
  }
  return left;
}

function note(stops: usize, kind: i32, instrument: i32, index: i32, size: i64, level: i64, time: i64): void {
  recordNote(kind, SEVERITY_LOW, instrument, time, index, placeOf(stops), size, level);
}
