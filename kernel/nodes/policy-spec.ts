// Params of policies, as specifications and as the integers of the data plane, and how a policy is made.
//
// Units: shares, factors and confidences become 1e-9, lengths in seconds become ns.

import { NO_LIMIT } from "../../assembly/abi-policy.js";
import { mantissaOf } from "../base/decimal.js";
import { IssueList } from "../base/error.js";
import { applyNode } from "../graph/build.js";
import { optionNames, optionsOf } from "../graph/builder-options.js";
import { outputAt, shown } from "../graph/node-check.js";
import type { NumberInput, Policy } from "../graph/node.js";
import type { HandleType, NodeShape, Params, ParamSpec, ParamValue, PolicySpec, RefuseShape } from "../graph/spec.js";
import { numberParam } from "./operator.js";

const SHARE_ONE_DECIMALS = 9;
const SECOND_NS = 1_000_000_000n;
const LENGTH_MAX = 1_000_000_000;
const COUNT_MAX = 1_000_000;
const FACTOR_MAX = 1_000_000;

/** A share or factor, at least 0. */
export function shareParam(byDefault: number, max = FACTOR_MAX): ParamSpec {
  return { kind: "number", min: 0, max, default: byDefault };
}

/** A length in seconds. */
export function secondsParam(byDefault: number): ParamSpec {
  return { kind: "integer", min: 0, max: LENGTH_MAX, default: byDefault };
}

/** A whole number. */
export function countParam(byDefault: number, min = 1, max = COUNT_MAX): ParamSpec {
  return { kind: "integer", min, max, default: byDefault };
}

/** A share in 1e-9, to the nearest; fewer digits than nine are exact. */
export function shareE9(value: number): bigint {
  const exact = mantissaOf(String(value), SHARE_ONE_DECIMALS);
  return typeof exact === "bigint" ? exact : BigInt(Math.round(value * 1e9));
}

/** A number param in 1e-9. */
export function e9(params: Params, name: string): bigint {
  return shareE9(numberParam(params, name));
}

/** A whole number param. */
export function whole(params: Params, name: string): bigint {
  return BigInt(numberParam(params, name));
}

/** A param in seconds, in ns. */
export function ns(params: Params, name: string): bigint {
  return whole(params, name) * SECOND_NS;
}

/** A boolean param, 1 for true. */
export function flag(params: Params, name: string): bigint {
  return params[name] === true ? 1n : 0n;
}

type PolicyParts = Pick<PolicySpec, "type" | "code" | "params" | "stateBytes" | "encode"> &
  Partial<Pick<PolicySpec, "inputs" | "check">>;

/** The specification of a policy of a role. */
export function policySpec(role: HandleType, parts: PolicyParts): PolicySpec {
  const { inputs = {}, ...others } = parts;
  return Object.freeze({
    version: 1,
    kind: "policy",
    inputs,
    outputs: { [role]: role },
    schemaMajor: 1,
    period: () => 1,
    ...others,
  } satisfies PolicySpec);
}

type Given = Readonly<Record<string, ParamValue | undefined>>;

/** A policy node as decisions take it. Options are its params by name; a name that it does not have is refused. */
export function madePolicy<Role extends HandleType>(
  spec: PolicySpec,
  role: Role,
  options: object,
  inputs: Readonly<Record<string, Policy | NumberInput | undefined>> = {},
): Policy<Role> {
  const params = optionsOf(spec.type, options, optionNames(spec, inputs)) as Given;
  return outputAt(applyNode(spec, inputs, params), role, role);
}

const LIMIT_EXPECTED = "a limit of 0 or more, or null for none";

/**
 * Options of a policy with their limits as params spell them: null, which switches one off, becomes `NO_LIMIT`.
 *
 * @throws InputError as `optionsOf`, and `graph/param-range` for limits that are neither null nor finite and 0 or more.
 */
export function limited(spec: PolicySpec, options: object, limits: readonly string[]): object {
  const params: Record<string, unknown> = { ...optionsOf(spec.type, options, optionNames(spec)) };
  const issues = new IssueList();
  for (const limit of limits) {
    const value = params[limit];
    if (value === null) params[limit] = NO_LIMIT;
    else if (value !== undefined && !(Number.isFinite(value) && (value as number) >= 0))
      issues.add("graph/param-range", `${spec.type}.params.${limit}`, LIMIT_EXPECTED, shown(value));
  }
  issues.throwIfAny();
  return params;
}

/** Refuses limits of a document that are below 0 and not the one number that stands for none. */
export function checkLimits(limits: readonly string[]): NonNullable<PolicySpec["check"]> {
  return ({ params }: NodeShape, refuse: RefuseShape) => {
    for (const limit of limits) {
      const value = numberParam(params, limit);
      if (value >= 0 || value === NO_LIMIT) continue;
      refuse(`params.${limit}`, `0 or more, or ${NO_LIMIT} for none`, shown(value));
    }
  };
}
