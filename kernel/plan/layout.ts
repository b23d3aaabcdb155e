// Layout: gives every record, table and column of a plan its place in the memory of a run, and writes it there.
//
// Always true:
//   a run lies in one range, `base` to `base + byteCount`; a copy of that range is a snapshot;
//   what a checkpoint digests besides the log (account, positions, holdings, markets, mixes, node states) is one range
//   without addresses, and starts with the books (account, positions, holdings, markets, realised profit where a state
//   source reads it);
//   before the first bucket every byte that is read before it is written has been zeroed.
// Units: bytes; addresses are offsets into linear memory.

import { BLAKE3_DIGEST_BYTES, BLAKE3_STATE_BYTES } from "../../assembly/abi-blake3.js";
import { INSTRUCTION_BYTES } from "../../assembly/abi-operator.js";
import { EXECUTION_BYTES } from "../../assembly/abi-execution.js";
import {
  ACCOUNT_BYTES,
  ACCOUNT_CASH,
  ACCOUNT_DAY,
  ACCOUNT_START,
  HOLDING_BYTES,
  POSITION_BYTES,
} from "../../assembly/abi-ledger.js";
import { MARKET_BYTES, MARKET_EXPIRY, MARKET_STATUS_SINCE, ORDER_BYTES } from "../../assembly/abi-order.js";
import * as abi from "../../assembly/abi-run.js";
import { SIDE_BYTES } from "../../assembly/abi-side.js";
import { SENT_BYTES } from "../../assembly/abi-venue.js";
import { ACCOUNT_IS_DAILY } from "../../assembly/abi-account.js";
import { crossSectionBytes } from "../nodes/cross-section.js";
import type { PlanAccount } from "./account.js";
import { holdingCount, lotBytes, positionCount, queueBytes, volumeBytes } from "./account.js";
import type { FeeTable } from "./fees.js";
import { feeBytes, writeFees } from "./fees.js";
import type { MemoryRange } from "./moving.js";
import { movingRanges } from "./moving.js";
import type { Plan } from "./plan.js";
import { actingCount, decisionBytes, writeDecisions } from "./write-decisions.js";
import { policyBytes, policyFlags, writePolicies } from "./write-policies.js";
import { ringReserve } from "./ring-reserve.js";
import { writeSideEvents } from "./side-events.js";
import { hasOwnSlippage, questionBytes, slippageBytes, writeSlippage } from "./slippage.js";
import { accountBytes, writeAccount } from "./write-account.js";
import type { ExecutionSettings } from "./write-execution.js";
import { writeExecution } from "./write-execution.js";
import type { LimitSettings } from "./write-limits.js";
import { fillBytes, leavesBytes, realisedBytes, regionBytes, writeRegion } from "./write-region.js";
import { writeLimits } from "./write-limits.js";
import { venueBudgetBytes, venueBytes, writeVenues } from "./venues.js";
import { writeClocks, writeInstruction, writeStreams } from "./write-instructions.js";
import { writeInstruments } from "./write-instruments.js";
import { sessionBytes, sessionLists, writeSessions } from "./write-sessions.js";

/** Sizes that a run may choose; none of them changes a result. */
export interface LayoutSizes {
  /** Buckets of a block at the most, 1 to 4,096; `null` lets the plan's width decide. */
  readonly blockRows: number | null;
  readonly portfolioRows: number;
  readonly ringBytes: number;
  readonly orderCapacity: number;
  /** For a log of draws, behind the ring; 0 for none. */
  readonly drawBytes: number;
}

/** Addresses of a plan that was laid out. */
export interface Layout {
  readonly base: number;
  readonly byteCount: number;
  readonly header: number;
  readonly streams: number;
  readonly columns: readonly number[];
  readonly clocks: number;
  readonly ring: number;
  readonly ringBytes: number;
  /** Ends of buckets that left records. */
  readonly batches: number;
  readonly portfolio: number;
  readonly portfolioRows: number;
  readonly account: number;
  readonly positions: number;
  readonly markets: number;
  readonly holdings: number;
  readonly volume: number;
  readonly queues: number;
  readonly balances: number;
  /** Bytes of account, positions, holdings and markets together. */
  readonly booksBytes: number;
  /** Record of the bucket region; of no bytes without feedback. */
  readonly region: number;
  readonly logHash: number;
  readonly chain: number;
  /** 32 bytes for a digest that the host asks for. */
  readonly digestOut: number;
  readonly blockRows: number;
  /** Bytes from `base` on that are zero before a run is written. */
  readonly zeroedBytes: number;
  /** What is written and read again in a later bucket, but for streams, orders and the newest portfolio rows. */
  readonly moving: readonly MemoryRange[];
  readonly tables: Tables;
}

