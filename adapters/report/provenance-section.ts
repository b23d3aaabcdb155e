// Provenance section: how to make the run again, what went in, and the identities that prove it was the same.

import type { ReportIdentities, ReportInput } from "./report-input.js";
import { count, escaped } from "./figures.js";
import { graphDrawing } from "./graph-drawing.js";

/** The command, with a button to copy it. A line breaks between its words, never inside one. */
export function commandBlock(command: string): string {
  const words = command.split(" ").map((word) => `<span>${escaped(word)}</span>`);
  return copyable("command", words.join(" "));
}

/** Preformatted HTML with a button that copies its text. */
function copyable(id: string, html: string): string {
  const button = `<button type="button" data-copy="${id}">Copy</button>`;
  return `<div class="copyable"><pre><code id="${id}">${html}</code></pre>${button}</div>`;
}

/** Identities of the run and of its datasets. */
export function identitiesTable(identities: ReportIdentities): string {
  const rows: [string, string, string][] = [
    ["Run", identities.runId, "graph, datasets, configuration, seed and semantics"],
    ["Graph", identities.graphId, "content of the strategy's nodes and edges"],
    ["Result", identities.resultDigest, "every order, fill, refusal and ledger entry"],
    ["Kernel", identities.kernelDigest, "bytes of the compiled module that ran"],
    ["Semantics", String(identities.semanticsVersion), "version of the rules of execution"],
    ...identities.datasets.map((one): [string, string, string] => {
      return [`Dataset ${one.name}`, one.fingerprint, `${count(one.rows)} rows, ${one.from} to ${one.to}`];
    }),
  ];
  const body = rows.map(([name, id, what]) => {
    return (
      `<tr><th scope="row">${escaped(name)}</th><td><code class="id">${escaped(id)}</code>` +
      `<span class="what">${escaped(what)}</span></td></tr>`
    );
  });
  return `<table class="identities"><tbody>${body.join("")}</tbody></table>`;
}

/** Configuration, field by field; nested values by their path. */
export function configTable(config: Readonly<Record<string, unknown>>): string {
  const rows = leaves(config, "").map(([path, value]) => {
    return `<tr><th scope="row">${escaped(path)}</th><td><code>${escaped(value)}</code></td></tr>`;
  });
  return `<table class="config"><tbody>${rows.join("")}</tbody></table>`;
}

function leaves(value: unknown, path: string): [string, string][] {
  const isBranch =
    typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).length > 0;
  if (!isBranch) return [[path, plainText(value)]];
  return Object.entries(value as object).flatMap(([key, inner]) => leaves(inner, path === "" ? key : `${path}.${key}`));
}

function plainText(value: unknown): string {
  if (typeof value === "string") return value;
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === "bigint" ? inner.toString() : inner)) ?? "none";
}

/** The graph as a drawing where it can be drawn, and as Mermaid text. */
export function graphBlock(graph: ReportInput["graph"]): string {
  if (graph === undefined) return "";
  const drawing = graphDrawing(graph.nodes ?? []);
  const drawn = drawing === "" ? "" : `<div class="scroll canvas">${drawing}</div>`;
  const details = `<summary>Mermaid text</summary>${copyable("mermaid", escaped(graph.mermaid))}`;
  const open = drawing === "" ? " open" : "";
  return `<section id="graph"><h2>Graph</h2>${drawn}<details${open}>${details}</details></section>`;
}
