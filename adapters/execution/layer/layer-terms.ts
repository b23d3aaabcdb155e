// What the execution layer is given and what it gives back.
//
// Units: mantissas; instants in ns since 1970; weights and rates in 1e-9; money in the currency's smallest part.

import type { Clock, ComplianceRules, Instrument, ResolvedWorld } from "../../../kernel/index.js";
import type { Check, Checks } from "../check/approval.js";
import type { PreTradeFacts, PreTradeTerms } from "../check/pre-trade.js";
import type { Refusal } from "../check/refusal.js";
import type { RiskFacts } from "../check/risk-checks.js";
import type { IngestOptions } from "../ingest/fill-ingest.js";
import type { Journal } from "../journal/journal.js";
import type { ManagerOutput } from "../order/manager-state.js";
import type { ManagerTerms } from "../order/manager-terms.js";
import type { OrderManager } from "../order/order-manager.js";
import type { VenueMessage } from "../order/venue-message.js";
import type { Counters } from "../outbox/counters.js";
import type { OutboxLimits } from "../outbox/outbox.js";
import type { Portfolio } from "../portfolio/portfolio.js";
import type { Costing } from "../portfolio/position.js";
import type { VenueQuote } from "../route/venue-quote.js";
import type { DeadLetterEvent } from "../schema/dead-letter.js";
import type { DecisionEvent, ExitSignalEvent } from "../schema/decision.js";
import type { Side } from "../schema/field.js";
import type { MovementEvent, PortfolioScope } from "../schema/portfolio.js";
import type { PublishedEvent } from "../topic/topic.js";
import type { AccountFacts } from "./account-history.js";

/** What the gates look at. */
export interface GateFacts extends PreTradeFacts {
  /** Orders that no venue has answered yet. */
  readonly unanswered: number;
}

/** How the layer reads its own account: over a delayed edge, as of the bucket of a decision less `lag` buckets. */
export interface AccountTerms {
  /** Length of a bucket, ns. */
  readonly bucketNs: bigint;
  /** Buckets, from 1; default 1. */
  readonly lag?: number;
  /** Whose account and positions risk looks at; default `strategy`. */
  readonly scope?: PortfolioScope;
  /** Default `average`. */
  readonly costing?: Costing;
  /** Returns that the volatility is taken over; default 30. */
  readonly samples?: number;
  /** Returns that are enough to judge by; default 10. */
  readonly samplesMin?: number;
  /** Buckets of a year, 1e-9; default what `bucketsPerYear` of the kernel says of such bars without a calendar. */
  readonly periodsPerYear?: bigint;
}

/** What an account is read by where nobody states it. */
export const ACCOUNT_DEFAULTS = { lag: 1, scope: "strategy", costing: "average", samples: 30, samplesMin: 10 } as const;

export interface LayerTerms {
  /** The world that it works in: its domain is where the layer acts, and nobody states that by himself. */
  readonly world: ResolvedWorld;
  /** The clock that its times are of: the one of the domain. */
  readonly clock: Clock;
  readonly strategies: readonly string[];
  /** Linear ones; an account is kept for each of their currencies. */
  readonly instruments: readonly Instrument[];
  readonly aliases?: readonly (readonly [alias: string, symbol: string])[];
  readonly account: AccountTerms;
  readonly compliance: ComplianceRules;
  /** In their order. Default `riskChecks()`. */
  readonly risk?: Checks<RiskFacts>;
  /** Hours, what can be borrowed, and what the account pays for, behind the activation. Default a cash account. */
  readonly preTrade?: PreTradeTerms;
  /** Behind those, in their order. Default none. */
  readonly gates?: readonly Check<GateFacts>[];
  readonly manager?: ManagerTerms;
  /** Another order manager, on the same terms. */
  readonly openManager?: (terms: ManagerTerms) => OrderManager;
  /** Guards against orders without an answer: beyond these limits only reductions go on. Default: no guard. */
  readonly outbox?: OutboxLimits;
  /** How far fills may be ahead of their turn, and how many may wait. */
  readonly ingest?: Pick<IngestOptions, "aheadMax" | "heldMax">;
  readonly latencyRate?: bigint;
  /** Counts what came of another world or domain, by kind; every count must stay 0. Default: one of its own. */
  readonly crossings?: Counters;
  /** What to do with what exceeds the sizes shown. Default `leave`. */
  readonly beyond?: "leave" | "send";
}

/** What is known of a symbol when an intent comes: prices and time, and nothing of the account. */
export interface MarketView {
  /** End of the bucket in hand. */
  readonly bucket: bigint;
  /** Price at which positions are valued and sizes made. */
  readonly price: bigint;
  /** Books by the side of the order that would take them: asks for `buy`, bids for `sell`. */
  readonly quotes: Readonly<Record<Side, readonly VenueQuote[]>>;
}

/** Price of each symbol at the end of a bucket; what is left out keeps its last one. */
export type Marks = Readonly<Record<string, bigint>>;

/** What is to change of an order; what is left out stays. */
export interface OrderChange {
  readonly quantity?: bigint;
  readonly limit?: bigint;
}

export interface LayerOutput extends ManagerOutput {
  /** Of the layer's own domain; what is refused in simulation is among the events. */
  readonly refusals: readonly Refusal[];
  /** Adjustments of sizes, for a person. */
  readonly sizing: readonly string[];
  /** What is to be published, in this order; all of it is in the journal. */
  readonly events: readonly PublishedEvent[];
}

