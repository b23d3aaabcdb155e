// Node specifications: what a node type takes, gives and needs, as data for validation, the planner and the docs.

import type { Instrument } from "../market/instrument.js";
import type { Output } from "./node.js";

/** Type of a value on an edge. A row of either type may be null. */
export type ValueType = "number" | "boolean";

/**
 * Types of handles: edges without rows, by which a decision refers to another node. `order` is a decision that sends
 * orders; the others are policies, each of one role.
 */
export const HANDLE_TYPES = [
  "order",
  "risk",
  "timing",
  "preTrade",
  "activation",
  "compliance",
  "strategy",
  "set",
  "intent",
  "router",
  "execution",
  "portfolio",
  "checks",
  "sizer",
  "breaker",
  "reserve",
  "tier",
  "stops",
  "rebalance",
] as const;
export type HandleType = (typeof HANDLE_TYPES)[number];

/** Type of an edge: values row by row, or a handle. */
export type PortType = ValueType | HandleType;

/** True for the types of edges that have no rows. */
export function isHandle(type: PortType): type is HandleType {
  return (HANDLE_TYPES as readonly PortType[]).includes(type);
}

/** A param is JSON: numbers are finite, strings well-formed. */
export type ParamValue = number | string | boolean | readonly ParamValue[];
export type Params = Readonly<Record<string, ParamValue>>;

export type ParamSpec =
  | { readonly kind: "integer"; readonly min: number; readonly max: number; readonly default?: number }
  | { readonly kind: "number"; readonly min?: number; readonly max?: number; readonly default?: number }
  | { readonly kind: "boolean"; readonly default?: boolean }
  | { readonly kind: "choice"; readonly choices: readonly string[]; readonly default?: string }
  | { readonly kind: "string"; readonly default?: string }
  /** Any number of values of one kind; user nodes take them. */
  | {
      readonly kind: "list";
      readonly of: "number" | "string" | "boolean" | ParamSpec;
      readonly default?: readonly ParamValue[];
    };

export interface PortSpec {
  readonly type: PortType;
  /** A port that may stay unconnected; absent means required. */
  readonly optional?: boolean;
}

/** How a node treats the lanes (instruments) of its inputs. */
export type LaneRule =
  /** One result a lane, each from that lane alone; single-lane inputs are shared by all lanes. */
  | "each"
  /** One result a lane, each from all lanes of the row (a rank over instruments). */
  | "across"
  /** One single-lane result from all lanes of the row (a mean over instruments). */
  | "reduce";

/** A node while it is checked. */
export interface NodeShape {
  readonly params: Params;
  /** Ports that are connected, to whatever. */
  readonly ports: ReadonlySet<string>;
  /** Inputs that are sound; a node that stands in for one with an issue has no params. */
  readonly inputs: Readonly<Record<string, Output<PortType>>>;
}

/** Takes one broken rule. `at` is `inputs.<port>` or `params.<param>`. */
export type RefuseShape = (at: string, expected: string, received: string, advice?: string) => void;

/** What every node type, operator or not, says of itself. */
export interface NodeSpec {
  readonly type: string;
  readonly version: number;
  /** A `state` node says what a run itself was at the end of a bucket before: every edge from it has a lag. */
  readonly kind: "source" | "state" | "operator" | "user" | "policy" | "decision";
  /** Ports by name, in the order in which the data plane takes them. */
  readonly inputs: Readonly<Record<string, PortSpec>>;
  readonly params: Readonly<Record<string, ParamSpec>>;
  /** Outputs by name, in the order in which the data plane gives them; the first one is the default. */
  readonly outputs: Readonly<Record<string, PortType>>;
  /** Major version of the output schema: part of the NodeID. */
  readonly schemaMajor: number;
  /**
   * Look-back in rows, the current one included, at least 1: the first valid result stands at row `period - 1` when all
   * input rows are valid.
   */
  period(params: Params): number;
  /** Rules over ports and params together, which no single one shows. Every issue is a `graph/order`. */
  check?(shape: NodeShape, refuse: RefuseShape): void;
}

/**
 * A node type that decisions consult when they act: a rule with state of its own in the run. It has no rows; its one
 * output is a handle named after its role.
 */
export interface PolicySpec extends NodeSpec {
  readonly kind: "policy";
  /** `POLICY_*` of the data plane. */
  readonly code: number;
  /** Bytes of its state, a multiple of 8; all zero bytes is the initial state. */
  stateBytes(params: Params, instruments: number): number;
  /**
   * Params as the integers that the data plane reads, in its order, for the instruments of a run; the places of the
   * policies it names follow.
   */
  encode(params: Params, instruments: readonly Instrument[]): readonly bigint[];
}

/** A node type whose code is in the wasm module. */
export interface OperatorSpec extends NodeSpec {
  readonly kind: "operator";
  readonly opcode: number;
  readonly lanes: LaneRule;
  /** Bytes of its state for one lane, a multiple of 8; all zero bytes is the initial state. */
  stateBytes(params: Params): number;
  /** Params as the numbers that the data plane reads, in its order. */
  encode(params: Params): readonly number[];
}
