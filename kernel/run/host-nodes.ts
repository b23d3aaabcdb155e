// Host nodes: what the data plane hands over block by block: user nodes, and published series that the caller wants to
// see.

import * as abi from "../../assembly/abi-run.js";
import { INS_FLAGS, INSTRUCTION_BYTES } from "../../assembly/abi-operator.js";
import { invariant } from "../base/error.js";
import type { UserSpec } from "../graph/user-node.js";
import type { UserCall } from "../graph/user-window.js";
import { createUserCall } from "../graph/user-window.js";
import type { Layout } from "../plan/layout.js";
import type { Plan, PlanHost } from "../plan/plan.js";

/** Rows of one lane of a published series. */
export interface SeriesLane {
  /** Index of the instrument, -1 for a series over several or none. */
  readonly instrument: number;
  readonly rowCount: number;
  /** Time of each row, ns. */
  readonly time: BigInt64Array;
  /** Value of each row, NaN for null; a boolean is 1 or 0. */
  readonly values: Float64Array;
}

/** A published series. */
export interface Series {
  readonly name: string;
  readonly type: "number" | "boolean";
  readonly lanes: readonly SeriesLane[];
}

interface Captured {
  readonly time: BigInt64Array[];
  readonly values: Float64Array[];
}

export class HostNodes {
  private readonly memory: ArrayBuffer;
  private readonly view: DataView;
  private readonly plan: Plan;
  private readonly layout: Layout;
  private readonly calls: readonly (UserCall | null)[];
  private readonly captured: readonly Captured[];

  constructor(memory: ArrayBuffer, plan: Plan, layout: Layout) {
    this.memory = memory;
    this.view = new DataView(memory);
    this.plan = plan;
    this.layout = layout;
    this.calls = plan.hosts.map((host) =>
      host.kind === "user" ? createUserCall(host.node, (host.node.spec as UserSpec).compute) : null,
    );
    this.captured = plan.hosts.map(() => ({ time: [], values: [] }));
  }

  /** Does what the instruction at index `instruction` asks for, for the present block. */
  run(instruction: number): void {
    const index = this.view.getInt32(
      this.layout.tables.instructions + instruction * INSTRUCTION_BYTES + INS_FLAGS,
      true,
    );
    const host = this.plan.hosts[index] as PlanHost;
    const rows = this.view.getInt32(this.layout.clocks + host.clock * abi.CLOCK_BYTES + abi.CLOCK_ROW_COUNT, true);
    if (host.kind === "capture")
      return this.capture(host.lane.column, host.clock, rows, this.captured[index] as Captured);
    const history = host.node.period - 1;
    const inputs = host.inputs.map((column) => this.column(column, history + rows));
    const outputs = host.outputs.map((column) => this.column(column, rows));
    const call = this.calls[index];
    invariant(call !== null && call !== undefined, "a host instruction of a user node has a call");
    call.run(rows, inputs, outputs);
  }

  private column(column: number, rows: number): Float64Array {
    return new Float64Array(this.memory, this.layout.columns[column] as number, rows);
  }

  private capture(column: number, clock: number, rows: number, into: Captured): void {
    const { header, clocks } = this.layout;
    const record = clocks + clock * abi.CLOCK_BYTES;
    const dense = this.view.getInt32(record + abi.CLOCK_DENSE, true) !== 0;
    const buckets = this.view.getInt32(header + abi.RUN_BLOCK_BUCKETS, true);
    const times = new BigInt64Array(this.memory, this.view.getUint32(header + abi.RUN_BLOCK_TIMES, true), buckets);
    const bucketOf = new Int32Array(this.memory, this.view.getUint32(record + abi.CLOCK_BUCKET_OF, true), rows);
    into.time.push(dense ? times.slice(0, rows) : BigInt64Array.from(bucketOf, (bucket) => times[bucket] as bigint));
    into.values.push(this.column(column, rows).slice());
  }

  /** Published series as far as they were captured. */
  series(): readonly Series[] {
    return this.plan.series.map(({ name, type }) => {
      const lanes = this.plan.hosts.flatMap((host, index) => {
        if (host.kind !== "capture" || host.series !== name) return [];
        const { time, values } = this.captured[index] as Captured;
        const rowCount = values.reduce((sum, piece) => sum + piece.length, 0);
        return [
          {
            instrument: host.lane.instrument,
            rowCount,
            time: gather(new BigInt64Array(rowCount), time),
            values: gather(new Float64Array(rowCount), values),
          },
        ];
      });
      return { name, type, lanes };
    });
  }
}

function gather<T extends BigInt64Array | Float64Array>(whole: T, pieces: readonly T[]): T {
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece as never, at);
    at += piece.length;
  }
  return whole;
}
