// Testing of execution, with fast-check: generators of markets and orders, the slow exact reference of matching on
// bars, laws that every model of fills keeps, and the auditor of a run; and of the layer between orders and venues: a
// fake venue, golden cases, workloads and their auditor.

export { arbitraryBars, arbitraryInstruments, generatedDataset, plainInstrument } from "./arbitrary-bars.js";
export type { BarOptions, TapeInstrument } from "./arbitrary-bars.js";
export { arbitraryCase, arbitraryExecution, arbitraryTerms, arbitraryTickets } from "./arbitrary-orders.js";
export type { OrderOptionsDrawn } from "./arbitrary-orders.js";
export { auditRecord, auditRun } from "./audit.js";
export type { Violation } from "./audit.js";
export { recordOfReference, recordOfRun } from "./audit-record.js";
export type {
  AuditedBar,
  AuditedEnd,
  AuditedFill,
  AuditedInstrument,
  AuditedMovement,
  AuditedOrder,
  AuditRecord,
} from "./audit-record.js";
export {
  cancelSparesNothing,
  cancelStopsFills,
  limitIsKept,
  mirrorLaw,
  prefixLaw,
  scaleLaw,
  strangersChangeNothing,
  totalIsKept,
} from "./laws.js";
export type { ExecutionLaw, ExecutionModel } from "./laws.js";
export { cutAt, mirrorOf, scaledBy } from "./mirror.js";
export type { ExecutionCase } from "./mirror.js";
export { heldBounds, limitEntryBounds, stopEntryBounds, trailingBounds, worthAtClose } from "./closed-form.js";
export type { BarOutcome, Bracket, OutcomeBounds } from "./closed-form.js";
export { barShapes, randomTickPath, statesAfterPaths, ticksBetween } from "./tick-path.js";
export type { PriceRange, Walker } from "./tick-path.js";
export { CLOSES_ALL, referenceReplay, referenceRun } from "./reference.js";
export type { Decide, Ticket } from "./reference.js";
export type {
  AmbiguityEvent,
  DepositEvent,
  FillEvent,
  FundingEvent,
  OrderEndEvent,
  OrderEvent,
  ReferenceEvent,
  ReferencePortfolioRow,
  ReferenceResult,
  RefusalEvent,
  TriggerEvent,
} from "./reference-event.js";
export type {
  LimitTicks,
  PathMode,
  ReferenceAssumptions,
  ReferenceBar,
  ReferenceInstrument,
  ReferenceSlippage,
  TradingStatus,
} from "./reference-market.js";
export { REFERENCE_ORDER_TYPES } from "./reference-order.js";
export type {
  Amendment,
  GroupLink,
  OrderChildren,
  OrderTerms,
  ReferenceOrder,
  ReferenceOrderType,
  TimeInForce,
  TrailOffset,
} from "./reference-order.js";
export type { ReferencePosition, ReferenceState } from "./reference-state.js";
export { openFakeVenue } from "./fake-venue.js";
export type {
  Delivered,
  FakeBook,
  FakeExecution,
  FakeOrder,
  FakeVenue,
  FakeVenueTerms,
  LineFault,
  OnTheLine,
} from "./fake-venue.js";
export {
  CASE_INSTRUMENT,
  CASE_NAMES,
  caseActivation,
  caseDecision,
  caseIntent,
  caseWorld,
  runLayerCase,
} from "./layer-case.js";
export type {
  CaseIntent,
  CaseOutcome,
  CaseStep,
  HappeningInCase,
  LayerCase,
  LayerParts,
  LineRule,
} from "./layer-case.js";
export { CASE_LATENCY_NS } from "./layer-view.js";
export { REPORT_FLAWS } from "./layer-report.js";
export type { PlantedReport, ReportFlaw } from "./layer-report.js";
export { LAYER_CASES } from "./order-cases.js";
export { auditLayerCase } from "./layer-audit.js";
export { arbitraryLayerCase } from "./arbitrary-layer.js";
export { checkLayer } from "./check-layer.js";
export { checkNodeSet } from "./check-node-set.js";
export type { NodeSetCheckOptions, NodeSetFault, SetLaw } from "./check-node-set.js";
export { NODE_SET_CASES } from "./node-set-cases.js";
export type { NodeSetCase, SetBar, SetMessage } from "./node-set-case.js";
export type { CaseFault, CheckOptions } from "./check-layer.js";
