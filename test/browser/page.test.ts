// The library in a page and its worker, with the digests of Node.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exportTape } from "../../adapters/files/index.js";
import { nodeEngine, nodeHasher } from "../../adapters/node/kernel-module.js";
import { openDataset } from "../../adapters/store/open-dataset.js";
import { SP500 } from "../../datasets/sp500.js";
import smaCross from "../../datasets/strategies/sma-cross.js";
import { createWorkspace, openReplay, resumeReplay, runGraph, saveRun } from "../../kernel/index.js";
import type { OpenReplay, TapeContent } from "../../kernel/index.js";
import { PROJECT_ROOT } from "../house/source-tree.js";
import type { OpenBrowser } from "./open-browser.js";
import { browserProgram, openBrowser } from "./open-browser.js";

const CSV = join(PROJECT_ROOT, "node_modules/vega-datasets/data/sp500-2000.csv");
const FEES = { fees: { taker: "0.001" } };
const program = browserProgram();

/** Runs code in a page, in which `g` is the library, `manifest` that of the CSV file, and `FEES` a configuration. */
function inPage<T>(page: Page, code: string): Promise<T> {
  const names = `const manifest = ${JSON.stringify(SP500.manifest)}; const FEES = ${JSON.stringify(FEES)};`;
  const caught = `catch (error) { return { codes: error.issues?.map((issue) => issue.code) ?? String(error) }; }`;
  return page.evaluate<T>(
    `(async () => { const g = await import("/dist/browser/goldentape.js"); ${names} try { ${code} } ${caught} })()`,
  );
}

const CROSS = `const { close } = g.bars();
  const [fast, slow] = [g.sma(close, 10), g.sma(close, 30)];
  const cross = g.graph({ decisions: [g.targetPercent(g.select(g.gt(fast, slow), 1, 0))], publish: { fast, slow } });`;

