// Saved runs: one file, verified, and refused when it is not whole.

import { describe, expect, it } from "vitest";
import {
  createEngine,
  createWorkspace,
  forkReplay,
  graph,
  gt,
  marketOrder,
  nodeIdOf,
  openReplay,
  openSavedRun,
  runGraph,
  saveRun,
  select,
  sma,
  targetPercent,
  userNode,
  verifyRun,
} from "../../../kernel/index.js";
import type { GraphNode, RunConfig, SavedRun } from "../../../kernel/index.js";
import { EVENT_FILL, EVENT_ORDER, FILL_EVENT_PRICE, ORDER_EVENT_QUANTITY } from "../../../assembly/abi-event.js";
import { nodeEngine } from "../../../adapters/node/kernel-module.js";
import { moduleBytes } from "../../operators/harness.js";
import { issueLinesOf, issuesOf } from "../graph/issues-of.js";
import { changeRecord, forgedRun } from "../../forged-run.js";
import { close, CONFIG, crossing, peek, WALK } from "./small-runs.js";

const ENGINE = nodeEngine();
const MADE = crossing();
const RESULT = runGraph(ENGINE, MADE, WALK, CONFIG, { seed: 3 });
const BYTES = saveRun(ENGINE, MADE, CONFIG, RESULT);
const SAVED = openSavedRun(ENGINE, BYTES);

/** A saved run in whose log one byte of the fill numbered `index` is another one. */
function forged(index: number): SavedRun {
  const bytes = forgedRun(BYTES, ({ log }) => changeRecord(log, EVENT_FILL, index, FILL_EVENT_PRICE));
  return openSavedRun(ENGINE, bytes);
}

