// Sets of up to three orders, and shapes of a bar: the small scope in which the kernel is compared with the reference
// case by case.

import type { OrderTerms } from "../../adapters/testing/reference-order.js";
import { barShapes } from "../../adapters/testing/tick-path.js";
import { bracketOf, CLOSE_ALL, instrumentOf, sent } from "./bar-case.js";
import type { PackedCase } from "./kernel-orders.js";

const BASE = 20n;
/** Price before the bar: between the lower and the upper half of the grid. */
const MARK = BASE + 2n;
/** An order at a row of its case. */
interface Atom {
  readonly row: number;
  readonly terms: OrderTerms;
}

const before = (terms: OrderTerms): Atom => ({ row: 0, terms });
const resting = (terms: OrderTerms): Atom => ({ row: 1, terms });
const trailing = (quantity: bigint): OrderTerms => ({
  type: "trailingStop",
  quantity,
  trail: { kind: "amount", amount: 1n },
});

/** Orders of both sides at the prices of the grid, and positions that stand before the bar. */
export const ATOMS: readonly Atom[] = [
  before({ type: "market", quantity: 2n }),
  before({ type: "market", quantity: -2n }),
  before({ type: "market", quantity: 2n, ...bracketOf(BASE, BASE + 2n) }),
  before({
    type: "market",
    quantity: -2n,
    children: { release: "partial", link: null, terms: [{ ...trailing(CLOSE_ALL), reduceOnly: true }] },
  }),
  resting({ type: "limit", quantity: 2n, limit: BASE + 1n }),
  resting({ type: "limit", quantity: -1n, limit: BASE + 3n }),
  resting({ type: "limit", quantity: 2n, limit: BASE + 2n, ...bracketOf(BASE, BASE + 3n) }),
  resting({ type: "limit", quantity: -3n, limit: BASE + 2n }),
  resting({ type: "stop", quantity: 3n, stop: BASE + 3n }),
  resting({ type: "stop", quantity: -2n, stop: BASE + 1n }),
  resting({ type: "stop", quantity: 2n, stop: BASE + 3n, ...bracketOf(BASE + 1n, null) }),
  resting({ type: "stopLimit", quantity: 1n, stop: BASE + 3n, limit: BASE + 2n }),
  resting({ type: "stopLimit", quantity: -2n, stop: BASE + 1n, limit: BASE }),
  resting({ type: "marketIfTouched", quantity: 2n, stop: BASE + 1n }),
  resting({ type: "limitIfTouched", quantity: -2n, stop: BASE + 3n, limit: BASE + 2n }),
  resting(trailing(-2n)),
  resting({ type: "marketOnClose", quantity: -1n }),
];

export type OrderSet = readonly Atom[];

function orderSets(): readonly OrderSet[] {
  const one = ATOMS.map((atom): OrderSet => [atom]);
  const two = ATOMS.flatMap((first, i) => ATOMS.slice(i + 1).map((second): OrderSet => [first, second]));
  const three = ATOMS.flatMap((first, i) =>
    ATOMS.slice(i + 1).flatMap((second, j) => ATOMS.slice(i + j + 2).map((third): OrderSet => [first, second, third])),
  );
  return [...one, ...two, ...three];
}

export const SETS = orderSets();
export const SHAPES = barShapes(4, BASE);

export function casesOf(set: OrderSet): readonly PackedCase[] {
  return SHAPES.map((shape) => ({
    instrument: instrumentOf("A", shape, MARK),
    tickets: set.map(({ row, terms }, id) => sent(id, row, terms)),
  }));
}
