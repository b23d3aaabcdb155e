// Pre-trade of a layer: hours, what can be borrowed, and what the account pays for, on both sides of each bound.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { preTradeGate } from "../../../adapters/execution/check/pre-trade.js";
import type { PreTradeFacts, PreTradeTerms } from "../../../adapters/execution/check/pre-trade.js";
import { openExecutionLayer } from "../../../adapters/execution/layer/execution-layer.js";
import type { LayerTerms } from "../../../adapters/execution/layer/layer-terms.js";
import type { SizedOrder } from "../../../adapters/execution/order/order-terms.js";
import { CASE_INSTRUMENT, caseActivation } from "../../../adapters/testing/layer-case.js";
import { plainInstrument } from "../../../adapters/testing/arbitrary-bars.js";
import { sessionsOf } from "../../../kernel/index.js";
import { runs } from "./made-up-events.js";
import { sizedOrder } from "./proven-order.js";
import { SMALL_TERMS, smallDeposit, smallIntent, smallMarket } from "./small-layer.js";

const FREE: PreTradeFacts = {
  ...{ time: 0n, position: 0n, openBuy: 0n, openSell: 0n, instrument: CASE_INSTRUMENT },
  ...{ worst: 100n, feeRate: 0n, feeMin: 0n, cash: 1_000n, equity: 1_000n, exposure: 0n },
};
const LEVERAGE = { kind: "margin", leverage: 2_000_000_000n } as const;

/** Quantity that passes, or why none does. */
function judged(order: Partial<SizedOrder>, facts: Partial<PreTradeFacts> = {}, terms: PreTradeTerms = {}) {
  const sized = sizedOrder({ quantity: 10n, ...order });
  const verdict = preTradeGate(terms).judge(sized, { ...FREE, ...facts });
  if (verdict.kind === "allow") return sized.quantity;
  if (verdict.kind === "revise") return [verdict.quantity, verdict.reason];
  return verdict.kind === "reject" ? verdict.reason : verdict.kind;
}

const REFUSES: PreTradeTerms = { dynamicSizing: false };
const BORROWS: PreTradeTerms = { account: LEVERAGE, shortable: { [CASE_INSTRUMENT.symbol]: 8n } };

describe("a cash account", () => {
  it("pays for what it buys, to the last unit of money, with the fee and the price that the order may come to", () => {
    expect([judged({}), judged({ quantity: 11n })]).toEqual([10n, [10n, "insufficient_buying_power"]]);
    expect(judged({ quantity: 11n }, {}, REFUSES)).toBe("insufficient_buying_power");
    expect(judged({}, { feeMin: 1n })).toEqual([9n, "insufficient_buying_power"]);
    expect([
      judged({}, { feeRate: 1_000_000n, cash: 1_001n }),
      judged({}, { feeRate: 1_000_001n, cash: 1_001n }),
    ]).toEqual([10n, [9n, "insufficient_buying_power"]]);
    expect(judged({ limit: 101n })).toEqual([9n, "insufficient_buying_power"]);
    expect(judged({ quantity: 20n, limit: 50n })).toBe(20n);
    expect(judged({}, { cash: 99n })).toBe("insufficient_buying_power");
    expect(judged({}, { cash: -1n })).toBe("insufficient_buying_power");
    const large = { instrument: { ...CASE_INSTRUMENT, lot: 4n } };
    expect(judged({ quantity: 12n }, large)).toEqual([8n, "insufficient_buying_power"]);
    expect(judged({ quantity: 12n }, { instrument: { ...CASE_INSTRUMENT, quantityMin: 11n } })).toBe(
      "insufficient_buying_power",
    );
  });

  it("sells what it holds, and nothing that is not there", () => {
    expect(judged({ side: "sell" })).toBe("not_shortable");
    expect(judged({ side: "sell" }, { position: 10n })).toBe(10n);
    expect(judged({ side: "sell" }, { position: 9n })).toEqual([9n, "not_shortable"]);
    expect(judged({ side: "sell" }, { position: 9n }, REFUSES)).toBe("not_shortable");
    expect(judged({ side: "sell" }, { position: 12n, openSell: 3n })).toEqual([9n, "not_shortable"]);
  });

  it("lets every reduction through, whatever is left", () => {
    const poor = { cash: -5_000n, equity: -5_000n, exposure: 9_000n, feeMin: 100n };
    expect(judged({ side: "buy" }, { position: -10n, ...poor })).toBe(10n);
    expect(judged({ side: "sell" }, { position: 10n, ...poor }, BORROWS)).toBe(10n);
  });
});

describe("a margin account", () => {
  it("opens up to its leverage of equity, less what it has", () => {
    expect([judged({ quantity: 20n }, {}, BORROWS), judged({ quantity: 21n }, {}, BORROWS)]).toEqual([
      20n,
      [20n, "insufficient_buying_power"],
    ]);
    expect(judged({ quantity: 20n }, { exposure: 1n }, BORROWS)).toEqual([19n, "insufficient_buying_power"]);
    expect(judged({ quantity: 1n }, { equity: -1n }, BORROWS)).toBe("insufficient_buying_power");
  });

  it("sells short what can be borrowed and paid for; coins on a spot market cannot, unless somebody says so", () => {
    expect(judged({ side: "sell", quantity: 8n }, {}, BORROWS)).toBe(8n);
    expect(judged({ side: "sell", quantity: 9n }, {}, BORROWS)).toEqual([8n, "not_shortable"]);
    expect(judged({ side: "sell", quantity: 9n }, { position: -5n, openSell: 1n }, BORROWS)).toEqual([
      2n,
      "not_shortable",
    ]);
    expect(judged({ side: "sell", quantity: 8n }, { exposure: 1_300n }, BORROWS)).toEqual([
      7n,
      "insufficient_buying_power",
    ]);
    expect(judged({ side: "sell" }, {}, { account: LEVERAGE })).toBe("not_shortable");
    const share = { instrument: plainInstrument(CASE_INSTRUMENT.symbol, { assetClass: "equity" }) };
    expect(judged({ side: "sell" }, share, { account: LEVERAGE })).toBe(10n);
    expect(judged({ side: "sell" }, share)).toBe("not_shortable");
  });
});

