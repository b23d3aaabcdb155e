// Remarks on intents: those whose time lies behind the last bucket of a run, of which nothing came, and those that are
// older than its data, which act at the first bar as if they were of its time.

import { instantText } from "../data/civil-date.js";
import { intervalNs } from "../market/interval.js";
import type { Dataset } from "../market/tape.js";
import { INTENT } from "../nodes/policy-mark.js";
import type { Plan } from "../plan/plan.js";

/**
 * A sentence for each intent that no bucket of the run came to, or that is older than all of them.
 *
 * @param fromNs First instant of the range that the run was asked for; null for no bound.
 * @param lastNs Time of the last bucket.
 */
export function intentRemarks(
  { policies }: Plan,
  dataset: Dataset,
  fromNs: bigint | null,
  lastNs: bigint,
): readonly string[] {
  const intents = policies.filter(({ node }) => node.spec.type === INTENT.type);
  if (intents.length === 0) return [];
  const began = beginNs(dataset);
  const firstNs = fromNs !== null && fromNs > began ? fromNs : began;
  return intents.flatMap(({ node: { params } }) => {
    const ts = BigInt(String(params["ts"]));
    const [id, at] = [String(params["id"]), instantText(ts)];
    if (ts > lastNs) return [`Nothing came of the intent ${id} at ${at}: the data end at ${instantText(lastNs)}.`];
    if (ts >= firstNs) return [];
    return [`The intent ${id} at ${at} acts at the first bar: the data begin at ${instantText(firstNs)}.`];
  });
}

/** Beginning of the earliest bar of a dataset. */
function beginNs({ bars }: Dataset): bigint {
  const begins = bars.flatMap((tape) => {
    for (const { time } of tape.segments()) {
      if (time[0] !== undefined) return [time[0] - intervalNs(tape.interval)];
    }
    return [];
  });
  return begins.reduce((least, each) => (each < least ? each : least), begins[0] ?? 0n);
}
