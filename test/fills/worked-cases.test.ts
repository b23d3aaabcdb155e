// Worked cases of `FILLS.md` 9 that concern bars and accounts, each with its mirror image: the kernel's own events.

import { describe, expect, it } from "vitest";
import { generatedDataset, plainInstrument } from "../../adapters/testing/arbitrary-bars.js";
import type { FillEvent, ReferenceEvent } from "../../adapters/testing/reference-event.js";
import type { ReferenceAssumptions } from "../../adapters/testing/reference-market.js";
import type { Ticket } from "../../adapters/testing/reference.js";
import type { AccountTerms } from "../../kernel/index.js";
import { bars as barSeries, eq, graph, memoryFunding, order, runGraph } from "../../kernel/index.js";
import { LEDGER_KINDS } from "../../kernel/log/tables.js";
import { engineFor, eventsOf } from "../model/kernel-run.js";
import { reached } from "../rule-coverage.js";
import { bracketOf, DAY_NS, FREE, sent } from "./bar-case.js";
import type { OrderCase } from "./kernel-orders.js";
import { configOfOrders, datasetOfOrders, graphOfOrders, kernelOrders } from "./kernel-orders.js";

type Row = readonly [open: number, high: number, low: number, close: number, volume?: number];

const MIRROR = 200n;

/** An instrument of daily bars; the mirror image turns prices about 100. */
function instrumentOf(rows: readonly Row[], isMirrored: boolean, symbol = "A"): OrderCase["instruments"][number] {
  const bars = rows.map(([open, high, low, close, volume], row) => {
    const turn = (price: number): bigint => (isMirrored ? MIRROR - BigInt(price) : BigInt(price));
    return {
      time: BigInt(row + 1) * DAY_NS,
      open: turn(open),
      high: turn(isMirrored ? low : high),
      low: turn(isMirrored ? high : low),
      close: turn(close),
      volume: volume === undefined ? null : BigInt(volume),
    };
  });
  return { facts: plainInstrument(symbol), interval: "1d", intervalNs: DAY_NS, bars };
}

interface Case {
  readonly rows: readonly Row[];
  readonly tickets: (side: bigint, turn: (price: bigint) => bigint) => readonly Ticket[];
  readonly given?: Partial<ReferenceAssumptions>;
  readonly account?: AccountTerms;
}

/** Fills as `quantity @ price` and ends as `reason leaves`, seen from the long side. */
function eventsSeen({ rows, tickets, given = {}, account }: Case, isMirrored: boolean): readonly string[] {
  const side = isMirrored ? -1n : 1n;
  const turn = (price: bigint): bigint => (isMirrored ? MIRROR - price : price);
  const instruments = [instrumentOf(rows, isMirrored)];
  const whole: OrderCase = { instruments, tickets: tickets(side, turn), given: { ...FREE, ...given } };
  const config = { ...configOfOrders(whole), ...(account === undefined ? {} : { account }) };
  const run = runGraph(engineFor(), graphOfOrders(whole), datasetOfOrders(whole), config);
  return eventsOf(run.log).flatMap((event: ReferenceEvent) => {
    if (event.kind === "fill") return [`${side * event.quantity} @ ${turn(event.price)}`];
    if (event.kind === "orderEnd") return [`${event.reason} ${side * event.leaves}`];
    return event.kind === "refusal" ? [event.reason] : [];
  });
}

const SIDES = [
  ["as it stands", false],
  ["mirrored", true],
] as const;

describe.each(SIDES)("worked case, %s", (_, isMirrored) => {
  it("13: children are sized by what the entry filled, and the stop has a datum that meets both", () => {
    // 10 % of 40 fill 4 of the 10; then one bar meets stop and target.
    const seen = eventsSeen(
      {
        rows: [
          [102, 102, 102, 102],
          [101, 101, 99, 101, 40],
          [101, 106, 95, 100, 1_000],
        ],
        tickets: (side, turn) => {
          const price = { limit: turn(100n) };
          const entry = { type: "limit" as const, quantity: 10n * side, ...price, timeInForce: "gtd" as const };
          const good = { ...entry, expires: 2n * DAY_NS, ...bracketOf(turn(96n), turn(104n)) };
          return [sent(0, 0, good)];
        },
        given: { participationE9: 100_000_000n },
      },
      isMirrored,
    );
    expect(seen).toEqual(["4 @ 100", "expired 6", "-4 @ 96", "oco -4"]);
    reached("C1", "C4", "B11");
  });

  // Ten at 100 lock 125 of margin: at 90 the 25 that are left of it are less than 3 % of the value, at 91 the 35 are
  // not; at 87.5 nothing is left, which is sold for 87.
  const levered: AccountTerms = { kind: "margin", marginMode: "isolated", leverage: 8, maintenance: "0.03" };
  const heldThrough = (bar: Row): Case => ({
    rows: [[100, 100, 100, 100], [100, 100, 100, 100], bar],
    tickets: (side, turn) => [sent(0, 0, { type: "market", quantity: 10n * side, ...bracketOf(turn(92n), null) })],
    account: levered,
  });

  it("14: a stop on the way to the liquidation comes first", () => {
    expect(eventsSeen(heldThrough([95, 96, 85, 88]), isMirrored)).toEqual(["10 @ 100", "-10 @ 92"]);
  });

  it("14: at an open beyond both, the position is liquidated at its bankruptcy price", () => {
    const seen = eventsSeen(heldThrough([89, 90, 85, 88]), isMirrored);
    expect(seen).toEqual(["10 @ 100", "liquidation -10", "-10 @ 87"]);
    reached("C5");
  });

  it("15: what own orders may take of a bar is one budget, spent in the order of execution", () => {
    const seen = eventsSeen(
      {
        rows: [
          [100, 100, 100, 100],
          [100, 101, 97, 100, 1_000],
          [102, 102, 102, 102, 1_000],
        ],
        tickets: (side, turn) => [
          sent(0, 0, { type: "market", quantity: 150n * side }),
          sent(1, 0, { type: "limit", quantity: 20n * side, limit: turn(99n) }),
        ],
        given: { participationE9: 100_000_000n },
      },
      isMirrored,
    );
    expect(seen).toEqual(["100 @ 100", "50 @ 102", "end_of_data 20"]);
    reached("B11", "B2");
  });
});

