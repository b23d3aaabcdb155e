// Writing the region: the records of the bucket region and of its state streams in the memory of a run.
//
// Units: scales are the smallest units of money, quantity and price in one unit.

import { OP_STATE } from "../../assembly/abi-opcodes.js";
import * as abi from "../../assembly/abi-state.js";
import type { Instrument } from "../market/instrument.js";
import type { Plan } from "./plan.js";

/** Addresses that the region is written with. */
export interface RegionPlaces {
  /** Of the region's record; the state streams stand behind it. */
  readonly region: number;
  /** Of the node states. */
  readonly states: number;
  /** Of the realised profit by position. */
  readonly realised: number;
  /** Of the scratch for open quantities by position. */
  readonly leaves: number;
  /** Of what filled by position. */
  readonly fills: number;
}

/** Bytes of the region's records; none without feedback. */
export function regionBytes({ region }: Plan): number {
  return region === null ? 0 : abi.REGION_BYTES + region.states.length * abi.STATE_BYTES;
}

/** Bytes of the realised profit of so many positions, where a node reads it. */
export function realisedBytes(plan: Plan, positions: number): number {
  return reads(plan, abi.POSITION_STATE_REALISED) ? 8 * positions : 0;
}

/** Bytes of the scratch for open quantities of so many positions, where a node reads them. */
export function leavesBytes(plan: Plan, positions: number): number {
  return reads(plan, abi.POSITION_STATE_OPEN_QUANTITY) ? 8 * positions : 0;
}

/** Bytes of what filled of so many positions, where a node reads it. */
export function fillBytes({ region }: Plan, positions: number): number {
  const isRead = region?.states.some(({ kind }) => kind === abi.STATE_FILLS) ?? false;
  return isRead ? abi.FILLS_BYTES * positions : 0;
}

/** True when a node reads this field of positions. */
function reads({ region, instructions }: Plan, field: number): boolean {
  if (region === null) return false;
  return instructions.some(
    ({ opcode, flags, params }) =>
      opcode === OP_STATE && params[0] === field && region.states[flags]?.kind === abi.STATE_POSITION,
  );
}

/** Writes the records into zeroed memory. `moneyDecimals` are those of the account's currency. */
export function writeRegion(view: DataView, plan: Plan, places: RegionPlaces, moneyDecimals: number): void {
  const { region } = plan;
  if (region === null) return;
  const at = places.region;
  const fields: readonly (readonly [number, number])[] = [
    [abi.REGION_FROM, region.from],
    [abi.REGION_TO, region.to],
    [abi.REGION_END, plan.instructions.length],
    [abi.REGION_READS, region.reads],
    [abi.REGION_STATES, at + abi.REGION_BYTES],
    [abi.REGION_STATE_COUNT, region.states.length],
    [abi.REGION_MIX_FROM, region.mixedFrom],
    [abi.REGION_MIX_COUNT, plan.mixed.length - region.mixedFrom],
    [abi.REGION_REALISED, reads(plan, abi.POSITION_STATE_REALISED) ? places.realised : 0],
    [abi.REGION_LEAVES, reads(plan, abi.POSITION_STATE_OPEN_QUANTITY) ? places.leaves : 0],
    [abi.REGION_FILLS, fillBytes(plan, 1) === 0 ? 0 : places.fills],
  ];
  for (const [offset, value] of fields) view.setInt32(at + offset, value, true);
  region.states.forEach((state, i) => {
    const record = stateAt(places.region, i);
    const facts = plan.instruments[state.instrument];
    view.setInt32(record + abi.STATE_KIND, state.kind, true);
    view.setInt32(record + abi.STATE_INSTRUMENT, state.instrument, true);
    view.setInt32(record + abi.STATE_CLOCK, state.clock, true);
    view.setInt32(record + abi.STATE_STRATEGY, state.strategy, true);
    view.setUint32(record + abi.STATE_KEPT, places.states + state.keptOffset, true);
    writeScales(view, record, facts, moneyDecimals);
  });
}

function writeScales(view: DataView, record: number, facts: Instrument | undefined, moneyDecimals: number): void {
  const scale = (decimals: number): number => Number(10n ** BigInt(decimals));
  view.setFloat64(record + abi.STATE_MONEY, scale(facts?.currency.decimals ?? moneyDecimals), true);
  view.setFloat64(record + abi.STATE_UNIT, scale(facts?.sizeDecimals ?? 0), true);
  view.setFloat64(record + abi.STATE_PRICE, scale(facts?.priceDecimals ?? 0), true);
}

/** Address of the record of state stream `index`. */
export function stateAt(region: number, index: number): number {
  return region + abi.REGION_BYTES + index * abi.STATE_BYTES;
}
