// Fills as a state source: what they say of a bucket, and that positions and fees are their sums, in accounts of every
// kind.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Dataset, Decision, Output, RunConfig, RunOptions, RunResult } from "../../kernel/index.js";
import {
  atr,
  bars,
  bracket,
  delayed,
  fillState,
  graph,
  gt,
  limitOrder,
  lt,
  memoryActions,
  mod,
  mul,
  openReplay,
  createWorkspace,
  positionState,
  runGraph,
  select,
  sma,
  strategyScope,
  sub,
  targetQuantity,
} from "../../kernel/index.js";
import { syntheticTape } from "../../datasets/synthetic.js";
import { issuesOf } from "../kernel/graph/issues-of.js";
import { datasetOf, HOUR_NS, share, tape, zigzag } from "../kernel/run/small-tapes.js";
import { APART, CONFIG, ENGINE, every, PORTFOLIO, valuesOf } from "./feedback-runs.js";
import type { Values } from "./feedback-runs.js";
import { barsTape } from "./order-lines.js";
import { resumedRun } from "./resumed.js";
import { runsOf } from "../model/arbitrary-case.js";

const { close, high, low, time } = bars();
const FREE: RunConfig = { ...CONFIG, slippage: { kind: "none" } };

/** Quantities, fees and every field of fills of all strategies, and of those named, one row before. */
function published(strategies: readonly string[] = []): Record<string, Output> {
  const sources = [undefined, ...strategies].flatMap((strategy) => {
    const of = strategy === undefined ? {} : { strategy };
    const name = strategy ?? "all";
    const fields = Object.entries(fillState(of)).map(([field, output]) => [`${name}_${field}`, output] as const);
    return [...fields, [`${name}_quantity`, positionState(of).quantity] as const];
  });
  return every(Object.fromEntries([...sources, ["fees", PORTFOLIO.fees]]), 1);
}

function run(
  decisions: readonly Decision[],
  dataset: Dataset,
  config: Partial<RunConfig> = {},
  strategies: readonly string[] = [],
  options: RunOptions = {},
): RunResult {
  const made = graph({ decisions, publish: published(strategies) });
  return runGraph(ENGINE, made, dataset, { ...FREE, ...config }, { capture: true, ...options });
}

/** Running sums of a field from its first row on. */
function sums(values: Values): readonly number[] {
  let sum = 0;
  return values.slice(1).map((value) => (sum += value as number));
}

/** Holds quantities to the sums of fills, in each instrument, of each strategy and of all. */
function expectFolded(result: RunResult, instruments: number, strategies: readonly string[] = []): void {
  for (const name of ["all", ...strategies]) {
    for (let lane = 0; lane < instruments; lane++) {
      const of = (field: string): Values => valuesOf(result, `${name}_${field}`, lane);
      const [bought, sold, adjusted] = ["bought", "sold", "adjusted"].map((field) => sums(of(field)));
      const held = bought?.map((units, row) => units - (sold?.[row] as number) + (adjusted?.[row] as number));
      expect(held).toEqual(of("quantity").slice(1));
      expect(of("bought")[0]).toBeNull();
      of("price").forEach((price, row) => expect(price === null).toBe((of("count")[row] ?? 0) === 0));
    }
  }
}

