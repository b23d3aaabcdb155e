// Side events: funding, dividends, borrowing and interest, to the unit, with the ledger record of each.

import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { SIDE_DIVIDEND, SIDE_FUNDING } from "../../assembly/abi-side.js";
import { ACCOUNT_EARNED, ACCOUNT_FUNDING, ACCOUNT_LOCKED, HOLDING_MARGIN } from "../../assembly/abi-ledger.js";
import type { AccountTerms } from "../../kernel/index.js";
import type { SideEvent } from "../../kernel/plan/side-events.js";
import { runsOf } from "../model/arbitrary-case.js";
import type { BooksTerms } from "./books.js";
import { Books, COMPILE_MS, compileBooks } from "./books.js";

let module: WebAssembly.Module;
beforeAll(async () => {
  module = await compileBooks();
}, COMPILE_MS);

const DAY = 86_400_000_000_000n;
const MARGIN: AccountTerms = { kind: "margin", leverage: 10, maintenance: null };

function event(kind: number, timeNs: bigint, a: bigint, b = 0n): SideEvent {
  return { kind, timeNs, instrument: 0, a, b };
}

function open(parts: Partial<BooksTerms>): Books {
  return new Books(module, { account: MARGIN, instruments: [{ symbol: "A" }], ...parts });
}

describe("funding", () => {
  it("is paid by the long and received by the short at a positive rate, rounded against both", () => {
    // 0.01 % of 3 at 100.01: 3.0003 cents.
    const sideEvents = [event(SIDE_FUNDING, 8n, 100_000_000n)];
    for (const [quantity, amount] of [
      [3n, -4n],
      [-3n, 3n],
    ] as const) {
      const books = open({ sideEvents });
      books.fill(0, 10_001n, quantity);
      const before = books.cash;
      books.passTo(8n);
      expect(books.cash - before).toBe(amount);
      expect(books.account(ACCOUNT_FUNDING)).toBe(amount);
      expect(books.ledgerRows()).toEqual([
        { kind: "funding", currency: 0, instrument: 0, timeNs: 8n, amount, balance: before + amount },
      ]);
    }
  });

  it("goes the other way at a negative rate, and by the mark of its row", () => {
    const books = open({ sideEvents: [event(SIDE_FUNDING, 8n, -10_000_000_000n, 20_000n)] });
    books.fill(0, 10_000n, 5n);
    books.passTo(8n);
    expect(books.account(ACCOUNT_FUNDING)).toBe(1000n);
  });

  it("meets what data of its time opened, and not what is opened after it (case 17)", () => {
    const books = open({ sideEvents: [event(SIDE_FUNDING, 8n, 10_000_000_000n)] });
    books.passTo(8n, () => books.fill(0, 10_000n, 5n));
    books.fill(0, 10_000n, 5n);
    books.passTo(9n);
    expect(books.account(ACCOUNT_FUNDING)).toBe(-500n);
  });

  it("takes from the margin of an isolated position what the rest of the account cannot pay", () => {
    const account: AccountTerms = { ...MARGIN, marginMode: "isolated" };
    const books = open({ account, cash: "51", sideEvents: [event(SIDE_FUNDING, 8n, 10_000_000_000n)] });
    // 5 at 100.00 lock 50.00 and leave 1.00; 1 % of 500.00 is 5.00.
    books.fill(0, 10_000n, 5n);
    books.passTo(8n);
    expect(books.holding(0, HOLDING_MARGIN)).toBe(4600n);
    expect(books.account(ACCOUNT_LOCKED)).toBe(4600n);
    expect(books.ledgerRows().map(({ kind, amount }) => [kind, amount])).toEqual([
      ["funding", -500n],
      ["margin", -400n],
    ]);
  });

  it("is zero between mirrored accounts, up to a unit", () => {
    const law = (quantity: bigint, price: bigint, rate: bigint): void => {
      const amounts = [quantity, -quantity].map((signed) => {
        const books = open({ cash: "1000000", sideEvents: [event(SIDE_FUNDING, 8n, rate)] });
        books.fill(0, price, signed);
        books.passTo(8n);
        return books.account(ACCOUNT_FUNDING);
      });
      const sum = (amounts[0] as bigint) + (amounts[1] as bigint);
      expect(sum === 0n || sum === -1n).toBe(true);
    };
    const rate = fc.bigInt({ min: -(10n ** 11n), max: 10n ** 11n });
    const property = fc.property(fc.bigInt({ min: 1n, max: 50n }), fc.bigInt({ min: 1n, max: 9n }), rate, law);
    fc.assert(property, { numRuns: runsOf(40) });
  });
});

