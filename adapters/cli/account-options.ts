// Options of `goldentape run` that say what kind of account trades, as a part of a configuration.

import type { ArgsDef } from "citty";
import type { IssueList, RunConfig } from "../../kernel/index.js";

/** What the command line knows about accounts; tiers, rates and instruments are stated in a file (`--config`). */
export const ACCOUNT_ARGS = {
  account: { type: "string", description: "cash (default) or margin" },
  leverage: { type: "string", description: "Margin account: gross exposure as a multiple of equity (default: 1)" },
  "margin-mode": { type: "string", description: "Margin account: cross (default) or isolated" },
  maintenance: { type: "string", description: "Margin account: share of a position's value that must stay, or none" },
  positions: { type: "string", description: "netting (default) or hedging: long and short side by side" },
} as const satisfies ArgsDef;

/** Options about the account as they were written. */
export type AccountOptions = { readonly [Name in keyof typeof ACCOUNT_ARGS]?: string | undefined };

const CHOICES = {
  account: ["cash", "margin"],
  "margin-mode": ["cross", "isolated"],
  positions: ["netting", "hedging"],
} as const satisfies Partial<Record<keyof typeof ACCOUNT_ARGS, readonly string[]>>;

/**
 * The account of the options over that of a file; null when neither says anything. A leverage, a mode or a maintenance
 * makes a margin account. Reports `config/field`.
 */
export function accountOf(
  args: AccountOptions,
  file: unknown,
  issues: IssueList,
): NonNullable<RunConfig["account"]> | null {
  for (const [name, choices] of Object.entries<readonly string[]>(CHOICES)) {
    const word = args[name as keyof typeof CHOICES];
    if (word !== undefined && !choices.includes(word))
      issues.add("config/field", `--${name}`, choices.join(" or "), JSON.stringify(word));
  }
  const { account, leverage, maintenance, positions } = args;
  const marginMode = args["margin-mode"];
  const isMargin = leverage !== undefined || marginMode !== undefined || maintenance !== undefined;
  const kind = account ?? (isMargin ? "margin" : undefined);
  const stated = {
    ...(kind === undefined ? {} : { kind }),
    ...(leverage === undefined ? {} : { leverage }),
    ...(marginMode === undefined ? {} : { marginMode }),
    ...(maintenance === undefined ? {} : { maintenance: maintenance === "none" ? null : maintenance }),
    ...(positions === undefined ? {} : { positions }),
  };
  if (Object.keys(stated).length === 0) return null;
  return { ...(typeof file === "object" ? file : {}), ...stated } as NonNullable<RunConfig["account"]>;
}
