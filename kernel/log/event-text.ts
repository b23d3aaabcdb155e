// Event text: a log as lines for a person, one fixed-width line an event, in the order of the log.
//
// Always true:
//   equal logs of equal instruments have equal lines;
//   numbers are exact decimals, nothing is rounded.
//
// Not here: the tables of a log (`event-log.ts`); a digest decides, these lines explain.

import { VERDICT_ACTED } from "../../assembly/abi-commitment.js";
import * as abi from "../../assembly/abi-event.js";
import { mantissaText } from "../base/decimal.js";
import { digestShort, digestText } from "../base/digest.js";
import { invariant } from "../base/error.js";
import { instantText } from "../data/civil-date.js";
import type { Currency, Instrument } from "../market/instrument.js";
import { TIERS } from "../nodes/account-policy.js";
import { TIMES_IN_FORCE } from "../nodes/order-rules.js";
import type { EventLog } from "./event-log.js";
import { recordBytes } from "./event-log.js";
import { REASONS } from "./reason.js";
import {
  ACTIVATION_FLAGS,
  DECISION_CHECK_NAMES,
  DECISION_KINDS,
  LEDGER_KINDS,
  NEVER,
  NOTE_KINDS,
  ORDER_FLAGS,
  ORDER_TYPES,
  OUTCOMES,
  SEVERITIES,
  UPDATE_KINDS,
} from "./tables.js";

/** What the numbers of a log stand for. */
export interface EventNames {
  readonly instruments: readonly Instrument[];
  readonly currency: Currency;
  /** NodeIDs of the decisions, in plan order. */
  readonly decisions: readonly string[];
  /** NodeIDs of the policies, in plan order. */
  readonly policies: readonly string[];
  /** Names of the venues. */
  readonly venues: readonly string[];
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

/** Flags of a fill, the lowest bit first. */
const FILL_FLAGS = ["forced", "liquidation", "late", "stop"] as const;
/** Kinds of ledger records whose name is too long for its column. */
const SHORT_KINDS: ReadonlyMap<string, string> = new Map([["conversion-fee", "conv-fee"]]);
/** Where a line without an order, or without a quantity, has its number. */
const NO_ORDER = " ".repeat(8);
const NO_SIZE = " ".repeat(12);

/** One record, and what its numbers stand for. */
class EventRecord {
  readonly view: DataView;
  readonly at: number;
  readonly names: EventNames;
  readonly instrument: Instrument | null;

  constructor(view: DataView, at: number, names: EventNames) {
    const index = view.getInt32(at + 4, true);
    this.view = view;
    this.at = at;
    this.names = names;
    this.instrument = index < 0 ? null : (names.instruments[index] as Instrument);
  }

  /** Time, kind and instrument: the beginning of every line. */
  begin(kind: string): string {
    const time = instantText(this.wide(8)).padEnd(30);
    return `${time} ${kind.padEnd(10)} ${(this.instrument?.symbol ?? "-").padEnd(8)}`;
  }

  byte(field: number): number {
    return this.view.getUint8(this.at + field);
  }

  word(field: number): number {
    return this.view.getUint16(this.at + field, true);
  }

  narrow(field: number): number {
    return this.view.getInt32(this.at + field, true);
  }

  wide(field: number): bigint {
    return this.view.getBigInt64(this.at + field, true);
  }

  reason(): string {
    return REASONS[this.byte(1)] ?? "unknown";
  }

  order(field: number): string {
    return `#${this.view.getUint32(this.at + field, true)}`.padStart(8);
  }

  money(field: number): string {
    return mantissaText(this.wide(field), this.names.currency.decimals).padStart(14);
  }

  /** Money of a fill, which is that of its instrument. */
  paid(field: number): string {
    const { decimals } = this.instrument?.currency ?? this.names.currency;
    return mantissaText(this.wide(field), decimals).padStart(14);
  }

  price(field: number): string {
    return mantissaText(this.wide(field), this.instrument?.priceDecimals ?? 0);
  }

