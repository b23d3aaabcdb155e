// Laws of a run: what holds for every replay, whatever the market, the decisions and the assumptions.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RunConfig, RunResult } from "../../kernel/index.js";
import { createWorkspace, openReplay, runInWorkspace } from "../../kernel/index.js";
import { runsOf, smallCase } from "../model/arbitrary-case.js";
import { valueDown } from "../../adapters/testing/reference-costs.js";
import { generatedDataset, plainInstrument } from "../../adapters/testing/arbitrary-bars.js";
import { absolute } from "../../adapters/testing/integers.js";
import type { ReferenceEvent } from "../../adapters/testing/reference-event.js";
import { costless } from "../../adapters/testing/reference-market.js";
import type { ReferenceAssumptions, ReferenceBar } from "../../adapters/testing/reference-market.js";
import type { ReplayCase } from "../model/kernel-run.js";
import { configOf, engineFor, eventsOf, graphOf, kernelRun, portfolioOf } from "../model/kernel-run.js";

type Fill = Extract<ReferenceEvent, { kind: "fill" }>;

const WHOLE = 1_000_000_000n;
const MINUTE_NS = 60_000_000_000n;

function fillsOf(run: RunResult): readonly Fill[] {
  return eventsOf(run.log).filter((event): event is Fill => event.kind === "fill");
}

function changed(given: ReplayCase, assumptions: Partial<ReferenceAssumptions>): ReplayCase {
  return { ...given, given: { ...given.given, ...assumptions } };
}

/** Runs bar by bar: one call for each close. */
function steppedRun(given: ReplayCase): RunResult {
  const workspace = createWorkspace(engineFor(), generatedDataset(given.instruments), { windowRows: 2 });
  const config: RunConfig = configOf(given);
  const { replay, result } = openReplay(workspace, graphOf(given), config, { blockRows: 4 });
  const times = given.instruments.flatMap(({ bars }) => bars.map((bar) => bar.time));
  for (const time of times.sort((a, b) => (a < b ? -1 : 1))) {
    replay.advance(time);
    expect(replay.isEnded || replay.nowNs === time).toBe(true);
  }
  replay.advance();
  return result();
}

describe("one result", () => {
  it("does not depend on blocks, windows, steps, the idle path, the build or the workspace", () => {
    const law = (given: ReplayCase): void => {
      const expected = kernelRun(given).resultDigest;
      for (const blockRows of [1, 7, 1024])
        expect(kernelRun(given, { blockRows }).resultDigest, `blocks of ${blockRows}`).toBe(expected);
      for (const windowRows of [1, 3])
        expect(kernelRun(given, { windowRows }).resultDigest, `windows of ${windowRows}`).toBe(expected);
      const stepped = steppedRun(given);
      expect(stepped.resultDigest, "bar by bar").toBe(expected);
      const everyBucket = kernelRun(given, { stepEveryBucket: true });
      expect(everyBucket.resultDigest, "every bucket stepped").toBe(expected);
      const batches = kernelRun(given).batches();
      expect(stepped.batches(), "batches bar by bar").toEqual(batches);
      expect(everyBucket.batches(), "batches of every bucket").toEqual(batches);
      expect(kernelRun(given, {}, "debug").resultDigest, "debug module").toBe(expected);
      const workspace = createWorkspace(engineFor(), generatedDataset(given.instruments));
      for (const time of ["first", "second"]) {
        const run = runInWorkspace(workspace, graphOf(given), configOf(given));
        expect(run.resultDigest, `${time} run of a workspace`).toBe(expected);
      }
    };
    fc.assert(fc.property(smallCase, law), { numRuns: runsOf(10) });
  });

  it("does not depend on what comes later", () => {
    const law = (given: ReplayCase, cut: number): void => {
      const until = BigInt(cut) * MINUTE_NS;
      const whole = changed(given, { closeAtEnd: false });
      const instruments = whole.instruments.map((each) => ({
        ...each,
        bars: each.bars.filter(({ time }) => time <= until),
      }));
      // A run needs bars.
      if (instruments.every(({ bars }) => bars.length === 0)) return;
      const run = kernelRun(whole);
      const early = kernelRun({ ...whole, instruments });
      const events = eventsOf(early.log).filter((event) => event.kind !== "orderEnd" || event.reason !== "end_of_data");
      expect(eventsOf(run.log).slice(0, events.length)).toEqual(events);
      const rows = portfolioOf(early);
      expect(portfolioOf(run).slice(0, rows.length)).toEqual(rows);
    };
    fc.assert(fc.property(smallCase, fc.integer({ min: 1, max: 20 }), law), { numRuns: runsOf(40) });
  });
});

