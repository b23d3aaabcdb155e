// Detail: finer bars of the same instrument execute in place of an assumed path (`FILLS.md` B17).
//
// Always true:
//   the graph decides on coarser bars than those that execute;
//   the finer bars of every coarse bar aggregate to it: first open, highest high, lowest low, last close, and the sum
//   of volumes where all are known.
// Units: ns; prices and volumes as mantissas, compared at the larger decimals of both tapes.

import { mantissaText } from "../base/decimal.js";
import { IssueList } from "../base/error.js";
import { instantText } from "../data/civil-date.js";
import { nodeLabel } from "../graph/graph.js";
import { intervalNs } from "../market/interval.js";
import type { BarColumns, BarsTape } from "../market/tape.js";
import { VOLUME_UNKNOWN } from "../market/tape.js";
import { BARS, EVERY_INSTRUMENT } from "../nodes/bars.js";
import type { Plan, PlanStream } from "../plan/plan.js";
import type { TimeRange } from "./feed.js";

/**
 * Checks that a plan can be run in detail.
 *
 * @param range Closes that the run covers; bars outside are not compared.
 * @throws InputError `config/detail`: no finer tape, a graph that reads the finest one, or the first coarse bar of each
 *   tape whose finer bars say something else, with its time and the field. O(rows of all tapes).
 */
export function checkDetail(plan: Plan, range: TimeRange): void {
  const issues = new IssueList();
  plan.instruments.forEach(({ symbol }, index) => {
    const streams = plan.streams.filter((stream) => stream.instrument === index);
    const finest = streams.find((stream) => stream.executes) as PlanStream;
    const coarse = streams.filter((stream) => !stream.executes);
    if (coarse.length === 0 || readsFinest(plan, finest)) reportNotCoarser(plan, finest, symbol, issues);
    else for (const { tape } of coarse) reportDifference(tape, finest.tape, range, issues);
  });
  issues.throwIfAny();
}

/** True when a source of the graph gives the bars that execute. */
function readsFinest(plan: Plan, finest: PlanStream): boolean {
  return finestReaders(plan, finest).length > 0;
}

function finestReaders(plan: Plan, { tape }: PlanStream) {
  return plan.graph.nodes.filter((node) => {
    if (node.spec !== BARS) return false;
    const symbol = node.params["instrument"];
    if (symbol !== EVERY_INSTRUMENT && symbol !== tape.instrument.symbol) return false;
    return node.interval === null || intervalNs(node.interval) === intervalNs(tape.interval);
  });
}

function reportNotCoarser(plan: Plan, finest: PlanStream, symbol: string, issues: IssueList): void {
  const [reader] = finestReaders(plan, finest);
  const path = reader === undefined ? "config.path" : `graph.${nodeLabel(plan.graph, reader)}`;
  const expected = `bars of ${symbol} coarser than the ${finest.tape.interval} bars that execute`;
  const received = reader === undefined ? "none" : `bars of ${finest.tape.interval}`;
  const advice = `Add finer bars of ${symbol}, and state the interval of the graph's: bars({ interval: "1h" }).`;
  issues.add("config/detail", path, expected, received, advice);
}

/** Adds the first coarse bar that its finer bars contradict. */
function reportDifference(coarse: BarsTape, fine: BarsTape, range: TimeRange, issues: IssueList): void {
  const length = intervalNs(coarse.interval);
  const path = `dataset.${coarse.instrument.symbol}.${coarse.interval}`;
  const finer = new Aggregator(fine);
  let closed: bigint | null = null;
  for (const bar of barsOf(coarse)) {
    const opened: bigint = closed !== null && closed > bar.time - length ? closed : bar.time - length;
    closed = bar.time;
    if (range.to !== null && bar.time >= range.to) return;
    if (range.from !== null && bar.time < range.from) continue;
    const whole = finer.between(opened, bar.time);
    const at = instantText(bar.time);
    if (whole === null) {
      issues.add("config/detail", path, `bars of ${fine.interval} inside the bar of ${at}`, "none", ADVICE);
      return;
    }
    const difference = differenceOf(bar, whole, coarse, fine);
    if (difference === null) continue;
    const { field, expected, received } = difference;
    const inside = `${field} ${expected} of the ${fine.interval} bars in the bar of ${at}`;
    issues.add("config/detail", path, inside, received, ADVICE);
    return;
  }
}

