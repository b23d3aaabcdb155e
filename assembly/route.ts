// The router: the venues that an order is sent to, by what it is expected to cost there, and how much goes to each.
//
// The expected cost of a quantity at a venue is its value at the price that is expected there (the limit of an order
// that rests; else the mark, or the trigger, moved by the venue's half spread and never past a limit), with the fee of
// an order of that quantity and the latency penalty: the share of the value that the way there costs at the router's
// rate. Its smallest sum decides. An order may be split over what each venue is expected to take of a bar like the one
// just closed: every set of venues is tried, each with its legs by what a further unit costs.
//
// Always true:
//   nothing goes to a venue that compliance keeps it from (`compliance.ts`);
//   the legs make the whole: what no venue is expected to take goes to the one where that costs least, and waits there;
//   a split never costs more than the cheapest venue that takes the order whole;
//   of equal costs the one with fewer legs is chosen, then the one with the earlier venues;
//   no leg is below the least order of its instrument.
// Units: quantities and prices as mantissas; money in the smallest unit; shares in 1e-9.
// Rounding: value, fee and penalty of each leg against the account (`FILLS.md` G6); a share of latency up.
// Assumed: fees by tiers are split by their first rate; candidates are compared at what they cost in full.
// Source: the same meaning as the router between intents and venues, `adapters/execution/route/venue-quote.ts`.

import { FEE_MAKER, FEE_MINIMUM, FEE_TAKER, FEE_UNIT } from "./abi-fees";
import { MARKET_MARK, TYPE_LIMIT, TYPE_MARKET } from "./abi-order";
import { GATES_ROUTER } from "./abi-policy";
import {
  INSTRUMENT_LOT, INSTRUMENT_NOTIONAL_MIN, INSTRUMENT_QUANTITY_MIN, INSTRUMENT_STREAM, STREAM_BLOCK_CURSOR,
  STREAM_BLOCK_FIRST, STREAM_VOLUME,
} from "./abi-run";
import {
  ROUTER_LATENCY_RATE, ROUTER_SPLITS, VENUE_LATENCY, VENUE_LIST_COUNT, VENUE_LIST_NUMBERS,
} from "./abi-venue";
import { barredVenues } from "./compliance";
import { feeWhole, slippedPrice, VOLUME_UNKNOWN, WHOLE } from "./cost";
import { feeByRates } from "./fees";
import { isPlainLimit } from "./order-kind";
import { gatesOf, policyParam } from "./policy";
import { instrumentAt, marketAt, rates, streamAt, venue, venues } from "./run";
import { quantityFor, valueCeil, valueFloor, valueSigned } from "./value";
import { leaveVenue, listOf, takeVenue, venueBudget, venueCount } from "./venue";
import { addChecked, mulDivCeil, subChecked } from "./wide";

// What is routed; read at once, no state of a run.
let facts: usize = 0;
let buys = false;
let wanted: i64 = 0;
let isMaker = false;
/** Price that a taker's half spread counts from, and the limit that it never passes; 0 for none. */
let basis: i64 = 0;
let limit: i64 = 0;
/** What a second of latency costs, a share. */
let latencyRate: i64 = 0;
let router: usize = 0;
/** Venues of the instrument: their number, and the record of them. */
let count = 0;
let list: usize = 0;
/** Bits of those that compliance leaves out, by their places. */
let barred = 0;

/** Expected price of each venue, what it takes at most, its least leg, and the quantity that its least fee pays for. */
const PRICES: usize = memory.data(64, 8);
const MOST: usize = memory.data(64, 8);
const LEAST: usize = memory.data(64, 8);
const FLAT: usize = memory.data(64, 8);
/** What all that is wanted would cost at what a further unit costs: up to FLAT, in the lot behind it, beyond. */
const WITHIN: usize = memory.data(64, 8);
const BEHIND: usize = memory.data(64, 8);
const BEYOND: usize = memory.data(64, 8);
/** Quantity of each venue in the candidate in hand, and in the best so far. */
const TRIED: usize = memory.data(64, 8);
const CHOSEN: usize = memory.data(64, 8);
const PLACE_BYTES = 64;

