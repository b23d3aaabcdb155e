// Cases of one bar: a position or an entry that stands before it, the orders around it, and the bar itself.
//
// Every case is four bars of a day: the first decides, the second opens what is held (flat, at the price that is
// paid), the third is the bar in question, the last is flat at its close.

import { mirrorOf } from "../../adapters/testing/mirror.js";
import { plainInstrument } from "../../adapters/testing/arbitrary-bars.js";
import type { ReferenceResult } from "../../adapters/testing/reference-event.js";
import { costless } from "../../adapters/testing/reference-market.js";
import type { PathMode, ReferenceAssumptions, ReferenceInstrument } from "../../adapters/testing/reference-market.js";
import type { OrderTerms } from "../../adapters/testing/reference-order.js";
import type { Ticket } from "../../adapters/testing/reference.js";
import { referenceRun } from "../../adapters/testing/reference.js";
import type { PriceRange } from "../../adapters/testing/tick-path.js";

export const DAY_NS = 86_400_000_000_000n;
export const CLOSE_ALL = -1_000_000_000n;
/** Row of the bar in question. */
export const BAR_ROW = 2;

/** A margin account that nothing limits, without costs. */
export const FREE = costless(10n ** 9n, 1000n * 10n ** 9n);

/** One instrument and what is sent for it. */
export interface BarCase {
  readonly instrument: ReferenceInstrument & { readonly interval: string };
  readonly tickets: readonly Ticket[];
}

/** The bar in question after a bar at which `paid` is traded, and before one at its close. */
export function instrumentOf(symbol: string, bar: PriceRange, paid: bigint): BarCase["instrument"] {
  const flat = (price: bigint): PriceRange => ({ open: price, high: price, low: price, close: price });
  const shapes = [flat(paid), flat(paid), bar, flat(bar.close)];
  const bars = shapes.map((shape, row) => ({ ...shape, time: BigInt(row + 1) * DAY_NS, volume: null }));
  return { facts: plainInstrument(symbol), interval: "1d", intervalNs: DAY_NS, bars };
}

/** An order sent at the close of a row. */
export function sent(id: number, row: number, terms: OrderTerms, group?: { id: number; link: "oco" | "ouo" }): Ticket {
  const time = BigInt(row + 1) * DAY_NS;
  return { kind: "order", id, time, instrument: 0, terms, ...(group === undefined ? {} : { group }) };
}

/** Children that close what was filled. */
export function bracketOf(stop: bigint | null, target: bigint | null): Pick<OrderTerms, "children"> {
  const exits: OrderTerms[] = [];
  if (stop !== null) exits.push({ type: "stop", quantity: CLOSE_ALL, stop, reduceOnly: true });
  if (target !== null) exits.push({ type: "limit", quantity: CLOSE_ALL, limit: target, reduceOnly: true });
  return exits.length === 0 ? {} : { children: { release: "partial", link: "ouo", terms: exits } };
}

/** The case of the other side. */
export function mirrored({ instrument, tickets }: BarCase, about: bigint): BarCase {
  const turned = mirrorOf({ instruments: [instrument], given: FREE, tickets }, about);
  return { instrument: { ...instrument, bars: turned.instruments[0]?.bars ?? [] }, tickets: turned.tickets };
}

/** The reference's run of one case. */
export function referenceOf(
  { instrument, tickets }: BarCase,
  path: PathMode,
  given: Partial<ReferenceAssumptions> = {},
): ReferenceResult {
  return referenceRun([instrument], { ...FREE, ...given, path }, tickets);
}

/** What the bar in question brought to the account by its close. */
export function barResult({ portfolio }: ReferenceResult): bigint {
  const equity = (row: number): bigint => portfolio[row]?.equity ?? 0n;
  return equity(BAR_ROW) - FREE.cash;
}
