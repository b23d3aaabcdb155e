// Buckets of a run's events: what a bucket left stands in front of its snapshot, and says so, whenever it is accepted,
// ends or is said to have happened.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { eventsOfRun, lineageOfOrder, orderKey } from "../../../adapters/execution/index.js";
import type { PublishedEvent, PublishedKind } from "../../../adapters/execution/index.js";
import { generatedDataset } from "../../../adapters/testing/arbitrary-bars.js";
import {
  activationGate,
  bars,
  bracket,
  commitmentSizer,
  createWorkspace,
  cumSum,
  eq,
  graph,
  gt,
  lt,
  marketOrder,
  memoryActions,
  openReplay,
  or,
  runGraph,
  select,
  targetQuantity,
} from "../../../kernel/index.js";
import type { Dataset, RunConfig, RunResult } from "../../../kernel/index.js";
import { datasetOf, share } from "../../kernel/run/small-tapes.js";
import { runsOf, smallCase } from "../../model/arbitrary-case.js";
import { configOf, engineFor, graphOf, kernelRun } from "../../model/kernel-run.js";
import { hour as bar, hours, onVolume, runPanel } from "../../run/commitment-runs.js";
import { messages, run } from "../../run/gate-runs.js";
import { barsTape, flatBars, HOUR_NS } from "../../run/order-lines.js";

const eventsOf = (result: RunResult): readonly PublishedEvent[] => [
  ...eventsOfRun(result, { world: "main", strategy: "trend" }),
];

const ofKind = <Kind extends PublishedKind>(events: readonly PublishedEvent[], kind: Kind) =>
  events.filter((event): event is Extract<PublishedEvent, { kind: Kind }> => event.kind === kind);

/** Hour of an instant, whole or not. */
const hourOf = (ns: string): number => Number(BigInt(ns) / 60_000_000_000n) / 60;

/** What each bucket has in front of its snapshot, compacted states apart: its hour, then the kinds. */
function storyOf(events: readonly PublishedEvent[]): readonly string[] {
  const story: string[] = [];
  let kinds: string[] = [];
  for (const event of events) {
    if (event.kind === "open_order") continue;
    if (event.kind !== "portfolio") kinds.push(event.kind);
    else if (kinds.length > 0) {
      story.push(`${hourOf(event.bucket)}: ${kinds.join(", ")}`);
      kinds = [];
    }
  }
  return [...story, ...(kinds.length === 0 ? [] : [`behind: ${kinds.join(", ")}`])];
}

const { close } = bars();
const hour = cumSum(select(gt(close, 0), 1, 0));

/** Sessions from hour to hour. */
const sessionsOf = (...sessions: readonly (readonly [from: number, to: number])[]): Partial<RunConfig> => ({
  calendars: {
    A: { kind: "sessions", sessions: sessions.map(([from, to]) => [BigInt(from) * HOUR_NS, BigInt(to) * HOUR_NS]) },
  },
});

const flat = flatBars(...Array.from({ length: 10 }, () => 10_000));

/** Hours of the buckets of some orders, and of their acceptance. */
const sentOf = (events: readonly PublishedEvent[]): readonly (readonly [bucket: number, ts: number])[] =>
  ofKind(events, "order").map(({ bucket, ts }) => [hourOf(bucket), hourOf(ts)]);

