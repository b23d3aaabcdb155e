// Public index of the kernel: everything that `import { … } from "goldentape"` gives.

export { InputError, InvariantError, invariant, IssueList, issueText } from "./base/error.js";
export type { Issue } from "./base/error.js";
export type { IssueCode } from "./base/issue-code.js";
export type { BarColumns, BarsTape, Dataset, TapeKind } from "./market/tape.js";
export { TAPE_KINDS, VOLUME_UNKNOWN } from "./market/tape.js";
export { intervalNs } from "./market/interval.js";
export type { IntervalText } from "./market/interval.js";
export type { Currency, Instrument, InstrumentClass } from "./market/instrument.js";
export { INSTRUMENT_CLASSES } from "./market/instrument.js";
export { gatherBars, memoryTape, sliceBars } from "./market/tape-memory.js";
export type { BarColumnArrays } from "./market/tape-memory.js";
export { gapsAgainst, gapsContinuous } from "./data/calendar.js";
export type { CalendarSpec, Gap, GapReport, SessionSpec } from "./data/calendar.js";
export { civilFromDay, dayFromCivil, instantText } from "./data/civil-date.js";
export { decimalReader, decimalText } from "./data/decimal-text.js";
export type { DecimalFault, DecimalReader, RoundingPolicy } from "./data/decimal-text.js";
export { FILE_FORMATS, TIME_UNITS } from "./data/import-manifest.js";
export type { ColumnRef, CsvLayout, FileFormat, ImportManifest, InstrumentFacts, NumberRule, TimeRule, TimeUnit } from "./data/import-manifest.js";
export type { GapRecord, ImportedFile, ImportRecord } from "./data/import-record.js";
export { factsOf, instrumentOf } from "./data/instrument-facts.js";
export { ProblemList } from "./data/problem.js";
export type { RowProblem } from "./data/problem.js";
export { RowCheck, valueAt } from "./data/row-check.js";
export type { BlockColumn, ImportBlock, ReportProblem, RowRules } from "./data/row-check.js";
export { barsOfContent, compareTapes, contentOfBars, fieldDecimals, memoryContent, RATE_DECIMALS, TAPE_SCHEMAS, VALUE_ABSENT } from "./data/tape-schema.js";
export type { ContentSegment, FieldSchema, FieldUnit, TapeContent } from "./data/tape-schema.js";
export { createHasher } from "./wasm/hasher.js";
export type { Hasher, HashMode, HashStream } from "./wasm/hasher.js";
export {
  CHUNK_ROWS, fingerprintContents, fingerprintDifferences, fingerprintDifferenceText, fingerprintTapes, tapeLabel,
} from "./data/fingerprint.js";
export type { ColumnFingerprint, FingerprintDifference, FingerprintTree, TapeFingerprint } from "./data/fingerprint.js";
export { applyNode, constant, delayed, outputOf } from "./graph/build.js";
export type { NodeOptions } from "./graph/build.js";
export type { BooleanInput, BooleanOutput, Decision, GraphNode, NumberInput, NumberOutput, Output } from "./graph/node.js";
export type { LaneRule, NodeSpec, OperatorSpec, Params, ParamSpec, ParamValue, PortSpec, ValueType } from "./graph/spec.js";
