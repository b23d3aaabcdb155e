// Laws of slippage of a decision's own: what a model in TypeScript says is what the run's own models would have said,
// and asking it leaves no trace.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { generatedDataset } from "../../adapters/testing/arbitrary-bars.js";
import { arbitraryCase } from "../../adapters/testing/arbitrary-orders.js";
import { auditRun } from "../../adapters/testing/audit.js";
import { slippedPrice } from "../../adapters/testing/reference-costs.js";
import type { ReferenceAssumptions, ReferenceInstrument } from "../../adapters/testing/reference-market.js";
import type {
  Dataset,
  Decision,
  Graph,
  GraphNode,
  Policy,
  RunConfig,
  RunOptions,
  RunResult,
} from "../../kernel/index.js";
import { createWorkspace, nodeIdOf, openReplay, runGraph, slippageModel } from "../../kernel/index.js";
import type { SlippageContext } from "../../kernel/index.js";
import { configOfOrders, datasetOfOrders, graphOfOrders } from "../fills/kernel-orders.js";
import { runsOf, smallCase } from "../model/arbitrary-case.js";
import type { ReplayCase } from "../model/kernel-run.js";
import { configOf, engineFor, graphOf } from "../model/kernel-run.js";
import { prepare } from "../../kernel/run/prepare.js";
import { resumedRun } from "./resumed.js";
import { withGate } from "./route-runs.js";

interface DrawnRun {
  readonly graph: Graph;
  readonly dataset: Dataset;
  readonly config: RunConfig;
  readonly instruments: readonly ReferenceInstrument[];
  readonly given: ReferenceAssumptions;
}

/** Limits that are touched are filled by chance, so that walks draw. */
const CHANCE = { kind: "touchProbability", p: "0.5" } as const;

/** Targets and market orders, or orders of every type with their links. */
const drawnRun: fc.Arbitrary<DrawnRun> = (() => {
  const targets = smallCase.map((each) => ({
    graph: graphOf(each),
    dataset: generatedDataset(each.instruments),
    config: configOf(each),
    instruments: each.instruments,
    given: each.given,
  }));
  const size = { rows: { min: 4, max: 12 }, prices: { min: 10, max: 20 }, quantityMax: 6 };
  const orders = arbitraryCase(2, 4, size).map((each) => ({
    graph: graphOfOrders(each),
    dataset: datasetOfOrders(each),
    config: each.given.limitTicks === 0n ? { ...configOfOrders(each), limitFill: CHANCE } : configOfOrders(each),
    instruments: each.instruments,
    given: each.given,
  }));
  return fc.oneof(targets, orders);
})();

/** The distance that a run's own model says, of what a model in TypeScript is told. */
function distanceOf({ instruments, given }: DrawnRun, fill: SlippageContext): number {
  const facts = instruments.find((each) => each.facts.symbol === fill.symbol)?.facts;
  if (facts === undefined) throw new Error(`no ${fill.symbol}`);
  const [price, unit] = [10 ** facts.priceDecimals, 10 ** facts.sizeDecimals];
  const volume = fill.volume === null ? null : BigInt(Math.round(fill.volume * unit));
  const quantity = BigInt(Math.round(fill.quantity * unit)) * (fill.side === "buy" ? 1n : -1n);
  const at = BigInt(Math.round(fill.price * price));
  const slipped = slippedPrice(facts, given, at, quantity, volume);
  return Number(slipped > at ? slipped - at : at - slipped) / price;
}

/** A model that says what the run's own would; `salt` makes other NodeIDs of the decisions behind it. */
function repeating(drawn: DrawnRun, salt: number): Policy<"execution"> {
  const model = slippageModel({
    name: "repeating",
    version: 1,
    params: { salt: 0 },
    slippage: (fill) => distanceOf(drawn, fill),
  });
  return model({ salt });
}

/** Distances that no model of the run's own has, from everything that a model is told. */
const uneven = slippageModel({
  name: "uneven",
  version: 1,
  params: { most: 3 },
  slippage: ({ quantity, price, high, low, tick, side, params }) => {
    const drawn = (quantity * 7 + price * 13 + high * 3 + low + (side === "buy" ? 1 : 0)) % (params.most + 1);
    return tick * drawn;
  },
});

type Gated = ReturnType<typeof withGate>;

/**
 * A graph whose decisions have models and act in the order of those of `plain`: their ids decide it, and `make` moves
 * them. Null when none was found.
 */
