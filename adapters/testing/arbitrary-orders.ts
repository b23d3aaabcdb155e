// Generators of orders: legal terms of every type around the prices of a market, tickets that send, cancel and amend
// them, and assumptions about the run.
//
// Always true:
//   what is generated passes the checks of a graph: types have the prices that they need and no others.

import fc from "fast-check";
import type { BarOptions, TapeInstrument } from "./arbitrary-bars.js";
import { arbitraryInstruments } from "./arbitrary-bars.js";
import type { ExecutionCase } from "./mirror.js";
import type { ReferenceAssumptions, ReferenceInstrument, ReferenceSlippage } from "./reference-market.js";
import type { OrderTerms, ReferenceOrderType, TimeInForce, TrailOffset } from "./reference-order.js";
import { REFERENCE_ORDER_TYPES } from "./reference-order.js";
import { CLOSES_ALL } from "./reference.js";
import type { Ticket } from "./reference.js";

/** How generated orders look. */
export interface OrderOptionsDrawn {
  /** Lowest and highest price in ticks, 1 to 12 by default. */
  readonly prices?: { readonly min: number; readonly max: number };
  /** Largest quantity in lots, 6 by default. */
  readonly quantityMax?: number;
  readonly types?: readonly ReferenceOrderType[];
  /** Draws parents with children; on by default. */
  readonly children?: boolean;
}

const FORCES_OF_AUCTIONS: readonly TimeInForce[] = ["gtc", "gtc", "gtd", "day"];
const FORCES: readonly TimeInForce[] = ["gtc", "gtc", "gtc", "gtd", "day", "ioc", "fok"];
const DAY_NS = 86_400_000_000_000n;

/**
 * Terms of one order.
 */
export function arbitraryTerms(options: OrderOptionsDrawn = {}): fc.Arbitrary<OrderTerms> {
  const { quantityMax = 6, types = REFERENCE_ORDER_TYPES } = options;
  const quantity = fc
    .integer({ min: 1, max: quantityMax })
    .chain((size) => fc.constantFrom(BigInt(size), -BigInt(size)));
  const own = fc.constantFrom(...types).chain((type) => termsOfType(type, quantity, options));
  if (options.children === false) return own;
  const child = fc
    .constantFrom<ReferenceOrderType>("stop", "limit", "trailingStop", "stopLimit")
    .chain((type) => termsOfType(type, fc.constant(CLOSES_ALL), options))
    .map(({ expires: _, ...terms }): OrderTerms => ({ ...terms, reduceOnly: true, timeInForce: "gtc" }));
  const children = fc.record({
    release: fc.constantFrom("partial" as const, "partial" as const, "full" as const),
    link: fc.constantFrom("ouo" as const, "ouo" as const, "oco" as const, null),
    // Two that are equal would be one node of a graph.
    terms: fc.uniqueArray(child, { minLength: 1, maxLength: 2, selector: termsText }),
  });
  return fc
    .tuple(own, fc.option(children, { freq: 2 }))
    .map(([terms, drawn]) => (drawn === null ? terms : { ...terms, children: drawn }));
}

/** Terms as a text that does not depend on the order in which they were drawn. */
function termsText(terms: OrderTerms): string {
  const fields = Object.entries(terms).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(fields, (_, value: unknown) => (typeof value === "bigint" ? `${value}` : value));
}

function termsOfType(
  type: ReferenceOrderType,
  quantity: fc.Arbitrary<bigint>,
  { prices = { min: 1, max: 12 } }: OrderOptionsDrawn,
): fc.Arbitrary<OrderTerms> {
  const price = fc.integer(prices).map(BigInt);
  const distance = fc.integer({ min: 1, max: 4 }).map(BigInt);
  const trail: fc.Arbitrary<TrailOffset> = fc.oneof(
    distance.map((amount): TrailOffset => ({ kind: "amount", amount })),
    fc.constantFrom(100_000_000n, 250_000_000n).map((shareE9): TrailOffset => ({ kind: "share", shareE9 })),
  );
  const none = fc.constant(undefined);
  const isTrail = type === "trailingStop" || type === "trailingStopLimit";
  const isAuction = type.endsWith("OnOpen") || type.endsWith("OnClose");
  const hasLimit = type === "limit" || type === "stopLimit" || type.startsWith("limit");
  const hasStop = type === "stop" || type === "stopLimit" || type.endsWith("IfTouched");
  const rests = (hasLimit && !isAuction) || type === "trailingStopLimit";
  const force = fc.constantFrom(
    ...(isAuction ? FORCES_OF_AUCTIONS : type === "market" ? (["gtc", "ioc"] as const) : FORCES),
  );
  const parts = fc.record({
    quantity,
    limit: hasLimit ? price : none,
    stop: hasStop ? price : none,
    trail: isTrail ? trail : none,
    limitOffset: type === "trailingStopLimit" ? distance : none,
    activation: isTrail ? fc.option(price, { nil: undefined, freq: 3 }) : none,
    display: rests ? fc.option(fc.integer({ min: 1, max: 3 }).map(BigInt), { nil: undefined, freq: 4 }) : none,
    timeInForce: force,
    // At a close, or in the middle of a bar of a day.
    expires: fc.integer({ min: 4, max: 20 }).map((halves) => (BigInt(halves) * DAY_NS) / 2n),
    postOnly: rests ? fc.constantFrom(false, false, false, true) : fc.constant(false),
    reduceOnly: fc.constantFrom(false, false, false, true),
  });
  return parts.map((drawn) => legalTerms(type, drawn));
}

