// Balances: lots, splits, settlement, shortable quantities, inverse contracts and several currencies, by hand.

import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import {
  ACCOUNT_CASH,
  ACCOUNT_CONVERSION,
  ACCOUNT_CONVERTED,
  ACCOUNT_REALISED,
  ACCOUNT_UNSETTLED,
  POSITION_COST,
  POSITION_QUANTITY,
  POSITION_VALUE,
} from "../../assembly/abi-ledger.js";
import { SIDE_RATE, SIDE_SPLIT } from "../../assembly/abi-side.js";
import { memoryConversions } from "../../kernel/index.js";
import type { AccountTerms, Dataset, Instrument } from "../../kernel/index.js";
import type { SideEvent } from "../../kernel/plan/side-events.js";
import { share } from "../kernel/run/small-tapes.js";
import { issueLinesOf } from "../kernel/graph/issues-of.js";
import { runsOf } from "../model/arbitrary-case.js";
import type { BooksTerms } from "./books.js";
import { Books, COMPILE_MS, compileBooks } from "./books.js";

let module: WebAssembly.Module;
beforeAll(async () => {
  module = await compileBooks();
}, COMPILE_MS);

const DAY = 86_400_000_000_000n;
const MARGIN: AccountTerms = { kind: "margin", leverage: 10, maintenance: null };

function open(parts: Partial<BooksTerms>): Books {
  return new Books(module, { cash: "100000", instruments: [{ symbol: "A" }], ...parts });
}

describe("costs first in, first out", () => {
  const terms = { account: { ...MARGIN, cost: "fifo" } } as const;

  it("leave with the oldest lots, in parts rounded up", () => {
    const books = open(terms);
    books.fill(0, 1000n, 3n);
    books.fill(0, 1300n, 2n);
    books.fill(0, 1500n, -2n);
    expect(books.exports.postedRealised.value).toBe(1000n);
    books.fill(0, 1500n, -2n);
    // One of the first lot at 10.00 and one of the second at 13.00.
    expect(books.exports.postedRealised.value).toBe(700n);
    expect(books.position(0, POSITION_COST)).toBe(1300n);
    books.fill(0, 1500n, -1n);
    expect(books.account(ACCOUNT_REALISED)).toBe(1900n);
  });

  it("come back when the books alone are put back, as a trial does", () => {
    const books = open(terms);
    for (const price of [1000n, 1100n, 1200n]) books.fill(0, price, 2n);
    const kept = books.booksBytes.slice();
    books.fill(0, 1500n, -5n);
    books.fill(0, 9000n, 4n);
    books.booksBytes.set(kept);
    books.fill(0, 2000n, -3n);
    expect(books.exports.postedRealised.value).toBe(6000n - 3100n);
    books.fill(0, 2000n, -3n);
    expect(books.exports.postedRealised.value).toBe(6000n - 3500n);
  });

  it("stop the run when a position would hold more lots than were asked for", () => {
    const books = open({ account: { ...MARGIN, cost: "fifo", lotsMax: 2 } });
    books.fill(0, 1000n, 1n);
    books.fill(0, 1000n, 1n);
    expect(issueLinesOf(() => books.fill(0, 1000n, 1n))).toEqual(["run/resources dataset.position 0"]);
  });
});

