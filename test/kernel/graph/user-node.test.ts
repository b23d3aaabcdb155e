// User nodes: their specs, their identity and one call of them.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { graph, nodeIdOf, userNode } from "../../../kernel/index.js";
import type { NumberOutput } from "../../../kernel/index.js";
import { createUserCall } from "../../../kernel/graph/user-window.js";
import { issueLinesOf, issuesOf } from "./issues-of.js";
import { close, greater } from "./test-catalogue.js";

const spread = userNode({
  name: "spread",
  version: 1,
  period: 1,
  inputs: { a: "number", b: "number" },
  params: { ratio: 1 },
  outputs: { value: "number" },
  compute({ rowCount, inputs, params, outputs }) {
    for (let row = 0; row < rowCount; row += 1) {
      const a = inputs.a.get(row);
      const b = inputs.b.get(row);
      outputs.value.set(row, a === null || b === null ? null : a - params.ratio * b);
    }
  },
});

/** Sum of the last `rows` rows, and whether it is above zero. */
const sum = userNode({
  name: "sum",
  version: 1,
  period: (params) => params.rows,
  inputs: { x: "number" },
  params: { rows: 3 },
  outputs: { total: "number", isAbove: "boolean" },
  compute({ rowCount, history, inputs, outputs }) {
    for (let row = 0; row < rowCount; row += 1) {
      let total = 0;
      for (let index = row; index <= row + history; index += 1) total += inputs.x.get(index) ?? Number.NaN;
      outputs.total.set(row, total);
      outputs.isAbove.set(row, Number.isNaN(total) ? null : total > 0);
    }
  },
});

describe("userNode", () => {
  it("gives a builder of outputs by name", () => {
    const value: NumberOutput = spread({ a: close("GLD"), b: 2 }, { ratio: 2 }).value;
    expect(value.node).toMatchObject({ spec: { type: "user:spread", version: 1 }, params: { ratio: 2 }, period: 1 });
    expect(sum({ x: close() }, { rows: 5 }).total.node.period).toBe(5);
    expect(sum({ x: close() }).isAbove.type).toBe("boolean");
  });

  it("keeps the code out of the identity, and the version in", () => {
    const make = (version: number, value: number) =>
      userNode({
        name: "captured",
        version,
        period: 1,
        inputs: { x: "number" },
        outputs: { value: "number" },
        compute: ({ outputs }) => outputs.value.set(0, value),
      });
    const [one, two, next] = [make(1, 1), make(1, 2), make(2, 2)].map((build) => build({ x: close() }).value) as [
      NumberOutput,
      NumberOutput,
      NumberOutput,
    ];
    expect(nodeIdOf(one.node)).toBe(nodeIdOf(two.node));
    expect(nodeIdOf(next.node)).not.toBe(nodeIdOf(two.node));
    expect(issueLinesOf(() => graph({ publish: { one, two } }))).toEqual(["graph/user-node user:captured"]);
    expect(graph({ publish: { one, next } }).nodes).toHaveLength(3);
  });

  it("checks what it is given like every node", () => {
    expect(
      issueLinesOf(() => spread({ a: greater(1, 2) as never } as never, { ratio: "2" as never, x: 1 } as never)),
    ).toEqual([
      "graph/unknown-param user:spread.params.x",
      "graph/param-type user:spread.params.ratio",
      "graph/type user:spread.inputs.a",
      "graph/missing-port user:spread.inputs.b",
    ]);
    expect(issueLinesOf(() => sum({ x: 1 }, { rows: 0.5 }))).toEqual(["graph/period user:sum.period"]);
  });

  it("takes lists as params", () => {
    const weighted = userNode({
      name: "weighted",
      version: 1,
      period: 1,
      inputs: { x: "number" },
      params: { weights: [1, 2], unit: "bps", isLog: false },
      outputs: { value: "number" },
      compute: () => undefined,
    });
    expect(weighted({ x: 1 }, { weights: [3] }).value.node.params).toEqual({ weights: [3], unit: "bps", isLog: false });
    expect(issueLinesOf(() => weighted({ x: 1 }, { weights: [1, Number.NaN] }))).toHaveLength(1);
  });

  it("refuses a declaration with everything that is wrong at once", () => {
    const parts = {
      name: "no name",
      inputs: { "a b": "number" },
      params: { x: Number.NaN, y: null },
      outputs: {},
      period: "1",
    };
    expect(issueLinesOf(() => userNode(parts as never))).toEqual(
      ["name", "version", "params.x", "params.y", "compute", "period", "inputs.a b", "outputs"].map(
        (member) => `graph/user-node user:no name.${member}`,
      ),
    );
  });
});

