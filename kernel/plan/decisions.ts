// Decisions of a plan: which instrument each lane of a target or an order trades, and on which rows.
//
// How it works: decisions are lowered after every other node, in two steps. The first finds the lanes of each; an order
// with a parent trades what its parent trades. The second gives them clocks: an order and all that is sent with it have
// one, made from everything that any of them reads, so that a child's prices stand at its parent's row.

import {
  DECISION_AMEND,
  DECISION_BYTES,
  DECISION_CANCEL,
  DECISION_COMMITMENT,
  DECISION_ORDER,
  DECISION_TARGET_PERCENT,
  DECISION_TARGET_QUANTITY,
  DECISION_TARGET_VALUE,
  TERMS_BYTES,
} from "../../assembly/abi-decision.js";
import { compareText } from "../base/order.js";
import type { Graph } from "../graph/graph.js";
import { nodeLabel } from "../graph/graph.js";
import { nodeIdOf } from "../graph/identity.js";
import type { GraphNode } from "../graph/node.js";
import { isHandle } from "../graph/spec.js";
import type { Instrument } from "../market/instrument.js";
import { EVERY_INSTRUMENT } from "../nodes/bars.js";
import { COMMITMENT } from "../nodes/commitment.js";
import type { GATE_PORTS } from "../nodes/policy.js";
import type { LanePort } from "./commitments.js";
import { addCommitment, addLane, LANE_PORTS, nextLane } from "./commitments.js";
import type { Lowering } from "./lower.js";
import { orderTerms, sizeScale } from "./order-terms.js";
import { modelOf, slippageColumn } from "./slippage.js";
import type { PlanDecision, PlanGates, PlanLane, TermColumn } from "./plan.js";

/** Kind of each decision node, as the data plane numbers them. */
const KINDS: ReadonlyMap<string, number> = new Map([
  ["targetPercent", DECISION_TARGET_PERCENT],
  ["targetValue", DECISION_TARGET_VALUE],
  ["targetQuantity", DECISION_TARGET_QUANTITY],
  ["order", DECISION_ORDER],
  ["cancel", DECISION_CANCEL],
  ["amend", DECISION_AMEND],
  ["commitment", DECISION_COMMITMENT],
]);

/** Port of an order or an amendment to the column of its terms. */
const TERM_PORTS: Readonly<Record<string, TermColumn>> = {
  limit: "limit",
  stop: "stop",
  trail: "trail",
  limitOffset: "limitOffset",
  activation: "activation",
  display: "display",
  riskStop: "measure",
  volatility: "measure",
  kelly: "measure",
};

/** Bytes of a decision's state: its last value and whether there is one. */
const STATE_BYTES = 16;

/** Most decisions of a plan: their tables must stay far below the memory. */
const DECISIONS_MAX = Math.floor((1 << 26) / (DECISION_BYTES + TERMS_BYTES));

/** Strategies that a record of the log can tell apart: their index is a byte of it. */
const STRATEGIES_MAX = 256;

/** A decision in one instrument, before its columns have a clock. */
interface Draft {
  readonly node: GraphNode;
  readonly instrument: number;
  readonly value: PlanLane;
  readonly when: PlanLane | null;
  /** Gate of the strategy's own. */
  readonly allow: PlanLane | null;
  readonly slippage: PlanLane | null;
  /** What the publisher takes. */
  readonly publish: PlanLane | null;
  readonly columns: ReadonlyMap<TermColumn, PlanLane>;
  /** Of a lane of a commitment. */
  readonly read: ReadonlyMap<LanePort, PlanLane>;
  readonly parent: Draft | null;
  readonly children: Draft[];
}

/** Adds the decisions of a graph, one for each instrument that a node trades. */
export function lowerDecisions(lowering: Lowering, nodes: readonly GraphNode[]): void {
  checkCapitals(lowering, nodes);
  const drafts = new Map<GraphNode, readonly Draft[]>();
  // Orders refer to orders above them; what cancels and amends comes last.
  for (const node of nodes) drafts.set(node, draftsOf(lowering, node, drafts));
  for (const [node, lanes] of drafts) {
    if (node.spec === COMMITMENT) addCommitment(lowering, node, lanes.length, capitalOf(node));
  }
  const made = new Map<Draft, PlanDecision>();
  const shrinking = new Set(nodes.filter((node) => node.params["link"] === "ouo").map(headOf));
  for (const each of nodes.flatMap((node) => drafts.get(node) as readonly Draft[])) {
    if (each.parent === null) addFamily(lowering, each, drafts, made, shrinking);
  }
  tieGroups(lowering, nodes, drafts, made);
  const path = nodes[0] === undefined ? "graph" : `graph.${nodeLabel(lowering.graph, nodes[0])}`;
  const strategies = lowering.strategies.length;
  if (made.size > DECISIONS_MAX)
    lowering.issues.add("run/resources", path, `at most ${DECISIONS_MAX} decisions`, `${made.size}`);
  if (strategies > STRATEGIES_MAX)
    lowering.issues.add("run/resources", path, `at most ${STRATEGIES_MAX} strategies`, `${strategies}`);
}

