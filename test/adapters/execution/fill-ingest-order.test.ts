// Fill ingest: reports in any order and any of them repeated give the same fills, and what is left comes to rest.

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FillEvent, IngestOptions, IngestResult } from "../../../adapters/execution/index.js";
import { compacted, FillIngest, Journal, portfolioOf } from "../../../adapters/execution/index.js";
import { madeUpOrder, repeatedInAnyOrder, runs, WORLD } from "./made-up-events.js";
import { books, options, report } from "./made-up-ingest.js";

/** Three orders with up to six fills each, in the order in which they happened. */
const arbitraryReports = fc
  .array(
    fc.record({
      order: fc.integer({ min: 0, max: 2 }),
      price: fc.integer({ min: 1, max: 4 }),
      fee: fc.integer({ min: 0, max: 1 }),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((rows) => {
    const seqs = [0, 0, 0];
    return rows.map(({ order, price, fee }) =>
      report(++(seqs[order] as number), {
        orderId: `o${order}`,
        side: order === 0 ? "sell" : "buy",
        price: String(price),
        fee: String(fee),
      }),
    );
  });

function threeOrders(changes: Partial<IngestOptions> = {}): FillIngest {
  const ingest = new FillIngest(options(changes));
  for (const order of [0, 1, 2]) {
    ingest.learn(madeUpOrder({ orderId: `o${order}`, side: order === 0 ? "sell" : "buy", quantity: "12" }));
  }
  return ingest;
}

const postedBy = (results: readonly IngestResult[]): FillEvent[] => results.flatMap(({ fills }) => fills);
const mixed = arbitraryReports.chain((reports) => fc.tuple(fc.constant(reports), repeatedInAnyOrder(reports)));

/** What is left of letters that nobody has to see to. */
const LEFT = { duplicate: "duplicate discarded", out_of_order: "out_of_order replayed" } as const;

describe("reports in any order, any of them repeated", () => {
  const byOrder = (fills: readonly FillEvent[]) =>
    [0, 1, 2].map((order) =>
      fills.filter(({ orderId }) => orderId === `o${order}`).map(({ number: _, ...fill }) => fill),
    );
  const sums = (fills: readonly FillEvent[]) => {
    const portfolio = portfolioOf(books, fills);
    portfolio.mark("ABC", 3n);
    const account = portfolio.snapshot("0", "0").find((event) => event.account !== null)?.account;
    return [portfolio.through, account?.cash, account?.value, account?.fees, account?.equity];
  };

  it("give the same fills of each order, numbered without gaps, and the same equity", () => {
    fc.assert(
      fc.property(mixed, ([reports, shuffled]) => {
        const plain = threeOrders();
        const expected = postedBy(reports.map((each) => plain.receive(each, "0")));
        expect(expected).toHaveLength(reports.length);
        const ingest = threeOrders();
        const fills = postedBy(shuffled.map((each) => ingest.receive(each, "0")));
        expect(byOrder(fills)).toEqual(byOrder(expected));
        expect(fills.map(({ number }) => number)).toEqual(fills.map((_, index) => index + 1));
        expect(sums(fills)).toEqual(sums(expected));
      }),
      runs(40),
    );
  });

  it("lose nothing to quarantine: replayed, the accounts balance as if nothing had been there", () => {
    fc.assert(
      fc.property(mixed, fc.integer({ min: 0, max: 2 }), ([reports, shuffled], heldMax) => {
        const plain = threeOrders();
        const expected = postedBy(reports.map((each) => plain.receive(each, "0")));
        const ingest = threeOrders({ heldMax, aheadMax: 2 });
        const results = shuffled.map((each) => ingest.receive(each, "0"));
        const replayed = ingest.replayAll("1");
        const fills = postedBy([...results, ...replayed]);
        expect(byOrder(fills)).toEqual(byOrder(expected));
        expect(sums(fills)).toEqual(sums(expected));
        // All came of themselves: nothing was left to be replayed.
        expect(replayed).toEqual([]);
        expect(new Set(ingest.letters.map(({ reason, state }) => `${reason} ${state}`))).toEqual(
          new Set(ingest.letters.map(({ reason }) => LEFT[reason as keyof typeof LEFT])),
        );
        const published = results.flatMap(({ letters }) => letters);
        expect(compacted(published).length).toBe(ingest.letters.length);
        expect(new Set(compacted(published))).toEqual(new Set(ingest.letters));
      }),
      runs(40),
    );
  });

  it("go on where the journal stops: what waits for its turn is in it", () => {
    const cut = fc.nat({ max: 20 });
    fc.assert(
      fc.property(mixed, cut, ([reports, shuffled], at) => {
        const journal = new Journal(WORLD, "live");
        const first = threeOrders({ heldMax: 1 });
        for (const order of [0, 1, 2]) {
          journal.append(
            madeUpOrder({ orderId: `o${order}`, side: order === 0 ? "sell" : "buy", quantity: "12" }),
            "0",
          );
        }
        for (const each of shuffled.slice(0, at)) {
          const { fills, letters } = first.receive(each, "0");
          for (const event of [...fills, ...letters]) journal.append(event, "0");
        }
        const ingest = FillIngest.restored(options({ heldMax: 1 }), journal.events());
        expect(ingest.through).toBe(first.through);
        expect(ingest.letters).toEqual(first.letters);
        const results = shuffled.slice(at).map((each) => ingest.receive(each, "0"));
        const before = journal.events().filter((event) => event.kind === "fill");
        const fills = [...before, ...postedBy([...results, ...ingest.replayAll("1")])];
        const plain = threeOrders();
        const expected = postedBy(reports.map((each) => plain.receive(each, "0")));
        expect(byOrder(fills)).toEqual(byOrder(expected));
        expect(sums(fills)).toEqual(sums(expected));
      }),
      runs(20),
    );
  });
});
