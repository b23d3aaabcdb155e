// Events of the reference: what happens in a run, in order, with the numbers that a log has.

export interface DepositEvent {
  readonly kind: "deposit";
  readonly time: bigint;
  readonly amount: bigint;
  readonly balance: bigint;
}

/** An order was accepted. */
export interface OrderEvent {
  readonly kind: "order";
  readonly time: bigint;
  readonly order: number;
  readonly instrument: number;
  readonly decision: number;
  readonly quantity: bigint;
  /** True for a child that its parent's fill let out. */
  readonly isReleased: boolean;
}

/** An order ended without being filled whole. */
export interface OrderEndEvent {
  readonly kind: "orderEnd";
  readonly time: bigint;
  readonly order: number;
  readonly instrument: number;
  readonly leaves: bigint;
  readonly reason: string;
}

export interface FillEvent {
  readonly kind: "fill";
  readonly time: bigint;
  readonly order: number;
  readonly instrument: number;
  readonly price: bigint;
  readonly quantity: bigint;
  readonly cash: bigint;
  readonly fee: bigint;
  readonly realised: bigint;
  readonly slippage: bigint;
  readonly isForced: boolean;
  readonly liquidity: "taker" | "maker";
}

/** A decision made no order, or a smaller one. */
export interface RefusalEvent {
  readonly kind: "refusal";
  readonly time: bigint;
  readonly instrument: number;
  readonly decision: number;
  readonly wanted: bigint;
  readonly allowed: bigint;
  readonly reason: string;
}

/** A bar that does not say what happened: its bounds differ (`ambiguous`), or its two walks do (`heuristic`). */
export interface AmbiguityEvent {
  readonly kind: "ambiguity";
  readonly time: bigint;
  readonly instrument: number;
  readonly certainty: "ambiguous" | "heuristic";
}

/** An order's trigger was met. */
export interface TriggerEvent {
  readonly kind: "trigger";
  readonly time: bigint;
  readonly order: number;
  readonly instrument: number;
  readonly price: bigint;
}

/** Funding was paid for what is held, or received (above zero). */
export interface FundingEvent {
  readonly kind: "funding";
  readonly time: bigint;
  readonly instrument: number;
  readonly amount: bigint;
}

export type ReferenceEvent =
  DepositEvent | OrderEvent | OrderEndEvent | FillEvent | RefusalEvent | AmbiguityEvent | TriggerEvent | FundingEvent;

export interface ReferencePortfolioRow {
  readonly time: bigint;
  readonly equity: bigint;
  readonly cash: bigint;
  readonly exposureGross: bigint;
}

export interface ReferenceResult {
  readonly events: readonly ReferenceEvent[];
  readonly portfolio: readonly ReferencePortfolioRow[];
  /** Quantity held of each instrument at the end. */
  readonly positions: readonly bigint[];
  readonly cash: bigint;
  /** Ids of the rules of `FILLS.md` that decided something. */
  readonly rules: ReadonlySet<string>;
}
