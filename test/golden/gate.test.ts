// The golden gate: planted non-determinism is caught, and the table says where.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { expectationOf } from "../../adapters/golden/expectation.js";
import type { GateCell, GateEngines, GateScenario } from "../../adapters/golden/gate.js";
import { GATE_BLOCKS, runGate } from "../../adapters/golden/gate.js";
import { gateCounts, gateText } from "../../adapters/golden/gate-table.js";
import { prepareSpec } from "../../adapters/golden/scenario-run.js";
import type { ScenarioSources } from "../../adapters/golden/scenario-run.js";
import { kernelBytes, nodeEngine, nodeFloatMath, nodeHasher } from "../../adapters/node/index.js";
import { openDataset } from "../../adapters/store/open-dataset.js";
import { bars, createEngine, graph, gt, select, sma, targetPercent, userNode } from "../../kernel/index.js";
import type { Engine, Graph, NumberOutput } from "../../kernel/index.js";
import { PROJECT } from "../adapters/cli/goldentape.js";

const hasher = nodeHasher();
const release = nodeEngine();
const debug = createEngine(new Uint8Array(readFileSync(`${PROJECT}assembly/goldentape.debug.wasm`)));

/** A user node of closes whose code is planted. */
function planted(
  name: string,
  work: (values: ArrayLike<number>, set: (row: number, value: number) => void) => void,
): Graph {
  const node = userNode({
    name,
    version: 1,
    inputs: { x: "number" },
    outputs: { value: "number" },
    period: () => 1,
    compute: ({ inputs, outputs }) => work(inputs.x.values, (row, value) => outputs.value.set(row, value)),
  });
  const value = node({ x: bars().close }).value as NumberOutput;
  return graph({
    decisions: [targetPercent(select(gt(bars().close, sma(bars().close, 5)), 1, 0))],
    publish: { value },
  });
}

/** What a host whose fault is not there says of a graph, as the expectation of a scenario. */
async function scenarioOf(strategy: Graph): Promise<{ scenario: GateScenario; sources: ScenarioSources }> {
  const datasets = ["synthetic:seed=1,rows=300,interval=1h"];
  const spec = { title: "Planted.", strategy: "planted", datasets, config: { fees: { taker: "0.001" } } };
  const sources: ScenarioSources = {
    hasher,
    strategy: async () => strategy,
    dataset: (dataset) => openDataset(dataset as string, { hasher }),
  };
  const prepared = await prepareSpec(spec, sources);
  const expected = expectationOf(prepared.run(release, { blockRows: 1 }), prepared.graph.checksum);
  return { scenario: { name: "planted", spec, expected, absent: [] }, sources };
}

async function gateOf(strategy: Graph, engines: GateEngines, disturb: () => () => void = () => () => undefined) {
  const { scenario, sources } = await scenarioOf(strategy);
  const restore = disturb();
  try {
    return await runGate([scenario], () => sources, engines);
  } finally {
    restore();
  }
}

const outcomes = (cells: readonly GateCell[]): string[] => cells.map((cell) => cell.outcome);

/** The release module in which the one NaN that is stored has another payload. */
function withOtherNaN(): Engine {
  const bytes = kernelBytes();
  const canonical = [0, 0, 0, 0, 0, 0, 0xf8, 0x7f];
  let changed = 0;
  for (let at = 0; at + 8 <= bytes.length; at += 1) {
    if (canonical.some((byte, index) => bytes[at + index] !== byte)) continue;
    bytes[at] = 1;
    changed += 1;
  }
  expect(changed).toBeGreaterThan(0);
  return createEngine(bytes);
}

