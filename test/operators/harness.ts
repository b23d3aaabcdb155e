// Harness of the operator tests: one instruction in a memory of its own, run over given columns with given block cuts.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  INSTRUCTION_BYTES,
  INS_EXTRA,
  INS_EXTRA_COUNT,
  INS_INPUT,
  INS_INPUT_COUNT,
  INS_OPCODE,
  INS_OUTPUT,
  INS_PARAMS,
  INS_STATE,
} from "../../assembly/abi-operator.js";
import { crossSectionBytes } from "../../kernel/nodes/cross-section.js";
import type { OperatorSpec, Params } from "../../kernel/graph/spec.js";

export type Row = number | null;
export type Column = readonly Row[];
export type Build = "release" | "debug";

export interface OperatorRun {
  /** One column an output of the spec, in its order; for `across` one a lane. */
  readonly outputs: Row[][];
  /** Copy of the state after the last row. */
  readonly state: Uint8Array;
}

export interface RunOptions {
  /** Rows of each block in turn, the last one repeated until the input ends; all rows at once when absent. */
  readonly cuts?: readonly number[];
  /** State to go on from; all zero when absent. */
  readonly state?: Uint8Array;
  readonly build?: Build;
  /** Column of the optional port `when` of a cross-section. */
  readonly when?: Column;
}

/** Bits of the one null that may stand in a column or a state. */
export const NULL_BITS = 0x7ff8000000000000n;

const modules = new Map<Build, WebAssembly.Module>();

/** The compiled data plane, read once a build. */
export function dataPlane(build: Build = "release"): WebAssembly.Module {
  const known = modules.get(build);
  if (known !== undefined) return known;
  const module = new WebAssembly.Module(moduleBytes(build));
  modules.set(build, module);
  return module;
}

/** Bytes of the compiled data plane: those that the environment names, or those in `assembly/`. */
export function moduleBytes(build: Build = "release"): Uint8Array {
  const name = build === "release" ? "goldentape.wasm" : "goldentape.debug.wasm";
  const path = process.env[build === "release" ? "GOLDENTAPE_WASM" : "GOLDENTAPE_DEBUG_WASM"];
  return readFileSync(path ?? fileURLToPath(new URL(`../../assembly/${name}`, import.meta.url)));
}

/** Params of `spec` with its defaults filled in. */
export function paramsOf(spec: OperatorSpec, given: Params = {}): Params {
  const params: Record<string, Params[string]> = {};
  for (const [name, param] of Object.entries(spec.params)) {
    const value = given[name] ?? param.default;
    if (value === undefined) throw new Error(`param ${name} of ${spec.type} is missing`);
    params[name] = value;
  }
  return params;
}

interface Layout {
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly params: number;
  readonly state: number;
  readonly extra: number;
  readonly when: number;
  readonly bytes: number;
}

const INSTRUCTION = 65_536;

