// State of the reference: account, positions, orders and what happened, as plain data that can be copied whole.
//
// Always true:
//   an order, a position and a bar belong to the instrument of the same index;
//   `cash`, `quantity` and `cost` change in `book` and nowhere else (G10).

import { absolute, areOpposite, divCeil, divFloor, larger, smaller } from "./integers.js";
import { valueDown, WHOLE, wholeLots } from "./reference-costs.js";
import type { ReferenceEvent, ReferencePortfolioRow } from "./reference-event.js";
import type { ReferenceAssumptions, ReferenceBar, ReferenceInstrument } from "./reference-market.js";
import { openTimeOf } from "./reference-market.js";
import type { ReferenceOrder } from "./reference-order.js";

export interface ReferencePosition {
  quantity: bigint;
  /** Money paid for what is held; below zero for a short position. */
  cost: bigint;
  /** Last known price; `null` before the first. */
  mark: bigint | null;
  /** Close of the last bar that is over. */
  closed: bigint | null;
  /** The bar of the present bucket, and its row; `null` when it closes none. */
  bar: ReferenceBar | null;
  row: number;
  /** What own orders may still take of the bar; `null` for no cap. */
  budget: bigint | null;
}

export interface ReferenceState {
  readonly instruments: readonly ReferenceInstrument[];
  readonly given: ReferenceAssumptions;
  /** Rules that decided something, in copies too. */
  readonly rules: Set<string>;
  cash: bigint;
  positions: ReferencePosition[];
  orders: ReferenceOrder[];
  events: ReferenceEvent[];
  portfolio: ReferencePortfolioRow[];
  /** Last sequence, priority and group number given. */
  sequence: number;
  priority: number;
  groups: number;
  /** Ticks of all walks so far. */
  ticks: number;
}

export function newState(
  instruments: readonly ReferenceInstrument[],
  given: ReferenceAssumptions,
  rules: Set<string> = new Set(),
): ReferenceState {
  const positions = instruments.map(() => ({
    quantity: 0n,
    cost: 0n,
    mark: null,
    closed: null,
    bar: null,
    row: -1,
    budget: null,
  }));
  const empty = { orders: [], events: [], portfolio: [], sequence: 0, priority: 0, groups: 0, ticks: 0 };
  return { instruments, given, rules, cash: given.cash, positions, ...empty };
}

/** A copy that can go another way. */
export function copyOf(state: ReferenceState): ReferenceState {
  return {
    ...state,
    positions: state.positions.map((position) => ({ ...position })),
    orders: state.orders.map((order) => ({ ...order, patterns: [...order.patterns] })),
    events: [...state.events],
    portfolio: [...state.portfolio],
  };
}

/** Takes over what another copy came to. */
export function becomes(state: ReferenceState, other: ReferenceState): void {
  Object.assign(state, other);
}

/** Notes that a rule decided something. */
export function follow(state: ReferenceState, ...rules: readonly string[]): void {
  for (const rule of rules) state.rules.add(rule);
}

export function positionOf(state: ReferenceState, instrument: number): ReferencePosition {
  return state.positions[instrument] as ReferencePosition;
}

export function sourceOf(state: ReferenceState, instrument: number): ReferenceInstrument {
  return state.instruments[instrument] as ReferenceInstrument;
}

export function orderOf(state: ReferenceState, id: number): ReferenceOrder {
  return state.orders[id] as ReferenceOrder;
}

/** The bar in hand, which there must be. */
export function barOf(state: ReferenceState, instrument: number): ReferenceBar {
  const { bar } = positionOf(state, instrument);
  if (bar === null) throw new Error("a bar is in hand");
  return bar;
}

/** Open time of the bar in hand. */
export function openOf(state: ReferenceState, instrument: number): bigint {
  return openTimeOf(sourceOf(state, instrument), positionOf(state, instrument).row);
}

/** Open orders of an instrument (not held, not ended), in the order of acceptance. */
export function ordersOf(state: ReferenceState, instrument: number): readonly ReferenceOrder[] {
  const open = state.orders.filter(
    (order) => order.instrument === instrument && (order.state === "waiting" || order.state === "live"),
  );
  return open.sort((a, b) => a.sequence - b.sequence);
}

/** Signed quantity of market orders on their way. */
export function openLeaves(state: ReferenceState, instrument: number): bigint {
  const onTheWay = ordersOf(state, instrument).filter(({ role }) => role === "market");
  return onTheWay.reduce((sum, { leaves }) => sum + leaves, 0n);
}

/** True when a market order of the other side is on its way that may open. */
export function awaitsOpening(state: ReferenceState, { instrument, leaves }: ReferenceOrder): boolean {
  return ordersOf(state, instrument).some(
    ({ role, terms, leaves: other }) => role === "market" && terms.reduceOnly !== true && areOpposite(other, leaves),
  );
}

/** How much of `quantity` (signed) takes the position towards zero, as a size. */
export function reducible(state: ReferenceState, instrument: number, quantity: bigint): bigint {
  const held = positionOf(state, instrument).quantity;
  return areOpposite(held, quantity) ? smaller(absolute(quantity), absolute(held)) : 0n;
}

/** Books a quantity for `cash`; gives the profit realised. It reduces at most to flat, or adds (C9). */
export function book(state: ReferenceState, instrument: number, quantity: bigint, cash: bigint, fee: bigint): bigint {
  const position = positionOf(state, instrument);
  state.cash += cash - fee;
  if (!areOpposite(position.quantity, quantity)) {
    position.quantity += quantity;
    position.cost -= cash;
    return 0n;
  }
  const released = divCeil(position.cost * absolute(quantity), absolute(position.quantity));
  position.quantity += quantity;
  position.cost -= released;
  return cash - released;
}

function worthOf(state: ReferenceState, instrument: number): bigint {
  const { mark, quantity } = positionOf(state, instrument);
  return mark === null ? 0n : valueDown(sourceOf(state, instrument).facts, mark, quantity);
}

export function equityOf(state: ReferenceState): bigint {
  return state.instruments.reduce((sum, _, instrument) => sum + worthOf(state, instrument), state.cash);
}

export function grossOf(state: ReferenceState): bigint {
  return state.instruments.reduce((sum, _, instrument) => sum + absolute(worthOf(state, instrument)), 0n);
}

/** Cash of a cash account; of a margin account the exposure that may still be added. */
export function powerOf(state: ReferenceState): bigint {
  const { leverageE9 } = state.given;
  if (leverageE9 === null) return state.cash;
  return divFloor(larger(equityOf(state), 0n) * leverageE9, WHOLE) - grossOf(state);
}

/** Buying power that open orders hold. */
export function reservedOf(state: ReferenceState): bigint {
  const open = state.orders.filter(({ state: stands }) => stands === "waiting" || stands === "live");
  return open.reduce((sum, order) => sum + order.reserved, 0n);
}

/** B11: nothing from a volume of zero, no cap (null) where the volume is unknown or nothing was asked for. */
export function budgetOf(state: ReferenceState, instrument: number): bigint | null {
  const volume = positionOf(state, instrument).bar?.volume ?? null;
  if (volume === 0n) return 0n;
  if (volume === null || state.given.participationE9 === null) return null;
  follow(state, "B11");
  return wholeLots(sourceOf(state, instrument).facts, divFloor(volume * state.given.participationE9, WHOLE));
}
