// Fees of a plan as integers, and as a run's memory holds them.
//
// Units: rates and shares in 1e-9; money in the smallest unit; a fee by unit in 1e-9 of it; times in ns.

import * as abi from "../../assembly/abi-fees.js";

/** Rates above an amount: of an order's own value, or of the volume of 30 days. */
export interface FeeTier {
  readonly above: bigint;
  readonly takerE9: bigint;
  readonly makerE9: bigint;
  readonly unitE9: bigint;
}

/** One part of a fee; an order pays the sum of all. */
export interface FeeComponent {
  readonly takerE9: bigint;
  readonly makerE9: bigint;
  readonly unitE9: bigint;
  /** 0 for none. */
  readonly minimum: bigint;
  /** `null` for none. */
  readonly maximum: bigint | null;
  /** 0 for none. */
  readonly maximumShareE9: bigint;
  readonly by: "notional" | "volume";
  readonly tiers: readonly FeeTier[];
}

/** Fees from a time on; the first component is the only one with bounds. */
export interface FeeTable {
  /** `null` for the first, which holds from the start. */
  readonly fromNs: bigint | null;
  readonly components: readonly [FeeComponent, ...FeeComponent[]];
}

/** True for fees that the rates in a run's header do not say: with tiers, a largest fee or several components. */
export function needsTable({ components: [first, ...others] }: FeeTable): boolean {
  return others.length > 0 || first.tiers.length > 0 || first.maximum !== null || first.maximumShareE9 > 0n;
}

/** True for fees by the volume of the days before. */
export function isRolling({ components }: FeeTable): boolean {
  return components.some(({ by, tiers }) => by === "volume" && tiers.length > 0);
}

/** Bytes of fees: their record, the list of tables, tables and tiers. */
export function feeBytes(tables: readonly FeeTable[]): number {
  return listBytes(tables) + tables.reduce((sum, table) => sum + tableBytes(table), 0);
}

/** Bytes of one table: its components, and the tiers behind them. */
export function tableBytes({ components }: FeeTable): number {
  const tiers = components.reduce((sum, component) => sum + component.tiers.length, 0);
  return components.length * abi.FEE_TABLE_BYTES + tiers * abi.FEE_TIER_BYTES;
}

function listBytes(tables: readonly FeeTable[]): number {
  return abi.FEES_BYTES + Math.ceil(tables.length / 2) * 8;
}

const UNBOUND = 2n ** 63n - 1n;

/** Writes fees at `at`, `feeBytes` long; the first table holds. */
export function writeFees(view: DataView, at: number, tables: readonly FeeTable[]): void {
  let next = at + listBytes(tables);
  view.setInt32(at + abi.FEES_TABLES, at + abi.FEES_BYTES, true);
  view.setInt32(at + abi.FEES_CURRENT, next, true);
  tables.forEach((table, index) => {
    view.setInt32(at + abi.FEES_BYTES + 4 * index, next, true);
    writeTable(view, next, table);
    next += tableBytes(table);
  });
}

/** Writes one table at `at`, `tableBytes` long. */
export function writeTable(view: DataView, at: number, { components }: FeeTable): void {
  let tier = at + components.length * abi.FEE_TABLE_BYTES;
  components.forEach((each, i) => {
    writeComponent(view, at + i * abi.FEE_TABLE_BYTES, each, tier, components.length - 1 - i);
    tier += each.tiers.length * abi.FEE_TIER_BYTES;
  });
}

function writeComponent(view: DataView, at: number, component: FeeComponent, tiers: number, more: number): void {
  const i64 = (offset: number, value: bigint): void => view.setBigInt64(at + offset, value, true);
  i64(abi.FEE_TAKER, component.takerE9);
  i64(abi.FEE_MAKER, component.makerE9);
  i64(abi.FEE_UNIT, component.unitE9);
  i64(abi.FEE_MINIMUM, component.minimum);
  i64(abi.FEE_MAXIMUM, component.maximum ?? UNBOUND);
  i64(abi.FEE_MAXIMUM_SHARE, component.maximumShareE9);
  view.setInt32(at + abi.FEE_TIERS, tiers, true);
  view.setInt32(at + abi.FEE_TIER_COUNT, component.tiers.length, true);
  view.setInt32(at + abi.FEE_BY, component.by === "volume" ? abi.FEE_BY_VOLUME : abi.FEE_BY_NOTIONAL, true);
  view.setInt32(at + abi.FEE_MORE, more, true);
  component.tiers.forEach((tier, i) => {
    const record = tiers + i * abi.FEE_TIER_BYTES;
    view.setBigInt64(record + abi.FEE_TIER_ABOVE, tier.above, true);
    view.setBigInt64(record + abi.FEE_TIER_TAKER, tier.takerE9, true);
    view.setBigInt64(record + abi.FEE_TIER_MAKER, tier.makerE9, true);
    view.setBigInt64(record + abi.FEE_TIER_UNIT, tier.unitE9, true);
  });
}
