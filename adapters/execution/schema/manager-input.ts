// Inputs of the order manager as events: what a journal keeps so that the manager can be made again.

import { z } from "zod";
import { correlationId, clientOrderId, eventHead, oneOf } from "./field.js";
import type { Frozen } from "./field.js";

/** What may change an order manager. */
export const INPUT_KINDS = ["submit", "cancel", "replace", "message", "advance", "leave", "resume"] as const;
export type InputKind = (typeof INPUT_KINDS)[number];

const INPUT_LENGTH = 65_536;

/** Schema of an input. */
export const MANAGER_INPUT_SCHEMA = z
  .strictObject({
    ...eventHead("manager_input"),
    input: oneOf(INPUT_KINDS, "What it is: a request of ours, a message of the venue, or the passing of time."),
    clientOrderId: clientOrderId.nullable(),
    correlationId: correlationId.nullable(),
    content: z
      .string()
      .max(INPUT_LENGTH)
      .describe("The input as canonical JSON; numbers that count are mantissas of the instrument, as digits."),
  })
  .describe("What changed an order manager: all of them, in their order, make it again.");
export type ManagerInputEvent = Frozen<z.infer<typeof MANAGER_INPUT_SCHEMA>>;
