// BLAKE3 over raw memory: hash, keyed hash and derive-key, streaming, with no memory but the state that the caller
// hands in.
//
// Chunks go into the tree four at a time, sixteen where that many are at hand, as soon as more input is known to
// follow; the last one to four chunks wait in the buffer, because the root of the tree is compressed in another way.
// Each set bit of the number of chunks in the tree is a complete subtree with one chaining value on the stack.
//
//     +0     key, flags, buffered, chunks
//     +48    stack: popcount(chunks) chaining values, then zeros
//     +2096  buffer: `buffered` bytes, then zeros
//
// Always true:
//   the state is a pure function of key, flags and the bytes absorbed: equal however they were cut into updates;
//   after the first byte, the buffer is not empty.
//
// Source: BLAKE3 specification, sections 2.4 to 2.6 and 5.1.2.

import {
  BLAKE3_BUFFER, BLAKE3_BUFFERED, BLAKE3_CHUNKS, BLAKE3_DIGEST_BYTES, BLAKE3_FLAGS, BLAKE3_KEY, BLAKE3_STACK,
  BLAKE3_STATE_BYTES,
} from "./abi-blake3";
import {
  BLOCK_BYTES, CHUNK_BYTES, CHUNK_END, CHUNK_START, PARENT, ROOT, compressBlock, ivHigh, ivLow,
} from "./blake3-compress";
import { compressLanes } from "./blake3-lanes";

const LANES = 4;
const BUFFER_BYTES = LANES * CHUNK_BYTES;
const BATCH_CHUNKS = 16;
const BATCH_BYTES = BATCH_CHUNKS * CHUNK_BYTES;
const BLOCKS_OF_CHUNK = CHUNK_BYTES / BLOCK_BYTES;

/**
 * Starts a computation.
 *
 * @param state BLAKE3_STATE_BYTES, written whole.
 * @param key Address of 32 key bytes, or 0 for the plain hash; read here only.
 * @param flags 0, or one of BLAKE3_KEYED_HASH, BLAKE3_DERIVE_KEY_CONTEXT and BLAKE3_DERIVE_KEY_MATERIAL; the last one
 *   takes the hash of a context under BLAKE3_DERIVE_KEY_CONTEXT as its key.
 */
export function blake3Init(state: usize, key: usize, flags: i32): void {
  const low = key == 0 ? ivLow() : load<v128>(key);
  const high = key == 0 ? ivHigh() : load<v128>(key, 16);
  memory.fill(state, 0, BLAKE3_STATE_BYTES);
  store<v128>(state, low, BLAKE3_KEY);
  store<v128>(state, high, BLAKE3_KEY + 16);
  store<i32>(state, flags, BLAKE3_FLAGS);
}

/** Absorbs `byteCount` bytes at `input`, any number from 0 on. */
export function blake3Update(state: usize, input: usize, byteCount: i32): void {
  let buffered = load<i32>(state, BLAKE3_BUFFERED);
  while (byteCount > 0) {
    if (buffered == BUFFER_BYTES) {
      absorb(state, state + BLAKE3_BUFFER, LANES);
      memory.fill(state + BLAKE3_BUFFER, 0, BUFFER_BYTES);
      buffered = 0;
    }
    if (buffered == 0) {
      while (byteCount > BUFFER_BYTES) {
        const wide = byteCount > BATCH_BYTES && (load<i32>(state, BLAKE3_CHUNKS) & (BATCH_CHUNKS - 1)) == 0;
        const chunks = wide ? BATCH_CHUNKS : LANES;
        absorb(state, input, chunks);
        input += <usize>(chunks * CHUNK_BYTES);
        byteCount -= chunks * CHUNK_BYTES;
      }
    }
    const taken = min(BUFFER_BYTES - buffered, byteCount);
    memory.copy(state + BLAKE3_BUFFER + <usize>buffered, input, <usize>taken);
    buffered += taken;
    input += <usize>taken;
    byteCount -= taken;
  }
  store<i32>(state, buffered, BLAKE3_BUFFERED);
}

/**
 * Digest of everything absorbed so far. The state stays as it is, so that more may follow.
 *
 * @param out 32 bytes, written; not inside the state.
 */
export function blake3Final(state: usize, out: usize): void {
  const key = state + BLAKE3_KEY;
  const flags = load<i32>(state, BLAKE3_FLAGS);
  const buffered = load<i32>(state, BLAKE3_BUFFERED);
  const chunks = load<i64>(state, BLAKE3_CHUNKS);
  if (chunks == 0 && buffered <= CHUNK_BYTES) {
    compressChunk(key, state + BLAKE3_BUFFER, buffered, 0, flags, ROOT, out);
    return;
  }
  const depth = <i32>popcnt<i64>(chunks);
  // The free slots of the stack hold the pair in hand: its left half in the first, its right half in the second.
  const pair = state + BLAKE3_STACK + <usize>(depth * BLAKE3_DIGEST_BYTES);
  const tail = (buffered + CHUNK_BYTES - 1) / CHUNK_BYTES;
  if (tail == 1) {
    compressChunk(key, state + BLAKE3_BUFFER, buffered, chunks, flags, 0, pair + BLAKE3_DIGEST_BYTES);
  } else {
    pairOfBuffer(state, tail, pair);
    joinPair(key, flags, depth == 0 ? ROOT : 0, pair, depth == 0 ? out : pair + BLAKE3_DIGEST_BYTES);
  }
  for (let index = depth - 1; index >= 0; index--) {
    memory.copy(pair, state + BLAKE3_STACK + <usize>(index * BLAKE3_DIGEST_BYTES), BLAKE3_DIGEST_BYTES);
    joinPair(key, flags, index == 0 ? ROOT : 0, pair, index == 0 ? out : pair + BLAKE3_DIGEST_BYTES);
  }
  memory.fill(pair, 0, LANES * BLAKE3_DIGEST_BYTES);
}

