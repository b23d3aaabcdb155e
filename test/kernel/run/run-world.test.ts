// Runs under a world: the clock of a tape belongs to backtests alone, and the world is no part of a run's identity.

import { describe, expect, it } from "vitest";
import { caseDecision, caseWorld } from "../../../adapters/testing/layer-case.js";
import { DOMAINS, resolveWorld } from "../../../kernel/index.js";
import { checkOptions } from "../../../kernel/run/run-options.js";
import type { RunOptions } from "../../../kernel/run/run-options.js";
import { IssueList } from "../../../kernel/base/error.js";
import { nodeSetRegistry } from "../../../kernel/sets/registry.js";
import { EFFECTIVE_MODES } from "../../../kernel/worlds/domain.js";

function codesOf(options: RunOptions): readonly string[] {
  const issues = new IssueList();
  checkOptions(options, issues);
  return issues.issues.map(({ code, path }) => `${code} ${path}`);
}

describe("a run under a world", () => {
  it.each(DOMAINS)("in the domain %s is made, or refused for its clock", (domain) => {
    const expected = domain === "backtest" ? [] : ["world/clock options.world"];
    expect(codesOf({ world: caseWorld(domain) })).toEqual(expected);
  });

  it("that nothing is known of is a backtest", () => {
    expect(codesOf({ world: resolveWorld(null, { world: "main", nowNs: 0n }) })).toEqual([]);
  });

  it("that was not resolved is refused, whatever it says", () => {
    const world = { ...resolveWorld(caseDecision("backtest"), { world: "main", nowNs: 0n }) };
    expect(codesOf({ world })).toEqual(["config/type options.world"]);
  });
});

describe("a node set", () => {
  it.each(EFFECTIVE_MODES)("knows the mode %s by the same word, and leaves it to a gateway", (mode) => {
    const attach = () => nodeSetRegistry().make("plain", 1, "main", { mode });
    expect(attach).toThrow(`expected simulate, which needs no gateway, received ${mode}`);
  });
});
