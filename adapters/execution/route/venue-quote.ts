// Venue quotes: what a venue shows and charges, and what an order is expected to cost there.
//
// Always true:
//   an expected cost is exact over the levels shown, rounded once a leg and against the account (`FILLS.md` G6);
//   a cost is signed: what a sale brings is negative, so the smaller of two costs is the better one on both sides.
// Units: prices and quantities as mantissas of the instrument, money in its currency's smallest part, rates in 1e-9.
//
// Assumed: what is shown is still there when the order arrives, and only the latency penalty pays for the contrary.
// That errs to the kind side where books move fast.

import { InputError, IssueList } from "../../../kernel/index.js";
import type { Instrument, Issue } from "../../../kernel/index.js";
import { divCeil, divFloor } from "../money/amount.js";
import type { Side } from "../schema/field.js";

/** A displayed size at a price. */
export interface QuoteLevel {
  readonly price: bigint;
  readonly quantity: bigint;
}

/** The side of a venue's book that an order would take, and the venue's terms for it. */
export interface VenueQuote {
  readonly venue: string;
  /** Best first, prices strictly worse from level to level. */
  readonly levels: readonly QuoteLevel[];
  /** Fee as a share of the value; negative for a rebate. */
  readonly feeRate: bigint;
  /** Least fee of an order that fills at all. */
  readonly feeMin: bigint;
  /** From sending to arrival. */
  readonly latencyNs: bigint;
  /** Quantity step of the venue, a multiple of 1. */
  readonly lot: bigint;
  readonly quantityMin: bigint;
  readonly notionalMin: bigint;
}

/** What is routed. */
export interface RouteCase {
  readonly side: Side;
  readonly quantity: bigint;
  /** Worst price that may be paid; null for none. */
  readonly limit: bigint | null;
  readonly instrument: Instrument;
  /** What a second of latency is expected to cost, as a share of the value. */
  readonly latencyRate: bigint;
}

const RATE_ONE = 1_000_000_000n;

/** Levels that an order may take: those within its limit. */
export function levelsWithin({ levels }: VenueQuote, { side, limit }: RouteCase): readonly QuoteLevel[] {
  if (limit === null) return levels;
  return levels.filter(({ price }) => (side === "buy" ? price <= limit : price >= limit));
}

/**
 * What a unit at a price is expected to cost, on a scale of its own on which costs of all venues compare: the price
 * with fee and latency penalty, without the least fee.
 */
export function unitCost(price: bigint, { feeRate, latencyNs }: VenueQuote, given: RouteCase): bigint {
  const added = feeRate * RATE_ONE + latencyNs * given.latencyRate;
  const whole = RATE_ONE * RATE_ONE;
  return given.side === "buy" ? price * (whole + added) : -price * (whole - added);
}

/** Value of a leg at the prices shown, in price units x quantity units; what exceeds the display goes at `beyond`. */
function valueOf(levels: readonly QuoteLevel[], quantity: bigint, beyond: bigint): bigint {
  let left = quantity;
  let value = 0n;
  for (const level of levels) {
    const part = level.quantity < left ? level.quantity : left;
    value += part * level.price;
    left -= part;
  }
  return value + left * beyond;
}

/** A value in money, rounded down or up. */
export function moneyOf(value: bigint, instrument: Instrument, rounding: "down" | "up"): bigint {
  const { priceDecimals, sizeDecimals, multiplierDecimals, multiplier, currency } = instrument;
  const above = value * multiplier * 10n ** BigInt(currency.decimals);
  const below = 10n ** BigInt(priceDecimals + sizeDecimals + multiplierDecimals);
  return rounding === "up" ? divCeil(above, below) : divFloor(above, below);
}

/** Price of what exceeds the display: the limit, or else the last price shown. */
export function beyondPrice(quote: VenueQuote, given: RouteCase): bigint | null {
  return given.limit ?? levelsWithin(quote, given).at(-1)?.price ?? null;
}

/** Expected cost of `quantity` at a venue: value, fee and latency penalty. Smaller is better on both sides. */
export function legCost(quote: VenueQuote, quantity: bigint, given: RouteCase): bigint {
  if (quantity === 0n) return 0n;
  const value = valueOf(levelsWithin(quote, given), quantity, beyondPrice(quote, given) ?? 0n);
  const up = moneyOf(value, given.instrument, "up");
  const rated = divCeil(up * quote.feeRate, RATE_ONE);
  const fee = rated > quote.feeMin ? rated : quote.feeMin;
  const penalty = divCeil(up * quote.latencyNs * given.latencyRate, RATE_ONE * RATE_ONE);
  return (given.side === "buy" ? up : -moneyOf(value, given.instrument, "down")) + fee + penalty;
}

/** True when a venue takes an order of `quantity`: whole lots, not below its minimums. */
export function takes(quote: VenueQuote, quantity: bigint, given: RouteCase): boolean {
  if (quantity <= 0n || quantity % quote.lot !== 0n || quantity < quote.quantityMin) return false;
  const price = beyondPrice(quote, given) ?? 0n;
  return moneyOf(valueOf(levelsWithin(quote, given), quantity, price), given.instrument, "down") >= quote.notionalMin;
}

/**
 * Holds quotes to what the router counts on.
 *
 * @throws InputError `config/*` with every field that is out of range, levels that do not get worse, a venue twice.
 */
export function checkQuotes(quotes: readonly VenueQuote[], given: RouteCase): void {
  const issues = new IssueList();
  const least = (path: string, value: bigint, floor: bigint): void => {
    if (value < floor) issues.add("config/range", path, `${floor} or more`, String(value));
  };
  least("order.quantity", given.quantity, 1n);
  least("order.latencyRate", given.latencyRate, 0n);
  if (given.instrument.inverse === true) throw new InputError([inverseIssue(given.instrument.symbol)]);
  quotes.forEach((quote, index) => {
    const path = `quotes.${index}`;
    least(`${path}.lot`, quote.lot, 1n);
    least(`${path}.feeMin`, quote.feeMin, 0n);
    least(`${path}.latencyNs`, quote.latencyNs, 0n);
    least(`${path}.feeRate`, quote.feeRate, -RATE_ONE);
    least(`${path}.quantityMin`, quote.quantityMin, 0n);
    least(`${path}.notionalMin`, quote.notionalMin, 0n);
    if (quotes.findIndex(({ venue }) => venue === quote.venue) < index)
      issues.add("config/field", `${path}.venue`, "each venue once", quote.venue);
    quote.levels.forEach(({ price, quantity }, level) => {
      least(`${path}.levels.${level}.price`, price, 1n);
      least(`${path}.levels.${level}.quantity`, quantity, 1n);
      const before = quote.levels[level - 1];
      if (before === undefined) return;
      const isWorse = given.side === "buy" ? price > before.price : price < before.price;
      if (!isWorse)
        issues.add("config/range", `${path}.levels.${level}.price`, `worse than ${before.price}`, String(price));
    });
  });
  issues.throwIfAny();
}

function inverseIssue(symbol: string): Issue {
  return {
    code: "instrument/fact",
    path: "order.instrument",
    expected: "a contract that is worth quantity x price",
    received: `${symbol}, an inverse one`,
    advice: "Send it to one venue by name.",
  };
}
