// Fee configuration: what a fill costs, checked and made canonical.
//
// Always true:
//   fees have no default: a missing fee is an error, not a zero (`FILLS.md` G12);
//   the first of several tables holds from the start, the others rise in time.

import { mantissaText } from "../base/decimal.js";
import type { IssueList } from "../base/error.js";
import type { Json } from "../base/jcs.js";
import { instantOf, instantText } from "../data/civil-date.js";
import { shown } from "../graph/node-check.js";
import type { Currency } from "../market/instrument.js";
import type { FeeComponent, FeeTable, FeeTier } from "../plan/fees.js";
import type { DecimalInput, Given } from "./config-check.js";
import { decimalWithin, isNotNegative, oneOf, RATE_DECIMALS, rateText, record, WHOLE } from "./config-check.js";

/** Rates of a fee. */
export interface FeeRates {
  /** Share of the traded value that a taker pays: 0.001 is 0.1 %; negative is a rebate. */
  readonly taker: DecimalInput;
  /** Share that a maker pays; the taker's by default. */
  readonly maker?: DecimalInput;
  /** Money for each unit of quantity (a share, a coin, a contract). */
  readonly perUnit?: DecimalInput;
}

/** Rates above an amount of money. */
export interface FeeLevel extends FeeRates {
  readonly above: DecimalInput;
}

/** One part of a fee: rates, and others above some amounts. */
export interface FeePart extends FeeRates {
  /**
   * By `notional`: the order's own value, each rate on its part. By `volume`: what the account traded in the 30 UTC
   * days before, one rate for the whole of a fill.
   */
  readonly tiers?: { readonly by: "notional" | "volume"; readonly levels: readonly FeeLevel[] };
}

/** Fees of an order, on what is filled. */
export interface FeeConfig extends FeePart {
  /** Least fee of an order, in money. */
  readonly minimum?: DecimalInput;
  /** Largest fee of an order, in money. */
  readonly maximum?: DecimalInput;
  /** Largest fee of an order as a share of its value; it goes before the least fee. */
  readonly maximumShare?: DecimalInput;
  /** Further fees that come on top, such as those of an exchange. */
  readonly also?: readonly FeePart[];
}

/** Fees from a time on. */
export interface DatedFees extends FeeConfig {
  /** A date or an instant, such as 2019-10-01; the first of a list has none. */
  readonly from?: string;
}

/** Checked fees. */
export interface CheckedFees {
  readonly canonical: Json;
  readonly tables: readonly FeeTable[];
}

const PART_FIELDS: readonly string[] = ["taker", "maker", "perUnit", "tiers"];
const LEVEL_FIELDS: readonly string[] = ["above", "taker", "maker", "perUnit"];
const FEE_FIELDS: readonly string[] = [...PART_FIELDS, "minimum", "maximum", "maximumShare", "also"];
const LIST_MAX = 64;
const PATH = "config.fees";

/**
 * Checks fees and makes them canonical. Reports `config/field`, `config/type`, `config/range`, `config/unknown-field`.
 */
export function checkFees(value: unknown, currency: Currency, issues: IssueList): CheckedFees {
  const check = new FeeCheck(currency, issues);
  const tables = Array.isArray(value) ? check.dated(value) : [check.table(PATH, value, FEE_FIELDS, null)];
  const forms = tables.map((table) => tableForm(table, currency));
  return { tables, canonical: tables.length === 1 ? (forms[0] as Json) : forms };
}

/** Checks the fees of one venue at `path`, which hold from the start, and makes them canonical. */
export function checkVenueFees(
  path: string,
  value: unknown,
  currency: Currency,
  issues: IssueList,
): { readonly canonical: Json; readonly table: FeeTable } {
  const table = new FeeCheck(currency, issues).table(path, value, FEE_FIELDS, null);
  return { table, canonical: tableForm(table, currency) };
}

/** Checks of fees, with the currency that their money is in. */
class FeeCheck {
  private readonly currency: Currency;
  private readonly issues: IssueList;

