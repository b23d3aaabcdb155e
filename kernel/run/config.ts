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
import type { FeeTable } from "../plan/fees.js";
import type { HeaderSettings } from "../plan/layout.js";
import type { AccountConfig, CheckedAccount } from "./config-account.js";
import { ACCOUNT_FIELDS, checkAccount } from "./config-account.js";
import type { ActivationMessage, CheckedActivation } from "./config-activations.js";
import { checkActivations } from "./config-activations.js";
import type { CalendarsConfig, CheckedCalendars } from "./calendars.js";
import { checkCalendars } from "./calendars.js";
import type { Given } from "./config-check.js";
import { oneOf, record } from "./config-check.js";
import type { CheckedExecution, ExecutionConfig } from "./config-execution.js";
import { checkExecution, EXECUTION_FIELDS } from "./config-execution.js";
import type { DatedFees, FeeConfig } from "./config-fees.js";
import { checkFees } from "./config-fees.js";
import type { LimitsConfig } from "./config-limits.js";
import { checkLimits } from "./config-limits.js";
import type { CheckedVenue, VenueConfig } from "./config-venues.js";
import { checkVenues } from "./config-venues.js";
import type { PresetName } from "./preset.js";
import { expandPreset } from "./preset.js";

/** Assumptions of a run. */
export interface RunConfig extends AccountConfig, ExecutionConfig {
  /** Options of another engine, for whatever is not stated here (`preset.ts`). */
  readonly preset?: PresetName;
  /** Fees, or several with the times from which they hold. */
  readonly fees: FeeConfig | readonly DatedFees[];
  /** Largest order and largest position that decisions may ask for; none by default (S2). */
  readonly limits?: LimitsConfig;
  /**
   * Sessions by symbol, `*` for every other instrument; those of the dataset by default. Orders for the day, and for an
   * open or a close of the market, need them on bars shorter than a day.
   */
  readonly calendars?: CalendarsConfig;
  /**
   * `required` (the default): a perpetual without funding rates is refused (C6); `off`: no funding is paid, which is
   * kinder to whoever holds.
   */
  readonly funding?: "required" | "off";
  /** Messages that activation gates obey (`activationGate`); none by default. */
  readonly activations?: readonly ActivationMessage[];
  /**
   * Simulated venues, at most eight of an instrument, among which routers choose (`router`); orders of decisions
   * without one, and what the engine closes itself, go to the market that the rest of this configuration assumes.
   */
  readonly venues?: readonly VenueConfig[];
}

/** A checked configuration. */
export interface CheckedConfig {
  /** Goes into the RunID. */
  readonly canonical: { readonly [field: string]: Json };
  readonly settings: Omit<HeaderSettings, "portfolioPeriodNs" | "seed" | "flags" | "account">;
  readonly account: CheckedAccount;
  /** By the time from which each holds. */
  readonly fees: readonly FeeTable[];
  readonly execution: Pick<CheckedExecution, "isDetail" | "isFractional" | "readsVolume" | "orderCapacity">;
  readonly calendars: CheckedCalendars;
  readonly isFundingRequired: boolean;
  /** By time. */
  readonly activations: readonly CheckedActivation[];
  readonly venues: readonly CheckedVenue[];
}

const FIELDS: readonly string[] = [
  "preset",
  "fees",
  ...ACCOUNT_FIELDS,
  ...EXECUTION_FIELDS,
  "calendars",
  "funding",
  "limits",
  "activations",
  "venues",
];

/**
 * Checks a configuration and fills in its defaults. `undefined` stands for a default; `null` only where it has a
 * meaning of its own.
 *
 * @param currency Of the account: cash and fees are in it.
 * @throws InputError with every issue: `config/unknown-field`, `config/type`, `config/range`, `config/field`,
 *   `config/calendar`.
 * @example checkConfig({ fees: { taker: "0.0010" } }, { code: "USD", decimals: 2 }).canonical.cash // "100000"
 */
export function checkConfig(config: RunConfig, currency: Currency): CheckedConfig {
  const issues = new IssueList();
  const given = expandPreset(record(issues, "config", config, FIELDS), issues);
  const account = checkAccount(given, currency, issues);
  const fees = checkFees(given["fees"], currency, issues);
  const execution = checkExecution(given, issues);
  const calendars = checkCalendars(given["calendars"], issues);
  const limits = checkLimits(given["limits"], issues);
  const funding = oneOf(issues, "funding", given["funding"], ["required", "off"]);
  const activations = checkActivations(given["activations"], issues);
  const isSameClose = given["fill"] === "sameClose";
  const { venues, canonical } = checkVenues(given["venues"], currency, execution.settings, isSameClose, issues);
  issues.throwIfAny();
  return {
    canonical: {
      // A run without messages has the identity that it had before there were any.
      ...(activations.messages.length > 0 ? { activations: activations.canonical } : {}),
      // Likewise one without venues.
      ...(venues.length > 0 ? { venues: canonical } : {}),
      ...account.canonical,
      fees: fees.canonical,
      ...execution.canonical,
      funding,
      limits: limits.canonical,
    },
    settings: { execution: execution.settings, limits: limits.settings },
    fees: fees.tables,
    account,
    execution: {
      ...execution,
      readsVolume: execution.readsVolume || venues.some((venue) => venue.participationE9 > 0n),
    },
    calendars,
    isFundingRequired: funding === "required",
    activations: activations.messages,
    venues,
  };
}

/** True when quantities may be fractions of a lot: asked before the rest is checked, since plans depend on it. */
export function asksFractions(config: unknown): boolean {
  if (typeof config !== "object" || config === null) return false;
  return expandPreset(config as Given, new IssueList())["lots"] === "fractional";
}
