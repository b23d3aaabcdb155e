// Compliance of the live layer and of a run: the same stream of orders, the same venues and the same refusals.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { riskChecks } from "../../../adapters/execution/check/risk-checks.js";
import type { RiskLimits } from "../../../adapters/execution/check/risk-checks.js";
import { CASE_INSTRUMENT } from "../../../adapters/testing/layer-case.js";
import type { ComplianceRules, Decision, RunResult } from "../../../kernel/index.js";
import { bars, complianceGate, eq, graph, marketOrder, REASONS, router, runGraph } from "../../../kernel/index.js";
import { datasetOf, tape } from "../../kernel/run/small-tapes.js";
import { runsOf } from "../../model/arbitrary-case.js";
import { engineFor } from "../../model/kernel-run.js";
import { openSmallLayer, SMALL_BUCKET, smallIntent, smallMarket, smallReport } from "./small-layer.js";

const SYMBOL = CASE_INSTRUMENT.symbol;
const STRATEGY = "trend";
/** A venue is named by its place, so that equal costs are decided alike. */
const VENUES = ["a", "b", "c"] as const;
const STEP = 250_000_000;

const NO_LIMIT = 1_000_000_000_000n;
const NO_LIMITS: RiskLimits = {
  position: NO_LIMIT,
  concentration: NO_LIMIT,
  leverage: NO_LIMIT,
  drawdown: NO_LIMIT,
  volatility: NO_LIMIT,
  dynamicSizing: false,
};

/** An order at a time, signed units. */
interface Sent {
  readonly at: number;
  readonly quantity: number;
}

/** What became of each order: its venue, or none, and the reasons for which it was kept from venues. */
type Outcome = readonly [venue: string | null, ...reasons: readonly string[]];

function byLayer(orders: readonly Sent[], compliance: ComplianceRules): readonly Outcome[] {
  const layer = openSmallLayer({ compliance, risk: riskChecks(NO_LIMITS) });
  return orders.map(({ at, quantity }, i) => {
    const bucket = SMALL_BUCKET * BigInt(i + 1);
    const time = BigInt(at);
    const market = smallMarket(bucket);
    const [quote] = market.quotes.buy;
    if (quote === undefined) throw new Error("a small market has a quote");
    const quotes = VENUES.map((venue) => ({ ...quote, venue }));
    const intent = smallIntent(`i${i}`, quantity > 0 ? "buy" : "sell", String(Math.abs(quantity)));
    const { requests, refusals } = layer.intent(intent, { ...market, quotes: { buy: quotes, sell: quotes } }, time);
    expect(refusals.filter(({ stage }) => stage !== "compliance" && stage !== "route")).toEqual([]);
    const reasons = refusals.filter(({ stage }) => stage === "compliance").map(({ reason }) => reason);
    const [request] = requests;
    if (request?.kind === "place") {
      const { venue, terms } = request;
      const { clientOrderId, side } = terms;
      layer.receive({ kind: "accepted", clientOrderId }, time);
      layer.report(smallReport(clientOrderId, 1, String(Math.abs(quantity)), { venue, side, ts: String(at) }), time);
      layer.commit(bucket, { [SYMBOL]: 100n }, time);
      return [venue, ...reasons];
    }
    layer.commit(bucket, { [SYMBOL]: 100n }, time);
    return [null, ...reasons];
  });
}

function byRun(orders: readonly Sent[], rules: ComplianceRules): readonly Outcome[] {
  const gates = { router: router(), compliance: complianceGate(rules, { strategy: STRATEGY }) };
  const decisions: readonly Decision[] = orders.map(({ at, quantity }) =>
    marketOrder(quantity, { when: eq(bars().time, at / 1e9), gates }),
  );
  const times = [...orders.map(({ at }) => at), (orders.at(-1)?.at ?? 0) + STEP];
  const flat = tape(
    SYMBOL,
    times.map(() => 10_000),
    { times, unitNs: 1n, interval: "1s" },
  );
  const result = runGraph(engineFor(), graph({ decisions }), datasetOf([flat]), {
    cash: 1_000_000,
    fees: { taker: 0 },
    slippage: { kind: "none" },
    participation: null,
    account: { kind: "margin", leverage: 3 },
    venues: VENUES.map((name) => ({ name })),
  });
  return orders.map(({ at }) => outcomeAt(result, BigInt(at)));
}

function outcomeAt(result: RunResult, time: bigint): Outcome {
  const { refusals, routes, venues, orders } = result.tables();
  const own = [...refusals.time].flatMap((at, row) =>
    at === time ? [REASONS[refusals.reason[row] as number] ?? ""] : [],
  );
  const sent = [...orders.time].findIndex((at) => at === time);
  return [sent < 0 ? null : (venues[routes.venue[sent] as number] ?? null), ...own];
}

const regions = fc.subarray(["EU", "US"], { minLength: 0 });
const rules: fc.Arbitrary<ComplianceRules> = fc.record({
  region: fc.constant("EU"),
  venues: fc
    .tuple(fc.constant(["EU"]), regions, regions)
    .map((each) => each.map((served, i) => ({ venue: VENUES[i] as string, regions: served }))),
  instruments: fc.constantFrom(
    [],
    [],
    [],
    [{ symbol: SYMBOL, regions: ["EU"] }],
    [{ symbol: SYMBOL, regions: ["US"] }],
  ),
  restrictions: fc.array(
    fc.record({
      symbol: fc.constantFrom("*", SYMBOL, "other"),
      strategy: fc.constantFrom("*", STRATEGY, "value"),
      from: fc.integer({ min: 0, max: 12 }).map((step) => BigInt(step * STEP)),
      until: fc.integer({ min: 13, max: 20 }).map((step) => BigInt(step * STEP)),
      allowsReducing: fc.boolean(),
      why: fc.constant("list 12"),
    }),
    { maxLength: 1 },
  ),
  throttles: fc.array(
    fc.record({
      strategy: fc.constantFrom("*", STRATEGY, "value"),
      venue: fc.constantFrom("*", ...VENUES),
      ordersPerSecond: fc.integer({ min: 1, max: 2 }),
      burst: fc.integer({ min: 1, max: 2 }),
    }),
    { maxLength: 3 },
  ),
});
const streams = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.constantFrom(-3, -2, -1, 1, 2, 3)), {
    minLength: 6,
    maxLength: 12,
  })
  .map((steps) => {
    let at = 0;
    return steps.map(([gap, quantity]) => ({ at: (at += gap * STEP), quantity }));
  });

describe("compliance of the layer and of a run", () => {
  it("gives the same venues and the same refusals for the same orders, whatever the rules", () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(streams, rules, (orders, given) => {
        const expected = byLayer(orders, given);
        expect(byRun(orders, given)).toEqual(expected);
        for (const word of expected.flat()) seen.set(word ?? "none", (seen.get(word ?? "none") ?? 0) + 1);
      }),
      { numRuns: runsOf(100), seed: 5 },
    );
    for (const word of [...VENUES, "compliance_region", "compliance_restricted", "throttled", "none"])
      expect(seen.get(word) ?? 0, word).toBeGreaterThan(2);
  });
});
