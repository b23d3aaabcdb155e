// Terms of a layer: what has to hold of them before it opens.

import { checkClock, checkResolved, InputError, IssueList } from "../../../kernel/index.js";
import { ACCOUNT_DEFAULTS } from "./layer-terms.js";
import type { LayerTerms } from "./layer-terms.js";
import { termsIssues } from "./terms-form.js";

const NAME = /^(?=.{1,128}$)\S+(?: \S+)*$/;

/**
 * @throws InputError for a term that there is not or that is of another type; for a world that was not resolved or
 *   runs by another clock; then with every name that no event could carry, and everything wrong with account and
 *   instruments.
 */
export function checkTerms(terms: LayerTerms): void {
  const misformed = termsIssues(terms);
  if (misformed.length > 0) throw new InputError(misformed);
  checkResolved(terms.world, "world");
  checkClock(terms.world, terms.clock, "clock");
  const issues = new IssueList();
  const { account, instruments, compliance, risk = [], gates = [], latencyRate = 0n } = terms;
  const { bucketNs, lag, samples, samplesMin, periodsPerYear = 1n } = { ...ACCOUNT_DEFAULTS, ...account };
  const expect = (isFine: boolean, path: string, expected: string, received: unknown): void => {
    if (!isFine) issues.add("config/range", path, expected, String(received));
  };
  const expectName = (path: string, name: string): void =>
    expect(NAME.test(name), path, "a name without spaces around it", JSON.stringify(name));
  risk.forEach(({ name }, index) => expectName(`risk.${index}.name`, name));
  gates.forEach(({ name }, index) => expectName(`gates.${index}.name`, name));
  compliance.venues.forEach(({ venue }, index) => expectName(`compliance.venues.${index}.venue`, venue));
  expect(bucketNs > 0n, "account.bucketNs", "a length above 0", bucketNs);
  expect(Number.isSafeInteger(lag) && lag >= 1, "account.lag", "a whole number from 1 on", lag);
  expect(Number.isSafeInteger(samples) && samples >= 1, "account.samples", "a whole number from 1 on", samples);
  const isMin = Number.isSafeInteger(samplesMin) && samplesMin >= 1 && samplesMin <= samples;
  expect(isMin, "account.samplesMin", `a whole number from 1 to ${samples}`, samplesMin);
  expect(periodsPerYear > 0n, "account.periodsPerYear", "more than 0", periodsPerYear);
  expect(latencyRate >= 0n, "latencyRate", "0 or more", latencyRate);
  expect(instruments.length > 0, "instruments", "at least one", "none");
  for (const { symbol, inverse } of instruments) {
    if (inverse !== true) continue;
    const advice = "Intents are sized and routed by quantity x price; send inverse contracts another way.";
    issues.add(
      "instrument/fact",
      "instruments",
      "contracts worth quantity x price",
      `${symbol}, an inverse one`,
      advice,
    );
  }
  issues.throwIfAny();
}
