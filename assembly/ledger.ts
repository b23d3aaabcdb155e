// Ledger: posts fills to positions and the account, marks positions, and asserts the books after every posting.
//
// In a hedging account every instrument has two positions, a long one that buys open and sells reduce, and a short one
// behind all the long ones. Where strategies have positions of their own, those of the second stand behind all of the
// first, and so on. A position is named by its number, which otherwise is that of its instrument.
//
// Always true, asserted on every posting, for every currency:
//   cash + cost of positions = start + realised - fees + earned, so equity = start + realised + unrealised - fees +
//   funding + interest + dividends + conversions (G10 of `FILLS.md`);
//   a position is the sum of its fills, and a flat position has no cost.
// Units: money, price and quantity mantissas.
// Rounding: money paid is rounded up, money received down; a released cost is rounded up and a position's value down,
//   so that neither realised profit nor equity is ever too high (`FILLS.md` G6).

import {
  ACCOUNT_HAS_STRATEGIES, ACCOUNT_IS_FIFO, ACCOUNT_IS_HEDGING, ACCOUNT_IS_SETTLING, SETTINGS_CURRENCY_COUNT,
  SETTINGS_POSITION_COUNT,
} from "./abi-account";
import { LEDGER_IS_SHORT } from "./abi-event";
import {
  ACCOUNT_CASH, ACCOUNT_COST, ACCOUNT_EARNED, ACCOUNT_FEES, ACCOUNT_GROSS, ACCOUNT_REALISED, ACCOUNT_START,
  ACCOUNT_VALUE, POSITION_COST, POSITION_FILLED, POSITION_QUANTITY, POSITION_VALUE,
} from "./abi-ledger";
import { MARKET_MARK } from "./abi-order";
import { INSTRUMENT_BYTES, RUN_INSTRUMENT_COUNT } from "./abi-run";
import { TRAP_ACCOUNT_IDENTITY, TRAP_POSITION_IDENTITY, TRAP_PRICE_SIGN } from "./abi-trap";
import {
  balanceAt, bookOf, convertProceeds, coverShortfall, currencyOf, foreignEquity, fromBase, inBase, isForeign,
} from "./currency";
import { freeMargin, hasMargins, isIsolated, lockMargin, remargin } from "./holding";
import { addLot, releaseLots } from "./lots";
import {
  account, accountFlags, instrumentAt, instruments, marketAt, positionAt, region, run, settings,
} from "./run";
import { awaitSettlement } from "./settlement";
import { keepFill } from "./state-fills";
import { keepRealised } from "./state-source";
import { assure } from "./trap";
import { quantityFor, scaledPrice, valueCeil, valueFloor, valueSigned } from "./value";
import { addChecked, mulDivCeil, mulDivFloor, subChecked } from "./wide";

export { bookOf } from "./currency";
export { quantityFor, scaledPrice, valueCeil, valueFloor, valueSigned } from "./value";

/** Cash effect of the last posting, before its fee. */
export let postedCash: i64 = 0;
/** Profit realised by the last posting, before its fee. */
export let postedRealised: i64 = 0;

/** Number of the strategy whose decision or order is in hand; 0 where there is one only. */
let strategy: i32 = 0;

/** Takes a strategy in hand: its positions are meant from here on. */
// @ts-ignore: decorator
@inline export function takeStrategy(number: i32): void {
  strategy = number;
}

/** Number of the strategy in hand. */
// @ts-ignore: decorator
@inline export function strategyInHand(): i32 {
  return strategy;
}

/**
 * Number of the position that a fill of `quantity` (signed, not 0) of `instrument` for the strategy in hand goes to. In
 * a hedging account a buy opens the long position and a sale the short one, unless it may only reduce the other.
 */
// @ts-ignore: decorator
@inline export function positionFor(instrument: i32, quantity: i64, reduceOnly: bool): i32 {
  if (!hasMany()) return instrument;
  if (!isHedging()) return instrument + strategy * load<i32>(run, RUN_INSTRUMENT_COUNT);
  return quantity > 0 == reduceOnly ? shortOf(instrument) : instrument;
}

/** True when an instrument has several positions: a long and a short one, or one for each strategy. */
// @ts-ignore: decorator
@inline export function hasMany(): bool {
  return (accountFlags & (ACCOUNT_IS_HEDGING | ACCOUNT_HAS_STRATEGIES)) != 0;
}

/** True when strategies have positions of their own. */
// @ts-ignore: decorator
@inline export function hasStrategies(): bool {
  return (accountFlags & ACCOUNT_HAS_STRATEGIES) != 0;
}

