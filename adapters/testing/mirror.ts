// Changed cases: the mirror of one, one in larger lots, one cut short. What a case and its change have to do with each
// other is what the laws say.

import type { PathMode, ReferenceAssumptions, ReferenceBar, ReferenceInstrument } from "./reference-market.js";
import type { OrderTerms } from "./reference-order.js";
import type { Ticket } from "./reference.js";

/** What a model of execution is given. */
export interface ExecutionCase {
  readonly instruments: readonly ReferenceInstrument[];
  readonly given: ReferenceAssumptions;
  readonly tickets: readonly Ticket[];
}

const MIRRORED_PATHS: Readonly<Record<PathMode, PathMode>> = {
  worst: "worst",
  best: "best",
  ohlc: "olhc",
  olhc: "ohlc",
  nearest: "nearest",
  colour: "colour",
  given: "given",
};

/** Prices turned round about one, and sides with them. */
export function mirrorOf({ instruments, given, tickets }: ExecutionCase, about: bigint): ExecutionCase {
  const turn = (price: bigint): bigint => 2n * about - price;
  return {
    instruments: instruments.map((source) => ({ ...source, bars: source.bars.map((bar) => turnedBar(bar, turn)) })),
    given: { ...given, ...(given.path === undefined ? {} : { path: MIRRORED_PATHS[given.path] }) },
    tickets: tickets.map((ticket) => turnedTicket(ticket, turn)),
  };
}

function turnedBar(bar: ReferenceBar, turn: (price: bigint) => bigint): ReferenceBar {
  const { open, high, low, close } = bar;
  return { ...bar, open: turn(open), high: turn(low), low: turn(high), close: turn(close) };
}

function turnedTicket(ticket: Ticket, turn: (price: bigint) => bigint): Ticket {
  if (ticket.kind === "cancel") return ticket;
  if (ticket.kind === "order") return { ...ticket, terms: turnedTerms(ticket.terms, turn, false) };
  const { leaves, limit, stop } = ticket.change;
  const change = {
    ...(leaves === undefined ? {} : { leaves: -leaves }),
    ...(limit === undefined ? {} : { limit: turn(limit) }),
    ...(stop === undefined ? {} : { stop: turn(stop) }),
  };
  return { ...ticket, change };
}

/** A child's quantity is a share of its parent's, and its distances from a fill have no side. */
function turnedTerms(terms: OrderTerms, turn: (price: bigint) => bigint, isChild: boolean): OrderTerms {
  const { limit, stop, activation, children } = terms;
  const at = (price: bigint): bigint => (terms.fromFill === true ? price : turn(price));
  return {
    ...terms,
    quantity: isChild ? terms.quantity : -terms.quantity,
    ...(limit === undefined ? {} : { limit: at(limit) }),
    ...(stop === undefined ? {} : { stop: at(stop) }),
    ...(activation === undefined ? {} : { activation: at(activation) }),
    ...(children === undefined
      ? {}
      : { children: { ...children, terms: children.terms.map((child) => turnedTerms(child, turn, true)) } }),
  };
}

/** Lots, quantities, volumes and cash times a factor. */
export function scaledBy({ instruments, given, tickets }: ExecutionCase, factor: bigint): ExecutionCase {
  const scaledTerms = (terms: OrderTerms): OrderTerms => ({
    ...terms,
    quantity: terms.quantity * factor,
    ...(terms.display === undefined ? {} : { display: terms.display * factor }),
    ...(terms.children === undefined
      ? {}
      : { children: { ...terms.children, terms: terms.children.terms.map((child) => scaledChild(child, factor)) } }),
  });
  return {
    instruments: instruments.map((source) => ({
      ...source,
      facts: { ...source.facts, lot: source.facts.lot * factor, quantityMin: source.facts.quantityMin * factor },
      bars: source.bars.map((bar) => ({ ...bar, volume: bar.volume === null ? null : bar.volume * factor })),
    })),
    given: { ...given, cash: given.cash * factor },
    tickets: tickets.map((ticket): Ticket => {
      if (ticket.kind === "cancel") return ticket;
      if (ticket.kind === "order") return { ...ticket, terms: scaledTerms(ticket.terms) };
      const { leaves } = ticket.change;
      return { ...ticket, change: { ...ticket.change, ...(leaves === undefined ? {} : { leaves: leaves * factor }) } };
    }),
  };
}

function scaledChild(child: OrderTerms, factor: bigint): OrderTerms {
  return { ...child, ...(child.display === undefined ? {} : { display: child.display * factor }) };
}

/** What is known by a time: bars closed by then, and tickets sent by then. */
export function cutAt({ instruments, given, tickets }: ExecutionCase, time: bigint): ExecutionCase {
  return {
    instruments: instruments.map((source) => ({ ...source, bars: source.bars.filter((bar) => bar.time <= time) })),
    given,
    tickets: tickets.filter((ticket) => ticket.time <= time),
  };
}
