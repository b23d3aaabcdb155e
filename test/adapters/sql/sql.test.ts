// SQL over runs: folders and saved runs, types, errors, and nothing fetched.

import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nodeSqlEngine } from "../../../adapters/sql/node-duckdb.js";
import type { SqlCell } from "../../../adapters/sql/sql-result.js";
import { openSql } from "../../../adapters/sql/sql-session.js";
import type { SqlSession } from "../../../adapters/sql/sql-session.js";
import { runBars, runTables } from "../../../adapters/sql/run-folder.js";
import { nodeHasher } from "../../../adapters/node/index.js";
import type { InputError } from "../../../kernel/index.js";
import { forgedRun } from "../../forged-run.js";
import { inside } from "../cli/goldentape.js";

const folder = mkdtempSync(join(tmpdir(), "goldentape-sql-"));
const run = join(folder, "run");
const saved = join(folder, "run.goldentape");
const DATASET = "synthetic:seed=31,rows=1200,interval=1h,instruments=2";
let session: SqlSession;

const rowsOf = async (text: string): Promise<readonly (readonly SqlCell[])[]> => (await session.query(text)).rows;
const refusal = async (text: string): Promise<InputError> => {
  return session.query(text).then(
    () => expect.fail("the query was taken"),
    (error: InputError) => error,
  );
};

beforeAll(async () => {
  const strategy = "datasets/strategies/pairs-zscore.ts";
  const words = ["run", strategy, "--dataset", DATASET, "--fee-bps", "3", "--account", "margin", "--leverage", "2"];
  expect(await inside(...words, "--out", run, "--save", saved)).toMatchObject({ code: 0 });
  const bars = await runBars(run, undefined, { hasher: nodeHasher() });
  session = await openSql(await nodeSqlEngine(), [...runTables(run), bars]);
}, 60_000);

