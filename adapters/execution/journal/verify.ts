// Verification of a journal's text: every entry has its place, its content and its chain, and every day its checksum.
//
// Always true:
//   the first line that differs is named, with the entry that was expected there;
//   a text that ends too early is found where a checksum that was kept elsewhere knows more entries.
// Not here: who may write a journal. Whoever can write both text and kept checksums can write another history.

import { z } from "zod";
import { canonicalJson, DOMAINS, InputError, IssueList, parseJson } from "../../../kernel/index.js";
import { checkedAnyEvent, schemaIssues } from "../schema/check.js";
import { digest } from "../schema/field.js";
import type { DayChecksum, JournalEntry } from "./entry.js";
import { dayOf, entryDigest } from "./entry.js";
import { Journal } from "./journal.js";

/** What does not hold. */
export interface JournalFault {
  /** Line of the text, from 1. */
  readonly line: number;
  /** Index of the first entry that differs; 0 for the header. */
  readonly entry: number;
  readonly expected: string;
  readonly received: string;
}

export interface JournalVerdict {
  /** Entries that hold, from the first on. */
  readonly entries: number;
  readonly days: readonly DayChecksum[];
  /** Null when everything holds. */
  readonly fault: JournalFault | null;
}

type Expectation = Pick<JournalFault, "expected" | "received">;

/**
 * Checks a journal's text. What does not hold is a value; only what is no text, or no checksum, is thrown.
 *
 * @param kept Checksums of days that were kept elsewhere, in any order; the day under way may be among them, as it was.
 */
export function verifyJournal(text: string, kept: readonly DayChecksum[] = []): JournalVerdict {
  const { journal, fault } = readLines(text, kept);
  return { entries: journal?.count ?? 0, days: journal?.checksums() ?? [], fault };
}

/**
 * The journal of a text, to be read and to be written on.
 *
 * @throws InputError `journal/damaged` with the first entry that differs.
 */
export function readJournal(text: string, kept: readonly DayChecksum[] = []): Journal {
  const { journal, fault } = readLines(text, kept);
  if (journal !== null && fault === null) return journal;
  const { line = 1, entry = 0, expected = "a journal", received = "nothing" } = fault ?? {};
  const path = `journal:${line}, ${entry === 0 ? "header" : `entry ${entry}`}`;
  const advice = "Restore it from a copy that verifies; nothing was read.";
  throw new InputError([{ code: "journal/damaged", path, expected, received, advice }]);
}

interface Reading {
  readonly journal: Journal | null;
  readonly fault: JournalFault | null;
}

const KEPT = z.array(
  z.strictObject({
    day: z.string(),
    first: z.int().min(1, "1 or more"),
    count: z.int().min(1, "1 or more"),
    checksum: digest("Checksum of the day."),
  }),
);

/** @throws InputError `event/schema` for what is no text, and for checksums that are none. */
function readLines(text: string, kept: readonly DayChecksum[]): Reading {
  const issues = [...schemaIssues(z.string(), text, "text"), ...schemaIssues(KEPT, kept, "kept")];
  if (issues.length > 0) throw new InputError(issues);
  const lines = text.split("\n");
  const rest = lines.pop();
  const journal = emptyJournal(lines[0] ?? "");
  if (journal === null) {
    const expected = "the header of a journal, canonical JSON";
    return { journal, fault: { line: 1, entry: 0, expected, received: shown(lines[0]) } };
  }
  const faultAt = (line: number, what: Expectation): Reading => {
    return { journal, fault: { line, entry: journal.count + 1, ...what } };
  };
  let isDayEnded = false;
  for (const [index, line] of lines.entries()) {
    if (index === 0) continue;
    const entry = journal.count + 1;
    const read = readLine(journal, line, isDayEnded);
    if (typeof read !== "string") return { journal, fault: { line: index + 1, entry, ...read } };
    isDayEnded = read === "day";
  }
  if (rest !== undefined && rest !== "") {
    return faultAt(lines.length + 1, { expected: "a line that ends", received: shown(rest) });
  }
  if (isDayEnded) return faultAt(lines.length + 1, { expected: "an entry of the next day", received: "nothing" });
  return { journal, fault: keptFault(journal, kept, lines.length) };
}

