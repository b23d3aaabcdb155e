// Finer bars that execute for coarse ones, compared with them before the run.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bars, graph, gt, memoryTape, runGraph, select, sma, targetPercent } from "../../../kernel/index.js";
import type { BarsTape, Dataset, RunConfig, RunOptions } from "../../../kernel/index.js";
import { nodeEngine } from "../../../adapters/node/kernel-module.js";
import { issuesOf, issueLinesOf } from "../graph/issues-of.js";
import { datasetOf, HOUR_NS, MINUTE_NS, share } from "./small-tapes.js";
import { reached } from "../../rule-coverage.js";

const ENGINE = nodeEngine();
const DETAIL: RunConfig = { fees: { taker: 0 }, participation: null, path: "detail" };

/** Open, high, low, close in cents and volume; close time in minutes. */
interface Row {
  readonly time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

function tapeOf(rows: readonly Row[], interval: string, decimals = 2): BarsTape {
  const scale = 10 ** (decimals - 2);
  const column = (pick: (row: Row) => number): BigInt64Array => BigInt64Array.from(rows, (row) => BigInt(pick(row)));
  return memoryTape(share("A", { priceDecimals: decimals }), interval, {
    time: column((row) => row.time * Number(MINUTE_NS)),
    open: column((row) => row.open * scale),
    high: column((row) => row.high * scale),
    low: column((row) => row.low * scale),
    close: column((row) => row.close * scale),
    volume: column((row) => row.volume),
  });
}

/** Minute bars of `hours` hours that move up and down; some minutes are missing. */
function minutes(hours: number): readonly Row[] {
  return Array.from({ length: hours * 60 }, (_, i) => {
    const open = 10_000 + ((i * 37) % 211);
    const close = 10_000 + (((i + 1) * 37) % 211);
    return {
      time: i + 1,
      open,
      close,
      high: Math.max(open, close) + (i % 5),
      low: Math.min(open, close) - (i % 3),
      volume: i,
    };
  }).filter(({ time }) => time % 7 !== 3);
}

/** The hour bars that minutes make. */
function hours(rows: readonly Row[], count: number): readonly Row[] {
  return Array.from({ length: count }, (_, hour) => {
    const parts = rows.filter(({ time }) => time > hour * 60 && time <= hour * 60 + 60);
    return {
      time: hour * 60 + 60,
      open: (parts[0] as Row).open,
      high: Math.max(...parts.map((row) => row.high)),
      low: Math.min(...parts.map((row) => row.low)),
      close: (parts.at(-1) as Row).close,
      volume: parts.reduce((sum, row) => sum + row.volume, 0),
    };
  });
}

const HOURS = 8;
const FINE = minutes(HOURS);
const COARSE = hours(FINE, HOURS);
const { close } = bars({ interval: "1h" });
const CROSS = graph({ decisions: [targetPercent(select(gt(close, sma(close, 2)), 1, 0))] });

const datasetWith = (coarse: readonly Row[], decimals = 2): Dataset =>
  datasetOf([tapeOf(FINE, "1m"), tapeOf(coarse, "1h", decimals)]);

const run = (dataset: Dataset, made = CROSS, options: RunOptions = {}) =>
  runGraph(ENGINE, made, dataset, DETAIL, options);

describe("detail", () => {
  it("runs where the finer bars make the coarse ones, and orders fill on the finer ones", () => {
    const result = run(datasetWith(COARSE));
    expect(result.config["path"]).toBe("detail");
    expect(result.counts.fills).toBeGreaterThan(0);
    // A decision at the close of an hour fills at the open of the next minute, not of the next hour.
    const opens = new Set(Array.from(result.tables().fills.time, (time) => Number((time / MINUTE_NS) % 60n)));
    expect([...opens].every((minute) => minute < 5)).toBe(true);
  });

  it("leaves what closes with the bar ahead out of a bar, also where a run begins", () => {
    expect(issueLinesOf(() => run(datasetWith(COARSE), CROSS, { from: 3n * HOUR_NS }))).toEqual([]);
  });

  it("compares prices of tapes with other decimals by their value", () => {
    expect(issueLinesOf(() => run(datasetWith(COARSE, 4)))).toEqual([]);
  });

  it("stops with time and field where they differ, whatever the field", () => {
    const fields = ["open", "high", "low", "close", "volume"] as const;
    const place = fc.integer({ min: 0, max: HOURS - 1 });
    fc.assert(
      fc.property(place, fc.constantFrom(...fields), (hour, field) => {
        // Closes and opens stay between low and high, so that the bar itself is one.
        const by = field === "low" ? -1 : field === "high" || field === "volume" ? 1 : 0;
        const wrong = COARSE.map((row, i) => {
          if (i !== hour) return row;
          return by === 0
            ? { ...row, [field]: row.low === row[field] ? row.high : row.low }
            : { ...row, [field]: row[field] + by };
        });
        const [issue, ...others] = issuesOf(() => run(datasetWith(wrong)));
        expect(others).toEqual([]);
        expect(issue).toMatchObject({ code: "config/detail", path: "dataset.A.1h" });
        expect(issue?.expected).toMatch(new RegExp(`^${field} .*1970-01-01T0${hour + 1}:00:00Z$`));
      }),
    );
    reached("B17");
  });

  it("names the hour that no finer bar lies in, unless the run leaves it out", () => {
    const dataset = datasetOf([
      tapeOf(
        FINE.filter(({ time }) => time > 120),
        "1m",
      ),
      tapeOf(COARSE, "1h"),
    ]);
    const [issue] = issuesOf(() => run(dataset));
    expect(issue).toMatchObject({ code: "config/detail", received: "none" });
    expect(issue?.expected).toContain("01:00:00Z");
    expect(issueLinesOf(() => run(dataset, CROSS, { from: 3n * HOUR_NS }))).toEqual([]);
    const short = datasetOf([
      tapeOf(
        FINE.filter(({ time }) => time <= 120),
        "1m",
      ),
      tapeOf(COARSE, "1h"),
    ]);
    expect(issueLinesOf(() => run(short))).toEqual(["config/detail dataset.A.1h"]);
    expect(issueLinesOf(() => run(short, CROSS, { to: 2n * HOUR_NS + 1n }))).toEqual([]);
  });

  it("wants a finer tape, and a graph that does not read it", () => {
    expect(issueLinesOf(() => run(datasetOf([tapeOf(COARSE, "1h")])))).toEqual([
      expect.stringMatching(/^config\/detail graph\./) as string,
    ]);
    const any = bars().close;
    const finest = graph({ decisions: [targetPercent(select(gt(any, sma(any, 2)), 1, 0))] });
    expect(issueLinesOf(() => run(datasetWith(COARSE), finest))).toEqual([
      expect.stringMatching(/^config\/detail graph\./) as string,
    ]);
    const both = graph({ decisions: [targetPercent(select(gt(close, any), 1, 0))] });
    expect(issueLinesOf(() => run(datasetWith(COARSE), both))).toEqual([
      expect.stringMatching(/^config\/detail graph\./) as string,
    ]);
    // A constant target reads no bars at all.
    expect(issueLinesOf(() => run(datasetWith(COARSE), graph({ decisions: [targetPercent(1)] })))).toEqual([
      "config/detail config.path",
    ]);
  });
});
