// Auditor of the execution layer: what a case broke, seen from the venue, which knows the truth.
//
// Always true:
//   it reads what went over the line and what the venue has, never how the layer came to it;
//   it gives a list of faults, empty when all holds; it does not throw.
//
// Not here: cases that end before the line is quiet; give them time enough after their last step.

import { canonicalJson } from "../../kernel/index.js";
import type { Json } from "../../kernel/index.js";
import { MANAGER_TERMS, publicationOf, readJournal, restoreExecutionLayer } from "../execution/index.js";
import type { ManagerTerms, OrderView, PlacedTerms, VenueExecution, VenueRequest } from "../execution/index.js";
import type { FakeOrder, FakeVenue } from "./fake-venue.js";
import { commandFaults } from "./layer-command-audit.js";
import { CASE_NAMES } from "./layer-case.js";
import { REPORT_FLAWS } from "./layer-report.js";
import { orderOf, ordersOf } from "./layer-view.js";
import type { CaseOutcome, CaseStep, LayerCase, LayerParts } from "./layer-case.js";

type Sent = Extract<VenueRequest, { readonly kind: "place" | "replace" }>;

/** What does not hold of a case that has come to rest. */
export function auditLayerCase(
  given: LayerCase,
  outcome: CaseOutcome,
  { manager: terms = MANAGER_TERMS }: LayerParts = {},
): readonly string[] {
  return [
    ...truthFaults(outcome),
    ...positionFaults(outcome),
    ...domainFaults(given, outcome),
    ...fillFaults(outcome),
    ...resendFaults(outcome, terms),
    ...intentFaults(outcome),
    ...limitFaults(outcome),
    ...leavingFaults(given, outcome),
    ...commandFaults(given, outcome, terms),
    ...termsFaults(outcome),
    ...drainFaults(given, outcome),
    ...eventFaults(outcome),
    ...quarantineFaults(outcome),
    ...restoreFaults(outcome),
  ];
}

function venueOrders({ venues, paper }: CaseOutcome): readonly FakeOrder[] {
  return [...venues, paper].flatMap((each) => each.orders());
}

/** Every order of the venue is known here as it is there. */
function truthFaults(outcome: CaseOutcome): readonly string[] {
  const { layer } = outcome;
  const theirs = new Map(venueOrders(outcome).map((order) => [order.terms.clientOrderId, order]));
  const faults = [...theirs].flatMap(([id, order]) => {
    const ours = orderOf(layer, id);
    if (ours === null) return [`${id} is at the venue, and not known here`];
    const [here, there] = [stateHere(ours), order.state];
    return here === there && ours.filled === order.filled && ours.carried === order.carried
      ? []
      : [`${id} is ${here} with ${ours.filled} filled here, ${there} with ${order.filled} there`];
  });
  const missing = ordersOf(layer).filter(({ order, state }) => !theirs.has(order.clientOrderId) && isAlive(state));
  return [...faults, ...missing.map(({ order, state }) => `${order.clientOrderId} is ${state}, and not at the venue`)];
}

function isAlive(state: OrderView["state"]): boolean {
  return state !== "rejected" && state !== "canceled";
}

/** Every order has at the venue the terms that it has here. */
function termsFaults(outcome: CaseOutcome): readonly string[] {
  return venueOrders(outcome).flatMap(({ terms }) => {
    const ours: Partial<PlacedTerms> | undefined = orderOf(outcome.layer, terms.clientOrderId)?.order;
    if (ours === undefined) return [];
    const fields = Object.keys(terms) as (keyof PlacedTerms)[];
    return fields
      .filter((field) => ours[field] !== terms[field])
      .map((field) => `${terms.clientOrderId} has ${field} ${ours[field]} here, ${terms[field]} at the venue`);
  });
}

/** A state in the words of a venue; an order of which fills are missing has none. */
function stateHere({ state, isSettled }: OrderView): string {
  switch (state) {
    case "filled":
    case "canceled":
    case "replaced":
    case "rejected":
    case "expired":
      return isSettled ? state : `${state}, not settled`;
    case "accepted":
    case "partially_filled":
      return "open";
    default:
      return state;
  }
}

