// Activation: which side of a strategy may act, and how much of what it wants (`NODESETS.md` 3).
//
// Messages come as side events on the tape's clock. What restricts acts at once, before the decisions of its time; what
// lifts a restriction acts from the next bucket. Freeze outranks drain.
//
// Always true:
//   nothing fails open: what is unknown, stale or not active refuses;
//   a message whose version is not higher than that of the newest one changes nothing.
// Units: weights in 1e-9; time in ns.

import {
  ORDER_CANCELS, ORDER_CANCELS_MASK, ORDER_CANCELS_SHIFT, ORDER_DECISION, ORDER_FLAG_REDUCE_ONLY, ORDER_FLAGS,
  ORDER_INSTRUMENT, ORDER_LEAVES, ORDER_SEQUENCE,
} from "./abi-order";
import {
  ACTIVATION_ASSUMED, ACTIVATION_BEFORE, ACTIVATION_BYTES, ACTIVATION_CANCELS, ACTIVATION_EXPIRES, ACTIVATION_FLAGS,
  ACTIVATION_IS_ACTIVE, ACTIVATION_IS_DRAINING, ACTIVATION_IS_FROZEN, ACTIVATION_IS_KNOWN, ACTIVATION_MODE,
  ACTIVATION_OPEN_SHIFT,
  ACTIVATION_RENEWS, ACTIVATION_RENEWS_LATER, ACTIVATION_SINCE, ACTIVATION_VERSION, ACTIVATION_WAS_STALE,
  ACTIVATION_WEIGHT, GATES_ACTIVATION, SIDE_LONG, SIDE_SHORT,
} from "./abi-policy";
import {
  REASON_ACTIVATION_DISABLED, REASON_ACTIVATION_UNKNOWN, REASON_CANCELED, REASON_DRAIN, REASON_FREEZE, REASON_NONE,
} from "./abi-reason";
import { RUN_INSTRUMENT_COUNT, RUN_NOW } from "./abi-run";
import {
  MESSAGE_HAS_TTL, MESSAGE_HAS_WEIGHT, MESSAGE_LONG, MESSAGE_MODE_SHIFT, MESSAGE_SHORT, MESSAGE_STATE_SHIFT, SIDE_A,
  SIDE_B, SIDE_C, SIDE_D, SIDE_INSTRUMENT, SIDE_TIME,
} from "./abi-side";
import { cancelAtOnce, cancelFrom } from "./amend";
import { WHOLE } from "./cost";
import { isHedging, ownHeld, takeStrategy } from "./ledger";
import { buysOf, hasFlag, setFlag, sizeOf } from "./order-kind";
import { isOnItsWay, listOrders, slotList } from "./order-list";
import { gatesOf, placeOf, policyAt, policyParam, policyState, strategyOf } from "./policy";
import { recordActivation } from "./record";
import { awaitRenewal } from "./renewal";
import { orderAt, run } from "./run";
import { latencyOf } from "./venue";
import { addChecked } from "./wide";

/** Both bits of a renewal that waits for the bucket behind its message. */
const RENEWAL: i64 = ACTIVATION_RENEWS | ACTIVATION_RENEWS_LATER;

/** Bits that keep a side from opening. */
const RESTRICTING: i64 = ACTIVATION_IS_FROZEN | ACTIVATION_IS_DRAINING;

/** What a policy keeps of a side. */
// @ts-ignore: decorator
@inline export function sideAt(policy: usize, side: i32): usize {
  return policyState(policy) + <usize>side * ACTIVATION_BYTES;
}