describe("fills of a bucket", () => {
  it("say what was bought and sold in it, for what, at which price, and nothing in the next one", () => {
    const flip = targetQuantity(select(gt(close, 100), 30, -10), { when: gt(time, 3600) });
    const result = run([flip], datasetOf([tape("A", [10_000, 10_100, 10_200, 9_900, 9_900, 9_900])]), {
      account: { kind: "margin", leverage: 2 },
      fees: { taker: 0.01 },
    });
    const of = (field: string): Values => valuesOf(result, `all_${field}`);
    // Decided at 101 and filled at 102; turned round at 99, as two fills at one open.
    expect(of("bought")).toEqual([null, 0, 0, 30, 0, 0]);
    expect(of("sold")).toEqual([null, 0, 0, 0, 0, 40]);
    expect(of("count")).toEqual([null, 0, 0, 1, 0, 2]);
    expect(of("value")).toEqual([null, 0, 0, -3_060, 0, 3_960]);
    expect(of("fees")).toEqual([null, 0, 0, 30.6, 0, 39.6]);
    expect(of("price")).toEqual([null, null, null, 102, null, 99]);
    expect(of("adjusted")).toEqual([null, 0, 0, 0, 0, 0]);
  });

  it("have the mean price of what was filled at several", () => {
    const prices = [10_000, 10_000, 10_000] as const;
    const bar = [10_000, 10_200, 9_800, 10_000, 1_000] as const;
    const at = { when: gt(close, 0), unit: "quantity" } as const;
    const decisions = [limitOrder(10, 99, at), limitOrder(30, 98.5, at)];
    const tapes = [barsTape("A", [[...prices, 10_000, 1_000], bar, bar])];
    const result = run(decisions, datasetOf(tapes), { participation: null, fees: { taker: 0 } });
    // Bought for 990 and 2,955 together.
    expect([valuesOf(result, "all_count")[2], valuesOf(result, "all_price")[2]]).toEqual([2, 98.625]);
    expect(valuesOf(result, "all_value")[2]).toBe(-3_945);
  });
});

describe("positions and fees are sums of fills", () => {
  it("in instruments with clocks of their own", () => {
    const result = run([targetQuantity(select(gt(close, sma(close, 3)), 7, 2))], datasetOf(APART));
    expect(result.counts.fills).toBeGreaterThan(20);
    expectFolded(result, 2);
  });

  it("where walks are tried and undone", () => {
    const risk = atr(high, low, close, 5);
    const entry = limitOrder(20, sub(close, mul(risk, 0.2)), {
      when: gt(close, sma(close, 3)),
      timeInForce: "gtd",
      goodFor: "4h",
    });
    const decisions = bracket(entry, { stop: sub(close, mul(risk, 0.5)), target: sub(close, mul(risk, -0.4)) });
    const walk = syntheticTape({ seed: 3, rows: 400, interval: "1h" });
    const result = run(decisions, datasetOf([walk]), { path: "worst" });
    const { ambiguities, fills } = result.tables();
    expect([ambiguities.rowCount > 5, fills.rowCount > 60]).toEqual([true, true]);
    expectFolded(result, 1);
  });

  it("where volume fills an order in parts", () => {
    const thin = Array.from({ length: 12 }, (_, i) => [10_000, 10_000, 9_900, i < 6 ? 10_000 : 9_900, 100] as const);
    const flip = targetQuantity(select(gt(close, 99), 45, -45));
    const result = run([flip], datasetOf([barsTape("A", thin)]), {
      participation: 0.2,
      account: { kind: "margin", leverage: 2 },
    });
    expect(valuesOf(result, "all_bought").slice(0, 6)).toEqual([null, 0, 20, 20, 5, 0]);
    expectFolded(result, 1);
  });

  it("after a split, which is no fill, with what it added and took", () => {
    const actions = memoryActions(share("A"), {
      time: BigInt64Array.of(6n * HOUR_NS),
      priceFactor: BigInt64Array.of(1_000_000_000_000n),
      // Three for two: half a share of seven is paid out.
      splitFactor: BigInt64Array.of(666_666_666_667n),
      referencePrice: BigInt64Array.of(9_000n),
    });
    const dataset = {
      ...datasetOf([tape("A", [9_000, 9_000, 9_600, 9_600, 9_600, 9_600, 6_400, 6_400])]),
      actions: [actions],
    };
    const result = run([targetQuantity(7)], dataset);
    expect(valuesOf(result, "all_adjusted")).toEqual([null, 0, 0, 0, 0, 0, 0, 3]);
    expectFolded(result, 1);
  });

  it("of an account that hedges", () => {
    const swing = targetQuantity(select(gt(close, sma(close, 3)), 20, -20));
    const result = run([swing], datasetOf([tape("A", zigzag(60))]), {
      account: { kind: "margin", leverage: 5, positions: "hedging" },
    });
    expect(result.counts.fills).toBeGreaterThan(20);
    expectFolded(result, 1);
  });

  it("where margin is used up", () => {
    const falls = [10_000, 10_000, 10_000, 9_500, 8_000, 8_000];
    const result = run([targetQuantity(900)], datasetOf([tape("A", falls)]), {
      cash: 10_000,
      account: { kind: "margin", leverage: 10, maintenance: "0.02" },
    });
    const { fills } = result.tables();
    expect([...fills.liquidation].includes(1)).toBe(true);
    expectFolded(result, 1);
    expect(valuesOf(result, "all_quantity").at(-1)).toBe(0);
  });

  it("of every strategy by itself and of all together, whatever they do", () => {
    const scoped = ["trend", "value"] as const;
    const law = fc.property(
      fc.array(fc.integer({ min: 9_000, max: 11_000 }), { minLength: 8, maxLength: 30 }),
      fc.integer({ min: -20, max: 20 }),
      fc.integer({ min: 1, max: 4 }),
      (prices, size, every) => {
        const up = gt(close, sma(close, 2));
        const rows = gt(mod(time, 3600 * every), 0);
        const trend = targetQuantity(select(up, size, -size), { gates: { strategy: strategyScope("trend") } });
        const value = targetQuantity(select(lt(close, 100), 15, 0), {
          gates: { strategy: strategyScope("value") },
          when: every === 1 ? up : rows,
        });
        const dataset = datasetOf([tape("A", prices)]);
        const config = { account: { kind: "margin", leverage: 4, maintenance: null } } as const;
        const result = run([trend, value], dataset, config, scoped);
        expectFolded(result, 1, scoped);
        const fees = sums(valuesOf(result, "all_fees")).map((sum) => sum.toFixed(6));
        expect(fees).toEqual(
          valuesOf(result, "fees")
            .slice(1)
            .map((sum) => sum?.toFixed(6)),
        );
        expect(run([trend, value], dataset, config, scoped, { blockRows: 3 }).resultDigest).toBe(result.resultDigest);
      },
    );
    fc.assert(law, { numRuns: runsOf(60), seed: 11 });
  });
});

