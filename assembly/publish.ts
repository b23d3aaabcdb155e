// Publishing: the one place through which the orders of decisions leave for the book (`NODESETS.md` 1 and 5).
//
// Always true:
//   what is published was approved: its quantity is what the gates and the account allowed its decision just before;
//   no key is sent twice in a bucket: decision (and with it strategy and instrument), bucket, side, whether it may only
//     reduce, whether it protects, and venue; a decision acts once a bucket, so nothing can make it happen, and a
//     second one stops the run;
//   the orders of a split make the whole, in quantity and in what they hold of buying power.
// Not here: orders that the engine itself makes (`liquidate.ts`), and children, which their parent's fill releases
//   (`release.ts`).

import { DECISION_TERMS, TERMS_FLAG_GOOD_TILL, TERMS_OPTIONS } from "./abi-decision";
import { EXECUTION_LATENCY } from "./abi-execution";
import {
  FORCE_FOK, FORCE_GTD, ORDER_DECISION, ORDER_DISPLAY, ORDER_EXPIRES, ORDER_FLAG_PROTECTIVE, ORDER_FLAG_REDUCE_ONLY,
  ORDER_FLAGS, ORDER_FORCE, ORDER_GROUP, ORDER_INSTRUMENT, ORDER_LEAVES, ORDER_LIMIT, ORDER_RESERVED, ORDER_SEQUENCE,
  ORDER_TRIGGER, ORDER_TYPE, ORDER_VENUE, TYPE_STOP,
} from "./abi-order";
import { RUN_BUCKETS, RUN_SENT } from "./abi-run";
import { TRAP_SENT_TWICE, TRAP_UNAPPROVED } from "./abi-trap";
import { SENT_BUCKET, SENT_BYTES, SENT_KEYS } from "./abi-venue";
import { acceptedFrom } from "./bar";
import { takeSent } from "./compliance";
import { decisionAt } from "./decision";
import { appendPending, enterBook, newOrder, roomForOrders, sharedOut } from "./order";
import { buysOf, hasFlag, sizeOf } from "./order-kind";
import { recordRoute } from "./record";
import { costAt, expectedFee, expectedPenalty, isRouted, legOf, placeOf, priceOfVenue, route } from "./route";
import { execution, orderAt, run } from "./run";
import { assure } from "./trap";
import { latencyOf } from "./venue";
import { addChecked, subChecked } from "./wide";

const NO_DECISION: i32 = -1;

/** The approval that was given last and not used: whose it is, and the signed quantity. */
let approvedOf: i32 = NO_DECISION;
let approved: i64 = 0;

/** The checks let the decision numbered `index` send `quantity` (signed). */
// @ts-ignore: decorator
@inline export function approve(index: i32, quantity: i64): void {
  approvedOf = index;
  approved = quantity;
}

/**
 * Publishes the order in `slot`, decided at `time`: it is sent to a venue, or to several, arrives after the latency and
 * waits among the pending ones.
 *
 * @param whole It is sent to one venue, whatever its router may split: children wait for it.
 */
export function publish(slot: i32, time: i64, whole: bool): void {
  const order = orderAt(slot);
  const index = load<i32>(order, ORDER_DECISION);
  useApproval(index, load<i64>(order, ORDER_LEAVES));
  const instrument = load<i32>(order, ORDER_INSTRUMENT);
  if (isRouted(index, instrument)) {
    sendRouted(slot, order, index, time, whole);
    return;
  }
  takeSent(index, 0);
  send(slot, acceptedFrom(instrument, addChecked(time, load<i64>(execution, EXECUTION_LATENCY))), 0);
}

/** Publishes a market order of `quantity` (signed) that is not routed and takes no place in the book (`swift.ts`). */
// @ts-ignore: decorator
@inline export function publishSwift(index: i32, quantity: i64): void {
  useApproval(index, quantity);
  noteSent(index, 0, quantity > 0 ? 1 : 0);
}

/** Uses the approval of an order of `quantity` (signed) up. */
// @ts-ignore: decorator
@inline function useApproval(index: i32, quantity: i64): void {
  assure(approvedOf == index && approved == quantity, TRAP_UNAPPROVED, index, quantity, approved);
  approvedOf = NO_DECISION;
}

/** Sends the order in `slot` under its key; `place` is that of its venue among those of the instrument, plus one. */
function send(slot: i32, accepted: i64, place: i32): void {
  const order = orderAt(slot);
  noteSent(load<i32>(order, ORDER_DECISION), place, mannerOf(order));
  enterBook(slot, accepted, 0);
  appendPending(slot);
}

/** Manners of orders that a decision may send in one bucket. */
const MANNERS = 6;

/** What an order is among those: by side and whether it may only reduce, or a stop or a target made anew. */
// @ts-ignore: decorator
@inline function mannerOf(order: usize): i32 {
  if (hasFlag(order, ORDER_FLAG_PROTECTIVE)) return load<u8>(order, ORDER_TYPE) == TYPE_STOP ? 4 : 5;
  return (hasFlag(order, ORDER_FLAG_REDUCE_ONLY) ? 2 : 0) | (buysOf(order) ? 1 : 0);
}

