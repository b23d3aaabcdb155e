// Execution on bars: the market of a bucket meets the open orders of all instruments that have a bar in it.
//
// First the opens of all of them (`open-point.ts`), then the walks through the bars, one instrument after the other:
// those that hold a position first, since they free cash, both in instrument order; then closing auctions and expiries.
//
// Always true:
//   no order meets a bar that opened before it was accepted, and none meets a bar twice at one point.
// Not here: how a bar is walked (`path.ts`, `walk.ts`), how an order fills (`fill.ts`).

import { AMBIGUITY_HEURISTIC, OUTCOME_HOLD } from "./abi-event";
import { EXECUTION_FLAG_TEST_THEN_RATCHET, EXECUTION_FLAGS, EXECUTION_PATH, PATH_BEST } from "./abi-execution";
import { MARKET_EXPIRY, MARKET_ORDERS, MARKET_PARKED, MARKET_TRAILING, ORDER_FLAG_FORCED } from "./abi-order";
import { REASON_END_OF_DATA } from "./abi-reason";
import { RUN_CASCADE, RUN_INSTRUMENT_COUNT, RUN_NOW } from "./abi-run";
import * as bar from "./bar";
import { equity, instrumentOf, isFlat, mark } from "./ledger";
import { closeAt } from "./liquidate";
import { hasLiquidation } from "./liquidation";
import { MIX_BYTES } from "./mix";
import { meetCloses, meetOpens } from "./open-point";
import { endOrder } from "./order";
import { expireOrders, listOrders, slotList } from "./order-list";
import { CHOICE_COMPARE, CHOICE_NONE, choosePath, keepsSecond, questioned, recordQuestion, takeWalk } from "./path";
import { mixFills, recordAmbiguity } from "./record";
import { execution, instruments, marketAt, run } from "./run";
import { startTrial, undoTrial } from "./trial";
import { moveTrailing, returnParked, walkPath } from "./walk";

/** The bars of `count` instruments, listed at `list` in their order, meet the orders of these. */
export function meetBars(list: usize, count: i32): void {
  store<i32>(run, 0, RUN_CASCADE);
  meetOpens(list, count);
  for (let i = 0; i < count; i++) {
    const instrument = load<i32>(list + (<usize>i << 2));
    if (isFlat(instrument)) continue;
    walkBar(instrument, count > 1);
    // Walked: not again among those without a position.
    store<i32>(list + (<usize>i << 2), ~instrument);
  }
  for (let i = 0; i < count; i++) {
    const instrument = load<i32>(list + (<usize>i << 2));
    if (instrument >= 0) walkBar(instrument, count > 1);
    else store<i32>(list + (<usize>i << 2), ~instrument);
  }
  meetCloses(list, count, false);
  for (let i = 0; i < count; i++) {
    const instrument = load<i32>(list + (<usize>i << 2));
    if (load<i64>(marketAt(instrument), MARKET_EXPIRY) == i64.MAX_VALUE) continue;
    if (count > 1) bar.takeBar(instrument);
    expireOrders(instrument, bar.closeTime, false);
  }
}

/** Walks the bar of an instrument, unless nothing in it is reached. With `take`, another bar may be in hand. */
function walkBar(instrument: i32, take: bool): void {
  const market = marketAt(instrument);
  if (load<i32>(market, MARKET_ORDERS) == 0 && !hasLiquidation()) return;
  if (take) bar.takeBar(instrument);
  bar.takeRange();
  expireOrders(instrument, bar.closeTime - 1, false);
  if (bar.trades()) walk();
  if (load<i32>(market, MARKET_PARKED) != 0) returnParked(market);
}

/** Walks the bar in hand. */
function walk(): void {
  const ratchets = (load<i32>(execution, EXECUTION_FLAGS) & EXECUTION_FLAG_TEST_THEN_RATCHET) == 0;
  const trails = load<i32>(bar.market, MARKET_TRAILING) != 0;
  if (trails && ratchets) {
    moveTrailing(bar.open, true);
    moveTrailing(bar.open, false);
  }
  const choice = choosePath();
  if (choice == CHOICE_COMPARE) compareWalks();
  else if (choice != CHOICE_NONE) {
    walkPath();
    recordQuestion();
  }
  if (!ratchets) {
    moveTrailing(bar.high, true);
    moveTrailing(bar.low, false);
  }
}

/**
 * Walks both ways from the same state, and keeps the walk that leaves less at the close, or more when the best is asked
 * for (B4).
 */
function compareWalks(): void {
  const inQuestion = questioned;
  const one = worthAfter(false, FILLS_ONE);
  const other = worthAfter(true, FILLS_OTHER);
  const differ = memory.compare(FILLS_ONE, FILLS_OTHER, MIX_BYTES) != 0;
  const best = load<i32>(execution, EXECUTION_PATH) == PATH_BEST;
  takeWalk(other == one ? keepsSecond() : (other < one) != best);
  walkPath();
  if (!differ) return;
  const stake = other > one ? other - one : one - other;
  recordAmbiguity(
    AMBIGUITY_HEURISTIC, OUTCOME_HOLD, OUTCOME_HOLD, bar.instrument, bar.closeTime, inQuestion, stake,
  );
}

/** Mixes of the fills of both walks: what moves between orders without a fill decides nothing. */
const FILLS_ONE: usize = memory.data(32, 8);
const FILLS_OTHER: usize = memory.data(32, 8);

/** Equity at the close of the bar after a walk that changes nothing; leaves the mix of its fills at `fills`. */
function worthAfter(second: bool, fills: usize): i64 {
  startTrial();
  memory.fill(fills, 0, MIX_BYTES);
  mixFills(fills);
  takeWalk(second);
  walkPath();
  mixFills(0);
  mark(bar.instrument, bar.close);
  const worth = equity();
  undoTrial();
  return worth;
}

/** The market orders of this bucket fill at the closes of its bars (`sameClose`, B2). */
export function fillAtCloses(list: usize, count: i32): void {
  store<i32>(run, 0, RUN_CASCADE);
  meetCloses(list, count, true);
}

/** Ends all open orders at the end of data. */
export function endOrders(): void {
  const now = load<i64>(run, RUN_NOW);
  const list = slotList(1);
  for (let i = 0, instruments = load<i32>(run, RUN_INSTRUMENT_COUNT); i < instruments; i++) {
    const count = listOrders(i, list);
    for (let k = 0; k < count; k++) endOrder(load<i32>(list + (<usize>k << 2)), REASON_END_OF_DATA, now);
  }
}

/** Closes a position at the last mark of its instrument, by a forced order (`FILLS.md` B16). */
export function closeForced(position: i32): void {
  store<i32>(run, 0, RUN_CASCADE);
  bar.takeMark(instrumentOf(position), load<i64>(run, RUN_NOW));
  closeAt(position, bar.price, ORDER_FLAG_FORCED);
}
