// The loop: everything that happens per bucket, for as long as nothing outside is needed.
//
// `advance` assembles a block, runs the block instructions over it, then takes its buckets one by one: settle (the
// market meets open orders, marks move), run the bucket region (what is reached from a state source, on the one row of
// the bucket), decide (targets and orders act on what is known at the end of the bucket), close (valuation, mix, state
// sources, checkpoint). It comes back when the time asked for is reached, when the event ring or the portfolio columns
// are full, when rows are missing, when a user node's turn has come, when a slippage model has a question, or at the
// end; the next call goes on from there.
//
// Always true:
//   a bucket is processed whole or not at all, but for the user nodes of its region, behind which it goes on, and for
//   its fills, which are made again once questions are answered (`pass.ts`);
//   the result does not depend on where calls or blocks were cut.

import { ACCOUNT_IS_FOREIGN, SETTINGS_POSITION_COUNT } from "./abi-account";
import { LEDGER_DEPOSIT, NO_INSTRUMENT } from "./abi-event";
import { EXECUTION_FLAG_CLOSE_AT_END, EXECUTION_FLAG_SAME_CLOSE, EXECUTION_FLAGS } from "./abi-execution";
import { ACCOUNT_CASH, ACCOUNT_GROSS, ACCOUNT_OPEN_ORDERS, ACCOUNT_START } from "./abi-ledger";
import { OP_ALIGN, OP_DELAY, OP_HOST, OP_SOURCE, OP_WINDOW } from "./abi-opcodes";
import { INS_CLOCK, INS_OPCODE, INSTRUCTION_BYTES } from "./abi-operator";
import { MARKET_ORDERS, MARKET_PENDING_FIRST } from "./abi-order";
import {
  BATCH_BYTES, BATCH_END, BATCH_TIME, BATCHES_MAX, CLOCK_ROW_COUNT, FLAG_STEP_EVERY_BUCKET, INSTRUMENT_STREAM,
  PHASE_AFTER, PHASE_ASSEMBLE, PHASE_BUCKETS, PHASE_COMPUTE, RUN_BATCHES, RUN_BATCH_COUNT, RUN_BATCH_END,
  RUN_BLOCK_BUCKETS, RUN_BLOCK_NEXT, RUN_BLOCK_TIMES, RUN_BUCKETS, RUN_CHECKPOINT_EVERY, RUN_DRAW_LOG_ROOM,
  RUN_DRAW_LOG_USED, RUN_FLAGS, RUN_INSTRUCTIONS, RUN_INSTRUCTION_COUNT, RUN_INSTRUCTION_NEXT, RUN_INSTRUMENT_COUNT,
  RUN_LOG_TAKEN, RUN_MIX, RUN_NOW, RUN_PHASE, RUN_PORTFOLIO, RUN_PORTFOLIO_BOUNDARY, RUN_PORTFOLIO_CAPACITY,
  RUN_PORTFOLIO_PERIOD, RUN_PORTFOLIO_USED, RUN_RING_CAPACITY, RUN_RING_RESERVE, RUN_RING_USED, RUN_SCRATCH,
  RUN_SIDE_TIME, RUN_STREAM_COUNT, RUN_UNTIL, RUN_VALUATIONS, STATUS_END, STATUS_HOST, STATUS_QUESTIONS, STATUS_RING,
  STATUS_UNTIL, STREAM_BLOCK_CURSOR, STREAM_BLOCK_FIRST, STREAM_CLOSE, STREAM_CLOSED, STREAM_EXECUTES,
  STREAM_INSTRUMENT,
} from "./abi-run";
import { PHASE_MARKET_STATE, PHASE_SETTLEMENT } from "./abi-side";
import { PASS_CLOSE, PASS_MARKET } from "./abi-slippage";
import { REGION_END, REGION_TO } from "./abi-state";
import { markActing, mayAct } from "./acting";
import {
  alignColumn, assembleBlock, BLOCK_READY, clockAt, delayColumn, readSource, rowOfBucket, windowColumn,
} from "./block";
import { takeBar } from "./bar";
import { hashLog, mixColumns, mixRegion, takeCheckpoint } from "./checkpoint";
import { enterRow } from "./column";
import { beginFills, takeFills } from "./commitment-fills";
import { decide } from "./decision";
import { drawUnseed } from "./draw";
import { closeForced, endOrders, fillAtCloses, meetBars } from "./execution";
import { everyStreamDense, heldOneWay, quietBuckets, roomLimited, valueBuckets } from "./idle";
import { equity, grossExposure, held, isFlat, mark } from "./ledger";
import { hasLiquidation } from "./liquidation";
import { mixRange, mixWord } from "./mix";
import { evaluate } from "./operators/dispatch";
import { endPass, isAnyOpen, isOpen, startPass } from "./pass";
import { commitBuckets, hasCommitments, hasPolicies } from "./policy";
import { recordLedger } from "./record";
import { beginRegion, isRegionRunning, runRegion } from "./region";
import { findRenewals, renews } from "./renewal";
import { allRest, untouchedBuckets } from "./resting";
import {
  account, accountFlags, execution, instrumentAt, marketAt, region, run, settings, streamAt, takeRun,
} from "./run";
import { applySideEvents, applySideEventsAt } from "./side";
import { commitStates } from "./state-source";
import { allowSwift, enterSwift, fillSwift, hasSwift } from "./swift";
import { hasViews, takeViews } from "./view";

