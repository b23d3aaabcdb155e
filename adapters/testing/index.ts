// Testing of execution: the slow exact reference of matching on bars, the closed forms of a bar, and its tick paths.

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
