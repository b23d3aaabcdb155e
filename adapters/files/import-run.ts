// Tape import: files and a manifest to one tape, or to everything that is wrong with them.
//
// Always true:
//   a row is either on the tape or in the quarantine, never lost, moved or mended;
//   with the policy `refuse`, one problem anywhere means no tape;
//   the rows of several files follow each other in the order in which the files were given.

import {
  fieldDecimals,
  gapsAgainst,
  gapsContinuous,
  InputError,
  instantText,
  intervalNs,
  memoryContent,
  ProblemList,
  RowCheck,
} from "../../kernel/index.js";
import type {
  BlockColumn,
  ColumnRef,
  ContentSegment,
  FieldSchema,
  GapReport,
  ImportBlock,
  ImportedFile,
  ImportManifest,
  ImportRecord,
  NumberRule,
  RowProblem,
  TapeContent,
} from "../../kernel/index.js";
import { expectedCloses } from "./calendar-instants.js";
import { fault } from "./opened-bytes.js";
import type { FileBytes } from "./opened-bytes.js";
import type { FileBlock, FileTable } from "./file-table.js";
import { checkManifest } from "./manifest-check.js";
import type { CheckedManifest } from "./manifest-check.js";
import { fieldReader, readNumbers } from "./number-reader.js";
import type { NumberField } from "./number-reader.js";
import { openTable } from "./open-table.js";
import { SegmentBuilder } from "./segment-builder.js";
import { dayOfDate, timeReader } from "./time-reader.js";
import type { TimeReader } from "./time-reader.js";

/** A row that was set aside. */
export interface QuarantinedRow {
  readonly file: string;
  /** Line, or row number of a typed file, from 1. */
  readonly line: number;
  readonly text: string;
  readonly problems: readonly RowProblem[];
}

export interface ImportedTape {
  readonly content: TapeContent;
  readonly record: ImportRecord;
  readonly quarantine: readonly QuarantinedRow[];
}

/**
 * Imports one tape.
 *
 * @param files One or more files of one layout, in order of time; each is opened when those before it are read.
 * @throws InputError with every issue: of the manifest, of each file as a whole, and of rows by example and count.
 */
export async function importOpened(
  files: readonly (() => FileBytes)[],
  manifest: ImportManifest,
): Promise<ImportedTape> {
  const checked = checkManifest(manifest);
  const run = new ImportRun(checked);
  for (const open of files) await run.readFile(open);
  return run.finish();
}

/** Where the values of one field come from: one column, or the middle of two. */
interface FieldSource {
  readonly field: NumberField;
  readonly columns: readonly number[];
}

class ImportRun {
  private readonly checked: CheckedManifest;
  private readonly problems = new ProblemList();
  private readonly fileFaults: InputError[] = [];
  private readonly quarantine: QuarantinedRow[] = [];
  private readonly builder: SegmentBuilder;
  private readonly files: ImportedFile[] = [];
  private check: RowCheck | null = null;
  private rowsRead = 0;
  private columnsUnused: readonly string[] = [];

  constructor(checked: CheckedManifest) {
    this.checked = checked;
    this.builder = new SegmentBuilder(checked.fields.length);
  }

  async readFile(open: () => FileBytes): Promise<void> {
    try {
      const bytes = open();
      const rowsBefore = this.rowsRead;
      const table = openTable(bytes, this.checked.manifest);
      await this.readTable(bytes, table);
      this.files.push({ name: bytes.name, ...bytes.digest(), rowCount: this.rowsRead - rowsBefore });
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      this.fileFaults.push(error);
    }
  }

  private async readTable(bytes: FileBytes, table: FileTable): Promise<void> {
    const { manifest, fields, instrument } = this.checked;
    const resolved = resolveColumns(manifest, fields, table, bytes.name);
    this.columnsUnused = unusedColumns(table, resolved.sources);
    const places = resolved.sources.map((columns) => placeOf(table, columns[0] ?? 0));
    const baseDay = manifest.time.unit === "ms-of-day" ? baseDayOf(manifest, bytes.name) : null;
    const interval = manifest.kind === "bars" ? (manifest.interval ?? null) : null;
    const times = timeReader(manifest.time, interval, baseDay, places[0] ?? null) as TimeReader;
    const sources = fields.slice(1).map((field, index): FieldSource => ({
      field: {
        name: field.name,
        decimals: fieldDecimals(field.unit, instrument),
        optional: field.optional,
        place: places[index + 1] ?? null,
        rule: ruleOf(manifest, field),
      },
      columns: resolved.sources[index + 1] ?? [],
    }));
    this.check ??= new RowCheck({
      kind: manifest.kind,
      instrument,
      fields,
      places,
      prices: manifest.prices ?? "positive",
      offTick: manifest.offTick ?? "refuse",
    });
    const used = [...new Set(resolved.sources.flat())];
    for await (const block of table.blocks(used))
      this.readBlock(bytes.name, block, resolved.sources[0]?.[0] ?? 0, times, sources);
  }

