// The outbox: backpressure, and counters by reason and stage.

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { OutboxLimits } from "../../../adapters/execution/index.js";
import { Counters, Outbox } from "../../../adapters/execution/index.js";
import { runs } from "./made-up-events.js";

const LIMITS: OutboxLimits = {
  unacknowledgedMax: 3,
  unacknowledgedResume: 1,
  lagNsMax: 10n,
  lagNsResume: 4n,
  capacity: 5,
};
const open = (changes: Partial<OutboxLimits> = {}): Outbox<string> => new Outbox<string>({ ...LIMITS, ...changes });
const adding = (key: string) => ({ key, reduces: false, order: key });
const reducing = (key: string) => ({ key, reduces: true, order: key });

describe("an outbox", () => {
  it("takes orders up to its limit, gives each once, and knows a repetition", () => {
    const outbox = open();
    const kinds = ["a", "b", "a", "c", "d"].map((key) => outbox.offer(adding(key), 0n).kind);
    expect(kinds).toEqual(["admitted", "admitted", "duplicate", "admitted", "refused"]);
    expect([outbox.take(2), outbox.take(9), outbox.take(9)]).toEqual([["a", "b"], ["c"], []]);
    expect(outbox.unacknowledged).toBe(3);
    expect([outbox.acknowledge("b"), outbox.acknowledge("b")]).toEqual([true, false]);
    expect(outbox.counters.rows()).toEqual([
      { stage: "publish", reason: "admitted", count: 3 },
      { stage: "publish", reason: "backpressure", count: 1 },
      { stage: "publish", reason: "duplicate", count: 1 },
    ]);
  });

  it("lets through what reduces, as long as there is room at all", () => {
    const outbox = open();
    for (const key of ["a", "b", "c"]) outbox.offer(adding(key), 0n);
    expect(outbox.offer(adding("d"), 0n)).toMatchObject({
      kind: "refused",
      stage: "publish",
      reason: "backpressure",
      text: "3 orders without an answer, the oldest for 0 ns; it opens again at 1 orders and 4 ns, or less",
    });
    expect(["e", "f", "g"].map((key) => outbox.offer(reducing(key), 0n).kind)).toEqual([
      "admitted",
      "admitted",
      "refused",
    ]);
    expect(outbox.take(9)).toEqual(["a", "b", "c", "e", "f"]);
  });

  it("opens again at the lower limit of the count, not above it", () => {
    const outbox = open();
    for (const key of ["a", "b", "c"]) outbox.offer(adding(key), 0n);
    expect(outbox.offer(adding("d"), 0n).kind).toBe("refused");
    outbox.acknowledge("a");
    expect(outbox.offer(adding("d"), 0n).kind).toBe("refused");
    outbox.acknowledge("b");
    expect(outbox.offer(adding("d"), 0n).kind).toBe("admitted");
  });

  it("closes when the oldest answer is late, one nanosecond behind the limit, and opens at the lower one", () => {
    const outbox = open();
    outbox.offer(adding("a"), 0n);
    expect([outbox.isClosed(10n), outbox.isClosed(11n)]).toEqual([false, true]);
    expect(outbox.offer(adding("b"), 11n).kind).toBe("refused");
    outbox.offer(reducing("c"), 11n);
    outbox.acknowledge("a");
    expect([outbox.isClosed(16n), outbox.isClosed(15n)]).toEqual([true, false]);
    expect(outbox.lagNs(3n)).toBe(0n);
  });

  it.each([
    ["capacity", { capacity: 0 }],
    ["capacity", { capacity: 2.5 }],
    ["unacknowledgedMax", { unacknowledgedMax: 6 }],
    ["unacknowledgedMax", { unacknowledgedMax: 0 }],
    ["unacknowledgedResume", { unacknowledgedResume: 3 }],
    ["unacknowledgedResume", { unacknowledgedResume: -1 }],
    ["lagNsMax", { lagNsMax: -1n }],
    ["lagNsResume", { lagNsResume: 11n }],
  ])("refuses limits that are not whole or not in their order: %s", (name, changes) => {
    expect(() => open(changes)).toThrow(new RegExp(`outbox\\.${name}: expected .* \\(execution/option\\)`));
  });

  it("keeps its limits whatever is offered and answered, and does not flutter", () => {
    const step = fc.record({
      kind: fc.constantFrom("add", "add", "reduce", "answer", "wait"),
      which: fc.nat({ max: 9 }),
      wait: fc.bigInt({ min: 0n, max: 6n }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const outbox = open();
        const since = new Map<string, bigint>();
        let now = 0n;
        let isClosed = false;
        for (const { kind, which, wait } of steps) {
          const key = String(which);
          if (kind === "wait") now += wait;
          if (kind === "answer") expect(outbox.acknowledge(key)).toBe(since.delete(key));
          const lag = now - ([...since.values()][0] ?? now);
          if (since.size >= 3 || lag > 10n) isClosed = true;
          if (since.size <= 1 && lag <= 4n) isClosed = false;
          expect([outbox.isClosed(now), outbox.unacknowledged]).toEqual([isClosed, since.size]);
          if (kind !== "add" && kind !== "reduce") continue;
          const isRefused = since.size >= 5 || (isClosed && kind === "add");
          const expected = since.has(key) ? "duplicate" : isRefused ? "refused" : "admitted";
          expect(outbox.offer({ key, reduces: kind === "reduce", order: key }, now).kind).toBe(expected);
          if (expected === "admitted") since.set(key, now);
        }
      }),
      runs(60),
    );
  });
});

describe("counters", () => {
  it("have one order, whatever was counted first", () => {
    const [there, back] = [new Counters(), new Counters()];
    const counted = [
      ["risk", "freeze"],
      ["gate", "drain"],
      ["gate", "drain"],
      ["gate", "backpressure"],
    ] as const;
    for (const [stage, reason] of counted) there.add(stage, reason);
    for (const [stage, reason] of [...counted].reverse()) back.add(stage, reason);
    expect(there.rows()).toEqual(back.rows());
    expect(there.rows().map(({ stage, reason, count }) => `${stage} ${reason} ${count}`)).toEqual([
      "gate backpressure 1",
      "gate drain 2",
      "risk freeze 1",
    ]);
    expect([there.count("gate", "drain"), there.count("gate", "freeze")]).toEqual([2, 0]);
  });
});
