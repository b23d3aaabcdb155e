// Cases of node sets: what is asked for at each bar of a small tape, and what the world says meanwhile; and a set
// attached behind it and run.
//
// How it works: what is asked for stands in the closes of a tape of its own, so that any set reads it as a signal; a
// set that takes intents gets a list, one that takes recommendations a confidence where something is asked for.
//
// Always true:
//   a case says everything: the same case and set give the same run.
// Units: prices in cents; shares of equity; hours since 1970.

import {
  bars,
  bracket,
  div,
  graph,
  gt,
  le,
  memoryActions,
  memoryStatus,
  memoryTape,
  mul,
  runEach,
  select,
  sub,
} from "../../kernel/index.js";
import type {
  ActivationMessage,
  AttachedSet,
  AttachOptions,
  BarsTape,
  Dataset,
  Decision,
  Engine,
  Instrument,
  Intent,
  NodeSet,
  NumberOutput,
  RunConfig,
  RunOptions,
  RunResult,
} from "../../kernel/index.js";
import { plainInstrument } from "./arbitrary-bars.js";

export const HOUR_NS = 3_600_000_000_000n;

/** Open, high, low and close in cents, and the volume in units. */
export type SetBar = readonly [open: number, high: number, low: number, close: number, volume: number];

/** A message to every strategy of the world. */
export type SetMessage = Omit<ActivationMessage, "time" | "world" | "strategy"> & { readonly hour: number };

/** What happens around a node set. */
export interface NodeSetCase {
  readonly name: string;
  /** One sentence. */
  readonly about: string;
  /** Hourly, the first of them closing at hour 1. */
  readonly bars: readonly SetBar[];
  /** Share of equity that is asked for at each bar; the last one stays. */
  readonly asked: readonly number[];
  /** How it is asked for: as a target at every bar (the default), or as an order whenever it changes. */
  readonly as?: "target" | "order";
  /** Orders of an intent; other sets send what they send. */
  readonly timeInForce?: "ioc" | "fok";
  /** Orders get a stop and a target, 5 % away; of sets that are asked for orders. */
  readonly hasChildren?: boolean;
  /** Strategies of one world, 1 or 2, that ask for the same; 1 by default. */
  readonly strategies?: number;
  readonly messages?: readonly SetMessage[];
  /** Hours between which the market is halted. */
  readonly halts?: readonly (readonly [from: number, to: number])[];
  /** Hours of its sessions; without, it has no calendar. */
  readonly sessions?: readonly (readonly [from: number, to: number])[];
  /** Units after for units before, at an hour. */
  readonly split?: { readonly hour: number; readonly factor: number };
  /** Bars left out of the tape, by number from 0. */
  readonly gaps?: readonly number[];
  readonly latencyMs?: number;
  /** Two venues with fees and volumes of their own, over which orders are routed. */
  readonly isRouted?: boolean;
  /** Refuses everything until it is told something. */
  readonly isUnknown?: boolean;
  readonly isFree?: boolean;
}

/** A case with the set as it stood in it. */
export interface NodeSetRun {
  readonly given: NodeSetCase;
  readonly attached: readonly AttachedSet[];
  readonly result: RunResult;
}

/** World, strategies and instrument of every case. */
export const SET_NAMES = { world: "kit", strategies: ["one", "two"], symbol: "A" } as const;
export const SET_CASH = 100_000n;

const ASKED = "ASKED";
/** Close of the tape of what is asked for, at nothing; a share of 1 is 10 000 cents more. */
const ASKED_ZERO = 100_000;

function factsOf(symbol: string, { profile }: Pick<AttachedSet, "profile">): Instrument {
  const currency = { code: "USD", decimals: 2 };
  return plainInstrument(symbol, { assetClass: profile?.classes[0] ?? "equity", currency, priceDecimals: 2 });
}

