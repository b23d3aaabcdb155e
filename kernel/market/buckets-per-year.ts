// Buckets of a year: how many returns of a run make one, by which a deviation of returns becomes a yearly one.
//
// Bars of a day make 252 a year, or 365 when every instrument is a crypto asset, which trades on all days; other bars
// make as many as 365.25 days have. Of a day, bars shorter than it fill what its calendar's sessions do, and all of it
// without a calendar, which errs against the account: more returns a year make a larger deviation.

import type { Sessions } from "./calendar.js";
import type { Instrument } from "./instrument.js";

export const CRYPTO_DAYS = 365;
export const TRADING_DAYS = 252;

const DAY_NS = 86_400_000_000_000n;
const YEAR_NS = (DAY_NS * 1461n) / 4n;
const ONE = 1_000_000_000n;

/** True when nothing but crypto assets is traded. */
export function areCrypto(instruments: readonly Instrument[]): boolean {
  return instruments.length > 0 && instruments.every(({ assetClass }) => assetClass.startsWith("crypto-"));
}

/**
 * Buckets of a year, in 1e-9, rounded up.
 *
 * @param bucketNs Length of a bucket: the shortest interval of the bars that make them.
 * @param instruments All that is traded.
 * @param sessions Of each instrument whose bars are that short, null without a calendar; none for no calendar at all.
 */
export function bucketsPerYear(
  bucketNs: bigint,
  instruments: readonly Instrument[],
  sessions: readonly (Sessions | null)[] = [],
): bigint {
  if (bucketNs === DAY_NS) return BigInt(areCrypto(instruments) ? CRYPTO_DAYS : TRADING_DAYS) * ONE;
  const whole = divideUp(YEAR_NS * ONE, bucketNs);
  if (bucketNs > DAY_NS || sessions.length === 0) return whole;
  return sessions.map((each) => withinSessions(whole, each)).reduce((most, each) => (each > most ? each : most));
}

/** What sessions hold of `whole`, from their first open to the day or more behind it that their last close ends. */
function withinSessions(whole: bigint, sessions: Sessions | null): bigint {
  if (sessions === null || sessions.count === 0) return whole;
  const { instants, count } = sessions;
  let open = 0n;
  for (let i = 0; i < 2 * count; i += 2) open += (instants[i + 1] as bigint) - (instants[i] as bigint);
  const days = divideUp((instants[2 * count - 1] as bigint) - (instants[0] as bigint), DAY_NS);
  return divideUp(whole * open, days * DAY_NS);
}

function divideUp(a: bigint, b: bigint): bigint {
  return (a + b - 1n) / b;
}
