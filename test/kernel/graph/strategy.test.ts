// Strategies with params, as written and as built.

import { describe, expect, it } from "vitest";
import {
  bars,
  defineStrategy,
  graph,
  InputError,
  isStrategy,
  select,
  gt,
  sma,
  strategyValues,
  targetPercent,
} from "../../../kernel/index.js";

const cross = defineStrategy({
  name: "cross",
  params: { fast: 10, slow: 30, side: "long", isBold: false },
  build({ fast, slow, side }) {
    const { close } = bars();
    return graph({
      decisions: [targetPercent(select(gt(sma(close, fast), sma(close, slow)), side === "long" ? 1 : -1, 0))],
    });
  },
});

/** The issues of an InputError as `path code`. */
function issuesOf(work: () => unknown): string[] {
  try {
    work();
  } catch (error) {
    if (error instanceof InputError) return error.issues.map(({ path, code }) => `${path} ${code}`);
    throw error;
  }
  return [];
}

describe("defineStrategy", () => {
  it("builds the graph of its defaults, and of values laid over them", () => {
    expect(isStrategy(cross)).toBe(true);
    expect(cross.graph().graphId).toBe(cross.graph({ fast: 10 }).graphId);
    expect(cross.graph({ fast: 11 }).graphId).not.toBe(cross.graph().graphId);
  });

  it("reads params from text by the type of their defaults", () => {
    const written = [
      ["fast", "2e1"],
      ["side", "30"],
      ["isBold", "true"],
      ["fast", "21"],
    ] as const;
    expect(strategyValues(cross, written)).toEqual({ fast: 21, side: "30", isBold: true });
  });

  it("reports every param that is unknown or of another type", () => {
    const written = [
      ["fast", "1O"],
      ["fast", "Infinity"],
      ["fast", ""],
      ["fast", "0x10"],
      ["slwo", "1"],
      ["isBold", "yes"],
      ["toString", "1"],
    ] as const;
    expect(issuesOf(() => strategyValues(cross, written))).toEqual([
      ...Array.from({ length: 4 }, () => "params.fast strategy/param"),
      "params.slwo strategy/param",
      "params.isBold strategy/param",
      "params.toString strategy/param",
    ]);
    expect(issuesOf(() => cross.graph({ fast: "10" as never, slow: Number.NaN }))).toEqual([
      "params.fast strategy/param",
      "params.slow strategy/param",
    ]);
  });

  it("reports a declaration that is none", () => {
    const parts = { name: "", params: { a: Number.NaN, b: null }, build: 3 } as never;
    expect(issuesOf(() => defineStrategy(parts))).toEqual([
      "strategy.name strategy/param",
      "strategy.build strategy/param",
      "params.a strategy/param",
      "params.b strategy/param",
    ]);
  });
});
