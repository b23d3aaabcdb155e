// Civil dates: days counted from 1970-01-01 and their dates, and instants as text, in integers and without a clock.
//
// Units: ns since 1970-01-01T00:00:00Z; days of 86,400 seconds.
// Not here: time zones, which live in the adapters.

const NS_PER_DAY = 86_400_000_000_000n;
const NS_PER_SECOND = 1_000_000_000n;

/** An instant as ISO 8601 text in UTC, with a fraction only when there is one: `2020-01-31T09:30:00Z`. */
export function instantText(time: bigint): string {
  let day = time / NS_PER_DAY;
  let rest = time % NS_PER_DAY;
  if (rest < 0n) {
    day -= 1n;
    rest += NS_PER_DAY;
  }
  const { year, month, dayOfMonth } = civilFromDay(Number(day));
  const seconds = Number(rest / NS_PER_SECOND);
  const fraction = rest % NS_PER_SECOND;
  const two = (value: number): string => String(value).padStart(2, "0");
  const clock = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  const tail = fraction === 0n ? "" : `.${fraction.toString().padStart(9, "0").replace(/0+$/, "")}`;
  return `${String(year).padStart(4, "0")}-${two(month)}-${two(dayOfMonth)}T${clock}${tail}Z`;
}

const INSTANT = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?Z)?$/;

/**
 * Instant of an ISO 8601 text in UTC, nanoseconds; a date alone is its midnight. Null when there is no such instant, or
 * none in 64 bits.
 *
 * @example instantOf("1970-01-02") // 86400000000000n
 */
export function instantOf(text: string): bigint | null {
  const match = INSTANT.exec(text);
  if (match === null) return null;
  const [year, month, dayOfMonth, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part) => (part === undefined ? undefined : Number(part))) as [number, number, number, ...number[]];
  const day = dayFromCivil(year, month, dayOfMonth);
  if (day === null || hour > 23 || minute > 59 || second > 59) return null;
  const seconds = BigInt(day) * 86_400n + BigInt(hour * 3600 + minute * 60 + second);
  const time = seconds * NS_PER_SECOND + BigInt((match[7] ?? "").padEnd(9, "0"));
  return BigInt.asIntN(64, time) === time ? time : null;
}

/**
 * Date of a day counted from 1970-01-01, in the proleptic Gregorian calendar.
 *
 * Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
 */
export function civilFromDay(day: number): { year: number; month: number; dayOfMonth: number } {
  const shifted = day + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  const dayOfMonth = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfMonth };
}

/**
 * Day counted from 1970-01-01 of a date, or null when there is no such date.
 *
 * Source: Howard Hinnant, days_from_civil.
 */
export function dayFromCivil(year: number, month: number, dayOfMonth: number): number | null {
  if (month < 1 || month > 12 || dayOfMonth < 1 || dayOfMonth > daysOfMonth(year, month)) return null;
  const shiftedYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(shiftedYear / 400);
  const yearOfEra = shiftedYear - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + dayOfMonth - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function daysOfMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
