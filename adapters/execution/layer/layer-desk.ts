// Desk: one account of a layer with everything that is its own: orders, books, events, counters and journal.
//
// How it works: a layer has a desk of its domain. A live one has a second desk of the domain `dryrun`, where orders are
// simulated that a check or an activation keeps from their venue. Each sizes and judges an intent by what it holds
// itself; the live desk sends what may go to a venue, the simulated one what may only be simulated, and what gets a
// simulated position out.
//
// Always true:
//   no order, fill, position or event of one desk counts in the other;
//   a simulated desk begins with the deposits of the layer, and nothing else of its account reaches it.
// Units: mantissas; instants in ns since 1970.

import type { Domain } from "../../../kernel/index.js";
import type { Activations } from "../check/activation.js";
import type { IngestResult } from "../ingest/fill-ingest.js";
import { Journal } from "../journal/journal.js";
import { amountOf } from "../money/amount.js";
import { MANAGER_TERMS } from "../order/manager-terms.js";
import type { ManagerOutput } from "../order/manager-state.js";
import type { OrderManager } from "../order/order-manager.js";
import { openOrderManager } from "../order/order-manager.js";
import type { SentOrder } from "../order/order-terms.js";
import { executionsIn } from "../order/venue-message.js";
import type { VenueMessage } from "../order/venue-message.js";
import type { Counters } from "../outbox/counters.js";
import { Outbox } from "../outbox/outbox.js";
import { instrumentIn } from "../portfolio/facts.js";
import type { FillEvent } from "../schema/fill.js";
import type { PortfolioEvent } from "../schema/portfolio.js";
import { openIntentPath } from "./intent-path.js";
import type { IntentPath, Passed } from "./intent-path.js";
import { LayerBooks } from "./layer-books.js";
import { LayerEvents, reportOf, subjectOf } from "./layer-events.js";
import type { RefusedSubject } from "./layer-events.js";
import { inOrder, NO_STEP } from "./layer-step.js";
import type { Step } from "./layer-step.js";
import type { LayerTerms, Marks } from "./layer-terms.js";
import type { LayerWorld } from "./layer-world.js";

/** What the desks of a layer share: rules, and nothing that is held. */
export interface DeskParts {
  readonly terms: LayerTerms;
  readonly activations: Activations;
  readonly world: LayerWorld;
  readonly domain: Domain;
  /** Whether it is the desk of what a live layer simulates. */
  readonly isBeside: boolean;
  readonly counters: Counters;
}

export interface LayerDesk {
  readonly manager: OrderManager;
  readonly books: LayerBooks;
  readonly events: LayerEvents;
  readonly counters: Counters;
  readonly journal: Journal;
  readonly path: IntentPath;
  /** What the manager did: what it counted waits to be posted, what it sent and heard becomes events. */
  readonly managed: (output: ManagerOutput) => Step;
  /** What the ingest did; what came another way than by an answer counts for the manager too. */
  readonly ingested: (result: IngestResult, time: bigint) => Step;
  /** An answer. Fills first: what a venue counts in it was filled before the end that it tells. */
  readonly received: (message: VenueMessage, time: bigint) => Step;
  /** Everything that came of an intent or a replacement. */
  readonly passed: (result: Passed, about: RefusedSubject, isReplacement: boolean, time: bigint) => Step;
  /** Cancels what activations let stay no longer. */
  readonly unfit: (time: bigint) => readonly Step[];
  readonly commit: (bucket: bigint, marks: Marks, time: bigint) => readonly PortfolioEvent[];
}

