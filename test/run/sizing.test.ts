// Sizing in a run: risk, equity and limits, and the laws of sizes.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bars, gt, limitOrder, lt, marketOrder, order, stopOrder, sub, targetPercent } from "../../kernel/index.js";
import type { Decision, Instrument, LimitsConfig, RunConfig } from "../../kernel/index.js";
import { barsTape, flatBars, linesBefore, linesOf, runOrders } from "./order-lines.js";
import { runsOf } from "../model/arbitrary-case.js";
import { reached } from "../rule-coverage.js";

const { close } = bars();
const WHOLE = 1_000_000_000n;

/** A margin account in which nothing but the size itself holds an order back. */
const ROOMY: Partial<RunConfig> = { account: { kind: "margin", leverage: 1000 } };

/** What the first bar, at `cents`, makes of a decision: the quantity that was sent, or the refusal. */
function sentAt(
  decision: Decision,
  cents: number,
  config: Partial<RunConfig> = {},
  facts: Partial<Instrument> = {},
): string {
  const tape = barsTape("A", flatBars(cents), facts);
  const [line = ""] = linesBefore(runOrders([decision], [tape], { ...ROOMY, ...config }));
  return line.replace(/^1 (?:order 1 \w+ )?/, "");
}

describe("risk per trade", () => {
  it("gives the worked case 18: 1,000.00, one percent, a stop 0.50 away, no fee", () => {
    const risked = order(0.01, { unit: "risk", riskStop: sub(close, 0.5) });
    expect(sentAt(risked, 10_000, { cash: 1_000 })).toBe("20");
    const minimum = { notionalMin: 200_001n };
    expect(sentAt(risked, 10_000, { cash: 1_000 }, minimum)).toBe("refusal below_minimum 20 allowed 0");
    expect(sentAt(order(0.0001, { unit: "risk", riskStop: sub(close, 0.5) }), 10_000, { cash: 1_000 })).toBe(
      "refusal below_minimum 0 allowed 0",
    );
  });

  it("reckons with the price at which the order would trade", () => {
    const entry = { unit: "risk", riskStop: 98 } as const;
    expect(sentAt(order(0.01, entry), 10_000, { cash: 1_000 })).toBe("5");
    expect(sentAt(limitOrder(0.01, 99, entry), 10_000, { cash: 1_000 })).toBe("10");
    expect(sentAt(stopOrder(0.01, 103, entry), 10_000, { cash: 1_000 })).toBe("2");
  });

  it("is refused with a stop on the wrong side, and without one", () => {
    const risked = (stop: number, size = 0.01): string =>
      sentAt(order(size, { unit: "risk", riskStop: stop }), 10_000, { cash: 1_000 });
    expect(risked(100)).toBe("refusal invalid_order 0 allowed 0");
    expect(risked(101)).toBe("refusal invalid_order 0 allowed 0");
    expect(risked(99, -0.01)).toBe("refusal invalid_order 0 allowed 0");
    expect(risked(101, -0.01)).toBe("-10");
    expect(risked(-1)).toBe("refusal no_price 0 allowed 0");
  });

  it("ends at the share of the last bar's volume that own orders may take (S2)", () => {
    const tape = barsTape("A", [[10_000, 10_000, 10_000, 10_000, 95]]);
    const lines = linesBefore(
      runOrders([order(0.01, { unit: "risk", riskStop: 99.5 })], [tape], { ...ROOMY, cash: 1_000, participation: 0.1 }),
    );
    expect(lines.slice(0, 2)).toEqual(["1 refusal volume_budget 20 allowed 9", "1 order 1 market 9"]);
    // A quantity that is stated goes on to the next bars (B11).
    const stated = runOrders([marketOrder(20)], [tape], { ...ROOMY, participation: 0.1 });
    expect(linesBefore(stated)[0]).toBe("1 order 1 market 20");
    reached("S2");
  });
});

