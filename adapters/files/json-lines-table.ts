// JSON lines as tables: one object or one array a line; a single JSON array of rows, as exchanges answer, is read as
// well.
//
// Always true:
//   a number is what JSON's own reading gives, so whole numbers beyond 2^53 must be text; the import refuses them
//   otherwise.

import type { RowProblem } from "../../kernel/index.js";
import { fault, textOf } from "./opened-bytes.js";
import type { FileBytes } from "./opened-bytes.js";
import type { FileBlock, FileTable } from "./file-table.js";
import { textLines } from "./text-lines.js";
import type { TextLine } from "./text-lines.js";

type JsonRow = readonly unknown[] | Readonly<Record<string, unknown>>;

const BLOCK_ROWS = 16_384;

/**
 * Opens JSON lines.
 *
 * @throws InputError `import/format` when the first row is neither an object nor an array, `import/truncated` when a
 *   JSON array ends early.
 */
export function jsonLinesTable(bytes: FileBytes): FileTable {
  const document = wholeArray(bytes);
  const first = document === null ? firstLine(bytes) : document[0];
  if (!isRow(first))
    throw fault("import/format", bytes.name, "a JSON object or array in each line", JSON.stringify(first).slice(0, 80));
  const names = Array.isArray(first) ? null : Object.keys(first);
  const columnCount = names?.length ?? (first as readonly unknown[]).length;
  const blocks = (): Iterable<FileBlock> =>
    document === null ? lineBlocks(bytes, names, columnCount) : documentBlocks(document, names, columnCount);
  return { format: "jsonl", names, columnCount, manifest: null, blocks };
}

function isRow(value: unknown): value is JsonRow {
  return typeof value === "object" && value !== null;
}

function firstLine(bytes: FileBytes): unknown {
  for (const { text, line } of textLines(bytes)) {
    if (text.trim() === "") continue;
    try {
      return JSON.parse(text);
    } catch {
      throw fault(
        "import/format",
        `${bytes.name}:${line}`,
        "a JSON object or array in each line",
        JSON.stringify(text.slice(0, 80)),
      );
    }
  }
  throw fault("import/empty", bytes.name, "a file with rows", "no line with text");
}

/** Rows of a file that is one JSON array of rows; null when it is JSON lines. */
function wholeArray(bytes: FileBytes): readonly unknown[] | null {
  const head = textOf(bytes.head);
  if (!/^\uFEFF?\s*\[\s*[[{]/.test(head)) return null;
  const text = textOf(bytes.whole());
  try {
    return JSON.parse(text) as unknown[];
  } catch (error) {
    throw fault("import/truncated", bytes.name, "a whole JSON array of rows", (error as Error).message);
  }
}

function* documentBlocks(
  document: readonly unknown[],
  names: readonly string[] | null,
  columnCount: number,
): Generator<FileBlock> {
  for (let from = 0; from < document.length; from += BLOCK_ROWS) {
    const part = document.slice(from, from + BLOCK_ROWS);
    yield jsonBlock(
      part.map((value, index) => ({ value, line: from + index + 1, text: "" })),
      names,
      columnCount,
    );
  }
}

interface ParsedLine {
  /** Undefined when the line is no JSON. */
  readonly value: unknown;
  readonly line: number;
  readonly text: string;
}

function* lineBlocks(bytes: FileBytes, names: readonly string[] | null, columnCount: number): Generator<FileBlock> {
  let lines: ParsedLine[] = [];
  for (const { text, line } of textLines(bytes)) {
    if (text === "" || text.trim() === "") continue;
    lines.push({ value: parsed({ text, line }), line, text });
    if (lines.length === BLOCK_ROWS) {
      yield jsonBlock(lines, names, columnCount);
      lines = [];
    }
  }
  if (lines.length > 0) yield jsonBlock(lines, names, columnCount);
}

function parsed({ text }: TextLine): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function jsonBlock(lines: readonly ParsedLine[], names: readonly string[] | null, columnCount: number): FileBlock {
  const problems: { row: number; problem: RowProblem }[] = [];
  for (const [row, { value, text }] of lines.entries()) {
    const problem = rowProblem(value, text, names, columnCount);
    if (problem !== null) problems.push({ row, problem });
  }
  const rows = lines.map(({ value }) => (isRow(value) ? value : []));
  const cell = (row: JsonRow, index: number): unknown =>
    names === null
      ? (row as readonly unknown[])[index]
      : (row as Readonly<Record<string, unknown>>)[names[index] ?? ""];
  return {
    rowCount: lines.length,
    problems,
    lineOf: (row) => lines[row]?.line ?? 0,
    column: (index) => ({ kind: "values", values: rows.map((row) => cell(row, index)), decimals: 0, instants: null }),
    textOf: (row) => lines[row]?.text || JSON.stringify(lines[row]?.value),
  };
}

function rowProblem(
  value: unknown,
  text: string,
  names: readonly string[] | null,
  columnCount: number,
): RowProblem | null {
  if (value === undefined)
    return { code: "import/cell", column: null, expected: "JSON", received: JSON.stringify(text.slice(0, 80)) };
  const isArray = Array.isArray(value);
  if (!isRow(value) || isArray !== (names === null)) {
    return {
      code: "import/column",
      column: null,
      expected: names === null ? "an array" : "an object",
      received: JSON.stringify(value).slice(0, 80),
    };
  }
  if (isArray && value.length !== columnCount) {
    return {
      code: "import/column",
      column: null,
      expected: `${columnCount} cells as in the first row`,
      received: String(value.length),
    };
  }
  return null;
}
