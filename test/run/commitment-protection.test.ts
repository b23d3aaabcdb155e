// Protection of commitments: whatever ends a stop or a target, what is held gets others as soon as it may have them.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ACTIVATION_CANCELS, ACTIVATION_IS_FROZEN } from "../../assembly/abi-policy.js";
import type { CommitmentOptions, Decision, RunConfig, RunResult } from "../../kernel/index.js";
import {
  activationGate,
  commitmentSizer,
  decisionChecks,
  eq,
  graph,
  memoryActions,
  ORDER_TYPES,
  runGraph,
  router,
  select,
  stopManager,
  strategyScope,
  targetQuantity,
  tierPolicy,
  UPDATE_KINDS,
  bars,
  weeklyRebalance,
} from "../../kernel/index.js";
import { share } from "../kernel/run/small-tapes.js";
import { runsOf } from "../model/arbitrary-case.js";
import { engineFor } from "../model/kernel-run.js";
import { EXIT, hour, hours, notes, onVolume, QUIET, runPanel } from "./commitment-runs.js";
import { messages } from "./gate-runs.js";
import type { Bar } from "./order-lines.js";
import { barsTape, HOUR_NS, linesBefore } from "./order-lines.js";

/** Of messages that cancel what is open. */
const CANCELLING = ACTIVATION_CANCELS | ACTIVATION_IS_FROZEN;
const E12 = 1_000_000_000_000n;
const gates = { activation: activationGate({ assume: "active" }) };
const sizer = commitmentSizer({ cap: null });
const engine = (options: CommitmentOptions = {}): Decision =>
  onVolume({ sizer, stops: stopManager(), atr: 2, gates, checks: decisionChecks({ declining: 1 }), ...options });
/** 50 shares bought at 100, with a stop at 96 and a target at 106. */
const entry = [hour(10_000, 55), hour(10_000)] as const;
/** What happened from an hour on. */
const since = (result: RunResult, from: number): readonly string[] =>
  linesBefore(result).filter((line) => Number(line.split(" ")[0]) >= from);

