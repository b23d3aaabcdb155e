// State sources: what the account and its positions were at the end of a bucket before, as columns.
//
// A stream begins a row when a bucket of its clock begins, and commits it at the end of that bucket, after decisions.
// An instruction reads one field of a stream as it was a lag of rows before; a ring in its state holds that many rows.
//
// Always true:
//   no row is read before it is committed, which is asserted for each row;
//   a snapshot that does not exist is null.
// Units: f64 in units of money, price and quantity: the mantissa over its power of ten.
//
// Not here: what fills say (`state-fills.ts`), which instructions run bucket by bucket (`region.ts`).

import { SETTINGS_CURRENCY_COUNT, SETTINGS_POSITION_COUNT } from "./abi-account";
import {
  ACCOUNT_CASH, ACCOUNT_FEES, ACCOUNT_OPEN_ORDERS, ACCOUNT_REALISED, ACCOUNT_RESERVED, ACCOUNT_START, POSITION_COST,
  POSITION_QUANTITY, POSITION_VALUE,
} from "./abi-ledger";
import { INS_FLAGS, INSTRUCTION_BYTES } from "./abi-operator";
import { ORDER_INSTRUMENT, ORDER_LEAVES, ORDER_SEQUENCE } from "./abi-order";
import {
  INSTRUMENT_VALUE_DIVISOR, INSTRUMENT_VALUE_FACTOR, RUN_INSTRUCTIONS, RUN_INSTRUMENT_COUNT, RUN_ORDERS_USED,
} from "./abi-run";
import {
  KEPT_BEGUN, KEPT_COMMITTED, KEPT_HELD, KEPT_PEAK, KEPT_TIME, PORTFOLIO_CASH, PORTFOLIO_DRAWDOWN, PORTFOLIO_EQUITY,
  PORTFOLIO_EXPOSURE_GROSS, PORTFOLIO_EXPOSURE_NET, PORTFOLIO_FEES, PORTFOLIO_OPEN_ORDERS, PORTFOLIO_PEAK,
  PORTFOLIO_REALISED, POSITION_STATE_BARS_HELD, POSITION_STATE_ENTRY_PRICE, POSITION_STATE_OPEN_QUANTITY,
  POSITION_STATE_QUANTITY, POSITION_STATE_REALISED, POSITION_STATE_VALUE, REGION_FROM, REGION_LEAVES, REGION_READS,
  REGION_REALISED, REGION_STATE_COUNT, REGION_STATES, STATE_BYTES, STATE_CLOCK, STATE_FILLS, STATE_INSTRUMENT,
  STATE_KEPT, STATE_KIND, STATE_MONEY, STATE_PORTFOLIO, STATE_POSITION, STATE_PRICE, STATE_ROW, STATE_STRATEGY,
  STATE_UNIT,
} from "./abi-state";
import { TRAP_WATERMARK } from "./abi-trap";
import { clockAt, rowOfBucket } from "./block";
import { finiteOrNull, NULL, outputColumn, param, state } from "./column";
import { balanceAt, bookOf, inBase, isForeign } from "./currency";
import { equity, grossExposure, hasMany, hasStrategies, isFlat, isHeldTwice } from "./ledger";
import { strategyOf } from "./policy";
import { account, instrumentAt, orderAt, positionAt, region, run, settings } from "./run";
import { fillField, forgetFills } from "./state-fills";
import { assure } from "./trap";
import { isInverse } from "./value";
import { addChecked, subChecked } from "./wide";

/** In place of a strategy: all of them together. */
const ALL = -1;

// @ts-ignore: decorator
@inline function streamOfState(index: i32): usize {
  return <usize>load<u32>(region, REGION_STATES) + <usize>index * STATE_BYTES;
}

// @ts-ignore: decorator
@inline function keptOf(stream: usize): usize {
  return load<u32>(stream, STATE_KEPT);
}

/** Address of the slot of a ring of `lag` rows that `row` goes to. A division costs as much as ten reads. */
// @ts-ignore: decorator
@inline function slotFor(ring: usize, row: i64, lag: i64): usize {
  return lag == 1 ? ring : ring + (<usize>(row % lag) << 3);
}

