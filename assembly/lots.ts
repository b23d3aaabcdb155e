// Lots: what a position is made of when its cost leaves first in, first out.
//
// Every position has a ring of lots, numbered from 0 on, of twice as many as it may hold. A lot is written once; what
// is left of the first one stands in the position's holding. So the books alone, put back, undo what a trial sold or
// bought, as long as the trial adds no more lots than a position may hold.
//
// Always true:
//   the quantities and the costs of the lots of a position add up to its own.
// Layout of a lot: +0 quantity without a sign i64, +8 cost, signed i64.
// Rounding: a cost that leaves with a part of a lot is rounded up, so that no realised profit is too high.

import { SETTINGS_LOTS, SETTINGS_LOTS_MAX } from "./abi-account";
import { HOLDING_LOT_COST, HOLDING_LOT_FIRST, HOLDING_LOT_LEFT, HOLDING_LOT_NEXT } from "./abi-ledger";
import { TRAP_LOTS_FULL } from "./abi-trap";
import { holdingAt, settings } from "./run";
import { assure } from "./trap";
import { addChecked, mulDivCeil, mulDivFloor, subChecked } from "./wide";

const LOT_COST: usize = 8;
const LOT_BYTES: usize = 16;

/** The lot of a position with a number. */
function lotAt(position: i32, number: i64): usize {
  const most = load<i32>(settings, SETTINGS_LOTS_MAX);
  const slot = <usize>position * 2 * most + <usize>(number % (2 * <i64>most));
  return <usize>load<u32>(settings, SETTINGS_LOTS) + slot * LOT_BYTES;
}

/** Adds a lot of `quantity` (> 0) that cost `cost` (signed) behind the others. */
export function addLot(position: i32, quantity: i64, cost: i64): void {
  const holding = holdingAt(position);
  const first = load<i64>(holding, HOLDING_LOT_FIRST);
  const next = load<i64>(holding, HOLDING_LOT_NEXT);
  const most = load<i32>(settings, SETTINGS_LOTS_MAX);
  assure(next - first < most, TRAP_LOTS_FULL, position, next - first);
  const lot = lotAt(position, next);
  store<i64>(lot, quantity);
  store<i64>(lot, cost, LOT_COST);
  store<i64>(holding, next + 1, HOLDING_LOT_NEXT);
  if (first == next) takeFirst(position, first);
}

/** Makes lot `number` the first one; none is left when it is the next. */
function takeFirst(position: i32, number: i64): void {
  const holding = holdingAt(position);
  const isLeft = number < load<i64>(holding, HOLDING_LOT_NEXT);
  const lot = lotAt(position, number);
  store<i64>(holding, number, HOLDING_LOT_FIRST);
  store<i64>(holding, isLeft ? load<i64>(lot) : 0, HOLDING_LOT_LEFT);
  store<i64>(holding, isLeft ? load<i64>(lot, LOT_COST) : 0, HOLDING_LOT_COST);
}

/** Takes `quantity` (> 0, at most what is held) from the first lots on; gives their cost, signed. */
export function releaseLots(position: i32, quantity: i64): i64 {
  const holding = holdingAt(position);
  let released: i64 = 0;
  let wanted = quantity;
  while (wanted > 0) {
    const left = load<i64>(holding, HOLDING_LOT_LEFT);
    const cost = load<i64>(holding, HOLDING_LOT_COST);
    if (wanted < left) {
      const part = cost >= 0 ? mulDivCeil(cost, wanted, left) : -mulDivFloor(-cost, wanted, left);
      store<i64>(holding, left - wanted, HOLDING_LOT_LEFT);
      store<i64>(holding, subChecked(cost, part), HOLDING_LOT_COST);
      return addChecked(released, part);
    }
    released = addChecked(released, cost);
    wanted -= left;
    takeFirst(position, load<i64>(holding, HOLDING_LOT_FIRST) + 1);
  }
  return released;
}

/**
 * A split takes the quantity of a position from `before` to `after` (both without a sign) and `released` off its cost,
 * which the first lot gives. Lots of which nothing is left hand their cost on.
 */
export function splitLots(position: i32, before: i64, after: i64, released: i64): void {
  const holding = holdingAt(position);
  const first = load<i64>(holding, HOLDING_LOT_FIRST);
  const end = load<i64>(holding, HOLDING_LOT_NEXT);
  let write = first;
  let sum: i64 = 0;
  let sumNow: i64 = 0;
  let carried = -released;
  for (let number = first; number < end; number++) {
    const isFirst = number == first;
    const lot = lotAt(position, number);
    sum += isFirst ? load<i64>(holding, HOLDING_LOT_LEFT) : load<i64>(lot);
    carried = addChecked(carried, isFirst ? load<i64>(holding, HOLDING_LOT_COST) : load<i64>(lot, LOT_COST));
    const now = mulDivFloor(sum, after, before);
    if (now == sumNow) continue;
    const written = lotAt(position, write++);
    store<i64>(written, now - sumNow);
    store<i64>(written, carried, LOT_COST);
    sumNow = now;
    carried = 0;
  }
  store<i64>(holding, write, HOLDING_LOT_NEXT);
  takeFirst(position, first);
}
