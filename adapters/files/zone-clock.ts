// Zone clocks: wall-clock times of a time zone to instants.
//
// How it works: a zone's offset is looked up once for each run of time in which it does not change; only times within a
//   day of a change are asked one by one.
//
// Always true:
//   a wall-clock time that does not exist, or exists twice, has no instant here: it is a problem, not a choice.
// Units: local day from 1970-01-01, ns of the day; instants in ns.

import { Temporal } from "temporal-polyfill";

export type ClockFault = "skipped" | "ambiguous";

export interface ZoneClock {
  readonly zone: string;
  /** Instant of a wall-clock time, or why there is none. `nsOfDay` may be 24 h, which is the next midnight. */
  instant(day: number, nsOfDay: bigint): bigint | ClockFault;
}

const NS_PER_DAY = 86_400_000_000_000n;

/**
 * A run of time with one offset, cut short by a day on both sides, so that no wall-clock time inside it is in doubt.
 */
interface OffsetRun {
  readonly from: bigint;
  readonly to: bigint;
  readonly offset: bigint;
}

/** A clock, or null when there is no such zone. */
export function zoneClock(zone: string): ZoneClock | null {
  if (zone === "UTC" || zone === "Z")
    return { zone: "UTC", instant: (day, nsOfDay) => BigInt(day) * NS_PER_DAY + nsOfDay };
  if (!isZone(zone)) return null;
  let run: OffsetRun | null = null;
  return { zone, instant };

  function instant(day: number, nsOfDay: bigint): bigint | ClockFault {
    const wall = BigInt(day) * NS_PER_DAY + nsOfDay;
    if (run === null || wall < run.from || wall >= run.to) run = offsetRun(zone, wall);
    if (run !== null && wall >= run.from && wall < run.to) return wall - run.offset;
    return instantNearChange(zone, wall);
  }
}

function isZone(zone: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone);
    return true;
  } catch {
    return false;
  }
}

/** The run around a wall-clock time; empty when the time is near a change. */
function offsetRun(zone: string, wall: bigint): OffsetRun {
  const near = Temporal.Instant.fromEpochNanoseconds(wall).toZonedDateTimeISO(zone);
  const offset = BigInt(near.offsetNanoseconds);
  const before = near.add({ nanoseconds: 1 }).getTimeZoneTransition("previous");
  const after = near.getTimeZoneTransition("next");
  const forever = 2n ** 63n;
  return {
    offset,
    from: before === null ? -forever : before.epochNanoseconds + offset + NS_PER_DAY,
    to: after === null ? forever : after.epochNanoseconds + offset - NS_PER_DAY,
  };
}

function instantNearChange(zone: string, wall: bigint): bigint | ClockFault {
  const local = Temporal.Instant.fromEpochNanoseconds(wall).toZonedDateTimeISO("UTC").toPlainDateTime();
  const earlier = local.toZonedDateTime(zone, { disambiguation: "earlier" });
  const later = local.toZonedDateTime(zone, { disambiguation: "later" });
  if (earlier.epochNanoseconds === later.epochNanoseconds) return earlier.epochNanoseconds;
  return earlier.toPlainDateTime().equals(local) ? "ambiguous" : "skipped";
}
