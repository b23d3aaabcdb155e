// Auditor of what is asked of the execution layer: that it does at once what it is told (cancel, freeze, drain, leave,
// replace, restart), looks after what is not answered, and tells what it heard.
//
// How it works: a fold over everything that happened, with what the layer could know by then: requests that it sent,
// messages that it got. Whether an order is open the venue says.
//
// Always true:
//   a restriction counts from its message on, for the side that it names, whether it is lifted later or not.
// Units: instants in ns since 1970.

import type {
  AckStatus,
  ActivationEvent,
  FillEvent,
  ManagerTerms,
  VenueMessage,
  VenueRequest,
} from "../execution/index.js";
import { checkedEvent } from "../execution/index.js";
import type { FakeOrder } from "./fake-venue.js";
import { bucketEnd } from "./layer-view.js";
import { caseActivation } from "./layer-case.js";
import type { CaseOutcome, CaseStep, HappeningInCase, LayerCase } from "./layer-case.js";

/** What the layer can know of an order. */
interface Known {
  readonly id: string;
  readonly strategy: string;
  readonly symbol: string;
  readonly side: "buy" | "sell";
  readonly isAtVenue: boolean;
  attempt: number;
  isAccepted: boolean;
  isReplaced: boolean;
  wantsCancel: boolean;
  /** Quantity of each fill that was told or posted, by its number. */
  readonly fills: Map<number, bigint>;
  /** What was last sent or heard of it. */
  last: { readonly time: bigint; readonly isRequest: boolean };
}

type Input = Extract<HappeningInCase, { readonly kind: "step" | "message" }>;

interface Activation {
  readonly said: Partial<ActivationEvent>;
  /** End of the last bucket in which the restrictions before it still hold. */
  readonly heldTo: bigint;
  readonly wasFrozen: boolean;
}

interface Fold {
  readonly given: LayerCase;
  readonly terms: ManagerTerms;
  readonly venue: ReadonlyMap<string, FakeOrder>;
  readonly known: Map<string, Known>;
  readonly activations: Map<string, Activation>;
  /** Orders that were to be cancelled, and why. */
  readonly unwanted: Map<string, string>;
  readonly acknowledged: Set<string>;
  /** By strategy, symbol, and whether at a venue. */
  readonly held: Map<string, bigint>;
  /** When each fill was counted. */
  readonly counted: ReadonlyMap<string, bigint>;
  readonly owners: ReadonlyMap<string, { readonly strategy: string; readonly symbol: string }>;
  readonly faults: string[];
}

/** What the layer was told to do and did not, or not at once. */
export function commandFaults(given: LayerCase, outcome: CaseOutcome, terms: ManagerTerms): readonly string[] {
  const { history, venues, paper } = outcome;
  const theirs = [...venues, paper].flatMap((each) => each.orders());
  const fold: Fold = {
    given,
    terms,
    venue: new Map(theirs.map((order) => [order.terms.clientOrderId, order])),
    known: new Map(),
    activations: new Map(),
    unwanted: new Map(),
    acknowledged: new Set(),
    held: new Map(),
    counted: new Map(
      [...outcome.fills].reverse().map(({ order, fill, time }) => [`${order.clientOrderId} ${fill.seq}`, time]),
    ),
    owners: new Map(
      history.flatMap((one) =>
        one.kind === "event" && one.event.kind === "order" ? [[one.event.clientOrderId, one.event]] : [],
      ),
    ),
    faults: [],
  };
  let input: Input | null = null;
  let came: HappeningInCase[] = [];
  for (const one of history) {
    if (one.kind === "step" || one.kind === "message") {
      takeSegment(fold, input, came);
      input = one;
      came = [];
    } else came.push(one);
  }
  takeSegment(fold, input, came);
  atTheEnd(fold);
  return fold.faults;
}

