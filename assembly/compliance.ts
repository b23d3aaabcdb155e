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
  GATES_COMPLIANCE, POLICY_PARAMS, RESTRICTION_BYTES, RESTRICTION_FROM, RESTRICTION_INSTRUMENT, RESTRICTION_REDUCING,
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
import { isRouted } from "./route";
import { run } from "./run";
import { assure } from "./trap";
import { venueCount, venueIn } from "./venue";

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
 * for each venue that it may not go to, unless `quantity` is 0.
 *
 * @param reducing It can only make the position smaller.
 */
export function complies(index: i32, instrument: i32, quantity: i64, reducing: bool): bool {
  const policy = complianceOf(index);
  if (policy == 0) return true;
  const routed = isRouted(index, instrument);
  const barred = barredFor(policy, instrument, routed, reducing);
  const count = routed ? venueCount(instrument) : 1;
  const mayGo = barred != (1 << count) - 1;
  for (let i = 0; i < count && quantity != 0; i++) {
    if ((barred >> i & 1) == 0) continue;
    const reason = reasonAt(policy, instrument, routed ? venueIn(instrument, i) : 0, reducing);
    recordRefusal(reason, instrument, now, index, quantity, mayGo ? quantity : 0, placeOf(policy));
  }
  return mayGo;
}

/**
 * Bits of the venues of an instrument, by their places, that its region or its throttle keeps a decision from; none
 * where that is all of them, whose order is refused before it is sent.
 */
export function barredVenues(index: i32, instrument: i32): i32 {
  const policy = complianceOf(index);
  // What restricts an instrument does so at every venue.
  const barred = policy == 0 ? 0 : barredFor(policy, instrument, true, true);
  return barred == (1 << venueCount(instrument)) - 1 ? 0 : barred;
}

function barredFor(policy: usize, instrument: i32, routed: bool, reducing: bool): i32 {
  let barred = 0;
  for (let i = 0, count = routed ? venueCount(instrument) : 1; i < count; i++) {
    const venue = routed ? venueIn(instrument, i) : 0;
    if (reasonAt(policy, instrument, venue, reducing) != REASON_NONE) barred |= 1 << i;
  }
  return barred;
}

/** Why an order may not go to the venue with this number plus one (0 for the run's own market). */
function reasonAt(policy: usize, instrument: i32, venue: i32, reducing: bool): i32 {
  takeBucket(policy, venue);
  if (place == 0 || policyParam(policy, (<usize>instrument << 3) + COMPLIANCE_TRADED) == 0) {
    return REASON_COMPLIANCE_REGION;
  }
  if (isRestricted(policy, instrument, reducing, now)) return REASON_COMPLIANCE_RESTRICTED;
  return hasOrder() ? REASON_NONE : REASON_THROTTLED;
}

/** True when an instrument may not be traded at `time`; `reducing` for what only makes a position smaller. */
export function isRestricted(policy: usize, instrument: i32, reducing: bool, time: i64): bool {
  const params: usize = load<u32>(policy, POLICY_PARAMS);
  const end = params + <usize>load<i64>(params, COMPLIANCE_RATES);
  let at: usize = params + (<usize>load<i32>(run, RUN_INSTRUMENT_COUNT) << 3) + COMPLIANCE_TRADED;
  for (; at < end; at += RESTRICTION_BYTES) {
    const whose = load<i64>(at, RESTRICTION_INSTRUMENT);
    const holds = time >= load<i64>(at, RESTRICTION_FROM) && time < load<i64>(at, RESTRICTION_UNTIL);
    if (!holds || whose != 0 && whose != instrument + 1) continue;
    if (!reducing || load<i64>(at, RESTRICTION_REDUCING) == 0) return true;
  }
  return false;
}

// The bucket in hand: of which venue of the rules, counted from 1, 0 for one that they do not let in; its state; the
// orders a second that it gains, 0 for any number, what it holds when full, and what is taken of it now.
let place = 0;
let bucket: usize = 0;
let rate: i64 = 0;
let full: i64 = 0;
let taken: i64 = 0;

/** Takes the bucket of the venue with this number plus one in hand. */
function takeBucket(policy: usize, venue: i32): void {
  const params: usize = load<u32>(policy, POLICY_PARAMS);
  place = <i32>load<i64>(params + <usize>load<i64>(params, COMPLIANCE_PLACES) + (<usize>venue << 3));
  if (place == 0) return;
  const rates = params + <usize>load<i64>(params, COMPLIANCE_RATES) + <usize>(place - 1) * COMPLIANCE_RATE_BYTES;
  rate = load<i64>(rates, COMPLIANCE_RATE);
  full = load<i64>(rates, COMPLIANCE_FULL);
  bucket = policyState(policy) + <usize>(place - 1) * THROTTLE_BYTES;
  taken = load<i64>(bucket, THROTTLE_TAKEN);
  if (taken == 0) return;
  const span = now - load<i64>(bucket, THROTTLE_TIME);
  // Beyond this many ns nothing is taken any more, however long that is ago; within them nothing overflows.
  taken = span > taken / rate ? 0 : taken - span * rate;
}

/** True when the bucket in hand holds an order. */
// @ts-ignore: decorator
@inline function hasOrder(): bool {
  return rate == 0 || taken + WHOLE <= full;
}

/** Takes an order of a decision off what may go to the venue with this number plus one. */
export function takeSent(index: i32, venue: i32): void {
  const policy = complianceOf(index);
  if (policy == 0) return;
  takeBucket(policy, venue);
  assure(place != 0 && hasOrder(), TRAP_UNAPPROVED, index, venue, place);
  if (rate == 0) return;
  store<i64>(bucket, taken + WHOLE, THROTTLE_TAKEN);
  store<i64>(bucket, now, THROTTLE_TIME);
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
