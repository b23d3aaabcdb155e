// Instruction record of the operators: how a lowered node names its columns, params and state.
//
// Compiles under both asc and tsc: plain integer literals only, no imports.
//
// Layout of one instruction, INSTRUCTION_BYTES bytes, all fields little-endian i32 (addresses in linear memory):
//
//   +0  opcode        +4  clock index     +8  input count     +12 flags
//   +16 input column  x 6 (unused: 0)
//   +40 output column x 5 (unused: 0)
//   +60 params: f64 array
//   +64 state: bytes, 8-aligned; all zero at the start of a run
//   +68 extra: address of a list, for opcodes that take one (lanes of a cross-section)
//   +72 extra count
//   +76 reserved
//
// A column is an f64 array of at least as many rows as the call processes. Null is the one canonical NaN.

export const INSTRUCTION_BYTES = 80;
export const INS_OPCODE = 0;
export const INS_CLOCK = 4;
export const INS_INPUT_COUNT = 8;
export const INS_FLAGS = 12;
export const INS_INPUT = 16;
export const INS_INPUT_MAX = 6;
export const INS_OUTPUT = 40;
export const INS_OUTPUT_MAX = 5;
export const INS_PARAMS = 60;
export const INS_STATE = 64;
export const INS_EXTRA = 68;
export const INS_EXTRA_COUNT = 72;
