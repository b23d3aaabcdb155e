// Portfolio views: what risk and sizes make of series that stand in for the account, and that nothing opens by one that
// says nothing.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type {
  Decision,
  Gates,
  NumberOutput,
  Output,
  RiskOptions,
  RunConfig,
  RunOptions,
  RunResult,
} from "../../kernel/index.js";
import {
  add,
  amendOrder,
  and,
  bars,
  coalesce,
  commitment,
  cumMax,
  cumSum,
  delayed,
  div,
  eq,
  fillState,
  graph,
  gt,
  limitOrder,
  lt,
  memoryConversions,
  mod,
  mul,
  order,
  portfolioState,
  portfolioView,
  positionState,
  reduceSum,
  REASONS,
  riskControl,
  runGraph,
  select,
  sma,
  sub,
  targetPercent,
  targetQuantity,
  targetValue,
} from "../../kernel/index.js";
import { issuesOf } from "../kernel/graph/issues-of.js";
import { datasetOf, tape, zigzag } from "../kernel/run/small-tapes.js";
import { runsOf } from "../model/arbitrary-case.js";
import { engineFor } from "../model/kernel-run.js";
import { valuesOf } from "./feedback-runs.js";
import { barsTape, flatBars, HOUR_NS, linesBefore, runOrders } from "./order-lines.js";
import { resumedRun } from "./resumed.js";
import { half } from "./half-node.js";

const { close, time } = bars();
const { equity } = portfolioState();
const SHORT = { account: { kind: "margin", leverage: 4, maintenance: null } } as const;
const FREE: RunConfig = { fees: { taker: 0 }, slippage: { kind: "none" }, participation: null };

/** From row `from` on, in every `each`-th row, in hours. */
function rows(from: number, each = 1) {
  return and(gt(time, (from - 1) * 3600), eq(mod(div(time, 3600), each), 0));
}

function run(
  decision: Decision | readonly Decision[],
  cents: readonly number[],
  config: Partial<RunConfig> = {},
  options: RunOptions = {},
) {
  const decisions = Array.isArray(decision) ? (decision as readonly Decision[]) : [decision as Decision];
  return runOrders(decisions, [barsTape("A", flatBars(...cents))], { cash: "100000", ...config }, options);
}

function reasons(result: RunResult): readonly string[] {
  return [...result.tables().refusals.reason].map((code) => REASONS[code] as string);
}

const PRICES = fc.array(fc.integer({ min: 8_000, max: 12_000 }), { minLength: 12, maxLength: 40 });

describe("risk over a view", () => {
  const limits = fc.record({
    leverage: fc.constantFrom(null, 0.3),
    drawdown: fc.constantFrom(null, 0.01, 0.05),
    concentration: fc.constantFrom(null, 0.25),
    volatility: fc.constantFrom(null, 0.4, 2),
    position: fc.constantFrom(null, 0.15),
    samples: fc.constantFrom(3, 8),
    samplesMin: fc.constantFrom(1, 3),
    dynamic: fc.boolean(),
  });

  it("finds no drawdown under a peak that equity is above, and the largest there is far below one", () => {
    const risk = riskControl({ position: null, concentration: null, leverage: null, volatility: null });
    const at = (worth: number, peak: number): readonly string[] => {
      const portfolio = portfolioView({ equity: worth, peak });
      return linesBefore(run(targetQuantity(5, { gates: { portfolio, risk } }), [10_000, 10_000]));
    };
    expect(at(100_000, 1)).toEqual(["1 order 1 market 5", "1 fill 1 5 @ 10000"]);
    expect(at(-1_000_000_000_000, 0.01)[0]).toContain("drawdown_limit");
  });

  it("of the account's own equity, so many rows before, judges as risk of that lag does", () => {
    const law = fc.property(PRICES, limits, fc.integer({ min: 1, max: 4 }), (prices, options, lag) => {
      const size = select(gt(close, sma(close, 2)), 300, -200);
      const at = (gates: Gates) => targetQuantity(size, { when: rows(lag + 1), gates });
      const own = run(at({ risk: riskControl({ ...options, lag } as RiskOptions) }), prices, SHORT);
      const portfolio = portfolioView({ equity: delayed(equity, lag) });
      const viewed = run(at({ portfolio, risk: riskControl(options as RiskOptions) }), prices, SHORT);
      expect(linesBefore(viewed)).toEqual(linesBefore(own));
      const measured = ({ tables }: RunResult) => [...tables().notes.value, ...tables().notes.limit];
      expect(measured(viewed)).toEqual(measured(own));
    });
    fc.assert(law, { numRuns: runsOf(60), seed: 5 });
  });

  it("keeps what it saw by each view and by the account, where decisions share it", () => {
    const risk = riskControl({ position: 0.1, concentration: null, leverage: null });
    const small = portfolioView({ equity: 10_000 });
    const viewed = order(501, { unit: "quantity", when: eq(time, 3600), gates: { risk, portfolio: small } });
    const own = order(500, { unit: "quantity", when: eq(time, 3 * 3600), gates: { risk } });
    const cut = linesBefore(run([viewed, own], [10_000, 10_000, 10_000, 10_000]));
    expect(cut.filter((line) => line.includes("refusal"))).toEqual([
      "1 refusal position_size_limit 501 allowed 10",
      "3 refusal position_size_limit 500 allowed 90",
    ]);
  });

  it("measures drawdown from the view's own peak, or from the one that is given", () => {
    const worth = select(lt(time, 3 * 3600), 1_000, 900);
    const at = (series: Parameters<typeof portfolioView>[0]) =>
      reasons(
        run(
          targetQuantity(1, {
            when: rows(3),
            gates: { portfolio: portfolioView(series), risk: riskControl({ drawdown: 0.05, position: null }) },
          }),
          [10_000, 10_000, 10_000, 10_000],
        ),
      );
    expect(at({ equity: worth })).toEqual(["drawdown_limit", "drawdown_limit"]);
    expect(at({ equity: worth, peak: cumMax(worth) })).toEqual(["drawdown_limit", "drawdown_limit"]);
    expect(at({ equity: worth, peak: 940 })).toEqual([]);
    // The account started with a hundred times as much, which is nothing to the view.
    expect(at({ equity: 1_000 })).toEqual([]);
  });
});

