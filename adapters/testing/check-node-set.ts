// A check of a node set of one's own: golden cases in simulate mode, and the laws of node sets over the logs.

import type { AttachedSet, AttachOptions, ChainLink, Decision, Engine, NodeSet } from "../../kernel/index.js";
import { activationGate, IssueList } from "../../kernel/index.js";
import { absolute } from "./integers.js";
import { hourOf, runFindings, storyOf } from "./node-set-audit.js";
import type { SetFinding } from "./node-set-audit.js";
import { isCommitting, runNodeSetCases, SET_NAMES } from "./node-set-case.js";
import type { NodeSetCase, NodeSetRun } from "./node-set-case.js";
import { NODE_SET_CASES } from "./node-set-cases.js";

/** What a node set broke, and in which case. */
export interface NodeSetFault extends SetFinding {
  readonly case: string;
}

export interface NodeSetCheckOptions {
  readonly engine: Engine;
  /** How it is attached, besides world, strategy and signal: other components, options of an engine, an account. */
  readonly attach?: AttachOptions;
  /** Default: the golden cases. */
  readonly cases?: readonly NodeSetCase[];
  /**
   * Laws that the set is not to keep, none by default: `activation` for one that obeys no world, `limits` for one that
   * no limit on position, concentration or leverage bounds.
   */
  readonly without?: readonly SetLaw[];
}

const LAWS = ["activation", "limits"] as const;
/** Laws that hang on a gate, so that a set may do without. */
export type SetLaw = (typeof LAWS)[number];

/**
 * Attaches a node set behind made signals, intents or recommendations over small made tapes, and looks at what it did
 * from outside: a freeze leaves nothing open, a drain opens nothing, a larger weight never holds less, a repeated
 * target sends nothing, nothing is sent to a world that is not known, limits hold over all strategies, books add up on
 * every event and come again from the events alone, and no block size changes anything.
 *
 * A set without an activation gate, or without a limit on what it holds, is a finding as well, since nothing could stop
 * it; one that is meant so says it in `without`.
 *
 * @returns What was broken, empty when all holds. An exception of the set is a fault.
 * @throws InputError `config/type`, `config/field` for what is no node set, no engine, or no option.
 * @example checkNodeSet(nodeSetRegistry().get("ccxt_futures"), { engine }) // []
 */
export function checkNodeSet(set: NodeSet, options: NodeSetCheckOptions): readonly NodeSetFault[] {
  checkUse(set, options);
  const { cases = NODE_SET_CASES } = options;
  const missing = new Set<string>();
  return cases.flatMap((given) => {
    try {
      const findings = caseFindings(set, given, options).filter(({ what, where }) => {
        if (where !== NOT_THERE) return true;
        const isNew = !missing.has(what);
        missing.add(what);
        return isNew;
      });
      return [...new Map(findings.map((one) => [`${one.what} ${one.where}`, one])).values()].map((one) => ({
        case: given.name,
        ...one,
      }));
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error);
      return [{ case: given.name, what, where: `${set.name} as attached or run` }];
    }
  });
}

const OPTIONS: readonly string[] = ["engine", "attach", "cases", "without"];

/** Throws unless there is a set, an engine and known options. */
function checkUse(set: unknown, options: unknown): void {
  const issues = new IssueList();
  const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
    typeof value === "object" && value !== null;
  const say = (value: unknown): string => (value === undefined ? "nothing" : typeof value);
  if (!isRecord(set) || typeof set["attach"] !== "function" || typeof set["describe"] !== "function")
    issues.add("config/type", "checkNodeSet.set", "a node set, as defineNodeSet makes one", say(set));
  const given = isRecord(options) ? options : {};
  const { engine, without = [] } = given;
  if (!isRecord(engine)) issues.add("config/type", "checkNodeSet.engine", "an engine: await nodeEngine()", say(engine));
  for (const name of Object.keys(given).filter((each) => !OPTIONS.includes(each)))
    issues.add("config/unknown-field", `checkNodeSet.${name}`, `one of ${OPTIONS.join(", ")}`, name);
  const laws: unknown[] = Array.isArray(without) ? without : [without];
  for (const law of laws.filter((each) => !LAWS.includes(each as SetLaw)))
    issues.add("config/field", "checkNodeSet.without", `a list of ${LAWS.join(", ")}`, String(law));
  issues.throwIfAny();
}