/** Goes on with the run whose header is at `header` up to RUN_UNTIL. Gives a STATUS_*. */
export function advance(header: usize): i32 {
  takeRun(header);
  // Where a user node came up, or a run stopped, a row is still entered.
  enterRow(0);
  const status = advanceToStop();
  // Answers come at once, and nothing is taken out of the ring before them.
  if (status != STATUS_QUESTIONS) hashLog();
  return status;
}

function advanceToStop(): i32 {
  while (true) {
    const phase = load<i32>(run, RUN_PHASE);
    if (phase == PHASE_ASSEMBLE) {
      const status = assembleBlock();
      if (status != BLOCK_READY) return status;
      store<i32>(run, 0, RUN_INSTRUCTION_NEXT);
      store<i32>(run, PHASE_COMPUTE, RUN_PHASE);
    } else if (phase == PHASE_COMPUTE) {
      if (!computeBlock(load<i32>(run, RUN_INSTRUCTION_COUNT))) return STATUS_HOST;
      mixColumns();
      store<i32>(run, PHASE_BUCKETS, RUN_PHASE);
    } else if (phase == PHASE_BUCKETS) {
      const status = processBuckets();
      if (status != STATUS_END) return status;
      if (region != 0) store<i32>(run, load<i32>(region, REGION_TO), RUN_INSTRUCTION_NEXT);
      store<i32>(run, region != 0 ? PHASE_AFTER : PHASE_ASSEMBLE, RUN_PHASE);
    } else {
      if (!computeBlock(load<i32>(region, REGION_END))) return STATUS_HOST;
      store<i32>(run, PHASE_ASSEMBLE, RUN_PHASE);
    }
  }
}

/**
 * Runs the instructions that are left before the one numbered `count`, over the whole block. Gives false when one is
 * the host's; the next call goes on behind it.
 */
function computeBlock(count: i32): bool {
  const all: usize = load<u32>(run, RUN_INSTRUCTIONS);
  for (let i = load<i32>(run, RUN_INSTRUCTION_NEXT); i < count; i++) {
    const instruction = all + <usize>i * INSTRUCTION_BYTES;
    const rows = load<i32>(clockAt(load<i32>(instruction, INS_CLOCK)), CLOCK_ROW_COUNT);
    if (rows == 0) continue;
    const opcode = load<i32>(instruction, INS_OPCODE);
    if (opcode == OP_SOURCE) readSource(instruction, rows);
    else if (opcode == OP_ALIGN) alignColumn(instruction, rows);
    else if (opcode == OP_DELAY) delayColumn(instruction, rows);
    else if (opcode == OP_WINDOW) windowColumn(instruction, rows);
    else if (opcode == OP_HOST) {
      store<i32>(run, i + 1, RUN_INSTRUCTION_NEXT);
      return false;
    } else evaluate(instruction, rows);
  }
  return true;
}

/** True while the buckets of the block in hand are marked by whether a decision may act in them. */
let isMarked: bool = false;

/** Takes the buckets of the block. Gives STATUS_END when all are done, else why not. */
function processBuckets(): i32 {
  const status = takeBuckets();
  enterSwift();
  return status;
}

