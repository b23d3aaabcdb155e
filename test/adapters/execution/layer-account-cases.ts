// What the layer knows of its account: watermarks and the lag, scopes, and facts of risk that are the kernel's for the
// same fills.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { eventsOfRun } from "../../../adapters/execution/run/run-events.js";
import { openOrderManager } from "../../../adapters/execution/order/order-manager.js";
import { MANAGER_TERMS } from "../../../adapters/execution/order/manager-terms.js";
import { Counters } from "../../../adapters/execution/outbox/counters.js";
import { AccountHistory } from "../../../adapters/execution/layer/account-history.js";
import { LayerBooks } from "../../../adapters/execution/layer/layer-books.js";
import { RISK_LIMITS, riskChecks } from "../../../adapters/execution/check/risk-checks.js";
import type { RiskFacts } from "../../../adapters/execution/check/risk-checks.js";
import type { Check } from "../../../adapters/execution/check/approval.js";
import type { ExecutionLayer, LayerTerms } from "../../../adapters/execution/layer/layer-terms.js";
import { CASE_INSTRUMENT, caseWorld } from "../../../adapters/testing/layer-case.js";
import { plainInstrument } from "../../../adapters/testing/arbitrary-bars.js";
import {
  bars,
  gt,
  NOTE_KINDS,
  REASONS,
  riskControl,
  select,
  targetPercent,
  targetQuantity,
} from "../../../kernel/index.js";
import type { RunResult } from "../../../kernel/index.js";
import { barsTape, flatBars, HOUR_NS, runOrders } from "../../run/order-lines.js";
import { runs } from "./made-up-events.js";
import { openSmallLayer, SMALL_TERMS, smallDeposit, smallIntent, smallMarket, smallReport } from "./small-layer.js";

const { symbol } = CASE_INSTRUMENT;

const reasonsOf = ({ refusals }: { readonly refusals: readonly { readonly reason: string }[] }): readonly string[] =>
  refusals.map(({ reason }) => reason);

