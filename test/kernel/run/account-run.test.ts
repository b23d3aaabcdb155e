// Accounts in whole runs: side tapes, accruals and liquidation reach the log, and the result does not depend on how the
// run was driven.

import { describe, expect, it } from "vitest";
import {
  constant,
  createEngine,
  graph,
  memoryActions,
  memoryConversions,
  memoryFunding,
  runGraph,
  statementOf,
  tapesOf,
  targetPercent,
  tradesOf,
} from "../../../kernel/index.js";
import type { Dataset, Instrument, RunConfig, RunResult } from "../../../kernel/index.js";
import { LEDGER_KINDS } from "../../../kernel/log/tables.js";
import { moduleBytes } from "../../operators/harness.js";
import { datasetOf, HOUR_NS, share, tape } from "./small-tapes.js";
import { reached } from "../../rule-coverage.js";
import { resumedRun } from "../../run/resumed.js";

const engine = createEngine(moduleBytes());
const BARS = 90;
const prices = Array.from({ length: BARS }, (_, row) => 10_000 + ((row * 37) % 101));
const at = (...hours: number[]): BigInt64Array => BigInt64Array.from(hours, (hour) => BigInt(hour) * HOUR_NS);
const FREE: RunConfig = { fees: { taker: "0.001" }, slippage: { kind: "none" }, cash: "10000" };

/** Runs a strategy that holds a share of equity in each symbol, in every way of driving it; all must be one. */
function run(shares: Readonly<Record<string, number>>, dataset: Dataset, config: Partial<RunConfig>): RunResult {
  const decisions = Object.entries(shares).map(([instrument, part]) => targetPercent(constant(part), { instrument }));
  const drives = [{}, { stepEveryBucket: true }, { blockRows: 7 }, { windowRows: 5 }];
  const parts = { engines: [engine], graph: graph({ decisions }), dataset, config: { ...FREE, ...config } };
  const results = drives.map((drive) => runGraph(engine, parts.graph, dataset, parts.config, drive));
  results.push(resumedRun(parts, [13, 41]));
  expect(new Set(results.map((result) => result.resultDigest)).size).toBe(1);
  return results[0] as RunResult;
}

/** Amounts of a kind in the ledger. */
function amounts(result: RunResult, kind: (typeof LEDGER_KINDS)[number]): readonly bigint[] {
  const { ledger } = result.tables();
  return [...ledger.amount].filter((_, row) => LEDGER_KINDS[ledger.kind[row] as number] === kind);
}

/** The rows of the ledger add up to its balances, and to the cash of the portfolio. */
function expectWhole(result: RunResult): void {
  const { ledger, portfolio } = result.tables();
  const kept = new Set(["settlement", "margin"].map((kind) => LEDGER_KINDS.indexOf(kind as "margin")));
  const balances = new Map<number, bigint>();
  for (let row = 0; row < ledger.rowCount; row++) {
    const currency = ledger.currency[row] as number;
    const moved = kept.has(ledger.kind[row] as number) ? 0n : (ledger.amount[row] as bigint);
    const balance = (balances.get(currency) ?? 0n) + moved;
    balances.set(currency, balance);
    expect(ledger.balance[row]).toBe(balance);
  }
  expect(portfolio.cash.at(-1)).toBe(balances.get(0));
  const statement = statementOf(result.tables(), tapesOf(result));
  if (balances.size > 1) expect(statement).toBeNull();
  else expect(statement?.difference).toEqual({ equity: 0n, cash: 0n });
}