/** Number of the short position of `instrument` in a hedging account, which has one. */
// @ts-ignore: decorator
@inline export function shortOf(instrument: i32): i32 {
  return instrument + load<i32>(run, RUN_INSTRUMENT_COUNT);
}

/** True when every instrument has a long and a short position. */
// @ts-ignore: decorator
@inline export function isHedging(): bool {
  return (accountFlags & ACCOUNT_IS_HEDGING) != 0;
}

/** Signed quantity of the position. */
// @ts-ignore: decorator
@inline export function held(position: i32): i64 {
  return load<i64>(positionAt(position), POSITION_QUANTITY);
}

/** Net quantity held of an instrument, by all strategies. */
// @ts-ignore: decorator
@inline export function netHeld(instrument: i32): i64 {
  return hasMany() ? heldByAll(instrument) : held(instrument);
}

function heldByAll(instrument: i32): i64 {
  let quantity = held(instrument);
  const count = load<i32>(run, RUN_INSTRUMENT_COUNT);
  const end = load<i32>(settings, SETTINGS_POSITION_COUNT);
  for (let i = instrument + count; i < end; i += count) quantity = addChecked(quantity, held(i));
  return quantity;
}

/** Net quantity that the strategy in hand holds of an instrument. */
// @ts-ignore: decorator
@inline export function ownHeld(instrument: i32): i64 {
  return hasStrategies() ? held(positionFor(instrument, 1, false)) : netHeld(instrument);
}

/** Sum of the short positions of an instrument, at most 0. */
export function shortHeld(instrument: i32): i64 {
  let quantity: i64 = 0;
  const count = load<i32>(run, RUN_INSTRUMENT_COUNT);
  const end: i32 = hasMany() ? load<i32>(settings, SETTINGS_POSITION_COUNT) : instrument + 1;
  for (let i = instrument; i < end; i += count) if (held(i) < 0) quantity = addChecked(quantity, held(i));
  return quantity;
}

/** True when nothing is held of an instrument. */
export function isFlat(instrument: i32): bool {
  return positionsHeld(instrument) == 0;
}

/** True when an instrument is held in more positions than one: long and short, or by several strategies. */
export function isHeldTwice(instrument: i32): bool {
  return hasMany() && positionsHeld(instrument) > 1;
}

/** Number of positions of an instrument that are not flat. */
function positionsHeld(instrument: i32): i32 {
  if (!hasMany()) return held(instrument) != 0 ? 1 : 0;
  let sum = 0;
  const count = load<i32>(run, RUN_INSTRUMENT_COUNT);
  const end = load<i32>(settings, SETTINGS_POSITION_COUNT);
  for (let i = instrument; i < end; i += count) if (held(i) != 0) sum++;
  return sum;
}

/** Instrument of the position. */
// @ts-ignore: decorator
@inline export function instrumentOf(position: i32): i32 {
  return hasMany() ? position % load<i32>(run, RUN_INSTRUMENT_COUNT) : position;
}

/** Number of the strategy that the position is of; 0 where there is one only. */
export function strategyOfPosition(position: i32): i32 {
  return hasStrategies() ? position / load<i32>(run, RUN_INSTRUMENT_COUNT) : 0;
}

/** Kind of a ledger record on account of a position, which says whether that is the short one of two that hedge. */
export function ledgerKind(kind: i32, position: i32): i32 {
  return isHedging() && position >= load<i32>(run, RUN_INSTRUMENT_COUNT) ? kind | LEDGER_IS_SHORT : kind;
}

/** Equity at the present marks, in the base currency. */
// @ts-ignore: decorator
@inline export function equity(): i64 {
  const own = addChecked(load<i64>(account, ACCOUNT_CASH), load<i64>(account, ACCOUNT_VALUE));
  return isForeign() ? addChecked(own, foreignEquity()) : own;
}

/** Equity in the currency of the instrument with these facts, rounded down; 0 where there is none. */
// @ts-ignore: decorator
@inline export function equityIn(facts: usize): i64 {
  return worthIn(facts, equity());
}

/** An equity in the currency of the instrument with these facts, likewise. */
export function worthIn(facts: usize, worth: i64): i64 {
  return isForeign() && worth > 0 ? fromBase(<i32>((facts - instruments) / INSTRUMENT_BYTES), worth) : worth;
}

