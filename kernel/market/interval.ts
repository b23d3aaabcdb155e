// Intervals: the length of a bar, written as a count and a unit (`1m`, `4h`, `1d`).
//
// Units: nanoseconds. Months and years have no fixed length and are not intervals.

import { InputError } from "../base/error.js";

const UNIT_NS = {
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
  d: 86_400_000_000_000n,
  w: 604_800_000_000_000n,
} as const;

/** Canonical text of a bar length: `1m`, `15m`, `1h`, `1d`. */
export type IntervalText = string;

/**
 * Length of an interval in nanoseconds.
 *
 * @throws InputError `tape/interval` when the text is not a positive count with one of the units s, m, h, d, w.
 */
export function intervalNs(text: IntervalText): bigint {
  const match = /^([1-9][0-9]{0,5})(s|m|h|d|w)$/.exec(text);
  if (match === null) {
    throw new InputError([
      {
        code: "tape/interval",
        path: "interval",
        expected: "a count and a unit, such as 1m, 4h or 1d",
        received: JSON.stringify(text),
      },
    ]);
  }
  return BigInt(match[1] as string) * UNIT_NS[match[2] as keyof typeof UNIT_NS];
}
