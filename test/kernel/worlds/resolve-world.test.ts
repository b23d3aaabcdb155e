// Resolved worlds: the one case that is not safe, every way in which another one is, and what time and hints change.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkedEvent } from "../../../adapters/execution/schema/check.js";
import { caseDecision } from "../../../adapters/testing/layer-case.js";
import { checkClock, CLOCKS, DOMAINS, EFFECTIVE_MODES, MODE_RULES } from "../../../kernel/worlds/domain.js";
import type { EffectiveMode } from "../../../kernel/worlds/domain.js";
import { isResolvedWorld, resolveWorld, UNREACHABLE, worldAt } from "../../../kernel/worlds/resolve-world.js";
import type { ResolvedWorld, WorldTerms } from "../../../kernel/worlds/resolve-world.js";
import { SAFE_REASONS } from "../../../kernel/worlds/safe-reason.js";
import type { SafeReason } from "../../../kernel/worlds/safe-reason.js";
import { readDecision } from "../../../kernel/worlds/world-decision.js";
import type { WorldDecision } from "../../../kernel/worlds/world-decision.js";

const NOW = 1_000n;
const GOOD: WorldDecision = caseDecision("live", { asOf: "900", ttlNs: "200", version: 3 });
const resolved = (said: unknown, terms: Partial<WorldTerms> = {}): ResolvedWorld =>
  resolveWorld(said, { world: "main", nowNs: NOW, toleranceNs: 10n, ...terms });
const without = (field: keyof WorldDecision): unknown =>
  Object.fromEntries(Object.entries(GOOD).filter(([name]) => name !== field));
const rank = ({ effectiveMode }: ResolvedWorld): number => EFFECTIVE_MODES.indexOf(effectiveMode);

describe("a world", () => {
  it("is live by a fresh decision with every policy satisfied", () => {
    expect(resolved(GOOD)).toEqual({
      world: "main",
      effectiveMode: "live",
      domain: "live",
      clock: "wall",
      orders: "routed",
      safeMode: false,
      reason: null,
      text: "",
      until: 1_100n,
      seen: { version: 3, etag: "case" },
      nowNs: NOW,
      hint: null,
    });
  });

  it.each([
    ["validate", "backtest", "virtual", "none"],
    ["compute-only", "backtest", "virtual", "none"],
    ["shadow", "shadow", "wall", "none"],
    ["paper", "dryrun", "virtual-over-live", "simulated"],
    ["live", "live", "wall", "routed"],
  ] as const)("in the mode %s is in the domain %s, by the clock %s, with orders %s", (mode, domain, clock, orders) => {
    const said = { ...GOOD, effectiveMode: mode, domain };
    expect(resolved(said)).toMatchObject({ effectiveMode: mode, domain, clock, orders, safeMode: false });
  });

  const faults: readonly [SafeReason, unknown, Partial<WorldTerms>?][] = [
    ["no_decision", null],
    ["no_decision", undefined],
    ["unreachable", UNREACHABLE],
    ["malformed", "live"],
    ["malformed", 5n],
    ["malformed", [GOOD]],
    ["malformed", { ...GOOD, also: 1 }],
    ["malformed", { ...GOOD, kind: "activation" }],
    ["malformed", { ...GOOD, schemaVersion: 2 }],
    ["malformed", { ...GOOD, ttlNs: "0" }],
    ["malformed", { ...GOOD, ttlNs: 200 }],
    ["malformed", { ...GOOD, ttlNs: "9".repeat(20) }],
    ["malformed", without("ttlNs")],
    ["malformed", { ...GOOD, asOf: "1e3" }],
    ["malformed", { ...GOOD, version: Number.NaN }],
    ["malformed", { ...GOOD, version: -1 }],
    ["malformed", { ...GOOD, etag: "" }],
    ["malformed", { ...GOOD, world: "a.b" }],
    ["malformed", { ...GOOD, fingerprint: "blake3:1" }],
    ["malformed", without("policies")],
    ["malformed", { ...GOOD, policies: [{ policy: "p", satisfied: "yes" }] }],
    ["malformed", { ...GOOD, policies: [{ policy: "p", satisfied: true, why: "x" }] }],
    ["missing_as_of", without("asOf")],
    ["missing_as_of", { ...GOOD, asOf: null }],
    ["missing_fingerprint", without("fingerprint")],
    ["missing_fingerprint", { ...GOOD, fingerprint: "" }],
    ["unknown_word", { ...GOOD, effectiveMode: "production" }],
    ["unknown_word", { ...GOOD, effectiveMode: "LIVE" }],
    ["unknown_word", { ...GOOD, domain: "production" }],
    ["unknown_word", GOOD, { hint: "prod" as EffectiveMode }],
    ["domain_conflict", { ...GOOD, domain: "dryrun" }],
    ["other_world", { ...GOOD, world: "other" }],
    ["from_future", { ...GOOD, asOf: "1011" }],
    ["superseded", { ...GOOD, version: 2 }, { before: resolved(GOOD) }],
    ["version_conflict", { ...GOOD, etag: "other" }, { before: resolved(GOOD) }],
    ["stale", { ...GOOD, asOf: "800" }],
    ["no_policy", { ...GOOD, policies: [] }],
    ["policy_unsatisfied", { ...GOOD, policies: [...GOOD.policies, { policy: "p", satisfied: false }] }],
  ];

  it.each(faults)("is safe by %s", (reason, said, terms) => {
    const safe = resolved(said, terms);
    expect(safe).toMatchObject({ effectiveMode: "validate", domain: "backtest", clock: "virtual", orders: "none" });
    expect(safe).toMatchObject({ safeMode: true, reason, until: null });
    expect(safe.text).not.toBe("");
  });

  it("has a case above for every reason there is", () => {
    expect(new Set(faults.map(([reason]) => reason))).toEqual(new Set(SAFE_REASONS));
  });

  it("counts up to its last instant, exclusively, and from its first, less the tolerance", () => {
    const at = (nowNs: bigint) => resolved(GOOD, { nowNs }).reason;
    expect([at(889n), at(890n), at(1_099n), at(1_100n)]).toEqual(["from_future", null, null, "stale"]);
    const then = resolved(GOOD);
    expect([worldAt(then, 1_099n).reason, worldAt(then, 1_100n).reason]).toEqual([null, "stale"]);
  });

  it("that lies ahead is no version that was seen", () => {
    const ahead = resolved({ ...GOOD, asOf: "1000000", version: 1_000 });
    expect(ahead.seen).toBeNull();
    expect(resolved(GOOD, { before: ahead }).domain).toBe("live");
  });

  it("cannot be written down: only what was resolved is one", () => {
    const world = resolved(GOOD);
    expect([world, { ...world }, null, "live"].map(isResolvedWorld)).toEqual([true, false, false, false]);
    expect(Object.isFrozen(world)).toBe(true);
    expect(() => worldAt({ ...world }, NOW)).toThrow("a world that resolveWorld gave");
    expect(() => resolved(GOOD, { before: { ...world } })).toThrow("a world that resolveWorld gave");
    expect(() => resolved(GOOD, { world: "other", before: world })).toThrow("world/context");
    expect(() => resolved(GOOD, { nowNs: 5 as unknown as bigint })).toThrow("nowNs: expected nanoseconds");
    expect(() => resolved(GOOD, { toleranceNs: -1n })).toThrow("toleranceNs: expected 0n or more");
    expect(() => resolved(GOOD, { world: "a.b" })).toThrow("a name of letters, digits, _ and -");
  });

  it("is the caller's no longer once it was resolved", () => {
    const said = { ...GOOD, policies: [{ policy: "p", satisfied: true }] };
    const world = resolved(said);
    said.version = 99;
    expect(world.seen?.version).toBe(3);
  });
});

