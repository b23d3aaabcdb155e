// Node sets: a ready-made trading system that is attached behind a signal: gates, sizing and execution as one black box
// (`NODESETS.md` 1), with what it assumes of its venue.
//
// Always true:
//   what a set sends has passed its gates, since they are inputs of the decision itself;
//   a set's name, version and venue profile are part of the NodeIDs of its decisions;
//   the set without anything, `plain`, is the decision alone: there is no other way to send an order.

import { InputError, IssueList } from "../base/error.js";
import { stated } from "../graph/build.js";
import { isOutput, isSeries, shown } from "../graph/node-check.js";
import type { BooleanInput, Decision, NumberInput, NumberOutput, Policy } from "../graph/node.js";
import type { HandleType, NodeSpec } from "../graph/spec.js";
import type { EngineOptions } from "../nodes/commitment.js";
import type { ComplianceRules } from "../nodes/compliance.js";
import { complianceGate, EVERY } from "../nodes/compliance.js";
import { targetPercent, targetQuantity, TARGETS, targetValue } from "../nodes/decision.js";
import { and } from "../nodes/logic.js";
import { ORDER, order } from "../nodes/order.js";
import { nodeSetMark } from "../nodes/policy-mark.js";
import type { Gates } from "../nodes/policy.js";
import { activationGate, preTradeGate, riskControl, router, strategyScope } from "../nodes/policy.js";
import { timingGate } from "../nodes/timing-gate.js";
import type { RunConfig } from "../run/config.js";
import type { AccountTerms } from "../run/config-account.js";
import type { VenueConfig } from "../run/config-venues.js";
import type { PortfolioScope, SetMode, SignalMeaning } from "./attach-check.js";
import { checkAttach, checkParts, PORTFOLIO_SCOPES } from "./attach-check.js";
import type { ChainLink } from "./chain.js";
import { chainOf } from "./chain.js";
import type { Intent } from "./intent.js";
import { intentDecisions } from "./intent.js";
import type { VenueProfile } from "./profile.js";
import { profileLabel } from "./profile.js";
import type { FeedbackOptions, SetFeedback, SetIngest, SetPortfolio } from "./set-portfolio.js";
import { feedbackOf } from "./set-portfolio.js";

/**
 * Parts of a set in place of its own. A policy replaces a policy; a boolean series (an operator or a user node) stands
 * in for it and lets through what it is true for; `null` leaves the part out. `sizing` is the quantity to hold.
 */
export interface SetComponents {
  readonly risk?: Policy<"risk"> | BooleanInput | null;
  readonly timing?: Policy<"timing"> | BooleanInput | null;
  readonly preTrade?: Policy<"preTrade"> | BooleanInput | null;
  readonly activation?: Policy<"activation"> | BooleanInput | null;
  readonly compliance?: Policy<"compliance"> | BooleanInput | null;
  readonly sizing?: NumberOutput;
  /** Among the venues of the set: split over them by what they cost and take unless another says otherwise. */
  readonly router?: Policy<"router"> | null;
  /** Slippage of its orders in place of the run's, which none of the sets has by itself. */
  readonly execution?: NumberInput | Policy<"execution"> | null;
  /** Units that the publisher takes in a bucket, true for all and false for none; all without. */
  readonly publish?: NumberInput | BooleanInput;
  /** What passes fills on to the set's portfolio, which is a function of them then. */
  readonly ingest?: SetIngest;
  /** What risk and sizes of the set take for the account; the run's own books without. */
  readonly portfolio?: SetPortfolio;
}

/** How a set is attached. */
export interface AttachOptions extends Pick<FeedbackOptions, "lag"> {
  readonly world?: string;
  /** Name of the strategy; needed for the scope `strategy`. */
  readonly strategy?: string;
  /** `simulate` by default, and the only one that needs no gateway. */
  readonly mode?: SetMode;
  /** Whose positions are meant: `world` (the default), or the strategy's own. */
  readonly portfolioScope?: PortfolioScope;
  /** `targetPercent` by default. */
  readonly signal?: SignalMeaning;
  readonly when?: BooleanInput;
  readonly instrument?: string;
  readonly components?: SetComponents;
  /**
   * What may be sent where, as the live layer has it; without it nothing is restricted. The run's own market is the
   * venue of the rules where they name one alone, else the venue with the name of the profile.
   */
  readonly compliance?: ComplianceRules;
  /** Simulated venues in place of the profile's. */
  readonly venues?: readonly VenueConfig[];
  /** Terms of the account in place of the profile's. */
  readonly account?: AccountTerms;
  /** Options of the policies of `decision_engine`, which no other set has. */
  readonly engine?: Omit<EngineOptions, "gates" | "instrument">;
}

