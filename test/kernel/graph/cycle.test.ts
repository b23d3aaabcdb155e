// Cycles of a graph, each found and named.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CycleEdge } from "../../../kernel/graph/cycle.js";
import { cyclesOf } from "../../../kernel/graph/cycle.js";

const NODES_MAX = 6;

const edgeLists = fc
  .array(fc.record({ from: fc.nat(NODES_MAX - 1), to: fc.nat(NODES_MAX - 1), lag: fc.nat(1) }), { maxLength: 10 })
  .map((edges) => Array.from({ length: NODES_MAX }, (_, node) => edges.filter(({ from }) => from === node)));

describe("cyclesOf", () => {
  it("tells cycles without a lag from those that need one", () => {
    const edges: CycleEdge[][] = [
      [{ to: 1, lag: 0 }],
      [
        { to: 0, lag: 0 },
        { to: 2, lag: 0 },
      ],
      [{ to: 3, lag: 2 }],
      [{ to: 2, lag: 0 }],
    ];
    expect(cyclesOf(edges)).toEqual([
      { nodes: [0, 1], hasLag: false },
      { nodes: [2, 3], hasLag: true },
    ]);
  });

  it("finds a cycle where a plain search finds one, and only there", () => {
    fc.assert(
      fc.property(edgeLists, (edges) => {
        const cycles = cyclesOf(edges);
        const direct = edges.map((list) => list.filter(({ lag }) => lag === 0));
        expect(cycles.length > 0).toBe(hasCycle(edges));
        expect(cycles.some((cycle) => !cycle.hasLag)).toBe(hasCycle(direct));
        for (const { nodes, hasLag } of cycles) {
          expect(new Set(nodes).size).toBe(nodes.length);
          for (const [position, node] of nodes.entries()) {
            const next = nodes[(position + 1) % nodes.length];
            const list = (hasLag ? edges : direct)[node] ?? [];
            expect(list.some(({ to }) => to === next)).toBe(true);
          }
        }
      }),
    );
  });

  it("takes a chain that is longer than the call stack is deep", () => {
    const edges = Array.from({ length: 50_000 }, (_, node) => [{ to: (node + 1) % 50_000, lag: 0 }]);
    expect(cyclesOf(edges)[0]?.nodes).toHaveLength(50_000);
    edges[49_999] = [];
    expect(cyclesOf(edges)).toEqual([]);
  });
});

/** Some node reaches itself: every edge is walked until nothing new is reached. */
function hasCycle(edges: readonly (readonly CycleEdge[])[]): boolean {
  return edges.some((_, start) => {
    const reached = new Set<number>();
    const queue = [start];
    for (const node of queue) {
      for (const { to } of edges[node] ?? []) {
        if (to === start) return true;
        if (!reached.has(to)) queue.push(to);
        reached.add(to);
      }
    }
    return false;
  });
}
