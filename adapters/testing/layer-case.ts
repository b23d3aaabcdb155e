// Cases of the execution layer: steps at stated times, a fake venue with a line that misbehaves as it is told, and what
// happened as text.
//
// Always true:
//   a case says everything: the same case gives the same trace;
//   orders are named by the order in which the layer sent them: #1, #2, …
// Units: mantissas; instants in ns since 1970; traces in ms.

import { canonicalJson, resolveWorld } from "../../kernel/index.js";
import type { Domain, Instrument, Json, ResolvedWorld, WorldDecision } from "../../kernel/index.js";
import { openExecutionLayer, readJournal, restoreExecutionLayer } from "../execution/index.js";
import type {
  ActivationEvent,
  CountedFill,
  DeadLetterEvent,
  ExecutionLayer,
  IntentEvent,
  LayerOutput,
  LayerTerms,
  MarketView,
  MovementEvent,
  PortfolioScope,
  OrderChange,
  PublishedEvent,
  Refusal,
  VenueFill,
  VenueMessage,
  VenueRequest,
} from "../execution/index.js";
import { plainInstrument } from "./arbitrary-bars.js";
import type { FakeBook, FakeVenue, FakeVenueTerms, LineFault, OnTheLine } from "./fake-venue.js";
import { openFakeVenue } from "./fake-venue.js";
import { BUCKET_NS, bucketEnd, CASE_LATENCY_NS, orderOf, ordersOf, viewOf } from "./layer-view.js";
import { flawed, venueFill } from "./layer-report.js";
import type { PlantedReport, ReportFlaw } from "./layer-report.js";
import { messageLine, noteLines, requestLine, restartLine } from "./layer-trace.js";

/** What the line does to the nth thing of a kind in a direction: `{ on: "out place", nth: 1, lost: true }`. */
export interface LineRule extends LineFault {
  readonly on: `out ${VenueRequest["kind"]}` | `back ${VenueMessage["kind"]}`;
  /** From 1; left out: each one. */
  readonly nth?: number;
}

/** What a case does at a time. Orders are named by their number. */
export type CaseStep = { readonly at: bigint } & (
  | { readonly do: "intent"; readonly intent: CaseIntent }
  | { readonly do: "cancel"; readonly order: number }
  | { readonly do: "replace"; readonly order: number; readonly change: OrderChange }
  | { readonly do: "activate"; readonly activation: Partial<ActivationEvent> }
  | { readonly do: "quote"; readonly book: FakeBook; readonly venue?: string; readonly symbol?: string }
  | { readonly do: "fill"; readonly order: number; readonly quantity: bigint; readonly price: bigint }
  | { readonly do: "leave"; readonly mayLeave: boolean }
  /** What the world's service says: `caseDecision`, `unreachable`, null, or whatever else. */
  | { readonly do: "decide"; readonly said: unknown }
  /** A copy of a fill comes another way, as it is or with a flaw: of the nth, counted round those that were made. */
  | { readonly do: "report"; readonly fill: number; readonly flaw: ReportFlaw | null }
  /** The first letter that waits is repaired with a copy of such a fill, tried again as it is, or given up. */
  | { readonly do: "repair"; readonly fill: number }
  | { readonly do: "replay" }
  | { readonly do: "discard" }
  /** The process ends and starts again: the layer is made from its journal. */
  | { readonly do: "restart" }
);

/** An intent, as little of it as a case has to say. */
export type CaseIntent = Pick<IntentEvent, "intentId" | "side" | "size"> & Partial<IntentEvent>;

export interface LayerCase {
  readonly name: string;
  /** One sentence. */
  readonly about: string;
  readonly domain?: Domain;
  readonly book: FakeBook;
  /** Book of a second venue; left out: there is one. */
  readonly other?: FakeBook;
  /** Book of a second symbol at the first venue; left out: there is one symbol. */
  readonly second?: FakeBook;
  /** Whose account and positions risk looks at; default: each strategy's own. */
  readonly scope?: PortfolioScope;
  readonly steps: readonly CaseStep[];
  readonly line?: readonly LineRule[];
  /** Numbers of the orders that the venue rejects. */
  readonly rejects?: readonly number[];
  /** When the case is over. */
  readonly until: bigint;
}

/** Parts that are put in the place of those of the layer. */
export type LayerParts = Pick<LayerTerms, "openManager" | "risk" | "preTrade" | "gates" | "manager" | "outbox">;

