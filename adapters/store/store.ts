// The store: datasets by their content, in a folder of this machine.
//
//     objects/<64 hex>/manifest.json   what the dataset is, with its fingerprint tree
//     objects/<64 hex>/tape-0.arrow    the columns of each tape
//     objects/<64 hex>/quarantine.jsonl  rows that the import set aside, when there were any
//     refs/<name>.jsonl                commits of a name, one line each: when, and which fingerprint
//     tmp/<process>-<count>/           a dataset that is being written
//
// How it works: a dataset is written whole into tmp/, synced, and then moved to its place in one rename; a name is
//   committed after that. A process that is killed at any point leaves either nothing or a whole dataset that no name
//   points to yet.
//
// Always true:
//   nothing in objects/ is ever written to again; a name only ever gets more commits;
//   the folder's name is the fingerprint of what is in it, unless the disk changed it, which `verify` finds and names.

import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import {
  compareTapes,
  factsOf,
  fingerprintContents,
  fingerprintDifferences,
  fingerprintDifferenceText,
  InputError,
  instantText,
  instrumentOf,
  TAPE_SCHEMAS,
} from "../../kernel/index.js";
import type { FieldSchema, FingerprintTree, Hasher, ImportRecord, Issue, TapeContent } from "../../kernel/index.js";
import { openArrowColumns } from "../files/arrow-columns.js";
import { writeArrow } from "../files/arrow-write.js";
import type { QuarantinedRow } from "../files/import-run.js";
import { checkName, parseRef } from "./dataset-name.js";
import { NODE_DISK, onDisk } from "./disk.js";
import type { Disk, DiskFile } from "./disk.js";
import { parseStoredManifest, STORED_FORMAT } from "./stored-manifest.js";
import type { StoredManifest, StoredTape } from "./stored-manifest.js";

/** A tape on its way into the store. */
export interface NewTape {
  readonly content: TapeContent;
  readonly imported: ImportRecord | null;
  readonly made: string | null;
  readonly quarantine: readonly QuarantinedRow[];
}

/** One commit of a name. */
export interface Commit {
  /** When it was made, ISO 8601 in UTC. */
  readonly asOf: string;
  readonly fingerprint: string;
}

/** A dataset in the store. */
export interface StoredDataset {
  readonly manifest: StoredManifest;
  /** Its tapes; rows are read from the disk as they are asked for. */
  readonly contents: readonly TapeContent[];
}

export interface AddResult {
  readonly fingerprint: string;
  /** False when the store had this content already. */
  readonly isNew: boolean;
}

export class Store {
  readonly root: string;
  private readonly hasher: Hasher;
  private readonly disk: Disk;
  private writes = 0;

  /** @param root Folder of the store; it is made when something is added. */
  constructor(root: string, hasher: Hasher, disk: Disk = NODE_DISK) {
    this.root = root;
    this.hasher = hasher;
    this.disk = disk;
  }

  /**
   * Adds a dataset under a name.
   *
   * @param asOf Instant of the commit, ISO 8601 in UTC.
   * @throws InputError `dataset/name`, `store/disk` when it cannot be written, `store/damaged` when the store has this
   *   dataset and its
   *   files are not what they should be.
   */
  add(name: string, tapes: readonly NewTape[], asOf: string): AddResult {
    checkName(name);
    const sorted = [...tapes].sort((a, b) => compareTapes(a.content, b.content));
    const tree = fingerprintContents(
      this.hasher,
      sorted.map((tape) => tape.content),
    );
    const { fingerprint } = tree;
    const isNew = !existsSync(this.objectPath(fingerprint));
    if (isNew) onDisk(this.root, () => this.writeObject(sorted, tree));
    else this.refuseDamaged(fingerprint);
    const last = this.commits(name).at(-1);
    if (last?.fingerprint !== fingerprint) onDisk(this.root, () => this.commit(name, { asOf, fingerprint }));
    return { fingerprint, isNew };
  }

  /** Names in the store, sorted. */
  names(): string[] {
    const folder = join(this.root, "refs");
    if (!existsSync(folder)) return [];
    const names = readdirSync(folder)
      .filter((file) => file.endsWith(".jsonl"))
      .map((file) => file.slice(0, -".jsonl".length));
    return names.sort((a, b) => (a < b ? -1 : 1));
  }

  /** Commits of a name, the oldest first; lines that a killed process left unfinished are passed over. */
  commits(name: string): Commit[] {
    const path = this.refPath(name);
    if (!existsSync(path)) return [];
    return readFileSync(path, "utf8")
      .split("\n")
      .flatMap((line) => commitOf(line) ?? []);
  }

