// Liquidation: the price at which a position must be closed, and the one at which its margin is used up, by hand and
// against a search over every price.

import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { ACCOUNT_LOCKED, HOLDING_MARGIN, POSITION_COST } from "../../assembly/abi-ledger.js";
import type { AccountTerms } from "../../kernel/index.js";
import { runsOf } from "../model/arbitrary-case.js";
import type { BooksTerms } from "./books.js";
import { Books, COMPILE_MS, compileBooks } from "./books.js";

let module: WebAssembly.Module;
beforeAll(async () => {
  module = await compileBooks();
}, COMPILE_MS);

const ONE = [{ symbol: "A" }];

function open(account: AccountTerms, parts: Partial<BooksTerms> = {}): Books {
  return new Books(module, { account: { kind: "margin", ...account }, instruments: ONE, ...parts });
}

describe("a liquidation price", () => {
  it("is where a long position's equity falls below its maintenance margin", () => {
    // 1,000.00 of cash and 50 at 100.00 with 5 %: 1000 + 50 (p - 100) < 2.5 p below 84.2105; at 80 nothing is left.
    const books = open({ leverage: 10 });
    books.fill(0, 10_000n, 50n);
    expect(books.exports.liquidationPrice(0)).toBe(8421n);
    expect(books.exports.bankruptcyPrice(0)).toBe(8000n);
  });

  it("is above the market for a short position", () => {
    // 1000 + 50 (100 - p) < 2.5 p above 114.2857; at 120 nothing is left.
    const books = open({ leverage: 10 });
    books.fill(0, 10_000n, -50n);
    expect(books.exports.liquidationPrice(0)).toBe(11_429n);
    expect(books.exports.bankruptcyPrice(0)).toBe(12_000n);
  });

  it("counts the position's own margin only, when margins are isolated", () => {
    // 50 at 100.00 with leverage 10 lock 500.00: 500 + 50 (p - 100) < 2.5 p below 94.7368; at 90 it is used up.
    const books = open({ leverage: 10, marginMode: "isolated" });
    books.fill(0, 10_000n, 50n);
    expect(books.holding(0, HOLDING_MARGIN)).toBe(50_000n);
    expect(books.exports.liquidationPrice(0)).toBe(9473n);
    expect(books.exports.bankruptcyPrice(0)).toBe(9000n);
    expect(books.exports.buyingPowerAtFill()).toBe(500_000n);
  });

  it("lets the margin of what is sold go, and no more", () => {
    const books = open({ leverage: 10, marginMode: "isolated" });
    books.fill(0, 10_000n, 50n);
    books.fill(0, 11_000n, -20n);
    expect(books.holding(0, HOLDING_MARGIN)).toBe(30_000n);
    books.fill(0, 11_000n, -30n);
    expect(books.holding(0, HOLDING_MARGIN)).toBe(0n);
    expect(books.account(ACCOUNT_LOCKED)).toBe(0n);
  });

  it("goes by tiers, each on the part of the value in it", () => {
    // Maintenance 2 % up to 2,000.00, 10 % above: 1000 + 50 (p - 100) < 40 + 0.1 (50 p - 2000) below 85.3333.
    const tiers = [
      { leverage: 10, maintenance: "0.02" },
      { above: 2000, leverage: 5, maintenance: "0.1" },
    ];
    const books = open({ leverage: 10, tiers });
    books.fill(0, 10_000n, 50n);
    expect(books.exports.liquidationPrice(0)).toBe(8533n);
  });

  it("goes by the tiers of its own instrument", () => {
    const first = [
      { leverage: 10, maintenance: "0.02" },
      { above: 2000, leverage: 5, maintenance: "0.1" },
    ];
    const second = [{ leverage: 2, maintenance: "0.5" }];
    const account = { leverage: 10, instruments: { A: { tiers: first }, B: { tiers: second } } };
    const books = open(account, { instruments: [{ symbol: "A" }, { symbol: "B" }] });
    books.fill(0, 10_000n, 50n);
    expect(books.exports.liquidationPrice(0)).toBe(8533n);
  });

  it("is none without leverage, without maintenance and without a position", () => {
    const flat = open({ leverage: 10 });
    expect(flat.exports.liquidationPrice(0)).toBe(0n);
    for (const terms of [{ leverage: 1 }, { leverage: 10, maintenance: null }]) {
      const books = open(terms);
      books.fill(0, 10_000n, 5n);
      expect(books.exports.liquidationPrice(0)).toBe(0n);
    }
  });

  it("leaves out what other positions earn and counts the margins that they need", () => {
    // The other position is worth 2,500.00, its margin 125.00 and its profit 500.00 count: 1500 + 50 (p - 100) <
    // 125 + 2.5 p below 76.3157.
    const books = open({ leverage: 10 }, { instruments: [{ symbol: "A" }, { symbol: "B" }] });
    books.fill(0, 10_000n, 50n);
    books.fill(1, 2000n, 100n);
    books.exports.mark(1, 2500n);
    expect(books.exports.liquidationPrice(0)).toBe(7631n);
  });

  it("moves both positions of an instrument together in a hedging account with crossed margins", () => {
    // 60 long and 10 short at 100.00: 1000 + 50 (p - 100) < 3 p + 0.5 p below 86.0215.
    const books = open({ leverage: 10, positions: "hedging" });
    books.fill(books.exports.positionFor(0, 60n, 0), 10_000n, 60n);
    books.fill(books.exports.positionFor(0, -10n, 0), 10_000n, -10n);
    expect(books.exports.held(0)).toBe(60n);
    expect(books.exports.held(1)).toBe(-10n);
    expect(books.exports.liquidationPrice(0)).toBe(8602n);
    expect(books.exports.liquidationPrice(1)).toBe(8602n);
  });
});

