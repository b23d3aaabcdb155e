// A small layer: whole numbers, one venue that takes everything, an account of 10,000 that is committed to time 0.

import { openExecutionLayer } from "../../../adapters/execution/layer/execution-layer.js";
import type { ExecutionLayer, LayerTerms, MarketView } from "../../../adapters/execution/layer/layer-terms.js";
import type { VenueFill } from "../../../adapters/execution/schema/fill.js";
import type { IntentEvent } from "../../../adapters/execution/schema/intent.js";
import type { MovementEvent } from "../../../adapters/execution/schema/portfolio.js";
import { CASE_INSTRUMENT, caseActivation, caseIntent, caseWorld } from "../../../adapters/testing/layer-case.js";

export const SMALL_BUCKET = 60n;

export const SMALL_TERMS: LayerTerms = {
  world: caseWorld("live"),
  clock: "wall",
  strategies: ["trend", "value"],
  instruments: [CASE_INSTRUMENT],
  account: { bucketNs: SMALL_BUCKET },
  compliance: { region: "EU", venues: [{ venue: "fake", regions: ["EU"] }] },
  preTrade: {
    account: { kind: "margin", leverage: 3_000_000_000n },
    shortable: { [CASE_INSTRUMENT.symbol]: 1_000_000n },
  },
  beyond: "send",
};

export function smallDeposit(strategy: string | null, amount: string): Omit<MovementEvent, "number"> {
  const head = { kind: "movement", schemaVersion: 1, world: "main", domain: "live", ts: "0", bucket: "0" } as const;
  return { ...head, strategy, symbol: null, currency: "USD", type: "deposit", amount, split: null };
}

/** A layer that lets both sides act, with 10,000 for each strategy; uncommitted with `isCommitted` false. */
export function openSmallLayer(changes: Partial<LayerTerms> = {}, isCommitted = true): ExecutionLayer {
  const terms = { ...SMALL_TERMS, ...changes };
  const layer = openExecutionLayer(terms);
  for (const side of ["long", "short"] as const) layer.activate(caseActivation({ side }, "live", 0n), 0n, 0n);
  for (const strategy of terms.strategies) layer.move(smallDeposit(strategy, "10000"), 0n);
  if (isCommitted) layer.commit(0n, {}, 0n);
  return layer;
}

/** A bucket at a price, with a venue that takes and gives any size. */
export function smallMarket(bucket: bigint, price = 100n): MarketView {
  const terms = { venue: "fake", feeRate: 0n, feeMin: 0n, latencyNs: 0n, lot: 1n, quantityMin: 0n, notionalMin: 0n };
  const quotes = [{ ...terms, levels: [{ price, quantity: 1_000n }] }];
  return { bucket, price, quotes: { buy: quotes, sell: quotes } };
}

export function smallIntent(intentId: string, side: "buy" | "sell", value: string, changes: Partial<IntentEvent> = {}) {
  return caseIntent({ intentId, side, size: { type: "quantity", value }, ...changes }, "live", 0n);
}

/** A report of a fill of an order. */
export function smallReport(
  orderId: string,
  seq: number,
  quantity: string,
  changes: Partial<VenueFill> = {},
): VenueFill {
  const head = { kind: "venue_fill", schemaVersion: 1, ts: "5", orderId, seq, symbol: CASE_INSTRUMENT.symbol } as const;
  const money = { price: "100", quantity, fee: "0", currency: "USD", liquidity: "taker", venue: "fake" } as const;
  return { ...head, side: "buy", ...money, ...changes };
}
