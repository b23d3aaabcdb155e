// Configuration of a run: the assumptions about account, fees, slippage and fills, checked and made canonical.
//
// Always true:
//   every field that can change a result is in the canonical form, with its default filled in, as decimal text;
//   fees have no default: a missing fee is an error, not a zero (`FILLS.md` G12).

import { FLAG_CANCEL_REMAINDER, FLAG_CLOSE_AT_END, FLAG_SAME_CLOSE } from "../../assembly/abi-run.js";
import {
  SLIPPAGE_NONE,
  SLIPPAGE_SHARE_OF_PRICE,
  SLIPPAGE_TICKS,
  SLIPPAGE_VOLUME_SHARE,
} from "../../assembly/abi-run.js";
import type { MantissaFault } from "../base/decimal.js";
import { mantissaOf, mantissaText } from "../base/decimal.js";
import { IssueList } from "../base/error.js";
import type { Json } from "../base/jcs.js";
import { shown } from "../graph/node-check.js";
import type { Currency } from "../market/instrument.js";
import type { HeaderSettings } from "../plan/layout.js";

/** A decimal number as text (`"0.001"`), or a number whose shortest text is meant. */
export type DecimalInput = string | number;

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

/** How a taker's price is moved against the account. */
export type SlippageConfig =
  | { readonly kind: "none" }
  | { readonly kind: "ticks"; readonly ticks: number }
  | { readonly kind: "bps"; readonly bps: DecimalInput }
  /** Zipline's model: factor x (order / bar volume)^2 of the price; Zipline's own factor is 0.1. */
  | { readonly kind: "volumeShare"; readonly factor: DecimalInput };

/** Assumptions of a run. */
export interface RunConfig {
  readonly fees: FeeConfig;
  /** Cash at the start; 100,000 by default. */
  readonly cash?: DecimalInput;
  /**
   * `null` (the default) for a cash account; a number for a margin account: the largest gross exposure as a multiple of
   * equity.
   */
  readonly leverage?: DecimalInput | null;
  /** One tick by default (`FILLS.md` 8). */
  readonly slippage?: SlippageConfig;
  /** `nextOpen` (the default, B2), or `sameClose`: at the close at which was decided, which no account can do. */
  readonly fill?: "nextOpen" | "sameClose";
  /** Share of a bar's volume that own orders may take (B11), 0.1 by default; `null` for no cap. */
  readonly participation?: DecimalInput | null;
  /**
   * What becomes of a market order's rest when the volume is used up: `carry` to the next bar (the default) or
   * `cancel`.
   */
  readonly remainder?: "carry" | "cancel";
  /** Nanoseconds from a decision to its acceptance at the venue; 0 by default. */
  readonly latencyNs?: number;
  /** Closes all positions at the last close, as forced fills (B16); off by default. */
  readonly closeAtEnd?: boolean;
}

/** A checked configuration. */
export interface CheckedConfig {
  /** Goes into the RunID. */
  readonly canonical: { readonly [field: string]: Json };
  readonly settings: Omit<HeaderSettings, "portfolioPeriodNs">;
}

const RATE_DECIMALS = 9;
const CASH_DEFAULT = 100_000;
const PARTICIPATION_DEFAULT = 0.1;
const FIELDS: readonly string[] = [
  "fees",
  "cash",
  "leverage",
  "slippage",
  "fill",
  "participation",
  "remainder",
  "latencyNs",
  "closeAtEnd",
];
const LATENCY_NS_MAX = 86_400_000_000_000;
const LEVERAGE_MAX = 1000n;
const WHOLE = 1_000_000_000n;

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
  const cash = checkCash(given["cash"], currency, issues);
  const fees = checkFees(given["fees"], currency, issues);
  const leverage = checkLeverage(given["leverage"] ?? null, issues);
  const slippage = checkSlippage(given["slippage"], issues);
  const participation = checkParticipation(given["participation"], issues);
  const fill = oneOf(issues, "fill", given["fill"], ["nextOpen", "sameClose"]);
  const remainder = oneOf(issues, "remainder", given["remainder"], ["carry", "cancel"]);
  const latencyNs = checkLatency(given["latencyNs"], fill, issues);
  const closeAtEnd = given["closeAtEnd"] ?? false;
  if (typeof closeAtEnd !== "boolean" || given["closeAtEnd"] === null)
    issues.add("config/type", "config.closeAtEnd", "true or false", shown(given["closeAtEnd"]));
  issues.throwIfAny();
  const flags =
    (fill === "sameClose" ? FLAG_SAME_CLOSE : 0) |
    (remainder === "cancel" ? FLAG_CANCEL_REMAINDER : 0) |
    (closeAtEnd === true ? FLAG_CLOSE_AT_END : 0);
  const rate = (value: bigint): string => mantissaText(value, RATE_DECIMALS);
  return {
    canonical: {
      cash: mantissaText(cash, currency.decimals),
      currency: currency.code,
      leverage: leverage === 0n ? null : rate(leverage),
      fees: {
        taker: rate(fees.taker),
        maker: rate(fees.maker),
        perUnit: mantissaText(fees.unit, currency.decimals + RATE_DECIMALS),
        minimum: mantissaText(fees.minimum, currency.decimals),
      },
      slippage: slippage.canonical,
      fill,
      participation: participation === 0n ? null : rate(participation),
      remainder,
      latencyNs: String(latencyNs),
      closeAtEnd: closeAtEnd === true,
    },
    settings: {
      cashMinor: cash,
      participationE9: participation,
      latencyNs,
      slippageKind: slippage.kind,
      slippage: slippage.amount,
      feeTakerE9: fees.taker,
      feeMakerE9: fees.maker,
      feeUnitE9: fees.unit,
      feeMinimumMinor: fees.minimum,
      leverageE9: leverage,
      flags,
    },
  };
}

