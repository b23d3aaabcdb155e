// Contents beside bars, joined into one dataset.

import { describe, expect, it } from "vitest";
import { datasetOfContents, memoryContent, TAPE_SCHEMAS } from "../../../kernel/index.js";
import type { TapeContent, TapeKind } from "../../../kernel/index.js";
import { share } from "../run/small-tapes.js";
import { issueLinesOf } from "../graph/issues-of.js";

function content(kind: TapeKind, rows: readonly (readonly number[])[], symbol = "S", absent = ""): TapeContent {
  const fields = TAPE_SCHEMAS[kind].filter((field) => field.name !== absent);
  const columns = fields.map((_, index) => BigInt64Array.from(rows, (row) => BigInt(row[index] as number)));
  const interval = kind === "bars" ? "1m" : null;
  return memoryContent({ kind, instrument: share(symbol), interval, fields }, [{ rowCount: rows.length, columns }]);
}

const dataset = (...contents: TapeContent[]) => datasetOfContents("d", "blake3:x", contents);

describe("datasetOfContents", () => {
  it("hands every tape over by kind, with its columns by name", () => {
    const made = dataset(
      content("bars", [[60, 1, 2, 1, 2, 9]]),
      content("funding", [[8, -3, 100]]),
      content("actions", [[7, 4, 5, 6]]),
      content("status", [
        [1, 1],
        [2, 0],
      ]),
      content("conversion", [[3, 12]], "EUR/USD"),
      content("trades", [[1, 2, 3, 1, 4]]),
    );
    expect(made.bars.map((tape) => tape.rowCount)).toEqual([1]);
    const segment = <T>(tapes: readonly { segments(): Iterable<T> }[] | undefined) =>
      (tapes ?? []).flatMap((tape) => [...tape.segments()]);
    expect(segment(made.funding)).toEqual([{ rowCount: 1, time: big(8), rate: big(-3), markPrice: big(100) }]);
    expect(segment(made.actions)).toEqual([
      { rowCount: 1, time: big(7), priceFactor: big(4), splitFactor: big(5), referencePrice: big(6) },
    ]);
    expect(segment(made.status)).toEqual([{ rowCount: 2, time: big(1, 2), status: big(1, 0) }]);
    expect(segment(made.conversions)).toEqual([{ rowCount: 1, time: big(3), rate: big(12) }]);
    expect(made.conversions?.map(({ base, quote }) => [base, quote])).toEqual([["EUR", "USD"]]);
  });

  it("gives null for a column that the whole tape lacks", () => {
    const [tape] = dataset(content("funding", [[8, 1]], "S", "markPrice")).funding ?? [];
    expect([...(tape?.segments() ?? [])][0]?.markPrice).toBeNull();
  });

  it("asks a tape of conversion rates for its currencies, all at once", () => {
    const tapes = ["EURUSD", "EUR/GBP", "USD/USD"].map((symbol) => content("conversion", [[1, 1]], symbol));
    expect(issueLinesOf(() => dataset(...tapes))).toEqual([
      "instrument/fact dataset.EURUSD.symbol",
      "instrument/fact dataset.EUR/GBP.symbol",
      "instrument/fact dataset.USD/USD.symbol",
    ]);
  });
});

function big(...values: number[]): BigInt64Array {
  return BigInt64Array.from(values, BigInt);
}