/**
 * What a live layer only simulates: an account of its own in the domain `dryrun`. It begins with the deposits of the
 * layer, and its journal has its events: the inputs that make them are in that of the layer. All to be read.
 */
export interface LayerSimulation {
  readonly journal: Journal;
  readonly manager: OrderManager;
  readonly portfolio: Portfolio;
  readonly counters: Counters;
  readonly position: (strategy: string, symbol: string) => bigint;
}

/**
 * A layer. Everything that changes it is an input: it is written to the journal with all that came of it. Keep
 * `journal.lines` behind the last entry that was kept before sending any request, so that what went out is known.
 *
 * Every method throws an InputError before anything changes: `event/schema` for arguments that are not of their form,
 * with each field, and `event/facts` for a time more than a second before the newest. One that is up to a second before
 * it, as of a clock that was set back, counts as the newest.
 */
export interface ExecutionLayer {
  /**
   * An intent as it came, whatever it is.
   *
   * @throws InputError `config/*` for quotes that contradict themselves.
   */
  readonly intent: (value: unknown, market: MarketView, time: bigint) => LayerOutput;
  /**
   * An activation as it came, whatever it is. One that is none and names this world puts the sides that it may be for
   * in doubt: they refuse with `activation_unknown` until a newer one comes. That stands in the journal, and is refused
   * with what is wrong with it.
   *
   * @throws InputError `event/schema` for one that does not name this world; `event/identity` for another world or
   *   domain.
   */
  readonly activate: (event: unknown, bucket: bigint, time: bigint) => LayerOutput;
  /**
   * What the world's service said, whatever it is: a `world_decision`, `unreachable`, or null for nothing. Where the
   * world is in this domain no longer, intents are refused and what is open at venues is cancelled.
   */
  readonly decide: (said: unknown, time: bigint) => LayerOutput;
  readonly cancel: (clientOrderId: string, time: bigint) => LayerOutput;
  /** Another quantity (what is still to fill) or limit for an open order; risk and gates are asked as for a new one. */
  readonly replace: (clientOrderId: string, change: OrderChange, market: MarketView, time: bigint) => LayerOutput;
  readonly receive: (message: VenueMessage, time: bigint) => LayerOutput;
  /** A fill as a venue reports it on another way than its answers (`venue_fill`), whatever it is. */
  readonly report: (value: unknown, time: bigint) => LayerOutput;
  /**
   * Cash that moved without a fill; it gets its number here. In the scope of strategies it is a strategy's.
   *
   * @throws InputError `event/schema`, `event/identity`, `event/facts` for a currency that no instrument has.
   */
  readonly move: (movement: Omit<MovementEvent, "number">, time: bigint) => LayerOutput;
  /**
   * The bucket is over: everything of it is here. The account is valued, and decisions may see it as of this bucket;
   * while a fill waits for one before it, its position is not known, and the bucket is not committed. One that comes
   * behind a later one changes nothing.
   *
   * @throws InputError `event/facts` for a symbol that is not known, a price that is not above 0, or a bucket that does
   *   not lie whole buckets from the first one.
   */
  readonly commit: (bucket: bigint, marks: Marks, time: bigint) => LayerOutput;
  /** Keeps what a policy decided in the journal. @throws InputError `event/schema`, `event/identity`. */
  readonly tell: (event: DecisionEvent | ExitSignalEvent, time: bigint) => LayerOutput;
  /** Takes a repaired report in place of that of a dead letter. @throws InputError `execution/quarantine`. */
  readonly repair: (letterId: string, report: unknown, time: bigint) => LayerOutput;
  /** Tries a dead letter again, or with null all that wait. @throws InputError `execution/quarantine`. */
  readonly replay: (letterId: string | null, time: bigint) => LayerOutput;
  /** Gives a dead letter up. @throws InputError `execution/quarantine`. */
  readonly discard: (letterId: string, time: bigint) => LayerOutput;
  readonly advance: (time: bigint) => LayerOutput;
  /** When time alone changes something, so that `advance` is to be called; null for never. */
  readonly nextDue: () => bigint | null;
  /** The domain is live no longer, or again: what is open at venues is cancelled, and nothing leaves. */
  readonly leave: (mayLeave: boolean, time: bigint) => LayerOutput;
  readonly resume: (time: bigint) => LayerOutput;
  /** The world as it counts at a time. */
  readonly world: (time: bigint) => ResolvedWorld;
  readonly journal: Journal;
  /** To be read: what changes it goes through the layer. */
  readonly manager: OrderManager;
  /** By the scope of the account; to be read. */
  readonly portfolio: Portfolio;
  /** What was refused, sent and posted, by stage and reason. */
  readonly counters: Counters;
  /** What it only simulates; null outside of the live domain, where the layer itself is the simulation. */
  readonly simulation: LayerSimulation | null;
  /** Dead letters in their present state, by number; those of the simulation behind the others. */
  readonly letters: () => readonly DeadLetterEvent[];
  /** Signed quantity that a strategy holds by the fills that were posted. */
  readonly position: (strategy: string, symbol: string) => bigint;
  /** What risk sees of the account of an order decided in a bucket; null where that is not committed yet. */
  readonly account: (strategy: string, symbol: string, bucket: bigint) => AccountFacts | null;
  /** End of the last bucket that was committed, or null. */
  readonly watermark: () => bigint | null;
}

/** Nothing happened. */
export const NOTHING: LayerOutput = { requests: [], notes: [], fills: [], refusals: [], sizing: [], events: [] };
