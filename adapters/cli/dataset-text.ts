// Texts about datasets: what a person reads after `goldentape dataset …`.

import type { FileFormat, TapeContent, TapeKind } from "../../kernel/index.js";
import type { ImportedTape } from "../files/import-run.js";
import type { StoredManifest } from "../store/stored-manifest.js";

const STORED_ONLY = ", which are stored but not executed on yet";

/** What runs do with tapes of each kind that is no bars. */
const USES: Readonly<Record<TapeKind, string>> = {
  bars: "",
  trades: STORED_ONLY,
  quotes: STORED_ONLY,
  depth: STORED_ONLY,
  funding: ", which runs charge to open positions",
  actions: ", from which runs take splits and dividends",
  status: ", which hold orders back in runs",
  conversion: ", at which runs convert money",
};

/** What an import did. */
export function addedText(
  name: string,
  fingerprint: string,
  isNew: boolean,
  { content, record }: ImportedTape,
  folder: string,
): string {
  const verb = isNew ? "Added" : "Had already";
  const what = `${record.rowsKept} rows of ${content.instrument.symbol} ${content.kind}`;
  const length = content.interval === null ? USES[content.kind] : ` ${content.interval}`;
  const lines = [`${verb} ${name}@${shortOf(fingerprint)}: ${what}${length}`, `  fingerprint ${fingerprint}`];
  if (record.rowsQuarantined > 0)
    lines.push(`  ${record.rowsQuarantined} rows in quarantine: ${folder}/quarantine.jsonl`);
  if (record.gaps !== null && record.gaps.absent > 0) {
    lines.push(`  ${record.gaps.absent} bars of the calendar are absent, in ${record.gaps.runs} runs`);
  }
  if (record.columnsUnused.length > 0) lines.push(`  columns not used: ${record.columnsUnused.join(", ")}`);
  return lines.join("\n");
}

/** The first digits of a fingerprint, enough to pin it by. */
function shortOf(fingerprint: string): string {
  return fingerprint.slice(7, 15);
}

/** One tape as a line. */
export function tapeText(content: TapeContent, files: readonly string[]): string {
  const { instrument, kind, interval, rowCount } = content;
  const decimals = `${instrument.priceDecimals} and ${instrument.sizeDecimals} decimals`;
  const shown = files.slice(0, 3).join(", ");
  const more = files.length > 3 ? ` and ${files.length - 3} more` : "";
  const name = `${instrument.symbol} ${kind}${interval === null ? "" : ` ${interval}`}`;
  return `  tape         ${name}: ${rowCount} rows, ${instrument.assetClass}, ${instrument.currency.code}, ${decimals}${
    files.length === 0 ? "" : `, from ${shown}${more}`
  }`;
}

/** File of one tape among several: the symbol and the interval stand before the extension. */
export function fileOfTape(base: string, content: TapeContent, format: FileFormat): string {
  const symbol = content.instrument.symbol.replace(/[^A-Za-z0-9._-]+/g, "-");
  const stem = base.endsWith(`.${format}`) ? base.slice(0, -format.length - 1) : base;
  return `${stem}-${symbol}${content.interval === null ? `-${content.kind}` : `-${content.interval}`}.${format}`;
}

/** Facts that a table shows. */
export function datasetFacts(manifest: StoredManifest): {
  rows: number;
  from: string;
  to: string;
  tapes: readonly unknown[];
} {
  const times = manifest.tapes.filter((tape) => tape.rowCount > 0);
  const least = (values: readonly string[]): string => [...values].sort((a, b) => (a < b ? -1 : 1))[0] ?? "";
  return {
    rows: manifest.tapes.reduce((sum, tape) => sum + tape.rowCount, 0),
    from: least(times.map((tape) => tape.from)),
    to: times.map((tape) => tape.to).sort((a, b) => (a < b ? 1 : -1))[0] ?? "",
    tapes: manifest.tapes.map(({ kind, instrument, interval, rowCount, imported }) => ({
      kind,
      symbol: instrument.symbol,
      interval,
      rowCount,
      imported,
    })),
  };
}
