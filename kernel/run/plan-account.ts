// Account of a run: the terms of a configuration brought together with the instruments of a plan and the side tapes of
// its dataset.

import {
  ACCOUNT_HAS_FEE_TABLES,
  ACCOUNT_HAS_STRATEGIES,
  ACCOUNT_IS_DAILY,
  ACCOUNT_IS_FOREIGN,
  ACCOUNT_IS_HEDGING,
  ACCOUNT_IS_ROLLING,
  ACCOUNT_IS_WEIGHTED,
} from "../../assembly/abi-account.js";
import { POLICY_COMMITMENT, POLICY_RISK } from "../../assembly/abi-policy.js";
import { SIDE_FEES } from "../../assembly/abi-side.js";
import type { IssueList } from "../base/error.js";
import { mantissaOf } from "../base/decimal.js";
import type { Currency, Instrument } from "../market/instrument.js";
import type { Dataset } from "../market/tape.js";
import type { PlanAccount, TradedSettings } from "../plan/account.js";
import type { Plan } from "../plan/plan.js";
import type { FeeTable } from "../plan/fees.js";
import { isRolling, needsTable } from "../plan/fees.js";
import type { SideEvent } from "../plan/side-events.js";
import { sideEvents, sorted } from "../plan/side-events.js";
import type { CheckedConfig } from "./config.js";
import type { CheckedTerms } from "./config-account.js";
import { planVenues, venueFees } from "./config-venues.js";
import { activationEvents } from "./config-activations.js";
import { WHOLE } from "./config-check.js";
import { conversionEvents, foreignCurrencies } from "./currencies.js";

/**
 * Brings an account together with the instruments that a plan trades. Reports `instrument/unknown` for terms of an
 * instrument that the dataset lacks and `config/type` for a quantity with more decimals than its instrument has.
 *
 * @throws InputError `tape/schema` as `sideEvents` does.
 */
export function planAccount(
  config: CheckedConfig,
  { instruments, policies, strategies }: Pick<Plan, "instruments" | "policies" | "strategies">,
  dataset: Dataset,
  base: Currency,
  issues: IssueList,
): PlanAccount {
  const checked = config.account;
  for (const symbol of checked.instruments.keys()) {
    if (dataset.bars.some((tape) => tape.instrument.symbol === symbol)) continue;
    const expected = "an instrument of the dataset";
    issues.add("instrument/unknown", `config.account.instruments.${symbol}`, expected, JSON.stringify(symbol));
  }
  const { settings } = checked;
  const currencies = foreignCurrencies(instruments, base);
  const numberOf = (code: string): number => currencies.findIndex((currency) => currency.code === code) + 1;
  const traded = instruments.map((instrument) => {
    const terms = checked.instruments.get(instrument.symbol) ?? checked.terms;
    return tradedSettings(instrument, terms, settings.leverageE9, numberOf(instrument.currency.code), issues);
  });
  if (currencies.length > 0) checkForeign(config, policies, issues);
  const inverse = settings.leverageE9 > 0n ? undefined : instruments.find((instrument) => instrument.inverse === true);
  if (inverse !== undefined) {
    const expected = `a margin account for ${inverse.symbol}, which owes the coin that it settles in`;
    issues.add("config/field", "config.account.kind", expected, "a cash account");
  }
  const derived = (currencies.length > 0 ? ACCOUNT_IS_FOREIGN : 0) | feeFlags(allFees(config));
  const isWeighted = traded.some(({ weightE9, tiers }) => weightE9 !== WHOLE || tiers.length > 0);
  const hasStrategies = strategies.length > 1;
  if (hasStrategies) checkStrategies(settings.flags, issues);
  return {
    settings,
    flags:
      settings.flags | (isWeighted ? ACCOUNT_IS_WEIGHTED : 0) | (hasStrategies ? ACCOUNT_HAS_STRATEGIES : 0) | derived,
    currency: base,
    currencies,
    strategyCount: strategies.length,
    traded,
    fees: config.fees,
    venues: planVenues(config.venues, { instruments, policies }, dataset, issues),
    sideEvents: sorted([
      ...sideEvents(config.isFundingRequired ? dataset : { ...dataset, funding: [] }, instruments),
      ...feeEvents(config.fees),
      ...activationEvents(config.activations, policies),
      ...conversionEvents(currencies, base, dataset, issues),
    ]),
  };
}

