// Event log: the canonical bytes of a run, and the tables that they say. The log is the only truth; a table is a view
// of it.
//
// Bytes are kept as they came; tables are decoded when first asked for, since most runs of a sweep are asked for their
// digest alone.
//
// Always true:
//   the bytes of a log are whole records in the order of events (`assembly/abi-event.ts`).

import { VERDICT_ACTED } from "../../assembly/abi-commitment.js";
import * as abi from "../../assembly/abi-event.js";
import type { Digest } from "../base/digest.js";
import { digestText } from "../base/digest.js";
import { invariant } from "../base/error.js";
import { byte, merged, narrow, wide } from "./columns.js";
import { ledgerTable } from "./ledger-rows.js";
import { orderTable } from "./order-rows.js";
import type { RouteTable } from "./route-rows.js";
import { chainsOf, routeTable, venuesOf } from "./route-rows.js";
import type {
  ActivationTable,
  AmbiguityTable,
  DecisionTable,
  FillTable,
  LedgerTable,
  LoggedTables,
  NoteTable,
  OrderEndTable,
  OrderTable,
  RecordTable,
  RefusalTable,
  SplitTable,
  UpdateTable,
} from "./tables.js";
import type { TableNames } from "./table-names.js";

/** State of the run at a checkpoint. */
export interface Checkpoint {
  /** Buckets completed. */
  readonly buckets: number;
  /** Time of the last one, ns. */
  readonly timeNs: bigint;
  /** Equity in the smallest unit of the account's currency. */
  readonly equityMinor: bigint;
  /** Digest that chains all checkpoints up to this one. */
  readonly digest: Digest;
}

const BYTES_BY_KIND: ReadonlyMap<number, number> = new Map([
  [abi.EVENT_ORDER, abi.ORDER_EVENT_BYTES],
  [abi.EVENT_ORDER_END, abi.ORDER_END_EVENT_BYTES],
  [abi.EVENT_FILL, abi.FILL_EVENT_BYTES],
  [abi.EVENT_REFUSAL, abi.REFUSAL_EVENT_BYTES],
  [abi.EVENT_LEDGER, abi.LEDGER_EVENT_BYTES],
  [abi.EVENT_CHECKPOINT, abi.CHECKPOINT_EVENT_BYTES],
  [abi.EVENT_TERMS, abi.TERMS_EVENT_BYTES],
  [abi.EVENT_UPDATE, abi.UPDATE_EVENT_BYTES],
  [abi.EVENT_AMBIGUITY, abi.AMBIGUITY_EVENT_BYTES],
  [abi.EVENT_SPLIT, abi.SPLIT_EVENT_BYTES],
  [abi.EVENT_NOTE, abi.NOTE_EVENT_BYTES],
  [abi.EVENT_ACTIVATION, abi.ACTIVATION_EVENT_BYTES],
  [abi.EVENT_DECISION, abi.DECISION_EVENT_BYTES],
  [abi.EVENT_ROUTE, abi.ROUTE_EVENT_BYTES],
]);

/** Bytes of the record at `offset`. */
export function recordBytes(view: DataView, offset: number): number {
  const bytes = BYTES_BY_KIND.get(view.getUint8(offset));
  invariant(bytes !== undefined, "every record of a log has a known kind");
  return bytes;
}

/** The records of one run. */
export class EventLog {
  private readonly pieces: Uint8Array[] = [];
  private whole: DataView | null = null;
  private offsetsByKind: ReadonlyMap<number, readonly number[]> | null = null;

  /** Takes over `bytes`: whole records that follow the ones before. */
  append(bytes: Uint8Array): void {
    this.pieces.push(bytes);
    this.whole = null;
    this.offsetsByKind = null;
  }

  /** All bytes, a live view until the next append. */
  bytes(): Uint8Array {
    const { buffer, byteOffset, byteLength } = this.view();
    return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
  }

  /** A log with a copy of the bytes so far. */
  copy(): EventLog {
    const copied = new EventLog();
    copied.append(this.bytes().slice());
    return copied;
  }

  /** All bytes as a view, live until the next append. */
  view(): DataView {
    if (this.whole === null) {
      const all = joined(this.pieces);
      this.pieces.splice(0, this.pieces.length, all);
      this.whole = new DataView(all.buffer, all.byteOffset, all.byteLength);
    }
    return this.whole;
  }

  /** Number of records of a kind (`EVENT_*`). */
  count(kind: number): number {
    return this.offsets(kind).length;
  }

  /** Bytes of the log before each record of a kind (`EVENT_*`), in its order. */
  offsets(kind: number): readonly number[] {
    this.offsetsByKind ??= indexed(this.view());
    return this.offsetsByKind.get(kind) ?? [];
  }

