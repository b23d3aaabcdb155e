// Model of the order life cycle over whole bars: what must have happened once a bar is over, whatever it filled.
//
// Always true:
//   a request is answered, by what it asks for or by a refusal with a reason.

import { absolute } from "../../adapters/testing/integers.js";
import type { DeskRecord, OrderDesk } from "./order-desk.js";
import { closeOf, openOf } from "./order-desk.js";
import type { SlotKind } from "./order-desk-graph.js";
import { amendable } from "./order-desk-graph.js";
import { endOf, openOrder, takeRecord } from "./order-life-records.js";
import type { Bucket, DeskModel, LivingOrder } from "./order-life-state.js";
import { assure, isOpen } from "./order-life-state.js";

/** Takes what a bar left in the log, and holds the whole to the rules. */
export function takeBar(model: DeskModel, desk: OrderDesk, records: readonly DeskRecord[]): void {
  const bucket: Bucket = {
    desk,
    open: openOf(model.row),
    close: closeOf(model.row),
    requests: model.requests,
    before: [...model.orders.values()].filter(isOpen),
    sent: new Set(),
    refused: [],
    amended: new Set(),
    filled: new Map(),
  };
  for (const record of records) takeRecord(model, bucket, record);
  model.requests = model.queued;
  model.queued = new Map();
  model.row += 1;
  if (model.isStopped) return;
  assureArrivals(model, bucket);
  assureRequests(model, bucket);
  for (const order of model.orders.values()) assureStanding(model, bucket, order);
}

/** Takes the end of data: what was open ends for that reason. */
export function takeEnd(model: DeskModel, records: readonly DeskRecord[]): void {
  for (const record of records) {
    assure(record.kind === "end" && record.reason === "end_of_data", "data ends, and nothing else happens", record);
    if (record.kind === "end") endOf(openOrder(model, record), record);
  }
  for (const order of model.orders.values()) assure(!isOpen(order), "every order has an end", order);
}

/** Amendments that arrived at this open: each order that they were for was changed, or is gone. */
function assureArrivals(model: DeskModel, { open, desk, refused, amended }: Bucket): void {
  const arrived = model.travelling.filter(({ at }) => at <= open);
  model.travelling = model.travelling.filter(({ at }) => at > open);
  const gone = arrived.flatMap(({ slot, orders }) => orders.filter((order) => !amended.has(`${slot} ${order}`)));
  const told = refused.filter((text) => /^amend \d+ not_found$/.test(text)).length;
  const unsent = arrived.reduce((sum, { refusedCount }) => sum + refusedCount, 0);
  if (desk.setup.latencyNs > 0n)
    assure(told + unsent >= gone.length, "an amendment of what is gone is refused", { gone, told });
}

/** What was asked for in this bucket. */
function assureRequests(model: DeskModel, bucket: Bucket): void {
  for (const [slot, { send, cancel, amend }] of bucket.requests) {
    const kind = bucket.desk.setup.slots[slot] as SlotKind;
    const wasRefused = (role: string): boolean => bucket.refused.some((text) => text.startsWith(`${role} ${slot} `));
    if (send !== undefined && kind.type !== "target") {
      const isAnswered = bucket.sent.has(slot) || wasRefused("send") || wasRefused("child");
      assure(isAnswered, "an order is sent, or refused", { slot, send });
    }
    const there = bucket.before.filter((order) => order.slot === slot && !order.isChild && wasThere(bucket, order));
    if (cancel === true) assureCancel(model, bucket, slot, there, wasRefused("cancel"));
    const left = cancel === true && bucket.desk.setup.latencyNs === 0n ? [] : there;
    if (amend !== undefined && kind.type !== "target") assureAmend(model, bucket, slot, left, wasRefused("amend"));
  }
}

/** True for an order that was open when the bucket was decided. */
function wasThere({ close, desk }: Bucket, order: LivingOrder): boolean {
  const isEndedNow = order.reason === "canceled" && order.cancelAt === close;
  return isOpen(order) || (isEndedNow && desk.setup.latencyNs === 0n);
}

