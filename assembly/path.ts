// The path of a bar: in which order the walk visits its prices (`FILLS.md` B3, B4, B9, 2.1).
//
// A bar says four prices, not their order. The named modes fix one. `worst` and `best` look at what could happen: for
// one position with stops and targets, one entry with its children, or one trailing stop, a walk over a few points
// gives the exact bound over every continuous path; for anything else two walks are compared.
//
// Always true:
//   every path starts at the open, ends at the close, stays within the bar and visits its extremes;
//   a path depends on the bar, the position and the orders in reach alone.

import { AMBIGUITY_EXACT, OUTCOME_HOLD, OUTCOME_STOP, OUTCOME_TARGET } from "./abi-event";
import {
  EXECUTION_FLAG_TEST_THEN_RATCHET, EXECUTION_FLAGS, EXECUTION_PATH, PATH_BEST, PATH_COLOUR, PATH_NEAREST, PATH_OHLC,
  PATH_OLHC, PATH_WORST,
} from "./abi-execution";
import {
  MARKET_DOWN, MARKET_TRAILING, MARKET_UP, ORDER_CHILD, ORDER_FLAG_ACTIVE, ORDER_FLAG_FROM_FILL, ORDER_FLAG_TRAIL_SHARE,
  ORDER_KEY, ORDER_LEAVES, ORDER_LIMIT, ORDER_OFFSET, ORDER_SEQUENCE, ORDER_SIBLING, ORDER_TRAIL_NEXT, ORDER_TRIGGER,
  ORDER_TYPE, TYPE_LIMIT, TYPE_LIMIT_IF_TOUCHED, TYPE_MARKET_IF_TOUCHED, TYPE_STOP, TYPE_STOP_LIMIT, TYPE_TRAILING_STOP,
} from "./abi-order";
import { INSTRUMENT_TICK } from "./abi-run";
import * as bar from "./bar";
import { WHOLE } from "./cost";
import { takerPrice } from "./fill";
import { listHeap } from "./heap";
import { isHeldBothWays, netHeld } from "./ledger";
import { isLiquidatedInBar } from "./liquidate";
import { hasLiquidation } from "./liquidation";
import { buysOf, hasFlag, isLimit, isTrailing, sizeOf } from "./order-kind";
import { slotList } from "./order-list";
import { actsUp, beyondLimit, trailingLevel } from "./place";
import { recordAmbiguity } from "./record";
import { priceFromFill } from "./release";
import { execution, orderAt } from "./run";
import { addChecked, mulDivCeil } from "./wide";

/** What the bar in hand leaves open: the order in question (of walks that are compared the oldest in reach). */
export let questioned: i32 = 0;
let isAmbiguous: bool = false;
let worstOutcome: i32 = OUTCOME_HOLD;
let bestOutcome: i32 = OUTCOME_HOLD;

/** The points of the path in hand, five at the most, and how many; read at once by the walk. */
const POINTS: usize = memory.data(5 * 8, 8);
export let pointCount: i32 = 0;

/** Price of point `i` of the path in hand. */
// @ts-ignore: decorator
@inline export function pointAt(i: i32): i64 {
  return load<i64>(POINTS + (<usize>i << 3));
}

/** Starts a path at the open. */
function startPath(): void {
  pointCount = 0;
  goTo(bar.open);
}

/** Adds a point to the path. */
function goTo(price: i64): void {
  store<i64>(POINTS + (<usize>pointCount << 3), price);
  pointCount++;
}

/** O-H-L-C, or O-L-H-C. */
export function pathByExtremes(highFirst: bool): void {
  startPath();
  goTo(highFirst ? bar.high : bar.low);
  goTo(highFirst ? bar.low : bar.high);
  goTo(bar.close);
}

/** The path that goes by `via` to the low and then the high, or to the high and then the low. */
function pathVia(via: i64, highFirst: bool): void {
  startPath();
  goTo(via);
  goTo(highFirst ? bar.high : bar.low);
  goTo(highFirst ? bar.low : bar.high);
  goTo(bar.close);
}

// What `choosePath` found.
/** Nothing acts whichever way the price goes. */
export const CHOICE_NONE: i32 = 0;
/** The path in hand is the one. */
export const CHOICE_PATH: i32 = 1;
/** Both walks must be compared. */
export const CHOICE_COMPARE: i32 = 2;

/**
 * Chooses the path of the bar in hand, whose open point has been dealt with. Where no root of a heap lies in the bar,
 * nothing trails and no margin is used up, that takes two comparisons.
 */
