// Settings of execution as a run's memory holds them.
//
// Units: shares and chances in 1e-9; latency in ns.

import * as abi from "../../assembly/abi-execution.js";

/** Integers of a configuration that say how orders meet bars; `assembly/abi-execution.ts` says what each means. */
export interface ExecutionSettings {
  /** PATH_*. */
  readonly path: number;
  /** EXECUTION_FLAG_* bits. */
  readonly flags: number;
  /** LIMIT_FILL_*. */
  readonly limitFill: number;
  readonly limitTicks: bigint;
  readonly touchProbabilityE9: bigint;
  /** SLIPPAGE_*. */
  readonly slippageKind: number;
  readonly slippage: bigint;
  readonly participationE9: bigint;
  readonly latencyNs: bigint;
}

/** Writes the settings at `at`, `EXECUTION_BYTES` long. */
export function writeExecution(view: DataView, at: number, settings: ExecutionSettings, seed: bigint): void {
  const i32 = (offset: number, value: number): void => view.setInt32(at + offset, value, true);
  const i64 = (offset: number, value: bigint): void => view.setBigInt64(at + offset, value, true);
  i32(abi.EXECUTION_PATH, settings.path);
  i32(abi.EXECUTION_FLAGS, settings.flags);
  i32(abi.EXECUTION_LIMIT_FILL, settings.limitFill);
  i32(abi.EXECUTION_SLIPPAGE_KIND, settings.slippageKind);
  i64(abi.EXECUTION_LIMIT_TICKS, settings.limitTicks);
  i64(abi.EXECUTION_TOUCH_PROBABILITY, settings.touchProbabilityE9);
  i64(abi.EXECUTION_SLIPPAGE, settings.slippage);
  i64(abi.EXECUTION_PARTICIPATION, settings.participationE9);
  i64(abi.EXECUTION_LATENCY, settings.latencyNs);
  view.setBigUint64(at + abi.EXECUTION_SEED, seed, true);
}