describe("a split", () => {
  const split = (after: bigint, before: bigint): readonly SideEvent[] => [
    { kind: SIDE_SPLIT, timeNs: 8n, instrument: 0, a: after, b: before },
  ];

  it("changes quantity and mark, and pays a fraction in cash at the mark", () => {
    // 7 at 100.00 become 10.5: 10 at 66.66, and half of 66.666 in cash.
    const books = open({ sideEvents: split(3n, 2n) });
    books.fill(0, 10_000n, 7n);
    const before = books.cash;
    books.passTo(8n);
    expect(books.position(0, POSITION_QUANTITY)).toBe(10n);
    expect(books.cash - before).toBe(3333n);
    expect(books.position(0, POSITION_VALUE)).toBe(66_660n);
    expect(books.ledgerRows()).toMatchObject([{ kind: "split", amount: 3333n }]);
    // A twenty-first of the cost leaves with the fraction, rounded up.
    expect(books.position(0, POSITION_COST)).toBe(70_000n - 3334n);
  });

  it("takes a fraction of a short position at the mark rounded up", () => {
    const books = open({ account: MARGIN, sideEvents: split(3n, 2n) });
    books.fill(0, 10_000n, -7n);
    const before = books.cash;
    books.passTo(8n);
    expect(books.position(0, POSITION_QUANTITY)).toBe(-10n);
    expect(books.cash - before).toBe(-3334n);
    expect(books.position(0, POSITION_VALUE)).toBe(-66_670n);
  });

  it("never raises equity and lowers it by roundings only, in either way of counting costs", () => {
    const law = (lots: readonly bigint[], isLong: boolean, ratio: readonly [bigint, bigint], isFifo: boolean): void => {
      const account: AccountTerms = { ...MARGIN, cost: isFifo ? "fifo" : "average" };
      const books = open({ account, sideEvents: split(...ratio) });
      for (const [i, size] of lots.entries()) books.fill(0, 1000n + BigInt(i), isLong ? size : -size);
      books.exports.mark(0, 1234n);
      const worth = books.exports.equity();
      books.passTo(8n);
      const quantity = books.position(0, POSITION_QUANTITY);
      const kept = quantity < 0n ? -quantity : quantity;
      const lost = worth - books.exports.equity();
      expect(lost >= 0n && lost <= kept + 2n).toBe(true);
      // What is left can be sold lot by lot, and nothing of the cost stays.
      if (quantity !== 0n) books.fill(0, 1000n, -quantity);
      expect(books.position(0, POSITION_COST)).toBe(0n);
    };
    const size = fc.bigInt({ min: 1n, max: 9n });
    const ratio = fc.tuple(fc.bigInt({ min: 1n, max: 7n }), fc.bigInt({ min: 1n, max: 7n }));
    const lots = fc.array(size, { minLength: 1, maxLength: 4 });
    fc.assert(fc.property(lots, fc.boolean(), ratio, fc.boolean(), law), { numRuns: runsOf(50) });
  });
});

describe("settlement", () => {
  it("lets what a sale brought be spent after its business days, weekends and holidays passed over", () => {
    // 1970-01-01 was a Thursday: sold on it, with Friday a holiday, T+2 is Tuesday, the 6th.
    const books = open({ account: { settlement: { days: 2, holidays: ["1970-01-02"] } }, cash: "100" });
    books.passTo(1n);
    books.fill(0, 1000n, 10n);
    books.fill(0, 1100n, -10n, 5n);
    expect(books.account(ACCOUNT_UNSETTLED)).toBe(10_995n);
    expect(books.exports.buyingPowerAtFill()).toBe(0n);
    books.passTo(5n * DAY - 1n);
    expect(books.exports.buyingPowerAtFill()).toBe(0n);
    books.passTo(5n * DAY);
    expect(books.exports.buyingPowerAtFill()).toBe(10_995n);
    expect(books.ledgerRows()).toMatchObject([{ kind: "settlement", amount: 10_995n, balance: 10_995n }]);
  });

  it("keeps the sales of two days apart while both are on their way", () => {
    // Sold on Thursday and on Friday: settled on Monday, the 5th, and on Tuesday, the 6th.
    const books = open({ account: { settlement: { days: 2 } }, cash: "100" });
    books.passTo(1n);
    books.fill(0, 1000n, 10n);
    books.fill(0, 1100n, -4n);
    books.passTo(DAY);
    books.fill(0, 1100n, -6n);
    expect(books.account(ACCOUNT_UNSETTLED)).toBe(11_000n);
    books.passTo(4n * DAY);
    expect(books.exports.buyingPowerAtFill()).toBe(4_400n);
    books.passTo(5n * DAY);
    expect(books.exports.buyingPowerAtFill()).toBe(11_000n);
    expect(books.ledgerRows()).toMatchObject([{ amount: 4_400n }, { amount: 6_600n }]);
  });
});

