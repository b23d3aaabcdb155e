// The event log: records to tables.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as abi from "../../../assembly/abi-event.js";
import { EventLog, LEDGER_KINDS, NEVER, ORDER_STATES, REASONS, RECORD_KINDS } from "../../../kernel/index.js";
import { ambiguityOf, endOf, fillOf, logOf, movementOf, orderOf, record, routeOf, updateOf } from "./records.js";

const DEPOSIT = record(
  abi.EVENT_LEDGER,
  abi.LEDGER_EVENT_BYTES,
  [abi.LEDGER_DEPOSIT, 0, abi.NO_INSTRUMENT, 10n],
  [
    [abi.LEDGER_EVENT_AMOUNT, 1000n],
    [abi.LEDGER_EVENT_BALANCE, 1000n],
  ],
);
/** A fill with its number in the run. */
function numbered(sequence: number, quantity: bigint, number: number, flags = 0): Uint8Array {
  const bytes = fillOf(sequence, quantity, flags);
  new DataView(bytes.buffer).setInt32(abi.FILL_EVENT_INDEX, number, true);
  return bytes;
}

const ORDER = record(
  abi.EVENT_ORDER,
  abi.ORDER_EVENT_BYTES,
  [0, 0, 1, 10n],
  [
    [abi.ORDER_EVENT_SEQUENCE, 1],
    [abi.ORDER_EVENT_DECISION, -1],
    [abi.ORDER_EVENT_QUANTITY, -7n],
  ],
);
const FILL = record(
  abi.EVENT_FILL,
  abi.FILL_EVENT_BYTES,
  [1, 1, 1, 20n],
  [
    [abi.FILL_EVENT_SEQUENCE, 1],
    [abi.FILL_EVENT_INDEX, 1],
    [abi.FILL_EVENT_PRICE, 100n],
    [abi.FILL_EVENT_QUANTITY, -7n],
    [abi.FILL_EVENT_CASH, 700n],
    [abi.FILL_EVENT_FEE, 3n],
    [abi.FILL_EVENT_REALISED, -2n],
    [abi.FILL_EVENT_SLIPPAGE, 1n],
  ],
);
const END = record(
  abi.EVENT_ORDER_END,
  abi.ORDER_END_EVENT_BYTES,
  [REASONS.indexOf("end_of_data"), 0, 0, 30n],
  [
    [abi.ORDER_END_EVENT_SEQUENCE, 2],
    [abi.ORDER_END_EVENT_LEAVES, 4n],
  ],
);
const REFUSAL = record(
  abi.EVENT_REFUSAL,
  abi.REFUSAL_EVENT_BYTES,
  [REASONS.indexOf("no_price"), 0, 0, 30n],
  [
    [abi.REFUSAL_EVENT_DECISION, 5],
    [abi.REFUSAL_EVENT_WANTED, 9n],
    [abi.REFUSAL_EVENT_ALLOWED, -(2n ** 63n)],
  ],
);
const CHECKPOINT = record(
  abi.EVENT_CHECKPOINT,
  abi.CHECKPOINT_EVENT_BYTES,
  [0, 0, -1, 40n],
  [
    [abi.CHECKPOINT_EVENT_BUCKETS, 4096n],
    [abi.CHECKPOINT_EVENT_EQUITY, 1697n],
    [abi.CHECKPOINT_EVENT_DIGEST, 0x0102n],
  ],
);
const SECOND = orderOf(2, 4n);
const RECORDS = [DEPOSIT, ORDER, FILL, SECOND, END, REFUSAL, CHECKPOINT];

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(pieces.flatMap((piece) => [...piece]));
}

