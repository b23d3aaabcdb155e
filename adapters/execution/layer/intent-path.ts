// Intent path: an intent through sizing, risk, gates, compliance and routing to the order manager, with everything that
// was asked on the way.
//
// Always true:
//   outside of the live domain nothing is addressed to a venue: orders are simulated, or none is made;
//   in the live domain the account of the venues sends nothing that may only be simulated (`simulation_only`), and the
//   simulated one nothing that may go to a venue, but for what gets its own positions out;
//   of an order that goes through flat and may not go whole, what only reduces is judged by itself;
//   an order of a bucket whose account is not committed up to the lag is refused with `watermark`, one of a bucket that
//   lies before the last committed one with `stale_decision`.
// Units: mantissas; instants in ns since 1970.

import type { Domain, Instrument } from "../../../kernel/index.js";
import { judgeRisk, passGates } from "../check/approval.js";
import type { ApprovedOrder, Checks, CheckTrace } from "../check/approval.js";
import type { Activations } from "../check/activation.js";
import { complianceOf } from "../check/compliance.js";
import type { Refusal } from "../check/refusal.js";
import { refusal } from "../check/refusal.js";
import { preTradeGate } from "../check/pre-trade.js";
import { riskChecks } from "../check/risk-checks.js";
import { reducible, sizeIntent } from "../intent/size-intent.js";
import type { SizingFacts } from "../intent/size-intent.js";
import { isWithin } from "../money/amount.js";
import type { ManagerOutput } from "../order/manager-state.js";
import type { OrderManager, OrderView } from "../order/order-manager.js";
import { isReduction, reducingRoom } from "../order/order-terms.js";
import type { SizedOrder } from "../order/order-terms.js";
import type { Outbox } from "../outbox/outbox.js";
import { instrumentIn } from "../portfolio/facts.js";
import { publishOrder, publishTo } from "../route/publish.js";
import type { RoutedOrder } from "../route/publish.js";
import { moneyOf } from "../route/venue-quote.js";
import type { VenueQuote } from "../route/venue-quote.js";
import type { IntentEvent } from "../schema/intent.js";
import type { ExecutionReason } from "../schema/reason.js";
import type { AccountFacts } from "./account-history.js";
import type { LayerBooks } from "./layer-books.js";
import type { LayerWorld } from "./layer-world.js";
import type { GateFacts, LayerTerms, MarketView, OrderChange } from "./layer-terms.js";

/** What an intent came to. */
export interface Passed {
  /** The order that was made of it, with the quantity that was wanted; null where it came to none. */
  readonly order: SizedOrder | null;
  /** What of that went to venues or to the simulator. */
  readonly sent: bigint;
  /** Why it was cut to less by a check of risk; null where it was not. */
  readonly cut: ExecutionReason | null;
  readonly sizing: readonly string[];
  readonly trace: readonly CheckTrace[];
  readonly refusals: readonly Refusal[];
  /** What the order manager did with each part. */
  readonly outputs: readonly ManagerOutput[];
  readonly isReducing: boolean;
  /** True where a check said that it may only be simulated, all of it or what opens. */
  readonly isSimulated: boolean;
}

/** What an intent meets in the other account of a live layer. */
export interface Beside extends Pick<SizingFacts, "beside" | "sent"> {
  /** True where a check said there that it may only be simulated. */
  readonly isSimulated?: boolean;
}

export interface IntentPath {
  readonly intent: (intent: IntentEvent, market: MarketView, time: bigint, beside?: Beside) => Passed;
  readonly replace: (old: OrderView, change: OrderChange, market: MarketView, time: bigint) => Passed;
}

export interface PathParts {
  readonly terms: LayerTerms;
  /** Where its orders are: not that of the layer for what a live one simulates (`isBeside`). */
  readonly domain: Domain;
  readonly isBeside: boolean;
  readonly books: LayerBooks;
  readonly manager: OrderManager;
  readonly activations: Activations;
  readonly world: LayerWorld;
  readonly outbox: Outbox<string> | null;
}

/** An order as it is judged. */
interface Judged {
  readonly trace: readonly CheckTrace[];
  readonly cut: ExecutionReason | null;
  readonly result: ApprovedOrder | Refusal;
  readonly isReducing: boolean;
}

