// Lowering of policies: their params, states and, of portfolio views, columns.
//
// Always true:
//   a risk control has a state of its own for each portfolio view that decisions judge by with it, and for the account.

import { POLICY_PORTFOLIO, POLICY_RISK, POLICY_TIMING } from "../../assembly/abi-policy.js";
import { nodeLabel } from "../graph/graph.js";
import type { GraphNode } from "../graph/node.js";
import type { PolicySpec } from "../graph/spec.js";
import type { Lowering } from "./lower.js";
import type { PlanView } from "./plan.js";

/** Adds a policy of the graph to those of a plan, whose nodes above it are lowered. */
export function addPolicy(lowering: Lowering, node: GraphNode): void {
  const { policies, chosen } = lowering;
  const { instruments } = chosen;
  const spec = node.spec as PolicySpec;
  const newState = (): number => lowering.newState(spec.stateBytes(node.params, instruments.length));
  const own = { node, code: spec.code, params: spec.encode(node.params, instruments) };
  if (spec.code === POLICY_PORTFOLIO) {
    policies.push({ ...own, stateOffset: newState(), view: viewColumns(lowering, node) });
  } else if (spec.code === POLICY_RISK) {
    for (const over of viewsBeside(lowering, node)) policies.push({ ...own, stateOffset: newState(), over });
  } else {
    const params = [...own.params, ...Object.keys(spec.inputs).map((port) => lowering.placeOf(node, port))];
    const hours = spec.code === POLICY_TIMING ? { hours: instruments.map(() => null) } : {};
    policies.push({ ...own, params, stateOffset: newState(), ...hours });
  }
}

/** Portfolio views of the decisions that name a risk control, each once; null for decisions that have none. */
function viewsBeside({ graph }: Lowering, risk: GraphNode): ReadonlySet<GraphNode | null> {
  const naming = graph.decisions.filter(({ inputs }) => inputs["riskGate"]?.node === risk);
  return new Set(naming.map(({ inputs }) => inputs["portfolioGate"]?.node ?? null));
}

/** Columns of a portfolio view on the clock of its series, with a row in every bucket for constants. */
function viewColumns(lowering: Lowering, node: GraphNode): PlanView {
  const lanes = Object.entries(node.inputs).map(([port, input]) => {
    const [lane, ...others] = lowering.lanesOf(input);
    if (others.length > 0) {
      const path = `graph.${nodeLabel(lowering.graph, node)}.${port}`;
      const advice = "Take a sum over instruments: reduceSum(x).";
      lowering.issues.add("graph/shape", path, "a series of one lane", `${others.length + 1} lanes`, advice);
    }
    return [port, lane as NonNullable<typeof lane>] as const;
  });
  const clock = lowering.unionClock(lanes.map(([, lane]) => lane.clock));
  const columns = new Map(lanes.map(([port, lane]) => [port, lowering.aligned(lane, clock)]));
  for (const column of columns.values()) lowering.mix(column, clock);
  return { clock, equity: columns.get("equity") as number, peak: columns.get("peak") ?? null };
}
