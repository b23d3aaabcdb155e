// Books of the layer: what its venues filled, posted once and in order, and what risk reads from them.
//
// How it works: reports of fills pass the ingest; what it posts goes into the portfolio of the account's scope, and
// into one by strategies, whose positions are sized and gated. At the end of each bucket the equity of every account is
// taken down; a decision reads it as of its bucket less the lag.
//
// Always true:
//   what an order filled at its venue counts as outstanding until it is posted, also when the order has ended;
//   nothing is read of an account before it is committed.
// Units: mantissas; money in the currency's smallest part.

import { bucketsPerYear, InputError } from "../../../kernel/index.js";
import type { Domain, Instrument } from "../../../kernel/index.js";
import { FillIngest } from "../ingest/fill-ingest.js";
import type { IngestResult } from "../ingest/fill-ingest.js";
import { amountOf } from "../money/amount.js";
import type { OrderManager, OrderView } from "../order/order-manager.js";
import { openOnSide, signedQuantity } from "../order/order-terms.js";
import type { HeldFacts, Side } from "../order/order-terms.js";
import type { Counters } from "../outbox/counters.js";
import type { Facts } from "../portfolio/facts.js";
import { factsOf, instrumentIn } from "../portfolio/facts.js";
import { Portfolio } from "../portfolio/portfolio.js";
import type { Posting } from "../portfolio/portfolio.js";
import { moneyOf } from "../route/venue-quote.js";
import type { MovementEvent, PortfolioEvent } from "../schema/portfolio.js";
import type { AccountFacts } from "./account-history.js";
import { AccountHistory } from "./account-history.js";
import { ACCOUNT_DEFAULTS } from "./layer-terms.js";
import type { LayerTerms, Marks } from "./layer-terms.js";

/** An order without what the manager knows of it. */
type Owned = Pick<OrderView["order"], "strategy" | "symbol" | "side">;

const SIDES = ["buy", "sell"] as const satisfies readonly Side[];

function isOf(order: Owned, symbol: string, strategy: string | null, side: Side): boolean {
  return order.symbol === symbol && order.side === side && (strategy === null || order.strategy === strategy);
}

export class LayerBooks {
  readonly ingest: FillIngest;
  /** By the scope of the account. */
  readonly portfolio: Portfolio;
  readonly facts: Facts;
  private readonly terms: LayerTerms;
  private readonly manager: OrderManager;
  /** By strategy, whatever the scope of the account. */
  private readonly owned: Portfolio;
  /** By strategy where the scope is theirs, else one; then by currency. */
  private readonly histories = new Map<string | null, Map<string, AccountHistory>>();
  /** Newest price of each symbol. */
  private readonly marks = new Map<string, bigint>();
  /** What the manager counted of an order and was not posted yet. */
  private readonly unposted = new Map<string, { readonly order: Owned; quantity: bigint }>();
  private committed: bigint | null = null;
  /** The first bucket that was told: all others lie whole buckets from it. */
  private firstBucket: bigint | null = null;

  /** @param domain Whose books these are: that of the layer, or the one of what it only simulates. */
  constructor(terms: LayerTerms, domain: Domain, manager: OrderManager, counters: Counters) {
    const { instruments, account } = terms;
    const { world } = terms.world;
    const { scope, costing } = { ...ACCOUNT_DEFAULTS, ...account };
    this.terms = terms;
    this.manager = manager;
    this.facts = factsOf(instruments);
    this.ingest = new FillIngest({ world, domain, instruments, ...terms.ingest }, counters);
    this.portfolio = new Portfolio({ world, domain, scope, costing, instruments });
    this.owned =
      scope === "strategy"
        ? this.portfolio
        : new Portfolio({ world, domain, scope: "strategy", costing: "average", instruments });
    for (const key of scope === "world" ? [null] : terms.strategies) {
      this.histories.set(key, new Map([...this.facts.currencies.keys()].map((code) => [code, this.emptyHistory()])));
    }
  }

  /** End of the last bucket that was committed. */
  get watermark(): bigint | null {
    return this.committed;
  }

  /** Signed quantity that a strategy holds. */
  position(strategy: string, symbol: string): bigint {
    return this.owned.quantity(symbol, strategy);
  }

  /** What a strategy holds, or all of them, and what may still come of it but for the order that is to be replaced. */
  held(symbol: string, strategy: string | null, but?: string): HeldFacts {
    const leaves = (side: Side): bigint => {
      const open = this.unsettledOf(symbol, strategy, side, but).reduce(
        (sum, { outstanding }) => sum + outstanding,
        0n,
      );
      const counted = [...this.unposted.values()].filter(({ order }) => isOf(order, symbol, strategy, side));
      return counted.reduce((sum, { quantity }) => (quantity > 0n ? sum + quantity : sum), open);
    };
    const position = this.owned.quantity(symbol, strategy ?? undefined);
    return { position, openBuy: leaves("buy"), openSell: leaves("sell") };
  }

