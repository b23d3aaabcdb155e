// Portfolio: positions and accounts of a world and domain, folded from its postings (fills and movements).
//
// How it works: postings are numbered without gaps. One whose turn it is is posted, one that came early is held back
// until its turn, one that was posted before changes nothing. So the portfolio is a function of the set of postings,
// whatever came twice or out of order.
//
// Always true:
//   any permutation of the postings 1 to n, with any of them repeated, gives the same portfolio;
//   the accounting identity holds after every posting (`account.ts`);
//   a posting that is refused leaves everything as it was.
// Not here: making postings of what venues report (`../ingest/fill-ingest.ts`).

import { z } from "zod";
import { compareText, DOMAINS, InputError } from "../../../kernel/index.js";
import type { Currency, Domain, Instrument } from "../../../kernel/index.js";
import { schemaIssues } from "../schema/check.js";
import { world } from "../schema/field.js";
import type { FillEvent } from "../schema/fill.js";
import { PORTFOLIO_SCOPES } from "../schema/portfolio.js";
import type { MovementEvent, PortfolioEvent, PortfolioScope } from "../schema/portfolio.js";
import { compacted } from "../topic/compact.js";
import { EMPTY_ACCOUNT, equityOf } from "./account.js";
import type { Books } from "./books.js";
import { emptyBooks, postFill, postMark, postMovement } from "./books.js";
import type { Facts } from "./facts.js";
import { factsOf, instrumentIn } from "./facts.js";
import { COSTINGS } from "./position.js";
import type { Costing } from "./position.js";
import { assureSums, booksOf, snapshotsOf } from "./snapshot.js";

/** A fill or a movement: what changes a portfolio. */
export type Posting = FillEvent | MovementEvent;

export interface PortfolioOptions {
  readonly world: string;
  readonly domain: Domain;
  /** `strategy` keeps books for each strategy, `world` one for all of them with one cash. */
  readonly scope: PortfolioScope;
  readonly costing: Costing;
  readonly instruments: readonly Instrument[];
  /** Currencies that no instrument has. */
  readonly currencies?: readonly Currency[];
  /** Postings that may be held back, 1024 unless said; one more is refused, and has to come again. */
  readonly heldMax?: number;
}

/** Sums over all books of one currency. */
export interface PortfolioTotals {
  readonly cash: bigint;
  readonly equity: bigint;
  readonly exposureGross: bigint;
}

/** What became of a posting: `held` waits for those before it, `refused` finds no room to wait in. */
export type PostingOutcome = "posted" | "duplicate" | "held" | "refused";

const HELD_MAX = 1024;

const OPTIONS = z.strictObject({
  world,
  domain: z.enum(DOMAINS),
  scope: z.enum(PORTFOLIO_SCOPES),
  costing: z.enum(COSTINGS),
  instruments: z.array(z.unknown()),
  currencies: z.array(z.unknown()).optional(),
  heldMax: z.int().min(0, "0 or more").optional(),
});

/**
 * A fold over postings.
 *
 * @example
 * const options = { world: "main", domain: "live", scope: "world", costing: "average", instruments: [] };
 * const portfolio = new Portfolio({ ...options, currencies: [{ code: "USD", decimals: 2 }] });
 * const head = { kind: "movement", schemaVersion: 1, world: "main", domain: "live", ts: "0", bucket: "0" };
 * const deposit = { ...head, strategy: null, symbol: null, currency: "USD", type: "deposit", split: null };
 * portfolio.post({ ...deposit, amount: "5", number: 2 }); // "held"
 * portfolio.post({ ...deposit, amount: "100", number: 1 }); // "posted"
 * portfolio.snapshot("0", "0")[0].account.equity; // "105"
 */
export class Portfolio {
  readonly options: PortfolioOptions;
  private readonly facts: Facts;
  private readonly books = new Map<string | null, Books>();
  private readonly held = new Map<number, Posting>();
  private posted = 0;

  /** @throws InputError `execution/option` for options that there are not; what `factsOf` throws. */
  constructor(options: PortfolioOptions) {
    const issues = schemaIssues(OPTIONS, options, "portfolio");
    if (issues.length > 0) throw new InputError(issues.map((issue) => ({ ...issue, code: "execution/option" })));
    this.options = options;
    this.facts = factsOf(options.instruments, options.currencies);
  }

  /** Number of the last posting that is in it. */
  get through(): number {
    return this.posted;
  }

  /** Postings that wait for those before them. */
  get heldCount(): number {
    return this.held.size;
  }

