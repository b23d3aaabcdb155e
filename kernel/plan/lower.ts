// Lowering: turns a graph and the tapes of a dataset into a plan, node by node, inputs first.
//
// A node becomes one instruction a lane (an instrument); a cross-section becomes one for all lanes. Inputs on different
// clocks are aligned to the union of their clocks first, delayed edges become delays, and what two nodes share is made
// once. A state source has no column of its own: each edge from it reads its stream with the edge's lag.
//
// Not here: addresses (`layout.ts`), what an instruction does (`assembly/`).

import { OP_ALIGN, OP_DELAY, OP_HOST, OP_SOURCE, OP_STATE, OP_WINDOW } from "../../assembly/abi-opcodes.js";
import { invariant, IssueList } from "../base/error.js";
import { isConstantSpec } from "../graph/constant.js";
import type { Graph } from "../graph/graph.js";
import { nodeLabel } from "../graph/graph.js";
import type { GraphNode, Output } from "../graph/node.js";
import { isSlippageSpec } from "../graph/slippage-model.js";
import type { OperatorSpec, PortType } from "../graph/spec.js";
import type { Dataset } from "../market/tape.js";
import { BAR_FIELDS, BARS, EVERY_INSTRUMENT } from "../nodes/bars.js";
import { lowerDecisions, orderedDecisions, strategiesOf } from "./decisions.js";
import { fuseMeans } from "./fuse.js";
import { addPolicy } from "./lower-policies.js";
import { checkStrategy, laneInstrument, StateStreams, stateLanes } from "./lower-state.js";
import type {
  Plan,
  PlanClock,
  PlanColumn,
  PlanDecision,
  PlanHost,
  PlanInstruction,
  PlanLane,
  PlanPolicy,
  PlanSeries,
  PlanStream,
} from "./plan.js";
import { ACCOUNT_LANE } from "./plan.js";
import { partRegion } from "./region.js";
import { slippageModels } from "./slippage.js";
import { compareOutputs, usedKey, usedOutputs } from "./outputs.js";
import type { PlanStreams } from "./streams.js";
import { chooseStreams } from "./streams.js";

/** Options of a plan. */
export interface LowerOptions {
  /** Quantities in fractions of a lot (`fractional.ts`), which changes results; off by default. */
  readonly isFractional?: boolean;
  /** Asks the host to take the published series, block by block. */
  readonly capture: boolean;
}

/**
 * Lowers a graph.
 *
 * @throws InputError with every issue: `instrument/unknown`, `instrument/fact`, `tape/interval`, `graph/interval`,
 *   `dataset/range` without bars, `graph/shape` for a trigger or a target with lanes that do not say what is traded,
 *   `run/resources`.
 */
export function lowerGraph(graph: Graph, dataset: Dataset, options: LowerOptions): Plan {
  const issues = new IssueList();
  const streams = chooseStreams(graph, dataset, issues, options.isFractional ?? false);
  issues.throwIfAny();
  const lowering = new Lowering(graph, streams, issues);
  for (const node of graph.nodes) {
    if (node.spec.kind === "policy") addPolicy(lowering, node);
    else if (node.spec.kind !== "decision" && !isSlippageSpec(node.spec)) lowering.lowerNode(node);
  }
  lowerDecisions(
    lowering,
    graph.nodes.filter((node) => node.spec.kind === "decision"),
  );
  lowering.publish(options.capture);
  issues.throwIfAny();
  return lowering.plan();
}

