// First difference: the first event in which two logs part, found from the last checkpoint that they share.
//
// How it works: a checkpoint chains everything before it, so digests are equal up to some checkpoint and differ from
// there on; that one is found by bisection, and only the records behind it are compared. Runs of two graphs or
// configurations have no checkpoint in common and are compared from the start.
//
// Always true:
//   null means that no event differs; checkpoints then may, when states differ that no event tells.

import * as abi from "../../assembly/abi-event.js";
import type { Checkpoint, EventLog } from "../log/event-log.js";
import { recordBytes } from "../log/event-log.js";
import type { EventNames } from "../log/event-text.js";
import { eventLine } from "../log/event-text.js";

/** A log with what its numbers stand for. */
export interface NamedLog {
  readonly log: EventLog;
  readonly names: EventNames;
}

/** One event of one run. */
export interface DifferentEvent {
  /** Number of the record among those of the log that are no checkpoints, from 0. */
  readonly index: number;
  readonly timeNs: bigint;
  /** As `eventLines` has it. */
  readonly line: string;
  /** NodeID of the decision that it comes from; null for an event that no decision made. */
  readonly decision: string | null;
  /** Symbol, null for an event of no instrument. */
  readonly instrument: string | null;
}

/** Where two runs part. */
export interface FirstDifference {
  /** The event of each run; null for the run whose log has ended. */
  readonly a: DifferentEvent | null;
  readonly b: DifferentEvent | null;
}

/** Where two chains of checkpoints part. */
export interface ChainDifference {
  /** Last checkpoint with equal digests; null when the first ones differ. */
  readonly equal: Checkpoint | null;
  /** First one with different digests; null when there is none. */
  readonly different: Checkpoint | null;
}

/** Bisects two chains. O(log n) after the checkpoints are read. */
export function chainDifference(a: readonly Checkpoint[], b: readonly Checkpoint[]): ChainDifference {
  let low = 0;
  let high = Math.min(a.length, b.length);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (a[middle]?.digest === b[middle]?.digest) low = middle + 1;
    else high = middle;
  }
  return { equal: a[low - 1] ?? null, different: a[low] ?? b[low] ?? null };
}

/** The first event that differs, null when none does. O(records behind the last equal checkpoint). */
export function firstDifference(a: NamedLog, b: NamedLog): FirstDifference | null {
  const shared = sharedRecords(a.log, b.log);
  const [left, right] = [records(a.log, shared), records(b.log, shared)];
  for (;;) {
    const [one, two] = [left.next(), right.next()];
    if (one.done === true && two.done === true) return null;
    const isSame = one.done !== true && two.done !== true && sameRecord(a.log, one.value.at, b.log, two.value.at);
    if (isSame) continue;
    return {
      a: one.done === true ? null : eventAt(a, one.value),
      b: two.done === true ? null : eventAt(b, two.value),
    };
  }
}

interface RecordPlace {
  readonly at: number;
  readonly index: number;
}

/** Bytes and events up to the last checkpoint that both logs have at one place. */
function sharedRecords(a: EventLog, b: EventLog): { readonly bytes: number; readonly events: number } {
  const { equal } = chainDifference(a.checkpoints(), b.checkpoints());
  if (equal === null) return NOTHING;
  const view = a.view();
  let events = 0;
  for (let at = 0; at < view.byteLength; at += recordBytes(view, at)) {
    if (view.getUint8(at) !== abi.EVENT_CHECKPOINT) events++;
    else if (Number(view.getBigInt64(at + abi.CHECKPOINT_EVENT_BUCKETS, true)) === equal.buckets)
      return isEqualUpTo(a, b, at) ? { bytes: at + recordBytes(view, at), events } : NOTHING;
  }
  return NOTHING;
}

const NOTHING = { bytes: 0, events: 0 };

/** False for a log whose records are not those that its checkpoints were made from. */
function isEqualUpTo(a: EventLog, b: EventLog, bytes: number): boolean {
  const [one, two] = [a.bytes(), b.bytes()];
  for (let at = 0; at < bytes; at++) if (one[at] !== two[at]) return false;
  return true;
}

function* records(log: EventLog, from: { readonly bytes: number; readonly events: number }): Generator<RecordPlace> {
  const view = log.view();
  let index = from.events;
  for (let at = from.bytes; at < view.byteLength; at += recordBytes(view, at)) {
    if (view.getUint8(at) === abi.EVENT_CHECKPOINT) continue;
    yield { at, index };
    index++;
  }
}

function sameRecord(a: EventLog, atA: number, b: EventLog, atB: number): boolean {
  const bytes = recordBytes(a.view(), atA);
  if (bytes !== recordBytes(b.view(), atB)) return false;
  const [one, two] = [a.bytes().subarray(atA, atA + bytes), b.bytes().subarray(atB, atB + bytes)];
  return one.every((byte, i) => byte === two[i]);
}

function eventAt({ log, names }: NamedLog, { at, index }: RecordPlace): DifferentEvent {
  const view = log.view();
  const decision = decisionOf(view, at);
  const instrument = view.getInt32(at + 4, true);
  return {
    index,
    timeNs: view.getBigInt64(at + 8, true),
    line: eventLine(view, at, names),
    decision: names.decisions[decision] ?? null,
    instrument: names.instruments[instrument]?.symbol ?? null,
  };
}

const BY_DECISION: ReadonlyMap<number, number> = new Map([
  [abi.EVENT_ORDER, abi.ORDER_EVENT_DECISION],
  [abi.EVENT_REFUSAL, abi.REFUSAL_EVENT_DECISION],
  [abi.EVENT_NOTE, abi.NOTE_EVENT_DECISION],
]);
/** Every record of an order has its number at one place. */
const BY_ORDER: ReadonlySet<number> = new Set([
  abi.EVENT_ORDER_END,
  abi.EVENT_FILL,
  abi.EVENT_TERMS,
  abi.EVENT_UPDATE,
  abi.EVENT_AMBIGUITY,
  abi.EVENT_ROUTE,
]);

/** Number of the decision that the record comes from, -1 for none. O(records before it) for a record of an order. */
function decisionOf(view: DataView, at: number): number {
  const field = BY_DECISION.get(view.getUint8(at));
  if (field !== undefined) return view.getInt32(at + field, true);
  if (!BY_ORDER.has(view.getUint8(at))) return -1;
  const sequence = view.getUint32(at + abi.FILL_EVENT_SEQUENCE, true);
  for (let order = 0; order < at; order += recordBytes(view, order)) {
    if (view.getUint8(order) !== abi.EVENT_ORDER) continue;
    if (view.getUint32(order + abi.ORDER_EVENT_SEQUENCE, true) !== sequence) continue;
    return view.getInt32(order + abi.ORDER_EVENT_DECISION, true);
  }
  return -1;
}
