// Exposure: what an account holds of an instrument, and what the orders that rest there may make of it.
//
// What waits for an open counts as held. Which of the other orders will fill nobody knows, so a side is reckoned with
// all of its own and none of the other side's; of two that end each other (OCO) both count.
//
// Always true:
//   an order that may open counts whole, whatever it reduces first: what several exits of one position reduce they
//     reduce once, and what they want beyond it opens;
//   one that only reduces counts up to its strategy's position, which may stand against that of another strategy;
//   children that wait for their parent count nothing: they are judged when they are released;
//   where nothing rests, no order is looked at.
// Units: money, price and quantity mantissas.
// Rounding: values up, against the account.

import { SETTINGS_POSITION_COUNT } from "./abi-account";
import { MARKET_MARK, MARKET_ORDERS, ORDER_FLAG_REDUCE_ONLY } from "./abi-order";
import { RUN_INSTRUMENT_COUNT } from "./abi-run";
import {
  held, isHedging, netHeld, ownHeld, positionFor, shortOf, strategyInHand, takeStrategy,
} from "./ledger";
import { buysOf, hasFlag, ownPrice, sizeOf } from "./order-kind";
import { isOwn, listInHand, listOrders, openLeaves, slotList, waitsForOpen } from "./order-list";
import { strategyOf } from "./policy";
import { instrumentAt, marketAt, orderAt, run, settings } from "./run";
import { isInverse, valueCeil } from "./value";
import { addChecked, subChecked } from "./wide";

/** No strategy: none has this number. */
const NOBODY: i32 = -1;

/** What the orders counted last are worth, each at the mark or at its own price, and the price that is worth most. */
let countedWorth: i64 = 0;
let dearestPrice: i64 = 0;

/**
 * Units that the strategy in hand holds of an instrument, and may by its resting orders, beside an order that opens
 * further in a direction. That order has reduced what was held against it, so that other exits have nothing left.
 *
 * @param inBar A point of a bar is in hand, at which orders may stand in no list.
 */
export function ownBeside(instrument: i32, buys: bool, inBar: bool): i64 {
  const leg: i64 = isHedging()
    ? held(positionFor(instrument, buys ? 1 : -1, false))
    : addChecked(ownHeld(instrument), openLeaves(instrument));
  return addChecked(leg > 0 == buys ? (leg < 0 ? -leg : leg) : 0, mayOpen(instrument, buys, false, inBar));
}

/** The same of all strategies together, as a net; of a hedging account's two positions the sum. */
export function allBeside(instrument: i32, buys: bool, inBar: bool): i64 {
  if (isHedging()) {
    const opens = addChecked(mayOpen(instrument, true, true, inBar), mayOpen(instrument, false, true, inBar));
    return addChecked(subChecked(held(instrument), held(shortOf(instrument))), opens);
  }
  const own = addChecked(ownHeld(instrument), openLeaves(instrument));
  const net = addChecked(netHeld(instrument), openLeaves(instrument, true));
  const left = own > 0 == buys ? net : subChecked(net, own);
  const opens = mayOpen(instrument, buys, true, inBar);
  return addChecked(buys ? left : -left, addChecked(opens, mayReduce(instrument, buys, strategyInHand(), inBar)));
}

/**
 * Exposure of all instruments but one: of each the larger of what may be held long and short (of a hedging account the
 * sum). What is held is worth its mark; what would open, the mark or the order's own price, whichever is worth more.
 * O(instruments + open orders).
 */
export function exposureBeside(instrument: i32, inBar: bool): i64 {
  let sum: i64 = 0;
  for (let i = 0, count = load<i32>(run, RUN_INSTRUMENT_COUNT); i < count; i++) {
    if (i != instrument) sum = addChecked(sum, exposureOf(i, inBar));
  }
  return sum;
}

function exposureOf(instrument: i32, inBar: bool): i64 {
  if (isHedging()) {
    const bought = sideWorth(instrument, true, held(instrument), inBar);
    return addChecked(bought, sideWorth(instrument, false, -held(shortOf(instrument)), inBar));
  }
  const net = addChecked(netHeld(instrument), openLeaves(instrument, true));
  const long = sideWorth(instrument, true, net, inBar);
  const short = sideWorth(instrument, false, -net, inBar);
  return long > short ? long : short;
}

/** Worth of one side of an instrument, of which `units` are held (below zero: of the other side). */
function sideWorth(instrument: i32, buys: bool, units: i64, inBar: bool): i64 {
  const kept: i64 = units > 0 ? units : 0;
  const worth = worthAt(instrument, load<i64>(marketAt(instrument), MARKET_MARK), kept);
  if (load<i32>(marketAt(instrument), MARKET_ORDERS) == 0) return worth;
  const opens = mayOpen(instrument, buys, true, inBar);
  const after = addChecked(units, addChecked(opens, mayReduce(instrument, buys, NOBODY, inBar)));
  if (after <= kept) return worth;
  // Where orders reduce before they open, what opens is less than they want: all of it at the price worth most.
  const dearest = worthAt(instrument, dearestPrice, after - kept);
  return addChecked(worth, dearest < countedWorth ? dearest : countedWorth);
}

