// Feed: brings the rows of the tapes to where the streams of a run look for them.
//
// A stream has a window of rows in memory. A window as long as its tape holds it whole and is filled once (a resident
// tape); a shorter one is filled again whenever its stream has used it up, so that memory does not grow with the tape.
// Which of the two, and where a window was cut, no result depends on.

import * as abi from "../../assembly/abi-run.js";
import { invariant } from "../base/error.js";
import type { BarColumns, BarsTape } from "../market/tape.js";
import { VOLUME_UNKNOWN } from "../market/tape.js";
import { sliceBars } from "../market/tape-memory.js";

/** A half-open range of time, ns; null for no bound. */
export interface TimeRange {
  readonly from: bigint | null;
  readonly to: bigint | null;
}

/** Where the window of a tape lies. */
export interface TapeWindow {
  readonly tape: BarsTape;
  readonly rowCapacity: number;
  /** Addresses of time, open, high, low, close, volume. */
  readonly columns: readonly number[];
  /** True once the window holds the whole tape. */
  loaded: boolean;
}

export const WINDOW_COLUMNS = 6;
const TIME_MAX = 2n ** 63n - 1n;

/** Rows of a tape in a range, the first `skipped` of them left out, cut into pieces of at most `rows` rows. */
function* pieces(tape: BarsTape, range: TimeRange, rows: number, skipped = 0): Generator<BarColumns> {
  let left = skipped;
  for (const segment of tape.segments()) {
    const first = range.from === null ? 0 : firstAtOrAfter(segment.time, range.from);
    const to = range.to === null ? segment.rowCount : firstAtOrAfter(segment.time, range.to);
    const from = Math.min(first + left, Math.max(first, to));
    left -= from - first;
    for (let at = from; at < to; at += rows) yield sliceBars(segment, at, Math.min(at + rows, to));
    if (to < segment.rowCount) return;
  }
}

/** Index of the first time that is not before `bound`, in rising times; the length when there is none. */
export function firstAtOrAfter(time: BigInt64Array, bound: bigint): number {
  let low = 0;
  let high = time.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((time[middle] as bigint) < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Feeds one stream of a run. */
export class StreamFeed {
  private readonly view: DataView;
  private readonly memory: ArrayBuffer;
  private readonly stream: number;
  private readonly window: TapeWindow;
  private readonly range: TimeRange;
  private rest: Iterator<BarColumns> | null = null;
  /** Rows that the stream was given, with those that it had when it was resumed. */
  rowCount = 0;
  /** Rows before the first that this feed gives. */
  private skipped = 0;

  /** @param stream Address of the stream's record. */
  constructor(memory: ArrayBuffer, stream: number, window: TapeWindow, range: TimeRange) {
    this.memory = memory;
    this.view = new DataView(memory);
    this.stream = stream;
    this.window = window;
    this.range = range;
  }

  /** Rows that the run has taken. */
  get takenRows(): number {
    const { view, stream } = this;
    const left = view.getInt32(stream + abi.STREAM_ROW_COUNT, true) - view.getInt32(stream + abi.STREAM_HEAD, true);
    return this.rowCount - left;
  }

  /**
   * Goes on behind the first `rows` rows, before anything was given.
   *
   * @param lastNs Time of the last of them, ns.
   */
  resume(rows: number, lastNs: bigint): void {
    invariant(this.rowCount === 0, "a feed is resumed before it gives rows");
    this.skipped = rows;
    this.rowCount = rows;
    this.view.setBigInt64(this.stream + abi.STREAM_WATERMARK, lastNs, true);
  }

  /** Time of row `row` of the range, null when there is none. O(segments). */
  timeOf(row: number): bigint | null {
    const [piece] = pieces(this.window.tape, this.range, 1, row);
    return piece?.time[0] ?? null;
  }

  /** Gives the stream its next rows if it has used up what it had. */
  refill(): void {
    const { view, stream } = this;
    if (view.getBigInt64(stream + abi.STREAM_WATERMARK, true) === TIME_MAX) return;
    if (view.getInt32(stream + abi.STREAM_HEAD, true) < view.getInt32(stream + abi.STREAM_ROW_COUNT, true)) return;
    if (this.window.rowCapacity >= this.window.tape.rowCount) this.giveWhole();
    else this.giveNext();
  }

  /** A resident tape: the window keeps all rows, the stream sees those in the range. */
  private giveWhole(): void {
    const { window } = this;
    if (!window.loaded) {
      let at = 0;
      for (const piece of pieces(window.tape, { from: null, to: null }, window.rowCapacity)) {
        invariant(at + piece.rowCount <= window.tape.rowCount, "the segments of a tape hold no more than its rows");
        this.copy(piece, at);
        at += piece.rowCount;
      }
      invariant(at === window.tape.rowCount, "the segments of a tape hold all of its rows");
      window.loaded = true;
    }
    const time = new BigInt64Array(this.memory, window.columns[0] as number, window.tape.rowCount);
    const from = this.skipped + (this.range.from === null ? 0 : firstAtOrAfter(time, this.range.from));
    const to = this.range.to === null ? time.length : firstAtOrAfter(time, this.range.to);
    this.give(from, Math.max(to - from, 0), TIME_MAX);
  }

  /** A long tape: the next rows replace those in the window. */
  private giveNext(): void {
    this.rest ??= pieces(this.window.tape, this.range, this.window.rowCapacity, this.skipped);
    const next = this.rest.next();
    if (next.done === true) return this.give(0, 0, TIME_MAX);
    this.copy(next.value, 0);
    this.give(0, next.value.rowCount, next.value.time[next.value.rowCount - 1] as bigint);
  }

  private give(first: number, rowCount: number, watermark: bigint): void {
    const { view, stream } = this;
    const fields = [
      abi.STREAM_TIME,
      abi.STREAM_OPEN,
      abi.STREAM_HIGH,
      abi.STREAM_LOW,
      abi.STREAM_CLOSE,
      abi.STREAM_VOLUME,
    ];
    fields.forEach((field, i) => view.setUint32(stream + field, (this.window.columns[i] as number) + first * 8, true));
    view.setInt32(stream + abi.STREAM_ROW_COUNT, rowCount, true);
    view.setInt32(stream + abi.STREAM_HEAD, 0, true);
    view.setBigInt64(stream + abi.STREAM_WATERMARK, watermark, true);
    this.rowCount += rowCount;
  }

  private copy(rows: BarColumns, at: number): void {
    const columns = [rows.time, rows.open, rows.high, rows.low, rows.close];
    columns.forEach((column, i) => this.target(i, at, rows.rowCount).set(column));
    const volume = this.target(5, at, rows.rowCount);
    if (rows.volume === null) volume.fill(VOLUME_UNKNOWN);
    else volume.set(rows.volume);
  }

  private target(column: number, at: number, rowCount: number): BigInt64Array {
    return new BigInt64Array(this.memory, (this.window.columns[column] as number) + at * 8, rowCount);
  }
}
