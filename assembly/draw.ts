// Draws: random numbers from a counter, so that one more order or instrument changes no other draw (`FILLS.md` G7).
//
// Source: the finaliser is the one of SplitMix64 (Steele, Lea and Flood, 2014).

import { EXECUTION_SEED } from "./abi-execution";
import { execution } from "./run";

/** Whether a touched limit fills. */
export const PURPOSE_TOUCH: u64 = 1;

/** A number below 1e9, every one as likely, that depends on the seed and on these alone. */
export function drawBillionth(purpose: u64, order: u64, event: u64): i64 {
  let state = scrambled(load<u64>(execution, EXECUTION_SEED) + purpose);
  state = scrambled(state ^ order);
  state = scrambled(state ^ event);
  // The upper half times the range: the share that is off from even is below 1e-9.
  return <i64>(((state >> 32) * 1_000_000_000) >> 32);
}

// @ts-ignore: decorator
@inline function scrambled(word: u64): u64 {
  let z = word + 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}
