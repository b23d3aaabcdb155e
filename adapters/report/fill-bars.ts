// Fill bars: on which bar of its instrument each fill happened.
//
// A fill at an open has the open's time, which mostly is the close time of the bar before; a fill on the way through a
// bar has that bar's close time. So a fill at the close time of a bar may be of that bar or of the next one: it is of
// that bar when a resting order made it, which was there before, at a price that the bar reached.
//
// Always true:
//   what the engine closed at the end of data is of the bar that closes then.

import type { BarsTape, Instrument, RunTables } from "../../kernel/index.js";
import { ORDER_TYPES, rowOfOrder } from "../../kernel/index.js";

/** Types that fill at an open, unless the run says otherwise. */
const OPENERS: readonly number[] = (["market", "marketOnOpen", "limitOnOpen"] as const).map((type) =>
  ORDER_TYPES.indexOf(type),
);
const CLOSERS: readonly number[] = (["marketOnClose", "limitOnClose"] as const).map((type) =>
  ORDER_TYPES.indexOf(type),
);

/** 1 for each fill of the bar that closes at its time, 0 for one of the bar behind it. O(bars + fills). */
export function fillsAtClose(tables: RunTables, bars: readonly BarsTape[]): Uint8Array {
  const { fills } = tables;
  const inside = fills.forced.map((forced, row) => (forced === 1 || fills.liquidation[row] === 1 ? 1 : 0));
  tables.instruments.forEach((instrument, index) => {
    const tape = bars.find((one) => one.instrument.symbol === instrument.symbol);
    if (tape !== undefined) markInside(inside, tables, index, instrument, tape);
  });
  return inside;
}

function markInside(
  inside: Uint8Array,
  tables: RunTables,
  index: number,
  instrument: Instrument,
  tape: BarsTape,
): void {
  const { fills } = tables;
  let row = 0;
  for (const segment of tape.segments()) {
    for (let at = 0; at < segment.rowCount; at++) {
      const close = segment.time[at] as bigint;
      for (; row < fills.rowCount && (fills.time[row] as bigint) <= close; row++) {
        if (fills.instrument[row] !== index || fills.time[row] !== close || inside[row] === 1) continue;
        const [low, high] = [Number(segment.low[at]), Number(segment.high[at])];
        if (isInside(tables, row, instrument, low, high)) inside[row] = 1;
      }
    }
  }
}

/** Whether a fill at the close time of a bar happened in it. */
function isInside(tables: RunTables, row: number, instrument: Instrument, low: number, high: number): boolean {
  const { fills, orders } = tables;
  const order = rowOfOrder(orders.order, fills.order[row] as number);
  const type = orders.type[order] ?? 0;
  if (OPENERS.includes(type)) return false;
  const wasThere = (orders.time[order] as bigint) < (fills.time[row] as bigint) || orders.parent[order] !== 0;
  if (!wasThere) return false;
  if (CLOSERS.includes(type)) return true;
  const reference = referencePrice(tables, row, instrument);
  // The reference is a float of an exact price: a thousandth of a mantissa is nothing.
  return reference > low - 0.001 && reference < high + 0.001;
}

/** Price mantissa that a fill had before slippage. */
function referencePrice({ fills, currency }: RunTables, row: number, facts: Instrument): number {
  const quantity = Number(fills.quantity[row]) / 10 ** facts.sizeDecimals;
  const unit = (Number(facts.multiplier) / 10 ** facts.multiplierDecimals) * Math.abs(quantity);
  const slipped = Number(fills.slippage[row]) / 10 ** currency.decimals / unit;
  return Number(fills.price[row]) - Math.sign(quantity) * slipped * 10 ** facts.priceDecimals;
}
