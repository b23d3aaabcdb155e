// Bench W1: averages of 10 and 30 closes crossing, all in or out at the next open, 0.1 % fee, 1,000,000 one-minute
// bars.
//
// Ours keeps the whole event log, checks every posting and digests everything; the JavaScript loop beside it keeps one
// equity a bar and checks nothing. Both must end with the same equity and the same number of fills, or the bench stops.

import { bars, createWorkspace, fingerprintTapes, graph, gt, runInWorkspace, select, sma } from "../kernel/index.js";
import { targetPercent } from "../kernel/index.js";
import type { RunOptions, RunResult } from "../kernel/index.js";
import { nodeEngine, nodeHasher } from "../adapters/node/index.js";
import { brief, mediansOf, rounded } from "./timing.js";
import { floatsOf, wholeUnitTapes } from "./whole-unit-tapes.js";

const ROWS = 1_000_000;
const CASH = 1e13;
const ROUNDS = 21;

/**
 * The same run as ours in f64 and whole units. Writes the equity of each bar to `equity`; gives the number of fills.
 */
function smaCross(open: Float64Array, close: Float64Array, equity: Float64Array): number {
  const rows = close.length;
  let cash = CASH;
  let held = 0;
  let pending = 0;
  let long = false;
  let fast = 0;
  let slow = 0;
  let fills = 0;
  for (let i = 0; i < rows; i++) {
    if (pending !== 0) {
      const price = open[i] as number;
      if (pending > 0) {
        const bought = Math.min(pending, Math.floor(cash / (price * 1.001)));
        if (bought > 0) {
          cash -= bought * price + Math.ceil((bought * price) / 1000);
          held = bought;
          fills++;
        }
      } else {
        cash += held * price - Math.ceil((held * price) / 1000);
        held = 0;
        fills++;
      }
      pending = 0;
    }
    const price = close[i] as number;
    fast += price;
    slow += price;
    if (i >= 10) fast -= close[i - 10] as number;
    if (i >= 30) slow -= close[i - 30] as number;
    const worth = cash + held * price;
    equity[i] = worth;
    if (i < 29) continue;
    const above = fast / 10 > slow / 30;
    if (above === long) continue;
    long = above;
    if (!above) pending = -held;
    else pending = Math.min(Math.floor(worth / price), Math.floor(cash / (price * 1.001)));
  }
  return fills;
}

const [whole] = wholeUnitTapes({ seed: 1, rows: ROWS });
if (whole === undefined) throw new Error("there is a tape");
const { tape, columns } = whole;
const engine = nodeEngine();
const fingerprint = fingerprintTapes(nodeHasher(), [tape]).fingerprint;
const workspace = createWorkspace(engine, { name: "walk", fingerprint, bars: [tape] });
const { close } = bars();
const strategy = graph({ decisions: [targetPercent(select(gt(sma(close, 10), sma(close, 30)), 1, 0))] });
const config = { cash: CASH, fees: { taker: 0.001 }, slippage: { kind: "none" }, participation: null } as const;
const ours = (options: RunOptions): RunResult => runInWorkspace(workspace, strategy, config, options);

const opens = floatsOf(columns.open);
const closes = floatsOf(columns.close);
const equity = new Float64Array(ROWS);
const variants: Readonly<Record<string, RunOptions>> = {
  "ours, portfolio by day": { portfolio: "day" },
  "ours, portfolio by bar": { portfolio: "bucket" },
  "ours, no portfolio": { portfolio: "none" },
  "ours, no log kept": { portfolio: "none", keepLog: false },
  "ours, every bar the general way": { portfolio: "none", stepEveryBucket: true },
};

const fills = smaCross(opens, closes, equity);
const result = ours({ portfolio: "day" });
const last = Number(result.tables().portfolio.equity.at(-1));
if (last !== equity.at(-1) || result.counts.fills !== fills) {
  throw new Error(
    `ours ends at ${last} after ${result.counts.fills} fills, JavaScript at ${equity.at(-1)} after ${fills}`,
  );
}
const medians = await mediansOf(
  {
    "plain JavaScript": () => smaCross(opens, closes, equity),
    ...Object.fromEntries(Object.entries(variants).map(([name, options]) => [name, () => ours(options)])),
  },
  ROUNDS,
);
const javascript = medians.get("plain JavaScript") ?? Number.NaN;
console.log(`W1: ${ROWS} bars, ${fills} fills, final equity ${last} in both`);
console.table(
  [...medians].map(([name, ms]) => {
    const options = variants[name];
    const digest = options === undefined ? "" : brief(ours(options).resultDigest);
    return { what: name, ms: rounded(ms), "of JavaScript": rounded(ms / javascript), digest };
  }),
);
