// `goldentape run --bounds`: both readings side by side, the trades in question, and the files.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tableFromIPC } from "apache-arrow";
import { afterAll, describe, expect, it } from "vitest";
import { inside, PROJECT } from "./goldentape.js";

const folder = mkdtempSync(join(tmpdir(), "goldentape-bounds-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const STRATEGY = `${PROJECT}datasets/strategies/sma-cross.ts`;
const WALK = ["--dataset", "synthetic:seed=1,rows=300,interval=1d", "--fee-bps", "10"];

interface Document {
  readonly runId: string;
  readonly resultDigest: string;
  readonly counts: Readonly<Record<string, number>>;
}

async function document(...words: string[]): Promise<Document> {
  const { code, out, err } = await inside("run", ...words, "--json");
  expect([code, err]).toEqual([0, ""]);
  return JSON.parse(out) as Document;
}

describe("goldentape run --bounds", () => {
  const bracket = `${PROJECT}datasets/strategies/breakout-bracket.ts`;
  const hours = ["--dataset", "synthetic:seed=7,rows=20000,interval=1h", "--fee-bps", "10", "--cash", "10000"];
  const params = ["--param", "channel=10", "--param", "stopAtr=1", "--param", "targetAtr=1"];
  const words = [bracket, ...hours, ...params];

  interface BoundsPart {
    readonly worst: { readonly runId: string; readonly resultDigest: string; readonly finalEquity: string };
    readonly best: { readonly runId: string; readonly resultDigest: string; readonly finalEquity: string };
    readonly bars: { readonly exact: number; readonly heuristic: number };
    readonly trades: readonly { readonly certainty: string; readonly bars: readonly { readonly time: string }[] }[];
    readonly caution: string;
  }

  it("says both readings and every ambiguous trade as JSON, whatever path was given", async () => {
    const both = (await document(...words, "--bounds", "--path", "nearest")) as Document & { bounds: BoundsPart };
    const [worst, best] = [await document(...words), await document(...words, "--path", "best")];
    const { bounds } = both;
    expect([both.runId, both.resultDigest]).toEqual([worst.runId, worst.resultDigest]);
    expect([bounds.worst.runId, bounds.worst.resultDigest]).toEqual([worst.runId, worst.resultDigest]);
    expect([bounds.best.runId, bounds.best.resultDigest]).toEqual([best.runId, best.resultDigest]);
    expect(bounds.worst.finalEquity).not.toBe(bounds.best.finalEquity);
    expect(bounds.bars.exact).toBeGreaterThan(0);
    expect(bounds.trades.length).toBeGreaterThan(20);
    expect(bounds.trades.every((one) => one.bars.length > 0)).toBe(true);
    expect(bounds.caution).toContain("before slippage and fees");
    expect(bounds.caution).toContain("two consistent readings");
    expect(Object.keys(worst)).not.toContain("bounds");
  });

  it("prints both columns, the first ambiguous trades and what they do not prove", async () => {
    const { code, out, err } = await inside("run", ...words, "--bounds");
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/^RESULT +WORST +BEST +APART$/m);
    expect(out).toMatch(/^Final equity +[0-9,.]+ USD +[0-9,.]+ USD +−?[0-9,.]+ USD$/m);
    expect(out).toMatch(/^[0-9]+ bars with exact bounds that differ, [0-9]+ bars? decided between two walks; /m);
    expect(out.match(/^SYN [0-9]{4}-.* (?:stop|hold|target|apart) /gm)).toHaveLength(20);
    expect(out).toMatch(/^[0-9]+ more: --json lists them all/m);
    expect(out.replace(/\s+/g, " ")).toContain("two consistent readings, not a proof about later bars");
    expect(out).toMatch(/^result at best +blake3:[0-9a-f]{64}$/m);
  });

  it("says so when no bar leaves anything open, and points to itself where one does", async () => {
    const sure = await inside("run", STRATEGY, ...WALK, "--bounds");
    expect(sure.out).toContain("No trade hangs on a path that the bars do not say.");
    expect((await inside("run", ...words)).out).toContain("--bounds shows both readings");
    expect((await inside("run", STRATEGY, ...WALK)).out).not.toContain("--bounds");
  });

  it("writes the tables of both", async () => {
    const out = join(folder, "bounds");
    const both = await document(...words, "--bounds", "--out", out);
    const orders = (path: string): number => tableFromIPC(readFileSync(join(path, "orders.arrow"))).numRows;
    expect(orders(out)).toBe(both.counts["orders"]);
    expect(readdirSync(out)).toContain("best");
    const best = JSON.parse(readFileSync(join(out, "best", "run.json"), "utf8")) as Document;
    expect(best.runId).toBe((both as Document & { bounds: BoundsPart }).bounds.best.runId);
    expect(orders(join(out, "best"))).toBe(best.counts["orders"]);
  });
});
