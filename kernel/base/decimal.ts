// Decimal numbers and their mantissas: exact both ways, never rounded.
//
// Always true:
//   a mantissa stands for exactly the number that was written; zeros at the end of a fraction do not count as decimals.
// Units: mantissa = number x 10^decimals, within ±(2^63 - 1).
//
// Not here: millions of values a second, and rounding by a stated policy, in `kernel/data/decimal-text.ts`.

/** Why a number has no mantissa. */
export type MantissaFault = "not-a-number" | "not-finite" | "decimals" | "overflow";

const MANTISSA_MAX = 2n ** 63n - 1n;
// No number of a double reaches further, and a larger exponent in a text would only make a huge BigInt.
const EXPONENT_MAX = 400;
const DECIMAL = /^([+-]?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]{1,4}))?$/;
const DIGITS_MAX = 800;

/**
 * The mantissa of a number at so many decimals, or what stands against it.
 *
 * @param value A text (`1250.5`, `-3e-4`), a whole number as bigint, or a float, which stands for its shortest text:
 *   0.1 is one tenth.
 * @param decimals 0 to 18.
 * @returns `decimals` when the number has more of them than allowed, `overflow` beyond ±(2^63 - 1).
 * @example mantissaOf("12.50", 2) // 1250n
 */
export function mantissaOf(value: string | number | bigint, decimals: number): bigint | MantissaFault {
  if (typeof value === "bigint") return scaled(value, -decimals);
  if (typeof value === "number" && !Number.isFinite(value)) return "not-finite";
  const match = DECIMAL.exec(String(value));
  const whole = match?.[2] ?? "";
  const fraction = match?.[3] ?? "";
  if (match === null || whole.length + fraction.length === 0) return "not-a-number";
  const exponent = Number(match[4] ?? "0");
  if (whole.length + fraction.length > DIGITS_MAX || Math.abs(exponent) > EXPONENT_MAX) return "overflow";
  const digits = BigInt(whole + fraction);
  return scaled(match[1] === "-" ? -digits : digits, fraction.length - exponent - decimals);
}

/**
 * Canonical text of a mantissa: no exponent, no zeros at the end of the fraction, no point without a fraction.
 *
 * @example mantissaText(-1250n, 2) // -12.5
 */
export function mantissaText(mantissa: bigint, decimals: number): string {
  if (decimals === 0) return mantissa.toString();
  const sign = mantissa < 0n ? "-" : "";
  const digits = (mantissa < 0n ? -mantissa : mantissa).toString().padStart(decimals + 1, "0");
  const cut = digits.length - decimals;
  const fraction = digits.slice(cut).replace(/0+$/, "");
  return fraction === "" ? sign + digits.slice(0, cut) : `${sign}${digits.slice(0, cut)}.${fraction}`;
}

/** `value` without its last `excess` digits, which must be zeros; a negative excess adds zeros. */
function scaled(value: bigint, excess: number): bigint | MantissaFault {
  const power = 10n ** BigInt(Math.abs(excess));
  if (excess > 0 && value % power !== 0n) return "decimals";
  const mantissa = excess > 0 ? value / power : value * power;
  return mantissa > MANTISSA_MAX || mantissa < -MANTISSA_MAX ? "overflow" : mantissa;
}
