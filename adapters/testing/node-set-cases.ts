// Golden cases of node sets: what a world can say to a set, and what a market can do to it, one thing a case.
//
// Units: cents, units, shares of equity, hours.

import type { NodeSetCase, SetBar } from "./node-set-case.js";

const PLENTY = 1_000_000;

/** Bars that stand at one price. */
function flat(count: number, cents = 10_000, volume = PLENTY): readonly SetBar[] {
  return Array.from({ length: count }, () => [cents, cents, cents, cents, volume] as const);
}

/** Bars that go from close to close. */
function path(...closes: readonly number[]): readonly SetBar[] {
  return closes.map((close, index) => {
    const open = closes[index - 1] ?? close;
    return [open, Math.max(open, close), Math.min(open, close), close, PLENTY] as const;
  });
}

const TWELVE = flat(12);
const WAVE = path(10_000, 10_100, 10_200, 10_050, 9_900, 9_950, 10_100, 10_300, 10_200, 10_000, 9_900, 10_050);
/** In, out, in again: each on bars of its own. */
const IN_AND_OUT = [0, 0.05, 0.05, 0.05, 0.08, 0.08, 0, 0, 0.06, 0.06, 0.06, 0.06];
/** Long and short by turns, where a set can. */
const TURNS = [0, 0.05, 0.05, 0.05, -0.05, -0.05, -0.05, 0.05, 0.05, 0.05, -0.04, -0.04];

/** The cases, in the order of the story that they tell. */
export const NODE_SET_CASES: readonly NodeSetCase[] = [
  {
    name: "in-and-out",
    about: "A position is opened, made larger, closed, and opened again.",
    bars: WAVE,
    asked: IN_AND_OUT,
  },
  { name: "turns", about: "Long and short by turns.", bars: WAVE, asked: TURNS },
  {
    name: "partial-fills",
    about: "Bars give ten units each: orders fill in parts.",
    bars: flat(12, 10_000, 10),
    asked: IN_AND_OUT,
  },
  {
    name: "immediate-or-cancel",
    about: "What a bar gives is taken, and the remainder ends.",
    bars: flat(12, 10_000, 10),
    asked: IN_AND_OUT,
    as: "order",
    timeInForce: "ioc",
  },
  {
    name: "fill-or-kill",
    about: "Bars that give too little fill nothing.",
    bars: [...flat(6, 10_000, 10), ...flat(6)],
    asked: IN_AND_OUT,
    as: "order",
    timeInForce: "fok",
  },
  {
    name: "repeated",
    about: "The same target at the same price, again and again.",
    bars: TWELVE,
    asked: [0.05],
    isFree: true,
  },
  {
    name: "limits",
    about: "Two strategies of one world ask for all of it.",
    bars: TWELVE,
    asked: [0, 1],
    strategies: 2,
  },
  { name: "two-strategies", about: "Two strategies share a world, and turn.", bars: WAVE, asked: TURNS, strategies: 2 },
  {
    name: "routed",
    about: "Orders are split over two venues.",
    bars: flat(12, 10_000, 60),
    asked: IN_AND_OUT,
    isRouted: true,
  },
  {
    name: "unknown",
    about: "Nothing is known of the world: everything is refused.",
    bars: WAVE,
    asked: TURNS,
    isUnknown: true,
  },
  {
    name: "freeze",
    about: "A freeze ends what is open and refuses what comes; a lifting lets it go on.",
    bars: flat(12, 10_000, 10),
    asked: TURNS,
    messages: [
      { hour: 2.5, version: 1, freeze: true },
      { hour: 6.5, version: 2 },
    ],
  },
  {
    name: "freeze-long",
    about: "A freeze of the long side alone, to the end.",
    bars: flat(12, 10_000, 10),
    asked: TURNS,
    messages: [{ hour: 3.5, version: 1, side: "long", freeze: true }],
  },
  {
    name: "freeze-short",
    about: "A freeze of the short side, lifted, and an older one that comes behind it.",
    bars: WAVE,
    asked: TURNS,
    messages: [
      { hour: 3.5, version: 2, side: "short", freeze: true },
      { hour: 8.5, version: 3, side: "short" },
      { hour: 9.5, version: 1, side: "short", freeze: true },
    ],
  },
  {
    name: "drain",
    about: "A drain lets reductions through, and nothing that opens.",
    bars: WAVE,
    asked: [0, 0.04, 0.04, 0.08, 0.08, 0.06, 0.06, -0.05, -0.05, 0.05, 0.05, 0],
    messages: [{ hour: 3.5, version: 1, drain: true }],
  },
  {
    name: "drain-cancel",
    about: "A drain that cancels takes what is open with it.",
    bars: flat(12, 10_000, 10),
    asked: IN_AND_OUT,
    messages: [{ hour: 2.5, version: 1, drain: "cancel" }],
  },
  {
    name: "stale",
    about: "A message is good for two hours: what opens behind them is refused, until the next one.",
    bars: WAVE,
    asked: TURNS,
    messages: [
      { hour: 0, version: 1, ttl: "2h" },
      { hour: 7.5, version: 2 },
    ],
  },
  {
    name: "inactive",
    about: "A strategy that is not active sends nothing.",
    bars: WAVE,
    asked: TURNS,
    messages: [{ hour: 3.5, version: 1, active: false }],
  },
  {
    name: "downgrade",
    about: "Active, then a drain, then a freeze.",
    bars: flat(12, 10_000, 15),
    asked: [0, 0.05, 0.05, 0.08, 0.08, 0.02, 0.06, 0.06, 0, 0.06, -0.04, -0.04],
    messages: [
      { hour: 0, version: 1 },
      { hour: 4.5, version: 2, drain: true },
      { hour: 8.5, version: 3, freeze: true },
    ],
  },
  {
    name: "children",
    about: "The stops and targets of an order under a freeze.",
    bars: WAVE,
    asked: [0, 0.05],
    as: "order",
    hasChildren: true,
    messages: [{ hour: 4.5, version: 1, freeze: true }],
  },
  { name: "halt", about: "The market is halted for three hours.", bars: WAVE, asked: TURNS, halts: [[3, 6]] },
  {
    name: "closed",
    about: "The market is closed between two sessions, and some bars are told all the same.",
    bars: WAVE,
    asked: TURNS,
    // The one that ends as the second session begins.
    gaps: [5],
    sessions: [
      [0, 3],
      [6, 12],
    ],
  },
];
