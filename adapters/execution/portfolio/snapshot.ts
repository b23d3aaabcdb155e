// Snapshots: books as events, and events as books.
//
// Always true:
//   the books of the snapshots of some books are those books;
//   snapshots that are not of one moment are refused: their positions do not add up to their accounts.

import { canonicalJson, InputError, mantissaText } from "../../../kernel/index.js";
import type { Instrument } from "../../../kernel/index.js";
import { absolute, amountOf } from "../money/amount.js";
import { averagePrice } from "../money/value.js";
import type { Leg } from "../schema/field.js";
import type { AccountState, PortfolioEvent, PositionState } from "../schema/portfolio.js";
import type { Account } from "./account.js";
import { EMPTY_ACCOUNT, equityOf, sourcesOf, tiesOut } from "./account.js";
import type { Books } from "./books.js";
import { emptyBooks } from "./books.js";
import type { Facts } from "./facts.js";
import { currencyIn, instrumentIn } from "./facts.js";
import type { Position } from "./position.js";
import { FLAT, marked } from "./position.js";

/** What all snapshots of one moment have in common. */
export type SnapshotHead = Omit<PortfolioEvent, "strategy" | "symbol" | "currency" | "positions" | "account">;

/** Snapshots of books: accounts by currency, then positions by symbol. */
export function snapshotsOf(books: Books, facts: Facts, head: SnapshotHead): readonly PortfolioEvent[] {
  const { strategy } = books;
  const accounts = sorted(books.accounts).map(([currency, account]): PortfolioEvent => {
    const { decimals } = currencyIn(facts, currency, "account");
    return { ...head, strategy, symbol: null, currency, positions: [], account: accountState(account, decimals) };
  });
  const positions = sorted(books.positions).map(([symbol, legs]): PortfolioEvent => {
    const instrument = instrumentIn(facts, symbol, "position");
    const states = sorted(legs).map(([leg, position]) => positionState(leg, position, instrument));
    return { ...head, strategy, symbol, currency: instrument.currency.code, positions: states, account: null };
  });
  return [...accounts, ...positions];
}

function sorted<Key extends string, Value>(map: ReadonlyMap<Key, Value>): readonly (readonly [Key, Value])[] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}

function accountState(account: Account, decimals: number): AccountState {
  const text = (amount: bigint) => mantissaText(amount, decimals);
  const { cost, ...sums } = account;
  return {
    start: text(sums.start),
    cash: text(sums.cash),
    value: text(sums.value),
    exposureGross: text(sums.exposureGross),
    realised: text(sums.realised),
    unrealised: text(sums.value - cost),
    fees: text(sums.fees),
    funding: text(sums.funding),
    interest: text(sums.interest),
    other: text(sums.other),
    equity: text(equityOf(account)),
  };
}

function positionState(leg: Leg, position: Position, instrument: Instrument): PositionState {
  const { quantity, cost, mark, value } = position;
  const money = (amount: bigint) => mantissaText(amount, instrument.currency.decimals);
  const price = (amount: bigint) => mantissaText(amount, instrument.priceDecimals);
  const size = (amount: bigint) => mantissaText(amount, instrument.sizeDecimals);
  return {
    leg,
    quantity: size(quantity),
    cost: money(cost),
    averagePrice: quantity === 0n ? null : price(averagePrice(instrument, quantity, cost)),
    mark: mark === null ? null : price(mark),
    value: money(value),
    realised: money(position.realised),
    unrealised: money(value - cost),
    fees: money(position.fees),
    funding: money(position.funding),
    lots: position.lots.map((lot) => ({ quantity: size(lot.quantity), cost: money(lot.cost) })),
  };
}

