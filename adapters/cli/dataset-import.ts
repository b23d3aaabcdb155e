// `dataset add`: from files and whatever was stated about them to a dataset in the store.

import { basename } from "node:path";
import { createInterface } from "node:readline/promises";
import { INSTRUMENT_CLASSES } from "../../kernel/index.js";
import type { CalendarSpec, ImportManifest, InstrumentClass, InstrumentFacts } from "../../kernel/index.js";
import { openBytes } from "../files/file-bytes.js";
import { fault } from "../files/opened-bytes.js";
import { proposeManifest } from "../files/guess.js";
import type { ProposedManifest } from "../files/guess.js";
import { importTape } from "../files/import-tape.js";
import type { ImportedTape } from "../files/import-run.js";
import { IMPORT_MANIFEST_SCHEMA, manifestOf } from "../files/manifest-schema.js";
import { presetPart, PRESETS } from "../files/preset.js";
import type { ManifestPart, PresetName, QuoteSide } from "../files/preset.js";
import { sampleOf } from "../files/sample.js";
import { manifestFor } from "../store/open-file.js";
import { readInputFile } from "./input-file.js";
import { jsonText } from "./output.js";
import { usage } from "./usage.js";

/**
 * What the command line states about an import; everything else comes from the manifest, the preset or a confirmed
 * guess.
 */
export interface AddOptions {
  readonly files: readonly string[];
  readonly instrument?: string | undefined;
  readonly manifest?: string | undefined;
  readonly preset?: string | undefined;
  readonly side?: string | undefined;
  readonly interval?: string | undefined;
  readonly zone?: string | undefined;
  readonly label?: string | undefined;
  readonly currency?: string | undefined;
  readonly assetClass?: string | undefined;
  readonly venue?: string | undefined;
  readonly priceDecimals?: string | undefined;
  readonly sizeDecimals?: string | undefined;
  readonly tick?: string | undefined;
  readonly lot?: string | undefined;
  readonly calendar?: string | undefined;
  readonly gaps?: string | undefined;
  readonly problems?: string | undefined;
  readonly yes: boolean;
}

/**
 * Imports the files under a manifest that is stated in full, or proposed and confirmed.
 *
 * @throws InputError `cli/usage` when a guess would have to be confirmed and nobody is there to do it; the issue holds
 *   the proposed manifest.
 */
export async function importFiles(options: AddOptions): Promise<ImportedTape> {
  const [first] = options.files;
  if (first === undefined) throw usage("FILE", "one or more files", "none");
  const proposal = await manifestOfFiles(first, options);
  if (proposal.guessed.length > 0) await confirm(first, proposal, options.yes);
  return importTape(options.files, proposal.manifest);
}

async function manifestOfFiles(file: string, options: AddOptions): Promise<ProposedManifest> {
  const stated = statedPart(options);
  const written = options.manifest === undefined ? null : readPart(options.manifest);
  if (options.preset === undefined) {
    const whole = wholeManifest(written ?? manifestFor(file), stated, options);
    if (whole !== null) return { manifest: whole, guessed: [] };
  }
  const symbol = options.instrument ?? written?.instrument?.symbol;
  if (symbol === undefined) throw usage("--instrument", "the symbol of the instrument", "nothing");
  const sample = await sampleOf(openBytes(file));
  const preset =
    options.preset === undefined ? [] : [presetPart(presetName(options.preset), sample, sideOf(options.side))];
  const parts = [...preset, ...(written === null ? [] : [written]), stated];
  const { manifest, guessed } = proposeManifest(sample, basename(file), symbol, parts);
  const isTimeStated = options.zone !== undefined && options.label !== undefined;
  return {
    manifest: manifestOf(retimed(manifest, options), "manifest"),
    guessed: guessed.filter((path) => path !== "time" || !isTimeStated),
  };
}

/**
 * The manifest of a file that needs no guess, with the options laid over it; null when parts of it are missing and an
 * instrument is named, so that the rest can be proposed.
 */
function wholeManifest(written: ManifestPart | null, stated: ManifestPart, options: AddOptions): ImportManifest | null {
  if (written === null) return null;
  const merged = { ...written, ...stated, instrument: { ...written.instrument, ...stated.instrument } };
  if (options.instrument !== undefined && !IMPORT_MANIFEST_SCHEMA.safeParse(merged).success) return null;
  return retimed(manifestOf(merged, options.manifest ?? "manifest"), options);
}

