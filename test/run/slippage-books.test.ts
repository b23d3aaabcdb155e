// Passes that are made again beside all that an account has: what happens on the times of bars, margins and their
// liquidation, lots, settlement, fees by volume, commitments and their policies, and chance.

import { describe, expect, it } from "vitest";
import { QUESTIONS_MAX } from "../../assembly/abi-slippage.js";
import { syntheticTapes } from "../../datasets/synthetic.js";
import type {
  BarsTape,
  Dataset,
  Decision,
  Gates,
  Graph,
  RunConfig,
  RunOptions,
  RunResult,
} from "../../kernel/index.js";
import {
  activationGate,
  add,
  atr,
  bars,
  bracket,
  checkLookAhead,
  coalesce,
  createWorkspace,
  crossOver,
  crossUnder,
  decisionEngine,
  delayed,
  div,
  fillState,
  gatherBars,
  graph,
  gt,
  lag,
  LEDGER_KINDS,
  limitOrder,
  memoryActions,
  memoryFunding,
  memoryStatus,
  mul,
  openReplay,
  openSeekable,
  riskControl,
  runGraph,
  select,
  slippageModel,
  sma,
  stopOrder,
  sub,
  targetPercent,
  targetQuantity,
} from "../../kernel/index.js";
import { prepare } from "../../kernel/run/prepare.js";
import { issuesOf } from "../kernel/graph/issues-of.js";
import { engineFor } from "../model/kernel-run.js";
import { barsTape, runOrders } from "./order-lines.js";

const ROWS = 5_000;
const [tape] = syntheticTapes({ seed: 5, rows: ROWS, assetClass: "crypto-perpetual" }) as [BarsTape];
const { time } = gatherBars(tape);
const at = (...rows: readonly number[]): BigInt64Array => BigInt64Array.from(rows, (row) => time[row] as bigint);
const every = (step: number, from: number): readonly number[] =>
  Array.from({ length: Math.floor((ROWS - from) / step) }, (_, i) => from + i * step);

/** All that may happen besides trading, on the closes of bars, in whose buckets orders fill. */
const DATASET: Dataset = {
  name: "made",
  fingerprint: `blake3:${"7".repeat(64)}`,
  bars: [tape],
  status: [
    memoryStatus(tape.instrument, {
      time: at(...every(100, 7)),
      status: BigInt64Array.from(every(100, 7), (_, i) => (i % 2 === 0 ? BigInt(1 + ((i / 2) % 3)) : 0n)),
    }),
  ],
  actions: [
    memoryActions(tape.instrument, {
      time: at(1500, 2500),
      priceFactor: BigInt64Array.of(999_000_000_000n, 1_000_000_000_000n),
      splitFactor: BigInt64Array.of(1_000_000_000_000n, 500_000_000_000n),
      referencePrice: BigInt64Array.of(10_000n, 10_000n),
    }),
  ],
  funding: [
    memoryFunding(tape.instrument, {
      time: at(...every(60, 3)),
      rate: BigInt64Array.from(every(60, 3), (row) => BigInt((row % 7) - 3) * 10n ** 8n),
      markPrice: null,
    }),
  ],
};

/**
 * A tick for what takes, as the run has it unless a configuration says something else; `salt` makes other NodeIDs of
 * the decisions behind it.
 */
const tick = slippageModel({ name: "tick", version: 1, params: { salt: 0 }, slippage: (fill) => fill.tick });

const { high, low, close } = bars();
const risk = atr(high, low, close, 14);
const confidence = select(crossOver(sma(close, 5), sma(close, 20)), 0.8, div(0, sub(close, close)));

const DECISIONS: Readonly<Record<string, (gates: Gates) => readonly Decision[]>> = {
  "a target": (gates) => [targetPercent(select(gt(close, lag(close, 1)), 0.9, -0.4), { gates })],
  "a large target": (gates) => [targetPercent(select(gt(close, sma(close, 90)), 90, -80), { gates })],
  "a target on what filled": (gates) => {
    const { bought, value } = fillState();
    const seen = add(delayed(bought, 1), mul(delayed(value, 1), 0.0001));
    return [targetQuantity(select(gt(close, lag(close, 1)), 20, mul(coalesce(seen, 0), 0.5)), { gates })];
  },
  "a target behind gates": (gates) => [
    targetPercent(select(gt(close, lag(close, 1)), 2, -1), {
      gates: { ...gates, risk: riskControl({ drawdown: null, volatility: null }), activation: activationGate() },
    }),
  ],
  "a bracket": (gates) =>
    bracket(limitOrder(30, sub(close, risk), { when: crossOver(close, sma(close, 9)), gates }), {
      stop: sub(close, add(risk, risk)),
      target: add(close, risk),
    }),
  commitments: (gates) => [
    decisionEngine(confidence, {
      defer: crossUnder(sma(close, 5), sma(close, 20)),
      atr: risk,
      sizer: { cap: 2500 },
      checks: { window: false },
      gates,
    }),
  ],
};

const margin = { kind: "margin", leverage: 100 } as const;
const CONFIGS: Readonly<Record<string, RunConfig>> = {
  cash: { cash: 100_000, fees: { taker: 0.001 } },
  "the same close": { cash: 100_000, fees: { taker: 0.001 }, fill: "sameClose" },
  "margin that is used up": { cash: 3000, fees: { taker: 0.0001 }, account: margin, participation: null },
  "isolated margins": { cash: 3000, fees: { taker: 0.0005 }, account: { ...margin, marginMode: "isolated" } },
  "lots and settlement": {
    cash: 100_000,
    fees: { taker: 0.001 },
    account: { cost: "fifo" },
    participation: 0.05,
  },
  "fees by volume": {
    cash: 100_000,
    fees: { taker: 0.001, tiers: { by: "volume", levels: [{ above: 50_000, taker: 0.0005 }] } },
  },
  chance: {
    cash: 100_000,
    fees: { taker: 0.001 },
    limitFill: { kind: "touchProbability", p: "0.5" },
    path: "best",
    closeAtEnd: true,
  },
};
const ACTIVATIONS = [
  { time: time[500] as bigint, version: 1, weight: 0.5 },
  { time: time[1500] as bigint, version: 2, freeze: true },
  { time: time[1600] as bigint, version: 3, active: true, freeze: false },
];

