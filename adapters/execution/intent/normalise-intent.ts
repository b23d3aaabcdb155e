// Intent normaliser: what a strategy sends, brought to one form, or refused with everything that is wrong with it.
//
// Always true:
//   a word of a side that is not known is refused, never read as one of the two;
//   an intent counts once by strategy and intentId; one that is older than what is remembered is refused, so that
//   forgetting lets no repetition through;
//   nothing is guessed: numbers have to come as text, since a float may not hold them.
// Units: instants in ns since 1970.

import { canonicalJson } from "../../../kernel/index.js";
import type { Domain, Issue } from "../../../kernel/index.js";
import type { Refusal } from "../check/refusal.js";
import { refusal } from "../check/refusal.js";
import { checkedEvent } from "../schema/check.js";
import type { IntentEvent } from "../schema/intent.js";

export interface IntakeTerms {
  readonly world: string;
  readonly domain: Domain;
  /** Strategies that may send intents. */
  readonly strategies: readonly string[];
  /** Symbols that may be traded. */
  readonly symbols: readonly string[];
  /** Other words for symbols, as `[["BTCUSDT", "BTC/USDT"]]`. */
  readonly aliases?: readonly (readonly [alias: string, symbol: string])[];
  /** How long intents are remembered, ns. Default a day. */
  readonly rememberNs?: bigint;
}

/** What became of an intent. */
export type Intake =
  { readonly kind: "taken"; readonly intent: IntentEvent } | (Refusal & { readonly issues: readonly Issue[] });

export interface IntentIntake {
  readonly take: (value: unknown) => Intake;
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

interface Remembered {
  readonly ts: bigint;
  readonly content: string;
}

/** An intake that has seen nothing. */
export function openIntake(terms: IntakeTerms): IntentIntake {
  const symbols = new Map(terms.symbols.map((symbol) => [symbolKey(symbol), symbol]));
  for (const [alias, symbol] of terms.aliases ?? []) symbols.set(symbolKey(alias), symbol);
  const rememberNs = terms.rememberNs ?? DAY_NS;
  const seen = new Map<string, Map<string, Remembered>>();
  let newest = 0n;

  const forget = (): void => {
    for (const intents of seen.values()) {
      for (const [intentId, { ts }] of intents) if (ts < newest - rememberNs) intents.delete(intentId);
    }
  };

  const repetitionFault = (intent: IntentEvent): Refusal | null => {
    const known = seen.get(intent.strategy)?.get(intent.intentId);
    const ts = BigInt(intent.ts);
    if (known !== undefined) {
      const isSame = known.content === canonicalJson(intent);
      const text = isSame ? "it was taken before" : `another intent has the id ${intent.intentId}`;
      return refusal("intent", "duplicate", text);
    }
    if (ts >= newest - rememberNs) return null;
    return refusal(
      "intent",
      "stale_decision",
      `it is from ${ts}, and intents before ${newest - rememberNs} are forgotten`,
    );
  };

  const remember = (intent: IntentEvent): void => {
    const ts = BigInt(intent.ts);
    if (ts > newest) {
      newest = ts;
      forget();
    }
    const intents = seen.get(intent.strategy) ?? new Map<string, Remembered>();
    seen.set(intent.strategy, intents.set(intent.intentId, { ts, content: canonicalJson(intent) }));
  };

  const take = (value: unknown): Intake => {
    const checked = checkedEvent("intent", normalised(value, symbols), "intent");
    if ("issues" in checked) {
      const { issues } = checked;
      const isSymbol = issues.every(({ path }) => path === "intent.instrument");
      const reason = isSymbol ? "symbol_validation_failed" : "invalid_order";
      return { ...refusal("intent", reason, issues.map(({ path }) => path).join(", ")), issues };
    }
    const intent = checked.event;
    const fault = placeFault(intent, terms, symbols) ?? repetitionFault(intent);
    if (fault !== null) return { ...fault, issues: [] };
    remember(intent);
    return { kind: "taken", intent };
  };
  return { take };
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
