// Order rules: which terms each type of order needs and takes, and what terms do not go together.
//
// Always true:
//   every rule that a node breaks is reported, each at its port or param;
//   a rule that looks at another order is silent when that order has an issue of its own.

import { instantOf, instantText } from "../data/civil-date.js";
import { nodeIdOf } from "../graph/identity.js";
import type { GraphNode } from "../graph/node.js";
import type { NodeShape, RefuseShape } from "../graph/spec.js";
import { intervalNs } from "../market/interval.js";
import { EVERY_INSTRUMENT } from "./bars.js";
import { GATE_PORTS } from "./policy.js";
import { checkView } from "./portfolio-view.js";

/** Ports that say a price or a distance between prices. */
export const PRICE_PORTS = ["limit", "stop", "trail", "limitOffset", "activation"] as const;
export type PricePort = (typeof PRICE_PORTS)[number];

interface TypeRule {
  readonly needs: readonly PricePort[];
  readonly takes: readonly PricePort[];
  /** True for types that rest with a limit of their own, and so can be an iceberg or post-only. */
  readonly rests: boolean;
  /** True for types that act at an open or a close alone. */
  readonly isAuction: boolean;
}

function rule(needs: readonly PricePort[], more: Partial<TypeRule> = {}): TypeRule {
  return { needs, takes: [], rests: false, isAuction: false, ...more };
}

/** Types of orders, in the order in which the data plane numbers them. */
const TYPE_RULES = {
  market: rule([]),
  limit: rule(["limit"], { rests: true }),
  stop: rule(["stop"]),
  stopLimit: rule(["stop", "limit"], { rests: true }),
  marketIfTouched: rule(["stop"]),
  limitIfTouched: rule(["stop", "limit"], { rests: true }),
  trailingStop: rule(["trail"], { takes: ["stop", "activation"] }),
  trailingStopLimit: rule(["trail", "limitOffset"], { takes: ["stop", "activation"], rests: true }),
  marketOnOpen: rule([], { isAuction: true }),
  marketOnClose: rule([], { isAuction: true }),
  limitOnOpen: rule(["limit"], { isAuction: true }),
  limitOnClose: rule(["limit"], { isAuction: true }),
} as const satisfies Readonly<Record<string, TypeRule>>;

export type OrderType = keyof typeof TYPE_RULES;
export const ORDER_TYPE_NAMES = Object.keys(TYPE_RULES) as readonly OrderType[];

/** Units of an order's size, in the order in which the data plane numbers them. */
export const SIZE_UNITS = ["quantity", "value", "percent", "risk", "volatility", "kelly"] as const;
export type SizeUnit = (typeof SIZE_UNITS)[number];

/** Times in force, in the order in which the data plane numbers them. */
export const TIMES_IN_FORCE = ["gtc", "gtd", "day", "ioc", "fok"] as const;
export type TimeInForce = (typeof TIMES_IN_FORCE)[number];

/** Units of a trailing offset, in the order in which the data plane numbers them. */
export const TRAIL_UNITS = ["amount", "percent", "ticks"] as const;
export type TrailUnit = (typeof TRAIL_UNITS)[number];

/** Port that each unit of size reckons with. */
const UNIT_PORTS: ReadonlyMap<string, string> = new Map([
  ["risk", "riskStop"],
  ["volatility", "volatility"],
  ["kelly", "kelly"],
]);

/** True for the types that wait for a stop price, which may protect a position. */
export function isStopType(type: string): boolean {
  return type === "stop" || type === "stopLimit" || type === "trailingStop" || type === "trailingStopLimit";
}

/** Reports what is wrong with the terms of an order. */
export function checkOrder(shape: NodeShape, refuse: RefuseShape): void {
  const type = shape.params["type"] as OrderType;
  checkPrices(type, shape, refuse);
  checkSize(type, shape, refuse);
  checkForce(type, shape, refuse);
  checkFamily(shape, refuse);
  checkTie(shape, refuse);
  checkView(shape, refuse);
}

