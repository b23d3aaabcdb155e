// Bounds of a bar: the walk to the worst or the best that any path through it could bring (`FILLS.md` B4, B9, 2.1).
//
// For one position with stops and targets, one entry with its children, or one trailing stop, a walk over a few points
// gives the exact bound over every continuous path; for anything else two walks are compared.
//
// Always true:
//   exits have exact bounds only where any of them does for the others: they reduce alone or one group ties them, and
//     the volume that is left fills the position whole;
//   an entry has them only where the volume fills it and its exit whole; else its own two walks are compared.
// Not here: the two walks (`execution.ts`).

import { OUTCOME_HOLD, OUTCOME_STOP, OUTCOME_TARGET } from "./abi-event";
import { EXECUTION_FLAG_TEST_THEN_RATCHET, EXECUTION_FLAGS } from "./abi-execution";
import {
  FORCE_FOK, MARKET_TRAILING, ORDER_CHILD, ORDER_FLAG_ACTIVE, ORDER_FLAG_FROM_FILL,
  ORDER_FLAG_GROUP_SHRINKS, ORDER_FLAG_REDUCE_ONLY, ORDER_FLAG_TRAIL_SHARE, ORDER_FORCE, ORDER_GROUP, ORDER_KEY,
  ORDER_LEAVES, ORDER_LIMIT, ORDER_OFFSET, ORDER_SEQUENCE, ORDER_SIBLING, ORDER_TRAIL_NEXT, ORDER_TRIGGER, ORDER_TYPE,
  TYPE_LIMIT, TYPE_LIMIT_IF_TOUCHED, TYPE_MARKET_IF_TOUCHED, TYPE_STOP, TYPE_STOP_LIMIT, TYPE_TRAILING_STOP,
} from "./abi-order";
import { INSTRUMENT_TICK } from "./abi-run";
import * as bar from "./bar";
import { WHOLE } from "./cost";
import { reducible, takerPrice } from "./fill";
import { hasStrategies, isHeldTwice, netHeld } from "./ledger";
import { buysOf, hasFlag, isLimit, isTrailing, sizeOf } from "./order-kind";
import { CHOICE_COMPARE, CHOICE_PATH, compareVia, noteAmbiguity, pathByExtremes, pathVia } from "./path";
import { actsUp, beyondLimit, trailingLevel } from "./place";
import { priceFromFill } from "./release";
import { execution, orderAt } from "./run";
import { budgetOf, leaveVenue, takeVenueOf } from "./venue";
import { addChecked, mulDivCeil } from "./wide";

/** The path to the worst or the best end for the `count` orders in reach at `list` and the trailing ones. */
export function chooseBound(list: usize, count: i32, worst: bool, liquidates: bool): i32 {
  if (isHeldTwice(bar.instrument)) return CHOICE_COMPARE;
  const held = netHeld(bar.instrument);
  const trailing = trailingInReach(list, count);
  if (trailing == NOT_ALONE) return CHOICE_COMPARE;
  if (trailing != NONE) return liquidates ? CHOICE_COMPARE : chooseTrailing(trailing, held, worst);
  if (count == 0) return walkAny();
  if (held != 0 && allReduce(list, count, held)) return chooseExits(list, count, held, worst, liquidates);
  if (liquidates) return CHOICE_COMPARE;
  if (count > 1) return CHOICE_COMPARE;
  const slot = load<i32>(list);
  if (load<i32>(orderAt(slot), ORDER_CHILD) == 0) return actsTwice(orderAt(slot)) ? CHOICE_COMPARE : walkAny();
  return held == 0 ? chooseEntry(list, worst) : CHOICE_COMPARE;
}

/** True for an order that becomes a limit once its trigger is met, with that limit in the bar: two prices that act. */
function actsTwice(order: usize): bool {
  const type = <i32>load<u8>(order, ORDER_TYPE);
  if (isLimit(order) || (type != TYPE_STOP_LIMIT && type != TYPE_LIMIT_IF_TOUCHED)) return false;
  const limit = load<i64>(order, ORDER_LIMIT);
  const beyond = beyondLimit(bar.facts);
  return buysOf(order) ? limit - beyond >= bar.low : addChecked(limit, beyond) <= bar.high;
}

/** At most one price in the bar acts, so that every path ends alike. */
function walkAny(): i32 {
  pathByExtremes(true);
  return CHOICE_PATH;
}

const NONE: i32 = -1;
const NOT_ALONE: i32 = -2;

/**
 * The slot of the trailing order that the bar can reach with its level moved as far as it goes; NONE when it reaches
 * none, NOT_ALONE when another order is in reach beside it, or one that does not trail yet.
 */