/** Sum of the absolute values of all positions, in the base currency. */
export function grossExposure(): i64 {
  let sum = load<i64>(account, ACCOUNT_GROSS);
  if (!isForeign()) return sum;
  for (let i = 1, count = load<i32>(settings, SETTINGS_CURRENCY_COUNT); i <= count; i++) {
    sum = addChecked(sum, inBase(balanceAt(i), load<i64>(balanceAt(i), ACCOUNT_GROSS)));
  }
  return sum;
}

/**
 * Posts a fill of `quantity` (signed, not 0) at `price` with `fee` (negative for a rebate). The quantity either reduces
 * the position at most to flat, or adds to it: a flip is two fills (`FILLS.md` C9). Leaves `postedCash` and
 * `postedRealised`.
 */
export function postFill(position: i32, price: i64, quantity: i64, fee: i64): void {
  const instrument = instrumentOf(position);
  assure(price > 0, TRAP_PRICE_SIGN, instrument, price);
  const facts = instrumentAt(instrument);
  const record = positionAt(position);
  const before = load<i64>(record, POSITION_QUANTITY);
  const cost = load<i64>(record, POSITION_COST);
  const cash = valueSigned(facts, price, -quantity);
  const reduces = (before ^ quantity) < 0 && before != 0;
  let released: i64 = cash;
  let realised: i64 = 0;
  if (reduces) {
    released = costOf(position, cost, before, quantity);
    realised = subChecked(cash, released);
  } else if ((accountFlags & ACCOUNT_IS_FIFO) != 0) addLot(position, quantity < 0 ? -quantity : quantity, -cash);
  const book = bookOf(instrument);
  if (book != account) coverShortfall(currencyOf(instrument), subChecked(cash, fee));
  const heldNow = addChecked(before, quantity);
  const costNow = subChecked(cost, released);
  const filled = addChecked(load<i64>(record, POSITION_FILLED), quantity);
  store<i64>(record, heldNow, POSITION_QUANTITY);
  store<i64>(record, costNow, POSITION_COST);
  store<i64>(record, filled, POSITION_FILLED);
  const isWhole = heldNow == filled && (heldNow != 0 || costNow == 0);
  assure(isWhole, TRAP_POSITION_IDENTITY, instrument, heldNow, filled, costNow);
  store<i64>(book, addChecked(load<i64>(book, ACCOUNT_CASH), subChecked(cash, fee)), ACCOUNT_CASH);
  store<i64>(book, subChecked(load<i64>(book, ACCOUNT_COST), released), ACCOUNT_COST);
  store<i64>(book, addChecked(load<i64>(book, ACCOUNT_REALISED), realised), ACCOUNT_REALISED);
  store<i64>(book, addChecked(load<i64>(book, ACCOUNT_FEES), fee), ACCOUNT_FEES);
  if (region != 0) {
    keepRealised(position, realised);
    keepFill(position, price, quantity, cash, fee);
  }
  assureBooks(book);
  postedCash = cash;
  postedRealised = realised;
  if (isIsolated()) moveMargin(position, facts, price, before, quantity);
  if (reduces && cash > fee && (accountFlags & ACCOUNT_IS_SETTLING) != 0) awaitSettlement(cash - fee);
  if (book != account) convertProceeds(currencyOf(instrument));
  mark(instrument, price);
}

/** Signed cost that leaves with `quantity` of a position: of its first lots, or its share of the whole. */
// @ts-ignore: decorator
@inline function costOf(position: i32, cost: i64, before: i64, quantity: i64): i64 {
  if ((accountFlags & ACCOUNT_IS_FIFO) == 0) return releasedCost(cost, before, quantity);
  return releaseLots(position, quantity < 0 ? -quantity : quantity);
}

/** Moves the margin of an isolated position along with a fill of `quantity`. */
function moveMargin(position: i32, facts: usize, price: i64, before: i64, quantity: i64): void {
  const size = quantity < 0 ? -quantity : quantity;
  const all = before < 0 ? -before : before;
  if (before != 0 && (before ^ quantity) < 0) return freeMargin(position, size, all);
  const value = valueSigned(facts, price, before);
  const valueNow = valueSigned(facts, price, before + quantity);
  lockMargin(position, instrumentOf(position), value < 0 ? -value : value, valueNow < 0 ? -valueNow : valueNow);
}

/** Signed part of `cost` that leaves with `quantity` of what is held, rounded up; all of it when nothing stays. */
export function releasedCost(cost: i64, before: i64, quantity: i64): i64 {
  const all = before < 0 ? -before : before;
  const part = quantity < 0 ? -quantity : quantity;
  if (part == all) return cost;
  return cost >= 0 ? mulDivCeil(cost, part, all) : -mulDivFloor(-cost, part, all);
}

