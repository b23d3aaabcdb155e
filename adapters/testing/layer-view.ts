// What the execution layer sees of the market in a case: buckets, and the books of all venues as quotes.
//
// Units: mantissas; instants in ns.

import type { ExecutionLayer, MarketView, OrderView, QuoteLevel, VenueQuote } from "../execution/index.js";
import type { FakeBook } from "./fake-venue.js";

/** Length of a bucket of the account, in every case. */
export const BUCKET_NS = 60_000_000_000n;
/** From sending to arrival, in every case. */
export const CASE_LATENCY_NS = 50_000_000n;

/** End of the bucket that a time is in. */
export function bucketEnd(time: bigint): bigint {
  return (time / BUCKET_NS + 1n) * BUCKET_NS;
}

/** An order of the layer, simulated ones among them; null for none. */
export function orderOf({ manager, simulation }: ExecutionLayer, clientOrderId: string): OrderView | null {
  return manager.order(clientOrderId) ?? simulation?.manager.order(clientOrderId) ?? null;
}

/** All orders of the layer, those that it simulates beside a live account behind the others. */
export function ordersOf({ manager, simulation }: ExecutionLayer): readonly OrderView[] {
  return [...manager.orders(), ...(simulation?.manager.orders() ?? [])];
}

/** What is seen at a time: the books of all venues. */
export function viewOf(books: ReadonlyMap<string, FakeBook>, time: bigint): MarketView {
  const terms = { feeRate: 0n, feeMin: 0n, latencyNs: CASE_LATENCY_NS, lot: 1n, quantityMin: 0n, notionalMin: 0n };
  const quotes = (of: (book: FakeBook) => QuoteLevel): readonly VenueQuote[] =>
    [...books].map(([venue, book]) => ({ venue, levels: [of(book)], ...terms }));
  return {
    bucket: bucketEnd(time),
    price: books.get("fake")?.ask ?? 1n,
    quotes: {
      buy: quotes(({ ask, askSize }) => ({ price: ask, quantity: askSize })),
      sell: quotes(({ bid, bidSize }) => ({ price: bid, quantity: bidSize })),
    },
  };
}
