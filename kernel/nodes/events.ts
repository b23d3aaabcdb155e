// Event nodes: crossings, rising and falling, rows since a condition held.

import {
  OP_BARS_SINCE,
  OP_CROSS_OVER,
  OP_CROSS_UNDER,
  OP_FALLING,
  OP_HYSTERESIS,
  OP_RISING,
} from "../../assembly/abi-opcodes.js";
import type { BooleanInput, BooleanOutput, NumberInput, NumberOutput } from "../graph/node.js";
import type { OperatorSpec, ParamSpec } from "../graph/spec.js";
import { booleanNode, numberNode, numberParam, operator, windowRows } from "./operator.js";
import { extremeBytes } from "./window-bytes.js";

const TRUTH = { value: "boolean" } as const;

function crossing(type: string, opcode: number): OperatorSpec {
  return operator({
    type,
    opcode,
    inputs: { a: { type: "number" }, b: { type: "number" } },
    outputs: TRUTH,
    period: () => 2,
    stateBytes: () => 8,
  });
}

function trend(type: string, opcode: number): OperatorSpec {
  return operator({
    type,
    opcode,
    inputs: { x: { type: "number" } },
    params: { rows: windowRows() },
    outputs: TRUTH,
    period: (params) => numberParam(params, "rows") + 1,
    stateBytes: (params) => 16 + extremeBytes(numberParam(params, "rows")),
  });
}

export const CROSS_OVER: OperatorSpec = crossing("crossOver", OP_CROSS_OVER);
export const CROSS_UNDER: OperatorSpec = crossing("crossUnder", OP_CROSS_UNDER);
export const RISING: OperatorSpec = trend("rising", OP_RISING);
export const FALLING: OperatorSpec = trend("falling", OP_FALLING);
export const BARS_SINCE: OperatorSpec = operator({
  type: "barsSince",
  opcode: OP_BARS_SINCE,
  inputs: { condition: { type: "boolean" } },
  stateBytes: () => 16,
});

/** A threshold of a signal. */
function threshold(byDefault: number): ParamSpec {
  return { kind: "number", default: byDefault };
}

export const HYSTERESIS: OperatorSpec = operator({
  type: "hysteresis",
  opcode: OP_HYSTERESIS,
  inputs: { signal: { type: "number" } },
  params: {
    longEnter: threshold(0.6),
    longExit: threshold(0.2),
    shortEnter: threshold(-0.6),
    shortExit: threshold(-0.2),
  },
  stateBytes: () => 8,
  check: ({ params }, refuse) => {
    const order = [params["shortEnter"], params["shortExit"], params["longExit"], params["longEnter"]] as number[];
    const rises = order.every((value, i) => i === 0 || value >= (order[i - 1] as number));
    if (rises) return;
    refuse("params", "shortEnter <= shortExit <= longExit <= longEnter", order.join(", "));
  },
});

/**
 * True on the row where `a` goes above `b`: a > b now and a ≤ b on the row before. So leaving a tie upwards is a
 * crossing, and reaching one is not. Null on the first row and wherever one of the four values is null. Source:
 * TradingView `ta.crossover`.
 *
 * @example crossOver(sma(close, 10), sma(close, 30))
 */
export function crossOver(a: NumberInput, b: NumberInput): BooleanOutput {
  return booleanNode(CROSS_OVER, { a, b });
}

/** True on the row where `a` goes below `b`: a < b now and a ≥ b on the row before. Otherwise as `crossOver`. */
export function crossUnder(a: NumberInput, b: NumberInput): BooleanOutput {
  return booleanNode(CROSS_UNDER, { a, b });
}

/**
 * True where `x` is greater than each of the `rows` rows before it; null while one of those is null or missing.
 * Source: TradingView `ta.rising`.
 */
export function rising(x: NumberInput, rows: number): BooleanOutput {
  return booleanNode(RISING, { x }, { rows });
}

/**
 * True where `x` is less than each of the `rows` rows before it. Otherwise as `rising`. Source: TradingView
 * `ta.falling`.
 */
export function falling(x: NumberInput, rows: number): BooleanOutput {
  return booleanNode(FALLING, { x }, { rows });
}

/**
 * Rows since `condition` last held, 0 on the row itself; null until it has held once. A row where the condition is null
 * gives null, but counts. Source: TradingView `ta.barssince`, which has no null there.
 */
export function barsSince(condition: BooleanInput): NumberOutput {
  return numberNode(BARS_SINCE, { condition });
}

/** Thresholds of a signal, each reached when it is met. */
export interface HysteresisOptions {
  /** From here on long; 0.6 by default. */
  readonly longEnter?: number;
  /** Down from here no longer long; 0.2 by default. */
  readonly longExit?: number;
  /** Down from here short; -0.6 by default. */
  readonly shortEnter?: number;
  /** From here on no longer short; -0.2 by default. */
  readonly shortExit?: number;
}

/**
 * Side of a threshold signal: 1 long, -1 short, 0 neither. A side is entered at its threshold and left only at its
 * exit, so that a signal that wavers between them changes nothing. The exit test goes first; a flip on one row is
 * allowed when the entry test of the other side holds after it. Null where the signal is, and the side stays.
 *
 * @throws InputError `graph/order` for thresholds that do not rise from short entry to long entry.
 * @example targetPercent(hysteresis(sub(div(close, sma(close, 20)), 1), { longEnter: 0.05, longExit: 0 }))
 */
export function hysteresis(signal: NumberInput, options: HysteresisOptions = {}): NumberOutput {
  return numberNode(HYSTERESIS, { signal }, options);
}

export const EVENTS: readonly OperatorSpec[] = [CROSS_OVER, CROSS_UNDER, RISING, FALLING, BARS_SINCE, HYSTERESIS];