function trailingInReach(list: usize, count: i32): i32 {
  let reached = NONE;
  for (let at = load<i32>(bar.market, MARKET_TRAILING); at != 0; at = load<i32>(orderAt(at - 1), ORDER_TRAIL_NEXT)) {
    const order = orderAt(at - 1);
    const level = highestLevel(order);
    if (buysOf(order) ? level > bar.high : level < bar.low) continue;
    if (reached != NONE) return NOT_ALONE;
    reached = at - 1;
  }
  for (let i = 0; i < count; i++) {
    const slot = load<i32>(list + (<usize>i << 2));
    if (slot == reached) continue;
    if (reached != NONE) return NOT_ALONE;
    if (isTrailing(orderAt(slot)) && !hasFlag(orderAt(slot), ORDER_FLAG_ACTIVE)) return NOT_ALONE;
  }
  return reached;
}

/** Level of a trailing order once the bar has gone as far as it goes in its favour. */
function highestLevel(order: usize): i64 {
  const level = load<i64>(order, ORDER_TRIGGER);
  if ((load<i32>(execution, EXECUTION_FLAGS) & EXECUTION_FLAG_TEST_THEN_RATCHET) != 0) return level;
  const moved = trailingLevel(order, buysOf(order) ? bar.low : bar.high);
  return (buysOf(order) ? moved < level : moved > level) ? moved : level;
}

/** One trailing stop on the position (B9): the mirror image for a short. */
function chooseTrailing(slot: i32, held: i64, worst: bool): i32 {
  const order = orderAt(slot);
  const buys = buysOf(order);
  if (load<u8>(order, ORDER_TYPE) != TYPE_TRAILING_STOP) return CHOICE_COMPARE;
  if (held == 0 || buys != held < 0 || sizeOf(order) > (held < 0 ? -held : held)) return CHOICE_COMPARE;
  const adverse = buys ? bar.high : bar.low;
  const level = load<i64>(order, ORDER_TRIGGER);
  const moved = highestLevel(order);
  // For a long: the low reaches the level as it stands; else only as far as the high can move it.
  const certain = buys ? adverse >= level : adverse <= level;
  const isOpen = moved != level || !certain;
  if (isOpen) {
    const exits = certain || (buys ? bar.close >= moved : bar.close <= moved);
    const best = exits ? OUTCOME_STOP : OUTCOME_HOLD;
    // An exit that no path spares, at the one price that the extreme leaves for it, is certain after all.
    const isOnePrice = !certain && exits && moved == adverse;
    // Without volume for it, nothing fills on any path.
    const budget = budgetOf(order);
    const isWhole = load<u8>(order, ORDER_FORCE) == FORCE_FOK;
    const mayFill = budget > 0 && (!isWhole || sizeOf(order) <= budget);
    if (!isOnePrice && mayFill) noteAmbiguity(order, OUTCOME_STOP, best);
  }
  if (worst && !certain) {
    pathVia(priceForLevel(order, adverse), buys);
    return CHOICE_PATH;
  }
  // Worst: straight to the level. Best: first as far in favour as it goes; or, where nothing forces an exit, last.
  const favourFirst = worst ? false : certain;
  pathByExtremes(buys ? !favourFirst : favourFirst);
  return CHOICE_PATH;
}

/** The price nearest to the open at which the level of a trailing order comes to lie at `level` or beyond it. */
function priceForLevel(order: usize, level: i64): i64 {
  const buys = buysOf(order);
  const far = buys ? bar.low : bar.high;
  // What the far end does not reach no price does; what it reaches ends the search.
  if (!reachesLevel(order, far, level)) return far;
  const offset = load<i64>(order, ORDER_OFFSET);
  const tick = load<i64>(bar.facts, INSTRUMENT_TICK);
  let price = level;
  if (!hasFlag(order, ORDER_FLAG_TRAIL_SHARE)) price = buys ? level - offset : addChecked(level, offset);
  else price = buys ? mulDivCeil(level, WHOLE, WHOLE + offset) : mulDivCeil(level, WHOLE, WHOLE - offset);
  price -= price % tick;
  // The estimate is off by the roundings of the level: some ticks at the most.
  while (buys && price > bar.low && !reachesLevel(order, price, level)) price -= tick;
  while (!buys && price < bar.high && !reachesLevel(order, price, level)) price += tick;
  if (price > bar.high) return bar.high;
  return price < bar.low ? bar.low : price;
}

// @ts-ignore: decorator
@inline function reachesLevel(order: usize, price: i64, level: i64): bool {
  const moved = trailingLevel(order, price);
  return buysOf(order) ? moved <= level : moved >= level;
}

