// Timing gates over the hours of a day: pre-market, sessions, lunch and post-market, of one calendar or of several.

import { describe, expect, it } from "vitest";
import type {
  Dataset,
  Decision,
  HourKind,
  RunConfig,
  RunResult,
  SessionCalendar,
  Sessions,
} from "../../kernel/index.js";
import { bars, graph, gt, HOUR_KINDS, marketOrder, nodeIdOf, order, runGraph, timingGate } from "../../kernel/index.js";
import { zonesResolved } from "../../adapters/cli/config-file.js";
import { calendarSessions } from "../../adapters/files/calendar-instants.js";
import { issueLinesOf, issuesOf } from "../kernel/graph/issues-of.js";
import { engineFor } from "../model/kernel-run.js";
import { barsTape, flatBars, HOUR_NS, linesOf, runOrders } from "./order-lines.js";

const always = gt(bars().close, 0);

function buying(sessions?: readonly HourKind[]): Decision {
  return marketOrder(1, { when: always, gates: { timing: timingGate(sessions === undefined ? {} : { sessions }) } });
}

/** Buys a share at every hour up to `hours` at which the gate is open. */
function run(sessions: readonly HourKind[] | undefined, calendar: SessionCalendar, hours: number): RunResult {
  return runOver({ A: calendar }, sessions, hours);
}

function runOver(
  calendars: NonNullable<RunConfig["calendars"]>,
  sessions: readonly HourKind[] | undefined,
  hours: number,
): RunResult {
  const flat = flatBars(...Array.from({ length: hours }, () => 100));
  return runOrders([buying(sessions)], [barsTape("A", flat), barsTape("B", flat)], { cash: "100000", calendars });
}

/** Hours at which a decision about an instrument, which acts in each, was let through. */
function hoursOpen(result: RunResult, instrument = 0): readonly number[] {
  const { refusals } = result.tables();
  const times = [...refusals.time].filter((_, row) => refusals.instrument[row] === instrument);
  const closed = new Set(times.map((ns) => Number(ns / HOUR_NS)));
  return Array.from({ length: result.counts.buckets }, (_, row) => row + 1).filter((hour) => !closed.has(hour));
}

/** The next open that each refused hour was told, in hours. */
function nextOpens(result: RunResult): ReadonlyMap<number, number> {
  const { time, limit } = result.tables().notes;
  return new Map([...time].map((ns, row) => [Number(ns / HOUR_NS), Number(limit[row]) / Number(HOUR_NS)]));
}

/** Hours from 2 to 10 in all four kinds, `late` ns later. */
function dayOf(late = 0n) {
  const hours = (open: bigint, close: bigint) => [[open * HOUR_NS + late, close * HOUR_NS + late]] as const;
  const extended = { pre: hours(2n, 4n), lunch: hours(5n, 6n), post: hours(8n, 10n) };
  return { kind: "sessions", sessions: hours(4n, 8n), extended } as const satisfies SessionCalendar;
}

const WEEKDAYS = [1, 2, 3, 4, 5];
/** Five hours behind UTC, from Thursday 1970-01-01 on: Friday off, Monday short. */
const WEEKLY = {
  kind: "weekly",
  offset: "-05:00",
  sessions: [{ days: WEEKDAYS, open: "09:30", close: "16:00" }],
  holidays: ["1970-01-02"],
  earlyCloses: { "1970-01-05": "13:00" },
  extended: {
    pre: [{ days: WEEKDAYS, open: "04:00", close: "09:30" }],
    lunch: [{ days: WEEKDAYS, open: "12:00", close: "12:30" }],
    post: [{ days: WEEKDAYS, open: "16:00", close: "20:00" }],
  },
} as const satisfies SessionCalendar;
const TO_TUESDAY = 24 * 5;

