// Order entry in a run: prices, sizes, times in force, families and refusals.

import { describe, expect, it } from "vitest";
import {
  add,
  amendOrder,
  bars,
  bracket,
  cancelOrders,
  div,
  graph,
  gt,
  limitIfTouched,
  limitOrder,
  lt,
  marketOrder,
  mul,
  oco,
  order,
  runGraph,
  select,
  stopLimitOrder,
  stopOrder,
  sub,
  targetQuantity,
  trailingStop,
  trailingStopLimit,
} from "../../kernel/index.js";
import type { BooleanOutput, Decision, NumberInput, RunConfig, RunOptions } from "../../kernel/index.js";
import { syntheticTape } from "../../datasets/synthetic.js";
import { engineFor } from "../model/kernel-run.js";
import { barsTape, flatBars, linesBefore, linesOf, runOrders } from "./order-lines.js";
import { reached } from "../rule-coverage.js";

const { open, high, low, close } = bars();

/** Bars enough for many entries, and for checkpoints. */
const LONG = syntheticTape({ seed: 3, rows: 6_000, interval: "1h" });

/** A null in every row. */
const NOTHING = div(close, 0);
/** The trigger that is true at the first bar of a rising tape. */
function at(cents: number): BooleanOutput {
  return lt(close, cents / 100 + 0.005);
}

/** What becomes of decisions over bars that stand at the given prices. */
function over(cents: readonly number[], decisions: readonly Decision[], config: Partial<RunConfig> = {}) {
  return linesBefore(runOrders(decisions, [barsTape("A", flatBars(...cents))], config));
}

/** Terms of the one order that is sent at a price of 100.00, rising to 101.00. */
function termsOf(decision: Decision): string {
  const [, terms] = over([10_000, 10_100], [decision]);
  return (terms ?? "").replace(/^1 terms 1 /, "");
}

const when = at(10_000);

describe("the prices of an order", () => {
  it("are rounded to the tick, a buy's up and a sell's down (G6)", () => {
    expect(termsOf(limitOrder(1, 90.001, { when }))).toBe("limit 9001");
    expect(termsOf(limitOrder(-1, 110.009, { when }))).toContain("");
    expect(
      over([10_000, 10_100], [limitOrder(-1, 110.009, { when })], { account: { kind: "margin", leverage: 1 } })[1],
    ).toBe("1 terms 1 limit 11000");
    expect(
      over([10_000, 10_100], [stopOrder(-1, 89.999, { when })], { account: { kind: "margin", leverage: 1 } })[1],
    ).toBe("1 terms 1 stop 8999");
    expect(termsOf(stopLimitOrder(1, 110.001, 110.011, { when }))).toBe("limit 11002 stop 11001");
    reached("G6");
  });

  it("are the tick that is meant, whatever the last bits of a sum say", () => {
    // 0.1 + 0.2 is not 0.3, and 1.15 x 100 is below 115.
    expect(termsOf(limitOrder(1, add(sub(close, 10), add(div(close, 1000), div(close, 500))), { when }))).toBe(
      "limit 9030",
    );
    const cheap = linesBefore(
      runOrders([limitOrder(-1, close, { when: lt(close, 2) })], [barsTape("A", flatBars(115, 116))], {
        account: { kind: "margin", leverage: 1 },
      }),
    );
    expect(cheap[1]).toBe("1 terms 1 limit 115");
  });

  it("are refused off the tick when they must be exact", () => {
    const exact = (limit: NumberInput): readonly string[] =>
      over([10_000, 10_100], [limitOrder(1, limit, { when, exactPrices: true })]);
    expect(exact(90.001)).toEqual(["1 refusal price_off_tick 0 allowed 0"]);
    expect(exact(90.01)[1]).toBe("1 terms 1 limit 9001");
  });

  it.each([
    ["null", NOTHING],
    ["zero", 0],
    ["negative", -5],
    ["too large", 1e18],
    ["less than a tick, rounded down", 0.001],
  ] as const)("are refused when they are %s", (name, limit) => {
    const sells = name.startsWith("less");
    expect(
      over([10_000, 10_100], [limitOrder(sells ? -1 : 1, limit, { when })], {
        account: { kind: "margin", leverage: 1 },
      }),
    ).toEqual(["1 refusal no_price 0 allowed 0"]);
  });

  it("say trailing offsets as amounts, ticks and shares, amounts rounded away from the price", () => {
    const trail = (offset: number, trailUnit: "amount" | "percent" | "ticks"): string =>
      termsOf(trailingStop(1, offset, { trailUnit, when }));
    expect(trail(1.001, "amount")).toBe("offset 101");
    expect(trail(2.5, "ticks")).toBe("offset 3");
    expect(trail(0.05, "percent")).toBe("offset 50000000");
    expect(trail(1.5, "percent")).toBe("");
    expect(termsOf(trailingStopLimit(1, 1, 0.5, { activation: 99, when }))).toBe(
      "offset 100 limitOffset 50 activation 9900",
    );
  });

  it("show an iceberg in whole lots, and not one that shows all", () => {
    expect(termsOf(limitOrder(10, 90, { display: 3.9, when }))).toBe("limit 9000 display 3");
    expect(termsOf(limitOrder(10, 90, { display: 10, when }))).toBe("limit 9000");
    expect(over([10_000], [limitOrder(10, 90, { display: 0, when })])).toEqual(["1 refusal invalid_order 0 allowed 0"]);
  });
});

