// Replay: one execution of a plan over the tapes of a workspace, driven to the end or from time to time.
//
// The data plane comes back when it needs something: rows, room in the event ring, a user node, or answers of slippage
// models. The replay gives it that and calls again.
//
// Always true:
//   the log, the digests and the tables do not depend on how the run was driven, on block sizes or on windows.

import {
  BLAKE3_DERIVE_KEY_CONTEXT,
  BLAKE3_DERIVE_KEY_MATERIAL,
  BLAKE3_DIGEST_BYTES,
} from "../../assembly/abi-blake3.js";
import * as abi from "../../assembly/abi-run.js";
import type { Digest, DigestContext } from "../base/digest.js";
import { digestText } from "../base/digest.js";
import { mantissaText } from "../base/decimal.js";
import { InputError, invariant } from "../base/error.js";
import { EventLog } from "../log/event-log.js";
import type { PortfolioTable } from "../log/tables.js";
import type { Currency } from "../market/instrument.js";
import type { PlanAccount } from "../plan/account.js";
import type { HeaderSettings, Layout, LayoutSizes } from "../plan/layout.js";
import { layOut, writePlan } from "../plan/layout.js";
import type { Plan } from "../plan/plan.js";
import { actingCount } from "../plan/write-decisions.js";
import type { EngineInstance } from "../wasm/engine.js";
import type { TrapNames } from "../wasm/trap.js";
import type { BatchEnds } from "./batch-log.js";
import { BatchLog } from "./batch-log.js";
import type { Books } from "./books.js";
import { booksOf } from "./books.js";
import type { TimeRange } from "./feed.js";
import { StreamFeed } from "./feed.js";
import type { RunDraws } from "./draw-log.js";
import { DRAW_LOG_BYTES, DrawLog } from "./draw-log.js";
import type { CapturedRows } from "./host-nodes.js";
import { HostNodes } from "./host-nodes.js";
import { PortfolioRows } from "./portfolio-rows.js";
import { SlippageAnswers } from "./slippage-answers.js";
import type { Watermark } from "./watermark.js";
import { watermarksOf } from "./watermark.js";
import type { StateMoves, StatePlaces } from "./run-state.js";
import { moveStates, putState, rejoinSchedules, takeState } from "./run-state.js";
import type { Workspace } from "./workspace.js";

/** How a replay is carried out; none of this changes a result but where it says so. */
export interface ReplayOptions {
  /** Buckets of a block at the most, 1 to 4,096; by default as the width of the plan suggests. */
  readonly blockRows: number | null;
  /** Keeps the log's bytes in the result; without it only digests and counts remain. */
  readonly keepLog: boolean;
  /** Open orders at once; one more is refused, so that this alone may change a result. */
  readonly orderCapacity: number;
  /** Takes every bucket of a single stream through the general path, for tests of the idle path. */
  readonly stepEveryBucket: boolean;
  /** Logs every random number drawn. */
  readonly logDraws: boolean;
  readonly range: TimeRange;
}

/** Records and rows of a run that are no part of its state. */
export interface ReplayHistory {
  readonly log: Uint8Array;
  /** Time, equity, cash and gross exposure of the rows that will not change any more. */
  readonly portfolio: readonly BigInt64Array[];
  readonly captured: readonly CapturedRows[];
  readonly batches: BatchEnds;
}

const PORTFOLIO_ROWS = 65_536;
const RING_BYTES = 4 * 1024 * 1024;
const TIME_MAX = 2n ** 63n - 1n;
const LOG_CONTEXT = "goldentape 2026 event log v1";
const CHAIN_CONTEXT = "goldentape 2026 checkpoint v1";

/** A run in a workspace. */
export class Replay {
  readonly plan: Plan;
  readonly log = new EventLog();
  private readonly layout: Layout;
  private readonly instance: EngineInstance;
  private readonly view: DataView;
  private readonly feeds: readonly StreamFeed[];
  private readonly hosts: HostNodes;
  private readonly slippage: SlippageAnswers;
  private readonly portfolio: PortfolioRows;
  private readonly draws: DrawLog;
  private readonly batches: BatchLog;
  private readonly keepLog: boolean;
  private readonly names: TrapNames;
  /** What the memory said when the run was closed: it may then serve another run. */
  private atEnd: {
    readonly nowNs: bigint;
    readonly buckets: number;
    readonly log: Digest;
    readonly chain: Digest;
    readonly watermarks: readonly Watermark[];
    readonly draws: RunDraws;
    readonly unseed: string;
  } | null = null;
  private isDigesting = true;
  private readonly tenancy: Workspace["tenancy"];
  /** What stopped the run before its end. */
  private failure: { readonly cause: unknown } | null = null;

