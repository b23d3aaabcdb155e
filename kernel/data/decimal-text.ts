// Decimal numbers as text and as mantissas: exact both ways, never through a float.
//
// Always true:
//   a mantissa stands for the same number as the text, unless a stated rounding policy was used;
//   zeros at the end of a fraction do not count as decimals: 1.5000 fits two decimals.
// Units: mantissa = number x 10^decimals. Mantissas below 2^53 are JavaScript numbers, wider ones BigInt.
// Rounding: only by a `RoundingPolicy`, to the nearest, ties as it says.

/** What to do with decimals beyond the instrument's. Without a policy they are refused. */
export interface RoundingPolicy {
  /**
   * Decimals that values are rounded to; must be the instrument's, and is written out so that a reader of the manifest
   * sees it.
   */
  readonly decimals: number;
  /** To the nearest; a tie goes to the even neighbour or away from zero. */
  readonly mode: "half-even" | "half-away";
  /** Largest change that counts as noise, as decimal text (`0.0005`); a value that moves further is refused. */
  readonly within?: string;
}

/** Why a text gave no mantissa. */
export type DecimalFault = "not-a-number" | "not-finite" | "decimals" | "overflow" | "noise";

/** Reads decimals of one column: fixed decimals and one rounding policy. */
export interface DecimalReader {
  /** Decimals of the mantissas that it gives. */
  readonly decimals: number;
  /** Mantissa of the last value when it is outside of ±2^53, else null. */
  wide: bigint | null;
  /** What was wrong with the last value, else null. */
  fault: DecimalFault | null;
  /** Mantissa of a text; NaN when `wide` or `fault` says more. */
  text(value: string): number;
  /** Mantissa of the shortest text that reads back as this float; NaN as above. */
  float(value: number): number;
  /** Mantissa of `value` x 10^-`valueDecimals`; NaN as above. */
  integer(value: bigint, valueDecimals: number): number;
}

const POWERS: readonly number[] = Array.from({ length: 16 }, (_, exponent) => Number(10n ** BigInt(exponent)));
const DIGITS_SAFE = 15;
const SAFE_MAX = Number.MAX_SAFE_INTEGER;
const I64_MAX = 2n ** 63n - 1n;
const EXPONENT_MAX = 400;
const DECIMAL = /^([+-]?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]{1,4}))?$/;

/**
 * Makes a reader.
 *
 * @param decimals Decimals of the mantissa; may be negative or above the instrument's when the file's numbers are
 *   scaled.
 * @param rounding The stated policy, or null to refuse values with more decimals.
 */
