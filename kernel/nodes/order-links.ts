// Linked orders: brackets, groups, and decisions that cancel or amend the orders of another one.

import type { IssueCode } from "../base/issue-code.js";
import { InputError } from "../base/error.js";
import { applyNode, stated } from "../graph/build.js";
import { optionNames, optionsOf } from "../graph/builder-options.js";
import type { BooleanInput, Decision, GraphNode, NumberInput } from "../graph/node.js";
import { shown } from "../graph/node-check.js";
import type { NodeSpec, ParamValue, PortSpec } from "../graph/spec.js";
import type { TypedOrderOptions } from "./order.js";
import { order, ORDER } from "./order.js";
import type { TrailUnit } from "./order-rules.js";
import { checkAmendment } from "./order-rules.js";

const OPTIONAL_NUMBER: PortSpec = { type: "number", optional: true };

export const CANCEL: NodeSpec = Object.freeze({
  type: "cancel",
  version: 1,
  kind: "decision",
  inputs: { of: { type: "order" }, when: { type: "boolean" } },
  params: {},
  outputs: {},
  schemaMajor: 1,
  period: () => 1,
} satisfies NodeSpec);

export const AMEND: NodeSpec = Object.freeze({
  type: "amend",
  version: 1,
  kind: "decision",
  inputs: {
    of: { type: "order" },
    when: { type: "boolean" },
    size: OPTIONAL_NUMBER,
    limit: OPTIONAL_NUMBER,
    stop: OPTIONAL_NUMBER,
  },
  params: {},
  outputs: {},
  schemaMajor: 1,
  period: () => 1,
  check: checkAmendment,
} satisfies NodeSpec);

/** What leaves a position that an entry made. */
export interface BracketOptions {
  /** Price of the protective stop. */
  readonly stop?: NumberInput;
  /** Limit below (for a sell) or above (for a buy) the stop, which makes it a stop-limit. */
  readonly stopLimit?: NumberInput;
  /** Price at which the profit is taken, a limit. */
  readonly target?: NumberInput;
  /** Distance of a trailing stop, in `trailUnit`. */
  readonly trail?: NumberInput;
  /** `amount` of price (the default), `percent` as a fraction, or `ticks`. */
  readonly trailUnit?: TrailUnit;
  /** Price that starts the trailing once it is touched. */
  readonly activation?: NumberInput;
  /** Prices are distances from the price at which the entry was filled. */
  readonly fromFill?: boolean;
  /** Released for each part of the entry that is filled (`partial`, the default), or once it is filled whole. */
  readonly release?: "partial" | "full";
  /** Refuses a price off the tick in place of rounding it. */
  readonly exactPrices?: boolean;
}

const BRACKET_OPTIONS = [
  "stop",
  "stopLimit",
  "target",
  "trail",
  "trailUnit",
  "activation",
  "fromFill",
  "release",
  "exactPrices",
] as const satisfies readonly (keyof BracketOptions)[];

/**
 * An entry with the orders that leave its position: a stop, a target, a trailing stop, as many as are given. They wait
 * until the entry fills, are sized by what it filled, only reduce, and what one of them fills is taken off the others
 * (`FILLS.md` C1 to C3).
 *
 * @returns The entry and its children, to be spread into the decisions of a graph.
 * @throws InputError `graph/order` without a stop, a target and a trail, and for a `stopLimit` without a stop;
 *   `graph/unknown-param`; what `order` throws.
 * @example
 * const entry = marketOrder(10, { when: crossOver(fast, slow) });
 * graph({ decisions: bracket(entry, { stop: mul(close, 0.95), target: mul(close, 1.1) }) })
 */
export function bracket(entry: Decision, options: BracketOptions): readonly Decision[] {
  const { stop, stopLimit, target, trail, trailUnit, activation, fromFill, release, exactPrices } = optionsOf(
    "bracket",
    options,
    BRACKET_OPTIONS,
  );
  if (stopLimit !== undefined && stop === undefined)
    throw refused("graph/order", "bracket.stop", "a stop, whose limit stopLimit is", "nothing");
  const children: Decision[] = [];
  const add = (terms: TypedOrderOptions & { type: "stop" | "stopLimit" | "limit" | "trailingStop" }): void => {
    const sibling = children.at(-1);
    const tie = sibling === undefined ? {} : { sibling, link: "ouo" as const };
    // A distance that trails is measured from the best price, never from the fill.
    const isMeasured = terms.limit !== undefined || terms.stop !== undefined || terms.activation !== undefined;
    const measured = { fromFill: isMeasured ? fromFill : undefined, exactPrices };
    children.push(order(-1, stated({ ...terms, ...measured, ...tie, parent: entry, release, reduceOnly: true })));
  };
  if (stop !== undefined) add(stated({ type: stopLimit === undefined ? "stop" : "stopLimit", stop, limit: stopLimit }));
  if (trail !== undefined) add(stated({ type: "trailingStop", trail, trailUnit, activation }));
  if (target !== undefined) add({ type: "limit", limit: target });
  if (children.length === 0) throw refused("graph/order", "bracket", "a stop, a target or a trail", "none of them");
  return Object.freeze([entry, ...children]);
}

