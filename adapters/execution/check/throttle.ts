// Throttle: orders a second by strategy and venue, a token bucket on virtual time.
//
// Always true:
//   in any span of length T at most burst + floor(T x rate) orders of one strategy pass to one venue;
//   strategies and venues take nothing from each other's buckets; a time that goes back fills nothing.
// Units: levels in 1e-9 of an order, times in ns, rates in orders a second: whole numbers, so nothing is rounded.

import { covers } from "../../../kernel/index.js";
import type { ThrottleRule } from "../../../kernel/index.js";

export interface Throttle {
  /** First time, from `time` on, at which an order may pass; `time` itself when it may now. Takes nothing. */
  readonly nextTime: (strategy: string, venue: string, time: bigint) => bigint;
  /** Lets one order pass, and says whether it may; a refused one takes nothing. */
  readonly take: (strategy: string, venue: string, time: bigint) => boolean;
}

const ORDER = 1_000_000_000n;

interface Bucket {
  readonly rate: bigint;
  readonly full: bigint;
  level: bigint;
  /** Newest time seen. */
  time: bigint;
}

/**
 * A throttle with full buckets, of rules that were checked (`checkCompliance`). Without a rule for it, an order passes.
 *
 * @example
 * const throttle = openThrottle([{ strategy: "*", venue: "*", ordersPerSecond: 2, burst: 1 }]);
 * throttle.take("trend", "binance", 0n); // true
 * throttle.nextTime("trend", "binance", 0n); // 500000000n
 */
export function openThrottle(rules: readonly ThrottleRule[]): Throttle {
  const buckets = new Map<string, Map<string, Bucket>>();
  const bucketOf = (strategy: string, venue: string, time: bigint): Bucket | null => {
    const known = buckets.get(strategy)?.get(venue);
    if (known !== undefined) return known;
    const rule = rules.find((one) => covers(one.strategy, strategy) && covers(one.venue, venue));
    if (rule === undefined) return null;
    const full = BigInt(rule.burst) * ORDER;
    const bucket = { rate: BigInt(rule.ordersPerSecond), full, level: full, time };
    const own = buckets.get(strategy) ?? new Map<string, Bucket>();
    buckets.set(strategy, own.set(venue, bucket));
    return bucket;
  };
  const nextTime = (strategy: string, venue: string, time: bigint): bigint => {
    const bucket = bucketOf(strategy, venue, time);
    if (bucket === null) return time;
    const lacking = ORDER - levelAt(bucket, time);
    if (lacking <= 0n) return time;
    const now = time > bucket.time ? time : bucket.time;
    return now + (lacking + bucket.rate - 1n) / bucket.rate;
  };
  const take = (strategy: string, venue: string, time: bigint): boolean => {
    const bucket = bucketOf(strategy, venue, time);
    if (bucket === null) return true;
    const level = levelAt(bucket, time);
    if (level < ORDER) return false;
    bucket.level = level - ORDER;
    if (time > bucket.time) bucket.time = time;
    return true;
  };
  return { nextTime, take };
}

function levelAt({ level, rate, full, time: newest }: Bucket, time: bigint): bigint {
  const gained = time > newest ? (time - newest) * rate : 0n;
  return level + gained < full ? level + gained : full;
}
