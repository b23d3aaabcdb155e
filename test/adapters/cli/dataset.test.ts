// `goldentape dataset`: from a file to a named dataset in the store, and out again.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand } from "citty";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { datasetCommand } from "../../../adapters/cli/dataset.js";
import { nodeHasher } from "../../../adapters/node/kernel-module.js";
import { shareFacts } from "../files/sample-files.js";
import { openDataset } from "../../../adapters/store/open-dataset.js";

const folder = mkdtempSync(join(tmpdir(), "goldentape-cli-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const store = join(folder, "store");

let out = "";
let err = "";
const writers = { out: process.stdout.write, err: process.stderr.write };
beforeEach(() => {
  out = "";
  err = "";
  process.stdout.write = (text) => ((out += String(text)), true);
  process.stderr.write = (text) => ((err += String(text)), true);
});
afterEach(() => {
  process.stdout.write = writers.out;
  process.stderr.write = writers.err;
  process.exitCode = undefined;
});

/** Runs `goldentape dataset …` and gives back its exit code. */
async function dataset(...args: string[]): Promise<number> {
  process.exitCode = undefined;
  out = "";
  err = "";
  await runCommand(datasetCommand, { rawArgs: [...args, "--store", store] });
  return Number(process.exitCode ?? 0);
}

const CSV = "time,open,high,low,close,volume\n1700000000,1.25,1.5,1,1.25,3\n1700000060,1.25,1.5,1,1.25,3\n";
const file = join(folder, "bars.csv");
writeFileSync(file, CSV);

describe("goldentape dataset", () => {
  it("makes, lists, shows, verifies and exports, each as one JSON document when asked", async () => {
    expect(await dataset("synth", "--name", "walk", "--seed", "7", "--rows", "100", "--json")).toBe(0);
    const { fingerprint } = JSON.parse(out) as { fingerprint: string };
    expect(await dataset("list", "--json")).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      datasets: [{ name: "walk", fingerprint, rows: 100 }],
      catalogue: [{ name: "sp500" }],
    });
    expect(await dataset("show", "walk", "--json")).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ name: "walk", origin: "store", fingerprint, tapes: [{ rows: 100 }] });
    expect(await dataset("verify")).toBe(0);
    expect(out).toContain("whole");
    const path = join(folder, "walk.csv");
    expect(await dataset("export", "walk", "--format", "csv", "--out", path)).toBe(0);
    expect(await dataset("add", path, "--name", "again", "--json")).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ name: "again", fingerprint, isNew: false });
  });

  it("keeps funding, trading status and conversion rates beside bars, and opens them for runs", async () => {
    const facts = (symbol: string, assetClass: string) => ({ ...shareFacts(symbol), assetClass });
    const tapes = [
      ["bars", "PERP", { interval: "1h", columns: { time: 0, open: 1, high: 2, low: 3, close: 4 } }, "2,2,1,2"],
      ["funding", "PERP", { columns: { time: 0, rate: 1 } }, "0.0001"],
      ["status", "PERP", { columns: { time: 0, status: 1 } }, "1"],
      ["conversion", "EUR/USD", { columns: { time: 0, rate: 1 } }, "1.08"],
    ] as const;
    for (const [kind, symbol, part, values] of tapes) {
      const manifest = {
        kind,
        csv: { delimiter: ",", header: false },
        time: { unit: "s", zone: "UTC", label: "close" },
        instrument: facts(symbol, kind === "conversion" ? "fx" : "crypto-perpetual"),
        calendar: kind === "bars" ? { kind: "continuous" } : null,
        gaps: "report",
        problems: "refuse",
        ...part,
      };
      writeFileSync(join(folder, `side-${kind}.json`), JSON.stringify(manifest));
      writeFileSync(join(folder, `side-${kind}.csv`), `3600,${values}\n7200,${values}\n`);
      const words = [
        "add",
        join(folder, `side-${kind}.csv`),
        "--manifest",
        join(folder, `side-${kind}.json`),
        "--name",
        kind,
      ];
      expect([await dataset(...words), err]).toEqual([0, ""]);
    }
    expect(out).toContain("2 rows of EUR/USD conversion, at which runs convert money");
    expect(await dataset("join", "perp", "bars", "funding", "status", "conversion")).toBe(0);
    expect(await dataset("show", "perp")).toBe(0);
    for (const line of [
      "PERP bars 1h: 2 rows",
      "PERP funding: 2 rows",
      "PERP status: 2 rows",
      "EUR/USD conversion: 2 rows",
    ])
      expect(out).toContain(line);
    const opened = await openDataset("perp", { hasher: nodeHasher(), store });
    expect([opened.funding?.length, opened.status?.length, opened.conversions?.length]).toEqual([1, 1, 1]);
    const [rates] = [...(opened.funding?.[0]?.segments() ?? [])];
    expect([...(rates?.rate ?? [])]).toEqual([100_000_000n, 100_000_000n]);
    expect(opened.calendars?.get("PERP")?.instants[0]).toBe(-15n * 86_400_000_000_000n);
  });

  it("refuses a guess that nobody confirmed, shows it, and takes it with --yes", async () => {
    expect(await dataset("add", file, "--instrument", "TEST")).toBe(2);
    expect(err).toContain('"unit": "s"');
    expect(err).toContain("cli/usage");
    expect(out).toBe("");
    expect(await dataset("add", file, "--instrument", "TEST", "--yes", "--json")).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ name: "test", rows: 2, from: "2023-11-14T22:14:20Z" });
  });

  it("takes a manifest whose symbol comes from the command line", async () => {
    expect(await dataset("show", "test", "--json")).toBe(0);
    const shown = JSON.parse(out) as { tapes: { imported: { manifest: { instrument: { symbol?: string } } } }[] };
    const manifest = shown.tapes[0]?.imported.manifest;
    delete manifest?.instrument.symbol;
    const path = join(folder, "m.json");
    writeFileSync(path, JSON.stringify(manifest));
    expect(await dataset("add", file, "--manifest", path, "--instrument", "OTHER", "--json")).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ name: "other" });
  });

  it("answers bad input with code 2 and every issue, without a stack trace", async () => {
    const bad = join(folder, "bad.csv");
    writeFileSync(bad, CSV.replace("1.25,1.5,1,1.25,3\n", "1.25,0.5,1,1.25,-3\n"));
    expect(await dataset("add", bad, "--instrument", "TEST", "--yes", "--json")).toBe(2);
    const document = JSON.parse(err.slice(err.indexOf("{"))) as { issues: { code: string }[] };
    expect(document.issues.map((issue) => issue.code)).toEqual(["import/volume-sign"]);
    expect(await dataset("show", "nothing")).toBe(2);
    expect(err).toContain("dataset/not-found");
    expect(err).not.toContain("    at ");
    expect(await dataset("export", "walk", "--format", "xlsx")).toBe(2);
    expect(await dataset("add", "--instrument", "X", join(folder, "none.csv"))).toBe(2);
  });

  it("answers a damaged dataset with code 1 and its place", async () => {
    const { fingerprint } = JSON.parse((await dataset("show", "walk", "--json"), out)) as { fingerprint: string };
    const tape = join(store, "objects", fingerprint.slice(7), "tape-0.arrow");
    const bytes = readFileSync(tape);
    bytes[bytes.length - 2_000] = (bytes[bytes.length - 2_000] as number) ^ 1;
    writeFileSync(tape, bytes);
    expect(await dataset("verify", "walk")).toBe(1);
    expect(err).toMatch(/SYN bars 1m: \w+ differs in rows 0 to 99/);
  });

  it("joins tapes of several datasets into one", async () => {
    await dataset("synth", "--name", "pair", "--seed", "1", "--rows", "10", "--instruments", "2");
    expect(await dataset("join", "three", "pair", "test", "--json")).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ name: "three", tapes: 3 });
  });
});
