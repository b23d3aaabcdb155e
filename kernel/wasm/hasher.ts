// Hasher: BLAKE3 of byte arrays of any length by the compiled module, in a small memory of its own.
//
// One state stands in the memory. A stream that is not in hand keeps its state beside it, and both are exchanged when
// another one goes on; that costs a copy of 6 KB, so streams are fed in runs of some kilobytes.
//
// Always true:
//   a digest depends on mode and bytes alone, however these were cut into updates.
//
// Not here: digests of canonical JSON, which are small, in `kernel/base/digest.ts`.

import {
  BLAKE3_DERIVE_KEY_CONTEXT,
  BLAKE3_DERIVE_KEY_MATERIAL,
  BLAKE3_DIGEST_BYTES,
  BLAKE3_KEYED_HASH,
  BLAKE3_STATE_BYTES,
} from "../../assembly/abi-blake3.js";
import { invariant } from "../base/error.js";

/**
 * What is hashed: bytes alone, bytes under a key of 32 bytes, or bytes under a context (one context for each purpose).
 */
export type HashMode =
  | { readonly kind: "hash" }
  | { readonly kind: "keyed"; readonly key: Uint8Array }
  | { readonly kind: "derive"; readonly context: string };

/** A digest in the making. */
export interface HashStream {
  /** Absorbs `bytes`, which are read before it returns and not kept. Copies them once. */
  update(bytes: Uint8Array): void;
  /** Digest of everything absorbed so far, 32 bytes, a copy. More may follow. */
  digest(): Uint8Array;
}

export interface Hasher {
  /**
   * Digest of `bytes` in derive-key mode.
   *
   * @param context What the digest is for, a text of its own for each purpose.
   * @returns 32 bytes, a copy.
   * @example hasher.digest("goldentape 2026 row chunk", bytes)
   */
  digest(context: string, bytes: Uint8Array): Uint8Array;
  /** Starts a digest of bytes that come in pieces. Any number of streams may be open; a forgotten one costs nothing. */
  open(mode: HashMode): HashStream;
}

interface HashExports {
  readonly blake3Init: (state: number, key: number, flags: number) => void;
  readonly blake3Update: (state: number, input: number, byteCount: number) => void;
  readonly blake3Final: (state: number, out: number) => void;
}

const PAGE_BYTES = 65_536;
// The module's own data lie in the first page (`asconfig.json`, initialMemory).
const STATE = PAGE_BYTES;
const KEY = STATE + BLAKE3_STATE_BYTES;
const OUT = KEY + BLAKE3_DIGEST_BYTES;
const WINDOW = 2 * PAGE_BYTES;
// Small enough to stay in the cache of a core between the copy and the hash.
const WINDOW_BYTES = 4 * PAGE_BYTES;

/**
 * Makes a hasher with its own instance of the module and 384 KiB of memory.
 *
 * @param module The compiled `goldentape.wasm`, release or debug: both give equal digests.
 */
export function createHasher(module: WebAssembly.Module): Hasher {
  return new WasmHasher(module);
}

class WasmHasher implements Hasher {
  readonly #exports: HashExports;
  readonly #bytes: Uint8Array;
  readonly #contextKeys = new Map<string, Uint8Array>();
  #current: WasmHashStream | null = null;

  constructor(module: WebAssembly.Module) {
    const pages = (WINDOW + WINDOW_BYTES) / PAGE_BYTES;
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    const instance = new WebAssembly.Instance(module, { env: { memory } });
    this.#exports = instance.exports as unknown as HashExports;
    this.#bytes = new Uint8Array(memory.buffer);
  }

  digest(context: string, bytes: Uint8Array): Uint8Array {
    const stream = this.open({ kind: "derive", context });
    stream.update(bytes);
    return stream.digest();
  }

  open(mode: HashMode): HashStream {
    switch (mode.kind) {
      case "hash":
        return this.#start(null, 0);
      case "keyed":
        return this.#start(mode.key, BLAKE3_KEYED_HASH);
      case "derive":
        return this.#start(this.#contextKey(mode.context), BLAKE3_DERIVE_KEY_MATERIAL);
    }
  }

  update(stream: WasmHashStream, bytes: Uint8Array): void {
    this.#takeInHand(stream);
    for (let start = 0; start < bytes.length; start += WINDOW_BYTES) {
      const part = bytes.subarray(start, start + WINDOW_BYTES);
      this.#bytes.set(part, WINDOW);
      this.#exports.blake3Update(STATE, WINDOW, part.length);
    }
  }

  final(stream: WasmHashStream): Uint8Array {
    this.#takeInHand(stream);
    this.#exports.blake3Final(STATE, OUT);
    return this.#bytes.slice(OUT, OUT + BLAKE3_DIGEST_BYTES);
  }

  #start(key: Uint8Array | null, flags: number): WasmHashStream {
    invariant(key === null || key.length === BLAKE3_DIGEST_BYTES, "a key has 32 bytes");
    this.#putAside();
    if (key !== null) this.#bytes.set(key, KEY);
    this.#exports.blake3Init(STATE, key === null ? 0 : KEY, flags);
    this.#current = new WasmHashStream(this);
    return this.#current;
  }

  #contextKey(context: string): Uint8Array {
    const known = this.#contextKeys.get(context);
    if (known !== undefined) return known;
    const stream = this.#start(null, BLAKE3_DERIVE_KEY_CONTEXT);
    stream.update(new TextEncoder().encode(context));
    const key = stream.digest();
    this.#contextKeys.set(context, key);
    return key;
  }

  #takeInHand(stream: WasmHashStream): void {
    if (this.#current === stream) return;
    this.#putAside();
    invariant(stream.aside !== null, "a stream that is not in hand has its state aside");
    this.#bytes.set(stream.aside, STATE);
    this.#current = stream;
  }

  #putAside(): void {
    if (this.#current === null) return;
    this.#current.aside ??= new Uint8Array(BLAKE3_STATE_BYTES);
    this.#current.aside.set(this.#bytes.subarray(STATE, STATE + BLAKE3_STATE_BYTES));
  }
}

class WasmHashStream implements HashStream {
  readonly #hasher: WasmHasher;
  /** State while another stream is in hand; stale while this one is. */
  aside: Uint8Array | null = null;

  constructor(hasher: WasmHasher) {
    this.#hasher = hasher;
  }

  update(bytes: Uint8Array): void {
    this.#hasher.update(this, bytes);
  }

  digest(): Uint8Array {
    return this.#hasher.final(this);
  }
}