function inOrder({ graph, made }: Gated, make: (salt: number) => Policy<"execution">): Graph | null {
  const nodes = [...made.keys()];
  const order = (each: Gated): readonly number[] => {
    const places = new Map(nodes.map((node, i) => [nodeIdOf((each.made.get(node) as Decision).node), i]));
    return actingOrder(each.graph).map((node) => places.get(nodeIdOf(node)) as number);
  };
  const wanted = order({ graph, made }).join();
  const plain = { decisions: nodes } as unknown as Graph;
  for (let salt = 0; salt < SALTS; salt++) {
    const found = withGate(plain, "executionGate", make(salt));
    if (order(found).join() === wanted) return found.graph;
  }
  return null;
}

/** A graph as it is. */
function asItIs(graph: Graph): Gated {
  return { graph, made: new Map(graph.decisions.map((node) => [node, { node }])) };
}

const SALTS = 40;

/** Decisions by instrument and NodeID, children last, as a plan has them. */
function actingOrder({ decisions }: Graph): readonly GraphNode[] {
  const symbolOf = ({ params, inputs }: GraphNode): string => {
    const above = inputs["of"] ?? inputs["parent"];
    return above === undefined ? String(params["instrument"]) : symbolOf(above.node);
  };
  const place = (node: GraphNode): string => `${node.inputs["parent"] === undefined ? 0 : 1} ${symbolOf(node)}`;
  // They come by NodeID, which sorting keeps.
  return [...decisions].sort((a, b) => (place(a) < place(b) ? -1 : place(a) > place(b) ? 1 : 0));
}

function run(
  { graph, dataset, config }: Pick<DrawnRun, "graph" | "dataset" | "config">,
  options: RunOptions = {},
  build: "release" | "debug" = "release",
): RunResult {
  return runGraph(engineFor(build), graph, dataset, config, options);
}

/** All that happened, but for the ids of what decided it. */
function happened(result: RunResult) {
  const { decisions: _decisions, slippages: _slippages, ...others } = result.tables();
  return { ...others, unseed: result.unseed, draws: result.draws };
}

describe("a slippage model that repeats the run's own", () => {
  it("leaves what the run without it leaves: fills, ends, ambiguities, draws and books", () => {
    let compared = 0;
    const law = (drawn: DrawnRun): void => {
      const graph = inOrder(asItIs(drawn.graph), (salt) => repeating(drawn, salt));
      if (graph === null) return;
      compared++;
      const own = run(drawn, { logDraws: true });
      expect(happened(run({ ...drawn, graph }, { logDraws: true }))).toEqual(happened(own));
    };
    fc.assert(fc.property(drawnRun, law), { numRuns: runsOf(60) });
    expect(compared).toBeGreaterThan(runsOf(60) / 2);
  });

  it("leaves what a series of basis points leaves, whatever slippage sizes reckon with", () => {
    let compared = 0;
    const law = (drawn: DrawnRun, bps: number): void => {
      const series = withGate(drawn.graph, "slippageGate", bps);
      const shareE9 = BigInt(bps) * 100_000n;
      const stated = { ...drawn, given: { ...drawn.given, slippage: { kind: "bps", shareE9 } as const } };
      const graph = inOrder(series, (salt) => repeating(stated, salt));
      if (graph === null) return;
      compared++;
      expect(happened(run({ ...drawn, graph }))).toEqual(happened(run({ ...drawn, graph: series.graph })));
    };
    fc.assert(fc.property(drawnRun, fc.constantFrom(0, 100, 3000), law), { numRuns: runsOf(60) });
    expect(compared).toBeGreaterThan(runsOf(60) / 2);
  });
});

