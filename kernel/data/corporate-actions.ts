// Corporate actions: splits and dividends read from a tape of adjustment factors.
//
// A row's factors hold for times up to and including its own, so a factor that differs from the one of the row after it
// says that something happened in between: share counts change by the ratio of the split factors, and the price factor
// falls by the dividend's share of the raw close.
//
// Units: ns; a dividend in 1e-9 of the currency's smallest unit for one unit of quantity.
// Rounding: a dividend to the nearest hundredth of the smallest unit of money (LEAN: to the cent, which makes 0.21 of
// Apple's 0.205); a split to the simplest ratio that the six decimals of published factors allow, since 0.142857 means
// one to seven.
// Source: LEAN's factor files, `Common/Data/Auxiliary/CorporateFactorRow.cs` and `Common/Data/Market/Dividend.cs`
// (`ComputeDistribution`).

import { InputError } from "../base/error.js";
import type { ActionColumns, ActionsTape } from "../market/side-tape.js";
import { VOLUME_UNKNOWN } from "../market/tape.js";
import { instantText } from "./civil-date.js";

/** Something that happens to whoever holds a share. */
export type CorporateAction =
  | { readonly kind: "dividend"; readonly timeNs: bigint; readonly amountE9: bigint }
  /** `newUnits` for `oldUnits`: 7 and 1 for a split of seven to one. */
  | { readonly kind: "split"; readonly timeNs: bigint; readonly newUnits: bigint; readonly oldUnits: bigint };

interface FactorRow {
  readonly timeNs: bigint;
  readonly priceFactor: bigint;
  readonly splitFactor: bigint;
  readonly referencePrice: bigint | null;
}

const FACTOR_ONE = 10n ** 12n;
/** Half of the sixth decimal. */
const FACTOR_DOUBT = 500_000n;
const WHOLE = 1_000_000_000n;
const HUNDREDTHS = 100n;

/**
 * Splits and dividends of a tape, by time; a dividend goes before a split of the same time, on the shares that there
 * were. Each happens one nanosecond after the last time for which its row's factors hold. O(rows).
 *
 * @throws InputError `tape/schema` for a dividend whose row has no reference price.
 */
export function corporateActions(tape: ActionsTape): readonly CorporateAction[] {
  const rows = [...tape.segments()].flatMap(factorRows);
  return rows.flatMap((row, i) => {
    const next = rows[i + 1] ?? { ...row, priceFactor: FACTOR_ONE, splitFactor: FACTOR_ONE };
    return [...dividendBetween(tape, row, next), ...splitBetween(row, next)];
  });
}

function factorRows(columns: ActionColumns): readonly FactorRow[] {
  return Array.from({ length: columns.rowCount }, (_, row) => {
    const reference = columns.referencePrice?.[row] ?? VOLUME_UNKNOWN;
    return {
      timeNs: columns.time[row] as bigint,
      priceFactor: columns.priceFactor[row] as bigint,
      splitFactor: columns.splitFactor[row] as bigint,
      referencePrice: reference === VOLUME_UNKNOWN ? null : reference,
    };
  });
}

function dividendBetween(tape: ActionsTape, row: FactorRow, next: FactorRow): CorporateAction[] {
  if (row.priceFactor === next.priceFactor) return [];
  const { symbol, priceDecimals, currency } = tape.instrument;
  if (row.referencePrice === null) {
    const path = `dataset.${symbol}.actions`;
    const expected = `the raw close of ${instantText(row.timeNs)}, from which a dividend is reckoned`;
    throw new InputError([{ code: "tape/schema", path, expected, received: "a row without reference price" }]);
  }
  const scale = HUNDREDTHS * 10n ** BigInt(currency.decimals);
  const value = row.referencePrice * (next.priceFactor - row.priceFactor) * scale;
  const hundredths = nearest(value, next.priceFactor * 10n ** BigInt(priceDecimals));
  const amountE9 = hundredths * (WHOLE / HUNDREDTHS);
  return amountE9 === 0n ? [] : [{ kind: "dividend", timeNs: row.timeNs + 1n, amountE9 }];
}

/** Quotient to the nearest, halves away from zero; the divisor is positive. */
function nearest(value: bigint, divisor: bigint): bigint {
  return (value >= 0n ? 2n * value + divisor : 2n * value - divisor) / (2n * divisor);
}

function splitBetween(row: FactorRow, next: FactorRow): CorporateAction[] {
  if (row.splitFactor === next.splitFactor) return [];
  const least = [next.splitFactor - FACTOR_DOUBT, row.splitFactor + FACTOR_DOUBT] as const;
  const most = [next.splitFactor + FACTOR_DOUBT, row.splitFactor - FACTOR_DOUBT] as const;
  const isDoubtful = least[0] <= 0n || most[1] <= 0n;
  const [newUnits, oldUnits] = isDoubtful ? [next.splitFactor, row.splitFactor] : simplestBetween(least, most);
  return newUnits === oldUnits ? [] : [{ kind: "split", timeNs: row.timeNs + 1n, newUnits, oldUnits }];
}

type Ratio = readonly [numerator: bigint, denominator: bigint];

/** The ratio with the least denominator between two positive ones, both included: by their continued fractions. */
function simplestBetween([a, b]: Ratio, [c, d]: Ratio): Ratio {
  const whole = a / b;
  if (whole * b === a) return [whole, 1n];
  if (whole < c / d) return [whole + 1n, 1n];
  const [numerator, denominator] = simplestBetween([d, c - whole * d], [b, a - whole * b]);
  return [whole * numerator + denominator, numerator];
}
