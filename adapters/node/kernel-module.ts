// The compiled kernel from the files of this package.

import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createHasher, engineOf, floatMathOf, InputError } from "../../kernel/index.js";
import type { Engine, FloatMath, Hasher } from "../../kernel/index.js";

let compiled: WebAssembly.Module | null = null;
let engine: Engine | null = null;

/**
 * The release module, compiled once for the process.
 *
 * @throws InputError `import/file` when the package was not built.
 */
export function kernelModule(): WebAssembly.Module {
  return (compiled ??= new WebAssembly.Module(kernelBytes()));
}

/** Bytes of the release module, or of the build that GOLDENTAPE_WASM names: two builds must give equal digests. */
export function kernelBytes(): Uint8Array<ArrayBuffer> {
  const path =
    process.env["GOLDENTAPE_WASM"] ?? fileURLToPath(new URL("../../assembly/goldentape.wasm", import.meta.url));
  if (!existsSync(path)) {
    throw new InputError([
      {
        code: "import/file",
        path,
        expected: "the compiled kernel",
        received: "no such file",
        advice: "Run npm run build.",
      },
    ]);
  }
  return new Uint8Array(readFileSync(path));
}

/** A hasher over the release module. */
export function nodeHasher(): Hasher {
  return createHasher(kernelModule());
}

/** The engine over the release module, made once for the process. */
export function nodeEngine(): Engine {
  return (engine ??= engineOf(kernelModule(), kernelBytes()));
}

/** The compiled mathematics of the release module, in a small memory of its own. */
export function nodeFloatMath(): FloatMath {
  const memory = new WebAssembly.Memory({ initial: MATH_PAGES, maximum: MATH_PAGES });
  return floatMathOf(new WebAssembly.Instance(kernelModule(), { env: { memory } }).exports);
}

/** The module's own data lie in the first page. */
const MATH_PAGES = 1;
