// Account configuration: what an account starts with, how far it may reach and what it earns and owes, checked and made
// canonical.
//
// Always true:
//   what an instrument does not say for itself is what the account says.

import {
  ACCOUNT_IS_DAILY,
  ACCOUNT_IS_HEDGING,
  ACCOUNT_IS_ISOLATED,
  ACCOUNT_IS_LIQUIDATING,
} from "../../assembly/abi-account.js";
import { mantissaText } from "../base/decimal.js";
import type { IssueList } from "../base/error.js";
import type { Json } from "../base/jcs.js";
import { compareText } from "../base/order.js";
import { shown } from "../graph/node-check.js";
import type { Currency } from "../market/instrument.js";
import type { AccountSettings, RateTier } from "../plan/account.js";
import type { BalanceTerms } from "./config-balances.js";
import { BALANCE_FIELDS, checkBalances } from "./config-balances.js";
import type { DecimalInput, Given } from "./config-check.js";
import { decimalWithin, isNotNegative, oneOf, RATE_DECIMALS, rateText, record, WHOLE } from "./config-check.js";

/** A yearly rate, or rates each of which holds for the part of an amount above `above`. */
export type TieredRate = DecimalInput | readonly { readonly above?: DecimalInput; readonly rate: DecimalInput }[];

/** What the part of a position's value above `above` may be levered to, and the margin that it must keep. */
export interface MarginTierConfig {
  /** In the currency of the account; 0 by default, for the first tier. */
  readonly above?: DecimalInput;
  readonly leverage: DecimalInput;
  /** Share of the value; half of one over the leverage by default. */
  readonly maintenance?: DecimalInput;
}

/** What differs for one instrument. */
export interface AccountInstrumentConfig {
  /** At most that of the account. */
  readonly leverage?: DecimalInput;
  readonly maintenance?: DecimalInput | null;
  readonly tiers?: readonly MarginTierConfig[];
  readonly liquidationFee?: DecimalInput;
  /** Largest short position, in units; without it there is no bound. */
  readonly shortable?: DecimalInput;
  readonly borrow?: TieredRate;
}

/** Kind and terms of the account. */
export interface AccountTerms extends AccountInstrumentConfig, BalanceTerms {
  /** `cash` (the default) buys what it can pay for and sells what it has; `margin` may owe and sell short. */
  readonly kind?: "cash" | "margin";
  /** Of a margin account: largest exposure as a multiple of what stands behind it; 1 by default. */
  readonly leverage?: DecimalInput;
  /** `cross` (the default): the equity of the account stands behind every position; `isolated`: its own margin. */
  readonly marginMode?: "cross" | "isolated";
  /**
   * Share of a position's value below which its margin may not fall (`FILLS.md` C5); half of one over the leverage by
   * default where the leverage is above 1; `null` for no liquidation.
   */
  readonly maintenance?: DecimalInput | null;
  /** Share of the value that a liquidation costs besides the fee of its fill; 0 by default. */
  readonly liquidationFee?: DecimalInput;
  /** `netting` (the default): one position an instrument; `hedging`: a long and a short one side by side. */
  readonly positions?: "netting" | "hedging";
  /** Yearly rates on cash that is there, and on cash that is owed; none by default. */
  readonly interest?: { readonly credit?: TieredRate; readonly debit?: TieredRate };
  /** Yearly rate for borrowing what is sold short, on its value; none by default. */
  readonly borrow?: TieredRate;
  readonly instruments?: { readonly [symbol: string]: AccountInstrumentConfig };
}

/** Assumptions about the account. */
export interface AccountConfig {
  /** Cash at the start; 100,000 by default. */
  readonly cash?: DecimalInput;
  /** A cash account by default. */
  readonly account?: AccountTerms;
}

/** What an instrument has of its own, or the account for all. */
export interface CheckedTerms {
  readonly leverageE9: bigint;
  /** 0 for no liquidation. */
  readonly maintenanceE9: bigint;
  readonly tiers: readonly { readonly from: bigint; readonly leverageE9: bigint; readonly maintenanceE9: bigint }[];
  readonly liquidationFeeE9: bigint;
  /** As it was given: how many decimals a quantity has is the instrument's to say. */
  readonly shortable: DecimalInput | null;
  readonly borrow: readonly RateTier[];
}