/** What is held is what the venues filled, by symbol and strategy; what paper filled is held in simulation alone. */
function positionFaults(outcome: CaseOutcome): readonly string[] {
  const { layer, venues, paper } = outcome;
  const { simulation } = layer;
  if (simulation === null) return positionsApart(outcome, [...venues, paper], layer.position, "at the venues");
  return [
    ...positionsApart(outcome, venues, layer.position, "at the venues"),
    ...positionsApart(outcome, [paper], simulation.position, "on paper"),
  ];
}

function positionsApart(
  { layer }: CaseOutcome,
  venues: readonly FakeVenue[],
  position: (strategy: string, symbol: string) => bigint,
  where: string,
): readonly string[] {
  const { strategy, otherStrategy, symbol, otherSymbol } = CASE_NAMES;
  const there = new Map<string, bigint>();
  for (const { terms, fill } of venues.flatMap((each) => each.executions())) {
    const owner = orderOf(layer, terms.clientOrderId)?.order.strategy;
    const key = `${owner} ${terms.symbol}`;
    there.set(key, (there.get(key) ?? 0n) + (terms.side === "buy" ? fill.quantity : -fill.quantity));
  }
  return [strategy, otherStrategy].flatMap((name) =>
    [symbol, otherSymbol].flatMap((each) => {
      const [here, expected] = [position(name, each), there.get(`${name} ${each}`) ?? 0n];
      return here === expected ? [] : [`position of ${name} in ${each} ${here} here, ${expected} ${where}`];
    }),
  );
}

/** Every event of an order is of the domain in which it is: of a live layer's simulated ones, of `dryrun`. */
function domainFaults({ domain = "live" }: LayerCase, { history, paper, layer }: CaseOutcome): readonly string[] {
  const onPaper = new Set(paper.orders().map(({ terms }) => terms.clientOrderId));
  const expected = (id: string): string => (domain === "live" && onPaper.has(id) ? "dryrun" : domain);
  const told = history.flatMap((one) => {
    if (one.kind !== "event" || !("clientOrderId" in one.event) || one.event.clientOrderId === null) return [];
    const { kind, clientOrderId: id, domain: its } = one.event;
    return its === expected(id) ? [] : [`${kind} of ${id} says ${its}, and it is in ${expected(id)}`];
  });
  const simulated = layer.simulation?.journal.entries.filter(({ event }) => event.kind === "layer_input") ?? [];
  return [...told, ...simulated.map(({ index }) => `entry ${index} of the simulation is an input of the layer`)];
}

/** Each fill of a venue was counted once, with its terms. */
function fillFaults(outcome: CaseOutcome): readonly string[] {
  return venueOrders(outcome).flatMap(({ terms: { clientOrderId }, fills }) => {
    const counted = outcome.fills.filter(({ order }) => order.clientOrderId === clientOrderId);
    const ours = counted.map(({ fill }) => fill).sort((a, b) => a.seq - b.seq);
    return hasSameFills(ours, fills) ? [] : [`${clientOrderId} has ${fills.length} fills, ${ours.length} were counted`];
  });
}

function hasSameFills(ours: readonly VenueExecution[], theirs: readonly VenueExecution[]): boolean {
  const isSame = (a: VenueExecution, b: VenueExecution | undefined): boolean =>
    a.seq === b?.seq && a.price === b.price && a.quantity === b.quantity && a.fee === b.fee;
  return ours.length === theirs.length && ours.every((fill, index) => isSame(fill, theirs[index]));
}

