// Publisher: how much of an approved order the publisher of its decision takes in the bucket, where it has one.
//
// Always true:
//   what only reduces a position is taken whole; what opens is taken as far as the units say that are left of it, in
//     whole lots;
//   null, what is not positive, and a bucket in which the publisher has no row take nothing that opens.
// Not here: publishing itself (`publish.ts`), and children, which their parent's fill releases.

import { DECISION_CLOCK } from "./abi-decision";
import { GATES_PUBLISH } from "./abi-policy";
import { INSTRUMENT_UNIT } from "./abi-run";
import { clockAt, rowOfBucket } from "./block";
import { NULL } from "./column";
import { decisionAt } from "./decision";
import { gatesOf } from "./policy";
import { instrumentAt } from "./run";
import { wholeLots } from "./sizing";
import { INTEGER_MAX, valueOf, wholeBelow } from "./term";

/** Bucket of the block in which decisions act. */
let bucketInHand: i32 = 0;

/**
 * True when the order that was looked at last is taken for what it reduces, beyond the units of its publisher: it may
 * only reduce for as long as it is open.
 */
export let onlyTakenOut: bool = false;

/** Decisions act in `bucket` of the block from here on. */
// @ts-ignore: decorator
@inline export function takeBucket(bucket: i32): void {
  bucketInHand = bucket;
}

/** Column of what the publisher of the decision numbered `index` takes; 0 when it takes everything. */
// @ts-ignore: decorator
@inline function columnOf(index: i32): usize {
  const gates = gatesOf(index);
  return gates == 0 ? 0 : load<u32>(gates, GATES_PUBLISH);
}

/** What is taken of `quantity` (> 0), whose first `reducing` units only reduce. Leaves `onlyTakenOut`. */
// @ts-ignore: decorator
@inline export function takenOf(index: i32, instrument: i32, quantity: i64, reducing: i64): i64 {
  onlyTakenOut = false;
  const column = columnOf(index);
  return column == 0 ? quantity : takenBy(column, index, instrument, quantity, reducing);
}

function takenBy(column: usize, index: i32, instrument: i32, quantity: i64, reducing: i64): i64 {
  const facts = instrumentAt(instrument);
  const row = rowOfBucket(clockAt(load<i32>(decisionAt(index), DECISION_CLOCK)), bucketInHand);
  const units: f64 = row < 0 ? NULL : valueOf(column, row) * <f64>load<i64>(facts, INSTRUMENT_UNIT);
  let most: i64 = 0;
  if (units > 0) most = units > INTEGER_MAX ? quantity : wholeLots(facts, <i64>wholeBelow(units));
  if (quantity <= most) return quantity;
  onlyTakenOut = reducing > most;
  return onlyTakenOut ? reducing : most;
}
