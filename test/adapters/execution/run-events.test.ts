// Events of a run: what golden and generated runs say in the schemas of the execution layer.

import { describe, expect, it } from "vitest";
import { absentFiles, prepareScenario, readScenarios } from "../../../adapters/golden/scenario.js";
import type { OpenOrderEvent, PublishedEvent, RunEventOptions } from "../../../adapters/execution/index.js";
import {
  checkedAnyEvent,
  compacted,
  eventsOfRun,
  idempotencyKeyOf,
  Journal,
  orderKey,
  portfolioOf,
  publicationOf,
  readJournal,
} from "../../../adapters/execution/index.js";
import { nodeEngine, nodeHasher } from "../../../adapters/node/index.js";
import type { Dataset, Decision, RunConfig, RunOptions, RunResult } from "../../../kernel/index.js";
import {
  bars,
  constant,
  graph,
  gt,
  InputError,
  lt,
  LEDGER_KINDS,
  limitOrder,
  mantissaText,
  memoryActions,
  memoryConversions,
  memoryFunding,
  ORDER_STATES,
  runGraph,
  select,
  strategyScope,
  targetPercent,
  targetQuantity,
} from "../../../kernel/index.js";
import { PROJECT } from "../cli/goldentape.js";
import { datasetOf, HOUR_NS, share, tape } from "../../kernel/run/small-tapes.js";

const identity: RunEventOptions = { world: "main", strategy: "golden" };
const engine = nodeEngine();

const ofKind = <Kind extends PublishedEvent["kind"]>(events: readonly PublishedEvent[], kind: Kind) =>
  events.filter((event): event is Extract<PublishedEvent, { kind: Kind }> => event.kind === kind);

/** The events of a run, each valid, all of the run and nothing else. */
function checkedEvents(result: RunResult, options: RunEventOptions = identity): readonly PublishedEvent[] {
  const events = [...eventsOfRun(result, options)];
  for (const event of events) {
    const checked = checkedAnyEvent(event, "event");
    if ("issues" in checked) expect(checked.issues, JSON.stringify(event)).toEqual([]);
  }
  expectCounts(result, events);
  expectOrders(result, ofKind(events, "open_order"));
  expectRealised(result, events, options);
  return events;
}

/** No two events but snapshots of one run have the same idempotency key. */
function expectKeys(events: readonly PublishedEvent[]): void {
  const own = events.filter(({ kind }) => kind !== "portfolio");
  expect(new Set(own.map(idempotencyKeyOf)).size).toBe(own.length);
}

function expectCounts(result: RunResult, events: readonly PublishedEvent[]): void {
  const { orders, fills, refusals, updates, orderEnds, ledger, splits, decisionRecords, activations } = result.tables();
  const own = [...ledger.kind].filter((kind) => !["trade", "fee", "split"].includes(LEDGER_KINDS[kind] as string));
  expect(ofKind(events, "order")).toHaveLength(orders.rowCount);
  expect(ofKind(events, "decision")).toHaveLength(decisionRecords.rowCount);
  const taken = [...activations.applied].reduce((sum, sides) => sum + (sides & 1) + (sides >> 1), 0);
  expect(ofKind(events, "activation")).toHaveLength(taken);
  expect(ofKind(events, "fill")).toHaveLength(fills.rowCount);
  expect(ofKind(events, "ack")).toHaveLength(refusals.rowCount + updates.rowCount + orderEnds.rowCount);
  expect(ofKind(events, "movement")).toHaveLength(own.length + splits.rowCount);
  const numbers = events.flatMap((event) => (event.kind === "fill" || event.kind === "movement" ? [event.number] : []));
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
}

/** The compacted state of every order is what the table says. */
function expectOrders(result: RunResult, states: readonly OpenOrderEvent[]): void {
  const { orders, instruments } = result.tables();
  const newest = new Map(compacted(states).map((event) => [event.orderId, event]));
  const inOrder = [...new Set(states.map(({ orderId }) => orderId))].map((orderId) => newest.get(orderId));
  expect(inOrder.map((event) => [event?.state, event?.filled])).toEqual(
    Array.from({ length: orders.rowCount }, (_, row) => {
      const filled = orders.filled[row] as bigint;
      const { sizeDecimals } = instruments[orders.instrument[row] as number] as { sizeDecimals: number };
      return [ORDER_STATES[orders.state[row] as number], mantissaText(filled < 0n ? -filled : filled, sizeDecimals)];
    }),
  );
}

