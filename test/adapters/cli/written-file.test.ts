// Files of a command: whole, or as they were before.

import { linkSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { writeFileAt } from "../../../adapters/cli/written-file.js";

describe("a file that a command writes", () => {
  const folder = mkdtempSync(join(tmpdir(), "goldentape-written-"));
  const at = (name: string): string => join(folder, name);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("takes the place of the one before in one go: that one is never written to", () => {
    writeFileSync(at("run.json"), "before");
    linkSync(at("run.json"), at("same bytes"));
    expect(writeFileAt(at("run.json"), "after")).toBe(at("run.json"));
    expect([readFileSync(at("run.json"), "utf8"), readFileSync(at("same bytes"), "utf8")]).toEqual(["after", "before"]);
    expect(readdirSync(folder).filter((name) => name.endsWith(".part"))).toEqual([]);
  });

  it("goes through a link, into a folder that is missing, and into a device", () => {
    writeFileSync(at("there"), "before");
    symlinkSync(at("there"), at("link"));
    writeFileAt(at("link"), "after");
    expect([lstatSync(at("link")).isSymbolicLink(), readFileSync(at("there"), "utf8")]).toEqual([true, "after"]);
    writeFileAt(at("new/deep/file"), "x");
    expect(readFileSync(at("new/deep/file"), "utf8")).toBe("x");
    writeFileAt("/dev/null", "x");
    expect(statSync("/dev/null").isCharacterDevice()).toBe(true);
  });

  it("is refused where it cannot be", () => {
    expect(() => writeFileAt(folder, "x")).toThrow(/a file that can be written, .*\(cli\/usage\)/);
    expect(() => writeFileAt(at("there/below"), "x")).toThrow(/cli\/usage/);
  });
});