describe("exits made anew", () => {
  it("come in the bucket after a freeze is lifted, and act", () => {
    const rows = [...entry, ...hours(3, 10_000), [10_000, 10_000, 9000, 9000], hour(9000)] as readonly Bar[];
    const lifted = messages({ hour: 2.5, version: 1, freeze: true }, { hour: 4, version: 2 });
    const result = runPanel(engine(), { A: rows }, lifted);
    expect(since(result, 2)).toEqual([
      "2 end 2 freeze -50",
      "2 end 3 freeze -50",
      "5 order 4 stop -50",
      "5 terms 4 stop 9600",
      "5 order 5 limit -50",
      "5 terms 5 limit 10600 group 4",
      "6 update 4 -50 limit 0 trigger 9600",
      "6 fill 4 -50 @ 9600",
      "6 end 5 oco -50",
    ]);
    expect(notes(result, "stop_anew").concat(notes(result, "target_anew"))).toEqual([
      "5 stop_anew 50 9600",
      "5 target_anew 50 10600",
    ]);
  });

  it("come in the bar of a drain that cancels them, and act from the open at which the others are gone", () => {
    const drained = messages({ hour: 2.5, version: 1, drain: "cancel" });
    const told = (...rows: readonly Bar[]): readonly string[] =>
      since(runPanel(engine(), { A: [...entry, ...rows] }, drained), 2).filter((line) => /end|order|fill/.test(line));
    const anew = ["3 order 4 stop -50", "3 order 5 limit -50", "2 end 2 drain -50", "2 end 3 drain -50"];
    expect(told(...hours(2, 10_000))).toEqual(anew);
    expect(told(hour(10_000), [10_000, 10_000, 9000, 9000])).toEqual([
      ...anew,
      "4 fill 4 -50 @ 9600",
      "4 end 5 oco -50",
    ]);
    // In the bar of the message the first ones are still there.
    expect(told([10_000, 10_000, 9000, 9000], hour(9000))).toEqual(["3 fill 2 -50 @ 9600", "3 end 3 oco -50"]);
  });

  it("come in the bucket of an entry whose own ones go with the drain's cancel", () => {
    const drained = messages({ hour: 1.5, version: 1, drain: "cancel" });
    const result = runPanel(engine(), { A: [...entry, hour(9500)] }, drained);
    expect(notes(result, "stop_anew")).toEqual(["2 stop_anew 50 9600"]);
    expect(since(result, 2).filter((line) => line.includes("fill"))).toEqual(["2 fill 4 -50 @ 9500"]);
  });

  it("take at the open what the market has passed meanwhile", () => {
    const lifted = messages({ hour: 2.5, version: 1, freeze: true }, { hour: 3.5, version: 2 });
    const after = (cents: number): string | undefined =>
      since(runPanel(engine(), { A: [...entry, ...hours(3, cents)] }, lifted), 4).find((line) => line.includes("fill"));
    expect(after(9601)).toBe(undefined);
    expect(after(9600)).toBe("4 fill 4 -50 @ 9600");
    expect(after(9000)).toBe("4 fill 4 -50 @ 9000");
    expect(after(10_600)).toBe("4 fill 5 -50 @ 10600");
  });

  it("stand on the newest ATR, and no lower than a stop that trailed or was tightened", () => {
    const lifted = messages({ hour: 3.5, version: 1, freeze: true }, { hour: 4.5, version: 2 });
    const atr = select(eq(bars().volume, 300), 3, 2);
    const levels = (cents: number, says = QUIET): readonly string[] => {
      const rows = [...entry, hour(cents), hour(10_000, says), hour(10_000, says), hour(10_000)];
      return notes(runPanel(engine({ atr }), { A: rows }, lifted), "stop_anew");
    };
    expect(levels(10_299)).toEqual(["5 stop_anew 50 9600"]);
    expect(levels(10_299, 300)).toEqual(["5 stop_anew 50 9400"]);
    expect(levels(10_300)).toEqual(["5 stop_anew 50 9900"]);
    expect(levels(10_300, 300)).toEqual(["5 stop_anew 50 9900"]);
  });

  it("cover an entry that filled under a freeze, without its children", () => {
    const config = messages({ hour: 1.5, version: 1, freeze: true }, { hour: 2.5, version: 2 });
    const result = runPanel(engine(), { A: [...entry, ...hours(2, 10_000)] }, config);
    expect(notes(result, "stop_anew")).toEqual(["3 stop_anew 50 9600"]);
  });

  it("go where the router sends them, after its latency", () => {
    const venues = [
      { name: "near", fees: { taker: 0.002 } },
      { name: "cheap", fees: { taker: 0.001 }, latencyNs: Number(HOUR_NS / 2n) },
    ];
    const lifted = messages({ hour: 3.5, version: 1, freeze: true }, { hour: 4.5, version: 2 });
    const rows = [...entry, ...hours(4, 10_000), hour(9000), hour(9000)];
    const decision = engine({ gates: { ...gates, router: router() } });
    const result = runPanel(decision, { A: rows }, { ...lifted, venues });
    const { orders, fills } = result.tables();
    const anew = [...orders.order.keys()].filter((row) => orders.parent[row] === 0 && orders.type[row] !== 0);
    expect(anew.map((row) => [ORDER_TYPES[orders.type[row] as number], orders.venue[row]])).toEqual([
      ["stop", 1],
      ["limit", 1],
    ]);
    expect(anew.map((row) => orders.time[row])).toEqual([(11n * HOUR_NS) / 2n, (11n * HOUR_NS) / 2n]);
    expect(fills.quantity.at(-1)).toBe(-50n);
  });

  it("leave alone what the commitment did not enter, and what it has left", () => {
    const hold = targetQuantity(10, { when: eq(bars().volume, 300) });
    const rows = [...entry, hour(10_000, EXIT), hour(10_000), hour(10_000, 300), ...hours(3, 10_000)];
    const result = runPanel([engine(), hold], { A: rows });
    expect(since(result, 4)).toEqual(["5 order 5 market 10", "5 fill 5 10 @ 10000"]);
  });

  it("keep the level of a stop that trailed over a split, in its new units", () => {
    const actions = memoryActions(share("A"), {
      time: BigInt64Array.of(4n * HOUR_NS),
      priceFactor: BigInt64Array.of(E12),
      splitFactor: BigInt64Array.of(E12 / 2n),
      referencePrice: BigInt64Array.of(10_000n),
    });
    const tape = barsTape("A", [...entry, hour(10_300), hour(10_000), ...hours(3, 5000)]);
    const dataset = {
      name: "split",
      fingerprint: `blake3:${"0".repeat(64)}`,
      bars: [tape],
      actions: [actions],
    } as const;
    const result = runGraph(engineFor(), graph({ decisions: [engine()] }), dataset, {
      cash: "100000",
      fees: { taker: 0 },
      slippage: { kind: "none" },
      participation: null,
      ...messages({ hour: 3.5, version: 1, freeze: true }, { hour: 4.5, version: 2 }),
    });
    expect(notes(result, "stop_anew")).toEqual(["5 stop_anew 100 4950"]);
    expect(since(result, 5).filter((line) => line.includes("fill"))).toEqual([]);
  });
});