describe("a timing gate of hours", () => {
  it.each([
    [["pre"], [2, 3], [3, 4]],
    [["regular"], [4, 6, 7], [5, 7, 8]],
    [["lunch"], [5], [6]],
    [["post"], [8, 9], [9, 10]],
    [
      ["regular", "lunch"],
      [4, 5, 6, 7],
      [5, 6, 7, 8],
    ],
    [
      ["post", "pre"],
      [2, 3, 8, 9],
      [3, 4, 9, 10],
    ],
  ] as const)("has the open of %j and not its close", (kinds, open, later) => {
    expect(hoursOpen(run(kinds, dayOf(), 11))).toEqual(open);
    expect(hoursOpen(run(kinds, dayOf(1n), 11))).toEqual(later);
    expect(hoursOpen(run(kinds, dayOf(1n - HOUR_NS), 11))).toEqual(open);
  });

  it("is open in sessions without their lunch when nothing is named", () => {
    expect(hoursOpen(run(undefined, dayOf(), 11))).toEqual([4, 6, 7]);
    expect(nextOpens(run(undefined, dayOf(), 7))).toEqual(
      new Map([
        [1, 4],
        [2, 4],
        [3, 4],
        [5, 6],
      ]),
    );
  });

  it("keeps holidays and early closes in all hours, a post-market of a short day starts at its close", () => {
    expect(hoursOpen(run(["pre"], WEEKLY, TO_TUESDAY))).toEqual([9, 10, 11, 12, 13, 14, 105, 106, 107, 108, 109, 110]);
    expect(hoursOpen(run(["regular"], WEEKLY, TO_TUESDAY))).toEqual([15, 16, 18, 19, 20, 111, 112]);
    expect(hoursOpen(run(["lunch"], WEEKLY, TO_TUESDAY))).toEqual([17, 113]);
    expect(hoursOpen(run(["post"], WEEKLY, TO_TUESDAY))).toEqual([21, 22, 23, 24, 114, 115, 116, 117, 118, 119, 120]);
  });

  it("ends a lunch at an early close within it, and the session with it", () => {
    const short = { ...WEEKLY, earlyCloses: { "1970-01-01": "12:00" } };
    expect(hoursOpen(run(["regular", "lunch"], short, 24))).toEqual([15, 16]);
    const within = {
      ...short,
      extended: { ...WEEKLY.extended, lunch: [{ days: [4], open: "11:00", close: "13:00" }] },
    };
    expect(hoursOpen(run(["lunch"], within, 24))).toEqual([16]);
  });

  it("tells the exact next open over a holiday and a weekend", () => {
    const next = nextOpens(run(["pre", "regular"], WEEKLY, TO_TUESDAY));
    const [friday, sunday] = [24 + 17, 3 * 24 + 17];
    expect([8, 17, 21, friday, sunday].map((hour) => next.get(hour))).toEqual([9, 17.5, 105, 105, 105]);
    // Behind the last bar there are sessions as well.
    expect(nextOpens(run(undefined, WEEKLY, TO_TUESDAY)).get(114)).toBe(TO_TUESDAY + 14.5);
  });

  it("takes each instrument by its own calendar, and one without a calendar as open", () => {
    const other = { kind: "sessions", sessions: [[1n * HOUR_NS, 3n * HOUR_NS]] } as const;
    const both = runOver({ A: dayOf(), B: other }, undefined, 8);
    expect([hoursOpen(both), hoursOpen(both, 1)]).toEqual([
      [4, 6, 7],
      [1, 2],
    ]);
    const alone = runOver({ A: dayOf() }, ["lunch"], 6);
    expect([hoursOpen(alone), hoursOpen(alone, 1)]).toEqual([[5], [1, 2, 3, 4, 5, 6]]);
  });

  it("leaves the close at which orders fill to the sessions", () => {
    const gates = { timing: timingGate({ sessions: ["pre"] }) };
    const atClose = order(1, { type: "marketOnClose", when: always, gates });
    const tape = barsTape("A", flatBars(...Array.from({ length: 11 }, () => 100)));
    const result = runOrders([atClose], [tape], { calendars: { A: dayOf() } });
    expect(linesOf(result).filter((line) => line.includes("fill"))).toEqual(["8 fill 1 1 @ 100", "8 fill 2 1 @ 100"]);
  });

  it("is in identities as far as it differs from sessions alone", () => {
    const plain = { ...dayOf(), extended: undefined } as unknown as SessionCalendar;
    const { pre } = dayOf().extended;
    const ids = [plain, { ...dayOf(), extended: { pre } }, dayOf()].map((each) => run(undefined, each, 3).runId);
    expect(new Set(ids).size).toBe(3);
    const gateOf = (sessions?: readonly HourKind[]) => nodeIdOf(buying(sessions).node);
    expect(gateOf(["regular"])).toBe(gateOf());
    expect(gateOf(["post", "pre", "pre"])).toBe(gateOf(["pre", "post"]));
    expect(gateOf(["pre"])).not.toBe(gateOf());
  });
});

