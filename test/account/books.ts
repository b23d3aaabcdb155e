// Books under test: the ledger of the data plane alone, compiled with an entry that exports what the product's module
// keeps to itself, over the records that a real configuration and real instruments make.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";
import * as event from "../../assembly/abi-event.js";
import { ORDER_BYTES } from "../../assembly/abi-order.js";
import * as ledger from "../../assembly/abi-ledger.js";
import * as run from "../../assembly/abi-run.js";
import { checkConfig, constant, graph, targetPercent } from "../../kernel/index.js";
import type { AccountTerms, Dataset, Instrument, RunConfig } from "../../kernel/index.js";
import { IssueList } from "../../kernel/base/error.js";
import { recordBytes } from "../../kernel/log/event-log.js";
import { LEDGER_KINDS } from "../../kernel/log/tables.js";
import { layOut, writePlan } from "../../kernel/plan/layout.js";
import type { Layout } from "../../kernel/plan/layout.js";
import { lowerGraph } from "../../kernel/plan/lower.js";
import type { SideEvent } from "../../kernel/plan/side-events.js";
import { sorted } from "../../kernel/plan/side-events.js";
import { accountCurrency } from "../../kernel/run/currencies.js";
import { planAccount } from "../../kernel/run/plan-account.js";
import { clearTrap, trapError } from "../../kernel/wasm/trap.js";
import { datasetOf, tape } from "../kernel/run/small-tapes.js";

const ENTRY = `
export { takeRun } from "./assembly/run";
export { assureSums, equity, held, mark, positionFor, postedCash, postedRealised, postFill } from "./assembly/ledger";
import { affordable as affordableOf } from "./assembly/margin";
// A function with a default for an argument cannot be exported as it is.
export function affordable(facts: usize, buys: bool, price: i64, wanted: i64, power: i64, maker: bool): i64 {
  return affordableOf(facts, buys, price, wanted, power, maker);
}
export { buyingPower, buyingPowerAtFill, refusalOfOpening, reservedFor } from "./assembly/margin";
export { bankruptcyPrice, isLiquidatedAt, liquidationFee, liquidationPrice } from "./assembly/margin";
export { chargeFee, feeOfNextFill } from "./assembly/cost";
export { applySideEvents, applySideEventsAt } from "./assembly/side";
`;
const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const RUN_BASE = 65_536;

/** What the compiled books export; quantities, prices and money as mantissas, flags as 0 or 1. */
export interface BooksExports {
  takeRun(header: number): void;
  assureSums(): void;
  equity(): bigint;
  held(position: number): bigint;
  mark(instrument: number, price: bigint): void;
  positionFor(instrument: number, quantity: bigint, reduceOnly: number): number;
  readonly postedCash: { readonly value: bigint };
  readonly postedRealised: { readonly value: bigint };
  postFill(position: number, price: bigint, quantity: bigint, fee: bigint): void;
  affordable(facts: number, buys: number, price: bigint, wanted: bigint, power: bigint, maker: number): bigint;
  buyingPower(facts: number, price: bigint, reducing: bigint, buys: number): bigint;
  buyingPowerAtFill(): bigint;
  refusalOfOpening(buys: number): number;
  bankruptcyPrice(position: number): bigint;
  isLiquidatedAt(position: number, price: bigint): number;
  liquidationFee(instrument: number, value: bigint): bigint;
  liquidationPrice(position: number): bigint;
  feeOfNextFill(order: number, facts: number, value: bigint, quantity: bigint, maker: number): bigint;
  chargeFee(order: number, facts: number, value: bigint, quantity: bigint, maker: number, fee: bigint): void;
  applySideEvents(before: bigint): number;
  applySideEventsAt(time: bigint, phase: number): void;
}