/** A change of activation at an hour, and whether the side is frozen from then on. */
interface Change {
  readonly at: number;
  readonly state: "freeze" | "drain" | "cancel" | "lift";
}

/** Faults of a run: hours in which the side may act, nothing is on its way, and stops are not what is held; or more. */
function unprotected(result: RunResult, changes: readonly Change[], end: number): readonly string[] {
  const { orders, fills, updates, orderEnds, splits, activations } = result.tables();
  const held = new Map<string, bigint>();
  /** Orders that a cancel is on its way to, and what they released. */
  const leaving = new Set<number>();
  const open = new Map<number, { key: string; type: string; leaves: bigint; triggered: boolean }>();
  const strategyOf = (row: number): number => result.tables().strategyOf[orders.decision[row] as number] ?? 0;
  const faults: string[] = [];
  const apply = (kind: string, row: number): void => {
    if (kind === "order") {
      const type = ORDER_TYPES[orders.type[row] as number] as string;
      const key = `${orders.instrument[row]} ${strategyOf(row)}`;
      const leaves = orders.quantity[row] as bigint;
      if (leaving.has(orders.parent[row] as number)) leaving.add(orders.order[row] as number);
      open.set(orders.order[row] as number, { key, type, leaves, triggered: false });
    } else if (kind === "fill") {
      const order = open.get(fills.order[row] as number);
      if (order === undefined) return;
      const quantity = fills.quantity[row] as bigint;
      order.leaves -= quantity;
      held.set(order.key, (held.get(order.key) ?? 0n) + quantity);
      if (order.leaves === 0n) open.delete(fills.order[row] as number);
    } else if (kind === "update") {
      const order = open.get(updates.order[row] as number);
      if (order === undefined) return;
      order.leaves = updates.leaves[row] as bigint;
      order.triggered ||= UPDATE_KINDS[updates.kind[row] as number] === "triggered";
    } else if (kind === "orderEnd") open.delete(orderEnds.order[row] as number);
    else if (kind === "activation" && ((activations.flags[row] as number) & CANCELLING) !== 0) {
      for (const order of open.keys()) leaving.add(order);
    } else if (kind === "split") {
      const key = `${splits.instrument[row]} ${splits.strategy[row]}`;
      held.set(key, splits.kept[row] as bigint);
    }
  };
  const batches = result.batches();
  let next = 0;
  for (let at = 1; at <= end; at++) {
    for (; next < batches.length && (batches[next]?.timeNs as bigint) <= BigInt(at) * HOUR_NS; next++) {
      for (const { kind, row } of batches[next]?.items ?? []) apply(kind, row);
    }
    if (at === end) break;
    const last = changes.filter((change) => change.at <= at).at(-1);
    const before = changes.filter((change) => change.at < at).at(-1);
    const isFrozen = last?.state === "freeze" || before?.state === "freeze";
    for (const [key, quantity] of held) {
      const own = [...open].flatMap(([order, one]) => (one.key === key && !leaving.has(order) ? [one] : []));
      const stopped = own.reduce((sum, { type, leaves }) => sum - (type === "stop" ? leaves : 0n), 0n);
      const isMoving = own.some(({ type, triggered }) => type === "market" || triggered);
      if (stopped > quantity) faults.push(`${at} ${key}: ${quantity} held, ${stopped} under stops`);
      if (isFrozen || isMoving) continue;
      const under = (type: string): bigint =>
        own.reduce((sum, order) => sum - (order.type === type ? order.leaves : 0n), 0n);
      if (under("stop") !== quantity) faults.push(`${at} ${key}: ${quantity} held, ${under("stop")} under stops`);
      if (under("limit") !== quantity) faults.push(`${at} ${key}: ${quantity} held, ${under("limit")} under targets`);
    }
  }
  return faults;
}

