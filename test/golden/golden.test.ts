// Golden runs: specs, digests and traces agree, and `goldentape golden` changes them only with a reason.

import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { expectationOf, mismatchOf, traceText } from "../../adapters/golden/expectation.js";
import type { Expectation } from "../../adapters/golden/expectation.js";
import { absentFiles, prepareScenario, readScenarios } from "../../adapters/golden/scenario.js";
import { nodeEngine, nodeHasher } from "../../adapters/node/index.js";
import { createEngine, statementOf } from "../../kernel/index.js";
import { inside, PROJECT } from "../adapters/cli/goldentape.js";

const folder = mkdtempSync(join(tmpdir(), "goldentape-golden-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const debug = createEngine(new Uint8Array(readFileSync(`${PROJECT}assembly/goldentape.debug.wasm`)));
const scenarios = readScenarios(`${PROJECT}golden`, []);

describe("golden runs", () => {
  it("are at least eight that every machine has", () => {
    const own = scenarios.filter(({ spec }) => spec.datasets.every((dataset) => typeof dataset === "string"));
    expect(own.length).toBeGreaterThanOrEqual(8);
  });

  it.each(scenarios.map((scenario) => [scenario.name, scenario] as const))(
    "gives %s as expected",
    async (_, scenario) => {
      const absent = absentFiles(scenario);
      if (absent.length > 0) {
        console.warn(`${scenario.name} is skipped: GOLDENTAPE_DATASETS has no ${absent.join(", ")}`);
        return;
      }
      const prepared = await prepareScenario(scenario, nodeHasher());
      const result = prepared.run(nodeEngine());
      const expected = JSON.parse(readFileSync(join(scenario.folder, "expected.json"), "utf8")) as Expectation;
      const trace = readFileSync(join(scenario.folder, "trace.txt"), "utf8");
      const mismatch = mismatchOf(expected, trace, expectationOf(result, prepared.graph.checksum), traceText(result));
      expect(mismatch?.text ?? "same").toBe("same");
      const tapes = result.plan.streams.map((stream) => stream.tape);
      const difference = statementOf(result.tables(), tapes)?.difference;
      expect(difference, "the account ties out").toEqual({ equity: 0n, cash: 0n });
      const digest = (options: object, engine = nodeEngine()): string => prepared.run(engine, options).resultDigest;
      expect(digest({ blockRows: 1 }), "blocks of one row").toBe(expected.resultDigest);
      expect(digest({ blockRows: 4096 }), "blocks of 4,096 rows").toBe(expected.resultDigest);
      expect(digest({ windowRows: 1000 }), "windows of 1,000 rows").toBe(expected.resultDigest);
      expect(digest({}, debug), "the debug module").toBe(expected.resultDigest);
    },
  );
});

describe("goldentape golden", () => {
  const project = join(folder, "project");
  const root = join(project, "golden");
  const name = "sma-cross-sp500";
  const change = (file: string, from: string | RegExp, to: string): void => {
    const path = join(root, name, file);
    writeFileSync(path, readFileSync(path, "utf8").replace(from, to));
  };
  mkdirSync(root, { recursive: true });
  cpSync(`${PROJECT}golden/${name}`, join(root, name), { recursive: true });
  const spec = JSON.parse(readFileSync(join(root, name, "spec.json"), "utf8")) as {
    strategy: unknown;
    params?: unknown;
  };
  const plain = readFileSync(`${PROJECT}datasets/strategies/sma-cross.json`, "utf8");

  it("verifies a scenario whose graph is written out in it", async () => {
    delete spec.params;
    spec.strategy = JSON.parse(plain) as object;
    writeFileSync(join(root, name, "spec.json"), JSON.stringify(spec));
    rmSync(join(root, name, "expected.json"));
    expect((await inside("golden", "verify", "--root", root)).code).toBe(1);
    expect(await inside("golden", "update", "--root", root)).toMatchObject({
      code: 0,
      out: expect.stringContaining("1 new") as string,
    });
    expect(await inside("golden", "verify", "--root", root)).toMatchObject({
      code: 0,
      out: expect.stringContaining("1 same") as string,
    });
  });

  it("shows the first event that differs, and exits with 1", async () => {
    change("trace.txt", / fill {7}SPX /, " fill       SPY ");
    const { code, err } = await inside("golden", "verify", "--root", root);
    expect(code).toBe(1);
    expect(err).toMatch(
      /first event that differs, line [0-9]+ of trace\.txt:\n +expected .* SPY .*\n +received .* SPX /,
    );
  });

  it("names the digests that differ, as JSON too", async () => {
    change("expected.json", /"resultDigest": "blake3:./, '"resultDigest": "blake3:x');
    const { code, err } = await inside("golden", "verify", name, "--root", root, "--json");
    expect(code).toBe(1);
    const report = JSON.parse(err) as { scenarios: { mismatch: { fields: string[]; event: { line: number } } }[] };
    expect(report).toMatchObject({ failed: 1, passed: 0, scenarios: [{ name, outcome: "different" }] });
    expect(report.scenarios[0]?.mismatch.fields).toEqual(["resultDigest"]);
  });

  it("changes nothing without a reason, and writes the reason down", async () => {
    const before = readFileSync(join(root, name, "expected.json"), "utf8");
    expect(await inside("golden", "update", "--root", root)).toMatchObject({
      code: 2,
      err: expect.stringContaining("--reason") as string,
    });
    expect(readFileSync(join(root, name, "expected.json"), "utf8")).toBe(before);
    expect((await inside("golden", "update", "--root", root, "--reason", "The digest was spoilt by hand.")).code).toBe(
      0,
    );
    expect(readFileSync(join(root, "REASONS.md"), "utf8")).toMatch(
      /sma-cross-sp500: The digest was spoilt by hand\. \(now blake3:/,
    );
    expect((await inside("golden", "verify", "--root", root)).code).toBe(0);
  });

  it("says which scenarios there are", async () => {
    const { code, err } = await inside("golden", "verify", "nosuch", "--root", root);
    expect([code, err]).toEqual([2, expect.stringContaining(`one of ${name}, received nosuch`)]);
  });
});
