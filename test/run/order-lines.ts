// Runs of orders on a handful of bars, said as short lines: what was sent, refused, filled and ended.

import * as abi from "../../assembly/abi-event.js";
import type { BarsTape, Dataset, Decision, Instrument, RunConfig, RunOptions, RunResult } from "../../kernel/index.js";
import { graph, memoryTape, REASONS, runGraph } from "../../kernel/index.js";
import { recordBytes } from "../../kernel/log/event-log.js";
import { ORDER_TYPE_NAMES } from "../../kernel/nodes/order-rules.js";
import { share } from "../kernel/run/small-tapes.js";
import { engineFor } from "../model/kernel-run.js";

export const HOUR_NS = 3_600_000_000_000n;

/** Open, high, low and close in cents, and the volume in shares. */
export type Bar = readonly [open: number, high: number, low: number, close: number, volume?: number];

/** Hourly bars of one instrument, the first of them closing at hour 1. */
export function barsTape(symbol: string, bars: readonly Bar[], facts: Partial<Instrument> = {}): BarsTape {
  const column = (place: 0 | 1 | 2 | 3): BigInt64Array => BigInt64Array.from(bars, (bar) => BigInt(bar[place]));
  return memoryTape(share(symbol, facts), "1h", {
    time: BigInt64Array.from(bars, (_, row) => BigInt(row + 1) * HOUR_NS),
    open: column(0),
    high: column(1),
    low: column(2),
    close: column(3),
    volume: BigInt64Array.from(bars, (bar) => BigInt(bar[4] ?? 1_000_000)),
  });
}

/** Bars that stand at one price, in cents. */
export function flatBars(...cents: readonly number[]): readonly Bar[] {
  return cents.map((price) => [price, price, price, price]);
}

const PLAIN: RunConfig = { fees: { taker: 0 }, slippage: { kind: "none" }, participation: null };

/** Runs decisions over tapes, without fees and slippage unless the configuration says so. */
export function runOrders(
  decisions: readonly Decision[],
  tapes: readonly BarsTape[],
  config: Partial<RunConfig> = {},
  options: RunOptions = {},
): RunResult {
  const dataset: Dataset = { name: "orders", fingerprint: `blake3:${"0".repeat(64)}`, bars: tapes };
  return runGraph(engineFor(), graph({ decisions }), dataset, { ...PLAIN, ...config }, options);
}

/** A record of a log as a short text; prices in cents, quantities in shares. */
function lineAt(view: DataView, at: number): string | null {
  const wide = (field: number): string => view.getBigInt64(at + field, true).toString();
  const narrow = (field: number): number => view.getInt32(at + field, true);
  const hour = view.getBigInt64(at + 8, true) / HOUR_NS;
  const reason = REASONS[view.getUint8(at + 1)] ?? "unknown";
  const line = (text: string): string => `${hour} ${text}`;
  switch (view.getUint8(at)) {
    case abi.EVENT_ORDER: {
      const type = ORDER_TYPE_NAMES[view.getUint8(at + 1)] ?? "unknown";
      return line(`order ${narrow(abi.ORDER_EVENT_SEQUENCE)} ${type} ${wide(abi.ORDER_EVENT_QUANTITY)}`);
    }
    case abi.EVENT_TERMS: {
      const terms = TERM_FIELDS.filter(([, field]) => wide(field) !== "0").map(
        ([name, field]) => `${name} ${wide(field)}`,
      );
      const expires = view.getBigInt64(at + abi.TERMS_EVENT_EXPIRES, true);
      if (expires !== 2n ** 63n - 1n) terms.push(`expires ${expires / HOUR_NS}`);
      const parent = narrow(abi.TERMS_EVENT_PARENT);
      const group = narrow(abi.TERMS_EVENT_GROUP);
      if (parent !== 0) terms.push(`parent ${parent}`);
      if (group !== 0) terms.push(`group ${group}`);
      return line(`terms ${narrow(abi.TERMS_EVENT_SEQUENCE)} ${terms.join(" ")}`);
    }
    case abi.EVENT_REFUSAL:
      return line(`refusal ${reason} ${wide(abi.REFUSAL_EVENT_WANTED)} allowed ${wide(abi.REFUSAL_EVENT_ALLOWED)}`);
    case abi.EVENT_ORDER_END:
      return line(`end ${narrow(abi.ORDER_END_EVENT_SEQUENCE)} ${reason} ${wide(abi.ORDER_END_EVENT_LEAVES)}`);
    case abi.EVENT_FILL: {
      const what = `${wide(abi.FILL_EVENT_QUANTITY)} @ ${wide(abi.FILL_EVENT_PRICE)}`;
      return line(`fill ${narrow(abi.FILL_EVENT_SEQUENCE)} ${what}`);
    }
    case abi.EVENT_UPDATE: {
      const now = `${wide(abi.UPDATE_EVENT_LEAVES)} limit ${wide(abi.UPDATE_EVENT_LIMIT)}`;
      return line(`update ${narrow(abi.UPDATE_EVENT_SEQUENCE)} ${now} trigger ${wide(abi.UPDATE_EVENT_TRIGGER)}`);
    }
    default:
      return null;
  }
}

const TERM_FIELDS = [
  ["limit", abi.TERMS_EVENT_LIMIT],
  ["stop", abi.TERMS_EVENT_TRIGGER],
  ["offset", abi.TERMS_EVENT_OFFSET],
  ["limitOffset", abi.TERMS_EVENT_LIMIT_OFFSET],
  ["activation", abi.TERMS_EVENT_ACTIVATION],
  ["display", abi.TERMS_EVENT_DISPLAY],
] as const;

/** What happened to orders, one line a record: the hour, the kind, and its numbers. */
export function linesOf(result: RunResult): readonly string[] {
  const view = result.log.view();
  const lines: string[] = [];
  for (let at = 0; at < view.byteLength; at += recordBytes(view, at)) {
    const line = lineAt(view, at);
    if (line !== null) lines.push(line);
  }
  return lines;
}

/** The lines up to the end of data, without what the end itself does. */
export function linesBefore(result: RunResult): readonly string[] {
  return linesOf(result).filter((line) => !line.includes(" end_of_data "));
}
