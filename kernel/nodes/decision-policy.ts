// Policies of a single commitment (`NODESETS.md` 6): its checks, its sizer, its stops and targets, its rebalance. A
// commitment names the ones it consults, and one may serve several.
//
// Always true:
//   every default is the one of the specification, and all lengths of time are those of the tape's clock.
// Units: shares, factors and confidences are plain fractions; lengths are seconds; money is in units of the account's
//   currency.
//
// Not here: the recommendations and what is done with them (`commitment.ts`), what watches the account
//   (`account-policy.ts`), gates that any decision may have (`policy.ts`).

import { CLOSE_BYTES, REBALANCE_BYTES } from "../../assembly/abi-commitment.js";
import * as abi from "../../assembly/abi-policy.js";
import type { Policy } from "../graph/node.js";
import type { PolicySpec } from "../graph/spec.js";
import { CIRCUIT_BREAKER, RESERVE_POOL, TIER_POLICY } from "./account-policy.js";
import { numberParam } from "./operator.js";
import {
  checkLimits,
  countParam,
  e9,
  flag,
  limited,
  madePolicy,
  ns,
  policySpec,
  secondsParam,
  shareParam,
  whole,
} from "./policy-spec.js";

const DAYS_MAX = 400;

export const DECISION_CHECKS: PolicySpec = policySpec("checks", {
  type: "decisionChecks",
  code: abi.POLICY_CHECKS,
  params: {
    window: { kind: "boolean", default: true },
    duplicateFor: secondsParam(86_400),
    decline: shareParam(0.02),
    declining: shareParam(0.5),
    commitmentsMax: countParam(10),
  },
  stateBytes: () => 0,
  encode: (params) => [
    flag(params, "window"),
    ns(params, "duplicateFor"),
    e9(params, "decline"),
    e9(params, "declining"),
    whole(params, "commitmentsMax"),
  ],
});

export const COMMITMENT_SIZER: PolicySpec = policySpec("sizer", {
  type: "commitmentSizer",
  code: abi.POLICY_SIZER,
  params: {
    base: shareParam(0.5, 1000),
    cap: { kind: "number", min: abi.NO_LIMIT, max: 1e9, default: 50 },
    correlationMax: shareParam(0.8, 1),
    correlationFrom: shareParam(0.5, 1),
    correlationDays: countParam(30, 1, DAYS_MAX),
    correlationSamplesMin: countParam(10, 2),
    diverseBelow: countParam(3, 0),
    diverseFactor: shareParam(1.2, 1000),
    earningsRefuse: shareParam(1),
    earningsHalve: shareParam(3),
  },
  check: (shape, refuse) => {
    const { params } = shape;
    checkLimits(["cap"])(shape, refuse);
    const [from, most] = [numberParam(params, "correlationFrom"), numberParam(params, "correlationMax")];
    if (from > most) refuse("params.correlationFrom", `at most correlationMax, ${most}`, String(from));
  },
  stateBytes: (params, instruments) => instruments * CLOSE_BYTES * (numberParam(params, "correlationDays") + 1),
  encode: (params) => [
    e9(params, "base"),
    numberParam(params, "cap") < 0 ? BigInt(abi.NO_LIMIT) : e9(params, "cap"),
    e9(params, "correlationMax"),
    e9(params, "correlationFrom"),
    whole(params, "correlationDays"),
    whole(params, "correlationSamplesMin"),
    whole(params, "diverseBelow"),
    e9(params, "diverseFactor"),
    e9(params, "earningsRefuse"),
    e9(params, "earningsHalve"),
  ],
});

export const STOP_MANAGER: PolicySpec = policySpec("stops", {
  type: "stopManager",
  code: abi.POLICY_STOPS,
  params: {
    recompute: shareParam(0.1),
    trailFrom: shareParam(0.5),
    tightenFrom: shareParam(0.8),
    tighten: shareParam(0.5, 1),
  },
  stateBytes: () => 0,
  encode: (params) => [
    e9(params, "recompute"),
    e9(params, "trailFrom"),
    e9(params, "tightenFrom"),
    e9(params, "tighten"),
  ],
});

const WEEKDAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"] as const;
const DAY_SECONDS = 86_400;

export const WEEKLY_REBALANCE: PolicySpec = policySpec("rebalance", {
  type: "weeklyRebalance",
  code: abi.POLICY_REBALANCE,
  params: {
    weekday: { kind: "choice", choices: WEEKDAYS, default: "monday" },
    afterOpen: { kind: "integer", min: 0, max: DAY_SECONDS, default: 900 },
    timeOfDay: { kind: "integer", min: 0, max: DAY_SECONDS - 1, default: 35_100 },
  },
  stateBytes: () => REBALANCE_BYTES,
  encode: (params) => [
    BigInt(WEEKDAYS.indexOf(params["weekday"] as (typeof WEEKDAYS)[number])),
    ns(params, "afterOpen"),
    ns(params, "timeOfDay"),
  ],
});

/** Limits that a recommendation is checked against. */
export interface CheckOptions {
  /** Acts within the sessions of the instrument only, from the open on and before the close; true by default. */
  readonly window?: boolean;
  /** Seconds for which a further recommendation of an instrument that was acted on is a duplicate; a day by default. */
  readonly duplicateFor?: number;
  /** Share of its entry that a position lost when it counts as declining; 0.02 by default. */
  readonly decline?: number;
  /** Share of the positions that decline, above which nothing is added; 0.5 by default. */
  readonly declining?: number;
  /** Positions from which on nothing is added, those on their way included; 10 by default. */
  readonly commitmentsMax?: number;
}