const ADVICE = "Both tapes must come from the same trades; run from where they agree, or without detail.";

/** One bar, at the decimals of its own tape. */
interface Bar {
  readonly time: bigint;
  readonly open: bigint;
  readonly high: bigint;
  readonly low: bigint;
  readonly close: bigint;
  /** Null when it is not known. */
  readonly volume: bigint | null;
}

function* barsOf(tape: BarsTape): Generator<Bar> {
  for (const segment of tape.segments()) {
    for (let row = 0; row < segment.rowCount; row++) yield barAt(segment, row);
  }
}

function barAt(segment: BarColumns, row: number): Bar {
  const volume = segment.volume?.[row] ?? VOLUME_UNKNOWN;
  return {
    time: segment.time[row] as bigint,
    open: segment.open[row] as bigint,
    high: segment.high[row] as bigint,
    low: segment.low[row] as bigint,
    close: segment.close[row] as bigint,
    volume: volume === VOLUME_UNKNOWN ? null : volume,
  };
}

/** Puts the bars of a tape together, span after span. */
class Aggregator {
  private readonly bars: Generator<Bar>;
  private next: Bar | null;

  constructor(tape: BarsTape) {
    this.bars = barsOf(tape);
    this.next = this.take();
  }

  /** The bars that close after `from` and at `to` at the latest as one, null for none. Spans must not go back. */
  between(from: bigint, to: bigint): Bar | null {
    while (this.next !== null && this.next.time <= from) this.next = this.take();
    let whole: Bar | null = null;
    for (; this.next !== null && this.next.time <= to; this.next = this.take()) {
      whole = whole === null ? this.next : joined(whole, this.next);
    }
    return whole;
  }

  private take(): Bar | null {
    const { done, value } = this.bars.next() as IteratorResult<Bar, undefined>;
    return done === true ? null : value;
  }
}

function joined(a: Bar, b: Bar): Bar {
  return {
    time: b.time,
    open: a.open,
    high: a.high > b.high ? a.high : b.high,
    low: a.low < b.low ? a.low : b.low,
    close: b.close,
    volume: a.volume === null || b.volume === null ? null : a.volume + b.volume,
  };
}

interface Difference {
  readonly field: string;
  readonly expected: string;
  readonly received: string;
}

const PRICES = ["open", "high", "low", "close"] as const;

/** The first field in which a bar is not what its finer bars make; a volume that either does not know is none. */
function differenceOf(bar: Bar, whole: Bar, coarse: BarsTape, fine: BarsTape): Difference | null {
  const [bars, parts] = [coarse.instrument, fine.instrument];
  for (const field of PRICES) {
    if (equalAt(bar[field], bars.priceDecimals, whole[field], parts.priceDecimals)) continue;
    const expected = mantissaText(whole[field], parts.priceDecimals);
    return { field, expected, received: mantissaText(bar[field], bars.priceDecimals) };
  }
  if (bar.volume === null || whole.volume === null) return null;
  if (equalAt(bar.volume, bars.sizeDecimals, whole.volume, parts.sizeDecimals)) return null;
  const expected = mantissaText(whole.volume, parts.sizeDecimals);
  return { field: "volume", expected, received: mantissaText(bar.volume, bars.sizeDecimals) };
}

function equalAt(a: bigint, aDecimals: number, b: bigint, bDecimals: number): boolean {
  const decimals = Math.max(aDecimals, bDecimals);
  return a * 10n ** BigInt(decimals - aDecimals) === b * 10n ** BigInt(decimals - bDecimals);
}
