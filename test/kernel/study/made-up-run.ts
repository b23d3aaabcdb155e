// A made-up run: bars of a seeded random walk and the log of a plain ledger that trades them, consistent to the last
// unit.
//
// It is no engine: decisions are coin flips or a moving-average cross, fills are at the next open, and the ledger is
// ten lines of bigint.

import { ORDER_STATES } from "../../../kernel/log/order-life.js";
import type {
  AmbiguityTable,
  FillTable,
  LedgerTable,
  OrderTable,
  PortfolioTable,
  RunTables,
} from "../../../kernel/log/tables.js";
import { NEVER } from "../../../kernel/log/tables.js";
import type { BarsTape } from "../../../kernel/market/tape.js";
import { memoryTape } from "../../../kernel/market/tape-memory.js";
import { share } from "../run/small-tapes.js";

export const USD = { code: "USD", decimals: 2 };

/** Numbers in [0, 1) from a seed. Source: mulberry32 (T. Ettinger, 2017). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const DAY = 86_400_000_000_000n;

/** Daily bars on weekdays from 2016-01-04, closing at 21:00 UTC. Prices are mantissas with two decimals. */
export function walkTape(symbol: string, rowCount: number, seed: number, segmentRows?: number): BarsTape {
  const random = seeded(seed);
  const column = (): BigInt64Array => new BigInt64Array(rowCount);
  const columns = { time: column(), open: column(), high: column(), low: column(), close: column(), volume: column() };
  let day = 16_804n;
  let price = 10_000;
  for (let i = 0; i < rowCount; i++) {
    while ((day + 4n) % 7n === 0n || (day + 4n) % 7n === 6n) day++;
    const open = Math.max(100, Math.round(price * (1 + (random() - 0.5) * 0.006)));
    const close = Math.max(100, Math.round(open * (1 + (random() - 0.487) * 0.03)));
    const high = Math.max(open, close) + Math.floor(random() * open * 0.008);
    const low = Math.max(50, Math.min(open, close) - Math.floor(random() * open * 0.008));
    columns.time[i] = day * DAY + 75_600_000_000_000n;
    columns.open[i] = BigInt(open);
    columns.high[i] = BigInt(high);
    columns.low[i] = BigInt(low);
    columns.close[i] = BigInt(close);
    columns.volume[i] = BigInt(Math.floor(1e6 + random() * 4e6));
    price = close;
    day++;
  }
  return memoryTape(share(symbol), "1d", columns, segmentRows);
}

/** One thing to do at the open of a bar: reach `target` shares of instrument `instrument`. */
export interface Step {
  readonly bar: number;
  readonly instrument: number;
  readonly target: bigint;
}

/**
 * Books the steps at the opens of their bars, with 0.1 % fee and one cent of slippage, and closes everything on the
 * last bar.
 */
export function madeUpRun(
  tapes: readonly BarsTape[],
  steps: readonly Step[],
  cash: bigint,
  closeAtEnd = true,
): RunTables {
  const bars = tapes.map((tape) => [...tape.segments()]);
  const at = (instrument: number, row: number, pick: "open" | "close" | "time"): bigint => {
    let rest = row;
    for (const segment of bars[instrument] ?? []) {
      if (rest < segment.rowCount) return segment[pick][rest] as bigint;
      rest -= segment.rowCount;
    }
    throw new Error("a step lies outside of its tape");
  };
  const rowCount = tapes[0]?.rowCount ?? 0;
  const book = new PlainLedger(tapes.length);
  if (rowCount > 0) book.entry(at(0, 0, "time") - DAY, 0, -1, 0, cash);
  const portfolio: bigint[][] = [];
  const ordered = [...steps].sort((a, b) => a.bar - b.bar);
  let next = 0;
  for (let row = 0; row < rowCount; row++) {
    for (; next < ordered.length && (ordered[next] as Step).bar === row; next++) {
      const step = ordered[next] as Step;
      const opened = row === 0 ? at(0, 0, "time") - DAY : at(0, row - 1, "time");
      book.reach(opened, step.instrument, step.target, at(step.instrument, row, "open"), 1n, false);
    }
    const time = at(0, row, "time");
    if (closeAtEnd && row === rowCount - 1) {
      for (let i = 0; i < tapes.length; i++) book.reach(time, i, 0n, at(i, row, "close"), 0n, true);
    }
    let value = 0n;
    let gross = 0n;
    for (let i = 0; i < tapes.length; i++) {
      const worth = (book.position[i] as bigint) * at(i, row, "close");
      value += worth;
      gross += worth < 0n ? -worth : worth;
    }
    portfolio.push([time, book.cash + value, book.cash, gross]);
  }
  return book.tables(tapes, portfolio);
}

