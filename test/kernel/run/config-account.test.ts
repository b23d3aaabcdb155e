// Configuration of accounts and fees: canonical forms, and every way in which one can be wrong.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson, checkConfig } from "../../../kernel/index.js";
import type { RunConfig } from "../../../kernel/index.js";
import { issueLinesOf } from "../graph/issues-of.js";

const DOLLAR = { code: "USD", decimals: 2 };

function checked(parts: object): ReturnType<typeof checkConfig> {
  return checkConfig({ fees: { taker: 0 }, ...parts } as RunConfig, DOLLAR);
}

function linesOf(parts: object): readonly string[] {
  return issueLinesOf(() => checked(parts));
}

/** An account that says nothing about borrowing, as most do. */
const MARGIN = { kind: "margin", leverage: 2 };

describe("a margin account", () => {
  it("must keep half of what it must have at first, where its leverage is above 1", () => {
    const maintenance = (account: object): bigint => checked({ account }).account.terms.maintenanceE9;
    expect(maintenance({ kind: "margin", leverage: 4 })).toBe(125_000_000n);
    expect(maintenance({ kind: "margin" })).toBe(0n);
    expect(maintenance({ kind: "margin", leverage: 4, maintenance: "0.01" })).toBe(10_000_000n);
    expect(maintenance({ kind: "margin", leverage: 4, maintenance: null })).toBe(0n);
  });

  it("lends its terms to an instrument that says only some of its own", () => {
    const instruments = { A: { liquidationFee: "0.01" }, B: { leverage: 1 }, C: { borrow: "0.03" } };
    const { account } = checked({ account: { ...MARGIN, borrow: "0.02", instruments } });
    expect(account.instruments.get("A")).toMatchObject({ leverageE9: 2n * 10n ** 9n, liquidationFeeE9: 10n ** 7n });
    expect(account.instruments.get("B")).toMatchObject({ leverageE9: 10n ** 9n, maintenanceE9: 0n });
    expect(account.instruments.get("C")?.borrow).toEqual([{ from: 0n, rateE9: 30_000_000n }]);
    expect(account.instruments.get("A")?.borrow).toEqual([{ from: 0n, rateE9: 20_000_000n }]);
  });

  it("has one canonical form for each way of saying the same, and another for each difference", () => {
    const form = (account: object): string => canonicalJson(checked({ account }).canonical);
    expect(form({ ...MARGIN, borrow: "0.02" })).toBe(form({ ...MARGIN, borrow: [{ above: 0, rate: 0.02 }] }));
    expect(form({ kind: "margin", leverage: "2.0" })).toBe(form(MARGIN));
    const others = [
      {},
      MARGIN,
      { ...MARGIN, marginMode: "isolated" },
      { ...MARGIN, positions: "hedging" },
      { ...MARGIN, maintenance: "0.1" },
      { ...MARGIN, liquidationFee: "0.01" },
      { ...MARGIN, borrow: "0.01" },
      { ...MARGIN, tiers: [{ leverage: 2 }] },
      { ...MARGIN, interest: { credit: "0.01" } },
      { ...MARGIN, interest: { debit: "0.01" } },
      { ...MARGIN, instruments: { A: { shortable: 5 } } },
      { cost: "fifo" },
      { cost: "fifo", lotsMax: 5 },
      { settlement: { days: 2 } },
      { settlement: { days: 2, holidays: ["2024-12-25"] } },
      { conversionFee: "0.01" },
      { proceeds: "convert" },
    ];
    expect(new Set(others.map(form)).size).toBe(others.length);
  });
});