/** An input with what came of it. */
function takeSegment(fold: Fold, input: Input | null, came: readonly HappeningInCase[]): void {
  for (const one of came) {
    if (one.kind === "event" && one.event.kind === "ack") {
      fold.acknowledged.add(`${one.event.clientOrderId} ${one.event.status}`);
    }
  }
  if (input?.kind === "message") heard(fold, input.message, input.time);
  const orders = input?.kind === "step" ? [...fold.known.values()].filter((one) => isAlive(fold, one, input.time)) : [];
  const restarted = input?.kind === "step" && input.step.do === "restart";
  const replaceable = new Set(orders.filter((one) => one.isAccepted && !one.wantsCancel && !one.isReplaced));
  for (const one of came) if (one.kind === "request") sent(fold, one.request, one.time);
  const post = (): void => {
    for (const one of came) if (one.kind === "event" && one.event.kind === "fill") posted(fold, one.event, one.time);
  };
  if (input?.kind !== "step") return post();
  const { step, time } = input;
  for (const [one, why] of toBeCancelled(fold, input, orders)) {
    fold.unwanted.set(one.id, why);
    if (!one.wantsCancel) fold.faults.push(`${one.id} was not cancelled at ${time}: ${why}`);
  }
  if (restarted) {
    const asked = new Set(came.flatMap((one) => (one.kind === "request" ? [idIn(one.request)] : [])));
    for (const { id } of orders) {
      if (!asked.has(id)) fold.faults.push(`${id} was not asked about behind the restart at ${time}`);
    }
  }
  if (step.do === "replace") checkReplaced(fold, step, input, came, replaceable);
  post();
}

function idIn(request: VenueRequest): string {
  return request.kind === "place" || request.kind === "replace" ? request.terms.clientOrderId : request.clientOrderId;
}

/** True for an order of which the layer cannot have heard that it ended: it is open at its venue, or on its way. */
function isAlive({ venue }: Fold, { id }: Known, time: bigint): boolean {
  const order = venue.get(id);
  return order !== undefined && (order.endedAt === null || order.endedAt > time);
}

function sent(fold: Fold, request: VenueRequest, time: bigint): void {
  const id = idIn(request);
  if (request.kind === "place" || request.kind === "replace") {
    const { attempt, destination, terms } = request;
    if (attempt === 1 && !fold.known.has(id)) {
      const { strategy = "", symbol = terms.symbol } = fold.owners.get(id) ?? {};
      const isAtVenue = destination === "venue";
      const state = {
        attempt,
        isAccepted: false,
        isReplaced: false,
        wantsCancel: false,
        fills: new Map<number, bigint>(),
      };
      const last = { time, isRequest: true };
      const known: Known = { id, strategy, symbol, side: terms.side, isAtVenue, ...state, last };
      fold.known.set(id, known);
      checkAllowed(fold, known, time);
      if (request.kind === "replace") {
        const old = fold.known.get(request.clientOrderId);
        if (old !== undefined) old.isReplaced = true;
      }
      return;
    }
    if (fold.known.get(id)?.wantsCancel === true)
      fold.faults.push(`${id} was sent again at ${time}, behind its cancel`);
  }
  const known = fold.known.get(id);
  if (known === undefined) return;
  if (request.kind === "cancel") known.wantsCancel = true;
  lookedAt(fold, known, time, true);
}

function heard(fold: Fold, message: VenueMessage, time: bigint): void {
  const about = [message.clientOrderId, ...("by" in message ? [message.by] : [])];
  for (const id of about) {
    const known = fold.known.get(id);
    if (known !== undefined) lookedAt(fold, known, time, false);
  }
  const known = fold.known.get(message.clientOrderId);
  if (known === undefined) return;
  const fills = message.kind === "fill" ? [message] : message.kind === "status" ? message.fills : [];
  for (const { seq, quantity } of fills) {
    known.fills.set(seq, quantity);
    const countedAt = fold.counted.get(`${known.id} ${seq}`);
    if (countedAt === undefined || countedAt > time)
      fold.faults.push(`fill ${seq} of ${known.id} was not counted when it was told, at ${time}`);
  }
  if (message.kind === "accepted") known.isAccepted = true;
  const told = statusOf(fold, known, message, time);
  if (told !== null && !fold.acknowledged.has(`${known.id} ${told}`))
    fold.faults.push(`${known.id} was ${told}, which nobody was told at ${time}`);
}