describe("a time in force", () => {
  it("ends at an instant, or a length after the acceptance", () => {
    const good = (terms: object): string => termsOf(limitOrder(1, 90, { when, timeInForce: "gtd", ...terms }));
    expect(good({ goodFor: "3h" })).toBe("limit 9000 expires 4");
    expect(good({ goodTill: "1970-01-02" })).toBe("limit 9000 expires 24");
    const late = runOrders(
      [limitOrder(1, 90, { when, timeInForce: "gtd", goodFor: "3h" })],
      [barsTape("A", flatBars(10_000, 10_100, 10_100, 10_100))],
      { latencyNs: 3_600_000_000_000 },
    );
    expect(linesOf(late)[1]).toBe("2 terms 1 limit 9000 expires 5");
  });
});

describe("the size of an order", () => {
  it("is rounded down to the lot, or refused off it when it must be exact", () => {
    const sized = (size: number, exactSizes: boolean): string | undefined =>
      over([10_000, 10_100], [limitOrder(size, 90, { when, exactSizes })])[0];
    expect(sized(2.7, false)).toBe("1 order 1 limit 2");
    expect(sized(2.7, true)).toBe("1 refusal size_off_lot 0 allowed 0");
    expect(sized(3, true)).toBe("1 order 1 limit 3");
  });

  it("below a minimum is nothing, with a reason (S3)", () => {
    const tape = barsTape("A", flatBars(10_000, 10_100), { quantityMin: 5n, notionalMin: 60_000n });
    const sized = (size: number): readonly string[] =>
      linesBefore(runOrders([limitOrder(size, 100, { when })], [tape]));
    expect(sized(4)).toEqual(["1 refusal below_minimum 4 allowed 0"]);
    expect(sized(5)).toEqual(["1 refusal below_minimum 5 allowed 0"]);
    expect(sized(6)[0]).toBe("1 order 1 limit 6");
  });
});

