// Ids of a run's orders: the ones under which they are published, made from the run and their place in it.
//
// Always true:
//   an order is known by what it was sent as: decision, bucket, side, venue and manner, which no two orders that a
//     decision sends have in common (a stop and a target made anew say which they are); children and what the engine
//     sends are numbered besides;
//   the same run under the same names has the same ids on every machine;
//   an order that another one let out, and each leg of a split, has the correlation of the first of its chain.

import { digestJson, invariant, ORDER_FLAGS, ORDER_TYPES, orderIdOf, rowOfOrder } from "../../../kernel/index.js";
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
const REDUCE_ONLY = 1 << ORDER_FLAGS.indexOf("reduceOnly");
const PROTECTIVE = 1 << ORDER_FLAGS.indexOf("protective");

/** Ids of the first `count` orders of a run, in the order of its table. */
export function runOrderIds(tables: RunTables, runId: RunId, names: RunNames, count: number): readonly OrderIds[] {
  const { orders, instruments } = tables;
  const ids: OrderIds[] = [];
  const sent = new Map<string, number>();
  for (let row = 0; row < Math.min(count, orders.rowCount); row++) {
    const symbol = instruments[orders.instrument[row] as number]?.symbol ?? "";
    const orderId = orderIdOf(runId, symbol, orders.order[row] as number);
    const parent = orders.parent[row] as number;
    const releasing = parent === 0 ? undefined : ids[rowOfOrder(orders.order, parent)];
    const first = ids[rowOfOrder(orders.order, orders.correlation[row] as number)];
    const decision = orders.decision[row] as number;
    const strategy = strategyName(tables, decision, names.strategy);
    const key = JSON.stringify(clientKeyOf(tables, row, releasing?.orderId ?? null));
    const number = (sent.get(key) ?? 0) + 1;
    sent.set(key, number);
    invariant(
      decision < 0 || parent !== 0 || number === 1,
      "a decision sends one order a bucket, side, venue and manner",
    );
    const clientOrderId = clientIdOf(digestJson("goldentape 2026 ClientOrderID v1", { runId, strategy, key, number }));
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
export function strategyName(tables: RunTables, decision: number, unnamed: string): string {
  const { strategies, strategyOf, owners } = tables;
  const name = strategies[decision < 0 ? -1 - decision : (strategyOf[decision] ?? 0)] ?? "";
  return name === "" ? (owners[decision]?.strategy ?? unnamed) : name;
}

/** The one world that the gates of a run obey; `default` where they obey none, or several. */
export function worldOf({ owners }: RunTables): string {
  const worlds = new Set(owners.flatMap(({ world }) => world ?? []));
  return worlds.size === 1 ? ([...worlds][0] as string) : "default";
}

/** What an order was sent as. */
function clientKeyOf(tables: RunTables, row: number, parentOrderId: string | null): object {
  const { orders, decisions, instruments, venues } = tables;
  const instrument = instruments[orders.instrument[row] as number];
  const isExitAnew = parentOrderId === null && ((orders.flags[row] as number) & PROTECTIVE) !== 0;
  return {
    nodeId: decisions[orders.decision[row] as number] ?? null,
    symbol: instrument?.symbol ?? null,
    bucket: String(orders.bucket[row]),
    buys: (orders.quantity[row] as bigint) > 0n,
    venue: venues[orders.venue[row] as number] ?? instrument?.venue ?? null,
    reduceOnly: ((orders.flags[row] as number) & REDUCE_ONLY) !== 0,
    parentOrderId,
    // A stop and a target that are made anew are sent in one bucket, beside what else their decision sends.
    ...(isExitAnew ? { exit: ORDER_TYPES[orders.type[row] as number] } : {}),
  };
}

/** An id that venues take: at most 36 letters and digits. */
function clientIdOf(digest: Digest): string {
  return `gt${digest.slice("blake3:".length, "blake3:".length + CLIENT_ID_DIGITS)}`;
}
