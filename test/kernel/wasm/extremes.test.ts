// Extremes of a column by pixel.

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { kernelModule } from "../../../adapters/node/index.js";
import { extremesOf } from "../../../kernel/index.js";

const extremes = extremesOf(kernelModule());

/** The plain form. */
function plainExtremes(column: readonly bigint[], partCount: number): readonly (readonly [bigint, bigint])[] {
  return Array.from({ length: partCount }, (_, part) => {
    const from = Math.floor((part * column.length) / partCount);
    const rows = column.slice(from, Math.floor(((part + 1) * column.length) / partCount));
    return [rows.reduce((a, b) => (b < a ? b : a)), rows.reduce((a, b) => (b > a ? b : a))];
  });
}

describe("extremes of a column", () => {
  it("are those of every part, whatever its rows", () => {
    const rows = fc.array(fc.oneof(fc.bigInt(-3n, 3n), fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n)), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(rows, fc.nat(), (column, drawn) => {
        const partCount = 1 + (drawn % column.length);
        const { lowest, highest } = extremes(BigInt64Array.from(column), partCount);
        const pairs = Array.from(lowest, (low, part) => [low, highest[part]]);
        expect(pairs).toEqual(plainExtremes(column, partCount));
      }),
    );
  });

  it("keep one value that stands out of a million, in a memory that a short column left", () => {
    const column = new BigInt64Array(1_000_000).fill(7n);
    column[765_432] = -1n;
    const { lowest, highest } = extremes(column, 1000);
    expect(lowest.indexOf(-1n)).toBe(765);
    expect(lowest.filter((low) => low === 7n)).toHaveLength(999);
    expect(new Set(highest)).toEqual(new Set([7n]));
  });
});
