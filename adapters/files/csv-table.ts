// CSV files as tables of text cells.
//
// How it works: bytes are cut into pieces of whole lines, outside of quotes; papaparse takes each piece apart
//   (1,000,000 rows of six columns in 0.8 s; csv-parse takes 2.0 s; uDSV 0.16 s, but it cannot say which row has a cell
//   too many).
//
// Always true:
//   the line of a row is the line on which it begins, from 1, counted also through quoted line breaks;
//   blank lines and comment lines hold no row.

import Papa from "papaparse";
import type { CsvLayout, RowProblem } from "../../kernel/index.js";
import { fault, joinedBytes, textOf } from "./opened-bytes.js";
import type { FileBytes } from "./opened-bytes.js";
import { LINE_BYTES_MAX } from "./file-table.js";
import type { FileBlock, FileTable } from "./file-table.js";

// Small enough that the rows of a piece die in the young generation: 1 MiB pieces cost a third more.
const PIECE_BYTES = 131_072;
const NEWLINE = 10;
const QUOTE = 34;

interface TextPiece {
  readonly text: string;
  /** Line of its first character, from 1. */
  readonly line: number;
}

/**
 * Opens a CSV file.
 *
 * @throws InputError `import/format` when it is not text, `import/line-length` when a line is longer than
 *   `LINE_BYTES_MAX`,
 *   `import/empty` when it has a header and nothing else is found before the first row is asked for.
 */
export function csvTable(bytes: FileBytes, layout: CsvLayout): FileTable {
  refuseBinary(bytes);
  const first = firstRow(bytes, layout);
  if (first === null) throw fault("import/empty", bytes.name, "a file with rows", "no line with text");
  const names = layout.header ? first.map((name) => name.trim()) : null;
  return { format: "csv", names, columnCount: first.length, manifest: null, blocks };
  function* blocks(): Generator<FileBlock> {
    let skipHeader = layout.header;
    for (const piece of textPieces(bytes)) {
      const block = parsePiece(piece, layout, first?.length ?? 0, skipHeader);
      if (block.sawRow) skipHeader = false;
      if (block.rowCount > 0) yield block;
    }
  }
}

/** Cells of the first row of a text, by the layout; null when there is none. Used for headers and for guesses. */
function firstRow(bytes: FileBytes, layout: CsvLayout): string[] | null {
  for (const piece of textPieces(bytes)) {
    const block = parsePiece(piece, layout, 0, false);
    if (block.rowCount > 0) return [...(block.rows[0] as string[])];
  }
  return null;
}

function refuseBinary(bytes: FileBytes): void {
  const { head, name } = bytes;
  if (head.includes(0)) {
    const isUtf16 = (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);
    throw fault("import/format", name, "CSV text in UTF-8", isUtf16 ? "UTF-16 text" : "bytes that are no text");
  }
}

/** Cuts text into pieces of whole lines. A line break inside quotes does not end a piece. */
function* textPieces(bytes: FileBytes): Generator<TextPiece> {
  let rest: Uint8Array = new Uint8Array(0);
  let line = 1;
  let isFirst = true;
  const decode = (part: Uint8Array): string => {
    const text = textOf(part);
    const withoutMark = isFirst && text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
    isFirst = false;
    return withoutMark;
  };
  for (const chunk of bytes.chunks()) {
    // Copied, because a chunk is overwritten by the next one.
    let whole: Uint8Array = joinedBytes(rest, chunk);
    while (whole.length >= PIECE_BYTES) {
      const end = pieceEnd(whole, PIECE_BYTES) || pieceEnd(whole, LINE_BYTES_MAX);
      if (end === 0) {
        if (whole.length > LINE_BYTES_MAX) throw longLine(bytes.name, line);
        break;
      }
      const part = whole.subarray(0, end);
      yield { text: decode(part), line };
      line += countByte(part, NEWLINE);
      whole = whole.subarray(end);
    }
    rest = whole;
  }
  if (rest.length > 0) yield { text: decode(rest), line };
}

function longLine(name: string, line: number): Error {
  return fault(
    "import/line-length",
    `${name}:${line}`,
    `a line of at most ${LINE_BYTES_MAX} bytes`,
    "a longer one, or a quote that is never closed",
  );
}

/** End of the last whole line within `limit` bytes that is outside of quotes; 0 when there is none. */
function pieceEnd(bytes: Uint8Array, limit: number): number {
  let end = Math.min(limit, bytes.length);
  let quotes = countByte(bytes.subarray(0, end), QUOTE);
  while (end > 0) {
    const newline = bytes.lastIndexOf(NEWLINE, end - 1);
    if (newline < 0) return 0;
    quotes -= countByte(bytes.subarray(newline, end), QUOTE);
    if (quotes % 2 === 0) return newline + 1;
    end = newline;
  }
  return 0;
}

function countByte(bytes: Uint8Array, byte: number): number {
  let count = 0;
  for (let at = bytes.indexOf(byte); at >= 0; at = bytes.indexOf(byte, at + 1)) count += 1;
  return count;
}

interface CsvBlock extends FileBlock {
  readonly rows: readonly string[][];
  /** True when the piece held any row, the header included. */
  readonly sawRow: boolean;
}

/** @param columnCount Cells that each row must have; 0 when that is not known yet. */
function parsePiece(piece: TextPiece, layout: CsvLayout, columnCount: number, skipHeader: boolean): CsvBlock {
  const { data, errors } = Papa.parse<string[]>(piece.text, { delimiter: layout.delimiter, newline: "\n" });
  const hasQuotes = piece.text.includes('"');
  const rows: string[][] = [];
  const lines: number[] = [];
  const problems: { row: number; problem: RowProblem }[] = [];
  const broken = new Map(errors.filter((one) => one.type === "Quotes").map((one) => [one.row ?? 0, one.message]));
  let line = piece.line;
  let sawRow = false;
  for (let index = 0; index < data.length; index += 1) {
    const cells = data[index] as string[];
    const begins = line;
    line += 1;
    if (hasQuotes) for (const cell of cells) line += countBreaks(cell);
    dropCarriageReturn(cells);
    if (cells.length === 1 && cells[0] === "") continue;
    if (layout.comment !== undefined && cells[0]?.startsWith(layout.comment) === true) continue;
    const isHeader = skipHeader && !sawRow;
    sawRow = true;
    if (isHeader) continue;
    const quoteFault = broken.get(index);
    if (quoteFault !== undefined) {
      problems.push({
        row: rows.length,
        problem: { code: "import/cell", column: null, expected: "closed quotes", received: quoteFault },
      });
    } else if (columnCount > 0 && cells.length !== columnCount) {
      problems.push({
        row: rows.length,
        problem: {
          code: "import/column",
          column: null,
          expected: `${columnCount} cells as in the first line`,
          received: `${cells.length}`,
        },
      });
    }
    rows.push(cells);
    lines.push(begins);
  }
  return {
    rowCount: rows.length,
    rows,
    sawRow,
    problems,
    lineOf: (row) => lines[row] as number,
    column: (index) => ({ kind: "rows", rows, index }),
    textOf: (row) => (rows[row] as string[]).join(layout.delimiter),
  };
}

function dropCarriageReturn(cells: string[]): void {
  const last = cells[cells.length - 1];
  if (last !== undefined && last.charCodeAt(last.length - 1) === 13) cells[cells.length - 1] = last.slice(0, -1);
}

function countBreaks(cell: string): number {
  let count = 0;
  for (let at = cell.indexOf("\n"); at >= 0; at = cell.indexOf("\n", at + 1)) count += 1;
  return count;
}
