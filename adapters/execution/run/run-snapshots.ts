// Snapshots of a run: its postings folded, valued at the closes of its tapes, and held against its own portfolio.
//
// How it works: a bucket's postings are taken whole, as its batch has them, before it is valued at the closes up to it.
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

  /** Snapshots of the buckets ahead of the one at `time`, whose postings follow; of all that are left for null. */
  *before(time: bigint | null): Generator<PortfolioEvent> {
    const { portfolio } = this.tables;
    for (; this.row < portfolio.rowCount; this.row++) {
      const end = portfolio.time[this.row] as bigint;
      if (time !== null && end >= time) return;
      this.markAt(this.prices.upTo(end));
      invariant(this.isForeign || this.isEqual(), "the account at the end of a bucket is folded from its postings");
      if (!this.isEveryBucket && this.shown === this.portfolio.through) continue;
      this.shown = this.portfolio.through;
      yield* this.portfolio.snapshot(String(end), String(end));
    }
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
