// Bucket region: the instructions that are reached from a state source, run bucket by bucket between settling and
// deciding, each on the one row of its clock.
//
// Always true:
//   an operator is called as it is for a block, with one row;
//   a bucket that a user node interrupts goes on behind that node.
//
// Not here: what a state source gives (`state-source.ts`), the instructions of whole blocks (`loop.ts`).

import { OP_ALIGN, OP_DELAY, OP_HOST, OP_STATE, OP_WINDOW } from "./abi-opcodes";
import { INS_CLOCK, INS_OPCODE, INSTRUCTION_BYTES } from "./abi-operator";
import { RUN_INSTRUCTION_NEXT, RUN_INSTRUCTIONS } from "./abi-run";
import {
  REGION_FROM, REGION_IS_IDLE, REGION_IS_RUNNING, REGION_ROW, REGION_STAGE, REGION_TO,
} from "./abi-state";
import { alignRow, clockAt, delayColumn, rowOfBucket, windowColumn } from "./block";
import { enterRow } from "./column";
import { evaluate } from "./operators/dispatch";
import { region, run } from "./run";
import { beginStates, readState } from "./state-source";

/** True when a bucket is settled and its region has not come to its end. */
// @ts-ignore: decorator
@inline export function isRegionRunning(): bool {
  return region != 0 && load<i32>(region, REGION_STAGE) == REGION_IS_RUNNING;
}

/** Begins the region of `bucket`, which is settled. */
export function beginRegion(bucket: i32): void {
  beginStates(bucket);
  store<i32>(run, load<i32>(region, REGION_FROM), RUN_INSTRUCTION_NEXT);
  store<i32>(region, REGION_IS_RUNNING, REGION_STAGE);
}

/**
 * Runs what is left of the region in `bucket`. Gives false when an instruction is the host's; the next call goes on
 * behind it.
 */
export function runRegion(bucket: i32): bool {
  const all: usize = load<u32>(run, RUN_INSTRUCTIONS);
  for (let i = load<i32>(run, RUN_INSTRUCTION_NEXT), end = load<i32>(region, REGION_TO); i < end; i++) {
    const instruction = all + <usize>i * INSTRUCTION_BYTES;
    const row = rowOfBucket(clockAt(load<i32>(instruction, INS_CLOCK)), bucket);
    if (row < 0) continue;
    const opcode = load<i32>(instruction, INS_OPCODE);
    if (opcode == OP_HOST) {
      store<i32>(run, i + 1, RUN_INSTRUCTION_NEXT);
      store<i32>(region, row, REGION_ROW);
      return false;
    }
    enterRow(row);
    if (opcode == OP_STATE) readState(instruction);
    else if (opcode == OP_ALIGN) alignRow(instruction, bucket);
    else if (opcode == OP_DELAY) delayColumn(instruction, 1);
    else if (opcode == OP_WINDOW) windowColumn(instruction, 1);
    else evaluate(instruction, 1);
  }
  enterRow(0);
  store<i32>(region, REGION_IS_IDLE, REGION_STAGE);
  return true;
}
