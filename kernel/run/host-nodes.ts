// Host nodes: what the data plane hands over block by block, or in its bucket region bucket by bucket: user nodes, and
// published series that the caller wants to see.
//
// Always true:
//   a user node sees the same window of a row in a block and in the bucket region.

import * as abi from "../../assembly/abi-run.js";
import { INS_FLAGS, INSTRUCTION_BYTES } from "../../assembly/abi-operator.js";
import { REGION_ROW } from "../../assembly/abi-state.js";
import { invariant } from "../base/error.js";
import type { UserSeriesSpec } from "../graph/user-node.js";
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

/** A user node with its columns, each as a view of all that a block may have, which lasts as long as the memory. */
interface HostCall {
  readonly call: UserCall;
  readonly inputs: readonly Float64Array[];
  readonly outputs: readonly Float64Array[];
}

type CaptureHost = Extract<PlanHost, { readonly kind: "capture" }>;

/** Rows of one lane that were captured, in one piece. */
export interface CapturedRows {
  readonly time: BigInt64Array;
  readonly values: Float64Array;
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
  private readonly calls: readonly (HostCall | null)[];
  private readonly captured: readonly Captured[];

  constructor(memory: ArrayBuffer, plan: Plan, layout: Layout) {
    this.memory = memory;
    this.view = new DataView(memory);
    this.plan = plan;
    this.layout = layout;
    this.calls = plan.hosts.map((host) => (host.kind === "user" ? this.callOf(host) : null));
    this.captured = plan.hosts.map(() => ({ time: [], values: [] }));
  }

  private callOf({ node, inputs, outputs }: Extract<PlanHost, { readonly kind: "user" }>): HostCall {
    const { blockRows } = this.layout;
    return {
      call: createUserCall(node, (node.spec as UserSeriesSpec).compute),
      inputs: inputs.map((column) => this.column(column, node.period - 1 + blockRows)),
      outputs: outputs.map((column) => this.column(column, blockRows)),
    };
  }

  /** Does what the instruction at index `instruction` asks for, for the present block or the bucket in hand. */
  run(instruction: number): void {
    const index = this.view.getInt32(
      this.layout.tables.instructions + instruction * INSTRUCTION_BYTES + INS_FLAGS,
      true,
    );
    const host = this.plan.hosts[index] as PlanHost;
    const rows = this.view.getInt32(this.layout.clocks + host.clock * abi.CLOCK_BYTES + abi.CLOCK_ROW_COUNT, true);
    if (host.kind === "capture") return this.capture(host, rows, this.captured[index] as Captured);
    const user = this.calls[index];
    invariant(user !== null && user !== undefined, "a host instruction of a user node has a call");
    const isInRegion = this.view.getInt32(this.layout.header + abi.RUN_PHASE, true) === abi.PHASE_BUCKETS;
    if (!isInRegion) return user.call.run(rows, user.inputs, user.outputs);
    user.call.run(1, user.inputs, user.outputs, this.view.getInt32(this.layout.region + REGION_ROW, true));
  }

  private column(column: number, rows: number): Float64Array {
    return new Float64Array(this.memory, this.layout.columns[column] as number, rows);
  }

  private capture({ lane, clock }: CaptureHost, rows: number, into: Captured): void {
    const { header, clocks } = this.layout;
    const record = clocks + clock * abi.CLOCK_BYTES;
    const dense = this.view.getInt32(record + abi.CLOCK_DENSE, true) !== 0;
    const buckets = this.view.getInt32(header + abi.RUN_BLOCK_BUCKETS, true);
    const times = new BigInt64Array(this.memory, this.view.getUint32(header + abi.RUN_BLOCK_TIMES, true), buckets);
    const bucketOf = new Int32Array(this.memory, this.view.getUint32(record + abi.CLOCK_BUCKET_OF, true), rows);
    into.time.push(dense ? times.slice(0, rows) : BigInt64Array.from(bucketOf, (bucket) => times[bucket] as bigint));
    into.values.push(this.column(lane.column, rows).slice());
  }

  /** What was captured so far, host by host; empty for those that capture nothing. */
  capturedRows(): readonly CapturedRows[] {
    return this.captured.map(({ time, values }) => {
      const rowCount = values.reduce((sum, piece) => sum + piece.length, 0);
      return { time: gather(new BigInt64Array(rowCount), time), values: gather(new Float64Array(rowCount), values) };
    });
  }

  /** Drops all rows but the newest of each lane. */
  forget(): void {
    for (const { time, values } of this.captured) {
      const newest = [time.at(-1)?.slice(-1), values.at(-1)?.slice(-1)] as const;
      time.length = 0;
      values.length = 0;
      if (newest[0] !== undefined) time.push(newest[0]);
      if (newest[1] !== undefined) values.push(newest[1]);
    }
  }

  /** Starts from what an earlier replay of the run had captured. */
  resume(rows: readonly CapturedRows[]): void {
    rows.forEach(({ time, values }, host) => {
      this.captured[host]?.time.push(time);
      this.captured[host]?.values.push(values);
    });
  }

  /** Published series as far as they were captured. */
  series(): readonly Series[] {
    const rows = this.capturedRows();
    return this.plan.series.map(({ name, type }) => {
      const lanes = this.plan.hosts.flatMap((host, index) => {
        if (host.kind !== "capture" || host.series !== name) return [];
        const { time, values } = rows[index] as CapturedRows;
        return [{ instrument: Math.max(host.lane.instrument, -1), rowCount: values.length, time, values }];
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
