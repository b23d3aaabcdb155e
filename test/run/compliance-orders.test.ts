// Compliance and the rest of a chain: routes, children, exits made anew, node sets, and the canonical form of rules.

import { describe, expect, it } from "vitest";
import type { ComplianceRules, Gates, NodeSet, RunResult, VenueConfig } from "../../kernel/index.js";
import {
  activationGate,
  bars,
  bracket,
  CATALOGUE,
  commitmentSizer,
  complianceGate,
  decisionChecks,
  eq,
  graph,
  graphJson,
  gt,
  limitOrder,
  marketOrder,
  NODE_SETS,
  nodeIdOf,
  nodeSetRegistry,
  order,
  parseGraph,
  router,
  select,
  stopManager,
  targetPercent,
} from "../../kernel/index.js";
import { issueLinesOf } from "../kernel/graph/issues-of.js";
import { hour, hours, notes, onVolume, runPanel } from "./commitment-runs.js";
import { lines, messages, run } from "./gate-runs.js";
import { flatBars, HOUR_NS, linesBefore } from "./order-lines.js";
import { atHour, routed, routeLines } from "./route-runs.js";

const { close } = bars();
const serves = (...names: readonly string[]): ComplianceRules["venues"] =>
  names.map((venue) => ({ venue, regions: ["EU"] }));
const EU = { region: "EU", venues: serves("alpha", "beta", "gamma") } as const;
/** An order an hour at the most, since a second is over by then. */
const ONE = { strategy: "*", venue: "*", ordersPerSecond: 1, burst: 1 } as const;

function refusalsOf(result: RunResult): readonly string[] {
  return linesBefore(result).filter((line) => line.includes("refusal"));
}

describe("compliance before a router", () => {
  const venues: readonly VenueConfig[] = [
    { name: "alpha", fees: { taker: 0.001 } },
    { name: "beta", fees: { taker: 0.002 }, maxUnits: 60 },
    { name: "gamma", fees: { taker: 0.003 } },
  ];
  const buy = (size: number, rules: ComplianceRules, split: boolean, hours: number) =>
    order(size, {
      unit: "quantity",
      when: atHour(hours),
      gates: { router: router({ split }), compliance: complianceGate(rules) },
    });

  it("leaves out venues that an order may not go to, and says so of each", () => {
    const at = (rules: ComplianceRules, split = false): RunResult => routed(buy(100, rules, split, 1), venues);
    const sent = (result: RunResult): readonly string[] =>
      routeLines(result).map((line) => line.split(" @")[0] as string);
    expect([sent(at(EU)), refusalsOf(at(EU))]).toEqual([["alpha 100"], []]);
    const some = at({ ...EU, venues: serves("beta", "gamma") });
    expect([sent(some), refusalsOf(some)]).toEqual([["gamma 100"], ["1 refusal compliance_region 100 allowed 100"]]);
    const parted = at({ ...EU, venues: serves("beta", "gamma") }, true);
    expect(sent(parted)).toEqual(["beta 60", "gamma 40"]);
    const none = at({ ...EU, venues: serves("elsewhere") }, true);
    expect(sent(none)).toEqual([]);
    expect(refusalsOf(none)).toEqual(Array.from({ length: 3 }, () => "1 refusal compliance_region 100 allowed 0"));
    const named = complianceGate({ ...EU, venues: serves("elsewhere") }, { market: "elsewhere" });
    const alone = order(100, { unit: "quantity", when: atHour(1), gates: { compliance: named } });
    expect(routeLines(routed([alone, buy(100, EU, false, 1)], venues))).toHaveLength(1);
    expect(routed([alone, buy(100, EU, false, 1)], venues).counts.orders).toBe(2);
  });

  it("counts each leg at its venue, and goes to the next venue where one is used up", () => {
    const rules = { ...EU, throttles: [ONE] };
    const three = [100, 101, 102, 103].map((size) => buy(size, rules, false, 1));
    const result = routed(three, venues);
    const sent = routeLines(result).map((line) => line.split(" @")[0]);
    expect(sent).toHaveLength(3);
    expect(new Set(sent.map((line) => line?.split(" ")[0]))).toEqual(new Set(["alpha", "beta", "gamma"]));
    // Each order but the first is refused at those that were taken before it.
    expect(refusalsOf(result)).toHaveLength(1 + 2 + 3);
    // Two that are split over what is left of three venues: the first takes both, for the second none is left.
    const both = { ...rules, venues: serves("beta", "gamma") };
    const split = routed([buy(100, both, true, 1), buy(101, both, true, 1)], venues);
    expect(routeLines(split)).toHaveLength(2);
    expect(refusalsOf(split).map((line) => line.replace(/10\d/, "n"))).toEqual(
      [
        ...["compliance_region n allowed 10", "compliance_region n allowed 0"],
        ...["throttled n allowed 0", "throttled n allowed 0"],
      ].map((line) => expect.stringContaining(line)),
    );
  });

  it("sends what no venue is expected to take to none that is left out", () => {
    const small = venues.map((venue) => ({ ...venue, maxUnits: 60 }));
    const at = (names: readonly string[]): readonly string[] =>
      routeLines(routed([buy(200, { ...EU, venues: serves(...names) }, true, 1)], small)).map(
        (line) => line.split(" @")[0] as string,
      );
    expect(at(["alpha", "beta", "gamma"])).toEqual(["alpha 80", "beta 60", "gamma 60"]);
    expect(at(["beta", "gamma"])).toEqual(["beta 140", "gamma 60"]);
  });

  it("gives the same at any block size", () => {
    const decisions = [1, 2, 3].flatMap((hours) =>
      [10, 11, 12, 13].map((size) => buy(size, { ...EU, throttles: [ONE, { ...ONE, burst: 2 }] }, true, hours)),
    );
    const digests = [1, 2, 1024].map(
      (blockRows) => routed(decisions, venues, {}, undefined, { blockRows }).resultDigest,
    );
    expect(new Set(digests).size).toBe(1);
  });
});