function checkPrices(type: OrderType, { ports, params }: NodeShape, refuse: RefuseShape): void {
  const { needs, takes, rests }: TypeRule = TYPE_RULES[type];
  for (const port of PRICE_PORTS) {
    const given = ports.has(port);
    if (needs.includes(port) && !given) {
      refuse(`inputs.${port}`, `the ${port} of a ${type} order`, "nothing");
    } else if (given && !needs.includes(port) && !takes.includes(port)) {
      const known = [...needs, ...takes].join(", ") || "none";
      refuse(`inputs.${port}`, `only what a ${type} order has: ${known}`, port);
    }
  }
  if (params["trailUnit"] !== "amount" && !needs.includes("trail")) {
    refuse("params.trailUnit", "a unit with a trailing order only", String(params["trailUnit"]));
  }
  if (ports.has("display") && !rests) {
    refuse("inputs.display", "a type that rests with a limit: limit, stopLimit, limitIfTouched", type);
  }
  if (params["postOnly"] !== true) return;
  for (const { expected, received } of postOnlyFaults(type, params["timeInForce"] as TimeInForce)) {
    refuse("params.postOnly", expected, received);
  }
}

/** What stands against an order being post-only, each with what was expected instead; nothing where it can be. */
export function postOnlyFaults(
  type: OrderType,
  force: TimeInForce,
): readonly { readonly expected: string; readonly received: string }[] {
  const { rests }: TypeRule = TYPE_RULES[type];
  const isImmediate = force === "ioc" || force === "fok";
  const types = "a type that rests with a limit: limit, stopLimit, limitIfTouched";
  return [
    ...(rests ? [] : [{ expected: types, received: type }]),
    ...(isImmediate ? [{ expected: "an order that may rest, which post-only makes it do", received: force }] : []),
  ];
}

function checkSize(type: OrderType, { ports, params }: NodeShape, refuse: RefuseShape): void {
  const unit = params["unit"] as SizeUnit;
  for (const [needing, port] of UNIT_PORTS) {
    if (unit === needing && !ports.has(port)) {
      refuse(`inputs.${port}`, `the ${port} that the unit ${unit} reckons with`, "nothing");
    } else if (unit !== needing && ports.has(port)) {
      refuse(`inputs.${port}`, `the unit ${needing}, which alone reckons with it`, unit);
    }
  }
  if (params["exactSizes"] === true && (unit !== "quantity" || ports.has("parent"))) {
    refuse("params.exactSizes", "a size stated as a quantity", ports.has("parent") ? "a share of the parent" : unit);
  }
  const hasPrice = PRICE_PORTS.some((port) => ports.has(port));
  if (params["exactPrices"] === true && !hasPrice) refuse("params.exactPrices", "an order with a price", type);
}

function checkForce(type: OrderType, { params }: NodeShape, refuse: RefuseShape): void {
  const force = params["timeInForce"] as TimeInForce;
  if (TYPE_RULES[type].isAuction && (force === "ioc" || force === "fok")) {
    refuse("params.timeInForce", `gtc, gtd or day: a ${type} order has one chance as it is`, force);
  }
  const goodFor = params["goodFor"] as string;
  const goodTill = params["goodTill"] as string;
  if (goodFor !== "" && goodTill !== "") {
    refuse("params.goodTill", "a length or an instant, not both", `goodFor ${goodFor} and goodTill ${goodTill}`);
  }
  if (force === "gtd" && goodFor === "" && goodTill === "") {
    refuse("params.goodFor", "goodFor or goodTill, the end of a gtd order", "nothing");
  }
  for (const [param, given] of [["goodFor", goodFor] as const, ["goodTill", goodTill] as const]) {
    if (given !== "" && force !== "gtd") refuse(`params.${param}`, "timeInForce gtd, which alone has an end", force);
  }
  if (goodFor !== "" && !isInterval(goodFor)) {
    refuse("params.goodFor", "a count and a unit, such as 4h or 3d", JSON.stringify(goodFor));
  }
  if (goodTill === "") return;
  const instant = instantOf(goodTill);
  if (instant !== null && instantText(instant) === goodTill) return;
  refuse("params.goodTill", "an instant in UTC, such as 2026-01-31T21:00:00Z", JSON.stringify(goodTill));
}

