// Books of the exact model: positions at cost, cash, marks, and open orders with what they hold of buying power.

import { absolute, areOpposite, divCeil, divFloor, smaller } from "./integers.js";
import { valueDown, WHOLE } from "./costs.js";
import type { ModelAssumptions, ModelBar, ModelInstrument } from "./market.js";

export interface OpenOrder {
  readonly sequence: number;
  readonly instrument: number;
  readonly accepted: bigint;
  leaves: bigint;
  /** Buying power that it holds; below zero when it frees some. */
  reserved: bigint;
  /** Fee by rates of its fills so far, and what it was charged. */
  feeByRates: bigint;
  feeCharged: bigint;
}

export class Position {
  readonly source: ModelInstrument;
  quantity = 0n;
  /** Money paid for what is held; below zero for a short position. */
  cost = 0n;
  /** Last known price; `null` before the first. */
  mark: bigint | null = null;
  /** Close of the last bar that is over. */
  closed: bigint | null = null;
  orders: OpenOrder[] = [];
  /** The bar of the present bucket, with its index and what own orders may still take of it. */
  bar: ModelBar | null = null;
  row = -1;
  budget: bigint | null = null;

  constructor(source: ModelInstrument) {
    this.source = source;
  }

  value(): bigint {
    return this.mark === null ? 0n : valueDown(this.source.facts, this.mark, this.quantity);
  }

  openLeaves(): bigint {
    return this.orders.reduce((sum, order) => sum + order.leaves, 0n);
  }

  /** How much of `quantity` (signed) takes the position towards zero, as a size. */
  reducible(quantity: bigint): bigint {
    return areOpposite(this.quantity, quantity) ? smaller(absolute(quantity), absolute(this.quantity)) : 0n;
  }

  /** Books a quantity for `cash`; gives the profit realised. It reduces at most to flat, or adds. */
  book(quantity: bigint, cash: bigint): bigint {
    if (!areOpposite(this.quantity, quantity)) {
      this.quantity += quantity;
      this.cost -= cash;
      return 0n;
    }
    const released = divCeil(this.cost * absolute(quantity), absolute(this.quantity));
    this.quantity += quantity;
    this.cost -= released;
    return cash - released;
  }
}

export class Books {
  readonly positions: readonly Position[];
  cash: bigint;

  constructor(instruments: readonly ModelInstrument[], cash: bigint) {
    this.positions = instruments.map((instrument) => new Position(instrument));
    this.cash = cash;
  }

  position(instrument: number): Position {
    return this.positions[instrument] as Position;
  }

  equity(): bigint {
    return this.positions.reduce((sum, position) => sum + position.value(), this.cash);
  }

  gross(): bigint {
    return this.positions.reduce((sum, position) => sum + absolute(position.value()), 0n);
  }

  reserved(): bigint {
    const orders = this.positions.flatMap((position) => position.orders);
    return orders.reduce((sum, order) => sum + order.reserved, 0n);
  }

  /** Cash of a cash account; of a margin account the exposure that may still be added. */
  power(given: ModelAssumptions): bigint {
    if (given.leverageE9 === null) return this.cash;
    const worth = this.equity();
    return (worth > 0n ? divFloor(worth * given.leverageE9, WHOLE) : 0n) - this.gross();
  }
}