/** Begins a row of every stream whose clock has one in `bucket`. */
export function beginStates(bucket: i32): void {
  for (let i = 0, count = load<i32>(region, REGION_STATE_COUNT); i < count; i++) {
    const stream = streamOfState(i);
    const row = rowOfBucket(clockAt(load<i32>(stream, STATE_CLOCK)), bucket);
    store<i32>(stream, row, STATE_ROW);
    if (row < 0) continue;
    const kept = keptOf(stream);
    store<i64>(kept, load<i64>(kept, KEPT_BEGUN) + 1, KEPT_BEGUN);
  }
}

/**
 * Reads a field as it was `param 1` rows before the one begun, into the row entered. The stream must be committed to
 * there. State: that many values, a ring.
 */
export function readState(instruction: usize): void {
  const index = load<i32>(instruction, INS_FLAGS);
  const kept = keptOf(streamOfState(index));
  const lag = <i64>param(instruction, 1);
  const row = load<i64>(kept, KEPT_BEGUN) - 1;
  const committed = load<i64>(kept, KEPT_COMMITTED);
  assure(committed > row - lag, TRAP_WATERMARK, index, committed, row, lag);
  const value = row < lag ? NULL : load<f64>(slotFor(state(instruction), row, lag));
  store<f64>(outputColumn(instruction, 0), value);
}

/** Commits the rows begun in the bucket at `time`: every field that is read goes into its ring. */
export function commitStates(time: i64): void {
  for (let i = 0, count = load<i32>(region, REGION_STATE_COUNT); i < count; i++) {
    const stream = streamOfState(i);
    if (load<i32>(stream, STATE_ROW) >= 0) keepRow(stream);
  }
  if (load<u32>(region, REGION_LEAVES) != 0) sumLeaves();
  let instruction = <usize>load<u32>(run, RUN_INSTRUCTIONS)
    + <usize>load<i32>(region, REGION_FROM) * INSTRUCTION_BYTES;
  for (let i = 0, reads = load<i32>(region, REGION_READS); i < reads; i++, instruction += INSTRUCTION_BYTES) {
    const stream = streamOfState(load<i32>(instruction, INS_FLAGS));
    if (load<i32>(stream, STATE_ROW) < 0) continue;
    const row = load<i64>(keptOf(stream), KEPT_BEGUN) - 1;
    const slot = slotFor(state(instruction), row, <i64>param(instruction, 1));
    store<f64>(slot, fieldOf(stream, <i32>param(instruction, 0)));
  }
  for (let i = 0, count = load<i32>(region, REGION_STATE_COUNT); i < count; i++) {
    const stream = streamOfState(i);
    if (load<i32>(stream, STATE_ROW) < 0) continue;
    const kept = keptOf(stream);
    store<i64>(kept, load<i64>(kept, KEPT_BEGUN), KEPT_COMMITTED);
    store<i64>(kept, time, KEPT_TIME);
    if (load<i32>(stream, STATE_KIND) == STATE_FILLS) forgetFills(load<i32>(stream, STATE_INSTRUMENT));
  }
}

/** What a stream keeps from row to row: the peak of the portfolio, the rows that a position was held. */
function keepRow(stream: usize): void {
  const kept = keptOf(stream);
  if (load<i32>(stream, STATE_KIND) == STATE_PORTFOLIO) {
    const isFirst = load<i64>(kept, KEPT_COMMITTED) == 0;
    const peak = isFirst ? load<i64>(account, ACCOUNT_START) : load<i64>(kept, KEPT_PEAK);
    const worth = equity();
    store<i64>(kept, worth > peak ? worth : peak, KEPT_PEAK);
    return;
  }
  if (load<i32>(stream, STATE_KIND) == STATE_FILLS) return;
  const quantity = sumOf(stream, POSITION_QUANTITY);
  const rows = load<i64>(kept, KEPT_HELD);
  const held: i64 = quantity == 0 ? 0 : quantity > 0 ? (rows > 0 ? rows + 1 : 1) : rows < 0 ? rows - 1 : -1;
  store<i64>(kept, held, KEPT_HELD);
}