describe("the stream of fills", () => {
  const made = graph({ decisions: [targetQuantity(select(gt(close, sma(close, 3)), 7, 2))], publish: published() });
  const dataset = datasetOf(APART);

  it("is committed row by row of its instrument", () => {
    const workspace = createWorkspace(ENGINE, dataset);
    const { replay } = openReplay(workspace, made, FREE);
    replay.advanceToBucket(10);
    const marks = replay.watermarks().filter(({ state }) => state === "fills");
    expect(marks.map(({ instrument, rows, strategy }) => [instrument, rows, strategy])).toEqual([
      [0, 10, null],
      [1, 3, null],
    ]);
  });

  it("goes on from a snapshot as it would have", () => {
    const whole = runGraph(ENGINE, made, dataset, FREE);
    const parts = { engines: [ENGINE], graph: made, dataset, config: FREE };
    expect(resumedRun(parts, [1, 7, 8, 31]).resultDigest).toBe(whole.resultDigest);
  });

  it("wants a lag, instruments of the dataset, and strategies that have a scope", () => {
    expect(issuesOf(() => graph({ publish: { bought: fillState().bought } }))[0]).toMatchObject({ code: "graph/lag" });
    const unknown = (options: Parameters<typeof fillState>[0]) => () =>
      runGraph(ENGINE, graph({ publish: { x: delayed(fillState(options).bought, 1) } }), dataset, FREE);
    expect(issuesOf(unknown({ strategy: "none" }))[0]).toMatchObject({
      code: "graph/shape",
      expected: "no strategy: no decision has a scope",
    });
    expect(issuesOf(unknown({ instrument: "Z" }))[0]?.received).toContain("Z");
  });
});
