// Slippage configuration: how a taker's price is moved against the account, checked and made canonical.

import {
  SLIPPAGE_NONE,
  SLIPPAGE_SHARE_OF_PRICE,
  SLIPPAGE_TICKS,
  SLIPPAGE_VOLUME_SHARE,
} from "../../assembly/abi-execution.js";
import { mantissaText } from "../base/decimal.js";
import type { IssueList } from "../base/error.js";
import type { Json } from "../base/jcs.js";
import { shown } from "../graph/node-check.js";
import type { DecimalInput, Given } from "./config-check.js";
import { decimalWithin, RATE_DECIMALS, record, ticksWithin, WHOLE } from "./config-check.js";

/** How a taker's price is moved against the account. */
export type SlippageConfig =
  | { readonly kind: "none" }
  | { readonly kind: "ticks"; readonly ticks: number }
  | { readonly kind: "bps"; readonly bps: DecimalInput }
  /** A share (0.5 is from the middle to the quote) of a quoted spread, in basis points of the price. */
  | { readonly kind: "spreadShare"; readonly spreadBps: DecimalInput; readonly share: DecimalInput }
  /** Zipline's model: factor x (order / bar volume)^2 of the price; Zipline's own factor is 0.1. */
  | { readonly kind: "volumeShare"; readonly factor: DecimalInput };

/** Checked slippage. */
export interface CheckedSlippage {
  /** SLIPPAGE_*. */
  readonly kind: number;
  readonly amount: bigint;
  readonly canonical: Json;
}

/** Fields of each kind of slippage. */
const SLIPPAGE_FIELDS: ReadonlyMap<unknown, readonly string[]> = new Map([
  ["none", ["kind"]],
  ["ticks", ["kind", "ticks"]],
  ["bps", ["kind", "bps"]],
  ["spreadShare", ["kind", "spreadBps", "share"]],
  ["volumeShare", ["kind", "factor"]],
]);
const BPS_DECIMALS = 5;
const BPS_MAX = 10_000n * 10n ** BigInt(BPS_DECIMALS);
const FACTOR_MAX = 1000n * WHOLE;

/**
 * Checks slippage and makes it canonical; one tick when it is not stated. Reports `config/field`, `config/type`,
 * `config/range`, `config/unknown-field`.
 */
export function checkSlippage(value: unknown, issues: IssueList, path = "config.slippage"): CheckedSlippage {
  const none = { kind: SLIPPAGE_NONE, amount: 0n, canonical: { kind: "none" } };
  const given = value === undefined ? { kind: "ticks", ticks: 1 } : value;
  const kind = typeof given === "object" && given !== null ? (given as Given)["kind"] : undefined;
  const fields = SLIPPAGE_FIELDS.get(kind);
  if (fields === undefined) {
    const received = kind === undefined ? shown(given) : shown(kind);
    issues.add("config/field", `${path}.kind`, "none, ticks, bps, spreadShare or volumeShare", received);
    return none;
  }
  const slippage = record(issues, path, given, fields);
  if (kind === "ticks") {
    const ticks = ticksWithin(issues, `${path}.ticks`, slippage["ticks"], 0);
    return { kind: SLIPPAGE_TICKS, amount: BigInt(ticks), canonical: { kind, ticks } };
  }
  if (kind === "bps") {
    const bps = bpsOf(`${path}.bps`, slippage["bps"], issues);
    return { kind: SLIPPAGE_SHARE_OF_PRICE, amount: bps, canonical: { kind, bps: mantissaText(bps, BPS_DECIMALS) } };
  }
  if (kind === "spreadShare") return slippageBySpread(path, slippage, issues);
  return kind === "volumeShare" ? slippageByVolume(`${path}.factor`, slippage["factor"], issues) : none;
}

function bpsOf(path: string, bps: unknown, issues: IssueList): bigint {
  const isFine = (mantissa: bigint): boolean => mantissa >= 0n && mantissa <= BPS_MAX;
  return decimalWithin(issues, path, bps, BPS_DECIMALS, isFine, "0 to 10,000 basis points");
}

function slippageBySpread(path: string, slippage: Given, issues: IssueList): CheckedSlippage {
  const spread = bpsOf(`${path}.spreadBps`, slippage["spreadBps"], issues);
  const isFine = (mantissa: bigint): boolean => mantissa >= 0n && mantissa <= WHOLE;
  const share = decimalWithin(issues, `${path}.share`, slippage["share"], RATE_DECIMALS, isFine, "a share, 0 to 1");
  const texts = { spreadBps: mantissaText(spread, BPS_DECIMALS), share: mantissaText(share, RATE_DECIMALS) };
  // Against the account: what is beyond the last decimal counts as one.
  const amount = (spread * share + WHOLE - 1n) / WHOLE;
  return { kind: SLIPPAGE_SHARE_OF_PRICE, amount, canonical: { kind: "spreadShare", ...texts } };
}

function slippageByVolume(path: string, factor: unknown, issues: IssueList): CheckedSlippage {
  const isFine = (mantissa: bigint): boolean => mantissa >= 0n && mantissa <= FACTOR_MAX;
  const amount = decimalWithin(issues, path, factor, RATE_DECIMALS, isFine, "a factor, 0 to 1,000");
  const canonical = { kind: "volumeShare", factor: mantissaText(amount, RATE_DECIMALS) };
  return { kind: SLIPPAGE_VOLUME_SHARE, amount, canonical };
}
