// Sizer of commitments: each number on both sides, and the compiled steps against plain ones.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SizerOptions, Tier } from "../../kernel/index.js";
import {
  bars,
  commitmentSizer,
  decisionChecks,
  div,
  eq,
  stopManager,
  strategyScope,
  sub,
  targetQuantity,
  TIERS,
  tierPolicy,
  weeklyRebalance,
} from "../../kernel/index.js";
import { issueLinesOf } from "../kernel/graph/issues-of.js";
import { runsOf } from "../model/arbitrary-case.js";
import { hour, hours, notes, onVolume, runPanel, verdicts } from "./commitment-runs.js";
import type { Bar } from "./order-lines.js";

const one = (confidence: number, cents = 10_000): readonly Bar[] => [hour(cents, confidence), hour(cents)];
const sized = (options: SizerOptions, confidence = 60, more: Parameters<typeof onVolume>[0] = {}): string | undefined =>
  verdicts(runPanel(onVolume({ sizer: commitmentSizer(options), ...more }), { A: one(confidence) }))[0]?.slice(2);

describe("the sizer of commitments", () => {
  it("notes every step", () => {
    const result = runPanel(onVolume({ sizer: commitmentSizer(), sectors: { A: "x" } }), { A: one(80, 1000) });
    expect(notes(result)).toEqual([
      "1 size_base 10000000 727272",
      "1 size_position 1000000 727272",
      "1 size_cap 5000 5000",
      "1 size_correlation 0 5000",
      "1 size_sector 3000000 5000",
      "1 size_diversity 0 5000",
      "1 size_earnings -1 5000",
      "1 size_units 5 5000",
    ]);
  });

  // Half of the maximum at the least confidence, twice that at most.
  it.each([
    ["conservative", 75, "25"],
    ["conservative", 100, "33"],
    ["moderate", 55, "50"],
    ["moderate", 100, "90"],
    ["aggressive", 40, "75"],
    ["aggressive", 79, "148"],
    ["aggressive", 80, "150"],
    ["aggressive", 81, "150"],
  ] as const)("gives the %s tier at %i hundredths %s shares of 100", (start, confidence, shares) => {
    const tier = tierPolicy({ start, moves: false });
    expect(sized({ cap: null }, confidence, { tier })).toBe(`A commitment acted ${shares}`);
  });

  it("caps at 50 of the currency unless told otherwise", () => {
    const at = (cents: number): string | undefined =>
      verdicts(runPanel(onVolume(), { A: one(60, cents) }))[0]?.slice(2);
    expect(at(5000)).toBe("A commitment acted 1");
    expect(at(5001)).toBe("A commitment below_minimum");
    expect(sized({ cap: 2500 })).toBe("A commitment acted 25");
    expect(sized({ cap: 2499.99 })).toBe("A commitment acted 24");
  });

  it("refuses a share that says nothing or is below 0, and never sizes by confidence in its place", () => {
    const nothing = div(0, sub(bars().close, bars().close));
    expect(sized({ cap: null }, 60, { share: nothing })).toBe("A commitment invalid_order");
    expect(sized({ cap: null }, 60, { share: sub(0, div(bars().close, bars().close)) })).toBe(
      "A commitment invalid_order",
    );
    expect(issueLinesOf(() => onVolume({ share: -0.5 }))).toEqual(["graph/order commitment.inputs.share"]);
  });

  it("takes a share in place of the base, bounded by the tier", () => {
    expect(sized({ cap: null }, 60, { share: 0.03 })).toBe("A commitment acted 30");
    expect(sized({ cap: null }, 60, { share: 0.3 })).toBe("A commitment acted 100");
    expect(sized({ cap: null }, 60, { share: 0 })).toBe("A commitment below_minimum");
  });

  it("keeps a position within the tier's maximum, with what is held of it and on its way", () => {
    const again = onVolume({ sizer: commitmentSizer({ cap: null }) });
    const rows = (cents: number): readonly Bar[] => [hour(10_000, 80), hour(10_000), hour(cents, 80), hour(cents)];
    const at = (cents: number): readonly string[] => verdicts(runPanel(again, { A: rows(cents) }));
    // 72 of 100: 2,800 of 10,000 are left.
    expect(at(10_000)).toEqual(["1 A commitment acted 72", "3 A commitment acted 28"]);
    const noted = notes(runPanel(again, { A: rows(10_000) }), "size_position");
    expect(noted).toEqual(["1 size_position 1000000 727272", "3 size_position 280000 280000"]);
    // What is held counts as what it is worth: nothing is left of exactly 10 %, the pool growing with it.
    const full = (shares: number): string | undefined => {
      const hold = targetQuantity(shares, { when: eq(bars().close, 100) });
      const held = [hour(10_000), hour(10_000), hour(10_000, 80), hour(10_000)];
      return verdicts(runPanel([again, hold], { A: held }))[0];
    };
    expect(full(100)).toBe("3 A commitment position_size_limit");
    expect(full(99)).toBe("3 A commitment acted 1");
  });

  it("bounds two commitments of one symbol together, in one bucket, and strategies with a scope apart", () => {
    const two = (first: string, second: string, scoped: boolean): readonly string[] => {
      const of = (name: string, share: number): ReturnType<typeof onVolume> =>
        onVolume({
          sizer: commitmentSizer({ cap: null }),
          share,
          gates: scoped ? { strategy: strategyScope(name) } : {},
        });
      return verdicts(runPanel([of(first, 0.072), of(second, 0.0721)], { A: one(80) }));
    };
    const quantities = (lines: readonly string[]): readonly string[] => lines.map((line) => line.slice(15)).sort();
    expect(quantities(two("a", "b", false))).toEqual(["acted 28", "acted 72"]);
    expect(quantities(two("a", "b", true))).toEqual(["acted 72", "acted 72"]);
  });

  it("leaves as much as the weekly rebalance does", () => {
    const sizer = commitmentSizer({ cap: null });
    const decision = onVolume({ sizer, rebalance: weeklyRebalance(), checks: decisionChecks({ duplicateFor: 0 }) });
    const hold = targetQuantity(200, { when: eq(bars().close, 100) });
    const held = [hour(10_000), ...hours(104, 10_002), hour(10_002), hour(10_002), hour(10_002, 80), hour(10_002)];
    const lines = verdicts(runPanel([decision, hold], { A: held }));
    expect(lines.slice(0, 1)).toEqual(["106 A rebalance acted -101"]);
    expect(lines.slice(1)).toEqual(["108 A commitment below_minimum"]);
  });

  it.each([
    [1, "A commitment earnings_near"],
    [1.000_000_001, "A commitment acted 27"],
    [3, "A commitment acted 27"],
    [3.000_000_001, "A commitment acted 54"],
  ])("with earnings in %d sessions: %s", (earningsIn, outcome) => {
    expect(sized({ cap: null }, 60, { earningsIn })).toBe(outcome);
  });

  it("keeps a sector within its limit: cut to what is left, refused at it", () => {
    const sectors = { A: "x", B: "x" };
    const held = (shares: number, cents = 10_001): string | undefined => {
      const hold = targetQuantity(shares, { instrument: "B", when: eq(bars({ instrument: "B" }).close, 100) });
      const panel = { A: [hour(5000), hour(5000), hour(5000, 60), hour(5000)], B: [hour(10_000), ...hours(3, cents)] };
      const result = runPanel([onVolume({ sizer: commitmentSizer({ cap: null }), sectors }), hold], panel);
      return verdicts(result)[0];
    };
    // 30 % of 100,000, of which B has 10,001 cents a share; A is worth 5,454.54 at the most.
    expect(held(245)).toBe("3 A commitment acted 109");
    expect(held(250)).toBe("3 A commitment acted 99");
    expect(held(299)).toBe("3 A commitment acted 1");
    expect(held(300)).toBe("3 A commitment sector_limit");
    // Nothing is left of exactly 30 %.
    expect(held(300, 10_000)).toBe("3 A commitment sector_limit");
  });

  it("favours a new sector while fewer than three are held", () => {
    const sectorsOf = (names: readonly string[], of: string): string | undefined => {
      const panel = Object.fromEntries([
        ["A", [hour(1000), hour(1000), hour(1000, 55), hour(1000)]],
        ...names.map((_, i) => [`H${i}`, [hour(10_000), ...hours(3, 10_001)]] as const),
      ]);
      const holds = names.map((_, i) =>
        targetQuantity(1, { instrument: `H${i}`, when: eq(bars({ instrument: `H${i}` }).close, 100) }),
      );
      const sectors = { A: of, ...Object.fromEntries(names.map((name, i) => [`H${i}`, name])) };
      return verdicts(runPanel([onVolume({ sizer: commitmentSizer({ cap: null }), sectors }), ...holds], panel))[0];
    };
    expect(sectorsOf([], "x")).toBe("3 A commitment acted 600");
    expect(sectorsOf(["a", "b"], "x")).toBe("3 A commitment acted 600");
    expect(sectorsOf(["a", "b"], "a")).toBe("3 A commitment acted 500");
    expect(sectorsOf(["a", "b", "b"], "x")).toBe("3 A commitment acted 600");
    expect(sectorsOf(["a", "b", "c"], "x")).toBe("3 A commitment acted 500");
    // Clamped again: to the tier's maximum and to the cap.
    expect(sized({ cap: null }, 55 + 40, { sectors: { A: "x" } })).toBe("A commitment acted 100");
    expect(sized({ cap: 5100 }, 60, { sectors: { A: "x" } })).toBe("A commitment acted 51");
  });

  it("adds what it risks to the heat, which refuses above its limit", () => {
    const stops = stopManager();
    const at = (heat: number): string | undefined =>
      sized({ cap: null }, 55, { stops, atr: 2, tier: tierPolicy({ moves: false, heat: [heat, heat, heat] }) });
    // 5,000 with a stop 4 away from 100: 200 of 100,000.
    expect(at(0.002)).toBe("A commitment acted 50");
    expect(at(0.001_999_99)).toBe("A commitment heat_limit");
    expect(sized({ cap: null }, 60, { stops, atr: 0 })).toBe("A commitment no_price");
  });
});