interface Tables {
  readonly clockRows: readonly number[];
  readonly clockLists: readonly number[];
  readonly bucketTimes: number;
  readonly valuations: number;
  readonly instructions: number;
  readonly params: readonly number[];
  readonly lanes: readonly number[];
  readonly instruments: number;
  readonly decisions: number;
  readonly policies: number;
  readonly orders: number;
  readonly undo: number;
  readonly booksKept: number;
  readonly slots: number;
  readonly columnMixes: number;
  readonly mixed: number;
  readonly states: number;
  readonly digested: number;
  readonly digestedBytes: number;
  readonly scratch: number;
  readonly execution: number;
  readonly sessions: readonly number[];
  readonly accounting: number;
  readonly fees: number;
  readonly lots: number;
  readonly sideEvents: number;
  readonly realised: number;
  readonly leaves: number;
  readonly fills: number;
  readonly venues: number;
  readonly venueBudgets: number;
  readonly sent: number;
  readonly slippage: number;
  readonly questions: number;
  readonly passKept: number;
  readonly passBytes: number;
}

/** Columns of a block should stay in the cache of a core together; measured best near a quarter of a megabyte. */
const BLOCK_BYTES_TARGET = 1 << 19;
const BLOCK_ROWS_MIN = 64;
const BLOCK_ROWS_MAX = 1024;

/** Hands out addresses one after the other. */
class Places {
  at: number;

  constructor(base: number) {
    this.at = base;
  }

  take(bytes: number, alignment = 8): number {
    this.at = Math.ceil(this.at / alignment) * alignment;
    const place = this.at;
    this.at += bytes;
    return place;
  }
}