  /** @throws InputError `run/resources` when the plan needs more than the workspace has. */
  constructor(
    workspace: Workspace,
    plan: Plan,
    settings: HeaderSettings,
    keepPortfolio: boolean,
    options: ReplayOptions,
  ) {
    this.plan = plan;
    this.layout = layOut(plan, settings.account, workspace.runBase, sizesOf(keepPortfolio, options));
    if (this.layout.byteCount > workspace.runBytes) throw tooLarge(this.layout.byteCount, workspace.runBytes);
    this.instance = workspace.instance;
    this.tenancy = workspace.tenancy;
    this.tenancy.holder = this;
    const memory = workspace.instance.memory.buffer;
    this.view = new DataView(memory);
    this.keepLog = options.keepLog;
    this.names = trapNames(plan);
    const flags = settings.flags | (options.stepEveryBucket ? abi.FLAG_STEP_EVERY_BUCKET : 0);
    writePlan(memory, plan, this.layout, { ...settings, flags }, options.orderCapacity);
    this.writeKeys(memory);
    this.feeds = plan.streams.map((stream, i) => {
      const window = workspace.windows.get(stream.tape);
      invariant(window !== undefined, "every tape of a plan has a window in its workspace");
      return new StreamFeed(memory, this.layout.streams + i * abi.STREAM_BYTES, window, options.range);
    });
    this.hosts = new HostNodes(memory, plan, this.layout);
    const venues = settings.account.venues.all.map(({ name }) => name);
    this.slippage = new SlippageAnswers(memory, plan, this.layout, venues);
    this.draws = new DrawLog(memory, this.layout, options.logDraws);
    this.batches = new BatchLog(memory, this.layout, options.keepLog);
    this.portfolio = new PortfolioRows(memory, this.layout, settings.portfolioPeriodNs > 0n);
  }

  /** The log's digest and the chain of checkpoints start from the keys of their own contexts. */
  private writeKeys(memory: ArrayBuffer): void {
    const { logHash, chain, digestOut } = this.layout;
    new Uint8Array(memory, chain + 32, 32).set(this.contextKey(memory, CHAIN_CONTEXT));
    new Uint8Array(memory, digestOut, 32).set(this.contextKey(memory, LOG_CONTEXT));
    this.instance.call((exports) => exports.blake3Init(logHash, digestOut, BLAKE3_DERIVE_KEY_MATERIAL));
  }

  /** The key that a context is derived to; the ring, still empty, holds the text meanwhile. */
  private contextKey(memory: ArrayBuffer, context: DigestContext): Uint8Array {
    const { logHash, ring, digestOut } = this.layout;
    const text = new TextEncoder().encode(context);
    const place = new Uint8Array(memory, ring, text.length);
    place.set(text);
    this.instance.call((exports) => {
      exports.blake3Init(logHash, 0, BLAKE3_DERIVE_KEY_CONTEXT);
      exports.blake3Update(logHash, ring, text.length);
      exports.blake3Final(logHash, digestOut);
    });
    place.fill(0);
    return new Uint8Array(memory, digestOut, 32).slice();
  }

  /** True once all data are used up and the run is closed. */
  get isEnded(): boolean {
    return this.atEnd !== null;
  }

  /** Time of the last completed bucket, ns; 0 before the first. */
  get nowNs(): bigint {
    if (this.atEnd !== null) return this.atEnd.nowNs;
    return this.view.getBigInt64(this.layout.header + abi.RUN_NOW, true);
  }

  /** Buckets completed. */
  get bucketCount(): number {
    if (this.atEnd !== null) return this.atEnd.buckets;
    return Number(this.view.getBigInt64(this.layout.header + abi.RUN_BUCKETS, true));
  }

  /** Rows given to the streams. */
  get rowCount(): number {
    return this.feeds.reduce((sum, feed) => sum + feed.rowCount, 0);
  }

  /**
   * Goes on until every bucket up to `untilNs` is completed, or the data end; at the end the run is closed.
   *
   * @param untilNs Inclusive, ns; the end of time by default.
   * @throws InputError `run/overflow`, `run/user-node`, `import/unsorted`, `import/price-sign`. The run cannot go on
   *   then: every further call throws the same error, and the log keeps the records up to it.
   */
  advance(untilNs: bigint = TIME_MAX): void {
    this.advanceTo(untilNs, TIME_MAX);
  }

  /**
   * Goes on until `buckets` buckets are completed, or the data end. Data that end with that bucket do not close the
   * run: the next call does. Errors as `advance`.
   *
   * @param buckets Counted from the start of the run; nothing happens when as many are completed.
   * @param untilNs Inclusive, ns, when the run is to stop at a time as well.
   */
  advanceToBucket(buckets: number, untilNs: bigint = TIME_MAX): void {
    this.advanceTo(untilNs, BigInt(buckets));
  }

