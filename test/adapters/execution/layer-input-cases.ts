// Bad input of the execution layer: what callers without types hand in is refused by name, and the layer goes on.

import { describe, expect, it } from "vitest";
import { Journal } from "../../../adapters/execution/journal/journal.js";
import { openExecutionLayer, restoreExecutionLayer } from "../../../adapters/execution/layer/execution-layer.js";
import type { ExecutionLayer, LayerTerms } from "../../../adapters/execution/layer/layer-terms.js";
import { CASE_INSTRUMENT, caseActivation } from "../../../adapters/testing/layer-case.js";
import { InputError } from "../../../kernel/index.js";
import { openSmallLayer, SMALL_TERMS, smallIntent, smallMarket } from "./small-layer.js";

/** Codes and paths of what was refused. */
function refusedIn(work: () => unknown): readonly string[] {
  try {
    work();
  } catch (error) {
    if (error instanceof InputError) return error.issues.map(({ code, path }) => `${code} ${path}`);
    throw error;
  }
  return ["nothing was refused"];
}

/** A layer without types, as a caller in JavaScript has it. */
type Untyped = Readonly<Record<keyof ExecutionLayer, (...given: readonly unknown[]) => unknown>>;

function openWithOrder(): { readonly layer: ExecutionLayer; readonly untyped: Untyped; readonly id: string } {
  const layer = openSmallLayer();
  const [request] = layer.intent(smallIntent("0", "buy", "5", { constraints: { limit: "50" } }), MARKET, 2n).requests;
  if (request?.kind !== "place") throw new Error("an intent is an order");
  return { layer, untyped: layer as unknown as Untyped, id: request.terms.clientOrderId };
}

const MARKET = smallMarket(60n);
const WANTED = smallIntent("1", "buy", "1");
const [QUOTE] = MARKET.quotes.buy;
const withQuote = (quote: object) => ({ ...MARKET, quotes: { buy: [quote], sell: [] } });
const { feeRate: _, ...WITHOUT_FEE } = QUOTE as object & { readonly feeRate: bigint };

describe("an argument of another form", () => {
  const cases: readonly [string, (layer: Untyped, id: string) => unknown, readonly string[]][] = [
    ["a price as number", (layer) => layer.intent(WANTED, { ...MARKET, price: 100 }, 4n), ["market.price"]],
    ["a price as text", (layer) => layer.intent(WANTED, { ...MARKET, price: "100" }, 4n), ["market.price"]],
    ["a bucket as number", (layer) => layer.intent(WANTED, { ...MARKET, bucket: 60 }, 4n), ["market.bucket"]],
    ["no market", (layer) => layer.intent(WANTED), ["market", "time"]],
    ["a misspelt market", (layer) => layer.intent(WANTED, { ...MARKET, quots: {} }, 4n), ["market"]],
    ["half a market", (layer) => layer.intent(WANTED, { ...MARKET, quotes: { buy: [] } }, 4n), ["market.quotes.sell"]],
    [
      "a quote in numbers",
      (layer) => layer.intent(WANTED, withQuote({ ...QUOTE, levels: [{ price: 1, quantity: 1 }], lot: 1 }), 4n),
      ["market.quotes.buy.0.levels.0.price", "market.quotes.buy.0.levels.0.quantity", "market.quotes.buy.0.lot"],
    ],
    [
      "a quote without its fee",
      (layer) => layer.intent(WANTED, withQuote(WITHOUT_FEE), 4n),
      ["market.quotes.buy.0.feeRate"],
    ],
    ["a time as number", (layer) => layer.intent(WANTED, MARKET, 4), ["time"]],
    ["no marks", (layer) => layer.commit(60n, undefined, 60n), ["marks"]],
    ["a mark as number", (layer) => layer.commit(60n, { "BTC/USD": 100 }, 60n), ["marks.BTC/USD"]],
    ["a quantity as number", (layer, id) => layer.replace(id, { quantity: 3 }, MARKET, 4n), ["change.quantity"]],
    ["no change", (layer, id) => layer.replace(id, null, MARKET, 4n), ["change"]],
    ["a misspelt change", (layer, id) => layer.replace(id, { quantitty: 3n }, MARKET, 4n), ["change"]],
    ["an order without id", (layer) => layer.cancel(undefined, 4n), ["clientOrderId"]],
    ["no message", (layer) => layer.receive(null, 4n), ["message"]],
    ["a message of no kind", (layer, id) => layer.receive({ kind: "done", clientOrderId: id }, 4n), ["message.kind"]],
    [
      "a fill without numbers",
      (layer, id) => layer.receive({ kind: "fill", clientOrderId: id, seq: 1, price: 100 }, 4n),
      ["message.at", "message.price", "message.quantity", "message.fee", "message.liquidity"],
    ],
    ["nothing told", (layer) => layer.tell(null, 4n), ["told"]],
    ["a fill told", (layer) => layer.tell({ kind: "fill" }, 4n), ["told.kind"]],
    ["a word for a switch", (layer) => layer.leave("no", 4n), ["mayLeave"]],
    ["a letter as number", (layer) => layer.discard(1, 4n), ["letterId"]],
    ["a letter to replay as number", (layer) => layer.replay(1, 4n), ["letterId"]],
    ["no letter to repair", (layer) => layer.repair(null, {}, 4n), ["letterId"]],
    ["a time that is missing", (layer) => layer.advance(), ["time"]],
  ];

  it.each(cases)("is refused by its name: %s", (_name, work, paths) => {
    const { layer, untyped, id } = openWithOrder();
    const before = layer.journal.digest;
    expect(refusedIn(() => work(untyped, id))).toEqual(paths.map((path) => `event/schema ${path}`));
    expect(layer.journal.digest).toBe(before);
    // It goes on.
    expect(layer.cancel(id, 5n).requests.map(({ kind }) => kind)).toEqual(["cancel"]);
  });

  it("is told how numbers are written", () => {
    const { untyped } = openWithOrder();
    expect(() => untyped.commit(60, {}, 60n)).toThrow(
      "bucket: expected a value of type bigint, received 60 (event/schema). Write whole numbers that count as bigint",
    );
  });
});

