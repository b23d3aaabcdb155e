// Exact model of a replay over bars: plain, slow, in BigInt, from the rules of fills and the docstrings of
// configuration and decisions.
//
// A bucket is a time at which at least one instrument closes a bar. It settles (open orders meet the opens of these
// bars, then positions are marked at the closes), decides (targets and orders of the instruments that have a row), and,
// under `sameClose`, executes at the close.
//
// Not here: nodes; a decision is given as its values.

import { absolute, divFloor, larger, nearestEven, smaller } from "./integers.js";
import type { OpenOrder } from "./books.js";
import { Books } from "./books.js";
import type { Position } from "./books.js";
import {
  affordable,
  feeByRates,
  lotsWorth,
  powerNeeded,
  slippedPrice,
  valueDown,
  valueUp,
  WHOLE,
  wholeLots,
  withMinimum,
} from "./costs.js";
import type {
  ModelAssumptions,
  ModelDecision,
  ModelEvent,
  ModelInstrument,
  ModelPortfolioRow,
  ModelResult,
} from "./market.js";

/** Replays decisions over bars. */
export function modelReplay(
  instruments: readonly ModelInstrument[],
  decisions: readonly ModelDecision[],
  given: ModelAssumptions,
): ModelResult {
  return new ModelReplay(instruments, decisions, given).result();
}

type Point = "open" | "close";

class ModelReplay {
  private readonly given: ModelAssumptions;
  private readonly decisions: readonly ModelDecision[];
  private readonly books: Books;
  private readonly times: readonly bigint[];
  private readonly events: ModelEvent[] = [];
  private readonly portfolio: ModelPortfolioRow[] = [];
  private readonly lastValues = new Map<number, number>();
  private sequence = 0;

  constructor(instruments: readonly ModelInstrument[], decisions: readonly ModelDecision[], given: ModelAssumptions) {
    this.given = given;
    this.decisions = decisions;
    this.books = new Books(instruments, given.cash);
    const times = new Set(instruments.flatMap((instrument) => instrument.bars.map((bar) => bar.time)));
    this.times = [...times].sort((a, b) => (a < b ? -1 : 1));
  }

  result(): ModelResult {
    const { cash } = this.given;
    const [first] = this.times;
    if (first !== undefined) this.events.push({ kind: "deposit", time: first, amount: cash, balance: cash });
    for (const time of this.times) this.bucket(time);
    this.end();
    return { events: this.events, portfolio: this.portfolio };
  }

  private bucket(time: bigint): void {
    const { positions } = this.books;
    for (const position of positions) {
      position.row = position.source.bars.findIndex((bar) => bar.time === time);
      position.bar = position.source.bars[position.row] ?? null;
      position.budget = this.budgetOf(position);
    }
    const due = positions.filter((position) => position.bar !== null);
    this.execute(due, "open");
    for (const position of due) {
      position.closed = time;
      position.mark = position.bar?.close ?? null;
    }
    this.decide(time);
    if (this.given.fill === "sameClose") {
      this.execute(due, "close");
      for (const position of due) position.mark = position.bar?.close ?? null;
    }
    this.portfolio.push(this.portfolioRow(time));
  }

  private portfolioRow(time: bigint): ModelPortfolioRow {
    return { time, equity: this.books.equity(), cash: this.books.cash, exposureGross: this.books.gross() };
  }

  /** B11: nothing from a volume of zero, no cap (null) where the volume is unknown or nothing was asked for. */
  private budgetOf(position: Position): bigint | null {
    const volume = position.bar?.volume ?? null;
    if (volume === 0n) return 0n;
    if (volume === null || this.given.participationE9 === null) return null;
    return wholeLots(position.source.facts, divFloor(volume * this.given.participationE9, WHOLE));
  }

  /** B14: what reduces, by instrument; then what opens, in the order of acceptance. */
  private execute(due: readonly Position[], point: Point): void {
    for (const position of due) {
      for (const order of this.fillable(position, point)) this.fillReducing(position, order, point);
    }
    const orders = due.flatMap((position) => this.fillable(position, point));
    orders.sort((a, b) => a.sequence - b.sequence);
    for (const order of orders) {
      const position = this.books.position(order.instrument);
      // An order of this pass may have opened what a later, opposite one reduces first.
      this.fillReducing(position, order, point);
      if (position.orders.includes(order) && position.reducible(order.leaves) === 0n)
        this.fillOpening(position, order, point);
      if (position.orders.includes(order) && this.given.remainder === "cancel")
        this.endOrder(position, order, "volume_budget", this.fillTime(position, point));
    }
  }

