// Inputs of the execution layer: everything that ever changes it, as plain data for its journal.
//
// Always true:
//   an input that was written and read back is the same input;
//   the layer's state is a fold of its inputs: nothing else goes in, no clock and no file.
// Units: mantissas; instants in ns since 1970.

import { canonicalJson, InputError, IssueList, parseJson, taggedJson, untaggedJson } from "../../../kernel/index.js";
import type { Domain, Json } from "../../../kernel/index.js";
import type { MisreadActivation } from "../check/activation.js";
import type { VenueMessage } from "../order/venue-message.js";
import type { ActivationEvent } from "../schema/activation.js";
import type { DecisionEvent, ExitSignalEvent } from "../schema/decision.js";
import { INPUT_LENGTH } from "../schema/layer-input.js";
import type { LayerInputEvent } from "../schema/layer-input.js";
import type { MovementEvent } from "../schema/portfolio.js";
import type { Marks, MarketView, OrderChange } from "./layer-terms.js";

/** What happened, and when. */
export type LayerInput = { readonly time: bigint } &
  /** As text, whatever it is: JSON where it could be written as such. */
  (
    | { readonly kind: "intent"; readonly text: string; readonly market: MarketView }
    | { readonly kind: "activate"; readonly event: ActivationEvent; readonly bucket: bigint }
    /** An activation that could not be read, its text cut off, and what is wrong with it. */
    | {
        readonly kind: "doubt";
        readonly misread: MisreadActivation;
        readonly text: string;
        readonly why: string;
        readonly bucket: bigint;
      }
    /** What was said of the world, as text. */
    | { readonly kind: "decide"; readonly text: string }
    | { readonly kind: "cancel"; readonly clientOrderId: string }
    | {
        readonly kind: "replace";
        readonly clientOrderId: string;
        readonly change: OrderChange;
        readonly market: MarketView;
      }
    | { readonly kind: "message"; readonly message: VenueMessage }
    /** A fill that came another way, such as a copy of all fills of an account; as text. */
    | { readonly kind: "report"; readonly text: string }
    | { readonly kind: "movement"; readonly movement: Omit<MovementEvent, "number"> }
    | { readonly kind: "commit"; readonly bucket: bigint; readonly marks: Marks }
    | { readonly kind: "tell"; readonly event: DecisionEvent | ExitSignalEvent }
    | { readonly kind: "repair"; readonly letterId: string; readonly text: string }
    /** Null replays all that can be. */
    | { readonly kind: "replay"; readonly letterId: string | null }
    | { readonly kind: "discard"; readonly letterId: string }
    /** Time passed. */
    | { readonly kind: "advance" }
    /** Whether orders may leave for venues from now on. */
    | { readonly kind: "leave"; readonly mayLeave: boolean }
    /** Back after an interruption: nobody knows what of the last requests went out. */
    | { readonly kind: "resume" }
  );

/**
 * An input as an event for the journal.
 *
 * @throws InputError `event/schema` for one that is too long to be kept.
 */
export function inputEventOf(input: LayerInput, world: string, domain: Domain): LayerInputEvent {
  const content = canonicalJson(taggedJson(input));
  if (content.length > INPUT_LENGTH) {
    const expected = `at most ${INPUT_LENGTH} characters of JSON`;
    throw new InputError([
      { code: "event/schema", path: input.kind, expected, received: `${content.length} characters` },
    ]);
  }
  const head = { kind: "layer_input", schemaVersion: 1, world, domain, ts: input.time.toString() } as const;
  return { ...head, input: input.kind, clientOrderId: idOf(input), content };
}

function idOf(input: LayerInput): string | null {
  if (input.kind === "message") return input.message.clientOrderId;
  return "clientOrderId" in input ? input.clientOrderId : null;
}

/**
 * The input of an event.
 *
 * @throws InputError `json/type` where the content is no input of the kind that the event names.
 */
export function inputOfEvent({ content, input: kind }: LayerInputEvent, path = "input"): LayerInput {
  const issues = new IssueList();
  const json = parseJson(content, path, issues);
  const input = issues.issues.length > 0 ? null : (untaggedJson(json as Json) as LayerInput | null);
  if (typeof input === "object" && input?.kind === kind && typeof input.time === "bigint") return input;
  issues.add("json/type", path, `an input of the kind ${kind}, with its time`, content.slice(0, 80));
  throw new InputError(issues.issues);
}

/** Text of whatever came, as it is kept and read: what JSON cannot say is told by its type. */
export function textOfValue(value: unknown): string {
  try {
    return JSON.stringify(value) ?? typeof value;
  } catch {
    return typeof value;
  }
}

/** What a text says: JSON, or the text itself where it is none. */
export function valueOfText(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
