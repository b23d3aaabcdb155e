// `goldentape graph`: the canonical form of a strategy's graph, its identities and its drawing.

import { defineCommand } from "citty";
import { graphDocument, graphJson, mermaidText, nodeIdOf } from "../../kernel/index.js";
import type { Graph, GraphNode } from "../../kernel/index.js";
import { loadStrategy } from "../strategy/load-strategy.js";
import { repeated } from "./command-text.js";
import { printResult, runCommand, tableText } from "./output.js";
import { pairsOf } from "./run-options.js";

export const graph = defineCommand({
  meta: {
    name: "graph",
    description:
      "Show a strategy's graph: canonical JSON, ids, CRC-32, drawing. Example: goldentape graph sma-cross.ts --mermaid",
  },
  args: {
    file: { type: "positional", description: "Strategy: .ts, .js, or a graph as .json", required: true },
    param: { type: "string", description: "Param of the strategy; may be repeated", valueHint: "NAME=VALUE" },
    export: { type: "string", description: "Export of the strategy file (default: default)", valueHint: "NAME" },
    nodes: { type: "string", description: "File with the user nodes of a graph in JSON", valueHint: "FILE" },
    canonical: { type: "boolean", description: "Print the canonical JSON alone, one line", default: false },
    mermaid: { type: "boolean", description: "Print the Mermaid drawing alone", default: false },
    json: { type: "boolean", description: "Print one JSON document with graph, ids and drawing", default: false },
  },
  run: ({ args, rawArgs }) =>
    runCommand(args.json, async () => {
      const strategy = await loadStrategy(args.file, {
        params: pairsOf(repeated(rawArgs, "--param")),
        ...(args.export === undefined ? {} : { export: args.export }),
        ...(args.nodes === undefined ? {} : { userNodes: args.nodes }),
      });
      const drawing = mermaidText(strategy.graph);
      if (args.canonical) return printResult(false, null, () => graphJson(strategy.graph));
      if (args.mermaid) return printResult(false, null, () => drawing.trimEnd());
      const { graphId, checksum } = strategy.graph;
      const nodes = rowsOf(strategy.graph);
      const document = { graphId, crc32: checksum, nodes, graph: graphDocument(strategy.graph), mermaid: drawing };
      printResult(args.json, document, () =>
        [
          `graph  ${graphId}`,
          `crc32  ${checksum}`,
          "",
          tableText(
            ["NODE", "TYPE", "NAME"],
            nodes.map(({ id, type, names }) => [id, type, names.join(", ")]),
          ),
          "",
          drawing,
          graphJson(strategy.graph),
        ].join("\n"),
      );
    }),
});

interface NodeRow {
  readonly id: string;
  readonly type: string;
  readonly names: readonly string[];
}

function rowsOf(from: Graph): NodeRow[] {
  const namesOf = (node: GraphNode): string[] =>
    [...from.names].flatMap(([name, named]) => (named === node ? [name] : []));
  return from.nodes.map((node) => ({ id: nodeIdOf(node), type: node.spec.type, names: namesOf(node) }));
}
