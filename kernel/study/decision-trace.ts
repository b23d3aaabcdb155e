// Decision traces: each decision record of a run with every check and every step, and what they were held against.
//
// A record says which checks were made and which passed; their numbers are made again here, from the params of the
// policies, the records before it and the orders and fills that stand before it in the log.
//
// Always true:
//   checks stand in the order in which they are made, steps in that of the log; nothing is rounded;
//   a number that the log does not say is null.
// Units: see `TraceUnit`.
// Not here: the share of declining positions, which needs prices.

import { rowOfOrder } from "../log/order-rows.js";
import { DECISION_CHECK_NAMES, DECISION_KINDS, NOTE_KINDS, ORDER_TYPES } from "../log/tables.js";
import type { DecisionTable, NoteTable, RunTables } from "../log/tables.js";
import type { Reason } from "../log/reason.js";
import { REASONS } from "../log/reason.js";
import { numberParam } from "../nodes/operator.js";
import type { Tier } from "../nodes/account-policy.js";
import { TIERS } from "../nodes/account-policy.js";
import { shareE9 } from "../nodes/policy-spec.js";

/** What a number of a trace counts: shares are in 1e-9, times in ns since 1970, lengths in ns. */
export type TraceUnit = "share" | "money" | "quantity" | "count" | "time" | "length" | "sessions";

/** A number of a trace; null where there is none, or none is known. */
export interface TraceNumber {
  readonly value: bigint | null;
  readonly unit: TraceUnit;
}

export interface TraceCheck {
  readonly name: (typeof DECISION_CHECK_NAMES)[number];
  readonly passed: boolean;
  readonly value: TraceNumber;
  readonly limit: TraceNumber;
}

/** What was noted on the way: what a step looked at, and what was left after it. */
export interface TraceStep {
  readonly name: (typeof NOTE_KINDS)[number];
  readonly value: TraceNumber;
  readonly result: TraceNumber;
}

export interface DecisionTrace {
  /** Row of the record. */
  readonly row: number;
  readonly time: bigint;
  readonly instrument: number;
  /** Index into `RunTables.decisions`. */
  readonly decision: number;
  readonly kind: (typeof DECISION_KINDS)[number];
  readonly acted: boolean;
  /** `none` where it acted. */
  readonly reason: Reason;
  readonly tier: Tier;
  /** 1e-9; null where none was stated. */
  readonly confidence: bigint | null;
  /** Money that was decided on. */
  readonly amount: bigint;
  /** Signed quantity that was sent. */
  readonly quantity: bigint;
  /** Sequence number of the order that was sent; 0 for none. */
  readonly order: number;
  readonly checks: readonly TraceCheck[];
  readonly steps: readonly TraceStep[];
}

const SECOND_NS = 1_000_000_000n;
/** What stands for "none" in notes. */
const NO_MONEY = 2n ** 63n - 1n;

/** Units of the two values of notes that belong to a decision. */
const STEP_UNITS: Readonly<Partial<Record<(typeof NOTE_KINDS)[number], readonly [TraceUnit, TraceUnit]>>> = {
  weight: ["quantity", "quantity"],
  target_weight: ["share", "quantity"],
  risk: ["share", "share"],
  next_open: ["time", "time"],
  publish: ["quantity", "quantity"],
  size_base: ["money", "money"],
  size_position: ["money", "money"],
  size_cap: ["money", "money"],
  size_correlation: ["share", "money"],
  size_sector: ["money", "money"],
  size_diversity: ["count", "money"],
  size_earnings: ["sessions", "money"],
  size_heat: ["money", "money"],
  size_units: ["quantity", "money"],
};

/** The decision records of a run, each with its trace. O(records + notes + orders + fills). */
export function decisionTraces(tables: RunTables): readonly DecisionTrace[] {
  const { decisionRecords: records } = tables;
  const reader = new TraceReader(tables);
  return Array.from({ length: records.rowCount }, (_, row) => reader.read(row));
}