describe("EventLog", () => {
  it("says the order of its records: the kind of each, and its place among those of its kind", () => {
    const { rowCount, kind, row } = logOf([DEPOSIT, ORDER, FILL, FILL, DEPOSIT, END, FILL]).records();
    expect(rowCount).toBe(7);
    expect([...kind].map((each) => RECORD_KINDS[each])).toEqual(
      "ledger order fill fill ledger orderEnd fill".split(" "),
    );
    expect([...row]).toEqual([0, 0, 0, 1, 1, 0, 2]);
  });

  it("has a name for every kind of record", () => {
    const names: readonly string[] = RECORD_KINDS;
    const kinds: Readonly<Record<string, number>> = abi;
    const declared = Object.keys(kinds).filter((name) => name.startsWith("EVENT_"));
    const named = declared.map((name) => names[kinds[name] as number]?.replace(/[A-Z]/g, "_$&").toUpperCase());
    expect(named.map((name) => `EVENT_${name}`)).toEqual(declared);
    expect(declared).toHaveLength(names.length - 1);
  });

  it("reads each kind of record into its table", () => {
    const log = logOf(RECORDS);
    expect(log.orders()).toEqual({
      rowCount: 2,
      time: BigInt64Array.of(10n, 10n),
      order: Int32Array.of(1, 2),
      instrument: Int32Array.of(1, 0),
      decision: Int32Array.of(-1, 0),
      quantity: BigInt64Array.of(-7n, 4n),
      type: Uint8Array.of(0, 0),
      force: Uint8Array.of(0, 0),
      flags: Uint8Array.of(0, 0),
      limit: BigInt64Array.of(0n, 0n),
      trigger: BigInt64Array.of(0n, 0n),
      offset: BigInt64Array.of(0n, 0n),
      limitOffset: BigInt64Array.of(0n, 0n),
      activation: BigInt64Array.of(0n, 0n),
      display: BigInt64Array.of(0n, 0n),
      expires: BigInt64Array.of(NEVER, NEVER),
      parent: Int32Array.of(0, 0),
      group: Int32Array.of(0, 0),
      correlation: Int32Array.of(1, 2),
      filled: BigInt64Array.of(-7n, 0n),
      state: Uint8Array.of(ORDER_STATES.indexOf("filled"), ORDER_STATES.indexOf("canceled")),
      reason: Uint8Array.of(0, REASONS.indexOf("end_of_data")),
      venue: Int32Array.of(-1, -1),
    });
    expect(log.fills()).toEqual({
      rowCount: 1,
      time: BigInt64Array.of(20n),
      order: Int32Array.of(1),
      seq: Int32Array.of(1),
      instrument: Int32Array.of(1),
      price: BigInt64Array.of(100n),
      quantity: BigInt64Array.of(-7n),
      cash: BigInt64Array.of(700n),
      fee: BigInt64Array.of(3n),
      realised: BigInt64Array.of(-2n),
      slippage: BigInt64Array.of(1n),
      liquidity: Uint8Array.of(1),
      forced: Uint8Array.of(1),
      liquidation: Uint8Array.of(0),
      late: Uint8Array.of(0),
      venue: Int32Array.of(-1),
    });
    expect(log.orderEnds()).toMatchObject({ rowCount: 1, leaves: BigInt64Array.of(4n), order: Int32Array.of(2) });
    expect(REASONS[log.orderEnds().reason[0] as number]).toBe("end_of_data");
    expect(log.refusals()).toMatchObject({
      rowCount: 1,
      decision: Int32Array.of(5),
      wanted: BigInt64Array.of(9n),
      allowed: BigInt64Array.of(-(2n ** 63n)),
    });
    expect(log.checkpoints()).toEqual([
      { buckets: 4096, timeNs: 40n, equityMinor: 1697n, digest: `blake3:0201${"0".repeat(60)}` },
    ]);
  });

  it("makes the ledger of its own records and of the fills: each as its trade and its fee", () => {
    const { kind, amount, balance, order, instrument } = logOf(RECORDS).ledger();
    expect([...kind].map((index) => LEDGER_KINDS[index])).toEqual(["deposit", "trade", "fee"]);
    expect([...amount]).toEqual([1000n, 700n, -3n]);
    expect([...balance]).toEqual([1000n, 1700n, 1697n]);
    expect([...order]).toEqual([0, 1, 1]);
    expect([...instrument]).toEqual([-1, 1, 1]);
  });

  it("leaves out a fee of nothing and pays a rebate in", () => {
    const free = FILL.slice();
    new DataView(free.buffer).setBigInt64(abi.FILL_EVENT_FEE, 0n, true);
    expect(logOf([DEPOSIT, free]).ledger().rowCount).toBe(2);
    new DataView(free.buffer).setBigInt64(abi.FILL_EVENT_FEE, -5n, true);
    expect([...logOf([DEPOSIT, free]).ledger().balance]).toEqual([1000n, 1700n, 1705n]);
  });

  it("tells a liquidation from a close at the end of data", () => {
    const { forced, liquidation } = logOf([
      orderOf(1, 2n),
      numbered(1, 1n, 1, abi.FILL_FLAG_LIQUIDATION),
      numbered(1, 1n, 2, abi.FILL_FLAG_FORCED),
    ]).fills();
    expect([[...forced], [...liquidation]]).toEqual([
      [0, 1],
      [1, 0],
    ]);
  });

  it("reads changes of orders, and bars that do not say what happened, with the fills before them", () => {
    const log = logOf([
      orderOf(1, 5n),
      updateOf(1, abi.UPDATE_TRIGGERED, 5n, 7n, 8n),
      fillOf(1, 3n),
      ambiguityOf(1, abi.AMBIGUITY_EXACT, abi.OUTCOME_STOP, abi.OUTCOME_TARGET),
      fillOf(1, 2n),
      ambiguityOf(1, abi.AMBIGUITY_HEURISTIC, 0, 0, 12n),
    ]);
    expect(log.updates()).toEqual({
      rowCount: 1,
      time: BigInt64Array.of(15n),
      order: Int32Array.of(1),
      instrument: Int32Array.of(0),
      kind: Uint8Array.of(1),
      leaves: BigInt64Array.of(5n),
      limit: BigInt64Array.of(7n),
      trigger: BigInt64Array.of(8n),
    });
    expect(log.ambiguities()).toEqual({
      rowCount: 2,
      time: BigInt64Array.of(25n, 25n),
      instrument: Int32Array.of(0, 0),
      kind: Uint8Array.of(1, 2),
      order: Int32Array.of(1, 1),
      worst: Uint8Array.of(1, 0),
      best: Uint8Array.of(2, 0),
      stake: BigInt64Array.of(0n, 12n),
      fills: Int32Array.of(1, 2),
    });
  });

  it("keeps the balances of other currencies apart", () => {
    const { balance, currency } = logOf([
      movementOf(abi.LEDGER_DEPOSIT, 50n, 50n),
      movementOf(abi.LEDGER_CONVERSION, 7n, 7n, 2),
      orderOf(1, 1n),
      FILL,
    ]).ledger();
    expect([...balance]).toEqual([50n, 7n, 750n, 747n]);
    expect([...currency]).toEqual([0, 2, 0, 0]);
  });

  it("says the same however its bytes came", () => {
    const kinds = fc.array(fc.constantFrom("fill", "end", "deposit", "refusal", "checkpoint"), { maxLength: 9 });
    fc.assert(
      fc.property(kinds, fc.array(fc.nat(12), { maxLength: 4 }), (drawn, cuts) => {
        let [sequence, fills] = [0, 0];
        const given = drawn.flatMap((kind) => {
          if (kind === "deposit") return [DEPOSIT];
          if (kind === "refusal") return [REFUSAL];
          if (kind === "checkpoint") return [CHECKPOINT];
          sequence++;
          return [
            orderOf(sequence, 1n),
            kind === "fill" ? numbered(sequence, 1n, ++fills) : endOf(sequence, "canceled"),
          ];
        });
        const borders = [0, ...cuts.filter((cut) => cut <= given.length).sort((a, b) => a - b), given.length];
        const pieces = borders.slice(1).map((to, i) => joined(given.slice(borders[i], to)));
        const [cut, whole] = [logOf(pieces), logOf([joined(given)])];
        for (const table of ["orders", "orderEnds", "fills", "refusals", "ledger", "checkpoints"] as const)
          expect(cut[table]()).toEqual(whole[table]());
        expect(cut.bytes()).toEqual(joined(given));
        expect(cut.count(abi.EVENT_FILL)).toBe(drawn.filter((each) => each === "fill").length);
      }),
    );
  });

  it("sees records that come after it was read, and leaves a copy as it was", () => {
    const log = logOf([DEPOSIT]);
    expect(log.orders().rowCount).toBe(0);
    const copy = log.copy();
    log.append(ORDER);
    expect([log.orders().rowCount, copy.orders().rowCount]).toEqual([1, 0]);
  });

  it("of nothing has empty tables", () => {
    const log = new EventLog();
    expect([log.bytes().length, log.fills().rowCount, log.ledger().rowCount, log.checkpoints().length]).toEqual([
      0, 0, 0, 0,
    ]);
  });

  it("refuses bytes that are not whole records", () => {
    expect(() => logOf([DEPOSIT.subarray(0, 31)]).orders()).toThrow("whole records");
    expect(() => logOf([Uint8Array.of(99, 0, 0, 0)]).orders()).toThrow("known kind");
  });

  it("gives orders and fills the venue that they were sent to, and numbers the fills of each order", () => {
    const log = logOf([
      orderOf(1, 9n),
      routeOf(1, 2, 5n, 1n),
      orderOf(4, 9n),
      numbered(1, 3n, 1),
      numbered(4, 1n, 2),
      numbered(1, 2n, 3),
    ]);
    expect([...log.orders().venue]).toEqual([2, -1]);
    expect([...log.fills().venue]).toEqual([2, -1, 2]);
    expect([...log.fills().seq]).toEqual([1, 1, 2]);
    expect(log.routes()).toMatchObject({ rowCount: 1, price: BigInt64Array.of(5n), penalty: BigInt64Array.of(2n) });
  });

  it("refuses fills that are there twice, or not", () => {
    expect(() => logOf([orderOf(1, 9n), numbered(1, 3n, 1), numbered(1, 3n, 1)]).fills()).toThrow("each is there once");
    expect(() => logOf([orderOf(1, 9n), numbered(1, 3n, 1), numbered(1, 3n, 3)]).fills()).toThrow("without gaps");
  });
});
