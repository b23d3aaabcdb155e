// Options of `goldentape run` that say how orders meet bars, as parts of a configuration.
//
// Always true:
//   an option that was not given is no part of the configuration, so that a preset or a file can say it.

import type { ArgsDef } from "citty";
import { mantissaOf, PATH_MODES, PRESET_NAMES } from "../../kernel/index.js";
import type { IssueList, LimitFillConfig, RunConfig } from "../../kernel/index.js";

/** What the command line knows about execution; texts and switches as they were written. */
export const EXECUTION_ARGS = {
  preset: { type: "string", description: `Options of another engine: ${PRESET_NAMES.join(", ")}`, valueHint: "NAME" },
  path: {
    type: "string",
    description: "Prices inside a bar: worst (default), best, ohlc, olhc, nearest, colour or detail",
    valueHint: "MODE",
  },
  detail: { type: "boolean", description: "Finer bars of the dataset execute: --path detail" },
  "limit-fill": {
    type: "string",
    description: "What fills a resting limit: ticks:N beyond it (default ticks:1), touch, or chance:P",
  },
  fill: { type: "string", description: "nextOpen (default), nextClose, or sameClose, which no account can do" },
  "auction-open": { type: "boolean", description: "Limits that an open jumps fill at the open" },
  "limit-price-always": { type: "boolean", description: "Limits never fill better than their price" },
  "cap-to-bar": { type: "boolean", description: "Slippage stays inside the bar" },
  "strict-close": { type: "boolean", description: "Stop-limits fill in a bar only by its close" },
  "test-then-ratchet": { type: "boolean", description: "Trailing stops move after they met a bar" },
  lots: { type: "string", description: "whole (default) or fractional: steps of 1e-8" },
  "max-open-orders": { type: "string", description: "Open orders at once (default: 4096)", valueHint: "N" },
  funding: { type: "string", description: "Of perpetuals: required (default) or off" },
} as const satisfies ArgsDef;

/** Options about execution as they were written. */
export type ExecutionOptions = { readonly [Name in keyof typeof EXECUTION_ARGS]?: string | boolean | undefined };

/** Switches of the command line and their fields. */
const SWITCHES = {
  "auction-open": "auctionOpen",
  "limit-price-always": "limitPriceAlways",
  "cap-to-bar": "capToBar",
  "strict-close": "strictClose",
  "test-then-ratchet": "testThenRatchet",
} as const;

/** Options that say one of a few words, which are fields as they stand. */
const WORDS = {
  preset: PRESET_NAMES,
  path: PATH_MODES,
  fill: ["nextOpen", "nextClose", "sameClose"],
  lots: ["whole", "fractional"],
  funding: ["required", "off"],
} as const satisfies Partial<Record<keyof typeof EXECUTION_ARGS, readonly string[]>>;

/** Fields that the options state. Reports `config/field` and `config/type`. */
export function executionOf(args: ExecutionOptions, issues: IssueList): Partial<RunConfig> {
  const fields: Record<string, unknown> = {};
  for (const [name, choices] of Object.entries<readonly string[]>(WORDS)) {
    const word = args[name as keyof typeof WORDS];
    if (word === undefined) continue;
    fields[name] = word;
    if (!choices.includes(String(word))) issues.add("config/field", `--${name}`, listed(choices), JSON.stringify(word));
  }
  for (const [name, field] of Object.entries(SWITCHES)) {
    const value = args[name as keyof typeof SWITCHES];
    if (value !== undefined) fields[field] = value;
  }
  if (args.detail === true) {
    if (args.path !== undefined && args.path !== "detail")
      issues.add("config/field", "--detail", "no other --path beside it", JSON.stringify(args.path));
    fields["path"] = "detail";
  }
  const limitFill = limitFillOf(args["limit-fill"], issues);
  if (limitFill !== null) fields["limitFill"] = limitFill;
  const orders = args["max-open-orders"];
  if (orders !== undefined) fields["maxOpenOrders"] = /^[0-9]{1,9}$/.test(String(orders)) ? Number(orders) : orders;
  return fields;
}

function listed(words: readonly string[]): string {
  return `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

function limitFillOf(text: string | boolean | undefined, issues: IssueList): LimitFillConfig | null {
  if (text === undefined) return null;
  if (text === "touch") return { kind: "touch" };
  const [, kind, amount = ""] = /^(ticks|chance):(.+)$/.exec(String(text)) ?? [];
  if (kind === "ticks" && /^[0-9]{1,9}$/.test(amount)) return { kind: "penetrate", ticks: Number(amount) };
  if (kind === "chance" && typeof mantissaOf(amount, 9) === "bigint") return { kind: "touchProbability", p: amount };
  issues.add("config/field", "--limit-fill", "ticks:N, touch or chance:P", JSON.stringify(text));
  return null;
}