/** What a message says of an order for good; null where it may be old. */
function statusOf(fold: Fold, known: Known, message: VenueMessage, time: bigint): AckStatus | null {
  switch (message.kind) {
    case "accepted":
      // A fill before it has said as much.
      return isAlive(fold, known, time) && known.fills.size === 0 ? "accepted" : null;
    case "rejected":
      return message.attempt === known.attempt ? "rejected" : null;
    case "canceled":
    case "expired":
      return message.kind;
    default:
      return null;
  }
}

/** Nothing is left without a look: soon when it is not answered, later while it rests. */
function lookedAt(fold: Fold, known: Known, time: bigint, isRequest: boolean): void {
  const { last, id } = known;
  // A segment's postings are looked at behind its requests.
  if (time < last.time) return;
  const limit = last.time + (last.isRequest ? fold.terms.answerNs : fold.terms.patrolNs);
  if (time > limit && (last.isRequest || isAlive(fold, known, limit)))
    fold.faults.push(`${id} was not asked about at ${limit}, with no news since ${last.time}`);
  known.last = { time, isRequest };
}

/** Quantity that a strategy holds by what was posted: what is simulated, and what is not, is held apart. */
function positionOf({ held }: Fold, { strategy, symbol, isAtVenue }: Known): bigint {
  return held.get(`${strategy} ${symbol} ${isAtVenue}`) ?? 0n;
}

/** A fill was posted: from an answer, or from a report that came another way. */
function posted(
  fold: Fold,
  { clientOrderId, strategy, symbol, side, seq, quantity: text }: FillEvent,
  time: bigint,
): void {
  const quantity = BigInt(text);
  const isAtVenue = fold.known.get(clientOrderId)?.isAtVenue ?? true;
  const key = `${strategy} ${symbol} ${isAtVenue}`;
  fold.held.set(key, (fold.held.get(key) ?? 0n) + (side === "buy" ? quantity : -quantity));
  const known = fold.known.get(clientOrderId);
  if (known === undefined) return;
  known.fills.set(seq, quantity);
  lookedAt(fold, known, time, false);
}

function isOpposite(side: "buy" | "sell", position: bigint): boolean {
  return side === "buy" ? position < 0n : position > 0n;
}

function sideOpened(side: "buy" | "sell"): "long" | "short" {
  return side === "buy" ? "long" : "short";
}

/** Activations that are for an order and a side of exposure. */
function activationsFor(fold: Fold, { strategy, symbol }: Known, side: "long" | "short"): readonly Activation[] {
  const isFor = (name: string | null | undefined, own: string): boolean =>
    name === null || name === undefined || name === own;
  return [...fold.activations.values()].filter(
    ({ said }) => (said.side ?? "long") === side && isFor(said.strategy, strategy) && isFor(said.symbol, symbol),
  );
}

/** Nothing is sent into a freeze of the side that it surely is of. */
function checkAllowed(fold: Fold, order: Known, time: bigint): void {
  const position = positionOf(fold, order);
  const side = isOpposite(order.side, position) ? (position > 0n ? "long" : "short") : sideOpened(order.side);
  const isFrozen = activationsFor(fold, order, side).some(
    ({ said, wasFrozen, heldTo }) => said.freeze === true || (wasFrozen && bucketEnd(time) <= heldTo),
  );
  if (isFrozen) fold.faults.push(`${order.id} was sent at ${time}, in a freeze of its side`);
}

/** Takes an activation unless its version is not higher than that of the last one for its key that could be read. */
function takeActivation(fold: Fold, said: Partial<ActivationEvent>, time: bigint): boolean {
  const { strategy = null, symbol = null, side = "long", version = 0 } = said;
  const key = JSON.stringify([strategy, symbol, side]);
  const last = fold.activations.get(key);
  const before = last?.said.version ?? (strategy === null && symbol === null ? 0 : -1);
  if (version <= before) return false;
  const isReadable = "event" in checkedEvent("activation", caseActivation(said, "live", time), "step");
  const heldTo = bucketEnd(time);
  const isStillHeld = last !== undefined && last.wasFrozen && heldTo <= last.heldTo;
  const taken = isReadable ? said : { ...said, version: before };
  fold.activations.set(key, { said: taken, heldTo, wasFrozen: last?.said.freeze === true || isStillHeld });
  return true;
}