describe("an order as things stand", () => {
  it("is refused when its stop is in the market and it would open (C8)", () => {
    const refused = ["1 refusal stop_in_market 1 allowed 0"];
    expect(over([10_000, 10_100], [stopOrder(1, 100, { when })])).toEqual(refused);
    expect(over([10_000, 10_100], [stopLimitOrder(1, 99, 101, { when })])).toEqual(refused);
    expect(over([10_000, 10_100], [trailingStop(1, 1, { stop: 100, when })])).toEqual(refused);
    expect(
      over([10_000, 10_100], [stopOrder(-1, 100, { when })], { account: { kind: "margin", leverage: 1 } }),
    ).toEqual(["1 refusal stop_in_market -1 allowed 0"]);
    expect(over([10_000, 10_000], [stopOrder(1, 100.01, { when: at(10_000) })])[0]).toBe("1 order 1 stop 1");
    // An order that waits for the other side is in no market.
    expect(over([10_000, 10_100], [limitIfTouched(1, 100, 101, { when })])[0]).toBe("1 order 1 limitIfTouched 1");
  });

  it("is let through when it only reduces, and refused when there is nothing to reduce (C3)", () => {
    const leave = stopOrder(-1, 102, { reduceOnly: true, when: gt(close, 100.5) });
    expect(over([10_000, 10_100, 10_100], [leave])).toEqual([
      "2 refusal reduce_only -1 allowed 0",
      "3 refusal reduce_only -1 allowed 0",
    ]);
    const lines = over([10_000, 10_100, 10_100], [marketOrder(1, { when }), leave]);
    expect(lines.slice(2, 4)).toEqual(["2 order 2 stop -1", "2 terms 2 stop 10200"]);
    // What opens the position is on its way.
    const slow = { latencyNs: 3_600_000_000_000 };
    const early = over([10_000, 10_100], [marketOrder(1, { when }), leave], slow);
    expect(early.filter((line) => line.includes("refusal"))).toEqual([]);
  });

  it("holds buying power at its limit or trigger, and frees none before it fills", () => {
    const cash = { cash: 1_000 };
    expect(over([10_000, 10_100], [limitOrder(20, 50, { when })], cash)[0]).toBe("1 order 1 limit 20");
    expect(over([10_000, 10_100], [limitOrder(21, 50, { when })], cash).slice(0, 2)).toEqual([
      "1 refusal insufficient_buying_power 21 allowed 20",
      "1 order 1 limit 20",
    ]);
    expect(over([10_000, 10_100], [stopOrder(10, 110, { when })], cash)[1]).toBe("1 order 1 stop 9");
    // A sale that may never happen pays for nothing.
    const sell = limitOrder(-10, 200, { when: gt(close, 100.5) });
    const buy = limitOrder(10, 100, { when: gt(close, 100.5) });
    const lines = over([10_000, 10_050, 10_100, 10_100], [marketOrder(10, { when: at(10_000) }), sell, buy], cash);
    expect(lines).toContain("3 refusal insufficient_buying_power 10 allowed 0");
  });
});

