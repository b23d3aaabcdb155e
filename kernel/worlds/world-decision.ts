// World decisions: what a world service says of a world, read without trust.
//
// Always true:
//   what is not exactly a decision is none: a field too many, too few or of another form has a reason, never a default;
//   reading never throws, whatever it is given.
// Units: instants and lengths in ns, as digits.

import { DOMAINS, EFFECTIVE_MODES, MODE_RULES } from "./domain.js";
import type { Domain, EffectiveMode } from "./domain.js";
import type { SafeReason } from "./safe-reason.js";

/** What a service says of a world. */
export interface WorldDecision {
  readonly kind: "world_decision";
  readonly schemaVersion: 1;
  readonly world: string;
  /** The one of its mode. */
  readonly domain: Domain;
  /** When it was said, ns since 1970, as digits. */
  readonly ts: string;
  readonly effectiveMode: EffectiveMode;
  /** Time as of which the service looked, ns since 1970, as digits: it counts from here. */
  readonly asOf: string;
  /** How long it counts, ns, as digits: no longer at `asOf` + `ttlNs`. */
  readonly ttlNs: string;
  /** Rises with every decision of the world. */
  readonly version: number;
  /** Tag of the decision: one version has one. */
  readonly etag: string;
  /** Fingerprint of the dataset that it was reached on. */
  readonly fingerprint: string;
  /** Every policy of the world, at least one. */
  readonly policies: readonly { readonly policy: string; readonly satisfied: boolean }[];
}

const FIELDS = [
  "kind",
  "schemaVersion",
  "world",
  "domain",
  "ts",
  "effectiveMode",
  "asOf",
  "ttlNs",
  "version",
  "etag",
  "fingerprint",
  "policies",
] as const;

/** Names of worlds: without a dot, so that a topic has one reading. */
export const WORLD = /^[A-Za-z0-9_-]{1,64}$/;
const NAME = /^(?=.{1,128}$)\S+(?: \S+)*$/;
const INSTANT = /^(?:0|-?[1-9][0-9]{0,18})$/;
const LENGTH = /^[1-9][0-9]{0,18}$/;
const FINGERPRINT = /^blake3:[0-9a-f]{64}$/;

/** The decision in a value, or why it is none. */
export type ReadDecision = { readonly decision: WorldDecision } | { readonly fault: SafeReason; readonly text: string };

/** Reads what was said. The decision shares nothing with `said`. */
export function readDecision(said: unknown): ReadDecision {
  try {
    const copy = JSON.parse(JSON.stringify(said) ?? "null") as unknown;
    if (typeof copy !== "object" || copy === null || Array.isArray(copy)) return malformed("it is no object");
    return readFields(copy as Fields);
  } catch {
    return malformed("it cannot be read");
  }
}

type Fields = Readonly<Record<string, unknown>>;

function readFields(said: Fields): ReadDecision {
  const unknown = Object.keys(said).find((field) => !(FIELDS as readonly string[]).includes(field));
  if (unknown !== undefined) return malformed(`${unknown} is no field of a decision`);
  if (isMissing(said["asOf"])) return fault("missing_as_of", "asOf is missing");
  if (isMissing(said["fingerprint"])) return fault("missing_fingerprint", "fingerprint is missing");
  if (said["kind"] !== "world_decision" || said["schemaVersion"] !== 1) return malformed("it is of another kind");
  for (const [field, form] of FORMS) {
    const value = said[field];
    if (typeof value !== "string" || !form.test(value)) return malformed(`${field} has another form`);
  }
  const { version } = said;
  if (!Number.isSafeInteger(version) || (version as number) < 0) return malformed("version is no whole number");
  const mode = EFFECTIVE_MODES.find((each) => each === said["effectiveMode"]);
  if (mode === undefined) return fault("unknown_word", "effectiveMode is a word that is not known");
  const domain = DOMAINS.find((each) => each === said["domain"]);
  if (domain === undefined) return fault("unknown_word", "domain is a word that is not known");
  if (MODE_RULES[mode].domain !== domain) return fault("domain_conflict", `${mode} is not of the domain ${domain}`);
  const { policies } = said;
  if (!Array.isArray(policies) || !policies.every(isPolicy)) return malformed("policies has another form");
  return { decision: said as unknown as WorldDecision };
}

const FORMS: readonly (readonly [field: keyof WorldDecision, form: RegExp])[] = [
  ["world", WORLD],
  ["ts", INSTANT],
  ["asOf", INSTANT],
  ["ttlNs", LENGTH],
  ["etag", NAME],
  ["fingerprint", FINGERPRINT],
];

function isMissing(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}

function isPolicy(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { policy, satisfied, ...rest } = value as Fields;
  const isNamed = typeof policy === "string" && NAME.test(policy);
  return isNamed && typeof satisfied === "boolean" && Object.keys(rest).length === 0;
}

function malformed(text: string): ReadDecision {
  return fault("malformed", text);
}

function fault(reason: SafeReason, text: string): ReadDecision {
  return { fault: reason, text };
}
