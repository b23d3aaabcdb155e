// Pre-trade: what a gate refuses of an order as facts stand, each limit on both sides, and that nothing else changes.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Decision, Gates, PreTradeOptions, RunConfig, RunResult } from "../../kernel/index.js";
import {
  bars,
  eq,
  graph,
  gt,
  limitOrder,
  marketOrder,
  memoryStatus,
  nodeIdOf,
  NOTE_KINDS,
  preTradeGate,
  REASONS,
  riskControl,
  runGraph,
  SEVERITIES,
  targetPercent,
  targetQuantity,
} from "../../kernel/index.js";
import { issueLinesOf } from "../kernel/graph/issues-of.js";
import { share } from "../kernel/run/small-tapes.js";
import { engineFor } from "../model/kernel-run.js";
import { lines, run } from "./gate-runs.js";
import { barsTape, flatBars, HOUR_NS, linesBefore, runOrders } from "./order-lines.js";
import { runsOf } from "../model/arbitrary-case.js";

const { close } = bars();
const when = eq(close, 100);
const once = flatBars(10_000, 10_050);
const margin: Partial<RunConfig> = { account: { kind: "margin", leverage: 2 } };

function behind(options: PreTradeOptions = {}): Gates {
  return { preTrade: preTradeGate(options) };
}

/** Refusals as reason, wanted, allowed, whether a policy gave it, and severity. */
function refusals(result: RunResult): readonly string[] {
  const { reason, wanted, allowed, policy, severity } = result.tables().refusals;
  return [...reason].map((code, i) => {
    const who = (policy[i] as number) < 0 ? "entry" : "gate";
    return `${REASONS[code]} ${wanted[i]} ${allowed[i]} ${who} ${SEVERITIES[severity[i] as number]}`;
  });
}

