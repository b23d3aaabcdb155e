// Policies that watch the account for commitments (`NODESETS.md` 6): the circuit breaker, the reserve pool, and the
// tiers with what moves them.
//
// Always true:
//   what they measure they read from the books of the run, in every bucket; their state is part of the run.
// Units: shares and confidences are plain fractions; lengths are seconds.

import {
  BARRED_BYTES,
  BREAKER_RING,
  OPENED_BYTES,
  RESERVE_BYTES,
  SUCCESS_BYTES,
  TIER_RING,
} from "../../assembly/abi-commitment.js";
import * as abi from "../../assembly/abi-policy.js";
import { optionNames, optionsOf } from "../graph/builder-options.js";
import { shown } from "../graph/node-check.js";
import type { Policy } from "../graph/node.js";
import type { NodeShape, ParamSpec, PolicySpec, PortSpec, RefuseShape } from "../graph/spec.js";
import { numberParam } from "./operator.js";
import {
  countParam,
  e9,
  flag,
  madePolicy,
  ns,
  policySpec,
  secondsParam,
  shareE9,
  shareParam,
  whole,
} from "./policy-spec.js";

const DAYS_MAX = 400;
const HITS_MAX = 64;

export const CIRCUIT_BREAKER: PolicySpec = policySpec("breaker", {
  type: "circuitBreaker",
  code: abi.POLICY_BREAKER,
  params: {
    dayLoss: shareParam(0.05),
    dayLossPause: secondsParam(7200),
    positionLoss: shareParam(0.15),
    positionLossPause: secondsParam(172_800),
    stops: countParam(3, 1, HITS_MAX),
    stopsWithin: secondsParam(1800),
    stopsPause: secondsParam(7200),
  },
  stateBytes: (params, instruments) => BREAKER_RING + 8 * numberParam(params, "stops") + instruments * BARRED_BYTES,
  encode: (params) => [
    e9(params, "dayLoss"),
    ns(params, "dayLossPause"),
    e9(params, "positionLoss"),
    ns(params, "positionLossPause"),
    whole(params, "stops"),
    ns(params, "stopsWithin"),
    ns(params, "stopsPause"),
  ],
});

export const RESERVE_POOL: PolicySpec = policySpec("reserve", {
  type: "reservePool",
  code: abi.POLICY_RESERVE,
  params: { share: shareParam(0.2, 1), high: shareParam(0.3), emergencyDecline: shareParam(0.25) },
  stateBytes: () => RESERVE_BYTES,
  encode: (params) => [e9(params, "share"), e9(params, "high"), e9(params, "emergencyDecline")],
});

/** Names of the tiers, as the data plane numbers them. */
export const TIERS = ["conservative", "moderate", "aggressive"] as const;
export type Tier = (typeof TIERS)[number];

/** Columns of the table of tiers, conservative first, in the order of the data plane. */
const TABLE = {
  confidence: [0.75, 0.55, 0.4],
  position: [0.05, 0.1, 0.15],
  stop: [1.5, 2, 2.5],
  reward: [2, 1.5, 1.2],
  sector: [0.2, 0.3, 0.4],
  heat: [0.1, 0.2, 0.3],
} as const;
type TierColumn = keyof typeof TABLE;
const COLUMNS = Object.keys(TABLE) as readonly TierColumn[];
const column = (name: TierColumn): ParamSpec => ({ kind: "list", of: "number", default: TABLE[name] });
const TABLE_MAX = 1000;
/** Least number of 1e-9 that can be divided by. */
const LEAST = 1e-9;

function checkTable({ params }: NodeShape, refuse: RefuseShape): void {
  for (const column of COLUMNS) {
    const values = params[column] as readonly number[];
    const fits = values.length === TIERS.length && values.every((value) => value >= LEAST && value <= TABLE_MAX);
    const expected = `${TIERS.length} numbers from ${LEAST} to ${TABLE_MAX}, one a tier, conservative first`;
    if (!fits) refuse(`params.${column}`, expected, shown(values));
  }
}

export const TIER_POLICY: PolicySpec = policySpec("tier", {
  type: "tierPolicy",
  code: abi.POLICY_TIER,
  inputs: { reserve: { type: "reserve", optional: true } satisfies PortSpec },
  params: {
    confidence: column("confidence"),
    position: column("position"),
    stop: column("stop"),
    reward: column("reward"),
    sector: column("sector"),
    heat: column("heat"),
    start: { kind: "choice", choices: TIERS, default: "moderate" },
    moves: { kind: "boolean", default: true },
    downSuccess: shareParam(0.4, 1),
    downDecline: shareParam(0.15),
    upSuccess: shareParam(0.55, 1),
    upReserve: shareParam(0.2),
    upDecline: shareParam(0.05),
    days: countParam(30, 1, DAYS_MAX),
  },
  check: checkTable,
  stateBytes: (params, instruments) =>
    TIER_RING + SUCCESS_BYTES * numberParam(params, "days") + OPENED_BYTES * instruments,
  encode: (params) => [
    ...TIERS.flatMap((_, tier) =>
      COLUMNS.map((column) => shareE9((params[column] as readonly number[])[tier] as number)),
    ),
    BigInt(TIERS.indexOf(params["start"] as Tier)),
    flag(params, "moves"),
    e9(params, "downSuccess"),
    e9(params, "downDecline"),
    e9(params, "upSuccess"),
    e9(params, "upReserve"),
    e9(params, "upDecline"),
    whole(params, "days"),
  ],
});

