// Calendar days: which UTC day a bucket belongs to, by integers alone.
//
// Always true:
//   an instant that is exactly midnight belongs to the day that ends there, because buckets are keyed by their close.
// Units: time in ns since 1970-01-01T00:00:00Z; a day number counts days since 1970-01-01.
// Not here: the date of a day number (`kernel/data/civil-date`).

export const DAY_NS = 86_400_000_000_000n;

/** Day number of the UTC day in which a bucket that closes at `timeNs` lies. Midnight counts to the day before it. */
export function dayOfClose(timeNs: bigint): number {
  const last = timeNs - 1n;
  const day = last / DAY_NS;
  return Number(last < 0n && day * DAY_NS !== last ? day - 1n : day);
}

/** Day of the week of a day number: 0 Sunday to 6 Saturday. */
export function weekday(dayNumber: number): number {
  return (((dayNumber + 4) % 7) + 7) % 7;
}
