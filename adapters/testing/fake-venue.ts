// Fake venue: a small exchange on virtual time, with a line to it that loses, repeats and delays as told.
//
// How it works: requests arrive after the latency of the line, are handled in the order of their arrival, and what the
// venue says goes back the same way. Resting orders fill when the book of their symbol comes to them.
//
// Always true:
//   the same requests at the same times with the same faults give the same messages;
//   it keeps the promises of `order/venue-message.ts`: receive windows, one order an id, numbered fills, true answers.
// Units: mantissas; instants in ns since 1970.
//
// Assumed: one price and size a side. Resting orders fill at their own price, in the order of arrival.

import type { PlacedTerms, VenueExecution, VenueMessage, VenueRequest, VenueState } from "../execution/index.js";

/** Best prices of a symbol, and what is shown there. */
export interface FakeBook {
  readonly bid: bigint;
  readonly bidSize: bigint;
  readonly ask: bigint;
  readonly askSize: bigint;
}

/** What happens to something on the line. */
export interface LineFault {
  readonly lost?: boolean;
  /** How often it arrives, from 1. */
  readonly copies?: number;
  /** On top of the latency. */
  readonly delayNs?: bigint;
}

/** What is on the line, with its number among those of its direction and kind, from 1. */
export type OnTheLine =
  | { readonly direction: "out"; readonly nth: number; readonly request: VenueRequest }
  | { readonly direction: "back"; readonly nth: number; readonly message: VenueMessage };

export interface FakeVenueTerms {
  readonly venue: string;
  readonly latencyNs: bigint;
  /** Fee as a share of the value of a fill in price x quantity units, 1e-9, rounded up. */
  readonly feeRate?: bigint;
  readonly books: Readonly<Record<string, FakeBook>>;
  /** What the line does; left out, it carries everything once and at once. */
  readonly line?: (what: OnTheLine) => LineFault;
  /** Why an order is refused, or null. Left out: none is. */
  readonly refuses?: (terms: PlacedTerms, nth: number) => string | null;
}

/** What the venue itself knows: the truth that others have to come to. */
export interface FakeOrder {
  readonly terms: PlacedTerms;
  readonly state: VenueState;
  /** Filled of this order, and by those before it in its chain. */
  readonly filled: bigint;
  readonly carried: bigint;
  readonly fills: readonly VenueExecution[];
  /** When it arrived, and when it ended; null while it is open. */
  readonly arrivedAt: bigint;
  readonly endedAt: bigint | null;
}

/** A fill at the venue, when it was made. */
export interface FakeExecution {
  readonly time: bigint;
  readonly terms: PlacedTerms;
  readonly fill: VenueExecution;
}

export interface Delivered {
  readonly time: bigint;
  readonly message: VenueMessage;
}

export interface FakeVenue {
  readonly venue: string;
  /** Puts a request on the line at `time`. */
  readonly send: (request: VenueRequest, time: bigint) => void;
  /** The book of a symbol changes at `time`. */
  readonly quote: (symbol: string, book: FakeBook, time: bigint) => void;
  /** Fills an order by hand when it is open, at a price, or at its limit where that is better for it. */
  readonly fill: (clientOrderId: string, quantity: bigint, price: bigint, time: bigint) => void;
  /** Everything that arrives up to and with `time`, in the order of arrival. */
  readonly advance: (time: bigint) => readonly Delivered[];
  /** When something next happens at the venue or arrives; null for nothing more. */
  readonly nextTime: () => bigint | null;
  /** Every order that the venue has taken, in the order of arrival. */
  readonly orders: () => readonly FakeOrder[];
  /** Every fill, in the order in which they were made. */
  readonly executions: () => readonly FakeExecution[];
  /** Signed quantity of a symbol that was bought and sold. */
  readonly position: (symbol: string) => bigint;
}

/** The price, or the limit where the price is beyond it. */
function withinLimit({ side, limit }: PlacedTerms, price: bigint): bigint {
  if (limit === null) return price;
  const isBeyond = side === "buy" ? price > limit : price < limit;
  return isBeyond ? limit : price;
}

interface OpenFakeOrder {
  readonly terms: PlacedTerms;
  state: VenueState;
  filled: bigint;
  carried: bigint;
  isTriggered: boolean;
  readonly fills: VenueExecution[];
  readonly arrivedAt: bigint;
  endedAt: bigint | null;
}

interface Happening {
  readonly time: bigint;
  readonly number: number;
  readonly act: () => void;
}

const RATE_ONE = 1_000_000_000n;

