// States that are kept for seeking, in pages that they share.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KeptStates, stateBytes } from "../../../kernel/proof/kept-states.js";

/** Lengths, and places of changed bytes, at and around the ends of pages of 4,096 bytes. */
const places = fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: -3, max: 3 }));
const near = places.map(([page, more]) => Math.max(0, page * 4096 + more));

describe("kept states", () => {
  it("give back byte for byte what was put in, however much of it stands in two of them", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(near, fc.array(near, { maxLength: 2 })), { minLength: 1, maxLength: 6 }),
        (steps) => {
          const kept = new KeptStates(1e9);
          const states = new Map<number, Uint8Array>();
          const whole = new Uint8Array(10_000);
          for (const [length, changed] of steps) {
            for (const at of changed) whole[at] = (whole[at] as number) + 1;
            const bucket = kept.next;
            states.set(bucket, whole.slice(0, length));
            kept.keep(bucket, whole.subarray(0, length), []);
          }
          for (const [bucket, state] of states) {
            const given = stateBytes(kept.nearest(bucket + 7), new Uint8Array(10_000));
            expect(Buffer.compare(given, state)).toBe(0);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("count a page that did not change once, and drop every second state when the budget is used up", () => {
    const kept = new KeptStates(20_000);
    const state = new Uint8Array(8192);
    for (let turn = 0; turn < 4; turn++) {
      state[0] = turn;
      kept.keep(kept.next, state, []);
      if (turn === 2) expect([kept.stride, kept.count, kept.byteCount]).toEqual([4096, 3, 4096 * 4]);
    }
    expect([kept.stride, kept.count, kept.byteCount]).toEqual([8192, 2, 4096 * 3]);
    expect([kept.nearest(8191).bucket, kept.nearest(8192).bucket, kept.next]).toEqual([0, 8192, 16_384]);
    expect(stateBytes(kept.nearest(8192), new Uint8Array(8192))[0]).toBe(2);
  });
});
