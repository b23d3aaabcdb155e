// Assumptions of a run that data must back: lots, funding, calendars.

import { describe, expect, it } from "vitest";
import { bars, graph, gt, memoryFunding, runGraph, select, sma, targetPercent } from "../../../kernel/index.js";
import { limitOnClose, limitOnOpen, marketOnClose, marketOnOpen, order } from "../../../kernel/index.js";
import type {
  BarsTape,
  Dataset,
  Decision,
  FundingTape,
  Graph,
  Instrument,
  RunConfig,
  RunOptions,
} from "../../../kernel/index.js";
import * as abi from "../../../assembly/abi-run.js";
import { sessionsOf } from "../../../kernel/index.js";
import { writeSessions } from "../../../kernel/plan/write-sessions.js";
import { nodeEngine } from "../../../adapters/node/kernel-module.js";
import { issuesOf, issueLinesOf } from "../graph/issues-of.js";
import { DAY_NS, datasetOf, HOUR_NS, share, tape, zigzag } from "./small-tapes.js";

const ENGINE = nodeEngine();
const FREE: RunConfig = { fees: { taker: 0 }, participation: null };
const { close } = bars();
const CROSS = graph({ decisions: [targetPercent(select(gt(close, sma(close, 3)), 1, 0))] });

const run = (dataset: Dataset, config: Partial<RunConfig> = {}, options: RunOptions = {}) =>
  runGraph(ENGINE, CROSS, dataset, { ...FREE, ...config }, options);

describe("fractional lots", () => {
  const dataset = datasetOf([tape("A", zigzag(30))]);

  it("spend everything down to 1e-8 of a unit", () => {
    const { tables } = run(dataset, { cash: 1000, lots: "fractional", fill: "sameClose", slippage: { kind: "none" } });
    const { fills, instruments } = tables();
    expect(instruments[0]).toMatchObject({ sizeDecimals: 8, lot: 1n, quantityMin: 0n });
    const [price, quantity] = [fills.price[0] as bigint, fills.quantity[0] as bigint];
    expect(quantity % 100_000_000n).not.toBe(0n);
    // One more hundred-millionth would cost more than there is: 1,000.00 in cents at eight decimals.
    expect(price * quantity).toBeLessThanOrEqual(100_000n * 100_000_000n);
    expect(price * (quantity + 1n)).toBeGreaterThan(100_000n * 100_000_000n);
  });

  it("are no share of a volume in whole units", () => {
    const line = ["config/field config.lots"];
    expect(issueLinesOf(() => run(dataset, { lots: "fractional", participation: 0.1 }))).toEqual(line);
    const slippage = { kind: "volumeShare", factor: 0.1 } as const;
    expect(issueLinesOf(() => run(dataset, { lots: "fractional", slippage }))).toEqual(line);
    const coins = datasetOf([tape("A", zigzag(30), { facts: { sizeDecimals: 8 } })]);
    expect(issueLinesOf(() => run(coins, { lots: "fractional", participation: 0.1, slippage }))).toEqual([]);
  });

  it("keep more decimals where the instrument has them, in steps of 1e-8", () => {
    const ether = datasetOf([tape("A", zigzag(30), { facts: { sizeDecimals: 10, lot: 7n } })]);
    expect(run(ether, { lots: "fractional" }).plan.instruments[0]).toMatchObject({ sizeDecimals: 10, lot: 100n });
    expect(run(ether).plan.instruments[0]).toMatchObject({ sizeDecimals: 10, lot: 7n });
  });
});

describe("funding", () => {
  const PERPETUAL: Partial<Instrument> = { assetClass: "crypto-perpetual" };
  const perpetual = (hours: number): BarsTape => tape("P", zigzag(hours), { facts: PERPETUAL });
  const rates = (...hours: readonly number[]): FundingTape =>
    memoryFunding(share("P", PERPETUAL), {
      time: BigInt64Array.from(hours, (hour) => BigInt(hour) * HOUR_NS),
      rate: BigInt64Array.from(hours, () => 100_000_000n),
      markPrice: null,
    });
  const LINE = ["config/funding dataset.P.funding"];

  it("is asked for where a perpetual is traded, and can be left out by name only", () => {
    const bare = datasetOf([perpetual(30)]);
    expect(issueLinesOf(() => run(bare))).toEqual(LINE);
    expect(issuesOf(() => run(bare))[0]?.advice).toContain('funding: "off"');
    expect(issueLinesOf(() => run(bare, { funding: "off" }))).toEqual([]);
    expect(issueLinesOf(() => run(datasetOf([tape("P", zigzag(30))])))).toEqual([]);
    const two = { ...bare, funding: [rates(8), rates(16)] };
    expect(issueLinesOf(() => run(two))).toEqual(LINE);
  });

  it("has a rate every day from the first bar to the last", () => {
    const held = (hours: number, ...times: readonly number[]) => ({
      ...datasetOf([perpetual(hours)]),
      funding: [rates(...times)],
    });
    expect(issueLinesOf(() => run(held(80, 8, 32, 56)))).toEqual([]);
    expect(issueLinesOf(() => run(held(80, 26, 40, 60)))).toEqual(LINE);
    expect(issueLinesOf(() => run(held(80, 8, 33, 56)))).toEqual(LINE);
    expect(issueLinesOf(() => run(held(81, 8, 32, 56)))).toEqual(LINE);
    expect(issuesOf(() => run(held(80, 8, 33, 56)))[0]?.received).toBe(
      "none from 1970-01-01T08:00:00Z to 1970-01-02T09:00:00Z",
    );
    expect(issueLinesOf(() => run(held(80, 8, 33, 56), {}, { from: DAY_NS }))).toEqual([]);
    expect(issueLinesOf(() => run(held(81, 8, 32, 56), {}, { to: 3n * DAY_NS }))).toEqual([]);
  });
});

