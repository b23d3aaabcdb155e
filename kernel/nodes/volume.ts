// Volume: on-balance volume.
//
// Not here: the averages and indices that weigh prices by volume, `vwap` (moving-average.ts) and `mfi` (momentum.ts).

import { OP_OBV } from "../../assembly/abi-opcodes.js";
import type { NumberInput, NumberOutput } from "../graph/node.js";
import type { OperatorSpec } from "../graph/spec.js";
import { numberNode, operator } from "./operator.js";

export const OBV = operator({
  type: "obv",
  opcode: OP_OBV,
  inputs: { close: { type: "number" }, volume: { type: "number" } },
  stateBytes: () => 32,
});

export const VOLUME: readonly OperatorSpec[] = [OBV];

/**
 * On-balance volume: the volume of the first row, plus that of each row whose close rose, less that of each row whose
 * close fell. Begins with the first valid row. A row with a null gives null and is passed over as if it were not there.
 * Source: TA-Lib OBV (Granville 1963).
 *
 * @param volume In any unit; the result has the same unit.
 */
export function obv(close: NumberInput, volume: NumberInput): NumberOutput {
  return numberNode(OBV, { close, volume });
}