describe("sizes by a view", () => {
  it("are shares of its row in their bucket", () => {
    const law = fc.property(PRICES, fc.constantFrom(0.25, 0.5, -0.125), (prices, share) => {
      const worth = add(40_000, mul(1_000, mod(div(time, 3600), 7)));
      const up = gt(close, sma(close, 2));
      const sized = targetPercent(select(up, share, 0), {
        when: rows(2),
        gates: { portfolio: portfolioView({ equity: worth }) },
      });
      const stated = targetValue(select(up, mul(share, worth), 0), { when: rows(2) });
      expect(linesBefore(run(sized, prices, SHORT))).toEqual(linesBefore(run(stated, prices, SHORT)));
    });
    fc.assert(law, { numRuns: runsOf(60), seed: 6 });
  });

  it("are so for orders by percent and by risk", () => {
    const gates = { portfolio: portfolioView({ equity: 10_000 }) };
    const at = { when: eq(time, 3600), gates } as const;
    expect(linesBefore(run(order(0.5, { ...at, unit: "percent" }), [10_000, 10_000]))[0]).toBe("1 order 1 market 50");
    const risked = order(0.01, { ...at, unit: "risk", riskStop: 90 });
    expect(linesBefore(run(risked, [10_000, 10_000]))[0]).toBe("1 order 1 market 10");
  });

  it("are in the currency of the instrument", () => {
    const rate = { time: BigInt64Array.of(HOUR_NS / 2n), rate: BigInt64Array.of(1_250_000_000_000n) };
    const conversions = [memoryConversions({ ...tape("X", [1]).instrument, symbol: "EUR/USD" }, "EUR", "USD", rate)];
    const facts = { currency: { code: "EUR", decimals: 2 } };
    const dataset = { ...datasetOf([tape("E", [10_000, 10_000, 10_000], { facts })]), conversions };
    const made = graph({
      decisions: [targetPercent(0.5, { gates: { portfolio: portfolioView({ equity: 10_000 }) } })],
    });
    const result = runGraph(engineFor(), made, dataset, { ...FREE, account: { currency: "USD" } });
    // Half of 8,000 euros.
    expect(linesBefore(result)[0]).toBe("1 order 1 market 40");
  });

  it("leave the account's buying power and the limits of the run as they are", () => {
    const gates = { portfolio: portfolioView({ equity: 10_000_000 }) };
    const held = run(targetPercent(1, { gates }), [10_000, 10_000]);
    expect(linesBefore(held)[0]).toBe("1 order 1 market 1000");
  });
});

