// Session calendars as data: checks, hours and closes.

import { describe, expect, it } from "vitest";
import { canonicalJson, checkCalendar, instantText, IssueList } from "../../../kernel/index.js";
import type { CheckedCalendar } from "../../../kernel/index.js";

const HOUR = 3_600_000_000_000n;
const DAY = 24n * HOUR;

function linesOf(calendar: unknown): readonly string[] {
  const issues = new IssueList();
  checkCalendar(calendar, "c", issues);
  return issues.issues.map(({ code, path }) => `${code} ${path}`);
}

function checked(calendar: unknown): CheckedCalendar {
  const issues = new IssueList();
  const made = checkCalendar(calendar, "c", issues);
  expect(issues.issues).toEqual([]);
  return made as CheckedCalendar;
}

/** Sessions that open on the days from `from` to `to`, as text. */
function sessionTexts(calendar: unknown, from: string, to: string): readonly string[] {
  const [first, last] = [BigInt(Date.parse(from)) * 1_000_000n, BigInt(Date.parse(to)) * 1_000_000n];
  const { count, instants } = checked(calendar).resolve(first, last);
  const minute = (time: bigint): string => instantText(time).slice(0, 16);
  return Array.from({ length: count }, (_, i) => [instants[2 * i] as bigint, instants[2 * i + 1] as bigint])
    .filter(([open]) => (open as bigint) >= first && (open as bigint) < last + DAY)
    .map(([open, close]) => `${minute(open as bigint)} ${minute(close as bigint)}`);
}

/** New York in winter. */
const STOCKS = {
  kind: "weekly",
  offset: "-05:00",
  sessions: [{ days: [1, 2, 3, 4, 5], open: "09:30", close: "16:00" }],
  holidays: ["2013-12-25"],
  earlyCloses: { "2013-12-24": "13:00" },
};

