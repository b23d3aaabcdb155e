// The report: one page with everything in it, nothing from elsewhere, and the same bytes for the same run.

import { describe, expect, it } from "vitest";
import { renderReport } from "../../../adapters/report/index.js";
import { ORDER_FLAGS, REASONS, studyRun } from "../../../kernel/index.js";
import { compiledMath } from "../../kernel/study/float-math.js";
import { share } from "../../kernel/run/small-tapes.js";
import { madeUpRun, walkTape } from "../../kernel/study/made-up-run.js";
import { madeUpReport } from "./made-up-report.js";

/** The data that the page's script reads. */
function dataOf(html: string): Record<string, unknown> {
  const text = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(html)?.[1] as string;
  return JSON.parse(text) as Record<string, unknown>;
}

describe("a report", () => {
  const input = madeUpReport(600);
  const html = renderReport(input);

  it("shows the figures, the identities and the command of its run", () => {
    expect(html).toContain("<h1>SMA 10/30 cross</h1>");
    expect(html).toContain(input.identities.resultDigest);
    expect(html).toContain(input.identities.datasets[0]?.fingerprint);
    expect(html.replace(/<[^>]*>/g, "")).toContain("--param fast=10");
    expect(html).toContain("insufficient_buying_power");
    expect(html).toContain("flowchart LR");
    for (const metric of input.study.metrics)
      expect(html).toContain(metric.definition.replace(/[<>&"']/g, (c) => `&#${c.charCodeAt(0)};`));
  });

  it("says where positions had no protection, because children waited for the whole of their parent", () => {
    const { orders } = input.tables;
    const flags = orders.flags.map(() => 1 << ORDER_FLAGS.indexOf("releaseFull"));
    const withReason = (rows: number): string => {
      const reason = orders.reason.map((_, row) => (row < rows ? REASONS.indexOf("expired") : 0));
      return renderReport({ ...input, tables: { ...input.tables, orders: { ...orders, flags, reason } } }, "");
    };
    expect(withReason(0)).not.toContain("had no protection");
    expect(withReason(1)).toContain("One order ended filled in part");
    expect(withReason(3)).toContain("3 orders ended filled in part");
    const unfilled = { ...orders, flags, reason: orders.reason.map(() => 1), filled: orders.filled.map(() => 0n) };
    expect(renderReport({ ...input, tables: { ...input.tables, orders: unfilled } }, "")).not.toContain(
      "no protection",
    );
  });

  it("says where the orders of a run with venues went, and what they cost there", () => {
    const { orders, fills } = input.tables;
    const venues = ["near", "far"];
    const venue = orders.venue.map((_, row) => (row % 3) - 1);
    const routed = {
      ...input.tables,
      venues,
      orders: { ...orders, venue },
      fills: { ...fills, venue: fills.order.map(() => 1) },
    };
    const page = renderReport({ ...input, tables: routed, config: { venues: venues.map((name) => ({ name })) } }, "");
    expect(page).toContain("near, far, with fees");
    expect(page).toMatch(/<td>the run's own market<\/td>|the run&#39;s own market/);
    const data = dataOf(page) as { readonly venues: readonly string[]; readonly orders: readonly number[][] };
    expect(data.venues).toEqual(venues);
    expect(data.orders.map((row) => row[12])).toEqual([...venue]);
    expect(html).not.toContain('<section id="venues">');
  });

  it("is one page that loads nothing", () => {
    const withoutLibrary = renderReport(input, "");
    expect(withoutLibrary).not.toMatch(/\ssrc=|@import|url\((?!#)|<link|fetch\(|XMLHttpRequest/);
    expect(withoutLibrary.match(/https?:\/\/[^"'< ]+/g)).toEqual(["https://www.tradingview.com/"]);
    expect(html).toContain(`content="default-src 'none';`);
    expect(html).toContain("TradingView Lightweight Charts™ v5.2.1");
  });

  it("has the same bytes for the same run", () => {
    expect(renderReport(madeUpReport(600))).toBe(html);
  });

  it("never shows a value that is no value", () => {
    expect(renderReport(input, "").replace(/<script>.*?<\/script>/gs, "")).not.toMatch(
      /NaN|undefined|Infinity|\[object/,
    );
  });

  it("cannot be broken out of by a name", () => {
    const evil = `</script><img src=x onerror=alert(1)>"'&`;
    const tape = { ...walkTape("A", 40, 1), instrument: share(evil) };
    const tables = madeUpRun([tape], [{ bar: 2, instrument: 0, target: 5n }], 100_000n);
    const study = studyRun(tables, { math: compiledMath(), bars: [tape] });
    const page = renderReport(
      { ...input, title: evil, command: evil, tables, study, bars: [tape], config: { note: evil } },
      "",
    );
    expect(page).not.toContain("<img");
    expect(page.match(/<\/script>/g)?.length).toBe(3);
    expect((dataOf(page)["symbols"] as string[])[0]).toBe(evil);
  });

  it("is complete without buckets, bars, trades, graph or notes", () => {
    const tables = madeUpRun([], [], 0n);
    const { graph: _graph, notes: _notes, description: _description, ...rest } = input;
    const page = renderReport({ ...rest, tables, bars: [], study: studyRun(tables, { math: compiledMath() }) }, "");
    expect(page).toContain("No month has a return.");
    expect(page).toContain("Nothing was traded.");
    expect(page).toContain("The account never fell below its highest value.");
    expect(dataOf(page)).toMatchObject({ account: { t: [], equity: [], benchmark: null }, prices: [], trades: [] });
  });

  it("of a long run with many trades stays under three megabytes", () => {
    const tape = walkTape("A", 30_000, 3);
    const steps = Array.from({ length: 12_000 }, (_, i) => ({
      bar: 2 * i + 1,
      instrument: 0,
      target: BigInt((i % 3) - 1) * 10n,
    }));
    const tables = madeUpRun([tape], steps, 1_000_000_000n);
    const study = studyRun(tables, { math: compiledMath(), bars: [tape] });
    const page = renderReport({ ...input, tables, study, bars: [tape] });
    expect(study.trades.length).toBeGreaterThan(5_000);
    expect(page.length).toBeLessThan(3_000_000);
    expect(dataOf(page)).toMatchObject({ tradeCount: study.trades.length });
  });
});