export function choosePath(): i32 {
  isAmbiguous = false;
  const mode = load<i32>(execution, EXECUTION_PATH);
  const list = slotList(1);
  let count = listHeap(load<i32>(bar.market, MARKET_UP), true, bar.high, list, 0);
  count = listHeap(load<i32>(bar.market, MARKET_DOWN), false, bar.low, list, count);
  const trailing = load<i32>(bar.market, MARKET_TRAILING) != 0;
  const liquidates = hasLiquidation() && isLiquidatedInBar();
  if (count == 0 && !trailing && !liquidates) return CHOICE_NONE;
  if (mode != PATH_WORST && mode != PATH_BEST) {
    pathByExtremes(highComesFirst(mode));
    return CHOICE_PATH;
  }
  return chooseBound(list, count, mode == PATH_WORST, liquidates);
}

/** Whether a named mode visits the high before the low. */
function highComesFirst(mode: i32): bool {
  if (mode == PATH_OHLC) return true;
  if (mode == PATH_OLHC) return false;
  if (mode == PATH_COLOUR) return bar.close < bar.open;
  return mode == PATH_NEAREST && bar.high - bar.open < bar.open - bar.low;
}

/** The path to the worst or the best end for the `count` orders in reach at `list` and the trailing ones. */
function chooseBound(list: usize, count: i32, worst: bool, liquidates: bool): i32 {
  questioned = oldestOf(list, count);
  if (isHeldBothWays(bar.instrument)) return CHOICE_COMPARE;
  const held = netHeld(bar.instrument);
  const trailing = trailingInReach(list, count);
  if (trailing == NOT_ALONE) return CHOICE_COMPARE;
  if (trailing != NONE) return liquidates ? CHOICE_COMPARE : chooseTrailing(trailing, held, worst);
  if (count == 0) return walkAny();
  if (held != 0 && allReduce(list, count, held)) return chooseExits(list, count, held > 0, worst, liquidates);
  if (liquidates) return CHOICE_COMPARE;
  if (count > 1) return CHOICE_COMPARE;
  const slot = load<i32>(list);
  if (load<i32>(orderAt(slot), ORDER_CHILD) == 0) return actsTwice(orderAt(slot)) ? CHOICE_COMPARE : walkAny();
  return held == 0 ? chooseEntry(slot, worst) : CHOICE_COMPARE;
}

/** True for an order that becomes a limit once its trigger is met, with that limit in the bar: two prices that act. */
function actsTwice(order: usize): bool {
  const type = <i32>load<u8>(order, ORDER_TYPE);
  if (isLimit(order) || (type != TYPE_STOP_LIMIT && type != TYPE_LIMIT_IF_TOUCHED)) return false;
  const limit = load<i64>(order, ORDER_LIMIT);
  const beyond = beyondLimit(bar.facts);
  return buysOf(order) ? limit - beyond >= bar.low : addChecked(limit, beyond) <= bar.high;
}

/** Sequence of the oldest of `count` orders at `list`; 0 for none. */
function oldestOf(list: usize, count: i32): i32 {
  let oldest: u32 = 0;
  for (let i = 0; i < count; i++) {
    const sequence = load<u32>(orderAt(load<i32>(list + (<usize>i << 2))), ORDER_SEQUENCE);
    if (oldest == 0 || sequence < oldest) oldest = sequence;
  }
  return <i32>oldest;
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
    noteAmbiguity(order, OUTCOME_STOP, best);
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
  const offset = load<i64>(order, ORDER_OFFSET);
  const tick = load<i64>(bar.facts, INSTRUMENT_TICK);
  let price = level;
  if (!hasFlag(order, ORDER_FLAG_TRAIL_SHARE)) price = buys ? level - offset : addChecked(level, offset);
  else price = buys ? mulDivCeil(level, WHOLE, WHOLE + offset) : mulDivCeil(level, WHOLE, WHOLE - offset);
  price -= price % tick;
  // The estimate is off by the roundings of the level: some ticks at the most.
  while (price > bar.low && !reachesLevel(order, price, level) && buys) price -= tick;
  while (price < bar.high && !reachesLevel(order, price, level) && !buys) price += tick;
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
    // An order that is met and rests, or that flips the position, says nothing of which extreme is worse to meet first.
    const type = <i32>load<u8>(order, ORDER_TYPE);
    if (!isLimit(order) && type != TYPE_STOP) return false;
  }
  return true;
}

