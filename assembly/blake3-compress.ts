// Compression function of BLAKE3 for one block, with the sixteen words of its state as four rows.
//
// A step mixes the four columns at once, one in each lane; turning rows 1 to 3 by 1, 2 and 3 lanes makes the diagonals
// into columns.
//
// Source: BLAKE3 specification (O'Connor, Aumasson, Neves, Wilcox-O'Hearn, 2020), sections 2.1 to 2.3.

// Flags that mark what a block is.
export const CHUNK_START = 1;
export const CHUNK_END = 2;
export const PARENT = 4;
export const ROOT = 8;

export const BLOCK_BYTES = 64;
export const CHUNK_BYTES = 1024;

/** First half of the initial value: the third row of every compression. */
// @ts-ignore: decorator
@inline export function ivLow(): v128 {
  return i32x4(0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a);
}

/** Second half; both together are the key words of the plain hash. */
// @ts-ignore: decorator
@inline export function ivHigh(): v128 {
  return i32x4(0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19);
}

/** (a ^ b) with each 32-bit lane turned right by 16 bits. */
// @ts-ignore: decorator
@inline export function xorTurn16(a: v128, b: v128): v128 {
  const x = v128.xor(a, b);
  return i8x16.shuffle(x, x, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13);
}

/** (a ^ b) with each 32-bit lane turned right by 12 bits. */
// @ts-ignore: decorator
@inline export function xorTurn12(a: v128, b: v128): v128 {
  const x = v128.xor(a, b);
  return v128.or(i32x4.shr_u(x, 12), i32x4.shl(x, 20));
}

/** (a ^ b) with each 32-bit lane turned right by 8 bits. */
// @ts-ignore: decorator
@inline export function xorTurn8(a: v128, b: v128): v128 {
  const x = v128.xor(a, b);
  return i8x16.shuffle(x, x, 1, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12);
}

/** (a ^ b) with each 32-bit lane turned right by 7 bits. */
// @ts-ignore: decorator
@inline export function xorTurn7(a: v128, b: v128): v128 {
  const x = v128.xor(a, b);
  return v128.or(i32x4.shr_u(x, 7), i32x4.shl(x, 25));
}

/** a + b + message, lane by lane. */
// @ts-ignore: decorator
@inline export function sum(a: v128, b: v128, message: v128): v128 {
  return i32x4.add(i32x4.add(a, b), message);
}

/**
 * Compresses one block.
 *
 * @param key 32 bytes: the chaining value that goes in, or the key words at the start of a chunk and in a parent.
 * @param block 64 bytes; those after `byteCount` are zero.
 * @param counter Index of the chunk; 0 in a parent.
 * @param out 32 bytes, the chaining value that comes out. May be `key` or lie inside `block`.
 */
export function compressBlock(key: usize, block: usize, counter: i64, byteCount: i32, flags: i32, out: usize): void {
  let m0 = load<v128>(block);
  let m1 = load<v128>(block, 16);
  let m2 = load<v128>(block, 32);
  let m3 = load<v128>(block, 48);
  let a = load<v128>(key);
  let b = load<v128>(key, 16);
  let c = ivLow();
  let d = i32x4.replace_lane(i64x2.splat(counter), 2, byteCount);
  d = i32x4.replace_lane(d, 3, flags);

  for (let round = 1; ; round++) {
    a = sum(a, b, v128.shuffle<i32>(m0, m1, 0, 2, 4, 6));
    d = xorTurn16(d, a); c = i32x4.add(c, d); b = xorTurn12(b, c);
    a = sum(a, b, v128.shuffle<i32>(m0, m1, 1, 3, 5, 7));
    d = xorTurn8(d, a); c = i32x4.add(c, d); b = xorTurn7(b, c);

    b = v128.shuffle<i32>(b, b, 1, 2, 3, 0);
    c = v128.shuffle<i32>(c, c, 2, 3, 0, 1);
    d = v128.shuffle<i32>(d, d, 3, 0, 1, 2);
    a = sum(a, b, v128.shuffle<i32>(m2, m3, 0, 2, 4, 6));
    d = xorTurn16(d, a); c = i32x4.add(c, d); b = xorTurn12(b, c);
    a = sum(a, b, v128.shuffle<i32>(m2, m3, 1, 3, 5, 7));
    d = xorTurn8(d, a); c = i32x4.add(c, d); b = xorTurn7(b, c);
    b = v128.shuffle<i32>(b, b, 3, 0, 1, 2);
    c = v128.shuffle<i32>(c, c, 2, 3, 0, 1);
    d = v128.shuffle<i32>(d, d, 1, 2, 3, 0);
    if (round == 7) break;

    // Words in the order 2 6 3 10, 7 0 4 13, 1 11 12 5, 9 14 15 8.
    const n0 = v128.shuffle<i32>(v128.shuffle<i32>(m0, m1, 2, 6, 3, 3), m2, 0, 1, 2, 6);
    const n1 = v128.shuffle<i32>(v128.shuffle<i32>(m1, m0, 3, 4, 0, 0), m3, 0, 1, 2, 5);
    const words1And5 = v128.shuffle<i32>(m0, m1, 1, 1, 5, 5);
    const words11And12 = v128.shuffle<i32>(m2, m3, 3, 3, 4, 4);
    m3 = v128.shuffle<i32>(m2, m3, 1, 6, 7, 0);
    m2 = v128.shuffle<i32>(words1And5, words11And12, 0, 4, 6, 2);
    m0 = n0;
    m1 = n1;
  }
  store<v128>(out, v128.xor(a, c));
  store<v128>(out, v128.xor(b, d), 16);
}