/** What a case came to. */
export interface CaseOutcome {
  /** One line for each thing that happened. */
  readonly trace: readonly string[];
  readonly layer: ExecutionLayer;
  /** The venues, in the order of their names. */
  readonly venues: readonly FakeVenue[];
  /** Where orders go that may not leave: of a live layer they are in its simulation, and in nothing else of it. */
  readonly paper: FakeVenue;
  readonly requests: readonly { readonly time: bigint; readonly request: VenueRequest }[];
  readonly messages: readonly { readonly time: bigint; readonly message: VenueMessage }[];
  readonly fills: readonly CountedFill[];
  readonly refusals: LayerOutput["refusals"];
  /** Those that the layer was opened with: with its journal they make it again. */
  readonly terms: LayerTerms;
  /** What came and the events that went out, in their order. */
  readonly history: readonly HappeningInCase[];
  /** Reports with a flaw that came. */
  readonly planted: readonly PlantedReport[];
}

/** A step as it was taken or a message as it came, each followed by what came of it. */
export type HappeningInCase = { readonly time: bigint } & (
  | {
      readonly kind: "step";
      readonly step: CaseStep;
      /** Of the order that it names. */ readonly orderId: string | null;
    }
  | { readonly kind: "message"; readonly message: VenueMessage }
  | { readonly kind: "request"; readonly request: VenueRequest }
  | { readonly kind: "event"; readonly event: PublishedEvent }
  | { readonly kind: "refusal"; readonly refusal: Refusal }
);

/** World, strategy, symbol and venues of every case. */
export const CASE_NAMES = {
  world: "main",
  strategy: "trend",
  symbol: "BTC/USD",
  /** Strategy and symbol of intents that say so. */
  otherStrategy: "carry",
  otherSymbol: "ETH/USD",
  venue: "fake",
  other: "other",
} as const;

/** An instrument with whole numbers for prices, units and money. */
export const CASE_INSTRUMENT: Instrument = plainInstrument(CASE_NAMES.symbol, { assetClass: "crypto-spot" });

const OTHER_INSTRUMENT: Instrument = plainInstrument(CASE_NAMES.otherSymbol, { assetClass: "crypto-spot" });

const EQUITY = "1000000";

/** An intent with everything that its schema asks for. */
export function caseIntent(intent: CaseIntent, domain: Domain, time: bigint): IntentEvent {
  const { world, strategy, symbol } = CASE_NAMES;
  const head = {
    kind: "intent",
    schemaVersion: 1,
    world,
    domain,
    ts: time.toString(),
    strategy,
    nodeId: null,
  } as const;
  return { ...head, instrument: symbol, constraints: {}, labels: {}, ...intent };
}

/** An activation that lets everything through, with what a case says of it. */
export function caseActivation(part: Partial<ActivationEvent>, domain: Domain, time: bigint): ActivationEvent {
  const head = { kind: "activation", schemaVersion: 1, world: CASE_NAMES.world, domain, ts: time.toString() } as const;
  const open = { active: true, freeze: false, drain: false, effectiveMode: "live", etag: "case", ttlNs: null } as const;
  return { ...head, strategy: null, symbol: null, side: "long", version: 0, ...open, ...part };
}

/** What a world service says so that a world is in a domain, from the first instant on for as long as can be said. */
export function caseDecision(domain: Domain, part: Partial<WorldDecision> = {}): WorldDecision {
  const head = { kind: "world_decision", schemaVersion: 1, world: CASE_NAMES.world, domain, ts: "0" } as const;
  const time = { asOf: "0", ttlNs: "9223372036854775807" } as const;
  const fingerprint = `blake3:${"0".repeat(64)}`;
  const what = { version: 0, etag: "case", fingerprint, policies: [{ policy: "case", satisfied: true }] };
  return { ...head, effectiveMode: MODES[domain], ...time, ...what, ...part };
}

const MODES = { backtest: "compute-only", dryrun: "paper", live: "live", shadow: "shadow" } as const;

/** The world of every case in a domain. */
export function caseWorld(domain: Domain): ResolvedWorld {
  return resolveWorld(caseDecision(domain), { world: CASE_NAMES.world, nowNs: 0n });
}

