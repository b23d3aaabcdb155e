// Order ids: names of orders that hold across processes (`FILLS.md` G8).

import type { Digest } from "../base/digest.js";
import { digestJson } from "../base/digest.js";
import type { RunId } from "../graph/identity.js";

/** Id of an order: a digest of the run, the symbol and the order's sequence number in the run. */
export function orderIdOf(runId: RunId, symbol: string, sequence: number): Digest {
  return digestJson("goldentape 2026 OrderID v1", { runId, symbol, sequence });
}