function takeBuckets(): i32 {
  const until = load<i64>(run, RUN_UNTIL);
  const times: usize = load<u32>(run, RUN_BLOCK_TIMES);
  const count = load<i32>(run, RUN_BLOCK_BUCKETS);
  const manyBooks = (accountFlags & ACCOUNT_IS_FOREIGN) != 0;
  const steps = region != 0 || (load<i32>(run, RUN_FLAGS) & FLAG_STEP_EVERY_BUCKET) != 0 || hasCommitments()
    || hasViews();
  isMarked = !steps && !manyBooks && everyStreamDense();
  // The marks of a call that came back with questions are still there.
  if (isMarked && !isAnyOpen()) markActing(load<i32>(run, RUN_BLOCK_NEXT));
  allowSwift(isMarked);
  findRenewals();
  for (let bucket = load<i32>(run, RUN_BLOCK_NEXT); bucket < count; bucket = load<i32>(run, RUN_BLOCK_NEXT)) {
    const time = load<i64>(times + (<usize>bucket << 3));
    if (isOpen(PASS_MARKET)) {
      if (!settleBucket(bucket, time)) return STATUS_QUESTIONS;
    } else if (!isRegionRunning() && !isOpen(PASS_CLOSE)) {
      if (time > until) return STATUS_UNTIL;
      // Side events leave records too, so the room is looked at behind them.
      if (time >= load<i64>(run, RUN_SIDE_TIME)) {
        enterSwift();
        if (!applySideEvents(time)) return STATUS_RING;
      }
      if (!roomForBucket()) return STATUS_RING;
      if (hasSwift()) fillSwift(bucket);
      if (isMarked && !renews && isIdle()) {
        // What happens besides trading happens between idle buckets, or in one that is processed whole.
        const side = load<i64>(run, RUN_SIDE_TIME) - 1;
        if (time <= side && idleBuckets(bucket, count, until < side ? until : side, times)) continue;
      }
      if (!settleBucket(bucket, time)) return STATUS_QUESTIONS;
    }
    // Called in one place, so that it is compiled in place: 3 ns a bucket.
    if (!completeBucket(bucket, time)) return isOpen(PASS_CLOSE) ? STATUS_QUESTIONS : STATUS_HOST;
  }
  return STATUS_END;
}

/** True when nothing can happen in a bucket unless a price is reached, a time comes or a decision acts. */
// @ts-ignore: decorator
@inline function isIdle(): bool {
  if (load<i64>(run, RUN_BUCKETS) == 0 || mayLiquidate()) return false;
  return load<i64>(account, ACCOUNT_OPEN_ORDERS) == 0 || allRest();
}

/** True when the ring, the ends of buckets and the portfolio columns can take whatever one bucket writes. */
function roomForBucket(): bool {
  const free = load<i32>(run, RUN_RING_CAPACITY) - load<i32>(run, RUN_RING_USED);
  if (free < load<i32>(run, RUN_RING_RESERVE) || load<i32>(run, RUN_BATCH_COUNT) >= BATCHES_MAX) return false;
  if (load<i32>(run, RUN_DRAW_LOG_USED) > load<i32>(run, RUN_DRAW_LOG_ROOM) >> 1) return false;
  if (load<u32>(run, RUN_PORTFOLIO) == 0) return true;
  return load<i32>(run, RUN_PORTFOLIO_USED) < load<i32>(run, RUN_PORTFOLIO_CAPACITY);
}

/**
 * First part of a bucket: what besides trading happens before it, the market, what happens behind that. Gives false
 * when the market is to be met again, for which what was ahead of it has happened.
 */
function settleBucket(bucket: i32, time: i64): bool {
  if (load<i64>(run, RUN_BUCKETS) == 0) {
    const start = load<i64>(account, ACCOUNT_START);
    recordLedger(LEDGER_DEPOSIT, NO_INSTRUMENT, time, start, start);
  }
  const hasSideEvents = time == load<i64>(run, RUN_SIDE_TIME);
  if (hasSideEvents) applySideEventsAt(time, PHASE_MARKET_STATE);
  if (!settle(bucket, time)) return false;
  if (hasSideEvents) applySideEventsAt(time, PHASE_SETTLEMENT);
  if (region != 0) beginRegion(bucket);
  return true;
}

