// JSON Schema documents of the events, draft 2020-12, made from the same source as types and checks.

import { z } from "zod";
import { EVENT_KINDS, EVENT_SCHEMAS } from "./catalogue.js";
import type { EventKind } from "./catalogue.js";

/** Name of the file of a kind: `order.schema.json`. */
export function schemaFileName(kind: EventKind): string {
  return `${kind.replaceAll("_", "-")}.schema.json`;
}

/** The JSON Schema of a kind of event. */
export function jsonSchemaOf(kind: EventKind): { readonly [field: string]: unknown } {
  const schema: z.ZodType = EVENT_SCHEMAS[kind];
  const { $schema, ...rest } = z.toJSONSchema(schema, { target: "draft-2020-12", io: "output" });
  return { $schema, $id: `urn:goldentape:schema:${kind}:1`, title: `goldentape ${kind}`, ...rest };
}

/** Text of each file by its name, as `npm run schemas` writes it. */
export function schemaFiles(): ReadonlyMap<string, string> {
  return new Map(EVENT_KINDS.map((kind) => [schemaFileName(kind), `${JSON.stringify(jsonSchemaOf(kind), null, 2)}\n`]));
}