/** A portfolio of operators: cash as fills leave it, and what is held at the close. */
function folded(cash: number, price: NumberOutput): NumberOutput {
  const fills = fillState();
  const [value, fees, bought, sold] = [fills.value, fills.fees, fills.bought, fills.sold].map((each) =>
    coalesce(delayed(each, 1), 0),
  ) as [NumberOutput, NumberOutput, NumberOutput, NumberOutput];
  const held = cumSum(sub(bought, sold));
  return add(add(cash, cumSum(sub(value, fees))), mul(held, price));
}

describe("a portfolio made of fills", () => {
  // Quarters of a dollar, which floats have exactly.
  const quarters = fc.array(fc.integer({ min: 360, max: 440 }), { minLength: 8, maxLength: 40 });
  const dues = { fees: { taker: 0, perUnit: 0.25 } } as unknown as Partial<RunConfig>;

  it("is the account's equity to the last digit", () => {
    const law = fc.property(quarters, fc.integer({ min: 1, max: 40 }), (prices, size) => {
      const decisions = [targetQuantity(select(gt(close, sma(close, 3)), size, -size))];
      const publish = { mine: folded(100_000, delayed(close, 1)), own: delayed(equity, 1) };
      const dataset = datasetOf([
        tape(
          "A",
          prices.map((price) => price * 25),
        ),
      ]);
      const config = { ...FREE, ...dues, ...SHORT };
      const result = runGraph(engineFor(), graph({ decisions, publish }), dataset, config, { capture: true });
      expect(valuesOf(result, "mine").slice(1)).toEqual(valuesOf(result, "own").slice(1));
      expect(result.counts.fills > 0 || prices.length < 10).toBe(true);
    });
    fc.assert(law, { numRuns: runsOf(60), seed: 8 });
  });

  it("sizes and judges as the account does, in buckets in which nothing fills", () => {
    const law = fc.property(quarters, fc.constantFrom(0.5, 0.25), (prices, share) => {
      const at = (gates: Gates) =>
        targetPercent(select(gt(close, sma(close, 3)), share, -share), { when: rows(3, 3), gates });
      // At the close of the bucket, with the fills up to the one before: none is between two decisions that act.
      const portfolio = portfolioView({ equity: folded(100_000, close) });
      const cents = prices.map((price) => price * 25);
      const config = { ...dues, ...SHORT };
      expect(linesBefore(run(at({ portfolio }), cents, config))).toEqual(linesBefore(run(at({}), cents, config)));
    });
    fc.assert(law, { numRuns: runsOf(60), seed: 9 });
  });
});

