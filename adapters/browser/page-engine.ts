// The compiled kernel in a page or a worker: fetched from beside the script, or from bytes that are handed in.

import { engineOf, InputError } from "../../kernel/index.js";
import type { Engine } from "../../kernel/index.js";

/** Where the module is: an address, or its bytes. */
export type EngineSource = URL | string | Uint8Array<ArrayBuffer> | ArrayBuffer;

/**
 * The least module that uses a vector of 128 bits: `(func (drop (v128.const i64x2 0 0)))`.
 * Source: WebAssembly core specification 2.0, 5.4 (opcodes) and 5.5 (modules).
 */
const SIMD_PROBE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 23, 1, 21, 0, 253, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 26, 11,
]);

/**
 * Loads and compiles the data plane.
 *
 * @param source `goldentape.wasm` beside this script by default.
 * @throws InputError `host/webassembly` when the browser has no WebAssembly with SIMD or the bytes are no module,
 *   `import/file` when they cannot be fetched.
 * @example
 * const load = async () => runGraph(await loadEngine(), strategy, dataset, { fees: { taker: 0.001 } }).resultDigest;
 */
export async function loadEngine(source?: EngineSource): Promise<Engine> {
  requireSimd();
  const bytes = await bytesOf(source ?? new URL("./goldentape.wasm", import.meta.url));
  try {
    return engineOf(await WebAssembly.compile(bytes), bytes);
  } catch (cause) {
    throw new InputError([
      {
        code: "host/webassembly",
        path: String(source instanceof URL || typeof source === "string" ? source : "engine"),
        expected: "the bytes of goldentape.wasm",
        received: (cause as Error).message,
        advice: "Serve the file as it is in the package.",
      },
    ]);
  }
}

/** Whether the host runs WebAssembly with vectors of 128 bits. */
export function hasSimd(): boolean {
  return typeof WebAssembly === "object" && WebAssembly.validate(SIMD_PROBE);
}

function requireSimd(): void {
  if (hasSimd()) return;
  throw new InputError([
    {
      code: "host/webassembly",
      path: "browser",
      expected: "WebAssembly with SIMD (Chrome 91, Firefox 89, Safari 16.4 or later)",
      received: typeof WebAssembly === "object" ? "WebAssembly without it" : "no WebAssembly",
      advice: "Use a newer browser, or allow WebAssembly in its settings.",
    },
  ]);
}

async function bytesOf(source: EngineSource): Promise<Uint8Array<ArrayBuffer>> {
  if (source instanceof Uint8Array) return source;
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  return fetchedBytes(source);
}

/**
 * Bytes of an address.
 *
 * @throws InputError `import/file` when they cannot be fetched.
 */
export async function fetchedBytes(address: URL | string): Promise<Uint8Array<ArrayBuffer>> {
  let received: string;
  try {
    const response = await fetch(address);
    if (response.ok) return new Uint8Array(await response.arrayBuffer());
    received = `${response.status} ${response.statusText}`.trim();
  } catch (cause) {
    received = (cause as Error).message;
  }
  throw new InputError([
    {
      code: "import/file",
      path: String(address),
      expected: "an address that this page may read",
      received,
      advice: "Look whether the server allows it (CORS), or take the file from the disk.",
    },
  ]);
}
