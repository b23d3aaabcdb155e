// Gates of children: what a fill releases is judged as it enters the market, by the gates of its decision, on the
// snapshots that a decision of that bucket sees (`NODESETS.md` 2).
//
// Always true:
//   what only reduces is refused by a freeze of its side, and by nothing else: a position is not left without its stop;
//   what opens passes every gate but the strategy's own, which is asked where the family is sent.

import {
  ORDER_DECISION, ORDER_FLAG_REDUCE_ONLY, ORDER_INSTRUMENT, ORDER_LEAVES, ORDER_LIMIT, ORDER_PLACE, ORDER_SEQUENCE,
  ORDER_TRIGGER, PLACE_NONE,
} from "./abi-order";
import { GATES_ACTIVATION } from "./abi-policy";
import { REASON_FREEZE, REASON_NONE } from "./abi-reason";
import { RUN_RELEASED } from "./abi-run";
import { orderSide, standingOf } from "./activation";
import * as bar from "./bar";
import { clearGate, gatedOpening, gatePolicy, gateReason, gateSeverity, marketReason, sayGate } from "./gate";
import { takeStrategy } from "./ledger";
import { reducingPart } from "./order-entry";
import { buysOf, hasFlag, sizeOf } from "./order-kind";
import { isOwn, slotList } from "./order-list";
import { gatesOf, strategyOf } from "./policy";
import { recordRefusal } from "./record";
import { orderAt, run } from "./run";
import { addChecked } from "./wide";

/**
 * How much of `quantity` (signed) more the child in `slot`, whose prices are set, may bring to the market, released by
 * the order in `parent`. Leaves a refusal of the rest.
 */
export function gatedRelease(slot: i32, quantity: i64, parent: i32): i64 {
  const order = orderAt(slot);
  const index = load<i32>(order, ORDER_DECISION);
  const gates = gatesOf(index);
  if (gates == 0 || quantity == 0) return quantity;
  clearGate();
  const instrument = load<i32>(order, ORDER_INSTRUMENT);
  takeStrategy(strategyOf(order));
  const activation: usize = load<u32>(gates, GATES_ACTIVATION);
  const isReduceOnly = hasFlag(order, ORDER_FLAG_REDUCE_ONLY);
  let allowed: i64 = 0;
  const side = orderSide(instrument, quantity, isReduceOnly);
  if (activation != 0 && standingOf(activation, side, bar.time) == REASON_FREEZE) sayGate(REASON_FREEZE, activation);
  else {
    const size = quantity < 0 ? -quantity : quantity;
    const reducing = isReduceOnly ? size : reducingPart(instrument, quantity);
    allowed = reducing;
    if (size > reducing) allowed = addChecked(reducing, openingOf(order, gates, quantity, size - reducing, parent));
  }
  const left = quantity < 0 ? -allowed : allowed;
  if (gateReason != REASON_NONE) {
    recordRefusal(gateReason, instrument, bar.time, index, quantity, left, gatePolicy, gateSeverity);
  }
  return left;
}

/** How much of `opening` (> 0), a part of `quantity`, the gates let a child open. */
function openingOf(order: usize, gates: usize, quantity: i64, opening: i64, parent: i32): i64 {
  const index = load<i32>(order, ORDER_DECISION);
  const instrument = load<i32>(order, ORDER_INSTRUMENT);
  // What a walk fills is filled before the bar's close, which is already outside of a session that ends with it.
  const within = bar.time == bar.closeTime ? bar.time - 1 : bar.time;
  if (marketReason(gates, instrument, index, within) != REASON_NONE) return 0;
  const buys = quantity > 0;
  const beside = unlisted(instrument, buys, parent);
  return gatedOpening(index, instrument, buys, opening, priceOf(order), 0, beside, false, bar.time);
}

/** Price that a child is reckoned at: its limit, its trigger, or the point in hand. */
function priceOf(order: usize): i64 {
  const limit = load<i64>(order, ORDER_LIMIT);
  if (limit != 0) return limit;
  const trigger = load<i64>(order, ORDER_TRIGGER);
  return trigger != 0 ? trigger : bar.price;
}

/**
 * Units that orders of the strategy in hand may still open in a direction which stand in no list: children that were
 * released and have not arrived, and what is left of the parent that fills. O(releases in hand).
 */
function unlisted(instrument: i32, buys: bool, parent: i32): i64 {
  let sum: i64 = 0;
  let isParentListed = false;
  const list = slotList(2);
  for (let i = 0, count = load<i32>(run, RUN_RELEASED); i < count; i++) {
    const entry = list + (<usize>i << 3);
    const slot = load<i32>(entry);
    if (slot == parent) isParentListed = true;
    if (load<i32>(orderAt(slot), ORDER_SEQUENCE) != load<i32>(entry, 4)) continue;
    sum = addChecked(sum, stillOpens(slot, instrument, buys));
  }
  return isParentListed ? sum : addChecked(sum, stillOpens(parent, instrument, buys));
}

/** Units that an order which stands in no list may still open in a direction. */
function stillOpens(slot: i32, instrument: i32, buys: bool): i64 {
  const order = orderAt(slot);
  const isElsewhere = load<u8>(order, ORDER_PLACE) != PLACE_NONE || load<i32>(order, ORDER_INSTRUMENT) != instrument;
  if (isElsewhere || buysOf(order) != buys || hasFlag(order, ORDER_FLAG_REDUCE_ONLY) || !isOwn(order)) return 0;
  return sizeOf(order) - reducingPart(instrument, load<i64>(order, ORDER_LEAVES));
}
