// Sessions and hours of the instruments of a plan as a run's memory holds them: sorted pairs of open and close, ns.
// Instruments and timing policies with the same hours share one list.

import { INSTRUMENT_BYTES, INSTRUMENT_SESSION_COUNT, INSTRUMENT_SESSIONS } from "../../assembly/abi-run.js";
import type { Sessions } from "../market/calendar.js";
import type { Plan } from "./plan.js";

/** Bytes of a list. */
export function sessionBytes(sessions: Sessions): number {
  return sessions.instants.byteLength;
}

/** Where a plan has sessions and hours. */
type Timed = Pick<Plan, "sessions" | "policies">;

/** Lists that differ: those of the instruments, then those of the timing policies. */
export function sessionLists({ sessions, policies }: Timed): readonly Sessions[] {
  const all = [...sessions, ...policies.flatMap(({ hours }) => hours ?? [])];
  return [...new Set(all.filter((each) => each !== null))];
}

/**
 * Writes the lists and where each instrument finds its own; one without sessions has none (count 0).
 *
 * @param places Addresses of the lists, in the order of `sessionLists`.
 * @param instruments Address of the instruments' facts.
 * @returns The address of each list.
 */
export function writeSessions(
  view: DataView,
  plan: Timed,
  places: readonly number[],
  instruments: number,
): ReadonlyMap<Sessions, number> {
  const placed = new Map(sessionLists(plan).map((list, i) => [list, places[i] as number]));
  for (const [{ instants }, place] of placed) new BigInt64Array(view.buffer, place, instants.length).set(instants);
  plan.sessions.forEach((list, index) => {
    if (list === null) return;
    const at = instruments + index * INSTRUMENT_BYTES;
    view.setUint32(at + INSTRUMENT_SESSIONS, placed.get(list) as number, true);
    view.setInt32(at + INSTRUMENT_SESSION_COUNT, list.count, true);
  });
  return placed;
}
