// What a trade carries besides its fills: ambiguous bars, liquidations, funding, and books of their own when hedged.

import { describe, expect, it } from "vitest";
import { LEDGER_KINDS, ORDER_FLAGS } from "../../../kernel/log/tables.js";
import type { AmbiguityTable, RunTables } from "../../../kernel/log/tables.js";
import { statementOf } from "../../../kernel/study/statement.js";
import { tradeStatistics } from "../../../kernel/study/trade-statistics.js";
import { tradesOf } from "../../../kernel/study/trades.js";
import { madeUpRun, noAmbiguities, walkTape, type Step } from "./made-up-run.js";

const TAPES = [walkTape("A", 20, 1), walkTape("B", 20, 2)];
const CASH = 1_000_000n;
const step = (bar: number, target: bigint, instrument = 0): Step => ({ bar, instrument, target });

/** Three trades of A (fills 0-1, 2-3, 5-6) and one of B (fills 4 and 7). */
const RUN = madeUpRun(
  TAPES,
  [step(2, 10n), step(5, 0n), step(7, -5n), step(9, 0n), step(10, 3n, 1), step(12, 4n), step(14, 0n)],
  CASH,
);

/** Ambiguous bars: kind, instrument, fills before the record, and time. */
function ambiguous(...rows: readonly (readonly [kind: number, of: number, fills: number, time: bigint])[]): RunTables {
  const ambiguities: AmbiguityTable = {
    ...noAmbiguities(),
    rowCount: rows.length,
    kind: Uint8Array.from(rows, ([kind]) => kind),
    instrument: Int32Array.from(rows, ([, of]) => of),
    fills: Int32Array.from(rows, ([, , fills]) => fills),
    time: BigInt64Array.from(rows, ([, , , time]) => time),
    order: Int32Array.from(rows, () => 1),
    stake: new BigInt64Array(rows.length),
  };
  return { ...RUN, ambiguities };
}

const [EXACT, HEURISTIC] = [1, 2];
const marks = (tables: RunTables): string[] =>
  tradesOf(tables, TAPES).map((one) => `${one.ambiguous ? "a" : "-"}${one.heuristic ? "h" : "-"}`);

