// Presets of other engines: the options that they stand for.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { canonicalJson, checkConfig, PRESET_NAMES, PRESETS } from "../../../kernel/index.js";
import type { RunConfig } from "../../../kernel/index.js";
import { issueLinesOf, issuesOf } from "../graph/issues-of.js";

const DOLLAR = { code: "USD", decimals: 2 };
const FREE = { fees: { taker: 0 } };

const formOf = (config: object): string => canonicalJson(checkConfig(config as RunConfig, DOLLAR).canonical);

describe("a preset", () => {
  it.each(PRESET_NAMES)("%s has the canonical form of its options spelt out", (preset) => {
    expect(formOf({ ...FREE, preset })).toBe(formOf({ ...FREE, ...PRESETS[preset] }));
    expect(checkConfig({ ...FREE, preset }, DOLLAR).canonical).not.toHaveProperty("preset");
  });

  it("is unlike every other and the default", () => {
    const forms = PRESET_NAMES.map((preset) => formOf({ ...FREE, preset }));
    expect(new Set([...forms, formOf(FREE)]).size).toBe(PRESET_NAMES.length + 1);
  });

  it("gives way to what is stated, and to nothing that is not", () => {
    const stated = { ...FREE, path: "best", participation: 0.2, slippage: { kind: "ticks", ticks: 2 } };
    expect(formOf({ ...stated, preset: "tradingview" })).toBe(
      formOf({ ...stated, limitFill: { kind: "touch" }, auctionOpen: true }),
    );
    expect(formOf({ ...FREE, preset: "zipline", participation: null })).not.toBe(
      formOf({ ...FREE, preset: "zipline" }),
    );
    expect(formOf({ ...FREE, preset: "zipline", participation: undefined })).toBe(
      formOf({ ...FREE, preset: "zipline" }),
    );
    expect(formOf({ ...FREE, preset: undefined })).toBe(formOf(FREE));
  });

  it("does not stand for fees, nor for another engine", () => {
    expect(issueLinesOf(() => checkConfig({ preset: "lean" } as never, DOLLAR))).toEqual(["config/field config.fees"]);
    for (const preset of ["metatrader", "toString", "__proto__", null, 7, {}])
      expect(issueLinesOf(() => checkConfig({ ...FREE, preset } as never, DOLLAR))).toEqual([
        "config/field config.preset",
      ]);
    expect(issuesOf(() => checkConfig({ ...FREE, preset: "mt" } as never, DOLLAR))[0]?.expected).toContain("nautilus");
  });

  it("stands in the table of the README with every other", () => {
    const readme = readFileSync(new URL("../../../README.md", import.meta.url), "utf8");
    for (const preset of PRESET_NAMES) expect(readme).toContain(`| \`${preset}\` |`);
  });
});