/** The rest of a bucket: its region, decide, close. Gives false when the host is to come first. */
function completeBucket(bucket: i32, time: i64): bool {
  if (!isOpen(PASS_CLOSE)) {
    if (region != 0 && !runRegion(bucket)) return false;
    if (hasViews()) takeViews(bucket);
    if (!isMarked || renews || mayAct(bucket)) decide(bucket, time);
  }
  if ((load<i32>(execution, EXECUTION_FLAGS) & EXECUTION_FLAG_SAME_CLOSE) != 0 && !closeDue(bucket)) return false;
  closeBucket(bucket, time);
  return true;
}

/** The market of the bucket at `time`: orders meet its bars, then marks move; false when it is to be met again. */
function settle(bucket: i32, time: i64): bool {
  const streams = load<i32>(run, RUN_STREAM_COUNT);
  const from = hasCommitments() ? beginFills() : -1;
  if (load<i64>(account, ACCOUNT_OPEN_ORDERS) != 0 || mayLiquidate()) {
    startPass();
    meetMarket(bucket, streams);
    if (!endPass(PASS_MARKET)) return false;
  }
  markCloses(bucket, streams, time);
  if (from >= 0) takeFills(from);
  return true;
}

/** Marks every instrument with a bar in this bucket at its close. */
function markCloses(bucket: i32, streams: i32, time: i64): void {
  for (let s = 0; s < streams; s++) {
    const stream = streamAt(s);
    const row = rowOfBucket(clockAt(s), bucket);
    store<i32>(stream, row, STREAM_BLOCK_CURSOR);
    if (row < 0) continue;
    store<i64>(stream, time, STREAM_CLOSED);
    if (load<i32>(stream, STREAM_EXECUTES) == 0) continue;
    const offset = <usize>(load<i32>(stream, STREAM_BLOCK_FIRST) + row) << 3;
    mark(load<i32>(stream, STREAM_INSTRUMENT), load<i64>(<usize>load<u32>(stream, STREAM_CLOSE) + offset));
  }
}

/** True when a position is held whose margin may be used up. */
// @ts-ignore: decorator
@inline function mayLiquidate(): bool {
  return hasLiquidation() && load<i64>(account, ACCOUNT_GROSS) != 0;
}

/** Open orders of the instruments with a bar in this bucket meet it; positions that may be liquidated do as well. */
function meetMarket(bucket: i32, streams: i32): void {
  const list: usize = load<u32>(run, RUN_SCRATCH);
  let due = 0;
  for (let s = 0; s < streams; s++) {
    const stream = streamAt(s);
    const row = rowOfBucket(clockAt(s), bucket);
    store<i32>(stream, row, STREAM_BLOCK_CURSOR);
    if (row < 0 || load<i32>(stream, STREAM_EXECUTES) == 0) continue;
    const instrument = load<i32>(stream, STREAM_INSTRUMENT);
    if (load<i32>(marketAt(instrument), MARKET_ORDERS) == 0 && (!mayLiquidate() || isFlat(instrument))) continue;
    store<i32>(list + (<usize>due << 2), instrument);
    due++;
  }
  if (due > 0) meetBars(list, due);
}

/** Runs the market orders of all instruments with a bar in this bucket at its close; false for once again. */
function closeDue(bucket: i32): bool {
  const list: usize = load<u32>(run, RUN_SCRATCH);
  let due = 0;
  for (let s = 0, streams = load<i32>(run, RUN_STREAM_COUNT); s < streams; s++) {
    const stream = streamAt(s);
    if (load<i32>(stream, STREAM_EXECUTES) == 0 || load<i32>(stream, STREAM_BLOCK_CURSOR) < 0) continue;
    const instrument = load<i32>(stream, STREAM_INSTRUMENT);
    if (load<i32>(marketAt(instrument), MARKET_PENDING_FIRST) == 0) continue;
    store<i32>(list + (<usize>due << 2), instrument);
    due++;
  }
  if (due == 0) return true;
  const from = hasCommitments() ? beginFills() : -1;
  startPass();
  fillAtCloses(list, due);
  if (!endPass(PASS_CLOSE)) return false;
  if (from >= 0) takeFills(from);
  for (let i = 0; i < due; i++) {
    const instrument = load<i32>(list + (<usize>i << 2));
    const stream = streamAt(load<i32>(instrumentAt(instrument), INSTRUMENT_STREAM));
    const row = <usize>(load<i32>(stream, STREAM_BLOCK_FIRST) + load<i32>(stream, STREAM_BLOCK_CURSOR));
    mark(instrument, load<i64>(<usize>load<u32>(stream, STREAM_CLOSE) + (row << 3)));
  }
  return true;
}

