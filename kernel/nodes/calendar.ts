// Calendar nodes: the first row of a new day, week, month, quarter or year.

import { OP_NEW_PERIOD } from "../../assembly/abi-opcodes.js";
import type { BooleanOutput, NumberInput } from "../graph/node.js";
import type { OperatorSpec } from "../graph/spec.js";
import { booleanNode, operator } from "./operator.js";

/** Calendar periods, in the order in which the data plane numbers them. */
export const CALENDAR_UNITS = ["day", "week", "month", "quarter", "year"] as const;
export type CalendarUnit = (typeof CALENDAR_UNITS)[number];

export const NEW_PERIOD: OperatorSpec = operator({
  type: "newPeriod",
  opcode: OP_NEW_PERIOD,
  inputs: { time: { type: "number" } },
  params: {
    unit: { kind: "choice", choices: CALENDAR_UNITS },
    utcOffsetMinutes: { kind: "integer", min: -1_080, max: 1_080, default: 0 },
  },
  outputs: { value: "boolean" },
  period: () => 2,
  stateBytes: () => 16,
});

/**
 * True on the first row of a new period. Null on the first row of all, since whether a period began there is not known.
 *
 * A row stands at the close of its bar, and a bar that closes exactly at midnight belongs to the day that ends there.
 * Weeks begin on Monday (ISO 8601).
 *
 * @param time Close of the row's bar in seconds since 1970-01-01T00:00Z: the `time` of a bar source.
 * @param utcOffsetMinutes Where midnight is, in minutes east of UTC; fixed, without daylight saving.
 */
export function newPeriod(time: NumberInput, unit: CalendarUnit, utcOffsetMinutes = 0): BooleanOutput {
  return booleanNode(NEW_PERIOD, { time }, { unit, utcOffsetMinutes });
}

export const CALENDAR: readonly OperatorSpec[] = [NEW_PERIOD];
