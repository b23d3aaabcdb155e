// Public index of the kernel: everything that `import { … } from "goldentape"` gives.

export { InputError, InvariantError, invariant, IssueList, issueText } from "./base/error.js";
export type { Issue } from "./base/error.js";
export type { IssueCode } from "./base/issue-code.js";
export type { BarColumns, BarsTape, Dataset, TapeKind } from "./market/tape.js";
export { TAPE_KINDS, VOLUME_UNKNOWN } from "./market/tape.js";
export { memoryActions, memoryConversions, memoryFunding, memoryStatus } from "./market/side-tape.js";
export type {
  ActionColumns,
  ActionsTape,
  ConversionColumns,
  ConversionTape,
  FundingColumns,
  FundingTape,
  SideColumns,
  SideTapes,
  StatusColumns,
  StatusTape,
} from "./market/side-tape.js";
export { bucketsPerYear } from "./market/buckets-per-year.js";
export { intervalNs } from "./market/interval.js";
export type { IntervalText } from "./market/interval.js";
export type { Currency, Instrument, InstrumentClass } from "./market/instrument.js";
export { INSTRUMENT_CLASSES } from "./market/instrument.js";
export { gatherBars, memoryTape, sliceBars } from "./market/tape-memory.js";
export type { BarColumnArrays } from "./market/tape-memory.js";
export { gapsAgainst, gapsContinuous } from "./data/calendar.js";
export type { ExtendedHours, ExtendedKind, SessionPair, Sessions } from "./market/calendar.js";
export { disorderOf, EXTENDED_KINDS, sessionAt, sessionsOf } from "./market/calendar.js";
export type { HourKind } from "./market/extended-hours.js";
export { HOUR_KINDS, inOrder, misplacedKinds, sessionsWith, shortened } from "./market/extended-hours.js";
export { checkCalendar } from "./data/session-calendar.js";
export type { CheckedCalendar, InstantInput, SessionCalendar } from "./data/session-calendar.js";
export type { CalendarsConfig } from "./run/calendars.js";
export type { CalendarSpec, ExtendedSpec, Gap, GapReport, SessionSpec } from "./data/calendar.js";
export { civilFromDay, dayFromCivil, instantText } from "./data/civil-date.js";
export { decimalReader } from "./data/decimal-text.js";
export type { DecimalFault, DecimalReader, RoundingPolicy } from "./data/decimal-text.js";
export { FILE_FORMATS, TIME_UNITS } from "./data/import-manifest.js";
export type {
  ColumnRef,
  CsvLayout,
  FileFormat,
  ImportManifest,
  InstrumentFacts,
  NumberRule,
  TimeRule,
  TimeUnit,
} from "./data/import-manifest.js";
export type { GapRecord, ImportedFile, ImportRecord } from "./data/import-record.js";
export { factsOf, instrumentOf } from "./data/instrument-facts.js";
export { ProblemList } from "./data/problem.js";
export type { RowProblem } from "./data/problem.js";
export { RowCheck, valueAt } from "./data/row-check.js";
export type { BlockColumn, ImportBlock, ReportProblem, RowRules } from "./data/row-check.js";
export {
  barsOfContent,
  compareTapes,
  contentOfBars,
  fieldDecimals,
  memoryContent,
  RATE_DECIMALS,
  TAPE_SCHEMAS,
  VALUE_ABSENT,
} from "./data/tape-schema.js";
export type { ContentSegment, FieldSchema, FieldUnit, TapeContent } from "./data/tape-schema.js";
export { corporateActions } from "./data/corporate-actions.js";
export type { CorporateAction } from "./data/corporate-actions.js";
export { datasetOfContents } from "./data/side-content.js";
export { createHasher } from "./wasm/hasher.js";
export type { Hasher, HashMode, HashStream } from "./wasm/hasher.js";
export {
  CHUNK_ROWS,
  fingerprintContents,
  fingerprintDifferences,
  fingerprintDifferenceText,
  fingerprintTapes,
  tapeLabel,
} from "./data/fingerprint.js";
export type { ColumnFingerprint, FingerprintDifference, FingerprintTree, TapeFingerprint } from "./data/fingerprint.js";
export { applyNode, constant, delayed, outputOf } from "./graph/build.js";
export type { NodeOptions } from "./graph/build.js";
export type {
  BooleanInput,
  BooleanOutput,
  Decision,
  Policy,
  GraphNode,
  NumberInput,
  NumberOutput,
  Output,
} from "./graph/node.js";
export type {
  LaneRule,
  NodeSpec,
  OperatorSpec,
  Params,
  ParamSpec,
  ParamValue,
  PortSpec,
  PortType,
  ValueType,
} from "./graph/spec.js";
export { isHandle } from "./graph/spec.js";
export type { HandleType, PolicySpec } from "./graph/spec.js";
export { extremesOf } from "./wasm/extremes.js";
export type { FindExtremes, PartExtremes } from "./wasm/extremes.js";
export { floatMathOf } from "./wasm/float-math.js";
export type { FloatMath } from "./wasm/float-math.js";
export {
  AMBIGUITY_KINDS,
  DECISION_CHECK_NAMES,
  DECISION_KINDS,
  LEDGER_KINDS,
  NOTE_KINDS,
  SEVERITIES,
  ACTIVATION_FLAGS,
  NEVER,
  ORDER_FLAGS,
  ORDER_TYPES,
  OUTCOMES,
  RECORD_KINDS,
  UPDATE_KINDS,
} from "./log/tables.js";
export type { RouteTable } from "./log/route-rows.js";
export type { TableNames } from "./log/table-names.js";
export type {
  ActivationTable,
  AmbiguityTable,
  DecisionTable,
  FillTable,
  LedgerTable,
  LoggedTables,
  NoteTable,
  OrderEndTable,
  OrderTable,
  PortfolioTable,
  RecordTable,
  RefusalTable,
  RunTables,
  SentOrderTable,
  SplitTable,
  UpdateTable,
} from "./log/tables.js";
export { REASONS } from "./log/reason.js";
export type { Reason } from "./log/reason.js";
export { depositedBefore, studyRun, summaryOf } from "./study/study.js";
export type { Study, StudyOptions } from "./study/study.js";
export { decisionTraces } from "./study/decision-trace.js";
export type { DecisionTrace, TraceCheck, TraceNumber, TraceStep, TraceUnit } from "./study/decision-trace.js";
export { REFUSAL_STAGES, refusalCounts, stagedRefusals } from "./study/refusal-stages.js";
export type { RefusalCount, RefusalStage, StagedRefusal } from "./study/refusal-stages.js";
export { METRIC_GROUPS } from "./study/metric.js";
export type { Metric, MetricBasis, MetricGroup, MetricUnit } from "./study/metric.js";
export { monthlyReturns, yearlyReturns } from "./study/samples.js";
export type { CalendarReturn, EquitySamples, SamplingPeriod } from "./study/samples.js";
export { depths, longestDrawdown, maximumDrawdown } from "./study/drawdown.js";
export type { Drawdown } from "./study/drawdown.js";
export type { Benchmark, BenchmarkComparison } from "./study/benchmark.js";
export { bookOf, tradesOf } from "./study/trades.js";
export type { Trade } from "./study/trade.js";
export { tradeStatistics } from "./study/trade-statistics.js";
export type { TradeStatistics, TradeStatisticsOptions } from "./study/trade-statistics.js";
export { BOUND_PATHS, boundConfig, BOUNDS_CAUTION, boundsOf, runBounds, tapesOf } from "./study/bounds.js";
export type { AmbiguousBar, BoundedTrade, BoundPath, BoundRuns, Bounds, Reading } from "./study/bounds.js";
export { statementOf } from "./study/statement.js";
export type { AccountStatement } from "./study/statement.js";
export { canonicalJson } from "./base/jcs.js";
export type { Json } from "./base/jcs.js";
export { digestBytes, digestJson, digestShort, isDigest } from "./base/digest.js";
export type { Digest, DigestContext } from "./base/digest.js";
export { crc32, crc32Text } from "./base/crc32.js";
export { bytesOfHex, hexOf } from "./base/bytes.js";
export { mantissaOf, mantissaText } from "./base/decimal.js";
export type { MantissaFault } from "./base/decimal.js";
export { compareText } from "./base/order.js";
export { checksumOf, computeKeyOf, evalKeyOf, graphIdOf, nodeIdOf, runIdOf } from "./graph/identity.js";
export type {
  ComputeContent,
  ComputeKey,
  EvalContent,
  EvalKey,
  GraphId,
  NodeId,
  RunContent,
  RunDataset,
  RunId,
} from "./graph/identity.js";
export { graph, nodeLabel } from "./graph/graph.js";
export type { Graph, GraphParts } from "./graph/graph.js";
export {
  abs,
  add,
  ceil,
  clamp,
  div,
  exp,
  floor,
  log,
  maxOf,
  minOf,
  mod,
  mul,
  neg,
  pow,
  round,
  sign,
  sqrt,
  sub,
} from "./nodes/arithmetic.js";
export { and, coalesce, eq, ge, gt, isNull, le, lt, ne, not, or, select, xor } from "./nodes/logic.js";
export { diff, lag, logReturn, pctChange } from "./nodes/shift.js";
export {
  linearRegression,
  rollingArgmax,
  rollingArgmin,
  rollingCorr,
  rollingCov,
  rollingMax,
  rollingMean,
  rollingMin,
  rollingQuantile,
  rollingRank,
  rollingStd,
  rollingSum,
  rollingVar,
  rollingZscore,
} from "./nodes/rolling.js";
export { cumMax, cumMin, cumProd, cumSum } from "./nodes/cumulative.js";
export { barsSince, crossOver, crossUnder, falling, hysteresis, rising } from "./nodes/events.js";
export type { HysteresisOptions } from "./nodes/events.js";
export { acrossRank, acrossTop, acrossZscore, reduceCount, reduceMean, reduceSum } from "./nodes/cross-section.js";
export { CALENDAR_UNITS, newPeriod } from "./nodes/calendar.js";
export type { CalendarUnit } from "./nodes/calendar.js";
export { dema, ema, hma, rma, sma, tema, vwap, wma } from "./nodes/moving-average.js";
export type { VwapOptions } from "./nodes/moving-average.js";
export { cci, macd, mfi, roc, rsi, stochastic, williamsR } from "./nodes/momentum.js";
export type { MacdOptions, StochasticOptions } from "./nodes/momentum.js";
export { atr, trueRange } from "./nodes/volatility.js";
export { bollinger, donchian, keltner } from "./nodes/bands.js";
export type { Bands, BollingerOptions, KeltnerOptions } from "./nodes/bands.js";
export { adx, aroon, ichimoku, parabolicSar, supertrend } from "./nodes/trend.js";
export type { IchimokuOptions, ParabolicSarOptions, SupertrendOptions } from "./nodes/trend.js";
export { obv } from "./nodes/volume.js";
export { CATALOGUE, OPERATORS } from "./nodes/catalogue.js";
export { parseJson } from "./base/json-text.js";
export { nearestText } from "./base/nearest.js";
export { GRAPH_FORMAT, graphDocument, graphJson } from "./graph/canonical.js";
export type { GraphDocument } from "./graph/canonical.js";
export { mermaidText } from "./graph/mermaid.js";
export { parseGraph } from "./graph/parse.js";
export type { Catalogue } from "./graph/parse.js";
export { userNode } from "./graph/user-node.js";
export type { UserNode, UserNodeParts, UserSeriesSpec, UserSpec } from "./graph/user-node.js";
export { slippageModel } from "./graph/slippage-model.js";
export type { SlippageContext, SlippageModel, SlippageModelParts, SlippageSpec } from "./graph/slippage-model.js";
export type { ColumnWindow, OutputColumn, UserWindow } from "./graph/user-window.js";
export { fillState, portfolioState, positionState } from "./nodes/state.js";
export type { FillField, PortfolioField, PositionField, PositionStateOptions } from "./nodes/state.js";
export type { Watermark } from "./run/watermark.js";
export { bars, EVERY_INSTRUMENT } from "./nodes/bars.js";
export type { BarField, BarsOptions } from "./nodes/bars.js";
export { targetPercent, targetQuantity, targetValue } from "./nodes/decision.js";
export { portfolioView } from "./nodes/portfolio-view.js";
export type { PortfolioSeries } from "./nodes/portfolio-view.js";
export { activationGate, preTradeGate, riskControl, router, strategyScope } from "./nodes/policy.js";
export { checkCompliance, complianceGate, covers } from "./nodes/compliance.js";
export type { ComplianceOptions, ComplianceRules, Restriction, ThrottleRule } from "./nodes/compliance.js";
export { timingGate } from "./nodes/timing-gate.js";
export type { TimingOptions } from "./nodes/timing-gate.js";
export { commitment, decisionEngine } from "./nodes/commitment.js";
export type { CommitmentInputs, CommitmentOptions, CommitmentPolicies, EngineOptions } from "./nodes/commitment.js";
export { circuitBreaker, reservePool, TIERS, tierPolicy } from "./nodes/account-policy.js";
export type { BreakerOptions, PerTier, ReserveOptions, Tier, TierOptions } from "./nodes/account-policy.js";
export { commitmentSizer, decisionChecks, stopManager, weeklyRebalance } from "./nodes/decision-policy.js";
export type { CheckOptions, RebalanceOptions, SizerOptions, StopOptions } from "./nodes/decision-policy.js";
export type {
  ActivationOptions,
  Gates,
  PreTradeOptions,
  RiskOptions,
  RouterOptions,
} from "./nodes/policy.js";
export type { DecisionOptions } from "./nodes/decision.js";
export {
  limitIfTouched,
  limitOnClose,
  limitOnOpen,
  limitOrder,
  marketIfTouched,
  marketOnClose,
  marketOnOpen,
  marketOrder,
  order,
  stopLimitOrder,
  stopOrder,
  trailingStop,
  trailingStopLimit,
} from "./nodes/order.js";
export type { OrderOptions, TypedOrderOptions } from "./nodes/order.js";
export { postOnlyFaults, TIMES_IN_FORCE } from "./nodes/order-rules.js";
export type { OrderType, SizeUnit, TimeInForce, TrailUnit } from "./nodes/order-rules.js";
export { amendOrder, bracket, cancelOrders, oco, ouo } from "./nodes/order-links.js";
export type { AmendOptions, BracketOptions } from "./nodes/order-links.js";
export { createEngine, engineOf } from "./wasm/engine.js";
export type { Engine } from "./wasm/engine.js";
export { EventLog } from "./log/event-log.js";
export type { Checkpoint } from "./log/event-log.js";
export { nextOrderState, ORDER_LIFE_EVENTS, ORDER_STATES } from "./log/order-life.js";
export type { OrderLifeEvent, OrderState } from "./log/order-life.js";
export { rowOfOrder } from "./log/order-rows.js";
export { orderIdOf } from "./log/order-id.js";
export { checkConfig } from "./run/config.js";
export type { LimitsConfig, SizeLimit } from "./run/config-limits.js";
export type { ActivationMessage } from "./run/config-activations.js";
export type { VenueConfig } from "./run/config-venues.js";
export type { BatchItem, MicroBatch } from "./run/batch-log.js";
export { checkClock, CLOCKS, DOMAINS, EFFECTIVE_MODES, MODE_RULES } from "./worlds/domain.js";
export type { Clock, Domain, EffectiveMode, Leaving, ModeRules } from "./worlds/domain.js";
export { SAFE_REASONS } from "./worlds/safe-reason.js";
export type { SafeReason } from "./worlds/safe-reason.js";
export { WORLD } from "./worlds/world-decision.js";
export type { WorldDecision } from "./worlds/world-decision.js";
export { checkResolved, resolveWorld, UNREACHABLE, WORLD_TOLERANCE_NS, worldAt } from "./worlds/resolve-world.js";
export type { ResolvedWorld, WorldTerms } from "./worlds/resolve-world.js";
export type { RunConfig } from "./run/config.js";
export { PATH_MODES } from "./run/config-execution.js";
export type { ExecutionConfig, FillPoint, LimitFillConfig, PathMode } from "./run/config-execution.js";
export { PRESET_NAMES, PRESETS } from "./run/preset.js";
export type { PresetName } from "./run/preset.js";
export type { SlippageConfig } from "./run/config-slippage.js";
export type {
  AccountConfig,
  AccountInstrumentConfig,
  AccountTerms,
  MarginTierConfig,
  TieredRate,
} from "./run/config-account.js";
export type { BalanceTerms } from "./run/config-balances.js";
export type { DecimalInput } from "./run/config-check.js";
export type { DatedFees, FeeConfig, FeeLevel, FeePart, FeeRates } from "./run/config-fees.js";
export { firstAtOrAfter } from "./run/feed.js";
export { createWorkspace } from "./run/workspace.js";
export type { Workspace, WorkspaceOptions } from "./run/workspace.js";
export { openReplay, runEach, runGraph, runInWorkspace, SEMANTICS_VERSION } from "./run/run.js";
export type { DatasetUse, OpenReplay, RunCounts, RunOptions, RunResult } from "./run/run.js";
export type { Fork } from "./run/prepare.js";
export type { Draw, RunDraws } from "./run/draw-log.js";
export { openSnapshot } from "./run/snapshot.js";
export type { Snapshot, SnapshotOptions } from "./run/snapshot.js";
export { forkReplay, resumeReplay } from "./run/resume.js";
export type { ForkOptions, ResumeOptions } from "./run/resume.js";
export type { Series, SeriesLane } from "./run/host-nodes.js";
export { defineStrategy, isStrategy, strategyValues } from "./graph/strategy.js";
export type { Strategy, StrategyParts, StrategyValue } from "./graph/strategy.js";
export { eventLines } from "./log/event-text.js";
export type { EventNames } from "./log/event-text.js";
export { openSavedRun, saveRun } from "./proof/saved-run.js";
export { taggedJson, untaggedJson } from "./proof/tagged-json.js";
export type { SavedRun } from "./proof/saved-run.js";
export { chainDifference, firstDifference } from "./proof/first-difference.js";
export type { ChainDifference, DifferentEvent, FirstDifference, NamedLog } from "./proof/first-difference.js";
export { assureDatasetOf, replayParts, savedGraph, verdictOf, verifyRun } from "./proof/verify-run.js";
export type { ReplayParts, RunVerdict, UserNodes, VerdictCause } from "./proof/verify-run.js";
export { checkLookAhead } from "./proof/look-ahead.js";
export type { LookAheadOptions, LookAheadReport, Peek } from "./proof/look-ahead.js";
export { checkWarmUp } from "./proof/warm-up.js";
export type { WarmUpOfNode, WarmUpReport } from "./proof/warm-up.js";
export { graphDifference } from "./proof/graph-difference.js";
export type { NodeChange, NodeWord } from "./proof/graph-difference.js";
export { diffRuns } from "./proof/diff-runs.js";
export type { InputChange, RunDifference } from "./proof/diff-runs.js";
export type { Cause, RunParts, ValuePair } from "./proof/cause.js";
export { profileLabel } from "./sets/profile.js";
export type { VenueHours, VenueProfile, VenueSymbol } from "./sets/profile.js";
export { venueRemarks } from "./sets/venue-remarks.js";
export { VENUE_PROFILES } from "./sets/venues.js";
export { CHAIN_PLACES } from "./sets/chain.js";
export type { ChainLink, ChainPlace } from "./sets/chain.js";
export { INTENT_CONSTRAINTS, INTENT_SIZES } from "./sets/intent.js";
export type { Intent, IntentConstraint, IntentConstraints, IntentSize } from "./sets/intent.js";
export type { FillSeries, SetBooks, SetIngest, SetPortfolio } from "./sets/set-portfolio.js";
export { PORTFOLIO_SCOPES, SET_MODES, SIGNAL_MEANINGS } from "./sets/attach-check.js";
export type { PortfolioScope, SetMode, SignalMeaning } from "./sets/attach-check.js";
export { defineNodeSet, venueGates } from "./sets/node-set.js";
export type {
  AttachedSet,
  AttachOptions,
  NodeSet,
  SetComponents,
  SetDescription,
  SetParts,
} from "./sets/node-set.js";
export { NODE_SETS, nodeSetRegistry } from "./sets/registry.js";
export type { NodeSetRegistry } from "./sets/registry.js";
export { openSeekable } from "./proof/seek.js";
export type { Moment, NodeValue, SeekableRun, SeekOptions } from "./proof/seek.js";
export type { AccountBooks, Books, OrderBooks, PositionBooks } from "./run/books.js";