describe("the watermark of a layer", () => {
  it("lets an order pass only when the account is committed to its bucket less the lag", () => {
    const layer = openSmallLayer({}, false);
    const send = (id: string, bucket: bigint) =>
      reasonsOf(layer.intent(smallIntent(id, "buy", "1"), smallMarket(bucket), bucket));
    expect(send("a", 60n)).toEqual(["watermark"]);
    layer.commit(60n, { [symbol]: 100n }, 60n);
    expect([send("b", 120n), send("c", 121n)]).toEqual([[], ["watermark"]]);
    layer.commit(120n, { [symbol]: 100n }, 120n);
    expect([send("d", 120n), send("e", 180n), send("f", 181n)]).toEqual([[], [], ["watermark"]]);
    expect(send("g", 119n)).toEqual(["stale_decision"]);
    expect(layer.counters.count("gate", "watermark")).toBe(3);
  });

  it("needs a snapshot at or before the bucket less the lag, not only a newer one", () => {
    const layer = openSmallLayer({}, false);
    layer.commit(60n, {}, 60n);
    expect(reasonsOf(layer.intent(smallIntent("a", "buy", "1"), smallMarket(60n), 60n))).toEqual(["watermark"]);
    expect(reasonsOf(layer.intent(smallIntent("b", "buy", "1"), smallMarket(120n), 61n))).toEqual([]);
  });

  it("stands for replacements as well", () => {
    const layer = openSmallLayer();
    const [request] = layer.intent(smallIntent("a", "buy", "2"), smallMarket(60n), 1n).requests;
    if (request?.kind !== "place") throw new Error("an intent is an order");
    const { clientOrderId } = request.terms;
    layer.receive({ kind: "accepted", clientOrderId }, 2n);
    expect(reasonsOf(layer.replace(clientOrderId, { quantity: 3n }, smallMarket(121n), 3n))).toEqual(["watermark"]);
    expect(layer.replace(clientOrderId, { quantity: 3n }, smallMarket(60n), 3n).requests).toHaveLength(1);
    expect(reasonsOf(layer.replace("nobody", {}, smallMarket(60n), 4n))).toEqual(["unknown_order"]);
  });

  it("goes with changes that are some: a quantity in lots, a price on the tick", () => {
    const lots = { ...CASE_INSTRUMENT, lot: 2n, tick: 5n };
    const layer = openSmallLayer({ instruments: [lots] });
    const place = (id: string, constraints: object): string => {
      const [request] = layer.intent(smallIntent(id, "buy", "2", { constraints }), smallMarket(60n), 1n).requests;
      if (request?.kind !== "place") throw new Error("an intent is an order");
      layer.receive({ kind: "accepted", clientOrderId: request.terms.clientOrderId }, 2n);
      return request.terms.clientOrderId;
    };
    const [atMarket, limited] = [place("a", {}), place("b", { limit: "100" })];
    const asked = (id: string, change: object) =>
      layer.replace(id, change, smallMarket(60n), 3n).refusals.map(({ reason, text }) => `${reason}: ${text}`);
    expect(
      [{ quantity: 0n }, { quantity: 3n }, { quantity: -2n }, { quantity: 2n ** 64n }].map((change) =>
        asked(limited, change),
      ),
    ).toEqual(
      ["0", "3", "-2", String(2n ** 64n)].map((text) => [`invalid_order: ${text} is no quantity in whole lots of 2`]),
    );
    expect([0n, 7n].map((limit) => asked(limited, { limit }))).toEqual(
      ["0", "7"].map((text) => [`invalid_order: ${text} is no price on the tick of 5`]),
    );
    expect(asked(atMarket, { limit: 105n })).toEqual(["invalid_order: a market order has no limit"]);
    expect(asked(limited, { quantity: 4n, limit: 105n })).toEqual([]);
  });

  it("is read over a lag of several buckets", () => {
    const layer = openSmallLayer({ account: { bucketNs: 60n, lag: 2 } });
    layer.commit(60n, {}, 60n);
    layer.move(smallDeposit("trend", "5000"), 61n);
    layer.commit(120n, {}, 120n);
    expect([120n, 180n, 240n].map((bucket) => layer.account("trend", symbol, bucket)?.equity)).toEqual([
      10_000n,
      10_000n,
      15_000n,
    ]);
    expect(layer.account("trend", symbol, 241n)).toBeNull();
  });

  it("does not go back, and a bucket that comes late changes no price", () => {
    const layer = openSmallLayer();
    bought(layer, "a", "trend", "10");
    layer.commit(120n, { [symbol]: 110n }, 120n);
    const before = layer.portfolio.snapshot("0", "0");
    expect(layer.commit(60n, { [symbol]: 50n }, 121n).events).toEqual([]);
    expect(layer.portfolio.snapshot("0", "0")).toEqual(before);
    expect(layer.watermark()).toBe(120n);
  });

  it("refuses a price that is none", () => {
    const layer = openSmallLayer();
    const market = { ...smallMarket(60n), price: 0n };
    expect(layer.intent(smallIntent("a", "buy", "1"), market, 1n).refusals[0]).toMatchObject({
      stage: "sizing",
      reason: "no_price",
    });
  });
});

const ALL_FACTS: RiskFacts[] = [];
const SEES: Check<RiskFacts> = {
  name: "sees",
  judge: (_, facts) => {
    ALL_FACTS.push(facts);
    return { kind: "allow" };
  },
};

/** Facts that risk saw of an intent. */
function seen(layer: ExecutionLayer, ...given: Parameters<typeof smallIntent>): RiskFacts {
  ALL_FACTS.length = 0;
  layer.intent(smallIntent(...given), smallMarket(120n), 70n);
  const [facts] = ALL_FACTS;
  if (facts === undefined) throw new Error("risk is asked");
  return facts;
}

/** Buys and has it filled. */
function bought(layer: ExecutionLayer, id: string, strategy: string, quantity: string): void {
  const [request] = layer.intent(smallIntent(id, "buy", quantity, { strategy }), smallMarket(60n), 1n).requests;
  if (request?.kind !== "place") throw new Error("an intent is an order");
  layer.report(smallReport(request.terms.clientOrderId, 1, quantity), 2n);
}

