// Prices of a run: the closes that its positions are valued at, instrument by instrument.

import type { RunResult } from "../../../kernel/index.js";

/** Closes of one instrument in the order of time. */
interface Closes {
  readonly times: readonly bigint[];
  readonly closes: readonly bigint[];
  /** Closes that were given out. */
  next: number;
}

/** A close, as a mantissa of its instrument. */
export interface Close {
  readonly instrument: number;
  readonly price: bigint;
}

/** Walks through the closes of a run's instruments, on the tapes that their orders fill on. */
export class RunPrices {
  private readonly instruments: readonly Closes[];

  constructor({ plan }: RunResult) {
    this.instruments = plan.instruments.map((_, index) => {
      const stream = plan.streams.find(({ instrument, executes }) => instrument === index && executes);
      const segments = stream === undefined ? [] : [...stream.tape.segments()];
      const column = (name: "time" | "close") =>
        segments.flatMap((segment) => [...segment[name].subarray(0, segment.rowCount)]);
      return { times: column("time"), closes: column("close"), next: 0 };
    });
  }

  /** The newest close of each instrument that had one up to `time` and after the call before. */
  upTo(time: bigint): readonly Close[] {
    return this.instruments.flatMap((closes, instrument) => {
      const before = closes.next;
      while (closes.next < closes.times.length && (closes.times[closes.next] as bigint) <= time) closes.next++;
      return closes.next === before ? [] : [{ instrument, price: closes.closes[closes.next - 1] as bigint }];
    });
  }
}