  /** Orders of a side of which something is still to come, of a strategy or of all. */
  private unsettledOf(symbol: string, strategy: string | null, side: Side, but?: string): readonly OrderView[] {
    return this.manager
      .unsettledOrders()
      .filter(({ order }) => isOf(order, symbol, strategy, side) && order.clientOrderId !== but);
  }

  /** Units that the other strategies of the scope of `strategy` hold on a side, with what may still come. */
  beside(symbol: string, strategy: string, side: Side, but?: string): bigint {
    const others = this.inScope(strategy).filter((one) => one !== strategy);
    return this.onSide(symbol, others, side, true, but);
  }

  /** Units that strategies hold on a side, each with what may still come there or without. */
  private onSide(symbol: string, strategies: readonly string[], side: Side, isOpen: boolean, but?: string): bigint {
    return strategies.reduce((sum, strategy) => {
      const held = this.held(symbol, strategy, but);
      const units = signedQuantity(side, held.position) + (isOpen ? openOnSide(side, held) : 0n);
      return units > 0n ? sum + units : sum;
    }, 0n);
  }

  /** The strategies that share an account with `strategy`. */
  private inScope(strategy: string): readonly string[] {
    return this.scopeOf(strategy) === null ? this.terms.strategies : [strategy];
  }

  /** Value of the positions in other symbols of the currency, as large as what is open may make them, rounded up. */
  otherExposure(symbol: string, strategy: string): bigint {
    const { code } = instrumentIn(this.facts, symbol, "order").currency;
    const others = this.terms.instruments.filter(
      (one) => one.symbol !== symbol && one.currency.code === code && this.marks.has(one.symbol),
    );
    return others.reduce((sum, one) => sum + this.exposure(one, strategy), 0n);
  }

  /**
   * Cash of whom an order of a strategy is judged by, less what open purchases in its currency, but for one that is to
   * be replaced, may still take: at their own price, or at the newest one.
   */
  cash(symbol: string, strategy: string, but?: string): bigint {
    const { code } = instrumentIn(this.facts, symbol, "order").currency;
    const scope = this.scopeOf(strategy);
    const isOwn = (order: Owned): boolean => {
      const { currency } = instrumentIn(this.facts, order.symbol, "order");
      return order.side === "buy" && currency.code === code && (scope === null || order.strategy === scope);
    };
    const value = (of: string, quantity: bigint, price: bigint | null): bigint =>
      moneyOf(quantity * (price ?? this.marks.get(of) ?? 0n), instrumentIn(this.facts, of, "order"), "up");
    const open = this.manager
      .unsettledOrders()
      .filter(({ order }) => isOwn(order) && order.clientOrderId !== but)
      .map(({ order, outstanding }) => value(order.symbol, outstanding, order.limit ?? order.trigger));
    const counted = [...this.unposted.values()]
      .filter(({ order, quantity }) => isOwn(order) && quantity > 0n)
      .map(({ order, quantity }) => value(order.symbol, quantity, null));
    return [...open, ...counted].reduce(
      (left, taken) => left - taken,
      this.portfolio.totals(code, scope ?? undefined).cash,
    );
  }

  /** Value of what is held of a symbol, as large as what is open may make it, rounded up. */
  exposureOf(symbol: string, strategy: string, but?: string): bigint {
    return this.exposure(instrumentIn(this.facts, symbol, "order"), strategy, but);
  }

  private exposure(instrument: Instrument, strategy: string, but?: string): bigint {
    const [long, short] = SIDES.map((side) => this.sideWorth(instrument, strategy, side, but)) as [bigint, bigint];
    return moneyOf(long > short ? long : short, instrument, "up");
  }

  /**
   * Price times quantity of what may be held on a side: what is held at the mark, what may open beyond it at the mark
   * or at the price of its order, whichever is higher.
   */
  private sideWorth({ symbol }: Instrument, strategy: string, side: Side, but?: string): bigint {
    const mark = this.marks.get(symbol) ?? 0n;
    const strategies = this.inScope(strategy);
    const kept = this.onSide(symbol, strategies, side, false, but);
    const opens = this.onSide(symbol, strategies, side, true, but) - kept;
    if (opens <= 0n) return kept * mark;
    let dearest = mark;
    // What is there besides, filled and not posted yet, is at the mark.
    let wanted = openOnSide(side, this.held(symbol, this.scopeOf(strategy), but)) * mark;
    for (const { order, outstanding } of this.unsettledOf(symbol, this.scopeOf(strategy), side, but)) {
      const own = order.limit ?? order.trigger ?? mark;
      if (own > dearest) dearest = own;
      if (own > mark) wanted += outstanding * (own - mark);
    }
    return kept * mark + (opens * dearest < wanted ? opens * dearest : wanted);
  }

