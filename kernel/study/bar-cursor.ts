// Bar cursor: walks the bars of one tape forward and says what was seen between two instants.
//
// Always true:
//   each bar is passed once; memory is one segment of the tape;
//   the count and the extremes are those of the bars whose close is later than the last stop and not later than this
//   one.

import type { BarColumns, BarsTape } from "../market/tape.js";
import { intervalNs } from "../market/interval.js";
import { firstAfter } from "./samples.js";

/** What was seen between two stops. */
export interface BarSpan {
  /** Bars that closed in it. */
  readonly count: number;
  /** Lowest low and highest high, price mantissas; null when no bar closed in it. */
  readonly extremes: { readonly low: bigint; readonly high: bigint } | null;
}

/** Forward reader of a tape; of no bars at all when there is no tape. */
export class BarCursor {
  #segments: Iterator<BarColumns> | null;
  #segment: BarColumns | null = null;
  #row = 0;

  constructor(tape: BarsTape | null) {
    this.#segments = tape === null ? null : tape.segments()[Symbol.iterator]();
  }

  /** Passes every bar that closed at or before `time`, without looking at it. */
  skip(time: bigint): void {
    for (const _ of this.#pass(time));
  }

  /** Passes every bar that closed at or before `time`, and returns what they spanned. */
  span(time: bigint): BarSpan {
    let count = 0;
    let low = 0n;
    let high = 0n;
    for (const { columns, from, to } of this.#pass(time)) {
      if (count === 0) {
        low = columns.low[from] as bigint;
        high = columns.high[from] as bigint;
      }
      for (let i = from; i < to; i++) {
        const lowHere = columns.low[i] as bigint;
        const highHere = columns.high[i] as bigint;
        if (lowHere < low) low = lowHere;
        if (highHere > high) high = highHere;
      }
      count += to - from;
    }
    return { count, extremes: count === 0 ? null : { low, high } };
  }

  *#pass(time: bigint): Iterable<{ columns: BarColumns; from: number; to: number }> {
    for (;;) {
      const columns = this.#segment;
      if (columns === null || this.#row === columns.rowCount) {
        if (!this.#open()) return;
        continue;
      }
      const from = this.#row;
      if ((columns.time[from] as bigint) > time) return;
      this.#row = firstAfter(columns.time, time, from, columns.rowCount);
      yield { columns, from, to: this.#row };
    }
  }

  #open(): boolean {
    const next = this.#segments?.next();
    if (next === undefined || next.done === true) {
      this.#segments = null;
      this.#segment = null;
      return false;
    }
    this.#segment = next.value;
    this.#row = 0;
    return true;
  }
}

/** The tape with the shortest bars of the instrument named `symbol`, or null when there is none. */
export function finestTape(bars: readonly BarsTape[], symbol: string): BarsTape | null {
  let finest: BarsTape | null = null;
  for (const tape of bars) {
    if (tape.instrument.symbol !== symbol) continue;
    if (finest === null || intervalNs(tape.interval) < intervalNs(finest.interval)) finest = tape;
  }
  return finest;
}