  private advanceTo(untilNs: bigint, buckets: bigint): void {
    this.assureSound();
    if (this.atEnd !== null) return;
    try {
      this.advanceWithin(untilNs, buckets);
    } catch (cause) {
      this.failure = { cause };
      this.drain();
      throw cause;
    }
  }

  /** Throws what stopped the run, if anything did, and when the workspace went to a later run before this one ended. */
  assureSound(): void {
    if (this.failure !== null) throw this.failure.cause;
    if (this.atEnd !== null || this.tenancy.holder === this) return;
    const expected = "a workspace that still belongs to this run";
    const received = "one that was given to a later run";
    throw new InputError([
      { code: "run/resources", path: "run", expected, received, advice: "Use a workspace for each." },
    ]);
  }

  private advanceWithin(untilNs: bigint, buckets: bigint): void {
    const { header } = this.layout;
    this.view.setBigInt64(header + abi.RUN_UNTIL, untilNs, true);
    this.view.setBigInt64(header + abi.RUN_BUCKETS_UNTIL, buckets, true);
    for (;;) {
      const status = this.instance.call((exports) => exports.advance(header), this.names);
      if (status === abi.STATUS_HOST) {
        // Nothing is taken here: a user node of the bucket region comes up in every bucket.
        this.hosts.run(this.view.getInt32(header + abi.RUN_INSTRUCTION_NEXT, true) - 1);
        continue;
      }
      if (status === abi.STATUS_QUESTIONS) {
        // Nor here: the bucket that they are of is still in hand.
        this.slippage.answer();
        continue;
      }
      this.drain();
      if (status === abi.STATUS_UNTIL) return;
      if (status === abi.STATUS_INPUT) this.feeds.forEach((feed) => feed.refill());
      else if (status === abi.STATUS_END) return this.close();
    }
  }

  private close(): void {
    if (this.bucketCount > 0) this.instance.call((exports) => exports.finish(this.layout.header), this.names);
    this.drain();
    this.portfolio.finish();
    const { nowNs, bucketCount: buckets, layout } = this;
    const said = { watermarks: this.watermarks(), draws: this.draws.draws(buckets > 0), unseed: this.draws.mix() };
    this.atEnd = { nowNs, buckets, log: this.logDigest(), chain: this.digestAt(layout.chain), ...said };
  }

  /** Takes what is in the ring and in the portfolio columns. */
  private drain(): void {
    const { header, ring } = this.layout;
    const used = this.view.getInt32(header + abi.RUN_RING_USED, true);
    this.batches.drain(used);
    if (used > 0) {
      if (this.keepLog) this.log.append(new Uint8Array(this.view.buffer as ArrayBuffer, ring, used).slice());
      this.view.setInt32(header + abi.RUN_RING_USED, 0, true);
      this.view.setInt32(header + abi.RUN_RING_HASHED, 0, true);
    }
    this.portfolio.drain();
    this.draws.drain();
  }

  /** Digest of the log so far: every call of `advance` leaves its hash up to date. */
  logDigest(): Digest {
    if (this.atEnd !== null) return this.atEnd.log;
    const { logHash, digestOut } = this.layout;
    this.instance.call((exports) => exports.blake3Final(logHash, digestOut));
    return this.digestAt(this.layout.digestOut);
  }

  /** Leaves states out of the checkpoints to come, where nobody wants a digest: 16 MB of them take 11 ms each. */
  stopDigesting(): void {
    this.isDigesting = false;
    this.view.setInt32(this.layout.header + abi.RUN_DIGESTED_BYTES, 0, true);
  }

  /** Digest of the chain at the last checkpoint. */
  chainDigest(): Digest {
    invariant(this.isDigesting, "a chain of checkpoints is asked for where states are digested");
    return this.atEnd === null ? this.digestAt(this.layout.chain) : this.atEnd.chain;
  }

  private digestAt(address: number): Digest {
    return digestText(new Uint8Array(this.view.buffer as ArrayBuffer, address, BLAKE3_DIGEST_BYTES));
  }

  /** Random numbers drawn so far. */
  drawn(): RunDraws {
    return this.atEnd?.draws ?? this.draws.draws(false);
  }

  /** What the run drew at its end, from all that it drew before, 16 hexadecimal digits; null before the end. */
  get unseed(): string | null {
    return this.atEnd?.unseed ?? null;
  }

  /** How far the state streams that the graph reads are committed; none without feedback. */
  watermarks(): readonly Watermark[] {
    return this.atEnd?.watermarks ?? watermarksOf(this.view, this.plan, this.layout);
  }

