// Risk control: what an account may add to its positions, judged on snapshots over a delayed edge (`NODESETS.md` 1, 4).
//
// A decision in bucket t sees the equity at the end of bucket t - lag, or that of its portfolio view, whose newest row
// is the snapshot then (`view.ts`), and positions with its own order. Drawdown and volatility refuse whatever opens;
// position, concentration and leverage bound it, by cutting or by refusing it. What only reduces is never judged.
//
// Always true:
//   the position after the order is judged, not the order alone;
//   money and quantities are integers, limits are rounded down and what is measured against them up; the volatility
//   alone is a float.
// Units: money, price and quantity mantissas; shares in 1e-9.

import { ACCOUNT_START } from "./abi-ledger";
import {
  NO_LIMIT, RISK_ANNUAL, RISK_CONCENTRATION, RISK_COUNT, RISK_DRAWDOWN, RISK_DYNAMIC, RISK_LAG, RISK_LEVERAGE,
  RISK_PEAK, RISK_POSITION, RISK_RING, RISK_SAMPLES, RISK_SAMPLES_MIN, RISK_VIEW, RISK_VOLATILITY, SEVERITY_CRITICAL,
  SEVERITY_CRITICAL_TENTHS, SEVERITY_HIGH, SEVERITY_HIGH_TENTHS, SEVERITY_LOW, SEVERITY_MEDIUM, SEVERITY_MEDIUM_TENTHS,
  VIEW_PEAK,
} from "./abi-policy";
import {
  REASON_CONCENTRATION_LIMIT, REASON_DRAWDOWN_LIMIT, REASON_LEVERAGE_LIMIT, REASON_NONE, REASON_POSITION_SIZE_LIMIT,
  REASON_VOLATILITY_LIMIT,
} from "./abi-reason";
import { WHOLE } from "./cost";
import { allBeside, exposureBeside, ownBeside } from "./exposure";
import { hasMany } from "./ledger";
import { policyAt, policyParam, policyState } from "./policy";
import { account, instrumentAt } from "./run";
import { wholeLots } from "./sizing";
import { quantityFor, valueCeil } from "./value";
import { addChecked, mulDivCeil, mulDivFloor, subChecked } from "./wide";

/** Largest share that is reckoned exactly. */
const SHARE_MAX: f64 = 9.0e9;

/** What the last judgement measured, and against which limit, in 1e-9; SEVERITY_* of it. */
export let riskValue: i64 = 0;
export let riskLimit: i64 = 0;
export let riskSeverity: i32 = SEVERITY_LOW;
/** Why the last opening was cut or refused, REASON_NONE when it was not. */
export let riskReason: i32 = REASON_NONE;

/** Notes the equity at the end of `count` buckets, or in as many rows of its view. */
export function commitEquities(policy: usize, worths: usize, count: i32): void {
  const kept = policyState(policy);
  const lag = policyParam(policy, RISK_LAG);
  const size = ringSize(policy);
  let done = load<i64>(kept, RISK_COUNT);
  let peak = done == 0 ? load<i64>(account, ACCOUNT_START) : load<i64>(kept, RISK_PEAK);
  const end = ringAt(kept, size - 1, size) + 8;
  let at = ringAt(kept, done, size);
  // Runs round the ring behind the first, from bucket `lag` of the run on.
  let behind = ringAt(kept, done < lag ? 0 : done + 1 - lag, size);
  for (let i = 0; i < count; i++) {
    store<i64>(at, load<i64>(worths + (<usize>i << 3)));
    at = at + 8 == end ? kept + RISK_RING : at + 8;
    done++;
    // What enters the sight of the next bucket's decisions.
    if (done < lag) continue;
    const seen = load<i64>(behind);
    behind = behind + 8 == end ? kept + RISK_RING : behind + 8;
    if (seen > peak) peak = seen;
  }
  store<i64>(kept, done, RISK_COUNT);
  store<i64>(kept, peak, RISK_PEAK);
}