/**
 * Six checks in one order, of which the first that fails is the reason: `circuit_breaker_active`,
 * `outside_execution_window`, `insufficient_confidence` (the tier's minimum), `duplicate_recommendation`,
 * `multiple_declining_commitments`, `max_commitments_reached`. An exit passes the window alone.
 *
 * Bars whose decisions fall on the close of a session (daily ones) are outside its window, which does not have its
 * close: `window: false` lets them wait for the next open.
 *
 * @throws InputError `graph/param-type`, `graph/param-range`.
 * @example commitment(0.8, { checks: decisionChecks({ window: false, commitmentsMax: 5 }) })
 */
export function decisionChecks(options: CheckOptions = {}): Policy<"checks"> {
  return madePolicy(DECISION_CHECKS, "checks", options);
}

/** Steps of the sizer. */
export interface SizerOptions {
  /** Share of the tier's maximum that its minimum confidence is worth; 0.5 by default. */
  readonly base?: number;
  /** Most money of one commitment, in units of the account's currency; 50 by default, `null` for no cap. */
  readonly cap?: number | null;
  /** Correlation above which it refuses; 0.8 by default. */
  readonly correlationMax?: number;
  /** Correlation from which on it scales down, to nothing at `correlationMax`; 0.5 by default. */
  readonly correlationFrom?: number;
  /** Days over which correlations are taken, one close a UTC day; 30 by default. */
  readonly correlationDays?: number;
  /** Returns that are enough to know a correlation; 10 by default. */
  readonly correlationSamplesMin?: number;
  /** Sectors held below which one of which nothing is held is favoured; 3 by default. */
  readonly diverseBelow?: number;
  /** Factor of that; 1.2 by default. */
  readonly diverseFactor?: number;
  /** Sessions to earnings up to which it refuses, 1 by default, and up to which it halves, 3 by default. */
  readonly earningsRefuse?: number;
  readonly earningsHalve?: number;
}

/**
 * Sizes a commitment, in this order and with a note for each step: the tier's maximum x `base` x confidence / the
 * tier's minimum, at most the maximum, of the active pool (equity less the reserve); the cap; the mean correlation with
 * what else is held, by value; what is left under the limit of its sector; a new sector while few are held; earnings
 * that are near; heat; whole lots, rounded down, and the money that these are worth.
 *
 * Refusals: `correlation_limit`, `sector_limit`, `earnings_near`, `heat_limit`, `below_minimum`, and `no_price` where a
 * stop manager is consulted and no ATR is known. A correlation that is not known has no weight.
 *
 * @throws InputError `graph/param-type`, `graph/param-range`, `graph/order`.
 * @example commitment(0.8, { sizer: commitmentSizer({ cap: 2500 }) })
 */
export function commitmentSizer(options: SizerOptions = {}): Policy<"sizer"> {
  return madePolicy(COMMITMENT_SIZER, "sizer", limited(COMMITMENT_SIZER, options, ["cap"]));
}

/** When stops and targets move. */
export interface StopOptions {
  /** Change of the ATR, as a share of the one that the levels stand on, above which they are made anew; 0.1. */
  readonly recompute?: number;
  /** Share of the way to the target from which on the stop trails; 0.5. */
  readonly trailFrom?: number;
  /** Share of the heat limit above which stops are tightened; 0.8. */
  readonly tightenFrom?: number;
  /** Share of their distance that is left then; 0.5. */
  readonly tighten?: number;
}

/**
 * Sends every entry with a stop and a target, at distances of the ATR and the tier from its fill, and moves them: made
 * anew when the ATR has moved, trailing from half way to the target, tightened when heat is near its limit. A stop that
 * trails or was tightened never falls. They are orders: they fill within a bar as any stop and limit do, and a change
 * meets the next open.
 *
 * @throws InputError `graph/param-type`, `graph/param-range`.
 * @example commitment(0.8, { stops: stopManager({ trailFrom: 0.7 }), atr: atr(high, low, close, 14) })
 */
export function stopManager(options: StopOptions = {}): Policy<"stops"> {
  return madePolicy(STOP_MANAGER, "stops", options);
}

/** When positions are cut. */
export interface RebalanceOptions {
  /** `monday` by default. */
  readonly weekday?: (typeof WEEKDAYS)[number];
  /** Seconds behind the first open of the day: 900 by default, 09:45 where an exchange opens at 09:30. */
  readonly afterOpen?: number;
  /** Seconds from midnight, UTC, where no instrument has a calendar; 35100, 09:45, by default. */
  readonly timeOfDay?: number;
}

/**
 * Once a week cuts every position above the maximum of its tier to it; a week in which the breaker is active then goes
 * without. It acts in the first bucket at or behind its time, and never buys.
 *
 * @throws InputError `graph/param-type`, `graph/param-range`.
 * @example commitment(0.8, { rebalance: weeklyRebalance({ weekday: "friday" }) })
 */
export function weeklyRebalance(options: RebalanceOptions = {}): Policy<"rebalance"> {
  return madePolicy(WEEKLY_REBALANCE, "rebalance", options);
}

export const DECISION_POLICIES: readonly PolicySpec[] = [
  DECISION_CHECKS,
  COMMITMENT_SIZER,
  CIRCUIT_BREAKER,
  RESERVE_POOL,
  TIER_POLICY,
  STOP_MANAGER,
  WEEKLY_REBALANCE,
];
