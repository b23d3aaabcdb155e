// Slippage of a decision's own, on a handful of bars: what a series and a model say, whose orders it is of, what is
// wrong with either, and where the code of a model comes from.

import { describe, expect, it } from "vitest";
import type { Decision, Gates, Graph, RunConfig, RunResult, SlippageContext } from "../../kernel/index.js";
import {
  add,
  bars,
  bracket,
  CATALOGUE,
  createWorkspace,
  delayed,
  div,
  eq,
  forkReplay,
  graph,
  graphJson,
  limitOrder,
  marketOrder,
  mul,
  nodeIdOf,
  nodeSetRegistry,
  openReplay,
  openSavedRun,
  parseGraph,
  portfolioState,
  router,
  runBounds,
  runGraph,
  saveRun,
  select,
  slippageModel,
  stopLimitOrder,
  stopOrder,
  sub,
  targetQuantity,
  userNode,
  verifyRun,
} from "../../kernel/index.js";
import { expectationsOf, issueLinesOf, issuesOf } from "../kernel/graph/issues-of.js";
import { engineFor } from "../model/kernel-run.js";
import type { Bar } from "./order-lines.js";
import { barsTape, HOUR_NS, linesOf, runOrders } from "./order-lines.js";
import { atHour } from "./route-runs.js";

const { close, volume, time } = bars();

/** Six bars, the open of each where the one before closed, a thousand shares each. */
const RISING: readonly Bar[] = [
  [10_000, 10_050, 9_950, 10_000, 1000],
  [10_000, 10_150, 9_950, 10_100, 1000],
  [10_100, 10_250, 10_050, 10_200, 1000],
  [10_200, 10_350, 10_150, 10_300, 1000],
  [10_300, 10_450, 10_250, 10_400, 1000],
  [10_400, 10_550, 10_350, 10_500, 1000],
];
const RICH: Partial<RunConfig> = { cash: "1000000" };

function run(
  decisions: Decision | readonly Decision[],
  config: Partial<RunConfig> = {},
  prices: readonly Bar[] = RISING,
): RunResult {
  const all = Array.isArray(decisions) ? (decisions as readonly Decision[]) : [decisions as Decision];
  return runOrders(all, [barsTape("A", prices)], { ...RICH, ...config });
}

/** `hour quantity @ price`, one line a fill; prices in cents. */
function fillLines(result: RunResult): readonly string[] {
  const { fills } = result.tables();
  return Array.from(fills.time, (at, row) => `${at / HOUR_NS} ${fills.quantity[row]} @ ${fills.price[row]}`);
}

/** A model that notes what it is asked, and says as many ticks. */
function noting(ticks: number) {
  const asked: SlippageContext[] = [];
  const model = slippageModel({
    name: "noting",
    version: 1,
    slippage: (fill) => {
      asked.push(fill);
      return ticks * fill.tick;
    },
  });
  return { asked, execution: model() };
}

