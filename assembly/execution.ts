// Execution on bars: open orders meet the bar in hand at its open (`FILLS.md` B2), or at its close under the option
// `sameClose`.
//
// Orders of several instruments on one bar time run in two passes (B14): first all that reduces a position, in
// instrument order, so that the cash they free is there; then all that opens one, in the order of acceptance. An
// opening never takes the cash of a cash account below zero nor the gross exposure of a margin account above the
// leverage: what cannot be paid for is cut off with a reason. What reduces is never held back, even where its fee is
// more than it brings and than there is.
//
// Always true:
//   the fills of a bar never exceed its volume budget (B11), shared by all orders of the instrument.
// Not here: what a fill does to the books (`ledger.ts`), what it costs (`cost.ts`).

import { EXECUTION_FLAG_CANCEL_REMAINDER, EXECUTION_FLAGS, EXECUTION_PARTICIPATION } from "./abi-execution";
import { ACCOUNT_CASH, POSITION_QUANTITY } from "./abi-ledger";
import {
  MARKET_BUDGET, MARKET_MARK, MARKET_PENDING_FIRST, ORDER_ACCEPTED, ORDER_INSTRUMENT, ORDER_LEAVES, ORDER_NEXT,
  ORDER_SEQUENCE,
} from "./abi-order";
import {
  INSTRUMENT_LOT, INSTRUMENT_STREAM, RUN_INSTRUMENT_COUNT, RUN_LEVERAGE, RUN_NOW, RUN_SCRATCH, STREAM_BLOCK_CURSOR,
  STREAM_BLOCK_FIRST, STREAM_BUDGETED, STREAM_CLOSE, STREAM_CLOSED, STREAM_INTERVAL, STREAM_OPEN, STREAM_TIME,
  STREAM_VOLUME,
} from "./abi-run";
import { REASON_END_OF_DATA, REASON_VOLUME_BUDGET } from "./abi-reason";
import { TRAP_CASH_NEGATIVE } from "./abi-trap";
import { chargeFee, feeOfNextFill, slippedPrice, VOLUME_UNKNOWN, WHOLE } from "./cost";
import { mark, postedCash, postedRealised, postFill, valueCeil, valueFloor } from "./ledger";
import { affordable, buyingPowerAtFill, refusalOfOpening } from "./margin";
import { endOrder, reduceLeaves, removeOrder } from "./order";
import { recordFill } from "./record";
import { account, execution, instrumentAt, marketAt, orderAt, positionAt, run, streamAt } from "./run";
import { assure } from "./trap";
import { mulDivFloor } from "./wide";

/** Value of `column` (a STREAM_* address field) in the bar in hand of `stream`. */
// @ts-ignore: decorator
@inline function barValue(stream: usize, column: usize): i64 {
  const row = <usize>(load<i32>(stream, STREAM_BLOCK_FIRST) + load<i32>(stream, STREAM_BLOCK_CURSOR));
  return load<i64>(<usize>load<u32>(stream + column) + (row << 3));
}

/** Open time of the bar in hand: its close less its length, but never before the close of the bar ahead of it. */
function barOpenTime(stream: usize): i64 {
  const byLength = barValue(stream, STREAM_TIME) - load<i64>(stream, STREAM_INTERVAL);
  const closed = load<i64>(stream, STREAM_CLOSED);
  return closed > byLength ? closed : byLength;
}

/** Volume of the bar in hand, VOLUME_UNKNOWN when the tape does not say it. */
// @ts-ignore: decorator
@inline function barVolume(stream: usize): i64 {
  return load<u32>(stream, STREAM_VOLUME) == 0 ? VOLUME_UNKNOWN : barValue(stream, STREAM_VOLUME);
}

/**
 * Quantity that own orders may take from a bar of `volume`: nothing from none, everything when it is not known or not
 * capped.
 */
function volumeBudget(volume: i64, lot: i64): i64 {
  const share = load<i64>(execution, EXECUTION_PARTICIPATION);
  if (volume == 0) return 0;
  if (share == 0 || volume == VOLUME_UNKNOWN) return i64.MAX_VALUE;
  const budget = mulDivFloor(volume, share, WHOLE);
  return budget - budget % lot;
}

/**
 * Runs the open orders of `count` instruments against their bars in hand. Their indices stand in the run's scratch
 * list, in instrument order, with room behind them for as many order slots as the table has.
 */
