// Candles: bars of a tape for a chart, several as one where there are more of them than can be drawn.
//
// How it works: rows of the range are cut into equal parts; highs and lows of the parts are found by the module.
//
// Always true:
//   every bar is in one candle, so that no extreme is left out.

import type { BarColumns, BarsTape, Dataset, FindExtremes } from "../../kernel/index.js";
import { firstAtOrAfter, InputError } from "../../kernel/index.js";
import type { Candles, CandlesTask } from "./worker-protocol.js";

/** @throws InputError `dataset/range` for a tape that the dataset does not have. */
export function candlesOf(dataset: Dataset, task: CandlesTask, extremes: FindExtremes): Candles {
  const tape = dataset.bars[task.tape];
  if (tape === undefined) {
    const expected = `an index below ${dataset.bars.length}`;
    throw new InputError([{ code: "dataset/range", path: "candles.tape", expected, received: String(task.tape) }]);
  }
  const rows = wholeOf(tape);
  const from = task.fromNs === null ? 0 : firstAtOrAfter(rows.time, task.fromNs);
  const to = task.toNs === null ? rows.rowCount : firstAtOrAfter(rows.time, task.toNs + 1n);
  const rowCount = Math.max(0, to - from);
  const count = Math.max(0, Math.min(rowCount, Math.floor(task.countMax)));
  const first = (part: number): number => from + Math.floor((part * rowCount) / count);
  const picked = (column: BigInt64Array, rowOf: (part: number) => number): BigInt64Array =>
    BigInt64Array.from({ length: count }, (_, part) => column[rowOf(part)] as bigint);
  const last = (part: number): number => first(part + 1) - 1;
  return {
    time: picked(rows.time, last),
    open: picked(rows.open, first),
    high: count === 0 ? new BigInt64Array(0) : extremes(rows.high.subarray(from, to), count).highest,
    low: count === 0 ? new BigInt64Array(0) : extremes(rows.low.subarray(from, to), count).lowest,
    close: picked(rows.close, last),
    rowCount,
  };
}

type PriceColumns = Pick<BarColumns, "rowCount" | "time" | "open" | "high" | "low" | "close">;

const whole = new WeakMap<BarsTape, PriceColumns>();

/** The rows of a tape in one piece: its only segment, or a copy of all, which is kept as long as the tape. */
function wholeOf(tape: BarsTape): PriceColumns {
  const known = whole.get(tape);
  if (known !== undefined) return known;
  const column = (): BigInt64Array => new BigInt64Array(tape.rowCount);
  const all = { time: column(), open: column(), high: column(), low: column(), close: column() };
  let at = 0;
  for (const segment of tape.segments()) {
    if (segment.rowCount === tape.rowCount) return keep(tape, segment);
    for (const [name, values] of Object.entries(all)) values.set(segment[name as keyof typeof all], at);
    at += segment.rowCount;
  }
  return keep(tape, { ...all, rowCount: tape.rowCount });
}

function keep(tape: BarsTape, rows: PriceColumns): PriceColumns {
  whole.set(tape, rows);
  return rows;
}
