// Row checks: what must hold of each row of an import, and between a row and the one before it.
//
// How it works: values arrive a block at a time as numbers, with a side table for those that need 64 bits. A row that
//   passes the plain comparisons of its kind costs nothing more; only a row that fails is looked at again, rule by
//   rule.
//
// Always true:
//   a row that is kept has every rule of its kind satisfied against the last row that was kept.
// Units: mantissas at the instrument's decimals; times in ns.

import { instantText } from "./civil-date.js";
import { mantissaText } from "../base/decimal.js";
import type { RowProblem } from "./problem.js";
import type { FieldSchema } from "./tape-schema.js";
import { fieldDecimals } from "./tape-schema.js";
import type { Instrument } from "../market/instrument.js";
import type { TapeKind } from "../market/tape.js";

/**
 * Values of one field for a block of rows. NaN in `safe` means: look in `wide`; not there either, the row has no value.
 */
export interface BlockColumn {
  readonly safe: Float64Array;
  readonly wide: Map<number, bigint>;
}

/** A block of rows on its way from a file to a tape. */
export interface ImportBlock {
  readonly rowCount: number;
  /** ns. */
  readonly time: BigInt64Array;
  /** The fields after the time, in the tape's order. */
  readonly columns: readonly BlockColumn[];
  /** 1 for a row that is already known to be bad; such rows are not checked further. Written by the check. */
  readonly isBad: Uint8Array;
}

export interface RowRules {
  readonly kind: TapeKind;
  readonly instrument: Instrument;
  /** The tape's fields, the time first. */
  readonly fields: readonly FieldSchema[];
  /** Column of the file that each field comes from, for messages. */
  readonly places: readonly (number | string | null)[];
  readonly prices: "positive" | "any";
  readonly offTick: "refuse" | "allow";
}

/** Kinds of which several rows may stand at one time; a row of the others says everything for its time. */
const MAY_REPEAT_TIMES: readonly TapeKind[] = ["trades", "quotes", "depth"];
const STATUS_MAX = 3;

/** Told about each problem: the row inside the block and what is wrong. */
export type ReportProblem = (row: number, problem: RowProblem) => void;

/** Checks the rows of one tape, block after block. */
export class RowCheck {
  /** Time of the last row that was kept. */
  private lastTime: bigint | null = null;
  private readonly rules: RowRules;
  private readonly stepNumber: number;

  constructor(rules: RowRules) {
    this.rules = rules;
    const { instrument, offTick } = rules;
    this.stepNumber =
      offTick === "allow" || instrument.tick > BigInt(Number.MAX_SAFE_INTEGER) ? 1 : Number(instrument.tick);
  }

  /** Checks a block in place: marks bad rows in `isBad` and reports why. */
  check(block: ImportBlock, report: ReportProblem): void {
    const isBars = this.rules.kind === "bars";
    const repeats = MAY_REPEAT_TIMES.includes(this.rules.kind);
    for (let row = 0; row < block.rowCount; row += 1) {
      if (block.isBad[row] === 1) continue;
      if (!(isBars && this.passesAsBar(block, row)) && !this.passesInDetail(block, row, report)) {
        block.isBad[row] = 1;
        continue;
      }
      const time = block.time[row] as bigint;
      if (this.lastTime !== null && (repeats ? time < this.lastTime : time <= this.lastTime)) {
        this.reportOrder(row, time, this.lastTime, report);
        block.isBad[row] = 1;
        continue;
      }
      this.lastTime = time;
    }
  }

  /** The common case: five safe positive numbers in the right relations. False means "look closer", not "wrong". */
  private passesAsBar(block: ImportBlock, row: number): boolean {
    const [opens, highs, lows, closes, volumes] = block.columns as [
      BlockColumn,
      BlockColumn,
      BlockColumn,
      BlockColumn,
      BlockColumn?,
    ];
    const open = opens.safe[row] as number;
    const high = highs.safe[row] as number;
    const low = lows.safe[row] as number;
    const close = closes.safe[row] as number;
    if (!(low > 0 && low <= open && low <= close && high >= open && high >= close)) return false;
    if (volumes !== undefined && !((volumes.safe[row] as number) >= 0)) return false;
    const step = this.stepNumber;
    return step === 1 || (open % step === 0 && high % step === 0 && low % step === 0 && close % step === 0);
  }

