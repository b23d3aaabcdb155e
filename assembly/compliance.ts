// Compliance: regions, restricted instruments and the throttle, asked for each venue that an order may go to, behind
// every other check (`NODESETS.md` 1), and the orders a second that each venue has taken.
//
// The throttle is a bucket a venue that gains orders with time, on the clock of the run. Kept is what is taken of it,
// so that zero bytes is a full one.
//
// Always true:
//   in any span of length T at most burst + floor(T x rate) orders and amendments of a policy go to one venue;
//   nothing fails open: a venue of which the rules do not say that it serves the region takes nothing;
//   what is refused takes nothing of a throttle.
// Units: levels in 1e-9 of an order, times in ns, rates in orders a second, so that nothing is rounded.
// Source: the same meaning as the compliance of the live layer, `adapters/execution/check/compliance.ts`.
// Not here: cancels, which pass always, and children, which go with their parent (`gate-release.ts`).

import {
  ORDER_DECISION, ORDER_FLAG_REDUCE_ONLY, ORDER_INSTRUMENT, ORDER_LEAVES, ORDER_VENUE,
} from "./abi-order";
import {
  COMPLIANCE_FULL, COMPLIANCE_PLACES, COMPLIANCE_RATE, COMPLIANCE_RATE_BYTES, COMPLIANCE_RATES, COMPLIANCE_TRADED,
  GATES_COMPLIANCE, RESTRICTION_BYTES, RESTRICTION_FROM, RESTRICTION_INSTRUMENT, RESTRICTION_REDUCING,
  RESTRICTION_UNTIL, SEVERITY_LOW, THROTTLE_BYTES, THROTTLE_TAKEN, THROTTLE_TIME,
} from "./abi-policy";
import {
  REASON_COMPLIANCE_REGION, REASON_COMPLIANCE_RESTRICTED, REASON_NONE, REASON_THROTTLED,
} from "./abi-reason";
import { RUN_INSTRUMENT_COUNT } from "./abi-run";
import { TRAP_UNAPPROVED } from "./abi-trap";
import { UNCHANGED } from "./amend";
import { WHOLE } from "./cost";
import { sayGate } from "./gate";
import { reducingPart } from "./order-entry";
import { hasFlag } from "./order-kind";
import { gatesOf, placeOf, policyParam, policyState } from "./policy";
import { recordRefusal } from "./record";
import { isRouted, venueCount, venueIn } from "./route";
import { run } from "./run";
import { assure } from "./trap";

/** Time of the bucket in which decisions act. */
let now: i64 = 0;

/** Decisions act at `time` from here on. */
// @ts-ignore: decorator
@inline export function takeTime(time: i64): void {
  now = time;
}

/** The compliance policy of the decision numbered `index`, 0 when it has none. */
// @ts-ignore: decorator
@inline export function complianceOf(index: i32): usize {
  const gates = gatesOf(index);
  return gates == 0 ? 0 : load<u32>(gates, GATES_COMPLIANCE);
}

/**
 * True when an order of `quantity` (signed) of a decision may go to a venue that it may be routed to; leaves a refusal
 * for each venue that it may not go to.
 *
 * @param reducing It can only make the position smaller.
 */
export function complies(index: i32, instrument: i32, quantity: i64, reducing: bool): bool {
  const policy = complianceOf(index);
  if (policy == 0) return true;
  const barred = barredFor(policy, index, instrument, reducing);
  const count = isRouted(index, instrument) ? venueCount(instrument) : 1;
  const mayGo = barred != (1 << count) - 1;
  for (let i = 0; i < count && barred != 0; i++) {
    if ((barred >> i & 1) == 0) continue;
    const reason = reasonAt(policy, instrument, venueFor(index, instrument, i), reducing);
    recordRefusal(reason, instrument, now, index, quantity, mayGo ? quantity : 0, placeOf(policy));
  }
  return mayGo;
}

/** The same of an order that only reduces, which leaves no refusal. */
export function mayReduce(index: i32, instrument: i32): bool {
  const policy = complianceOf(index);
  if (policy == 0) return true;
  const count = isRouted(index, instrument) ? venueCount(instrument) : 1;
  return barredFor(policy, index, instrument, true) != (1 << count) - 1;
}

/**
 * Bits of the venues of an instrument, by their places, that its region or its throttle keeps a decision from; none
 * where that is all of them, whose order is refused before it is sent.
 */
export function barredVenues(index: i32, instrument: i32): i32 {
  const policy = complianceOf(index);
  if (policy == 0) return 0;
  // What restricts an instrument does so at every venue.
  const barred = barredFor(policy, index, instrument, true);
  return barred == (1 << venueCount(instrument)) - 1 ? 0 : barred;
}

function barredFor(policy: usize, index: i32, instrument: i32, reducing: bool): i32 {
  if (!isRouted(index, instrument)) return reasonAt(policy, instrument, 0, reducing) == REASON_NONE ? 0 : 1;
  let barred = 0;
  for (let i = 0, count = venueCount(instrument); i < count; i++) {
    if (reasonAt(policy, instrument, venueIn(instrument, i), reducing) != REASON_NONE) barred |= 1 << i;
  }
  return barred;
}

