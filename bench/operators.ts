// Bench of the operators: nanoseconds a row of each, in blocks of 1,024 rows over 102,400 rows of a walk.
//
// Integer params are 20 and the others their defaults, or 2 without one. Operators over all instruments of a row are
// given 50 lanes, and their time is that of one row of one lane. The digest is over all output bytes.

import {
  INS_EXTRA,
  INS_EXTRA_COUNT,
  INS_INPUT,
  INS_INPUT_COUNT,
  INS_OPCODE,
  INS_OUTPUT,
  INS_PARAMS,
  INS_STATE,
  INSTRUCTION_BYTES,
} from "../assembly/abi-operator.js";
import { digestBytes, gatherBars, OPERATORS } from "../kernel/index.js";
import type { OperatorSpec, ParamSpec, ParamValue } from "../kernel/index.js";
import { kernelModule } from "../adapters/node/index.js";
import { crossSectionBytes } from "../kernel/nodes/cross-section.js";
import { syntheticTape } from "../datasets/synthetic.js";
import { brief, median, rounded } from "./timing.js";

const BLOCK_ROWS = 1024;
const BLOCKS = 100;
const ROWS = BLOCK_ROWS * BLOCKS;
const LANES = 50;
const ROUNDS = 5;
const BASE = 65_536;
const MEMORY_PAGES = 2048;

const prices = gatherBars(syntheticTape({ seed: 4, rows: ROWS }));
const memory = new WebAssembly.Memory({ initial: MEMORY_PAGES, maximum: 65_536 });
const { exports } = new WebAssembly.Instance(kernelModule(), { env: { memory } });
const evaluate = exports["evaluate"] as (instruction: number, rows: number) => void;

/** A value for a param that a bench must choose itself. */
function chosen(param: ParamSpec): ParamValue {
  if (param.kind === "integer") return Math.min(Math.max(20, param.min), param.max);
  if (param.default !== undefined) return param.default;
  if (param.kind === "choice") return param.choices[0] ?? "";
  if (param.kind === "boolean") return false;
  return param.kind === "number" ? Math.min(Math.max(2, param.min ?? 2), param.max ?? 2) : "";
}

/** The column of the walk that suits a port by its name; close for the rest. */
function columnFor(port: string, boolean: boolean, lane: number): Float64Array {
  const { time, open, high, low, close, volume } = prices;
  const named: Readonly<Record<string, BigInt64Array | null>> = { time, open, high, low, close, volume };
  const column = named[port] ?? close;
  if (boolean) return Float64Array.from(close, (value, row) => (Number(value) + row) & 1);
  if (port === "time") return Float64Array.from(time, (value) => Number(value) / 1e9);
  if (port === "y" || port === "b") return Float64Array.from(open, (value) => Number(value) / 100 + 0.01);
  return Float64Array.from(column, (value) => Number(value) / 100 + lane);
}

interface Placed {
  readonly state: number;
  readonly stateBytes: number;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

/** Lays `spec` out in the memory, with its columns whole. */
function place(spec: OperatorSpec, params: Readonly<Record<string, ParamValue>>): Placed {
  let next = BASE + INSTRUCTION_BYTES;
  const take = (bytes: number): number => {
    const at = next;
    next += Math.ceil(bytes / 64) * 64 + 64;
    return at;
  };
  const encoded = spec.encode(params);
  const paramsAt = take(encoded.length * 8);
  const stateBytes = spec.stateBytes(params);
  const state = take(stateBytes);
  const extra = take(crossSectionBytes(LANES));
  const ports = Object.entries(spec.inputs).filter(([, port]) => port.optional !== true);
  const columns =
    spec.lanes === "each"
      ? ports.map(([name, port]) => columnFor(name, port.type === "boolean", 0))
      : Array.from({ length: LANES }, (_, lane) => columnFor("x", false, lane));
  const inputs = columns.map((column) => {
    const at = take(ROWS * 8);
    new Float64Array(memory.buffer, at, ROWS).set(column);
    return at;
  });
  const outputCount = spec.lanes === "across" ? LANES : Object.keys(spec.outputs).length;
  const outputs = Array.from({ length: outputCount }, () => take(ROWS * 8));
  if (next > MEMORY_PAGES * 65_536) throw new Error(`${spec.type} does not fit`);
  new Float64Array(memory.buffer, paramsAt, encoded.length).set(encoded);
  const view = new DataView(memory.buffer);
  new Uint8Array(memory.buffer, BASE, INSTRUCTION_BYTES).fill(0);
  view.setInt32(BASE + INS_OPCODE, spec.opcode, true);
  view.setInt32(BASE + INS_INPUT_COUNT, ports.length, true);
  view.setUint32(BASE + INS_PARAMS, paramsAt, true);
  view.setUint32(BASE + INS_STATE, state, true);
  view.setUint32(BASE + INS_EXTRA, extra, true);
  view.setInt32(BASE + INS_EXTRA_COUNT, LANES, true);
  return { state, stateBytes, inputs, outputs };
}

/** Points the instruction at row `from`: its columns, or the list of lanes. */
function point(spec: OperatorSpec, { inputs, outputs }: Placed, from: number): void {
  const view = new DataView(memory.buffer);
  const list = view.getUint32(BASE + INS_EXTRA, true);
  const write = (at: number, addresses: readonly number[]): void =>
    addresses.forEach((address, i) => view.setUint32(at + 4 * i, address + from * 8, true));
  write(spec.lanes === "each" ? BASE + INS_INPUT : list, inputs);
  write(spec.lanes === "across" ? list + 4 * LANES : BASE + INS_OUTPUT, outputs);
}

/** Milliseconds that `spec` takes for all rows, from an empty state. */
function pass(spec: OperatorSpec, placed: Placed): number {
  new Uint8Array(memory.buffer, placed.state, placed.stateBytes).fill(0);
  let elapsed = 0;
  for (let from = 0; from < ROWS; from += BLOCK_ROWS) {
    point(spec, placed, from);
    const start = performance.now();
    evaluate(BASE, BLOCK_ROWS);
    elapsed += performance.now() - start;
  }
  return elapsed;
}

/** One line of the table. */
function lineOf(spec: OperatorSpec): Record<string, string | number> {
  const params = Object.fromEntries(Object.entries(spec.params).map(([name, param]) => [name, chosen(param)]));
  const placed = place(spec, params);
  pass(spec, placed);
  const times = Array.from({ length: ROUNDS }, () => pass(spec, placed));
  const rows = spec.lanes === "each" ? ROWS : ROWS * LANES;
  const bytes = placed.outputs.flatMap((at) => [...new Uint8Array(memory.buffer, at, 65_536)]);
  return {
    operator: spec.type,
    params: Object.values(params).join(", "),
    "ns a row": rounded((median(times) * 1e6) / rows),
    digest: brief(digestBytes("goldentape 2026 bench v1", new Uint8Array(bytes))),
  };
}

console.log(`Operators: ${ROWS} rows in blocks of ${BLOCK_ROWS}`);
console.table(OPERATORS.map(lineOf));
