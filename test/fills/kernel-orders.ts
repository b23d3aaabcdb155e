// Kernel runs of tickets: a graph with one decision for each, its terms as constants and its trigger the close at which
// it is sent.
//
// Cases that share nothing but an account that nothing limits can be packed into one run, one instrument each.

import type { TapeInstrument } from "../../adapters/testing/arbitrary-bars.js";
import { generatedDataset } from "../../adapters/testing/arbitrary-bars.js";
import type { ExecutionCase } from "../../adapters/testing/mirror.js";
import type { ReferenceEvent } from "../../adapters/testing/reference-event.js";
import type { ReferenceAssumptions, ReferenceInstrument } from "../../adapters/testing/reference-market.js";
import type { OrderTerms } from "../../adapters/testing/reference-order.js";
import type { Ticket } from "../../adapters/testing/reference.js";
import { referenceRun } from "../../adapters/testing/reference.js";
import type {
  Dataset,
  Decision,
  Graph,
  NumberInput,
  NumberOutput,
  OrderOptions,
  RunConfig,
  RunOptions,
  RunResult,
} from "../../kernel/index.js";
import {
  add,
  amendOrder,
  bars,
  cancelOrders,
  eq,
  graph,
  instantText,
  nodeIdOf,
  order,
  runGraph,
  sub,
} from "../../kernel/index.js";
import type { PlanDecision } from "../../kernel/plan/plan.js";
import { reached } from "../rule-coverage.js";
import type { Build } from "../operators/harness.js";
import { configOf, engineFor, eventsOf } from "../model/kernel-run.js";

/** What the reference and the kernel are both given. */
export interface OrderCase {
  readonly instruments: readonly (ReferenceInstrument & { readonly interval: string })[];
  readonly tickets: readonly Ticket[];
  readonly given: ReferenceAssumptions;
}

/** One instrument with its tickets, to be packed with others. */
export interface PackedCase {
  readonly instrument: OrderCase["instruments"][number];
  readonly tickets: readonly Ticket[];
}

/** Many cases as one: each its own instrument, and ids that do not meet. */
export function packed(cases: readonly PackedCase[], given: ReferenceAssumptions): OrderCase {
  const STEP = 100;
  const tickets = cases.flatMap((each, index) =>
    each.tickets.map((ticket): Ticket => {
      if (ticket.kind !== "order") return { ...ticket, of: ticket.of + STEP * index, instrument: index };
      const { group } = ticket;
      const moved = group === undefined ? {} : { group: { ...group, id: group.id + STEP * index } };
      return { ...ticket, ...moved, id: ticket.id + STEP * index, instrument: index };
    }),
  );
  const symbolOf = (index: number): string => `S${String(index).padStart(5, "0")}`;
  const instruments = cases.map(({ instrument }, index) => ({
    ...instrument,
    facts: { ...instrument.facts, symbol: symbolOf(index) },
  }));
  return { instruments, tickets, given };
}

/** A decision and the ticket, or the child of a ticket, that it was made from. */
interface Made {
  readonly decision: Decision;
  readonly ticket: number;
  readonly child: number | null;
}

/**
 * One decision for each ticket and each child.
 *
 * @param inOrder Decisions of one time, and children of one order, are sent as the case has them. Without it they go by
 *   their NodeIDs.
 */