describe("the scope of an account", () => {
  const scoped = (scope: "strategy" | "world") => {
    const layer = openSmallLayer({ risk: [SEES], account: { bucketNs: 60n, scope } });
    bought(layer, "a", "trend", "30");
    bought(layer, "b", "value", "20");
    layer.commit(60n, { [symbol]: 110n }, 60n);
    return layer;
  };

  it("of a strategy has its own equity and position", () => {
    const { position, beside, equity } = seen(scoped("strategy"), "c", "buy", "1");
    expect([position, beside, equity]).toEqual([30n, 0n, 10_300n]);
  });

  it("of a world has one equity, and beside an order what the others hold on its side", () => {
    const { position, beside, equity } = seen(scoped("world"), "c", "buy", "1");
    expect([position, beside, equity]).toEqual([30n, 20n, 20_500n]);
    expect(seen(scoped("world"), "c", "sell", "1").beside).toBe(0n);
  });

  it("of a world holds no more when a strategy on the other side leaves", () => {
    const margin = { kind: "margin", leverage: 3_000_000_000n } as const;
    const layer = openSmallLayer({
      risk: riskChecks({ ...RISK_LIMITS, position: 1_000_000_000n }),
      account: { bucketNs: 60n, scope: "world" },
      preTrade: { account: margin },
      instruments: [{ ...CASE_INSTRUMENT, assetClass: "equity" }],
    });
    let [now, net] = [1n, 0n];
    const filled = (id: string, side: "buy" | "sell", quantity: string, strategy = "trend"): void => {
      const { requests } = layer.intent(smallIntent(id, side, quantity, { strategy }), smallMarket(60n), now++);
      for (const request of requests) {
        if (request.kind !== "place") throw new Error("an intent is an order");
        layer.report(smallReport(request.terms.clientOrderId, 1, String(request.terms.quantity), { side }), now++);
        net += side === "buy" ? BigInt(request.terms.quantity) : -BigInt(request.terms.quantity);
      }
    };
    // 20 % of 20,000 are 40 of 100.
    filled("a", "buy", "40");
    filled("b", "sell", "80", "value");
    expect(net).toBe(0n);
    filled("c", "sell", "40");
    expect(net).toBe(-40n);
  });

  it("of a world bounds what all strategies hold together, and lets each one reduce its own", () => {
    const risk = riskChecks({ ...RISK_LIMITS, dynamicSizing: false });
    const limits = { account: { bucketNs: 60n, scope: "world" as const }, risk };
    const layer = openSmallLayer(limits);
    // 20 % of 20,000 may be held of one symbol, 10 % by one strategy.
    const send = (id: string, strategy: string, side: "buy" | "sell", quantity: string) =>
      reasonsOf(layer.intent(smallIntent(id, side, quantity, { strategy }), smallMarket(60n), 1n));
    expect(send("a", "trend", "buy", "21")).toEqual(["position_size_limit"]);
    expect(send("b", "trend", "buy", "20")).toEqual([]);
    expect(send("c", "value", "buy", "20")).toEqual([]);
    expect(send("d", "value", "buy", "1")).toEqual(["position_size_limit"]);
    const strict = openSmallLayer({ ...limits, strategies: ["trend", "value", "third"] });
    for (const [id, strategy] of [
      ["a", "trend"],
      ["b", "value"],
    ] as const)
      bought(strict, id, strategy, "30");
    strict.commit(60n, { [symbol]: 100n }, 60n);
    const third = (quantity: string, id: string) =>
      reasonsOf(strict.intent(smallIntent(id, "buy", quantity, { strategy: "third" }), smallMarket(120n), 61n));
    expect(third("1", "c")).toEqual(["concentration_limit"]);
    expect(reasonsOf(strict.intent(smallIntent("d", "sell", "30"), smallMarket(120n), 61n))).toEqual([]);
  });

  it("values what rests in another symbol at its own price where that is worth more, what is held at the mark", () => {
    const other = { ...CASE_INSTRUMENT, symbol: "OTHER" };
    const beside = (...orders: readonly (readonly [side: "buy" | "sell", limit: string, quantity: string])[]) => {
      const layer = openSmallLayer({ risk: [SEES], instruments: [CASE_INSTRUMENT, other] });
      bought(layer, "held", "trend", "10");
      orders.forEach(([side, limit, quantity], index) => {
        const intent = smallIntent(`o${index}`, side, quantity, {
          constraints: { limit, timeInForce: "gtc" } as never,
        });
        layer.intent(intent, smallMarket(60n), 3n);
      });
      layer.commit(60n, { [symbol]: 100n }, 60n);
      return seen(layer, "x", "buy", "1", { instrument: "OTHER" }).otherExposure;
    };
    expect(beside()).toBe(1_000n);
    expect(beside(["buy", "90", "5"])).toBe(1_500n);
    expect(beside(["sell", "200", "10"])).toBe(1_000n);
    expect(beside(["sell", "200", "16"])).toBe(1_200n);
    // Ten of the thirty reduce: what opens is no more than twenty at the dearest.
    expect(beside(["sell", "200", "15"], ["sell", "110", "15"])).toBe(4_000n);
    expect(beside(["buy", "120", "5"], ["buy", "110", "5"])).toBe(2_150n);
  });

  it("counts what is open and what is filled and not posted, once", () => {
    const layer = openSmallLayer({ risk: [SEES] });
    const [request] = layer.intent(smallIntent("a", "buy", "10"), smallMarket(60n), 1n).requests;
    if (request?.kind !== "place") throw new Error("an intent is an order");
    const { clientOrderId } = request.terms;
    const fill = { at: 1n, price: 100n, fee: 0n, liquidity: "taker" } as const;
    const steps = [
      () => layer.advance(1n),
      // The second fill comes first: the manager counts it, the portfolio waits.
      () => layer.receive({ kind: "fill", clientOrderId, seq: 2, quantity: 4n, ...fill }, 2n),
      () => layer.receive({ kind: "fill", clientOrderId, seq: 1, quantity: 6n, ...fill }, 3n),
    ];
    const reach = steps.map((step, index) => {
      step();
      ALL_FACTS.length = 0;
      layer.intent(smallIntent(`b${index}`, "sell", "1000"), smallMarket(60n), 4n);
      const [facts] = ALL_FACTS;
      return [facts?.position, facts?.openBuy];
    });
    expect(reach).toEqual([
      [0n, 10n],
      [0n, 10n],
      [10n, 0n],
    ]);
  });
});

