// Tagged JSON: values with bigints as JSON and back, for what people state (configurations) and for facts of
// instruments.
//
// Not here: canonical JSON, which identities are made from and which has no bigints (`kernel/base/jcs.ts`).

import { invariant } from "../base/error.js";
import type { Json } from "../base/jcs.js";

const TAG = "$bigint";

/** Plain objects, lists, texts, numbers, booleans, null and bigints as JSON; undefined members are left out. */
export function taggedJson(value: unknown): Json {
  if (typeof value === "bigint") return { [TAG]: value.toString() };
  if (Array.isArray(value)) return value.map(taggedJson);
  if (typeof value !== "object" || value === null) {
    invariant(value !== undefined && typeof value !== "function", "what is written as JSON is a value");
    return value as Json;
  }
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([name, member]) => [name, taggedJson(member)]));
}

/** The value of tagged JSON. */
export function untaggedJson(json: Json): unknown {
  if (Array.isArray(json)) return json.map((member: Json) => untaggedJson(member));
  if (typeof json !== "object" || json === null) return json;
  const text = (json as { readonly [member: string]: Json })[TAG];
  if (typeof text === "string") return BigInt(text);
  return Object.fromEntries(Object.entries(json).map(([name, member]) => [name, untaggedJson(member as Json)]));
}
