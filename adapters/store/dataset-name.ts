// Dataset names and references: `spy`, `spy@3f8dba9c`, `spy@2026-01-31T00:00:00Z`, `blake3:…`.

import { InputError } from "../../kernel/index.js";

/** What a reference asks for. */
export type DatasetRef =
  | { readonly kind: "fingerprint"; readonly fingerprint: string }
  /** The last commit of a name, the last one at or before an instant, or the one whose fingerprint begins like this. */
  | { readonly kind: "name"; readonly name: string; readonly asOf: string | null; readonly prefix: string | null };

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
const PREFIX = /^(?:blake3:)?([0-9a-f]{6,64})$/;
const INSTANT = /^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:.]+Z)?$/;

/** @throws InputError `dataset/name` when it is not a legal name. */
export function checkName(name: string): void {
  if (NAME.test(name)) return;
  throw new InputError([
    {
      code: "dataset/name",
      path: "name",
      expected: "letters, digits, dots, dashes and underscores, 100 at most, a letter or digit first",
      received: JSON.stringify(name),
    },
  ]);
}

/**
 * Reads a reference.
 *
 * @throws InputError `dataset/name` when it is none.
 */
export function parseRef(text: string): DatasetRef {
  if (/^blake3:[0-9a-f]{64}$/.test(text)) return { kind: "fingerprint", fingerprint: text };
  const at = text.indexOf("@");
  const name = at < 0 ? text : text.slice(0, at);
  checkName(name);
  if (at < 0) return { kind: "name", name, asOf: null, prefix: null };
  const pin = text.slice(at + 1);
  const prefix = PREFIX.exec(pin)?.[1];
  if (prefix !== undefined) return { kind: "name", name, asOf: null, prefix: `blake3:${prefix}` };
  if (INSTANT.test(pin))
    return { kind: "name", name, asOf: pin.length === 10 ? `${pin}T23:59:59.999Z` : pin, prefix: null };
  throw new InputError([
    {
      code: "dataset/name",
      path: text,
      expected: "after the @ six or more digits of a fingerprint, or a date such as 2026-01-31",
      received: JSON.stringify(pin),
    },
  ]);
}
