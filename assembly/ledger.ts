// Ledger: posts fills to positions and the account, marks positions, and asserts the books after every posting.
//
// Always true, asserted on every posting:
//   cash + cost of positions = start + realised - fees, so equity = start + realised + unrealised - fees (G10
//   of `FILLS.md`);
//   a position is the sum of its fills, and a flat position has no cost.
// Units: money, price and quantity mantissas.
// Rounding: money paid is rounded up, money received down; a released cost is rounded up and a position's value down,
//   so that neither realised profit nor equity is ever too high (`FILLS.md` G6).

import {
  ACCOUNT_CASH, ACCOUNT_COST, ACCOUNT_FEES, ACCOUNT_GROSS, ACCOUNT_REALISED, ACCOUNT_START, ACCOUNT_VALUE,
  POSITION_COST, POSITION_FILLED, POSITION_QUANTITY, POSITION_VALUE,
} from "./abi-ledger";
import { MARKET_MARK } from "./abi-order";
import { INSTRUMENT_VALUE_DIVISOR, INSTRUMENT_VALUE_FACTOR, RUN_INSTRUMENT_COUNT } from "./abi-run";
import { TRAP_ACCOUNT_IDENTITY, TRAP_POSITION_IDENTITY, TRAP_PRICE_SIGN } from "./abi-trap";
import { account, instrumentAt, marketAt, positionAt, run } from "./run";
import { assure } from "./trap";
import { addChecked, mulChecked, mulDivCeil, mulDivFloor, subChecked } from "./wide";

/** Cash effect of the last posting, before its fee. */
export let postedCash: i64 = 0;
/** Profit realised by the last posting, before its fee. */
export let postedRealised: i64 = 0;

/** Money that `quantity` (>= 0) is worth at `price` (> 0), rounded down. */
// @ts-ignore: decorator
@inline export function valueFloor(facts: usize, price: i64, quantity: i64): i64 {
  return mulDivFloor(scaledPrice(facts, price), quantity, load<i64>(facts, INSTRUMENT_VALUE_DIVISOR));
}

/** Money that `quantity` (>= 0) is worth at `price` (> 0), rounded up. */
// @ts-ignore: decorator
@inline export function valueCeil(facts: usize, price: i64, quantity: i64): i64 {
  return mulDivCeil(scaledPrice(facts, price), quantity, load<i64>(facts, INSTRUMENT_VALUE_DIVISOR));
}

/** Price times the instrument's value factor: what a quantity is multiplied by. */
// @ts-ignore: decorator
@inline export function scaledPrice(facts: usize, price: i64): i64 {
  const factor = load<i64>(facts, INSTRUMENT_VALUE_FACTOR);
  return factor == 1 ? price : mulChecked(price, factor);
}

/** Signed value of a signed quantity at `price`, rounded down. */
// @ts-ignore: decorator
@inline export function valueSigned(facts: usize, price: i64, quantity: i64): i64 {
  return quantity >= 0 ? valueFloor(facts, price, quantity) : -valueCeil(facts, price, -quantity);
}

/** Equity at the present marks. */
// @ts-ignore: decorator
@inline export function equity(): i64 {
  return addChecked(load<i64>(account, ACCOUNT_CASH), load<i64>(account, ACCOUNT_VALUE));
}

/**
 * Posts a fill of `quantity` (signed, not 0) at `price` with `fee` (negative for a rebate). The quantity either reduces
 * the position at most to flat, or adds to it: a flip is two fills (`FILLS.md` C9). Leaves `postedCash` and
 * `postedRealised`.
 */