describe("a saved run", () => {
  it("says what went in and what came out", () => {
    expect(SAVED).toMatchObject({
      runId: RESULT.runId,
      graphId: MADE.graphId,
      resultDigest: RESULT.resultDigest,
      kernelDigest: ENGINE.kernelDigest,
      dataset: { name: "walk", fingerprint: WALK.fingerprint },
      config: CONFIG,
      options: { from: null, to: null, seed: 3n },
      buckets: 1500,
    });
    expect(SAVED.log.bytes()).toEqual(RESULT.log.bytes());
    expect(SAVED.names.instruments).toEqual(RESULT.plan.instruments);
  });

  it("is the same when it is replayed, by either build", () => {
    for (const engine of [ENGINE, createEngine(moduleBytes("debug"))]) {
      const verdict = verifyRun(engine, { ...WALK, name: "elsewhere" }, openSavedRun(engine, BYTES));
      expect([verdict.isSame, verdict.difference, verdict.checkpoints.different]).toEqual([true, null, null]);
    }
  });

  it("keeps a configuration with instants and sessions", () => {
    const config: RunConfig = {
      fees: [{ taker: 0.001 }, { taker: 0.002, from: "2020-01-20" }],
      calendars: { "*": { kind: "sessions", sessions: [[0n, 4_000_000_000_000_000_000n]] } },
    };
    const result = runGraph(ENGINE, MADE, WALK, config, { from: 1_577_900_000_000_000_000n });
    const saved = openSavedRun(ENGINE, saveRun(ENGINE, MADE, config, result));
    expect(saved.config).toEqual(config);
    expect(verifyRun(ENGINE, WALK, saved).isSame).toBe(true);
  });

  it.each([0, 5, -1])("whose log was changed at fill %i is found out, with the event", (fill) => {
    const index = fill < 0 ? RESULT.counts.fills - 1 : fill;
    const verdict = verifyRun(ENGINE, WALK, forged(index));
    expect(verdict.isSame).toBe(false);
    expect(verdict.difference?.a?.line).toMatch(/ fill /);
    expect(verdict.difference?.b?.timeNs).toBe(RESULT.tables().fills.time[index]);
    expect(verdict.difference?.b?.decision).toBe(RESULT.tables().decisions[0]);
    expect(verdict.cause).toMatchObject({ decision: { type: "targetPercent" }, userNodes: [], isOtherBuild: false });
  });

  it("has the tables of the run in its log, all but the portfolio and the buckets that sent orders", () => {
    const { portfolio, orders, ...logged } = RESULT.tables();
    const { bucket, ...own } = orders;
    expect([portfolio.rowCount, bucket.length]).toEqual([1500, orders.rowCount]);
    expect(SAVED.log.tables(SAVED.names)).toEqual({ ...logged, orders: own });
  });

  it("names the user nodes and the build that its file does not hold fast", () => {
    const threshold = (level: number) =>
      userNode({
        name: "threshold",
        version: 1,
        period: 1,
        inputs: { x: "number" },
        outputs: { value: "number" },
        compute({ rowCount, inputs, outputs }) {
          for (let row = 0; row < rowCount; row += 1) outputs.value.set(row, (inputs.x.get(row) ?? 0) > level ? 1 : 0);
        },
      });
    const [then, now] = [threshold(0), threshold(1e9)];
    const made = graph({ decisions: [targetPercent(then({ x: close }).value)] });
    const saved = openSavedRun(ENGINE, saveRun(ENGINE, made, CONFIG, runGraph(ENGINE, made, WALK, CONFIG)));
    const debug = createEngine(moduleBytes("debug"));
    const { cause, difference } = verifyRun(debug, WALK, saved, [now]);
    expect(difference?.a?.line).toMatch(/ order /);
    expect(cause).toMatchObject({ userNodes: [{ type: "user:threshold" }], isOtherBuild: true });
    expect(verifyRun(ENGINE, WALK, saved, [then]).cause).toBeNull();
  });

  it("names the user nodes of the decision alone, where others have some as well", () => {
    const ahead = peek(0);
    const plain = marketOrder(1, { when: gt(close, sma(close, 20)) });
    const made = graph({ decisions: [targetPercent(select(gt(ahead, 0), 0.2, 0.1)), plain] });
    const result = runGraph(ENGINE, made, WALK, CONFIG);
    const bytes = saveRun(ENGINE, made, CONFIG, result);
    const { orders, decisions } = result.tables();
    const forgedAt = (type: string) => {
      const decision = decisions.indexOf(nodeIdOf(made.decisions.find((node) => node.spec.type === type) as GraphNode));
      const row = orders.decision.indexOf(decision);
      const forgery = forgedRun(bytes, ({ log }) => changeRecord(log, EVENT_ORDER, row, ORDER_EVENT_QUANTITY));
      return verifyRun(ENGINE, WALK, openSavedRun(ENGINE, forgery), [{ spec: ahead.node.spec }]).cause;
    };
    expect(forgedAt("order")).toMatchObject({ decision: { type: "order" }, userNodes: [] });
    expect(forgedAt("targetPercent")).toMatchObject({ userNodes: [{ type: "user:peek" }] });
  });

  it("of another digest is not the same, though no event differs", () => {
    const verdict = verifyRun(ENGINE, WALK, { ...SAVED, resultDigest: `blake3:${"0".repeat(64)}` });
    expect([verdict.isSame, verdict.difference]).toEqual([false, null]);
  });

  it("is refused over another dataset, without its user nodes, damaged, of a fork and without its log", () => {
    const other = { ...WALK, fingerprint: `blake3:${"b".repeat(64)}` };
    expect(issueLinesOf(() => verifyRun(ENGINE, other, SAVED))).toEqual(["dataset/fingerprint dataset.walk"]);
    const same = userNode({
      name: "same",
      version: 1,
      period: 1,
      inputs: { x: "number" },
      outputs: { value: "number" },
      compute({ rowCount, inputs, outputs }) {
        for (let row = 0; row < rowCount; row += 1) outputs.value.set(row, (inputs.x.get(row) ?? 0) > 100 ? 1 : 0);
      },
    });
    const made = graph({ decisions: [targetPercent(same({ x: close }).value)] });
    const saved = openSavedRun(ENGINE, saveRun(ENGINE, made, CONFIG, runGraph(ENGINE, made, WALK, CONFIG)));
    expect(verifyRun(ENGINE, WALK, saved, [same]).isSame).toBe(true);
    expect(issuesOf(() => verifyRun(ENGINE, WALK, saved))[0]?.code).toBe("graph/user-node");
    expect(issuesOf(() => openSavedRun(ENGINE, BYTES.slice(0, -9), "my.run"))[0]).toMatchObject({
      code: "file/truncated",
      path: "my.run",
    });
    const open = openReplay(createWorkspace(ENGINE, WALK), MADE, CONFIG);
    open.replay.advanceToBucket(5);
    const dear = { fees: { taker: 0.01 } };
    const fork = forkReplay(createWorkspace(ENGINE, WALK), MADE, dear, open.snapshot());
    fork.replay.advance();
    expect(issueLinesOf(() => saveRun(ENGINE, MADE, dear, fork.result()))).toEqual(["file/kind run"]);
    const bare = runGraph(ENGINE, MADE, WALK, CONFIG, { keepLog: false });
    expect(issueLinesOf(() => saveRun(ENGINE, MADE, CONFIG, bare))).toEqual(["file/kind run"]);
  });
});
