// Event records: written into the ring, one function a kind.
//
// Always true:
//   the ring has room for all that one bucket can write before the bucket starts (RUN_RING_RESERVE).

import {
  ACTIVATION_EVENT_BYTES, ACTIVATION_EVENT_EXPIRES, ACTIVATION_EVENT_POLICY, ACTIVATION_EVENT_RESERVED,
  ACTIVATION_EVENT_VERSION, ACTIVATION_EVENT_WEIGHT, AMBIGUITY_EVENT_BYTES, AMBIGUITY_EVENT_RESERVED,
  AMBIGUITY_EVENT_SEQUENCE, AMBIGUITY_EVENT_STAKE, CHECKPOINT_EVENT_BUCKETS, CHECKPOINT_EVENT_BYTES,
  CHECKPOINT_EVENT_DIGEST, CHECKPOINT_EVENT_EQUITY, DECISION_EVENT_AMOUNT, DECISION_EVENT_BYTES,
  DECISION_EVENT_CONFIDENCE, DECISION_EVENT_DECISION, DECISION_EVENT_EVALUATED, DECISION_EVENT_PASSED,
  DECISION_EVENT_POLICY, DECISION_EVENT_QUANTITY, DECISION_EVENT_RESERVED, EVENT_ACTIVATION, EVENT_AMBIGUITY,
  EVENT_CHECKPOINT, EVENT_DECISION, EVENT_FILL, EVENT_LEDGER, EVENT_NOTE, EVENT_ORDER, EVENT_ORDER_END, EVENT_REFUSAL,
  EVENT_ROUTE, EVENT_SPLIT, EVENT_TERMS, EVENT_UPDATE, FILL_EVENT_BYTES, FILL_EVENT_CASH, FILL_EVENT_FEE,
  FILL_EVENT_INDEX, FILL_EVENT_PRICE, FILL_EVENT_QUANTITY, FILL_EVENT_REALISED, FILL_EVENT_SEQUENCE,
  FILL_EVENT_SLIPPAGE, LEDGER_EVENT_AMOUNT, LEDGER_EVENT_BALANCE, LEDGER_EVENT_BYTES, NO_INSTRUMENT, NOTE_EVENT_BYTES,
  NOTE_EVENT_DECISION, NOTE_EVENT_LIMIT, NOTE_EVENT_POLICY, NOTE_EVENT_VALUE, ORDER_END_EVENT_BYTES,
  ORDER_END_EVENT_LEAVES, ORDER_END_EVENT_RESERVED, ORDER_END_EVENT_SEQUENCE, ORDER_EVENT_BYTES, ORDER_EVENT_DECISION,
  ORDER_EVENT_QUANTITY, ORDER_EVENT_SEQUENCE, REFUSAL_EVENT_ALLOWED, REFUSAL_EVENT_BYTES, REFUSAL_EVENT_DECISION,
  REFUSAL_EVENT_POLICY, REFUSAL_EVENT_WANTED, ROUTE_EVENT_BYTES, ROUTE_EVENT_FEE, ROUTE_EVENT_FIRST,
  ROUTE_EVENT_PENALTY, ROUTE_EVENT_PRICE, ROUTE_EVENT_SEQUENCE, SPLIT_EVENT_AFTER, SPLIT_EVENT_BEFORE,
  SPLIT_EVENT_BYTES, SPLIT_EVENT_HELD, SPLIT_EVENT_KEPT, SPLIT_EVENT_REALISED, TERMS_EVENT_ACTIVATION,
  TERMS_EVENT_BYTES, TERMS_EVENT_DISPLAY, TERMS_EVENT_EXPIRES, TERMS_EVENT_GROUP, TERMS_EVENT_LIMIT,
  TERMS_EVENT_LIMIT_OFFSET, TERMS_EVENT_OFFSET, TERMS_EVENT_PARENT, TERMS_EVENT_RESERVED, TERMS_EVENT_SEQUENCE,
  TERMS_EVENT_TRIGGER, UPDATE_EVENT_BYTES, UPDATE_EVENT_LEAVES, UPDATE_EVENT_LIMIT, UPDATE_EVENT_RESERVED,
  UPDATE_EVENT_SEQUENCE, UPDATE_EVENT_TRIGGER,
} from "./abi-event";
import {
  ORDER_ACTIVATION, ORDER_DISPLAY, ORDER_EXPIRES, ORDER_INSTRUMENT, ORDER_LEAVES, ORDER_LIMIT, ORDER_LIMIT_OFFSET,
  ORDER_OFFSET, ORDER_SEQUENCE, ORDER_TRIGGER, ORDER_VENUE,
} from "./abi-order";
import { RUN_BUCKETS, RUN_FILL_SEQUENCE, RUN_RING, RUN_RING_CAPACITY, RUN_RING_USED } from "./abi-run";
import { TRAP_RING_OVERRUN } from "./abi-trap";
import { evaluated, passed } from "./checks";
import { equity } from "./ledger";
import { mixWord } from "./mix";
import { instrumentOfDecision, placeOf } from "./policy";
import { run } from "./run";
import { tierNumber } from "./tier";
import { assure } from "./trap";

