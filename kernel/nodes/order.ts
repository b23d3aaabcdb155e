// Orders: what a strategy sends to a venue, of every type, and how orders hang together.
//
// An order acts at a row when its trigger `when` is true there, or, without one, when its size differs from the last
// one that it acted on. A null size does nothing; a price that is null, or not above zero, is a refusal `no_price`. An
// order with a parent (OTO) has no trigger: it is sent with its parent, reads its prices at the parent's row, and waits
// until the parent fills. When a stop that protects has no price, its parent is refused with it; another child without
// a price is refused alone.
//
// Always true:
//   a buy's price is rounded up to the tick and a sell's down (`FILLS.md` G6), a size down to the lot;
//   an order never becomes larger than it was asked for, nor rounded up to a minimum (S3).
//
// Not here: targets (`decision.ts`), which terms go together (`order-rules.ts`), groups and brackets
// (`order-links.ts`).

import { instantOf, instantText } from "../data/civil-date.js";
import type { BooleanInput, Decision, NumberInput } from "../graph/node.js";
import type { NodeSpec, ParamSpec, PortSpec } from "../graph/spec.js";
import { EVERY_INSTRUMENT } from "./bars.js";
import { decisionNode } from "./decision-node.js";
import type { Gates } from "./policy.js";
import { GATE_PORTS } from "./policy.js";
import type { OrderType, SizeUnit, TimeInForce, TrailUnit } from "./order-rules.js";
import { checkOrder, ORDER_TYPE_NAMES, SIZE_UNITS, TIMES_IN_FORCE, TRAIL_UNITS } from "./order-rules.js";

const OPTIONAL_NUMBER: PortSpec = { type: "number", optional: true };
const OPTIONAL_ORDER: PortSpec = { type: "order", optional: true };
const NO: ParamSpec = { kind: "boolean", default: false };

export const ORDER: NodeSpec = Object.freeze({
  type: "order",
  version: 1,
  kind: "decision",
  inputs: {
    size: { type: "number" },
    when: { type: "boolean", optional: true },
    limit: OPTIONAL_NUMBER,
    stop: OPTIONAL_NUMBER,
    trail: OPTIONAL_NUMBER,
    limitOffset: OPTIONAL_NUMBER,
    activation: OPTIONAL_NUMBER,
    display: OPTIONAL_NUMBER,
    riskStop: OPTIONAL_NUMBER,
    volatility: OPTIONAL_NUMBER,
    kelly: OPTIONAL_NUMBER,
    parent: OPTIONAL_ORDER,
    sibling: OPTIONAL_ORDER,
    ...GATE_PORTS,
  },
  params: {
    type: { kind: "choice", choices: ORDER_TYPE_NAMES, default: "market" },
    unit: { kind: "choice", choices: SIZE_UNITS, default: "quantity" },
    trailUnit: { kind: "choice", choices: TRAIL_UNITS, default: "amount" },
    timeInForce: { kind: "choice", choices: TIMES_IN_FORCE, default: "gtc" },
    goodFor: { kind: "string", default: "" },
    goodTill: { kind: "string", default: "" },
    postOnly: NO,
    reduceOnly: NO,
    exactPrices: NO,
    exactSizes: NO,
    fromFill: NO,
    release: { kind: "choice", choices: ["partial", "full"], default: "partial" },
    link: { kind: "choice", choices: ["none", "oco", "ouo"], default: "none" },
    instrument: { kind: "string", default: EVERY_INSTRUMENT },
  },
  outputs: { order: "order" },
  schemaMajor: 1,
  period: () => 1,
  check: checkOrder,
} satisfies NodeSpec);