describe("sizes by equity", () => {
  it("give a value, a share, a share by volatility and a Kelly share", () => {
    const cash = { cash: 1_000 };
    expect(sentAt(order(250, { unit: "value" }), 10_000, cash)).toBe("2");
    expect(sentAt(order(0.55, { unit: "percent" }), 10_000, cash)).toBe("5");
    expect(sentAt(order(-0.55, { unit: "percent" }), 10_000, cash)).toBe("-5");
    expect(sentAt(limitOrder(0.55, 50, { unit: "percent" }), 10_000, cash)).toBe("11");
    expect(sentAt(order(0.1, { unit: "volatility", volatility: 0.25 }), 10_000, cash)).toBe("4");
    expect(sentAt(order(0.5, { unit: "kelly", kelly: 1.8 }), 10_000, cash)).toBe("9");
  });

  it("hold no more by volatility than the leverage, or than all of a cash account", () => {
    const calm = order(0.1, { unit: "volatility", volatility: 0.01 });
    expect(sentAt(calm, 10_000, { cash: 1_000, account: { kind: "margin", leverage: 3 } })).toBe("30");
    expect(sentAt(calm, 10_000, { cash: 1_000, account: { kind: "cash" } })).toBe("10");
  });

  it("bet nothing without an edge, and refuse a volatility that is none", () => {
    expect(sentAt(order(0.5, { unit: "kelly", kelly: 0 }), 10_000)).toBe("refusal below_minimum 0 allowed 0");
    expect(sentAt(order(0.5, { unit: "kelly", kelly: -1 }), 10_000)).toBe("refusal below_minimum 0 allowed 0");
    expect(sentAt(order(0.1, { unit: "volatility", volatility: 0 }), 10_000)).toBe("refusal invalid_order 0 allowed 0");
  });
});

/** A small case of risk: cents, shares, and money in hundredths. */
interface RiskCase {
  readonly cents: number;
  readonly away: number;
  readonly cash: number;
  readonly riskE9: number;
  readonly lot: bigint;
  readonly multiplier: bigint;
  readonly taker: number;
  readonly perUnit: number;
  readonly minimum: number;
  readonly ticks: number;
  readonly isShort: boolean;
}

const riskCase: fc.Arbitrary<RiskCase> = fc.record({
  cents: fc.integer({ min: 20, max: 400 }),
  away: fc.integer({ min: 1, max: 19 }),
  cash: fc.integer({ min: 1, max: 500 }),
  riskE9: fc.constantFrom(1_000_000, 10_000_000, 33_333_333, 250_000_000, 1_000_000_000),
  lot: fc.constantFrom(1n, 1n, 3n, 10n),
  multiplier: fc.constantFrom(1n, 1n, 7n),
  taker: fc.constantFrom(0, 0.001, 0.05, -0.001),
  perUnit: fc.constantFrom(0, 0, 0.01),
  minimum: fc.constantFrom(0, 0, 1),
  ticks: fc.constantFrom(0, 1, 3),
  isShort: fc.boolean(),
});

function kernelRisk(given: RiskCase): bigint {
  const { cents, away, cash, riskE9, lot, multiplier, taker, perUnit, minimum, ticks, isShort } = given;
  const stop = (isShort ? cents + away : cents - away) / 100;
  const size = (isShort ? -riskE9 : riskE9) / 1e9;
  const config = { cash, fees: { taker, perUnit, minimum }, slippage: { kind: "ticks", ticks } } as const;
  const text = sentAt(order(size, { unit: "risk", riskStop: stop }), cents, config, { lot, multiplier });
  const refused = /^refusal (?:below_minimum|insufficient_buying_power) (-?\d+)/.exec(text);
  const quantity = BigInt(refused === null ? text : (refused[1] as string));
  return isShort ? -quantity : quantity;
}

/**
 * S1 by trying one lot after the other: what is lost between the slipped entry and the slipped stop, and both fees, is
 * within the risk.
 */
