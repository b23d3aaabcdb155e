// JSON text: reading it strictly.
//
// Always true:
//   a member name stands once in its object. `JSON.parse` keeps the last of several and says nothing, so a document
//   would mean something else than what a person reads in it.
// Source: RFC 7493 (I-JSON), section 2.3, which RFC 8785 builds on.

import type { IssueList } from "./error.js";

/**
 * The value of a JSON text, or undefined when an issue was added.
 *
 * @param path What the text is, the start of the path of every issue.
 * @param issues Takes `json/type` for a text that is not JSON, `json/not-canonical` for a repeated member name.
 */
export function parseJson(text: string, path: string, issues: IssueList): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    issues.add("json/type", path, "a JSON text", error instanceof Error ? error.message : String(error));
    return undefined;
  }
  const repeated = repeatedNames(text);
  for (const name of repeated)
    issues.add("json/not-canonical", `${path}${name}`, "each member name once in its object", "two");
  return repeated.length === 0 ? value : undefined;
}

interface Level {
  /** Names seen so far; null for an array. */
  readonly names: Set<string> | null;
  /** Name or index of the member that is being read. */
  at: string | number;
}

/** Paths of repeated member names in a text that is known to be JSON. */
function repeatedNames(text: string): string[] {
  const repeated: string[] = [];
  const levels: Level[] = [];
  let isNameNext = false;
  for (let index = 0; index < text.length; index += 1) {
    const level = levels[levels.length - 1];
    switch (text[index]) {
      case '"': {
        const end = endOfString(text, index);
        if (isNameNext && level !== undefined && level.names !== null) {
          const name = JSON.parse(text.slice(index, end + 1)) as string;
          level.at = name;
          if (level.names.has(name)) repeated.push(levels.map(({ at }) => `.${at}`).join(""));
          level.names.add(name);
          isNameNext = false;
        }
        index = end;
        break;
      }
      case "{":
        levels.push({ names: new Set(), at: "" });
        isNameNext = true;
        break;
      case "[":
        levels.push({ names: null, at: 0 });
        isNameNext = false;
        break;
      case "}":
      case "]":
        levels.pop();
        isNameNext = false;
        break;
      case ",":
        if (typeof level?.at === "number") level.at += 1;
        else isNameNext = true;
        break;
    }
  }
  return repeated;
}

function endOfString(text: string, start: number): number {
  let index = start + 1;
  while (text[index] !== '"') index += text[index] === "\\" ? 2 : 1;
  return index;
}
