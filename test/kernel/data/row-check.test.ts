// Checks of bars: each rule, with the row and the value.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RowCheck } from "../../../kernel/data/row-check.js";
import type { BlockColumn, ImportBlock } from "../../../kernel/data/row-check.js";
import { TAPE_SCHEMAS } from "../../../kernel/data/tape-schema.js";
import { share } from "../run/small-tapes.js";

const instrument = share("T");

interface Bar {
  readonly time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

const newCheck = (): RowCheck =>
  new RowCheck({
    kind: "bars",
    instrument,
    fields: TAPE_SCHEMAS.bars,
    places: [1, 2, 3, 4, 5, 6],
    prices: "positive",
    offTick: "refuse",
  });

/** @param wide Shifts every price by 2^60, so that none is a safe number any more. */
function blockOf(bars: readonly Bar[], wide = false): ImportBlock {
  const column = (pick: (bar: Bar) => number): BlockColumn => {
    if (!wide) return { safe: Float64Array.from(bars, pick), wide: new Map() };
    return {
      safe: new Float64Array(bars.length).fill(Number.NaN),
      wide: new Map(bars.map((bar, row) => [row, 2n ** 60n + BigInt(pick(bar))])),
    };
  };
  const columns = [column((b) => b.open), column((b) => b.high), column((b) => b.low), column((b) => b.close)];
  const volume: BlockColumn = { safe: Float64Array.from(bars, (b) => b.volume), wide: new Map() };
  return {
    rowCount: bars.length,
    time: BigInt64Array.from(bars, (b) => BigInt(b.time)),
    columns: [...columns, volume],
    isBad: new Uint8Array(bars.length),
  };
}

function badRows(blocks: readonly ImportBlock[]): number[] {
  const check = newCheck();
  return blocks.flatMap((block) => {
    check.check(block, () => undefined);
    return [...block.isBad];
  });
}

const small = fc.integer({ min: -1, max: 3 });
const bars = fc.array(
  fc.record({
    time: fc.integer({ min: 0, max: 6 }),
    open: small,
    high: small,
    low: small,
    close: small,
    volume: fc.integer({ min: -1, max: 2 }),
  }),
  { maxLength: 6 },
);

/** The rules, one by one, as they are written down. */
function model(list: readonly Bar[], positive: boolean): number[] {
  let last = -1;
  return list.map((bar) => {
    const prices = [bar.open, bar.high, bar.low, bar.close];
    const isFine =
      prices.every((price) => !positive || price > 0) &&
      bar.volume >= 0 &&
      bar.low <= Math.min(bar.open, bar.close) &&
      bar.high >= Math.max(bar.open, bar.close) &&
      bar.time > last;
    if (isFine) last = bar.time;
    return isFine ? 0 : 1;
  });
}

describe("the check of bars", () => {
  it("marks exactly the rows that break a rule", () => {
    fc.assert(
      fc.property(bars, (list) => {
        expect(badRows([blockOf(list)])).toEqual(model(list, true));
      }),
      { numRuns: 1_000 },
    );
  });

  it("says the same of values that need 64 bits", () => {
    fc.assert(
      fc.property(bars, (list) => {
        expect(badRows([blockOf(list, true)])).toEqual(model(list, false));
      }),
      { numRuns: 500 },
    );
  });

  it("does not depend on how the rows are cut into blocks", () => {
    fc.assert(
      fc.property(bars, fc.nat({ max: 6 }), (list, cut) => {
        expect(badRows([blockOf(list.slice(0, cut)), blockOf(list.slice(cut))])).toEqual(badRows([blockOf(list)]));
      }),
    );
  });

  it("names every rule that a row breaks", () => {
    const codes: string[] = [];
    const block = blockOf([{ time: 0, open: 5, high: 3, low: 4, close: 2, volume: 1 }]);
    newCheck().check(block, (_, problem) => codes.push(`${problem.code} ${problem.column} ${problem.expected}`));
    expect(codes).toEqual([
      "import/ohlc 3 a high at or above the open 0.05",
      "import/ohlc 4 a low at or below the close 0.02",
    ]);
  });
});
