// Building nodes: inputs, outputs and lags.

import { describe, expect, it } from "vitest";
import { applyNode, constant, delayed, outputOf } from "../../../kernel/index.js";
import { issueLinesOf, issuesOf } from "./issues-of.js";
import { BANDS, bands, CLOSE, close, GREATER, greater, SELECT, SMA, sma, SUB } from "./test-catalogue.js";

describe("applyNode", () => {
  it("fills defaults in and turns plain values into constants", () => {
    const node = applyNode(BANDS, { x: 3 }, { width: 1.5 });
    expect(node.params).toEqual({ period: 20, width: 1.5, kind: "sma", isSample: false });
    expect(node.period).toBe(20);
    expect(node.inputs["x"]?.node).toMatchObject({ spec: { type: "constant" }, params: { value: 3 } });
    expect(applyNode(SELECT, { when: true, a: 1, b: 2 }, {}).inputs["when"]).toMatchObject({ type: "boolean" });
    expect([node, node.params, node.inputs].every(Object.isFrozen)).toBe(true);
  });

  it("does not see what is done to its arguments later", () => {
    const params = { period: 3 };
    const node = applyNode(SMA, { x: close() }, params);
    params.period = 4;
    expect(node.params["period"]).toBe(3);
  });

  it("refuses everything that is wrong at once", () => {
    const act = () =>
      applyNode(
        BANDS,
        { middle: greater(1, 2), y: close() },
        { period: 1, width: Number.NaN, kind: "wma", isSample: 1, ddof: 0 },
        { interval: "1d" },
      );
    expect(issueLinesOf(act)).toEqual([
      "graph/unknown-param bands.params.ddof",
      "graph/param-range bands.params.period",
      "graph/param-type bands.params.width",
      "graph/param-type bands.params.kind",
      "graph/param-type bands.params.isSample",
      "graph/unknown-port bands.inputs.y",
      "graph/missing-port bands.inputs.x",
      "graph/type bands.inputs.middle",
      "graph/interval bands.interval",
    ]);
  });

  it("refuses a look-back that is longer than the period", () => {
    const [issue] = issuesOf(() => applyNode(SMA, { x: close() }, { period: 10 }, { period: 9 }));
    expect(issue).toMatchObject({ code: "graph/period", path: "sma.period", received: "9" });
    expect(issue?.expected).toContain("at least 10 rows");
    expect(applyNode(SMA, { x: close() }, { period: 10 }, { period: 11 }).period).toBe(11);
    for (const period of [0, 1.5, Number.NaN, 1e9]) {
      expect(issueLinesOf(() => applyNode(SMA, { x: close() }, { period: 1 }, { period }))).toEqual([
        "graph/period sma.period",
      ]);
    }
  });

  it("says which output to take when it is given all of them", () => {
    const [issue] = issuesOf(() => sma(bands(close()) as never, 2));
    expect(issue).toMatchObject({ code: "graph/type", advice: "Take one of upper, middle, lower." });
  });

  it("refuses NaN, infinities, null and things that are no values", () => {
    for (const value of [Number.NaN, Infinity, null, "1", {}, 1n, () => 1]) {
      expect(issueLinesOf(() => applyNode(SUB, { a: value as never, b: 1 }, {}))).toEqual(["graph/type sub.inputs.a"]);
    }
    expect(issueLinesOf(() => applyNode(GREATER, { a: true, b: 1 }, {}))).toEqual(["graph/type greater.inputs.a"]);
    expect(issueLinesOf(() => applyNode(CLOSE, {}, { instrument: "\ud800" }))).toEqual([
      "graph/param-type close.params.instrument",
    ]);
    expect(issueLinesOf(() => applyNode(SMA, { x: 1 }, { period: null as never }))).toEqual([
      "graph/param-type sma.params.period",
    ]);
    expect(issueLinesOf(() => applyNode(SMA, { x: 1 }, {}))).toEqual(["graph/missing-param sma.params.period"]);
    expect(issueLinesOf(() => constant(Number.NaN))).toEqual(["graph/type constant.value"]);
  });
});

describe("outputOf", () => {
  it("is the first output, or the named one", () => {
    const node = applyNode(BANDS, { x: 1 }, {});
    expect(outputOf(node).output).toBe("upper");
    expect(outputOf(node, "lower")).toMatchObject({ output: "lower", type: "number", lag: 0 });
    for (const name of ["mid", "constructor"]) {
      expect(issueLinesOf(() => outputOf(node, name))).toEqual(["graph/unknown-output bands"]);
    }
  });
});

describe("delayed", () => {
  it("adds to the lag of the edge", () => {
    expect(delayed(delayed(close(), 2), 3).lag).toBe(5);
  });

  it("refuses delays that are no whole number of rows", () => {
    for (const rows of [0, -1, 0.5, Number.NaN, Infinity]) {
      expect(issueLinesOf(() => delayed(close(), rows))).toEqual(["graph/lag delayed.rows"]);
    }
    expect(issueLinesOf(() => delayed(5 as never, 1))).toEqual(["graph/type delayed.output"]);
  });
});