describe("a pre-trade gate", () => {
  it("refuses symbols and classes that are not traded, exits too, and says which policy did", () => {
    const buy = (options: PreTradeOptions): Decision => marketOrder(5, { when, gates: behind(options) });
    const refused = "symbol_validation_failed 0 0 gate low";
    expect(refusals(run(buy({ symbols: ["B"] }), once))).toEqual([refused]);
    expect(refusals(run(buy({ classes: ["crypto-spot"] }), once))).toEqual([refused]);
    expect(refusals(run(buy({ symbols: ["A"], classes: ["equity"] }), once))).toEqual([]);
    expect(refusals(run(buy({ symbols: ["A"], classes: ["fx"] }), once))).toEqual([refused]);
    expect(refusals(run(buy({}), once))).toEqual([]);
    // Nothing fails open.
    expect(refusals(run(buy({ symbols: [] }), once))).toEqual([refused]);
    const exits = [
      marketOrder(5, { when }),
      marketOrder(-5, { when: eq(close, 101), gates: behind({ symbols: ["B"] }) }),
    ];
    expect(lines(exits, flatBars(10_000, 10_100, 10_150)).at(-1)).toBe(
      "2 refusal symbol_validation_failed 0 allowed 0",
    );
    const result = run(buy({ symbols: ["B"] }), once);
    const { policies, refusals: table } = result.tables();
    expect(policies[table.policy[0] as number]).toBe(nodeIdOf(preTradeGate({ symbols: ["B"] }).node));
  });

  it("judges each instrument by itself", () => {
    const gates = behind({ symbols: ["B"] });
    const tapes = ["A", "B"].map((symbol) => barsTape(symbol, once));
    const result = runOrders([targetQuantity(5, { when, gates })], tapes);
    expect(linesBefore(result)).toEqual([
      "1 refusal symbol_validation_failed 0 allowed 0",
      "1 order 1 market 5",
      "1 fill 1 5 @ 10050",
    ]);
  });

  it("has the open of a session and not its close, says when the next one is, and lets orders wait if told to", () => {
    const calendars = {
      A: {
        kind: "sessions",
        sessions: [
          [2n * HOUR_NS, 4n * HOUR_NS],
          [10n * HOUR_NS, 12n * HOUR_NS],
        ],
      },
    } as const;
    const order = (queue: boolean): Decision => marketOrder(1, { when: gt(close, 0), gates: behind({ queue }) });
    const flat = flatBars(10_000, 10_000, 10_000, 10_000);
    const result = run(order(false), flat, { calendars });
    expect(linesBefore(result).filter((line) => !line.includes("fill"))).toEqual([
      "1 refusal market_closed 0 allowed 0",
      "2 order 1 market 1",
      "3 order 2 market 1",
      "4 refusal market_closed 0 allowed 0",
    ]);
    const { kind, limit } = result.tables().notes;
    expect([...kind].map((code) => NOTE_KINDS[code])).toEqual(["next_open", "next_open"]);
    expect([...limit].map((ns) => ns / HOUR_NS)).toEqual([2n, 10n]);
    expect(run(order(true), flat, { calendars }).counts.orders).toBe(4);
    expect(run(order(false), flat).counts.orders).toBe(4);
  });

  it("refuses while its instrument is halted, also where orders may wait, and not before or behind the halt", () => {
    const status = memoryStatus(share("A"), {
      time: BigInt64Array.of((3n * HOUR_NS) / 2n, (7n * HOUR_NS) / 2n),
      status: BigInt64Array.of(1n, 0n),
    });
    const dataset = { name: "halt", fingerprint: `blake3:${"0".repeat(64)}`, status: [status] } as const;
    const order = (gates: Gates): Decision => marketOrder(1, { when: gt(close, 0), gates });
    const at = (gates: Gates): readonly string[] =>
      linesBefore(
        runGraph(
          engineFor(),
          graph({ decisions: [order(gates)] }),
          { ...dataset, bars: [barsTape("A", flatBars(1_000, 1_000, 1_000, 1_000))] },
          { fees: { taker: 0 }, slippage: { kind: "none" } },
        ),
      ).filter((line) => !line.includes("fill"));
    expect(at(behind({ queue: true }))).toEqual([
      "1 order 1 market 1",
      "2 refusal market_closed 0 allowed 0",
      "3 refusal market_closed 0 allowed 0",
      "4 order 2 market 1",
    ]);
    expect(at({})).toHaveLength(4);
  });

  it("cuts what the account cannot pay for, or refuses it whole, to the last unit", () => {
    // 1,000 of cash and a fee of 1 %: 9 shares at 100 cost 909, 10 cost 1,010.
    const config = { cash: "1000", fees: { taker: 0.01 } };
    const buy = (shares: number, options: PreTradeOptions): RunResult =>
      run(marketOrder(shares, { when, gates: behind(options) }), flatBars(10_000, 10_001), config);
    expect(refusals(buy(9, {}))).toEqual([]);
    expect(refusals(buy(10, {}))).toEqual(["insufficient_buying_power 10 9 gate low"]);
    expect(refusals(buy(10, { dynamic: false }))).toEqual(["insufficient_buying_power 10 0 gate low"]);
    expect(refusals(buy(9, { dynamic: false }))).toEqual([]);
    expect(buy(10, { dynamic: false }).counts.orders).toBe(0);
  });

  it("says of a target what it cuts, where order entry alone says nothing", () => {
    const all = (gates: Gates): RunResult =>
      run(targetPercent(1, { when, gates }), flatBars(10_000, 10_001), { cash: "1000", fees: { taker: 0.01 } });
    expect(refusals(all(behind()))).toEqual(["insufficient_buying_power 10 9 gate low"]);
    expect(refusals(all({}))).toEqual([]);
    expect(linesBefore(all({})).slice(-2)).toEqual(linesBefore(all(behind())).slice(-2));
  });

  it("refuses short sales that cannot be, never an exit", () => {
    const sell = (shares: number, options: PreTradeOptions = {}): Decision =>
      marketOrder(-shares, { when, gates: behind(options) });
    expect(refusals(run(sell(5), once))).toEqual(["not_shortable -5 0 gate low"]);
    const some = { account: { kind: "margin", leverage: 2, instruments: { A: { shortable: 7 } } } } as const;
    expect(refusals(run(sell(7), once, some))).toEqual([]);
    expect(refusals(run(sell(8), once, some))).toEqual(["not_shortable -8 -7 gate low"]);
    expect(refusals(run(sell(8, { dynamic: false }), once, some))).toEqual(["not_shortable -8 0 gate low"]);
    const held = [
      marketOrder(5, { when }),
      marketOrder(-8, { when: eq(close, 101), gates: behind({ dynamic: false }) }),
    ];
    expect(refusals(run(held, flatBars(10_000, 10_100, 10_150)))).toEqual(["not_shortable -8 -5 gate low"]);
  });

  it("opens nothing while as many orders are open as it allows, and lets what reduces through", () => {
    const rest = (cents: number, gates: Gates): Decision => limitOrder(1, 50, { when: eq(close, cents), gates });
    const two = behind({ openOrders: 2 });
    const decisions = [rest(100, {}), rest(101, two), rest(102, two), marketOrder(5, { when: eq(close, 99) })];
    const exit = marketOrder(-5, { when: eq(close, 102), gates: two });
    const prices = flatBars(9_900, 10_000, 10_100, 10_200, 10_300);
    const result = run([...decisions, exit], prices);
    expect(refusals(result)).toEqual(["backpressure 1 0 gate low"]);
    expect(lines([...decisions, exit], prices)).toContain("4 fill 4 -5 @ 10300");
    expect(refusals(run([rest(101, behind({ openOrders: 0 }))], prices))).toEqual(["backpressure 1 0 gate low"]);
    expect(refusals(run([...decisions.slice(0, 2), rest(102, behind({ openOrders: 3 }))], prices))).toEqual([]);
    expect(refusals(run([...decisions.slice(0, 2), rest(102, behind({ openOrders: null }))], prices))).toEqual([]);
  });

  it("stands behind risk: what both cut is the lesser of both, with the reason of the tighter one", () => {
    const risk = (position: number): Gates["risk"] =>
      riskControl({ position, leverage: null, drawdown: null, concentration: null, volatility: null });
    const buy = (position: number): readonly string[] =>
      refusals(
        run(marketOrder(30, { when, gates: { ...behind(), risk: risk(position) } as Gates }), once, { cash: "2000" }),
      );
    expect(buy(0.5)).toEqual(["position_size_limit 30 10 gate critical"]);
    expect(buy(1.25)).toEqual(["insufficient_buying_power 30 20 gate low"]);
  });

  it("refuses what cannot be meant", () => {
    const make = (options: unknown) => () =>
      graph({ decisions: [targetPercent(1, { gates: behind(options as PreTradeOptions) })] });
    expect(issueLinesOf(make({ classes: ["stock"] }))[0]).toContain("graph/order");
    expect(issueLinesOf(make({ openOrders: -2 }))[0]).toContain("graph/param-range");
    expect(nodeIdOf(preTradeGate({ symbols: ["B", "A", "B"] }).node)).toBe(
      nodeIdOf(preTradeGate({ symbols: ["A", "B"] }).node),
    );
    expect(nodeIdOf(preTradeGate({ dynamic: false }).node)).not.toBe(nodeIdOf(preTradeGate().node));
  });

  const walks = fc.array(fc.integer({ min: 95, max: 105 }), { minLength: 8, maxLength: 8 });
  const targets = fc.array(fc.integer({ min: -40, max: 40 }), { minLength: 8, maxLength: 8 });

  it("changes no fill of an account that it lets do what it can, whatever is wanted", () => {
    let refused = 0;
    fc.assert(
      fc.property(walks, targets, fc.boolean(), (prices, wanted, isMargin) => {
        const decisions = (gates: Gates): Decision[] =>
          wanted.map((quantity, i) => targetQuantity(quantity, { when: eq(bars().time, (i + 1) * 3600), gates }));
        const config = { ...(isMargin ? margin : {}), cash: "2000", fees: { taker: 0.002 } };
        const prefix = flatBars(...prices.map((price) => price * 100));
        const fillsOf = (result: RunResult): readonly unknown[] => {
          const { price, quantity, fee } = result.tables().fills;
          return [[...price], [...quantity], [...fee]];
        };
        const gated = run(decisions(behind()), prefix, config);
        refused += gated.counts.refusals;
        expect(fillsOf(gated)).toEqual(fillsOf(run(decisions({}), prefix, config)));
      }),
      { numRuns: runsOf(40), seed: 21 },
    );
    expect(refused).toBeGreaterThan(20);
  });

  it("sends whole orders or none where it does not cut, and is the same however the run is cut", () => {
    fc.assert(
      fc.property(walks, targets, (prices, wanted) => {
        const decisions = wanted.map((quantity, i) =>
          marketOrder(quantity === 0 ? 1 : quantity, {
            when: eq(bars().time, (i + 1) * 3600),
            gates: behind({ dynamic: false, openOrders: 3 }),
          }),
        );
        const config = { ...margin, cash: "2000" };
        const prefix = flatBars(...prices.map((price) => price * 100));
        const result = run(decisions, prefix, config);
        for (const line of refusals(result)) {
          const [, before, allowed] = line.split(" ") as [string, string, string];
          // What is left of a cut order is what only reduces.
          expect(Math.abs(Number(allowed))).toBeLessThan(Math.abs(Number(before)));
        }
        const digests = [1, 7, 1024].map((blockRows) => run(decisions, prefix, config, { blockRows }).resultDigest);
        expect(new Set([...digests, result.resultDigest]).size).toBe(1);
      }),
      { numRuns: runsOf(40), seed: 22 },
    );
  });
});
