// Checks of a recommendation: six rules in one order, of which the first that fails says why (`NODESETS.md` 6).
//
// Always true:
//   a check that fails ends the list; what was evaluated and what passed stays in the globals below.
// Units: confidence and shares in 1e-9; time in ns.

import {
  CHECK_BREAKER, CHECK_CONFIDENCE, CHECK_COUNT, CHECK_DECLINING, CHECK_DUPLICATE, CHECK_WINDOW, CHECKS_DECLINE,
  CHECKS_DECLINING, CHECKS_DUPLICATE, CHECKS_MOST, CHECKS_WINDOW, KEPT_ACTED, KEPT_ACTED_AT, KEPT_CONFIDENCE,
  OWNER_BREAKER, OWNER_CHECKS, TIER_CONFIDENCE,
} from "./abi-commitment";
import { SETTINGS_POSITION_COUNT } from "./abi-account";
import { POSITION_COST, POSITION_QUANTITY, POSITION_VALUE } from "./abi-ledger";
import {
  REASON_CIRCUIT_BREAKER_ACTIVE, REASON_DUPLICATE_RECOMMENDATION, REASON_INSUFFICIENT_CONFIDENCE,
  REASON_MAX_COMMITMENTS_REACHED, REASON_MULTIPLE_DECLINING_COMMITMENTS, REASON_NONE, REASON_OUTSIDE_EXECUTION_WINDOW,
} from "./abi-reason";
import { INSTRUMENT_SESSION_COUNT, RUN_INSTRUMENT_COUNT } from "./abi-run";
import { sessionFrom } from "./bar";
import { breaks } from "./breaker";
import { consulted } from "./commitment-lane";
import { WHOLE } from "./cost";
import { isFlat } from "./ledger";
import { openLeaves } from "./order-list";
import { policyParam } from "./policy";
import { instrumentAt, positionAt, run, settings } from "./run";
import { tierOf } from "./tier";
import { mulDivFloor, subChecked } from "./wide";

/** CHECK_* bits that the last judgement evaluated, and those that passed. */
export let evaluated: i32 = 0;
export let passed: i32 = 0;

/** Forgets the last judgement. */
export function beginChecks(): void {
  evaluated = 0;
  passed = 0;
}

/** Why a recommendation fails at `time`, REASON_NONE when it passes all checks. */
export function failureOf(owner: usize, instrument: i32, kept: usize, time: i64): i32 {
  const checks = consulted(owner, OWNER_CHECKS);
  if (checks == 0) return REASON_NONE;
  if (!note(CHECK_BREAKER, !breaks(consulted(owner, OWNER_BREAKER), instrument, time))) {
    return REASON_CIRCUIT_BREAKER_ACTIVE;
  }
  if (!isInWindow(owner, instrument, time)) return REASON_OUTSIDE_EXECUTION_WINDOW;
  const confidence = load<i64>(kept, KEPT_CONFIDENCE);
  if (!note(CHECK_CONFIDENCE, confidence >= load<i64>(tierOf(owner), TIER_CONFIDENCE))) {
    return REASON_INSUFFICIENT_CONFIDENCE;
  }
  if (!note(CHECK_DUPLICATE, !isDuplicate(checks, kept, time))) return REASON_DUPLICATE_RECOMMENDATION;
  if (!note(CHECK_DECLINING, !mostDecline(checks))) return REASON_MULTIPLE_DECLINING_COMMITMENTS;
  const isBelow = commitments() < policyParam(checks, CHECKS_MOST);
  return note(CHECK_COUNT, isBelow) ? REASON_NONE : REASON_MAX_COMMITMENTS_REACHED;
}

/** True when the instrument may be traded at `time`: the one check of an exit. */
export function isInWindow(owner: usize, instrument: i32, time: i64): bool {
  const checks = consulted(owner, OWNER_CHECKS);
  if (checks == 0) return true;
  const facts = instrumentAt(instrument);
  const isAlways = policyParam(checks, CHECKS_WINDOW) == 0 || load<i32>(facts, INSTRUMENT_SESSION_COUNT) == 0;
  if (isAlways) return note(CHECK_WINDOW, true);
  const session = sessionFrom(facts, time);
  return note(CHECK_WINDOW, session != 0 && load<i64>(session) <= time);
}

/** Keeps the outcome of a check; gives it. */
function note(check: i32, passes: bool): bool {
  evaluated |= check;
  if (passes) passed |= check;
  return passes;
}

function isDuplicate(checks: usize, kept: usize, time: i64): bool {
  if (load<i64>(kept, KEPT_ACTED) == 0) return false;
  return subChecked(time, load<i64>(kept, KEPT_ACTED_AT)) < policyParam(checks, CHECKS_DUPLICATE);
}

/** True when too large a share of the positions has lost too much of what was paid for it. */
function mostDecline(checks: usize): bool {
  let all: i64 = 0;
  let declining: i64 = 0;
  const decline = policyParam(checks, CHECKS_DECLINE);
  for (let i = 0, count = load<i32>(settings, SETTINGS_POSITION_COUNT); i < count; i++) {
    if (load<i64>(positionAt(i), POSITION_QUANTITY) == 0) continue;
    all++;
    if (isDownBy(i, decline)) declining++;
  }
  return declining * WHOLE > policyParam(checks, CHECKS_DECLINING) * all;
}

/** True when a position lost more than `share` of its entry. */
export function isDownBy(position: i32, share: i64): bool {
  const cost = load<i64>(positionAt(position), POSITION_COST);
  return lossOf(position) > mulDivFloor(cost < 0 ? -cost : cost, share, WHOLE);
}

/** Money that a position lost since its entry, at the mark; negative for a gain. */
export function lossOf(position: i32): i64 {
  const record = positionAt(position);
  return subChecked(load<i64>(record, POSITION_COST), load<i64>(record, POSITION_VALUE));
}

/** Instruments that are held, or about to be. */
function commitments(): i64 {
  let sum: i64 = 0;
  for (let i = 0, count = load<i32>(run, RUN_INSTRUMENT_COUNT); i < count; i++) {
    if (!isFlat(i) || openLeaves(i, true) != 0) sum++;
  }
  return sum;
}