export function postFill(instrument: i32, price: i64, quantity: i64, fee: i64): void {
  assure(price > 0, TRAP_PRICE_SIGN, instrument, price);
  const facts = instrumentAt(instrument);
  const position = positionAt(instrument);
  const held = load<i64>(position, POSITION_QUANTITY);
  const cost = load<i64>(position, POSITION_COST);
  const cash = quantity > 0 ? -valueCeil(facts, price, quantity) : valueFloor(facts, price, -quantity);
  let released: i64 = 0;
  let realised: i64 = 0;
  if ((held ^ quantity) < 0 && held != 0) {
    released = releasedCost(cost, held, quantity);
    realised = subChecked(cash, released);
  } else {
    released = cash;
  }
  const heldNow = addChecked(held, quantity);
  const costNow = subChecked(cost, released);
  const filled = addChecked(load<i64>(position, POSITION_FILLED), quantity);
  store<i64>(position, heldNow, POSITION_QUANTITY);
  store<i64>(position, costNow, POSITION_COST);
  store<i64>(position, filled, POSITION_FILLED);
  const isWhole = heldNow == filled && (heldNow != 0 || costNow == 0);
  assure(isWhole, TRAP_POSITION_IDENTITY, instrument, heldNow, filled, costNow);
  store<i64>(account, addChecked(load<i64>(account, ACCOUNT_CASH), subChecked(cash, fee)), ACCOUNT_CASH);
  store<i64>(account, subChecked(load<i64>(account, ACCOUNT_COST), released), ACCOUNT_COST);
  store<i64>(account, addChecked(load<i64>(account, ACCOUNT_REALISED), realised), ACCOUNT_REALISED);
  store<i64>(account, addChecked(load<i64>(account, ACCOUNT_FEES), fee), ACCOUNT_FEES);
  assureBooks();
  postedCash = cash;
  postedRealised = realised;
  mark(instrument, price);
}

/** Signed part of `cost` that leaves with `quantity` of what is `held`, rounded up; all of it when nothing stays. */
function releasedCost(cost: i64, held: i64, quantity: i64): i64 {
  const all = held < 0 ? -held : held;
  const part = quantity < 0 ? -quantity : quantity;
  if (part == all) return cost;
  return cost >= 0 ? mulDivCeil(cost, part, all) : -mulDivFloor(-cost, part, all);
}

/** Asserts the accounting identity. */
// @ts-ignore: decorator
@inline function assureBooks(): void {
  const assets = load<i64>(account, ACCOUNT_CASH) + load<i64>(account, ACCOUNT_COST);
  const earned = load<i64>(account, ACCOUNT_REALISED) - load<i64>(account, ACCOUNT_FEES);
  const sources = load<i64>(account, ACCOUNT_START) + earned;
  assure(assets == sources, TRAP_ACCOUNT_IDENTITY, 0, assets, sources);
}

/** Marks the position in `instrument` at `price`: its value, and the account's sums of values. */
// @ts-ignore: decorator
@inline export function mark(instrument: i32, price: i64): void {
  store<i64>(marketAt(instrument), price, MARKET_MARK);
  const position = positionAt(instrument);
  // Most instruments of a wide run are flat, and a flat one has no value to change.
  const isHeld = (load<i64>(position, POSITION_QUANTITY) | load<i64>(position, POSITION_VALUE)) != 0;
  if (isHeld) revalue(instrument, position, price);
}

/** Values `position`, held in `instrument`, at `price`, which must be positive. */
function revalue(instrument: i32, position: usize, price: i64): void {
  assure(price > 0, TRAP_PRICE_SIGN, instrument, price);
  const quantity = load<i64>(position, POSITION_QUANTITY);
  const before = load<i64>(position, POSITION_VALUE);
  const value = quantity == 0 ? 0 : valueSigned(instrumentAt(instrument), price, quantity);
  store<i64>(position, value, POSITION_VALUE);
  store<i64>(account, addChecked(load<i64>(account, ACCOUNT_VALUE), value - before), ACCOUNT_VALUE);
  const grossChange = (value < 0 ? -value : value) - (before < 0 ? -before : before);
  store<i64>(account, addChecked(load<i64>(account, ACCOUNT_GROSS), grossChange), ACCOUNT_GROSS);
}

/**
 * Asserts that the running sums of the account are the sums over its positions; called at checkpoints, O(instruments).
 */
export function assureSums(): void {
  let value: i64 = 0;
  let gross: i64 = 0;
  let cost: i64 = 0;
  for (let i = 0, count = load<i32>(run, RUN_INSTRUMENT_COUNT); i < count; i++) {
    const position = positionAt(i);
    const each = load<i64>(position, POSITION_VALUE);
    value += each;
    gross += each < 0 ? -each : each;
    cost += load<i64>(position, POSITION_COST);
  }
  assureSum(1, value, load<i64>(account, ACCOUNT_VALUE));
  assureSum(2, gross, load<i64>(account, ACCOUNT_GROSS));
  assureSum(3, cost, load<i64>(account, ACCOUNT_COST));
}

/** Asserts that a sum over the positions is the one that the account keeps; `which` stands in the trap record. */
function assureSum(which: i32, sum: i64, kept: i64): void {
  assure(sum == kept, TRAP_ACCOUNT_IDENTITY, which, sum, kept);
}
