// Values: what a quantity is worth at a price, in integers, as the ledger of a run reckons it.
//
// A linear contract is worth price x quantity x multiplier, an inverse one quantity x multiplier / price with the
// opposite sign: to hold it long is to be short of the coin that it settles in.
//
// Units: price, quantity and money mantissas at the decimals of the instrument and of its currency.
// Rounding: a signed value is rounded down, against the account (`FILLS.md` G6).

import type { Instrument } from "../../../kernel/index.js";
import { divCeil, divFloor } from "./amount.js";

/** Signed value of a signed quantity at a price above zero, rounded down. */
export function signedValue(facts: Instrument, price: bigint, quantity: bigint): bigint {
  const [numerator, divisor] = valueFraction(facts, price, quantity);
  return divFloor(numerator, divisor);
}

/** Cash that trading a signed quantity brings, before its fee: negative when buying a linear contract. */
export function tradeCash(facts: Instrument, price: bigint, quantity: bigint): bigint {
  return signedValue(facts, price, -quantity);
}

/**
 * Price at which a signed quantity, not 0, would have cost `cost`: rounded up for what is held long, down for what is
 * held short, against the account; 0 where there is no such price.
 */
export function averagePrice(facts: Instrument, quantity: bigint, cost: bigint): bigint {
  const unit = tenTo(facts.sizeDecimals + facts.multiplierDecimals);
  const price = tenTo(facts.priceDecimals);
  const money = tenTo(facts.currency.decimals);
  const round = quantity > 0n ? divCeil : divFloor;
  if (facts.inverse !== true) {
    const sign = quantity < 0n ? -1n : 1n;
    return round(sign * cost * unit * price, sign * quantity * facts.multiplier * money);
  }
  // Quantity and cost have opposite signs, so that numerator and divisor are above zero.
  if (cost === 0n) return 0n;
  const sign = cost < 0n ? 1n : -1n;
  return round(sign * quantity * facts.multiplier * money * price, -sign * cost * unit);
}

/** Signed value as a fraction with a divisor above zero. */
function valueFraction(facts: Instrument, price: bigint, quantity: bigint): readonly [bigint, bigint] {
  const { priceDecimals, sizeDecimals, multiplier, multiplierDecimals, currency } = facts;
  const unit = tenTo(sizeDecimals + multiplierDecimals);
  const money = tenTo(currency.decimals);
  if (facts.inverse === true) return [-quantity * multiplier * money * tenTo(priceDecimals), price * unit];
  return [price * quantity * multiplier * money, unit * tenTo(priceDecimals)];
}

/** Powers as far as the decimals of an instrument and its currency go together. */
const POWERS: readonly bigint[] = Array.from({ length: 64 }, (_, power) => 10n ** BigInt(power));

function tenTo(power: number): bigint {
  return POWERS[power] ?? 10n ** BigInt(power);
}