/** Number plus one of the venue in place `i` of those that an order may be routed to, 0 for the run's own market. */
// @ts-ignore: decorator
@inline function venueFor(index: i32, instrument: i32, i: i32): i32 {
  return isRouted(index, instrument) ? venueIn(instrument, i) : 0;
}

/** Why an order may not go to the venue with this number plus one (0 for the run's own market). */
function reasonAt(policy: usize, instrument: i32, venue: i32, reducing: bool): i32 {
  const place = venuePlace(policy, venue);
  if (place == 0 || policyParam(policy, (<usize>instrument << 3) + COMPLIANCE_TRADED) == 0) {
    return REASON_COMPLIANCE_REGION;
  }
  if (isRestricted(policy, instrument, reducing, now)) return REASON_COMPLIANCE_RESTRICTED;
  return isThrottled(policy, place) ? REASON_THROTTLED : REASON_NONE;
}

/** Place of a venue of the run among those of the rules, from 1; 0 for one that they do not let in. */
// @ts-ignore: decorator
@inline function venuePlace(policy: usize, venue: i32): i32 {
  return <i32>policyParam(policy, <usize>policyParam(policy, COMPLIANCE_PLACES) + (<usize>venue << 3));
}

/** True when an instrument may not be traded at `time`; `reducing` for what only makes a position smaller. */
export function isRestricted(policy: usize, instrument: i32, reducing: bool, time: i64): bool {
  const end = <usize>policyParam(policy, COMPLIANCE_RATES);
  let at: usize = (<usize>load<i32>(run, RUN_INSTRUMENT_COUNT) << 3) + COMPLIANCE_TRADED;
  for (; at < end; at += RESTRICTION_BYTES) {
    const whose = policyParam(policy, at + RESTRICTION_INSTRUMENT);
    if (whose != 0 && whose != instrument + 1) continue;
    if (time < policyParam(policy, at + RESTRICTION_FROM) || time >= policyParam(policy, at + RESTRICTION_UNTIL)) {
      continue;
    }
    if (!reducing || policyParam(policy, at + RESTRICTION_REDUCING) == 0) return true;
  }
  return false;
}

/** Orders a second that pass to the venue in `place`, 0 for any number. */
// @ts-ignore: decorator
@inline function rateAt(policy: usize, place: i32, field: usize): i64 {
  const rates = <usize>policyParam(policy, COMPLIANCE_RATES) + <usize>(place - 1) * COMPLIANCE_RATE_BYTES;
  return policyParam(policy, rates + field);
}

/** What is taken of the bucket of the venue in `place` now, where orders gain at `rate`. */
function takenNow(policy: usize, place: i32, rate: i64): i64 {
  const record = policyState(policy) + <usize>(place - 1) * THROTTLE_BYTES;
  const taken = load<i64>(record, THROTTLE_TAKEN);
  const span = now - load<i64>(record, THROTTLE_TIME);
  // Beyond this many ns the bucket is full, however long that is ago; within them nothing overflows.
  return taken == 0 || span > taken / rate ? 0 : taken - span * rate;
}

// @ts-ignore: decorator
@inline function isThrottled(policy: usize, place: i32): bool {
  const rate = rateAt(policy, place, COMPLIANCE_RATE);
  return rate != 0 && takenNow(policy, place, rate) + WHOLE > rateAt(policy, place, COMPLIANCE_FULL);
}

/** Takes an order of a decision off what may go to the venue with this number plus one. */
export function takeSent(index: i32, venue: i32): void {
  const policy = complianceOf(index);
  if (policy == 0) return;
  const place = venuePlace(policy, venue);
  assure(place != 0 && !isThrottled(policy, place), TRAP_UNAPPROVED, index, venue, place);
  const rate = rateAt(policy, place, COMPLIANCE_RATE);
  if (rate == 0) return;
  const record = policyState(policy) + <usize>(place - 1) * THROTTLE_BYTES;
  store<i64>(record, takenNow(policy, place, rate) + WHOLE, THROTTLE_TAKEN);
  store<i64>(record, now, THROTTLE_TIME);
}

/** Why an order may not be amended to `leaves` (signed; may be UNCHANGED). Says who said so. */
export function amendmentFault(order: usize, leaves: i64): i32 {
  const policy = complianceOf(load<i32>(order, ORDER_DECISION));
  if (policy == 0) return REASON_NONE;
  const instrument = load<i32>(order, ORDER_INSTRUMENT);
  const reason = reasonAt(policy, instrument, load<i32>(order, ORDER_VENUE), isReducing(order, instrument, leaves));
  return reason == REASON_NONE ? reason : sayGate(reason, policy, SEVERITY_LOW);
}

/** True when an order that is to want `leaves` can only make the position smaller. */
function isReducing(order: usize, instrument: i32, leaves: i64): bool {
  if (hasFlag(order, ORDER_FLAG_REDUCE_ONLY)) return true;
  const before = load<i64>(order, ORDER_LEAVES);
  const wanted = leaves == UNCHANGED ? before : leaves;
  // It takes the place of the order as it is, which nothing counts meanwhile.
  store<i64>(order, 0, ORDER_LEAVES);
  const reducing = reducingPart(instrument, wanted);
  store<i64>(order, before, ORDER_LEAVES);
  return reducing == (wanted < 0 ? -wanted : wanted);
}
