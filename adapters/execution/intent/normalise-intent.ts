// Intent normaliser: what a strategy sends, brought to one form, or refused with everything that is wrong with it.
//
// Always true:
//   a word of a side that is not known is refused, never read as one of the two;
//   an intent counts once by strategy and intentId; one that is older than what is remembered of its strategy is
//   refused, so that forgetting lets no repetition through;
//   what a strategy sends makes no intent of another one old, and one from the future none at all: it is refused;
//   terms that do not go together are refused before anything is sized;
//   nothing is guessed: numbers have to come as text, since a float may not hold them.
// Units: instants in ns since 1970.

import { canonicalJson, InputError, IssueList } from "../../../kernel/index.js";
import type { Domain, Issue } from "../../../kernel/index.js";
import type { Refusal } from "../check/refusal.js";
import { refusal } from "../check/refusal.js";
import { checkedEvent } from "../schema/check.js";
import type { IntentEvent } from "../schema/intent.js";
import type { ExecutionReason } from "../schema/reason.js";
import { constraintIssues } from "./constraint-check.js";

export interface IntakeTerms {
  readonly world: string;
  readonly domain: Domain;
  /** Strategies that may send intents. */
  readonly strategies: readonly string[];
  /** Symbols that may be traded. */
  readonly symbols: readonly string[];
  /** Other words for symbols, as `[["BTCUSDT", "BTC/USDT"]]`. */
  readonly aliases?: readonly (readonly [alias: string, symbol: string])[];
  /** How long intents are remembered behind the newest one of their strategy, ns. Default a day. */
  readonly rememberNs?: bigint;
  /** How far the clock of a strategy may be ahead of ours, ns. Default a second. */
  readonly aheadNs?: bigint;
}

/** What became of an intent. */
export type Intake =
  { readonly kind: "taken"; readonly intent: IntentEvent } | (Refusal & { readonly issues: readonly Issue[] });

export interface IntentIntake {
  /** @param time Now. */
  readonly take: (value: unknown, time: bigint) => Intake;
}

const SIDE_WORDS: ReadonlyMap<string, string> = new Map([
  ["buy", "buy"],
  ["b", "buy"],
  ["long", "buy"],
  ["sell", "sell"],
  ["s", "sell"],
  ["short", "sell"],
]);

const DAY_NS = 86_400_000_000_000n;
const AHEAD_NS = 1_000_000_000n;

/** What is remembered of a strategy. */
interface Memory {
  newest: bigint;
  readonly intents: Map<string, { readonly ts: bigint; readonly content: string }>;
}

/**
 * An intake that has seen nothing.
 *
 * @throws InputError `config/field` for an alias of what is not traded, or that means something else already.
 */
export function openIntake(terms: IntakeTerms): IntentIntake {
  const symbols = wordsFor(terms);
  const rememberNs = terms.rememberNs ?? DAY_NS;
  const aheadNs = terms.aheadNs ?? AHEAD_NS;
  const memories = new Map<string, Memory>();

  const timeFault = ({ ts }: IntentEvent, time: bigint): Refusal | null => {
    if (BigInt(ts) <= time + aheadNs) return null;
    return refusal("intent", "invalid_order", `it is from ${ts}, and now is ${time}`);
  };

  const repetitionFault = (intent: IntentEvent): Refusal | null => {
    const memory = memories.get(intent.strategy);
    if (memory === undefined) return null;
    const known = memory.intents.get(intent.intentId);
    if (known !== undefined) {
      const isSame = known.content === canonicalJson(intent);
      const text = isSame ? "it was taken before" : `another intent has the id ${intent.intentId}`;
      return refusal("intent", "duplicate", text);
    }
    const from = memory.newest - rememberNs;
    if (BigInt(intent.ts) >= from) return null;
    const text = `it is from ${intent.ts}, and intents of ${intent.strategy} before ${from} are forgotten`;
    return refusal("intent", "stale_decision", text);
  };

  const remember = (intent: IntentEvent): void => {
    const ts = BigInt(intent.ts);
    const memory = memories.get(intent.strategy) ?? { newest: ts, intents: new Map() };
    memories.set(intent.strategy, memory);
    memory.intents.set(intent.intentId, { ts, content: canonicalJson(intent) });
    if (ts <= memory.newest) return;
    memory.newest = ts;
    for (const [id, known] of memory.intents) if (known.ts < ts - rememberNs) memory.intents.delete(id);
  };

  const take = (value: unknown, time: bigint): Intake => {
    const checked = checkedEvent("intent", normalised(value, symbols), "intent");
    if ("issues" in checked) {
      const { issues } = checked;
      const isSymbol = issues.every(({ path }) => path === "intent.instrument");
      const reason = isSymbol ? "symbol_validation_failed" : "invalid_order";
      return refusedFor(issues, reason);
    }
    const intent = checked.event;
    const fault = placeFault(intent, terms, symbols) ?? timeFault(intent, time) ?? repetitionFault(intent);
    if (fault !== null) return { ...fault, issues: [] };
    const contradictions = constraintIssues(intent.constraints, time);
    if (contradictions.length > 0) return refusedFor(contradictions, "invalid_order");
    remember(intent);
    return { kind: "taken", intent };
  };
  return { take };
}

/** A refusal that says where, what was expected and what was found. */
function refusedFor(issues: readonly Issue[], reason: ExecutionReason): Intake {
  return { ...refusal("intent", reason, new InputError(issues).message), issues };
}

/** Why an intent does not belong here. */
function placeFault(
  { world, domain, strategy, instrument }: IntentEvent,
  terms: IntakeTerms,
  symbols: ReadonlyMap<string, string>,
): Refusal | null {
  if (world !== terms.world || domain !== terms.domain) {
    const text = `it is for ${world} in ${domain}, and this is ${terms.world} in ${terms.domain}`;
    return refusal("intent", "invalid_order", text);
  }
  if (!terms.strategies.includes(strategy))
    return refusal("intent", "strategy_unknown", `${strategy} may not send intents here`);
  if (![...symbols.values()].includes(instrument))
    return refusal("intent", "symbol_validation_failed", `${instrument} is not traded here`);
  return null;
}

/** Symbols by the words that mean them. */
function wordsFor({ symbols, aliases = [] }: IntakeTerms): ReadonlyMap<string, string> {
  const issues = new IssueList();
  const words = new Map(symbols.map((symbol) => [symbolKey(symbol), symbol]));
  aliases.forEach(([alias, symbol], index) => {
    const path = `aliases.${index}`;
    const known = words.get(symbolKey(alias)) ?? symbol;
    if (!symbols.includes(symbol)) issues.add("config/field", path, `one of ${symbols.join(", ")}`, symbol);
    else if (known !== symbol) issues.add("config/field", path, `a word for one symbol: ${known}`, symbol);
    else words.set(symbolKey(alias), symbol);
  });
  issues.throwIfAny();
  return words;
}

function symbolKey(symbol: string): string {
  return symbol.trim().toUpperCase();
}

/** A copy with symbol and side in their one form, where they can be read; everything else is left to the schema. */
function normalised(value: unknown, symbols: ReadonlyMap<string, string>): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const { side, instrument } = value as Readonly<Record<string, unknown>>;
  return {
    ...value,
    ...(typeof side === "string" ? { side: SIDE_WORDS.get(side.trim().toLowerCase()) ?? side } : {}),
    ...(typeof instrument === "string" ? { instrument: symbols.get(symbolKey(instrument)) ?? instrument.trim() } : {}),
  };
}
