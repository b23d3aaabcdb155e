// The journal: chained entries, a checksum for each day, and the lineage of an order.

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DayChecksum, ExecutionEvent, PortfolioOptions } from "../../../adapters/execution/index.js";
import {
  Journal,
  lineageOf,
  lineageOfOrder,
  portfolioOf,
  readJournal,
  verifyJournal,
} from "../../../adapters/execution/index.js";
import { plainInstrument } from "../../../adapters/testing/arbitrary-bars.js";
import { digestJson, InputError } from "../../../kernel/index.js";
import {
  arbitraryPostings,
  madeUpFill,
  madeUpMovement,
  madeUpOrder,
  madeUpVenueFill,
  runs,
  WORLD,
} from "./made-up-events.js";

const HOUR = 3_600_000_000_000n;
/** Hours of 1970-01-01 and the days after it. */
const at = (hours: number): string => String(BigInt(hours) * HOUR);

function journalOf(events: readonly ExecutionEvent[], hours: readonly number[]): Journal {
  const journal = new Journal(WORLD, "live");
  for (const [index, event] of events.entries()) journal.append(event, at(hours[index] ?? 0));
  return journal;
}

/** Seven entries over three days: two, three and two. */
const week = (): Journal =>
  journalOf(
    Array.from({ length: 7 }, (_, index) => madeUpMovement(index + 1, "deposit", String(index))),
    [1, 2, 25, 26, 27, 50, 51],
  );

const linesOf = (journal: Journal): string[] => journal.text().split("\n").slice(0, -1);
const textOf = (lines: readonly string[]): string => [...lines, ""].join("\n");
const faultOf = (text: string, kept: readonly DayChecksum[] = []) => verifyJournal(text, kept).fault;

describe("a journal", () => {
  it("is text that is read back to the same journal, and can be written on", () => {
    const journal = week();
    const text = journal.text();
    expect(linesOf(journal)).toHaveLength(1 + 7 + 2);
    expect(verifyJournal(text, journal.checksums())).toEqual({ entries: 7, days: journal.checksums(), fault: null });
    const read = readJournal(text);
    expect(read.entries).toEqual(journal.entries);
    expect(read.digest).toBe(journal.digest);
    for (const each of [journal, read]) each.append(madeUpMovement(8, "deposit", "8"), at(99));
    expect(read.text()).toBe(journal.text());
    expect(text + [...journal.lines(7), ""].join("\n")).toBe(journal.text());
  });

  it("has a checksum for each day, the one under way included", () => {
    const days = week().checksums();
    expect(days.map(({ day, first, count }) => [day, first, count])).toEqual([
      ["1970-01-01", 1, 2],
      ["1970-01-02", 3, 3],
      ["1970-01-03", 6, 2],
    ]);
    expect(new Set(days.map(({ checksum }) => checksum)).size).toBe(3);
    expect(new Journal(WORLD, "live").checksums()).toEqual([]);
  });

  it("refuses what is no event, what belongs elsewhere, and instants that go back", () => {
    const journal = new Journal(WORLD, "live");
    const deposit = madeUpMovement(1, "deposit", "1");
    const refusal = (event: ExecutionEvent, when: string): string => {
      try {
        journal.append(event, when);
        return "taken";
      } catch (error) {
        return error instanceof InputError ? (error.issues[0]?.path ?? "") : String(error);
      }
    };
    expect(refusal({ ...deposit, amount: "1.0" }, "5")).toBe("entry 1.amount");
    expect(refusal({ ...deposit, world: "other" }, "5")).toBe("entry 1");
    expect(refusal({ ...deposit, domain: "shadow" }, "5")).toBe("entry 1");
    expect(refusal(deposit, "5.5")).toBe("entry 1.at");
    expect([refusal(deposit, "5"), refusal(deposit, "4"), refusal(deposit, "5")]).toEqual([
      "taken",
      "entry 2.at",
      "taken",
    ]);
    const report = madeUpVenueFill();
    expect(refusal(report, "6")).toBe("taken");
    expect(journal.entries.at(-1)?.event).not.toBe(report);
  });

  it("cannot be rewritten: what it gives out is frozen, and a copy", () => {
    const journal = new Journal(WORLD, "live");
    const before = journal.entries;
    const entry = journal.append(madeUpMovement(1, "deposit", "5"), "5");
    expect([before.length, journal.entries.length, journal.count]).toEqual([0, 1, 1]);
    const writable = journal.entries as unknown[];
    expect(() => writable.pop()).toThrow(TypeError);
    expect(() => Object.assign(entry.event, { amount: "1" })).toThrow(TypeError);
    expect(() => Object.assign(entry, { at: "1" })).toThrow(TypeError);
    expect(() => Object.assign(journal.header, { world: "other" })).toThrow(TypeError);
    expect(Object.keys(journal)).toEqual(["header"]);
    expect(verifyJournal(journal.text(), journal.checksums()).fault).toBeNull();
    expect(journal.last).toBe(entry);
  });

  it("refuses what is no event, no instant, no place, no text and no checksum", () => {
    const journal = new Journal(WORLD, "live");
    const deposit = madeUpMovement(1, "deposit", "5");
    const issueOf = (work: () => unknown): string => {
      try {
        work();
        return "taken";
      } catch (error) {
        return error instanceof InputError ? `${error.issues[0]?.code} ${error.issues[0]?.path}` : String(error);
      }
    };
    for (const event of [{ kind: "x" }, null, undefined, "fill"])
      expect(issueOf(() => journal.append(event as never, "5"))).toBe("event/schema entry 1.kind");
    expect(() => journal.append(deposit, 5 as never)).toThrow("nanoseconds as digits, as text, received 5, a number");
    expect(issueOf(() => journal.append(deposit, undefined as never))).toBe("event/identity entry 1.at");
    expect(issueOf(() => new Journal("a.b", "live"))).toBe("event/schema journal.world");
    expect(issueOf(() => new Journal("a", "prod" as never))).toBe("event/schema journal.domain");
    journal.append(deposit, "5");
    for (const text of [null, undefined, 5, Buffer.from(journal.text())])
      expect(issueOf(() => verifyJournal(text as never))).toBe("event/schema text");
    expect(issueOf(() => verifyJournal(journal.text(), [{}] as never))).toBe("event/schema kept.0.day");
    expect(issueOf(() => readJournal(journal.text(), null as never))).toBe("event/schema kept");
  });

  it("replays to the same positions", () => {
    const options: PortfolioOptions = {
      world: WORLD,
      domain: "live",
      scope: "world",
      costing: "fifo",
      instruments: [plainInstrument("ABC"), plainInstrument("XYZ")],
    };
    fc.assert(
      fc.property(arbitraryPostings, (postings) => {
        const journal = journalOf(
          postings,
          postings.map((_, index) => index),
        );
        const replayed = portfolioOf(options, readJournal(journal.text(), journal.checksums()).events());
        expect(replayed.snapshot("0", "0")).toEqual(portfolioOf(options, postings).snapshot("0", "0"));
        expect(replayed.through).toBe(postings.length);
      }),
      runs(20),
    );
  });
});

