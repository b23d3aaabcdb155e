// Late intents: those whose time lies behind the last bucket of a run, of which nothing came.

import { instantText } from "../data/civil-date.js";
import { INTENT } from "../nodes/policy-mark.js";
import type { Plan } from "../plan/plan.js";

/**
 * A sentence for each intent that no bucket of the run came to.
 *
 * @param lastNs Time of the last bucket.
 */
export function lateIntents({ policies }: Plan, lastNs: bigint): readonly string[] {
  return policies.flatMap(({ node: { spec, params } }) => {
    if (spec.type !== INTENT.type || BigInt(String(params["ts"])) <= lastNs) return [];
    const ts = instantText(BigInt(String(params["ts"])));
    return [`Nothing came of the intent ${String(params["id"])} at ${ts}: the data end at ${instantText(lastNs)}.`];
  });
}