// @ts-ignore: decorator
@inline function ringSize(policy: usize): i64 {
  return policyParam(policy, RISK_SAMPLES) + 1 + policyParam(policy, RISK_LAG);
}

// @ts-ignore: decorator
@inline function ringAt(kept: usize, snapshot: i64, size: i64): usize {
  return kept + RISK_RING + (<usize>(snapshot % size) << 3);
}

/** Equity of the newest snapshot that a decision sees: the starting cash before the first. */
function snapshotEquity(policy: usize): i64 {
  const kept = policyState(policy);
  const newest = load<i64>(kept, RISK_COUNT) - policyParam(policy, RISK_LAG);
  return newest < 0 ? load<i64>(account, ACCOUNT_START) : load<i64>(ringAt(kept, newest, ringSize(policy)));
}

/**
 * How much of `opening` (> 0, whole lots), which takes what is held and on its way further at `price`, may be sent.
 * Leaves `riskReason`, and what was measured where it is not REASON_NONE.
 *
 * @param inBar A point of a bar is in hand, at which orders may stand in no list.
 */
export function riskAllowed(policy: usize, instrument: i32, buys: bool, opening: i64, price: i64, inBar: bool): i64 {
  riskReason = REASON_NONE;
  const worth = snapshotEquity(policy);
  if (isDrawnDown(policy, worth) || isVolatile(policy)) return 0;
  const facts = instrumentAt(instrument);
  let allowed = opening;
  const own = ownBeside(instrument, buys, inBar);
  allowed = cut(policy, RISK_POSITION, REASON_POSITION_SIZE_LIMIT, facts, price, worth, own, 0, opening, allowed);
  // Where each instrument has one position, what the strategy holds is all that the account does.
  const all = hasMany() ? allBeside(instrument, buys, inBar) : own;
  allowed = cut(policy, RISK_CONCENTRATION, REASON_CONCENTRATION_LIMIT, facts, price, worth, all, 0, opening, allowed);
  if (policyParam(policy, RISK_LEVERAGE) != NO_LIMIT) {
    const others = exposureBeside(instrument, inBar);
    allowed = cut(policy, RISK_LEVERAGE, REASON_LEVERAGE_LIMIT, facts, price, worth, all, others, opening, allowed);
  }
  if (riskReason == REASON_NONE) return opening;
  return policyParam(policy, RISK_DYNAMIC) != 0 ? wholeLots(facts, allowed) : 0;
}

/** True when the snapshots' equity lies too far under their peak; leaves why. */
function isDrawnDown(policy: usize, worth: i64): bool {
  const limit = policyParam(policy, RISK_DRAWDOWN);
  if (limit == NO_LIMIT) return false;
  const peak = peakOf(policy);
  // A view may state a peak that its equity is above: no drawdown, however far.
  if (peak <= 0 || worth >= peak) return false;
  const isHuge = (<f64>peak - <f64>worth) / <f64>peak > SHARE_MAX;
  const share = isHuge ? i64.MAX_VALUE : mulDivCeil(subChecked(peak, worth), WHOLE, peak);
  return share > limit && exceeds(REASON_DRAWDOWN_LIMIT, share, limit);
}

/** Peak of the snapshots' equity: of a view its own, of the account never below the starting cash. */
function peakOf(policy: usize): i64 {
  const place = <i32>policyParam(policy, RISK_VIEW);
  if (place != 0) return load<i64>(policyState(policyAt(place - 1)), VIEW_PEAK);
  const kept = policyState(policy);
  return load<i64>(kept, RISK_COUNT) == 0 ? load<i64>(account, ACCOUNT_START) : load<i64>(kept, RISK_PEAK);
}

