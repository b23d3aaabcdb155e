// `goldentape dataset`: add, list, show, verify, synth, join, export.

import { defineCommand } from "citty";
import type { ArgsDef } from "citty";
import { FILE_FORMATS, InputError, issueText } from "../../kernel/index.js";
import { CATALOGUE_ENTRIES } from "../../datasets/catalogue.js";
import { exportTape } from "../files/export-tape.js";
import { nodeHasher } from "../node/kernel-module.js";
import { openDataset, storeRoot, syntheticNewTapes } from "../store/open-dataset.js";
import { Store } from "../store/store.js";
import type { NewTape } from "../store/store.js";
import { importFiles } from "./dataset-import.js";
import { addedText, datasetFacts, fileOfTape, tapeText } from "./dataset-text.js";
import { CheckFailure, printResult, runCommand, tableText } from "./output.js";
import { usage } from "./usage.js";

const COMMON = {
  json: { type: "boolean", description: "Print one JSON document", default: false },
  store: {
    type: "string",
    description: "Folder of the store (default: $GOLDENTAPE_STORE or .goldentape)",
    valueHint: "DIR",
  },
} satisfies ArgsDef;

function openStore(folder: string | undefined): Store {
  return new Store(storeRoot(folder), nodeHasher());
}

const now = (): string => new Date().toISOString();

const add = defineCommand({
  meta: {
    name: "add",
    description:
      "Import files as one tape. Example: goldentape dataset add SPY.csv --instrument SPY --preset yahoo --yes",
  },
  args: {
    ...COMMON,
    files: {
      type: "positional",
      description: "Files of one layout, in order of time (CSV, Parquet, Arrow, JSON lines; gzip too)",
      required: true,
    },
    instrument: { type: "string", description: "Symbol of the instrument", valueHint: "SYMBOL" },
    manifest: { type: "string", description: "What the columns mean, as JSON", valueHint: "FILE" },
    preset: { type: "string", description: "yahoo, binance-klines, tradingview, lean or ccxt-ohlcv" },
    side: { type: "string", description: "Side of bars with bid and ask: bid, ask or mid (default)" },
    name: { type: "string", description: "Name in the store (default: the symbol in lower case)" },
    yes: { type: "boolean", description: "Accept what is guessed", default: false },
    interval: { type: "string", description: "Length of a bar: 1m, 1h, 1d" },
    zone: { type: "string", description: "Time zone of times without one: America/New_York, UTC, +03:00" },
    label: { type: "string", description: "What a bar's time is: open or close" },
    currency: { type: "string", description: "Currency and decimals: USD, USDT:8" },
    "asset-class": {
      type: "string",
      description: "equity, index, future, option, fx, crypto-spot or crypto-perpetual",
    },
    venue: { type: "string", description: "Where it trades" },
    "price-decimals": { type: "string", description: "Decimals of prices" },
    "size-decimals": { type: "string", description: "Decimals of quantities" },
    tick: { type: "string", description: "Price step: 0.01" },
    lot: { type: "string", description: "Quantity step: 1" },
    calendar: { type: "string", description: "continuous or weekdays; sessions are stated in a manifest" },
    gaps: { type: "string", description: "What a missing bar means: report (default) or refuse" },
    problems: { type: "string", description: "What happens to bad rows: refuse (default) or quarantine" },
  },
  run: ({ args }) =>
    runCommand(args.json, async () => {
      const imported = await importFiles({
        files: args._,
        instrument: args.instrument,
        manifest: args.manifest,
        preset: args.preset,
        side: args.side,
        interval: args.interval,
        zone: args.zone,
        label: args.label,
        currency: args.currency,
        assetClass: args["asset-class"],
        venue: args.venue,
        priceDecimals: args["price-decimals"],
        sizeDecimals: args["size-decimals"],
        tick: args.tick,
        lot: args.lot,
        calendar: args.calendar,
        gaps: args.gaps,
        problems: args.problems,
        yes: args.yes,
      });
      const { content, record } = imported;
      const name = args.name ?? content.instrument.symbol.toLowerCase().replace(/[^a-z0-9._-]+/g, "-");
      const tape = { content, imported: record, made: null, quarantine: imported.quarantine };
      const store = openStore(args.store);
      const { fingerprint, isNew } = store.add(name, [tape], now());
      const document = { name, fingerprint, isNew, ...datasetFacts(store.open(fingerprint).manifest) };
      printResult(args.json, document, () =>
        addedText(name, fingerprint, isNew, imported, store.objectPath(fingerprint)),
      );
    }),
});