/** True when every order in reach closes some of the position and nothing else. */
function allReduce(list: usize, count: i32, held: i64): bool {
  for (let i = 0; i < count; i++) {
    const order = orderAt(load<i32>(list + (<usize>i << 2)));
    if (buysOf(order) != held < 0 || sizeOf(order) > (held < 0 ? -held : held)) return false;
    if (load<i32>(order, ORDER_CHILD) != 0) return false;
    // Another strategy's order opens what this one would close.
    if (hasStrategies() && reducible(order) == 0) return false;
    // An order that is met and rests, or that flips the position, says nothing of which extreme is worse to meet first.
    const type = <i32>load<u8>(order, ORDER_TYPE);
    if (!isLimit(order) && type != TYPE_STOP) return false;
  }
  return true;
}

/** A position with stops, or the end of its margin, and targets in reach: first towards the stops, or the targets. */
function chooseExits(list: usize, count: i32, held: i64, worst: bool, liquidates: bool): i32 {
  const long = held > 0;
  let stop = NONE;
  let targets = 0;
  for (let i = 0; i < count; i++) {
    const slot = load<i32>(list + (<usize>i << 2));
    if (actsUp(orderAt(slot)) == long) targets++;
    else if (stop == NONE || isNearer(slot, stop, !long)) stop = slot;
  }
  if ((stop == NONE && !liquidates) || targets == 0) return walkAny();
  if (!volumeFills(long ? held : -held, list, count) || !areAlternatives(list, count)) return CHOICE_COMPARE;
  // Without a stop it is the margin that the adverse side uses up.
  noteAmbiguity(orderAt(stop == NONE ? load<i32>(list) : stop), OUTCOME_STOP, OUTCOME_TARGET);
  pathByExtremes(long != worst);
  return CHOICE_PATH;
}

/** True when the volume that is left of the bar fills `quantity` by each of the `count` orders at `list` (B11). */
function volumeFills(quantity: i64, list: usize, count: i32): bool {
  for (let i = 0; i < count; i++) if (budgetOf(orderAt(load<i32>(list + (<usize>i << 2)))) < quantity) return false;
  return true;
}

/**
 * True when what one of the exits at `list` fills is no longer wanted by the others, and the same is left whichever
 * fills: all may only reduce, or are of one group; and of a group that ends with its first fill all have one size.
 */
function areAlternatives(list: usize, count: i32): bool {
  const first = load<i32>(list);
  let reduce = true;
  let together = true;
  for (let i = 0; i < count; i++) {
    const slot = load<i32>(list + (<usize>i << 2));
    const order = orderAt(slot);
    if (!hasFlag(order, ORDER_FLAG_REDUCE_ONLY)) reduce = false;
    if (!isOfGroup(slot, first)) together = false;
    const ends = load<i32>(order, ORDER_GROUP) != 0 && !hasFlag(order, ORDER_FLAG_GROUP_SHRINKS);
    if (ends && sizeOf(order) != sizeOf(orderAt(first))) return false;
  }
  return reduce || together;
}

/** True when the orders in both slots are one, or of one group. */
function isOfGroup(slot: i32, other: i32): bool {
  let at = slot + 1;
  while (at != other + 1) {
    at = load<i32>(orderAt(at - 1), ORDER_GROUP);
    if (at == 0 || at == slot + 1) return false;
  }
  return true;
}

/** True when the order in slot `a` acts before that in `b` as the price goes up, or down. */
function isNearer(a: i32, b: i32, up: bool): bool {
  const key = load<i64>(orderAt(a), ORDER_KEY);
  const other = load<i64>(orderAt(b), ORDER_KEY);
  if (key != other) return up ? key < other : key > other;
  return load<u32>(orderAt(a), ORDER_SEQUENCE) < load<u32>(orderAt(b), ORDER_SEQUENCE);
}

/** One entry in reach, at `list`, with children, and no position: the tables of 2.1, mirrored for a short. */
function chooseEntry(list: usize, worst: bool): i32 {
  const order = orderAt(load<i32>(list));
  const type = <i32>load<u8>(order, ORDER_TYPE);
  const byLimit = isLimit(order) || type == TYPE_MARKET_IF_TOUCHED;
  if (!byLimit && type != TYPE_STOP) return CHOICE_COMPARE;
  if (!findChildren(order, list + 4)) return CHOICE_COMPARE;
  const long = buysOf(order);
  const key = load<i64>(order, ORDER_KEY);
  // A limit entry comes on the way to the adverse extreme, a stop entry on the way to the favourable one.
  const highFirst = long == byLimit;
  const isViaWorst = !byLimit || isBetterHeld(long);
  if (!volumeFills(2 * sizeOf(order), list, 1)) {
    compareVia(key, highFirst, isViaWorst);
    return CHOICE_COMPARE;
  }
  const least = byLimit ? worstOfLimit(long) : worstOfStop(long);
  const most = byLimit ? bestOfLimit(long, key) : bestOfStop(long);
  if (least != most) noteAmbiguity(order, least, most);
  if (worst == isViaWorst) pathVia(key, highFirst);
  else pathByExtremes(highFirst);
  return CHOICE_PATH;
}

