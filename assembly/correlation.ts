// Correlation of instruments over the last days, from one close a UTC day.
//
// Two instruments are compared over the days on which both have a close, by the returns from one such day to the next.
//
// Always true:
//   a correlation that is not known, with too few returns or without any change, is null and has no weight.
// Units: correlations as plain fractions until they become 1e-9; values are money mantissas.
// Source: the sample correlation coefficient of Pearson, sums taken about the means.

import { CLOSE_BYTES, CLOSE_DAY, CLOSE_PRICE, SIZER_DAYS, SIZER_SAMPLES_MIN } from "./abi-commitment";
import { MARKET_MARK } from "./abi-order";
import { INSTRUMENT_STREAM, RUN_INSTRUMENT_COUNT, STREAM_CLOSED } from "./abi-run";
import { isNull, NULL } from "./column";
import { exposureOf } from "./commitment-lane";
import { policyParam, policyState } from "./policy";
import { instrumentAt, marketAt, run, streamAt } from "./run";
import { bucketDay } from "./session-day";

/** Sums over the returns of the pair in hand. */
let count: i64 = 0;
let sumA: f64 = 0;
let sumB: f64 = 0;
let products: f64 = 0;
let squaresA: f64 = 0;
let squaresB: f64 = 0;

/** Keeps the close of every instrument with a bar in the bucket at `time`. */
export function noteCloses(sizer: usize, time: i64): void {
  const day = bucketDay(time);
  for (let i = 0, all = load<i32>(run, RUN_INSTRUMENT_COUNT); i < all; i++) {
    if (load<i64>(streamAt(load<i32>(instrumentAt(i), INSTRUMENT_STREAM)), STREAM_CLOSED) != time) continue;
    const entry = closeAt(sizer, i, day);
    store<i64>(entry, day, CLOSE_DAY);
    store<i64>(entry, load<i64>(marketAt(i), MARKET_MARK), CLOSE_PRICE);
  }
}

function closeAt(sizer: usize, instrument: i32, day: i64): usize {
  const size = policyParam(sizer, SIZER_DAYS) + 1;
  const place = day % size;
  const first = policyState(sizer) + <usize>(<i64>instrument * size) * CLOSE_BYTES;
  return first + <usize>(place < 0 ? place + size : place) * CLOSE_BYTES;
}

/** Close of an instrument on `day`, null without one. */
function closeOn(sizer: usize, instrument: i32, day: i64): f64 {
  const entry = closeAt(sizer, instrument, day);
  if (load<i64>(entry, CLOSE_DAY) != day || load<i64>(entry, CLOSE_PRICE) <= 0) return NULL;
  return <f64>load<i64>(entry, CLOSE_PRICE);
}

/**
 * Mean correlation of an instrument with the others that are held or about to be, by their values, in 1e-9; 0 where
 * none is known.
 */
export function meanCorrelation(sizer: usize, instrument: i32, time: i64): i64 {
  const day = bucketDay(time);
  let weighted: f64 = 0;
  let weights: f64 = 0;
  for (let i = 0, all = load<i32>(run, RUN_INSTRUMENT_COUNT); i < all; i++) {
    const value = i == instrument ? 0 : <f64>exposureOf(i);
    if (value == 0) continue;
    const correlation = correlationOf(sizer, instrument, i, day);
    if (isNull(correlation)) continue;
    weighted += value * correlation;
    weights += value;
  }
  return weights > 0 ? <i64>nearest(weighted / weights * 1e9) : 0;
}

/** Correlation of two instruments over the days up to `day`. */
function correlationOf(sizer: usize, a: i32, b: i32, day: i64): f64 {
  count = 0;
  sumA = 0;
  sumB = 0;
  products = 0;
  squaresA = 0;
  squaresB = 0;
  sumReturns(sizer, a, b, day, 0, 0, false);
  if (count < policyParam(sizer, SIZER_SAMPLES_MIN)) return NULL;
  sumReturns(sizer, a, b, day, sumA / <f64>count, sumB / <f64>count, true);
  const spread = sqrt(squaresA) * sqrt(squaresB);
  return spread > 0 ? products / spread : NULL;
}

/** Sums the returns of two instruments, or with `about` the squares and products of their distances from the means. */
function sumReturns(sizer: usize, a: i32, b: i32, day: i64, meanA: f64, meanB: f64, about: bool): void {
  let lastA = NULL;
  let lastB = NULL;
  for (let each = day - policyParam(sizer, SIZER_DAYS); each <= day; each++) {
    const closeA = closeOn(sizer, a, each);
    const closeB = closeOn(sizer, b, each);
    if (isNull(closeA) || isNull(closeB)) continue;
    if (!isNull(lastA)) {
      const offA = closeA / lastA - 1 - meanA;
      const offB = closeB / lastB - 1 - meanB;
      if (about) {
        products += offA * offB;
        squaresA += offA * offA;
        squaresB += offB * offB;
      } else {
        count++;
        sumA += offA;
        sumB += offB;
      }
    }
    lastA = closeA;
    lastB = closeB;
  }
}