const EMPTY: Passed = {
  order: null,
  sent: 0n,
  cut: null,
  sizing: [],
  trace: [],
  refusals: [],
  outputs: [],
  isReducing: false,
  isSimulated: false,
};

/** @throws InputError `config/*` for rules that contradict themselves. */
export function openIntentPath(parts: PathParts): IntentPath {
  const { terms, domain, isBeside, books, manager, activations, world, outbox } = parts;
  const compliance = complianceOf(terms.compliance);
  const risk = terms.risk ?? riskChecks();
  const gates: Checks<GateFacts> = [activations.gate, preTradeGate(terms.preTrade), ...(terms.gates ?? [])];

  /** The account as a decision of the bucket sees it, or why it sees none. */
  const accountFor = (strategy: string, symbol: string, bucket: bigint): AccountFacts | Refusal => {
    const { watermark } = books;
    if (watermark !== null && bucket < watermark)
      return refusal("gate", "stale_decision", `it is of bucket ${bucket}, and ${watermark} is over`);
    const facts = books.account(strategy, symbol, bucket);
    const text = `the account is committed to ${watermark ?? "no bucket"}, and ${bucket} needs it sooner`;
    return facts ?? refusal("gate", "watermark", text);
  };

  /** Why an order that passed its checks is not of this account, or null. */
  const elsewhere = (approved: ApprovedOrder, isReducing: boolean, isSimulated: boolean): Refusal | null => {
    const mayLeave = approved.destination === "venue";
    if (isBeside) {
      if (!mayLeave || isReducing || isSimulated) return null;
      return refusal("gate", "simulation_only", "it may go to a venue, and is not simulated");
    }
    if (domain !== "live" || mayLeave) return null;
    const said = approved.trace.find(({ verdict }) => verdict === "simulate");
    const text = `${said?.check ?? "a check"}: ${said?.text ?? ""}; what is held at venues stays as it is`;
    return refusal(said?.stage ?? "gate", "simulation_only", text);
  };

  /** The whole order, or where it may not go and goes through flat, what of it only reduces. */
  const judged = (
    order: SizedOrder,
    account: AccountFacts,
    instrument: Instrument,
    market: MarketView,
    time: bigint,
    { but, isSimulated = false }: { readonly but?: string; readonly isSimulated?: boolean } = {},
  ): Judged => {
    const whole = judgedAsIs(order, account, instrument, market, time, { but, isSimulated });
    if (!("stage" in whole.result)) return whole;
    const { result } = whole;
    const { lot, quantityMin, notionalMin } = instrument;
    const room = reducingRoom(order.side, books.held(order.symbol, order.strategy, but));
    const quantity = room - (room % lot);
    const isLeast = quantity >= quantityMin && moneyOf(quantity * market.price, instrument, "down") >= notionalMin;
    if (quantity === 0n || quantity >= order.quantity || !isLeast) return whole;
    const part = judgedAsIs({ ...order, quantity }, account, instrument, market, time, { but, isSimulated });
    if ("stage" in part.result) return whole;
    const text = `${result.text}; ${quantity} only reduces, and is judged by itself`;
    const said = whole.trace.map((one) =>
      one.verdict === "reject" ? ({ ...one, verdict: "revise", text } as const) : one,
    );
    return { ...part, trace: [...said, ...part.trace], cut: part.cut ?? result.reason };
  };

  const judgedAsIs = (
    order: SizedOrder,
    account: AccountFacts,
    instrument: Instrument,
    { price, quotes }: MarketView,
    time: bigint,
    { but, isSimulated }: { readonly but: string | undefined; readonly isSimulated: boolean },
  ): Judged => {
    const { strategy, symbol } = order;
    const held = books.held(symbol, strategy, but);
    const beside = books.beside(symbol, strategy, order.side, but);
    const otherExposure = books.otherExposure(symbol, strategy);
    const { equity, drawdown, volatility } = account;
    const facts = { instrument, price, ...held, beside, equity, otherExposure, drawdown, volatility };
    const outcome = judgeRisk(order, risk, facts);
    const cut = outcome.kind === "revise" ? outcome.reason : null;
    const isReducing = isReduction(order, held);
    if (outcome.kind === "reject") return { trace: outcome.trace, cut, result: outcome.refusal, isReducing };
    const unanswered = manager.openOrders().filter(({ sendings }) => sendings > 0).length;
    const shown = quotes[order.side];
    const seen = {
      ...{ time, ...held, instrument, unanswered, equity },
      worst: largest([price, ...shown.flatMap(({ levels }) => levels.map((level) => level.price))]),
      feeRate: largest([0n, ...shown.map((quote) => quote.feeRate)]),
      feeMin: largest([0n, ...shown.map((quote) => quote.feeMin)]),
      cash: books.cash(symbol, strategy, but),
      exposure: otherExposure + books.exposureOf(symbol, strategy, but),
    };
    const gate = passGates(outcome, gates, seen);
    if (gate.kind === "refused") return { trace: gate.trace, cut, result: gate.refusal, isReducing };
    const { approved, revised } = gate;
    const reduces = isReduction(approved.order, held);
    const result = elsewhere(approved, reduces, isSimulated) ?? approved;
    return { trace: approved.trace, cut: revised ?? cut, result, isReducing: reduces };
  };

  /** Hands an order on, unless too many are without an answer. */
  const handOn = (order: RoutedOrder, isReducing: boolean, time: bigint, hand: () => ManagerOutput) => {
    const isGuarded = outbox !== null && order.destination === "venue";
    const key = order.clientOrderId;
    const offer = isGuarded ? outbox.offer({ key, reduces: isReducing, order: key }, time) : null;
    if (offer?.kind === "refused") return offer;
    const output = hand();
    // What was not sent is not waited for.
    if (offer?.kind === "admitted" && output.requests.length === 0) outbox?.acknowledge(key);
    return output;
  };

  /** What became of the parts of an order, and how much of these quantities was sent. */
  const handedOn = (results: readonly (ManagerOutput | Refusal)[], quantities: readonly bigint[]) => {
    const outputs = results.filter((one): one is ManagerOutput => "requests" in one);
    const refusals = results.filter((one): one is Refusal => "stage" in one);
    const unsent = outputs.flatMap(({ notes }) => notes.filter(({ answer, reason }) => answer === "refused" && reason));
    const ofManager = unsent.map(({ reason, text }) => refusal("publish", reason ?? "invalid_order", text));
    const isSent = (result: ManagerOutput | Refusal | undefined): boolean =>
      result !== undefined && "requests" in result && result.requests.length > 0;
    const sent = quantities.reduce((sum, quantity, index) => (isSent(results[index]) ? sum + quantity : sum), 0n);
    return { outputs, refusals: [...refusals, ...ofManager], sent };
  };

  const publishing = (instrument: Instrument, isReducing: boolean) =>
    ({ domain, instrument, compliance, isReducing, simulated: domain !== "live" }) as const;

  const send = (
    { trace, cut, result, isReducing }: Judged,
    order: SizedOrder,
    instrument: Instrument,
    quotes: readonly VenueQuote[],
    time: bigint,
  ): Passed => {
    const passed = { ...EMPTY, order, trace, cut, isReducing, isSimulated: isSimulatedIn(trace) };
    if ("stage" in result) return { ...passed, refusals: [result] };
    const routing = { quotes, latencyRate: terms.latencyRate ?? 0n, beyond: terms.beyond ?? "leave" } as const;
    const published = publishOrder(result, { ...publishing(instrument, isReducing), ...routing }, time);
    const results = published.orders.map((one) => handOn(one, isReducing, time, () => manager.submit(one, time)));
    const quantities = published.orders.map(({ quantity }) => quantity);
    const { outputs, refusals, sent } = handedOn(results, quantities);
    return { ...passed, sent, outputs, refusals: [...refusals, ...published.refusals] };
  };

  const intent = (given: IntentEvent, market: MarketView, time: bigint, beside: Beside = {}): Passed => {
    const { strategy, side, instrument: symbol } = given;
    const instrument = instrumentIn(books.facts, symbol, "intent");
    const { bucket, price } = market;
    const account = world.faultAt(time) ?? accountFor(strategy, symbol, bucket);
    if ("stage" in account) return { ...EMPTY, refusals: [account] };
    if (price <= 0n)
      return { ...EMPTY, refusals: [refusal("sizing", "no_price", `${price} is no price of ${symbol}`)] };
    books.mark(symbol, price);
    const weight = activations.weight({ strategy, symbol, side });
    const held = books.held(symbol, strategy);
    const { isSimulated = false, ...other } = beside;
    const size = sizeIntent(given, { instrument, bucket, price, ...held, equity: account.equity, weight, ...other });
    const sizing = size.notes;
    if (size.kind !== "order") return { ...EMPTY, sizing, refusals: size.kind === "refused" ? [size] : [] };
    const { venues } = given.constraints;
    const quotes = market.quotes[size.order.side].filter(({ venue }) => venues === undefined || venues.includes(venue));
    const outcome = judged(size.order, account, instrument, market, time, { isSimulated });
    return { ...send(outcome, size.order, instrument, quotes, time), sizing };
  };

  const replace = (old: OrderView, change: OrderChange, market: MarketView, time: bigint): Passed => {
    const fault = changeFault(old, change, instrumentIn(books.facts, old.order.symbol, "order"));
    if (fault !== null) return { ...EMPTY, refusals: [refusal("sizing", "invalid_order", fault)] };
    const { venue, clientOrderId, orderId: _, correlationId: __, destination: ___, ...sizedBefore } = old.order;
    const { quantity: wanted = old.leaves, limit = old.order.limit } = change;
    const { bucket, price } = market;
    const { symbol, strategy, side, reduceOnly } = old.order;
    const quantity = reduceOnly ? reducible(side, wanted, books.held(symbol, strategy, clientOrderId)) : wanted;
    if (quantity === 0n && reduceOnly)
      return { ...EMPTY, refusals: [refusal("sizing", "reduce_only", `nothing is held that a ${side} reduces`)] };
    const order = { ...sizedBefore, bucket, quantity, limit };
    const instrument = instrumentIn(books.facts, order.symbol, "order");
    const account = world.faultAt(time) ?? accountFor(order.strategy, order.symbol, bucket);
    if ("stage" in account) return { ...EMPTY, order, refusals: [account] };
    if (price <= 0n)
      return { ...EMPTY, order, refusals: [refusal("sizing", "no_price", `${price} is no price of ${order.symbol}`)] };
    books.mark(order.symbol, price);
    const { trace, cut, result, isReducing } = judged(order, account, instrument, market, time, {
      but: clientOrderId,
      isSimulated: true,
    });
    const passed = { ...EMPTY, order, trace, cut, isReducing, isSimulated: isSimulatedIn(trace) };
    if ("stage" in result) return { ...passed, refusals: [result] };
    const given = publishing(instrument, isReducing);
    const replaces = { order: old.order, filled: old.carried + old.filled };
    const published = publishTo(result, venue, given, time, replaces);
    const results = published.orders.map((one) =>
      handOn(one, isReducing, time, () => manager.replace(clientOrderId, one, time)),
    );
    const { outputs, refusals, sent } = handedOn(results, [result.order.quantity]);
    return { ...passed, sent, outputs, refusals: [...refusals, ...published.refusals] };
  };

  return { intent, replace };
}

function isSimulatedIn(trace: readonly CheckTrace[]): boolean {
  return trace.some(({ verdict }) => verdict === "simulate");
}

function largest(values: readonly bigint[]): bigint {
  return values.reduce((most, value) => (value > most ? value : most), 0n);
}

/** What is wrong with a change, whatever becomes of the order meanwhile. */
function changeFault({ order }: OrderView, { quantity, limit }: OrderChange, { lot, tick }: Instrument): string | null {
  if (quantity !== undefined && (quantity <= 0n || quantity % lot !== 0n || !isWithin(quantity)))
    return `${quantity} is no quantity in whole lots of ${lot}`;
  if (limit === undefined) return null;
  if (order.limit === null) return `a ${order.type} order has no limit`;
  return limit > 0n && limit % tick === 0n && isWithin(limit) ? null : `${limit} is no price on the tick of ${tick}`;
}
