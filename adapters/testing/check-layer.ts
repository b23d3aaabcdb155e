// A check of one's own order manager or policy against every case of the kit.

import { auditLayerCase } from "./layer-audit.js";
import { runLayerCase } from "./layer-case.js";
import type { LayerCase, LayerParts } from "./layer-case.js";
import { LAYER_CASES } from "./order-cases.js";

/** What a case broke. */
export interface CaseFault {
  readonly name: string;
  readonly faults: readonly string[];
  /** What happened, one line for each thing. */
  readonly trace: readonly string[];
}

/**
 * Runs cases with parts of one's own in the place of those of the layer, and audits each from the side of the venue.
 *
 * @param parts Another order manager (`openManager`, `manager` for its terms), other checks (`risk`), gates behind the
 *   activation (`gates`), or limits of the outbox (`outbox`).
 * @param cases Default: the golden cases of the kit.
 * @returns What was broken, empty when all holds. An exception of a part is a fault.
 * @example
 * const judge = (order) => ({ kind: order.side === "buy" ? "allow" : "simulate", text: "shorts on paper" });
 * const noShorts = { name: "noShorts", judge };
 * checkLayer({ gates: [noShorts] }).length; // 0
 */
export function checkLayer(parts: LayerParts, cases: readonly LayerCase[] = LAYER_CASES): readonly CaseFault[] {
  return cases.flatMap((given) => {
    const { faults, trace } = judged(given, parts);
    return faults.length === 0 ? [] : [{ name: given.name, faults, trace }];
  });
}

function judged(given: LayerCase, parts: LayerParts): Omit<CaseFault, "name"> {
  try {
    const outcome = runLayerCase(given, parts);
    return { faults: auditLayerCase(given, outcome, parts), trace: outcome.trace };
  } catch (error) {
    return { faults: [error instanceof Error ? error.message : String(error)], trace: [] };
  }
}
