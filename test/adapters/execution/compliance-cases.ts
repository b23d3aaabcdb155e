// Compliance: regions, restrictions at both ends of their time, and the throttle behind them.

import { describe, expect, it } from "vitest";
import { complianceOf } from "../../../adapters/execution/check/compliance.js";
import type { ComplianceRules } from "../../../kernel/index.js";

const ORDER = { strategy: "trend", symbol: "BTC/EUR", venue: "kraken", isReducing: false };
const RULES: ComplianceRules = {
  region: "EU",
  venues: [
    { venue: "kraken", regions: ["EU", "UK"] },
    { venue: "home", regions: ["US"] },
  ],
  instruments: [{ symbol: "XMR/EUR", regions: ["US", "UK"] }],
};

describe("compliance", () => {
  it("refuses a venue that does not serve the account's region, and one of which nobody said", () => {
    const { judge } = complianceOf(RULES);
    expect(judge(ORDER, 0n)).toBeNull();
    expect(judge({ ...ORDER, venue: "home" }, 0n)).toMatchObject({
      reason: "compliance_region",
      text: "home serves US, not EU",
    });
    expect(judge({ ...ORDER, venue: "elsewhere" }, 0n)).toMatchObject({ reason: "compliance_region" });
  });

  it("refuses an instrument that may not be traded in the region", () => {
    const { judge } = complianceOf(RULES);
    expect(judge({ ...ORDER, symbol: "XMR/EUR" }, 0n)).toMatchObject({
      stage: "compliance",
      reason: "compliance_region",
      text: "XMR/EUR may be traded in US, UK, not in EU",
    });
    expect(complianceOf({ ...RULES, region: "UK" }).judge({ ...ORDER, symbol: "XMR/EUR" }, 0n)).toBeNull();
  });

  it("restricts from the first instant on and no longer at the last", () => {
    const restriction = { symbol: "BTC/EUR", strategy: "trend", from: 100n, until: 200n, why: "list 12" };
    const { judge } = complianceOf({ ...RULES, restrictions: [restriction] });
    const reasons = [99n, 100n, 199n, 200n].map((time) => judge(ORDER, time)?.reason ?? null);
    expect(reasons).toEqual([null, "compliance_restricted", "compliance_restricted", null]);
    expect(judge(ORDER, 150n)?.nextTime).toBe(200n);
    expect(judge({ ...ORDER, strategy: "other" }, 150n)).toBeNull();
    expect(judge({ ...ORDER, symbol: "ETH/EUR" }, 150n)).toBeNull();
  });

  it("restricts everybody for ever when the rule says so, and lets reductions through only when it says so", () => {
    const every = { symbol: "*", strategy: "*", why: "wind-down" };
    const reducing = { ...ORDER, isReducing: true };
    const strict = complianceOf({ ...RULES, restrictions: [every] });
    expect([strict.judge(ORDER, 0n)?.nextTime, strict.judge(reducing, 0n)?.reason]).toEqual([
      null,
      "compliance_restricted",
    ]);
    const lenient = complianceOf({ ...RULES, restrictions: [{ ...every, allowsReducing: true }] });
    expect([lenient.judge(ORDER, 0n)?.reason, lenient.judge(reducing, 0n)]).toEqual(["compliance_restricted", null]);
  });

  it("throttles last: what another rule refuses takes nothing", () => {
    const restriction = { symbol: "BTC/EUR", strategy: "*", until: 10n, why: "list 12" };
    const throttles = [{ strategy: "*", venue: "*", ordersPerSecond: 1, burst: 1 }];
    const { judge, pass } = complianceOf({ ...RULES, restrictions: [restriction], throttles });
    expect(pass(ORDER, 9n)?.reason).toBe("compliance_restricted");
    expect(judge(ORDER, 10n)).toBeNull();
    expect(pass(ORDER, 10n)).toBeNull();
    expect(pass(ORDER, 11n)).toMatchObject({ reason: "throttled", nextTime: 1_000_000_010n });
    expect(judge(ORDER, 1_000_000_009n)?.reason).toBe("throttled");
    expect(pass(ORDER, 1_000_000_010n)).toBeNull();
  });

  it("names every rule that says nothing or contradicts itself", () => {
    const rules: ComplianceRules = {
      region: "",
      venues: [
        { venue: "a", regions: [] },
        { venue: "a", regions: [] },
      ],
      restrictions: [
        { symbol: "*", strategy: "*", from: 5n, until: 6n, why: "list 12" },
        { symbol: "*", strategy: "*", from: 5n, until: 5n, why: "" },
      ],
      throttles: [0, -1, 1.5, 1_000_001, Number.NaN, 1].map((burst) => {
        return { strategy: "*", venue: "*", ordersPerSecond: 1_000_000, burst };
      }),
    };
    const paths = (() => {
      try {
        complianceOf(rules);
        return [];
      } catch (error) {
        return (error as { issues: readonly { path: string }[] }).issues.map(({ path }) => path);
      }
    })();
    expect(paths).toEqual([
      "compliance.region",
      "compliance.venues.1",
      "compliance.restrictions.1",
      ...[0, 1, 2, 3, 4].map((index) => `compliance.throttles.${index}`),
      "compliance.restrictions.1.why",
    ]);
  });
});