type Given = Readonly<Record<string, unknown>>;

/** The fields of an object, with an issue for each that is not known; none for what is no object. */
function record(issues: IssueList, path: string, value: unknown, fields: readonly string[]): Given {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    issues.add("config/type", path, `an object with ${fields.join(", ")}`, shown(value));
    return {};
  }
  for (const field of Object.keys(value)) {
    if (!fields.includes(field))
      issues.add(
        "config/unknown-field",
        `${path}.${field}`,
        `one of ${fields.join(", ")}`,
        `the field ${shown(field)}`,
      );
  }
  return value as Given;
}

const FAULT_EXPECTED: Readonly<Record<Exclude<MantissaFault, "decimals">, string>> = {
  "not-a-number": 'a decimal number, such as 0.001 or "0.001"',
  "not-finite": "a finite number",
  overflow: "a number that fits in 64 bits at its decimals",
};

/** A decimal as a mantissa; reports and gives null for anything else. */
function decimal(issues: IssueList, path: string, value: unknown, decimals: number): bigint | null {
  const fits = typeof value === "string" || typeof value === "number";
  const mantissa = fits ? mantissaOf(value, decimals) : "not-a-number";
  if (typeof mantissa === "bigint") return mantissa;
  const expected = mantissa === "decimals" ? `at most ${decimals} decimals` : FAULT_EXPECTED[mantissa];
  issues.add("config/type", path, expected, shown(value));
  return null;
}

/** A decimal for which `isFine` holds; reports and gives 0 for anything else. */
function decimalWithin(
  issues: IssueList,
  path: string,
  value: unknown,
  decimals: number,
  isFine: (mantissa: bigint) => boolean,
  expected: string,
): bigint {
  const mantissa = decimal(issues, path, value, decimals);
  if (mantissa === null) return 0n;
  if (isFine(mantissa)) return mantissa;
  issues.add("config/range", path, expected, shown(value));
  return 0n;
}

function isNotNegative(mantissa: bigint): boolean {
  return mantissa >= 0n;
}

function checkCash(value: unknown, currency: Currency, issues: IssueList): bigint {
  const given = value === undefined ? CASH_DEFAULT : value;
  return decimalWithin(issues, "config.cash", given, currency.decimals, (cash) => cash > 0n, "cash above 0");
}

interface CheckedFees {
  readonly taker: bigint;
  readonly maker: bigint;
  readonly unit: bigint;
  readonly minimum: bigint;
}

const FEE_FIELDS: readonly string[] = ["taker", "maker", "perUnit", "minimum"];

function checkFees(value: unknown, currency: Currency, issues: IssueList): CheckedFees {
  const taker = typeof value === "object" && value !== null ? (value as Given)["taker"] : undefined;
  if (taker === undefined) {
    const advice = "State it, with 0 for none: { fees: { taker: 0.001 } }.";
    issues.add("config/field", "config.fees", "fees with at least a taker's rate", shown(value), advice);
    return { taker: 0n, maker: 0n, unit: 0n, minimum: 0n };
  }
  const fees = record(issues, "config.fees", value, FEE_FIELDS);
  const isShare = (mantissa: bigint): boolean => mantissa > -WHOLE && mantissa < WHOLE;
  const rate = (field: string, given: unknown): bigint =>
    decimalWithin(issues, `config.fees.${field}`, given, RATE_DECIMALS, isShare, "a share between -1 and 1");
  const money = (field: string, given: unknown, decimals: number): bigint =>
    decimalWithin(issues, `config.fees.${field}`, given, decimals, isNotNegative, "money that is not negative");
  const takerRate = rate("taker", taker);
  return {
    taker: takerRate,
    maker: fees["maker"] === undefined ? takerRate : rate("maker", fees["maker"]),
    // In 1e-9 of the smallest unit of money: finer than money itself, since 0.0035 a share is a common fee.
    unit: fees["perUnit"] === undefined ? 0n : money("perUnit", fees["perUnit"], currency.decimals + RATE_DECIMALS),
    minimum: fees["minimum"] === undefined ? 0n : money("minimum", fees["minimum"], currency.decimals),
  };
}

