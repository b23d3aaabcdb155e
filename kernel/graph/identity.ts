// Identities: what nodes, graphs, runs, computations and evaluations are called, each a digest of what goes into it.
//
// Always true:
//   equal content has an equal identity, whoever wrote it and in whatever order params, ports and nodes were written;
//   names, tags, worlds, hosts, block sizes and implementations take no part in the identity of a node or a graph;
//   every identity is a digest of canonical JSON with a context of its own.
//
// Not here: fingerprints of datasets, and digests of results.

import type { Branded } from "../base/brand.js";
import { crc32 } from "../base/crc32.js";
import type { Digest } from "../base/digest.js";
import { digestJson } from "../base/digest.js";
import { InputError } from "../base/error.js";
import type { Json } from "../base/jcs.js";
import { canonicalJson } from "../base/jcs.js";
import { compareText } from "../base/order.js";
import type { Domain } from "../worlds/domain.js";
import type { GraphNode, Output } from "./node.js";
import type { PortType } from "./spec.js";
import { upstreamOf } from "./upstream.js";

export type NodeId = Branded<Digest, "NodeId">;
export type GraphId = Branded<Digest, "GraphId">;
export type RunId = Branded<Digest, "RunId">;
export type ComputeKey = Branded<Digest, "ComputeKey">;
export type EvalKey = Branded<Digest, "EvalKey">;

const NODE_CONTEXT = "goldentape 2026 NodeID v1";
const GRAPH_CONTEXT = "goldentape 2026 GraphID v1";
const RUN_CONTEXT = "goldentape 2026 RunID v1";
const COMPUTE_CONTEXT = "goldentape 2026 ComputeKey v1";
const EVAL_CONTEXT = "goldentape 2026 EvalKey v1";

/** What a NodeID is a digest of. */
export interface NodeContent {
  readonly type: string;
  readonly version: number;
  readonly interval: string | null;
  readonly period: number;
  readonly params: { readonly [name: string]: Json };
  readonly inputs: { readonly [port: string]: OutputRef };
  /** Major version of the output schema. */
  readonly schema: number;
}

/** An output as identities and documents write it. */
export type OutputRef = { readonly node: NodeId; readonly output: string; readonly lag: number };

const idsByNode = new WeakMap<GraphNode, NodeId>();

/**
 * The NodeID of a node. Computed once for each node object, for all nodes above it too.
 *
 * @throws InputError `json/*` when a node that was not made by `applyNode` carries params that are not JSON.
 */
export function nodeIdOf(node: GraphNode): NodeId {
  for (const above of upstreamOf([node], (known) => idsByNode.has(known))) {
    idsByNode.set(above, nodeIdOfContent(nodeContent(above, knownId)));
  }
  return knownId(node);
}

function knownId(node: GraphNode): NodeId {
  return idsByNode.get(node) as NodeId;
}

/** Content of a node, with the ids that `idOf` gives for the nodes of its inputs. */
export function nodeContent(node: GraphNode, idOf: (node: GraphNode) => NodeId): NodeContent {
  const { spec, interval, period, params } = node;
  const inputs = Object.entries(node.inputs).map(([port, input]) => [port, outputRef(input, idOf)] as const);
  return {
    type: spec.type,
    version: spec.version,
    interval,
    period,
    params,
    inputs: Object.fromEntries(inputs),
    schema: spec.schemaMajor,
  };
}

export function nodeIdOfContent(content: NodeContent): NodeId {
  return digestJson(NODE_CONTEXT, content) as NodeId;
}

/** An output as a reference by NodeID. */
export function outputRef(output: Output<PortType>, idOf: (node: GraphNode) => NodeId = nodeIdOf): OutputRef {
  return { node: idOf(output.node), output: output.output, lag: output.lag };
}

/**
 * The GraphID: digest of the sorted NodeIDs of the outputs.
 *
 * A published series counts as an output node of type `publish` with the series as its one input, so that publishing
 * another output of a node, or a delayed one, makes another graph. The names of published series do not count.
 */
export function graphIdOf(decisions: readonly GraphNode[], published: readonly Output[]): GraphId {
  const ids = new Set<NodeId>();
  for (const decision of decisions) ids.add(nodeIdOf(decision));
  for (const output of published) ids.add(publishId(output));
  return digestJson(GRAPH_CONTEXT, { outputs: [...ids].sort(compareText) }) as GraphId;
}

