// Activations: what a world lets each side of a strategy do, folded from its messages, as a gate (`NODESETS.md` 3).
//
// Always true:
//   nothing fails open: without an activation, with one whose time to live is over, or behind one that could not be
//   read, every order is refused;
//   of several that are for an order (world, strategy, symbol) each one lets it through, and the least weight holds;
//   a version that is not higher than the last one for its key is ignored; a missing weight keeps the last one;
//   a freeze, and what is not active, refuse everything, a drain what opens on its side; what lifts one of them acts
//   from the next bucket on.
// Units: weights in 1e-9; instants in ns since 1970; quantities as mantissas.

import { InputError, mantissaOf } from "../../../kernel/index.js";
import type { Check, Verdict } from "./approval.js";
import { isOpposite, isReduction } from "../order/order-terms.js";
import type { HeldFacts, Side, SizedOrder } from "../order/order-terms.js";
import type { ActivationEvent, ExposureSide } from "../schema/activation.js";
import { isFor } from "../schema/activation.js";

/** What the gate looks at besides the order. */
export interface ActivationFacts extends HeldFacts {
  readonly time: bigint;
}

/** What becomes of an open order. */
export type Standing = "stays" | "freeze" | "drain";

/** What of a message that is none could be read all the same. */
export interface MisreadActivation {
  /** Null for all, and where it cannot be read. */
  readonly strategy: string | null;
  readonly symbol: string | null;
  readonly sides: readonly ExposureSide[];
  /** Null where it cannot be read. */
  readonly version: number | null;
  /** What becomes of open orders. */
  readonly standing: Standing;
}

export interface Activations {
  /**
   * Takes a message.
   *
   * @param time When it came.
   * @param bucket End of the bucket in hand: what it lifts is lifted behind that.
   * @returns False when it was ignored for its version.
   */
  readonly take: (event: ActivationEvent, time: bigint, bucket: bigint) => boolean;
  /**
   * Doubts what is known of the sides of a message that could not be read: they refuse until one of their key comes
   * that can be, with its version at the least.
   *
   * @returns False when it was ignored for its version.
   */
  readonly doubt: (misread: MisreadActivation) => boolean;
  /** Least weight of those that are for an order of a side, 1e-9; the whole before any was said. */
  readonly weight: (order: { strategy: string; symbol: string; side: Side }) => bigint;
  /** Whether an open order may stay, or has to be cancelled, and why. */
  readonly standing: (order: SizedOrder, position: bigint) => Standing;
  readonly gate: Check<ActivationFacts>;
}

