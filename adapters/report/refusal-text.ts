// Refusals in one line: how many by which reason, and what a strategy waits for that is refused for ever.

import { REASONS } from "../../kernel/index.js";
import type { RunTables } from "../../kernel/index.js";
import { count } from "./figures.js";

const SHOWN_MAX = 4;
/** What a strategy waits for in vain. */
const ADVICE: ReadonlyMap<string, string> = new Map([
  [
    "activation_unknown",
    "Its gate waits for activations, which the configuration states: " +
      '"activations": [{ "time": "2000-01-01T00:00:00Z", "world": "paper", "version": 1 }].',
  ],
  [
    "symbol_validation_failed",
    "Its gate does not trade these symbols or their class: run it over instruments that it does, such as " +
      "synthetic:seed=8,rows=5000,interval=1h,assetClass=crypto-perpetual.",
  ],
]);

/** `Refused or cut: 173 by activation_unknown.` with what to do where nothing else can follow; null for none. */
export function refusalText({ refusals }: Pick<RunTables, "refusals">): string | null {
  const times = new Map<string, number>();
  for (const code of refusals.reason.subarray(0, refusals.rowCount)) {
    const reason = REASONS[code] ?? "none";
    times.set(reason, (times.get(reason) ?? 0) + 1);
  }
  if (times.size === 0) return null;
  const sorted = [...times].sort((a, b) => b[1] - a[1]);
  const shown = sorted.slice(0, SHOWN_MAX).map(([reason, number]) => `${count(number)} by ${reason}`);
  const rest = sorted.slice(SHOWN_MAX).reduce((sum, [, number]) => sum + number, 0);
  const said = [...shown, ...(rest === 0 ? [] : [`${count(rest)} by others`])].join(", ");
  const advice = sorted.flatMap(([reason]) => ADVICE.get(reason) ?? []);
  return [`Refused or cut: ${said}.`, ...advice].join(" ");
}