/** Daily closes whose returns are a mix of two series. */
function mixed(days: number, share: number): readonly [a: readonly number[], b: readonly number[]] {
  const wave = (i: number): number => Math.sin(i * 1.7) + Math.sin(i * 0.9);
  const other = (i: number): number => Math.cos(i * 2.3) + Math.sin(i * 3.1);
  const walk = (move: (i: number) => number): readonly number[] => {
    let price = 100_000;
    return Array.from({ length: days }, (_, i) => {
      const now = Math.round(price);
      price *= 1 + move(i) / 100;
      return now;
    });
  };
  return [walk(wave), walk((i) => share * wave(i) + (1 - share) * other(i))];
}

/** Correlation of the returns over the last 30 days of the closes. */
function plainCorrelation(a: readonly number[], b: readonly number[]): number {
  const returns = (closes: readonly number[]): readonly number[] =>
    closes.slice(-31).flatMap((close, i, all) => (i === 0 ? [] : [close / (all[i - 1] as number) - 1]));
  const [x, y] = [returns(a), returns(b)];
  const mean = (of: readonly number[]): number => of.reduce((sum, each) => sum + each, 0) / of.length;
  const [mx, my] = [mean(x), mean(y)];
  const dot = (u: readonly number[], mu: number, v: readonly number[], mv: number): number =>
    u.reduce((sum, each, i) => sum + (each - mu) * ((v[i] as number) - mv), 0);
  return dot(x, mx, y, my) / Math.sqrt(dot(x, mx, x, mx) * dot(y, my, y, my));
}

