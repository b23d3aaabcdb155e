// Charts: prices with fills, and lines of money, of as many rows as there are, drawn as extremes of what a pixel
// covers.
//
// Units: times of the charts are seconds, as uPlot wants them; everything else is mantissas until it is drawn.

import uPlot from "uplot";
import { firstAtOrAfter } from "../../browser/index.js";
import type { Candles, FindExtremes } from "../../browser/index.js";

/** A fill to mark. */
export interface FillMark {
  readonly timeNs: bigint;
  /** As printed. */
  readonly price: number;
  readonly isBuy: boolean;
}

export interface PriceSource {
  /** Bars of a range, at most `countMax`. */
  load(fromNs: bigint | null, toNs: bigint | null, countMax: number): Promise<Candles>;
  readonly decimals: number;
  /** Of the instrument, for the title. */
  readonly symbol: string;
  readonly fills: readonly FillMark[];
  onClick(timeNs: bigint): void;
}

/** One line. */
export interface Line {
  readonly label: string;
  /** A custom property of the page's style. */
  readonly colour: string;
  readonly time: BigInt64Array;
  readonly values: BigInt64Array;
}

const NS_PER_MS = 1_000_000n;
const PIXELS_PER_CANDLE = 3;
/** Fills that are drawn one by one; of more, one in each pixel and direction. */
const MARK_PIXELS = 5;

/** How values are written: beside the axis and in the legend. */
export interface LinePrint {
  readonly mark: (value: number) => string;
  readonly print: (value: number) => string;
}

/** A chart that can be taken away. */
export interface Chart {
  destroy(): void;
}

const seconds = (ns: bigint): number => Number(ns / NS_PER_MS) / 1000;
const nanos = (second: number): bigint => BigInt(Math.round(second * 1000)) * NS_PER_MS;
const styleOf = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function axes(print?: (value: number) => string): uPlot.Axis[] {
  const [stroke, line] = [styleOf("--quiet"), styleOf("--line")];
  const grid = { stroke: line, width: 1 };
  const shared = { stroke, grid, ticks: grid, font: "12px system-ui, sans-serif" };
  const values = print === undefined ? {} : { values: (_: uPlot, marks: number[]) => marks.map(print) };
  const days = {
    space: 84,
    values: (_: uPlot, marks: number[], __: number, ___: number, step: number) => timeMarks(marks, step),
  };
  return [
    { ...shared, ...days },
    { ...shared, ...values, size: 76 },
  ];
}

const DAY_SECONDS = 86_400;

/** Marks of time that are `step` seconds apart, as much of each instant as tells it from the next. */
function timeMarks(marks: readonly number[], step: number): string[] {
  return marks.map((second) => {
    const text = new Date(second * 1000).toISOString();
    if (step >= 365 * DAY_SECONDS) return text.slice(0, 4);
    if (step >= 28 * DAY_SECONDS) return text.slice(0, 7);
    return step >= DAY_SECONDS ? text.slice(0, 10) : text.slice(5, 16).replace("T", " ");
  });
}

/** The instant under the cursor, in the legend. */
const TIME_SERIES: uPlot.Series = {
  label: "Time, UTC",
  value: (_, second: number | null) =>
    second === null ? "" : new Date(second * 1000).toISOString().slice(0, 16).replace("T", " "),
};

/** Width that a chart may take. */
const widthOf = (place: HTMLElement): number => Math.max(240, place.clientWidth);

/** Times of day are those of the log: UTC. */
const tzDate = (second: number): Date => uPlot.tzDate(new Date(second * 1000), "Etc/UTC");

/** Calls `work` when the width changes or the colours do. */
function watch(place: HTMLElement, chart: uPlot): () => void {
  const observer = new ResizeObserver(() => {
    if (Math.abs(chart.width - widthOf(place)) > 1) chart.setSize({ width: widthOf(place), height: chart.height });
  });
  observer.observe(place);
  return () => observer.disconnect();
}

