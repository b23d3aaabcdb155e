// Decisions of an order desk: one for each slot, with those that cancel and amend its orders, all of which read at
// their time what was asked for.

import type { BooleanOutput, Decision, NumberOutput } from "../../kernel/index.js";
import {
  amendOrder,
  bars,
  bracket,
  cancelOrders,
  oco,
  order,
  ouo,
  targetQuantity,
  userNode,
} from "../../kernel/index.js";
import type { OrderType, TimeInForce } from "../../kernel/nodes/order-rules.js";

/** What a slot sends: orders of one kind, or targets. */
export interface SlotKind {
  readonly type: OrderType | "target";
  readonly force: TimeInForce;
  readonly postOnly: boolean;
  readonly reduceOnly: boolean;
  readonly isIceberg: boolean;
  /** Sent with a stop and a target that close what it filled. */
  readonly hasBracket: boolean;
}

/** Terms of one order; what its type does not have is not read. */
export interface SlotTerms {
  readonly size: number;
  readonly limit: number;
  readonly stop: number;
  readonly trail: number;
  readonly display: number;
}

/** What a slot is asked to do in a bucket. */
export interface SlotRequest {
  readonly send?: SlotTerms;
  readonly cancel?: boolean;
  /** What is left out stays as it is. */
  readonly amend?: { readonly size?: number; readonly limit?: number; readonly stop?: number };
}

/** Requests of each bucket, by its time and by slot. */
export type Asked = Map<bigint, ReadonlyMap<number, SlotRequest>>;

export type DecisionRole = "send" | "child" | "cancel" | "amend";

export interface DeskDecision {
  readonly decision: Decision;
  readonly slot: number;
  readonly role: DecisionRole;
}

/** Prices that an order of each type is sent with. */
const PRICES: Readonly<Record<OrderType, readonly ("limit" | "stop")[]>> = {
  market: [],
  limit: ["limit"],
  stop: ["stop"],
  stopLimit: ["stop", "limit"],
  marketIfTouched: ["stop"],
  limitIfTouched: ["stop", "limit"],
  trailingStop: [],
  trailingStopLimit: [],
  marketOnOpen: [],
  marketOnClose: [],
  limitOnOpen: ["limit"],
  limitOnClose: ["limit"],
};

/** How long an order that is good till a date is good. */
export const GOOD_HOURS = 5n;
/** How far the children of a bracket lie from the fill. */
const STOP_DISTANCE = 3;
const TARGET_DISTANCE = 4;

/** True for types that rest with a limit, and so may be icebergs and post-only. */
export function restsAsLimit(type: SlotKind["type"]): boolean {
  return type === "limit" || type === "stopLimit" || type === "limitIfTouched" || type === "trailingStopLimit";
}

/** Prices in which an order can be amended: its own, or the level of one that trails. */
function amendedPrices(type: OrderType): readonly ("limit" | "stop")[] {
  return type.startsWith("trailing") ? ["stop"] : PRICES[type];
}

/** What an amendment says that orders of a kind have. */
export function amendable({ type }: SlotKind, amend: SlotRequest["amend"] = {}): NonNullable<SlotRequest["amend"]> {
  if (type === "target") return {};
  const has = ([field, value]: readonly [string, unknown]): boolean =>
    value !== undefined && (field === "size" || amendedPrices(type).some((price) => price === field));
  return Object.fromEntries(Object.entries(amend).filter(has));
}

/**
 * The decisions of slots.
 *
 * @param tie How the first two are tied, unless one of them sends targets; what is tied has no bracket.
 */
export function deskDecisions(
  slots: readonly SlotKind[],
  tie: "none" | "oco" | "ouo",
  asked: Asked,
): readonly DeskDecision[] {
  const series = slots.map((_, slot) => seriesOf(slot, asked));
  const sent = slots.map((kind, slot) => sending(kind, series[slot] as SlotSeries));
  const isTied = areTied(slots, tie);
  if (isTied) sent.splice(0, 2, ...(tie === "oco" ? oco : ouo)(...sent.slice(0, 2)));
  return slots.flatMap((kind, slot): readonly DeskDecision[] => {
    const decision = sent[slot] as Decision;
    const own: DeskDecision = { decision, slot, role: "send" };
    if (kind.type === "target") return [own];
    const isAlone = !kind.hasBracket || (isTied && slot < 2);
    const prices = { stop: STOP_DISTANCE, target: TARGET_DISTANCE, fromFill: true };
    const children = isAlone ? [] : bracket(decision, prices).slice(1);
    return [
      own,
      ...requests(kind.type, decision, series[slot] as SlotSeries).map(([role, made]) => ({
        decision: made,
        slot,
        role,
      })),
      ...children.map((child): DeskDecision => ({ decision: child, slot, role: "child" })),
    ];
  });
}