const word = fc.constantFrom(...EFFECTIVE_MODES, ...DOMAINS, "prod", "", null, 1);
/** Decisions of which most fields are good and any may be spoilt. */
const saidOnce: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom(null, UNREACHABLE, "x", 1, [], {}) },
  {
    weight: 12,
    arbitrary: fc
      .record(
        {
          world: fc.constantFrom("main", "main", "main", "main", "main", "other", "a.b"),
          effectiveMode: fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...EFFECTIVE_MODES) }, word),
          asOf: fc.constantFrom("980", "990", "1000", "1000", "1010", "1030", null),
          ttlNs: fc.constantFrom("10", "20", "20", "40", "0"),
          version: fc.constantFrom(1, 2, 3, 4, 4, 0.5),
          etag: fc.constantFrom("case", "case", "case", "case", "case", "b", ""),
          fingerprint: fc.constantFrom(
            GOOD.fingerprint,
            GOOD.fingerprint,
            GOOD.fingerprint,
            GOOD.fingerprint,
            null,
            "x",
          ),
          policies: fc.constantFrom(
            ...[GOOD.policies, GOOD.policies, GOOD.policies, GOOD.policies, GOOD.policies],
            [],
            [{ policy: "p", satisfied: false }],
            [{ policy: "p", satisfied: 1 }],
            null,
          ),
        },
        { requiredKeys: ["effectiveMode", "asOf", "ttlNs", "version", "policies"] },
      )
      .chain((part) => {
        const own = MODE_RULES[part.effectiveMode as EffectiveMode]?.domain;
        const domains = own === undefined ? word : fc.oneof({ weight: 5, arbitrary: fc.constant(own) }, word);
        return domains.map((domain) => ({ ...GOOD, ...part, domain }));
      }),
  },
);
const hints = fc.option(fc.constantFrom<EffectiveMode>(...EFFECTIVE_MODES, "prod" as EffectiveMode), { nil: null });
const times = fc.bigInt({ min: 970n, max: 1_050n });

