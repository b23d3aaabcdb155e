// Fee tables: fees with tiers, bounds and several components, which change at given dates.
//
// A table is one component or several, whose fees add up; the first may have a least and a largest fee of an order.
// Tiers by notional go by the order's own value, each rate on its part; tiers by volume go by what the account traded
// in the 30 UTC days before, one rate for all of a fill. What a plain percentage needs stands in the run's header.
//
// Always true:
//   the fees of an order's fills add up to what the table gives for all of them, bounds included.
// Units: rates in 1e-9; money mantissas.
// Rounding: each component's fee up, a rebate down (`FILLS.md` G6).

import { ACCOUNT_IS_ROLLING, SETTINGS_VOLUME } from "./abi-account";
import {
  FEES_CURRENT, FEES_TABLES, FEE_BY, FEE_BY_VOLUME, FEE_MAKER, FEE_MAXIMUM, FEE_MAXIMUM_SHARE, FEE_MINIMUM, FEE_MORE,
  FEE_TABLE_BYTES, FEE_TAKER, FEE_TIERS, FEE_TIER_ABOVE, FEE_TIER_BYTES, FEE_TIER_COUNT, FEE_TIER_MAKER,
  FEE_TIER_TAKER, FEE_TIER_UNIT, FEE_UNIT,
} from "./abi-fees";
import { ACCOUNT_DAY, VOLUME_BY_DAY, VOLUME_DAYS, VOLUME_SUM } from "./abi-ledger";
import { ORDER_FEE, ORDER_FEE_EXACT, ORDER_VALUE } from "./abi-order";
import {
  INSTRUMENT_UNIT, RUN_FEES, RUN_FEE_MAKER, RUN_FEE_MINIMUM, RUN_FEE_TAKER, RUN_FEE_UNIT,
} from "./abi-run";
import { VENUE_FEES } from "./abi-venue";
import { account, accountFlags, run, settings, venue } from "./run";
import { addChecked, mulDivCeil, mulDivFloor, subChecked } from "./wide";

/** One whole, for rates. */
const WHOLE: i64 = 1_000_000_000;
/** Days of a rolling volume. */
const ROLLING_DAYS: i64 = 30;

// @ts-ignore: decorator
@inline function currentTable(): usize {
  const own: usize = venue == 0 ? 0 : load<u32>(venue, VENUE_FEES);
  return own != 0 ? own : load<u32>(load<u32>(run, RUN_FEES), FEES_CURRENT);
}

/** Fee of `quantity` (> 0) worth `value` by rates alone. */
export function feeByRates(facts: usize, value: i64, quantity: i64, taker: i64, unit: i64): i64 {
  const fee = taker >= 0 ? mulDivCeil(value, taker, WHOLE) : -mulDivFloor(value, -taker, WHOLE);
  if (unit == 0) return fee;
  const byUnit = mulDivCeil(mulDivCeil(quantity, unit, load<i64>(facts, INSTRUMENT_UNIT)), 1, WHOLE);
  return addChecked(fee, byUnit);
}

/** Fee of a component for an addition to an order that had `before` of value. */
function feeOfComponent(component: usize, facts: usize, value: i64, quantity: i64, before: i64, maker: bool): i64 {
  const tiers = load<i32>(component, FEE_TIER_COUNT);
  if (tiers == 0 || load<i32>(component, FEE_BY) == FEE_BY_VOLUME) {
    const tier = tiers == 0 ? 0 : tierOf(component, load<i64>(load<u32>(settings, SETTINGS_VOLUME), VOLUME_SUM));
    return feeByRates(facts, value, quantity, rateOf(component, tier, maker), unitOf(component, tier));
  }
  let fee: i64 = 0;
  let from = before;
  const to = addChecked(before, value);
  for (let tier = tierOf(component, before); from < to; tier++) {
    const end = tier < tiers ? load<i64>(tierAt(component, tier + 1), FEE_TIER_ABOVE) : to;
    const part = (end < to ? end : to) - from;
    fee = addChecked(fee, feeByRates(facts, part, 0, rateOf(component, tier, maker), 0));
    from += part;
  }
  return addChecked(fee, feeByRates(facts, 0, quantity, 0, load<i64>(component, FEE_UNIT)));
}

/** Number of the tier that `amount` lies in; 0 below all. */
function tierOf(component: usize, amount: i64): i32 {
  const count = load<i32>(component, FEE_TIER_COUNT);
  let tier = 0;
  while (tier < count && load<i64>(tierAt(component, tier + 1), FEE_TIER_ABOVE) <= amount) tier++;
  return tier;
}

/** The tier numbered from 1. */
function tierAt(component: usize, tier: i32): usize {
  return <usize>load<u32>(component, FEE_TIERS) + <usize>(tier - 1) * FEE_TIER_BYTES;
}

function rateOf(component: usize, tier: i32, maker: bool): i64 {
  if (tier == 0) return maker ? load<i64>(component, FEE_MAKER) : load<i64>(component, FEE_TAKER);
  const at = tierAt(component, tier);
  return maker ? load<i64>(at, FEE_TIER_MAKER) : load<i64>(at, FEE_TIER_TAKER);
}