/**
 * The order of a plan's decisions: those that act by themselves, by instrument, then NodeID; then those that are sent
 * with a parent, likewise.
 */
export function orderedDecisions(decisions: readonly PlanDecision[]): readonly PlanDecision[] {
  const isSent = ({ parent }: PlanDecision): number => (parent === null ? 0 : 1);
  return [...decisions].sort(
    (a, b) => isSent(a) - isSent(b) || a.instrument - b.instrument || compareText(nodeIdOf(a.node), nodeIdOf(b.node)),
  );
}

function draftsOf(
  lowering: Lowering,
  node: GraphNode,
  drafts: ReadonlyMap<GraphNode, readonly Draft[]>,
): readonly Draft[] {
  const lanes = new Map(
    Object.entries(node.inputs)
      .filter(([, input]) => !isHandle(input.type))
      .map(([port, input]) => [port, lowering.lanesOf(input)] as const),
  );
  const made = (instrument: number, value: PlanLane, parent: Draft | null): Draft => {
    const pick = (port: string): PlanLane | null => pickLane(lowering, node, port, lanes.get(port), instrument);
    const columns = new Map<TermColumn, PlanLane>();
    for (const [port, column] of Object.entries(TERM_PORTS)) {
      const lane = pick(port);
      if (lane !== null) columns.set(column, lane);
    }
    // The size of an amendment is a term; its value is its trigger.
    const size = node.spec.type === "amend" ? pick("size") : null;
    if (size !== null) columns.set("size", size);
    const read = new Map<LanePort, PlanLane>();
    for (const port of node.spec === COMMITMENT ? LANE_PORTS : []) {
      const lane = pick(port);
      if (lane !== null) read.set(port, lane);
    }
    const draft = {
      node,
      instrument,
      value,
      when: pick("when"),
      allow: pick("allowGate"),
      slippage: pick("slippageGate"),
      publish: pick("publishGate"),
      columns,
      read,
      parent,
      children: [],
    };
    parent?.children.push(draft);
    return draft;
  };
  const source = node.inputs["of"] ?? node.inputs["parent"];
  if (source === undefined) {
    const [port] = Object.keys(node.spec.inputs);
    const values = lanes.get(port as string) as readonly PlanLane[];
    const hints = Object.values(Object.fromEntries([...lanes].filter(([name]) => name !== port)));
    return tradedLanes(lowering, node, values, hints).map(([index, lane]) => made(index, lane, null));
  }
  const isChild = node.inputs["parent"] !== undefined;
  const valuePort = isChild ? "size" : "when";
  return (drafts.get(source.node) as readonly Draft[]).flatMap((above) => {
    const value = pickLane(lowering, node, valuePort, lanes.get(valuePort), above.instrument);
    return value === null ? [] : [made(above.instrument, value, isChild ? above : null)];
  });
}

/** Adds a decision and all that is sent with it, on one clock. */
function addFamily(
  lowering: Lowering,
  root: Draft,
  drafts: ReadonlyMap<GraphNode, readonly Draft[]>,
  made: Map<Draft, PlanDecision>,
  shrinking: ReadonlySet<GraphNode>,
): void {
  const family: Draft[] = [root];
  for (const each of family) family.push(...each.children);
  const lanes = family.flatMap(({ value, when, allow, publish, columns, read }) => [
    value,
    ...(when === null ? [] : [when]),
    ...(allow === null ? [] : [allow]),
    ...(publish === null ? [] : [publish]),
    ...columns.values(),
    ...read.values(),
  ]);
  const clocks = lanes.map((lane) => lane.clock);
  const own = lowering.chosen.find(root.instrument, null);
  const clock = clocks.every((each) => each === null) ? own : lowering.unionClock(clocks);
  for (const draft of family) {
    const { node, instrument, parent } = draft;
    checkReleases(lowering, draft);
    const facts = lowering.chosen.instruments[instrument] as Instrument;
    const kind = KINDS.get(node.spec.type) as number;
    const value = lowering.aligned(draft.value, clock, kind >= DECISION_CANCEL);
    const when = draft.when === null ? null : lowering.aligned(draft.when, clock, true);
    const columns: Partial<Record<TermColumn, number>> = {};
    for (const [column, lane] of draft.columns) columns[column] = lowering.aligned(lane, clock);
    const allow = draft.allow === null ? null : lowering.aligned(draft.allow, clock);
    const publish = draft.publish === null ? null : lowering.aligned(draft.publish, clock);
    const read = new Map(
      [...draft.read].map(([port, lane]) => [port, lowering.aligned(lane, clock, port === "defer")]),
    );
    for (const column of [value, when, allow, publish, ...Object.values(columns), ...read.values()])
      if (column !== null) lowering.mix(column, clock);
    const of = draftIn(drafts, node.inputs["of"]?.node, instrument);
    const decision = {
      kind,
      node,
      instrument,
      clock,
      value,
      when,
      stateOffset: lowering.newState(parent === null ? STATE_BYTES : 0),
      scale: sizeScale(kind, node, facts, capitalOf(node)),
      parent: parent === null ? null : (made.get(parent) as PlanDecision),
      terms:
        kind < DECISION_ORDER || kind === DECISION_COMMITMENT
          ? null
          : orderTerms(draft, facts, columns, shrinking.has(headOf(node)), of === null ? null : made.get(of)),
      gates: gatesOf(lowering, root, parent === null ? { allow, publish } : { allow: null, publish: null }),
      ...(kind === DECISION_COMMITMENT ? { lane: nextLane(lowering, node, facts, read) } : {}),
    };
    addLane(lowering, decision);
    made.set(draft, decision);
    lowering.decisions.push(decision);
  }
}

