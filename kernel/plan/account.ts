// Account of a plan: the settings of the account, of each instrument in it, and the side events of a run, as integers.
//
// Units: money in the smallest unit of the base currency; rates and weights in 1e-9; quantities as mantissas; days
// since 1970-01-01.

import { SETTLEMENT_ENTRIES, SETTLEMENT_ENTRY_BYTES, VOLUME_BYTES } from "../../assembly/abi-ledger.js";
import {
  ACCOUNT_IS_FIFO,
  ACCOUNT_IS_HEDGING,
  ACCOUNT_IS_ISOLATED,
  ACCOUNT_IS_LIQUIDATING,
  ACCOUNT_IS_ROLLING,
  ACCOUNT_IS_SETTLING,
  ACCOUNT_IS_WEIGHTED,
} from "../../assembly/abi-account.js";
import type { Currency } from "../market/instrument.js";
import type { FeeTable } from "./fees.js";
import type { SideEvent } from "./side-events.js";
import type { PlanVenues } from "./venues.js";

/** A rate for the part of an amount from `from` on, up to the next tier. */
export interface RateTier {
  readonly from: bigint;
  readonly rateE9: bigint;
}

/** What the part of a position's value from `from` on counts for, up to the next tier. */
export interface MarginTier {
  readonly from: bigint;
  /** Exposure that one unit of value counts for. */
  readonly weightE9: bigint;
  readonly maintenanceE9: bigint;
}

/** Settings of one instrument of the account. */
export interface TradedSettings {
  readonly weightE9: bigint;
  readonly maintenanceE9: bigint;
  readonly tiers: readonly MarginTier[];
  readonly liquidationFeeE9: bigint;
  /** Largest short position; `null` for no bound. */
  readonly shortable: bigint | null;
  readonly borrow: readonly RateTier[];
  /** Number of its currency in `PlanAccount.currencies`, from 1; 0 for the base. */
  readonly currency: number;
  /** A future or a perpetual: its value is not paid for. */
  readonly isDerivative: boolean;
}

/** Settings of the account as a whole. */
export interface AccountSettings {
  readonly cashMinor: bigint;
  /** 0 for a cash account. */
  readonly leverageE9: bigint;
  /** ACCOUNT_IS_* bits, but for those that follow from instruments. */
  readonly flags: number;
  readonly credit: readonly RateTier[];
  readonly debit: readonly RateTier[];
  /** Lots that a position may hold. */
  readonly lotsMax: number;
  /** Business days from a sale to its settlement; 0 for at once. */
  readonly settlementDays: number;
  /** Days on which nothing settles, since 1970-01-01, rising. */
  readonly holidays: readonly number[];
  readonly conversionFeeE9: bigint;
}

/** Account, instruments and side events of one run. */
export interface PlanAccount {
  readonly settings: AccountSettings;
  /** ACCOUNT_IS_* bits. */
  readonly flags: number;
  /** The base currency. */
  readonly currency: Currency;
  /** Currencies besides the base, in the order of their first instrument. */
  readonly currencies: readonly Currency[];
  /** One an instrument of the plan, in its order. */
  readonly traded: readonly TradedSettings[];
  /** Strategies with positions of their own; 1 where all share theirs. */
  readonly strategyCount: number;
  /** By the time from which each holds. */
  readonly fees: readonly FeeTable[];
  readonly venues: PlanVenues;
  /** Sorted by time, phase and instrument. */
  readonly sideEvents: readonly SideEvent[];
}

/** Positions of an account: two an instrument when it hedges, else one for each strategy. */
export function positionCount({ flags, traded, strategyCount }: PlanAccount): number {
  return traded.length * ((flags & ACCOUNT_IS_HEDGING) === 0 ? strategyCount : 2);
}

const HAS_HOLDINGS = ACCOUNT_IS_ISOLATED | ACCOUNT_IS_FIFO | ACCOUNT_IS_LIQUIDATING | ACCOUNT_IS_WEIGHTED;

/** Holdings of an account: one a position where margins or lots are kept. */
export function holdingCount(account: PlanAccount): number {
  return (account.flags & HAS_HOLDINGS) === 0 ? 0 : positionCount(account);
}

/** Bytes of the volumes by day, of an account whose fees go by them. */
export function volumeBytes({ flags }: PlanAccount): number {
  return (flags & ACCOUNT_IS_ROLLING) === 0 ? 0 : VOLUME_BYTES;
}

/** Bytes of the settlement queue, of an account that settles. */
export function queueBytes({ flags }: PlanAccount): number {
  return (flags & ACCOUNT_IS_SETTLING) === 0 ? 0 : SETTLEMENT_ENTRIES * SETTLEMENT_ENTRY_BYTES;
}

const LOT_BYTES = 16;

/** Bytes of the rings of lots, of an account whose costs leave first in, first out. */
export function lotBytes(account: PlanAccount): number {
  return (account.flags & ACCOUNT_IS_FIFO) === 0
    ? 0
    : positionCount(account) * 2 * account.settings.lotsMax * LOT_BYTES;
}
