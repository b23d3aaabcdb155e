// Compiled logarithm, exponential and power: their bits, and the edges of the field.

import { describe, expect, it } from "vitest";
import { InvariantError } from "../../../kernel/index.js";
import { floatMathOf } from "../../../kernel/wasm/float-math.js";
import { compiledMath } from "../study/float-math.js";

describe("the compiled functions", () => {
  const math = compiledMath();

  it("are the logarithm, the exponential and the power, to the last few bits", () => {
    for (const x of [0.001, 0.5, 1, 2, 10, 12345.678]) {
      expect(math.log(x) / (Math.log(x) || 1)).toBeCloseTo(x === 1 ? 0 : 1, 14);
      expect(math.exp(-x) - Math.exp(-x)).toBeCloseTo(0, 14);
      expect(math.pow(x, 0.37) / x ** 0.37).toBeCloseTo(1, 14);
    }
  });

  it("have the bits that every host must give", () => {
    expect([math.log(3), math.exp(0.1), math.pow(1.1, 0.25)]).toEqual([
      1.0986122886681098, 1.1051709180756477, 1.0241136890844451,
    ]);
  });

  it("keep the edges of the field", () => {
    expect([math.log(0), math.exp(0), math.pow(2, 0), math.pow(0, 0.5)]).toEqual([-Infinity, 1, 1, 0]);
    expect(math.log(-1)).toBeNaN();
  });

  it("are refused by name when the module has them not", () => {
    expect(() => floatMathOf({})).toThrow(InvariantError);
    expect(() => floatMathOf({})).toThrow(/mathLog/);
  });
});
