import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { inside, PROJECT } from "./goldentape.js";

const folder = mkdtempSync(join(tmpdir(), "goldentape-verify-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const STRATEGY = `${PROJECT}datasets/strategies/sma-cross.ts`;
const WALK = "synthetic:seed=1,rows=300,interval=1d";
const SAVED = join(folder, "run.goldentape");

const PEEKER = `
import { bars, ema, graph, gt, select, sma, targetPercent, userNode } from "goldentape";
const peek = userNode({
  name: "peek", version: 1, period: 1, inputs: { x: "number" }, outputs: { value: "number" },
  compute({ rowCount, inputs, outputs }) {
    for (let row = 0; row < rowCount; row += 1) outputs.value.set(row, inputs.x.get(Math.min(row + 1, rowCount - 1)));
  },
});
const { close } = bars();
const ahead = peek({ x: close }).value;
export default graph({
  decisions: [targetPercent(select(gt(ahead, sma(close, 5)), 1, 0))],
  publish: { ahead, slow: ema(close, 20) },
});`;

function written(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe("goldentape verify", () => {
  it("says that a saved run is the same, and finds its dataset by the name in it", async () => {
    const run = await inside("run", STRATEGY, "--dataset", WALK, "--fee-bps", "10", "--save", SAVED, "--json");
    const { runId, resultDigest } = JSON.parse(run.out) as Readonly<Record<string, string>>;
    const { code, out, err } = await inside("verify", SAVED, "--json");
    expect([code, err]).toEqual([0, ""]);
    expect(JSON.parse(out)).toMatchObject({
      verdict: "same",
      runId,
      resultDigest: { saved: resultDigest, replayed: resultDigest },
      checkpoints: { equalAfterBuckets: 300, differentAfterBuckets: null },
      difference: null,
    });
    expect((await inside("verify", SAVED)).out).toMatch(/^SAME\n/);
  });

  it("refuses another dataset, half a file, another file, and no file", async () => {
    const half = written("half.goldentape", readFileSync(SAVED).subarray(0, 5000));
    const cases = [
      [[SAVED, "--dataset", "synthetic:seed=2,rows=300,interval=1d"], "dataset/fingerprint"],
      [[half], "file/truncated"],
      [[STRATEGY], "file/kind"],
      [[join(folder, "none")], "import/file"],
      [[], "cli/usage"],
      [["--causal", STRATEGY], "cli/usage"],
      [["--causal", STRATEGY, "--dataset", WALK, "--instants", "many"], "config/type"],
    ] as const;
    for (const [words, code] of cases) {
      const { code: exit, err } = await inside("verify", ...words, "--json");
      expect([exit, (JSON.parse(err) as { issues: { code: string }[] }).issues[0]?.code]).toEqual([2, code]);
    }
  });

  it("names the node that looks ahead, and fails", async () => {
    const words = ["--dataset", WALK, "--instants", "1"];
    const fine = await inside("verify", "--causal", STRATEGY, ...words);
    expect([fine.code, fine.out]).toEqual([0, expect.stringMatching(/^CAUSAL {2}sma-cross/)]);
    const { code, err } = await inside("verify", "--causal", written("peeker.ts", PEEKER), ...words, "--json");
    expect(code).toBe(1);
    expect(JSON.parse(err)).toMatchObject({ verdict: "looks ahead", peeks: [{ label: "ahead", future: "cut" }] });
  });

  it("names the node that is recursive, and fails", async () => {
    const fine = await inside("verify", "--stable", STRATEGY, "--dataset", WALK);
    expect([fine.code, fine.out]).toEqual([0, expect.stringMatching(/^STABLE {2}sma-cross/)]);
    const { code, err } = await inside("verify", "--stable", join(folder, "peeker.ts"), "--dataset", WALK);
    expect([code, err]).toEqual([1, expect.stringMatching(/slow +20 +recursive/)]);
  });
});