/** Draws bars with the fills of a run on them. */
export async function priceChart(place: HTMLElement, source: PriceSource): Promise<Chart> {
  const scale = 10 ** source.decimals;
  const countMax = (): number => Math.max(60, Math.floor(widthOf(place) / PIXELS_PER_CANDLE));
  const dataOf = (candles: Candles): uPlot.AlignedData => {
    const prices = [candles.open, candles.high, candles.low, candles.close];
    const times = Float64Array.from(candles.time, seconds) as unknown as number[];
    return [times, ...prices.map((column) => Array.from(column, (mantissa) => Number(mantissa) / scale))];
  };
  const first = await source.load(null, null, countMax());
  let range = 0;
  let pressedAt = 0;
  const show = async (u: uPlot, from: number | null, to: number | null): Promise<void> => {
    const turn = ++range;
    const bounds = [from, to].map((second) => (second === null ? null : nanos(second))) as [
      bigint | null,
      bigint | null,
    ];
    const candles = await source.load(...bounds, countMax());
    if (turn === range && candles.time.length > 1) u.setData(dataOf(candles));
  };
  const price = (label: string): uPlot.Series => ({ label, paths: () => null, points: { show: false } });
  const chart = new uPlot(
    {
      title: `Price of ${source.symbol}, with fills`,
      width: widthOf(place),
      height: 320,
      tzDate,
      axes: axes(),
      series: [TIME_SERIES, ...["open", "high", "low", "close"].map(price)],
      cursor: {
        drag: { setScale: false },
        bind: { dblclick: (u) => () => (void show(u, null, null), null) },
      },
      hooks: {
        draw: [(u) => (drawCandles(u), drawFills(u, source.fills))],
        setSelect: [
          (u) => {
            if (u.select.width < MARK_PIXELS) return;
            void show(u, u.posToVal(u.select.left, "x"), u.posToVal(u.select.left + u.select.width, "x"));
            u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          },
        ],
        ready: [
          (u) => {
            u.over.addEventListener("mousedown", (event) => (pressedAt = event.clientX));
            u.over.addEventListener("click", (event) => {
              if (Math.abs(event.clientX - pressedAt) < MARK_PIXELS)
                source.onClick(nanos(u.posToVal(event.clientX - u.over.getBoundingClientRect().left, "x")));
            });
          },
        ],
      },
    },
    dataOf(first),
    place,
  );
  const unwatch = watch(place, chart);
  return { destroy: () => (unwatch(), chart.destroy()) };
}

function drawCandles(u: uPlot): void {
  const [times, opens, highs, lows, closes] = u.data as unknown as [number[], number[], number[], number[], number[]];
  const [rise, fall] = [styleOf("--rise"), styleOf("--fall")];
  const { ctx, bbox } = u;
  const width = Math.max(1, Math.floor((bbox.width / Math.max(1, times.length)) * 0.6));
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (let at = 0; at < times.length; at += 1) {
    const [open, close] = [opens[at] as number, closes[at] as number];
    const x = u.valToPos(times[at] as number, "x", true);
    const y = (value: number): number => u.valToPos(value, "y", true);
    const [top, bottom] = [y(Math.max(open, close)), y(Math.min(open, close))];
    const [high, low] = [y(highs[at] as number), y(lows[at] as number)];
    ctx.fillStyle = close >= open ? rise : fall;
    ctx.fillRect(x - 0.5, high, 1, Math.max(1, low - high));
    ctx.fillRect(x - width / 2, top, width, Math.max(1, bottom - top));
  }
  ctx.restore();
}