const list = defineCommand({
  meta: { name: "list", description: "Names in the store and in the catalogue. Example: goldentape dataset list" },
  args: COMMON,
  run: ({ args }) =>
    runCommand(args.json, () => {
      const store = openStore(args.store);
      const stored = store.names().flatMap((name) => {
        const commit = store.commits(name).at(-1);
        return commit === undefined
          ? []
          : [{ name, ...commit, commits: store.commits(name).length, ...factsOrDamage(store, commit.fingerprint) }];
      });
      const catalogue = CATALOGUE_ENTRIES.map(({ name, title }) => ({ name, title }));
      printResult(args.json, { store: store.root, datasets: stored, catalogue }, () =>
        [
          stored.length === 0
            ? `No datasets in ${store.root}.`
            : tableText(
                ["NAME", "FINGERPRINT", "AS OF", "ROWS", "FROM", "TO"],
                stored.map((one) => [
                  one.name,
                  one.fingerprint.slice(7, 15),
                  one.asOf.slice(0, 19),
                  String(one.rows),
                  one.from,
                  one.to,
                ]),
                [3],
              ),
          ...catalogue.map(({ name, title }) => `Catalogue: ${name}, ${title}`),
        ].join("\n"),
      );
    }),
});

const show = defineCommand({
  meta: {
    name: "show",
    description: "Facts, provenance and history of a dataset. Example: goldentape dataset show spy@2026-01-31",
  },
  args: {
    ...COMMON,
    dataset: { type: "positional", description: "Name, name@pin, file, catalogue name or synthetic:…", required: true },
  },
  run: ({ args }) =>
    runCommand(args.json, async () => {
      const opened = await openDataset(args.dataset, {
        hasher: nodeHasher(),
        store: storeRoot(args.store),
        verify: false,
      });
      const commits =
        opened.origin === "store" && !args.dataset.startsWith("blake3:")
          ? openStore(args.store).commits(opened.name)
          : [];
      const tapes = opened.contents.map((content, index) => ({
        kind: content.kind,
        instrument: content.instrument,
        interval: content.interval,
        rows: content.rowCount,
        fields: content.fields.map((field) => field.name),
        imported: opened.records[index] ?? null,
      }));
      printResult(
        args.json,
        { name: opened.name, origin: opened.origin, fingerprint: opened.fingerprint, tapes, commits },
        () =>
          [
            `${opened.name} (${opened.origin})`,
            `  fingerprint  ${opened.fingerprint}`,
            ...opened.contents
              .slice(0, 20)
              .map((content, index) => tapeText(content, opened.records[index]?.files.map((file) => file.name) ?? [])),
            ...(opened.contents.length > 20 ? [`  … and ${opened.contents.length - 20} more tapes`] : []),
            ...commits.map((commit) => `  commit       ${commit.asOf}  ${commit.fingerprint.slice(7, 15)}`),
          ].join("\n"),
      );
    }),
});

const verify = defineCommand({
  meta: {
    name: "verify",
    description: "Compare datasets with their fingerprints. Example: goldentape dataset verify spy",
  },
  args: {
    ...COMMON,
    dataset: { type: "positional", description: "Name or name@pin; all names when left out", required: false },
  },
  run: ({ args }) =>
    runCommand(args.json, () => {
      const store = openStore(args.store);
      const names = args.dataset === undefined ? store.names() : [args.dataset];
      const results = names.map((name) => {
        const fingerprint = store.resolve(name);
        return { name, fingerprint, issues: store.check(fingerprint) };
      });
      const issues = results.flatMap((result) => result.issues);
      if (issues.length > 0) throw new CheckFailure(issues.map(issueText).join("\n"), { ok: false, results });
      printResult(args.json, { ok: true, results }, () => {
        return results.length === 0
          ? `No datasets in ${store.root}.`
          : results.map((one) => `${one.name}  ${one.fingerprint}  whole`).join("\n");
      });
    }),
});

