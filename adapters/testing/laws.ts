// Laws of execution: what holds of every model that fills orders on bars, whatever the market and the orders. They look
// at a model from the outside: what it is given, and the events that it gives back. Kernel and reference are both held
// to them.
//
// Always true:
//   a law gives a list of faults, empty when it holds; it does not throw;
//   events name the ticket that an order was made from in `decision`, and instruments by their index.

import { absolute } from "./integers.js";
import { cutAt, mirrorOf, scaledBy } from "./mirror.js";
import type { ExecutionCase } from "./mirror.js";
import type { FillEvent, ReferenceEvent } from "./reference-event.js";
import { openTimeOf } from "./reference-market.js";
import type { ReferenceInstrument } from "./reference-market.js";
import type { OrderTerms } from "./reference-order.js";
import type { Ticket } from "./reference.js";

/** A model of execution: events in the order in which they happened. */
export type ExecutionModel = (given: ExecutionCase) => readonly ReferenceEvent[];

/** A law: the faults of a model on a case. */
export type ExecutionLaw = (model: ExecutionModel, given: ExecutionCase) => readonly string[];

type OrderTicket = Extract<Ticket, { kind: "order" }>;

/** Fills of the order that a ticket sent, not of its children, which are on the other side. */
function fillsOf(events: readonly ReferenceEvent[], { id, terms }: OrderTicket): readonly FillEvent[] {
  const own = new Set<number>();
  for (const event of events) {
    if (event.kind === "order" && event.decision === id && event.quantity > 0n === terms.quantity > 0n)
      own.add(event.order);
  }
  return events.filter((event): event is FillEvent => event.kind === "fill" && own.has(event.order));
}

function orderTickets({ tickets }: ExecutionCase): readonly OrderTicket[] {
  return tickets.filter((ticket): ticket is OrderTicket => ticket.kind === "order");
}

function isAmended({ tickets }: ExecutionCase, id: number): boolean {
  return tickets.some((ticket) => ticket.kind === "amend" && ticket.of === id);
}

/**
 * A limit is kept: a taker never pays more than it, and a maker gets just that, never better (B5, B6).
 */
export const limitIsKept: ExecutionLaw = (model, given) => {
  const events = model(given);
  return orderTickets(given).flatMap((ticket) => {
    const { limit, quantity } = ticket.terms;
    if (limit === undefined || isAmended(given, ticket.id)) return [];
    return fillsOf(events, ticket).flatMap(({ price, liquidity }) => {
      const isPast = quantity > 0n ? price > limit : price < limit;
      if (isPast) return [`filled at ${price}, past the limit ${limit} of ticket ${ticket.id}`];
      const isBetter = liquidity === "maker" && price !== limit && given.given.auctionOpen !== true;
      return isBetter ? [`a maker at ${price}, better than the limit ${limit} of ticket ${ticket.id}`] : [];
    });
  });
};

/** What is filled of an order is on its side and no more than it asked for. */
export const totalIsKept: ExecutionLaw = (model, given) => {
  const events = model(given);
  return orderTickets(given).flatMap((ticket) => {
    if (isAmended(given, ticket.id)) return [];
    const filled = fillsOf(events, ticket).reduce((sum, { quantity }) => sum + quantity, 0n);
    const isMore = absolute(filled) > absolute(ticket.terms.quantity);
    return isMore ? [`filled ${filled} of ticket ${ticket.id}, which asked for ${ticket.terms.quantity}`] : [];
  });
};

/** A cancel stops fills from the first bar that opens at its arrival or later (B2, D1). */
export const cancelStopsFills: ExecutionLaw = (model, given) => {
  const events = model(given);
  return given.tickets.flatMap((ticket) => {
    if (ticket.kind !== "cancel") return [];
    const of = orderTickets(given).find(({ id }) => id === ticket.of);
    // A cancel goes before what else is sent at its time, and finds only what was there.
    if (of === undefined || of.time >= ticket.time) return [];
    const arrival = ticket.time + given.given.latencyNs;
    const source = given.instruments[of.instrument] as ReferenceInstrument;
    const row = source.bars.findIndex((_, index) => openTimeOf(source, index) >= arrival);
    if (row < 0) return [];
    const stopped = openTimeOf(source, row);
    // An open shares its time with the close before it, at which the order was still good.
    const late = fillsOf(events, of).filter(({ time }) => time > stopped);
    return late.map(({ time }) => `ticket ${of.id}, cancelled by ${stopped}, was filled at ${time}`);
  });
};

/** A cancel spares nothing before the first open at its arrival or later: the bar in hand fills as without it (D1). */
export const cancelSparesNothing: ExecutionLaw = (model, given) =>
  given.tickets.flatMap((ticket) => {
    if (ticket.kind !== "cancel") return [];
    const source = given.instruments[ticket.instrument] as ReferenceInstrument;
    const arrival = ticket.time + given.given.latencyNs;
    const before = source.bars.filter((_, index) => openTimeOf(source, index) < arrival).at(-1);
    if (before === undefined) return [];
    const heard = cutAt(given, before.time);
    const without = { ...heard, tickets: heard.tickets.filter((each) => each !== ticket) };
    const [fills, expected] = [heard, without].map((each) => fillTexts(model(each), (fill) => fill)) as [
      readonly string[],
      readonly string[],
    ];
    return expected.filter((fill) => !fills.includes(fill)).map((fill) => `a cancel of ${ticket.time} spared ${fill}`);
  });