/** Lays a plan and its account out from `base` on. */
export function layOut(plan: Plan, planAccount: PlanAccount, base: number, sizes: LayoutSizes): Layout {
  const blockRows = sizes.blockRows ?? blockRowsFor(plan.columns.length);
  const places = new Places(base);
  const header = places.take(abi.RUN_BYTES, 64);
  const streams = places.take(plan.streams.length * abi.STREAM_BYTES);
  const clocks = places.take(plan.clocks.length * abi.CLOCK_BYTES);
  const digested = places.take(0, 64);
  const account = places.take(ACCOUNT_BYTES);
  const balances = places.take(planAccount.currencies.length * ACCOUNT_BYTES);
  const positions = places.take(positionCount(planAccount) * POSITION_BYTES);
  const holdings = places.take(holdingCount(planAccount) * HOLDING_BYTES);
  const volume = places.take(volumeBytes(planAccount));
  const queues = places.take(queueBytes(planAccount));
  const markets = places.take(plan.instruments.length * MARKET_BYTES);
  const realised = places.take(realisedBytes(plan, positionCount(planAccount)));
  const fills = places.take(fillBytes(plan, positionCount(planAccount)));
  const venueBudgets = places.take(venueBudgetBytes(planAccount.venues));
  const booksBytes = places.at - account;
  // From the header to here a pass keeps and puts back.
  const passBytes = places.at - header;
  const columnMixes = places.take(plan.mixed.length * abi.COLUMN_MIX_BYTES);
  const states = places.take(plan.stateBytes);
  const digestedBytes = places.at - digested;
  const chain = places.take(64 + BLAKE3_STATE_BYTES);
  const logHash = places.take(BLAKE3_STATE_BYTES);
  const digestOut = places.take(32);
  const region = places.take(regionBytes(plan));
  const tables: Omit<Tables, "orders" | "undo" | "booksKept" | "slots" | "questions" | "passKept"> = {
    clockRows: plan.clocks.map(() => places.take(blockRows * 4)),
    clockLists: plan.clocks.map((clock) => places.take(clock.streams.length * 4)),
    bucketTimes: places.take(blockRows * 8),
    valuations: places.take(blockRows * 8),
    instructions: places.take(plan.instructions.length * INSTRUCTION_BYTES),
    params: plan.instructions.map((each) => places.take(each.params.length * 8)),
    lanes: plan.instructions.map((each) =>
      each.lanes === undefined ? 0 : places.take(crossSectionBytes(each.lanes.inputs.length)),
    ),
    execution: places.take(EXECUTION_BYTES),
    sessions: sessionLists(plan).map((list) => places.take(sessionBytes(list))),
    accounting: places.take(accountBytes(planAccount)),
    fees: places.take(feeBytes(planAccount.fees)),
    lots: places.take(lotBytes(planAccount)),
    sideEvents: places.take(planAccount.sideEvents.length * SIDE_BYTES),
    instruments: places.take(plan.instruments.length * abi.INSTRUMENT_BYTES),
    decisions: places.take(decisionBytes(plan.decisions)),
    policies: places.take(policyBytes(plan.policies, planAccount.venues)),
    mixed: places.take(plan.mixed.length * abi.MIXED_BYTES),
    scratch: places.take((plan.decisions.length * 2 + plan.instruments.length + sizes.orderCapacity) * 4),
    leaves: places.take(leavesBytes(plan, positionCount(planAccount))),
    venues: places.take(venueBytes(planAccount.venues)),
    sent: places.take(plan.decisions.length * SENT_BYTES),
    slippage: places.take(slippageBytes(plan)),
    passBytes,
    venueBudgets,
    realised,
    fills,
    columnMixes,
    states,
    digested,
    digestedBytes,
  };
  const columns = plan.columns.map((column) => places.take((blockRows + column.history) * 8, 16));
  // What follows is written before it is read, and is left as it is when a run starts.
  const zeroedBytes = places.at - base;
  const orders = places.take(sizes.orderCapacity * ORDER_BYTES);
  // A walk may be tried within a pass, which keeps orders of its own.
  const trials = plan.models.length === 0 ? 1 : 2;
  const undo = places.take(trials * sizes.orderCapacity * (8 + ORDER_BYTES));
  const booksKept = places.take(booksBytes);
  const passKept = places.take(plan.models.length === 0 ? 0 : passBytes);
  const questions = places.take(questionBytes(plan));
  const slots = places.take(sizes.orderCapacity * 3 * 8);
  const portfolio = places.take(sizes.portfolioRows * 32);
  const ringBytes = Math.max(sizes.ringBytes, 2 * ringReserve(plan, planAccount, sizes.orderCapacity));
  const ring = places.take(ringBytes + sizes.drawBytes, 64);
  const batches = places.take((abi.BATCHES_MAX + 2) * abi.BATCH_BYTES);
  return {
    base,
    byteCount: places.at - base,
    header,
    streams,
    clocks,
    columns,
    ring,
    ringBytes,
    batches,
    portfolio,
    portfolioRows: sizes.portfolioRows,
    account,
    positions,
    balances,
    holdings,
    volume,
    queues,
    markets,
    booksBytes,
    region,
    logHash,
    chain,
    digestOut,
    blockRows,
    zeroedBytes,
    moving: movingRanges(header, [
      { at: digested, byteCount: digestedBytes },
      { at: chain, byteCount: BLAKE3_DIGEST_BYTES },
      { at: logHash, byteCount: BLAKE3_STATE_BYTES },
      { at: tables.lots, byteCount: lotBytes(planAccount) },
    ]),
    tables: { ...tables, orders, undo, booksKept, slots, questions, passKept },
  };
}

function blockRowsFor(columns: number): number {
  let rows = BLOCK_ROWS_MAX;
  while (rows > BLOCK_ROWS_MIN && rows * columns * 8 > BLOCK_BYTES_TARGET) rows /= 2;
  return rows;
}

/** Integers of a run's configuration, as the header keeps them. */
export interface HeaderSettings {
  readonly account: PlanAccount;
  readonly execution: ExecutionSettings;
  readonly limits: LimitSettings;
  /** Seed of random draws, 64 bits. */
  readonly seed: bigint;
  readonly portfolioPeriodNs: bigint;
  /** FLAG_* bits. */
  readonly flags: number;
}