/** The plan in the making. */
export class Lowering {
  readonly graph: Graph;
  readonly issues: IssueList;
  readonly streams: readonly PlanStream[];
  readonly chosen: PlanStreams;
  readonly decisions: PlanDecision[] = [];
  /** In the order of the graph, which is by NodeID for nodes of one depth. */
  readonly policies: PlanPolicy[] = [];
  readonly strategies: readonly string[];
  readonly mixed: { readonly column: number; readonly clock: number }[] = [];
  private readonly mixedKeys = new Set<string>();
  private readonly clocks: PlanClock[];
  private readonly clockIndex = new Map<string, number>();
  /** Streams of the clocks that were asked for them. */
  private readonly clockMembers = new Map<number, ReadonlySet<number>>();
  private readonly columns: PlanColumn[] = [];
  private readonly instructions: PlanInstruction[] = [];
  private readonly hosts: PlanHost[] = [];
  private readonly series: PlanSeries[] = [];
  private readonly stateStreams = new StateStreams();
  /** Lanes of every output that was lowered, by node and output name. */
  private readonly lanes = new Map<GraphNode, ReadonlyMap<string, readonly PlanLane[]>>();
  /** Columns that aligning, delaying and windowing made, by what they were made from. */
  private readonly derived = new Map<string, number>();
  /** Outputs that an edge or a published series takes. */
  private readonly used: ReadonlySet<string>;
  private stateBytes = 0;

  constructor(graph: Graph, chosen: PlanStreams, issues: IssueList) {
    this.graph = graph;
    this.chosen = chosen;
    this.streams = chosen.streams;
    this.issues = issues;
    this.used = usedOutputs(graph);
    this.strategies = strategiesOf(graph);
    this.clocks = chosen.streams.map((_, stream) => ({ streams: [stream] }));
    this.clocks.forEach((clock, index) => this.clockIndex.set(clock.streams.join(" "), index));
  }

  plan(): Plan {
    const fused = fuseMeans(this.instructions);
    const { instructions, mixed, region } = partRegion(fused, this.mixed, this.hosts, this.stateStreams.states);
    return {
      graph: this.graph,
      instruments: this.chosen.instruments,
      sessions: this.chosen.instruments.map(() => null),
      streams: this.streams,
      clocks: this.clocks,
      columns: this.columns,
      instructions,
      region,
      stateBytes: this.stateBytes,
      decisions: orderedDecisions(this.decisions),
      strategies: this.strategies,
      policies: this.policies,
      models: slippageModels(this.graph),
      hosts: this.hosts,
      series: this.series,
      mixed,
    };
  }

  lowerNode(node: GraphNode): void {
    // What reads a state source is lowered edge by edge.
    if (node.spec.kind === "state") return checkStrategy(this.graph, node, this.strategies, this.issues);
    this.lanes.set(node, this.lowerOutputs(node));
  }

  /** Place of the policy that a node names at a port: its index plus one, 0 for none. */
  placeOf({ inputs }: GraphNode, port: string): bigint {
    const named = inputs[port]?.node;
    return named === undefined ? 0n : BigInt(this.policies.findIndex(({ node }) => node === named) + 1);
  }

  private lowerOutputs(node: GraphNode): ReadonlyMap<string, readonly PlanLane[]> {
    if (isConstantSpec(node.spec)) {
      const lane = { column: this.newColumn(Number(node.params["value"])), clock: null, instrument: -1 };
      return new Map([["value", [lane]]]);
    }
    if (node.spec === BARS) return this.lowerBars(node);
    const inputs = Object.values(node.inputs).map((input) => this.lanesOf(input));
    const count = this.laneCount(inputs);
    const spec = node.spec as OperatorSpec;
    if (node.spec.kind === "operator" && spec.lanes !== "each") return this.lowerAcross(node, spec, inputs);
    const outputs = new Map<string, PlanLane[]>(Object.keys(node.spec.outputs).map((name) => [name, []]));
    for (let lane = 0; lane < count; lane++) {
      this.lowerLane(
        node,
        inputs.map((lanes) => (lanes.length === 1 ? lanes[0] : lanes[lane]) as PlanLane),
        // A single lane beside a panel (a filter on one index) does not change whose lane it is.
        sharedInstrument(inputs.filter((lanes) => lanes.length === count).map((lanes) => lanes[lane] as PlanLane)),
        outputs,
      );
    }
    return outputs;
  }