/** Which of the open orders a step cancels, and why. */
function toBeCancelled(
  fold: Fold,
  { step, time, orderId }: Extract<Input, { kind: "step" }>,
  orders: readonly Known[],
): readonly (readonly [Known, string])[] {
  const named = (why: string, is: (one: Known) => boolean) => orders.filter(is).map((one) => [one, why] as const);
  if (step.do === "cancel") return named("it was to be", ({ id }) => id === orderId);
  if (step.do === "leave" && !step.mayLeave) return named("nothing may be open there", ({ isAtVenue }) => isAtVenue);
  if (step.do !== "activate" || !takeActivation(fold, step.activation, time)) return [];
  return orders.flatMap((one): (readonly [Known, string])[] => {
    const position = positionOf(fold, one);
    const sides = isOpposite(one.side, position) ? (["long", "short"] as const) : [sideOpened(one.side)];
    const own = sides.flatMap((side) => activationsFor(fold, one, side));
    if (own.some(({ said }) => said.freeze === true)) return [[one, "its side is frozen"]];
    return own.some(({ said }) => said.drain === "cancel") ? [[one, "its side drains with cancel"]] : [];
  });
}

/** An order that is open and known to be, and is to be another, is replaced by what was asked for, or refused. */
function checkReplaced(
  fold: Fold,
  { change }: Extract<CaseStep, { do: "replace" }>,
  { orderId, time }: Extract<Input, { kind: "step" }>,
  came: readonly HappeningInCase[],
  orders: ReadonlySet<Known>,
): void {
  const old = [...orders].find(({ id }) => id === orderId);
  const there = fold.venue.get(orderId ?? "");
  if (old === undefined || there === undefined) return;
  const request = came.find((one) => one.kind === "request" && one.request.kind === "replace");
  if (request?.kind !== "request" || request.request.kind !== "replace") {
    if (!came.some(({ kind }) => kind === "refusal"))
      fold.faults.push(`${old.id} was neither replaced at ${time}, nor was it refused`);
    return;
  }
  const { terms } = request.request;
  const limit = change.limit ?? there.terms.limit;
  if (terms.limit !== limit) fold.faults.push(`${old.id} was to get the limit ${limit} at ${time}, not ${terms.limit}`);
  const isCut = came.some((one) => one.kind === "event" && one.event.kind === "ack" && one.event.status === "reduced");
  // What a chain filled before is told only with the replacement.
  if (change.quantity === undefined || there.carried > 0n || isCut) return;
  const quantity = [...old.fills.values()].reduce((sum, each) => sum + each, change.quantity);
  if (terms.quantity !== quantity)
    fold.faults.push(`${old.id} was to get the quantity ${quantity} at ${time}, not ${terms.quantity}`);
}

/** Once all is quiet: what was to go is gone, and every end was told. */
function atTheEnd(fold: Fold): void {
  const { given, venue, known, unwanted, acknowledged, faults } = fold;
  for (const each of known.values()) {
    const { last } = each;
    const limit = last.time + (last.isRequest ? fold.terms.answerNs : fold.terms.patrolNs);
    if (limit < given.until && (last.isRequest || isAlive(fold, each, limit)))
      faults.push(`${each.id} was not asked about at ${limit}, with no news since ${last.time}`);
  }
  for (const [id, why] of unwanted) {
    if (venue.get(id)?.state === "open") faults.push(`${id} is open, and was to be cancelled: ${why}`);
  }
  for (const [id, { state }] of venue) {
    const isTold = state === "open" || state === "filled" || acknowledged.has(`${id} ${state}`);
    if (!isTold) faults.push(`${id} is ${state}, which nobody was told`);
  }
}
