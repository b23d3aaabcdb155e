// Writing decisions: the records of a plan's decisions in the memory of a run.

import * as abi from "../../assembly/abi-decision.js";
import type { PlanDecision } from "./plan.js";

/** Addresses that decisions are written with. */
export interface DecisionPlaces {
  /** Of the records. */
  readonly decisions: number;
  /** Of the node states. */
  readonly states: number;
  /** Of the columns, by index. */
  readonly columns: readonly number[];
}

/** Writes a record a decision, in the order of the plan, into zeroed memory. */
export function writeDecisions(view: DataView, decisions: readonly PlanDecision[], places: DecisionPlaces): void {
  const column = (index: number | null): number => (index === null ? 0 : (places.columns[index] as number));
  for (const [index, decision] of decisions.entries()) {
    const at = places.decisions + index * abi.DECISION_BYTES;
    view.setInt32(at + abi.DECISION_KIND, decision.kind, true);
    view.setInt32(at + abi.DECISION_INSTRUMENT, decision.instrument, true);
    view.setInt32(at + abi.DECISION_CLOCK, decision.clock, true);
    view.setUint32(at + abi.DECISION_VALUE, column(decision.value), true);
    view.setUint32(at + abi.DECISION_WHEN, column(decision.when), true);
    view.setUint32(at + abi.DECISION_STATE, places.states + decision.stateOffset, true);
    view.setFloat64(at + abi.DECISION_SCALE, decision.scale, true);
  }
}
