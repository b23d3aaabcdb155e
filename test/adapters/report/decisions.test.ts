// The report's decisions and lineages: every check with its numbers, and what belongs to an order from its ids to the
// portfolio behind its fills.

import { describe, expect, it } from "vitest";
import { eventsOfRun, portfolioOf } from "../../../adapters/execution/index.js";
import { decisionRows } from "../../../adapters/report/decision-rows.js";
import { fillsAtClose } from "../../../adapters/report/fill-bars.js";
import { renderReport } from "../../../adapters/report/index.js";
import { lineageRows } from "../../../adapters/report/lineage-rows.js";
import { atr, bars, commitmentSizer, decisionChecks, stopManager, studyRun } from "../../../kernel/index.js";
import type { RunResult } from "../../../kernel/index.js";
import { compiledMath } from "../../kernel/study/float-math.js";
import { hour, onVolume } from "../../run/commitment-runs.js";
import { barsTape, HOUR_NS, runOrders } from "../../run/order-lines.js";
import { madeUpReport } from "./made-up-report.js";

const { high, low, close } = bars();
const NAMES = { world: "paper", strategy: "engine" };
const rows = Array.from({ length: 40 }, (_, i) =>
  hour(10_000 + 37 * ((i * 7) % 11), i % 9 === 3 ? 90 : i % 9 === 5 ? 20 : i % 9 === 8 ? 200 : undefined),
);
const tapes = ["A", "B"].map((symbol, shift) => barsTape(symbol, [...rows.slice(shift), ...rows.slice(0, shift)]));

function made(): RunResult {
  const decision = onVolume({
    atr: atr(high, low, close, 3),
    checks: decisionChecks({ window: false, duplicateFor: 3_600 }),
    sizer: commitmentSizer({ cap: 5_000 }),
    stops: stopManager(),
  });
  return runOrders([decision], tapes, { cash: "100000", fees: { taker: "0.001" } });
}

const result = made();
const tables = result.tables();
const inside = fillsAtClose(tables, tapes);
const lineage = lineageRows(tables, result.runId, NAMES, false, inside);
const events = [...eventsOfRun(result, NAMES)];

function pageOf(changes: object = {}): string {
  const study = studyRun(tables, { math: compiledMath(), bars: tapes });
  const input = madeUpReport(60);
  return renderReport(
    { ...input, title: NAMES.strategy, world: NAMES.world, tables, study, bars: tapes, ...changes },
    "",
  );
}

describe("the decisions of a report", () => {
  it("have what was recommended, each check with its numbers, the steps of the size and the outcome", () => {
    const list = decisionRows(tables, false);
    expect(list).toHaveLength(tables.decisionRecords.rowCount);
    const acted = list.find((row) => row.kind === "commitment" && row.acted === 1);
    expect(acted).toMatchObject({ confidence: "90.0 %", tier: "moderate", reason: null });
    expect(acted?.checks.find(([name]) => name === "confidence")).toEqual(["confidence", 1, "90.0 %", "55.0 %"]);
    expect(acted?.checks.find(([name]) => name === "duplicate")).toEqual(["duplicate", 1, null, "60.0 min"]);
    expect(acted?.steps.map(([name]) => name)).toEqual([
      "base",
      "position",
      "cap",
      "correlation",
      "sector",
      "diversity",
      "earnings",
      "heat",
      "units",
    ]);
    expect(acted?.steps[0]).toEqual(["base", "100,000.00", "8,181.81"]);
    const skipped = list.find((row) => row.reason === "insufficient_confidence");
    expect(skipped?.checks.at(-1)).toEqual(["confidence", 0, "20.0 %", "55.0 %"]);
    expect(skipped?.amount).toBeNull();
    const orders = new Set(tables.orders.order);
    for (const row of list) expect(row.order === 0 || orders.has(row.order)).toBe(true);
  });

  it("have a section of their own, with counts, in runs that judged any", () => {
    const page = pageOf();
    expect(page).toContain(`<section id="decisions">`);
    const { rowCount } = tables.decisionRecords;
    const times = [...page.matchAll(/<td>(?:commitment|defer)<\/td><td>.*?<\/td><td class="num">(\d+)<\/td>/g)];
    expect(times.reduce((sum, [, count]) => sum + Number(count), 0)).toBe(rowCount);
    expect(renderReport(madeUpReport(60), "")).not.toContain(`<section id="decisions">`);
    expect(page.replace(/<script>.*?<\/script>/gs, "")).not.toMatch(/NaN|undefined|\[object/);
  });
});

describe("the lineage of an order", () => {
  it("has the ids under which the run is published", () => {
    const published = events.flatMap((event) => (event.kind === "order" ? [event] : []));
    expect(published.length).toBeGreaterThan(5);
    expect(
      lineage.orders.map(([place, clientOrderId]) => [`blake3:${lineage.correlations[place]}`, clientOrderId]),
    ).toEqual(published.map(({ correlationId, clientOrderId }) => [correlationId, clientOrderId]));
    expect(lineage.correlations.length).toBeLessThan(published.length);
    expect(lineage.orders.map(([, , node]) => lineage.nodes[node])).toEqual(published.map(({ nodeId }) => nodeId));
    expect(pageOf()).toContain("the world paper, and of engine where gates name no strategy");
  });

  it("has position, cash and equity behind each fill, as the portfolio folds them", () => {
    const { instruments } = tables;
    const options = { world: "paper", domain: "backtest", scope: "strategy", costing: "average", instruments } as const;
    const postings = events.filter((event) => event.kind === "fill" || event.kind === "movement");
    const fills = postings.flatMap((event, index) => (event.kind === "fill" ? [{ event, index }] : []));
    expect(lineage.fills).toHaveLength(fills.length);
    fills.forEach(({ event, index }, row) => {
      const portfolio = portfolioOf(options, postings.slice(0, index + 1));
      const [, , price, , , position, cash] = lineage.fills[row] as number[];
      expect([price, position]).toEqual([Number(event.price), Number(portfolio.quantity(event.symbol))]);
      expect(Math.round((cash as number) * 100)).toBe(Number(portfolio.totals("USD").cash));
    });
    const last = tables.portfolio.rowCount - 1;
    const open = [...tables.fills.time].map((time, row) => (inside[row] === 1 ? time : time + HOUR_NS));
    const equities = open.map((time) => tables.portfolio.equity[Math.min(tables.portfolio.time.indexOf(time), last)]);
    expect(lineage.fills.map((row) => Math.round((row[7] as number) * 100))).toEqual(equities.map(Number));
  });

  it("says what became of orders that did not fill", () => {
    const { orderEnds } = tables;
    expect(lineage.ends.map(([order]) => order)).toEqual([...orderEnds.order]);
    expect(lineage.updates).toHaveLength(tables.updates.rowCount);
  });
});