function publishId(output: Output): NodeId {
  const inputs = { x: outputRef(output) };
  return nodeIdOfContent({ type: "publish", version: 1, interval: null, period: 1, params: {}, inputs, schema: 1 });
}

/** CRC-32 of NodeIDs: of the canonical JSON list of the sorted ids, as UTF-8. It travels with a submitted graph. */
export function checksumOf(ids: Iterable<NodeId>): number {
  return crc32(new TextEncoder().encode(canonicalJson([...ids].sort(compareText))));
}

/** A dataset as a run takes it. */
export interface RunDataset {
  readonly fingerprint: Digest;
  /** First instant, nanoseconds since the epoch, inclusive; null for the start of the dataset. */
  readonly from: bigint | null;
  /** Last instant, nanoseconds since the epoch, exclusive; null for the end of the dataset. */
  readonly to: bigint | null;
}

/** Everything that a run depends on. */
export interface RunContent {
  readonly graphId: GraphId;
  /** In any order: the order of events does not depend on it. */
  readonly datasets: readonly RunDataset[];
  /** Every field of the configuration with its default filled in; nothing of the host, the block size or workers. */
  readonly config: Json;
  /** A whole number, 0 to 2^64 - 1. */
  readonly seed: number | bigint;
  /** Version of the meaning of fills, fees and accounts. */
  readonly semanticsVersion: number;
}

/**
 * The RunID.
 *
 * @throws InputError `json/*` when the configuration is not JSON, `config/range` for a seed that is not a whole number
 *   in range.
 */
export function runIdOf(content: RunContent): RunId {
  const { graphId, config, semanticsVersion } = content;
  const datasets = content.datasets
    .map(({ fingerprint, from, to }) => ({ fingerprint, from: instant(from), to: instant(to) }))
    .sort((a, b) => compareText(canonicalJson(a), canonicalJson(b)));
  return digestJson(RUN_CONTEXT, {
    graphId,
    datasets,
    config,
    seed: seedText(content.seed),
    semanticsVersion,
  }) as RunId;
}

// Nanoseconds and seeds have 64 bits and JSON numbers 53, so both are written as texts.
function instant(ns: bigint | null): string | null {
  return ns === null ? null : ns.toString();
}

function seedText(seed: number | bigint): string {
  const isWhole = typeof seed === "bigint" || Number.isSafeInteger(seed);
  if (isWhole && BigInt(seed) >= 0n && BigInt(seed) < 2n ** 64n) return BigInt(seed).toString();
  const expected = "a whole number, 0 to 2^64 - 1 (above 2^53 as a bigint)";
  throw new InputError([{ code: "config/range", path: "config.seed", expected, received: String(seed) }]);
}

/** One computation of one node: what a cache of node outputs is keyed by. */
export interface ComputeContent {
  readonly nodeId: NodeId;
  readonly world: string;
  readonly domain: Domain;
  /** Commit or instant up to which data were known; null when the dataset is not versioned. */
  readonly asOf: string | null;
  /** Part of the dataset (an instrument, a day); null for all of it. */
  readonly partition: string | null;
  readonly dataset: Digest;
}

export function computeKeyOf(content: ComputeContent): ComputeKey {
  return digestJson(COMPUTE_CONTEXT, computeParts(content)) as ComputeKey;
}

/** One evaluation of a node's contract: what a cache of verdicts is keyed by. */
export interface EvalContent extends ComputeContent {
  /** Digest or name with version of the contract that is evaluated. */
  readonly contract: string;
  readonly codeVersion: string;
  /** Limits under which it is evaluated. */
  readonly resourcePolicy: Json;
}

/** @throws InputError `json/*` when the resource policy is not JSON. */
export function evalKeyOf(content: EvalContent): EvalKey {
  const { contract, codeVersion, resourcePolicy } = content;
  return digestJson(EVAL_CONTEXT, { ...computeParts(content), contract, codeVersion, resourcePolicy }) as EvalKey;
}

// The parts are picked by name, so that members which a caller's object has besides them cannot slip in.
function computeParts({ nodeId, world, domain, asOf, partition, dataset }: ComputeContent): ComputeContent {
  return { nodeId, world, domain, asOf, partition, dataset };
}