  private lowerBars(node: GraphNode): ReadonlyMap<string, readonly PlanLane[]> {
    const symbol = node.params["instrument"];
    const outputs = new Map<string, PlanLane[]>(BAR_FIELDS.map((name) => [name, []]));
    this.chosen.instruments.forEach(({ symbol: each }, index) => {
      if (symbol !== EVERY_INSTRUMENT && symbol !== each) return;
      const clock = this.chosen.find(index, node.interval);
      // A coarser tape of the instrument may come from elsewhere and have decimals of its own.
      const { instrument } = (this.streams[clock] as PlanStream).tape;
      BAR_FIELDS.forEach((field, flags) => {
        if (!this.used.has(usedKey(node, field))) return;
        const column = this.newColumn(null);
        const decimals = field === "time" ? 9 : field === "volume" ? instrument.sizeDecimals : instrument.priceDecimals;
        const params = [Number(10n ** BigInt(decimals))];
        this.instructions.push({
          opcode: OP_SOURCE,
          clock,
          flags,
          inputs: [],
          outputs: [column],
          params,
          stateOffset: 0,
        });
        (outputs.get(field) as PlanLane[]).push({ column, clock, instrument: index });
      });
    });
    return outputs;
  }

  /** Number of lanes of a node whose inputs have these. */
  private laneCount(inputs: readonly (readonly PlanLane[])[]): number {
    const [first, ...others] = inputs.filter((lanes) => lanes.length > 1);
    if (first === undefined) return 1;
    const fits = others.every((lanes) => lanes.every((lane, i) => lane.instrument === first[i]?.instrument));
    invariant(fits, "every panel of a graph has a lane of each instrument, in one order");
    return first.length;
  }

  /** One lane of an operator or a user node. */
  private lowerLane(
    node: GraphNode,
    lanes: readonly PlanLane[],
    instrument: number,
    outputs: Map<string, PlanLane[]>,
  ): void {
    const clock = this.unionClock(lanes.map((lane) => lane.clock));
    const inputs = lanes.map((lane) => this.aligned(lane, clock));
    const columns = Object.keys(node.spec.outputs).map(() => this.newColumn(null));
    Object.keys(node.spec.outputs).forEach((name, i) => {
      (outputs.get(name) as PlanLane[]).push({ column: columns[i] as number, clock, instrument });
    });
    if (node.spec.kind === "user") return this.pushUser(node, clock, inputs, columns);
    const spec = node.spec as OperatorSpec;
    this.instructions.push({
      opcode: spec.opcode,
      clock,
      flags: 0,
      inputs: this.byPort(node, inputs),
      outputs: columns,
      params: spec.encode(node.params),
      stateOffset: this.newState(spec.stateBytes(node.params)),
    });
  }

  /** Input columns in the order of the ports, null for a port that is not connected. */
  private byPort(node: GraphNode, inputs: readonly number[]): (number | null)[] {
    const connected = Object.keys(node.inputs);
    return Object.keys(node.spec.inputs).map((port) => inputs[connected.indexOf(port)] ?? null);
  }

  private pushUser(node: GraphNode, clock: number, inputs: readonly number[], outputs: readonly number[]): void {
    const history = node.period - 1;
    const windows = inputs.map((column) => this.windowed(column, clock, history));
    const flags = this.hosts.push({ kind: "user", node, clock, inputs: windows, outputs }) - 1;
    this.instructions.push({ opcode: OP_HOST, clock, flags, inputs: [], outputs: [], params: [], stateOffset: 0 });
  }

