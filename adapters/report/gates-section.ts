// Gates section: what stood between decisions and orders: activation over time, refusals by stage and reason over time,
// and what gates noted.
//
// Always true:
//   every refusal of the run is counted in one row; every message in one strip.

import { ACTIVATION_FLAGS, NOTE_KINDS, SEVERITIES, stagedRefusals } from "../../kernel/index.js";
import type { RunTables } from "../../kernel/index.js";
import { count, escaped, percent, timeText } from "./figures.js";

/** State of a side, the most restrictive last. */
export const GATE_STATES = ["active", "inactive", "drain", "freeze", "stale"] as const;
export type GateState = (typeof GATE_STATES)[number];

/** A state of one side of a strategy, from a time on. */
export interface GateSpan {
  readonly policy: number;
  /** 0 long, 1 short. */
  readonly side: number;
  readonly from: bigint;
  /** End of the run for the last one. */
  readonly to: bigint;
  readonly state: GateState;
  /** Share of what is wanted that is sent. */
  readonly weight: number;
}

const SIDES = ["long", "short"] as const;

/** States of every side that a message told of, in the order of policies, sides and times. */
export function gateSpans({ activations, portfolio }: RunTables): readonly GateSpan[] {
  const end = portfolio.time[portfolio.rowCount - 1] ?? 0n;
  const spans = new Map<string, GateSpan[]>();
  for (let row = 0; row < activations.rowCount; row++) {
    for (const side of [0, 1]) {
      if ((((activations.applied[row] as number) >> side) & 1) === 0) continue;
      const policy = activations.policy[row] as number;
      const list = spans.get(`${policy} ${side}`) ?? [];
      spans.set(`${policy} ${side}`, list);
      const from = activations.time[row] as bigint;
      let before = list.pop();
      // A stretch that would have been stale is none where the next message came first.
      if (before?.state === "stale" && before.from >= from) before = list.pop();
      if (before !== undefined && before.from < from) list.push({ ...before, to: before.to < from ? before.to : from });
      const stated = activations.weight[row] as bigint;
      const weight = stated >= 0n ? Number(stated) / 1e9 : (before?.weight ?? 1);
      const expires = activations.expires[row] as bigint;
      const to = expires < end ? expires : end;
      list.push({ policy, side, from, to, state: stateOf(activations.flags[row] as number), weight });
      if (expires < end) list.push({ policy, side, from: expires, to: end, state: "stale", weight });
    }
  }
  return [...spans.values()].flat().sort((a, b) => a.policy - b.policy || a.side - b.side);
}

function stateOf(flags: number): GateState {
  const has = (name: (typeof ACTIVATION_FLAGS)[number]): boolean =>
    ((flags >> ACTIVATION_FLAGS.indexOf(name)) & 1) === 1;
  if (has("freeze")) return "freeze";
  if (has("drain")) return "drain";
  return has("active") ? "active" : "inactive";
}

/** True when the run has gates to speak of. */
export function hasGates({ policies, notes, activations }: RunTables): boolean {
  return policies.length > 0 || notes.rowCount > 0 || activations.rowCount > 0;
}

/** The section's body; empty for a run without gates. */
export function gatesBody(tables: RunTables, daily: boolean): string {
  return activationStrips(tables, daily) + refusalTable(tables, daily) + notesTable(tables);
}

const WIDTH = 960;
const LABEL_WIDTH = 150;
const ROW_HEIGHT = 22;
const BINS = 96;

/** Where a time lies on a strip. */
function placeOf({ portfolio }: RunTables): (time: bigint) => number {
  const first = portfolio.time[0] ?? 0n;
  const last = portfolio.time[portfolio.rowCount - 1] ?? 1n;
  const span = last > first ? Number(last - first) : 1;
  return (time) => LABEL_WIDTH + (WIDTH - LABEL_WIDTH) * Math.min(1, Math.max(0, Number(time - first) / span));
}

function strip(rows: readonly string[], label: string): string {
  const height = rows.length * ROW_HEIGHT;
  const body = rows.map((row, i) => `<g transform="translate(0 ${i * ROW_HEIGHT})">${row}</g>`).join("");
  const size = `viewBox="0 0 ${WIDTH} ${height}" width="100%" role="img" aria-label="${escaped(label)}"`;
  return `<div class="scroll"><svg class="strips" ${size}>${body}</svg></div>`;
}

function label(text: string): string {
  return `<text x="0" y="15">${escaped(text)}</text>`;
}

/** A strip for each side of each activation gate: what it might do, and with what weight. */
function activationStrips(tables: RunTables, daily: boolean): string {
  const spans = gateSpans(tables);
  if (spans.length === 0) return "";
  const place = placeOf(tables);
  const keys = [...new Set(spans.map(({ policy, side }) => `${policy} ${side}`))];
  const policies = new Set(spans.map(({ policy }) => policy));
  const rows = keys.map((key) => {
    const own = spans.filter(({ policy, side }) => `${policy} ${side}` === key);
    const { policy, side } = own[0] as GateSpan;
    const name = policies.size > 1 ? `${SIDES[side] ?? ""}, gate ${policy + 1}` : (SIDES[side] ?? "");
    return label(name) + own.map((span) => spanBox(span, place, daily)).join("");
  });
  const legend = GATE_STATES.map((state) => `<span class="gate-key gate-${state}"><i></i>${state}</span>`).join(" ");
  return `<h3>Activation</h3><p class="gate-keys">${legend}</p>${strip(rows, "Activation of each side over time")}`;
}

