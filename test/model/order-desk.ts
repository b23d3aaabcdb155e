// Order desk: a replay that is driven bar by bar, whose decisions send, cancel and amend what they are asked to for the
// bar in hand.
//
// How it works: bars reach the run through a window of one row, and a row is taken and computed as soon as the one
// before it is over; so a bar, and what is decided at its close, may be made up until then. Decisions read what was
// asked for at their time, so that the whole is a run like any other once it is over.
//
// Always true:
//   four bars of an hour make a session, and a day has one session.

import { generatedDataset, plainInstrument } from "../../adapters/testing/arbitrary-bars.js";
import * as abi from "../../assembly/abi-event.js";
import type { BarsTape, Dataset, RunConfig, RunResult } from "../../kernel/index.js";
import {
  createWorkspace,
  graph,
  InputError,
  nodeIdOf,
  openReplay,
  REASONS,
  runGraph,
  sessionsOf,
} from "../../kernel/index.js";
import { recordBytes } from "../../kernel/log/event-log.js";
import { UPDATE_KINDS } from "../../kernel/log/tables.js";
import { engineFor } from "./kernel-run.js";
import type { Asked, DeskDecision, SlotKind, SlotRequest } from "./order-desk-graph.js";
import { deskDecisions } from "./order-desk-graph.js";

export const HOUR_NS = 3_600_000_000_000n;
const DAY_HOURS = 24;
const OPEN_HOUR = 10;
const SESSION_BARS = 4;
const SESSIONS = 12;
/** Bars that there may be. */
export const ROWS = SESSION_BARS * SESSIONS;

/** What is drawn before the first bar. */
export interface DeskSetup {
  readonly slots: readonly SlotKind[];
  /** How the first two slots are tied. */
  readonly tie: "none" | "oco" | "ouo";
  readonly latencyNs: bigint;
  /** Of the run, but for its latency. */
  readonly config: RunConfig;
}

export interface DeskBar {
  readonly open: bigint;
  readonly high: bigint;
  readonly low: bigint;
  readonly close: bigint;
  readonly volume: bigint;
}

/** A record of the log about orders. */
export type DeskRecord =
  | {
      readonly kind: "order";
      readonly time: bigint;
      readonly order: number;
      readonly decision: number;
      quantity: bigint;
    }
  | { readonly kind: "fill"; readonly time: bigint; readonly order: number; quantity: bigint; isMaker: boolean }
  | { readonly kind: "end"; readonly time: bigint; readonly order: number; leaves: bigint; reason: string }
  | ({
      readonly kind: "update";
      readonly time: bigint;
      readonly order: number;
      readonly change: string;
    } & OrderTermsNow)
  | { readonly kind: "refusal"; readonly time: bigint; readonly decision: number; readonly reason: string };

interface OrderTermsNow {
  readonly leaves: bigint;
  readonly limit: bigint;
  readonly stop: bigint;
}

/** What a step of a run left in the log. */
export interface DeskStep {
  readonly records: readonly DeskRecord[];
  /** True when a number left 64 bits, which stops the run (G6). */
  readonly isStopped: boolean;
}

export interface OrderDesk {
  readonly setup: DeskSetup;
  /** The slot and the role of a decision, as the plan numbers them. */
  readonly roleOf: (decision: number) => DeskDecision;
  /** Lets the bar that is next come; `following` is next then, at whose close `requests` are decided, by slot. */
  readonly feed: (following: DeskBar, requests: ReadonlyMap<number, SlotRequest>) => DeskStep;
  /** Lets the bar that is next come, and the data end with it. */
  readonly end: () => DeskStep;
  /** What the run came to so far. */
  readonly result: () => RunResult;
  /** The same bars and requests in one go. */
  readonly inOneGo: () => RunResult;
}

/** Close time of a row. */
export function closeOf(row: number): bigint {
  return BigInt(Math.floor(row / SESSION_BARS) * DAY_HOURS + OPEN_HOUR + (row % SESSION_BARS) + 1) * HOUR_NS;
}

export function openOf(row: number): bigint {
  return closeOf(row) - HOUR_NS;
}

/** True for the last bar of a session. */
export function closesSession(row: number): boolean {
  return row % SESSION_BARS === SESSION_BARS - 1;
}

/** Close of the session that holds a time, or of the next one. */
export function sessionEnd(time: bigint): bigint {
  for (let row = SESSION_BARS - 1; ; row += SESSION_BARS) if (closeOf(row) > time) return closeOf(row);
}

/** When an order that reaches the market at `at` is accepted: at once, or with the open of the next session. */
export function acceptedFrom(at: bigint): bigint {
  const open = sessionEnd(at) - BigInt(SESSION_BARS) * HOUR_NS;
  return open > at ? open : at;
}