describe("a liquidation price, law", () => {
  const shape = fc.record({
    cash: fc.integer({ min: 1, max: 60 }),
    leverage: fc.constantFrom(2, 5, 20),
    isolated: fc.boolean(),
    price: fc.integer({ min: 1, max: 40 }),
    quantity: fc.integer({ min: -40, max: 40 }).filter((quantity) => quantity !== 0),
    mark: fc.integer({ min: 1, max: 60 }),
    multiplier: fc.constantFrom(1, 7),
    tick: fc.constantFrom(1, 3),
  });

  function opened({ cash, leverage, isolated, price, quantity, mark, multiplier, tick }: Shape): Books {
    const account: AccountTerms = { kind: "margin", leverage, marginMode: isolated ? "isolated" : "cross" };
    const facts = { symbol: "A", multiplier: BigInt(multiplier), tick: BigInt(tick) };
    const books = new Books(module, { cash: (cash / 100).toFixed(2), account, instruments: [facts] });
    books.fill(0, BigInt(price), BigInt(quantity));
    books.exports.mark(0, BigInt(mark));
    return books;
  }

  type Shape = typeof shape extends fc.Arbitrary<infer T> ? T : never;

  /** Whether the position must be closed at `price`, from the rule and the numbers of the case alone. */
  function mustClose({ cash, leverage, isolated, price, quantity, multiplier }: Shape, at: number): boolean {
    const factor = multiplier * quantity;
    const value = Math.abs(at * factor);
    const locked = Math.ceil(Math.abs(price * factor) / leverage);
    const behind = (isolated ? locked : cash) + factor * (at - price);
    const share = Math.floor(1e9 / (2 * leverage));
    return behind < Math.ceil((value * share) / 1e9);
  }

  it("is the first at which the rule holds, and the rule holds at all beyond it", () => {
    const law = (given: Shape): void => {
      const found = Number(opened(given).exports.liquidationPrice(0));
      const all = Array.from({ length: 200 }, (_, i) => i + 1);
      const held = all.filter((at) => mustClose(given, at));
      const expected = given.quantity > 0 ? held.at(-1) : held[0];
      if (expected === undefined) expect(found === 0 || found > 200).toBe(true);
      else if (expected === 200) expect(found).toBeGreaterThanOrEqual(200);
      else expect(found).toBe(expected);
    };
    fc.assert(fc.property(shape, law), { numRuns: runsOf(50) });
  });

  it("has the bankruptcy price not nearer to the market, by at most a tick past what is left", () => {
    const law = (given: Shape): void => {
      const books = opened(given);
      const price = books.exports.bankruptcyPrice(0);
      if (price === 0n) return;
      const left = (at: bigint): bigint => {
        const factor = BigInt(given.multiplier * given.quantity);
        const behind = given.isolated
          ? books.holding(0, HOLDING_MARGIN) - books.position(0, POSITION_COST)
          : books.cash;
        return behind + factor * at;
      };
      const towards = given.quantity > 0 ? BigInt(given.tick) : -BigInt(given.tick);
      expect(price % BigInt(given.tick)).toBe(0n);
      if (price > BigInt(given.tick)) expect(left(price) <= 0n).toBe(true);
      if (left(price) <= 0n) expect(left(price + towards) > 0n).toBe(true);
    };
    fc.assert(fc.property(shape, law), { numRuns: runsOf(50) });
  });
});
