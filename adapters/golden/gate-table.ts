// The table of a golden gate over many hosts, for a person.

import type { GateCell } from "./gate.js";

/** What one host said. */
export interface GateHost {
  /** `node 20.20.2 main`. */
  readonly host: string;
  readonly cells: readonly GateCell[];
  /** Digest of what the host's own `Math.exp`, `log`, `pow` and `sin` give, which no result may depend on. */
  readonly hostMath: string;
}

/** Counts over all cells. */
export function gateCounts(hosts: readonly GateHost[]): Readonly<Record<GateCell["outcome"], number>> {
  const count = (outcome: GateCell["outcome"]): number =>
    hosts.reduce((sum, { cells }) => sum + cells.filter((cell) => cell.outcome === outcome).length, 0);
  return { same: count("same"), different: count("different"), skipped: count("skipped") };
}

/** A line for each scenario and a column for each host, then everything that differs, then the counts. */
export function gateText(hosts: readonly GateHost[], missing: readonly string[]): string {
  const names = [...new Set(hosts.flatMap(({ cells }) => cells.map((cell) => cell.scenario)))];
  const width = names.reduce((most, name) => Math.max(most, name.length), 0);
  const heads = hosts.map(({ host }, index) => `${columnOf(index)}  ${host}`);
  const rows = names.map((name) => {
    return `${name.padEnd(width)}  ${hosts.map(({ cells }) => shortOf(cells, name).padStart(4)).join("")}`;
  });
  const header = `${"".padEnd(width)}  ${hosts.map((_, index) => columnOf(index).padStart(4)).join("")}`;
  const differing = hosts.flatMap(({ host, cells }) =>
    cells.flatMap(({ outcome, scenario, module, blockRows, detail }) =>
      outcome === "different" ? [`${scenario}, ${host}, ${module} module, blocks of ${blockRows}: ${detail}`] : [],
    ),
  );
  const { same, different, skipped } = gateCounts(hosts);
  const maths = new Set(hosts.map(({ hostMath }) => hostMath)).size;
  return [
    ...heads,
    "",
    header,
    ...rows,
    "",
    ...differing,
    ...(differing.length === 0 ? [] : [""]),
    ...missing,
    `${maths} different ${maths === 1 ? "set" : "sets"} of bits from the hosts' own Math functions`,
    `${same} same, ${different} different, ${skipped} skipped`,
  ].join("\n");
}

function columnOf(index: number): string {
  return String.fromCharCode("A".charCodeAt(0) + index);
}

/** How many ways of a scenario are the same on a host; `!` marks a difference and `-` a scenario that it skips. */
function shortOf(cells: readonly GateCell[], name: string): string {
  const own = cells.filter((cell) => cell.scenario === name);
  if (own.length === 0) return "";
  if (own.some(({ outcome }) => outcome === "different"))
    return `${own.filter(({ outcome }) => outcome === "different").length}!`;
  return own.every(({ outcome }) => outcome === "skipped") ? "-" : String(own.length);
}
