// Draws: random numbers from a counter, so that one more order or instrument changes no other draw (`FILLS.md` G7).
//
// A draw is named by what it is about: an order by its terms and its acceptance, a moment by its bar. A sequence number
// would change with every other order of the run.
//
// Source: the finaliser is the one of SplitMix64 (Steele, Lea and Flood, 2014).

import { EXECUTION_SEED } from "./abi-execution";
import { execution } from "./run";

/** Whether a touched limit fills. */
export const PURPOSE_TOUCH: u64 = 1;

let state: u64 = 0;

/** Starts a draw for a purpose. */
export function startDraw(purpose: u64): void {
  state = scrambled(load<u64>(execution, EXECUTION_SEED) + purpose);
}

/** Names what the draw is about, word by word. */
export function drawFor(word: i64): void {
  state = scrambled(state ^ <u64>word);
}

/** The number drawn, below 1e9, every one as likely. */
export function drawnBillionth(): i64 {
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
