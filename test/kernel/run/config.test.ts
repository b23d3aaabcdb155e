// The configuration of a run: every field checked, all issues at once, one canonical form.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson, checkConfig, mantissaText } from "../../../kernel/index.js";
import type { RunConfig } from "../../../kernel/index.js";
import * as abi from "../../../assembly/abi-execution.js";
import { issueLinesOf, issuesOf } from "../graph/issues-of.js";
import { reached } from "../../rule-coverage.js";

const DOLLAR = { code: "USD", decimals: 2 };
const FREE = { fees: { taker: 0 } };

function checked(config: object) {
  return checkConfig(config as RunConfig, DOLLAR);
}

function linesOf(config: unknown): readonly string[] {
  return issueLinesOf(() => checkConfig(config as RunConfig, DOLLAR));
}

describe("checkConfig", () => {
  it("fills in every default", () => {
    expect(checked({ fees: { taker: 0.001 } }).canonical).toEqual({
      cash: "100000",
      currency: "USD",
      account: {
        kind: "cash",
        marginMode: "cross",
        positions: "netting",
        interest: { credit: [], debit: [] },
        cost: "average",
        lotsMax: null,
        settlement: null,
        conversionFee: "0",
        proceeds: "keep",
        leverage: null,
        maintenance: null,
        tiers: [],
        liquidationFee: "0",
        shortable: null,
        borrow: [],
        instruments: {},
      },
      fees: {
        taker: "0.001",
        maker: "0.001",
        perUnit: "0",
        tiers: null,
        minimum: "0",
        maximum: null,
        maximumShare: null,
        also: [],
      },
      path: "worst",
      limitFill: { kind: "penetrate", ticks: 1 },
      fill: "nextOpen",
      auctionOpen: false,
      limitPriceAlways: false,
      capToBar: false,
      strictClose: false,
      testThenRatchet: false,
      slippage: { kind: "ticks", ticks: 1 },
      participation: "0.1",
      remainder: "carry",
      latencyNs: "0",
      closeAtEnd: false,
      lots: "whole",
      maxOpenOrders: 4096,
      funding: "required",
      limits: { maxPosition: null, maxOrder: null },
    });
  });

  it("turns decimals into the integers that the data plane reads", () => {
    const { settings, account, fees } = checked({
      fees: { taker: "0.0005", maker: -0.0001, perUnit: "0.0035", minimum: 1 },
      cash: "2500.50",
      account: { kind: "margin", leverage: 2 },
      slippage: { kind: "bps", bps: 1.5 },
      participation: 0.025,
    });
    expect(settings).toMatchObject({
      execution: { slippage: 150_000n, participationE9: 25_000_000n },
    });
    expect(fees[0]?.components).toMatchObject([
      { takerE9: 500_000n, makerE9: -100_000n, unitE9: 350_000_000n, minimum: 100n },
    ]);
    expect(account.settings).toMatchObject({ cashMinor: 250_050n, leverageE9: 2_000_000_000n });
  });

  it("takes a share of a spread as the basis points that it is, rounded against the account", () => {
    const of = (spreadBps: number, share: number): bigint =>
      checked({ ...FREE, slippage: { kind: "spreadShare", spreadBps, share } }).settings.execution.slippage;
    const bps = (amount: number): bigint =>
      checked({ ...FREE, slippage: { kind: "bps", bps: amount } }).settings.execution.slippage;
    expect(of(5, 0.5)).toBe(bps(2.5));
    expect(of(10_000, 1)).toBe(bps(10_000));
    expect(of(0.00001, 0.1)).toBe(bps(0.00001));
    expect(of(5, 0)).toBe(0n);
    const refused = (slippage: object): readonly string[] => linesOf({ ...FREE, slippage });
    expect(refused({ kind: "spreadShare", spreadBps: 5, share: 1.1 })).toEqual(["config/range config.slippage.share"]);
    expect(refused({ kind: "spreadShare", spreadBps: -5, share: 1 })).toEqual([
      "config/range config.slippage.spreadBps",
    ]);
    expect(refused({ kind: "spreadShare", spread: 5, share: 1, spreadBps: 1 })).toEqual([
      "config/unknown-field config.slippage.spread",
    ]);
  });

  it("turns words and switches into what the data plane reads", () => {
    const { settings } = checked({
      ...FREE,
      path: "nearest",
      limitFill: { kind: "touchProbability", p: "0.25" },
      fill: "sameClose",
      auctionOpen: true,
      testThenRatchet: true,
      remainder: "cancel",
      slippage: { kind: "none" },
      participation: null,
    });
    expect(settings.execution).toEqual({
      path: abi.PATH_NEAREST,
      flags:
        abi.EXECUTION_FLAG_SAME_CLOSE |
        abi.EXECUTION_FLAG_CANCEL_REMAINDER |
        abi.EXECUTION_FLAG_AUCTION_OPEN |
        abi.EXECUTION_FLAG_TEST_THEN_RATCHET,
      limitFill: abi.LIMIT_FILL_TOUCH_PROBABILITY,
      limitTicks: 0n,
      touchProbabilityE9: 250_000_000n,
      slippageKind: abi.SLIPPAGE_NONE,
      slippage: 0n,
      participationE9: 0n,
      latencyNs: 0n,
    });
    expect(checked({ ...FREE, limitFill: { kind: "penetrate", ticks: 3 } }).settings.execution).toMatchObject({
      limitFill: abi.LIMIT_FILL_PENETRATE,
      limitTicks: 3n,
    });
    expect(checked({ ...FREE, path: "detail", maxOpenOrders: 7, lots: "fractional" }).execution).toMatchObject({
      isDetail: true,
      isFractional: true,
      orderCapacity: 7,
    });
  });

  it("has one canonical form for a number, its texts and the default that it equals", () => {
    const form = (config: object): string => canonicalJson(checked(config).canonical);
    expect(form({ fees: { taker: 1e-3 } })).toBe(form({ fees: { taker: "0.0010", maker: "1e-3", perUnit: 0 } }));
    expect(form({ ...FREE, cash: 1 })).toBe(form({ ...FREE, cash: "1.0" }));
    expect(form({ ...FREE, cash: 100_000, account: {}, participation: "0.10" })).toBe(form(FREE));
    expect(form({ ...FREE, slippage: { kind: "ticks", ticks: 1 }, closeAtEnd: false })).toBe(form(FREE));
    expect(form({ ...FREE, account: undefined, slippage: undefined })).toBe(form(FREE));
  });

  it("gives every other value another canonical form", () => {
    const others: readonly object[] = [
      FREE,
      { fees: { taker: "0.000000001" } },
      { fees: { taker: 0, maker: 0.1 } },
      { fees: { taker: 0, perUnit: "0.00000000001" } },
      { fees: { taker: 0, minimum: 0.01 } },
      { ...FREE, cash: 99_999.99 },
      { ...FREE, account: { kind: "margin", leverage: 1 } },
      { ...FREE, slippage: { kind: "none" } },
      { ...FREE, slippage: { kind: "ticks", ticks: 0 } },
      { ...FREE, slippage: { kind: "bps", bps: 0 } },
      { ...FREE, slippage: { kind: "spreadShare", spreadBps: 0, share: 0 } },
      { ...FREE, slippage: { kind: "spreadShare", spreadBps: 10, share: 0.5 } },
      { ...FREE, slippage: { kind: "volumeShare", factor: 0 } },
      { ...FREE, slippage: { kind: "volumeShare", factor: 0.1 } },
      { ...FREE, fill: "sameClose" },
      { ...FREE, fill: "nextClose" },
      { ...FREE, participation: null },
      { ...FREE, participation: 1 },
      { ...FREE, remainder: "cancel" },
      { ...FREE, latencyNs: 1 },
      { ...FREE, closeAtEnd: true },
      { ...FREE, path: "best" },
      { ...FREE, path: "ohlc" },
      { ...FREE, path: "olhc" },
      { ...FREE, path: "nearest" },
      { ...FREE, path: "colour" },
      { ...FREE, path: "detail" },
      { ...FREE, limitFill: { kind: "penetrate", ticks: 2 } },
      { ...FREE, limitFill: { kind: "touch" } },
      { ...FREE, limitFill: { kind: "touchProbability", p: 1 } },
      { ...FREE, limitFill: { kind: "touchProbability", p: 0.5 } },
      { ...FREE, auctionOpen: true },
      { ...FREE, limitPriceAlways: true },
      { ...FREE, capToBar: true },
      { ...FREE, strictClose: true },
      { ...FREE, testThenRatchet: true },
      { ...FREE, lots: "fractional" },
      { ...FREE, maxOpenOrders: 1 },
      { ...FREE, funding: "off" },
    ];
    const forms = others.map((config) => canonicalJson(checked(config).canonical));
    expect(new Set(forms).size).toBe(others.length);
  });

  it("keeps every decimal that it takes", () => {
    fc.assert(
      fc.property(fc.bigInt(1n, 10n ** 12n), fc.integer({ min: 0, max: 2 }), (mantissa, decimals) => {
        const text = mantissaText(mantissa, decimals);
        expect(checked({ ...FREE, cash: text }).canonical["cash"]).toBe(text);
      }),
    );
  });

  it("asks for the fees: they have no default", () => {
    for (const config of [{}, { fees: {} }, { fees: null }, { fees: 0.001 }, { fees: { maker: 0 } }])
      expect(linesOf(config)).toEqual(["config/field config.fees"]);
    expect(issuesOf(() => checked({}))[0]?.advice).toContain("taker");
    reached("G12");
  });

  it("refuses what is no configuration at all", () => {
    for (const config of [null, undefined, 7, "cash", [], Number.NaN])
      expect(linesOf(config)).toEqual(["config/type config", "config/field config.fees"]);
  });

  it.each<[string, object, string]>([
    ["cash of nothing", { cash: 0 }, "config/range config.cash"],
    ["negative cash", { cash: -1 }, "config/range config.cash"],
    ["cash with more decimals than money has", { cash: 0.001 }, "config/type config.cash"],
    ["cash that does not fit", { cash: "1e30" }, "config/type config.cash"],
    ["cash that is no number", { cash: Number.NaN }, "config/type config.cash"],
    ["infinite cash", { cash: Number.POSITIVE_INFINITY }, "config/type config.cash"],
    ["a text that is no number", { cash: "much" }, "config/type config.cash"],
    ["null for cash", { cash: null }, "config/type config.cash"],
    ["a bigint for cash", { cash: 5n }, "config/type config.cash"],
    ["a symbol for cash", { cash: Symbol("x") }, "config/type config.cash"],
    ["a taker's rate of 100 %", { fees: { taker: 1 } }, "config/range config.fees.taker"],
    ["a rebate of 100 %", { fees: { taker: 0, maker: -1 } }, "config/range config.fees.maker"],
    ["a rate with ten decimals", { fees: { taker: "0.0000000001" } }, "config/type config.fees.taker"],
    ["null for a rate", { fees: { taker: null } }, "config/type config.fees.taker"],
    ["null for the maker's rate", { fees: { taker: 0, maker: null } }, "config/type config.fees.maker"],
    ["a negative fee by unit", { fees: { taker: 0, perUnit: -0.01 } }, "config/range config.fees.perUnit"],
    ["a fee by unit with twelve decimals", { fees: { taker: 0, perUnit: "1e-12" } }, "config/type config.fees.perUnit"],
    ["a negative least fee", { fees: { taker: 0, minimum: -1 } }, "config/range config.fees.minimum"],
    ["a fee of another name", { fees: { taker: 0, tax: 1 } }, "config/unknown-field config.fees.tax"],
    ["no participation", { participation: 0 }, "config/range config.participation"],
    ["participation above 1", { participation: 1.1 }, "config/range config.participation"],
    ["participation that is no number", { participation: [] }, "config/type config.participation"],
    ["another fill", { fill: "thisOpen" }, "config/field config.fill"],
    ["null for the fill", { fill: null }, "config/field config.fill"],
    ["a bigint for the fill", { fill: 1n }, "config/field config.fill"],
    ["another remainder", { remainder: "drop" }, "config/field config.remainder"],
    ["negative latency", { latencyNs: -1 }, "config/range config.latencyNs"],
    ["latency of half a nanosecond", { latencyNs: 0.5 }, "config/range config.latencyNs"],
    ["latency that is no number", { latencyNs: Number.NaN }, "config/range config.latencyNs"],
    ["latency in words", { latencyNs: "1ms" }, "config/type config.latencyNs"],
    ["latency of two days", { latencyNs: 172_800_000_000_000 }, "config/range config.latencyNs"],
    ["latency with sameClose", { fill: "sameClose", latencyNs: 1 }, "config/range config.latencyNs"],
    ["yes for closeAtEnd", { closeAtEnd: "yes" }, "config/type config.closeAtEnd"],
    ["null for closeAtEnd", { closeAtEnd: null }, "config/type config.closeAtEnd"],
    ["null for slippage", { slippage: null }, "config/field config.slippage.kind"],
    ["slippage in one word", { slippage: "none" }, "config/field config.slippage.kind"],
    ["slippage of another kind", { slippage: { kind: "spread" } }, "config/field config.slippage.kind"],
    ["half a tick", { slippage: { kind: "ticks", ticks: 0.5 } }, "config/range config.slippage.ticks"],
    ["ticks that are missing", { slippage: { kind: "ticks" } }, "config/type config.slippage.ticks"],
    ["ticks beside none", { slippage: { kind: "none", ticks: 1 } }, "config/unknown-field config.slippage.ticks"],
    ["negative basis points", { slippage: { kind: "bps", bps: -1 } }, "config/range config.slippage.bps"],
    ["more than all of the price", { slippage: { kind: "bps", bps: 10_001 } }, "config/range config.slippage.bps"],
    ["basis points of nothing", { slippage: { kind: "bps" } }, "config/type config.slippage.bps"],
    ["a factor of nothing", { slippage: { kind: "volumeShare" } }, "config/type config.slippage.factor"],
    ["a negative factor", { slippage: { kind: "volumeShare", factor: -1 } }, "config/range config.slippage.factor"],
    ["a path of another name", { path: "middle" }, "config/field config.path"],
    ["a path that every object has", { path: "toString" }, "config/field config.path"],
    ["null for the path", { path: null }, "config/field config.path"],
    ["a limit fill in one word", { limitFill: "touch" }, "config/field config.limitFill.kind"],
    ["a limit fill of another kind", { limitFill: { kind: "beyond" } }, "config/field config.limitFill.kind"],
    ["no tick beyond", { limitFill: { kind: "penetrate", ticks: 0 } }, "config/range config.limitFill.ticks"],
    ["half a tick beyond", { limitFill: { kind: "penetrate", ticks: 1.5 } }, "config/range config.limitFill.ticks"],
    ["ticks beyond that are missing", { limitFill: { kind: "penetrate" } }, "config/type config.limitFill.ticks"],
    ["ticks beside touch", { limitFill: { kind: "touch", ticks: 1 } }, "config/unknown-field config.limitFill.ticks"],
    ["a chance of nothing", { limitFill: { kind: "touchProbability", p: 0 } }, "config/range config.limitFill.p"],
    ["a chance above 1", { limitFill: { kind: "touchProbability", p: "1.01" } }, "config/range config.limitFill.p"],
    ["a negative chance", { limitFill: { kind: "touchProbability", p: -0.5 } }, "config/range config.limitFill.p"],
    ["a chance that is missing", { limitFill: { kind: "touchProbability" } }, "config/type config.limitFill.p"],
    ["yes for auctionOpen", { auctionOpen: "yes" }, "config/type config.auctionOpen"],
    ["1 for limitPriceAlways", { limitPriceAlways: 1 }, "config/type config.limitPriceAlways"],
    ["null for capToBar", { capToBar: null }, "config/type config.capToBar"],
    ["a list for strictClose", { strictClose: [] }, "config/type config.strictClose"],
    ["a text for testThenRatchet", { testThenRatchet: "true" }, "config/type config.testThenRatchet"],
    ["other lots", { lots: "tiny" }, "config/field config.lots"],
    ["no open orders", { maxOpenOrders: 0 }, "config/range config.maxOpenOrders"],
    ["open orders without end", { maxOpenOrders: 100_001 }, "config/range config.maxOpenOrders"],
    ["open orders in words", { maxOpenOrders: "many" }, "config/type config.maxOpenOrders"],
    ["other funding", { funding: "paid" }, "config/field config.funding"],
    ["limits that are none", { limits: { maxOrder: {} } }, "config/field config.limits.maxOrder"],
    ["a limit of zero", { limits: { maxOrder: { share: 0 } } }, "config/range config.limits.maxOrder.share"],
    ["another limit", { limits: { maxLoss: { share: 1 } } }, "config/unknown-field config.limits.maxLoss"],
    ["a limit in words", { limits: { maxPosition: "all" } }, "config/type config.limits.maxPosition"],
    ["a list of calendars", { calendars: [] }, "config/type config.calendars"],
    ["a calendar in one word", { calendars: { A: "always" } }, "config/calendar config.calendars.A.kind"],
    ["a field of another name", { commission: 1 }, "config/unknown-field config.commission"],
  ])("refuses %s", (_, part, line) => {
    expect(linesOf({ ...FREE, ...part })).toEqual([line]);
  });

  it("reports every fault at once", () => {
    const faults = { fees: { taker: "x", tax: 0 }, cash: {}, fill: 0, slippage: { kind: "bps", bps: "y" }, typo: 1 };
    expect([...linesOf(faults)].sort()).toEqual([
      "config/field config.fill",
      "config/type config.cash",
      "config/type config.fees.taker",
      "config/type config.slippage.bps",
      "config/unknown-field config.fees.tax",
      "config/unknown-field config.typo",
    ]);
  });

  it("never throws anything but issues, whatever it is given", () => {
    const fields = [
      "fees",
      "cash",
      "account",
      "slippage",
      "fill",
      "participation",
      "remainder",
      "latencyNs",
      "closeAtEnd",
      "path",
      "limitFill",
      "auctionOpen",
      "strictClose",
      "lots",
      "maxOpenOrders",
      "calendars",
      "funding",
      "limits",
    ];
    const anything = fc.anything({ withBigInt: true, withNullPrototype: true, withDate: true, maxDepth: 2 });
    const config = fc.dictionary(fc.constantFrom(...fields), anything);
    fc.assert(fc.property(config, (given) => Array.isArray(linesOf(given))));
    const circle: Record<string, unknown> = {};
    circle["self"] = circle;
    expect(linesOf({ ...FREE, cash: circle })).toEqual(["config/type config.cash"]);
  });
});
