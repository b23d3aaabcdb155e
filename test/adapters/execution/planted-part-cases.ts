// Parts of the execution layer with a fault planted in each, and the case of the kit that finds it: with traces, and by
// the laws alone.

import { describe, expect, it } from "vitest";
import { openOrderManager, riskChecks } from "../../../adapters/execution/index.js";
import type {
  ManagerOutput,
  OrderManager,
  SentOrder,
  Verdict,
  VenueMessage,
  VenueRequest,
} from "../../../adapters/execution/index.js";
import { checkLayer } from "../../../adapters/testing/check-layer.js";
import type { LayerParts } from "../../../adapters/testing/layer-case.js";
import { LAYER_CASES } from "../../../adapters/testing/order-cases.js";

const NOTHING: ManagerOutput = { requests: [], notes: [], fills: [] };

/** A manager that differs in some methods from the layer's own. */
function manager(change: (own: OrderManager) => Partial<OrderManager>): LayerParts {
  return {
    openManager: (terms) => {
      const own = openOrderManager(terms);
      return { ...own, ...change(own) };
    },
  };
}

/** One that does not hear some messages, or hears others. */
function hearing(change: (message: VenueMessage) => VenueMessage | null): LayerParts {
  return manager((own) => ({
    receive: (message, time) => {
      const heard = change(message);
      return heard === null ? NOTHING : own.receive(heard, time);
    },
  }));
}

/** One whose requests are others when they leave. */
function sending(change: (request: VenueRequest, time: bigint) => readonly VenueRequest[]): LayerParts {
  const all = (output: ManagerOutput, time: bigint): ManagerOutput => ({
    ...output,
    requests: output.requests.flatMap((request) => change(request, time)),
  });
  return manager((own) => ({
    submit: (order, time) => all(own.submit(order, time), time),
    cancel: (id, time, reason) => all(own.cancel(id, time, reason), time),
    replace: (id, order, time) => all(own.replace(id, order, time), time),
    receive: (message, time) => all(own.receive(message, time), time),
    advance: (time) => all(own.advance(time), time),
  }));
}

/** One that tells another story of its fills. */
function counting(change: (fills: ManagerOutput["fills"]) => ManagerOutput["fills"]): LayerParts {
  return manager((own) => ({
    receive: (message, time) => {
      const output = own.receive(message, time);
      return { ...output, fills: change(output.fills) };
    },
  }));
}

function gate(judge: () => unknown): LayerParts {
  return { gates: [{ name: "own", judge: judge as () => Verdict }] };
}

let calls = 0;

