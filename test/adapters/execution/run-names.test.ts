// Names in the events of a run: one trade followed by its correlation, intents, and names that no event can carry.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runColumns } from "../../../adapters/arrow/run-columns.js";
import type { PublishedEvent } from "../../../adapters/execution/index.js";
import {
  checkedAnyEvent,
  eventsOfRun,
  publicationOf,
  runOrderIds,
  topicParts,
} from "../../../adapters/execution/index.js";
import { nodeEngine } from "../../../adapters/node/index.js";
import type { Dataset, Decision, RunResult } from "../../../kernel/index.js";
import {
  activationGate,
  add,
  bars,
  bracket,
  constant,
  graph,
  gt,
  InputError,
  marketOrder,
  nodeSetRegistry,
  rowOfOrder,
  runGraph,
  sub,
  targetPercent,
} from "../../../kernel/index.js";
import { datasetOf, HOUR_NS, tape } from "../../kernel/run/small-tapes.js";
import { runsOf } from "../../model/arbitrary-case.js";

const prices = Array.from({ length: 60 }, (_, row) => 10_000 + ((row * 37) % 101));

const ofKind = <Kind extends PublishedEvent["kind"]>(events: readonly PublishedEvent[], kind: Kind) =>
  events.filter((event): event is Extract<PublishedEvent, { kind: Kind }> => event.kind === kind);

const run = (decisions: readonly Decision[], dataset: Dataset): RunResult =>
  runGraph(nodeEngine(), graph({ decisions }), dataset, { fees: { taker: "0.001" } });

describe("the events of a run", () => {
  it("follow one trade by its correlation from intent and order to the portfolio, as the tables do", () => {
    const entry = marketOrder(10, {
      when: gt(bars().close, 0),
      gates: { activation: activationGate({ world: "paper", strategy: "trend", assume: "active" }) },
    });
    const { close } = bars();
    const result = run(
      [...bracket(entry, { stop: sub(close, 0.05), target: add(close, 0.05) })],
      datasetOf([tape("A", prices)]),
    );
    const tables = result.tables();
    const { orders } = tables;
    const child = orders.parent.findIndex((parent, row) => parent !== 0 && orders.filled[row] !== 0n);
    expect(child).toBeGreaterThan(0);
    const root = orders.parent[child] as number;
    expect(orders.correlation[child]).toBe(root);
    expect(orders.correlation[rowOfOrder(orders.order, root)]).toBe(root);
    const columns = new Map(runColumns(tables).map((each) => [each.name, each.columns]));
    const correlationIn = (name: string, row: number): number | bigint | undefined => {
      const column = columns.get(name)?.find((each) => each.name === "correlation");
      return column?.kind === "integer" ? column.data[row] : undefined;
    };
    const fill = tables.fills.order.indexOf(orders.order[child] as number);
    expect(correlationIn("fills", fill)).toBe(root);
    expect(correlationIn("ledger", tables.ledger.order.indexOf(orders.order[child] as number))).toBe(root);
    expect(correlationIn("ledger", 0)).toBe(0);
    const events = [...eventsOfRun(result)];
    const ids = runOrderIds(tables, result.runId, { world: "paper", strategy: "other" }, orders.rowCount);
    const id = ids[rowOfOrder(orders.order, root)]?.correlationId;
    const followed = events.filter((event) => "correlationId" in event && event.correlationId === id);
    expect(followed.map((event) => [event.world, "strategy" in event ? event.strategy : null])).toEqual(
      followed.map(() => ["paper", "trend"]),
    );
    expect(new Set(followed.map(({ kind }) => kind))).toEqual(
      new Set(["order", "open_order", "fill", "ack", "exit_signal"]),
    );
    const filled = ofKind(followed, "fill").map(({ ts }) => ts);
    const snapshots = ofKind(events, "portfolio").map(({ bucket }) => BigInt(bucket));
    expect(filled.every((ts) => snapshots.some((bucket) => bucket >= BigInt(ts)))).toBe(true);
  });

  it("name the intent of an order", () => {
    const intents = [1, 2].map(
      (number) =>
        ({
          intentId: `i${number}`,
          ts: HOUR_NS,
          instrument: "A",
          side: "buy",
          size: { type: "quantity", value: 5 },
        }) as const,
    );
    const { decisions } = nodeSetRegistry().make("intent_first", intents, "paper", { components: { risk: null } });
    const events = [...eventsOfRun(run(decisions, datasetOf([tape("A", prices)])))];
    expect(
      ofKind(events, "order")
        .map(({ world, intentId }) => [world, intentId])
        .sort(),
    ).toEqual([
      ["paper", "i1"],
      ["paper", "i2"],
    ]);
  });

  it("are valid whatever the names are, or there is none of them", () => {
    const word = fc.oneof(fc.constantFrom("main", "a.b", " t", "A  B", "", "x".repeat(129)), fc.string());
    let refused = 0;
    fc.assert(
      fc.property(word, word, word, word, (world, strategy, symbol, venue) => {
        const facts = { venue };
        const result = run([targetPercent(constant(1))], datasetOf([tape(symbol, prices.slice(0, 3), { facts })]));
        try {
          for (const event of eventsOfRun(result, { world, strategy })) {
            expect(checkedAnyEvent(event, "event")).toHaveProperty("event");
            expect(topicParts(publicationOf(event).topic)).toMatchObject({ world, domain: "backtest" });
          }
        } catch (error) {
          if (!(error instanceof InputError)) throw error;
          const codes = error.issues.map(({ code }) => code);
          expect(codes).toEqual(codes.map(() => "event/facts"));
          refused++;
        }
      }),
      {
        numRuns: runsOf(60),
        examples: [
          ["main", "t", "A", "XNAS"],
          ["a.b", " t", "A  B", ""],
        ],
      },
    );
    expect(refused).toBeGreaterThan(runsOf(60) / 4);
    expect(refused).toBeLessThan(runsOf(60));
    expect(() => [
      ...eventsOfRun(run([targetPercent(constant(1))], datasetOf([tape("A", prices)])), {
        world: "a.b",
        strategy: " t",
      }),
    ]).toThrow(/run\.world.*run\.strategy/s);
  });
});
