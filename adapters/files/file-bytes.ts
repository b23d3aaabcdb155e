// Bytes of a file, unpacked when it is gzip, with plain messages for what can go wrong before the first row.

import { closeSync, fstatSync, openSync, readFileSync, readSync } from "node:fs";
import { basename } from "node:path";
import { gunzipSync } from "node:zlib";
import { InputError } from "../../kernel/index.js";
import type { IssueCode } from "../../kernel/index.js";

/** Bytes of one file. */
export interface FileBytes {
  readonly path: string;
  /** Name without its folder and without `.gz`, as messages show it. */
  readonly name: string;
  readonly isGzip: boolean;
  /** The first bytes, at most 64 KiB, unpacked. */
  readonly head: Uint8Array;
  /** Everything, unpacked. */
  whole(): Uint8Array;
  /** Everything in order, a few MiB at a time. A chunk is valid until the next one is asked for. */
  chunks(): Iterable<Uint8Array>;
  /** The file as it lies on the disk, packed when it is gzip. */
  packedChunks(): Iterable<Uint8Array>;
}

const HEAD_BYTES = 65_536;
const CHUNK_BYTES = 4 * 1_048_576;

/**
 * Opens a file.
 *
 * @throws InputError `import/file` when it cannot be read, `import/empty` when it has no bytes, `import/truncated` when
 *   a gzip stream
 *   ends early, `import/format` when a gzip stream is damaged.
 */
export function openBytes(path: string): FileBytes {
  const name = basename(path);
  const first = readHead(path, name);
  if (first.length === 0) throw fault("import/empty", name, "a file with rows", "0 bytes");
  const isGzip = first[0] === 0x1f && first[1] === 0x8b;
  if (!isGzip) {
    const chunks = (): Iterable<Uint8Array> => fileChunks(path);
    return { path, name, isGzip, head: first, whole: () => readFileSync(path), chunks, packedChunks: chunks };
  }
  let unpacked: Uint8Array | null = null;
  const whole = (): Uint8Array => (unpacked ??= unpack(readFileSync(path), name));
  const bytes = whole();
  if (bytes.length === 0) throw fault("import/empty", name, "a file with rows", "0 bytes after unpacking");
  return {
    path,
    name: name.replace(/\.gz$/i, ""),
    isGzip,
    head: bytes.subarray(0, HEAD_BYTES),
    whole,
    chunks: () => bufferChunks(bytes),
    packedChunks: () => fileChunks(path),
  };
}

function readHead(path: string, name: string): Uint8Array {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    throw fault("import/file", path, "a file that can be read", isMissing ? "no such file" : (error as Error).message);
  }
  try {
    if (!fstatSync(file).isFile()) throw fault("import/file", name, "a file", "a folder or device");
    const head = new Uint8Array(HEAD_BYTES);
    return head.subarray(0, readSync(file, head, 0, HEAD_BYTES, 0));
  } finally {
    closeSync(file);
  }
}

function* fileChunks(path: string): Generator<Uint8Array> {
  const file = openSync(path, "r");
  try {
    const chunk = new Uint8Array(CHUNK_BYTES);
    for (;;) {
      const count = readSync(file, chunk, 0, CHUNK_BYTES, null);
      if (count === 0) return;
      yield chunk.subarray(0, count);
    }
  } finally {
    closeSync(file);
  }
}

function* bufferChunks(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) yield bytes.subarray(at, at + CHUNK_BYTES);
}

function unpack(packed: Uint8Array, name: string): Uint8Array {
  try {
    return gunzipSync(packed);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "Z_BUF_ERROR") throw fault("import/truncated", name, "a whole gzip stream", "one that ends early");
    throw fault("import/format", name, "a gzip stream", message);
  }
}

/** An `InputError` with one issue about a whole file. */
export function fault(code: IssueCode, path: string, expected: string, received: string, advice?: string): InputError {
  return new InputError([
    advice === undefined ? { code, path, expected, received } : { code, path, expected, received, advice },
  ]);
}
