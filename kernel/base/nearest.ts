// Nearest text: the known word that a mistyped one was probably meant to be.

import { compareText } from "./order.js";

/**
 * The candidate with the fewest edits, or null when none is near: a third of the letters may differ, or a single one.
 *
 * Cost: the product of both lengths for each candidate, so it is for messages only.
 */
export function nearestText(text: string, candidates: Iterable<string>): string | null {
  let best: string | null = null;
  let bestEdits = Math.max(1, Math.floor(text.length / 3)) + 1;
  for (const candidate of [...candidates].sort(compareText)) {
    const edits = editCount(text.toLowerCase(), candidate.toLowerCase());
    if (edits < bestEdits) [best, bestEdits] = [candidate, edits];
  }
  return best;
}

/** Insertions, deletions and replacements that turn one text into the other (Levenshtein distance). */
function editCount(from: string, to: string): number {
  let above = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = (above[column - 1] as number) + (from[row - 1] === to[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, (above[column] as number) + 1, (current[column - 1] as number) + 1));
    }
    above = current;
  }
  return above[to.length] as number;
}