/** Average-cost book of shares whose price decimals are the currency's decimals. */
class PlainLedger {
  cash = 0n;
  readonly position: bigint[];
  readonly #cost: bigint[];
  readonly #fills: bigint[][] = [];
  readonly #entries: bigint[][] = [];

  constructor(instrumentCount: number) {
    this.position = Array.from({ length: instrumentCount }, () => 0n);
    this.#cost = Array.from({ length: instrumentCount }, () => 0n);
  }

  entry(time: bigint, kind: number, instrument: number, order: number, amount: bigint): void {
    this.cash += amount;
    this.#entries.push([time, BigInt(kind), BigInt(instrument), BigInt(order), amount, this.cash]);
  }

  reach(time: bigint, instrument: number, target: bigint, reference: bigint, ticks: bigint, forced: boolean): void {
    const held = this.position[instrument] as bigint;
    const quantity = target - held;
    if (quantity === 0n) return;
    const price = quantity > 0n ? reference + ticks : reference - ticks;
    const size = quantity < 0n ? -quantity : quantity;
    const fee = (size * price + 999n) / 1000n;
    const opposite = held !== 0n && held < 0n !== quantity < 0n;
    const reduced = !opposite ? 0n : size < (held < 0n ? -held : held) ? -quantity : held;
    const cost = this.#cost[instrument] as bigint;
    const released = reduced === 0n ? 0n : (cost * reduced) / held;
    const realised = reduced * price - released;
    this.#cost[instrument] = cost - released + (quantity + reduced) * price;
    this.position[instrument] = target;
    const order = this.#fills.length + 1;
    this.entry(time, 1, instrument, order, -quantity * price);
    this.entry(time, 2, instrument, order, -fee);
    const row = [
      time,
      BigInt(order),
      BigInt(instrument),
      price,
      quantity,
      -quantity * price,
      fee,
      realised,
      size * ticks,
    ];
    this.#fills.push([...row, 1n, forced ? 1n : 0n]);
  }