  /**
   * What the run must remember from here on (`run-state.ts`), a copy.
   *
   * @param into Bytes to write it to when they are enough.
   * @throws InputError `snapshot/ended` when the run is closed, and what stopped it, if anything did.
   */
  takeState(into: Uint8Array | null = null): Uint8Array {
    this.assureSound();
    if (this.atEnd === null) return takeState(this.places(), into);
    const expected = "a run that has buckets before it";
    const advice = "Take it before the end: replay.advance(untilNs), or advanceToBucket.";
    throw new InputError([{ code: "snapshot/ended", path: "run", expected, received: "one that is closed", advice }]);
  }

  /**
   * Goes on from a state, before anything else is done with the replay.
   *
   * @param history What was taken out of the memory before, if the result is to have it.
   * @returns False when the bytes are of a run of another shape; the replay is then of no use.
   */
  resume(state: Uint8Array, history: ReplayHistory | null): boolean {
    if (!putState(this.places(), state)) return false;
    if (history === null) return true;
    if (this.keepLog && history.log.length > 0) this.log.append(history.log);
    this.batches.resume(history.batches, history.log.length);
    this.portfolio.resume(history.portfolio);
    this.hosts.resume(history.captured);
    return true;
  }

  /**
   * Goes on from a state of another run, as `resume`, under this run's own fees, terms and side events.
   *
   * @returns Why it cannot be, null when it can: the number of the stream whose row ahead is another one, or `shape`.
   */
  adopt(
    state: Uint8Array,
    history: ReplayHistory | null,
    { account, moves }: { readonly account: PlanAccount; readonly moves: StateMoves },
  ): number | "shape" | null {
    if (!this.resume(state, history)) return "shape";
    moveStates(this.places(), moves, actingCount(this.plan.decisions));
    const strange = this.feeds.findIndex((feed, stream) => {
      const at = this.layout.streams + stream * abi.STREAM_BYTES + abi.STREAM_LAST;
      return feed.takenRows > 0 && feed.timeOf(feed.takenRows - 1) !== this.view.getBigInt64(at, true);
    });
    if (strange >= 0) return strange;
    rejoinSchedules(this.places(), account);
    return null;
  }

  /** Ends of the buckets that left records, so far. */
  batchEnds(): BatchEnds {
    return this.batches.ends();
  }

  /** What was taken out of the memory so far. */
  history(): ReplayHistory {
    const [portfolio, captured] = [this.portfolio.takenRows(), this.capturedRows()];
    return { log: this.log.bytes(), portfolio, captured, batches: this.batchEnds() };
  }

  private places(): StatePlaces {
    const { layout, feeds, portfolio } = this;
    return { memory: this.view.buffer as ArrayBuffer, layout, feeds, portfolio };
  }

  /** Account, positions and open orders as they stand, a copy. */
  books(account: PlanAccount, currency: Currency): Books {
    this.assureSound();
    return booksOf({ view: this.view, layout: this.layout, plan: this.plan, account, currency });
  }

  /** Equity at the end of the last bucket, as decimal text; null before the first, and without a portfolio. */
  equity({ decimals }: Currency): string | null {
    const newest = this.portfolio.heldRows()[1]?.at(-1);
    return newest === undefined ? null : mantissaText(newest, decimals);
  }

  /** Portfolio rows so far. */
  portfolioTable(): PortfolioTable {
    return this.portfolio.table();
  }

  /** Rows of each lane that were captured and not dropped. */
  capturedRows(): readonly CapturedRows[] {
    return this.hosts.capturedRows();
  }

  /** Drops what was captured so far but for the newest row of each lane, and the rows of the portfolio. */
  forgetHistory(): void {
    this.hosts.forget();
    this.portfolio.forget();
  }

  /** Published series, when the plan captures them. */
  series(): ReturnType<HostNodes["series"]> {
    return this.hosts.series();
  }
}

/** Sizes of a replay in memory. */
export function sizesOf(
  keepPortfolio: boolean,
  { blockRows, orderCapacity, logDraws }: Pick<ReplayOptions, "blockRows" | "orderCapacity" | "logDraws">,
): LayoutSizes {
  return {
    blockRows,
    portfolioRows: keepPortfolio ? PORTFOLIO_ROWS : 0,
    ringBytes: RING_BYTES,
    orderCapacity,
    drawBytes: logDraws ? DRAW_LOG_BYTES : 0,
  };
}

/** Symbols, and symbols with bar lengths, for the messages of traps. */
function trapNames(plan: Plan): TrapNames {
  return {
    instruments: plan.instruments.map((instrument) => instrument.symbol),
    streams: plan.streams.map(({ tape }) => `${tape.instrument.symbol} ${tape.interval}`),
  };
}

function tooLarge(needed: number, given: number): InputError {
  const advice = "Give the workspace more: createWorkspace(engine, dataset, { runBytes }).";
  return new InputError([
    {
      code: "run/resources",
      path: "run",
      expected: `a run of at most ${given} bytes`,
      received: `${needed} bytes`,
      advice,
    },
  ]);
}