describe("a run with a slippage model", () => {
  const gated = drawnRun.map((drawn) => ({
    ...drawn,
    graph: withGate(drawn.graph, "executionGate", uneven()).graph,
  }));

  it("does not depend on blocks, windows, the idle path, the build, steps, or where it was put aside", () => {
    const law = (given: DrawnRun, cut: number): void => {
      const expected = run(given).resultDigest;
      for (const blockRows of [1, 7, 1024])
        expect(run(given, { blockRows }).resultDigest, `blocks of ${blockRows}`).toBe(expected);
      expect(run(given, { windowRows: 3 }).resultDigest, "windows").toBe(expected);
      expect(run(given, { stepEveryBucket: true }).resultDigest, "every bucket stepped").toBe(expected);
      expect(run(given, {}, "debug").resultDigest, "debug module").toBe(expected);
      expect(stepped(given, () => {}).resultDigest, "bar by bar").toBe(expected);
      const engines = [engineFor(), engineFor("debug")];
      expect(resumedRun({ engines, ...given }, [cut, cut + 2]).resultDigest, "put aside").toBe(expected);
    };
    fc.assert(fc.property(gated, fc.integer({ min: 1, max: 5 }), law), { numRuns: runsOf(10) });
  });

  it("keeps the rules of fills", () => {
    const law = (given: DrawnRun): void => {
      expect(auditRun(run(given))).toEqual([]);
    };
    fc.assert(fc.property(gated, law), { numRuns: runsOf(30) });
  });

  it("fills at the price that the model said, to the tick, and at no other", () => {
    let taken = 0;
    const law = (given: ReplayCase): void => {
      const said: { fill: SlippageContext; ticks: number }[] = [];
      const model = slippageModel({
        name: "noting",
        version: 1,
        slippage: (fill) => {
          const distance = fill.tick * ((fill.quantity * 5 + fill.price * 3) % 4) * 0.75;
          const sign = fill.side === "buy" ? 1 : -1;
          const ticks = (fill.price + sign * distance) / fill.tick;
          said.push({ fill, ticks: Math.max(sign > 0 ? Math.ceil(ticks - 1e-9) : Math.floor(ticks + 1e-9), 1) });
          return distance;
        },
      });
      const drawn = { graph: graphOf(given), dataset: generatedDataset(given.instruments), config: configOf(given) };
      const result = run({ ...drawn, graph: withGate(drawn.graph, "executionGate", model()).graph });
      const { fills, instruments } = result.tables();
      for (let row = 0; row < fills.rowCount; row++) {
        if (fills.forced[row] === 1) continue;
        const facts = instruments[fills.instrument[row] as number];
        if (facts === undefined) throw new Error("a fill has an instrument");
        const quantity = Number(fills.quantity[row]) / 10 ** facts.sizeDecimals;
        // What cannot be paid for at the price that was said is cut off.
        const found = said.filter(({ fill }) => {
          const isThere = fill.symbol === facts.symbol && fill.timeNs === fills.time[row];
          return isThere && (fill.side === "buy") === quantity > 0 && fill.quantity >= Math.abs(quantity);
        });
        expect(found.map(({ ticks }) => BigInt(ticks) * facts.tick)).toContain(fills.price[row]);
        taken++;
      }
    };
    fc.assert(fc.property(smallCase, law), { numRuns: runsOf(60) });
    expect(taken).toBeGreaterThan(runsOf(60) / 3);
  });

  it("shows its model the run as it was: nothing that a pass did is there, no order, no money and no draw", () => {
    let asked = 0;
    const law = (drawn: DrawnRun): void => {
      let see: () => void = () => {};
      const watching = slippageModel({
        name: "watching",
        version: 1,
        slippage: ({ tick, quantity }) => {
          see();
          return tick * (quantity % 3);
        },
      });
      const { graph } = withGate(drawn.graph, "executionGate", watching());
      const result = stepped({ ...drawn, graph }, (state) => {
        const before = state();
        see = () => {
          asked++;
          expect(state()).toEqual(before);
        };
      });
      see = () => {};
      expect(run({ ...drawn, graph }).resultDigest).toBe(result.resultDigest);
    };
    // What is decided in the bucket itself is there when its close fills.
    const nextOpen = drawnRun.filter(({ config }) => config.fill !== "sameClose");
    fc.assert(fc.property(nextOpen, law), { numRuns: runsOf(25) });
    expect(asked).toBeGreaterThan(runsOf(25) / 2);
  });
});

/** A run bar by bar; before each, `watch` is given what to look at it with. */
function stepped(
  { graph, dataset, config }: Pick<DrawnRun, "graph" | "dataset" | "config">,
  watch: (state: () => unknown) => void,
): RunResult {
  const { replay, result } = openReplay(createWorkspace(engineFor(), dataset), graph, config, { blockRows: 1 });
  const { account, currency } = prepare(graph, dataset, config, {});
  for (let buckets = 1; !replay.isEnded; buckets++) {
    watch(() => [replay.books(account, currency), replay.drawn().count]);
    replay.advanceToBucket(buckets);
    if (replay.bucketCount < buckets) replay.advance();
  }
  return result();
}
