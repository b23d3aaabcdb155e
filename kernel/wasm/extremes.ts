// Extremes of columns by the compiled module, in a memory of its own: what a chart of a million rows draws.
//
// Always true:
//   every row is in one part, so that no value that stands out is left out.

import { invariant } from "../base/error.js";

/** Lowest and highest value of each part of a column, in its order; copies. */
export interface PartExtremes {
  readonly lowest: BigInt64Array;
  readonly highest: BigInt64Array;
}

/**
 * Finds the extremes of the parts of a column. About a nanosecond a row, and a copy of the column.
 *
 * @param column Mantissas. Read only.
 * @param partCount 1 to the number of rows; part `i` has the rows from `i * rows / partCount` on, rounded down.
 */
export type FindExtremes = (column: BigInt64Array, partCount: number) => PartExtremes;

interface ExtremesExports {
  readonly columnExtremes: (column: number, rowCount: number, partCount: number, out: number) => void;
}

interface Place {
  readonly memory: WebAssembly.Memory;
  readonly exports: ExtremesExports;
}

const PAGE_BYTES = 65_536;
// The module's own data lie in the first page.
const COLUMN = PAGE_BYTES;
const VALUE_BYTES = 8;
const PART_BYTES = 16;

/**
 * @param module The compiled `goldentape.wasm`.
 * @example
 * const extremes = extremesOf(module);
 * extremes(BigInt64Array.of(3n, 1n, 2n, 5n), 2).highest.join(" "); // "3 5"
 */
export function extremesOf(module: WebAssembly.Module): FindExtremes {
  let place: Place | null = null;
  return (column, partCount) => {
    const rowCount = column.length;
    invariant(partCount >= 1 && partCount <= rowCount, "a column has at least as many rows as parts");
    const out = COLUMN + rowCount * VALUE_BYTES;
    const byteCount = out + partCount * PART_BYTES;
    // A memory never grows; a longer column gets a new one.
    if (place === null || place.memory.buffer.byteLength < byteCount) place = placeOf(module, byteCount);
    const { buffer } = place.memory;
    new BigInt64Array(buffer, COLUMN, rowCount).set(column);
    place.exports.columnExtremes(COLUMN, rowCount, partCount, out);
    const pairs = new BigInt64Array(buffer, out, partCount * 2);
    return {
      lowest: BigInt64Array.from({ length: partCount }, (_, part) => pairs[2 * part] as bigint),
      highest: BigInt64Array.from({ length: partCount }, (_, part) => pairs[2 * part + 1] as bigint),
    };
  };
}

function placeOf(module: WebAssembly.Module, byteCount: number): Place {
  const pages = Math.ceil(byteCount / PAGE_BYTES);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const instance = new WebAssembly.Instance(module, { env: { memory } });
  return { memory, exports: instance.exports as unknown as ExtremesExports };
}