describe("the buckets of a run's events", () => {
  it("have what happened in them, though orders in between end and are accepted later", () => {
    // Each hour's target takes the place of the last one, an hour and a half later; a split comes in between.
    const target = targetQuantity(select(lt(hour, 4), 10, hour));
    const actions = memoryActions(share("A"), {
      time: BigInt64Array.of(6n * HOUR_NS),
      priceFactor: BigInt64Array.of(1_000_000_000_000n),
      splitFactor: BigInt64Array.of(500_000_000_000n),
      referencePrice: BigInt64Array.of(10_000n),
    });
    const dataset: Dataset = { ...datasetOf([barsTape("A", flat.slice(0, 8))]), actions: [actions] };
    const latencyNs = 5_400_000_000_000;
    const config: RunConfig = { fees: { taker: 0 }, slippage: { kind: "none" }, cash: "100000", latencyNs };
    const events = eventsOf(runGraph(engineFor(), graph({ decisions: [target] }), dataset, config));
    expect(storyOf(events)).toEqual([
      "1: movement, order",
      "4: fill, order",
      "5: ack, order",
      "6: ack, order",
      "7: movement, ack, ack, order",
      "8: ack, order, ack",
    ]);
    const superseded = ofKind(events, "ack").filter(({ reason }) => reason === "superseded");
    expect(superseded.map(({ bucket, ts }) => [hourOf(bucket), hourOf(ts)])).toEqual([
      [4, 6.5],
      [5, 7.5],
      [6, 8.5],
      [7, 9.5],
    ]);
    expect(ofKind(events, "movement").map(({ type, bucket }) => [type, hourOf(bucket)])).toEqual([
      ["deposit", 1],
      ["split", 7],
    ]);
  });

  it("are those of the decisions of orders that wait for one open, and tell these apart", () => {
    const twice = marketOrder(1, { when: or(eq(hour, 5), eq(hour, 6)) });
    const events = eventsOf(run(twice, flat, sessionsOf([2, 4], [8, 10])));
    expect(sentOf(events)).toEqual([
      [5, 8],
      [6, 8],
    ]);
    expect(storyOf(events)).toEqual(["1: movement", "5: order", "6: order", "9: fill, fill"]);
    const keys = ofKind(events, "order").map((order) => orderKey({ ...order, clientOrderId: "" }));
    expect(new Set(keys).size).toBe(2);
  });

  it("are those in which a parent filled, for children and for what refuses them", () => {
    const entry = marketOrder(1, { when: eq(hour, 2), gates: { activation: activationGate({ assume: "active" }) } });
    const both = [...bracket(entry, { stop: 90, target: 110 })];
    const sent = eventsOf(run(both, flat));
    expect(sentOf(sent)).toEqual([
      [2, 2],
      [3, 2],
      [3, 2],
    ]);
    expect(storyOf(sent)).toEqual(["1: movement", "2: order", "3: fill, order, order", "10: ack, ack"]);
    const frozen = eventsOf(run(both, flat, messages({ hour: 2.5, version: 1, freeze: true })));
    const refused = ofKind(frozen, "ack").filter(({ status }) => status === "refused");
    expect(refused.map(({ reason, bucket, ts, seq }) => [reason, hourOf(bucket), hourOf(ts), seq])).toEqual([
      ["freeze", 3, 2, 1],
      ["freeze", 3, 2, 1],
    ]);
  });

  it("join an order that waits for an open to the decision that it is of", () => {
    const panel = { A: [...hours(2, 10_000), bar(10_000, 90), ...hours(7, 10_000)] };
    const sizer = commitmentSizer({ cap: 5_000 });
    const events = eventsOf(runPanel(onVolume({ sizer }), panel, sessionsOf([0, 2], [6, 10])));
    expect(sentOf(events)).toEqual([[3, 6]]);
    const [order] = ofKind(events, "order");
    const lineage = lineageOfOrder(events, order?.orderId ?? "");
    expect(lineage?.decisions).toEqual(ofKind(events, "decision"));
    expect(lineage?.decisions.map(({ bucket }) => hourOf(bucket))).toEqual([3]);
  });

  it("come in turn in any run, and those of a run that goes on are the first of the whole", () => {
    let sent = 0;
    fc.assert(
      fc.property(smallCase, fc.double({ min: 0, max: 1, noNaN: true }), (given, share) => {
        const whole = kernelRun(given);
        const events = eventsOf(whole);
        let next = whole.tables().portfolio.time.at(-1) as bigint;
        for (const event of events.toReversed()) {
          if (event.kind === "portfolio") next = BigInt(event.bucket);
          else if (event.kind === "order" || event.kind === "movement") expect(BigInt(event.bucket)).toBe(next);
        }
        sent += ofKind(events, "order").length;
        // The end of data is the last bucket's: it is not gone on from.
        const { buckets } = whole.counts;
        fc.pre(buckets > 1);
        const workspace = createWorkspace(engineFor(), generatedDataset(given.instruments));
        const open = openReplay(workspace, graphOf(given), configOf(given));
        open.replay.advanceToBucket(1 + Math.floor((buckets - 2) * share));
        const first = eventsOf(open.result());
        expect(first).toEqual(events.slice(0, first.length));
      }),
      { numRuns: runsOf(40) },
    );
    expect(sent).toBeGreaterThan(10);
  });
});
