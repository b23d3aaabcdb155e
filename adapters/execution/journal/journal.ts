// Journal: everything that was decided, ordered, filled and refused in a world and domain, append-only.
//
// How it works: an entry carries one event and the digest of the entry before it. As text it is JSON lines: the header,
// then the entries, and behind the last entry of each day that is over the checksum of that day.
//
// Always true:
//   nothing that was written is ever changed or taken away;
//   equal events written at equal times give equal lines;
//   instants do not go back.
// Not here: files. Whoever keeps the lines appends what `lines(after)` gives, and keeps `checksums()` elsewhere.

import { z } from "zod";
import { canonicalJson, DOMAINS, InputError, invariant } from "../../../kernel/index.js";
import type { Digest, Domain } from "../../../kernel/index.js";
import type { ExecutionEvent } from "../schema/catalogue.js";
import { checkedAnyEvent, schemaIssues } from "../schema/check.js";
import { world } from "../schema/field.js";
import type { DayChecksum, JournalEntry, JournalHeader } from "./entry.js";
import { dayChecksum, dayOf, entryDigest, headerDigest, headerOf } from "./entry.js";

const PLACE = z.strictObject({ world, domain: z.enum(DOMAINS) });

/**
 * A journal.
 *
 * @example
 * const journal = new Journal("main", "live");
 * const head = { kind: "movement", schemaVersion: 1, world: "main", domain: "live", ts: "0", bucket: "0" };
 * const deposit = { ...head, strategy: null, symbol: null, currency: "USD", type: "deposit", split: null };
 * journal.append({ ...deposit, amount: "100", number: 1 }, "0").index; // 1
 * journal.checksums()[0].day; // "1970-01-01"
 */
export class Journal {
  readonly header: JournalHeader;
  // Hidden from JavaScript too: whoever could reach it could take from it.
  readonly #written: JournalEntry[] = [];
  /** Indices into `#written` of the first entries of days. */
  readonly #dayStarts: number[] = [];
  /** What `entries` gave last. */
  #copy: readonly JournalEntry[] = Object.freeze([]);

  /** @throws InputError `event/schema` for a world that no topic can have in its name, and for no domain. */
  constructor(world: string, domain: Domain) {
    const issues = schemaIssues(PLACE, { world, domain }, "journal");
    if (issues.length > 0) throw new InputError(issues);
    this.header = Object.freeze(headerOf(world, domain));
  }

  /** All entries as of now, a frozen copy; O(n) behind every `append`. */
  get entries(): readonly JournalEntry[] {
    if (this.#copy.length < this.#written.length) this.#copy = Object.freeze([...this.#written]);
    return this.#copy;
  }

  /** Number of entries. */
  get count(): number {
    return this.#written.length;
  }

  /** The last entry; null for none. */
  get last(): JournalEntry | null {
    return this.#written.at(-1) ?? null;
  }

  /** Digest of the last entry, or of the header: it stands for everything that was written. */
  get digest(): Digest {
    return this.last?.digest ?? headerDigest(this.header);
  }

  /**
   * Writes an event.
   *
   * @param at When it is written, ns as digits.
   * @returns The entry, frozen with everything in it.
   * @throws InputError `event/schema`; `event/identity` for an event of another world or domain, and for an instant
   *   before that of the last entry.
   */
  append(event: ExecutionEvent, at: string): JournalEntry {
    const { last } = this;
    const index = this.count + 1;
    const path = `entry ${index}`;
    const checked = checkedAnyEvent(event, path);
    if ("issues" in checked) throw new InputError(checked.issues);
    this.assureOwn(checked.event, path);
    if (!isInstant(at) || (last !== null && BigInt(at) < BigInt(last.at))) {
      const digits = "nanoseconds as digits, as text";
      const expected = last === null ? digits : `${digits}, from ${last.at} on`;
      const received = typeof at === "string" ? at : `${String(at)}, a ${typeof at}`;
      throw new InputError([{ code: "event/identity", path: `${path}.at`, expected, received }]);
    }
    const content = { index, at, event: deepFrozen(checked.event), previous: this.digest };
    const entry = Object.freeze({ ...content, digest: entryDigest(content) });
    if (last === null || dayOf(last.at) !== dayOf(at)) this.#dayStarts.push(index - 1);
    this.#written.push(entry);
    return entry;
  }

  /** The events, in the order in which they were written. */
  events(): readonly ExecutionEvent[] {
    return this.#written.map(({ event }) => event);
  }

  /** Checksums of all days, the one under way included. */
  checksums(): readonly DayChecksum[] {
    return this.#dayStarts.map((start, day) => {
      const end = this.#dayStarts[day + 1] ?? this.#written.length;
      return dayChecksum(this.#written[start] as JournalEntry, this.#written[end - 1] as JournalEntry);
    });
  }

  /** Checksum of the day of entry `index` as it was when that entry was its last one. */
  checksumThrough(index: number): DayChecksum {
    const last = this.#written[index - 1];
    const start = this.#dayStarts.findLast((each) => each < index);
    invariant(last !== undefined && start !== undefined, "an entry of a journal has a day");
    return dayChecksum(this.#written[start] as JournalEntry, last);
  }

  /**
   * Lines behind entry `after`, without line ends: what has to be appended to a text that ends with that entry.
   *
   * @param after Index of the entry; -1 begins with the header.
   */
  *lines(after = -1): Generator<string> {
    if (after < 0) yield canonicalJson(this.header);
    const finished = new Map(this.checksums().map((day) => [day.first + day.count, day]));
    for (const entry of this.#written.slice(Math.max(after, 0))) {
      const day = finished.get(entry.index);
      if (day !== undefined) yield canonicalJson(day);
      yield canonicalJson(entry);
    }
  }

  /** The whole text. */
  text(): string {
    return [...this.lines(), ""].join("\n");
  }

  private assureOwn(event: ExecutionEvent, path: string): void {
    // A venue knows no worlds: what it reports belongs to the one whose journal it stands in.
    if (event.kind === "venue_fill") return;
    const { world, domain } = this.header;
    if (event.world === world && event.domain === domain) return;
    const received = `${event.world} ${event.domain}`;
    throw new InputError([{ code: "event/identity", path, expected: `${world} ${domain}`, received }]);
  }
}

function isInstant(at: unknown): at is string {
  return typeof at === "string" && /^(?:0|-?[1-9][0-9]{0,18})$/.test(at);
}

/** The value with everything in it frozen: JSON, which has no circles. */
function deepFrozen<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  Object.values(value).forEach(deepFrozen);
  return Object.freeze(value);
}
