// Liquidation: the price at which a position must be closed, and the one at which its margin is used up (C5 of
// `FILLS.md`).
//
// What stands behind a position is its own margin when margins are isolated, else the equity of the whole account,
// with everything but the instrument in question as it stands. It must be closed where that, and the position's profit
// at the price, are less than the maintenance margins that they answer for. Values are rounded and margins may have
// tiers, so the price is searched for among whole mantissas, from an estimate that is mostly exact.
//
// Always true:
//   at the price given and all prices beyond it the rule holds, before it the rule does not: nothing is rounded in the
//   account's favour.
// Units: price and money mantissas.
// Rounding: a bankruptcy price away from the account to the tick; the fee up.

import { ACCOUNT_IS_LIQUIDATING, SETTINGS_POSITION_COUNT, TRADED_LIQUIDATION_FEE } from "./abi-account";
import {
  ACCOUNT_MAINTENANCE, HOLDING_MAINTENANCE, HOLDING_MARGIN, POSITION_COST, POSITION_QUANTITY, POSITION_VALUE,
} from "./abi-ledger";
import { MARKET_MARK } from "./abi-order";
import { INSTRUMENT_TICK, INSTRUMENT_VALUE_DIVISOR, INSTRUMENT_VALUE_FACTOR, RUN_INSTRUMENT_COUNT } from "./abi-run";
import { awayToTick, WHOLE } from "./cost";
import { isIsolated, maintenanceMargin, maintenanceRate } from "./holding";
import { equity, hasMany, held, instrumentOf } from "./ledger";
import { account, accountFlags, holdingAt, instrumentAt, marketAt, positionAt, run, settings, tradedAt } from "./run";
import { isInverse, valueSigned } from "./value";
import { addChecked, mulDivCeil, subChecked } from "./wide";

/** Largest value that is reckoned exactly; what is worth more decides the rule by its sign alone. */
const VALUE_LARGE: f64 = 4.0e18;
/** Prices beyond this one are never met. */
const PRICE_MAX: i64 = 1 << 60;

/** What a search asks of a price. */
const RULE_MAINTENANCE: i32 = 0;
const RULE_BANKRUPTCY: i32 = 1;

// The position in hand; with crossed margins all positions of its instrument, which move together.
let facts: usize = 0;
let instrument: i32 = 0;
let inHand: i32 = 0;
/** Quantity that its value and its margin are reckoned from, and the sum of the other positions. */
let quantity: i64 = 0;
let others: i64 = 0;
/** Sum of all of them without their signs. */
let gross: i64 = 0;
/** True when there are others that are not flat. */
let hasOthers: bool = false;
/** Money behind it, without its own value. */
let backing: i64 = 0;
/** Maintenance margins that the backing answers for, besides its own. */
let owed: i64 = 0;

/** True when positions of the run are liquidated at all. */
// @ts-ignore: decorator
@inline export function hasLiquidation(): bool {
  return (accountFlags & ACCOUNT_IS_LIQUIDATING) != 0;
}

/**
 * Price at which the position must be closed, given everything else as it stands: for a long one at this price and all
 * below, for a short one at this price and all above. 0 when there is none.
 */
export function liquidationPrice(position: i32): i64 {
  if (!hasLiquidation() || !takePosition(position)) return 0;
  return searched(RULE_MAINTENANCE, estimate());
}

/**
 * The first price at which the position must be closed on a leg from `from` to `to`; 0 where there is none.
 *
 * A position that answers for itself is closed by a leg against it alone. Of several with one margin, long and short,
 * what they have to keep grows with the price while what they gain or lose nearly cancels, so that a leg may use up
 * their margin either way. What is left over the maintenance is concave in the value then: prices at which they may
 * stand lie together, and a leg that ends at one of them has met no other.
 */
export function liquidationOnLeg(position: i32, from: i64, to: i64): i64 {
  if (!hasLiquidation() || !takePosition(position)) return 0;
  const up = to > from;
  if (!hasOthers) {
    // Only a leg against what is held takes it there.
    const price: i64 = quantity > 0 == up ? 0 : searched(RULE_MAINTENANCE, estimate());
    return price != 0 && (up ? price <= to : price >= to) ? price : 0;
  }
  if (holdsAt(RULE_MAINTENANCE, from)) return from;
  if (!holdsAt(RULE_MAINTENANCE, to)) return 0;
  let before = from;
  let price = to;
  while (price - before > 1 || before - price > 1) {
    const middle = before + (price - before) / 2;
    if (holdsAt(RULE_MAINTENANCE, middle)) price = middle;
    else before = middle;
  }
  return price;
}