describe("what commitments hold", () => {
  const says = fc.constantFrom<number>(56, 80, 100, EXIT, QUIET, QUIET, 250);
  const steps = fc.array(fc.tuple(fc.integer({ min: -3, max: 3 }), says), { minLength: 30, maxLength: 30 });
  const still = (count: number, volume: number): [number, number][] =>
    Array.from({ length: count }, () => [0, volume] as [number, number]);
  /** A rebalance sells of what two stops hold, both of which are met in the same bar and fill in parts. */
  const MET_IN_PARTS: [number, number][] = [
    ...still(2, 56),
    [0, 100],
    [1, 56],
    [1, 56],
    [1, 250],
    [-2, 56],
    [0, 200],
    [-1, 56],
    ...still(21, 56),
  ];
  const rowsOf = (list: readonly (readonly [number, number])[]): readonly Bar[] => {
    let price = 10_000;
    return list.map(([move, volume]) => {
      const open = price;
      price += move * 90;
      return [open, Math.max(open, price) + 30, Math.min(open, price) - 30, price, volume];
    });
  };
  const changes = fc
    .array(
      fc.record({
        at: fc.integer({ min: 2, max: 58 }).map((half) => half / 2),
        state: fc.constantFrom("freeze", "drain", "cancel", "lift", "lift"),
      }),
      { maxLength: 6 },
    )
    .map((list) => [...new Map(list.map((one) => [one.at, one])).values()].sort((a, b) => a.at - b.at) as Change[]);
  const configOf = (list: readonly Change[], participation: number | null): Partial<RunConfig> => ({
    ...messages(
      ...list.map(({ at, state }, i) => ({
        hour: at,
        version: i + 1,
        ...(state === "freeze" ? { freeze: true } : {}),
        ...(state === "drain" ? { drain: true } : {}),
        ...(state === "cancel" ? { drain: "cancel" as const } : {}),
      })),
    ),
    participation,
  });

  it("lies under stops, unit by unit, whenever it may have orders and none is on its way, and never under two", () => {
    fc.assert(
      fc.property(steps, steps, changes, fc.constantFrom(null, 0.2), fc.boolean(), (a, b, list, share, scoped) => {
        const decision = engine({
          atr: select(eq(bars().volume, 250), 3, 1),
          checks: decisionChecks({ duplicateFor: 3 * 3600, declining: 1 }),
          tier: tierPolicy({ moves: false }),
          // Positions in two parts, of which a rebalance cuts what a rising price adds.
          share: 0.06,
          rebalance: weeklyRebalance({ weekday: "thursday", timeOfDay: 20 * 3600 }),
          gates: scoped ? { ...gates, strategy: strategyScope("one") } : gates,
        });
        const panel = { A: rowsOf(a), B: rowsOf(b) };
        const result = runPanel(decision, panel, configOf(list, share));
        expect(unprotected(result, list, 30)).toEqual([]);
      }),
      { numRuns: runsOf(40), examples: [[MET_IN_PARTS, still(30, QUIET), [], 0.2, false]] },
    );
  });
});