  /**
   * Fingerprint that a reference stands for.
   *
   * @throws InputError `dataset/not-found` with the names that there are, `dataset/fingerprint` when no commit of the
   *   name fits the pin.
   */
  resolve(text: string): string {
    const ref = parseRef(text);
    if (ref.kind === "fingerprint") return ref.fingerprint;
    const commits = this.commits(ref.name);
    if (commits.length === 0) {
      const names = this.names();
      throw new InputError([
        {
          code: "dataset/not-found",
          path: text,
          expected: names.length === 0 ? `a dataset in ${this.root}` : `one of ${names.join(", ")}`,
          received: JSON.stringify(ref.name),
          advice: "Add it with goldentape dataset add.",
        },
      ]);
    }
    const { prefix, asOf } = ref;
    const fitting = commits.filter(
      (one) => (prefix === null || one.fingerprint.startsWith(prefix)) && (asOf === null || one.asOf <= asOf),
    );
    const found = fitting.at(-1);
    if (found === undefined) {
      const known = commits.map((one) => `${one.asOf} ${one.fingerprint.slice(0, 19)}`).join(", ");
      throw new InputError([
        {
          code: "dataset/fingerprint",
          path: text,
          expected: `one of the commits ${known}`,
          received: prefix ?? asOf ?? "",
        },
      ]);
    }
    return found.fingerprint;
  }

  /**
   * Opens a dataset by fingerprint. Sizes and layout are checked here; the rows themselves by `check`.
   *
   * @throws InputError `dataset/not-found`, `store/damaged`.
   */
  open(fingerprint: string): StoredDataset {
    const folder = this.objectPath(fingerprint);
    const path = join(folder, "manifest.json");
    if (!existsSync(folder)) {
      throw new InputError([
        {
          code: "dataset/not-found",
          path: fingerprint,
          expected: `a dataset in ${this.root}`,
          received: "none with this fingerprint",
        },
      ]);
    }
    if (!existsSync(path))
      throw new InputError([
        { code: "store/damaged", path, expected: "the manifest of a dataset", received: "no such file" },
      ]);
    const manifest = parseStoredManifest(readFileSync(path, "utf8"), path);
    if (manifest.fingerprint !== fingerprint || manifest.tree.fingerprint !== fingerprint) {
      throw new InputError([{ code: "store/damaged", path, expected: fingerprint, received: manifest.fingerprint }]);
    }
    return { manifest, contents: manifest.tapes.map((tape) => storedContent(folder, tape)) };
  }

  /** Everything that is not as it was written; empty when the dataset is whole. Reads every row. */
  check(fingerprint: string): Issue[] {
    const folder = this.objectPath(fingerprint);
    try {
      const { manifest, contents } = this.open(fingerprint);
      const tree = fingerprintContents(this.hasher, contents);
      if (tree.fingerprint === fingerprint) return [];
      const places = fingerprintDifferences(manifest.tree, tree).map(fingerprintDifferenceText);
      return (places.length === 0 ? ["its manifest is not the one it was written with"] : places).map((place) => ({
        code: "store/damaged" as const,
        path: folder,
        expected: fingerprint,
        received: place,
        advice: "Remove this folder and import the dataset again.",
      }));
    } catch (error) {
      if (error instanceof InputError)
        return error.issues.map((issue) => ({
          ...issue,
          path: issue.path.startsWith(folder) ? issue.path : join(folder, issue.path),
        }));
      throw error;
    }
  }

  /** Folder of a dataset. */
  objectPath(fingerprint: string): string {
    return join(this.root, "objects", fingerprint.replace(/^blake3:/, ""));
  }

  private refPath(name: string): string {
    return join(this.root, "refs", `${name}.jsonl`);
  }

  private commit(name: string, commit: Commit): void {
    this.disk.makeFolder(join(this.root, "refs"));
    this.disk.appendLine(this.refPath(name), JSON.stringify(commit));
    this.disk.syncFolder(join(this.root, "refs"));
  }

  private refuseDamaged(fingerprint: string): void {
    const issues = this.check(fingerprint);
    if (issues.length > 0) throw new InputError(issues);
  }