/** Books of snapshots, of which there is one for each key. */
export function booksOf(snapshots: readonly PortfolioEvent[], facts: Facts): Iterable<Books> {
  const all = new Map<string | null, Books>();
  for (const snapshot of snapshots) {
    const { strategy, symbol, account, currency } = snapshot;
    const books = all.get(strategy) ?? emptyBooks(strategy);
    all.set(strategy, books);
    if (symbol !== null) {
      const instrument = instrumentIn(facts, symbol, "portfolio");
      books.positions.set(
        symbol,
        new Map(snapshot.positions.map((state) => [state.leg, positionOf(state, instrument)])),
      );
    } else if (account !== null) {
      books.accounts.set(currency, accountOf(account, currencyIn(facts, currency, "portfolio").decimals));
    }
  }
  return all.values();
}

function positionOf(state: PositionState, instrument: Instrument): Position {
  const money = (text: string) => amountOf(text, instrument.currency.decimals, `portfolio.${instrument.symbol}`);
  const size = (text: string) => amountOf(text, instrument.sizeDecimals, `portfolio.${instrument.symbol}.quantity`);
  const position: Position = {
    ...FLAT,
    quantity: size(state.quantity),
    cost: money(state.cost),
    realised: money(state.realised),
    fees: money(state.fees),
    funding: money(state.funding),
    lots: state.lots.map((lot) => ({ quantity: size(lot.quantity), cost: money(lot.cost) })),
  };
  const { mark } = state;
  const price = mark === null ? null : amountOf(mark, instrument.priceDecimals, "portfolio.mark");
  const restored = price === null ? position : marked(position, instrument, price);
  assureSame(`portfolio.${instrument.symbol}`, positionState(state.leg, restored, instrument), state);
  return restored;
}

/** What follows from other fields has to follow: a state that was changed by hand is no state. */
function assureSame(path: string, expected: object, received: object): void {
  const [whole, found] = [canonicalJson(expected), canonicalJson(received)];
  if (whole !== found) throw new InputError([{ code: "event/identity", path, expected: whole, received: found }]);
}

function accountOf(state: AccountState, decimals: number): Account {
  const money = (text: string) => amountOf(text, decimals, "portfolio.account");
  const account = {
    start: money(state.start),
    cash: money(state.cash),
    cost: money(state.value) - money(state.unrealised),
    value: money(state.value),
    exposureGross: money(state.exposureGross),
    realised: money(state.realised),
    fees: money(state.fees),
    funding: money(state.funding),
    interest: money(state.interest),
    other: money(state.other),
  };
  assureSame("portfolio.account", accountState(account, decimals), state);
  return account;
}

/** @throws InputError `event/identity` unless the accounts are the sums of their positions, and tie out. */
export function assureSums(books: Books, facts: Facts): void {
  const sums = new Map<string, Pick<Account, "cost" | "value" | "exposureGross" | "realised" | "fees">>();
  for (const [symbol, legs] of books.positions) {
    const { code } = instrumentIn(facts, symbol, "portfolio").currency;
    for (const position of legs.values()) {
      const sum = sums.get(code) ?? EMPTY_ACCOUNT;
      sums.set(code, {
        cost: sum.cost + position.cost,
        value: sum.value + position.value,
        exposureGross: sum.exposureGross + absolute(position.value),
        realised: sum.realised + position.realised,
        fees: sum.fees + position.fees,
      });
    }
  }
  for (const code of new Set([...sums.keys(), ...books.accounts.keys()])) {
    const account = books.accounts.get(code);
    const sum = sums.get(code) ?? EMPTY_ACCOUNT;
    for (const name of ["cost", "value", "exposureGross", "realised", "fees"] as const) {
      if (account?.[name] !== sum[name]) throw torn(books, code, name, sum[name], account?.[name]);
    }
    if (account !== undefined && !tiesOut(account)) throw torn(books, code, "cash", sourcesOf(account), account.cash);
  }
}

function torn(books: Books, code: string, name: string, expected: bigint, received: bigint | undefined): InputError {
  const path = `portfolio.${books.strategy ?? "world"}.${code}.${name}`;
  const advice = "Read the stream to its end: its newest snapshots are of one moment.";
  const parts = {
    expected: `${expected}, the sum over its positions`,
    received: String(received ?? "nothing"),
    advice,
  };
  return new InputError([{ code: "event/identity", path, ...parts }]);
}
