// The bucket region: instructions that a state source reaches give row by row what they give block by block.

import { describe, expect, it } from "vitest";
import {
  add,
  bars,
  coalesce,
  constant,
  createWorkspace,
  delayed,
  graph,
  gt,
  limitOrder,
  mul,
  openReplay,
  positionState,
  reduceMean,
  sma,
  userNode,
} from "../../kernel/index.js";
import type { Graph, NumberOutput, Output, Series } from "../../kernel/index.js";
import { applyNode, outputOf } from "../../kernel/graph/build.js";
import type { OperatorSpec, Params } from "../../kernel/graph/spec.js";
import { OPERATORS } from "../../kernel/nodes/catalogue.js";
import { issuesOf } from "../kernel/graph/issues-of.js";
import { datasetOf, tape, zigzag } from "../kernel/run/small-tapes.js";
import { APART, capture, CONFIG, ENGINE, PORTFOLIO, POSITION, valuesOf } from "./feedback-runs.js";

const { close, time } = bars();

describe("the bucket region", () => {
  /** `x` on its own rows, through a column of the region. */
  function through(x: NumberOutput): NumberOutput {
    return add(x, mul(coalesce(delayed(POSITION.quantity, 1), 0), 0));
  }

  /** What a trigger of one lane is made from, on its own rows or through a column of the region. */
  const breadth = reduceMean(close);
  const breadthThrough = add(breadth, mul(coalesce(delayed(PORTFOLIO.openOrders, 1), 0), 0));

  /** Outputs of a node of this type, by name. */
  function nodesOf(spec: OperatorSpec, isThrough: boolean, isWhole: boolean): readonly (readonly [string, Output])[] {
    const via = (x: NumberOutput): NumberOutput => (isThrough ? through(x) : x);
    const inputOf = (port: string, type: string): Output => {
      if (port === "when") return gt(isThrough ? breadthThrough : breadth, 99.9);
      if (type === "boolean") return gt(via(close), 99.9);
      return via(port === "time" ? mul(time, 20) : close);
    };
    const ports = Object.entries(spec.inputs).filter(([, { optional }]) => isWhole || optional !== true);
    const params = Object.entries(spec.params).flatMap(([name, param]) => {
      if (param.kind === "choice") return [[name, param.choices[0] as string]];
      if (param.kind === "number" && param.default === undefined) return [[name, 0.5]];
      if (param.kind !== "integer" || param.default !== undefined) return [];
      return [[name, Math.max(param.min, name === "slow" ? 5 : 3)]];
    });
    const inputs = Object.fromEntries(ports.map(([port, { type }]) => [port, inputOf(port, type)]));
    const node = applyNode(spec, inputs as never, Object.fromEntries(params) as Params);
    return Object.keys(spec.outputs).map((name) => [`${spec.type}_${name}_${isWhole}`, outputOf(node, name)]);
  }

  it("gives of every operator what the block gives", () => {
    const times = Array.from({ length: 40 }, (_, row) => 2 * row + 1);
    const tapes = [tape("A", zigzag(150)), tape("B", zigzag(40), { times })];
    const published = (isThrough: boolean): Graph => {
      const nodes = OPERATORS.flatMap((spec) => [true, false].flatMap((isWhole) => nodesOf(spec, isThrough, isWhole)));
      return graph({ publish: Object.fromEntries(nodes) });
    };
    const block = capture(published(false), tapes);
    const region = capture(published(true), tapes, { blockRows: 64 });
    const lanesOf = (lanes: Series["lanes"]) => lanes.map(({ time, values }) => [time.join(), values.join()]);
    const { from = 0, to = 0 } = region.plan.region ?? {};
    expect(to - from).toBeGreaterThan(2 * OPERATORS.length - 20);
    expect(block.series.length).toBeGreaterThan(OPERATORS.length);
    const rowByRow = region.series;
    for (const { name, lanes } of block.series) {
      const other = rowByRow.find((each) => each.name === name);
      expect(lanesOf(other?.lanes ?? []), name).toEqual(lanesOf(lanes));
    }
  });

  it("aligns, delays and windows as the block does", () => {
    const sum = userNode({
      name: "sum-of-five",
      version: 1,
      period: 5,
      inputs: { x: "number", y: "number", k: "number" },
      outputs: { value: "number", nulls: "number" },
      compute({ rowCount, history, inputs, outputs }) {
        for (let row = 0; row < rowCount; row += 1) {
          const seen = Array.from({ length: history + 1 }, (_, back) => [
            inputs.x.get(row + back),
            inputs.y.get(row + back),
            inputs.k.get(row + back),
          ]).flat();
          outputs.nulls.set(row, seen.filter((value) => value === null).length);
          outputs.value.set(
            row,
            seen.reduce<number>((total, value) => total + (value ?? 0), 0),
          );
        }
      },
    });
    const first = bars({ instrument: "A" }).close;
    const other = bars({ instrument: "B" }).close;
    const publishOf = (x: NumberOutput): Record<string, Output> => ({
      lagged: delayed(x, 4),
      held: add(first, x),
      ...sum({ x, y: first, k: constant(2) }),
    });
    const own = mul(coalesce(delayed(positionState({ instrument: "B" }).quantity, 1), 0), 0);
    const block = capture(graph({ publish: publishOf(other) }), APART);
    for (const blockRows of [1, 7, 1024]) {
      const region = capture(graph({ publish: publishOf(add(other, own)) }), APART, { blockRows });
      expect(region.series.map(({ lanes }) => lanes)).toEqual(block.series.map(({ lanes }) => lanes));
    }
  });

  it("fires a trigger at its own rows only", () => {
    const other = bars({ instrument: "B" }).close;
    const when = gt(add(other, mul(coalesce(delayed(PORTFOLIO.equity, 1), 0), 0)), 0);
    const sparse = gt(add(other, mul(coalesce(delayed(positionState({ instrument: "B" }).quantity, 1), 0), 0)), 0);
    const size = add(mul(bars({ instrument: "A" }).close, 0), 1);
    const ordersOf = (trigger: typeof when): readonly bigint[] => {
      const made = graph({ decisions: [limitOrder(size, 1, { when: trigger, instrument: "A" })] });
      return [...capture(made, APART).tables().orders.time];
    };
    // The portfolio has a row in every bucket, so what is made from it does as well.
    expect(ordersOf(when).length).toBe(59);
    expect(ordersOf(sparse)).toEqual(ordersOf(gt(other, 0)));
  });

  it("stops with a user node that throws, whose bucket is not completed", () => {
    const fragile = userNode({
      name: "fragile-state",
      version: 1,
      period: 1,
      inputs: { equity: "number", x: "number" },
      outputs: { value: "number" },
      compute({ inputs, outputs }) {
        if ((inputs.x.get(0) as number) === 4) throw new RangeError("too dear");
        outputs.value.set(0, inputs.equity.get(0));
      },
    });
    const made = graph({ publish: { x: fragile({ equity: delayed(PORTFOLIO.equity, 1), x: close }).value } });
    const dataset = datasetOf([tape("A", [100, 200, 300, 400, 500])]);
    const workspace = createWorkspace(ENGINE, dataset);
    const open = openReplay(workspace, made, CONFIG);
    expect(issuesOf(() => open.replay.advance())).toMatchObject([
      { code: "run/user-node", path: "user:fragile-state", received: "RangeError: too dear" },
    ]);
    expect([open.replay.bucketCount, open.replay.isEnded]).toEqual([3, false]);
    // The module is left in the middle of a row; the next run of the workspace starts afresh.
    const next = openReplay(workspace, graph({ publish: { mean: sma(close, 2) } }), CONFIG, { capture: true });
    next.replay.advance();
    expect(valuesOf(next.result(), "mean")).toEqual([null, 1.5, 2.5, 3.5, 4.5]);
  });
});
