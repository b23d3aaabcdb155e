// `goldentape run`: options, table, document and files, and what it says of bad input.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tableFromIPC } from "apache-arrow";
import { afterAll, describe, expect, it } from "vitest";
import { RUN_TABLES } from "../../../adapters/arrow/index.js";
import { digestBytes, nodeSetRegistry } from "../../../kernel/index.js";
import { shareFacts } from "../files/sample-files.js";
import { inside, PROJECT, spawned } from "./goldentape.js";

const folder = mkdtempSync(join(tmpdir(), "goldentape-run-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const STRATEGY = `${PROJECT}datasets/strategies/sma-cross.ts`;
const SP500 = ["--dataset", "sp500", "--fee-bps", "10"];
/** A dataset that opens at once, for what does not depend on the tape. */
const WALK = ["--dataset", "synthetic:seed=1,rows=300,interval=1d", "--fee-bps", "10"];

function written(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

interface Document {
  readonly runId: string;
  readonly graphId: string;
  readonly resultDigest: string;
  readonly config: { readonly fees: { readonly taker: string }; readonly seed: string };
  readonly counts: Readonly<Record<string, number>>;
}

async function document(...words: string[]): Promise<Document> {
  const { code, out, err } = await inside("run", ...words, "--json");
  expect(err).toBe("");
  expect(code).toBe(0);
  return JSON.parse(out) as Document;
}

describe("goldentape run", () => {
  it("prints one JSON document with ids, digests, metrics and counts", async () => {
    const digest = expect.stringMatching(/^blake3:[0-9a-f]{64}$/) as string;
    const one = await document(STRATEGY, ...SP500, "--param", "fast=50", "--param", "slow=200");
    expect(one).toMatchObject({
      runId: digest,
      graphId: digest,
      datasets: [
        { name: "sp500", fingerprint: digest, rows: 5105, from: "2000-01-03T21:00:00Z", to: "2020-04-17T20:00:00Z" },
      ],
      config: { fees: { taker: "0.001" }, cash: "100000", fill: "nextOpen", seed: "0", from: null, to: null },
      resultDigest: digest,
      checkpoints: [
        { buckets: 4096, digest },
        { buckets: 5105, digest },
      ],
      kernelDigest: digest,
      semanticsVersion: 2,
      summary: { trades: 10, totalReturn: expect.any(Number) as number },
      counts: { bars: 5105, orders: 20, fills: 20, refusals: 0, trades: 10 },
      timings: { runMs: expect.any(Number) as number, totalMs: expect.any(Number) as number },
    });
    expect(Object.keys(one)).toEqual([
      "runId",
      "graphId",
      "nodes",
      "datasets",
      "config",
      "resultDigest",
      "checkpoints",
      "kernelDigest",
      "unseed",
      "draws",
      "semanticsVersion",
      "summary",
      "counts",
      "remarks",
      "timings",
    ]);
  });

  it("takes what a strategy's file assumes of its venue, below what is stated", async () => {
    const futures = "synthetic:seed=1,rows=300,interval=1d,assetClass=crypto-perpetual";
    const ran = async (...more: string[]) => {
      const { code, out, err } = await inside(
        "run",
        `${PROJECT}datasets/strategies/threshold-set.ts`,
        "--dataset",
        futures,
        "--json",
        ...more,
      );
      expect([code, err]).toEqual([0, ""]);
      return (JSON.parse(out) as { config: Record<string, { taker?: string; kind?: string; leverage?: string }> })
        .config;
    };
    const off = join(folder, "off.json");
    writeFileSync(off, JSON.stringify({ funding: "off" }));
    const { config: assumed } = nodeSetRegistry().make("ccxt_futures", 0, "paper", { strategy: "threshold" });
    const own = await ran("--config", off);
    expect(own["account"]?.kind).toBe("margin");
    expect(Number(own["fees"]?.taker)).toBe(Number((assumed.fees as { taker: string }).taker));
    const stated = await ran("--config", off, "--fee-bps", "10");
    expect([stated["account"]?.kind, stated["fees"]?.taker]).toEqual(["margin", "0.001"]);
  });

  it("gives the same digest as a process of its own", async () => {
    const { code, out, err } = await spawned("run", STRATEGY, ...SP500, "--json");
    expect([code, err]).toEqual([0, ""]);
    expect((JSON.parse(out) as Document).resultDigest).toBe((await document(STRATEGY, ...SP500)).resultDigest);
  });

  it("prints a table of results and identities for a person", async () => {
    const { code, out, err } = await inside("run", STRATEGY, ...SP500);
    expect(err).toBe("");
    expect(code).toBe(0);
    expect(out).toMatch(/^sma-cross \(fast 10, slow 30\) over sp500, 2000-01-03 to 2020-04-17\n/);
    expect(out).toMatch(/Sharpe ratio +-?[0-9−.]+/);
    expect(out).toMatch(/^result +blake3:[0-9a-f]{64}/m);
  });

  it("gives the same ids for a graph in canonical JSON as for the TypeScript that it came from", async () => {
    const typed = await document(STRATEGY, ...SP500);
    const plain = await document(`${PROJECT}datasets/strategies/sma-cross.json`, ...SP500);
    expect(plain.graphId).toBe(typed.graphId);
    expect(plain.runId).toBe(typed.runId);
    expect(plain.resultDigest).toBe(typed.resultDigest);
  });

  it("reads every option into the identity of the run", async () => {
    const base = await document(STRATEGY, ...WALK);
    const options = [
      ["--from", "2020-02-01"],
      ["--to", "2020-06-30T00:00Z"],
      ["--param", "fast=20"],
      ["--cash", "5000"],
      ["--fee-minimum", "1"],
      ["--fee-per-unit", "0.01"],
      ["--slippage", "bps:2.5"],
      ["--slippage", "spread:5:0.5"],
      ["--participation", "none"],
      ["--leverage", "2"],
      ["--fill", "sameClose"],
      ["--fill", "nextClose"],
      ["--close-at-end"],
      ["--latency-ms", "250"],
      ["--seed", "7"],
      ["--remainder", "cancel"],
      ["--fee-maker-bps", "2"],
      ["--path", "best"],
      ["--path", "nearest"],
      ["--limit-fill", "touch"],
      ["--limit-fill", "ticks:2"],
      ["--limit-fill", "chance:0.5"],
      ["--auction-open"],
      ["--limit-price-always"],
      ["--cap-to-bar"],
      ["--strict-close"],
      ["--test-then-ratchet"],
      ["--max-open-orders", "9"],
      ["--funding", "off"],
      ["--lots", "fractional", "--participation", "none"],
      ["--preset", "tradingview"],
      ["--preset", "tradingview", "--no-auction-open"],
      ["--calendar", "always"],
      ["--account", "margin"],
      ["--account", "margin", "--leverage", "3"],
      ["--margin-mode", "isolated"],
      ["--leverage", "2", "--maintenance", "0.1"],
      ["--leverage", "2", "--maintenance", "none"],
      ["--account", "margin", "--positions", "hedging"],
    ];
    const runIds = new Set([base.runId]);
    for (const option of options) runIds.add((await document(STRATEGY, ...WALK, ...option)).runId);
    expect(runIds.size).toBe(options.length + 1);
  });

  it("takes a configuration from a file, and options before it", async () => {
    const config = { fees: { taker: "0.001" }, preset: "lean", cash: "5000", path: "best" };
    const file = written("config.json", JSON.stringify(config));
    const walk = WALK.slice(0, 2);
    const one = await document(STRATEGY, ...walk, "--config", file, "--path", "ohlc");
    const spelt = ["--preset", "lean", "--cash", "5000", "--path", "ohlc"];
    expect(one.runId).toBe((await document(STRATEGY, ...WALK, ...spelt)).runId);
    expect(one.config).toMatchObject({ path: "ohlc", strictClose: true, cash: "5000", fees: { taker: "0.001" } });
  });

  it("takes the account of a file, and options before it", async () => {
    const config = { fees: { taker: "0.001" }, account: { kind: "margin", leverage: "2", positions: "hedging" } };
    const file = written("account.json", JSON.stringify(config));
    const walk = WALK.slice(0, 2);
    const one = await document(STRATEGY, ...walk, "--config", file, "--leverage", "4");
    const spelt = ["--account", "margin", "--leverage", "4", "--positions", "hedging"];
    expect(one.runId).toBe((await document(STRATEGY, ...WALK, ...spelt)).runId);
    expect((await document(STRATEGY, ...walk, "--config", file)).runId).not.toBe(one.runId);
  });

  it("resolves a calendar in a time zone over the bars, by symbol", async () => {
    const hours = { days: [1, 2, 3, 4, 5], open: "09:30", close: "16:00" };
    const zoned = written(
      "hours.json",
      JSON.stringify({ kind: "sessions", zone: "America/New_York", sessions: [hours] }),
    );
    const fixed = written("fixed.json", JSON.stringify({ kind: "weekly", offset: "-05:00", sessions: [hours] }));
    const walk = ["--dataset", "synthetic:seed=1,rows=3000,interval=1h", "--fee-bps", "10"];
    const one = await document(STRATEGY, ...walk, "--calendar", zoned);
    const calendars = Object.values((one.config as unknown as { calendars: object }).calendars);
    expect(calendars).toEqual([
      { kind: "sessions", count: expect.any(Number) as number, digest: expect.stringMatching(/^blake3:/) as string },
    ]);
    // 3,000 hours are 125 days, with two weeks before and after them.
    expect((calendars[0] as { count: number }).count).toBeGreaterThan(100);
    const [symbol = ""] = Object.keys((one.config as unknown as { calendars: object }).calendars);
    const named = await document(STRATEGY, ...walk, "--calendar", `${symbol}=${zoned}`);
    expect(named.runId).toBe(one.runId);
    expect((await document(STRATEGY, ...walk, "--calendar", fixed)).runId).not.toBe(one.runId);
  });

  it("writes tables, document, log and report where it is told to", async () => {
    const [out, report] = [join(folder, "out"), join(folder, "report.html")];
    const words = [STRATEGY, ...SP500, "--out", out, "--format", "both", "--report", report];
    const one = await document(...words);
    const names = [...RUN_TABLES, "trades"];
    const expected = [...names.flatMap((name) => [`${name}.arrow`, `${name}.parquet`]), "log.bin", "run.json"];
    expect(readdirSync(out).sort()).toEqual(expected.sort());
    expect(tableFromIPC(readFileSync(join(out, "fills.arrow"))).numRows).toBe(one.counts["fills"]);
    expect(JSON.parse(readFileSync(join(out, "run.json"), "utf8"))).toMatchObject({ resultDigest: one.resultDigest });
    const page = readFileSync(report, "utf8");
    // Not by toContain, which would print the whole page.
    expect(page.includes(one.resultDigest)).toBe(true);
    expect(words.every((word) => page.includes(`<span>${word}</span>`))).toBe(true);
    expect(/<(?:script|img|iframe)[^>]*\ssrc=|<link/.test(page)).toBe(false);
  });

  it("writes the same log again", async () => {
    const outs = ["first", "second"].map((name) => join(folder, name));
    for (const out of outs) await document(STRATEGY, ...WALK, "--out", out);
    const [first, second] = outs.map((out) =>
      digestBytes("goldentape 2026 kernel v1", readFileSync(join(out, "log.bin"))),
    );
    expect(first).toBe(second);
  });
});

const COMMON = 'import { bars, defineStrategy, graph, targetPercent } from "goldentape";\n';

describe("goldentape run, given something wrong", () => {
  it("says everything that is wrong with the options, and what each of them takes", async () => {
    const broken = written("broken.json", "{");
    const list = written("list.json", "[]");
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [["--path", "middle"], /--path: expected worst, best, .* or detail, received "middle" \(config\/field\)/],
      [["--limit-fill", "2"], /--limit-fill: expected ticks:N, touch or chance:P/],
      [["--limit-fill", "chance:1.5"], /config\.limitFill\.p: expected a chance above 0, at most 1/],
      [["--participation", "1.5"], /config\.participation: .*\(config\/range\)/],
      [["--preset", "metatrader"], /--preset: expected tradingview, .* or zipline, received "metatrader"/],
      [["--account", "savings"], /--account: expected cash or margin, received "savings"/],
      [["--margin-mode", "both"], /--margin-mode: expected cross or isolated/],
      [["--account", "cash", "--leverage", "2"], /config\.account\.leverage/],
      [["--detail", "--path", "best"], /--detail: expected no other --path beside it/],
      [["--detail"], /expected bars of .* coarser than the 1d bars that execute, .*\(config\/detail\)/],
      [["--lots", "fractional"], /config\.lots: expected participation null .*\(config\/field\)/],
      [["--max-open-orders", "many"], /config\.maxOpenOrders: .*\(config\/type\)/],
      [["--calendar", "X=always"], /config\.calendars\.X: expected an instrument of the dataset/],
      [["--calendar", "=always"], /--calendar: expected always, FILE, or SYMBOL=FILE/],
      [["--calendar", join(folder, "nowhere.json")], /--calendar: expected a JSON file, .*\(import\/file\)/],
      [["--calendar", list], /config\.calendars\.\*\.kind: expected always, weekly or sessions/],
      [["--config", broken], /--config: expected a JSON file, .*\(config\/type\)/],
      [["--config", list], /--config: expected a file with one JSON object/],
    ];
    for (const [words, message] of cases) {
      const { code, out, err } = await inside("run", STRATEGY, ...WALK, ...words);
      expect([code, out, err]).toEqual([2, "", expect.stringMatching(message) as string]);
    }
  });

  const strategyFiles: readonly (readonly [what: string, name: string, text: string, message: RegExp])[] = [
    ["an empty file", "empty.ts", "", /empty\.ts: expected a strategy, received an empty file \(strategy\/load\)/],
    [
      "syntax",
      "syntax.ts",
      "const x: number = ;\n",
      /syntax\.ts:1: .*SyntaxError: Expression expected \(strategy\/load\)/,
    ],
    [
      "an import that is not there",
      "import.ts",
      'import { barz } from "goldentape";\n',
      /import named|export named 'barz' \(strategy\/load\)/,
    ],
    [
      "no default export",
      "none.ts",
      `${COMMON}export const g = 1;\n`,
      /export named default, received the exports g \(strategy\/export\)/,
    ],
    [
      "another default",
      "other.ts",
      "export default 42;\n",
      /a strategy or a graph, received number 42 \(strategy\/export\)/,
    ],
    [
      "a throw",
      "throws.ts",
      "\nthrow new Error('no luck');\n",
      /throws\.ts:2:7: .*received no luck \(strategy\/throws\)/,
    ],
    [
      "a build that throws",
      "build.ts",
      `${COMMON}export default defineStrategy({\n  name: "x",\n  build() {\n` +
        `    throw new TypeError("no");\n  },\n});\n`,
      /build\.ts:5:11: .*received TypeError: no \(strategy\/throws\)/,
    ],
    [
      "a build without a graph",
      "nothing.ts",
      `${COMMON}export default defineStrategy({ name: "x", build: () => 1 as never });\n`,
      /build: expected a graph, .*\(strategy\/export\)/,
    ],
    [
      "an unknown instrument",
      "symbol.ts",
      `${COMMON}export default graph({ decisions: [targetPercent(bars({ instrument: "XYZ" }).close)] });\n`,
      /instrument\/unknown/,
    ],
    ["broken JSON", "broken.json", '{"format": ', /broken\.json: graph: expected a JSON text/],
    ["another extension", "strategy.txt", "x", /a file \.ts, \.mts, \.js, \.mjs or \.json/],
  ];
  it("says how much memory a run wants that no host gives", async () => {
    const large = join(folder, "large.ts");
    const text = `import { bars, delayed, graph, targetPercent } from "goldentape";
      const { close } = bars();
      const late = Array.from({ length: 60 }, (_, i) => ["late" + i, delayed(close, 10_000_000 - i)]);
      export default graph({ decisions: [targetPercent(1)], publish: Object.fromEntries(late) });`;
    writeFileSync(large, text);
    const { code, err } = await inside("run", large, ...WALK, "--fee-bps", "0");
    const message = /^run: expected a run that fits in 4 GiB .*, received 4\d{3} MiB \(run\/resources\)\. Feed/;
    expect([code, err]).toEqual([2, expect.stringMatching(message)]);
  });

  it.each(strategyFiles)("says what is wrong with %s in a strategy file", async (_, name, text, message) => {
    // What Node itself says of a file that it cannot load needs a process in which nobody else loads it.
    const started = message.source.includes("load") ? spawned : inside;
    const { code, out, err } = await started("run", written(name, text), ...WALK);
    expect(err).toMatch(message);
    expect(err).not.toMatch(/\n {4}at /);
    expect([code, out]).toEqual([2, ""]);
  });

  const header = "date,open,high,low,close,volume\n";
  const manifest = (path: string): string => {
    const facts = shareFacts("X");
    const columns = { time: "date", open: "open", high: "high", low: "low", close: "close", volume: "volume" };
    const time = { unit: "iso", zone: "UTC", label: "close", closeTime: "16:00" };
    writeFileSync(
      `${path}.manifest.json`,
      JSON.stringify({
        kind: "bars",
        format: "csv",
        csv: { delimiter: ",", header: true },
        columns,
        time,
        instrument: facts,
        interval: "1d",
        calendar: { kind: "weekdays" },
        gaps: "report",
        problems: "refuse",
        source: "test",
        licence: "none",
      }),
    );
    return path;
  };
  it.each([
    ["missing", () => join(folder, "no.csv"), /no\.csv/],
    ["without a manifest", () => written("bare.csv", header), /a manifest that says what its columns mean/],
    ["empty", () => manifest(written("empty.csv", "")), /import\/empty/],
    ["not of the stated format", () => manifest(written("text.csv", "hello\nworld\n")), /import\/(?:column|format)/],
    ["not a name in the store", () => "nosuch", /dataset\/not-found/],
    ["pinned to another fingerprint", () => "sp500@0123456789", /dataset\/(?:not-found|fingerprint)/],
    ["a bad recipe", () => "synthetic:seed=1,rows=x", /synthetic\.rows: expected a whole number/],
  ])("says what is wrong with a dataset that is %s", async (_, dataset, message) => {
    const { code, out, err } = await inside("run", STRATEGY, "--dataset", dataset(), "--fee-bps", "0");
    expect(err).toMatch(message);
    expect([code, out]).toEqual([2, ""]);
  });

  it.each([
    ["missing fees", ["--dataset", "sp500"], /fees: .* received none \(config\/field\)\. Say --fee-bps 0/],
    [
      "a param of the wrong type",
      [...WALK, "--param", "fast=quick"],
      /params\.fast: expected a finite number, .*received "quick" \(strategy\/param\)/,
    ],
    ["an unknown param", [...WALK, "--param", "slwo=3"], /params\.slwo: .*\(strategy\/param\)/],
    [
      "a param that a node refuses",
      [...WALK, "--param", "slow=1.5"],
      /sma-cross\.ts:[0-9:]+ sma\.params\.period: expected a whole number/,
    ],
    ["an unknown option", [...WALK, "--sead", "3"], /--sead: .*Did you mean --seed\?/],
    ["an option without a value", [...WALK, "--from", "--json"], /--from/],
    ["a date that there is not", [...WALK, "--from", "2001-02-30"], /--from: expected a date/],
    ["an empty range", [...WALK, "--from", "2010-01-01", "--to", "2009-01-01"], /dataset\/range/],
    [
      "several at once",
      [...WALK, "--slippage", "much", "--fill", "never", "--seed", "x"],
      /--slippage.*\n.*--fill.*\n.*--seed/,
    ],
    ["a format", [...WALK, "--format", "xls"], /--format: expected arrow, parquet or both/],
    ["an export", [...WALK, "--export", "momentum"], /an export named momentum/],
  ])("says what is wrong with %s", async (_, words, message) => {
    const { code, err } = await inside("run", STRATEGY, ...words);
    expect(err).toMatch(message);
    expect(code).toBe(2);
  });

  it("says so as one JSON document with --json", async () => {
    const { code, out, err } = await inside("run", STRATEGY, "--dataset", "nosuch", "--fee-bps", "1", "--json");
    expect([code, out]).toEqual([2, ""]);
    expect(JSON.parse(err)).toMatchObject({ error: "input", issues: [{ code: "dataset/not-found", path: "nosuch" }] });
  });

  it("names a command that was meant", async () => {
    const { code, err } = await inside("rum");
    expect([code, err]).toEqual([2, expect.stringContaining("Did you mean run?")]);
  });
});

describe("goldentape --help", () => {
  it.each([["run"], ["graph"], ["dataset", "add"], ["golden", "verify"]])(
    "shows an example of %s %s",
    async (...words) => {
      const { code, out } = await inside(...words, "--help");
      expect([code, out]).toEqual([0, expect.stringContaining(`Example: goldentape ${words.join(" ")}`)]);
    },
  );
});