/** An order is sent again only when the venue did not know it at a time at which the earlier sending was void. */
function resendFaults({ requests, messages }: CaseOutcome, { skewNs }: ManagerTerms): readonly string[] {
  const sendings = requests.filter(
    (one): one is { time: bigint; request: Sent } => one.request.kind === "place" || one.request.kind === "replace",
  );
  return sendings.flatMap(({ time, request }, index) => {
    const id = request.terms.clientOrderId;
    const earlier = sendings.slice(0, index).filter((one) => one.request.terms.clientOrderId === id);
    const voidAt = earlier.reduce((last, one) => (one.request.goodUntil > last ? one.request.goodUntil : last), 0n);
    if (request.attempt !== earlier.length + 1) return [`${id} was sent as attempt ${request.attempt}, unasked`];
    if (earlier.length === 0) return [];
    const asks = requests.flatMap(({ time: at, request: ask }) =>
      ask.kind === "ask" && ask.clientOrderId === id && at > voidAt + skewNs ? [ask.ask] : [],
    );
    const isKnownLost = messages.some(
      ({ time: at, message }) => message.kind === "unknown" && asks.includes(message.ask) && at <= time,
    );
    return isKnownLost ? [] : [`${id} was sent again at ${time}, and nobody knew that it was lost`];
  });
}

/** An intent is one order at a venue, and those that replaced it; no more is filled than the last one asks for. */
function intentFaults(outcome: CaseOutcome): readonly string[] {
  const roots = ordersOf(outcome.layer).filter(({ replaces }) => replaces === null);
  const names = roots.map(
    ({ order }) => `${order.intentId} of ${order.strategy} at ${order.venue}, ${order.destination}`,
  );
  const twice = names.filter((name, index) => names.indexOf(name) < index).map((name) => `${name} was sent twice`);
  const over = venueOrders(outcome).filter(({ terms, filled, carried }) => carried + filled > terms.quantity);
  return [...twice, ...over.map(({ terms }) => `${terms.clientOrderId} was filled beyond its quantity`)];
}

/** No limit is filled through. */
function limitFaults(outcome: CaseOutcome): readonly string[] {
  return outcome.fills.flatMap(({ order: { clientOrderId, side, limit }, fill: { price } }) => {
    if (limit === null || (side === "buy" ? price <= limit : price >= limit)) return [];
    return [`${clientOrderId} was filled at ${price}, through its limit ${limit}`];
  });
}

/** Nothing leaves for a venue where it may not. */
function leavingFaults({ domain = "live", steps }: LayerCase, { requests }: CaseOutcome): readonly string[] {
  const mayLeave = (time: bigint): boolean => {
    const said = inTime(steps).filter((step) => step.do === "leave" && step.at <= time);
    const last = said.at(-1);
    // At the time of a change an order may have left before it.
    return domain === "live" && (last?.do !== "leave" || last.mayLeave || last.at === time);
  };
  const left = requests.filter(
    ({ time, request: { kind, destination } }) =>
      (kind === "place" || kind === "replace") && destination === "venue" && !mayLeave(time),
  );
  return left.map(({ time }) => `an order left for the venue at ${time}`);
}

function inTime(steps: readonly CaseStep[]): readonly CaseStep[] {
  return [...steps].sort((a, b) => (a.at === b.at ? 0 : a.at < b.at ? -1 : 1));
}

type Restriction = "freeze" | "drain";

/** Whether both sides are restricted from a step on, to the end. */
function restrictedFrom({ steps }: LayerCase, what: Restriction): bigint | null {
  const since = (["long", "short"] as const).map((side) => {
    // What is said of one strategy alone holds the others to nothing.
    const own = inTime(steps).filter(
      (step) => step.do === "activate" && step.activation.strategy == null && (step.activation.side ?? "long") === side,
    );
    const isOn = own.map((step) => step.do === "activate" && isRestricting(step.activation[what]));
    const first = isOn.lastIndexOf(false) + 1;
    return own[first]?.at ?? null;
  });
  const [long = null, short = null] = since;
  return long === null || short === null ? null : long > short ? long : short;
}

function isRestricting(flag: boolean | "cancel" | undefined): boolean {
  return flag === true || flag === "cancel";
}

