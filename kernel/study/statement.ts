// Statement: where the equity came from, reckoned from fills, ledger and prices, and held against what the run itself
// said.
//
// equity = start + realised + unrealised - fees + funding + interest + borrowing + dividends + conversions.
//
// Always true:
//   positions are the sums of fills and their worth is taken from the tapes, not from the portfolio that it is held
//   against.
// Units: money mantissas of the account currency; what was paid is negative, but fees are positive.
// Rounding: the worth of a position is rounded down, as the ledger does.

import type { LedgerTable, RunTables } from "../log/tables.js";
import { LEDGER_KINDS } from "../log/tables.js";
import type { Instrument } from "../market/instrument.js";
import type { BarsTape } from "../market/tape.js";
import { finestTape } from "./bar-cursor.js";
import { moneyOf, priceScale } from "./price-scale.js";
import { firstAfter } from "./samples.js";
import { bookOf, bookOfSplit } from "./trades.js";

type LedgerKind = (typeof LEDGER_KINDS)[number];

/** What the account earned and owed, by kind; conversions are what other currencies gave, less what they took. */
export interface AccountStatement {
  readonly start: bigint;
  /** Profit realised against cost by fills, and by splits on fractions of a unit; before fees. */
  readonly realised: bigint;
  /** Worth of what is held, less its cost. */
  readonly unrealised: bigint;
  readonly fees: bigint;
  readonly funding: bigint;
  readonly interest: bigint;
  readonly borrow: bigint;
  readonly dividends: bigint;
  readonly conversions: bigint;
  readonly conversionFees: bigint;
  /** The sum of all that. */
  readonly equity: bigint;
  /** Equity and cash of the portfolio's last row, less the sum and less the ledger's cash: 0 when the books tie out. */
  readonly difference: { readonly equity: bigint; readonly cash: bigint };
}

/**
 * The statement of a run at its last bucket. O(fills + ledger).
 *
 * @param bars Tapes that the run read.
 * @returns null when there is nothing to hold it against: no portfolio row, money in several currencies, or a position
 *   of which there is no tape.
 */
export function statementOf(tables: RunTables, bars: readonly BarsTape[]): AccountStatement | null {
  const { fills, ledger, portfolio } = tables;
  const last = portfolio.rowCount - 1;
  if (last < 0 || ledger.currency.some((currency) => currency !== 0)) return null;
  const worth = worthOf(tables, bars, portfolio.time[last] as bigint);
  if (worth === null) return null;
  const sumOf = (kind: LedgerKind): bigint => sumOfKind(ledger, kind);
  const realised = total(fills.realised) + total(tables.splits.realised);
  const parts = {
    start: sumOf("deposit"),
    realised,
    unrealised: worth - (realised - sumOf("trade") - sumOf("split")),
    fees: -sumOf("fee"),
    funding: sumOf("funding"),
    interest: sumOf("interest"),
    borrow: sumOf("borrow"),
    dividends: sumOf("dividend"),
    conversions: sumOf("conversion"),
    conversionFees: sumOf("conversion-fee"),
  };
  const { fees, ...added } = parts;
  const equity = Object.values(added).reduce((sum, part) => sum + part, -fees);
  const cash = (portfolio.cash[last] as bigint) - (equity - worth);
  return { ...parts, equity, difference: { equity: (portfolio.equity[last] as bigint) - equity, cash } };
}

function total(column: BigInt64Array): bigint {
  let sum = 0n;
  for (const value of column) sum += value;
  return sum;
}

function sumOfKind({ rowCount, kind, amount }: LedgerTable, wanted: LedgerKind): bigint {
  const code = LEDGER_KINDS.indexOf(wanted);
  let sum = 0n;
  for (let row = 0; row < rowCount; row++) if (kind[row] === code) sum += amount[row] as bigint;
  return sum;
}

/** Worth of everything held at `time`, at the last closes; null when a position has no tape. */
function worthOf(tables: RunTables, bars: readonly BarsTape[], time: bigint): bigint | null {
  let worth = 0n;
  for (const [book, quantity] of positionsOf(tables)) {
    const instrument = tables.instruments[book % tables.instruments.length] as Instrument;
    if (quantity === 0n) continue;
    const close = lastClose(finestTape(bars, instrument.symbol), time);
    if (close === null) return null;
    worth += moneyOf(close * quantity, priceScale(instrument, tables.currency));
  }
  return worth;
}

/** Quantity of each position, by its number. */
function positionsOf(tables: RunTables): ReadonlyMap<number, bigint> {
  const { fills, splits } = tables;
  const held = new Map<number, bigint>();
  let split = 0;
  const splitBefore = (row: number): void => {
    for (; split < splits.rowCount && (splits.fills[split] as number) <= row; split++) {
      const book = bookOfSplit(tables, split);
      const change = (splits.kept[split] as bigint) - (splits.held[split] as bigint);
      held.set(book, (held.get(book) ?? 0n) + change);
    }
  };
  for (let row = 0; row < fills.rowCount; row++) {
    splitBefore(row);
    const book = bookOf(tables, row);
    held.set(book, (held.get(book) ?? 0n) + (fills.quantity[row] as bigint));
  }
  splitBefore(fills.rowCount);
  return held;
}

function lastClose(tape: BarsTape | null, time: bigint): bigint | null {
  let close: bigint | null = null;
  for (const { time: times, close: closes, rowCount } of tape?.segments() ?? []) {
    const after = firstAfter(times, time, 0, rowCount);
    if (rowCount > 0 && after > 0) close = closes[after - 1] as bigint;
    if (after < rowCount) break;
  }
  return close;
}
