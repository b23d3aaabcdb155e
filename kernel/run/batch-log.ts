// Batches of a run: what each bucket left in the log, as one list a complete bucket (`MicroBatch` of `NODESETS.md` 1).
//
// The loop says where a bucket ends: behind its settling, its decisions and its valuation (`assembly/loop.ts`). One
// that leaves nothing has no batch, and the end of data belongs to the last one, which is flushed with it.
//
// Always true:
//   every record of the log is in one batch, in its order, but for checkpoints, which are about the run;
//   none of this depends on how the run was driven, and none of it is in a digest.

import { EVENT_CHECKPOINT, EVENT_ORDER } from "../../assembly/abi-event.js";
import * as abi from "../../assembly/abi-run.js";
import type { EventLog } from "../log/event-log.js";
import { RECORD_KINDS } from "../log/tables.js";
import type { Layout } from "../plan/layout.js";

type RecordKind = Exclude<(typeof RECORD_KINDS)[number], "" | "checkpoint">;

/** A record of a batch: its kind, and its number among those of its kind in the run, from 0. */
export interface BatchItem {
  readonly kind: RecordKind;
  readonly row: number;
}

/** What one bucket left in the log. */
export interface MicroBatch {
  /** Time of the bucket, ns. */
  readonly timeNs: bigint;
  /** In the order in which things happened. */
  readonly items: readonly BatchItem[];
}

/** Time of each bucket that left records, followed by the bytes of the log at its end. */
export type BatchEnds = BigInt64Array;

/** Words of an end: its time and its byte. */
const WORDS = abi.BATCH_BYTES / 8;

/** Takes the ends of buckets out of the memory as the ring is taken. */
export class BatchLog {
  private readonly view: DataView;
  private readonly layout: Layout;
  private readonly isKept: boolean;
  private readonly pieces: BigInt64Array[] = [];

  /** @param isKept Whether the log itself is. */
  constructor(memory: ArrayBuffer, layout: Layout, isKept: boolean) {
    this.view = new DataView(memory);
    this.layout = layout;
    this.isKept = isKept;
  }

  /** Takes what there is, while `byteCount` bytes are taken out of the ring. */
  drain(byteCount: number): void {
    const { view } = this;
    const { header, batches } = this.layout;
    const count = view.getInt32(header + abi.RUN_BATCH_COUNT, true);
    if (count > 0 && this.isKept) this.pieces.push(new BigInt64Array(view.buffer, batches, count * WORDS).slice());
    view.setInt32(header + abi.RUN_BATCH_COUNT, 0, true);
    const taken = view.getBigInt64(header + abi.RUN_LOG_TAKEN, true);
    view.setBigInt64(header + abi.RUN_LOG_TAKEN, taken + BigInt(byteCount), true);
  }

  /** Ends so far, a copy. */
  ends(): BatchEnds {
    const all = new BigInt64Array(this.pieces.reduce((sum, piece) => sum + piece.length, 0));
    let at = 0;
    for (const piece of this.pieces) {
      all.set(piece, at);
      at += piece.length;
    }
    return all;
  }

  /** Starts from ends that an earlier replay of the run had taken, behind `byteCount` bytes of its log. */
  resume(ends: BatchEnds, byteCount: number): void {
    if (this.isKept) this.pieces.push(ends);
    const { header } = this.layout;
    this.view.setBigInt64(header + abi.RUN_LOG_TAKEN, BigInt(byteCount), true);
    this.view.setBigInt64(header + abi.RUN_BATCH_END, BigInt(byteCount), true);
  }
}

/**
 * The batches of a log.
 *
 * @param nowNs Time of the last bucket: what no bucket has ended belongs to it, once the run is closed.
 */
export function batchesOf(log: EventLog, ends: BatchEnds, nowNs: bigint): readonly MicroBatch[] {
  const batches: { readonly timeNs: bigint; readonly items: BatchItem[] }[] = [];
  const { kind, row, offset } = log.records();
  const bucketAt = bucketsAlong(ends, nowNs);
  kind.forEach((number, i) => {
    if (number === EVENT_CHECKPOINT) return;
    const timeNs = bucketAt(offset[i] as number);
    if (batches.at(-1)?.timeNs !== timeNs) batches.push({ timeNs, items: [] });
    batches.at(-1)?.items.push({ kind: RECORD_KINDS[number] as RecordKind, row: row[i] as number });
  });
  return batches;
}

/** Time of the bucket that sent each order of a log; `nowNs` as of `batchesOf`. O(orders + buckets). */
export function orderBuckets(log: EventLog, ends: BatchEnds, nowNs: bigint): BigInt64Array {
  return BigInt64Array.from(log.offsets(EVENT_ORDER), bucketsAlong(ends, nowNs));
}

/** Time of the bucket that left the record at an offset; to be asked about offsets that rise. */
function bucketsAlong(ends: BatchEnds, nowNs: bigint): (offset: number) => bigint {
  let bucket = 0;
  return (offset) => {
    while (Number(ends[WORDS * bucket + 1]) <= offset) bucket++;
    return ends[WORDS * bucket] ?? nowNs;
  };
}