  tables(tapes: readonly BarsTape[], portfolio: readonly bigint[][]): RunTables {
    const f = this.#fills;
    const e = this.#entries;
    const fills: FillTable = {
      rowCount: f.length,
      time: wide(f, 0),
      order: narrow(f, 1),
      seq: new Int32Array(f.length).fill(1),
      instrument: narrow(f, 2),
      price: wide(f, 3),
      quantity: wide(f, 4),
      cash: wide(f, 5),
      fee: wide(f, 6),
      realised: wide(f, 7),
      slippage: wide(f, 8),
      liquidity: Uint8Array.from(narrow(f, 9)),
      forced: Uint8Array.from(narrow(f, 10)),
      liquidation: new Uint8Array(f.length),
      late: new Uint8Array(f.length),
      venue: new Int32Array(f.length).fill(-1),
    };
    const ledger: LedgerTable = {
      rowCount: e.length,
      time: wide(e, 0),
      kind: Uint8Array.from(narrow(e, 1)),
      instrument: narrow(e, 2),
      order: narrow(e, 3),
      currency: new Uint8Array(e.length),
      strategy: new Uint8Array(e.length),
      short: new Uint8Array(e.length),
      amount: wide(e, 4),
      balance: wide(e, 5),
    };
    return {
      instruments: tapes.map((tape) => tape.instrument),
      currency: USD,
      decisions: [`blake3:${"ab".repeat(32)}`],
      sets: [null],
      slippages: [null],
      owners: [{ world: null, strategy: null, intentId: null }],
      policies: [],
      policyFacts: [],
      strategies: [""],
      strategyOf: [0],
      currencyOf: [0],
      positions: "netting",
      venues: [],
      routes: {
        rowCount: 0,
        time: wide([], 0),
        order: narrow([], 0),
        instrument: narrow([], 0),
        venue: narrow([], 0),
        first: narrow([], 0),
        price: wide([], 0),
        fee: wide([], 0),
        penalty: wide([], 0),
      },
      orders: {
        ...marketOrders(f.length),
        time: wide(f, 0),
        bucket: wide(f, 0),
        order: narrow(f, 1),
        correlation: narrow(f, 1),
        instrument: narrow(f, 2),
        decision: Int32Array.from(f, (row) => (row[10] === 1n ? -1 : 0)),
        quantity: wide(f, 4),
        filled: wide(f, 4),
      },
      orderEnds: {
        rowCount: 0,
        time: wide([], 0),
        order: narrow([], 0),
        instrument: narrow([], 0),
        leaves: wide([], 0),
        reason: new Uint8Array(0),
      },
      updates: {
        rowCount: 0,
        time: wide([], 0),
        order: narrow([], 0),
        instrument: narrow([], 0),
        kind: new Uint8Array(0),
        leaves: wide([], 0),
        limit: wide([], 0),
        trigger: wide([], 0),
      },
      ambiguities: noAmbiguities(),
      fills,
      splits: {
        rowCount: 0,
        time: wide([], 0),
        instrument: narrow([], 0),
        after: wide([], 0),
        before: wide([], 0),
        held: wide([], 0),
        kept: wide([], 0),
        realised: wide([], 0),
        fills: narrow([], 0),
        strategy: new Uint8Array(0),
      },
      refusals: {
        rowCount: 0,
        time: wide([], 0),
        instrument: narrow([], 0),
        decision: narrow([], 0),
        wanted: wide([], 0),
        allowed: wide([], 0),
        reason: new Uint8Array(0),
        policy: narrow([], 0),
        severity: new Uint8Array(0),
      },
      notes: {
        rowCount: 0,
        time: wide([], 0),
        instrument: narrow([], 0),
        decision: narrow([], 0),
        policy: narrow([], 0),
        kind: new Uint8Array(0),
        severity: new Uint8Array(0),
        value: wide([], 0),
        limit: wide([], 0),
        record: narrow([], 0),
      },
      activations: {
        rowCount: 0,
        time: wide([], 0),
        policy: narrow([], 0),
        flags: new Uint8Array(0),
        sides: new Uint8Array(0),
        applied: new Uint8Array(0),
        weight: wide([], 0),
        version: wide([], 0),
        expires: wide([], 0),
      },
      decisionRecords: {
        rowCount: 0,
        time: wide([], 0),
        instrument: narrow([], 0),
        decision: narrow([], 0),
        policy: narrow([], 0),
        kind: new Uint8Array(0),
        acted: new Uint8Array(0),
        reason: new Uint8Array(0),
        tier: new Uint8Array(0),
        evaluated: new Uint8Array(0),
        passed: new Uint8Array(0),
        confidence: wide([], 0),
        amount: wide([], 0),
        quantity: wide([], 0),
        order: narrow([], 0),
        orders: narrow([], 0),
        fills: narrow([], 0),
        ends: narrow([], 0),
      },
      ledger,
      portfolio: portfolioTable(portfolio),
    };
  }
}

/** Orders to buy or sell at the market that were filled whole, numbered from 1 on. */
function marketOrders(rowCount: number): OrderTable {
  const amounts = (): BigInt64Array => new BigInt64Array(rowCount);
  const numbers = (): Int32Array => new Int32Array(rowCount);
  const codes = (): Uint8Array => new Uint8Array(rowCount);
  return {
    rowCount,
    time: amounts(),
    order: numbers(),
    instrument: numbers(),
    decision: numbers(),
    quantity: amounts(),
    type: codes(),
    force: codes(),
    flags: codes(),
    limit: amounts(),
    trigger: amounts(),
    offset: amounts(),
    limitOffset: amounts(),
    activation: amounts(),
    display: amounts(),
    expires: amounts().fill(NEVER),
    parent: numbers(),
    group: numbers(),
    correlation: numbers(),
    filled: amounts(),
    state: codes().fill(ORDER_STATES.indexOf("filled")),
    venue: numbers().fill(-1),
    reason: codes(),
  };
}

/** Bars that all say what happened. */
export function noAmbiguities(): AmbiguityTable {
  return {
    rowCount: 0,
    time: wide([], 0),
    instrument: narrow([], 0),
    kind: new Uint8Array(0),
    order: narrow([], 0),
    worst: new Uint8Array(0),
    best: new Uint8Array(0),
    stake: wide([], 0),
    fills: narrow([], 0),
  };
}

function portfolioTable(rows: readonly bigint[][]): PortfolioTable {
  return {
    rowCount: rows.length,
    time: wide(rows, 0),
    equity: wide(rows, 1),
    cash: wide(rows, 2),
    exposureGross: wide(rows, 3),
  };
}

function wide(rows: readonly bigint[][], column: number): BigInt64Array {
  return BigInt64Array.from(rows, (row) => row[column] as bigint);
}

function narrow(rows: readonly bigint[][], column: number): Int32Array {
  return Int32Array.from(rows, (row) => Number(row[column]));
}
