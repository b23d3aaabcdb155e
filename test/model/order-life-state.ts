// State of the model of the order life cycle: what each order of a desk is, by what the log said of it so far.
//
// Always true:
//   what was ordered, as amended, is what is filled and what is left.

import type { OrderLifeEvent, OrderState } from "../../kernel/index.js";
import { nextOrderState } from "../../kernel/index.js";
import type { DeskBar, OrderDesk } from "./order-desk.js";
import type { SlotKind, SlotRequest } from "./order-desk-graph.js";

export interface LivingOrder {
  readonly order: number;
  readonly slot: number;
  /** What it was sent as; a child of a bracket only reduces. */
  readonly kind: SlotKind;
  readonly isChild: boolean;
  readonly accepted: bigint;
  readonly expires: bigint | null;
  leaves: bigint;
  filled: bigint;
  state: OrderState;
  /** Was there for a bar in which something traded. */
  hasTraded: boolean;
  /** Why it ended before it was filled whole. */
  reason: string | null;
  /** Arrival of the first cancel. */
  cancelAt: bigint | null;
  /** Most that its group leaves of it. */
  leavesMax: bigint | null;
}

/** An amendment on its way. */
export interface Travelling {
  readonly at: bigint;
  readonly slot: number;
  readonly change: NonNullable<SlotRequest["amend"]>;
  /** Orders that were open when it was asked for. */
  readonly orders: readonly number[];
  /** Of these, how many were refused at once. */
  readonly refusedCount: number;
}

export interface DeskModel {
  readonly orders: Map<number, LivingOrder>;
  position: bigint;
  /** Bars so far. */
  row: number;
  /** What is decided at the close of the bar to come, by slot, and at that of the one after it. */
  requests: Map<number, SlotRequest>;
  queued: Map<number, SlotRequest>;
  travelling: readonly Travelling[];
  /** Decisions that asked for nothing, and were told so. */
  readonly told: Set<string>;
  /** True once the run was stopped by a number that left 64 bits. */
  isStopped: boolean;
  /** The bar to come. */
  next: DeskBar;
}

export function newModel(first: DeskBar): DeskModel {
  const empty = { position: 0n, row: 0, travelling: [], isStopped: false };
  return { ...empty, orders: new Map(), requests: new Map(), queued: new Map(), told: new Set(), next: first };
}

/** Throws what was to hold, with what it was about. */
export function assure(holds: boolean, text: string, about: unknown): void {
  if (holds) return;
  const shown = JSON.stringify(about, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
  throw new Error(`${text}: ${shown}`);
}

const ENDED: readonly OrderState[] = ["filled", "canceled", "replaced", "rejected", "expired"];

export function isOpen({ state }: LivingOrder): boolean {
  return !ENDED.includes(state);
}

/** Lets an event of the life cycle happen, which the table must know. */
export function step(order: LivingOrder, event: OrderLifeEvent): void {
  const next = nextOrderState(order.state, event);
  assure(next !== "refused" && next !== "ignored", `${event} is no step`, order);
  order.state = next as OrderState;
}

/** What happens in one bar. */
export interface Bucket {
  readonly desk: OrderDesk;
  readonly open: bigint;
  readonly close: bigint;
  readonly requests: ReadonlyMap<number, SlotRequest>;
  /** Orders that were open when it began. */
  readonly before: readonly LivingOrder[];
  /** Slots that sent an order. */
  readonly sent: Set<number>;
  /** Requests that were refused, as `role slot reason`. */
  readonly refused: string[];
  /** Amendments made, as `slot order`. */
  readonly amended: Set<string>;
  /** Filled so far of the order of each slot that was filled last, whose children are released. */
  readonly filled: Map<number, bigint>;
}
