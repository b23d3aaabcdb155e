// Holdings: the exposure that a position counts for, the margin that it must keep and the margin that it has.
//
// Exposure is reckoned in units of the account's leverage: an instrument with half of it counts for twice its value.
// Tiers are progressive: each rate holds for the part of a position's value that lies in its tier.
//
// Units: money mantissas; weights and rates in 1e-9.
// Rounding: exposure and margins up, against the account.

import {
  ACCOUNT_IS_ISOLATED, ACCOUNT_IS_LIQUIDATING, ACCOUNT_IS_WEIGHTED, MARGIN_TIER_BYTES, MARGIN_TIER_FROM,
  MARGIN_TIER_MAINTENANCE, MARGIN_TIER_WEIGHT, TRADED_MAINTENANCE, TRADED_TIERS, TRADED_TIER_COUNT, TRADED_WEIGHT,
} from "./abi-account";
import {
  ACCOUNT_LOCKED, ACCOUNT_MAINTENANCE, ACCOUNT_WEIGHTED, HOLDING_MAINTENANCE, HOLDING_MARGIN, HOLDING_WEIGHTED,
} from "./abi-ledger";
import { RUN_LEVERAGE } from "./abi-run";
import { account, accountFlags, holdingAt, run, tradedAt } from "./run";
import { addChecked, mulDivCeil, mulDivFloor, subChecked } from "./wide";

/** One whole, for weights and rates. */
const WHOLE: i64 = 1_000_000_000;

/** True when some instrument has less leverage than the account. */
// @ts-ignore: decorator
@inline export function isWeighted(): bool {
  return (accountFlags & ACCOUNT_IS_WEIGHTED) != 0;
}

/** Exposure that a position of `value` (>= 0) in `instrument` counts for. */
export function weightedExposure(instrument: i32, value: i64): i64 {
  if (!isWeighted()) return value;
  return byTiers(tradedAt(instrument), value, TRADED_WEIGHT, MARGIN_TIER_WEIGHT);
}

/** Margin below which a position of `value` (>= 0) in `instrument` is liquidated. */
export function maintenanceMargin(instrument: i32, value: i64): i64 {
  return byTiers(tradedAt(instrument), value, TRADED_MAINTENANCE, MARGIN_TIER_MAINTENANCE);
}

/** `value` by the rate in `field`, or by the tiers' rates in `tierField` where there are tiers. */
function byTiers(traded: usize, value: i64, field: usize, tierField: usize): i64 {
  const count = load<i32>(traded, TRADED_TIER_COUNT);
  if (count == 0) return mulDivCeil(value, load<i64>(traded + field), WHOLE);
  let tier: usize = load<u32>(traded, TRADED_TIERS);
  let sum: i64 = 0;
  for (let i = 0; i < count; i++, tier += MARGIN_TIER_BYTES) {
    const from = load<i64>(tier, MARGIN_TIER_FROM);
    if (value <= from) break;
    const to = i + 1 < count ? load<i64>(tier, MARGIN_TIER_BYTES + MARGIN_TIER_FROM) : value;
    sum = addChecked(sum, mulDivCeil((value < to ? value : to) - from, load<i64>(tier + tierField), WHOLE));
  }
  return sum;
}

/** The rate of the tier that `value` lies in, or the rate in `field` without tiers. */
export function maintenanceRate(instrument: i32, value: i64): i64 {
  const traded = tradedAt(instrument);
  const count = load<i32>(traded, TRADED_TIER_COUNT);
  if (count == 0) return load<i64>(traded, TRADED_MAINTENANCE);
  let tier: usize = load<u32>(traded, TRADED_TIERS);
  let rate: i64 = 0;
  for (let i = 0; i < count && load<i64>(tier, MARGIN_TIER_FROM) <= value; i++, tier += MARGIN_TIER_BYTES) {
    rate = load<i64>(tier, MARGIN_TIER_MAINTENANCE);
  }
  return rate;
}

/** True when positions of the account have sums of exposure or of maintenance margins to be kept. */
// @ts-ignore: decorator
@inline export function hasMargins(): bool {
  return (accountFlags & (ACCOUNT_IS_LIQUIDATING | ACCOUNT_IS_WEIGHTED)) != 0;
}

/** Reckons the margins of a position anew, which is worth `value` (>= 0) now, and the account's sums of them. */
export function remargin(position: i32, instrument: i32, value: i64): void {
  const holding = holdingAt(position);
  const weighted = weightedExposure(instrument, value);
  const maintenance = maintenanceMargin(instrument, value);
  const moreWeight = weighted - load<i64>(holding, HOLDING_WEIGHTED);
  const moreMaintenance = maintenance - load<i64>(holding, HOLDING_MAINTENANCE);
  store<i64>(holding, weighted, HOLDING_WEIGHTED);
  store<i64>(holding, maintenance, HOLDING_MAINTENANCE);
  store<i64>(account, addChecked(load<i64>(account, ACCOUNT_WEIGHTED), moreWeight), ACCOUNT_WEIGHTED);
  store<i64>(account, addChecked(load<i64>(account, ACCOUNT_MAINTENANCE), moreMaintenance), ACCOUNT_MAINTENANCE);
}

/** True when each position has a margin of its own. */
// @ts-ignore: decorator
@inline export function isIsolated(): bool {
  return (accountFlags & ACCOUNT_IS_ISOLATED) != 0;
}

/** Locks the margin of an addition that takes a position from `before` to `after` in value (both >= 0). */
export function lockMargin(position: i32, instrument: i32, before: i64, after: i64): void {
  const exposure = subChecked(weightedExposure(instrument, after), weightedExposure(instrument, before));
  addMargin(position, mulDivCeil(exposure, WHOLE, load<i64>(run, RUN_LEVERAGE)));
}

/** Frees the share of a position's margin that leaves with `part` of `all` of its quantity; all of it at the end. */
export function freeMargin(position: i32, part: i64, all: i64): void {
  const margin = load<i64>(holdingAt(position), HOLDING_MARGIN);
  addMargin(position, part == all ? -margin : -mulDivFloor(margin, part, all));
}

/** Adds `amount` (signed) to the margin of an isolated position. */
export function addMargin(position: i32, amount: i64): void {
  const holding = holdingAt(position);
  store<i64>(holding, addChecked(load<i64>(holding, HOLDING_MARGIN), amount), HOLDING_MARGIN);
  store<i64>(account, addChecked(load<i64>(account, ACCOUNT_LOCKED), amount), ACCOUNT_LOCKED);
}