  size(field: number): string {
    const quantity = this.wide(field);
    const text = mantissaText(quantity, this.instrument?.sizeDecimals ?? 0);
    return `${quantity > 0n ? "+" : ""}${text}`.padStart(12);
  }

  decision(field: number): string {
    const id = this.names.decisions[this.narrow(field)];
    return id === undefined ? "the engine" : digestShort(id);
  }

  /** `name value` for each price that is not zero. */
  prices(fields: readonly (readonly [name: string, field: number])[]): string[] {
    return fields.flatMap(([name, field]) => (this.wide(field) === 0n ? [] : [`${name} ${this.price(field)}`]));
  }
}

type LineOf = (record: EventRecord) => readonly string[];

const LINES: ReadonlyMap<number, LineOf> = new Map<number, LineOf>([
  [abi.EVENT_ORDER, orderLine],
  [abi.EVENT_TERMS, termsLine],
  [abi.EVENT_UPDATE, updateLine],
  [abi.EVENT_ORDER_END, orderEndLine],
  [abi.EVENT_FILL, fillLine],
  [abi.EVENT_REFUSAL, refusalLine],
  [abi.EVENT_AMBIGUITY, ambiguityLine],
  [abi.EVENT_LEDGER, ledgerLine],
  [abi.EVENT_SPLIT, splitLine],
  [abi.EVENT_NOTE, noteLine],
  [abi.EVENT_ACTIVATION, activationLine],
  [abi.EVENT_DECISION, decisionLine],
  [abi.EVENT_CHECKPOINT, checkpointLine],
  [abi.EVENT_ROUTE, routeLine],
]);

/** The line of the record at `at`. */
export function eventLine(view: DataView, at: number, names: EventNames): string {
  const line = LINES.get(view.getUint8(at));
  invariant(line !== undefined, "every record of a log has a known kind");
  return line(new EventRecord(view, at, names)).join(" ");
}

function orderLine(record: EventRecord): readonly string[] {
  // Never take the module apart: a page would then carry every name in it (1.4 kB packed).
  const head = [record.begin("order"), record.order(abi.ORDER_EVENT_SEQUENCE), record.size(abi.ORDER_EVENT_QUANTITY)];
  return [...head, ...kindOfOrder(record), `by ${record.decision(abi.ORDER_EVENT_DECISION)}`];
}

/** Type, time in force and flags of an order, where they are not those of a plain market order. */
function kindOfOrder(record: EventRecord): readonly string[] {
  const type = record.byte(1);
  const terms = record.word(2);
  if (type === 0 && terms === 0) return [];
  return [ORDER_TYPES[type] ?? "unknown", TIMES_IN_FORCE[terms & 15] ?? "unknown", ...flagNames(terms)];
}

function flagNames(terms: number): readonly string[] {
  return bitNames(ORDER_FLAGS, terms >> 4);
}

const SHARE_DECIMALS = 9;

function termsLine(record: EventRecord): readonly string[] {
  const prices = record.prices([
    ["limit", abi.TERMS_EVENT_LIMIT],
    ["trigger", abi.TERMS_EVENT_TRIGGER],
    ["limit-offset", abi.TERMS_EVENT_LIMIT_OFFSET],
    ["activation", abi.TERMS_EVENT_ACTIVATION],
  ]);
  const links = (["parent", "group"] as const).flatMap((name) => {
    const field = name === "parent" ? abi.TERMS_EVENT_PARENT : abi.TERMS_EVENT_GROUP;
    return record.narrow(field) === 0 ? [] : [`${name} ${record.order(field).trim()}`];
  });
  const shows = record.wide(abi.TERMS_EVENT_DISPLAY) === 0n ? [] : [`shows ${shown(record)}`];
  const end = record.wide(abi.TERMS_EVENT_EXPIRES);
  const expires = end === NEVER ? [] : [`expires ${instantText(end)}`];
  const head = [record.begin("terms"), record.order(abi.TERMS_EVENT_SEQUENCE), NO_SIZE];
  return [...head, ...prices, ...trailing(record), ...shows, ...expires, ...links];
}

function shown(record: EventRecord): string {
  return mantissaText(record.wide(abi.TERMS_EVENT_DISPLAY), record.instrument?.sizeDecimals ?? 0);
}

/** The trailing offset: a price, or a share of it when the order just before says so. */
function trailing(record: EventRecord): readonly string[] {
  const offset = record.wide(abi.TERMS_EVENT_OFFSET);
  if (offset === 0n) return [];
  const isShare = flagNames(record.word(2 - abi.ORDER_EVENT_BYTES)).includes("trailShare");
  return [`trails ${isShare ? `${mantissaText(offset, SHARE_DECIMALS)} of it` : record.price(abi.TERMS_EVENT_OFFSET)}`];
}

function routeLine(record: EventRecord): readonly string[] {
  const to = `to ${record.names.venues[record.byte(1)] ?? "unknown"}`;
  const head = [record.begin("route"), record.order(abi.ROUTE_EVENT_SEQUENCE), NO_SIZE, to];
  if (record.wide(abi.ROUTE_EVENT_PRICE) === 0n) return [...head, "after its parent"];
  const first = record.narrow(abi.ROUTE_EVENT_FIRST);
  const leg = first === record.narrow(abi.ROUTE_EVENT_SEQUENCE) ? [] : [`with #${first}`];
  const costs = `fee ${record.paid(abi.ROUTE_EVENT_FEE).trim()} latency ${record.paid(abi.ROUTE_EVENT_PENALTY).trim()}`;
  return [...head, `expects ${record.price(abi.ROUTE_EVENT_PRICE)} ${costs}`, ...leg];
}

function updateLine(record: EventRecord): readonly string[] {
  const what = UPDATE_KINDS[record.byte(1)] ?? "unknown";
  const prices = record.prices([
    ["limit", abi.UPDATE_EVENT_LIMIT],
    ["trigger", abi.UPDATE_EVENT_TRIGGER],
  ]);
  return [record.begin(what), record.order(abi.UPDATE_EVENT_SEQUENCE), record.size(abi.UPDATE_EVENT_LEAVES), ...prices];
}

function orderEndLine(record: EventRecord): readonly string[] {
  const order = record.order(abi.ORDER_END_EVENT_SEQUENCE);
  return [record.begin("order-end"), order, record.size(abi.ORDER_END_EVENT_LEAVES), record.reason()];
}

function fillLine(record: EventRecord): readonly string[] {
  const liquidity = LIQUIDITY[record.byte(1)] ?? "unknown";
  return [
    record.begin("fill"),
    record.order(abi.FILL_EVENT_SEQUENCE),
    record.size(abi.FILL_EVENT_QUANTITY),
    `@ ${record.price(abi.FILL_EVENT_PRICE).padStart(12)}`,
    `cash ${record.paid(abi.FILL_EVENT_CASH)} fee ${record.paid(abi.FILL_EVENT_FEE)}`,
    `realised ${record.paid(abi.FILL_EVENT_REALISED)} slippage ${record.paid(abi.FILL_EVENT_SLIPPAGE)}`,
    [liquidity, ...bitNames(FILL_FLAGS, record.word(2))].join(" "),
  ];
}

function refusalLine(record: EventRecord): readonly string[] {
  const wanted = record.size(abi.REFUSAL_EVENT_WANTED);
  const allowed = `allowed ${record.size(abi.REFUSAL_EVENT_ALLOWED)}`;
  const by = `by ${record.decision(abi.REFUSAL_EVENT_DECISION)}`;
  const policy = policyOf(record, abi.REFUSAL_EVENT_POLICY);
  return [record.begin("refusal"), NO_ORDER, wanted, allowed, record.reason(), by, ...policy];
}

/** The policy in `field` and how severe what it found is; nothing where there is none. */
function policyOf(record: EventRecord, field: number): readonly string[] {
  const place = record.narrow(field);
  if (place === 0) return [];
  const id = record.names.policies[place - 1];
  return [`of ${id === undefined ? "unknown" : digestShort(id)} ${SEVERITIES[record.byte(2)] ?? "unknown"}`];
}

function noteLine(record: EventRecord): readonly string[] {
  const by = `by ${record.decision(abi.NOTE_EVENT_DECISION)}`;
  return [record.begin("note"), NO_ORDER, NO_SIZE, noteText(record), by, ...policyOf(record, abi.NOTE_EVENT_POLICY)];
}

function noteText(record: EventRecord): string {
  const kind = NOTE_KINDS[record.byte(1)] ?? "unknown";
  const [value, limit] = [record.wide(abi.NOTE_EVENT_VALUE), record.wide(abi.NOTE_EVENT_LIMIT)];
  const share = (amount: bigint): string => mantissaText(amount, SHARE_DECIMALS);
  const units = (field: number): string => record.size(field).trim();
  const some = (amount: bigint): string =>
    amount === NEVER ? "none" : mantissaText(amount, record.names.currency.decimals);
  switch (kind) {
    case "weight":
    case "publish":
      return `${kind} ${units(abi.NOTE_EVENT_VALUE)} to ${units(abi.NOTE_EVENT_LIMIT)}`;
    case "target_weight":
      return `${kind} ${share(value)} to ${units(abi.NOTE_EVENT_LIMIT)}`;
    case "risk":
      return `${kind} ${share(value)} over ${share(limit)}`;
    case "size_base":
    case "size_position":
    case "size_cap":
    case "size_sector":
      return `${kind} ${some(value)} gives ${record.money(abi.NOTE_EVENT_LIMIT).trim()}`;
    case "size_correlation":
    case "size_earnings":
      return `${kind} ${value === -1n ? "none" : share(value)} gives ${record.money(abi.NOTE_EVENT_LIMIT).trim()}`;
    case "size_diversity":
      return `${kind} ${value} gives ${record.money(abi.NOTE_EVENT_LIMIT).trim()}`;
    case "size_units":
      return `${kind} ${units(abi.NOTE_EVENT_VALUE)} worth ${record.money(abi.NOTE_EVENT_LIMIT).trim()}`;
    case "breaker_loss":
    case "breaker_symbol":
      return `${kind} ${some(value)} until ${instantText(limit)}`;
    case "breaker_stops":
      return `${kind} ${value} until ${instantText(limit)}`;
    case "size_heat":
    case "reserve_in":
    case "reserve_high":
    case "reserve_released":
      return `${kind} ${some(value)} of ${some(limit)}`;
    case "tier":
      return `${kind} ${TIERS[Number(value)] ?? "unknown"} to ${TIERS[Number(limit)] ?? "unknown"}`;
    case "stop":
    case "target":
      return `${kind} ${record.price(abi.NOTE_EVENT_VALUE)} to ${record.price(abi.NOTE_EVENT_LIMIT)}`;
    case "stop_anew":
    case "target_anew":
      return `${kind} ${units(abi.NOTE_EVENT_VALUE)} at ${record.price(abi.NOTE_EVENT_LIMIT)}`;
    case "next_open":
      return `${kind} ${limit === NEVER ? "never" : instantText(limit)}`;
    default:
      return `${kind} ${value} ${limit}`;
  }
}

const SIDE_NAMES = ["long", "short"] as const;

function activationLine(record: EventRecord): readonly string[] {
  const flags = bitNames(ACTIVATION_FLAGS, record.byte(1)).join(" ") || "inactive";
  const [sides, applied] = [record.byte(2) & 15, record.byte(2) >> 4];
  const ignored = bitNames(SIDE_NAMES, sides & ~applied).map((side) => `ignored ${side}`);
  const weight = record.wide(abi.ACTIVATION_EVENT_WEIGHT);
  const share = weight < 0n ? [] : [`weight ${mantissaText(weight, SHARE_DECIMALS)}`];
  const version = `version ${record.wide(abi.ACTIVATION_EVENT_VERSION)}`;
  const id = record.names.policies[record.narrow(abi.ACTIVATION_EVENT_POLICY) - 1];
  const of = `of ${id === undefined ? "unknown" : digestShort(id)}`;
  const what = [bitNames(SIDE_NAMES, sides).join(" "), flags, ...share, version, ...ignored, of];
  return [record.begin("activation"), NO_ORDER, NO_SIZE, ...what];
}

function decisionLine(record: EventRecord): readonly string[] {
  const [about, tier] = [record.byte(2), TIERS[record.byte(3)] ?? "unknown"];
  const kind = DECISION_KINDS[about & 15] ?? "unknown";
  const acted = (about & VERDICT_ACTED) === 0 ? `skipped ${record.reason()}` : "acted";
  const confidence = mantissaText(record.wide(abi.DECISION_EVENT_CONFIDENCE), SHARE_DECIMALS);
  const passed = bitNames(DECISION_CHECK_NAMES, record.byte(abi.DECISION_EVENT_PASSED)).join(" ") || "none";
  const money = record.money(abi.DECISION_EVENT_AMOUNT).trim();
  const what = [kind, acted, tier, `confidence ${confidence}`, `amount ${money}`, `passed ${passed}`];
  const by = `by ${record.decision(abi.DECISION_EVENT_DECISION)}`;
  return [record.begin("decision"), NO_ORDER, record.size(abi.DECISION_EVENT_QUANTITY), ...what, by];
}

/** Names of the bits that are set, the lowest first. */
function bitNames(names: readonly string[], bits: number): readonly string[] {
  return names.filter((_, bit) => ((bits >> bit) & 1) === 1);
}

function ambiguityLine(record: EventRecord): readonly string[] {
  const isExact = record.byte(1) === abi.AMBIGUITY_EXACT;
  const what = isExact
    ? `worst ${OUTCOMES[record.byte(2)] ?? "unknown"} best ${OUTCOMES[record.byte(3)] ?? "unknown"}`
    : `heuristic stake ${record.money(abi.AMBIGUITY_EVENT_STAKE).trim()}`;
  return [record.begin("ambiguous"), record.order(abi.AMBIGUITY_EVENT_SEQUENCE), NO_SIZE, what];
}

function ledgerLine(record: EventRecord): readonly string[] {
  const kind = LEDGER_KINDS[record.byte(1) & ~abi.LEDGER_IS_SHORT] ?? "unknown";
  const short = (record.byte(1) & abi.LEDGER_IS_SHORT) === 0 ? [] : ["short"];
  const currency = record.byte(2) === 0 ? [] : [`currency ${record.byte(2)}`];
  const strategy = record.byte(3) === 0 ? [] : [`strategy ${record.byte(3)}`];
  const amounts = [record.money(abi.LEDGER_EVENT_AMOUNT), `balance ${record.money(abi.LEDGER_EVENT_BALANCE)}`];
  return [record.begin(SHORT_KINDS.get(kind) ?? kind), NO_ORDER, ...amounts, ...currency, ...strategy, ...short];
}

function splitLine(record: EventRecord): readonly string[] {
  const ratio = `${record.wide(abi.SPLIT_EVENT_AFTER)} for ${record.wide(abi.SPLIT_EVENT_BEFORE)}`;
  const what = [`held ${record.size(abi.SPLIT_EVENT_HELD).trim()}`, `now ${record.size(abi.SPLIT_EVENT_KEPT).trim()}`];
  return [record.begin("split"), NO_ORDER, ratio.padStart(12), ...what];
}

function checkpointLine(record: EventRecord): readonly string[] {
  const { view, at } = record;
  const digest = digestText(new Uint8Array(view.buffer, view.byteOffset + at + abi.CHECKPOINT_EVENT_DIGEST, 32));
  const equity = record.money(abi.CHECKPOINT_EVENT_EQUITY);
  const what = `after ${record.wide(abi.CHECKPOINT_EVENT_BUCKETS)} buckets equity ${equity} ${digest}`;
  return [record.begin("checkpoint"), NO_ORDER, what];
}