/** End of a bucket: valuation into the mix and the portfolio columns, state sources, counters, checkpoint. */
// @ts-ignore: decorator
@inline function closeBucket(bucket: i32, time: i64): void {
  const worth = equity();
  mixWord(run + RUN_MIX, worth);
  writePortfolio(time, worth, load<i64>(account, ACCOUNT_CASH), grossExposure());
  if (hasPolicies()) {
    const values: usize = load<u32>(run, RUN_VALUATIONS);
    store<i64>(values, worth);
    commitBuckets(values, 1);
  }
  if (region != 0) {
    commitStates(time);
    mixRegion(bucket);
  }
  finishBuckets(bucket + 1, 1, time);
  endBatch(time);
}

/** Notes where what the bucket at `time` left in the log ends, if it left anything (`MicroBatch`, `NODESETS.md` 1). */
// @ts-ignore: decorator
@inline function endBatch(time: i64): void {
  const end = load<i64>(run, RUN_LOG_TAKEN) + load<i32>(run, RUN_RING_USED);
  if (end != load<i64>(run, RUN_BATCH_END)) noteBatch(end, time);
}

function noteBatch(end: i64, time: i64): void {
  const count = load<i32>(run, RUN_BATCH_COUNT);
  const batch = <usize>load<u32>(run, RUN_BATCHES) + <usize>count * BATCH_BYTES;
  store<i64>(batch, time, BATCH_TIME);
  store<i64>(batch, end, BATCH_END);
  store<i32>(run, count + 1, RUN_BATCH_COUNT);
  store<i64>(run, end, RUN_BATCH_END);
}

/** Counts `count` buckets as completed, the last at `time`, and takes the checkpoint that falls on it. */
// @ts-ignore: decorator
@inline function finishBuckets(next: i32, count: i32, time: i64): void {
  const done = load<i64>(run, RUN_BUCKETS) + count;
  store<i64>(run, done, RUN_BUCKETS);
  store<i64>(run, time, RUN_NOW);
  store<i32>(run, next, RUN_BLOCK_NEXT);
  // A block never reaches over a checkpoint, so that one falls on the last bucket of a block only.
  if (next < load<i32>(run, RUN_BLOCK_BUCKETS) || done % load<i32>(run, RUN_CHECKPOINT_EVERY) != 0) return;
  enterSwift();
  takeCheckpoint();
}

/**
 * Writes a row of the portfolio, in place of the newest one when both lie in one span (a span holds its last instant).
 */
// @ts-ignore: decorator
@inline function writePortfolio(time: i64, worth: i64, cash: i64, gross: i64): void {
  const base: usize = load<u32>(run, RUN_PORTFOLIO);
  if (base == 0) return;
  let used = load<i32>(run, RUN_PORTFOLIO_USED);
  if (time <= load<i64>(run, RUN_PORTFOLIO_BOUNDARY) && used > 0) used--;
  else startSpan(time);
  const stride = <usize>load<i32>(run, RUN_PORTFOLIO_CAPACITY) << 3;
  const row = base + (<usize>used << 3);
  store<i64>(row, time);
  store<i64>(row + stride, worth);
  store<i64>(row + 2 * stride, cash);
  store<i64>(row + 3 * stride, gross);
  store<i32>(run, used + 1, RUN_PORTFOLIO_USED);
}

/** Sets the end of the portfolio's span that `time` lies in. */
function startSpan(time: i64): void {
  const period = load<i64>(run, RUN_PORTFOLIO_PERIOD);
  if (period == 0) return;
  const over = (time - 1) % period;
  const begin = time - 1 - (over < 0 ? over + period : over);
  store<i64>(run, begin + period, RUN_PORTFOLIO_BOUNDARY);
}