/** Runs a case to its end. */
export function runLayerCase(given: LayerCase, parts: LayerParts = {}): CaseOutcome {
  const run = openRun(given, parts);
  const steps = [...given.steps].sort((a, b) => (a.at === b.at ? 0 : a.at < b.at ? -1 : 1));
  for (const side of ["long", "short"] as const) run.activate(caseActivation({ side }, run.domain, 0n), 0n, 0n);
  let turns = 0;
  for (let time = run.nextTime(steps[0]); time !== null && time <= given.until; time = run.nextTime(steps[0])) {
    run.commit(time);
    run.deliver(time);
    while (steps[0] !== undefined && steps[0].at <= time) run.step(steps.shift() as CaseStep, time);
    run.advance(time);
    if (++turns > TURNS_MAX) throw new Error(stuckText(time, run.overdue(time)));
  }
  return run.outcome();
}

/** Turns of a case: many times those of any that comes to rest. */
const TURNS_MAX = 5_000;

function stuckText(time: bigint, overdue: readonly string[]): string {
  const whose =
    overdue.length === 0 ? "something is always due" : `${overdue.join(", ")} stays due whatever is advanced`;
  return `the case does not come to its end: ${TURNS_MAX} turns, and it is at ${time} ns; ${whose}`;
}

interface CaseRun {
  readonly domain: Domain;
  readonly nextTime: (step: CaseStep | undefined) => bigint | null;
  readonly commit: (time: bigint) => void;
  readonly deliver: (time: bigint) => void;
  readonly step: (step: CaseStep, time: bigint) => void;
  readonly advance: (time: bigint) => void;
  readonly activate: (event: ActivationEvent, bucket: bigint, time: bigint) => void;
  /** Names of the orders that are due at a time or before. */
  readonly overdue: (time: bigint) => readonly string[];
  readonly outcome: () => CaseOutcome;
}

