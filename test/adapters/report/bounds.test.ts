// What the report says of orders, of bars that do not say what happened, and of both bounds.

import { describe, expect, it } from "vitest";
import { assumptionsOf } from "../../../adapters/report/assumption-words.js";
import { fillsAtClose } from "../../../adapters/report/fill-bars.js";
import { renderReport } from "../../../adapters/report/index.js";
import type { ReportInput } from "../../../adapters/report/index.js";
import {
  bars,
  boundsOf,
  bracket,
  checkConfig,
  eq,
  graph,
  LEDGER_KINDS,
  limitOrder,
  marketOrder,
  ORDER_TYPES,
  PATH_MODES,
  rowOfOrder,
  runBounds,
  runGraph,
  studyRun,
} from "../../../kernel/index.js";
import type { PathMode, RunConfig, RunResult } from "../../../kernel/index.js";
import { compiledMath } from "../../kernel/study/float-math.js";
import { datasetOf, DAY_NS, ohlcTape } from "../../kernel/run/small-tapes.js";
import type { Ohlc } from "../../kernel/run/small-tapes.js";
import { engineFor } from "../../model/kernel-run.js";
import { madeUpReport } from "./made-up-report.js";

/** Day 3 reaches stop and target, day 6 the target alone. */
const ROWS: readonly Ohlc[] = [
  [10_000, 10_000, 10_000, 10_000],
  [10_000, 10_100, 9_900, 10_050],
  [10_050, 10_600, 9_400, 10_060],
  [10_060, 10_060, 10_000, 10_000],
  [10_000, 10_100, 9_900, 10_050],
  [10_050, 10_600, 9_900, 10_060],
];
const TAPE = ohlcTape("X", ROWS, "1d");
const { close } = bars();
const STRATEGY = graph({
  decisions: [...bracket(marketOrder(10, { when: eq(close, 100) }), { stop: 95, target: 105 })],
});
const CONFIG: RunConfig = { fees: { taker: 0 }, slippage: { kind: "none" }, cash: 10_000 };

function boundsInput(): ReportInput {
  const math = compiledMath();
  const { worst, best } = runBounds(engineFor(), STRATEGY, datasetOf([TAPE]), CONFIG);
  const read = (result: RunResult) => {
    const tables = result.tables();
    return { tables, study: studyRun(tables, { math, bars: [TAPE] }) };
  };
  const [low, high] = [read(worst), read(best)];
  const bounds = boundsOf(
    { tables: low.tables, trades: low.study.trades },
    { tables: high.tables, trades: high.study.trades },
  );
  const { runId, resultDigest } = best;
  const { graph: _graph, ...rest } = madeUpReport(40, ["X"]);
  return {
    ...rest,
    config: worst.config,
    ...low,
    bars: [TAPE],
    bounds: { bounds, best: { runId, resultDigest, ...high } },
  };
}

interface PageData {
  readonly account: { readonly equity: number[]; readonly best: number[] | null };
  readonly prices: readonly { readonly marks: number[][]; readonly events: number[][] }[];
  readonly events: readonly string[];
  readonly trades: readonly number[][];
  readonly orders: readonly number[][];
  readonly words: Readonly<Record<"types" | "states" | "reasons", readonly string[]>>;
}

function dataOf(html: string): PageData {
  const text = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(html)?.[1] as string;
  return JSON.parse(text) as PageData;
}

