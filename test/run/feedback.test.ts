// Feedback: state sources over delayed edges, in whole runs.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  abs,
  add,
  and,
  bars,
  bracket,
  coalesce,
  createWorkspace,
  delayed,
  gt,
  graph,
  limitOrder,
  lt,
  mul,
  openReplay,
  reduceMean,
  runGraph,
  select,
  sma,
  sub,
  targetPercent,
  targetQuantity,
  userNode,
} from "../../kernel/index.js";
import type { NumberOutput, RunConfig, RunOptions, RunTables } from "../../kernel/index.js";
import { KEPT_COMMITTED, STATE_KEPT } from "../../assembly/abi-state.js";
import { stateAt } from "../../kernel/plan/write-region.js";
import { issuesOf } from "../kernel/graph/issues-of.js";
import { datasetOf, HOUR_NS, tape, zigzag } from "../kernel/run/small-tapes.js";
import { engineFor } from "../model/kernel-run.js";
import { APART, capture, CONFIG, ENGINE, every, PORTFOLIO, POSITION, valuesOf } from "./feedback-runs.js";
import type { Values } from "./feedback-runs.js";
import { resumedRun } from "./resumed.js";

const DEBUG = engineFor("debug");
const { close } = bars();

/** Buys what stands above its mean, while the account stands less than `depth` below its peak. */
function careful(depth: number, lagRows = 1): NumberOutput {
  const drawdown = coalesce(delayed(PORTFOLIO.drawdown, lagRows), 0);
  return select(and(gt(close, sma(close, 3)), lt(drawdown, depth)), 0.4, 0);
}

/** `values` as a delayed edge shows them. */
function later(values: Values, rows: number): Values {
  return [...values.slice(0, rows).map(() => null), ...values.slice(0, Math.max(values.length - rows, 0))];
}

/** What the tables of a run say at its end of the position in `instrument`, in its units. */
function positionIn(tables: RunTables, instrument: number, price: number): Record<string, number | null> {
  const { fills, orders } = tables;
  let [quantity, cost, realizedPnl, openQuantity] = [0, 0, 0, 0];
  for (let row = 0; row < fills.rowCount; row++) {
    if (fills.instrument[row] !== instrument) continue;
    quantity += Number(fills.quantity[row]);
    realizedPnl += Number(fills.realised[row]) / 100;
    cost -= Number((fills.cash[row] as bigint) - (fills.realised[row] as bigint)) / 100;
  }
  for (let row = 0; row < orders.rowCount; row++) {
    if (orders.instrument[row] !== instrument || orders.reason[row] !== 0) continue;
    openQuantity += Number((orders.quantity[row] as bigint) - (orders.filled[row] as bigint));
  }
  const value = quantity * price;
  return {
    quantity,
    entryPrice: quantity === 0 ? null : cost / quantity,
    value,
    unrealizedPnl: value - cost,
    realizedPnl,
    openQuantity,
  };
}

function rounded(values: readonly (number | null | undefined)[]): readonly (string | null)[] {
  return values.map((value) => (value === null || value === undefined ? null : (value + 0).toFixed(7)));
}