describe("createUserCall", () => {
  const node = sum({ x: close() }).total.node;

  it("hands the rows before the block over, and takes outputs", () => {
    const [total, isAbove] = [new Float64Array(2), new Float64Array(2)];
    createUserCall(node, sum.spec.compute).run(2, [Float64Array.of(Number.NaN, 1, 2, -9)], [total, isAbove]);
    expect([...total]).toEqual([Number.NaN, -6]);
    expect([...isAbove]).toEqual([Number.NaN, 0]);
  });

  it("gives the same rows however the tape is cut into blocks", () => {
    const cell = fc.oneof(
      { weight: 4, arbitrary: fc.integer({ min: -3, max: 3 }) },
      { weight: 1, arbitrary: fc.constant(null) },
    );
    fc.assert(
      fc.property(
        fc.array(cell, { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: 6 }),
        (cells, blockRows) => {
          const column = Float64Array.from([null, null, ...cells], (value) => value ?? Number.NaN);
          expect(inBlocks(column, blockRows)).toEqual(inBlocks(column, cells.length));
        },
      ),
    );
  });

  function inBlocks(column: Float64Array, blockRows: number): readonly number[] {
    const call = createUserCall(node, sum.spec.compute);
    const rows: number[] = [];
    for (let start = 0; start < column.length - 2; start += blockRows) {
      const rowCount = Math.min(blockRows, column.length - 2 - start);
      const outputs = [new Float64Array(rowCount), new Float64Array(rowCount)] as const;
      call.run(rowCount, [column.subarray(start, start + rowCount + 2)], outputs);
      for (let row = 0; row < rowCount; row += 1) rows.push(outputs[0][row] as number, outputs[1][row] as number);
    }
    return rows;
  }

  it("stores null for NaN, infinities and rows that were not set, as the one canonical NaN", () => {
    const odd = userNode({
      name: "odd",
      version: 1,
      period: 1,
      inputs: { x: "number" },
      outputs: { value: "number" },
      compute({ outputs }) {
        for (const [row, value] of [Number.NaN, Infinity, -Infinity, null, 7].entries()) outputs.value.set(row, value);
      },
    });
    const column = new Float64Array(8);
    const bits = new BigUint64Array(column.buffer);
    bits.fill(0xfff8000000000001n);
    createUserCall(odd({ x: 1 }).value.node, odd.spec.compute).run(6, [column], [column.subarray(1, 7)]);
    const nullBits = 0x7ff8000000000000n;
    expect(Array.from(bits.subarray(1, 7))).toEqual([
      nullBits,
      nullBits,
      nullBits,
      nullBits,
      0x401c000000000000n,
      nullBits,
    ]);
    expect(bits[7]).toBe(0xfff8000000000001n);
  });

  it("does not let the code reach the columns of the run", () => {
    const vandal = userNode({
      name: "vandal",
      version: 1,
      period: 1,
      inputs: { x: "number" },
      outputs: { value: "number" },
      compute: ({ inputs }) => void inputs.x.values.fill(0),
    });
    const input = Float64Array.of(1, 2);
    createUserCall(vandal({ x: 1 }).value.node, vandal.spec.compute).run(2, [input], [new Float64Array(2)]);
    expect([...input]).toEqual([1, 2]);
  });

  it("turns what the code throws into an issue with its cause", () => {
    const faults: [string, (window: never) => unknown][] = [
      [
        "Error: boom",
        () => {
          throw new Error("boom");
        },
      ],
      [
        '"text"',
        () => {
          throw "text";
        },
      ],
      [
        "RangeError: row 9 of a window of 1 rows",
        ({ inputs }: { inputs: { x: { get(row: number): unknown } } }) => void inputs.x.get(9),
      ],
      ["RangeError: row 1 of output value, a block of 1 rows", ({ outputs }: Outputs) => outputs.value.set(1, 1)],
      [
        "TypeError: output value takes a number or null, not true",
        ({ outputs }: Outputs) => outputs.value.set(0, true),
      ],
      ["{}", async () => undefined],
    ] as never;
    for (const [received, compute] of faults) {
      const faulty = userNode({
        name: "faulty",
        version: 1,
        period: 1,
        inputs: { x: "number" },
        outputs: { value: "number" },
        compute: compute as () => void,
      });
      const call = createUserCall(faulty({ x: 1 }).value.node, faulty.spec.compute);
      const [issue] = issuesOf(() => call.run(1, [new Float64Array(1)], [new Float64Array(1)]));
      expect(issue).toMatchObject({ code: "run/user-node", path: "user:faulty", received });
    }
  });
});

interface Outputs {
  readonly outputs: { readonly value: { set(row: number, value: unknown): void } };
}
