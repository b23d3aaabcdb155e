// Snapshots of a run: its postings folded, valued at the closes of its tapes, and held against its own portfolio.
//
// How it works: the log has no mark at the end of a bucket, and a fill at an open may have the time of the close before
// it. A bucket ends where the folded account is the one of the run's portfolio: at its time at the latest.
//
// Always true:
//   in an account of one currency every row of the run's portfolio is met, in equity, cash and exposure.

import { InputError, invariant } from "../../../kernel/index.js";
import type { Instrument, RunResult, RunTables } from "../../../kernel/index.js";
import { amountOf } from "../money/amount.js";
import { movesCash } from "../portfolio/account.js";
import { Portfolio } from "../portfolio/portfolio.js";
import type { Posting } from "../portfolio/portfolio.js";
import type { PortfolioEvent, PortfolioScope } from "../schema/portfolio.js";
import type { RunIdentity } from "./run-orders.js";
import { RunPrices } from "./run-prices.js";
import type { Close } from "./run-prices.js";

export class RunSnapshots {
  private readonly tables: RunTables;
  private readonly prices: RunPrices;
  /** What is shown. */
  private readonly portfolio: Portfolio;
  /** What is held against the run, which keeps the positions of several strategies apart whatever is shown. */
  private readonly held: Portfolio;
  private readonly isEveryBucket: boolean;
  private readonly isForeign: boolean;
  /** Cash of the whole world that no strategy has. */
  private unassigned = 0n;
  private row = 0;
  private shown = 0;

  constructor(result: RunResult, identity: RunIdentity, scope: PortfolioScope, snapshots: "bucket" | "postings") {
    this.tables = result.tables();
    this.prices = new RunPrices(result);
    this.isEveryBucket = snapshots === "bucket";
    const { instruments, currency } = this.tables;
    this.isForeign = instruments.some((each) => each.currency.code !== currency.code);
    const { account } = result.config;
    const isFifo = typeof account === "object" && account !== null && "cost" in account && account["cost"] === "fifo";
    const costing = isFifo ? "fifo" : "average";
    const { world, domain } = identity;
    const options = { world, domain, scope, costing, instruments, currencies: [currency] } as const;
    this.portfolio = new Portfolio(options);
    const isShared = scope === "world" && this.tables.strategies.length > 1;
    this.held = isShared ? new Portfolio({ ...options, scope: "strategy" }) : this.portfolio;
  }

  /** Takes a posting into the fold. */
  post(posting: Posting): void {
    const isWorlds = this.held.options.scope === "strategy" && posting.strategy === null;
    if (isWorlds && posting.kind === "movement" && movesCash(posting) && posting.currency === this.tables.currency.code)
      this.unassigned += amountOf(posting.amount, this.tables.currency.decimals, "movement.amount");
    for (const portfolio of new Set([this.portfolio, this.held])) {
      invariant(portfolio.post(posting) === "posted", "postings of a run have the order of its log");
    }
  }

  /**
   * Snapshots of the buckets that end before something that happens at `time`; of all that are left when it is null.
   *
   * @param isMoney True for what moves cash: it belongs to the first bucket that is not met without it, which may end
   *   behind others that its time, that of an open, lies before.
   */
  *before(time: bigint | null, isMoney: boolean): Generator<PortfolioEvent> {
    const { portfolio } = this.tables;
    for (; this.row < portfolio.rowCount; this.row++) {
      const end = portfolio.time[this.row] as bigint;
      const isOver = time === null || end < time;
      if (!isOver && (this.isForeign || (end > time && !isMoney))) return;
      const isMet = this.isMet(end);
      if (!isOver && !isMet) return;
      invariant(isMet || this.isForeign, "the account at the end of a bucket is folded from its postings");
      if (!this.isEveryBucket && this.shown === this.portfolio.through) continue;
      this.shown = this.portfolio.through;
      yield* this.portfolio.snapshot(String(end), String(end));
    }
  }

  /**
   * True when the fold is what the run says of the bucket: at the closes up to it, or where fills came behind them and
   * marked other prices, at the closes again.
   */
  private isMet(end: bigint): boolean {
    this.markAt(this.prices.upTo(end));
    if (this.isEqual()) return true;
    this.markAt(this.prices.at(end));
    return this.isEqual();
  }

  private markAt(closes: readonly Close[]): void {
    for (const { instrument, price } of closes) {
      const { symbol } = this.tables.instruments[instrument] as Instrument;
      for (const portfolio of new Set([this.portfolio, this.held])) portfolio.mark(symbol, price);
    }
  }

  private isEqual(): boolean {
    const { cash, equity, exposureGross } = this.held.totals(this.tables.currency.code);
    const { portfolio } = this.tables;
    return (
      cash + this.unassigned === portfolio.cash[this.row] &&
      equity + this.unassigned === portfolio.equity[this.row] &&
      exposureGross === portfolio.exposureGross[this.row]
    );
  }
}

/** @throws InputError `execution/option` for a run whose log does not begin with its deposit. */
export function assureWhole(result: RunResult): void {
  if (result.tables().ledger.rowCount > 0) return;
  const advice = "Run it with its log kept, and from its beginning.";
  const parts = { path: "result.log", expected: "a log with every record of the run", received: "none", advice };
  throw new InputError([{ code: "execution/option", ...parts }]);
}