describe("the golden gate", () => {
  const exponential = planted("host-exp", (values, set) => {
    for (let row = 0; row < values.length; row += 1) set(row, Math.exp((values[row] as number) / 100));
  });

  it("passes a run in every block size and both modules", async () => {
    const cells = await gateOf(exponential, { release, debug });
    expect(cells.map(({ module, blockRows }) => `${module} ${blockRows}`)).toEqual(
      ["release", "debug"].flatMap((module) => GATE_BLOCKS.map((rows) => `${module} ${rows}`)),
    );
    expect(new Set(outcomes(cells))).toEqual(new Set(["same"]));
  });

  it("catches the host's exponential, where another host has another one", async () => {
    const { exp } = nodeFloatMath();
    const other = (): (() => void) => {
      const own = Math.exp;
      Math.exp = exp;
      return () => (Math.exp = own);
    };
    const cells = await gateOf(exponential, { release }, other);
    expect(new Set(outcomes(cells))).toEqual(new Set(["different"]));
    expect(cells[0]?.detail).toBe(
      "resultDigest, checkpoints differ; checkpoints: equal up to bucket 0, different at bucket 300",
    );
  });

  it("catches a plain object as a map, whose order hangs on what a block happened to hold", async () => {
    const sums = planted("unordered-map", (values, set) => {
      const shares: Record<string, number> = {};
      for (let row = 0; row < values.length; row += 1) {
        const value = values[row] as number;
        shares[String(Math.round(value))] = value / 3;
        set(
          row,
          Object.values(shares).reduce((sum, share) => sum + share, 0),
        );
      }
    });
    const cells = await gateOf(sums, { release });
    expect(cells.map(({ blockRows, outcome }) => `${blockRows} ${outcome}`)).toEqual([
      "1 same",
      "7 different",
      "1024 different",
      "4096 different",
    ]);
  });

  it("catches a module that stores a NaN of another payload", async () => {
    const cells = await gateOf(exponential, { release, "other NaN": withOtherNaN() });
    expect(outcomes(cells)).toEqual([...Array(4).fill("same"), ...Array(4).fill("different")]);
  });

  it("has nothing to catch when a user node gives a NaN of another payload: it becomes the one", async () => {
    const payload = new Float64Array(new BigUint64Array([0x7ff8000000000001n]).buffer);
    const give = (odd: boolean): Graph =>
      planted("nan-payload", (values, set) => {
        for (let row = 0; row < values.length; row += 1) set(row, odd ? (payload[0] as number) : Number.NaN);
      });
    const { scenario } = await scenarioOf(give(false));
    const { sources } = await scenarioOf(give(true));
    expect(new Set(outcomes(await runGate([scenario], () => sources, { release })))).toEqual(new Set(["same"]));
  });

  it("says what a host could not load, and skips what it does not have", async () => {
    const { scenario, sources } = await scenarioOf(exponential);
    const broken = { ...sources, dataset: () => Promise.reject(new Error("no such file")) };
    const [cell] = await runGate([scenario], () => broken, { release });
    expect(cell?.outcome).toBe("different");
    expect(cell?.detail).toContain("no such file");
    const absent = await runGate([{ ...scenario, absent: ["x.csv"] }], () => sources, { release });
    expect(outcomes(absent)).toEqual(["skipped", "skipped", "skipped", "skipped"]);
  });
});

describe("the table of a gate", () => {
  const cell = { module: "release", resultDigest: null, detail: "" };
  const same: GateCell = { ...cell, scenario: "a", blockRows: 1, outcome: "same" };
  const different: GateCell = { ...cell, scenario: "a", blockRows: 7, outcome: "different", detail: "counts differ" };
  const skipped: GateCell = { ...cell, scenario: "b", blockRows: 1, outcome: "skipped" };

  it("has a line for each scenario, a column for each host, and everything that differs", () => {
    const hosts = [
      { host: "node", cells: [same, same, skipped], hostMath: "x" },
      { host: "page", cells: [same, different, skipped], hostMath: "y" },
    ];
    expect(gateCounts(hosts)).toEqual({ same: 3, different: 1, skipped: 2 });
    expect(gateText(hosts, ["firefox is not on this machine"])).toBe(
      [
        "A  node",
        "B  page",
        "",
        "      A   B",
        "a     2  1!",
        "b     -   -",
        "",
        "a, page, release module, blocks of 7: counts differ",
        "",
        "firefox is not on this machine",
        "2 different sets of bits from the hosts' own Math functions",
        "3 same, 1 different, 2 skipped",
      ].join("\n"),
    );
  });
});
