// Ambiguous trades: which trades were held in a bar that does not say what happened.
//
// A record of such a bar stands in the log behind the fills of its walk. A trade was held in it when it began before
// the record, and ended after it or in the walk itself, at the bar's close time. What ended at the bar's open was not.
//
// Always true:
//   every such bar of an instrument belongs to every trade of it that was held in it.

import type { AmbiguityTable } from "../log/tables.js";
import { AMBIGUITY_KINDS } from "../log/tables.js";
import type { Held, Trade } from "./trade.js";

const EXACT = AMBIGUITY_KINDS.indexOf("exact");

/** The trades, each with the bars of its life that are ambiguous. O(trades x log bars + bars held). */
export function markAmbiguous(trades: readonly Held[], ambiguities: AmbiguityTable): readonly Trade[] {
  const rowsOf = new Map<number, number[]>();
  for (let row = 0; row < ambiguities.rowCount; row++) {
    const instrument = ambiguities.instrument[row] as number;
    const rows = rowsOf.get(instrument) ?? [];
    rows.push(row);
    rowsOf.set(instrument, rows);
  }
  return trades.map((trade) => {
    const rows = heldIn(trade, rowsOf.get(trade.instrument) ?? [], ambiguities);
    const isExact = (row: number): boolean => ambiguities.kind[row] === EXACT;
    return { ...trade, ambiguous: rows.some(isExact), heuristic: !rows.every(isExact), ambiguities: rows };
  });
}

/** Those of `rows`, all of the trade's instrument, in which it was held. */
function heldIn(trade: Held, rows: readonly number[], { fills, time }: AmbiguityTable): readonly number[] {
  const first = firstWhere(rows, (row) => (fills[row] as number) > trade.entryFill);
  const isHeld = (row: number): boolean =>
    !trade.closed || (fills[row] as number) <= trade.exitFill || time[row] === trade.exitTime;
  let end = first;
  while (end < rows.length && isHeld(rows[end] as number)) end++;
  return rows.slice(first, end);
}

/** Index of the first of `rows` for which `isSo` holds, which then holds for all behind it. */
function firstWhere(rows: readonly number[], isSo: (row: number) => boolean): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isSo(rows[middle] as number)) high = middle;
    else low = middle + 1;
  }
  return low;
}