describe("calendars", () => {
  const dataset = datasetOf([tape("A", zigzag(30)), tape("B", zigzag(30)), tape("C", zigzag(30))]);
  const ALWAYS = { kind: "always" } as const;

  it("give each instrument its sessions, by symbol before the rest, and stand in the RunID", () => {
    const late = { kind: "always", dayStart: "08:00" } as const;
    const { plan, config } = run(dataset, { calendars: { B: late, "*": ALWAYS } });
    expect(plan.sessions.map((each) => (each?.instants[0] ?? 0n) % DAY_NS)).toEqual([0n, 8n * HOUR_NS - DAY_NS, 0n]);
    expect(plan.sessions[0]).toBe(plan.sessions[2]);
    expect(config["calendars"]).toEqual({
      A: { kind: "always", dayStart: "00:00" },
      B: late,
      C: { kind: "always", dayStart: "00:00" },
    });
    expect(run(dataset).plan.sessions).toEqual([null, null, null]);
    const ids = [{}, { calendars: { B: late } }, { calendars: { B: ALWAYS } }].map(
      (config) => run(dataset, config).runId,
    );
    expect(new Set(ids).size).toBe(3);
  });

  it("come from the dataset where the configuration says nothing", () => {
    const own = sessionsOf([[0n, DAY_NS]]);
    const stored = { ...dataset, calendars: new Map([["A", own]]) };
    expect(run(stored).plan.sessions).toEqual([own, null, null]);
    expect(run(stored).runId).not.toBe(run(dataset).runId);
    const same = { A: { kind: "sessions", sessions: [[0n, DAY_NS]] } } as const;
    expect(run(stored).runId).toBe(run(dataset, { calendars: same }).runId);
    expect(run(stored, { calendars: { A: ALWAYS } }).plan.sessions[0]).not.toBe(own);
  });

  it("are of instruments that there are", () => {
    expect(issueLinesOf(() => run(dataset, { calendars: { Z: ALWAYS } }))).toEqual([
      "config/calendar config.calendars.Z",
    ]);
    expect(issueLinesOf(() => run(dataset, { calendars: { A: { kind: "weekly" } as never } }))).toEqual([
      "config/calendar config.calendars.A.offset",
      "config/calendar config.calendars.A.sessions",
    ]);
  });

  it("are asked for by orders that need sessions on bars shorter than a day, by node and instrument", () => {
    const named = (made: Decision) => graph({ decisions: [made] });
    const needing: readonly Decision[] = [
      order(1, { instrument: "A", timeInForce: "day", type: "limit", limit: close }),
      marketOnOpen(1, { instrument: "A" }),
      marketOnClose(1, { instrument: "A" }),
      limitOnOpen(1, close, { instrument: "A" }),
      limitOnClose(1, close, { instrument: "A" }),
    ];
    const runOf = (made: Graph, held: Dataset, config: Partial<RunConfig> = {}) =>
      runGraph(ENGINE, made, held, { ...FREE, ...config });
    for (const made of needing.map(named)) {
      const [issue, ...others] = issuesOf(() => runOf(made, dataset));
      expect(others).toEqual([]);
      expect(issue?.code).toBe("config/calendar");
      expect(issue?.path).toMatch(/^graph\./);
      expect(issue?.expected).toMatch(/^a calendar of A, because .* on bars of 1h needs its sessions$/);
      expect(issueLinesOf(() => runOf(made, dataset, { calendars: { A: ALWAYS } }))).toEqual([]);
      expect(issueLinesOf(() => runOf(made, dataset, { calendars: { B: ALWAYS } }))).toEqual([
        expect.stringMatching(/^config\/calendar/) as string,
      ]);
      const daily = datasetOf([tape("A", zigzag(30), { interval: "1d", unitNs: DAY_NS })]);
      expect(issueLinesOf(() => runOf(made, daily))).toEqual([]);
    }
    expect(issueLinesOf(() => runOf(named(order(1, { instrument: "A" })), dataset))).toEqual([]);
    const everyone = named(order(1, { type: "limit", limit: close, timeInForce: "day" }));
    expect(issueLinesOf(() => runOf(everyone, dataset, { calendars: { B: ALWAYS } })).length).toBe(2);
  });

  it("lie in memory as sorted pairs, one list for all that share it", () => {
    const [one, two] = [
      sessionsOf([[1n, 2n]]),
      sessionsOf([
        [3n, 5n],
        [6n, 8n],
      ]),
    ];
    const buffer = new ArrayBuffer(1024);
    const view = new DataView(buffer);
    writeSessions(view, { sessions: [two, null, one, two], policies: [] }, [512, 640], 0);
    const found = [0, 1, 2, 3].map((index) => {
      const at = index * abi.INSTRUMENT_BYTES;
      const count = view.getInt32(at + abi.INSTRUMENT_SESSION_COUNT, true);
      return [...new BigInt64Array(buffer, view.getUint32(at + abi.INSTRUMENT_SESSIONS, true), 2 * count)];
    });
    expect(found).toEqual([[3n, 5n, 6n, 8n], [], [1n, 2n], [3n, 5n, 6n, 8n]]);
  });
});
