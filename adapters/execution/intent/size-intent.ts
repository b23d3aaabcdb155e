// Sizing of intents: from an amount or a target to an order in whole lots, with a note for every adjustment.
//
// Always true:
//   the present position is valued at the price that it is sized with; a target counts what is open as done, so applied
//   twice it sends nothing the second time;
//   weight scales targets and what adds to a position; what reduces one is never scaled down;
//   a target that is held comes to nothing; whatever else comes to no units is refused with `below_minimum`;
//   what may only reduce is cut to what is held against it, and refused with `reduce_only` where that is nothing;
//   quantities are rounded towards zero to the lot (`FILLS.md` S2), never up to a minimum (S3).
// Units: quantities and prices as mantissas, money in the currency's smallest part, weights in 1e-9.

import { mantissaOf } from "../../../kernel/index.js";
import type { Instrument } from "../../../kernel/index.js";
import type { Refusal } from "../check/refusal.js";
import { refusal } from "../check/refusal.js";
import { moneyOf } from "../route/venue-quote.js";
import { absolute, isWithin } from "../money/amount.js";
import { isOpposite, reducingRoom } from "../order/order-terms.js";
import type { HeldFacts, Side, SizedOrder } from "../order/order-terms.js";
import type { Digest } from "../../../kernel/index.js";
import type { IntentEvent } from "../schema/intent.js";
import { forceOf, typeOf } from "./constraint-check.js";

/** What an intent is sized by: the newest snapshot, a bucket old or older, and the price of now. */
export interface SizingFacts extends HeldFacts {
  readonly instrument: Instrument;
  readonly bucket: bigint;
  readonly price: bigint;
  readonly equity: bigint;
  /** Activation weight of the side that it opens. */
  readonly weight: bigint;
  /** What the same strategy holds in the other account of the layer: an amount closes that before it opens. */
  readonly beside?: HeldFacts;
  /** What of an amount the other account has sent already. */
  readonly sent?: bigint;
}

export type Sized =
  | { readonly kind: "order"; readonly order: SizedOrder; readonly notes: readonly string[] }
  /** There is nothing to do: the target is held, or an amount is the other account's. */
  | { readonly kind: "nothing"; readonly notes: readonly string[] }
  | (Refusal & { readonly notes: readonly string[] });

const WHOLE = 1_000_000_000n;
const BPS = 10_000n;

/** The order of an intent. */
export function sizeIntent(intent: IntentEvent, facts: SizingFacts): Sized {
  const notes: string[] = [];
  const { lot, quantityMin, notionalMin } = facts.instrument;
  const change = changeOf(intent, facts, notes);
  if (typeof change === "string") return { ...refusal("sizing", "invalid_order", change), notes };
  if (change === null) return { kind: "nothing", notes };
  const side = change > 0n ? "buy" : "sell";
  const wanted = absolute(change);
  if (!isWithin(wanted))
    return { ...refusal("sizing", "invalid_order", `${wanted} is more than fits in 64 bits`), notes };
  const exact = intent.constraints.reduceOnly === true ? reducible(side, wanted, facts) : wanted;
  if (exact < wanted) notes.push(`${wanted} cut to ${exact}, which is all that can be reduced`);
  const quantity = exact - (exact % lot);
  if (quantity !== exact) notes.push(`${exact} cut to ${quantity}, whole lots`);
  if (exact === 0n && wanted > 0n) {
    const text = `${facts.position} is held, and a ${side} that may only reduce finds nothing`;
    return { ...refusal("sizing", "reduce_only", text), notes };
  }
  const value = moneyOf(quantity * facts.price, facts.instrument, "down");
  if (quantity === 0n || quantity < quantityMin || value < notionalMin)
    return { ...refusal("sizing", "below_minimum", `${quantity}, worth ${value}, is below the least order`), notes };
  const terms = termsOf(intent, facts, change > 0n, notes);
  if (typeof terms === "string") return { ...refusal("sizing", "invalid_order", terms), notes };
  const { strategy, world, intentId } = intent;
  const nodeId = intent.nodeId as Digest | null;
  const { bucket } = facts;
  return {
    kind: "order",
    order: { world, strategy, symbol: facts.instrument.symbol, side, bucket, intentId, nodeId, quantity, ...terms },
    notes,
  };
}

/** What of an order that may only reduce can do so. What is open besides is for risk and gates. */
export function reducible(side: Side, quantity: bigint, { position }: HeldFacts): bigint {
  const most = isOpposite(side, position) ? absolute(position) : 0n;
  return quantity < most ? quantity : most;
}

/**
 * Signed change of the position that an intent asks for, before lots; null for a target that is held; or what is wrong
 * with it.
 */
