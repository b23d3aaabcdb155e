// Parabolic stop and reverse.
//
// Layout of the state, 48 bytes; high and low are those of the last whole row:
//
//   +0 high f64   +8 low f64   +16 stop of the next row f64   +24 extreme f64   +32 acceleration f64   +40 rising i32
//   +44 rows seen, up to 2 i32
//
// Always true: a row with a null gives null and is passed over as if it were not there.
// Source: TA-Lib SAR. The first two rows settle the direction: falling when the low fell, and fell by more than the
// high rose; else rising. The first row's low (rising) or high (falling) is the first stop.

import { inputColumn, NULL, outputColumn, param, state } from "../column";

// @ts-ignore: decorator
@unmanaged class SarState {
  high: f64;
  low: f64;
  stop: f64;
  extreme: f64;
  acceleration: f64;
  rising: i32;
  count: i32;
}

/** Parabolic SAR of inputs 0 (high), 1 (low). Params: acceleration (at most the maximum), maximum. */
export function parabolicSar(instruction: usize, rows: i32): void {
  const sar = changetype<SarState>(state(instruction));
  const high = inputColumn(instruction, 0);
  const low = inputColumn(instruction, 1);
  const output = outputColumn(instruction, 0);
  const step = param(instruction, 0);
  const most = param(instruction, 1);
  for (let offset: usize = 0, end = <usize>rows << 3; offset < end; offset += 8) {
    const h = load<f64>(high + offset);
    const l = load<f64>(low + offset);
    const height = h - l;
    let result = NULL;
    if (height - height == 0) {
      if (sar.count == 1) begin(sar, h, l, step);
      if (sar.count == 2) result = next(sar, h, l, step, most);
      else sar.count = 1;
      sar.high = h;
      sar.low = l;
    }
    store<f64>(output + offset, result);
  }
}

/** Settles the direction from the first row, which the state holds, and the second. */
function begin(sar: SarState, high: f64, low: f64, step: f64): void {
  const rise = high - sar.high;
  const fall = sar.low - low;
  const rising = !(fall > 0 && fall > rise);
  sar.rising = rising ? 1 : 0;
  sar.stop = rising ? sar.low : sar.high;
  sar.extreme = rising ? high : low;
  sar.acceleration = step;
  // The stop of the third row may not pass the prices of the second, but may those of the first.
  sar.high = high;
  sar.low = low;
  sar.count = 2;
}

/** Stop of this row; leaves the stop of the next one in the state. */
function next(sar: SarState, high: f64, low: f64, step: f64, most: f64): f64 {
  const rising = sar.rising != 0;
  let stop = sar.stop;
  if (rising ? low <= stop : high >= stop) {
    // Touched: the trade turns, and its extreme becomes the stop, outside the prices of this row and the one before.
    sar.rising = rising ? 0 : 1;
    stop = outside(sar, sar.extreme, !rising, high, low);
    sar.acceleration = step;
    sar.extreme = rising ? low : high;
  } else if (rising ? high > sar.extreme : low < sar.extreme) {
    sar.extreme = rising ? high : low;
    sar.acceleration = min(sar.acceleration + step, most);
  }
  const moved = outside(sar, stop + sar.acceleration * (sar.extreme - stop), sar.rising != 0, high, low);
  // A step that overflows is not taken.
  sar.stop = moved - moved == 0 ? moved : stop;
  return stop;
}

/** `stop`, not above the lows (rising) and not below the highs (falling) of this row and the one before. */
function outside(sar: SarState, stop: f64, rising: bool, high: f64, low: f64): f64 {
  return rising ? min(stop, min(sar.low, low)) : max(stop, max(sar.high, high));
}
