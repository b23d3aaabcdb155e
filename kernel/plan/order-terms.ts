// Terms of an order as the data plane numbers them, from the params and ports of its node.

import {
  DECISION_COMMITMENT,
  DECISION_ORDER,
  DECISION_TARGET_PERCENT,
  DECISION_TARGET_VALUE,
  TERMS_FLAG_EXACT_PRICES,
  TERMS_FLAG_EXACT_SIZES,
  TERMS_FLAG_GOOD_TILL,
} from "../../assembly/abi-decision.js";
import {
  ORDER_FLAG_FROM_FILL,
  ORDER_FLAG_GROUP_SHRINKS,
  ORDER_FLAG_POST_ONLY,
  ORDER_FLAG_PROTECTIVE,
  ORDER_FLAG_REDUCE_ONLY,
  ORDER_FLAG_RELEASE_FULL,
  ORDER_FLAG_TRAIL_SHARE,
} from "../../assembly/abi-order.js";
import { instantOf } from "../data/civil-date.js";
import type { GraphNode } from "../graph/node.js";
import type { Instrument } from "../market/instrument.js";
import { intervalNs } from "../market/interval.js";
import type { OrderType, SizeUnit, TimeInForce, TrailUnit } from "../nodes/order-rules.js";
import { isStopType, ORDER_TYPE_NAMES, SIZE_UNITS, TIMES_IN_FORCE, TRAIL_UNITS } from "../nodes/order-rules.js";
import type { PlanDecision, PlanTerms, TermColumn } from "./plan.js";

/** Factor of an order's child: its size is a factor of what its parent filled. */
const FACTOR_SCALE = 1e9;
const SHARE_SCALE = 1e9;

/** Factor from a decision's value to an integer. */
export function sizeScale(kind: number, node: GraphNode, facts: Instrument, capital: number): number {
  const quantity = Number(10n ** BigInt(facts.sizeDecimals));
  const money = Number(10n ** BigInt(facts.currency.decimals));
  if (kind === DECISION_TARGET_PERCENT) return SHARE_SCALE * capital;
  if (kind === DECISION_TARGET_VALUE || kind === DECISION_COMMITMENT) return money;
  if (kind !== DECISION_ORDER) return quantity;
  if (node.inputs["parent"] !== undefined) return FACTOR_SCALE;
  const unit = node.params["unit"] as SizeUnit;
  return unit === "quantity" ? quantity : unit === "value" ? money : SHARE_SCALE * capital;
}

/** What an order's terms are made from. */
interface OrderParts {
  readonly node: GraphNode;
  readonly children: readonly { readonly node: GraphNode }[];
}

/**
 * Terms of an order, a cancel or an amendment. Its group is empty, to be filled by whoever ties it.
 *
 * @param shrinks What one order of its group fills is taken off the others.
 */
export function orderTerms(
  { node, children }: OrderParts,
  facts: Instrument,
  columns: Readonly<Partial<Record<TermColumn, number>>>,
  shrinks: boolean,
  of: PlanDecision | null = null,
): PlanTerms {
  const { params } = node;
  const priceScale = Number(10n ** BigInt(facts.priceDecimals));
  const group: PlanDecision[] = [];
  const places = { priceScale, columns, of, group };
  if (of !== null) return { unit: 0, type: 0, force: 0, flags: 0, options: 0, trailUnit: 0, goodNs: 0n, ...places };
  const isReleasedWhole = [node, ...children.map((child) => child.node)].some(
    (each) => each.params["release"] === "full",
  );
  return {
    unit: SIZE_UNITS.indexOf(params["unit"] as SizeUnit),
    type: ORDER_TYPE_NAMES.indexOf(params["type"] as OrderType),
    force: TIMES_IN_FORCE.indexOf(params["timeInForce"] as TimeInForce),
    flags:
      orderFlags(node) | (isReleasedWhole ? ORDER_FLAG_RELEASE_FULL : 0) | (shrinks ? ORDER_FLAG_GROUP_SHRINKS : 0),
    options:
      (params["exactPrices"] === true ? TERMS_FLAG_EXACT_PRICES : 0) |
      (params["exactSizes"] === true ? TERMS_FLAG_EXACT_SIZES : 0) |
      (params["goodTill"] === "" ? 0 : TERMS_FLAG_GOOD_TILL),
    trailUnit: TRAIL_UNITS.indexOf(params["trailUnit"] as TrailUnit),
    goodNs: goodNs(node),
    ...places,
  };
}

function orderFlags({ params, inputs }: GraphNode): number {
  const isReduceOnly = params["reduceOnly"] === true;
  const protects = isStopType(params["type"] as string) && (isReduceOnly || inputs["parent"] !== undefined);
  return (
    (params["postOnly"] === true ? ORDER_FLAG_POST_ONLY : 0) |
    (isReduceOnly ? ORDER_FLAG_REDUCE_ONLY : 0) |
    (protects ? ORDER_FLAG_PROTECTIVE : 0) |
    (params["trailUnit"] === "percent" ? ORDER_FLAG_TRAIL_SHARE : 0) |
    (params["fromFill"] === true ? ORDER_FLAG_FROM_FILL : 0)
  );
}

/** End of an order: an instant, or a length from its acceptance; 0 for none. */
function goodNs({ params }: GraphNode): bigint {
  const goodFor = params["goodFor"] as string;
  const goodTill = params["goodTill"] as string;
  if (goodTill !== "") return instantOf(goodTill) as bigint;
  return goodFor === "" ? 0n : intervalNs(goodFor);
}
