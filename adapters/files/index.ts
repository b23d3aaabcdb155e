// Market data files: CSV, Parquet, Arrow and JSON lines in and out of tapes.

export { exportTape } from "./export-tape.js";
export { openBytes } from "./file-bytes.js";
export type { FileBytes } from "./opened-bytes.js";
export { proposeManifest } from "./guess.js";
export type { ProposedManifest } from "./guess.js";
export { importTape } from "./import-tape.js";
export type { ImportedTape, QuarantinedRow } from "./import-run.js";
export { manifestOf, parseManifest } from "./manifest-schema.js";
export { presetPart, PRESETS } from "./preset.js";
export type { ManifestPart, PresetName, QuoteSide } from "./preset.js";
export { sampleOf } from "./sample.js";
export type { Sample } from "./sample.js";
