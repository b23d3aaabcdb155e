import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as abi from "../../../assembly/abi-event.js";
import { EventLog, LEDGER_KINDS, REASONS } from "../../../kernel/index.js";

type Field = readonly [offset: number, value: number | bigint];

/**
 * Bytes of one record: the head that all kinds share, and fields by their offset; a bigint is an i64, a number an i32.
 */
function record(
  kind: number,
  bytes: number,
  head: readonly [a: number, b: number, instrument: number, time: bigint],
  fields: readonly Field[],
) {
  const view = new DataView(new ArrayBuffer(bytes));
  const [a, b, instrument, time] = head;
  view.setUint8(0, kind);
  view.setUint8(1, a);
  view.setUint16(2, b, true);
  view.setInt32(4, instrument, true);
  view.setBigInt64(8, time, true);
  for (const [offset, value] of fields) {
    if (typeof value === "bigint") view.setBigInt64(offset, value, true);
    else view.setInt32(offset, value, true);
  }
  return new Uint8Array(view.buffer);
}

const DEPOSIT = record(
  abi.EVENT_LEDGER,
  abi.LEDGER_EVENT_BYTES,
  [abi.LEDGER_DEPOSIT, 0, abi.NO_INSTRUMENT, 10n],
  [
    [abi.LEDGER_EVENT_AMOUNT, 1000n],
    [abi.LEDGER_EVENT_BALANCE, 1000n],
  ],
);
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
const RECORDS = [DEPOSIT, ORDER, FILL, END, REFUSAL, CHECKPOINT];

function logOf(pieces: readonly Uint8Array[]): EventLog {
  const log = new EventLog();
  for (const piece of pieces) log.append(piece);
  return log;
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(pieces.flatMap((piece) => [...piece]));
}

describe("EventLog", () => {
  it("reads each kind of record into its table", () => {
    const log = logOf(RECORDS);
    expect(log.orders()).toEqual({
      rowCount: 1,
      time: BigInt64Array.of(10n),
      order: Int32Array.of(1),
      instrument: Int32Array.of(1),
      decision: Int32Array.of(-1),
      quantity: BigInt64Array.of(-7n),
      type: Uint8Array.of(0),
    });
    expect(log.fills()).toEqual({
      rowCount: 1,
      time: BigInt64Array.of(20n),
      order: Int32Array.of(1),
      instrument: Int32Array.of(1),
      price: BigInt64Array.of(100n),
      quantity: BigInt64Array.of(-7n),
      cash: BigInt64Array.of(700n),
      fee: BigInt64Array.of(3n),
      realised: BigInt64Array.of(-2n),
      slippage: BigInt64Array.of(1n),
      liquidity: Uint8Array.of(1),
      forced: Uint8Array.of(1),
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

  it("says the same however its bytes came", () => {
    const records = fc.array(fc.constantFrom(...RECORDS), { maxLength: 12 });
    fc.assert(
      fc.property(records, fc.array(fc.nat(12), { maxLength: 4 }), (given, cuts) => {
        const borders = [0, ...cuts.filter((cut) => cut <= given.length).sort((a, b) => a - b), given.length];
        const pieces = borders.slice(1).map((to, i) => joined(given.slice(borders[i], to)));
        const [cut, whole] = [logOf(pieces), logOf([joined(given)])];
        for (const table of ["orders", "orderEnds", "fills", "refusals", "ledger", "checkpoints"] as const)
          expect(cut[table]()).toEqual(whole[table]());
        expect(cut.bytes()).toEqual(joined(given));
        expect(cut.count(abi.EVENT_FILL)).toBe(given.filter((each) => each === FILL).length);
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
});
