// Rate of change in percent over `period` rows: only the two rows at its ends matter, so a null between them does no
// harm.
//
// State: a ring (assembly/window-ring.ts) of `period` rows.
// Source: TA-Lib ROC, which gives 0 where the earlier value is 0.

import { finiteOrNull, inputColumn, outputColumn, param, state } from "../column";
import { ringDelay } from "../window";

/** (x / x of `period` rows before - 1) * 100 of input 0. Params: period. */
export function roc(instruction: usize, rows: i32): void {
  const input = inputColumn(instruction, 0);
  const output = outputColumn(instruction, 0);
  const ring = state(instruction);
  const period = <i32>param(instruction, 0);
  for (let offset: usize = 0, end = <usize>rows << 3; offset < end; offset += 8) {
    const x = load<f64>(input + offset);
    const before = ringDelay(ring, period, x);
    const change = (x / before - 1) * 100;
    store<f64>(output + offset, before == 0 && x == x ? 0 : finiteOrNull(change));
  }
}
