// The execution layer of one world and domain: intents in, requests to venues out, with every refusal on the way.
//
// How it works: intake, sizing, risk, gates, route with compliance, order manager. Each stage is a function of its own
// and can be used without this file, which only hands what one gives to the next.
//
// Always true:
//   outside of the live domain nothing is addressed to a venue: orders are simulated;
//   a freeze cancels what is open at once, and so does a drain that says so;
//   the same calls with the same arguments give the same outputs.
// Units: mantissas; instants in ns since 1970; weights and rates in 1e-9.

import type { Instrument } from "../../../kernel/index.js";
import { openActivations } from "../check/activation.js";
import { judgeRisk, passGates } from "../check/approval.js";
import type { ApprovedOrder, Checks } from "../check/approval.js";
import { complianceOf } from "../check/compliance.js";
import type { Refusal } from "../check/refusal.js";
import { refusal } from "../check/refusal.js";
import { riskChecks } from "../check/risk-checks.js";
import { openIntake } from "../intent/normalise-intent.js";
import { sizeIntent } from "../intent/size-intent.js";
import { MANAGER_TERMS } from "../order/manager-terms.js";
import type { ManagerOutput } from "../order/manager-state.js";
import { openOrderManager } from "../order/order-manager.js";
import { reduces } from "../order/order-terms.js";
import type { SizedOrder } from "../order/order-terms.js";
import { Counters } from "../outbox/counters.js";
import { Outbox } from "../outbox/outbox.js";
import { publishOrder, publishTo } from "../route/publish.js";
import type { RoutedOrder } from "../route/publish.js";
import type { VenueQuote } from "../route/venue-quote.js";
import type { ActivationEvent } from "../schema/activation.js";
import type { IntentEvent } from "../schema/intent.js";
import { openHoldings } from "./holdings.js";
import { joined, NOTHING } from "./layer-terms.js";
import type { ExecutionLayer, GateFacts, LayerOutput, LayerTerms, MarketView, OrderChange } from "./layer-terms.js";

/**
 * A layer without orders.
 *
 * @throws InputError `config/*` for rules and terms that contradict themselves.
 */