/** What pauses recommendations, and for how many seconds. */
export interface BreakerOptions {
  /** Loss since the beginning of the UTC day, as a share of equity then, above which all pause; 0.05 by default. */
  readonly dayLoss?: number;
  /** 7200 by default. */
  readonly dayLossPause?: number;
  /** Share of its entry that a position lost, above which its symbol is barred; 0.15 by default. */
  readonly positionLoss?: number;
  /** 172800, two days, by default. */
  readonly positionLossPause?: number;
  /** Stops that were hit, 3 by default, within `stopsWithin`, 1800 by default, after which all pause. */
  readonly stops?: number;
  readonly stopsWithin?: number;
  /** 7200 by default. */
  readonly stopsPause?: number;
}

/**
 * Holds recommendations back with `circuit_breaker_active` until a pause ends, exclusive. A day's loss pauses once a
 * day; a position that is still too far down when its bar ends bars its symbol anew. Exits are never held back.
 *
 * @throws InputError `graph/param-type`, `graph/param-range`.
 * @example commitment(0.8, { breaker: circuitBreaker({ dayLoss: 0.03 }) })
 */
export function circuitBreaker(options: BreakerOptions = {}): Policy<"breaker"> {
  return madePolicy(CIRCUIT_BREAKER, "breaker", options);
}

/** How a reserve fills and when it is released. */
export interface ReserveOptions {
  /** Share of every realised gain that moves in; 0.2 by default. */
  readonly share?: number;
  /** Share of equity above which it is high; 0.3 by default. */
  readonly high?: number;
  /** Decline of equity from its peak above which all of it is released; 0.25 by default. */
  readonly emergencyDecline?: number;
}

/**
 * Keeps a share of every realised gain (before fees) out of the active pool. Losses take nothing out; in an emergency
 * decline all of it is released.
 *
 * @throws InputError `graph/param-type`, `graph/param-range`.
 * @example commitment(0.8, { reserve: reservePool({ share: 0.3 }) })
 */
export function reservePool(options: ReserveOptions = {}): Policy<"reserve"> {
  return madePolicy(RESERVE_POOL, "reserve", options);
}

/** One number a tier: conservative, moderate, aggressive. */
export type PerTier = readonly [conservative: number, moderate: number, aggressive: number];

/** The table of tiers, and what moves from one to the next. */
export interface TierOptions {
  /** Least confidence; 0.75, 0.55, 0.4 by default. */
  readonly confidence?: PerTier;
  /** Most of the active pool in one commitment; 0.05, 0.1, 0.15. */
  readonly position?: PerTier;
  /** Distance of the stop in ATR; 1.5, 2, 2.5. */
  readonly stop?: PerTier;
  /** Distance of the target, in distances of the stop; 2, 1.5, 1.2. */
  readonly reward?: PerTier;
  /** Most of the active pool in one sector; 0.2, 0.3, 0.4. */
  readonly sector?: PerTier;
  /** Most of the active pool between marks and stops; 0.1, 0.2, 0.3. */
  readonly heat?: PerTier;
  /** `moderate` by default. */
  readonly start?: Tier;
  /** Moves at the close of a day; true by default. */
  readonly moves?: boolean;
  /** Success below which (0.4), and decline from the peak above which (0.15), it moves down. */
  readonly downSuccess?: number;
  readonly downDecline?: number;
  /** Success (0.55) and share of the reserve (0.2) above which, and decline (0.05) below which, it moves up. */
  readonly upSuccess?: number;
  readonly upReserve?: number;
  readonly upDecline?: number;
  /** UTC days over which success is counted; 30 by default. */
  readonly days?: number;
  /** The reserve that it looks at; without one it never moves up. */
  readonly reserve?: Policy<"reserve">;
}

/**
 * How much a commitment may risk: one of three tiers, which moves one step at most at the close of the exchange's last
 * session of a day. A position is a success when it realised more than its fees from its opening to being flat; days
 * without a closed position move nothing by success.
 *
 * The exchange is that of the first instrument with a calendar; without one a day ends at midnight, UTC.
 *
 * @throws InputError `graph/param-type`, `graph/param-range`; `graph/order` for a column without three numbers above 0.
 * @example commitment(0.8, { tier: tierPolicy({ start: "conservative", position: [0.02, 0.04, 0.06] }) })
 */
export function tierPolicy(options: TierOptions = {}): Policy<"tier"> {
  const { reserve, ...params } = optionsOf("tierPolicy", options, optionNames(TIER_POLICY));
  return madePolicy(TIER_POLICY, "tier", params, { reserve });
}