/** What the best so far leaves and costs, its number of legs and their bits; no legs for none. */
let chosenLeft: i64 = 0;
let chosenCost: i64 = 0;
let chosenLegs = 0;
let chosenBits = 0;

/** What was routed last, and whether that was to reckon with it: the same order is not routed twice in a moment. */
let isReckoned = false;
let lastIndex = 0;
let lastInstrument = 0;
let lastQuantity: i64 = 0;
let lastType = 0;
let lastTrigger: i64 = 0;
let lastWhole = false;

/** Fee and penalty of the last cost. */
export let expectedFee: i64 = 0;
export let expectedPenalty: i64 = 0;

// @ts-ignore: decorator
@inline function at(table: usize, i: i32): i64 {
  return load<i64>(table + (<usize>i << 3));
}

// @ts-ignore: decorator
@inline function put(table: usize, i: i32, value: i64): void {
  store<i64>(table + (<usize>i << 3), value);
}

/** Number plus one of the venue in place `i` of those of the instrument. */
export function placeOf(i: i32): i32 {
  return load<u8>(list + VENUE_LIST_NUMBERS + <usize>i);
}

/** Quantity (> 0, or 0 for none) that goes to the venue in place `i`. */
export function legOf(i: i32): i64 {
  return at(CHOSEN, i);
}

/** Price that is expected of the venue in place `i`. */
export function priceOfVenue(i: i32): i64 {
  return at(PRICES, i);
}

/** True when the decision numbered `index` has a router, and the instrument venues. */
export function isRouted(index: i32, instrument: i32): bool {
  if (venues == 0) return false;
  const gates = gatesOf(index);
  if (gates == 0 || load<u32>(gates, GATES_ROUTER) == 0) return false;
  return venueCount(instrument) != 0;
}

/**
 * Routes `quantity` (signed) of an order of `type` with these prices, 0 for none, of a decision that is routed. Gives
 * the number of venues of the instrument, each with its leg (`legOf`).
 *
 * @param whole It goes to one venue, whatever the router may split.
 */
export function route(
  index: i32, instrument: i32, quantity: i64, type: i32, limitPrice: i64, trigger: i64, whole: bool,
): i32 {
  const isSame = isReckoned && index == lastIndex && instrument == lastInstrument && quantity == lastQuantity
    && type == lastType && limitPrice == limit && trigger == lastTrigger && whole == lastWhole;
  isReckoned = false;
  if (isSame) return count;
  lastIndex = index;
  lastInstrument = instrument;
  lastQuantity = quantity;
  lastType = type;
  lastTrigger = trigger;
  lastWhole = whole;
  takeOrder(index, instrument, quantity, type, limitPrice, trigger);
  chosenLegs = 0;
  if (whole || policyParam(router, ROUTER_SPLITS) == 0 || (type != TYPE_MARKET && type != TYPE_LIMIT)) chooseWhole();
  else chooseSplit();
  leaveVenue();
  return count;
}

/**
 * Takes in hand the dearest of the venues that `quantity` (signed) would go to: what is sized is reckoned there, so
 * that it is paid for wherever it fills.
 */
export function reckonAt(
  index: i32, instrument: i32, quantity: i64, type: i32, limitPrice: i64, trigger: i64, whole: bool,
): void {
  if (quantity == 0 || !isRouted(index, instrument)) return;
  isReckoned = false;
  const among = route(index, instrument, quantity, type, limitPrice, trigger, whole);
  isReckoned = true;
  takeVenue(placeOf(dearest(among, true)));
}

/** Takes the dearest of all venues of an instrument in hand, for a size that hangs on what a unit costs. */
export function reckonAtDearest(
  index: i32, instrument: i32, side: bool, type: i32, limitPrice: i64, trigger: i64,
): void {
  if (!isRouted(index, instrument)) return;
  isReckoned = false;
  const lot = load<i64>(instrumentAt(instrument), INSTRUMENT_LOT);
  takeOrder(index, instrument, side ? lot : -lot, type, limitPrice, trigger);
  takeVenue(placeOf(dearest(count, false)));
}

