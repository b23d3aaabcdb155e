// Kernel runs of what the exact model is given: tapes, a graph whose decisions follow given rows, and the log as the
// model's events.

import { generatedDataset } from "../../adapters/testing/arbitrary-bars.js";
import type { ReferenceEvent, ReferencePortfolioRow, ReferenceResult } from "../../adapters/testing/reference-event.js";
import type { ReferenceAssumptions, ReferenceInstrument } from "../../adapters/testing/reference-market.js";
import * as abi from "../../assembly/abi-event.js";
import type { Decision, Engine, EventLog, NumberOutput, RunConfig, RunOptions, RunResult } from "../../kernel/index.js";
import {
  bars,
  createEngine,
  graph,
  mantissaText,
  marketOrder,
  REASONS,
  runGraph,
  targetPercent,
  targetQuantity,
  targetValue,
  userNode,
} from "../../kernel/index.js";
import type { Graph } from "../../kernel/index.js";
import { recordBytes } from "../../kernel/log/event-log.js";
import { AMBIGUITY_KINDS } from "../../kernel/log/tables.js";
import type { Build } from "../operators/harness.js";
import { moduleBytes } from "../operators/harness.js";
import { modelReplay } from "./replay.js";
import type { ModelDecision } from "./market.js";

/** What the model and the kernel are both given. */
export interface ReplayCase {
  readonly instruments: readonly (ReferenceInstrument & { readonly interval: string })[];
  readonly decisions: readonly ModelDecision[];
  readonly given: ReferenceAssumptions;
}

const engines = new Map<Build, Engine>();

/** The compiled engine, made once a build. */
export function engineFor(build: Build = "release"): Engine {
  const known = engines.get(build) ?? createEngine(moduleBytes(build));
  engines.set(build, known);
  return known;
}

/** A graph whose decisions take the rows of a case, by the bars' times. */
export function graphOf(given: ReplayCase): Graph {
  return graph({ decisions: given.decisions.map((decision, index) => decisionOf(given, decision, index)) });
}

const BUILDERS = { targetPercent, targetValue, targetQuantity, marketOrder } as const;

function decisionOf(given: ReplayCase, decision: ModelDecision, index: number): Decision {
  const { facts, bars: rows } = given.instruments[decision.instrument] as ReferenceInstrument;
  const rowByTime = new Map(rows.map((row, i) => [Number(row.time / 1_000_000_000n), i]));
  const follow = userNode({
    name: `follow-${index}`,
    version: 1,
    period: 1,
    inputs: { time: "number" },
    outputs: { value: "number", when: "boolean" },
    compute({ rowCount, inputs, outputs }) {
      for (let i = 0; i < rowCount; i++) {
        const row = rowByTime.get(inputs.time.get(i) as number) as number;
        outputs.value.set(i, decision.values[row] ?? null);
        outputs.when.set(i, decision.when?.[row] ?? null);
      }
    },
  });
  const symbol = facts.symbol;
  const { value, when } = follow({ time: bars({ instrument: symbol }).time });
  const trigger = decision.when === null ? {} : { when };
  return BUILDERS[decision.kind](value as NumberOutput, { instrument: symbol, ...trigger });
}

function maintenanceOf(rateE9: bigint | undefined): string | null {
  return rateE9 === undefined ? null : mantissaText(rateE9, 9);
}

/** The configuration of a case as a user writes it. */
export function configOf(given: ReplayCase): RunConfig {
  const { given: model } = given;
  const decimals = given.instruments[0]?.facts.currency.decimals ?? 0;
  const share = (value: bigint): string => mantissaText(value, 9);
  const { slippage } = model;
  return {
    cash: mantissaText(model.cash, decimals),
    account:
      model.leverageE9 === null
        ? { kind: "cash" }
        : { kind: "margin", leverage: share(model.leverageE9), maintenance: maintenanceOf(model.maintenanceE9) },
    fees: {
      taker: share(model.feeTakerE9),
      perUnit: mantissaText(model.feeUnitE9, decimals + 9),
      minimum: mantissaText(model.feeMinimum, decimals),
    },
    slippage:
      slippage.kind === "none"
        ? { kind: "none" }
        : slippage.kind === "ticks"
          ? { kind: "ticks", ticks: Number(slippage.ticks) }
          : slippage.kind === "bps"
            ? { kind: "bps", bps: mantissaText(slippage.shareE9, 5) }
            : { kind: "volumeShare", factor: share(slippage.factorE9) },
    fill: model.fill,
    participation: model.participationE9 === null ? null : share(model.participationE9),
    remainder: model.remainder,
    latencyNs: Number(model.latencyNs),
    closeAtEnd: model.closeAtEnd,
  };
}

