// Approval: only what passed risk and gates carries the proof, and nothing fails open.

import { describe, expect, it } from "vitest";
import { isApproved, judgeRisk, passGates } from "../../../adapters/execution/check/approval.js";
import type { ApprovedOrder, Check, Checks, RiskPassed, Verdict } from "../../../adapters/execution/check/approval.js";
import { complianceOf } from "../../../adapters/execution/check/compliance.js";
import { publishOrder, publishTo } from "../../../adapters/execution/route/publish.js";
import type { PublishCase, RoutedOrder } from "../../../adapters/execution/route/publish.js";
import { CASE_INSTRUMENT } from "../../../adapters/testing/layer-case.js";
import { approvedOrder, sizedOrder } from "./proven-order.js";

const says = (verdict: Verdict, name = "check"): Check<null> => ({ name, judge: () => verdict });
const ALLOW = says({ kind: "allow" });

function quote(venue: string, price: bigint, quantity: bigint) {
  const terms = { feeRate: 0n, feeMin: 0n, latencyNs: 0n, lot: 1n, quantityMin: 0n, notionalMin: 0n };
  return { venue, levels: [{ price, quantity }], ...terms };
}

const PUBLISH: PublishCase = {
  domain: "live",
  instrument: CASE_INSTRUMENT,
  quotes: [quote("a", 100n, 6n), quote("b", 101n, 20n)],
  compliance: complianceOf({ region: "EU", venues: ["a", "b"].map((venue) => ({ venue, regions: ["EU"] })) }),
  isReducing: false,
  latencyRate: 0n,
};

describe("risk outcomes", () => {
  it("are allow, revise, simulate and reject, with a trace of every check that was made", () => {
    const order = sizedOrder();
    const revise = says({ kind: "revise", quantity: 4n, reason: "position_size_limit", text: "cut" }, "size");
    const reject = says({ kind: "reject", reason: "drawdown_limit", text: "down" }, "drawdown");
    const simulate = says({ kind: "simulate", text: "paper" }, "mode");
    expect(judgeRisk(order, [ALLOW], null)).toMatchObject({ kind: "allow", order: { quantity: 10n } });
    expect(judgeRisk(order, [revise], null)).toMatchObject({ kind: "revise", wanted: 10n, order: { quantity: 4n } });
    expect(judgeRisk(order, [simulate, revise], null)).toMatchObject({ kind: "simulate", order: { quantity: 4n } });
    const rejected = judgeRisk(order, [revise, reject, simulate], null);
    expect(rejected).toMatchObject({ kind: "reject", refusal: { stage: "risk", reason: "drawdown_limit" } });
    expect(rejected.trace.map(({ check, verdict }) => [check, verdict])).toEqual([
      ["size", "revise"],
      ["drawdown", "reject"],
    ]);
  });

  it.each([0n, -1n, 10n, 11n])("refuse a check that revises 10 to %s", (quantity) => {
    const broken = says({ kind: "revise", quantity, reason: "position_size_limit", text: "" });
    expect(judgeRisk(sizedOrder(), [broken], null)).toMatchObject({
      kind: "reject",
      refusal: { reason: "invalid_order", text: `check: it revised 10 to ${quantity}` },
    });
  });

  it("refuse where a check throws, in risk and at the gates", () => {
    const throws: Check<null> = {
      name: "own",
      judge: () => {
        throw new Error("no data");
      },
    };
    const refused = { reason: "invalid_order", text: "own: it failed: no data" };
    expect(judgeRisk(sizedOrder(), [ALLOW, throws], null)).toMatchObject({ kind: "reject", refusal: refused });
    const passed = judgeRisk(sizedOrder(), [ALLOW], null) as RiskPassed;
    expect(passGates(passed, [throws], null)).toMatchObject({
      kind: "refused",
      refusal: { stage: "gate", ...refused },
    });
  });

  const unknown: readonly (readonly [unknown, string])[] = [
    [undefined, "it answered undefined"],
    [null, "it answered null"],
    [true, "it answered true"],
    ["allow", "it answered allow"],
    [{}, "it answered undefined"],
    [{ kind: "refuse", reason: "throttled", text: "no" }, "it answered refuse: no"],
    [{ kind: "ALLOW" }, "it answered ALLOW"],
    [{ kind: "reject", reason: "because", text: "no" }, "it gave because as a reason: no"],
    [{ kind: "revise", quantity: 4n, text: "cut" }, "it gave undefined as a reason: cut"],
    [{ kind: "revise", quantity: Number.NaN, reason: "throttled", text: "" }, "it revised 10 to NaN"],
    [{ kind: "revise", quantity: 4, reason: "throttled", text: "" }, "it revised 10 to 4"],
    [{ kind: "revise", quantity: -4n, reason: "throttled", text: "" }, "it revised 10 to -4"],
    [{ kind: "revise", quantity: 10n, reason: "throttled", text: "" }, "it revised 10 to 10"],
  ];

  it.each(unknown)("refuse where a check answers %o, and say which one and what", (answer, text) => {
    const typo: Check<null> = { name: "typo", judge: () => answer as Verdict };
    const refused = { reason: "invalid_order", text: `typo: ${text}` };
    expect(judgeRisk(sizedOrder(), [ALLOW, typo], null)).toMatchObject({ kind: "reject", refusal: refused });
    const passed = judgeRisk(sizedOrder(), [ALLOW], null);
    if (passed.kind === "reject") throw new Error("allowed is not rejected");
    expect(passGates(passed, [typo, ALLOW], null)).toMatchObject({ kind: "refused", refusal: refused });
  });

  it("refuse an order of no quantity, and a list of no check", () => {
    for (const quantity of [0n, -5n, Number.NaN, 3] as bigint[]) {
      const text = `its quantity is ${quantity}`;
      expect(judgeRisk(sizedOrder({ quantity }), [ALLOW], null)).toMatchObject({ kind: "reject", refusal: { text } });
    }
    const nobody = [] as unknown as Checks<null>;
    expect(judgeRisk(sizedOrder(), nobody, null)).toMatchObject({ refusal: { text: "nobody judges it" } });
  });

  it("cannot be written down, changed, or left out", () => {
    const outcome = judgeRisk(sizedOrder(), [ALLOW], null);
    const written = { kind: "allow", order: sizedOrder(), trace: [] } as const;
    // @ts-expect-error: only the risk checks make an outcome.
    expect(() => passGates(written, [ALLOW], null)).toThrow("made by the risk checks");
    // @ts-expect-error: what was rejected does not go on.
    const goesOn = () => passGates(outcome, [ALLOW], null);
    expect(goesOn).toBeTypeOf("function");
    // @ts-expect-error: no check is no proof.
    expect(() => judgeRisk(sizedOrder(), [], null)).toBeTypeOf("function");
    expect(Object.isFrozen(outcome) && outcome.kind === "allow" && Object.isFrozen(outcome.order)).toBe(true);
  });
});

