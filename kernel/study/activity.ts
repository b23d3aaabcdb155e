// Activity: how much of the time and of the capital was in the market, and what trading cost.
//
// Always true:
//   money is summed exactly and divided once.
// Units: money mantissas of the account currency; fractions of equity.

import type { LedgerTable, PortfolioTable, RunTables } from "../log/tables.js";
import { LEDGER_KINDS } from "../log/tables.js";
import { quotient } from "./moments.js";
import { moneyOf, priceScale, type PriceScale } from "./price-scale.js";

export interface Exposure {
  /** Share of buckets that ended with a position. */
  readonly time: number | null;
  /** Mean of gross exposure over equity, over all buckets with positive equity. */
  readonly average: number | null;
  readonly maximum: number | null;
}

/** Exposure over all buckets. O(buckets). */
export function exposureOf(portfolio: PortfolioTable): Exposure {
  let held = 0;
  let counted = 0;
  let total = 0;
  let maximum = 0;
  for (let i = 0; i < portfolio.rowCount; i++) {
    const gross = portfolio.exposureGross[i] as bigint;
    const equity = portfolio.equity[i] as bigint;
    if (gross > 0n) held++;
    if (equity > 0n) counted++;
    if (gross === 0n || equity <= 0n) continue;
    const share = Number(gross) / Number(equity);
    total += share;
    if (share > maximum) maximum = share;
  }
  if (portfolio.rowCount === 0) return { time: null, average: null, maximum: null };
  return {
    time: held / portfolio.rowCount,
    average: counted === 0 ? null : total / counted,
    maximum: counted === 0 ? null : maximum,
  };
}

/** Kinds of movements that are neither trades nor deposits, whose amount changes what the account has. */
const EARNED = ["funding", "interest", "borrow", "dividend", "conversion-fee"] as const;

export interface Costs {
  readonly fees: bigint;
  /** Fees of fills that closed a position whose margin was used up; part of `fees`. */
  readonly liquidationFees: bigint;
  readonly slippage: bigint;
  /** Value of all fills, bought and sold, at their fill prices. */
  readonly traded: bigint;
  /** What was received less what was paid, in the account's currency, by kind of movement. */
  readonly earned: Readonly<Record<(typeof EARNED)[number], bigint>>;
}

/** Sums over all fills and movements of cash. O(fills + ledger). */
export function costsOf(tables: RunTables): Costs {
  let fees = 0n;
  let liquidationFees = 0n;
  let slippage = 0n;
  let traded = 0n;
  const { fills } = tables;
  const scales = tables.instruments.map((one) => priceScale(one, tables.currency));
  for (let i = 0; i < fills.rowCount; i++) {
    fees += fills.fee[i] as bigint;
    if (fills.liquidation[i] === 1) liquidationFees += fills.fee[i] as bigint;
    slippage += fills.slippage[i] as bigint;
    const quantity = fills.quantity[i] as bigint;
    const scale = scales[fills.instrument[i] as number] as PriceScale;
    traded += moneyOf((fills.price[i] as bigint) * (quantity < 0n ? -quantity : quantity), scale);
  }
  return { fees, liquidationFees, slippage, traded, earned: earnedOf(tables.ledger) };
}

function earnedOf({ rowCount, kind, currency, amount }: LedgerTable): Costs["earned"] {
  const sums = { funding: 0n, interest: 0n, borrow: 0n, dividend: 0n, "conversion-fee": 0n };
  for (let row = 0; row < rowCount; row++) {
    const name = EARNED.find((one) => LEDGER_KINDS[kind[row] as number] === one);
    if (name !== undefined && currency[row] === 0) sums[name] += amount[row] as bigint;
  }
  return sums;
}

/**
 * Value traded a year, bought and sold together, over the mean equity; null without buckets or without equity.
 *
 * @param years Length of the run in years of the sampling rule.
 */
export function turnover(traded: bigint, portfolio: PortfolioTable, years: number): number | null {
  let total = 0n;
  for (let i = 0; i < portfolio.rowCount; i++) total += portfolio.equity[i] as bigint;
  if (total <= 0n || years <= 0) return null;
  const timesEquity = quotient(traded * BigInt(portfolio.rowCount), total);
  return timesEquity === null ? null : timesEquity / years;
}