describe("the account", () => {
  it("has the cash of its deposit, its fills and its fees, and the positions that the fills add up to", () => {
    const law = (given: ReplayCase): void => {
      const run = kernelRun(given);
      const { ledger } = run.tables();
      const last = portfolioOf(run).at(-1);
      let balance = 0n;
      for (let row = 0; row < ledger.rowCount; row++) {
        balance += ledger.amount[row] as bigint;
        expect(ledger.balance[row]).toBe(balance);
      }
      const fills = fillsOf(run);
      expect(last?.cash).toBe(balance);
      const values = given.instruments.map(({ facts, bars }, instrument) => {
        const own = fills.filter((fill) => fill.instrument === instrument);
        const held = own.reduce((sum, fill) => sum + fill.quantity, 0n);
        const sum = (field: "cash" | "realised"): bigint => own.reduce((total, fill) => total + fill[field], 0n);
        if (held === 0n) expect(sum("cash")).toBe(sum("realised"));
        return valueDown(facts, bars.at(-1)?.close as bigint, held);
      });
      expect(last?.equity).toBe(values.reduce((sum, value) => sum + value, balance));
      expect(last?.exposureGross).toBe(values.reduce((sum, value) => sum + absolute(value), 0n));
    };
    fc.assert(fc.property(smallCase, law), { numRuns: runsOf(40) });
  });

  it("never buys for more than its cash, and holds nothing short, as a cash account", () => {
    const law = (given: ReplayCase): void => {
      const held = given.instruments.map(() => 0n);
      let cash = given.given.cash;
      for (const fill of fillsOf(kernelRun(changed(given, { leverageE9: null })))) {
        cash += fill.cash - fill.fee;
        held[fill.instrument] = (held[fill.instrument] as bigint) + fill.quantity;
        expect(held[fill.instrument]).toBeGreaterThanOrEqual(0n);
        if (fill.quantity > 0n) expect(cash).toBeGreaterThanOrEqual(0n);
      }
    };
    fc.assert(fc.property(smallCase, law), { numRuns: runsOf(50) });
  });

  it("has its exposure within the leverage right after a fill that opens, as a margin account", () => {
    const law = (given: ReplayCase, leverageE9: bigint): void => {
      const [instrument] = given.instruments;
      if (instrument === undefined) return;
      const decisions = given.decisions.filter((decision) => decision.instrument === 0);
      const only = changed({ ...given, instruments: [instrument], decisions }, { leverageE9 });
      let cash = given.given.cash;
      let held = 0n;
      for (const fill of fillsOf(kernelRun(only))) {
        const before = held;
        cash += fill.cash - fill.fee;
        held += fill.quantity;
        if (absolute(held) <= absolute(before)) continue;
        const value = valueDown(instrument.facts, fill.price, held);
        // Roundings against the account lower equity by a unit, which equity carries as often as the leverage says.
        const carried = ((cash + value + 1n) * leverageE9) / WHOLE + 1n;
        expect(absolute(value)).toBeLessThanOrEqual(carried);
      }
    };
    const leverage = fc.constantFrom(500_000_000n, 1_000_000_000n, 2_000_000_000n, 5_000_000_000n);
    fc.assert(fc.property(smallCase, leverage, law), { numRuns: runsOf(70) });
  });

  it("never takes more of a bar than its volume budget", () => {
    const law = (given: ReplayCase): void => {
      const participationE9 = given.given.participationE9 ?? 250_000_000n;
      const run = kernelRun(changed(given, { participationE9, fill: "nextOpen", closeAtEnd: false }));
      for (const [index, { bars, intervalNs }] of given.instruments.entries()) {
        const fills = fillsOf(run).filter((fill) => fill.instrument === index);
        for (const [row, bar] of bars.entries()) {
          if (bar.volume === null) continue;
          const byLength = bar.time - intervalNs;
          const closed = bars[row - 1]?.time ?? byLength;
          const opened = closed > byLength ? closed : byLength;
          const taken = fills.filter((fill) => fill.time === opened).map((fill) => absolute(fill.quantity));
          const sum = taken.reduce((total, quantity) => total + quantity, 0n);
          expect(sum * WHOLE).toBeLessThanOrEqual(bar.volume * participationE9);
        }
      }
    };
    fc.assert(fc.property(smallCase, law), { numRuns: runsOf(50) });
  });
});

