// Bench of gates: two strategies in one world behind the whole chain of a node set, against the bare loop of W1.
//
// Bare: SMA 10/30, all in, next open, 0.1 % fee, over 1,000,000 one-minute bars. Gated: the same decision twice, as two
// strategies with positions of their own and half of the capital each, behind risk (snapshots, drawdown, volatility,
// position, concentration, leverage), hours, pre-trade and activation. Routed: the same with a router over three
// venues, that sends an order to one of them, or splits it. Asked: the bare loop with a slippage model in TypeScript,
// which says what the run would have, so that all else is equal; and with a series in its place.

import {
  activationGate,
  bars,
  createWorkspace,
  fingerprintTapes,
  graph,
  gt,
  nodeSetRegistry,
  riskControl,
  router,
  runInWorkspace,
  select,
  slippageModel,
  sma,
  targetPercent,
  timingGate,
  userNode,
} from "../kernel/index.js";
import type { Graph, RunConfig, RunResult, SetComponents, VenueConfig } from "../kernel/index.js";
import { nodeEngine, nodeHasher } from "../adapters/node/index.js";
import { brief, mediansOf, rounded } from "./timing.js";
import { wholeUnitTapes } from "./whole-unit-tapes.js";

const ROWS = 1_000_000;
const ROUNDS = 9;
const [whole] = wholeUnitTapes({ seed: 1, rows: ROWS, assetClass: "crypto-perpetual" });
if (whole === undefined) throw new Error("there is a tape");
const fingerprint = fingerprintTapes(nodeHasher(), [whole.tape]).fingerprint;
const dataset = { name: "walk", fingerprint, bars: [whole.tape] };
const workspace = createWorkspace(nodeEngine(), dataset, { runBytes: 1 << 26 });
const config: RunConfig = {
  cash: 1e13,
  funding: "off",
  fees: { taker: 0.001 },
  slippage: { kind: "none" },
  participation: null,
};

const { close } = bars();
const side = select(gt(sma(close, 10), sma(close, 30)), 1, 0);
const bare = graph({ decisions: [targetPercent(side)] });
const registry = nodeSetRegistry();
const components = {
  risk: riskControl({ position: 1, concentration: 1, drawdown: 1, volatility: 1000, periodsPerYear: 525_600 }),
  timing: timingGate(),
  activation: activationGate({ world: "bench", assume: "active" }),
};
const half = select(gt(sma(close, 10), sma(close, 30)), 0.5, 0);
const one = graph({
  decisions: registry.make("ccxt_futures", half, "bench", { strategy: "a", portfolioScope: "world", components })
    .decisions,
});
const twoOver = (venues: readonly VenueConfig[], more: SetComponents = {}): Graph =>
  graph({
    decisions: ["a", "b"].flatMap((strategy) => {
      const options = { strategy, portfolioScope: "strategy", components: { ...components, ...more }, venues } as const;
      return registry.make("ccxt_futures", half, "bench", options).decisions;
    }),
  });
const two = twoOver([]);
const venues: readonly VenueConfig[] = [
  { name: "lit", fees: { taker: 0.0008 }, slippage: { kind: "ticks", ticks: 1 } },
  { name: "cheap", fees: { taker: 0.0002, minimum: 1 }, maxUnits: 10_000 },
  { name: "far", fees: { taker: 0.0005 }, participation: 0.01 },
];
// Of the run's own terms, so that what is sent is what is sent without them.
const alike: readonly VenueConfig[] = ["first", "second", "third"].map((name) => ({ name, fees: { taker: 0.001 } }));
const even = twoOver(alike, { router: router({ split: false }) });
const routed = twoOver(venues, { router: router({ split: false }) });
const split = twoOver(venues);
const pass = userNode({
  name: "pass",
  version: 1,
  period: 1,
  inputs: { price: "number" },
  outputs: { value: "boolean" },
  compute({ rowCount, outputs }) {
    for (let row = 0; row < rowCount; row++) outputs.value.set(row, true);
  },
});
const own = graph({ decisions: [targetPercent(side, { gates: { allow: pass({ price: close }).value } })] });

const nothing = slippageModel({ name: "nothing", version: 1, slippage: () => 0 });
const asked = graph({ decisions: [targetPercent(side, { gates: { execution: nothing() } })] });
const series = graph({ decisions: [targetPercent(side, { gates: { execution: 0 } })] });

const venuesOf = new Map([
  [even, alike],
  [routed, venues],
  [split, venues],
]);
const run = (which: Graph): RunResult => {
  const over = venuesOf.get(which);
  const given = over === undefined ? config : { ...config, venues: over };
  return runInWorkspace(workspace, which, given, { portfolio: "none" });
};
const digests = new Map([bare, one, two, even, routed, split, own, asked, series].map((each) => [each, run(each)]));
const medians = await mediansOf(
  {
    bare: () => run(bare),
    "one strategy, whole chain": () => run(one),
    "two strategies, whole chain": () => run(two),
    "two strategies, whole chain, routed over venues alike": () => run(even),
    "two strategies, whole chain, routed": () => run(routed),
    "two strategies, whole chain, routed with splits": () => run(split),
    "bare, with a gate in TypeScript": () => run(own),
    "bare, with a slippage model in TypeScript": () => run(asked),
    "bare, with a slippage series": () => run(series),
  },
  ROUNDS,
);
const base = medians.get("bare") ?? Number.NaN;
console.log("Gates over 1,000,000 bars; ratios are against the bare loop in the same run.");
console.table(
  [...medians].map(([name, ms], i) => {
    const result = [...digests.values()][i] as RunResult;
    const { orders, fills, refusals } = result.counts;
    return {
      name,
      ms: rounded(ms),
      ratio: rounded(ms / base),
      orders,
      fills,
      refusals,
      digest: brief(result.resultDigest),
    };
  }),
);
const perFill =
  ((medians.get("bare, with a slippage model in TypeScript") ?? Number.NaN) - base) / run(asked).counts.fills;
console.log(
  `${rounded(perFill * 1e6)} ns for a fill that a slippage model is asked about, beside what it costs without.`,
);