describe("the history of an account", () => {
  const terms = { samples: 3, samplesMin: 2, periodsPerYear: 4_000_000_000n, behindNs: 1n };

  it("has returns from the samples that are enough on, of the newest ones", () => {
    const history = new AccountHistory(terms);
    const seenAt = [100n, 110n, 99n, 99n, 198n].map((equity, index) => {
      history.commit(BigInt(index), equity);
      return history.asOf(BigInt(index))?.volatility;
    });
    expect(seenAt.slice(0, 2)).toEqual([null, null]);
    // +10 % and -10 %: 0.1 of deviation, times the root of 4 buckets a year.
    expect(seenAt[2]).toBe(200_000_000n);
    // -10 %, 0, +100 %: a deviation of sqrt(0.2466…), rounded up.
    expect(seenAt[4]).toBe(BigInt(Math.ceil(2 * Math.sqrt((0.01 + 1) / 3 - 0.3 ** 2) * 1e9)));
  });

  it("does not depend on what came later, keeps its peak, and replaces the snapshot of a bucket", () => {
    const equities = fc.array(fc.bigInt({ min: -20n, max: 200n }), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(equities, (drawn) => {
        const history = new AccountHistory({ ...terms, behindNs: 100n });
        const early = drawn.map((equity, index) => {
          const bucket = BigInt(index);
          history.commit(bucket, 7n);
          history.commit(bucket, equity);
          return history.asOf(bucket);
        });
        expect(drawn.map((_, index) => history.asOf(BigInt(index)))).toEqual(early);
        const peak = drawn.reduce((most, equity) => (equity > most ? equity : most));
        const last = drawn.at(-1) ?? 0n;
        const decline = peak <= 0n ? 0 : Number(peak - last) / Number(peak);
        expect(Number(early.at(-1)?.drawdown) / 1e9).toBeCloseTo(decline, 8);
        expect(history.asOf(-1n)).toBeNull();
      }),
      runs(100),
    );
  });
});

/** Prices of the traded instrument and of a second one, and a share that is held of the first. */
const market = fc.record({
  prices: fc.array(fc.integer({ min: 8_000, max: 12_000 }), { minLength: 16, maxLength: 40 }),
  others: fc.array(fc.integer({ min: 8_000, max: 12_000 }), { minLength: 40, maxLength: 40 }),
  share: fc.constantFrom(0.3, 0.8, 1.5),
});

/** What each policy of a run measured when it refused: by bucket. */
function refusedAt(result: RunResult, reason: string): ReadonlyMap<bigint, bigint> {
  const { notes, refusals } = result.tables();
  const measured = new Map<string, bigint>();
  for (let row = 0; row < notes.rowCount; row++) {
    if (NOTE_KINDS[notes.kind[row] as number] === "risk")
      measured.set(`${notes.time[row]} ${notes.decision[row]}`, notes.value[row] as bigint);
  }
  const found = new Map<bigint, bigint>();
  for (let row = 0; row < refusals.rowCount; row++) {
    if (REASONS[refusals.reason[row] as number] !== reason) continue;
    const time = refusals.time[row] as bigint;
    found.set(time, measured.get(`${time} ${refusals.decision[row]}`) as bigint);
  }
  return found;
}