/**
 * Takes the buckets of a dense block for as long as no order is open and no decision acts: only marks, valuation and
 * mix move. The same as `settleBucket` and `completeBucket` for such buckets, instrument by instrument instead of
 * bucket by bucket, in a third of the time. Gives true when it completed any; the bucket in which a decision acts is
 * left to be processed whole.
 */
function idleBuckets(first: i32, count: i32, until: i64, times: usize): bool {
  if (!heldOneWay()) return false;
  let quiet = quietBuckets(first, roomLimited(first, count), until, times);
  if (load<i64>(account, ACCOUNT_OPEN_ORDERS) != 0) quiet = untouchedBuckets(first, quiet, times);
  const rows = quiet == first ? 0 : valueBuckets(first, quiet - first);
  if (rows == 0) return false;
  // What came before the stretch, or filled at its first open, belongs to its first bucket.
  endBatch(load<i64>(times + (<usize>first << 3)));
  const values: usize = load<u32>(run, RUN_VALUATIONS);
  mixRange(run + RUN_MIX, values, values + (<usize>rows << 3));
  if (hasPolicies()) commitBuckets(values, rows);
  if (load<u32>(run, RUN_PORTFOLIO) != 0) writeIdlePortfolio(times + (<usize>first << 3), values, rows);
  const last = first + rows - 1;
  const time = load<i64>(times + (<usize>last << 3));
  markCloses(last, load<i32>(run, RUN_STREAM_COUNT), time);
  if (load<i64>(account, ACCOUNT_OPEN_ORDERS) != 0) passBars();
  finishBuckets(last + 1, rows, time);
  return true;
}

/** What the last bars of an idle stretch leave of their volumes, to the orders that they did not reach. */
function passBars(): void {
  for (let i = 0, count = load<i32>(run, RUN_INSTRUMENT_COUNT); i < count; i++) {
    if (load<i32>(marketAt(i), MARKET_ORDERS) != 0) takeBar(i);
  }
}

/** Portfolio rows of `rows` idle buckets, whose cash is the same: of each span only its last bucket is written. */
function writeIdlePortfolio(times: usize, values: usize, rows: i32): void {
  const cash = load<i64>(account, ACCOUNT_CASH);
  const spans = load<i64>(run, RUN_PORTFOLIO_PERIOD) != 0;
  const end = <usize>rows << 3;
  for (let at: usize = 0; at < end; at += 8) {
    const worth = load<i64>(values + at);
    const gross = worth - cash;
    writePortfolio(load<i64>(times + at), worth, cash, gross < 0 ? -gross : gross);
    if (!spans) continue;
    // The next row written is the last one of the span, unless that is this one.
    const boundary = load<i64>(run, RUN_PORTFOLIO_BOUNDARY);
    let last = load<i64>(times + end - 8) <= boundary ? end - 8 : at;
    while (last < end - 8 && load<i64>(times + last, 8) <= boundary) last += 8;
    if (last > at) at = last - 8;
  }
}

/**
 * Ends the run at the end of data (`FILLS.md` B16): open orders end, positions are closed at the last close when the
 * run asks for it, the last checkpoint is taken. The ring must have room; called once, after `advance` gave STATUS_END.
 */
export function finish(header: usize): void {
  takeRun(header);
  endOrders();
  if (load<i32>(execution, EXECUTION_FLAGS) & EXECUTION_FLAG_CLOSE_AT_END) closePositions();
  drawUnseed();
  takeCheckpoint();
  hashLog();
}

/** Closes every position at its last close, as forced fills, and writes the last row of the portfolio anew. */
function closePositions(): void {
  const now = load<i64>(run, RUN_NOW);
  let closed = false;
  for (let i = 0, count = load<i32>(settings, SETTINGS_POSITION_COUNT); i < count; i++) {
    if (held(i) == 0) continue;
    closeForced(i);
    closed = true;
  }
  if (!closed) return;
  // The host leaves the newest row in place, so the last bucket's row becomes the one after the closing.
  const used = load<i32>(run, RUN_PORTFOLIO_USED);
  if (used > 0) store<i32>(run, used - 1, RUN_PORTFOLIO_USED);
  store<i64>(run, i64.MIN_VALUE, RUN_PORTFOLIO_BOUNDARY);
  writePortfolio(now, equity(), load<i64>(account, ACCOUNT_CASH), grossExposure());
}
