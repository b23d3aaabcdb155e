// The notebooks, clicked through in a browser.

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nodeEngine, nodeHasher } from "../../adapters/node/kernel-module.js";
import { notebookSite } from "../../adapters/notebook/notebook-site.js";
import { openDataset } from "../../adapters/store/open-dataset.js";
import { SP500 } from "../../datasets/sp500.js";
import breakoutBracket from "../../datasets/strategies/breakout-bracket.js";
import gatedFamilies from "../../datasets/strategies/gated-families.js";
import smaCross from "../../datasets/strategies/sma-cross.js";
import { forkReplay, createWorkspace, openReplay, runGraph } from "../../kernel/index.js";
import type { Dataset, Strategy } from "../../kernel/index.js";
import { PROJECT_ROOT } from "../house/source-tree.js";
import type { OpenBrowser } from "./open-browser.js";
import { browserProgram, openBrowser } from "./open-browser.js";

const CSV = join(PROJECT_ROOT, "node_modules/vega-datasets/data/sp500-2000.csv");
const program = browserProgram();
/** Zooms into the equity of the run and back, and says how long its longest piece of work was, ms. */
const LONGEST_TASK = `(async () => {
  const over = document.querySelector("#equity .u-over");
  const { left, top, width } = over.getBoundingClientRect();
  const at = (type, share) =>
    new MouseEvent(type, { clientX: left + width * share, clientY: top + 50, bubbles: true, button: 0, detail: 1 });
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  let longest = 0;
  const timed = async (event) => {
    const start = performance.now();
    over.dispatchEvent(event);
    longest = Math.max(longest, performance.now() - start);
    await frame();
  };
  for (const [type, share] of [["mousemove", 0.2], ["mousedown", 0.2], ["mousemove", 0.8], ["mouseup", 0.8]])
    await timed(at(type, share));
  await timed(at("dblclick", 0.5));
  return longest;
})()`;

