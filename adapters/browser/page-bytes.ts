// Bytes of a file in a page: from a file that was picked, an address, or memory; unpacked when they are gzip.

import { sha256 } from "@noble/hashes/sha2.js";
import { hexOf } from "../../kernel/index.js";
import type { FileBytes } from "../files/opened-bytes.js";
import { bufferChunks, bufferRange, fault, HEAD_BYTES, isGzipHead } from "../files/opened-bytes.js";
import { fetchedBytes } from "./page-engine.js";

/** Where a file is: a file that was picked or dropped, an address, or its bytes. */
export type PageSource = File | Blob | URL | string | Uint8Array<ArrayBuffer> | ArrayBuffer;

/**
 * Reads a file whole.
 *
 * @param source A text is an address, relative to the page.
 * @param name Name that messages show; that of the file or address by default.
 * @throws InputError `import/file`, `import/empty`, `import/truncated` and `import/format` as for a file on a disk.
 */
export async function pageBytes(source: PageSource, name: string = nameOf(source)): Promise<FileBytes> {
  const packed = await read(source, name);
  if (packed.length === 0) throw fault("import/empty", name, "a file with rows", "0 bytes");
  const isGzip = isGzipHead(packed);
  const bytes = isGzip ? await unpack(packed, name) : packed;
  if (bytes.length === 0) throw fault("import/empty", name, "a file with rows", "0 bytes after unpacking");
  return {
    path: name,
    name: isGzip ? name.replace(/\.gz$/i, "") : name,
    isGzip,
    head: bytes.subarray(0, HEAD_BYTES),
    byteCount: bytes.length,
    whole: () => bytes,
    range: (start, end) => bufferRange(bytes, start, end),
    chunks: () => bufferChunks(bytes),
    digest: () => ({ byteCount: packed.length, sha256: hexOf(sha256(packed)) }),
    // A page unpacks in the background only, and pages of Parquet are wanted at once.
    unpackers: {},
  };
}

function nameOf(source: PageSource): string {
  if (source instanceof URL || typeof source === "string") {
    const path = String(source).split(/[?#]/)[0] ?? "";
    return decodeURIComponent(path.slice(path.lastIndexOf("/") + 1)) || "file";
  }
  return "name" in source && typeof source.name === "string" ? source.name : "file";
}

async function read(source: PageSource, name: string): Promise<Uint8Array<ArrayBuffer>> {
  if (source instanceof Uint8Array) return source;
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  if (source instanceof URL || typeof source === "string") return fetchedBytes(source);
  try {
    return new Uint8Array(await source.arrayBuffer());
  } catch (cause) {
    throw fault("import/file", name, "a file that can be read", (cause as Error).message);
  }
}

async function unpack(packed: Uint8Array<ArrayBuffer>, name: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await collected(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip")));
  } catch (cause) {
    const { message } = cause as Error;
    if (/truncat|ended|unexpected end|without reaching/i.test(message))
      throw fault("import/truncated", name, "a whole gzip stream", "one that ends early");
    throw fault("import/format", name, "a gzip stream", message);
  }
}

/** All bytes of a stream. A `Response` would do the same, and hide why a stream broke off. */
async function collected(stream: ReadableStream<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  const reader = stream.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) parts.push(part.value);
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