interface Flags {
  /** False while it is in doubt. */
  readonly isKnown: boolean;
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

/** A message that could not be read, for one side. */
interface Doubt extends Key {
  /** Version from which on a message ends it. */
  readonly from: number;
  readonly standing: Standing;
}

const WHOLE = 1_000_000_000n;

/** Activations without a message. */
export function openActivations(): Activations {
  const entries: Entry[] = [];
  let doubts: readonly Doubt[] = [];

  const doubt = ({ strategy, symbol, sides, version, standing }: MisreadActivation): boolean => {
    const fresh = sides.flatMap((side): Doubt[] => {
      const key = { strategy, symbol, side };
      const last = entries.find(({ event }) => isSameKey(event, key))?.event.version ?? -1;
      if (version !== null && version <= last) return [];
      const before = doubts.find((each) => isSameKey(each, key));
      const from = Math.max(version ?? last + 1, before?.from ?? 0);
      return [{ ...key, from, standing: stricter(standing, before?.standing ?? "stays") }];
    });
    doubts = [...doubts.filter((each) => !fresh.some((one) => isSameKey(one, each))), ...fresh];
    return fresh.length > 0;
  };

  const doubtsOn = ({ strategy, symbol }: SizedOrder, sides: readonly ExposureSide[]): readonly Doubt[] =>
    doubts.filter((each) => isFor(each, { strategy, symbol }) && sides.includes(each.side));

  const take = (event: ActivationEvent, time: bigint, bucket: bigint): boolean => {
    const index = entries.findIndex((entry) => isSameKey(entry.event, event));
    const last = entries[index];
    if (last !== undefined && event.version <= last.event.version) return false;
    const doubted = doubts.find((each) => isSameKey(each, event));
    if (doubted !== undefined && event.version < doubted.from) return false;
    doubts = doubts.filter((each) => each !== doubted);
    const weight = event.weight === undefined ? (last?.weight ?? WHOLE) : weightOf(event.weight);
    const until = event.ttlNs === null ? null : time + BigInt(event.ttlNs);
    const entry: Entry = { event, weight, until, held: heldBy(last, bucket, doubted === undefined) };
    if (last === undefined) entries.push(entry);
    else entries[index] = entry;
    return true;
  };

  const entriesFor = (strategy: string, symbol: string, sides: readonly ExposureSide[]): readonly Entry[] =>
    entries.filter(({ event }) => isFor(event, { strategy, symbol }) && sides.includes(event.side));

  const judge = (order: SizedOrder, facts: ActivationFacts): Verdict => {
    const { time, position } = facts;
    const sides = sidesOf(order.side, position, isReduction(order, facts));
    const [doubted] = doubtsOn(order, sides);
    if (doubted !== undefined)
      return { kind: "reject", reason: "activation_unknown", text: `a message on ${doubted.side} could not be read` };
    const own = entriesFor(order.strategy, order.symbol, sides);
    if (sides.some((side) => !own.some(({ event }) => event.side === side)))
      return { kind: "reject", reason: "activation_unknown", text: `nothing is known of ${sides.join(" and ")}` };
    // Of the side that is held the order only takes, whatever it opens on the other one.
    const verdicts = own.map((entry) =>
      verdictOf(entry, order.bucket, time, isHeldSide(entry.event.side, order.side, position)),
    );
    return (
      RANKS.map((rank) => verdicts.find((verdict) => rank(verdict))).find((verdict) => verdict !== undefined) ?? {
        kind: "allow",
      }
    );
  };

  return {
    take,
    doubt,
    weight: ({ strategy, symbol, side }) => {
      const own = entriesFor(strategy, symbol, [opened(side)]);
      return own.reduce((least, { weight }) => (weight < least ? weight : least), WHOLE);
    },
    standing: (order, position) => {
      const sides = touched(order.side, position);
      const said = entriesFor(order.strategy, order.symbol, sides).map(({ event }) => standingIn(event));
      const doubted = doubtsOn(order, sides).map(({ standing }) => standing);
      return [...said, ...doubted].reduce(stricter, "stays");
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

type Key = Pick<ActivationEvent, "strategy" | "symbol" | "side">;

function isSameKey(a: Key, b: Key): boolean {
  return a.strategy === b.strategy && a.symbol === b.symbol && a.side === b.side;
}

function weightOf(text: string): bigint {
  const weight = mantissaOf(text, 9);
  if (typeof weight === "bigint" && weight >= 0n && weight <= WHOLE) return weight;
  const expected = "a share from 0 to 1 with at most 9 decimals";
  throw new InputError([{ code: "config/range", path: "activation.weight", expected, received: text }]);
}

function standingIn({ freeze, drain }: ActivationEvent): Standing {
  if (freeze) return "freeze";
  return drain === "cancel" ? "drain" : "stays";
}

function stricter(a: Standing, b: Standing): Standing {
  if (a === "freeze" || b === "freeze") return "freeze";
  return a === "drain" || b === "drain" ? "drain" : "stays";
}

/** What the last message, or a doubt, still holds in the bucket in hand. */
function heldBy(last: Entry | undefined, bucket: bigint, isKnown: boolean): Entry["held"] {
  if (last === undefined) return { isKnown, active: true, freeze: false, drain: false, before: bucket };
  const flags = flagsIn(last, bucket);
  return { ...flags, isKnown: isKnown && flags.isKnown, before: bucket };
}

/** The flags that hold for a bucket: of two messages within one the stricter. */
function flagsIn({ event, held }: Entry, bucket: bigint): Flags {
  const now = { isKnown: true, active: event.active, freeze: event.freeze, drain: event.drain !== false };
  if (bucket > held.before) return now;
  return {
    isKnown: held.isKnown,
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

/** True for the side of exposure that is held, against an order that takes from it. */
function isHeldSide(exposure: ExposureSide, side: Side, position: bigint): boolean {
  return isOpposite(side, position) && exposure === (position > 0n ? "long" : "short");
}

/** Sides of exposure that an order can change. */
function touched(side: Side, position: bigint): readonly ExposureSide[] {
  return isOpposite(side, position) ? ["long", "short"] : [opened(side)];
}

function verdictOf(entry: Entry, bucket: bigint, time: bigint, isReducing: boolean): Verdict {
  const { event, until } = entry;
  const { isKnown, active, freeze, drain } = flagsIn(entry, bucket);
  const of = `${event.side} by ${event.etag}`;
  if (until !== null && time >= until)
    return { kind: "reject", reason: "activation_unknown", text: `${of} was good until ${until}` };
  if (!isKnown) return { kind: "reject", reason: "activation_unknown", text: `${of} ends a doubt in the next bucket` };
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