describe.skipIf(program === null)("the plain notebook (GOLDENTAPE_BROWSER names the browser)", () => {
  const folder = mkdtempSync(join(tmpdir(), "goldentape-notebook-"));
  let open: OpenBrowser;
  let page: Page;
  let dataset: Dataset;

  beforeAll(async () => {
    dataset = await openDataset("sp500", { hasher: nodeHasher(), store: folder });
    const { paths, answer } = notebookSite(PROJECT_ROOT);
    open = await openBrowser(program as string, paths, answer);
    page = await open.page("/");
  });

  afterAll(async () => {
    await open?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const identity = (name: string): Promise<string | null> => page.textContent(`dd[data-name="${name}"]`);
  const digestOf = (params: object, taker = "0.001"): string => {
    return runGraph(nodeEngine(), smaCross.graph(params), dataset, { fees: { taker } }).resultDigest;
  };
  const shown = (place: Page, selector: string, text: string | RegExp, timeout = 20_000): Promise<void> =>
    expect.poll(() => place.locator(selector).allTextContents().then(String), { timeout }).toMatch(text);
  const settled = (digest: string): Promise<void> => shown(page, 'dd[data-name="result at worst"]', digest);
  const problem = (): Promise<string | null> => page.textContent("#problem");

  it("opens with a run whose digest is that of Node, with charts, figures and both bounds", async () => {
    await settled(digestOf({}));
    expect(await identity("dataset")).toBe(dataset.fingerprint);
    expect(await page.locator(".chart canvas").count()).toBe(3);
    expect(await page.textContent("#figures")).toContain("37.21 %");
    expect(await page.textContent("#status")).toMatch(/^5,105 bars, 175 fills, both bounds in \d+ ms$/);
  });

  it("runs again as a param and the fee are moved, and shows the new digest", async () => {
    await page.locator("#param-fast").fill("20");
    await settled(digestOf({ fast: 20 }));
    await page.fill("#fee", "5");
    await settled(digestOf({ fast: 20 }, "0.0005"));
    await page.fill("#fee", "10");
    await page.locator("#param-fast").fill("10");
    await settled(digestOf({}));
  });

  it("forks at a click on the chart, and shows how the futures end", async () => {
    await page.locator("#price .u-over").click();
    await page.waitForSelector('dd[data-name="result of the fork"]');
    const status = (await page.textContent("#status")) ?? "";
    const [, buckets = ""] = /bucket (\d+): ends with [\d.]+ in place of 137210\.34$/.exec(status) ?? [];
    const config = (taker: string) => ({ fees: { taker }, path: "worst" }) as const;
    const past = openReplay(createWorkspace(nodeEngine(), dataset), smaCross.graph(), config("0.001"));
    past.replay.advanceToBucket(Number(buckets));
    const future = forkReplay(
      createWorkspace(nodeEngine(), dataset),
      smaCross.graph(),
      config("0.005"),
      past.snapshot(),
    );
    future.replay.advance();
    expect(await identity("result of the fork")).toBe(future.result().resultDigest);
  });

  it("answers SQL, and says what there is when it cannot", async () => {
    await page.fill("#query", "select count(*) as fills, (select count(*) from bars) as bars from fills");
    await page.click("#ask");
    await page.waitForSelector("#rows tbody tr", { timeout: 60_000 });
    expect(await page.locator("#rows td").allTextContents()).toEqual(["175", "5105"]);
    await page.fill("#query", "select nothing from fills");
    await page.click("#ask");
    await page.waitForSelector("#sql-problem:not([hidden])");
    expect(await page.textContent("#sql-problem")).toMatch(/"nothing" not found[\s\S]*fills\(time, orderId/);
  });

  it("passes the golden gate with the digests of the repository", async () => {
    await page.click("#gate");
    await shown(page, "#gate-status", /same/, 120_000);
    expect(await page.textContent("#gate-status")).toMatch(/^\d{3} same, 0 different, \d+ skipped$/);
    const { resultDigest } = JSON.parse(
      readFileSync(join(PROJECT_ROOT, "golden/sma-cross-sp500/expected.json"), "utf8"),
    ) as { resultDigest: string };
    expect(await page.textContent("#gate-rows")).toContain(`sma-cross-sp5008 same${resultDigest}`);
  });

  it("runs a strategy that is written in it, and says what is wrong with one", async () => {
    await page.selectOption("#strategy", "cell");
    await expect.poll(() => identity("result at worst"), { timeout: 20_000 }).not.toBe(digestOf({}));
    await page.fill("#cell", `import { graph } from "goldentape"; export default graph({ decisions: [] });`);
    await page.waitForSelector("#problem:not([hidden])");
    expect(await problem()).toContain("graph/no-output");
    await page.selectOption("#strategy", "sma-cross");
    await settled(digestOf({}));
  });

  it("shows bounds that part, and takes the rest of the configuration as the command line does", async () => {
    const hours = await openDataset("synthetic:seed=7,rows=20000,interval=1h", { hasher: nodeHasher(), store: folder });
    const resultOf = (strategy: Strategy, config: object): string =>
      runGraph(nodeEngine(), strategy.graph(), hours, { fees: { taker: "0.001" }, ...config }).resultDigest;
    expect(await page.textContent("#one-bound")).toMatch(/^Worst and best are the same here/);
    await page.selectOption("#dataset", "hours");
    await page.selectOption("#strategy", "breakout-bracket");
    await page.fill("#cash", "10000");
    const [worst, best] = (["worst", "best"] as const).map((path) => resultOf(breakoutBracket, { cash: 10_000, path }));
    expect(worst).not.toBe(best);
    await settled(worst as string);
    await shown(page, 'dd[data-name="result at best"]', best as string);
    expect(await page.textContent("#one-bound")).toBe("");
    await page.fill("#cash", "100000");
    await page.selectOption("#strategy", "two-in-one-world");
    await shown(page, "#refused", /^Refused or cut: [\d,]+ by symbol_validation_failed\. Its gate does not trade/);
    const recipe = "synthetic:seed=8,rows=5000,interval=1h,instruments=2,assetClass=crypto-perpetual";
    const perpetuals = await openDataset(recipe, { hasher: nodeHasher(), store: folder });
    const config = { fees: { taker: "0.001" }, funding: "off" } as const;
    const open = runGraph(nodeEngine(), gatedFamilies.graph(), perpetuals, config);
    await page.selectOption("#strategy", "gated-families");
    await page.selectOption("#dataset", "perpetuals");
    await settled(open.resultDigest);
    expect(await page.inputValue("#config")).toBe('{"funding":"off"}');
    const activations = [{ time: "2020-03-01T00:00:00Z", world: "paper", version: 1, freeze: true }];
    await page.fill("#config", JSON.stringify({ funding: "off", activations }));
    const frozen = runGraph(nodeEngine(), gatedFamilies.graph(), perpetuals, { ...config, activations });
    expect(frozen.counts.fills).toBeLessThan(open.counts.fills);
    await settled(frozen.resultDigest);
    expect(await page.textContent("#refused")).toMatch(/\d by freeze/);
    await page.fill("#config", "[");
    await shown(page, "#problem:not([hidden])", /^config: expected a JSON object, .*\(config\/type\)\. Write one/);
    expect(await page.textContent("#status")).toBe("What is shown is of the run before.");
    await page.fill("#config", "{}");
    await page.selectOption("#strategy", "sma-cross");
    await page.selectOption("#dataset", "sp500");
    await settled(digestOf({}));
  });

  it("opens a file of one's own after its manifest was looked at", async () => {
    await page.selectOption("#dataset", "file");
    const buffer = gzipSync(readFileSync(CSV));
    await page.setInputFiles("#file", { name: "sp500.csv.gz", mimeType: "application/gzip", buffer });
    await shown(page, "#guessed", /instrument/);
    await page.fill("#manifest", "{}");
    await page.click("#use-manifest");
    await shown(page, "#problem", /dataset\/manifest|import\//);
    await page.fill("#manifest", JSON.stringify(SP500.manifest));
    await page.click("#use-manifest");
    await page.waitForSelector("#problem", { state: "hidden" });
    await shown(page, "#status", /bars,/);
    expect(await identity("dataset")).toBe(dataset.fingerprint);
    expect(await identity("result at worst")).toBe(digestOf({}));
  });

  it.each([
    ["a page without vectors", "page", "WebAssembly.validate = () => false;", "browser", "host/webassembly"],
    ["a worker without vectors", "worker", "WebAssembly.validate = () => false;", "browser", "host/webassembly"],
    [
      "too little memory",
      "worker",
      `const { Memory } = WebAssembly;
       WebAssembly.Memory = class extends Memory {
         constructor(size) {
           if (size.initial > 256) throw new RangeError("out of memory");
           super(size);
         }
       };`,
      "run",
      "run/resources",
    ],
  ])("says so in %s", async (_, where, script, path, code) => {
    const poor = await open.browser.newPage();
    if (where === "page") await poor.addInitScript(script);
    else {
      await poor.route("**/worker.js", async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, body: `${await response.text()};${script}` });
      });
    }
    await poor.goto(open.server.origin);
    await shown(poor, "#problem:not([hidden])", new RegExp(`^${path}: expected .*, received .*\\(${code}\\)\\. [A-Z]`));
    await poor.close();
  });

  it("fits a phone, in light and in dark, and draws a million bars", async () => {
    for (const colorScheme of ["light", "dark"] as const) {
      const phone = await open.browser.newPage({ colorScheme, viewport: { width: 390, height: 800 } });
      await phone.goto(open.server.origin);
      await shown(phone, "#status", /bars,/);
      expect(await phone.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
      if (colorScheme === "dark") {
        await phone.selectOption("#dataset", "million");
        await shown(phone, "#status", /^1,000,000/, 60_000);
        expect(await phone.evaluate(LONGEST_TASK)).toBeLessThan(400);
      }
      await phone.close();
    }
  });
});

const isBuilt = existsSync(join(PROJECT_ROOT, "dist/notebook/observable/index.html"));

describe.skipIf(program === null || !isBuilt)("the Observable notebook (npm run build:notebook makes it)", () => {
  const folder = mkdtempSync(join(tmpdir(), "goldentape-observable-"));
  let open: OpenBrowser;
  let page: Page;
  const shown = (selector: string, text: string | RegExp, timeout = 20_000): Promise<void> =>
    expect.poll(() => page.locator(selector).allTextContents().then(String), { timeout }).toMatch(text);
  const fetched: string[] = [];

  beforeAll(async () => {
    const { paths, answer } = notebookSite(PROJECT_ROOT);
    open = await openBrowser(program as string, paths, answer);
    page = await open.browser.newPage({ colorScheme: "dark", viewport: { width: 390, height: 800 } });
    page.on("request", (request) => fetched.push(request.url()));
    await page.goto(`${open.server.origin}/observable/`);
  });

  afterAll(async () => {
    await open?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("shows the digests of Node, and new ones as a slider moves", async () => {
    const dataset = await openDataset("sp500", { hasher: nodeHasher() });
    const digestOf = (fast: number): string => {
      return runGraph(nodeEngine(), smaCross.graph({ fast }), dataset, { fees: { taker: "0.001" } }).resultDigest;
    };
    await shown("#figures", digestOf(10));
    await page.locator("#fast").fill("25");
    await shown("#figures", digestOf(25));
    await expect.poll(() => page.locator(".chart canvas").count()).toBe(3);
    expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe("rgb(20, 23, 27)");
    expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
  });

  it("forks at a click, answers SQL and passes the gate", async () => {
    await page.locator("#price .u-over").click();
    await shown("#figures th", /fork/);
    await page.locator("#ask").click();
    await shown("#rows tbody", /long/, 60_000);
    await page.locator("#gate").click();
    await shown("#gate-rows", /worked-cases8 same/, 120_000);
    expect(await page.textContent("#gate-rows")).not.toContain("different");
  });

  it("opens a file of one's own after its manifest was looked at", async () => {
    const path = join(folder, "mine.csv");
    writeFileSync(path, readFileSync(CSV, "utf8").split("\n").slice(0, 500).join("\n"));
    await page.setInputFiles("#file", path);
    await page.locator("#use-manifest").waitFor();
    expect(JSON.parse(await page.inputValue("#manifest"))).toMatchObject({ kind: "bars" });
    await page.locator("#manifest").fill(JSON.stringify(SP500.manifest));
    await page.locator("#use-manifest").click();
    const mine = await openDataset(path, { hasher: nodeHasher(), store: folder, manifest: SP500.manifest });
    const taker = { fees: { taker: "0.001" } };
    await shown("#figures", runGraph(nodeEngine(), smaCross.graph({ fast: 25 }), mine, taker).resultDigest);
  });

  it("runs over every dataset that it offers", async () => {
    const last = async (): Promise<string> => (await page.locator("#figures .digest").allTextContents()).join();
    for (const name of ["hours", "pair", "perpetuals"]) {
      const before = await last();
      await page.selectOption("#dataset", name);
      await expect.poll(last, { timeout: 20_000 }).not.toBe(before);
      await shown("#figures", /blake3/);
    }
  });

  it("fetches everything from this machine", () => {
    expect(fetched.filter((url) => !/^(?:data|blob):/.test(url) && !url.startsWith(open.server.origin))).toEqual([]);
  });
});