describe("trades", () => {
  it("are ambiguous when a bar that they were held in is, exactly or by two walks", () => {
    expect(marks(RUN)).toEqual(["--", "--", "--", "--"]);
    expect(marks(ambiguous([EXACT, 0, 1, 1n]))).toEqual(["a-", "--", "--", "--"]);
    expect(marks(ambiguous([HEURISTIC, 0, 3, 1n], [EXACT, 0, 3, 2n]))).toEqual(["--", "ah", "--", "--"]);
    expect(marks(ambiguous([EXACT, 1, 6, 1n]))).toEqual(["--", "--", "--", "a-"]);
    expect(tradesOf(ambiguous([EXACT, 1, 6, 1n], [HEURISTIC, 1, 7, 1n]), TAPES)[3]?.ambiguities).toEqual([0, 1]);
  });

  it("are ambiguous when they ended in the walk of that bar, not when they ended before it", () => {
    const exit = RUN.fills.time[1] as bigint;
    expect(marks(ambiguous([EXACT, 0, 2, exit]))[0]).toBe("a-");
    expect(marks(ambiguous([EXACT, 0, 2, exit + 1n]))[0]).toBe("--");
    expect(marks(ambiguous([EXACT, 0, 2, exit]))[1]).toBe("--");
  });

  it("tell a liquidation, which counts as a loss, from a close at the end of data", () => {
    const liquidation = RUN.fills.liquidation.map((_, row) => (row === 3 ? 1 : 0));
    const tables = { ...RUN, fills: { ...RUN.fills, liquidation } };
    const trades = tradesOf(tables, TAPES);
    expect(trades.map((one) => one.liquidated)).toEqual([false, true, false, false]);
    expect(trades.map((one) => one.forced)).toEqual([false, false, false, true]);
    const { liquidatedCount, forcedCount, wins, losses } = tradeStatistics(trades);
    expect([liquidatedCount, forcedCount, wins + losses]).toEqual([1, 1, 3]);
  });

  it("carry the funding, borrowing and dividends of the time in which they were held", () => {
    const paid = withLedger(RUN, [
      ["funding", 0, -7n, 1],
      ["funding", 0, 90n, 2],
      ["dividend", 0, 5n, 1],
      ["borrow", 0, -3n, 3],
      ["interest", -1, 40n, 1],
      ["dividend", 1, 11n, 6],
    ]);
    const plain = tradesOf(RUN, TAPES);
    const trades = tradesOf(paid, TAPES);
    expect(trades.map((one) => one.carry)).toEqual([-2n, -3n, 0n, 11n]);
    expect(trades.map((one, i) => one.netProfit - (plain[i]?.netProfit ?? 0n))).toEqual([-2n, -3n, 0n, 11n]);
    expect(trades[0]?.return).toBe(Number(trades[0]?.netProfit) / Number(trades[0]?.entryValue));
  });

  it("go on through a split, with what its fraction realised", () => {
    // Three for two on 3 shares keeps 4 and pays for half of one; sold at the same worth, nothing was lost on the way.
    const column = (...values: number[]): BigInt64Array => BigInt64Array.from(values, BigInt);
    const fills = {
      ...RUN.fills,
      rowCount: 2,
      instrument: Int32Array.of(0, 0),
      quantity: column(3, -4),
      price: column(1200, 800),
      realised: column(0, 0),
      fee: column(0, 0),
    };
    const splits = {
      rowCount: 1,
      time: fills.time.slice(0, 1),
      instrument: Int32Array.of(0),
      after: column(3),
      before: column(2),
      held: column(3),
      kept: column(4),
      realised: column(-7),
      fills: Int32Array.of(1),
      strategy: Uint8Array.of(0),
    };
    const [trade, ...others] = tradesOf({ ...RUN, fills, splits }, []);
    expect(others).toEqual([]);
    expect(trade).toMatchObject({ closed: true, quantity: 3n, grossProfit: -7n, adverse: 7n, favourable: 0n });
    const gone = { ...splits, kept: column(0), after: column(1), before: column(4) };
    const paid = tradesOf({ ...RUN, fills: { ...fills, rowCount: 1 }, splits: gone }, []);
    expect(paid.map((one) => [one.closed, one.grossProfit])).toEqual([[true, -7n]]);
  });

  it("are those of two books in a hedging account", () => {
    const flags = RUN.orders.flags.slice();
    const reduceOnly = 1 << ORDER_FLAGS.indexOf("reduceOnly");
    // The sale of fill 1 opens a short while fill 0 is held; both are closed by orders that may only reduce.
    const quantity = BigInt64Array.of(10n, -4n, -10n, 4n);
    for (const row of [2, 3]) flags[row] = reduceOnly;
    const head = <T extends { slice(from: number, to: number): T }>(column: T): T => column.slice(0, 4);
    const fills = { ...RUN.fills, rowCount: 4, quantity, instrument: head(RUN.fills.instrument).fill(0) };
    const hedged: RunTables = { ...RUN, positions: "hedging", fills, orders: { ...RUN.orders, flags } };
    const funded = withLedger(RUN, [
      ["funding", 0, -5n, 1],
      ["funding", 0, -90n, 2],
      ["funding", 0, 80n, 2, true],
      ["funding", 0, -3n, 3, true],
    ]);
    const carried = tradesOf({ ...hedged, ledger: funded.ledger }, TAPES).map((one) => one.carry);
    expect(carried).toEqual([-95n, 77n]);
    const shown = tradesOf(hedged, TAPES).map(({ side, quantity: size, closed }) => `${side} ${size} ${closed}`);
    expect(shown).toEqual(["long 10 true", "short 4 true"]);
  });
});