/** What is left after attaching: decisions for a graph, and the part of a configuration that the set stands for. */
export interface AttachedSet {
  readonly set: NodeSet;
  readonly decisions: readonly Decision[];
  readonly config: Pick<RunConfig, "account" | "funding" | "venues"> & { readonly fees?: RunConfig["fees"] };
  readonly profile: VenueProfile | null;
  /** What stands where between the signal and its portfolio, in order. */
  readonly chain: readonly ChainLink[];
}

/** Words on a set for a person and for tools. */
export interface SetDescription {
  readonly name: string;
  readonly version: number;
  readonly summary: string;
  /** What it takes, and the node that sends. */
  readonly entry: "signal" | "intents";
  readonly exit: "orders";
  /** Parts that can be replaced. */
  readonly ports: readonly (keyof SetComponents)[];
  /** What stands where between the signal and its portfolio, in order, as the set comes. */
  readonly chain: readonly ChainLink[];
  readonly profile: VenueProfile | null;
}

/** A node set. */
export interface NodeSet {
  readonly name: string;
  readonly version: number;
  /**
   * @param entry A signal, or for `intent_first` a list of intents.
   * @throws InputError with every issue, each with the part that it is of.
   */
  attach(entry: NumberInput | readonly Intent[], options?: AttachOptions): AttachedSet;
  describe(): SetDescription;
  capabilities(): { readonly modes: readonly SetMode[]; readonly scopes: readonly PortfolioScope[] };
}

/** What makes a set. */
export interface SetParts {
  readonly name: string;
  readonly version: number;
  readonly summary: string;
  readonly entry?: "signal" | "intents";
  readonly profile?: VenueProfile;
  /** Parts that it has unless others are given. */
  readonly gates: (options: AttachOptions) => Pick<Gates, "risk" | "timing" | "preTrade" | "activation">;
  readonly funding?: "required" | "off";
  /** Makes the decision of a set that sizes by policies of its own. */
  readonly decide?: (signal: NumberInput, options: AttachOptions, gates: Gates) => Decision;
  /** The node that `decide` makes, what the signal means without; `decide` is for sets behind a signal. */
  readonly sizing?: NodeSpec;
}

const PORTS = [
  "risk",
  "timing",
  "preTrade",
  "activation",
  "compliance",
  "sizing",
  "router",
  "execution",
  "publish",
  "ingest",
  "portfolio",
] as const satisfies readonly (keyof SetComponents)[];

/** Parts of a set that can be replaced: what sizes by itself reads the account, and intents have sizes of their own. */
function portsOf({ decide, entry }: SetParts): readonly (keyof SetComponents)[] {
  const own = decide !== undefined ? ["sizing", "ingest", "portfolio"] : entry === "intents" ? ["sizing"] : [];
  return PORTS.filter((port) => !own.includes(port));
}

/**
 * A node set of its parts.
 *
 * @throws InputError `config/type`, `config/field` for parts that make no set.
 */
export function defineNodeSet(parts: SetParts): NodeSet {
  checkParts(parts);
  const { name, version, summary, entry = "signal", profile = null } = parts;
  const set: NodeSet = Object.freeze({
    name,
    version,
    attach: (given: NumberInput | readonly Intent[], options: AttachOptions = {}) => attach(set, parts, given, options),
    describe: () => {
      const gates = { ...parts.gates({}), ...routerOf(parts, {}) };
      const chain = chainOf({ gates, sizing: sizingOf(parts, {}), given: {} });
      return { name, version, summary, entry, exit: "orders", ports: portsOf(parts), chain, profile } as const;
    },
    capabilities: () => ({ modes: ["simulate"], scopes: PORTFOLIO_SCOPES }) as const,
  });
  return set;
}