afterAll(async () => {
  await session?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("SQL over a run", () => {
  it("knows the tables of the run, its bars and its decisions", () => {
    const names = session.tables.map((table) => table.name);
    expect(names).toEqual(
      expect.arrayContaining(["orders", "fills", "portfolio", "trades", "refusals", "bars", "decisions"]) as string[],
    );
  });

  it("gives money as exact decimals: fees of fills are those of trades and ledger", async () => {
    const [[fees, ledger, type]] = (await rowsOf(
      `SELECT sum(fee), (SELECT -sum(amount) FROM ledger WHERE kind = 'fee'), typeof(any_value(fee)) FROM fills`,
    )) as [[string, string, string]];
    expect(fees).toMatch(/^\d+\.\d\d$/);
    expect(ledger).toBe(fees);
    expect(type).toBe("DECIMAL(22,2)");
  });

  it("gives times to the nanosecond, and takes them apart without an extension", async () => {
    const [[first, month, bars]] = (await rowsOf(
      `SELECT min(time), date_trunc('month', min(time)), count(*) FROM bars WHERE instrument = 'SYN001'`,
    )) as [[string, string, string]];
    expect([first, month.slice(0, 10), bars]).toEqual(["2020-01-01T01:00:00Z", "2020-01-01", "1200"]);
  });

  it("joins decisions with what became of them", async () => {
    const [[orders, joined]] = (await rowsOf(
      `SELECT (SELECT count(*) FROM orders),
         (SELECT count(*) FROM decisions JOIN orders USING (orderId) WHERE decisions.wanted = orders.quantity)`,
    )) as [[string, string]];
    expect(Number(orders)).toBeGreaterThan(10);
    expect(joined).toBe(orders);
  });

  it("knows what a decision engine judged, what came of it, and the notes of its sizes", async () => {
    const folderOf = join(folder, "engine");
    const strategy = "datasets/strategies/decision-engine.ts";
    const words = ["run", strategy, "--dataset", DATASET.replace("instruments=2", "instruments=8"), "--fee-bps", "3"];
    expect(await inside(...words, "--out", folderOf)).toMatchObject({ code: 0 });
    const engine = await openSql(await nodeSqlEngine(), runTables(folderOf));
    const rows = async (text: string) => (await engine.query(text)).rows;
    // Every order of a decision, and every record that skipped, stands in one row.
    const [[all, orders, skipped]] = (await rows(
      `SELECT (SELECT count(*) FROM decisions), (SELECT count(*) FROM orders WHERE decision IS NOT NULL),
         (SELECT count(*) FROM decisionRecords WHERE NOT acted)`,
    )) as [[string, string, string]];
    expect(Number(skipped)).toBeGreaterThan(10);
    expect(Number(all)).toBe(Number(orders) + Number(skipped));
    const [[acted]] = (await rows(
      `SELECT count(*) FROM decisions d JOIN decisionRecords r USING (orderId)
         WHERE d.kind = 'commitment' AND d.allowed = r.quantity AND d.confidence = r.confidence`,
    )) as [[string]];
    expect(acted).toBe(
      String((await rows(`SELECT count(*) FROM decisionRecords WHERE acted AND kind = 'commitment'`))[0]?.[0]),
    );
    const [[least, most]] = (await rows(
      `SELECT min(n), max(n) FROM (SELECT count(*) AS n FROM notes JOIN decisionRecords r USING (record)
         WHERE notes.kind = 'size_units' AND r.acted GROUP BY record)`,
    )) as [[string, string]];
    expect([least, most]).toEqual(["1", "1"]);
    await engine.close();
  });

  it("prints every kind of value", async () => {
    const [row] = await rowsOf(
      `SELECT 1.50::DECIMAL(5,2), 2::HUGEINT, 0.25::DOUBLE, true, NULL, DATE '2020-02-29', [1, 2],
         (-3)::BIGINT, TIMESTAMP_NS '2020-01-01 00:00:00.000000001', INTERVAL 2 DAY`,
    );
    expect(row?.map(String)).toEqual(
      ["1.50", "2", "0.25", "true", "null", "2020-02-29", "[1,2]", "-3", "2020-01-01T00:00:00.000000001Z"].concat(
        "0 months 2 days 0 ns",
      ),
    );
  });

  it("refuses what DuckDB refuses, with its message, the tables and their columns", async () => {
    const [issue] = (await refusal("SELECT commission FROM fills")).issues;
    expect(issue?.code).toBe("sql/query");
    expect(issue?.received).toContain('Referenced column "commission" not found');
    expect(issue?.advice).toMatch(/fills\(time, orderId, correlation, instrument, price, quantity, cash, fee/);
  });

  it("fetches nothing: what would need an extension or a network is refused at once", async () => {
    const [issue] = (await refusal("SELECT * FROM read_parquet('http://127.0.0.1:1/x.parquet')")).issues;
    expect(issue?.received).toMatch(/exists in the parquet extension\. Extensions are not loaded/);
    expect((await refusal(" ")).issues[0]?.received).toBe("nothing");
  });
});

describe("goldentape sql over a saved run", () => {
  const asked = async (path: string, ...words: string[]): Promise<{ code: number; out: string; issue: object }> => {
    const { code, out, err } = await inside("sql", path, ...words, "--json");
    const [issue] = err === "" ? [{}] : (JSON.parse(err) as { issues: object[] }).issues;
    return { code, out, issue: issue as object };
  };
  it("gives the tables that its folder has, row by row", async () => {
    const names = ["orders", "orderEnds", "fills", "ledger", "decisions", "portfolio", "trades", "bars"];
    const query = names
      .map((name) => `SELECT '${name}' AS t, count(*) AS n, max(hash(t)::VARCHAR), min(t::VARCHAR) FROM ${name} AS t`)
      .join(" UNION ALL ");
    const ofFile = await asked(saved, query);
    expect(ofFile.out.match(/"n": "[1-9]\d*"/g)).toHaveLength(names.length);
    expect(ofFile.out).toBe((await asked(run, query)).out);
  });

  it("says the bucket that sent an order, for which it is replayed", async () => {
    const query = "SELECT count(*) AS n, max(bucket)::VARCHAR AS last FROM orders WHERE bucket <= time";
    const [[n, last] = []] = await rowsOf(query);
    expect(Number(n)).toBeGreaterThan(0);
    expect(JSON.parse((await asked(saved, query)).out)).toMatchObject({ rows: [{ n: String(n), last }] });
  });

  it("answers from the log when the dataset is nowhere, and says what is missing then", async () => {
    const elsewhere = join(folder, "elsewhere.goldentape");
    const dataset = { name: "nowhere", fingerprint: `blake3:${"0".repeat(64)}`, rows: 1 };
    writeFileSync(
      elsewhere,
      forgedRun(readFileSync(saved), ({ head }) => (head["dataset"] = dataset)),
    );
    expect((await asked(elsewhere, "SELECT count(*) AS n FROM fills")).out).toMatch(/"n": "\d+"/);
    const missing = await asked(elsewhere, "SELECT max(equity) FROM portfolio");
    expect([missing.code, missing.issue]).toMatchObject([2, { code: "dataset/not-found", path: "dataset.nowhere" }]);
    const list = JSON.parse((await asked(elsewhere)).out) as {
      tables: { name: string }[];
      absent: { code: string }[];
    };
    expect(list.tables.map(({ name }) => name)).toEqual(expect.arrayContaining(["fills", "decisions"]) as string[]);
    expect(list.tables.map(({ name }) => name)).not.toContain("portfolio");
    expect(list.absent[0]?.code).toBe("dataset/not-found");
    const { absent } = JSON.parse((await asked(saved)).out) as typeof list;
    expect(absent).toEqual([]);
  });

  it("gives no portfolio of a replay that is not the run", async () => {
    const forged = join(folder, "forged.goldentape");
    const resultDigest = `blake3:${"1".repeat(64)}`;
    writeFileSync(
      forged,
      forgedRun(readFileSync(saved), ({ head }) => Object.assign(head["identities"] ?? {}, { resultDigest })),
    );
    expect(await asked(forged, "SELECT 1 FROM portfolio")).toMatchObject({ code: 2, issue: { code: "run/digest" } });
    expect(await asked(forged, "SELECT 1 FROM fills")).toMatchObject({ code: 0 });
  });

  it("refuses another file and half of one", async () => {
    expect((await asked(join(run, "run.json"), "SELECT 1")).issue).toMatchObject({ code: "file/kind" });
    const half = join(folder, "half.goldentape");
    writeFileSync(half, readFileSync(saved).subarray(0, 3000));
    expect((await asked(half, "SELECT 1")).issue).toMatchObject({ code: "file/truncated" });
    const bars = await asked(saved, "SELECT 1 FROM bars", "--dataset", "synthetic:seed=1,rows=10");
    expect(bars.issue).toMatchObject({ code: "dataset/fingerprint" });
  });
});

describe("goldentape sql", () => {
  it("refuses what is no folder of a run, and a damaged table", async () => {
    const code = async (path: string): Promise<unknown> => {
      const { code: exit, err } = await inside("sql", path, "SELECT 1", "--json");
      return [exit, (JSON.parse(err) as { issues: { code: string; received: string }[] }).issues[0]];
    };
    expect(await code(join(folder, "none"))).toMatchObject([2, { code: "sql/run", received: "nothing of this name" }]);
    expect(await code(folder)).toMatchObject([2, { code: "sql/run", received: "one without run.json" }]);
    const document = JSON.parse(readFileSync(join(run, "run.json"), "utf8")) as { datasets: { fingerprint: string }[] };
    document.datasets.forEach((one) => (one.fingerprint = `blake3:${"0".repeat(64)}`));
    writeFileSync(join(run, "run.json"), JSON.stringify(document));
    await expect(runBars(run, undefined, { hasher: nodeHasher() })).rejects.toThrow(/dataset\/fingerprint/);
    truncateSync(join(run, "fills.arrow"), 1000);
    expect(await code(run)).toMatchObject([2, { code: "sql/run", received: "1000 bytes that are none" }]);
  });
});