describe("a family of orders", () => {
  const entry = limitOrder(10, 99, { when });

  it("is refused as a whole when its protective stop has no price", () => {
    expect(over([10_000, 10_100], bracket(entry, { stop: NOTHING, target: 110 }))).toEqual([
      "1 refusal no_price 0 allowed 0",
      "1 refusal no_price 10 allowed 0",
    ]);
  });

  it("loses a target without a price, and nothing else", () => {
    const lines = over([10_000, 9_800, 9_800], bracket(entry, { stop: 90, target: NOTHING }));
    expect(lines.slice(0, 3)).toEqual(["1 order 1 limit 10", "1 terms 1 limit 9900", "1 refusal no_price 0 allowed 0"]);
    expect(lines.filter((line) => line.includes("order 2"))).toEqual(["1 order 2 stop -10"]);
  });

  it("reads its prices at the row of the entry", () => {
    const lines = over(
      [10_000, 10_300, 9_800, 9_800],
      bracket(entry, { stop: sub(close, 10), target: add(close, 10) }),
    );
    const sent = lines.filter((line) => line.startsWith("2 ") && line.includes(" parent 1"));
    // The row of the entry is the first; that of the fill is the second.
    expect(sent.map((line) => line.replace(/^2 terms \d | group \d$/g, "")).sort()).toEqual([
      "limit 11000 parent 1",
      "stop 9000 parent 1",
    ]);
    expect(sent.some((line) => line.endsWith(" group 2"))).toBe(true);
  });

  it("measures distances from the fill, a stop's rounded up and a target's down", () => {
    const lines = over(
      [10_000, 10_000, 10_000],
      bracket(marketOrder(5), { stop: 1.005, target: 1.005, fromFill: true }),
    );
    const terms = lines
      .filter((line) => line.includes(" terms "))
      .map((line) => line.replace(/^1 terms \d | parent.*$/g, ""));
    expect(terms.sort()).toEqual(["limit 10100", "stop 9899"]);
  });

  it("needs room for all of it", () => {
    const family = bracket(entry, { stop: 90, target: 110 });
    expect(over([10_000, 10_100], family, { maxOpenOrders: 2 })).toEqual(["1 refusal backpressure 10 allowed 0"]);
    expect(over([10_000, 10_100], family, { maxOpenOrders: 3 })[0]).toBe("1 order 1 limit 10");
  });

  it("goes down to children of children, and is refused for a stop below without a price", () => {
    const scaled = limitOrder(0.5, 98, { parent: entry });
    const guard = (stop: NumberInput): readonly string[] =>
      over([10_000, 9_700, 9_500, 9_500], [entry, scaled, stopOrder(-1, stop, { parent: scaled, reduceOnly: true })]);
    expect(guard(96).filter((line) => /^1 order \d \w+ -?5$/.test(line))).toEqual([
      "1 order 2 limit 5",
      "1 order 3 stop -5",
    ]);
    expect(guard(NOTHING).filter((line) => line.startsWith("1 "))).toEqual([
      "1 refusal no_price 0 allowed 0",
      "1 refusal no_price 10 allowed 0",
    ]);
  });
});

describe("groups of orders that stand alone", () => {
  it("are tied whenever they are sent", () => {
    const early = limitOrder(1, 90, { when: at(10_000) });
    const late = limitOrder(1, 80, { when: gt(close, 100.5) });
    const lines = over([10_000, 10_100, 10_050], oco(early, late));
    expect(lines[1]).toBe("1 terms 1 limit 9000");
    expect(lines[3]).toBe("2 terms 2 limit 8000 group 1");
  });
});

describe("requests", () => {
  const entry = limitOrder(10, 90, { when });
  const later = gt(close, 100.5);

  it("cancel what is open, and say when nothing is", () => {
    expect(over([10_000, 10_100, 10_100], [entry, cancelOrders(entry, later)]).slice(2)).toEqual([
      "2 end 1 canceled 10",
      "3 refusal not_found 0 allowed 0",
    ]);
  });

  it("cancel before anything is sent", () => {
    const lines = over([10_000, 10_100], [entry, cancelOrders(entry, gt(close, 50))]);
    expect(lines[0]).toBe("1 refusal not_found 0 allowed 0");
    expect(lines[1]).toBe("1 order 1 limit 10");
  });

  it("amend price and size, round a new price as the old one, and leave what is null", () => {
    const amended = (changes: { size?: NumberInput; limit?: NumberInput }): string | undefined =>
      over([10_000, 10_100], [entry, amendOrder(entry, { ...changes, when: later })])[2];
    expect(amended({ limit: 91.001 })).toBe("2 update 1 10 limit 9101 trigger 0");
    expect(amended({ size: 4.5 })).toBe("2 update 1 4 limit 9000 trigger 0");
    expect(amended({ size: NOTHING, limit: 91 })).toBe("2 update 1 10 limit 9100 trigger 0");
    expect(amended({ size: NOTHING })).toBeUndefined();
    expect(amended({ limit: -1 })).toBe("2 refusal no_price 0 allowed 0");
    expect(amended({ size: -4 })).toBe("2 refusal invalid_order 0 allowed 0");
  });

  it("do not amend beyond buying power, nor what is filled", () => {
    const lines = over([10_000, 10_100], [entry, amendOrder(entry, { size: 1_000_000, when: later })]);
    expect(lines[2]).toBe("2 refusal insufficient_buying_power 0 allowed 0");
    const filled = marketOrder(1, { when });
    expect(over([10_000, 10_050, 10_100], [filled, amendOrder(filled, { size: 2, when: later })]).slice(2)).toEqual([
      "3 refusal not_found 0 allowed 0",
    ]);
  });
});

