// Stop manager: the stop and the target of every position of a commitment (`NODESETS.md` 6).
//
// Both are orders, sent with the entry and measured from its fill, so that a bar that fills the entry may stop it as
// well (`FILLS.md` B10). They only reduce, and what one fills is taken off the other: a target that volume fills in
// part leaves the rest protected. Levels are looked at in every bucket and changed by amendments, which meet the next
// open. What has lost its stop or its target gets another one first (`protection.ts`).
//
// Always true:
//   a stop that trails, or was tightened, never falls, nor does one that is made in its place.
// Units: price, quantity and money mantissas; shares in 1e-9.
// Rounding: a distance up, the price of a stop or a target down to the tick, as for any sale (`FILLS.md` G6).

import {
  KEPT_ATR, KEPT_DISTANCE, KEPT_FLOOR, KEPT_LEVEL_ATR, KEPT_STOP, KEPT_STOP_STATE, OWNER_STOPS, STOP_TIGHTENED,
  STOP_TRAILS, STOPS_HEAT, STOPS_RECOMPUTE, STOPS_TIGHTEN, STOPS_TRAIL, TIER_HEAT, TIER_REWARD, TIER_STOP,
} from "./abi-commitment";
import { NOTE_STOP, NOTE_TARGET } from "./abi-event";
import { POSITION_COST, POSITION_QUANTITY } from "./abi-ledger";
import {
  MARKET_MARK, MARKET_PENDING_FIRST, ORDER_CANCELS, ORDER_DECISION, ORDER_FLAGS, ORDER_FLAG_AMENDS,
  ORDER_FLAG_FROM_FILL, ORDER_FLAG_GROUP_SHRINKS, ORDER_FLAG_PROTECTIVE, ORDER_FLAG_REDUCE_ONLY, ORDER_LEAVES,
  ORDER_LIMIT, ORDER_NEXT, ORDER_SEQUENCE, ORDER_TRIGGER, ORDER_TYPE, TYPE_LIMIT, TYPE_STOP,
} from "./abi-order";
import { SEVERITY_LOW } from "./abi-policy";
import { INSTRUMENT_TICK, INSTRUMENT_VALUE_DIVISOR } from "./abi-run";
import { amendOrder, UNCHANGED } from "./amend";
import { committed, consulted, keptAt, laneCount, laneDecision } from "./commitment-lane";
import { awayToTick, WHOLE } from "./cost";
import { ownHeld, positionFor } from "./ledger";
import { holdChild, joinGroup } from "./link";
import { newOrder } from "./order";
import { hasFlag } from "./order-kind";
import { listOrdersOf, openLeaves, slotList } from "./order-list";
import { instrumentOfDecision, placeOf, policyParam } from "./policy";
import { protect } from "./protection";
import { recordNote } from "./record";
import { activePool } from "./reserve";
import { instrumentAt, marketAt, orderAt, positionAt } from "./run";
import { tierOf } from "./tier";
import { scaledPrice, valueCeil } from "./value";
import { addChecked, mulDivCeil, mulDivFloor, subChecked } from "./wide";

const CHILD_FLAGS: i32 = ORDER_FLAG_REDUCE_ONLY | ORDER_FLAG_FROM_FILL | ORDER_FLAG_GROUP_SHRINKS;

/** Lets a stop at `distance` from the fill, and a target, wait for the entry in `parent`. */
export function holdExits(owner: usize, parent: i32, instrument: i32, index: i32, distance: i64): void {
  const stop = newOrder(instrument, index);
  store<u8>(orderAt(stop), TYPE_STOP, ORDER_TYPE);
  store<i32>(orderAt(stop), CHILD_FLAGS | ORDER_FLAG_PROTECTIVE, ORDER_FLAGS);
  store<i64>(orderAt(stop), -WHOLE, ORDER_LEAVES);
  store<i64>(orderAt(stop), distance, ORDER_TRIGGER);
  holdChild(stop, parent);
  const target = newOrder(instrument, index);
  store<u8>(orderAt(target), TYPE_LIMIT, ORDER_TYPE);
  store<i32>(orderAt(target), CHILD_FLAGS, ORDER_FLAGS);
  store<i64>(orderAt(target), -WHOLE, ORDER_LEAVES);
  store<i64>(orderAt(target), rewardOf(owner, distance), ORDER_LIMIT);
  joinGroup(target, stop);
  holdChild(target, parent);
}

