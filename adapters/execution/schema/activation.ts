// Activations: what a world lets a side of a strategy do, message by message (`NODESETS.md` 3).

import { z } from "zod";
import { EFFECTIVE_MODES } from "../../../kernel/index.js";
import { count, duration, eventHead, flag, name, oneOf, share, strategy, symbol } from "./field.js";
import type { Frozen } from "./field.js";

/** Sides of exposure that are activated each for itself. */
export const EXPOSURE_SIDES = ["long", "short"] as const;
export type ExposureSide = (typeof EXPOSURE_SIDES)[number];

/** Schema of an activation. */
export const ACTIVATION_SCHEMA = z
  .strictObject({
    ...eventHead("activation"),
    strategy: strategy.nullable().describe("Strategy that it is for; null for all of the world."),
    symbol: symbol.nullable().describe("Symbol that it is for; null for all."),
    side: oneOf(EXPOSURE_SIDES, "Side of exposure that it is for."),
    active: flag("False refuses every order with activation_disabled."),
    weight: share("Share of the target that may be held, 0 to 1; left out, the last one holds.").exactOptional(),
    freeze: flag("True refuses every order and cancels what is open."),
    drain: z
      .union([z.boolean(), z.literal("cancel")])
      .describe("True refuses new exposure and lets the rest fill or expire; cancel also cancels what is open."),
    effectiveMode: oneOf(EFFECTIVE_MODES, "What may leave: nothing, simulated orders, or routed ones."),
    version: count(0, "Version of the activation: one that is not higher than the last is ignored."),
    etag: name("Tag of the decision that it comes from."),
    ttlNs: duration("How long it holds, ns; stale after that, it refuses. null for until the next one.").nullable(),
  })
  .describe("What a world lets a side do, from the next bucket on.");
export type ActivationEvent = Frozen<z.infer<typeof ACTIVATION_SCHEMA>>;

/** True when an activation is for a strategy and symbol: null is for all of them. */
export function isFor(
  { strategy, symbol }: Pick<ActivationEvent, "strategy" | "symbol">,
  order: { readonly strategy: string; readonly symbol: string },
): boolean {
  return (strategy === null || strategy === order.strategy) && (symbol === null || symbol === order.symbol);
}
