// Costs in the reference: value of a quantity, fees, slipped prices and what buying power pays for.
//
// Rounding: money paid up, money received down, prices to the tick against the account (`FILLS.md` G6).

import type { Instrument } from "../../kernel/index.js";
import { absolute, divCeil, divFloor, larger, smaller } from "./integers.js";
import type { ReferenceAssumptions } from "./reference-market.js";

export const WHOLE = 1_000_000_000n;

/** Value of a quantity at a price as a fraction: numerator over a positive denominator. */
function valueFraction(facts: Instrument, price: bigint, quantity: bigint): readonly [bigint, bigint] {
  const { priceDecimals, sizeDecimals, multiplierDecimals, currency } = facts;
  const denominator = 10n ** BigInt(priceDecimals + sizeDecimals + multiplierDecimals);
  return [price * quantity * facts.multiplier * 10n ** BigInt(currency.decimals), denominator];
}

/** Signed value, rounded down. */
export function valueDown(facts: Instrument, price: bigint, quantity: bigint): bigint {
  return divFloor(...valueFraction(facts, price, quantity));
}

/** Signed value, rounded up. */
export function valueUp(facts: Instrument, price: bigint, quantity: bigint): bigint {
  return divCeil(...valueFraction(facts, price, quantity));
}

/** Most units, rounded down to the lot, that an amount of money is worth at a price. */
export function lotsWorth(facts: Instrument, money: bigint, price: bigint): bigint {
  const [numerator, denominator] = valueFraction(facts, price, 1n);
  return wholeLots(facts, divFloor(money * denominator, numerator));
}

/** Rounded towards zero to the lot (S2). */
export function wholeLots(facts: Instrument, quantity: bigint): bigint {
  return (quantity / facts.lot) * facts.lot;
}

/** Fee by rate and by unit, before the minimum; a taker's when nothing else is known (C7). */
export function feeByRates(
  facts: Instrument,
  given: ReferenceAssumptions,
  value: bigint,
  quantity: bigint,
  liquidity: "taker" | "maker" = "taker",
): bigint {
  const rate = liquidity === "maker" ? (given.feeMakerE9 ?? given.feeTakerE9) : given.feeTakerE9;
  // Rounding a fee up is rounding a rebate, a negative fee, towards zero: `divCeil` is both.
  const byRate = divCeil(value * rate, WHOLE);
  return byRate + divCeil(quantity * given.feeUnitE9, 10n ** BigInt(facts.sizeDecimals) * WHOLE);
}

/** Fee of an order for what it comes to by rates: the minimum where there is one. */
export function withMinimum(given: ReferenceAssumptions, fee: bigint): bigint {
  return given.feeMinimum > 0n ? larger(fee, given.feeMinimum) : fee;
}

/** Price that a taker of `quantity` (signed) gets when the market stands at `price`. */
export function slippedPrice(
  facts: Instrument,
  given: ReferenceAssumptions,
  price: bigint,
  quantity: bigint,
  volume: bigint | null,
): bigint {
  const away = impact(facts, given, price, absolute(quantity), volume);
  if (away === 0n) return price;
  const { tick } = facts;
  if (quantity > 0n) return divCeil(price + away, tick) * tick;
  return larger(divFloor(price - away, tick) * tick, tick);
}

function impact(
  facts: Instrument,
  given: ReferenceAssumptions,
  price: bigint,
  quantity: bigint,
  volume: bigint | null,
): bigint {
  const { slippage } = given;
  switch (slippage.kind) {
    case "none":
      return 0n;
    case "ticks":
      return slippage.ticks * facts.tick;
    case "bps":
      return divCeil(price * slippage.shareE9, WHOLE);
    case "volumeShare": {
      // Without a volume the largest share that could be had is assumed.
      const known = volume === null ? (given.participationE9 ?? WHOLE) : divCeil(quantity * WHOLE, volume);
      const share = smaller(known, WHOLE);
      const squared = divCeil(share * share, WHOLE);
      return divCeil(price * divCeil(slippage.factorE9 * squared, WHOLE), WHOLE);
    }
  }
}

/**
 * Buying power that opening `quantity` (> 0) needs at `price`: its value, and its fee, which in a margin account lowers
 * what equity carries.
 */
export function powerNeeded(facts: Instrument, given: ReferenceAssumptions, price: bigint, quantity: bigint): bigint {
  const value = valueUp(facts, price, quantity);
  const fee = withMinimum(given, feeByRates(facts, given, value, quantity));
  if (given.leverageE9 === null) return value + fee;
  return fee <= 0n ? value : value + divFloor(fee * given.leverageE9, WHOLE) + 1n;
}

/** Most of `wanted` (> 0), in whole lots, that `power` pays for at `price`; selling short takes a margin account. */
export function affordable(
  facts: Instrument,
  given: ReferenceAssumptions,
  isBuy: boolean,
  price: bigint,
  wanted: bigint,
  power: bigint,
): bigint {
  if ((given.leverageE9 === null && !isBuy) || power <= 0n) return 0n;
  if (powerNeeded(facts, given, price, wanted) <= power) return wanted;
  let enough = 0n;
  let tooMuch = divCeil(wanted, facts.lot);
  while (tooMuch - enough > 1n) {
    const middle = (enough + tooMuch) / 2n;
    if (powerNeeded(facts, given, price, middle * facts.lot) <= power) enough = middle;
    else tooMuch = middle;
  }
  return enough * facts.lot;
}
