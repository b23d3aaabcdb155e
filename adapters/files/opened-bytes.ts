// Opened bytes: one file as its readers see it, wherever it lies: on a disk, in a page, in memory.
//
// Always true:
//   readers ask for nothing else of the host, so that a file gives the same rows, problems and digests everywhere.
//
// Not here: files on a disk, in `file-bytes.ts`; files of a page, in `adapters/browser/page-bytes.ts`.

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
  /** Count of all bytes, unpacked. */
  readonly byteCount: number;
  /** Everything, unpacked. */
  whole(): Uint8Array;
  /** Bytes from `start` to before `end`, unpacked, a copy. */
  range(start: number, end: number): ArrayBuffer;
  /** Everything in order, a few MiB at a time. A chunk is valid until the next one is asked for. */
  chunks(): Iterable<Uint8Array>;
  /** Count and SHA-256 of the file as it lies there, packed when it is gzip. */
  digest(): { readonly byteCount: number; readonly sha256: string };
  /** What the host can unpack inside of a file, by the name of the codec. */
  readonly unpackers: Readonly<Partial<Record<"GZIP" | "BROTLI", (packed: Uint8Array) => Uint8Array>>>;
}

export const HEAD_BYTES = 65_536;
export const CHUNK_BYTES = 4 * 1_048_576;

/** Parts of bytes that are in memory. */
export function* bufferChunks(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) yield bytes.subarray(at, at + CHUNK_BYTES);
}

/** A copy of a range of bytes that are in memory. */
export function bufferRange(bytes: Uint8Array, start: number, end: number): ArrayBuffer {
  return new Uint8Array(bytes.subarray(start, end)).buffer;
}

/** True for the first bytes of a gzip stream. */
export function isGzipHead(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b;
}

/** Text of UTF-8 bytes; a byte order mark stays, and bytes that are no text become U+FFFD. */
export function textOf(bytes: Uint8Array): string {
  return UTF8.decode(bytes);
}

const UTF8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** Text of bytes of which each is one character, for the marks that formats begin and end with. */
export function markOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

/** Two runs of bytes as one. Copies both. */
export function joinedBytes(first: Uint8Array, second: Uint8Array): Uint8Array {
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}

/** An `InputError` with one issue about a whole file. */
export function fault(code: IssueCode, path: string, expected: string, received: string, advice?: string): InputError {
  return new InputError([
    advice === undefined ? { code, path, expected, received } : { code, path, expected, received, advice },
  ]);
}