function attach(
  set: NodeSet,
  parts: SetParts,
  entry: NumberInput | readonly Intent[],
  options: AttachOptions,
): AttachedSet {
  const issues = new IssueList();
  checkAttach(parts, options, issues);
  checkPorts(set, parts, options, issues);
  const feedback = feedbackOf(set.name, options, issues);
  const gates = gatesOf(set, parts, options, feedback, issues);
  issues.throwIfAny();
  const decisions = decisionsOf(set, parts, entry, options, gates, issues);
  issues.throwIfAny();
  const profile = parts.profile ?? null;
  const account = { ...profile?.account, ...options.account };
  const venues = gates.router === undefined ? [] : venuesOf(parts, options);
  return Object.freeze({
    set,
    decisions,
    config: {
      ...(profile === null ? {} : { fees: profile.fees }),
      ...(Object.keys(account).length === 0 ? {} : { account }),
      ...(parts.funding === undefined ? {} : { funding: parts.funding }),
      ...(venues.length === 0 ? {} : { venues }),
    },
    profile,
    chain: chainOf({ gates, sizing: sizingOf(parts, options), given: options.components ?? {}, fills: feedback.fills }),
  });
}

/** Why a set has a part of its own that nothing replaces. */
const OWN_PARTS: Readonly<Partial<Record<keyof SetComponents, readonly [expected: string, advice: string]>>> = {
  sizing: ["the set's own sizes", "Give the share of what the tier allows as engine.share, or intents of other sizes."],
  ingest: ["the account's own fills", "Its pool, tiers and breaker read the account."],
  portfolio: ["the account itself", "Its pool, tiers and breaker read the account."],
};

/** Reports parts that a set does not know, and those that it does not take. */
function checkPorts({ name }: NodeSet, parts: SetParts, { components = {} }: AttachOptions, issues: IssueList): void {
  const ports = portsOf(parts);
  for (const [part, given] of Object.entries(components)) {
    const path = `${name}.components.${part}`;
    const own = OWN_PARTS[part as keyof SetComponents];
    if ((ports as readonly string[]).includes(part) || given === undefined) continue;
    if (own === undefined) issues.add("config/unknown-field", path, ports.join(", "), part);
    else issues.add("config/field", path, own[0], shown(given), own[1]);
  }
}

/** Gates of the decisions: those of the set, or what replaces them. */
function gatesOf(
  set: NodeSet,
  parts: SetParts,
  options: AttachOptions,
  { view }: SetFeedback,
  issues: IssueList,
): Gates {
  const own = { ...parts.gates(options), ...routerOf(parts, options), ...rulesOf(parts, options) };
  const { components = {}, strategy = "*", portfolioScope = "world", mode = "simulate" } = options;
  const series: BooleanInput[] = [];
  const pick = <Role extends HandleType & keyof typeof own>(role: Role): Policy<Role> | undefined => {
    const given: unknown = components[role];
    if (given === undefined) return own[role] as Policy<Role> | undefined;
    if (given === null) return undefined;
    if (typeof given === "boolean" || (isSeries(given) && given.type === "boolean")) {
      series.push(given as BooleanInput);
      return undefined;
    }
    if ((given as Partial<Policy>).type === role) return given as Policy<Role>;
    issues.add("graph/type", `${set.name}.components.${role}`, `a ${role} policy or a boolean series`, shown(given));
    return undefined;
  };
  const policies = {
    risk: pick("risk"),
    timing: pick("timing"),
    preTrade: pick("preTrade"),
    activation: pick("activation"),
    compliance: pick("compliance"),
    router: pickRouter(set, components.router, own.router, issues),
  };
  const [first, ...others] = series;
  const profile = parts.profile === undefined ? "" : profileLabel(parts.profile);
  return stated({
    ...policies,
    execution: pickExecution(set, components.execution, issues),
    publish: pickPublish(set, components.publish, issues),
    portfolio: view ?? undefined,
    allow: first === undefined ? first : others.reduce<BooleanInput>((all, each) => and(all, each), first),
    strategy: portfolioScope === "strategy" ? strategyScope(strategy) : undefined,
    set: set.name === PLAIN_NAME ? undefined : nodeSetMark({ name: set.name, version: set.version, profile, mode }),
  });
}

/** The router of a set: its own, or what replaces it. */
function pickRouter(
  { name }: NodeSet,
  given: unknown,
  own: Policy<"router"> | undefined,
  issues: IssueList,
): Policy<"router"> | undefined {
  if (given === undefined) return own;
  if (given === null) return undefined;
  if ((given as Partial<Policy>).type === "router") return given as Policy<"router">;
  issues.add("graph/type", `${name}.components.router`, "a router, or null for none", shown(given));
  return undefined;
}