describe("hours that do not go together", () => {
  it("are refused where a gate names what a calendar does not state", () => {
    expect(issuesOf(() => run(["pre", "regular", "post"], { ...dayOf(), extended: {} }, 3))).toMatchObject([
      {
        code: "config/calendar",
        expected: "a calendar of A with pre and post, because the gate names them",
        received: "regular",
        advice:
          "State them in the calendar: { extended: { pre: [...], post: [...] } }, or leave them out of timingGate.",
      },
    ]);
  });

  it("are refused where a gate names none, or others", () => {
    expect(issuesOf(() => timingGate({ sessions: [] }))[0]?.code).toBe("graph/order");
    expect(issuesOf(() => timingGate({ sessions: ["night" as HourKind] }))[0]?.code).toBe("graph/unknown-param");
  });

  it.each([
    ["a pre-market into the session", { pre: [{ days: [1], open: "04:00", close: "09:31" }] }, "pre"],
    ["a post-market before the close", { post: [{ days: [1], open: "15:59", close: "20:00" }] }, "post"],
    ["a lunch outside of the session", { lunch: [{ days: [1], open: "15:00", close: "16:01" }] }, "lunch"],
    ["a lunch without a session", { lunch: [{ days: [6], open: "12:00", close: "13:00" }] }, "lunch"],
    ["no hours", { pre: [] }, "pre"],
    ["a fifth kind", { night: WEEKLY.extended.post }, "night"],
    ["no clock", { pre: [{ days: [1], open: "4", close: "09:30" }] }, "pre.0.open"],
  ])("are refused in a calendar: %s", (_, extended, place) => {
    const lines = issueLinesOf(() => run(undefined, { ...WEEKLY, extended } as SessionCalendar, 3));
    expect(lines.map((line) => line.split(" ")[1])).toContain(`config.calendars.A.extended.${place}`);
  });
});

describe("hours in a time zone", () => {
  it("are those of an offset while it is the zone's, in a configuration and in a dataset", async () => {
    const { offset: _, ...hours } = WEEKLY;
    const zoned = { ...hours, kind: "sessions", zone: "America/New_York" } as const;
    const tape = barsTape("A", flatBars(...Array.from({ length: TO_TUESDAY }, () => 100)));
    const dataset: Dataset = { name: "zoned", fingerprint: `blake3:${"0".repeat(64)}`, bars: [tape] };
    const { A: stated } = await zonesResolved({ A: zoned }, dataset);
    const own = calendarSessions(zoned, HOUR_NS, BigInt(TO_TUESDAY) * HOUR_NS, "calendar");
    const imported = (calendar: Sessions, kinds: readonly HourKind[]) => {
      const gated = graph({ decisions: [buying(kinds)] });
      return runGraph(
        engineFor(),
        gated,
        { ...dataset, calendars: new Map([["A", calendar]]) },
        { fees: { taker: 0 } },
      );
    };
    for (const kind of HOUR_KINDS) {
      const expected = hoursOpen(run([kind], WEEKLY, TO_TUESDAY));
      expect(hoursOpen(run([kind], stated as SessionCalendar, TO_TUESDAY))).toEqual(expected);
      expect(hoursOpen(imported(own, [kind]))).toEqual(expected);
    }
    const { extended: __, ...alone } = own;
    expect(imported(alone, ["regular"]).runId).not.toBe(imported(own, ["regular"]).runId);
  });

  it("follow its clock, its holidays and its early closes", () => {
    const calendar = {
      kind: "sessions",
      zone: "America/New_York",
      sessions: WEEKLY.sessions,
      holidays: ["2024-11-28"],
      earlyCloses: { "2024-11-29": "13:00" },
      extended: WEEKLY.extended,
    } as const;
    const at = (text: string) => BigInt(Date.parse(text)) * 1_000_000n;
    const sessions = calendarSessions(calendar, at("2024-11-01T00:00Z"), at("2024-11-30T00:00Z"), "calendar");
    const opens = (hours: Sessions | undefined, day: string) =>
      [...(hours?.instants ?? [])]
        .map((ns) => new Date(Number(ns / 1_000_000n)).toISOString().slice(0, 16))
        .filter((text) => text.startsWith(day));
    expect(opens(sessions.extended?.pre, "2024-11-01")).toEqual(["2024-11-01T08:00", "2024-11-01T13:30"]);
    expect(opens(sessions.extended?.pre, "2024-11-04")).toEqual(["2024-11-04T09:00", "2024-11-04T14:30"]);
    expect(opens(sessions.extended?.lunch, "2024-11-28")).toEqual([]);
    expect(opens(sessions.extended?.post, "2024-11-29")).toEqual(["2024-11-29T18:00"]);
    expect(opens(sessions.extended?.post, "2024-11-30")).toEqual(["2024-11-30T01:00"]);
  });
});