describe("a state source", () => {
  it("shows the portfolio as it was at the end of a bucket before", () => {
    const made = graph({ decisions: [targetPercent(careful(0.005))], publish: every(PORTFOLIO, 1) });
    const result = capture(made, APART);
    const { portfolio, fills } = result.tables();
    expect(fills.rowCount).toBeGreaterThan(10);
    const rows = Array.from({ length: portfolio.rowCount }, (_, row) => row);
    const units = (column: BigInt64Array): Values => rows.map((row) => Number(column[row]) / 100);
    const equity = units(portfolio.equity) as readonly number[];
    const peak = equity.map((_, row) => Math.max(100_000, ...equity.slice(0, row + 1)));
    expect(valuesOf(result, "equity")).toEqual(later(equity, 1));
    expect(valuesOf(result, "cash")).toEqual(later(units(portfolio.cash), 1));
    expect(valuesOf(result, "grossExposure")).toEqual(later(units(portfolio.exposureGross), 1));
    expect(valuesOf(result, "netExposure")).toEqual(later(units(portfolio.exposureGross), 1));
    expect(valuesOf(result, "peak")).toEqual(later(peak, 1));
    const drawdown = equity.map((value, row) => ((peak[row] as number) - value) / (peak[row] as number));
    expect(rounded(valuesOf(result, "drawdown"))).toEqual(rounded(later(drawdown, 1)));
    expect(Math.max(...drawdown)).toBeGreaterThan(0.005);
  });

  it.each([1, 2, 5])(
    "shows what orders and fills had come to %i rows before, on the clock of each instrument",
    (rows) => {
      const publish = {
        ...every(POSITION, rows),
        ...every({ openOrders: PORTFOLIO.openOrders, fees: PORTFOLIO.fees, reserved: PORTFOLIO.reserved }, rows),
      };
      const entry = limitOrder(300, sub(close, 0.1), {
        when: lt(close, sma(close, 4)),
        goodFor: "3h",
        timeInForce: "gtd",
      });
      const made = graph({ decisions: [targetPercent(careful(0.02, rows)), entry], publish });
      const open = openReplay(createWorkspace(ENGINE, datasetOf(APART)), made, CONFIG, { capture: true });
      const portfolio: Record<string, number>[] = [];
      const positions: [Record<string, number | null>[], Record<string, number | null>[]] = [[], []];
      for (let hour = 1; hour <= 60; hour++) {
        open.replay.advance(BigInt(hour) * HOUR_NS);
        const tables = open.result().tables();
        const { orders, fills } = tables;
        portfolio.push({
          openOrders: orders.reason.reduce(
            (sum, reason, row) => sum + Number(reason === 0 && orders.quantity[row] !== orders.filled[row]),
            0,
          ),
          fees: fills.fee.reduce((sum, fee) => sum + Number(fee) / 100, 0),
        });
        for (const [instrument, { time }] of APART.map(
          (each) => [...each.segments()][0] as never as { time: BigInt64Array },
        ).entries()) {
          const row = time.indexOf(BigInt(hour) * HOUR_NS);
          if (row < 0) continue;
          positions[instrument as 0 | 1].push(positionIn(tables, instrument, (zigzag(60)[row] as number) / 100));
        }
      }
      const stepped = open.result();
      open.replay.advance();
      const result = open.result();
      expect(valuesOf(stepped, "quantity"), "what is known so far").toEqual(valuesOf(result, "quantity"));
      for (const name of ["openOrders", "fees"]) {
        expect(rounded(valuesOf(result, name))).toEqual(
          rounded(
            later(
              portfolio.map((row) => row[name] as number),
              rows,
            ),
          ),
        );
      }
      for (const lane of [0, 1] as const) {
        for (const name of ["quantity", "entryPrice", "value", "unrealizedPnl", "realizedPnl", "openQuantity"]) {
          const expected = positions[lane].map((row) => row[name] as number | null);
          expect(rounded(valuesOf(result, name, lane)), `${name} of lane ${lane}`).toEqual(
            rounded(later(expected, rows)),
          );
        }
        let bars = 0;
        const held = positions[lane].map(({ quantity }) => (bars = quantity === 0 ? 0 : bars + 1));
        expect(valuesOf(result, "barsHeld", lane)).toEqual(later(held, rows));
        expect(Math.max(...held)).toBeGreaterThan(1);
      }
      expect(valuesOf(result, "reserved").some((value) => value !== null && value > 0)).toBe(true);
    },
  );

  it("counts the bars of a position from the flip of its side", () => {
    const signal = select(gt(close, sma(close, 2)), 5, -5);
    const publish = every({ held: POSITION.barsHeld, quantity: POSITION.quantity }, 1);
    const config: RunConfig = { ...CONFIG, account: { kind: "margin", leverage: 2 } };
    const cents = [100, 110, 120, 130, 90, 80, 70, 140, 150, 160].map((price) => price * 100);
    const result = capture(graph({ decisions: [targetQuantity(signal)], publish }), [tape("A", cents)], {}, config);
    expect(valuesOf(result, "quantity")).toEqual([null, 0, 0, 5, 5, 5, -5, -5, -5, 5]);
    expect(valuesOf(result, "held")).toEqual([null, 0, 0, 1, 2, 3, 1, 2, 3, 1]);
  });

  it("sees a hedging account's two positions together", () => {
    const config: RunConfig = {
      ...CONFIG,
      slippage: { kind: "none" },
      account: { kind: "margin", leverage: 2, positions: "hedging" },
    };
    const row = (value: number) => lt(abs(sub(bars().time, 3600 * value)), 1);
    const decisions = [limitOrder(7, 1000, { when: row(1) }), limitOrder(-3, 1, { when: row(2) })];
    const fields = { quantity: POSITION.quantity, entryPrice: POSITION.entryPrice, open: POSITION.openQuantity };
    const cents = [10_000, 10_000, 11_000, 11_000, 11_000];
    const result = capture(graph({ decisions, publish: every(fields, 1) }), [tape("A", cents)], {}, config);
    expect(valuesOf(result, "quantity")).toEqual([null, 0, 7, 4, 4]);
    expect(valuesOf(result, "entryPrice")).toEqual([null, null, 100, null, null]);
    expect(valuesOf(result, "open")).toEqual([null, 7, -3, 0, 0]);
  });

  it("of a position is committed at the bars of its instrument, whatever is decided between them", () => {
    const third = lt(abs(sub(bars({ instrument: "A" }).time, 3 * 3600)), 1);
    const decisions = [limitOrder(1, 1, { instrument: "B", when: third })];
    const result = capture(graph({ decisions, publish: every({ open: POSITION.openQuantity }, 1) }), APART);
    // Bars of B close in the hours 2, 5 and 8, and the order is sent in hour 3.
    expect(valuesOf(result, "open", 1).slice(0, 3)).toEqual([null, 0, 1]);
    expect(valuesOf(result, "open", 0).slice(0, 3)).toEqual([null, 0, 0]);
  });

  it("does not count children that wait for their parent", () => {
    const entry = limitOrder(10, sub(close, 1000), { when: lt(bars().time, 3601) });
    const decisions = bracket(entry, { stop: mul(close, 0.2), target: mul(close, 2) });
    const publish = every({ open: POSITION.openQuantity, orders: PORTFOLIO.openOrders }, 1);
    const result = capture(graph({ decisions, publish }), [tape("A", [200_000, 200_000, 90_000, 90_000])]);
    expect(valuesOf(result, "open")).toEqual([null, 10, 10, -20]);
    expect(valuesOf(result, "orders")).toEqual([null, 1, 1, 2]);
  });
});