/** Runs one operator over its input columns (one a port, or one a lane for `across` and `reduce`). */
export function runOperator(
  spec: OperatorSpec,
  inputs: readonly Column[],
  given: Params = {},
  options: RunOptions = {},
): OperatorRun {
  const params = paramsOf(spec, given);
  const rows = inputs[0]?.length ?? 0;
  const encoded = spec.encode(params);
  const stateBytes = spec.stateBytes(params);
  const outputCount = spec.lanes === "across" ? inputs.length : Object.keys(spec.outputs).length;
  const layout = layOut(inputs.length, outputCount, rows, encoded.length, stateBytes);
  const memory = new WebAssembly.Memory({ initial: Math.ceil(layout.bytes / 65_536), maximum: 65_536 });
  const evaluate = instantiate(memory, options.build ?? "release");
  const floats = new Float64Array(memory.buffer);
  const words = new Int32Array(memory.buffer);
  inputs.forEach((column, index) => {
    const at = (layout.inputs[index] as number) / 8;
    column.forEach((value, row) => (floats[at + row] = value ?? NaN));
  });
  options.when?.forEach((value, row) => (floats[layout.when / 8 + row] = value ?? NaN));
  // A pattern that is no valid output shows any row that an operator leaves unwritten.
  for (const output of layout.outputs) floats.fill(-7.25e77, output / 8, output / 8 + rows);
  floats.set(encoded, layout.params / 8);
  if (options.state !== undefined) new Uint8Array(memory.buffer).set(options.state, layout.state);
  const words0 = INSTRUCTION / 4;
  words[words0 + INS_OPCODE / 4] = spec.opcode;
  words[words0 + INS_INPUT_COUNT / 4] = inputs.length;
  words[words0 + INS_PARAMS / 4] = layout.params;
  words[words0 + INS_STATE / 4] = layout.state;
  words[words0 + INS_EXTRA / 4] = layout.extra;
  words[words0 + INS_EXTRA_COUNT / 4] = inputs.length;
  for (let from = 0, block = 0; from < rows; block++) {
    const cuts = options.cuts ?? [rows];
    const count = Math.min(cuts[Math.min(block, cuts.length - 1)] as number, rows - from);
    address(words, spec, layout, from);
    if (options.when !== undefined) words[(INSTRUCTION + INS_INPUT) / 4 + 1] = layout.when + from * 8;
    evaluate(INSTRUCTION, count);
    from += count;
  }
  const outputs = layout.outputs.map((at) => {
    assertCanonical(memory, at, rows, `output of ${spec.type}`);
    return Array.from(floats.subarray(at / 8, at / 8 + rows), (value) => (Number.isNaN(value) ? null : value));
  });
  assertCanonical(memory, layout.state, stateBytes / 8, `state of ${spec.type}`);
  return { outputs, state: new Uint8Array(memory.buffer.slice(layout.state, layout.state + stateBytes)) };
}

/** Points the instruction at row `from` of each column. */
function address(words: Int32Array, spec: OperatorSpec, layout: Layout, from: number): void {
  if (spec.lanes === "each") {
    layout.inputs.forEach((at, index) => (words[(INSTRUCTION + INS_INPUT) / 4 + index] = at + from * 8));
    layout.outputs.forEach((at, index) => (words[(INSTRUCTION + INS_OUTPUT) / 4 + index] = at + from * 8));
    return;
  }
  words[(INSTRUCTION + INS_INPUT) / 4] = 0;
  const lanes = layout.inputs.length;
  layout.inputs.forEach((at, lane) => (words[layout.extra / 4 + lane] = at + from * 8));
  if (spec.lanes === "across") {
    layout.outputs.forEach((at, lane) => (words[layout.extra / 4 + lanes + lane] = at + from * 8));
  } else {
    words[(INSTRUCTION + INS_OUTPUT) / 4] = (layout.outputs[0] as number) + from * 8;
  }
}

function layOut(inputs: number, outputs: number, rows: number, params: number, stateBytes: number): Layout {
  let next = INSTRUCTION + INSTRUCTION_BYTES;
  const take = (bytes: number): number => {
    const at = next;
    next += Math.ceil(bytes / 8) * 8 + 64;
    return at;
  };
  const extra = take(crossSectionBytes(inputs));
  const paramsAt = take(params * 8);
  const state = take(stateBytes);
  const columns = (count: number): number[] => Array.from({ length: count }, () => take(rows * 8));
  const inputsAt = columns(inputs);
  const outputsAt = columns(outputs);
  const when = take(rows * 8);
  return { when, inputs: inputsAt, outputs: outputsAt, params: paramsAt, state, extra, bytes: next };
}

function instantiate(memory: WebAssembly.Memory, build: Build): (instruction: number, rows: number) => void {
  const module = dataPlane(build);
  const instance = new WebAssembly.Instance(module, { env: { memory } });
  return instance.exports["evaluate"] as (instruction: number, rows: number) => void;
}

/** Fails unless each of `count` f64 from `at` is finite or the canonical null. */
export function assertCanonical(memory: WebAssembly.Memory, at: number, count: number, what: string): void {
  const bits = new BigUint64Array(memory.buffer, at, count);
  const floats = new Float64Array(memory.buffer, at, count);
  for (let row = 0; row < count; row++) {
    if (Number.isFinite(floats[row])) continue;
    if (bits[row] !== NULL_BITS)
      throw new Error(`${what}, row ${row}: 0x${(bits[row] as bigint).toString(16)} is not a null`);
  }
}
