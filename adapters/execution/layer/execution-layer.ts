// The execution layer of one world and domain: intents in, requests to venues out, with every refusal on the way, its
// own account, and a journal of all of it.
//
// How it works: everything that changes it is an input. An input goes through its stages (intake, sizing, risk, gates,
// route with compliance, order manager; or a venue's answer, the ingest, the portfolio), and then stands in the journal
// with every event that came of it. The inputs of a journal make the layer again.
//
// Always true:
//   the same terms and inputs give the same outputs and the same journal, entry by entry;
//   a freeze cancels what is open at once, and so does a drain that says so;
//   what a venue filled is posted once, and the portfolio is a fold of what was posted;
//   what a live layer only simulates is in books, events and a journal of the domain `dryrun` (`layer-desk.ts`);
//   bad input throws before anything changes, and is not in the journal; a layer that fails half way, as by an amount
//   beyond 64 bits, takes nothing more, and its journal has its last good entry.
// Units: mantissas; instants in ns since 1970; weights and rates in 1e-9.
// Not here: keeping the journal's lines, which is to be done before requests are sent.

import { DOMAINS, InputError, invariant } from "../../../kernel/index.js";
import { openActivations } from "../check/activation.js";
import { refusal } from "../check/refusal.js";
import type { FillIngest, IngestResult } from "../ingest/fill-ingest.js";
import { openIntake } from "../intent/normalise-intent.js";
import { Journal } from "../journal/journal.js";
import type { ManagerOutput } from "../order/manager-state.js";
import { Counters } from "../outbox/counters.js";
import { checkQuotes } from "../route/venue-quote.js";
import type { EventKind, EventOf } from "../schema/catalogue.js";
import { checkedEvent, checkEvent } from "../schema/check.js";
import { SIDES } from "../schema/field.js";
import type { LayerInputEvent } from "../schema/layer-input.js";
import { isPublished } from "../topic/topic.js";
import type { PublishedEvent } from "../topic/topic.js";
import { checkTerms } from "./check-terms.js";
import { guarded, timeBehind } from "./given-input.js";
import { openDesk } from "./layer-desk.js";
import type { LayerDesk } from "./layer-desk.js";
import { subjectOf } from "./layer-events.js";
import { inputEventOf, inputOfEvent, textOfValue, valueOfText } from "./layer-input.js";
import type { LayerInput } from "./layer-input.js";
import { simulatedIntent, simulationOf } from "./layer-simulation.js";
import { asStep, inOrder, NO_STEP } from "./layer-step.js";
import type { Step } from "./layer-step.js";
import { NOTHING } from "./layer-terms.js";
import type { ExecutionLayer, LayerOutput, LayerTerms, MarketView } from "./layer-terms.js";
import { LayerWorld } from "./layer-world.js";
import { isMisreadHere, misreadActivation } from "./misread-activation.js";
import { fieldsOf, readableIn } from "./readable-intent.js";

/**
 * A layer without orders.
 *
 * @throws InputError `config/*` for rules and terms that contradict themselves.
 */
export function openExecutionLayer(terms: LayerTerms): ExecutionLayer {
  return openLayer(terms).layer;
}

/**
 * The layer that wrote a journal. What it would have sent is not sent again: call `resume`. Where the journal ends in
 * the middle of what an input came to, the restored one has the rest of it: its lines behind those of the old one are
 * to be kept.
 *
 * @param terms Those that it had.
 * @param journal One that was verified (`readJournal`); read, not kept.
 * @throws InputError `world/context` for a journal of another world or domain, which is counted as a crossing;
 *   `event/identity` with the first entry that the inputs do not make.
 */
export function restoreExecutionLayer(terms: LayerTerms, journal: Journal): ExecutionLayer {
  checkContext(terms, journal);
  const { layer, take } = openLayer(terms);
  for (const { event, index } of journal.entries) {
    if (event.kind === "layer_input") take(inputOfEvent(event, `entry ${index}.event`));
  }
  const other = journal.entries.findIndex(({ digest }, index) => layer.journal.entries[index]?.digest !== digest);
  if (other < 0) return layer;
  const expected = `what its inputs make: ${textOfEntry(layer.journal, other)}`;
  const advice = "Open the layer with the terms that it had; what others write does not belong into its journal.";
  const parts = { expected, received: textOfEntry(journal, other), advice };
  throw new InputError([{ code: "event/identity", path: `entry ${other + 1}`, ...parts }]);
}

