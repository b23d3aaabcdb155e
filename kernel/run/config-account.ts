// Account configuration: what the account starts with and how far it may reach, checked and made canonical.

import { mantissaText } from "../base/decimal.js";
import type { IssueList } from "../base/error.js";
import type { Json } from "../base/jcs.js";
import type { Currency } from "../market/instrument.js";
import type { DecimalInput, Given } from "./config-check.js";
import { decimalWithin, RATE_DECIMALS, rateText, WHOLE } from "./config-check.js";

/** Assumptions about the account. */
export interface AccountConfig {
  /** Cash at the start; 100,000 by default. */
  readonly cash?: DecimalInput;
  /**
   * `null` (the default) for a cash account; a number for a margin account: the largest gross exposure as a multiple of
   * equity.
   */
  readonly leverage?: DecimalInput | null;
}

/** The account as integers, as the run's header keeps it. */
export interface AccountSettings {
  readonly cashMinor: bigint;
  readonly leverageE9: bigint;
}

/** A checked account. */
export interface CheckedAccount {
  readonly canonical: { readonly [field: string]: Json };
  readonly settings: AccountSettings;
}

/** Fields of a configuration that are about the account. */
export const ACCOUNT_FIELDS: readonly string[] = ["cash", "leverage"];

const CASH_DEFAULT = 100_000;
const LEVERAGE_MAX = 1000n;

/** Checks the account and makes it canonical. Reports `config/type` and `config/range`. */
export function checkAccount(given: Given, currency: Currency, issues: IssueList): CheckedAccount {
  const cashMinor = checkCash(given["cash"], currency, issues);
  const leverageE9 = checkLeverage(given["leverage"] ?? null, issues);
  return {
    settings: { cashMinor, leverageE9 },
    canonical: {
      cash: mantissaText(cashMinor, currency.decimals),
      currency: currency.code,
      leverage: leverageE9 === 0n ? null : rateText(leverageE9),
    },
  };
}

function checkCash(value: unknown, currency: Currency, issues: IssueList): bigint {
  const given = value === undefined ? CASH_DEFAULT : value;
  return decimalWithin(issues, "config.cash", given, currency.decimals, (cash) => cash > 0n, "cash above 0");
}

function checkLeverage(value: unknown, issues: IssueList): bigint {
  if (value === null) return 0n;
  const isFine = (mantissa: bigint): boolean => mantissa > 0n && mantissa <= LEVERAGE_MAX * WHOLE;
  const expected = `a multiple of equity above 0, at most ${LEVERAGE_MAX}, or null for a cash account`;
  return decimalWithin(issues, "config.leverage", value, RATE_DECIMALS, isFine, expected);
}
