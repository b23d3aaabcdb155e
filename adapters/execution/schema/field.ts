// Fields of events: the forms that names, instants, numbers and identities have in every schema.
//
// Always true:
//   a number that counts money, prices or units is a decimal text in its one canonical form, so that equal numbers are
//   equal texts and no float is ever between two of them;
//   everything that a schema demands can be said in JSON Schema: the files demand what the checks demand.
// Units: instants in ns since 1970-01-01T00:00:00Z, as digits; amounts as decimals in whole units (`12.5`), with at
//   most the decimals of their instrument or currency.

import { z } from "zod";
import { DOMAINS, WORLD } from "../../../kernel/index.js";
import { EXECUTION_REASONS } from "./reason.js";

/** A type whose arrays and members nobody may write. */
export type Frozen<T> = T extends readonly (infer Item)[]
  ? readonly Frozen<Item>[]
  : T extends object
    ? { readonly [Name in keyof T]: Frozen<T[Name]> }
    : T;

const INSTANT = /^(?:0|-?[1-9][0-9]{0,18})$/;
const DURATION = /^[1-9][0-9]{0,18}$/;
const POSITIVE = /^(?:[1-9][0-9]*(?:\.[0-9]*[1-9])?|0\.[0-9]*[1-9])$/;
const UNSIGNED = /^(?:0|[1-9][0-9]*(?:\.[0-9]*[1-9])?|0\.[0-9]*[1-9])$/;
const SIGNED = /^(?:0|-?(?:[1-9][0-9]*(?:\.[0-9]*[1-9])?|0\.[0-9]*[1-9]))$/;
const SHARE = /^(?:0|1|0\.[0-9]*[1-9])$/;
const WORDS = /^\S+(?: \S+)*$/;
const DIGEST = /^blake3:[0-9a-f]{64}$/;
/** Digits, point and sign of the largest mantissa at 18 decimals. */
const DECIMAL_LENGTH = 22;
const NAME_LENGTH = 128;

/** The sides of an order. */
export const SIDES = ["buy", "sell"] as const;
export type Side = (typeof SIDES)[number];

/** Positions of a symbol: one, or a long and a short one where the account hedges. */
export const LEGS = ["net", "long", "short"] as const;
export type Leg = (typeof LEGS)[number];

const text = (pattern: RegExp, length: number, what: string, description: string) =>
  z.string().max(length, `${what} of at most ${length} characters`).regex(pattern, what).describe(description);

/** A name: words without spaces around them. */
export const name = (description: string) => text(WORDS, NAME_LENGTH, "a name without spaces around it", description);

/** An instant. */
export const instant = (description: string) =>
  text(INSTANT, 20, "nanoseconds as digits", `${description} Nanoseconds since 1970-01-01T00:00:00Z, as digits.`);

/** A number above zero. */
export const positive = (description: string) =>
  text(POSITIVE, DECIMAL_LENGTH, "a decimal above zero in canonical form, such as 12.5", description);

/** A number of zero or more. */
export const unsigned = (description: string) =>
  text(UNSIGNED, DECIMAL_LENGTH, "a decimal of zero or more in canonical form, such as 12.5", description);

/** A number with a sign. */
export const signed = (description: string) =>
  text(SIGNED, DECIMAL_LENGTH, "a decimal in canonical form, such as -12.5", description);

/** A length of time above zero. */
export const duration = (description: string) => text(DURATION, 19, "nanoseconds above zero, as digits", description);

/** A share from 0 to 1. */
export const share = (description: string) =>
  text(SHARE, DECIMAL_LENGTH, "a decimal from 0 to 1 in canonical form, such as 0.25", description);

/** A digest as text. */
export const digest = (description: string) =>
  text(DIGEST, 71, "a digest: blake3: and 64 hexadecimal digits", description);

/** A whole number from `least` on. */
export const count = (least: number, description: string) => z.int().min(least).describe(description);

export const reason = (description: string) => z.enum(EXECUTION_REASONS).describe(description);

export const flag = (description: string) => z.boolean().describe(description);

export const oneOf = <const Words extends readonly string[]>(words: Words, description: string) =>
  z.enum(words).describe(description);

/** A world: a part of the names of its topics, which are parted by dots. */
export const world = text(
  WORLD,
  64,
  "a name of letters, digits, _ and -",
  "World under whose policy and state this happened.",
);

/** What every event begins with. */
export function eventHead<const Kind extends string>(kind: Kind) {
  return {
    kind: z.literal(kind).describe("What kind of event this is."),
    schemaVersion: z.literal(1).describe("Version of this schema; another one is another meaning."),
    world,
    domain: oneOf(DOMAINS, "Domain of the world in which this happened."),
    ts: instant("When it happened, on the clock of the domain."),
  } as const;
}

export const strategy = name("Strategy that it belongs to.");
export const symbol = name("Symbol of the instrument, as the dataset or the venue profile has it.");
export const side = oneOf(SIDES, "buy adds to the signed position, sell takes from it.");
export const bucket = instant("End of the bucket at which it was decided, or in which it was seen.");
export const currency = name("Currency of the amounts of money, its code: USD, USDT.");
export const nodeId = digest("NodeID of the node that made it.").nullable();
export const orderId = name("Id of the order: unique in its world and domain, the same at every repetition.");
export const clientOrderId = name("Id that the venue is given with the order, and echoes.");
export const correlationId = digest(
  "Follows one trade from order to portfolio: made from the clientOrderId of the first order of a chain.",
);
export const venue = name("Venue, or null where it is not known.").nullable();