/** Gates of a decision: those of the one that it is sent with, since what was sent together is held back together. */
function gatesOf(lowering: Lowering, root: Draft, columns: Pick<PlanGates, "allow" | "publish">): PlanGates | null {
  const { inputs } = root.node;
  const policy = (port: keyof typeof GATE_PORTS): number | null => {
    const node = inputs[port]?.node;
    return node === undefined ? null : lowering.policies.findIndex((each) => each.node === node);
  };
  const named = {
    risk: riskPlace(lowering, inputs),
    timing: policy("timingGate"),
    preTrade: policy("preTradeGate"),
    activation: policy("activationGate"),
    compliance: policy("complianceGate"),
    router: policy("routerGate"),
    portfolio: policy("portfolioGate"),
    ...columns,
    slippage: slippageColumn(lowering, root),
    model: modelOf(lowering, inputs["executionGate"]?.node),
  };
  const strategy = lowering.strategies.indexOf(strategyOf(inputs));
  return strategy === 0 && Object.values(named).every((each) => each === null) ? null : { ...named, strategy };
}

/** Place of the risk policy that a decision names, of the one that judges by the decision's portfolio view. */
function riskPlace({ policies }: Lowering, inputs: GraphNode["inputs"]): number | null {
  const [risk, over] = [inputs["riskGate"]?.node, inputs["portfolioGate"]?.node ?? null];
  return risk === undefined ? null : policies.findIndex((each) => each.node === risk && each.over === over);
}

/** Name of the strategy that a decision acts for; empty for one that shares the world's positions. */
function strategyOf(inputs: GraphNode["inputs"]): string {
  return String(inputs["strategyGate"]?.node.params["name"] ?? "");
}

/** Strategies of the decisions that act by themselves, by name. */
export function strategiesOf(graph: Graph): readonly string[] {
  const acting = graph.decisions.filter(({ spec, inputs }) => sends(spec.type) && inputs["parent"] === undefined);
  const names = new Set(acting.map(({ inputs }) => strategyOf(inputs)));
  return names.size === 0 ? [""] : [...names].sort(compareText);
}

/** True for decisions that send orders, which cancels and amendments do not. */
function sends(type: string): boolean {
  const kind = KINDS.get(type);
  return kind !== DECISION_CANCEL && kind !== DECISION_AMEND;
}

/** A strategy has one capital, whichever of its decisions is asked. */
function checkCapitals({ graph, issues }: Lowering, nodes: readonly GraphNode[]): void {
  const capitals = new Map<unknown, number>();
  for (const node of nodes) {
    const name = node.inputs["strategyGate"]?.node.params["name"];
    if (name === undefined) continue;
    const [own, known] = [capitalOf(node), capitals.get(name)];
    capitals.set(name, known ?? own);
    if (known === undefined || known === own) continue;
    const path = `graph.${nodeLabel(graph, node)}.inputs.strategyGate`;
    issues.add("graph/shape", path, `one capital of all decisions of ${String(name)}, ${known}`, String(own));
  }
}

/** Share of equity that a decision's strategy reckons with. */
function capitalOf({ inputs }: GraphNode): number {
  return Number(inputs["strategyGate"]?.node.params["capital"] ?? 1);
}

function draftIn(
  drafts: ReadonlyMap<GraphNode, readonly Draft[]>,
  node: GraphNode | undefined,
  instrument: number,
): Draft | null {
  if (node === undefined) return null;
  return (drafts.get(node) as readonly Draft[]).find((each) => each.instrument === instrument) ?? null;
}

