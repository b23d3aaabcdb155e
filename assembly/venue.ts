// The venue in hand: whose fees, half spread, latency and volume an order meets, where the run states venues.
//
// Always true:
//   no venue is in hand but while one order is filled, looked at or sized; from there on the run's own market is;
//   what a venue fills of a bar is within its own bounds and within the run's, which all venues share (`FILLS.md` B11).
// Units: quantities as mantissas; shares in 1e-9; times in ns.
// Not here: which venue an order is sent to (`route.ts`).

import { EXECUTION_LATENCY } from "./abi-execution";
import { MARKET_BUDGET, ORDER_VENUE } from "./abi-order";
import { INSTRUMENT_LOT, INSTRUMENT_UNIT, RUN_FEE_TAKER } from "./abi-run";
import {
  VENUE_BYTES, VENUE_FEES, VENUE_LATENCY, VENUE_LIST_BYTES, VENUE_LIST_COUNT, VENUE_LIST_NUMBERS, VENUE_PARTICIPATION,
  VENUE_UNITS, VENUES_BUDGETS, VENUES_COUNT, VENUES_LISTS, VENUES_RECORDS,
} from "./abi-venue";
import * as bar from "./bar";
import { VOLUME_UNKNOWN, WHOLE } from "./cost";
import { execution, instrumentAt, run, takeTerms, venue, venues } from "./run";
import { mulDivFloor, subChecked } from "./wide";

/** The venue with this number plus one; 0 for none. */
// @ts-ignore: decorator
@inline export function venueAt(place: i32): usize {
  return place == 0 ? 0 : <usize>load<u32>(venues, VENUES_RECORDS) + <usize>(place - 1) * VENUE_BYTES;
}

/** Venues of an instrument. */
// @ts-ignore: decorator
@inline export function listOf(instrument: i32): usize {
  return <usize>load<u32>(venues, VENUES_LISTS) + <usize>instrument * VENUE_LIST_BYTES;
}

/** Their number, and the number plus one of the one in place `i` of them. */
export function venueCount(instrument: i32): i32 {
  return load<i32>(listOf(instrument), VENUE_LIST_COUNT);
}

export function venueIn(instrument: i32, i: i32): i32 {
  return load<u8>(listOf(instrument) + VENUE_LIST_NUMBERS + <usize>i);
}

/** Takes the venue with this number plus one in hand; 0 for the run's own market. */
export function takeVenue(place: i32): void {
  const record = venueAt(place);
  const fees: usize = record == 0 ? 0 : load<u32>(record, VENUE_FEES);
  takeTerms(record, fees == 0 ? run + RUN_FEE_TAKER : fees);
}

/** Takes the venue of `order` in hand. */
// @ts-ignore: decorator
@inline export function takeVenueOf(order: usize): void {
  if (venues != 0) takeVenue(load<i32>(order, ORDER_VENUE));
}

/** Takes the run's own market in hand again. */
// @ts-ignore: decorator
@inline export function leaveVenue(): void {
  if (venue != 0) takeVenue(0);
}

/** Time from a decision about `order` to its arrival. */
// @ts-ignore: decorator
@inline export function latencyOf(order: usize): i64 {
  if (venues == 0 || load<i32>(order, ORDER_VENUE) == 0) return load<i64>(execution, EXECUTION_LATENCY);
  return load<i64>(venueAt(load<i32>(order, ORDER_VENUE)), VENUE_LATENCY);
}

/** Quantity that `order` may still take from the bar in hand. */
// @ts-ignore: decorator
@inline export function budgetOf(order: usize): i64 {
  const all = load<i64>(bar.market, MARKET_BUDGET);
  return venues == 0 ? all : lesser(all, order);
}

function lesser(all: i64, order: usize): i64 {
  const place = load<i32>(order, ORDER_VENUE);
  if (place == 0) return all;
  const own = load<i64>(budgetAt(bar.instrument, place));
  return own < all ? own : all;
}

/** Takes `quantity` (> 0) that `order` fills off what is left of the bar in hand. */
// @ts-ignore: decorator
@inline export function spendBudget(order: usize, quantity: i64): void {
  const all = load<i64>(bar.market, MARKET_BUDGET);
  if (all != i64.MAX_VALUE) store<i64>(bar.market, all - quantity, MARKET_BUDGET);
  if (venues != 0) spendAtVenue(load<i32>(order, ORDER_VENUE), quantity);
}

function spendAtVenue(place: i32, quantity: i64): void {
  if (place == 0) return;
  const at = budgetAt(bar.instrument, place);
  if (load<i64>(at) != i64.MAX_VALUE) store<i64>(at, subChecked(load<i64>(at), quantity));
}

function budgetAt(instrument: i32, place: i32): usize {
  const row = instrument * load<i32>(venues, VENUES_COUNT) + place - 1;
  return <usize>load<u32>(venues, VENUES_BUDGETS) + (<usize>row << 3);
}

/** Makes what every venue may fill of the bar in hand. */
export function makeBudgets(): void {
  for (let place = 1, count = load<i32>(venues, VENUES_COUNT); place <= count; place++) {
    store<i64>(budgetAt(bar.instrument, place), venueBudget(place, bar.instrument, bar.volume));
  }
}

/** Quantity, in whole lots, that a venue fills of a bar of an instrument with this volume; i64 maximum for no bound. */
export function venueBudget(place: i32, instrument: i32, volume: i64): i64 {
  const record = venueAt(place);
  const facts = instrumentAt(instrument);
  const share = load<i64>(record, VENUE_PARTICIPATION);
  const units = load<i64>(record, VENUE_UNITS);
  let most = i64.MAX_VALUE;
  if (units != 0) most = mulDivFloor(units, load<i64>(facts, INSTRUMENT_UNIT), WHOLE);
  if (share != 0 && volume != VOLUME_UNKNOWN) {
    const part = mulDivFloor(volume, share, WHOLE);
    if (part < most) most = part;
  }
  return most == i64.MAX_VALUE ? most : most - most % load<i64>(facts, INSTRUMENT_LOT);
}
