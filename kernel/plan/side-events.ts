// Side events of a run: what happens to markets and positions besides trading, from the side tapes of a dataset to the
// table that the data plane walks.
//
// Always true:
//   events are sorted by time, phase and instrument; at one time a dividend goes before a split, on the shares that
//   there were.
// Units: time in ns; the operands as `assembly/abi-side.ts` has them.

import * as abi from "../../assembly/abi-side.js";
import { corporateActions } from "../data/corporate-actions.js";
import { VOLUME_UNKNOWN } from "../market/tape.js";
import type { Dataset } from "../market/tape.js";
import type { Instrument } from "../market/instrument.js";

/** One event; `instrument` is an index of the plan's instruments, currencies or policies, as its kind has it. */
export interface SideEvent {
  readonly timeNs: bigint;
  /** SIDE_* kind. */
  readonly kind: number;
  readonly instrument: number;
  readonly a: bigint;
  readonly b: bigint;
  /** Third and fourth operand, 0 where a kind has none. */
  readonly c?: bigint;
  readonly d?: bigint;
}

/**
 * Events of the instruments of a run, from the status, actions and funding tapes of its dataset. O(rows log rows).
 *
 * @param instruments Of the plan; tapes of others are passed over.
 * @throws InputError `tape/schema` for a dividend whose row has no reference price.
 */
export function sideEvents(dataset: Dataset, instruments: readonly Instrument[]): readonly SideEvent[] {
  const indexOf = (symbol: string): number => instruments.findIndex((instrument) => instrument.symbol === symbol);
  const events: SideEvent[] = [];
  for (const tape of dataset.status ?? []) {
    const instrument = indexOf(tape.instrument.symbol);
    if (instrument < 0) continue;
    for (const { rowCount, time, status } of tape.segments()) {
      for (let row = 0; row < rowCount; row++)
        events.push(sideEvent(abi.SIDE_STATUS, instrument, time[row] as bigint, status[row] as bigint));
    }
  }
  for (const tape of dataset.actions ?? []) {
    const instrument = indexOf(tape.instrument.symbol);
    if (instrument < 0) continue;
    for (const action of corporateActions(tape)) {
      events.push(
        action.kind === "split"
          ? sideEvent(abi.SIDE_SPLIT, instrument, action.timeNs, action.newUnits, action.oldUnits)
          : sideEvent(abi.SIDE_DIVIDEND, instrument, action.timeNs, action.amountE9),
      );
    }
  }
  for (const tape of dataset.funding ?? []) {
    const instrument = indexOf(tape.instrument.symbol);
    if (instrument < 0) continue;
    const scale = (price: bigint): bigint =>
      rescaled(price, tape.instrument.priceDecimals, (instruments[instrument] as Instrument).priceDecimals);
    for (const { rowCount, time, rate, markPrice } of tape.segments()) {
      for (let row = 0; row < rowCount; row++) {
        const mark = markPrice === null ? VOLUME_UNKNOWN : (markPrice[row] as bigint);
        const operand = mark === VOLUME_UNKNOWN ? 0n : scale(mark);
        events.push(sideEvent(abi.SIDE_FUNDING, instrument, time[row] as bigint, rate[row] as bigint, operand));
      }
    }
  }
  return sorted(events);
}

function sideEvent(kind: number, instrument: number, timeNs: bigint, a: bigint, b = 0n): SideEvent {
  return { kind, instrument, timeNs, a, b };
}

/** A price at other decimals; what does not fit them is cut off. */
function rescaled(price: bigint, from: number, to: number): bigint {
  return to >= from ? price * 10n ** BigInt(to - from) : price / 10n ** BigInt(from - to);
}

/** Events by time, phase and instrument; those that are alike keep their order. */
export function sorted(events: readonly SideEvent[]): readonly SideEvent[] {
  const phase = (event: SideEvent): number =>
    event.kind < abi.SIDE_FUNDING ? abi.PHASE_MARKET_STATE : abi.PHASE_SETTLEMENT;
  return [...events].sort((a, b) => {
    if (a.timeNs !== b.timeNs) return a.timeNs < b.timeNs ? -1 : 1;
    return phase(a) - phase(b) || a.instrument - b.instrument;
  });
}

/** Writes the table at `at`, `SIDE_BYTES` an event. */
export function writeSideEvents(view: DataView, at: number, events: readonly SideEvent[]): void {
  events.forEach((event, i) => {
    const record = at + i * abi.SIDE_BYTES;
    view.setBigInt64(record + abi.SIDE_TIME, event.timeNs, true);
    view.setInt32(record + abi.SIDE_KIND, event.kind, true);
    view.setInt32(record + abi.SIDE_INSTRUMENT, event.instrument, true);
    view.setBigInt64(record + abi.SIDE_A, event.a, true);
    view.setBigInt64(record + abi.SIDE_B, event.b, true);
    view.setBigInt64(record + abi.SIDE_C, event.c ?? 0n, true);
    view.setBigInt64(record + abi.SIDE_D, event.d ?? 0n, true);
  });
}
