// Decisions section: how many recommendations were acted on, and why the others were not.
//
// Not here: the list itself (`decision-rows.ts`), which the page's script draws.

import { DECISION_KINDS, REASONS } from "../../kernel/index.js";
import type { RunTables } from "../../kernel/index.js";
import { count } from "./figures.js";

/** A table of outcomes by what was asked, the most frequent first. */
export function decisionCounts({ decisionRecords: records }: RunTables): string {
  const counts = new Map<string, number>();
  for (let row = 0; row < records.rowCount; row++) {
    const reason = REASONS[records.reason[row] as number] ?? "none";
    const outcome = records.acted[row] === 1 ? "acted" : `<code>${reason}</code>`;
    const key = `<td>${DECISION_KINDS[records.kind[row] as number] ?? "commitment"}</td><td>${outcome}</td>`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const rows = [...counts]
    .sort(([a, first], [b, second]) => second - first || (a < b ? -1 : 1))
    .map(([cells, times]) => `<tr>${cells}<td class="num">${count(times)}</td></tr>`);
  const head = `<th scope="col">Asked</th><th scope="col">Outcome</th><th scope="col" class="num">Times</th>`;
  return `<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
}
