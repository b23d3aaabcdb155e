// Attach check: whether what a node set is made of, and the options that it is attached with, are what they shall be.
//
// Always true:
//   a name that is not known is refused: nothing that somebody asked for is left out without a word.
//
// Not here: components and their types (`node-set.ts`), feedback (`set-portfolio.ts`), intents (`intent.ts`).

import { IssueList } from "../base/error.js";
import { shown } from "../graph/node-check.js";
import { engineOptions } from "../nodes/commitment.js";
import { isRecord, record } from "../run/config-check.js";
import { EFFECTIVE_MODES } from "../worlds/domain.js";
import { WORLD } from "../worlds/world-decision.js";
import type { AttachOptions, SetParts } from "./node-set.js";

/** Modes that a world may ask for. Those besides `simulate` need a gateway. */
export const SET_MODES = ["simulate", ...EFFECTIVE_MODES] as const;
export type SetMode = (typeof SET_MODES)[number];
export const PORTFOLIO_SCOPES = ["world", "strategy"] as const;
export type PortfolioScope = (typeof PORTFOLIO_SCOPES)[number];
/** What a signal says: a target, or the size of an order that is sent when it changes. */
export const SIGNAL_MEANINGS = [
  "targetPercent",
  "targetValue",
  "targetQuantity",
  "quantity",
  "value",
  "percent",
] as const;
export type SignalMeaning = (typeof SIGNAL_MEANINGS)[number];

const ATTACH_OPTIONS = [
  "world",
  "strategy",
  "mode",
  "portfolioScope",
  "signal",
  "when",
  "instrument",
  "components",
  "compliance",
  "venues",
  "account",
  "engine",
  "lag",
] as const satisfies readonly (keyof AttachOptions)[];
const PARTS = [
  "name",
  "version",
  "summary",
  "entry",
  "profile",
  "gates",
  "funding",
  "decide",
  "sizing",
] as const satisfies readonly (keyof SetParts)[];
/** Options of an engine that a set has itself. */
const OWN_OF_SET: readonly string[] = ["gates", "instrument"];

/**
 * Checks the options that a set of these parts is attached with, but for its components.
 *
 * @throws InputError with every issue so far when options, or parts of them, are no objects or lists.
 */
export function checkAttach(parts: SetParts, options: AttachOptions, issues: IssueList): void {
  const { name } = parts;
  const { components, engine, account, compliance, venues } = record(issues, name, options, ATTACH_OPTIONS);
  for (const [field, value] of Object.entries({ components, engine, account, compliance })) {
    if (value !== undefined && !isRecord(value))
      issues.add("config/type", `${name}.${field}`, "an object", shown(value));
  }
  if (venues !== undefined && !Array.isArray(venues))
    issues.add("config/type", `${name}.venues`, "a list of venues", shown(venues));
  if (issues.issues.some(({ code }) => code === "config/type")) issues.throwIfAny();
  checkWords(name, options, issues);
  checkMeaning(parts, options, issues);
}

function checkWords(name: string, options: AttachOptions, issues: IssueList): void {
  const { mode = "simulate", portfolioScope = "world", signal = "targetPercent", world = "default" } = options;
  const oneOf = (field: string, value: unknown, choices: readonly string[]): boolean => {
    if (choices.includes(value as string)) return true;
    issues.add("config/field", `${name}.${field}`, choices.join(", "), shown(value));
    return false;
  };
  if (oneOf("mode", mode, SET_MODES) && mode !== "simulate") {
    const advice = "Replay the graph with mode simulate; other modes are a gateway's to offer.";
    issues.add("config/field", `${name}.mode`, "simulate, which needs no gateway", mode, advice);
  }
  oneOf("signal", signal, SIGNAL_MEANINGS);
  if (typeof world !== "string" || !WORLD.test(world))
    issues.add("config/field", `${name}.world`, "a name of letters, digits, _ and -, as topics have it", shown(world));
  const isShared = !oneOf("portfolioScope", portfolioScope, PORTFOLIO_SCOPES) || portfolioScope === "world";
  const { strategy = isShared ? "*" : undefined } = options;
  if (typeof strategy === "string" && strategy !== "" && (isShared || strategy !== "*")) return;
  issues.add("config/field", `${name}.strategy`, "the name of the strategy whose positions are meant", shown(strategy));
}

/** What holds of a set that sizes by policies of its own, of one that takes intents, and of the others. */
function checkMeaning({ name, decide, entry }: SetParts, options: AttachOptions, issues: IssueList): void {
  const { engine, signal, when, instrument } = options;
  if (decide === undefined && engine !== undefined)
    issues.add("config/field", `${name}.engine`, "no engine: only decision_engine has one", "options of an engine");
  const known = engineOptions().filter((option) => !OWN_OF_SET.includes(option));
  if (decide !== undefined && engine !== undefined) record(issues, `${name}.engine`, engine, known);
  const isIntents = entry === "intents";
  const expected = isIntents ? "nothing: each intent says it itself" : "a confidence alone, from row to row";
  const others = isIntents ? { signal, when, instrument } : decide === undefined ? {} : { signal, when };
  for (const [field, value] of Object.entries(others)) {
    if (value !== undefined) issues.add("config/field", `${name}.${field}`, expected, shown(value));
  }
}

const VERSION_MAX = 1_000_000;

/** Checks what a set is made of. */
export function checkParts(parts: SetParts): void {
  const issues = new IssueList();
  const { name, version, summary, entry, profile, gates, decide, sizing } = record(issues, "nodeSet", parts, PARTS);
  issues.throwIfAny();
  const expect = (field: string, value: unknown, expected: string, isFine: boolean): void => {
    if (!isFine) issues.add("config/field", `nodeSet.${field}`, expected, shown(value));
  };
  expect("name", name, "a name", typeof name === "string" && name !== "");
  const isVersion = Number.isSafeInteger(version) && (version as number) >= 1 && (version as number) <= VERSION_MAX;
  expect("version", version, `a whole number, 1 to ${VERSION_MAX}`, isVersion);
  expect("summary", summary, "a text", typeof summary === "string");
  expect("entry", entry, "signal or intents", entry === undefined || entry === "signal" || entry === "intents");
  expect("gates", gates, "a function of the options that gives gates", typeof gates === "function");
  expect("profile", profile, "a venue profile", profile === undefined || isRecord(profile));
  expect("decide", decide, "a function that gives a decision", decide === undefined || typeof decide === "function");
  const isSizing = sizing === undefined || (isRecord(sizing) && decide !== undefined);
  expect("sizing", sizing, "the node type that decide makes", isSizing);
  issues.throwIfAny();
}
