// Execution configuration: how orders meet bars, checked and made canonical.
//
// Always true:
//   a default is the pessimistic reading, and every relaxation is a named option (`FILLS.md` 8).
//
// Not here: what a fill costs (`config-fees.ts`), whose option set a preset is (`preset.ts`).

import * as abi from "../../assembly/abi-execution.js";
import type { IssueList } from "../base/error.js";
import type { Json } from "../base/jcs.js";
import { shown } from "../graph/node-check.js";
import type { ExecutionSettings } from "../plan/write-execution.js";
import type { DecimalInput, Given } from "./config-check.js";
import {
  decimalWithin,
  oneOf,
  RATE_DECIMALS,
  rateText,
  record,
  switchOf,
  ticksWithin,
  wholeWithin,
  WHOLE,
} from "./config-check.js";
import type { SlippageConfig } from "./config-slippage.js";
import { checkSlippage } from "./config-slippage.js";

/**
 * In which order the prices inside a bar are taken (B3). `worst` and `best` are bounds over every path that the bar
 * allows; `nearest` goes to the high first only if that is strictly nearer to the open; `colour` goes to the high first
 * in a falling bar; `detail` lets finer bars of the instrument execute, and takes `worst` within these (B17).
 */
export type PathMode = "worst" | "best" | "ohlc" | "olhc" | "nearest" | "colour" | "detail";

/** Where market orders fill. */
export type FillPoint = "nextOpen" | "nextClose" | "sameClose";

/** What fills a resting limit (B6). */
export type LimitFillConfig =
  /** The price goes this many ticks beyond the limit, 1 or more. */
  | { readonly kind: "penetrate"; readonly ticks: number }
  /** The price reaches the limit: kinder than a queue is. */
  | { readonly kind: "touch" }
  /** Each touch fills with this chance, above 0, at most 1; drawn from the run's seed. */
  | { readonly kind: "touchProbability"; readonly p: DecimalInput };

/** Assumptions about how orders meet bars. */
export interface ExecutionConfig {
  /** `worst` by default. */
  readonly path?: PathMode;
  /** One tick beyond the limit by default. */
  readonly limitFill?: LimitFillConfig;
  /**
   * Where market orders fill: `nextOpen` (the default, B2); `nextClose`: at the close of that bar, as engines do that
   * look at closes only; `sameClose`: at the close at which was decided, which no account can do.
   */
  readonly fill?: FillPoint;
  /** A resting limit that an open jumps fills at that open, as in an auction, not at its limit (B5); off by default. */
  readonly auctionOpen?: boolean;
  /** A limit that could fill better when it arrives fills at its limit all the same (B5); off by default. */
  readonly limitPriceAlways?: boolean;
  /** Slippage stays inside the bar's range (B7); off by default. */
  readonly capToBar?: boolean;
  /** A stop-limit triggered inside a bar fills in it only when the close is beyond its limit (B8); off by default. */
  readonly strictClose?: boolean;
  /** A trailing stop meets a bar with the level from before it and moves after it (B9); off by default. */
  readonly testThenRatchet?: boolean;
  /** One tick by default (`FILLS.md` 8). */
  readonly slippage?: SlippageConfig;
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
  /**
   * `whole` (the default): steps of the instrument's lot; `fractional`: steps of 1e-8 whatever the lot, which takes
   * bars without a cap on volume where the instrument has fewer decimals.
   */
  readonly lots?: "whole" | "fractional";
  /** Open orders at once, 4,096 by default; one more is refused. */
  readonly maxOpenOrders?: number;
}

/** Checked assumptions about execution. */
export interface CheckedExecution {
  readonly canonical: { readonly [field: string]: Json };
  readonly settings: ExecutionSettings;
  /** True for `detail`: the graph's bars must have finer ones. */
  readonly isDetail: boolean;
  readonly isFractional: boolean;
  /** True when fills hang on how much was traded: a cap on volume, or slippage by its share. */
  readonly readsVolume: boolean;
  readonly orderCapacity: number;
}

