// The module's own data: they must end below the first address that runs and tapes are given.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { FREE_BASE } from "../../kernel/wasm/engine.js";

const MODULES = ["goldentape.wasm", "goldentape.debug.wasm"];
const DATA_SECTION = 11;
const I32_CONST = 0x41;

/** Reads numbers of a wasm binary (LEB128) one after the other. */
class Reader {
  at: number;
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array, at: number) {
    this.bytes = bytes;
    this.at = at;
  }

  next(): number {
    return this.bytes[this.at++] as number;
  }

  unsigned(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.next();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  }
}

/** End of the last active data segment; addresses here are small and positive, so signed LEB128 reads like unsigned. */
function dataEnd(bytes: Uint8Array): number {
  const reader = new Reader(bytes, 8);
  let end = 0;
  while (reader.at < bytes.length) {
    const section = reader.next();
    const size = reader.unsigned();
    const after = reader.at + size;
    if (section === DATA_SECTION) {
      for (let count = reader.unsigned(); count > 0; count--) {
        expect(reader.unsigned()).toBe(0);
        expect(reader.next()).toBe(I32_CONST);
        const offset = reader.unsigned();
        reader.next();
        const length = reader.unsigned();
        reader.at += length;
        end = Math.max(end, offset + length);
      }
    }
    reader.at = after;
  }
  return end;
}

describe("the module's own data", () => {
  it.each(MODULES)("end below the memory of runs and tapes in %s", (name) => {
    const end = dataEnd(readFileSync(new URL(`../../assembly/${name}`, import.meta.url)));
    expect(end).toBeGreaterThan(1024);
    expect(end).toBeLessThan(FREE_BASE);
  });
});
