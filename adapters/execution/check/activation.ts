// Activations: what a world lets each side of a strategy do, folded from its messages, as a gate (`NODESETS.md` 3).
//
// Always true:
//   nothing fails open: without an activation, or with one whose time to live is over, every order is refused;
//   of several that are for an order (world, strategy, symbol) each one lets it through, and the least weight holds;
//   a version that is not higher than the last one for its key is ignored; a missing weight keeps the last one;
//   a freeze, and what is not active, refuse everything, a drain what is no reduction; what lifts one of them acts from
//   the next bucket on.
// Units: weights in 1e-9; instants in ns since 1970; quantities as mantissas.

import { InputError, mantissaOf } from "../../../kernel/index.js";
import type { Check, Verdict } from "./approval.js";
import { isOpposite, openOnSide, reduces } from "../order/order-terms.js";
import type { OpenLeaves, Side, SizedOrder } from "../order/order-terms.js";
import type { ActivationEvent, ExposureSide } from "../schema/activation.js";
import { isFor } from "../schema/activation.js";

/** What the gate looks at besides the order. */
export interface ActivationFacts extends OpenLeaves {
  readonly time: bigint;
  /** Signed quantity held by the strategy. */
  readonly position: bigint;
}

/** What becomes of an open order. */
export type Standing = "stays" | "freeze" | "drain";

export interface Activations {
  /**
   * Takes a message.
   *
   * @param time When it came.
   * @param bucket End of the bucket in hand: what it lifts is lifted behind that.
   * @returns False when it was ignored for its version.
   */
  readonly take: (event: ActivationEvent, time: bigint, bucket: bigint) => boolean;
  /** Least weight of those that are for an order of a side, 1e-9; the whole before any was said. */
  readonly weight: (order: { strategy: string; symbol: string; side: Side }) => bigint;
  /** Whether an open order may stay, or has to be cancelled, and why. */
  readonly standing: (order: SizedOrder, position: bigint) => Standing;
  readonly gate: Check<ActivationFacts>;
}

interface Flags {
  readonly active: boolean;
  readonly freeze: boolean;
  readonly drain: boolean;
}

interface Entry {
  readonly event: ActivationEvent;
  readonly weight: bigint;
  /** Time from which on it is stale; null for never. */
  readonly until: bigint | null;
  /** What holds up to and with the bucket `before`, where this message lifted something. */
  readonly held: Flags & { readonly before: bigint };
}

const WHOLE = 1_000_000_000n;

/** Activations without a message. */
export function openActivations(): Activations {
  const entries: Entry[] = [];

  const take = (event: ActivationEvent, time: bigint, bucket: bigint): boolean => {
    const index = entries.findIndex((entry) => isSameKey(entry.event, event));
    const last = entries[index];
    if (last !== undefined && event.version <= last.event.version) return false;
    const weight = event.weight === undefined ? (last?.weight ?? WHOLE) : weightOf(event.weight);
    const until = event.ttlNs === null ? null : time + BigInt(event.ttlNs);
    const entry: Entry = { event, weight, until, held: heldBy(last, bucket) };
    if (last === undefined) entries.push(entry);
    else entries[index] = entry;
    return true;
  };

  const entriesFor = (strategy: string, symbol: string, sides: readonly ExposureSide[]): readonly Entry[] =>
    entries.filter(({ event }) => isFor(event, { strategy, symbol }) && sides.includes(event.side));

  const judge = (order: SizedOrder, { time, position, ...open }: ActivationFacts): Verdict => {
    const isReducing = reduces(order.side, order.quantity, position, openOnSide(order.side, open));
    const sides = sidesOf(order.side, position, isReducing);
    const own = entriesFor(order.strategy, order.symbol, sides);
    if (sides.some((side) => !own.some(({ event }) => event.side === side)))
      return { kind: "reject", reason: "activation_unknown", text: `nothing is known of ${sides.join(" and ")}` };
    const verdicts = own.map((entry) => verdictOf(entry, order.bucket, time, isReducing));
    return (
      RANKS.map((rank) => verdicts.find((verdict) => rank(verdict))).find((verdict) => verdict !== undefined) ?? {
        kind: "allow",
      }
    );
  };

  return {
    take,
    weight: ({ strategy, symbol, side }) => {
      const own = entriesFor(strategy, symbol, [opened(side)]);
      return own.reduce((least, { weight }) => (weight < least ? weight : least), WHOLE);
    },
    standing: (order, position) => {
      const own = entriesFor(order.strategy, order.symbol, touched(order.side, position));
      if (own.some(({ event }) => event.freeze)) return "freeze";
      return own.some(({ event }) => event.drain === "cancel") ? "drain" : "stays";
    },
    gate: { name: "activation", judge },
  };
}