describe("a report of both bounds", () => {
  const input = boundsInput();
  const html = renderReport(input, "");
  const data = dataOf(html);

  it("shows both readings, every ambiguous trade, and what they do not prove", () => {
    expect(html).toContain("Both bounds");
    expect(html).toContain("two consistent readings, not a proof about later bars");
    expect(html).toContain(input.bounds?.best.resultDigest);
    const [, row] = /<table class="ambiguous">.*?<tbody>(.*?)<\/tbody>/s.exec(html) as unknown as [string, string];
    const cells = [...row.matchAll(/<td[^>]*>(.*?)<\/td>/g)].map((match) =>
      (match[1] as string).replace(/<[^>]*>/g, ""),
    );
    expect(cells).toEqual([
      "1970-01-01",
      "X",
      "long",
      "10",
      "1970-01-03",
      "stop",
      "target",
      "−50.00",
      "50.00",
      "100.00",
    ]);
  });

  it("draws a band between both equities, on one axis", () => {
    const { equity, best } = data.account;
    expect(best).toHaveLength(equity.length);
    expect([equity.at(-1), best?.at(-1)]).toEqual([10_000, 10_100]);
    expect(best?.every((value, i) => value >= (equity[i] as number))).toBe(true);
  });

  it("marks the ambiguous bar, and puts each fill on the bar that it happened on", () => {
    const [chart] = data.prices;
    expect(chart?.events.map(([candle, kind]) => [candle, data.events[kind as number]])).toEqual([[2, "ambiguous"]]);
    expect(chart?.marks.map(([candle, side]) => [candle, side])).toEqual([
      [1, 1],
      [2, -1],
      [4, 1],
      [5, -1],
    ]);
    const day = 86_400;
    expect(data.trades.map((row) => [(row[3] as number) / day, (row[4] as number) / day, row[15]])).toEqual([
      [1, 2, 1],
      [4, 5, 0],
    ]);
  });

  it("lists the orders with type, state, reason and parent", () => {
    const { types, states, reasons } = data.words;
    const shown = data.orders.map((row) => {
      const [type, state] = [types[row[3] as number], states[row[9] as number]];
      return `${type} ${row[6] ?? row[7] ?? ""} ${state} ${reasons[row[10] as number]} ${row[11]}`;
    });
    expect(data.orders.map((row) => row[0])).toEqual([1, 2, 3, 4, 5, 6]);
    expect(shown[0]).toBe("market  filled none 0");
    expect(shown.slice(1, 3).sort()).toEqual(["limit 105 canceled oco 1", "stop 95 filled none 1"]);
  });

  it("has no such section for a single run", () => {
    const { bounds: _bounds, ...single } = input;
    const page = renderReport(single, "");
    expect(page).not.toContain("Both bounds");
    expect(dataOf(page).account.best).toBeNull();
  });
});

describe("a price chart", () => {
  it("marks liquidations and the movements of cash of its instrument, by candle", () => {
    const input = madeUpReport(40, ["X", "Y"]);
    const { tables } = input;
    const { ledger, fills, portfolio } = tables;
    const time = portfolio.time[20] as bigint;
    const added = ["funding", "funding", "dividend", "interest", "funding"].map((kind) =>
      LEDGER_KINDS.indexOf(kind as "fee"),
    );
    const instruments = [0, 0, 0, -1, 1];
    const more = <T extends BigInt64Array | Int32Array | Uint8Array>(
      column: T,
      values: readonly (number | bigint)[],
    ): T => {
      const longer = new (column.constructor as new (length: number) => T)(column.length + values.length);
      longer.set(column as never);
      longer.set(values as never, column.length);
      return longer;
    };
    const paid = {
      rowCount: ledger.rowCount + 5,
      time: more(
        ledger.time,
        added.map(() => time),
      ),
      kind: more(ledger.kind, added),
      instrument: more(ledger.instrument, instruments),
      order: more(
        ledger.order,
        added.map(() => 0),
      ),
      currency: more(
        ledger.currency,
        added.map(() => 0),
      ),
      short: more(
        ledger.short,
        added.map(() => 0),
      ),
      strategy: more(
        ledger.strategy,
        added.map(() => 0),
      ),
      amount: more(ledger.amount, [-150n, -50n, 30n, 7n, -9n]),
      balance: more(
        ledger.balance,
        added.map(() => 0n),
      ),
    };
    const liquidation = fills.liquidation.slice();
    const row = fills.instrument.indexOf(0);
    liquidation[row] = 1;
    const page = renderReport({ ...input, tables: { ...tables, ledger: paid, fills: { ...fills, liquidation } } }, "");
    const data = dataOf(page);
    const shown = data.prices[0]?.events.map(([candle, kind, times, money]) => {
      return `${candle === 20 ? "20" : "-"} ${data.events[kind as number]} ${times} ${kind === 2 ? "" : money}`;
    });
    expect(shown?.sort()).toEqual(["- liquidation 1 ", "20 dividend 1 0.3", "20 funding 2 -2"]);
  });
});

