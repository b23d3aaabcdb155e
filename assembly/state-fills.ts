// Fills as a state source: what filled of each position since the last row of its instrument, where somebody reads it.
//
// A fill is counted when it is posted; once a row of its instrument is committed, counting begins anew. What is counted
// stands among the books, so that a walk that is undone undoes it too.
//
// Always true:
//   the sum of bought - sold + adjusted is the quantity that is held.
// Units: quantity and money mantissas; as a field f64 in units, the mantissa over its power of ten.

import { SETTINGS_POSITION_COUNT } from "./abi-account";
import { RUN_INSTRUMENT_COUNT } from "./abi-run";
import {
  FILL_STATE_ADJUSTED, FILL_STATE_BOUGHT, FILL_STATE_COUNT, FILL_STATE_PRICE, FILL_STATE_SOLD, FILL_STATE_VALUE,
  FILLS_ADJUSTED, FILLS_BOUGHT, FILLS_BYTES, FILLS_COUNT, FILLS_FEES, FILLS_PRICE, FILLS_SOLD, FILLS_VALUE,
  REGION_FILLS, STATE_INSTRUMENT, STATE_MONEY, STATE_PRICE, STATE_STRATEGY, STATE_UNIT,
} from "./abi-state";
import { NULL } from "./column";
import { region, run, settings } from "./run";
import { addChecked } from "./wide";

// @ts-ignore: decorator
@inline function fillsAt(position: i32): usize {
  return <usize>load<u32>(region, REGION_FILLS) + <usize>position * FILLS_BYTES;
}

/** Counts a fill of `quantity` (signed) that was posted to a position, where somebody reads it. */
export function keepFill(position: i32, price: i64, quantity: i64, cash: i64, fee: i64): void {
  if (load<u32>(region, REGION_FILLS) == 0) return;
  const fills = fillsAt(position);
  const size = quantity < 0 ? -quantity : quantity;
  const side = quantity > 0 ? FILLS_BOUGHT : FILLS_SOLD;
  store<i64>(fills + side, addChecked(load<i64>(fills + side), size));
  store<i64>(fills, addChecked(load<i64>(fills, FILLS_VALUE), cash), FILLS_VALUE);
  store<i64>(fills, addChecked(load<i64>(fills, FILLS_FEES), fee), FILLS_FEES);
  store<i64>(fills, load<i64>(fills, FILLS_COUNT) + 1, FILLS_COUNT);
  // Fills at one price leave it as it is, to the bit.
  const mean = load<f64>(fills, FILLS_PRICE);
  store<f64>(fills, mean + (<f64>price - mean) * (<f64>size / volumeOf(fills)), FILLS_PRICE);
}

/** Counts `units` (signed) that a split added to a position, where somebody reads it. */
export function keepAdjusted(position: i32, units: i64): void {
  if (load<u32>(region, REGION_FILLS) == 0) return;
  const fills = fillsAt(position);
  store<i64>(fills, addChecked(load<i64>(fills, FILLS_ADJUSTED), units), FILLS_ADJUSTED);
}

/** Units that were filled of a position, whatever their side. */
// @ts-ignore: decorator
@inline function volumeOf(fills: usize): f64 {
  return <f64>load<i64>(fills, FILLS_BOUGHT) + <f64>load<i64>(fills, FILLS_SOLD);
}

/** A field of the fills that a stream speaks of. */
export function fillField(stream: usize, field: i32): f64 {
  switch (field) {
    case FILL_STATE_BOUGHT: return <f64>filled(stream, FILLS_BOUGHT) / load<f64>(stream, STATE_UNIT);
    case FILL_STATE_SOLD: return <f64>filled(stream, FILLS_SOLD) / load<f64>(stream, STATE_UNIT);
    case FILL_STATE_VALUE: return <f64>filled(stream, FILLS_VALUE) / load<f64>(stream, STATE_MONEY);
    case FILL_STATE_COUNT: return <f64>filled(stream, FILLS_COUNT);
    case FILL_STATE_PRICE: return meanPrice(stream) / load<f64>(stream, STATE_PRICE);
    case FILL_STATE_ADJUSTED: return <f64>filled(stream, FILLS_ADJUSTED) / load<f64>(stream, STATE_UNIT);
    default: return <f64>filled(stream, FILLS_FEES) / load<f64>(stream, STATE_MONEY);
  }
}

/** First of the positions that a stream speaks of; they lie as many apart as there are instruments. */
// @ts-ignore: decorator
@inline function firstOf(stream: usize): i32 {
  const strategy = load<i32>(stream, STATE_STRATEGY);
  return load<i32>(stream, STATE_INSTRUMENT) + (strategy < 0 ? 0 : strategy * load<i32>(run, RUN_INSTRUMENT_COUNT));
}

/** End of them: one position of a strategy, all of the instrument without one. */
// @ts-ignore: decorator
@inline function endOf(stream: usize): i32 {
  return load<i32>(stream, STATE_STRATEGY) < 0 ? load<i32>(settings, SETTINGS_POSITION_COUNT) : firstOf(stream) + 1;
}

/** A field of the fills of a stream's positions, summed. */
function filled(stream: usize, field: usize): i64 {
  let sum: i64 = 0;
  const count = load<i32>(run, RUN_INSTRUMENT_COUNT);
  for (let i = firstOf(stream), end = endOf(stream); i < end; i += count) {
    sum = addChecked(sum, load<i64>(fillsAt(i) + field));
  }
  return sum;
}

/** Mean price of the fills of a stream's positions, by volume; null without a fill. */
function meanPrice(stream: usize): f64 {
  let volume: f64 = 0;
  let mean: f64 = NULL;
  const count = load<i32>(run, RUN_INSTRUMENT_COUNT);
  for (let i = firstOf(stream), end = endOf(stream); i < end; i += count) {
    const fills = fillsAt(i);
    const own = volumeOf(fills);
    if (own == 0) continue;
    volume += own;
    const price = load<f64>(fills, FILLS_PRICE);
    mean = volume == own ? price : mean + (price - mean) * (own / volume);
  }
  return mean;
}

/** Counts the fills of an instrument from nothing again. */
export function forgetFills(instrument: i32): void {
  const count = load<i32>(run, RUN_INSTRUMENT_COUNT);
  for (let i = instrument, end = load<i32>(settings, SETTINGS_POSITION_COUNT); i < end; i += count) {
    memory.fill(fillsAt(i), 0, FILLS_BYTES);
  }
}
