// Cases of the closed forms (`FILLS.md` 2.1 and B9): a position that is held, an entry, or a trailing stop, and a bar,
// with what its table gives.

import fc from "fast-check";
import type { OutcomeBounds } from "../../adapters/testing/closed-form.js";
import { heldBounds, limitEntryBounds, stopEntryBounds, trailingBounds } from "../../adapters/testing/closed-form.js";
import type { OrderTerms } from "../../adapters/testing/reference-order.js";
import type { PriceRange } from "../../adapters/testing/tick-path.js";
import { barShapes } from "../../adapters/testing/tick-path.js";
import type { BarCase } from "./bar-case.js";
import { bracketOf, CLOSE_ALL, instrumentOf, sent } from "./bar-case.js";

export const TICK = 1n;
/** Lowest price of a bar. */
export const BASE = 20n;
export const QUANTITY = 2n;

/** A case with the result that the tables give it, and the price at which its position is opened. */
export interface TableCase {
  readonly text: string;
  readonly given: BarCase;
  readonly bar: PriceRange;
  readonly paid: bigint;
  readonly bounds: OutcomeBounds;
}

export function* heldCases(bar: PriceRange): Generator<TableCase> {
  for (let stop = BASE - 1n; stop < BASE + 5n; stop++) {
    for (let target = stop + 1n; target < BASE + 6n; target++) {
      // Children that rest through a bar between them.
      if (target < stop + 2n) continue;
      const paid = stop + 1n;
      const terms: OrderTerms = { type: "market", quantity: QUANTITY, ...bracketOf(stop, target) };
      const given = { instrument: instrumentOf("A", bar, paid), tickets: [sent(0, 0, terms)] };
      yield { text: `held ${stop} ${target}`, given, bar, paid, bounds: heldBounds(bar, { stop, target }, TICK) };
    }
  }
}

export function* entryCases(bar: PriceRange, type: "limit" | "stop"): Generator<TableCase> {
  for (let entry = BASE; entry < BASE + 5n; entry++) {
    if (type === "limit" ? entry > bar.open : entry <= bar.open) continue;
    for (const stop of [null, entry - 3n, entry - 2n, entry - 1n]) {
      for (const target of [null, entry + 1n, entry + 2n]) {
        const children = bracketOf(stop, target);
        const price = type === "limit" ? { limit: entry } : { stop: entry };
        const terms: OrderTerms = { type, quantity: QUANTITY, ...price, ...children };
        // Sent at the close before the bar, where neither is in the market.
        const before = type === "limit" ? entry + 1n : entry - 1n;
        const given = { instrument: instrumentOf("A", bar, before), tickets: [sent(0, 0, terms)] };
        const table = type === "limit" ? limitEntryBounds : stopEntryBounds;
        const bounds = table(bar, entry, { stop, target }, TICK);
        yield { text: `${type} ${entry} ${stop} ${target}`, given, bar, paid: entry, bounds };
      }
    }
  }
}

export function* trailingCases(bar: PriceRange): Generator<TableCase> {
  for (let paid = BASE - 1n; paid < BASE + 6n; paid++) {
    for (let offset = 1n; offset < 5n; offset++) {
      const trail = { kind: "amount", amount: offset } as const;
      const child: OrderTerms = { type: "trailingStop", quantity: CLOSE_ALL, trail, reduceOnly: true };
      const children = { release: "partial", link: null, terms: [child] } as const;
      const terms: OrderTerms = { type: "market", quantity: QUANTITY, children };
      const given = { instrument: instrumentOf("A", bar, paid), tickets: [sent(0, 0, terms)] };
      const bounds = trailingBounds(bar, paid - offset, offset);
      yield { text: `trailing from ${paid} by ${offset}`, given, bar, paid, bounds };
    }
  }
}

const shapes = barShapes(6, BASE);

/** A case of any table, on bars of six prices. */
export const anyCase: fc.Arbitrary<TableCase> = fc
  .tuple(fc.constantFrom(...shapes), fc.constantFrom("held", "limit", "stop", "trailing"), fc.nat())
  .filter(([bar, kind]) => casesOf(bar, kind).length > 0)
  .map(([bar, kind, pick]) => {
    const cases = casesOf(bar, kind);
    return cases[pick % cases.length] as TableCase;
  });

function casesOf(bar: PriceRange, kind: string): readonly TableCase[] {
  if (kind === "held") return [...heldCases(bar)];
  if (kind === "trailing") return [...trailingCases(bar)];
  return [...entryCases(bar, kind === "limit" ? "limit" : "stop")];
}