  constructor(currency: Currency, issues: IssueList) {
    this.currency = currency;
    this.issues = issues;
  }

  dated(values: readonly unknown[]): readonly FeeTable[] {
    if (values.length === 0 || values.length > LIST_MAX)
      this.issues.add("config/range", PATH, `1 to ${LIST_MAX} fees with the times from which they hold`, "none");
    let before: bigint | null = null;
    return values.slice(0, LIST_MAX).map((value, i) => {
      const path = `${PATH}[${i}]`;
      const given = typeof value === "object" && value !== null ? (value as Given)["from"] : undefined;
      const fromNs = i === 0 ? this.noStart(path, given) : this.start(path, given, before);
      before = fromNs;
      return this.table(path, value, [...FEE_FIELDS, "from"], fromNs);
    });
  }

  /** The first table holds from the start. */
  private noStart(path: string, given: unknown): null {
    if (given !== undefined)
      this.issues.add(
        "config/field",
        `${path}.from`,
        "no time for the first, which holds from the start",
        shown(given),
      );
    return null;
  }

  private start(path: string, given: unknown, before: bigint | null): bigint {
    const instant = typeof given === "string" ? instantOf(given) : null;
    if (instant !== null && (before === null || instant > before)) return instant;
    const expected =
      instant === null ? "a date or an instant, such as 2019-10-01" : "a time after that of the one before";
    this.issues.add(instant === null ? "config/type" : "config/range", `${path}.from`, expected, shown(given));
    return before ?? 0n;
  }

  table(path: string, value: unknown, fields: readonly string[], fromNs: bigint | null): FeeTable {
    const isObject = typeof value === "object" && value !== null;
    if (!isObject || (value as Given)["taker"] === undefined) {
      const advice = "State it, with 0 for none: { fees: { taker: 0.001 } }.";
      this.issues.add("config/field", path, "fees with at least a taker's rate", shown(value), advice);
      return { fromNs, components: [NO_FEE] };
    }
    const given = record(this.issues, path, value, fields);
    const money = (field: string): bigint => this.money(`${path}.${field}`, given[field], this.currency.decimals);
    const share = given["maximumShare"];
    const minimum = given["minimum"] === undefined ? 0n : money("minimum");
    const maximum = given["maximum"] === undefined ? null : money("maximum");
    if (maximum !== null && maximum < minimum)
      this.issues.add("config/range", `${path}.maximum`, "at least the least fee", shown(given["maximum"]));
    const first: FeeComponent = {
      ...this.part(path, given),
      minimum,
      maximum,
      maximumShareE9: share === undefined ? 0n : this.positiveShare(`${path}.maximumShare`, share),
    };
    return { fromNs, components: [first, ...this.others(`${path}.also`, given["also"])] };
  }

  private others(path: string, value: unknown): readonly FeeComponent[] {
    if (value === undefined) return [];
    if (!Array.isArray(value) || value.length > LIST_MAX) {
      this.issues.add("config/type", path, `a list of at most ${LIST_MAX} further fees`, shown(value));
      return [];
    }
    return value.map((each: unknown, i) => {
      const given = record(this.issues, `${path}[${i}]`, each, PART_FIELDS);
      return { ...NO_FEE, ...this.part(`${path}[${i}]`, given) };
    });
  }

  private part(path: string, given: Given): Pick<FeeComponent, "takerE9" | "makerE9" | "unitE9" | "by" | "tiers"> {
    const rates = this.rates(path, given);
    if (given["tiers"] === undefined) return { ...rates, by: "notional", tiers: [] };
    const tiers = record(this.issues, `${path}.tiers`, given["tiers"], ["by", "levels"]);
    const field = `${path}.tiers.by`.slice("config.".length);
    const by = oneOf(this.issues, field, tiers["by"] ?? null, ["notional", "volume"]);
    const levels = this.levels(`${path}.tiers.levels`, tiers["levels"], by, rates.unitE9);
    return { ...rates, by: by === "volume" ? "volume" : "notional", tiers: levels };
  }

