// Region: which instructions of a plan run bucket by bucket, because a state stream reaches them.
//
// Always true:
//   an instruction that no state stream reaches runs block by block, whatever else the graph has;
//   within each part instructions keep the order in which they were lowered, inputs first.

import { OP_HOST, OP_STATE } from "../../assembly/abi-opcodes.js";
import type { PlanHost, PlanInstruction, PlanRegion, PlanState } from "./plan.js";

interface MixedColumn {
  readonly column: number;
  readonly clock: number;
}

/** Instructions and mixed columns of a plan, those of whole blocks first. */
export interface Parted {
  readonly instructions: readonly PlanInstruction[];
  readonly mixed: readonly MixedColumn[];
  readonly region: PlanRegion | null;
}

/**
 * Parts instructions and mixed columns.
 *
 * @param instructions Inputs first. Read only.
 * @param states Streams that some of them read; without any, everything stays as it is.
 */
export function partRegion(
  instructions: readonly PlanInstruction[],
  mixed: readonly MixedColumn[],
  hosts: readonly PlanHost[],
  states: readonly PlanState[],
): Parted {
  if (states.length === 0) return { instructions, mixed, region: null };
  const written = new Set<number>();
  const parts: Record<"block" | "reads" | "bucket" | "after", PlanInstruction[]> = {
    block: [],
    reads: [],
    bucket: [],
    after: [],
  };
  for (const instruction of instructions) {
    const host = instruction.opcode === OP_HOST ? (hosts[instruction.flags] as PlanHost) : null;
    const isRead = instruction.opcode === OP_STATE;
    if (!isRead && !inputsOf(instruction, host).some((column) => written.has(column))) {
      parts.block.push(instruction);
      continue;
    }
    for (const column of outputsOf(instruction, host)) written.add(column);
    parts[isRead ? "reads" : host?.kind === "capture" ? "after" : "bucket"].push(instruction);
  }
  const { block, reads, bucket, after } = parts;
  const plain = mixed.filter(({ column }) => !written.has(column));
  const from = block.length;
  return {
    instructions: [...block, ...reads, ...bucket, ...after],
    mixed: [...plain, ...mixed.filter(({ column }) => written.has(column))],
    region: { from, to: from + reads.length + bucket.length, reads: reads.length, mixedFrom: plain.length, states },
  };
}

function inputsOf(instruction: PlanInstruction, host: PlanHost | null): readonly number[] {
  if (host !== null) return host.kind === "user" ? host.inputs : [host.lane.column];
  const own = instruction.inputs.filter((column) => column !== null);
  return [...own, ...(instruction.lanes?.inputs ?? [])];
}

function outputsOf(instruction: PlanInstruction, host: PlanHost | null): readonly number[] {
  if (host !== null) return host.kind === "user" ? host.outputs : [];
  return [...instruction.outputs, ...(instruction.lanes?.outputs ?? [])];
}
