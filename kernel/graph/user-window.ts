// User window: what the TypeScript of a user node sees of a block of rows, and how it is called.
//
// Row `r` of the block stands at index `history + r` of every input, so its look-back is `r` to `history + r`. Rows
// before the first one of the tape are null.
//
// Always true:
//   the inputs are copies, so nothing that a user node does to them reaches the run;
//   outputs hold finite numbers or the canonical null; a row that was not set is null.
//
// Not here: keeping the rows before a block, which is state of the run.

import { InputError, invariant } from "../base/error.js";
import { shown } from "./node-check.js";
import type { GraphNode } from "./node.js";
import type { Params, ValueType } from "./spec.js";

/** Read-only rows of one input: `history` rows before the block, then the block. */
export interface ColumnWindow {
  /** Rows, history included. */
  readonly length: number;
  /**
   * The value of a row, null when it has none. A boolean is 1 or 0.
   *
   * @param index 0 (the oldest) to `length - 1`; others throw a RangeError.
   */
  get(index: number): number | null;
  /** All rows, NaN for null. A copy, valid until `compute` returns. */
  readonly values: Float64Array;
}

/** One output of the block. */
export interface OutputColumn {
  /**
   * Sets a row of the block. NaN and infinities become null.
   *
   * @param row 0 to `rowCount - 1`; others throw a RangeError.
   * @param value Of the type that the output was declared with, or null; others throw a TypeError.
   */
  set(row: number, value: number | boolean | null): void;
}

/** One block of rows. */
export interface UserWindow<
  Inputs extends string = string,
  P extends object = Params,
  Outputs extends string = string,
> {
  /** Rows of the block, at least 1. A result must not depend on how the tape was cut into blocks. */
  readonly rowCount: number;
  /** Rows before the block: the period less one. */
  readonly history: number;
  readonly inputs: { readonly [port in Inputs]: ColumnWindow };
  readonly params: P;
  readonly outputs: { readonly [output in Outputs]: OutputColumn };
}

/** The code of a user node: sets rows of the outputs from rows of the inputs. Synchronous. */
export type UserCompute = (window: UserWindow) => void;

/** Calls one user node block by block. Holds copies of its input columns between calls, and no state that matters. */
export interface UserCall {
  /**
   * Runs the code on `rowCount` rows of a block, from row `first` on.
   *
   * @param inputs One column a connected port, in the order of the ports: `history` rows before the block, then the
   *   block. Read only.
   * @param outputs One column an output, in the order of the outputs: the block. The rows of the call are overwritten.
   * @throws InputError `run/user-node` when the code throws or returns a promise; the outputs are then undefined.
   */
  run(rowCount: number, inputs: readonly Float64Array[], outputs: readonly Float64Array[], first?: number): void;
}

/** Makes the caller of a user node. */
export function createUserCall(node: GraphNode, compute: UserCompute): UserCall {
  const { spec, params, period } = node;
  const history = period - 1;
  const inputs = Object.keys(node.inputs).map((port) => [port, new InputWindow()] as const);
  // A user node gives series, never orders.
  const outputs = Object.entries(spec.outputs).map(
    ([name, type]) => [name, new OutputRows(name, type as ValueType)] as const,
  );
  const windows = inputs.map(([, window]) => window);
  const columns = outputs.map(([, rows]) => rows);
  const parts = {
    history,
    inputs: Object.freeze(Object.fromEntries(inputs)),
    params,
    outputs: Object.freeze(Object.fromEntries(outputs)),
  };
  // Most calls have as many rows as the one before; the window is frozen, so they may share one.
  let shared: UserWindow = Object.freeze({ ...parts, rowCount: 0 });
  return {
    run(rowCount, inputColumns, outputColumns, first = 0): void {
      invariant(inputColumns.length === inputs.length, "a user node is given one column a connected port");
      invariant(outputColumns.length === outputs.length, "a user node is given one column an output");
      // Plain loops: in the bucket region a call is one row.
      for (let i = 0; i < windows.length; i += 1) {
        (windows[i] as InputWindow).load(inputColumns[i] as Float64Array, first, history + rowCount);
      }
      for (let i = 0; i < columns.length; i += 1) {
        (columns[i] as OutputRows).open(outputColumns[i] as Float64Array, first, rowCount);
      }
      if (shared.rowCount !== rowCount) shared = Object.freeze({ ...parts, rowCount });
      callUser(spec.type, compute, shared);
    },
  };
}

