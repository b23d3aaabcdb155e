// Account of a portfolio: cash and where it came from, in one currency, with the accounting identity.
//
// Always true, asserted after every posting:
//   cash + cost of positions = start + realised - fees + funding + interest + other, so
//   equity = cash + value = start + realised + unrealised - fees + funding + interest + other.
// Units: money mantissas of the currency.

import { invariant, LEDGER_KINDS } from "../../../kernel/index.js";
import { within } from "../money/amount.js";
import type { MovementEvent } from "../schema/portfolio.js";
import type { Position } from "./position.js";

/** Sums of one currency. */
export interface Account {
  readonly start: bigint;
  readonly cash: bigint;
  /** Sums over all positions. */
  readonly cost: bigint;
  readonly value: bigint;
  readonly exposureGross: bigint;
  readonly realised: bigint;
  readonly fees: bigint;
  readonly funding: bigint;
  readonly interest: bigint;
  readonly other: bigint;
}

export const EMPTY_ACCOUNT: Account = {
  start: 0n,
  cash: 0n,
  cost: 0n,
  value: 0n,
  exposureGross: 0n,
  realised: 0n,
  fees: 0n,
  funding: 0n,
  interest: 0n,
  other: 0n,
};

type Source = "start" | "funding" | "interest" | "other";
type MovementType = MovementEvent["type"];

/** Where each movement counts; null for those that leave the cash as it is. A split's cash is realised, not earned. */
const SOURCES: Readonly<Record<MovementType, Source | null>> = {
  deposit: "start",
  funding: "funding",
  interest: "interest",
  borrow: "interest",
  dividend: "other",
  conversion: "other",
  "conversion-fee": "other",
  settlement: null,
  margin: null,
  split: null,
};
invariant(
  LEDGER_KINDS.every((kind) => kind === "trade" || kind === "fee" || kind in SOURCES),
  "every kind of movement has its place in the account",
);

/** The account after a position went from `before` to `after` and brought `cash`, its fee included. */
export function postedPosition(account: Account, before: Position, after: Position, cash: bigint): Account {
  const sum = (name: keyof Account, change: bigint): bigint =>
    within(account[name] + change, `account.${name}`, account[name], change);
  const posted = {
    ...account,
    cash: sum("cash", cash),
    cost: sum("cost", after.cost - before.cost),
    value: sum("value", after.value - before.value),
    exposureGross: sum("exposureGross", gross(after) - gross(before)),
    realised: sum("realised", after.realised - before.realised),
    fees: sum("fees", after.fees - before.fees),
  };
  assureIdentity(posted);
  return posted;
}

/** True for a movement that changes the cash, not only what may be done with it. */
export function movesCash({ type }: MovementEvent): boolean {
  return SOURCES[type] !== null;
}

/** The account after a movement of cash. */
export function postedMovement(account: Account, type: MovementType, amount: bigint): Account {
  const source = SOURCES[type];
  if (source === null) return account;
  const posted = {
    ...account,
    cash: within(account.cash + amount, "account.cash", account.cash, amount),
    [source]: within(account[source] + amount, `account.${source}`, account[source], amount),
  };
  assureIdentity(posted);
  return posted;
}

/** Cash and value: what it would leave to sell everything at its mark. */
export function equityOf({ cash, value }: Account): bigint {
  return cash + value;
}

function gross({ value }: Position): bigint {
  return value < 0n ? -value : value;
}

/** What went in, was earned and was paid. */
export function sourcesOf({ start, realised, fees, funding, interest, other }: Account): bigint {
  return start + realised - fees + funding + interest + other;
}

/** True when cash and cost come from the sources. */
export function tiesOut(account: Account): boolean {
  return account.cash + account.cost === sourcesOf(account);
}

function assureIdentity(account: Account): void {
  invariant(tiesOut(account), "cash and cost of an account are what went in, was earned and was paid");
  const unrealised = account.value - account.cost;
  invariant(equityOf(account) === sourcesOf(account) + unrealised, "equity is its sources and what is unrealised");
}