/** Place of the venue at which what is wanted costs most, among all or those with a leg. */
function dearest(among: i32, withLeg: bool): i32 {
  let found = -1;
  let most: i64 = 0;
  for (let i = 0; i < among; i++) {
    if (withLeg ? legOf(i) == 0 : isBarred(i)) continue;
    const cost = costAt(i, wanted);
    if (found >= 0 && cost <= most) continue;
    found = i;
    most = cost;
  }
  return found;
}

/** True for a place of the venues of the instrument that nothing goes to. */
// @ts-ignore: decorator
@inline function isBarred(i: i32): bool {
  return (barred >> i & 1) != 0;
}

function takeOrder(index: i32, instrument: i32, quantity: i64, type: i32, limitPrice: i64, trigger: i64): void {
  router = load<u32>(gatesOf(index), GATES_ROUTER);
  latencyRate = policyParam(router, ROUTER_LATENCY_RATE);
  facts = instrumentAt(instrument);
  list = listOf(instrument);
  count = load<i32>(list, VENUE_LIST_COUNT);
  barred = barredVenues(index, instrument);
  buys = quantity > 0;
  wanted = buys ? quantity : -quantity;
  limit = limitPrice;
  basis = load<i64>(marketAt(instrument), MARKET_MARK);
  isMaker = isPlainLimit(type) && (buys ? basis > limit : basis < limit);
  if (!isPlainLimit(type) && trigger != 0) basis = trigger;
  const volume = lastVolume();
  for (let i = 0; i < count; i++) {
    takeVenue(placeOf(i));
    const bound = venueBudget(placeOf(i), instrument, volume);
    put(PRICES, i, expectedPrice());
    put(MOST, i, bound < wanted ? bound : wanted);
  }
  leaveVenue();
}

/** Price that is expected at the venue in hand. */
function expectedPrice(): i64 {
  if (isMaker) return limit;
  const price = slippedPrice(facts, buys, basis, wanted, VOLUME_UNKNOWN);
  return limit != 0 && (buys ? price > limit : price < limit) ? limit : price;
}

/** Volume of the bar of this bucket; unknown without one. */
function lastVolume(): i64 {
  const stream = streamAt(load<i32>(facts, INSTRUMENT_STREAM));
  const cursor = load<i32>(stream, STREAM_BLOCK_CURSOR);
  const volumes: usize = load<u32>(stream, STREAM_VOLUME);
  if (cursor < 0 || volumes == 0) return VOLUME_UNKNOWN;
  return load<i64>(volumes + (<usize>(load<i32>(stream, STREAM_BLOCK_FIRST) + cursor) << 3));
}

/** Least quantity, in whole lots, that may be sent at `price`. */
function leastLeg(price: i64): i64 {
  const lot = load<i64>(facts, INSTRUMENT_LOT);
  const notional = load<i64>(facts, INSTRUMENT_NOTIONAL_MIN);
  let least = load<i64>(facts, INSTRUMENT_QUANTITY_MIN);
  const byValue = notional == 0 ? 0 : quantityFor(facts, price, notional);
  if (byValue > least) least = byValue;
  if (least < lot) least = lot;
  const over = least % lot;
  if (over != 0) least = addChecked(least, lot - over);
  // What the value asks for was rounded down.
  while (valueFloor(facts, price, least) < notional) least = addChecked(least, lot);
  return least;
}

/** Works out what a further unit costs at the venue in hand, in place `i`. */
function putSlopes(i: i32, price: i64): void {
  const minimum = load<i64>(rates, FEE_MINIMUM);
  const flat: i64 = minimum == 0 ? 0 : paidByMinimum(price);
  const cash = valueSigned(facts, price, buys ? -wanted : wanted);
  const paid = subChecked(penaltyOf(valueOf(price, wanted)), cash);
  put(FLAT, i, flat);
  put(WITHIN, i, paid);
  put(BEYOND, i, addChecked(paid, feeWithoutMinimum(price, wanted)));
  const lot = load<i64>(facts, INSTRUMENT_LOT);
  const more = flat == 0 ? 0 : feeWithoutMinimum(price, addChecked(flat, lot)) - minimum;
  put(BEHIND, i, more > 0 ? addChecked(paid, mulDivCeil(more, wanted, lot)) : paid);
}

