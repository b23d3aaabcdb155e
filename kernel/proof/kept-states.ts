// Kept states: states of one run at rising buckets, within a budget of memory.
//
// How it works: a state is kept in pages, and a page that has not changed since the state before is that state's own,
// so that a long delay or window, of which a stride moves on by a few rows, costs little more than those rows.
//
// Always true:
//   what comes out is, byte for byte, what was put in;
//   when the budget is used up, every second state is dropped and the stride doubles.

import { invariant } from "../base/error.js";
import type { CapturedRows } from "../run/host-nodes.js";

/** A state, with the newest value of each lane. */
export interface KeptState {
  readonly bucket: number;
  readonly newest: readonly CapturedRows[];
  readonly pages: readonly Uint8Array[];
  readonly byteCount: number;
}

const PAGE_BYTES = 4096;
const STRIDE_MIN = 4096;

export class KeptStates {
  private states: KeptState[] = [];
  private strideNow = STRIDE_MIN;
  private bytesNow = 0;
  private readonly budgetBytes: number;

  constructor(budgetBytes: number) {
    this.budgetBytes = budgetBytes;
  }

  /** Buckets between two states. */
  get stride(): number {
    return this.strideNow;
  }

  get count(): number {
    return this.states.length;
  }

  /** Bytes of all pages, each counted once. */
  get byteCount(): number {
    return this.bytesNow;
  }

  /** The bucket whose state is wanted next. */
  get next(): number {
    const last = this.states.at(-1);
    return last === undefined ? 0 : last.bucket + this.strideNow;
  }

  /** Keeps a state behind those before. @param state Read only. O(bytes of the state). */
  keep(bucket: number, state: Uint8Array, newest: readonly CapturedRows[]): void {
    const before = this.states.at(-1)?.pages ?? [];
    const pages = Array.from({ length: Math.ceil(state.length / PAGE_BYTES) }, (_, index) => {
      const page = state.subarray(index * PAGE_BYTES, (index + 1) * PAGE_BYTES);
      const old = before[index];
      return old !== undefined && isEqual(old, page) ? old : page.slice();
    });
    this.states.push({ bucket, newest, pages, byteCount: state.length });
    this.bytesNow += ownBytes(pages, before);
    if (this.bytesNow > this.budgetBytes && this.states.length > 1) this.thin();
  }

  /** The last state at or before a bucket. */
  nearest(bucket: number): KeptState {
    const found = this.states.findLast((state) => state.bucket <= bucket);
    invariant(found !== undefined, "the state before the first bucket is kept");
    return found;
  }

  /** Drops every second state but the first. */
  private thin(): void {
    this.states = this.states.filter((_, index) => index % 2 === 0);
    this.strideNow *= 2;
    this.bytesNow = this.states.reduce(
      (sum, { pages }, index) => sum + ownBytes(pages, this.states[index - 1]?.pages ?? []),
      0,
    );
  }
}

/** Writes the bytes of a state into `into`, which has room for them. @returns The beginning of `into`. */
export function stateBytes({ pages, byteCount }: KeptState, into: Uint8Array): Uint8Array {
  pages.forEach((page, index) => into.set(page, index * PAGE_BYTES));
  return into.subarray(0, byteCount);
}

/** Bytes of the pages that are not those of the state before. */
function ownBytes(pages: readonly Uint8Array[], before: readonly Uint8Array[]): number {
  return pages.reduce((sum, page, index) => (page === before[index] ? sum : sum + page.length), 0);
}

/** Compares words first, four times as fast as bytes: every page begins at a multiple of 4. */
function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  const words = a.length >> 2;
  const [one, two] = [new Int32Array(a.buffer, a.byteOffset, words), new Int32Array(b.buffer, b.byteOffset, words)];
  for (let word = 0; word < words; word++) if (one[word] !== two[word]) return false;
  for (let at = words * 4; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}
