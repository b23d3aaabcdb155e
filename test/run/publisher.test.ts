// Publishers: what is taken of approved orders in a bucket: what opens as far as units go, what only reduces always.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Decision, Gates, RunConfig, RunOptions, RunResult } from "../../kernel/index.js";
import {
  add,
  amendOrder,
  and,
  bars,
  bracket,
  cancelOrders,
  commitment,
  commitmentSizer,
  div,
  eq,
  graph,
  gt,
  limitOrder,
  lt,
  mod,
  mul,
  nodeIdOf,
  NOTE_KINDS,
  order,
  REASONS,
  riskControl,
  router,
  runGraph,
  select,
  sma,
  targetPercent,
  targetQuantity,
} from "../../kernel/index.js";
import { datasetOf, tape, zigzag } from "../kernel/run/small-tapes.js";
import { runsOf } from "../model/arbitrary-case.js";
import { engineFor } from "../model/kernel-run.js";
import { barsTape, flatBars, linesBefore, runOrders } from "./order-lines.js";
import { resumedRun } from "./resumed.js";
import { routed, routeLines } from "./route-runs.js";
import { half } from "./half-node.js";

const { close, time } = bars();
const SHORT = { account: { kind: "margin", leverage: 4, maintenance: null } } as const;
const FLAT = [10_000, 10_000, 10_000, 10_000, 10_000, 10_000];
const at = (hour: number) => eq(time, hour * 3600);

function run(
  decision: Decision | readonly Decision[],
  config: Partial<RunConfig> = {},
  cents: readonly number[] = FLAT,
  options: RunOptions = {},
): RunResult {
  const decisions = Array.isArray(decision) ? (decision as readonly Decision[]) : [decision as Decision];
  return runOrders(decisions, [barsTape("A", flatBars(...cents))], { cash: "100000", ...config }, options);
}

function lines(...given: Parameters<typeof run>): readonly string[] {
  return linesBefore(run(...given)).filter((line) => !/^\d+ terms/.test(line));
}

/** Notes of a run as kind, value and limit. */
function notes(result: RunResult): readonly string[] {
  const { kind, value, limit } = result.tables().notes;
  return [...kind].map((code, row) => `${NOTE_KINDS[code]} ${value[row]} ${limit[row]}`);
}

const buy = (units: number, publish: Gates["publish"], hour = 1): Decision =>
  order(units, { unit: "quantity", when: at(hour), gates: publish === undefined ? {} : { publish } });

describe("a publisher", () => {
  it("takes so many units, in whole lots, and says what it cut", () => {
    const cut = run(buy(50, 20.9));
    expect(linesBefore(cut)).toEqual(["1 order 1 market 20", "1 fill 1 20 @ 10000"]);
    expect(notes(cut)).toEqual(["publish 50 20"]);
    expect(cut.tables().refusals.rowCount).toBe(0);
    // What it takes exactly is not cut, one more is.
    expect(notes(run(buy(20, 20)))).toEqual([]);
    expect(notes(run(buy(21, 20)))).toEqual(["publish 21 20"]);
  });

  it("refuses what it takes nothing of: nothing, null, less than a lot, less than the venue's least", () => {
    for (const none of [0, -5, 0.9, false, div(close, 0), gt(div(close, 0), 0)]) {
      const refused = run(buy(50, none));
      expect(linesBefore(refused)).toEqual(["1 refusal backpressure 50 allowed 0"]);
      expect([...refused.tables().refusals.policy]).toEqual([-1]);
      expect(notes(refused)).toEqual(["publish 50 0"]);
    }
    const facts = { quantityMin: 10n } as const;
    const least = runOrders([buy(50, 9)], [barsTape("A", flatBars(...FLAT), facts)]);
    expect(linesBefore(least)).toEqual(["1 refusal backpressure 50 allowed 0"]);
  });

  it("takes all at true, and where more units are said than there can be", () => {
    for (const all of [true, gt(close, 0), 1e300]) expect(lines(buy(50, all))[0]).toBe("1 order 1 market 50");
  });

  it("is asked in the bucket of the decision", () => {
    const units = mul(10, div(time, 3600));
    expect(lines(buy(100, units, 3))[0]).toBe("3 order 1 market 30");
  });

  it("stands behind the gates and the account: it cuts what they approved", () => {
    const gates = { publish: 30, risk: riskControl({ position: 0.05, concentration: null, leverage: null }) };
    const both = run(order(100, { unit: "quantity", when: at(1), gates }));
    expect(linesBefore(both).slice(0, 2)).toEqual([
      "1 refusal position_size_limit 100 allowed 50",
      "1 order 1 market 30",
    ]);
    expect(notes(both)).toEqual(["risk 100000000 50000000", "publish 50 30"]);
  });

  it("stands before the router, which parts what is left", () => {
    const gates = { publish: 70, router: router() };
    const venues = [
      { name: "a", maxUnits: 30 },
      { name: "b", fees: { taker: "0.001" } },
    ];
    const parted = routed(order(100, { unit: "quantity", when: at(1), gates }), venues);
    expect(routeLines(parted).map((line) => line.split(" @")[0])).toEqual(["a 30", "b 40"]);
  });

  it("holds buying power for what is sent alone", () => {
    const rests = limitOrder(900, 99, { unit: "quantity", when: at(1), gates: { publish: 100 } });
    const other = order(900, { unit: "quantity", when: at(2) });
    expect(lines([rests, other])).toContain("2 order 2 market 900");
  });

  it("leaves children to their parent, who fills what was taken", () => {
    const entry = order(50, { unit: "quantity", when: at(1), gates: { publish: 20 } });
    const sent = lines(bracket(entry, { stop: 90, target: 110 }));
    expect(sent.slice(2)).toEqual(["1 order 2 limit -20", "1 order 3 stop -20"]);
  });
});

