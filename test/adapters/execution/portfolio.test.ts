// The portfolio of the execution layer: a fold of fills and movements, from any order with any repetition.

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Costing, PortfolioEvent, PortfolioOptions, Posting } from "../../../adapters/execution/index.js";
import { checkEvent, compacted, Portfolio, portfolioOf } from "../../../adapters/execution/index.js";
import { plainInstrument } from "../../../adapters/testing/arbitrary-bars.js";
import { InputError } from "../../../kernel/index.js";
import { arbitraryPostings, madeUpFill, madeUpMovement, repeatedInAnyOrder, runs, WORLD } from "./made-up-events.js";

const instruments = [plainInstrument("ABC"), plainInstrument("XYZ")];
const options = (changes: Partial<PortfolioOptions> = {}): PortfolioOptions => ({
  world: WORLD,
  domain: "live",
  scope: "world",
  costing: "average",
  instruments,
  ...changes,
});
const folded = (postings: readonly Posting[], changes: Partial<PortfolioOptions> = {}): Portfolio =>
  portfolioOf(options(changes), postings);
const stateOf = (portfolio: Portfolio): readonly PortfolioEvent[] => portfolio.snapshot("9", "9");
const positionIn = (portfolio: Portfolio, symbol = "ABC") =>
  stateOf(portfolio).find((event) => event.symbol === symbol)?.positions[0];
const accountIn = (portfolio: Portfolio) => stateOf(portfolio).find((event) => event.account !== null)?.account;

const anyScope = fc.constantFrom("world" as const, "strategy" as const);
const anyCosting = fc.constantFrom<Costing>("average", "fifo");

