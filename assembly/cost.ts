// Costs of a fill: fees by rate, by unit and with a minimum an order, and slippage of takers.
//
// Units: rates in 1e-9; prices, quantities and money as mantissas.
// Rounding: fees up, rebates down, a slipped price to the tick away from the account (`FILLS.md` G6).
// Not here: fees with tiers, bounds or several components (`fees.ts`).
// Source: the volume-share model follows Zipline's VolumeShareSlippage (impact = k x share^2 x price), in integers.

import { ACCOUNT_HAS_FEE_TABLES } from "./abi-account";
import { FEE_MAKER, FEE_MINIMUM, FEE_TAKER, FEE_UNIT } from "./abi-fees";
import { ORDER_FEE, ORDER_FEE_EXACT } from "./abi-order";
import {
  EXECUTION_PARTICIPATION, EXECUTION_SLIPPAGE, EXECUTION_SLIPPAGE_KIND, SLIPPAGE_NONE, SLIPPAGE_SHARE_OF_PRICE,
  SLIPPAGE_TICKS,
} from "./abi-execution";
import { INSTRUMENT_TICK, INSTRUMENT_UNIT } from "./abi-run";
import { VENUE_SLIPPAGE, VENUE_SLIPPAGE_KIND } from "./abi-venue";
import { modelChargeFee, modelFeeOfNextFill, modelFeeWhole } from "./fees";
import { accountFlags, execution, rates, venue } from "./run";
import { addChecked, mulChecked, mulDivCeil, mulDivFloor, subChecked } from "./wide";

/** One whole, for numbers in 1e-9. */
export const WHOLE: i64 = 1_000_000_000;
/** Volume of a bar that does not say it. */
export const VOLUME_UNKNOWN: i64 = i64.MIN_VALUE;

/** True when fees have tiers, bounds or several components. */
// @ts-ignore: decorator
@inline export function hasFeeTables(): bool {
  return (accountFlags & ACCOUNT_HAS_FEE_TABLES) != 0;
}

/** Fee of `quantity` (> 0) worth `value`, before the minimum. */
function feeExact(facts: usize, value: i64, quantity: i64, maker: bool): i64 {
  const rate = maker ? load<i64>(rates, FEE_MAKER) : load<i64>(rates, FEE_TAKER);
  let fee: i64 = rate >= 0 ? mulDivCeil(value, rate, WHOLE) : -mulDivFloor(value, -rate, WHOLE);
  const unit = load<i64>(rates, FEE_UNIT);
  if (unit != 0) {
    fee = addChecked(fee, mulDivCeil(mulDivCeil(quantity, unit, load<i64>(facts, INSTRUMENT_UNIT)), 1, WHOLE));
  }
  return fee;
}

/** Fee of a new order of `quantity` worth `value`, filled at once: what sizing reckons with. */
export function feeWhole(facts: usize, value: i64, quantity: i64, maker: bool): i64 {
  if (hasFeeTables()) return modelFeeWhole(facts, value, quantity, maker);
  return withMinimum(feeExact(facts, value, quantity, maker));
}

/** Fee of an order that comes to `exact` by rates. Without a minimum a rebate stays a rebate. */
// @ts-ignore: decorator
@inline function withMinimum(exact: i64): i64 {
  const minimum = load<i64>(rates, FEE_MINIMUM);
  return minimum != 0 && minimum > exact ? minimum : exact;
}

/**
 * Fee that the next fill of `order` would be charged: what the model gives for all fills so far, less what was charged.
 */
export function feeOfNextFill(order: usize, facts: usize, value: i64, quantity: i64, maker: bool): i64 {
  if (hasFeeTables()) return modelFeeOfNextFill(order, facts, value, quantity, maker);
  const exact = addChecked(load<i64>(order, ORDER_FEE_EXACT), feeExact(facts, value, quantity, maker));
  return subChecked(withMinimum(exact), load<i64>(order, ORDER_FEE));
}

/** Keeps what a fill was charged, so that the minimum counts once an order. */
export function chargeFee(order: usize, facts: usize, value: i64, quantity: i64, maker: bool, fee: i64): void {
  if (hasFeeTables()) return modelChargeFee(order, facts, value, quantity, maker, fee);
  const exact = addChecked(load<i64>(order, ORDER_FEE_EXACT), feeExact(facts, value, quantity, maker));
  store<i64>(order, exact, ORDER_FEE_EXACT);
  store<i64>(order, addChecked(load<i64>(order, ORDER_FEE), fee), ORDER_FEE);
}

/**
 * Price at which a taker of `quantity` (> 0) trades when the market stands at `price` and the bar's volume is `volume`.
 */
export function slippedPrice(facts: usize, buys: bool, price: i64, quantity: i64, volume: i64): i64 {
  const kind = venue == 0 ? load<i32>(execution, EXECUTION_SLIPPAGE_KIND) : load<i32>(venue, VENUE_SLIPPAGE_KIND);
  if (kind == SLIPPAGE_NONE) return price;
  const tick = load<i64>(facts, INSTRUMENT_TICK);
  const amount = venue == 0 ? load<i64>(execution, EXECUTION_SLIPPAGE) : load<i64>(venue, VENUE_SLIPPAGE);
  let away: i64;
  if (kind == SLIPPAGE_TICKS) away = mulChecked(amount, tick);
  else if (kind == SLIPPAGE_SHARE_OF_PRICE) away = mulDivCeil(price, amount, WHOLE);
  else away = volumeImpact(price, amount, quantity, volume);
  return movedAway(price, away, tick, buys);
}

/** `price` moved by `away` (>= 0) against the account, to the tick. */
// @ts-ignore: decorator
@inline export function movedAway(price: i64, away: i64, tick: i64, buys: bool): i64 {
  return away == 0 ? price : awayToTick(buys ? addChecked(price, away) : price - away, tick, buys);
}

/**
 * Price impact of `quantity` against `volume`, by the square of its share; the largest share allowed when it is not
 * known.
 */
function volumeImpact(price: i64, factor: i64, quantity: i64, volume: i64): i64 {
  let share = load<i64>(execution, EXECUTION_PARTICIPATION);
  if (share == 0) share = WHOLE;
  if (volume > 0) share = mulDivCeil(quantity, WHOLE, volume);
  if (share > WHOLE) share = WHOLE;
  const squared = mulDivCeil(share, share, WHOLE);
  return mulDivCeil(price, mulDivCeil(factor, squared, WHOLE), WHOLE);
}

/** `price` to the tick against the account (G6): up for a buyer, down for a seller, but never less than one tick. */
export function awayToTick(price: i64, tick: i64, buys: bool): i64 {
  const over = tick == 1 ? 0 : price % tick;
  const rounded = over == 0 ? price : buys ? addChecked(price, tick - over) : price - over;
  return rounded < tick ? tick : rounded;
}
