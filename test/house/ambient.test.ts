// A whole run while clock, random numbers, timers and the host's own transcendental functions throw: the kernel uses
// none of them.

import { describe, expect, it } from "vitest";
import { syntheticTape } from "../../datasets/synthetic.js";
import {
  atr,
  bars,
  createEngine,
  createHasher,
  fingerprintTapes,
  floatMathOf,
  graph,
  graphJson,
  gt,
  log,
  parseGraph,
  CATALOGUE,
  runGraph,
  select,
  sma,
  studyRun,
  targetPercent,
} from "../../kernel/index.js";
import { moduleBytes } from "../operators/harness.js";

const MATH = ["random", "exp", "log", "log2", "log10", "pow", "sin", "cos", "tan", "log1p", "expm1", "cbrt"] as const;
const GLOBALS = [
  "setTimeout",
  "setInterval",
  "setImmediate",
  "queueMicrotask",
  "fetch",
  "performance",
  "crypto",
] as const;

/** Runs `work` while everything ambient throws. */
function withoutAmbient<T>(work: () => T): T {
  const undo: (() => void)[] = [];
  const ban = (owner: object, name: string): void => {
    const before = Object.getOwnPropertyDescriptor(owner, name);
    Object.defineProperty(owner, name, {
      configurable: true,
      get: () => {
        throw new Error(`${name} was used`);
      },
    });
    undo.push(() =>
      before === undefined ? Reflect.deleteProperty(owner, name) : Object.defineProperty(owner, name, before),
    );
  };
  try {
    for (const name of MATH) ban(Math, name);
    for (const name of [...GLOBALS, "Date"]) ban(globalThis, name);
    return work();
  } finally {
    for (const each of undo.reverse()) each();
  }
}

describe("a run without ambient things", () => {
  const bytes = moduleBytes("release");

  it("notices what is banned", () => {
    expect(() => withoutAmbient(() => Date.now())).toThrow("Date was used");
    expect(() => withoutAmbient(() => Math.exp(1))).toThrow("exp was used");
  });

  it("goes from graph to metrics", () => {
    const tape = syntheticTape({ seed: 5, rows: 3000, interval: "1h" });
    const digests = [0, 1].map(() =>
      withoutAmbient(() => {
        const engine = createEngine(bytes);
        const dataset = {
          name: "syn",
          fingerprint: fingerprintTapes(createHasher(engine.module), [tape]).fingerprint,
          bars: [tape],
        };
        const { high, low, close } = bars();
        const made = graph({
          decisions: [targetPercent(select(gt(sma(close, 10), sma(close, 30)), 1, 0))],
          publish: { range: atr(high, low, close, 14), log: log(close) },
        });
        const read = parseGraph(graphJson(made), CATALOGUE);
        const result = runGraph(engine, read, dataset, { fees: { taker: 0.001 } }, { capture: true });
        const memory = new WebAssembly.Memory({ initial: 64, maximum: 64 });
        const math = floatMathOf(new WebAssembly.Instance(engine.module, { env: { memory } }).exports);
        const study = studyRun(result.tables(), { math, bars: dataset.bars });
        expect(study.metrics.length).toBeGreaterThan(30);
        return result.resultDigest;
      }),
    );
    expect(digests[0]).toBe(digests[1]);
  });
});
