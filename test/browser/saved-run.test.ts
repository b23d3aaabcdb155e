// Saved runs dropped on the notebooks: the same, or the first event that differs.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exportTape } from "../../adapters/files/index.js";
import { nodeEngine, nodeHasher } from "../../adapters/node/kernel-module.js";
import { notebookSite } from "../../adapters/notebook/notebook-site.js";
import { openDataset } from "../../adapters/store/open-dataset.js";
import { EVENT_FILL, FILL_EVENT_PRICE } from "../../assembly/abi-event.js";
import { SP500 } from "../../datasets/sp500.js";
import smaCross from "../../datasets/strategies/sma-cross.js";
import { bars, graph, runGraph, saveRun, targetPercent, userNode } from "../../kernel/index.js";
import type { Dataset, Graph, TapeContent } from "../../kernel/index.js";
import { changeRecord, forgedRun, ofOtherVersion } from "../forged-run.js";
import { PROJECT_ROOT } from "../house/source-tree.js";
import type { OpenBrowser } from "./open-browser.js";
import { browserProgram, openBrowser } from "./open-browser.js";

const CSV = join(PROJECT_ROOT, "node_modules/vega-datasets/data/sp500-2000.csv");
const CONFIG = { fees: { taker: "0.001" } };
const ENGINE = nodeEngine();
const program = browserProgram();

const OWN_NODE = `
  import { userNode } from "goldentape";
  export const own = userNode({
    name: "own", version: 1, period: 1, inputs: { x: "number" }, outputs: { value: "number" },
    compute({ rowCount, inputs, outputs }) {
      for (let row = 0; row < rowCount; row += 1) outputs.value.set(row, (inputs.x.get(row) ?? 0) > 100 ? 1 : 0);
    },
  });`;
const own = userNode({
  name: "own",
  version: 1,
  period: 1,
  inputs: { x: "number" },
  outputs: { value: "number" },
  compute({ rowCount, inputs, outputs }) {
    for (let row = 0; row < rowCount; row += 1) outputs.value.set(row, (inputs.x.get(row) ?? 0) > 100 ? 1 : 0);
  },
});

const saved = (dataset: Dataset, made: Graph = smaCross.graph()): Uint8Array =>
  saveRun(ENGINE, made, CONFIG, runGraph(ENGINE, made, dataset, CONFIG));

/** Drops files, by name and content, on the page. */
async function drop(page: Page, files: Readonly<Record<string, Uint8Array>>): Promise<void> {
  const contents = Object.entries(files).map(([name, bytes]) => [name, Buffer.from(bytes).toString("base64")] as const);
  const dataTransfer = await page.evaluateHandle(
    `(() => {
      const transfer = new DataTransfer();
      for (const [name, text] of ${JSON.stringify(contents)})
        transfer.items.add(new File([Uint8Array.from(atob(text), (one) => one.charCodeAt(0))], name));
      return transfer;
    })()`,
  );
  await page.dispatchEvent("body", "dragover", { dataTransfer });
  await page.dispatchEvent("body", "drop", { dataTransfer });
}

const shown = (page: Page, selector: string, text: string | RegExp, timeout = 20_000): Promise<void> =>
  expect.poll(() => page.locator(selector).allTextContents().then(String), { timeout }).toMatch(text);