  /**
   * Takes a posting, and with it those that waited for it.
   *
   * @throws InputError `event/identity` for another world or domain, `event/facts` when a posting contradicts its
   *   instrument, `run/overflow`; `through` then says how far the portfolio came.
   */
  post(posting: Posting): PostingOutcome {
    this.assureOwn(posting);
    const { number } = posting;
    if (number <= this.posted || this.held.has(number)) return "duplicate";
    if (number > this.posted + 1) {
      if (this.held.size >= (this.options.heldMax ?? HELD_MAX)) return "refused";
      this.held.set(number, posting);
      return "held";
    }
    this.enter(posting);
    for (let next = this.held.get(this.posted + 1); next !== undefined; next = this.held.get(this.posted + 1)) {
      this.enter(next);
      this.held.delete(next.number);
    }
    return "posted";
  }

  /**
   * Values what is held of a symbol at a price, a mantissa of its instrument.
   *
   * @throws InputError `event/facts` for a symbol that is not known, `run/overflow`.
   */
  mark(symbol: string, price: bigint): void {
    const instrument = instrumentIn(this.facts, symbol, "mark");
    for (const books of this.books.values()) postMark(books, instrument, price);
  }

  /** Signed quantity held of a symbol, both legs together: by one strategy in its scope, by all of them without. */
  quantity(symbol: string, strategy?: string): bigint {
    let sum = 0n;
    for (const books of this.booksOfScope(strategy)) {
      for (const { quantity } of books.positions.get(symbol)?.values() ?? []) sum += quantity;
    }
    return sum;
  }

  /**
   * The state of every key, accounts first: by strategy, then by symbol.
   *
   * @param bucket End of the bucket, ns as digits.
   * @param ts When it was taken, ns as digits.
   */
  snapshot(bucket: string, ts: string): readonly PortfolioEvent[] {
    const { world, domain, scope } = this.options;
    const head = {
      kind: "portfolio",
      schemaVersion: 1,
      world,
      domain,
      ts,
      scope,
      bucket,
      through: this.posted,
    } as const;
    return [...this.books.values()]
      .sort((a, b) => compareText(a.strategy ?? "", b.strategy ?? ""))
      .flatMap((books) => snapshotsOf(books, this.facts, head));
  }

  /** Cash, equity and gross exposure of a currency, in its smallest units: of one strategy, or over all books. */
  totals(currency: string, strategy?: string): PortfolioTotals {
    const totals = { cash: 0n, equity: 0n, exposureGross: 0n };
    for (const { accounts } of this.booksOfScope(strategy)) {
      const account = accounts.get(currency) ?? EMPTY_ACCOUNT;
      totals.cash += account.cash;
      totals.equity += equityOf(account);
      totals.exposureGross += account.exposureGross;
    }
    return totals;
  }

  /**
   * A portfolio rebuilt from a compacted stream of snapshots, in any order, any of them repeated; postings from any one
   * at or before the next number follow.
   *
   * @throws InputError `event/identity` when the snapshots are not of one moment, or of another portfolio.
   */
  static restored(options: PortfolioOptions, snapshots: Iterable<PortfolioEvent>): Portfolio {
    const portfolio = new Portfolio(options);
    const newest = compacted(snapshots);
    for (const snapshot of newest) portfolio.assureOwn(snapshot);
    for (const books of booksOf(newest, portfolio.facts)) {
      assureSums(books, portfolio.facts);
      portfolio.books.set(books.strategy, books);
    }
    portfolio.posted = newest.reduce((most, { through }) => Math.max(most, through), 0);
    return portfolio;
  }

  private enter(posting: Posting): void {
    const books = this.booksFor(posting);
    if (books !== null) {
      const { costing } = this.options;
      if (posting.kind === "fill") postFill(books, this.facts, costing, posting);
      else postMovement(books, this.facts, costing, posting);
    }
    this.posted = posting.number;
  }

  /** The books of a strategy in the scope of strategies; all books otherwise. */
  private booksOfScope(strategy: string | undefined): readonly Books[] {
    const { scope } = this.options;
    return [...this.books.values()].filter(
      (books) => scope === "world" || (strategy ?? books.strategy) === books.strategy,
    );
  }

  /** Null for a movement of the whole world in the scope of strategies: it is no strategy's money. */
  private booksFor({ strategy }: Posting): Books | null {
    const key = this.options.scope === "world" ? null : strategy;
    if (key === null && this.options.scope === "strategy") return null;
    const known = this.books.get(key);
    if (known !== undefined) return known;
    const books = emptyBooks(key);
    this.books.set(key, books);
    return books;
  }

  private assureOwn(event: Posting | PortfolioEvent): void {
    const { world, domain, scope } = this.options;
    const own = [world, domain, ...(event.kind === "portfolio" ? [scope] : [])].join(" ");
    const its = [event.world, event.domain, ...(event.kind === "portfolio" ? [event.scope] : [])].join(" ");
    if (own === its) return;
    const advice = "Domains and worlds share no state.";
    throw new InputError([{ code: "event/identity", path: event.kind, expected: own, received: its, advice }]);
  }
}
