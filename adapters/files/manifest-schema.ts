// Import manifests as JSON: the schema that reads them, strict about unknown keys, and the JSON Schema made from it.

import { z } from "zod";
import { FILE_FORMATS, InputError, INSTRUMENT_CLASSES, TAPE_KINDS, TIME_UNITS } from "../../kernel/index.js";
import type { ImportManifest } from "../../kernel/index.js";

const decimalString = z.string().regex(/^[0-9]+(\.[0-9]+)?$/, 'a decimal number as text, such as "0.01"');
const columnName = z.union([z.string().min(1), z.int().nonnegative()]);
const numberRule = z.strictObject({
  scale: z.int().positive().optional(),
  rounding: z
    .strictObject({
      decimals: z.int().min(0).max(12),
      mode: z.enum(["half-even", "half-away"]),
      within: decimalString.optional(),
    })
    .optional(),
  zeroIsAbsent: z.boolean().optional(),
});

const hours = z.array(z.strictObject({ days: z.array(z.int()), open: z.string(), close: z.string() })).min(1);

/** Schema of a calendar of sessions in a time zone. */
export const SESSIONS_SCHEMA = z.strictObject({
  kind: z.literal("sessions"),
  zone: z.string(),
  sessions: hours,
  holidays: z.array(z.string()).optional(),
  earlyCloses: z.record(z.string(), z.string()).optional(),
  extended: z.strictObject({ pre: hours.optional(), lunch: hours.optional(), post: hours.optional() }).optional(),
});
const calendar = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("continuous") }),
  z.strictObject({ kind: z.literal("weekdays"), holidays: z.array(z.string()).optional() }),
  SESSIONS_SCHEMA,
]);

export const INSTRUMENT_FACTS_SCHEMA = z.strictObject({
  symbol: z.string().min(1),
  venue: z.string().nullable(),
  assetClass: z.enum(INSTRUMENT_CLASSES),
  currency: z.strictObject({ code: z.string().min(1), decimals: z.int().min(0).max(12) }),
  priceDecimals: z.int().min(0).max(12),
  sizeDecimals: z.int().min(0).max(12),
  tick: decimalString,
  lot: decimalString,
  quantityMin: decimalString,
  notionalMin: decimalString,
  multiplier: decimalString,
  inverse: z.boolean().optional(),
});

/** Schema of an import manifest. */
export const IMPORT_MANIFEST_SCHEMA = z.strictObject({
  kind: z.enum(TAPE_KINDS),
  format: z.enum(FILE_FORMATS).optional(),
  csv: z
    .strictObject({ delimiter: z.string().length(1), header: z.boolean(), comment: z.string().min(1).optional() })
    .optional(),
  columns: z.record(z.string(), z.union([columnName, z.strictObject({ mid: z.tuple([columnName, columnName]) })])),
  time: z.strictObject({
    unit: z.enum(TIME_UNITS),
    zone: z.string(),
    baseDate: z.string().optional(),
    label: z.enum(["open", "close"]),
    closeTime: z.string().optional(),
  }),
  price: numberRule.optional(),
  size: numberRule.optional(),
  rate: numberRule.optional(),
  instrument: INSTRUMENT_FACTS_SCHEMA,
  interval: z.string().optional(),
  calendar: calendar.nullable(),
  gaps: z.enum(["refuse", "report"]),
  problems: z.enum(["refuse", "quarantine"]),
  prices: z.enum(["positive", "any"]).optional(),
  offTick: z.enum(["refuse", "allow"]).optional(),
  source: z.string().optional(),
  licence: z.string().optional(),
});

/**
 * Reads a manifest from JSON text.
 *
 * @param path Name of the file, for messages.
 * @throws InputError `dataset/manifest` with everything that is missing, unknown or of the wrong type.
 */
export function parseManifest(text: string, path: string): ImportManifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InputError([{ code: "dataset/manifest", path, expected: "JSON", received: (error as Error).message }]);
  }
  return manifestOf(value, path);
}

/** The same from a value that is no text any more. */
export function manifestOf(value: unknown, path: string): ImportManifest {
  const parsed = IMPORT_MANIFEST_SCHEMA.safeParse(value);
  if (parsed.success) return parsed.data as ImportManifest;
  throw new InputError(
    parsed.error.issues.map((issue) => ({
      code: "dataset/manifest" as const,
      path: [path, ...issue.path.map(String)].join("."),
      expected: issue.code === "unrecognized_keys" ? `no key ${issue.keys.join(", ")}` : issue.message,
      received: receivedAt(value, issue.path),
    })),
  );
}

function receivedAt(value: unknown, path: readonly PropertyKey[]): string {
  let at: unknown = value;
  for (const key of path)
    at = typeof at === "object" && at !== null ? (at as Record<PropertyKey, unknown>)[key] : undefined;
  return at === undefined ? "nothing" : JSON.stringify(at).slice(0, 80);
}