describe("what only reduces", () => {
  const enter = targetQuantity(40, { when: at(1) });
  const then = (units: number, publish: Gates["publish"]): Decision =>
    targetQuantity(units, { when: at(3), gates: publish === undefined ? {} : { publish } });

  it("is taken whole, whatever the publisher says", () => {
    for (const none of [0, 5, false, div(close, 0)]) {
      expect(lines([enter, then(10, none)]).at(-1)).toBe("3 fill 2 -30 @ 10000");
      expect(lines([enter, then(0, none)]).at(-1)).toBe("3 fill 2 -40 @ 10000");
    }
  });

  it("comes first of a flip, and leaves the rest of the units to what opens", () => {
    const sold = (units: number): readonly string[] =>
      lines([enter, then(-30, units)], SHORT).filter((line) => line.startsWith("3"));
    expect(sold(0)).toEqual(["3 order 2 market -40", "3 fill 2 -40 @ 10000"]);
    expect(sold(40)).toEqual(["3 order 2 market -40", "3 fill 2 -40 @ 10000"]);
    expect(sold(55)).toEqual(["3 order 2 market -55", "3 fill 2 -40 @ 10000", "3 fill 2 -15 @ 10000"]);
    expect(sold(70)).toEqual(["3 order 2 market -70", "3 fill 2 -40 @ 10000", "3 fill 2 -30 @ 10000"]);
  });

  it("may open nothing later, where it went beyond the units", () => {
    const rests = limitOrder(-40, 101, { unit: "quantity", when: at(2), gates: { publish: 10 } });
    const out = targetQuantity(0, { when: at(3) });
    const up = [10_000, 10_000, 10_000, 10_000, 10_200, 10_200];
    const sent = lines([enter, rests, out], SHORT, up);
    expect(sent.slice(-1)).toEqual(["3 end 2 reduce_only -40"]);
    // Within them it is an order as any other.
    const within = limitOrder(-40, 101, { unit: "quantity", when: at(2), gates: { publish: 40 } });
    expect(lines([enter, within, out], SHORT, up).at(-1)).toBe("4 fill 2 -40 @ 10100");
  });

  it("is the closing side of an account that hedges", () => {
    const hedged = { account: { kind: "margin", leverage: 4, positions: "hedging", maintenance: null } } as const;
    const sold = lines([enter, then(-30, 5)], hedged).filter((line) => line.startsWith("3"));
    expect(sold).toEqual([
      "3 order 2 market -40",
      "3 order 3 market -5",
      "3 fill 2 -40 @ 10000",
      "3 fill 3 -5 @ 10000",
    ]);
  });
});

describe("an amendment", () => {
  const rests = (publish: Gates["publish"]) =>
    limitOrder(10, 90, { unit: "quantity", when: at(1), gates: publish === undefined ? {} : { publish } });
  const to = (resting: ReturnType<typeof rests>, size: number) => [resting, amendOrder(resting, { size, when: at(3) })];

  it("is taken when its publisher takes all that it adds, and refused otherwise", () => {
    expect(lines(to(rests(20), 30)).at(-1)).toBe("3 update 1 30 limit 9000 trigger 0");
    expect(lines(to(rests(20), 31)).at(-1)).toBe("3 refusal backpressure 0 allowed 0");
    expect(lines(to(rests(20), 5)).at(-1)).toBe("3 update 1 5 limit 9000 trigger 0");
  });
});