/** Largest quantity, in whole lots, whose fee by rates is within the least fee of the venue in hand. */
function paidByMinimum(price: i64): i64 {
  const lot = load<i64>(facts, INSTRUMENT_LOT);
  const minimum = load<i64>(rates, FEE_MINIMUM);
  let low: i64 = 0;
  let high: i64 = wanted / lot;
  // Fees are all but proportional: the share that the least one is of the whole says where to look first, then beside.
  const whole = <f64>feeWithoutMinimum(price, high * lot);
  let middle: i64 = whole > <f64>minimum ? <i64>(<f64>high * (<f64>minimum / whole)) : high;
  let isFirst = true;
  while (low < high) {
    if (middle <= low) middle = low + 1;
    if (middle > high) middle = high;
    const isPaid = feeWithoutMinimum(price, middle * lot) <= minimum;
    if (isPaid) low = middle;
    else high = middle - 1;
    if (isFirst) middle = isPaid ? low + 1 : high;
    else middle = low + (high - low + 1) / 2;
    isFirst = false;
  }
  return low * lot;
}

/** Value of a quantity (> 0) that fees and penalties are shares of. */
// @ts-ignore: decorator
@inline function valueOf(price: i64, quantity: i64): i64 {
  return buys ? valueCeil(facts, price, quantity) : valueFloor(facts, price, quantity);
}

/** Fee of `quantity` by the rates of the venue in hand. */
function feeWithoutMinimum(price: i64, quantity: i64): i64 {
  const rate = isMaker ? load<i64>(rates, FEE_MAKER) : load<i64>(rates, FEE_TAKER);
  return feeByRates(facts, valueOf(price, quantity), quantity, rate, load<i64>(rates, FEE_UNIT));
}

/** What the way to the venue in hand costs of `value`. */
function penaltyOf(value: i64): i64 {
  const latency = load<i64>(venue, VENUE_LATENCY);
  return latency == 0 || latencyRate == 0 ? 0 : mulDivCeil(value, mulDivCeil(latency, latencyRate, WHOLE), WHOLE);
}

/** What `quantity` (>= 0) is expected to cost at the venue in place `i`; negative for what a sale brings. */
export function costAt(i: i32, quantity: i64): i64 {
  if (quantity == 0) return 0;
  takeVenue(placeOf(i));
  const price = at(PRICES, i);
  const value = valueOf(price, quantity);
  expectedFee = feeWhole(facts, value, quantity, isMaker);
  expectedPenalty = penaltyOf(value);
  const cash = valueSigned(facts, price, buys ? -quantity : quantity);
  leaveVenue();
  return addChecked(subChecked(expectedFee, cash), expectedPenalty);
}

/** One venue for all of it: the cheapest that is expected to take it, else the cheapest. */
function chooseWhole(): void {
  let best = -1;
  let least: i64 = 0;
  let takesAll = false;
  for (let i = 0; i < count; i++) {
    const takes = at(MOST, i) == wanted;
    if (isBarred(i) || takesAll && !takes) continue;
    const cost = costAt(i, wanted);
    if (best >= 0 && takes == takesAll && cost >= least) continue;
    best = i;
    least = cost;
    takesAll = takes;
  }
  memory.fill(CHOSEN, 0, PLACE_BYTES);
  put(CHOSEN, best, wanted);
}

/** The best of all sets of venues; what is left goes where it costs least. */
function chooseSplit(): void {
  for (let i = 0; i < count; i++) {
    takeVenue(placeOf(i));
    put(LEAST, i, leastLeg(at(PRICES, i)));
    putSlopes(i, at(PRICES, i));
  }
  leaveVenue();
  memory.fill(CHOSEN, 0, PLACE_BYTES);
  chosenLeft = wanted;
  for (let bits = 1, all = (1 << count) - 1; bits <= all; bits++) if ((bits & barred) == 0) tryLegs(bits);
  if (chosenLeft > 0) sendBeyond();
}

