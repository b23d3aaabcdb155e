// Golden cases of the execution layer: each trace is compared whole. GOLDENTAPE_TRACES=write writes them anew.

import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { openOrderManager } from "../../../adapters/execution/index.js";
import type { ManagerOutput, RiskFacts, SizedOrder, VenueRequest, Verdict } from "../../../adapters/execution/index.js";
import { checkLayer } from "../../../adapters/testing/check-layer.js";
import { runLayerCase } from "../../../adapters/testing/layer-case.js";
import type { CaseStep, LayerCase, LayerParts } from "../../../adapters/testing/layer-case.js";
import { LAYER_CASES } from "../../../adapters/testing/order-cases.js";
import { openSmallLayer, smallIntent, smallMarket } from "./small-layer.js";

function caseNamed(name: string): LayerCase {
  const found = LAYER_CASES.find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is a case ${name}`);
  return found;
}

const IS_WRITING = process.env["GOLDENTAPE_TRACES"] === "write";

describe("a check of parts of one's own", () => {
  it("finds a manager that sends again without asking, and one that forgets fills", () => {
    const impatient: LayerParts = {
      openManager: (terms) => {
        const manager = openOrderManager(terms);
        // What is overdue is sent again, as it was.
        const sent = new Map<string, VenueRequest>();
        const keep = (output: ManagerOutput): ManagerOutput => {
          for (const request of output.requests)
            if (request.kind === "place") sent.set(request.terms.clientOrderId, request);
          return output;
        };
        return {
          ...manager,
          submit: (order, time) => keep(manager.submit(order, time)),
          advance: (time) => {
            const { requests, ...rest } = manager.advance(time);
            return {
              ...rest,
              requests: requests.map((one) => (one.kind === "ask" ? (sent.get(one.clientOrderId) ?? one) : one)),
            };
          },
        };
      },
    };
    expect(checkLayer(impatient, { cases: [caseNamed("lost-answer")] }).map(({ name }) => name)).toEqual([
      "lost-answer",
    ]);
    const forgetful: LayerParts = {
      openManager: (terms) => {
        const manager = openOrderManager(terms);
        return { ...manager, receive: (message, time) => ({ ...manager.receive(message, time), fills: [] }) };
      },
    };
    expect(
      checkLayer(forgetful, { cases: [caseNamed("accepted-and-filled")], mayDiffer: true })[0]?.faults,
    ).toContainEqual(expect.stringMatching(/has 1 fills, 0 were counted$/));
  });

  // That it finds nothing wrong with the layer itself is said by "parts without a fault".
  it("says what a part threw", () => {
    const openManager = () => {
      throw new Error("no manager");
    };
    expect(checkLayer({ openManager }, { cases: LAYER_CASES.slice(0, 1) })).toEqual([
      { name: "accepted-and-filled", faults: ["no manager"], trace: [] },
    ]);
  });
});

describe("a replacement", () => {
  it("is judged without the order whose place it takes", () => {
    const open: bigint[] = [];
    const judge = (_: SizedOrder, facts: RiskFacts): Verdict => {
      open.push(facts.openBuy);
      return { kind: "allow" };
    };
    runLayerCase(caseNamed("replaced"), { risk: [{ name: "seen", judge }] });
    expect(open).toEqual([0n, 0n]);
  });
});

describe("the guard of the outbox", () => {
  it("refuses what adds while orders are without an answer, lets reductions through, and opens again", () => {
    const step = (at: bigint, side: "buy" | "sell", value: string): CaseStep => {
      return {
        at: at * 1_000_000n,
        do: "intent",
        intent: { intentId: `i${at}`, side, size: { type: "quantity", value } },
      };
    };
    const given: LayerCase = {
      name: "outbox",
      about: "Two orders within the time of an answer.",
      book: { bid: 99n, bidSize: 100n, ask: 100n, askSize: 100n },
      steps: [
        step(0n, "buy", "5"),
        step(200n, "buy", "1"),
        step(210n, "buy", "1"),
        step(220n, "sell", "2"),
        step(400n, "buy", "1"),
      ],
      until: 10_000_000_000n,
    };
    const outbox = {
      unacknowledgedMax: 1,
      unacknowledgedResume: 0,
      lagNsMax: 10n ** 12n,
      lagNsResume: 0n,
      capacity: 4,
    };
    const { layer, refusals, requests } = runLayerCase(given, { outbox });
    expect(refusals.map(({ stage, reason }) => [stage, reason])).toEqual([["publish", "backpressure"]]);
    expect(requests.map(({ time }) => time / 1_000_000n)).toEqual([0n, 200n, 220n, 400n]);
    expect(layer.counters.rows()).toEqual([
      { stage: "ingest", reason: "posted", count: 4 },
      { stage: "publish", reason: "admitted", count: 4 },
      { stage: "publish", reason: "backpressure", count: 1 },
    ]);
  });

  it("does not wait for what did not leave", () => {
    const limits = {
      unacknowledgedMax: 1,
      unacknowledgedResume: 0,
      lagNsMax: 10n ** 12n,
      lagNsResume: 0n,
      capacity: 1,
    };
    const layer = openSmallLayer({ outbox: limits });
    const send = (id: string) => {
      const { refusals } = layer.intent(smallIntent(id, "buy", "1"), smallMarket(60n), 1n);
      return refusals.map(({ stage, reason }) => `${stage} ${reason}`);
    };
    layer.leave(false, 1n);
    expect([send("a"), send("b")]).toEqual([["publish simulation_only"], ["publish simulation_only"]]);
    layer.leave(true, 1n);
    expect([send("c"), send("d")]).toEqual([[], ["publish backpressure"]]);
    expect(layer.counters.rows().map(({ stage, reason, count }) => `${stage} ${reason} ${count}`)).toEqual([
      "publish admitted 3",
      "publish backpressure 1",
      "publish simulation_only 2",
    ]);
  });

  it("counts every refusal by stage and reason", () => {
    expect(runLayerCase(caseNamed("freeze")).layer.counters.rows()).toEqual([
      { stage: "gate", reason: "freeze", count: 3 },
      { stage: "ingest", reason: "posted", count: 1 },
    ]);
  });
});

describe("a case of the execution layer", () => {
  it.each(LAYER_CASES.map((one) => [one.name, one] as const))("%s goes as it is written", (name, one) => {
    const { trace } = runLayerCase(one);
    const text = [`${one.about}`, "", ...trace.map((line) => line.trimEnd()), ""].join("\n");
    const file = new URL(`./traces/${name}.txt`, import.meta.url);
    if (IS_WRITING) writeFileSync(file, text);
    expect(text).toBe(readFileSync(file, "utf8"));
  });
});
