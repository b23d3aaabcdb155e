// Golden cases of the execution layer: each trace is compared whole. GOLDENTAPE_TRACES=write writes them anew.

import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { openOrderManager } from "../../../adapters/execution/index.js";
import type { ManagerOutput, RiskFacts, SizedOrder, VenueRequest, Verdict } from "../../../adapters/execution/index.js";
import { checkLayer } from "../../../adapters/testing/check-layer.js";
import { runLayerCase } from "../../../adapters/testing/layer-case.js";
import type { LayerParts } from "../../../adapters/testing/layer-case.js";
import { LAYER_CASES } from "../../../adapters/testing/order-cases.js";

const IS_WRITING = process.env["GOLDENTAPE_TRACES"] === "write";

describe("a check of parts of one's own", () => {
  it("finds a manager that sends again without asking, and one that forgets fills", () => {
    const impatient: LayerParts = {
      openManager: (terms, record) => {
        const manager = openOrderManager(terms, record);
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
    expect(checkLayer(impatient).map(({ name }) => name)).toContain("lost-answer");
    const forgetful: LayerParts = {
      openManager: (terms, record) => {
        const manager = openOrderManager(terms, record);
        return { ...manager, receive: (message, time) => ({ ...manager.receive(message, time), fills: [] }) };
      },
    };
    expect(checkLayer(forgetful).find(({ name }) => name === "accepted-and-filled")?.faults).toEqual([
      "position 0 here, 10 at the venues",
      expect.stringMatching(/has 1 fills, 0 were counted$/),
    ]);
  });

  it("finds nothing wrong with the layer itself, and says what a part threw", () => {
    expect(checkLayer({})).toEqual([]);
    const openManager = () => {
      throw new Error("no manager");
    };
    expect(checkLayer({ openManager }, LAYER_CASES.slice(0, 1))).toEqual([
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
    const given = LAYER_CASES.find(({ name }) => name === "replaced");
    if (given === undefined) throw new Error("there is a case with a replacement");
    runLayerCase(given, { risk: [{ name: "seen", judge }] });
    expect(open).toEqual([0n, 0n]);
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
