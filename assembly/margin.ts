// Margin: what an account can buy, what its open orders hold of it, and how much of an order it pays for.
//
// A cash account spends the cash that has settled. A margin account adds exposure up to its leverage times what stands
// behind it: equity when margins are crossed, and what is not locked in positions when they are isolated, where profit
// that is not realised lends nothing. An instrument with less leverage than the account counts for more than its value.
//
// Units: money, price and quantity mantissas; leverage in 1e-9.
// Rounding: what an order needs is rounded up, what it frees down.
// Not here: liquidation (`liquidation.ts`).

import { ACCOUNT_IS_SETTLING, TRADED_SHORTABLE } from "./abi-account";
import { FEE_TAKER } from "./abi-fees";
import {
  ACCOUNT_CASH, ACCOUNT_COST, ACCOUNT_GROSS, ACCOUNT_LOCKED, ACCOUNT_RESERVED, ACCOUNT_UNSETTLED, ACCOUNT_WEIGHTED,
  POSITION_VALUE,
} from "./abi-ledger";
import { REASON_INSUFFICIENT_BUYING_POWER, REASON_NOT_SHORTABLE } from "./abi-reason";
import { INSTRUMENT_BYTES, INSTRUMENT_LOT, RUN_LEVERAGE } from "./abi-run";
import { feeWhole, hasFeeTables, WHOLE } from "./cost";
import { bookOf, costInBase, isForeign } from "./currency";
import { isIsolated, isWeighted, weightedExposure } from "./holding";
import { equity, held, positionFor, shortHeld } from "./ledger";
import { bankruptcyPrice, hasLiquidation, isLiquidatedAt, liquidationFee, liquidationPrice } from "./liquidation";
import { account, accountFlags, instruments, positionAt, rates, run, tradedAt } from "./run";
import { wholeLots } from "./sizing";
import { quantityFor, valueCeil, valueFloor } from "./value";
import { addChecked, mulDivFloor, subChecked } from "./wide";

export { bankruptcyPrice, hasLiquidation, isLiquidatedAt, liquidationFee, liquidationPrice } from "./liquidation";

/** True when the last opening was cut because no more of its instrument could be borrowed. */
let cutByShortable = false;

/**
 * Buying power for a new order: what the account has, less what open orders hold, plus what the order's own reducing
 * part frees.
 */
export function buyingPower(facts: usize, price: i64, reducing: i64, buys: bool): i64 {
  const reserved = load<i64>(account, ACCOUNT_RESERVED);
  const freed = reducing == 0 ? 0 : -reservedFor(facts, buys, price, reducing, 0);
  return addChecked(subChecked(buyingPowerAtFill(), reserved), freed);
}

/** Money that a cash account can spend, or exposure that a margin account can still add, at the present marks. */
export function buyingPowerAtFill(): i64 {
  const leverage = load<i64>(run, RUN_LEVERAGE);
  if (leverage == 0) return subChecked(load<i64>(account, ACCOUNT_CASH), load<i64>(account, ACCOUNT_UNSETTLED));
  const worth = isIsolated() ? freeWallet() : equity();
  const most: i64 = worth > 0 ? mulDivFloor(worth, leverage, WHOLE) : 0;
  if (isIsolated()) return most;
  return most - (isWeighted() ? load<i64>(account, ACCOUNT_WEIGHTED) : load<i64>(account, ACCOUNT_GROSS));
}

/** What an account with isolated margins has besides them: start, what was realised and earned, less fees. */
export function freeWallet(): i64 {
  const wallet = addChecked(load<i64>(account, ACCOUNT_CASH), load<i64>(account, ACCOUNT_COST));
  return subChecked(wallet, load<i64>(account, ACCOUNT_LOCKED));
}

/**
 * Buying power that an order holds while it is open: what its opening part needs, less what its reducing part frees.
 */
export function reservedFor(facts: usize, buys: bool, price: i64, reducing: i64, opening: i64): i64 {
  const leverage = load<i64>(run, RUN_LEVERAGE);
  let needed: i64 = opening > 0 ? powerNeeded(facts, buys, price, opening, leverage, false) : 0;
  if (reducing > 0) {
    const value = valueFloor(facts, price, reducing);
    // In a cash account a sale frees what it brings after its fee, once it has settled; in a margin account reducing
    // frees the exposure itself.
    if (leverage != 0) needed -= value;
    else if (!buys && (accountFlags & ACCOUNT_IS_SETTLING) == 0 && bookOf(instrumentIndex(facts)) == account) {
      needed = subChecked(needed, subChecked(value, feeWhole(facts, value, reducing, false)));
    }
  }
  return needed;
}

/**
 * Largest quantity up to `wanted` (> 0), in lots, that `power` pays for at `price` with its fee; 0 when nothing, or
 * when it would have to be sold short and cannot be. In a margin account a fee takes its multiple by leverage off the
 * room.
 */