describe("a graph with feedback", () => {
  it("decides what a plain loop over the run's own portfolio decides", () => {
    const depth = 0.01;
    const made = graph({ decisions: [targetPercent(careful(depth))], publish: { target: careful(depth) } });
    const prices = zigzag(200);
    const result = capture(made, [tape("A", prices)]);
    const { portfolio, orders } = result.tables();
    const expected: number[] = [];
    let peak = 10_000_000;
    let drawdown = 0;
    let last = Number.NaN;
    const times: bigint[] = [];
    for (const [row, price] of prices.entries()) {
      const mean = row < 2 ? null : ((prices[row - 2] as number) + (prices[row - 1] as number) + price) / 3;
      const target = mean === null ? null : price > mean && drawdown < depth ? 0.4 : 0;
      expected.push(target ?? Number.NaN);
      // A target of 0 sends nothing while nothing is held.
      if (target !== null && target !== last && (target !== 0 || last === 0.4)) times.push(BigInt(row + 1) * HOUR_NS);
      if (target !== null) last = target;
      const equity = Number(portfolio.equity[row]);
      peak = Math.max(peak, equity);
      drawdown = (peak - equity) / peak;
    }
    expect(valuesOf(result, "target")).toEqual(expected.map((value) => (Number.isNaN(value) ? null : value)));
    expect([...orders.time]).toEqual(times);
    const always = capture(graph({ decisions: [targetPercent(careful(1))] }), [tape("A", prices)]);
    expect(orders.rowCount).toBeLessThan(always.tables().orders.rowCount);
  });

  it("gives one result for any block, window and step, and in both modules", () => {
    const stop = select(lt(coalesce(delayed(POSITION.barsHeld, 2), 0), 3), careful(0.02), 0);
    const twice = delayed(add(coalesce(delayed(PORTFOLIO.equity, 2), 0), reduceMean(close)), 2);
    const publish = { twice, leaves: delayed(POSITION.openQuantity, 3), mean: sma(delayed(POSITION.value, 1), 4) };
    const made = graph({ decisions: [targetPercent(stop)], publish });
    const whole = capture(made, APART);
    expect(whole.counts.fills).toBeGreaterThan(10);
    const same = (options: RunOptions, engine = ENGINE): void => {
      const other = runGraph(engine, made, datasetOf(APART), CONFIG, { ...options, capture: true });
      expect(other.resultDigest, JSON.stringify(options)).toBe(whole.resultDigest);
      expect(other.series).toEqual(whole.series);
    };
    for (const blockRows of [1, 2, 7, 1024, 4096]) same({ blockRows });
    for (const windowRows of [1, 5]) same({ windowRows });
    same({ stepEveryBucket: true, portfolio: "day" });
    same({ blockRows: 3 }, DEBUG);
    const parts = { engines: [ENGINE, DEBUG], graph: made, dataset: datasetOf(APART), config: CONFIG };
    const resumed = resumedRun({ ...parts, options: { capture: true } }, [1, 7, 30, 31, 52]);
    expect(resumed.resultDigest, "resumed").toBe(whole.resultDigest);
    expect(resumed.series).toEqual(whole.series);
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 70 }), { maxLength: 6 }),
        fc.constantFrom(null, 1, 4),
        (steps, blockRows) => {
          const open = openReplay(createWorkspace(ENGINE, datasetOf(APART)), made, CONFIG, {
            blockRows,
            capture: true,
          });
          for (const hour of steps) {
            open.replay.advance(BigInt(hour) * HOUR_NS);
            const soFar = open.result().series.find(({ name }) => name === "leaves");
            expect(soFar?.lanes[0]?.rowCount).toBe(open.replay.bucketCount);
          }
          open.replay.advance();
          expect(open.result().resultDigest).toBe(whole.resultDigest);
          expect(open.result().series).toEqual(whole.series);
        },
      ),
      { numRuns: 8 },
    );
  });

  it("has checkpoints that see every value of its region", () => {
    const digest = (publish: Record<string, NumberOutput>): string =>
      runGraph(ENGINE, graph({ publish, decisions: [targetPercent(careful(0.02))] }), datasetOf(APART), CONFIG)
        .resultDigest;
    const equity = delayed(PORTFOLIO.equity, 1);
    expect(digest({ x: add(equity, 1e-7) })).not.toBe(digest({ x: add(equity, 2e-7) }));
    expect(digest({ x: add(equity, 1) })).toBe(digest({ x: add(equity, 1) }));
    expect(digest({ x: equity, y: close })).toBe(digest({ y: equity, x: close }));
  });

  it("does not depend on what comes later", () => {
    const made = graph({
      decisions: [targetPercent(careful(0.005))],
      publish: { equity: delayed(PORTFOLIO.equity, 1), held: delayed(POSITION.barsHeld, 2) },
    });
    const prices = zigzag(80);
    const whole = capture(made, [tape("A", prices)]);
    for (const rows of [1, 2, 3, 17, 40, 79]) {
      const early = capture(made, [tape("A", prices.slice(0, rows))]);
      for (const name of ["equity", "held"]) {
        expect(valuesOf(early, name)).toEqual(valuesOf(whole, name).slice(0, rows));
      }
      const { orders, portfolio } = early.tables();
      expect([...orders.time]).toEqual([...whole.tables().orders.time].slice(0, orders.rowCount));
      expect([...portfolio.equity]).toEqual([...whole.tables().portfolio.equity].slice(0, rows));
    }
  });

  it("computes what two legs join in once a bucket, with what both have in that bucket", () => {
    const calls: [number | null, number | null][] = [];
    const join = userNode({
      name: "join",
      version: 1,
      period: 1,
      inputs: { b: "number", c: "number" },
      outputs: { value: "number" },
      compute({ rowCount, inputs, outputs }) {
        for (let row = 0; row < rowCount; row += 1) {
          calls.push([inputs.b.get(row), inputs.c.get(row)]);
          outputs.value.set(row, inputs.b.get(row));
        }
      },
    });
    const prices = zigzag(30);
    const b = mul(close, 2);
    const c = add(close, coalesce(delayed(POSITION.quantity, 1), 0));
    const made = graph({ decisions: [targetQuantity(3)], publish: { d: join({ b, c }).value } });
    const result = capture(made, [tape("A", prices)], { blockRows: 7 });
    expect(calls.length).toBe(30);
    const expected = prices.map((cents, row) => [cents / 50, cents / 100 + (row < 2 ? 0 : 3)]);
    expect(calls.map((pair) => rounded(pair))).toEqual(expected.map((pair) => rounded(pair)));
    expect(valuesOf(result, "d").length).toBe(30);
  });

  it("trades the instrument that a series is of, whatever it asks of the whole account", () => {
    const [a, b] = ["A", "B"].map((instrument) => bars({ instrument }).close) as [NumberOutput, NumberOutput];
    const calm = lt(coalesce(delayed(PORTFOLIO.drawdown, 1), 0), 0.5);
    const decisions = [a, b].map((price, i) => targetQuantity(select(and(gt(price, 0), calm), 3 + i, 0)));
    const { orders } = capture(graph({ decisions }), APART).tables();
    expect([[...orders.instrument], [...orders.quantity]]).toEqual([
      [0, 1],
      [3n, 4n],
    ]);
    const alone = () => capture(graph({ decisions: [targetQuantity(select(calm, 1, 0))], publish: { a, b } }), APART);
    expect(issuesOf(alone)).toMatchObject([{ code: "graph/shape", expected: "to know which instrument is traded" }]);
  });

  it("keeps what no state reaches in blocks", () => {
    const held = delayed(POSITION.quantity, 1);
    const { plan } = capture(graph({ publish: { x: add(sma(close, 5), held), y: sma(close, 9) } }), APART);
    const region = plan.region as NonNullable<typeof plan.region>;
    // Of each lane one read and one sum run in the region; sources and averages stay in the block, fused as ever.
    expect([region.from, region.to - region.from, region.reads]).toEqual([2 + 2 + 2, 4, 2]);
    expect(capture(graph({ publish: { y: sma(close, 9) } }), APART).plan.region).toBeNull();
  });
});

