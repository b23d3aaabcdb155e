// The report's section on gates, and the bands on the chart of prices: what a side might do, and what was refused.

import { describe, expect, it } from "vitest";
import { GATE_STATES, gatesBody, gateSpans, hasGates } from "../../../adapters/report/gates-section.js";
import { priceCharts } from "../../../adapters/report/price-chart.js";
import type { RunTables } from "../../../kernel/index.js";
import {
  activationGate,
  bars,
  div,
  gt,
  portfolioView,
  riskControl,
  select,
  sub,
  targetPercent,
  targetQuantity,
} from "../../../kernel/index.js";
import { barsTape, flatBars, HOUR_NS, runOrders } from "../../run/order-lines.js";

const { close } = bars();
const gates = { activation: activationGate(), risk: riskControl({ position: 0.1, volatility: null }) };
const tape = barsTape("A", flatBars(...Array.from({ length: 20 }, (_, i) => 10_000 + i)));
const at = (hour: number): bigint => BigInt(hour) * HOUR_NS;

function tables(): RunTables {
  const activations = [
    { time: at(2), version: 1, weight: 0.5 },
    { time: at(6), version: 3, drain: true },
    { time: at(8), version: 2, freeze: true },
    { time: at(10), version: 4, freeze: true },
    { time: at(14), version: 5, side: "short", active: false },
    { time: at(14), version: 5, side: "long" },
  ] as const;
  const decision = targetPercent(0.4, { when: gt(close, 0), gates });
  return runOrders([decision], [tape], { cash: "100000", activations }).tables();
}

describe("the gates of a run", () => {
  const run = tables();

  it("are spans of states by side, in which older messages have no place", () => {
    const long = gateSpans(run).filter(({ side }) => side === 0);
    expect(
      long.map(({ from, to, state, weight }) => [Number(from / HOUR_NS), Number(to / HOUR_NS), state, weight]),
    ).toEqual([
      [2, 6, "active", 0.5],
      [6, 10, "drain", 0.5],
      [10, 14, "freeze", 0.5],
      [14, 20, "active", 0.5],
    ]);
    expect(
      gateSpans(run)
        .filter(({ side }) => side === 1)
        .at(-1)?.state,
    ).toBe("inactive");
  });

  it("are counted by stage and reason, risk with its severity", () => {
    const body = gatesBody(run, false);
    const rows = [
      ...body.matchAll(/<tr><td>(.*?)<\/td><td><code>(.*?)<\/code><\/td><td class="num">(\d+)<\/td><td>(.*?)<\/td>/g),
    ];
    const counted = rows.map((row) => row.slice(1, 5).join(" "));
    expect(counted).toContain("activation freeze 5 –");
    expect(counted.some((row) => /^risk position_size_limit \d+ high$/.test(row))).toBe(true);
    const times = rows.reduce((sum, row) => sum + Number(row[3]), 0);
    expect(times).toBe(run.refusals.rowCount);
    expect(body).not.toMatch(/NaN|undefined/);
  });

  it("have stages for what a portfolio does not know and what a publisher does not take", () => {
    const dark = select(gt(close, 100.1), 1_000_000, div(1, sub(close, close)));
    const own = { portfolio: portfolioView({ equity: dark }), publish: select(gt(close, 100.115), 0, 5) };
    const refused = runOrders([targetQuantity(9, { when: gt(close, 0), gates: own })], [tape]).tables();
    const body = gatesBody(refused, false);
    expect(hasGates(refused)).toBe(true);
    for (const row of ["portfolio</td><td><code>watermark", "publish</td><td><code>backpressure", "<code>publish"]) {
      expect(body).toContain(`<td>${row}</code>`);
    }
  });

  it("veil the candles in which a side was held back, the most restrictive where they meet", () => {
    const [chart] = priceCharts(run, [tape], false, new Uint8Array(run.fills.rowCount));
    expect(chart?.bands.map(([from, to, kind]) => [from, to, GATE_STATES[kind]])).toEqual([
      [5, 8, "drain"],
      [9, 12, "freeze"],
      [13, 18, "inactive"],
    ]);
  });

  it("are no part of a report on a run without any", () => {
    const plain = runOrders([targetPercent(0.4)], [tape], { cash: "100000" }).tables();
    expect(hasGates(plain)).toBe(false);
    expect(hasGates(run)).toBe(true);
  });
});
