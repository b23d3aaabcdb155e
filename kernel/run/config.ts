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
import { mantissaOf, mantissaText } from "../base/decimal.js";
import { IssueList } from "../base/error.js";
import type { Json } from "../base/jcs.js";
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
  /** `null` (the default) for a cash account; a number for a margin account: the largest gross exposure as a multiple of equity. */
  readonly leverage?: DecimalInput | null;
  /** One tick by default (`FILLS.md` 8). */
  readonly slippage?: SlippageConfig;
  /** `nextOpen` (the default, B2), or `sameClose`: at the close at which was decided, which no account can do. */
  readonly fill?: "nextOpen" | "sameClose";
  /** Share of a bar's volume that own orders may take (B11), 0.1 by default; `null` for no cap. */
  readonly participation?: DecimalInput | null;
  /** What becomes of a market order's rest when the volume is used up: `carry` to the next bar (the default) or `cancel`. */
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

/**
 * Checks a configuration and fills in its defaults.
 *
 * @param currency Of the account: cash and fees are in it.
 * @throws InputError with every issue: `config/unknown-field`, `config/type`, `config/range`, `config/field`.
 */
export function checkConfig(config: RunConfig, currency: Currency): CheckedConfig {
  const issues = new IssueList();
  for (const field of Object.keys(config)) {
    if (!FIELDS.includes(field))
      issues.add("config/unknown-field", `config.${field}`, `one of ${FIELDS.join(", ")}`, "another field");
  }
  const money = (path: string, value: DecimalInput): bigint => decimal(issues, path, value, currency.decimals, 0n);
  const cash = money("cash", config.cash ?? 100_000);
  if (cash <= 0n) issues.add("config/range", "config.cash", "cash above 0", String(config.cash));
  const fees = checkFees(config.fees, money, issues);
  const leverage = checkLeverage(config.leverage ?? null, issues);
  const slippage = checkSlippage(config.slippage ?? { kind: "ticks", ticks: 1 }, issues);
  const participation = checkParticipation(config.participation === undefined ? 0.1 : config.participation, issues);
  const fill = oneOf(issues, "fill", config.fill ?? "nextOpen", ["nextOpen", "sameClose"]);
  const remainder = oneOf(issues, "remainder", config.remainder ?? "carry", ["carry", "cancel"]);
  const latencyNs = checkLatency(config.latencyNs ?? 0, fill, issues);
  const closeAtEnd = config.closeAtEnd ?? false;
  if (typeof closeAtEnd !== "boolean")
    issues.add("config/type", "config.closeAtEnd", "true or false", String(closeAtEnd));
  issues.throwIfAny();
  const flags =
    (fill === "sameClose" ? FLAG_SAME_CLOSE : 0) |
    (remainder === "cancel" ? FLAG_CANCEL_REMAINDER : 0) |
    (closeAtEnd ? FLAG_CLOSE_AT_END : 0);
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
      closeAtEnd,
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

/** A decimal as a mantissa, at least `least` where given; reports and gives 0 for anything else. */
function decimal(
  issues: IssueList,
  field: string,
  value: DecimalInput,
  decimals: number,
  least: bigint | null,
): bigint {
  const path = `config.${field}`;
  const mantissa =
    typeof value === "string" || typeof value === "number" ? mantissaOf(value, decimals) : "not-a-number";
  if (typeof mantissa !== "bigint") {
    issues.add(
      "config/type",
      path,
      `a decimal number with at most ${decimals} decimals`,
      JSON.stringify(value) ?? "nothing",
    );
    return 0n;
  }
  if (least !== null && mantissa < least)
    issues.add("config/range", path, "a number that is not negative", String(value));
  return mantissa;
}

interface CheckedFees {
  readonly taker: bigint;
  readonly maker: bigint;
  readonly unit: bigint;
  readonly minimum: bigint;
}

const FEE_FIELDS: readonly string[] = ["taker", "maker", "perUnit", "minimum"];
const WHOLE = 1_000_000_000n;

function checkFees(
  fees: FeeConfig | undefined,
  money: (path: string, value: DecimalInput) => bigint,
  issues: IssueList,
): CheckedFees {
  if (typeof fees !== "object" || fees === null || fees.taker === undefined) {
    const advice = "State it, with 0 for none: { fees: { taker: 0.001 } }.";
    issues.add(
      "config/field",
      "config.fees",
      "fees with at least a taker's rate",
      JSON.stringify(fees) ?? "nothing",
      advice,
    );
    return { taker: 0n, maker: 0n, unit: 0n, minimum: 0n };
  }
  for (const field of Object.keys(fees)) {
    if (!FEE_FIELDS.includes(field))
      issues.add("config/unknown-field", `config.fees.${field}`, `one of ${FEE_FIELDS.join(", ")}`, "another field");
  }
  const rate = (field: string, value: DecimalInput): bigint => {
    const mantissa = decimal(issues, `fees.${field}`, value, RATE_DECIMALS, null);
    if (mantissa <= -WHOLE || mantissa >= WHOLE)
      issues.add("config/range", `config.fees.${field}`, "a share between -1 and 1", String(value));
    return mantissa;
  };
  const taker = rate("taker", fees.taker);
  return {
    taker,
    maker: fees.maker === undefined ? taker : rate("maker", fees.maker),
    unit: feePerUnit(fees.perUnit ?? 0, money, issues),
    minimum: money("fees.minimum", fees.minimum ?? 0),
  };
}

/** Fee by unit in 1e-9 of the smallest unit of money: finer than money itself, since 0.0035 a share is a common fee. */
function feePerUnit(
  value: DecimalInput,
  money: (path: string, value: DecimalInput) => bigint,
  issues: IssueList,
): bigint {
  const wide = mantissaOf(value, 12);
  if (typeof wide !== "bigint" || wide < 0n) {
    issues.add(
      "config/type",
      "config.fees.perUnit",
      "money that is not negative, with at most 12 decimals",
      JSON.stringify(value),
    );
    return 0n;
  }
  // Money of one whole unit of the currency tells its decimals without asking for them a second time.
  return (wide * money("fees.perUnit", 1) * WHOLE) / 10n ** 12n;
}

function checkLeverage(value: DecimalInput | null, issues: IssueList): bigint {
  if (value === null) return 0n;
  const mantissa = decimal(issues, "leverage", value, RATE_DECIMALS, 0n);
  if (mantissa <= 0n || mantissa > LEVERAGE_MAX * WHOLE) {
    issues.add(
      "config/range",
      "config.leverage",
      `a multiple of equity above 0, at most ${LEVERAGE_MAX}`,
      String(value),
    );
  }
  return mantissa;
}

function checkParticipation(value: DecimalInput | null, issues: IssueList): bigint {
  if (value === null) return 0n;
  const mantissa = decimal(issues, "participation", value, RATE_DECIMALS, 0n);
  if (mantissa <= 0n || mantissa > WHOLE) {
    issues.add(
      "config/range",
      "config.participation",
      "a share of volume above 0, at most 1, or null for no cap",
      String(value),
    );
  }
  return mantissa;
}

function checkLatency(value: number, fill: string, issues: IssueList): bigint {
  if (!Number.isSafeInteger(value) || value < 0 || value > LATENCY_NS_MAX) {
    issues.add("config/range", "config.latencyNs", `whole nanoseconds, 0 to ${LATENCY_NS_MAX}`, String(value));
    return 0n;
  }
  if (value > 0 && fill === "sameClose")
    issues.add("config/range", "config.latencyNs", "0 with sameClose", String(value));
  return BigInt(value);
}

interface CheckedSlippage {
  readonly kind: number;
  readonly amount: bigint;
  readonly canonical: Json;
}

const TICKS_MAX = 1_000_000;

function checkSlippage(slippage: SlippageConfig, issues: IssueList): CheckedSlippage {
  if (slippage.kind === "none") return { kind: SLIPPAGE_NONE, amount: 0n, canonical: { kind: "none" } };
  if (slippage.kind === "ticks") {
    const fits = Number.isSafeInteger(slippage.ticks) && slippage.ticks >= 0 && slippage.ticks <= TICKS_MAX;
    if (!fits)
      issues.add("config/range", "config.slippage.ticks", `whole ticks, 0 to ${TICKS_MAX}`, String(slippage.ticks));
    return {
      kind: SLIPPAGE_TICKS,
      amount: fits ? BigInt(slippage.ticks) : 0n,
      canonical: { kind: "ticks", ticks: fits ? slippage.ticks : 0 },
    };
  }
  if (slippage.kind === "bps") {
    const hundredMillionths = decimal(issues, "slippage.bps", slippage.bps, 5, 0n);
    const canonical = { kind: "bps", bps: mantissaText(hundredMillionths, 5) };
    return { kind: SLIPPAGE_SHARE_OF_PRICE, amount: hundredMillionths, canonical };
  }
  if (slippage.kind === "volumeShare") {
    const factor = decimal(issues, "slippage.factor", slippage.factor, RATE_DECIMALS, 0n);
    const canonical = { kind: "volumeShare", factor: mantissaText(factor, RATE_DECIMALS) };
    return { kind: SLIPPAGE_VOLUME_SHARE, amount: factor, canonical };
  }
  const received = JSON.stringify((slippage as { kind?: unknown } | null)?.kind) ?? "nothing";
  issues.add("config/field", "config.slippage.kind", "none, ticks, bps or volumeShare", received);
  return { kind: SLIPPAGE_NONE, amount: 0n, canonical: null };
}

function oneOf<T extends string>(issues: IssueList, field: string, value: T, choices: readonly T[]): T {
  if (!choices.includes(value))
    issues.add("config/field", `config.${field}`, choices.join(" or "), JSON.stringify(value));
  return value;
}
