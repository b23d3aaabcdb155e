// Currencies: balances besides the base currency's, their rates, and conversions between them and the base.
//
// An instrument trades in its own currency, and its cash, costs and profits stand in the balance of that. A buy takes
// what is missing there from the base currency at the last known rate, with the fee of a conversion; a sale leaves its
// proceeds where they are, unless the account converts them at once.
//
// Always true:
//   every balance keeps the identity of the account by itself; a conversion moves money between two of them, and each
//   leaves a ledger record.
// Units: rates in 1e-12: base minor units for one minor unit of the other currency.
// Rounding: what the base pays is rounded up, what it gets or is worth in it down (`FILLS.md` G6).

import {
  ACCOUNT_IS_CONVERTING, ACCOUNT_IS_FOREIGN, SETTINGS_BALANCES, SETTINGS_CONVERSION_FEE, SETTINGS_CURRENCY_COUNT,
  TRADED_CURRENCY,
} from "./abi-account";
import { LEDGER_CONVERSION, LEDGER_CONVERSION_FEE, NO_INSTRUMENT } from "./abi-event";
import {
  ACCOUNT_BYTES, ACCOUNT_CASH, ACCOUNT_CONVERSION, ACCOUNT_CONVERTED, ACCOUNT_EARNED, ACCOUNT_RATE, ACCOUNT_VALUE,
} from "./abi-ledger";
import { RUN_NOW } from "./abi-run";
import { recordLedger } from "./record";
import { account, accountFlags, run, settings, tradedAt } from "./run";
import { addChecked, mulDivCeil, mulDivFloor } from "./wide";

const RATE_ONE: i64 = 1_000_000_000_000;
const WHOLE: i64 = 1_000_000_000;

/** True when some instrument trades in another currency than the base. */
// @ts-ignore: decorator
@inline export function isForeign(): bool {
  return (accountFlags & ACCOUNT_IS_FOREIGN) != 0;
}

/** Balance that the instrument's money stands in: the account itself for the base currency. */
// @ts-ignore: decorator
@inline export function bookOf(instrument: i32): usize {
  return isForeign() ? balanceAt(currencyOf(instrument)) : account;
}

/** Index of the currency of an instrument, counted from 1; 0 for the base. */
export function currencyOf(instrument: i32): i32 {
  return isForeign() ? load<i32>(tradedAt(instrument), TRADED_CURRENCY) : 0;
}

/** The balance of a currency. */
export function balanceAt(currency: i32): usize {
  if (currency == 0) return account;
  return <usize>load<u32>(settings, SETTINGS_BALANCES) + <usize>(currency - 1) * ACCOUNT_BYTES;
}

/** What the balances besides the base are worth in it. */
export function foreignEquity(): i64 {
  let sum: i64 = 0;
  for (let i = 1, count = load<i32>(settings, SETTINGS_CURRENCY_COUNT); i <= count; i++) {
    const book = balanceAt(i);
    sum = addChecked(sum, inBase(book, addChecked(load<i64>(book, ACCOUNT_CASH), load<i64>(book, ACCOUNT_VALUE))));
  }
  return sum;
}

/** A signed amount of a balance in the base currency, rounded down. */
export function inBase(book: usize, amount: i64): i64 {
  if (book == account) return amount;
  const rate = load<i64>(book, ACCOUNT_RATE);
  return amount >= 0 ? mulDivFloor(amount, rate, RATE_ONE) : -mulDivCeil(-amount, rate, RATE_ONE);
}

/** An amount (>= 0) of the base currency in that of an instrument, rounded down; nothing without a rate. */
export function fromBase(instrument: i32, amount: i64): i64 {
  const book = bookOf(instrument);
  if (book == account) return amount;
  const rate = load<i64>(book, ACCOUNT_RATE);
  return rate == 0 ? 0 : mulDivFloor(amount, RATE_ONE, rate);
}

/** Base currency that buying `amount` (>= 0) for a balance takes, fee included; more than there is without a rate. */
export function costInBase(book: usize, amount: i64): i64 {
  if (amount == 0) return 0;
  const rate = load<i64>(book, ACCOUNT_RATE);
  if (rate == 0) return i64.MAX_VALUE;
  const price = mulDivCeil(amount, rate, RATE_ONE);
  return addChecked(price, feeOfConversion(price));
}

function feeOfConversion(amount: i64): i64 {
  return mulDivCeil(amount, load<i64>(settings, SETTINGS_CONVERSION_FEE), WHOLE);
}

/** Buys what a posting of `change` (signed) would leave missing in the balance of a currency. */
export function coverShortfall(currency: i32, change: i64): void {
  const book = balanceAt(currency);
  const missing = -addChecked(load<i64>(book, ACCOUNT_CASH), change);
  if (missing <= 0 || load<i64>(book, ACCOUNT_RATE) == 0) return;
  const price = mulDivCeil(missing, load<i64>(book, ACCOUNT_RATE), RATE_ONE);
  convert(currency, missing, -price, feeOfConversion(price));
}

/** Sells what the balance of a currency has, when the account converts its proceeds at once. */
export function convertProceeds(currency: i32): void {
  if ((accountFlags & ACCOUNT_IS_CONVERTING) == 0) return;
  const book = balanceAt(currency);
  const cash = load<i64>(book, ACCOUNT_CASH);
  if (cash <= 0 || load<i64>(book, ACCOUNT_RATE) == 0) return;
  const price = mulDivFloor(cash, load<i64>(book, ACCOUNT_RATE), RATE_ONE);
  convert(currency, -cash, price, feeOfConversion(price));
}

/** Moves `amount` into the balance of a currency and `price` into the base (both signed), at a `fee` in the base. */
function convert(currency: i32, amount: i64, price: i64, fee: i64): void {
  const time = load<i64>(run, RUN_NOW);
  const book = balanceAt(currency);
  post(book, ACCOUNT_CONVERTED, amount);
  recordLedger(LEDGER_CONVERSION, NO_INSTRUMENT, time, amount, load<i64>(book, ACCOUNT_CASH), currency);
  post(account, ACCOUNT_CONVERTED, price);
  recordLedger(LEDGER_CONVERSION, NO_INSTRUMENT, time, price, load<i64>(account, ACCOUNT_CASH));
  if (fee == 0) return;
  post(account, ACCOUNT_CONVERSION, -fee);
  recordLedger(LEDGER_CONVERSION_FEE, NO_INSTRUMENT, time, -fee, load<i64>(account, ACCOUNT_CASH));
}

function post(book: usize, reason: usize, amount: i64): void {
  store<i64>(book, addChecked(load<i64>(book, ACCOUNT_CASH), amount), ACCOUNT_CASH);
  store<i64>(book, addChecked(load<i64>(book, ACCOUNT_EARNED), amount), ACCOUNT_EARNED);
  store<i64>(book + reason, addChecked(load<i64>(book + reason), amount));
}