function decisionsOf(given: OrderCase, inOrder = false): readonly Made[] {
  const made: Made[] = [];
  const byId = new Map<number, Decision>();
  const lastOfGroup = new Map<number, Decision>();
  for (const [index, ticket] of given.tickets.entries()) {
    const of = ticket.kind === "order" ? ticket : orderTicket(given, ticket.of);
    const source = given.instruments[of.instrument] as OrderCase["instruments"][number];
    const { symbol } = source.facts;
    const make = (salt: number): Decision => {
      // Two tickets with the same terms at the same time are two nodes.
      const own = index + SALT * salt;
      const when = eq(add(bars({ instrument: symbol }).time, own), Number(ticket.time / 1_000_000_000n) + own);
      if (ticket.kind === "cancel") return cancelOrders(byId.get(ticket.of) as Decision, when);
      if (ticket.kind === "amend") return amendOrder(byId.get(ticket.of) as Decision, { ...changeOf(ticket), when });
      const { terms, group } = ticket;
      const sibling = group === undefined ? undefined : lastOfGroup.get(group.id);
      const tie = sibling === undefined || group === undefined ? {} : { sibling, link: group.link };
      return order(Number(terms.quantity), { ...optionsOf(terms), ...tie, when, instrument: symbol });
    };
    const peers = given.tickets.filter(
      ({ time, instrument }) => time === ticket.time && instrument === ticket.instrument,
    );
    const decision = inOrder ? inPlace(make, peers.indexOf(ticket), peers.length) : make(0);
    made.push({ decision, ticket: index, child: null });
    if (ticket.kind !== "order") continue;
    byId.set(ticket.id, decision);
    if (ticket.group !== undefined) lastOfGroup.set(ticket.group.id, decision);
    made.push(
      ...childrenOf(decision, ticket.terms, symbol, inOrder).map((each, child) => ({
        decision: each,
        ticket: index,
        child,
      })),
    );
  }
  return made;
}

/** Between the numbers that tell tickets apart. */
const SALT = 1_000;

/** The first of what `make` makes whose NodeID lies in part `at` of `count` equal parts of all ids. */
function inPlace(make: (salt: number) => Decision, at: number, count: number): Decision {
  for (let salt = 0; ; salt++) {
    const decision = make(salt);
    const place = Number.parseInt(nodeIdOf(decision.node).slice("blake3:".length, 13), 16) / 2 ** 24;
    if (Math.floor(place * count) === at) return decision;
  }
}

function changeOf({ change }: Extract<Ticket, { kind: "amend" }>): { size?: number; limit?: number; stop?: number } {
  const { leaves, limit, stop } = change;
  return {
    ...(leaves === undefined ? {} : { size: Number(leaves) }),
    ...(limit === undefined ? {} : { limit: Number(limit) }),
    ...(stop === undefined ? {} : { stop: Number(stop) }),
  };
}

/** The children of an order, tied in a row. */
function childrenOf(
  parent: Decision,
  { children }: OrderTerms,
  instrument: string,
  inOrder: boolean,
): readonly Decision[] {
  const made: Decision[] = [];
  const { link = null, release = "partial", terms: all = [] } = children ?? {};
  for (const [child, terms] of all.entries()) {
    const last = made.at(-1);
    const ties: Partial<OrderOptions> = last === undefined || link === null ? {} : { sibling: last, link };
    const share = Number(terms.quantity) / 1e9;
    const make = (salt: number): Decision =>
      order(salt === 0 ? share : sub(share + salt, salt), {
        ...optionsOf(terms),
        ...ties,
        parent,
        release,
        instrument,
      });
    made.push(inOrder ? inPlace(make, child, all.length) : make(0));
  }
  return made;
}

function orderTicket(given: OrderCase, id: number): Extract<Ticket, { kind: "order" }> {
  const found = given.tickets.find((ticket) => ticket.kind === "order" && ticket.id === id);
  if (found?.kind !== "order") throw new Error("a ticket names an order that was sent");
  return found;
}

function optionsOf(terms: OrderTerms): OrderOptions {
  const price = (value: bigint | undefined): NumberInput | undefined =>
    value === undefined ? undefined : Number(value);
  const { trail, expires } = terms;
  const options = {
    type: terms.type,
    limit: price(terms.limit),
    stop: price(terms.stop),
    limitOffset: price(terms.limitOffset),
    activation: price(terms.activation),
    display: price(terms.display),
    trail:
      trail === undefined ? undefined : trail.kind === "amount" ? Number(trail.amount) : Number(trail.shareE9) / 1e9,
    trailUnit: trail?.kind === "share" ? ("percent" as const) : undefined,
    timeInForce: terms.timeInForce,
    goodTill: expires === undefined ? undefined : instantText(expires),
    postOnly: terms.postOnly,
    reduceOnly: terms.reduceOnly,
    fromFill: terms.fromFill,
  };
  const stated = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(stated) as OrderOptions;
}

type Closes = Readonly<Record<string, NumberOutput>>;

/**
 * The kernel as the laws see it: orders are sent as the case has them, and events name the ticket that they come from.
 */