/** Keeps the key of an order among those that its decision has sent in this bucket. */
// @ts-ignore: decorator
@inline function noteSent(index: i32, place: i32, manner: i32): void {
  const sent = <usize>load<u32>(run, RUN_SENT) + <usize>index * SENT_BYTES;
  const bucket = load<i64>(run, RUN_BUCKETS) + 1;
  const kept: i64 = load<i64>(sent, SENT_BUCKET) == bucket ? load<i64>(sent, SENT_KEYS) : 0;
  const key: i64 = <i64>1 << (place * MANNERS + manner);
  assure((kept & key) == 0, TRAP_SENT_TWICE, index, place, manner);
  store<i64>(sent, bucket, SENT_BUCKET);
  store<i64>(sent, kept | key, SENT_KEYS);
}

/** Sends the order in `slot` where its router says. */
function sendRouted(slot: i32, order: usize, index: i32, time: i64, whole: bool): void {
  const instrument = load<i32>(order, ORDER_INSTRUMENT);
  const quantity = load<i64>(order, ORDER_LEAVES);
  const type = <i32>load<u8>(order, ORDER_TYPE);
  const limit = load<i64>(order, ORDER_LIMIT);
  const trigger = load<i64>(order, ORDER_TRIGGER);
  const isOne = whole || isIndivisible(order);
  let count = route(index, instrument, quantity, type, limit, trigger, isOne);
  if (!isOne && !roomForOrders(legsOf(count) - 1)) {
    count = route(index, instrument, quantity, type, limit, trigger, true);
  }
  const reserved = load<i64>(order, ORDER_RESERVED);
  let held = reserved;
  let first = 0;
  let last = count - 1;
  while (legOf(last) == 0) last--;
  for (let i = 0; i <= last; i++) {
    const part = legOf(i);
    if (part == 0) continue;
    // The last leg is the order itself, with what the others leave of its buying power.
    const leg = i == last ? slot : copyOf(order, instrument, index);
    const own = i == last ? held : sharedOut(reserved, part, sizeOf(order));
    held = subChecked(held, own);
    store<i32>(orderAt(leg), placeOf(i), ORDER_VENUE);
    if (i != last) {
      store<i64>(orderAt(leg), quantity < 0 ? -part : part, ORDER_LEAVES);
      store<i64>(orderAt(leg), own, ORDER_RESERVED);
    } else {
      store<i64>(order, quantity < 0 ? -part : part, ORDER_LEAVES);
      store<i64>(order, own, ORDER_RESERVED);
    }
    first = sendLeg(leg, i, part, first, time);
  }
}

/** Sends a leg to the venue in place `i`; gives the sequence of the first leg. */
function sendLeg(slot: i32, i: i32, part: i64, first: i32, time: i64): i32 {
  const order = orderAt(slot);
  const instrument = load<i32>(order, ORDER_INSTRUMENT);
  const accepted = acceptedFrom(instrument, addChecked(time, latencyOf(order)));
  if (countsFromAcceptance(order)) {
    const own = acceptedFrom(instrument, addChecked(time, load<i64>(execution, EXECUTION_LATENCY)));
    store<i64>(order, addChecked(load<i64>(order, ORDER_EXPIRES), subChecked(accepted, own)), ORDER_EXPIRES);
  }
  takeSent(load<i32>(order, ORDER_DECISION), placeOf(i));
  send(slot, accepted, i + 1);
  const sequence = load<i32>(order, ORDER_SEQUENCE);
  const root = first == 0 ? sequence : first;
  costAt(i, part);
  recordRoute(order, accepted, root, priceOfVenue(i), expectedFee, expectedPenalty);
  return root;
}

/** True for an order that has to stay in one piece: it fills whole or not, shows a part, or hangs with others. */
function isIndivisible(order: usize): bool {
  if (load<u8>(order, ORDER_FORCE) == FORCE_FOK) return true;
  return load<i64>(order, ORDER_DISPLAY) != 0 || load<i32>(order, ORDER_GROUP) != 0;
}

/** True when an order ends a length after its acceptance. */
function countsFromAcceptance(order: usize): bool {
  if (load<u8>(order, ORDER_FORCE) != FORCE_GTD) return false;
  const terms: usize = load<u32>(decisionAt(load<i32>(order, ORDER_DECISION)), DECISION_TERMS);
  return (load<i32>(terms, TERMS_OPTIONS) & TERMS_FLAG_GOOD_TILL) == 0;
}

/** Venues with a leg, of the `count` that were looked at. */
function legsOf(count: i32): i32 {
  let legs = 0;
  for (let i = 0; i < count; i++) if (legOf(i) != 0) legs++;
  return legs;
}

/** A new order with the terms of `order`. */
function copyOf(order: usize, instrument: i32, index: i32): i32 {
  const slot = newOrder(instrument, index);
  const copy = orderAt(slot);
  store<u8>(copy, load<u8>(order, ORDER_TYPE), ORDER_TYPE);
  store<u8>(copy, load<u8>(order, ORDER_FORCE), ORDER_FORCE);
  store<i32>(copy, load<i32>(order, ORDER_FLAGS), ORDER_FLAGS);
  store<i64>(copy, load<i64>(order, ORDER_LIMIT), ORDER_LIMIT);
  store<i64>(copy, load<i64>(order, ORDER_EXPIRES), ORDER_EXPIRES);
  return slot;
}