describe("an account", () => {
  it.each([
    ["that is a word", "margin", "config/type config.account"],
    ["of another kind", { kind: "credit" }, "config/field config.account.kind"],
    ["with a field of another name", { lever: 2 }, "config/unknown-field config.account.lever"],
    ["for cash with leverage", { leverage: 2 }, "config/field config.account.leverage"],
    ["for cash with isolated margins", { marginMode: "isolated" }, "config/field config.account.marginMode"],
    ["for cash with a cost of borrowing", { borrow: "0.1" }, "config/field config.account.borrow"],
    ["for cash that hedges", { positions: "hedging" }, "config/field config.account.positions"],
    ["for cash with terms by instrument", { instruments: {} }, "config/field config.account.instruments"],
    ["without leverage", { kind: "margin", leverage: 0 }, "config/range config.account.leverage"],
    ["with too much leverage", { kind: "margin", leverage: 1001 }, "config/range config.account.leverage"],
    ["with leverage in words", { kind: "margin", leverage: "two" }, "config/type config.account.leverage"],
    ["with leverage as an object", { kind: "margin", leverage: {} }, "config/type config.account.leverage"],
    ["with another margin mode", { ...MARGIN, marginMode: "both" }, "config/field config.account.marginMode"],
    ["with other positions", { ...MARGIN, positions: "gross" }, "config/field config.account.positions"],
    ["that must keep more than it needs", { ...MARGIN, maintenance: "0.6" }, "config/range config.account.maintenance"],
    ["that must keep less than nothing", { ...MARGIN, maintenance: -1 }, "config/range config.account.maintenance"],
    [
      "with a liquidation that costs all",
      { ...MARGIN, liquidationFee: 1 },
      "config/range config.account.liquidationFee",
    ],
    ["with tiers that are none", { ...MARGIN, tiers: 5 }, "config/type config.account.tiers"],
    ["with no tiers", { ...MARGIN, tiers: [] }, "config/range config.account.tiers"],
    [
      "with a first tier above 0",
      { ...MARGIN, tiers: [{ above: 1, leverage: 2 }] },
      "config/range config.account.tiers[0].above",
    ],
    [
      "with tiers that do not rise",
      { ...MARGIN, tiers: [{ leverage: 2 }, { above: 5, leverage: 1 }, { above: 5, leverage: 1 }] },
      "config/range config.account.tiers[2].above",
    ],
    [
      "with a tier above its leverage",
      { ...MARGIN, tiers: [{ leverage: 3 }] },
      "config/range config.account.tiers[0].leverage",
    ],
    ["with interest in words", { interest: "high" }, "config/type config.account.interest"],
    ["with a negative rate", { interest: { credit: -0.1 } }, "config/range config.account.interest.credit"],
    [
      "with a negative rate in a tier",
      { interest: { debit: [{ rate: -1 }] } },
      "config/range config.account.interest.debit[0].rate",
    ],
    ["with a negative cost of borrowing", { ...MARGIN, borrow: -0.1 }, "config/range config.account.borrow"],
    ["with a shortable quantity for all", { ...MARGIN, shortable: 5 }, "config/unknown-field config.account.shortable"],
    [
      "with a negative shortable quantity",
      { ...MARGIN, instruments: { A: { shortable: -1 } } },
      "config/range config.account.instruments.A.shortable",
    ],
    [
      "with an instrument above its leverage",
      { ...MARGIN, instruments: { A: { leverage: 3 } } },
      "config/range config.account.instruments.A.leverage",
    ],
    ["with instruments in a list", { ...MARGIN, instruments: [] }, "config/type config.account.instruments"],
    ["with costs of another kind", { cost: "lifo" }, "config/field config.account.cost"],
    ["without a lot", { cost: "fifo", lotsMax: 0 }, "config/range config.account.lotsMax"],
    ["with half a lot", { cost: "fifo", lotsMax: 1.5 }, "config/range config.account.lotsMax"],
    ["for margin that settles", { ...MARGIN, settlement: { days: 1 } }, "config/field config.account.settlement"],
    ["that settles never", { settlement: { days: 11 } }, "config/range config.account.settlement.days"],
    [
      "with holidays in words",
      { settlement: { days: 1, holidays: "all" } },
      "config/type config.account.settlement.holidays",
    ],
    [
      "with an hour as a holiday",
      { settlement: { days: 1, holidays: ["2024-12-25T10:00:00Z"] } },
      "config/type config.account.settlement.holidays[0]",
    ],
    ["in a currency without a name", { currency: "" }, "config/type config.account.currency"],
    ["with a conversion that costs all", { conversionFee: 1 }, "config/range config.account.conversionFee"],
    ["with other proceeds", { proceeds: "spend" }, "config/field config.account.proceeds"],
  ])("%s is refused", (_, account, line) => {
    expect(linesOf({ account })).toContain(line);
  });

  it("never brings anything but issues, whatever it is given", () => {
    const anything = fc.anything({ withBigInt: true, withNullPrototype: true, withDate: true, maxDepth: 3 });
    const fields = ["kind", "leverage", "tiers", "instruments", "interest", "settlement", "borrow", "currency"];
    const account = fc.oneof(anything, fc.dictionary(fc.constantFrom(...fields), anything));
    fc.assert(fc.property(account, (given) => Array.isArray(linesOf({ account: given }))));
    fc.assert(fc.property(anything, (fees) => Array.isArray(linesOf({ fees }))));
  });
});