/** Distance of the target whose stop is `distance` away. */
export function rewardOf(owner: usize, distance: i64): i64 {
  return mulDivCeil(distance, load<i64>(tierOf(owner), TIER_REWARD), WHOLE);
}

/** Money between the marks and the stops of all lanes; what no stop is known for counts whole. */
export function heatOf(owner: usize): i64 {
  let sum: i64 = 0;
  for (let i = 0, count = laneCount(owner); i < count; i++) sum = addChecked(sum, heatIn(owner, i));
  return sum;
}

function heatIn(owner: usize, lane: i32): i64 {
  const instrument = instrumentOfDecision(laneDecision(owner, lane));
  const quantity = committed(instrument);
  const mark = load<i64>(marketAt(instrument), MARKET_MARK);
  if (quantity == 0 || mark <= 0) return 0;
  const kept = keptAt(owner, lane);
  const stop = load<i64>(kept, KEPT_STOP);
  let away = mark;
  if (ownHeld(instrument) <= 0) away = load<i64>(kept, KEPT_DISTANCE);
  else if (stop > 0) away = mark > stop ? mark - stop : 0;
  if (away > mark) away = mark;
  return away == 0 ? 0 : valueCeil(instrumentAt(instrument), away, quantity);
}

/** Looks at the levels of every lane, and moves those that should. */
export function manageStops(owner: usize, time: i64): void {
  const stops = consulted(owner, OWNER_STOPS);
  if (stops == 0) return;
  for (let i = 0, count = laneCount(owner); i < count; i++) attend(stops, owner, i, time);
  const limit = mulDivFloor(activePool(owner), load<i64>(tierOf(owner), TIER_HEAT), WHOLE);
  const isHot = heatOf(owner) > mulDivFloor(limit, policyParam(stops, STOPS_HEAT), WHOLE);
  for (let i = 0, count = laneCount(owner); i < count; i++) {
    if (load<i64>(keptAt(owner, i), KEPT_STOP) != 0) moveLevels(stops, owner, i, isHot, time);
  }
}

/** Protects what a lane holds, and keeps its lowest stop; a lane without a position begins anew. */
function attend(stops: usize, owner: usize, lane: i32, time: i64): void {
  const index = laneDecision(owner, lane);
  const instrument = instrumentOfDecision(index);
  const kept = keptAt(owner, lane);
  if (ownHeld(instrument) > 0) {
    const lowest = protect(stops, owner, kept, index, instrument, time);
    store<i64>(kept, lowest, KEPT_STOP);
    if (lowest != 0) store<i64>(kept, lowest, KEPT_FLOOR);
    return;
  }
  store<i64>(kept, 0, KEPT_STOP);
  if (openLeaves(instrument) != 0) return;
  store<i64>(kept, 0, KEPT_STOP_STATE);
  store<i64>(kept, 0, KEPT_DISTANCE);
  store<i64>(kept, 0, KEPT_FLOOR);
}

/** Moves stop and target of a lane to where ATR, way to the target and heat want them. */
function moveLevels(stops: usize, owner: usize, lane: i32, isHot: bool, time: i64): void {
  const index = laneDecision(owner, lane);
  const instrument = instrumentOfDecision(index);
  const kept = keptAt(owner, lane);
  if (hasRequest(instrument, index)) return;
  const changed = rangeMoved(stops, kept);
  if (changed) store<i64>(kept, load<i64>(kept, KEPT_ATR), KEPT_LEVEL_ATR);
  const distance = mulDivCeil(load<i64>(kept, KEPT_LEVEL_ATR), load<i64>(tierOf(owner), TIER_STOP), WHOLE);
  const reward = rewardOf(owner, distance);
  const entry = entryPrice(instrument);
  const mark = load<i64>(marketAt(instrument), MARKET_MARK);
  if (mark >= addChecked(entry, mulDivCeil(reward, policyParam(stops, STOPS_TRAIL), WHOLE))) {
    store<i64>(kept, load<i64>(kept, KEPT_STOP_STATE) | STOP_TRAILS, KEPT_STOP_STATE);
  }
  if (isHot) store<i64>(kept, load<i64>(kept, KEPT_STOP_STATE) | STOP_TIGHTENED, KEPT_STOP_STATE);
  const state = load<i64>(kept, KEPT_STOP_STATE);
  let floor: i64 = (state & STOP_TRAILS) != 0 ? subChecked(mark, distance) : 0;
  if (isHot) {
    const tight = subChecked(mark, mulDivCeil(distance, policyParam(stops, STOPS_TIGHTEN), WHOLE));
    if (tight > floor) floor = tight;
  }
  const base: i64 = changed && state == 0 ? subChecked(entry, distance) : 0;
  const target: i64 = changed ? addChecked(entry, reward) : 0;
  if (base <= 0 && floor <= 0 && target == 0) return;
  // What is asked for is kept at once: a freeze may take the stop before the change arrives.
  if (state != 0 && floor > load<i64>(kept, KEPT_FLOOR)) store<i64>(kept, floor, KEPT_FLOOR);
  moveOrders(stops, instrument, index, base, floor, target, time);
}

