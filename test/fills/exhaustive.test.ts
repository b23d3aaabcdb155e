// Every shape of a bar on a small grid, met by every set of up to three orders: the kernel beside the reference.
//
// The deep run takes them all under both bounds, `npm test` a part of the sets drawn with a seed.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PathMode } from "../../adapters/testing/reference-market.js";
import { FREE } from "./bar-case.js";
import type { OrderSet } from "./exhaustive-sets.js";
import { ATOMS, casesOf, SETS, SHAPES } from "./exhaustive-sets.js";
import { differences } from "./kernel-orders.js";

const isDeep = process.env["GOLDENTAPE_RUNS"] !== undefined;
const BOUNDS: readonly PathMode[] = ["worst", "best"];
/** Sets that go into one run. */
const PACK = 8;

/** Sets of this run: all of them, or some of each size; of the single orders every fourth one for each bound. */
function chosenSets(path: PathMode): readonly OrderSet[] {
  if (isDeep) return SETS;
  const drawn = fc.sample(fc.constantFrom(...SETS), { numRuns: 3 });
  const single = SETS.slice(0, ATOMS.length).filter((_, at) => at % 4 === 2 * BOUNDS.indexOf(path));
  return [...single, ...drawn];
}

describe("bars and orders of a small scope", () => {
  it.each(BOUNDS)("fill in the kernel as in the reference, at the %s", (path) => {
    const sets = chosenSets(path);
    for (let at = 0; at < sets.length; at += PACK) {
      const cases = sets.slice(at, at + PACK).flatMap(casesOf);
      expect(differences(cases, { ...FREE, path })).toEqual([]);
    }
  });

  it("have as many sets as there are ways to take up to three orders", () => {
    const n = ATOMS.length;
    expect(SETS.length).toBe(n + (n * (n - 1)) / 2 + (n * (n - 1) * (n - 2)) / 6);
    expect(SHAPES.length).toBe(50);
  });
});