describe("worked case", () => {
  it("16: a sale on the same bar time pays for a purchase", () => {
    const flat: readonly Row[] = [
      [10, 10, 10, 10],
      [10, 10, 10, 10],
      [10, 10, 10, 10],
      [10, 10, 10, 10],
    ];
    const instruments = [instrumentOf(flat, false, "B"), instrumentOf(flat, false, "A")];
    const at = (id: number, instrument: number, row: number, quantity: bigint): Ticket => ({
      ...sent(id, row, { type: "market", quantity }),
      instrument,
    });
    // All cash is in the second instrument; selling it and buying the first goes at one open.
    const tickets = [at(0, 1, 0, 10n), at(1, 0, 1, 10n), at(2, 1, 1, -10n)];
    const given = { ...FREE, cash: 100n, leverageE9: null };
    const fills = eventsOf(kernelOrders({ instruments, tickets, given }).log).filter(
      (event): event is FillEvent => event.kind === "fill",
    );
    expect(fills.map(({ quantity, cash }) => [quantity, cash])).toEqual([
      [10n, -100n],
      [-10n, 100n],
      [10n, -100n],
    ]);
    reached("B14");
  });

  it("17: funding is paid by what the data of its time opened, not by what arrives at it", () => {
    const rows: readonly Row[] = [
      [100, 100, 100, 100],
      [100, 102, 100, 102],
      [102, 102, 102, 102],
    ];
    const perpetual = (symbol: string) => plainInstrument(symbol, { assetClass: "crypto-perpetual" });
    const instruments = ["A", "B"].map((symbol) => ({ ...instrumentOf(rows, false), facts: perpetual(symbol) }));
    // A stop is met inside the bar that closes at the funding time; a market order sent there fills at the next open.
    const tickets: readonly Ticket[] = [
      sent(0, 0, { type: "stop", quantity: 10n, stop: 101n }),
      { ...sent(1, 1, { type: "market", quantity: 10n }), instrument: 1 },
    ];
    const whole: OrderCase = { instruments, tickets, given: FREE };
    // 1 % at the close of the second bar, of a value of 1,020.
    const times = BigInt64Array.of(2n * DAY_NS);
    const rates = { time: times, rate: BigInt64Array.of(10n ** 10n), markPrice: null };
    const funding = instruments.map(({ facts }) => memoryFunding(facts, rates));
    const dataset = { ...datasetOfOrders(whole), funding };
    const run = runGraph(engineFor(), graphOfOrders(whole), dataset, configOfOrders(whole));
    const { fills, ledger } = run.tables();
    expect([...fills.time]).toEqual([2n * DAY_NS, 2n * DAY_NS]);
    const paid = [...ledger.amount].flatMap((amount, row) =>
      LEDGER_KINDS[ledger.kind[row] as number] === "funding" ? [[ledger.instrument[row], amount]] : [],
    );
    expect(paid).toEqual([[0, -11n]]);
    reached("C6");
  });

  it("18: a risk of 1 % over half a unit of price is 20 units, and below the minimum nothing with a reason", () => {
    const facts = { currency: { code: "USD", decimals: 2 }, priceDecimals: 2 };
    const sized = (notionalMin: bigint) => {
      const price = 1_000n;
      const flat = { open: price, high: price, low: price, close: price, volume: null };
      const rows = [1n, 2n, 3n].map((row) => ({ ...flat, time: row * DAY_NS }));
      const instrument = { facts: plainInstrument("A", { ...facts, notionalMin }), interval: "1d", bars: rows };
      const when = eq(barSeries({ instrument: "A" }).time, Number(DAY_NS / 1_000_000_000n));
      const decision = order(0.01, { unit: "risk", riskStop: 9.5, when, instrument: "A" });
      const config = { cash: 1_000, fees: { taker: 0 }, slippage: { kind: "none" as const } };
      const dataset = generatedDataset([{ ...instrument, intervalNs: DAY_NS }]);
      return eventsOf(runGraph(engineFor(), graph({ decisions: [decision] }), dataset, config).log);
    };
    expect(sized(0n)).toContainEqual(expect.objectContaining({ kind: "fill", quantity: 20n }));
    expect(sized(100_000n)).toContainEqual(expect.objectContaining({ kind: "refusal", reason: "below_minimum" }));
    reached("S1", "S3");
  });
});
