// Ledger rows: every movement of cash that a log says, those with a record of their own and those of its fills.
//
// Always true:
//   a fill is two rows, its trade and its fee; a fee of nothing has none;
//   the balance of a row is that of its currency, and a fill moves that of its instrument's.

import {
  EVENT_LEDGER,
  FILL_EVENT_CASH,
  FILL_EVENT_FEE,
  FILL_EVENT_SEQUENCE,
  LEDGER_EVENT_AMOUNT,
  LEDGER_EVENT_BALANCE,
  LEDGER_IS_SHORT,
} from "../../assembly/abi-event.js";
import { merged } from "./columns.js";
import type { LedgerTable } from "./tables.js";
import { LEDGER_KINDS } from "./tables.js";

const TRADE = LEDGER_KINDS.indexOf("trade");
const FEE = LEDGER_KINDS.indexOf("fee");

/**
 * The ledger of the records at these offsets, each list in the order of the log.
 *
 * @param currencies Number of each instrument's currency; 0, that of the account, where it is left out.
 */
export function ledgerTable(
  view: DataView,
  movements: readonly number[],
  fills: readonly number[],
  currencies: readonly number[],
): LedgerTable {
  const room = movements.length + 2 * fills.length;
  const [time, amount, balance] = [new BigInt64Array(room), new BigInt64Array(room), new BigInt64Array(room)];
  const [instrument, order] = [new Int32Array(room), new Int32Array(room)];
  const [kind, currency] = [new Uint8Array(room), new Uint8Array(room)];
  const [strategy, short] = [new Uint8Array(room), new Uint8Array(room)];
  const balances = new Map<number, bigint>();
  let rows = 0;
  /** What a record says of all of its rows. */
  const begin = (at: number, of: number): void => {
    time[rows] = view.getBigInt64(at + 8, true);
    instrument[rows] = view.getInt32(at + 4, true);
    currency[rows] = of;
  };
  const end = (as: number, moved: bigint, after: bigint): void => {
    kind[rows] = as;
    amount[rows] = moved;
    balance[rows] = after;
    rows++;
  };
  for (const at of merged(movements, fills)) {
    if (view.getUint8(at) === EVENT_LEDGER) {
      const [of, after] = [view.getUint8(at + 2), view.getBigInt64(at + LEDGER_EVENT_BALANCE, true)];
      balances.set(of, after);
      begin(at, of);
      strategy[rows] = view.getUint8(at + 3);
      const said = view.getUint8(at + 1);
      if ((said & LEDGER_IS_SHORT) !== 0) short[rows] = 1;
      end(said & ~LEDGER_IS_SHORT, view.getBigInt64(at + LEDGER_EVENT_AMOUNT, true), after);
      continue;
    }
    const of = currencies[view.getInt32(at + 4, true)] ?? 0;
    const cash = view.getBigInt64(at + FILL_EVENT_CASH, true);
    const fee = view.getBigInt64(at + FILL_EVENT_FEE, true);
    const after = (balances.get(of) ?? 0n) + cash;
    balances.set(of, after - fee);
    begin(at, of);
    order[rows] = view.getInt32(at + FILL_EVENT_SEQUENCE, true);
    end(TRADE, cash, after);
    if (fee === 0n) continue;
    begin(at, of);
    order[rows] = view.getInt32(at + FILL_EVENT_SEQUENCE, true);
    end(FEE, -fee, after - fee);
  }
  return {
    rowCount: rows,
    time: time.slice(0, rows),
    kind: kind.slice(0, rows),
    instrument: instrument.slice(0, rows),
    order: order.slice(0, rows),
    currency: currency.slice(0, rows),
    strategy: strategy.slice(0, rows),
    short: short.slice(0, rows),
    amount: amount.slice(0, rows),
    balance: balance.slice(0, rows),
  };
}
