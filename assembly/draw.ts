// Draws: random numbers from a counter, so that one more order or instrument changes no other draw (`FILLS.md` G7).
//
// A draw is named by what it is about: an order by its terms and its acceptance, a moment by its bar. A sequence number
// would change with every other order of the run.
//
// Every draw is counted and mixed, and a last one is made at the end of a run: the unseed. Two runs of one seed that
// did not draw the same, in the same order, end with different ones. A log of draws, for those who look for the first
// that differs, has for each the number of its words, then the words: purpose, what it is about, the number drawn.
//
// Source: the finaliser is the one of SplitMix64 (Steele, Lea and Flood, 2014).

import { EXECUTION_SEED } from "./abi-execution";
import {
  RUN_DRAW_LOG, RUN_DRAW_LOG_LOST, RUN_DRAW_LOG_ROOM, RUN_DRAW_LOG_USED, RUN_DRAW_MIX, RUN_DRAWS, RUN_NOW,
} from "./abi-run";
import { execution, run } from "./run";

/** Whether a touched limit fills. */
export const PURPOSE_TOUCH: u64 = 1;
/** The last draw of a run. */
const PURPOSE_UNSEED: u64 = 2;

/** Room for the longest record. */
const RECORD_BYTES_MAX: i32 = 128;

let state: u64 = 0;
/** Address of the record of the draw in hand, 0 for none, and its words so far. */
let record: usize = 0;
let words: i64 = 0;

/** Starts a draw for a purpose. */
export function startDraw(purpose: u64): void {
  state = scrambled(load<u64>(execution, EXECUTION_SEED) + purpose);
  record = 0;
  const log: usize = load<u32>(run, RUN_DRAW_LOG);
  if (log == 0) return;
  const used = load<i32>(run, RUN_DRAW_LOG_USED);
  if (used + RECORD_BYTES_MAX > load<i32>(run, RUN_DRAW_LOG_ROOM)) {
    return store<i32>(run, load<i32>(run, RUN_DRAW_LOG_LOST) + 1, RUN_DRAW_LOG_LOST);
  }
  record = log + used;
  words = 0;
  logWord(<i64>purpose);
}

/** Names what the draw is about, word by word. */
export function drawFor(word: i64): void {
  state = scrambled(state ^ <u64>word);
  if (record != 0) logWord(word);
}

/** The number drawn, below 1e9, every one as likely. Ends the draw. */
export function drawnBillionth(): i64 {
  // The upper half times the range: the share that is off from even is below 1e-9.
  const drawn = <i64>(((state >> 32) * 1_000_000_000) >> 32);
  store<i64>(run, load<i64>(run, RUN_DRAWS) + 1, RUN_DRAWS);
  store<u64>(run, scrambled(load<u64>(run, RUN_DRAW_MIX) ^ state), RUN_DRAW_MIX);
  if (record != 0) {
    logWord(drawn);
    store<i64>(record, words);
    store<i32>(run, load<i32>(run, RUN_DRAW_LOG_USED) + 8 + (<i32>words << 3), RUN_DRAW_LOG_USED);
  }
  return drawn;
}

/** Makes the last draw of the run. */
export function drawUnseed(): void {
  startDraw(PURPOSE_UNSEED);
  drawFor(load<i64>(run, RUN_NOW));
  drawnBillionth();
}

function logWord(word: i64): void {
  words++;
  store<i64>(record + (<usize>words << 3), word);
}

// @ts-ignore: decorator
@inline function scrambled(word: u64): u64 {
  let z = word + 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}
