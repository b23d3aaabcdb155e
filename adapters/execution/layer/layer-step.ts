// Steps of the layer: what an input came to, gathered before it is written down.

import type { ExecutionEvent } from "../schema/catalogue.js";
import type { LayerOutput } from "./layer-terms.js";

/** What an input came to: `happened` is for the journals, each event for the one of its domain. */
export interface Step extends Omit<LayerOutput, "events"> {
  readonly happened: readonly ExecutionEvent[];
}

export const NO_STEP: Step = { requests: [], notes: [], fills: [], refusals: [], sizing: [], happened: [] };

/** An output as a step of which everything is written down already. */
export function asStep({ events: _, ...output }: LayerOutput): Step {
  return { ...output, happened: [] };
}

/** Several steps as one. */
export function inOrder(steps: readonly Step[]): Step {
  return {
    requests: steps.flatMap(({ requests }) => requests),
    notes: steps.flatMap(({ notes }) => notes),
    fills: steps.flatMap(({ fills }) => fills),
    refusals: steps.flatMap(({ refusals }) => refusals),
    sizing: steps.flatMap(({ sizing }) => sizing),
    happened: steps.flatMap(({ happened }) => happened),
  };
}
