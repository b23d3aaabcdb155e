// `goldentape verify`: saved runs replayed, look-ahead and warm-up, with exit codes.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { EVENT_FILL, FILL_EVENT_PRICE } from "../../../assembly/abi-event.js";
import { changeRecord, forgedRun, ofOtherVersion } from "../../forged-run.js";
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
    const other = written("other.goldentape", ofOtherVersion(readFileSync(SAVED)));
    const nowhere = forgedRun(readFileSync(SAVED), ({ head }) => {
      head["dataset"] = { name: "nowhere", fingerprint: `blake3:${"0".repeat(64)}`, rows: 300 };
    });
    const cases = [
      [[other], "file/version"],
      [[written("nowhere.goldentape", nowhere)], "dataset/not-found"],
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
      const said = (await inside("verify", ...words)).err;
      if (code !== "config/type") expect(said, "what to do").toMatch(/\)\. [A-Z].*\.\n$/);
    }
  });

  it("shows the first event that differs with the decision that made it, and fails", async () => {
    const forged = forgedRun(readFileSync(SAVED), ({ log }) => changeRecord(log, EVENT_FILL, 2, FILL_EVENT_PRICE));
    const path = written("forged.goldentape", forged);
    const { code, err } = await inside("verify", path, "--json");
    const decision = { type: "targetPercent" };
    expect([code, JSON.parse(err)]).toMatchObject([1, { verdict: "different", cause: { decision, userNodes: [] } }]);
    const text = (await inside("verify", path)).err;
    expect(text).toMatch(/^DIFFERENT[^]*first event that differs: number \d+\n {2}saved {5}20.* fill /);
    expect(text).toMatch(/\n\nmade by targetPercent [0-9a-f]{12}\nbuild and nodes are those of the run/);
  });

  it("asks for the user nodes of a run, and names those whose code is another one", async () => {
    const nodes = written("nodes.ts", PEEKER.replace("const peek", "export const peek"));
    const own = join(folder, "own.goldentape");
    expect(await inside("run", nodes, "--dataset", WALK, "--fee-bps", "10", "--save", own)).toMatchObject({ code: 0 });
    const without = await inside("verify", own, "--json");
    expect([without.code, JSON.parse(without.err)]).toMatchObject([2, { issues: [{ code: "graph/user-node" }] }]);
    expect(await inside("verify", own, "--nodes", nodes)).toMatchObject({ code: 0 });
    const changed = written("changed.ts", readFileSync(nodes, "utf8").replace("row + 1", "row"));
    const { code, err } = await inside("verify", own, "--nodes", changed);
    expect([code, err]).toEqual([1, expect.stringMatching(/the code of .*ahead.* is not in the file/)]);
  });

  it("asks for the slippage models of a run alike", async () => {
    const strategy = `${PROJECT}datasets/strategies/own-slippage.ts`;
    const own = join(folder, "slipped.goldentape");
    const words = ["--dataset", "synthetic:seed=7,rows=300,interval=1h", "--fee-bps", "10", "--save", own];
    expect(await inside("run", strategy, ...words)).toMatchObject({ code: 0 });
    const without = await inside("verify", own, "--json");
    expect([without.code, JSON.parse(without.err)]).toMatchObject([2, { issues: [{ code: "graph/user-node" }] }]);
    expect(await inside("verify", own, "--nodes", strategy)).toMatchObject({ code: 0 });
    const changed = readFileSync(strategy, "utf8").replace("params.factor * price", "2 * params.factor * price");
    const { code, err } = await inside("verify", own, "--nodes", written("slipped.ts", changed));
    expect([code, err]).toEqual([1, expect.stringMatching(/the code of .*root-impact.* is not in the file/)]);
  });

  it("names the node that looks ahead, and fails", async () => {
    const words = ["--dataset", WALK, "--instants", "1"];
    const fine = await inside("verify", "--causal", STRATEGY, ...words);
    expect([fine.code, fine.out]).toEqual([0, expect.stringMatching(/^CAUSAL {2}sma-cross/)]);
    const { code, err } = await inside("verify", "--causal", written("peeker.ts", PEEKER), ...words, "--json");
    expect(code).toBe(1);
    expect(JSON.parse(err)).toMatchObject({ verdict: "looks ahead", peeks: [{ label: "ahead", future: "cut" }] });
    const said = (await inside("verify", "--causal", join(folder, "peeker.ts"), ...words)).err;
    expect(said).toMatch(
      /^LOOKS AHEAD[^]*\n\nahead of SYN: its value of 20\S+Z is \S+, and \S+ where the tape is cut off/,
    );
  });

  it("names the node that is recursive, and fails", async () => {
    const fine = await inside("verify", "--stable", STRATEGY, "--dataset", WALK);
    expect([fine.code, fine.out]).toEqual([0, expect.stringMatching(/^STABLE {2}sma-cross/)]);
    const { code, err } = await inside("verify", "--stable", join(folder, "peeker.ts"), "--dataset", WALK);
    expect([code, err]).toEqual([1, expect.stringMatching(/slow +20 +recursive/)]);
  });
});
