// Event log: the canonical bytes of a run, and the tables that they say. The log is the only truth; a table is a view
// of it.
//
// Bytes are kept as they came; tables are decoded when first asked for, since most runs of a sweep are asked for their
// digest alone.
//
// Always true:
//   the bytes of a log are whole records in the order of events (`assembly/abi-event.ts`).

import {
  AMBIGUITY_EVENT_BYTES,
  CHECKPOINT_EVENT_BUCKETS,
  CHECKPOINT_EVENT_BYTES,
  CHECKPOINT_EVENT_DIGEST,
  CHECKPOINT_EVENT_EQUITY,
  EVENT_AMBIGUITY,
  EVENT_CHECKPOINT,
  EVENT_FILL,
  EVENT_LEDGER,
  EVENT_ORDER,
  EVENT_ORDER_END,
  EVENT_REFUSAL,
  EVENT_TERMS,
  EVENT_UPDATE,
  FILL_EVENT_BYTES,
  FILL_EVENT_CASH,
  FILL_EVENT_FEE,
  FILL_EVENT_PRICE,
  FILL_EVENT_QUANTITY,
  FILL_EVENT_REALISED,
  FILL_EVENT_SEQUENCE,
  FILL_EVENT_SLIPPAGE,
  LEDGER_EVENT_AMOUNT,
  LEDGER_EVENT_BALANCE,
  LEDGER_EVENT_BYTES,
  ORDER_END_EVENT_BYTES,
  ORDER_END_EVENT_LEAVES,
  ORDER_END_EVENT_SEQUENCE,
  ORDER_EVENT_BYTES,
  ORDER_EVENT_DECISION,
  ORDER_EVENT_QUANTITY,
  ORDER_EVENT_SEQUENCE,
  REFUSAL_EVENT_ALLOWED,
  REFUSAL_EVENT_BYTES,
  REFUSAL_EVENT_DECISION,
  REFUSAL_EVENT_WANTED,
  TERMS_EVENT_BYTES,
  UPDATE_EVENT_BYTES,
} from "../../assembly/abi-event.js";
import type { Digest } from "../base/digest.js";
import { digestText } from "../base/digest.js";
import { invariant } from "../base/error.js";
import type { FillTable, LedgerTable, OrderEndTable, OrderTable, RefusalTable } from "./tables.js";
import { LEDGER_KINDS } from "./tables.js";

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
  [EVENT_ORDER, ORDER_EVENT_BYTES],
  [EVENT_ORDER_END, ORDER_END_EVENT_BYTES],
  [EVENT_FILL, FILL_EVENT_BYTES],
  [EVENT_REFUSAL, REFUSAL_EVENT_BYTES],
  [EVENT_LEDGER, LEDGER_EVENT_BYTES],
  [EVENT_CHECKPOINT, CHECKPOINT_EVENT_BYTES],
  [EVENT_TERMS, TERMS_EVENT_BYTES],
  [EVENT_UPDATE, UPDATE_EVENT_BYTES],
  [EVENT_AMBIGUITY, AMBIGUITY_EVENT_BYTES],
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

  private offsets(kind: number): readonly number[] {
    this.offsetsByKind ??= indexed(this.view());
    return this.offsetsByKind.get(kind) ?? [];
  }

  orders(): OrderTable {
    const at = this.offsets(EVENT_ORDER);
    const view = this.view();
    return {
      rowCount: at.length,
      time: wide(view, at, 8),
      order: narrow(view, at, ORDER_EVENT_SEQUENCE),
      instrument: narrow(view, at, 4),
      decision: narrow(view, at, ORDER_EVENT_DECISION),
      quantity: wide(view, at, ORDER_EVENT_QUANTITY),
      type: byte(view, at, 1),
    };
  }

  orderEnds(): OrderEndTable {
    const at = this.offsets(EVENT_ORDER_END);
    const view = this.view();
    return {
      rowCount: at.length,
      time: wide(view, at, 8),
      order: narrow(view, at, ORDER_END_EVENT_SEQUENCE),
      instrument: narrow(view, at, 4),
      leaves: wide(view, at, ORDER_END_EVENT_LEAVES),
      reason: byte(view, at, 1),
    };
  }

  fills(): FillTable {
    const at = this.offsets(EVENT_FILL);
    const view = this.view();
    return {
      rowCount: at.length,
      time: wide(view, at, 8),
      order: narrow(view, at, FILL_EVENT_SEQUENCE),
      instrument: narrow(view, at, 4),
      price: wide(view, at, FILL_EVENT_PRICE),
      quantity: wide(view, at, FILL_EVENT_QUANTITY),
      cash: wide(view, at, FILL_EVENT_CASH),
      fee: wide(view, at, FILL_EVENT_FEE),
      realised: wide(view, at, FILL_EVENT_REALISED),
      slippage: wide(view, at, FILL_EVENT_SLIPPAGE),
      liquidity: byte(view, at, 1),
      forced: byte(view, at, 2),
    };
  }

  refusals(): RefusalTable {
    const at = this.offsets(EVENT_REFUSAL);
    const view = this.view();
    return {
      rowCount: at.length,
      time: wide(view, at, 8),
      instrument: narrow(view, at, 4),
      decision: narrow(view, at, REFUSAL_EVENT_DECISION),
      wanted: wide(view, at, REFUSAL_EVENT_WANTED),
      allowed: wide(view, at, REFUSAL_EVENT_ALLOWED),
      reason: byte(view, at, 1),
    };
  }

  /** Every movement of cash: those with a record of their own, and each fill as its trade and its fee. */
  ledger(): LedgerTable {
    const view = this.view();
    const rows: LedgerRow[] = [];
    let balance = 0n;
    const offsets = [...this.offsets(EVENT_LEDGER), ...this.offsets(EVENT_FILL)].sort((a, b) => a - b);
    for (const at of offsets) {
      const head = { time: view.getBigInt64(at + 8, true), instrument: view.getInt32(at + 4, true) };
      if (view.getUint8(at) === EVENT_LEDGER) {
        balance = view.getBigInt64(at + LEDGER_EVENT_BALANCE, true);
        rows.push({
          ...head,
          kind: view.getUint8(at + 1),
          order: 0,
          amount: view.getBigInt64(at + LEDGER_EVENT_AMOUNT, true),
          balance,
        });
        continue;
      }
      const order = view.getInt32(at + FILL_EVENT_SEQUENCE, true);
      const cash = view.getBigInt64(at + FILL_EVENT_CASH, true);
      const fee = view.getBigInt64(at + FILL_EVENT_FEE, true);
      balance += cash;
      rows.push({ ...head, kind: LEDGER_KINDS.indexOf("trade"), order, amount: cash, balance });
      if (fee === 0n) continue;
      balance -= fee;
      rows.push({ ...head, kind: LEDGER_KINDS.indexOf("fee"), order, amount: -fee, balance });
    }
    return {
      rowCount: rows.length,
      time: BigInt64Array.from(rows, (row) => row.time),
      kind: Uint8Array.from(rows, (row) => row.kind),
      instrument: Int32Array.from(rows, (row) => row.instrument),
      order: Int32Array.from(rows, (row) => row.order),
      amount: BigInt64Array.from(rows, (row) => row.amount),
      balance: BigInt64Array.from(rows, (row) => row.balance),
    };
  }

  checkpoints(): readonly Checkpoint[] {
    const view = this.view();
    return this.offsets(EVENT_CHECKPOINT).map((at) => ({
      buckets: Number(view.getBigInt64(at + CHECKPOINT_EVENT_BUCKETS, true)),
      timeNs: view.getBigInt64(at + 8, true),
      equityMinor: view.getBigInt64(at + CHECKPOINT_EVENT_EQUITY, true),
      digest: digestText(new Uint8Array(view.buffer, view.byteOffset + at + CHECKPOINT_EVENT_DIGEST, 32)),
    }));
  }
}

interface LedgerRow {
  readonly time: bigint;
  readonly kind: number;
  readonly instrument: number;
  readonly order: number;
  readonly amount: bigint;
  readonly balance: bigint;
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

/**
 * One i64 field of the records at `offsets`; copied as two words, because a BigInt a value would cost ten times as
 * much.
 */
function wide(view: DataView, offsets: readonly number[], field: number): BigInt64Array {
  const column = new BigInt64Array(offsets.length);
  const words = new Int32Array(column.buffer);
  for (let row = 0; row < offsets.length; row++) {
    const at = (offsets[row] as number) + field;
    words[2 * row] = view.getInt32(at, true);
    words[2 * row + 1] = view.getInt32(at + 4, true);
  }
  return column;
}

function narrow(view: DataView, offsets: readonly number[], field: number): Int32Array {
  return Int32Array.from(offsets, (at) => view.getInt32(at + field, true));
}

function byte(view: DataView, offsets: readonly number[], field: number): Uint8Array {
  return Uint8Array.from(offsets, (at) => view.getUint8(at + field));
}