/** A checked account. */
export interface CheckedAccount {
  readonly canonical: { readonly [field: string]: Json };
  readonly settings: AccountSettings;
  readonly terms: CheckedTerms;
  /** By symbol, sorted. */
  readonly instruments: ReadonlyMap<string, CheckedTerms>;
}

/** Fields of a configuration that are about the account. */
export const ACCOUNT_FIELDS: readonly string[] = ["cash", "account"];

const CASH_DEFAULT = 100_000;
const LEVERAGE_MAX = 1000n;
const RATE_MAX = 1000n * WHOLE;
const TIERS_MAX = 32;
const INSTRUMENT_FIELDS: readonly string[] = [
  "leverage",
  "maintenance",
  "tiers",
  "liquidationFee",
  "shortable",
  "borrow",
];
const TERM_FIELDS: readonly string[] = [
  ...INSTRUMENT_FIELDS.filter((field) => field !== "shortable"),
  "kind",
  "marginMode",
  "positions",
  "interest",
  "instruments",
  ...BALANCE_FIELDS,
];
/** Fields that only a margin account has. */
const MARGIN_FIELDS: readonly string[] = ["leverage", "marginMode", "maintenance", "tiers", "liquidationFee", "borrow"];
const PATH = "config.account";

/**
 * Checks the account and makes it canonical. Reports `config/type`, `config/range`, `config/field` and
 * `config/unknown-field`.
 */
export function checkAccount(given: Given, currency: Currency, issues: IssueList): CheckedAccount {
  const cashMinor = checkCash(given["cash"], currency, issues);
  const terms = given["account"] === undefined ? {} : record(issues, PATH, given["account"], TERM_FIELDS);
  const isMargin = oneOf(issues, "account.kind", terms["kind"], ["cash", "margin"]) === "margin";
  if (!isMargin) refuseMarginFields(terms, issues);
  const check = new TermCheck(currency, issues);
  const whole = isMargin ? check.terms(PATH, terms, null) : CASH_TERMS;
  const own = checkInstruments(terms["instruments"], whole, isMargin, check, issues);
  const isIsolated = oneOf(issues, "account.marginMode", terms["marginMode"], ["cross", "isolated"]) === "isolated";
  const isHedging = oneOf(issues, "account.positions", terms["positions"], ["netting", "hedging"]) === "hedging";
  if (isHedging && !isMargin)
    issues.add("config/field", `${PATH}.positions`, "netting in a cash account, which is never short", "hedging");
  const balances = checkBalances(terms, isMargin, issues);
  const interest = terms["interest"] === undefined ? {} : interestOf(terms["interest"], issues);
  const credit = check.rates(`${PATH}.interest.credit`, interest["credit"]);
  const debit = check.rates(`${PATH}.interest.debit`, interest["debit"]);
  const all = [whole, ...own.values()];
  const accrues = credit.length + debit.length > 0 || all.some(({ borrow }) => borrow.length > 0);
  const liquidates = all.some(({ maintenanceE9, tiers }) => maintenanceE9 > 0n || hasMaintenance(tiers));
  const flags =
    (isIsolated ? ACCOUNT_IS_ISOLATED : 0) |
    (isHedging ? ACCOUNT_IS_HEDGING : 0) |
    balances.flags |
    (accrues ? ACCOUNT_IS_DAILY : 0) |
    (liquidates ? ACCOUNT_IS_LIQUIDATING : 0);
  return {
    settings: { cashMinor, leverageE9: whole.leverageE9, flags, credit, debit, ...balances.settings },
    terms: whole,
    instruments: own,
    canonical: {
      cash: mantissaText(cashMinor, currency.decimals),
      currency: currency.code,
      account: {
        kind: isMargin ? "margin" : "cash",
        marginMode: isIsolated ? "isolated" : "cross",
        positions: isHedging ? "hedging" : "netting",
        interest: { credit: ratesForm(credit, currency), debit: ratesForm(debit, currency) },
        ...balances.canonical,
        ...termsForm(whole, currency),
        instruments: Object.fromEntries([...own].map(([symbol, each]) => [symbol, termsForm(each, currency)])),
      },
    },
  };
}

const CASH_TERMS: CheckedTerms = {
  leverageE9: 0n,
  maintenanceE9: 0n,
  tiers: [],
  liquidationFeeE9: 0n,
  shortable: null,
  borrow: [],
};