/** True when a change of the orders of a decision (-1: of any) is on its way, which is waited for. */
export function hasRequest(instrument: i32, index: i32): bool {
  let at = load<i32>(marketAt(instrument), MARKET_PENDING_FIRST);
  for (; at != 0; at = load<i32>(orderAt(at - 1), ORDER_NEXT)) {
    const order = orderAt(at - 1);
    if (!hasFlag(order, ORDER_FLAG_AMENDS)) continue;
    if (index < 0 || load<i32>(order, ORDER_DECISION) == index) return true;
  }
  return false;
}

/** True when the ATR moved by more than a share of the one that the levels stand on. */
function rangeMoved(stops: usize, kept: usize): bool {
  const before = load<i64>(kept, KEPT_LEVEL_ATR);
  const off = subChecked(load<i64>(kept, KEPT_ATR), before);
  return (off < 0 ? -off : off) > mulDivFloor(before, policyParam(stops, STOPS_RECOMPUTE), WHOLE);
}

/** Average price that was paid for what is held long, rounded down. */
export function entryPrice(instrument: i32): i64 {
  const record = positionAt(positionFor(instrument, 1, false));
  const facts = instrumentAt(instrument);
  const quantity = load<i64>(record, POSITION_QUANTITY);
  const paid = mulDivFloor(load<i64>(record, POSITION_COST), load<i64>(facts, INSTRUMENT_VALUE_DIVISOR), quantity);
  return paid / scaledPrice(facts, 1);
}

/**
 * Moves the stops of a decision to `base`, or without one (0) up to `floor`, and its targets to `target` (0 to leave
 * them).
 */
function moveOrders(
  stops: usize, instrument: i32, index: i32, base: i64, floor: i64, target: i64, time: i64,
): void {
  const list = slotList(0);
  const tick = load<i64>(instrumentAt(instrument), INSTRUMENT_TICK);
  for (let i = 0, count = listOrdersOf(instrument, index, list); i < count; i++) {
    const slot = load<i32>(list + (<usize>i << 2));
    const order = orderAt(slot);
    if (load<i32>(order, ORDER_SEQUENCE) == 0 || load<i64>(order, ORDER_CANCELS) != 0) continue;
    const type = <i32>load<u8>(order, ORDER_TYPE);
    if (type == TYPE_STOP) {
      const before = load<i64>(order, ORDER_TRIGGER);
      const level = awayToTick(base > 0 ? base : floor > before ? floor : before, tick, false);
      if (level == before) continue;
      const isSent = amendOrder(slot, index, time, UNCHANGED, UNCHANGED, level);
      if (isSent) note(stops, NOTE_STOP, instrument, index, time, before, level);
    } else if (type == TYPE_LIMIT && target > 0) {
      const before = load<i64>(order, ORDER_LIMIT);
      const level = awayToTick(target, tick, false);
      if (level == before) continue;
      const isSent = amendOrder(slot, index, time, UNCHANGED, level, UNCHANGED);
      if (isSent) note(stops, NOTE_TARGET, instrument, index, time, before, level);
    }
  }
}

function note(stops: usize, kind: i32, instrument: i32, index: i32, time: i64, before: i64, after: i64): void {
  recordNote(kind, SEVERITY_LOW, instrument, time, index, placeOf(stops), before, after);
}