describe("an edge from a state source without a lag", () => {
  it("is refused with both nodes named", () => {
    const lines = (act: () => unknown) =>
      issuesOf(act).map(({ code, path, received, advice }) => [code, path, received, advice]);
    expect(lines(() => gt(PORTFOLIO.drawdown, 0.1))).toEqual([
      ["graph/lag", "gt.inputs.a", "portfolioState.drawdown without a lag", "Take delayed(drawdown, 1)."],
    ]);
    expect(lines(() => targetQuantity(POSITION.quantity))[0]?.slice(0, 3)).toEqual([
      "graph/lag",
      "targetQuantity.inputs.target",
      "positionState.quantity without a lag",
    ]);
    expect(lines(() => graph({ publish: { mine: PORTFOLIO.equity } }))[0]?.slice(0, 3)).toEqual([
      "graph/lag",
      "publish.mine",
      "portfolioState.equity without a lag",
    ]);
  });
});

describe("the watermark", () => {
  const made = graph({ publish: { q: delayed(POSITION.quantity, 2), e: delayed(PORTFOLIO.equity, 1) } });

  it("says of each state stream to which bucket it is committed", () => {
    const open = openReplay(createWorkspace(ENGINE, datasetOf(APART)), made, CONFIG);
    expect(open.replay.watermarks().map(({ rows, timeNs }) => [rows, timeNs])).toEqual(Array(3).fill([0, null]));
    open.replay.advance(7n * HOUR_NS);
    const expected = [
      { state: "portfolio", instrument: -1, strategy: null, rows: 7, timeNs: 7n * HOUR_NS },
      { state: "position", instrument: 0, strategy: null, rows: 7, timeNs: 7n * HOUR_NS },
      { state: "position", instrument: 1, strategy: null, rows: 2, timeNs: 5n * HOUR_NS },
    ];
    const byState = [...open.replay.watermarks()].sort(
      (a, b) => a.state.localeCompare(b.state) || a.instrument - b.instrument,
    );
    expect(byState).toEqual(expected);
    open.replay.advance();
    expect(
      open.replay
        .watermarks()
        .map(({ rows }) => rows)
        .sort((a, b) => a - b),
    ).toEqual([20, 60, 60]);
  });

  it("stops a bucket that would read what is not committed", () => {
    const workspace = createWorkspace(ENGINE, datasetOf(APART));
    const open = openReplay(workspace, made, CONFIG);
    open.replay.advance(5n * HOUR_NS);
    const { region } = (open.replay as unknown as { layout: { region: number } }).layout;
    const view = new DataView(workspace.instance.memory.buffer);
    const stream = open.replay.watermarks().findIndex(({ state }) => state === "portfolio");
    const kept = view.getUint32(stateAt(region, stream) + STATE_KEPT, true);
    expect(view.getBigInt64(kept + KEPT_COMMITTED, true)).toBe(5n);
    view.setBigInt64(kept + KEPT_COMMITTED, 4n, true);
    const rule = "a state source is read where it is committed only (stream; rows committed, row, lag)";
    expect(() => open.replay.advance(6n * HOUR_NS)).toThrow(`${rule} (${stream}; 4, 5, 1)`);
    expect(open.replay.bucketCount).toBe(5);
  });
});