/** Applies the message of a side event to the policy that it names. */
export function applyMessage(event: usize): void {
  const policy = policyAt(load<i32>(event, SIDE_INSTRUMENT));
  const message = load<i64>(event, SIDE_A);
  let applied = 0;
  if (message & MESSAGE_LONG && applyTo(policy, SIDE_LONG, event)) applied |= 1 << SIDE_LONG;
  if (message & MESSAGE_SHORT && applyTo(policy, SIDE_SHORT, event)) applied |= 1 << SIDE_SHORT;
  const sides = <i32>(message & (MESSAGE_LONG | MESSAGE_SHORT));
  const time = load<i64>(event, SIDE_TIME);
  const flags = <i32>(message >> MESSAGE_STATE_SHIFT) & 0xff;
  const weight: i64 = message & MESSAGE_HAS_WEIGHT ? load<i64>(event, SIDE_B) : -1;
  const place = placeOf(policy);
  const expires = message & MESSAGE_HAS_TTL ? addChecked(time, load<i64>(event, SIDE_D)) : i64.MAX_VALUE;
  recordActivation(flags, sides | (applied << 4), time, place, weight, load<i64>(event, SIDE_C), expires);
  const isFreeze = (flags & ACTIVATION_IS_FROZEN) != 0;
  if (applied != 0 && (isFreeze || flags & ACTIVATION_CANCELS)) cancelAll(policy, applied, isFreeze, time);
}

/** Takes the message for one side; false when its version was known. */
function applyTo(policy: usize, side: i32, event: usize): bool {
  const kept = sideAt(policy, side);
  const before = load<i64>(kept, ACTIVATION_FLAGS);
  const version = load<i64>(event, SIDE_C);
  if (before & ACTIVATION_IS_KNOWN && version <= load<i64>(kept, ACTIVATION_VERSION)) return false;
  const message = load<i64>(event, SIDE_A);
  const time = load<i64>(event, SIDE_TIME);
  const weightBefore = weightOf(policy, side);
  // The weight that was never told is that of nothing held back.
  if (message & MESSAGE_HAS_WEIGHT) store<i64>(kept, load<i64>(event, SIDE_B), ACTIVATION_WEIGHT);
  else if ((before & ACTIVATION_IS_KNOWN) == 0) store<i64>(kept, WHOLE, ACTIVATION_WEIGHT);
  // What was stale was not active: what comes after it lifts that from the next bucket on.
  const isStale = before != 0 && time >= load<i64>(kept, ACTIVATION_EXPIRES);
  const was: i64 = isStale ? ACTIVATION_WAS_STALE : before & ~RENEWAL;
  const isFirst = before == 0 || load<i64>(kept, ACTIVATION_SINCE) != time;
  if (isFirst) store<i64>(kept, was | restrictedAtOpen(kept, before) << ACTIVATION_OPEN_SHIFT, ACTIVATION_BEFORE);
  const now: i64 = ((message >> MESSAGE_STATE_SHIFT) & 0xff) | ACTIVATION_IS_KNOWN;
  const pending: i64 = before & (isFirst ? ACTIVATION_RENEWS : RENEWAL);
  const isWeighed = weightBefore != load<i64>(kept, ACTIVATION_WEIGHT);
  store<i64>(kept, now | renewalOf(policy, was, now, pending, isWeighed), ACTIVATION_FLAGS);
  store<i64>(kept, version, ACTIVATION_VERSION);
  store<i64>(kept, time, ACTIVATION_SINCE);
  const ttl = message & MESSAGE_HAS_TTL ? addChecked(time, load<i64>(event, SIDE_D)) : i64.MAX_VALUE;
  store<i64>(kept, ttl, ACTIVATION_EXPIRES);
  store<i64>(kept, (message >> MESSAGE_MODE_SHIFT) & 0xff, ACTIVATION_MODE);
  return true;
}

/** What restricted a side at the open of the bar in hand, where another message has come inside it already. */
function restrictedAtOpen(kept: usize, before: i64): i64 {
  if (before == 0 || load<i64>(kept, ACTIVATION_SINCE) <= load<i64>(run, RUN_NOW)) return 0;
  const bits = load<i64>(kept, ACTIVATION_BEFORE);
  return (bits | bits >> ACTIVATION_OPEN_SHIFT) & RESTRICTING;
}

/** Bits that say when what a side's targets want is judged anew, for what its message changed. */
function renewalOf(policy: usize, was: i64, now: i64, pending: i64, isWeighed: bool): i64 {
  // What may not act yet is judged anew when that is lifted.
  if ((now & ACTIVATION_IS_ACTIVE) == 0 || now & ACTIVATION_IS_FROZEN) return 0;
  const wasActive = was == 0 ? policyParam(policy, ACTIVATION_ASSUMED) != 0 : (was & ACTIVATION_IS_ACTIVE) != 0;
  const lifted = was & ~now & RESTRICTING;
  const renewal: i64 = !wasActive || lifted != 0 ? RENEWAL : isWeighed ? ACTIVATION_RENEWS | pending : pending;
  if (renewal != 0) awaitRenewal();
  return renewal;
}

