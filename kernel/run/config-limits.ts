// Limits of a run: the largest order and the largest position that decisions may ask for, whatever the account pays
// for.

import type { IssueList } from "../base/error.js";
import type { Json } from "../base/jcs.js";
import type { LimitSettings } from "../plan/write-limits.js";
import type { DecimalInput } from "./config-check.js";
import { decimalWithin, RATE_DECIMALS, rateText, record } from "./config-check.js";

/** A limit in units of the instrument, as a share of equity at the last close, or as the lesser of both. */
export interface SizeLimit {
  readonly quantity?: DecimalInput;
  readonly share?: DecimalInput;
}

/** Limits on what decisions may ask for (`FILLS.md` S2); what exceeds one is cut with `position_size_limit`. */
export interface LimitsConfig {
  /** Largest position in an instrument, long or short, what is on its way included. Resting orders do not count. */
  readonly maxPosition?: SizeLimit;
  /** Largest order. */
  readonly maxOrder?: SizeLimit;
}

const LIMITS = ["maxPosition", "maxOrder"] as const;
const MEASURES: readonly string[] = ["quantity", "share"];

/** Checks the limits of a run; none by default. */
export function checkLimits(
  value: unknown,
  issues: IssueList,
): { readonly canonical: Json; readonly settings: LimitSettings } {
  const given = value === undefined ? {} : record(issues, "config.limits", value, LIMITS);
  const position = checkLimit("config.limits.maxPosition", given["maxPosition"], issues);
  const order = checkLimit("config.limits.maxOrder", given["maxOrder"], issues);
  return {
    canonical: { maxPosition: position.canonical, maxOrder: order.canonical },
    settings: {
      positionUnitsE9: position.units,
      positionShareE9: position.share,
      orderUnitsE9: order.units,
      orderShareE9: order.share,
    },
  };
}

interface CheckedLimit {
  readonly units: bigint;
  readonly share: bigint;
  readonly canonical: Json;
}

function checkLimit(path: string, value: unknown, issues: IssueList): CheckedLimit {
  const none = { units: 0n, share: 0n, canonical: null };
  if (value === undefined) return none;
  const issueCount = issues.issues.length;
  const given = record(issues, path, value, MEASURES);
  const measure = (field: string): bigint => {
    if (given[field] === undefined) return 0n;
    return decimalWithin(issues, `${path}.${field}`, given[field], RATE_DECIMALS, isPositive, "a number above 0");
  };
  const units = measure("quantity");
  const share = measure("share");
  if (units === 0n && share === 0n) {
    if (issues.issues.length === issueCount) issues.add("config/field", path, "a quantity or a share", "neither");
    return none;
  }
  const text = (amount: bigint): string | null => (amount === 0n ? null : rateText(amount));
  return { units, share, canonical: { quantity: text(units), share: text(share) } };
}

function isPositive(mantissa: bigint): boolean {
  return mantissa > 0n;
}
