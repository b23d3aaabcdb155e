// The drawing of a graph.

import { describe, expect, it } from "vitest";
import { delayed, graph, mermaidText, userNode } from "../../../kernel/index.js";
import { bands, close, greater, select, sma, target } from "./test-catalogue.js";

describe("mermaidText", () => {
  it("draws a graph with names, params, ports and delays", () => {
    const fast = sma(close('S&P "500"', "1d"), 10);
    const { lower } = bands(fast, { width: 1.5 });
    const decision = target(select(greater(fast, delayed(lower, 2)), 1, 0));
    const text = mermaidText(graph({ decisions: [decision], publish: { fast, late: delayed(fast, 1) } }));
    expect(text).toMatchInlineSnapshot(`
      "flowchart LR
        n0(("0"))
        n1(("1"))
        n2(["close(instrument S#38;P #34;500#34;, 1d)"])
        n3["fast, late: sma(period 10)"]
        n4["bands(period 20, width 1.5, kind sma, isSample false)"]
        n5["greater"]
        n6["select"]
        n7{{"target(instrument *)"}}
        n2 --> n3
        n3 --> n4
        n3 -->|"a"| n5
        n4 -.->|"lower to b, lag 2"| n5
        n5 -->|"when"| n6
        n1 -->|"a"| n6
        n0 -->|"b"| n6
        n6 --> n7
        p0>"fast"]
        n3 --> p0
        p1>"late"]
        n3 -.->|"lag 1"| p1
      "
    `);
  });

  it("gives user nodes a shape of their own", () => {
    const half = userNode({
      name: "half",
      version: 1,
      period: 1,
      inputs: { x: "number" },
      params: { weights: [1, 2] },
      outputs: { value: "number" },
      compute: () => undefined,
    });
    const text = mermaidText(graph({ publish: { h: half({ x: close() }).value } }));
    expect(text).toContain('[["h: user:half(weights [1, 2])"]]');
  });
});
