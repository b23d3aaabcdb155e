// Checkpoints: a running mix of all that a run computes, and a chain of digests over its state.
//
// Each mixed column has its own mix, taken over its rows in order while the block is computed; the valuation has one,
// taken at the end of each bucket. Both are cheap so that every row can take part. Every RUN_CHECKPOINT_EVERY buckets,
// and at the end, a BLAKE3 digest chains the digest before it, the mixes, the account, the positions, the markets and
// the states of all nodes. Open orders are what the log says they are, so the mix of its records stands for them: ten
// thousand resting orders make a checkpoint no dearer.
//
// Always true:
//   a mix depends on the values and their order only, not on how they were cut into blocks.

import { blake3Final, blake3Init, blake3Update } from "./blake3";
import { BLAKE3_DERIVE_KEY_MATERIAL } from "./abi-blake3";
import {
  CLOCK_ROW_COUNT, COLUMN_MIX_BYTES, MIXED_BYTES, MIXED_CLOCK, MIXED_COLUMN, RUN_CHAIN, RUN_COLUMN_MIXES,
  RUN_COLUMN_MIX_COUNT, RUN_DIGESTED, RUN_DIGESTED_BYTES, RUN_EVENT_MIX, RUN_LOG_HASH, RUN_MIX, RUN_MIXED,
  RUN_NOW, RUN_RING, RUN_RING_HASHED, RUN_RING_USED,
} from "./abi-run";
import { REGION_MIX_COUNT, REGION_MIX_FROM } from "./abi-state";
import { clockAt, rowOfBucket } from "./block";
import { MIX_BYTES, mixRange, mixWord } from "./mix";
import { assureSums, equity } from "./ledger";
import { recordCheckpoint } from "./record";
import { region, run } from "./run";

/** Takes the rows of the present block of every mixed column that the block's instructions write into its mix. */
export function mixColumns(): void {
  let mixed: usize = load<u32>(run, RUN_MIXED);
  let mix: usize = load<u32>(run, RUN_COLUMN_MIXES);
  const count = load<i32>(run, RUN_COLUMN_MIX_COUNT);
  for (let i = 0; i < count; i++, mixed += MIXED_BYTES, mix += COLUMN_MIX_BYTES) {
    const at: usize = load<u32>(mixed, MIXED_COLUMN);
    mixRange(mix, at, at + (<usize>load<i32>(clockAt(load<i32>(mixed, MIXED_CLOCK)), CLOCK_ROW_COUNT) << 3));
  }
}

/** Takes the row of `bucket` of every mixed column that the bucket region writes into its mix. */
export function mixRegion(bucket: i32): void {
  const first = <usize>load<i32>(region, REGION_MIX_FROM);
  let mixed: usize = <usize>load<u32>(run, RUN_MIXED) + first * MIXED_BYTES;
  let mix: usize = <usize>load<u32>(run, RUN_COLUMN_MIXES) + first * COLUMN_MIX_BYTES;
  const count = load<i32>(region, REGION_MIX_COUNT);
  for (let i = 0; i < count; i++, mixed += MIXED_BYTES, mix += COLUMN_MIX_BYTES) {
    const row = rowOfBucket(clockAt(load<i32>(mixed, MIXED_CLOCK)), bucket);
    if (row >= 0) mixWord(mix, load<u64>(<usize>load<u32>(mixed, MIXED_COLUMN) + (<usize>row << 3)));
  }
}

/** Lets the digest and the mix of the log absorb what was written to the ring since the last call. */
export function hashLog(): void {
  const hashed = load<i32>(run, RUN_RING_HASHED);
  const used = load<i32>(run, RUN_RING_USED);
  if (used == hashed) return;
  const written = <usize>load<u32>(run, RUN_RING) + hashed;
  blake3Update(load<u32>(run, RUN_LOG_HASH), written, used - hashed);
  mixRange(run + RUN_EVENT_MIX, written, written + used - hashed);
  store<i32>(run, used, RUN_RING_HASHED);
}

/**
 * Takes a checkpoint: asserts the sums of the books, extends the chain and writes its record. The chain region holds +0
 * the last digest, +32 the key, +64 the hash state.
 */
export function takeCheckpoint(): void {
  assureSums();
  hashLog();
  const chain: usize = load<u32>(run, RUN_CHAIN);
  const hash = chain + 64;
  blake3Init(hash, chain + 32, BLAKE3_DERIVE_KEY_MATERIAL);
  blake3Update(hash, chain, 32);
  blake3Update(hash, run + RUN_NOW, RUN_MIX + <i32>MIX_BYTES - RUN_NOW);
  blake3Update(hash, load<u32>(run, RUN_DIGESTED), load<i32>(run, RUN_DIGESTED_BYTES));
  blake3Update(hash, run + RUN_EVENT_MIX, <i32>MIX_BYTES);
  blake3Final(hash, chain);
  recordCheckpoint(load<i64>(run, RUN_NOW), equity(), chain);
}
