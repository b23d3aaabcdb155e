// Volume-weighted average price: sum of price times volume over sum of volume, anchored or over a window.
//
// Layout of the state; `period` of 0 (anchored) has no ring:
//
//   +0 price times volume, pair f64 x 2   +16 volume, pair f64 x 2   +32 rows in the window i32   +36 next slot i32
//   +40 ring of (price times volume, volume) f64 x 2 x period
//
// Always true: sums are double-double pairs, so what left the window leaves no trace that a result of 53 bits could
// show.

import { finiteOrNull, inputColumn, isNull, NULL, optionalInput, outputColumn, param, state } from "../column";
import { addToPair } from "../double-double";

const RING: usize = 40;
const VOLUME: usize = 16;

// @ts-ignore: decorator
@unmanaged class VwapState {
  turnover: f64;
  turnoverError: f64;
  volume: f64;
  volumeError: f64;
  run: i32;
  slot: i32;
}

/**
 * VWAP of inputs 0 (price) and 1 (volume), begun anew where input 2 (optional, boolean) is true. Params: period, 0 for
 * anchored.
 */
export function vwap(instruction: usize, rows: i32): void {
  const price = inputColumn(instruction, 0);
  const volume = inputColumn(instruction, 1);
  const reset = optionalInput(instruction, 2);
  const output = outputColumn(instruction, 0);
  const address = state(instruction);
  const period = <i32>param(instruction, 0);
  for (let offset: usize = 0, end = <usize>rows << 3; offset < end; offset += 8) {
    if (reset != 0 && load<f64>(reset + offset) == 1) begin(address);
    const p = load<f64>(price + offset);
    const v = load<f64>(volume + offset);
    let result = NULL;
    if (isNull(p) || isNull(v)) {
      // An anchored average goes on after the null; a window with a null in it has no average.
      if (period > 0) begin(address);
    } else {
      take(address, period, p * v, v);
      result = ratio(address, period);
    }
    store<f64>(output + offset, result);
  }
}

function begin(address: usize): void {
  const vwap = changetype<VwapState>(address);
  vwap.turnover = 0;
  vwap.turnoverError = 0;
  vwap.volume = 0;
  vwap.volumeError = 0;
  vwap.run = 0;
}

function take(address: usize, period: i32, turnover: f64, volume: f64): void {
  const vwap = changetype<VwapState>(address);
  addToPair(address, turnover, 0);
  addToPair(address + VOLUME, volume, 0);
  if (period == 0) return;
  const slot = address + RING + (<usize>vwap.slot << 4);
  if (vwap.run == period) {
    addToPair(address, -load<f64>(slot), 0);
    addToPair(address + VOLUME, -load<f64>(slot, 8), 0);
  } else {
    vwap.run++;
  }
  store<f64>(slot, finiteOrNull(turnover));
  store<f64>(slot, finiteOrNull(volume), 8);
  vwap.slot = vwap.slot + 1 == period ? 0 : vwap.slot + 1;
}

function ratio(address: usize, period: i32): f64 {
  const vwap = changetype<VwapState>(address);
  if (vwap.run < period) return NULL;
  const volume = vwap.volume + vwap.volumeError;
  const result = (vwap.turnover + vwap.turnoverError) / volume;
  if (result - result == 0) return result;
  // Nothing traded is no price; a sum that overflowed is begun anew, because nothing taken from it would bring it back.
  if (volume != 0) begin(address);
  return NULL;
}