/** Realised profit of the account's currency is that of the tables, when the positions are those of the run. */
function expectRealised(result: RunResult, events: readonly PublishedEvent[], { scope }: RunEventOptions): void {
  const { fills, splits, currency, instruments, strategies } = result.tables();
  if (strategies.length > 1 && scope !== "strategy") return;
  const own = (instrument: number) => instruments[instrument]?.currency.code === currency.code;
  const total = [fills, splits].flatMap((table) =>
    [...table.realised].filter((_, row) => own(table.instrument[row] as number)),
  );
  const realised = new Map(
    ofKind(events, "portfolio").flatMap((event) =>
      event.account === null || event.currency !== currency.code ? [] : [[event.strategy, event.account.realised]],
    ),
  );
  const sum = [...realised.values()].reduce(
    (all, text) => all + BigInt(Math.round(Number(text) * 10 ** currency.decimals)),
    0n,
  );
  expect(sum).toBe(total.reduce((all, each) => all + each, 0n));
}

describe("the events of golden runs", () => {
  const isDeep = process.env["GOLDENTAPE_RUNS"] !== undefined;
  const few = ["bracket-at-worst", "same-close", "worked-cases"];
  const scenarios = readScenarios(`${PROJECT}golden`, []).filter(
    (scenario) => absentFiles(scenario).length === 0 && (isDeep || few.includes(scenario.name)),
  );

  it.each(scenarios.map((scenario) => [scenario.name, scenario] as const))("of %s", async (name, scenario) => {
    const prepared = await prepareScenario(scenario, nodeHasher());
    const result = prepared.run(engine);
    const events = checkedEvents(result, { ...identity, snapshots: "postings" });
    expectKeys(events);
    for (const [index, event] of events.entries()) {
      if (event.kind !== "ack" || !["triggered", "activated", "amended", "resized"].includes(event.status)) continue;
      expect(events[index + 1]).toMatchObject({ kind: "open_order", orderId: event.orderId, leaves: event.leaves });
      expect(["accepted", "partially_filled"]).toContain((events[index + 1] as OpenOrderEvent).state);
    }
    const last = ofKind(events, "portfolio").findLast((event) => event.account !== null);
    expect(last?.account?.cash).toBe(
      mantissaText(result.tables().portfolio.cash.at(-1) as bigint, result.currency.decimals),
    );
    if (name !== "worked-cases") return;
    expect([...eventsOfRun(prepared.run(engine, { blockRows: 1 }), { ...identity, snapshots: "postings" })]).toEqual(
      events,
    );
    const journal = new Journal("main", "backtest");
    for (const event of events) journal.append(event, "0");
    const { instruments } = result.tables();
    const options = { world: "main", domain: "backtest", scope: "world", costing: "average", instruments } as const;
    const replayed = portfolioOf(options, readJournal(journal.text(), journal.checksums()).events());
    expect(replayed.totals("USD")).toEqual(portfolioOf(options, events).totals("USD"));
  });
});

const BARS = 90;
const prices = Array.from({ length: BARS }, (_, row) => 10_000 + ((row * 37) % 101));
const hours = (...each: number[]): BigInt64Array => BigInt64Array.from(each, (hour) => BigInt(hour) * HOUR_NS);

function run(
  decisions: readonly Decision[],
  dataset: Dataset,
  config: Partial<RunConfig> = {},
  options: RunOptions = {},
) {
  const fees = { taker: "0.001" };
  return runGraph(
    engine,
    graph({ decisions }),
    dataset,
    { fees, slippage: { kind: "none" }, cash: "10000", ...config },
    options,
  );
}

/** Snapshots only where something was posted: the others are checked all the same. */
const few: RunEventOptions = { ...identity, snapshots: "postings" };
const movementsOf = (events: readonly PublishedEvent[]) => [
  ...new Set(ofKind(events, "movement").map(({ type }) => type)),
];

