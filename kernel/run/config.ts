// Configuration of a run: the assumptions about slippage and fills, account and fees, checked and made canonical.
//
// Always true:
//   every field that can change a result is in the canonical form, with its default filled in, as decimal text.
//
// Not here: fees (`config-fees.ts`), the account (`config-account.ts`).

import { FLAG_CANCEL_REMAINDER, FLAG_CLOSE_AT_END, FLAG_SAME_CLOSE } from "../../assembly/abi-run.js";
import {
  SLIPPAGE_NONE,
  SLIPPAGE_SHARE_OF_PRICE,
  SLIPPAGE_TICKS,
  SLIPPAGE_VOLUME_SHARE,
} from "../../assembly/abi-run.js";
import { mantissaText } from "../base/decimal.js";
import { IssueList } from "../base/error.js";
import type { Json } from "../base/jcs.js";
import { shown } from "../graph/node-check.js";
import type { Currency } from "../market/instrument.js";
import type { HeaderSettings } from "../plan/layout.js";
import type { AccountConfig } from "./config-account.js";
import { ACCOUNT_FIELDS, checkAccount } from "./config-account.js";
import type { DecimalInput, Given } from "./config-check.js";
import { decimalWithin, oneOf, RATE_DECIMALS, rateText, record, WHOLE } from "./config-check.js";
import type { FeeConfig } from "./config-fees.js";
import { checkFees } from "./config-fees.js";

/** How a taker's price is moved against the account. */
export type SlippageConfig =
  | { readonly kind: "none" }
  | { readonly kind: "ticks"; readonly ticks: number }
  | { readonly kind: "bps"; readonly bps: DecimalInput }
  /** Zipline's model: factor x (order / bar volume)^2 of the price; Zipline's own factor is 0.1. */
  | { readonly kind: "volumeShare"; readonly factor: DecimalInput };

/** Assumptions of a run. */
export interface RunConfig extends AccountConfig {
  readonly fees: FeeConfig;
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

const PARTICIPATION_DEFAULT = 0.1;
const FIELDS: readonly string[] = [
  "fees",
  ...ACCOUNT_FIELDS,
  "slippage",
  "fill",
  "participation",
  "remainder",
  "latencyNs",
  "closeAtEnd",
];
const LATENCY_NS_MAX = 86_400_000_000_000;

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
  return {
    canonical: {
      ...account.canonical,
      fees: fees.canonical,
      slippage: slippage.canonical,
      fill,
      participation: participation === 0n ? null : rateText(participation),
      remainder,
      latencyNs: String(latencyNs),
      closeAtEnd: closeAtEnd === true,
    },
    settings: {
      ...account.settings,
      ...fees.settings,
      participationE9: participation,
      latencyNs,
      slippageKind: slippage.kind,
      slippage: slippage.amount,
      flags,
    },
  };
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
