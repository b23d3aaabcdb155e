// Smart router: an order over several venues by expected price, fee and latency penalty, split over displayed sizes.
//
// How it works: levels of all venues are taken by what a unit costs there, in the lots of each venue. Where least fees,
// minimums or lots make that worse than it could be, a venue is capped or left out and the rest taken again, as long as
// that gets better. Whole orders at a single venue stand beside what comes out.
//
// Always true:
//   the legs and what is left make the whole; each leg is in whole lots and not below its venue's minimums;
//   a split never costs more than the best single venue that can take the order whole;
//   equal costs are decided by fewer legs, then by the names of the venues, so the order of the quotes changes nothing.

import { compareText } from "../../../kernel/index.js";
import type { RouteCase, VenueQuote } from "./venue-quote.js";
import { beyondPrice, checkQuotes, legCost, levelsWithin, takes, unitCost } from "./venue-quote.js";

/** A part of an order at one venue. */
export interface RouteLeg {
  readonly venue: string;
  readonly quantity: bigint;
  /** What of it exceeds the sizes shown, and rests or waits there. */
  readonly beyond: bigint;
  /** Expected cost in money: value, fee and latency penalty; negative for what a sale brings. */
  readonly cost: bigint;
}

export interface Route {
  /** By name of the venue. */
  readonly legs: readonly RouteLeg[];
  /** What no venue takes: less than a lot or a minimum, or beyond the sizes shown. */
  readonly left: bigint;
  readonly cost: bigint;
}

export interface RouteOptions {
  /** What to do with what exceeds the sizes shown: send it to the best venue, or leave it. Default `leave`. */
  readonly beyond?: "leave" | "send";
  /** False for an order that one venue has to take whole or not at all (fill or kill, stops). Default true. */
  readonly canSplit?: boolean;
}

type Caps = ReadonlyMap<string, bigint>;

/**
 * The route of an order.
 *
 * @param quotes One for each venue that may take it, in any order; read, not kept.
 * @throws InputError `config/*` for quotes that contradict themselves, `instrument/fact` for an inverse contract.
 */
export function routeOrder(given: RouteCase, quotes: readonly VenueQuote[], options: RouteOptions = {}): Route {
  checkQuotes(quotes, given);
  const venues = [...quotes].sort((a, b) => compareText(a.venue, b.venue));
  const singles = venues.map((quote) => allocated(given, [quote], new Map()));
  if (options.canSplit === false) {
    const whole = singles.filter(({ left }) => left === 0n);
    if (whole.length > 0) return best(whole);
    return options.beyond === "send" ? sent(given, venues, unrouted(given)) : unrouted(given);
  }
  const chosen = best([improved(given, venues), ...singles, unrouted(given)]);
  return options.beyond === "send" ? sent(given, venues, chosen) : chosen;
}

function unrouted({ quantity }: RouteCase): Route {
  return { legs: [], left: quantity, cost: 0n };
}

/** The better of two routes comes first: least left, then cost, then legs, then names. */
function compareRoutes(a: Route, b: Route): number {
  if (a.left !== b.left) return a.left < b.left ? -1 : 1;
  if (a.cost !== b.cost) return a.cost < b.cost ? -1 : 1;
  if (a.legs.length !== b.legs.length) return a.legs.length - b.legs.length;
  const at = a.legs.findIndex((leg, index) => leg.venue !== b.legs[index]?.venue);
  return at < 0 ? 0 : compareText(a.legs[at]?.venue ?? "", b.legs[at]?.venue ?? "");
}

function best(routes: readonly Route[]): Route {
  return routes.reduce((kept, route) => (compareRoutes(route, kept) < 0 ? route : kept));
}

