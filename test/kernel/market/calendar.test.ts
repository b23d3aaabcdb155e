// Sessions in UTC, from a calendar of days and hours.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { disorderOf } from "../../../kernel/market/calendar.js";
import { sessionAt, sessionsOf } from "../../../kernel/index.js";
import type { SessionPair } from "../../../kernel/index.js";

const small = fc.bigInt(-5n, 40n);
const pairs = fc.array(small, { maxLength: 10 }).map((times): readonly SessionPair[] => {
  const sorted = [...new Set(times)].sort((a, b) => (a < b ? -1 : 1));
  return Array.from({ length: sorted.length >> 1 }, (_, i) => [sorted[2 * i] as bigint, sorted[2 * i + 1] as bigint]);
});

describe("sessions", () => {
  it("are found by time: the one that holds it, or the next", () => {
    const sessions = sessionsOf([
      [10n, 20n],
      [20n, 30n],
      [40n, 50n],
    ]);
    expect(sessions.count).toBe(3);
    expect([...sessions.instants]).toEqual([10n, 20n, 20n, 30n, 40n, 50n]);
    expect([5n, 10n, 19n, 20n, 29n, 30n, 40n, 49n, 50n].map((time) => sessionAt(sessions, time))).toEqual([
      0, 0, 0, 1, 1, 2, 2, 2, 3,
    ]);
  });

  it("are found as a plain search finds them", () => {
    fc.assert(
      fc.property(pairs, small, (list, time) => {
        const plain = list.findIndex(([, close]) => time < close);
        expect(sessionAt(sessionsOf(list), time)).toBe(plain < 0 ? list.length : plain);
      }),
    );
  });

  it("follow each other", () => {
    expect(disorderOf([])).toBe(-1);
    expect(disorderOf([[1n, 1n]])).toBe(0);
    expect(
      disorderOf([
        [1n, 3n],
        [2n, 4n],
      ]),
    ).toBe(1);
    fc.assert(
      fc.property(fc.array(fc.tuple(small, small), { maxLength: 5 }), (list) => {
        const flat = list.flat();
        const isOrdered =
          list.every(([open, close]) => open < close) &&
          flat.every((t, i) => i % 2 === 1 || i === 0 || t >= (flat[i - 1] as bigint));
        expect(disorderOf(list) < 0).toBe(isOrdered);
      }),
    );
  });
});