describe("compliance and orders that hang on others", () => {
  const market = { region: "EU", venues: serves("own") } as const;

  it("restricts a child that opens where it is released, and lets one go that only reduces", () => {
    const restrictions = [{ symbol: "A", strategy: "*", from: 2n * HOUR_NS, why: "list 12" }];
    const gates: Gates = { compliance: complianceGate({ ...market, restrictions }) };
    const entry = limitOrder(5, 99, { when: eq(close, 100), gates });
    const child = limitOrder(1, 98, { parent: entry });
    const prices = flatBars(10_000, 10_050, 9800, 9700);
    expect(lines([entry, child], prices).filter((line) => line.includes("refusal"))).toEqual([
      "2 refusal compliance_restricted 5 allowed 0",
    ]);
    const late = { ...restrictions[0], from: 3n * HOUR_NS } as (typeof restrictions)[0];
    const open: Gates = { compliance: complianceGate({ ...market, restrictions: [late] }) };
    const again = limitOrder(5, 99, { when: eq(close, 100), gates: open });
    expect(lines([again, limitOrder(1, 98, { parent: again })], prices).join()).not.toContain("refusal");
    const family = bracket(entry, { stop: 97 });
    expect(lines(family, prices).join()).not.toContain("refusal");
  });

  it("sends stops of commitments anew once their venue takes orders again", () => {
    const sizer = commitmentSizer({ cap: null });
    const entry = [hour(10_000, 55), hour(10_000)];
    const frozen = messages({ hour: 2.5, version: 1, freeze: true }, { hour: 4, version: 2 });
    const anew = (rules: Partial<ComplianceRules>): readonly string[] => {
      const gates = {
        activation: activationGate({ assume: "active" }),
        compliance: complianceGate({ ...market, ...rules }),
      };
      const checks = decisionChecks({ declining: 1 });
      const decision = onVolume({ sizer, stops: stopManager(), atr: 2, gates, checks });
      const result = runPanel(decision, { A: [...entry, ...hours(6, 10_000)] }, frozen);
      expect(refusalsOf(result)).toEqual([]);
      return [...notes(result, "stop_anew"), ...notes(result, "target_anew")];
    };
    expect(anew({})).toEqual(["5 stop_anew 50 9600", "5 target_anew 50 10600"]);
    // A bar is an hour, so that each has room for one order.
    expect(anew({ throttles: [ONE] })).toEqual(["5 stop_anew 50 9600", "6 target_anew 50 10600"]);
    const restriction = { symbol: "A", strategy: "*", from: 2n * HOUR_NS, until: 7n * HOUR_NS, why: "list 12" };
    expect(anew({ restrictions: [restriction] })).toEqual(["7 stop_anew 50 9600", "7 target_anew 50 10600"]);
    expect(anew({ restrictions: [{ ...restriction, allowsReducing: true }] })).toEqual(anew({}));
  });
});