function openRun(given: LayerCase, parts: LayerParts): CaseRun {
  const domain = given.domain ?? "live";
  const line = lineOf(given.line ?? []);
  const rejected = new Set(given.rejects ?? []);
  const refuses = (_: unknown, nth: number): string | null => (rejected.has(nth) ? "not today" : null);
  const books = new Map([[CASE_NAMES.venue as string, given.book]]);
  if (given.other !== undefined) books.set(CASE_NAMES.other, given.other);
  let second = given.second;
  /** The second symbol trades at the first venue and on paper. */
  const booksAt = (name: string, book: FakeBook): Readonly<Record<string, FakeBook>> => {
    const own = { [CASE_NAMES.symbol]: book };
    return second === undefined || name === CASE_NAMES.other ? own : { ...own, [CASE_NAMES.otherSymbol]: second };
  };
  const open = (name: string, book: FakeBook, faults: Partial<FakeVenueTerms>): FakeVenue =>
    openFakeVenue({ venue: name, latencyNs: CASE_LATENCY_NS, books: booksAt(name, book), ...faults });
  const venues = [...books].map(([name, book]) => open(name, book, { line, refuses }));
  const paper = open("paper", given.book, {});
  const terms: LayerTerms = { ...layerTerms(domain, given), ...parts };
  let layer = openExecutionLayer(terms);
  const names: string[] = [];
  const planted: PlantedReport[] = [];
  const trace: string[] = [];
  const history: HappeningInCase[] = [];
  const requests: { time: bigint; request: VenueRequest }[] = [];
  const messages: { time: bigint; message: VenueMessage }[] = [];
  const fills: CountedFill[] = [];
  const refusals: LayerOutput["refusals"][number][] = [];

  const idOf = (order: number): string => names[order - 1] ?? `no order #${order}`;
  const nameOf = (id: string): string => {
    if (!names.includes(id)) names.push(id);
    return `#${names.indexOf(id) + 1}`;
  };
  const take = (output: LayerOutput, time: bigint): void => {
    for (const request of output.requests) {
      requests.push({ time, request });
      history.push({ kind: "request", time, request });
      trace.push(requestLine(request, time, nameOf));
      const at = venues.find(({ venue }) => request.destination === "venue" && venue === request.venue);
      (at ?? paper).send(request, time);
    }
    for (const event of output.events) history.push({ kind: "event", time, event });
    for (const refusal of output.refusals) history.push({ kind: "refusal", time, refusal });
    fills.push(...output.fills);
    refusals.push(...output.refusals);
    trace.push(...noteLines(output, time, nameOf));
  };
  const deliver = (time: bigint): void => {
    for (const { message } of [...venues, paper].flatMap((each) => each.advance(time))) {
      messages.push({ time, message });
      history.push({ kind: "message", time, message });
      trace.push(messageLine(message, time, nameOf));
      take(layer.receive(message, time), time);
    }
  };
  const activate = (event: ActivationEvent, bucket: bigint, time: bigint): void =>
    take(layer.activate(event, bucket, time), time);
  const restart = (time: bigint): void => {
    const { journal } = layer;
    layer = restoreExecutionLayer(terms, readJournal(journal.text(), journal.checksums()));
    trace.push(restartLine(time));
    take(layer.resume(time), time);
  };
  let nextCommit = 0n;
  /** The account begins with its deposit; every bucket that is over is committed before anything else of its end. */
  const commit = (time: bigint): void => {
    if (nextCommit === 0n)
      for (const strategy of depositors(given)) take(layer.move(deposit(domain, strategy, time), time), time);
    for (; nextCommit <= time; nextCommit += BUCKET_NS) {
      const mark = books.get(CASE_NAMES.venue)?.ask ?? 1n;
      const marks = {
        [CASE_NAMES.symbol]: mark,
        ...(second === undefined ? {} : { [CASE_NAMES.otherSymbol]: second.ask }),
      };
      take(layer.commit(nextCommit, marks, nextCommit), nextCommit);
    }
  };
  const view = (time: bigint, symbol: string = CASE_NAMES.symbol): MarketView =>
    symbol === CASE_NAMES.symbol
      ? viewOf(books, time)
      : viewOf(new Map(second === undefined ? [] : [[CASE_NAMES.venue, second]]), time);
  /** A venue that a case does not have quotes nothing; paper trades at the first one's prices. */
  const quote = (name: string, book: FakeBook, time: bigint, symbol?: string): void => {
    if (symbol === CASE_NAMES.otherSymbol) {
      if (second === undefined) return;
      second = book;
      for (const each of [...venues, paper]) each.quote(symbol, book, time);
      return;
    }
    if (!books.has(name)) return;
    books.set(name, book);
    const at = venues.filter(({ venue }) => venue === name);
    for (const each of name === CASE_NAMES.venue ? [...at, paper] : at) each.quote(CASE_NAMES.symbol, book, time);
  };
  const symbolOf = (order: number): string => orderOf(layer, idOf(order))?.order.symbol ?? CASE_NAMES.symbol;
  /** The first letter of a planted report that waits: what came before its turn comes back by itself. */
  const waiting = (): string | undefined => {
    const texts = new Set(planted.map(({ value }) => canonicalJson(value as Json)));
    const isPlanted = ({ original, repairedFrom }: DeadLetterEvent) => repairedFrom !== null || texts.has(original);
    return layer.letters().find((letter) => letter.state === "waiting" && isPlanted(letter))?.letterId;
  };
  /** A copy of the nth fill, as a venue reports it, and whether it was counted; null while none was made. */
  const copyOf = (nth: number): { readonly copy: VenueFill; readonly isCounted: boolean } | null => {
    const made = [...venues, paper].flatMap((each) => each.executions());
    const { terms: placed, fill } = made[nth % made.length] ?? {};
    const view = placed === undefined ? null : orderOf(layer, placed.clientOrderId);
    if (fill === undefined || view === null) return null;
    return { copy: venueFill(fill, view.order), isCounted: view.fills.some(({ seq }) => seq === fill.seq) };
  };
  const report = ({ fill, flaw }: Extract<CaseStep, { do: "report" }>, time: bigint): void => {
    const { copy, isCounted } = copyOf(fill) ?? {};
    // Before the fill is posted its contradiction would be the first that is told of it.
    if (copy === undefined || (flaw === "contradicting" && isCounted !== true)) return;
    const value = flaw === null ? copy : flawed(copy, flaw);
    if (flaw !== null) planted.push({ flaw, value });
    take(layer.report(value, time), time);
  };
  const step = (one: CaseStep, time: bigint): void => {
    history.push({ kind: "step", time, step: one, orderId: "order" in one ? idOf(one.order) : null });
    switch (one.do) {
      case "intent":
        return take(layer.intent(caseIntent(one.intent, domain, time), view(time, one.intent.instrument), time), time);
      case "cancel":
        return take(layer.cancel(idOf(one.order), time), time);
      case "replace":
        return take(layer.replace(idOf(one.order), one.change, view(time, symbolOf(one.order)), time), time);
      case "activate":
        return activate(caseActivation(one.activation, domain, time), bucketEnd(time), time);
      case "quote":
        return quote(one.venue ?? CASE_NAMES.venue, one.book, time, one.symbol);
      case "fill":
        return venues.forEach((each) => each.fill(idOf(one.order), one.quantity, one.price, time));
      case "decide":
        return take(layer.decide(one.said, time), time);
      case "leave":
        return take(layer.leave(one.mayLeave, time), time);
      case "restart":
        return restart(time);
      case "report":
        return report(one, time);
      case "repair": {
        const made = copyOf(one.fill);
        const letter = waiting();
        return letter === undefined || made === null ? undefined : take(layer.repair(letter, made.copy, time), time);
      }
      case "replay":
        return take(layer.replay(null, time), time);
      case "discard": {
        const letter = waiting();
        return letter === undefined ? undefined : take(layer.discard(letter, time), time);
      }
    }
  };
  const nextTime = (next: CaseStep | undefined): bigint | null => {
    const theirs = [...venues, paper].map((each) => each.nextTime());
    const times = [next?.at ?? null, ...theirs, layer.nextDue(), nextCommit];
    return times.reduce((least, time) => (least === null || (time !== null && time < least) ? time : least), null);
  };
  const outcome = (): CaseOutcome => ({
    trace,
    layer,
    venues,
    paper,
    requests,
    messages,
    fills,
    refusals,
    terms,
    history,
    planted,
  });
  const advance = (time: bigint): void => take(layer.advance(time), time);
  const overdue = (time: bigint): readonly string[] =>
    ordersOf(layer).flatMap(({ dueAt, order }) => (dueAt <= time ? [nameOf(order.clientOrderId)] : []));
  return { domain, nextTime, commit, deliver, step, advance, activate, overdue, outcome };
}

