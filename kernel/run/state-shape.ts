// Shape of a state: what two plans must have in common so that a state of the one can go on in the other.
//
// A state is read by places, not by names: positions by instrument, node states by offset, orders by the number of
// their decision. Decisions can be paired anew, since their order follows from their content. Each other part of the
// shape is a digest, so that a difference can be named.

import { OP_ALIGN, OP_HOST, OP_SOURCE } from "../../assembly/abi-opcodes.js";
import type { Digest } from "../base/digest.js";
import { digestJson } from "../base/digest.js";
import type { Json } from "../base/jcs.js";
import { canonicalJson } from "../base/jcs.js";
import { compareText } from "../base/order.js";
import { nodeIdOf, outputRef } from "../graph/identity.js";
import { isSlippageSpec } from "../graph/slippage-model.js";
import type { OperatorSpec } from "../graph/spec.js";
import { isHandle } from "../graph/spec.js";
import type { PlanAccount } from "../plan/account.js";
import { holdingCount, lotBytes, positionCount, queueBytes, volumeBytes } from "../plan/account.js";
import type { Plan, PlanDecision } from "../plan/plan.js";
import type { Prepared } from "./prepare.js";

/** Digest of each part. */
export interface StateShape {
  /** Instruments with their decimals, and the account's currency. */
  readonly instruments: Digest;
  /** Streams: instrument, interval, and whether orders fill on it. */
  readonly streams: Digest;
  /** Instructions that keep a state, with their params. */
  readonly nodes: Digest;
  /** Which books the account has. */
  readonly account: Digest;
  /** In the order of the plan. */
  readonly decisions: readonly DecisionPlace[];
}

/** What a difference in a part means, for messages. */
export const SHAPE_WORDS: Readonly<
  Record<Exclude<keyof StateShape, "decisions">, readonly [expected: string, advice: string]>
> = {
  instruments: ["the instruments and the currency of the run that is forked", "Fork with a dataset of the same ones."],
  streams: ["tapes of the same instruments and intervals", "Fork with a dataset that has the same tapes."],
  nodes: [
    "nodes with the states that the snapshot has, with the same windows",
    "Change constants, thresholds or sizes; other windows know nothing of the rows before.",
  ],
  account: [
    "an account of the same kind",
    "Keep account, cost, currencies and the names of venues; fees, leverage and limits may change.",
  ],
};

/** The shape of the state of a run. O(instructions). */
export function shapeOf({ plan, account, currency }: Prepared): StateShape {
  return {
    instruments: part([
      currency.code,
      currency.decimals,
      ...plan.instruments.map((facts) => [facts.symbol, facts.priceDecimals, facts.sizeDecimals]),
    ]),
    streams: part(plan.streams.map(({ tape, instrument, executes }) => [tape.interval, instrument, executes])),
    nodes: part([plan.stateBytes, plan.mixed.length, ...statesOf(plan)]),
    account: part(accountShape(account)),
    decisions: placesOf(plan),
  };
}

function part(content: Json): Digest {
  return digestJson("goldentape 2026 state shape v1", content);
}

/**
 * What the node states are of. A NodeID says all that a state depends on; nodes without a state may differ, unless
 * their values are kept by a delay, a window or an alignment, or are snapshots of a state source.
 */
function statesOf({ graph, instructions, decisions, policies }: Plan): Json[] {
  const places = instructions
    .filter(({ opcode }) => opcode !== OP_SOURCE && opcode !== OP_HOST)
    .map(({ opcode, clock, stateOffset, params }) => [opcode, clock, stateOffset, params.length]);
  const isAligned = instructions.some(({ opcode }) => opcode === OP_ALIGN);
  const kept = graph.nodes.flatMap((node) => {
    const { spec, inputs, params, period } = node;
    const keepsRows = isAligned || (spec.kind === "user" && period > 1);
    const edges = Object.values(inputs).filter(({ lag, type }) => lag > 0 || (keepsRows && !isHandle(type)));
    const hasState = spec.kind === "operator" && (spec as OperatorSpec).stateBytes(params) > 0;
    const hasRows = spec.kind !== "decision" && spec.kind !== "policy" && !isSlippageSpec(spec);
    const isKept = hasState || (isAligned && hasRows);
    return [...edges.map((edge) => ({ ...outputRef(edge) })), ...(isKept ? [nodeIdOf(node)] : [])];
  });
  const shown = [...graph.published.values()].filter(({ lag }) => lag > 0).map((edge) => ({ ...outputRef(edge) }));
  shown.sort((a, b) => compareText(canonicalJson(a), canonicalJson(b)));
  const gates = policies.map(({ node, stateOffset }) => [nodeIdOf(node), stateOffset]);
  return [places, kept, shown, gates, decisions.length];
}

/** A decision as orders and states see it. */
export interface DecisionPlace {
  /** Kind, instrument, fixed terms and ties: equal for decisions that may stand for each other. */
  readonly key: string;
  readonly nodeId: string;
  /** Of its state among the node states. */
  readonly stateOffset: number;
}

function placesOf({ decisions }: Plan): DecisionPlace[] {
  return decisions.map((decision) => {
    const { terms, node, stateOffset } = decision;
    const of = terms?.of ?? null;
    const group = (terms?.group ?? []).map((other) => canonicalJson(ownKey(other))).sort(compareText);
    return {
      key: canonicalJson([ownKey(decision), of === null ? null : ownKey(of), group]),
      nodeId: nodeIdOf(node),
      stateOffset,
    };
  });
}

function ownKey({ kind, instrument, parent, terms }: PlanDecision): Json {
  const above = parent === null ? null : ownKey(parent);
  if (terms === null) return [kind, instrument, above];
  const { unit, type, force, flags, options, trailUnit, goodNs } = terms;
  return [kind, instrument, above, unit, type, force, flags, options, trailUnit, String(goodNs)];
}

/**
 * For each decision of a snapshot the one of a plan that takes its place: that of its NodeID, else the only one left of
 * its key. Null when they do not pair up.
 */
export function pairedDecisions(then: readonly DecisionPlace[], now: readonly DecisionPlace[]): number[] | null {
  if (then.length !== now.length) return null;
  const pairs = then.map(({ key, nodeId }) => now.findIndex((other) => other.key === key && other.nodeId === nodeId));
  const taken = new Set(pairs);
  return then.every(({ key }, i) => {
    if ((pairs[i] as number) >= 0) return true;
    const left = now.flatMap((other, k) => (other.key === key && !taken.has(k) ? [k] : []));
    if (left.length !== 1) return false;
    pairs[i] = left[0] as number;
    return true;
  })
    ? pairs
    : null;
}

function accountShape(account: PlanAccount): Json {
  const { flags, currencies, settings, venues } = account;
  const books = [positionCount(account), holdingCount(account), volumeBytes(account), queueBytes(account)];
  const names = venues.all.map(({ name }) => name);
  return [flags, currencies.map(({ code }) => code), books, lotBytes(account), settings.settlementDays, names];
}
