// Exposure: what an account holds of an instrument, and what the orders that rest there may make of it.
//
// What waits for an open counts as held. Which of the other orders will fill nobody knows, so a side is reckoned with
// all of its own and none of the other side's; of two that end each other (OCO) both count.
//
// Always true:
//   a side is what all strategies hold there: what another one holds against it lowers nothing, since no limit keeps
//     that one from leaving;
//   an order that may open counts whole, whatever it reduces first: what several exits of one position reduce they
//     reduce once, and what they want beyond it opens;
//   one that only reduces counts nothing, nor do children that wait for their parent: they are judged when they are
//     released;
//   where nothing rests, no order is looked at.
// Units: money, price and quantity mantissas.
// Rounding: values up, against the account.

import { SETTINGS_POSITION_COUNT } from "./abi-account";
import { MARKET_MARK, MARKET_ORDERS, ORDER_FLAG_REDUCE_ONLY } from "./abi-order";
import { RUN_INSTRUMENT_COUNT } from "./abi-run";
import {
  held, isHedging, ownHeld, positionFor, shortOf, strategyInHand, takeStrategy,
} from "./ledger";
import { buysOf, hasFlag, ownPrice, sizeOf } from "./order-kind";
import { isOwn, listInHand, listOrders, openLeaves, slotList, waitsForOpen } from "./order-list";
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

/** The same of all strategies together; of a hedging account's two positions the sum. */
export function allBeside(instrument: i32, buys: bool, inBar: bool): i64 {
  if (isHedging()) {
    const long = sideOf(instrument, true, true, NOBODY, inBar);
    return addChecked(long, sideOf(instrument, false, true, NOBODY, inBar));
  }
  const others = sideOf(instrument, buys, true, strategyInHand(), inBar);
  return addChecked(ownBeside(instrument, buys, inBar), others);
}

/**
 * Units that all strategies but `but` hold on a side (of a hedging account its position), each with what it may open
 * there or without. O(strategies), and O(strategies * open orders) where orders rest.
 */
function sideOf(instrument: i32, buys: bool, withOrders: bool, but: i32, inBar: bool): i64 {
  if (isHedging()) {
    const leg: i64 = buys ? held(instrument) : -held(shortOf(instrument));
    return withOrders ? addChecked(leg, mayOpen(instrument, buys, true, inBar)) : leg;
  }
  const inHand = strategyInHand();
  const strategies = load<i32>(settings, SETTINGS_POSITION_COUNT) / load<i32>(run, RUN_INSTRUMENT_COUNT);
  let sum: i64 = 0;
  for (let strategy = 0; strategy < strategies; strategy++) {
    if (strategy == but) continue;
    takeStrategy(strategy);
    const own = addChecked(ownHeld(instrument), openLeaves(instrument));
    let units: i64 = buys ? own : -own;
    if (withOrders) units = addChecked(units, mayOpen(instrument, buys, false, inBar));
    if (units > 0) sum = addChecked(sum, units);
  }
  takeStrategy(inHand);
  return sum;
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
  const long = sideWorth(instrument, true, inBar);
  const short = sideWorth(instrument, false, inBar);
  if (isHedging()) return addChecked(long, short);
  return long > short ? long : short;
}

/** Worth of one side of an instrument: of what is held there, and of what may open. */
function sideWorth(instrument: i32, buys: bool, inBar: bool): i64 {
  const kept = sideOf(instrument, buys, false, NOBODY, inBar);
  const worth = worthAt(instrument, load<i64>(marketAt(instrument), MARKET_MARK), kept);
  if (load<i32>(marketAt(instrument), MARKET_ORDERS) == 0) return worth;
  const opens = subChecked(sideOf(instrument, buys, true, NOBODY, inBar), kept);
  mayOpen(instrument, buys, true, inBar);
  // Where orders reduce before they open, what opens is less than they want: all of it at the price worth most.
  const dearest = worthAt(instrument, dearestPrice, opens);
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