describe("commitments", () => {
  const held = (publish: Gates["publish"]) => {
    const recommended = select(at(2), 0.9, div(close, 0));
    const gates = publish === undefined ? {} : { publish };
    return run(
      commitment(recommended, { defer: at(4), share: 0.05, sizer: commitmentSizer({ cap: null }), gates }),
      {},
      [...FLAT, 10_000],
    );
  };

  it("enter as far as their publisher takes, and leave whatever it says", () => {
    expect([...held(undefined).tables().fills.quantity]).toEqual([50n, -50n]);
    expect([...held(20).tables().fills.quantity]).toEqual([20n, -20n]);
    expect(held(false).counts.fills).toBe(0);
    expect([...held(select(lt(time, 3 * 3600), 1, 0)).tables().fills.quantity]).toEqual([1n, -1n]);
  });
});

describe("what is published in a bucket", () => {
  const moves = fc.array(fc.integer({ min: 9_000, max: 11_000 }), { minLength: 6, maxLength: 30 });
  const sizes = fc.record({ size: fc.integer({ min: 1, max: 60 }), most: fc.integer({ min: 0, max: 50 }) });

  it("never exceeds the units, but for what reduces, and is what it is without where they suffice", () => {
    const law = fc.property(moves, sizes, fc.boolean(), (prices, { size, most }, isOrder) => {
      const wanted = select(gt(close, sma(close, 2)), size, -size);
      const units = add(most, mod(div(time, 3600), 3));
      const decided = (publish?: Gates["publish"]): Decision => {
        const gates = publish === undefined ? {} : { publish };
        if (!isOrder) return targetQuantity(wanted, { gates });
        return order(wanted, { unit: "quantity", when: gt(close, 0), gates });
      };
      const result = run(decided(units), SHORT, prices);
      let [held, filled] = [0n, 0];
      const { orders, fills } = result.tables();
      for (let row = 0; row < orders.rowCount; row++) {
        const sent = orders.quantity[row] as bigint;
        for (; filled < fills.rowCount && (fills.time[filled] as bigint) < (orders.time[row] as bigint); filled++) {
          held += fills.quantity[filled] as bigint;
        }
        const size = sent < 0n ? -sent : sent;
        const against = held > 0n === sent > 0n ? 0n : held < 0n ? -held : held;
        const hour = Number((orders.time[row] as bigint) / 3_600_000_000_000n);
        const allowed = BigInt(most + (hour % 3));
        expect(size <= allowed || size <= against).toBe(true);
      }
      const free = run(decided(1_000), SHORT, prices);
      expect(linesBefore(free)).toEqual(linesBefore(run(decided(), SHORT, prices)));
    });
    fc.assert(law, { numRuns: runsOf(60), seed: 12 });
  });

  it("has one result for any block, step and drive, swift orders and user nodes among it", () => {
    const dataset = datasetOf([tape("A", zigzag(60))]);
    const config: RunConfig = { fees: { taker: 0.001 }, participation: null };
    for (const publish of [20, half({ x: close }).value]) {
      const decision = targetPercent(select(gt(close, sma(close, 3)), 0.7, 0), { gates: { publish } });
      const made = graph({ decisions: [decision] });
      const whole = runGraph(engineFor(), made, dataset, config);
      expect(whole.counts.fills).toBeGreaterThan(5);
      expect([...whole.tables().notes.kind].length).toBeGreaterThan(2);
      for (const options of [{ blockRows: 1 }, { blockRows: 7 }, { stepEveryBucket: true }, { windowRows: 9 }]) {
        expect(runGraph(engineFor(), made, dataset, config, options).resultDigest).toBe(whole.resultDigest);
      }
      const parts = { engines: [engineFor()], graph: made, dataset, config };
      expect(resumedRun(parts, [2, 9, 31]).resultDigest).toBe(whole.resultDigest);
    }
  });

  it("is of another identity with another publisher", () => {
    const ids = [undefined, 1, 2, true].map((publish) => nodeIdOf(buy(1, publish).node));
    expect(new Set(ids).size).toBe(4);
  });

  it("is each instrument's own where it is said of each", () => {
    const tapes = ["A", "B"].map((symbol, i) => barsTape(symbol, flatBars(10_000, 10_000 + i, 10_000)));
    const units = select(gt(close, 100), 7, 3);
    const panel = order(mul(close, 0.5), {
      unit: "quantity",
      when: and(gt(time, 3600), lt(time, 7201)),
      gates: { publish: units },
    });
    const { orders } = runOrders([panel, cancelOrders(panel, at(3))], tapes).tables();
    expect([...orders.quantity]).toEqual([3n, 7n]);
  });
});

it("gives backpressure no policy, as it has none of its own", () => {
  const { reason, policy } = run(buy(5, 0)).tables().refusals;
  expect([REASONS[reason[0] as number], policy[0]]).toEqual(["backpressure", -1]);
});