/** Whose deposits the account begins with: those of the second strategy in cases of several symbols. */
function depositors({ second }: LayerCase): readonly string[] {
  return second === undefined ? [CASE_NAMES.strategy] : [CASE_NAMES.strategy, CASE_NAMES.otherStrategy];
}

function layerTerms(domain: Domain, { scope, second }: LayerCase): LayerTerms {
  const { strategy } = CASE_NAMES;
  const venues = [CASE_NAMES.venue, CASE_NAMES.other].map((venue) => ({ venue, regions: ["EU"] }));
  const compliance = { region: "EU", venues };
  const account = { bucketNs: BUCKET_NS, ...(scope === undefined ? {} : { scope }) } as const;
  const instruments = second === undefined ? [CASE_INSTRUMENT] : [CASE_INSTRUMENT, OTHER_INSTRUMENT];
  const strategies = second === undefined ? [strategy] : [strategy, CASE_NAMES.otherStrategy];
  const world = caseWorld(domain);
  const about = { world, clock: world.clock, strategies, instruments };
  // Coins can be borrowed, so that a case may go short.
  const leverage = { kind: "margin", leverage: 3_000_000_000n } as const;
  const shortable = Object.fromEntries(instruments.map(({ symbol }) => [symbol, 1_000_000n]));
  return { ...about, account, compliance, preTrade: { account: leverage, shortable }, beyond: "send" };
}

/** The cash that every case begins with. */
function deposit(domain: Domain, strategy: string, time: bigint): Omit<MovementEvent, "number"> {
  const { world } = CASE_NAMES;
  const ts = time.toString();
  const head = { kind: "movement", schemaVersion: 1, world, domain, ts, bucket: "0", strategy, symbol: null } as const;
  const { code } = CASE_INSTRUMENT.currency;
  return { ...head, currency: code, type: "deposit", amount: EQUITY, split: null };
}

/** The line of a case: every rule that is for something adds to what happens to it. */
function lineOf(rules: readonly LineRule[]): (what: OnTheLine) => LineFault {
  return (what) => {
    const kind = what.direction === "out" ? what.request.kind : what.message.kind;
    const own = rules.filter(({ on, nth }) => on === `${what.direction} ${kind}` && (nth ?? what.nth) === what.nth);
    return Object.assign({}, ...own) as LineFault;
  };
}