/** A venue without orders. */
export function openFakeVenue(terms: FakeVenueTerms): FakeVenue {
  const books = new Map(Object.entries(terms.books));
  const orders = new Map<string, OpenFakeOrder>();
  const happenings: Happening[] = [];
  const delivered: Delivered[] = [];
  const executions: FakeExecution[] = [];
  const counts = new Map<string, number>();
  let numbers = 0;

  const schedule = (time: bigint, act: () => void): void => {
    happenings.push({ time, number: ++numbers, act });
    happenings.sort((a, b) => (a.time === b.time ? a.number - b.number : a.time < b.time ? -1 : 1));
  };
  const countOf = (name: string): number => {
    const nth = (counts.get(name) ?? 0) + 1;
    counts.set(name, nth);
    return nth;
  };
  /** Carries something over the line. */
  const carry = (what: OnTheLine, time: bigint, arrive: (time: bigint) => void): void => {
    const { lost = false, copies = 1, delayNs = 0n } = terms.line?.(what) ?? {};
    const arrival = time + terms.latencyNs + delayNs;
    for (let copy = 0; copy < copies && !lost; copy++) schedule(arrival, () => arrive(arrival));
  };
  const say = (message: VenueMessage, time: bigint): void => {
    const nth = countOf(`back ${message.kind}`);
    carry({ direction: "back", nth, message }, time, (arrival) => delivered.push({ time: arrival, message }));
  };

  const leavesOf = ({ terms: { quantity }, filled, carried }: OpenFakeOrder): bigint => quantity - carried - filled;

  const stop = (order: OpenFakeOrder, state: VenueState, time: bigint): void => {
    order.state = state;
    order.endedAt = time;
  };
  const execute = (
    order: OpenFakeOrder,
    quantity: bigint,
    price: bigint,
    liquidity: VenueExecution["liquidity"],
    time: bigint,
  ): void => {
    const part = quantity < leavesOf(order) ? quantity : leavesOf(order);
    if (part <= 0n || order.state !== "open") return;
    const fee = (part * price * (terms.feeRate ?? 0n) + RATE_ONE - 1n) / RATE_ONE;
    const fill = { seq: order.fills.length + 1, at: time, price, quantity: part, fee, liquidity };
    order.fills.push(fill);
    executions.push({ time, terms: order.terms, fill });
    order.filled += part;
    if (leavesOf(order) === 0n) stop(order, "filled", time);
    say({ kind: "fill", clientOrderId: order.terms.clientOrderId, ...fill }, time);
  };
  const finish = (order: OpenFakeOrder, state: "canceled" | "expired", time: bigint): void => {
    stop(order, state, time);
    say({ kind: state, clientOrderId: order.terms.clientOrderId, filled: order.filled }, time);
  };

  /** What an order could take at once: price and size across the book, within its limit. */
  const across = ({ terms: { symbol, side, limit } }: OpenFakeOrder): { price: bigint; size: bigint } | null => {
    const book = books.get(symbol);
    if (book === undefined) return null;
    const [price, size] = side === "buy" ? [book.ask, book.askSize] : [book.bid, book.bidSize];
    if (limit !== null && (side === "buy" ? price > limit : price < limit)) return null;
    return { price, size };
  };
  const isReached = ({ terms: { symbol, side, trigger } }: OpenFakeOrder): boolean => {
    const book = books.get(symbol);
    if (trigger === null) return true;
    return book !== undefined && (side === "buy" ? book.ask >= trigger : book.bid <= trigger);
  };

  /** Meets the book: as a taker on arrival or when triggered, else as a maker. */
  const meet = (order: OpenFakeOrder, time: bigint): void => {
    if (order.state !== "open" || (!order.isTriggered && !isReached(order))) return;
    const isNew = !order.isTriggered;
    order.isTriggered = true;
    const offer = across(order);
    const { timeInForce, limit } = order.terms;
    if (timeInForce === "fok" && (offer === null || offer.size < leavesOf(order)))
      return finish(order, "canceled", time);
    if (offer !== null) {
      const isMaker = !isNew && limit !== null;
      execute(order, offer.size, isMaker ? limit : offer.price, isMaker ? "maker" : "taker", time);
    }
    if (timeInForce === "ioc" && order.state === "open") finish(order, "canceled", time);
  };

  const enter = (placed: PlacedTerms, carried: bigint, time: bigint): OpenFakeOrder => {
    const order: OpenFakeOrder = {
      terms: placed,
      state: "open",
      filled: 0n,
      carried,
      isTriggered: false,
      fills: [],
      arrivedAt: time,
      endedAt: null,
    };
    orders.set(placed.clientOrderId, order);
    if (placed.expires !== null) schedule(placed.expires, () => expire(order, placed.expires ?? time));
    return order;
  };
  const expire = (order: OpenFakeOrder, time: bigint): void => {
    if (order.state === "open") finish(order, "expired", time);
  };

  const place = (request: Extract<VenueRequest, { kind: "place" }>, time: bigint): void => {
    const { clientOrderId } = request.terms;
    if (time > request.goodUntil) return;
    const known = orders.get(clientOrderId);
    if (known !== undefined) return repeat(known, request.attempt, time);
    const order = enter(request.terms, 0n, time);
    const text = faultOf(order);
    if (text !== null) {
      stop(order, "rejected", time);
      return say({ kind: "rejected", clientOrderId, attempt: request.attempt, text }, time);
    }
    say({ kind: "accepted", clientOrderId }, time);
    meet(order, time);
  };
  /** Answers a repetition with what became of the first. */
  const repeat = ({ terms: { clientOrderId }, state }: OpenFakeOrder, attempt: number, time: bigint): void =>
    state === "rejected"
      ? say({ kind: "rejected", clientOrderId, attempt, text: "as before" }, time)
      : say({ kind: "accepted", clientOrderId }, time);
  const faultOf = (order: OpenFakeOrder): string | null => {
    if (!books.has(order.terms.symbol)) return "unknown symbol";
    if (order.terms.postOnly && across(order) !== null) return "it would take";
    return terms.refuses?.(order.terms, countOf("placed")) ?? null;
  };

  const cancel = (clientOrderId: string, time: bigint): void => {
    const order = orders.get(clientOrderId);
    if (order === undefined) return say({ kind: "cancelRefused", clientOrderId, text: "unknown order" }, time);
    if (order.state !== "open") return say({ kind: "cancelRefused", clientOrderId, text: "too late" }, time);
    finish(order, "canceled", time);
  };

  const replace = (request: Extract<VenueRequest, { kind: "replace" }>, time: bigint): void => {
    const { clientOrderId, terms: placed, attempt } = request;
    const by = placed.clientOrderId;
    if (time > request.goodUntil) return;
    if (orders.has(by)) return say({ kind: "accepted", clientOrderId: by }, time);
    const old = orders.get(clientOrderId);
    if (old === undefined || old.state !== "open")
      return say({ kind: "replaceRefused", clientOrderId, by, attempt, why: "tooLate" }, time);
    const carried = old.carried + old.filled;
    if (placed.quantity <= carried)
      return say({ kind: "replaceRefused", clientOrderId, by, attempt, why: "nothingLeft" }, time);
    stop(old, "replaced", time);
    const order = enter(placed, carried, time);
    say({ kind: "replaced", clientOrderId, by, filled: old.filled }, time);
    meet(order, time);
  };

  const answer = (clientOrderId: string, ask: number, time: bigint): void => {
    const order = orders.get(clientOrderId);
    if (order === undefined) return say({ kind: "unknown", clientOrderId, ask }, time);
    const { state, filled, carried, fills } = order;
    say({ kind: "status", clientOrderId, ask, state, filled, carried, fills: [...fills] }, time);
  };

  const handle = (request: VenueRequest, time: bigint): void => {
    switch (request.kind) {
      case "place":
        return place(request, time);
      case "cancel":
        return cancel(request.clientOrderId, time);
      case "replace":
        return replace(request, time);
      case "ask":
        return answer(request.clientOrderId, request.ask, time);
    }
  };

  return {
    venue: terms.venue,
    send: (request, time) => {
      const nth = countOf(`out ${request.kind}`);
      carry({ direction: "out", nth, request }, time, (arrival) => handle(request, arrival));
    },
    quote: (symbol, book, time) =>
      schedule(time, () => {
        books.set(symbol, book);
        for (const order of orders.values()) if (order.terms.symbol === symbol) meet(order, time);
      }),
    fill: (clientOrderId, quantity, price, time) =>
      schedule(time, () => {
        const order = orders.get(clientOrderId);
        if (order !== undefined) execute(order, quantity, withinLimit(order.terms, price), "maker", time);
      }),
    advance: (time) => {
      for (let next = happenings[0]; next !== undefined && next.time <= time; next = happenings[0]) {
        happenings.shift();
        next.act();
      }
      return delivered.splice(0);
    },
    nextTime: () => happenings[0]?.time ?? null,
    orders: () => [...orders.values()].map((order) => ({ ...order, fills: [...order.fills] })),
    executions: () => [...executions],
    position: (symbol) => {
      const own = [...orders.values()].filter((order) => order.terms.symbol === symbol);
      return own.reduce((sum, { terms: { side }, filled }) => (side === "buy" ? sum + filled : sum - filled), 0n);
    },
  };
}