describe("a target", () => {
  it("replaces orders on their way, and leaves those that rest", () => {
    const resting = limitOrder(3, 90, { when });
    const first = marketOrder(5, { when: at(10_000) });
    const lines = over([10_000, 10_100], [resting, first, targetQuantity(select(gt(close, 0), 2, 0))]);
    expect(lines.filter((line) => line.includes("superseded"))).toHaveLength(1);
    expect(lines.some((line) => line.endsWith("superseded 5"))).toBe(true);
    expect(lines.filter((line) => line.startsWith("1 order"))).toHaveLength(3);
  });

  it("sends nothing the second time (S4)", () => {
    const target = targetQuantity(5, { when: gt(open, 0) });
    expect(over([10_000, 10_000, 10_000], [target])).toEqual(["1 order 1 market 5", "1 fill 1 5 @ 10000"]);
  });
});

describe("a hedging account", () => {
  const hedged = { account: { kind: "margin", leverage: 10, positions: "hedging" } } as const;

  it("reduces the other side for a target, and opens only what is left", () => {
    const target = targetQuantity(select(gt(close, 100.5), -3, 5));
    const lines = over([10_000, 10_100, 10_100], [target], hedged);
    expect(lines).toEqual([
      "1 order 1 market 5",
      "1 fill 1 5 @ 10100",
      "2 order 2 market -5",
      "2 order 3 market -3",
      "2 fill 2 -5 @ 10100",
      "2 fill 3 -3 @ 10100",
    ]);
  });
});

describe("what is decided", () => {
  it("is the same in blocks of any size, and with no bucket passed over", () => {
    const entry = stopOrder(0.02, mul(high, 1.001), {
      unit: "risk",
      riskStop: mul(low, 0.99),
      timeInForce: "gtd",
      goodFor: "5h",
      when: gt(close, open),
    });
    const decisions = [
      ...bracket(entry, { stop: mul(low, 0.99), target: mul(high, 1.01) }),
      amendOrder(entry, { stop: mul(high, 1.002), when: lt(close, open) }),
      cancelOrders(entry, lt(close, mul(open, 0.995))),
    ];
    const dataset = { name: "synthetic", fingerprint: `blake3:${"0".repeat(64)}` as const, bars: [LONG] };
    const digest = (options: RunOptions): string => {
      const strategy = graph({ decisions });
      return runGraph(engineFor(), strategy, dataset, { fees: { taker: 0.001 } }, options).resultDigest;
    };
    const whole = digest({});
    expect(digest({ blockRows: 64 })).toBe(whole);
    expect(digest({ blockRows: 1 })).toBe(whole);
    expect(digest({ stepEveryBucket: true })).toBe(whole);
  });
});

describe("an order of every type", () => {
  it("goes through with its terms", () => {
    const types = [
      ["market", {}],
      ["limit", { limit: low }],
      ["stop", { stop: mul(high, 1.1) }],
      ["marketIfTouched", { stop: mul(low, 0.9) }],
      ["trailingStop", { trail: 1 }],
    ] as const;
    for (const [type, terms] of types) {
      const [line] = over([10_000, 10_100], [order(1, { type, ...terms, when })]);
      expect(line).toBe(`1 order 1 ${type} 1`);
    }
  });
});