function isInterval(text: string): boolean {
  return /^[1-9][0-9]{0,5}[smhdw]$/.test(text) && intervalNs(text) > 0n;
}

/** What holds of an order that waits for a parent, and of one that does not. */
function checkFamily({ ports, params, inputs }: NodeShape, refuse: RefuseShape): void {
  if (!ports.has("parent")) {
    if (params["release"] === "full") refuse("params.release", "a parent, whose fills release the order", "no parent");
    if (params["fromFill"] === true) {
      refuse("params.fromFill", "a parent, from whose fills prices are measured", "no parent");
    }
    return;
  }
  for (const port of Object.keys(GATE_PORTS).filter((each) => ports.has(each))) {
    const advice = "Give the gate to the parent: what is sent together passes it together.";
    refuse(`inputs.${port}`, "no gate of its own for a child", port, advice);
  }
  if (ports.has("when")) {
    refuse("inputs.when", "no trigger: a child is sent with its parent", "when", "Give the trigger to the parent.");
  }
  if (params["unit"] !== "quantity") {
    const advice = "A child's size is a factor of what its parent filled: -1 closes it.";
    refuse("params.unit", "no unit for a child", String(params["unit"]), advice);
  }
  if (params["fromFill"] === true && !["limit", "stop", "activation"].some((port) => ports.has(port))) {
    refuse("params.fromFill", "a price to measure: limit, stop or activation", "none");
  }
  const parent = inputs["parent"]?.node;
  const symbol = params["instrument"];
  const other = parent?.params["instrument"];
  if (other === undefined || symbol === EVERY_INSTRUMENT || symbol === other) return;
  refuse("params.instrument", `the instrument of the parent, ${String(other)}`, String(symbol));
}

/** What holds of an order that is tied to another one. */
function checkTie({ ports, params, inputs }: NodeShape, refuse: RefuseShape): void {
  const link = params["link"];
  if (!ports.has("sibling")) {
    if (link !== "none") refuse("inputs.sibling", `the order that ${String(link)} ties this one to`, "a group of one");
    return;
  }
  if (link === "none") refuse("params.link", "oco or ouo, which tie an order to its sibling", "none");
  const sibling = inputs["sibling"]?.node;
  if (sibling === undefined || Object.keys(sibling.params).length === 0) return;
  const other = sibling.params["link"];
  if (other !== "none" && link !== "none" && other !== link) {
    refuse("params.link", `one link in a group: ${String(other)}`, String(link));
  }
  if (sibling.params["instrument"] !== params["instrument"]) {
    const expected = `the instrument of the sibling, ${String(sibling.params["instrument"])}`;
    refuse("params.instrument", expected, String(params["instrument"]), "Orders of one group share a market.");
  }
  const parent = inputs["parent"]?.node;
  // A parent that has an issue of its own cannot be compared.
  if (ports.has("parent") && parent === undefined) return;
  if (isSameNode(parent, sibling.inputs["parent"]?.node)) return;
  refuse("inputs.sibling", "orders of one parent, or orders without any, in a group", "orders of different parents");
}

function isSameNode(a: GraphNode | undefined, b: GraphNode | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a === b || nodeIdOf(a) === nodeIdOf(b);
}

/** Reports what is wrong with the terms of an amendment. */
export function checkAmendment({ ports, inputs }: NodeShape, refuse: RefuseShape): void {
  const changes = ["size", "limit", "stop"].filter((port) => ports.has(port));
  if (changes.length === 0) refuse("inputs.size", "a new size, limit or stop", "nothing");
  const type = inputs["of"]?.node.params["type"];
  if (type === undefined) return;
  const { needs, takes }: TypeRule = TYPE_RULES[type as OrderType];
  for (const port of ["limit", "stop"] as const) {
    if (ports.has(port) && !needs.includes(port) && !takes.includes(port)) {
      refuse(`inputs.${port}`, `only what a ${String(type)} order has`, port);
    }
  }
}