  private readBlock(
    file: string,
    block: FileBlock,
    timeColumn: number,
    times: TimeReader,
    sources: readonly FieldSource[],
  ): void {
    const { rowCount } = block;
    const isBad = new Uint8Array(rowCount);
    const byRow = new Map<number, RowProblem[]>();
    const report = (row: number, problem: RowProblem): void => {
      // A row that the file reader found broken is not blamed cell by cell as well.
      if (isBad[row] === 2) return;
      isBad[row] = 1;
      const known = byRow.get(row);
      if (known === undefined) byRow.set(row, [problem]);
      else known.push(problem);
    };
    for (const { row, problem } of block.problems) {
      report(row, problem);
      isBad[row] = 2;
    }
    const time = new BigInt64Array(rowCount);
    times.read(block.column(timeColumn), rowCount, time, report);
    const columns = sources.map((source) => readField(block, source, report));
    for (let row = 0; row < rowCount; row += 1) if (isBad[row] === 2) isBad[row] = 1;
    const ready: ImportBlock = { rowCount, time, columns, isBad };
    this.check?.check(ready, report);
    this.builder.append(ready);
    this.rowsRead += rowCount;
    this.keepProblems(file, block, byRow);
  }

  private keepProblems(file: string, block: FileBlock, byRow: ReadonlyMap<number, readonly RowProblem[]>): void {
    for (const row of [...byRow.keys()].sort((a, b) => a - b)) {
      const problems = byRow.get(row) ?? [];
      const line = block.lineOf(row);
      for (const problem of problems) this.problems.add(file, line, problem);
      if (this.checked.manifest.problems === "quarantine")
        this.quarantine.push({ file, line, text: block.textOf(row), problems });
    }
  }

  finish(): ImportedTape {
    const { manifest, fields, instrument } = this.checked;
    const mustRefuse = manifest.problems === "refuse" && this.problems.count > 0;
    const issues = this.fileFaults.flatMap((error) => error.issues);
    if (mustRefuse) issues.push(...this.problems.issues());
    if (issues.length > 0) throw new InputError(issues);
    if (this.builder.rowCount === 0) {
      const received = this.rowsRead === 0 ? "no rows" : `${this.rowsRead} rows, all of them with problems`;
      throw new InputError([
        { code: "import/empty", path: this.files[0]?.name ?? "import", expected: "a file with rows", received },
        ...this.problems.issues(),
      ]);
    }
    const interval = manifest.kind === "bars" ? (manifest.interval as string) : null;
    const content = memoryContent({ kind: manifest.kind, instrument, interval, fields }, this.builder.finish());
    const gaps = findGaps(manifest, content);
    if (gaps !== null && gaps.absent > 0 && manifest.gaps === "refuse")
      throw gapError(this.files[0]?.name ?? "import", gaps);
    const record: ImportRecord = {
      files: this.files,
      manifest,
      rowsRead: this.rowsRead,
      rowsKept: content.rowCount,
      rowsQuarantined: this.rowsRead - content.rowCount,
      problems: Object.fromEntries(this.problems.counts()),
      columnsUnused: this.columnsUnused,
      gaps:
        gaps === null
          ? null
          : {
              absent: gaps.absent,
              runs: gaps.runs,
              longest: gaps.longest.map((gap) => ({
                from: instantText(gap.from),
                to: instantText(gap.to),
                count: gap.count,
              })),
            },
    };
    return { content, record, quarantine: this.quarantine };
  }
}

function ruleOf(manifest: ImportManifest, field: FieldSchema): NumberRule {
  const rule =
    field.unit === "price"
      ? manifest.price
      : field.unit === "size"
        ? manifest.size
        : field.unit === "rate"
          ? manifest.rate
          : undefined;
  return rule ?? {};
}

/** Column indices of each field: one, or two for a middle. */
function resolveColumns(
  manifest: ImportManifest,
  fields: readonly FieldSchema[],
  table: FileTable,
  file: string,
): { readonly sources: readonly (readonly number[])[] } {
  const issues: InputError["issues"][number][] = [];
  const one = (ref: string | number): number => {
    const index = typeof ref === "number" ? ref : (table.names?.indexOf(ref) ?? -1);
    if (index >= 0 && index < table.columnCount) return index;
    const known =
      table.names === null
        ? `an index from 0 to ${table.columnCount - 1}, because the file has no names`
        : `one of ${table.names.join(", ")}`;
    issues.push({ code: "import/column", path: file, expected: known, received: JSON.stringify(ref) });
    return 0;
  };
  const sources = fields.map((field) => {
    const ref = manifest.columns[field.name] as ColumnRef;
    return typeof ref === "object" ? [one(ref.mid[0]), one(ref.mid[1])] : [one(ref)];
  });
  if (issues.length > 0) throw new InputError(issues);
  return { sources };
}

