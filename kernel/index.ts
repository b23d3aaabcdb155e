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
