// Activations: every row of the table of freeze and drain, versions, times to live, weights, and who a message is for.

import { describe, expect, it } from "vitest";
import { openActivations } from "../../../adapters/execution/check/activation.js";
import type { ActivationFacts, Activations, MisreadActivation } from "../../../adapters/execution/check/activation.js";
import type { SizedOrder } from "../../../adapters/execution/order/order-terms.js";
import type { ActivationEvent } from "../../../adapters/execution/schema/activation.js";
import { caseActivation } from "../../../adapters/testing/layer-case.js";
import { sizedOrder } from "./proven-order.js";

const BUCKET = 60n;
const FACTS: ActivationFacts = { time: 50n, position: 0n, openBuy: 0n, openSell: 0n };

function taken(...events: readonly Partial<ActivationEvent>[]): Activations {
  const activations = openActivations();
  for (const event of events) activations.take(caseActivation(event, "live", 0n), 0n, 0n);
  return activations;
}

function verdictOn(activations: Activations, order: Partial<SizedOrder>, facts: Partial<ActivationFacts> = {}): string {
  const verdict = activations.gate.judge(sizedOrder({ bucket: BUCKET, ...order }), { ...FACTS, ...facts });
  return verdict.kind === "reject" ? verdict.reason : verdict.kind;
}

const BUY = { side: "buy", quantity: 4n } as const;
const SELL = { side: "sell", quantity: 4n } as const;