describe("a series of basis points", () => {
  it("is read in the row of the bar that fills, and null leaves the fill to the run", () => {
    // 10 basis points in hour 2, null in hour 3, 20 in hour 4: rows of the bars in whose opens the orders fill.
    const hour = div(time, 3600);
    const bps = select(eq(hour, 2), 10, select(eq(hour, 4), 20, div(0, sub(close, close))));
    const gates: Gates = { execution: bps };
    const decision = targetQuantity(select(eq(hour, 1), 5, select(eq(hour, 2), 10, 15)), { gates });
    const result = run(decision, { slippage: { kind: "ticks", ticks: 3 } });
    // 100.00 and 0.1 % is 100.10; 101.00 and three ticks; 102.00 and 0.2 % is 102.204, to the tick against the account.
    expect(fillLines(result)).toEqual(["1 5 @ 10010", "2 5 @ 10103", "3 5 @ 10221"]);
    expect([...result.tables().fills.slippage]).toEqual([50n, 15n, 105n]);
    expect(result.tables().slippages).toEqual(["select@1"]);
  });

  it("holds for the orders that are sent with the decision, and takes the tape's volume when it likes", () => {
    const entry = stopOrder(4, 100.6, { when: atHour(1), gates: { execution: mul(volume, 0.05) } });
    const result = run([...bracket(entry, { stop: 99, target: 103 })], {}, [
      [10_000, 10_050, 9_950, 10_000, 1000],
      [10_000, 10_100, 9_990, 10_080, 400],
      [9_800, 9_850, 9_700, 9_800, 1000],
    ]);
    // 20 basis points of 100.60 in the second bar, and 50 of 98.00 at the open that jumps the stop.
    expect(fillLines(result)).toEqual(["2 4 @ 10081", "2 -4 @ 9751"]);
  });

  it("may be a number, comes from canonical JSON, and is part of the identity", () => {
    const made = (execution: number): Graph => graph({ decisions: [targetQuantity(5, { gates: { execution } })] });
    expect(fillLines(run(targetQuantity(5, { gates: { execution: 25 } })))).toEqual(["1 5 @ 10025"]);
    expect(made(25).graphId).not.toBe(made(26).graphId);
    expect(parseGraph(graphJson(made(25)), CATALOGUE).graphId).toBe(made(25).graphId);
  });

  it("holds its value over bars in which it has no row", () => {
    const coarse = barsTape("A", [[10_000, 10_150, 9_950, 10_100]]);
    const [hourly, twoHourly] = [barsTape("A", RISING), { ...coarse, interval: "2h" }];
    const shifted = {
      ...twoHourly,
      segments: () => [...coarse.segments()].map((each) => ({ ...each, time: each.time.map((at) => at * 2n) })),
    };
    const { close: slow } = bars({ interval: "2h" });
    const decision = targetQuantity(select(eq(div(time, 3600), 4), 5, 0), { gates: { execution: sub(slow, 71) } });
    // 101 less 71 are 30 basis points from hour 2 on.
    const result = runOrders([decision], [hourly, shifted as typeof hourly], RICH);
    expect(fillLines(result)[0]).toBe("4 5 @ 10331");
  });

  it("is refused when it follows from the account, with both nodes named", () => {
    const { equity } = portfolioState();
    const decision = targetQuantity(5, { gates: { execution: div(delayed(equity, 1), 1e6) } });
    const [issue, ...others] = issuesOf(() => run(decision));
    expect(others).toEqual([]);
    expect(issue).toMatchObject({ code: "graph/order", expected: expect.stringContaining("market data") });
    expect(`${issue?.path} ${issue?.received}`).toMatch(/^graph\.[0-9a-f]+\.inputs\.slippageGate .*portfolioState/);
  });

  it.each([
    ["below zero", -1, "-1"],
    ["beyond the whole price", 10_001, "10001"],
  ])("stops the run where it is %s, with instrument, value and bar", (_, bps, received) => {
    const late = select(eq(div(time, 3600), 3), bps, 1);
    const decision = targetQuantity(select(eq(div(time, 3600), 2), 5, 0), { gates: { execution: late } });
    const [issue] = issuesOf(() => run(decision));
    expect(issue).toMatchObject({ code: "run/slippage", path: "slippage of A" });
    expect(issue?.received).toBe(`${received} in the bar that closes at ${3n * HOUR_NS} ns`);
    // A row that fills nothing is not looked at.
    expect(run(targetQuantity(5, { gates: { execution: late } })).counts.fills).toBe(1);
  });
});

