// Resolved worlds: the mode, domain and clock under which a graph runs, from what a world service said, or did not say
// (`NODESETS.md` 7).
//
// Always true:
//   safe by default: nothing but a fresh decision of this world, with every policy satisfied, gives anything but a
//   backtest; everything else does, in safe mode and with a reason;
//   whoever submits can only hint: a hint makes a world safer or changes nothing;
//   once its time is over a world is a backtest until a decision is said again that still counts: its clock does not go
//   back, and neither does the newest version that was seen;
//   a resolved world is made here and nowhere else: that it is one can be asked.
// Units: instants and lengths in ns.

import { InputError, IssueList } from "../base/error.js";
import { EFFECTIVE_MODES, MODE_RULES, saferMode } from "./domain.js";
import type { EffectiveMode, ModeRules } from "./domain.js";
import type { SafeReason } from "./safe-reason.js";
import { readDecision, WORLD } from "./world-decision.js";
import type { WorldDecision } from "./world-decision.js";

/** What is said of a world whose service cannot be reached. */
export const UNREACHABLE = "unreachable";

/** How far a decision may lie ahead of the clock that it is read by, ns, unless terms say otherwise. */
export const WORLD_TOLERANCE_NS = 1_000_000_000n;

/** What a world is resolved by. */
export interface WorldTerms {
  readonly world: string;
  /** Now, ns since 1970. */
  readonly nowNs: bigint;
  /** What the submitting side asks for; it can only make the world safer. */
  readonly hint?: EffectiveMode;
  /** How far a decision may lie ahead of `nowNs`; default `WORLD_TOLERANCE_NS`. */
  readonly toleranceNs?: bigint;
  /** The world as it was resolved before: its time, versions and hint go on. */
  readonly before?: ResolvedWorld;
}

/** A world as it counts at a time. Only `resolveWorld` and `worldAt` make one. */
export interface ResolvedWorld extends ModeRules {
  readonly world: string;
  readonly effectiveMode: EffectiveMode;
  /** True when the mode is what is safe, not what was said. */
  readonly safeMode: boolean;
  /** Why it is in safe mode; null when it is not. */
  readonly reason: SafeReason | null;
  /** The reason for a person; empty when there is none. */
  readonly text: string;
  /** First instant at which it counts no longer; null in safe mode, which holds until something else is said. */
  readonly until: bigint | null;
  /** Newest decision of this world that was seen, whatever came of it. */
  readonly seen: { readonly version: number; readonly etag: string } | null;
  /** Newest time that it was resolved at. */
  readonly nowNs: bigint;
  readonly hint: EffectiveMode | null;
}

/** The safest mode there is: nothing that is hinted is safer. */
const SAFE_MODE: EffectiveMode = "validate";

const made = new WeakSet<object>();

/** True for a world that was resolved here, whatever its type claims. */
export function isResolvedWorld(value: unknown): value is ResolvedWorld {
  return typeof value === "object" && value !== null && made.has(value);
}

/**
 * The world as it counts now.
 *
 * @param said A `WorldDecision` as it came, null for none, `UNREACHABLE` for a service that does not answer; whatever
 *   else it is gives the safe mode.
 * @throws InputError `config/*` for terms that are none: another world before, a time that is no bigint.
 * @example
 * const none = resolveWorld(null, { world: "main", nowNs: 0n });
 * [none.domain, none.safeMode, none.reason]; // ["backtest", true, "no_decision"]
 */