/** What is known of the mirror: prices, sides and liquidity of fills by order. */
function fillTexts(events: readonly ReferenceEvent[], change: (fill: FillEvent) => FillEvent): readonly string[] {
  const fills = events.filter((event): event is FillEvent => event.kind === "fill").map(change);
  return fills.map(
    ({ order, time, price, quantity, liquidity }) => `${order} ${time} ${price} ${quantity} ${liquidity}`,
  );
}

function compared(name: string, got: readonly string[], expected: readonly string[]): readonly string[] {
  const at = expected.findIndex((text, index) => got[index] !== text);
  if (at < 0 && got.length === expected.length) return [];
  const index = at < 0 ? expected.length : at;
  return [`${name}: ${expected[index] ?? "nothing"} became ${got[index] ?? "nothing"}`];
}

/**
 * Turned upside down, fills are turned upside down. Holds where nothing depends on the size of a price and ties are not
 * broken by it: slippage in ticks, offsets in amounts, no walk chosen between two of equal worth.
 *
 * @param about Prices lie on both sides of it, well above zero.
 */
export function mirrorLaw(about: bigint): ExecutionLaw {
  return (model, given) => {
    if (!hasMirror(given)) return [];
    const events = model(given);
    const mirrored = model(mirrorOf(given, about));
    const isChosen = [...events, ...mirrored].some(
      (event) => event.kind === "ambiguity" && event.certainty === "heuristic",
    );
    if (isChosen) return [];
    const turned = fillTexts(mirrored, (fill) => ({
      ...fill,
      price: 2n * about - fill.price,
      quantity: -fill.quantity,
    }));
    return compared(
      "mirror",
      turned,
      fillTexts(events, (fill) => fill),
    );
  };
}

function hasMirror({ given, instruments, tickets }: ExecutionCase): boolean {
  const { slippage, path } = given;
  if (slippage.kind !== "none" && slippage.kind !== "ticks") return false;
  const bars = instruments.flatMap((source) => source.bars);
  if (path === "nearest" && bars.some(({ open, high, low }) => high - open === open - low)) return false;
  if (path === "colour" && bars.some(({ open, close }) => open === close)) return false;
  const hasShare = (terms: OrderTerms): boolean =>
    terms.trail?.kind === "share" || (terms.children?.terms ?? []).some(hasShare);
  return !tickets.some((ticket) => ticket.kind === "order" && hasShare(ticket.terms));
}

/** In lots that are `factor` times as large, fills are `factor` times as large. */
export function scaleLaw(factor: bigint): ExecutionLaw {
  return (model, given) => {
    const scaled = model(scaledBy(given, factor));
    const expected = fillTexts(model(given), (fill) => ({ ...fill, quantity: fill.quantity * factor }));
    return compared(
      "scale",
      fillTexts(scaled, (fill) => fill),
      expected,
    );
  };
}

/** What happens up to a time does not depend on what comes later. */
export function prefixLaw(time: bigint): ExecutionLaw {
  return (model, given) => {
    const whole = { ...given, given: { ...given.given, closeAtEnd: false } };
    const early = cutAt(whole, time);
    if (early.instruments.some(({ bars }) => bars.length === 0)) return [];
    const texts = (events: readonly ReferenceEvent[]): readonly string[] =>
      events.filter((event) => !isEndOfData(event)).map(textOf);
    const expected = texts(model(early));
    return compared("prefix", texts(model(whole)).slice(0, expected.length), expected);
  };
}

function isEndOfData(event: ReferenceEvent): boolean {
  return event.kind === "orderEnd" && event.reason === "end_of_data";
}

function textOf(event: ReferenceEvent): string {
  return JSON.stringify(event, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
}

/** Instruments that share nothing but an account that nothing limits have the fills that they have alone. */
export const strangersChangeNothing: ExecutionLaw = (model, whole) => {
  const given = { ...whole, given: { ...whole.given, closeAtEnd: false } };
  const events = model(given);
  return given.instruments.flatMap((source, instrument) => {
    const own = given.tickets.filter((ticket) => ticket.instrument === instrument);
    const tickets = own.map((ticket) => ({ ...ticket, instrument: 0 }));
    if (tickets.length === 0 || source.bars.length === 0) return [];
    const alone = model({ instruments: [source], given: given.given, tickets });
    const together = events.filter((event) => "instrument" in event && event.instrument === instrument);
    return compared(`instrument ${instrument}`, ranked(together), ranked(alone));
  });
};

/** Fills with orders numbered from 1 inside their instrument. */
function ranked(events: readonly ReferenceEvent[]): readonly string[] {
  const sequences = events.flatMap((event) => (event.kind === "order" ? [event.order] : [])).sort((a, b) => a - b);
  return fillTexts(events, (fill) => ({ ...fill, order: sequences.indexOf(fill.order) + 1 }));
}
