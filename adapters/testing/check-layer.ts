// A check of one's own order manager or policy against every case of the kit.

import type { Check, SizedOrder, Verdict } from "../execution/index.js";
import { auditLayerCase } from "./layer-audit.js";
import { runLayerCase } from "./layer-case.js";
import type { CaseOutcome, LayerCase, LayerParts } from "./layer-case.js";
import { LAYER_CASES } from "./order-cases.js";

/** What a case broke. */
export interface CaseFault {
  readonly name: string;
  readonly faults: readonly string[];
  /** What happened, one line for each thing. */
  readonly trace: readonly string[];
}

export interface CheckOptions {
  /** Default: the golden cases of the kit. */
  readonly cases?: readonly LayerCase[];
  /** For a manager that is to go its own way, such as one that asks sooner: the laws alone decide, not the traces. */
  readonly mayDiffer?: boolean;
}

/**
 * Runs cases with parts of one's own in the place of those of the layer, audits each from the side of the venue, and
 * holds its trace to the one of the layer's own parts: another manager is to do the same on the line, and checks,
 * gates and limits of the outbox change nothing before they have said something.
 *
 * @param parts Another order manager (`openManager`, `manager` for its terms), other checks (`risk`), gates behind the
 *   activation (`gates`), or limits of the outbox (`outbox`).
 * @returns What was broken, empty when all holds. An exception of a part is a fault, and so is a case without an end.
 * @example
 * const isLong = ({ side, quantity }, { position, openSell }) => side === "buy" || quantity + openSell <= position;
 * const judge = (order, held) => ({ kind: isLong(order, held) ? "allow" : "simulate", text: "shorts on paper" });
 * const noShorts = { name: "noShorts", judge };
 * checkLayer({ gates: [noShorts] }).length; // 0
 */
export function checkLayer(parts: LayerParts, options: CheckOptions = {}): readonly CaseFault[] {
  const { cases = LAYER_CASES, mayDiffer = false } = options;
  return cases.flatMap((given) => {
    const { faults, trace } = judged(given, parts, mayDiffer);
    return faults.length === 0 ? [] : [{ name: given.name, faults, trace }];
  });
}

function judged(given: LayerCase, parts: LayerParts, mayDiffer: boolean): Omit<CaseFault, "name"> {
  const watched = watch(parts);
  try {
    const outcome = runLayerCase(given, watched.parts);
    const faults = [...auditLayerCase(given, outcome, watched.parts), ...watched.faults];
    const other = mayDiffer ? [] : traceFaults(given, parts, outcome, watched.hasSpoken());
    return { faults: [...other, ...faults], trace: outcome.trace };
  } catch (error) {
    return { faults: [...watched.faults, error instanceof Error ? error.message : String(error)], trace: [] };
  }
}

interface Watched {
  readonly parts: LayerParts;
  /** What checks did that a check does not do. */
  readonly faults: readonly string[];
  /** True when a check has said anything but that an order may go. */
  readonly hasSpoken: () => boolean;
}

/** Parts whose checks are listened to. */
function watch(parts: LayerParts): Watched {
  const faults = new Set<string>();
  let hasSpoken = false;
  const heard = <Facts>({ name, judge }: Check<Facts>): Check<Facts> => ({
    name,
    judge: (order, facts) => {
      try {
        const verdict = judge(order, facts);
        hasSpoken ||= verdict.kind !== "allow";
        for (const fault of verdictFaults(order, verdict, judge(order, facts))) faults.add(`${name} ${fault}`);
        return verdict;
      } catch (error) {
        faults.add(`${name} threw: ${error instanceof Error ? error.message : String(error)}`);
        throw error;
      }
    },
  });
  const { risk, gates } = parts;
  const [first, ...others] = risk ?? [];
  const checks = first === undefined ? {} : { risk: [heard(first), ...others.map(heard)] as const };
  const own = { ...parts, ...checks, ...(gates === undefined ? {} : { gates: gates.map(heard) }) };
  return {
    parts: own,
    get faults() {
      return [...faults];
    },
    hasSpoken: () => hasSpoken,
  };
}

const VERDICTS: readonly string[] = ["allow", "reject", "revise", "simulate"] satisfies readonly Verdict["kind"][];

/** What is wrong with a verdict, and with what the same check says to the same question. */
function verdictFaults(order: SizedOrder, verdict: Verdict, again: Verdict): readonly string[] {
  const text = textOf(verdict);
  if (!VERDICTS.includes(verdict.kind)) return [`said ${text}, which is none of ${VERDICTS.join(", ")}`];
  if (textOf(again) !== text) return [`said ${text}, and ${textOf(again)} of the same order and facts`];
  const isSmaller = verdict.kind !== "revise" || (verdict.quantity > 0n && verdict.quantity < order.quantity);
  return isSmaller ? [] : [`revised ${order.quantity} to ${text}, which is no smaller order`];
}

function textOf(verdict: Verdict): string {
  return JSON.stringify(verdict, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
}

/** Where the case goes another way than it does with the layer's own parts, and no check had a word in it. */
function traceFaults(given: LayerCase, parts: LayerParts, outcome: CaseOutcome, hasSpoken: boolean): readonly string[] {
  const { openManager, risk: _, gates: __, outbox: ___, ...terms } = parts;
  const isLimited = outcome.refusals.some(({ reason }) => reason === "backpressure");
  if (openManager === undefined && (hasSpoken || isLimited)) return [];
  const { openManager: ____, ...others } = parts;
  const { trace } = runLayerCase(given, openManager === undefined ? terms : others);
  const line = Math.max(trace.length, outcome.trace.length);
  const at = Array.from({ length: line }, (____, index) => index).find((i) => trace[i] !== outcome.trace[i]);
  if (at === undefined) return [];
  const [expected, received] = [trace, outcome.trace].map((lines) => lines[at]?.trim() ?? "the end");
  return [`line ${at + 1} of its trace is "${received}", and not "${expected}"`];
}
