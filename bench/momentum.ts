// Bench W5: each month the 50 of 500 instruments that rose the most in 252 days, in equal shares, over 2,520 daily
// bars.
//
// The JavaScript beside it holds one cash account in f64, follows the same order of sales and purchases, and keeps one
// equity a day. Both must end with the same equity and the same number of fills, or the bench stops.

import {
  acrossTop,
  bars,
  createWorkspace,
  fingerprintTapes,
  graph,
  newPeriod,
  pctChange,
  reduceMean,
  runInWorkspace,
  select,
  targetPercent,
} from "../kernel/index.js";
import { nodeEngine, nodeHasher } from "../adapters/node/index.js";
import { brief, mediansOf, rounded } from "./timing.js";
import { floatsOf, wholeUnitTapes } from "./whole-unit-tapes.js";

const INSTRUMENTS = 500;
const DAYS = 2520;
const LOOK_BACK = 252;
const HELD = 50;
const CASH = 1e11;
const ROUNDS = 15;

interface Market {
  /** Milliseconds of each close. */
  readonly time: Float64Array;
  readonly open: readonly Float64Array[];
  readonly close: readonly Float64Array[];
}

/** Value at `price` and its fee, rounded up. */
function costOf(quantity: number, price: number): number {
  return quantity * price + Math.ceil((quantity * price) / 1000);
}

/** The most of `wanted` that `cash` pays for. */
function affordable(wanted: number, price: number, cash: number): number {
  if (cash <= 0) return 0;
  return costOf(wanted, price) <= cash ? wanted : Math.min(wanted, Math.floor(cash / (price * 1.001)));
}

/** The same run as ours. Writes the equity of each day to `equity`; gives the number of fills. */
function momentum({ time, open, close }: Market, equity: Float64Array): number {
  const held = new Float64Array(INSTRUMENTS);
  const pending = new Float64Array(INSTRUMENTS);
  const buys: number[] = [];
  let hasPending = false;
  let cash = CASH;
  let fills = 0;
  let month = -1;
  for (let day = 0; day < DAYS; day++) {
    if (hasPending) {
      for (let i = 0; i < INSTRUMENTS; i++) {
        const sold = -(pending[i] as number);
        if (sold <= 0) continue;
        const value = sold * ((open[i] as Float64Array)[day] as number);
        cash += value - Math.ceil(value / 1000);
        held[i] = (held[i] as number) - sold;
        fills++;
      }
      for (const i of buys) {
        const price = (open[i] as Float64Array)[day] as number;
        const bought = affordable(pending[i] as number, price, cash);
        if (bought === 0) continue;
        cash -= costOf(bought, price);
        held[i] = (held[i] as number) + bought;
        fills++;
      }
      pending.fill(0);
      buys.length = 0;
      hasPending = false;
    }
    let worth = cash;
    for (let i = 0; i < INSTRUMENTS; i++) {
      const quantity = held[i] as number;
      if (quantity > 0) worth += quantity * ((close[i] as Float64Array)[day] as number);
    }
    equity[day] = worth;
    // A bar that closes at midnight belongs to the day that ends there.
    const now = new Date((time[day] as number) - 1).getUTCMonth();
    const isNewMonth = month >= 0 && now !== month;
    month = now;
    if (!isNewMonth || day < LOOK_BACK) continue;
    const rises = close.map((column) => (column[day] as number) / (column[day - LOOK_BACK] as number) - 1);
    const ranked = rises.map((_, i) => i).sort((a, b) => (rises[b] as number) - (rises[a] as number) || a - b);
    const isTop = new Uint8Array(INSTRUMENTS);
    for (const i of ranked.slice(0, HELD)) isTop[i] = 1;
    let reserved = 0;
    for (let i = 0; i < INSTRUMENTS; i++) {
      const price = (close[i] as Float64Array)[day] as number;
      const target = isTop[i] === 1 ? Math.floor(Math.floor(worth / HELD) / price) : 0;
      const change = target - (held[i] as number);
      pending[i] = change;
      if (change < 0) reserved -= -change * price - Math.ceil((-change * price) / 1000);
    }
    for (let i = 0; i < INSTRUMENTS; i++) {
      const wanted = pending[i] as number;
      if (wanted <= 0) continue;
      const price = (close[i] as Float64Array)[day] as number;
      const allowed = affordable(wanted, price, cash - reserved);
      pending[i] = allowed;
      if (allowed === 0) continue;
      reserved += costOf(allowed, price);
      buys.push(i);
    }
    hasPending = true;
  }
  return fills;
}

const made = wholeUnitTapes({ seed: 5, rows: DAYS, instruments: INSTRUMENTS, interval: "1d", absentPpm: 0 });
const tapes = made.map(({ tape }) => tape);
const market: Market = {
  time: Float64Array.from((made[0] as (typeof made)[number]).columns.time, (ns) => Number(ns / 1_000_000n)),
  open: made.map(({ columns }) => floatsOf(columns.open)),
  close: made.map(({ columns }) => floatsOf(columns.close)),
};
const fingerprint = fingerprintTapes(nodeHasher(), tapes).fingerprint;
const workspace = createWorkspace(nodeEngine(), { name: "walks", fingerprint, bars: tapes });
const { close, time } = bars({ instrument: "*" });
const isNewMonth = newPeriod(reduceMean(time), "month");
const isHeld = acrossTop(pctChange(close, LOOK_BACK), HELD, { when: isNewMonth });
const strategy = graph({ decisions: [targetPercent(select(isHeld, 1 / HELD, 0), { when: isNewMonth })] });
const config = { cash: CASH, fees: { taker: 0.001 }, slippage: { kind: "none" }, participation: null } as const;

const equity = new Float64Array(DAYS);
const fills = momentum(market, equity);
const result = runInWorkspace(workspace, strategy, config);
const last = Number(result.tables().portfolio.equity.at(-1));
if (last !== equity.at(-1) || result.counts.fills !== fills) {
  throw new Error(
    `ours ends at ${last} after ${result.counts.fills} fills, JavaScript at ${equity.at(-1)} after ${fills}`,
  );
}
const medians = await mediansOf(
  {
    "plain JavaScript": () => momentum(market, equity),
    "ours, from the plan to the digest": () => runInWorkspace(workspace, strategy, config, { portfolio: "day" }),
  },
  ROUNDS,
);
const javascript = medians.get("plain JavaScript") ?? Number.NaN;
console.log(`W5: ${INSTRUMENTS} instruments, ${DAYS} days, ${fills} fills, final equity ${last} in both`);
console.table(
  [...medians].map(([what, ms]) => ({
    what,
    ms: rounded(ms),
    "of JavaScript": rounded(ms / javascript),
    digest: what.startsWith("ours") ? brief(result.resultDigest) : "",
  })),
);