/** Whether a decision is the one good case, in plain words. */
function isGood(said: unknown, nowNs: bigint, seen: ResolvedWorld["seen"]): boolean {
  const checked = checkedEvent("world_decision", said, "said");
  if ("issues" in checked) return false;
  const { world, domain, effectiveMode, asOf, ttlNs, version, etag, policies } = checked.event;
  const isNew = seen === null || version > seen.version || (version === seen.version && etag === seen.etag);
  const isFresh = BigInt(asOf) <= nowNs + 10n && nowNs < BigInt(asOf) + BigInt(ttlNs);
  const isOwn = world === "main" && MODE_RULES[effectiveMode].domain === domain;
  return isOwn && isNew && isFresh && policies.every(({ satisfied }) => satisfied);
}

describe("whatever is said of a world", () => {
  it("gives something else than the safe mode in the one good case alone, and only live routes an order", () => {
    const seen = { good: 0, live: 0 };
    fc.assert(
      fc.property(saidOnce, saidOnce, times, times, (first, second, t, u) => {
        const before = resolved(first, { nowNs: t });
        const world = resolved(second, { nowNs: u, before });
        const isSaid = isGood(second, u > t ? u : t, before.seen);
        expect(world.safeMode).toBe(!isSaid);
        expect(world.reason === null).toBe(isSaid);
        if (isSaid) expect(world.effectiveMode).toBe((second as WorldDecision).effectiveMode);
        else expect(world).toMatchObject({ domain: "backtest", orders: "none", effectiveMode: "validate" });
        expect(world.orders === "routed").toBe(world.domain === "live");
        expect(world).toMatchObject(MODE_RULES[world.effectiveMode]);
        if (isSaid) seen.good++;
        if (world.domain === "live") seen.live++;
      }),
      { numRuns: 1_500, seed: 20 },
    );
    expect([seen.good > 30, seen.live > 5]).toEqual([true, true]);
  });

  it("is read by the kernel as the schema reads it, but for what has a reason of its own", () => {
    const own: readonly unknown[] = ["no_policy", "domain_conflict"];
    fc.assert(
      fc.property(saidOnce, (said) => {
        const isEvent = "event" in checkedEvent("world_decision", said, "said");
        const read = readDecision(said);
        if ("decision" in read) expect(isEvent || read.decision.policies.length === 0).toBe(true);
        else if (!own.includes(read.fault)) expect(isEvent).toBe(false);
      }),
      { numRuns: 800, seed: 21 },
    );
  });

  it("is never less safe for a hint, and a hint that was given stays", () => {
    fc.assert(
      fc.property(saidOnce, saidOnce, hints, hints, times, (first, second, hint, later, nowNs) => {
        const hinted = (value: EffectiveMode | null) => (value === null ? {} : { hint: value });
        const [free, bound] = [resolved(first, { nowNs }), resolved(first, { nowNs, ...hinted(hint) })];
        expect(rank(bound)).toBeLessThanOrEqual(rank(free));
        const next = resolved(second, { nowNs, before: bound, ...hinted(later) });
        const known = (EFFECTIVE_MODES as readonly unknown[]).indexOf(hint);
        if (known >= 0) expect(rank(next)).toBeLessThanOrEqual(known);
        expect(rank(next)).toBeLessThanOrEqual(rank(resolved(second, { nowNs, before: free })));
      }),
      { numRuns: 800, seed: 22 },
    );
  });

  it("does not come back by time alone: once safe, it is safe until something else is said", () => {
    fc.assert(
      fc.property(saidOnce, fc.array(times, { minLength: 2, maxLength: 6 }), (said, moments) => {
        let world = resolved(said, { nowNs: 1_000n });
        for (const time of moments) {
          const next = worldAt(world, time);
          expect(next.nowNs >= world.nowNs).toBe(true);
          if (world.safeMode) expect(next.safeMode).toBe(true);
          expect(worldAt(next, 0n)).toBe(next);
          const again = resolved(said, { nowNs: time, before: next });
          if (next.reason === "stale") expect(again.reason).toBe("stale");
          world = next;
        }
      }),
      { numRuns: 500, seed: 23 },
    );
  });
});

describe("a clock", () => {
  it("is the one of the domain, or the plan is not made", () => {
    for (const mode of EFFECTIVE_MODES) {
      const { domain, clock: own } = MODE_RULES[mode];
      for (const clock of CLOCKS) {
        const check = () => checkClock(MODE_RULES[mode], clock, "clock");
        if (clock === own) expect(check).not.toThrow();
        else expect(check).toThrow(`clock: expected the clock of the domain ${domain}, ${own}, received ${clock}`);
      }
    }
  });
});
