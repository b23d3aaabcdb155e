// Records of a log beside the model of the order life cycle: each must be a step that its order can take.
//
// The model does not know what a bar fills: it takes a fill as it comes, and holds it to the order it is of.
//
// Always true:
//   an order that has ended takes nothing more;
//   a violation throws, with the record.

import { absolute } from "../../adapters/testing/integers.js";
import type { DeskRecord } from "./order-desk.js";
import { acceptedFrom, HOUR_NS, sessionEnd } from "./order-desk.js";
import type { OrderType } from "../../kernel/nodes/order-rules.js";
import type { SlotKind } from "./order-desk-graph.js";
import { amendable, areTied, GOOD_HOURS, restsAsLimit } from "./order-desk-graph.js";
import type { Bucket, DeskModel, LivingOrder } from "./order-life-state.js";
import { assure, isOpen, step } from "./order-life-state.js";

/** Takes a record of a bar. */
export function takeRecord(model: DeskModel, bucket: Bucket, record: DeskRecord): void {
  if (record.kind === "order") return takeOrder(model, bucket, record);
  if (record.kind === "refusal") {
    const { slot, role } = bucket.desk.roleOf(record.decision);
    bucket.refused.push(`${role} ${slot} ${record.reason}`);
    return;
  }
  const order = openOrder(model, record);
  if (record.kind === "fill") takeFill(model, bucket, order, record);
  else if (record.kind === "end") takeEarlyEnd(bucket, order, record);
  else takeUpdate(model, bucket, order, record);
}

/** The order that a record is about, which must be open. */
export function openOrder(model: DeskModel, record: DeskRecord & { readonly order: number }): LivingOrder {
  const order = model.orders.get(record.order);
  if (order === undefined) throw new Error(`order ${record.order} was never accepted`);
  assure(isOpen(order), "what has ended takes nothing more", { record, order });
  return order;
}

/** A child of a bracket, but for its type. */
const CHILD = { force: "gtc", reduceOnly: true, hasBracket: false, postOnly: false, isIceberg: false } as const;

function takeOrder(model: DeskModel, bucket: Bucket, record: DeskRecord & { readonly kind: "order" }): void {
  const { slot, role, decision } = bucket.desk.roleOf(record.decision);
  const { slots, latencyNs } = bucket.desk.setup;
  const kind = slots[slot] as SlotKind;
  const isChild = role === "child";
  const { time, quantity } = record;
  assure(![...model.orders.keys()].some((known) => known >= record.order), "sequences rise", record);
  if (isChild) {
    const filled = bucket.filled.get(slot) ?? 0n;
    const closes = filled > 0n ? quantity < 0n && -quantity <= filled : quantity > 0n && quantity <= -filled;
    assure(closes && time >= bucket.open && time <= bucket.close, "a child closes what its parent filled", record);
  } else {
    const asked = bucket.requests.get(slot)?.send;
    assure(role === "send" && asked !== undefined && !bucket.sent.has(slot), "an order was asked for, once", record);
    const accepted = acceptedFrom(bucket.close + latencyNs);
    assure(time === accepted, "an order is accepted after the latency, in a session", record);
    const size = BigInt(asked?.size ?? 0);
    const isWithin = quantity > 0n === size > 0n && absolute(quantity) <= absolute(size);
    assure(kind.type === "target" || isWithin, "an order is no larger than what was asked for", record);
    bucket.sent.add(slot);
  }
  const own = isChild ? { ...CHILD, type: decision.node.params["type"] as OrderType } : kind;
  const expires = own.force === "gtd" ? time + GOOD_HOURS * HOUR_NS : own.force === "day" ? sessionEnd(time) : null;
  const order: LivingOrder = {
    ...{ order: record.order, slot, kind: own, isChild, accepted: time, expires },
    ...{
      leaves: quantity,
      filled: 0n,
      state: "new",
      hasTraded: isChild,
      reason: null,
      cancelAt: null,
      leavesMax: null,
    },
  };
  step(order, "submit");
  model.orders.set(record.order, order);
}

function takeFill(
  model: DeskModel,
  bucket: Bucket,
  order: LivingOrder,
  record: DeskRecord & { readonly kind: "fill" },
): void {
  const { quantity, time } = record;
  const { kind, leaves, accepted } = order;
  const about = { record, order, position: String(model.position) };
  const isWithin = quantity > 0n === leaves > 0n && quantity !== 0n && absolute(quantity) <= absolute(leaves);
  assure(isWithin, "a fill is a part of what is left", about);
  assure(time >= bucket.open && time <= bucket.close, "a fill is of its bar", about);
  // G3: from the first open after it was accepted; for a close, before the close.
  const actsAtClose = kind.type === "marketOnClose" || kind.type === "limitOnClose";
  const wasThere = order.isChild || (actsAtClose ? accepted < time : accepted <= bucket.open);
  assure(wasThere && accepted <= time, "a fill comes after the acceptance", about);
  assure(order.cancelAt === null || order.cancelAt > bucket.open, "a cancel stops fills", about);
  assure(order.expires === null || order.expires >= time, "what has expired is not filled", about);
  assure(!kind.postOnly || record.isMaker, "what must not take is a maker", about);
  const reduces = model.position > 0n === quantity < 0n && absolute(quantity) <= absolute(model.position);
  assure(!kind.reduceOnly || reduces, "what only reduces never flips a position", about);
  order.leaves -= quantity;
  order.filled += quantity;
  model.position += quantity;
  step(order, order.leaves === 0n ? "fill_rest" : "fill_part");
  if (!order.isChild) bucket.filled.set(order.slot, order.filled);
  shareGroup(model, bucket, order, quantity);
}

