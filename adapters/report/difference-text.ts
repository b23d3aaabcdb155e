// Differences of runs as a person reads them: the checkpoints between which they part, and the first event.

import { instantText } from "../../kernel/index.js";
import type { ChainDifference, DifferentEvent, FirstDifference, VerdictCause } from "../../kernel/index.js";

/** The first event of one run, for JSON; null where its log has ended. */
export function eventDocument(event: DifferentEvent | null): object | null {
  if (event === null) return null;
  const { index, timeNs, line, decision, instrument } = event;
  return { index, time: instantText(timeNs), decision, instrument, line };
}

/** Lines about where two runs part; `names` are those of the runs. */
export function differenceLines(
  { equal, different }: ChainDifference,
  difference: FirstDifference | null,
  names: readonly [string, string],
): readonly string[] {
  const upTo = equal === null ? "no checkpoint is equal" : `equal up to the one after ${equal.buckets} buckets`;
  const from = different === null ? "" : `, different after ${different.buckets}, ${instantText(different.timeNs)}`;
  const chains = `checkpoints: ${upTo}${from}`;
  if (difference === null) return [chains, "no event differs"];
  const width = Math.max(...names.map((name) => name.length)) + 2;
  const lineOf = (event: DifferentEvent | null): string => event?.line ?? "no further event";
  const first = difference.a ?? difference.b;
  return [
    chains,
    `first event that differs: number ${first?.index ?? 0}`,
    `  ${names[0].padEnd(width)}${lineOf(difference.a)}`,
    `  ${names[1].padEnd(width)}${lineOf(difference.b)}`,
  ];
}

/** Lines about what the difference from a saved run comes from. */
export function verdictCauseLines({ decision, userNodes, isOtherBuild }: VerdictCause): readonly string[] {
  const made = decision === null ? [] : [`made by ${decision.label}`];
  const others = [
    ...(isOtherBuild ? ["the build of the kernel is another one"] : []),
    ...(userNodes.length === 0
      ? []
      : [`the code of ${userNodes.map(({ label }) => label).join(", ")} is not in the file and may be another one`]),
  ];
  if (others.length > 0) return [...made, ...others];
  return [
    ...made,
    "build and nodes are those of the run: its log is not what they give, or this machine computes wrongly",
  ];
}
