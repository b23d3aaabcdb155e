// Wide integers of the data plane against BigInt, in a module of their own.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { divCeil, divFloor } from "../../adapters/testing/integers.js";

const ENTRY = 'export { addChecked, subChecked, mulChecked, mulDivFloor, mulDivCeil, mulHigh } from "./assembly/wide";';
const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const MAX = 2n ** 63n - 1n;

type Binary = (a: bigint, b: bigint) => bigint;
type Ternary = (a: bigint, b: bigint, d: bigint) => bigint;

interface WideExports {
  readonly addChecked: Binary;
  readonly subChecked: Binary;
  readonly mulChecked: Binary;
  readonly mulHigh: Binary;
  readonly mulDivFloor: Ternary;
  readonly mulDivCeil: Ternary;
}

function fileText(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

/** Compiles `assembly/wide.ts` with an entry that exports what the product's module keeps to itself. */
async function compiled(): Promise<WideExports> {
  let binary: Uint8Array | null = null;
  const options = [
    "entry.ts",
    "--outFile",
    "wide.wasm",
    "--runtime",
    "stub",
    "--importMemory",
    "--use",
    "abort=",
    "-O3",
  ];
  const { error, stderr } = await asc.main(options, {
    readFile: (name) => (name === "entry.ts" ? ENTRY : fileText(`${ROOT}${name}`)),
    writeFile: (name, contents) => {
      if (name === "wide.wasm") binary = contents as Uint8Array;
    },
    listFiles: () => [],
  });
  if (error !== null || binary === null) throw new Error(stderr.toString());
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65_536 });
  const module = new WebAssembly.Module(binary as Uint8Array<ArrayBuffer>);
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as WideExports;
}

/** Numbers of every size, and those around the edges of digits of 32 bits. */
const edges = [0, 1, 31, 32, 33, 62, 63].flatMap((bit) => [-1n, 0n, 1n].map((by) => 2n ** BigInt(bit) + by));
const signed = fc.oneof(
  fc.bigInt({ min: -MAX - 1n, max: MAX }),
  fc.constantFrom(...[...edges, ...edges.map((edge) => -edge)].filter((edge) => edge >= -MAX - 1n && edge <= MAX)),
);
const natural = fc
  .tuple(signed, fc.nat({ max: 62 }))
  .map(([value, shift]) => (value < 0n ? -(value + 1n) : value) >> BigInt(shift));
const positive = natural.map((value) => (value === 0n ? 1n : value));

/** `work` gives `exact` where that fits in an i64, and traps where it does not. */
function expectExact(work: () => bigint, exact: bigint): void {
  if (exact >= -MAX - 1n && exact <= MAX) expect(work()).toBe(exact);
  else expect(work).toThrow(WebAssembly.RuntimeError);
}

/** A compilation is the dearest of all tests; the deep run has it. */
const isDeep = process.env["GOLDENTAPE_RUNS"] !== undefined;

describe.runIf(isDeep)("wide integers", () => {
  let wide: WideExports;
  beforeAll(async () => {
    wide = await compiled();
  }, 60_000);

  it("multiplies and divides through 128 bits", () => {
    expect(wide.mulDivFloor(10n ** 18n, 7n, 9n)).toBe((7n * 10n ** 18n) / 9n);
    expect(wide.mulDivCeil(10n ** 18n, 7n, 9n)).toBe((7n * 10n ** 18n) / 9n + 1n);
    expect(() => wide.mulDivFloor(MAX, 3n, 2n)).toThrow(WebAssembly.RuntimeError);
  });

  it("gives what BigInt gives, rounded down and up, or traps", () => {
    const law = (a: bigint, b: bigint, d: bigint): void => {
      expectExact(() => wide.mulDivFloor(a, b, d), divFloor(a * b, d));
      expectExact(() => wide.mulDivCeil(a, b, d), divCeil(a * b, d));
    };
    fc.assert(fc.property(natural, natural, positive, law), { numRuns: 6_000 });
  });

  it("has the product's high word", () => {
    const law = (a: bigint, b: bigint): void => {
      expect(BigInt.asUintN(64, wide.mulHigh(a, b))).toBe((BigInt.asUintN(64, a) * BigInt.asUintN(64, b)) >> 64n);
    };
    fc.assert(fc.property(signed, signed, law), { numRuns: 2_000 });
  });

  it("adds, subtracts and multiplies exactly, or traps", () => {
    const sums = (a: bigint, b: bigint): void => {
      expectExact(() => wide.addChecked(a, b), a + b);
      expectExact(() => wide.subChecked(a, b), a - b);
    };
    fc.assert(fc.property(signed, signed, sums), { numRuns: 2_000 });
    const products = (a: bigint, b: bigint): void => expectExact(() => wide.mulChecked(a, b), a * b);
    fc.assert(fc.property(natural, natural, products), { numRuns: 2_000 });
  });
});