describe("a short sale", () => {
  it("goes no further than what can be borrowed", () => {
    const account: AccountTerms = { ...MARGIN, instruments: { A: { shortable: 7 } } };
    const books = open({ account });
    const afford = (): bigint => books.exports.affordable(books.facts(0), 0, 1000n, 10n, 10n ** 9n, 0);
    expect(afford()).toBe(7n);
    const NOT_SHORTABLE = 7;
    expect(books.exports.refusalOfOpening(0)).toBe(NOT_SHORTABLE);
    books.fill(0, 1000n, -5n);
    expect(afford()).toBe(2n);
  });
});

describe("leverage of an instrument", () => {
  it("lets it count for more than its value where it is below that of the account", () => {
    const account: AccountTerms = { ...MARGIN, instruments: { A: { leverage: 5 } } };
    const books = open({ account, cash: "100", instruments: [{ symbol: "A" }, { symbol: "B" }] });
    const power = books.exports.buyingPowerAtFill();
    expect(power).toBe(100_000n);
    expect(books.exports.affordable(books.facts(0), 1, 1000n, 999n, power, 0)).toBe(50n);
    expect(books.exports.affordable(books.facts(1), 1, 1000n, 999n, power, 0)).toBe(100n);
    books.fill(0, 1000n, 20n);
    expect(books.exports.buyingPowerAtFill()).toBe(60_000n);
  });
});

describe("an inverse contract", () => {
  // 100 dollars each, settled in BTC with eight decimals, prices in dollars with two.
  const facts: Partial<Instrument> = {
    symbol: "A",
    inverse: true,
    multiplier: 100n,
    currency: { code: "BTC", decimals: 8 },
    assetClass: "crypto-perpetual",
  };

  it("earns in the coin what its price gains, and is worth less of it while it rises", () => {
    const books = open({ account: MARGIN, cash: "1", instruments: [facts] });
    books.fill(0, 5_000_000n, 30n);
    // 3,000 dollars at 50,000 are 0.06 BTC; at 60,000 they are 0.05.
    books.exports.mark(0, 6_000_000n);
    expect(books.position(0, POSITION_VALUE)).toBe(-5_000_000n);
    expect(books.exports.equity()).toBe(101_000_000n);
    books.fill(0, 6_000_000n, -30n);
    expect(books.exports.postedRealised.value).toBe(1_000_000n);
    expect(books.cash).toBe(101_000_000n);
  });

  it("rounds against the account", () => {
    const books = open({ account: MARGIN, cash: "1", instruments: [facts] });
    books.fill(0, 7_000_000n, 1n);
    // 100 / 70,000 is 0.00142857 and a bit: a long one gets less of it, and owes more.
    expect(books.exports.postedCash.value).toBe(142_857n);
    expect(books.position(0, POSITION_VALUE)).toBe(-142_858n);
    expect(books.exports.equity()).toBe(99_999_999n);
  });

  it("is liquidated by the coin that stands behind it", () => {
    // 0.1 BTC behind 0.5 BTC of value: 0.1 + 0.5 - v < 0.05 v above v = 0.571428, below 43,750; at it, by roundings.
    const books = open({ account: { kind: "margin", leverage: 10 }, cash: "0.1", instruments: [facts] });
    books.fill(0, 5_000_000n, 250n);
    expect(books.exports.liquidationPrice(0)).toBe(4_375_000n);
    expect(books.exports.bankruptcyPrice(0)).toBe(4_166_666n);
  });

  it("is nothing for a cash account", () => {
    expect(issueLinesOf(() => open({ instruments: [facts] }))).toEqual(["config/field config.account.kind"]);
  });
});

