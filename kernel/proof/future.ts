// Futures: a dataset that is cut off after an instant, or whose bars after it are others.
//
// Always true:
//   bars that close at or before the instant are those of the dataset; the others keep their times;
//   an altered bar is a bar: its high is the highest, its low the lowest, every price is above zero.

import { digestJson } from "../base/digest.js";
import type { BarColumns, BarsTape, Dataset } from "../market/tape.js";
import { sliceBars } from "../market/tape-memory.js";
import { firstAtOrAfter } from "../run/feed.js";

/** What becomes of the bars after the instant. */
export type FutureKind = "cut" | "altered";

/** The dataset with another future after `afterNs`, under a fingerprint of its own. Bars are made as they are read. */
export function withFuture(dataset: Dataset, afterNs: bigint, kind: FutureKind): Dataset {
  const content = { dataset: dataset.fingerprint, afterNs: afterNs.toString(), kind };
  const fingerprint = digestJson("goldentape 2026 future v1", content);
  const bars = dataset.bars.map((tape) => (kind === "cut" ? cutTape(tape, afterNs) : alteredTape(tape, afterNs)));
  return { ...dataset, fingerprint, bars };
}

function cutTape(tape: BarsTape, afterNs: bigint): BarsTape {
  const upTo = (segment: BarColumns): number => firstAtOrAfter(segment.time, afterNs + 1n);
  let rowCount = 0;
  for (const segment of tape.segments()) rowCount += upTo(segment);
  return {
    ...tape,
    rowCount,
    *segments() {
      for (const segment of tape.segments()) {
        const rows = upTo(segment);
        if (rows > 0) yield sliceBars(segment, 0, rows);
        if (rows < segment.rowCount) return;
      }
    },
  };
}

function alteredTape(tape: BarsTape, afterNs: bigint): BarsTape {
  return {
    ...tape,
    *segments() {
      for (const segment of tape.segments()) {
        const first = firstAtOrAfter(segment.time, afterNs + 1n);
        yield first === segment.rowCount ? segment : alteredBars(segment, first);
      }
    },
  };
}

const SHIFTS = 401n;

/** Every bar from row `first` on stands up to two parts in a hundred higher or lower, each by an amount of its own. */
function alteredBars(bars: BarColumns, first: number): BarColumns {
  const shifts = bars.close.map((close, row) => {
    if (row < first) return 0n;
    const share = ((BigInt(row) * 7919n) % SHIFTS) - SHIFTS / 2n;
    const shift = (close * share) / 10_000n || 1n;
    return (bars.low[row] as bigint) + shift > 0n ? shift : -shift;
  });
  const shifted = (prices: BigInt64Array): BigInt64Array => prices.map((price, row) => price + (shifts[row] as bigint));
  const { open, high, low, close, volume } = bars;
  return {
    ...bars,
    open: shifted(open),
    high: shifted(high),
    low: shifted(low),
    close: shifted(close),
    volume: volume?.map((lots, row) => (row < first ? lots : lots + (lots >> 1n) + 1n)) ?? null,
  };
}
