// Margin: what an account can buy, what its open orders hold of it, and how much of an order it pays for.
//
// Units: money, price and quantity mantissas; leverage in 1e-9.
// Rounding: what an order needs is rounded up, what it frees down.

import { ACCOUNT_CASH, ACCOUNT_GROSS, ACCOUNT_RESERVED } from "./abi-ledger";
import { REASON_INSUFFICIENT_BUYING_POWER, REASON_NOT_SHORTABLE } from "./abi-reason";
import { INSTRUMENT_LOT, INSTRUMENT_VALUE_DIVISOR, RUN_FEE_TAKER, RUN_LEVERAGE } from "./abi-run";
import { feeWhole, WHOLE } from "./cost";
import { equity, scaledPrice, valueCeil, valueFloor } from "./ledger";
import { account, run } from "./run";
import { addChecked, mulDivFloor, subChecked } from "./wide";

/**
 * Buying power for a new order: what the account has, less what open orders hold, plus what the order's own reducing
 * part frees.
 */
export function buyingPower(facts: usize, price: i64, reducing: i64, buys: bool): i64 {
  const leverage = load<i64>(run, RUN_LEVERAGE);
  const reserved = load<i64>(account, ACCOUNT_RESERVED);
  const freed = reducing == 0 ? 0 : -reservedFor(facts, buys, price, reducing, 0);
  if (leverage == 0) return addChecked(subChecked(load<i64>(account, ACCOUNT_CASH), reserved), freed);
  const worth = equity();
  const room = (worth > 0 ? mulDivFloor(worth, leverage, WHOLE) : 0) - load<i64>(account, ACCOUNT_GROSS);
  return addChecked(subChecked(room, reserved), freed);
}

/** Money that a cash account can spend, or exposure that a margin account can still add, at the present marks. */
export function buyingPowerAtFill(): i64 {
  const leverage = load<i64>(run, RUN_LEVERAGE);
  if (leverage == 0) return load<i64>(account, ACCOUNT_CASH);
  const worth = equity();
  return (worth > 0 ? mulDivFloor(worth, leverage, WHOLE) : 0) - load<i64>(account, ACCOUNT_GROSS);
}

/**
 * Buying power that an order holds while it is open: what its opening part needs, less what its reducing part frees.
 */
export function reservedFor(facts: usize, buys: bool, price: i64, reducing: i64, opening: i64): i64 {
  const leverage = load<i64>(run, RUN_LEVERAGE);
  let held: i64 = opening > 0 ? powerNeeded(facts, price, opening, leverage) : 0;
  if (reducing > 0) {
    const value = valueFloor(facts, price, reducing);
    // In a cash account a sale frees what it brings after its fee; in a margin account reducing frees the exposure
    // itself.
    if (leverage != 0) held -= value;
    else if (!buys) held = subChecked(held, subChecked(value, feeWhole(facts, value, reducing)));
  }
  return held;
}

/**
 * Largest quantity up to `wanted` (> 0), in lots, that `power` pays for at `price` with its fee; 0 when nothing, or
 * when a cash account would have to sell short. In a margin account a fee takes its multiple by leverage off the room.
 */
export function affordable(facts: usize, buys: bool, price: i64, wanted: i64, power: i64): i64 {
  const leverage = load<i64>(run, RUN_LEVERAGE);
  if (leverage == 0 && !buys) return 0;
  if (power <= 0) return 0;
  if (powerNeeded(facts, price, wanted, leverage) <= power) return wanted;
  const lot = load<i64>(facts, INSTRUMENT_LOT);
  let quantity = estimateAffordable(facts, price, wanted, power, leverage);
  quantity -= quantity % lot;
  // The estimate leaves out the roundings and the fee by unit; a few lots settle it, and a bisection settles what does
  // not.
  for (let tries = 0; tries < 4 && quantity > 0; tries++) {
    if (powerNeeded(facts, price, quantity, leverage) <= power) return quantity;
    quantity -= lot;
  }
  return bisectAffordable(facts, price, quantity, power, leverage, lot);
}

/** Largest number of lots at or below `highest` that `power` pays for: what it needs grows with the quantity. */
function bisectAffordable(facts: usize, price: i64, highest: i64, power: i64, leverage: i64, lot: i64): i64 {
  let low: i64 = 0;
  let high: i64 = highest > 0 ? highest / lot : 0;
  while (low < high) {
    const middle = low + (high - low + 1) / 2;
    if (powerNeeded(facts, price, middle * lot, leverage) <= power) low = middle;
    else high = middle - 1;
  }
  return low * lot;
}

/** Buying power that opening `quantity` at `price` needs, fee included. */
export function powerNeeded(facts: usize, price: i64, quantity: i64, leverage: i64): i64 {
  const value = valueCeil(facts, price, quantity);
  const fee = feeWhole(facts, value, quantity);
  return addChecked(value, leverage == 0 ? fee : leverageOf(fee, leverage));
}

/** Exposure that a fee costs: the fee lowers equity, and equity carries `leverage` times its amount. */
// @ts-ignore: decorator
@inline function leverageOf(fee: i64, leverage: i64): i64 {
  return fee <= 0 ? 0 : addChecked(mulDivFloor(fee, leverage, WHOLE), 1);
}

/** First estimate of `affordable`: power less the least fee, less the rate, over the price. */
function estimateAffordable(facts: usize, price: i64, wanted: i64, power: i64, leverage: i64): i64 {
  const rate = load<i64>(run, RUN_FEE_TAKER);
  const effective = leverage == 0 ? rate : rate <= 0 ? 0 : mulDivFloor(rate, leverage, WHOLE);
  const money = mulDivFloor(power, WHOLE, WHOLE + effective);
  const quantity = mulDivFloor(money, load<i64>(facts, INSTRUMENT_VALUE_DIVISOR), scaledPrice(facts, price));
  return quantity < wanted ? quantity : wanted;
}

/** Why an opening on this side got less than it wanted. */
export function refusalOfOpening(buys: bool): i32 {
  return buys || load<i64>(run, RUN_LEVERAGE) > 0 ? REASON_INSUFFICIENT_BUYING_POWER : REASON_NOT_SHORTABLE;
}