/** Domains share no state: a journal goes back to where it came from. */
function checkContext(terms: LayerTerms, journal: Journal): void {
  checkTerms(terms);
  if (!(journal instanceof Journal)) {
    const advice = "Read its text with readJournal.";
    const parts = { expected: "a journal", received: typeof journal, advice };
    throw new InputError([{ code: "event/schema", path: "journal", ...parts }]);
  }
  const { header } = journal;
  const { world, domain } = terms.world;
  if (header.world === world && header.domain === domain) return;
  terms.crossings?.add("journal", header.domain);
  const parts = {
    expected: `a journal of ${world} in ${domain}`,
    received: `one of ${header.world} in ${header.domain}`,
  };
  const advice = "Resolve the world to the domain that the journal is of, or open a layer without a journal.";
  throw new InputError([{ code: "world/context", path: "journal", ...parts, advice }]);
}

const ENTRY_LENGTH = 200;
/** Longest text of an activation that could not be read, and of what is wrong with it. */
const DOUBT_LENGTH = 8_192;

function textOfEntry({ entries }: Journal, index: number): string {
  const entry = entries[index];
  return entry === undefined ? "no entry" : JSON.stringify(entry.event).slice(0, ENTRY_LENGTH);
}

interface OpenLayer {
  readonly layer: ExecutionLayer;
  readonly take: (input: LayerInput) => LayerOutput;
}

