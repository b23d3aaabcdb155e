// Bench: what feedback costs: an instruction of the bucket region a bucket, a user node there a call, and a run that
// looks at itself beside one that does not.
//
// Every figure is the difference of two runs that have all else in common, over the rows, so that what a bucket costs
// by itself is in neither. Processor time, the least of several turns: on a machine that others use, too, it stays.

import {
  add,
  bars,
  coalesce,
  createWorkspace,
  delayed,
  fingerprintTapes,
  graph,
  gt,
  lt,
  mul,
  portfolioState,
  positionState,
  runInWorkspace,
  select,
  sma,
  targetPercent,
  userNode,
} from "../kernel/index.js";
import type { Graph, NumberOutput, RunOptions, RunResult } from "../kernel/index.js";
import { nodeEngine, nodeHasher } from "../adapters/node/index.js";
import { brief, rounded } from "./timing.js";
import { wholeUnitTapes } from "./whole-unit-tapes.js";

const ROWS = 300_000;
const ROUNDS = 7;
const CHAIN = 40;

const [whole] = wholeUnitTapes({ seed: 1, rows: ROWS });
if (whole === undefined) throw new Error("there is a tape");
const { tape } = whole;
const fingerprint = fingerprintTapes(nodeHasher(), [tape]).fingerprint;
const workspace = createWorkspace(nodeEngine(), { name: "walk", fingerprint, bars: [tape] });
const { close } = bars();
const equity = add(delayed(portfolioState().equity, 1), close);

/** `x` through `count` nodes of a kind. */
function chain(x: NumberOutput, count: number, next: (x: NumberOutput, index: number) => NumberOutput): NumberOutput {
  let last = x;
  for (let index = 0; index < count; index++) last = next(last, index);
  return last;
}

const copy = userNode({
  name: "copy",
  version: 1,
  period: 1,
  inputs: { x: "number" },
  outputs: { value: "number" },
  compute({ rowCount, inputs, outputs }) {
    for (let row = 0; row < rowCount; row++) outputs.value.set(row, inputs.x.get(row));
  },
});

const sums = (x: NumberOutput, count: number): Graph =>
  graph({ publish: { x: chain(x, count, (last, index) => add(last, index + 1)) } });
const means = (x: NumberOutput, count: number): Graph =>
  graph({ publish: { x: chain(x, count, (last, index) => sma(last, index + 2)) } });
const calls = (x: NumberOutput, count: number): Graph =>
  graph({ publish: { x: chain(x, count, (last) => copy({ x: last }).value) } });
const trend = gt(sma(close, 10), sma(close, 30));
const brake = lt(coalesce(delayed(portfolioState().drawdown, 1), 0), 2);
const held = add(1, mul(coalesce(delayed(positionState().barsHeld, 1), 0), 0));

const graphs: Readonly<Record<string, Graph>> = {
  "bucket: one sum": sums(equity, 1),
  [`bucket: ${CHAIN} sums`]: sums(equity, CHAIN + 1),
  "bucket: one average": means(equity, 1),
  [`bucket: ${CHAIN} averages`]: means(equity, CHAIN + 1),
  "block: one sum": sums(close, 1),
  [`block: ${CHAIN} sums`]: sums(close, CHAIN + 1),
  "bucket: one user node": calls(equity, 1),
  "bucket: three user nodes": calls(equity, 3),
  "block: one user node": calls(close, 1),
  "block: three user nodes": calls(close, 3),
  "cross, no feedback": graph({ decisions: [targetPercent(select(trend, 1, 0))] }),
  "cross, drawdown and bars held": graph({ decisions: [targetPercent(select(trend, select(brake, held, 0), 0))] }),
};
const config = { cash: 1e13, fees: { taker: 0.001 }, slippage: { kind: "none" }, participation: null } as const;
const options: RunOptions = { portfolio: "day", keepLog: false };
const run = (name: string, other: RunOptions = {}): RunResult =>
  runInWorkspace(workspace, graphs[name] as Graph, config, { ...options, ...other });
const general = "cross, no feedback, every bar the general way";
const tasks: readonly (readonly [what: string, task: () => RunResult])[] = [
  ...Object.keys(graphs).map((name) => [name, () => run(name)] as const),
  [general, () => run("cross, no feedback", { stepEveryBucket: true })],
];

/** Nanoseconds of processor time a row. */
function nsARow(task: () => RunResult): number {
  const before = process.cpuUsage();
  task();
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1000) / ROWS;
}

const least = new Map<string, number>();
for (let round = 0; round < ROUNDS; round++) {
  for (const [what, task] of tasks) least.set(what, Math.min(least.get(what) ?? Infinity, nsARow(task)));
}

const each = (more: string, less: string, count: number): number =>
  rounded(((least.get(more) as number) - (least.get(less) as number)) / count);
console.log(`${ROWS.toLocaleString("en")} bars, processor time, least of ${ROUNDS}`);
console.table(
  tasks.map(([what, task]) => ({
    what,
    "ns a bar": rounded(least.get(what) as number),
    digest: brief(task().resultDigest),
  })),
);
console.table([
  { what: "a sum in the bucket region", ns: each(`bucket: ${CHAIN} sums`, "bucket: one sum", CHAIN) },
  { what: "an average in the bucket region", ns: each(`bucket: ${CHAIN} averages`, "bucket: one average", CHAIN) },
  { what: "a sum in the block", ns: each(`block: ${CHAIN} sums`, "block: one sum", CHAIN) },
  { what: "a user node in the bucket region", ns: each("bucket: three user nodes", "bucket: one user node", 2) },
  { what: "a user node in the block, a row", ns: each("block: three user nodes", "block: one user node", 2) },
]);
