// User nodes: node types whose code is TypeScript.
//
// The code takes no part in any identity, because a digest cannot see what a closure captures. Name, version, params,
// inputs and period do. So the version is required and must change with the code, and whatever the code depends on is
// handed in as a param.

import { IssueList } from "../base/error.js";
import { INS_INPUT_MAX, INS_OUTPUT_MAX } from "../../assembly/abi-operator.js";
import { applyNode, outputOf } from "./build.js";
import { shown } from "./node-check.js";
import type { BooleanInput, NumberInput, Output } from "./node.js";
import type { NodeSpec, Params, ParamSpec, ParamValue, PortSpec, ValueType } from "./spec.js";
import type { UserCompute, UserWindow } from "./user-window.js";

/** A node type whose code is TypeScript. */
export interface UserSpec extends NodeSpec {
  readonly kind: "user";
}

/** One that makes series. */
export interface UserSeriesSpec extends UserSpec {
  readonly compute: UserCompute;
}

type Types = Readonly<Record<string, ValueType>>;
/** Default by param of a user node. */
export type Defaults = Readonly<Record<string, ParamValue>>;
type InputOf<T extends ValueType> = T extends "number" ? NumberInput : BooleanInput;

/** What a user node is. */
export interface UserNodeParts<I extends Types, P extends Defaults, O extends Types> {
  /** Letters, digits, `_` and `-`. The node type is `user:` and this name. */
  readonly name: string;
  /** A whole number from 1 that changes whenever results of the code may change. */
  readonly version: number;
  /** Type by port, at most 6 ports. */
  readonly inputs: I;
  /** Default by param; it gives the type too. Values reach the code this way only. */
  readonly params?: P;
  /** Type by output, 1 to 5 outputs. */
  readonly outputs: O;
  /** Look-back in rows, the current one included, for the params. */
  readonly period: number | ((params: P) => number);
  /** Sets rows of the outputs. The result for a row must depend on nothing but params and the rows of its look-back. */
  readonly compute: (window: UserWindow<keyof I & string, P, keyof O & string>) => void;
}

/** Builder of nodes of one user type: outputs by name. */
export interface UserNode<I extends Types = Types, P extends Defaults = Defaults, O extends Types = Types> {
  (
    inputs: { readonly [port in keyof I]: InputOf<I[port]> },
    params?: Partial<P>,
  ): {
    readonly [output in keyof O]: Output<O[output]>;
  };
  /** The node type, which `parseGraph` takes to read graphs with nodes of this type. */
  readonly spec: UserSeriesSpec;
}

/**
 * Declares a user node.
 *
 * @returns A builder function. It throws InputError as `applyNode` does.
 * @throws InputError `graph/user-node` with every issue of the declaration.
 * @example
 * const spread = userNode({
 *   name: "spread", version: 1, period: 1,
 *   inputs: { a: "number", b: "number" }, params: { ratio: 1 }, outputs: { value: "number" },
 *   compute({ rowCount, inputs, params, outputs }) {
 *     for (let row = 0; row < rowCount; row += 1) {
 *       const a = inputs.a.get(row), b = inputs.b.get(row);
 *       outputs.value.set(row, a === null || b === null ? null : a - params.ratio * b);
 *     }
 *   },
 * });
 * const gold = bars({ instrument: "GLD" }).close;
 * const miners = bars({ instrument: "GDX" }).close;
 * const { value } = spread({ a: gold, b: miners }, { ratio: 2 });
 */
export function userNode<const I extends Types, P extends Defaults, const O extends Types>(
  parts: UserNodeParts<I, P, O>,
): UserNode<I, P, O> {
  const spec = checkedUserSpec(parts as unknown as UserNodeParts<Types, Defaults, Types>);
  const build = (inputs: Readonly<Record<string, NumberInput | BooleanInput>>, params: Params = {}): unknown => {
    const node = applyNode(spec, inputs, params);
    return Object.freeze(Object.fromEntries(Object.keys(spec.outputs).map((name) => [name, outputOf(node, name)])));
  };
  return Object.freeze(Object.assign(build, { spec })) as unknown as UserNode<I, P, O>;
}

const NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/;

function checkedUserSpec(parts: UserNodeParts<Types, Defaults, Types>): UserSeriesSpec {
  const issues = new IssueList();
  const { inputs, outputs, period, compute } = parts;
  const { check, ...identity } = checkedIdentity(parts, issues);
  check(typeof compute === "function", "compute", "a function of a window", compute);
  check(typeof period === "number" || typeof period === "function", "period", "rows, or a function of params", period);
  checkTypes(inputs, "inputs", 1, INS_INPUT_MAX, check);
  checkTypes(outputs, "outputs", 1, INS_OUTPUT_MAX, check);
  issues.throwIfAny();
  const ports = Object.entries(inputs).map(([port, type]) => [port, Object.freeze<PortSpec>({ type })]);
  return Object.freeze({
    ...identity,
    kind: "user",
    inputs: Object.freeze(Object.fromEntries(ports) as Record<string, PortSpec>),
    outputs: Object.freeze({ ...outputs }),
    schemaMajor: 1,
    period: typeof period === "function" ? (given: Params) => period(given) : () => period,
    compute: compute as UserCompute,
  });
}

/** What says which code a user node is of. */
export interface UserIdentity {
  readonly name: string;
  readonly version: number;
  readonly params?: Defaults;
}

/** Type, version and params of a user node, and what takes further issues of its declaration. */
export function checkedIdentity(
  { name, version, params = {} }: UserIdentity,
  issues: IssueList,
): Pick<NodeSpec, "type" | "version" | "params"> & { readonly check: Check } {
  const type = `user:${String(name)}`;
  const check: Check = (isFine, member, expected, received) => {
    if (!isFine) issues.add("graph/user-node", `${type}.${member}`, expected, shown(received));
  };
  check(typeof name === "string" && NAME.test(name), "name", "letters, digits, _ and -, at most 64", name);
  check(Number.isSafeInteger(version) && version >= 1, "version", "a whole number from 1; it is required", version);
  const specs = Object.entries(params).map(([param, value]) => {
    const spec = paramSpecOf(value);
    check(spec !== null, `params.${param}`, "a finite number, a text, a boolean or a list of one of them", value);
    return [param, spec] as const;
  });
  return { type, version, params: Object.freeze(Object.fromEntries(specs) as Record<string, ParamSpec>), check };
}

type Check = (isFine: boolean, member: string, expected: string, received: unknown) => void;

function checkTypes(types: unknown, member: string, min: number, max: number, check: Check): void {
  const entries: readonly [string, unknown][] =
    typeof types === "object" && types !== null ? Object.entries(types) : [];
  check(entries.length >= min && entries.length <= max, member, `${min} to ${max} ${member} by name`, entries.length);
  for (const [name, type] of entries) {
    check(NAME.test(name), `${member}.${name}`, "a name of letters, digits, _ and -", name);
    check(type === "number" || type === "boolean", `${member}.${name}`, "number or boolean", type);
  }
}

function paramSpecOf(value: unknown): ParamSpec | null {
  switch (typeof value) {
    case "number":
      return Number.isFinite(value) ? { kind: "number", default: value } : null;
    case "boolean":
      return { kind: "boolean", default: value };
    case "string":
      return { kind: "string", default: value };
    default: {
      if (!Array.isArray(value)) return null;
      const [of = "number", ...others] = new Set(value.map((item) => typeof item));
      if (others.length > 0 || (of !== "number" && of !== "string" && of !== "boolean")) return null;
      return { kind: "list", of, default: Object.freeze([...(value as ParamValue[])]) };
    }
  }
}
