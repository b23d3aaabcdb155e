// Sessions: when a market trades, as pairs of instants. What a calendar says in days and hours is resolved to these
// before a run, so that nothing inside a run knows of zones, weeks or holidays.
//
// Always true:
//   a session opens before it closes, and no session opens before the one ahead of it has closed.
// Units: ns since 1970-01-01T00:00:00Z; a session has its open and not its close.
//
// Not here: calendars in days and hours (`kernel/data/session-calendar.ts`), time zones (the adapters).

import { invariant } from "../base/error.js";

/** Sessions of a market in order. Never written after they are handed over. */
export interface Sessions {
  readonly count: number;
  /** Open and close of each session, one after the other: `2 x count` instants. */
  readonly instants: BigInt64Array;
  /** Hours around the sessions and pauses within them, where the calendar states any; only gates know of them. */
  readonly extended?: ExtendedHours;
}

/** Hours besides the sessions: before them, pauses within them, behind them. */
export const EXTENDED_KINDS = ["pre", "lunch", "post"] as const;
export type ExtendedKind = (typeof EXTENDED_KINDS)[number];

/** Hours of each kind that a calendar states. */
export type ExtendedHours = Readonly<Partial<Record<ExtendedKind, Sessions>>>;

/** An open and a close, ns. */
export type SessionPair = readonly [open: bigint, close: bigint];

/**
 * Index of the first pair that is no session after the ones before it (it closes before it opens, or opens before the
 * last one has closed), -1 when all are.
 */
export function disorderOf(pairs: readonly SessionPair[]): number {
  return pairs.findIndex(([open, close], i) => open >= close || (i > 0 && open < (pairs[i - 1] as SessionPair)[1]));
}

/** Sessions of pairs that are in order. */
export function sessionsOf(pairs: readonly SessionPair[]): Sessions {
  invariant(disorderOf(pairs) < 0, "sessions follow each other");
  return { count: pairs.length, instants: BigInt64Array.from(pairs.flat()) };
}

/**
 * Index of the session that holds `time`, or of the next one that opens after it; `count` when there is none. O(log
 * count).
 */
export function sessionAt(sessions: Sessions, time: bigint): number {
  let low = 0;
  let high = sessions.count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sessions.instants[2 * middle + 1] as bigint) > time) high = middle;
    else low = middle + 1;
  }
  return low;
}