export function resolveWorld(said: unknown, terms: WorldTerms): ResolvedWorld {
  checkTerms(terms);
  const { world, nowNs: now, toleranceNs = WORLD_TOLERANCE_NS, before } = terms;
  const nowNs = before !== undefined && before.nowNs > now ? before.nowNs : now;
  const hint = hintOf(terms);
  const kept = { world, nowNs, hint };
  const last = before?.seen ?? null;
  const safe = (reason: SafeReason, text: string, seen = last): ResolvedWorld =>
    resolved({ ...kept, ...modeOf(SAFE_MODE, kept.hint), safeMode: true, reason, text, until: null, seen });

  if (said === null || said === undefined) return safe("no_decision", "nothing was said of the world");
  if (said === UNREACHABLE) return safe("unreachable", "its service cannot be reached");
  const read = readDecision(said);
  if ("fault" in read) return safe(read.fault, read.text);
  const { decision } = read;
  if (decision.world !== world) return safe("other_world", `it is of ${decision.world}, and this is ${world}`);
  const asOf = BigInt(decision.asOf);
  const until = asOf + BigInt(decision.ttlNs);
  // What lies ahead is no version that was seen: it would shut out those that come in their time.
  if (asOf > nowNs + toleranceNs) return safe("from_future", `it is as of ${asOf}, and now is ${nowNs}`);
  const { version, etag } = decision;
  if (last !== null && version < last.version)
    return safe("superseded", `its version is ${version}, and ${last.version} was seen`);
  if (last !== null && version === last.version && etag !== last.etag)
    return safe("version_conflict", `version ${version} is ${last.etag} and ${etag}`);
  const seen = { version, etag };
  if (nowNs >= until) return safe("stale", `it counted until ${until}`, seen);
  const open = openPolicy(decision);
  if (open !== null) return safe(...open, seen);
  if (!isKnown(terms.hint)) return safe("unknown_word", "the hint is a word that is not known", seen);
  const mode = modeOf(decision.effectiveMode, hint);
  return resolved({ ...kept, ...mode, safeMode: false, reason: null, text: "", until, seen });
}

/**
 * A resolved world as it counts at a later time: itself, or once its time is over a backtest in safe mode.
 *
 * @throws InputError `config/type` for what is no resolved world.
 */
export function worldAt(world: ResolvedWorld, time: bigint): ResolvedWorld {
  checkResolved(world, "world");
  const nowNs = time > world.nowNs ? time : world.nowNs;
  if (nowNs === world.nowNs) return world;
  if (world.until === null || nowNs < world.until) return resolved({ ...world, nowNs });
  const text = `it counted until ${world.until}`;
  const mode = modeOf(SAFE_MODE, world.hint);
  return resolved({ ...world, ...mode, nowNs, safeMode: true, reason: "stale", text, until: null });
}

/** Adds nothing, or throws `config/type` for what was not resolved here. */
export function checkResolved(world: unknown, path: string): asserts world is ResolvedWorld {
  if (isResolvedWorld(world)) return;
  const parts = { expected: "a world that resolveWorld gave", received: String(world).slice(0, 80) };
  const advice = "Resolve what the world's service said: nobody states a domain by himself.";
  throw new InputError([{ code: "config/type", path, ...parts, advice }]);
}

function resolved(world: ResolvedWorld): ResolvedWorld {
  const frozen = Object.freeze(world);
  made.add(frozen);
  return frozen;
}

function isKnown(hint: EffectiveMode | undefined): boolean {
  return hint === undefined || EFFECTIVE_MODES.includes(hint);
}

/** The safer of what is hinted now, where that is a mode, and what was before. */
function hintOf({ hint, before }: WorldTerms): EffectiveMode | null {
  const kept = before?.hint ?? null;
  if (hint === undefined) return kept;
  const stated = isKnown(hint) ? hint : SAFE_MODE;
  return kept === null ? stated : saferMode(stated, kept);
}

function modeOf(said: EffectiveMode, hint: EffectiveMode | null): ModeRules & Pick<ResolvedWorld, "effectiveMode"> {
  const effectiveMode = hint === null ? said : saferMode(said, hint);
  return { effectiveMode, ...MODE_RULES[effectiveMode] };
}

/** Why the policies do not carry a decision, or null. */
function openPolicy({ policies }: WorldDecision): [reason: SafeReason, text: string] | null {
  if (policies.length === 0) return ["no_policy", "it names no policy"];
  const open = policies.filter(({ satisfied }) => !satisfied).map(({ policy }) => policy);
  return open.length === 0 ? null : ["policy_unsatisfied", `not satisfied: ${open.join(", ")}`];
}

function checkTerms({ world, nowNs, toleranceNs = 0n, before }: WorldTerms): void {
  const issues = new IssueList();
  if (typeof world !== "string" || !WORLD.test(world))
    issues.add("config/field", "world", "a name of letters, digits, _ and -", JSON.stringify(world));
  if (typeof nowNs !== "bigint") issues.add("config/type", "nowNs", "nanoseconds as a bigint", String(nowNs));
  if (typeof toleranceNs !== "bigint" || toleranceNs < 0n)
    issues.add("config/range", "toleranceNs", "0n or more", String(toleranceNs));
  issues.throwIfAny();
  if (before === undefined) return;
  checkResolved(before, "before");
  if (before.world === world) return;
  const parts = { expected: `the world ${world}`, received: before.world };
  throw new InputError([{ code: "world/context", path: "before", ...parts }]);
}
