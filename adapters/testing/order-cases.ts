// Golden cases of the execution layer: what a venue and its line can do to an order, one thing a case.
//
// Units: mantissas of `CASE_INSTRUMENT`; instants in ns.

import { caseDecision } from "./layer-case.js";
import type { CaseStep, LayerCase } from "./layer-case.js";

const MS = 1_000_000n;
const SECOND = 1_000_000_000n;

const BOOK = { bid: 99n, bidSize: 100n, ask: 100n, askSize: 100n };
/** Nothing is offered at or under 100, so that a limit there rests. */
const FAR = { bid: 99n, bidSize: 100n, ask: 110n, askSize: 100n };
const THIN = { bid: 99n, bidSize: 100n, ask: 100n, askSize: 4n };

type Constraints = NonNullable<Extract<CaseStep, { do: "intent" }>["intent"]["constraints"]>;

/** Buys 10 at `at`, or what is stated. */
function buy(at: bigint, constraints: Constraints = {}, value = "10", intentId = `buy-${at / MS}`): CaseStep {
  return { at, do: "intent", intent: { intentId, side: "buy", size: { type: "quantity", value }, constraints } };
}

function sell(at: bigint, value: string, constraints: Constraints = {}): CaseStep {
  const intentId = `sell-${at / MS}`;
  return { at, do: "intent", intent: { intentId, side: "sell", size: { type: "quantity", value }, constraints } };
}

function target(at: bigint, value: string): CaseStep {
  const size = { type: "target_quantity", value } as const;
  return { at, do: "intent", intent: { intentId: `target-${at / MS}`, side: "buy", size, constraints: {} } };
}

const LIMIT = { limit: "100" } as const;