  /** B2: orders whose acceptance is not later than the open of the bar in hand. */
  private fillable(position: Position, point: Point): readonly OpenOrder[] {
    const opened = this.fillTime(position, "open");
    return position.orders.filter((order) => point === "close" || order.accepted <= opened);
  }

  private fillTime(position: Position, point: Point): bigint {
    if (position.bar === null) throw new Error("a bar is in hand");
    if (point === "close") return position.bar.time;
    const opened = position.bar.time - position.source.intervalNs;
    return position.closed === null ? opened : larger(opened, position.closed);
  }

  private fillReducing(position: Position, order: OpenOrder, point: Point): void {
    const wanted = position.reducible(order.leaves);
    const quantity = position.budget === null ? wanted : smaller(wanted, position.budget);
    if (quantity <= 0n) return;
    const signed = order.leaves > 0n ? quantity : -quantity;
    this.fillAt(position, order, this.priceOf(position, signed, point), signed, point);
  }

  private fillOpening(position: Position, order: OpenOrder, point: Point): void {
    const { facts } = position.source;
    const isBuy = order.leaves > 0n;
    const all = absolute(order.leaves);
    const wanted = position.budget === null ? all : smaller(all, position.budget);
    if (wanted <= 0n) return;
    const price = this.priceOf(position, isBuy ? wanted : -wanted, point);
    // What is held is worth what it trades at when an addition to it is judged.
    if (this.given.leverageE9 !== null) position.mark = price;
    const quantity = affordable(facts, this.given, isBuy, price, wanted, this.books.power(this.given));
    if (quantity > 0n) this.fillAt(position, order, price, isBuy ? quantity : -quantity, point);
    if (quantity < wanted) this.endOrder(position, order, this.reasonOf(isBuy), this.fillTime(position, point));
  }

  private referenceOf(position: Position, point: Point): bigint {
    if (position.bar === null) throw new Error("a bar is in hand");
    return point === "open" ? position.bar.open : position.bar.close;
  }

  private priceOf(position: Position, quantity: bigint, point: Point): bigint {
    const reference = this.referenceOf(position, point);
    return slippedPrice(position.source.facts, this.given, reference, quantity, position.bar?.volume ?? null);
  }

  /** Why an opening got less than it wanted. */
  private reasonOf(isBuy: boolean): string {
    return isBuy || this.given.leverageE9 !== null ? "insufficient_buying_power" : "not_shortable";
  }

  private fillAt(position: Position, order: OpenOrder, price: bigint, quantity: bigint, point: Point): void {
    if (position.budget !== null) position.budget -= absolute(quantity);
    const reference = this.referenceOf(position, point);
    this.fill(position, order, reference, price, quantity, this.fillTime(position, point), false);
  }

  private fill(
    position: Position,
    order: OpenOrder,
    reference: bigint,
    price: bigint,
    quantity: bigint,
    time: bigint,
    isForced: boolean,
  ): void {
    const { facts } = position.source;
    const cash = -valueUp(facts, price, quantity);
    order.feeByRates += feeByRates(facts, this.given, absolute(cash), absolute(quantity));
    const fee = withMinimum(this.given, order.feeByRates) - order.feeCharged;
    order.feeCharged += fee;
    const realised = position.book(quantity, cash);
    this.books.cash += cash - fee;
    position.mark = price;
    const slippage = valueUp(facts, absolute(price - reference), absolute(quantity));
    const { sequence, instrument } = order;
    this.events.push({
      kind: "fill",
      time,
      order: sequence,
      instrument,
      price,
      quantity,
      cash,
      fee,
      realised,
      slippage,
      isForced,
    });
    this.lower(position, order, quantity);
  }

