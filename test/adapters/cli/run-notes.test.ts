// The notes under the table of a run: what a reader should know of its assumptions.

import { describe, expect, it } from "vitest";
import { notesOf } from "../../../adapters/cli/run-notes.js";
import { checkConfig, PATH_MODES } from "../../../kernel/index.js";
import type { RunConfig } from "../../../kernel/index.js";

const notes = (config: object): readonly string[] =>
  notesOf(checkConfig({ fees: { taker: 0.001 }, ...config } as RunConfig, { code: "USD", decimals: 2 }).canonical);

describe("the notes of a run", () => {
  it("are silent about the defaults, and about what is harder than they are", () => {
    expect(notes({})).toEqual([]);
    expect(notes({ strictClose: true, limitFill: { kind: "penetrate", ticks: 3 }, limitPriceAlways: true })).toEqual(
      [],
    );
    expect(notes({ fees: { taker: 0, minimum: 1 } })).toEqual([]);
  });

  it.each<[string, object, RegExp]>([
    ["fills at the close of the decision", { fill: "sameClose" }, /no account can do/],
    ["limits that are touched", { limitFill: { kind: "touch" } }, /as soon as they are touched/],
    ["limits by chance", { limitFill: { kind: "touchProbability", p: 0.5 } }, /by chance/],
    ["opens as auctions", { auctionOpen: true }, /an open jumps/],
    ["slippage inside the bar", { capToBar: true }, /range of the bar/],
    ["no fees", { fees: { taker: 0 } }, /no fees/],
    ["no slippage", { slippage: { kind: "none" } }, /no slippage/],
    ["no cap on volume", { participation: null }, /volume/],
    ["fractions", { lots: "fractional" }, /fractions of a lot/],
    ["no funding", { funding: "off" }, /no funding/],
  ])("name %s", (_, config, note) => {
    expect(notes(config)).toEqual([expect.stringMatching(note)]);
  });

  it("name every path but the default and finer bars", () => {
    const named = PATH_MODES.filter((path) => notes({ path }).length === 1);
    expect(named).toEqual(PATH_MODES.filter((path) => path !== "worst" && path !== "detail"));
  });
});
