// The year of risk policies: how many buckets of the run make one, where a policy does not state it.

import { NO_LIMIT, POLICY_RISK, RISK_ANNUAL } from "../../assembly/abi-policy.js";
import { numberParam } from "../nodes/operator.js";
import { bucketsPerYear } from "../market/buckets-per-year.js";
import type { Sessions } from "../market/calendar.js";
import { intervalNs } from "../market/interval.js";
import type { Plan, PlanPolicy } from "../plan/plan.js";

/** Its place among the params of a risk policy. */
const ANNUAL_PLACE = RISK_ANNUAL / 8;

/**
 * Policies whose deviations are those of a year: what a risk policy does not state is what the shortest bars of the run
 * make.
 *
 * @param sessions Of each instrument, null without a calendar.
 */
export function policiesOfYear(
  policies: readonly PlanPolicy[],
  { streams, instruments }: Plan,
  sessions: readonly (Sessions | null)[],
): readonly PlanPolicy[] {
  if (!policies.some(asksForYear) || streams.length === 0) return policies;
  const lengths = streams.map(({ tape }) => intervalNs(tape.interval));
  const shortest = lengths.reduce((least, each) => (each < least ? each : least));
  const finest = streams.filter((_, i) => lengths[i] === shortest);
  const hours = finest.map(({ instrument }) => sessions[instrument] ?? null);
  const annual = bucketsPerYear(shortest, instruments, hours);
  return policies.map((policy) =>
    asksForYear(policy) ? { ...policy, params: policy.params.with(ANNUAL_PLACE, annual) } : policy,
  );
}

function asksForYear({ code, node }: PlanPolicy): boolean {
  return code === POLICY_RISK && numberParam(node.params, "periodsPerYear") === 0;
}

/** A sentence for each year that the bars of the run made, where a limit goes by it. */
export function yearRemarks({ policies }: Plan): readonly string[] {
  const judged = policies.filter((each) => asksForYear(each) && each.node.params["volatility"] !== NO_LIMIT);
  const years = new Set(judged.map(({ params }) => Number(params[ANNUAL_PLACE]) / 1e9));
  return [...years].map((year) => `Limits on volatility count ${year} buckets a year, as the bars of this run make.`);
}
