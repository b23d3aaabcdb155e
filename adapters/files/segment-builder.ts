// Segment builder: blocks of checked rows to the i64 columns of a tape.
//
// Always true:
//   rows marked bad are left out, all others are kept in order;
//   every segment but the last has `SEGMENT_ROWS` rows.

import { VALUE_ABSENT } from "../../kernel/index.js";
import type { BlockColumn, ContentSegment, ImportBlock } from "../../kernel/index.js";

/** Rows of a segment; the chunk size of the fingerprint, so that both cut at the same rows. */
export const SEGMENT_ROWS = 65_536;

const HALF = 2 ** 32;

export class SegmentBuilder {
  readonly segments: ContentSegment[] = [];
  rowCount = 0;
  private readonly columnCount: number;
  private open: BigInt64Array[] = [];
  private filled = SEGMENT_ROWS;

  /** @param columnCount Columns of the tape, the time included. */
  constructor(columnCount: number) {
    this.columnCount = columnCount;
  }

  append(block: ImportBlock): void {
    const kept = new Int32Array(block.rowCount);
    let keptCount = 0;
    for (let row = 0; row < block.rowCount; row += 1) if (block.isBad[row] !== 1) kept[keptCount++] = row;
    for (let from = 0; from < keptCount;) {
      if (this.filled === SEGMENT_ROWS) this.openSegment();
      const count = Math.min(SEGMENT_ROWS - this.filled, keptCount - from);
      const rows = kept.subarray(from, from + count);
      const times = this.open[0] as BigInt64Array;
      for (let at = 0; at < count; at += 1) times[this.filled + at] = block.time[rows[at] as number] as bigint;
      for (let index = 1; index < this.columnCount; index += 1) {
        copyValues(block.columns[index - 1] as BlockColumn, rows, this.open[index] as BigInt64Array, this.filled);
      }
      this.filled += count;
      this.rowCount += count;
      from += count;
    }
  }

  /** The segments; the last one is cut to its rows. Nothing may be appended after this. */
  finish(): readonly ContentSegment[] {
    this.closeSegment();
    this.filled = SEGMENT_ROWS;
    return this.segments;
  }

  private openSegment(): void {
    this.closeSegment();
    this.open = Array.from({ length: this.columnCount }, () => new BigInt64Array(SEGMENT_ROWS));
    this.filled = 0;
  }

  private closeSegment(): void {
    if (this.open.length === 0) return;
    const filled = this.filled;
    this.segments.push({
      rowCount: filled,
      columns: this.open.map((column) => (filled === SEGMENT_ROWS ? column : column.slice(0, filled))),
    });
    this.open = [];
  }
}

/** Stores safe values as two 32-bit halves, low half first, which makes no BigInt: 5 ns a value instead of 40. */
function copyValues(from: BlockColumn, rows: Int32Array, to: BigInt64Array, at: number): void {
  const halves = new Int32Array(to.buffer, to.byteOffset, to.length * 2);
  for (let index = 0; index < rows.length; index += 1) {
    const row = rows[index] as number;
    const value = from.safe[row] as number;
    if (value === value) {
      halves[(at + index) * 2] = value | 0;
      halves[(at + index) * 2 + 1] = Math.floor(value / HALF);
    } else to[at + index] = from.wide.get(row) ?? VALUE_ABSENT;
  }
}
