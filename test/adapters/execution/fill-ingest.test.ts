// Fill ingest: reports of venues, each posted once and in its turn; quarantine and the ways out of it.

import { describe, expect, it } from "vitest";
import type { ActivationEvent, AckEvent, IngestOptions, VenueFill } from "../../../adapters/execution/index.js";
import { checkEvent, FillIngest } from "../../../adapters/execution/index.js";
import { InputError } from "../../../kernel/index.js";
import { madeUpMovement, madeUpOrder, WORLD } from "./made-up-events.js";
import { ingestOf, options, report, seqsOf, statesOf } from "./made-up-ingest.js";

const refused = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof InputError) return error.issues[0]?.received ?? "";
    throw error;
  }
  return "nothing was refused";
};

function ack(status: AckEvent["status"], leaves = "0"): AckEvent {
  const { kind: _k, orderId, clientOrderId, correlationId, ...order } = madeUpOrder();
  const { strategy, symbol, side, bucket, nodeId, venue } = order;
  const head = { kind: "ack", schemaVersion: 1, world: WORLD, domain: "live", ts: "0" } as const;
  const what = {
    intentId: null,
    venueOrderId: null,
    seq: 1,
    status,
    reason: null,
    wanted: "10",
    leaves,
    limit: null,
    trigger: null,
  };
  return { ...head, strategy, symbol, side, bucket, nodeId, venue, orderId, clientOrderId, correlationId, ...what };
}

function activation(version: number, changes: Partial<ActivationEvent>): ActivationEvent {
  const head = { kind: "activation", schemaVersion: 1, world: WORLD, domain: "live", ts: "0" } as const;
  const scope = { strategy: null, symbol: null, side: "long", effectiveMode: "live", etag: "e", ttlNs: null } as const;
  return { ...head, ...scope, active: true, freeze: false, drain: false, version, ...changes };
}

describe("a fill ingest", () => {
  it("makes of a report a fill of its order, numbered, with the cash that follows", () => {
    const ingest = ingestOf();
    const { outcome, fills, letters } = ingest.receive(
      report(1, { fee: "-1", quantity: "3", liquidity: "maker" }),
      "7",
    );
    expect([outcome, letters]).toEqual(["posted", []]);
    expect(fills).toHaveLength(1);
    expect(checkEvent("fill", fills[0], "fill")).toMatchObject({
      ...{ world: WORLD, domain: "live", strategy: "trend", symbol: "ABC", orderId: "o1", clientOrderId: "c1" },
      ...{ seq: 1, number: 1, side: "buy", price: "11", quantity: "3", cash: "-33", fee: "-1", liquidity: "maker" },
      ...{ leg: "net", cause: "trade", tags: [], repairedFrom: null, ts: "5" },
    });
  });

  it("posts each fill once and in its turn", () => {
    const ingest = ingestOf();
    const results = [2, 2, 1, 1, 2, 3].map((seq) => ingest.receive(report(seq), "0"));
    expect(results.map(({ outcome }) => outcome)).toEqual("held held posted duplicate duplicate posted".split(" "));
    expect(results.map(({ fills }) => seqsOf(fills))).toEqual([[], [], [1, 2], [], [], [3]]);
    expect(ingest.counters.rows()).toEqual([
      // The second of those that waited, and the two behind it.
      { stage: "ingest", reason: "duplicate", count: 3 },
      { stage: "ingest", reason: "out_of_order", count: 1 },
      { stage: "ingest", reason: "posted", count: 3 },
    ]);
  });

  it("numbers movements among the fills", () => {
    const ingest = ingestOf();
    const { number: _, ...deposit } = madeUpMovement(1, "deposit", "5");
    expect(ingest.move(deposit).number).toBe(1);
    expect(ingest.receive(report(1), "0").fills[0]?.number).toBe(2);
    expect(ingest.through).toBe(2);
  });

  it.each([
    ["buy", false, "long"],
    ["buy", true, "short"],
    ["sell", false, "short"],
    ["sell", true, "long"],
  ] as const)("gives a %s with reduceOnly %s to the %s position of a hedging account", (side, reduceOnly, leg) => {
    const ingest = new FillIngest(options({ positions: "hedging" }));
    ingest.learn(madeUpOrder({ side, reduceOnly }));
    expect(ingest.receive(report(1, { side }), "0").fills[0]?.leg).toBe(leg);
  });

  it("tags what is late, and posts it all the same", () => {
    const tagsAfter = (...events: (ActivationEvent | AckEvent)[]) => {
      const ingest = ingestOf();
      for (const event of events) ingest.learn(event);
      return ingest.receive(report(1), "0").fills[0]?.tags;
    };
    const frozen = activation(1, { freeze: true, drain: true });
    expect(tagsAfter(frozen)).toEqual(["late_after_freeze"]);
    expect(tagsAfter(activation(1, { drain: "cancel" }))).toEqual(["late_after_drain"]);
    expect(tagsAfter(activation(1, { drain: true, strategy: "trend", symbol: "ABC" }))).toEqual(["late_after_drain"]);
    expect(tagsAfter(activation(1, { freeze: true, strategy: "value" }))).toEqual([]);
    expect(tagsAfter(frozen, activation(2, {}))).toEqual([]);
    expect(tagsAfter(activation(2, {}), frozen)).toEqual([]);
    expect(tagsAfter(ack("canceled"))).toEqual(["late_after_cancel"]);
    expect(tagsAfter(ack("accepted", "10"))).toEqual([]);
    expect(tagsAfter(frozen, ack("expired"))).toEqual(["late_after_freeze", "late_after_cancel"]);
  });

  it("forgets an order, whose reports are then of an unknown one", () => {
    const ingest = ingestOf();
    ingest.receive(report(2), "0");
    ingest.forget("o1");
    expect(ingest.receive(report(1), "0")).toMatchObject({
      outcome: "quarantined",
      letters: [{ reason: "unknown_order" }],
    });
  });
});

