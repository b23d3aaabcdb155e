// A plain reading of JSON Schema for the keywords that the files of events use: an oracle beside the checks that make
// the files, and a generator of values that a file allows.
//
// Source: JSON Schema 2020-12, core and validation; a keyword that is not known here is an error, not ignored.

import * as fc from "fast-check";

export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly maxLength?: number;
  readonly minLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly anyOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly propertyNames?: JsonSchema;
  readonly additionalProperties?: JsonSchema | false;
  readonly description?: string;
}

const KNOWN = new Set(
  (
    "$schema $id title description type const enum pattern maxLength minLength minimum maximum minItems anyOf items " +
    "properties required propertyNames additionalProperties"
  ).split(" "),
);

/** True when `value` holds to `schema`. */
export function isAllowed(schema: JsonSchema, value: unknown): boolean {
  for (const keyword of Object.keys(schema)) if (!KNOWN.has(keyword)) throw new Error(`unknown keyword ${keyword}`);
  if (schema.anyOf !== undefined && !schema.anyOf.some((each) => isAllowed(each, value))) return false;
  if (schema.const !== undefined && schema.const !== value) return false;
  if (schema.enum !== undefined && !schema.enum.includes(value)) return false;
  if (schema.type !== undefined && !typesOf(schema).some((type) => isOfType(type, value))) return false;
  if (typeof value === "string") return isTextAllowed(schema, value);
  if (typeof value === "number") return value >= (schema.minimum ?? value) && value <= (schema.maximum ?? value);
  if (Array.isArray(value)) {
    const { items = {} } = schema;
    return value.length >= (schema.minItems ?? 0) && value.every((item) => isAllowed(items, item));
  }
  return typeof value === "object" && value !== null ? areMembersAllowed(schema, value) : true;
}

function typesOf({ type = [] }: JsonSchema): readonly string[] {
  return typeof type === "string" ? [type] : type;
}

function isOfType(type: string, value: unknown): boolean {
  if (type === "null") return value === null;
  if (type === "array") return Array.isArray(value);
  if (type === "object") return typeof value === "object" && value !== null && !Array.isArray(value);
  return type === "integer" ? Number.isInteger(value) : typeof value === type;
}

function isTextAllowed(schema: JsonSchema, text: string): boolean {
  if (text.length > (schema.maxLength ?? text.length) || text.length < (schema.minLength ?? 0)) return false;
  return schema.pattern === undefined || new RegExp(schema.pattern, "u").test(text);
}

function areMembersAllowed(schema: JsonSchema, value: object): boolean {
  const { properties = {}, required = [], propertyNames, additionalProperties } = schema;
  if (required.some((name) => !Object.hasOwn(value, name))) return false;
  return Object.entries(value).every(([name, member]) => {
    if (propertyNames !== undefined && !isAllowed(propertyNames, name)) return false;
    const known = properties[name];
    if (known !== undefined) return isAllowed(known, member);
    return (
      additionalProperties === undefined || (additionalProperties !== false && isAllowed(additionalProperties, member))
    );
  });
}

/** Values that `schema` allows, small ones. */
export function arbitraryOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map(arbitraryOf));
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const types = typesOf(schema);
  if (types.length > 1) return fc.oneof(...types.map((type) => arbitraryOf({ ...schema, type })));
  switch (schema.type) {
    case "null":
      return fc.constant(null);
    case "boolean":
      return fc.boolean();
    case "integer":
      return fc.integer({ min: schema.minimum ?? 0, max: (schema.minimum ?? 0) + 9 });
    case "string":
      return arbitraryText(schema);
    case "array":
      return fc.array(arbitraryOf(schema.items ?? {}), { minLength: schema.minItems ?? 0, maxLength: 2 });
    case "object":
      return arbitraryObject(schema);
    default:
      throw new Error(`a schema without a type: ${JSON.stringify(schema)}`);
  }
}

function arbitraryText(schema: JsonSchema): fc.Arbitrary<string> {
  const { pattern, minLength = 0, maxLength = 12 } = schema;
  if (pattern === undefined) return fc.string({ minLength, maxLength: minLength + 4 });
  return fc.stringMatching(new RegExp(pattern), { maxLength: Math.min(maxLength, 71) });
}

function arbitraryObject(schema: JsonSchema): fc.Arbitrary<object> {
  const { properties, required = [], propertyNames = {}, additionalProperties } = schema;
  if (properties === undefined) {
    const values = additionalProperties === false ? fc.constant(null) : arbitraryOf(additionalProperties ?? {});
    return fc.dictionary(arbitraryText(propertyNames), values, { maxKeys: 2 });
  }
  const members = Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, arbitraryOf(each)]));
  return fc.record(members, { requiredKeys: [...required], noNullPrototype: true });
}

/** Each field of a schema, by its path, with its own schema. */
export function* fieldsOf(schema: JsonSchema, path: string): Generator<readonly [path: string, field: JsonSchema]> {
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    yield [`${path}.${name}`, field];
    yield* fieldsOf(field, `${path}.${name}`);
  }
  if (schema.items !== undefined) yield* fieldsOf(schema.items, `${path}[]`);
  for (const each of schema.anyOf ?? []) yield* fieldsOf(each, path);
}