export function kernelRun(given: ReplayCase, options: RunOptions = {}, build: Build = "release"): RunResult {
  return runGraph(engineFor(build), graphOf(given), generatedDataset(given.instruments), configOf(given), options);
}

/** The model's replay of a case, with the decisions in the order in which the plan numbers them. */
export function modelRun(given: ReplayCase, run: RunResult): ReferenceResult {
  const decisions = run.plan.decisions.map(({ node }) => {
    const [input] = Object.values(node.inputs);
    return given.decisions[Number(input?.node.spec.type.replace("user:follow-", ""))] as ModelDecision;
  });
  const model = modelReplay(given.instruments, decisions, given.given);
  const logged = model.events.filter(({ kind }) => kind !== "trigger" && kind !== "ambiguity");
  return { ...model, events: logged };
}

/** Events of a log but for its checkpoints and its changes of orders. */
export function eventsOf(log: EventLog): readonly ReferenceEvent[] {
  const view = log.view();
  const events: ReferenceEvent[] = [];
  for (let at = 0; at < view.byteLength; at += recordBytes(view, at)) {
    const event = eventAt(view, at);
    if (event !== null) events.push(event);
  }
  return events;
}

function eventAt(view: DataView, at: number): ReferenceEvent | null {
  const wide = (field: number): bigint => view.getBigInt64(at + field, true);
  const narrow = (field: number): number => view.getInt32(at + field, true);
  const time = wide(8);
  const instrument = narrow(4);
  const reason = REASONS[view.getUint8(at + 1)] ?? "unknown";
  switch (view.getUint8(at)) {
    case abi.EVENT_LEDGER:
      if (view.getUint8(at + 1) === abi.LEDGER_FUNDING)
        return { kind: "funding", time, instrument, amount: wide(abi.LEDGER_EVENT_AMOUNT) };
      return { kind: "deposit", time, amount: wide(abi.LEDGER_EVENT_AMOUNT), balance: wide(abi.LEDGER_EVENT_BALANCE) };
    case abi.EVENT_ORDER:
      return {
        kind: "order",
        time,
        order: narrow(abi.ORDER_EVENT_SEQUENCE),
        instrument,
        decision: narrow(abi.ORDER_EVENT_DECISION),
        quantity: wide(abi.ORDER_EVENT_QUANTITY),
        isReleased: false,
      };
    case abi.EVENT_ORDER_END:
      return {
        kind: "orderEnd",
        time,
        order: narrow(abi.ORDER_END_EVENT_SEQUENCE),
        instrument,
        leaves: wide(abi.ORDER_END_EVENT_LEAVES),
        reason,
      };
    case abi.EVENT_FILL:
      return {
        kind: "fill",
        time,
        order: narrow(abi.FILL_EVENT_SEQUENCE),
        instrument,
        price: wide(abi.FILL_EVENT_PRICE),
        quantity: wide(abi.FILL_EVENT_QUANTITY),
        cash: wide(abi.FILL_EVENT_CASH),
        fee: wide(abi.FILL_EVENT_FEE),
        realised: wide(abi.FILL_EVENT_REALISED),
        slippage: wide(abi.FILL_EVENT_SLIPPAGE),
        isForced: view.getUint16(at + 2, true) === 1,
        liquidity: view.getUint8(at + 1) === 2 ? "maker" : "taker",
      };
    case abi.EVENT_AMBIGUITY: {
      const certainty = AMBIGUITY_KINDS[view.getUint8(at + 1)] === "exact" ? "ambiguous" : "heuristic";
      return { kind: "ambiguity", time, instrument, certainty };
    }
    case abi.EVENT_REFUSAL:
      return {
        kind: "refusal",
        time,
        instrument,
        decision: narrow(abi.REFUSAL_EVENT_DECISION),
        wanted: wide(abi.REFUSAL_EVENT_WANTED),
        allowed: wide(abi.REFUSAL_EVENT_ALLOWED),
        reason,
      };
    default:
      return null;
  }
}

/** Portfolio rows of a run. */
export function portfolioOf(run: RunResult): readonly ReferencePortfolioRow[] {
  const { rowCount, time, equity, cash, exposureGross } = run.tables().portfolio;
  return Array.from({ length: rowCount }, (_, row) => ({
    time: time[row] as bigint,
    equity: equity[row] as bigint,
    cash: cash[row] as bigint,
    exposureGross: exposureGross[row] as bigint,
  }));
}