function emptyJournal(line: string): Journal | null {
  const value = jsonOf(line);
  if (typeof value !== "object" || value === null || !("world" in value) || !("domain" in value)) return null;
  const { world } = value;
  const domain = DOMAINS.find((each) => each === value.domain);
  if (typeof world !== "string" || domain === undefined) return null;
  const journal = new Journal(world, domain);
  return canonicalJson(journal.header) === line ? journal : null;
}

/** Takes a line into the journal and says what it was, or what stands against it. */
function readLine(journal: Journal, line: string, isDayEnded: boolean): "entry" | "day" | Expectation {
  const value = jsonOf(line);
  if (typeof value !== "object" || value === null) return { expected: "JSON", received: shown(line) };
  if (canonicalOf(value) !== line) return { expected: "canonical JSON", received: shown(line) };
  const { last } = journal;
  if ("day" in value) {
    const expected = last === null || isDayEnded ? "an entry" : canonicalJson(journal.checksumThrough(last.index));
    return line === expected ? "day" : { expected, received: line };
  }
  const fault = entryFault(journal, value as Partial<JournalEntry>);
  if (fault !== null) return fault;
  const isNewDay = last !== null && dayOf(last.at) !== dayOf((value as JournalEntry).at);
  if (isNewDay === isDayEnded) return "entry";
  const expected = isNewDay ? `the checksum of ${dayOf(last.at)} before it` : "an entry of the next day";
  return { expected, received: shown(line) };
}

/** Appends the entry again and compares what comes out: place, chain, content and day are checked by making them. */
function entryFault(journal: Journal, value: Partial<JournalEntry>): Expectation | null {
  const index = journal.count + 1;
  if (value.index !== index) return { expected: `entry ${index}`, received: `entry ${String(value.index)}` };
  if (value.previous !== journal.digest) {
    return { expected: `previous ${journal.digest}`, received: `previous ${String(value.previous)}` };
  }
  const checked = checkedAnyEvent(value.event, `entry ${index}`);
  if ("issues" in checked) {
    const [first] = checked.issues;
    return { expected: `${first?.path} ${first?.expected}`, received: first?.received ?? "" };
  }
  const at = String(value.at);
  const digest = entryDigest({ index, at, event: checked.event, previous: journal.digest });
  if (value.digest !== digest) return { expected: `content of digest ${String(value.digest)}`, received: digest };
  return appended(journal, value as JournalEntry);
}

function appended(journal: Journal, value: JournalEntry): Expectation | null {
  try {
    const entry = journal.append(value.event, value.at);
    const [whole, found] = [canonicalJson(entry), canonicalJson(value)];
    return whole === found ? null : { expected: whole, received: found };
  } catch (error) {
    const issue = error instanceof InputError ? error.issues[0] : undefined;
    if (issue === undefined) throw error;
    return { expected: issue.expected, received: issue.received };
  }
}

/** The first kept checksum that the journal does not come to. */
function keptFault(journal: Journal, kept: readonly DayChecksum[], lineCount: number): JournalFault | null {
  const days = new Map(journal.checksums().map((day) => [day.day, day]));
  const sorted = [...kept].sort((a, b) => a.first - b.first || a.count - b.count);
  for (const day of sorted) {
    const found = days.get(day.day);
    const last = day.first + day.count - 1;
    if (last > journal.count) {
      const entry = journal.count + 1;
      const expected = `entries up to ${last}, as the checksum of ${day.day} says`;
      return { line: lineCount + 1, entry, expected, received: "the end of the text" };
    }
    const known = found?.first === day.first ? journal.checksumThrough(last) : undefined;
    if (known?.day === day.day && known.count === day.count && known.checksum === day.checksum) continue;
    const expected = `${day.day} with ${day.count} entries from ${day.first} on, checksum ${day.checksum}`;
    const received = known === undefined ? "another day there" : `checksum ${known.checksum}`;
    return { line: lineOf(journal, day.first), entry: day.first, expected, received };
  }
  return null;
}

/** Line of an entry: behind the header, the entries before it and the days that ended before it. */
function lineOf(journal: Journal, index: number): number {
  const days = journal.checksums().filter((day) => day.first + day.count <= index && day.first + day.count > 1);
  return 1 + index + days.length;
}

/** The canonical text of a value, or null for one that has none. */
function canonicalOf(value: unknown): string | null {
  try {
    return canonicalJson(value);
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}

function jsonOf(line: string): unknown {
  return parseJson(line, "line", new IssueList());
}

function shown(line: string | undefined): string {
  return line === undefined || line === "" ? "nothing" : line.slice(0, 80);
}