/** In a drain of both sides, no order that was sent since then makes the position larger when it fills. */
function drainFaults(given: LayerCase, outcome: CaseOutcome): readonly string[] {
  const from = restrictedFrom(given, "drain");
  if (from === null) return [];
  const sent = new Set(
    outcome.requests.flatMap(({ time, request }) =>
      request.kind === "place" && request.attempt === 1 && time > from ? [request.terms.clientOrderId] : [],
    ),
  );
  const positions = new Map<string, bigint>();
  const executed = [...outcome.venues, outcome.paper].flatMap((each) => each.executions());
  return executed
    .sort((a, b) => (a.time === b.time ? 0 : a.time < b.time ? -1 : 1))
    .flatMap(({ terms: { clientOrderId, side, symbol }, fill: { quantity } }) => {
      const owner = orderOf(outcome.layer, clientOrderId)?.order;
      const key = `${owner?.strategy} ${symbol} ${owner?.destination}`;
      const before = positions.get(key) ?? 0n;
      const position = before + (side === "buy" ? quantity : -quantity);
      positions.set(key, position);
      const isReduced = before > 0n ? position >= 0n && position < before : position <= 0n && position > before;
      return sent.has(clientOrderId) && !isReduced
        ? [`${clientOrderId} took the position from ${before} to ${position}`]
        : [];
    });
}

/** Two events with one idempotency key are one event, and nothing is told twice. */
function eventFaults({ history }: CaseOutcome): readonly string[] {
  const keys = history.flatMap((one) => {
    if (one.kind !== "event") return [];
    const { topic, idempotencyKey } = publicationOf(one.event);
    return [`${topic} ${idempotencyKey}`];
  });
  return new Set(keys).size < keys.length ? ["an event was told twice"] : [];
}

/**
 * Every flawed report is in quarantine for its reason, and waits there unless it was asked for; what was repeated is
 * given up, and what came before its turn was taken when that came. Nothing else is in quarantine.
 */
function quarantineFaults({ layer, planted, history }: CaseOutcome): readonly string[] {
  const letters = layer.letters();
  const settled = history.some(({ kind, ...one }) => kind === "step" && "step" in one && SETTLING.has(one.step.do));
  const texts = new Map(planted.map(({ flaw, value }) => [canonicalJson(value as Json), REPORT_FLAWS[flaw]]));
  const strange = letters.flatMap(({ original, reason, orderId, repairedFrom, state }) => {
    const expected = texts.get(original);
    if (expected === undefined && repairedFrom === null)
      return state === LEFT.get(reason)
        ? []
        : [`a fill of ${orderId ?? "no order"} is in quarantine: ${reason} ${state}`];
    if (expected !== undefined && expected !== reason)
      return [`a report is in quarantine for ${reason}, not ${expected}`];
    return state === "waiting" || settled ? [] : [`a letter was ${state}, which nobody asked for`];
  });
  const kept = new Set(letters.map(({ original }) => original));
  const lost = [...texts]
    .filter(([text]) => !kept.has(text))
    .map(([, reason]) => `no letter tells of a report: ${reason}`);
  return [...strange, ...lost];
}

/** The state in which a letter of a true copy is left, by its reason. */
const LEFT: ReadonlyMap<string, string> = new Map([
  ["duplicate", "discarded"],
  ["out_of_order", "replayed"],
]);

const SETTLING: ReadonlySet<CaseStep["do"]> = new Set(["repair", "replay", "discard"]);

/** Its journal, as text and with the checksums of its days, makes the layer again: orders, books and journal. */
function restoreFaults({ layer, terms }: CaseOutcome): readonly string[] {
  try {
    const read = readJournal(layer.journal.text(), layer.journal.checksums());
    const again = restoreExecutionLayer(terms, read);
    const isSame = stateText(again) === stateText(layer);
    return isSame ? [] : ["its journal does not make the layer again"];
  } catch (error) {
    return [`its journal does not make the layer again: ${error instanceof Error ? error.message : String(error)}`];
  }
}

/** Everything of a layer that can be seen, as text. */
function stateText({ letters, watermark, simulation, ...own }: CaseOutcome["layer"]): string {
  const accounts = [own, ...(simulation === null ? [] : [simulation])];
  const state = [
    ...accounts.map(({ manager, portfolio, counters, journal }) => [
      manager.orders(),
      portfolio.snapshot("0", "0"),
      counters.rows(),
      journal.digest,
    ]),
    letters(),
    watermark(),
  ];
  return JSON.stringify(state, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
}
