// Risk checks: each limit on both sides, clamping, reductions, and the severity of a breach.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judgeRisk } from "../../../adapters/execution/check/approval.js";
import { ACCOUNT_DEFAULTS } from "../../../adapters/execution/layer/layer-terms.js";
import { RISK_CONTROL } from "../../../kernel/nodes/policy.js";
import { RISK_LIMITS, riskChecks, severityOf } from "../../../adapters/execution/check/risk-checks.js";
import type { RiskFacts, RiskLimits } from "../../../adapters/execution/check/risk-checks.js";
import type { HeldFacts } from "../../../adapters/execution/order/order-terms.js";
import type { SizedOrder } from "../../../adapters/execution/order/order-terms.js";
import { CASE_INSTRUMENT } from "../../../adapters/testing/layer-case.js";
import { sizedOrder } from "./proven-order.js";

const FLAT: HeldFacts = { position: 0n, openBuy: 0n, openSell: 0n };
const FACTS: RiskFacts = {
  instrument: CASE_INSTRUMENT,
  price: 100n,
  ...FLAT,
  beside: 0n,
  equity: 10_000n,
  otherExposure: 0n,
  drawdown: 0n,
  volatility: 0n,
};

/** What becomes of an order; a strategy is alone in its scope unless `beside` says otherwise. */
function judged(order: Partial<SizedOrder>, facts: Partial<RiskFacts> = {}, limits: Partial<RiskLimits> = {}) {
  const seen: RiskFacts = { ...FACTS, ...facts };
  const outcome = judgeRisk(sizedOrder(order), riskChecks({ ...RISK_LIMITS, dynamicSizing: false, ...limits }), seen);
  return outcome.kind === "reject" ? outcome.refusal.reason : outcome.order.quantity;
}