/**
 * Ties orders together: a fill of one, in part or whole, ends the others at once (one cancels other).
 *
 * @returns The orders, tied; put these into the graph, not the ones given.
 * @throws InputError `graph/order` for fewer than two, or an order that is tied already; `graph/type` for what is no
 *   order.
 * @example
 * const when = crossOver(fast, slow);
 * const breakout = stopOrder(10, high, { when });
 * graph({ decisions: oco(breakout, limitOrder(10, low, { when })) })
 */
export function oco(...orders: readonly Decision[]): readonly Decision[] {
  return tied("oco", orders);
}

/**
 * Ties orders together: what one fills is taken off the others, which end at zero (one updates other).
 *
 * @returns The orders, tied; put these into the graph, not the ones given.
 * @throws InputError as `oco`.
 * @example
 * const when = crossOver(fast, slow);
 * graph({ decisions: ouo(limitOrder(10, low, { when }), limitOrder(10, mul(low, 0.99), { when })) })
 */
export function ouo(...orders: readonly Decision[]): readonly Decision[] {
  return tied("ouo", orders);
}

function tied(link: "oco" | "ouo", orders: readonly Decision[]): readonly Decision[] {
  if (orders.length < 2) throw refused("graph/order", link, "two orders or more", String(orders.length));
  const ties: Decision[] = [];
  for (const [index, each] of orders.entries()) {
    const node = (each as Partial<Decision> | null)?.node;
    if (node?.spec !== ORDER) throw refused("graph/type", `${link}.${index}`, "an order", shown(each));
    const sibling = ties.at(-1);
    if (sibling === undefined) ties.push(each);
    else ties.push(tiedTo(node, sibling, link, `${link}.${index}`));
  }
  return Object.freeze(ties);
}

function tiedTo(node: GraphNode, sibling: Decision, link: string, path: string): Decision {
  if (node.inputs["sibling"] !== undefined)
    throw refused("graph/order", path, "an order without a group", "a tied one");
  const { inputs, params } = node;
  const handles = inputs as Readonly<Record<string, NumberInput>>;
  return Object.freeze({
    node: applyNode(ORDER, { ...handles, sibling }, { ...(params as Record<string, ParamValue>), link }),
  });
}

function refused(code: IssueCode, path: string, expected: string, received: string): InputError {
  return new InputError([{ code, path, expected, received }]);
}

/**
 * Cancels the open orders that another decision sent, at the rows where `when` is true. Cancels go before what else is
 * decided in a bucket. With nothing open it leaves a refusal `not_found`, once until something was open again.
 *
 * @example
 * const entry = limitOrder(10, mul(close, 0.98), { when: crossOver(fast, slow) });
 * graph({ decisions: [entry, cancelOrders(entry, crossUnder(fast, slow))] })
 */
export function cancelOrders(of: Decision, when: BooleanInput): Decision {
  return Object.freeze({ node: applyNode(CANCEL, { of, when }, {}) });
}

/** What an amendment changes; what is absent, or null at the row, stays. */
export interface AmendOptions {
  /** Acts at the rows where this is true. */
  readonly when: BooleanInput;
  /** Quantity still to be filled, in units of the instrument and with the sign of the order. */
  readonly size?: NumberInput;
  /** New limit. */
  readonly limit?: NumberInput;
  /** New trigger; the level of a trailing stop. */
  readonly stop?: NumberInput;
}

/**
 * Amends the open orders that another decision sent. A new price or a larger size loses the place in the queue. With
 * nothing open it leaves a refusal `not_found`.
 *
 * @throws InputError `graph/order` when nothing is changed, and for a price that the order does not have.
 * @example
 * const entry = limitOrder(10, mul(close, 0.98), { when: crossOver(fast, slow) });
 * graph({ decisions: [entry, amendOrder(entry, { limit: mul(close, 0.99), when: gt(close, fast) })] })
 */
export function amendOrder(of: Decision, options: AmendOptions): Decision {
  const { when, size, limit, stop } = optionsOf("amendOrder", options, optionNames(AMEND, { of }));
  return Object.freeze({ node: applyNode(AMEND, { of, when, size, limit, stop }, {}) });
}
