// `goldentape diff`: the first event in which two runs part, as text, JSON and page.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inside, PROJECT } from "./goldentape.js";

const folder = mkdtempSync(join(tmpdir(), "goldentape-diff-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const STRATEGY = `${PROJECT}datasets/strategies/sma-cross.ts`;
const WALK = ["--dataset", "synthetic:seed=1,rows=300,interval=1d"];
const [A, B, DEAR, PAGE] = ["a.goldentape", "b.goldentape", "dear.json", "page.html"].map((name) =>
  join(folder, name),
) as [string, string, string, string];

beforeAll(async () => {
  writeFileSync(DEAR, '{ "fees": { "taker": "0.003" } }');
  await inside("run", STRATEGY, ...WALK, "--fee-bps", "10", "--save", A);
  await inside("run", STRATEGY, ...WALK, "--fee-bps", "10", "--param", "fast=7", "--save", B);
});

describe("goldentape diff", () => {
  it("finds nothing between a run and itself", async () => {
    const { code, out } = await inside("diff", A, A, "--json");
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ verdict: "same", graph: [], inputs: [], difference: null, cause: null });
  });

  it("shows two runs down to the node that was changed, as text, as JSON and as a page", async () => {
    const { code, err } = await inside("diff", A, B, "--report", PAGE);
    expect(code).toBe(1);
    expect(err).toMatch(/^DIFFERENT/);
    expect(err).toMatch(/fast -> fast: param period 10 -> 7/);
    expect(err).toMatch(/it begins at fast; values at 20\d\d-/);
    const document = JSON.parse((await inside("diff", A, B, "--json")).err) as object;
    expect(document).toMatchObject({ verdict: "different", cause: { node: { label: "fast", type: "sma" } } });
    const page = readFileSync(PAGE, "utf8");
    for (const part of ["First event that differs", "param period 10 -&#62; 7", "<td>fast</td>", 'class="two"'])
      expect(page).toContain(part);
    // One changed node in each graph, and none of those that only follow it.
    expect(page.match(/<g class="marked"><title>sma\((?:10|7)\)/g)).toHaveLength(2);
    expect(page.match(/class="marked"/g)).toHaveLength(2);
    expect(page).not.toMatch(/https?:/);
  });

  it("compares two configurations and two kernels of one run", async () => {
    const dear = await inside("diff", A, "--other-config", DEAR);
    expect([dear.code, dear.err]).toEqual([1, expect.stringMatching(/config\.fees\.taker: "0\.001" -> "0\.003"/)]);
    const other = await inside("diff", A, "--other-kernel", `${PROJECT}assembly/goldentape.debug.wasm`);
    expect([other.code, other.out]).toEqual([0, expect.stringMatching(/^SAME[^]*kernel: blake3/)]);
  });

  it("compares strategies as graphs, or over a dataset", async () => {
    const graphs = await inside("diff", STRATEGY, "--other-param", "slow=40");
    expect([graphs.code, graphs.err]).toEqual([1, expect.stringMatching(/slow -> slow: param period 30 -> 40/)]);
    expect((await inside("diff", STRATEGY, STRATEGY)).code).toBe(0);
    const runs = await inside("diff", STRATEGY, ...WALK, "--other-param", "slow=40", "--json");
    expect(JSON.parse(runs.err)).toMatchObject({ cause: { node: { label: "slow" } } });
  });

  it("refuses what is no run, params of a run, and nothing to compare with", async () => {
    for (const [words, issue] of [
      [[A], "cli/usage"],
      [[A, DEAR.replace("dear.json", "none")], "import/file"],
      [[A, "--other-param", "fast=3"], "strategy/param"],
      [[A, "--other-kernel", DEAR], "import/file"],
    ] as const) {
      const { code, err } = await inside("diff", ...words, "--json");
      expect([code, (JSON.parse(err) as { issues: { code: string }[] }).issues[0]?.code]).toEqual([2, issue]);
      expect((await inside("diff", ...words)).err, words.join(" ")).toMatch(/\)\. [A-Z].*\.\n$/);
    }
  });
});
