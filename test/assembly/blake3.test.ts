// BLAKE3 in the module, against the published vectors and against @noble/hashes as the oracle.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { blake3 } from "@noble/hashes/blake3.js";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  BLAKE3_BUFFER,
  BLAKE3_BUFFERED,
  BLAKE3_CHUNKS,
  BLAKE3_DERIVE_KEY_CONTEXT,
  BLAKE3_DERIVE_KEY_MATERIAL,
  BLAKE3_KEYED_HASH,
  BLAKE3_STACK,
  BLAKE3_STATE_BYTES,
} from "../../assembly/abi-blake3.js";
import { dataPlane } from "../operators/harness.js";
import { vectorsRoot } from "../shared-data.js";

const STATE = 65_536;
const KEY = 80_000;
const OUT = 80_064;
const INPUT = 131_072;
const INPUT_BYTES = 262_144;

interface Exports {
  blake3Init(state: number, key: number, flags: number): void;
  blake3Update(state: number, input: number, byteCount: number): void;
  blake3Final(state: number, out: number): void;
}

/** One instance with the vectors' input, bytes 0 to 250 over and over, in its memory. */
function machine(build: "release" | "debug") {
  const pages = (INPUT + INPUT_BYTES) / 65_536;
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const instance = new WebAssembly.Instance(dataPlane(build), { env: { memory } });
  const exports = instance.exports as unknown as Exports;
  const bytes = new Uint8Array(memory.buffer);
  bytes.fill(0xa5, STATE, INPUT);
  for (let index = 0; index < INPUT_BYTES; index++) bytes[INPUT + index] = index % 251;
  return {
    input: (byteCount: number) => bytes.slice(INPUT, INPUT + byteCount),
    state: () => bytes.slice(STATE, STATE + BLAKE3_STATE_BYTES),
    /** The state as a short text: equal for equal states, and readable when two are not. */
    stateText: () => bytesToHex(blake3(bytes.subarray(STATE, STATE + BLAKE3_STATE_BYTES))),
    init(key: Uint8Array | null, flags: number) {
      if (key !== null) bytes.set(key, KEY);
      exports.blake3Init(STATE, key === null ? 0 : KEY, flags);
    },
    /** Absorbs the first `byteCount` bytes of the input in pieces of the given lengths, then the rest at once. */
    absorb(byteCount: number, cuts: readonly number[] = []) {
      let done = 0;
      for (const cut of [...cuts, byteCount]) {
        const taken = Math.min(cut, byteCount - done);
        exports.blake3Update(STATE, INPUT + done, taken);
        done += taken;
      }
    },
    absorbBytes(given: Uint8Array) {
      bytes.set(given, OUT);
      exports.blake3Update(STATE, OUT, given.length);
    },
    final() {
      exports.blake3Final(STATE, OUT);
      return bytesToHex(bytes.slice(OUT, OUT + 32));
    },
  };
}

const release = machine("release");
const debug = machine("debug");

function hashOf(byteCount: number, cuts: readonly number[] = [], of = release): string {
  of.init(null, 0);
  of.absorb(byteCount, cuts);
  return of.final();
}

/** Lengths at the borders of blocks, chunks, four chunks and sixteen chunks, and any other. */
const byteCounts = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(0, 64, 1024, 2048, 3072, 4096, 8192, 16_384, 20_480, 65_536),
      fc.integer({ min: -1, max: 1 }),
    )
    .map(([border, offset]) => Math.max(0, border + offset)),
  fc.integer({ min: 0, max: 70_000 }),
);

const cutLists = fc.array(
  fc.oneof(fc.integer({ min: 0, max: 70 }), fc.constantFrom(1024, 4096, 16_384), fc.integer({ min: 0, max: 20_000 })),
  { maxLength: 8 },
);

