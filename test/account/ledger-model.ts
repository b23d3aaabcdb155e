// A plain ledger in BigInt, written from the rules of the books and not from the data plane's code: lists of lots,
// fractions kept exact until they are posted, no running sums.

import { divCeil, divFloor } from "../../adapters/testing/integers.js";

/** Terms of a ledger; money, prices and quantities as mantissas. */
export interface LedgerTerms {
  readonly cash: bigint;
  readonly isHedging: boolean;
  readonly isFifo: boolean;
  /** 0 for crossed margins. */
  readonly isolatedLeverage: bigint;
  readonly isInverse: boolean;
  /** Value = price x quantity x factor / divisor, or quantity x factor / (price x divisor). */
  readonly factor: bigint;
  readonly divisor: bigint;
}

interface Lot {
  quantity: bigint;
  cost: bigint;
}

/** A position as the list of what was bought or sold for it. */
export interface ModelPosition {
  readonly lots: Lot[];
  mark: bigint;
  margin: bigint;
}

/** Numbers that a ledger must agree on. */
export interface LedgerNumbers {
  readonly cash: bigint;
  readonly realised: bigint;
  readonly fees: bigint;
  readonly equity: bigint;
  readonly locked: bigint;
  readonly positions: readonly { readonly quantity: bigint; readonly cost: bigint; readonly value: bigint }[];
}

const abs = (value: bigint): bigint => (value < 0n ? -value : value);
const sum = (values: readonly bigint[]): bigint => values.reduce((total, value) => total + value, 0n);

/** The ledger of one or two instruments. */
export class LedgerModel {
  readonly positions: readonly ModelPosition[];
  private readonly terms: LedgerTerms;
  private readonly instruments: number;
  private cash: bigint;
  private realised = 0n;
  private fees = 0n;

  constructor(terms: LedgerTerms, instruments: number) {
    this.terms = terms;
    this.instruments = instruments;
    this.cash = terms.cash;
    const count = terms.isHedging ? 2 * instruments : instruments;
    this.positions = Array.from({ length: count }, () => ({ lots: [], mark: 0n, margin: 0n }));
  }

  /** Signed value, rounded down. */
  value(price: bigint, quantity: bigint): bigint {
    const { isInverse, factor, divisor } = this.terms;
    return isInverse ? divFloor(-quantity * factor, price * divisor) : divFloor(price * quantity * factor, divisor);
  }

  quantity(position: number): bigint {
    return sum(this.at(position).lots.map((lot) => lot.quantity));
  }

  fill(position: number, price: bigint, quantity: bigint, fee: bigint): void {
    const held = this.quantity(position);
    const at = this.at(position);
    const cash = this.value(price, -quantity);
    this.cash += cash - fee;
    this.fees += fee;
    if (held === 0n || held > 0n === quantity > 0n) {
      at.margin += this.marginOf(price, held, quantity);
      at.lots.push({ quantity, cost: -cash });
    } else {
      this.realised += cash - this.released(at, held, abs(quantity));
      at.margin -= abs(quantity) === abs(held) ? at.margin : divFloor(at.margin * abs(quantity), abs(held));
    }
    this.mark(position % this.instruments, price);
  }

  private marginOf(price: bigint, held: bigint, quantity: bigint): bigint {
    const { isolatedLeverage } = this.terms;
    if (isolatedLeverage === 0n) return 0n;
    return divCeil(abs(this.value(price, held + quantity)) - abs(this.value(price, held)), isolatedLeverage);
  }

  /** Takes `size` out of a position; gives its cost, rounded up. */
  private released(at: ModelPosition, held: bigint, size: bigint): bigint {
    const sign = held > 0n ? 1n : -1n;
    if (!this.terms.isFifo) {
      const cost = sum(at.lots.map((lot) => lot.cost));
      const part = size === abs(held) ? cost : divCeil(cost * size, abs(held));
      at.lots.splice(0, at.lots.length, { quantity: held - sign * size, cost: cost - part });
      if (size === abs(held)) at.lots.length = 0;
      return part;
    }
    let left = size;
    let cost = 0n;
    while (left > 0n) {
      const lot = at.lots[0] as Lot;
      const taken = left < abs(lot.quantity) ? left : abs(lot.quantity);
      const part = taken === abs(lot.quantity) ? lot.cost : divCeil(lot.cost * taken, abs(lot.quantity));
      lot.quantity -= sign * taken;
      lot.cost -= part;
      cost += part;
      left -= taken;
      if (lot.quantity === 0n) at.lots.shift();
    }
    return cost;
  }

  mark(instrument: number, price: bigint): void {
    for (let position = instrument; position < this.positions.length; position += this.instruments)
      this.at(position).mark = price;
  }

  numbers(): LedgerNumbers {
    const positions = this.positions.map((at, i) => {
      const quantity = this.quantity(i);
      const value = quantity === 0n ? 0n : this.value(at.mark, quantity);
      return { quantity, cost: sum(at.lots.map((lot) => lot.cost)), value };
    });
    return {
      cash: this.cash,
      realised: this.realised,
      fees: this.fees,
      equity: this.cash + sum(positions.map((each) => each.value)),
      locked: sum(this.positions.map((each) => each.margin)),
      positions,
    };
  }

  private at(position: number): ModelPosition {
    return this.positions[position] as ModelPosition;
  }
}
