// From the layer to the books: what the venue of a case reports, raw, repeated and out of order, through the ingest
// into the portfolio. The venue's position is the portfolio's, and the order manager's.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { venueFillEvent } from "../../../adapters/execution/layer/layer-events.js";
import { FillIngest } from "../../../adapters/execution/ingest/fill-ingest.js";
import type { VenueExecution, VenueMessage } from "../../../adapters/execution/order/venue-message.js";
import { Portfolio } from "../../../adapters/execution/portfolio/portfolio.js";
import { arbitraryLayerCase } from "../../../adapters/testing/arbitrary-layer.js";
import { CASE_INSTRUMENT, CASE_NAMES, runLayerCase } from "../../../adapters/testing/layer-case.js";
import type { CaseOutcome, LayerCase } from "../../../adapters/testing/layer-case.js";
import { LAYER_CASES } from "../../../adapters/testing/order-cases.js";

const { world, strategy, symbol } = CASE_NAMES;
const INSTRUMENTS = [CASE_INSTRUMENT];

interface Books {
  readonly ingest: FillIngest;
  readonly portfolio: Portfolio;
}

/** Feeds what came and went in a case, in its order, to an ingest and a portfolio. */
function booksOf(given: LayerCase, { history, layer }: CaseOutcome): Books {
  const domain = given.domain ?? "live";
  const ingest = new FillIngest({ world, domain, instruments: INSTRUMENTS });
  const portfolio = new Portfolio({ world, domain, scope: "strategy", costing: "average", instruments: INSTRUMENTS });
  for (const one of history) {
    if (one.kind === "event") {
      if (one.event.kind !== "venue_fill") ingest.learn(one.event);
      continue;
    }
    const order = layer.manager.order(one.message.clientOrderId)?.order;
    for (const fill of executionsIn(one.message)) {
      if (order === undefined) throw new Error("a venue reports on orders that it was sent");
      const report = venueFillEvent({ order, fill }, { world, domain, instruments: INSTRUMENTS });
      for (const posting of ingest.receive(report, one.time.toString()).fills) portfolio.post(posting);
    }
  }
  return { ingest, portfolio };
}

function executionsIn(message: VenueMessage): readonly VenueExecution[] {
  if (message.kind === "fill") return [message];
  return message.kind === "status" ? message.fills : [];
}

function positionIn({ portfolio }: Books): string {
  const snapshots = portfolio.snapshot("0", "0");
  return snapshots.find((one) => one.symbol === symbol)?.positions[0]?.quantity ?? "0";
}

function faultsOf(given: LayerCase): readonly string[] {
  const outcome = runLayerCase(given);
  const books = booksOf(given, outcome);
  const venues = [...outcome.venues, outcome.paper];
  const there = venues.reduce((sum, each) => sum + each.position(symbol), 0n);
  const here = [positionIn(books), outcome.layer.position(strategy, symbol).toString()];
  const letters = books.ingest.letters.map(({ reason, issues }) => `${reason}: ${issues[0]?.path}`);
  const fills = venues.flatMap((each) => each.executions()).length;
  return [
    ...here.filter((position) => position !== there.toString()).map((position) => `${position} here, ${there} there`),
    ...letters,
    ...(books.portfolio.through === fills ? [] : [`${books.portfolio.through} postings of ${fills} fills`]),
  ];
}

describe("the books behind the layer", () => {
  it.each(LAYER_CASES.map((one) => [one.name, one] as const))("are the venue's in the case %s", (_, one) => {
    expect(faultsOf(one)).toEqual([]);
  });

  it("are the venue's, whatever the line did", () => {
    fc.assert(
      fc.property(arbitraryLayerCase(), (given) => {
        expect(faultsOf(given)).toEqual([]);
      }),
      { numRuns: Number(process.env["GOLDENTAPE_RUNS"] ?? "10") },
    );
  });

  it("tag what is late after a cancel", () => {
    const tagsOf = (name: string): readonly string[] => {
      const given = LAYER_CASES.find((one) => one.name === name);
      if (given === undefined) throw new Error(`there is a case ${name}`);
      const outcome = runLayerCase(given);
      const ingest = new FillIngest({ world, domain: "live", instruments: INSTRUMENTS });
      return outcome.history.flatMap((one) => {
        if (one.kind === "message") return [];
        if (one.event.kind !== "venue_fill") {
          ingest.learn(one.event);
          return [];
        }
        return ingest.receive(one.event, one.time.toString()).fills.flatMap(({ tags }) => tags);
      });
    };
    expect(tagsOf("late-fill")).toEqual(["late_after_cancel"]);
    expect(tagsOf("partial-fills")).toEqual([]);
  });
});