function caseFindings(set: NodeSet, given: NodeSetCase, options: NodeSetCheckOptions): readonly SetFinding[] {
  const { engine, attach = {}, without = [] } = options;
  const hasActivation = hasGate(set, attach) && !without.includes("activation");
  if (given.isUnknown === true) return hasActivation ? unknownFindings(set, given, options) : [];
  // In one memory with what its world says otherwise.
  const [run, ...others] = runNodeSetCases(
    engine,
    set,
    [given, ...(hasActivation ? saidOtherwise(given) : [])],
    attach,
  );
  if (run === undefined) return [{ what: "it attaches nothing", where: set.name }];
  return [
    ...run.attached.flatMap((attached) => chainFindings(set, attached, attach)),
    ...runFindings(run, hasActivation),
    ...blockFindings(set, given, run, options),
    ...(given.messages === undefined ? sendFindings(set, given, run) : []),
    ...worldFindings(run, others),
    ...missingFindings(run, without),
  ];
}

/** True when a set says that it has an activation gate, or one is attached in its place. */
function hasGate(set: NodeSet, { components }: AttachOptions): boolean {
  const given: unknown = components?.activation;
  if (given === undefined) return set.describe().chain.some(({ component }) => component === "activationGate");
  return (given as { readonly type?: unknown } | null)?.type === "activation";
}

const NOT_THERE = "the whole set";
const LIMITS = ["position", "concentration", "leverage"] as const;

/** Laws that nothing in a set could keep, and that it is not said to do without. */
function missingFindings({ attached }: NodeSetRun, without: readonly SetLaw[]): readonly SetFinding[] {
  const nodes = attached.flatMap(({ decisions }) => decisions.map(({ node }) => node));
  const has: Readonly<Record<SetLaw, boolean>> = {
    activation: nodes.every(({ inputs }) => inputs["activationGate"] !== undefined),
    // A commitment is bounded by its tier.
    limits: nodes.every(({ spec, inputs }) => {
      const limits = inputs["riskGate"]?.node.params;
      return spec.type === "commitment" || LIMITS.some((limit) => Number(limits?.[limit] ?? -1) >= 0);
    }),
  };
  return LAWS.filter((law) => !has[law] && !without.includes(law)).map((law) => ({
    what: MISSING[law],
    where: NOT_THERE,
  }));
}

const MISSING: Readonly<Record<SetLaw, string>> = {
  activation: "nothing freezes or drains it: give its decisions an activationGate, or say without: activation",
  limits: "nothing bounds what it holds: give its riskControl a limit on position, or say without: limits",
};

const GATES = {
  riskControl: "riskGate",
  timingGate: "timingGate",
  timingHours: "timingGate",
  preTradeGate: "preTradeGate",
  activationGate: "activationGate",
  complianceGate: "complianceGate",
} as const;

/** What a set says of itself it attaches, in front of every decision. */
function chainFindings(set: NodeSet, attached: AttachedSet, { components = {} }: AttachOptions): readonly SetFinding[] {
  const isReplaced = new Set(Object.keys(components));
  const described = set.describe().chain.filter(({ component }) => component !== null);
  const mark = attached.decisions.map(({ node }) => node.inputs["setGate"]?.node.params);
  const isMarked = mark.every((params) => params?.["name"] === set.name && params["version"] === set.version);
  const ofMark = isMarked || set.name === "plain" ? [] : [{ what: UNMARKED, where: set.name }];
  const ofGates = described.flatMap(({ place, component }) => {
    const gate = GATES[component as keyof typeof GATES] as string | undefined;
    if (gate === undefined || isReplaced.has(gate.replace(/Gate$/, ""))) return [];
    const isThere = attached.decisions.every((decision) => typeAt(decision, gate) === component);
    const isTold = attached.chain.some((link: ChainLink) => link.place === place && link.component === component);
    if (isThere && isTold) return [];
    return [{ what: `it says ${component}, and attaches decisions without it`, where: place }];
  });
  return [...ofMark, ...ofGates];
}

const UNMARKED = "its name and version are not in the NodeIDs of what it sends";

function typeAt({ node }: Decision, gate: string): string | undefined {
  return node.inputs[gate]?.node.spec.type;
}

