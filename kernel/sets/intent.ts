// Intents: what somebody wants to trade, as data, turned into decisions that act at their times.
//
// An intent acts at the first row at or after its time. A target is a target: a repeated one sends nothing the second
// time. Two intents alike but for their ids are two orders.
//
// Always true:
//   two intents have two ids; every issue of a list is reported at once.

import type { IssueList } from "../base/error.js";
import type { IssueCode } from "../base/issue-code.js";
import { nearestText } from "../base/nearest.js";
import { instantOf, instantText } from "../data/civil-date.js";
import { stated } from "../graph/build.js";
import { shown } from "../graph/node-check.js";
import type { BooleanOutput, Decision, NumberOutput } from "../graph/node.js";
import { mul } from "../nodes/arithmetic.js";
import { bars } from "../nodes/bars.js";
import { cumSum } from "../nodes/cumulative.js";
import { targetPercent, targetQuantity } from "../nodes/decision.js";
import { eq, ge, select } from "../nodes/logic.js";
import { order } from "../nodes/order.js";
import type { TimeInForce } from "../nodes/order-rules.js";
import { TIMES_IN_FORCE } from "../nodes/order-rules.js";
import type { Gates } from "../nodes/policy.js";
import { intentMark } from "../nodes/policy-mark.js";
import { isRecord, record } from "../run/config-check.js";

const MICROSECOND_NS = 1_000n;
const INSTANT = "nanoseconds, or 2024-03-08T14:30:00Z";
const ABOVE_0 = "a number above 0";
const isAbove0 = (value: unknown): boolean => typeof value === "number" && value > 0;

export const INTENT_SIZES = ["notional", "quantity", "percent", "target_percent", "target_quantity"] as const;
export type IntentSize = (typeof INTENT_SIZES)[number];