function fieldOf(stream: usize, field: i32): f64 {
  const kind = load<i32>(stream, STATE_KIND);
  if (kind == STATE_PORTFOLIO) return portfolioField(stream, field);
  return kind == STATE_POSITION ? positionField(stream, field) : fillField(stream, field);
}

function portfolioField(stream: usize, field: i32): f64 {
  if (field == PORTFOLIO_OPEN_ORDERS) return <f64>load<i64>(account, ACCOUNT_OPEN_ORDERS);
  if (field == PORTFOLIO_DRAWDOWN) {
    const peak = load<i64>(keptOf(stream), KEPT_PEAK);
    return peak > 0 ? <f64>subChecked(peak, equity()) / <f64>peak : NULL;
  }
  return <f64>portfolioMoney(stream, field) / load<f64>(stream, STATE_MONEY);
}

function portfolioMoney(stream: usize, field: i32): i64 {
  switch (field) {
    case PORTFOLIO_EQUITY: return equity();
    case PORTFOLIO_CASH: return load<i64>(account, ACCOUNT_CASH);
    case PORTFOLIO_EXPOSURE_GROSS: return grossExposure();
    case PORTFOLIO_EXPOSURE_NET: return netExposure();
    case PORTFOLIO_REALISED: return inAllBooks(ACCOUNT_REALISED);
    case PORTFOLIO_FEES: return inAllBooks(ACCOUNT_FEES);
    case PORTFOLIO_PEAK: return load<i64>(keptOf(stream), KEPT_PEAK);
    default: return load<i64>(account, ACCOUNT_RESERVED);
  }
}

/** Values of long positions less those of short ones, in the base currency. O(instruments). */
function netExposure(): i64 {
  let sum: i64 = 0;
  for (let i = 0, count = load<i32>(run, RUN_INSTRUMENT_COUNT); i < count; i++) {
    const value = ofPositions(i, ALL, POSITION_VALUE);
    if (value != 0) sum = addChecked(sum, inBase(bookOf(i), isInverse(instrumentAt(i)) ? -value : value));
  }
  return sum;
}

/** A field of the account, summed over the balances of all currencies, in the base currency. */
function inAllBooks(field: usize): i64 {
  let sum = load<i64>(account + field);
  if (!isForeign()) return sum;
  for (let i = 1, count = load<i32>(settings, SETTINGS_CURRENCY_COUNT); i <= count; i++) {
    const book = balanceAt(i);
    sum = addChecked(sum, inBase(book, load<i64>(book + field)));
  }
  return sum;
}

function positionField(stream: usize, field: i32): f64 {
  switch (field) {
    case POSITION_STATE_QUANTITY: return <f64>sumOf(stream, POSITION_QUANTITY) / load<f64>(stream, STATE_UNIT);
    case POSITION_STATE_ENTRY_PRICE: return entryPrice(stream) / load<f64>(stream, STATE_PRICE);
    case POSITION_STATE_OPEN_QUANTITY: return <f64>listed(REGION_LEAVES, stream) / load<f64>(stream, STATE_UNIT);
    case POSITION_STATE_BARS_HELD: return <f64>abs(load<i64>(keptOf(stream), KEPT_HELD));
    default: return <f64>positionMoney(stream, field) / load<f64>(stream, STATE_MONEY);
  }
}

function positionMoney(stream: usize, field: i32): i64 {
  if (field == POSITION_STATE_VALUE) return sumOf(stream, POSITION_VALUE);
  if (field == POSITION_STATE_REALISED) return listed(REGION_REALISED, stream);
  return subChecked(sumOf(stream, POSITION_VALUE), sumOf(stream, POSITION_COST));
}

/** A field of the positions that a stream speaks of: its strategy's, or all that its instrument has. */
function sumOf(stream: usize, field: usize): i64 {
  return ofPositions(load<i32>(stream, STATE_INSTRUMENT), load<i32>(stream, STATE_STRATEGY), field);
}

