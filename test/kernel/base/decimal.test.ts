// Decimals as mantissas.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mantissaOf, mantissaText } from "../../../kernel/index.js";

const I64_MAX = 2n ** 63n - 1n;

describe("mantissaOf", () => {
  it("is the number at so many decimals", () => {
    expect(mantissaOf("12.50", 2)).toBe(1250n);
    expect(mantissaOf("-.5", 1)).toBe(-5n);
    expect(mantissaOf("+3.", 0)).toBe(3n);
    expect(mantissaOf("1.5e3", 0)).toBe(1500n);
    expect(mantissaOf("25e-4", 4)).toBe(25n);
    expect(mantissaOf(0.1, 8)).toBe(10_000_000n);
    expect(mantissaOf(1e21, 0)).toBe("overflow");
    expect(mantissaOf(-0, 3)).toBe(0n);
    expect(mantissaOf(7n, 2)).toBe(700n);
  });

  it("says what stands against a mantissa", () => {
    expect(mantissaOf("1.005", 2)).toBe("decimals");
    expect(mantissaOf(0.1 + 0.2, 2)).toBe("decimals");
    expect(mantissaOf("1e-400", 8)).toBe("decimals");
    expect(mantissaOf("9223372036854775808", 0)).toBe("overflow");
    expect(mantissaOf("92233720368547758.08", 2)).toBe("overflow");
    expect(mantissaOf("-9223372036854775808", 0)).toBe("overflow");
    expect(mantissaOf("1e999", 0)).toBe("overflow");
    expect(mantissaOf("9".repeat(5000), 0)).toBe("overflow");
    expect(mantissaOf(Number.NaN, 2)).toBe("not-finite");
    expect(mantissaOf(-Infinity, 2)).toBe("not-finite");
    for (const text of ["", ".", "-", "1,5", "0x10", " 1", "1 ", "1e", "NaN", "--1", "1.2.3"]) {
      expect(mantissaOf(text, 2)).toBe("not-a-number");
    }
  });

  it("reaches both ends of the range", () => {
    expect(mantissaOf("9223372036854775807", 0)).toBe(I64_MAX);
    expect(mantissaOf("-92233720368547758.07", 2)).toBe(-I64_MAX);
  });

  it("undoes mantissaText", () => {
    const mantissas = fc.oneof(fc.bigInt({ min: -200n, max: 200n }), fc.bigInt({ min: -I64_MAX, max: I64_MAX }));
    fc.assert(
      fc.property(mantissas, fc.nat(18), (mantissa, decimals) => {
        const text = mantissaText(mantissa, decimals);
        expect(mantissaOf(text, decimals)).toBe(mantissa);
        expect(text).not.toMatch(/\.\d*0$|\.$|^-0$/);
      }),
    );
  });

  it("takes a float for its shortest text", () => {
    fc.assert(
      fc.property(fc.integer({ min: -10_000, max: 10_000 }), fc.nat(4), (mantissa, decimals) => {
        const value = Number(mantissaText(BigInt(mantissa), decimals));
        expect(mantissaOf(value, decimals)).toBe(BigInt(mantissa));
        expect(mantissaOf(String(value), decimals)).toBe(BigInt(mantissa));
      }),
    );
  });
});
