// Intents: what is taken, in which form, how it is sized, and the mistakes of earlier systems that are refused.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openIntake } from "../../../adapters/execution/intent/normalise-intent.js";
import type { Intake, IntakeTerms } from "../../../adapters/execution/intent/normalise-intent.js";
import { sizeIntent } from "../../../adapters/execution/intent/size-intent.js";
import type { SizingFacts } from "../../../adapters/execution/intent/size-intent.js";
import type { IntentEvent } from "../../../adapters/execution/schema/intent.js";
import { CASE_INSTRUMENT, caseIntent } from "../../../adapters/testing/layer-case.js";

const TERMS = {
  world: "main",
  domain: "live",
  strategies: ["trend"],
  symbols: ["BTC/USD"],
  aliases: [["XBTUSD", "BTC/USD"]],
} as const;

function intent(part: Partial<IntentEvent> = {}, ts = 0n): IntentEvent {
  return caseIntent({ intentId: "a", side: "buy", size: { type: "quantity", value: "10" }, ...part }, "live", ts);
}

/** Time of every case. */
const NOW = 1_000_000_000_000n;

function openedTake(terms: IntakeTerms): (value: unknown) => Intake {
  const intake = openIntake(terms);
  return (value) => intake.take(value, NOW);
}

const reasonOf = (intake: Intake) => (intake.kind === "refused" ? intake.reason : intake.intent.side);

describe("an intake", () => {
  it("brings symbols and sides to their one form", () => {
    const take = (side: string, instrument: string, intentId: string) =>
      openedTake(TERMS)({ ...intent({ intentId }), side, instrument });
    expect(take(" BUY", "xbtusd", "a")).toMatchObject({
      kind: "taken",
      intent: { side: "buy", instrument: "BTC/USD" },
    });
    expect(["Long", "b", "Sell", "SHORT", "s"].map((side) => reasonOf(take(side, " btc/usd ", side)))).toEqual([
      "buy",
      "buy",
      "sell",
      "sell",
      "sell",
    ]);
  });

  it("refuses a side that it does not know; it books it as neither", () => {
    for (const side of ["", "bid", "exit", "sel", "buy sell", "-1"]) {
      const taken = openedTake(TERMS)({ ...intent(), side });
      expect(taken).toMatchObject({ kind: "refused", stage: "intent", reason: "invalid_order" });
    }
  });

  it("refuses what does not hold to the schema, with every issue", () => {
    const { size: _, ...rest } = intent();
    const taken = openedTake(TERMS)({ ...rest, size: { type: "quantity", value: 10 }, extra: 1 });
    expect(taken).toMatchObject({ reason: "invalid_order" });
    expect(taken.kind === "refused" && taken.issues.map(({ path }) => path).sort()).toEqual([
      "intent",
      "intent.size.value",
    ]);
    expect([null, "buy", 3, []].map((value) => reasonOf(openedTake(TERMS)(value)))).toEqual(
      Array.from({ length: 4 }, () => "invalid_order"),
    );
  });

  it("refuses strategies that are not listed, symbols that are not traded, and other worlds", () => {
    const take = openedTake(TERMS);
    expect(reasonOf(take(intent({ strategy: "other" })))).toBe("strategy_unknown");
    expect(reasonOf(take(intent({ instrument: "ETH/USD" })))).toBe("symbol_validation_failed");
    expect(reasonOf(take(intent({ instrument: "" })))).toBe("symbol_validation_failed");
    expect(reasonOf(take(intent({ world: "other" })))).toBe("invalid_order");
    expect(reasonOf(take(intent({ domain: "shadow" })))).toBe("invalid_order");
    expect(reasonOf(take(intent()))).toBe("buy");
  });

  it("takes an intent once, by strategy and id, and says when the id is another one's", () => {
    const take = openedTake({ ...TERMS, strategies: ["trend", "other"] });
    expect([take(intent()), take(intent()), take(intent({ strategy: "other" }))].map(reasonOf)).toEqual([
      "buy",
      "duplicate",
      "buy",
    ]);
    expect(take(intent())).toMatchObject({ text: "it was taken before" });
    expect(take(intent({ side: "sell" }))).toMatchObject({ reason: "duplicate", text: "another intent has the id a" });
  });

  it("refuses what is older than it remembers, so that no repetition comes through", () => {
    const take = openedTake({ ...TERMS, rememberNs: 100n });
    expect(reasonOf(take(intent({}, 0n)))).toBe("buy");
    expect(reasonOf(take(intent({ intentId: "b" }, 101n)))).toBe("buy");
    expect(reasonOf(take(intent({}, 0n)))).toBe("stale_decision");
    expect(reasonOf(take(intent({ intentId: "c" }, 1n)))).toBe("buy");
  });

  it("refuses what is from the future, which makes nothing else old, of its own strategy or another", () => {
    const take = openedTake({ ...TERMS, strategies: ["trend", "other"], aheadNs: 10n, rememberNs: 100n });
    expect(reasonOf(take(intent({}, NOW + 11n)))).toBe("invalid_order");
    expect(take(intent({}, 9_000_000_000_000_000_000n))).toMatchObject({
      stage: "intent",
      text: `it is from 9000000000000000000, and now is ${NOW}`,
    });
    expect(reasonOf(take(intent({ intentId: "b" }, NOW - 5n)))).toBe("buy");
    expect(reasonOf(take(intent({ intentId: "c" }, NOW + 10n)))).toBe("buy");
    expect(reasonOf(take(intent({ intentId: "d" }, NOW - 91n)))).toBe("stale_decision");
    expect(reasonOf(take(intent({ intentId: "e" }, NOW - 90n)))).toBe("buy");
    expect(reasonOf(take(intent({ strategy: "other" }, 0n)))).toBe("buy");
  });

  it("does not count what was refused as the newest of a strategy", () => {
    const take = openedTake({ ...TERMS, rememberNs: 100n });
    expect(reasonOf(take(intent({ instrument: "ETH/USD" }, NOW)))).toBe("symbol_validation_failed");
    expect(reasonOf(take(intent({ domain: "shadow" }, NOW)))).toBe("invalid_order");
    expect(reasonOf(take(intent({}, 0n)))).toBe("buy");
  });
});

