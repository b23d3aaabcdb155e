// Decimal text to integers, without passing a float.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mantissaText } from "../../../kernel/base/decimal.js";
import { decimalReader } from "../../../kernel/data/decimal-text.js";
import type { DecimalReader } from "../../../kernel/data/decimal-text.js";

/** Mantissa or fault of the last value, as one thing to compare. */
function outcome(reader: DecimalReader, number: number): bigint | string {
  return reader.fault ?? reader.wide ?? BigInt(number);
}
const read = (text: string, decimals: number): bigint | string => {
  const reader = decimalReader(decimals, null);
  return outcome(reader, reader.text(text));
};

/** The slow plain reading: a fraction of two BigInts. */
function model(text: string, decimals: number): bigint | string {
  const match = /^(-?)([0-9]*)\.?([0-9]*)(?:e(-?[0-9]+))?$/.exec(text);
  if (match === null || (match[2] ?? "") + (match[3] ?? "") === "") return "not-a-number";
  const shift = decimals - (match[3] ?? "").length + Number(match[4] ?? 0);
  const value = BigInt((match[1] ?? "") + (match[2] ?? "") + (match[3] ?? ""));
  if (shift < 0 && value % 10n ** BigInt(-shift) !== 0n) return "decimals";
  const mantissa = shift < 0 ? value / 10n ** BigInt(-shift) : value * 10n ** BigInt(shift);
  return mantissa > 2n ** 63n - 1n || mantissa < -(2n ** 63n - 1n) ? "overflow" : mantissa;
}

describe("reading decimals", () => {
  it("is exact, and says why when it cannot be", () => {
    expect(read("1.25", 2)).toBe(125n);
    expect(read("-0.10", 1)).toBe(-1n);
    expect(read("1.005", 2)).toBe("decimals");
    expect(read("1e-7", 8)).toBe(10n);
    expect(read("9223372036854775807", 0)).toBe(2n ** 63n - 1n);
    expect(read("9223372036854775808", 0)).toBe("overflow");
    expect(read("1e999", 0)).toBe("overflow");
    expect(read("NaN", 2)).toBe("not-finite");
    expect(read("-Infinity", 2)).toBe("not-finite");
    for (const text of ["", ".", "1,5", "1.2.3", "0x10", "--1", "1e", "twelve"])
      expect(read(text, 2)).toBe("not-a-number");
  });

  const digits = fc.array(fc.constantFrom(..."0123456789"), { maxLength: 20 }).map((list) => list.join(""));
  const texts = fc
    .tuple(fc.constantFrom("", "-"), digits, fc.constantFrom("", "."), digits, fc.constantFrom("", "e2", "e-3"))
    .map((parts) => parts.join(""));

  it("agrees with fractions of big integers on every text and scale", () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: -4, max: 12 }), (text, decimals) => {
        const clean = text.includes(".") ? text : text.replace(/^(-?)([0-9]*)(e.*)?$/, "$1$2$3");
        expect(read(clean, decimals)).toBe(model(clean, decimals));
      }),
      { numRuns: 2_000 },
    );
  });

  it("reads a float as its shortest text", () => {
    const floats = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc
        .tuple(fc.integer({ min: -1_000_000, max: 1_000_000 }), fc.integer({ min: 0, max: 6 }))
        .map(([m, d]) => Number(`${m}e-${d}`)),
    );
    fc.assert(
      fc.property(floats, fc.integer({ min: 0, max: 10 }), (value, decimals) => {
        const reader = decimalReader(decimals, null);
        const fromFloat = outcome(reader, reader.float(value));
        expect(fromFloat).toBe(outcome(reader, reader.text(String(value))));
      }),
      { numRuns: 2_000 },
    );
  });

  it("reads a float with more digits than it can hold as its shortest text too", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e5, max: 1e8, noNaN: true }),
        fc.integer({ min: 8, max: 11 }),
        (value, decimals) => {
          const reader = decimalReader(decimals, null);
          const fromFloat = outcome(reader, reader.float(value));
          expect(fromFloat).toBe(outcome(reader, reader.text(String(value))));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it("is undone by writing", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(2n ** 63n) + 1n, max: 2n ** 63n - 1n }),
        fc.integer({ min: 0, max: 12 }),
        (mantissa, decimals) => {
          expect(read(mantissaText(mantissa, decimals), decimals)).toBe(mantissa);
        },
      ),
    );
  });
});

describe("rounding by a stated policy", () => {
  const rounded = (text: string, mode: "half-even" | "half-away", within?: string): bigint | string => {
    const reader = decimalReader(2, within === undefined ? { decimals: 2, mode } : { decimals: 2, mode, within });
    return outcome(reader, reader.text(text));
  };

  it("goes to the nearest, ties as stated, in both directions alike", () => {
    expect(["1.005", "1.015", "-1.005", "1.0051", "1.0049"].map((text) => rounded(text, "half-even"))).toEqual([
      100n,
      102n,
      -100n,
      101n,
      100n,
    ]);
    expect(["1.005", "1.015", "-1.005"].map((text) => rounded(text, "half-away"))).toEqual([101n, 102n, -101n]);
  });

  it("refuses what is more than noise", () => {
    expect(rounded("1.0001", "half-even", "0.0001")).toBe(100n);
    expect(rounded("1.00011", "half-even", "0.0001")).toBe("noise");
    expect(rounded("0.99989", "half-even", "0.0001")).toBe("noise");
  });
});