/** Terms of an order. */
export interface OrderOptions {
  /** `market` by default. */
  readonly type?: OrderType;
  /**
   * What the size counts: `quantity` (the default), `value` in money, `percent` of equity as a fraction, `risk` as the
   * fraction of equity lost when the order is stopped out at `riskStop`, `volatility` as the yearly volatility that the
   * position shall have, `kelly` as the fraction of the full Kelly bet.
   */
  readonly unit?: SizeUnit;
  /** Sends the order at the rows where this is true; without it, whenever the size changes. */
  readonly when?: BooleanInput;
  /** Worst price at which a limit order may trade. */
  readonly limit?: NumberInput;
  /** Price that triggers a stop or an if-touched order, inclusive; the first level of a trailing one. */
  readonly stop?: NumberInput;
  /** Distance at which a trailing stop follows the best price, in `trailUnit`. */
  readonly trail?: NumberInput;
  /** `amount` of price (the default), `percent` as a fraction (0.05), or `ticks`. */
  readonly trailUnit?: TrailUnit;
  /** Distance of the limit from the trigger of a trailing stop-limit, a price. */
  readonly limitOffset?: NumberInput;
  /** Price that starts the trailing once it is touched; at once by default. */
  readonly activation?: NumberInput;
  /** Quantity shown at a time (an iceberg); all of it by default. */
  readonly display?: NumberInput;
  /** Price at which a protective stop would end the position; the unit `risk` reckons with it. */
  readonly riskStop?: NumberInput;
  /** Yearly volatility of the instrument's returns, a fraction; the unit `volatility` reckons with it. */
  readonly volatility?: NumberInput;
  /** Full Kelly share of equity, mean over variance of the excess return; the unit `kelly` reckons with it. */
  readonly kelly?: NumberInput;
  /** `gtc` until cancelled (the default), `gtd` until `goodFor` or `goodTill`, `day`, `ioc` or `fok`. */
  readonly timeInForce?: TimeInForce;
  /** How long a `gtd` order is good, from its acceptance or its parent's: `4h`, `3d`. */
  readonly goodFor?: string;
  /** Instant from which a `gtd` order is no longer good, in UTC: `2026-01-31T21:00:00Z`, or a date for its midnight. */
  readonly goodTill?: string;
  /** Rejected when it would take liquidity on arrival. */
  readonly postOnly?: boolean;
  /** Only ever reduces a position: shrinks with it and ends at zero (`FILLS.md` C3). */
  readonly reduceOnly?: boolean;
  /** Refuses a price off the tick (`price_off_tick`) in place of rounding it. */
  readonly exactPrices?: boolean;
  /** Refuses a quantity off the lot (`size_off_lot`) in place of rounding it down. */
  readonly exactSizes?: boolean;
  /**
   * Order whose fills release this one (OTO, `FILLS.md` C1). The size is then a factor of what was filled: -1 closes
   * it.
   */
  readonly parent?: Decision;
  /** Released for each part of the parent that is filled (`partial`, the default), or once it is filled whole. */
  readonly release?: "partial" | "full";
  /**
   * Prices are distances from the price at which the parent was filled: a stop lies behind it, a limit ahead of it,
   * seen in the direction of the position.
   */
  readonly fromFill?: boolean;
  /** Order that this one is tied to; a group is made of orders tied in a row. */
  readonly sibling?: Decision;
  /** A fill of one order of the group ends the others (`oco`), or takes its quantity off them (`ouo`). */
  readonly link?: "oco" | "ouo";
  /** Symbol that is traded; by default that of each lane of the size, the trigger or the prices. */
  readonly instrument?: string;
  /** What stands between the decision and its order; what is sent with it obeys the same activation. */
  readonly gates?: Gates;
}

/** Terms that a builder named after a type leaves open. */
export type TypedOrderOptions = Omit<OrderOptions, "type">;

/**
 * Sends an order: a positive size buys, a negative one sells.
 *
 * Sizes by equity, all in integers from the size on: `percent` is size x equity / price; `risk` is the most lots that,
 * bought at the expected price and stopped out at `riskStop`, slippage and both fees included, lose no more than size x
 * equity (`FILLS.md` S1); `volatility` is size / volatility x equity / price (R. Carver, Systematic Trading, 2015,
 * chapter 9), as a share of at most the leverage; `kelly` is size x kelly x equity / price, where the full Kelly share
 * is the mean of the excess return over its variance (E. O. Thorp, The Kelly Criterion in Blackjack, Sports Betting and
 * the Stock Market, 2006, section 7), and a share that is not positive is no bet. The sizes of the last three end at
 * the share of the last bar's volume that own orders may take; every size ends at what buying power pays for and at
 * the limits of the run.
 *
 * @throws InputError `graph/order` with every term that does not go with the others; `graph/type` and the rest of
 *   `applyNode`.
 * @example order(100, { type: "limit", limit: mul(close, 0.99), timeInForce: "day", when: crossOver(fast, slow) })
 * @example order(0.01, { unit: "risk", riskStop: sub(close, 2), when: crossOver(fast, slow) })
 */
export function order(size: NumberInput, options: OrderOptions = {}): Decision {
  return decisionNode(ORDER, { size }, options, ({ goodTill }) => ({
    goodTill: goodTill === undefined ? undefined : canonicalInstant(goodTill),
  }));
}

/** The one text of an instant; what is no instant stays as it is, to be refused. */
function canonicalInstant(text: string): string {
  const instant = typeof text === "string" ? instantOf(text) : null;
  return instant === null ? text : instantText(instant);
}

/**
 * Sends a market order: positive buys, negative sells. Without `when` it acts when the quantity changes, so give a
 * trigger to send the same order again.
 *
 * @param size Units of the instrument, rounded towards zero to the lot.
 * @example marketOrder(100, { when: crossOver(fast, slow) })
 */