/** True when the first two slots hang together. */
export function areTied(slots: readonly SlotKind[], tie: "none" | "oco" | "ouo"): boolean {
  return tie !== "none" && slots.slice(0, 2).every(({ type }) => type !== "target");
}

/** What a slot is asked for, as series; a node has five outputs at the most. */
interface SlotSeries {
  readonly terms: Readonly<Record<keyof SlotTerms, NumberOutput>>;
  readonly change: Readonly<Record<"size" | "limit" | "stop", NumberOutput>>;
  readonly when: Readonly<Record<"send" | "cancel" | "amend", BooleanOutput>>;
}

function seriesOf(slot: number, asked: Asked): SlotSeries {
  const { time } = bars({ instrument: "A" });
  const requestAt = (seconds: number | null): SlotRequest =>
    asked.get(BigInt(seconds ?? 0) * 1_000_000_000n)?.get(slot) ?? {};
  const common = { version: 1, period: 1, inputs: { time: "number" } } as const;
  const terms = userNode({
    ...common,
    name: `terms-${slot}`,
    outputs: { size: "number", limit: "number", stop: "number", trail: "number", display: "number" },
    compute({ rowCount, inputs, outputs }) {
      for (let row = 0; row < rowCount; row++) {
        const { send } = requestAt(inputs.time.get(row));
        for (const field of ["size", "limit", "stop", "trail", "display"] as const)
          outputs[field].set(row, send?.[field] ?? null);
      }
    },
  });
  const change = userNode({
    ...common,
    name: `change-${slot}`,
    outputs: { size: "number", limit: "number", stop: "number" },
    compute({ rowCount, inputs, outputs }) {
      for (let row = 0; row < rowCount; row++) {
        const { amend } = requestAt(inputs.time.get(row));
        for (const field of ["size", "limit", "stop"] as const) outputs[field].set(row, amend?.[field] ?? null);
      }
    },
  });
  const when = userNode({
    ...common,
    name: `when-${slot}`,
    outputs: { send: "boolean", cancel: "boolean", amend: "boolean" },
    compute({ rowCount, inputs, outputs }) {
      for (let row = 0; row < rowCount; row++) {
        const request = requestAt(inputs.time.get(row));
        outputs.send.set(row, request.send !== undefined);
        outputs.cancel.set(row, request.cancel === true);
        outputs.amend.set(row, request.amend !== undefined);
      }
    },
  });
  return { terms: terms({ time }), change: change({ time }), when: when({ time }) };
}

function sending(kind: SlotKind, { terms, when: { send } }: SlotSeries): Decision {
  const { size, limit, stop, trail, display } = terms;
  const { type, force, postOnly, reduceOnly, isIceberg } = kind;
  if (type === "target") return targetQuantity(size, { instrument: "A", when: send });
  const prices = Object.fromEntries(PRICES[type].map((price) => [price, { limit, stop }[price]]));
  return order(size, {
    ...prices,
    ...(type.startsWith("trailing") ? { trail } : {}),
    ...(type === "trailingStopLimit" ? { limitOffset: trail } : {}),
    ...(isIceberg ? { display } : {}),
    ...(force === "gtd" ? { goodFor: `${GOOD_HOURS}h` } : {}),
    ...{ type, timeInForce: force, postOnly, reduceOnly, when: send, instrument: "A" },
  });
}

function requests(
  type: OrderType,
  of: Decision,
  { change, when }: SlotSeries,
): readonly (readonly [DecisionRole, Decision])[] {
  const prices = Object.fromEntries(amendedPrices(type).map((price) => [price, change[price]]));
  return [
    ["cancel", cancelOrders(of, when.cancel)],
    ["amend", amendOrder(of, { ...prices, when: when.amend, size: change.size })],
  ];
}