describe("a run", () => {
  it("pays funding to and from a perpetual on its boundaries", () => {
    const facts: Partial<Instrument> = { assetClass: "crypto-perpetual" };
    const rates = BigInt64Array.from(
      [1, 9, 17, 25, 33, 41, 49, 57, 65, 73, 81, 89],
      (hour) => BigInt(hour) * 10n ** 7n,
    );
    const times = at(1, 9, 17, 25, 33, 41, 49, 57, 65, 73, 81, 89);
    const funding = [memoryFunding(share("P", facts), { time: times, rate: rates, markPrice: null })];
    const dataset = { ...datasetOf([tape("P", prices, { facts })]), funding };
    const account = { kind: "margin", leverage: 3 } as const;
    const result = run({ P: 2 }, dataset, { account });
    // The position is opened at the second bar, after the boundary of the first.
    expect(amounts(result, "funding")).toHaveLength(11);
    expect(amounts(result, "funding").every((amount) => amount < 0n)).toBe(true);
    expectWhole(result);
    expect(amounts(run({ P: 2 }, dataset, { account, funding: "off" }), "funding")).toEqual([]);
    reached("C6");
  });

  it("pays dividends and splits what is held, and goes on at the new price", () => {
    const raw = prices.map((price, row) => (row < 40 ? price : Math.round(price / 2)));
    // 0.50 a share after the 20th hour, and two for one after the 40th.
    const actions = memoryActions(share("A"), {
      time: at(20, 40),
      priceFactor: BigInt64Array.from([995_000_000_000n, 1_000_000_000_000n]),
      splitFactor: BigInt64Array.from([500_000_000_000n, 500_000_000_000n]),
      referencePrice: BigInt64Array.from([10_000n, 10_000n]),
    });
    const dataset = { ...datasetOf([tape("A", raw)]), actions: [actions] };
    const result = run({ A: 0.9 }, dataset, {});
    const [quantity] = result.tables().fills.quantity;
    expect(amounts(result, "dividend")).toEqual([(quantity as bigint) * 50n]);
    const { equity } = result.tables().portfolio;
    // Half a cent of rounding a share is all that a split costs.
    const change = Math.abs(Number((equity[40] as bigint) - (equity[39] as bigint)));
    expect(change).toBeLessThan(Number(quantity) * 110);
    expectWhole(result);
    const [trade] = tradesOf(result.tables(), tapesOf(result));
    expect(trade).toMatchObject({ closed: false, quantity, carry: (quantity as bigint) * 50n });
    // Half the price of twice as many is no loss: the worst on the way is that of the zigzag.
    expect(Number(trade?.adverseReturn)).toBeLessThan(0.02);
  });

  it("owes and earns interest at each midnight", () => {
    const account = {
      kind: "margin",
      leverage: 3,
      interest: { debit: "0.08", credit: "0.02" },
      borrow: "0.05",
    } as const;
    const long = run({ A: 2 }, datasetOf([tape("A", prices)]), { account });
    expect(amounts(long, "interest")).toHaveLength(3);
    expect(amounts(long, "interest").every((amount) => amount < 0n)).toBe(true);
    expectWhole(long);
    const short = run({ A: -1 }, datasetOf([tape("A", prices)]), { account });
    expect(amounts(short, "borrow").every((amount) => amount < 0n)).toBe(true);
    expect(amounts(short, "borrow")).toHaveLength(3);
    expectWhole(short);
  });

  it("goes on with what accrues over a gap that leaves more records than there is room for", () => {
    const years = 200;
    const times = [1, 2, 3, 24 * 365 * years, 24 * 365 * years + 1];
    const gap = tape("A", [10_000, 10_000, 10_000, 10_000, 10_000], { times });
    const result = run({ A: 0.5 }, datasetOf([gap]), { account: { interest: { credit: "0.002" } } });
    expect(amounts(result, "interest")).toHaveLength(365 * years);
    expectWhole(result);
  });

  it("closes what falls below its maintenance margin", () => {
    const falling = Array.from({ length: BARS }, (_, row) => 10_000 - 100 * row);
    for (const marginMode of ["cross", "isolated"] as const) {
      const account = { kind: "margin", leverage: 5, marginMode, liquidationFee: "0.01" } as const;
      const result = run({ A: 4 }, datasetOf([tape("A", falling)]), { account });
      const { fills } = result.tables();
      expect(fills.rowCount).toBe(2);
      expect((fills.quantity[0] as bigint) + (fills.quantity[1] as bigint)).toBe(0n);
      expect(tradesOf(result.tables(), tapesOf(result)).map((one) => [one.liquidated, one.forced])).toEqual([
        [true, false],
      ]);
      expectWhole(result);
    }
    reached("C5");
  });

  it("waits for settlement, and counts costs first in, first out", () => {
    const account = { cost: "fifo", settlement: { days: 1 } } as const;
    const result = run({ A: 0.5, B: 0.5 }, datasetOf([tape("A", prices), tape("B", prices)]), { account });
    expect(result.counts.fills).toBeGreaterThan(1);
    expectWhole(result);
  });

  it("trades in several currencies, and has its equity in one", () => {
    const EUR = { code: "EUR", decimals: 2 };
    const conversions = [
      memoryConversions(share("EUR/USD"), "EUR", "USD", {
        time: at(1, 30, 60),
        rate: BigInt64Array.from([1_100_000_000_000n, 1_200_000_000_000n, 1_150_000_000_000n]),
      }),
    ];
    const bars = [tape("A", prices), tape("E", prices, { facts: { currency: EUR } })];
    const result = run(
      { A: 0.4, E: 0.4 },
      { ...datasetOf(bars), conversions },
      {
        account: { currency: "USD", conversionFee: "0.001" },
      },
    );
    expect(result.currency.code).toBe("USD");
    expect(amounts(result, "conversion")).toHaveLength(2);
    const { fills, portfolio } = result.tables();
    const euros = [...fills.instrument].indexOf(1);
    const worth = (fills.quantity[euros] as bigint) * 10_000n;
    // Four tenths of the equity at 1.10, less the price's own change.
    expect(Number(worth) / 363_636).toBeGreaterThan(0.97);
    expect(Number(worth) / 363_636).toBeLessThan(1.03);
    const last = Number(portfolio.equity.at(-1));
    expect(last).toBeGreaterThan(1_000_000);
    expectWhole(result);
  });
});
