// Activations of a run: messages from outside on what each side of a strategy may do, on the tape's clock
// (`NODESETS.md` 3). A gate (`activationGate`) obeys those of its world and strategy.
//
// Always true:
//   messages are sorted by time; two that could contradict each other at one time are refused.

import type { IssueList } from "../base/error.js";
import { InputError } from "../base/error.js";
import type { Json } from "../base/jcs.js";
import { nearestText } from "../base/nearest.js";
import { compareText } from "../base/order.js";
import type { InstantInput } from "../data/session-calendar.js";
import { instantOf } from "../data/civil-date.js";
import { shown } from "../graph/node-check.js";
import type { GraphNode } from "../graph/node.js";
import { intervalNs } from "../market/interval.js";
import type { PlanPolicy } from "../plan/plan.js";
import type { SideEvent } from "../plan/side-events.js";
import type { EffectiveMode } from "../worlds/domain.js";
import * as abi from "../../assembly/abi-policy.js";
import {
  MESSAGE_HAS_TTL,
  MESSAGE_HAS_WEIGHT,
  MESSAGE_LONG,
  MESSAGE_MODE_SHIFT,
  MESSAGE_SHORT,
  MESSAGE_STATE_SHIFT,
  SIDE_ACTIVATION,
} from "../../assembly/abi-side.js";
import type { DecimalInput, Given } from "./config-check.js";
import { decimalWithin, oneOf, RATE_DECIMALS, rateText, record, switchOf, WHOLE, wholeWithin } from "./config-check.js";

/** Modes as the data plane numbers them: the default first. */
const MODE_NUMBERS = ["paper", "validate", "compute-only", "live", "shadow"] as const;

/** What a side may do from a time on. */
export interface ActivationMessage {
  /** From when it holds: ISO 8601 in UTC, or nanoseconds. */
  readonly time: InstantInput;
  /** `default` by default. */
  readonly world?: string;
  /** `*`, every strategy of the world, by default. */
  readonly strategy?: string;
  /** `both` by default. */
  readonly side?: "both" | "long" | "short";
  /** False refuses everything with `activation_disabled`; true by default. */
  readonly active?: boolean;
  /** Share, 0 to 1, of what is wanted that is sent; the last one stays when there is none, 1 before any. */
  readonly weight?: DecimalInput;
  /** Refuses everything and cancels open orders. */
  readonly freeze?: boolean;
  /** Refuses what opens; `cancel` cancels open orders as well. */
  readonly drain?: boolean | "cancel";
  /** Rises with every message; one that is not higher than the newest is ignored. */
  readonly version: number;
  /** How long it holds, `4h`; for ever by default. */
  readonly ttl?: string;
  /** `paper` by default. What it lets out is for gateways; a replay simulates under each. */
  readonly effectiveMode?: EffectiveMode;
}

/** A checked message. */
export interface CheckedActivation {
  readonly timeNs: bigint;
  readonly world: string;
  readonly strategy: string;
  /** MESSAGE_LONG and MESSAGE_SHORT. */
  readonly sides: number;
  /** ACTIVATION_IS_* and ACTIVATION_CANCELS. */
  readonly flags: number;
  readonly weightE9: bigint | null;
  readonly version: bigint;
  readonly ttlNs: bigint | null;
  /** Index into `MODE_NUMBERS`. */
  readonly mode: number;
}

const FIELDS = [
  "time",
  "world",
  "strategy",
  "side",
  "active",
  "weight",
  "freeze",
  "drain",
  "version",
  "ttl",
  "effectiveMode",
] as const;

const SIDES = { both: MESSAGE_LONG | MESSAGE_SHORT, long: MESSAGE_LONG, short: MESSAGE_SHORT } as const;

