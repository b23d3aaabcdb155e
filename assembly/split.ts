// Splits: what a split does to the positions of an instrument.
//
// A position keeps whole lots; what is left below a lot is paid in cash at the mark. Prices known so far move with it.
//
// Always true:
//   a position is worth after a split, with the cash for its fraction, what it was worth before, less roundings.
// Rounding: the quantity towards zero to the lot, the mark and the cash against the account (`FILLS.md` G6).
// Not here: what it does to open orders (`split-orders.ts`).

import { ACCOUNT_IS_FIFO, SETTINGS_POSITION_COUNT } from "./abi-account";
import { LEDGER_SPLIT } from "./abi-event";
import {
  ACCOUNT_CASH, ACCOUNT_COST, ACCOUNT_REALISED, POSITION_COST, POSITION_FILLED, POSITION_QUANTITY,
} from "./abi-ledger";
import { MARKET_MARK } from "./abi-order";
import { INSTRUMENT_VALUE_DIVISOR, RUN_INSTRUMENT_COUNT } from "./abi-run";
import { splitLanes } from "./commitment-lane";
import { bookOf } from "./currency";
import { freeMargin, isIsolated } from "./holding";
import { assureBooks, ledgerKind, mark, netHeld, releasedCost, strategyOfPosition } from "./ledger";
import { splitLots } from "./lots";
import { hasCommitments } from "./policy";
import { recordLedger, recordSplit } from "./record";
import { accountFlags, instrumentAt, marketAt, positionAt, region, run, settings } from "./run";
import { wholeLots } from "./sizing";
import { splitOrders } from "./split-orders";
import { keepAdjusted } from "./state-fills";
import { keepRealised } from "./state-source";
import { scaledPrice } from "./value";
import { addChecked, mulChecked, mulDivCeil, mulDivFloor, subChecked } from "./wide";

/** At `time`, `before` units of an instrument become `after`. */
export function splitInstrument(instrument: i32, after: i64, before: i64, time: i64): void {
  const price = load<i64>(marketAt(instrument), MARKET_MARK);
  if (price > 0) {
    const count = load<i32>(run, RUN_INSTRUMENT_COUNT);
    const end = load<i32>(settings, SETTINGS_POSITION_COUNT);
    for (let i = instrument; i < end; i += count) splitPosition(i, instrument, price, after, before, time);
    // A long position is not to be worth more by the rounding of its mark, a short one not to owe less.
    const marked = netHeld(instrument) < 0 ? mulDivCeil(price, before, after) : mulDivFloor(price, before, after);
    mark(instrument, marked < 1 ? 1 : marked);
  }
  splitOrders(instrument, after, before);
  if (hasCommitments()) splitLanes(instrument, after, before);
}

function splitPosition(position: i32, instrument: i32, price: i64, after: i64, before: i64, time: i64): void {
  const record = positionAt(position);
  const quantity = load<i64>(record, POSITION_QUANTITY);
  if (quantity == 0) return;
  const facts = instrumentAt(instrument);
  const size = quantity < 0 ? -quantity : quantity;
  const parts = mulChecked(size, after);
  const whole = parts / before;
  const kept = wholeLots(facts, whole);
  // In units over `before`, which are worth the price before the split over `after` each.
  const fraction = parts - kept * before;
  const scaled = scaledPrice(facts, price);
  const divisor = load<i64>(facts, INSTRUMENT_VALUE_DIVISOR);
  const cash = quantity > 0
    ? mulDivFloor(mulDivFloor(scaled, fraction, after), 1, divisor)
    : -mulDivCeil(mulDivCeil(scaled, fraction, after), 1, divisor);
  const cost = load<i64>(record, POSITION_COST);
  const released: i64 = fraction == 0 ? 0 : releasedCost(cost, quantity < 0 ? -parts : parts, fraction);
  const quantityNow = quantity < 0 ? -kept : kept;
  store<i64>(record, quantityNow, POSITION_QUANTITY);
  store<i64>(record, quantityNow, POSITION_FILLED);
  if (region != 0) keepAdjusted(position, quantityNow - quantity);
  store<i64>(record, subChecked(cost, released), POSITION_COST);
  if ((accountFlags & ACCOUNT_IS_FIFO) != 0) splitLots(position, size, kept, released);
  if (isIsolated() && fraction > 0) freeMargin(position, fraction, parts);
  postFraction(position, instrument, cash, released);
  const strategy = strategyOfPosition(position);
  recordSplit(instrument, strategy, time, after, before, quantity, quantityNow, subChecked(cash, released));
  if (cash == 0) return;
  const balance = load<i64>(bookOf(instrument), ACCOUNT_CASH);
  recordLedger(ledgerKind(LEDGER_SPLIT, position), instrument, time, cash, balance, 0, strategy);
}

/** Posts what was paid for a fraction of a position that cost `released`. */
function postFraction(position: i32, instrument: i32, cash: i64, released: i64): void {
  const book = bookOf(instrument);
  const realised = subChecked(cash, released);
  store<i64>(book, addChecked(load<i64>(book, ACCOUNT_CASH), cash), ACCOUNT_CASH);
  store<i64>(book, subChecked(load<i64>(book, ACCOUNT_COST), released), ACCOUNT_COST);
  store<i64>(book, addChecked(load<i64>(book, ACCOUNT_REALISED), realised), ACCOUNT_REALISED);
  if (region != 0) keepRealised(position, realised);
  assureBooks(book);
}