/** Fields of a configuration that are about execution. */
export const EXECUTION_FIELDS: readonly string[] = [
  "path",
  "limitFill",
  "fill",
  "auctionOpen",
  "limitPriceAlways",
  "capToBar",
  "strictClose",
  "testThenRatchet",
  "slippage",
  "participation",
  "remainder",
  "latencyNs",
  "closeAtEnd",
  "lots",
  "maxOpenOrders",
];

const PATHS: Readonly<Record<PathMode, number>> = {
  worst: abi.PATH_WORST,
  best: abi.PATH_BEST,
  ohlc: abi.PATH_OHLC,
  olhc: abi.PATH_OLHC,
  nearest: abi.PATH_NEAREST,
  colour: abi.PATH_COLOUR,
  detail: abi.PATH_WORST,
};
/** Every path, the default first. */
export const PATH_MODES = Object.keys(PATHS) as [PathMode, ...PathMode[]];

/** Fields that are true or false, with their bits. */
const SWITCHES = {
  auctionOpen: abi.EXECUTION_FLAG_AUCTION_OPEN,
  limitPriceAlways: abi.EXECUTION_FLAG_LIMIT_PRICE_ALWAYS,
  capToBar: abi.EXECUTION_FLAG_CAP_TO_BAR,
  strictClose: abi.EXECUTION_FLAG_STRICT_CLOSE,
  testThenRatchet: abi.EXECUTION_FLAG_TEST_THEN_RATCHET,
  closeAtEnd: abi.EXECUTION_FLAG_CLOSE_AT_END,
} as const;

const PARTICIPATION_DEFAULT = 0.1;
const LATENCY_NS_MAX = 86_400_000_000_000;
const OPEN_ORDERS_DEFAULT = 4096;
const OPEN_ORDERS_MAX = 100_000;

/**
 * Checks the assumptions about execution and makes them canonical. Reports `config/field`, `config/type`,
 * `config/range`, `config/unknown-field`.
 */
export function checkExecution(given: Given, issues: IssueList): CheckedExecution {
  const path = oneOf(issues, "path", given["path"], PATH_MODES);
  const limitFill = checkLimitFill(given["limitFill"], issues);
  const fill = oneOf(issues, "fill", given["fill"], ["nextOpen", "nextClose", "sameClose"]);
  const switches = Object.entries(SWITCHES).map(
    ([field, bit]) => [field, bit, switchOf(issues, field, given[field])] as const,
  );
  const slippage = checkSlippage(given["slippage"], issues);
  const participationE9 = checkParticipation(given["participation"], issues);
  const remainder = oneOf(issues, "remainder", given["remainder"], ["carry", "cancel"]);
  const latencyNs = checkLatency(given["latencyNs"], fill === "sameClose", issues);
  const lots = oneOf(issues, "lots", given["lots"], ["whole", "fractional"]);
  const orderCapacity = checkOpenOrders(given["maxOpenOrders"], issues);
  const words =
    (fill === "sameClose" ? abi.EXECUTION_FLAG_SAME_CLOSE : 0) |
    (fill === "nextClose" ? abi.EXECUTION_FLAG_NEXT_CLOSE : 0) |
    (remainder === "cancel" ? abi.EXECUTION_FLAG_CANCEL_REMAINDER : 0);
  const flags = switches.reduce((sum, [, bit, isOn]) => (isOn ? sum | bit : sum), words);
  return {
    canonical: {
      path,
      limitFill: limitFill.canonical,
      fill,
      ...Object.fromEntries(switches.map(([field, , isOn]) => [field, isOn])),
      slippage: slippage.canonical,
      participation: participationE9 === 0n ? null : rateText(participationE9),
      remainder,
      latencyNs: String(latencyNs),
      lots,
      maxOpenOrders: orderCapacity,
    },
    settings: {
      path: PATHS[path as PathMode],
      flags,
      limitFill: limitFill.kind,
      limitTicks: limitFill.ticks,
      touchProbabilityE9: limitFill.probabilityE9,
      slippageKind: slippage.kind,
      slippage: slippage.amount,
      participationE9,
      latencyNs,
    },
    isDetail: path === "detail",
    isFractional: lots === "fractional",
    readsVolume: participationE9 !== 0n || slippage.kind === abi.SLIPPAGE_VOLUME_SHARE,
    orderCapacity,
  };
}

