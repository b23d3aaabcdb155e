// Facts check: whether the integers of an instrument are such that a run can reckon with them.
//
// Imported tapes have passed stricter checks (`kernel/data/instrument-facts.ts`); this one also meets tapes that a
// program made, before a step of zero becomes a division by zero.

import type { IssueList } from "../base/error.js";
import { shown } from "../graph/node-check.js";
import type { Instrument } from "../market/instrument.js";

const DECIMALS_MAX = 12;
const AMOUNT_MAX = 2n ** 62n;

/** Reports every fact of `instrument` that is missing or out of range, as `instrument/fact`. */
export function checkFacts(instrument: Instrument, issues: IssueList): void {
  const path = `dataset.${instrument.symbol}`;
  const decimals = (name: string, value: unknown): void => {
    if (Number.isInteger(value) && (value as number) >= 0 && (value as number) <= DECIMALS_MAX) return;
    issues.add("instrument/fact", `${path}.${name}`, `whole decimals, 0 to ${DECIMALS_MAX}`, shown(value));
  };
  const amount = (name: string, value: unknown, least: bigint): void => {
    if (typeof value === "bigint" && value >= least && value < AMOUNT_MAX) return;
    issues.add("instrument/fact", `${path}.${name}`, `a bigint from ${least}, below 2^62`, shown(value));
  };
  decimals("priceDecimals", instrument.priceDecimals);
  decimals("sizeDecimals", instrument.sizeDecimals);
  decimals("multiplierDecimals", instrument.multiplierDecimals);
  decimals("currency.decimals", (instrument.currency as Partial<Instrument["currency"]> | undefined)?.decimals);
  amount("tick", instrument.tick, 1n);
  amount("lot", instrument.lot, 1n);
  amount("quantityMin", instrument.quantityMin, 0n);
  amount("notionalMin", instrument.notionalMin, 0n);
  amount("multiplier", instrument.multiplier, 1n);
}