/** What is refused goes before what is only simulated, a freeze before a drain. */
const RANKS: readonly ((verdict: Verdict) => boolean)[] = [
  (verdict) => verdict.kind === "reject" && verdict.reason === "activation_unknown",
  (verdict) => verdict.kind === "reject" && verdict.reason === "freeze",
  (verdict) => verdict.kind === "reject" && verdict.reason === "drain",
  (verdict) => verdict.kind === "reject",
  (verdict) => verdict.kind === "simulate",
];

function isSameKey(a: ActivationEvent, b: ActivationEvent): boolean {
  return a.strategy === b.strategy && a.symbol === b.symbol && a.side === b.side;
}

function weightOf(text: string): bigint {
  const weight = mantissaOf(text, 9);
  if (typeof weight === "bigint" && weight >= 0n && weight <= WHOLE) return weight;
  const expected = "a share from 0 to 1 with at most 9 decimals";
  throw new InputError([{ code: "config/range", path: "activation.weight", expected, received: text }]);
}

/** What the last message still holds in the bucket in hand. */
function heldBy(last: Entry | undefined, bucket: bigint): Entry["held"] {
  if (last === undefined) return { active: true, freeze: false, drain: false, before: bucket };
  return { ...flagsIn(last, bucket), before: bucket };
}

/** The flags that hold for a bucket: of two messages within one the stricter. */
function flagsIn({ event, held }: Entry, bucket: bigint): Flags {
  const now = { active: event.active, freeze: event.freeze, drain: event.drain !== false };
  if (bucket > held.before) return now;
  return {
    active: now.active && held.active,
    freeze: now.freeze || held.freeze,
    drain: now.drain || held.drain,
  };
}

/** Side of exposure that an order opens. */
function opened(side: Side): ExposureSide {
  return side === "buy" ? "long" : "short";
}

/** Sides of exposure that have to let an order through: the one that it reduces, the one that it opens, or both. */
function sidesOf(side: Side, position: bigint, isReducing: boolean): readonly ExposureSide[] {
  if (isReducing) return [position > 0n ? "long" : "short"];
  return touched(side, position);
}

/** Sides of exposure that an order can change. */
function touched(side: Side, position: bigint): readonly ExposureSide[] {
  return isOpposite(side, position) ? ["long", "short"] : [opened(side)];
}

function verdictOf(entry: Entry, bucket: bigint, time: bigint, isReducing: boolean): Verdict {
  const { event, until } = entry;
  const { active, freeze, drain } = flagsIn(entry, bucket);
  const of = `${event.side} by ${event.etag}`;
  if (until !== null && time >= until)
    return { kind: "reject", reason: "activation_unknown", text: `${of} was good until ${until}` };
  if (freeze) return { kind: "reject", reason: "freeze", text: `${of} is frozen` };
  if (!active) return { kind: "reject", reason: "activation_disabled", text: `${of} is not active` };
  if (!isReducing && drain) return { kind: "reject", reason: "drain", text: `${of} may only be reduced` };
  switch (event.effectiveMode) {
    case "live":
      return { kind: "allow" };
    case "paper":
      return { kind: "simulate", text: `${of} is in paper mode` };
    default:
      return { kind: "reject", reason: "activation_disabled", text: `nothing leaves in ${event.effectiveMode}` };
  }
}
