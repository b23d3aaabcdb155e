// Checks of configuration fields: objects, decimals and words, each reported with its path.
//
// Always true:
//   a value that is refused is reported once, and stands as a harmless default from there on, so that one pass finds
//   every issue.

import type { MantissaFault } from "../base/decimal.js";
import { mantissaOf, mantissaText } from "../base/decimal.js";
import type { IssueList } from "../base/error.js";
import { shown } from "../graph/node-check.js";

/** A decimal number as text (`"0.001"`), or a number whose shortest text is meant. */
export type DecimalInput = string | number;

/** Fields as they were given. */
export type Given = Readonly<Record<string, unknown>>;

/** Decimals of rates, shares and factors. */
export const RATE_DECIMALS = 9;
/** One whole, for numbers in 1e-9. */
export const WHOLE = 1_000_000_000n;

/** Canonical text of a number in 1e-9. */
export function rateText(rate: bigint): string {
  return mantissaText(rate, RATE_DECIMALS);
}

/** True for an object that is no list. */
export function isRecord(value: unknown): value is Given {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The fields of an object, with an issue for each that is not known; none for what is no object. */
export function record(issues: IssueList, path: string, value: unknown, fields: readonly string[]): Given {
  if (!isRecord(value)) {
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
  return value;
}

const FAULT_EXPECTED: Readonly<Record<Exclude<MantissaFault, "decimals">, string>> = {
  "not-a-number": 'a decimal number, such as 0.001 or "0.001"',
  "not-finite": "a finite number",
  overflow: "a number that fits in 64 bits at its decimals",
};

/** A decimal as a mantissa; reports and gives null for anything else. */
export function decimal(issues: IssueList, path: string, value: unknown, decimals: number): bigint | null {
  const fits = typeof value === "string" || typeof value === "number";
  const mantissa = fits ? mantissaOf(value, decimals) : "not-a-number";
  if (typeof mantissa === "bigint") return mantissa;
  const expected = mantissa === "decimals" ? `at most ${decimals} decimals` : FAULT_EXPECTED[mantissa];
  issues.add("config/type", path, expected, shown(value));
  return null;
}

/** A decimal for which `isFine` holds; reports and gives 0 for anything else. */
export function decimalWithin(
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

export function isNotNegative(mantissa: bigint): boolean {
  return mantissa >= 0n;
}

/** One of some words, the first of them by default. */
export function oneOf(
  issues: IssueList,
  field: string,
  value: unknown,
  choices: readonly [string, ...string[]],
): string {
  if (value === undefined) return choices[0];
  if (typeof value === "string" && choices.includes(value)) return value;
  issues.add("config/field", `config.${field}`, choices.join(" or "), shown(value));
  return choices[0];
}

/** True or false, `false` by default. */
export function switchOf(issues: IssueList, field: string, value: unknown): boolean {
  if (value === undefined) return false;
  if (typeof value === "boolean") return value;
  issues.add("config/type", `config.${field}`, "true or false", shown(value));
  return false;
}

const TICKS_MAX = 1_000_000;

/** Whole ticks from `least` on. */
export function ticksWithin(issues: IssueList, path: string, ticks: unknown, least: number): number {
  return wholeWithin(issues, path, ticks, "ticks", least, TICKS_MAX);
}

/** A whole number from `least` to `most`; reports and gives `least` for anything else. */
export function wholeWithin(
  issues: IssueList,
  path: string,
  value: unknown,
  unit: string,
  least: number,
  most: number,
): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= least && value <= most) return value;
  const code = typeof value === "number" ? "config/range" : "config/type";
  issues.add(code, path, `whole ${unit}, ${least} to ${most}`, shown(value));
  return least;
}
