// The disk as the store uses it: a few writing operations, handed in so that a test can let any of them fail.
//
// Always true:
//   a closed file is on the disk, not only in its cache.

import {
  appendFileSync,
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { InputError } from "../../kernel/index.js";

/** A file that is being written. */
export interface DiskFile {
  write(bytes: Uint8Array): void;
  /** Syncs and closes. */
  close(): void;
}

/** What the store does to the disk. */
export interface Disk {
  createFile(path: string): DiskFile;
  makeFolder(path: string): void;
  /** Moves a folder to a place where nothing is. */
  rename(from: string, to: string): void;
  /** Makes the names inside a folder lasting. */
  syncFolder(path: string): void;
  /** Adds one line to a file and syncs it; on a failure the file is as it was before. */
  appendLine(path: string, line: string): void;
  remove(path: string): void;
}

/** The disk of this machine. */
export const NODE_DISK: Disk = { createFile, makeFolder, rename, syncFolder, appendLine, remove };

function createFile(path: string): DiskFile {
  const file = openSync(path, "wx");
  return {
    write: (bytes) => {
      for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at, bytes.length - at);
    },
    close: () => {
      try {
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
    },
  };
}

function makeFolder(path: string): void {
  mkdirSync(path, { recursive: true });
}

function rename(from: string, to: string): void {
  renameSync(from, to);
}

function syncFolder(path: string): void {
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function appendLine(path: string, line: string): void {
  const file = openSync(path, "a+");
  try {
    const size = fstatSync(file).size;
    // A line that a killed process left half written is closed off, so that it spoils no other.
    const lead = size === 0 || lastByte(file, size) === NEWLINE ? "" : "\n";
    try {
      appendFileSync(file, `${lead}${line}\n`);
      fsyncSync(file);
    } catch (error) {
      ftruncateSync(file, size);
      throw error;
    }
  } finally {
    closeSync(file);
  }
}

const NEWLINE = 10;

function lastByte(file: number, size: number): number {
  const byte = new Uint8Array(1);
  readSync(file, byte, 0, 1, size - 1);
  return byte[0] as number;
}

function remove(path: string): void {
  rmSync(path, { recursive: true, force: true });
}

/** Runs a piece of disk work; trouble of the disk becomes an `InputError` with the code `store/disk`. */
export function onDisk<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (error instanceof InputError || typeof code !== "string" || !/^E[A-Z]+$/.test(code)) throw error;
    throw new InputError([
      {
        code: "store/disk",
        path,
        expected: "a disk that can be written to",
        received: message,
        advice: "Nothing was added to the store.",
      },
    ]);
  }
}