  /** Every record by its kind and its place among those of its kind: what the tables do not say is the order. */
  records(): RecordTable {
    const view = this.view();
    const kinds: number[] = [];
    const rows: number[] = [];
    const offsets: number[] = [];
    const counts = new Map<number, number>();
    for (let at = 0; at < view.byteLength; at += recordBytes(view, at)) {
      const kind = view.getUint8(at);
      const row = counts.get(kind) ?? 0;
      kinds.push(kind);
      rows.push(row);
      offsets.push(at);
      counts.set(kind, row + 1);
    }
    const [kind, row, offset] = [Uint8Array.from(kinds), Int32Array.from(rows), Float64Array.from(offsets)];
    return { rowCount: kinds.length, kind, row, offset };
  }

  /** Orders with their terms, and what became of them: their life cycle folded over the log. */
  orders(): OrderTable {
    const news = [abi.EVENT_FILL, abi.EVENT_ORDER_END, abi.EVENT_UPDATE].map((kind) => this.offsets(kind));
    const orders = orderTable(this.view(), this.offsets(abi.EVENT_ORDER), merged(...news));
    const routes = this.routes();
    return { ...orders, venue: venuesOf(orders.order, routes), correlation: chainsOf(orders, routes) };
  }

  /** Where orders were sent, in a run with venues. */
  routes(): RouteTable {
    return routeTable(this.view(), this.offsets(abi.EVENT_ROUTE));
  }

  orderEnds(): OrderEndTable {
    const at = this.offsets(abi.EVENT_ORDER_END);
    const view = this.view();
    return {
      rowCount: at.length,
      time: wide(view, at, 8),
      order: narrow(view, at, abi.ORDER_END_EVENT_SEQUENCE),
      instrument: narrow(view, at, 4),
      leaves: wide(view, at, abi.ORDER_END_EVENT_LEAVES),
      reason: byte(view, at, 1),
    };
  }

  fills(): FillTable {
    const at = this.offsets(abi.EVENT_FILL);
    const view = this.view();
    const index = narrow(view, at, abi.FILL_EVENT_INDEX);
    invariant(
      index.every((number, row) => row === 0 || number === (index[row - 1] as number) + 1),
      "fills of a log are numbered without gaps, so that each is there once",
    );
    const order = narrow(view, at, abi.FILL_EVENT_SEQUENCE);
    return {
      rowCount: at.length,
      time: wide(view, at, 8),
      order,
      seq: countedBy(order),
      instrument: narrow(view, at, 4),
      price: wide(view, at, abi.FILL_EVENT_PRICE),
      quantity: wide(view, at, abi.FILL_EVENT_QUANTITY),
      cash: wide(view, at, abi.FILL_EVENT_CASH),
      fee: wide(view, at, abi.FILL_EVENT_FEE),
      realised: wide(view, at, abi.FILL_EVENT_REALISED),
      slippage: wide(view, at, abi.FILL_EVENT_SLIPPAGE),
      liquidity: byte(view, at, 1),
      forced: flag(view, at, 2, abi.FILL_FLAG_FORCED),
      liquidation: flag(view, at, 2, abi.FILL_FLAG_LIQUIDATION),
      late: flag(view, at, 2, abi.FILL_FLAG_LATE),
      venue: venuesOf(order, this.routes()),
    };
  }

  splits(): SplitTable {
    const at = this.offsets(abi.EVENT_SPLIT);
    const view = this.view();
    return {
      rowCount: at.length,
      time: wide(view, at, 8),
      instrument: narrow(view, at, 4),
      after: wide(view, at, abi.SPLIT_EVENT_AFTER),
      before: wide(view, at, abi.SPLIT_EVENT_BEFORE),
      held: wide(view, at, abi.SPLIT_EVENT_HELD),
      kept: wide(view, at, abi.SPLIT_EVENT_KEPT),
      realised: wide(view, at, abi.SPLIT_EVENT_REALISED),
      fills: countBefore(at, this.offsets(abi.EVENT_FILL)),
      strategy: byte(view, at, 2),
    };
  }

  updates(): UpdateTable {
    const at = this.offsets(abi.EVENT_UPDATE);
    const view = this.view();
    return {
      rowCount: at.length,
      time: wide(view, at, 8),
      order: narrow(view, at, abi.UPDATE_EVENT_SEQUENCE),
      instrument: narrow(view, at, 4),
      kind: byte(view, at, 1),
      leaves: wide(view, at, abi.UPDATE_EVENT_LEAVES),
      limit: wide(view, at, abi.UPDATE_EVENT_LIMIT),
      trigger: wide(view, at, abi.UPDATE_EVENT_TRIGGER),
    };
  }

