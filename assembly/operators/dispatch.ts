// Dispatch of one instruction over a block of rows: the only way in which an operator is called.
//
// Not here: what runs when (assembly/loop.ts).

import { INS_OPCODE } from "../abi-operator";
import { TRAP_UNKNOWN_OPCODE } from "../abi-trap";
import { trap } from "../trap";

/** Runs the instruction at `instruction` over the next `rows` (>= 1) rows: reads inputs and state, writes outputs and state. */
export function evaluate(instruction: usize, rows: i32): void {
  const opcode = load<i32>(instruction + INS_OPCODE);
  switch (opcode) {
    default:
      trap(TRAP_UNKNOWN_OPCODE, opcode);
  }
}
