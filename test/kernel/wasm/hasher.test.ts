// The hasher: BLAKE3 in the module, held to another implementation.

import { blake3 } from "@noble/hashes/blake3.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createHasher } from "../../../kernel/wasm/hasher.js";
import { dataPlane } from "../../operators/harness.js";

const encoder = new TextEncoder();
const hasher = createHasher(dataPlane());

/** `byteCount` bytes that follow from `seed`; a row of numbers so that no two chunks are equal. */
function bytesOf(byteCount: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(byteCount);
  for (let index = 0; index < byteCount; index++) bytes[index] = Math.imul(index + seed, 0x9e3779b1) >>> 24;
  return bytes;
}

describe("createHasher", () => {
  it("digests bytes under a context", () => {
    const bytes = encoder.encode("one bar");
    expect(hasher.digest("goldentape test", bytes)).toEqual(
      blake3(bytes, { context: encoder.encode("goldentape test") }),
    );
  });

  it("agrees with @noble/hashes in all three modes, also beyond its window of 256 KiB", () => {
    const key = bytesOf(32, 5);
    for (const byteCount of [0, 1, 63, 64, 65, 1023, 1024, 1025, 4095, 4096, 4097, 65_536, 262_144, 262_145, 600_000]) {
      const bytes = bytesOf(byteCount, byteCount);
      const plain = hasher.open({ kind: "hash" });
      plain.update(bytes);
      expect(plain.digest()).toEqual(blake3(bytes));
      const keyed = hasher.open({ kind: "keyed", key });
      keyed.update(bytes);
      expect(keyed.digest()).toEqual(blake3(bytes, { key }));
      expect(hasher.digest("a context", bytes)).toEqual(blake3(bytes, { context: encoder.encode("a context") }));
    }
  });

  it("keeps streams apart that are fed in turn", () => {
    const pieces = fc.array(fc.tuple(fc.nat({ max: 2 }), fc.nat({ max: 5000 })), { maxLength: 12 });
    fc.assert(
      fc.property(pieces, (fed) => {
        const streams = [0, 1, 2].map((index) => hasher.open({ kind: "derive", context: `stream ${index}` }));
        const parts: Uint8Array[][] = [[], [], []];
        for (const [index, byteCount] of fed) {
          const bytes = bytesOf(byteCount, index * 7 + byteCount);
          streams[index]?.update(bytes);
          parts[index]?.push(bytes);
        }
        streams.forEach((stream, index) => {
          const whole = Uint8Array.from((parts[index] ?? []).flatMap((part) => [...part]));
          expect(stream.digest()).toEqual(hasher.digest(`stream ${index}`, whole));
        });
      }),
      { numRuns: 40 },
    );
  });

  it("gives a digest of what came so far and goes on", () => {
    const stream = hasher.open({ kind: "hash" });
    stream.update(encoder.encode("abc"));
    expect(stream.digest()).toEqual(blake3(encoder.encode("abc")));
    stream.update(encoder.encode("def"));
    expect(stream.digest()).toEqual(blake3(encoder.encode("abcdef")));
  });

  it("gives equal digests with the debug module", () => {
    const bytes = bytesOf(100_000, 1);
    expect(createHasher(dataPlane("debug")).digest("a context", bytes)).toEqual(hasher.digest("a context", bytes));
  });

  it("refuses a key that has not 32 bytes", () => {
    expect(() => hasher.open({ kind: "keyed", key: new Uint8Array(31) })).toThrow("a key has 32 bytes");
  });
});
