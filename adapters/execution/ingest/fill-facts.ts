// Facts of fills: what a report has to agree in with its order and its instrument, and the fill that is made from it.

import type { Issue } from "../../../kernel/index.js";
import { mantissaText } from "../../../kernel/index.js";
import { isWithin, readAmount } from "../money/amount.js";
import { tradeCash } from "../money/value.js";
import type { FillEvent, FillTag } from "../schema/fill.js";
import type { Fault } from "./dead-letters.js";
import type { KnownOrder, NewFill } from "./known-order.js";
import { legOf } from "./known-order.js";

/** A fill in integers. */
export interface FillAmounts {
  /** Without a sign. */
  readonly quantity: bigint;
  readonly cash: bigint;
}

/** The amounts of a report, or why it is not one of its order. */
export function amountsOf({ fill }: NewFill, { order, instrument }: KnownOrder): FillAmounts | Fault {
  const issues: Issue[] = [];
  const expectSame = (field: "symbol" | "side" | "currency", expected: string): void => {
    const received = fill[field];
    if (received !== expected) issues.push({ code: "event/facts", path: `fill.${field}`, expected, received });
  };
  const read = (field: "price" | "quantity" | "fee", decimals: number): bigint => {
    const amount = readAmount(fill[field], decimals, `fill.${field}`);
    if (typeof amount === "bigint") return amount;
    issues.push(amount);
    return 0n;
  };
  expectSame("symbol", order.symbol);
  expectSame("side", order.side);
  expectSame("currency", instrument.currency.code);
  const price = read("price", instrument.priceDecimals);
  const quantity = read("quantity", instrument.sizeDecimals);
  read("fee", instrument.currency.decimals);
  if (issues.length > 0) return { reason: "facts", issues };
  const cash = tradeCash(instrument, price, fill.side === "buy" ? quantity : -quantity);
  if (isWithin(cash)) return { quantity, cash };
  const received = `${cash} of its smallest units`;
  return {
    reason: "overflow",
    issues: [{ code: "run/overflow", path: "fill", expected: "cash within 64 bits", received }],
  };
}

/** The amounts of a fill whose turn it is, or why it cannot be posted: its order has less left. */
export function postableOf(fresh: NewFill, known: KnownOrder): FillAmounts | Fault {
  const amounts = amountsOf(fresh, known);
  return "reason" in amounts ? amounts : (overfillOf(amounts, known) ?? amounts);
}

/** Why a fill exceeds its order; null when it does not. */
function overfillOf({ quantity }: FillAmounts, known: KnownOrder): Fault | null {
  const leaves = known.quantity - known.filled;
  if (quantity <= leaves) return null;
  const text = (amount: bigint) => mantissaText(amount, known.instrument.sizeDecimals);
  const expected = `at most ${text(leaves)}, which the order has left`;
  const issue = { code: "event/facts", path: "fill.quantity", expected, received: text(quantity) } as const;
  return { reason: "overfill", issues: [issue] };
}

/** What only the ingest knows of a fill. */
export interface FillContext {
  readonly number: number;
  readonly positions: "netting" | "hedging";
  readonly tags: readonly FillTag[];
}

/** The normalised fill. */
export function normalisedFill(
  { fill, repairedFrom }: NewFill,
  { order, instrument }: KnownOrder,
  { cash }: FillAmounts,
  { number, positions, tags }: FillContext,
): FillEvent {
  const { kind: _kind, schemaVersion, ...report } = fill;
  const { world, domain, strategy, bucket, clientOrderId, correlationId, nodeId } = order;
  return {
    kind: "fill",
    schemaVersion,
    world,
    domain,
    strategy,
    bucket,
    clientOrderId,
    correlationId,
    nodeId,
    ...report,
    leg: legOf(order, positions),
    cash: mantissaText(cash, instrument.currency.decimals),
    cause: "trade",
    number,
    tags: [...tags, ...(repairedFrom === null ? [] : (["repaired"] as const))],
    repairedFrom,
  };
}
