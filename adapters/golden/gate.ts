// The golden gate: scenarios run on one host in every way in which a result may not differ, and compared with what is
// expected of them.
//
// Always true:
//   a run is *same* only when every digest, count and checkpoint of its expectation is;
//   what a host cannot run (a recorded file that is not there) is skipped by name, never passed.

import type { Engine } from "../../kernel/index.js";
import { InputError } from "../../kernel/index.js";
import { checkpointLines, expectationOf } from "./expectation.js";
import type { Expectation } from "./expectation.js";
import { prepareSpec } from "./scenario-run.js";
import type { GoldenSpec, PreparedScenario, ScenarioSources } from "./scenario-run.js";

/** A scenario as data: what is run, and what has to come out. */
export interface GateScenario {
  readonly name: string;
  readonly spec: GoldenSpec;
  readonly expected: Expectation;
  /** Recorded files that this machine does not have. */
  readonly absent: readonly string[];
}

/** Builds of the module, by name. */
export type GateEngines = Readonly<Record<string, Engine>>;

/** Sizes of blocks in buckets: one, one that fits nothing, the usual one, and the largest. */
export const GATE_BLOCKS = [1, 7, 1024, 4096] as const;

/** What became of one run. */
export interface GateCell {
  readonly scenario: string;
  /** Build of the module. */
  readonly module: string;
  readonly blockRows: number;
  readonly outcome: "same" | "different" | "skipped";
  readonly resultDigest: string | null;
  /** What differs, or why it was skipped; empty for *same*. */
  readonly detail: string;
}

/**
 * Runs scenarios, each with every build and every size of blocks; datasets are loaded once for a scenario.
 *
 * @param sources Those of each scenario.
 * @param onScenario Called after each of them with its cells.
 */
export async function runGate<S extends GateScenario>(
  scenarios: readonly S[],
  sources: (scenario: S) => ScenarioSources,
  engines: GateEngines,
  onScenario: (cells: readonly GateCell[]) => void | Promise<void> = () => undefined,
): Promise<GateCell[]> {
  const all: GateCell[] = [];
  for (const scenario of scenarios) {
    const cells = await scenarioCells(scenario, sources(scenario), engines);
    all.push(...cells);
    await onScenario(cells);
  }
  return all;
}

async function scenarioCells(
  scenario: GateScenario,
  sources: ScenarioSources,
  engines: GateEngines,
): Promise<GateCell[]> {
  const ways = Object.entries(engines).flatMap(([module, engine]) => {
    return GATE_BLOCKS.map((blockRows) => ({ scenario: scenario.name, module, engine, blockRows }));
  });
  const { absent } = scenario;
  if (absent.length > 0) {
    const detail = `not on this machine: ${absent.join(", ")}`;
    return ways.map(({ engine: _, ...way }) => ({ ...way, outcome: "skipped", resultDigest: null, detail }));
  }
  const prepared = await settled(() => prepareSpec(scenario.spec, sources));
  return ways.map(({ engine, ...way }) => ({
    ...way,
    ...outcomeOf(scenario.expected, prepared, engine, way.blockRows),
  }));
}

type Settled<T> = { readonly value: T } | { readonly message: string };

async function settled<T>(work: () => Promise<T>): Promise<Settled<T>> {
  try {
    return { value: await work() };
  } catch (cause) {
    return { message: messageOf(cause) };
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof InputError ? cause.message : String((cause as Error).stack ?? cause);
}

function outcomeOf(
  expected: Expectation,
  prepared: Settled<PreparedScenario>,
  engine: Engine,
  blockRows: number,
): Pick<GateCell, "outcome" | "resultDigest" | "detail"> {
  if ("message" in prepared) return { outcome: "different", resultDigest: null, detail: prepared.message };
  try {
    const result = prepared.value.run(engine, { blockRows });
    const received = expectationOf(result, prepared.value.graph.checksum);
    const detail = differenceText(expected, received);
    return { outcome: detail === "" ? "same" : "different", resultDigest: received.resultDigest, detail };
  } catch (cause) {
    return { outcome: "different", resultDigest: null, detail: messageOf(cause) };
  }
}

/** The fields that differ and the buckets between which the runs part; empty when nothing differs. */
function differenceText(expected: Expectation, received: Expectation): string {
  const fields = (Object.keys(received) as (keyof Expectation)[]).filter((field) => {
    return JSON.stringify(expected[field]) !== JSON.stringify(received[field]);
  });
  if (fields.length === 0) return "";
  const checkpoints = fields.includes("checkpoints") ? checkpointLines(expected, received) : [];
  return [`${fields.join(", ")} differ`, ...checkpoints.map((line) => line.trim())].join("; ");
}
