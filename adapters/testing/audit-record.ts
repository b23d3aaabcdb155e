// Audit record: what an auditor looks at, the same for a run of the kernel and for one of a model.
//
// Units: as in the tables of a run: mantissas, signed quantities, times in ns.

import type { Instrument, RunResult } from "../../kernel/index.js";
import { bookOf, intervalNs, LEDGER_KINDS, mantissaOf, REASONS, VOLUME_UNKNOWN } from "../../kernel/index.js";
import type { ReferenceResult } from "./reference-event.js";
import type { ReferenceAssumptions, ReferenceInstrument } from "./reference-market.js";
import { openTimeOf } from "./reference-market.js";

export interface AuditedBar {
  readonly opened: bigint;
  readonly closed: bigint;
  readonly high: bigint;
  readonly low: bigint;
  readonly close: bigint;
  /** `null` when not known. */
  readonly volume: bigint | null;
}

export interface AuditedInstrument {
  readonly facts: Instrument;
  readonly bars: readonly AuditedBar[];
}

export interface AuditedOrder {
  readonly order: number;
  readonly instrument: number;
  readonly time: bigint;
  readonly quantity: bigint;
  /** True for a child that its parent's fill let out, which may act in the bar of that fill. */
  readonly isReleased: boolean;
}

export interface AuditedFill {
  readonly order: number;
  readonly instrument: number;
  readonly time: bigint;
  readonly price: bigint;
  readonly quantity: bigint;
  readonly cash: bigint;
  readonly realised: bigint;
  /** Number of its position: those of strategies, and the two of a hedging account, are apart (`bookOf`). */
  readonly position: number;
  readonly isForced: boolean;
}

export interface AuditedEnd {
  readonly order: number;
  readonly instrument: number;
  readonly time: bigint;
  readonly reason: string;
}

/** A movement of cash, or the quantity that came with one. */
export interface AuditedMovement {
  readonly time: bigint;
  readonly instrument: number;
  readonly amount: bigint;
  readonly balance: bigint;
  /** Signed; 0 for movements without a trade. */
  readonly quantity: bigint;
}

export interface AuditRecord {
  readonly instruments: readonly AuditedInstrument[];
  /** In the order of acceptance. */
  readonly orders: readonly AuditedOrder[];
  /** In the order of the log. */
  readonly fills: readonly AuditedFill[];
  readonly ends: readonly AuditedEnd[];
  readonly movements: readonly AuditedMovement[];
  readonly portfolio: readonly { readonly time: bigint; readonly equity: bigint; readonly cash: bigint }[];
  /** `null` for no cap. */
  readonly participationE9: bigint | null;
  readonly isCashAccount: boolean;
  /** Orders may fill at the close at which they were decided. */
  readonly isSameClose: boolean;
}

/** The record of a run of the kernel. Reads the tapes that orders fill on, and the tables of the log. */
export function recordOfRun(result: RunResult): AuditRecord {
  const tables = result.tables();
  const { orders, fills, orderEnds, portfolio } = tables;
  const rows = <Row>(table: { readonly rowCount: number }, row: (at: number) => Row): readonly Row[] =>
    Array.from({ length: table.rowCount }, (_, at) => row(at));
  const filled = rows(fills, (at) => ({
    order: numberAt(fills.order, at),
    instrument: numberAt(fills.instrument, at),
    time: wideAt(fills.time, at),
    price: wideAt(fills.price, at),
    quantity: wideAt(fills.quantity, at),
    cash: wideAt(fills.cash, at),
    realised: wideAt(fills.realised, at),
    position: bookOf(tables, at),
    isForced: numberAt(fills.forced, at) === 1,
  }));
  const { participation } = result.config;
  const share = typeof participation === "string" ? mantissaOf(participation, 9) : null;
  return {
    instruments: instrumentsOf(result),
    orders: rows(orders, (at) => ({
      order: numberAt(orders.order, at),
      instrument: numberAt(orders.instrument, at),
      time: wideAt(orders.time, at),
      quantity: wideAt(orders.quantity, at),
      isReleased: (result.plan.decisions[numberAt(orders.decision, at)]?.parent ?? null) !== null,
    })),
    fills: filled,
    ends: rows(orderEnds, (at) => ({
      order: numberAt(orderEnds.order, at),
      instrument: numberAt(orderEnds.instrument, at),
      time: wideAt(orderEnds.time, at),
      reason: REASONS[numberAt(orderEnds.reason, at)] ?? "unknown",
    })),
    movements: movementsOf(result, filled),
    portfolio: rows(portfolio, (at) => ({
      time: wideAt(portfolio.time, at),
      equity: wideAt(portfolio.equity, at),
      cash: wideAt(portfolio.cash, at),
    })),
    participationE9: typeof share === "bigint" ? share : null,
    isCashAccount: isCash(result.config),
    isSameClose: result.config["fill"] === "sameClose",
  };
}