const FACTS: SizingFacts = {
  instrument: CASE_INSTRUMENT,
  bucket: 60n,
  price: 100n,
  position: 0n,
  openBuy: 0n,
  openSell: 0n,
  equity: 10_000n,
  weight: 1_000_000_000n,
};

/** Signed quantity that an intent comes to, or why it comes to none. */
function sized(part: Partial<IntentEvent>, facts: Partial<SizingFacts> = {}): bigint | string {
  const out = sizeIntent(intent(part), { ...FACTS, ...facts });
  if (out.kind === "order") return out.order.side === "buy" ? out.order.quantity : -out.order.quantity;
  return out.kind === "refused" ? out.reason : out.kind;
}

const size = (type: IntentEvent["size"]["type"], value: string) => ({ size: { type, value } });

describe("sizing", () => {
  it("knows five sizes", () => {
    expect(sized(size("quantity", "7"))).toBe(7n);
    expect(sized(size("notional", "799"))).toBe(7n);
    expect(sized(size("percent", "0.2"))).toBe(20n);
    expect(sized(size("target_percent", "0.2"), { position: 5n })).toBe(15n);
    expect(sized(size("target_quantity", "7"), { position: 9n })).toBe(-2n);
    expect(sized({ ...size("target_quantity", "7"), side: "sell" }, { position: 9n })).toBe(-16n);
    expect(sized({ ...size("notional", "799"), side: "sell" })).toBe(-7n);
  });

  it("sends nothing for a target that is held, or on its way", () => {
    expect(sized(size("target_quantity", "7"), { position: 7n })).toBe("nothing");
    expect(sized(size("target_quantity", "7"), { position: 2n, openBuy: 5n })).toBe("nothing");
    expect(sized(size("target_quantity", "0"), { position: 7n, openSell: 7n })).toBe("nothing");
    const percents = fc.integer({ min: 0, max: 100 }).map((n) => (n === 100 ? "1" : `0.${String(n).padStart(2, "0")}`));
    fc.assert(
      fc.property(
        percents,
        fc.bigInt({ min: 1n, max: 300n }),
        fc.bigInt({ min: 0n, max: 10n }),
        (share, price, tenths) => {
          const facts = { price, weight: tenths * 100_000_000n, instrument: { ...CASE_INSTRUMENT, lot: 3n } };
          const first = sized(size("target_percent", share), facts);
          const position = typeof first === "bigint" ? first : 0n;
          const again = typeof first === "bigint" ? "nothing" : first;
          expect(sized(size("target_percent", share), { ...facts, position })).toBe(again);
        },
      ),
    );
  });

  it("weights the target, and what adds to a position; never what reduces one", () => {
    const weight = 500_000_000n;
    expect(sized(size("target_percent", "0.2"), { weight })).toBe(10n);
    expect(sized(size("quantity", "10"), { weight })).toBe(5n);
    expect(sized({ ...size("quantity", "10"), side: "sell" }, { weight, position: 10n })).toBe(-10n);
    expect(sized({ ...size("quantity", "14"), side: "sell" }, { weight, position: 10n })).toBe(-12n);
    expect(sized(size("target_quantity", "0"), { weight: 0n, position: 10n })).toBe(-10n);
  });

  it("refuses what comes to no units, whatever made it none, and a target only where it is not held", () => {
    const none: readonly (readonly [IntentEvent["size"]["type"], string, Partial<SizingFacts>])[] = [
      ["quantity", "10", { weight: 0n }],
      ["quantity", "0", {}],
      ["notional", "99", {}],
      ["percent", "0.2", { equity: -1n }],
      ["percent", "0.1", { equity: 1n }],
      ["target_percent", "0.1", { equity: 1n }],
      ["target_percent", "0.1", { equity: 0n }],
      ["target_quantity", "5", { weight: 0n }],
    ];
    for (const [type, value, facts] of none)
      expect([type, sized(size(type, value), facts)]).toEqual([type, "below_minimum"]);
    expect(sized(size("target_quantity", "0"))).toBe("nothing");
    expect(sized(size("target_percent", "0.1"), { equity: 0n, position: 3n })).toBe(-3n);
  });

  it("cuts what may only reduce to what is held against it, and refuses it where that is nothing", () => {
    const constraints = { reduceOnly: true };
    const sale = { ...size("quantity", "20"), side: "sell", constraints } as const;
    expect(sized(sale, { position: 5n })).toBe(-5n);
    expect(sized({ ...sale, ...size("quantity", "5") }, { position: 5n })).toBe(-5n);
    expect(sized({ ...sale, side: "buy" }, { position: -7n })).toBe(7n);
    expect(sized({ ...sale, ...size("target_quantity", "5") }, { position: 5n })).toBe(-5n);
    const nothing = [sized(sale), sized(sale, { position: -5n }), sized({ ...sale, side: "buy" }, { position: 5n })];
    expect(nothing).toEqual(["reduce_only", "reduce_only", "reduce_only"]);
    const lots = { instrument: { ...CASE_INSTRUMENT, lot: 4n } };
    expect(sized(sale, { ...lots, position: 6n })).toBe(-4n);
    expect(sized(sale, { ...lots, position: 3n })).toBe("below_minimum");
  });

  it("closes with an amount what the other account holds before it opens, and leaves what was sent", () => {
    const sale = { ...size("quantity", "10"), side: "sell" } as const;
    const beside = { position: 4n, openBuy: 0n, openSell: 1n };
    expect(sized(sale, { beside })).toBe(-7n);
    expect(sized(sale, { position: 8n, beside })).toBe(-8n);
    expect(sized({ ...sale, ...size("quantity", "3") }, { beside })).toBe("nothing");
    expect(sized({ ...sale, side: "buy" }, { beside })).toBe(10n);
    expect(sized({ ...sale, ...size("target_quantity", "3") }, { beside })).toBe(-3n);
    expect([sized(sale, { sent: 4n }), sized(sale, { sent: 10n })]).toEqual([-6n, "nothing"]);
  });

  it("rounds towards zero to the lot, and never up to a minimum", () => {
    const lots = { instrument: { ...CASE_INSTRUMENT, lot: 4n, quantityMin: 8n } };
    expect([sized(size("quantity", "11"), lots), sized(size("quantity", "7"), lots)]).toEqual([8n, "below_minimum"]);
    const worth = { instrument: { ...CASE_INSTRUMENT, notionalMin: 801n } };
    expect([sized(size("quantity", "9"), worth), sized(size("quantity", "8"), worth)]).toEqual([9n, "below_minimum"]);
  });

  it("refuses what does not fit in 64 bits", () => {
    const fine = { instrument: { ...CASE_INSTRUMENT, sizeDecimals: 18 }, price: 1n };
    expect(sized(size("notional", "9"), fine)).toBe(9n * 10n ** 18n);
    expect(sized(size("notional", "10"), fine)).toBe("invalid_order");
  });

  it("refuses numbers with more decimals than there are", () => {
    expect(sized(size("quantity", "0.5"))).toBe("invalid_order");
    expect(sized(size("notional", "10.5"))).toBe("invalid_order");
    expect(sized({ constraints: { limit: "99.5" } })).toBe("invalid_order");
    const ticks = { instrument: { ...CASE_INSTRUMENT, tick: 5n } };
    expect([sized({ constraints: { limit: "96" } }, ticks), sized({ constraints: { stop: "95" } }, ticks)]).toEqual([
      "invalid_order",
      10n,
    ]);
  });

  it("makes the type from limit and stop: a stop is no limit", () => {
    const terms = (constraints: IntentEvent["constraints"], side: "buy" | "sell" = "buy") => {
      const out = sizeIntent(intent({ constraints, side }), { ...FACTS, instrument: { ...CASE_INSTRUMENT, tick: 2n } });
      return out.kind === "order" ? [out.order.type, out.order.limit, out.order.trigger, out.order.timeInForce] : out;
    };
    expect(terms({})).toEqual(["market", null, null, "gtc"]);
    expect(terms({ limit: "98" })).toEqual(["limit", 98n, null, "gtc"]);
    expect(terms({ stop: "98", timeInForce: "day" })).toEqual(["stop", null, 98n, "day"]);
    expect(terms({ stop: "98", limit: "102" })).toEqual(["stopLimit", 102n, 98n, "gtc"]);
    expect(terms({ limit: "98", expires: "77" })).toEqual(["limit", 98n, null, "gtd"]);
    // 3.5 % of 100 is 3.5: the limit stays within it, on the tick.
    expect(terms({ maxSlippageBps: 350 })).toEqual(["limit", 102n, null, "gtc"]);
    expect(terms({ maxSlippageBps: 350 }, "sell")).toEqual(["limit", 98n, null, "gtc"]);
    expect(terms({ maxSlippageBps: 350, limit: "100" })).toEqual(["limit", 100n, null, "gtc"]);
    expect(terms({ maxSlippageBps: 350, limit: "104" })).toEqual(["limit", 102n, null, "gtc"]);
    // A sale that may slip by everything is bound by the least price; nothing is bound by none.
    expect(terms({ maxSlippageBps: 10_000 }, "sell")).toEqual(["limit", 2n, null, "gtc"]);
    expect(terms({ maxSlippageBps: 25_000 }, "sell")).toEqual(["limit", 2n, null, "gtc"]);
    expect(terms({ maxSlippageBps: 0, stop: "2" })).toEqual(["stopLimit", 2n, 2n, "gtc"]);
    expect(terms({ maxSlippageBps: Number.MAX_SAFE_INTEGER, stop: "9000000000000000000" })).toMatchObject({
      kind: "refused",
      text: expect.stringContaining("no price on the tick") as string,
    });
  });
});