/** Odd, so that blocks end anywhere in a case. */
const BLOCK_ROWS = 5;

/** No block size changes anything. */
function blockFindings(
  set: NodeSet,
  given: NodeSetCase,
  { result }: NodeSetRun,
  { engine, attach = {} }: NodeSetCheckOptions,
): readonly SetFinding[] {
  const [again] = runNodeSetCases(engine, set, [given], attach, { blockRows: BLOCK_ROWS });
  if (again?.result.resultDigest === result.resultDigest) return [];
  return [{ what: `blocks of ${BLOCK_ROWS} rows give another log`, where: again?.result.resultDigest ?? "no run" }];
}

/** A set sends something when it is asked to, and nothing more when it is asked for the same again. */
function sendFindings(set: NodeSet, given: NodeSetCase, run: NodeSetRun): readonly SetFinding[] {
  const { sent } = storyOf(run);
  const silent = sent.length === 0 && given.halts === undefined;
  if (silent) return [{ what: "it sends nothing, whatever is asked for", where: "the whole case" }];
  const isTarget = !isCommitting(set) && given.isFree === true && given.as !== "order";
  if (!isTarget || sent.length < 2) return [];
  const where = hourOf(sent[1]?.time ?? 0n);
  return [{ what: `a target that is repeated at one price sends ${sent.length} orders`, where }];
}

/** Everything is refused while nothing is known: the gate is asked to know nothing by itself. */
function unknownFindings(set: NodeSet, given: NodeSetCase, options: NodeSetCheckOptions): readonly SetFinding[] {
  const { engine, attach = {} } = options;
  const activation = activationGate({ world: SET_NAMES.world, strategy: SET_NAMES.strategies[0] });
  const components = { ...attach.components, activation };
  const [run] = runNodeSetCases(engine, set, [given], { ...attach, components });
  const [first] = run === undefined ? [] : storyOf(run).sent;
  return first === undefined
    ? []
    : [{ what: `order ${first.order} is sent to a world of which nothing is known`, where: hourOf(first.time) }];
}

const WEIGHTS = [0, 0.25, 0.5, 0.75, 1] as const;

/** The same case with other weights, or with a message of an older version behind the last one. */
function saidOtherwise(given: NodeSetCase): readonly NodeSetCase[] {
  if (given.isFree === true)
    return WEIGHTS.map((weight) => ({ ...given, messages: [{ hour: 0, version: 1, weight }] }));
  const { messages = [] } = given;
  const [last] = [...messages].sort((a, b) => b.version - a.version);
  if (last === undefined) return [];
  const hour = Math.max(...messages.map((message) => message.hour)) + 0.25;
  const { side = "both", freeze } = last;
  return [{ ...given, messages: [...messages, { hour, side, version: 1, freeze: freeze !== true, weight: 0.1 }] }];
}

/** What the world says counts: less weight is never more, and an older version is nothing. */
function worldFindings(run: NodeSetRun, others: readonly NodeSetRun[]): readonly SetFinding[] {
  const [first] = others;
  if (first === undefined) return [];
  if (run.given.isFree === true) {
    return weightFindings(others.map((one) => absolute([...storyOf(one).held.values()].reduce((a, b) => a + b, 0n))));
  }
  const isSame = textOfOrders(first) === textOfOrders(run);
  return isSame ? [] : [{ what: "a message of an older version changes what is sent", where: "behind all others" }];
}

function textOfOrders(run: NodeSetRun): string {
  return storyOf(run)
    .sent.map(({ time, quantity, endedAt }) => `${time} ${quantity} ${endedAt}`)
    .join("\n");
}

function weightFindings(held: readonly bigint[]): readonly SetFinding[] {
  const text = WEIGHTS.map((weight, index) => `${held[index]} at ${weight}`).join(", ");
  const falls = held.some((each, index) => index > 0 && each < (held[index - 1] ?? 0n));
  if (falls) return [{ what: `a larger weight holds less: ${text}`, where: "weights" }];
  const [none = 0n, , half = 0n, , whole = 0n] = held;
  const isScaled = none === 0n && half > 0n && half < whole;
  return isScaled ? [] : [{ what: `a weight does not scale what is held: ${text}`, where: "weights" }];
}
