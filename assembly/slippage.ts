// Slippage of takers: that of the run or of the venue in hand, or a decision's own, by a series or by a model in
// TypeScript.
//
// The module calls no function of the host. A model is asked in writing: the question is kept, the run's own slippage
// stands in, and what was made with it is undone and made again once the host has answered (`pass.ts`). The answers of
// a bucket are known by their questions, so nothing depends on the order in which they are asked.
//
// Always true:
//   a price that a run keeps is made from answers alone.
// Units: prices and quantities as mantissas; a series in basis points of the price.
// Rounding: basis points to the nearest 1e-9; the slipped price to the tick against the account (`FILLS.md` G6).

import { ORDER_DECISION, ORDER_TYPE, ORDER_VENUE } from "./abi-order";
import { GATES_MODEL, GATES_SLIPPAGE, GATES_SLIPPAGE_CLOCK } from "./abi-policy";
import { INSTRUMENT_TICK, RUN_BLOCK_NEXT } from "./abi-run";
import {
  QUESTION_ANSWER, QUESTION_BYTES, QUESTION_CLOSE, QUESTION_HIGH, QUESTION_INSTRUMENT, QUESTION_LOW, QUESTION_MODEL,
  QUESTION_OPEN, QUESTION_PRICE, QUESTION_QUANTITY, QUESTION_TIME, QUESTION_TYPE, QUESTION_VENUE, QUESTION_VOLUME,
  QUESTIONS_MAX, SLIPPAGE_ANSWERED, SLIPPAGE_COUNT, SLIPPAGE_NEXT, SLIPPAGE_QUESTIONS,
} from "./abi-slippage";
import { TRAP_QUESTIONS, TRAP_SLIPPAGE } from "./abi-trap";
import * as bar from "./bar";
import { clockAt, rowOfBucket } from "./block";
import { movedAway, slippedPrice, WHOLE } from "./cost";
import { isNull } from "./column";
import { gatesOf } from "./policy";
import { run, slippage, venues } from "./run";
import { assure } from "./trap";
import { mulDivCeil } from "./wide";

/** In place of a distance: the slippage of the run, or of the venue in hand, holds. */
const NOT_SAID: i64 = -1;
/** Most basis points of a series, and 1e-9 to one of them. */
const BPS_MAX: f64 = 10_000;
const E9_PER_BPS: f64 = 100_000;

/** True when a decision of the run has slippage of its own. */
// @ts-ignore: decorator
@inline export function hasOwnSlippage(): bool {
  return slippage != 0;
}

/** Price at which `order` takes `quantity` (> 0) at the point in hand, whatever the bar's range and its limit say. */
// @ts-ignore: decorator
@inline export function slippedAtPoint(order: usize, buys: bool, quantity: i64): i64 {
  if (hasOwnSlippage()) return slippedOnOwnTerms(order, buys, quantity);
  return slippedPrice(bar.facts, buys, bar.price, quantity, bar.volume);
}

function slippedOnOwnTerms(order: usize, buys: bool, quantity: i64): i64 {
  const gates = gatesOf(load<i32>(order, ORDER_DECISION));
  const away = gates == 0 ? NOT_SAID : ownDistance(gates, order, buys, quantity);
  if (away == NOT_SAID) return slippedPrice(bar.facts, buys, bar.price, quantity, bar.volume);
  return movedAway(bar.price, away, load<i64>(bar.facts, INSTRUMENT_TICK), buys);
}

/** How much worse than the point in hand an order with these gates fills; NOT_SAID when they do not say. */
function ownDistance(gates: usize, order: usize, buys: bool, quantity: i64): i64 {
  const model = load<i32>(gates, GATES_MODEL);
  if (model != 0) return answerOf(model - 1, order, buys ? quantity : -quantity);
  const column: usize = load<u32>(gates, GATES_SLIPPAGE);
  return column == 0 ? NOT_SAID : distanceInRow(column, load<i32>(gates, GATES_SLIPPAGE_CLOCK));
}

/** Distance that a series says in the bucket in hand, in which the instrument has a bar and so the clock a row. */
function distanceInRow(column: usize, clock: i32): i64 {
  const row = rowOfBucket(clockAt(clock), load<i32>(run, RUN_BLOCK_NEXT));
  const bps = load<f64>(column + (<usize>row << 3));
  if (isNull(bps)) return NOT_SAID;
  const isFine = bps >= 0 && bps <= BPS_MAX;
  assure(isFine, TRAP_SLIPPAGE, bar.instrument, bar.closeTime, reinterpret<i64>(bps));
  return mulDivCeil(bar.price, <i64>nearest(bps * E9_PER_BPS), WHOLE);
}

/** What a model says to a fill of `quantity` (signed); NOT_SAID as long as it was not asked. */
function answerOf(model: i32, order: usize, quantity: i64): i64 {
  const count = load<i32>(slippage, SLIPPAGE_COUNT);
  const answered = load<i32>(slippage, SLIPPAGE_ANSWERED);
  const question = questionAt(count);
  bar.takeRange();
  store<i32>(question, model, QUESTION_MODEL);
  store<i32>(question, bar.instrument, QUESTION_INSTRUMENT);
  store<i32>(question, load<u8>(order, ORDER_TYPE), QUESTION_TYPE);
  store<i32>(question, venues == 0 ? 0 : load<i32>(order, ORDER_VENUE), QUESTION_VENUE);
  store<i64>(question, quantity, QUESTION_QUANTITY);
  store<i64>(question, bar.price, QUESTION_PRICE);
  store<i64>(question, bar.open, QUESTION_OPEN);
  store<i64>(question, bar.high, QUESTION_HIGH);
  store<i64>(question, bar.low, QUESTION_LOW);
  store<i64>(question, bar.close, QUESTION_CLOSE);
  store<i64>(question, bar.volume, QUESTION_VOLUME);
  store<i64>(question, bar.time, QUESTION_TIME);
  const found = placeOf(question, count);
  if (found < count) return found < answered ? load<i64>(questionAt(found), QUESTION_ANSWER) : NOT_SAID;
  if (count < QUESTIONS_MAX) store<i32>(slippage, count + 1, SLIPPAGE_COUNT);
  // While others are open this one may not be asked at all.
  else assure(answered < count, TRAP_QUESTIONS, QUESTIONS_MAX, bar.closeTime);
  return NOT_SAID;
}

/** Place of an equal question among the first `count`; `count` when there is none. */
function placeOf(question: usize, count: i32): i32 {
  const next = load<i32>(slippage, SLIPPAGE_NEXT);
  // A pass mostly asks what the one before it did, in its order.
  if (next < count && isSame(questionAt(next), question)) {
    store<i32>(slippage, next + 1, SLIPPAGE_NEXT);
    return next;
  }
  for (let i = 0; i < count; i++) {
    if (!isSame(questionAt(i), question)) continue;
    store<i32>(slippage, i + 1, SLIPPAGE_NEXT);
    return i;
  }
  return count;
}

// @ts-ignore: decorator
@inline function isSame(one: usize, other: usize): bool {
  return memory.compare(one, other, QUESTION_ANSWER) == 0;
}

// @ts-ignore: decorator
@inline function questionAt(place: i32): usize {
  return <usize>load<u32>(slippage, SLIPPAGE_QUESTIONS) + <usize>place * QUESTION_BYTES;
}