  /** A node over all lanes of a row: one instruction on the union of their clocks. */
  private lowerAcross(
    node: GraphNode,
    spec: OperatorSpec,
    inputs: readonly (readonly PlanLane[])[],
  ): ReadonlyMap<string, readonly PlanLane[]> {
    const [panel, when] = inputs as readonly [readonly PlanLane[], (readonly PlanLane[])?];
    if (when !== undefined && when.length > 1) {
      const path = `graph.${nodeLabel(this.graph, node)}`;
      this.issues.add(
        "graph/shape",
        path,
        "a trigger of one lane; reduce it over instruments first",
        `${when.length} lanes`,
      );
    }
    const trigger = when?.[0];
    const clock = this.unionClock([...panel.map((lane) => lane.clock), trigger?.clock ?? null]);
    const columns = panel.map((lane) => this.aligned(lane, clock));
    const reduces = spec.lanes === "reduce";
    const outputs = reduces ? [this.newColumn(null)] : panel.map(() => this.newColumn(null));
    this.instructions.push({
      opcode: spec.opcode,
      clock,
      flags: 0,
      inputs: [columns[0] as number, trigger === undefined ? null : this.aligned(trigger, clock, true)],
      outputs: reduces ? outputs : [],
      params: spec.encode(node.params),
      stateOffset: this.newState(spec.stateBytes(node.params)),
      lanes: { inputs: columns, outputs: reduces ? [] : outputs },
    });
    const lanes = outputs.map((column, i) => ({
      column,
      clock,
      instrument: reduces ? -1 : (panel[i] as PlanLane).instrument,
    }));
    return new Map([[Object.keys(spec.outputs)[0] as string, lanes]]);
  }

  /**
   * Lanes of an output, its delay applied. A constant has no rows of its own to count: delayed or not, it is the same
   * everywhere.
   */
  lanesOf(output: Output<PortType>): readonly PlanLane[] {
    if (output.node.spec.kind === "state") return this.stateLanesOf(output);
    const lanes = this.lanes.get(output.node)?.get(output.output) as readonly PlanLane[];
    if (output.lag === 0) return lanes;
    return lanes.map((lane) =>
      lane.clock === null ? lane : { ...lane, column: this.lagged(lane.column, lane.clock, output.lag) },
    );
  }

  /** Lanes of an edge from a state source: one instruction each, which reads with the edge's lag. */
  private stateLanesOf({ node, output, lag }: Output<PortType>): readonly PlanLane[] {
    const field = Object.keys(node.spec.outputs).indexOf(output);
    return stateLanes(node, this.chosen, this.strategies, () => this.unionClock([])).map((lane) => {
      const column = this.once(`state ${lane.kind} ${lane.instrument} ${lane.strategy} ${field} ${lag}`, () => {
        const made = this.newColumn(null);
        const flags = this.stateStreams.indexOf(lane, (bytes) => this.newState(bytes));
        const stateOffset = this.newState(8 * lag);
        const { clock } = lane;
        const parts = { opcode: OP_STATE, clock, flags, inputs: [], outputs: [made], params: [field, lag] };
        this.instructions.push({ ...parts, stateOffset });
        return made;
      });
      return { column, clock: lane.clock, instrument: laneInstrument(lane) };
    });
  }

  private lagged(column: number, clock: number, lag: number): number {
    return this.once(`lag ${column} ${lag}`, () => this.unary(OP_DELAY, clock, 0, column, [lag], 8 + 8 * lag, 0));
  }

  private windowed(column: number, clock: number, history: number): number {
    if (history === 0) return column;
    // A constant has no clock of its own, so one column may be wanted on several.
    return this.once(`window ${column} ${clock} ${history}`, () =>
      this.unary(OP_WINDOW, clock, 0, column, [history], 8 + 8 * history, history),
    );
  }

  /**
   * The lane's column on `clock`, which has all the streams of the lane's own: a value holds until the next one.
   *
   * @param event True for a trigger, which holds at its own rows only: a daily event is no event in every hour of the
   *   day.
   */
  aligned(lane: PlanLane, clock: number, event = false): number {
    if (lane.clock === null || lane.clock === clock) return lane.column;
    const from = lane.clock;
    const params = [event ? 1 : 0];
    const key = `align ${lane.column} ${clock} ${event}`;
    return this.once(key, () => this.unary(OP_ALIGN, clock, from, lane.column, params, event ? 0 : 16, 0));
  }

