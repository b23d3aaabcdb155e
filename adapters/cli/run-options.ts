// Options of `goldentape run`: texts of the command line to a configuration, a range and params.
//
// Always true:
//   fees have no default: where neither a command nor its strategy's file states them, it is refused;
//   rates keep their decimal text, so that nothing is rounded on the way.

import { IssueList, mantissaOf, mantissaText } from "../../kernel/index.js";
import type { FeeConfig, SlippageConfig } from "../../kernel/index.js";
import { accountOf } from "./account-options.js";
import type { AccountOptions } from "./account-options.js";
import { calendarsOf, configFile } from "./config-file.js";
import type { StatedConfig } from "./config-file.js";
import { executionOf } from "./execution-options.js";
import type { ExecutionOptions } from "./execution-options.js";

/** Options of a run as they were written. */
export interface RunArgs extends ExecutionOptions, AccountOptions {
  readonly config?: string | undefined;
  readonly calendar?: readonly string[] | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly param?: readonly string[] | undefined;
  readonly cash?: string | undefined;
  readonly feeBps?: string | undefined;
  readonly feeMakerBps?: string | undefined;
  readonly feePerUnit?: string | undefined;
  readonly feeMinimum?: string | undefined;
  readonly slippage?: string | undefined;
  readonly participation?: string | undefined;
  readonly remainder?: string | undefined;
  readonly closeAtEnd?: boolean | undefined;
  readonly latencyMs?: string | undefined;
  readonly seed?: string | undefined;
  readonly format?: string | undefined;
}

/** Formats of the tables that a run writes. */
export type TableFormat = "arrow" | "parquet";

export interface RunRequest {
  /** Not checked yet, but for what the options themselves say. */
  readonly config: StatedConfig;
  readonly params: readonly (readonly [param: string, text: string])[];
  readonly from: bigint | null;
  readonly to: bigint | null;
  readonly seed: bigint;
  readonly formats: readonly TableFormat[];
}

/**
 * Reads the options.
 *
 * @throws InputError with every issue: `config/*`, `dataset/range` and `strategy/param`.
 */
export function runRequest(args: RunArgs): RunRequest {
  const issues = new IssueList();
  const request = {
    config: configOf(args, issues),
    params: (args.param ?? []).map((text) => pairOf(text, issues)),
    ...rangeOf(args.from, args.to, issues),
    seed: seedOf(args.seed, issues),
    formats: formatsOf(args.format, issues),
  };
  issues.throwIfAny();
  return request;
}

/** What the file of `--config` says, and before it what the options say. */
function configOf(args: RunArgs, issues: IssueList): StatedConfig {
  const file = configFile(args.config, issues);
  const fees = feesOf(args, issues);
  const slippage = slippageOf(args.slippage, issues);
  const remainder = oneOf("--remainder", args.remainder, ["carry", "cancel"], issues);
  const { participation } = args;
  const account = accountOf(args, file.account, issues);
  const calendars = calendarsOf(args.calendar ?? [], issues);
  return {
    ...file,
    ...executionOf(args, issues),
    ...(fees === null ? {} : { fees }),
    ...(args.calendar === undefined || args.calendar.length === 0 ? {} : { calendars }),
    ...(args.cash === undefined ? {} : { cash: args.cash }),
    ...(account === null ? {} : { account }),
    ...(slippage === null ? {} : { slippage }),
    ...(participation === undefined ? {} : { participation: participation === "none" ? null : participation }),
    ...(remainder === null ? {} : { remainder }),
    ...(args.latencyMs === undefined ? {} : { latencyNs: latencyOf(args.latencyMs, issues) }),
    ...(args.closeAtEnd === undefined ? {} : { closeAtEnd: args.closeAtEnd }),
  };
}

/**
 * What is stated, over what a strategy's file assumes.
 *
 * @throws InputError `config/field` when neither says the fees.
 */
export function configOver(assumed: object, stated: StatedConfig): StatedConfig {
  const config: StatedConfig = { ...assumed, ...stated };
  if (config.fees !== undefined) return config;
  const issues = new IssueList();
  addNoFees(issues);
  issues.throwIfAny();
  return config;
}

function addNoFees(issues: IssueList): void {
  const advice = "Say --fee-bps 0 if there are none.";
  issues.add("config/field", "--fee-bps", "fees: --fee-bps, --fee-per-unit or --fee-minimum", "none", advice);
}

/** Fees of the options, null when they say none. */
function feesOf(args: RunArgs, issues: IssueList): FeeConfig | null {
  const { feeBps, feeMakerBps, feePerUnit, feeMinimum } = args;
  if (feeBps === undefined && feePerUnit === undefined && feeMinimum === undefined) {
    if (feeMakerBps === undefined) return null;
    addNoFees(issues);
  }
  return {
    taker: feeBps === undefined ? "0" : shareOf("--fee-bps", feeBps, issues),
    ...(feeMakerBps === undefined ? {} : { maker: shareOf("--fee-maker-bps", feeMakerBps, issues) }),
    ...(feePerUnit === undefined ? {} : { perUnit: feePerUnit }),
    ...(feeMinimum === undefined ? {} : { minimum: feeMinimum }),
  };
}

