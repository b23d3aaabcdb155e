// The page of a comparison: what `goldentape diff` says, as one HTML file without anything from elsewhere.

import { instantText, mermaidText } from "../../kernel/index.js";
import type { RunDifference } from "../../kernel/index.js";
import { graphChangeLines } from "./diff-text.js";
import { writeFileAt } from "./written-file.js";

const STYLE = `
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.3rem; } h2 { font-size: 1.05rem; margin-top: 2rem; }
pre, td { font-family: ui-monospace, monospace; font-size: 13px; }
pre { overflow-x: auto; padding: .75rem; border: 1px solid #8886; border-radius: 4px; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
td, th { text-align: left; padding: .2rem 1rem .2rem 0; border-bottom: 1px solid #8884; vertical-align: top; }
.differs { font-weight: 600; }`;

/**
 * Writes the page.
 *
 * @throws InputError `cli/usage` when it cannot be written.
 */
export function writeDiffPage(
  path: string,
  names: readonly [string, string],
  found: RunDifference,
  text: string,
): void {
  writeFileAt(path, pageOf(names, found, text));
}

function pageOf(names: readonly [string, string], found: RunDifference, text: string): string {
  const { a, b, isSame, inputs, graph, difference, cause } = found;
  const runs = [
    ["", ...names],
    ["result", a.resultDigest, b.resultDigest],
    ["run", a.runId, b.runId],
    ["graph", a.graphId, b.graphId],
    ["kernel", a.kernelDigest, b.kernelDigest],
    ["orders, fills", `${a.counts.orders}, ${a.counts.fills}`, `${b.counts.orders}, ${b.counts.fills}`],
  ];
  const events = difference === null ? "no event differs" : [difference.a, difference.b].map(lineOf).join("\n");
  const values = (cause?.values ?? []).map((value) => [
    value.label,
    value.instrument ?? "",
    String(value.a ?? "null"),
    String(value.b ?? "null"),
  ]);
  const sections = [
    `<h1>${isSame ? "Same" : "Different"}</h1>${tableOf(runs)}`,
    inputs.length === 0 ? "" : `<h2>What goes in</h2>${tableOf(inputs.map((each) => [each.what, each.a, each.b]))}`,
    graph.length === 0 ? "" : `<h2>Graph</h2><pre>${escaped(graphChangeLines(graph).join("\n"))}</pre>`,
    isSame ? "" : `<h2>First event that differs</h2><pre>${escaped(events)}</pre>`,
    cause === null
      ? ""
      : `<h2>Where it comes from</h2><p>${escaped(causeText(found))}</p>${tableOf([["", "", "a", "b"], ...values])}`,
    `<h2>As text</h2><pre>${escaped(text)}</pre>`,
    a.graphId === b.graphId ? "" : drawings(found),
  ];
  const meta = '<meta charset="utf-8"><meta name="viewport" content="width=device-width">';
  const head = `<head>${meta}<title>goldentape diff</title><style>${STYLE}</style></head>`;
  return `<!doctype html><html lang="en">${head}<body>${sections.join("\n")}</body></html>\n`;
}

function lineOf(event: { readonly line: string } | null): string {
  return event?.line ?? "no further event";
}

function causeText({ cause }: RunDifference): string {
  if (cause === null) return "";
  const at = instantText(cause.timeNs);
  return cause.node === null
    ? `no node of both differs; the decision's inputs at ${at}`
    : `${cause.node.label} at ${at}`;
}

function drawings({ a, b }: RunDifference): string {
  const one = ({ plan }: RunDifference["a"]): string => `<pre>${escaped(mermaidText(plan.graph))}</pre>`;
  return `<h2>Graphs, as Mermaid</h2>${one(a)}${one(b)}`;
}

/** A table whose rows are marked where their last two cells differ. */
function tableOf(rows: readonly (readonly string[])[]): string {
  const lines = rows.map((row) => {
    const isSame = row.at(-1) === row.at(-2);
    return `<tr${isSame ? "" : ' class="differs"'}>${row.map((cell) => `<td>${escaped(cell)}</td>`).join("")}</tr>`;
  });
  return `<table>${lines.join("")}</table>`;
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (letter) => ENTITIES[letter] ?? letter);
}