export function decimalReader(decimals: number, rounding: RoundingPolicy | null): DecimalReader {
  const reader: DecimalReader = {
    decimals,
    wide: null,
    fault: null,
    text: fromText,
    float: fromFloat,
    integer: fromInteger,
  };
  return reader;

  function fromText(value: string): number {
    reader.wide = null;
    reader.fault = null;
    // The plain form: an optional minus, at most 15 digits, at most one point. Everything else takes the slow way
    // below.
    let mantissa = 0;
    let digits = 0;
    let fraction = -1;
    const length = value.length;
    let at = length > 0 && value.charCodeAt(0) === 45 ? 1 : 0;
    const isNegative = at === 1;
    for (; at < length; at += 1) {
      const digit = value.charCodeAt(at) - 48;
      if (digit >= 0 && digit <= 9) {
        mantissa = mantissa * 10 + digit;
        digits += 1;
        if (fraction >= 0) fraction += 1;
      } else if (digit === -2 && fraction < 0) fraction = 0;
      else return slow(value);
    }
    if (digits === 0 || digits > DIGITS_SAFE) return slow(value);
    const missing = decimals - (fraction < 0 ? 0 : fraction);
    if (missing >= 0 && missing < POWERS.length) mantissa *= POWERS[missing] as number;
    else if (missing < 0 && -missing < POWERS.length) {
      const divisor = POWERS[-missing] as number;
      if (mantissa % divisor !== 0) return slow(value);
      mantissa /= divisor;
    } else return slow(value);
    if (mantissa > SAFE_MAX) return slow(value);
    return isNegative && mantissa !== 0 ? -mantissa : mantissa;
  }

  function fromFloat(value: number): number {
    reader.wide = null;
    reader.fault = null;
    if (decimals >= 0 && decimals < POWERS.length) {
      // Below 10^15 the quotient is the float nearest to that decimal, and such decimals are told apart by their
      // floats; so equality means that the shortest text of the float is this decimal.
      const power = POWERS[decimals] as number;
      const mantissa = Math.round(value * power);
      if (mantissa < 1e15 && mantissa > -1e15 && mantissa / power === value) return mantissa + 0;
    }
    return fromText(String(value));
  }

  function fromInteger(value: bigint, valueDecimals: number): number {
    reader.wide = null;
    reader.fault = null;
    if (valueDecimals === decimals) {
      const number = Number(value);
      if (number <= SAFE_MAX && number >= -SAFE_MAX) return number;
    }
    return settle(value, valueDecimals);
  }

  function slow(text: string): number {
    const match = DECIMAL.exec(text.trim());
    const whole = match?.[2] ?? "";
    const fraction = match?.[3] ?? "";
    if (match === null || whole.length + fraction.length === 0)
      return failed(isNotFinite(text) ? "not-finite" : "not-a-number");
    const exponent = Number(match[4] ?? "0");
    if (exponent > EXPONENT_MAX || exponent < -EXPONENT_MAX) return failed("overflow");
    const value = BigInt(whole + fraction) * (match[1] === "-" ? -1n : 1n);
    return settle(value, fraction.length - exponent);
  }

  /** Brings an integer with `valueDecimals` decimals to `decimals` of them. */
  function settle(value: bigint, valueDecimals: number): number {
    const missing = decimals - valueDecimals;
    if (missing >= 0) return sized(value * 10n ** BigInt(missing));
    const divisor = 10n ** BigInt(-missing);
    const rest = value % divisor;
    if (rest === 0n) return sized(value / divisor);
    if (rounding === null) return failed("decimals");
    const rounded = roundedQuotient(value, divisor, rounding.mode);
    if (rounding.within !== undefined && exceeds(value - rounded * divisor, valueDecimals, rounding.within))
      return failed("noise");
    return sized(rounded);
  }

  function sized(mantissa: bigint): number {
    // The smallest i64 marks absent values, so it is outside of the range.
    if (mantissa > I64_MAX || mantissa < -I64_MAX) return failed("overflow");
    if (mantissa <= BigInt(SAFE_MAX) && mantissa >= -BigInt(SAFE_MAX)) return Number(mantissa);
    reader.wide = mantissa;
    return Number.NaN;
  }

  function failed(fault: DecimalFault): number {
    reader.fault = fault;
    return Number.NaN;
  }
}

function isNotFinite(text: string): boolean {
  return /^[+-]?(nan|inf|infinity|null|none|na|n\/a|#n\/a)$/i.test(text.trim());
}

function roundedQuotient(value: bigint, divisor: bigint, mode: RoundingPolicy["mode"]): bigint {
  const quotient = value / divisor;
  const rest = value % divisor;
  const twice = (rest < 0n ? -rest : rest) * 2n;
  const away = value < 0n ? quotient - 1n : quotient + 1n;
  if (twice > divisor) return away;
  if (twice < divisor) return quotient;
  return mode === "half-away" || quotient % 2n !== 0n ? away : quotient;
}

/** True when |difference x 10^-decimals| is above the limit. */
function exceeds(difference: bigint, differenceDecimals: number, limit: string): boolean {
  const [whole = "0", fraction = ""] = limit.split(".");
  const limitMantissa = BigInt(whole + fraction);
  const size = difference < 0n ? -difference : difference;
  const common = BigInt(Math.max(differenceDecimals, fraction.length, 0));
  return (
    size * 10n ** (common - BigInt(differenceDecimals)) > limitMantissa * 10n ** (common - BigInt(fraction.length))
  );
}