  private unary(
    opcode: number,
    clock: number,
    flags: number,
    input: number,
    params: readonly number[],
    stateBytes: number,
    history: number,
  ): number {
    const output = this.newColumn(null, history);
    const stateOffset = this.newState(stateBytes);
    this.instructions.push({ opcode, clock, flags, inputs: [input], outputs: [output], params, stateOffset });
    return output;
  }

  private once(key: string, make: () => number): number {
    const known = this.derived.get(key);
    if (known !== undefined) return known;
    const column = make();
    this.derived.set(key, column);
    return column;
  }

  /** The clock with the streams of all given ones; with all streams when nothing but constants is given. */
  unionClock(clocks: readonly (number | null)[]): number {
    const given = [...new Set(clocks.filter((clock) => clock !== null))];
    // Mostly one of the clocks has the streams of all: then nothing is put together, which with 500 lanes took most of
    // the time.
    const widest = given.find((clock) => given.every((other) => this.hasStreamsOf(clock, other)));
    if (widest !== undefined) return widest;
    const members = new Set(given.flatMap((clock) => (this.clocks[clock] as PlanClock).streams));
    const streams = members.size === 0 ? this.streams.map((_, i) => i) : [...members].sort((a, b) => a - b);
    const key = streams.join(" ");
    const known = this.clockIndex.get(key);
    if (known !== undefined) return known;
    const index = this.clocks.push({ streams }) - 1;
    this.clockIndex.set(key, index);
    return index;
  }

  /** True when every stream of clock `other` is one of clock `clock`. */
  private hasStreamsOf(clock: number, other: number): boolean {
    if (clock === other) return true;
    let members = this.clockMembers.get(clock);
    if (members === undefined) {
      members = new Set((this.clocks[clock] as PlanClock).streams);
      this.clockMembers.set(clock, members);
    }
    const { streams } = this.clocks[other] as PlanClock;
    return streams.length <= members.size && streams.every((stream) => members.has(stream));
  }

  newState(bytes: number): number {
    const offset = this.stateBytes;
    this.stateBytes += Math.ceil(bytes / 8) * 8;
    return offset;
  }

  private newColumn(fill: number | null, history = 0): number {
    return this.columns.push({ history, fill }) - 1;
  }

  /** Lets a column take part in the checkpoints, once. */
  mix(column: number, clock: number): void {
    const key = `${column} ${clock}`;
    if (this.mixedKeys.has(key)) return;
    this.mixedKeys.add(key);
    this.mixed.push({ column, clock });
  }

  /**
   * Published series: mixed into the checkpoints, and handed to the host when asked for. They take part in the order of
   * their content, because names belong to no identity: with other names the run is the same, and so must its digests
   * be.
   */
  publish(capture: boolean): void {
    for (const output of [...this.graph.published.values()].sort(compareOutputs)) {
      for (const lane of this.lanesOf(output)) this.mix(lane.column, lane.clock ?? this.unionClock([]));
    }
    for (const [name, output] of this.graph.published) {
      const lanes = this.lanesOf(output);
      this.series.push({ name, type: output.type, lanes });
      if (!capture) continue;
      for (const lane of lanes) {
        const clock = lane.clock ?? this.unionClock([]);
        const flags = this.hosts.push({ kind: "capture", series: name, lane, clock }) - 1;
        this.instructions.push({ opcode: OP_HOST, clock, flags, inputs: [], outputs: [], params: [], stateOffset: 0 });
      }
    }
  }
}

function sharedInstrument(lanes: readonly PlanLane[]): number {
  const varying = lanes.filter((lane) => lane.clock !== null);
  const own = varying.filter((lane) => lane.instrument !== ACCOUNT_LANE);
  const first = (own[0] ?? varying[0])?.instrument ?? -1;
  return own.every((lane) => lane.instrument === first) ? first : -1;
}
