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
} from "../../assembly/abi-event.js";
import type { LedgerTable } from "./tables.js";
import { LEDGER_KINDS } from "./tables.js";

interface LedgerRow {
  readonly time: bigint;
  readonly kind: number;
  readonly instrument: number;
  readonly order: number;
  readonly currency: number;
  readonly strategy: number;
  readonly amount: bigint;
  readonly balance: bigint;
}

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
  const rows: LedgerRow[] = [];
  const balances = new Map<number, bigint>();
  const offsets = [...movements, ...fills].sort((a, b) => a - b);
  for (const at of offsets) {
    if (view.getUint8(at) === EVENT_LEDGER) {
      const row = movement(view, at);
      balances.set(row.currency, row.balance);
      rows.push(row);
      continue;
    }
    const order = view.getInt32(at + FILL_EVENT_SEQUENCE, true);
    const instrument = view.getInt32(at + 4, true);
    const currency = currencies[instrument] ?? 0;
    const head = { time: view.getBigInt64(at + 8, true), instrument, order, currency, strategy: 0 };
    const cash = view.getBigInt64(at + FILL_EVENT_CASH, true);
    const fee = view.getBigInt64(at + FILL_EVENT_FEE, true);
    const balance = (balances.get(currency) ?? 0n) + cash;
    balances.set(currency, balance - fee);
    rows.push({ ...head, kind: TRADE, amount: cash, balance });
    if (fee !== 0n) rows.push({ ...head, kind: FEE, amount: -fee, balance: balance - fee });
  }
  return {
    rowCount: rows.length,
    time: BigInt64Array.from(rows, (row) => row.time),
    kind: Uint8Array.from(rows, (row) => row.kind),
    instrument: Int32Array.from(rows, (row) => row.instrument),
    order: Int32Array.from(rows, (row) => row.order),
    currency: Uint8Array.from(rows, (row) => row.currency),
    strategy: Uint8Array.from(rows, (row) => row.strategy),
    amount: BigInt64Array.from(rows, (row) => row.amount),
    balance: BigInt64Array.from(rows, (row) => row.balance),
  };
}

/** The row of a record of its own. */
function movement(view: DataView, at: number): LedgerRow {
  return {
    time: view.getBigInt64(at + 8, true),
    kind: view.getUint8(at + 1),
    instrument: view.getInt32(at + 4, true),
    order: 0,
    currency: view.getUint8(at + 2),
    strategy: view.getUint8(at + 3),
    amount: view.getBigInt64(at + LEDGER_EVENT_AMOUNT, true),
    balance: view.getBigInt64(at + LEDGER_EVENT_BALANCE, true),
  };
}
