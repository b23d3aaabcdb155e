// What node sets say of their chain, and sets that route over several venues.

import { describe, expect, it } from "vitest";
import type { AttachOptions, ChainLink, Decision, RunConfig, VenueConfig, VenueProfile } from "../../kernel/index.js";
import {
  bars,
  CHAIN_PLACES,
  defineNodeSet,
  gt,
  NODE_SETS,
  nodeIdOf,
  nodeSetRegistry,
  riskControl,
  router,
  select,
  userNode,
  VENUE_PROFILES,
} from "../../kernel/index.js";
import { expectationsOf } from "../kernel/graph/issues-of.js";
import { barsTape, flatBars, runOrders } from "./order-lines.js";

const registry = nodeSetRegistry();
const { close } = bars();
const up = select(gt(close, 100), 0.1, 0);

describe("the chain of a set", () => {
  const standing = (chain: readonly ChainLink[]) => {
    const said = new Map<string, string | null>();
    for (const { place, component, runs } of chain) {
      const before = said.get(place);
      const link = component === null ? null : `${component} ${runs}`;
      said.set(place, typeof before === "string" ? `${before}, ${link}` : link);
    }
    return Object.fromEntries(said);
  };

  it("names every place of the specification in order, and what stands there", () => {
    for (const set of NODE_SETS)
      expect([...new Set(set.describe().chain.map(({ place }) => place))]).toEqual(CHAIN_PLACES);
    expect(standing(registry.get("ibkr_like").describe().chain)).toEqual({
      RiskControl: "riskControl wasm",
      TimingGate: "timingGate wasm",
      PreTradeGate: "preTradeGate wasm, activationGate wasm",
      Sizing: "targetPercent wasm",
      Execution: "bars wasm",
      Router: null,
      OrderPublish: "publish wasm",
      FillIngest: "fill wasm",
      Portfolio: "ledger wasm",
      MicroBatch: "batches wasm",
    });
    const sizing = (name: string) => standing(registry.get(name).describe().chain)["Sizing"];
    expect([sizing("intent_first"), sizing("decision_engine")]).toEqual(["order wasm", "commitment wasm"]);
    expect(standing(registry.get("plain").describe().chain)).toMatchObject({
      RiskControl: null,
      PreTradeGate: "account wasm",
    });
  });

  it("says what was put in place of its own, a user node too", () => {
    const pass = userNode({
      name: "pass",
      version: 3,
      period: 1,
      inputs: { price: "number" },
      outputs: { value: "boolean" },
      compute: () => undefined,
    });
    const components = {
      risk: pass({ price: close }).value,
      timing: gt(close, 0),
      sizing: close,
      activation: null,
      preTrade: null,
    };
    const { chain } = registry.make("ccxt_spot", up, "w", { components, venues: [{ name: "v" }] });
    expect(standing(chain)).toMatchObject({
      RiskControl: "user:pass user",
      TimingGate: "gt wasm",
      PreTradeGate: "account wasm",
      Router: "router wasm",
    });
    expect(chain[0]).toMatchObject({ version: 3 });
  });
});

describe("a node set with several venues", () => {
  const venues: readonly VenueConfig[] = [
    { name: "near", fees: { taker: "0.002" } },
    { name: "far", fees: { taker: "0.001" } },
  ];
  const profile = { ...(VENUE_PROFILES[0] as VenueProfile), venues };
  const set = defineNodeSet({ name: "two", version: 1, summary: "two venues", gates: () => ({}), profile });

  it("brings them and a router, whose version is in the identity of what it sends", () => {
    const attached = set.attach(up);
    expect(attached.config.venues).toEqual(venues);
    const idOf = (options: AttachOptions): string => nodeIdOf((set.attach(up, options).decisions[0] as Decision).node);
    const whole = { components: { router: router({ split: false }) } };
    expect(new Set([idOf({}), idOf(whole), idOf({ components: { router: null } })]).size).toBe(3);
    const traded = runOrders(
      attached.decisions,
      [barsTape("A", flatBars(9_900, 10_100, 10_200))],
      attached.config as Partial<RunConfig>,
    );
    const { fills } = traded.tables();
    expect([...fills.venue]).toEqual([1]);
    const cost = (fills.price[0] as bigint) * (fills.quantity[0] as bigint);
    expect(fills.fee[0]).toBe((cost + 999n) / 1000n);
  });

  it("takes others when it is attached, and none without its router", () => {
    expect(set.attach(up, { venues: [{ name: "own" }] }).config.venues).toEqual([{ name: "own" }]);
    expect(set.attach(up, { components: { router: null } }).config.venues).toBeUndefined();
    expect(expectationsOf(() => set.attach(up, { components: { router: riskControl() as never } }))).toEqual([
      "two.components.router: a router, or null for none",
    ]);
  });
});