describe("correlation with what is held", () => {
  // One bar an hour, 24 of which are a day: only the last of a day counts.
  const run = (
    share: number,
    days: number,
    options: SizerOptions = {},
  ): readonly [string | undefined, string | undefined] => {
    const [a, b] = mixed(days, share);
    const daily = (closes: readonly number[], says: number): readonly Bar[] =>
      closes.flatMap((cents, day) => [
        ...(day === 0 ? [hour(10_000)] : [hour(cents + 777)]),
        ...hours(22, cents + 555),
        day === days - 1 ? hour(cents, says) : hour(cents),
      ]);
    const hold = targetQuantity(1, { instrument: "B", when: eq(bars({ instrument: "B" }).close, 100) });
    const sizer = commitmentSizer({ cap: null, ...options });
    const result = runPanel([onVolume({ sizer }), hold], { A: daily(a, 55), B: daily(b, 1_000_000) });
    const note = notes(result, "size_correlation")[0]?.split(" ").slice(2).join(" ");
    return [note, verdicts(result)[0]?.split(" ").slice(2).join(" ")];
  };

  it.each([0.3, 0.55, 0.6, 0.9])("is that of daily closes over 30 days (mix %d)", (share) => {
    const [a, b] = mixed(34, share);
    const correlation = plainCorrelation(a, b);
    const [note] = run(share, 34);
    expect(Number(note?.split(" ")[0]) / 1e9).toBeCloseTo(correlation, 8);
  });

  it("is not known from fewer than 10 returns, and then weighs nothing", () => {
    expect(run(1, 10)[0]?.split(" ")[0]).toBe("0");
    expect(run(1, 11)[0]?.split(" ")[0]).toBe("1000000000");
  });

  it("refuses above its limit and scales from where that begins", () => {
    const known = Number(run(0.6, 34)[0]?.split(" ")[0]);
    const [limit, before] = [known / 1e9, (known - 1) / 1e9];
    expect(run(0.6, 34, { correlationMax: before, correlationFrom: 0.1 })[1]).toBe("commitment correlation_limit");
    // At the limit itself nothing is left.
    expect(run(0.6, 34, { correlationMax: limit, correlationFrom: 0.1 })[1]).toBe("commitment below_minimum");
    const whole = run(0.6, 34, { correlationMax: 1, correlationFrom: limit })[0];
    const scaled = run(0.6, 34, { correlationMax: 1, correlationFrom: before })[0];
    expect(Number(scaled?.split(" ")[1])).toBeLessThan(Number(whole?.split(" ")[1]));
    expect(run(1, 34)[1]).toBe("commitment correlation_limit");
  });

  it("scales by 1 - (c - 0.5) / 0.3", () => {
    const [correlation, amount] = (run(0.5, 34)[0] ?? "").split(" ").map(Number) as [number, number];
    const base = Number((run(0.5, 34, { correlationFrom: 1, correlationMax: 1 })[0] ?? "").split(" ")[1]);
    expect(correlation).toBeGreaterThan(500_000_000);
    expect(correlation).toBeLessThan(800_000_000);
    expect(Math.abs(amount - base * (1 - (correlation / 1e9 - 0.5) / 0.3))).toBeLessThan(1);
  });
});

