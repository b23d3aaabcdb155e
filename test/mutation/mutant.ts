// Mutants of compiled code: small faults of the kind that a slip of the hand makes, one instruction each.
//
// Not mutated: assertions (`assure`, `assert`, `trap`), which only stop a run that is broken already, and constants
// that nothing reads.

import type { CodeFunction, Instruction, ModuleCode } from "./wasm-code.js";

/** A change of one instruction, told by its place in the function, which is the same in every module that has it. */
export interface Change {
  /** Index of the instruction within its function. */
  readonly ordinal: number;
  readonly text: string;
  /** Bytes before the instruction, or in place of it. */
  readonly bytes: Uint8Array;
  readonly isBefore: boolean;
}

const UNREACHABLE = 0x00;
const IF = 0x04;
const BRANCH_IF = 0x0d;
const CALL = 0x10;
const DROP = 0x1a;
const SELECT = 0x1b;
const GLOBAL_SET = 0x24;
const STORE_FIRST = 0x36;
const STORE_LAST = 0x3e;
const I32_CONST = 0x41;
const I64_CONST = 0x42;
const I32_EQZ = 0x45;
const I32_NE = 0x47;
const I64_EQZ = 0x50;
const I64_NE = 0x52;

/** What an opcode becomes: its boundary moved, its sense turned round, or its operation another. */
const EXCHANGES: Readonly<Record<number, readonly (readonly [opcode: number, text: string])[]>> = {
  0x46: [[0x47, "== becomes !="]],
  0x47: [[0x46, "!= becomes =="]],
  ...comparisons(0x48, 0x4a, 0x4c, 0x4e),
  ...comparisons(0x49, 0x4b, 0x4d, 0x4f),
  0x51: [[0x52, "== becomes !="]],
  0x52: [[0x51, "!= becomes =="]],
  ...comparisons(0x53, 0x55, 0x57, 0x59),
  ...comparisons(0x54, 0x56, 0x58, 0x5a),
  0x61: [[0x62, "== becomes !="]],
  0x62: [[0x61, "!= becomes =="]],
  ...comparisons(0x63, 0x64, 0x65, 0x66),
  0x6a: [[0x6b, "+ becomes -"]],
  0x6b: [[0x6a, "- becomes +"]],
  0x6c: [[0x6a, "* becomes +"]],
  0x71: [[0x72, "& becomes |"]],
  0x72: [[0x71, "| becomes &"]],
  0x7c: [[0x7d, "+ becomes -"]],
  0x7d: [[0x7c, "- becomes +"]],
  0x7e: [[0x7c, "* becomes +"]],
  0x7f: [[0x7e, "/ becomes *"]],
  0x80: [[0x7e, "/ becomes *"]],
  0x83: [[0x84, "& becomes |"]],
  0x84: [[0x83, "| becomes &"]],
  0xa0: [[0xa1, "+ becomes -"]],
  0xa1: [[0xa0, "- becomes +"]],
  0xa2: [[0xa3, "* becomes /"]],
  0xa3: [[0xa2, "/ becomes *"]],
};

function comparisons(less: number, greater: number, atMost: number, atLeast: number): typeof EXCHANGES {
  return {
    [less]: [
      [atMost, "< becomes <="],
      [atLeast, "< becomes >="],
    ],
    [greater]: [
      [atLeast, "> becomes >="],
      [atMost, "> becomes <="],
    ],
    [atMost]: [
      [less, "<= becomes <"],
      [greater, "<= becomes >"],
    ],
    [atLeast]: [
      [greater, ">= becomes >"],
      [less, ">= becomes <"],
    ],
  };
}

/** All changes of one instruction of a function. */
export function changesOf(code: ModuleCode, all: readonly Instruction[], ordinal: number): readonly Change[] {
  const instruction = all[ordinal] as Instruction;
  const next = all[ordinal + 1]?.opcode ?? UNREACHABLE;
  const { opcode, operand } = instruction;
  const instead = (text: string, ...bytes: number[]): Change => change(ordinal, text, bytes, false);
  const before = (text: string, ...bytes: number[]): Change => change(ordinal, text, bytes, true);
  if (opcode === IF || opcode === BRANCH_IF) {
    const never = before("condition is false", DROP, I32_CONST, 0);
    return next === UNREACHABLE ? [] : [never, before("condition is true", DROP, I32_CONST, 1)];
  }
  if (opcode === SELECT) return [before("arms change places", I32_EQZ)];
  if (opcode === I32_EQZ) return [instead("negation is left out", I32_CONST, 0, I32_NE)];
  if (opcode === I64_EQZ) return [instead("== 0 becomes != 0", I64_CONST, 0, I64_NE)];
  if (opcode === GLOBAL_SET) return [instead("variable is not written", DROP)];
  if (opcode >= STORE_FIRST && opcode <= STORE_LAST) return [instead("store is left out", DROP, DROP)];
  if (opcode === I32_CONST || opcode === I64_CONST) {
    if (next === DROP || (operand !== 0 && operand !== 1)) return [];
    return [instead(`${operand} becomes ${1 - operand}`, opcode, 1 - operand)];
  }
  if (opcode === CALL) return withoutCall(code, operand as number, instead);
  return (EXCHANGES[opcode] ?? []).map(([other, text]) => instead(text, other));
}

function change(ordinal: number, text: string, bytes: readonly number[], isBefore: boolean): Change {
  return { ordinal, text, bytes: Uint8Array.from(bytes), isBefore };
}

function withoutCall(
  { names, signatures }: ModuleCode,
  callee: number,
  instead: (text: string, ...bytes: number[]) => Change,
): readonly Change[] {
  const name = names.get(callee) ?? "";
  const { parameterCount, resultCount } = signatures[callee] as { parameterCount: number; resultCount: number };
  if (resultCount > 0 || name.startsWith("assembly/trap/")) return [];
  const drops = Array.from({ length: parameterCount }, () => DROP);
  return [instead(`call of ${name.split("/").at(-1)} is left out`, ...drops)];
}

/** The bytes of a change within a function: from where, to where, and what stands there instead. */
export function placeOf(
  all: readonly Instruction[],
  { ordinal, isBefore }: Change,
): readonly [at: number, end: number] {
  const { at, end } = all[ordinal] as Instruction;
  return [at, isBefore ? at : end];
}

/** A function by its name; null where a module does not have it. */
export function functionOf(code: ModuleCode, name: string): CodeFunction | null {
  return code.functions.find((each) => each.name === name) ?? null;
}
