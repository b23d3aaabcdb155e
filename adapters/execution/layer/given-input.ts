// Given inputs: the form of what callers hand a layer, held before anything changes.
//
// Always true:
//   what is not of its form is refused with every field of it that is missing, unknown or of another type;
//   the time of a layer does not go back: that of a clock that was set back a little counts as the newest one.
// Units: mantissas; instants in ns since 1970.
// Not here: whether quotes contradict themselves (`../route/venue-quote.ts`), and what JSON documents say, which have
// schemas of their own.

import { z } from "zod";
import { InputError } from "../../../kernel/index.js";
import type { Issue } from "../../../kernel/index.js";
import { isWithin } from "../money/amount.js";
import { VENUE_MESSAGE_KINDS } from "../order/venue-message.js";
import type { VenueMessage } from "../order/venue-message.js";
import { schemaIssues } from "../schema/check.js";
import { LIQUIDITIES } from "../schema/fill.js";
import type { ExecutionLayer } from "./layer-terms.js";

const AMOUNT = z.bigint().refine(isWithin, "a number within 64 bits");
const INSTANT = z.bigint().refine((value) => value >= 0n && isWithin(value), "an instant from 1970 on, within 64 bits");
const NUMBER = z.int().min(1);

const QUOTES = z.array(
  z.strictObject({
    venue: z.string(),
    levels: z.array(z.strictObject({ price: AMOUNT, quantity: AMOUNT })),
    feeRate: AMOUNT,
    feeMin: AMOUNT,
    latencyNs: AMOUNT,
    lot: AMOUNT,
    quantityMin: AMOUNT,
    notionalMin: AMOUNT,
  }),
);

const EXECUTION = {
  seq: NUMBER,
  at: INSTANT,
  price: AMOUNT,
  quantity: AMOUNT,
  fee: AMOUNT,
  liquidity: z.enum(LIQUIDITIES),
} as const;

const STATES = ["open", "filled", "canceled", "replaced", "rejected", "expired"] as const;

/** What a message of each kind has besides its kind and order. */
const MESSAGES: Readonly<Record<VenueMessage["kind"], z.ZodRawShape>> = {
  accepted: {},
  rejected: { attempt: NUMBER, text: z.string() },
  fill: EXECUTION,
  canceled: { filled: AMOUNT },
  expired: { filled: AMOUNT },
  cancelRefused: { text: z.string() },
  replaced: { by: z.string(), filled: AMOUNT },
  replaceRefused: { by: z.string(), attempt: NUMBER, why: z.enum(["tooLate", "nothingLeft", "terms"]) },
  unknown: { ask: z.int() },
  status: {
    ask: z.int(),
    state: z.enum(STATES),
    filled: AMOUNT,
    carried: AMOUNT,
    fills: z.array(z.strictObject(EXECUTION)),
  },
};

const ID = { clientOrderId: z.string() } as const;
const MESSAGE_FORMS = new Map(
  VENUE_MESSAGE_KINDS.map((kind) => [kind, z.strictObject({ kind: z.literal(kind), ...ID, ...MESSAGES[kind] })]),
);
const ANY_MESSAGE = z.looseObject({ kind: z.enum(VENUE_MESSAGE_KINDS), ...ID });

const FORMS = {
  time: INSTANT,
  bucket: INSTANT,
  market: z.strictObject({ bucket: INSTANT, price: AMOUNT, quotes: z.strictObject({ buy: QUOTES, sell: QUOTES }) }),
  marks: z.record(z.string(), AMOUNT),
  // One that is too large is refused as an order is.
  change: z.strictObject({ quantity: z.bigint().optional(), limit: z.bigint().optional() }),
  ...ID,
  letterId: z.string(),
  mayLeave: z.boolean(),
  /** What a policy may tell. */
  told: z.looseObject({ kind: z.enum(["decision", "exit_signal"]) }),
} as const;

/**
 * Holds arguments to their forms, each by its name.
 *
 * @throws InputError `event/schema` with everything that is wrong with any of them.
 */
function checkGiven(given: Partial<Record<keyof typeof FORMS | "message", unknown>>): void {
  const issues = Object.entries(given).flatMap(([name, value]) =>
    name === "message" ? messageIssues(value) : schemaIssues(FORMS[name as keyof typeof FORMS], value, name),
  );
  if (issues.length > 0) throw new InputError(issues);
}

function messageIssues(value: unknown): readonly Issue[] {
  const issues = schemaIssues(ANY_MESSAGE, value, "message");
  if (issues.length > 0) return issues;
  const form = MESSAGE_FORMS.get((value as VenueMessage).kind);
  return form === undefined ? [] : schemaIssues(form, value, "message");
}

/** The layer, behind a check of every argument. */
export function guarded(layer: ExecutionLayer): ExecutionLayer {
  return {
    ...layer,
    intent: (value, market, time) => {
      checkGiven({ market, time });
      return layer.intent(value, market, time);
    },
    activate: (event, bucket, time) => {
      checkGiven({ bucket, time });
      return layer.activate(event, bucket, time);
    },
    decide: (said, time) => {
      checkGiven({ time });
      return layer.decide(said, time);
    },
    cancel: (clientOrderId, time) => {
      checkGiven({ clientOrderId, time });
      return layer.cancel(clientOrderId, time);
    },
    replace: (clientOrderId, change, market, time) => {
      checkGiven({ clientOrderId, change, market, time });
      return layer.replace(clientOrderId, change, market, time);
    },
    receive: (message, time) => {
      checkGiven({ message, time });
      return layer.receive(message, time);
    },
    report: (value, time) => {
      checkGiven({ time });
      return layer.report(value, time);
    },
    move: (movement, time) => {
      checkGiven({ time });
      return layer.move(movement, time);
    },
    commit: (bucket, marks, time) => {
      checkGiven({ bucket, marks, time });
      return layer.commit(bucket, marks, time);
    },
    tell: (told, time) => {
      checkGiven({ told, time });
      return layer.tell(told, time);
    },
    repair: (letterId, report, time) => {
      checkGiven({ letterId, time });
      return layer.repair(letterId, report, time);
    },
    replay: (letterId, time) => {
      checkGiven({ time, ...(letterId === null ? {} : { letterId }) });
      return layer.replay(letterId, time);
    },
    discard: (letterId, time) => {
      checkGiven({ letterId, time });
      return layer.discard(letterId, time);
    },
    advance: (time) => {
      checkGiven({ time });
      return layer.advance(time);
    },
    leave: (mayLeave, time) => {
      checkGiven({ mayLeave, time });
      return layer.leave(mayLeave, time);
    },
    resume: (time) => {
      checkGiven({ time });
      return layer.resume(time);
    },
  };
}

/** How far the clock of a layer may be set back. */
const BACK_NS = 1_000_000_000n;

/**
 * The time that counts.
 *
 * @param newest The newest that counted; null for none.
 * @throws InputError `event/facts` for one that lies more than a second before it.
 */
export function timeBehind(newest: bigint | null, time: bigint): bigint {
  if (newest === null || time >= newest) return time;
  if (newest - time <= BACK_NS) return newest;
  const expected = `an instant from ${newest} on, or up to a second before it`;
  const advice = "Hand in nanoseconds since 1970 of a clock that does not go back.";
  throw new InputError([{ code: "event/facts", path: "time", expected, received: String(time), advice }]);
}
