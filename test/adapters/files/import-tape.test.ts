// Imports: every problem at once with its place, and files that are not what they should be.

import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { importTape } from "../../../adapters/files/import-tape.js";
import { barsOfContent, gatherBars, InputError, instantText, VALUE_ABSENT } from "../../../kernel/index.js";
import { faultsOf, fileWith, HEADER, importText, MINUTE_MANIFEST, temporaryFolder } from "./sample-files.js";

const folder = temporaryFolder();
const row = (minute: number, rest = "1.00,1.02,0.99,1.01,5"): string => `${minute * 60_000},${rest}`;
const text = (...rows: string[]): string => `${[HEADER, ...rows].join("\n")}\n`;

describe("an import", () => {
  it("turns decimals into mantissas and keys bars by their close", async () => {
    const { content, record } = await importText(folder, text(row(0), row(1, "1.5,1.5,1.5,1.50000,0")));
    const bars = gatherBars(barsOfContent(content));
    expect([...bars.time]).toEqual([60_000_000_000n, 120_000_000_000n]);
    expect([...bars.open]).toEqual([100n, 150n]);
    expect([...bars.close]).toEqual([101n, 150n]);
    expect([...(bars.volume ?? [])]).toEqual([5n, 0n]);
    expect(record).toMatchObject({ rowsRead: 2, rowsKept: 2, rowsQuarantined: 0, gaps: { absent: 0 } });
  });

  it("reports every problem of every row, with line and column", async () => {
    const bad = text(
      row(0, "1.005,1.02,0.99,1.01,5"),
      row(1, "1.00,0.98,0.99,1.01,5"),
      row(2, "-1.00,1.02,-1.00,1.01,5"),
      row(3, "NaN,1.02,0.99,1.01,x"),
      "oops,1.00,1.02,0.99,1.01,5",
      row(5, "1.00,1.02,0.99,1.01"),
      row(6, "1.00,1.02,0.99,1.01,-5"),
      row(7, "99999999999999999999,1.02,0.99,1.01,5"),
    );
    expect(await faultsOf(importText(folder, bad))).toEqual([
      "import/decimals t.csv:2:2",
      "import/ohlc t.csv:3:3",
      "import/ohlc t.csv:3:3",
      "import/price-sign t.csv:4:2",
      "import/price-sign t.csv:4:4",
      "import/not-finite t.csv:5:2",
      "import/cell t.csv:5:6",
      "import/time t.csv:6:1",
      "import/column t.csv:7",
      "import/volume-sign t.csv:8:6",
      "import/overflow t.csv:9:2",
    ]);
  });

  it("takes trading status, conversion rates, funding and factors, and says what they cannot be", async () => {
    const side = (kind: "status" | "conversion" | "funding", value: string): Promise<string[]> => {
      const columns = { time: "t", [kind === "status" ? "status" : "rate"]: "v" };
      const part = { kind, columns, time: { unit: "s", zone: "UTC", label: "close" } as const, calendar: null };
      const { interval: _, ...manifest } = { ...MINUTE_MANIFEST, ...part };
      return faultsOf(importTape([fileWith(folder, "side.csv", `t,v\n1,${value}\n`)], manifest));
    };
    for (const status of ["0", "1", "2", "3"]) expect(await side("status", status)).toEqual([]);
    expect(await side("status", "4")).toEqual(["import/cell side.csv:2:2"]);
    expect(await side("status", "-1")).toEqual(["import/cell side.csv:2:2"]);
    expect(await side("conversion", "1.0831")).toEqual([]);
    expect(await side("conversion", "0")).toEqual(["import/price-sign side.csv:2:2"]);
    expect(await side("funding", "-0.0001")).toEqual([]);
    expect(await side("funding", "0.0000000000001")).toEqual(["import/decimals side.csv:2:2"]);
  });

  it("asks for one row a time of what would otherwise count twice", async () => {
    const part = { kind: "funding" as const, columns: { time: "t", rate: "v" }, calendar: null };
    const { interval: _, ...manifest } = { ...MINUTE_MANIFEST, ...part };
    const path = fileWith(folder, "twice.csv", "t,v\n1,0.1\n1,0.1\n");
    expect(await faultsOf(importTape([path], manifest))).toEqual(["import/duplicate twice.csv:3:1"]);
  });

  it("names duplicates and rows that go back in time", async () => {
    expect(await faultsOf(importText(folder, text(row(0), row(0), row(2), row(1))))).toEqual([
      "import/duplicate t.csv:3:1",
      "import/unsorted t.csv:5:1",
    ]);
  });

  it("counts what it does not show", async () => {
    const rows = Array.from({ length: 50 }, (_, minute) => row(minute, "0,1,1,1,1"));
    const failure = await importText(folder, text(...rows)).catch((error: unknown) => error as InputError);
    const { issues } = failure as InputError;
    expect(issues).toHaveLength(11);
    expect(issues.at(-1)?.received).toBe("40 more of this kind (50 in all)");
  });

  it("sets bad rows aside when the policy says so, and loses none", async () => {
    const { content, quarantine, record } = await importText(folder, text(row(0), row(1, "0,0,0,0,0"), row(1)), {
      problems: "quarantine",
    });
    expect(content.rowCount).toBe(2);
    expect(quarantine.map(({ line, text: line2 }) => [line, line2])).toEqual([[3, row(1, "0,0,0,0,0")]]);
    expect(record).toMatchObject({
      rowsRead: 3,
      rowsKept: 2,
      rowsQuarantined: 1,
      problems: { "import/price-sign": 4 },
    });
  });

  it("refuses missing bars of the calendar, or reports them", async () => {
    const gappy = text(row(0), row(1), row(4));
    expect(await faultsOf(importText(folder, gappy))).toEqual(["import/gap t.csv"]);
    const { record } = await importText(folder, gappy, { gaps: "report" });
    expect(record.gaps?.longest).toEqual([{ from: "1970-01-01T00:03:00Z", to: "1970-01-01T00:04:00Z", count: 2 }]);
  });

  it("keeps a volume that a row does not have as absent", async () => {
    const { content } = await importText(folder, text(row(0, "1,1,1,1,"), row(1)));
    expect(gatherBars(barsOfContent(content)).volume?.[0]).toBe(VALUE_ABSENT);
  });

  it("reads quoted cells, carriage returns, a byte order mark, comments and blank lines", async () => {
    const odd = `\uFEFF${HEADER}\r\n\r\n"0","1.00","1.00","1.00","1.00","1"\r\n# note\r\n60000,1,1,1,1,1\r\n`;
    const { content } = await importText(folder, odd, { csv: { delimiter: ",", header: true, comment: "#" } });
    expect(content.rowCount).toBe(2);
  });

  it("finds prices between ticks unless they are allowed", async () => {
    const instrument = { ...MINUTE_MANIFEST.instrument, tick: "0.05" };
    const off = text(row(0, "1.00,1.02,1.00,1.00,1"));
    expect(await faultsOf(importText(folder, off, { instrument }))).toEqual(["import/tick t.csv:2:3"]);
    expect(await faultsOf(importText(folder, off, { instrument, offTick: "allow" }))).toEqual([]);
  });

  it("rounds only by a stated policy, and only noise", async () => {
    const price = { rounding: { decimals: 2, mode: "half-even", within: "0.0001" } } as const;
    const noisy = text(row(0, "1.000002,1.019999,0.99,1.01,5"));
    const { content } = await importText(folder, noisy, { price });
    expect([...gatherBars(barsOfContent(content)).high]).toEqual([102n]);
    expect(await faultsOf(importText(folder, text(row(0, "1.004,1.02,0.99,1.01,5")), { price }))).toEqual([
      "import/decimals t.csv:2:2",
    ]);
  });

  it("takes the middle of two sides only when it is exact", async () => {
    const columns = { time: 0, open: { mid: [1, 2] }, high: { mid: [1, 2] }, low: { mid: [1, 2] }, close: 1 } as const;
    const csv = { delimiter: ",", header: false };
    const { content } = await importText(folder, "0,1.00,1.00\n", { columns, csv });
    expect([...gatherBars(barsOfContent(content)).open]).toEqual([100n]);
    const odd = await faultsOf(importText(folder, "0,1.00,1.01\n", { columns, csv }));
    expect(new Set(odd)).toEqual(new Set(["import/decimals t.csv:1:2"]));
  });

  it("dates daily bars by the close of the session, through the change of the clocks", async () => {
    const daily = "date,open,high,low,close\n2024-03-08,1,1,1,1\n2024-03-11,1,1,1,1\n";
    const { content } = await importText(folder, daily, {
      columns: { time: "date", open: "open", high: "high", low: "low", close: "close" },
      time: { unit: "iso", zone: "America/New_York", label: "close", closeTime: "16:00" },
      interval: "1d",
      calendar: { kind: "weekdays" },
    });
    const times = [...gatherBars(barsOfContent(content)).time].map(instantText);
    expect(times).toEqual(["2024-03-08T21:00:00Z", "2024-03-11T20:00:00Z"]);
  });

  it("refuses wall-clock times that do not exist or exist twice", async () => {
    const csv = { delimiter: ",", header: false };
    const columns = { time: 0, open: 1, high: 1, low: 1, close: 1 };
    const time = { unit: "iso", zone: "America/New_York", label: "close" } as const;
    const work = importText(folder, "2024-03-10 02:30,1\n2024-11-03 01:30,1\n", { csv, columns, time, calendar: null });
    expect(await faultsOf(work)).toEqual(["import/time t.csv:1:1", "import/time t.csv:2:1"]);
  });

  it("joins several files in their order", async () => {
    const first = fileWith(folder, "TEST-20240102.csv", "0,1,1,1,1,1\n");
    const second = fileWith(folder, "TEST-20240103.csv", "0,2,2,2,2,1\n");
    const manifest = {
      ...MINUTE_MANIFEST,
      csv: { delimiter: ",", header: false },
      columns: { time: 0, open: 1, high: 2, low: 3, close: 4, volume: 5 },
      time: { unit: "ms-of-day", zone: "UTC", baseDate: "file-name", label: "open" },
      calendar: null,
    } as const;
    const { content } = await importTape([first, second], manifest);
    expect([...gatherBars(barsOfContent(content)).time].map(instantText)).toEqual([
      "2024-01-02T00:01:00Z",
      "2024-01-03T00:01:00Z",
    ]);
    expect(await faultsOf(importTape([second, first], manifest))).toEqual(["import/unsorted TEST-20240102.csv:1:1"]);
  });
});