/** Leaves out what does not go together. */
function legalTerms(type: ReferenceOrderType, drawn: { readonly [field in keyof OrderTerms]?: unknown }): OrderTerms {
  const force = drawn.timeInForce;
  const stated = Object.entries({ ...drawn, type }).filter(([field, value]) => {
    if (value === undefined || value === false) return false;
    if (field === "expires") return force === "gtd";
    return field !== "postOnly" || (force !== "ioc" && force !== "fok");
  });
  return Object.fromEntries(stated) as unknown as OrderTerms;
}

/**
 * Tickets over the closes of instruments: orders, and the end or other terms of orders sent before.
 *
 * @param count Most orders.
 */
export function arbitraryTickets(
  instruments: readonly ReferenceInstrument[],
  count: number,
  options: OrderOptionsDrawn = {},
): fc.Arbitrary<readonly Ticket[]> {
  const request = fc.record({
    instrument: fc.nat({ max: instruments.length - 1 }),
    row: fc.nat({ max: 1_000 }),
    terms: arbitraryTerms(options),
    change: fc.option(
      fc.record({
        after: fc.nat({ max: 3 }),
        isCancel: fc.boolean(),
        price: fc.integer({ min: 1, max: 12 }).map(BigInt),
      }),
      { freq: 3 },
    ),
  });
  return fc.array(request, { minLength: 1, maxLength: count }).map((requests) => {
    const tickets = requests.flatMap(({ instrument, row, terms, change }, id): readonly Ticket[] => {
      const { bars } = instruments[instrument] as ReferenceInstrument;
      const at = row % bars.length;
      const time = bars[at]?.time ?? 0n;
      const sent: Ticket = { kind: "order", id, time, instrument, terms };
      const later = bars[at + (change?.after ?? 0)]?.time;
      if (change === null || later === undefined) return [sent];
      if (change.isCancel) return [sent, { kind: "cancel", of: id, instrument, time: later }];
      if (terms.limit === undefined || terms.type.endsWith("OnOpen") || terms.type.endsWith("OnClose")) return [sent];
      return [sent, { kind: "amend", of: id, instrument, time: later, change: { limit: change.price } }];
    });
    return tickets.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
  });
}

const slippages: fc.Arbitrary<ReferenceSlippage> = fc.oneof(
  fc.constant<ReferenceSlippage>({ kind: "none" }),
  fc.integer({ min: 0, max: 2 }).map((ticks): ReferenceSlippage => ({ kind: "ticks", ticks: BigInt(ticks) })),
  fc.constantFrom(0n, 50_000_000n).map((shareE9): ReferenceSlippage => ({ kind: "bps", shareE9 })),
);

/** Assumptions about how orders meet bars, over a margin account that nothing limits and fees that cost nothing. */
export const arbitraryExecution: fc.Arbitrary<ReferenceAssumptions> = fc.record({
  cash: fc.constant(10n ** 9n),
  leverageE9: fc.constant(1000n * 10n ** 9n),
  feeTakerE9: fc.constant(0n),
  feeUnitE9: fc.constant(0n),
  feeMinimum: fc.constant(0n),
  slippage: slippages,
  fill: fc.constant("nextOpen" as const),
  participationE9: fc.constantFrom(null, 100_000_000n, 250_000_000n, 1_000_000_000n),
  remainder: fc.constantFrom("carry" as const, "cancel" as const),
  // A day is the most that a run takes.
  latencyNs: fc.constantFrom(0n, 0n, 0n, 1n, DAY_NS / 2n, DAY_NS),
  closeAtEnd: fc.boolean(),
  path: fc.constantFrom(...(["worst", "worst", "best", "ohlc", "olhc", "nearest", "colour"] as const)),
  limitTicks: fc.constantFrom(0n, 1n, 1n, 1n, 2n),
  auctionOpen: fc.boolean(),
  limitPriceAlways: fc.boolean(),
  capToBar: fc.boolean(),
  strictClose: fc.boolean(),
  testThenRatchet: fc.boolean(),
});

/** A whole case: instruments with bars, assumptions, and tickets over them. */
export function arbitraryCase(
  instrumentCount: number,
  ticketCount: number,
  options: BarOptions & OrderOptionsDrawn = {},
): fc.Arbitrary<ExecutionCase & { readonly instruments: readonly TapeInstrument[] }> {
  return arbitraryInstruments(instrumentCount, options).chain((instruments) =>
    fc.record({
      instruments: fc.constant(instruments),
      given: arbitraryExecution,
      tickets: arbitraryTickets(instruments, ticketCount, options),
    }),
  );
}