describe("a portfolio", () => {
  it("averages cost, realises against it, and keeps fees apart", () => {
    const portfolio = folded([
      madeUpMovement(1, "deposit", "1000"),
      madeUpFill(2, 2, 10, { fee: "1" }),
      madeUpFill(3, 2, 20, { fee: "1" }),
      madeUpFill(4, -1, 30, { fee: "-1" }),
    ]);
    expect(positionIn(portfolio)).toEqual({
      leg: "net",
      quantity: "3",
      cost: "45",
      averagePrice: "15",
      mark: "30",
      value: "90",
      realised: "15",
      unrealised: "45",
      fees: "1",
      funding: "0",
      lots: [],
    });
    expect(accountIn(portfolio)).toMatchObject({ start: "1000", cash: "969", equity: "1059", exposureGross: "90" });
  });

  it("takes the oldest cost first where asked to", () => {
    const portfolio = folded([madeUpFill(1, 2, 10), madeUpFill(2, 2, 20), madeUpFill(3, -3, 30)], { costing: "fifo" });
    expect(positionIn(portfolio)).toMatchObject({ cost: "20", realised: "50", lots: [{ quantity: "1", cost: "20" }] });
  });

  it.each(["average", "fifo"] as const)(
    "flips: the closed part is realised, the rest opens at the price (%s)",
    (costing) => {
      const portfolio = folded([madeUpFill(1, 2, 10), madeUpFill(2, -5, 12)], { costing });
      expect(positionIn(portfolio)).toMatchObject({ quantity: "-3", cost: "-36", averagePrice: "12", realised: "4" });
      portfolio.post(madeUpFill(3, 3, 11));
      expect(positionIn(portfolio)).toMatchObject({
        quantity: "0",
        cost: "0",
        averagePrice: null,
        value: "0",
        unrealised: "0",
        realised: "7",
        lots: [],
      });
    },
  );

  it("rounds a cost that leaves up and a value down, against the account", () => {
    const cents = plainInstrument("ABC", { priceDecimals: 1, sizeDecimals: 1 });
    const fill = (number: number, side: "buy" | "sell", quantity: string, price: string, cash: string) =>
      madeUpFill(number, 1, 1, { side, quantity, price, cash });
    const portfolio = folded([fill(1, "buy", "1.5", "2.5", "-4"), fill(2, "sell", "0.5", "2.5", "1")], {
      instruments: [cents],
    });
    expect(positionIn(portfolio)).toMatchObject({
      quantity: "1",
      cost: "2",
      realised: "-1",
      value: "2",
      averagePrice: "2",
    });
  });

  it("values an inverse contract in the coin that it settles in", () => {
    const inverse = plainInstrument("ABC", { inverse: true, multiplier: 100n, currency: { code: "BTC", decimals: 8 } });
    const fill = madeUpFill(1, 1, 40_000, { currency: "BTC", cash: "0.0025" });
    const portfolio = folded([fill], { instruments: [inverse] });
    portfolio.mark("ABC", 50_000n);
    expect(positionIn(portfolio)).toMatchObject({
      cost: "-0.0025",
      value: "-0.002",
      unrealised: "0.0005",
      averagePrice: "40000",
    });
  });

  it("keeps the long and the short position of a hedging account apart", () => {
    const fills = [madeUpFill(1, 2, 10, { leg: "long" }), madeUpFill(2, -1, 12, { leg: "short" })];
    const [account, positions] = stateOf(folded(fills));
    expect(positions?.positions.map(({ leg, quantity, cost }) => [leg, quantity, cost])).toEqual([
      ["long", "2", "20"],
      ["short", "-1", "-12"],
    ]);
    expect(account?.account).toMatchObject({ value: "12", exposureGross: "36", unrealised: "4" });
  });

  it("splits a position, its lots and its mark, and realises the fraction", () => {
    const split = { after: "1", before: "2", leg: "net" as const, held: "5", kept: "2", realised: "5" };
    const postings = [
      madeUpFill(1, 1, 10),
      madeUpFill(2, 4, 10),
      madeUpMovement(3, "split", "10", { symbol: "ABC", split }),
    ];
    const average = folded(postings);
    expect(positionIn(average)).toMatchObject({ quantity: "2", cost: "45", mark: "20", value: "40", realised: "5" });
    expect(accountIn(average)).toMatchObject({ cash: "-40", realised: "5", equity: "0" });
    expect(positionIn(folded(postings, { costing: "fifo" }))?.lots).toEqual([{ quantity: "2", cost: "45" }]);
  });

  it("counts movements where they belong, and those that move no cash nowhere", () => {
    const types = ["deposit", "funding", "interest", "borrow", "dividend", "conversion", "conversion-fee"] as const;
    const moved = [...types, "settlement" as const, "margin" as const];
    const portfolio = folded(moved.map((type, index) => madeUpMovement(index + 1, type, String(2 ** index))));
    expect(accountIn(portfolio)).toMatchObject({ start: "1", funding: "2", interest: "12", other: "112", cash: "127" });
    expect(portfolio.through).toBe(9);
  });

  it("has books for each strategy, or one for the world with one cash", () => {
    const fills = [madeUpFill(1, 2, 10), madeUpFill(2, -2, 11, { strategy: "value" })];
    const world = folded(fills);
    expect(positionIn(world)).toMatchObject({ quantity: "0", realised: "2" });
    const each = stateOf(folded(fills, { scope: "strategy" })).filter((event) => event.symbol === "ABC");
    expect(each.map((event) => [event.strategy, event.positions[0]?.quantity])).toEqual([
      ["trend", "2"],
      ["value", "-2"],
    ]);
  });

  it("leaves money of the whole world out of the books of strategies, and goes on behind it", () => {
    const portfolio = folded([madeUpMovement(1, "deposit", "5", { strategy: null })], { scope: "strategy" });
    expect([portfolio.through, stateOf(portfolio)]).toEqual([1, []]);
  });
});