describe("fees", () => {
  const levels = [{ above: 100, taker: 0 }];

  it("are one table, or several with the times from which they hold", () => {
    const fees = [{ taker: 0.1 }, { from: "2020-01-01", taker: 0.2 }];
    expect(checked({ fees }).fees.map((table) => table.fromNs)).toEqual([null, 1_577_836_800_000_000_000n]);
    const one = canonicalJson(checked({ fees: [{ taker: 0.1 }] }).canonical);
    expect(one).toBe(canonicalJson(checked({ fees: { taker: 0.1 } }).canonical));
  });

  it.each([
    ["that are none", [], "config/range config.fees"],
    ["whose first has a time", [{ taker: 0, from: "2020-01-01" }], "config/field config.fees[0].from"],
    ["whose second has none", [{ taker: 0 }, { taker: 0 }], "config/type config.fees[1].from"],
    [
      "whose times do not rise",
      [{ taker: 0 }, { from: "2020-01-01", taker: 0 }, { from: "2019-01-01", taker: 0 }],
      "config/range config.fees[2].from",
    ],
    ["whose second has no rate", [{ taker: 0 }, { from: "2020-01-01" }], "config/field config.fees[1]"],
    ["with a largest below the least", { taker: 0, minimum: 2, maximum: 1 }, "config/range config.fees.maximum"],
    ["with a negative largest", { taker: 0, maximum: -1 }, "config/range config.fees.maximum"],
    ["with no share at the most", { taker: 0, maximumShare: 0 }, "config/range config.fees.maximumShare"],
    ["with more that is no list", { taker: 0, also: {} }, "config/type config.fees.also"],
    [
      "with more that has a least fee",
      { taker: 0, also: [{ taker: 0, minimum: 1 }] },
      "config/unknown-field config.fees.also[0].minimum",
    ],
    ["with more without a rate", { taker: 0, also: [{}] }, "config/type config.fees.also[0].taker"],
    ["with tiers by nothing", { taker: 0, tiers: { levels } }, "config/field config.fees.tiers.by"],
    ["with tiers without levels", { taker: 0, tiers: { by: "volume" } }, "config/type config.fees.tiers.levels"],
    [
      "with a level above nothing",
      { taker: 0, tiers: { by: "volume", levels: [{ above: 0, taker: 0 }] } },
      "config/range config.fees.tiers.levels[0].above",
    ],
    [
      "with a level by unit of an order's value",
      { taker: 0, tiers: { by: "notional", levels: [{ above: 1, taker: 0, perUnit: 1 }] } },
      "config/field config.fees.tiers.levels[0].perUnit",
    ],
  ])("%s are refused", (_, fees, line) => {
    expect(linesOf({ fees })).toContain(line);
  });
});
