// The path of a bar: in which order the walk visits its prices (`FILLS.md` B3).
//
// A bar says four prices, not their order. The named modes fix one; `worst` and `best` look at what could happen
// (`bound.ts`).
//
// Always true:
//   every path starts at the open, ends at the close, stays within the bar and visits its extremes;
//   a path depends on the bar, the position and the orders in reach alone.

import { AMBIGUITY_EXACT, OUTCOME_HOLD } from "./abi-event";
import {
  EXECUTION_PATH, PATH_BEST, PATH_COLOUR, PATH_NEAREST, PATH_OHLC, PATH_OLHC, PATH_WORST,
} from "./abi-execution";
import { MARKET_DOWN, MARKET_TRAILING, MARKET_UP, ORDER_SEQUENCE } from "./abi-order";
import * as bar from "./bar";
import { chooseBound } from "./bound";
import { listHeap } from "./heap";
import { netHeld } from "./ledger";
import { isLiquidatedInBar } from "./liquidate";
import { hasLiquidation } from "./liquidation";
import { slotList } from "./order-list";
import { recordAmbiguity } from "./record";
import { execution, orderAt } from "./run";

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
export function pathVia(via: i64, highFirst: bool): void {
  startPath();
  goTo(via);
  goTo(highFirst ? bar.high : bar.low);
  goTo(highFirst ? bar.low : bar.high);
  goTo(bar.close);
}

/** A price that one of two walks to be compared goes by first; 0 for O-L-H-C and O-H-L-C. */
let viaPrice: i64 = 0;
let viaHighFirst: bool = false;
let isViaWorst: bool = false;

/** Lets two walks be compared that differ in one going by `via` first; of equals the worse one is kept. */
export function compareVia(via: i64, highFirst: bool, isWorst: bool): void {
  viaPrice = via;
  viaHighFirst = highFirst;
  isViaWorst = isWorst;
}

/** Takes one of the two walks to be compared in hand. */
export function takeWalk(second: bool): void {
  if (viaPrice == 0) pathByExtremes(second);
  else if (second) pathVia(viaPrice, viaHighFirst);
  else pathByExtremes(viaHighFirst);
}

/**
 * Which of two walks of one worth is kept: the one that goes against the position first, and without one to the low, or
 * against what an entry opens.
 */
export function keepsSecond(): bool {
  return viaPrice == 0 ? netHeld(bar.instrument) < 0 : isViaWorst;
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
  viaPrice = 0;
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
  questioned = oldestOf(list, count);
  return chooseBound(list, count, mode == PATH_WORST, liquidates);
}

/** Whether a named mode visits the high before the low. */
function highComesFirst(mode: i32): bool {
  if (mode == PATH_OHLC) return true;
  if (mode == PATH_OLHC) return false;
  if (mode == PATH_COLOUR) return bar.close < bar.open;
  return mode == PATH_NEAREST && bar.high - bar.open < bar.open - bar.low;
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

/** Keeps that the bar leaves open how it ends for `order`. */
export function noteAmbiguity(order: usize, worst: i32, best: i32): void {
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
