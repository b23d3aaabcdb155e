// Execution: the layer between approved orders and venues. Synchronous and deterministic: time is an argument.

export { EVENT_KINDS, EVENT_SCHEMAS } from "./schema/catalogue.js";
export type { EventKind, EventOf, ExecutionEvent } from "./schema/catalogue.js";
export { checkedAnyEvent, checkedEvent, checkEvent } from "./schema/check.js";
export type { Checked } from "./schema/check.js";
export { jsonSchemaOf, schemaFileName, schemaFiles } from "./schema/json-schema.js";
export { EXECUTION_REASONS } from "./schema/reason.js";
export type { ExecutionReason } from "./schema/reason.js";
export { LEGS, SIDES } from "./schema/field.js";
export type { Leg, Side } from "./schema/field.js";
export type { OpenOrderEvent, OrderEvent } from "./schema/order.js";
export { ACK_STATUSES } from "./schema/ack.js";
export type { AckEvent, AckStatus } from "./schema/ack.js";
export { FILL_CAUSES, FILL_TAGS, LIQUIDITIES } from "./schema/fill.js";
export type { FillEvent, FillTag, VenueFill } from "./schema/fill.js";
export { MOVEMENT_TYPES, PORTFOLIO_SCOPES } from "./schema/portfolio.js";
export type { AccountState, MovementEvent, PortfolioEvent, PortfolioScope, PositionState } from "./schema/portfolio.js";
export { SIZE_TYPES } from "./schema/intent.js";
export type { IntentEvent, SizeType } from "./schema/intent.js";
export { EXPOSURE_SIDES } from "./schema/activation.js";
export type { ActivationEvent, ExposureSide } from "./schema/activation.js";
export { CHECK_OUTCOMES, DECISION_ACTIONS, EXIT_TRIGGERS } from "./schema/decision.js";
export type { DecisionEvent, ExitSignalEvent } from "./schema/decision.js";
export type { WorldDecisionEvent } from "./schema/world-decision.js";
export { DEAD_LETTER_STATES, QUARANTINE_REASONS } from "./schema/dead-letter.js";
export type { DeadLetterEvent, QuarantineReason } from "./schema/dead-letter.js";
export { COMPACTED_STREAMS, isPublished, STREAMS, topicName, topicOf, topicParts } from "./topic/topic.js";
export type { PublishedEvent, PublishedKind, Stream, TopicParts } from "./topic/topic.js";
export {
  correlationIdOf,
  fillKey,
  idempotencyKeyOf,
  orderKey,
  partitionKeyOf,
  portfolioKey,
  publicationOf,
} from "./topic/key.js";
export type { OrderIdentity, Publication } from "./topic/key.js";
export { compacted } from "./topic/compact.js";
export type { CompactedEvent } from "./topic/compact.js";
export { Portfolio } from "./portfolio/portfolio.js";
export type { PortfolioOptions, PortfolioTotals, Posting, PostingOutcome } from "./portfolio/portfolio.js";
export type { Costing } from "./portfolio/position.js";
export { portfolioOf } from "./portfolio/replay.js";
export { Journal } from "./journal/journal.js";
export type { DayChecksum, JournalEntry, JournalHeader } from "./journal/entry.js";
export { readJournal, verifyJournal } from "./journal/verify.js";
export type { JournalFault, JournalVerdict } from "./journal/verify.js";
export { FillIngest } from "./ingest/fill-ingest.js";
export type { IngestOptions, IngestOutcome, IngestResult } from "./ingest/fill-ingest.js";
export { eventsOfRun } from "./run/run-events.js";
export type { RunEventOptions } from "./run/run-events.js";
export { runOrderIds, worldOf } from "./run/run-order-ids.js";
export type { OrderIds, RunNames } from "./run/run-order-ids.js";
export { Outbox } from "./outbox/outbox.js";
export type { Offer, Outgoing, OutboxLimits } from "./outbox/outbox.js";
export { Counters } from "./outbox/counters.js";
export type { CounterRow } from "./outbox/counters.js";
export { lineageOf, lineageOfOrder } from "./journal/lineage.js";
export type { Lineage } from "./journal/lineage.js";
export { refusal, STAGES } from "./check/refusal.js";
export type { Refusal, Stage } from "./check/refusal.js";
export { complianceOf } from "./check/compliance.js";
export type { Compliance, ComplianceCase } from "./check/compliance.js";
export { legCost, unitCost } from "./route/venue-quote.js";
export type { QuoteLevel, RouteCase, VenueQuote } from "./route/venue-quote.js";
export { routeOrder } from "./route/router.js";
export type { Route, RouteLeg, RouteOptions } from "./route/router.js";
export { absolute } from "./money/amount.js";
export { reduces, SENT_TYPES, signedQuantity } from "./order/order-terms.js";
export type { SentForce, SentOrder, SentType, SizedOrder } from "./order/order-terms.js";
export { isApproved, judgeRisk, passGates } from "./check/approval.js";
export type {
  ApprovedOrder,
  Check,
  Checks,
  CheckTrace,
  GateOutcome,
  RiskOutcome,
  RiskPassed,
  Verdict,
} from "./check/approval.js";
export { RISK_LIMITS, riskChecks, severityOf } from "./check/risk-checks.js";
export type { RiskFacts, RiskLimits, Severity } from "./check/risk-checks.js";
export { preTradeGate } from "./check/pre-trade.js";
export type { PreTradeFacts, PreTradeTerms } from "./check/pre-trade.js";
export { openActivations } from "./check/activation.js";
export type { ActivationFacts, Activations, Standing } from "./check/activation.js";
export { openIntake } from "./intent/normalise-intent.js";
export type { Intake, IntakeTerms, IntentIntake } from "./intent/normalise-intent.js";
export { sizeIntent } from "./intent/size-intent.js";
export type { Sized, SizingFacts } from "./intent/size-intent.js";
export { publishOrder, publishTo } from "./route/publish.js";
export type { PublishCase, Published, RoutedOrder } from "./route/publish.js";
export { VENUE_MESSAGE_KINDS } from "./order/venue-message.js";
export type { PlacedTerms, VenueExecution, VenueMessage, VenueRequest, VenueState } from "./order/venue-message.js";
export { MANAGER_TERMS } from "./order/manager-terms.js";
export type { ManagerTerms } from "./order/manager-terms.js";
export type { CountedFill, ManagerNote, ManagerOutput } from "./order/manager-state.js";
export { openOrderManager } from "./order/order-manager.js";
export type { OrderManager, OrderView } from "./order/order-manager.js";
export { openExecutionLayer, restoreExecutionLayer } from "./layer/execution-layer.js";
export { AccountHistory } from "./layer/account-history.js";
export type { AccountFacts, HistoryTerms } from "./layer/account-history.js";
export type {
  AccountTerms,
  ExecutionLayer,
  GateFacts,
  LayerOutput,
  LayerSimulation,
  LayerTerms,
  MarketView,
  Marks,
  OrderChange,
} from "./layer/layer-terms.js";
export { inputOfEvent } from "./layer/layer-input.js";
export type { LayerInput } from "./layer/layer-input.js";
export { INPUT_KINDS } from "./schema/layer-input.js";
export type { LayerInputEvent } from "./schema/layer-input.js";