export function marketOrder(size: NumberInput, options: TypedOrderOptions = {}): Decision {
  return order(size, { ...options, type: "market" });
}

/**
 * Sends an order that trades at `limit` or better.
 *
 * @example limitOrder(10, mul(close, 0.98), { timeInForce: "gtd", goodFor: "3d", when: crossOver(fast, slow) })
 */
export function limitOrder(size: NumberInput, limit: NumberInput, options: TypedOrderOptions = {}): Decision {
  return order(size, { ...options, type: "limit", limit });
}

/**
 * Sends an order that becomes a market order once the price reaches `stop`. An entry whose stop the market has already
 * passed is refused with `stop_in_market` (`FILLS.md` C8); one that only reduces a position acts at once.
 *
 * @example stopOrder(-1, sub(close, atr(high, low, close, 14)), { reduceOnly: true, when: crossUnder(fast, slow) })
 */
export function stopOrder(size: NumberInput, stop: NumberInput, options: TypedOrderOptions = {}): Decision {
  return order(size, { ...options, type: "stop", stop });
}

/**
 * Sends an order that becomes a limit order once the price reaches `stop` (`FILLS.md` B8).
 *
 * @example stopLimitOrder(10, add(high, 1), add(high, 2), { when: crossOver(fast, slow) })
 */
export function stopLimitOrder(
  size: NumberInput,
  stop: NumberInput,
  limit: NumberInput,
  options: TypedOrderOptions = {},
): Decision {
  return order(size, { ...options, type: "stopLimit", stop, limit });
}

/**
 * Sends an order that becomes a market order once the price comes to `stop` from the better side: a buy as it falls
 * there.
 *
 * @example marketIfTouched(10, sub(low, 1), { when: crossOver(fast, slow) })
 */
export function marketIfTouched(size: NumberInput, stop: NumberInput, options: TypedOrderOptions = {}): Decision {
  return order(size, { ...options, type: "marketIfTouched", stop });
}

/**
 * Sends an order that becomes a limit order once the price comes to `stop` from the better side.
 *
 * @example limitIfTouched(10, sub(low, 1), sub(low, 2), { when: crossOver(fast, slow) })
 */
export function limitIfTouched(
  size: NumberInput,
  stop: NumberInput,
  limit: NumberInput,
  options: TypedOrderOptions = {},
): Decision {
  return order(size, { ...options, type: "limitIfTouched", stop, limit });
}

/**
 * Sends a stop whose trigger follows the best price at the distance `trail` (`FILLS.md` B9).
 *
 * @example trailingStop(-10, 0.05, { trailUnit: "percent", reduceOnly: true, when: crossUnder(fast, slow) })
 */
export function trailingStop(size: NumberInput, trail: NumberInput, options: TypedOrderOptions = {}): Decision {
  return order(size, { ...options, type: "trailingStop", trail });
}

/**
 * Sends a trailing stop that becomes a limit order `limitOffset` beyond its trigger.
 *
 * @example trailingStopLimit(-10, 2, 0.5, { reduceOnly: true, when: crossUnder(fast, slow) })
 */
export function trailingStopLimit(
  size: NumberInput,
  trail: NumberInput,
  limitOffset: NumberInput,
  options: TypedOrderOptions = {},
): Decision {
  return order(size, { ...options, type: "trailingStopLimit", trail, limitOffset });
}

/**
 * Sends a market order for the next open of a session.
 *
 * @example marketOnOpen(10, { when: crossOver(fast, slow) })
 */
export function marketOnOpen(size: NumberInput, options: TypedOrderOptions = {}): Decision {
  return order(size, { ...options, type: "marketOnOpen" });
}

/**
 * Sends a market order for the close of the session.
 *
 * @example marketOnClose(-10, { reduceOnly: true, when: crossUnder(fast, slow) })
 */
export function marketOnClose(size: NumberInput, options: TypedOrderOptions = {}): Decision {
  return order(size, { ...options, type: "marketOnClose" });
}

/**
 * Sends an order for the next open of a session, at `limit` or better.
 *
 * @example limitOnOpen(10, close, { when: crossOver(fast, slow) })
 */
export function limitOnOpen(size: NumberInput, limit: NumberInput, options: TypedOrderOptions = {}): Decision {
  return order(size, { ...options, type: "limitOnOpen", limit });
}

/**
 * Sends an order for the close of the session, at `limit` or better.
 *
 * @example limitOnClose(10, close, { when: crossOver(fast, slow) })
 */
export function limitOnClose(size: NumberInput, limit: NumberInput, options: TypedOrderOptions = {}): Decision {
  return order(size, { ...options, type: "limitOnClose", limit });
}
