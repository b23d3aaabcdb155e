// Sealed bytes: the one form in which the kernel gives out what is to be read again, a snapshot or a result.
//
// Layout, little-endian: +0 magic `GTPE`, +4 kind (4 letters), +8 version of the form u32, +12 semantics version u32,
// +16 bytes in all u64, +24 BLAKE3 of everything behind it in derive-key mode, 32 bytes, +56 bytes of the head u32, +60
// zero; then the head, canonical JSON, and the sections that it lists, each at a multiple of 8.
//
// Always true:
//   equal content has equal bytes;
//   nothing is read before kind, versions, length and digest were found right, in this order, each with its own
//   message.

import { BLAKE3_DIGEST_BYTES } from "../../assembly/abi-blake3.js";
import { hexOf } from "../base/bytes.js";
import { InputError } from "../base/error.js";
import type { IssueCode } from "../base/issue-code.js";
import { canonicalJson } from "../base/jcs.js";
import type { Json } from "../base/jcs.js";
import { createHasher } from "../wasm/hasher.js";

/** What the bytes are. */
export type SealedKind = "snapshot" | "result";

/** What is sealed, or was opened. */
export interface SealedContent {
  readonly head: { readonly [field: string]: Json };
  /** Bytes by name, in order. Of opened content they are views of the sealed bytes. */
  readonly sections: ReadonlyMap<string, Uint8Array>;
}

const MAGIC = "GTPE";
const KINDS: ReadonlyMap<SealedKind, string> = new Map([
  ["snapshot", "SNAP"],
  ["result", "RSLT"],
]);
/** What each is called in messages, and where it comes from. */
const WORDS: Readonly<Record<SealedKind, readonly [name: string, advice: string]>> = {
  snapshot: ["a snapshot of a replay", "Take it with the snapshot() of a replay."],
  result: ["a saved run", "Save one with goldentape run … --save FILE, or saveRun."],
};
const COPY_AGAIN = "Copy the file again.";
const FORM_VERSION = 1;
const DIGEST_AT = 24;
const DIGESTED_FROM = DIGEST_AT + BLAKE3_DIGEST_BYTES;
const HEAD_AT = DIGESTED_FROM + 8;
const CONTEXT = "goldentape 2026 sealed bytes v1";

function aligned(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}

/**
 * Seals content.
 *
 * @param module The compiled `goldentape.wasm`, which hashes.
 * @returns New bytes.
 */
export function sealed(
  module: WebAssembly.Module,
  kind: SealedKind,
  semanticsVersion: number,
  { head, sections }: SealedContent,
): Uint8Array {
  const lengths = [...sections].map(([name, bytes]) => [name, bytes.length] as const);
  const text = new TextEncoder().encode(canonicalJson({ ...head, sections: lengths }));
  const total = lengths.reduce((sum, [, length]) => sum + aligned(length), HEAD_AT + aligned(text.length));
  const bytes = new Uint8Array(total);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode(`${MAGIC}${KINDS.get(kind)}`), 0);
  view.setUint32(8, FORM_VERSION, true);
  view.setUint32(12, semanticsVersion, true);
  view.setBigUint64(16, BigInt(total), true);
  view.setUint32(DIGESTED_FROM, text.length, true);
  bytes.set(text, HEAD_AT);
  let at = HEAD_AT + aligned(text.length);
  for (const section of sections.values()) {
    bytes.set(section, at);
    at += aligned(section.length);
  }
  bytes.set(createHasher(module).digest(CONTEXT, bytes.subarray(DIGESTED_FROM)), DIGEST_AT);
  return bytes;
}

/**
 * Opens sealed bytes.
 *
 * @param bytes Read only; the sections are views of them.
 * @param path What the bytes are called in messages.
 * @throws InputError `file/kind`, `file/version`, `file/truncated`, `file/damaged`.
 */
export function openSealed(
  module: WebAssembly.Module,
  bytes: Uint8Array,
  kind: SealedKind,
  semanticsVersion: number,
  path: string,
): SealedContent {
  const fail = (code: IssueCode, expected: string, received: string, advice?: string): InputError =>
    new InputError([
      advice === undefined ? { code, path, expected, received } : { code, path, expected, received, advice },
    ]);
  const found = kindOf(bytes);
  if (found !== kind) {
    const [expected, advice] = WORDS[kind];
    const other = bytes.length === 0 ? "an empty file" : "something else";
    throw fail("file/kind", expected, found === null ? other : WORDS[found][0], advice);
  }
  if (bytes.length < HEAD_AT) throw fail("file/truncated", `at least ${HEAD_AT} bytes`, `${bytes.length}`, COPY_AGAIN);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const form = view.getUint32(8, true);
  if (form !== FORM_VERSION) throw fail("file/version", `version ${FORM_VERSION} of the form`, `version ${form}`);
  const semantics = view.getUint32(12, true);
  if (semantics !== semanticsVersion) {
    const advice = `Read it with a goldentape of semantics version ${semantics}, or run anew.`;
    throw fail("file/version", `semantics version ${semanticsVersion}`, `version ${semantics}`, advice);
  }
  const total = view.getBigUint64(16, true);
  if (total !== BigInt(bytes.length)) {
    const code = total > BigInt(bytes.length) ? "file/truncated" : "file/damaged";
    throw fail(code, `${total} bytes`, `${bytes.length}`, COPY_AGAIN);
  }
  const stated = hexOf(bytes.subarray(DIGEST_AT, DIGESTED_FROM));
  const made = hexOf(createHasher(module).digest(CONTEXT, bytes.subarray(DIGESTED_FROM)));
  if (stated !== made) throw fail("file/damaged", `content of digest ${stated}`, `of ${made}`, COPY_AGAIN);
  return contentOf(bytes, view.getUint32(DIGESTED_FROM, true));
}

/** What the bytes say that they are, null when it is nothing of ours. */
export function kindOf(bytes: Uint8Array): SealedKind | null {
  const text = String.fromCharCode(...bytes.subarray(0, 8));
  for (const [kind, letters] of KINDS) if (text === `${MAGIC}${letters}`) return kind;
  return null;
}

function contentOf(bytes: Uint8Array, headBytes: number): SealedContent {
  const text = new TextDecoder().decode(bytes.subarray(HEAD_AT, HEAD_AT + headBytes));
  const { sections: lengths, ...head } = JSON.parse(text) as SealedContent["head"];
  let at = HEAD_AT + aligned(headBytes);
  const sections = new Map<string, Uint8Array>();
  for (const [name, length] of lengths as unknown as readonly (readonly [string, number])[]) {
    sections.set(name, bytes.subarray(at, at + length));
    at += aligned(length);
  }
  return { head, sections };
}