  /** The account as an order decided in a bucket sees it; null while it is not committed to the bucket less the lag. */
  account(strategy: string, symbol: string, bucket: bigint): AccountFacts | null {
    const asOf = bucket - this.lagNs();
    if (this.committed === null || this.committed < asOf) return null;
    const { code } = instrumentIn(this.facts, symbol, "order").currency;
    return this.histories.get(this.scopeOf(strategy))?.get(code)?.asOf(asOf) ?? null;
  }

  /** Keeps the newest price of a symbol. */
  mark(symbol: string, price: bigint): void {
    this.marks.set(symbol, price);
  }

  /** Counts what the order manager counted, until it is posted. */
  expect(order: OrderView["order"], quantity: bigint): void {
    this.settle(order.orderId, order, quantity);
  }

  /** Takes what became of a report: what was posted goes into the portfolios. */
  take({ fills }: IngestResult): void {
    for (const fill of fills) {
      this.post(fill);
      const { priceDecimals, sizeDecimals } = instrumentIn(this.facts, fill.symbol, "fill");
      this.marks.set(fill.symbol, amountOf(fill.price, priceDecimals, "fill.price"));
      this.settle(fill.orderId, fill, -amountOf(fill.quantity, sizeDecimals, "fill.quantity"));
    }
  }

  /** Takes a movement and numbers it. @throws InputError `event/facts`; nothing has changed then. */
  move(movement: Omit<MovementEvent, "number">): MovementEvent {
    // Posted first: a movement that cannot be would leave a gap among the numbers.
    this.post({ ...movement, number: this.ingest.through + 1 });
    return this.ingest.move(movement);
  }

  /**
   * Values everything at the end of a bucket. Gives the snapshots: none while a fill waits for one before it, and none
   * for a bucket before the last one.
   *
   * @throws InputError `event/facts` for a symbol, a price or a bucket that is none; nothing has changed then.
   */
  commit(bucket: bigint, marks: Marks, time: bigint): readonly PortfolioEvent[] {
    this.assureOnGrid(bucket);
    const prices = Object.entries(marks);
    for (const [symbol, price] of prices) {
      instrumentIn(this.facts, symbol, "marks");
      if (price > 0n) continue;
      const parts = { expected: "a price above 0", received: String(price) };
      throw new InputError([{ code: "event/facts", path: `marks.${symbol}`, ...parts }]);
    }
    // A bucket that comes late never becomes the newest one.
    if (this.committed !== null && bucket < this.committed) return [];
    for (const [symbol, price] of prices) {
      this.marks.set(symbol, price);
      for (const portfolio of new Set([this.portfolio, this.owned])) portfolio.mark(symbol, price);
    }
    // Also of one that fills keep from being committed: every account of a layer has the same buckets.
    this.firstBucket ??= bucket;
    if (this.ingest.waitingCount > 0) return [];
    this.committed = bucket;
    for (const [strategy, byCurrency] of this.histories) {
      for (const [code, history] of byCurrency) {
        history.commit(bucket, this.portfolio.totals(code, strategy ?? undefined).equity);
      }
    }
    return this.portfolio.snapshot(bucket.toString(), time.toString());
  }

  private emptyHistory(): AccountHistory {
    const { account, instruments } = this.terms;
    const { samples, samplesMin } = { ...ACCOUNT_DEFAULTS, ...account };
    const { bucketNs, periodsPerYear = bucketsPerYear(bucketNs, instruments) } = account;
    return new AccountHistory({ samples, samplesMin, periodsPerYear, behindNs: this.lagNs() });
  }

  private assureOnGrid(bucket: bigint): void {
    const { bucketNs } = this.terms.account;
    const first = this.firstBucket ?? bucket;
    if ((bucket - first) % bucketNs === 0n) return;
    const expected = `whole buckets of ${bucketNs} from ${first}, the first one`;
    const advice = "Buckets follow each other in account.bucketNs: commit each of them at its end.";
    throw new InputError([{ code: "event/facts", path: "bucket", expected, received: String(bucket), advice }]);
  }

  private lagNs(): bigint {
    const { bucketNs, lag } = { ...ACCOUNT_DEFAULTS, ...this.terms.account };
    return BigInt(lag) * bucketNs;
  }

  /** Whose account and positions an order of a strategy is judged by: null for those of the world. */
  private scopeOf(strategy: string): string | null {
    return this.portfolio.options.scope === "world" ? null : strategy;
  }

  private post(posting: Posting): void {
    for (const portfolio of new Set([this.portfolio, this.owned])) portfolio.post(posting);
  }

  private settle(orderId: string, { strategy, symbol, side }: Owned, quantity: bigint): void {
    const kept = this.unposted.get(orderId) ?? { order: { strategy, symbol, side }, quantity: 0n };
    kept.quantity += quantity;
    if (kept.quantity === 0n) this.unposted.delete(orderId);
    else this.unposted.set(orderId, kept);
  }
}
