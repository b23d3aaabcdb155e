// What node sets are made of and attached with: nothing that somebody asked for is left out without a word.

import { describe, expect, it } from "vitest";
import type { AttachOptions } from "../../kernel/index.js";
import { bars, defineNodeSet, gt, nodeSetRegistry, riskControl, select } from "../../kernel/index.js";
import { issueLinesOf } from "../kernel/graph/issues-of.js";

const registry = nodeSetRegistry();
const up = select(gt(bars().close, 100), 0.1, 0);

describe("a node set", () => {
  it("refuses names that it does not know, what is no object, and what would be ignored", () => {
    const lines = (name: string, options: unknown): readonly string[] =>
      issueLinesOf(() => registry.make(name, name === "intent_first" ? [] : up, "w", options as AttachOptions));
    expect(lines("ccxt_spot", { portfolioscope: "strategy", stratgy: "x", mode: "live" })).toEqual([
      "config/unknown-field ccxt_spot.portfolioscope",
      "config/unknown-field ccxt_spot.stratgy",
      "config/field ccxt_spot.mode",
    ]);
    expect(lines("ccxt_spot", { components: null, account: 5, venues: {}, engine: null, compliance: [] })).toEqual([
      "config/type ccxt_spot.components",
      "config/type ccxt_spot.engine",
      "config/type ccxt_spot.account",
      "config/type ccxt_spot.compliance",
      "config/type ccxt_spot.venues",
    ]);
    expect(lines("plain", { strategy: 5 })).toEqual(["config/field plain.strategy"]);
    expect(lines("plain", { strategy: "" })).toEqual(["config/field plain.strategy"]);
    expect(issueLinesOf(() => registry.make("plain", up, 5 as never))).toEqual(["config/field plain.world"]);
    expect(lines("decision_engine", { engine: { stops: false, chekcs: {}, gates: { risk: riskControl() } } })).toEqual([
      "config/unknown-field decision_engine.engine.chekcs",
      "config/unknown-field decision_engine.engine.gates",
    ]);
    expect(lines("decision_engine", { engine: { stops: false, checks: { windw: false } } })).toEqual([
      "graph/unknown-param decisionChecks.windw",
    ]);
    expect(lines("intent_first", { when: true, instrument: "A", signal: "quantity" })).toEqual([
      "config/field intent_first.signal",
      "config/field intent_first.when",
      "config/field intent_first.instrument",
    ]);
  });

  it("is made of parts that are what they shall be", () => {
    const lines = (parts: unknown): readonly string[] => issueLinesOf(() => defineNodeSet(parts as never));
    const fine = { name: "own", version: 1, summary: "", gates: () => ({}) };
    expect(lines(fine)).toEqual([]);
    expect(lines(null)).toEqual(["config/type nodeSet"]);
    expect(lines({})).toEqual([
      "config/field nodeSet.name",
      "config/field nodeSet.version",
      "config/field nodeSet.summary",
      "config/field nodeSet.gates",
    ]);
    expect(lines({ ...fine, name: "", version: 0.5, gate: () => ({}) })).toEqual(["config/unknown-field nodeSet.gate"]);
    expect(lines({ ...fine, name: "", version: 0.5 })).toEqual([
      "config/field nodeSet.name",
      "config/field nodeSet.version",
    ]);
    expect(lines({ ...fine, entry: "intent", profile: null, decide: 5, sizing: 5 })).toEqual([
      "config/field nodeSet.entry",
      "config/field nodeSet.profile",
      "config/field nodeSet.decide",
      "config/field nodeSet.sizing",
    ]);
  });
});