/** @throws InputError `config/*` for rules that contradict themselves. */
export function openDesk({ terms, activations, world, domain, isBeside, counters }: DeskParts): LayerDesk {
  const manager = (terms.openManager ?? openOrderManager)(terms.manager ?? MANAGER_TERMS);
  const books = new LayerBooks(terms, domain, manager, counters);
  const place = { world: terms.world.world, domain, facts: books.facts };
  const events = new LayerEvents(place, manager);
  const journal = new Journal(place.world, domain);
  const isGuarded = terms.outbox !== undefined && !isBeside;
  const outbox = isGuarded ? new Outbox<string>(terms.outbox, counters) : null;
  const path = openIntentPath({ terms, domain, isBeside, books, manager, activations, world, outbox });

  const managed = (output: ManagerOutput): Step => {
    for (const { order, fill } of output.fills) books.expect(order, fill.quantity);
    for (const { clientOrderId } of output.notes) {
      if (manager.order(clientOrderId)?.sendings === 0) outbox?.acknowledge(clientOrderId);
    }
    const told = events.ofRequests(output);
    for (const event of told) books.ingest.learn(event);
    return { ...NO_STEP, ...output, happened: [...told, ...events.ofStates(output)] };
  };

  const ingested = (result: IngestResult, time: bigint): Step => {
    books.take(result);
    const missing = result.fills.filter(({ clientOrderId, seq }) => {
      const view = manager.order(clientOrderId);
      return view !== null && !view.fills.some((known) => known.seq === seq);
    });
    const posted = { ...NO_STEP, happened: [...result.fills, ...result.letters] };
    return inOrder([posted, ...missing.map((fill) => managed(manager.receive(messageOf(fill, books), time)))]);
  };

  const received = (message: VenueMessage, time: bigint): Step => {
    const output = manager.receive(message, time);
    const order: SentOrder | string = manager.order(message.clientOrderId)?.order ?? message.clientOrderId;
    const posted = executionsIn(message).map((fill) => {
      const report = reportOf(fill, order, place);
      // A status tells everything again, since it was asked for.
      const isAsked = message.kind === "status";
      const result = isAsked ? books.ingest.confirm(report, `${time}`) : books.ingest.receive(report, `${time}`);
      return ingested(result, time);
    });
    return inOrder([...posted, managed(output)]);
  };

  const passed = (result: Passed, about: RefusedSubject, isReplacement: boolean, time: bigint): Step => {
    const { order, sent, cut, sizing, trace, refusals, outputs, isReducing } = result;
    const subject = order === null ? about : subjectOf(order, sent);
    const action = isReplacement ? "adjust" : isReducing ? "defer" : "commit";
    const decision = events.decision({ subject, action, sizing, trace, refusals }, time);
    const told = [...(cut === null || sent === 0n ? [] : [{ reason: cut }]), ...refusals];
    const acks = told.map((refused) => events.refusal(refused, subject, time));
    // What the layer itself puts out it counts.
    if (isBeside) for (const { stage, reason } of refusals) counters.add(stage, reason);
    const first = { ...NO_STEP, ...(isBeside ? {} : { refusals, sizing }), happened: [decision, ...acks] };
    return inOrder([first, ...outputs.map(managed)]);
  };

  const unfit = (time: bigint): readonly Step[] =>
    manager.openOrders().flatMap(({ order }) => {
      const standing = activations.standing(order, books.position(order.strategy, order.symbol));
      return standing === "stays" ? [] : [managed(manager.cancel(order.clientOrderId, time, standing))];
    });

  /** Snapshots of a simulated account begin with its first order: before, there is nothing to tell. */
  const commit = (bucket: bigint, marks: Marks, time: bigint): readonly PortfolioEvent[] => {
    const snapshots = books.commit(bucket, marks, time);
    return isBeside && manager.orders().length === 0 ? [] : snapshots;
  };

  return { manager, books, events, counters, journal, path, managed, ingested, received, passed, unfit, commit };
}

/** A fill that was posted, as the answer of its venue would have told it. */
function messageOf({ clientOrderId, seq, ts, symbol, ...fill }: FillEvent, { facts }: LayerBooks): VenueMessage {
  const { priceDecimals, sizeDecimals, currency } = instrumentIn(facts, symbol, "fill");
  const price = amountOf(fill.price, priceDecimals, "fill.price");
  const quantity = amountOf(fill.quantity, sizeDecimals, "fill.quantity");
  const fee = amountOf(fill.fee, currency.decimals, "fill.fee");
  const { liquidity } = fill;
  return { kind: "fill", clientOrderId, seq, at: BigInt(ts), price, quantity, fee, liquidity };
}
