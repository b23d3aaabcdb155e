// Facts of instruments as a run's memory holds them.

import * as abi from "../../assembly/abi-run.js";
import { InputError } from "../base/error.js";
import type { Instrument } from "../market/instrument.js";
import type { Plan } from "./plan.js";

/** Writes the facts of a plan's instruments from `at` on, `INSTRUMENT_BYTES` each. */
export function writeInstruments(view: DataView, plan: Plan, at: number): void {
  plan.instruments.forEach((facts, i) => writeInstrument(view, plan, at + i * abi.INSTRUMENT_BYTES, facts, i));
}

function writeInstrument(view: DataView, plan: Plan, at: number, facts: Instrument, index: number): void {
  const { factor, divisor } = valueScale(facts);
  const fields: readonly (readonly [number, bigint])[] = [
    [abi.INSTRUMENT_TICK, facts.tick],
    [abi.INSTRUMENT_LOT, facts.lot],
    [abi.INSTRUMENT_QUANTITY_MIN, facts.quantityMin],
    [abi.INSTRUMENT_NOTIONAL_MIN, facts.notionalMin],
    [abi.INSTRUMENT_VALUE_FACTOR, factor],
    [abi.INSTRUMENT_VALUE_DIVISOR, divisor],
    [abi.INSTRUMENT_UNIT, 10n ** BigInt(facts.sizeDecimals)],
  ];
  for (const [offset, value] of fields) view.setBigInt64(at + offset, value, true);
  const stream = plan.streams.findIndex((each) => each.instrument === index && each.executes);
  view.setInt32(at + abi.INSTRUMENT_STREAM, stream, true);
  view.setInt32(at + abi.INSTRUMENT_FLAGS, facts.inverse === true ? abi.INSTRUMENT_IS_INVERSE : 0, true);
}

/**
 * Factor and divisor that take price and quantity mantissas to money: value = price x factor x quantity / divisor, or
 * quantity x factor / (price x divisor) for an inverse contract.
 *
 * @throws InputError `instrument/fact` when either does not fit in 63 bits.
 */
export function valueScale(facts: Instrument): { readonly factor: bigint; readonly divisor: bigint } {
  const byPrice = facts.inverse === true ? -facts.priceDecimals : facts.priceDecimals;
  const exponent = byPrice + facts.sizeDecimals + facts.multiplierDecimals - facts.currency.decimals;
  let factor = facts.multiplier * (exponent < 0 ? 10n ** BigInt(-exponent) : 1n);
  let divisor = exponent > 0 ? 10n ** BigInt(exponent) : 1n;
  while (divisor > 1n && factor % 10n === 0n) {
    factor /= 10n;
    divisor /= 10n;
  }
  if (factor >= 2n ** 62n || divisor >= 2n ** 62n) {
    const together = [facts.priceDecimals, facts.sizeDecimals, facts.multiplierDecimals].join(" + ");
    const received = `${together} against ${facts.currency.decimals}`;
    const expected = "decimals of price, size and multiplier together at most 18 more than the currency's";
    throw new InputError([{ code: "instrument/fact", path: facts.symbol, expected, received }]);
  }
  return { factor, divisor };
}
