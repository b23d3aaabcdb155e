// Columns of a log: one field of many records, as a typed array.

/**
 * One i64 field of the records at `offsets`; copied as two words, because a BigInt a value would cost ten times as
 * much.
 */
export function wide(view: DataView, offsets: readonly number[], field: number): BigInt64Array {
  const column = new BigInt64Array(offsets.length);
  const words = new Int32Array(column.buffer);
  for (let row = 0; row < offsets.length; row++) {
    const at = (offsets[row] as number) + field;
    words[2 * row] = view.getInt32(at, true);
    words[2 * row + 1] = view.getInt32(at + 4, true);
  }
  return column;
}

/** One i32 field of the records at `offsets`. */
export function narrow(view: DataView, offsets: readonly number[], field: number): Int32Array {
  return Int32Array.from(offsets, (at) => view.getInt32(at + field, true));
}

/** One byte of the records at `offsets`. */
export function byte(view: DataView, offsets: readonly number[], field: number): Uint8Array {
  return Uint8Array.from(offsets, (at) => view.getUint8(at + field));
}