describe("verification", () => {
  it("names the first entry that was changed, whatever was changed", () => {
    const lines = linesOf(week());
    for (const [index, line] of lines.entries()) {
      const value = JSON.parse(line) as { index?: number; day?: string };
      for (const changed of [
        line.replace(/"(?:1970|main)/, '"2070'),
        line.replace("deposit", "interest"),
        `${line} `,
      ]) {
        if (changed === line) continue;
        const text = textOf(lines.map((each, at) => (at === index ? changed : each)));
        const fault = faultOf(text);
        // A header of another world is a header; the first entry is not chained to it.
        expect(fault?.line, changed).toBe(changed.includes('"world":"2070') && index === 0 ? 2 : index + 1);
        if (value.index !== undefined) expect(fault?.entry).toBe(value.index);
        if (changed.includes("interest")) expect(fault?.expected).toMatch(/^content of digest blake3:/);
        if (changed.includes('"world":"2070') && index === 0) expect(fault?.expected).toMatch(/^previous blake3:/);
      }
    }
  });

  it("finds every line that was removed, repeated, or swapped with the next", () => {
    const lines = linesOf(week());
    const kept = week().checksums();
    for (let index = 1; index < lines.length; index++) {
      const [line, next] = [lines[index] as string, lines[index + 1]];
      const without = faultOf(textOf(lines.filter((_, each) => each !== index)), kept);
      expect(without?.line, `without line ${index + 1}`).toBe(index + 1);
      const twice = faultOf(textOf(lines.flatMap((each, at) => (at === index ? [each, each] : [each]))), kept);
      expect(twice?.line, `line ${index + 1} twice`).toBe(index + 2);
      if (next === undefined) continue;
      const swapped = faultOf(textOf([...lines.slice(0, index), next, line, ...lines.slice(index + 2)]), kept);
      expect(swapped?.line, `lines ${index + 1} and ${index + 2} swapped`).toBe(index + 1);
    }
  });

  it("says which entry it expected where", () => {
    const lines = linesOf(week());
    const entries = lines.slice(3, 6);
    expect(entries.map((line) => (JSON.parse(line) as { index?: number }).index)).toEqual([undefined, 3, 4]);
    const without = lines.filter((_, index) => index !== 4);
    expect(faultOf(textOf(without))).toEqual({ line: 5, entry: 3, expected: "entry 3", received: "entry 4" });
    expect(() => readJournal(textOf(without))).toThrow(/journal:5, entry 3: expected entry 3, received entry 4/);
    const unmarked = lines.filter((_, index) => index !== 3);
    expect(faultOf(textOf(unmarked))).toMatchObject({
      line: 4,
      entry: 3,
      expected: "the checksum of 1970-01-01 before it",
    });
  });

  it("finds a tail that was cut off: within a line by itself, between lines by a kept checksum", () => {
    const journal = week();
    const kept = journal.checksums();
    const text = journal.text();
    expect(faultOf(text.slice(0, -1), kept)).toMatchObject({ line: 10, entry: 7, expected: "a line that ends" });
    expect(faultOf(text.slice(0, -40), kept)).toMatchObject({ line: 10, entry: 7 });
    const lines = linesOf(journal);
    expect(faultOf(textOf(lines.slice(0, 9)), kept)).toEqual({
      line: 10,
      entry: 7,
      expected: "entries up to 7, as the checksum of 1970-01-03 says",
      received: "the end of the text",
    });
    expect(faultOf(textOf(lines.slice(0, 9)), kept.slice(0, 2))).toBeNull();
    expect(faultOf(textOf(lines.slice(0, 4)), [])).toMatchObject({ line: 5, expected: "an entry of the next day" });
    expect(faultOf("", kept)).toMatchObject({ line: 1, entry: 0 });
  });

  it("finds another history that holds in itself, by a kept checksum", () => {
    const kept = week().checksums();
    const events = week()
      .events()
      .map((event) => (event.kind === "movement" ? { ...event, amount: "9" } : event));
    const forged = journalOf(events, [1, 2, 25, 26, 27, 50, 51]);
    expect(faultOf(forged.text())).toBeNull();
    expect(faultOf(forged.text(), kept)).toMatchObject({ line: 2, entry: 1 });
    const moved = journalOf(week().events(), [1, 25, 26, 27, 28, 50, 51]);
    expect(faultOf(moved.text(), kept)).toMatchObject({ entry: 1 });
    expect(faultOf(moved.text(), kept.slice(2))).toMatchObject({ line: 9, entry: 6 });
  });

  it("takes the checksum of a day that was still under way when it was kept", () => {
    const journal = week();
    const kept = journal.checksums();
    journal.append(madeUpMovement(8, "deposit", "8"), at(52));
    expect(faultOf(journal.text(), kept)).toBeNull();
    expect(faultOf(journal.text(), [...journal.checksums(), ...kept])).toBeNull();
  });

  it("survives text that is no journal, and names that cannot be written", () => {
    for (const text of ["x", "{}\n", "null\n", '{"world":1,"domain":"live"}\n', '[1]\n"day"\n']) {
      expect(faultOf(text), text).toMatchObject({ line: 1, entry: 0 });
    }
    const [header = ""] = linesOf(week());
    for (const line of ["", "null", "7", "[]", "{}", '{"day":1}', '{"index":1}', '{"a":"\\ud800"}', '{"a":1,"a":1}']) {
      expect(faultOf(textOf([header, line])), line).toMatchObject({ line: 2, entry: 1 });
    }
  });
});

describe("lineage", () => {
  const nodes = ["signal", "sizer"].map((name) => digestJson("goldentape 2026 test v1", name));
  const chains = ["a", "b"].map((name) => digestJson("goldentape 2026 test v1", name));
  const chain = (name: "a" | "b"): ExecutionEvent[] => {
    const correlationId = chains[name === "a" ? 0 : 1] as string;
    const order = madeUpOrder({ orderId: name, intentId: `i ${name}`, correlationId, nodeId: nodes[1] as string });
    const replacement = { ...order, orderId: `${name}2`, clientOrderId: "c2", parentOrderId: name, intentId: null };
    const { kind: _, ...head } = madeUpMovement(1, "deposit", "1");
    const identity = { kind: "intent", schemaVersion: 1, world: WORLD, domain: "live", ts: head.ts } as const;
    const intent: ExecutionEvent = {
      ...identity,
      strategy: "trend",
      intentId: `i ${name}`,
      nodeId: nodes[0] as string,
      instrument: "ABC",
      side: "buy",
      size: { type: "quantity", value: "1" },
      constraints: {},
      labels: {},
    };
    return [intent, order, replacement, madeUpFill(1, 1, 1, { orderId: name, correlationId }), madeUpVenueFill()];
  };

  it("goes from an order to its intent, its replacement, its fills and the nodes that made them", () => {
    const events = [...chain("a"), ...chain("b")];
    const lineage = lineageOfOrder(events, "b2");
    expect(lineage?.intents.map((intent) => intent.intentId)).toEqual(["i b"]);
    expect(lineage?.orders.map((order) => order.orderId)).toEqual(["b", "b2"]);
    expect(lineage?.fills.map((fill) => fill.orderId)).toEqual(["b"]);
    expect(lineage?.nodeIds).toEqual(nodes);
    expect(lineageOfOrder(events, "c")).toBeNull();
    expect(lineageOf(events, "nothing").orders).toEqual([]);
  });
});
