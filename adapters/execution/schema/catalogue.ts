// Schemas by kind: the one list that types, checks and JSON Schema files are made from.

import type { z } from "zod";
import { ACK_SCHEMA } from "./ack.js";
import { ACTIVATION_SCHEMA } from "./activation.js";
import { DEAD_LETTER_SCHEMA } from "./dead-letter.js";
import { DECISION_SCHEMA, EXIT_SIGNAL_SCHEMA } from "./decision.js";
import type { Frozen } from "./field.js";
import { FILL_SCHEMA, VENUE_FILL_SCHEMA } from "./fill.js";
import { INTENT_SCHEMA } from "./intent.js";
import { LAYER_INPUT_SCHEMA } from "./layer-input.js";
import { OPEN_ORDER_SCHEMA, ORDER_SCHEMA } from "./order.js";
import { MOVEMENT_SCHEMA, PORTFOLIO_SCHEMA } from "./portfolio.js";
import { WORLD_DECISION_SCHEMA } from "./world-decision.js";

/** Schema of each kind of event. */
export const EVENT_SCHEMAS = {
  intent: INTENT_SCHEMA,
  activation: ACTIVATION_SCHEMA,
  decision: DECISION_SCHEMA,
  exit_signal: EXIT_SIGNAL_SCHEMA,
  order: ORDER_SCHEMA,
  ack: ACK_SCHEMA,
  open_order: OPEN_ORDER_SCHEMA,
  venue_fill: VENUE_FILL_SCHEMA,
  fill: FILL_SCHEMA,
  movement: MOVEMENT_SCHEMA,
  portfolio: PORTFOLIO_SCHEMA,
  dead_letter: DEAD_LETTER_SCHEMA,
  layer_input: LAYER_INPUT_SCHEMA,
  world_decision: WORLD_DECISION_SCHEMA,
} as const;

export type EventKind = keyof typeof EVENT_SCHEMAS;
export const EVENT_KINDS = Object.keys(EVENT_SCHEMAS) as readonly EventKind[];

/** The event of a kind. */
export type EventOf<Kind extends EventKind> = Frozen<z.infer<(typeof EVENT_SCHEMAS)[Kind]>>;
export type ExecutionEvent = { [Kind in EventKind]: EventOf<Kind> }[EventKind];