  ambiguities(): AmbiguityTable {
    const at = this.offsets(abi.EVENT_AMBIGUITY);
    const view = this.view();
    return {
      rowCount: at.length,
      time: wide(view, at, 8),
      instrument: narrow(view, at, 4),
      kind: byte(view, at, 1),
      order: narrow(view, at, abi.AMBIGUITY_EVENT_SEQUENCE),
      worst: byte(view, at, 2),
      best: byte(view, at, 3),
      stake: wide(view, at, abi.AMBIGUITY_EVENT_STAKE),
      fills: countBefore(at, this.offsets(abi.EVENT_FILL)),
    };
  }

  refusals(): RefusalTable {
    const at = this.offsets(abi.EVENT_REFUSAL);
    const view = this.view();
    return {
      rowCount: at.length,
      time: wide(view, at, 8),
      instrument: narrow(view, at, 4),
      decision: narrow(view, at, abi.REFUSAL_EVENT_DECISION),
      wanted: wide(view, at, abi.REFUSAL_EVENT_WANTED),
      allowed: wide(view, at, abi.REFUSAL_EVENT_ALLOWED),
      reason: byte(view, at, 1),
      policy: placed(view, at, abi.REFUSAL_EVENT_POLICY),
      severity: byte(view, at, 2),
    };
  }

  notes(): NoteTable {
    const at = this.offsets(abi.EVENT_NOTE);
    const view = this.view();
    return {
      rowCount: at.length,
      time: wide(view, at, 8),
      instrument: narrow(view, at, 4),
      decision: narrow(view, at, abi.NOTE_EVENT_DECISION),
      policy: placed(view, at, abi.NOTE_EVENT_POLICY),
      kind: byte(view, at, 1),
      severity: byte(view, at, 2),
      value: wide(view, at, abi.NOTE_EVENT_VALUE),
      limit: wide(view, at, abi.NOTE_EVENT_LIMIT),
      record: notedFor(view, at, this.offsets(abi.EVENT_DECISION)),
    };
  }

  activations(): ActivationTable {
    const at = this.offsets(abi.EVENT_ACTIVATION);
    const view = this.view();
    return {
      rowCount: at.length,
      time: wide(view, at, 8),
      policy: placed(view, at, abi.ACTIVATION_EVENT_POLICY),
      flags: byte(view, at, 1),
      sides: byte(view, at, 2, 15),
      applied: byte(view, at, 2, 15, 4),
      weight: wide(view, at, abi.ACTIVATION_EVENT_WEIGHT),
      version: wide(view, at, abi.ACTIVATION_EVENT_VERSION),
      expires: wide(view, at, abi.ACTIVATION_EVENT_EXPIRES),
    };
  }

  /** What commitments judged, with the trace of its checks. */
  decisionRecords(): DecisionTable {
    const at = this.offsets(abi.EVENT_DECISION);
    const view = this.view();
    return {
      rowCount: at.length,
      time: wide(view, at, 8),
      instrument: narrow(view, at, 4),
      decision: narrow(view, at, abi.DECISION_EVENT_DECISION),
      policy: placed(view, at, abi.DECISION_EVENT_POLICY),
      kind: byte(view, at, 2, 15),
      acted: flag(view, at, 2, VERDICT_ACTED),
      reason: byte(view, at, 1),
      tier: byte(view, at, 3),
      evaluated: byte(view, at, abi.DECISION_EVENT_EVALUATED),
      passed: byte(view, at, abi.DECISION_EVENT_PASSED),
      confidence: wide(view, at, abi.DECISION_EVENT_CONFIDENCE),
      amount: wide(view, at, abi.DECISION_EVENT_AMOUNT),
      quantity: wide(view, at, abi.DECISION_EVENT_QUANTITY),
      order: sentBefore(view, at, this.offsets(abi.EVENT_ORDER)),
      orders: countBefore(at, this.offsets(abi.EVENT_ORDER)),
      fills: countBefore(at, this.offsets(abi.EVENT_FILL)),
      ends: countBefore(at, this.offsets(abi.EVENT_ORDER_END)),
    };
  }

  /**
   * Every movement of cash: those with a record of their own, and each fill as its trade and its fee.
   *
   * @param currencies Number of each instrument's currency, as `LedgerTable.currency` has it; all the account's by
   *   default.
   */
  ledger(currencies: readonly number[] = []): LedgerTable {
    return ledgerTable(this.view(), this.offsets(abi.EVENT_LEDGER), this.offsets(abi.EVENT_FILL), currencies);
  }