describe("a file that is not what it should be", () => {
  const refused = (name: string, content: string | Uint8Array, changes = {}): Promise<string[]> =>
    faultsOf(importTape([fileWith(folder, name, content)], { ...MINUTE_MANIFEST, ...changes }));

  it("is refused when it is missing, a folder, or empty", async () => {
    expect(await faultsOf(importTape([`${folder}/none.csv`], MINUTE_MANIFEST))).toEqual([
      `import/file ${folder}/none.csv`,
    ]);
    expect((await faultsOf(importTape([folder], MINUTE_MANIFEST)))[0]).toContain("import/file");
    expect(await refused("empty.csv", "")).toEqual(["import/empty empty.csv"]);
    expect(await refused("blank.csv", "\n\n")).toEqual(["import/empty blank.csv"]);
    expect(await refused("header.csv", `${HEADER}\n`)).toEqual(["import/empty header.csv"]);
  });

  it("is refused when a gzip stream ends early or is damaged", async () => {
    const packed = gzipSync(text(...Array.from({ length: 5_000 }, (_, minute) => row(minute))));
    expect(await refused("good.csv.gz", packed)).toEqual([]);
    expect(await refused("cut.csv.gz", packed.subarray(0, packed.length - 200))).toEqual([
      "import/truncated cut.csv.gz",
    ]);
    const damaged = Uint8Array.from(packed);
    damaged.set([255, 255, 255, 255], 2_000);
    expect((await refused("bad.csv.gz", damaged))[0]).toMatch(/^import\/(format|truncated) bad\.csv\.gz$/);
  });

  it("is refused when its bytes are of another format", async () => {
    expect(await refused("x.csv", new Uint8Array([1, 0, 2, 0, 3]))).toEqual(["import/format x.csv"]);
    expect(await refused("x.parquet", text(row(0)), { format: "parquet" })).toEqual(["import/format x.parquet"]);
    expect(await refused("x.arrow", text(row(0)), { format: "arrow" })).toEqual(["import/format x.arrow"]);
    expect(await refused("cut.parquet", "PAR1 and nothing else", { format: "parquet" })).toEqual([
      "import/truncated cut.parquet",
    ]);
    expect(await refused("cut.arrow", "ARROW1 and nothing else", { format: "arrow" })).toEqual([
      "import/truncated cut.arrow",
    ]);
    expect(await refused("x.jsonl", "not json\n", { format: "jsonl" })).toEqual(["import/format x.jsonl:1"]);
  });

  it("is refused when a line is longer than a mebibyte", async () => {
    expect(await refused("long.csv", `${HEADER}\n${"9".repeat(2_200_000)}\n`)).toEqual([
      "import/line-length long.csv:2",
    ]);
    expect(await refused("quote.csv", `${HEADER}\n0,"${"9,\n".repeat(800_000)}`)).toEqual([
      "import/line-length quote.csv:2",
    ]);
    const long = `{"a":"${"9".repeat(2_200_000)}"}\n`;
    expect(await refused("long.jsonl", long, { format: "jsonl" })).toEqual(["import/line-length long.jsonl:1"]);
  });

  it("is refused when a column is not there, with those that are", async () => {
    const failure = await importText(folder, "time,open\n0,1\n").catch((error: unknown) => error as InputError);
    const { issues } = failure as InputError;
    expect(issues.map((issue) => issue.received)).toEqual(['"high"', '"low"', '"close"', '"volume"']);
    expect(issues[0]?.expected).toBe("one of time, open");
  });
});

describe("a manifest", () => {
  it("is refused with everything in it that does not fit", async () => {
    const work = importText(folder, text(row(0)), {
      columns: { time: "time", open: "open", colour: "red" },
      time: { unit: "ms-of-day", zone: "Mars/Olympus", label: "open" },
      instrument: { ...MINUTE_MANIFEST.instrument, tick: "0.001", priceDecimals: 2 },
      interval: "1 minute",
    });
    expect(await faultsOf(work)).toEqual([
      "instrument/fact manifest.instrument.tick",
      "dataset/manifest manifest.columns.high",
      "dataset/manifest manifest.columns.low",
      "dataset/manifest manifest.columns.close",
      "dataset/manifest manifest.columns.colour",
      "dataset/manifest manifest.time.zone",
      "dataset/manifest manifest.interval",
      "dataset/manifest manifest.time.baseDate",
    ]);
  });
});
