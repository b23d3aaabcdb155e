// Books of a portfolio: the positions and the accounts of one strategy, or of a whole world, as a fold over postings.
//
// Always true:
//   a posting that is refused leaves the books as they were;
//   the accounts are the sums of the positions, and their identity is asserted after every posting.

import { InputError } from "../../../kernel/index.js";
import type { Instrument } from "../../../kernel/index.js";
import { amountOf } from "../money/amount.js";
import { tradeCash } from "../money/value.js";
import type { Leg } from "../schema/field.js";
import type { FillEvent } from "../schema/fill.js";
import type { MovementEvent } from "../schema/portfolio.js";
import type { Account } from "./account.js";
import { EMPTY_ACCOUNT, postedMovement, postedPosition } from "./account.js";
import type { Facts } from "./facts.js";
import { currencyIn, instrumentIn } from "./facts.js";
import type { Costing, Position } from "./position.js";
import { FLAT, marked, splitPosition, traded } from "./position.js";

/** Books of a strategy, or of the world where it is null. */
export interface Books {
  readonly strategy: string | null;
  /** By symbol, then by leg. */
  readonly positions: Map<string, Map<Leg, Position>>;
  /** By the code of the currency. */
  readonly accounts: Map<string, Account>;
}

export function emptyBooks(strategy: string | null): Books {
  return { strategy, positions: new Map(), accounts: new Map() };
}

/**
 * Posts a fill, and marks its symbol at its price.
 *
 * @throws InputError `event/facts` when it contradicts the facts of its instrument, `run/overflow`.
 */
export function postFill(books: Books, facts: Facts, costing: Costing, fill: FillEvent): void {
  const path = `fill ${fill.number}`;
  const instrument = instrumentIn(facts, fill.symbol, path);
  const trade = tradeOf(fill, instrument, path);
  const post = () =>
    change(books, instrument, fill.leg, trade.cash - trade.fee, (position) =>
      traded(position, instrument, costing, trade),
    );
  const legs = books.positions.get(fill.symbol);
  if (legs === undefined || legs.size + (legs.has(fill.leg) ? 0 : 1) < 2) return post();
  wholly(books, instrument, () => {
    post();
    postMark(books, instrument, trade.price);
  });
}

/** Does all of `work`, or nothing: several positions of one symbol change together. */
function wholly(books: Books, { symbol, currency }: Instrument, work: () => void): void {
  const legs = new Map(books.positions.get(symbol));
  const account = books.accounts.get(currency.code) ?? EMPTY_ACCOUNT;
  try {
    work();
  } catch (error) {
    books.positions.set(symbol, legs);
    books.accounts.set(currency.code, account);
    throw error;
  }
}

function tradeOf(fill: FillEvent, instrument: Instrument, path: string) {
  const money = instrument.currency;
  const size = amountOf(fill.quantity, instrument.sizeDecimals, `${path}.quantity`);
  const quantity = fill.side === "buy" ? size : -size;
  const price = amountOf(fill.price, instrument.priceDecimals, `${path}.price`);
  const fee = amountOf(fill.fee, money.decimals, `${path}.fee`);
  const cash = amountOf(fill.cash, money.decimals, `${path}.cash`);
  expectText(`${path}.currency`, money.code, fill.currency);
  const expected = tradeCash(instrument, price, quantity);
  if (cash !== expected) expectText(`${path}.cash`, `${expected} of its smallest units`, String(cash));
  return { price, quantity, cash, fee };
}

function expectText(path: string, expected: string, received: string): void {
  if (received !== expected) throw new InputError([{ code: "event/facts", path, expected, received }]);
}

/** Posts a movement. Errors as `postFill`. */
export function postMovement(books: Books, facts: Facts, costing: Costing, movement: MovementEvent): void {
  const path = `movement ${movement.number}`;
  const currency = currencyIn(facts, movement.currency, path);
  const amount = amountOf(movement.amount, currency.decimals, `${path}.amount`);
  if (movement.split !== null) return postSplit(books, facts, costing, movement, amount);
  const account = books.accounts.get(currency.code) ?? EMPTY_ACCOUNT;
  const posted = postedMovement(account, movement.type, amount);
  if (movement.type === "funding" && movement.symbol !== null) addFunding(books, facts, movement, amount);
  books.accounts.set(currency.code, posted);
}

/** A position remembers its own funding; the account has it already. */
function addFunding(books: Books, facts: Facts, { symbol, number }: MovementEvent, amount: bigint): void {
  const instrument = instrumentIn(facts, symbol ?? "", `movement ${number}`);
  const legs = legsOf(books, instrument.symbol);
  // Funding does not say for which leg it was: of a hedging account the long one keeps it.
  const [leg = "net"] = [...legs.keys()].sort((a, b) => (a < b ? -1 : 1));
  const position = legs.get(leg) ?? FLAT;
  legs.set(leg, { ...position, funding: position.funding + amount });
}

function postSplit(books: Books, facts: Facts, costing: Costing, movement: MovementEvent, cash: bigint): void {
  const path = `movement ${movement.number}.split`;
  const { symbol, split } = movement;
  if (split === null) return;
  const instrument = instrumentIn(facts, symbol ?? "", path);
  const size = (text: string, field: string) => amountOf(text, instrument.sizeDecimals, `${path}.${field}`);
  const parts = {
    after: amountOf(split.after, 0, `${path}.after`),
    before: amountOf(split.before, 0, `${path}.before`),
    change: size(split.kept, "kept") - size(split.held, "held"),
    cash,
    realised: amountOf(split.realised, instrument.currency.decimals, `${path}.realised`),
  };
  change(books, instrument, split.leg, cash, (position) => splitPosition(position, instrument, costing, parts));
}

/** Marks the positions of a symbol at a price. */
export function postMark(books: Books, instrument: Instrument, price: bigint): void {
  for (const leg of [...(books.positions.get(instrument.symbol)?.keys() ?? [])]) {
    change(books, instrument, leg, 0n, (position) => marked(position, instrument, price));
  }
}

/** Changes a position and its account together, or neither. */
function change(
  books: Books,
  instrument: Instrument,
  leg: Leg,
  cash: bigint,
  next: (position: Position) => Position,
): void {
  const { code } = instrument.currency;
  const before = books.positions.get(instrument.symbol)?.get(leg) ?? FLAT;
  const after = next(before);
  const account = postedPosition(books.accounts.get(code) ?? EMPTY_ACCOUNT, before, after, cash);
  legsOf(books, instrument.symbol).set(leg, after);
  books.accounts.set(code, account);
}

function legsOf({ positions }: Books, symbol: string): Map<Leg, Position> {
  const known = positions.get(symbol);
  if (known !== undefined) return known;
  const legs = new Map<Leg, Position>();
  positions.set(symbol, legs);
  return legs;
}