describe("a session calendar", () => {
  it("that is always open has days of UTC, or days that begin when it says", () => {
    expect(sessionTexts({ kind: "always" }, "2024-02-28", "2024-02-29")).toEqual([
      "2024-02-28T00:00 2024-02-29T00:00",
      "2024-02-29T00:00 2024-03-01T00:00",
    ]);
    expect(sessionTexts({ kind: "always", dayStart: "08:00" }, "2024-02-28", "2024-02-28")).toEqual([
      "2024-02-28T08:00 2024-02-29T08:00",
    ]);
  });

  it("of a week knows its offset, weekends, holidays and early closes", () => {
    expect(sessionTexts(STOCKS, "2013-12-23", "2013-12-30")).toEqual([
      "2013-12-23T14:30 2013-12-23T21:00",
      "2013-12-24T14:30 2013-12-24T18:00",
      "2013-12-26T14:30 2013-12-26T21:00",
      "2013-12-27T14:30 2013-12-27T21:00",
      "2013-12-30T14:30 2013-12-30T21:00",
    ]);
  });

  it("of a week may close on the next day, and have several sessions a day", () => {
    const futures = { kind: "weekly", offset: "UTC", sessions: [{ days: [7, 1], open: "23:00", close: "22:00" }] };
    expect(sessionTexts(futures, "2024-03-09", "2024-03-12")).toEqual([
      "2024-03-10T23:00 2024-03-11T22:00",
      "2024-03-11T23:00 2024-03-12T22:00",
    ]);
    const lunch = [
      { days: [3], open: "13:00", close: "15:00" },
      { days: [3], open: "09:00", close: "11:30" },
    ];
    const asia = { kind: "weekly", offset: "+08:00", sessions: lunch };
    expect(sessionTexts(asia, "2024-03-06", "2024-03-06")).toEqual([
      "2024-03-06T01:00 2024-03-06T03:30",
      "2024-03-06T05:00 2024-03-06T07:00",
    ]);
  });

  it("closes early only what would close later, and drops what opens after an early close", () => {
    const halves = [
      { days: [2], open: "09:00", close: "12:00" },
      { days: [2], open: "13:00", close: "17:00" },
    ];
    const calendar = { kind: "weekly", offset: "UTC", sessions: halves, earlyCloses: { "2024-03-05": "12:30" } };
    expect(sessionTexts(calendar, "2024-03-05", "2024-03-05")).toEqual(["2024-03-05T09:00 2024-03-05T12:00"]);
  });

  it("takes sessions one by one, in nanoseconds or as text", () => {
    const sessions = [
      ["1970-01-01T09:00:00Z", String(16n * HOUR)],
      [33n * HOUR, "1970-01-02T16:00:00Z"],
    ];
    const { count, instants } = checked({ kind: "sessions", sessions }).resolve(0n, 0n);
    expect([count, ...instants]).toEqual([2, 9n * HOUR, 16n * HOUR, 33n * HOUR, 40n * HOUR]);
  });

  it("reaches far enough before and after a range that every instant has a session around or after it", () => {
    const { instants, count } = checked(STOCKS).resolve(100n * DAY, 100n * DAY);
    expect((instants[1] as bigint) < 90n * DAY).toBe(true);
    expect((instants[2 * count - 2] as bigint) > 110n * DAY).toBe(true);
  });

  it("has one canonical form however it is written, and another for other hours", () => {
    const form = (calendar: unknown): string => canonicalJson(checked(calendar).canonical);
    expect(form({ kind: "always" })).toBe(form({ kind: "always", dayStart: "00:00" }));
    expect(
      form({ kind: "weekly", offset: "UTC", sessions: [{ days: [2, 1, 2], open: "00:00", close: "24:00" }] }),
    ).toBe(form({ kind: "weekly", offset: "+00:00", sessions: [{ days: [1, 2], open: "00:00", close: "00:00" }] }));
    expect(form({ kind: "sessions", sessions: [[0n, "1970-01-01T01:00:00Z"]] })).toBe(
      form({ kind: "sessions", sessions: [["0", HOUR]] }),
    );
    const others = [
      STOCKS,
      { ...STOCKS, offset: "-04:00" },
      { ...STOCKS, holidays: [] },
      { ...STOCKS, earlyCloses: {} },
      { ...STOCKS, sessions: [{ days: [1, 2, 3, 4], open: "09:30", close: "16:00" }] },
      { kind: "always" },
      { kind: "always", dayStart: "08:00" },
      { kind: "sessions", sessions: [[0n, HOUR]] },
      { kind: "sessions", sessions: [[1n, HOUR]] },
    ];
    expect(new Set(others.map(form)).size).toBe(others.length);
  });

  it.each<[string, unknown, readonly string[]]>([
    ["nothing", undefined, ["config/calendar c.kind"]],
    ["a word", "always", ["config/calendar c.kind"]],
    ["another kind", { kind: "lunar" }, ["config/calendar c.kind"]],
    ["a kind that every object has", { kind: "toString" }, ["config/calendar c.kind"]],
    ["a field of another kind", { kind: "always", offset: "UTC" }, ["config/calendar c.offset"]],
    ["a day that begins late", { kind: "always", dayStart: "24:01" }, ["config/calendar c.dayStart"]],
    ["a zone for an offset", { ...STOCKS, offset: "America/New_York" }, ["config/calendar c.offset"]],
    ["no sessions", { ...STOCKS, sessions: [] }, ["config/calendar c.sessions"]],
    [
      "a session of nothing",
      { ...STOCKS, sessions: [7] },
      [
        "config/calendar c.sessions.0",
        "config/calendar c.sessions.0.days",
        "config/calendar c.sessions.0.open",
        "config/calendar c.sessions.0.close",
      ],
    ],
    [
      "an eighth day",
      { ...STOCKS, sessions: [{ days: [8], open: "09:00", close: "10:00" }] },
      ["config/calendar c.sessions.0.days"],
    ],
    [
      "sessions that overlap",
      {
        ...STOCKS,
        sessions: [
          { days: [1], open: "09:00", close: "11:00" },
          { days: [1], open: "10:00", close: "12:00" },
        ],
      },
      ["config/calendar c.sessions"],
    ],
    ["a day that does not exist", { ...STOCKS, holidays: ["2013-02-29"] }, ["config/calendar c.holidays.0"]],
    [
      "an early close of no time",
      { ...STOCKS, earlyCloses: { "2013-12-24": "noon" } },
      ["config/calendar c.earlyCloses.2013-12-24"],
    ],
    ["a session that closes first", { kind: "sessions", sessions: [[2n, 1n]] }, ["config/calendar c.sessions.0"]],
    [
      "sessions out of order",
      {
        kind: "sessions",
        sessions: [
          [5n, 6n],
          [1n, 2n],
        ],
      },
      ["config/calendar c.sessions.1"],
    ],
    [
      "a session of three",
      { kind: "sessions", sessions: [[1n, 2n, 3n]] },
      ["config/calendar c.sessions.0.0", "config/calendar c.sessions.0.1", "config/calendar c.sessions.0"],
    ],
    [
      "an instant without zone",
      { kind: "sessions", sessions: [["2024-03-08T14:30:00", 5n]] },
      ["config/calendar c.sessions.0.0"],
    ],
  ])("is not %s", (_, calendar, lines) => {
    expect(linesOf(calendar)).toEqual(lines);
  });
});
