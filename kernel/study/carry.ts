// Carry: what positions received and paid while they were held, besides trading: funding, borrowing and dividends.
//
// Always true:
//   a movement belongs to the trade of its position (instrument, strategy, and side where an account hedges) that was
//     open where it stands in the log, so that the carry of all trades is what the ledger says.
// Not here: interest on cash, which is the account's and of no position.
// Units: money mantissas of the account currency.

import type { RunTables } from "../log/tables.js";
import { LEDGER_KINDS } from "../log/tables.js";
import { quotient } from "./moments.js";
import type { Held } from "./trade.js";

const TRADE = LEDGER_KINDS.indexOf("trade");
const CARRIED: readonly number[] = (["funding", "borrow", "dividend"] as const).map((kind) =>
  LEDGER_KINDS.indexOf(kind),
);

/** The carry of each of a run's trades. O(ledger + trades). */
export class Carries {
  readonly #amounts: bigint[];

  /** @param trades In the order in which they ended, as `entryFill` and `exitFill` say it. */
  constructor({ ledger, fills, positions }: RunTables, trades: readonly Held[]) {
    this.#amounts = trades.map(() => 0n);
    if (!ledger.kind.some((kind) => CARRIED.includes(kind))) return;
    const opened = startsAt(trades, fills.rowCount);
    let open: number[] = [];
    let fill = -1;
    for (let row = 0; row < ledger.rowCount; row++) {
      if (ledger.kind[row] === TRADE) {
        fill++;
        open = [...open.filter((i) => isOpenAfter(trades[i] as Held, fill)), ...(opened[fill] ?? [])];
      } else if (CARRIED.includes(ledger.kind[row] as number)) {
        const holder = open.find((i) => {
          const { instrument, strategy, side } = trades[i] as Held;
          const isSide = positions === "netting" || (side === "short") === (ledger.short[row] === 1);
          return isSide && instrument === ledger.instrument[row] && strategy === ledger.strategy[row];
        });
        if (holder === undefined) continue;
        this.#amounts[holder] = (this.#amounts[holder] as bigint) + (ledger.amount[row] as bigint);
      }
    }
  }

  /** The trade at index `i`, with its carry in its profit. */
  addTo<T extends Held>(trade: T, i: number): T {
    const carry = this.#amounts[i] as bigint;
    if (carry === 0n) return trade;
    const netProfit = trade.netProfit + carry;
    return { ...trade, carry, netProfit, return: quotient(netProfit, trade.entryValue) };
  }
}

function isOpenAfter({ closed, exitFill }: Held, fill: number): boolean {
  return !closed || exitFill > fill;
}

/** Trades by the fill that began them, those alone that are open after it. */
function startsAt(trades: readonly Held[], fillCount: number): readonly (readonly number[])[] {
  const starts: number[][] = Array.from({ length: fillCount }, () => []);
  trades.forEach((trade, i) => {
    if (isOpenAfter(trade, trade.entryFill)) starts[trade.entryFill]?.push(i);
  });
  return starts;
}
