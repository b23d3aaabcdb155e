// The lock file and the manifest: exact versions, and no names of hosts.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PROJECT_ROOT } from "./source-tree.js";

interface LockFile {
  readonly packages: Readonly<
    Record<string, { readonly resolved?: string; readonly integrity?: string; readonly link?: boolean }>
  >;
}

const lock = JSON.parse(readFileSync(join(PROJECT_ROOT, "package-lock.json"), "utf8")) as LockFile;
const manifest = JSON.parse(readFileSync(join(PROJECT_ROOT, "package.json"), "utf8")) as Record<string, unknown>;

describe("the lock file", () => {
  it("names no host to fetch packages from: the registry is the reader's own", () => {
    const resolved = Object.entries(lock.packages).filter(([, entry]) => entry.resolved !== undefined);
    expect(resolved.map(([name]) => name)).toEqual([]);
  });

  it("pins the content of every package", () => {
    const unpinned = Object.entries(lock.packages).filter(
      ([name, entry]) => name !== "" && entry.integrity === undefined,
    );
    expect(unpinned.map(([name]) => name)).toEqual([]);
  });
});

describe("the manifest", () => {
  it("pins exact versions", () => {
    const ranges = ["dependencies", "devDependencies"].flatMap((kind) =>
      Object.entries((manifest[kind] ?? {}) as Record<string, string>)
        .filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))
        .map(([name, version]) => `${name} ${version}`),
    );
    expect(ranges).toEqual([]);
  });
});
