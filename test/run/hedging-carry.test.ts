// Carry in a hedging account: funding, borrowing and dividends are on account of the position that paid or received, so
// that trades of both sides add up to the account.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Decision, RunResult } from "../../kernel/index.js";
import {
  bars,
  eq,
  eventLines,
  graph,
  LEDGER_KINDS,
  marketOrder,
  memoryActions,
  memoryFunding,
  runGraph,
  tradesOf,
} from "../../kernel/index.js";
import { share } from "../kernel/run/small-tapes.js";
import { runsOf } from "../model/arbitrary-case.js";
import { engineFor } from "../model/kernel-run.js";
import { barsTape, flatBars, HOUR_NS } from "./order-lines.js";

const DAY = 24;
const at = (hour: number): ReturnType<typeof eq> => eq(bars().time, hour * 3600);
/** So many cents a share. */
const DIVIDEND = 50n;
const CARRIED = ["funding", "borrow", "dividend"] as const;

/** Two days and a little of hourly bars; rates of funding in 1e-4 at hours from 1 on, a dividend at hour 20. */
function hedged(decisions: readonly Decision[], rates: readonly number[], cents: readonly number[]): RunResult {
  const facts = share("A");
  const funding = memoryFunding(facts, {
    time: BigInt64Array.from(rates, (_, i) => BigInt(i + 1) * HOUR_NS),
    rate: BigInt64Array.from(rates, (rate) => BigInt(rate) * 100_000_000n),
    markPrice: null,
  });
  const actions = memoryActions(facts, {
    time: BigInt64Array.of(20n * HOUR_NS),
    priceFactor: BigInt64Array.of(10n ** 12n - (DIVIDEND * 10n ** 12n) / 10_000n),
    splitFactor: BigInt64Array.of(10n ** 12n),
    referencePrice: BigInt64Array.of(10_000n),
  });
  const dataset = {
    name: "hedged",
    fingerprint: `blake3:${"5".repeat(64)}`,
    bars: [barsTape("A", flatBars(...cents))],
    funding: [funding],
    actions: [actions],
  } as const;
  return runGraph(engineFor(), graph({ decisions }), dataset, {
    cash: "100000",
    account: {
      kind: "margin",
      leverage: 10,
      maintenance: null,
      positions: "hedging",
      instruments: { A: { borrow: "0.5" } },
    },
    fees: { taker: "0.001" },
    slippage: { kind: "none" },
    participation: null,
    closeAtEnd: true,
  });
}

/** Carry that the ledger says, of both positions or of one. */
function carried(result: RunResult, isShort?: boolean): bigint {
  const { ledger } = result.tables();
  const kinds = CARRIED.map((kind) => LEDGER_KINDS.indexOf(kind));
  return ledger.amount.reduce((sum, amount, row) => {
    const isMeant = isShort === undefined || isShort === (ledger.short[row] === 1);
    return isMeant && kinds.includes(ledger.kind[row] as number) ? sum + amount : sum;
  }, 0n);
}

describe("carry in a hedging account", () => {
  const flat = Array.from({ length: 2 * DAY + 2 }, () => 10_000);
  const both = [marketOrder(30, { when: at(1) }), marketOrder(-10, { when: at(1) })];

  it("says which position paid and which received", () => {
    const result = hedged(both, [0, 100], flat);
    const { ledger } = result.tables();
    const rows = [...ledger.kind].flatMap((kind, row) =>
      ["trade", "fee", "deposit"].includes(LEDGER_KINDS[kind] as string)
        ? []
        : [`${LEDGER_KINDS[kind]} ${ledger.short[row] === 1 ? "short" : "long"} ${ledger.amount[row]}`],
    );
    // A day's borrowing is 50 % a year on 1,000.00.
    expect(rows).toEqual([
      "funding long -3000",
      "funding short 1000",
      "dividend long 1500",
      "dividend short -500",
      "borrow short -137",
      "borrow short -137",
    ]);
    expect(tradesOf(result.tables(), []).map(({ side, carry }) => [side, carry])).toEqual([
      ["long", -1500n],
      ["short", 226n],
    ]);
    const text = [...eventLines(result.log, result.tables())];
    expect(text.filter((line) => line.endsWith(" short"))).toHaveLength(4);
  });

  it("is that of the trades, whatever is opened and closed on either side", () => {
    let twice = 0;
    const order = fc.record({
      hour: fc.integer({ min: 1, max: 2 * DAY }),
      size: fc.integer({ min: 1, max: 60 }),
      buys: fc.boolean(),
      reduceOnly: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.array(order, { minLength: 2, maxLength: 12 }),
        fc.array(fc.integer({ min: -200, max: 200 }), { minLength: 2 * DAY, maxLength: 2 * DAY }),
        fc.array(fc.integer({ min: 90, max: 110 }), { minLength: flat.length, maxLength: flat.length }),
        (orders, rates, prices) => {
          const decisions = [
            ...both,
            ...orders.map(({ hour, size, buys, reduceOnly }) =>
              marketOrder(buys ? size : -size, { when: at(hour), reduceOnly }),
            ),
          ];
          const result = hedged(
            decisions,
            rates,
            prices.map((price) => price * 100),
          );
          const trades = tradesOf(result.tables(), []);
          const sum = (side: "long" | "short"): bigint =>
            trades.reduce((all, trade) => (trade.side === side ? all + trade.carry : all), 0n);
          expect(sum("long")).toBe(carried(result, false));
          expect(sum("short")).toBe(carried(result, true));
          // Nothing else moves cash here, and all is closed at the end: what trades have made is what is there.
          const made = trades.reduce((all, trade) => all + trade.netProfit, 0n);
          expect(made).toBe((result.tables().ledger.balance.at(-1) as bigint) - 10_000_000n);
          if (sum("long") !== 0n && sum("short") !== 0n) twice++;
        },
      ),
      { numRuns: runsOf(30), seed: 71 },
    );
    expect(twice).toBeGreaterThan(5);
  });
});
