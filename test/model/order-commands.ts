// Commands of an order desk: what may be asked of it, and the passing of time, each held to the model of the order life
// cycle.

import fc from "fast-check";
import { larger, smaller } from "../../adapters/testing/integers.js";
import type { OrderType, TimeInForce } from "../../kernel/nodes/order-rules.js";
import { ORDER_TYPE_NAMES, TIMES_IN_FORCE } from "../../kernel/nodes/order-rules.js";
import type { DeskBar, DeskSetup, OrderDesk } from "./order-desk.js";
import { closesSession, ROWS } from "./order-desk.js";
import type { SlotKind, SlotRequest, SlotTerms } from "./order-desk-graph.js";
import { restsAsLimit } from "./order-desk-graph.js";
import { takeBar } from "./order-life-model.js";
import type { DeskModel } from "./order-life-state.js";

export type DeskCommand = fc.Command<DeskModel, OrderDesk>;

/** How large numbers are. */
export interface DeskScale {
  readonly price: fc.Arbitrary<number>;
  readonly size: fc.Arbitrary<number>;
  readonly volume: fc.Arbitrary<bigint>;
}

const SLOTS = 3;

/**
 * Something is asked of a slot, for the close of the bar after the next: each thing once, and no amendment of what is
 * sent there.
 */
function asking(slot: number, request: SlotRequest): DeskCommand {
  return {
    check({ queued, isStopped }) {
      const known = queued.get(slot) ?? {};
      const both = { ...known, ...request };
      const isOnce = !Object.keys(request).some((field) => field in known);
      return !isStopped && isOnce && !("send" in both && "amend" in both);
    },
    run(model, { setup }) {
      const isTarget = setup.slots[slot]?.type === "target";
      // Targets have nothing that could be cancelled or amended.
      const { send } = request;
      const asked = !isTarget ? request : send === undefined ? {} : { send };
      model.queued.set(slot, { ...model.queued.get(slot), ...asked });
    },
    toString: () => `slot ${slot} ${JSON.stringify(request)}`,
  };
}

/** Prices of a bar to come; without an open it opens where the one before it closed. */
type BarShape = Omit<DeskBar, "open"> & { readonly open: bigint | null };

/** The next bar comes; `shape` follows it, at whose close all is decided that was asked for since. */
function trading(shape: BarShape): DeskCommand {
  return {
    check: ({ row, isStopped }) => !isStopped && row < ROWS - 1,
    run: (model, desk) => pass(model, desk, shape),
    toString: () =>
      `a bar, then ${shape.open ?? "as it was"} ${shape.high} ${shape.low} ${shape.close} of ${shape.volume}`,
  };
}

/** Time passes over the end of the session, and over the first bar of the next one. */
const sleeping: DeskCommand = {
  check: ({ row, isStopped }) => !isStopped && row < ROWS - 1,
  run(model, desk) {
    for (let isOver = false; !isOver && !model.isStopped && model.row < ROWS - 1;) {
      isOver = model.row > 0 && closesSession(model.row - 1);
      const { close } = model.next;
      pass(model, desk, { open: close, high: close, low: close, close, volume: 1_000n });
    }
  },
  toString: () => "the session ends",
};

function pass(model: DeskModel, desk: OrderDesk, { open: stated, high, low, close, volume }: BarShape): void {
  const open = stated ?? model.next.close;
  const next = {
    open,
    high: [open, close, high].reduce(larger),
    low: [open, close, low].reduce(smaller),
    close,
    volume,
  };
  const { records, isStopped } = desk.feed(next, model.queued);
  model.isStopped = isStopped;
  takeBar(model, desk, records);
  model.next = next;
}

/** Sequences of commands. */
export function arbitraryCommands(scale: DeskScale): fc.Arbitrary<Iterable<DeskCommand>> {
  const slot = fc.nat({ max: SLOTS - 1 });
  const { price, size, volume } = scale;
  const signed = fc.tuple(size, fc.boolean()).map(([count, sells]) => (sells ? -count : count));
  const distance = fc.integer({ min: 1, max: 4 });
  const terms: fc.Arbitrary<SlotTerms> = fc.record({
    ...{ size: signed, limit: price, stop: price },
    ...{ trail: distance, display: fc.integer({ min: 1, max: 3 }) },
  });
  const send = fc.tuple(slot, terms).map(([at, each]) => asking(at, { send: each }));
  const cancel = slot.map((at) => asking(at, { cancel: true }));
  const replace = fc.tuple(slot, terms).map(([at, each]) => asking(at, { cancel: true, send: each }));
  const change = fc.record({ size: signed, limit: price, stop: price }, { requiredKeys: [] });
  const amend = fc.tuple(slot, change).map(([at, each]) => asking(at, { amend: each }));
  const wide = price.map(BigInt);
  const open = fc.option(wide, { freq: 3 });
  const bar = fc.record({ open, high: wide, low: wide, close: wide, volume }).map(trading);
  const kinds = [send, send, send, cancel, replace, amend, bar, bar, bar, bar, fc.constant(sleeping)];
  return fc.commands(kinds, { maxCommands: 90, size: "max" });
}

const forces: readonly TimeInForce[] = TIMES_IN_FORCE;

/** A kind of slot whose terms go together. */
export const arbitrarySlot: fc.Arbitrary<SlotKind> = fc
  .record({
    type: fc.constantFrom<OrderType | "target">(...ORDER_TYPE_NAMES, "limit", "stop", "target"),
    force: fc.constantFrom(...forces, "gtc" as const, "gtc" as const),
    ...{ postOnly: fc.boolean(), reduceOnly: fc.constantFrom(false, false, true), isIceberg: fc.boolean() },
    hasBracket: fc.boolean(),
  })
  .map((drawn): SlotKind => {
    const { type } = drawn;
    if (type === "target") return { ...PLAIN, type };
    const isForOnce = drawn.force === "ioc" || drawn.force === "fok";
    const force = type.includes("On") && isForOnce ? "day" : drawn.force;
    const rests = restsAsLimit(type);
    const postOnly = drawn.postOnly && rests && !isForOnce;
    return { ...drawn, force, postOnly, isIceberg: drawn.isIceberg && rests };
  });

const PLAIN = { force: "gtc", postOnly: false, reduceOnly: false, isIceberg: false, hasBracket: false } as const;

/** What is drawn before the first command. */
export function arbitrarySetup(config: fc.Arbitrary<DeskSetup["config"]>): fc.Arbitrary<DeskSetup> {
  return fc.record({
    slots: fc.array(arbitrarySlot, { minLength: SLOTS, maxLength: SLOTS }),
    tie: fc.constantFrom("none" as const, "none" as const, "oco" as const, "ouo" as const),
    latencyNs: fc.constantFrom(0n, 0n, 1n, 1_800_000_000_000n, 3_600_000_000_000n),
    config,
  });
}