describe("a slippage model", () => {
  it("is told the fill in plain values, and says a distance that is rounded against the account", () => {
    const { asked, execution } = noting(0.5);
    const result = run(targetQuantity(select(eq(div(time, 3600), 1), 7, 2), { gates: { execution } }));
    expect(fillLines(result)).toEqual(["1 7 @ 10001", "2 -5 @ 10099"]);
    expect(asked[0]).toEqual({
      symbol: "A",
      side: "buy",
      orderType: "market",
      quantity: 7,
      price: 100,
      open: 100,
      high: 101.5,
      low: 99.5,
      close: 101,
      volume: 1000,
      venue: null,
      tick: 0.01,
      timeNs: HOUR_NS,
      params: {},
    });
    expect(asked.map(({ side, quantity }) => `${side} ${quantity}`)).toEqual(["buy 7", "sell 5"]);
    expect(result.tables().slippages).toEqual(["user:noting@1"]);
  });

  it("is asked for what takes alone: not for limits that rest, nor for what the engine closes", () => {
    const { asked, execution } = noting(1);
    const rests = limitOrder(3, 100.5, { when: atHour(1), gates: { execution } });
    const prices: readonly Bar[] = [
      RISING[2] as Bar,
      [10_100, 10_150, 10_000, 10_050],
      [10_050, 10_100, 10_000, 10_050],
    ];
    const result = run(rests, { closeAtEnd: true }, prices);
    expect(fillLines(result)).toEqual(["2 3 @ 10050", "3 -3 @ 10050"]);
    expect(asked).toEqual([]);
  });

  it("stays within a limit, and within the bar when the run says so", () => {
    const far = noting(500).execution;
    const marketable = limitOrder(3, 100.75, { when: atHour(1), gates: { execution: far } });
    expect(fillLines(run(marketable))).toEqual(["1 3 @ 10075"]);
    expect(fillLines(run(marketOrder(3, { when: atHour(1), gates: { execution: far } }), { capToBar: true }))).toEqual([
      "1 3 @ 10150",
    ]);
    // Beyond its limit where it is triggered, one rests (B8), and the price never comes back.
    const triggered = stopLimitOrder(3, 100.6, 100.65, { when: atHour(1), gates: { execution: noting(9).execution } });
    const up: readonly Bar[] = [RISING[0] as Bar, [10_050, 10_150, 10_050, 10_150], [10_150, 10_200, 10_100, 10_150]];
    expect(fillLines(run(triggered, { path: "olhc" }, up))).toEqual([]);
  });

  it("leaves other decisions to the run", () => {
    const own = marketOrder(3, { when: atHour(1), gates: { execution: noting(7).execution } });
    const plain = marketOrder(4, { when: atHour(1) });
    const result = run([own, plain], { slippage: { kind: "ticks", ticks: 2 } });
    expect([...fillLines(result)].sort()).toEqual(["1 3 @ 10007", "1 4 @ 10002"]);
    expect([...result.tables().slippages].sort()).toEqual([null, "user:noting@1"].sort());
  });

  it("knows the venue that an order went to", () => {
    const { asked, execution } = noting(2);
    const routed = marketOrder(3, { when: atHour(1), gates: { execution, router: router() } });
    const result = run(routed, { venues: [{ name: "far", slippage: { kind: "ticks", ticks: 9 } }] });
    expect(fillLines(result)).toEqual(["1 3 @ 10002"]);
    expect(asked[0]?.venue).toBe("far");
  });

  it("has its fills cut to what the account can pay for at its price, as every fill (decision 7)", () => {
    const decision = targetQuantity(10, { gates: { execution: noting(1000).execution } });
    const result = run(decision, { cash: "1000" });
    expect(fillLines(result)).toEqual(["1 9 @ 11000"]);
    expect(linesOf(result)).toContain("1 end 1 insufficient_buying_power 1");
  });

  it("answers each of many fills of a bucket, one that hangs on the answer before it too", () => {
    const asked: number[] = [];
    const model = slippageModel({
      name: "after",
      version: 1,
      slippage: ({ quantity, tick }) => {
        asked.push(quantity);
        return tick * quantity * 10;
      },
    });
    const gates = { execution: model() };
    const [first, second] = [5, 90].map((size) => marketOrder(size, { when: atHour(1), gates })) as [
      Decision,
      Decision,
    ];
    const result = run([first, second], { cash: "9600" });
    const paid = [...result.tables().fills.price].map(
      (price, row) => price * (result.tables().fills.quantity[row] as bigint),
    );
    expect(paid.reduce((sum, each) => sum + each, 0n)).toBeLessThanOrEqual(960_000n);
    expect(new Set(asked).size).toBe(asked.length);
  });

  it("fills at the close of its decision under sameClose, and in the bucket region", () => {
    const gates = { execution: noting(4).execution };
    const config = { fill: "sameClose", slippage: { kind: "none" } } as const;
    const flat = delayed(portfolioState().openOrders, 1);
    const decision = targetQuantity(select(eq(add(flat, 0), 0), 5, 0), { gates });
    expect(fillLines(run(decision, config))).toEqual(["2 5 @ 10104"]);
  });

  it("is asked for both bounds, and for the walks that are compared", () => {
    const entry = stopOrder(4, 100.6, { when: atHour(1), gates: { execution: noting(3).execution } });
    const decisions = [...bracket(entry, { stop: 99.8, target: 101 })];
    const plain = [...bracket(stopOrder(4, 100.6, { when: atHour(1) }), { stop: 99.8, target: 101 })];
    const dataset = datasetOf([
      [10_000, 10_050, 9_950, 10_000],
      [10_000, 10_150, 9_950, 10_080],
      [10_080, 10_090, 10_070, 10_080],
    ]);
    const config: RunConfig = { fees: { taker: 0 }, cash: "1000000", participation: 0.000006 };
    const bounds = (all: readonly Decision[], slippage: RunConfig["slippage"]) => {
      const { worst, best } = runBounds(engineFor(), graph({ decisions: all }), dataset, {
        ...config,
        ...(slippage === undefined ? {} : { slippage }),
      });
      return [worst, best].map((result) => fillLines(result));
    };
    expect(bounds(decisions, { kind: "ticks", ticks: 3 })).toEqual(bounds(plain, { kind: "ticks", ticks: 3 }));
  });
});

