// Nodes and their outputs as the builder makes them: immutable values that point at their inputs.

import type { HandleType, NodeSpec, Params, PortType, ValueType } from "./spec.js";

/** One unit of computation. Made by builder functions such as `sma(close, 10)`, never by hand. */
export interface GraphNode {
  readonly spec: NodeSpec;
  /** Every param of the spec, defaults filled in. */
  readonly params: Params;
  readonly inputs: Readonly<Record<string, Output<PortType>>>;
  /** Bar length that a source reads (`1d`); `null` for the finest that the dataset has, and for every other node. */
  readonly interval: string | null;
  /** Look-back in rows, the current one included. */
  readonly period: number;
}

/** One output of a node, seen over an edge with a lag. */
export interface Output<T extends PortType = ValueType> {
  readonly node: GraphNode;
  readonly output: string;
  readonly type: T;
  /** Rows by which the edge delays the values; 0 for none. */
  readonly lag: number;
}

export type NumberOutput = Output<"number">;
export type BooleanOutput = Output<"boolean">;
/** Where a number is taken, a plain number stands for a constant node. */
export type NumberInput = NumberOutput | number;
/** Where a boolean is taken, `true` and `false` stand for a constant node. */
export type BooleanInput = BooleanOutput | boolean;

/** A policy as decisions take it, by its role. */
export type Policy<Role extends HandleType = HandleType> = Output<Role>;

/**
 * A node that acts: a target, an order, a cancel or an amendment. The outputs of a graph are its decisions and the
 * series it publishes. Where an order is referred to (as a parent, to be cancelled), its decision is given.
 */
export interface Decision {
  readonly node: GraphNode;
}