class TraceReader {
  private readonly tables: RunTables;
  private readonly stepsOf: ReadonlyMap<number, readonly TraceStep[]>;
  private readonly held: HeldCount;
  /** When each decision sent its last entry. */
  private readonly actedAt = new Map<number, bigint>();
  /** Notes that were read, and the end of the latest pause by breaker and instrument, -1 for all. */
  private noted = 0;
  private readonly pauses = new Map<string, bigint>();

  constructor(tables: RunTables) {
    this.tables = tables;
    this.stepsOf = stepsByRecord(tables.notes);
    this.held = new HeldCount(tables);
  }

  read(row: number): DecisionTrace {
    const { decisionRecords: records } = this.tables;
    const kind = DECISION_KINDS[records.kind[row] as number] ?? "commitment";
    const decision = records.decision[row] as number;
    const time = records.time[row] as bigint;
    const confidence = records.confidence[row] as bigint;
    const acted = records.acted[row] === 1;
    const checks = this.checksOf(row);
    if (kind === "commitment" && acted) this.actedAt.set(decision, time);
    return {
      row,
      time,
      instrument: records.instrument[row] as number,
      decision,
      kind,
      acted,
      reason: REASONS[records.reason[row] as number] ?? "none",
      tier: TIERS[records.tier[row] as number] ?? "moderate",
      confidence: kind === "commitment" && confidence >= 0n ? confidence : null,
      amount: records.amount[row] as bigint,
      quantity: records.quantity[row] as bigint,
      order: records.order[row] as number,
      checks,
      steps: this.stepsOf.get(row) ?? [],
    };
  }

  private checksOf(row: number): readonly TraceCheck[] {
    const { evaluated, passed } = this.tables.decisionRecords;
    return DECISION_CHECK_NAMES.flatMap((name, bit) => {
      if ((((evaluated[row] as number) >> bit) & 1) === 0) return [];
      return [{ name, passed: (((passed[row] as number) >> bit) & 1) === 1, ...this.numbersOf(name, row) }];
    });
  }

  private numbersOf(name: TraceCheck["name"], row: number): Pick<TraceCheck, "value" | "limit"> {
    const { decisionRecords: records, policyFacts } = this.tables;
    const owner = policyFacts[records.policy[row] as number];
    const consulted = (port: string) => policyFacts[owner?.consults[port] ?? -1];
    const param = (port: string, field: string): number | null => {
      const facts = consulted(port);
      return facts === undefined ? null : numberParam(facts.params, field);
    };
    const numbers = (unit: TraceUnit, value: bigint | null, limit: bigint | null) => ({
      value: { value, unit },
      limit: { value: limit, unit },
    });
    const time = records.time[row] as bigint;
    switch (name) {
      case "breaker":
        return numbers("time", time, this.pausedUntil(row, owner?.consults["breaker"] ?? -1));
      case "window":
        return numbers("time", time, null);
      case "confidence": {
        const least = consulted("tier")?.params["confidence"] as readonly number[] | undefined;
        const stated = least?.[records.tier[row] as number];
        return numbers("share", records.confidence[row] as bigint, stated === undefined ? null : shareE9(stated));
      }
      case "duplicate": {
        const before = this.actedAt.get(records.decision[row] as number);
        const length = param("checks", "duplicateFor");
        const since = before === undefined ? null : time - before;
        return numbers("length", since, length === null ? null : BigInt(length) * SECOND_NS);
      }
      case "declining": {
        const share = param("checks", "declining");
        return numbers("share", null, share === null ? null : shareE9(share));
      }
      case "count": {
        const most = param("checks", "commitmentsMax");
        return numbers("count", this.held.before(row), most === null ? null : BigInt(most));
      }
    }
  }

  /** End of the newest pause that a breaker noted before a record, for all or for its symbol; null for none. */
  private pausedUntil(row: number, breaker: number): bigint | null {
    const { notes, decisionRecords: records } = this.tables;
    const isBefore = (at: number): boolean => (notes.time[at] as bigint) <= (records.time[row] as bigint);
    for (; this.noted < notes.rowCount && isBefore(this.noted); this.noted++) {
      const at = this.noted;
      if (NOTE_KINDS[notes.kind[at] as number]?.startsWith("breaker_") !== true) continue;
      const key = `${notes.policy[at]} ${notes.instrument[at]}`;
      const [before, end] = [this.pauses.get(key), notes.limit[at] as bigint];
      if (before === undefined || end > before) this.pauses.set(key, end);
    }
    const [all, own] = [-1, records.instrument[row] as number].map((about) => this.pauses.get(`${breaker} ${about}`));
    return all === undefined || (own !== undefined && own > all) ? (own ?? null) : all;
  }
}