describe("the hours of a market", () => {
  const sessions = {
    [CASE_INSTRUMENT.symbol]: sessionsOf([
      [10n, 20n],
      [30n, 40n],
    ]),
  };

  it("have their open and not their close, and a refusal says when it opens", () => {
    const seen = [9n, 10n, 19n, 20n, 29n, 30n, 39n, 40n].map((time) => judged({}, { time }, { sessions }));
    const closed = "market_closed";
    expect(seen).toEqual([closed, 10n, 10n, closed, closed, 10n, 10n, closed]);
    const next = (time: bigint) => preTradeGate({ sessions }).judge(sizedOrder(), { ...FREE, time });
    expect([next(20n), next(40n)]).toMatchObject([{ nextTime: 30n }, { reason: closed }]);
    expect("nextTime" in next(40n)).toBe(false);
  });

  it("close for reductions as well, as in the kernel, and for nobody without sessions", () => {
    expect(judged({ side: "sell" }, { position: 10n, time: 20n }, { sessions })).toBe("market_closed");
    expect(judged({}, { time: 20n })).toBe(10n);
  });
});

describe("pre-trade in a layer", () => {
  const { preTrade: _, ...plain } = SMALL_TERMS;
  const wide = [{ name: "wide", judge: () => ({ kind: "allow" }) as const }] as const;
  const open = (changes: Partial<LayerTerms> = {}) => {
    const layer = openExecutionLayer({ ...plain, risk: wide, ...changes });
    for (const side of ["long", "short"] as const) layer.activate(caseActivation({ side }, "live", 0n), 0n, 0n);
    for (const strategy of plain.strategies) layer.move(smallDeposit(strategy, "10000"), 0n);
    layer.commit(0n, {}, 0n);
    return layer;
  };
  type Layer = ReturnType<typeof open>;
  const send = (layer: Layer, id: string, side: "buy" | "sell", quantity: string, changes = {}) => {
    const out = layer.intent(smallIntent(id, side, quantity, changes), smallMarket(60n), 1n);
    const sent = out.requests.map((one) => (one.kind === "place" ? one.terms.quantity : one.kind));
    return [...sent, ...out.refusals.map(({ stage, reason }) => `${stage} ${reason}`)];
  };

  it("is on by default: a purchase beyond the cash is cut, a sale of what nobody has is refused", () => {
    const layer = open();
    expect(send(layer, "a", "sell", "50")).toEqual(["gate not_shortable"]);
    expect(send(layer, "b", "buy", "250")).toEqual([100n]);
    expect(layer.journal.events().find((event) => event.kind === "ack")).toMatchObject({ reason: "not_shortable" });
    expect(layer.journal.events().filter((event) => event.kind === "ack")).toContainEqual(
      expect.objectContaining({ reason: "insufficient_buying_power", intentId: "b" }),
    );
    // What is on its way is spent.
    expect(send(layer, "c", "buy", "1")).toEqual(["gate insufficient_buying_power"]);
    expect(send(layer, "d", "buy", "1", { strategy: "value" })).toEqual([1n]);
  });

  it("knows one cash of a world, and counts open orders at their limit", () => {
    const layer = open({ account: { bucketNs: 60n, scope: "world" } });
    expect(send(layer, "a", "buy", "150", { constraints: { limit: "110" } })).toEqual([150n]);
    expect(send(layer, "b", "buy", "99", { strategy: "value" })).toEqual([35n]);
  });

  it("never lets open purchases and cash together be less than nothing", () => {
    const orders = fc.array(
      fc.record({
        side: fc.constantFrom<"buy" | "sell">("buy", "buy", "sell"),
        quantity: fc.integer({ min: 1, max: 90 }),
        limit: fc.option(fc.integer({ min: 90, max: 110 }), { nil: null }),
      }),
      { minLength: 1, maxLength: 6 },
    );
    fc.assert(
      fc.property(orders, (drawn) => {
        const layer = open();
        for (const [index, { side, quantity, limit }] of drawn.entries()) {
          const constraints = limit === null ? {} : { limit: String(limit) };
          send(layer, `i${index}`, side, String(quantity), { constraints });
        }
        const spent = layer.manager.orders().reduce((sum, { order }) => {
          expect(order.side).toBe("buy");
          return sum + order.quantity * (order.limit ?? 100n);
        }, 0n);
        expect(spent <= 10_000n).toBe(true);
      }),
      runs(40),
    );
  });

  it("has terms that say something", () => {
    const preTrade = { account: { kind: "margin", leverage: 0n }, shortable: { ABC: -1n } } as const;
    expect(() => open({ preTrade })).toThrow(/preTrade.account.leverage[^]*preTrade.shortable.ABC/);
    expect(() => open({ preTrade: { account: { kind: "credit" } as never } })).toThrow("preTrade.account.kind");
  });
});