describe("postings in any order, any of them repeated", () => {
  it("give the same portfolio, in both scopes and with both costs", () => {
    const cases = arbitraryPostings.chain((postings) => fc.tuple(fc.constant(postings), repeatedInAnyOrder(postings)));
    fc.assert(
      fc.property(cases, anyScope, anyCosting, ([postings, shuffled], scope, costing) => {
        const expected = stateOf(folded(postings, { scope, costing }));
        expect(stateOf(folded(shuffled, { scope, costing }))).toEqual(expected);
        for (const event of expected) checkEvent("portfolio", event, "snapshot");
      }),
      runs(60),
    );
  });

  it("say what became of each", () => {
    const portfolio = new Portfolio(options({ heldMax: 2 }));
    const outcomes = [3, 4, 5, 3, 1, 1, 2, 4, 5].map((number) => portfolio.post(madeUpFill(number, 1, 1)));
    expect(outcomes).toEqual("held held refused duplicate posted duplicate posted duplicate posted".split(" "));
    expect([portfolio.through, portfolio.heldCount]).toEqual([5, 0]);
  });

  it("are rebuilt from compacted snapshots and any suffix", () => {
    const cases = arbitraryPostings.chain((postings) =>
      fc.integer({ min: 0, max: postings.length }).chain((cut) =>
        fc.record({
          postings: fc.constant(postings),
          cut: fc.constant(cut),
          suffix: fc
            .integer({ min: 0, max: cut })
            .chain((from) => repeatedInAnyOrder(postings.slice(from)) as fc.Arbitrary<Posting[]>),
        }),
      ),
    );
    fc.assert(
      fc.property(
        cases,
        anyScope,
        anyCosting,
        fc.infiniteStream(fc.nat()),
        ({ postings, cut, suffix }, scope, costing, draws) => {
          const settings = options({ scope, costing });
          const whole = new Portfolio(settings);
          const stream: PortfolioEvent[] = [];
          for (const posting of postings.slice(0, cut)) {
            whole.post(posting);
            stream.push(...whole.snapshot(String(posting.number), String(posting.number)));
          }
          const mixed = stream.map((event) => ({ event, at: draws.next().value })).sort((a, b) => a.at - b.at);
          const rebuilt = Portfolio.restored(
            settings,
            [...mixed, ...mixed.slice(0, 3)].map(({ event }) => event),
          );
          expect(stateOf(rebuilt)).toEqual(stateOf(whole));
          for (const posting of suffix) rebuilt.post(posting);
          for (const posting of postings) whole.post(posting);
          expect(stateOf(rebuilt)).toEqual(stateOf(whole));
        },
      ),
      runs(40),
    );
  });
});

describe("first in, first out", () => {
  it("is what a list of single units gives", () => {
    const trades = fc.array(
      fc.record({
        quantity: fc.integer({ min: -3, max: 3 }).filter((each) => each !== 0),
        price: fc.integer({ min: 1, max: 9 }),
      }),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(trades, (rows) => {
        const units: { sign: number; price: number }[] = [];
        let realised = 0;
        for (const { quantity, price } of rows) {
          for (let unit = 0; unit < Math.abs(quantity); unit++) {
            const oldest = units[0];
            if (oldest === undefined || oldest.sign === Math.sign(quantity))
              units.push({ sign: Math.sign(quantity), price });
            else realised += oldest.sign * (price - (units.shift() ?? oldest).price);
          }
        }
        const fills = rows.map(({ quantity, price }, index) => madeUpFill(index + 1, quantity, price));
        const state = positionIn(folded(fills, { costing: "fifo" }));
        const held = units.reduce((sum, unit) => sum + unit.sign, 0);
        const cost = units.reduce((sum, unit) => sum + unit.sign * unit.price, 0);
        expect([state?.quantity ?? "0", state?.realised ?? "0", state?.cost ?? "0"]).toEqual(
          [held, realised, cost].map(String),
        );
      }),
    );
  });
});