/** The parent of children knows one way to release them. */
function checkReleases(lowering: Lowering, { node, children }: Draft): void {
  const releases = new Set(children.map((child) => child.node.params["release"]));
  if (releases.size < 2) return;
  const path = `graph.${nodeLabel(lowering.graph, node)}`;
  lowering.issues.add("graph/order", path, "children that are released in one way", [...releases].join(" and "));
}

/** Ties the orders of each group, instrument by instrument. */
function tieGroups(
  lowering: Lowering,
  nodes: readonly GraphNode[],
  drafts: ReadonlyMap<GraphNode, readonly Draft[]>,
  made: ReadonlyMap<Draft, PlanDecision>,
): void {
  const groups = new Map<string, PlanDecision[]>();
  const tied = nodes.filter((node) => node.spec.type === "order" && node.inputs["sibling"] !== undefined);
  const heads = new Set(tied.map(headOf));
  for (const node of nodes) {
    if (node.inputs["sibling"] === undefined && !heads.has(node)) continue;
    for (const draft of drafts.get(node) as readonly Draft[]) {
      const key = `${nodeIdOf(headOf(node))} ${draft.instrument}`;
      const group = groups.get(key) ?? [];
      groups.set(key, group);
      group.push(made.get(draft) as PlanDecision);
    }
  }
  for (const group of groups.values()) {
    const ordered = orderedDecisions(group);
    if (ordered.length === 1) reportLonely(lowering, ordered[0] as PlanDecision);
    for (const { terms } of ordered) (terms?.group as PlanDecision[] | undefined)?.push(...ordered);
  }
}

/** The order at which a row of ties starts. */
function headOf(node: GraphNode): GraphNode {
  let head = node;
  for (let next = head.inputs["sibling"]; next !== undefined; next = head.inputs["sibling"]) head = next.node;
  return head;
}

function reportLonely(lowering: Lowering, { node, instrument }: PlanDecision): void {
  const symbol = lowering.chosen.instruments[instrument]?.symbol;
  const path = `graph.${nodeLabel(lowering.graph, node)}`;
  lowering.issues.add("graph/order", path, "tied orders in the same instruments", `one of a group alone in ${symbol}`);
}

/** Instruments that a node trades, each with the lane of its value. `hints` are the lanes of its other inputs. */
function tradedLanes(
  lowering: Lowering,
  node: GraphNode,
  lanes: readonly PlanLane[],
  hints: readonly (readonly PlanLane[])[],
): readonly (readonly [number, PlanLane])[] {
  const { instruments } = lowering.chosen;
  const symbol = node.params["instrument"];
  const only = lanes[0] as PlanLane;
  const path = `graph.${nodeLabel(lowering.graph, node)}`;
  if (symbol !== EVERY_INSTRUMENT) {
    const index = instruments.findIndex((instrument) => instrument.symbol === symbol);
    const lane = lanes.length === 1 ? only : lanes.find((each) => each.instrument === index);
    if (lane !== undefined && index >= 0) return [[index, lane]];
    lowering.issues.add(
      "graph/shape",
      path,
      `a target with a lane of ${String(symbol)}`,
      `${lanes.length} lanes of other instruments`,
    );
    return [];
  }
  if (lanes.length > 1 || only.instrument >= 0) return lanes.map((lane) => [lane.instrument, lane]);
  // A constant trades what its trigger, or else one of its prices, is made from, whatever else the graph trades.
  const own = hints.map((each) => each.filter((lane) => lane.instrument >= 0)).find((each) => each.length > 0);
  if (only.clock === null && own !== undefined) return own.map((lane) => [lane.instrument, only]);
  // A constant, or a series over all instruments, trades the one instrument there is; a constant trades each of several
  // alike.
  if (instruments.length === 1 || only.clock === null) return instruments.map((_, index) => [index, only]);
  const advice = 'Say which: targetPercent(x, { instrument: "SPY" }).';
  lowering.issues.add(
    "graph/shape",
    path,
    "to know which instrument is traded",
    "a target that belongs to no single one",
    advice,
  );
  return [];
}

/** The lane of an input in one instrument: its only one, or that of the instrument. */
function pickLane(
  lowering: Lowering,
  node: GraphNode,
  port: string,
  lanes: readonly PlanLane[] | undefined,
  instrument: number,
): PlanLane | null {
  if (lanes === undefined) return null;
  if (lanes.length === 1) return lanes[0] as PlanLane;
  const own = lanes.find((lane) => lane.instrument === instrument);
  if (own !== undefined) return own;
  const path = `graph.${nodeLabel(lowering.graph, node)}.${port}`;
  const what = port === "when" ? "a trigger" : `a ${port}`;
  lowering.issues.add(
    "graph/shape",
    path,
    `${what} with a lane of each traded instrument`,
    `${lanes.length} lanes of others`,
  );
  return null;
}