describe("publishing", () => {
  it("takes nothing but approved orders", () => {
    const approved = approvedOrder();
    expect(isApproved(approved)).toBe(true);
    const copy: ApprovedOrder = { ...approved };
    expect(() => publishOrder(copy, PUBLISH, 0n)).toThrow("only an approved order is published");
    expect(() => publishTo(copy, "a", PUBLISH, 0n)).toThrow("only an approved order is published");
    // @ts-expect-error: a sized order has passed no check.
    expect(() => publishOrder(sizedOrder(), PUBLISH, 0n)).toThrow("only an approved order");
    // @ts-expect-error: a routed order cannot be written down.
    const routed: RoutedOrder = { ...sizedOrder(), venue: "a", clientOrderId: "x", orderId: "x", destination: "venue" };
    expect(routed).toBeDefined();
  });

  it("gives the parts of a whole, each with an id of its own, the same every time", () => {
    const approved = approvedOrder({ limit: 101n, type: "limit" });
    const { orders, left } = publishOrder(approved, PUBLISH, 0n);
    expect(orders.map(({ venue, quantity }) => [venue, quantity])).toEqual([
      ["a", 6n],
      ["b", 4n],
    ]);
    expect([left, new Set(orders.map(({ clientOrderId }) => clientOrderId)).size]).toEqual([0n, 2]);
    expect(publishOrder(approvedOrder({ limit: 101n, type: "limit" }), PUBLISH, 9n).orders).toEqual(orders);
    expect(orders.every(({ clientOrderId }) => /^gt[0-9a-f]{30}$/.test(clientOrderId))).toBe(true);
  });

  it("leaves out what compliance refuses, says so, and says what is left", () => {
    const compliance = complianceOf({ region: "EU", venues: [{ venue: "a", regions: ["EU"] }] });
    const { orders, refusals, left } = publishOrder(approvedOrder(), { ...PUBLISH, compliance }, 0n);
    expect(orders.map(({ venue, quantity }) => [venue, quantity])).toEqual([["a", 6n]]);
    expect(refusals.map(({ stage, reason }) => [stage, reason])).toEqual([
      ["compliance", "compliance_region"],
      ["route", "no_venue"],
    ]);
    expect(left).toBe(4n);
  });

  it("counts parts that are sent in the throttle, and none that are simulated", () => {
    const throttles = [{ strategy: "*", venue: "*", ordersPerSecond: 1, burst: 1 }];
    const venues = ["a", "b"].map((venue) => ({ venue, regions: ["EU"] }));
    const compliance = complianceOf({ region: "EU", venues, throttles });
    const given = { ...PUBLISH, compliance };
    const simulated = publishOrder(approvedOrder(), { ...given, simulated: true }, 0n);
    expect(simulated.orders.map(({ destination }) => destination)).toEqual(["simulation", "simulation"]);
    expect(publishOrder(approvedOrder(), given, 0n).orders.map(({ destination }) => destination)).toEqual([
      "venue",
      "venue",
    ]);
    const second = publishOrder(approvedOrder({ intentId: "b" }), given, 0n);
    expect(second.refusals.map(({ reason }) => reason)).toEqual(["throttled", "throttled", "no_venue"]);
  });

  it("keeps whole what may not be split", () => {
    const fok = publishOrder(approvedOrder({ timeInForce: "fok" }), PUBLISH, 0n);
    expect(fok.orders.map(({ venue, quantity }) => [venue, quantity])).toEqual([["b", 10n]]);
  });
});
