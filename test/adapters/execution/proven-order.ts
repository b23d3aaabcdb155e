// Orders with the proof of their checks, made the only way there is: by passing checks, here ones that let all through.

import { judgeRisk, passGates } from "../../../adapters/execution/check/approval.js";
import type { ApprovedOrder, Check } from "../../../adapters/execution/check/approval.js";
import { complianceOf } from "../../../adapters/execution/check/compliance.js";
import type { SizedOrder } from "../../../adapters/execution/order/order-terms.js";
import { publishTo } from "../../../adapters/execution/route/publish.js";
import type { RoutedOrder } from "../../../adapters/execution/route/publish.js";

const LETS_ALL: Check<null> = { name: "all", judge: () => ({ kind: "allow" }) };

/** An order to buy, with what a test says of it. */
export function sizedOrder(part: Partial<SizedOrder> = {}): SizedOrder {
  const place = {
    world: "main",
    strategy: "trend",
    symbol: "BTC/USD",
    side: "buy",
    bucket: 60n,
    nodeId: null,
  } as const;
  const free = { limit: null, trigger: null, expires: null, postOnly: false, reduceOnly: false } as const;
  return { ...place, ...free, intentId: "a", type: "market", timeInForce: "gtc", quantity: 10n, ...part };
}

export function approvedOrder(part: Partial<SizedOrder> = {}): ApprovedOrder {
  const outcome = judgeRisk(sizedOrder(part), [LETS_ALL], null);
  if (outcome.kind === "reject") throw new Error(outcome.refusal.text);
  const gate = passGates(outcome, [LETS_ALL], null);
  if (gate.kind === "refused") throw new Error(gate.refusal.text);
  return gate.approved;
}

/** An order for the venue `fake`; with another, one that is to take its place. */
export function provenOrder(part: Partial<SizedOrder> = {}, replaces?: RoutedOrder): RoutedOrder {
  const compliance = complianceOf({ region: "EU", venues: [{ venue: "fake", regions: ["EU"] }] });
  const given = { domain: "live", compliance, isReducing: false } as const;
  const before = replaces === undefined ? null : { order: replaces, filled: 0n };
  const [order] = publishTo(approvedOrder(part), "fake", given, 0n, before).orders;
  if (order === undefined) throw new Error("compliance lets this order through");
  return order;
}