function datasetOf(prices: readonly Bar[]) {
  return { name: "few", fingerprint: `blake3:${"0".repeat(64)}` as const, bars: [barsTape("A", prices)] };
}

describe("a slippage model that is wrong", () => {
  const saying = (slippage: (fill: SlippageContext) => unknown, name = "wrong"): Gates => ({
    execution: slippageModel({ name, version: 1, slippage: slippage as (fill: SlippageContext) => number })(),
  });
  const boom = () => {
    throw new RangeError("boom");
  };

  it.each([
    ["throws", boom, "slippage to return", "RangeError: boom"],
    ["says NaN", () => Number.NaN, "a distance in price, finite, 0 or more", "NaN"],
    ["says an infinity", () => Infinity, "a distance in price, finite, 0 or more", "Infinity"],
    ["says less than nothing", () => -0.01, "a distance in price, finite, 0 or more", "-0.01"],
    ["says nothing", () => undefined, "a distance in price, finite, 0 or more", "nothing"],
    ["promises", () => Promise.resolve(1), "a distance in price, finite, 0 or more", "{}"],
    ["says more than there is", () => 1e300, "a distance of at most 90071992547409.9", "1e+300"],
  ])("stops the run when it %s, with symbol and time", (_, slippage, expected, received) => {
    const decision = targetQuantity(5, { gates: saying(slippage) });
    expect(issuesOf(() => run(decision))).toMatchObject([
      { code: "run/user-node", path: "user:wrong for A at 1970-01-01T01:00:00Z", expected, received },
    ]);
  });

  it("stops it once, and for good, with the log up to there", () => {
    const gates = saying(({ timeNs }) => (timeNs >= 3n * HOUR_NS ? boom() : 0));
    const made = graph({ decisions: [targetQuantity(close, { gates })] });
    const { replay } = openReplay(createWorkspace(engineFor(), datasetOf(RISING)), made, {
      fees: { taker: 0 },
      ...RICH,
    });
    for (let i = 0; i < 2; i++)
      expect(issuesOf(() => replay.advance())[0]).toMatchObject({ received: "RangeError: boom" });
    expect(replay.bucketCount).toBe(3);
  });

  it("does not stop it for a fill that came of a guess", () => {
    // At the run's own slippage the entry fills at 200.00, its stop in the market at 170.00; at none it is at 70.00.
    const asked: string[] = [];
    const gates = saying(({ side, price }) => {
      asked.push(`${side} at ${price}`);
      return side === "sell" ? boom() : 0;
    });
    const entry = marketOrder(4, { when: atHour(1), gates });
    const stop = stopOrder(-1, 30, { parent: entry, fromFill: true });
    const own = { slippage: { kind: "ticks", ticks: 10_000 } } as const;
    expect(fillLines(run([entry, stop], own))).toEqual(["1 4 @ 10000"]);
    expect(asked).toEqual(["buy at 100", "sell at 100"]);
    // In earnest it does.
    const fallen: readonly Bar[] = [...RISING.slice(0, 3), [6_000, 6_000, 6_000, 6_000]];
    expect(issuesOf(() => run([entry, stop], own, fallen))[0]).toMatchObject({ received: "RangeError: boom" });
  });

  it("is refused as a declaration with everything that is wrong at once", () => {
    const parts = { name: "no name", params: { x: Number.NaN } };
    expect(issueLinesOf(() => slippageModel(parts as never))).toEqual(
      ["name", "version", "params.x", "slippage"].map((member) => `graph/user-node user:no name.${member}`),
    );
    expect(issueLinesOf(() => targetQuantity(1, { gates: { execution: router() as never } }))).toEqual([
      "graph/type targetQuantity.inputs.slippageGate",
    ]);
  });
});