  private writeObject(tapes: readonly NewTape[], tree: FingerprintTree): void {
    this.removeLeftovers();
    const folder = this.freshFolder();
    try {
      this.disk.makeFolder(folder);
      const stored = tapes.map((tape, index) => this.writeTape(folder, `tape-${index}.arrow`, tape, tree.fingerprint));
      const rows = tapes.flatMap((tape) => tape.quarantine);
      if (rows.length > 0)
        this.writeText(join(folder, "quarantine.jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
      const manifest: StoredManifest = { format: STORED_FORMAT, fingerprint: tree.fingerprint, tapes: stored, tree };
      this.writeText(join(folder, "manifest.json"), `${JSON.stringify(manifest, null, 1)}\n`);
      this.disk.syncFolder(folder);
      this.disk.makeFolder(join(this.root, "objects"));
      this.disk.rename(folder, this.objectPath(tree.fingerprint));
      this.disk.syncFolder(join(this.root, "objects"));
    } catch (error) {
      this.disk.remove(folder);
      // Another process may have moved the same content to its place meanwhile; then there is nothing left to do.
      if (!existsSync(this.objectPath(tree.fingerprint))) throw error;
    }
  }

  /** A folder that is not there yet: a process that is gone may have had our number. */
  private freshFolder(): string {
    for (;;) {
      const folder = join(this.root, "tmp", `${process.pid}-${this.writes++}`);
      if (!existsSync(folder)) return folder;
    }
  }

  private writeTape(folder: string, file: string, tape: NewTape, fingerprint: string): StoredTape {
    const { content } = tape;
    const out = this.disk.createFile(join(folder, file));
    let byteCount = 0;
    try {
      const metadata = new Map([["goldentape.dataset", fingerprint]]);
      const sink = gathered(out, (count) => (byteCount += count));
      writeArrow(content, metadata, sink.write);
      sink.flush();
    } finally {
      out.close();
    }
    const { from, to } = rangeOf(content);
    return {
      file,
      byteCount,
      kind: content.kind,
      instrument: factsOf(content.instrument),
      interval: content.interval,
      rowCount: content.rowCount,
      fields: content.fields.map((field) => field.name),
      from: from === null ? "" : instantText(from),
      to: to === null ? "" : instantText(to),
      imported: tape.imported,
      made: tape.made,
    };
  }

  private writeText(path: string, text: string): void {
    const out = this.disk.createFile(path);
    try {
      out.write(new TextEncoder().encode(text));
    } finally {
      out.close();
    }
  }

  /** Removes what processes that are no more left unfinished. */
  private removeLeftovers(): void {
    const folder = join(this.root, "tmp");
    if (!existsSync(folder)) return;
    for (const name of readdirSync(folder)) {
      const owner = Number(name.split("-")[0]);
      if (owner !== process.pid && !isAlive(owner)) this.disk.remove(join(folder, name));
    }
  }
}

const PIECE_BYTES = 1_048_576;

/** Gathers small pieces, of which an Arrow file has many, into few writes. */
function gathered(
  file: DiskFile,
  written: (byteCount: number) => void,
): { write: (bytes: Uint8Array) => void; flush: () => void } {
  const buffer = new Uint8Array(PIECE_BYTES);
  let filled = 0;
  const flush = (): void => {
    if (filled > 0) file.write(buffer.subarray(0, filled));
    filled = 0;
  };
  const write = (bytes: Uint8Array): void => {
    written(bytes.length);
    if (filled + bytes.length > PIECE_BYTES) flush();
    if (bytes.length > PIECE_BYTES) return file.write(bytes);
    buffer.set(bytes, filled);
    filled += bytes.length;
  };
  return { write, flush };
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function commitOf(line: string): Commit | null {
  try {
    const value = JSON.parse(line) as Partial<Commit> | null;
    return typeof value?.asOf === "string" && typeof value.fingerprint === "string"
      ? { asOf: value.asOf, fingerprint: value.fingerprint }
      : null;
  } catch {
    return null;
  }
}

function storedContent(folder: string, tape: StoredTape): TapeContent {
  const path = join(folder, tape.file);
  const wrong = (expected: string, received: string): InputError =>
    new InputError([{ code: "store/damaged", path, expected, received }]);
  if (!existsSync(path)) throw wrong("the columns of a tape", "no such file");
  const { size } = statSync(path);
  if (size !== tape.byteCount) throw wrong(`${tape.byteCount} bytes`, String(size));
  const columns = openArrowColumns(path);
  if (columns.rowCount !== tape.rowCount) throw wrong(`${tape.rowCount} rows`, String(columns.rowCount));
  if (columns.names.join() !== tape.fields.join())
    throw wrong(`the columns ${tape.fields.join(", ")}`, columns.names.join(", "));
  const fields = TAPE_SCHEMAS[tape.kind].filter((field: FieldSchema) => tape.fields.includes(field.name));
  return {
    kind: tape.kind,
    instrument: instrumentOf(tape.instrument),
    interval: tape.interval,
    rowCount: tape.rowCount,
    fields,
    segments: columns.segments,
  };
}

/** Times of the first and the last row, null for a tape without rows. */
function rangeOf(content: TapeContent): { from: bigint | null; to: bigint | null } {
  let from: bigint | null = null;
  let to: bigint | null = null;
  for (const { columns, rowCount } of content.segments()) {
    if (rowCount === 0) continue;
    from ??= columns[0]?.[0] ?? null;
    to = columns[0]?.[rowCount - 1] ?? to;
  }
  return { from, to };
}
