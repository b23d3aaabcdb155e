// Intents: lists of what somebody wants, sent as orders at their times, each known by its id.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BarColumns, BarsTape, Intent, RunConfig, RunResult } from "../../kernel/index.js";
import { graph, memoryTape, nodeSetRegistry, runGraph } from "../../kernel/index.js";
import { expectationsOf, issueLinesOf } from "../kernel/graph/issues-of.js";
import { engineFor } from "../model/kernel-run.js";
import { barsTape, flatBars, HOUR_NS, linesBefore } from "./order-lines.js";
import { runsOf } from "../model/arbitrary-case.js";

const registry = nodeSetRegistry();
const PLAIN: RunConfig = { funding: "off", fees: { taker: 0 }, slippage: { kind: "none" }, participation: null };

const tapeOf = (cents: readonly number[]): BarsTape =>
  barsTape("A", flatBars(...cents), { assetClass: "crypto-perpetual" });

function run(decisions: Parameters<typeof graph>[0]["decisions"], cents: readonly number[]): RunResult {
  const dataset = { name: "set", fingerprint: `blake3:${"2".repeat(64)}`, bars: [tapeOf(cents)] };
  return runGraph(engineFor(), graph({ decisions: decisions ?? [] }), dataset, PLAIN);
}

const HOUR = Number(HOUR_NS / 1_000_000_000n);

function intent(hour: number, type: Intent["size"]["type"], value: number, more: Partial<Intent> = {}): Intent {
  const ts = BigInt(hour * HOUR) * 1_000_000_000n;
  return { intentId: `${type}-${hour}`, ts, instrument: "A", side: "buy", size: { type, value }, ...more };
}

