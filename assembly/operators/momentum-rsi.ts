// Relative strength index: Wilder's average of the gains, as a share of gains and losses.
//
// Layout of the state, 32 bytes; until seeded, gain and loss are sums:
//
//   +0 gain f64   +8 loss f64   +16 previous value f64   +24 rows seen, up to period + 1 i32   +28 unused
//
// Always true: a null row gives null and changes nothing, and so does a row that would make an average infinite.
// Source: TA-Lib RSI.

import { inputColumn, isNull, NULL, outputColumn, param, state } from "../column";

// @ts-ignore: decorator
@unmanaged class RsiState {
  gain: f64;
  loss: f64;
  previous: f64;
  count: i32;
  unused: i32;
}

/** RSI of input 0. Params: period. */
export function rsi(instruction: usize, rows: i32): void {
  const rsi = changetype<RsiState>(state(instruction));
  const period = <i32>param(instruction, 0);
  let input = inputColumn(instruction, 0);
  let output = outputColumn(instruction, 0);
  const end = input + (<usize>rows << 3);
  for (; input < end && rsi.count <= period; input += 8, output += 8) {
    store<f64>(output, seedRsi(rsi, load<f64>(input), period));
  }
  let gain = rsi.gain;
  let loss = rsi.loss;
  let previous = rsi.previous;
  const kept = <f64>(period - 1);
  const divisor = <f64>period;
  for (; input < end; input += 8, output += 8) {
    const x = load<f64>(input);
    const change = x - previous;
    const nextGain = (gain * kept + max(change, 0)) / divisor;
    const nextLoss = (loss * kept + max(-change, 0)) / divisor;
    const total = nextGain + nextLoss;
    if (total - total != 0) {
      store<f64>(output, NULL);
      continue;
    }
    gain = nextGain;
    loss = nextLoss;
    previous = x;
    store<f64>(output, strength(gain, total));
  }
  rsi.gain = gain;
  rsi.loss = loss;
  rsi.previous = previous;
}

/** Share of the gains in percent; 0 when nothing ever moved, as TA-Lib has it. */
// @ts-ignore: decorator
@inline function strength(gain: f64, total: f64): f64 {
  return total == 0 ? 0 : 100 * (gain / total);
}

function seedRsi(rsi: RsiState, x: f64, period: i32): f64 {
  if (isNull(x)) return NULL;
  if (rsi.count > 0) {
    const change = x - rsi.previous;
    const gain = rsi.gain + max(change, 0);
    const loss = rsi.loss + max(-change, 0);
    const total = gain + loss;
    if (total - total != 0) return NULL;
    rsi.gain = gain;
    rsi.loss = loss;
  }
  rsi.previous = x;
  rsi.count++;
  if (rsi.count <= period) return NULL;
  rsi.gain /= <f64>period;
  rsi.loss /= <f64>period;
  return strength(rsi.gain, rsi.gain + rsi.loss);
}
