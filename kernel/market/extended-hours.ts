// Extended hours: pre-market, lunch and post-market of a calendar, and what of a day a gate lets through.
//
// Always true:
//   hours before and behind the sessions do not overlap them; a lunch lies within one of them;
//   a post-market of a shortened day starts at its early close and ends when it always does; what else reaches beyond
//   an early close ends there.
// Units: ns since 1970-01-01T00:00:00Z; hours have their open and not their close.
//
// Not here: calendars in days and hours (`kernel/data/session-calendar.ts`), time zones (the adapters).

import type { ExtendedHours, ExtendedKind, SessionPair, Sessions } from "./calendar.js";
import { disorderOf, EXTENDED_KINDS, sessionAt, sessionsOf } from "./calendar.js";

/** What of a day a gate may name. `regular` is a session without its lunch. */
export const HOUR_KINDS = ["pre", "regular", "lunch", "post"] as const;
export type HourKind = (typeof HOUR_KINDS)[number];

/** Pairs of each kind that a calendar states. */
export type ExtendedPairs = ReadonlyMap<ExtendedKind, readonly SessionPair[]>;

/**
 * Open and close of hours on a day, null when an early close leaves nothing of them. Wall-clock ns of the day.
 *
 * @param early Early close of the day, null for none.
 */
export function shortened(
  kind: HourKind,
  openNs: bigint,
  closeNs: bigint,
  early: bigint | null,
): readonly [openNs: bigint, closeNs: bigint] | null {
  if (early === null) return [openNs, closeNs];
  if (kind === "post") return [early < openNs ? early : openNs, closeNs];
  const close = early < closeNs ? early : closeNs;
  return close > openNs ? [openNs, close] : null;
}

/**
 * Kinds whose pairs do not go with the sessions: those that overlap what they stand around, a lunch outside of them.
 *
 * @param sessions In order.
 */
export function misplacedKinds(sessions: readonly SessionPair[], extended: ExtendedPairs): readonly ExtendedKind[] {
  const regular = sessionsOf(sessions);
  const within = ([open, close]: SessionPair): boolean => {
    const at = sessionAt(regular, open);
    return at < regular.count && open >= openOf(regular, at) && close <= closeOf(regular, at);
  };
  const taken = [...sessions];
  return EXTENDED_KINDS.filter((kind) => {
    const pairs = extended.get(kind) ?? [];
    if (kind === "lunch") return disorderOf(pairs) >= 0 || !pairs.every(within);
    taken.push(...pairs);
    return disorderOf(inOrder(taken)) >= 0;
  });
}

/** Sessions with their extended hours. Without any they are the same as without this. */
export function sessionsWith(sessions: readonly SessionPair[], extended: ExtendedPairs): Sessions {
  const made = sessionsOf(sessions);
  if (extended.size === 0) return made;
  const hours: ExtendedHours = Object.fromEntries([...extended].map(([kind, pairs]) => [kind, unionOf(pairs)]));
  return { ...made, extended: hours };
}

/** Kinds among these that a calendar does not state. */
export function missingKinds(sessions: Sessions, kinds: readonly HourKind[]): readonly HourKind[] {
  return kinds.filter((kind) => kind !== "regular" && sessions.extended?.[kind] === undefined);
}

/** Hours of these kinds together, in order and joined where they meet. O(sessions). */
export function hoursOf(sessions: Sessions, kinds: readonly HourKind[]): Sessions {
  const lunch = sessions.extended?.lunch;
  const isPlain = kinds.every((kind) => kind === "regular");
  if (isPlain && lunch === undefined) return sessions;
  const regular = pairsOf(sessions);
  const pairs = kinds.flatMap((kind) => {
    if (kind !== "regular") return pairsOf(sessions.extended?.[kind]);
    return lunch === undefined ? regular : regular.flatMap((pair) => withoutPauses(pair, lunch));
  });
  return unionOf(pairs);
}

/** What pauses leave of a session. */
function withoutPauses([open, close]: SessionPair, pauses: Sessions): readonly SessionPair[] {
  const left: SessionPair[] = [];
  let from = open;
  for (let at = sessionAt(pauses, open); at < pauses.count && openOf(pauses, at) < close; at += 1) {
    if (openOf(pauses, at) > from) left.push([from, openOf(pauses, at)]);
    from = closeOf(pauses, at);
  }
  if (from < close) left.push([from, close]);
  return left;
}

function unionOf(pairs: readonly SessionPair[]): Sessions {
  const joined: SessionPair[] = [];
  for (const [open, close] of inOrder(pairs)) {
    const last = joined.at(-1);
    if (last === undefined || open > last[1]) joined.push([open, close]);
    else if (close > last[1]) joined[joined.length - 1] = [last[0], close];
  }
  return sessionsOf(joined);
}

/** Pairs by their open. */
export function inOrder(pairs: readonly SessionPair[]): readonly SessionPair[] {
  return [...pairs].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

function pairsOf(sessions: Sessions | undefined): readonly SessionPair[] {
  if (sessions === undefined) return [];
  return Array.from({ length: sessions.count }, (_, i) => [openOf(sessions, i), closeOf(sessions, i)] as const);
}

function openOf({ instants }: Sessions, at: number): bigint {
  return instants[2 * at] as bigint;
}

function closeOf({ instants }: Sessions, at: number): bigint {
  return instants[2 * at + 1] as bigint;
}