function datasetOf(given: NodeSetCase, about: Pick<AttachedSet, "profile">): Dataset {
  const { bars: all, asked, gaps = [], halts = [], split } = given;
  const rows = all.map((bar, index) => ({ bar, index })).filter(({ index }) => !gaps.includes(index));
  const instrument = factsOf(SET_NAMES.symbol, about);
  const time = BigInt64Array.from(rows, ({ index }) => BigInt(index + 1) * HOUR_NS);
  const column = (place: 0 | 1 | 2 | 3 | 4) => BigInt64Array.from(rows, ({ bar }) => BigInt(bar[place]));
  const [open, high, low, close, volume] = ([0, 1, 2, 3, 4] as const).map(column) as [
    BigInt64Array,
    BigInt64Array,
    BigInt64Array,
    BigInt64Array,
    BigInt64Array,
  ];
  const tape = memoryTape(instrument, "1h", { time, open, high, low, close, volume });
  const said = BigInt64Array.from(rows, ({ index }) => {
    const share = asked[Math.min(index, asked.length - 1)] ?? 0;
    return BigInt(ASKED_ZERO + Math.round(share * 10_000));
  });
  const signal: BarsTape = memoryTape(plainInstrument(ASKED, { ...instrument, symbol: ASKED }), "1h", {
    time: time.slice(),
    open: said,
    high: said.slice(),
    low: said.slice(),
    close: said.slice(),
    volume: volume.slice(),
  });
  const changes = halts.flatMap(([from, to]) => [[from, 1n] as const, [to, 0n] as const]);
  const hours = (list: readonly number[]): BigInt64Array => BigInt64Array.from(list, (hour) => BigInt(hour) * HOUR_NS);
  const status = memoryStatus(instrument, {
    time: hours(changes.map(([hour]) => hour)),
    status: BigInt64Array.from(changes, ([, value]) => value),
  });
  const ONE = 1_000_000_000_000n;
  const actions =
    split === undefined
      ? []
      : [
          memoryActions(instrument, {
            time: hours([split.hour]),
            priceFactor: BigInt64Array.of(ONE),
            splitFactor: BigInt64Array.of(ONE / BigInt(split.factor)),
            referencePrice: BigInt64Array.of(BigInt(all[split.hour - 1]?.[3] ?? 1)),
          }),
        ];
  return {
    name: given.name,
    fingerprint: `blake3:${"0".repeat(64)}`,
    bars: [tape, signal],
    ...(changes.length === 0 ? {} : { status: [status] }),
    actions,
  };
}

/** True for a set that commits on recommendations. */
export function isCommitting(set: NodeSet): boolean {
  return set.describe().chain.some(({ place, component }) => place === "Sizing" && component === "commitment");
}

/** True for a set that takes `when` and `signal`; one with a sizer of its own does not. */
function isAsked(set: NodeSet): boolean {
  if (set.describe().entry === "intents") return false;
  try {
    const { close } = bars({ instrument: SET_NAMES.symbol });
    set.attach(close, { when: gt(close, 0), signal: "targetPercent" });
    return true;
  } catch {
    return false;
  }
}

/** What a set is attached behind. */
function entryOf(set: NodeSet, given: NodeSetCase, name: string): NumberOutput | readonly Intent[] {
  const share = div(sub(bars({ instrument: ASKED }).close, ASKED_ZERO / 100), 100);
  if (set.describe().entry === "intents") return intentsOf(given, name);
  if (isCommitting(set)) return select(gt(share, 0), 0.9, div(0, sub(share, share)));
  return given.as === "order" && isAsked(set) ? mul(share, Number(SET_CASH) / 100) : share;
}

function intentsOf({ bars: all, asked, as, timeInForce, gaps = [] }: NodeSetCase, name: string): readonly Intent[] {
  return all.flatMap((_, index): readonly Intent[] => {
    const share = asked[Math.min(index, asked.length - 1)] ?? 0;
    const before = index === 0 ? 0 : (asked[Math.min(index - 1, asked.length - 1)] ?? 0);
    if (gaps.includes(index) || (as === "order" && share === before)) return [];
    const side = share < 0 ? "sell" : "buy";
    const head = {
      intentId: `${name}-${index}`,
      ts: BigInt(index + 1) * HOUR_NS,
      instrument: SET_NAMES.symbol,
      side,
    } as const;
    if (as !== "order") return [{ ...head, size: { type: "target_percent", value: Math.abs(share) } }];
    if (share === 0) return [];
    const constraints = timeInForce === undefined ? {} : { constraints: { timeInForce } };
    const value = Math.abs(share) * (Number(SET_CASH) / 100);
    return [{ ...head, size: { type: "quantity", value }, ...constraints }];
  });
}

