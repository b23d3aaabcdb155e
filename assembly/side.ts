// Side events: halts, splits, dividends, funding and rates as they come, and what accrues at the end of each UTC day.
//
// The events stand in a table sorted by time and phase. Before a bucket all earlier ones are applied; at its time those
// of phase 0 come before the market, those of phase 2 after it and before the decisions. At each midnight, after the
// events of that time, interest and borrowing are paid for the day on what is held then.
//
// Always true:
//   every change of cash leaves a ledger record; a record has room in the ring before it is made.
// Units: rates of funding in 1e-12, of interest in 1e-9 a year of 365 days.
// Rounding: what is paid up, what is received down (`FILLS.md` G6).

import {
  ACCOUNT_IS_DAILY, ACCOUNT_IS_ROLLING, ACCOUNT_IS_SETTLING, SETTINGS_CREDIT, SETTINGS_CREDIT_COUNT, SETTINGS_DEBIT,
  SETTINGS_DEBIT_COUNT, SETTINGS_POSITION_COUNT, TIER_BYTES, TIER_FROM, TIER_RATE, TRADED_BORROW, TRADED_BORROW_COUNT,
  TRADED_FLAGS, TRADED_IS_DERIVATIVE,
} from "./abi-account";
import {
  LEDGER_BORROW, LEDGER_DIVIDEND, LEDGER_FUNDING, LEDGER_INTEREST, LEDGER_MARGIN, NO_INSTRUMENT,
} from "./abi-event";
import {
  ACCOUNT_BORROW, ACCOUNT_CASH, ACCOUNT_DAY, ACCOUNT_DIVIDENDS, ACCOUNT_FUNDING, ACCOUNT_INTEREST, ACCOUNT_RATE,
  HOLDING_MARGIN, POSITION_COST, POSITION_QUANTITY, POSITION_VALUE,
} from "./abi-ledger";
import { MARKET_MARK, MARKET_STATUS, MARKET_STATUS_SINCE } from "./abi-order";
import {
  INSTRUMENT_UNIT, RUN_INSTRUMENT_COUNT, RUN_RING_CAPACITY, RUN_RING_RESERVE, RUN_RING_USED, RUN_SIDE, RUN_SIDE_COUNT,
  RUN_SIDE_NEXT, RUN_SIDE_TIME,
} from "./abi-run";
import {
  PHASE_MARKET_STATE, PHASE_SETTLEMENT, SIDE_A, SIDE_ACTIVATION, SIDE_B, SIDE_BYTES, SIDE_DIVIDEND, SIDE_FEES,
  SIDE_FUNDING, SIDE_INSTRUMENT, SIDE_KIND, SIDE_RATE, SIDE_SPLIT, SIDE_STATUS, SIDE_TIME,
} from "./abi-side";
import { applyMessage } from "./activation";
import { WHOLE } from "./cost";
import { balanceAt, currencyOf } from "./currency";
import { rollVolume, takeFeeTable } from "./fees";
import { addMargin, isIsolated } from "./holding";
import { instrumentOf, ledgerKind, postEarned, strategyOfPosition } from "./ledger";
import { freeWallet } from "./margin";
import { recordLedger } from "./record";
import { account, accountFlags, holdingAt, instrumentAt, marketAt, positionAt, run, settings, tradedAt } from "./run";
import { settleDay } from "./settlement";
import { splitInstrument } from "./split";
import { valueCeil, valueFloor } from "./value";
import { addChecked, mulDivCeil, mulDivFloor, subChecked } from "./wide";

const DAY_NS: i64 = 86_400_000_000_000;
const DAYS_OF_YEAR: i64 = 365;
const RATE_ONE: i64 = 1_000_000_000_000;

/**
 * Applies everything before `before`, ns, the time of the next bucket. False when the ring has no room for more; the
 * next call goes on from there.
 */
export function applySideEvents(before: i64): bool {
  if ((accountFlags & ACCOUNT_IS_DAILY) != 0 && load<i64>(account, ACCOUNT_DAY) == i64.MIN_VALUE) {
    store<i64>(account, dayAfter(before), ACCOUNT_DAY);
  }
  while (nextTime() < before) {
    const free = load<i32>(run, RUN_RING_CAPACITY) - load<i32>(run, RUN_RING_USED);
    if (free < load<i32>(run, RUN_RING_RESERVE)) return false;
    if (eventTime() <= dayTime()) applyNext();
    else accrueDay();
  }
  store<i64>(run, nextTime(), RUN_SIDE_TIME);
  return true;
}

/** Applies what falls on `time`, that of the bucket in hand, in `phase`. */
export function applySideEventsAt(time: i64, phase: i32): void {
  while (eventTime() == time && phaseOf(load<i32>(eventAt(), SIDE_KIND)) == phase) applyNext();
  if (phase == PHASE_SETTLEMENT && dayTime() == time) accrueDay();
  store<i64>(run, nextTime(), RUN_SIDE_TIME);
}