export function affordable(
  facts: usize, buys: bool, price: i64, wanted: i64, power: i64, maker: bool = false,
): i64 {
  const leverage = load<i64>(run, RUN_LEVERAGE);
  cutByShortable = false;
  if (leverage == 0 && !buys) return 0;
  const lot = load<i64>(facts, INSTRUMENT_LOT);
  let most = wanted;
  if (!buys) {
    const left = shortableLeft(facts);
    if (left < most) {
      most = wholeLots(facts, left);
      cutByShortable = true;
    }
  }
  // What a balance in the instrument's own currency pays for needs no power.
  if ((power <= 0 && !isForeign()) || most <= 0) return 0;
  if (powerNeeded(facts, buys, price, most, leverage, maker) <= power) return most;
  let quantity = estimateAffordable(facts, price, most, power, leverage);
  quantity -= quantity % lot;
  // The estimate leaves out the roundings and the fee by unit; a few lots settle it, and a bisection settles what does
  // not.
  for (let tries = 0; tries < 4 && quantity > 0; tries++) {
    if (powerNeeded(facts, buys, price, quantity, leverage, maker) <= power) return quantity;
    quantity -= lot;
  }
  return bisectAffordable(facts, buys, price, quantity, power, leverage, maker);
}

/** Largest number of lots at or below `highest` that `power` pays for: what it needs grows with the quantity. */
function bisectAffordable(
  facts: usize, buys: bool, price: i64, highest: i64, power: i64, leverage: i64, maker: bool,
): i64 {
  const lot = load<i64>(facts, INSTRUMENT_LOT);
  let low: i64 = 0;
  let high: i64 = highest > 0 ? highest / lot : 0;
  while (low < high) {
    const middle = low + (high - low + 1) / 2;
    if (powerNeeded(facts, buys, price, middle * lot, leverage, maker) <= power) low = middle;
    else high = middle - 1;
  }
  return low * lot;
}

/** Buying power that opening `quantity` at `price` needs, fee included. */
function powerNeeded(facts: usize, buys: bool, price: i64, quantity: i64, leverage: i64, maker: bool): i64 {
  const value = valueCeil(facts, price, quantity);
  const fee = feeWhole(facts, value, quantity, maker);
  if (leverage == 0) return isForeign() ? neededInBase(facts, addChecked(value, fee)) : addChecked(value, fee);
  return addChecked(isWeighted() ? addedExposure(facts, buys, value) : value, leverageOf(fee, leverage));
}

/** Base currency that is needed for `amount` of the instrument's currency, on top of what is there of it. */
function neededInBase(facts: usize, amount: i64): i64 {
  const book = bookOf(instrumentIndex(facts));
  if (book == account) return amount;
  const missing = subChecked(amount, load<i64>(book, ACCOUNT_CASH));
  return missing <= 0 ? 0 : costInBase(book, missing);
}

/** Exposure that an addition worth `value` counts for, on top of what is held on its side. */
function addedExposure(facts: usize, buys: bool, value: i64): i64 {
  const instrument = instrumentIndex(facts);
  const position = positionFor(instrument, buys ? 1 : -1, false);
  const quantity = held(position);
  const worth = load<i64>(positionAt(position), POSITION_VALUE);
  const before: i64 = quantity == 0 || quantity > 0 != buys ? 0 : worth < 0 ? -worth : worth;
  return subChecked(weightedExposure(instrument, addChecked(before, value)), weightedExposure(instrument, before));
}

/** Quantity that can still be sold short. */
function shortableLeft(facts: usize): i64 {
  const instrument = instrumentIndex(facts);
  const shortable = load<i64>(tradedAt(instrument), TRADED_SHORTABLE);
  return shortable + shortHeld(instrument);
}

// @ts-ignore: decorator
@inline function instrumentIndex(facts: usize): i32 {
  return <i32>((facts - instruments) / INSTRUMENT_BYTES);
}

/** Exposure that a fee costs: the fee lowers equity, and equity carries `leverage` times its amount. */
// @ts-ignore: decorator
@inline function leverageOf(fee: i64, leverage: i64): i64 {
  return fee <= 0 ? 0 : addChecked(mulDivFloor(fee, leverage, WHOLE), 1);
}

/** First estimate of `affordable`, never less than it: power less the least fee, less the rate, over the price. */
function estimateAffordable(facts: usize, price: i64, wanted: i64, power: i64, leverage: i64): i64 {
  // Fees by tables may cost less than any rate says, so the search starts from all of it.
  if (hasFeeTables() || isForeign()) return wanted;
  const rate = load<i64>(rates, FEE_TAKER);
  const effective = leverage == 0 ? rate : rate <= 0 ? 0 : mulDivFloor(rate, leverage, WHOLE);
  const quantity = quantityFor(facts, price, mulDivFloor(power, WHOLE, WHOLE + effective));
  return quantity < wanted ? quantity : wanted;
}

/** Why an opening on this side got less than it wanted. */
export function refusalOfOpening(buys: bool): i32 {
  const cannotBorrow = !buys && (cutByShortable || load<i64>(run, RUN_LEVERAGE) == 0);
  return cannotBorrow ? REASON_NOT_SHORTABLE : REASON_INSUFFICIENT_BUYING_POWER;
}
