// Limits in the header of a run: the largest order and the largest position that decisions may ask for.

import * as abi from "../../assembly/abi-run.js";

/** Limits in 1e-9 of a unit of the instrument and of equity; 0 for none. */
export interface LimitSettings {
  readonly positionUnitsE9: bigint;
  readonly positionShareE9: bigint;
  readonly orderUnitsE9: bigint;
  readonly orderShareE9: bigint;
}

/** Writes the limits into the header at `header`. */
export function writeLimits(view: DataView, header: number, limits: LimitSettings): void {
  view.setBigInt64(header + abi.RUN_LIMIT_POSITION_UNITS, limits.positionUnitsE9, true);
  view.setBigInt64(header + abi.RUN_LIMIT_POSITION_SHARE, limits.positionShareE9, true);
  view.setBigInt64(header + abi.RUN_LIMIT_ORDER_UNITS, limits.orderUnitsE9, true);
  view.setBigInt64(header + abi.RUN_LIMIT_ORDER_SHARE, limits.orderShareE9, true);
}