export function kernelModel({ instruments, given, tickets }: ExecutionCase): readonly ReferenceEvent[] {
  const whole: OrderCase = { instruments: instruments as readonly TapeInstrument[], tickets, given };
  const made = decisionsOf(whole, true);
  // A plan has the instruments that something is said of; the case has them all.
  const closes = instruments.map(({ facts: { symbol } }) => [`close${symbol}`, bars({ instrument: symbol }).close]);
  const said = { decisions: made.map(({ decision }) => decision), publish: Object.fromEntries(closes) as Closes };
  const decisions = graph(said);
  const run = runGraph(engineFor(), decisions, datasetOfOrders(whole), configOfOrders(whole));
  const ticketById = new Map(made.map(({ decision, ticket }) => [nodeIdOf(decision.node), tickets[ticket] as Ticket]));
  return eventsOf(run.log).map((event) => {
    if (!("decision" in event) || event.decision < 0) return event;
    const ticket = ticketById.get(nodeIdOf((run.plan.decisions[event.decision] as PlanDecision).node)) as Ticket;
    return { ...event, decision: ticket.kind === "order" ? ticket.id : ticket.of };
  });
}

export function graphOfOrders(given: OrderCase): Graph {
  return graph({ decisions: decisionsOf(given).map(({ decision }) => decision) });
}

/** The configuration of a case as a user writes it. */
export function configOfOrders({ given, instruments }: OrderCase): RunConfig {
  const limitTicks = given.limitTicks ?? 1n;
  const switches = { auctionOpen: given.auctionOpen, limitPriceAlways: given.limitPriceAlways };
  const more = { capToBar: given.capToBar, strictClose: given.strictClose, testThenRatchet: given.testThenRatchet };
  const stated = Object.entries({ ...switches, ...more }).filter(([, value]) => value !== undefined);
  return {
    ...configOf({ instruments, decisions: [], given }),
    path: given.path === "given" ? "detail" : (given.path ?? "worst"),
    limitFill: limitTicks === 0n ? { kind: "touch" } : { kind: "penetrate", ticks: Number(limitTicks) },
    maxOpenOrders: Math.max(4096, 16 * instruments.length),
    ...Object.fromEntries(stated),
  };
}

export function datasetOfOrders(given: OrderCase): Dataset {
  return generatedDataset(given.instruments);
}

export function kernelOrders(given: OrderCase, options: RunOptions = {}, build: Build = "release"): RunResult {
  return runGraph(engineFor(build), graphOfOrders(given), datasetOfOrders(given), configOfOrders(given), options);
}

/** Tickets and children in the order in which the plan numbers their decisions, and so sends them. */
function ticketsAsSent(given: OrderCase, run: RunResult): readonly Ticket[] {
  const rankById = new Map(run.plan.decisions.map(({ node }, rank) => [nodeIdOf(node), rank]));
  const ranked = decisionsOf(given)
    .map((made) => ({ ...made, rank: rankById.get(nodeIdOf(made.decision.node)) ?? 0 }))
    .sort((a, b) => a.rank - b.rank);
  const childrenOf = new Map<number, number[]>();
  for (const { ticket, child } of ranked) {
    if (child !== null) childrenOf.set(ticket, [...(childrenOf.get(ticket) ?? []), child]);
  }
  const parents = ranked.filter(({ child }) => child === null);
  return parents.map(({ ticket: index }) => {
    const ticket = given.tickets[index] as Ticket;
    if (ticket.kind !== "order" || ticket.terms.children === undefined) return ticket;
    const { children } = ticket.terms;
    const terms = (childrenOf.get(index) ?? []).map((child) => children.terms[child] as OrderTerms);
    return { ...ticket, terms: { ...ticket.terms, children: { ...children, terms } } };
  });
}