function callUser(type: string, compute: UserCompute, window: UserWindow): void {
  let result: unknown;
  try {
    result = compute(window);
  } catch (cause) {
    const received = cause instanceof Error ? `${cause.name}: ${cause.message}` : shown(cause);
    const issue = { code: "run/user-node", path: type, expected: "compute to return", received } as const;
    // The cause keeps the stack of the user's own code.
    throw Object.assign(new InputError([issue]), { cause });
  }
  if (result === undefined) return;
  const expected = "compute to return nothing; it is synchronous";
  throw new InputError([{ code: "run/user-node", path: type, expected, received: shown(result) }]);
}

class InputWindow implements ColumnWindow {
  values = new Float64Array(0);

  get length(): number {
    return this.values.length;
  }

  load(column: Float64Array, first: number, rowCount: number): void {
    invariant(column.length >= first + rowCount, "an input column holds the history and the block");
    if (this.values.length !== rowCount) this.values = new Float64Array(rowCount);
    const { values } = this;
    // For the one row of a bucket a view to copy from costs more than the copy.
    if (rowCount > VIEW_ROWS_MIN) values.set(column.subarray(first, first + rowCount));
    else for (let row = 0; row < rowCount; row += 1) values[row] = column[first + row] as number;
  }

  get(index: number): number | null {
    const value = this.values[index];
    if (value === undefined) throw new RangeError(`row ${index} of a window of ${this.length} rows`);
    return Number.isNaN(value) ? null : value;
  }
}

/** Rows from which on a view of a column is copied at once. */
const VIEW_ROWS_MIN = 64;

// High word of the canonical null. Written as bits, because an engine is free to store any NaN for a NaN.
const NULL_HIGH = 0x7ff80000;

class OutputRows implements OutputColumn {
  readonly #name: string;
  readonly #type: ValueType;
  #values = new Float64Array(0);
  #words = new Uint32Array(0);
  #first = 0;
  #rowCount = 0;

  constructor(name: string, type: ValueType) {
    this.#name = name;
    this.#type = type;
  }

  open(column: Float64Array, first: number, rowCount: number): void {
    invariant(column.length >= first + rowCount, "an output column holds the block");
    if (column !== this.#values) {
      this.#values = column as Float64Array<ArrayBuffer>;
      this.#words = new Uint32Array(this.#values.buffer, column.byteOffset, 2 * column.length);
    }
    this.#first = first;
    this.#rowCount = rowCount;
    for (let row = 0; row < rowCount; row += 1) this.#setNull(first + row);
  }

  set(row: number, value: number | boolean | null): void {
    if (!Number.isInteger(row) || row < 0 || row >= this.#rowCount) {
      throw new RangeError(`row ${row} of output ${this.#name}, a block of ${this.#rowCount} rows`);
    }
    const at = this.#first + row;
    if (value === null) this.#setNull(at);
    else if (typeof value !== this.#type) {
      throw new TypeError(`output ${this.#name} takes a ${this.#type} or null, not ${shown(value)}`);
    } else if (typeof value === "boolean") this.#values[at] = value ? 1 : 0;
    else if (Number.isFinite(value)) this.#values[at] = value;
    else this.#setNull(at);
  }

  #setNull(at: number): void {
    this.#words[2 * at] = 0;
    this.#words[2 * at + 1] = NULL_HIGH;
  }
}