  /**
   * Takes a quantity off what an order wants, and its share off what the order holds; an order that wants nothing is
   * over.
   */
  private lower(position: Position, order: OpenOrder, quantity: bigint): void {
    const left = order.leaves - quantity;
    order.reserved = (order.reserved * absolute(left)) / absolute(order.leaves);
    order.leaves = left;
    if (left === 0n) position.orders = position.orders.filter((each) => each !== order);
  }

  private endOrder(position: Position, order: OpenOrder, reason: string, time: bigint): void {
    const { sequence, instrument, leaves } = order;
    this.events.push({ kind: "orderEnd", time, order: sequence, instrument, leaves, reason });
    position.orders = position.orders.filter((each) => each !== order);
  }

  private decide(time: bigint): void {
    const acting = this.decisions
      .map((decision, index) => ({ decision, index, value: this.actingValue(decision, index) }))
      .filter((each): each is Acting => each.value !== null);
    const later = acting.filter((each) => !this.refusesSize(each, time) && !this.appliesReducing(each, time));
    for (const each of later) this.apply(each, time);
  }

  /** The value on which a decision acts in this bucket, or null. */
  private actingValue(decision: ModelDecision, index: number): number | null {
    const position = this.books.position(decision.instrument);
    if (position.bar === null) return null;
    const value = decision.values[position.row] ?? null;
    if (value === null) return null;
    if (decision.when !== null) return decision.when[position.row] === true ? value : null;
    if (this.lastValues.get(index) === value) return null;
    this.lastValues.set(index, value);
    return value;
  }

  /** Refuses what no quantity can be made from. */
  private refusesSize({ decision, index, value }: Acting, time: bigint): boolean {
    const position = this.books.position(decision.instrument);
    const { facts } = position.source;
    const isTooLarge = Math.abs(value * scaleOf(decision, facts)) > 9e18;
    if (!isTooLarge && position.mark !== null) return false;
    const reason = isTooLarge ? "invalid_order" : "no_price";
    const { instrument } = decision;
    this.events.push({ kind: "refusal", time, instrument, decision: index, wanted: 0n, allowed: 0n, reason });
    return true;
  }

  /** First pass of decisions: those that take a position towards zero at most. */
  private appliesReducing(acting: Acting, time: bigint): boolean {
    const held = this.books.position(acting.decision.instrument).quantity;
    if (held === 0n) return false;
    const wanted = this.wantedOf(acting);
    const target = acting.decision.kind === "marketOrder" ? held + wanted : wanted;
    const isWithin = held > 0n ? target >= 0n && target <= held : target <= 0n && target >= held;
    if (isWithin) this.apply(acting, time);
    return isWithin;
  }

  /** Quantity in whole lots: the position wanted, or the order's own. */
  private wantedOf({ decision, value }: Acting): bigint {
    const position = this.books.position(decision.instrument);
    const { facts } = position.source;
    const whole = nearestEven(value * scaleOf(decision, facts));
    const size = absolute(whole);
    const isQuantity = decision.kind === "targetQuantity" || decision.kind === "marketOrder";
    const equity = larger(this.books.equity(), 0n);
    const money = decision.kind === "targetPercent" ? divFloor(equity * size, WHOLE) : size;
    const lots = isQuantity ? wholeLots(facts, size) : lotsWorth(facts, money, position.mark as bigint);
    return whole < 0n ? -lots : lots;
  }

  private apply(acting: Acting, time: bigint): void {
    const wanted = this.wantedOf(acting);
    if (acting.decision.kind === "marketOrder") return this.submit(acting, wanted, time);
    const position = this.books.position(acting.decision.instrument);
    const { quantity: held } = position;
    if (wanted === held + position.openLeaves()) {
      // A share or value that is too small for one lot is refused with a reason (S3); being there already is not (S4).
      if (wanted === 0n && acting.value !== 0 && held === 0n) this.refuse(acting, 0n, 0n, "below_minimum", time);
      return;
    }
    for (const order of position.orders) this.endOrder(position, order, "superseded", time + this.given.latencyNs);
    if (wanted !== held) this.submit(acting, wanted - held, time);
  }

  private refuse(acting: Acting, wanted: bigint, allowed: bigint, reason: string, time: bigint): void {
    const { instrument } = acting.decision;
    this.events.push({ kind: "refusal", time, instrument, decision: acting.index, wanted, allowed, reason });
  }

