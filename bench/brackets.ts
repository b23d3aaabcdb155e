// Bench W3: a bracket on every entry, and limit orders that rest, over 1,000,000 one-minute bars.
//
// The JavaScript loop does the same trades in plain typed arrays: 100 units at the next open when the fast average
// crosses the slow one, each entry with a stop 0.2 % below and a target 0.4 % above the close of that bar, and the stop
// first where a bar reaches both. It keeps no log and checks nothing; both must end with the same equity and the same
// number of fills, or the bench stops.
//
// Resting orders: the same run with 10 and with 10,000 limit orders far below the price.

import {
  bars,
  bracket,
  createWorkspace,
  crossOver,
  cumSum,
  div,
  eq,
  fingerprintTapes,
  graph,
  limitOrder,
  le,
  marketOrder,
  mod,
  mul,
  runInWorkspace,
  sma,
} from "../kernel/index.js";
import type { Graph, RunConfig, RunResult } from "../kernel/index.js";
import { nodeEngine, nodeHasher } from "../adapters/node/index.js";
import { brief, mediansOf, rounded } from "./timing.js";
import { floatsOf, wholeUnitTapes } from "./whole-unit-tapes.js";

const ROWS = 1_000_000;
const CASH = 1e13;
const ROUNDS = 11;
const SIZE = 100;
/** Entries that may be open at once in the JavaScript loop. */
const OPEN_MAX = 1 << 16;
const STOP = 0.998;
const TARGET = 1.004;

interface Columns {
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
}

/** The same run as ours in f64 and whole units. Writes the equity of each bar to `equity`; gives the fills. */
function brackets({ open, high, low, close }: Columns, equity: Float64Array): number {
  const stops = new Float64Array(OPEN_MAX);
  const targets = new Float64Array(OPEN_MAX);
  let cash = CASH;
  let lots = 0;
  let pending = false;
  let fast = 0;
  let slow = 0;
  let above = true;
  let fills = 0;
  for (let i = 0; i < close.length; i++) {
    const first = open[i] as number;
    if (pending) {
      cash -= SIZE * first + Math.ceil((SIZE * first) / 1000);
      fills++;
    }
    const fresh = pending ? lots++ : -1;
    pending = false;
    for (let k = lots - 1; k >= 0; k--) {
      const stop = stops[k] as number;
      const target = targets[k] as number;
      let exit = 0;
      // A target that is there when it is released takes what is there; one that rested needs a tick more.
      if (first <= stop) exit = first;
      else if (k === fresh && first >= target) exit = first;
      else if (first > target) exit = target;
      else if ((low[i] as number) <= stop) exit = stop;
      else if ((high[i] as number) > target) exit = target;
      if (exit === 0) continue;
      cash += SIZE * exit - Math.ceil((SIZE * exit) / 1000);
      fills++;
      lots--;
      stops[k] = stops[lots] as number;
      targets[k] = targets[lots] as number;
    }
    const price = close[i] as number;
    fast += price;
    slow += price;
    if (i >= 10) fast -= close[i - 10] as number;
    if (i >= 30) slow -= close[i - 30] as number;
    equity[i] = cash + lots * SIZE * price;
    if (i < 29) continue;
    const isAbove = fast / 10 > slow / 30;
    pending = isAbove && !above && i > 29;
    above = isAbove;
    if (!pending) continue;
    stops[lots] = wholeBelow(price * STOP);
    targets[lots] = wholeBelow(price * TARGET);
  }
  return fills;
}

/** A price that is whole but for the error of a product is meant to be; any other is rounded down, as a seller's. */
function wholeBelow(price: number): number {
  const near = Math.round(price);
  return Math.abs(price - near) <= price * 1e-12 ? near : Math.floor(price);
}

const [whole] = wholeUnitTapes({ seed: 1, rows: ROWS });
if (whole === undefined) throw new Error("there is a tape");
const { tape, columns } = whole;
const fingerprint = fingerprintTapes(nodeHasher(), [tape]).fingerprint;
const workspace = createWorkspace(nodeEngine(), { name: "walk", fingerprint, bars: [tape] }, { runBytes: 1 << 26 });
const { close } = bars();
const plain: RunConfig = { cash: CASH, fees: { taker: 0.001 }, slippage: { kind: "none" }, participation: null };