  private passesInDetail(block: ImportBlock, row: number, report: ReportProblem): boolean {
    const { fields, places, instrument, prices } = this.rules;
    let isFine = true;
    const wrong = (index: number, code: RowProblem["code"], expected: string, advice?: string): void => {
      isFine = false;
      const place = places[index] ?? null;
      const received = this.valueText(block, row, index);
      report(
        row,
        advice === undefined
          ? { code, column: place, expected, received }
          : { code, column: place, expected, received, advice },
      );
    };
    for (let index = 1; index < fields.length; index += 1) {
      const { unit, name } = fields[index] as FieldSchema;
      const value = valueAt(block.columns[index - 1] as BlockColumn, row);
      if (value === undefined) continue;
      if (unit === "price" && prices === "positive" && value <= 0)
        wrong(index, "import/price-sign", `${name} above zero`);
      if (unit === "size" && value < 0) wrong(index, "import/volume-sign", `${name} of zero or more`);
      if (unit === "status" && (value < 0 || value > STATUS_MAX))
        wrong(index, "import/cell", "0 normal, 1 halted, 2 limit-up or 3 limit-down");
      if (unit === "rate" && this.rules.kind !== "funding" && value <= 0)
        wrong(index, "import/price-sign", `${name} above zero`);
      if (unit === "price" && this.stepNumber !== 1 && BigInt(value) % instrument.tick !== 0n) {
        const tick = mantissaText(instrument.tick, instrument.priceDecimals);
        wrong(
          index,
          "import/tick",
          `${name} as a multiple of the tick ${tick}`,
          "State offTick: allow when the tape prints between ticks.",
        );
      }
    }
    if (isFine && this.rules.kind === "bars") this.checkRelations(block, row, wrong);
    return isFine;
  }

  private checkRelations(
    block: ImportBlock,
    row: number,
    wrong: (index: number, code: RowProblem["code"], expected: string) => void,
  ): void {
    const value = (index: number): number | bigint => valueAt(block.columns[index - 1] as BlockColumn, row) ?? 0;
    const [OPEN, HIGH, LOW, CLOSE] = [1, 2, 3, 4] as const;
    for (const [index, name] of [
      [OPEN, "open"],
      [CLOSE, "close"],
    ] as const) {
      if (value(HIGH) < value(index))
        wrong(HIGH, "import/ohlc", `a high at or above the ${name} ${this.valueText(block, row, index)}`);
      if (value(LOW) > value(index))
        wrong(LOW, "import/ohlc", `a low at or below the ${name} ${this.valueText(block, row, index)}`);
    }
  }

  private valueText(block: ImportBlock, row: number, index: number): string {
    const value = valueAt(block.columns[index - 1] as BlockColumn, row);
    const field = this.rules.fields[index] as FieldSchema;
    return value === undefined
      ? "nothing"
      : mantissaText(BigInt(value), fieldDecimals(field.unit, this.rules.instrument));
  }

  private reportOrder(row: number, time: bigint, last: bigint, report: ReportProblem): void {
    const column = this.rules.places[0] ?? null;
    if (time === last) {
      report(row, {
        code: "import/duplicate",
        column,
        expected: "one row for each time",
        received: `${instantText(time)} again`,
      });
    } else {
      report(row, {
        code: "import/unsorted",
        column,
        expected: `a time after ${instantText(last)}`,
        received: instantText(time),
      });
    }
  }
}

/**
 * Value of a row: a safe number, a wide one as BigInt, or undefined when the row has none. Both compare exactly with
 * each other.
 */
export function valueAt(column: BlockColumn, row: number): number | bigint | undefined {
  const safe = column.safe[row] as number;
  return Number.isNaN(safe) ? column.wide.get(row) : safe;
}
