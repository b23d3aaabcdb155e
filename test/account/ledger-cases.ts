// The ledger of the data plane against a plain one in BigInt: whatever is bought, sold and marked, in small numbers
// that meet each other, and in numbers at the ends of 64 bits, which must stop the run with the operands.

import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import {
  ACCOUNT_FEES,
  ACCOUNT_LOCKED,
  ACCOUNT_REALISED,
  POSITION_COST,
  POSITION_QUANTITY,
  POSITION_VALUE,
} from "../../assembly/abi-ledger.js";
import type { AccountTerms } from "../../kernel/index.js";
import { InputError } from "../../kernel/index.js";
import { valueScale } from "../../kernel/plan/write-instruments.js";
import { share } from "../kernel/run/small-tapes.js";
import { runsOf } from "../model/arbitrary-case.js";
import { Books, COMPILE_MS, compileBooks } from "./books.js";
import type { LedgerNumbers } from "./ledger-model.js";
import { LedgerModel } from "./ledger-model.js";
import { reached } from "../rule-coverage.js";

let module: WebAssembly.Module;
beforeAll(async () => {
  module = await compileBooks();
}, COMPILE_MS);

const INSTRUMENTS = 2;

interface Kind {
  readonly isHedging: boolean;
  readonly isFifo: boolean;
  readonly isIsolated: boolean;
  readonly isInverse: boolean;
  readonly multiplier: bigint;
}

/** A model and the books that must agree with it. */
function opened(kind: Kind): { readonly model: LedgerModel; readonly books: Books } {
  const { isHedging, isFifo, isIsolated, isInverse, multiplier } = kind;
  // Prices without decimals, so that an inverse value of small numbers has some.
  const facts = { multiplier, priceDecimals: 0, ...(isInverse ? { inverse: true } : {}) };
  const account: AccountTerms = {
    kind: "margin",
    leverage: 4,
    maintenance: null,
    marginMode: isIsolated ? "isolated" : "cross",
    positions: isHedging ? "hedging" : "netting",
    cost: isFifo ? "fifo" : "average",
  };
  const instruments = Array.from({ length: INSTRUMENTS }, (_, i) => ({ symbol: `I${i}`, ...facts }));
  const books = new Books(module, { cash: "100", account, instruments });
  const terms = {
    cash: 10_000n,
    isHedging,
    isFifo,
    isInverse,
    isolatedLeverage: isIsolated ? 4n : 0n,
    ...valueScale(share("I", facts)),
  };
  return { model: new LedgerModel(terms, INSTRUMENTS), books };
}

function numbersOf(books: Books, positions: number): LedgerNumbers {
  return {
    cash: books.cash,
    realised: books.account(ACCOUNT_REALISED),
    fees: books.account(ACCOUNT_FEES),
    equity: books.exports.equity(),
    locked: books.account(ACCOUNT_LOCKED),
    positions: Array.from({ length: positions }, (_, i) => ({
      quantity: books.position(i, POSITION_QUANTITY),
      cost: books.position(i, POSITION_COST),
      value: books.position(i, POSITION_VALUE),
    })),
  };
}

type Command = fc.Command<LedgerModel, Books>;

/** A fill, cut so that it does not cross zero, as whoever makes the fills cuts it (C9). */
function fillOf(instrument: number, price: bigint, wanted: bigint, reduceOnly: boolean, fee: bigint): Command {
  return {
    check: () => true,
    run: (model, books) => {
      const position = books.exports.positionFor(instrument, wanted, reduceOnly ? 1 : 0);
      const held = model.quantity(position);
      const isReducing = held !== 0n && held > 0n !== wanted > 0n;
      const quantity = isReducing && abs(wanted) > abs(held) ? -held : wanted;
      if (model.positions.length > INSTRUMENTS && reduceOnly && !isReducing) return;
      model.fill(position, price, quantity, fee);
      books.fill(position, price, quantity, fee);
      expect(numbersOf(books, model.positions.length)).toEqual(model.numbers());
    },
    toString: () => `fill(${instrument}, ${price}, ${wanted}, ${reduceOnly}, ${fee})`,
  };
}

