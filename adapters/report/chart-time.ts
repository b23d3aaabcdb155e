// Chart time: where an instant stands on the page's axes.
//
// Units: Unix seconds; a date's midnight where every tape's bars are a day or longer, because such bars have no time
// of day to show.

import { gatherBars, intervalNs, type BarsTape, type Study } from "../../kernel/index.js";

const DAY_SECONDS = 86_400;

const DAY_NS = 86_400_000_000_000n;

/** Whether every tape has bars of a day or longer, so that dates say all there is to say. */
export function isDaily(bars: readonly BarsTape[], study: Study): boolean {
  if (bars.length > 0) return bars.every((tape) => intervalNs(tape.interval) >= DAY_NS);
  return study.samples.row.length > 1 && study.samples.row.every((row, i) => row === i);
}

/** Seconds of a close; the midnight of its UTC day when bars are daily. */
export function chartSeconds(timeNs: bigint, daily: boolean): number {
  const seconds = Number((timeNs - 1n) / 1_000_000_000n);
  return daily ? Math.floor(seconds / DAY_SECONDS) * DAY_SECONDS : Number(timeNs / 1_000_000_000n);
}

/**
 * Says on which bar an event of an instrument happened: the time of the first bar that closes after it, so that a fill
 * at Tuesday's open is Tuesday's, whatever the clock said then. What happened up to a close, on the way through the bar
 * or at its end, is that bar's.
 */
export type BarTimeOf = (symbol: string, timeNs: bigint, isAtClose: boolean) => bigint;

/** Bar times of daily tapes, which are small; events of finer bars keep their own time. */
export function barTimes(bars: readonly BarsTape[], daily: boolean): BarTimeOf {
  const closes = new Map<string, BigInt64Array>();
  if (daily) {
    for (const tape of bars)
      if (!closes.has(tape.instrument.symbol)) closes.set(tape.instrument.symbol, gatherBars(tape).time);
  }
  return (symbol, timeNs, isAtClose) => {
    const times = closes.get(symbol);
    if (times === undefined || isAtClose) return timeNs;
    let low = 0;
    let high = times.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((times[middle] as bigint) <= timeNs) low = middle + 1;
      else high = middle;
    }
    return times[low] ?? timeNs;
  };
}
