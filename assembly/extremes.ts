// Extremes of a column: the lowest and the highest value of each of many equal parts, for whoever draws more rows than
// there are pixels.
//
// Always true:
//   a value that stands out of a million is drawn: every row is in one part.
// Layout of the result: for each part the lowest value, 8 bytes, and the highest, 8 bytes.

/**
 * @param column Address of 64-bit integers.
 * @param partCount 1 to `rowCount`; part `i` has the rows from `i * rowCount / partCount` on, rounded down.
 * @param out Address of 16 bytes for each part.
 */
export function columnExtremes(column: usize, rowCount: i32, partCount: i32, out: usize): void {
  let row: usize = column;
  for (let part: i64 = 1; part <= <i64>partCount; part++) {
    const end = column + (<usize>((part * <i64>rowCount) / <i64>partCount) << 3);
    let lowest = load<i64>(row);
    let highest = lowest;
    for (row += 8; row < end; row += 8) {
      const value = load<i64>(row);
      lowest = select(value, lowest, value < lowest);
      highest = select(value, highest, value > highest);
    }
    store<i64>(out, lowest);
    store<i64>(out, highest, 8);
    out += 16;
  }
}