describe("a view that says nothing", () => {
  const dark = div(1_000_000, select(eq(mod(div(time, 3600), 2), 0), 0, 1));
  const gates = { portfolio: portfolioView({ equity: dark }) };
  const flat = [10_000, 10_000, 10_000, 10_000, 10_000, 10_000];

  it("opens nothing at its null rows, whatever the size is given in, and opens at the others", () => {
    for (const decision of [
      targetPercent(0.1, { when: eq(time, 7200), gates }),
      targetQuantity(5, { when: eq(time, 7200), gates }),
      order(5, { unit: "quantity", when: eq(time, 7200), gates }),
      order(0.1, { unit: "percent", when: eq(time, 7200), gates }),
      limitOrder(5, 99, { unit: "quantity", when: eq(time, 7200), gates }),
    ]) {
      const result = run(decision, flat);
      expect([result.counts.orders, reasons(result)]).toEqual([0, ["watermark"]]);
      const { policy } = result.tables().refusals;
      expect(result.tables().policyFacts[policy[0] as number]?.type).toBe("portfolioView");
    }
    expect(run(targetQuantity(5, { when: eq(time, 3 * 3600), gates }), flat).counts.fills).toBe(1);
  });

  it("lets what reduces pass, and a target of nothing", () => {
    const enter = targetQuantity(10, { when: eq(time, 3600) });
    const half = targetQuantity(5, { when: eq(time, 4 * 3600), gates });
    expect(linesBefore(run([enter, half], flat)).at(-1)).toBe("4 fill 2 -5 @ 10000");
    const out = targetPercent(0, { when: eq(time, 4 * 3600), gates });
    expect(linesBefore(run([enter, out], flat)).at(-1)).toBe("4 fill 2 -10 @ 10000");
    // A flip is sent for what it reduces.
    const flip = targetQuantity(-5, { when: eq(time, 4 * 3600), gates });
    expect(linesBefore(run([enter, flip], flat, SHORT)).slice(-3)).toEqual([
      "4 refusal watermark -15 allowed -10",
      "4 order 2 market -10",
      "4 fill 2 -10 @ 10000",
    ]);
  });

  it("makes no size of an equity that it said before, not even of what would reduce", () => {
    const enter = targetPercent(0.01, { when: eq(time, 3 * 3600), gates });
    expect(linesBefore(run(enter, flat))[0]).toBe("3 order 1 market 100");
    for (const less of [
      targetPercent(0.005, { when: eq(time, 4 * 3600), gates }),
      order(-0.005, { unit: "percent", when: eq(time, 4 * 3600), gates }),
    ]) {
      const result = run([enter, less], flat);
      expect(linesBefore(result).slice(2)).toEqual(["4 refusal watermark 0 allowed 0"]);
    }
  });

  it("lets no amendment raise an order", () => {
    const resting = limitOrder(5, 90, { unit: "quantity", when: eq(time, 3600), gates });
    const raised = (hour: number) => amendOrder(resting, { size: 8, when: eq(time, hour * 3600) });
    expect(linesBefore(run([resting, raised(4)], flat)).at(-1)).toBe("4 refusal watermark 0 allowed 0");
    expect(linesBefore(run([resting, raised(3)], flat)).at(-1)).toBe("3 update 1 8 limit 9000 trigger 0");
    const lowered = amendOrder(resting, { size: 3, when: eq(time, 4 * 3600) });
    expect(linesBefore(run([resting, lowered], flat)).at(-1)).toBe("4 update 1 3 limit 9000 trigger 0");
  });

  it("lets no child open that a fill releases", () => {
    const entry = order(10, { unit: "quantity", when: eq(time, 3 * 3600), gates });
    const more = order(1, { parent: entry, type: "limit", limit: 101 });
    const out = order(-1, { parent: entry, type: "stop", stop: 90 });
    const sent = linesBefore(run([entry, more, out], flat)).filter((line) => !line.includes("terms"));
    // The row of bucket 3 is known; the fill in the next bucket comes before that one's row.
    expect(sent.filter((line) => line.includes("order"))).toHaveLength(3);
    const late = limitOrder(10, 95, { unit: "quantity", when: eq(time, 3 * 3600), gates });
    const dip = [10_000, 10_000, 10_000, 10_000, 9_400, 9_400];
    const child = order(1, { parent: late, type: "market" });
    const stop = order(-1, { parent: late, type: "stop", stop: 90 });
    const kept = linesBefore(run([late, child, stop], dip)).filter((line) => !line.includes("terms"));
    expect(kept.slice(2)).toEqual(["4 refusal watermark 10 allowed 0", "4 order 2 stop -10"]);
  });

  it("is one whose peak is null, or whose number is beyond what money can be", () => {
    const at = (series: Parameters<typeof portfolioView>[0]) =>
      reasons(run(targetQuantity(1, { gates: { portfolio: portfolioView(series) } }), flat));
    expect(at({ equity: 100, peak: div(close, 0) })).toEqual(["watermark"]);
    expect(at({ equity: 1e300 })).toEqual(["watermark"]);
    expect(at({ equity: 100 })).toEqual([]);
  });
});

describe("a view of fewer rows than its decision", () => {
  const tapes = [
    tape("A", zigzag(30)),
    tape("B", zigzag(10), { times: Array.from({ length: 10 }, (_, i) => 3 * i + 2) }),
  ];
  const worth = mul(bars({ instrument: "B" }).close, 500);
  const price = bars({ instrument: "A" }).close;
  const hours = bars({ instrument: "A" }).time;
  const signal = select(gt(price, sma(price, 3)), 0.5, -0.25);

  it("is seen at its newest row, and keeps for risk its own rows alone", () => {
    const sized = (gates: Gates) => targetPercent(signal, { instrument: "A", when: gt(hours, 2 * 3600), gates });
    const portfolio = portfolioView({ equity: worth });
    const stated = targetValue(mul(signal, worth), { instrument: "A", when: gt(hours, 2 * 3600) });
    const config = { cash: "100000", ...SHORT };
    expect(linesBefore(runOrders([sized({ portfolio })], tapes, config))).toEqual(
      linesBefore(runOrders([stated], tapes, config)),
    );
    // Returns are from row to row: in the bars of B, not in each of A's.
    // Four returns from row to row are there with the fifth bar of B, not with the fifth of A.
    const calm = riskControl({ volatility: 0.0001, samples: 4, samplesMin: 4 });
    const buys = order(1, {
      unit: "quantity",
      instrument: "A",
      when: gt(hours, 2 * 3600),
      gates: { portfolio, risk: calm },
    });
    const { refusals } = runOrders([buys], tapes, config).tables();
    expect([REASONS[refusals.reason[0] as number], refusals.time[0]]).toEqual(["volatility_limit", 14n * HOUR_NS]);
  });

  it("says nothing before its first row", () => {
    const at = targetQuantity(5, { instrument: "A", gates: { portfolio: portfolioView({ equity: worth }) } });
    const { refusals } = runOrders([at], tapes).tables();
    expect([REASONS[refusals.reason[0] as number], refusals.time[0]]).toEqual(["watermark", HOUR_NS]);
  });
});

