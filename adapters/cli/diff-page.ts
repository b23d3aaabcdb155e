// The page of a comparison: what `goldentape diff` says, in the look of the report, as one HTML file without anything
// from elsewhere.

import { instantText } from "../../kernel/index.js";
import type { RunDifference, RunResult } from "../../kernel/index.js";
import { differenceLines } from "../report/difference-text.js";
import { escaped, mantissaText, NONE } from "../report/figures.js";
import { graphDrawing } from "../report/graph-drawing.js";
import { PAGE_STYLE } from "../report/page-style.js";
import { graphChangeLines } from "./diff-text.js";
import { twoLines } from "./diff-chart.js";
import { reportNodes } from "./run-files.js";
import { writeFileAt } from "./written-file.js";

const STYLE = `
.differs td{font-weight:600}
td.digest{overflow-wrap:anywhere;min-width:9rem}
td:first-child{color:var(--soft)}
.two{display:block;width:100%;min-width:560px;height:auto}
.two path{fill:none;stroke-width:1.5}
.two .a{stroke:var(--under)}
.two .b{stroke:var(--series)}
.key-a::before,.key-b::before{content:"";display:inline-block;width:12px;height:3px;margin-right:6px}
.key-a::before,.key-b::before{vertical-align:middle}
.key-a::before{background:var(--under)}
.key-b::before{background:var(--series)}
.graph .marked rect{stroke:var(--under);stroke-width:2.5}
pre{padding-right:14px}`;

type Names = readonly [string, string];

/**
 * Writes the page.
 *
 * @throws InputError `cli/usage` when it cannot be written.
 */
export function writeDiffPage(path: string, names: Names, found: RunDifference, text: string): void {
  writeFileAt(path, pageOf(names, found, text));
}

function pageOf(names: Names, found: RunDifference, text: string): string {
  const { a, b, isSame, inputs, graph, checkpoints, difference, cause } = found;
  const changed = [
    ...(inputs.length === 0
      ? []
      : [
          tableOf(
            ["", "a", "b"],
            inputs.map((each) => [each.what, each.a, each.b]),
          ),
        ]),
    ...(graph.length === 0
      ? []
      : [
          preOf(
            graphChangeLines(graph)
              .map((line) => line.trim())
              .join("\n"),
          ),
        ]),
  ];
  const first = differenceLines(checkpoints, difference, ["a", "b"]).join("\n");
  const values = (cause?.values ?? []).map((value) => [
    value.label,
    value.instrument ?? "",
    String(value.a ?? "null"),
    String(value.b ?? "null"),
  ]);
  const sections = [
    sectionOf("The two", tableOf(["", "a", "b"], factsOf(names, a, b))),
    changed.length === 0 ? "" : sectionOf("What goes in", changed.join("")),
    isSame ? "" : sectionOf("First event that differs", preOf(first)),
    cause === null
      ? ""
      : sectionOf("Where it comes from", `<p>${escaped(causeText(found))}</p>${tableOf(["", "", "a", "b"], values)}`),
    isSame ? "" : sectionOf("Equity", twoLines(a, b, difference?.a?.timeNs ?? difference?.b?.timeNs ?? null)),
    a.graphId === b.graphId ? "" : drawings(found),
    sectionOf("As text", preOf(text)),
  ];
  const title = isSame ? "Same" : "Different";
  const meta = '<meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">';
  const scheme = '<meta name="color-scheme" content="light dark">';
  const styles = `<style>${PAGE_STYLE}${STYLE}</style>`;
  const head = `<head>${meta}${scheme}<title>${title}: goldentape diff</title>${styles}</head>`;
  const header = `<header><p class="kicker">goldentape diff</p><h1>${title}</h1></header>`;
  const body = `<body>${header}<main>${sections.join("\n")}</main><footer></footer></body>`;
  return `<!doctype html><html lang="en">${head}${body}</html>\n`;
}

function factsOf(names: Names, a: RunResult, b: RunResult): readonly (readonly string[])[] {
  return [
    ["name", ...names],
    ["result", a.resultDigest, b.resultDigest],
    ["run", a.runId, b.runId],
    ["graph", a.graphId, b.graphId],
    ["dataset", datasetOf(a), datasetOf(b)],
    ["kernel", a.kernelDigest, b.kernelDigest],
    ["orders, fills", `${a.counts.orders}, ${a.counts.fills}`, `${b.counts.orders}, ${b.counts.fills}`],
    ["equity at the end", equityOf(a), equityOf(b)],
  ];
}

function datasetOf({ datasets: [dataset] }: RunResult): string {
  return dataset === undefined ? NONE : `${dataset.name} ${dataset.fingerprint}`;
}

function equityOf(run: RunResult): string {
  const last = run.tables().portfolio.equity.at(-1);
  return last === undefined ? NONE : `${mantissaText(last, run.currency.decimals)} ${run.currency.code}`;
}

function causeText({ cause }: RunDifference): string {
  if (cause === null) return "";
  const at = instantText(cause.timeNs);
  return cause.node === null
    ? `No node of both differs; the decision's inputs at ${at}:`
    : `It begins at ${cause.node.label}; values at ${at}:`;
}

/** Both graphs; nodes that differ in themselves are marked. */
function drawings({ a, b, graph }: RunDifference): string {
  const one = (name: "a" | "b", { plan }: RunResult): string => {
    const marked = new Set(graph.flatMap((change) => change[name]?.nodeId ?? []));
    const drawing = graphDrawing(reportNodes(plan.graph), marked);
    return drawing === "" ? "" : `<h3>${name}</h3><div class="scroll canvas">${drawing}</div>`;
  };
  const drawn = `${one("a", a)}${one("b", b)}`;
  return drawn === "" ? "" : sectionOf("Graphs", `<p class="note">Nodes that were changed are marked.</p>${drawn}`);
}

function sectionOf(title: string, html: string): string {
  return `<section><h2>${escaped(title)}</h2>${html}</section>`;
}

function preOf(text: string): string {
  return `<pre>${escaped(text)}</pre>`;
}

/** A table whose rows are marked where their last two cells differ. */
function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cellOf = (text: string): string =>
    `<td${/blake3:|\//.test(text) ? ' class="digest"' : ""}>${escaped(text)}</td>`;
  const lines = rows.map((row) => {
    const kind = row.at(-1) === row.at(-2) ? "" : ' class="differs"';
    return `<tr${kind}>${row.map(cellOf).join("")}</tr>`;
  });
  const titles = head.map((title) => `<th>${escaped(title)}</th>`).join("");
  return `<div class="scroll"><table><thead><tr>${titles}</tr></thead><tbody>${lines.join("")}</tbody></table></div>`;
}