describe("the identity of a slippage model", () => {
  const model = (version: number, factor = 1) =>
    slippageModel({ name: "root", version, params: { factor: 0.1 }, slippage: ({ params }) => params.factor * factor });
  const made = (each: ReturnType<typeof model>, factor?: number): Graph =>
    graph({ decisions: [targetQuantity(5, { gates: { execution: each(factor === undefined ? {} : { factor }) } })] });

  it("is name, version and params; not its code", () => {
    const one = made(model(1)).graphId;
    expect([made(model(1, 2)).graphId, made(model(1), 0.1).graphId]).toEqual([one, one]);
    expect(new Set([one, made(model(2)).graphId, made(model(1), 0.2).graphId]).size).toBe(3);
    const [a, b] = [model(1)(), model(1, 2)()].map((execution) => targetQuantity(5, { gates: { execution } }));
    const decisions = [
      a as Decision,
      marketOrder(1, { when: atHour(1), gates: { execution: model(1)() } }),
      b as Decision,
    ];
    expect(issueLinesOf(() => graph({ decisions }))).toEqual(["graph/user-node user:root"]);
  });

  it("has its code handed over with a document and a saved run, and is missed without it", () => {
    const root = model(1);
    const json = graphJson(made(root, 0.3));
    expect(parseGraph(json, CATALOGUE, [root]).graphId).toBe(made(root, 0.3).graphId);
    expect(issuesOf(() => parseGraph(json, CATALOGUE))[0]).toMatchObject({
      code: "graph/user-node",
      received: '"user:root"',
    });
    expect(issuesOf(() => parseGraph(json, CATALOGUE, [model(2)]))[0]).toMatchObject({ code: "graph/unknown-version" });
    const [dataset, config] = [datasetOf(RISING), { fees: { taker: 0 }, cash: "1000000" }];
    const bytes = saveRun(
      engineFor(),
      made(root, 0.3),
      config,
      runGraph(engineFor(), made(root, 0.3), dataset, config),
    );
    const saved = openSavedRun(engineFor(), bytes);
    expect(saved.names.slippages).toEqual(["user:root@1"]);
    expect(verifyRun(engineFor(), dataset, saved, [root]).isSame).toBe(true);
    expect(issuesOf(() => verifyRun(engineFor(), dataset, saved))[0]?.code).toBe("graph/user-node");
    const other = verifyRun(engineFor(), dataset, saved, [model(1, 2)]);
    expect([other.isSame, other.cause?.userNodes.map(({ type }) => type)]).toEqual([false, ["user:root"]]);
  });

  it("may be another one in a fork, which keeps what was filled", () => {
    const decision = (factor: number): Graph =>
      graph({ decisions: [targetQuantity(close, { gates: { execution: model(1)({ factor }) } })] });
    const [dataset, config] = [datasetOf(RISING), { fees: { taker: 0 }, cash: "1000000" }];
    const opened = openReplay(createWorkspace(engineFor(), dataset), decision(0.02), config);
    opened.replay.advanceToBucket(3);
    const fork = forkReplay(createWorkspace(engineFor(), dataset), decision(0.05), config, opened.snapshot());
    fork.replay.advance();
    const straight = runGraph(engineFor(), decision(0.02), dataset, config);
    expect(fillLines(fork.result()).slice(0, 1)).toEqual(fillLines(straight).slice(0, 1));
    expect(fillLines(fork.result())).not.toEqual(fillLines(straight));
  });
});

describe("a node set", () => {
  const registry = nodeSetRegistry();
  const execution = noting(2).execution;

  it("takes slippage of its own as a component, and says what stands there", () => {
    const set = registry.get("ccxt_spot");
    expect(set.describe().ports).toContain("execution");
    const plain = set.attach(0.1).chain.filter(({ place }) => place === "Execution");
    expect(plain.map(({ component }) => component)).toEqual(["bars"]);
    const links = (given: typeof execution | number | ReturnType<typeof mul>) =>
      set
        .attach(0.1, { components: { execution: given } })
        .chain.filter(({ place }) => place === "Execution")
        .map(({ component, version, runs }) => `${component} ${version} ${runs}`);
    expect(links(execution)[1]).toBe("user:noting 1 user");
    expect(links(mul(volume, 0.1))[1]).toBe("mul 1 wasm");
    expect(links(5)[1]).toBe("constant 1 wasm");
    const ids = [{}, { execution }, { execution: 5 }].map((components) =>
      nodeIdOf((set.attach(0.1, { components }).decisions[0] as Decision).node),
    );
    expect(new Set(ids).size).toBe(3);
    expect(set.attach(0.1, { components: { execution: null } }).decisions.map(({ node }) => nodeIdOf(node))).toEqual([
      ids[0],
    ]);
  });

  it("refuses what is neither a model nor a series of numbers", () => {
    const bad = userNode({
      name: "flag",
      version: 1,
      period: 1,
      inputs: { x: "number" },
      outputs: { value: "boolean" },
      compute: () => undefined,
    });
    for (const given of [bad({ x: close }).value, "5", router()])
      expect(
        expectationsOf(() => registry.make("plain", 0.1, "w", { components: { execution: given as never } })),
      ).toEqual(["plain.components.execution: a slippage model, or a series of numbers"]);
  });
});