const synth = defineCommand({
  meta: {
    name: "synth",
    description:
      "Make a synthetic dataset. Example: goldentape dataset synth --name walk --seed 7 --rows 100000 --interval 1m",
  },
  args: {
    ...COMMON,
    name: { type: "string", description: "Name in the store", required: true },
    seed: { type: "string", description: "Seed, a whole number", required: true },
    rows: { type: "string", description: "Bars of each instrument", required: true },
    interval: { type: "string", description: "Length of a bar", default: "1m" },
    instruments: { type: "string", description: "Number of instruments", default: "1" },
    calendar: { type: "string", description: "continuous or weekdays", default: "continuous" },
  },
  run: ({ args }) =>
    runCommand(args.json, () => {
      const { seed, rows, interval, instruments, calendar } = args;
      const walk = `seed=${seed},rows=${rows},interval=${interval},instruments=${instruments},calendar=${calendar}`;
      const recipe = `synthetic:${walk}`;
      const { fingerprint, isNew } = openStore(args.store).add(args.name, syntheticNewTapes(recipe), now());
      printResult(
        args.json,
        { name: args.name, fingerprint, isNew, recipe },
        () =>
          `${isNew ? "Added" : "Had already"} ${args.name}@${fingerprint.slice(7, 15)}\n  fingerprint ${fingerprint}`,
      );
    }),
});

const join = defineCommand({
  meta: {
    name: "join",
    description: "Put datasets together as one. Example: goldentape dataset join pair spy goog",
  },
  args: {
    ...COMMON,
    name: { type: "positional", description: "Name of the new dataset", required: true },
    parts: { type: "positional", description: "Datasets of the store, the catalogue or synthetic:…", required: true },
  },
  run: ({ args }) =>
    runCommand(args.json, async () => {
      const [name = "", ...parts] = args._;
      if (parts.length === 0) throw usage("PARTS", "one or more datasets", "none");
      const tapes: NewTape[] = [];
      for (const part of parts) {
        const opened = await openDataset(part, { hasher: nodeHasher(), store: storeRoot(args.store) });
        const made = opened.origin === "synthetic" ? part : null;
        for (const [index, content] of opened.contents.entries()) {
          tapes.push({ content, imported: opened.records[index] ?? null, made, quarantine: [] });
        }
      }
      const { fingerprint, isNew } = openStore(args.store).add(name, tapes, now());
      const document = { name, fingerprint, isNew, tapes: tapes.length };
      printResult(args.json, document, () => `${name}: ${tapes.length} tapes\n  fingerprint ${fingerprint}`);
    }),
});

const exportTapes = defineCommand({
  meta: {
    name: "export",
    description: "Write a dataset to a file. Example: goldentape dataset export spy --format parquet --out spy.parquet",
  },
  args: {
    ...COMMON,
    dataset: { type: "positional", description: "Name, name@pin, catalogue name or synthetic:…", required: true },
    format: { type: "string", description: "csv, parquet, arrow or jsonl", required: true },
    out: {
      type: "string",
      description: "File to write (default: NAME.FORMAT); several tapes get the symbol in between",
      valueHint: "FILE",
    },
  },
  run: ({ args }) =>
    runCommand(args.json, async () => {
      const format = FILE_FORMATS.find((one) => one === args.format);
      if (format === undefined)
        throw usage("--format", `one of ${FILE_FORMATS.join(", ")}`, JSON.stringify(args.format));
      const opened = await openDataset(args.dataset, { hasher: nodeHasher(), store: storeRoot(args.store) });
      const base = args.out ?? `${opened.name.replace(/[^A-Za-z0-9._-]+/g, "-")}.${format}`;
      const files = opened.contents.flatMap((content) =>
        exportTape(content, format, opened.contents.length === 1 ? base : fileOfTape(base, content, format)),
      );
      printResult(args.json, { name: opened.name, fingerprint: opened.fingerprint, files }, () => files.join("\n"));
    }),
});

function factsOrDamage(store: Store, fingerprint: string): { rows: number | string; from: string; to: string } {
  try {
    const { rows, from, to } = datasetFacts(store.open(fingerprint).manifest);
    return { rows, from, to };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { rows: "damaged", from: "", to: "" };
  }
}

/** The command with its subcommands. */
export const datasetCommand = defineCommand({
  meta: { name: "dataset", description: "Datasets: import, list, show, verify, make and export" },
  subCommands: { add, list, show, verify, synth, join, export: exportTapes },
});