describe("fills at the close time of a bar", () => {
  it("are of that bar when a resting order met it, of the next when they filled at its open", () => {
    const config: RunConfig = { ...CONFIG, participation: null };
    // The limit rests from day 1 on; day 2 falls beyond it. The market order of day 2 fills at the open of day 3.
    const strategy = graph({
      decisions: [limitOrder(10, 99.5, { when: eq(close, 100) }), marketOrder(5, { when: eq(close, 100.5) })],
    });
    const result = runGraph(engineFor(), strategy, datasetOf([TAPE]), config);
    const tables = result.tables();
    const inside = fillsAtClose(tables, [TAPE]);
    const shown = [...inside].map((flag, row) => {
      const type =
        ORDER_TYPES[tables.orders.type[rowOfOrder(tables.orders.order, tables.fills.order[row] as number)] as number];
      return `${type} ${(tables.fills.time[row] as bigint) / DAY_NS} ${flag}`;
    });
    expect(shown.slice(0, 2)).toEqual(["limit 2 1", "market 2 0"]);
  });
});

describe("assumptions in words", () => {
  const wordsOf = (config: Partial<RunConfig>): ReturnType<typeof assumptionsOf> =>
    assumptionsOf(checkConfig({ ...CONFIG, ...config }, { code: "USD", decimals: 2 }).canonical);
  const errs = (config: Partial<RunConfig>, name: string): string | undefined =>
    wordsOf(config).find((row) => row.name === name)?.errs;

  it("say path, limits, slippage, volume, fees and account of every run", () => {
    expect(wordsOf({}).map((row) => row.name)).toEqual([
      "Path inside a bar",
      "Decisions",
      "Resting limits",
      "Slippage",
      "Volume",
      "Latency",
      "Fees",
      "Account",
    ]);
  });

  it("say which decisions have slippage of their own, which the configuration does not know", () => {
    const { canonical } = checkConfig(CONFIG, { code: "USD", decimals: 2 });
    const said = (slippages: readonly (string | null)[]): string | undefined =>
      assumptionsOf(canonical, slippages).find((row) => row.name === "Slippage of decisions")?.says;
    expect(said([null, null])).toBeUndefined();
    expect(said(["user:impact@2", null, "user:impact@2", "mul@1"])).toMatch(
      /^Some decisions take user:impact@2, mul@1 in place/,
    );
    expect(said(["mul@1"])).toMatch(/^Every decision takes mul@1 in place/);
  });

  it("have a sentence for every path", () => {
    const said = PATH_MODES.map((path: PathMode) => wordsOf({ path })[0]?.says);
    expect(new Set(said).size).toBe(PATH_MODES.length);
    expect(said.every((sentence) => sentence?.endsWith("."))).toBe(true);
  });

  it.each([
    ["Path inside a bar", {}, "harder"],
    ["Path inside a bar", { path: "best" }, "kinder"],
    ["Path inside a bar", { path: "nearest" }, "either way"],
    ["Decisions", { fill: "sameClose" }, "kinder"],
    ["Resting limits", {}, "harder"],
    ["Resting limits", { limitFill: { kind: "touch" } }, "kinder"],
    ["Slippage", { slippage: { kind: "none" } }, "kinder"],
    ["Volume", { participation: null }, "kinder"],
    ["Volume", { participation: 0.1 }, "harder"],
    ["Opening gaps", { auctionOpen: true }, "kinder"],
    ["Stop-limits", { strictClose: true }, "harder"],
    ["Fees", { fees: { taker: 0.001 } }, "as stated"],
    ["Fees", { fees: { taker: 0 } }, "kinder"],
  ] as const)("say in which direction %s errs under %j", (name, config, direction) => {
    expect(errs(config as Partial<RunConfig>, name)).toBe(direction);
  });
});