describe("BLAKE3 in the module", () => {
  it("hashes the empty input and 1,025 bytes as published (BLAKE3-team/BLAKE3, test_vectors.json)", () => {
    expect(hashOf(0)).toBe("af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262");
    expect(hashOf(1025)).toBe("d00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444");
  });

  const vectors = vectorsRoot();
  it.skipIf(vectors === null)(
    "agrees with every published vector in all three modes (needs GOLDENTAPE_VECTORS)",
    () => {
      const text = readFileSync(join(vectors as string, "blake3/test_vectors.json"), "utf8");
      const published = JSON.parse(text) as {
        key: string;
        context_string: string;
        cases: { input_len: number; hash: string; keyed_hash: string; derive_key: string }[];
      };
      const encoder = new TextEncoder();
      const key = encoder.encode(published.key);
      release.init(null, BLAKE3_DERIVE_KEY_CONTEXT);
      release.absorbBytes(encoder.encode(published.context_string));
      const contextKey = hexToBytes(release.final());
      expect(published.cases.length).toBe(35);
      for (const vector of published.cases) {
        expect(hashOf(vector.input_len)).toBe(vector.hash.slice(0, 64));
        release.init(key, BLAKE3_KEYED_HASH);
        release.absorb(vector.input_len);
        expect(release.final()).toBe(vector.keyed_hash.slice(0, 64));
        release.init(contextKey, BLAKE3_DERIVE_KEY_MATERIAL);
        release.absorb(vector.input_len);
        expect(release.final()).toBe(vector.derive_key.slice(0, 64));
      }
    },
  );

  it("agrees with @noble/hashes, however the input is cut", () => {
    fc.assert(
      fc.property(byteCounts, cutLists, (byteCount, cuts) => {
        expect(hashOf(byteCount, cuts)).toBe(bytesToHex(blake3(release.input(byteCount))));
      }),
      { numRuns: 150 },
    );
  });

  it("agrees with @noble/hashes keyed", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), byteCounts, (key, byteCount) => {
        release.init(key, BLAKE3_KEYED_HASH);
        release.absorb(byteCount);
        expect(release.final()).toBe(bytesToHex(blake3(release.input(byteCount), { key })));
      }),
      { numRuns: 50 },
    );
  });

  it("gives equal states and digests in the debug and the release module", () => {
    fc.assert(
      fc.property(byteCounts, cutLists, (byteCount, cuts) => {
        expect(hashOf(byteCount, cuts, debug)).toBe(hashOf(byteCount, cuts));
        expect(debug.stateText()).toBe(release.stateText());
      }),
      { numRuns: 50 },
    );
  });

  it("has a state that does not depend on the cut", () => {
    fc.assert(
      fc.property(byteCounts, cutLists, (byteCount, cuts) => {
        release.init(null, 0);
        release.absorb(byteCount);
        const whole = release.stateText();
        release.init(null, 0);
        release.absorb(byteCount, cuts);
        expect(release.stateText()).toBe(whole);
      }),
      { numRuns: 100 },
    );
  });

  it("keeps every byte of stack and buffer that is not in use at zero", () => {
    fc.assert(
      fc.property(byteCounts, cutLists, (byteCount, cuts) => {
        hashOf(byteCount, cuts);
        const state = release.state();
        const view = new DataView(state.buffer);
        const chunks = view.getBigInt64(BLAKE3_CHUNKS, true);
        const buffered = view.getInt32(BLAKE3_BUFFERED, true);
        expect(Number(chunks) * 1024 + buffered).toBe(byteCount);
        const depth = chunks.toString(2).replaceAll("0", "").length;
        expect(state.slice(BLAKE3_STACK + 32 * depth, BLAKE3_BUFFER).every((byte) => byte === 0)).toBe(true);
        expect(state.slice(BLAKE3_BUFFER + buffered).every((byte) => byte === 0)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it("goes on after a digest as if none had been taken", () => {
    fc.assert(
      fc.property(byteCounts, (byteCount) => {
        hashOf(byteCount);
        const before = release.stateText();
        release.final();
        expect(release.stateText()).toBe(before);
      }),
      { numRuns: 100 },
    );
  });
});