/** Levels of all venues, cheapest unit first. */
function levelsByCost(
  given: RouteCase,
  venues: readonly VenueQuote[],
): readonly { readonly quote: VenueQuote; readonly shown: bigint; readonly cost: bigint }[] {
  const levels = venues.flatMap((quote) => {
    let shown = 0n;
    return levelsWithin(quote, given).map(({ price, quantity }) => {
      shown += quantity;
      return { quote, shown, cost: unitCost(price, quote, given) };
    });
  });
  return levels.sort((a, b) => {
    if (a.cost !== b.cost) return a.cost < b.cost ? -1 : 1;
    return compareText(a.quote.venue, b.quote.venue);
  });
}

/** Takes levels by cost, no venue beyond its cap, and leaves out venues that would get less than they take. */
function allocated(given: RouteCase, venues: readonly VenueQuote[], caps: Caps): Route {
  const taken = new Map<string, bigint>();
  let left = given.quantity;
  for (const { quote, shown } of levelsByCost(given, venues)) {
    const before = taken.get(quote.venue) ?? 0n;
    const cap = caps.get(quote.venue) ?? shown;
    const bound = least(least(shown, cap), before + left);
    const total = bound - (bound % quote.lot);
    if (total <= before) continue;
    taken.set(quote.venue, total);
    left -= total - before;
  }
  const small = venues.find((quote) => taken.has(quote.venue) && !takes(quote, taken.get(quote.venue) ?? 0n, given));
  if (small !== undefined) return allocated(given, venues, new Map([...caps, [small.venue, 0n]]));
  return routeOf(
    given,
    venues.map((quote) => [quote, taken.get(quote.venue) ?? 0n]),
  );
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function routeOf(given: RouteCase, parts: readonly (readonly [quote: VenueQuote, quantity: bigint])[]): Route {
  const legs = parts
    .filter(([, quantity]) => quantity > 0n)
    .map(([quote, quantity]) => {
      const shown = levelsWithin(quote, given).reduce((sum, level) => sum + level.quantity, 0n);
      const beyond = quantity > shown ? quantity - shown : 0n;
      return { venue: quote.venue, quantity, beyond, cost: legCost(quote, quantity, given) };
    });
  const routed = legs.reduce((sum, { quantity }) => sum + quantity, 0n);
  return { legs, left: given.quantity - routed, cost: legs.reduce((sum, { cost }) => sum + cost, 0n) };
}

/** Steps that a search for a better split may take; each one is strictly better, and few are ever needed. */
const STEPS_MAX = 64;

/** The split by levels, with venues left out or capped by a lot less as long as that is better. */
function improved(given: RouteCase, venues: readonly VenueQuote[]): Route {
  let caps: Caps = new Map();
  let route = allocated(given, venues, caps);
  for (let step = 0; step < STEPS_MAX; step++) {
    const tries = route.legs.flatMap(({ venue, quantity }) => {
      const lot = venues.find((quote) => quote.venue === venue)?.lot ?? quantity;
      return [0n, quantity - lot].map((cap) => new Map([...caps, [venue, cap]]));
    });
    const routes = tries.map((tried) => allocated(given, venues, tried));
    const better = best([route, ...routes]);
    if (better === route) return route;
    caps = tries[routes.indexOf(better)] ?? caps;
    route = better;
  }
  return route;
}

/** Sends what exceeds the sizes shown to the venue where a unit at its last price costs least. */
function sent(given: RouteCase, venues: readonly VenueQuote[], route: Route): Route {
  const held = (venue: string): bigint => route.legs.find((leg) => leg.venue === venue)?.quantity ?? 0n;
  const routes = venues.flatMap((quote) => {
    const price = beyondPrice(quote, given);
    const before = held(quote.venue);
    const added = route.left - ((before + route.left) % quote.lot);
    if (price === null || added <= 0n || !takes(quote, before + added, given)) return [];
    const parts = venues.map((one) => [one, one === quote ? before + added : held(one.venue)] as const);
    return [routeOf(given, parts)];
  });
  return routes.length === 0 ? route : best([route, ...routes]);
}