/** Where the nearest protective stop and target of the entry in hand act; 0 for none. */
let stopKey: i64 = 0;
let targetKey: i64 = 0;

/**
 * Finds them among the children of `entry`, whose slots it lists at `list`; false when it has children of another kind,
 * or such as do more than close what it fills.
 */
function findChildren(entry: usize, list: usize): bool {
  stopKey = 0;
  targetKey = 0;
  const long = buysOf(entry);
  const base = isLimit(entry) ? load<i64>(entry, ORDER_LIMIT) : takerPriceAt(entry);
  let count = 0;
  for (let at = load<i32>(entry, ORDER_CHILD); at != 0; at = load<i32>(orderAt(at - 1), ORDER_SIBLING)) {
    const child = orderAt(at - 1);
    const type = <i32>load<u8>(child, ORDER_TYPE);
    const share = load<i64>(child, ORDER_LEAVES);
    if (share >= 0 || share < -WHOLE || load<i32>(child, ORDER_CHILD) != 0) return false;
    store<i32>(list + (<usize>count << 2), at - 1);
    count++;
    if (type == TYPE_STOP) {
      const price = childPrice(child, ORDER_TRIGGER, base, long ? -1 : 1, long);
      if (stopKey == 0 || (long ? price > stopKey : price < stopKey)) stopKey = price;
    } else if (type == TYPE_LIMIT) {
      const limit = childPrice(child, ORDER_LIMIT, base, long ? 1 : -1, long);
      const price = long ? addChecked(limit, beyondLimit(bar.facts)) : limit - beyondLimit(bar.facts);
      if (targetKey == 0 || (long ? price < targetKey : price > targetKey)) targetKey = price;
    } else return false;
  }
  return areAlternatives(list, count);
}

/** Price at which a stop entry fills when its trigger is met on the way. */
function takerPriceAt(entry: usize): i64 {
  const price = bar.price;
  bar.setPoint(load<i64>(entry, ORDER_KEY), bar.time);
  takeVenueOf(entry);
  const filled = takerPrice(entry, sizeOf(entry));
  leaveVenue();
  bar.setPoint(price, bar.time);
  return filled;
}

/** Price of a child in `field`, counted from `base` when it is a distance. */
function childPrice(child: usize, field: usize, base: i64, side: i64, sells: bool): i64 {
  const given = load<i64>(child + field);
  return hasFlag(child, ORDER_FLAG_FROM_FILL) ? priceFromFill(given, base, side, !sells) : given;
}

/**
 * True when the target of a limit entry is worse than holding to the close: with a limit that fills only several ticks
 * beyond its price, the close may lie past a target that it does not fill. A stop that the bar reaches makes the target
 * the better end.
 */
function isBetterHeld(long: bool): bool {
  if (targetKey == 0 || reachesStop(long, long ? bar.low : bar.high)) return false;
  const limit = long ? targetKey - beyondLimit(bar.facts) : targetKey + beyondLimit(bar.facts);
  return long ? bar.close > limit && bar.close < targetKey : bar.close < limit && bar.close > targetKey;
}

/** True when the bar, or its close, reaches the stop of a long (its low), or of a short (its high). */
function reachesStop(long: bool, price: i64): bool {
  return stopKey != 0 && (long ? price <= stopKey : price >= stopKey);
}

function reachesTarget(long: bool, price: i64): bool {
  return targetKey != 0 && (long ? price >= targetKey : price <= targetKey);
}

function worstOfLimit(long: bool): i32 {
  if (reachesStop(long, long ? bar.low : bar.high)) return OUTCOME_STOP;
  if (isBetterHeld(long) && reachesTarget(long, long ? bar.high : bar.low)) return OUTCOME_TARGET;
  return reachesTarget(long, bar.close) ? OUTCOME_TARGET : OUTCOME_HOLD;
}

function bestOfLimit(long: bool, key: i64): i32 {
  if (isBetterHeld(long)) return OUTCOME_HOLD;
  const stopsAtEntry = stopKey != 0 && (long ? stopKey >= key : stopKey <= key);
  if (reachesTarget(long, long ? bar.high : bar.low) && !stopsAtEntry) return OUTCOME_TARGET;
  return reachesStop(long, long ? bar.low : bar.high) ? OUTCOME_STOP : OUTCOME_HOLD;
}

function worstOfStop(long: bool): i32 {
  if (reachesStop(long, long ? bar.low : bar.high)) return OUTCOME_STOP;
  return reachesTarget(long, long ? bar.high : bar.low) ? OUTCOME_TARGET : OUTCOME_HOLD;
}

function bestOfStop(long: bool): i32 {
  if (reachesTarget(long, long ? bar.high : bar.low)) return OUTCOME_TARGET;
  return reachesStop(long, bar.close) ? OUTCOME_STOP : OUTCOME_HOLD;
}
