// Opening a table: which reader a file needs, by what its manifest says or by its first bytes, never by its name alone.

import type { CsvLayout, FileFormat, ImportManifest } from "../../kernel/index.js";
import { arrowTable } from "./arrow-table.js";
import { csvTable } from "./csv-table.js";
import type { FileBytes } from "./opened-bytes.js";
import { fault, markOf } from "./opened-bytes.js";
import type { FileTable } from "./file-table.js";
import { jsonLinesTable } from "./json-lines-table.js";
import { parquetTable } from "./parquet-table.js";

const PLAIN_CSV: CsvLayout = { delimiter: ",", header: true };

/**
 * Opens a file in the format that its manifest states; without a statement, in the one that its bytes show.
 *
 * @throws InputError `import/format` when the bytes are not of the stated format.
 */
export function openTable(bytes: FileBytes, manifest: Pick<ImportManifest, "format" | "csv">): FileTable {
  const seen = formatOf(bytes);
  const stated = manifest.format ?? (manifest.csv === undefined ? seen : "csv");
  if (
    stated !== seen &&
    (seen === "parquet" || seen === "arrow" || stated === "parquet" || (stated === "arrow" && !isArrowStream(bytes)))
  ) {
    throw fault("import/format", bytes.name, `a ${stated} file`, `a ${seen} file`);
  }
  switch (stated) {
    case "parquet":
      return parquetTable(bytes);
    case "arrow":
      return arrowTable(bytes);
    case "jsonl":
      return jsonLinesTable(bytes);
    case "csv":
      return csvTable(bytes, manifest.csv ?? PLAIN_CSV);
  }
}

/** Format that the first bytes show; text that is no JSON counts as CSV. */
export function formatOf(bytes: FileBytes): FileFormat {
  const head = markOf(bytes.head.subarray(0, 64));
  if (head.startsWith("PAR1")) return "parquet";
  if (head.startsWith("ARROW1") || isArrowStream(bytes)) return "arrow";
  return /^(\u00ef\u00bb\u00bf)?\s*[[{]/.test(head) ? "jsonl" : "csv";
}

/** A stream of Arrow IPC messages begins with the continuation marker. */
function isArrowStream(bytes: FileBytes): boolean {
  return bytes.head[0] === 0xff && bytes.head[1] === 0xff && bytes.head[2] === 0xff && bytes.head[3] === 0xff;
}