describe("compliance of a node set", () => {
  const registry = nodeSetRegistry();
  const up = select(gt(close, 50), 0.05, 0);
  const rules: ComplianceRules = { region: "EU", venues: [{ venue: "ibkr-us-stocks", regions: ["US"] }] };
  const sent = (set: NodeSet, options: object): readonly string[] => {
    const { decisions, config } = set.attach(up, options);
    return linesBefore(run(decisions, flatBars(10_000, 10_050), { ...config, calendars: {} })).map((line) =>
      line.replace(/ -?\d+ allowed.*| \d+ market.*/, ""),
    );
  };

  it("is an option of each set, said in its chain, and part of its NodeIDs; without it nothing is restricted", () => {
    for (const set of NODE_SETS) {
      const entry = set.describe().entry === "intents" ? [] : up;
      const engine = set.name === "decision_engine" ? { engine: { stops: false } as const } : {};
      const links = (compliance?: ComplianceRules): readonly unknown[] =>
        set
          .attach(entry, { ...engine, ...(compliance === undefined ? {} : { compliance }) })
          .chain.filter(({ component }) => component === "complianceGate");
      expect([links(), links(rules).length]).toEqual([[], 1]);
    }
    const idOf = (options: object): string =>
      nodeIdOf((registry.get("ibkr_like").attach(up, options).decisions[0] as { node: never }).node);
    const other = { ...rules, region: "US" };
    expect(new Set([idOf({}), idOf({ compliance: rules }), idOf({ compliance: other })]).size).toBe(3);
  });

  it("refuses by the profile's venue, by the rules' only one, and can be replaced or left out", () => {
    const set = registry.get("ibkr_like");
    const refused = ["1 refusal compliance_region"];
    expect(sent(set, { compliance: rules }).slice(0, 1)).toEqual(refused);
    expect(sent(set, { compliance: { ...rules, region: "US" } })[0]).toBe("1 order");
    const two = { region: "EU", venues: [...rules.venues, { venue: "other", regions: ["EU"] }] };
    expect(sent(set, { compliance: two }).slice(0, 1)).toEqual(refused);
    expect(sent(set, { compliance: { ...two, region: "US" } })[0]).toBe("1 order");
    expect(sent(set, { compliance: rules, components: { compliance: null } })[0]).toBe("1 order");
    const own = complianceGate({ ...rules, region: "US" });
    expect(sent(set, { compliance: rules, components: { compliance: own } })[0]).toBe("1 order");
    expect(sent(set, { compliance: rules, components: { compliance: gt(close, 1000) } })[0]).toMatch(
      /component_refused/,
    );
    const wrong = issueLinesOf(() => set.attach(up, { components: { compliance: router() } as never }));
    expect(wrong[0]).toContain("ibkr_like.components.compliance");
  });
});