/**
 * True when the position must be closed at the end against it of a range from `low` to `high`. Of several with one
 * margin, long and short, each looks at its own end.
 */
export function isLiquidatedWithin(position: i32, low: i64, high: i64): bool {
  if (!hasLiquidation() || !takePosition(position)) return false;
  return holdsAt(RULE_MAINTENANCE, quantity > 0 ? low : high);
}

/** True when the position must be closed at `price`. */
export function isLiquidatedAt(position: i32, price: i64): bool {
  return hasLiquidation() && takePosition(position) && holdsAt(RULE_MAINTENANCE, price);
}

/**
 * Price, on the tick, at which what stands behind the position is used up: at which it is closed when liquidated. 0
 * where no price or every price does so, or only one at which it is worth more than can be reckoned: then it is closed
 * where the market stands.
 */
export function bankruptcyPrice(position: i32): i64 {
  takePosition(position);
  // What balances exactly is worth the same at every price.
  if (quantity + others == 0) return 0;
  const tick = load<i64>(facts, INSTRUMENT_TICK);
  const isRising = quantity + others > 0;
  const price = searched(RULE_BANKRUPTCY, clamped(priceOfValue(Math.abs(<f64>backing))));
  if (price <= 1 || price >= PRICE_MAX || roughValue(price, gross) > VALUE_LARGE) return 0;
  return awayToTick(price, tick, !isRising);
}

/** What a liquidation of a position worth `value` (>= 0) costs besides the fee of the trade. */
export function liquidationFee(instrument: i32, value: i64): i64 {
  return mulDivCeil(value, load<i64>(tradedAt(instrument), TRADED_LIQUIDATION_FEE), WHOLE);
}

/** Takes the position in hand, its backing and what else that answers for; false when its price does not matter. */
function takePosition(position: i32): bool {
  const record = positionAt(position);
  const holding = holdingAt(position);
  instrument = instrumentOf(position);
  facts = instrumentAt(instrument);
  quantity = load<i64>(record, POSITION_QUANTITY);
  others = 0;
  gross = quantity < 0 ? -quantity : quantity;
  hasOthers = false;
  inHand = position;
  if (isIsolated()) {
    backing = subChecked(load<i64>(holding, HOLDING_MARGIN), load<i64>(record, POSITION_COST));
    owed = 0;
    return quantity != 0;
  }
  backing = subChecked(equity(), load<i64>(record, POSITION_VALUE));
  owed = subChecked(load<i64>(account, ACCOUNT_MAINTENANCE), load<i64>(holding, HOLDING_MAINTENANCE));
  if (hasMany()) takeOthers(position);
  return quantity != 0 || hasOthers;
}

/** Takes the other positions of the same instrument along. */
function takeOthers(position: i32): void {
  const count = load<i32>(run, RUN_INSTRUMENT_COUNT);
  for (let i = instrument, end = load<i32>(settings, SETTINGS_POSITION_COUNT); i < end; i += count) {
    if (i == position || held(i) == 0) continue;
    hasOthers = true;
    others = addChecked(others, held(i));
    gross = addChecked(gross, held(i) < 0 ? -held(i) : held(i));
    backing = subChecked(backing, load<i64>(positionAt(i), POSITION_VALUE));
    owed = subChecked(owed, load<i64>(holdingAt(i), HOLDING_MAINTENANCE));
  }
}

