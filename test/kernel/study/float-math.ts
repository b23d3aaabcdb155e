// The module's logarithm, exponential and power, for tests.

import { readFileSync } from "node:fs";
import { floatMathOf, type FloatMath } from "../../../kernel/wasm/float-math.js";

/** An instance of the release module, of which only the scalar functions are used. */
export function compiledMath(): FloatMath {
  const bytes = readFileSync(new URL("../../../assembly/goldentape.wasm", import.meta.url));
  const memory = new WebAssembly.Memory({ initial: 64, maximum: 65536 });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  return floatMathOf(instance.exports);
}