/** The sum of a field over the positions in an instrument, those of one strategy or of ALL. */
function ofPositions(instrument: i32, strategy: i32, field: usize): i64 {
  const count = load<i32>(run, RUN_INSTRUMENT_COUNT);
  if (strategy != ALL) return load<i64>(positionAt(instrument + strategy * count) + field);
  let sum = load<i64>(positionAt(instrument) + field);
  if (!hasMany()) return sum;
  const end = load<i32>(settings, SETTINGS_POSITION_COUNT);
  for (let i = instrument + count; i < end; i += count) sum = addChecked(sum, load<i64>(positionAt(i) + field));
  return sum;
}

/** Average price that was paid for what is held, price mantissa; null when it is flat, or held in several positions. */
function entryPrice(stream: usize): f64 {
  const instrument = load<i32>(stream, STATE_INSTRUMENT);
  const strategy = load<i32>(stream, STATE_STRATEGY);
  const count = load<i32>(run, RUN_INSTRUMENT_COUNT);
  let position = instrument;
  if (strategy != ALL) position += strategy * count;
  else {
    if (isFlat(instrument) || isHeldTwice(instrument)) return NULL;
    while (load<i64>(positionAt(position), POSITION_QUANTITY) == 0) position += count;
  }
  const record = positionAt(position);
  const quantity = load<i64>(record, POSITION_QUANTITY);
  if (quantity == 0) return NULL;
  const facts = instrumentAt(instrument);
  const units = abs(<f64>quantity) * <f64>load<i64>(facts, INSTRUMENT_VALUE_FACTOR);
  const cost = abs(<f64>load<i64>(record, POSITION_COST)) * <f64>load<i64>(facts, INSTRUMENT_VALUE_DIVISOR);
  return finiteOrNull(isInverse(facts) ? units / cost : cost / units);
}

/** The entries of a stream's positions in one of the region's lists, summed. */
function listed(list: usize, stream: usize): i64 {
  const first: usize = load<u32>(region + list);
  const count = load<i32>(run, RUN_INSTRUMENT_COUNT);
  const strategy = load<i32>(stream, STATE_STRATEGY);
  const instrument = load<i32>(stream, STATE_INSTRUMENT);
  if (strategy != ALL) return load<i64>(first + (<usize>(instrument + strategy * count) << 3));
  let sum: i64 = 0;
  const end = load<i32>(settings, SETTINGS_POSITION_COUNT);
  for (let i = instrument; i < end; i += count) sum = addChecked(sum, load<i64>(first + (<usize>i << 3)));
  return sum;
}

/**
 * Sums what open orders still want, by instrument and strategy; children that wait for their parent want nothing yet.
 * O(slots of the order table in use).
 */
function sumLeaves(): void {
  const sums: usize = load<u32>(region, REGION_LEAVES);
  memory.fill(sums, 0, <usize>load<i32>(settings, SETTINGS_POSITION_COUNT) << 3);
  if (load<i64>(account, ACCOUNT_OPEN_ORDERS) == 0) return;
  for (let slot = 0, used = load<i32>(run, RUN_ORDERS_USED); slot < used; slot++) {
    const order = orderAt(slot);
    // Children that wait, and requests on their way, have no sequence.
    if (load<i32>(order, ORDER_SEQUENCE) == 0) continue;
    const strategy = hasStrategies() ? strategyOf(order) : 0;
    const position = load<i32>(order, ORDER_INSTRUMENT) + strategy * load<i32>(run, RUN_INSTRUMENT_COUNT);
    const sum = sums + (<usize>position << 3);
    store<i64>(sum, addChecked(load<i64>(sum), load<i64>(order, ORDER_LEAVES)));
  }
}

/** Adds profit that a position realised, where somebody reads it. */
export function keepRealised(position: i32, realised: i64): void {
  const list: usize = load<u32>(region, REGION_REALISED);
  if (list == 0) return;
  const sum = list + (<usize>position << 3);
  store<i64>(sum, addChecked(load<i64>(sum), realised));
}
