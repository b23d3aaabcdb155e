// What the execution layer is given and what it gives back.
//
// Units: mantissas; instants in ns since 1970; weights and rates in 1e-9; money in the currency's smallest part.

import type { Instrument } from "../../../kernel/index.js";
import type { ActivationFacts } from "../check/activation.js";
import type { Check, Checks } from "../check/approval.js";
import type { ComplianceRules } from "../check/compliance.js";
import type { Refusal } from "../check/refusal.js";
import type { RiskFacts } from "../check/risk-checks.js";
import type { ManagerInput } from "../order/manager-input.js";
import type { CountedFill, ManagerNote, ManagerOutput } from "../order/manager-state.js";
import type { ManagerTerms } from "../order/manager-terms.js";
import type { OrderManager } from "../order/order-manager.js";
import type { VenueMessage, VenueRequest } from "../order/venue-message.js";
import type { Counters } from "../outbox/counters.js";
import type { OutboxLimits } from "../outbox/outbox.js";
import type { VenueQuote } from "../route/venue-quote.js";
import type { ActivationEvent } from "../schema/activation.js";
import type { Domain, Side } from "../schema/field.js";
import type { IntentEvent } from "../schema/intent.js";

/** What the gates look at. */
export interface GateFacts extends ActivationFacts {
  readonly instrument: Instrument;
  /** Orders that no venue has answered yet. */
  readonly unanswered: number;
}

export interface LayerTerms {
  readonly world: string;
  readonly domain: Domain;
  readonly strategies: readonly string[];
  readonly instruments: readonly Instrument[];
  readonly aliases?: readonly (readonly [alias: string, symbol: string])[];
  readonly compliance: ComplianceRules;
  /** In their order. Default `riskChecks()`. */
  readonly risk?: Checks<RiskFacts>;
  /** Behind the activation, in their order. Default none. */
  readonly gates?: readonly Check<GateFacts>[];
  readonly manager?: ManagerTerms;
  /** Another order manager, on the same terms. */
  readonly openManager?: (terms: ManagerTerms, record?: (input: ManagerInput) => void) => OrderManager;
  /** Guards against orders without an answer: beyond these limits only reductions go on. Default: no guard. */
  readonly outbox?: OutboxLimits;
  readonly latencyRate?: bigint;
  /** What to do with what exceeds the sizes shown. Default `leave`. */
  readonly beyond?: "leave" | "send";
  /** Intents that were taken before an interruption: they are not taken again. */
  readonly taken?: readonly IntentEvent[];
  /** Is given every input of the order manager before it is applied. */
  readonly record?: (input: ManagerInput) => void;
}

/** What is known of a symbol and of the account when an intent comes. */
export interface MarketView {
  /** End of the bucket in hand. */
  readonly bucket: bigint;
  /** Price at which positions are valued and sizes made. */
  readonly price: bigint;
  /** Books by the side of the order that would take them: asks for `buy`, bids for `sell`. */
  readonly quotes: Readonly<Record<Side, readonly VenueQuote[]>>;
  readonly equity: bigint;
  readonly otherExposure: bigint;
  readonly drawdown: bigint;
  readonly volatility: bigint | null;
}

/** What is to change of an order; what is left out stays. */
export interface OrderChange {
  readonly quantity?: bigint;
  readonly limit?: bigint;
}

export interface LayerOutput extends ManagerOutput {
  readonly refusals: readonly Refusal[];
  /** Adjustments of sizes, for a person. */
  readonly sizing: readonly string[];
}

export interface ExecutionLayer {
  /** An intent as it came, whatever it is. */
  readonly intent: (value: unknown, view: (symbol: string) => MarketView, time: bigint) => LayerOutput;
  readonly activate: (event: ActivationEvent, bucket: bigint, time: bigint) => LayerOutput;
  readonly cancel: (clientOrderId: string, time: bigint) => LayerOutput;
  /** Another quantity (what is still to fill) or limit for an open order; risk and gates are asked as for a new one. */
  readonly replace: (clientOrderId: string, change: OrderChange, view: MarketView, time: bigint) => LayerOutput;
  readonly receive: (message: VenueMessage, time: bigint) => LayerOutput;
  readonly advance: (time: bigint) => LayerOutput;
  /** The domain is live no longer, or again: what is open at venues is cancelled, and nothing leaves. */
  readonly leave: (mayLeave: boolean, time: bigint) => LayerOutput;
  readonly resume: (time: bigint) => LayerOutput;
  readonly manager: OrderManager;
  /** Refusals, and orders that were sent, by stage and reason. */
  readonly counters: Counters;
  /** Signed quantity that a strategy holds by the fills of this layer. */
  readonly position: (strategy: string, symbol: string) => bigint;
}

/** Nothing happened. */
export const NOTHING: LayerOutput = { requests: [], notes: [], fills: [], refusals: [], sizing: [] };

/** What happened together, in its order. */
export function joined(outputs: readonly LayerOutput[]): LayerOutput {
  const all = <Item>(of: (output: LayerOutput) => readonly Item[]): readonly Item[] => outputs.flatMap(of);
  return {
    requests: all<VenueRequest>(({ requests }) => requests),
    notes: all<ManagerNote>(({ notes }) => notes),
    fills: all<CountedFill>(({ fills }) => fills),
    refusals: all<Refusal>(({ refusals }) => refusals),
    sizing: all<string>(({ sizing }) => sizing),
  };
}
