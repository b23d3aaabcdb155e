// Returns section: the table of months, the distribution of returns and the deepest drawdowns.

import { monthlyReturns, yearlyReturns, type Drawdown, type Study } from "../../kernel/index.js";
import { dateText, durationText, fixed, percent } from "./figures.js";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Months as columns, years as rows, coloured by size: one hue for gains, one for losses. */
export function monthlyTable(study: Study): string {
  const months = monthlyReturns(study.samples);
  if (months.length === 0) return `<p class="empty">No month has a return.</p>`;
  const years = yearlyReturns(study.samples);
  // The strongest colour is the size that nine months in ten stay below, so that one outlier does not bleach the rest.
  const sizes = months.map((one) => Math.abs(one.value)).sort((a, b) => a - b);
  const full = sizes[Math.floor(sizes.length * 0.9)] || 1;
  const byKey = new Map(months.map((one) => [`${one.year} ${one.month}`, one.value]));
  const rows = years.map(({ year, value }) => {
    const cells = MONTHS.map((_, month) => heatCell(byKey.get(`${year} ${month + 1}`), full));
    return `<tr><th scope="row">${year}</th>${cells.join("")}<td class="num year">${percentCell(value)}</td></tr>`;
  });
  const head = MONTHS.map((month) => `<th scope="col" class="num">${month}</th>`).join("");
  return (
    `<div class="scroll"><table class="months"><caption class="hidden">Returns by month, percent</caption><thead><tr>` +
    `<th scope="col">Year</th>${head}<th scope="col" class="num">Year</th></tr></thead>` +
    `<tbody>${rows.join("")}</tbody></table></div>`
  );
}

function heatCell(value: number | undefined, full: number): string {
  if (value === undefined) return `<td></td>`;
  const strength = Math.min(Math.abs(value) / full, 1) * 0.6;
  const side = value < 0 ? "loss" : "gain";
  return `<td class="num heat ${side}" style="--s:${strength.toFixed(2)}">${percentCell(value)}</td>`;
}

function percentCell(value: number): string {
  return fixed(value * 100, 1);
}

const BINS = 41;
const WIDTH = 520;
const HEIGHT = 220;
const BASE = 188;

/** Histogram of the sampled returns, with the mean and the value at risk marked. */
export function distribution(study: Study): string {
  const { returns, period } = study.samples;
  if (returns.length < 2) return `<p class="empty">Too few returns for a distribution.</p>`;
  const sorted = Float64Array.from(returns).sort((a, b) => a - b);
  // Half a percent at each end is gathered in the outermost bins; otherwise one crash makes a single bar of all the
  // rest.
  const low = sorted[Math.floor(sorted.length * 0.005)] as number;
  const high = sorted[Math.ceil(sorted.length * 0.995) - 1] as number;
  const bound = Math.max(Math.abs(low), Math.abs(high), 1e-9);
  const bins = Array.from({ length: BINS }, () => 0);
  for (const value of returns) {
    const bin = Math.floor(((value + bound) / (2 * bound)) * BINS);
    const inside = Math.max(0, Math.min(BINS - 1, bin));
    bins[inside] = (bins[inside] as number) + 1;
  }
  const most = Math.max(...bins);
  const step = WIDTH / BINS;
  const bars = bins.map((size, bin) => {
    const height = size === 0 ? 0 : Math.max(1.5, (size / most) * (BASE - 34));
    const from = -bound + (bin * 2 * bound) / BINS;
    const to = from + (2 * bound) / BINS;
    const side = bin === (BINS - 1) / 2 ? "middle" : to <= 0 ? "loss" : "gain";
    const title = `<title>${percent(from)} to ${percent(to)}: ${size}</title>`;
    const x = (bin * step + 0.75).toFixed(2);
    return (
      `<rect class="${side}" x="${x}" y="${(BASE - height).toFixed(1)}" ` +
      `width="${(step - 1.5).toFixed(2)}" height="${height.toFixed(1)}">${title}</rect>`
    );
  });
  const at = (value: number): number => ((value + bound) / (2 * bound)) * WIDTH;
  const ticks = [-1, -0.5, 0, 0.5, 1].map((share) => {
    const anchor = share === -1 ? "start" : share === 1 ? "end" : "middle";
    return (
      `<text class="tick" x="${at(share * bound).toFixed(1)}" y="${BASE + 18}" ` +
      `text-anchor="${anchor}">${percent(share * bound, 1)}</text>`
    );
  });
  const risk = study.metrics.find((one) => one.name === "valueAtRisk95")?.value ?? null;
  const mean = study.metrics.find((one) => one.name === "meanAnnualReturn")?.value ?? null;
  const lines = [
    risk === null ? "" : rule(at(-risk), `5 % are below ${percent(-risk)}`, 26, at(-risk) < 130 ? "start" : "end"),
    mean === null
      ? ""
      : rule(
          at(mean / study.samples.periodsPerYear),
          `mean ${percent(mean / study.samples.periodsPerYear, 3)}`,
          12,
          "start",
        ),
  ];
  return (
    `<svg class="bars" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Distribution of ` +
    `${returns.length} returns a ${period}">` +
    `<line class="axis" x1="0" x2="${WIDTH}" y1="${BASE + 0.5}" ` +
    `y2="${BASE + 0.5}"/>${bars.join("")}${ticks.join("")}${lines.join("")}</svg>`
  );
}

function rule(x: number, text: string, y: number, anchor: "start" | "end"): string {
  if (x < 0 || x > WIDTH) return "";
  const gap = anchor === "start" ? 5 : -5;
  const line = `<line class="rule" x1="${x.toFixed(1)}" x2="${x.toFixed(1)}" y1="2" y2="${BASE}"/>`;
  return `${line}<text class="label" x="${(x + gap).toFixed(1)}" y="${y}" text-anchor="${anchor}">${text}</text>`;
}

const DRAWDOWNS_SHOWN = 6;
const NS_PER_DAY = 86_400e9;

/** The deepest drawdowns, deepest first. */
export function drawdownTable(drawdowns: readonly Drawdown[]): string {
  if (drawdowns.length === 0) return `<p class="empty">The account never fell below its highest value.</p>`;
  const deepest = [...drawdowns].sort((a, b) => b.depth - a.depth).slice(0, DRAWDOWNS_SHOWN);
  const rows = deepest.map((one) => {
    const recovery = one.recovery === null ? `<span class="faint">not yet</span>` : dateText(one.recovery);
    const length = durationText(Number(one.durationNs) / NS_PER_DAY);
    return (
      `<tr><td class="num strong">${percent(one.depth)}</td><td class="num">${dateText(one.peak)}</td>` +
      `<td class="num">${dateText(one.trough)}</td><td class="num">${recovery}</td><td class="num">${length}</td></tr>`
    );
  });
  const head = ["Depth", "Peak", "Trough", "Recovered", "Length"].map(
    (name) => `<th scope="col" class="num">${name}</th>`,
  );
  const more =
    drawdowns.length > deepest.length ? `<p class="note">${DRAWDOWNS_SHOWN} deepest of ${drawdowns.length}.</p>` : "";
  return (
    `<div class="scroll"><table><thead><tr>${head.join("")}</tr></thead><tbody>${rows.join("")}` +
    `</tbody></table></div>${more}`
  );
}