function unusedColumns(table: FileTable, sources: readonly (readonly number[])[]): string[] {
  const used = new Set(sources.flat());
  return Array.from({ length: table.columnCount }, (_, index) => index)
    .filter((index) => !used.has(index))
    .map((index) => table.names?.[index] ?? String(index));
}

/** How a message names a column: by number from 1 in a text file, by name in a typed one. */
function placeOf(table: FileTable, index: number): number | string {
  return table.format === "csv" ? index + 1 : (table.names?.[index] ?? index + 1);
}

function baseDayOf(manifest: ImportManifest, file: string): number {
  const stated = manifest.time.baseDate as string;
  const text = stated === "file-name" ? /(?<![0-9])[0-9]{8}(?![0-9])/.exec(file)?.[0] : stated;
  const day = text === undefined ? null : dayOfDate(text);
  if (day === null)
    throw fault(
      "import/time",
      file,
      "a date of eight digits in the file's name",
      file,
      "State time.baseDate in the manifest.",
    );
  return day;
}

function readField(
  block: FileBlock,
  source: FieldSource,
  report: (row: number, problem: RowProblem) => void,
): BlockColumn {
  const { field, columns } = source;
  const read = (index: number): BlockColumn => {
    const out: BlockColumn = { safe: new Float64Array(block.rowCount), wide: new Map() };
    readNumbers(block.column(index), block.rowCount, field, fieldReader(field), out, report);
    return out;
  };
  const first = read(columns[0] ?? 0);
  return columns[1] === undefined ? first : middle(first, read(columns[1]), field, report);
}

/** The middle of two columns, exact or a problem of the row. */
function middle(
  a: BlockColumn,
  b: BlockColumn,
  field: NumberField,
  report: (row: number, problem: RowProblem) => void,
): BlockColumn {
  const safe = a.safe.map((value, row) => {
    const sum = value + (b.safe[row] as number);
    if (Number.isNaN(sum))
      report(row, {
        code: "import/cell",
        column: field.place,
        expected: `two numbers for ${field.name}`,
        received: "one or none",
      });
    else if (sum % 2 !== 0) {
      report(row, {
        code: "import/decimals",
        column: field.place,
        expected: `a middle of ${field.name} with at most ${field.decimals} decimals`,
        received: `half of ${sum} units`,
        advice: "State one more decimal for the instrument, or take one side.",
      });
    }
    return sum / 2;
  });
  return { safe, wide: new Map() };
}

function findGaps(manifest: ImportManifest, content: TapeContent): GapReport | null {
  const { calendar, interval, time } = manifest;
  if (calendar === null || interval === undefined) return null;
  const segments = [...content.segments()];
  if (calendar.kind === "continuous") return gapsContinuous(timesOf(segments), intervalNs(interval));
  const first = segments[0]?.columns[0]?.[0] as bigint;
  const lastTimes = segments[segments.length - 1]?.columns[0] as BigInt64Array;
  const last = lastTimes[lastTimes.length - 1] as bigint;
  const timing = { interval, zone: time.zone, closeTime: time.closeTime ?? null };
  return gapsAgainst(timesOf(segments), expectedCloses(calendar, timing, first, last));
}

function* timesOf(segments: readonly ContentSegment[]): Generator<bigint> {
  for (const segment of segments) yield* segment.columns[0] as BigInt64Array;
}

function gapError(file: string, gaps: GapReport): InputError {
  const issues = gaps.longest.slice(0, 10).map((gap) => ({
    code: "import/gap" as const,
    path: file,
    expected: "a bar at every close of the calendar",
    received:
      gap.count === 1
        ? `none at ${instantText(gap.from)}`
        : `none from ${instantText(gap.from)} to ${instantText(gap.to)}, ${gap.count} bars`,
  }));
  if (gaps.runs > issues.length) {
    issues.push({
      code: "import/gap",
      path: file,
      expected: "none like these",
      received: `${gaps.runs - issues.length} more runs, ${gaps.absent} absent bars in all`,
    });
  }
  return new InputError(
    issues.map((issue, index) =>
      index === 0 ? { ...issue, advice: 'State gaps: "report" when absent bars are right.' } : issue,
    ),
  );
}
