// Ingests of fills for tests, and the reports that they are given.

import type {
  DeadLetterEvent,
  FillEvent,
  IngestOptions,
  PortfolioOptions,
  VenueFill,
} from "../../../adapters/execution/index.js";
import { FillIngest } from "../../../adapters/execution/index.js";
import { plainInstrument } from "../../../adapters/testing/arbitrary-bars.js";
import { madeUpOrder, madeUpVenueFill, WORLD } from "./made-up-events.js";

const instruments = [
  plainInstrument("ABC"),
  plainInstrument("XYZ", { priceDecimals: 2, currency: { code: "EUR", decimals: 2 } }),
];
export const options = (changes: Partial<IngestOptions> = {}): IngestOptions => ({
  world: WORLD,
  domain: "live",
  instruments,
  ...changes,
});
export const books: PortfolioOptions = {
  world: WORLD,
  domain: "live",
  scope: "world",
  costing: "average",
  instruments,
};

/** An ingest that knows an order of ten units. */
export function ingestOf(changes: Partial<IngestOptions> = {}): FillIngest {
  const ingest = new FillIngest(options(changes));
  ingest.learn(madeUpOrder());
  return ingest;
}

export const report = (seq: number, changes: Partial<VenueFill> = {}): VenueFill =>
  madeUpVenueFill({ seq, price: String(10 + seq), ...changes });
export const seqsOf = (fills: readonly FillEvent[]): number[] => fills.map(({ seq }) => seq);
export const statesOf = (letters: readonly DeadLetterEvent[]): string[] => letters.map(({ state }) => state);
