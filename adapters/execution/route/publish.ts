// Publishing: approved orders become orders for venues, with the ids under which they are known everywhere.
//
// Always true:
//   what is published was approved: the type of the argument says so, and a run-time list checks it;
//   the same approved order gives the same ids, so publishing twice is publishing once;
//   the parts for all venues and what is left make the approved quantity.
//
// Not here: sending (`order-manager.ts`).

import { digestJson, invariant } from "../../../kernel/index.js";
import type { Digest, Domain, Instrument } from "../../../kernel/index.js";
import type { ApprovedOrder } from "../check/approval.js";
import { isApproved } from "../check/approval.js";
import type { Compliance } from "../check/compliance.js";
import { isSpreadable } from "../order/order-terms.js";
import type { SentOrder } from "../order/order-terms.js";
import type { Refusal } from "../check/refusal.js";
import { refusal } from "../check/refusal.js";
import { routeOrder } from "./router.js";
import type { RouteOptions } from "./router.js";
import { correlationIdOf } from "../topic/key.js";
import type { VenueQuote } from "./venue-quote.js";

declare const routeProof: unique symbol;

/** An order for a venue, with the proof of its checks. Only this file makes one. */
export type RoutedOrder = SentOrder & { readonly [routeProof]: true };

/** What publishing goes by. */
export interface PublishCase {
  readonly domain: Domain;
  readonly instrument: Instrument;
  /** Books of the venues that the order may go to. */
  readonly quotes: readonly VenueQuote[];
  readonly compliance: Compliance;
  /** True when the order can only make the position smaller. */
  readonly isReducing: boolean;
  /** What a second of latency is expected to cost, share of the value in 1e-9. */
  readonly latencyRate: bigint;
  readonly beyond?: RouteOptions["beyond"];
  /** True where nothing may leave for a venue, whatever the order was approved for. */
  readonly simulated?: boolean;
}

export interface Published {
  readonly orders: readonly RoutedOrder[];
  /** Why venues were left out, and what became of what is left. */
  readonly refusals: readonly Refusal[];
  /** What is not published. */
  readonly left: bigint;
}

/**
 * Routes an approved order over the venues that compliance lets it go to.
 *
 * @throws InvariantError for an order that was not approved, whatever its type claims.
 */
export function publishOrder(approved: ApprovedOrder, given: PublishCase, time: bigint): Published {
  invariant(isApproved(approved), "only an approved order is published");
  const { order } = approved;
  const destination = given.simulated === true ? "simulation" : approved.destination;
  const { strategy, symbol, quantity, side, limit } = order;
  const refusals: Refusal[] = [];
  const quotes = given.quotes.filter(({ venue }) => {
    const refused = given.compliance.judge({ strategy, symbol, venue, isReducing: given.isReducing }, time);
    if (refused !== null) refusals.push(refused);
    return refused === null;
  });
  const route = routeOrder(
    { side, quantity, limit, instrument: given.instrument, latencyRate: given.latencyRate },
    quotes,
    { canSplit: isSpreadable(order), ...(given.beyond === undefined ? {} : { beyond: given.beyond }) },
  );
  const orders = route.legs.map((leg) => {
    // What is only simulated takes nothing of what may be sent.
    const isSent = destination === "venue";
    const late = isSent
      ? given.compliance.pass({ ...order, venue: leg.venue, isReducing: given.isReducing }, time)
      : null;
    invariant(late === null, "a venue that was let in for an order takes one order");
    return routed({ order, destination }, given.domain, leg.venue, leg.quantity, null);
  });
  if (route.left > 0n) refusals.push(refusal("route", "no_venue", `no venue takes ${route.left} of ${quantity}`));
  return { orders, refusals, left: route.left };
}

/** An order whose place another one is to take, and what was filled of it and of those before it. */
export interface ReplacedOrder {
  readonly order: SentOrder;
  readonly filled: bigint;
}

/**
 * An approved order for one venue by name: a replacement, or where there is nothing to choose. Compliance is asked.
 *
 * @param replaces Order whose place it is to take: it keeps its correlation, and what was filled counts in its
 *   quantity, so that a fill that crosses the replacement makes it smaller, not the total larger.
 */
export function publishTo(
  approved: ApprovedOrder,
  venue: string,
  given: Pick<PublishCase, "domain" | "compliance" | "isReducing" | "simulated">,
  time: bigint,
  replaces: ReplacedOrder | null = null,
): Published {
  invariant(isApproved(approved), "only an approved order is published");
  const { order } = approved;
  const destination = given.simulated === true ? "simulation" : approved.destination;
  const { strategy, symbol, quantity } = order;
  const judge = destination === "venue" ? given.compliance.pass : given.compliance.judge;
  const refused = judge({ strategy, symbol, venue, isReducing: given.isReducing }, time);
  if (refused !== null) return { orders: [], refusals: [refused], left: quantity };
  const total = quantity + (replaces?.filled ?? 0n);
  const sent = routed({ order, destination }, given.domain, venue, total, replaces?.order ?? null);
  return { orders: [sent], refusals: [], left: 0n };
}

/** With 30 digits behind it an id stays within the 32 characters that exchanges allow. */
const PREFIX = "gt";

function routed(
  { order, destination }: Pick<ApprovedOrder, "order" | "destination">,
  domain: Domain,
  venue: string,
  quantity: bigint,
  replaces: SentOrder | null,
): RoutedOrder {
  const { world, strategy, symbol, side, bucket, intentId } = order;
  const identity = { world, domain, strategy, symbol, side, bucket: bucket.toString(), intentId, venue };
  const limit = order.limit === null ? null : order.limit.toString();
  const chain = replaces === null ? {} : { replaces: replaces.clientOrderId, quantity: quantity.toString(), limit };
  const clientOrderId = clientOrderIdOf(digestJson("goldentape 2026 ClientOrderID v1", { ...identity, ...chain }));
  const correlationId = replaces?.correlationId ?? correlationIdOf({ world, strategy, clientOrderId });
  const orderId = clientOrderId;
  return Object.freeze({
    ...order,
    quantity,
    venue,
    destination,
    clientOrderId,
    orderId,
    correlationId,
  }) as RoutedOrder;
}

function clientOrderIdOf(digest: Digest): string {
  return `${PREFIX}${digest.slice("blake3:".length, "blake3:".length + 30)}`;
}