describe("a dividend", () => {
  it("is received by the long, rounded down, and paid by the short, rounded up", () => {
    // 0.205 a share.
    for (const [quantity, amount] of [
      [3n, 61n],
      [-3n, -62n],
    ] as const) {
      const books = open({ sideEvents: [event(SIDE_DIVIDEND, 8n, 20_500_000_000n)] });
      books.fill(0, 10_000n, quantity);
      books.passTo(8n);
      expect(books.account(ACCOUNT_EARNED)).toBe(amount);
      expect(books.ledgerRows()).toMatchObject([{ kind: "dividend", amount }]);
    }
  });

  it("goes to what was held before the market of its time", () => {
    const books = open({ sideEvents: [event(SIDE_DIVIDEND, 8n, 10n ** 11n)] });
    books.passTo(8n, () => books.fill(0, 10_000n, 3n));
    expect(books.ledgerRows()).toEqual([]);
  });
});

describe("interest and borrowing", () => {
  it("are paid at each midnight for the day before it", () => {
    // 36.5 % a year on the 5,000.00 owed: 5.00 a day.
    const account: AccountTerms = { ...MARGIN, interest: { debit: "0.365", credit: "0.365" } };
    const books = open({ account });
    books.passTo(DAY + 1n);
    books.fill(0, 10_000n, 60n);
    books.passTo(2n * DAY - 1n);
    expect(books.ledgerRows()).toEqual([]);
    books.passTo(3n * DAY + 1n);
    const rows = books.ledgerRows().map(({ kind, timeNs, amount }) => [kind, timeNs, amount]);
    expect(rows).toEqual([
      ["interest", 2n * DAY, -500n],
      ["interest", 3n * DAY, -501n],
    ]);
  });

  it("go by tiers, and pay nothing on what a short sale brought", () => {
    const credit = [{ rate: 0 }, { above: 500, rate: "0.0365" }];
    const books = open({ account: { ...MARGIN, interest: { credit } }, cash: "2500" });
    books.passTo(DAY + 1n);
    books.fill(0, 10_000n, -7n);
    books.passTo(2n * DAY);
    // 2,500.00 of its own, of which 2,000.00 earn 0.20.
    expect(books.account(ACCOUNT_EARNED)).toBe(20n);
  });

  it("charge the borrowing of what is held short on its value, rounded up", () => {
    const books = open({ account: { ...MARGIN, borrow: "0.1" } });
    books.passTo(DAY + 1n);
    books.fill(0, 10_000n, -10n);
    books.exports.mark(0, 10_010n);
    books.passTo(2n * DAY);
    // 10 % of 1,001.00 over 365 is 27.42 cents.
    expect(books.ledgerRows()).toMatchObject([{ kind: "borrow", amount: -28n, instrument: 0 }]);
  });

  it("owe nothing for what a derivative is worth", () => {
    const account: AccountTerms = { ...MARGIN, interest: { debit: "0.365", credit: "0.365" } };
    const books = open({ account, instruments: [{ symbol: "A", assetClass: "future" }] });
    books.passTo(DAY + 1n);
    books.fill(0, 10_000n, 60n);
    books.passTo(2n * DAY);
    expect(books.account(ACCOUNT_EARNED)).toBe(100n);
  });
});