/** A cancel ends what is there, or is refused, once until something is there again. */
function assureCancel(
  model: DeskModel,
  { desk, close }: Bucket,
  slot: number,
  there: readonly LivingOrder[],
  wasRefused: boolean,
): void {
  const key = `cancel ${slot}`;
  assure(wasRefused === (there.length === 0 && !model.told.has(key)), "a cancel of nothing is refused once", there);
  if (there.length === 0) model.told.add(key);
  else model.told.delete(key);
  const { latencyNs } = desk.setup;
  for (const order of there) order.cancelAt ??= close + latencyNs;
  if (latencyNs === 0n) assure(!there.some(isOpen), "a cancel ends what is there", there);
}

/** An amendment changes what is there, travels, or is refused. */
function assureAmend(
  model: DeskModel,
  { desk, close, requests, amended, refused }: Bucket,
  slot: number,
  there: readonly LivingOrder[],
  wasRefused: boolean,
): void {
  const key = `amend ${slot}`;
  const change = amendable(desk.setup.slots[slot] as SlotKind, requests.get(slot)?.amend);
  // One that wants the other side is refused for it.
  const fits = there.filter(({ leaves }) => change.size === undefined || change.size > 0 === leaves > 0n);
  const noFit = refused.filter((text) => text === `amend ${slot} invalid_order`).length;
  assure(noFit === there.length - fits.length, "an order stays on its side", { there, noFit });
  if (there.length === 0) {
    assure(wasRefused || model.told.has(key), "an amendment of nothing is refused", { slot });
    model.told.add(key);
    return;
  }
  model.told.delete(key);
  if (Object.keys(change).length === 0) return;
  // Without room for a request on its way, or buying power for what it asks, it is refused.
  const refusedCount = refused.filter((text) => REFUSED_AT_ONCE.test(text) && text.startsWith(`${key} `)).length;
  const orders = fits.map(({ order }) => order);
  const { latencyNs } = desk.setup;
  if (latencyNs > 0n) {
    model.travelling = [...model.travelling, { at: close + latencyNs, slot, change, orders, refusedCount }];
    return;
  }
  const changed = orders.filter((order) => amended.has(`${slot} ${order}`)).length;
  assure(changed + refusedCount === fits.length, "an amendment changes what is there, or is refused", there);
}

const REFUSED_AT_ONCE = / (backpressure|insufficient_buying_power)$/;

/** What an order may not be once a bar is over. */
function assureStanding(model: DeskModel, bucket: Bucket, order: LivingOrder): void {
  const { kind, leaves, filled, accepted, expires, cancelAt, leavesMax } = order;
  const { open, close, desk } = bucket;
  const about = { order, position: String(model.position), bar: model.row };
  const isWhole = kind.force !== "fok" || filled === 0n || leaves === 0n;
  assure(isWhole, "all or nothing is all or nothing", about);
  if (!isOpen(order)) return;
  assure(leaves !== 0n, "an open order wants something", about);
  assure(expires === null || expires > close, "an order is open no longer than it is good", about);
  const isCancelled = cancelAt !== null && (desk.setup.latencyNs === 0n ? cancelAt <= close : cancelAt <= open);
  assure(!isCancelled, "a cancel ends an order at the first open after it arrived", about);
  assure(leavesMax === null || absolute(leaves) <= leavesMax, "a fill is taken off the rest of its group", about);
  const hasMet = order.isChild || accepted <= open;
  const isAtOnce = (kind.force === "ioc" || kind.force === "fok") && (kind.type === "limit" || kind.type === "market");
  assure(!isAtOnce || !hasMet, "an order for at once has one chance", about);
  const reduces = leaves > 0n === model.position < 0n && absolute(leaves) <= absolute(model.position);
  order.hasTraded ||= hasMet && model.next.volume > 0n;
  // What is for an open or a close does not stand in the market before it, and what trails starts where something
  // trades.
  const stands = kind.type.startsWith("trailing") ? order.hasTraded : hasMet && !/On(Open|Close)$/.test(kind.type);
  assure(!kind.reduceOnly || !stands || reduces, "what only reduces is no more than the position", about);
}