  /** All tables that the log says, decoded anew. O(log). */
  tables(names: TableNames): LoggedTables {
    const { instruments, currency, decisions, sets, slippages, owners, policies, policyFacts } = names;
    const { strategies, strategyOf, currencyOf, positions, venues } = names;
    return {
      ...{ instruments, currency, decisions, sets, slippages, owners, policies, policyFacts },
      ...{ strategies, strategyOf, currencyOf, positions, venues },
      orders: this.orders(),
      routes: this.routes(),
      orderEnds: this.orderEnds(),
      updates: this.updates(),
      ambiguities: this.ambiguities(),
      fills: this.fills(),
      splits: this.splits(),
      refusals: this.refusals(),
      notes: this.notes(),
      activations: this.activations(),
      decisionRecords: this.decisionRecords(),
      ledger: this.ledger(currencyOf),
    };
  }

  checkpoints(): readonly Checkpoint[] {
    const view = this.view();
    return this.offsets(abi.EVENT_CHECKPOINT).map((at) => ({
      buckets: Number(view.getBigInt64(at + abi.CHECKPOINT_EVENT_BUCKETS, true)),
      timeNs: view.getBigInt64(at + 8, true),
      equityMinor: view.getBigInt64(at + abi.CHECKPOINT_EVENT_EQUITY, true),
      digest: digestText(new Uint8Array(view.buffer, view.byteOffset + at + abi.CHECKPOINT_EVENT_DIGEST, 32)),
    }));
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const only = pieces[0];
  if (pieces.length === 1 && only !== undefined) return only;
  const all = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/** Offsets of the records, by kind, each in order. */
function indexed(view: DataView): ReadonlyMap<number, readonly number[]> {
  const offsets = new Map<number, number[]>([...BYTES_BY_KIND.keys()].map((kind) => [kind, []]));
  let at = 0;
  while (at < view.byteLength) {
    const bytes = recordBytes(view, at);
    (offsets.get(view.getUint8(at)) as number[]).push(at);
    at += bytes;
  }
  invariant(at === view.byteLength, "the bytes of a log are whole records");
  return offsets;
}

/** Places that stand in the log plus one, 0 for none. */
function placed(view: DataView, offsets: readonly number[], field: number): Int32Array {
  const column = narrow(view, offsets, field);
  for (let row = 0; row < column.length; row++) column[row] = (column[row] as number) - 1;
  return column;
}

/** 1 for each record that has a bit of its flags at `field` set. */
function flag(view: DataView, offsets: readonly number[], field: number, bit: number): Uint8Array {
  const column = byte(view, offsets, field, bit);
  for (let row = 0; row < column.length; row++) column[row] = column[row] === 0 ? 0 : 1;
  return column;
}

/** Number of each row among those of its order, from 1. */
function countedBy(orders: Int32Array): Int32Array {
  const counts = new Map<number, number>();
  return orders.map((order) => {
    const count = (counts.get(order) ?? 0) + 1;
    counts.set(order, count);
    return count;
  });
}

/** How many of `others` lie before each of `offsets`; both rise. */
function countBefore(offsets: readonly number[], others: readonly number[]): Int32Array {
  const column = new Int32Array(offsets.length);
  let count = 0;
  for (let row = 0; row < offsets.length; row++) {
    while (count < others.length && (others[count] as number) < (offsets[row] as number)) count++;
    column[row] = count;
  }
  return column;
}

/** For each note the decision record of its decision and time that follows it; -1 for none. */
function notedFor(view: DataView, notes: readonly number[], records: readonly number[]): Int32Array {
  const isFor = (note: number, record: number): boolean =>
    view.getInt32(note + abi.NOTE_EVENT_DECISION, true) === view.getInt32(record + abi.DECISION_EVENT_DECISION, true);
  let next = 0;
  return Int32Array.from(notes, (note) => {
    while (next < records.length && (records[next] as number) < note) next++;
    const time = view.getBigInt64(note + 8, true);
    for (let row = next; row < records.length; row++) {
      const record = records[row] as number;
      if (view.getBigInt64(record + 8, true) !== time) return -1;
      if (isFor(note, record)) return row;
    }
    return -1;
  });
}

/** For each decision record that sent something the newest order of its decision before it; 0 for none. */
function sentBefore(view: DataView, records: readonly number[], orders: readonly number[]): Int32Array {
  const newest = new Map<number, number>();
  let next = 0;
  return Int32Array.from(records, (record) => {
    for (; next < orders.length && (orders[next] as number) < record; next++) {
      const order = orders[next] as number;
      const sequence = view.getInt32(order + abi.ORDER_EVENT_SEQUENCE, true);
      newest.set(view.getInt32(order + abi.ORDER_EVENT_DECISION, true), sequence);
    }
    if (view.getBigInt64(record + abi.DECISION_EVENT_QUANTITY, true) === 0n) return 0;
    return newest.get(view.getInt32(record + abi.DECISION_EVENT_DECISION, true)) ?? 0;
  });
}