function checkCash(value: unknown, currency: Currency, issues: IssueList): bigint {
  const given = value === undefined ? CASH_DEFAULT : value;
  return decimalWithin(issues, "config.cash", given, currency.decimals, (cash) => cash > 0n, "cash above 0");
}

function refuseMarginFields(terms: Given, issues: IssueList): void {
  for (const field of MARGIN_FIELDS) {
    if (terms[field] === undefined) continue;
    const advice = 'Say { account: { kind: "margin" } }.';
    issues.add("config/field", `${PATH}.${field}`, "a margin account, which alone has it", shown(terms[field]), advice);
  }
}

function interestOf(value: unknown, issues: IssueList): Given {
  return record(issues, `${PATH}.interest`, value, ["credit", "debit"]);
}

function checkInstruments(
  value: unknown,
  whole: CheckedTerms,
  isMargin: boolean,
  check: TermCheck,
  issues: IssueList,
): ReadonlyMap<string, CheckedTerms> {
  if (value === undefined) return new Map();
  const path = `${PATH}.instruments`;
  if (!isMargin) {
    issues.add("config/field", path, "a margin account, whose terms an instrument can differ in", shown(value));
    return new Map();
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    issues.add("config/type", path, "an object with terms by symbol", shown(value));
    return new Map();
  }
  const symbols = Object.keys(value).sort(compareText);
  return new Map(
    symbols.map((symbol) => {
      const own = record(issues, `${path}.${symbol}`, (value as Given)[symbol], INSTRUMENT_FIELDS);
      return [symbol, check.terms(`${path}.${symbol}`, own, whole)];
    }),
  );
}

/** Half of one over the leverage, where it is above 1: what an account must keep when it does not say it. */
function maintenanceDefault(leverageE9: bigint): bigint {
  return leverageE9 > WHOLE ? (WHOLE * WHOLE) / (2n * leverageE9) : 0n;
}

function hasMaintenance(tiers: CheckedTerms["tiers"]): boolean {
  return tiers.some(({ maintenanceE9 }) => maintenanceE9 > 0n);
}

/** Checks of terms, with the currency that their money is in. */
class TermCheck {
  private readonly currency: Currency;
  private readonly issues: IssueList;

  constructor(currency: Currency, issues: IssueList) {
    this.currency = currency;
    this.issues = issues;
  }

  /** Terms at `path`; what they leave out is that of `whole`, or the default where these are those of the account. */
  terms(path: string, given: Given, whole: CheckedTerms | null): CheckedTerms {
    const most = whole?.leverageE9 ?? LEVERAGE_MAX * WHOLE;
    const leverageE9 = this.leverage(
      `${path}.leverage`,
      given["leverage"] ?? rateText(whole?.leverageE9 ?? WHOLE),
      most,
    );
    const inherited = given["leverage"] === undefined ? whole?.maintenanceE9 : undefined;
    const maintenanceE9 = this.maintenance(`${path}.maintenance`, given["maintenance"], leverageE9, inherited);
    const tiers = given["tiers"] === undefined ? null : this.marginTiers(`${path}.tiers`, given["tiers"], leverageE9);
    const fee = given["liquidationFee"];
    return {
      leverageE9,
      maintenanceE9,
      tiers: tiers ?? (given["leverage"] === undefined ? (whole?.tiers ?? []) : []),
      liquidationFeeE9: fee === undefined ? (whole?.liquidationFeeE9 ?? 0n) : this.share(`${path}.liquidationFee`, fee),
      shortable: given["shortable"] === undefined ? null : this.quantity(`${path}.shortable`, given["shortable"]),
      borrow: given["borrow"] === undefined ? (whole?.borrow ?? []) : this.rates(`${path}.borrow`, given["borrow"]),
    };
  }

  private leverage(path: string, value: unknown, most: bigint): bigint {
    const isFine = (mantissa: bigint): boolean => mantissa > 0n && mantissa <= most;
    const expected = `a multiple of equity above 0, at most ${rateText(most)}`;
    return decimalWithin(this.issues, path, value, RATE_DECIMALS, isFine, expected);
  }

  /** At most one over the leverage: a position must be worth opening. `null` is none at all. */
  private maintenance(path: string, value: unknown, leverageE9: bigint, inherited: bigint | undefined): bigint {
    if (value === null || leverageE9 === 0n) return 0n;
    if (value === undefined) return inherited ?? maintenanceDefault(leverageE9);
    const most = (WHOLE * WHOLE) / leverageE9;
    const isFine = (mantissa: bigint): boolean => mantissa >= 0n && mantissa <= most && mantissa < WHOLE;
    const expected = `a share of the value, at most one over the leverage (${rateText(most)}), or null`;
    return decimalWithin(this.issues, path, value, RATE_DECIMALS, isFine, expected);
  }

