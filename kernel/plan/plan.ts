// Plan: a graph lowered onto streams, clocks, columns and instructions; not yet laid out in memory.
//
// Always true:
//   columns, clocks and streams are named by their index;
//   an instruction's inputs stand on its own clock, and are written by instructions before it, by constants, or by the
//   tape.

import type { Graph } from "../graph/graph.js";
import type { GraphNode } from "../graph/node.js";
import type { Sessions } from "../market/calendar.js";
import type { Instrument } from "../market/instrument.js";
import type { BarsTape } from "../market/tape.js";

/** One stream of bars that the graph reads or that orders fill on. */
export interface PlanStream {
  readonly tape: BarsTape;
  /** Index into `Plan.instruments`. */
  readonly instrument: number;
  /** True for the finest stream of its instrument: the one on which orders fill (`FILLS.md` B17). */
  readonly executes: boolean;
}

/** A set of streams; clock `i` below `streams.length` is that of stream `i` alone. */
export interface PlanClock {
  readonly streams: readonly number[];
}

export interface PlanInstruction {
  readonly opcode: number;
  readonly clock: number;
  readonly flags: number;
  readonly inputs: readonly (number | null)[];
  readonly outputs: readonly number[];
  readonly params: readonly number[];
  /** Byte offset of its state among the node states. */
  readonly stateOffset: number;
  /** Lanes of a cross-section: input and output columns (the output list is empty for a reduction). */
  readonly lanes?: { readonly inputs: readonly number[]; readonly outputs: readonly number[] };
}

/** A column of a block. */
export interface PlanColumn {
  /** Rows before the block that it holds (windows of user nodes), else 0. */
  readonly history: number;
  /** Value of every row, for constants. */
  readonly fill: number | null;
}

/** One lane of a node's output. */
export interface PlanLane {
  readonly column: number;
  /** `null` for a constant, which has rows wherever it is asked for. */
  readonly clock: number | null;
  /** Instrument it belongs to; -1 when it is made from several or from none, ACCOUNT_LANE for the whole account. */
  readonly instrument: number;
}

/** Instrument of a lane that speaks of the whole account: beside another lane it does not change whose that is. */
export const ACCOUNT_LANE = -2;

/** A state stream: the snapshots of the portfolio, or of the position in one instrument, of a strategy or of all. */
export interface PlanState {
  /** `STATE_*` of the data plane. */
  readonly kind: number;
  /** -1 for the portfolio. */
  readonly instrument: number;
  /** Index into `Plan.strategies`; -1 for all together. */
  readonly strategy: number;
  readonly clock: number;
  /** Byte offset of what it keeps among the node states. */
  readonly keptOffset: number;
}

/** What runs bucket by bucket, because it is reached from a state stream. */
export interface PlanRegion {
  /** First instruction of the region; those before it run block by block. */
  readonly from: number;
  /** First instruction behind it: the host's, for columns of the region, once a block is done. */
  readonly to: number;
  /** Instructions that read a state stream, the first ones of the region. */
  readonly reads: number;
  /** First of the mixed columns that the region writes. */
  readonly mixedFrom: number;
  readonly states: readonly PlanState[];
}

/** A decision in one instrument. */
export interface PlanDecision {
  /** `DECISION_*` of the data plane. */
  readonly kind: number;
  readonly node: GraphNode;
  readonly instrument: number;
  readonly clock: number;
  readonly value: number;
  readonly when: number | null;
  readonly stateOffset: number;
  /** Factor from the value to an integer. */
  readonly scale: number;
  /** Order with which this one is sent; `null` when it acts by itself. */
  readonly parent: PlanDecision | null;
  /** What an order, a cancel or an amendment says besides its size; `null` for a target. */
  readonly terms: PlanTerms | null;
  /** `null` without gates. */
  readonly gates: PlanGates | null;
  /** What a lane of a commitment says besides its confidence. */
  readonly lane?: PlanCommitmentLane;
}

/** A lane of a commitment; columns are null where nothing is connected. */
export interface PlanCommitmentLane {
  readonly number: number;
  /** Index of the commitment in `Plan.policies`. */
  readonly owner: number;
  readonly defer: number | null;
  readonly atr: number | null;
  readonly earningsIn: number | null;
  readonly share: number | null;
  /** Number of its sector, 0 for none. */
  readonly sector: number;
  /** Factor from a price to its mantissa. */
  readonly priceScale: number;
}

