// Orders of the reference: their terms as they were sent, and their state while they are open.
//
// Units: prices and quantities as mantissas, quantities signed (positive buys); times in ns; shares in 1e-9.

export const REFERENCE_ORDER_TYPES = [
  "market",
  "limit",
  "stop",
  "stopLimit",
  "marketIfTouched",
  "limitIfTouched",
  "trailingStop",
  "trailingStopLimit",
  "marketOnOpen",
  "marketOnClose",
  "limitOnOpen",
  "limitOnClose",
] as const;
export type ReferenceOrderType = (typeof REFERENCE_ORDER_TYPES)[number];

export type TimeInForce = "gtc" | "gtd" | "day" | "ioc" | "fok";

/** How far a trailing stop stays behind: a distance, or a share of the best price since it started. */
export type TrailOffset =
  { readonly kind: "amount"; readonly amount: bigint } | { readonly kind: "share"; readonly shareE9: bigint };

/** What an order says. Prices that its type does not have are left out. */
export interface OrderTerms {
  readonly type: ReferenceOrderType;
  /** Signed; of a child its share of what the parent's fill gives, in 1e-9: -1e9 closes what was filled. */
  readonly quantity: bigint;
  readonly limit?: bigint;
  /** Trigger; the first level of a trailing stop. */
  readonly stop?: bigint;
  readonly trail?: TrailOffset;
  /** Distance of the limit from the trigger of a trailing stop-limit. */
  readonly limitOffset?: bigint;
  readonly activation?: bigint;
  readonly display?: bigint;
  /** `gtc` when left out. */
  readonly timeInForce?: TimeInForce;
  /** Of a `gtd` order. */
  readonly expires?: bigint;
  readonly postOnly?: boolean;
  readonly reduceOnly?: boolean;
  /** Stop of a position: first at its price, and never refused. */
  readonly protective?: boolean;
  /** Prices are distances from the parent's fill price. */
  readonly fromFill?: boolean;
  /** OTO. */
  readonly children?: OrderChildren;
}

export interface OrderChildren {
  readonly release: "partial" | "full";
  readonly link: GroupLink | null;
  readonly terms: readonly OrderTerms[];
}

/** One cancels the other, or one updates the other. */
export type GroupLink = "oco" | "ouo";

/** What an order does next: what its type says, until a trigger makes it a market order or a limit. */
export type OrderRole = "market" | "limit" | "stop" | "touch" | "trail" | "openAuction" | "closeAuction";

/** `held` by its parent; `waiting` for its first open, or for the next one; `live` in the market. */
export type OrderState = "held" | "waiting" | "live" | "ended";

/** An order of a run. Orders name each other by `id`, so that a run can be copied. */
export interface ReferenceOrder {
  /** Index into the orders of the run. */
  readonly id: number;
  readonly instrument: number;
  readonly decision: number;
  readonly terms: OrderTerms;
  /** From 1 in the order of acceptance; 0 while held. */
  sequence: number;
  /** Place at one price: lower first. */
  priority: number;
  state: OrderState;
  role: OrderRole;
  accepted: bigint;
  leaves: bigint;
  filled: bigint;
  limit: bigint | null;
  trigger: bigint | null;
  expires: bigint | null;
  /** Has met no open point yet since it was accepted, released or moved. */
  isNew: boolean;
  /** Was let into the market once. */
  hasArrived: boolean;
  /** Number of the tick at which nothing more can be had by it. */
  quietAt: number;
  /** Slippage took it past its limit where it was triggered: the walk must come back to it, or an open jump it. */
  awaitsReturn: boolean;
  /** Time of the bar that triggered it. */
  triggeredBar: bigint | null;
  /** Best price since a trailing stop started; `null` before. */
  extreme: bigint | null;
  /** What an iceberg still shows. */
  shown: bigint;
  readonly parent: number | null;
  /** Patterns of its children. */
  patterns: number[];
  /** Of a pattern: the order last released from it. */
  released: number | null;
  group: { readonly id: number; readonly link: GroupLink } | null;
  /** A cancel or an amendment on its way. */
  cancelAt: bigint | null;
  amendment: Amendment | null;
  /** Buying power that it holds; below zero when it frees some. */
  reserved: bigint;
  feeByRates: bigint;
  feeCharged: bigint;
}

/** New terms of an open order; what is left out stays. */
export interface Amendment {
  readonly at: bigint;
  readonly leaves?: bigint;
  readonly limit?: bigint;
  readonly stop?: bigint;
}

/** Role of a type before any trigger. */
export function roleOf(type: ReferenceOrderType): OrderRole {
  switch (type) {
    case "market":
      return "market";
    case "limit":
      return "limit";
    case "stop":
    case "stopLimit":
      return "stop";
    case "marketIfTouched":
    case "limitIfTouched":
      return "touch";
    case "trailingStop":
    case "trailingStopLimit":
      return "trail";
    case "marketOnOpen":
    case "limitOnOpen":
      return "openAuction";
    case "marketOnClose":
    case "limitOnClose":
      return "closeAuction";
  }
}

export function isBuy(order: { readonly leaves: bigint }): boolean {
  return order.leaves > 0n;
}

/** True for an order whose trigger makes it a limit (B8). */
export function becomesLimit({ type }: OrderTerms): boolean {
  return type === "stopLimit" || type === "limitIfTouched" || type === "trailingStopLimit";
}

/** C8: an order that may not be refused for standing in the market. */
export function isProtective({ parent, terms }: Pick<ReferenceOrder, "parent" | "terms">): boolean {
  return parent !== null || terms.protective === true || terms.reduceOnly === true;
}
