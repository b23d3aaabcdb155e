// Params of policies, as specifications and as the integers of the data plane, and how a policy is made.
//
// Units: shares, factors and confidences become 1e-9, lengths in seconds become ns.

import { mantissaOf } from "../base/decimal.js";
import { applyNode } from "../graph/build.js";
import { outputAt } from "../graph/node-check.js";
import type { NumberInput, Policy } from "../graph/node.js";
import type { HandleType, Params, ParamSpec, ParamValue, PolicySpec } from "../graph/spec.js";
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

/** A policy node as decisions take it. */
export function madePolicy<Role extends HandleType>(
  spec: PolicySpec,
  role: Role,
  params: Readonly<Record<string, ParamValue | undefined>>,
  inputs: Readonly<Record<string, Policy | NumberInput | undefined>> = {},
): Policy<Role> {
  return outputAt(applyNode(spec, inputs, params), role, role);
}