// @ts-ignore: decorator
@inline function phaseOf(kind: i32): i32 {
  return kind < SIDE_FUNDING ? PHASE_MARKET_STATE : PHASE_SETTLEMENT;
}

/** The first event that was not applied. */
function eventAt(): usize {
  return <usize>load<u32>(run, RUN_SIDE) + <usize>load<i32>(run, RUN_SIDE_NEXT) * SIDE_BYTES;
}

/** Time of that event; the end of time when there is none. */
function eventTime(): i64 {
  const isLeft = load<i32>(run, RUN_SIDE_NEXT) < load<i32>(run, RUN_SIDE_COUNT);
  return isLeft ? load<i64>(eventAt(), SIDE_TIME) : i64.MAX_VALUE;
}

/** The midnight at which things accrue next; the end of time when nothing does. */
function dayTime(): i64 {
  const day = load<i64>(account, ACCOUNT_DAY);
  return (accountFlags & ACCOUNT_IS_DAILY) == 0 || day == i64.MIN_VALUE ? i64.MAX_VALUE : day * DAY_NS;
}

function nextTime(): i64 {
  const event = eventTime();
  const day = dayTime();
  return event < day ? event : day;
}

/** The first day that begins at or after `time`. */
function dayAfter(time: i64): i64 {
  const day = time / DAY_NS;
  return time > day * DAY_NS ? day + 1 : day;
}

/** Applies the next event of the table. */
function applyNext(): void {
  const event = eventAt();
  store<i32>(run, load<i32>(run, RUN_SIDE_NEXT) + 1, RUN_SIDE_NEXT);
  const time = load<i64>(event, SIDE_TIME);
  const kind = load<i32>(event, SIDE_KIND);
  const instrument = load<i32>(event, SIDE_INSTRUMENT);
  const a = load<i64>(event, SIDE_A);
  if (kind == SIDE_STATUS) setStatus(instrument, <i32>a, time);
  else if (kind == SIDE_DIVIDEND) forEachPosition(instrument, time, a, 0, SIDE_DIVIDEND);
  else if (kind == SIDE_SPLIT) splitInstrument(instrument, a, load<i64>(event, SIDE_B), time);
  else if (kind == SIDE_RATE) store<i64>(balanceAt(instrument), a, ACCOUNT_RATE);
  else if (kind == SIDE_FEES) takeFeeTable(<i32>a);
  else if (kind == SIDE_ACTIVATION) applyMessage(event);
  else if (kind == SIDE_FUNDING) forEachPosition(instrument, time, a, load<i64>(event, SIDE_B), SIDE_FUNDING);
}

/** Sets the trading status of a market. */
function setStatus(instrument: i32, status: i32, time: i64): void {
  const market = marketAt(instrument);
  store<i32>(market, status, MARKET_STATUS);
  store<i64>(market, time, MARKET_STATUS_SINCE);
}

/** Pays or takes what an event gives to each position in `instrument`. */
function forEachPosition(instrument: i32, time: i64, a: i64, b: i64, kind: i32): void {
  const count = load<i32>(run, RUN_INSTRUMENT_COUNT);
  const end = load<i32>(settings, SETTINGS_POSITION_COUNT);
  for (let position = instrument; position < end; position += count) {
    if (load<i64>(positionAt(position), POSITION_QUANTITY) == 0) continue;
    if (kind == SIDE_DIVIDEND) payDividend(position, instrument, a, time);
    else payFunding(position, instrument, a, b, time);
  }
}

/** A dividend of `perUnit` (money x 1e9): a long position receives it, a short one pays it. */
function payDividend(position: i32, instrument: i32, perUnit: i64, time: i64): void {
  const quantity = load<i64>(positionAt(position), POSITION_QUANTITY);
  const unit = load<i64>(instrumentAt(instrument), INSTRUMENT_UNIT);
  const amount = quantity > 0
    ? mulDivFloor(mulDivFloor(quantity, perUnit, unit), 1, WHOLE)
    : -mulDivCeil(mulDivCeil(-quantity, perUnit, unit), 1, WHOLE);
  post(ACCOUNT_DIVIDENDS, LEDGER_DIVIDEND, instrument, amount, time, position);
}

/**
 * Funding by C6 of `FILLS.md`: a long position pays a positive rate on its value at the mark (0 for the last close), a
 * short one receives it; a negative rate the other way round.
 */
function payFunding(position: i32, instrument: i32, rate: i64, given: i64, time: i64): void {
  const quantity = load<i64>(positionAt(position), POSITION_QUANTITY);
  const facts = instrumentAt(instrument);
  const mark = given != 0 ? given : load<i64>(marketAt(instrument), MARKET_MARK);
  const size = quantity < 0 ? -quantity : quantity;
  const share = rate < 0 ? -rate : rate;
  const pays = quantity > 0 == rate > 0;
  const amount = pays
    ? -mulDivCeil(valueCeil(facts, mark, size), share, RATE_ONE)
    : mulDivFloor(valueFloor(facts, mark, size), share, RATE_ONE);
  post(ACCOUNT_FUNDING, LEDGER_FUNDING, instrument, amount, time, position);
  if (pays && isIsolated()) payFromMargin(position, instrument, time);
}