export function executeOrders(count: i32, atClose: bool): void {
  const list: usize = load<u32>(run, RUN_SCRATCH);
  for (let i = 0; i < count; i++) reduceFirst(load<i32>(list + (<usize>i << 2)), atClose);
  const slots = list + (<usize>count << 2);
  const slotCount = gatherBySequence(list, count, slots, atClose);
  for (let i = 0; i < slotCount; i++) {
    const slot = load<i32>(slots + (<usize>i << 2));
    const order = orderAt(slot);
    const leaves = load<i64>(order, ORDER_LEAVES);
    const reducible = reducibleQuantity(load<i32>(order, ORDER_INSTRUMENT), leaves);
    // An order that opened a position in this pass can leave something for a later opposite one to reduce first.
    if (reducible > 0) fillPart(slot, reducible, false, atClose);
    else fillPart(slot, leaves < 0 ? -leaves : leaves, true, atClose);
    if (load<i32>(order, ORDER_SEQUENCE) == 0) continue;
    const isLeft = load<i64>(order, ORDER_LEAVES) != 0;
    if (reducible > 0 && isLeft && reducibleQuantity(load<i32>(order, ORDER_INSTRUMENT), leaves) == 0) {
      const rest = load<i64>(order, ORDER_LEAVES);
      fillPart(slot, rest < 0 ? -rest : rest, true, atClose);
      if (load<i32>(order, ORDER_SEQUENCE) == 0) continue;
    }
    if (load<i32>(execution, EXECUTION_FLAGS) & EXECUTION_FLAG_CANCEL_REMAINDER) {
      endOrder(slot, REASON_VOLUME_BUDGET, fillTime(order, atClose));
    }
  }
}

/**
 * First pass for one instrument: makes the budget of its bar, unless it has one, and fills what reduces its position.
 */
function reduceFirst(instrument: i32, atClose: bool): void {
  const facts = instrumentAt(instrument);
  const stream = streamAt(load<i32>(facts, INSTRUMENT_STREAM));
  const market = marketAt(instrument);
  // Under `sameClose` a bar is met twice, at its open and at its close, with one budget.
  const time = barValue(stream, STREAM_TIME);
  if (load<i64>(stream, STREAM_BUDGETED) != time) {
    store<i64>(stream, time, STREAM_BUDGETED);
    store<i64>(market, volumeBudget(barVolume(stream), load<i64>(facts, INSTRUMENT_LOT)), MARKET_BUDGET);
  }
  for (let at = load<i32>(market, MARKET_PENDING_FIRST); at != 0; ) {
    const order = orderAt(at - 1);
    const next = load<i32>(order, ORDER_NEXT);
    const reducible = reducibleQuantity(instrument, load<i64>(order, ORDER_LEAVES));
    if (reducible > 0 && mayFill(order, stream, atClose)) fillPart(at - 1, reducible, false, atClose);
    at = next;
  }
}

/** How much of `leaves` (signed) only reduces the position of `instrument`. */
// @ts-ignore: decorator
@inline function reducibleQuantity(instrument: i32, leaves: i64): i64 {
  const held = load<i64>(positionAt(instrument), POSITION_QUANTITY);
  if (held == 0 || (held ^ leaves) >= 0) return 0;
  const all = held < 0 ? -held : held;
  const wanted = leaves < 0 ? -leaves : leaves;
  return wanted < all ? wanted : all;
}

/** True when the bar in hand opens no earlier than the order was accepted; at the close, always. */
// @ts-ignore: decorator
@inline function mayFill(order: usize, stream: usize, atClose: bool): bool {
  return atClose || load<i64>(order, ORDER_ACCEPTED) <= barOpenTime(stream);
}

/**
 * Lists at `slots` the orders of the instruments that may fill, by sequence; gives how many. Insertion sort: they are
 * few.
 */
function gatherBySequence(list: usize, count: i32, slots: usize, atClose: bool): i32 {
  let found = 0;
  for (let i = 0; i < count; i++) {
    const instrument = load<i32>(list + (<usize>i << 2));
    const stream = streamAt(load<i32>(instrumentAt(instrument), INSTRUMENT_STREAM));
    let at = load<i32>(marketAt(instrument), MARKET_PENDING_FIRST);
    for (; at != 0; at = load<i32>(orderAt(at - 1), ORDER_NEXT)) {
      const order = orderAt(at - 1);
      if (!mayFill(order, stream, atClose)) continue;
      const sequence = load<i32>(order, ORDER_SEQUENCE);
      let place = found++;
      while (place > 0 && load<i32>(orderAt(load<i32>(slots + (<usize>(place - 1) << 2))), ORDER_SEQUENCE) > sequence) {
        store<i32>(slots + (<usize>place << 2), load<i32>(slots + (<usize>(place - 1) << 2)));
        place--;
      }
      store<i32>(slots + (<usize>place << 2), at - 1);
    }
  }
  return found;
}

