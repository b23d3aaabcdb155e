// Journal entries: one event each, chained by digests, and the checksums of whole days.
//
// Always true:
//   an entry's digest is made from its event, its place and the digest before it, so that nothing before an entry can
//   change without changing its digest;
//   a day is a UTC day of the instants at which entries were written.

import { digestJson, instantText } from "../../../kernel/index.js";
import type { Digest, Domain } from "../../../kernel/index.js";
import type { ExecutionEvent } from "../schema/catalogue.js";

/** First line of a journal. */
export interface JournalHeader {
  readonly format: "goldentape-journal";
  readonly version: 1;
  readonly world: string;
  readonly domain: Domain;
}

export interface JournalEntry {
  /** Place in the journal, from 1. */
  readonly index: number;
  /** When it was written, ns since 1970-01-01T00:00:00Z as digits; never before the entry ahead of it. */
  readonly at: string;
  readonly event: ExecutionEvent;
  /** Digest of the entry ahead of it, or of the header. */
  readonly previous: Digest;
  readonly digest: Digest;
}

/** What a day of a journal comes to: kept elsewhere, it says whether the journal still has all of it. */
export interface DayChecksum {
  /** UTC date: 2026-11-21. */
  readonly day: string;
  /** Index of its first entry. */
  readonly first: number;
  readonly count: number;
  /** Digest of all that and of its last entry, and so of everything before that. */
  readonly checksum: Digest;
}

export function headerOf(world: string, domain: Domain): JournalHeader {
  return { format: "goldentape-journal", version: 1, world, domain };
}

export function headerDigest(header: JournalHeader): Digest {
  return digestJson("goldentape 2026 Journal v1", header);
}

/** The digest that an entry must have. */
export function entryDigest({ index, at, event, previous }: Omit<JournalEntry, "digest">): Digest {
  return digestJson("goldentape 2026 JournalEntry v1", { index, at, event, previous });
}

/** UTC date of an instant, ns as digits. */
export function dayOf(at: string): string {
  return instantText(BigInt(at)).slice(0, "2026-11-21".length);
}

/** Checksum of a day that ends with `last`. */
export function dayChecksum(first: JournalEntry, last: JournalEntry): DayChecksum {
  const day = { day: dayOf(last.at), first: first.index, count: last.index - first.index + 1 };
  return { ...day, checksum: digestJson("goldentape 2026 JournalDay v1", { ...day, last: last.digest }) };
}