/** What an account cannot have whose strategies have positions of their own. */
function checkStrategies(flags: number, issues: IssueList): void {
  const advice = "Leave strategyScope out, so that all strategies share one position an instrument.";
  if ((flags & ACCOUNT_IS_HEDGING) === 0) return;
  issues.add("config/field", "config.account.positions", "netting for several strategies", "hedging", advice);
}

/** What an account of several currencies cannot have: each rests on one currency for all. */
function checkForeign(config: CheckedConfig, policies: Plan["policies"], issues: IssueList): void {
  const { leverageE9, settlementDays } = config.account.settings;
  const refuse = (field: string, expected: string): void =>
    issues.add("config/field", `config.${field}`, expected, "instruments of several currencies");
  if (leverageE9 > 0n) refuse("account.kind", "a cash account");
  if (settlementDays > 0) refuse("account.settlement", "none");
  for (const [code, name] of [
    [POLICY_RISK, "riskControl"],
    [POLICY_COMMITMENT, "commitment"],
  ] as const) {
    if (!policies.some((policy) => policy.code === code)) continue;
    issues.add("config/field", `graph.${name}`, "instruments in the account's currency", "several currencies");
  }
  const components = allFees(config).flatMap((table) => table.components);
  if (components.some((part) => part.tiers.length > 0 || part.unitE9 + part.minimum > 0n || part.maximum !== null))
    refuse("fees", "shares of the value alone, since money of a fee is in one currency");
}

/** Fees of the run at all times, and those of its venues. */
function allFees({ fees, venues }: CheckedConfig): readonly FeeTable[] {
  return [...fees, ...venueFees(venues)];
}

function feeFlags(tables: readonly FeeTable[]): number {
  return (
    (tables.some(needsTable) ? ACCOUNT_HAS_FEE_TABLES : 0) |
    (tables.some(isRolling) ? ACCOUNT_IS_ROLLING | ACCOUNT_IS_DAILY : 0)
  );
}

/** The times at which the fees change. */
function feeEvents(tables: readonly FeeTable[]): readonly SideEvent[] {
  return tables.flatMap(({ fromNs }, index) =>
    fromNs === null ? [] : [{ timeNs: fromNs, kind: SIDE_FEES, instrument: -1, a: BigInt(index), b: 0n }],
  );
}

function tradedSettings(
  instrument: Instrument,
  terms: CheckedTerms,
  accountLeverageE9: bigint,
  currency: number,
  issues: IssueList,
): TradedSettings {
  const { assetClass } = instrument;
  return {
    weightE9: weightOf(terms.leverageE9, accountLeverageE9),
    maintenanceE9: terms.maintenanceE9,
    tiers: terms.tiers.map(({ from, leverageE9, maintenanceE9 }) => ({
      from,
      weightE9: weightOf(leverageE9, accountLeverageE9),
      maintenanceE9,
    })),
    liquidationFeeE9: terms.liquidationFeeE9,
    shortable: shortableOf(instrument, terms, issues),
    borrow: terms.borrow,
    currency,
    isDerivative: assetClass === "future" || assetClass === "crypto-perpetual",
  };
}

/** Exposure that a unit of value counts for: the account's leverage over the instrument's, rounded up. */
function weightOf(leverageE9: bigint, accountLeverageE9: bigint): bigint {
  return leverageE9 === 0n ? WHOLE : (accountLeverageE9 * WHOLE + leverageE9 - 1n) / leverageE9;
}

function shortableOf(instrument: Instrument, { shortable }: CheckedTerms, issues: IssueList): bigint | null {
  if (shortable === null) return null;
  const { symbol, sizeDecimals } = instrument;
  const quantity = mantissaOf(shortable, sizeDecimals);
  if (typeof quantity === "bigint") return quantity;
  const path = `config.account.instruments.${symbol}.shortable`;
  issues.add("config/type", path, `a quantity with at most ${sizeDecimals} decimals`, String(shortable));
  return null;
}