const entry = marketOrder(SIZE, { when: crossOver(sma(close, 10), sma(close, 30)) });
const bracketed = bracket(entry, { stop: mul(close, STOP), target: mul(close, TARGET) });
const row = cumSum(div(close, close));
const everyTen = limitOrder(1, mul(close, 0.999), {
  when: eq(mod(row, 10), 0),
  timeInForce: "gtd",
  goodFor: "30m",
});

/** The bracket graph with `count` limit orders far below the price, sent one a bar at the start. */
function withResting(count: number): Graph {
  return graph({ decisions: [...bracketed, limitOrder(1, mul(close, 0.01), { when: le(row, count) })] });
}

const bracketGraph = graph({ decisions: [...bracketed] });
const limitGraph = graph({ decisions: [...bracketed, everyTen] });
const run = (strategy: Graph, config: RunConfig = {} as RunConfig): RunResult =>
  runInWorkspace(workspace, strategy, { ...plain, maxOpenOrders: 16_384, ...config }, { portfolio: "none" });

const floats: Columns = {
  open: floatsOf(columns.open),
  high: floatsOf(columns.high),
  low: floatsOf(columns.low),
  close: floatsOf(columns.close),
};
const equity = new Float64Array(ROWS);
const fills = brackets(floats, equity);
const result = runInWorkspace(workspace, bracketGraph, plain, { portfolio: "day" });
const last = Number(result.tables().portfolio.equity.at(-1));
if (last !== equity.at(-1) || result.counts.fills !== fills) {
  throw new Error(
    `ours ends at ${last} after ${result.counts.fills} fills, JavaScript at ${equity.at(-1)} after ${fills}`,
  );
}
const few = withResting(10);
const many = withResting(10_000);
const tasks: Readonly<Record<string, () => unknown>> = {
  "plain JavaScript, brackets": () => brackets(floats, equity),
  "ours, brackets": () => run(bracketGraph),
  "ours, brackets, both bounds": () => [run(bracketGraph), run(bracketGraph, { ...plain, path: "best" })],
  "ours, brackets and a limit order every ten bars": () => run(limitGraph),
  "ours, brackets and 10 resting orders": () => run(few),
  "ours, brackets and 10,000 resting orders": () => run(many),
};
const medians = await mediansOf(tasks, ROUNDS);
const javascript = medians.get("plain JavaScript, brackets") ?? Number.NaN;
const counted: Readonly<Record<string, RunResult>> = {
  "ours, brackets": run(bracketGraph),
  "ours, brackets, both bounds": run(bracketGraph, { ...plain, path: "best" }),
  "ours, brackets and a limit order every ten bars": run(limitGraph),
  "ours, brackets and 10 resting orders": run(few),
  "ours, brackets and 10,000 resting orders": run(many),
};
console.log(`W3: ${ROWS} bars, ${fills} fills, final equity ${last} in both`);
console.table(
  [...medians].map(([name, ms]) => {
    const made = counted[name];
    return {
      what: name,
      ms: rounded(ms),
      "of JavaScript": rounded(ms / javascript),
      orders: made?.counts.orders ?? "",
      fills: made?.counts.fills ?? fills,
      "million orders and fills a second":
        made === undefined ? "" : rounded((made.counts.orders + made.counts.fills) / ms / 1000),
      digest: made === undefined ? "" : brief(made.resultDigest),
    };
  }),
);
const of = (name: string): number => medians.get(name) ?? Number.NaN;
const none = of("ours, brackets");
const ten = of("ours, brackets and 10 resting orders");
const thousands = of("ours, brackets and 10,000 resting orders");
console.log(`both bounds: ${rounded(of("ours, brackets, both bounds") / none)} times one run`);
console.log(`10,000 resting orders against 10: ${rounded(thousands / ten)} times`);
console.log(
  `an idle open order: ${rounded(((thousands - none) * 1e6) / ROWS / 10_000)} ns a bar, its sending included`,
);