/** Checks the messages of a run. Reports `config/type`, `config/range`, `config/field`, `config/unknown-field`. */
export function checkActivations(
  value: unknown,
  issues: IssueList,
): { readonly canonical: readonly Json[]; readonly messages: readonly CheckedActivation[] } {
  if (value === undefined) return { canonical: [], messages: [] };
  if (!Array.isArray(value)) {
    issues.add("config/type", "config.activations", "a list of messages", shown(value));
    return { canonical: [], messages: [] };
  }
  const checked = value.map((message: unknown, i) => checkMessage(message, `activations.${i}`, issues));
  const messages = checked.sort((a, b) => compareTimes(a, b) || compareText(keyOf(a), keyOf(b)));
  for (const [i, message] of messages.entries()) {
    // Those of one time stand together.
    for (let k = i - 1; k >= 0 && messages[k]?.timeNs === message.timeNs; k--) {
      if (!contradicts(messages[k] as CheckedActivation, message)) continue;
      const where = `${message.world}/${message.strategy} at ${message.timeNs}`;
      issues.add("config/field", "config.activations", "one message a side of a strategy and time", `two for ${where}`);
      break;
    }
  }
  return { canonical: messages.map(canonicalMessage), messages };
}

function compareTimes(a: CheckedActivation, b: CheckedActivation): number {
  return a.timeNs < b.timeNs ? -1 : a.timeNs > b.timeNs ? 1 : 0;
}

/** True for two messages of one time that a side of some strategy would both take, the one or the other first. */
function contradicts(a: CheckedActivation, b: CheckedActivation): boolean {
  const meets = a.strategy === b.strategy || a.strategy === "*" || b.strategy === "*";
  return a.world === b.world && meets && (a.sides & b.sides) !== 0;
}

function keyOf({ world, strategy, sides }: CheckedActivation): string {
  return JSON.stringify([world, strategy, sides]);
}

function checkMessage(value: unknown, field: string, issues: IssueList): CheckedActivation {
  const path = `config.${field}`;
  const given = record(issues, path, value, FIELDS);
  const isFrozen = switchOf(issues, `${field}.freeze`, given["freeze"]);
  const isActive = given["active"] === undefined || switchOf(issues, `${field}.active`, given["active"]);
  const drain = given["drain"] === "cancel" ? "cancel" : switchOf(issues, `${field}.drain`, given["drain"]);
  const side = oneOf(issues, `${field}.side`, given["side"], ["both", "long", "short"]) as keyof typeof SIDES;
  const mode = oneOf(issues, `${field}.effectiveMode`, given["effectiveMode"], [...MODE_NUMBERS]);
  return {
    timeNs: timeOf(given["time"], `${path}.time`, issues),
    world: textOf(given, "world", "default", path, issues),
    strategy: textOf(given, "strategy", "*", path, issues),
    sides: SIDES[side],
    flags:
      (isActive ? abi.ACTIVATION_IS_ACTIVE : 0) |
      (isFrozen ? abi.ACTIVATION_IS_FROZEN : 0) |
      (drain === false ? 0 : abi.ACTIVATION_IS_DRAINING) |
      (drain === "cancel" ? abi.ACTIVATION_CANCELS : 0),
    weightE9: given["weight"] === undefined ? null : weightOf(given["weight"], `${path}.weight`, issues),
    version: BigInt(wholeWithin(issues, `${path}.version`, given["version"], "numbers", 0, Number.MAX_SAFE_INTEGER)),
    ttlNs: given["ttl"] === undefined ? null : lengthOf(given["ttl"], `${path}.ttl`, issues),
    mode: MODE_NUMBERS.indexOf(mode as EffectiveMode),
  };
}

function weightOf(value: unknown, path: string, issues: IssueList): bigint {
  const isShare = (mantissa: bigint): boolean => mantissa >= 0n && mantissa <= WHOLE;
  return decimalWithin(issues, path, value, RATE_DECIMALS, isShare, "a share from 0 to 1");
}

function timeOf(value: unknown, path: string, issues: IssueList): bigint {
  const isNanos = typeof value === "string" && /^-?[0-9]{1,19}$/.test(value);
  const time = isNanos ? BigInt(value) : typeof value === "string" ? instantOf(value) : value;
  if (typeof time === "bigint" && BigInt.asIntN(64, time) === time) return time;
  issues.add("config/type", path, "an instant: nanoseconds, or 2024-03-08T14:30:00Z", shown(value));
  return 0n;
}