/** Events of one instrument, its orders numbered from 1 as they were accepted. */
export function eventsOfInstrument(events: readonly ReferenceEvent[], instrument: number): readonly object[] {
  const own = events.filter((event) => event.kind !== "deposit" && event.instrument === instrument);
  const sequences = own.flatMap((event) => (event.kind === "order" ? [event.order] : [])).sort((a, b) => a - b);
  const rankOf = new Map(sequences.map((sequence, index) => [sequence, index + 1]));
  const texts = own.flatMap((event): readonly Line[] => {
    switch (event.kind) {
      case "order": {
        const { kind, time, quantity, order: sequence } = event;
        return [{ kind, time, quantity, order: rankOf.get(sequence) }];
      }
      case "fill": {
        const { kind, time, price, quantity, liquidity, order: sequence } = event;
        return [{ kind, time, price, quantity, liquidity, order: rankOf.get(sequence) }];
      }
      case "orderEnd": {
        const { kind, reason, order: sequence } = event;
        // Whether an order was cut to what there is to reduce before it ended for that reason says nothing.
        const leaves = reason === "reduce_only" ? 0n : event.leaves;
        // Data ends for all at once.
        const time = reason === "end_of_data" ? 0n : event.time;
        return [{ kind, time, leaves, reason, order: rankOf.get(sequence) }];
      }
      case "refusal": {
        const { kind, time, reason, wanted } = event;
        return [{ kind, time, reason, wanted }];
      }
      case "ambiguity":
        return [{ kind: event.kind, time: event.time, certainty: event.certainty }];
      default:
        return [];
    }
  });
  // When an order ends beside the fills of others at one time says nothing.
  const ends = texts.filter(({ kind }) => kind === "orderEnd");
  ends.sort((a, b) => (a.order ?? 0) - (b.order ?? 0));
  return [...merged(texts.filter(({ kind }) => kind !== "orderEnd")), ...ends];
}

interface Line {
  readonly kind: string;
  readonly time: bigint;
  readonly order?: number | undefined;
  readonly price?: bigint;
  readonly quantity?: bigint;
  readonly liquidity?: string;
  readonly leaves?: bigint;
  readonly reason?: string;
  readonly wanted?: bigint;
  readonly certainty?: string;
}

/** Slices of an iceberg that follow each other are one fill. */
function merged(lines: readonly Line[]): readonly object[] {
  const all: Line[] = [];
  for (const line of lines) {
    const last = all.at(-1);
    const isSlice =
      last !== undefined &&
      last.kind === "fill" &&
      line.kind === "fill" &&
      last.order === line.order &&
      last.time === line.time &&
      last.price === line.price;
    if (isSlice) all.splice(-1, 1, { ...last, quantity: (last.quantity ?? 0n) + (line.quantity ?? 0n) });
    else all.push(line);
  }
  return all;
}

/**
 * Runs packed cases through both; gives a text for each case that differs. The reference takes them one by one, since
 * they share nothing.
 */
export function differences(cases: readonly PackedCase[], given: ReferenceAssumptions): readonly string[] {
  const whole = packed(cases, given);
  const run = kernelOrders(whole);
  const kernel = byInstrument(eventsOf(run.log), cases.length);
  const tickets = cases.map((): Ticket[] => []);
  for (const ticket of ticketsAsSent(whole, run)) tickets[ticket.instrument]?.push({ ...ticket, instrument: 0 });
  return cases.flatMap((each, index) => {
    const { events, rules } = referenceRun([each.instrument], given, tickets[index] ?? []);
    const got = shown(eventsOfInstrument(kernel[index] ?? [], index));
    const expected = shown(eventsOfInstrument(events, 0));
    reached(...(got === expected ? rules : []));
    if (got === expected) return [];
    const bars = each.instrument.bars.map(
      ({ time, open, high, low, close, volume }) => `@${time / DAY_NS} ${open} ${high} ${low} ${close} ${volume}`,
    );
    return [`bars ${bars.join(" | ")}\n${shown(each.tickets)}\nreference:\n${expected}\nkernel:\n${got}`];
  });
}

function byInstrument(events: readonly ReferenceEvent[], count: number): readonly ReferenceEvent[][] {
  const lists = Array.from({ length: count }, (): ReferenceEvent[] => []);
  for (const event of events) if (event.kind !== "deposit") lists[event.instrument]?.push(event);
  return lists;
}

const DAY_NS = 86_400_000_000_000n;

function shown(values: readonly unknown[]): string {
  const text = (value: unknown): string =>
    JSON.stringify(value, (_, field: unknown) => (typeof field === "bigint" ? Number(field) : field));
  return values.map((value) => `  ${text(value)}`).join("\n");
}
