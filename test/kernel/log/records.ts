// Records of a log, made by hand.

import * as abi from "../../../assembly/abi-event.js";
import { EventLog, NEVER, REASONS } from "../../../kernel/index.js";
import type { Reason } from "../../../kernel/index.js";

export type Field = readonly [offset: number, value: number | bigint];

/**
 * Bytes of one record: the head that all kinds share, and fields by their offset; a bigint is an i64, a number an i32.
 */
export function record(
  kind: number,
  bytes: number,
  head: readonly [a: number, b: number, instrument: number, time: bigint],
  fields: readonly Field[],
) {
  const view = new DataView(new ArrayBuffer(bytes));
  const [a, b, instrument, time] = head;
  view.setUint8(0, kind);
  view.setUint8(1, a);
  view.setUint16(2, b, true);
  view.setInt32(4, instrument, true);
  view.setBigInt64(8, time, true);
  for (const [offset, value] of fields) {
    if (typeof value === "bigint") view.setBigInt64(offset, value, true);
    else view.setInt32(offset, value, true);
  }
  return new Uint8Array(view.buffer);
}

/** A log of these pieces. */
export function logOf(pieces: readonly Uint8Array[]): EventLog {
  const log = new EventLog();
  for (const piece of pieces) log.append(piece);
  return log;
}

/** An order for `quantity`; `type` and `terms` as the record has them. */
export function orderOf(sequence: number, quantity: bigint, type = 0, terms = 0, time = 10n): Uint8Array {
  return record(
    abi.EVENT_ORDER,
    abi.ORDER_EVENT_BYTES,
    [type, terms, 0, time],
    [
      [abi.ORDER_EVENT_SEQUENCE, sequence],
      [abi.ORDER_EVENT_QUANTITY, quantity],
    ],
  );
}

/** Where an order was sent: the number of its venue, what was expected there, and the first order of its split. */
export function routeOf(sequence: number, venue: number, price: bigint, fee: bigint, first = sequence): Uint8Array {
  return record(
    abi.EVENT_ROUTE,
    abi.ROUTE_EVENT_BYTES,
    [venue, 0, 0, 10n],
    [
      [abi.ROUTE_EVENT_SEQUENCE, sequence],
      [abi.ROUTE_EVENT_FIRST, first],
      [abi.ROUTE_EVENT_PRICE, price],
      [abi.ROUTE_EVENT_FEE, fee],
      [abi.ROUTE_EVENT_PENALTY, fee * 2n],
    ],
  );
}

/** Terms of an order, by their field; it never expires unless that is said. */
export function termsOf(sequence: number, fields: readonly Field[], time = 10n): Uint8Array {
  return record(
    abi.EVENT_TERMS,
    abi.TERMS_EVENT_BYTES,
    [0, 0, 0, time],
    [[abi.TERMS_EVENT_SEQUENCE, sequence], [abi.TERMS_EVENT_EXPIRES, NEVER], ...fields],
  );
}

/** A fill of `quantity` at 100, worth nothing. */
export function fillOf(sequence: number, quantity: bigint, flags = 0, time = 20n): Uint8Array {
  return record(
    abi.EVENT_FILL,
    abi.FILL_EVENT_BYTES,
    [1, flags, 0, time],
    [
      [abi.FILL_EVENT_SEQUENCE, sequence],
      [abi.FILL_EVENT_PRICE, 100n],
      [abi.FILL_EVENT_QUANTITY, quantity],
    ],
  );
}

/** The end of an order. */
export function endOf(sequence: number, reason: Reason, leaves = 1n, time = 30n): Uint8Array {
  return record(
    abi.EVENT_ORDER_END,
    abi.ORDER_END_EVENT_BYTES,
    [REASONS.indexOf(reason), 0, 0, time],
    [
      [abi.ORDER_END_EVENT_SEQUENCE, sequence],
      [abi.ORDER_END_EVENT_LEAVES, leaves],
    ],
  );
}

/** A change of an order (UPDATE_*). */
export function updateOf(sequence: number, what: number, leaves: bigint, limit = 0n, trigger = 0n): Uint8Array {
  return record(
    abi.EVENT_UPDATE,
    abi.UPDATE_EVENT_BYTES,
    [what, 0, 0, 15n],
    [
      [abi.UPDATE_EVENT_SEQUENCE, sequence],
      [abi.UPDATE_EVENT_LEAVES, leaves],
      [abi.UPDATE_EVENT_LIMIT, limit],
      [abi.UPDATE_EVENT_TRIGGER, trigger],
    ],
  );
}

/** A bar at 25 that says not what happened to an order: AMBIGUITY_*, OUTCOME_* at worst and at best. */
export function ambiguityOf(sequence: number, kind: number, worst: number, best: number, stake = 0n): Uint8Array {
  return record(
    abi.EVENT_AMBIGUITY,
    abi.AMBIGUITY_EVENT_BYTES,
    [kind, worst | (best << 8), 0, 25n],
    [
      [abi.AMBIGUITY_EVENT_SEQUENCE, sequence],
      [abi.AMBIGUITY_EVENT_STAKE, stake],
    ],
  );
}

/** A movement of cash (LEDGER_*) of a currency. */
export function movementOf(kind: number, amount: bigint, balance: bigint, currency = 0, time = 10n): Uint8Array {
  return record(
    abi.EVENT_LEDGER,
    abi.LEDGER_EVENT_BYTES,
    [kind, currency, abi.NO_INSTRUMENT, time],
    [
      [abi.LEDGER_EVENT_AMOUNT, amount],
      [abi.LEDGER_EVENT_BALANCE, balance],
    ],
  );
}
