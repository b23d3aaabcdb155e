// Trades: round trips of one instrument, from flat to flat, at average cost.
//
// A fill that flips a position ends one trade and begins the next; its fee, its slippage and its quantity are split by
// quantity, the closing part taking the rest of the division. Its realised profit belongs to the trade that ends.
//
// In a hedging account an instrument has a long and a short position, and each has trades of its own; so has each
// strategy with positions of its own.
//
// Always true:
//   gross profits of all trades sum to the realised profits of all fills and splits, fees to fees, slippage to
//   slippage, to the last unit;
//   a trade's adverse excursion is at least its gross loss and its favourable one at least its gross profit.
// Units: prices as numbers in the price's own unit; money as bigint mantissas of the account currency; quantities as
// mantissas.
// Rounding: excursions are rounded down, against the account; averages are divided once, at the end.
// Source: J. Sweeney, "Campaign Trading" (1996) for the maximum adverse and favourable excursion.

import type { FillTable, RunTables, SplitTable } from "../log/tables.js";
import { rowOfOrder } from "../log/order-rows.js";
import { ORDER_FLAGS } from "../log/tables.js";
import type { Instrument } from "../market/instrument.js";
import type { BarsTape } from "../market/tape.js";
import { BarCursor, finestTape } from "./bar-cursor.js";
import { Carries } from "./carry.js";
import { markAmbiguous } from "./ambiguous-trades.js";
import { quotient } from "./moments.js";
import { moneyOf, priceScale, type PriceScale } from "./price-scale.js";
import type { Held, Trade } from "./trade.js";

/**
 * Trades of a run, in the order in which they ended. O(fills + bars held); reads each tape once, segment by segment.
 *
 * @param bars Tapes that the run read; the shortest interval of each instrument is used. Without a tape, excursions
 *   come from fills alone and `bars` is 0.
 */
export function tradesOf(tables: RunTables, bars: readonly BarsTape[]): readonly Trade[] {
  const books = new Map<number, Book>();
  const trades: Held[] = [];
  const { fills, splits, portfolio } = tables;
  let split = 0;
  for (let row = 0; row < fills.rowCount; row++) {
    const number = bookOf(tables, row);
    let book = books.get(number);
    if (book === undefined) {
      const index = fills.instrument[row] as number;
      const instrument = tables.instruments[index] as Instrument;
      const strategy = tables.positions === "hedging" ? 0 : Math.floor(number / tables.instruments.length);
      const scale = priceScale(instrument, instrument.currency);
      book = new Book(index, strategy, scale, finestTape(bars, instrument.symbol));
      books.set(number, book);
    }
    for (; split < splits.rowCount && (splits.fills[split] as number) <= row; split++)
      books.get(bookOfSplit(tables, split))?.split(splits, split, trades);
    book.fill(fills, row, trades);
  }
  for (; split < splits.rowCount; split++) books.get(bookOfSplit(tables, split))?.split(splits, split, trades);
  const end = portfolio.rowCount === 0 ? null : (portfolio.time[portfolio.rowCount - 1] as bigint);
  for (const number of Array.from(books.keys()).sort((a, b) => a - b)) books.get(number)?.end(end, trades);
  const carries = new Carries(tables, trades);
  const marked = markAmbiguous(trades, tables.ambiguities);
  return marked.map((trade, i) => carries.addTo(trade, i));
}

const REDUCE_ONLY = 1 << ORDER_FLAGS.indexOf("reduceOnly");

/**
 * Number of the position of a fill: its instrument; behind all of these for a short one that is hedged, and for
 * those of the second strategy and so on.
 */
export function bookOf(tables: RunTables, row: number): number {
  const { fills, orders, instruments, positions, strategies, strategyOf } = tables;
  const instrument = fills.instrument[row] as number;
  const isPlain = positions === "netting" && strategies.length === 1;
  if (isPlain) return instrument;
  const order = rowOfOrder(orders.order, fills.order[row] as number);
  if (positions === "netting") {
    const decision = orders.decision[order] as number;
    const strategy = decision < 0 ? -1 - decision : (strategyOf[decision] as number);
    return instrument + strategy * instruments.length;
  }
  const reduces = ((orders.flags[order] as number) & REDUCE_ONLY) !== 0;
  return (fills.quantity[row] as bigint) > 0n === reduces ? instrument + instruments.length : instrument;
}

