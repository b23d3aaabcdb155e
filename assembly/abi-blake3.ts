// State of a BLAKE3 computation, field by field, and the flags that say what is hashed.
//
// Compiles under both asc and tsc: plain integer literals only, no imports. Offsets are in bytes from the start of the
// state.
//
// Always true:
//   the state is a pure function of key, flags and the bytes absorbed, however these were cut into updates;
//   bytes of the stack and of the buffer that are not in use are zero.

/** Key words, 32 bytes: the initial value, a key, or the key that a context was derived to. */
export const BLAKE3_KEY = 0;
/** Flags that go into every compression, i32. */
export const BLAKE3_FLAGS = 32;
/** Bytes waiting in the buffer, i32. */
export const BLAKE3_BUFFERED = 36;
/** Chunks of 1,024 bytes that are in the tree, i64; a multiple of four. */
export const BLAKE3_CHUNKS = 40;
/**
 * Chaining values of the complete subtrees, largest first, then room for the sixteen leaves of the next one; 32 bytes
 * each.
 */
export const BLAKE3_STACK = 48;
/** Bytes that are not in the tree yet: the last one to four chunks. */
export const BLAKE3_BUFFER = 2096;
/** Size of a state; its address is a multiple of 8. */
export const BLAKE3_STATE_BYTES = 6192;

/** Size of a digest and of a key. */
export const BLAKE3_DIGEST_BYTES = 32;

// Flags of `blake3Init`; none for the plain hash.
export const BLAKE3_KEYED_HASH = 16;
export const BLAKE3_DERIVE_KEY_CONTEXT = 32;
export const BLAKE3_DERIVE_KEY_MATERIAL = 64;
