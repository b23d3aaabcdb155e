// Runs of commitments on a handful of bars: what is recommended stands in the volume of a bar, what came of it in short
// lines.

import type {
  BarsTape,
  CommitmentOptions,
  Decision,
  NumberOutput,
  RunConfig,
  RunOptions,
  RunResult,
} from "../../kernel/index.js";
import {
  bars,
  commitment,
  DECISION_CHECK_NAMES,
  DECISION_KINDS,
  div,
  eq,
  le,
  NOTE_KINDS,
  REASONS,
  select,
  TIERS,
} from "../../kernel/index.js";
import type { Bar } from "./order-lines.js";
import { barsTape, HOUR_NS, runOrders } from "./order-lines.js";

const { volume } = bars();
/** A volume of up to 100 recommends with so many hundredths; any other does not. */
export const CONFIDENCE: NumberOutput = select(le(volume, 100), div(volume, 100), div(volume, 0));
/** A volume of so many asks for an exit. */
export const EXIT = 200;
export const DEFER = eq(volume, EXIT);
/** A volume that says nothing. */
export const QUIET = 1_000_000;

/** An hour at one price, in cents, and what its volume says. */
export function hour(cents: number, says = QUIET): Bar {
  return [cents, cents, cents, cents, says];
}

/** So many hours at one price that say nothing. */
export function hours(count: number, cents: number): readonly Bar[] {
  return Array.from({ length: count }, () => hour(cents));
}

/** A commitment on what volumes say. */
export function onVolume(options: CommitmentOptions = {}): Decision {
  return commitment(CONFIDENCE, { defer: DEFER, ...options });
}

/** Runs decisions over hourly bars by symbol, on 100,000 in cash unless said otherwise. */
export function runPanel(
  decision: Decision | readonly Decision[],
  panel: Readonly<Record<string, readonly Bar[]>>,
  config: Partial<RunConfig> = {},
  options: RunOptions = {},
): RunResult {
  const tapes: readonly BarsTape[] = Object.entries(panel).map(([symbol, rows]) => barsTape(symbol, rows));
  const decisions = Array.isArray(decision) ? (decision as readonly Decision[]) : [decision as Decision];
  return runOrders(decisions, tapes, { cash: "100000", ...config }, options);
}

/** Decision records: hour, symbol, kind, what came of it, quantity. */
export function verdicts(result: RunResult): readonly string[] {
  const { instruments, decisionRecords: table } = result.tables();
  return Array.from({ length: table.rowCount }, (_, i) => {
    const symbol = instruments[table.instrument[i] as number]?.symbol;
    const kind = DECISION_KINDS[table.kind[i] as number];
    const outcome = table.acted[i] === 1 ? `acted ${table.quantity[i]}` : REASONS[table.reason[i] as number];
    return `${(table.time[i] as bigint) / HOUR_NS} ${symbol} ${kind} ${outcome}`;
  });
}

/** The trace of each decision record: what passed, then `!` and what failed. */
export function traces(result: RunResult): readonly string[] {
  const { evaluated, passed, tier } = result.tables().decisionRecords;
  return Array.from(evaluated, (bits, i) => {
    const names = DECISION_CHECK_NAMES.filter((_, bit) => ((bits >> bit) & 1) === 1);
    const marked = names.map((name) =>
      ((passed[i] as number) >> DECISION_CHECK_NAMES.indexOf(name)) & 1 ? name : `!${name}`,
    );
    return `${TIERS[tier[i] as number]}: ${marked.join(" ")}`;
  });
}

/** Notes, those whose kind begins with `prefix`: hour, kind, and the two values. */
export function notes(result: RunResult, prefix = ""): readonly string[] {
  const { time, kind, value, limit } = result.tables().notes;
  return Array.from(
    kind,
    (code, i) => `${(time[i] as bigint) / HOUR_NS} ${NOTE_KINDS[code]} ${value[i]} ${limit[i]}`,
  ).filter((line) => line.split(" ")[1]?.startsWith(prefix) === true);
}
