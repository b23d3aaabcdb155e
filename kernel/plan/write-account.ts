// Settings of the account as a run's memory holds them.

import * as abi from "../../assembly/abi-account.js";
import type { MarginTier, PlanAccount, RateTier, TradedSettings } from "./account.js";
import { holdingCount, positionCount, queueBytes, volumeBytes } from "./account.js";

const SHORTABLE_UNBOUND = 2n ** 63n - 1n;

/** Bytes of an account's settings: the record, those of its instruments, and their tables. */
export function accountBytes(account: PlanAccount): number {
  const { settings, traded } = account;
  const tables = traded.reduce(
    (sum, { tiers, borrow }) => sum + tiers.length * abi.MARGIN_TIER_BYTES + borrow.length * abi.TIER_BYTES,
    (settings.credit.length + settings.debit.length) * abi.TIER_BYTES + Math.ceil(settings.holidays.length / 2) * 8,
  );
  return abi.SETTINGS_BYTES + traded.length * abi.TRADED_BYTES + tables;
}

/** Addresses that the settings speak of. */
export interface AccountPlaces {
  readonly holdings: number;
  readonly volume: number;
  readonly queues: number;
  readonly balances: number;
  readonly lots: number;
}

/** Writes the settings at `at`, `accountBytes` long. */
export function writeAccount(view: DataView, at: number, account: PlanAccount, places: AccountPlaces): void {
  const tables = new TableWriter(view, at + abi.SETTINGS_BYTES + account.traded.length * abi.TRADED_BYTES);
  const { settings, traded } = account;
  const i32 = (offset: number, value: number): void => view.setInt32(at + offset, value, true);
  i32(abi.SETTINGS_FLAGS, account.flags);
  i32(abi.SETTINGS_TRADED, at + abi.SETTINGS_BYTES);
  i32(abi.SETTINGS_POSITION_COUNT, positionCount(account));
  i32(abi.SETTINGS_HOLDINGS, holdingCount(account) === 0 ? 0 : places.holdings);
  i32(abi.SETTINGS_VOLUME, volumeBytes(account) === 0 ? 0 : places.volume);
  i32(abi.SETTINGS_QUEUES, queueBytes(account) === 0 ? 0 : places.queues);
  i32(abi.SETTINGS_BALANCES, places.balances);
  i32(abi.SETTINGS_CURRENCY_COUNT, account.currencies.length);
  i32(abi.SETTINGS_LOTS, places.lots);
  i32(abi.SETTINGS_LOTS_MAX, settings.lotsMax);
  i32(abi.SETTINGS_SETTLEMENT_DAYS, settings.settlementDays);
  view.setBigInt64(at + abi.SETTINGS_CONVERSION_FEE, settings.conversionFeeE9, true);
  i32(abi.SETTINGS_CREDIT, tables.rates(settings.credit));
  i32(abi.SETTINGS_CREDIT_COUNT, settings.credit.length);
  i32(abi.SETTINGS_DEBIT, tables.rates(settings.debit));
  i32(abi.SETTINGS_DEBIT_COUNT, settings.debit.length);
  i32(abi.SETTINGS_HOLIDAY_COUNT, settings.holidays.length);
  i32(abi.SETTINGS_HOLIDAYS, tables.days(settings.holidays));
  traded.forEach((each, i) => writeTraded(view, at + abi.SETTINGS_BYTES + i * abi.TRADED_BYTES, each, tables));
}

function writeTraded(view: DataView, at: number, traded: TradedSettings, tables: TableWriter): void {
  const i32 = (offset: number, value: number): void => view.setInt32(at + offset, value, true);
  const i64 = (offset: number, value: bigint): void => view.setBigInt64(at + offset, value, true);
  i64(abi.TRADED_WEIGHT, traded.weightE9);
  i64(abi.TRADED_MAINTENANCE, traded.maintenanceE9);
  i64(abi.TRADED_LIQUIDATION_FEE, traded.liquidationFeeE9);
  i64(abi.TRADED_SHORTABLE, traded.shortable ?? SHORTABLE_UNBOUND);
  i32(abi.TRADED_TIERS, tables.margins(traded.tiers));
  i32(abi.TRADED_TIER_COUNT, traded.tiers.length);
  i32(abi.TRADED_BORROW, tables.rates(traded.borrow));
  i32(abi.TRADED_BORROW_COUNT, traded.borrow.length);
  i32(abi.TRADED_CURRENCY, traded.currency);
  i32(abi.TRADED_FLAGS, traded.isDerivative ? abi.TRADED_IS_DERIVATIVE : 0);
}

/** Writes tables one behind the other; each gives its address. */
class TableWriter {
  private readonly view: DataView;
  private at: number;

  constructor(view: DataView, at: number) {
    this.view = view;
    this.at = at;
  }

  rates(tiers: readonly RateTier[]): number {
    return this.rows(tiers, abi.TIER_BYTES, (tier) => [tier.from, tier.rateE9]);
  }

  margins(tiers: readonly MarginTier[]): number {
    return this.rows(tiers, abi.MARGIN_TIER_BYTES, (tier) => [tier.from, tier.weightE9, tier.maintenanceE9]);
  }

  days(days: readonly number[]): number {
    const first = this.at;
    days.forEach((day, i) => this.view.setInt32(first + 4 * i, day, true));
    this.at += Math.ceil(days.length / 2) * 8;
    return first;
  }

  private rows<Row>(rows: readonly Row[], bytes: number, fields: (row: Row) => readonly bigint[]): number {
    const first = this.at;
    rows.forEach((row, i) =>
      fields(row).forEach((value, field) => this.view.setBigInt64(first + i * bytes + 8 * field, value, true)),
    );
    this.at += rows.length * bytes;
    return first;
  }
}
