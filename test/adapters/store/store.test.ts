// The store: content under its fingerprint, names with commits, damage and failing disks.

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { syntheticNewTapes } from "../../../adapters/store/open-dataset.js";
import { NODE_DISK } from "../../../adapters/store/disk.js";
import type { Disk } from "../../../adapters/store/disk.js";
import { Store } from "../../../adapters/store/store.js";
import type { NewTape } from "../../../adapters/store/store.js";
import { barsOfContent, createHasher, gatherBars, InputError } from "../../../kernel/index.js";
import { dataPlane } from "../../operators/harness.js";

const hasher = createHasher(dataPlane());
const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

function newRoot(): string {
  const folder = mkdtempSync(join(tmpdir(), "goldentape-store-"));
  folders.push(folder);
  return join(folder, "store");
}

const walk = (seed: number, rows = 100): NewTape[] => syntheticNewTapes(`synthetic:seed=${seed},rows=${rows}`);
const JANUARY = "2026-01-01T00:00:00.000Z";
const MARCH = "2026-03-01T00:00:00.000Z";

/** Codes of what a call refuses. */
function codesOf(work: () => unknown): string[] {
  try {
    work();
    return [];
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return error.issues.map((issue) => issue.code);
  }
}

describe("the store", () => {
  it("gives back what was added, by name, by pin and by date", () => {
    const store = new Store(newRoot(), hasher);
    const first = store.add("walk", walk(1), JANUARY).fingerprint;
    const second = store.add("walk", walk(2), MARCH).fingerprint;
    expect(store.resolve("walk")).toBe(second);
    expect(store.resolve(`walk@${first.slice(7, 15)}`)).toBe(first);
    expect(store.resolve("walk@2026-02-01")).toBe(first);
    expect(store.resolve(first)).toBe(first);
    const { contents } = store.open(first);
    expect(gatherBars(barsOfContent(contents[0] as never))).toEqual(
      gatherBars(barsOfContent(walk(1)[0]?.content as never)),
    );
    expect(store.names()).toEqual(["walk"]);
  });

  it("reads a long tape in pieces, the same each time", () => {
    const store = new Store(newRoot(), hasher);
    const { fingerprint } = store.add("long", walk(3, 200_000), JANUARY);
    const [content] = store.open(fingerprint).contents;
    const counts = (): number[] => [...(content?.segments() ?? [])].map((segment) => segment.rowCount);
    expect(counts().length).toBeGreaterThanOrEqual(1);
    expect(counts()).toEqual(counts());
    expect(store.check(fingerprint)).toEqual([]);
  });

  it("keeps one object for the same content and does not commit it twice", () => {
    const store = new Store(newRoot(), hasher);
    expect(store.add("a", walk(1), JANUARY).isNew).toBe(true);
    expect(store.add("a", walk(1), MARCH).isNew).toBe(false);
    expect(store.add("b", walk(1), MARCH).isNew).toBe(false);
    expect(store.commits("a")).toHaveLength(1);
    expect(readdirSync(join(store.root, "objects"))).toHaveLength(1);
  });

  it("says what there is when a name or a pin is not found, and refuses names that are paths", () => {
    const store = new Store(newRoot(), hasher);
    store.add("walk", walk(1), JANUARY);
    expect(codesOf(() => store.resolve("talk"))).toEqual(["dataset/not-found"]);
    expect(codesOf(() => store.resolve("walk@000000"))).toEqual(["dataset/fingerprint"]);
    expect(codesOf(() => store.resolve("walk@2025-01-01"))).toEqual(["dataset/fingerprint"]);
    expect(codesOf(() => store.add("../walk", walk(1), JANUARY))).toEqual(["dataset/name"]);
    expect(codesOf(() => store.resolve("walk@yesterday"))).toEqual(["dataset/name"]);
    expect(codesOf(() => store.open(`blake3:${"0".repeat(64)}`))).toEqual(["dataset/not-found"]);
  });
});