/** Slippage of a set's own: a model, or basis points. */
function pickExecution({ name }: NodeSet, given: unknown, issues: IssueList): Gates["execution"] {
  if (given === undefined || given === null) return undefined;
  const isFine = isOutput(given) ? given.type === "execution" || given.type === "number" : typeof given === "number";
  if (isFine) return given as Gates["execution"];
  issues.add("graph/type", `${name}.components.execution`, "a slippage model, or a series of numbers", shown(given));
  return undefined;
}

/** The publisher of a set: what was given, or none. */
function pickPublish({ name }: NodeSet, given: unknown, issues: IssueList): Gates["publish"] {
  const isPlain = typeof given === "boolean" || Number.isFinite(given);
  if (given === undefined || isPlain || isSeries(given)) return given as Gates["publish"];
  issues.add("graph/type", `${name}.components.publish`, "a series of numbers or booleans", shown(given));
  return undefined;
}

/** Venues of a set: those of its profile, or what replaces them. */
function venuesOf({ profile }: SetParts, { venues }: AttachOptions): readonly VenueConfig[] {
  return venues ?? profile?.venues ?? [];
}

/** The router that a set has by itself: one venue needs none. */
function routerOf(parts: SetParts, options: AttachOptions): Pick<Gates, "router"> {
  return venuesOf(parts, options).length === 0 ? {} : { router: router() };
}

/** The compliance of the rules that are given. */
function rulesOf({ profile }: SetParts, { compliance, strategy = EVERY }: AttachOptions): Pick<Gates, "compliance"> {
  if (compliance === undefined) return {};
  const isOne = profile === undefined || compliance.venues?.length === 1;
  return { compliance: complianceGate(compliance, { strategy, ...(isOne ? {} : { market: profile.name }) }) };
}

const PLAIN_NAME = "plain";

function decisionsOf(
  set: NodeSet,
  { entry: kind = "signal", decide }: SetParts,
  entry: NumberInput | readonly Intent[],
  options: AttachOptions,
  gates: Gates,
  issues: IssueList,
): readonly Decision[] {
  if (kind === "intents") {
    if (Array.isArray(entry)) return intentDecisions(entry as readonly Intent[], gates, issues);
    issues.add("config/type", `${set.name}.entry`, "a list of intents", shown(entry));
    return [];
  }
  if (Array.isArray(entry)) {
    issues.add(
      "config/type",
      `${set.name}.entry`,
      "a signal, a series of numbers",
      "a list",
      "intent_first takes intents.",
    );
    return [];
  }
  return [(decide ?? decisionOf)(entry as NumberInput, options, gates)];
}

/** The node that sends: what sizes. */
function sizingOf({ sizing, entry }: SetParts, { signal = "targetPercent" }: AttachOptions): NodeSpec {
  if (sizing !== undefined) return sizing;
  if (entry === "intents") return ORDER;
  return TARGETS.find(({ type }) => type === signal) ?? ORDER;
}

function decisionOf(signal: NumberInput, options: AttachOptions, gates: Gates): Decision {
  const { signal: meaning = "targetPercent", when, instrument, components } = options;
  const common = stated({ gates, when, instrument });
  if (components?.sizing !== undefined) return targetQuantity(components.sizing, common);
  switch (meaning) {
    case "targetPercent":
      return targetPercent(signal, common);
    case "targetValue":
      return targetValue(signal, common);
    case "targetQuantity":
      return targetQuantity(signal, common);
    default:
      return order(signal, { ...common, unit: meaning });
  }
}

/**
 * Gates that the venues' sets have: risk, hours, what the venue trades, and activation that is assumed until a message
 * says otherwise.
 */
export function venueGates(timing: boolean, profile?: VenueProfile): SetParts["gates"] {
  return ({ world = "default", strategy = "*" }) => ({
    risk: riskControl(),
    ...(timing ? { timing: timingGate({ queue: true }) } : {}),
    preTrade: venueGate(profile),
    activation: activationGate({ world, strategy, assume: "active" }),
  });
}

/** The pre-trade gate of a venue, or of none in particular; orders wait for its sessions. */
export function venueGate(profile?: VenueProfile): Policy<"preTrade"> {
  return preTradeGate(stated({ queue: true, classes: profile?.classes }));
}

/** An error of one issue about a set. */
export function setError(path: string, expected: string, received: string, advice?: string): InputError {
  return new InputError([stated({ code: "config/field", path, expected, received, advice } as const)]);
}
