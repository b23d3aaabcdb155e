// Simulated venues of a plan, as integers, and as a run's memory holds them.
//
// Units: rates and shares in 1e-9; latency in ns; units of an instrument in 1e-9.

import * as abi from "../../assembly/abi-venue.js";
import type { FeeTable } from "./fees.js";
import { tableBytes, writeTable } from "./fees.js";

/** A venue; `assembly/abi-venue.ts` says what each number means. */
export interface PlanVenue {
  readonly name: string;
  /** `null` for those of the run. */
  readonly fees: FeeTable | null;
  /** SLIPPAGE_*. */
  readonly slippageKind: number;
  readonly slippage: bigint;
  readonly latencyNs: bigint;
  readonly participationE9: bigint;
  readonly unitsE9: bigint;
}

/** Venues of a run, and which of them, by number, each instrument has; none of either in a run without venues. */
export interface PlanVenues {
  readonly all: readonly PlanVenue[];
  readonly lists: readonly (readonly number[])[];
}

/** Bytes of the venues: their record, those of each, the lists of the instruments, and fees. */
export function venueBytes({ all, lists }: PlanVenues): number {
  if (all.length === 0) return 0;
  const fees = all.reduce((sum, venue) => sum + (venue.fees === null ? 0 : tableBytes(venue.fees)), 0);
  return abi.VENUES_BYTES + all.length * abi.VENUE_BYTES + lists.length * abi.VENUE_LIST_BYTES + fees;
}

/** Bytes of what each venue may still fill of the bar in hand of each instrument. */
export function venueBudgetBytes({ all, lists }: PlanVenues): number {
  return 8 * all.length * lists.length;
}

/**
 * Writes the venues at `at`, `venueBytes` long, into zeroed memory.
 *
 * @param budgets Address of what they may still fill.
 */
export function writeVenues(view: DataView, at: number, { all, lists }: PlanVenues, budgets: number): void {
  if (all.length === 0) return;
  const records = at + abi.VENUES_BYTES;
  const list = records + all.length * abi.VENUE_BYTES;
  let fees = list + lists.length * abi.VENUE_LIST_BYTES;
  view.setInt32(at + abi.VENUES_COUNT, all.length, true);
  view.setUint32(at + abi.VENUES_RECORDS, records, true);
  view.setUint32(at + abi.VENUES_LISTS, list, true);
  view.setUint32(at + abi.VENUES_BUDGETS, budgets, true);
  all.forEach((venue, i) => {
    const record = records + i * abi.VENUE_BYTES;
    view.setInt32(record + abi.VENUE_SLIPPAGE_KIND, venue.slippageKind, true);
    view.setBigInt64(record + abi.VENUE_SLIPPAGE, venue.slippage, true);
    view.setBigInt64(record + abi.VENUE_LATENCY, venue.latencyNs, true);
    view.setBigInt64(record + abi.VENUE_PARTICIPATION, venue.participationE9, true);
    view.setBigInt64(record + abi.VENUE_UNITS, venue.unitsE9, true);
    if (venue.fees === null) return;
    view.setUint32(record + abi.VENUE_FEES, fees, true);
    writeTable(view, fees, venue.fees);
    fees += tableBytes(venue.fees);
  });
  lists.forEach((numbers, i) => {
    const record = list + i * abi.VENUE_LIST_BYTES;
    view.setInt32(record + abi.VENUE_LIST_COUNT, numbers.length, true);
    numbers.forEach((number, place) => view.setUint8(record + abi.VENUE_LIST_NUMBERS + place, number + 1));
  });
}
