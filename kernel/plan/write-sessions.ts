// Sessions of the instruments of a plan as a run's memory holds them: for each instrument sorted pairs of open and
// close, ns. Instruments with the same sessions share one list.

import { INSTRUMENT_BYTES, INSTRUMENT_SESSION_COUNT, INSTRUMENT_SESSIONS } from "../../assembly/abi-run.js";
import type { Sessions } from "../market/calendar.js";

/** Bytes of a list. */
export function sessionBytes(sessions: Sessions): number {
  return sessions.instants.byteLength;
}

/** Lists that differ, in the order of the instruments that have them first. */
export function sessionLists(sessions: readonly (Sessions | null)[]): readonly Sessions[] {
  return [...new Set(sessions.filter((each) => each !== null))];
}

/**
 * Writes the lists and where each instrument finds its own; one without sessions has none (count 0).
 *
 * @param places Addresses of the lists, in the order of `sessionLists`.
 * @param instruments Address of the instruments' facts.
 */
export function writeSessions(
  view: DataView,
  sessions: readonly (Sessions | null)[],
  places: readonly number[],
  instruments: number,
): void {
  const lists = sessionLists(sessions);
  lists.forEach((list, i) => new BigInt64Array(view.buffer, places[i], list.instants.length).set(list.instants));
  sessions.forEach((list, index) => {
    if (list === null) return;
    const at = instruments + index * INSTRUMENT_BYTES;
    view.setUint32(at + INSTRUMENT_SESSIONS, places[lists.indexOf(list)] as number, true);
    view.setInt32(at + INSTRUMENT_SESSION_COUNT, list.count, true);
  });
}
