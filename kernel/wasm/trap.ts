// Traps of the data plane, as errors with the operands that it left behind.

import {
  TRAP_ACCOUNT_IDENTITY,
  TRAP_ADDRESS,
  TRAP_CASCADE,
  TRAP_CASH_NEGATIVE,
  TRAP_LOTS_FULL,
  TRAP_NONE,
  TRAP_ORDER_LIFE,
  TRAP_ORDER_PLACE,
  TRAP_ORDER_TABLE_FULL,
  TRAP_OVERFLOW_ADD,
  TRAP_OVERFLOW_DIVIDE,
  TRAP_OVERFLOW_MULTIPLY,
  TRAP_POSITION_IDENTITY,
  TRAP_PRICE_SIGN,
  TRAP_QUESTIONS,
  TRAP_RING_OVERRUN,
  TRAP_SETTLEMENT_FULL,
  TRAP_SLIPPAGE,
  TRAP_TIME_ORDER,
  TRAP_UNKNOWN_OPCODE,
  TRAP_WATERMARK,
} from "../../assembly/abi-trap.js";
import { InputError, InvariantError } from "../base/error.js";

const RULES: ReadonlyMap<number, string> = new Map([
  [TRAP_UNKNOWN_OPCODE, "every instruction has a known opcode"],
  [
    TRAP_ACCOUNT_IDENTITY,
    "cash + cost of positions = start + realised - fees, and the account's sums are those of its positions",
  ],
  [TRAP_POSITION_IDENTITY, "a position is the sum of its fills, and a flat one has no cost"],
  [TRAP_CASH_NEGATIVE, "a cash account never spends more than it has"],
  [TRAP_RING_OVERRUN, "the event ring has room for a whole bucket"],
  [TRAP_ORDER_LIFE, "an order changes its state only as the life cycle says (order; state, event)"],
  [TRAP_ORDER_PLACE, "an order enters a list or heap only when it stands in none (order; place)"],
  [TRAP_CASCADE, "fills, releases and cancels at one moment come to an end (FILLS.md G5)"],
  [TRAP_SETTLEMENT_FULL, "a settlement queue has an entry for every day on which something settles"],
  [TRAP_WATERMARK, "a state source is read where it is committed only (stream; rows committed, row, lag)"],
  [TRAP_ORDER_TABLE_FULL, "the order table has a free slot for a forced close"],
]);

/**
 * Forgets an earlier trap; called before each call into the module.
 *
 * @param view The memory from its first byte on. To make one costs 70 ns, as much as all else of a call.
 */
export function clearTrap(view: DataView): void {
  view.setInt32(TRAP_ADDRESS, TRAP_NONE, true);
}

/** Names of what a trap speaks of by its index. */
export interface TrapNames {
  readonly instruments: readonly string[];
  readonly streams: readonly string[];
}

const NO_NAMES: TrapNames = { instruments: [], streams: [] };

/**
 * The error that a trap stands for.
 *
 * @param cause What the host threw.
 * @returns InputError `run/overflow` when numbers of the run do not fit in 64 bits, `import/unsorted` when the rows of
 *   a tape do not rise in time, `import/price-sign` for a fill at a price that is not positive, `run/slippage` for a
 *   slippage that is none, `run/resources` for more lots or questions than there is room for; InvariantError for a
 *   broken rule of ours; `cause` itself when the module left no record.
 */
export function trapError(memory: WebAssembly.Memory, cause: unknown, names: TrapNames = NO_NAMES): unknown {
  const view = new DataView(memory.buffer, TRAP_ADDRESS);
  const code = view.getInt32(0, true);
  if (code === TRAP_NONE) return cause;
  const detail = view.getInt32(4, true);
  const [a, b, c] = [8, 16, 24].map((offset) => view.getBigInt64(offset, true)) as [bigint, bigint, bigint];
  const overflow = overflowText(code, detail, a, b, c);
  if (overflow !== null) {
    const advice = "Use fewer decimals for price, size or money, or smaller positions.";
    return new InputError([
      { code: "run/overflow", path: "run", expected: "amounts that fit in 64 bits", received: overflow, advice },
    ]);
  }
  if (code === TRAP_TIME_ORDER) {
    const path = `dataset.${names.streams[detail] ?? `stream ${detail}`}`;
    const received = `${b} ns after ${a} ns`;
    return new InputError([{ code: "import/unsorted", path, expected: "rows that rise in time", received }]);
  }
  if (code === TRAP_LOTS_FULL) {
    const path = `dataset.${names.instruments[detail] ?? `position ${detail}`}`;
    const advice = "Say { account: { lotsMax } }.";
    const expected = `a position of at most ${a} lots`;
    return new InputError([{ code: "run/resources", path, expected, received: "one more", advice }]);
  }
  if (code === TRAP_SLIPPAGE) {
    const path = `slippage of ${names.instruments[detail] ?? `instrument ${detail}`}`;
    const received = `${view.getFloat64(16, true)} in the bar that closes at ${a} ns`;
    return new InputError([
      { code: "run/slippage", path, expected: "0 to 10,000 basis points, or null for the run's own", received },
    ]);
  }
  if (code === TRAP_QUESTIONS) {
    const path = `bucket at ${a} ns`;
    const expected = `at most ${detail} different fills of a bucket that slippage models are asked about`;
    const advice = "Let fewer orders take in one bucket, or give them a series of basis points.";
    return new InputError([{ code: "run/resources", path, expected, received: "one more", advice }]);
  }
  if (code === TRAP_PRICE_SIGN) {
    const path = `dataset.${names.instruments[detail] ?? `instrument ${detail}`}`;
    const expected = "a positive price to fill or value a position at";
    return new InputError([{ code: "import/price-sign", path, expected, received: `the mantissa ${a}` }]);
  }
  return new InvariantError(`invariant broken: ${RULES.get(code) ?? `trap ${code}`} (${detail}; ${a}, ${b}, ${c})`);
}

function overflowText(code: number, detail: number, a: bigint, b: bigint, c: bigint): string | null {
  if (code === TRAP_OVERFLOW_MULTIPLY) return `${a} x ${b}`;
  if (code === TRAP_OVERFLOW_DIVIDE) return `${a} x ${b} / ${c}`;
  if (code === TRAP_OVERFLOW_ADD) return detail === 0 ? `${a} + ${b}` : `${a} - ${b}`;
  return null;
}
