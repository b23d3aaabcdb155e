// Compaction: the newest event of each key, whatever came twice or out of order.
//
// Always true:
//   any permutation of the events, with any of them repeated, compacts to the same list.

import { compareText, canonicalJson, InputError } from "../../../kernel/index.js";
import { partitionKeyOf } from "./key.js";
import type { PublishedEvent } from "./topic.js";

export type CompactedEvent = Extract<PublishedEvent, { readonly kind: "portfolio" | "open_order" | "dead_letter" }>;

/**
 * The newest event of each key, by key: a snapshot by its bucket and the last posting in it, an order's state by its
 * number, a dead letter's by whether it still waits.
 *
 * @throws InputError `event/identity` for two events that are equally new and differ.
 */
export function compacted<Event extends CompactedEvent>(events: Iterable<Event>): readonly Event[] {
  const newest = new Map<string, Event>();
  for (const event of events) {
    const key = partitionKeyOf(event);
    const known = newest.get(key);
    if (known === undefined || isNewer(event, known)) newest.set(key, event);
  }
  return [...newest].sort(([a], [b]) => compareText(a, b)).map(([, event]) => event);
}

function isNewer(event: CompactedEvent, known: CompactedEvent): boolean {
  const version = versionOf(event);
  const other = versionOf(known);
  const differs = version.findIndex((part, index) => part !== other[index]);
  if (differs >= 0) return (version[differs] as bigint) > (other[differs] as bigint);
  if (canonicalJson(event) !== canonicalJson(known)) {
    const expected = "one content for each version of a key";
    const received = `two of version ${version.join(", ")}`;
    throw new InputError([{ code: "event/identity", path: event.kind, expected, received }]);
  }
  return false;
}

/** What tells the newer of two events of a key, the first difference decides. */
function versionOf(event: CompactedEvent): readonly bigint[] {
  switch (event.kind) {
    case "portfolio":
      return [BigInt(event.through), BigInt(event.bucket)];
    case "open_order":
      return [BigInt(event.number)];
    case "dead_letter":
      return [event.state === "waiting" ? 0n : 1n];
  }
}
