// Cycles in a graph that was written down, where an edge may point anywhere.

/** An edge to the node with index `to`. */
export interface CycleEdge {
  readonly to: number;
  readonly lag: number;
}

/** Nodes of a cycle by index, in the direction of the edges; the last one has an edge to the first. */
export interface Cycle {
  readonly nodes: readonly number[];
  readonly hasLag: boolean;
}

/**
 * One short cycle of every tangle of cycles: first of those without any lag, then of those that need lagged edges.
 *
 * @param edges Edges by the index of the node where they start.
 */
export function cyclesOf(edges: readonly (readonly CycleEdge[])[]): Cycle[] {
  const direct = edges.map((list) => list.filter((edge) => edge.lag === 0));
  const cycles: Cycle[] = tangles(direct).map((tangle) => ({ nodes: cycleIn(tangle, direct), hasLag: false }));
  const reported = new Set(cycles.flatMap((cycle) => cycle.nodes));
  for (const tangle of tangles(edges)) {
    if (tangle.some((node) => reported.has(node))) continue;
    cycles.push({ nodes: cycleIn(tangle, edges), hasLag: true });
  }
  return cycles;
}

/** Strongly connected components that have a cycle (Tarjan 1972, with a stack of its own instead of recursion). */
function tangles(edges: readonly (readonly CycleEdge[])[]): number[][] {
  const found: number[][] = [];
  const order = new Int32Array(edges.length).fill(-1);
  const low = new Int32Array(edges.length);
  const isOnPath = new Uint8Array(edges.length);
  const path: number[] = [];
  let visitCount = 0;
  for (let root = 0; root < edges.length; root += 1) {
    if (order[root] === -1) visit(root);
  }
  return found;

  function visit(root: number): void {
    const calls = [enter(root)];
    for (let call = calls[calls.length - 1]; call !== undefined; call = calls[calls.length - 1]) {
      const { node } = call;
      const edge = edges[node]?.[call.next];
      call.next += 1;
      if (edge !== undefined) {
        if (order[edge.to] === -1) calls.push(enter(edge.to));
        else if (isOnPath[edge.to] === 1) lower(node, order[edge.to] as number);
        continue;
      }
      calls.pop();
      const caller = calls[calls.length - 1];
      if (caller !== undefined) lower(caller.node, low[node] as number);
      if (low[node] === order[node]) close(node);
    }
  }

  function enter(node: number): { readonly node: number; next: number } {
    order[node] = visitCount;
    low[node] = visitCount;
    visitCount += 1;
    path.push(node);
    isOnPath[node] = 1;
    return { node, next: 0 };
  }

  function lower(node: number, value: number): void {
    if (value < (low[node] as number)) low[node] = value;
  }

  function close(node: number): void {
    const members = path.splice(path.lastIndexOf(node));
    for (const member of members) isOnPath[member] = 0;
    const isLoop = members.length > 1 || (edges[node] ?? []).some((edge) => edge.to === node);
    if (isLoop) found.push(members.sort((a, b) => a - b));
  }
}

/** A shortest cycle through the first node of a tangle, found breadth first. */
function cycleIn(tangle: readonly number[], edges: readonly (readonly CycleEdge[])[]): number[] {
  const start = tangle[0] as number;
  const members = new Set(tangle);
  const cameFrom = new Map<number, number>();
  const queue = [start];
  for (const node of queue) {
    for (const { to } of edges[node] ?? []) {
      if (to === start) return pathTo(node, start, cameFrom);
      if (!members.has(to) || cameFrom.has(to)) continue;
      cameFrom.set(to, node);
      queue.push(to);
    }
  }
  return [...tangle];
}

function pathTo(end: number, start: number, cameFrom: ReadonlyMap<number, number>): number[] {
  const nodes = [end];
  let node = end;
  while (node !== start) {
    node = cameFrom.get(node) as number;
    nodes.push(node);
  }
  return nodes.reverse();
}
