// Inputs of a layer given to another one, and layers at a point of their journal.

import { Journal } from "../../../adapters/execution/journal/journal.js";
import type { JournalEntry } from "../../../adapters/execution/journal/entry.js";
import { inputOfEvent, valueOfText } from "../../../adapters/execution/layer/layer-input.js";
import type { LayerInput } from "../../../adapters/execution/layer/layer-input.js";
import type { ExecutionLayer } from "../../../adapters/execution/layer/layer-terms.js";

/** The inputs among entries, in their order. */
export function inputsIn(entries: readonly JournalEntry[]): readonly LayerInput[] {
  return entries.flatMap(({ event }) => (event.kind === "layer_input" ? [inputOfEvent(event)] : []));
}

/** A journal of the first entries of another one. */
export function journalUpTo({ header, entries }: Journal, count: number): Journal {
  const journal = new Journal(header.world, header.domain);
  for (const { event, at } of entries.slice(0, count)) journal.append(event, at);
  return journal;
}

/** Gives a layer an input, as whoever gave it first did. */
export function give(layer: ExecutionLayer, input: LayerInput): void {
  const { time } = input;
  switch (input.kind) {
    case "intent":
      layer.intent(valueOfText(input.text), input.market, time);
      return;
    case "activate":
      layer.activate(input.event, input.bucket, time);
      return;
    case "doubt":
      layer.activate(valueOfText(input.text), input.bucket, time);
      return;
    case "decide":
      layer.decide(valueOfText(input.text), time);
      return;
    case "cancel":
      layer.cancel(input.clientOrderId, time);
      return;
    case "replace":
      layer.replace(input.clientOrderId, input.change, input.market, time);
      return;
    case "message":
      layer.receive(input.message, time);
      return;
    case "report":
      layer.report(valueOfText(input.text), time);
      return;
    case "movement":
      layer.move(input.movement, time);
      return;
    case "commit":
      layer.commit(input.bucket, input.marks, time);
      return;
    case "tell":
      layer.tell(input.event, time);
      return;
    case "repair":
      layer.repair(input.letterId, valueOfText(input.text), time);
      return;
    case "replay":
      layer.replay(input.letterId, time);
      return;
    case "discard":
      layer.discard(input.letterId, time);
      return;
    case "advance":
      layer.advance(time);
      return;
    case "leave":
      layer.leave(input.mayLeave, time);
      return;
    case "resume":
      layer.resume(time);
  }
}