/** The cases, in the order of the story that they tell. */
export const LAYER_CASES: readonly LayerCase[] = [
  {
    name: "accepted-and-filled",
    about: "A market order is accepted and filled at once.",
    book: BOOK,
    steps: [buy(0n)],
    until: 10n * SECOND,
  },
  {
    name: "rejected",
    about: "The venue rejects an order; nothing is sent again.",
    book: BOOK,
    steps: [buy(0n)],
    rejects: [1],
    until: 10n * SECOND,
  },
  {
    name: "immediate-or-cancel",
    about: "What is offered is taken, and the remainder is cancelled by the venue.",
    book: THIN,
    steps: [buy(0n, { timeInForce: "ioc" })],
    until: 10n * SECOND,
  },
  {
    name: "fill-or-kill",
    about: "The first finds too little and is killed whole, the second finds enough.",
    book: THIN,
    steps: [
      buy(0n, { timeInForce: "fok" }),
      { at: SECOND, do: "quote", book: BOOK },
      buy(2n * SECOND, { timeInForce: "fok" }),
    ],
    until: 10n * SECOND,
  },
  {
    name: "partial-fills",
    about: "A resting order is filled in three parts.",
    book: FAR,
    steps: [
      buy(0n, LIMIT),
      { at: SECOND, do: "fill", order: 1, quantity: 3n, price: 100n },
      { at: 2n * SECOND, do: "fill", order: 1, quantity: 3n, price: 100n },
      { at: 3n * SECOND, do: "fill", order: 1, quantity: 4n, price: 100n },
    ],
    until: 10n * SECOND,
  },
  {
    name: "reordered",
    about: "The first fill overtakes the acceptance, and the last one the second.",
    book: FAR,
    steps: [
      buy(0n, LIMIT),
      { at: 60n * MS, do: "fill", order: 1, quantity: 3n, price: 100n },
      { at: 70n * MS, do: "fill", order: 1, quantity: 3n, price: 100n },
      { at: 80n * MS, do: "fill", order: 1, quantity: 4n, price: 100n },
    ],
    line: [
      { on: "back accepted", delayNs: 500n * MS },
      { on: "back fill", nth: 2, delayNs: 300n * MS },
    ],
    until: 10n * SECOND,
  },
  {
    name: "duplicates",
    about: "Every message comes three times; each counts once.",
    book: FAR,
    steps: [
      buy(0n, LIMIT),
      { at: SECOND, do: "fill", order: 1, quantity: 3n, price: 100n },
      { at: 2n * SECOND, do: "cancel", order: 1 },
    ],
    line: [
      { on: "back accepted", copies: 3 },
      { on: "back fill", copies: 3 },
      { on: "back canceled", copies: 3 },
    ],
    until: 10n * SECOND,
  },
  {
    name: "lost-request",
    about: "The order never arrives. It is sent again when the venue has not known it at a time at which it was void.",
    book: BOOK,
    steps: [buy(0n)],
    line: [{ on: "out place", nth: 1, lost: true }],
    until: 30n * SECOND,
  },
  {
    name: "lost-answer",
    about: "The order is filled, and every answer is lost. Asking brings it all back, and nothing is sent again.",
    book: BOOK,
    steps: [buy(0n)],
    line: [
      { on: "back accepted", nth: 1, lost: true },
      { on: "back fill", nth: 1, lost: true },
    ],
    until: 30n * SECOND,
  },
  {
    name: "slow-request",
    about: "The order arrives when it is void, behind the first question, and is not executed; its second sending is.",
    book: BOOK,
    steps: [buy(0n)],
    line: [{ on: "out place", nth: 1, delayNs: 7n * SECOND }],
    until: 30n * SECOND,
  },
  {
    name: "cancel-too-late",
    about: "The order fills while the cancel is on its way; the fill comes behind the refusal.",
    book: FAR,
    steps: [
      buy(0n, LIMIT),
      { at: SECOND, do: "cancel", order: 1 },
      { at: 1_020n * MS, do: "fill", order: 1, quantity: 10n, price: 100n },
    ],
    line: [{ on: "back fill", nth: 1, delayNs: 400n * MS }],
    until: 10n * SECOND,
  },
  {
    name: "late-fill",
    about: "A fill that was made before the cancel comes behind it: the state stands, and the money moves.",
    book: FAR,
    steps: [
      buy(0n, LIMIT),
      { at: SECOND, do: "fill", order: 1, quantity: 4n, price: 100n },
      { at: 1_100n * MS, do: "cancel", order: 1 },
    ],
    line: [{ on: "back fill", nth: 1, delayNs: 600n * MS }],
    until: 10n * SECOND,
  },
  {
    name: "cancel-overtakes",
    about: "The cancel arrives before its order, and is sent again when the order is there.",
    book: FAR,
    steps: [buy(0n, LIMIT), { at: 10n * MS, do: "cancel", order: 1 }],
    line: [{ on: "out place", nth: 1, delayNs: 200n * MS }],
    until: 10n * SECOND,
  },
  {
    name: "replaced",
    about: "A limit is moved; the quantity counts what was filled before.",
    book: FAR,
    steps: [
      buy(0n, LIMIT),
      { at: SECOND, do: "fill", order: 1, quantity: 4n, price: 100n },
      { at: 2n * SECOND, do: "replace", order: 1, change: { limit: 101n } },
      { at: 3n * SECOND, do: "fill", order: 2, quantity: 6n, price: 101n },
    ],
    until: 10n * SECOND,
  },
  {
    name: "replace-crosses-fill",
    about: "A fill crosses the replacement: what it took is not bought again.",
    book: FAR,
    steps: [
      buy(0n, LIMIT),
      { at: SECOND, do: "replace", order: 1, change: { limit: 101n } },
      { at: 1_020n * MS, do: "fill", order: 1, quantity: 4n, price: 100n },
      { at: 2n * SECOND, do: "fill", order: 2, quantity: 10n, price: 101n },
    ],
    until: 10n * SECOND,
  },
  {
    name: "replace-too-late",
    about:
      "The order fills before its smaller replacement arrives: more is filled than was wanted, and nothing is left.",
    book: FAR,
    steps: [
      buy(0n, LIMIT),
      { at: SECOND, do: "replace", order: 1, change: { quantity: 5n } },
      { at: 1_020n * MS, do: "fill", order: 1, quantity: 6n, price: 100n },
    ],
    until: 10n * SECOND,
  },
  {
    name: "replaced-twice",
    about: "Two replacements: the last one counts what both before it filled.",
    book: FAR,
    steps: [
      buy(0n, LIMIT),
      { at: SECOND, do: "fill", order: 1, quantity: 2n, price: 100n },
      { at: 2n * SECOND, do: "replace", order: 1, change: { limit: 101n } },
      { at: 3n * SECOND, do: "fill", order: 2, quantity: 3n, price: 101n },
      { at: 4n * SECOND, do: "replace", order: 2, change: { limit: 102n } },
      { at: 5n * SECOND, do: "fill", order: 3, quantity: 10n, price: 102n },
    ],
    until: 10n * SECOND,
  },
  {
    name: "replacement-fills-first",
    about: "The replacement is filled before anybody says that it took its place.",
    book: FAR,
    steps: [
      buy(0n, LIMIT),
      { at: SECOND, do: "fill", order: 1, quantity: 4n, price: 100n },
      { at: 2n * SECOND, do: "replace", order: 1, change: { limit: 101n } },
      { at: 2_060n * MS, do: "fill", order: 2, quantity: 6n, price: 101n },
    ],
    line: [{ on: "back replaced", nth: 1, delayNs: 300n * MS }],
    until: 10n * SECOND,
  },
  {
    name: "cancel-lost",
    about: "The cancel never arrives. Asking shows that the order is open, and it is cancelled again.",
    book: FAR,
    steps: [buy(0n, LIMIT), { at: SECOND, do: "cancel", order: 1 }],
    line: [{ on: "out cancel", nth: 1, lost: true }],
    until: 10n * SECOND,
  },
  {
    name: "stop-and-stop-limit",
    about: "A stop is no limit: it waits for its trigger, and takes what is there; with a limit it rests behind that.",
    book: BOOK,
    steps: [
      buy(0n, { stop: "105" }),
      buy(SECOND, { stop: "105", limit: "106" }),
      { at: 2n * SECOND, do: "quote", book: { bid: 107n, bidSize: 100n, ask: 108n, askSize: 100n } },
      { at: 3n * SECOND, do: "quote", book: { bid: 105n, bidSize: 100n, ask: 106n, askSize: 100n } },
    ],
    until: 10n * SECOND,
  },
  {
    name: "split",
    about: "Two venues show parts at their prices; each loses its part on the line, and is sent it again.",
    book: THIN,
    other: { bid: 98n, bidSize: 100n, ask: 101n, askSize: 100n },
    steps: [buy(0n)],
    line: [{ on: "out place", nth: 1, lost: true }],
    until: 30n * SECOND,
  },
  {
    name: "dry-run",
    about: "Outside of the live domain nothing is addressed to a venue.",
    domain: "dryrun",
    book: BOOK,
    steps: [buy(0n), buy(SECOND, LIMIT)],
    until: 10n * SECOND,
  },
  {
    name: "freeze",
    about: "A freeze cancels what is open and refuses what comes; a fill on its way is late, and counts.",
    book: FAR,
    steps: [
      buy(0n, LIMIT),
      { at: SECOND, do: "fill", order: 1, quantity: 4n, price: 100n },
      { at: 1_010n * MS, do: "activate", activation: { version: 1, freeze: true } },
      buy(2n * SECOND),
      sell(3n * SECOND, "4"),
      { at: 4n * SECOND, do: "activate", activation: { version: 2 } },
      buy(5n * SECOND, LIMIT),
      buy(61n * SECOND, LIMIT),
    ],
    line: [{ on: "back fill", nth: 1, delayNs: 500n * MS }],
    until: 70n * SECOND,
  },
  {
    name: "unreadable-freeze",
    about: "A freeze whose weight is no number freezes all the same, until a message comes that can be read.",
    book: FAR,
    steps: [
      buy(0n, LIMIT),
      { at: SECOND, do: "activate", activation: { version: 1, freeze: true, weight: "NaN" } },
      buy(2n * SECOND),
      { at: 3n * SECOND, do: "activate", activation: { version: 1 } },
      buy(4n * SECOND, LIMIT),
      buy(61n * SECOND, LIMIT),
    ],
    until: 70n * SECOND,
  },
  {
    name: "freeze-short",
    about: "A freeze of the short side cancels what sells short, leaves what buys, and is lifted.",
    book: { bid: 90n, bidSize: 100n, ask: 110n, askSize: 100n },
    steps: [
      buy(0n, LIMIT),
      sell(100n * MS, "5", { limit: "105" }),
      { at: SECOND, do: "activate", activation: { side: "short", version: 1, freeze: true } },
      sell(2n * SECOND, "5", { limit: "105" }),
      buy(3n * SECOND, LIMIT, "2"),
      { at: 4n * SECOND, do: "activate", activation: { side: "short", version: 2 } },
      { at: 5n * SECOND, do: "activate", activation: { side: "short", version: 1, freeze: true } },
      sell(61n * SECOND, "5", { limit: "105" }),
    ],
    until: 70n * SECOND,
  },
  {
    name: "world-unreachable",
    about: "While the world's service is away nothing leaves, and what is open is cancelled; back, orders leave again.",
    book: FAR,
    steps: [
      buy(0n, LIMIT),
      { at: SECOND, do: "decide", said: "unreachable" },
      buy(2n * SECOND, LIMIT),
      { at: 3n * SECOND, do: "decide", said: caseDecision("live", { version: 1 }) },
      buy(4n * SECOND, LIMIT),
    ],
    until: 10n * SECOND,
  },
  {
    name: "drain",
    about: "A drain lets reductions through, leaves what is open, and refuses what adds or goes through zero.",
    book: BOOK,
    steps: [
      buy(0n),
      { at: SECOND, do: "quote", book: FAR },
      buy(2n * SECOND, LIMIT, "5"),
      { at: 3n * SECOND, do: "activate", activation: { version: 1, drain: true } },
      buy(4n * SECOND),
      sell(5n * SECOND, "6"),
      sell(6n * SECOND, "4"),
    ],
    until: 10n * SECOND,
  },
  {
    name: "drain-untold",
    about: "A sale is cancelled, and what it sold is not told yet: in a drain the rest of the position is less.",
    book: BOOK,
    steps: [
      buy(0n),
      sell(SECOND, "6", { limit: "105" }),
      { at: 2n * SECOND, do: "fill", order: 2, quantity: 4n, price: 105n },
      { at: 2_060n * MS, do: "activate", activation: { version: 1, drain: "cancel" } },
      { at: 2_060n * MS, do: "activate", activation: { side: "short", version: 1, drain: "cancel" } },
      sell(2_500n * MS, "7"),
      sell(2_600n * MS, "6"),
    ],
    line: [{ on: "back fill", nth: 2, delayNs: 900n * MS }],
    until: 10n * SECOND,
  },
  {
    name: "drain-cancel",
    about: "A drain that cancels takes what is open with it.",
    book: FAR,
    steps: [buy(0n, LIMIT), { at: SECOND, do: "activate", activation: { version: 1, drain: "cancel" } }],
    until: 10n * SECOND,
  },
  {
    name: "downgrade",
    about: "From live to dry-run: what is open is cancelled, nothing more leaves, and paper trades on.",
    book: FAR,
    steps: [
      buy(0n, LIMIT),
      { at: SECOND, do: "leave", mayLeave: false },
      { at: SECOND, do: "activate", activation: { version: 1, effectiveMode: "paper" } },
      buy(2n * SECOND, LIMIT),
    ],
    until: 10n * SECOND,
  },
  {
    name: "paper-exit",
    about: "In paper mode an exit leaves what is held as it is, and paper has its own position; back in live, it goes.",
    book: BOOK,
    steps: [
      buy(0n),
      { at: SECOND, do: "activate", activation: { version: 1, effectiveMode: "paper" } },
      sell(2n * SECOND, "10"),
      buy(3n * SECOND, {}, "4"),
      { at: 4n * SECOND, do: "restart" },
      { at: 5n * SECOND, do: "activate", activation: { version: 2 } },
      target(60n * SECOND, "0"),
    ],
    until: 70n * SECOND,
  },
  {
    name: "flip-in-a-drain",
    about: "The side that a sale would open drains: what is held goes out, and nothing is opened.",
    book: BOOK,
    steps: [
      buy(0n),
      { at: SECOND, do: "activate", activation: { side: "short", version: 1, drain: true } },
      sell(2n * SECOND, "25"),
    ],
    until: 10n * SECOND,
  },
  {
    name: "downgrade-unanswered",
    about: "An order whose sending was lost before a downgrade is not sent again.",
    book: FAR,
    steps: [buy(0n, LIMIT), { at: SECOND, do: "leave", mayLeave: false }],
    line: [{ on: "out place", nth: 1, lost: true }],
    until: 30n * SECOND,
  },
  {
    name: "restart",
    about: "The process ends while an order is unanswered: its journal knows the order, and the venue is asked.",
    book: BOOK,
    steps: [buy(0n), { at: 40n * MS, do: "restart" }, buy(SECOND, {}, "10", "buy-0")],
    line: [{ on: "back accepted", nth: 1, lost: true }],
    until: 10n * SECOND,
  },
  {
    name: "expires",
    about: "An order that is good till a date ends there; the message is lost, and found on the next round.",
    book: FAR,
    steps: [buy(0n, { limit: "100", expires: "3000000000" })],
    line: [{ on: "back expired", nth: 1, lost: true }],
    until: 90n * SECOND,
  },
];
