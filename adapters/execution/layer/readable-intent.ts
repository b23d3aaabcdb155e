// Intents that cannot be taken: what of them can be read all the same.

import { SIDES } from "../schema/field.js";
import type { RefusedSubject } from "./layer-events.js";
import type { LayerTerms } from "./layer-terms.js";

/** Fields of whatever came; none where it is no object. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

/** What of a refused intent can be read: a name that is traded here or may trade here is one. */
export function readableIn(value: unknown, bucket: bigint, terms: LayerTerms): RefusedSubject {
  const fields = fieldsOf(value);
  const known = <Name extends string>(field: string, names: readonly Name[]): Name | null =>
    names.find((name) => name === fields[field]) ?? null;
  const symbols = terms.instruments.map(({ symbol }) => symbol);
  const { intentId } = fields;
  return {
    strategy: known("strategy", terms.strategies),
    symbol: known("instrument", symbols),
    side: known("side", SIDES),
    bucket,
    intentId: typeof intentId === "string" && /^\S{1,128}$/.test(intentId) ? intentId : null,
    nodeId: null,
    wanted: 0n,
    allowed: 0n,
  };
}