describe("an activation", () => {
  it("is needed: nothing is let through of which nothing is known", () => {
    expect(verdictOn(taken(), BUY)).toBe("activation_unknown");
    expect(verdictOn(taken({ side: "long" }), BUY)).toBe("allow");
    expect(verdictOn(taken({ side: "long" }), SELL)).toBe("activation_unknown");
    expect(verdictOn(taken({ side: "long" }), SELL, { position: 4n })).toBe("allow");
    expect(verdictOn(taken({ side: "long" }), SELL, { position: 3n })).toBe("activation_unknown");
  });

  it.each([
    [{ freeze: true }, "freeze", "freeze", "freeze"],
    [{ drain: true }, "drain", "allow", "stays"],
    [{ drain: "cancel" }, "drain", "allow", "drain"],
    [{ freeze: true, drain: true }, "freeze", "freeze", "freeze"],
    [{ active: false }, "activation_disabled", "activation_disabled", "stays"],
    [{}, "allow", "allow", "stays"],
  ] as const)("that says %o: new exposure %s, a reduction %s, an open order %s", (said, opens, reduces, open) => {
    const activations = taken({ side: "long", version: 1, ...said }, { side: "short", version: 1 });
    expect(verdictOn(activations, BUY)).toBe(opens);
    expect(verdictOn(activations, SELL, { position: 4n })).toBe(reduces);
    expect(activations.standing(sizedOrder(BUY), 0n)).toBe(open);
    // The other side goes on.
    expect([verdictOn(activations, SELL), activations.standing(sizedOrder(SELL), 0n)]).toEqual(["allow", "stays"]);
  });

  it("of a drained side lets through what reduces for certain, not what may go through zero", () => {
    const activations = taken({ side: "long", drain: true }, { side: "short", drain: true });
    const verdicts = [4n, 3n].map((position) => verdictOn(activations, SELL, { position }));
    expect(verdicts).toEqual(["allow", "drain"]);
    expect(verdictOn(activations, SELL, { position: 6n, openSell: 2n })).toBe("allow");
    expect(verdictOn(activations, SELL, { position: 6n, openSell: 3n })).toBe("drain");
    expect(verdictOn(activations, BUY, { position: -4n })).toBe("allow");
    const frozen = taken({ side: "long", freeze: true }, { side: "short" });
    expect([3n, 0n].map((position) => verdictOn(frozen, SELL, { position }))).toEqual(["freeze", "allow"]);
  });

  it("of the side that is held looks at what is taken from it, of the other one at what is opened", () => {
    const flip = (held: Partial<ActivationEvent>, opened: Partial<ActivationEvent>) =>
      verdictOn(taken({ side: "long", version: 1, ...held }, { side: "short", version: 1, ...opened }), SELL, {
        position: 3n,
      });
    expect([flip({ drain: true }, {}), flip({}, { drain: true }), flip({ freeze: true }, {})]).toEqual([
      "allow",
      "drain",
      "freeze",
    ]);
    expect([flip({}, { effectiveMode: "paper" }), flip({ effectiveMode: "paper" }, {})]).toEqual([
      "simulate",
      "simulate",
    ]);
  });

  it("is lifted behind its bucket, and restricts at once", () => {
    const activations = openActivations();
    const take = (part: Partial<ActivationEvent>, bucket: bigint) =>
      activations.take(caseActivation({ side: "long", ...part }, "live", 0n), 0n, bucket);
    take({ version: 1 }, 60n);
    take({ version: 2, freeze: true }, 60n);
    expect(verdictOn(activations, { ...BUY, bucket: 60n })).toBe("freeze");
    take({ version: 3 }, 120n);
    const verdicts = [120n, 121n].map((bucket) => verdictOn(activations, { ...BUY, bucket }));
    expect(verdicts).toEqual(["freeze", "allow"]);
    expect(activations.standing(sizedOrder(BUY), 0n)).toBe("stays");
  });

  it("holds until its time to live, exclusive, and by the highest version", () => {
    const activations = taken({ side: "long", version: 5, ttlNs: "50" });
    expect([49n, 50n].map((time) => verdictOn(activations, BUY, { time }))).toEqual(["allow", "activation_unknown"]);
    const take = (version: number) => activations.take(caseActivation({ side: "long", version }, "live", 0n), 0n, 0n);
    expect([take(4), take(5), take(6)]).toEqual([false, false, true]);
    expect(verdictOn(activations, BUY, { time: 50n })).toBe("allow");
  });

  it("keeps its weight when a message has none, and the least of all that are for an order holds", () => {
    const activations = taken({ side: "long", weight: "0.5" }, { side: "long", version: 1 });
    const order = { strategy: "trend", symbol: "BTC/USD", side: "buy" } as const;
    expect(activations.weight(order)).toBe(500_000_000n);
    activations.take(caseActivation({ side: "long", strategy: "trend", weight: "0.25" }, "live", 0n), 0n, 0n);
    expect([activations.weight(order), activations.weight({ ...order, strategy: "other" })]).toEqual([
      250_000_000n,
      500_000_000n,
    ]);
    expect(activations.weight({ ...order, side: "sell" })).toBe(1_000_000_000n);
    expect(() => taken({ side: "long", weight: "0.0123456789" })).toThrow("activation.weight");
  });

  it("for one strategy or symbol restricts that one only", () => {
    const activations = taken({ side: "long" }, { side: "long", strategy: "trend", freeze: true });
    const verdicts = ["trend", "other"].map((strategy) => verdictOn(activations, { ...BUY, strategy }));
    expect(verdicts).toEqual(["freeze", "allow"]);
    const bySymbol = taken({ side: "long" }, { side: "long", symbol: "BTC/USD", freeze: true });
    expect(verdictOn(bySymbol, { ...BUY, symbol: "ETH/USD" })).toBe("allow");
  });

  it("sends nothing but in live mode, and to the simulator in paper mode", () => {
    const modes = ["validate", "compute-only", "shadow", "paper", "live"] as const;
    const verdicts = modes.map((effectiveMode) => verdictOn(taken({ side: "long", effectiveMode }), BUY));
    expect(verdicts).toEqual([
      "activation_disabled",
      "activation_disabled",
      "activation_disabled",
      "simulate",
      "allow",
    ]);
  });

  const misread = (part: Partial<MisreadActivation>): MisreadActivation => ({
    ...{ strategy: null, symbol: null, sides: ["long"], version: null, standing: "stays", ...part },
  });

  it("that cannot be read puts its side in doubt, until one of its key comes that can and is newer", () => {
    const activations = taken({ side: "long", version: 3 }, { side: "short", version: 3 });
    expect(activations.doubt(misread({ version: 3 }))).toBe(false);
    expect(verdictOn(activations, BUY)).toBe("allow");
    expect(activations.doubt(misread({ version: 5 }))).toBe(true);
    const seen = () => [verdictOn(activations, BUY), verdictOn(activations, SELL, { position: 4n })];
    expect([seen(), verdictOn(activations, SELL)]).toEqual([["activation_unknown", "activation_unknown"], "allow"]);
    const say = (part: Partial<ActivationEvent>) => activations.take(caseActivation(part, "live", 0n), 0n, BUCKET);
    expect([say({ version: 4 }), say({ version: 9, strategy: "trend" }), say({ version: 9, side: "short" })]).toEqual([
      false,
      true,
      true,
    ]);
    expect(seen()).toEqual(["activation_unknown", "activation_unknown"]);
    expect(say({ version: 5 })).toBe(true);
    // Lifting acts from the next bucket.
    expect([verdictOn(activations, BUY), verdictOn(activations, { ...BUY, bucket: BUCKET + 1n })]).toEqual([
      "activation_unknown",
      "allow",
    ]);
  });

  it("that cannot be read refuses for its strategy alone, and is as strict with open orders as may be", () => {
    const activations = taken({ side: "long" }, { side: "short" });
    const standing = () => activations.standing(sizedOrder(BUY), 0n);
    expect(standing()).toBe("stays");
    activations.doubt(misread({ strategy: "other", standing: "freeze" }));
    expect([verdictOn(activations, BUY), standing()]).toEqual(["allow", "stays"]);
    activations.doubt(misread({ strategy: "trend", standing: "drain" }));
    expect([verdictOn(activations, BUY), standing()]).toEqual(["activation_unknown", "drain"]);
    activations.doubt(misread({ strategy: "trend", standing: "freeze" }));
    activations.doubt(misread({ strategy: "trend" }));
    expect(standing()).toBe("freeze");
  });
});