describe("facts of risk", () => {
  it("are those of the kernel for the same fills", () => {
    const { close } = bars();
    let compared = 0;
    fc.assert(
      fc.property(market, ({ prices, others, share }) => {
        const tapes = [barsTape("A", flatBars(...prices)), barsTape("B", flatBars(...others.slice(0, prices.length)))];
        // No leverage at all: what a probe measures is said by its refusal, and it never trades.
        const none = { drawdown: null, concentration: null, volatility: null, position: null };
        const probe = (limit: object) =>
          targetQuantity(1, {
            instrument: "B",
            when: gt(close, 0),
            gates: { risk: riskControl({ ...none, leverage: 0, ...limit, dynamic: false, periodsPerYear: 252 }) },
          });
        const traded = targetPercent(select(gt(close, 100), share, 0.1), { instrument: "A" });
        const probes = [probe({ drawdown: 0 }), probe({ volatility: 0 }), probe({})];
        const account = { kind: "margin", leverage: 4 } as const;
        const result = runOrders([traded, ...probes], tapes, { cash: "100000", account });
        const { instruments, portfolio } = result.tables();
        const terms: LayerTerms = {
          ...SMALL_TERMS,
          instruments,
          world: caseWorld("backtest"),
          clock: "virtual",
          account: { bucketNs: HOUR_NS, scope: "world", periodsPerYear: 252_000_000_000n },
        };
        const books = new LayerBooks(terms, terms.world.domain, openOrderManager(MANAGER_TERMS), new Counters());
        const measured = ["drawdown_limit", "volatility_limit", "leverage_limit"].map((reason) =>
          refusedAt(result, reason),
        );
        const [drawdowns, volatilities, leverages] = measured as [
          Map<bigint, bigint>,
          Map<bigint, bigint>,
          Map<bigint, bigint>,
        ];
        const events = [...eventsOfRun(result, { world: "main", strategy: "trend" })];
        const ordered = new Set(events.flatMap((event) => (event.kind === "order" ? [event.bucket] : [])));
        for (const event of events) {
          if (event.kind === "movement") books.move(event);
          else if (event.kind === "fill")
            books.take({ outcome: "posted", fills: [{ ...event }], letters: [], issues: [] });
          else if (event.kind === "portfolio" && event.account !== null) {
            const bucket = BigInt(event.bucket);
            const row = portfolio.time.indexOf(bucket);
            const marks = { A: BigInt(prices[row] as number), B: BigInt(others[row] as number) };
            books.commit(bucket, marks, bucket);
            expect(books.portfolio.totals("USD").equity).toBe(portfolio.equity[row]);
            const facts = books.account("trend", "B", bucket);
            if (facts === null) continue;
            expect(facts.drawdown).toBe(drawdowns.get(bucket) ?? 0n);
            const volatility = volatilities.get(bucket);
            if (facts.volatility === null || facts.volatility === 0n) expect(volatility).toBeUndefined();
            else expect(Number(facts.volatility) / Number(volatility)).toBeCloseTo(1, 8);
            // An order of this bucket is on its way in the kernel already.
            if (ordered.has(event.bucket)) continue;
            const after = books.otherExposure("B", "trend") + marks.B;
            const leverage = (after * 1_000_000_000n + facts.equity - 1n) / facts.equity;
            expect(leverage).toBe(leverages.get(bucket));
            compared++;
          }
        }
      }),
      runs(20),
    );
    expect(compared).toBeGreaterThan(50);
  });
});

describe("the terms of an account", () => {
  it("are refused by name when they say nothing", () => {
    const account = { bucketNs: 0n, lag: 0, samples: 0, samplesMin: 2, periodsPerYear: 0n };
    expect(() => openSmallLayer({ account, latencyRate: -1n })).toThrow(
      /account.bucketNs[^]*account.lag[^]*account.samples[^]*account.samplesMin[^]*periodsPerYear[^]*latencyRate/,
    );
    const judge = () => ({ kind: "allow" }) as const;
    const compliance = { region: "EU", venues: [{ venue: "x ", regions: [] }] };
    const names = { compliance, gates: [{ name: "", judge }], risk: [{ name: " r", judge }] as const };
    expect(() => openSmallLayer(names)).toThrow(/risk.0.name[^]*gates.0.name[^]*compliance.venues.0.venue/);
    const inverse = plainInstrument("INV", { inverse: true });
    expect(() => openSmallLayer({ instruments: [inverse] })).toThrow("INV, an inverse one");
    expect(() => openSmallLayer({ instruments: [] })).toThrow("instruments: expected at least one");
  });
});
