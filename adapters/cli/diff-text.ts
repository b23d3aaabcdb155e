// What `goldentape diff` says, as JSON and as lines.

import { instantText } from "../../kernel/index.js";
import type { Cause, NodeChange, RunDifference } from "../../kernel/index.js";
import { differenceLines, eventDocument } from "../report/difference-text.js";
import { tableText } from "./output.js";

/** The JSON document of a comparison. */
export function diffDocument(found: RunDifference): object {
  const { a, b, isSame, graph, inputs, checkpoints, difference, cause } = found;
  return {
    verdict: isSame ? "same" : "different",
    resultDigest: { a: a.resultDigest, b: b.resultDigest },
    runId: { a: a.runId, b: b.runId },
    graphId: { a: a.graphId, b: b.graphId },
    graph,
    inputs,
    checkpoints: {
      equalAfterBuckets: checkpoints.equal?.buckets ?? 0,
      differentAfterBuckets: checkpoints.different?.buckets ?? null,
    },
    difference: difference === null ? null : { a: eventDocument(difference.a), b: eventDocument(difference.b) },
    cause: cause === null ? null : { ...cause, timeNs: undefined, time: instantText(cause.timeNs) },
  };
}

/** The lines of a comparison; `names` are what the two were called. */
export function diffText(found: RunDifference, names: readonly [string, string]): string {
  const { a, b, isSame, graph, inputs, checkpoints, difference, cause } = found;
  const rows = [
    ["a", names[0], a.resultDigest],
    ["b", names[1], b.resultDigest],
  ];
  const changed = inputs.map(({ what, a: one, b: two }) => `  ${what}: ${one} -> ${two}`);
  return [
    tableText([isSame ? "SAME" : "DIFFERENT", "", ""], rows),
    ...(changed.length === 0 ? [] : ["", "what goes in:", ...changed]),
    ...(graph.length === 0 ? [] : ["", "graph:", ...graphChangeLines(graph)]),
    ...(isSame ? [] : ["", ...differenceLines(checkpoints, difference, ["a", "b"])]),
    ...(cause === null ? [] : ["", ...causeLines(cause)]),
  ]
    .join("\n")
    .replace(/ +$/gm, "");
}

/** `  sma 6d835517f994 -> sma 0c91…: param period 10 -> 12`, one line a change. */
export function graphChangeLines(changes: readonly NodeChange[]): readonly string[] {
  return changes.map(({ a, b, changes: own }) => {
    if (a === null || b === null) return `  only in ${a === null ? "b" : "a"}: ${(a ?? b)?.label ?? ""}`;
    const words = own.map(({ what, a: one, b: two }) => `${what} ${one} -> ${two}`);
    return `  ${a.label} -> ${b.label}: ${words.join(", ")}`;
  });
}

function causeLines({ decision, node, timeNs, values }: Cause): readonly string[] {
  const made = decision.a ?? decision.b;
  const both = decision.a !== null && decision.b !== null && decision.a.nodeId !== decision.b.nodeId;
  const by = made === null ? "no decision" : both ? `${decision.a?.label} and ${decision.b?.label}` : made.label;
  const where =
    node === null
      ? `no node of both differs; the inputs of the decision at ${instantText(timeNs)}:`
      : `it begins at ${node.label}; values at ${instantText(timeNs)}:`;
  const rows = values.map(({ label, instrument, a, b }) => [
    `  ${label}`,
    instrument ?? "",
    String(a ?? "null"),
    String(b ?? "null"),
    Object.is(a, b) ? "" : "differs",
  ]);
  return [
    `made by ${by}`,
    where,
    ...(rows.length === 0 ? [] : [tableText(["  VALUE", "", "A", "B", ""], rows, [2, 3])]),
  ];
}