/** True when the rule holds at `price`. */
function holdsAt(rule: i32, price: i64): bool {
  if (roughValue(price, gross) > VALUE_LARGE) return quantity + others > 0 == isInverse(facts);
  let value = valueSigned(facts, price, quantity);
  let margin: i64 = rule == RULE_BANKRUPTCY ? 0 : maintenanceMargin(instrument, value < 0 ? -value : value);
  const count = load<i32>(run, RUN_INSTRUMENT_COUNT);
  const end: i32 = hasOthers ? load<i32>(settings, SETTINGS_POSITION_COUNT) : 0;
  for (let i = instrument; i < end; i += count) {
    if (i == inHand || held(i) == 0) continue;
    const other = valueSigned(facts, price, held(i));
    value = addChecked(value, other);
    if (rule != RULE_BANKRUPTCY) margin = addChecked(margin, maintenanceMargin(instrument, other < 0 ? -other : other));
  }
  const left = addChecked(backing, value);
  return rule == RULE_BANKRUPTCY ? left <= 0 : left < addChecked(owed, margin);
}

/** Price nearest to the market at which the rule holds, from `guess` on: highest when long, lowest when short. */
function searched(rule: i32, guess: i64): i64 {
  return quantity + others > 0 ? highestHolding(rule, guess) : lowestHolding(rule, guess);
}

/** Highest price at which the rule holds; 0 when at none. */
function highestHolding(rule: i32, guess: i64): i64 {
  let low = guess;
  // The search widens by doubling, then halves: two to four values when the guess is right.
  for (let step: i64 = 1; !holdsAt(rule, low); step <<= 1) {
    if (low <= 1) return 0;
    low = low > step ? low - step : 1;
  }
  let high = low;
  for (let step: i64 = 1; holdsAt(rule, high); step <<= 1) {
    if (high >= PRICE_MAX) return PRICE_MAX;
    low = high;
    high = high + step > PRICE_MAX ? PRICE_MAX : high + step;
  }
  while (high - low > 1) {
    const middle = low + (high - low) / 2;
    if (holdsAt(rule, middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** Lowest price at which the rule holds; 0 when at none. */
function lowestHolding(rule: i32, guess: i64): i64 {
  let high = guess;
  for (let step: i64 = 1; !holdsAt(rule, high); step <<= 1) {
    if (high >= PRICE_MAX) return 0;
    high = high + step > PRICE_MAX ? PRICE_MAX : high + step;
  }
  let low = high;
  for (let step: i64 = 1; holdsAt(rule, low); step <<= 1) {
    if (low <= 1) return 1;
    high = low;
    low = low > step ? low - step : 1;
  }
  while (high - low > 1) {
    const middle = low + (high - low) / 2;
    if (holdsAt(rule, middle)) high = middle;
    else low = middle;
  }
  return high;
}

/**
 * Price at which a position begins to be short of margin, but for roundings and for tiers between here and there: at
 * the value v with backing + v = owed + margin now + rate x (|v| - |value now|). Floats only choose where the search
 * starts.
 */
function estimate(): i64 {
  const mark = load<i64>(marketAt(instrument), MARKET_MARK);
  const sign: f64 = quantity + others > 0 == isInverse(facts) ? -1 : 1;
  const size = roughValue(mark, quantity + others);
  if (size > VALUE_LARGE) return clamped(<f64>mark);
  const rate = <f64>maintenanceRate(instrument, <i64>size) / <f64>WHOLE;
  const margin = <f64>maintenanceMargin(instrument, <i64>size);
  return clamped(priceOfValue((<f64>owed + margin - rate * size - <f64>backing) / (sign - rate)));
}

/** Value, without a sign, of `units` at `price`, nearly. */
function roughValue(price: i64, units: i64): f64 {
  return isInverse(facts) ? valueOfOne(units) / <f64>price : valueOfOne(units) * <f64>price;
}

/** Price at which the positions are worth `value`, nearly. */
function priceOfValue(value: f64): f64 {
  const one = valueOfOne(quantity + others);
  return isInverse(facts) ? one / value : value / one;
}

/** Value of `units`, without a sign, at a price of one mantissa, nearly. */
function valueOfOne(units: i64): f64 {
  const factor = <f64>load<i64>(facts, INSTRUMENT_VALUE_FACTOR) / <f64>load<i64>(facts, INSTRUMENT_VALUE_DIVISOR);
  return Math.abs(<f64>units) * factor;
}

/** A float as a price that can be tried. */
function clamped(price: f64): i64 {
  if (!(price > 1)) return 1;
  return price > <f64>PRICE_MAX ? PRICE_MAX : <i64>price;
}