describe.skipIf(program === null)("a saved run in the plain notebook (GOLDENTAPE_BROWSER names the browser)", () => {
  const folder = mkdtempSync(join(tmpdir(), "goldentape-dropped-"));
  const store = join(folder, "store");
  let open: OpenBrowser;
  let page: Page;
  let sp500: Dataset;
  /** Under a name that no page knows. */
  let mine: Dataset;
  let mineFile: Uint8Array;

  beforeAll(async () => {
    sp500 = await openDataset("sp500", { hasher: nodeHasher(), store });
    const made = await openDataset("synthetic:seed=5,rows=400,interval=1d", { hasher: nodeHasher(), store });
    mine = { ...made, name: "mine" };
    exportTape(made.contents[0] as TapeContent, "parquet", join(folder, "mine.parquet"));
    mineFile = readFileSync(join(folder, "mine.parquet"));
    const { paths, answer } = notebookSite(PROJECT_ROOT);
    open = await openBrowser(program as string, paths, answer);
    page = await open.page("/");
    await page.locator("#status", { hasText: /bars,/ }).waitFor();
  });

  afterAll(async () => {
    await open?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const fact = (name: string): Promise<string | null> => page.textContent(`dd[data-name="${name}"]`);
  const problem = (path: string, code: string): Promise<void> =>
    shown(page, "#saved-problem:not([hidden])", new RegExp(`^${path}: expected .*, received .*\\(${code}\\)`));
  const asked = async (query: string): Promise<string[]> => {
    await page.fill("#query", query);
    await page.click("#ask");
    await page.waitForFunction(`!document.querySelector("#ask").disabled`, null, { timeout: 60_000 });
    return page.locator("#rows td").allTextContents();
  };

  it("is replayed over the sample that is open, and is the same", async () => {
    await drop(page, { "run.goldentape": saved(sp500) });
    await shown(page, "#saved-status", /^SAME: 5,105 buckets/);
    const { resultDigest } = runGraph(ENGINE, smaCross.graph(), sp500, CONFIG);
    expect([await fact("saved result"), await fact("replayed result")]).toEqual([resultDigest, resultDigest]);
    expect(await page.isHidden("#saved-difference")).toBe(true);
  });

  it("answers SQL with all tables of the replay", async () => {
    await page.selectOption("#about", "saved");
    const query =
      "select (select count(*) from fills), (select count(*) from portfolio), (select count(*) from trades) > 10, " +
      "(select count(*) from bars)";
    expect(await asked(query)).toEqual(["175", "5105", "true", "5105"]);
  });

  it("shows the first event that differs, and the decision that made it", async () => {
    const forged = forgedRun(saved(sp500), ({ log }) => changeRecord(log, EVENT_FILL, 4, FILL_EVENT_PRICE));
    await page.setInputFiles("#saved", {
      name: "forged.goldentape",
      mimeType: "application/octet-stream",
      buffer: Buffer.from(forged),
    });
    await shown(page, "#saved-status", /^DIFFERENT$/);
    const text = (await page.textContent("#saved-difference")) ?? "";
    expect(text).toMatch(/first event that differs: number \d+\n {2}saved .* fill .*\n {2}replayed .* fill /);
    expect(await page.textContent("#saved-cause")).toMatch(/^made by targetPercent [0-9a-f]{12}\nbuild and nodes/);
    await page.setViewportSize({ width: 390, height: 800 });
    const wider = (): Promise<unknown> => page.evaluate("document.documentElement.scrollWidth - innerWidth");
    await expect.poll(wider).toBeLessThanOrEqual(0);
    await page.setViewportSize({ width: 1280, height: 720 });
  });

  it("is different when its digest does not match, though no event differs", async () => {
    const resultDigest = `blake3:${"1".repeat(64)}`;
    const forged = forgedRun(saved(sp500), ({ head }) => Object.assign(head["identities"] ?? {}, { resultDigest }));
    await drop(page, { "digest.goldentape": forged });
    await shown(page, "#saved-difference:not([hidden])", /no event differs$/);
    await shown(page, "#saved-status", /^DIFFERENT$/);
    expect(await fact("saved result")).toBe(resultDigest);
  });

  it("makes a synthetic dataset from the recipe in the file", async () => {
    const made = await openDataset("synthetic:seed=1,rows=300,interval=1d", { hasher: nodeHasher(), store });
    await drop(page, { "made.goldentape": saved(made) });
    await shown(page, "#saved-status", /^SAME: 300 buckets/);
  });

  it("waits for a dataset that is nowhere, answers from the log, and takes the right file only", async () => {
    await drop(page, { "mine.goldentape": saved(mine) });
    await problem("dataset.mine", "dataset/not-found");
    expect(await page.textContent("#saved-problem")).toContain(mine.fingerprint);
    const { fills } = runGraph(ENGINE, smaCross.graph(), mine, CONFIG).counts;
    expect(await asked("select count(*) from fills")).toEqual([String(fills)]);
    expect(await asked("select * from portfolio")).toEqual([]);
    await shown(page, "#sql-problem", /portfolio.*does not exist/);
    await drop(page, { "sp500.csv": readFileSync(CSV) });
    await problem("sp500.csv", "dataset/manifest");
    await drop(page, { "mine.parquet": mineFile });
    await shown(page, "#saved-status", /^SAME: 400 buckets/);
    expect(await asked("select count(*) from portfolio")).toEqual(["400"]);
  });

  it("takes the file of its dataset beside it, and no other", async () => {
    await drop(page, { "mine.goldentape": saved({ ...mine, name: "mine too" }), "mine.parquet": mineFile });
    await shown(page, "#saved-status", /^SAME: 400 buckets/);
    const other = { ...mine, name: "other", fingerprint: `blake3:${"c".repeat(64)}` };
    await drop(page, { "other.goldentape": saved(other), "mine.parquet": mineFile });
    await problem("mine.parquet", "dataset/fingerprint");
  });

  it("asks what the columns of a file mean, and goes on once that is said", async () => {
    const text = readFileSync(CSV, "utf8").split("\n").slice(0, 200).join("\n");
    const path = join(folder, "short.csv");
    writeFileSync(path, text.replace("date", "day"));
    const [column] = Object.keys(SP500.manifest.columns ?? {});
    expect(column).toBeDefined();
    const manifest = JSON.parse(JSON.stringify(SP500.manifest).replace('"date"', '"day"')) as typeof SP500.manifest;
    const short = await openDataset(path, { hasher: nodeHasher(), store, manifest });
    await drop(page, { "short.goldentape": saved({ ...short, name: "short" }), "short.csv": readFileSync(path) });
    await problem("short.csv", "dataset/manifest");
    await shown(page, "#problem:not([hidden])", /a column of the time, .*\(import\/column\)/);
    await shown(page, "#guessed", /another file's/);
    await page.fill("#manifest", JSON.stringify(manifest));
    await page.click("#use-manifest");
    await shown(page, "#saved-status", /^SAME: 199 buckets/);
    await page.selectOption("#dataset", "sp500");
    await shown(page, "#status", /^5,105 bars/);
  });

  it.each([
    ["a file of another kind", () => readFileSync(CSV), "file/kind"],
    ["half a file", () => saved(sp500).subarray(0, 20_000), "file/truncated"],
    ["a file that was changed on its way", () => saved(sp500).with(3000, 7), "file/damaged"],
    ["a run of another semantics version", () => ofOtherVersion(saved(sp500)), "file/version"],
    ["an empty file", () => new Uint8Array(0), "import/empty"],
  ])("refuses %s", async (_, content, code) => {
    await drop(page, { "run.goldentape": saved(sp500) });
    await shown(page, "#saved-status", /^SAME/);
    await drop(page, { "bad.goldentape": content() });
    await problem("bad.goldentape", code);
    expect(await page.textContent("#saved-status")).toBe("");
  });

  it("asks for a user node that the page does not have, and takes one that is written in it", async () => {
    const made = graph({ decisions: [targetPercent(own({ x: bars().close }).value)] });
    const bytes = saved(sp500, made);
    await drop(page, { "own.goldentape": bytes });
    await problem("graph.nodes.*", "graph/user-node");
    await page.selectOption("#strategy", "cell");
    await page.fill("#cell", OWN_NODE);
    await drop(page, { "own.goldentape": bytes });
    await shown(page, "#saved-status", /^SAME/);
    await page.selectOption("#strategy", "sma-cross");
  });

  it("says how far a long replay is, and stops it", async () => {
    const name = "synthetic:seed=21,rows=400000,interval=1m";
    const dataset = await openDataset(name, { hasher: nodeHasher(), store });
    await page.evaluate(`(() => {
      const [progress, stop] = ["saved-progress", "saved-stop"].map((id) => document.getElementById(id));
      new MutationObserver((_, watch) => (watch.disconnect(), stop.click())).observe(progress, { attributes: true });
    })()`);
    await drop(page, { "long.goldentape": saved(dataset) });
    await shown(page, "#saved-status", /^Stopped\.$/);
    expect(await page.locator('dd[data-name="replayed result"]').count()).toBe(0);
  });
});

describe.skipIf(program === null)("a saved run in the Observable notebook", () => {
  const folder = mkdtempSync(join(tmpdir(), "goldentape-dropped-"));
  const store = join(folder, "store");
  let open: OpenBrowser;
  let page: Page;

  beforeAll(async () => {
    const { paths, answer } = notebookSite(PROJECT_ROOT);
    open = await openBrowser(program as string, paths, answer);
    page = await open.page("/observable/");
    await page.locator("#figures", { hasText: /blake3/ }).waitFor();
  });

  afterAll(async () => {
    await open?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("is replayed and compared, or refused with its code", async () => {
    const dataset = await openDataset("sp500", { hasher: nodeHasher(), store });
    const made = await openDataset("synthetic:seed=1,rows=300,interval=1d", { hasher: nodeHasher(), store });
    await page.selectOption("#about", "the saved run");
    await page.locator("#ask").click();
    await shown(page, "body", /There is no saved run yet/);
    await drop(page, { "run.goldentape": saved(made) });
    await shown(page, "#verdict", /^SAME$/);
    await page.locator("#query").fill("select (select count(*) from portfolio) + (select count(*) from bars) as n");
    await page.locator("#ask").click();
    await shown(page, "#rows tbody", /^600$/, 60_000);
    await drop(page, { "prices.csv": readFileSync(CSV) });
    await shown(page, "#saved-problem", /^prices\.csv: expected a saved run, .*\(file\/kind\)/);
    const forged = forgedRun(saved(dataset), ({ log }) => changeRecord(log, EVENT_FILL, 4, FILL_EVENT_PRICE));
    await drop(page, { "forged.goldentape": forged });
    await shown(page, "#verdict", /^DIFFERENT$/);
    await page.locator("#query").fill("select 1 from portfolio");
    await page.locator("#ask").click();
    await shown(page, "body", /Table with name portfolio does not exist/, 60_000);
  });

  it("takes the file of its dataset with it or after it, and stays when another dataset is opened", async () => {
    const made = await openDataset("synthetic:seed=5,rows=400,interval=1d", { hasher: nodeHasher(), store });
    exportTape(made.contents[0] as TapeContent, "parquet", join(folder, "mine.parquet"));
    const mineFile = readFileSync(join(folder, "mine.parquet"));
    await drop(page, { "mine.goldentape": saved({ ...made, name: "mine" }) });
    await shown(page, "#saved-problem", /^dataset\.mine: .*\(dataset\/not-found\).*with the run or after it/);
    await page.locator("#query").fill("select count(*) as n from fills");
    await page.locator("#ask").click();
    const { fills } = runGraph(ENGINE, smaCross.graph(), made, CONFIG).counts;
    await shown(page, "#rows tbody", new RegExp(`^${fills}$`), 60_000);
    await drop(page, { "mine.parquet": mineFile });
    await shown(page, "#verdict", /^SAME$/);
    const figures = await page.textContent("#figures");
    await page.selectOption("#dataset", "pair");
    await expect.poll(() => page.textContent("#figures"), { timeout: 20_000 }).not.toBe(figures);
    expect(await page.locator("#verdict").allTextContents()).toEqual(["SAME"]);
    expect(await page.locator("#saved-problem").count()).toBe(0);
    await drop(page, { "mine.parquet": mineFile, "again.goldentape": saved({ ...made, name: "mine too" }) });
    await shown(page, "#verdict", /^SAME$/);
  });

  it("asks what the columns of a dropped file mean, and goes on once that is said", async () => {
    const path = join(folder, "short.csv");
    writeFileSync(path, readFileSync(CSV, "utf8").split("\n").slice(0, 200).join("\n").replace("date", "day"));
    const manifest = JSON.parse(JSON.stringify(SP500.manifest).replace('"date"', '"day"')) as typeof SP500.manifest;
    const short = await openDataset(path, { hasher: nodeHasher(), store, manifest });
    await drop(page, { "short.goldentape": saved({ ...short, name: "short" }) });
    await shown(page, "#saved-problem", /dataset\/not-found/);
    await drop(page, { "short.csv": readFileSync(path) });
    await shown(page, "#saved-problem", /^short\.csv: .*\(dataset\/manifest\)/);
    await page.locator("#use-manifest").click();
    await shown(page, "#file-problem", /\(import\/column\).* What is chosen above stays open\.$/s);
    await shown(page, "#figures", /blake3/);
    await page.locator("#manifest").fill(JSON.stringify(manifest));
    await page.locator("#use-manifest").click();
    await shown(page, "#verdict", /^SAME$/);
  });
});