  private share(path: string, value: unknown): bigint {
    const isFine = (mantissa: bigint): boolean => mantissa >= 0n && mantissa < WHOLE;
    return decimalWithin(this.issues, path, value, RATE_DECIMALS, isFine, "a share from 0 on, below 1");
  }

  /** Quantity as it was given, checked to be one; its decimals are checked when the instrument is known. */
  private quantity(path: string, value: unknown): DecimalInput {
    const decimals = 12;
    return mantissaText(
      decimalWithin(this.issues, path, value, decimals, isNotNegative, "a quantity that is not negative"),
      decimals,
    );
  }

  /** A yearly rate, or tiers of them. */
  rates(path: string, value: unknown): readonly RateTier[] {
    if (value === undefined) return [];
    if (!Array.isArray(value)) {
      const rateE9 = this.rate(path, value);
      return rateE9 === 0n ? [] : [{ from: 0n, rateE9 }];
    }
    return this.tiers(path, value, ["above", "rate"], (at, tier) => ({
      rateE9: this.rate(`${at}.rate`, tier["rate"]),
    }));
  }

  private rate(path: string, value: unknown): bigint {
    const isFine = (mantissa: bigint): boolean => mantissa >= 0n && mantissa <= RATE_MAX;
    return decimalWithin(this.issues, path, value, RATE_DECIMALS, isFine, "a yearly rate that is not negative");
  }

  private marginTiers(path: string, value: unknown, most: bigint): CheckedTerms["tiers"] {
    if (!Array.isArray(value)) {
      this.issues.add("config/type", path, "a list of tiers with above, leverage and maintenance", shown(value));
      return [];
    }
    return this.tiers(path, value, ["above", "leverage", "maintenance"], (at, tier) => {
      const leverageE9 = this.leverage(`${at}.leverage`, tier["leverage"], most);
      const maintenanceE9 = this.maintenance(`${at}.maintenance`, tier["maintenance"], leverageE9, undefined);
      return { leverageE9, maintenanceE9 };
    });
  }

  /** Tiers that rise, the first of them above 0. */
  private tiers<Tier>(
    path: string,
    value: readonly unknown[],
    fields: readonly string[],
    read: (at: string, tier: Given) => Tier,
  ): readonly (Tier & { readonly from: bigint })[] {
    if (value.length === 0 || value.length > TIERS_MAX)
      this.issues.add("config/range", path, `1 to ${TIERS_MAX} tiers`, `${value.length}`);
    let before = -1n;
    return value.slice(0, TIERS_MAX).map((each, i) => {
      const at = `${path}[${i}]`;
      const tier = record(this.issues, at, each, fields);
      const least = before + 1n;
      const isFine = (mantissa: bigint): boolean => (i === 0 ? mantissa === 0n : mantissa >= least);
      const expected = i === 0 ? "0, for the first tier" : "money above that of the tier before";
      const { decimals } = this.currency;
      const from = decimalWithin(this.issues, `${at}.above`, tier["above"] ?? "0", decimals, isFine, expected);
      before = from;
      return { from, ...read(at, tier) };
    });
  }
}

function ratesForm(tiers: readonly RateTier[], currency: Currency): Json {
  return tiers.map(({ from, rateE9 }) => ({ above: mantissaText(from, currency.decimals), rate: rateText(rateE9) }));
}

function termsForm(terms: CheckedTerms, currency: Currency): { readonly [field: string]: Json } {
  const { leverageE9, maintenanceE9, tiers, liquidationFeeE9, shortable, borrow } = terms;
  return {
    leverage: leverageE9 === 0n ? null : rateText(leverageE9),
    maintenance: maintenanceE9 === 0n ? null : rateText(maintenanceE9),
    tiers: tiers.map((tier) => ({
      above: mantissaText(tier.from, currency.decimals),
      leverage: rateText(tier.leverageE9),
      maintenance: rateText(tier.maintenanceE9),
    })),
    liquidationFee: rateText(liquidationFeeE9),
    shortable: shortable === null ? null : String(shortable),
    borrow: ratesForm(borrow, currency),
  };
}
