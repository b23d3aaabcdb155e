// Postings of a run: its fills, movements of cash and splits as events, numbered without gaps in the order of the log.

import { invariant, LEDGER_KINDS, mantissaText } from "../../../kernel/index.js";
import type { Currency, Instrument, RunTables } from "../../../kernel/index.js";
import { legOf } from "../ingest/known-order.js";
import { absolute } from "../money/amount.js";
import type { FillEvent } from "../schema/fill.js";
import type { MovementEvent } from "../schema/portfolio.js";
import { sideOf } from "./run-orders.js";
import type { RunIdentity, RunOrder } from "./run-orders.js";

type MovementContent = Pick<MovementEvent, "strategy" | "symbol" | "currency" | "type" | "amount" | "split">;

export class RunPostings {
  private readonly tables: RunTables;
  private readonly identity: RunIdentity;
  /** As the ledger numbers them. */
  private readonly currencies: readonly Currency[];
  /** Next row of the ledger, which has rows of fills as well. */
  private ledgerRow = 0;
  private posted = 0;

  constructor(tables: RunTables, identity: RunIdentity) {
    this.tables = tables;
    this.identity = identity;
    this.currencies = currenciesOf(tables);
  }

  /** The fill in a row of the table, of its order. */
  fill(row: number, order: RunOrder): FillEvent {
    const { fills } = this.tables;
    const { event, instrument } = order;
    const fee = fills.fee[row] as bigint;
    // A fill has a row for its trade, and one for its fee unless that is nothing.
    this.ledgerRow += fee === 0n ? 1 : 2;
    const money = (amount: bigint) => mantissaText(amount, instrument.currency.decimals);
    const quantity = fills.quantity[row] as bigint;
    const { world, domain, strategy, symbol, bucket, orderId, clientOrderId, correlationId, nodeId, venue } = event;
    const isForced = fills.forced[row] === 1;
    const isLiquidation = fills.liquidation[row] === 1;
    return {
      kind: "fill",
      schemaVersion: 1,
      world,
      domain,
      ts: String(fills.time[row]),
      strategy,
      orderId,
      seq: fills.seq[row] as number,
      symbol,
      side: sideOf(quantity),
      price: mantissaText(fills.price[row] as bigint, instrument.priceDecimals),
      quantity: mantissaText(absolute(quantity), instrument.sizeDecimals),
      fee: money(fee),
      currency: instrument.currency.code,
      liquidity: fills.liquidity[row] === 2 ? "maker" : "taker",
      venue,
      bucket,
      clientOrderId,
      correlationId,
      nodeId,
      leg: legOf(event, this.tables.positions),
      cash: money(fills.cash[row] as bigint),
      cause: isLiquidation ? "liquidation" : isForced ? "forced" : "trade",
      number: ++this.posted,
      tags: fills.late[row] === 1 ? ["late"] : [],
      repairedFrom: null,
    };
  }

  /**
   * The movement of the next row of the ledger; null for the cash of a split, which its own event has.
   *
   * @param strategyOf Name of a strategy by its number; of the account, whose money has no position, by null.
   * @param bucket End of the bucket that it was posted in, ns as digits.
   */
  movement(strategyOf: (index: number | null) => string | null, bucket: string): MovementEvent | null {
    const { ledger, instruments } = this.tables;
    const row = this.ledgerRow++;
    const type = LEDGER_KINDS[ledger.kind[row] as number];
    invariant(type !== undefined && type !== "trade" && type !== "fee", "a record of the ledger is no fill");
    if (type === "split") return null;
    const currency = this.currencies[ledger.currency[row] as number] as Currency;
    const instrument = instruments[ledger.instrument[row] as number];
    const amount = mantissaText(ledger.amount[row] as bigint, currency.decimals);
    const symbol = instrument?.symbol ?? null;
    const strategy = strategyOf(instrument === undefined ? null : (ledger.strategy[row] as number));
    return this.moved(
      { strategy, symbol, currency: currency.code, type, amount, split: null },
      ledger.time[row],
      bucket,
    );
  }

  /** The split in a row of the table; its cash, where there is some, stands in the next row of the ledger. */
  split(row: number, strategy: string, bucket: string): MovementEvent {
    const { splits, ledger, instruments, positions } = this.tables;
    const instrument = instruments[splits.instrument[row] as number] as Instrument;
    const next = this.ledgerRow;
    const isPaid =
      LEDGER_KINDS[ledger.kind[next] ?? 0] === "split" &&
      ledger.instrument[next] === splits.instrument[row] &&
      ledger.time[next] === splits.time[row];
    const money = (amount: bigint) => mantissaText(amount, instrument.currency.decimals);
    const size = (amount: bigint) => mantissaText(amount, instrument.sizeDecimals);
    const held = splits.held[row] as bigint;
    const split = {
      after: String(splits.after[row]),
      before: String(splits.before[row]),
      leg: positions === "netting" ? ("net" as const) : held < 0n ? ("short" as const) : ("long" as const),
      held: size(held),
      kept: size(splits.kept[row] as bigint),
      realised: money(splits.realised[row] as bigint),
    };
    const amount = money(isPaid ? (ledger.amount[next] as bigint) : 0n);
    const { symbol, currency } = instrument;
    return this.moved(
      { strategy, symbol, currency: currency.code, type: "split", amount, split },
      splits.time[row],
      bucket,
    );
  }

  private moved(content: MovementContent, time: bigint | undefined, bucket: string): MovementEvent {
    const { world, domain } = this.identity;
    const head = { kind: "movement", schemaVersion: 1, world, domain, ts: String(time), bucket } as const;
    return { ...head, ...content, number: ++this.posted };
  }
}

/** The account's currency, then the others in the order of their first instrument. */
function currenciesOf({ currency, instruments }: RunTables): readonly Currency[] {
  const byCode = new Map([[currency.code, currency]]);
  for (const each of instruments) if (!byCode.has(each.currency.code)) byCode.set(each.currency.code, each.currency);
  return [...byCode.values()];
}
