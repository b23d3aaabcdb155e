// Tables of a run from the folder that `goldentape run --out` wrote.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../../kernel/index.js";
import type { Dataset } from "../../kernel/index.js";
import { barColumns, tableToIpc } from "../arrow/index.js";
import type { OpenOptions } from "../store/open-dataset.js";
import { openDataset } from "../store/open-dataset.js";
import type { SqlInput } from "./sql-session.js";

/** What a folder says about its run. */
interface RunDocument {
  readonly datasets: readonly { readonly name: string; readonly fingerprint: string }[];
}

/**
 * Reads the tables of a run.
 *
 * @param folder Written by `goldentape run --out`.
 * @throws InputError `sql/run` when it is no such folder.
 */
export function runTables(folder: string): SqlInput[] {
  documentOf(folder);
  return readdirSync(folder)
    .filter((file) => file.endsWith(".arrow"))
    .sort((a, b) => (a < b ? -1 : 1))
    .map((file) => ({ name: file.slice(0, -".arrow".length), ipc: wholeArrow(join(folder, file)) }));
}

/**
 * The bars that a run read, as the table `bars`, from its dataset, which must be the one with its fingerprint.
 *
 * @param stated Another name or file for it; the one that the run was made with by default.
 * @throws InputError `dataset/fingerprint` when it is another one by now, and the codes of opening a dataset.
 */
export async function runBars(folder: string, stated: string | undefined, options: OpenOptions): Promise<SqlInput> {
  const [used] = documentOf(folder).datasets;
  if (used === undefined) throw fault(folder, "a run over a dataset", "none");
  const dataset = await openDataset(stated ?? used.name, options);
  if (dataset.fingerprint !== used.fingerprint) {
    throw new InputError([
      {
        code: "dataset/fingerprint",
        path: stated ?? used.name,
        expected: used.fingerprint,
        received: dataset.fingerprint,
        advice: "State the dataset of the run with --dataset.",
      },
    ]);
  }
  return barsInput(dataset);
}

/** All bars of a dataset as the table `bars`. */
export function barsInput({ bars }: Dataset): SqlInput {
  return { name: "bars", ipc: tableToIpc(barColumns(bars), "stream") };
}

const RUN_FOLDER = "a folder that goldentape run --out wrote";

function documentOf(folder: string): RunDocument {
  const path = join(folder, "run.json");
  if (!existsSync(folder)) throw fault(folder, `${RUN_FOLDER}, or a file that --save wrote`, "nothing of this name");
  if (!existsSync(path)) throw fault(folder, RUN_FOLDER, "one without run.json");
  if (!existsSync(join(folder, "orders.arrow")))
    throw fault(folder, "tables in Arrow", "none", "Run it again with --out and --format arrow or both.");
  try {
    const document = JSON.parse(readFileSync(path, "utf8")) as Partial<RunDocument>;
    if (Array.isArray(document.datasets)) return document as RunDocument;
  } catch {
    // Said below, as for a document of another kind.
  }
  throw fault(path, "the document of a run", "something else");
}

/** Bytes of an Arrow file that has its first and its last mark. */
function wholeArrow(path: string): Uint8Array {
  const bytes = readFileSync(path);
  const marks = [bytes.subarray(0, 6), bytes.subarray(-6)].map((part) => part.toString("latin1"));
  if (marks.every((mark) => mark === "ARROW1")) return bytes;
  throw fault(path, "a whole Arrow file", `${bytes.length} bytes that are none`);
}

function fault(path: string, expected: string, received: string, advice?: string): InputError {
  const issue = { code: "sql/run", path, expected, received } as const;
  return new InputError([advice === undefined ? issue : { ...issue, advice }]);
}