/**
 * Bits that hold at `time`: a restriction that was lifted at this very time still does, and at a point of a bar one
 * that was lifted behind it.
 */
function flagsAt(policy: usize, kept: usize, time: i64): i64 {
  const now = load<i64>(kept, ACTIVATION_FLAGS);
  const since = load<i64>(kept, ACTIVATION_SINCE);
  if (since < time || (now & ACTIVATION_IS_KNOWN) == 0) return now;
  const before = load<i64>(kept, ACTIVATION_BEFORE);
  const restricting = (time < since ? before | before >> ACTIVATION_OPEN_SHIFT : before) & RESTRICTING;
  // What was not active becomes active with the next bucket; what was never told of is what is assumed.
  const assumed = before == 0 && policyParam(policy, ACTIVATION_ASSUMED) != 0;
  const isActive: i64 = assumed ? now & ACTIVATION_IS_ACTIVE : now & before & ACTIVATION_IS_ACTIVE;
  return (now & ~ACTIVATION_IS_ACTIVE) | isActive | restricting;
}

/** Why a side may not act at all at `time`, REASON_NONE when it may. */
export function standingOf(policy: usize, side: i32, time: i64): i32 {
  const kept = sideAt(policy, side);
  const flags = flagsAt(policy, kept, time);
  if ((flags & ACTIVATION_IS_KNOWN) == 0) {
    return policyParam(policy, ACTIVATION_ASSUMED) != 0 ? REASON_NONE : REASON_ACTIVATION_UNKNOWN;
  }
  if (time >= load<i64>(kept, ACTIVATION_EXPIRES)) return REASON_ACTIVATION_UNKNOWN;
  if (flags & ACTIVATION_IS_FROZEN) return REASON_FREEZE;
  if (flags & ACTIVATION_IS_ACTIVE) return REASON_NONE;
  // What makes a side active is lifted a bucket later; until then it is what it was: not known, or not active.
  const isLifting = (load<i64>(kept, ACTIVATION_FLAGS) & ACTIVATION_IS_ACTIVE) != 0;
  const wasKnown = (load<i64>(kept, ACTIVATION_BEFORE) & ACTIVATION_IS_KNOWN) != 0;
  return isLifting && !wasKnown ? REASON_ACTIVATION_UNKNOWN : REASON_ACTIVATION_DISABLED;
}

/** Why a side may not open anything at `time`, REASON_NONE when it may. */
export function openingOf(policy: usize, side: i32, time: i64): i32 {
  const reason = standingOf(policy, side, time);
  if (reason != REASON_NONE) return reason;
  return flagsAt(policy, sideAt(policy, side), time) & ACTIVATION_IS_DRAINING ? REASON_DRAIN : REASON_NONE;
}

/** Share of what a side wants that it gets. */
export function weightOf(policy: usize, side: i32): i64 {
  const kept = sideAt(policy, side);
  return load<i64>(kept, ACTIVATION_FLAGS) & ACTIVATION_IS_KNOWN ? load<i64>(kept, ACTIVATION_WEIGHT) : WHOLE;
}

/**
 * Asks to cancel the open orders of all decisions under `policy` on the sides in `sides` (bits): a freeze does so at
 * once, a drain behind the bar in hand.
 */
function cancelAll(policy: usize, sides: i32, isFreeze: bool, time: i64): void {
  const list = slotList(0);
  for (let instrument = 0, all = load<i32>(run, RUN_INSTRUMENT_COUNT); instrument < all; instrument++) {
    const count = listOrders(instrument, list);
    for (let i = 0; i < count; i++) {
      const slot = load<i32>(list + (<usize>i << 2));
      const order = orderAt(slot);
      // The end of one may have been the end of another.
      if (load<i32>(order, ORDER_SEQUENCE) == 0 || activationOf(order) != policy) continue;
      takeStrategy(strategyOf(order));
      if ((sides & sidesOf(instrument, order)) == 0) continue;
      // What fills at an open that came before the message is filled; it is gone from the first open behind it.
      if (isFreeze && !isOnItsWay(order)) cancelAtOnce(slot, time);
      else cancelFrom(slot, addChecked(time, latencyOf(order)));
      // What it fills until then brings nothing to the market that stays longer.
      if (load<i32>(order, ORDER_SEQUENCE) != 0) setFlag(order, sides << ORDER_CANCELS_SHIFT);
    }
  }
}