/** What shall be traded. */
export interface Intent {
  readonly intentId: string;
  /** Nanoseconds, or ISO 8601 in UTC. */
  readonly ts: bigint | string;
  readonly instrument: string;
  /** Side of a size; a target has the sign of its value for a buy, and the other one for a sale. */
  readonly side: "buy" | "sell";
  /** `notional` in money, `quantity` in units, `percent` of equity as a fraction; targets likewise. */
  readonly size: { readonly type: IntentSize; readonly value: number };
  readonly constraints?: IntentConstraints;
  /** The sender's own words, which change nothing and are not kept. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** Constraints that intents may have, here and in the live layer. */
export const INTENT_CONSTRAINTS = [
  "timeInForce",
  "expires",
  "maxSlippageBps",
  "limit",
  "stop",
  "postOnly",
  "reduceOnly",
  "venues",
] as const;
export type IntentConstraint = (typeof INTENT_CONSTRAINTS)[number];

/**
 * Terms of an intent's order; targets take none, since they send plain market orders. The live layer takes `venues` as
 * well; in a run they are refused, since its router goes by the venues of the run.
 */
export interface IntentConstraints {
  readonly timeInForce?: TimeInForce;
  /** From when the order, which is `gtd` then, is no longer good: nanoseconds, or ISO 8601 in UTC. */
  readonly expires?: bigint | string;
  /** Worst price, in basis points from the close at which it is decided: a limit that is good at once or never. */
  readonly maxSlippageBps?: number;
  readonly limit?: number;
  readonly stop?: number;
  /** Only rests: refused when it would take liquidity on arrival. */
  readonly postOnly?: boolean;
  /** Only reduces the position. */
  readonly reduceOnly?: boolean;
}

/**
 * Decisions of a list of intents. Reports `config/field`, `config/type` and `config/range` with the path of each issue,
 * and gives none then.
 */
export function intentDecisions(intents: readonly Intent[], gates: Gates, issues: IssueList): readonly Decision[] {
  const count = issues.issues.length;
  const ids = new Set<string>();
  for (const [index, intent] of intents.entries()) {
    const path = `intents.${index}`;
    record(issues, path, intent, INTENT_FIELDS);
    if (!isRecord(intent)) continue;
    checkIntent(intent, path, issues);
    if (ids.has(intent.intentId))
      issues.add("config/field", `${path}.intentId`, "an id of its own", shown(intent.intentId));
    ids.add(intent.intentId);
  }
  return issues.issues.length > count ? [] : intents.map((intent) => decisionOf(intent, gates));
}

const INTENT_FIELDS = ["intentId", "ts", "instrument", "side", "size", "constraints", "labels"];
const SIZE_FIELDS = ["type", "value"];

function checkIntent(intent: Intent, path: string, issues: IssueList): void {
  const { intentId, ts, instrument, side, size, constraints = {}, labels = {} } = intent;
  const text = (field: string, value: unknown): void => {
    if (typeof value !== "string" || value === "")
      issues.add("config/type", `${path}.${field}`, "a text", shown(value));
  };
  text("intentId", intentId);
  text("instrument", instrument);
  if (instantNs(ts) === null)
    issues.add("config/type", `${path}.ts`, INSTANT, shown(ts));
  if (side !== "buy" && side !== "sell") issues.add("config/field", `${path}.side`, "buy or sell", shown(side));
  if (!isRecord(labels)) issues.add("config/type", `${path}.labels`, "an object of texts", shown(labels));
  record(issues, `${path}.size`, size, SIZE_FIELDS);
  if (!isRecord(size)) return;
  const { type, value } = size;
  if (!INTENT_SIZES.includes(type)) {
    const near = nearestText(String(type), INTENT_SIZES);
    const advice = near === null ? undefined : `Did you mean ${near}?`;
    issues.add("config/field", `${path}.size.type`, INTENT_SIZES.join(", "), shown(type), advice);
  }
  const isTarget = String(type).startsWith("target");
  if (typeof value !== "number" || !Number.isFinite(value) || value < 0 || (!isTarget && value === 0)) {
    issues.add("config/range", `${path}.size.value`, isTarget ? "0 or more" : "a number above 0", shown(value));
  }
  if (isRecord(constraints)) checkConstraints(constraints, isTarget, `${path}.constraints`, issues);
  else issues.add("config/type", `${path}.constraints`, "an object", shown(constraints));
}

/** What each constraint has to be, and whether a value is it. */
const CONSTRAINT_RULES: Readonly<
  Record<IntentConstraint, readonly [code: IssueCode, expected: string, isFine: (value: unknown) => boolean]>
> = {
  timeInForce: ["config/field", TIMES_IN_FORCE.join(", "), (value) => TIMES_IN_FORCE.includes(value as TimeInForce)],
  expires: ["config/type", INSTANT, (value) => instantNs(value) !== null],
  maxSlippageBps: ["config/range", ABOVE_0, isAbove0],
  limit: ["config/range", ABOVE_0, isAbove0],
  stop: ["config/range", ABOVE_0, isAbove0],
  postOnly: ["config/type", "true or false", (value) => typeof value === "boolean"],
  reduceOnly: ["config/type", "true or false", (value) => typeof value === "boolean"],
  venues: ["config/field", "none: the router of a run goes by the venues of the run", () => false],
};

function checkConstraints(constraints: IntentConstraints, isTarget: boolean, path: string, issues: IssueList): void {
  for (const [field, value] of Object.entries(constraints)) {
    const rule = CONSTRAINT_RULES[field as keyof typeof CONSTRAINT_RULES] as
      (typeof CONSTRAINT_RULES)["limit"] | undefined;
    const at = `${path}.${field}`;
    if (rule === undefined) issues.add("config/unknown-field", at, INTENT_CONSTRAINTS.join(", "), shown(field));
    else if (isTarget)
      issues.add("config/field", at, "no constraint on a target, which sends market orders", shown(value));
    else if (!rule[2](value)) issues.add(rule[0], at, rule[1], shown(value));
  }
  const { timeInForce, expires, maxSlippageBps, limit, stop, postOnly } = constraints;
  if (timeInForce !== undefined && (expires !== undefined) !== (timeInForce === "gtd") && !isTarget)
    issues.add("config/field", `${path}.expires`, "an instant with timeInForce gtd, and with no other", shown(expires));
  if (postOnly === true && limit === undefined)
    issues.add("config/field", `${path}.postOnly`, "a limit beside it, at which the order can rest", "none");
  if (maxSlippageBps === undefined) return;
  if ([limit, stop, timeInForce, expires].every((each) => each === undefined) && postOnly !== true) return;
  issues.add(
    "config/field",
    `${path}.maxSlippageBps`,
    "alone: it is a limit that is good at once",
    "other terms beside it",
  );
}

function instantNs(ts: unknown): bigint | null {
  if (typeof ts === "bigint") return ts;
  return typeof ts === "string" ? instantOf(ts) : null;
}

function decisionOf({ intentId, ts, instrument, side, size, constraints = {} }: Intent, common: Gates): Decision {
  const { close, time } = bars({ instrument });
  const instant = instantNs(ts) as bigint;
  const when = firstFrom(time, instant);
  const gates = { ...common, intent: intentMark({ id: intentId, ts: instant }) };
  const signed = side === "buy" ? size.value : -size.value;
  if (size.type === "target_percent") return targetPercent(signed, { when, instrument, gates });
  if (size.type === "target_quantity") return targetQuantity(signed, { when, instrument, gates });
  const unit = size.type === "notional" ? "value" : size.type;
  const { timeInForce, expires, maxSlippageBps, limit, stop, postOnly, reduceOnly } = constraints;
  const terms = stated({ unit, when, instrument, gates, postOnly, reduceOnly } as const);
  if (maxSlippageBps !== undefined) {
    const most = mul(close, 1 + ((side === "buy" ? 1 : -1) * maxSlippageBps) / 10_000);
    return order(signed, { ...terms, type: "limit", limit: most, timeInForce: "ioc" });
  }
  const inForce = timeInForce ?? (expires === undefined ? undefined : "gtd");
  const goodTill = expires === undefined ? undefined : instantText(instantNs(expires) as bigint);
  const atMarket = stop === undefined ? "market" : "stop";
  const type = limit === undefined ? atMarket : stop === undefined ? "limit" : "stopLimit";
  return order(signed, { ...terms, ...stated({ timeInForce: inForce, goodTill, limit, stop }), type });
}

/**
 * True on the first row at or after an instant, rounded up to the microsecond: seconds as f64 tell those apart for
 * centuries, and no tape closes between two.
 */
function firstFrom(time: NumberOutput, instant: bigint): BooleanOutput {
  const over = ((instant % MICROSECOND_NS) + MICROSECOND_NS) % MICROSECOND_NS;
  const whole = over === 0n ? instant : instant + MICROSECOND_NS - over;
  // The same division as that of the source, so that a time equals itself.
  const reached = ge(time, Number(whole) / 1e9);
  return eq(cumSum(select(reached, 1, 0)), 1);
}