describe("what a portfolio refuses", () => {
  const refusalOf = (work: () => unknown): readonly string[] => {
    try {
      work();
    } catch (error) {
      if (error instanceof InputError) return error.issues.map(({ code, path }) => `${code} ${path}`);
      throw error;
    }
    return [];
  };

  it.each([
    ["another world", { world: "other" }, "event/identity fill"],
    ["another domain", { domain: "shadow" as const }, "event/identity fill"],
    ["a symbol without facts", { symbol: "QQQ" }, "event/facts fill 1.symbol"],
    ["more decimals than there are", { price: "1.5" }, "event/facts fill 1.price"],
    ["cash that does not follow", { cash: "-2" }, "event/facts fill 1.cash"],
    ["another currency", { currency: "EUR" }, "event/facts fill 1.currency"],
  ])("is %s, and it stays as it was", (_, changes, refusal) => {
    const portfolio = new Portfolio(options());
    expect(refusalOf(() => portfolio.post(madeUpFill(1, 1, 1, changes)))).toEqual([refusal]);
    expect([portfolio.through, stateOf(portfolio)]).toEqual([0, []]);
    expect(portfolio.post(madeUpFill(1, 1, 1))).toBe("posted");
  });

  it("is options that there are not", () => {
    for (const [field, value] of [
      ["costing", "lifo"],
      ["scope", "wrld"],
      ["domain", "prod"],
      ["world", "a.b"],
      ["heldMax", -1],
    ] as const) {
      const given = { ...options(), [field]: value } as PortfolioOptions;
      expect(refusalOf(() => new Portfolio(given))).toEqual([`execution/option portfolio.${field}`]);
    }
    const lifo = { ...options(), costing: "lifo" } as unknown as PortfolioOptions;
    expect(refusalOf(() => portfolioOf(lifo, []))).toEqual(["execution/option portfolio.costing"]);
    expect(refusalOf(() => portfolioOf({ ...options(), costng: "fifo" } as PortfolioOptions, []))).toEqual([
      "execution/option portfolio",
    ]);
    expect(refusalOf(() => new Portfolio(null as never))).toEqual(["execution/option portfolio"]);
  });

  it("is a sum beyond 64 bits, one unit below which it takes", () => {
    const most = 2n ** 63n - 1n;
    const deposit = (number: number, amount: bigint) => madeUpMovement(number, "deposit", String(amount));
    const portfolio = new Portfolio(options());
    portfolio.post(deposit(1, most - 1n));
    expect(refusalOf(() => portfolio.post(deposit(2, 2n)))).toEqual(["run/overflow account.cash"]);
    expect(portfolio.post(deposit(2, 1n))).toBe("posted");
    expect(accountIn(portfolio)?.cash).toBe(String(most));
  });

  it("is a fill at whose price another leg is worth more than 64 bits: neither changes", () => {
    const portfolio = new Portfolio(options());
    portfolio.post(madeUpFill(1, 1_000_000_000, 1, { leg: "long" }));
    portfolio.post(madeUpFill(2, -1, 1, { leg: "short" }));
    const before = stateOf(portfolio);
    const price = "9300000000";
    const dear = madeUpFill(3, -1, 1, { leg: "short", price, cash: price });
    expect(refusalOf(() => portfolio.post(dear))).toEqual(["run/overflow position.value"]);
    expect(stateOf(portfolio)).toEqual(before);
  });

  it("is a stream of snapshots that was not read to its end, or was changed by hand", () => {
    const portfolio = new Portfolio(options());
    portfolio.post(madeUpFill(1, 1, 10));
    const first = portfolio.snapshot("1", "1");
    portfolio.post(madeUpFill(2, 1, 10));
    const [account, position] = portfolio.snapshot("2", "2");
    if (account === undefined || position === undefined) throw new Error("two keys");
    expect(refusalOf(() => Portfolio.restored(options(), [...first, account]))).toEqual([
      "event/identity portfolio.world.USD.cost",
    ]);
    const [state] = position.positions;
    const forged = { ...position, positions: [{ ...state, unrealised: "7" }] } as PortfolioEvent;
    expect(refusalOf(() => Portfolio.restored(options(), [account, forged]))).toEqual(["event/identity portfolio.ABC"]);
    const richer = { ...account, account: { ...account.account, start: "5", equity: "5" } } as PortfolioEvent;
    expect(refusalOf(() => Portfolio.restored(options(), [richer, position]))).toHaveLength(1);
    expect(refusalOf(() => Portfolio.restored(options({ scope: "strategy" }), [account, position]))).toHaveLength(1);
  });

  it("is two contents of one version of a key", () => {
    const portfolio = new Portfolio(options());
    portfolio.post(madeUpFill(1, 1, 10));
    const first = portfolio.snapshot("1", "1");
    portfolio.mark("ABC", 11n);
    expect(() => compacted([...first, ...portfolio.snapshot("1", "1")])).toThrow(InputError);
    expect(compacted([...portfolio.snapshot("2", "2"), ...first]).map(({ bucket }) => bucket)).toEqual(["2", "2"]);
  });
});
