// Bytes of a file on a disk, unpacked when it is gzip, with plain messages for what can go wrong before the first row.

import { createHash } from "node:crypto";
import { closeSync, fstatSync, openSync, readFileSync, readSync } from "node:fs";
import { basename } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import type { FileBytes } from "./opened-bytes.js";
import { bufferChunks, bufferRange, CHUNK_BYTES, fault, HEAD_BYTES, isGzipHead } from "./opened-bytes.js";

const UNPACKERS: FileBytes["unpackers"] = {
  GZIP: (packed) => new Uint8Array(gunzipSync(packed)),
  BROTLI: (packed) => new Uint8Array(brotliDecompressSync(packed)),
};

/**
 * Opens a file.
 *
 * @throws InputError `import/file` when it cannot be read, `import/empty` when it has no bytes, `import/truncated` when
 *   a gzip stream
 *   ends early, `import/format` when a gzip stream is damaged.
 */
export function openBytes(path: string): FileBytes {
  const name = basename(path);
  const { head: first, byteCount } = readHead(path, name);
  if (first.length === 0) throw fault("import/empty", name, "a file with rows", "0 bytes");
  const isGzip = isGzipHead(first);
  const shared = { path, isGzip, unpackers: UNPACKERS, digest: () => digestOf(path) };
  if (!isGzip) {
    return {
      ...shared,
      name,
      head: first,
      byteCount,
      whole: () => readFileSync(path),
      range: (start, end) => readRange(path, start, end),
      chunks: () => fileChunks(path),
    };
  }
  const bytes = unpack(readFileSync(path), name);
  if (bytes.length === 0) throw fault("import/empty", name, "a file with rows", "0 bytes after unpacking");
  return {
    ...shared,
    name: name.replace(/\.gz$/i, ""),
    head: bytes.subarray(0, HEAD_BYTES),
    byteCount: bytes.length,
    whole: () => bytes,
    range: (start, end) => bufferRange(bytes, start, end),
    chunks: () => bufferChunks(bytes),
  };
}

function readHead(path: string, name: string): { readonly head: Uint8Array; readonly byteCount: number } {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    throw fault("import/file", path, "a file that can be read", isMissing ? "no such file" : (error as Error).message);
  }
  try {
    const state = fstatSync(file);
    if (!state.isFile()) throw fault("import/file", name, "a file", "a folder or device");
    const head = new Uint8Array(HEAD_BYTES);
    return { head: head.subarray(0, readSync(file, head, 0, HEAD_BYTES, 0)), byteCount: state.size };
  } finally {
    closeSync(file);
  }
}

function readRange(path: string, start: number, end: number): ArrayBuffer {
  const file = openSync(path, "r");
  try {
    const part = new Uint8Array(end - start);
    for (let at = 0; at < part.length;) {
      const count = readSync(file, part, at, part.length - at, start + at);
      if (count === 0) break;
      at += count;
    }
    return part.buffer;
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

function digestOf(path: string): { byteCount: number; sha256: string } {
  const hash = createHash("sha256");
  let byteCount = 0;
  for (const chunk of fileChunks(path)) {
    hash.update(chunk);
    byteCount += chunk.length;
  }
  return { byteCount, sha256: hash.digest("hex") };
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
