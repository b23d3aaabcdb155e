// The engine: digest, memories of fixed size, and traps as errors.

import { describe, expect, it } from "vitest";
import * as trap from "../../../assembly/abi-trap.js";
import { createEngine, digestBytes, InputError, InvariantError } from "../../../kernel/index.js";
import { kernelBytes, nodeEngine } from "../../../adapters/node/kernel-module.js";
import { FREE_BASE, instantiate } from "../../../kernel/wasm/engine.js";
import { clearTrap, trapError } from "../../../kernel/wasm/trap.js";
import { issueLinesOf, issuesOf } from "../graph/issues-of.js";

const NAMES = { instruments: ["SPY"], streams: ["SPY 1d"] };
const STOPPED = new Error("unreachable");

/** What a trap record stands for. */
function errorOf(code: number, detail = 0, a = 0n, b = 0n, c = 0n, names = NAMES): unknown {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  const view = new DataView(memory.buffer, trap.TRAP_ADDRESS);
  view.setInt32(0, code, true);
  view.setInt32(4, detail, true);
  [a, b, c].forEach((operand, i) => view.setBigInt64(8 + 8 * i, operand, true));
  return trapError(memory, STOPPED, names);
}

function issueOf(error: unknown): unknown {
  return error instanceof InputError ? error.issues[0] : error;
}

describe("a trap", () => {
  it("becomes an error with the operands that it left", () => {
    expect(issueOf(errorOf(trap.TRAP_OVERFLOW_MULTIPLY, 0, 7n, -3n))).toMatchObject({
      code: "run/overflow",
      received: "7 x -3",
    });
    expect(issueOf(errorOf(trap.TRAP_OVERFLOW_DIVIDE, 0, 7n, 3n, 2n))).toMatchObject({ received: "7 x 3 / 2" });
    expect(issueOf(errorOf(trap.TRAP_OVERFLOW_ADD, 0, 7n, 3n))).toMatchObject({ received: "7 + 3" });
    expect(issueOf(errorOf(trap.TRAP_OVERFLOW_ADD, 1, 7n, 3n))).toMatchObject({ received: "7 - 3" });
  });

  it("names the tape or the instrument whose data it is about", () => {
    const order = issueOf(errorOf(trap.TRAP_TIME_ORDER, 0, 5n, 4n));
    expect(order).toMatchObject({ code: "import/unsorted", path: "dataset.SPY 1d", received: "4 ns after 5 ns" });
    const price = issueOf(errorOf(trap.TRAP_PRICE_SIGN, 0, -5n));
    expect(price).toMatchObject({ code: "import/price-sign", path: "dataset.SPY", received: "the mantissa -5" });
    expect(issueOf(errorOf(trap.TRAP_PRICE_SIGN, 3, -5n))).toMatchObject({ path: "dataset.instrument 3" });
  });

  it("over a rule of ours is an InvariantError that says the rule", () => {
    const rules: readonly (readonly [number, string])[] = [
      [trap.TRAP_ACCOUNT_IDENTITY, "cash + cost of positions"],
      [trap.TRAP_POSITION_IDENTITY, "sum of its fills"],
      [trap.TRAP_CASH_NEGATIVE, "never spends more"],
      [trap.TRAP_RING_OVERRUN, "event ring"],
      [trap.TRAP_ORDER_TABLE_FULL, "order table"],
      [trap.TRAP_UNKNOWN_OPCODE, "known opcode"],
    ];
    for (const [code, rule] of rules) {
      const error = errorOf(code, 9, 1n, 2n, 3n);
      expect(error).toBeInstanceOf(InvariantError);
      expect((error as Error).message).toContain(rule);
      expect((error as Error).message).toContain("(9; 1, 2, 3)");
    }
  });

  it("without a record is what the host threw", () => {
    expect(errorOf(trap.TRAP_NONE)).toBe(STOPPED);
  });

  it("is forgotten before the next call", () => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
    new DataView(memory.buffer).setInt32(trap.TRAP_ADDRESS, trap.TRAP_OVERFLOW_ADD, true);
    clearTrap(new DataView(memory.buffer));
    expect(trapError(memory, STOPPED)).toBe(STOPPED);
  });
});

describe("an engine", () => {
  it("has the digest of its bytes, which the module makes of itself", () => {
    expect(createEngine(kernelBytes()).kernelDigest).toBe(nodeEngine().kernelDigest);
    expect(nodeEngine().kernelDigest).toBe(digestBytes("goldentape 2026 kernel v1", kernelBytes()));
  });

  it("gives memories of the size that was asked for, in whole pages, which never grow", () => {
    const { memory } = instantiate(nodeEngine(), 2 * 65_536 + 1);
    expect(memory.buffer.byteLength).toBe(3 * 65_536);
    expect(() => memory.grow(1)).toThrow();
  });

  it("leaves everything from FREE_BASE on as it is", () => {
    const { memory } = instantiate(nodeEngine(), FREE_BASE + 65_536);
    expect(new Uint8Array(memory.buffer, FREE_BASE).every((byte) => byte === 0)).toBe(true);
  });

  it("turns a trap inside of a call into its error, and the next call starts afresh", () => {
    const instance = instantiate(nodeEngine(), FREE_BASE);
    const view = new DataView(instance.memory.buffer, trap.TRAP_ADDRESS);
    const stop = (): never => {
      view.setInt32(0, trap.TRAP_OVERFLOW_MULTIPLY, true);
      view.setBigInt64(8, 6n, true);
      throw STOPPED;
    };
    expect(issuesOf(() => instance.call(stop))[0]).toMatchObject({ code: "run/overflow", received: "6 x 0" });
    expect(instance.call(() => view.getInt32(0, true))).toBe(trap.TRAP_NONE);
  });

  it("refuses a memory over 4 GiB and says how much was asked for", () => {
    expect(issueLinesOf(() => instantiate(nodeEngine(), 2 ** 32 + 1))).toEqual(["run/resources run"]);
    expect(issuesOf(() => instantiate(nodeEngine(), 2 ** 33))[0]?.received).toBe("8192 MiB");
  });

  it("is not made of bytes that are no module", () => {
    expect(() => createEngine(new Uint8Array(8))).toThrow(/magic/);
  });
});
