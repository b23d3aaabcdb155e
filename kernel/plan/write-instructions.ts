// Writing streams, clocks and instructions: their records in the memory of a run.

import {
  INS_CLOCK,
  INS_EXTRA,
  INS_EXTRA_COUNT,
  INS_FLAGS,
  INS_INPUT,
  INS_INPUT_COUNT,
  INS_OPCODE,
  INS_OUTPUT,
  INS_PARAMS,
  INS_STATE,
  INSTRUCTION_BYTES,
} from "../../assembly/abi-operator.js";
import * as abi from "../../assembly/abi-run.js";
import { intervalNs } from "../market/interval.js";
import type { Layout } from "./layout.js";
import type { Plan, PlanInstruction } from "./plan.js";

const TIME_MIN = -(2n ** 63n);

/** Writes a record a stream, before its first row. */
export function writeStreams(view: DataView, plan: Plan, layout: Layout): void {
  plan.streams.forEach((stream, i) => {
    const at = layout.streams + i * abi.STREAM_BYTES;
    view.setInt32(at + abi.STREAM_INSTRUMENT, stream.instrument, true);
    view.setInt32(at + abi.STREAM_EXECUTES, stream.executes ? 1 : 0, true);
    view.setInt32(at + abi.STREAM_BLOCK_CURSOR, -1, true);
    view.setBigInt64(at + abi.STREAM_WATERMARK, TIME_MIN, true);
    view.setBigInt64(at + abi.STREAM_INTERVAL, intervalNs(stream.tape.interval), true);
    view.setBigInt64(at + abi.STREAM_CLOSED, TIME_MIN, true);
    view.setBigInt64(at + abi.STREAM_LAST, TIME_MIN, true);
    view.setBigInt64(at + abi.STREAM_BUDGETED, TIME_MIN, true);
  });
}

/** Writes a record a clock, and the list of streams of each that has several. */
export function writeClocks(view: DataView, plan: Plan, layout: Layout): void {
  plan.clocks.forEach((clock, i) => {
    const at = layout.clocks + i * abi.CLOCK_BYTES;
    view.setUint32(at + abi.CLOCK_BUCKET_OF, layout.tables.clockRows[i] as number, true);
    if (clock.streams.length === 1) return;
    const list = layout.tables.clockLists[i] as number;
    view.setUint32(at + abi.CLOCK_STREAM_LIST, list, true);
    view.setInt32(at + abi.CLOCK_STREAM_LIST_COUNT, clock.streams.length, true);
    clock.streams.forEach((stream, k) => view.setInt32(list + 4 * k, stream, true));
  });
}

/** Writes the record of one instruction, its params and its lists of lanes. */
export function writeInstruction(view: DataView, layout: Layout, instruction: PlanInstruction, index: number): void {
  const at = layout.tables.instructions + index * INSTRUCTION_BYTES;
  const { tables, columns } = layout;
  view.setInt32(at + INS_OPCODE, instruction.opcode, true);
  view.setInt32(at + INS_CLOCK, instruction.clock, true);
  view.setInt32(at + INS_FLAGS, instruction.flags, true);
  view.setInt32(at + INS_INPUT_COUNT, instruction.inputs.length, true);
  instruction.inputs.forEach((column, i) =>
    view.setUint32(at + INS_INPUT + 4 * i, column === null ? 0 : (columns[column] as number), true),
  );
  instruction.outputs.forEach((column, i) => view.setUint32(at + INS_OUTPUT + 4 * i, columns[column] as number, true));
  view.setUint32(at + INS_PARAMS, tables.params[index] as number, true);
  instruction.params.forEach((value, i) => view.setFloat64((tables.params[index] as number) + 8 * i, value, true));
  view.setUint32(at + INS_STATE, tables.states + instruction.stateOffset, true);
  if (instruction.lanes === undefined) return;
  const list = tables.lanes[index] as number;
  const { inputs, outputs } = instruction.lanes;
  view.setUint32(at + INS_EXTRA, list, true);
  view.setInt32(at + INS_EXTRA_COUNT, inputs.length, true);
  inputs.forEach((column, i) => view.setUint32(list + 4 * i, columns[column] as number, true));
  outputs.forEach((column, i) => view.setUint32(list + 4 * (inputs.length + i), columns[column] as number, true));
}
