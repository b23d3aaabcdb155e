// Publishers: how much of the orders of a decision is taken in a bucket, as a series of units.

import { isOutput } from "../graph/node-check.js";
import type { BooleanInput, NumberInput } from "../graph/node.js";
import { select } from "./logic.js";

/** Units of an instrument that are more than any order has. */
const EVERY_UNIT = 1e15;

/** Units that a publisher takes: as they are given, or all where a boolean is true and none where it is false. */
export function publishUnits(publish: NumberInput | BooleanInput | undefined): NumberInput | undefined {
  return isBoolean(publish) ? select(publish, EVERY_UNIT, 0) : publish;
}

function isBoolean(publish: NumberInput | BooleanInput | undefined): publish is BooleanInput {
  return isOutput(publish) ? publish.type === "boolean" : typeof publish === "boolean";
}
