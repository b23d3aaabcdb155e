// Linked orders of the reference: patterns of children wait with their parent, and each of its fills releases them for
// the quantity filled (C1).
//
// Always true:
//   a pattern has no sequence; what is released from it has one of its own, in the order of release.

import { absolute, divFloor } from "./integers.js";
import { WHOLE, wholeLots } from "./reference-costs.js";
import type { Moment } from "./reference-fill.js";
import { endOrder, hasSomethingToReduce } from "./reference-fill.js";
import { newOrder } from "./reference-submit.js";
import type { OrderChildren, OrderTerms, ReferenceOrder } from "./reference-order.js";
import type { ReferenceState } from "./reference-state.js";
import { follow, orderOf, sourceOf } from "./reference-state.js";

/** Releases the children of an order for what a fill gave, or for all of it once it is filled whole. */
export function releaseChildren(
  state: ReferenceState,
  parent: ReferenceOrder,
  quantity: bigint,
  price: bigint,
  moment: Moment,
): void {
  const { children } = parent.terms;
  if (children === undefined || (children.release === "full" && parent.leaves !== 0n)) return;
  follow(state, "C1");
  const filled = children.release === "full" ? parent.filled : quantity;
  const group = children.link === null ? null : groupOf(state, parent, children);
  for (const id of parent.patterns) releaseOne(state, orderOf(state, id), filled, price, moment, group);
}

/** The group of the children that are out, or a new one. */
function groupOf(state: ReferenceState, parent: ReferenceOrder, children: OrderChildren): ReferenceOrder["group"] {
  for (const id of parent.patterns) {
    const { released } = orderOf(state, id);
    if (released !== null && orderOf(state, released).state !== "ended") return orderOf(state, released).group;
  }
  return { id: (state.groups += 1), link: children.link ?? "oco" };
}

/** A child that is out grows; one that is over, or was never out, is released for the increment. */
function releaseOne(
  state: ReferenceState,
  pattern: ReferenceOrder,
  filled: bigint,
  price: bigint,
  moment: Moment,
  group: ReferenceOrder["group"],
): void {
  const increment = shareOf(state, pattern, filled);
  if (increment === 0n) return;
  const out = pattern.released === null ? null : orderOf(state, pattern.released);
  if (out !== null && out.state !== "ended") {
    out.leaves += increment;
    if (out.terms.display !== undefined && out.shown === 0n) out.shown = out.terms.display;
    return;
  }
  const terms = pattern.terms.fromFill === true ? termsFrom(pattern.terms, increment, price) : pattern.terms;
  const order = newOrder(state, {
    instrument: pattern.instrument,
    decision: pattern.decision,
    terms,
    quantity: increment,
    accepted: moment.time,
    parent: pattern.parent,
    group,
  });
  order.state = "live";
  order.released = null;
  pattern.released = order.id;
  // With something to reduce it is cut to that when it enters the market, after the orders released before it.
  if (!hasSomethingToReduce(state, order, moment)) endOrder(state, order, "reduce_only", moment.time);
}

/** Quantity of a child: a share of what was filled, its sign relative to the parent's side. */
function shareOf(state: ReferenceState, { terms, instrument }: ReferenceOrder, filled: bigint): bigint {
  const size = wholeLots(
    sourceOf(state, instrument).facts,
    divFloor(absolute(filled) * absolute(terms.quantity), WHOLE),
  );
  return filled > 0n === terms.quantity > 0n ? size : -size;
}

/** Prices from distances: a stop or a touch lies on its own side of the fill. */
function termsFrom(terms: OrderTerms, quantity: bigint, price: bigint): OrderTerms {
  const isBuying = quantity > 0n;
  const isAbove = (field: "limit" | "stop"): boolean => {
    const isTouch = terms.type === "marketIfTouched" || terms.type === "limitIfTouched";
    const favours = field === "limit" ? terms.type === "limit" || isTouch : isTouch;
    return favours ? !isBuying : isBuying;
  };
  const at = (field: "limit" | "stop", distance: bigint): bigint =>
    isAbove(field) ? price + distance : price - distance;
  return {
    ...terms,
    ...(terms.limit === undefined ? {} : { limit: at("limit", terms.limit) }),
    ...(terms.stop === undefined ? {} : { stop: at("stop", terms.stop) }),
  };
}