describe("quarantine", () => {
  const cases: readonly [string, (ingest: FillIngest) => unknown, string | null][] = [
    ["schema", () => ({ ...report(1), price: 11 }), "fill.price"],
    ["schema", () => "no event at all", "fill"],
    ["schema", () => ({ ...report(1), colour: "red" }), "fill"],
    ["facts", () => report(1, { symbol: "XYZ" }), "fill.symbol"],
    ["facts", () => report(1, { side: "sell" }), "fill.side"],
    ["facts", () => report(1, { currency: "EUR" }), "fill.currency"],
    ["facts", () => report(1, { price: "11.5" }), "fill.price"],
    ["facts", () => report(1, { quantity: "0.5" }), "fill.quantity"],
    ["facts", () => report(1, { fee: "0.5" }), "fill.fee"],
    ["unknown_order", () => report(1, { orderId: "o2" }), "fill.orderId"],
    ["overfill", () => report(1, { quantity: "11" }), "fill.quantity"],
    ["overflow", () => report(1, { quantity: "9", price: "1024819115206086201" }), "fill"],
    [
      "conflicting_duplicate",
      (ingest) => {
        ingest.receive(report(1), "0");
        return report(1, { price: "12" });
      },
      "fill",
    ],
    [
      "conflicting_duplicate",
      (ingest) => {
        ingest.receive(report(2), "0");
        return report(2, { fee: "1" });
      },
      "fill",
    ],
    ["out_of_order", () => report(66), "fill.seq"],
  ];

  it.each(cases)("takes what cannot be posted: %s", (reason, make, path) => {
    const ingest = ingestOf();
    const raw = make(ingest);
    const through = ingest.through;
    const result = ingest.receive(raw, "7");
    expect([result.outcome, result.fills, ingest.through]).toEqual(["quarantined", [], through]);
    const [letter] = result.letters;
    const number = ingest.letters.length;
    expect(checkEvent("dead_letter", letter, "letter")).toMatchObject({ reason, state: "waiting", ts: "7", number });
    expect(letter?.issues[0]?.path).toBe(path);
    expect(JSON.parse(letter?.original ?? "")).toEqual(raw);
    expect(ingest.counters.count("ingest", reason)).toBe(1);
    // A repetition makes no second letter.
    expect(ingest.receive(raw, "8")).toMatchObject({ outcome: "quarantined", letters: [] });
    expect(ingest.letters).toHaveLength(number);
  });

  it("begins one behind each bound", () => {
    const outcome = (seq: number, changes: Partial<VenueFill> = {}, settings: Partial<IngestOptions> = {}) =>
      ingestOf(settings).receive(report(seq, changes), "0").outcome;
    expect([outcome(64), outcome(65)]).toEqual(["held", "quarantined"]);
    expect([outcome(2, {}, { aheadMax: 2 }), outcome(3, {}, { aheadMax: 2 })]).toEqual(["held", "quarantined"]);
    expect([outcome(1, { quantity: "10" }), outcome(1, { quantity: "11" })]).toEqual(["posted", "quarantined"]);
    const price = (value: bigint) => ({ quantity: "1", price: String(value) });
    expect([outcome(1, price(2n ** 63n - 1n)), outcome(1, price(2n ** 63n))]).toEqual(["posted", "quarantined"]);
    const crowded = ingestOf({ heldMax: 1 });
    const outcomes = [3, 2, 1, 2, 3].map((seq) => crowded.receive(report(seq), "0").outcome);
    expect(outcomes).toEqual(["held", "quarantined", "posted", "duplicate", "duplicate"]);
    // What waited gave its room back.
    expect([6, 5].map((seq) => crowded.receive(report(seq), "0").outcome)).toEqual(["held", "quarantined"]);
  });

  it("lists an exact duplicate once, given up at once, and counts each", () => {
    const ingest = ingestOf();
    ingest.receive(report(1), "0");
    const again = ingest.receive(report(1), "7");
    expect([again.outcome, again.fills, ingest.through]).toEqual(["duplicate", [], 1]);
    expect(again.letters).toMatchObject([{ reason: "duplicate", state: "discarded", orderId: "o1", seq: 1, ts: "7" }]);
    expect(checkEvent("dead_letter", again.letters[0], "letter").issues).toMatchObject([{ path: "fill.seq" }]);
    expect(ingest.receive(report(1), "8")).toMatchObject({ outcome: "duplicate", letters: [] });
    expect(ingest.letters).toEqual(again.letters);
    expect(ingest.counters.count("ingest", "duplicate")).toBe(2);
    // What was asked for may repeat what is there.
    expect(ingest.confirm(report(1), "9")).toMatchObject({ outcome: "duplicate", letters: [], issues: [] });
    expect(ingest.counters.count("ingest", "duplicate")).toBe(2);
    expect(ingest.confirm(report(2), "9").outcome).toBe("posted");
  });

  it("keeps the newest 1,024 that wait no more, and all that wait", () => {
    const ingest = new FillIngest(options());
    ingest.receive("?", "0");
    ingest.learn(madeUpOrder({ quantity: "2000" }));
    for (let seq = 1; seq <= 1_100; seq++) {
      for (const _ of [1, 2]) ingest.receive(report(seq, { quantity: "1", price: "10" }), "0");
    }
    const { letters } = ingest;
    expect([letters.length, letters[0]?.reason, letters[1]?.seq, letters.at(-1)?.seq]).toEqual([
      1_025,
      "schema",
      77,
      1_100,
    ]);
    expect(letters.at(-1)?.number).toBe(1_101);
    // One that is forgotten is listed anew, one that is kept is not.
    const repeat = (seq: number) => ingest.receive(report(seq, { quantity: "1", price: "10" }), "0").letters.length;
    expect([repeat(77), repeat(1), repeat(77)]).toEqual([0, 1, 1]);
    expect(ingest.counters.count("ingest", "duplicate")).toBe(1_103);
  });

  it("lists what comes before its turn, and takes it by itself when its turn comes", () => {
    const ingest = ingestOf({ aheadMax: 3 });
    const early = [4, 3].map((seq) => ingest.receive(report(seq), "1"));
    expect(early.map(({ outcome }) => outcome)).toEqual(["quarantined", "held"]);
    expect(ingest.letters.map(({ reason, state, seq }) => [reason, state, seq])).toEqual([
      ["out_of_order", "waiting", 4],
      ["out_of_order", "waiting", 3],
    ]);
    expect(ingest.letters[1]?.issues).toMatchObject([{ expected: "fill 1 of its order", received: "3" }]);
    // One that is made again from the journal holds what this one holds.
    const again = FillIngest.restored(options({ aheadMax: 3 }), [madeUpOrder(), ...ingest.letters]);
    expect([again.waitingCount, again.letters]).toEqual([1, ingest.letters]);
    expect(again.receive(report(3, { price: "9" }), "2").letters).toMatchObject([{ reason: "conflicting_duplicate" }]);
    // A repetition of what waits has its letter already.
    expect(ingest.receive(report(3), "2")).toMatchObject({ outcome: "held", letters: [] });
    expect(ingest.receive(report(1), "3").letters).toEqual([]);
    const { fills, letters } = ingest.receive(report(2), "4");
    expect([seqsOf(fills), letters.map(({ seq, state }) => [seq, state])]).toEqual([
      [2, 3, 4],
      [
        [3, "replayed"],
        [4, "replayed"],
      ],
    ]);
    expect([ingest.waitingCount, ingest.counters.count("ingest", "posted")]).toEqual([0, 4]);
  });

  it("does not bring back by itself what was given up, or repaired to something else", () => {
    const given = ingestOf();
    const early = given.receive(report(2), "0").letters[0]?.letterId ?? "";
    given.discard(early, "1");
    expect([given.waitingCount, seqsOf(given.receive(report(1), "2").fills)]).toEqual([0, [1]]);
    // The venue may say it again.
    expect(seqsOf(given.receive(report(2), "3").fills)).toEqual([2]);

    const mended = ingestOf();
    const wrong = mended.receive(report(3), "0").letters[0]?.letterId ?? "";
    const later = mended.repair(wrong, report(4), "1");
    expect(later.letters.map(({ state, seq, repairedFrom }) => [state, seq, repairedFrom])).toEqual([
      ["waiting", 4, wrong],
      ["replaced", 3, null],
    ]);
    expect([1, 2].map((seq) => seqsOf(mended.receive(report(seq), "2").fills))).toEqual([[1], [2]]);
    expect(seqsOf(mended.receive(report(3, { price: "9" }), "3").fills)).toEqual([3, 4]);

    const kept = ingestOf();
    const same = kept.receive(report(2), "0").letters[0]?.letterId ?? "";
    kept.receive({ ...report(1), price: "many" }, "0");
    // A repair that is no better than a letter that waits changes nothing.
    expect(kept.repair(same, { ...report(1), price: "many" }, "1").letters).toEqual([]);
    expect(kept.repair(same, report(2), "1")).toMatchObject({ outcome: "held", letters: [] });
    expect(seqsOf(kept.receive(report(1), "2").fills)).toEqual([1, 2]);
  });

  it("takes what exceeds the order when its turn comes, and goes on behind the repaired one", () => {
    const ingest = ingestOf();
    ingest.receive(report(3, { quantity: "1" }), "0");
    ingest.receive(report(2, { quantity: "9" }), "0");
    const first = ingest.receive(report(1, { quantity: "2" }), "0");
    expect([seqsOf(first.fills), first.letters.map(({ reason, state }) => `${reason} ${state}`)]).toEqual([
      [1],
      ["out_of_order replaced", "overfill waiting"],
    ]);
    const { letterId = "" } = first.letters[1] ?? {};
    const repaired = ingest.repair(letterId, report(2, { quantity: "7" }), "1");
    expect(seqsOf(repaired.fills)).toEqual([2, 3]);
    expect(repaired.fills.map(({ tags, repairedFrom }) => [tags, repairedFrom])).toEqual([
      [["repaired"], letterId],
      [[], null],
    ]);
    expect(statesOf(repaired.letters)).toEqual(["replayed", "replayed"]);
  });

  it("lets an amended order fill what it has then", () => {
    const ingest = ingestOf();
    ingest.receive(report(1, { quantity: "4" }), "0");
    ingest.learn(ack("amended", "2"));
    expect(ingest.receive(report(2, { quantity: "3" }), "0").outcome).toBe("quarantined");
    expect(ingest.receive(report(2, { quantity: "2" }), "0").outcome).toBe("posted");
  });

  it("gives a letter back as it was, once its order is known", () => {
    const ingest = new FillIngest(options());
    const [second, first] = [report(2), report(1)].map((each) => ingest.receive(each, "0").letters[0]?.letterId ?? "");
    expect(ingest.replay(first ?? "", "1")).toMatchObject({ outcome: "quarantined", letters: [] });
    ingest.learn(madeUpOrder());
    // What waits for its turn still waits in quarantine too: nothing else keeps it.
    expect(ingest.replay(second ?? "", "2")).toMatchObject({ outcome: "held", letters: [] });
    const result = ingest.replay(first ?? "", "3");
    expect([seqsOf(result.fills), statesOf(result.letters)]).toEqual([
      [1, 2],
      ["replayed", "replayed"],
    ]);
    expect(refused(() => ingest.replay(first ?? "", "4"))).toBe("one that was replayed");
    expect(refused(() => ingest.replay("blake3:0", "4"))).toBe("blake3:0");
  });

  it("settles a letter when the venue reports the same again and it can be taken", () => {
    const ingest = new FillIngest(options());
    ingest.receive(report(1), "0");
    ingest.learn(madeUpOrder());
    const result = ingest.receive(report(1), "1");
    expect([result.outcome, statesOf(result.letters)]).toEqual(["posted", ["replayed"]]);
    expect(ingest.replayAll("2")).toEqual([]);
  });

  it("keeps the letter of a repaired event that cannot be taken either, linked to the first", () => {
    const ingest = ingestOf();
    const first = ingest.receive({ ...report(1), price: "many" }, "0").letters[0]?.letterId ?? "";
    expect(ingest.repair(first, { ...report(1), price: "many" }, "1").letters).toEqual([]);
    const again = ingest.repair(first, { ...report(1), price: "1.5" }, "1");
    expect(again.letters.map(({ state, repairedFrom, reason }) => [state, repairedFrom, reason])).toEqual([
      ["waiting", first, "facts"],
      ["replaced", null, "schema"],
    ]);
    const second = again.letters[0]?.letterId ?? "";
    const done = ingest.repair(second, report(1), "2");
    expect([done.fills[0]?.repairedFrom, statesOf(done.letters)]).toEqual([second, ["replayed"]]);
    expect(statesOf(ingest.letters)).toEqual(["replaced", "replayed"]);
  });

  it("lets a letter go that was repaired to what is there already, and one that is given up", () => {
    const ingest = ingestOf();
    ingest.receive(report(1), "0");
    const wrong = ingest.receive(report(1, { fee: "9" }), "0").letters[0]?.letterId ?? "";
    expect(ingest.repair(wrong, report(1), "1")).toMatchObject({
      outcome: "duplicate",
      letters: [{ state: "replayed" }],
    });
    const lost = ingest.receive("?", "1").letters[0]?.letterId ?? "";
    expect(ingest.discard(lost, "2")).toMatchObject({ state: "discarded", ts: "2" });
    expect(refused(() => ingest.discard(lost, "3"))).toBe("one that was discarded");
  });

  it("keeps what has no canonical text, and asks for a repair where it was cut off", () => {
    const ingest = ingestOf();
    const long = ingest.receive({ ...report(1), note: "x".repeat(20_000) }, "0").letters[0];
    expect(long?.original).toHaveLength(16_384);
    expect(refused(() => ingest.replay(long?.letterId ?? "", "1"))).toBe("a text that was cut off");
    // Another one that differs behind what is kept is another letter; the same one again is none.
    const other = { ...report(1), note: `${"x".repeat(20_000)}y` };
    expect([ingest.receive(other, "0"), ingest.receive(other, "1")].map(({ letters }) => letters.length)).toEqual([
      1, 0,
    ]);
    expect(ingest.letters[1]?.original).toBe(long?.original);
    expect(ingest.letters[1]?.originalDigest).not.toBe(long?.originalDigest);
    const circle: Record<string, unknown> = { orderId: "\ud800", seq: 0 };
    circle["self"] = circle;
    for (const odd of [undefined, 7n, circle, { orderId: "\ud800" }, Symbol("x")]) {
      const [letter] = ingest.receive(odd, "0").letters;
      expect(checkEvent("dead_letter", letter, "letter")).toMatchObject({ reason: "schema", seq: null });
    }
    expect(ingest.replayAll("1")).toEqual([]);
    expect(ingest.repair(long?.letterId ?? "", report(1), "1").outcome).toBe("posted");
  });
});
