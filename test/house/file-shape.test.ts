// Shape of files: header, length, width and name.

import { describe, expect, it } from "vitest";
import type { SourceFile } from "./source-tree.js";
import { sourceFiles } from "./source-tree.js";

const LINES_MAX = 450;
const COLUMNS_MAX = 120;

/** Files whose text is a page's own script or style, in the form in which the page carries it. */
const PAGE_TEXTS: readonly string[] = ["script", "lists", "lineage", "style"].map(
  (part) => `adapters/report/page-${part}.ts`,
);

/** Lines that do not fit the width, as `path:line`. */
function wideLines(file: SourceFile): readonly string[] {
  const lines = file.text.split("\n");
  return lines.flatMap((line, index) => (line.length > COLUMNS_MAX ? [`${file.path}:${index + 1}`] : []));
}

/** A file's header is a comment on its first line, or after the line for the shell. */
function lacksHeader(file: SourceFile): boolean {
  return !/^(?:#!.*\n)?(?:\/\/ \S|\/\*\*? ?\S)/.test(file.text);
}

function lineCount(file: SourceFile): number {
  return file.text.split("\n").length - (file.text.endsWith("\n") ? 1 : 0);
}

describe("source files", () => {
  it("open with a comment that says what they are", () => {
    expect(lacksHeader({ path: "kernel/x.ts", text: "export const x = 1;\n" })).toBe(true);
    expect(lacksHeader({ path: "kernel/x.ts", text: "\n// X.\n" })).toBe(true);
    expect(lacksHeader({ path: "kernel/x.ts", text: "// X: the unknown.\n" })).toBe(false);
    expect(
      sourceFiles()
        .filter(lacksHeader)
        .map((file) => file.path),
    ).toEqual([]);
  });

  it(`have at most ${LINES_MAX} lines: a longer one wants to be split, by noun`, () => {
    expect(lineCount({ path: "x.ts", text: "a\nb\n" })).toBe(2);
    const long = sourceFiles().filter((file) => lineCount(file) > LINES_MAX);
    expect(long.map((file) => `${file.path} has ${lineCount(file)} lines`)).toEqual([]);
  });

  it(`have lines of at most ${COLUMNS_MAX} columns`, () => {
    expect(wideLines({ path: "x.ts", text: `a\n${"b".repeat(121)}\n` })).toEqual(["x.ts:2"]);
    const files = sourceFiles().filter((file) => !PAGE_TEXTS.includes(file.path));
    expect(files.flatMap(wideLines)).toEqual([]);
  });

  it("have names of the domain, not of nothing in particular", () => {
    const nameless = /(?:^|[/-])(?:utils?|common|misc|helpers?)(?:[/.-])/;
    expect(nameless.test("kernel/utils/x.ts") && nameless.test("kernel/order-utils.ts")).toBe(true);
    expect(nameless.test("kernel/market/tape.ts")).toBe(false);
    expect(
      sourceFiles()
        .filter((file) => nameless.test(file.path))
        .map((file) => file.path),
    ).toEqual([]);
  });
});
