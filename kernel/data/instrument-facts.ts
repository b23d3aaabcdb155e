// Instrument facts: from the text that a person writes to the integers that a run uses, and back.
//
// Always true:
//   facts that parse give the same instrument again after being written and read back.

import { IssueList } from "../base/error.js";
import type { Instrument } from "../market/instrument.js";
import { mantissaText } from "../base/decimal.js";
import { decimalReader } from "./decimal-text.js";
import type { InstrumentFacts } from "./import-manifest.js";

const DECIMALS_MAX = 12;

/**
 * Facts as integers.
 *
 * @param path Where the facts stand, for messages.
 * @throws InputError `instrument/fact` with every fact that is out of range or has too many decimals.
 */
export function instrumentOf(facts: InstrumentFacts, path = "instrument"): Instrument {
  const issues = new IssueList();
  const decimals = (name: string, value: number): number => {
    if (Number.isInteger(value) && value >= 0 && value <= DECIMALS_MAX) return value;
    issues.add("instrument/fact", `${path}.${name}`, `a whole number from 0 to ${DECIMALS_MAX}`, String(value));
    return 0;
  };
  const priceDecimals = decimals("priceDecimals", facts.priceDecimals);
  const sizeDecimals = decimals("sizeDecimals", facts.sizeDecimals);
  const moneyDecimals = decimals("currency.decimals", facts.currency.decimals);
  const amount = (name: keyof InstrumentFacts, at: number, least: bigint): bigint => {
    const text = String(facts[name]);
    const reader = decimalReader(at, null);
    const number = reader.text(text);
    const mantissa = reader.wide ?? (reader.fault === null ? BigInt(number) : null);
    if (mantissa !== null && mantissa >= least) return mantissa;
    const floor = least === 0n ? "0 or more" : "more than 0";
    issues.add(
      "instrument/fact",
      `${path}.${name}`,
      `a number, ${floor}, with at most ${at} decimals`,
      JSON.stringify(text),
    );
    return least;
  };
  const multiplierDecimals = (facts.multiplier.split(".")[1] ?? "").replace(/0+$/, "").length;
  if (facts.symbol === "" || facts.symbol === "*") {
    issues.add("instrument/fact", `${path}.symbol`, "a symbol, not empty and not *", JSON.stringify(facts.symbol));
  }
  const instrument: Instrument = {
    symbol: facts.symbol,
    venue: facts.venue,
    assetClass: facts.assetClass,
    currency: { code: facts.currency.code, decimals: moneyDecimals },
    priceDecimals,
    sizeDecimals,
    tick: amount("tick", priceDecimals, 1n),
    lot: amount("lot", sizeDecimals, 1n),
    quantityMin: amount("quantityMin", sizeDecimals, 0n),
    notionalMin: amount("notionalMin", moneyDecimals, 0n),
    multiplier: amount("multiplier", Math.min(multiplierDecimals, DECIMALS_MAX), 1n),
    multiplierDecimals: Math.min(multiplierDecimals, DECIMALS_MAX),
    ...(facts.inverse === true ? { inverse: true } : {}),
  };
  issues.throwIfAny();
  return instrument;
}

/** Integers as facts. */
export function factsOf(instrument: Instrument): InstrumentFacts {
  const { symbol, venue, assetClass, currency, priceDecimals, sizeDecimals } = instrument;
  return {
    symbol,
    venue,
    assetClass,
    currency,
    priceDecimals,
    sizeDecimals,
    tick: mantissaText(instrument.tick, priceDecimals),
    lot: mantissaText(instrument.lot, sizeDecimals),
    quantityMin: mantissaText(instrument.quantityMin, sizeDecimals),
    notionalMin: mantissaText(instrument.notionalMin, currency.decimals),
    multiplier: mantissaText(instrument.multiplier, instrument.multiplierDecimals),
    ...(instrument.inverse === true ? { inverse: true } : {}),
  };
}
