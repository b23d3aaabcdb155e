// Portfolio events: snapshots of positions and accounts, and movements of cash that are no fill.

import { z } from "zod";
import { LEDGER_KINDS } from "../../../kernel/index.js";
import {
  bucket,
  count,
  currency,
  eventHead,
  LEGS,
  name,
  oneOf,
  positive,
  signed,
  strategy,
  symbol,
  unsigned,
} from "./field.js";
import type { Frozen } from "./field.js";

/** Scopes of a portfolio: one for each strategy of a world, or one for the whole world. */
export const PORTFOLIO_SCOPES = ["strategy", "world"] as const;
export type PortfolioScope = (typeof PORTFOLIO_SCOPES)[number];

type MovementKind = Exclude<(typeof LEDGER_KINDS)[number], "trade" | "fee">;

/** What moves cash besides trades and their fees. */
export const MOVEMENT_TYPES: readonly MovementKind[] = LEDGER_KINDS.filter(
  (kind) => kind !== "trade" && kind !== "fee",
);

const money = (description: string) => signed(`${description} Money, in \`currency\`.`);

/** Schema of a movement of cash that is no fill, and of a split, which may move none. */
export const MOVEMENT_SCHEMA = z
  .strictObject({
    ...eventHead("movement"),
    strategy: strategy.nullable(),
    symbol: symbol.nullable(),
    bucket,
    currency,
    type: oneOf(MOVEMENT_TYPES, "Why cash moved."),
    amount: money("Signed amount: what is received is positive."),
    number: count(1, "Number among the postings (fills and movements) of the world and domain, from 1, without gaps."),
    split: z
      .strictObject({
        after: positive("Units after the split, for `before` units."),
        before: positive("Units before the split."),
        leg: oneOf(LEGS, "Position that was split."),
        held: signed("Signed quantity held before it, units of the instrument."),
        kept: signed("Signed quantity held after it, units of the instrument."),
        realised: money("Profit realised on the fraction of a unit that was paid in cash."),
      })
      .nullable()
      .describe("What a split did to a position; null for every other movement."),
  })
  .describe("A movement of cash that is no fill: deposits, funding, interest, dividends, splits.");
export type MovementEvent = Frozen<z.infer<typeof MOVEMENT_SCHEMA>>;

const position = z.strictObject({
  leg: oneOf(LEGS, "Which position of the symbol it is."),
  quantity: signed("Signed quantity held, units of the instrument; exactly 0 when flat."),
  cost: money("Signed cost of what is held; exactly 0 when flat."),
  averagePrice: unsigned("Cost of a unit, price, rounded against the account; null when flat.").nullable(),
  mark: positive("Price at which it is valued; null before there is one.").nullable(),
  value: money("Signed value at the mark, rounded down."),
  realised: money("Profit realised so far, before fees."),
  unrealised: money("Value less cost."),
  fees: money("Fees paid so far; rebates count negative."),
  funding: money("Funding received so far; what was paid is negative."),
  lots: z
    .array(
      z.strictObject({
        quantity: positive("Quantity left of the lot, units of the instrument, without a sign."),
        cost: money("Signed cost of what is left."),
      }),
    )
    .describe("What it is made of, the oldest first; empty where cost is averaged."),
});

const account = z.strictObject({
  start: money("Deposited so far."),
  cash: money("Cash."),
  value: money("Signed value of all positions at their marks."),
  exposureGross: money("Sum of the absolute values of all positions."),
  realised: money("Profit realised so far, before fees."),
  unrealised: money("Value of all positions less their cost."),
  fees: money("Fees paid so far; rebates count negative."),
  funding: money("Funding received so far; what was paid is negative."),
  interest: money("Interest and borrowing received so far; what was paid is negative."),
  other: money("Dividends and conversions so far."),
  equity: money("start + realised + unrealised - fees + funding + interest + other, which is cash + value."),
});

/** Schema of a snapshot. */
export const PORTFOLIO_SCHEMA = z
  .strictObject({
    ...eventHead("portfolio"),
    scope: oneOf(PORTFOLIO_SCOPES, "Whether it is the portfolio of a strategy, or of the whole world."),
    strategy: name("Strategy; null in the scope of the world.").nullable(),
    symbol: name("Symbol of a position; null for the account as a whole.").nullable(),
    bucket,
    currency,
    through: count(0, "Number of the last posting that is in it: of two snapshots of a key the higher one is newer."),
    positions: z.array(position).describe("Position of the symbol, or its long and short one; empty for the account."),
    account: account.nullable().describe("The account; null for a position."),
  })
  .describe(
    "State of a position or of an account at the end of a bucket: the newest one for a key replaces the others.",
  );
export type PortfolioEvent = Frozen<z.infer<typeof PORTFOLIO_SCHEMA>>;
export type PositionState = PortfolioEvent["positions"][number];
export type AccountState = NonNullable<PortfolioEvent["account"]>;
