// Auditor: reads what a run says it did, and reports every law of fills and of accounting that it breaks.
//
// It folds the log anew and looks at the bars themselves, so that it needs nothing that the run computed on the way.
//
// Always true:
//   a run without a fault gives an empty list; a violation names its law and the rule of `FILLS.md` behind it.
// Not here: whether a fill was due. The reference says what should have happened; the auditor only what may not.

import type { RunResult } from "../../kernel/index.js";
import { absolute, divFloor, smaller } from "./integers.js";
import type { AuditedBar, AuditedFill, AuditedInstrument, AuditRecord } from "./audit-record.js";
import { recordOfRun } from "./audit-record.js";
import { valueDown, WHOLE, wholeLots } from "./reference-costs.js";

/** A law that a run broke. */
export interface Violation {
  /** Rule of `FILLS.md`. */
  readonly rule: string;
  /** What must hold, and what was found. */
  readonly text: string;
  readonly time: bigint;
  /** Index of the instrument; -1 for the account. */
  readonly instrument: number;
  /** Sequence of the order; 0 for none. */
  readonly order: number;
}

/**
 * Audits a run: its orders, fills and cash against its bars.
 *
 * @param result With its log kept.
 * @returns Every violation, in the order of the laws; empty for a run that keeps them all. Reads the tapes once.
 * @example auditRun(result) // []
 */
export function auditRun(result: RunResult): readonly Violation[] {
  return auditRecord(recordOfRun(result));
}

/** Audits a record, of the kernel or of a model of your own. */
export function auditRecord(record: AuditRecord): readonly Violation[] {
  return [
    ...lifeFaults(record),
    ...priceFaults(record),
    ...budgetFaults(record),
    ...cashFaults(record),
    ...profitFaults(record),
    ...equityFaults(record),
  ];
}

type Where = { readonly time: bigint; readonly instrument: number; readonly order: number };

function violation(rule: string, { time, instrument, order }: Where, text: string): Violation {
  return { rule, text, time, instrument, order };
}

/** An order is filled on its own side, after its acceptance (G3), and not after its end. */
function lifeFaults({ orders, fills, ends }: AuditRecord): readonly Violation[] {
  const orderOf = new Map(orders.map((order) => [order.order, order]));
  const endOf = new Map<number, bigint>();
  const faults: Violation[] = [];
  for (const end of ends) {
    if (!orderOf.has(end.order)) faults.push(violation("G10", end, "an order that ends was accepted"));
    if (endOf.has(end.order)) faults.push(violation("G10", end, "an order ends once"));
    endOf.set(end.order, end.time);
  }
  for (const fill of fills) {
    const order = orderOf.get(fill.order);
    const end = endOf.get(fill.order);
    if (order === undefined) faults.push(violation("G10", fill, "an order that is filled was accepted"));
    else if (fill.time < order.time) faults.push(violation("G3", fill, `filled before its acceptance, ${order.time}`));
    else if (fill.quantity > 0n !== order.quantity > 0n)
      faults.push(violation("G10", fill, "a fill is on the order's side"));
    if (end !== undefined && fill.time > end) faults.push(violation("D1", fill, `filled after its end, ${end}`));
  }
  return faults;
}

/** A fill lies on the tick and in whole lots, and gives no better price than any that its bars traded at (B5 to B7). */
function priceFaults(record: AuditRecord): readonly Violation[] {
  const faults: Violation[] = [];
  const rowsOf = rowsByFill(record);
  for (const fill of record.fills) {
    const { facts, bars } = record.instruments[fill.instrument] as AuditedInstrument;
    if (fill.price % facts.tick !== 0n) faults.push(violation("G6", fill, `${fill.price} is off the tick`));
    if (fill.quantity % facts.lot !== 0n) faults.push(violation("S2", fill, `${fill.quantity} is off the lot`));
    if (fill.quantity === 0n) faults.push(violation("G10", fill, "a fill has a quantity"));
    // What the end of data forces has the last price, of whatever time (B16).
    if (fill.isForced) continue;
    const at = rowsOf(fill).map((row) => bars[row] as AuditedBar);
    const isFair = at.some(({ high, low }) => (fill.quantity > 0n ? fill.price >= low : fill.price <= high));
    if (at.length === 0) faults.push(violation("B15", fill, "there is a bar at the time of a fill"));
    else if (!isFair) faults.push(violation("B7", fill, `${fill.price} is better than any price of its bar`));
  }
  return faults;
}

/**
 * Rows of the bars that a fill may belong to: those that its time lies in, two where one closes and the next opens; of
 * these, the ones that opened after the order was accepted (B2), if it was not let out inside a bar.
 */