describe("rules of compliance", () => {
  const restriction = { symbol: "A", strategy: "*", until: 5n, why: "list 12" };
  const rules: ComplianceRules = {
    region: "EU",
    venues: [
      { venue: "b", regions: ["UK", "EU"] },
      { venue: "a", regions: ["EU"] },
    ],
    instruments: [{ symbol: "A", regions: ["EU", "US"] }],
    restrictions: [restriction, { ...restriction, strategy: "trend", from: -3n, allowsReducing: true }],
    throttles: [ONE, { ...ONE, burst: 7, venue: "a" }],
  };
  const graphOf = (given: ComplianceRules) =>
    graph({ decisions: [targetPercent(1, { gates: { compliance: complianceGate(given, { market: "a" }) } })] });

  it("are the same gate in any order that says nothing, and stand in the canonical form as they are read again", () => {
    const idOf = (given: ComplianceRules): string => nodeIdOf(complianceGate(given).node);
    const same = {
      ...rules,
      venues: [...rules.venues]
        .reverse()
        .map(({ venue, regions }) => ({ venue, regions: [...regions, "EU"].reverse() })),
      restrictions: [...(rules.restrictions ?? [])].reverse().map((each) => ({ ...each, why: "another list" })),
    };
    expect(idOf(same)).toBe(idOf(rules));
    expect(idOf({ ...rules, throttles: [...(rules.throttles ?? [])].reverse() })).not.toBe(idOf(rules));
    expect(idOf({ ...rules, restrictions: [restriction] })).not.toBe(idOf(rules));
    const made = graphOf(rules);
    expect(parseGraph(graphJson(made), CATALOGUE).graphId).toBe(made.graphId);
    expect(graphJson(made)).toContain('["A","trend","-3","5","reducing"]');
  });

  it("are refused with every row that says nothing or contradicts itself", () => {
    const wrong: ComplianceRules = {
      region: "",
      venues: [
        { venue: "", regions: [] },
        { venue: "a", regions: ["EU"] },
        { venue: "a", regions: [] },
      ],
      instruments: [{ symbol: "A", regions: [""] }],
      restrictions: [
        { ...restriction, from: 5n },
        { ...restriction, strategy: "" },
        { ...restriction, from: 4n },
        { ...restriction, until: 2n ** 63n },
      ],
      throttles: [0, 1, 1_000_000, 1_000_001, 1.5, Number.NaN].map((burst) => ({ ...ONE, burst })),
    };
    expect(issueLinesOf(() => complianceGate(wrong)).map((line) => /params\.\w+(\.\d)?/.exec(line)?.[0])).toEqual([
      "params.region",
      ...["params.venues.0", "params.venues.2"],
      "params.instruments.0",
      ...["params.restrictions.0", "params.restrictions.1", "params.restrictions.3"],
      ...["params.throttles.0", "params.throttles.3", "params.throttles.4", "params.throttles.5"],
    ]);
    const text = graphJson(graphOf(rules));
    const read = (from: string, to: string): readonly string[] => {
      expect(text).toContain(from);
      return issueLinesOf(() => parseGraph(text.replace(from, to), CATALOGUE));
    };
    expect(read('["A","EU","US"]', '"A"').join()).toContain("params.instruments.0");
    expect(read('["*","*","1","1"]', '["*","*","1"]').join()).toContain("params.throttles.0");
    expect(read('"reducing"', '"always"').join()).toContain("params.restrictions");
    expect(issueLinesOf(() => complianceGate({} as never))[0]).toContain("params.region");
  });

  it("judge what is sent, and leave what rests when a restriction begins", () => {
    const restrictions = [{ symbol: "A", strategy: "*", from: 2n * HOUR_NS, why: "list 12" }];
    const gates = { compliance: complianceGate({ region: "EU", venues: serves("own"), restrictions }) };
    const rest = limitOrder(5, 95, { when: eq(close, 100), gates });
    const again = marketOrder(1, { when: eq(close, 101), gates });
    expect(lines([rest, again], flatBars(10_000, 10_100, 9400)).filter((line) => !line.includes("update"))).toEqual([
      "1 order 1 limit 5",
      "2 refusal compliance_restricted 1 allowed 0",
      "2 fill 1 5 @ 9500",
    ]);
  });
});
