// Calendars: when bars are expected. Data, not code: a calendar is spelled out in the manifest of an import.
//
// How it works: whoever knows time zones expands a calendar into sessions as pairs of instants; gaps are then found
//   with integers alone.
//
// Units: ns since 1970-01-01T00:00:00Z.
// Not here: time zone rules, which live in the adapters.

/** A trading session on some days of the week, in wall-clock time; a close at or before the open is on the next day. */
export interface SessionSpec {
  /** ISO days of the week of the open: 1 Monday to 7 Sunday. */
  readonly days: readonly number[];
  readonly open: string;
  readonly close: string;
}

/** Hours around sessions, in the same form and zone. */
export interface ExtendedSpec {
  /** Pre-market, before sessions. */
  readonly pre?: readonly SessionSpec[] | undefined;
  /** Pauses within sessions. */
  readonly lunch?: readonly SessionSpec[] | undefined;
  /** Post-market, behind sessions. */
  readonly post?: readonly SessionSpec[] | undefined;
}

export type CalendarSpec =
  /** Every interval has a bar. */
  | { readonly kind: "continuous" }
  /** Every Monday to Friday that is no holiday has one daily bar. Holidays are local dates, `2013-12-25`. */
  | { readonly kind: "weekdays"; readonly holidays?: readonly string[] }
  | {
      readonly kind: "sessions";
      readonly zone: string;
      readonly sessions: readonly SessionSpec[];
      readonly holidays?: readonly string[];
      /** Local date to wall-clock close of a shortened day. */
      readonly earlyCloses?: Readonly<Record<string, string>>;
      readonly extended?: ExtendedSpec;
    };

/** A run of expected bars that are absent. */
export interface Gap {
  /** Close time of the first absent bar. */
  readonly from: bigint;
  /** Close time of the last absent bar. */
  readonly to: bigint;
  readonly count: number;
  /** Row before which the bars are absent. */
  readonly row: number;
}

export interface GapReport {
  /** Absent bars between the first and the last row. */
  readonly absent: number;
  /** Runs of absent bars, the longest first, ties by time; at most `GAPS_KEPT`. */
  readonly longest: readonly Gap[];
  readonly runs: number;
}

const GAPS_KEPT = 20;

/**
 * Gaps of a tape whose bars should close at every instant of `expected`.
 *
 * @param times Close times, strictly rising; read only.
 * @param expected Strictly rising instants; those before the first and after the last row are not looked at.
 */
export function gapsAgainst(times: Iterable<bigint>, expected: Iterable<bigint>): GapReport {
  const gaps = new GapCollector();
  const instants = expected[Symbol.iterator]();
  let next = instants.next();
  let row = 0;
  for (const time of times) {
    let from: bigint | null = null;
    let to = 0n;
    let count = 0;
    while (next.done !== true && next.value < time) {
      if (row > 0) {
        from ??= next.value;
        to = next.value;
        count += 1;
      }
      next = instants.next();
    }
    if (from !== null) gaps.add({ from, to, count, row });
    if (next.done !== true && next.value === time) next = instants.next();
    row += 1;
  }
  return gaps.report();
}

/** Gaps of a tape that should have a bar at every interval, whatever the day. */
export function gapsContinuous(times: Iterable<bigint>, interval: bigint): GapReport {
  const gaps = new GapCollector();
  let before: bigint | null = null;
  let row = 0;
  for (const time of times) {
    if (before !== null && time - before > interval) {
      const count = Number((time - before - 1n) / interval);
      gaps.add({ from: before + interval, to: before + interval * BigInt(count), count, row });
    }
    before = time;
    row += 1;
  }
  return gaps.report();
}

class GapCollector {
  private absent = 0;
  private runs = 0;
  private kept: Gap[] = [];

  add(gap: Gap): void {
    this.absent += gap.count;
    this.runs += 1;
    this.kept.push(gap);
    if (this.kept.length >= GAPS_KEPT * 8) this.trim();
  }

  report(): GapReport {
    this.trim();
    return { absent: this.absent, runs: this.runs, longest: this.kept };
  }

  private trim(): void {
    this.kept.sort((a, b) => b.count - a.count || a.row - b.row);
    this.kept = this.kept.slice(0, GAPS_KEPT);
  }
}
