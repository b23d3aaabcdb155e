// Datasets by name: the store of this machine, files, the catalogue and synthetic tapes.

export { openDataset, storeRoot } from "./open-dataset.js";
export type { OpenOptions } from "./open-dataset.js";
export type { OpenedDataset } from "./opened-dataset.js";
export { Store } from "./store.js";
export type { AddResult, Commit, NewTape, StoredDataset } from "./store.js";
