// Ring reserve: what the event ring must have free before a bucket may begin.

import {
  ACTIVATION_EVENT_BYTES,
  AMBIGUITY_EVENT_BYTES,
  CHECKPOINT_EVENT_BYTES,
  DECISION_EVENT_BYTES,
  FILL_EVENT_BYTES,
  LEDGER_EVENT_BYTES,
  NOTE_EVENT_BYTES,
  ORDER_END_EVENT_BYTES,
  ORDER_EVENT_BYTES,
  REFUSAL_EVENT_BYTES,
  ROUTE_EVENT_BYTES,
  TERMS_EVENT_BYTES,
  UPDATE_EVENT_BYTES,
} from "../../assembly/abi-event.js";
import { POLICY_BREAKER, POLICY_RESERVE } from "../../assembly/abi-policy.js";
import type { PlanAccount } from "./account.js";
import type { Plan } from "./plan.js";
import { amendmentsMax } from "./write-decisions.js";

/**
 * Ledger records that one moment may bring to an instrument, or to the account, at the most; both positions of a hedged
 * one may have a dividend, a split with its fraction, funding with its margin, and borrowing.
 */
const SIDE_RECORDS = 16;

/** Notes that one decision may bring: of the weight of its target, and for each of two orders of risk and publisher. */
const NOTES = 5;

/** Notes that the release of a child may bring: the next open, and what risk measured. */
const RELEASE_NOTES = 2;

/** Steps of the size of a commitment, and what gates and buying power note of it. */
const SIZE_NOTES = 13;
/** Records that judge one lane of a commitment: an exit, a rebalance, a recommendation, one that made room for it. */
const VERDICTS = 4;
/** Exits of a lane that may be made anew in a bucket. */
const EXITS_ANEW = 2;
/** Notes that a policy of commitments may leave of the account, and of each instrument, in a bucket. */
const ACCOUNT_NOTES = 4;

/** Messages about activation that a policy may have at one time: to its strategy and to all, a side or both. */
const MESSAGES = 6;

/** Ledger records of the conversions that a fill may bring: what it lacks, and what it leaves. */
const CONVERSION_RECORDS = 6;

/** Bytes that one bucket, or the end of the run, may write to the ring at the most. */
export function ringReserve(
  plan: Plan,
  { currencies, strategyCount, venues }: PlanAccount,
  orderCapacity: number,
): number {
  // An order may be split over all venues of its instrument, and a child takes the venue of its parent.
  const legs = Math.max(0, ...venues.lists.map((list) => list.length));
  const perLeg = ORDER_EVENT_BYTES + TERMS_EVENT_BYTES + ROUTE_EVENT_BYTES;
  // Compliance refuses an order for each venue that it may not go to.
  const refusals = plan.decisions.some(({ gates }) => gates?.compliance != null) ? 2 + legs : 1;
  const perDecision =
    2 * (refusals * REFUSAL_EVENT_BYTES + ORDER_EVENT_BYTES) +
    TERMS_EVENT_BYTES +
    NOTES * NOTE_EVENT_BYTES +
    2 * legs * perLeg;
  const perOrder =
    3 * FILL_EVENT_BYTES +
    ORDER_END_EVENT_BYTES +
    ORDER_EVENT_BYTES +
    TERMS_EVENT_BYTES +
    3 * UPDATE_EVENT_BYTES +
    AMBIGUITY_EVENT_BYTES +
    (legs > 0 ? ROUTE_EVENT_BYTES : 0) +
    (currencies.length > 0 ? 3 * CONVERSION_RECORDS * LEDGER_EVENT_BYTES : 0) +
    gatedReserve(plan);
  const perInstrument = FILL_EVENT_BYTES + ORDER_EVENT_BYTES;
  return (
    plan.decisions.length * perDecision +
    orderCapacity * (perOrder + amendmentsMax(plan.decisions) * UPDATE_EVENT_BYTES) +
    plan.instruments.length * strategyCount * perInstrument +
    (plan.instruments.length * strategyCount + 1) * SIDE_RECORDS * LEDGER_EVENT_BYTES +
    plan.policies.length * MESSAGES * ACTIVATION_EVENT_BYTES +
    commitmentReserve(plan, orderCapacity, refusals) +
    CHECKPOINT_EVENT_BYTES
  );
}

/** What gates may write of an order besides: of a child for each fill of its parent, and of each amendment. */
function gatedReserve({ decisions }: Plan): number {
  if (decisions.every(({ gates }) => gates === null)) return 0;
  const perRelease = REFUSAL_EVENT_BYTES + RELEASE_NOTES * NOTE_EVENT_BYTES;
  return 3 * perRelease + amendmentsMax(decisions) * (REFUSAL_EVENT_BYTES + 3 * NOTE_EVENT_BYTES);
}

/** What commitments may write besides: their judgements, and for every order a gain that is reserved and its moves. */
function commitmentReserve(
  { decisions, policies, instruments }: Plan,
  orderCapacity: number,
  refusals: number,
): number {
  const lanes = decisions.filter(({ lane }) => lane !== undefined).length;
  if (lanes === 0) return 0;
  const perLane =
    VERDICTS * (DECISION_EVENT_BYTES + refusals * REFUSAL_EVENT_BYTES + ORDER_EVENT_BYTES + ORDER_END_EVENT_BYTES) +
    SIZE_NOTES * NOTE_EVENT_BYTES +
    EXITS_ANEW * (ORDER_EVENT_BYTES + TERMS_EVENT_BYTES + ROUTE_EVENT_BYTES + NOTE_EVENT_BYTES);
  // What a fill brings to a reserve or a breaker, and what moves a stop and a target.
  const learning = policies.filter(({ code }) => code === POLICY_RESERVE || code === POLICY_BREAKER).length;
  const perOrder = (3 * learning + 2) * NOTE_EVENT_BYTES + 2 * UPDATE_EVENT_BYTES;
  const perPolicy = (ACCOUNT_NOTES + instruments.length) * NOTE_EVENT_BYTES;
  return lanes * perLane + orderCapacity * perOrder + policies.length * perPolicy;
}