/** Reason of the last refusal; read at once, no state of a run. */
export let lastRefusal: i32 = 0;

/** Takes `byteCount` bytes of the ring, writes the common head and gives the address of the record. */
// @ts-ignore: decorator
@inline function begin(kind: i32, a: i32, b: i32, instrument: i32, time: i64, byteCount: i32): usize {
  const used = load<i32>(run, RUN_RING_USED);
  assure(used + byteCount <= load<i32>(run, RUN_RING_CAPACITY), TRAP_RING_OVERRUN, used);
  store<i32>(run, used + byteCount, RUN_RING_USED);
  const record: usize = <usize>load<u32>(run, RUN_RING) + used;
  store<i32>(record, kind | (a << 8) | (b << 16));
  store<i32>(record, instrument, 4);
  store<i64>(record, time, 8);
  return record;
}

/** An order was accepted at `time`. */
export function recordOrder(
  type: i32, terms: i32, instrument: i32, time: i64, sequence: i32, decision: i32, quantity: i64,
): void {
  const record = begin(EVENT_ORDER, type, terms, instrument, time, ORDER_EVENT_BYTES);
  store<i32>(record, sequence, ORDER_EVENT_SEQUENCE);
  store<i32>(record, decision, ORDER_EVENT_DECISION);
  store<i64>(record, quantity, ORDER_EVENT_QUANTITY);
}

/** An order ended at `time` with `leaves` unfilled. */
export function recordOrderEnd(reason: i32, instrument: i32, time: i64, sequence: i32, leaves: i64): void {
  const record = begin(EVENT_ORDER_END, reason, 0, instrument, time, ORDER_END_EVENT_BYTES);
  store<i32>(record, sequence, ORDER_END_EVENT_SEQUENCE);
  store<i32>(record, 0, ORDER_END_EVENT_RESERVED);
  store<i64>(record, leaves, ORDER_END_EVENT_LEAVES);
}

/** Address of a mix that takes in the fills of a walk that is tried; 0 for none. */
let fillMix: usize = 0;

/** Lets the mix at `mix` take in every fill from here on; 0 lets none. */
export function mixFills(mix: usize): void {
  fillMix = mix;
}

/** An order was filled: `quantity` signed, `cash` before the fee. */
export function recordFill(
  liquidity: i32, flags: i32, instrument: i32, time: i64, sequence: i32, price: i64, quantity: i64, cash: i64, fee: i64,
  realised: i64, slippage: i64,
): void {
  const index = load<i32>(run, RUN_FILL_SEQUENCE) + 1;
  store<i32>(run, index, RUN_FILL_SEQUENCE);
  if (fillMix != 0) {
    mixWord(fillMix, sequence);
    mixWord(fillMix, price);
    mixWord(fillMix, quantity);
  }
  const record = begin(EVENT_FILL, liquidity, flags, instrument, time, FILL_EVENT_BYTES);
  store<i32>(record, sequence, FILL_EVENT_SEQUENCE);
  store<i32>(record, index, FILL_EVENT_INDEX);
  store<i64>(record, price, FILL_EVENT_PRICE);
  store<i64>(record, quantity, FILL_EVENT_QUANTITY);
  store<i64>(record, cash, FILL_EVENT_CASH);
  store<i64>(record, fee, FILL_EVENT_FEE);
  store<i64>(record, realised, FILL_EVENT_REALISED);
  store<i64>(record, slippage, FILL_EVENT_SLIPPAGE);
}