describe("a run with a view", () => {
  const decisionsOf = (worth: NumberOutput): readonly Decision[] => [
    targetPercent(select(gt(close, sma(close, 3)), 0.3, -0.2), {
      gates: {
        portfolio: portfolioView({ equity: worth, peak: cumMax(worth) }),
        risk: riskControl({ samples: 5, samplesMin: 2, volatility: 1 }),
      },
    }),
  ];
  const dataset = datasetOf([tape("A", zigzag(60))]);
  const config = { ...FREE, ...SHORT };
  const views: Readonly<Record<string, NumberOutput>> = {
    operators: folded(100_000, close),
    "a user node": half({ x: delayed(equity, 1) }).value as NumberOutput,
    "no feedback": add(50_000, close),
  };

  it.each(Object.keys(views))("has one result for any block, step and drive: %s", (name) => {
    const made = graph({ decisions: decisionsOf(views[name] as NumberOutput) });
    const whole = runGraph(engineFor(), made, dataset, config);
    expect(whole.counts.fills).toBeGreaterThan(5);
    for (const options of [{ blockRows: 1 }, { blockRows: 7 }, { stepEveryBucket: true }, { windowRows: 9 }]) {
      expect(runGraph(engineFor(), made, dataset, config, options).resultDigest).toBe(whole.resultDigest);
    }
    expect(runGraph(engineFor("debug"), made, dataset, config).resultDigest).toBe(whole.resultDigest);
    const parts = { engines: [engineFor()], graph: made, dataset, config };
    expect(resumedRun(parts, [2, 9, 31, 32]).resultDigest).toBe(whole.resultDigest);
  });

  it("is another one than without, and than with another view", () => {
    const ids = [undefined, 10_000, 20_000].map((worth) => {
      const gates = worth === undefined ? {} : { portfolio: portfolioView({ equity: worth }) };
      return graph({ decisions: [targetPercent(1, { gates })] }).graphId;
    });
    expect(new Set(ids).size).toBe(3);
  });
});

describe("a view is refused", () => {
  const view = portfolioView({ equity: 10_000 });

  it("beside a risk control with a lag of its own", () => {
    const gates = { portfolio: view, risk: riskControl({ lag: 2 }) };
    for (const make of [() => targetPercent(1, { gates }), () => order(1, { gates })]) {
      expect(issuesOf(make)).toMatchObject([{ code: "graph/order", received: "lag 2" }]);
    }
  });

  it("by commitments, whose policies read the account", () => {
    expect(issuesOf(() => commitment(0.8, { gates: { portfolio: view } }))).toMatchObject([
      { code: "graph/order", expected: "the account's own portfolio" },
    ]);
  });

  it("with several lanes, and without a lag on what it sees of the books", () => {
    const two = datasetOf([tape("A", zigzag(6)), tape("B", zigzag(6))]);
    const made = (worth: Output<"number">) =>
      graph({ decisions: [targetPercent(0.1, { gates: { portfolio: portfolioView({ equity: worth }) } })] });
    const { value } = positionState();
    expect(issuesOf(() => runGraph(engineFor(), made(delayed(value, 1)), two, FREE))).toMatchObject([
      { code: "graph/shape", expected: "a series of one lane", received: "2 lanes" },
    ]);
    expect(issuesOf(() => portfolioView({ equity }))).toMatchObject([{ code: "graph/lag" }]);
    expect(() => runGraph(engineFor(), made(reduceSum(delayed(value, 1))), two, FREE)).not.toThrow();
  });
});