describe("a risk limit", () => {
  it("is judged by the position after the order, with what is open, and holds at the limit", () => {
    expect([judged({ quantity: 10n }), judged({ quantity: 11n })]).toEqual([10n, "position_size_limit"]);
    expect([judged({ quantity: 4n }, { position: 6n }), judged({ quantity: 5n }, { position: 6n })]).toEqual([
      4n,
      "position_size_limit",
    ]);
    expect([judged({ quantity: 4n }, { openBuy: 6n }), judged({ quantity: 5n }, { openBuy: 6n })]).toEqual([
      4n,
      "position_size_limit",
    ]);
    expect(judged({ side: "sell", quantity: 11n })).toBe("position_size_limit");
  });

  it("of the whole counts what other symbols are worth", () => {
    const limits = { position: 1_000_000_000n, concentration: 1_000_000_000n, leverage: 500_000_000n };
    expect(judged({ quantity: 10n }, { otherExposure: 4_000n }, limits)).toBe(10n);
    expect(judged({ quantity: 10n }, { otherExposure: 4_001n }, limits)).toBe("leverage_limit");
    expect(judged({ quantity: 30n }, {}, { position: 1_000_000_000n })).toBe("concentration_limit");
  });

  it("of concentration counts what all strategies of the scope hold on its side, that of a position its own", () => {
    const limits = { position: 100_000_000n, concentration: 200_000_000n };
    expect(judged({ quantity: 10n }, { beside: 10n }, limits)).toBe(10n);
    expect(judged({ quantity: 10n }, { beside: 11n }, limits)).toBe("concentration_limit");
    expect(judged({ quantity: 10n }, { openBuy: 1n, beside: 10n }, { position: 1_000_000_000n })).toBe(
      "concentration_limit",
    );
    // What it holds on the other side itself is closed first; what only reduces is never judged.
    expect(judged({ quantity: 15n }, { position: -5n, beside: 10n }, limits)).toBe(15n);
    expect(judged({ quantity: 16n }, { position: -5n, beside: 10n }, limits)).toBe("position_size_limit");
    expect(judged({ side: "sell", quantity: 5n }, { position: 5n, beside: 90n }, limits)).toBe(5n);
  });

  it("of drawdown and volatility refuses beyond it, not at it, and not without enough samples", () => {
    expect([judged({}, { drawdown: 150_000_000n }), judged({}, { drawdown: 150_000_001n })]).toEqual([
      10n,
      "drawdown_limit",
    ]);
    expect([judged({}, { volatility: 250_000_000n }), judged({}, { volatility: 250_000_001n })]).toEqual([
      10n,
      "volatility_limit",
    ]);
    expect(judged({}, { volatility: null })).toBe(10n);
  });

  it("never stands against a reduction, and does against going through zero", () => {
    const broken = { position: 50n, drawdown: 900_000_000n, volatility: 900_000_000n, equity: -5n };
    expect(judged({ side: "sell", quantity: 50n }, broken)).toBe(50n);
    expect(judged({ side: "sell", quantity: 51n }, broken)).toBe("drawdown_limit");
    expect(judged({ side: "sell", quantity: 50n }, { ...broken, openSell: 1n })).toBe("drawdown_limit");
    expect(judged({ quantity: 1n }, { equity: 0n })).toBe("position_size_limit");
  });

  it("cuts with dynamic sizing, in whole lots, and refuses what would be below the least order", () => {
    const limits = { dynamicSizing: true };
    const lots = { instrument: { ...CASE_INSTRUMENT, lot: 4n } };
    expect(judged({ quantity: 50n }, {}, limits)).toBe(10n);
    expect(judged({ quantity: 48n }, lots, limits)).toBe(8n);
    expect(judged({ quantity: 48n }, { instrument: { ...CASE_INSTRUMENT, quantityMin: 11n } }, limits)).toBe(
      "position_size_limit",
    );
    expect(judged({ quantity: 48n }, { instrument: { ...CASE_INSTRUMENT, notionalMin: 1_001n } }, limits)).toBe(
      "below_minimum",
    );
    expect(judged({ quantity: 48n }, { position: 10n }, limits)).toBe("position_size_limit");
    // From 50 to the other side: what reduces goes whole, and then as much as the limit lets be held there.
    expect(judged({ side: "sell", quantity: 99n }, { position: 50n }, limits)).toBe(60n);
    expect(judged({ side: "sell", quantity: 61n }, { position: 50n }, limits)).toBe(60n);
    expect(judged({ side: "sell", quantity: 60n }, { position: 50n })).toBe(60n);
    expect(judged({ side: "sell", quantity: 61n }, { position: 50n })).toBe("position_size_limit");
  });

  it("that cuts leaves as much as fits, and no more", () => {
    const small = (max: bigint) => fc.bigInt({ min: 0n, max });
    fc.assert(
      fc.property(small(20n), small(9n), small(3n), (quantity, held, openBuy) => {
        const order = { quantity: quantity + 1n };
        const facts = { position: held, openBuy };
        const got = judged(order, facts, { dynamicSizing: true });
        const fits = 10n - held - openBuy;
        const expected = fits <= 0n ? "position_size_limit" : fits < order.quantity ? fits : order.quantity;
        expect(got).toBe(expected);
      }),
    );
  });

  it("has a severity by its ratio: from 2.0 critical, 1.5 high, 1.2 medium", () => {
    const severities = [1_199n, 1_200n, 1_499n, 1_500n, 1_999n, 2_000n].map((value) => severityOf(value, 1_000n));
    expect(severities).toEqual(["low", "medium", "medium", "high", "high", "critical"]);
  });

  it("below zero is refused by name", () => {
    expect(() => riskChecks({ ...RISK_LIMITS, leverage: -1n, drawdown: -1n })).toThrow(
      /risk.leverage[^]*risk.drawdown/,
    );
  });
});

describe("the defaults of risk", () => {
  const share = (mantissa: bigint): number => Number(mantissa) / 1e9;
  const { position, concentration, leverage, drawdown, volatility, dynamicSizing } = RISK_LIMITS;
  const { lag, samples, samplesMin } = ACCOUNT_DEFAULTS;
  const layer = {
    ...{ position: share(position), concentration: share(concentration), leverage: share(leverage) },
    ...{ drawdown: share(drawdown), volatility: share(volatility), dynamic: dynamicSizing },
    ...{ lag, samples, samplesMin },
  };
  const kernel = Object.fromEntries(
    Object.entries(RISK_CONTROL.params).map(([name, param]) => [name, "default" in param ? param.default : null]),
  );

  it.each(Object.entries(layer))("have one value in the kernel and in the layer: %s is %s", (name, value) => {
    expect(kernel[name]).toBe(value);
  });

  it("are all in that table, but for the length of a year, which the layer makes from its buckets", () => {
    expect(Object.keys(kernel).sort()).toEqual([...Object.keys(layer), "periodsPerYear"].sort());
  });
});