/** A decision wanted `wanted` and got `allowed`; `policy` is the place plus one of the one that refused. */
export function recordRefusal(
  reason: i32, instrument: i32, time: i64, decision: i32, wanted: i64, allowed: i64, policy: i32 = 0, severity: i32 = 0,
): void {
  lastRefusal = reason;
  const record = begin(EVENT_REFUSAL, reason, severity, instrument, time, REFUSAL_EVENT_BYTES);
  store<i32>(record, decision, REFUSAL_EVENT_DECISION);
  store<i32>(record, policy, REFUSAL_EVENT_POLICY);
  store<i64>(record, wanted, REFUSAL_EVENT_WANTED);
  store<i64>(record, allowed, REFUSAL_EVENT_ALLOWED);
}

/** A policy (its place plus one) measured `value` against `limit`, or changed the one to the other, for a decision. */
export function recordNote(
  kind: i32, severity: i32, instrument: i32, time: i64, decision: i32, policy: i32, value: i64, limit: i64,
): void {
  const record = begin(EVENT_NOTE, kind, severity, instrument, time, NOTE_EVENT_BYTES);
  store<i32>(record, decision, NOTE_EVENT_DECISION);
  store<i32>(record, policy, NOTE_EVENT_POLICY);
  store<i64>(record, value, NOTE_EVENT_VALUE);
  store<i64>(record, limit, NOTE_EVENT_LIMIT);
}

/**
 * A decision of a commitment was judged: VERDICT_* `kind`, why it did not act, its confidence, its money and what was
 * sent. The trace of its checks is the one of the last judgement.
 */
export function recordVerdict(
  owner: usize, decision: i32, kind: i32, reason: i32, time: i64, confidence: i64, amount: i64, quantity: i64,
): void {
  const instrument = instrumentOfDecision(decision);
  const about = kind | (tierNumber(owner) << 8);
  const record = begin(EVENT_DECISION, reason, about, instrument, time, DECISION_EVENT_BYTES);
  store<i32>(record, decision, DECISION_EVENT_DECISION);
  store<i32>(record, placeOf(owner), DECISION_EVENT_POLICY);
  store<u16>(record, <u16>evaluated, DECISION_EVENT_EVALUATED);
  store<u16>(record, <u16>passed, DECISION_EVENT_PASSED);
  store<i32>(record, 0, DECISION_EVENT_RESERVED);
  store<i64>(record, confidence, DECISION_EVENT_CONFIDENCE);
  store<i64>(record, amount, DECISION_EVENT_AMOUNT);
  store<i64>(record, quantity, DECISION_EVENT_QUANTITY);
}

/** A message about activation came for a policy (its place plus one); `weight` -1 where it has none. */
export function recordActivation(
  flags: i32, sides: i32, time: i64, policy: i32, weight: i64, version: i64, expires: i64,
): void {
  const record = begin(EVENT_ACTIVATION, flags, sides, NO_INSTRUMENT, time, ACTIVATION_EVENT_BYTES);
  store<i32>(record, policy, ACTIVATION_EVENT_POLICY);
  store<i32>(record, 0, ACTIVATION_EVENT_RESERVED);
  store<i64>(record, weight, ACTIVATION_EVENT_WEIGHT);
  store<i64>(record, version, ACTIVATION_EVENT_VERSION);
  store<i64>(record, expires, ACTIVATION_EVENT_EXPIRES);
}

/**
 * Cash of a currency (0 for the base) moved by `amount` and is now `balance`, on account of a position of `strategy`
 * where it is that of an instrument.
 */
export function recordLedger(
  kind: i32, instrument: i32, time: i64, amount: i64, balance: i64, currency: i32 = 0, strategy: i32 = 0,
): void {
  const about = currency | (strategy << 8);
  const record = begin(EVENT_LEDGER, kind, about, instrument, time, LEDGER_EVENT_BYTES);
  store<i64>(record, amount, LEDGER_EVENT_AMOUNT);
  store<i64>(record, balance, LEDGER_EVENT_BALANCE);
}

/** A split of `before` units into `after` took what a strategy holds from `quantity` to `kept`. */
export function recordSplit(
  instrument: i32, strategy: i32, time: i64, after: i64, before: i64, quantity: i64, kept: i64, realised: i64,
): void {
  const record = begin(EVENT_SPLIT, 0, strategy, instrument, time, SPLIT_EVENT_BYTES);
  store<i64>(record, after, SPLIT_EVENT_AFTER);
  store<i64>(record, before, SPLIT_EVENT_BEFORE);
  store<i64>(record, quantity, SPLIT_EVENT_HELD);
  store<i64>(record, kept, SPLIT_EVENT_KEPT);
  store<i64>(record, realised, SPLIT_EVENT_REALISED);
}