/** A margin account that nothing limits, whose fills cost nothing, and decisions in quantities only. */
function unlimited(given: ReplayCase): ReplayCase {
  const decisions = given.decisions.map((decision) => ({
    ...decision,
    kind: decision.kind === "targetPercent" || decision.kind === "targetValue" ? "targetQuantity" : decision.kind,
  })) as ReplayCase["decisions"];
  const instruments = given.instruments.map((each) => ({
    ...each,
    facts: plainInstrument(each.facts.symbol, { lot: each.facts.lot }),
  }));
  return changed(
    { ...given, instruments, decisions },
    {
      cash: 10n ** 9n,
      leverageE9: 1000n * WHOLE,
      feeTakerE9: 0n,
      feeUnitE9: 0n,
      feeMinimum: 0n,
      slippage: { kind: "none" },
      closeAtEnd: false,
    },
  );
}

describe("fills", () => {
  it("are mirrored when all decisions are, where nothing limits or costs", () => {
    const law = (given: ReplayCase): void => {
      const there = unlimited(given);
      const decisions = there.decisions.map((decision) => ({
        ...decision,
        values: decision.values.map((value) => (value === null ? null : -value)),
      }));
      const mirrored = fillsOf(kernelRun({ ...there, decisions })).map((fill) => ({
        ...fill,
        quantity: -fill.quantity,
        cash: -fill.cash,
        realised: 0n,
      }));
      // The cost that leaves with a part of a position is rounded against the account, which no mirror turns round.
      expect(mirrored).toEqual(fillsOf(kernelRun(there)).map((fill) => ({ ...fill, realised: 0n })));
    };
    fc.assert(fc.property(smallCase, law), { numRuns: runsOf(40) });
  });

  it("are those of before when an instrument without any tie to the others comes along", () => {
    const law = (given: ReplayCase): void => {
      const all = unlimited(given);
      const last = all.instruments.length - 1;
      if (last < 1) return;
      // One decision each: several of one instrument act in the order of their NodeIDs, which the names of the nodes
      // move.
      const decisions = all.instruments.map((_, index) =>
        all.decisions.find((decision) => decision.instrument === index),
      ) as ReplayCase["decisions"];
      const fewer = { ...all, instruments: all.instruments.slice(0, last), decisions: decisions.slice(0, last) };
      const others = (run: RunResult): readonly Partial<Fill>[] =>
        fillsOf(run)
          .filter((fill) => fill.instrument !== last)
          .map((fill) => ({ ...fill, order: 0 }));
      expect(others(kernelRun({ ...all, decisions }))).toEqual(others(kernelRun(fewer)));
    };
    fc.assert(fc.property(smallCase, law), { numRuns: runsOf(40) });
  });

  it("stop once a target is reached, however often it is applied at the same price", () => {
    const target = fc.oneof(
      fc.record({ kind: fc.constant("targetPercent" as const), value: fc.constantFrom(1, 0.5, -0.7, 0.03) }),
      fc.record({ kind: fc.constant("targetValue" as const), value: fc.constantFrom(50, -33, 7) }),
      fc.record({ kind: fc.constant("targetQuantity" as const), value: fc.constantFrom(4, -3, 2.5) }),
    );
    const law = (
      { kind, value }: { kind: "targetPercent" | "targetValue" | "targetQuantity"; value: number },
      price: number,
    ): void => {
      const bars = Array.from({ length: 6 }, (_, row): ReferenceBar => {
        const at = BigInt(price);
        return { time: BigInt(row + 1) * MINUTE_NS, open: at, high: at, low: at, close: at, volume: null };
      });
      const given: ReplayCase = {
        instruments: [{ facts: plainInstrument("A"), interval: "1m", intervalNs: MINUTE_NS, bars }],
        decisions: [{ kind, instrument: 0, values: bars.map(() => value), when: bars.map(() => true) }],
        given: costless(100n, WHOLE),
      };
      expect(eventsOf(kernelRun(given).log).filter((event) => event.kind === "order").length).toBeLessThanOrEqual(1);
    };
    fc.assert(fc.property(target, fc.integer({ min: 1, max: 12 }), law), { numRuns: runsOf(25) });
  });
});