interface CheckedLimitFill {
  /** LIMIT_FILL_*. */
  readonly kind: number;
  readonly ticks: bigint;
  readonly probabilityE9: bigint;
  readonly canonical: Json;
}

/** Fields of each kind of limit fill. */
const LIMIT_FILL_FIELDS: ReadonlyMap<unknown, readonly string[]> = new Map([
  ["penetrate", ["kind", "ticks"]],
  ["touch", ["kind"]],
  ["touchProbability", ["kind", "p"]],
]);

function checkLimitFill(value: unknown, issues: IssueList): CheckedLimitFill {
  const given = value === undefined ? { kind: "penetrate", ticks: 1 } : value;
  const kind = typeof given === "object" && given !== null ? (given as Given)["kind"] : undefined;
  const touch = { kind: abi.LIMIT_FILL_TOUCH, ticks: 0n, probabilityE9: 0n, canonical: { kind: "touch" } };
  const fields = LIMIT_FILL_FIELDS.get(kind);
  if (fields === undefined) {
    const received = kind === undefined ? shown(given) : shown(kind);
    issues.add("config/field", "config.limitFill.kind", "penetrate, touch or touchProbability", received);
    return touch;
  }
  const limitFill = record(issues, "config.limitFill", given, fields);
  if (kind === "penetrate") {
    const ticks = ticksWithin(issues, "config.limitFill.ticks", limitFill["ticks"], 1);
    return { ...touch, kind: abi.LIMIT_FILL_PENETRATE, ticks: BigInt(ticks), canonical: { kind, ticks } };
  }
  if (kind === "touch") return touch;
  const isChance = (mantissa: bigint): boolean => mantissa > 0n && mantissa <= WHOLE;
  const path = "config.limitFill.p";
  const expected = "a chance above 0, at most 1";
  const probabilityE9 = decimalWithin(issues, path, limitFill["p"], RATE_DECIMALS, isChance, expected);
  const canonical = { kind: "touchProbability", p: rateText(probabilityE9) };
  return { ...touch, kind: abi.LIMIT_FILL_TOUCH_PROBABILITY, probabilityE9, canonical };
}

function checkParticipation(value: unknown, issues: IssueList): bigint {
  if (value === null) return 0n;
  const given = value === undefined ? PARTICIPATION_DEFAULT : value;
  const isFine = (mantissa: bigint): boolean => mantissa > 0n && mantissa <= WHOLE;
  const expected = "a share of volume above 0, at most 1, or null for no cap";
  return decimalWithin(issues, "config.participation", given, RATE_DECIMALS, isFine, expected);
}

/** Nanoseconds from a decision to its acceptance, 0 by default. */
export function checkLatency(
  value: unknown,
  isSameClose: boolean,
  issues: IssueList,
  path = "config.latencyNs",
): bigint {
  const latency = value === undefined ? 0 : wholeWithin(issues, path, value, "nanoseconds", 0, LATENCY_NS_MAX);
  if (latency > 0 && isSameClose) issues.add("config/range", path, "0 with sameClose", shown(value));
  return BigInt(latency);
}

function checkOpenOrders(value: unknown, issues: IssueList): number {
  if (value === undefined) return OPEN_ORDERS_DEFAULT;
  return wholeWithin(issues, "config.maxOpenOrders", value, "orders", 1, OPEN_ORDERS_MAX);
}
