// Workloads of the execution layer for property tests: intents, cancels, replacements, moving books, freezes, drains,
// paper modes, downgrades, restarts and reports with flaws, of two strategies and symbols, over a line that loses and
// delays.
//
// Always true:
//   a workload ends with time enough for everything to come to rest.
// Units: mantissas; instants in ns since 1970.

import fc from "fast-check";
import type { FakeBook } from "./fake-venue.js";
import { CASE_NAMES } from "./layer-case.js";
import type { CaseStep, LayerCase, LineRule } from "./layer-case.js";
import type { ReportFlaw } from "./layer-report.js";

const MS = 1_000_000n;
/** Time behind the last step: several rounds of questions about whatever is still open. */
const REST_NS = 200_000n * MS;

const STEPS_MAX = 24;
const ORDERS_MAX = 5;

const books: fc.Arbitrary<FakeBook> = fc
  .record({
    mid: fc.integer({ min: 98, max: 102 }),
    sizes: fc.tuple(size(), size()),
    gap: fc.integer({ min: 1, max: 2 }),
  })
  .map(({ mid, sizes: [bidSize, askSize], gap }) => ({
    bid: BigInt(mid - gap),
    bidSize,
    ask: BigInt(mid + gap),
    askSize,
  }));

function size(): fc.Arbitrary<bigint> {
  return fc.bigInt({ min: 1n, max: 12n });
}

const intents: fc.Arbitrary<Extract<CaseStep, { do: "intent" }>["intent"]> = fc
  .record({
    name: fc.integer({ min: 1, max: 30 }),
    side: fc.constantFrom("buy", "sell"),
    type: fc.constantFrom("quantity", "quantity", "target_quantity"),
    value: fc.integer({ min: 0, max: 9 }),
    limit: fc.option(fc.integer({ min: 95, max: 105 }), { nil: null, freq: 5 }),
    timeInForce: fc.constantFrom("gtc", "gtc", "gtc", "gtc", "ioc", "fok"),
    isOthers: fc.boolean(),
    isOther: fc.constantFrom(false, false, true),
  })
  .map(({ name, side, type, value, limit, timeInForce, isOthers, isOther }) => ({
    intentId: `i${name}`,
    strategy: isOthers ? CASE_NAMES.otherStrategy : CASE_NAMES.strategy,
    instrument: isOther ? CASE_NAMES.otherSymbol : CASE_NAMES.symbol,
    side,
    size: { type, value: String(value) },
    constraints: { timeInForce, ...(limit === null ? {} : { limit: String(limit) }) },
  }));

/** Moments in ms, some of them so close that what happens crosses on the line. */
const moments = fc
  .tuple(fc.integer({ min: 0, max: 15 }), fc.integer({ min: 0, max: 6 }))
  .map(([second, part]) => second * 1_000 + part * 25);

const order = fc.integer({ min: 1, max: ORDERS_MAX });

/** What happens, without its time; activations get their version by their place. */
const happenings: fc.Arbitrary<CaseStep> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ do: fc.constant("intent"), intent: intents, at: fc.constant(0n) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("cancel"), order, at: fc.constant(0n) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("replace"),
      order,
      change: fc.record({ quantity: size(), limit: fc.bigInt({ min: 97n, max: 103n }) }),
      at: fc.constant(0n),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("quote"),
      book: books,
      venue: fc.constantFrom("fake", "other"),
      symbol: fc.constantFrom(CASE_NAMES.symbol, CASE_NAMES.symbol, CASE_NAMES.otherSymbol),
      at: fc.constant(0n),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("fill"),
      order,
      quantity: size(),
      price: fc.constant(100n),
      at: fc.constant(0n),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("leave"), mayLeave: fc.boolean(), at: fc.constant(0n) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("restart"), at: fc.constant(0n) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("report"),
      fill: fc.nat(9),
      flaw: fc.constantFrom<(ReportFlaw | null)[]>(null, null, "malformed", "stranger", "ahead", "contradicting"),
      at: fc.constant(0n),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("repair"), fill: fc.nat(9), at: fc.constant(0n) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("replay", "discard"), at: fc.constant(0n) }) },
);

const restrictions = fc.constantFrom(
  {},
  { freeze: true },
  { drain: true },
  { drain: "cancel" },
  { freeze: false },
  { effectiveMode: "paper" },
);

/** What is said of a side or of both, to a strategy, of a symbol, or of all. */
const restricted: fc.Arbitrary<readonly CaseStep[]> = fc
  .array(
    fc.record({
      ms: moments,
      said: restrictions,
      sides: fc.constantFrom<(readonly ("long" | "short")[])[]>(
        ["long", "short"],
        ["long", "short"],
        ["long"],
        ["short"],
      ),
      strategy: fc.constantFrom(null, null, CASE_NAMES.otherStrategy),
    }),
    { maxLength: 4 },
  )
  .map((drawn) =>
    [...drawn]
      .sort((a, b) => a.ms - b.ms)
      .flatMap(({ ms, said, sides, strategy }, index) =>
        sides.map((side) => ({
          at: BigInt(ms) * MS,
          do: "activate" as const,
          activation: {
            side,
            strategy,
            version: index + 1,
            ...(said as Partial<{ freeze: boolean; drain: boolean | "cancel"; effectiveMode: "paper" }>),
          },
        })),
      ),
  );

const kinds = fc.constantFrom<LineRule["on"]>(
  "out place",
  "out place",
  "out cancel",
  "out replace",
  "out ask",
  "back accepted",
  "back rejected",
  "back fill",
  "back fill",
  "back canceled",
  "back expired",
  "back cancelRefused",
  "back replaced",
  "back replaceRefused",
  "back unknown",
  "back status",
);

const rules: fc.Arbitrary<readonly LineRule[]> = fc.array(
  fc.record({
    on: kinds,
    nth: fc.integer({ min: 1, max: 6 }),
    lost: fc.boolean(),
    copies: fc.integer({ min: 1, max: 3 }),
    delayNs: fc.constantFrom(0n, 30n, 400n, 3_000n, 7_000n).map((ms) => ms * MS),
  }),
  { maxLength: 16 },
);

/** Workloads of the layer. */
export function arbitraryLayerCase(): fc.Arbitrary<LayerCase> {
  const timed = fc.tuple(moments, happenings);
  return fc
    .record({
      book: books,
      second: books,
      scope: fc.constantFrom<("strategy" | "world")[]>("strategy", "world"),
      other: fc.option(books, { nil: undefined }),
      drawn: fc.array(timed, { minLength: 1, maxLength: STEPS_MAX }),
      activations: restricted,
      line: rules,
      rejects: fc.array(order, { maxLength: 1 }),
    })
    .map(({ book, second, scope, other, drawn, activations, line, rejects }) => {
      const steps = [...drawn.map(([ms, step]) => ({ ...step, at: BigInt(ms) * MS })), ...activations];
      const last = steps.reduce((latest, { at }) => (at > latest ? at : latest), 0n);
      const venues = { book, second, scope, ...(other === undefined ? {} : { other }) };
      return { name: "drawn", about: "Drawn.", ...venues, steps, line, rejects, until: last + REST_NS };
    });
}
