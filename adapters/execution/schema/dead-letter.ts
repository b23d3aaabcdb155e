// Dead letters: venue events that could not be taken, each with the reason, the event itself, and what became of it.

import { z } from "zod";
import { count, digest, eventHead, name, oneOf } from "./field.js";
import type { Frozen } from "./field.js";

/** Why an event is in quarantine, or was there. */
export const QUARANTINE_REASONS = [
  "schema",
  "facts",
  "duplicate",
  "conflicting_duplicate",
  "out_of_order",
  "unknown_order",
  "overfill",
  "overflow",
] as const;
export type QuarantineReason = (typeof QUARANTINE_REASONS)[number];

/** What became of a dead letter. */
export const DEAD_LETTER_STATES = ["waiting", "replayed", "replaced", "discarded"] as const;

export type DeadLetterState = (typeof DEAD_LETTER_STATES)[number];

/** Schema of a dead letter. */
export const DEAD_LETTER_SCHEMA = z
  .strictObject({
    ...eventHead("dead_letter"),
    letterId: digest("Id of the letter: a digest of the event and of its place in the stream of letters."),
    number: count(1, "Number among the letters of the world and domain, from 1."),
    reason: oneOf(QUARANTINE_REASONS, "Why it could not be taken."),
    state: oneOf(
      DEAD_LETTER_STATES,
      "Whether it waits, was taken after all, gave way to a later letter, or was given up, as a duplicate is at once.",
    ),
    orderId: name("Order that it names; null where it names none that can be read.").nullable(),
    seq: count(1, "Number of the fill that it names; null where it names none that can be read.").nullable(),
    originalDigest: digest("Digest of the whole event as JSON text, by which two are told apart."),
    original: z.string().max(16_384).describe("The event as it came, as JSON text; cut off behind 16,384 characters."),
    repairedFrom: digest("Letter whose repaired event this one was; null for an event of the venue.").nullable(),
    issues: z
      .array(
        z.strictObject({
          path: z.string().describe("Where: a field of the event."),
          expected: z.string().describe("What was expected."),
          received: z.string().describe("What was found."),
          advice: z.string().nullable().describe("What to do about it; null where the expectation says it."),
        }),
      )
      .min(1)
      .describe("What is wrong with it."),
  })
  .describe("A venue event that could not be taken, and why: the newest state for a letter replaces the others.");
export type DeadLetterEvent = Frozen<z.infer<typeof DEAD_LETTER_SCHEMA>>;
