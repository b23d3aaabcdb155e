// Average directional index with both directional indicators.
//
// How it works: movement up, movement down and true range are Wilder sums: the plain sum of their first period - 1
// rows, then sum - sum / period + newest. The indicators are shares of the range; the index is Wilder's average of how
// far they lie apart.
//
// Layout of the state, 64 bytes:
//
//   +0 high f64   +8 low f64   +16 close f64 (of the last whole row)   +24 up f64   +32 down f64   +40 range f64
//   +48 index f64, a sum until seeded   +56 rows seen, up to 2 * period + 1 i32   +60 unused
//
// Always true: a row with a null gives nulls and is passed over as if it were not there.
// Source: TA-Lib ADX, PLUS_DI, MINUS_DI. A range of 0 gives indicators of 0, and rows where nothing moved leave the
// index as it is, as TA-Lib has it; it calls anything below 1e-14 zero, here only 0 is, so that the unit of the price
// does not matter.

import { finiteOrNull, inputColumn, NULL, outputColumn, param, state } from "../column";
import { rangeOf } from "./volatility";

// @ts-ignore: decorator
@unmanaged class AdxState {
  high: f64;
  low: f64;
  close: f64;
  up: f64;
  down: f64;
  range: f64;
  index: f64;
  count: i32;
  unused: i32;
}

/** ADX, +DI and -DI of inputs 0 (high), 1 (low), 2 (close). Params: period. */
export function adx(instruction: usize, rows: i32): void {
  const adx = changetype<AdxState>(state(instruction));
  const high = inputColumn(instruction, 0);
  const low = inputColumn(instruction, 1);
  const close = inputColumn(instruction, 2);
  const index = outputColumn(instruction, 0);
  const plus = outputColumn(instruction, 1);
  const minus = outputColumn(instruction, 2);
  const period = <i32>param(instruction, 0);
  for (let offset: usize = 0, end = <usize>rows << 3; offset < end; offset += 8) {
    const taken = takeRow(adx, load<f64>(high + offset), load<f64>(low + offset), load<f64>(close + offset), period);
    const known = taken && adx.count > period;
    const up = known ? finiteOrNull(share(adx.up, adx.range)) : NULL;
    const down = known ? finiteOrNull(share(adx.down, adx.range)) : NULL;
    if (known) takeIndex(adx, up, down, period);
    store<f64>(plus + offset, up);
    store<f64>(minus + offset, down);
    store<f64>(index + offset, known && adx.count >= 2 * period ? adx.index : NULL);
  }
}

/** Takes a row into the Wilder sums; false, with nothing changed, for a row with a null or one that would overflow. */
function takeRow(adx: AdxState, high: f64, low: f64, close: f64, period: i32): bool {
  const sum = high + low + close;
  if (sum - sum != 0) return false;
  if (adx.count > 0) {
    const rise = high - adx.high;
    const fall = adx.low - low;
    const seeding = adx.count < period;
    const up = (seeding ? adx.up : adx.up - adx.up / <f64>period) + (rise > 0 && rise > fall ? rise : 0);
    const down = (seeding ? adx.down : adx.down - adx.down / <f64>period) + (fall > 0 && fall > rise ? fall : 0);
    const range = (seeding ? adx.range : adx.range - adx.range / <f64>period) + rangeOf(high, low, adx.close);
    const total = up + down + range;
    if (total - total != 0) return false;
    adx.up = up;
    adx.down = down;
    adx.range = range;
  }
  adx.high = high;
  adx.low = low;
  adx.close = close;
  if (adx.count <= 2 * period) adx.count++;
  return true;
}

/** Percentage of the range that moved in one direction. */
// @ts-ignore: decorator
@inline function share(moved: f64, range: f64): f64 {
  return range == 0 ? 0 : 100 * (moved / range);
}

/**
 * Takes the distance of the indicators into the index: a sum over rows period + 1 to 2 * period, their mean with the
 * last of them.
 */
function takeIndex(adx: AdxState, up: f64, down: f64, period: i32): void {
  const total = up + down;
  const moved = total > 0 && total - total == 0;
  const distance = moved ? 100 * (abs(down - up) / total) : 0;
  const divisor = <f64>period;
  if (adx.count < 2 * period) adx.index += distance;
  else if (adx.count == 2 * period) adx.index = (adx.index + distance) / divisor;
  else if (moved) adx.index = (adx.index * (divisor - 1) + distance) / divisor;
}