/** Asserts the accounting identity of the account or of another balance. */
// @ts-ignore: decorator
@inline export function assureBooks(book: usize): void {
  const assets = load<i64>(book, ACCOUNT_CASH) + load<i64>(book, ACCOUNT_COST);
  const earned = load<i64>(book, ACCOUNT_REALISED) - load<i64>(book, ACCOUNT_FEES) + load<i64>(book, ACCOUNT_EARNED);
  const sources = load<i64>(book, ACCOUNT_START) + earned;
  assure(assets == sources, TRAP_ACCOUNT_IDENTITY, 0, assets, sources);
}

/**
 * Posts `amount` (signed) to the cash of `book` for another reason than a fill, to the field `reason`
 * (ACCOUNT_FUNDING and those behind it).
 */
export function postEarned(book: usize, reason: usize, amount: i64): void {
  store<i64>(book, addChecked(load<i64>(book, ACCOUNT_CASH), amount), ACCOUNT_CASH);
  store<i64>(book, addChecked(load<i64>(book, ACCOUNT_EARNED), amount), ACCOUNT_EARNED);
  store<i64>(book + reason, addChecked(load<i64>(book + reason), amount));
  assureBooks(book);
}

/** Marks what is held of `instrument` at `price`: its value, and the account's sums of values. */
// @ts-ignore: decorator
@inline export function mark(instrument: i32, price: i64): void {
  store<i64>(marketAt(instrument), price, MARKET_MARK);
  markPosition(instrument, instrument, price);
  if (!hasMany()) return;
  const count = load<i32>(run, RUN_INSTRUMENT_COUNT);
  const end = load<i32>(settings, SETTINGS_POSITION_COUNT);
  for (let i = instrument + count; i < end; i += count) markPosition(i, instrument, price);
}

// @ts-ignore: decorator
@inline function markPosition(position: i32, instrument: i32, price: i64): void {
  const record = positionAt(position);
  // Most instruments of a wide run are flat, and a flat one has no value to change.
  const isHeld = (load<i64>(record, POSITION_QUANTITY) | load<i64>(record, POSITION_VALUE)) != 0;
  if (isHeld) revalue(position, instrument, price);
}

/** Values a position, held in `instrument`, at `price`, which must be positive. */
function revalue(position: i32, instrument: i32, price: i64): void {
  assure(price > 0, TRAP_PRICE_SIGN, instrument, price);
  const record = positionAt(position);
  const quantity = load<i64>(record, POSITION_QUANTITY);
  const before = load<i64>(record, POSITION_VALUE);
  const value = quantity == 0 ? 0 : valueSigned(instrumentAt(instrument), price, quantity);
  const size = value < 0 ? -value : value;
  store<i64>(record, value, POSITION_VALUE);
  const book = bookOf(instrument);
  store<i64>(book, addChecked(load<i64>(book, ACCOUNT_VALUE), value - before), ACCOUNT_VALUE);
  const grossChange = size - (before < 0 ? -before : before);
  store<i64>(book, addChecked(load<i64>(book, ACCOUNT_GROSS), grossChange), ACCOUNT_GROSS);
  if (hasMargins()) remargin(position, instrument, size);
}

/**
 * Asserts that the running sums of the account are the sums over its positions; called at checkpoints, O(instruments).
 */
export function assureSums(): void {
  const currencies: i32 = isForeign() ? load<i32>(settings, SETTINGS_CURRENCY_COUNT) : 0;
  for (let currency = 0; currency <= currencies; currency++) assureSumsOf(currency);
}

function assureSumsOf(currency: i32): void {
  let value: i64 = 0;
  let gross: i64 = 0;
  let cost: i64 = 0;
  for (let i = 0, count = load<i32>(settings, SETTINGS_POSITION_COUNT); i < count; i++) {
    if (currencyOf(instrumentOf(i)) != currency) continue;
    const record = positionAt(i);
    const each = load<i64>(record, POSITION_VALUE);
    value += each;
    gross += each < 0 ? -each : each;
    cost += load<i64>(record, POSITION_COST);
  }
  const book = balanceAt(currency);
  assureSum(1, value, load<i64>(book, ACCOUNT_VALUE));
  assureSum(2, gross, load<i64>(book, ACCOUNT_GROSS));
  assureSum(3, cost, load<i64>(book, ACCOUNT_COST));
}

/** Asserts that a sum over the positions is the one that the account keeps; `which` stands in the trap record. */
function assureSum(which: i32, sum: i64, kept: i64): void {
  assure(sum == kept, TRAP_ACCOUNT_IDENTITY, which, sum, kept);
}
