// Event text: a log as lines for a person, one fixed-width line an event, in the order of the log.
//
// Always true:
//   equal logs of equal instruments have equal lines;
//   numbers are exact decimals, nothing is rounded.
//
// Not here: the tables of a log (`event-log.ts`); a digest decides, these lines explain.

import {
  CHECKPOINT_EVENT_BUCKETS,
  CHECKPOINT_EVENT_DIGEST,
  CHECKPOINT_EVENT_EQUITY,
  EVENT_CHECKPOINT,
  EVENT_FILL,
  EVENT_LEDGER,
  EVENT_ORDER,
  EVENT_ORDER_END,
  EVENT_REFUSAL,
  FILL_EVENT_CASH,
  FILL_EVENT_FEE,
  FILL_EVENT_PRICE,
  FILL_EVENT_QUANTITY,
  FILL_EVENT_REALISED,
  FILL_EVENT_SEQUENCE,
  FILL_EVENT_SLIPPAGE,
  LEDGER_EVENT_AMOUNT,
  LEDGER_EVENT_BALANCE,
  ORDER_END_EVENT_LEAVES,
  ORDER_END_EVENT_SEQUENCE,
  ORDER_EVENT_DECISION,
  ORDER_EVENT_QUANTITY,
  ORDER_EVENT_SEQUENCE,
  REFUSAL_EVENT_ALLOWED,
  REFUSAL_EVENT_DECISION,
  REFUSAL_EVENT_WANTED,
} from "../../assembly/abi-event.js";
import { mantissaText } from "../base/decimal.js";
import { digestShort, digestText } from "../base/digest.js";
import { invariant } from "../base/error.js";
import { instantText } from "../data/civil-date.js";
import type { Currency, Instrument } from "../market/instrument.js";
import type { EventLog } from "./event-log.js";
import { recordBytes } from "./event-log.js";
import { REASONS } from "./reason.js";
import { LEDGER_KINDS } from "./tables.js";

/** What the numbers of a log stand for. */
export interface EventNames {
  readonly instruments: readonly Instrument[];
  readonly currency: Currency;
  /** NodeIDs of the decisions, in plan order. */
  readonly decisions: readonly string[];
}

const LIQUIDITY = ["", "taker", "maker"] as const;

/**
 * The lines of a log, without line ends.
 *
 * @example
 * for (const line of eventLines(result.log, result.tables())) write(line);
 * // 2000-02-15T14:30:00.000000000Z fill       SPX      #1       +71 @ 1389.95 …
 */
export function* eventLines(log: EventLog, names: EventNames): Generator<string> {
  const view = log.view();
  for (let at = 0; at < view.byteLength; at += recordBytes(view, at)) yield eventLine(view, at, names);
}

/** Where a line without an order has its number. */
const NO_ORDER = " ".repeat(8);

function eventLine(view: DataView, at: number, names: EventNames): string {
  const index = view.getInt32(at + 4, true);
  const instrument = index < 0 ? null : (names.instruments[index] as Instrument);
  const symbol = instrument === null ? "-" : instrument.symbol;
  const head = `${instantText(view.getBigInt64(at + 8, true)).padEnd(30)} `;
  const wide = (field: number): bigint => view.getBigInt64(at + field, true);
  const money = (field: number): string => mantissaText(wide(field), names.currency.decimals).padStart(14);
  const size = (field: number): string => signed(wide(field), instrument?.sizeDecimals ?? 0).padStart(12);
  const order = (field: number): string => `#${view.getUint32(at + field, true)}`.padStart(8);
  const reason = REASONS[view.getUint8(at + 1)] ?? "unknown";
  const begin = (kind: string): string => `${head}${kind.padEnd(10)} ${symbol.padEnd(8)}`;
  switch (view.getUint8(at)) {
    case EVENT_ORDER:
      return [
        begin("order"),
        order(ORDER_EVENT_SEQUENCE),
        size(ORDER_EVENT_QUANTITY),
        `by ${decision(view, at + ORDER_EVENT_DECISION, names)}`,
      ].join(" ");
    case EVENT_ORDER_END:
      return `${begin("order-end")} ${order(ORDER_END_EVENT_SEQUENCE)} ${size(ORDER_END_EVENT_LEAVES)} ${reason}`;
    case EVENT_FILL: {
      const price = mantissaText(wide(FILL_EVENT_PRICE), instrument?.priceDecimals ?? 0).padStart(12);
      const cash = `cash ${money(FILL_EVENT_CASH)} fee ${money(FILL_EVENT_FEE)}`;
      const result = `realised ${money(FILL_EVENT_REALISED)} slippage ${money(FILL_EVENT_SLIPPAGE)}`;
      const liquidity = LIQUIDITY[view.getUint8(at + 1)] ?? "unknown";
      const forced = view.getUint16(at + 2, true) === 0 ? "" : " forced";
      const what = `${order(FILL_EVENT_SEQUENCE)} ${size(FILL_EVENT_QUANTITY)} @ ${price}`;
      return `${begin("fill")} ${what} ${cash} ${result} ${liquidity}${forced}`;
    }
    case EVENT_REFUSAL: {
      const by = decision(view, at + REFUSAL_EVENT_DECISION, names);
      const what = `${size(REFUSAL_EVENT_WANTED)} allowed ${size(REFUSAL_EVENT_ALLOWED)}`;
      return `${begin("refusal")} ${NO_ORDER} ${what} ${reason} by ${by}`;
    }
    case EVENT_LEDGER: {
      const kind = LEDGER_KINDS[view.getUint8(at + 1)] ?? "unknown";
      return `${begin(kind)} ${NO_ORDER} ${money(LEDGER_EVENT_AMOUNT)} balance ${money(LEDGER_EVENT_BALANCE)}`;
    }
    case EVENT_CHECKPOINT: {
      const digest = digestText(new Uint8Array(view.buffer, view.byteOffset + at + CHECKPOINT_EVENT_DIGEST, 32));
      const what = `after ${wide(CHECKPOINT_EVENT_BUCKETS)} buckets equity ${money(CHECKPOINT_EVENT_EQUITY)}`;
      return `${begin("checkpoint")} ${NO_ORDER} ${what} ${digest}`;
    }
    default:
      invariant(false, "every record of a log has a known kind");
  }
}

function decision(view: DataView, at: number, { decisions }: EventNames): string {
  const id = decisions[view.getInt32(at, true)];
  return id === undefined ? "the end of data" : digestShort(id);
}

function signed(mantissa: bigint, decimals: number): string {
  return `${mantissa > 0n ? "+" : ""}${mantissaText(mantissa, decimals)}`;
}
