// Event text: a log as lines for a person, one fixed-width line an event, in the order of the log.
//
// Always true:
//   equal logs of equal instruments have equal lines;
//   numbers are exact decimals, nothing is rounded.
//
// Not here: the tables of a log (`event-log.ts`); a digest decides, these lines explain.

import {
  AMBIGUITY_EVENT_SEQUENCE,
  AMBIGUITY_EVENT_STAKE,
  AMBIGUITY_EXACT,
  CHECKPOINT_EVENT_BUCKETS,
  CHECKPOINT_EVENT_DIGEST,
  CHECKPOINT_EVENT_EQUITY,
  EVENT_AMBIGUITY,
  EVENT_CHECKPOINT,
  EVENT_FILL,
  EVENT_LEDGER,
  EVENT_ORDER,
  EVENT_ORDER_END,
  EVENT_REFUSAL,
  EVENT_TERMS,
  EVENT_UPDATE,
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
  TERMS_EVENT_ACTIVATION,
  TERMS_EVENT_DISPLAY,
  TERMS_EVENT_EXPIRES,
  TERMS_EVENT_GROUP,
  TERMS_EVENT_LIMIT,
  TERMS_EVENT_LIMIT_OFFSET,
  TERMS_EVENT_OFFSET,
  TERMS_EVENT_PARENT,
  TERMS_EVENT_SEQUENCE,
  TERMS_EVENT_TRIGGER,
  UPDATE_EVENT_LEAVES,
  UPDATE_EVENT_LIMIT,
  UPDATE_EVENT_SEQUENCE,
  UPDATE_EVENT_TRIGGER,
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

const FORCES = ["gtc", "gtd", "day", "ioc", "fok"] as const;
const ORDER_FLAG_NAMES = [
  "post-only",
  "reduce-only",
  "protective",
  "trail-share",
  "release-full",
  "group-shrinks",
  "from-fill",
] as const;
const UPDATES = ["", "triggered", "activated", "amended", "resized", "split"] as const;
const OUTCOMES = ["hold", "stop", "target"] as const;
const FILL_FLAGS = ["", " forced", " liquidation"] as const;
const TIME_MAX = 2n ** 63n - 1n;

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
  const price = (field: number): string => mantissaText(wide(field), instrument?.priceDecimals ?? 0);
  const begin = (kind: string): string => `${head}${kind.padEnd(10)} ${symbol.padEnd(8)}`;
  switch (view.getUint8(at)) {
    case EVENT_ORDER:
      return [
        begin("order"),
        order(ORDER_EVENT_SEQUENCE),
        size(ORDER_EVENT_QUANTITY),
        `${kindOfOrder(view, at)}by ${decision(view, at + ORDER_EVENT_DECISION, names)}`,
      ].join(" ");
    case EVENT_TERMS: {
      const priced: readonly (readonly [string, number])[] = [
        ["limit", TERMS_EVENT_LIMIT],
        ["trigger", TERMS_EVENT_TRIGGER],
        ["offset", TERMS_EVENT_OFFSET],
        ["limit-offset", TERMS_EVENT_LIMIT_OFFSET],
        ["activation", TERMS_EVENT_ACTIVATION],
      ];
      const terms = priced.filter(([, field]) => wide(field) !== 0n).map(([name, field]) => `${name} ${price(field)}`);
      if (wide(TERMS_EVENT_DISPLAY) !== 0n) terms.push(`shows ${size(TERMS_EVENT_DISPLAY).trim()}`);
      if (wide(TERMS_EVENT_EXPIRES) !== TIME_MAX) terms.push(`expires ${instantText(wide(TERMS_EVENT_EXPIRES))}`);
      for (const [name, field] of [
        ["parent", TERMS_EVENT_PARENT],
        ["group", TERMS_EVENT_GROUP],
      ] as const) {
        if (view.getUint32(at + field, true) !== 0) terms.push(`${name} ${order(field).trim()}`);
      }
      return `${begin("terms")} ${order(TERMS_EVENT_SEQUENCE)} ${terms.join(" ")}`;
    }
    case EVENT_UPDATE: {
      const now = `limit ${price(UPDATE_EVENT_LIMIT)} trigger ${price(UPDATE_EVENT_TRIGGER)}`;
      const what = UPDATES[view.getUint8(at + 1)] ?? "unknown";
      return `${begin(what)} ${order(UPDATE_EVENT_SEQUENCE)} ${size(UPDATE_EVENT_LEAVES)} ${now}`;
    }
    case EVENT_AMBIGUITY: {
      const exact = view.getUint8(at + 1) === AMBIGUITY_EXACT;
      const [worst, best] = [OUTCOMES[view.getUint8(at + 2)], OUTCOMES[view.getUint8(at + 3)]];
      const what = exact ? `worst ${worst} best ${best}` : `heuristic stake ${money(AMBIGUITY_EVENT_STAKE).trim()}`;
      return `${begin("ambiguous")} ${order(AMBIGUITY_EVENT_SEQUENCE)} ${what}`;
    }
    case EVENT_ORDER_END:
      return `${begin("order-end")} ${order(ORDER_END_EVENT_SEQUENCE)} ${size(ORDER_END_EVENT_LEAVES)} ${reason}`;
    case EVENT_FILL: {
      const cash = `cash ${money(FILL_EVENT_CASH)} fee ${money(FILL_EVENT_FEE)}`;
      const result = `realised ${money(FILL_EVENT_REALISED)} slippage ${money(FILL_EVENT_SLIPPAGE)}`;
      const liquidity = LIQUIDITY[view.getUint8(at + 1)] ?? "unknown";
      const forced = FILL_FLAGS[view.getUint16(at + 2, true)] ?? " unknown";
      const priced = price(FILL_EVENT_PRICE).padStart(12);
      const what = `${order(FILL_EVENT_SEQUENCE)} ${size(FILL_EVENT_QUANTITY)} @ ${priced}`;
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

const ORDER_TYPES = [
  "market",
  "limit",
  "stop",
  "stop-limit",
  "market-if-touched",
  "limit-if-touched",
  "trailing-stop",
  "trailing-stop-limit",
  "market-on-open",
  "market-on-close",
  "limit-on-open",
  "limit-on-close",
] as const;

/** Type, time in force and flags of an order, where they are not those of a plain market order. */
function kindOfOrder(view: DataView, at: number): string {
  const type = view.getUint8(at + 1);
  const terms = view.getUint16(at + 2, true);
  const flags = ORDER_FLAG_NAMES.filter((_, i) => ((terms >> (4 + i)) & 1) === 1);
  const force = terms & 15;
  if (type === 0 && terms === 0) return "";
  return `${[ORDER_TYPES[type], FORCES[force], ...flags].join(" ")} `;
}

function decision(view: DataView, at: number, { decisions }: EventNames): string {
  const id = decisions[view.getInt32(at, true)];
  return id === undefined ? "the end of data" : digestShort(id);
}

function signed(mantissa: bigint, decimals: number): string {
  return `${mantissa > 0n ? "+" : ""}${mantissaText(mantissa, decimals)}`;
}