function stepsByRecord({ rowCount, record, kind, value, limit }: NoteTable): ReadonlyMap<number, readonly TraceStep[]> {
  const steps = new Map<number, TraceStep[]>();
  for (let row = 0; row < rowCount; row++) {
    const name = NOTE_KINDS[kind[row] as number] ?? "";
    const units = STEP_UNITS[name];
    if (units === undefined || (record[row] as number) < 0) continue;
    const of = steps.get(record[row] as number) ?? [];
    const number = (raw: bigint, unit: TraceUnit): TraceNumber => ({ value: isNone(raw, unit) ? null : raw, unit });
    of.push({ name, value: number(value[row] as bigint, units[0]), result: number(limit[row] as bigint, units[1]) });
    steps.set(record[row] as number, of);
  }
  return steps;
}

function isNone(raw: bigint, unit: TraceUnit): boolean {
  return raw === NO_MONEY || (unit === "sessions" && raw < 0n);
}

/** Instruments that are held, or about to be, at each record: a fold over orders, fills and ends. */
class HeldCount {
  private readonly tables: RunTables;
  /** By instrument and strategy: signed quantity held. */
  private readonly held = new Map<string, bigint>();
  /** Market orders on their way by sequence number: instrument, and what is left of them. */
  private readonly open = new Map<number, { readonly instrument: number; leaves: bigint }>();
  private orders = 0;
  private fills = 0;
  private ends = 0;

  constructor(tables: RunTables) {
    this.tables = tables;
  }

  /** Number before a record, rows rising; null in a hedging account: its log does not say whose position a fill is. */
  before(row: number): bigint | null {
    if (this.tables.positions === "hedging") return null;
    this.foldUpTo(this.tables.decisionRecords, row);
    const instruments = new Set<string>();
    for (const [key, quantity] of this.held) if (quantity !== 0n) instruments.add(key.split(" ")[0] as string);
    const coming = new Map<string, bigint>();
    for (const [sequence, { instrument, leaves }] of this.open) {
      // The order that came of the record itself stands before it.
      if (sequence === this.tables.decisionRecords.order[row]) continue;
      coming.set(String(instrument), (coming.get(String(instrument)) ?? 0n) + leaves);
    }
    for (const [instrument, leaves] of coming) if (leaves !== 0n) instruments.add(instrument);
    return BigInt(instruments.size);
  }

  private foldUpTo(records: DecisionTable, row: number): void {
    const { orders, fills, orderEnds } = this.tables;
    for (; this.orders < (records.orders[row] as number); this.orders++) {
      if (ORDER_TYPES[orders.type[this.orders] as number] !== "market") continue;
      const instrument = orders.instrument[this.orders] as number;
      const leaves = orders.quantity[this.orders] as bigint;
      this.open.set(orders.order[this.orders] as number, { instrument, leaves });
    }
    for (; this.fills < (records.fills[row] as number); this.fills++) {
      const sequence = fills.order[this.fills] as number;
      const quantity = fills.quantity[this.fills] as bigint;
      const key = `${fills.instrument[this.fills]} ${this.strategyOf(sequence)}`;
      this.held.set(key, (this.held.get(key) ?? 0n) + quantity);
      const open = this.open.get(sequence);
      if (open === undefined) continue;
      open.leaves -= quantity;
      if (open.leaves === 0n) this.open.delete(sequence);
    }
    for (; this.ends < (records.ends[row] as number); this.ends++)
      this.open.delete(orderEnds.order[this.ends] as number);
  }

  /** Strategy whose position an order changes. */
  private strategyOf(sequence: number): number {
    const { orders, strategyOf } = this.tables;
    const decision = orders.decision[rowOfOrder(orders.order, sequence)] as number;
    return decision < 0 ? -1 - decision : (strategyOf[decision] ?? 0);
  }
}
