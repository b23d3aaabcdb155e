// Portfolio views: series that decisions take for the account's equity and its peak, in place of the books.
//
// A view has a row wherever its series have one. It is taken before the decisions of its bucket, which see that row;
// what comes between two rows sees the newest. The books, buying power and the run's limits know nothing of it.
//
// Always true:
//   a row without an equity, or without its peak, is not known: nothing is opened by it;
//   risk over a view keeps the view's rows that are known, one after the other, as it keeps snapshots.
// Units: money mantissas, to the nearest.

import {
  POLICY_CODE, POLICY_PORTFOLIO, POLICY_RISK, RISK_VIEW, VIEW_CLOCK, VIEW_COUNT, VIEW_EQUITY, VIEW_EQUITY_COLUMN,
  VIEW_IS_KNOWN, VIEW_IS_UNKNOWN, VIEW_PEAK, VIEW_PEAK_COLUMN, VIEW_SCALE, VIEW_STAGE,
} from "./abi-policy";
import { FLAG_HAS_VIEWS, RUN_FLAGS, RUN_POLICY_COUNT } from "./abi-run";
import { clockAt, rowOfBucket } from "./block";
import { policyAt, policyParam, policyState } from "./policy";
import { commitEquities } from "./risk";
import { run } from "./run";
import { INTEGER_MAX, valueOf } from "./term";

/** True when decisions of the run have views. */
// @ts-ignore: decorator
@inline export function hasViews(): bool {
  return (load<i32>(run, RUN_FLAGS) & FLAG_HAS_VIEWS) != 0;
}

/** Takes the rows of all views in `bucket`, and lets risk over them keep what they say. */
export function takeViews(bucket: i32): void {
  for (let i = 0, count = load<i32>(run, RUN_POLICY_COUNT); i < count; i++) {
    const policy = policyAt(i);
    if (load<i32>(policy, POLICY_CODE) != POLICY_PORTFOLIO) continue;
    const row = rowOfBucket(clockAt(<i32>policyParam(policy, VIEW_CLOCK)), bucket);
    if (row >= 0 && takeRow(policy, row)) keepRow(i + 1, policyState(policy) + VIEW_EQUITY);
  }
}

/** Takes a row of a view; gives whether it is known. */
function takeRow(view: usize, row: i32): bool {
  const kept = policyState(view);
  const scale = <f64>policyParam(view, VIEW_SCALE);
  const worth = valueOf(<usize>policyParam(view, VIEW_EQUITY_COLUMN), row) * scale;
  const peaks = <usize>policyParam(view, VIEW_PEAK_COLUMN);
  const peak = peaks == 0 ? worth : valueOf(peaks, row) * scale;
  // Null compares with nothing.
  if (!(Math.abs(worth) <= INTEGER_MAX && Math.abs(peak) <= INTEGER_MAX)) {
    store<i64>(kept, VIEW_IS_UNKNOWN, VIEW_STAGE);
    return false;
  }
  const count = load<i64>(kept, VIEW_COUNT);
  const before: i64 = load<i64>(kept, VIEW_PEAK);
  const now = <i64>nearest(peak);
  store<i64>(kept, VIEW_IS_KNOWN, VIEW_STAGE);
  store<i64>(kept, <i64>nearest(worth), VIEW_EQUITY);
  store<i64>(kept, peaks == 0 && count > 0 && before > now ? before : now, VIEW_PEAK);
  store<i64>(kept, count + 1, VIEW_COUNT);
  return true;
}

/** Lets every risk policy over the view in `place` (its index plus one) keep the equity at `worth`. */
function keepRow(place: i32, worth: usize): void {
  for (let i = 0, count = load<i32>(run, RUN_POLICY_COUNT); i < count; i++) {
    const policy = policyAt(i);
    if (load<i32>(policy, POLICY_CODE) != POLICY_RISK || policyParam(policy, RISK_VIEW) != place) continue;
    commitEquities(policy, worth, 1);
  }
}
