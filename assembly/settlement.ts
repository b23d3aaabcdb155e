// Settlement: what a sale brings is cash at once, but may be spent only some business days later.
//
// The day of a sale is the UTC day in which its bar ends; business days are Monday to Friday but for the holidays of
// the settings; what settles on a day may be spent from its beginning on.
//
// Always true:
//   the entries of the queue add up to ACCOUNT_UNSETTLED.

import {
  SETTINGS_HOLIDAYS, SETTINGS_HOLIDAY_COUNT, SETTINGS_QUEUES, SETTINGS_SETTLEMENT_DAYS,
} from "./abi-account";
import { LEDGER_SETTLEMENT, NO_INSTRUMENT } from "./abi-event";
import {
  ACCOUNT_CASH, ACCOUNT_DAY, ACCOUNT_UNSETTLED, SETTLEMENT_AMOUNT, SETTLEMENT_DAY, SETTLEMENT_ENTRIES,
  SETTLEMENT_ENTRY_BYTES,
} from "./abi-ledger";
import { TRAP_SETTLEMENT_FULL } from "./abi-trap";
import { recordLedger } from "./record";
import { account, settings } from "./run";
import { assure } from "./trap";
import { addChecked, subChecked } from "./wide";

const DAYS_OF_WEEK: i64 = 7;
const BUSINESS_DAYS: i64 = 5;
/** 1970-01-01 was a Thursday, the fourth day of its week. */
const FIRST_WEEKDAY: i64 = 3;
const DAY_NS: i64 = 86_400_000_000_000;

// @ts-ignore: decorator
@inline function entryAt(index: i32): usize {
  return <usize>load<u32>(settings, SETTINGS_QUEUES) + <usize>index * SETTLEMENT_ENTRY_BYTES;
}

/** Keeps what a sale brought (> 0) until it has settled. */
export function awaitSettlement(amount: i64): void {
  const day = settlementDay(load<i64>(account, ACCOUNT_DAY) - 1);
  let free = -1;
  let index = 0;
  for (; index < SETTLEMENT_ENTRIES && load<i64>(entryAt(index), SETTLEMENT_DAY) != day; index++) {
    if (free < 0 && load<i64>(entryAt(index), SETTLEMENT_AMOUNT) == 0) free = index;
  }
  const entry = entryAt(index < SETTLEMENT_ENTRIES ? index : free);
  assure(index < SETTLEMENT_ENTRIES || free >= 0, TRAP_SETTLEMENT_FULL, <i32>day);
  store<i64>(entry, day, SETTLEMENT_DAY);
  store<i64>(entry, addChecked(load<i64>(entry, SETTLEMENT_AMOUNT), amount), SETTLEMENT_AMOUNT);
  store<i64>(account, addChecked(load<i64>(account, ACCOUNT_UNSETTLED), amount), ACCOUNT_UNSETTLED);
}

/** Lets what settles on `day`, which begins, be spent. */
export function settleDay(day: i64): void {
  for (let i = 0; i < SETTLEMENT_ENTRIES; i++) {
    const entry = entryAt(i);
    const amount = load<i64>(entry, SETTLEMENT_AMOUNT);
    if (amount == 0 || load<i64>(entry, SETTLEMENT_DAY) > day) continue;
    store<i64>(account, subChecked(load<i64>(account, ACCOUNT_UNSETTLED), amount), ACCOUNT_UNSETTLED);
    store<i64>(entry, 0, SETTLEMENT_DAY);
    store<i64>(entry, 0, SETTLEMENT_AMOUNT);
    recordLedger(LEDGER_SETTLEMENT, NO_INSTRUMENT, day * DAY_NS, amount, load<i64>(account, ACCOUNT_CASH));
  }
}

/** The business day on which a sale of `day` settles. */
function settlementDay(day: i64): i64 {
  let left = load<i32>(settings, SETTINGS_SETTLEMENT_DAYS);
  while (left > 0) {
    day++;
    if (isBusinessDay(day)) left--;
  }
  return day;
}

function isBusinessDay(day: i64): bool {
  const weekday = ((day + FIRST_WEEKDAY) % DAYS_OF_WEEK + DAYS_OF_WEEK) % DAYS_OF_WEEK;
  if (weekday >= BUSINESS_DAYS) return false;
  let holiday: usize = load<u32>(settings, SETTINGS_HOLIDAYS);
  for (const end = holiday + (<usize>load<i32>(settings, SETTINGS_HOLIDAY_COUNT) << 2); holiday < end; holiday += 4) {
    if (load<i32>(holiday) == <i32>day) return false;
  }
  return true;
}
