// On-balance volume: the volume of rising rows less that of falling ones, begun with the volume of the first row.
//
// Layout of the state, 32 bytes:
//
//   +0 balance, pair f64 x 2   +16 close of the last whole row f64   +24 there is one i32   +28 unused
//
// Always true: a row with a null gives null and is passed over as if it were not there.
// Source: TA-Lib OBV.

import { inputColumn, isNull, NULL, outputColumn, state } from "../column";
import { sumError } from "../double-double";

// @ts-ignore: decorator
@unmanaged class ObvState {
  balance: f64;
  balanceError: f64;
  close: f64;
  started: i32;
  unused: i32;
}

/** OBV of inputs 0 (close), 1 (volume). No params. */
export function obv(instruction: usize, rows: i32): void {
  const obv = changetype<ObvState>(state(instruction));
  const close = inputColumn(instruction, 0);
  const volume = inputColumn(instruction, 1);
  const output = outputColumn(instruction, 0);
  for (let offset: usize = 0, end = <usize>rows << 3; offset < end; offset += 8) {
    const c = load<f64>(close + offset);
    const v = load<f64>(volume + offset);
    let result = NULL;
    if (!isNull(c) && !isNull(v)) {
      const signed = obv.started == 0 || c > obv.close ? v : c < obv.close ? -v : 0;
      const balance = obv.balance + signed;
      const error = obv.balanceError + sumError(obv.balance, signed, balance);
      const total = balance + error;
      if (total - total == 0) {
        obv.balance = balance;
        obv.balanceError = error;
        obv.close = c;
        obv.started = 1;
        result = total;
      }
    }
    store<f64>(output + offset, result);
  }
}