function changeOf({ side, size }: IntentEvent, facts: SizingFacts, notes: string[]): bigint | string | null {
  const { instrument, position, openBuy, openSell, price, equity } = facts;
  const sign = side === "buy" ? 1n : -1n;
  switch (size.type) {
    case "quantity":
    case "target_quantity": {
      const units = mantissaOf(size.value, instrument.sizeDecimals);
      if (typeof units !== "bigint") return `size.value has ${units}: ${size.value}`;
      if (size.type === "target_quantity") return targetChange(sign * units);
      return weighted(sign * units);
    }
    case "notional": {
      const money = mantissaOf(size.value, instrument.currency.decimals);
      if (typeof money !== "bigint") return `size.value has ${money}: ${size.value}`;
      return weighted(sign * unitsFor(money, price, instrument));
    }
    case "percent":
    case "target_percent": {
      const share = mantissaOf(size.value, 9);
      if (typeof share !== "bigint") return `size.value has ${share}: ${size.value}`;
      const units = sign * unitsFor(equity <= 0n ? 0n : (equity * share) / WHOLE, price, instrument);
      return size.type === "percent" ? weighted(units) : targetChange(units);
    }
  }

  function targetChange(target: bigint): bigint | null {
    const aim = (target * facts.weight) / WHOLE;
    if (aim !== target) notes.push(`target ${target} weighted to ${aim}`);
    const inLots = aim - (aim % instrument.lot);
    const change = inLots - (position + openBuy - openSell);
    // Units that were asked for and came to none are not held.
    const isHeld = inLots !== 0n || position !== 0n || Number(size.value) === 0;
    if (change !== 0n || !isHeld) return change;
    notes.push(`${inLots} is held, with what is on its way`);
    return null;
  }

  /** An amount closes what is held, here and then in the other account, before it opens. */
  function weighted(change: bigint): bigint | null {
    const sent = smaller(facts.sent ?? 0n, absolute(change));
    if (sent > 0n) notes.push(`${sent} of ${absolute(change)} sent to venues`);
    const wanted = absolute(change) - sent;
    if (wanted === 0n && sent > 0n) return null;
    const reducing = reducible(side, wanted, facts);
    const beside = facts.beside === undefined ? 0n : reducingRoom(side, facts.beside);
    const closed = smaller(beside, wanted - reducing);
    if (closed > 0n) notes.push(`${closed} of ${wanted} are for what the other account holds`);
    if (closed === wanted && closed > 0n) return null;
    const adding = wanted - closed - reducing;
    const scaled = reducing + (adding * facts.weight) / WHOLE;
    if (scaled !== wanted - closed) notes.push(`${wanted - closed} weighted to ${scaled}`);
    return change < 0n ? -scaled : scaled;
  }
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

/** Units that an amount of money buys at a price, rounded down. */
function unitsFor(money: bigint, price: bigint, instrument: Instrument): bigint {
  const { priceDecimals, sizeDecimals, multiplierDecimals, multiplier, currency } = instrument;
  const above = money * 10n ** BigInt(priceDecimals + sizeDecimals + multiplierDecimals);
  return above / (price * multiplier * 10n ** BigInt(currency.decimals));
}

type Terms = Pick<SizedOrder, "type" | "timeInForce" | "limit" | "trigger" | "expires" | "postOnly" | "reduceOnly">;

/** Terms of the order, or what is wrong with the constraints. */
function termsOf({ constraints }: IntentEvent, facts: SizingFacts, isBuy: boolean, notes: string[]): Terms | string {
  const { instrument, price } = facts;
  const prices = (["limit", "stop"] as const).map((field) => {
    const text = constraints[field];
    if (text === undefined) return null;
    const mantissa = mantissaOf(text, instrument.priceDecimals);
    if (typeof mantissa !== "bigint") return `constraints.${field} has ${mantissa}: ${text}`;
    return mantissa % instrument.tick === 0n ? mantissa : `constraints.${field} is off the tick: ${text}`;
  });
  const fault = prices.find((one) => typeof one === "string");
  if (typeof fault === "string") return fault;
  const [stated = null, trigger = null] = prices.filter((one) => typeof one !== "string");
  const capped = cappedLimit(stated, trigger, constraints.maxSlippageBps, price, isBuy, instrument.tick);
  if (capped !== null && (capped <= 0n || !isWithin(capped)))
    return `constraints.maxSlippageBps leaves no price on the tick: ${constraints.maxSlippageBps}`;
  if (capped !== stated) notes.push(`limit ${capped}, ${constraints.maxSlippageBps} bps from ${price}`);
  const expires = constraints.expires === undefined ? null : BigInt(constraints.expires);
  return {
    type: typeOf(capped !== null, trigger !== null),
    timeInForce: forceOf(constraints),
    limit: capped,
    trigger,
    expires,
    postOnly: constraints.postOnly ?? false,
    reduceOnly: constraints.reduceOnly ?? false,
  };
}

/** The stricter of the limit that was stated and the one that the slippage allows, on the tick and within it. */
function cappedLimit(
  stated: bigint | null,
  trigger: bigint | null,
  bps: number | undefined,
  price: bigint,
  isBuy: boolean,
  tick: bigint,
): bigint | null {
  if (bps === undefined) return stated;
  const from = trigger ?? price;
  const room = (from * BigInt(bps)) / BPS;
  const bound = isBuy ? from + room : from - room;
  // A sale that may slip by all of its price is bound by the least one.
  const lowest = isBuy || bound > 0n ? bound : tick;
  const onTick = isBuy ? lowest - (lowest % tick) : lowest + ((tick - (lowest % tick)) % tick);
  if (stated === null) return onTick;
  return isBuy === stated < onTick ? stated : onTick;
}
