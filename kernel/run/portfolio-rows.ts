// Portfolio rows of a run, taken out of the data plane's columns as they fill up.
//
// Always true:
//   the newest row stays in place until the run is closed, because the data plane may still write it anew.

import * as abi from "../../assembly/abi-run.js";
import type { Layout } from "../plan/layout.js";
import type { PortfolioTable } from "../log/tables.js";

/** Columns of the portfolio. */
export const PORTFOLIO_COLUMNS = 4;

export class PortfolioRows {
  private readonly memory: ArrayBuffer;
  private readonly layout: Layout;
  private readonly pieces: BigInt64Array[][] = [];
  private finished = false;
  /** With spans, rows may still change; drained only when the columns are nearly full, to keep the calls few. */
  private readonly spans: boolean;

  constructor(memory: ArrayBuffer, layout: Layout, spans: boolean) {
    this.memory = memory;
    this.layout = layout;
    this.spans = spans;
  }

  /** Takes all rows but the newest. */
  drain(): void {
    const used = this.used();
    const { portfolioRows } = this.layout;
    if (used < 2 || (this.spans && used < portfolioRows)) return;
    this.take(used - 1);
    for (let column = 0; column < PORTFOLIO_COLUMNS; column++) {
      const rows = this.column(column, portfolioRows);
      rows[0] = rows[used - 1] as bigint;
    }
    this.setUsed(1);
  }

  /** Takes all rows: from here on the memory may serve another run. */
  finish(): void {
    const used = this.used();
    if (used > 0) this.take(used);
    this.setUsed(0);
    this.finished = true;
  }

  /** Rows that were taken out of the memory, in one piece a column. */
  takenRows(): readonly BigInt64Array[] {
    return Array.from({ length: PORTFOLIO_COLUMNS }, (_, column) => this.gathered(column, []));
  }

  /** Starts from rows that an earlier replay of the run had taken. */
  resume(columns: readonly BigInt64Array[]): void {
    const [first] = columns;
    if (first === undefined || first.length === 0) return;
    this.pieces.push([...columns]);
  }

  /** Drops the rows that were taken out of the memory. */
  forget(): void {
    this.pieces.length = 0;
  }

  /** The rows in memory, column by column. */
  heldRows(): readonly BigInt64Array[] {
    return Array.from({ length: PORTFOLIO_COLUMNS }, (_, column) => this.column(column, this.used()));
  }

  private take(count: number): void {
    this.pieces.push(Array.from({ length: PORTFOLIO_COLUMNS }, (_, column) => this.column(column, count).slice()));
  }

  /** All rows so far, in one piece. */
  table(): PortfolioTable {
    const held = this.heldRows();
    const columns = held.map((rows, column) => this.gathered(column, [rows])) as [
      BigInt64Array,
      BigInt64Array,
      BigInt64Array,
      BigInt64Array,
    ];
    return {
      rowCount: columns[0].length,
      time: columns[0],
      equity: columns[1],
      cash: columns[2],
      exposureGross: columns[3],
    };
  }

  private gathered(column: number, more: readonly BigInt64Array[]): BigInt64Array {
    const parts = [...this.pieces.map((piece) => piece[column] as BigInt64Array), ...more];
    const whole = new BigInt64Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  private column(column: number, count: number): BigInt64Array {
    return new BigInt64Array(this.memory, this.layout.portfolio + column * this.layout.portfolioRows * 8, count);
  }

  private used(): number {
    if (this.finished || this.layout.portfolioRows === 0) return 0;
    return new DataView(this.memory).getInt32(this.layout.header + abi.RUN_PORTFOLIO_USED, true);
  }

  private setUsed(count: number): void {
    new DataView(this.memory).setInt32(this.layout.header + abi.RUN_PORTFOLIO_USED, count, true);
  }
}
