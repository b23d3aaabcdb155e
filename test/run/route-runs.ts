// Runs over simulated venues on a handful of bars: where orders went, and what filled there, as short lines.

import type {
  Decision,
  Graph,
  GraphNode,
  Instrument,
  NumberInput,
  Policy,
  RouterOptions,
  RunConfig,
  RunOptions,
  RunResult,
} from "../../kernel/index.js";
import { bars, eq, graph, order, router } from "../../kernel/index.js";
import { applyNode } from "../../kernel/graph/build.js";
import type { GATE_PORTS } from "../../kernel/nodes/policy.js";
import type { Bar } from "./order-lines.js";
import { barsTape, flatBars, runOrders } from "./order-lines.js";

/** True in the bar that closes at this hour. */
export const atHour = (hour: number) => eq(bars().time, hour * 3600);

/** A market order of so many shares, sent at the first close through a router. */
export function buyRouted(size: NumberInput, options: RouterOptions = {}): Decision {
  return order(size, { unit: "quantity", when: atHour(1), gates: { router: router(options) } });
}

/** Six bars at 100.00, a million shares each. */
export const FLAT: readonly Bar[] = flatBars(10_000, 10_000, 10_000, 10_000, 10_000, 10_000);

export function routed(
  decision: Decision | readonly Decision[],
  venues: RunConfig["venues"],
  config: Partial<RunConfig> = {},
  prices: readonly Bar[] = FLAT,
  options: RunOptions = {},
  facts: Partial<Instrument> = {},
): RunResult {
  const decisions = Array.isArray(decision) ? (decision as readonly Decision[]) : [decision as Decision];
  const stated = venues === undefined ? {} : { venues };
  return runOrders(decisions, [barsTape("A", prices, facts)], { cash: "1000000", ...stated, ...config }, options);
}

/** `venue quantity @ price fee penalty`, one line a leg; money and prices in cents. */
export function routeLines(result: RunResult): readonly string[] {
  const { routes, orders, venues } = result.tables();
  return Array.from(routes.order, (sequence, row) => {
    const quantity = orders.quantity[orders.order.indexOf(sequence)];
    const costs = `fee ${routes.fee[row]} penalty ${routes.penalty[row]}`;
    return `${venues[routes.venue[row] as number]} ${quantity} @ ${routes.price[row]} ${costs}`;
  });
}

/** `venue quantity @ price fee`, one line a fill. */
export function fillLines(result: RunResult): readonly string[] {
  const { fills, venues } = result.tables();
  return Array.from(fills.venue, (venue, row) => {
    return `${venues[venue] ?? "-"} ${fills.quantity[row]} @ ${fills.price[row]} fee ${fills.fee[row]}`;
  });
}

/** A graph whose orders all pass a router. */
export function withRouter(plain: Graph, policy: Policy<"router">): Graph {
  return withGate(plain, "routerGate", policy).graph;
}

/** A graph whose decisions all have an input at a port of gates, and what became of each of them. */
export function withGate(
  { decisions }: Graph,
  port: keyof typeof GATE_PORTS,
  input: Policy | NumberInput,
): { readonly graph: Graph; readonly made: ReadonlyMap<GraphNode, Decision> } {
  const made = new Map<GraphNode, Decision>();
  const rebuilt = (node: GraphNode): Decision => {
    const known = made.get(node);
    if (known !== undefined) return known;
    const inputs = Object.entries(node.inputs).map(([name, each]) => [
      name,
      each.type === "order" ? rebuilt(each.node) : each,
    ]);
    const takes = port in node.spec.inputs && node.inputs["parent"] === undefined;
    const all = { ...Object.fromEntries(inputs), ...(takes ? { [port]: input } : {}) } as Parameters<
      typeof applyNode
    >[1];
    const decision = { node: applyNode(node.spec, all, node.params) };
    made.set(node, decision);
    return decision;
  };
  return { graph: graph({ decisions: decisions.map(rebuilt) }), made };
}
