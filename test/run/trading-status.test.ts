// Halts and price limits of a venue.

import { describe, expect, it } from "vitest";
import type { Decision, RunConfig } from "../../kernel/index.js";
import { bars, eq, graph, limitOrder, marketOrder, memoryStatus, runGraph, stopOrder } from "../../kernel/index.js";
import { share } from "../kernel/run/small-tapes.js";
import { engineFor } from "../model/kernel-run.js";
import type { Bar } from "./order-lines.js";
import { barsTape, flatBars, HOUR_NS, linesBefore } from "./order-lines.js";

const { close } = bars();
const when = eq(close, 100);
const [NORMAL, HALTED, LIMIT_UP, LIMIT_DOWN] = [0, 1, 2, 3];

/** A status from a time in quarters of an hour on. */
type Status = readonly [quarter: number, status: number];

/** Runs decisions that act in the first hour under trading statuses. */
function under(
  statuses: readonly Status[],
  prices: readonly Bar[],
  ...decisions: readonly Decision[]
): readonly string[] {
  const config: RunConfig = {
    cash: "100000",
    fees: { taker: 0 },
    slippage: { kind: "none" },
    participation: null,
    account: { kind: "margin", leverage: 10 },
  };
  const status = memoryStatus(share("A"), {
    time: BigInt64Array.from(statuses, ([quarter]) => (BigInt(quarter) * HOUR_NS) / 4n),
    status: BigInt64Array.from(statuses, ([, code]) => BigInt(code)),
  });
  const fingerprint = `blake3:${"0".repeat(64)}` as const;
  const dataset = { name: "status", fingerprint, bars: [barsTape("A", prices)], status: [status] };
  return linesBefore(runGraph(engineFor(), graph({ decisions }), dataset, config)).filter(
    (line) => !/ (order|terms) /.test(line),
  );
}

const FLAT = flatBars(10_000, 10_010, 10_020, 10_030, 10_040, 10_050);
const buy = marketOrder(5, { when });
const sell = marketOrder(-5, { when });

describe("a halt (B12)", () => {
  it("lets nothing trade in a bar that it began in, nor in one that opened under it", () => {
    expect(under([], FLAT, buy)).toEqual(["1 fill 1 5 @ 10010"]);
    expect(
      under(
        [
          [6, HALTED],
          [14, NORMAL],
        ],
        FLAT,
        buy,
      ),
    ).toEqual(["4 fill 1 5 @ 10040"]);
    expect(
      under(
        [
          [6, HALTED],
          [12, NORMAL],
        ],
        FLAT,
        buy,
      ),
    ).toEqual(["3 fill 1 5 @ 10030"]);
    expect(
      under(
        [
          [4, HALTED],
          [12, NORMAL],
        ],
        FLAT,
        sell,
      ),
    ).toEqual(["3 fill 1 -5 @ 10030"]);
    expect(under([[6, HALTED]], FLAT, buy)).toEqual([]);
  });

  it("touches neither limits nor stops that rest, but for their expiry", () => {
    const wild: Bar = [10_010, 12_000, 8_000, 10_010];
    const prices: readonly Bar[] = [...flatBars(10_000, 10_010), wild, ...flatBars(10_010, 10_010), wild];
    const limit = limitOrder(5, 90, { when });
    const stop = stopOrder(5, 110, { when });
    const brief = limitOrder(5, 91, { when, timeInForce: "gtd", goodFor: "3h" });
    expect(
      under(
        [
          [9, HALTED],
          [13, NORMAL],
        ],
        prices,
        limit,
      ),
    ).toEqual(["6 fill 1 5 @ 9000"]);
    expect(
      under(
        [
          [9, HALTED],
          [13, NORMAL],
        ],
        prices,
        stop,
      ),
    ).toEqual(["6 update 1 5 limit 0 trigger 11000", "6 fill 1 5 @ 11000"]);
    expect(
      under(
        [
          [9, HALTED],
          [17, NORMAL],
        ],
        prices,
        brief,
      ),
    ).toEqual(["4 end 1 expired 5"]);
  });
});

describe("a price limit of the venue", () => {
  it("leaves buyers without sellers at limit-up, and sellers without buyers at limit-down", () => {
    const up: readonly Status[] = [
      [3, LIMIT_UP],
      [13, NORMAL],
    ];
    const down: readonly Status[] = [
      [3, LIMIT_DOWN],
      [13, NORMAL],
    ];
    expect(under(up, FLAT, sell)).toEqual(["1 fill 1 -5 @ 10010"]);
    expect(under(down, FLAT, buy)).toEqual(["1 fill 1 5 @ 10010"]);
    expect(under(up, FLAT, buy)).toEqual(["4 fill 1 5 @ 10040"]);
    expect(under(down, FLAT, sell)).toEqual(["4 fill 1 -5 @ 10040"]);
  });

  it("holds for what rests and is reached, too", () => {
    const wild: Bar = [10_010, 12_000, 8_000, 10_010];
    const prices: readonly Bar[] = [...flatBars(10_000, 10_010), wild, ...flatBars(10_010, 10_010), wild];
    const rest: readonly Status[] = [
      [7, LIMIT_UP],
      [13, NORMAL],
    ];
    expect(under(rest, prices, limitOrder(5, 90, { when }))).toEqual(["6 fill 1 5 @ 9000"]);
    expect(under(rest, prices, limitOrder(-5, 110, { when }))).toEqual(["3 fill 1 -5 @ 11000"]);
    expect(under(rest, prices, stopOrder(5, 110, { when }))).toEqual([
      "6 update 1 5 limit 0 trigger 11000",
      "6 fill 1 5 @ 11000",
    ]);
  });
});
