// Market and assumptions of the exact model: what a replay is given, in integers.
//
// Units: prices, quantities and money as mantissas; rates in 1e-9.

import type { Instrument } from "../../kernel/index.js";

export interface ModelBar {
  /** Close time, ns. */
  readonly time: bigint;
  readonly open: bigint;
  readonly close: bigint;
  /** `null` when not known. */
  readonly volume: bigint | null;
}

export interface ModelInstrument {
  readonly facts: Instrument;
  readonly intervalNs: bigint;
  readonly bars: readonly ModelBar[];
}

export type ModelDecisionKind = "targetPercent" | "targetValue" | "targetQuantity" | "marketOrder";

export interface ModelDecision {
  readonly kind: ModelDecisionKind;
  /** Index of the instrument that is traded; the decision has a row for each of its bars. */
  readonly instrument: number;
  readonly values: readonly (number | null)[];
  /** `null` for a decision without a trigger. */
  readonly when: readonly (boolean | null)[] | null;
}

export type ModelSlippage =
  | { readonly kind: "none" }
  | { readonly kind: "ticks"; readonly ticks: bigint }
  | { readonly kind: "bps"; readonly shareE9: bigint }
  | { readonly kind: "volumeShare"; readonly factorE9: bigint };

export interface ModelAssumptions {
  readonly cash: bigint;
  /** `null` for a cash account. */
  readonly leverageE9: bigint | null;
  readonly feeTakerE9: bigint;
  /** Fee of one whole unit of quantity, in 1e-9 of the smallest unit of money. */
  readonly feeUnitE9: bigint;
  readonly feeMinimum: bigint;
  readonly slippage: ModelSlippage;
  readonly fill: "nextOpen" | "sameClose";
  /** `null` for no cap. */
  readonly participationE9: bigint | null;
  readonly remainder: "carry" | "cancel";
  readonly latencyNs: bigint;
  readonly closeAtEnd: boolean;
}

/** What happens in a replay, in order; numbers as the log has them. */
export type ModelEvent =
  | { readonly kind: "deposit"; readonly time: bigint; readonly amount: bigint; readonly balance: bigint }
  | {
      readonly kind: "order";
      readonly time: bigint;
      readonly order: number;
      readonly instrument: number;
      readonly decision: number;
      readonly quantity: bigint;
    }
  | {
      readonly kind: "orderEnd";
      readonly time: bigint;
      readonly order: number;
      readonly instrument: number;
      readonly leaves: bigint;
      readonly reason: string;
    }
  | {
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
    }
  | {
      readonly kind: "refusal";
      readonly time: bigint;
      readonly instrument: number;
      readonly decision: number;
      readonly wanted: bigint;
      readonly allowed: bigint;
      readonly reason: string;
    };

export interface ModelPortfolioRow {
  readonly time: bigint;
  readonly equity: bigint;
  readonly cash: bigint;
  readonly exposureGross: bigint;
}

export interface ModelResult {
  readonly events: readonly ModelEvent[];
  readonly portfolio: readonly ModelPortfolioRow[];
}