function rowsByFill({ instruments, orders, isSameClose }: AuditRecord): (fill: AuditedFill) => readonly number[] {
  const orderOf = new Map(orders.map((order) => [order.order, order]));
  return ({ order, instrument, time }) => {
    const { bars } = instruments[instrument] as AuditedInstrument;
    const accepted = orderOf.get(order);
    const isInside = isSameClose || accepted === undefined || accepted.isReleased;
    const first = rowNotOver(bars, time);
    return [first, first + 1].filter((row) => {
      const bar = bars[row];
      if (bar === undefined || bar.opened > time) return false;
      // What is for the close acts at the first one after its acceptance.
      return isInside || bar.opened >= accepted.time || (bar.closed === time && accepted.time < time);
    });
  };
}

/** The first row, of sorted bars, that is not over before a time. */
function rowNotOver(bars: readonly AuditedBar[], time: bigint): number {
  let from = 0;
  let to = bars.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((bars[middle] as AuditedBar).closed < time) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** B11: fills of a bar take no more than its share of the volume. */
function budgetFaults(record: AuditRecord): readonly Violation[] {
  const { fills, instruments, participationE9 } = record;
  const faults: Violation[] = [];
  const rowsOf = rowsByFill(record);
  for (const [instrument, { facts, bars }] of instruments.entries()) {
    const left = bars.map(({ volume }) => budgetOf(facts, volume, participationE9));
    for (const fill of fills) {
      if (fill.instrument !== instrument || fill.isForced) continue;
      let size = absolute(fill.quantity);
      // What happens at a close and at the open after it has one time: the earlier bar gives what it has left.
      for (const row of rowsOf(fill)) {
        const budget = left[row] ?? null;
        const taken = budget === null ? size : smaller(size, budget);
        if (budget !== null) left[row] = budget - taken;
        size -= taken;
      }
      if (size > 0n) faults.push(violation("B11", fill, `${size} more than the share of the volume`));
    }
  }
  return faults;
}

function budgetOf(
  facts: AuditedInstrument["facts"],
  volume: bigint | null,
  participationE9: bigint | null,
): bigint | null {
  if (volume === 0n) return 0n;
  if (volume === null || participationE9 === null) return null;
  return wholeLots(facts, divFloor(volume * participationE9, WHOLE));
}

/** The balance follows from the movements (G10); a cash account buys with what it has, and sells what it holds. */
function cashFaults({ movements, isCashAccount, instruments }: AuditRecord): readonly Violation[] {
  const faults: Violation[] = [];
  const held = instruments.map(() => 0n);
  let balance = 0n;
  for (const movement of movements) {
    const where = { ...movement, order: 0 };
    balance += movement.amount;
    if (balance !== movement.balance)
      faults.push(violation("G10", where, `balance ${movement.balance}, by the movements ${balance}`));
    if (movement.quantity === 0n) continue;
    const position = (held[movement.instrument] ?? 0n) + movement.quantity;
    held[movement.instrument] = position;
    if (!isCashAccount) continue;
    if (position < 0n) faults.push(violation("C9", where, `a cash account holds ${position}`));
    if (movement.quantity > 0n && balance < 0n) faults.push(violation("S2", where, `bought down to ${balance}`));
  }
  return faults;
}

/** What a closed position brought in cash is what its fills realised (G10). */
function profitFaults({ fills }: AuditRecord): readonly Violation[] {
  const faults: Violation[] = [];
  for (const position of new Set(fills.map((each) => each.position))) {
    let held = 0n;
    let cash = 0n;
    let realised = 0n;
    for (const fill of fills.filter((each: AuditedFill) => each.position === position)) {
      held += fill.quantity;
      cash += fill.cash;
      realised += fill.realised;
      if (held === 0n && cash !== realised)
        faults.push(violation("G10", fill, `flat after cash of ${cash}, realised ${realised}`));
    }
  }
  return faults;
}

/**
 * Equity is cash and what positions are worth at the last closes (G10, B16). A row may stand anywhere between the
 * movements around its time, since an open has the time of the close before it.
 */
function equityFaults({ movements, portfolio, instruments }: AuditRecord): readonly Violation[] {
  const faults: Violation[] = [];
  const held = instruments.map(() => 0n);
  const worth = (time: bigint): bigint =>
    instruments.reduce((sum, { facts, bars }, index) => {
      const quantity = held[index] ?? 0n;
      const last = quantity === 0n ? undefined : bars[rowNotOver(bars, time + 1n) - 1];
      return last === undefined ? sum : sum + valueDown(facts, last.close, quantity);
    }, 0n);
  let at = 0;
  let balance = 0n;
  for (const { time, cash, equity } of portfolio) {
    const start = { at, balance, held: [...held] };
    while ((balance !== cash || balance + worth(time) !== equity) && at < movements.length) {
      const { instrument, quantity, balance: after } = movements[at] as AuditRecord["movements"][number];
      if (quantity !== 0n) held[instrument] = (held[instrument] ?? 0n) + quantity;
      balance = after;
      at++;
    }
    if (balance === cash && balance + worth(time) === equity) continue;
    const where = { time, instrument: -1, order: 0 };
    faults.push(violation("G10", where, `no state of the ledger has cash ${cash} and equity ${equity}`));
    ({ at, balance } = start);
    held.splice(0, held.length, ...start.held);
  }
  return faults;
}