/**
 * Lets the cancel that is on its way to `parent` take the order in `slot` as well, which it has just released: a
 * message cancels what was sent before it, whatever of a family is in the market by then.
 */
export function cancelWith(parent: usize, slot: i32, time: i64): void {
  const sides = (load<i32>(parent, ORDER_FLAGS) >> ORDER_CANCELS_SHIFT) & ORDER_CANCELS_MASK;
  if (sides == 0) return;
  const order = orderAt(slot);
  takeStrategy(strategyOf(order));
  if ((sides & sidesOf(load<i32>(order, ORDER_INSTRUMENT), order)) == 0) return;
  const arrives = load<i64>(parent, ORDER_CANCELS);
  cancelFrom(slot, arrives > time ? arrives : time);
  setFlag(order, sides << ORDER_CANCELS_SHIFT);
}

/** Sides (bits) whose exposure an order changes: that of what it reduces, and its own where it is larger than that. */
function sidesOf(instrument: i32, order: usize): i32 {
  const side = 1 << sideOfOrder(instrument, order);
  if (hasFlag(order, ORDER_FLAG_REDUCE_ONLY)) return side;
  const held = ownHeld(instrument);
  const isLarger = sizeOf(order) > (held < 0 ? -held : held);
  return isLarger ? side | (1 << (buysOf(order) ? SIDE_LONG : SIDE_SHORT)) : side;
}

/**
 * Side of an order for `leaves` (signed): in a hedging account that of the position that its fills go to; of one that
 * only reduces what it would, though nothing be held yet.
 */
export function orderSide(instrument: i32, leaves: i64, isReduceOnly: bool): i32 {
  if (!isHedging() && !isReduceOnly) return sideOf(instrument, leaves);
  return leaves > 0 == isReduceOnly ? SIDE_SHORT : SIDE_LONG;
}

function sideOfOrder(instrument: i32, order: usize): i32 {
  return orderSide(instrument, load<i64>(order, ORDER_LEAVES), hasFlag(order, ORDER_FLAG_REDUCE_ONLY));
}

/** The activation policy that an order stands under, 0 for none. */
function activationOf(order: usize): usize {
  const decision = load<i32>(order, ORDER_DECISION);
  const gates = gatesOf(decision);
  return gates == 0 ? 0 : load<u32>(gates, GATES_ACTIVATION);
}

/** Why an order is cancelled that was cancelled while its side was restricted. */
export function cancelReason(instrument: i32, order: usize): i32 {
  const policy = activationOf(order);
  if (policy == 0) return REASON_CANCELED;
  takeStrategy(strategyOf(order));
  const flags = load<i64>(sideAt(policy, sideOfOrder(instrument, order)), ACTIVATION_FLAGS);
  if (flags & ACTIVATION_IS_FROZEN) return REASON_FREEZE;
  return flags & ACTIVATION_CANCELS ? REASON_DRAIN : REASON_CANCELED;
}

/** True when an order fills although its side is restricted: it was on its way, or it was left to fill. */
export function fillsLate(instrument: i32, order: usize): bool {
  const policy = activationOf(order);
  if (policy == 0) return false;
  takeStrategy(strategyOf(order));
  const flags = load<i64>(sideAt(policy, sideOfOrder(instrument, order)), ACTIVATION_FLAGS);
  return (flags & RESTRICTING) != 0;
}

/** Side whose exposure `quantity` (signed) changes: that of the position it reduces, else the one it opens. */
export function sideOf(instrument: i32, quantity: i64): i32 {
  const before = ownHeld(instrument);
  const isLong = before != 0 && (before ^ quantity) < 0 ? before > 0 : quantity > 0;
  return isLong ? SIDE_LONG : SIDE_SHORT;
}