function markOf(instrument: number, price: bigint): Command {
  return {
    check: () => true,
    run: (model, books) => {
      model.mark(instrument, price);
      books.exports.mark(instrument, price);
      books.exports.assureSums();
      expect(numbersOf(books, model.positions.length)).toEqual(model.numbers());
    },
    toString: () => `mark(${instrument}, ${price})`,
  };
}

const abs = (value: bigint): bigint => (value < 0n ? -value : value);

describe("the ledger", () => {
  it("agrees with a plain one after every fill and every mark", () => {
    const kind = fc.record({
      isHedging: fc.boolean(),
      isFifo: fc.boolean(),
      isIsolated: fc.boolean(),
      isInverse: fc.boolean(),
      multiplier: fc.constantFrom(1n, 3n),
    });
    const instrument = fc.integer({ min: 0, max: INSTRUMENTS - 1 });
    const price = fc.bigInt({ min: 1n, max: 9n });
    const quantity = fc.bigInt({ min: -6n, max: 6n }).filter((each) => each !== 0n);
    const fee = fc.bigInt({ min: -1n, max: 2n });
    const fill = fc.tuple(instrument, price, quantity, fc.boolean(), fee).map((each) => fillOf(...each));
    const mark = fc.tuple(instrument, price).map((each) => markOf(...each));
    const law = (given: Kind, commands: Iterable<Command>): void => {
      fc.modelRun(() => {
        const { model, books } = opened(given);
        return { model, real: books };
      }, commands);
    };
    const commands = fc.commands<LedgerModel, Books>([fill, fill, mark], { maxCommands: 30 });
    fc.assert(fc.property(kind, commands, law), { numRuns: runsOf(50) });
    reached("G10");
  });

  it("stops with the operands where a number leaves 64 bits, and nowhere else", () => {
    const MAX = 2n ** 63n - 1n;
    const near = (most: bigint): fc.Arbitrary<bigint> =>
      fc.oneof(
        fc.bigInt({ min: 1n, max: 5n }),
        fc.bigInt({ min: most - 5n, max: most }),
        fc.bigInt({ min: 1n, max: most }),
      );
    const price = near(2n ** 40n);
    const quantity = fc.tuple(near(2n ** 31n), fc.boolean()).map(([size, buys]) => (buys ? size : -size));
    const law = (fills: readonly (readonly [bigint, bigint, bigint])[]): void => {
      const plain = { isHedging: false, isFifo: false, isIsolated: false, isInverse: false, multiplier: 1n };
      const { model, books } = opened(plain);
      for (const [wantedPrice, wanted, fee] of fills) {
        const held = model.quantity(0);
        const crosses = held !== 0n && held > 0n !== wanted > 0n && abs(wanted) > abs(held);
        const size = crosses ? -held : wanted;
        model.fill(0, wantedPrice, size, fee);
        const numbers = model.numbers();
        const all = [...Object.values(numbers), ...numbers.positions.flatMap((each) => Object.values(each))];
        const fits = all.every((each) => typeof each !== "bigint" || abs(each as bigint) <= MAX);
        const act = (): void => books.fill(0, wantedPrice, size, fee);
        if (fits) {
          act();
          expect(numbersOf(books, INSTRUMENTS)).toEqual(numbers);
          continue;
        }
        expect(act).toThrow(InputError);
        expect(act).toThrow(/[0-9]{10,}/);
        return;
      }
    };
    const fills = fc.array(fc.tuple(price, quantity, fc.bigInt({ min: -5n, max: 5n })), { minLength: 1, maxLength: 8 });
    fc.assert(fc.property(fills, law), { numRuns: runsOf(50) });
  });
});
