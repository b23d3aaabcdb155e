// Holdings of the layer: what each strategy holds by the fills of its orders, and what may still come.
//
// Always true:
//   what an order filled at its venue counts as outstanding until it is told, also when the order has ended.
// Units: mantissas of quantities.

import type { OrderManager } from "../order/order-manager.js";
import { signedQuantity } from "../order/order-terms.js";
import type { SentOrder, Side } from "../order/order-terms.js";

export interface Holdings {
  /** Signed quantity that a strategy holds. */
  readonly position: (strategy: string, symbol: string) => bigint;
  /** What is outstanding of a strategy, by side, but for the order that is to be replaced. */
  readonly openLeaves: (strategy: string, symbol: string, but?: string) => { openBuy: bigint; openSell: bigint };
  /** Counts a fill. */
  readonly count: (order: SentOrder, quantity: bigint) => void;
}

/** Holdings by the fills that the manager has already. */
export function openHoldings(manager: OrderManager): Holdings {
  const positions = new Map<string, Map<string, bigint>>();
  const position = (strategy: string, symbol: string): bigint => positions.get(strategy)?.get(symbol) ?? 0n;
  const count = ({ strategy, symbol, side }: SentOrder, quantity: bigint): void => {
    const own = positions.get(strategy) ?? new Map<string, bigint>();
    positions.set(strategy, own.set(symbol, position(strategy, symbol) + signedQuantity(side, quantity)));
  };
  const openLeaves = (strategy: string, symbol: string, but?: string): { openBuy: bigint; openSell: bigint } => {
    const own = manager
      .unsettledOrders()
      .filter(({ order }) => order.strategy === strategy && order.symbol === symbol && order.clientOrderId !== but);
    const leaves = (side: Side): bigint =>
      own.reduce((sum, view) => (view.order.side === side ? sum + view.outstanding : sum), 0n);
    return { openBuy: leaves("buy"), openSell: leaves("sell") };
  };
  for (const { order, fills } of manager.orders()) for (const { quantity } of fills) count(order, quantity);
  return { position, openLeaves, count };
}