/** Lets the margin of an isolated position pay what the free part of the account could not. */
function payFromMargin(position: i32, instrument: i32, time: i64): void {
  const free = freeWallet();
  if (free >= 0) return;
  const margin = load<i64>(holdingAt(position), HOLDING_MARGIN);
  const taken = margin < -free ? margin : -free;
  if (taken == 0) return;
  addMargin(position, -taken);
  const cash = load<i64>(account, ACCOUNT_CASH);
  recordLedger(ledgerKind(LEDGER_MARGIN, position), instrument, time, -taken, cash, 0, strategyOfPosition(position));
}

/**
 * Posts `amount` to the balance of the instrument's currency with its record, on account of `position` or of none;
 * nothing for nothing.
 */
function post(reason: usize, kind: i32, instrument: i32, amount: i64, time: i64, position: i32 = 0): void {
  if (amount == 0) return;
  const currency: i32 = instrument < 0 ? 0 : currencyOf(instrument);
  const book = balanceAt(currency);
  postEarned(book, reason, amount);
  const balance = load<i64>(book, ACCOUNT_CASH);
  recordLedger(ledgerKind(kind, position), instrument, time, amount, balance, currency, strategyOfPosition(position));
}

/** The midnight in hand: what accrued over the day before it. */
function accrueDay(): void {
  const day = load<i64>(account, ACCOUNT_DAY);
  const time = day * DAY_NS;
  payBorrow(time);
  payInterest(time);
  if ((accountFlags & ACCOUNT_IS_ROLLING) != 0) rollVolume(day);
  if ((accountFlags & ACCOUNT_IS_SETTLING) != 0) settleDay(day);
  store<i64>(account, day + 1, ACCOUNT_DAY);
}

/** A day's cost of borrowing what is held short, by the tiers of its value at the mark. */
function payBorrow(time: i64): void {
  for (let i = 0, count = load<i32>(settings, SETTINGS_POSITION_COUNT); i < count; i++) {
    const value = load<i64>(positionAt(i), POSITION_VALUE);
    const instrument = instrumentOf(i);
    const traded = tradedAt(instrument);
    if (load<i64>(positionAt(i), POSITION_QUANTITY) >= 0) continue;
    const tiers: usize = load<u32>(traded, TRADED_BORROW);
    const cost = dayOfTiers(tiers, load<i32>(traded, TRADED_BORROW_COUNT), value < 0 ? -value : value, true);
    post(ACCOUNT_BORROW, LEDGER_BORROW, instrument, -cost, time, i);
  }
}

/**
 * A day's interest on cash. What derivatives are worth was never paid, so it is no debt; what was sold short is lent
 * against and earns nothing.
 */
function payInterest(time: i64): void {
  const credits = load<i32>(settings, SETTINGS_CREDIT_COUNT);
  const debits = load<i32>(settings, SETTINGS_DEBIT_COUNT);
  if (credits == 0 && debits == 0) return;
  let cash = load<i64>(account, ACCOUNT_CASH);
  let lent: i64 = 0;
  for (let i = 0, count = load<i32>(settings, SETTINGS_POSITION_COUNT); i < count; i++) {
    const record = positionAt(i);
    const isDerivative = (load<i32>(tradedAt(instrumentOf(i)), TRADED_FLAGS) & TRADED_IS_DERIVATIVE) != 0;
    if (isDerivative) cash = addChecked(cash, load<i64>(record, POSITION_COST));
    else if (load<i64>(record, POSITION_QUANTITY) < 0) lent = subChecked(lent, load<i64>(record, POSITION_VALUE));
  }
  const amount = cash < 0
    ? -dayOfTiers(load<u32>(settings, SETTINGS_DEBIT), debits, -cash, true)
    : cash > lent ? dayOfTiers(load<u32>(settings, SETTINGS_CREDIT), credits, cash - lent, false) : 0;
  post(ACCOUNT_INTEREST, LEDGER_INTEREST, NO_INSTRUMENT, amount, time);
}

/** A day's share of yearly rates on `amount` (>= 0), each rate on the part of it in its tier. */
function dayOfTiers(tiers: usize, count: i32, amount: i64, up: bool): i64 {
  let sum: i64 = 0;
  for (let i = 0; i < count; i++, tiers += TIER_BYTES) {
    const from = load<i64>(tiers, TIER_FROM);
    if (amount <= from) break;
    const next = i + 1 < count ? load<i64>(tiers, TIER_BYTES + TIER_FROM) : amount;
    const part = (amount < next ? amount : next) - from;
    const rate = load<i64>(tiers, TIER_RATE);
    const year = DAYS_OF_YEAR * WHOLE;
    sum = addChecked(sum, up ? mulDivCeil(part, rate, year) : mulDivFloor(part, rate, year));
  }
  return sum;
}