function spanBox({ from, to, state, weight }: GateSpan, place: (time: bigint) => number, daily: boolean): string {
  const x = place(from);
  const width = Math.max(1, place(to) - x);
  const share = state === "active" && weight !== 1 ? ` at ${percent(weight, 0)}` : "";
  const title = `${state}${share}, ${timeText(from, daily)} to ${timeText(to, daily)}`;
  const frame = `x="${x.toFixed(1)}" y="2" width="${width.toFixed(1)}" height="17"`;
  const box = `<rect class="gate-${state}" ${frame}><title>${title}</title></rect>`;
  const words = state === "active" ? percent(weight, 0) : state;
  const fits = width > words.length * 8;
  return box + (fits ? `<text class="gate-word" x="${(x + 4).toFixed(1)}" y="15">${words}</text>` : "");
}

interface ReasonRow {
  readonly stage: string;
  readonly reason: string;
  readonly bins: number[];
  times: number;
  severity: number;
  readonly first: bigint;
  last: bigint;
}

/** Refusals, cuts and what commitments skipped by stage and reason: how often, how severe, and when. */
function refusalTable(tables: RunTables, daily: boolean): string {
  const place = placeOf(tables);
  const rows = new Map<string, ReasonRow>();
  for (const { time, stage, reason, severity } of stagedRefusals(tables)) {
    const key = `${stage} ${reason}`;
    const known = rows.get(key);
    const bin = Math.min(BINS - 1, Math.floor(((place(time) - LABEL_WIDTH) / (WIDTH - LABEL_WIDTH)) * BINS));
    const sum = known ?? {
      stage,
      reason,
      bins: Array.from({ length: BINS }, () => 0),
      times: 0,
      severity: 0,
      first: time,
      last: time,
    };
    rows.set(key, sum);
    sum.times++;
    sum.bins[bin] = (sum.bins[bin] ?? 0) + 1;
    sum.severity = Math.max(sum.severity, severity);
    sum.last = time;
  }
  if (rows.size === 0) return `<h3>Refusals over time</h3><p class="empty">Nothing was refused.</p>`;
  const sorted = [...rows.values()].sort((a, b) => b.times - a.times || (a.reason < b.reason ? -1 : 1));
  const most = Math.max(...sorted.flatMap(({ bins }) => bins));
  const strips = sorted.map(({ reason, bins }) => label(reason) + binBars(bins, most));
  const head = ["Stage", "Reason", "Times", "Most severe", "First", "Last"];
  const cells = sorted.map((one) => [
    one.stage,
    `<code>${one.reason}</code>`,
    count(one.times),
    one.stage === "risk" ? (SEVERITIES[one.severity] ?? "low") : "–",
    timeText(one.first, daily),
    timeText(one.last, daily),
  ]);
  return `<h3>Refusals over time</h3>${strip(strips, "Refusals by reason over time")}${plainTable(head, cells, [2])}`;
}

function binBars(bins: readonly number[], most: number): string {
  const width = (WIDTH - LABEL_WIDTH) / BINS;
  const bars = bins.map((times, bin) => {
    if (times === 0) return "";
    const height = Math.max(2, (17 * times) / most);
    const x = (LABEL_WIDTH + bin * width).toFixed(1);
    const [top, wide, high] = [19 - height, width - 0.8, height].map((value) => value.toFixed(1));
    return `<rect class="refused" x="${x}" y="${top}" width="${wide}" height="${high}"><title>${times}</title></rect>`;
  });
  return `<line class="refused-base" x1="${LABEL_WIDTH}" x2="${WIDTH}" y1="19.5" y2="19.5"></line>${bars.join("")}`;
}

/** What gates noted, by kind. */
function notesTable({ notes }: RunTables): string {
  if (notes.rowCount === 0) return "";
  const counts = new Map<string, number>();
  for (const kind of notes.kind) {
    const name = NOTE_KINDS[kind] ?? "unknown";
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const rows = [...counts].sort((a, b) => b[1] - a[1]).map(([kind, times]) => [`<code>${kind}</code>`, count(times)]);
  return `<h3>Notes</h3>${plainTable(["What was measured or changed", "Times"], rows, [1])}`;
}

function plainTable(head: readonly string[], rows: readonly (readonly string[])[], numbers: readonly number[]): string {
  const kind = (index: number): string => (numbers.includes(index) ? ` class="num"` : "");
  const names = head.map((name, index) => `<th scope="col"${kind(index)}>${name}</th>`).join("");
  const body = rows.map((row) => `<tr>${row.map((cell, i) => `<td${kind(i)}>${cell}</td>`).join("")}</tr>`).join("");
  return `<div class="scroll"><table><thead><tr>${names}</tr></thead><tbody>${body}</tbody></table></div>`;
}
