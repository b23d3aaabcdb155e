// World decisions: what a world service says of a world: its mode, and what carries it (`NODESETS.md` 7).

import { z } from "zod";
import { EFFECTIVE_MODES } from "../../../kernel/index.js";
import { count, digest, duration, eventHead, flag, instant, name, oneOf } from "./field.js";
import type { Frozen } from "./field.js";

/** Schema of a world decision. */
export const WORLD_DECISION_SCHEMA = z
  .strictObject({
    ...eventHead("world_decision"),
    effectiveMode: oneOf(EFFECTIVE_MODES, "What the world runs in; the domain is the one of the mode."),
    asOf: instant("As of when the service looked: the decision counts from here."),
    ttlNs: duration("How long it counts, ns: at asOf and this much later it counts no longer."),
    version: count(0, "Version of the decision: one that is lower than one that was seen counts for nothing."),
    etag: name("Tag of the decision: one version has one."),
    fingerprint: digest("Fingerprint of the dataset that it was reached on."),
    policies: z
      .array(
        z.strictObject({
          policy: name("A policy of the world."),
          satisfied: flag("Whether it is satisfied; one that is not gives the safe mode."),
        }),
      )
      .min(1)
      .describe("Every policy of the world."),
  })
  .describe("What a world service says of a world; whatever is not exactly this gives the safe mode.");
export type WorldDecisionEvent = Frozen<z.infer<typeof WORLD_DECISION_SCHEMA>>;