/** A position with stops, or the end of its margin, and targets in reach: first towards the stops, or the targets. */
function chooseExits(list: usize, count: i32, long: bool, worst: bool, liquidates: bool): i32 {
  let stop = NONE;
  let targets = 0;
  for (let i = 0; i < count; i++) {
    const slot = load<i32>(list + (<usize>i << 2));
    if (actsUp(orderAt(slot)) == long) targets++;
    else if (stop == NONE || isNearer(slot, stop, !long)) stop = slot;
  }
  if ((stop == NONE && !liquidates) || targets == 0) return walkAny();
  // Without a stop it is the margin that the adverse side uses up.
  noteAmbiguity(orderAt(stop == NONE ? load<i32>(list) : stop), OUTCOME_STOP, OUTCOME_TARGET);
  pathByExtremes(long != worst);
  return CHOICE_PATH;
}

/** True when the order in slot `a` acts before that in `b` as the price goes up, or down. */
function isNearer(a: i32, b: i32, up: bool): bool {
  const key = load<i64>(orderAt(a), ORDER_KEY);
  const other = load<i64>(orderAt(b), ORDER_KEY);
  if (key != other) return up ? key < other : key > other;
  return load<u32>(orderAt(a), ORDER_SEQUENCE) < load<u32>(orderAt(b), ORDER_SEQUENCE);
}

/** One entry in reach with children, and no position: the tables of 2.1, mirrored for a short. */
function chooseEntry(slot: i32, worst: bool): i32 {
  const order = orderAt(slot);
  const type = <i32>load<u8>(order, ORDER_TYPE);
  const byLimit = isLimit(order) || type == TYPE_MARKET_IF_TOUCHED;
  if (!byLimit && type != TYPE_STOP) return CHOICE_COMPARE;
  if (!findChildren(order)) return CHOICE_COMPARE;
  const long = buysOf(order);
  const key = load<i64>(order, ORDER_KEY);
  const least = byLimit ? worstOfLimit(long) : worstOfStop(long);
  const most = byLimit ? bestOfLimit(long, key) : bestOfStop(long);
  if (least != most) noteAmbiguity(order, least, most);
  // A limit entry comes on the way to the adverse extreme, a stop entry on the way to the favourable one.
  if (byLimit) {
    if (worst != isBetterHeld(long)) pathByExtremes(long);
    else pathVia(key, long);
  } else {
    if (worst) pathVia(key, !long);
    else pathByExtremes(!long);
  }
  return CHOICE_PATH;
}

/** Where the nearest protective stop and target of the entry in hand act; 0 for none. */
let stopKey: i64 = 0;
let targetKey: i64 = 0;

/** Finds them among the children of `entry`; false when it has children of another kind. */
function findChildren(entry: usize): bool {
  stopKey = 0;
  targetKey = 0;
  const long = buysOf(entry);
  const base = isLimit(entry) ? load<i64>(entry, ORDER_LIMIT) : takerPriceAt(entry);
  for (let at = load<i32>(entry, ORDER_CHILD); at != 0; at = load<i32>(orderAt(at - 1), ORDER_SIBLING)) {
    const child = orderAt(at - 1);
    const type = <i32>load<u8>(child, ORDER_TYPE);
    if (load<i64>(child, ORDER_LEAVES) >= 0 || load<i32>(child, ORDER_CHILD) != 0) return false;
    if (type == TYPE_STOP) {
      const price = childPrice(child, ORDER_TRIGGER, base, long ? -1 : 1, long);
      if (stopKey == 0 || (long ? price > stopKey : price < stopKey)) stopKey = price;
    } else if (type == TYPE_LIMIT) {
      const limit = childPrice(child, ORDER_LIMIT, base, long ? 1 : -1, long);
      const price = long ? addChecked(limit, beyondLimit(bar.facts)) : limit - beyondLimit(bar.facts);
      if (targetKey == 0 || (long ? price < targetKey : price > targetKey)) targetKey = price;
    } else return false;
  }
  return true;
}

/** Price at which a stop entry fills when its trigger is met on the way. */
function takerPriceAt(entry: usize): i64 {
  const price = bar.price;
  bar.setPoint(load<i64>(entry, ORDER_KEY), bar.time);
  const filled = takerPrice(entry, sizeOf(entry));
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

/** Keeps that the bar leaves open how it ends for `order`. */
function noteAmbiguity(order: usize, worst: i32, best: i32): void {
  questioned = load<i32>(order, ORDER_SEQUENCE);
  worstOutcome = worst;
  bestOutcome = best;
  isAmbiguous = true;
}

/** Records what `choosePath` found the bar to leave open, after the walk. */
export function recordQuestion(): void {
  if (!isAmbiguous) return;
  recordAmbiguity(AMBIGUITY_EXACT, worstOutcome, bestOutcome, bar.instrument, bar.closeTime, questioned, 0);
}