describe("the time of a layer", () => {
  const SECOND = 1_000_000_000n;

  it("stands still while a clock is a little behind, and is refused where it is further back", () => {
    const layer = openSmallLayer();
    layer.leave(true, 5n * SECOND);
    layer.leave(true, 4n * SECOND);
    expect(layer.journal.entries.slice(-2).map(({ event }) => event.ts)).toEqual(["5000000000", "5000000000"]);
    expect(() => layer.leave(true, 4n * SECOND - 1n)).toThrow(
      "time: expected an instant from 5000000000 on, or up to a second before it, received 3999999999 (event/facts)",
    );
    expect(refusedIn(() => openSmallLayer().leave(true, -1n))).toEqual(["event/schema time"]);
    expect(layer.leave(true, 6n * SECOND).refusals).toEqual([]);
    const again = restoreExecutionLayer(SMALL_TERMS, layer.journal);
    expect(again.journal.digest).toBe(layer.journal.digest);
  });

  it("is cut into buckets of one length, from the first that was committed", () => {
    const layer = openSmallLayer({}, false);
    layer.commit(5n, {}, 5n);
    layer.commit(65n, {}, 65n);
    expect(() => layer.commit(120n, {}, 120n)).toThrow("bucket: expected whole buckets of 60 from 5");
    expect(layer.watermark()).toBe(65n);
    expect(layer.commit(185n, {}, 185n).events.length).toBeGreaterThan(0);
  });
});

describe("the terms of a layer", () => {
  const open = (changes: Readonly<Record<string, unknown>>) => () =>
    openExecutionLayer({ ...SMALL_TERMS, ...changes } as LayerTerms);
  const { compliance, account } = SMALL_TERMS;

  it.each<[string, Readonly<Record<string, unknown>>, string]>([
    ["a misspelt name", { preTrad: {} }, "config/field terms"],
    ["a misspelt name below", { preTrade: { acount: { kind: "cash" } } }, "config/field preTrade"],
    ["a misspelt rule", { compliance: { ...compliance, restriction: [] } }, "config/field compliance"],
    ["a word that is none", { beyond: "sent" }, "config/field beyond"],
    ["a scope that is none", { account: { ...account, scope: "wrld" } }, "config/field account.scope"],
    ["a costing that is none", { account: { ...account, costing: "lifo" } }, "config/field account.costing"],
    ["compliance without anything", { compliance: undefined }, "config/field compliance"],
    ["compliance without venues", { compliance: { region: "EU" } }, "config/field compliance.venues"],
    ["no strategies", { strategies: undefined }, "config/field strategies"],
    ["a strategy that no event can name", { strategies: [" a"] }, "config/field strategies.0"],
    [
      "an instrument without facts",
      { instruments: [{ ...CASE_INSTRUMENT, tick: 1 }] },
      "config/field instruments.0.tick",
    ],
    ["a gate without a judge", { gates: [{ name: "x" }] }, "config/field gates.0.judge"],
    ["no check of risk", { risk: [] }, "config/field risk"],
    ["an alias of nothing", { aliases: [["X", "NOPE"]] }, "config/field aliases.0"],
    [
      "an alias that is another symbol",
      { instruments: [CASE_INSTRUMENT, { ...CASE_INSTRUMENT, symbol: "ETH/USD" }], aliases: [["eth/usd", "BTC/USD"]] },
      "config/field aliases.0",
    ],
    ["a bound below nothing", { ingest: { aheadMax: -1 } }, "execution/option ingest.aheadMax"],
    ["a bound that is no number", { ingest: { heldMax: NaN } }, "config/field ingest.heldMax"],
    [
      "half a manager",
      { manager: { answerNs: 1n, validNs: 1n, skewNs: 0n, patrolNs: 1n } },
      "config/field manager.attemptsMax",
    ],
  ])("are refused by name: %s", (_name, changes, expected) => {
    expect(refusedIn(open(changes))).toContain(expected);
  });

  it("are said by their names where one is misspelt, and refused where there are none", () => {
    expect(open({ preTrad: {} })).toThrow(
      /expected only world, clock[^]*preTrade[^]*received preTrad .*Correct its name/,
    );
    expect(() => openExecutionLayer({} as never)).toThrow("world: expected a value, received nothing");
    for (const nothing of [null, undefined, "terms", []])
      expect(refusedIn(() => openExecutionLayer(nothing as never))).toContain("config/field terms");
    expect(refusedIn(() => restoreExecutionLayer(SMALL_TERMS, null as never))).toEqual(["event/schema journal"]);
    expect(openExecutionLayer({ ...SMALL_TERMS, aliases: [["btcusd", "BTC/USD"]] }).journal).toBeInstanceOf(Journal);
  });
});