export function openExecutionLayer(terms: LayerTerms): ExecutionLayer {
  const { world, domain } = terms;
  const instruments = new Map(terms.instruments.map((instrument) => [instrument.symbol, instrument]));
  const intake = openIntake({
    world,
    domain,
    strategies: terms.strategies,
    symbols: [...instruments.keys()],
    ...(terms.aliases === undefined ? {} : { aliases: terms.aliases }),
  });
  const activations = openActivations();
  const compliance = complianceOf(terms.compliance);
  const risk = terms.risk ?? riskChecks();
  const gates: Checks<GateFacts> = [activations.gate, ...(terms.gates ?? [])];
  const open = terms.openManager ?? openOrderManager;
  const manager = open(terms.manager ?? MANAGER_TERMS, terms.record);
  const { position, openLeaves, count } = openHoldings(manager);
  for (const intent of terms.taken ?? []) intake.take(intent);
  const counters = new Counters();
  const outbox = terms.outbox === undefined ? null : new Outbox<string>(terms.outbox, counters);
  const managed = (output: ManagerOutput): LayerOutput => {
    for (const { order, fill } of output.fills) count(order, fill.quantity);
    for (const { clientOrderId } of output.notes) {
      if (manager.order(clientOrderId)?.sendings === 0) outbox?.acknowledge(clientOrderId);
    }
    return { ...NOTHING, ...output };
  };
  /** Hands an order on, unless too many are without an answer. */
  const handOn = (order: RoutedOrder, reduces: boolean, time: bigint, hand: () => ManagerOutput): LayerOutput => {
    const isGuarded = outbox !== null && order.destination === "venue";
    const offer = isGuarded
      ? outbox.offer({ key: order.clientOrderId, reduces, order: order.clientOrderId }, time)
      : null;
    return offer?.kind === "refused" ? { ...NOTHING, refusals: [offer] } : managed(hand());
  };
  for (const { order, sendings, sentAt } of manager.openOrders()) {
    const key = order.clientOrderId;
    if (sendings > 0 && order.destination === "venue") outbox?.offer({ key, reduces: true, order: key }, sentAt);
  }
  /** Counts what was refused. */
  const counted = (output: LayerOutput): LayerOutput => {
    for (const { stage, reason } of output.refusals) if (stage !== "publish") counters.add(stage, reason);
    return output;
  };
  const sized = (intent: IntentEvent, instrument: Instrument, view: MarketView): ReturnType<typeof sizeIntent> => {
    const { strategy, side } = intent;
    const { symbol } = instrument;
    const held = position(strategy, symbol);
    const weight = activations.weight({ strategy, symbol, side });
    const { bucket, price, equity } = view;
    const open = openLeaves(strategy, symbol);
    return sizeIntent(intent, { instrument, bucket, price, position: held, ...open, equity, weight });
  };

  const approved = (order: SizedOrder, instrument: Instrument, view: MarketView, time: bigint, but?: string) => {
    const open = openLeaves(order.strategy, order.symbol, but);
    const held = position(order.strategy, order.symbol);
    const { price, equity, otherExposure, drawdown, volatility } = view;
    const facts = { instrument, price, position: held, ...open, equity, otherExposure, drawdown, volatility };
    const outcome = judgeRisk(order, risk, facts);
    if (outcome.kind === "reject") return { kind: "refused", refusal: outcome.refusal } as const;
    const unanswered = manager.openOrders().filter(({ sendings }) => sendings > 0).length;
    return passGates(outcome, gates, { time, position: held, ...open, instrument, unanswered });
  };

  const publishing = (order: SizedOrder, instrument: Instrument, but?: string) => {
    const open = openLeaves(order.strategy, order.symbol, but);
    const onSide = order.side === "buy" ? open.openBuy : open.openSell;
    const isReducing = reduces(order.side, order.quantity, position(order.strategy, order.symbol), onSide);
    return { domain, instrument, compliance, isReducing, simulated: domain !== "live" };
  };

  const send = (approval: ApprovedOrder, instrument: Instrument, quotes: readonly VenueQuote[], time: bigint) => {
    const routing = { quotes, latencyRate: terms.latencyRate ?? 0n, beyond: terms.beyond ?? "leave" } as const;
    const given = { ...publishing(approval.order, instrument), ...routing };
    const published = publishOrder(approval, given, time);
    const { isReducing } = given;
    const outputs = published.orders.map((one) => handOn(one, isReducing, time, () => manager.submit(one, time)));
    return joined([...outputs, { ...NOTHING, refusals: published.refusals }]);
  };

  const replace = (clientOrderId: string, change: OrderChange, view: MarketView, time: bigint): LayerOutput => {
    const old = manager.order(clientOrderId);
    const instrument = old === null ? undefined : instruments.get(old.order.symbol);
    if (old === null || instrument === undefined)
      return { ...NOTHING, refusals: [refusal("publish", "unknown_order", `there is no order ${clientOrderId}`)] };
    const { venue, clientOrderId: _, orderId: __, correlationId: ___, destination: ____, ...sizedBefore } = old.order;
    const { quantity = old.leaves, limit = old.order.limit } = change;
    const wanted = { ...sizedBefore, bucket: view.bucket, quantity, limit };
    const approval = approved(wanted, instrument, view, time, clientOrderId);
    if (approval.kind === "refused") return { ...NOTHING, refusals: [approval.refusal] };
    const replaces = { order: old.order, filled: old.carried + old.filled };
    const given = publishing(approval.approved.order, instrument, clientOrderId);
    const published = publishTo(approval.approved, venue, given, time, replaces);
    const outputs = published.orders.map((one) =>
      handOn(one, given.isReducing, time, () => manager.replace(clientOrderId, one, time)),
    );
    return joined([...outputs, { ...NOTHING, refusals: published.refusals }]);
  };

  const intent = (value: unknown, viewOf: (symbol: string) => MarketView, time: bigint): LayerOutput => {
    const taken = intake.take(value);
    if (taken.kind === "refused") return { ...NOTHING, refusals: [taken] };
    const instrument = instruments.get(taken.intent.instrument);
    if (instrument === undefined) return { ...NOTHING, refusals: [unknownSymbol(taken.intent)] };
    const view = viewOf(instrument.symbol);
    const size = sized(taken.intent, instrument, view);
    if (size.kind !== "order")
      return { ...NOTHING, sizing: size.notes, refusals: size.kind === "refused" ? [size] : [] };
    const approval = approved(size.order, instrument, view, time);
    if (approval.kind === "refused") return { ...NOTHING, sizing: size.notes, refusals: [approval.refusal] };
    const { venues } = taken.intent.constraints;
    const quotes = view.quotes[size.order.side].filter(({ venue }) => venues === undefined || venues.includes(venue));
    return { ...send(approval.approved, instrument, quotes, time), sizing: size.notes };
  };

  const activate = (event: ActivationEvent, bucket: bigint, time: bigint): LayerOutput => {
    if (!activations.take(event, time, bucket)) return NOTHING;
    const outputs = manager.openOrders().flatMap(({ order }) => {
      const standing = activations.standing(order, position(order.strategy, order.symbol));
      return standing === "stays" ? [] : [managed(manager.cancel(order.clientOrderId, time, standing))];
    });
    return joined(outputs);
  };

  return {
    intent: (value, viewOf, time) => counted(intent(value, viewOf, time)),
    activate,
    cancel: (clientOrderId, time) => managed(manager.cancel(clientOrderId, time)),
    replace: (clientOrderId, change, view, time) => counted(replace(clientOrderId, change, view, time)),
    receive: (message, time) => managed(manager.receive(message, time)),
    advance: (time) => managed(manager.advance(time)),
    leave: (mayLeave, time) => managed(manager.leave(mayLeave, time)),
    resume: (time) => managed(manager.resume(time)),
    manager,
    counters,
    position,
  };
}

function unknownSymbol({ instrument }: IntentEvent): Refusal {
  return refusal("intent", "symbol_validation_failed", `${instrument} is not traded here`);
}
