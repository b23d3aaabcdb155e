// Laws of the synthetic tapes and the known answers of the generator below them.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { philox } from "../../datasets/philox.js";
import { parseSynthetic, syntheticTape, syntheticTapes } from "../../datasets/synthetic.js";
import type { BarsTape } from "../../kernel/index.js";
import { gatherBars, InputError } from "../../kernel/index.js";

describe("philox", () => {
  it("gives the known answers of Random123", () => {
    const words = new Uint32Array(4);
    philox(words, 0, 0, 0, 0, 0, 0);
    expect([...words]).toEqual([0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
    philox(words, -1, -1, -1, -1, -1, -1);
    expect([...words]).toEqual([0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]);
    philox(words, 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0);
    expect([...words]).toEqual([0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1]);
  });
});

describe("synthetic bars", () => {
  it("makes the same first rows on every machine", () => {
    const bars = gatherBars(syntheticTape({ seed: 7, rows: 3 }));
    expect({ ...bars, rowCount: 3 }).toMatchInlineSnapshot(`
      {
        "close": BigInt64Array {
          "0": 10004n,
          "1": 10009n,
          "2": 10008n,
        },
        "high": BigInt64Array {
          "0": 10004n,
          "1": 10009n,
          "2": 10009n,
        },
        "low": BigInt64Array {
          "0": 10000n,
          "1": 10004n,
          "2": 10006n,
        },
        "open": BigInt64Array {
          "0": 10000n,
          "1": 10004n,
          "2": 10009n,
        },
        "rowCount": 3,
        "time": BigInt64Array {
          "0": 1577836860000000000n,
          "1": 1577836920000000000n,
          "2": 1577836980000000000n,
        },
        "volume": BigInt64Array {
          "0": 3039n,
          "1": 1705n,
          "2": 305n,
        },
      }
    `);
  });

  it("keeps high and low around open and close, and rises in time by whole intervals", () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 1_000 }),
        fc.integer({ min: 0, max: 300 }),
        fc.constantFrom("1m", "1h", "1d"),
        (seed, rows, interval) => {
          const bars = gatherBars(syntheticTape({ seed, rows, interval, absentPpm: 50_000, jumpPpm: 20_000 }));
          for (let row = 0; row < rows; row += 1) {
            const at = (column: BigInt64Array): bigint => column[row] as bigint;
            expect(at(bars.low) <= at(bars.open) && at(bars.low) <= at(bars.close) && at(bars.low) > 0n).toBe(true);
            expect(at(bars.high) >= at(bars.open) && at(bars.high) >= at(bars.close)).toBe(true);
            if (row > 0) expect(at(bars.time) > (bars.time[row - 1] as bigint)).toBe(true);
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it("gives a prefix that does not depend on the number of rows, also across segments", () => {
    const long = gatherBars(syntheticTape({ seed: 3, rows: 70_000 }));
    const short = gatherBars(syntheticTape({ seed: 3, rows: 66_000 }));
    expect(long.close.subarray(0, 66_000)).toEqual(short.close);
    expect(long.time.subarray(0, 66_000)).toEqual(short.time);
  });

  it("gives each instrument of a set its own walk and sorts them by symbol", () => {
    const tapes = syntheticTapes({ seed: 1, rows: 10, instruments: 3 });
    expect(tapes.map((tape) => tape.instrument.symbol)).toEqual(["SYN001", "SYN002", "SYN003"]);
    expect(gatherBars(tapes[0] as never).close).not.toEqual(gatherBars(tapes[1] as never).close);
  });

  it("makes no bar that opens on a weekend when asked for weekdays", () => {
    const bars = gatherBars(syntheticTape({ seed: 1, rows: 50, interval: "1d", calendar: "weekdays" }));
    for (const time of bars.time) {
      const opened = new Date(Number(time / 1_000_000n) - 86_400_000).getUTCDay();
      expect(opened === 0 || opened === 6).toBe(false);
    }
  });

  it("reads its text form", () => {
    expect(parseSynthetic("synthetic:seed=7,rows=10,interval=1h,instruments=2")).toEqual({
      seed: 7,
      rows: 10,
      interval: "1h",
      instruments: 2,
    });
  });

  it("makes instruments of another class with the same bars", () => {
    const [share, perpetual] = ["", ",assetClass=crypto-perpetual"].map((more) =>
      syntheticTape(parseSynthetic(`synthetic:seed=7,rows=10${more}`)),
    ) as [BarsTape, BarsTape];
    expect([share.instrument.assetClass, perpetual.instrument.assetClass]).toEqual(["equity", "crypto-perpetual"]);
    expect([...perpetual.segments()]).toEqual([...share.segments()]);
    expect(() => syntheticTape({ seed: 1, rows: 1, assetClass: "stock" as never })).toThrow("synthetic.assetClass");
  });

  it("refuses options that are out of range or unknown, all at once", () => {
    const failure = (): unknown => {
      try {
        return parseSynthetic("synthetic:rows=x,colour=red");
      } catch (error) {
        return (error as InputError).issues.map((issue) => issue.path);
      }
    };
    expect(failure()).toEqual(["synthetic.rows", "synthetic.colour", "synthetic.seed", "synthetic.rows"]);
    expect(() => syntheticTape({ seed: 0.5, rows: 1 })).toThrow(InputError);
  });
});