/** Number of the position that a split changed. */
export function bookOfSplit({ splits, instruments, positions }: RunTables, row: number): number {
  const instrument = splits.instrument[row] as number;
  const isShort = positions === "hedging" && (splits.held[row] as bigint) < 0n;
  return instrument + instruments.length * (isShort ? 1 : (splits.strategy[row] as number));
}

const absolute = (x: bigint): bigint => (x < 0n ? -x : x);

/** One fill, or the part of it that belongs to one trade. */
interface Part {
  readonly row: number;
  readonly time: bigint;
  readonly price: bigint;
  readonly quantity: bigint;
  readonly fee: bigint;
  readonly slippage: bigint;
  readonly realised: bigint;
  readonly forced: boolean;
  readonly liquidation: boolean;
}

/** The position of one instrument and the trade that it is in. */
class Book {
  readonly #instrument: number;
  readonly #strategy: number;
  readonly #scale: PriceScale;
  readonly #cursor: BarCursor;
  #trade: Episode | null = null;

  constructor(instrument: number, strategy: number, scale: PriceScale, tape: BarsTape | null) {
    this.#instrument = instrument;
    this.#strategy = strategy;
    this.#scale = scale;
    this.#cursor = new BarCursor(tape);
  }

  fill(fills: FillTable, row: number, done: Held[]): void {
    const part = partOf(fills, row);
    if (this.#trade === null) this.#cursor.skip(part.time);
    else this.#trade.hold(this.#cursor.span(part.time));
    const position = this.#trade?.position ?? 0n;
    const flips =
      position !== 0n && position < 0n !== part.quantity < 0n && absolute(part.quantity) > absolute(position);
    if (!flips) {
      this.#apply(part, done);
      return;
    }
    const [closing, opening] = split(part, -position);
    this.#apply(closing, done);
    this.#apply(opening, done);
  }

  /** Changes what is held in a ratio; a fraction too small to be kept is gone for what it realised. */
  split(splits: SplitTable, row: number, done: Held[]): void {
    if (this.#trade === null) return;
    this.#trade.hold(this.#cursor.span(splits.time[row] as bigint));
    this.#trade.split(splits, row);
    if (this.#trade.position !== 0n) return;
    done.push(this.#trade.toTrade(done.length + 1, null));
    this.#trade = null;
  }

  end(time: bigint | null, done: Held[]): void {
    if (this.#trade === null) return;
    if (time !== null) this.#trade.hold(this.#cursor.span(time));
    done.push(this.#trade.toTrade(done.length + 1, time));
  }

  #apply(part: Part, done: Held[]): void {
    this.#trade ??= new Episode(this.#instrument, this.#strategy, this.#scale, part);
    this.#trade.apply(part);
    if (this.#trade.position !== 0n) return;
    done.push(this.#trade.toTrade(done.length + 1, null));
    this.#trade = null;
  }
}

function partOf(fills: FillTable, row: number): Part {
  return {
    row,
    time: fills.time[row] as bigint,
    price: fills.price[row] as bigint,
    quantity: fills.quantity[row] as bigint,
    fee: fills.fee[row] as bigint,
    slippage: fills.slippage[row] as bigint,
    realised: fills.realised[row] as bigint,
    forced: fills.forced[row] === 1,
    liquidation: fills.liquidation[row] === 1,
  };
}

function split(part: Part, closing: bigint): [Part, Part] {
  const opening = part.quantity - closing;
  const fee = (part.fee * opening) / part.quantity;
  const slippage = (part.slippage * opening) / part.quantity;
  return [
    { ...part, quantity: closing, fee: part.fee - fee, slippage: part.slippage - slippage },
    { ...part, quantity: opening, fee, slippage, realised: 0n },
  ];
}

/** A trade while it is held. Products are price mantissa times quantity mantissa, not yet money. */
class Episode {
  readonly #instrument: number;
  readonly #strategy: number;
  readonly #scale: PriceScale;
  readonly #first: Part;
  #last: Part;
  position = 0n;
  /** Signed product of the position at its average cost. */
  #cost = 0n;
  #realisedProduct = 0n;
  #quantityMax = 0n;
  #entered = 0n;
  #enteredProduct = 0n;
  #exited = 0n;
  #exitedProduct = 0n;
  #gross = 0n;
  #fees = 0n;
  #slippage = 0n;
  #bars = 0;
  #worst = 0n;
  #best = 0n;

  constructor(instrument: number, strategy: number, scale: PriceScale, first: Part) {
    this.#instrument = instrument;
    this.#strategy = strategy;
    this.#scale = scale;
    this.#first = first;
    this.#last = first;
  }

  hold(span: {
    readonly count: number;
    readonly extremes: { readonly low: bigint; readonly high: bigint } | null;
  }): void {
    this.#bars += span.count;
    if (span.extremes === null) return;
    this.#mark(span.extremes.low);
    this.#mark(span.extremes.high);
  }

  apply(part: Part): void {
    this.#mark(part.price);
    const size = absolute(part.quantity);
    const product = part.price * part.quantity;
    if (this.position === 0n || this.position < 0n === part.quantity < 0n) {
      this.#entered += size;
      this.#enteredProduct += absolute(product);
      this.#cost += product;
    } else {
      const released = (this.#cost * size) / absolute(this.position);
      this.#exited += size;
      this.#exitedProduct += absolute(product);
      this.#realisedProduct -= product + released;
      this.#cost -= released;
    }
    this.position += part.quantity;
    if (absolute(this.position) > this.#quantityMax) this.#quantityMax = absolute(this.position);
    this.#gross += part.realised;
    this.#fees += part.fee;
    this.#slippage += part.slippage;
    this.#last = part;
  }

  split({ after, before, held, kept, realised }: SplitTable, row: number): void {
    const units = absolute((held[row] as bigint) * (after[row] as bigint));
    const whole = absolute((kept[row] as bigint) * (before[row] as bigint));
    this.#cost = (this.#cost * whole) / units;
    this.#gross += realised[row] as bigint;
    this.position = kept[row] as bigint;
  }

  /** Notes the profit that the trade would have with its position valued at `price`. */
  #mark(price: bigint): void {
    const product = this.#realisedProduct + price * this.position - this.#cost;
    if (product < this.#worst) this.#worst = product;
    if (product > this.#best) this.#best = product;
  }

  toTrade(number: number, end: bigint | null): Held {
    const closed = this.position === 0n;
    const exitTime = closed ? this.#last.time : (end ?? this.#last.time);
    const entryValue = moneyOf(this.#enteredProduct, this.#scale);
    const netProfit = this.#gross - this.#fees;
    // The ledger's realised profit is rounded fill by fill, so it may lie a unit outside of what the prices alone span.
    const worst = least(moneyOf(this.#worst, this.#scale), closed ? this.#gross : 0n);
    const best = -least(-moneyOf(this.#best, this.#scale), closed ? -this.#gross : 0n);
    return {
      number,
      instrument: this.#instrument,
      strategy: this.#strategy,
      side: this.#first.quantity > 0n ? "long" : "short",
      closed,
      forced: closed && this.#last.forced,
      liquidated: closed && this.#last.liquidation,
      entryTime: this.#first.time,
      exitTime,
      entryFill: this.#first.row,
      exitFill: this.#last.row,
      quantity: this.#quantityMax,
      quantityEntered: this.#entered,
      entryPrice: quotient(this.#enteredProduct, this.#entered * this.#scale.unit) ?? 0,
      exitPrice: quotient(this.#exitedProduct, this.#exited * this.#scale.unit),
      entryValue,
      grossProfit: this.#gross,
      fees: this.#fees,
      slippage: this.#slippage,
      carry: 0n,
      netProfit,
      return: quotient(netProfit, entryValue),
      bars: this.#bars,
      durationNs: exitTime - this.#first.time,
      adverse: -worst,
      favourable: best,
      adverseReturn: quotient(-worst, entryValue),
      favourableReturn: quotient(best, entryValue),
    };
  }
}

const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
