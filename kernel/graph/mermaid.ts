// Drawing: a graph as a Mermaid flowchart.
//
// Shapes: sources are stadiums, state sources cylinders, constants circles, decisions hexagons, policies flags, user
// nodes subroutines, everything else boxes. Delayed edges are dotted, those to orders and policies thick. Nodes stand
// in the order of the graph, so equal graphs have equal texts.
// Source: Mermaid flowchart syntax, https://mermaid.js.org/syntax/flowchart.html, version 11.

import { isConstantSpec } from "./constant.js";
import type { Graph } from "./graph.js";
import { nodeIdOf } from "./identity.js";
import type { GraphNode, Output } from "./node.js";
import type { ParamValue, PortType } from "./spec.js";
import { isHandle } from "./spec.js";

/** The text of a flowchart, from sources on the left to decisions and published series on the right. */
export function mermaidText(graph: Graph): string {
  const keys = new Map(graph.nodes.map((node, index) => [node, `n${index}`]));
  const lines = ["flowchart LR"];
  for (const node of graph.nodes) lines.push(`  ${keys.get(node) as string}${shape(node, graph)}`);
  for (const node of graph.nodes) {
    const ports = Object.entries(node.inputs);
    for (const [port, input] of ports) {
      // The port of a node with one input says nothing.
      const label = [outputLabel(input), ports.length > 1 ? port : ""].filter((text) => text !== "").join(" to ");
      lines.push(
        edge(keys.get(input.node) as string, keys.get(node) as string, input.lag, label, isHandle(input.type)),
      );
    }
  }
  for (const [index, [name, output]] of [...graph.published].entries()) {
    lines.push(`  p${index}>"${escaped(name)}"]`);
    lines.push(edge(keys.get(output.node) as string, `p${index}`, output.lag, outputLabel(output)));
  }
  return `${lines.join("\n")}\n`;
}

function shape(node: GraphNode, graph: Graph): string {
  const [open, close] = brackets(node);
  const ids = [...graph.names].filter(([, named]) => nodeIdOf(named) === nodeIdOf(node)).map(([name]) => name);
  const names = ids.length === 0 ? "" : `${escaped(ids.join(", "))}: `;
  return `${open}"${names}${escaped(notation(node))}"${close}`;
}

function brackets({ spec }: GraphNode): readonly [string, string] {
  if (isConstantSpec(spec)) return ["((", "))"];
  switch (spec.kind) {
    case "source":
      return ["([", "])"];
    case "state":
      return ["[(", ")]"];
    case "decision":
      return ["{{", "}}"];
    case "policy":
      return [">", "]"];
    case "user":
      return ["[[", "]]"];
    case "operator":
      return ["[", "]"];
  }
}

/**
 * `sma(period 10)`: params as written, the interval of a source, and a period that is longer than needed. Of an order's
 * many terms only those that differ from their defaults.
 */
function notation(node: GraphNode): string {
  const { spec, params, interval, period } = node;
  if (isConstantSpec(spec)) return String(params["value"]);
  const written = Object.entries(params).filter(
    ([name, value]) => spec.outputs["order"] === undefined || value !== spec.params[name]?.default,
  );
  const parts = written.map(([name, value]) => `${name} ${valueText(value)}`);
  if (interval !== null) parts.push(interval);
  if (period !== spec.period(params)) parts.push(`look-back ${period}`);
  return parts.length === 0 ? spec.type : `${spec.type}(${parts.join(", ")})`;
}

function valueText(value: ParamValue): string {
  return typeof value === "object" ? `[${value.map(valueText).join(", ")}]` : String(value);
}

/** The output's name when the node has several. */
function outputLabel({ node, output }: Output<PortType>): string {
  return Object.keys(node.spec.outputs).length > 1 ? output : "";
}

function edge(from: string, to: string, lag: number, label: string, isThick = false): string {
  const texts = [label, lag > 0 ? `lag ${lag}` : ""].filter((text) => text !== "");
  const arrow = isThick ? "==>" : lag > 0 ? "-.->" : "-->";
  return texts.length === 0 ? `  ${from} ${arrow} ${to}` : `  ${from} ${arrow}|"${escaped(texts.join(", "))}"| ${to}`;
}

/** Quotes and markup as entity codes, which is how Mermaid takes them inside a quoted text. */
function escaped(text: string): string {
  return text.replace(/["#&<>`\n\r]/g, (mark) => `#${mark.charCodeAt(0)};`);
}