describe("several currencies", () => {
  const EUR = { code: "EUR", decimals: 2 };
  const instruments = [{ symbol: "A" }, { symbol: "B", currency: EUR }];
  const rate = (timeNs: bigint, a: bigint): SideEvent => ({ kind: SIDE_RATE, timeNs, instrument: 1, a, b: 0n });
  const dataset: Partial<Dataset> = {
    conversions: [
      memoryConversions(share("EUR/USD"), "EUR", "USD", {
        time: BigInt64Array.from([5n]),
        rate: BigInt64Array.from([1_200_000_000_000n]),
      }),
    ],
  };
  const base = { instruments, dataset, cash: "1000" };

  it("take what a purchase lacks from the base, with the fee of the conversion, and keep what a sale brings", () => {
    const books = open({ ...base, account: { currency: "USD", conversionFee: "0.001" } });
    books.passTo(6n);
    books.fill(1, 1000n, 10n, 7n);
    // 100.07 euros at 1.20 are 120.084 dollars, and a thousandth of 120.09 more.
    expect(books.cash).toBe(100_000n - 12_009n - 13n);
    expect(books.balance(1, ACCOUNT_CASH)).toBe(0n);
    expect(books.account(ACCOUNT_CONVERSION)).toBe(-13n);
    books.fill(1, 1100n, -10n, 7n);
    expect(books.balance(1, ACCOUNT_CASH)).toBe(10_993n);
    expect(books.exports.equity()).toBe(87_978n + 13_191n);
    // The next purchase spends the euros first.
    books.fill(1, 1000n, 10n);
    expect(books.balance(1, ACCOUNT_CASH)).toBe(993n);
    expect(books.cash).toBe(87_978n);
    expect(books.ledgerRows().map(({ kind, currency, amount }) => [kind, currency, amount])).toEqual([
      ["conversion", 1, 10_007n],
      ["conversion", 0, -12_009n],
      ["conversion-fee", 0, -13n],
    ]);
  });

  it("convert what a sale brings at once when asked to", () => {
    const books = open({ ...base, account: { currency: "USD", proceeds: "convert" } });
    books.passTo(6n);
    books.fill(1, 1000n, 10n);
    books.fill(1, 1000n, -10n);
    expect(books.balance(1, ACCOUNT_CASH)).toBe(0n);
    expect(books.cash).toBe(100_000n);
    expect(books.account(ACCOUNT_CONVERTED)).toBe(0n);
  });

  it("are worth their rate, and lend nothing without one", () => {
    const books = open({ ...base, account: { currency: "USD" }, sideEvents: [rate(9n, 1_300_000_000_000n)] });
    const afford = (): bigint =>
      books.exports.affordable(books.facts(1), 1, 1000n, 999n, books.exports.buyingPowerAtFill(), 0);
    expect(afford()).toBe(0n);
    books.passTo(6n);
    expect(afford()).toBe(83n);
    books.fill(1, 1000n, 10n);
    books.passTo(9n);
    expect(books.exports.equity()).toBe(100_000n - 12_000n + 13_000n);
  });

  it("are refused without a rate, a base or a cash account", () => {
    const lines = (parts: Partial<BooksTerms>): readonly string[] => issueLinesOf(() => open({ ...base, ...parts }));
    expect(lines({ account: {} })).toEqual(["instrument/fact dataset"]);
    expect(lines({ account: { currency: "CHF" } })).toEqual(["instrument/fact config.account.currency"]);
    expect(lines({ account: { currency: "USD" }, dataset: {} })).toEqual(["config/field config.account.currency"]);
    expect(lines({ account: { ...MARGIN, currency: "USD" } })).toEqual(["config/field config.account.kind"]);
    expect(lines({ account: { currency: "USD" }, fees: { taker: 0, minimum: 1 } })).toEqual([
      "config/field config.fees",
    ]);
    const settled: AccountTerms = { currency: "USD", settlement: { days: 1 } };
    expect(lines({ account: settled })).toEqual(["config/field config.account.settlement"]);
  });
});
