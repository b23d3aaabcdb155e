// Look-ahead and warm-up: nodes that peek, and nodes that remember too long, are named.

import { describe, expect, it } from "vitest";
import {
  add,
  bars,
  checkLookAhead,
  checkWarmUp,
  cumSum,
  delayed,
  ema,
  graph,
  gt,
  macd,
  mul,
  rollingCorr,
  nodeIdOf,
  rsi,
  select,
  sma,
  targetPercent,
  userNode,
} from "../../../kernel/index.js";
import type { NumberOutput } from "../../../kernel/index.js";
import { nodeEngine } from "../../../adapters/node/kernel-module.js";
import { withFuture } from "../../../kernel/proof/future.js";
import { close, CONFIG, crossing, peek, TAPE, WALK } from "./small-runs.js";

const ENGINE = nodeEngine();
const { high, low, volume } = bars();

describe("a look for look-ahead", () => {
  it("finds nothing in a graph of operators", () => {
    const publish = {
      rsi: rsi(close, 14),
      macd: macd(close).signal,
      v: sma(volume, 5),
      range: add(high, mul(low, -1)),
    };
    const made = graph({ decisions: [targetPercent(select(gt(close, ema(close, 30)), 1, 0))], publish });
    const report = checkLookAhead(ENGINE, made, WALK, CONFIG, { instants: 2 });
    expect(report.peeks).toEqual([]);
    expect(report.nodes.length).toBeGreaterThanOrEqual(7);
    expect(report.instants.length).toBeGreaterThanOrEqual(7);
  });

  it.each([1, 40])("names the node that looks %i rows ahead, and none of those that take its values", (rows) => {
    const ahead = peek(rows);
    const made = graph({ decisions: [targetPercent(select(gt(close, sma(ahead, 5)), 1, 0))], publish: { ahead } });
    const { peeks } = checkLookAhead(ENGINE, made, WALK, CONFIG, { instants: 2 });
    expect(peeks).toHaveLength(1);
    expect(peeks[0]).toMatchObject({
      nodeId: nodeIdOf(ahead.node),
      label: "ahead",
      instrument: TAPE.instrument.symbol,
    });
    const [one] = peeks;
    expect(one?.timeNs).toBeLessThanOrEqual(one?.afterNs as bigint);
    expect(one?.value).not.toBe(one?.changed);
  });

  it("finds a node that minds what is out of the ordinary only, which no cut shows", () => {
    const jumps = userNode({
      name: "jumps",
      version: 1,
      period: 1,
      inputs: { x: "number" },
      outputs: { value: "number" },
      compute({ rowCount, inputs: { x }, outputs }) {
        for (let row = 0; row < rowCount; row += 1) {
          const next = x.get(Math.min(row + 1, rowCount - 1)) ?? Number.NaN;
          outputs.value.set(row, Math.abs(next / (x.get(row) ?? Number.NaN) - 1) > 0.012 ? 1 : 0);
        }
      },
    });
    const made = graph({ decisions: [], publish: { jumps: jumps({ x: close }).value } });
    const { peeks } = checkLookAhead(ENGINE, made, WALK, CONFIG);
    expect(peeks).toMatchObject([{ label: "jumps", future: "altered", value: 0, changed: 1 }]);
  });

  it("looks at the same instants for the same seed, at others for another", () => {
    const [rows] = [...TAPE.segments()];
    const to = rows?.time[12] as bigint;
    const instants = (seed: number) =>
      checkLookAhead(ENGINE, crossing(), WALK, CONFIG, { seed, instants: 2, to }).instants;
    expect(instants(4)).toEqual(instants(4));
    expect(instants(5)).not.toEqual(instants(4));
  });
});

describe("another future", () => {
  const [rows] = [...TAPE.segments()];
  const at = rows?.time[700] as bigint;

  it("has the bars up to the instant as they are, and behind it none or others that are bars", () => {
    const [cut] = withFuture(WALK, at, "cut").bars;
    expect(cut?.rowCount).toBe(701);
    const [altered] = [...(withFuture(WALK, at, "altered").bars[0]?.segments() ?? [])];
    expect(altered?.time).toEqual(rows?.time);
    expect(altered?.close.slice(0, 701)).toEqual(rows?.close.slice(0, 701));
    let moved = 0;
    for (let row = 701; row < 1500; row++) {
      const [open, top, bottom, last] = [altered?.open, altered?.high, altered?.low, altered?.close].map(
        (prices) => prices?.[row] as bigint,
      ) as [bigint, bigint, bigint, bigint];
      expect(bottom > 0n && bottom <= open && bottom <= last && top >= open && top >= last).toBe(true);
      if (last !== rows?.close[row]) moved++;
    }
    expect(moved).toBe(799);
  });

  it("has a fingerprint of its own", () => {
    const all = [WALK, withFuture(WALK, at, "cut"), withFuture(WALK, at, "altered"), withFuture(WALK, at + 1n, "cut")];
    expect(new Set(all.map(({ fingerprint }) => fingerprint)).size).toBe(4);
  });
});

describe("a longer warm-up", () => {
  const kindsOf = (publish: Record<string, NumberOutput>) => {
    const { nodes } = checkWarmUp(ENGINE, graph({ publish }), WALK, CONFIG);
    return new Map(nodes.map((node) => [node.label.replace(/ [0-9a-f]{12}/, ""), node]));
  };

  it("changes nothing in windows, delays and what is made from them", () => {
    const mean = sma(delayed(close, 7), 20);
    const kinds = kindsOf({ mean, twice: sma(mean, 5), range: add(high, mul(low, -1)) });
    expect(new Set([...kinds.values()].map(({ kind }) => kind))).toEqual(new Set(["exact"]));
  });

  it("tells rounding from memory", () => {
    const together = rollingCorr(close, high, 20);
    const kinds = kindsOf({ together });
    expect(kinds.get("together")?.kind).toBe("rounding");
    expect(kinds.get("together")?.residual).toBeLessThan(1e-9);
  });

  it("names what is recursive, how long it takes, and what follows it", () => {
    const slow = ema(close, 30);
    const kinds = kindsOf({ slow, after: sma(slow, 3), sum: cumSum(close) });
    expect(kinds.get("slow")).toMatchObject({ kind: "recursive" });
    expect(kinds.get("slow")?.settledRows).toBeGreaterThan(30);
    expect(kinds.get("after")?.kind).toBe("follows");
    expect(kinds.get("sum")).toMatchObject({ kind: "recursive", settledRows: null });
  });
});
