// Drawn cases of node sets for property tests: moving prices with gaps and small volumes, what is asked for, what the
// world says (weights, freezes, drains, staleness, older versions, by side), halts, hours, splits, latency, venues.
//
// Units: cents, units, shares of equity, hours.

import fc from "fast-check";
import type { NodeSetCase, SetBar, SetMessage } from "./node-set-case.js";

const BARS = 16;

/** Bars that follow one another, a few of them with a gap in price, and with little to take from each. */
const markets: fc.Arbitrary<readonly SetBar[]> = fc
  .array(
    fc.record({
      jump: fc.constantFrom(0, 0, 0, -150, 200),
      move: fc.integer({ min: -4, max: 4 }),
      wicks: fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 2 })),
      volume: fc.constantFrom(1_000_000, 1_000_000, 40, 10, 0),
    }),
    { minLength: BARS, maxLength: BARS },
  )
  .map((drawn) => {
    let price = 10_000;
    return drawn.map(({ jump, move, wicks: [up, down], volume }): SetBar => {
      const open = price + jump;
      price = open + move * 50;
      return [open, Math.max(open, price) + up * 50, Math.min(open, price) - down * 50, price, volume];
    });
  });

const shares = fc.array(fc.constantFrom(0, 0, 0.02, 0.05, 0.08, 0.5, -0.03, -0.06), {
  minLength: BARS,
  maxLength: BARS,
});

const states = fc.constantFrom<Partial<SetMessage>>(
  {},
  { freeze: true },
  { drain: true },
  { drain: "cancel" },
  { active: false },
  { ttl: "2h" },
  { weight: 0.5 },
  { weight: 0 },
  { freeze: true, drain: true },
  { effectiveMode: "shadow" },
);

/** Messages within a bucket, at times of their own; a version at times stands still or falls. */
const messages: fc.Arbitrary<readonly SetMessage[]> = fc
  .uniqueArray(
    fc.record({
      quarter: fc.integer({ min: 0, max: BARS * 4 }).filter((each) => each % 4 !== 0),
      side: fc.constantFrom<("both" | "long" | "short")[]>("both", "both", "long", "short"),
      state: states,
      behind: fc.constantFrom(0, 0, 0, 0, 1, 3),
    }),
    { maxLength: 5, selector: ({ quarter }) => quarter },
  )
  .map((drawn) =>
    [...drawn]
      .sort((a, b) => a.quarter - b.quarter)
      .map(({ quarter, side, state, behind }, index) => ({
        hour: quarter / 4,
        side,
        version: Math.max(1, index + 1 - behind),
        ...state,
      })),
  );

const spans = fc
  .tuple(fc.integer({ min: 2, max: BARS - 4 }), fc.integer({ min: 1, max: 3 }))
  .map(([from, length]): readonly [number, number] => [from, from + length]);

function hoursOf([from, to]: readonly [number, number]): readonly number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

/** Cases of whole node sets. */
export function arbitraryNodeSetCase(): fc.Arbitrary<NodeSetCase> {
  return fc
    .record({
      bars: markets,
      asked: shares,
      as: fc.constantFrom<("target" | "order")[]>("target", "target", "order"),
      timeInForce: fc.constantFrom<(undefined | "ioc" | "fok")[]>(undefined, undefined, "ioc", "fok"),
      hasChildren: fc.boolean(),
      strategies: fc.constantFrom(1, 1, 2),
      messages,
      halt: fc.option(spans, { nil: null, freq: 2 }),
      closed: fc.option(spans, { nil: null, freq: 2 }),
      split: fc.option(fc.record({ hour: fc.integer({ min: 3, max: BARS - 1 }), factor: fc.constantFrom(2, 3) }), {
        nil: null,
        freq: 4,
      }),
      gaps: fc.uniqueArray(fc.integer({ min: 1, max: BARS - 2 }), { maxLength: 3 }),
      latencyMs: fc.constantFrom(0, 0, 250, 5_400_000),
      isRouted: fc.constantFrom(false, false, true),
    })
    .map(({ halt, closed, split, timeInForce, gaps, ...drawn }) => ({
      name: "drawn",
      about: "Drawn.",
      ...drawn,
      // A pause has no bars.
      gaps: closed === null ? gaps : [...new Set([...gaps, ...hoursOf(closed)])],
      ...(timeInForce === undefined ? {} : { timeInForce }),
      ...(halt === null ? {} : { halts: [halt] }),
      ...(closed === null ? {} : { sessions: [[0, closed[0]] as const, [closed[1], BARS + 1] as const] }),
      ...(split === null ? {} : { split }),
    }));
}