describe("intents", () => {
  const sent = (intents: readonly Intent[], cents: readonly number[] = [10_000, 10_000, 10_000]): readonly string[] => {
    const { decisions } = registry.make("intent_first", intents, "w", { components: { risk: null } });
    return linesBefore(run(decisions, cents)).filter((line) => !/terms|fill/.test(line));
  };

  it("act at the first row at or after their time, in every size", () => {
    expect(sent([intent(1, "quantity", 5)])).toEqual(["1 order 1 market 5"]);
    expect(sent([intent(1.5, "notional", 1_000)])).toEqual(["2 order 1 market 10"]);
    expect(sent([intent(2, "percent", 0.1)])).toEqual(["2 order 1 market 100"]);
    expect(sent([intent(2, "target_percent", 0.1)])).toEqual(["2 order 1 market 100"]);
    expect(sent([intent(2, "target_quantity", 12)])).toEqual(["2 order 1 market 12"]);
    expect(sent([intent(9, "quantity", 5)])).toEqual([]);
    const late = [intent(3, "quantity", 5), intent(9, "quantity", 5)];
    expect(run(registry.make("intent_first", late, "w").decisions, [10_000, 10_000, 10_000]).remarks).toEqual([
      expect.stringContaining("volatility"),
      "Nothing came of the intent quantity-9 at 1970-01-01T09:00:00Z: the data end at 1970-01-01T03:00:00Z.",
    ]);
  });

  it("act no nanosecond before their time", () => {
    const from = (ts: bigint): readonly string[] => sent([intent(1, "quantity", 5, { ts })]);
    const close = HOUR_NS;
    expect(from(close - 1n)).toEqual(["1 order 1 market 5"]);
    expect(from(close)).toEqual(["1 order 1 market 5"]);
    expect(from(close + 1n)).toEqual(["2 order 1 market 5"]);
    // So late that a float tells instants of 256 ns apart only.
    const late = 1_700_000_000n * 1_000_000_000n;
    const early = tapeOf([10_000, 10_000, 10_000]);
    const [columns] = [...early.segments()] as [BarColumns];
    const tape = memoryTape(early.instrument, "1h", { ...columns, time: columns.time.map((time) => late + time) });
    const dataset = { name: "late", fingerprint: `blake3:${"3".repeat(64)}`, bars: [tape] };
    for (const [after, bar] of [
      [0n, 1],
      [1n, 2],
      [100n, 2],
    ] as const) {
      const ts = late + HOUR_NS + after;
      const { decisions } = registry.make("intent_first", [intent(1, "quantity", 5, { ts })], "w", {
        components: { risk: null },
      });
      const { orders } = runGraph(engineFor(), graph({ decisions }), dataset, PLAIN).tables();
      expect([...orders.time]).toEqual([late + BigInt(bar) * HOUR_NS]);
    }
  });

  it("are one order each, however alike, and known by their ids", () => {
    const alike = [1, 2, 3].map((number) => intent(1, "quantity", 5, { intentId: `i${number}` }));
    expect(sent(alike)).toEqual(["1 order 1 market 5", "1 order 2 market 5", "1 order 3 market 5"]);
    fc.assert(
      fc.property(
        fc.array(fc.record({ hour: fc.constantFrom(1, 2), units: fc.constantFrom(1, 2) }), {
          minLength: 1,
          maxLength: 12,
        }),
        (drawn) => {
          const intents = drawn.map(({ hour, units }, i) => intent(hour, "quantity", units, { intentId: `i${i}` }));
          expect(sent(intents)).toHaveLength(intents.length);
        },
      ),
      { numRuns: runsOf(60) },
    );
  });

  it("send nothing for a target that is repeated, and sell what is sold", () => {
    const repeated = [intent(1, "target_quantity", 12), intent(2, "target_quantity", 12)];
    expect(sent(repeated)).toEqual(["1 order 1 market 12"]);
    const sale = [intent(1, "quantity", 5), intent(2, "quantity", 3, { side: "sell" })];
    expect(sent(sale)).toEqual(["1 order 1 market 5", "2 order 2 market -3"]);
  });

  it("bound what they pay by a distance in basis points, good at once or never", () => {
    const bound = intent(1, "quantity", 5, { constraints: { maxSlippageBps: 50 } });
    const { decisions } = registry.make("intent_first", [bound], "w", { components: { risk: null } });
    expect(linesBefore(run(decisions, [10_000, 10_050]))).toContain("1 fill 1 5 @ 10050");
    expect(linesBefore(run(decisions, [10_000, 10_051]))).toContain("1 end 1 ioc_remainder 5");
  });

  it("are refused together with every issue", () => {
    const bad = [
      intent(1, "quantity", 0),
      intent(1, "quantity", 1, { side: "hold" as never, ts: "soon" }),
      intent(2, "shares" as never, 1),
      intent(3, "target_percent", 0.1, { constraints: { limit: 5 } }),
    ];
    expect(expectationsOf(() => registry.make("intent_first", bad, "w"))).toEqual([
      "intents.0.size.value: a number above 0",
      "intents.1.ts: nanoseconds, or 2024-03-08T14:30:00Z",
      "intents.1.side: buy or sell",
      "intents.1.intentId: an id of its own",
      "intents.2.size.type: notional, quantity, percent, target_percent, target_quantity",
      "intents.3.constraints.limit: no constraint on a target, which sends market orders",
    ]);
  });

  it("are refused for names that they do not have, and for what is no object", () => {
    const lines = (given: unknown): readonly string[] =>
      issueLinesOf(() => registry.make("intent_first", given as readonly Intent[], "w"));
    const fine = intent(1, "quantity", 5);
    expect(lines([{ ...fine, constaints: { limit: 1 } }])).toEqual(["config/unknown-field intents.0.constaints"]);
    expect(lines([{ ...fine, size: { ...fine.size, valu: 1 } }])).toEqual(["config/unknown-field intents.0.size.valu"]);
    expect(lines([null, 5, fine])).toEqual(["config/type intents.0", "config/type intents.1"]);
    expect(lines([{ ...fine, constraints: null }])).toEqual(["config/type intents.0.constraints"]);
    expect(lines([{ ...fine, size: 5, labels: "mine" }])).toEqual([
      "config/type intents.0.labels",
      "config/type intents.0.size",
    ]);
    expect(lines([{ ...fine, labels: { desk: "a" } }])).toEqual([]);
  });
});