/** Writes the plan into zeroed memory: everything but the rows of the tapes, the hash states and their keys. */
export function writePlan(
  memory: ArrayBufferLike,
  plan: Plan,
  layout: Layout,
  settings: HeaderSettings,
  orderCapacity: number,
): void {
  const view = new DataView(memory);
  new Uint8Array(memory, layout.base, layout.zeroedBytes).fill(0);
  writeHeader(view, plan, layout, settings, orderCapacity);
  writeLimits(view, layout.header, settings.limits);
  writeExecution(view, layout.tables.execution, settings.execution, settings.seed);
  writeAccount(view, layout.tables.accounting, settings.account, { ...layout, lots: layout.tables.lots });
  writeSideEvents(view, layout.tables.sideEvents, settings.account.sideEvents);
  writeFees(view, layout.tables.fees, settings.account.fees);
  writeVenues(view, layout.tables.venues, settings.account.venues, layout.tables.venueBudgets);
  writeSlippage(view, plan, layout.tables);
  writeRegion(view, plan, { ...layout.tables, region: layout.region }, settings.account.currency.decimals);
  writeStreams(view, plan, layout);
  writeClocks(view, plan, layout);
  writeInstruments(view, plan, layout.tables.instruments);
  const sessions = writeSessions(view, plan, layout.tables.sessions, layout.tables.instruments);
  writeDecisions(view, plan.decisions, {
    decisions: layout.tables.decisions,
    policies: layout.tables.policies,
    states: layout.tables.states,
    columns: layout.columns,
  });
  const moneyScale = 10n ** BigInt(settings.account.currency.decimals);
  const venues = settings.account.venues.all;
  writePolicies(view, plan, { ...layout.tables, columns: layout.columns, sessions, moneyScale, venues });
  plan.mixed.forEach(({ column, clock }, i) => {
    view.setUint32(
      layout.tables.mixed + i * abi.MIXED_BYTES + abi.MIXED_COLUMN,
      layout.columns[column] as number,
      true,
    );
    view.setInt32(layout.tables.mixed + i * abi.MIXED_BYTES + abi.MIXED_CLOCK, clock, true);
  });
  plan.columns.forEach(({ fill }, i) => {
    if (fill !== null) new Float64Array(memory, layout.columns[i] as number, layout.blockRows).fill(fill);
  });
  plan.instructions.forEach((instruction, i) => writeInstruction(view, layout, instruction, i));
  plan.instruments.forEach((_, i) => {
    const market = layout.markets + i * MARKET_BYTES;
    view.setBigInt64(market + MARKET_EXPIRY, TIME_MAX, true);
    view.setBigInt64(market + MARKET_STATUS_SINCE, TIME_MIN, true);
  });
}