function checkLeverage(value: unknown, issues: IssueList): bigint {
  if (value === null) return 0n;
  const isFine = (mantissa: bigint): boolean => mantissa > 0n && mantissa <= LEVERAGE_MAX * WHOLE;
  const expected = `a multiple of equity above 0, at most ${LEVERAGE_MAX}, or null for a cash account`;
  return decimalWithin(issues, "config.leverage", value, RATE_DECIMALS, isFine, expected);
}

function checkParticipation(value: unknown, issues: IssueList): bigint {
  if (value === null) return 0n;
  const given = value === undefined ? PARTICIPATION_DEFAULT : value;
  const isFine = (mantissa: bigint): boolean => mantissa > 0n && mantissa <= WHOLE;
  const expected = "a share of volume above 0, at most 1, or null for no cap";
  return decimalWithin(issues, "config.participation", given, RATE_DECIMALS, isFine, expected);
}

function checkLatency(value: unknown, fill: string, issues: IssueList): bigint {
  const given = value === undefined ? 0 : value;
  const path = "config.latencyNs";
  const expected = `whole nanoseconds, 0 to ${LATENCY_NS_MAX}`;
  if (typeof given !== "number") issues.add("config/type", path, expected, shown(given));
  else if (!Number.isSafeInteger(given) || given < 0 || given > LATENCY_NS_MAX)
    issues.add("config/range", path, expected, shown(given));
  else if (given > 0 && fill === "sameClose") issues.add("config/range", path, "0 with sameClose", shown(given));
  else return BigInt(given);
  return 0n;
}

interface CheckedSlippage {
  readonly kind: number;
  readonly amount: bigint;
  readonly canonical: Json;
}

/** Fields of each kind of slippage. */
const SLIPPAGE_FIELDS: ReadonlyMap<unknown, readonly string[]> = new Map([
  ["none", ["kind"]],
  ["ticks", ["kind", "ticks"]],
  ["bps", ["kind", "bps"]],
  ["volumeShare", ["kind", "factor"]],
]);
const TICKS_MAX = 1_000_000;
const BPS_DECIMALS = 5;
const BPS_MAX = 10_000n * 10n ** BigInt(BPS_DECIMALS);
const FACTOR_MAX = 1000n * WHOLE;

function checkSlippage(value: unknown, issues: IssueList): CheckedSlippage {
  const none = { kind: SLIPPAGE_NONE, amount: 0n, canonical: { kind: "none" } };
  const given = value === undefined ? { kind: "ticks", ticks: 1 } : value;
  const kind = typeof given === "object" && given !== null ? (given as Given)["kind"] : undefined;
  const fields = SLIPPAGE_FIELDS.get(kind);
  if (fields === undefined) {
    const received = kind === undefined ? shown(given) : shown(kind);
    issues.add("config/field", "config.slippage.kind", "none, ticks, bps or volumeShare", received);
    return none;
  }
  const slippage = record(issues, "config.slippage", given, fields);
  if (kind === "ticks") return slippageTicks(slippage["ticks"], issues);
  if (kind === "bps") {
    const isFine = (mantissa: bigint): boolean => mantissa >= 0n && mantissa <= BPS_MAX;
    const bps = slippage["bps"];
    const amount = decimalWithin(issues, "config.slippage.bps", bps, BPS_DECIMALS, isFine, "0 to 10,000 basis points");
    return { kind: SLIPPAGE_SHARE_OF_PRICE, amount, canonical: { kind, bps: mantissaText(amount, BPS_DECIMALS) } };
  }
  if (kind === "volumeShare") {
    const isFine = (mantissa: bigint): boolean => mantissa >= 0n && mantissa <= FACTOR_MAX;
    const factor = slippage["factor"];
    const amount = decimalWithin(
      issues,
      "config.slippage.factor",
      factor,
      RATE_DECIMALS,
      isFine,
      "a factor, 0 to 1,000",
    );
    return { kind: SLIPPAGE_VOLUME_SHARE, amount, canonical: { kind, factor: mantissaText(amount, RATE_DECIMALS) } };
  }
  return none;
}

function slippageTicks(ticks: unknown, issues: IssueList): CheckedSlippage {
  const path = "config.slippage.ticks";
  const expected = `whole ticks, 0 to ${TICKS_MAX}`;
  const fits = typeof ticks === "number" && Number.isSafeInteger(ticks) && ticks >= 0 && ticks <= TICKS_MAX;
  if (!fits) issues.add(typeof ticks === "number" ? "config/range" : "config/type", path, expected, shown(ticks));
  const count = fits ? ticks : 0;
  return { kind: SLIPPAGE_TICKS, amount: BigInt(count), canonical: { kind: "ticks", ticks: count } };
}

/** One of some words, the first of them by default. */
function oneOf(issues: IssueList, field: string, value: unknown, choices: readonly [string, ...string[]]): string {
  if (value === undefined) return choices[0];
  if (typeof value === "string" && choices.includes(value)) return value;
  issues.add("config/field", `config.${field}`, choices.join(" or "), shown(value));
  return choices[0];
}
