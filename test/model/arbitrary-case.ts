// Cases for the exact model: small markets with gaps, small accounts and every assumption, and a second kind with
// numbers near overflow.

import fc from "fast-check";
import { plainInstrument } from "../../adapters/testing/arbitrary-bars.js";
import { larger, smaller } from "../../adapters/testing/integers.js";
import type { ReferenceAssumptions, ReferenceBar, ReferenceSlippage } from "../../adapters/testing/reference-market.js";
import type { Instrument } from "../../kernel/index.js";
import type { ReplayCase } from "./kernel-run.js";
import type { ModelDecision, ModelDecisionKind } from "./market.js";

/** Runs of a property: few in the quick run, a quarter of `standard`; in the deep run what GOLDENTAPE_RUNS says. */
export function runsOf(standard: number): number {
  return Number(process.env["GOLDENTAPE_RUNS"] ?? Math.ceil(standard / 4));
}

const MINUTE_NS = 60_000_000_000n;

type CaseInstrument = ReplayCase["instruments"][number];

const big = (min: number, max: number): fc.Arbitrary<bigint> => fc.integer({ min, max }).map(BigInt);

/** Bars of `minutes`; some are missing, and some open late, at the close of the bar before. */
function barsOf(
  minutes: number,
  tick: bigint,
  prices: fc.Arbitrary<bigint>,
  volumes: fc.Arbitrary<bigint | null>,
): fc.Arbitrary<ReferenceBar[]> {
  const bar = fc.record({
    gap: fc.constantFrom(minutes, minutes, minutes, 1, 2 * minutes, 5),
    open: prices,
    close: prices,
    above: fc.constantFrom(0n, 0n, 1n, 3n),
    below: fc.constantFrom(0n, 0n, 1n, 2n),
    volume: volumes,
  });
  return fc.array(bar, { minLength: 1, maxLength: 10 }).map((parts) => {
    let at = 0;
    return parts.map(({ gap, open, close, above, below, volume }) => {
      at += gap;
      const high = larger(open, close) + above;
      const low = larger(smaller(open, close) - below, 1n);
      const time = BigInt(at) * MINUTE_NS;
      return { time, open: open * tick, high: high * tick, low: low * tick, close: close * tick, volume };
    });
  });
}

const SYMBOLS = ["A", "B", "C"] as const;
const smallVolume = fc.oneof(
  { weight: 4, arbitrary: big(1, 60) },
  { weight: 1, arbitrary: fc.constant(0n) },
  { weight: 1, arbitrary: fc.constant(null) },
);

/** Facts that make money divide exactly, and such that do not. */
const smallFacts: fc.Arbitrary<Partial<Instrument>> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  {
    weight: 2,
    arbitrary: fc.record({
      tick: big(1, 3),
      lot: big(1, 4),
      quantityMin: big(0, 6),
      notionalMin: big(0, 12),
      priceDecimals: fc.integer({ min: 0, max: 1 }),
      sizeDecimals: fc.integer({ min: 0, max: 1 }),
      multiplier: fc.constantFrom(1n, 3n, 25n),
      multiplierDecimals: fc.integer({ min: 0, max: 1 }),
    }),
  },
);

function smallInstrument(symbol: string, decimals: number): fc.Arbitrary<CaseInstrument> {
  return fc.tuple(smallFacts, fc.integer({ min: 1, max: 3 })).chain(([changed, minutes]) => {
    const facts = plainInstrument(symbol, { ...changed, currency: { code: "USD", decimals } });
    return barsOf(minutes, facts.tick, big(1, 12), smallVolume).map((bars) => ({
      facts,
      interval: `${minutes}m`,
      intervalNs: BigInt(minutes) * MINUTE_NS,
      bars,
    }));
  });
}

export const smallSlippage: fc.Arbitrary<ReferenceSlippage> = fc.oneof(
  fc.constant<ReferenceSlippage>({ kind: "none" }),
  big(0, 2).map((ticks): ReferenceSlippage => ({ kind: "ticks", ticks })),
  fc.constantFrom(0n, 50_000_000n, 300_000_000n).map((shareE9): ReferenceSlippage => ({ kind: "bps", shareE9 })),
  fc
    .constantFrom(0n, 100_000_000n, 2_000_000_000n)
    .map((factorE9): ReferenceSlippage => ({ kind: "volumeShare", factorE9 })),
);

export const smallAssumptions: fc.Arbitrary<ReferenceAssumptions> = fc.record({
  cash: big(1, 200),
  leverageE9: fc.constantFrom(null, null, 500_000_000n, 1_000_000_000n, 2_000_000_000n, 3_300_000_000n),
  feeTakerE9: fc.constantFrom(0n, 1_000_000n, 100_000_000n, -100_000_000n),
  feeUnitE9: fc.constantFrom(0n, 0n, 350_000_000n, 1_000_000_000n),
  feeMinimum: big(0, 3),
  slippage: smallSlippage,
  fill: fc.constantFrom("nextOpen", "nextOpen", "sameClose"),
  participationE9: fc.constantFrom(null, 100_000_000n, 250_000_000n, 1_000_000_000n),
  remainder: fc.constantFrom("carry", "cancel"),
  latencyNs: fc.constantFrom(0n, 0n, 1n, 60_000_000_000n, 150_000_000_000n),
  closeAtEnd: fc.boolean(),
});