describe("the events of a run", () => {
  const { close } = bars();
  const twoWays = targetPercent(select(gt(close, 100.5), 0.9, 0.4));

  it("name its orders, their topics and keys, and who made them", () => {
    const result = run([twoWays], datasetOf([tape("A", prices)]));
    const events = checkedEvents(result);
    const [order] = ofKind(events, "order");
    const [fill] = ofKind(events, "fill");
    if (order === undefined || fill === undefined) throw new Error("an order and its fill");
    expect(order).toMatchObject({
      strategy: "golden",
      symbol: "A",
      side: "buy",
      type: "market",
      bucket: String(HOUR_NS),
    });
    expect(order.nodeId).toBe(result.tables().decisions[0]);
    expect(order.clientOrderId).toMatch(/^gt[0-9a-f]{32}$/);
    expect([fill.orderId, fill.correlationId, fill.bucket, fill.seq]).toEqual([
      order.orderId,
      order.correlationId,
      order.bucket,
      1,
    ]);
    expect(publicationOf(order)).toMatchObject({
      topic: "main.backtest.trade.orders",
      idempotencyKey: orderKey(order),
    });
    expect(publicationOf(fill).topic).toBe("main.backtest.trade.fills");
    expect(publicationOf(order).partitionKey).toBe(publicationOf(fill).partitionKey);
    const shots = ofKind(events, "portfolio");
    expect(new Set(shots.map(({ bucket }) => bucket)).size).toBe(BARS);
    expect(shots.filter(({ account }) => account !== null)).toHaveLength(BARS);
  });

  it("have a snapshot of every bucket, or of those in which something was posted", () => {
    const result = run([targetPercent(constant(0.5))], datasetOf([tape("A", prices)]));
    const snapshots = [...eventsOfRun(result, { ...identity, snapshots: "postings" })].filter(
      (event) => event.kind === "portfolio",
    );
    expect(snapshots.map(({ bucket, symbol }) => [Number(BigInt(bucket) / HOUR_NS), symbol])).toEqual([
      [1, null],
      [2, null],
      [2, "A"],
    ]);
  });

  it("pay funding, dividends, interest and splits, with costs by average and first in, first out", () => {
    const perpetual = share("P", { assetClass: "crypto-perpetual" });
    const funding = [
      memoryFunding(perpetual, { time: hours(1, 9, 17), rate: hours(0, 0, 0).fill(10_000_000n), markPrice: null }),
    ];
    const funded = {
      ...datasetOf([tape("P", prices.slice(0, 20), { facts: { assetClass: "crypto-perpetual" } })]),
      funding,
    };
    const margin = { kind: "margin", leverage: 3, interest: { debit: "0.08" } } as const;
    expect(movementsOf(checkedEvents(run([targetPercent(constant(2))], funded, { account: margin }), few))).toEqual(
      expect.arrayContaining(["deposit", "funding"]),
    );
    const actions = memoryActions(share("A"), {
      time: hours(20, 40),
      priceFactor: BigInt64Array.from([995_000_000_000n, 1_000_000_000_000n]),
      splitFactor: BigInt64Array.from([500_000_000_000n, 1_500_000_000_000n]),
      referencePrice: BigInt64Array.from([10_000n, 10_000n]),
    });
    const dataset = { ...datasetOf([tape("A", prices)]), actions: [actions] };
    for (const cost of ["average", "fifo"] as const) {
      const events = checkedEvents(run([twoWays], dataset, { account: { ...margin, cost } }), few);
      expect(movementsOf(events)).toEqual(expect.arrayContaining(["dividend", "split"]));
    }
  });

  it("say what was liquidated, forced and settled", () => {
    const falling = Array.from({ length: BARS }, (_, row) => 10_000 - 100 * row);
    const account = { kind: "margin", leverage: 5, marginMode: "isolated", liquidationFee: "0.01" } as const;
    const fallen = checkedEvents(run([targetPercent(constant(4))], datasetOf([tape("A", falling)]), { account }), few);
    expect(ofKind(fallen, "fill").map(({ cause }) => cause)).toEqual(["trade", "liquidation"]);
    const closed = checkedEvents(
      run([targetPercent(constant(0.5))], datasetOf([tape("A", prices)]), { closeAtEnd: true }),
    );
    expect(ofKind(closed, "fill").at(-1)).toMatchObject({ cause: "forced", side: "sell", nodeId: null });
    const settled = run([twoWays], datasetOf([tape("A", prices)]), {
      account: { settlement: { days: 1 }, cost: "fifo" },
    });
    expect(movementsOf(checkedEvents(settled, few))).toContain("settlement");
  });

  it("keep the legs of a hedging account apart", () => {
    const account = { kind: "margin", leverage: 4, positions: "hedging" } as const;
    const long = limitOrder(5, 101, { when: lt(close, 100.2) });
    const short = limitOrder(-3, 99, { when: gt(close, 100.8) });
    const events = checkedEvents(run([long, short], datasetOf([tape("A", prices)]), { account, closeAtEnd: true }));
    expect(new Set(ofKind(events, "fill").map(({ leg }) => leg))).toEqual(new Set(["long", "short"]));
    const last = ofKind(events, "portfolio").findLast(({ symbol }) => symbol === "A");
    expect(last?.positions.map(({ leg, quantity }) => [leg, quantity])).toEqual([
      ["long", "0"],
      ["short", "0"],
    ]);
  });

  it("number refusals, and say why", () => {
    const short = targetPercent(select(gt(close, 100.5), -0.5, 0.5));
    const result = run([short], datasetOf([tape("A", prices)]));
    const refused = ofKind(checkedEvents(result, few), "ack").filter(({ orderId }) => orderId === null);
    expect(new Set(refused.map(({ seq, status, reason }) => `${seq} ${status} ${reason}`))).toEqual(
      new Set(["1 reduced not_shortable"]),
    );
    // The same refusals, each recorded twice.
    const twice = result.batches().map(({ timeNs, items }) => ({
      timeNs,
      items: items.flatMap((item) => (item.kind === "refusal" ? [item, item] : [item])),
    }));
    const events = [...eventsOfRun({ ...result, batches: () => twice }, few)];
    expectKeys(events);
    expect(new Set(ofKind(events, "ack").flatMap(({ orderId, seq }) => (orderId === null ? [seq] : [])))).toEqual(
      new Set([1, 2]),
    );
  });

  it("have an account for each currency", () => {
    const conversions = [
      memoryConversions(share("EUR/USD"), "EUR", "USD", {
        time: hours(1),
        rate: BigInt64Array.from([1_100_000_000_000n]),
      }),
    ];
    const euro = tape("E", prices, { facts: { currency: { code: "EUR", decimals: 2 } } });
    const both = { ...datasetOf([tape("A", prices), euro]), conversions };
    const decisions = ["A", "E"].map((instrument) => targetPercent(constant(0.4), { instrument }));
    const events = checkedEvents(run(decisions, both, { account: { currency: "USD", conversionFee: "0.001" } }));
    const accounts = ofKind(events, "portfolio").filter(({ account }) => account !== null);
    expect(new Set(accounts.map(({ currency }) => currency))).toEqual(new Set(["USD", "EUR"]));
    expect(movementsOf(events)).toEqual(expect.arrayContaining(["conversion", "conversion-fee"]));
  });

  it.each(["world", "strategy"] as const)(
    "are of the strategies that share its world, in the scope of the %s",
    (scope) => {
      const decisions = [
        targetQuantity(select(gt(close, 100.5), 50, 20), { gates: { strategy: strategyScope("trend") } }),
        targetQuantity(select(gt(close, 100.3), -10, -40), { gates: { strategy: strategyScope("value") } }),
      ];
      const actions = memoryActions(share("A"), {
        time: hours(40),
        priceFactor: BigInt64Array.from([1_000_000_000_000n]),
        splitFactor: BigInt64Array.from([1_500_000_000_000n]),
        referencePrice: BigInt64Array.from([10_000n]),
      });
      const dataset = { ...datasetOf([tape("A", prices)]), actions: [actions] };
      const result = run(decisions, dataset, { account: { kind: "margin", leverage: 4 } });
      const events = checkedEvents(result, { ...few, scope });
      expectKeys(events);
      expect(new Set(ofKind(events, "order").map(({ strategy }) => strategy))).toEqual(new Set(["trend", "value"]));
      const keys = new Set(ofKind(events, "portfolio").map(({ strategy }) => strategy));
      expect(keys).toEqual(new Set(scope === "world" ? [null] : ["trend", "value"]));
    },
  );

  it("ask for the log of the run", () => {
    const result = run([twoWays], datasetOf([tape("A", prices)]), {}, { keepLog: false });
    expect(() => [...eventsOfRun(result, identity)]).toThrow(InputError);
  });
});
