// Bar sources: the columns of a tape as nodes. Every graph starts here.
//
// Always true:
//   a row stands at the close of its bar, so nothing of a bar is known before it has ended (`FILLS.md` G1, B1).

import type { NumberOutput } from "../graph/node.js";
import type { NodeSpec } from "../graph/spec.js";
import { applyNode, outputOf } from "../graph/build.js";
import { optionsOf } from "../graph/builder-options.js";

/** Instrument that stands for all instruments of the dataset, one lane each, in the order of their symbols. */
export const EVERY_INSTRUMENT = "*";

/** Fields of a bar, in the order in which the data plane numbers them. */
export const BAR_FIELDS = ["open", "high", "low", "close", "volume", "time"] as const;
export type BarField = (typeof BAR_FIELDS)[number];

export const BARS: NodeSpec = Object.freeze({
  type: "bars",
  version: 1,
  kind: "source",
  inputs: {},
  params: { instrument: { kind: "string", default: EVERY_INSTRUMENT } },
  outputs: { open: "number", high: "number", low: "number", close: "number", volume: "number", time: "number" },
  schemaMajor: 1,
  period: () => 1,
} satisfies NodeSpec);

/** Which bars a source reads. */
export interface BarsOptions {
  /** Symbol, or `*` (the default) for every instrument of the dataset: one lane each. */
  readonly instrument?: string;
  /** Bar length (`1d`); the finest that the dataset has of the instrument by default. */
  readonly interval?: string;
}

/**
 * Bars as series: `open`, `high`, `low` and `close` in units of price, `volume` in units of quantity (null where the
 * tape does not say it), `time` the close in seconds since 1970-01-01T00:00Z. A price is its decimal text correctly
 * rounded to the nearest f64.
 *
 * @throws InputError `graph/interval` when the interval is not a bar length; a symbol that the dataset does not have is
 *   reported when the run is made.
 * @example const { close, high } = bars({ interval: "1d" })
 */
export function bars(options: BarsOptions = {}): Readonly<Record<BarField, NumberOutput>> {
  const { instrument, interval = null } = optionsOf("bars", options, ["instrument", "interval"]);
  const node = applyNode(BARS, {}, { instrument }, { interval });
  const outputs = BAR_FIELDS.map((field) => [field, outputOf(node, field) as NumberOutput] as const);
  return Object.freeze(Object.fromEntries(outputs)) as Record<BarField, NumberOutput>;
}

export const SOURCES: readonly NodeSpec[] = [BARS];