function graphOf(decisions: string, gates: Gates): Graph {
  return graph({ decisions: (DECISIONS[decisions] as (gates: Gates) => readonly Decision[])(gates) });
}

/** The graph whose decisions have a model and stand in the order in which they do without: their NodeIDs decide it. */
function askedGraph(decisions: string): Graph {
  const order = ({ nodes, decisions: acting }: Graph): string =>
    [...nodes.filter(({ spec }) => spec.kind === "decision"), ...acting].map(({ params }) => params["type"]).join();
  const wanted = order(graphOf(decisions, {}));
  for (let salt = 0; ; salt++) {
    const made = graphOf(decisions, { execution: tick({ salt }) });
    if (order(made) === wanted) return made;
  }
}

function run(made: Graph, decisions: string, config: string, options: RunOptions = {}): RunResult {
  const all =
    decisions === "a target behind gates" ? { ...CONFIGS[config], activations: ACTIVATIONS } : CONFIGS[config];
  return runGraph(engineFor(), made, DATASET, all as RunConfig, options);
}

describe("a model that says what the run would have", () => {
  const cases = Object.keys(DECISIONS).flatMap((decisions) =>
    Object.keys(CONFIGS).map((config) => [decisions, config] as const),
  );

  // All of them in the deep run, every other one otherwise.
  const chosen = cases.filter((_, at) => process.env["GOLDENTAPE_RUNS"] !== undefined || at % 2 === 0);
  it.each(chosen)("leaves the digest of the run: %s, %s", (decisions, config) => {
    const [plain, asked] = [graphOf(decisions, {}), askedGraph(decisions)].map((made) =>
      run(made, decisions, config),
    ) as [RunResult, RunResult];
    expect([asked.resultDigest, asked.unseed]).toEqual([plain.resultDigest, plain.unseed]);
    expect(plain.counts.fills).toBeGreaterThan(1);
  });

  it("meets liquidations, funding, splits and walks that are compared in these", () => {
    const used = run(askedGraph("a large target"), "a large target", "margin that is used up").tables();
    expect(used.fills.liquidation).toContain(1);
    expect(used.ledger.kind).toContain(LEDGER_KINDS.indexOf("funding"));
    expect(run(askedGraph("a target"), "a target", "cash").tables().splits.rowCount).toBe(1);
    expect(run(askedGraph("a bracket"), "a bracket", "cash").tables().ambiguities.rowCount).toBeGreaterThan(0);
  });
});

describe("a run with a model", () => {
  const [made, config] = [askedGraph("a bracket"), CONFIGS["cash"] as RunConfig];

  it("can be looked at in any bucket", () => {
    const seekable = openSeekable(createWorkspace(engineFor(), DATASET), made, config, { budgetBytes: 200_000 });
    const { account, currency } = prepare(made, DATASET, config, {});
    for (const bucket of [4500, 1200, 1199]) {
      const { replay } = openReplay(createWorkspace(engineFor(), DATASET), made, config);
      replay.advanceToBucket(bucket);
      const { account: books, orders, positions } = replay.books(account, currency);
      expect(seekable.seek(bucket)).toMatchObject({ account: books, orders, positions });
    }
  });

  it("knows nothing of what comes later", () => {
    const { peeks } = checkLookAhead(engineFor(), made, DATASET, config, { instants: 2 });
    expect(peeks).toEqual([]);
  });
});

describe("the questions of a bucket", () => {
  /** So many stops, each of its own size, that one open jumps. */
  function jumped(count: number): RunResult {
    const rows = Array.from({ length: count }, (_, row) => [10_000, 10_000, 10_000, 10_000, 1e9 + row] as const);
    const { volume } = bars();
    const entry = stopOrder(sub(volume, 1e9 - 1), 101, { when: gt(volume, 1), gates: { execution: tick() } });
    const config = { cash: 1e12, maxOpenOrders: 5000, slippage: { kind: "none" } } as const;
    return runOrders([entry], [barsTape("A", [...rows, [10_200, 10_200, 10_200, 10_200, 1]])], config);
  }

  it("are forgotten with it: a run may have any number", () => {
    const dataset = { name: "bars", fingerprint: DATASET.fingerprint, bars: [tape] };
    const config: RunConfig = { cash: 1e9, fees: { taker: 0 }, funding: "off", participation: null };
    const moving = graph({ decisions: [targetQuantity(mul(close, 100), { gates: { execution: tick() } })] });
    const { counts } = runGraph(engineFor(), moving, dataset, config);
    expect(counts.fills).toBeGreaterThan(QUESTIONS_MAX);
  });

  it("may be some thousands, and one too many stops the run", () => {
    const { fills } = jumped(QUESTIONS_MAX).tables();
    expect([fills.rowCount, new Set(fills.price)]).toEqual([QUESTIONS_MAX, new Set([10_201n])]);
    expect(issuesOf(() => jumped(QUESTIONS_MAX + 1))).toMatchObject([
      { code: "run/resources", path: expect.stringContaining("bucket at"), received: "one more" },
    ]);
  });
});
