// First row of a new day, week, month, quarter or year.
//
// A row stands at the close of its bar, so a bar that closes at midnight belongs to the day that ends there.
//
// Layout of the state, 16 bytes (all zero at the start):
//
//   +0 day of the row before f64 | +8 there is one, i32 | +12 unused
//
// Units: time in seconds since 1970-01-01T00:00Z, offset in minutes east of UTC, days since 1970-01-01 (a Thursday).
// Source of the calendar: Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.

import { NULL, inputColumn, outputColumn, param, state } from "../column";

/** Units of a period, in the order of the spec's choices. */
const DAY: i32 = 0;
const WEEK: i32 = 1;
const MONTH: i32 = 2;
const QUARTER: i32 = 3;

/**
 * Seconds beyond which a time is taken for null: 316,000 years to either side, where days still fit an i32 with room to
 * spare.
 */
const TIME_MAX: f64 = 1e13;

/** Floor of `value` / `divisor`, for a positive divisor. */
// @ts-ignore: decorator
@inline function floorDivide(value: i32, divisor: i32): i32 {
  return value >= 0 ? value / divisor : -((divisor - 1 - value) / divisor);
}

/** Months since the year 0 of the day `day`. */
function monthOf(day: i32): i32 {
  const shifted = day + 719468;
  const era = floorDivide(shifted, 146097);
  const dayOfEra = shifted - era * 146097;
  const yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365;
  const dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
  const monthFromMarch = (5 * dayOfYear + 2) / 153;
  return (yearOfEra + era * 400) * 12 + monthFromMarch + 2;
}

/** Number of the period that holds `day`: equal for two days of one period, and growing. Weeks begin on Monday. */
function periodOf(day: i32, unit: i32): i32 {
  if (unit == DAY) return day;
  if (unit == WEEK) return floorDivide(day + 3, 7);
  const month = monthOf(day);
  if (unit == MONTH) return month;
  return unit == QUARTER ? floorDivide(month, 3) : floorDivide(month, 12);
}

/**
 * True where the row's period is not that of the valid row before it; null on the first row. Params: unit, offset in
 * minutes.
 */
export function newPeriod(instruction: usize, rows: i32): void {
  const kept = state(instruction);
  const unit = <i32>param(instruction, 0);
  const offset = param(instruction, 1) * 60;
  let input = inputColumn(instruction, 0);
  let output = outputColumn(instruction, 0);
  let day = <i32>load<f64>(kept);
  let period = periodOf(day, unit);
  let seen = load<i32>(kept, 8) != 0;
  for (const end = input + (<usize>rows << 3); input < end; input += 8, output += 8) {
    const time = load<f64>(input);
    if (!(abs(time) <= TIME_MAX)) {
      store<f64>(output, NULL);
      continue;
    }
    const now = <i32>ceil((time + offset) / 86400) - 1;
    const before = period;
    if (now != day || !seen) period = periodOf(now, unit);
    store<f64>(output, seen ? (period != before ? 1 : 0) : NULL);
    day = now;
    seen = true;
  }
  store<f64>(kept, <f64>day);
  store<i32>(kept, seen ? 1 : 0, 8);
}
