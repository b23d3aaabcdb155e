// Saved runs that say something else than what was saved, sealed again so that only a replay can find out.

import { nodeEngine } from "../adapters/node/kernel-module.js";
import { openSealed, sealed } from "../kernel/log/sealed.js";
import { recordBytes } from "../kernel/log/event-log.js";
import { SEMANTICS_VERSION } from "../kernel/run/prepare.js";

/** What may be changed: the head, as JSON, and the log. */
export interface ForgedParts {
  readonly head: { [field: string]: { [member: string]: unknown } };
  readonly log: Uint8Array;
}

/** The bytes of a saved run after `change` was made to it. */
export function forgedRun(bytes: Uint8Array, change: (parts: ForgedParts) => void): Uint8Array {
  const { module } = nodeEngine();
  const { head, sections } = openSealed(module, bytes, "result", SEMANTICS_VERSION, "run");
  const parts = { head: structuredClone(head) as ForgedParts["head"], log: Uint8Array.from(sections.get("log") ?? []) };
  change(parts);
  const content = { head: parts.head as typeof head, sections: new Map([["log", parts.log]]) };
  return sealed(module, "result", SEMANTICS_VERSION, content);
}

/** Changes the byte `field` of the record numbered `index` of a kind (`EVENT_*`). */
export function changeRecord(log: Uint8Array, kind: number, index: number, field: number): void {
  const view = new DataView(log.buffer, log.byteOffset, log.length);
  let seen = 0;
  for (let at = 0; at < log.length; at += recordBytes(view, at)) {
    if (view.getUint8(at) === kind && seen++ === index) log[at + field] = (log[at + field] as number) ^ 1;
  }
}

/** The bytes of a saved run as another semantics version would have made them. */
export function ofOtherVersion(bytes: Uint8Array): Uint8Array {
  const other = bytes.slice();
  new DataView(other.buffer).setUint32(12, SEMANTICS_VERSION + 1, true);
  return other;
}
