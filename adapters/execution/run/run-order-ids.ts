// Ids of a run's orders: the ones under which they are published, made from the run and their place in it.
//
// Always true:
//   the same run under the same names has the same ids on every machine;
//   an order that another one let out has the correlation of the first of its chain.

import { orderIdOf, rowOfOrder } from "../../../kernel/index.js";
import type { Digest, RunId, RunTables } from "../../../kernel/index.js";
import { correlationIdOf } from "../topic/key.js";

export interface OrderIds {
  readonly orderId: string;
  readonly clientOrderId: string;
  readonly correlationId: Digest;
}

/** Under whose names a run is published: its world, and the strategy of decisions that are of none by name. */
export interface RunNames {
  readonly world: string;
  readonly strategy: string;
}

const CLIENT_ID_DIGITS = 32;

/** Ids of the first `count` orders of a run, in the order of its table. */
export function runOrderIds(tables: RunTables, runId: RunId, names: RunNames, count: number): readonly OrderIds[] {
  const { orders, instruments } = tables;
  const ids: OrderIds[] = [];
  for (let row = 0; row < Math.min(count, orders.rowCount); row++) {
    const symbol = instruments[orders.instrument[row] as number]?.symbol ?? "";
    const orderId = orderIdOf(runId, symbol, orders.order[row] as number);
    const clientOrderId = clientIdOf(orderId);
    const parent = orders.parent[row] as number;
    const first = parent === 0 ? undefined : ids[rowOfOrder(orders.order, parent)];
    const strategy = strategyName(tables, orders.decision[row] as number, names.strategy);
    const correlationId = first?.correlationId ?? correlationIdOf({ world: names.world, strategy, clientOrderId });
    ids.push({ orderId, clientOrderId, correlationId });
  }
  return ids;
}

/**
 * Name of the strategy of a decision; of a negative one, which the engine made, it says the strategy itself.
 *
 * @param unnamed What decisions of no strategy by name are called.
 */
export function strategyName({ strategies, strategyOf }: RunTables, decision: number, unnamed: string): string {
  const name = strategies[decision < 0 ? -1 - decision : (strategyOf[decision] ?? 0)] ?? "";
  return name === "" ? unnamed : name;
}

/** An id that venues take: at most 36 letters and digits. */
function clientIdOf(orderId: string): string {
  return `gt${orderId.slice("blake3:".length, "blake3:".length + CLIENT_ID_DIGITS)}`;
}
