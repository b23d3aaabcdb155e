// Tapes in memory: bars whose columns are already here, handed out as one segment or in pieces.
//
// Always true:
//   the columns are not copied; whoever hands them over does not write to them again.

import { invariant } from "../base/error.js";
import type { Instrument } from "./instrument.js";
import type { IntervalText } from "./interval.js";
import type { BarColumns, BarsTape } from "./tape.js";

/** Columns of bars without their count; all of one length. */
export type BarColumnArrays = Omit<BarColumns, "rowCount">;

/**
 * A tape over columns that are in memory.
 *
 * @param columns Kept, not copied. Times are close times in ns, strictly rising; prices and volumes are mantissas.
 * @param segmentRows Rows of one segment, at least 1; the default hands out everything at once. Results of a run do not
 *   depend on it.
 * @throws InvariantError when the columns have different lengths.
 */
export function memoryTape(
  instrument: Instrument,
  interval: IntervalText,
  columns: BarColumnArrays,
  segmentRows?: number,
): BarsTape {
  const rowCount = columns.time.length;
  for (const column of [columns.open, columns.high, columns.low, columns.close, columns.volume]) {
    invariant(column === null || column.length === rowCount, "all columns of a tape have one length");
  }
  const step = segmentRows ?? Math.max(rowCount, 1);
  invariant(Number.isInteger(step) && step >= 1, "a segment has at least one row");
  return { kind: "bars", instrument, interval, rowCount, segments: () => cut(columns, rowCount, step) };
}

function* cut(columns: BarColumnArrays, rowCount: number, step: number): Generator<BarColumns> {
  for (let from = 0; from < rowCount; from += step) {
    yield sliceBars({ rowCount, ...columns }, from, Math.min(from + step, rowCount));
  }
}

/** Rows `from` (included) to `to` (excluded) as views of the same memory. */
export function sliceBars(columns: BarColumns, from: number, to: number): BarColumns {
  return {
    rowCount: to - from,
    time: columns.time.subarray(from, to),
    open: columns.open.subarray(from, to),
    high: columns.high.subarray(from, to),
    low: columns.low.subarray(from, to),
    close: columns.close.subarray(from, to),
    volume: columns.volume === null ? null : columns.volume.subarray(from, to),
  };
}

/** All rows of a tape in one run of columns. Copies unless the tape is a single segment. */
export function gatherBars(tape: BarsTape): BarColumns {
  const segments = [...tape.segments()];
  const only = segments[0];
  if (segments.length === 1 && only !== undefined) return only;
  const column = (pick: (segment: BarColumns) => BigInt64Array): BigInt64Array => {
    const whole = new BigInt64Array(tape.rowCount);
    let at = 0;
    for (const segment of segments) {
      whole.set(pick(segment), at);
      at += segment.rowCount;
    }
    invariant(at === tape.rowCount, "the segments of a tape hold all of its rows");
    return whole;
  };
  const hasVolume = segments.length > 0 && segments.every((segment) => segment.volume !== null);
  return {
    rowCount: tape.rowCount,
    time: column((segment) => segment.time),
    open: column((segment) => segment.open),
    high: column((segment) => segment.high),
    low: column((segment) => segment.low),
    close: column((segment) => segment.close),
    volume: hasVolume ? column((segment) => segment.volume as BigInt64Array) : null,
  };
}