/** Event time of a fill of `order` on the bar in hand. */
function fillTime(order: usize, atClose: bool): i64 {
  const stream = streamAt(load<i32>(instrumentAt(load<i32>(order, ORDER_INSTRUMENT)), INSTRUMENT_STREAM));
  return atClose ? barValue(stream, STREAM_TIME) : barOpenTime(stream);
}

/**
 * Fills up to `wanted` (> 0) of the order in `slot`, as far as the bar's budget and, when it opens, buying power go.
 */
function fillPart(slot: i32, wanted: i64, opens: bool, atClose: bool): void {
  const order = orderAt(slot);
  const instrument = load<i32>(order, ORDER_INSTRUMENT);
  const facts = instrumentAt(instrument);
  const stream = streamAt(load<i32>(facts, INSTRUMENT_STREAM));
  const budget = load<i64>(marketAt(instrument), MARKET_BUDGET);
  const within = wanted < budget ? wanted : budget;
  if (within <= 0) return;
  const buys = load<i64>(order, ORDER_LEAVES) > 0;
  const reference = barValue(stream, atClose ? STREAM_CLOSE : STREAM_OPEN);
  const price = slippedPrice(facts, buys, reference, within, barVolume(stream));
  // What a margin account holds of the instrument is worth what it trades at now, not its last close, when more is
  // added to it.
  if (opens && load<i64>(run, RUN_LEVERAGE) != 0) mark(instrument, price);
  const quantity = opens ? affordable(facts, buys, price, within, buyingPowerAtFill()) : within;
  const time = fillTime(order, atClose);
  if (quantity > 0) {
    if (budget != i64.MAX_VALUE) store<i64>(marketAt(instrument), budget - quantity, MARKET_BUDGET);
    fill(order, facts, reference, price, buys ? quantity : -quantity, time, 0);
    const cash = load<i64>(account, ACCOUNT_CASH);
    assure(cash >= 0 || !opens || load<i64>(run, RUN_LEVERAGE) != 0, TRAP_CASH_NEGATIVE, instrument, cash);
  }
  if (load<i64>(order, ORDER_LEAVES) == 0) removeOrder(slot);
  else if (quantity < within) endOrder(slot, refusalOfOpening(buys), time);
}

/** Fills `quantity` (signed) of `order` at `price`: fee, books, record. */
function fill(order: usize, facts: usize, reference: i64, price: i64, quantity: i64, time: i64, forced: i32): void {
  const instrument = load<i32>(order, ORDER_INSTRUMENT);
  const size = quantity < 0 ? -quantity : quantity;
  const value = quantity > 0 ? valueCeil(facts, price, size) : valueFloor(facts, price, size);
  const fee = feeOfNextFill(order, facts, value, size, false);
  chargeFee(order, facts, value, size, false, fee);
  reduceLeaves(order, quantity);
  postFill(instrument, price, quantity, fee);
  const off = price > reference ? price - reference : reference - price;
  const slippage = off == 0 ? 0 : valueCeil(facts, off, size);
  const sequence = load<i32>(order, ORDER_SEQUENCE);
  recordFill(forced, instrument, time, sequence, price, quantity, postedCash, fee, postedRealised, slippage);
}

/** Ends all open orders at the end of data. */
export function expireOrders(): void {
  const now = load<i64>(run, RUN_NOW);
  for (let i = 0, count = load<i32>(run, RUN_INSTRUMENT_COUNT); i < count; i++) {
    const market = marketAt(i);
    let at = load<i32>(market, MARKET_PENDING_FIRST);
    for (; at != 0; at = load<i32>(market, MARKET_PENDING_FIRST)) {
      endOrder(at - 1, REASON_END_OF_DATA, now);
    }
  }
}

/** Fills the order in `slot` whole at the last mark of its instrument, marked as forced (`FILLS.md` B16). */
export function fillForced(slot: i32): void {
  const order = orderAt(slot);
  const instrument = load<i32>(order, ORDER_INSTRUMENT);
  const price = load<i64>(marketAt(instrument), MARKET_MARK);
  fill(order, instrumentAt(instrument), price, price, load<i64>(order, ORDER_LEAVES), load<i64>(run, RUN_NOW), 1);
  removeOrder(slot);
}