function writeHeader(
  view: DataView,
  plan: Plan,
  layout: Layout,
  settings: HeaderSettings,
  orderCapacity: number,
): void {
  const { header, tables } = layout;
  const i64 = (offset: number, value: bigint): void => view.setBigInt64(header + offset, value, true);
  const i32 = (offset: number, value: number): void => view.setInt32(header + offset, value, true);
  const [fees] = (settings.account.fees[0] as FeeTable).components;
  i64(abi.RUN_FEE_TAKER, fees.takerE9);
  i64(abi.RUN_FEE_MAKER, fees.makerE9);
  i64(abi.RUN_FEE_UNIT, fees.unitE9);
  i64(abi.RUN_FEE_MINIMUM, fees.minimum);
  const { account } = settings;
  i64(abi.RUN_LEVERAGE, account.settings.leverageE9);
  // Daily accruals start with the first bucket, whenever it is.
  const isDaily = (account.flags & ACCOUNT_IS_DAILY) !== 0;
  i64(abi.RUN_SIDE_TIME, isDaily ? TIME_MIN : (account.sideEvents[0]?.timeNs ?? TIME_MAX));
  i64(abi.RUN_PORTFOLIO_PERIOD, settings.portfolioPeriodNs);
  i64(abi.RUN_PORTFOLIO_BOUNDARY, -(2n ** 63n));
  i64(abi.RUN_BUCKETS_UNTIL, TIME_MAX);
  const addresses: readonly (readonly [number, number])[] = [
    [abi.RUN_STREAMS, layout.streams],
    [abi.RUN_STREAM_COUNT, plan.streams.length],
    [abi.RUN_CLOCKS, layout.clocks],
    [abi.RUN_CLOCK_COUNT, plan.clocks.length],
    [abi.RUN_INSTRUCTIONS, tables.instructions],
    [abi.RUN_INSTRUCTION_COUNT, plan.region?.from ?? plan.instructions.length],
    [abi.RUN_REGION, plan.region === null ? 0 : layout.region],
    [abi.RUN_INSTRUMENTS, tables.instruments],
    [abi.RUN_POSITIONS, layout.positions],
    [abi.RUN_MARKETS, layout.markets],
    [abi.RUN_BOOKS, layout.account],
    [abi.RUN_BOOKS_BYTES, layout.booksBytes],
    [abi.RUN_INSTRUMENT_COUNT, plan.instruments.length],
    [abi.RUN_POLICIES, tables.policies],
    [abi.RUN_POLICY_COUNT, plan.policies.length],
    [abi.RUN_DECISIONS, tables.decisions],
    [abi.RUN_DECISION_COUNT, actingCount(plan.decisions)],
    [abi.RUN_ACCOUNT, layout.account],
    [abi.RUN_ORDERS, tables.orders],
    [abi.RUN_ORDER_CAPACITY, orderCapacity],
    [abi.RUN_UNDO, tables.undo],
    [abi.RUN_BOOKS_KEPT, tables.booksKept],
    [abi.RUN_SLOTS, tables.slots],
    [abi.RUN_COLUMN_MIXES, tables.columnMixes],
    [abi.RUN_COLUMN_MIX_COUNT, plan.region?.mixedFrom ?? plan.mixed.length],
    [abi.RUN_MIXED, tables.mixed],
    [abi.RUN_DIGESTED, tables.digested],
    [abi.RUN_DIGESTED_BYTES, tables.digestedBytes],
    [abi.RUN_RING, layout.ring],
    [abi.RUN_RING_CAPACITY, layout.ringBytes],
    [abi.RUN_RING_RESERVE, ringReserve(plan, account, orderCapacity)],
    [abi.RUN_LOG_HASH, layout.logHash],
    [abi.RUN_CHAIN, layout.chain],
    [abi.RUN_PORTFOLIO, layout.portfolioRows === 0 ? 0 : layout.portfolio],
    [abi.RUN_PORTFOLIO_CAPACITY, layout.portfolioRows],
    [abi.RUN_BLOCK_CAPACITY, layout.blockRows],
    [abi.RUN_BLOCK_TIMES_OWN, tables.bucketTimes],
    [abi.RUN_VALUATIONS, tables.valuations],
    [abi.RUN_FLAGS, settings.flags | policyFlags(plan.policies)],
    [abi.RUN_SCRATCH, tables.scratch],
    [abi.RUN_EXECUTION, tables.execution],
    [abi.RUN_ACCOUNTING, tables.accounting],
    [abi.RUN_FEES, tables.fees],
    [abi.RUN_VENUES, account.venues.all.length === 0 ? 0 : tables.venues],
    [abi.RUN_SENT, tables.sent],
    [abi.RUN_SLIPPAGE, hasOwnSlippage(plan) ? tables.slippage : 0],
    [abi.RUN_BATCHES, layout.batches],
    [abi.RUN_SIDE, tables.sideEvents],
    [abi.RUN_SIDE_COUNT, account.sideEvents.length],
    [abi.RUN_CHECKPOINT_EVERY, abi.BLOCK_BUCKETS_MAX],
  ];
  for (const [offset, value] of addresses) i32(offset, value);
  view.setBigInt64(layout.account + ACCOUNT_START, account.settings.cashMinor, true);
  view.setBigInt64(layout.account + ACCOUNT_CASH, account.settings.cashMinor, true);
  view.setBigInt64(layout.account + ACCOUNT_DAY, TIME_MIN, true);
}

const TIME_MIN = -(2n ** 63n);
const TIME_MAX = 2n ** 63n - 1n;