/** C2: what the group of an order leaves of the others. */
function shareGroup({ orders }: DeskModel, { desk }: Bucket, filled: LivingOrder, quantity: bigint): void {
  const { tie, slots } = desk.setup;
  if (!areTied(slots, tie) || filled.slot > 1 || filled.isChild) return;
  for (const other of orders.values()) {
    if (other === filled || other.slot > 1 || !isOpen(other)) continue;
    const most = other.leavesMax ?? absolute(other.leaves);
    const least = most - absolute(quantity);
    other.leavesMax = tie === "oco" || least < 0n ? 0n : least;
  }
}

/** Ends an order with what is left of it. */
export function endOf(order: LivingOrder, { reason, leaves }: DeskRecord & { readonly kind: "end" }): void {
  assure(leaves === order.leaves, "what is left is what was ordered less what was filled", { leaves, order });
  order.reason = reason;
  const isRejected = ["post_only", "stop_in_market"].includes(reason) && order.state === "submitted";
  step(order, reason === "expired" ? "expire" : isRejected ? "reject" : "cancel");
}

/** Ends for which an order must have been made. */
const REASON_NEEDS: Readonly<Record<string, (order: LivingOrder) => boolean>> = {
  canceled: ({ cancelAt }) => cancelAt !== null,
  expired: ({ expires }) => expires !== null,
  ioc_remainder: ({ kind }) => kind.force === "ioc",
  fok_unfilled: ({ kind, filled }) => kind.force === "fok" && filled === 0n,
  post_only: ({ kind }) => kind.postOnly,
  reduce_only: ({ kind }) => kind.reduceOnly,
  not_marketable: ({ kind }) => kind.type === "limitOnOpen" || kind.type === "limitOnClose",
  volume_budget: ({ kind }) => !restsAsLimit(kind.type),
  superseded: ({ kind }) => !restsAsLimit(kind.type) && !kind.type.startsWith("limitOn"),
  insufficient_buying_power: ({ kind }) => !kind.reduceOnly,
  oco: ({ isChild, leavesMax }) => isChild || leavesMax !== null,
};

function takeEarlyEnd(bucket: Bucket, order: LivingOrder, record: DeskRecord & { readonly kind: "end" }): void {
  const { reason, time } = record;
  const about = { record, order };
  const { latencyNs } = bucket.desk.setup;
  if (reason === "canceled" && latencyNs === 0n && bucket.requests.get(order.slot)?.cancel === true)
    order.cancelAt ??= bucket.close;
  assure(REASON_NEEDS[reason]?.(order) ?? false, "an order ends for a reason that it has", about);
  if (reason === "canceled") assure(time === order.cancelAt, "a cancel ends an order when it arrives", about);
  if (reason === "expired") assure(time === order.expires, "an order expires when it is no longer good", about);
  endOf(order, record);
}

function takeUpdate(
  model: DeskModel,
  bucket: Bucket,
  order: LivingOrder,
  record: DeskRecord & { readonly kind: "update" },
): void {
  const about = { record, order };
  const isSameSide = record.leaves > 0n === order.leaves > 0n && record.leaves !== 0n;
  assure(isSameSide, "an order stays on its side", about);
  const less = absolute(record.leaves) < absolute(order.leaves);
  if (record.change === "amended") {
    const { slot } = order;
    const now = bucket.desk.setup.latencyNs === 0n ? bucket.requests.get(slot)?.amend : undefined;
    const arrived = model.travelling.filter((each) => each.at <= bucket.open && each.orders.includes(order.order));
    const asked = [...arrived.map(({ change }) => change), ...(now === undefined ? [] : [now])];
    const isAsked = asked.some((each) => {
      const { size, limit, stop } = amendable(order.kind, each);
      const isSize = record.leaves === (size === undefined ? order.leaves : BigInt(size));
      const isLimit = limit === undefined || record.limit === BigInt(limit);
      return isSize && isLimit && (stop === undefined || record.stop === BigInt(stop));
    });
    assure(isAsked && !order.isChild, "an order is amended as was asked for", about);
    bucket.amended.add(`${slot} ${order.order}`);
  } else if (record.change === "resized") {
    const shrinks = order.kind.reduceOnly || order.leavesMax !== null;
    assure(less ? shrinks : order.isChild, "an order is resized with its position, its group or its parent", about);
  } else {
    const isTrigger = record.change === "triggered" || record.change === "activated";
    assure(isTrigger && record.leaves === order.leaves, "a trigger leaves the size", about);
  }
  // What changes at the venue has been accepted there.
  step(order, "accept");
  order.leaves = record.leaves;
  if (record.change === "amended") order.leavesMax = null;
}