describe("an intent with terms that do not go together", () => {
  const NOW = 8n;
  it.each<[string, object, string | null]>([
    ["an end that is over", { expires: "1" }, "expires: expected an instant after 8, which is now, received 1"],
    ["an end that is now", { expires: "8" }, "expires: expected an instant after 8"],
    ["an end ahead", { expires: "9" }, null],
    ["gtd without an end", { timeInForce: "gtd" }, "expires: expected the end of a gtd order"],
    ["an end of a day order", { timeInForce: "day", expires: "9" }, "expires: expected timeInForce gtd"],
    ["post-only at the market", { postOnly: true }, "postOnly: expected a type that rests with a limit"],
    ["post-only at a stop", { postOnly: true, stop: "110" }, "postOnly: expected a type that rests with a limit"],
    [
      "post-only at once",
      { postOnly: true, limit: "90", timeInForce: "ioc" },
      "postOnly: expected an order that may rest",
    ],
    [
      "post-only or nothing",
      { postOnly: true, limit: "90", timeInForce: "fok" },
      "postOnly: expected an order that may",
    ],
    ["post-only with a limit", { postOnly: true, limit: "90" }, null],
    ["post-only with a bound", { postOnly: true, maxSlippageBps: 10 }, null],
  ])("is refused, and not sent: %s", (_name, constraints, text) => {
    const layer = openSmallLayer();
    const { requests, refusals } = layer.intent(smallIntent("1", "buy", "5", { constraints }), MARKET, NOW);
    if (text === null) return expect([requests.length, refusals]).toEqual([1, []]);
    expect(requests).toEqual([]);
    expect(refusals).toMatchObject([{ stage: "intent", reason: "invalid_order" }]);
    expect(refusals[0]?.text).toContain(`intent.constraints.${text}`);
  });
});

describe("a refusal of the intake", () => {
  const refusalOf = (changes: object) => {
    const layer = openSmallLayer();
    const { refusals, events } = layer.intent({ ...smallIntent("1", "buy", "5"), ...changes }, MARKET, 1n);
    const [ack] = events;
    return { text: refusals[0]?.text, ack: ack?.kind === "ack" ? ack.text : undefined };
  };

  it("says where, what was expected and what was found, to the caller and in its acknowledgement", () => {
    const size = refusalOf({ size: { type: "target_percent", value: "0.10" } });
    expect(size.text).toMatch(/^intent.size.value: expected a decimal of zero or more in canonical form.*"0.10"/);
    expect(size.ack).toBe(size.text);
    const typo = refusalOf({ constraints: { limt: "5" } });
    expect(typo.text).toMatch(/^intent.constraints: expected no other field, received limt .*Leave it out/);
    expect(typo.ack).toBe(typo.text);
    expect(refusalOf({ strategy: "other" }).ack).toBe("other may not send intents here");
  });

  it("is cut off where it is long, and one of what is frozen says so too", () => {
    const many = refusalOf(Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`field${index}`, 1])));
    expect(many.text?.length).toBeGreaterThan(1_024);
    expect(many.ack).toBe(many.text?.slice(0, 1_024));
    const layer = openSmallLayer();
    layer.activate(caseActivation({ version: 1, freeze: true }, "live", 1n), 60n, 1n);
    const acks = layer.intent(WANTED, MARKET, 2n).events.filter((event) => event.kind === "ack");
    expect(acks.map((ack) => ack.text !== undefined)).toEqual([true]);
  });
});