  /** Sends an order, cut to what buying power pays for at the slipped price of the mark (S2), or refuses it (S3). */
  private submit(acting: Acting, wanted: bigint, time: bigint): void {
    const { decision, index } = acting;
    const position = this.books.position(decision.instrument);
    const { facts } = position.source;
    const isBuy = wanted > 0n;
    const mark = position.mark as bigint;
    const price = wanted === 0n ? mark : slippedPrice(facts, this.given, mark, wanted, null);
    const reducing = this.freeToReduce(position, wanted);
    const opening = absolute(wanted) - reducing;
    const power =
      this.books.power(this.given) - this.books.reserved() - this.holdOf(position, isBuy, price, reducing, 0n);
    const allowed = opening === 0n ? 0n : affordable(facts, this.given, isBuy, price, opening, power);
    const size = reducing + allowed;
    const quantity = isBuy ? size : -size;
    if (allowed < opening && (decision.kind === "marketOrder" || allowed === 0n)) {
      this.refuse(acting, wanted, quantity, this.reasonOf(isBuy), time);
      if (size === 0n) return;
    }
    if (size === 0n || size < facts.quantityMin || valueDown(facts, price, size) < facts.notionalMin)
      return this.refuse(acting, wanted, 0n, "below_minimum", time);
    this.accept(
      decision.instrument,
      index,
      quantity,
      time + this.given.latencyNs,
      this.holdOf(position, isBuy, price, reducing, allowed),
    );
  }

  /** Part of `wanted`, as a size, that reduces what open orders do not already take away. */
  private freeToReduce(position: Position, wanted: bigint): bigint {
    const held = position.quantity;
    const pending = position.openLeaves();
    const left = held > 0n === pending < 0n && held !== 0n && pending !== 0n ? held + pending : held;
    if (held === 0n || left === 0n || held > 0n === wanted > 0n || left > 0n === wanted > 0n) return 0n;
    return smaller(absolute(left), absolute(wanted));
  }

  /** Buying power that an order holds: what its opening needs, less what its reducing part frees. */
  private holdOf(position: Position, isBuy: boolean, price: bigint, reducing: bigint, opening: bigint): bigint {
    const { facts } = position.source;
    const needed = opening > 0n ? powerNeeded(facts, this.given, price, opening) : 0n;
    if (reducing === 0n) return needed;
    const value = valueDown(facts, price, reducing);
    if (this.given.leverageE9 !== null) return needed - value;
    if (isBuy) return needed;
    return needed - (value - withMinimum(this.given, feeByRates(facts, this.given, value, reducing)));
  }

  private accept(
    instrument: number,
    decision: number,
    quantity: bigint,
    accepted: bigint,
    reserved: bigint,
  ): OpenOrder {
    const sequence = (this.sequence += 1);
    const order = { sequence, instrument, accepted, leaves: quantity, reserved, feeByRates: 0n, feeCharged: 0n };
    this.books.position(instrument).orders.push(order);
    this.events.push({ kind: "order", time: accepted, order: sequence, instrument, decision, quantity });
    return order;
  }

  /** B16. */
  private end(): void {
    const time = this.times.at(-1);
    if (time === undefined) return;
    for (const position of this.books.positions)
      for (const order of position.orders) this.endOrder(position, order, "end_of_data", time);
    if (!this.given.closeAtEnd) return;
    for (const [instrument, position] of this.books.positions.entries()) {
      if (position.quantity === 0n) continue;
      const order = this.accept(instrument, -1, -position.quantity, time, 0n);
      this.fill(position, order, position.mark as bigint, position.mark as bigint, order.leaves, time, true);
    }
    this.portfolio.splice(-1, 1, this.portfolioRow(time));
  }
}

interface Acting {
  readonly decision: ModelDecision;
  readonly index: number;
  readonly value: number;
}

/** Factor from a decision's value to an integer. */
function scaleOf(decision: ModelDecision, facts: ModelInstrument["facts"]): number {
  if (decision.kind === "targetPercent") return 1e9;
  return 10 ** (decision.kind === "targetValue" ? facts.currency.decimals : facts.sizeDecimals);
}