/** A cash account has no leverage, wherever the configuration keeps it. */
function isCash(config: RunResult["config"]): boolean {
  const { account, leverage } = config;
  if (typeof account === "object" && account !== null && "kind" in account) return account["kind"] === "cash";
  return leverage === null;
}

/** Movements of the ledger; the trades among them carry the quantity of their fills, which come in the same order. */
function movementsOf(result: RunResult, fills: readonly AuditedFill[]): readonly AuditedMovement[] {
  const { ledger } = result.tables();
  let trades = 0;
  return Array.from({ length: ledger.rowCount }, (_, at) => {
    const order = numberAt(ledger.order, at);
    const amount = wideAt(ledger.amount, at);
    const next = fills[trades];
    const isTrade = LEDGER_KINDS[numberAt(ledger.kind, at)] === "trade" && next?.order === order;
    if (isTrade) trades++;
    return {
      time: wideAt(ledger.time, at),
      instrument: numberAt(ledger.instrument, at),
      amount,
      balance: wideAt(ledger.balance, at),
      quantity: isTrade ? next.quantity : 0n,
    };
  });
}

/** Bars of each instrument on which its orders fill. */
function instrumentsOf({ plan }: RunResult): readonly AuditedInstrument[] {
  return plan.instruments.map((facts, index) => {
    const stream = plan.streams.find(({ instrument, executes }) => instrument === index && executes);
    if (stream === undefined) return { facts, bars: [] };
    const bars: AuditedBar[] = [];
    const length = intervalNs(stream.tape.interval);
    for (const segment of stream.tape.segments()) {
      for (let row = 0; row < segment.rowCount; row++) {
        const closed = wideAt(segment.time, row);
        const ahead = bars.at(-1)?.closed ?? closed - length;
        const volume = segment.volume === null ? VOLUME_UNKNOWN : wideAt(segment.volume, row);
        bars.push({
          opened: ahead > closed - length ? ahead : closed - length,
          closed,
          high: wideAt(segment.high, row),
          low: wideAt(segment.low, row),
          close: wideAt(segment.close, row),
          volume: volume === VOLUME_UNKNOWN ? null : volume,
        });
      }
    }
    return { facts, bars };
  });
}

function wideAt(column: BigInt64Array, row: number): bigint {
  return column[row] ?? 0n;
}

function numberAt(column: Int32Array | Uint8Array, row: number): number {
  return column[row] ?? 0;
}

/** The record of a model's run. */
export function recordOfReference(
  instruments: readonly ReferenceInstrument[],
  given: ReferenceAssumptions,
  { events, portfolio }: ReferenceResult,
): AuditRecord {
  const orders: AuditedOrder[] = [];
  const fills: AuditedFill[] = [];
  const ends: AuditedEnd[] = [];
  const movements: AuditedMovement[] = [];
  let balance = 0n;
  const move = (time: bigint, instrument: number, amount: bigint, quantity: bigint): void => {
    balance += amount;
    movements.push({ time, instrument, amount, balance, quantity });
  };
  for (const event of events) {
    if (event.kind === "deposit") move(event.time, -1, event.amount, 0n);
    if (event.kind === "order") orders.push(event);
    if (event.kind === "orderEnd") ends.push(event);
    if (event.kind !== "fill") continue;
    fills.push({ ...event, position: event.instrument });
    move(event.time, event.instrument, event.cash, event.quantity);
    if (event.fee !== 0n) move(event.time, event.instrument, -event.fee, 0n);
  }
  const audited = instruments.map((source) => ({
    facts: source.facts,
    bars: source.bars.map((bar, row) => ({ ...bar, opened: openTimeOf(source, row), closed: bar.time })),
  }));
  const { participationE9 } = given;
  const isCashAccount = given.leverageE9 === null;
  const isSameClose = given.fill === "sameClose";
  const flags = { participationE9, isCashAccount, isSameClose };
  return { instruments: audited, orders, fills, ends, movements, portfolio, ...flags };
}