/** Opens a desk on an instrument of whole prices and quantities, whose first bar is `first`. */
export function openDesk(setup: DeskSetup, first: DeskBar): OrderDesk {
  const asked: Asked = new Map();
  const fed: DeskBar[] = [first];
  const dataset = datasetOf(fed, ROWS);
  const made = deskDecisions(setup.slots, setup.tie, asked);
  const whole = graph({ decisions: made.map(({ decision }) => decision) });
  const config: RunConfig = { ...setup.config, latencyNs: Number(setup.latencyNs) };
  const { replay, result } = openReplay(createWorkspace(engineFor(), dataset, WORKSPACE), whole, config, {
    blockRows: 1,
  });
  const byId = new Map(made.map((each) => [nodeIdOf(each.decision.node), each]));
  const roles = replay.plan.decisions.map(({ node }) => byId.get(nodeIdOf(node)) as DeskDecision);
  let read = 0;
  const advance = (until?: bigint): DeskStep => {
    const isStopped = overflows(() => replay.advance(until));
    const view = replay.log.view();
    const records: DeskRecord[] = [];
    for (; read < view.byteLength; read += recordBytes(view, read)) records.push(...recordAt(view, read));
    return { records, isStopped };
  };
  return {
    setup,
    roleOf: (decision) => roles[decision] as DeskDecision,
    feed(following, requests) {
      asked.set(closeOf(fed.length), requests);
      fed.push(following);
      return advance(closeOf(fed.length - 2));
    },
    end: () => advance(),
    result,
    inOneGo: () => runGraph(engineFor(), whole, datasetOf(fed, fed.length), config),
  };
}

/** True when an act is stopped by a number that leaves 64 bits; other errors go on. */
function overflows(act: () => void): boolean {
  try {
    act();
    return false;
  } catch (cause) {
    if (cause instanceof InputError && cause.issues[0]?.code === "run/overflow") return true;
    throw cause;
  }
}

/** A window of one row; a desk needs little room. */
const WORKSPACE = { windowRows: 1, runBytes: 8 * 1024 * 1024 };

/**
 * A tape that has the bars that were fed by the time it is read.
 *
 * @param rowCount Rows that there may be: all of them where the tape is read at once.
 */
function datasetOf(fed: readonly DeskBar[], rowCount: number): Dataset {
  const tape: BarsTape = {
    kind: "bars",
    instrument: plainInstrument("A"),
    interval: "1h",
    rowCount,
    *segments() {
      for (let row = 0; row < fed.length; row++) {
        const column = (value: bigint): BigInt64Array => BigInt64Array.of(value);
        const { open, high, low, close, volume } = fed[row] as DeskBar;
        const prices = { open: column(open), high: column(high), low: column(low), close: column(close) };
        yield { rowCount: 1, time: column(closeOf(row)), ...prices, volume: column(volume) };
      }
    },
  };
  const sessions = Array.from({ length: SESSIONS + 1 }, (_, session): readonly [bigint, bigint] => {
    const first = session * SESSION_BARS;
    return [openOf(first), closeOf(first + SESSION_BARS - 1)];
  });
  return { ...generatedDataset([]), bars: [tape], calendars: new Map([["A", sessionsOf(sessions)]]) };
}

/** The record at an offset of the log; none for what says nothing of orders. */
function recordAt(view: DataView, at: number): readonly DeskRecord[] {
  const wide = (field: number): bigint => view.getBigInt64(at + field, true);
  const narrow = (field: number): number => view.getInt32(at + field, true);
  const byte = view.getUint8(at + 1);
  const time = wide(8);
  const reason = REASONS[byte] ?? "unknown";
  switch (view.getUint8(at)) {
    case abi.EVENT_ORDER: {
      const decision = narrow(abi.ORDER_EVENT_DECISION);
      const quantity = wide(abi.ORDER_EVENT_QUANTITY);
      return [{ kind: "order", time, order: narrow(abi.ORDER_EVENT_SEQUENCE), decision, quantity }];
    }
    case abi.EVENT_FILL: {
      const quantity = wide(abi.FILL_EVENT_QUANTITY);
      return [{ kind: "fill", time, order: narrow(abi.FILL_EVENT_SEQUENCE), quantity, isMaker: byte === 2 }];
    }
    case abi.EVENT_ORDER_END: {
      const leaves = wide(abi.ORDER_END_EVENT_LEAVES);
      return [{ kind: "end", time, order: narrow(abi.ORDER_END_EVENT_SEQUENCE), leaves, reason }];
    }
    case abi.EVENT_UPDATE: {
      const now = { limit: wide(abi.UPDATE_EVENT_LIMIT), stop: wide(abi.UPDATE_EVENT_TRIGGER) };
      const leaves = wide(abi.UPDATE_EVENT_LEAVES);
      const change = UPDATE_KINDS[byte] ?? "unknown";
      return [{ kind: "update", time, order: narrow(abi.UPDATE_EVENT_SEQUENCE), change, leaves, ...now }];
    }
    case abi.EVENT_REFUSAL:
      return [{ kind: "refusal", time, decision: narrow(abi.REFUSAL_EVENT_DECISION), reason }];
    default:
      return [];
  }
}
