// Engine: the compiled data plane, its digest, and instances of it over memories of fixed size.
//
// Always true:
//   a memory never grows, so views of it never detach.

import type { Digest, DigestContext } from "../base/digest.js";
import { digestText } from "../base/digest.js";
import { InputError } from "../base/error.js";
import { createHasher } from "./hasher.js";
import type { TrapNames } from "./trap.js";
import { clearTrap, trapError } from "./trap.js";

/** The compiled module with the digest of its bytes. */
export interface Engine {
  readonly module: WebAssembly.Module;
  /** Digest of the module's bytes: recorded beside a result, never part of it. */
  readonly kernelDigest: Digest;
}

/** What the data plane exports for a run. Addresses are offsets into its memory. */
export interface EngineExports {
  readonly advance: (header: number) => number;
  readonly finish: (header: number) => void;
  readonly blake3Init: (state: number, key: number, flags: number) => void;
  readonly blake3Update: (state: number, input: number, byteCount: number) => void;
  readonly blake3Final: (state: number, out: number) => void;
}

/** One instance over one memory. */
export interface EngineInstance {
  readonly memory: WebAssembly.Memory;
  readonly exports: EngineExports;
  /**
   * Calls into the module; a trap becomes the error that it stands for (`kernel/wasm/trap.ts`), in which `names` stand
   * for indices.
   */
  call<T>(work: (exports: EngineExports) => T, names?: TrapNames): T;
}

const PAGE_BYTES = 65_536;
/** First address that is free for runs and tapes: the module's own data end well below it, which a test holds. */
export const FREE_BASE = PAGE_BYTES;
const PAGES_MAX = 65_536;
const KERNEL_CONTEXT: DigestContext = "goldentape 2026 kernel v1";

/**
 * Compiles the data plane.
 *
 * @param bytes The module, such as the file `goldentape.wasm`. Read only.
 * @throws WebAssembly.CompileError when the bytes are not a module.
 */
export function createEngine(bytes: Uint8Array): Engine {
  // Those of pages will not hear of shared memory, in which no module is ever handed over.
  return engineOf(new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>), bytes);
}

/** An engine over a module that was compiled elsewhere (in a page, asynchronously) from `bytes`, which it digests. */
export function engineOf(module: WebAssembly.Module, bytes: Uint8Array): Engine {
  return Object.freeze({ module, kernelDigest: digestText(createHasher(module).digest(KERNEL_CONTEXT, bytes)) });
}

/**
 * An instance over a new memory of `byteCount` bytes, rounded up to pages.
 *
 * @throws InputError `run/resources` when the memory would be over 4 GiB or the host does not give it.
 */
export function instantiate(engine: Engine, byteCount: number): EngineInstance {
  const pages = Math.ceil(byteCount / PAGE_BYTES);
  const memory = allocate(pages);
  const instance = new WebAssembly.Instance(engine.module, { env: { memory } });
  const exports = instance.exports as unknown as EngineExports;
  const view = new DataView(memory.buffer);
  return {
    memory,
    exports,
    call(work, names) {
      clearTrap(view);
      try {
        return work(exports);
      } catch (cause) {
        throw trapError(memory, cause, names);
      }
    },
  };
}

function allocate(pages: number): WebAssembly.Memory {
  const advice = "Feed the tapes in windows, or use fewer instruments or nodes.";
  const expected = "a run that fits in 4 GiB of memory which the host can give";
  const received = `${Math.ceil(pages / 16)} MiB`;
  const error = new InputError([{ code: "run/resources", path: "run", expected, received, advice }]);
  if (pages > PAGES_MAX) throw error;
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages });
  } catch {
    throw error;
  }
}
