// Assumptions of a configuration that only show against a dataset: calendars, detail, fractional lots, funding.
//
// Always true:
//   what is taken from the dataset beside its fingerprint (calendars) is in the canonical form.

import type { IssueList } from "../base/error.js";
import type { Json } from "../base/jcs.js";
import { instantText } from "../data/civil-date.js";
import type { Instrument } from "../market/instrument.js";
import type { Dataset } from "../market/tape.js";
import { FRACTION_DECIMALS, sharesVolumeUnit } from "../plan/fractional.js";
import type { Plan } from "../plan/plan.js";
import { rangeOf, resolveCalendars } from "./calendars.js";
import type { CheckedConfig } from "./config.js";
import { checkDetail } from "./detail.js";
import type { TimeRange } from "./feed.js";
import { policiesWithHours } from "./gate-hours.js";
import { policiesOfYear } from "./risk-year.js";
import { collected } from "./run-options.js";

/** A plan with everything that a configuration adds to it, and the canonical form with everything it came from. */
export interface AssumedPlan {
  readonly plan: Plan;
  readonly canonical: { readonly [field: string]: Json };
}

/**
 * Joins a plan and a checked configuration. Reports `config/calendar`, `config/detail`, `config/field` for volumes that
 * cannot be counted in fractions, and `config/funding`.
 */
export function assume(
  plan: Plan,
  dataset: Dataset,
  checked: CheckedConfig,
  range: TimeRange,
  issues: IssueList,
): AssumedPlan {
  const { sessions, canonical } = resolveCalendars(checked.calendars, dataset, plan, issues);
  if (checked.execution.isDetail) collected(issues, () => checkDetail(plan, range));
  if (checked.execution.isFractional) checkFractions(plan, checked, issues);
  if (checked.isFundingRequired) checkFunding(plan, dataset, range, issues);
  const policies = policiesOfYear(policiesWithHours(plan, sessions, issues), plan, sessions);
  return { plan: { ...plan, sessions, policies }, canonical: { ...checked.canonical, calendars: canonical } };
}

/** Volumes of a tape count in its own decimals, so a share of them is no quantity with more. */
function checkFractions(plan: Plan, checked: CheckedConfig, issues: IssueList): void {
  if (!checked.execution.readsVolume) return;
  const own = plan.streams.filter((stream) => stream.executes).map(({ tape }) => tape.instrument);
  const other = own.find((facts) => !sharesVolumeUnit(facts));
  if (other === undefined) return;
  const expected = `participation null and slippage without volume, as ${other.symbol} has volumes in ${unitOf(other)}`;
  const advice = `State them so, or import ${other.symbol} with ${FRACTION_DECIMALS} size decimals.`;
  issues.add("config/field", "config.lots", expected, "fractional lots that look at volume", advice);
}

function unitOf({ sizeDecimals }: Instrument): string {
  return sizeDecimals === 0 ? "whole units" : `${sizeDecimals} decimals`;
}

const DAY_NS = 86_400_000_000_000n;

/** Every perpetual needs a rate at least once a day, from its first bar to its last (C6). */
function checkFunding(plan: Plan, dataset: Dataset, range: TimeRange, issues: IssueList): void {
  plan.instruments.forEach((facts, index) => {
    if (facts.assetClass !== "crypto-perpetual") return;
    const path = `dataset.${facts.symbol}.funding`;
    const advice = 'Import a funding tape and join it to the bars, or state { funding: "off" }.';
    const tapes = (dataset.funding ?? []).filter((tape) => tape.instrument.symbol === facts.symbol);
    if (tapes.length !== 1) {
      const received = tapes.length === 0 ? "none" : `${tapes.length} tapes`;
      issues.add("config/funding", path, `one funding tape of the perpetual ${facts.symbol}`, received, advice);
      return;
    }
    const span = spanOf(plan, index, range);
    const times = tapes.flatMap((tape) => [...tape.segments()]).flatMap(({ time }) => [...time]);
    const gap = span === null ? null : gapOf(times, span.from, span.to);
    if (gap === null) return;
    const expected = `a rate of ${facts.symbol} every day`;
    issues.add(
      "config/funding",
      path,
      expected,
      `none from ${instantText(gap.from)} to ${instantText(gap.to)}`,
      advice,
    );
  });
}

interface Span {
  readonly from: bigint;
  readonly to: bigint;
}

/** Closes that a run takes of an instrument, null for none. */
function spanOf(plan: Plan, instrument: number, range: TimeRange): Span | null {
  const bars = rangeOf(plan, instrument);
  if (bars === null) return null;
  const from = range.from !== null && range.from > bars.from ? range.from : bars.from;
  const to = range.to !== null && range.to < bars.to ? range.to : bars.to;
  return from <= to ? { from, to } : null;
}

/** The first stretch of more than a day without a rate, null for none. */
function gapOf(times: readonly bigint[], from: bigint, to: bigint): Span | null {
  let last = from;
  for (const time of times) {
    if (time < from) continue;
    if (time > to) break;
    if (time - last > DAY_NS) return { from: last, to: time };
    last = time;
  }
  return to - last > DAY_NS ? { from: last, to } : null;
}