/**
 * Units that open orders of the strategy in hand, or of all, may take a position further in a direction, those that
 * only reduce left out. Leaves what they are worth.
 */
function mayOpen(instrument: i32, buys: bool, ofAll: bool, inBar: bool): i64 {
  countedWorth = 0;
  dearestPrice = load<i64>(marketAt(instrument), MARKET_MARK);
  let sum: i64 = 0;
  for (let i = 0, list = slotList(1), count = listAll(instrument, inBar); i < count; i++) {
    const order = orderAt(load<i32>(list + (<usize>i << 2)));
    if (hasFlag(order, ORDER_FLAG_REDUCE_ONLY) || !mayFill(order, buys) || !(ofAll || isOwn(order))) continue;
    sum = addChecked(sum, sizeOf(order));
    countWorth(instrument, order);
  }
  return sum;
}

/**
 * Units that open orders which only reduce may take a net in a direction: of each strategy but `but` no more than its
 * position. Adds to what `mayOpen` left. O(strategies + open orders) where there are such orders.
 */
function mayReduce(instrument: i32, buys: bool, but: i32, inBar: bool): i64 {
  if (isHedging()) return 0;
  let reducing = 0;
  const list = slotList(1);
  for (let i = 0, count = listAll(instrument, inBar); i < count; i++) {
    const slot = load<i32>(list + (<usize>i << 2));
    const order = orderAt(slot);
    if (!hasFlag(order, ORDER_FLAG_REDUCE_ONLY) || !mayFill(order, buys) || strategyOf(order) == but) continue;
    countWorth(instrument, order);
    store<i32>(list + (<usize>reducing << 2), slot);
    reducing++;
  }
  return reducing == 0 ? 0 : reducedBy(instrument, buys, list, reducing);
}

/** Units that `count` orders at `list`, which only reduce, take off the positions of their strategies. */
function reducedBy(instrument: i32, buys: bool, list: usize, count: i32): i64 {
  const inHand = strategyInHand();
  const strategies = load<i32>(settings, SETTINGS_POSITION_COUNT) / load<i32>(run, RUN_INSTRUMENT_COUNT);
  let sum: i64 = 0;
  for (let strategy = 0; strategy < strategies; strategy++) {
    takeStrategy(strategy);
    const own = addChecked(ownHeld(instrument), openLeaves(instrument));
    const against: i64 = buys ? -own : own;
    let wanted: i64 = 0;
    for (let i = 0; i < count && wanted < against; i++) {
      const order = orderAt(load<i32>(list + (<usize>i << 2)));
      if (isOwn(order)) wanted = addChecked(wanted, sizeOf(order));
    }
    if (against > 0) sum = addChecked(sum, wanted < against ? wanted : against);
  }
  takeStrategy(inHand);
  return sum;
}

/** Lists all open orders of an instrument; gives how many. O(open orders), in a bar O(slots of the order table). */
function listAll(instrument: i32, inBar: bool): i32 {
  if (load<i32>(marketAt(instrument), MARKET_ORDERS) == 0) return 0;
  const list = slotList(1);
  const count = listOrders(instrument, list);
  return inBar ? listInHand(instrument, list, count) : count;
}

/** True for an order on a side that is not reckoned as held already; that is done with positions which net alone. */
// @ts-ignore: decorator
@inline function mayFill(order: usize, buys: bool): bool {
  return buysOf(order) == buys && (isHedging() || !waitsForOpen(order));
}

/** Adds what an order is worth to what was counted. */
function countWorth(instrument: i32, order: usize): void {
  const facts = instrumentAt(instrument);
  const price = dearer(facts, load<i64>(marketAt(instrument), MARKET_MARK), ownPrice(order));
  countedWorth = addChecked(countedWorth, worthAt(instrument, price, sizeOf(order)));
  dearestPrice = dearer(facts, dearestPrice, price);
}

/** The price of two at which a quantity is worth more; 0 is no price. */
function dearer(facts: usize, a: i64, b: i64): i64 {
  if (a <= 0 || b <= 0) return a > b ? a : b;
  return a > b != isInverse(facts) ? a : b;
}

/** Worth of `quantity` (>= 0) at `price`; nothing where there is none of either. */
function worthAt(instrument: i32, price: i64, quantity: i64): i64 {
  return quantity == 0 || price <= 0 ? 0 : valueCeil(instrumentAt(instrument), price, quantity);
}