/** Basis points as a share, exactly: `2.5` is `0.00025`. */
function shareOf(option: string, text: string, issues: IssueList): string {
  const mantissa = mantissaOf(text, 5);
  if (typeof mantissa === "bigint") return mantissaText(mantissa, 9);
  issues.add("config/type", option, "basis points with at most 5 decimals", JSON.stringify(text));
  return "0";
}

function slippageOf(text: string | undefined, issues: IssueList): SlippageConfig | null {
  if (text === undefined) return null;
  if (text === "none") return { kind: "none" };
  const [, spreadBps, share] = /^spread:([^:]+):(.+)$/.exec(text) ?? [];
  if (spreadBps !== undefined && share !== undefined) return { kind: "spreadShare", spreadBps, share };
  const [, kind, amount = ""] = /^(ticks|bps|volume):(.+)$/.exec(text) ?? [];
  if (kind === "ticks" && /^[0-9]{1,9}$/.test(amount)) return { kind, ticks: Number(amount) };
  if (kind === "bps" && typeof mantissaOf(amount, 5) === "bigint") return { kind, bps: amount };
  if (kind === "volume" && typeof mantissaOf(amount, 9) === "bigint") return { kind: "volumeShare", factor: amount };
  issues.add(
    "config/field",
    "--slippage",
    "none, ticks:N, bps:N, spread:BPS:SHARE or volume:FACTOR",
    JSON.stringify(text),
  );
  return null;
}

function latencyOf(text: string, issues: IssueList): number {
  const mantissa = mantissaOf(text, 6);
  if (typeof mantissa === "bigint" && mantissa >= 0n) return Number(mantissa);
  issues.add("config/type", "--latency-ms", "milliseconds, with at most 6 decimals", JSON.stringify(text));
  return 0;
}

function seedOf(text: string | undefined, issues: IssueList): bigint {
  if (text === undefined) return 0n;
  if (/^[0-9]{1,19}$/.test(text)) return BigInt(text);
  issues.add("config/type", "--seed", "a whole number", JSON.stringify(text));
  return 0n;
}

function formatsOf(text: string | undefined, issues: IssueList): readonly TableFormat[] {
  if (text === "both") return ["arrow", "parquet"];
  return [oneOf("--format", text, ["arrow", "parquet"], issues, "arrow, parquet or both") ?? "arrow"];
}

function oneOf<T extends string>(
  option: string,
  text: string | undefined,
  choices: readonly T[],
  issues: IssueList,
  expected: string = choices.join(" or "),
): T | null {
  if (text === undefined) return null;
  const found = choices.find((choice) => choice === text);
  if (found === undefined) issues.add("config/field", option, expected, JSON.stringify(text));
  return found ?? null;
}

/**
 * Params as pairs.
 *
 * @throws InputError `strategy/param` with every text that is not `NAME=VALUE`.
 */
export function pairsOf(texts: readonly string[]): (readonly [param: string, text: string])[] {
  const issues = new IssueList();
  const pairs = texts.map((text) => pairOf(text, issues));
  issues.throwIfAny();
  return pairs;
}

function pairOf(text: string, issues: IssueList): readonly [string, string] {
  const at = text.indexOf("=");
  if (at <= 0) issues.add("strategy/param", "--param", "NAME=VALUE", JSON.stringify(text));
  return [text.slice(0, Math.max(at, 0)), text.slice(at + 1)];
}

/** The range that `--from` and `--to` state. Reports `dataset/range`. */
export function rangeOf(
  from: string | undefined,
  to: string | undefined,
  issues: IssueList,
): { readonly from: bigint | null; readonly to: bigint | null } {
  return { from: instantOf("--from", from, issues), to: instantOf("--to", to, issues) };
}

const DATE = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?Z)?$/;

/** An instant in ns: `2010-01-01` (midnight UTC), `2010-01-01T09:30Z`, or nanoseconds since 1970. */
function instantOf(option: string, text: string | undefined, issues: IssueList): bigint | null {
  if (text === undefined) return null;
  if (/^-?[0-9]{9,19}$/.test(text)) return BigInt(text);
  const [, year, month, day, hour = "0", minute = "0", second = "0", fraction = ""] = DATE.exec(text) ?? [];
  if (year !== undefined) {
    const parts = [Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)] as const;
    const instant = new Date(Date.UTC(...parts));
    // A day or an hour that does not exist would roll over into the next.
    const isReal = instant.getUTCMonth() === parts[1] && instant.getUTCDate() === parts[2] && parts[3] < 24;
    if (isReal && parts[4] < 60 && parts[5] < 60) {
      return BigInt(instant.getTime()) * 1_000_000n + BigInt(fraction.padEnd(9, "0"));
    }
  }
  issues.add(
    "dataset/range",
    option,
    "a date (2010-01-31), an instant (2010-01-31T09:30Z) or nanoseconds",
    JSON.stringify(text),
  );
  return null;
}