function unitOf(component: usize, tier: i32): i64 {
  return tier == 0 ? load<i64>(component, FEE_UNIT) : load<i64>(tierAt(component, tier), FEE_TIER_UNIT);
}

/** What an order whose first component comes to `exact` pays for it, all in all worth `value`. */
function bounded(component: usize, exact: i64, value: i64): i64 {
  let fee = exact;
  const least = load<i64>(component, FEE_MINIMUM);
  if (least != 0 && fee < least) fee = least;
  const most = load<i64>(component, FEE_MAXIMUM);
  if (fee > most) fee = most;
  const share = load<i64>(component, FEE_MAXIMUM_SHARE);
  if (share == 0) return fee;
  const mostOfValue = mulDivCeil(value, share, WHOLE);
  return fee > mostOfValue ? mostOfValue : fee;
}

/** Fees of the components behind the first. */
function feeOfOthers(facts: usize, value: i64, quantity: i64, before: i64, maker: bool): i64 {
  const table = currentTable();
  let fee: i64 = 0;
  for (let i = 1, count = load<i32>(table, FEE_MORE); i <= count; i++) {
    const component = table + <usize>i * FEE_TABLE_BYTES;
    fee = addChecked(fee, feeOfComponent(component, facts, value, quantity, before, maker));
  }
  return fee;
}

/** Fee of a new order of `quantity` worth `value`, filled at once. */
export function modelFeeWhole(facts: usize, value: i64, quantity: i64, maker: bool): i64 {
  const table = currentTable();
  const own = bounded(table, feeOfComponent(table, facts, value, quantity, 0, maker), value);
  return addChecked(own, feeOfOthers(facts, value, quantity, 0, maker));
}

/** Fee that the next fill of `order` would be charged. */
export function modelFeeOfNextFill(order: usize, facts: usize, value: i64, quantity: i64, maker: bool): i64 {
  const table = currentTable();
  const before = load<i64>(order, ORDER_VALUE);
  const added = feeOfComponent(table, facts, value, quantity, before, maker);
  const due = bounded(table, addChecked(load<i64>(order, ORDER_FEE_EXACT), added), addChecked(before, value));
  const own = subChecked(due, load<i64>(order, ORDER_FEE));
  return addChecked(own, feeOfOthers(facts, value, quantity, before, maker));
}

/** Keeps what a fill was charged for the first component, and what it was worth. */
export function modelChargeFee(order: usize, facts: usize, value: i64, quantity: i64, maker: bool, fee: i64): void {
  const before = load<i64>(order, ORDER_VALUE);
  const added = feeOfComponent(currentTable(), facts, value, quantity, before, maker);
  const own = subChecked(fee, feeOfOthers(facts, value, quantity, before, maker));
  store<i64>(order, addChecked(load<i64>(order, ORDER_FEE_EXACT), added), ORDER_FEE_EXACT);
  store<i64>(order, addChecked(load<i64>(order, ORDER_FEE), own), ORDER_FEE);
  store<i64>(order, addChecked(before, value), ORDER_VALUE);
  if ((accountFlags & ACCOUNT_IS_ROLLING) != 0) addVolume(value);
}

/** Lets table `index` hold from here on. */
export function takeFeeTable(index: i32): void {
  const fees: usize = load<u32>(run, RUN_FEES);
  const table: usize = load<u32>(<usize>load<u32>(fees, FEES_TABLES) + (<usize>index << 2));
  store<u32>(fees, <u32>table, FEES_CURRENT);
  store<i64>(run, load<i64>(table, FEE_TAKER), RUN_FEE_TAKER);
  store<i64>(run, load<i64>(table, FEE_MAKER), RUN_FEE_MAKER);
  store<i64>(run, load<i64>(table, FEE_UNIT), RUN_FEE_UNIT);
  store<i64>(run, load<i64>(table, FEE_MINIMUM), RUN_FEE_MINIMUM);
}

/** Place of a day's volume in the ring. */
function volumeOfDay(day: i64): usize {
  const slot = <usize>((day % VOLUME_DAYS + VOLUME_DAYS) % VOLUME_DAYS);
  return <usize>load<u32>(settings, SETTINGS_VOLUME) + VOLUME_BY_DAY + (slot << 3);
}

/** Adds to the volume of the day in hand. */
function addVolume(value: i64): void {
  const at = volumeOfDay(load<i64>(account, ACCOUNT_DAY) - 1);
  store<i64>(at, addChecked(load<i64>(at), value));
}

/** Day `day` begins: the one before it joins the 30 days that count, the one 30 days before that leaves them. */
export function rollVolume(day: i64): void {
  const volume: usize = load<u32>(settings, SETTINGS_VOLUME);
  const joins = load<i64>(volumeOfDay(day - 1));
  const leaves = volumeOfDay(day - 1 - ROLLING_DAYS);
  const sum = addChecked(load<i64>(volume, VOLUME_SUM), joins);
  store<i64>(volume, subChecked(sum, load<i64>(leaves)), VOLUME_SUM);
  store<i64>(leaves, 0);
}
