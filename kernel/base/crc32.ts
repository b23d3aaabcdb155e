// CRC-32: a cheap check that a graph arrived as it was sent. It finds accidents, not intent; identities are BLAKE3.
//
// Source: IEEE 802.3 and ISO 3309, as in zip and PNG: reflected polynomial 0xEDB88320, initial value and final XOR
// 0xFFFFFFFF.

const POLYNOMIAL = 0xedb88320;
const TABLE: Uint32Array = table();

/** CRC-32 of `bytes`, 0 to 2^32 - 1. The bytes are only read. */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (TABLE[(crc ^ byte) & 0xff] as number) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

/** The usual text of a CRC-32: eight hexadecimal digits, lower case. */
export function crc32Text(crc: number): string {
  return crc.toString(16).padStart(8, "0");
}

function table(): Uint32Array {
  const entries = new Uint32Array(256);
  for (let byte = 0; byte < 256; byte += 1) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    entries[byte] = crc;
  }
  return entries;
}