/** True when the returns between the snapshots deviate too much; leaves why. */
function isVolatile(policy: usize): bool {
  const limit = policyParam(policy, RISK_VOLATILITY);
  if (limit == NO_LIMIT) return false;
  const deviation = yearlyDeviation(policy);
  if (!(deviation * 1e9 > <f64>limit)) return false;
  const share = ceil(deviation * 1e9);
  return exceeds(REASON_VOLATILITY_LIMIT, share < 9e18 ? <i64>share : i64.MAX_VALUE, limit);
}

/** Population deviation of the last returns, a year's worth; NaN while they are too few or equity is not positive. */
function yearlyDeviation(policy: usize): f64 {
  const kept = policyState(policy);
  const newest = load<i64>(kept, RISK_COUNT) - policyParam(policy, RISK_LAG);
  const samples = policyParam(policy, RISK_SAMPLES);
  const count = newest < samples ? newest : samples;
  if (count < policyParam(policy, RISK_SAMPLES_MIN) || count < 1) return NaN;
  const size = ringSize(policy);
  const first = kept + RISK_RING;
  const last = ringAt(kept, size - 1, size);
  const newestAt = ringAt(kept, newest, size);
  let sum: f64 = 0;
  let at = newestAt;
  for (let i: i64 = 0; i < count; i++) {
    const before = at == first ? last : at - 8;
    sum += returnOn(before, at);
    at = before;
  }
  const mean = sum / <f64>count;
  let squares: f64 = 0;
  at = newestAt;
  for (let i: i64 = 0; i < count; i++) {
    const before = at == first ? last : at - 8;
    const off = returnOn(before, at) - mean;
    squares += off * off;
    at = before;
  }
  return sqrt(squares / <f64>count * (<f64>policyParam(policy, RISK_ANNUAL) / 1e9));
}

/** Return of the snapshot at `at` on the one at `earlier`; NaN from equity that is not positive. */
// @ts-ignore: decorator
@inline function returnOn(earlier: usize, at: usize): f64 {
  const before = load<i64>(earlier);
  return before <= 0 ? NaN : <f64>load<i64>(at) / <f64>before - 1;
}

/**
 * Cuts `allowed` to the room that the limit at `field` leaves beside `own` units of the instrument and `others` of
 * money; leaves the reason of the tightest limit.
 */
function cut(
  policy: usize, field: usize, reason: i32, facts: usize, price: i64, worth: i64, own: i64, others: i64, opening: i64,
  allowed: i64,
): i64 {
  const limit = policyParam(policy, field);
  if (limit == NO_LIMIT) return allowed;
  const money = worth > 0 ? subChecked(mulDivFloor(worth, limit, WHOLE), others) : 0;
  const room = (money > 0 ? quantityFor(facts, price, money) : 0) - own;
  if (room >= allowed) return allowed;
  const after = addChecked(others, valueCeil(facts, price, addChecked(own, opening)));
  // What is beyond what a share can say is as much as it can say.
  const isHuge = worth <= 0 || <f64>after / <f64>worth > SHARE_MAX;
  exceeds(reason, isHuge ? i64.MAX_VALUE : mulDivCeil(after, WHOLE, worth), limit);
  return room > 0 ? room : 0;
}

/** Keeps what was measured; gives true. */
function exceeds(reason: i32, value: i64, limit: i64): bool {
  riskReason = reason;
  riskValue = value;
  riskLimit = limit;
  riskSeverity = severityOf(value, limit);
  return true;
}

/** How far `value` lies over `limit`. */
export function severityOf(value: i64, limit: i64): i32 {
  if (reaches(value, limit, SEVERITY_CRITICAL_TENTHS)) return SEVERITY_CRITICAL;
  if (reaches(value, limit, SEVERITY_HIGH_TENTHS)) return SEVERITY_HIGH;
  return reaches(value, limit, SEVERITY_MEDIUM_TENTHS) ? SEVERITY_MEDIUM : SEVERITY_LOW;
}

// @ts-ignore: decorator
@inline function reaches(value: i64, limit: i64, tenths: i64): bool {
  return value >= mulDivCeil(limit, tenths, 10);
}
