// Canonical JSON: one text for each JSON value, whatever wrote it. Every identity is a digest of such a text.
//
// Always true:
//   values that are equal as JSON have equal texts; `1` and `1.0`, `0` and `-0` are equal;
//   members stand in the order of the UTF-16 code units of their names;
//   what JSON cannot carry exactly (NaN, infinity, undefined, bigint, lone surrogates, class instances) is refused.
// Source: RFC 8785, JSON Canonicalization Scheme, June 2020.

import { IssueList } from "./error.js";
import { compareText } from "./order.js";

/** A value that JSON can carry. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

const DEPTH_MAX = 200;

/**
 * The canonical text.
 *
 * @param value Read, not kept.
 * @throws InputError with every issue: `json/not-finite`, `json/lone-surrogate`, `json/type` (a value that is not JSON,
 *   a value that contains itself, more than 200 levels). The path is that of the value, from `$`.
 * @example canonicalJson({ b: 1.0, a: [true, "x"] }) // {"a":[true,"x"],"b":1}
 */
export function canonicalJson(value: unknown): string {
  const issues = new IssueList();
  const text = written(value, "$", [], issues);
  issues.throwIfAny();
  return text;
}

/** True when the text has no lone surrogate, so that it has a form in UTF-8. */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

function written(value: unknown, path: string, above: readonly object[], issues: IssueList): string {
  switch (typeof value) {
    case "boolean":
      return value ? "true" : "false";
    case "number":
      if (!Number.isFinite(value)) issues.add("json/not-finite", path, "a finite number", String(value));
      // ECMAScript's shortest text of a double is the one that RFC 8785, 3.2.2.3, prescribes; it writes -0 as 0.
      return String(value);
    case "string":
      return writtenText(value, path, issues);
    case "object":
      if (value === null) return "null";
      return writtenObject(value, path, above, issues);
    default:
      issues.add("json/type", path, "a JSON value", typeof value);
      return "";
  }
}

function writtenText(text: string, path: string, issues: IssueList): string {
  // A lone surrogate has no form in UTF-8, so RFC 8785, 3.2.2.2, demands an error.
  if (!isWellFormed(text))
    issues.add("json/lone-surrogate", path, "a text without lone surrogates", JSON.stringify(text));
  return JSON.stringify(text);
}

function writtenObject(value: object, path: string, above: readonly object[], issues: IssueList): string {
  if (above.includes(value)) {
    issues.add("json/type", path, "a tree of values", "a value that contains itself");
    return "";
  }
  if (above.length >= DEPTH_MAX) {
    issues.add("json/type", path, `at most ${DEPTH_MAX} levels`, "more");
    return "";
  }
  const inside = [...above, value];
  // Holes of an array are read as undefined here, and so they are refused.
  if (Array.isArray(value)) {
    const items = Array.from(value, (item: unknown, index) => written(item, `${path}.${index}`, inside, issues));
    return `[${items.join(",")}]`;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) {
    issues.add("json/type", path, "a plain object", `an object of class ${value.constructor.name}`);
    return "";
  }
  const members = Object.entries(value).sort(([a], [b]) => compareText(a, b));
  const texts = members.map(([name, member]) => {
    const memberPath = `${path}.${name}`;
    return `${writtenText(name, memberPath, issues)}:${written(member, memberPath, inside, issues)}`;
  });
  return `{${texts.join(",")}}`;
}
