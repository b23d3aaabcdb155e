// Checkpoints: a running mix of all that a run computes, and a chain of digests over its state.
//
// Each mixed column has its own mix, taken over its rows in order while the block is computed; the valuation has one,
// taken at the end of each bucket. Both are cheap so that every row can take part. Every RUN_CHECKPOINT_EVERY buckets,
// and at the end, a BLAKE3 digest chains the digest before it, the mixes, the account, the positions, the open orders
// and the states of all nodes.
//
// Always true:
//   a mix depends on the values and their order only, not on how they were cut into blocks.

import { blake3Final, blake3Init, blake3Update } from "./blake3";
import { BLAKE3_DERIVE_KEY_MATERIAL } from "./abi-blake3";
import {
  ACCOUNT_OPEN_ORDERS, ORDER_BYTES, ORDER_NEXT, POSITION_ORDER_FIRST, RUN_INSTRUMENT_COUNT, CLOCK_ROW_COUNT,
  COLUMN_MIX_BYTES, MIXED_BYTES, MIXED_CLOCK, MIXED_COLUMN, RUN_CHAIN, RUN_COLUMN_MIX_COUNT, RUN_COLUMN_MIXES,
  RUN_DIGESTED, RUN_DIGESTED_BYTES, RUN_LOG_HASH, RUN_MIXED, RUN_NOW, RUN_MIX, RUN_RING, RUN_RING_HASHED,
  RUN_RING_USED,
} from "./abi-run";
import { clockAt } from "./block";
import { MIX_BYTES, mixRange } from "./mix";
import { assureSums, equity } from "./ledger";
import { recordCheckpoint } from "./record";
import { account, orderAt, positionAt, run } from "./run";

/** Takes the rows of the present block of every mixed column into its mix. */
export function mixColumns(): void {
  let mixed: usize = load<u32>(run, RUN_MIXED);
  let mix: usize = load<u32>(run, RUN_COLUMN_MIXES);
  const count = load<i32>(run, RUN_COLUMN_MIX_COUNT);
  for (let i = 0; i < count; i++, mixed += MIXED_BYTES, mix += COLUMN_MIX_BYTES) {
    const at: usize = load<u32>(mixed, MIXED_COLUMN);
    mixRange(mix, at, at + (<usize>load<i32>(clockAt(load<i32>(mixed, MIXED_CLOCK)), CLOCK_ROW_COUNT) << 3));
  }
}

/** Lets the digest of the log absorb what was written to the ring since the last call. */
export function hashLog(): void {
  const hashed = load<i32>(run, RUN_RING_HASHED);
  const used = load<i32>(run, RUN_RING_USED);
  if (used == hashed) return;
  blake3Update(load<u32>(run, RUN_LOG_HASH), <usize>load<u32>(run, RUN_RING) + hashed, used - hashed);
  store<i32>(run, used, RUN_RING_HASHED);
}

/**
 * Takes a checkpoint: asserts the sums of the books, extends the chain and writes its record. The chain region holds +0
 * the last digest, +32 the key, +64 the hash state.
 */
export function takeCheckpoint(): void {
  assureSums();
  const chain: usize = load<u32>(run, RUN_CHAIN);
  const hash = chain + 64;
  blake3Init(hash, chain + 32, BLAKE3_DERIVE_KEY_MATERIAL);
  blake3Update(hash, chain, 32);
  blake3Update(hash, run + RUN_NOW, RUN_MIX + <i32>MIX_BYTES - RUN_NOW);
  blake3Update(hash, load<u32>(run, RUN_DIGESTED), load<i32>(run, RUN_DIGESTED_BYTES));
  hashOpenOrders(hash);
  blake3Final(hash, chain);
  recordCheckpoint(load<i64>(run, RUN_NOW), equity(), chain);
}

/** Lets `hash` absorb the open orders, instrument by instrument: the table itself is far larger than what is open. */
function hashOpenOrders(hash: usize): void {
  if (load<i64>(account, ACCOUNT_OPEN_ORDERS) == 0) return;
  for (let i = 0, count = load<i32>(run, RUN_INSTRUMENT_COUNT); i < count; i++) {
    let at = load<i32>(positionAt(i), POSITION_ORDER_FIRST);
    for (; at != 0; at = load<i32>(orderAt(at - 1), ORDER_NEXT)) {
      blake3Update(hash, orderAt(at - 1), ORDER_BYTES);
    }
  }
}
