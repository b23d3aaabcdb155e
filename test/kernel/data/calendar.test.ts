// Gaps against a calendar, and civil dates.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gapsAgainst, gapsContinuous } from "../../../kernel/data/calendar.js";
import { civilFromDay, dayFromCivil, instantText } from "../../../kernel/data/civil-date.js";

describe("gaps", () => {
  it("are the expected bars between the first and the last that are not there", () => {
    const report = gapsAgainst([2n, 3n, 7n], [1n, 2n, 3n, 4n, 6n, 7n, 8n]);
    expect(report).toEqual({ absent: 2, runs: 1, longest: [{ from: 4n, to: 6n, count: 2, row: 2 }] });
  });

  it("of a continuous tape are those against every interval", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 12 }), (minutes) => {
        const times = [...minutes].sort((a, b) => a - b).map((minute) => BigInt(minute) * 60n);
        const every = Array.from({ length: 41 }, (_, minute) => BigInt(minute) * 60n);
        expect(gapsContinuous(times, 60n)).toEqual(gapsAgainst(times, every));
      }),
    );
  });

  it("count all and keep the longest", () => {
    const times = Array.from({ length: 400 }, (_, index) => BigInt(index) * 2n);
    const report = gapsContinuous([...times, 1_000n], 1n);
    expect(report.runs).toBe(400);
    expect(report.longest).toHaveLength(20);
    expect(report.longest[0]).toEqual({ from: 799n, to: 999n, count: 201, row: 400 });
  });

  it("are not seen where bars stand outside of the calendar", () => {
    expect(gapsAgainst([1n, 2n, 3n], [1n, 3n]).absent).toBe(0);
  });
});

describe("civil dates", () => {
  it("agree with the host's calendar, before and after 1970", () => {
    fc.assert(
      fc.property(fc.integer({ min: -200_000, max: 200_000 }), (day) => {
        const host = new Date(day * 86_400_000);
        const date = { year: host.getUTCFullYear(), month: host.getUTCMonth() + 1, dayOfMonth: host.getUTCDate() };
        expect(civilFromDay(day)).toEqual(date);
        expect(dayFromCivil(date.year, date.month, date.dayOfMonth)).toBe(day);
      }),
    );
  });

  it("refuse days that are not in the calendar", () => {
    expect(dayFromCivil(2023, 2, 29)).toBeNull();
    expect(dayFromCivil(2024, 2, 29)).toBe(19_782);
    expect(dayFromCivil(1900, 2, 29)).toBeNull();
    expect(dayFromCivil(2024, 13, 1)).toBeNull();
    expect(dayFromCivil(2024, 4, 31)).toBeNull();
  });

  it("print instants with a fraction only when there is one", () => {
    expect(instantText(0n)).toBe("1970-01-01T00:00:00Z");
    expect(instantText(-1n)).toBe("1969-12-31T23:59:59.999999999Z");
    expect(instantText(1_700_000_000_500_000_000n)).toBe("2023-11-14T22:13:20.5Z");
  });
});