function openLayer(terms: LayerTerms): OpenLayer {
  checkTerms(terms);
  const { world, domain } = terms.world;
  const crossings = terms.crossings ?? new Counters();
  const layerWorld = new LayerWorld(terms.world);
  const shared = { terms, activations: openActivations(), world: layerWorld };
  const { activations } = shared;
  const own = openDesk({ ...shared, domain, isBeside: false, counters: new Counters() });
  const simulated =
    domain === "live" ? openDesk({ ...shared, domain: "dryrun", isBeside: true, counters: new Counters() }) : null;
  const desks = simulated === null ? [own] : [own, simulated];
  const { manager, books, events, counters, journal } = own;
  const symbols = terms.instruments.map(({ symbol }) => symbol);
  const aliases = terms.aliases === undefined ? {} : { aliases: terms.aliases };
  const intake = openIntake({ world, domain, strategies: terms.strategies, symbols, ...aliases });

  /** The desk that knows an order; that of the layer's own domain where none does. */
  const deskOf = (clientOrderId: unknown): LayerDesk =>
    desks.find(({ manager }) => typeof clientOrderId === "string" && manager.order(clientOrderId) !== null) ?? own;

  /** The desk that has a letter. */
  const lettersOf = (letterId: string): LayerDesk =>
    desks.find(({ books }) => books.ingest.letters.some((letter) => letter.letterId === letterId)) ?? own;

  const intended = (text: string, market: MarketView, time: bigint): Step => {
    const value = valueOfText(text);
    const taken = intake.take(value, time);
    if (taken.kind === "refused") {
      const { issues: _, ...refused } = taken;
      const ack = events.refusal(refused, readableIn(value, market.bucket, terms), time);
      return { ...NO_STEP, refusals: [refused], happened: [ack] };
    }
    const { intent } = taken;
    const { strategy, instrument: symbol, side, intentId, nodeId } = intent;
    const about = { strategy, symbol, side, intentId, nodeId, bucket: market.bucket, wanted: 0n, allowed: 0n };
    const beside = simulated?.books.held(symbol, strategy);
    const result = own.path.intent(intent, market, time, beside === undefined ? {} : { beside });
    const steps = [own.passed(result, about, false, time)];
    const also = simulated === null ? null : simulatedIntent(simulated, own, intent, market, time, result);
    if (also !== null) steps.push(simulated?.passed(also, about, false, time) ?? NO_STEP);
    const step = inOrder(steps);
    return { ...step, happened: [intent, ...step.happened] };
  };

  const replaced = (input: Extract<LayerInput, { kind: "replace" }>): Step => {
    const { clientOrderId, change, market, time } = input;
    const desk = deskOf(clientOrderId);
    const old = desk.manager.order(clientOrderId);
    if (old === null) {
      const refused = refusal("publish", "unknown_order", `there is no order ${clientOrderId}`);
      const nothing = readableIn(null, market.bucket, terms);
      return { ...NO_STEP, refusals: [refused], happened: [events.refusal(refused, nothing, time)] };
    }
    const result = desk.path.replace(old, change, market, time);
    return desk.passed(result, subjectOf(old.order, 0n), true, time);
  };

  const activated = ({ event, bucket, time }: Extract<LayerInput, { kind: "activate" }>): Step => {
    if (!activations.take(event, time, bucket)) return NO_STEP;
    for (const desk of desks) desk.books.ingest.learn(event);
    return inOrder([{ ...NO_STEP, happened: [event] }, ...unfit(time)]);
  };

  const doubted = ({ misread, why, bucket, time }: Extract<LayerInput, { kind: "doubt" }>): Step => {
    const isHeard = activations.doubt(misread);
    const refused = refusal("gate", "activation_unknown", why);
    const { strategy, symbol: instrument } = misread;
    const ack = events.refusal(refused, readableIn({ strategy, instrument }, bucket, terms), time);
    const told = { ...NO_STEP, refusals: [refused], happened: [ack] };
    return inOrder([told, ...(isHeard ? unfit(time) : [])]);
  };

  /** Cancels what activations let stay no longer. */
  const unfit = (time: bigint): readonly Step[] => desks.flatMap((desk) => desk.unfit(time));

  /** What becomes of open orders where the world lets them stay at venues no longer, or again. */
  const turned = (time: bigint): Step => {
    const isLeaving = layerWorld.turn(time);
    return isLeaving === null ? NO_STEP : own.managed(manager.leave(isLeaving, time));
  };

  const decided = (text: string, time: bigint): Step => {
    const { reason } = layerWorld.decide(valueOfText(text), time);
    if (reason !== null) counters.add("world", reason);
    return turned(time);
  };

  const left = (mayLeave: boolean, time: bigint): Step => {
    layerWorld.leave(mayLeave);
    return turned(time);
  };

  const stepOf = (input: LayerInput): Step => {
    const { time } = input;
    const ts = time.toString();
    switch (input.kind) {
      case "intent":
        return intended(input.text, input.market, time);
      case "activate":
        return activated(input);
      case "doubt":
        return doubted(input);
      case "decide":
        return decided(input.text, time);
      case "cancel":
        return inDesk(deskOf(input.clientOrderId), (of) => of.manager.cancel(input.clientOrderId, time));
      case "replace":
        return replaced(input);
      case "message":
        return deskOf(input.message.clientOrderId).received(input.message, time);
      case "report": {
        const report = valueOfText(input.text);
        const desk = deskOf(fieldsOf(report)["orderId"]);
        return desk.ingested(desk.books.ingest.receive(report, ts), time);
      }
      case "movement": {
        const { movement } = input;
        const happened = [books.move(movement)];
        // What is simulated begins with the same money; what is earned on real positions is not its own.
        if (simulated !== null && movement.type === "deposit")
          happened.push(simulated.books.move({ ...movement, domain: "dryrun" }));
        return { ...NO_STEP, happened };
      }
      case "commit":
        return { ...NO_STEP, happened: desks.flatMap((desk) => desk.commit(input.bucket, input.marks, time)) };
      case "tell":
        return { ...NO_STEP, happened: [input.event] };
      case "repair":
        return inLetters(
          input.letterId,
          (ingest) => [ingest.repair(input.letterId, valueOfText(input.text), ts)],
          time,
        );
      case "replay": {
        const { letterId } = input;
        if (letterId !== null) return inLetters(letterId, (ingest) => [ingest.replay(letterId, ts)], time);
        return inOrder(
          desks.flatMap((desk) => desk.books.ingest.replayAll(ts).map((result) => desk.ingested(result, time))),
        );
      }
      case "discard":
        return { ...NO_STEP, happened: [lettersOf(input.letterId).books.ingest.discard(input.letterId, ts)] };
      case "advance":
        return inOrder([turned(time), ...desks.map((desk) => inDesk(desk, (of) => of.manager.advance(time)))]);
      case "leave":
        return left(input.mayLeave, time);
      case "resume":
        return inOrder(desks.map((desk) => inDesk(desk, (of) => of.manager.resume(time))));
    }
  };

  const inLetters = (letterId: string, tried: (ingest: FillIngest) => readonly IngestResult[], time: bigint): Step => {
    const desk = lettersOf(letterId);
    return inOrder(tried(desk.books.ingest).map((result) => desk.ingested(result, time)));
  };

  let hasFailed = false;

  /** Lets an input happen, behind the passing of time where that turns the world. */
  const take = (given: LayerInput): LayerOutput => {
    const { last } = journal;
    const input = { ...given, time: timeBehind(last === null ? null : BigInt(last.at), given.time) };
    const isBehind = input.kind !== "advance" && layerWorld.isTurning(input.time);
    if (!isBehind) return takeOne(input);
    const turn = takeOne({ kind: "advance", time: input.time });
    const output = takeOne(input);
    const { happened: _, ...both } = inOrder([turn, output].map(asStep));
    return { ...both, events: [...turn.events, ...output.events] };
  };

  /** Lets an input happen, and writes it down with what came of it. */
  const takeOne = (input: LayerInput): LayerOutput => {
    invariant(!hasFailed, "a layer that failed half way is made again from its journal");
    const first = checkEvent("layer_input", inputEventOf(input, world, domain), input.kind);
    try {
      return taken(input, first);
    } catch (error) {
      hasFailed = !isRefused(error);
      throw error;
    }
  };

  const taken = (input: LayerInput, first: LayerInputEvent): LayerOutput => {
    const { happened, ...step } = stepOf(input);
    // What the outbox refuses it counts itself.
    for (const { stage, reason } of step.refusals) if (reason !== "backpressure") counters.add(stage, reason);
    for (const event of [first, ...happened]) {
      const isBeside = simulated !== null && "domain" in event && event.domain === simulated.journal.header.domain;
      (isBeside ? simulated.journal : journal).append(event, first.ts);
    }
    return { ...step, events: happened.filter((event): event is PublishedEvent => isPublished(event)) };
  };

  /** The event, when it is one and of this world and domain. */
  const checked = <Kind extends Exclude<EventKind, "venue_fill">>(kind: Kind, value: unknown): EventOf<Kind> => {
    const event = checkEvent(kind, value, kind) as EventOf<Kind> & { readonly world: string; readonly domain: string };
    if (event.world === world && event.domain === domain) return event;
    crossings.add(kind, event.domain);
    const parts = { expected: `${world} ${domain}`, received: `${event.world} ${event.domain}` };
    throw new InputError([{ code: "event/identity", path: kind, ...parts }]);
  };

  const countCrossing = (value: unknown): void => {
    const of = DOMAINS.find((each) => each === fieldsOf(value)["domain"]);
    const isOwn = of === domain && fieldsOf(value)["world"] === world;
    if (of !== undefined && !isOwn) crossings.add("intent", of);
  };

  const checkMarket = ({ quotes }: MarketView): void => {
    const [instrument] = terms.instruments;
    invariant(instrument !== undefined, "a layer has an instrument");
    for (const side of SIDES) {
      checkQuotes(quotes[side], { side, quantity: 1n, limit: null, instrument, latencyRate: 0n });
    }
  };

  const nextDue = (): bigint | null => {
    const times = [layerWorld.nextTurn(), ...desks.map((desk) => desk.manager.nextDue())];
    return times.reduce((least, time) => (least === null || (time !== null && time < least) ? time : least), null);
  };

  const layer: ExecutionLayer = {
    intent: (value, market, time) => {
      checkMarket(market);
      countCrossing(value);
      return take({ kind: "intent", text: textOfValue(value), market, time });
    },
    decide: (said, time) => take({ kind: "decide", text: textOfValue(said), time }),
    activate: (value, bucket, time) => {
      const read = checkedEvent("activation", value, "activation");
      if ("event" in read || !isMisreadHere(value, world, domain))
        return take({ kind: "activate", event: checked("activation", value), bucket, time });
      const why = new InputError(read.issues).message.slice(0, DOUBT_LENGTH);
      const text = textOfValue(value).slice(0, DOUBT_LENGTH);
      return take({ kind: "doubt", misread: misreadActivation(value), text, why, bucket, time });
    },
    cancel: (clientOrderId, time) => take({ kind: "cancel", clientOrderId, time }),
    replace: (clientOrderId, change, market, time) => {
      checkMarket(market);
      return take({ kind: "replace", clientOrderId, change, market, time });
    },
    receive: (message, time) => take({ kind: "message", message, time }),
    report: (value, time) => take({ kind: "report", text: textOfValue(value), time }),
    move: (movement, time) => {
      const { number: _, ...unnumbered } = checked("movement", { ...movement, number: 1 });
      return take({ kind: "movement", movement: unnumbered, time });
    },
    commit: (bucket, marks, time) => take({ kind: "commit", bucket, marks, time }),
    tell: (event, time) => take({ kind: "tell", event: checked(event.kind, event), time }),
    repair: (letterId, report, time) => take({ kind: "repair", letterId, text: textOfValue(report), time }),
    replay: (letterId, time) => take({ kind: "replay", letterId, time }),
    discard: (letterId, time) => take({ kind: "discard", letterId, time }),
    advance: (time) => {
      const due = nextDue();
      return due !== null && due <= time ? take({ kind: "advance", time }) : NOTHING;
    },
    leave: (mayLeave, time) => take({ kind: "leave", mayLeave, time }),
    resume: (time) => take({ kind: "resume", time }),
    nextDue,
    world: (time) => layerWorld.at(time),
    journal,
    manager,
    portfolio: books.portfolio,
    counters,
    letters: () => desks.flatMap((desk) => desk.books.ingest.letters),
    simulation: simulated === null ? null : simulationOf(simulated),
    position: (strategy, symbol) => books.position(strategy, symbol),
    account: (strategy, symbol, bucket) => books.account(strategy, symbol, bucket),
    watermark: () => books.watermark,
  };

  return { layer: guarded(layer), take };
}

function inDesk(desk: LayerDesk, ask: (desk: LayerDesk) => ManagerOutput): Step {
  return desk.managed(ask(desk));
}

/** True for an error that was found before anything changed: input that is bad, or asks for what there is not. */
function isRefused(error: unknown): boolean {
  const halfway: readonly string[] = ["run/overflow", "event/schema"];
  return error instanceof InputError && error.issues.every(({ code }) => !halfway.includes(code));
}