function plainRisk(given: RiskCase): bigint {
  const { cents, away, cash, riskE9, lot, multiplier, taker, perUnit, minimum, ticks, isShort } = given;
  const budget = (BigInt(cash) * 100n * BigInt(riskE9)) / WHOLE;
  const slip = BigInt(ticks);
  const lowest = (price: bigint): bigint => (price < 1n ? 1n : price);
  const bought = BigInt(isShort ? cents + away : cents) + slip;
  const sold = lowest(BigInt(isShort ? cents : cents - away) - slip);
  const fee = (value: bigint, quantity: bigint): bigint => {
    const rateE9 = BigInt(Math.round(taker * 1e9));
    const byRate = rateE9 >= 0n ? (value * rateE9 + WHOLE - 1n) / WHOLE : -((value * -rateE9) / WHOLE);
    const exact = byRate + quantity * BigInt(Math.round(perUnit * 100));
    const least = BigInt(minimum * 100);
    const charged = least !== 0n && least > exact ? least : exact;
    return charged > 0n ? charged : 0n;
  };
  const loss = (quantity: bigint): bigint => {
    const [paid, received] = [bought * multiplier * quantity, sold * multiplier * quantity];
    return paid - received + fee(paid, quantity) + fee(received, quantity);
  };
  let quantity = 0n;
  while (loss(quantity + lot) <= budget) quantity += lot;
  return quantity;
}

describe("the limits of a run", () => {
  const bought = (limits: LimitsConfig, decision: Decision = marketOrder(20)): readonly string[] =>
    linesBefore(
      runOrders([decision], [barsTape("A", flatBars(10_000, 10_000))], { ...ROOMY, cash: 1_000, limits }),
    ).slice(0, 2);

  it("cut an order to the largest in units or as a share of equity, and say so", () => {
    const cut = ["1 refusal position_size_limit 20 allowed 7", "1 order 1 market 7"];
    expect(bought({ maxOrder: { quantity: 7.9 } })).toEqual(cut);
    expect(bought({ maxOrder: { share: 0.79 } })).toEqual(cut);
    expect(bought({ maxOrder: { quantity: 12, share: 0.7 } })).toEqual(cut);
    expect(bought({ maxOrder: { quantity: 20 } })[0]).toBe("1 order 1 market 20");
  });

  it("cut a position, what is held and on its way included, and let it shrink", () => {
    expect(bought({ maxPosition: { quantity: 7 } })[1]).toBe("1 order 1 market 7");
    expect(bought({ maxPosition: { quantity: 7 } }, marketOrder(-20))[1]).toBe("1 order 1 market -7");
    const twice = runOrders(
      [marketOrder(5, { when: gt(close, 0) })],
      [barsTape("A", flatBars(10_000, 10_000, 10_000))],
      { ...ROOMY, limits: { maxPosition: { quantity: 7 } } },
    );
    expect(linesBefore(twice).filter((line) => !line.includes("fill"))).toEqual([
      "1 order 1 market 5",
      "2 refusal position_size_limit 5 allowed 2",
      "2 order 2 market 2",
      "3 refusal position_size_limit 5 allowed 0",
    ]);
    const over = [targetPercent(0.5, { when: lt(close, 100.005) }), targetPercent(0.1, { when: gt(close, 100.005) })];
    const shrunk = runOrders(over, [barsTape("A", flatBars(10_000, 10_001, 10_001))], {
      cash: 10_000,
      limits: { maxPosition: { quantity: 60 } },
    });
    expect(linesBefore(shrunk).filter((line) => line.includes("order"))).toEqual([
      "1 order 1 market 50",
      "2 order 2 market -41",
    ]);
  });
});