/** The time rule with what the command line says about it. */
function retimed(manifest: ImportManifest, options: AddOptions): ImportManifest {
  const label = options.label === undefined ? {} : { label: oneOf("--label", options.label, ["open", "close"]) };
  const zone = options.zone === undefined ? {} : { zone: options.zone };
  return { ...manifest, time: { ...manifest.time, ...zone, ...label } };
}

function statedPart(options: AddOptions): ManifestPart {
  const instrument: { -readonly [K in keyof InstrumentFacts]?: InstrumentFacts[K] } = {};
  if (options.instrument !== undefined) instrument.symbol = options.instrument;
  if (options.venue !== undefined) instrument.venue = options.venue;
  if (options.assetClass !== undefined)
    instrument.assetClass = oneOf("--asset-class", options.assetClass, INSTRUMENT_CLASSES) as InstrumentClass;
  if (options.currency !== undefined) instrument.currency = currencyOf(options.currency);
  if (options.priceDecimals !== undefined)
    instrument.priceDecimals = wholeNumber("--price-decimals", options.priceDecimals);
  if (options.sizeDecimals !== undefined)
    instrument.sizeDecimals = wholeNumber("--size-decimals", options.sizeDecimals);
  if (options.tick !== undefined) instrument.tick = options.tick;
  if (options.lot !== undefined) instrument.lot = options.lot;
  return {
    instrument,
    ...(options.interval === undefined ? {} : { interval: options.interval }),
    ...(options.gaps === undefined ? {} : { gaps: oneOf("--gaps", options.gaps, ["refuse", "report"]) }),
    ...(options.problems === undefined
      ? {}
      : { problems: oneOf("--problems", options.problems, ["refuse", "quarantine"]) }),
    ...(options.calendar === undefined
      ? {}
      : { calendar: { kind: oneOf("--calendar", options.calendar, ["continuous", "weekdays"]) } as CalendarSpec }),
  };
}

/** `USD` or `BTC:8`. */
function currencyOf(text: string): InstrumentFacts["currency"] {
  const [code = "", decimals = "2"] = text.split(":");
  return { code, decimals: wholeNumber("--currency", decimals) };
}

function wholeNumber(option: string, text: string): number {
  if (!/^[0-9]{1,2}$/.test(text)) throw usage(option, "a whole number", JSON.stringify(text));
  return Number(text);
}

function oneOf<T extends string>(option: string, text: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === text);
  if (found === undefined) throw usage(option, `one of ${allowed.join(", ")}`, JSON.stringify(text));
  return found;
}

function presetName(text: string): PresetName {
  return oneOf("--preset", text, PRESETS);
}

function sideOf(text: string | undefined): QuoteSide {
  return oneOf("--side", text ?? "mid", ["bid", "ask", "mid"]);
}

/** A manifest file that may leave out what the options or a confirmed guess say. */
function readPart(path: string): ManifestPart {
  const text = new TextDecoder().decode(readInputFile(path, "a manifest that can be read"));
  try {
    return JSON.parse(text) as ManifestPart;
  } catch (error) {
    throw fault("dataset/manifest", path, "JSON", (error as Error).message);
  }
}

/** Shows what was guessed and asks; without a terminal and without `--yes`, refuses. */
async function confirm(file: string, proposal: ProposedManifest, yes: boolean): Promise<void> {
  const guessed = proposal.guessed.join(", ");
  const shown = `Proposed manifest of ${file}:\n${jsonText(proposal.manifest)}\nGuessed: ${guessed}\n`;
  if (yes) {
    process.stderr.write(`Guessed and accepted by --yes: ${guessed}\n`);
    return;
  }
  process.stderr.write(shown);
  const refusal = usage(
    "--yes",
    `a yes to the guessed ${guessed}`,
    "none",
    "Pass --yes, or write the proposed manifest to a file and pass --manifest.",
  );
  if (process.stdin.isTTY !== true) throw refusal;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question("Import with this manifest? [y/N] ");
    if (!/^y(es)?$/i.test(answer.trim())) throw refusal;
  } finally {
    terminal.close();
  }
}
