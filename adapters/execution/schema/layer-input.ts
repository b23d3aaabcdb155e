// Inputs of the execution layer as events: what a journal keeps so that the layer can be made again.

import { z } from "zod";
import { clientOrderId, eventHead, oneOf } from "./field.js";
import type { Frozen } from "./field.js";

/** What may change an execution layer. */
export const INPUT_KINDS = [
  "intent",
  "activate",
  "doubt",
  "decide",
  "cancel",
  "replace",
  "message",
  "report",
  "movement",
  "commit",
  "tell",
  "repair",
  "replay",
  "discard",
  "advance",
  "leave",
  "resume",
] as const;

/** Longest text of an input. */
export const INPUT_LENGTH = 65_536;

/** Schema of an input. */
export const LAYER_INPUT_SCHEMA = z
  .strictObject({
    ...eventHead("layer_input"),
    input: oneOf(INPUT_KINDS, "What it is: a request of ours, news from a venue, or the passing of time."),
    clientOrderId: clientOrderId.nullable(),
    content: z
      .string()
      .max(INPUT_LENGTH)
      .describe("The input as canonical JSON; whole numbers that count are objects with a text of digits, $bigint."),
  })
  .describe("What changed an execution layer: all of them, in their order, make it again.");
export type LayerInputEvent = Frozen<z.infer<typeof LAYER_INPUT_SCHEMA>>;
