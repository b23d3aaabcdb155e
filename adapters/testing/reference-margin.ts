// Margin in the reference: liquidation (C5) with crossed margins, and funding (C6).
//
// A position is tested at each point of a bar, at the open before any order acts and again after them, on the walk
// after what each tick fills. What must be closed leaves at its bankruptcy price, whatever the bar shows, and takes
// every order and every other position of the account with it.
//
// Always true:
//   nothing is tested where nothing trades.
// Rounding: maintenance margins, the fee of a liquidation and funding paid up, funding received down; a bankruptcy
//   price away from the account to the tick.
//
// Not here: isolated margins, tiers, hedged positions.

import { absolute, divCeil, divFloor } from "./integers.js";
import { valueDown, WHOLE } from "./reference-costs.js";
import type { Moment } from "./reference-fill.js";
import { endOrder, fillFor } from "./reference-fill.js";
import type { ReferenceState } from "./reference-state.js";
import { barOf, equityOf, follow, ordersOf, positionOf, sourceOf } from "./reference-state.js";
import { newOrder } from "./reference-submit.js";

/** Of a funding rate, as `funding` of an instrument says it. */
const RATE_WHOLE = 10n ** 12n;

/** True when a position of an instrument may be liquidated in its bar. */
export function mayLiquidate(state: ReferenceState, instrument: number): boolean {
  const isHeld = positionOf(state, instrument).quantity !== 0n;
  return isHeld && (state.given.maintenanceE9 ?? 0n) > 0n && barOf(state, instrument).volume !== 0n;
}

/** C5: closes the position of an instrument when its market at a point takes the account below its margins. */
export function liquidate(state: ReferenceState, instrument: number, moment: Moment): void {
  if (!mayLiquidate(state, instrument) || !isShort(state, instrument, moment.price)) return;
  follow(state, "C5");
  endOrders(state, instrument, moment.time);
  const exit = bankruptcyPrice(state, instrument) ?? moment.price;
  close(state, instrument, exit, moment);
  for (const [other, { mark }] of state.positions.entries()) {
    endOrders(state, other, moment.time);
    if (mark !== null) close(state, other, mark, moment);
  }
}

/** True when equity, with the instrument at a price, is less than what all positions must keep. */
function isShort(state: ReferenceState, instrument: number, price: bigint): boolean {
  return marked(state, instrument, price, () => {
    const kept = state.instruments.reduce((sum, { facts }, index) => {
      const { mark, quantity } = positionOf(state, index);
      const value = absolute(valueDown(facts, mark ?? 0n, quantity));
      return sum + divCeil(value * (state.given.maintenanceE9 ?? 0n), WHOLE);
    }, 0n);
    return equityOf(state) < kept;
  });
}

/** The price nearest to the market at which nothing is left of equity; `null` where none is above zero. */
function bankruptcyPrice(state: ReferenceState, instrument: number): bigint | null {
  const { quantity, mark } = positionOf(state, instrument);
  const { tick } = sourceOf(state, instrument).facts;
  const left = (price: bigint): bigint => marked(state, instrument, price, () => equityOf(state));
  let price = mark as bigint;
  const away = quantity > 0n ? -1n : 1n;
  // Towards the market as long as nothing is left there either, and away from it until nothing is.
  while (left(price - away) <= 0n) price -= away;
  while (price > 0n && left(price) > 0n) price += away;
  if (price <= 1n) return null;
  return quantity > 0n ? divFloor(price, tick) * tick : divCeil(price, tick) * tick;
}

/** What something comes to with an instrument marked at a price. */
function marked<T>(state: ReferenceState, instrument: number, price: bigint, act: () => T): T {
  const position = positionOf(state, instrument);
  const { mark } = position;
  position.mark = price;
  const result = act();
  position.mark = mark;
  return result;
}

function endOrders(state: ReferenceState, instrument: number, time: bigint): void {
  for (const order of ordersOf(state, instrument)) {
    if (order.state !== "ended") endOrder(state, order, "liquidation", time);
  }
}

/** Closes what is held of an instrument by an order of nobody's, with the fee of a liquidation. */
function close(state: ReferenceState, instrument: number, price: bigint, moment: Moment): void {
  const { quantity } = positionOf(state, instrument);
  if (quantity === 0n) return;
  const terms = { type: "market", quantity: -quantity } as const;
  const order = newOrder(state, { instrument, decision: -1, terms, quantity: -quantity, accepted: moment.time });
  fillFor(state, order, price, -quantity, moment, { slipped: 0n, liquidity: "taker", isForced: false });
}

/** C6: funding of the rows behind `after` and up to `until`, by what is held now at the last marks. */
export function payFunding(state: ReferenceState, after: bigint, until: bigint): void {
  for (const [instrument, { funding = [], facts }] of state.instruments.entries()) {
    for (const { time, rateE12 } of funding) {
      const { quantity, mark } = positionOf(state, instrument);
      if (time <= after || time > until || quantity === 0n || mark === null) continue;
      follow(state, "C6");
      const amount = divFloor(-valueDown(facts, mark, quantity) * rateE12, RATE_WHOLE);
      state.cash += amount;
      state.events.push({ kind: "funding", time, instrument, amount });
    }
  }
}