function fileText(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

/** Time that compiling may take on a busy machine. */
export const COMPILE_MS = 600_000;

let compiled: Promise<WebAssembly.Module> | null = null;

/** The books, compiled once, with assertions on as in the product's module. */
export function compileBooks(): Promise<WebAssembly.Module> {
  return (compiled ??= compile());
}

async function compile(): Promise<WebAssembly.Module> {
  let binary: Uint8Array | null = null;
  const options = [
    "entry.ts",
    "--outFile",
    "books.wasm",
    "--runtime",
    "stub",
    "--importMemory",
    "--memoryBase",
    "1024",
  ];
  const { error, stderr } = await asc.main([...options, "--enable", "simd", "--use", "abort="], {
    readFile: (name) => (name === "entry.ts" ? ENTRY : fileText(`${ROOT}${name}`)),
    writeFile: (name, contents) => {
      if (name === "books.wasm") binary = contents as Uint8Array;
    },
    listFiles: () => [],
  });
  if (error !== null || binary === null) throw new Error(stderr.toString());
  return new WebAssembly.Module(binary as Uint8Array<ArrayBuffer>);
}

/** What books are opened with. */
export interface BooksTerms {
  readonly cash?: string;
  readonly account?: AccountTerms;
  readonly fees?: RunConfig["fees"];
  readonly instruments: readonly Partial<Instrument>[];
  /** Events besides those of the dataset. */
  readonly sideEvents?: readonly SideEvent[];
  readonly dataset?: Partial<Dataset>;
}

/** One record of the ring: a movement of cash. */
export interface LedgerRow {
  readonly kind: string;
  readonly instrument: number;
  readonly timeNs: bigint;
  readonly amount: bigint;
  readonly balance: bigint;
  readonly currency: number;
}

/** Open books, and readers of what they say. */
export class Books {
  readonly exports: BooksExports;
  readonly layout: Layout;
  private readonly memory: WebAssembly.Memory;
  private readonly view: DataView;

  constructor(module: WebAssembly.Module, terms: BooksTerms) {
    this.memory = new WebAssembly.Memory({ initial: 400, maximum: 65_536 });
    this.view = new DataView(this.memory.buffer);
    const instance = new WebAssembly.Instance(module, { env: { memory: this.memory } });
    this.exports = instance.exports as unknown as BooksExports;
    this.layout = this.write(terms);
    this.exports.takeRun(this.layout.header);
  }

  private write(terms: BooksTerms): Layout {
    const tapes = terms.instruments.map((facts, i) => tape(facts.symbol ?? `I${i}`, [100], { facts }));
    const dataset = { ...datasetOf(tapes), ...terms.dataset };
    const decisions = tapes.map(({ instrument }) => targetPercent(constant(1), { instrument: instrument.symbol }));
    const plan = lowerGraph(graph({ decisions }), dataset, { capture: false });
    const { cash = "1000", account = {}, fees = { taker: 0 } } = terms;
    const currency = accountCurrency(plan.instruments, dataset, account.currency);
    const checked = checkConfig({ cash, account, fees }, currency);
    const issues = new IssueList();
    const planned = planAccount(checked, plan, dataset, currency, issues);
    issues.throwIfAny();
    const whole = { ...planned, sideEvents: sorted([...planned.sideEvents, ...(terms.sideEvents ?? [])]) };
    const sizes = { blockRows: 64, portfolioRows: 0, ringBytes: 1 << 20, orderCapacity: 8, drawBytes: 0 };
    const layout = layOut(plan, whole, RUN_BASE, sizes);
    const settings = { ...checked.settings, account: whole, seed: 0n, portfolioPeriodNs: 0n, flags: 0 };
    writePlan(this.memory.buffer, plan, layout, settings, sizes.orderCapacity);
    return layout;
  }

  /** Runs what may trap, and throws the error that the trap stands for. */
  guarded<T>(act: () => T): T {
    clearTrap(new DataView(this.memory.buffer));
    try {
      return act();
    } catch (cause) {
      throw trapError(this.memory, cause);
    }
  }

  /** Fills a position, and checks the sums of the account. */
  fill(position: number, price: bigint, quantity: bigint, fee = 0n): void {
    this.guarded(() => {
      this.exports.postFill(position, price, quantity, fee);
      this.exports.assureSums();
    });
  }

  /** Applies all side events before and at `time`, as a bucket at it does. */
  passTo(time: bigint, atMarket: () => void = () => undefined): void {
    this.guarded(() => {
      this.exports.applySideEvents(time);
      this.exports.applySideEventsAt(time, 0);
      atMarket();
      this.exports.applySideEventsAt(time, 2);
      this.exports.assureSums();
    });
  }

  /** A field of the account. */
  account(field: number): bigint {
    return this.view.getBigInt64(this.layout.account + field, true);
  }

  get cash(): bigint {
    return this.account(ledger.ACCOUNT_CASH);
  }

  /** A field of the balance of another currency, counted from 1. */
  balance(currency: number, field: number): bigint {
    return this.view.getBigInt64(this.layout.balances + (currency - 1) * ledger.ACCOUNT_BYTES + field, true);
  }

  /** Bytes of the books: what a trial keeps and puts back. */
  get booksBytes(): Uint8Array {
    return new Uint8Array(this.memory.buffer, this.layout.account, this.layout.booksBytes);
  }

  /** A field of a position. */
  position(position: number, field: number): bigint {
    return this.view.getBigInt64(this.layout.positions + position * ledger.POSITION_BYTES + field, true);
  }

  /** A field of a holding. */
  holding(position: number, field: number): bigint {
    return this.view.getBigInt64(this.layout.holdings + position * ledger.HOLDING_BYTES + field, true);
  }

  /** Address of an instrument's facts. */
  facts(instrument: number): number {
    return this.layout.tables.instruments + instrument * run.INSTRUMENT_BYTES;
  }

  /** Address of an order's record. */
  order(slot: number): number {
    return this.layout.tables.orders + slot * ORDER_BYTES;
  }

  /** Movements of cash that left a record, in order. */
  ledgerRows(): readonly LedgerRow[] {
    const used = this.view.getInt32(this.layout.header + run.RUN_RING_USED, true);
    const rows: LedgerRow[] = [];
    for (let at = this.layout.ring; at < this.layout.ring + used; at += recordBytes(this.view, at)) {
      if (this.view.getUint8(at) !== event.EVENT_LEDGER) continue;
      rows.push({
        kind: LEDGER_KINDS[this.view.getUint8(at + 1) & ~event.LEDGER_IS_SHORT] as string,
        currency: this.view.getUint16(at + 2, true),
        instrument: this.view.getInt32(at + 4, true),
        timeNs: this.view.getBigInt64(at + 8, true),
        amount: this.view.getBigInt64(at + event.LEDGER_EVENT_AMOUNT, true),
        balance: this.view.getBigInt64(at + event.LEDGER_EVENT_BALANCE, true),
      });
    }
    return rows;
  }
}
