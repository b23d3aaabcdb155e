// Configuration of a run: the assumptions about fills, account and fees, checked and made canonical.
//
// Always true:
//   every field that can change a result is in the canonical form, with its default filled in, as decimal text;
//   a preset and its options spelt out have one canonical form.
//
// Not here: execution (`config-execution.ts`), fees (`config-fees.ts`), the account (`config-account.ts`).

import { IssueList } from "../base/error.js";
import type { Json } from "../base/jcs.js";
import type { Currency } from "../market/instrument.js";
import type { HeaderSettings } from "../plan/layout.js";
import type { AccountConfig } from "./config-account.js";
import { ACCOUNT_FIELDS, checkAccount } from "./config-account.js";
import { record } from "./config-check.js";
import type { CheckedExecution, ExecutionConfig } from "./config-execution.js";
import { checkExecution, EXECUTION_FIELDS } from "./config-execution.js";
import type { FeeConfig } from "./config-fees.js";
import { checkFees } from "./config-fees.js";

/** Assumptions of a run. */
export interface RunConfig extends AccountConfig, ExecutionConfig {
  readonly fees: FeeConfig;
}

/** A checked configuration. */
export interface CheckedConfig {
  /** Goes into the RunID. */
  readonly canonical: { readonly [field: string]: Json };
  readonly settings: Omit<HeaderSettings, "portfolioPeriodNs" | "seed" | "flags">;
  readonly execution: Pick<CheckedExecution, "isDetail" | "isFractional" | "orderCapacity">;
}

const FIELDS: readonly string[] = ["fees", ...ACCOUNT_FIELDS, ...EXECUTION_FIELDS];

/**
 * Checks a configuration and fills in its defaults. `undefined` stands for a default; `null` only where it has a
 * meaning of its own.
 *
 * @param currency Of the account: cash and fees are in it.
 * @throws InputError with every issue: `config/unknown-field`, `config/type`, `config/range`, `config/field`.
 * @example checkConfig({ fees: { taker: "0.0010" } }, { code: "USD", decimals: 2 }).canonical.cash // "100000"
 */
export function checkConfig(config: RunConfig, currency: Currency): CheckedConfig {
  const issues = new IssueList();
  const given = record(issues, "config", config, FIELDS);
  const account = checkAccount(given, currency, issues);
  const fees = checkFees(given["fees"], currency, issues);
  const execution = checkExecution(given, issues);
  issues.throwIfAny();
  return {
    canonical: { ...account.canonical, fees: fees.canonical, ...execution.canonical },
    settings: { ...account.settings, ...fees.settings, execution: execution.settings },
    execution,
  };
}
