// Days of an exchange: when they end, and when a day of the week begins, read from its sessions.
//
// A session belongs to the UTC day of its middle: on exchanges east and west, and over a session that spans midnight,
// that is the day which the exchange calls it by. Without sessions days are those of UTC.
// Units: ns since 1970-01-01T00:00:00Z; days since then.
// Not here: zones, which the sessions were resolved from before the run.

import { INSTRUMENT_SESSION_COUNT, INSTRUMENT_SESSIONS, RUN_INSTRUMENT_COUNT } from "./abi-run";
import { DAY_NS, sessionFrom } from "./bar";
import { instrumentAt, run } from "./run";

const SESSION_BYTES: usize = 16;
const DAYS_OF_WEEK: i64 = 7;
/** Day of the week of 1970-01-01, from Sunday on. */
const THURSDAY: i64 = 4;

/** UTC day of `time`. */
function dayOf(time: i64): i64 {
  const day = time / DAY_NS;
  return time % DAY_NS < 0 ? day - 1 : day;
}

/** UTC day that a bucket at `time` ends or lies in, plus one: a bar that closes at midnight is of the day before. */
export function bucketDay(time: i64): i64 {
  return dayOf(time - 1) + 1;
}

/** Facts of the first instrument with sessions, whose exchange is that of the run; 0 when none has any. */
export function exchangeFacts(): usize {
  for (let i = 0, count = load<i32>(run, RUN_INSTRUMENT_COUNT); i < count; i++) {
    if (load<i32>(instrumentAt(i), INSTRUMENT_SESSION_COUNT) != 0) return instrumentAt(i);
  }
  return 0;
}

/** The first close of a day's last session after `time`; i64 maximum behind the calendar. */
export function nextDayClose(facts: usize, time: i64): i64 {
  if (facts == 0) return (dayOf(time) + 1) * DAY_NS;
  let session = sessionFrom(facts, time);
  if (session == 0) return i64.MAX_VALUE;
  const end = sessionsEnd(facts);
  while (session + SESSION_BYTES < end && sessionDay(session + SESSION_BYTES) == sessionDay(session)) {
    session += SESSION_BYTES;
  }
  return load<i64>(session, 8);
}

/**
 * The first time after `time` that lies `afterOpen` behind the first open of a day of the week (0 Sunday), or at
 * `timeOfDay` of one in UTC without sessions; i64 maximum behind the calendar.
 */
export function nextWeekly(facts: usize, time: i64, weekday: i64, afterOpen: i64, timeOfDay: i64): i64 {
  if (facts == 0) {
    let day = dayOf(time);
    while (weekdayOf(day) != weekday || day * DAY_NS + timeOfDay <= time) day++;
    return day * DAY_NS + timeOfDay;
  }
  const first: usize = load<u32>(facts, INSTRUMENT_SESSIONS);
  const end = sessionsEnd(facts);
  for (let session = sessionFrom(facts, time); session != 0 && session < end; session += SESSION_BYTES) {
    const day = sessionDay(session);
    const opensDay = session == first || sessionDay(session - SESSION_BYTES) != day;
    if (opensDay && weekdayOf(day) == weekday && load<i64>(session) + afterOpen > time) {
      return load<i64>(session) + afterOpen;
    }
  }
  return i64.MAX_VALUE;
}

function sessionsEnd(facts: usize): usize {
  return <usize>load<u32>(facts, INSTRUMENT_SESSIONS)
    + <usize>load<i32>(facts, INSTRUMENT_SESSION_COUNT) * SESSION_BYTES;
}

function sessionDay(session: usize): i64 {
  const open = load<i64>(session);
  return dayOf(open + (load<i64>(session, 8) - open) / 2);
}

/** 0 for Sunday. */
function weekdayOf(day: i64): i64 {
  const weekday = (day + THURSDAY) % DAYS_OF_WEEK;
  return weekday < 0 ? weekday + DAYS_OF_WEEK : weekday;
}