/** Tries legs at the venues whose bits are set, each at least of its least size; keeps them when they are better. */
function tryLegs(bits: i32): void {
  let left = wanted;
  memory.fill(TRIED, 0, PLACE_BYTES);
  for (let i = 0; i < count; i++) {
    if ((bits & (1 << i)) == 0) continue;
    const least = at(LEAST, i);
    if (least > at(MOST, i) || least > left) return;
    put(TRIED, i, least);
    left -= least;
  }
  while (left > 0) {
    const next = cheapestOf(bits);
    if (next < 0) break;
    const room = roomOf(next);
    const part = room < left ? room : left;
    put(TRIED, next, at(TRIED, next) + part);
    left -= part;
  }
  keepBetter(left);
}

/** Place of the venue at which a further unit costs least, -1 when none takes more. */
function cheapestOf(bits: i32): i32 {
  let best = -1;
  let least: i64 = 0;
  for (let i = 0; i < count; i++) {
    if ((bits & (1 << i)) == 0 || roomOf(i) == 0) continue;
    const slope = slopeAt(i);
    if (best >= 0 && slope >= least) continue;
    best = i;
    least = slope;
  }
  return best;
}

/** How much more the venue in place `i` takes at what a further unit costs now. */
function roomOf(i: i32): i64 {
  const taken = at(TRIED, i);
  const flat = at(FLAT, i);
  const room = at(MOST, i) - taken;
  let most = room;
  if (taken < flat) most = flat - taken;
  else if (flat != 0 && taken == flat) most = load<i64>(facts, INSTRUMENT_LOT);
  return most < room ? most : room;
}

/** What a further unit costs now at the venue in place `i`, as the slopes say it. */
// @ts-ignore: decorator
@inline function slopeAt(i: i32): i64 {
  const flat = at(FLAT, i);
  const taken = at(TRIED, i);
  if (flat == 0 || taken > flat) return at(BEYOND, i);
  return taken == flat ? at(BEHIND, i) : at(WITHIN, i);
}

/** Keeps the candidate in hand, which leaves `left`, when it is better than the best so far. */
function keepBetter(left: i64): void {
  let cost: i64 = 0;
  let legs = 0;
  let bits = 0;
  for (let i = 0; i < count; i++) {
    const quantity = at(TRIED, i);
    if (quantity == 0) continue;
    cost = addChecked(cost, costAt(i, quantity));
    legs++;
    bits |= 1 << i;
  }
  if (legs == 0 || !isBetter(left, cost, legs, bits)) return;
  chosenLeft = left;
  chosenCost = cost;
  chosenLegs = legs;
  chosenBits = bits;
  memory.copy(CHOSEN, TRIED, PLACE_BYTES);
}

/** True when a candidate is better than the best so far: least left, then cost, then legs, then earlier venues. */
function isBetter(left: i64, cost: i64, legs: i32, bits: i32): bool {
  if (chosenLegs == 0) return true;
  if (left != chosenLeft) return left < chosenLeft;
  if (cost != chosenCost) return cost < chosenCost;
  if (legs != chosenLegs) return legs < chosenLegs;
  const differ = bits ^ chosenBits;
  return (bits & differ & -differ) != 0;
}

/** Sends what no venue is expected to take to the one where that costs least. */
function sendBeyond(): void {
  const left = chosenLeft;
  let best = -1;
  let least: i64 = 0;
  for (let i = 0; i < count; i++) {
    const before = legOf(i);
    if (isBarred(i) || before == 0 && chosenLegs > 0 && left < at(LEAST, i)) continue;
    const added = subChecked(costAt(i, before + left), costAt(i, before));
    if (best >= 0 && added >= least) continue;
    best = i;
    least = added;
  }
  put(CHOSEN, best, legOf(best) + left);
}
