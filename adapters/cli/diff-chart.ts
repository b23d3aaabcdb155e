// Two equities in one drawing, with the moment at which their runs part.
//
// How it works: each pixel of the width has the lowest and the highest equity of its time, so that a run of any length
// is drawn whole.

import type { RunResult } from "../../kernel/index.js";
import { dateText, escaped, fixed } from "../report/figures.js";

const WIDTH = 900;
const HEIGHT = 260;
const LEFT = 80;
const TOP = 12;
const BOTTOM = 24;
const MARKS = 6;

/** SVG of both, and a key. @param partNs When the first event differs; null when none does. */
export function twoLines(a: RunResult, b: RunResult, partNs: bigint | null): string {
  const [one, two]: readonly [Rows, Rows] = [a.tables().portfolio, b.tables().portfolio];
  const times = [...ends(one.time), ...ends(two.time)];
  if (times.length === 0) return "";
  const [first, last] = [times.reduce((x, y) => (y < x ? y : x)), times.reduce((x, y) => (y > x ? y : x))];
  const scale = 10 ** a.currency.decimals;
  const [low, high] = rangeOf([one.equity, two.equity]);
  const span = Math.max(1, Number(last - first));
  const x = (time: bigint): number => LEFT + ((WIDTH - LEFT) * Number(time - first)) / span;
  const y = (value: number): number => TOP + (HEIGHT - TOP - BOTTOM) * (1 - (value - low) / Math.max(1, high - low));
  const marks = roundValues(low, high).map((value) => {
    const at = y(value).toFixed(1);
    const line = `<line class="axis" x1="${LEFT}" x2="${WIDTH}" y1="${at}" y2="${at}"/>`;
    const place = `x="${LEFT - 8}" y="${at}" text-anchor="end" dominant-baseline="central"`;
    return `${line}<text ${place}>${fixed(value / scale, 0)}</text>`;
  });
  const dates = [first, (first + last) / 2n, last].map((time, step) => {
    const anchor = ["start", "middle", "end"][step] as string;
    return `<text x="${x(time).toFixed(1)}" y="${HEIGHT - 6}" text-anchor="${anchor}">${dateText(time)}</text>`;
  });
  const lines = [one, two].map((rows, index) => `<path class="${index === 0 ? "a" : "b"}" d="${pathOf(rows, x, y)}"/>`);
  const rule =
    partNs === null
      ? ""
      : `<line class="rule" x1="${x(partNs)}" x2="${x(partNs)}" y1="${TOP}" y2="${HEIGHT - BOTTOM}"/>`;
  const keys = ["a", "b"].map((name) => `<li class="key-${name}">${name}</li>`).join("");
  const parted = partNs === null ? "" : `<li>the line stands where they part, ${dateText(partNs)}</li>`;
  const label = escaped(`Equity of both, ${a.currency.code}`);
  return [
    `<ul class="facts">${keys}<li>${escaped(a.currency.code)}</li>${parted}</ul>`,
    `<div class="scroll"><svg class="two" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${label}">`,
    ...marks,
    ...dates,
    rule,
    ...lines,
    "</svg></div>",
  ].join("");
}

interface Rows {
  readonly time: BigInt64Array;
  readonly equity: BigInt64Array;
}

function ends(time: BigInt64Array): bigint[] {
  return time.length === 0 ? [] : [time[0] as bigint, time.at(-1) as bigint];
}

function rangeOf(columns: readonly BigInt64Array[]): readonly [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const column of columns) {
    for (const value of column) [low, high] = [Math.min(low, Number(value)), Math.max(high, Number(value))];
  }
  return [low, high];
}

/** Multiples of 1, 2 or 5 times a power of ten between two values, about `MARKS` of them. */
function roundValues(low: number, high: number): readonly number[] {
  const wanted = Math.max(1, (high - low) / MARKS);
  const power = 10 ** Math.floor(Math.log10(wanted));
  const step = power * ([1, 2, 5].find((each) => each * power >= wanted) ?? 10);
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, index) => (first + index) * step);
}

/** From the lowest to the highest value of each pixel's time. */
function pathOf({ time, equity }: Rows, x: (time: bigint) => number, y: (value: number) => number): string {
  const points: string[] = [];
  let from = 0;
  while (from < time.length) {
    const pixel = Math.round(x(time[from] as bigint));
    let [low, high] = [Infinity, -Infinity];
    let to = from;
    for (; to < time.length && Math.round(x(time[to] as bigint)) === pixel; to++) {
      const value = Number(equity[to]);
      [low, high] = [Math.min(low, value), Math.max(high, value)];
    }
    points.push(`${pixel} ${y(low).toFixed(1)}`, ...(high === low ? [] : [`${pixel} ${y(high).toFixed(1)}`]));
    from = to;
  }
  return `M${points.join("L")}`;
}
