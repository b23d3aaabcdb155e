// What commitments learn from fills: gains for the reserve, outcomes for the tiers, stops that were hit for the
// breaker. They are read back from the records of the bucket, so that a walk that was tried and undone leaves nothing.

import { FILL_EVENT_FEE, FILL_EVENT_QUANTITY, FILL_EVENT_REALISED, EVENT_FILL, FILL_FLAG_STOP } from "./abi-event";
import {
  EVENT_AMBIGUITY, EVENT_LEDGER, EVENT_NOTE, EVENT_ORDER, EVENT_ORDER_END, EVENT_REFUSAL, EVENT_ROUTE, EVENT_SPLIT,
  EVENT_TERMS, EVENT_UPDATE, AMBIGUITY_EVENT_BYTES, FILL_EVENT_BYTES, LEDGER_EVENT_BYTES, NOTE_EVENT_BYTES,
  ORDER_END_EVENT_BYTES, ORDER_EVENT_BYTES, REFUSAL_EVENT_BYTES, ROUTE_EVENT_BYTES, SPLIT_EVENT_BYTES,
  TERMS_EVENT_BYTES, UPDATE_EVENT_BYTES,
} from "./abi-event";
import { POLICY_BREAKER, POLICY_CODE, POLICY_RESERVE, POLICY_TIER } from "./abi-policy";
import { RUN_POLICY_COUNT, RUN_RING, RUN_RING_USED } from "./abi-run";
import { TRAP_RING_OVERRUN } from "./abi-trap";
import { countHit } from "./breaker";
import { policyAt } from "./policy";
import { reserveGain } from "./reserve";
import { run } from "./run";
import { noteHeld, noteOutcome } from "./tier";
import { assure } from "./trap";
import { subChecked } from "./wide";

/** Notes what is held before a market is met; gives where the records of that market begin. */
export function beginFills(): i32 {
  for (let i = 0, count = load<i32>(run, RUN_POLICY_COUNT); i < count; i++) {
    if (load<i32>(policyAt(i), POLICY_CODE) == POLICY_TIER) noteHeld(policyAt(i));
  }
  return load<i32>(run, RUN_RING_USED);
}

/** Takes the fills among the records from `from` on. */
export function takeFills(from: i32): void {
  const ring: usize = load<u32>(run, RUN_RING);
  const end = load<i32>(run, RUN_RING_USED);
  let at = from;
  while (at < end) {
    const record = ring + at;
    const kind = <i32>load<u8>(record);
    at += recordBytes(kind);
    // What is noted here goes behind the records that are read.
    if (kind == EVENT_FILL) for (let i = 0, count = load<i32>(run, RUN_POLICY_COUNT); i < count; i++) take(i, record);
  }
}

/** Lets a policy take a fill. */
function take(index: i32, record: usize): void {
  const policy = policyAt(index);
  const code = load<i32>(policy, POLICY_CODE);
  const time = load<i64>(record, 8);
  const realised = load<i64>(record, FILL_EVENT_REALISED);
  const instrument = load<i32>(record, 4);
  if (code == POLICY_RESERVE && realised > 0) reserveGain(policy, instrument, realised, time);
  else if (code == POLICY_TIER) {
    const gain = subChecked(realised, load<i64>(record, FILL_EVENT_FEE));
    noteOutcome(policy, instrument, load<i64>(record, FILL_EVENT_QUANTITY), gain, time);
  } else if (code == POLICY_BREAKER && (load<u16>(record, 2) & FILL_FLAG_STOP) != 0) countHit(policy, time);
}

/** Bytes of a record that a market may leave. */
function recordBytes(kind: i32): i32 {
  if (kind == EVENT_FILL) return FILL_EVENT_BYTES;
  if (kind == EVENT_ORDER) return ORDER_EVENT_BYTES;
  if (kind == EVENT_ORDER_END) return ORDER_END_EVENT_BYTES;
  if (kind == EVENT_UPDATE) return UPDATE_EVENT_BYTES;
  if (kind == EVENT_TERMS) return TERMS_EVENT_BYTES;
  if (kind == EVENT_ROUTE) return ROUTE_EVENT_BYTES;
  if (kind == EVENT_AMBIGUITY) return AMBIGUITY_EVENT_BYTES;
  if (kind == EVENT_REFUSAL) return REFUSAL_EVENT_BYTES;
  if (kind == EVENT_LEDGER) return LEDGER_EVENT_BYTES;
  if (kind == EVENT_NOTE) return NOTE_EVENT_BYTES;
  assure(kind == EVENT_SPLIT, TRAP_RING_OVERRUN, kind);
  return SPLIT_EVENT_BYTES;
}