function optionsOf(set: NodeSet, given: NodeSetCase, strategy: string, own: AttachOptions): AttachOptions {
  const share = bars({ instrument: ASKED }).close;
  const isIntents = set.describe().entry === "intents";
  const names = { world: SET_NAMES.world, strategy, ...(isIntents ? {} : { instrument: SET_NAMES.symbol }) };
  const scope = (given.strategies ?? 1) > 1 ? { portfolioScope: "strategy" as const } : {};
  const isEngine = isCommitting(set);
  const asTarget = given.as === "order" ? { signal: "quantity" as const } : { when: gt(share, 0) };
  const checks = { checks: { window: false }, stops: false, rebalance: false } as const;
  const engine = { ...checks, sizer: { cap: null }, defer: le(share, ASKED_ZERO / 100), cycle: 0, ...own.engine };
  const venues = given.isRouted === true ? { venues: VENUES } : {};
  return { ...names, ...scope, ...(isAsked(set) ? asTarget : {}), ...venues, ...own, ...(isEngine ? { engine } : {}) };
}

const VENUES = [
  { name: "lit", fees: { taker: 0.0008 }, participation: 0.5 },
  { name: "dark", fees: { taker: 0.0002 }, participation: 0.2 },
] as const;

/** A set attached as a case asks for it, once a strategy. */
export function attachedOf(set: NodeSet, given: NodeSetCase, own: AttachOptions = {}): readonly AttachedSet[] {
  const names = SET_NAMES.strategies.slice(0, given.strategies ?? 1);
  return names.map((name) => set.attach(entryOf(set, given, name), optionsOf(set, given, name, own)));
}

function configOf({ config }: AttachedSet, given: NodeSetCase): RunConfig {
  const { messages = [], sessions, latencyMs, isFree } = given;
  const activations = messages.map(({ hour, ...said }) => {
    return { ...said, time: BigInt(Math.round(hour * 3600)) * 1_000_000_000n, world: SET_NAMES.world };
  });
  const spans = sessions?.map(([from, to]) => [BigInt(from) * HOUR_NS, BigInt(to) * HOUR_NS] as const);
  const calendar =
    spans === undefined ? {} : { calendars: { [SET_NAMES.symbol]: { kind: "sessions" as const, sessions: spans } } };
  return {
    fees: { taker: 0 },
    slippage: { kind: "none" },
    participation: 1,
    // Where a set names no account, one that can be short.
    account: { kind: "margin", leverage: 3, maintenance: null },
    cash: SET_CASH.toString(),
    ...config,
    ...(isFree === true ? { fees: { taker: 0 } } : {}),
    funding: "off",
    ...(latencyMs === undefined ? {} : { latencyNs: latencyMs * 1_000_000 }),
    ...calendar,
    activations,
  };
}

/** Runs a case, and with it others over the same tape that differ in what their world says. */
export function runNodeSetCases(
  engine: Engine,
  set: NodeSet,
  cases: readonly [NodeSetCase, ...NodeSetCase[]],
  own: AttachOptions = {},
  options: RunOptions = {},
): readonly NodeSetRun[] {
  const [given] = cases;
  const attached = attachedOf(set, given, own);
  const [first] = attached;
  if (first === undefined) return [];
  const sent = attached.flatMap(({ decisions }) => decisions);
  const decisions = given.hasChildren === true ? sent.flatMap(withChildren) : sent;
  const dataset = datasetOf(given, first);
  const results = runEach(
    engine,
    graph({ decisions }),
    dataset,
    cases.map((one) => configOf(first, one)),
    options,
  );
  return results.map((result, index) => ({ given: cases[index] ?? given, attached, result }));
}

/** A decision with a stop and a target, where it is an order. */
function withChildren(decision: Decision): readonly Decision[] {
  if (decision.node.spec.type !== "order") return [decision];
  const { close } = bars({ instrument: SET_NAMES.symbol });
  return bracket(decision, { stop: mul(close, 0.95), target: mul(close, 1.05) });
}