/** The steps without correlation, sectors that are held, and heat, in plain integers. */
function plainSize(
  equity: bigint,
  tier: Tier,
  confidence: bigint,
  cap: bigint | null,
  earnings: number | null,
  isNew: boolean,
  cents: bigint,
): bigint {
  const E9 = 1_000_000_000n;
  const at = TIERS.indexOf(tier);
  const least = [750_000_000n, 550_000_000n, 400_000_000n][at] as bigint;
  const position = [50_000_000n, 100_000_000n, 150_000_000n][at] as bigint;
  const min = (a: bigint, b: bigint): bigint => (a < b ? a : b);
  const share = min(((position / 2n) * confidence) / least, position);
  const most = cap === null ? (equity * position) / E9 : min((equity * position) / E9, cap);
  let amount = min((equity * share) / E9, most);
  if (isNew) amount = min((amount * 12n) / 10n, most);
  if (earnings !== null && earnings <= 1) return 0n;
  if (earnings !== null && earnings <= 3) amount /= 2n;
  return amount / cents;
}

describe("a commitment of any size", () => {
  const cases = fc.record({
    units: fc.integer({ min: 1, max: 400 }),
    tier: fc.constantFrom(...TIERS),
    confidence: fc.integer({ min: 40, max: 100 }),
    cap: fc.option(fc.integer({ min: 1, max: 40 })),
    earnings: fc.option(fc.integer({ min: 0, max: 5 })),
    isNew: fc.boolean(),
    cents: fc.integer({ min: 1, max: 300 }),
  });

  it("is what the plain steps give, and within the tier's maximum and the cap", () => {
    fc.assert(
      fc.property(cases, ({ units, tier, confidence, cap, earnings, isNew, cents }) => {
        const decision = onVolume({
          sizer: commitmentSizer({ cap }),
          tier: tierPolicy({ start: tier, moves: false, sector: [1, 1, 1] }),
          ...(earnings === null ? {} : { earningsIn: earnings }),
          sectors: isNew ? { A: "x" } : {},
        });
        const result = runPanel(decision, { A: one(confidence, cents) }, { cash: String(units) });
        const { quantity, amount } = result.tables().decisionRecords;
        const equity = BigInt(units) * 100n;
        const capCents = cap === null ? null : BigInt(cap) * 100n;
        const plain = plainSize(
          equity,
          tier,
          BigInt(confidence) * 10_000_000n,
          capCents,
          earnings,
          isNew,
          BigInt(cents),
        );
        expect(quantity[0]).toBe(plain);
        const most = (equity * ([5n, 10n, 15n][TIERS.indexOf(tier)] as bigint)) / 100n;
        expect((amount[0] as bigint) <= most && (capCents === null || (amount[0] as bigint) <= capCents)).toBe(true);
      }),
      { numRuns: runsOf(40) },
    );
  });
});