/** A checkpoint whose 32-byte digest is at `digest`. */
export function recordCheckpoint(time: i64, equity: i64, digest: usize): void {
  const record = begin(EVENT_CHECKPOINT, 0, 0, -1, time, CHECKPOINT_EVENT_BYTES);
  store<i64>(record, load<i64>(run, RUN_BUCKETS), CHECKPOINT_EVENT_BUCKETS);
  store<i64>(record, equity, CHECKPOINT_EVENT_EQUITY);
  memory.copy(record + CHECKPOINT_EVENT_DIGEST, digest, 32);
}

/** Terms of `order`, accepted at `time`, whose parent and a fellow of whose group have these sequence numbers. */
export function recordTerms(order: usize, time: i64, parent: i32, group: i32): void {
  const record = begin(EVENT_TERMS, 0, 0, load<i32>(order, ORDER_INSTRUMENT), time, TERMS_EVENT_BYTES);
  store<i32>(record, load<i32>(order, ORDER_SEQUENCE), TERMS_EVENT_SEQUENCE);
  store<i32>(record, parent, TERMS_EVENT_PARENT);
  store<i32>(record, group, TERMS_EVENT_GROUP);
  store<i32>(record, 0, TERMS_EVENT_RESERVED);
  store<i64>(record, load<i64>(order, ORDER_LIMIT), TERMS_EVENT_LIMIT);
  store<i64>(record, load<i64>(order, ORDER_TRIGGER), TERMS_EVENT_TRIGGER);
  store<i64>(record, load<i64>(order, ORDER_OFFSET), TERMS_EVENT_OFFSET);
  store<i64>(record, load<i64>(order, ORDER_LIMIT_OFFSET), TERMS_EVENT_LIMIT_OFFSET);
  store<i64>(record, load<i64>(order, ORDER_ACTIVATION), TERMS_EVENT_ACTIVATION);
  store<i64>(record, load<i64>(order, ORDER_DISPLAY), TERMS_EVENT_DISPLAY);
  store<i64>(record, load<i64>(order, ORDER_EXPIRES), TERMS_EVENT_EXPIRES);
}

/**
 * `order`, accepted at `time`, was sent to its venue, in a split whose first order has the sequence `first`. It was
 * expected to fill there at `price` and to cost `fee` and `penalty`.
 */
export function recordRoute(order: usize, time: i64, first: i32, price: i64, fee: i64, penalty: i64): void {
  const venue = load<i32>(order, ORDER_VENUE) - 1;
  const record = begin(EVENT_ROUTE, venue, 0, load<i32>(order, ORDER_INSTRUMENT), time, ROUTE_EVENT_BYTES);
  store<i32>(record, load<i32>(order, ORDER_SEQUENCE), ROUTE_EVENT_SEQUENCE);
  store<i32>(record, first, ROUTE_EVENT_FIRST);
  store<i64>(record, price, ROUTE_EVENT_PRICE);
  store<i64>(record, fee, ROUTE_EVENT_FEE);
  store<i64>(record, penalty, ROUTE_EVENT_PENALTY);
}

/** An open order changed (UPDATE_*) and is now as `order` says. */
export function recordUpdate(what: i32, order: usize, time: i64): void {
  const record = begin(EVENT_UPDATE, what, 0, load<i32>(order, ORDER_INSTRUMENT), time, UPDATE_EVENT_BYTES);
  store<i32>(record, load<i32>(order, ORDER_SEQUENCE), UPDATE_EVENT_SEQUENCE);
  store<i32>(record, 0, UPDATE_EVENT_RESERVED);
  store<i64>(record, load<i64>(order, ORDER_LEAVES), UPDATE_EVENT_LEAVES);
  store<i64>(record, load<i64>(order, ORDER_LIMIT), UPDATE_EVENT_LIMIT);
  store<i64>(record, load<i64>(order, ORDER_TRIGGER), UPDATE_EVENT_TRIGGER);
}

/** The bar at `time` does not decide between `worst` and `best` (OUTCOME_*), which lie `stake` apart. */
export function recordAmbiguity(
  kind: i32, worst: i32, best: i32, instrument: i32, time: i64, sequence: i32, stake: i64,
): void {
  const record = begin(EVENT_AMBIGUITY, kind, worst | (best << 8), instrument, time, AMBIGUITY_EVENT_BYTES);
  store<i32>(record, sequence, AMBIGUITY_EVENT_SEQUENCE);
  store<i32>(record, 0, AMBIGUITY_EVENT_RESERVED);
  store<i64>(record, stake, AMBIGUITY_EVENT_STAKE);
}
