// Figures: numbers, money, dates and text as the report prints them.
//
// Always true:
//   the text does not depend on the host's language;
//   what is not defined is an en dash.

import { instantText, type Metric } from "../../kernel/index.js";

export const NONE = "–";

/** Text that is safe inside HTML elements and quoted attributes. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
}

/** A number with a fixed number of decimals, groups of three and a true minus sign. */
export function fixed(value: number | null, decimals: number): string {
  if (value === null || !Number.isFinite(value)) return NONE;
  const text = Math.abs(value).toFixed(decimals);
  const [whole = "", fraction] = text.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  const sign = value < 0 && Number(text) !== 0 ? "−" : "";
  return sign + grouped + (fraction === undefined ? "" : `.${fraction}`);
}

/** A fraction as a percentage: 0.1 is `10.00 %`. */
export function percent(value: number | null, decimals = 2): string {
  return value === null ? NONE : `${fixed(value * 100, decimals)} %`;
}

/** A mantissa as a decimal number with groups of three, exactly; trailing zeros beyond `decimalsMin` are dropped. */
export function mantissaText(mantissa: bigint, decimals: number, decimalsMin = 0): string {
  const digits = (mantissa < 0n ? -mantissa : mantissa).toString().padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals).replace(/\B(?=(\d{3})+$)/g, ",");
  let fraction = decimals === 0 ? "" : digits.slice(-decimals);
  while (fraction.length > decimalsMin && fraction.endsWith("0")) fraction = fraction.slice(0, -1);
  return (mantissa < 0n ? "−" : "") + whole + (fraction === "" ? "" : `.${fraction}`);
}

/** A count with groups of three. */
export function count(value: number | bigint): string {
  return mantissaText(BigInt(value), 0);
}

/** Date of a close: an instant at midnight is the day that ends there. */
export function dateText(timeNs: bigint): string {
  return instantText(timeNs - 1n).slice(0, 10);
}

/** An instant to the second, or to the day when it is a date of a daily bar. */
export function timeText(timeNs: bigint, isDaily: boolean): string {
  return isDaily ? dateText(timeNs) : instantText(timeNs).slice(0, 19).replace("T", " ");
}

/** A length of time in the two largest units that say something. */
export function durationText(days: number | null): string {
  if (days === null) return NONE;
  if (days >= 2) return `${fixed(days, days < 10 ? 1 : 0)} d`;
  const minutes = days * 1440;
  if (minutes >= 120) return `${fixed(minutes / 60, 1)} h`;
  return minutes >= 2 ? `${fixed(minutes, 1)} min` : `${fixed(minutes * 60, 0)} s`;
}

/** A metric's value with its unit. */
export function metricText(metric: Metric, currencyDecimals: number): string {
  const value = metric.value;
  if (value === null) return NONE;
  switch (metric.unit) {
    case "fraction":
      return percent(value);
    case "ratio":
      return fixed(value, 2);
    case "money":
      return fixed(value, Math.min(currencyDecimals, 2));
    case "count":
      return fixed(value, 0);
    case "bars":
      return fixed(value, Number.isInteger(value) ? 0 : 1);
    case "days":
      return durationText(value);
    case "unixSeconds":
      return dateText(BigInt(Math.round(value)) * 1_000_000_000n);
  }
}

const LABELS: ReadonlyMap<string, string> = new Map([
  ["cagr", "CAGR"],
  ["sqn", "SQN"],
  ["kelly", "Kelly fraction"],
  ["sharpe", "Sharpe ratio"],
  ["sortino", "Sortino ratio"],
  ["calmar", "Calmar ratio"],
  ["omega", "Omega ratio"],
  ["probabilisticSharpe", "Probabilistic Sharpe ratio"],
  ["valueAtRisk95", "Value at risk, 95 %"],
  ["expectedShortfall95", "Expected shortfall, 95 %"],
  ["kurtosis", "Excess kurtosis"],
  ["averageMae", "Average MAE"],
  ["averageMfe", "Average MFE"],
  ["worstMae", "Worst MAE"],
  ["bestMfe", "Best MFE"],
  ["exposureTime", "Time in the market"],
  ["exposureAverage", "Average gross exposure"],
  ["exposureMaximum", "Largest gross exposure"],
  ["maximumDrawdownPeak", "Drawdown peak"],
  ["maximumDrawdownTrough", "Drawdown trough"],
  ["maximumDrawdownRecovery", "Drawdown recovery"],
  ["maximumDrawdownDuration", "Drawdown duration"],
  ["traded", "Value traded"],
  ["tradesOpen", "Open trades"],
]);

/** What a reader calls a metric: `totalReturn` is `Total return`. */
export function metricLabel(name: string): string {
  const known = LABELS.get(name);
  if (known !== undefined) return known;
  const words = name.replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