describe("damage on the disk", () => {
  const damagedStore = (): { store: Store; fingerprint: string; tape: string; folder: string } => {
    const store = new Store(newRoot(), hasher);
    const { fingerprint } = store.add("walk", walk(1, 70_000), JANUARY);
    const folder = store.objectPath(fingerprint);
    return { store, fingerprint, folder, tape: join(folder, "tape-0.arrow") };
  };

  it("is named by column and rows when a value was changed", () => {
    const { store, fingerprint, tape } = damagedStore();
    const bytes = readFileSync(tape);
    bytes[bytes.length - 8_000] = (bytes[bytes.length - 8_000] as number) ^ 1;
    writeFileSync(tape, bytes);
    const [issue] = store.check(fingerprint);
    expect(issue?.code).toBe("store/damaged");
    expect(issue?.received).toBe("SYN bars 1m: volume differs in rows 65,536 to 69,999");
  });

  it("is named when a file is cut, gone, or no manifest any more", () => {
    const cut = damagedStore();
    writeFileSync(cut.tape, readFileSync(cut.tape).subarray(0, 1_000));
    expect(cut.store.check(cut.fingerprint).map((issue) => issue.path)).toEqual([cut.tape]);
    const gone = damagedStore();
    rmSync(gone.tape);
    expect(gone.store.check(gone.fingerprint).map((issue) => issue.received)).toEqual(["no such file"]);
    const spoilt = damagedStore();
    writeFileSync(join(spoilt.folder, "manifest.json"), "{");
    expect(spoilt.store.check(spoilt.fingerprint).map((issue) => issue.code)).toEqual(["store/damaged"]);
  });

  it("is not overwritten by importing the same content again", () => {
    const { store, tape } = damagedStore();
    const bytes = readFileSync(tape);
    bytes[bytes.length - 8_000] = 77;
    writeFileSync(tape, bytes);
    expect(codesOf(() => store.add("walk", walk(1, 70_000), MARCH))).toEqual(["store/damaged"]);
    expect(readFileSync(tape).equals(bytes)).toBe(true);
  });

  it("passes over a commit that was cut short, and goes on after it", () => {
    const store = new Store(newRoot(), hasher);
    const { fingerprint } = store.add("walk", walk(1), JANUARY);
    const ref = join(store.root, "refs", "walk.jsonl");
    writeFileSync(ref, `${readFileSync(ref, "utf8")}{"asOf":"2026-02-`);
    expect(store.resolve("walk")).toBe(fingerprint);
    const second = store.add("walk", walk(2), MARCH).fingerprint;
    expect(store.resolve("walk")).toBe(second);
    expect(store.commits("walk")).toHaveLength(2);
  });
});

describe("a disk that fails", () => {
  /**
   * A disk whose operation number `failAt` fails; `isDead` lets every later one fail too, as when the process is gone.
   */
  function failingDisk(failAt: number, isDead: boolean): { disk: Disk; operations: () => number } {
    let count = 0;
    const guarded =
      <A extends unknown[], R>(work: (...args: A) => R): ((...args: A) => R) =>
      (...args) => {
        count += 1;
        if (count === failAt || (isDead && count > failAt)) {
          throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
        }
        return work(...args);
      };
    const disk: Disk = {
      createFile: guarded((path: string) => {
        const file = NODE_DISK.createFile(path);
        const half = guarded((bytes: Uint8Array) => file.write(bytes));
        return {
          write: (bytes) => {
            // The first half of a piece reaches the disk before it is full.
            if (bytes.length > 1) file.write(bytes.subarray(0, bytes.length >> 1));
            half(bytes.subarray(bytes.length > 1 ? bytes.length >> 1 : 0));
          },
          close: () => file.close(),
        };
      }),
      makeFolder: guarded(NODE_DISK.makeFolder),
      rename: guarded(NODE_DISK.rename),
      syncFolder: guarded(NODE_DISK.syncFolder),
      appendLine: guarded(NODE_DISK.appendLine),
      remove: isDead ? guarded(NODE_DISK.remove) : NODE_DISK.remove,
    };
    return { disk, operations: () => count };
  }

  const operations = (): number => {
    const { disk, operations: counted } = failingDisk(Number.POSITIVE_INFINITY, false);
    new Store(newRoot(), hasher, disk).add("walk", walk(2), MARCH);
    return counted();
  };

  it.each([false, true])(
    "leaves the store as it was, or with the dataset whole, at every step (process gone: %s)",
    (isDead) => {
      const last = operations();
      expect(last).toBeGreaterThan(10);
      for (let failAt = 1; failAt <= last; failAt += 1) {
        const root = newRoot();
        const before = new Store(root, hasher).add("walk", walk(1), JANUARY).fingerprint;
        const { disk } = failingDisk(failAt, isDead);
        const codes = codesOf(() => new Store(root, hasher, disk).add("walk", walk(2), MARCH));
        const store = new Store(root, hasher);
        if (codes.length > 0) expect(codes).toEqual(["store/disk"]);
        for (const { fingerprint } of store.commits("walk")) expect(store.check(fingerprint)).toEqual([]);
        for (const object of readdirSync(join(root, "objects"))) expect(store.check(`blake3:${object}`)).toEqual([]);
        expect(store.commits("walk")[0]?.fingerprint).toBe(before);
        if (!isDead) expect(existsSync(join(root, "tmp")) ? readdirSync(join(root, "tmp")) : []).toEqual([]);
        const after = store.add("walk", walk(2), MARCH).fingerprint;
        expect(store.resolve("walk")).toBe(after);
        expect(store.check(after)).toEqual([]);
      }
    },
  );

  it("sees that a folder that another process left behind is removed by the next import", () => {
    const store = new Store(newRoot(), hasher);
    store.add("walk", walk(1), JANUARY);
    const leftover = join(store.root, "tmp", "999999999-0");
    NODE_DISK.makeFolder(leftover);
    store.add("walk", walk(2), MARCH);
    expect(existsSync(leftover)).toBe(false);
    expect(statSync(store.root).isDirectory()).toBe(true);
  });
});