function drawFills(u: uPlot, fills: readonly FillMark[]): void {
  const { min = 0, max = 0 } = u.scales["x"] ?? {};
  const { ctx, bbox } = u;
  const [buy, sell, paper] = [styleOf("--best"), styleOf("--worst"), styleOf("--paper")];
  const size = MARK_PIXELS * devicePixelRatio;
  const taken = new Set<number>();
  ctx.save();
  ctx.strokeStyle = paper;
  for (const { timeNs, price, isBuy } of fills) {
    const time = seconds(timeNs);
    if (min === null || max === null || time < min || time > max) continue;
    const x = u.valToPos(time, "x", true);
    const slot = Math.round(x / size) * 2 + (isBuy ? 1 : 0);
    if (taken.has(slot)) continue;
    taken.add(slot);
    const y = Math.min(bbox.top + bbox.height, Math.max(bbox.top, u.valToPos(price, "y", true)));
    const tip = isBuy ? -1 : 1;
    ctx.fillStyle = isBuy ? buy : sell;
    ctx.beginPath();
    ctx.moveTo(x, y);
    ctx.lineTo(x - size, y - tip * size * 1.7);
    ctx.lineTo(x + size, y - tip * size * 1.7);
    ctx.closePath();
    ctx.fill();
    ctx.stroke();
  }
  ctx.restore();
}

/**
 * Draws lines over the same times.
 *
 * @param lines At least one; all as long as the first.
 */
export function lineChart(
  place: HTMLElement,
  title: string,
  lines: readonly Line[],
  decimals: number,
  extremes: FindExtremes,
  { mark, print }: LinePrint,
): Chart {
  const [first] = lines;
  if (first === undefined) throw new Error("a chart has at least one line");
  const scale = 10 ** decimals;
  const dataOf = (from: number, to: number): uPlot.AlignedData => {
    const rowCount = to - from;
    const partCount = Math.min(rowCount, widthOf(place));
    if (rowCount <= 2 * partCount) {
      const times = Array.from(first.time.subarray(from, to), seconds);
      return [times, ...lines.map(({ values }) => Array.from(values.subarray(from, to), (one) => Number(one) / scale))];
    }
    // Each part is drawn from its lowest to its highest value.
    const rowOf = (part: number): number => from + Math.floor((part * rowCount) / partCount);
    const times = Array.from({ length: 2 * partCount }, (_, point) => {
      const row = point % 2 === 0 ? rowOf(point >> 1) : rowOf((point >> 1) + 1) - 1;
      return seconds(first.time[row] as bigint);
    });
    const points = lines.map(({ values }) => {
      const { lowest, highest } = extremes(values.subarray(from, to), partCount);
      return Array.from({ length: 2 * partCount }, (_, point) => {
        return Number((point % 2 === 0 ? lowest : highest)[point >> 1] as bigint) / scale;
      });
    });
    return [times, ...points];
  };
  const everything = (): uPlot.AlignedData => dataOf(0, first.time.length);
  const chart = new uPlot(
    {
      title,
      width: widthOf(place),
      height: 200,
      tzDate,
      axes: axes(mark),
      series: [
        TIME_SERIES,
        ...lines.map(({ label, colour }, index): uPlot.Series => {
          const value = (_: uPlot, one: number | null): string => (one === null ? "" : print(one));
          // The first line shows beside one that covers it.
          return { label, stroke: styleOf(colour), width: index === 0 ? 3 : 1.5, points: { show: false }, value };
        }),
      ],
      cursor: { drag: { setScale: false }, bind: { dblclick: (u) => () => (u.setData(everything()), null) } },
      hooks: {
        setSelect: [
          (u) => {
            if (u.select.width < MARK_PIXELS) return;
            const bounds = [u.select.left, u.select.left + u.select.width].map((x) => nanos(u.posToVal(x, "x")));
            const [from = 0, to = 0] = bounds.map((bound) => firstAtOrAfter(first.time, bound));
            if (to - from > 1) u.setData(dataOf(from, to));
            u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          },
        ],
      },
    },
    everything(),
    place,
  );
  const unwatch = watch(place, chart);
  return { destroy: () => (unwatch(), chart.destroy()) };
}