describe.skipIf(program === null)("in a page (GOLDENTAPE_BROWSER names the browser)", () => {
  const folder = mkdtempSync(join(tmpdir(), "goldentape-page-"));
  let open: OpenBrowser;
  let page: Page;
  let fingerprint = "";
  let digest = "";

  beforeAll(async () => {
    const dataset = await openDataset("sp500", { hasher: nodeHasher(), store: folder });
    const [content] = dataset.contents;
    for (const format of ["arrow", "parquet"] as const)
      exportTape(content as TapeContent, format, join(folder, `sp500.${format}`));
    writeFileSync(join(folder, "sp500.csv.gz"), gzipSync(readFileSync(CSV)));
    writeFileSync(join(folder, "half.csv.gz"), gzipSync(readFileSync(CSV)).subarray(0, 20_000));
    writeFileSync(join(folder, "half.parquet"), readFileSync(join(folder, "sp500.parquet")).subarray(0, 20_000));
    fingerprint = dataset.fingerprint;
    const result = runGraph(nodeEngine(), smaCross.graph(), dataset, FEES);
    digest = result.resultDigest;
    writeFileSync(join(folder, "run.goldentape"), saveRun(nodeEngine(), smaCross.graph(), FEES, result));
    open = await openBrowser(program as string, [
      { path: "/data/", source: folder },
      { path: "/data/sp500.csv", source: CSV },
    ]);
    page = await open.page("/blank.html");
  });

  afterAll(async () => {
    await open?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([
    ["CSV from an address", `"/data/sp500.csv", { hasher, manifest }`],
    ["packed CSV from an address", `new URL("/data/sp500.csv.gz", location.href), { hasher, manifest }`],
    ["CSV from a file", `new File([await bytes("sp500.csv")], "sp500.csv"), { hasher, manifest }`],
    ["Parquet from bytes, with its manifest inside", `await bytes("sp500.parquet"), { hasher }`],
    ["Arrow from a file, with its manifest inside", `new File([await bytes("sp500.arrow")], "x.arrow"), { hasher }`],
  ])("opens %s as the dataset that it is in Node", async (_, source) => {
    const received = await inPage(
      page,
      `const bytes = async (name) => (await fetch("/data/" + name)).arrayBuffer();
       const hasher = g.createHasher((await g.loadEngine()).module);
       return (await g.openPageDataset(${source})).fingerprint;`,
    );
    expect(received).toBe(fingerprint);
  });

  it("gives the digest of Node, in one go and step by step", async () => {
    const received = await inPage(
      page,
      `${CROSS}
       const engine = await g.loadEngine();
       const dataset = await g.openPageDataset("/data/sp500.csv", { hasher: g.createHasher(engine.module), manifest });
       const whole = g.runGraph(engine, cross, dataset, FEES);
       const shares = [];
       const onProgress = ({ share }) => shares.push(share);
       const replay = g.openReplay(g.createWorkspace(engine, dataset), cross, FEES);
       const stepped = await g.steppedRun(replay, dataset.bars, { onProgress });
       return [whole.resultDigest, stepped.resultDigest, shares.at(-1), shares.length > 1];`,
    );
    expect(received).toEqual([digest, digest, 1, true]);
  });

  it("gives the digest of Node in a worker, as plain data, of a graph and of a module", async () => {
    const received = await inPage<unknown[]>(
      page,
      `${CROSS}
       const worker = g.startRunWorker();
       const dataset = await worker.open("/data/sp500.csv", { manifest });
       const strategy = { kind: "graph", json: g.graphJson(cross) };
       const result = await worker.run({ strategy, dataset, config: FEES, study: true, tables: true });
       const text = 'import * as g from "' + location.origin + '/dist/browser/goldentape.js";' +
         'export default g.defineStrategy({ name: "cross", params: { fast: 1, slow: 30 }, build({ fast, slow }) {' +
         'const { close } = g.bars(); const [a, b] = [g.sma(close, fast), g.sma(close, slow)];' +
         'return g.graph({ decisions: [g.targetPercent(g.select(g.gt(a, b), 1, 0))],' +
         'publish: { fast: a, slow: b } }); } });';
       const address = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
       const module = { kind: "module", address, params: { fast: 10 } };
       const again = await worker.run({ strategy: module, dataset, config: FEES });
       const kernel = await worker.kernelDigest;
       worker.terminate();
       return [result.resultDigest, again.resultDigest, again.params, result.study.trades.length > 10,
         result.tables.portfolio.rowCount, dataset.tapes[0].symbol, kernel === result.kernelDigest];`,
    );
    expect(received).toEqual([digest, digest, { fast: 10, slow: 30 }, true, 5105, "SPX", true]);
  });

  it("hands over what was asked for, and keeps its datasets whole", async () => {
    const received = await inPage<unknown[]>(
      page,
      `${CROSS}
       const worker = g.startRunWorker();
       const dataset = await worker.open("/data/sp500.csv", { manifest });
       const request = { strategy: { kind: "graph", json: g.graphJson(cross) }, dataset, config: FEES };
       const plain = await worker.run(request);
       const whole = await worker.run({ ...request, tables: true, study: true, log: true, options: { capture: true } });
       const again = await worker.run({ ...request, tables: true, options: { capture: true } });
       const candles = await worker.candles(dataset, 0, { countMax: 7 });
       worker.terminate();
       const same = (a, b) => JSON.stringify([...a]) === JSON.stringify([...b]);
       return [plain.tables, plain.study, plain.log, whole.log.length > 10000, whole.study.trades.length > 10,
         again.resultDigest === plain.resultDigest && whole.resultDigest === plain.resultDigest,
         whole.tables.fills.price.every((price, row) => price === again.tables.fills.price[row]),
         whole.series[0].lanes[0].rowCount, again.series[0].lanes[0].values.length, candles.close.length];`,
    );
    expect(received).toEqual([null, null, null, true, true, true, true, 5105, 5105, 7]);
  });

  it("verifies a saved run in the page and in a worker, and gives its tables without a replay", async () => {
    const received = await inPage<unknown[]>(
      page,
      `const engine = await g.loadEngine();
       const dataset = await g.openPageDataset("/data/sp500.csv", { hasher: g.createHasher(engine.module), manifest });
       const run = await g.openPageRun("/data/run.goldentape", engine);
       const here = g.verifyRun(engine, dataset, run);
       const worker = g.startRunWorker();
       const there = await worker.open("/data/sp500.csv", { manifest });
       const saved = await worker.openRun("/data/run.goldentape");
       const shares = [];
       const onProgress = ({ share }) => shares.push(share);
       const verdict = await worker.verify({ saved, dataset: there, tables: true }, { onProgress });
       const logged = await worker.savedTables(saved);
       const other = await worker.open("synthetic:seed=1,rows=10");
       const refused = await worker.verify({ saved, dataset: other }).catch((error) => error.issues[0].code);
       await worker.close(saved);
       const closed = await worker.savedTables(saved).catch((error) => error.issues[0].code);
       worker.terminate();
       return [here.isSame, verdict.isSame, verdict.replay.resultDigest, shares.at(-1), saved.dataset.name,
         logged.fills.rowCount === verdict.replay.tables.fills.rowCount, logged.portfolio ?? null, refused, closed];`,
    );
    expect(received).toEqual([true, true, digest, 1, "sp500", true, null, "dataset/fingerprint", "import/file"]);
  });

  it("goes on with snapshots of Node, and Node with its own, to the digest of going straight on", async () => {
    const dataset = await openDataset("sp500", { hasher: nodeHasher(), store: folder });
    const at = (buckets: number, bytes: Uint8Array | null): OpenReplay => {
      const workspace = createWorkspace(nodeEngine(), dataset);
      if (bytes !== null) return resumeReplay(workspace, smaCross.graph(), FEES, bytes);
      const open = openReplay(workspace, smaCross.graph(), FEES);
      open.replay.advanceToBucket(buckets);
      return open;
    };
    const cuts = fc.sample(fc.integer({ min: 1, max: 5104 }), 5);
    const texts = cuts.map((cut) => Buffer.from(at(cut, null).snapshot()).toString("base64"));
    const received = await inPage<{ digest: string; tables: boolean; snapshot: string }[]>(
      page,
      `${CROSS}
       const engine = await g.loadEngine();
       const dataset = await g.openPageDataset("/data/sp500.csv", { hasher: g.createHasher(engine.module), manifest });
       const workspace = g.createWorkspace(engine, dataset);
       const finished = (open) => (open.replay.advance(), open.result());
       const straight = finished(g.openReplay(workspace, cross, FEES));
       return ${JSON.stringify(texts)}.map((text, turn) => {
         const bytes = Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
         const whole = finished(g.resumeReplay(workspace, cross, FEES, bytes));
         const open = g.openReplay(workspace, cross, FEES);
         open.replay.advanceToBucket(${JSON.stringify(cuts)}[turn]);
         const tables = whole.tables().portfolio.rowCount === straight.tables().portfolio.rowCount;
         let snapshot = "";
         for (const byte of open.snapshot()) snapshot += String.fromCharCode(byte);
         return { digest: whole.resultDigest, tables, snapshot: btoa(snapshot) };
       });`,
    );
    received.forEach(({ digest: given, tables, snapshot }, turn) => {
      expect([given, tables], `cut at ${cuts[turn]}`).toEqual([digest, true]);
      const later = at(0, Buffer.from(snapshot, "base64"));
      later.replay.advance();
      expect(later.result().resultDigest).toBe(digest);
      // The builds are one, so that the very bytes are equal.
      expect(snapshot).toBe(texts[turn]);
    });
  });

  it("runs in windows where the browser gives little memory, and says so where that is not enough", async () => {
    const received = await inPage<unknown[]>(
      page,
      `${CROSS}
       const scarce = (pages) => {
         const less = "const { Memory } = WebAssembly;" +
           "WebAssembly.Memory = class extends Memory { constructor(size) {" +
           "if (size.initial > " + pages + ") throw new RangeError('out of memory'); super(size); } };";
         const stub = URL.createObjectURL(new Blob([less], { type: "text/javascript" }));
         const text = 'import "' + stub + '"; import "' + location.origin + '/dist/browser/worker.js";';
         return URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
       };
       const outcome = async (pages) => {
         const worker = g.startRunWorker({ script: scarce(pages), engine: "/dist/browser/goldentape.wasm" });
         const dataset = await worker.open("synthetic:seed=3,rows=200000,interval=1m");
         const strategy = { kind: "graph", json: g.graphJson(cross) };
         const run = worker.run({ strategy, dataset, config: FEES });
         const said = await run.then(({ resultDigest }) => resultDigest, (error) => error.issues[0].code);
         worker.terminate();
         return said;
       };
       return [await outcome(65536), await outcome(600), await outcome(300)];`,
    );
    const [plenty, little, none] = received;
    expect(plenty).toMatch(/^blake3:/);
    expect([little, none]).toEqual([plenty, "run/resources"]);
  });

  it("stops a long run in a worker, which then takes the next one", async () => {
    const received = await inPage<unknown[]>(
      page,
      `${CROSS}
       const worker = g.startRunWorker();
       const dataset = await worker.open("synthetic:seed=1,rows=2000000");
       const control = new AbortController();
       const strategy = { kind: "graph", json: g.graphJson(cross) };
       let share = 0;
       const onProgress = (progress) => { share = progress.share; control.abort(new Error("enough")); };
       const message = await worker
         .run({ strategy, dataset, config: FEES }, { onProgress, signal: control.signal })
         .then(() => "done", (error) => error.message);
       const next = await worker.run({ strategy, dataset, config: FEES, options: { to: 1577840400000000000n } });
       worker.terminate();
       return [message, share < 1, next.counts.bars];`,
    );
    expect(received).toEqual(["enough", true, 59]);
  });

  it.each([
    ["a file without a manifest", `"/data/sp500.csv", { hasher }`, "dataset/manifest"],
    ["a manifest that is none", `"/data/sp500.csv", { hasher, manifest: { kind: "bars" } }`, "dataset/manifest"],
    ["an address that is not there", `"/data/none.csv", { hasher, manifest }`, "import/file"],
    ["an empty file", `new Uint8Array(0), { hasher, manifest }`, "import/empty"],
    ["half of a gzip stream", `"/data/half.csv.gz", { hasher, manifest }`, "import/truncated"],
    ["half of a Parquet file", `"/data/half.parquet", { hasher }`, "import/truncated"],
  ])("refuses %s", async (_, source, code) => {
    const received = await inPage(
      page,
      `const hasher = g.createHasher((await g.loadEngine()).module);
       return await g.openPageDataset(${source});`,
    );
    expect([...new Set((received as { codes: string[] }).codes)]).toEqual([code]);
  });

  it.each([
    ["bytes that are no module", `await g.loadEngine(new Uint8Array([1, 2, 3, 4]));`, "host/webassembly"],
    ["a browser without vectors", `WebAssembly.validate = () => false; await g.loadEngine();`, "host/webassembly"],
    [
      "a worker's script that is not there",
      `const worker = g.startRunWorker({ script: "/none.js" }); await worker.open("synthetic:seed=1,rows=10");`,
      "host/worker",
    ],
    [
      "a graph with a user node that the worker does not have",
      `const node = g.userNode({ name: "own", version: 1, inputs: { x: "number" }, outputs: { value: "number" },
         period: () => 1, compute() {} });
       const own = g.graph({ decisions: [g.targetPercent(node({ x: g.bars().close }).value)] });
       const worker = g.startRunWorker();
       const dataset = await worker.open("synthetic:seed=1,rows=10");
       await worker.run({ strategy: { kind: "graph", json: g.graphJson(own) }, dataset, config: FEES });`,
      "graph/user-node",
    ],
    [
      "a strategy that does not parse",
      `const address = URL.createObjectURL(new Blob(["export default ("], { type: "text/javascript" }));
       const worker = g.startRunWorker();
       const dataset = await worker.open("synthetic:seed=1,rows=10");
       await worker.run({ strategy: { kind: "module", address }, dataset, config: FEES });`,
      "strategy/load",
    ],
  ])("refuses %s", async (_, code, expected) => {
    const fresh = await open.page("/blank.html");
    expect(await inPage(fresh, code)).toEqual({ codes: [expected] });
    await fresh.close();
  });
});
