// Traps of the data plane: a rule that did not hold, or an overflow, with its operands left where the host reads them.
//
// Layout of the trap record at TRAP_ADDRESS: +0 code i32, +4 detail i32, +8 operand a i64, +16 operand b i64, +24
// operand c i64.

import { TRAP_ADDRESS } from "./abi-trap";

/** Leaves code and operands in the trap record and stops the run. Never returns. */
export function trap(code: i32, detail: i32, a: i64 = 0, b: i64 = 0, c: i64 = 0): void {
  store<i32>(TRAP_ADDRESS, code);
  store<i32>(TRAP_ADDRESS, detail, 4);
  store<i64>(TRAP_ADDRESS, a, 8);
  store<i64>(TRAP_ADDRESS, b, 16);
  store<i64>(TRAP_ADDRESS, c, 24);
  unreachable();
}

/** Traps with `code` unless `condition` holds. */
// @ts-ignore: decorator
@inline export function assure(condition: bool, code: i32, detail: i32 = 0, a: i64 = 0, b: i64 = 0, c: i64 = 0): void {
  if (!condition) trap(code, detail, a, b, c);
}
