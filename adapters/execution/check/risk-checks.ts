// Risk checks: position, concentration, leverage, drawdown and volatility, in integers (`NODESETS.md` 4).
//
// Always true:
//   the position after the order is judged, with what is open on its side filled, not the order alone: by the limit of
//   a position the strategy's own, by concentration and leverage what the whole scope holds;
//   what reduces the strategy's own position passes every check;
//   an order exactly at a limit passes; values are rounded up and limits down, against the account (`FILLS.md` G6).
// Units: shares in 1e-9, money in the currency's smallest part, quantities and prices as mantissas.

import { IssueList } from "../../../kernel/index.js";
import type { Instrument } from "../../../kernel/index.js";
import type { Check, Checks, Verdict } from "./approval.js";
import { isReduction, openOnSide, reducingRoom, signedQuantity } from "../order/order-terms.js";
import type { HeldFacts, SizedOrder } from "../order/order-terms.js";
import type { ExecutionReason } from "../schema/reason.js";
import { moneyOf } from "../route/venue-quote.js";

/** What an order is judged by: positions of now, the account as of the newest snapshot that it may see. */
export interface RiskFacts extends HeldFacts {
  readonly instrument: Instrument;
  /** Price at which the position is valued. */
  readonly price: bigint;
  /** Units that the other strategies of the scope hold on the order's side, with what may still come, each alone. */
  readonly beside: bigint;
  /** Of the scope, and so is what follows. */
  readonly equity: bigint;
  /** Value of the positions in other symbols, of each the larger side, with what may still come. */
  readonly otherExposure: bigint;
  /** Decline of equity from its peak, 1e-9. */
  readonly drawdown: bigint;
  /** Annualised deviation of returns, 1e-9; null while there are too few samples. */
  readonly volatility: bigint | null;
}

export interface RiskLimits {
  /** Largest value of the position, share of equity. */
  readonly position: bigint;
  /** Largest value of one symbol in the scope, share of equity. */
  readonly concentration: bigint;
  /** Largest value of all positions, share of equity. */
  readonly leverage: bigint;
  readonly drawdown: bigint;
  readonly volatility: bigint;
  /** Orders are cut to a limit, as the kernel's risk control cuts them; without, they are refused. */
  readonly dynamicSizing: boolean;
}

/** Limits where nobody states others. */
export const RISK_LIMITS: RiskLimits = {
  position: 100_000_000n,
  concentration: 200_000_000n,
  leverage: 3_000_000_000n,
  drawdown: 150_000_000n,
  volatility: 250_000_000n,
  dynamicSizing: true,
};

const ONE = 1_000_000_000n;

/** How far a value is beyond its limit. */
export type Severity = "critical" | "high" | "medium" | "low";

/** Severity of a value by its ratio to the limit: from 2.0 critical, from 1.5 high, from 1.2 medium, else low. */
export function severityOf(value: bigint, limit: bigint): Severity {
  if (value >= 2n * limit) return "critical";
  if (2n * value >= 3n * limit) return "high";
  return 5n * value >= 6n * limit ? "medium" : "low";
}

/**
 * The five checks.
 *
 * @throws InputError `config/range` for a limit below zero.
 */
export function riskChecks(limits: RiskLimits = RISK_LIMITS): Checks<RiskFacts> {
  checkLimits(limits);
  const size = (name: string, reason: ExecutionReason, share: bigint, of: SizeOf): Check<RiskFacts> => ({
    name,
    judge: (order, facts) => judgeSize(order, facts, share, of(facts), reason, limits),
  });
  const state = (name: string, reason: ExecutionReason, limit: bigint, of: (facts: RiskFacts) => bigint | null) => ({
    name,
    judge: (order: SizedOrder, facts: RiskFacts): Verdict => {
      const value = of(facts);
      if (value === null || value <= limit || isReduction(order, facts)) return ALLOW;
      return { kind: "reject", reason, text: `${value} of ${limit} (1e-9), ${severityOf(value, limit)}` };
    },
  });
  return [
    state("drawdown", "drawdown_limit", limits.drawdown, ({ drawdown }) => drawdown),
    state("volatility", "volatility_limit", limits.volatility, ({ volatility }) => volatility),
    size("position", "position_size_limit", limits.position, () => ({ beside: 0n, other: 0n })),
    size("concentration", "concentration_limit", limits.concentration, ({ beside }) => ({ beside, other: 0n })),
    size("leverage", "leverage_limit", limits.leverage, ({ beside, otherExposure }) => ({
      beside,
      other: otherExposure,
    })),
  ];
}

const ALLOW: Verdict = { kind: "allow" };

/** What a limit on size looks at besides the strategy's own position: units of the symbol, and money. */
interface Size {
  readonly beside: bigint;
  readonly other: bigint;
}
type SizeOf = (facts: RiskFacts) => Size;

/**
 * Value of the side of an order once `quantity` of it and what is open there have filled: nothing of the strategy's own
 * while that still lies on the other side.
 */
function valueAfter({ side }: SizedOrder, quantity: bigint, { beside }: Size, facts: RiskFacts): bigint {
  const own = signedQuantity(side, facts.position) + quantity + openOnSide(side, facts);
  return moneyOf(((own > 0n ? own : 0n) + beside) * facts.price, facts.instrument, "up");
}

function judgeSize(
  order: SizedOrder,
  facts: RiskFacts,
  share: bigint,
  size: Size,
  reason: ExecutionReason,
  { dynamicSizing }: RiskLimits,
): Verdict {
  if (isReduction(order, facts)) return ALLOW;
  const limit = facts.equity <= 0n ? 0n : (facts.equity * share) / ONE;
  const value = size.other + valueAfter(order, order.quantity, size, facts);
  if (value <= limit) return ALLOW;
  const text = `${value} after the order, ${limit} allowed, ${severityOf(value, limit)}`;
  if (!dynamicSizing) return { kind: "reject", reason, text };
  const quantity = largestWithin(order, facts, size, limit - size.other);
  if (quantity < facts.instrument.quantityMin || quantity === 0n) return { kind: "reject", reason, text };
  const money = moneyOf(quantity * facts.price, facts.instrument, "down");
  if (money < facts.instrument.notionalMin) return { kind: "reject", reason: "below_minimum", text };
  return { kind: "revise", quantity, reason, text };
}

/** The largest quantity in whole lots with which what is held stays within `limit`; 0 for none. */
function largestWithin(order: SizedOrder, facts: RiskFacts, size: Size, limit: bigint): bigint {
  const { lot } = facts.instrument;
  let [low, high] = [reducingRoom(order.side, facts) / lot, order.quantity / lot];
  while (low < high) {
    const middle = (low + high + 1n) / 2n;
    if (valueAfter(order, middle * lot, size, facts) <= limit) low = middle;
    else high = middle - 1n;
  }
  return low * lot;
}

function checkLimits(limits: RiskLimits): void {
  const issues = new IssueList();
  for (const field of ["position", "concentration", "leverage", "drawdown", "volatility"] as const) {
    if (limits[field] < 0n) issues.add("config/range", `risk.${field}`, "0 or more", String(limits[field]));
  }
  issues.throwIfAny();
}