/** Adds movements to the ledger, each behind so many fills; balances and portfolio move along. */
function withLedger(
  run: RunTables,
  added: readonly (readonly [
    kind: (typeof LEDGER_KINDS)[number],
    of: number,
    amount: bigint,
    behind: number,
    isShort?: boolean,
  ])[],
): RunTables {
  const rows: { kind: number; instrument: number; order: number; amount: bigint; time: bigint; short: boolean }[] = [];
  const trade = LEDGER_KINDS.indexOf("trade");
  let fills = 0;
  const addBehind = (): void => {
    for (const [kind, instrument, amount, behind, short = false] of added) {
      if (behind !== fills) continue;
      rows.push({ kind: LEDGER_KINDS.indexOf(kind), instrument, order: 0, amount, time: 0n, short });
    }
  };
  const { ledger } = run;
  for (let row = 0; row < ledger.rowCount; row++) {
    if (ledger.kind[row] === trade) {
      if (fills > 0) addBehind();
      fills++;
    }
    rows.push({
      kind: ledger.kind[row] as number,
      instrument: ledger.instrument[row] as number,
      order: ledger.order[row] as number,
      amount: ledger.amount[row] as bigint,
      time: ledger.time[row] as bigint,
      short: ledger.short[row] === 1,
    });
  }
  addBehind();
  const more = added.reduce((sum, [, , amount]) => sum + amount, 0n);
  const last = (column: BigInt64Array): BigInt64Array =>
    column.map((value, row) => (row === column.length - 1 ? value + more : value));
  return {
    ...run,
    ledger: {
      rowCount: rows.length,
      time: BigInt64Array.from(rows, (row) => row.time),
      kind: Uint8Array.from(rows, (row) => row.kind),
      instrument: Int32Array.from(rows, (row) => row.instrument),
      order: Int32Array.from(rows, (row) => row.order),
      currency: new Uint8Array(rows.length),
      strategy: new Uint8Array(rows.length),
      short: Uint8Array.from(rows, (row) => Number(row.short)),
      amount: BigInt64Array.from(rows, (row) => row.amount),
      balance: new BigInt64Array(rows.length),
    },
    portfolio: { ...run.portfolio, equity: last(run.portfolio.equity), cash: last(run.portfolio.cash) },
  };
}

describe("a statement", () => {
  const open = madeUpRun(TAPES, [step(2, 10n), step(5, -4n), step(7, 6n, 1)], CASH, false);

  it("names where the equity came from, and ties out with the portfolio", () => {
    const paid = withLedger(open, [
      ["funding", 0, -7n, 1],
      ["interest", -1, 40n, 2],
      ["borrow", 0, -3n, 2],
      ["dividend", 1, 11n, 3],
      ["conversion-fee", -1, -2n, 3],
    ]);
    const statement = statementOf(paid, TAPES);
    const sum = (column: BigInt64Array): bigint => column.reduce((all, one) => all + one, 0n);
    expect(statement).toMatchObject({
      start: CASH,
      realised: sum(open.fills.realised),
      fees: sum(open.fills.fee),
      funding: -7n,
      interest: 40n,
      borrow: -3n,
      dividends: 11n,
      conversionFees: -2n,
      equity: paid.portfolio.equity[19],
      difference: { equity: 0n, cash: 0n },
    });
    expect(statement?.unrealised).not.toBe(0n);
  });

  it("shows any unit that equity, cash, a fee or a quantity is off", () => {
    const off = (column: BigInt64Array, row: number): BigInt64Array =>
      column.map((value, at) => (at === row ? value + 1n : value));
    const { portfolio, ledger, fills } = open;
    const differences = [
      { ...open, portfolio: { ...portfolio, equity: off(portfolio.equity, 19) } },
      { ...open, portfolio: { ...portfolio, cash: off(portfolio.cash, 19) } },
      { ...open, ledger: { ...ledger, amount: off(ledger.amount, 3) } },
      { ...open, fills: { ...fills, quantity: off(fills.quantity, 2) } },
    ].map((tables) => statementOf(tables, TAPES)?.difference);
    for (const difference of differences) expect(difference).not.toEqual({ equity: 0n, cash: 0n });
  });

  it("is none without buckets, without a tape of what is held, or in several currencies", () => {
    expect(statementOf(madeUpRun([], [], 0n), [])).toBeNull();
    expect(statementOf(open, [TAPES[0] as (typeof TAPES)[number]])).toBeNull();
    const currency = open.ledger.currency.map((_, row) => (row === 1 ? 1 : 0));
    expect(statementOf({ ...open, ledger: { ...open.ledger, currency } }, TAPES)).toBeNull();
  });
});
