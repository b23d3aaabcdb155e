// Fee configuration: what a fill costs, checked and made canonical.
//
// Always true:
//   fees have no default: a missing fee is an error, not a zero (`FILLS.md` G12).

import { mantissaText } from "../base/decimal.js";
import type { IssueList } from "../base/error.js";
import type { Json } from "../base/jcs.js";
import { shown } from "../graph/node-check.js";
import type { Currency } from "../market/instrument.js";
import type { DecimalInput, Given } from "./config-check.js";
import { decimalWithin, isNotNegative, RATE_DECIMALS, rateText, record, WHOLE } from "./config-check.js";

/** Fees of an order, on what is filled. */
export interface FeeConfig {
  /** Share of the traded value that a taker pays: 0.001 is 0.1 %; negative is a rebate. */
  readonly taker: DecimalInput;
  /** Share that a maker pays; the taker's by default. */
  readonly maker?: DecimalInput;
  /** Money for each unit of quantity (a share, a coin, a contract). */
  readonly perUnit?: DecimalInput;
  /** Least fee of an order, in money. */
  readonly minimum?: DecimalInput;
}

/** Fees as integers, as the run's header keeps them. */
export interface FeeSettings {
  readonly feeTakerE9: bigint;
  readonly feeMakerE9: bigint;
  readonly feeUnitE9: bigint;
  readonly feeMinimumMinor: bigint;
}

/** Checked fees. */
export interface CheckedFees {
  readonly canonical: { readonly [field: string]: Json };
  readonly settings: FeeSettings;
}

const FEE_FIELDS: readonly string[] = ["taker", "maker", "perUnit", "minimum"];

/**
 * Checks fees and makes them canonical. Reports `config/field`, `config/type`, `config/range`, `config/unknown-field`.
 */
export function checkFees(value: unknown, currency: Currency, issues: IssueList): CheckedFees {
  const settings = feeSettings(value, currency, issues);
  return {
    settings,
    canonical: {
      taker: rateText(settings.feeTakerE9),
      maker: rateText(settings.feeMakerE9),
      perUnit: mantissaText(settings.feeUnitE9, currency.decimals + RATE_DECIMALS),
      minimum: mantissaText(settings.feeMinimumMinor, currency.decimals),
    },
  };
}

function feeSettings(value: unknown, currency: Currency, issues: IssueList): FeeSettings {
  const taker = typeof value === "object" && value !== null ? (value as Given)["taker"] : undefined;
  if (taker === undefined) {
    const advice = "State it, with 0 for none: { fees: { taker: 0.001 } }.";
    issues.add("config/field", "config.fees", "fees with at least a taker's rate", shown(value), advice);
    return { feeTakerE9: 0n, feeMakerE9: 0n, feeUnitE9: 0n, feeMinimumMinor: 0n };
  }
  const fees = record(issues, "config.fees", value, FEE_FIELDS);
  const isShare = (mantissa: bigint): boolean => mantissa > -WHOLE && mantissa < WHOLE;
  const rate = (field: string, given: unknown): bigint =>
    decimalWithin(issues, `config.fees.${field}`, given, RATE_DECIMALS, isShare, "a share between -1 and 1");
  const money = (field: string, given: unknown, decimals: number): bigint =>
    decimalWithin(issues, `config.fees.${field}`, given, decimals, isNotNegative, "money that is not negative");
  const takerRate = rate("taker", taker);
  return {
    feeTakerE9: takerRate,
    feeMakerE9: fees["maker"] === undefined ? takerRate : rate("maker", fees["maker"]),
    // In 1e-9 of the smallest unit of money: finer than money itself, since 0.0035 a share is a common fee.
    feeUnitE9:
      fees["perUnit"] === undefined ? 0n : money("perUnit", fees["perUnit"], currency.decimals + RATE_DECIMALS),
    feeMinimumMinor: fees["minimum"] === undefined ? 0n : money("minimum", fees["minimum"], currency.decimals),
  };
}