/** Puts `chunkCount` (4 or 16) full chunks, which more input follows, into the tree. */
function absorb(state: usize, input: usize, chunkCount: i32): void {
  const key = state + BLAKE3_KEY;
  const flags = load<i32>(state, BLAKE3_FLAGS);
  let chunks = load<i64>(state, BLAKE3_CHUNKS);
  let top = state + BLAKE3_STACK + <usize>(<i32>popcnt<i64>(chunks) * BLAKE3_DIGEST_BYTES);
  for (let index = 0; index < chunkCount; index += LANES) {
    compressLanes(
      key, input + <usize>(index * CHUNK_BYTES), CHUNK_BYTES, BLOCKS_OF_CHUNK, chunks + index, 1,
      flags, CHUNK_START, CHUNK_END, top + <usize>(index * BLAKE3_DIGEST_BYTES),
    );
  }
  for (let count = chunkCount; count > LANES; count >>= 1) {
    for (let index = 0; index < count; index += 2 * LANES) {
      const children = top + <usize>(index * BLAKE3_DIGEST_BYTES);
      const parents = top + <usize>((index >> 1) * BLAKE3_DIGEST_BYTES);
      compressLanes(key, children, BLOCK_BYTES, 1, 0, 0, flags | PARENT, 0, 0, parents);
    }
  }
  joinFour(key, flags, top);
  joinPair(key, flags, 0, top, top);

  chunks += chunkCount;
  store<i64>(state, chunks, BLAKE3_CHUNKS);
  const unusedEnd = top + <usize>(chunkCount * BLAKE3_DIGEST_BYTES);
  const last = state + BLAKE3_STACK + <usize>((<i32>popcnt<i64>(chunks) - 1) * BLAKE3_DIGEST_BYTES);
  while (top > last) {
    top -= BLAKE3_DIGEST_BYTES;
    joinPair(key, flags, 0, top, top);
  }
  memory.fill(last + BLAKE3_DIGEST_BYTES, 0, unusedEnd - last - BLAKE3_DIGEST_BYTES);
}

/** Chaining values of the two to four chunks in the buffer, joined until two are left at `pair`. */
function pairOfBuffer(state: usize, chunkCount: i32, pair: usize): void {
  const key = state + BLAKE3_KEY;
  const flags = load<i32>(state, BLAKE3_FLAGS);
  const chunks = load<i64>(state, BLAKE3_CHUNKS);
  const buffered = load<i32>(state, BLAKE3_BUFFERED);
  for (let index = 0; index < chunkCount; index++) {
    const byteCount = min(CHUNK_BYTES, buffered - index * CHUNK_BYTES);
    const chunk = state + BLAKE3_BUFFER + <usize>(index * CHUNK_BYTES);
    compressChunk(key, chunk, byteCount, chunks + index, flags, 0, pair + <usize>(index * BLAKE3_DIGEST_BYTES));
  }
  if (chunkCount == 4) joinFour(key, flags, pair);
  if (chunkCount == 3) {
    joinPair(key, flags, 0, pair, pair);
    memory.copy(pair + BLAKE3_DIGEST_BYTES, pair + 2 * BLAKE3_DIGEST_BYTES, BLAKE3_DIGEST_BYTES);
  }
}

/** Joins four chaining values at `four` to two in the same place. */
function joinFour(key: usize, flags: i32, four: usize): void {
  joinPair(key, flags, 0, four, four);
  joinPair(key, flags, 0, four + 2 * BLAKE3_DIGEST_BYTES, four + BLAKE3_DIGEST_BYTES);
}

/** Joins the two chaining values at `pair` to their parent's; `rootFlag` is ROOT for the last one of all. */
function joinPair(key: usize, flags: i32, rootFlag: i32, pair: usize, out: usize): void {
  compressBlock(key, pair, 0, BLOCK_BYTES, flags | PARENT | rootFlag, out);
}

/** Chaining value of one chunk of 0 to 1,024 bytes, with zeros up to the end of its last block. */
function compressChunk(
  key: usize, chunk: usize, byteCount: i32, counter: i64, flags: i32, rootFlag: i32, out: usize,
): void {
  let value = key;
  let blockFlags = flags | CHUNK_START;
  while (byteCount > BLOCK_BYTES) {
    compressBlock(value, chunk, counter, BLOCK_BYTES, blockFlags, out);
    value = out;
    blockFlags = flags;
    chunk += BLOCK_BYTES;
    byteCount -= BLOCK_BYTES;
  }
  compressBlock(value, chunk, counter, byteCount, blockFlags | CHUNK_END | rootFlag, out);
}
