// Bytes as text: hexadecimal, lower case, two digits a byte.

import { invariant } from "./error.js";

const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Hexadecimal text of `bytes`, which are only read. */
export function hexOf(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += HEX[byte] as string;
  return text;
}

/**
 * Bytes of a hexadecimal text, a fresh array.
 *
 * @param hex An even number of digits, lower or upper case. Anything else is a defect of the caller and breaks an
 *   invariant; a text from outside is checked where it comes in.
 */
export function bytesOfHex(hex: string): Uint8Array {
  invariant(hex.length % 2 === 0 && /^[0-9a-fA-F]*$/.test(hex), "a hexadecimal text has two digits a byte");
  const bytes = new Uint8Array(hex.length / 2);
  for (let index = 0; index < bytes.length; index += 1) {
    bytes[index] = Number.parseInt(hex.slice(2 * index, 2 * index + 2), 16);
  }
  return bytes;
}
