// Digests: BLAKE3 in derive-key mode, written `blake3:` and 64 hexadecimal digits.
//
// Always true:
//   every identity has a context of its own, so equal content under two identities gives two digests;
//   what is hashed is canonical JSON or one text or byte array, never texts joined by a separator.
// Source: BLAKE3 paper, O'Connor, Aumasson, Neves, Wilcox-O'Hearn, 2020, section 2.3 (derive_key).
//
// Not here: digests of columns, which are large, in `kernel/wasm/hasher.ts`; both give equal digests.

import { blake3 } from "@noble/hashes/blake3.js";
import { hexOf } from "./bytes.js";
import { canonicalJson } from "./jcs.js";

/** Text of a digest. */
export type Digest = `blake3:${string}`;

/** What a digest is for: `goldentape 2026 <identity> v<version>`. */
export type DigestContext = `goldentape 2026 ${string} v${number}`;

const DIGEST = /^blake3:[0-9a-f]{64}$/;
const ENCODER = new TextEncoder();

/** Digest of bytes, which are only read. */
export function digestBytes(context: DigestContext, bytes: Uint8Array): Digest {
  return digestText(blake3(bytes, { context: ENCODER.encode(context) }));
}

/**
 * Digest of a value as canonical JSON.
 *
 * @throws InputError `json/*` when the value is not JSON.
 */
export function digestJson(context: DigestContext, value: unknown): Digest {
  return digestBytes(context, ENCODER.encode(canonicalJson(value)));
}

/** The text of 32 bytes that a hash gave. */
export function digestText(bytes: Uint8Array): Digest {
  return `blake3:${hexOf(bytes)}`;
}

/** True for a text in the form of a digest. */
export function isDigest(text: unknown): text is Digest {
  return typeof text === "string" && DIGEST.test(text);
}

/** First twelve hexadecimal digits: enough for a person to tell the digests of one graph apart. */
export function digestShort(digest: string): string {
  return digest.slice("blake3:".length, "blake3:".length + 12);
}