  private levels(path: string, value: unknown, by: string, unitE9: bigint): readonly FeeTier[] {
    if (!Array.isArray(value) || value.length === 0 || value.length > LIST_MAX) {
      this.issues.add("config/type", path, `a list of 1 to ${LIST_MAX} levels with above and taker`, shown(value));
      return [];
    }
    let before = 0n;
    return value.map((each: unknown, i) => {
      const at = `${path}[${i}]`;
      const given = record(this.issues, at, each, LEVEL_FIELDS);
      const least = before;
      const isFine = (mantissa: bigint): boolean => mantissa > least;
      const { decimals } = this.currency;
      const expected = "money above 0 and above the level before";
      const above = decimalWithin(this.issues, `${at}.above`, given["above"], decimals, isFine, expected);
      before = above;
      if (by === "notional" && given["perUnit"] !== undefined) {
        const expectedUnit = "a fee by unit beside the tiers, since tiers by notional are of the value alone";
        this.issues.add("config/field", `${at}.perUnit`, expectedUnit, shown(given["perUnit"]));
      }
      const rates = this.rates(at, given);
      return { above, ...rates, unitE9: given["perUnit"] === undefined ? unitE9 : rates.unitE9 };
    });
  }

  private rates(path: string, given: Given): Pick<FeeComponent, "takerE9" | "makerE9" | "unitE9"> {
    const takerE9 = this.rate(`${path}.taker`, given["taker"]);
    return {
      takerE9,
      makerE9: given["maker"] === undefined ? takerE9 : this.rate(`${path}.maker`, given["maker"]),
      // In 1e-9 of the smallest unit of money: finer than money itself, since 0.0035 a share is a common fee.
      unitE9:
        given["perUnit"] === undefined
          ? 0n
          : this.money(`${path}.perUnit`, given["perUnit"], this.currency.decimals + RATE_DECIMALS),
    };
  }

  private rate(path: string, value: unknown): bigint {
    const isShare = (mantissa: bigint): boolean => mantissa > -WHOLE && mantissa < WHOLE;
    return decimalWithin(this.issues, path, value, RATE_DECIMALS, isShare, "a share between -1 and 1");
  }

  private positiveShare(path: string, value: unknown): bigint {
    const isShare = (mantissa: bigint): boolean => mantissa > 0n && mantissa <= WHOLE;
    return decimalWithin(this.issues, path, value, RATE_DECIMALS, isShare, "a share above 0, at most 1");
  }

  private money(path: string, value: unknown, decimals: number): bigint {
    return decimalWithin(this.issues, path, value, decimals, isNotNegative, "money that is not negative");
  }
}

const NO_FEE: FeeComponent = {
  takerE9: 0n,
  makerE9: 0n,
  unitE9: 0n,
  minimum: 0n,
  maximum: null,
  maximumShareE9: 0n,
  by: "notional",
  tiers: [],
};

function tableForm({ fromNs, components }: FeeTable, currency: Currency): Json {
  const [first, ...others] = components;
  const money = (value: bigint): string => mantissaText(value, currency.decimals);
  return {
    ...(fromNs === null ? {} : { from: instantText(fromNs) }),
    ...partForm(first, currency),
    minimum: money(first.minimum),
    maximum: first.maximum === null ? null : money(first.maximum),
    maximumShare: first.maximumShareE9 === 0n ? null : rateText(first.maximumShareE9),
    also: others.map((other) => partForm(other, currency)),
  };
}

function partForm(part: FeeComponent, currency: Currency): { readonly [field: string]: Json } {
  const rates = (each: Pick<FeeComponent, "takerE9" | "makerE9" | "unitE9">): { readonly [field: string]: Json } => ({
    taker: rateText(each.takerE9),
    maker: rateText(each.makerE9),
    perUnit: mantissaText(each.unitE9, currency.decimals + RATE_DECIMALS),
  });
  const levels = part.tiers.map((tier) => ({ above: mantissaText(tier.above, currency.decimals), ...rates(tier) }));
  return { ...rates(part), tiers: levels.length === 0 ? null : { by: part.by, levels } };
}