function lengthOf(value: unknown, path: string, issues: IssueList): bigint {
  try {
    if (typeof value === "string") return intervalNs(value);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
  }
  issues.add("config/type", path, "a length such as 90s, 4h or 1d", shown(value));
  return 1n;
}

function textOf(given: Given, field: string, byDefault: string, path: string, issues: IssueList): string {
  const value = given[field] ?? byDefault;
  if (typeof value === "string" && value !== "") return value;
  issues.add("config/type", `${path}.${field}`, "a name", shown(value));
  return byDefault;
}

function canonicalMessage(message: CheckedActivation): Json {
  const { timeNs, world, strategy, sides, flags, weightE9, version, ttlNs, mode } = message;
  return {
    time: timeNs.toString(),
    world,
    strategy,
    side: sides === SIDES.both ? "both" : sides === SIDES.long ? "long" : "short",
    active: (flags & abi.ACTIVATION_IS_ACTIVE) !== 0,
    weight: weightE9 === null ? null : rateText(weightE9),
    freeze: (flags & abi.ACTIVATION_IS_FROZEN) !== 0,
    drain: (flags & abi.ACTIVATION_CANCELS) !== 0 ? "cancel" : (flags & abi.ACTIVATION_IS_DRAINING) !== 0,
    version: version.toString(),
    ttl: ttlNs === null ? null : ttlNs.toString(),
    effectiveMode: MODE_NUMBERS[mode] as EffectiveMode,
  };
}

/** A sentence for each world and strategy that messages are for and no gate of the graph obeys. */
export function unobeyed(messages: readonly CheckedActivation[], policies: readonly PlanPolicy[]): readonly string[] {
  const gates = policies.filter(({ code }) => code === abi.POLICY_ACTIVATION).map(({ node }) => node);
  const lost = messages.filter((message) => !gates.some((gate) => obeys(gate, message)));
  return [...new Set(lost.map((message) => unobeyedText(message, gates)))];
}

function unobeyedText({ world, strategy }: CheckedActivation, gates: readonly GraphNode[]): string {
  const worlds = new Set(gates.map(({ params }) => String(params["world"])));
  const isWorld = !worlds.has(world);
  const within = gates.filter(({ params }) => params["world"] === world);
  const known = isWorld ? worlds : new Set(within.map(({ params }) => String(params["strategy"])));
  const [what, name] = isWorld ? ["world", world] : [`strategy of world ${world}`, strategy];
  const near = nearestText(name, known);
  const all = known.size === 0 ? "The graph has no activation gate." : `Gates obey ${[...known].join(", ")}.`;
  const advice = near === null ? all : `Is ${near} meant?`;
  return `Activations had no effect: no gate obeys the ${what} that is called ${name}. ${advice}`;
}

function obeys({ params }: GraphNode, { world, strategy }: CheckedActivation): boolean {
  return params["world"] === world && (strategy === "*" || params["strategy"] === strategy);
}

/** The messages as side events, one for each policy that obeys them; `instrument` is the policy's index. */
export function activationEvents(
  messages: readonly CheckedActivation[],
  policies: readonly PlanPolicy[],
): readonly SideEvent[] {
  return messages.flatMap((message) => {
    const { timeNs, sides, flags, weightE9, version, ttlNs, mode } = message;
    const has = (weightE9 === null ? 0 : MESSAGE_HAS_WEIGHT) | (ttlNs === null ? 0 : MESSAGE_HAS_TTL);
    const a = sides | has | (flags << MESSAGE_STATE_SHIFT) | (mode << MESSAGE_MODE_SHIFT);
    return policies.flatMap(({ node, code }, instrument) => {
      if (code !== abi.POLICY_ACTIVATION || !obeys(node, message)) return [];
      const operands = { a: BigInt(a), b: weightE9 ?? 0n, c: version, d: ttlNs ?? 0n };
      return [{ timeNs, kind: SIDE_ACTIVATION, instrument, ...operands }];
    });
  });
}
