// Values: what a quantity is worth at a price, for linear and for inverse contracts.
//
// A linear contract is worth price x quantity x multiplier. An inverse one is worth quantity x multiplier / price in
// the coin that it settles in, and to hold it long is to be short of that coin: its signed value is negative, grows
// with the price, and so does the same for the books as any other value.
//
// Units: money, price and quantity mantissas.
// Rounding: named by each function; a signed value is rounded down, against the account (`FILLS.md` G6).

import {
  INSTRUMENT_FLAGS, INSTRUMENT_IS_INVERSE, INSTRUMENT_VALUE_DIVISOR, INSTRUMENT_VALUE_FACTOR,
} from "./abi-run";
import { mulChecked, mulDivCeil, mulDivFloor } from "./wide";

/** True when the instrument's value falls while its price rises. */
// @ts-ignore: decorator
@inline export function isInverse(facts: usize): bool {
  return (load<i32>(facts, INSTRUMENT_FLAGS) & INSTRUMENT_IS_INVERSE) != 0;
}

/** Money that `quantity` (>= 0) is worth at `price` (> 0), rounded down. */
// @ts-ignore: decorator
@inline export function valueFloor(facts: usize, price: i64, quantity: i64): i64 {
  if (isInverse(facts)) return inverseFloor(facts, price, quantity);
  return mulDivFloor(scaledPrice(facts, price), quantity, load<i64>(facts, INSTRUMENT_VALUE_DIVISOR));
}

/** Money that `quantity` (>= 0) is worth at `price` (> 0), rounded up. */
// @ts-ignore: decorator
@inline export function valueCeil(facts: usize, price: i64, quantity: i64): i64 {
  if (isInverse(facts)) return inverseCeil(facts, price, quantity);
  return mulDivCeil(scaledPrice(facts, price), quantity, load<i64>(facts, INSTRUMENT_VALUE_DIVISOR));
}

function inverseFloor(facts: usize, price: i64, quantity: i64): i64 {
  const divisor = mulChecked(price, load<i64>(facts, INSTRUMENT_VALUE_DIVISOR));
  return mulDivFloor(quantity, load<i64>(facts, INSTRUMENT_VALUE_FACTOR), divisor);
}

function inverseCeil(facts: usize, price: i64, quantity: i64): i64 {
  const divisor = mulChecked(price, load<i64>(facts, INSTRUMENT_VALUE_DIVISOR));
  return mulDivCeil(quantity, load<i64>(facts, INSTRUMENT_VALUE_FACTOR), divisor);
}

/** Price of a linear contract times its value factor: what a quantity is multiplied by. */
// @ts-ignore: decorator
@inline export function scaledPrice(facts: usize, price: i64): i64 {
  const factor = load<i64>(facts, INSTRUMENT_VALUE_FACTOR);
  return factor == 1 ? price : mulChecked(price, factor);
}

/** Largest quantity, without a sign and not cut to lots, whose value at `price` is at most `money` (>= 0). */
export function quantityFor(facts: usize, price: i64, money: i64): i64 {
  const divisor = load<i64>(facts, INSTRUMENT_VALUE_DIVISOR);
  if (!isInverse(facts)) return mulDivFloor(money, divisor, scaledPrice(facts, price));
  return mulDivFloor(money, mulChecked(price, divisor), load<i64>(facts, INSTRUMENT_VALUE_FACTOR));
}

/** Signed value of a signed quantity at `price`, rounded down. */
// @ts-ignore: decorator
@inline export function valueSigned(facts: usize, price: i64, quantity: i64): i64 {
  const isPositive = quantity >= 0 ? !isInverse(facts) : isInverse(facts);
  const size = quantity < 0 ? -quantity : quantity;
  return isPositive ? valueFloor(facts, price, size) : -valueCeil(facts, price, size);
}