/** What is wrong, the part, and a case of the kit that finds it. */
const PLANTED: readonly (readonly [what: string, parts: LayerParts, found: string])[] = [
  ["cancel does nothing, in a freeze", manager(() => ({ cancel: () => NOTHING })), "freeze"],
  ["cancel does nothing, in a drain that cancels", manager(() => ({ cancel: () => NOTHING })), "drain-cancel"],
  ["cancel does nothing, when asked to", manager(() => ({ cancel: () => NOTHING })), "duplicates"],
  ["cancel does nothing, when nothing may leave", manager(() => ({ leave: () => NOTHING })), "downgrade"],
  [
    "cancel is ignored for a freeze only",
    manager((own) => ({ cancel: (id, time, why) => (why === undefined ? own.cancel(id, time) : NOTHING) })),
    "freeze-short",
  ],
  [
    "cancel waits for the next turn",
    manager((own) => {
      const asked: string[] = [];
      return {
        cancel: (id) => {
          asked.push(id);
          return NOTHING;
        },
        advance: (time) => {
          const outputs = asked.splice(0).map((id) => own.cancel(id, time + 1n));
          return [...outputs, own.advance(time)].reduce((a, b) => ({
            requests: [...a.requests, ...b.requests],
            notes: [...a.notes, ...b.notes],
            fills: [...a.fills, ...b.fills],
          }));
        },
      };
    }),
    "freeze",
  ],
  ["replace does nothing", manager(() => ({ replace: () => NOTHING })), "replaced"],
  [
    "replace keeps the old limit",
    sending((one) => [one.kind === "replace" ? { ...one, terms: { ...one.terms, limit: 100n } } : one]),
    "replaced",
  ],
  [
    "replace forgets what was filled before",
    sending((one) => [one.kind === "replace" ? { ...one, terms: { ...one.terms, quantity: 6n } } : one]),
    "replaced",
  ],
  [
    "replace cancels, and sends nothing in its place",
    manager((own) => ({ replace: (id, _, time) => own.cancel(id, time) })),
    "replaced",
  ],
  ["resume does nothing", manager(() => ({ resume: () => NOTHING })), "restart"],
  [
    "advance never asks, and is never due",
    manager(() => ({ advance: () => NOTHING, nextDue: () => null })),
    "lost-answer",
  ],
  ["what is open is never asked about", manager(() => ({ advance: () => NOTHING, nextDue: () => null })), "expires"],
  [
    "submit sends twice",
    sending((one) => (one.kind === "place" && one.attempt === 1 ? [one, one] : [one])),
    "accepted-and-filled",
  ],
  [
    "retries without asking",
    manager((own) => {
      const sent = new Map<string, VenueRequest>();
      return {
        submit: (order, time) => {
          const output = own.submit(order, time);
          for (const one of output.requests) if (one.kind === "place") sent.set(one.terms.clientOrderId, one);
          return output;
        },
        advance: (time) => {
          const { requests, ...rest } = own.advance(time);
          const again = (one: VenueRequest) => (one.kind === "ask" ? (sent.get(one.clientOrderId) ?? one) : one);
          return { ...rest, requests: requests.map(again) };
        },
      };
    }),
    "lost-answer",
  ],
  [
    "sends again what is wanted no more",
    manager((own) => ({ leave: (mayLeave, time) => (mayLeave ? own.leave(true, time) : NOTHING) })),
    "downgrade-unanswered",
  ],
  ["acceptances are not heard", hearing((one) => (one.kind === "accepted" ? null : one)), "partial-fills"],
  ["rejections are not heard", hearing((one) => (one.kind === "rejected" ? null : one)), "rejected"],
  [
    "refused cancels are not heard, nor the fills behind them",
    hearing((one) => (one.kind === "cancelRefused" || one.kind === "fill" ? null : one)),
    "cancel-too-late",
  ],
  ["late fills are dropped", counting((fills) => fills.filter(({ isLate }) => !isLate)), "late-fill"],
  ["fills are counted twice", counting((fills) => [...fills, ...fills]), "partial-fills"],
  [
    "fills have the wrong number",
    counting((fills) => fills.map((one) => ({ ...one, fill: { ...one.fill, seq: one.fill.seq + 1 } }))),
    "partial-fills",
  ],
  [
    "fills are of the other side",
    counting((fills) =>
      fills.map((one) => ({
        ...one,
        order: { ...one.order, side: "sell" } as SentOrder,
        fill: { ...one.fill, price: 1n },
      })),
    ),
    "partial-fills",
  ],
  [
    "orders leave on the other side",
    sending((one) => [one.kind === "place" ? { ...one, terms: { ...one.terms, side: "sell" } } : one]),
    "accepted-and-filled",
  ],
  [
    "an order leaves larger than it was approved",
    sending((one) => [one.kind === "place" ? { ...one, terms: { ...one.terms, quantity: 11n } } : one]),
    "accepted-and-filled",
  ],
  [
    "a gate throws",
    gate(() => {
      throw new Error("no facts");
    }),
    "accepted-and-filled",
  ],
  ["a gate says what is no verdict", gate(() => ({ kind: "refuse" })), "accepted-and-filled"],
  [
    "a gate makes an order larger",
    gate(() => ({ kind: "revise", quantity: 99n, reason: "throttled", text: "" })),
    "accepted-and-filled",
  ],
  [
    "a gate says another thing each time",
    gate(() => (calls++ % 2 === 0 ? { kind: "allow" } : { kind: "reject", reason: "throttled", text: "" })),
    "accepted-and-filled",
  ],
  [
    "risk makes an order no smaller",
    {
      risk: [
        { name: "own", judge: ({ quantity }) => ({ kind: "revise", quantity, reason: "leverage_limit", text: "" }) },
      ],
    },
    "accepted-and-filled",
  ],
];

function findings(parts: LayerParts, name: string, mayDiffer: boolean): readonly string[] {
  const cases = LAYER_CASES.filter((one) => one.name === name);
  expect(cases).toHaveLength(1);
  return checkLayer(parts, { cases, mayDiffer }).flatMap(({ faults }) => faults);
}

describe("a part with a fault planted in it", () => {
  it.each(PLANTED)("is found by the laws alone: %s", (_, parts, name) => {
    expect(findings(parts, name, true)).not.toEqual([]);
  });

  it("is found by its trace as well, by the first line that differs", () => {
    const deaf = hearing((one) => (one.kind === "accepted" ? null : one));
    expect(findings(deaf, "partial-fills", false)[0]).toMatch(
      /^line 4 of its trace is ".*", and not "100 {4}#1 accepted +applied +accepted"$/,
    );
    const silent = manager((own) => ({
      receive: (message, time) => ({ ...own.receive(message, time), notes: [] }),
    }));
    expect(findings(silent, "fill-or-kill", false)[0]).toMatch(/^line \d+ of its trace is/);
  });

  it("says of a case without an end what stays due", () => {
    const [fault] = findings(
      manager(() => ({ advance: () => NOTHING })),
      "lost-answer",
      true,
    );
    expect(fault).toBe(
      "the case does not come to its end: 5000 turns, and it is at 2000000000 ns; " +
        "#1 stays due whatever is advanced",
    );
  });
});

describe("parts without a fault", () => {
  it("give nothing: those of the layer under other names", () => {
    const [first, ...others] = riskChecks();
    const same: LayerParts = {
      ...manager((own) => ({ ...own })),
      risk: [first, ...others],
      gates: [{ name: "open", judge: () => ({ kind: "allow" }) }],
    };
    expect(checkLayer(same)).toEqual([]);
  });
});