/** A policy of a plan, or a commitment: state of its own in the run, shared by all decisions that name it. */
export interface PlanPolicy {
  readonly node: GraphNode;
  /** `POLICY_*` of the data plane. */
  readonly code: number;
  readonly params: readonly bigint[];
  /** Byte offset of its state among the node states. */
  readonly stateOffset: number;
  /** Lanes of a commitment: their number and the index of each stand behind its params. */
  readonly lanes?: readonly PlanDecision[];
  /** Of a portfolio view: what it reads. */
  readonly view?: PlanView;
  /** Of a risk policy: the portfolio view that it judges by; null for the account. */
  readonly over?: GraphNode | null;
  /** Of a timing policy: hours of each instrument in which it is open, null for one that always is. */
  readonly hours?: readonly (Sessions | null)[];
}

/** Columns of a portfolio view, on one clock. */
export interface PlanView {
  readonly clock: number;
  readonly equity: number;
  /** Null where the peak is that of its own rows. */
  readonly peak: number | null;
}

/** What a decision consults: policies by their index in `Plan.policies`, and the column of a gate of its own. */
export interface PlanGates {
  readonly risk: number | null;
  readonly timing: number | null;
  readonly preTrade: number | null;
  readonly activation: number | null;
  readonly compliance: number | null;
  readonly allow: number | null;
  /** Index into `Plan.strategies`. */
  readonly strategy: number;
  readonly router: number | null;
  /** Its own slippage: a column on a clock with the bars of its instrument, or a model's index in `Plan.models`. */
  readonly slippage: { readonly column: number; readonly clock: number } | null;
  readonly model: number | null;
  readonly portfolio: number | null;
  /** Column of what the publisher takes. */
  readonly publish: number | null;
}

/** Columns of an order's terms. */
export const TERM_COLUMNS = [
  "limit",
  "stop",
  "trail",
  "limitOffset",
  "activation",
  "display",
  "measure",
  "size",
] as const;
export type TermColumn = (typeof TERM_COLUMNS)[number];

/** Terms of an order, a cancel or an amendment; numbers as the data plane has them. */
export interface PlanTerms {
  readonly unit: number;
  readonly type: number;
  readonly force: number;
  readonly flags: number;
  readonly options: number;
  readonly trailUnit: number;
  /** End of a good-till-date order: an instant, or a length from its acceptance, ns. */
  readonly goodNs: bigint;
  /** Factor from a price to its mantissa. */
  readonly priceScale: number;
  readonly columns: Readonly<Partial<Record<TermColumn, number>>>;
  /** Decision whose orders are cancelled or amended. */
  readonly of: PlanDecision | null;
  /** Decisions of its group, itself among them, in the order of the plan; empty without a group. */
  readonly group: readonly PlanDecision[];
}

/** What a HOST instruction asks of the host; its index stands in the instruction's flags. */
export type PlanHost =
  | {
      readonly kind: "user";
      readonly node: GraphNode;
      readonly clock: number;
      readonly inputs: readonly number[];
      readonly outputs: readonly number[];
    }
  | { readonly kind: "capture"; readonly series: string; readonly lane: PlanLane; readonly clock: number };

/** A published series: one lane an instrument, or one in all. */
export interface PlanSeries {
  readonly name: string;
  readonly type: "number" | "boolean";
  readonly lanes: readonly PlanLane[];
}

export interface Plan {
  readonly graph: Graph;
  readonly instruments: readonly Instrument[];
  /** Sessions of each instrument, null where no calendar says them. */
  readonly sessions: readonly (Sessions | null)[];
  readonly streams: readonly PlanStream[];
  readonly clocks: readonly PlanClock[];
  readonly columns: readonly PlanColumn[];
  /** Those that run block by block first, then the bucket region, then those that run when a block is done. */
  readonly instructions: readonly PlanInstruction[];
  /** `null` for a plan without feedback, all of whose instructions run block by block. */
  readonly region: PlanRegion | null;
  readonly stateBytes: number;
  /**
   * The order in which they act: those that act by themselves, by instrument, then NodeID; then those that are sent
   * with a parent, likewise.
   */
  readonly decisions: readonly PlanDecision[];
  /**
   * Strategies with positions of their own, by name; the empty name is that of decisions without a scope. One where
   * all decisions share positions.
   */
  readonly strategies: readonly string[];
  /** In the order of the graph. */
  readonly policies: readonly PlanPolicy[];
  /** Slippage models, in the order of the graph. */
  readonly models: readonly GraphNode[];
  readonly hosts: readonly PlanHost[];
  readonly series: readonly PlanSeries[];
  /** Columns that take part in the checkpoints, with their clocks. */
  readonly mixed: readonly { readonly column: number; readonly clock: number }[];
}