describe("the laws of sizes", () => {
  it("risk is the largest lots that lose no more than the risk, both fees and slippage in it (S1)", () => {
    fc.assert(
      fc.property(riskCase, (given) => {
        expect(kernelRisk(given)).toBe(plainRisk(given));
      }),
      { numRuns: runsOf(40) },
    );
  });

  it("sizes grow with equity and risk, and fall with the distance of the stop and the fee (S5)", () => {
    const more: readonly ((given: RiskCase) => RiskCase)[] = [
      (given) => ({ ...given, cash: given.cash + 37 }),
      (given) => ({ ...given, riskE9: Math.min(given.riskE9 * 2, 1_000_000_000) }),
      (given) => ({ ...given, away: Math.max(given.away - 1, 1) }),
      (given) => ({ ...given, taker: given.taker / 2, minimum: 0 }),
    ];
    fc.assert(
      fc.property(riskCase, fc.constantFrom(...more), (given, change) => {
        const before = { ...given, taker: Math.abs(given.taker) };
        expect(kernelRisk(change(before))).toBeGreaterThanOrEqual(kernelRisk(before));
      }),
      { numRuns: runsOf(40) },
    );
    reached("S5");
  });

  it("a buy and a sell at mirrored prices have one size, where fees are by unit (S5)", () => {
    fc.assert(
      fc.property(riskCase, (given) => {
        const plain = { ...given, taker: 0, ticks: 0, cents: given.cents + 20 };
        expect(kernelRisk({ ...plain, isShort: true })).toBe(kernelRisk({ ...plain, isShort: false }));
      }),
      { numRuns: runsOf(30) },
    );
  });

  it("percent, value, volatility and Kelly are what the integers give", () => {
    const units = fc.constantFrom("percent", "value", "volatility", "kelly" as const);
    const shares = fc.integer({ min: 1, max: 2_000 });
    fc.assert(
      fc.property(
        units,
        shares,
        shares,
        fc.integer({ min: 1, max: 900 }),
        shares,
        (unit, size, measure, cents, cash) => {
          const equity = BigInt(cash) * 100n;
          const sizeE9 = BigInt(size) * 1_000_000n;
          const measureE9 = BigInt(measure) * 1_000_000n;
          const measured =
            unit === "volatility" ? { volatility: measure / 1000 } : unit === "kelly" ? { kelly: measure / 1000 } : {};
          const share =
            unit === "percent"
              ? sizeE9
              : unit === "kelly"
                ? (sizeE9 * measureE9) / WHOLE
                : (sizeE9 * WHOLE) / measureE9;
          const capped = unit === "volatility" && share > 1000n * WHOLE ? 1000n * WHOLE : share;
          const money = unit === "value" ? BigInt(size) : (equity * capped) / WHOLE;
          const wanted = money / BigInt(cents);
          const value = unit === "value" ? size / 100 : size / 1000;
          const text = sentAt(order(value, { unit, ...measured }), cents, { cash });
          const sent = /^(?:refusal \w+ )?(\d+)/.exec(text)?.[1];
          expect(BigInt(sent as string)).toBe(wanted);
        },
      ),
      { numRuns: runsOf(40) },
    );
  });

  it("a target that is there sends nothing more, however often it acts (S4)", () => {
    const target = fc.integer({ min: -10, max: 10 }).map((tenths) => tenths / 10);
    fc.assert(
      fc.property(
        target,
        fc.integer({ min: 100, max: 5_000 }),
        fc.integer({ min: 1, max: 60 }),
        (share, cents, lot) => {
          const decision = targetPercent(share, { when: gt(close, 0) });
          const tape = barsTape("A", flatBars(cents, cents, cents, cents), { lot: BigInt(lot) });
          const orders = linesOf(
            runOrders([decision], [tape], { account: { kind: "margin", leverage: 1 }, cash: 5_000 }),
          ).filter((line) => line.includes(" order "));
          expect(orders.length).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: runsOf(30) },
    );
    reached("S4");
  });

  it("a rebalance sells before it buys, and cash never goes below zero (S2)", () => {
    const weights = fc.tuple(fc.nat({ max: 10 }), fc.nat({ max: 10 })).filter(([a, b]) => a + b <= 10);
    const prices = fc.array(fc.integer({ min: 50, max: 500 }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(weights, weights, prices, prices, (from, to, first, second) => {
        const weight = (symbol: string, before: number, after: number): readonly Decision[] => [
          targetPercent(before / 10, { instrument: symbol, when: lt(bars({ instrument: symbol }).time, 3601) }),
          targetPercent(after / 10, { instrument: symbol, when: gt(bars({ instrument: symbol }).time, 7199) }),
        ];
        const decisions = [...weight("A", from[0], to[0]), ...weight("B", from[1], to[1])];
        const tapes = [barsTape("A", flatBars(...first)), barsTape("B", flatBars(...second))];
        const { cash } = runOrders(decisions, tapes, { cash: 100, fees: { taker: 0.01 } }).tables().portfolio;
        expect(cash.every((each) => each >= 0n)).toBe(true);
      }),
      { numRuns: runsOf(30) },
    );
  });
});
