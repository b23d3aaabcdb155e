// Passes: the fills of a bucket, made again until every slippage model that they ask has answered.
//
// A pass is a trial (`trial.ts`) around those of its walks. It keeps the run from its header to the end of its books,
// which is one range and has all that a market changes besides orders: sequences, draws, cursors, what a bar's volume
// was budgeted for. A pass with an open question is undone, the host answers, and the next call makes it again.
//
// Always true:
//   what an open pass did is undone before anybody sees it, draws and records too;
//   each pass asks the first of its open questions with answers alone before it, so that a bucket comes to an end.

import {
  PASS_NONE, SLIPPAGE_ANSWERED, SLIPPAGE_COUNT, SLIPPAGE_KEPT, SLIPPAGE_KEPT_BYTES, SLIPPAGE_MODELS, SLIPPAGE_NEXT,
  SLIPPAGE_PASS,
} from "./abi-slippage";
import { run, slippage } from "./run";
import { forgetOrders, keepOrders, restoreOrders } from "./trial";

/** True when the run has slippage models, whose answers make passes. */
// @ts-ignore: decorator
@inline function hasModels(): bool {
  return slippage != 0 && load<i32>(slippage, SLIPPAGE_MODELS) != 0;
}

/** True when PASS_* `which` of the bucket in hand is to be made again. */
// @ts-ignore: decorator
@inline export function isOpen(which: i32): bool {
  return slippage != 0 && load<i32>(slippage, SLIPPAGE_PASS) == which;
}

/** True when a pass over the bucket in hand is to be made again. */
// @ts-ignore: decorator
@inline export function isAnyOpen(): bool {
  return slippage != 0 && load<i32>(slippage, SLIPPAGE_PASS) != PASS_NONE;
}

/** Starts a pass, in a run that has any. */
// @ts-ignore: decorator
@inline export function startPass(): void {
  if (hasModels()) keepRun();
}

function keepRun(): void {
  store<i32>(slippage, 0, SLIPPAGE_NEXT);
  memory.copy(load<u32>(slippage, SLIPPAGE_KEPT), run, load<i32>(slippage, SLIPPAGE_KEPT_BYTES));
  keepOrders();
}

/** Ends PASS_* `which`. Gives false when it has an open question: nothing of it has happened then. */
// @ts-ignore: decorator
@inline export function endPass(which: i32): bool {
  return !hasModels() || closePass(which);
}

function closePass(which: i32): bool {
  if (load<i32>(slippage, SLIPPAGE_ANSWERED) < load<i32>(slippage, SLIPPAGE_COUNT)) {
    restoreOrders(0);
    memory.copy(run, load<u32>(slippage, SLIPPAGE_KEPT), load<i32>(slippage, SLIPPAGE_KEPT_BYTES));
    store<i32>(slippage, which, SLIPPAGE_PASS);
    return false;
  }
  forgetOrders();
  store<i32>(slippage, PASS_NONE, SLIPPAGE_PASS);
  store<i32>(slippage, 0, SLIPPAGE_COUNT);
  store<i32>(slippage, 0, SLIPPAGE_ANSWERED);
  return true;
}