const VALUES: Readonly<Record<ModelDecisionKind, readonly number[]>> = {
  targetPercent: [0, 1, 0.5, 0.1, -0.5, -1, 2, 0.3333333333],
  targetValue: [0, 10, 25, 60, -20, -45, 3.5],
  targetQuantity: [0, 1, 4, 10, -3, -7, 2.7],
  marketOrder: [0, 1, 5, 12, -1, -5, -9, 1.5],
};

function decisionFor(instruments: readonly CaseInstrument[]): fc.Arbitrary<ModelDecision> {
  const kinds = Object.keys(VALUES) as ModelDecisionKind[];
  const place = fc.tuple(fc.constantFrom(...kinds), fc.nat({ max: instruments.length - 1 }));
  return place.chain(([kind, instrument]) => {
    const rows = (instruments[instrument] as CaseInstrument).bars.length;
    const exactly = { minLength: rows, maxLength: rows };
    return fc.record({
      kind: fc.constant(kind),
      instrument: fc.constant(instrument),
      values: fc.array(fc.option(fc.constantFrom(...VALUES[kind]), { freq: 5 }), exactly),
      when: fc.option(fc.array(fc.option(fc.boolean(), { freq: 5 }), exactly)),
    });
  });
}

/** A case over given instruments. Cash accounts come without latency under `sameClose`, as a configuration must. */
function caseOver(
  instruments: readonly CaseInstrument[],
  assumptions: fc.Arbitrary<ReferenceAssumptions>,
  decisions: fc.Arbitrary<ModelDecision[]>,
): fc.Arbitrary<ReplayCase> {
  return fc.record({ decisions, given: assumptions }).map((parts) => {
    const latencyNs = parts.given.fill === "sameClose" ? 0n : parts.given.latencyNs;
    // An instrument that nothing trades is not part of the run.
    const used = instruments.map((_, index) => parts.decisions.some((decision) => decision.instrument === index));
    const places = instruments.map((_, index) => used.slice(0, index).filter(Boolean).length);
    return {
      instruments: instruments.filter((_, index) => used[index]),
      decisions: parts.decisions.map((decision) => ({
        ...decision,
        instrument: places[decision.instrument] as number,
      })),
      given: { ...parts.given, latencyNs },
    };
  });
}

/** Small numbers: prices of a few ticks, a few bars, a few lots. */
export const smallCase: fc.Arbitrary<ReplayCase> = fc
  .record({ count: fc.integer({ min: 1, max: 3 }), decimals: fc.integer({ min: 0, max: 1 }) })
  .chain(({ count, decimals }) =>
    fc.tuple(...SYMBOLS.slice(0, count).map((symbol) => smallInstrument(symbol, decimals))),
  )
  .chain((instruments) =>
    caseOver(instruments, smallAssumptions, fc.array(decisionFor(instruments), { minLength: 1, maxLength: 4 })),
  );

const extremePrice = fc.oneof(
  big(1, 9),
  fc.bigInt({ min: 1n, max: 2n ** 62n }),
  fc.bigInt({ min: 1n, max: 2n ** 40n }),
);
const extremeVolume = fc.oneof(fc.constant(null), fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }));
const extremeDecimals = fc.constantFrom(0, 2, 8, 12);

const extremeInstrument: fc.Arbitrary<CaseInstrument> = fc
  .record({
    priceDecimals: extremeDecimals,
    sizeDecimals: extremeDecimals,
    multiplier: fc.oneof(fc.constant(1n), fc.bigInt({ min: 1n, max: 10n ** 12n })),
    multiplierDecimals: extremeDecimals,
    lot: fc.oneof(fc.constant(1n), fc.bigInt({ min: 1n, max: 10n ** 9n })),
    currency: extremeDecimals.map((decimals) => ({ code: "USD", decimals })),
  })
  .chain((changed) =>
    barsOf(1, 1n, extremePrice, extremeVolume).map((bars) => ({
      facts: plainInstrument("A", changed),
      interval: "1m",
      intervalNs: MINUTE_NS,
      bars,
    })),
  );

const extremeDecision: fc.Arbitrary<ModelDecision> = fc
  .constantFrom<ModelDecisionKind>("targetPercent", "targetValue", "targetQuantity", "marketOrder")
  .chain((kind) =>
    fc.record({
      kind: fc.constant(kind),
      instrument: fc.constant(0),
      values: fc.array(
        fc.option(fc.oneof(fc.constantFrom(1, -1, 0, 0.5), fc.double({ min: -1e19, max: 1e19, noNaN: true })), {
          freq: 6,
        }),
        { minLength: 10, maxLength: 10 },
      ),
      when: fc.constant(null),
    }),
  );

/** Numbers near the ends of 64 bits: a run gives the exact events, or says which numbers did not fit. */
export const extremeCase: fc.Arbitrary<ReplayCase> = extremeInstrument.chain((instrument) =>
  caseOver(
    [instrument],
    fc
      .tuple(smallAssumptions, fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }))
      .map(([given, cash]) => ({ ...given, cash })),
    extremeDecision.map((decision) => [decision]),
  ),
);
