// `goldentape sets`: the node sets that ship, and what each assumes of its venue.

import { defineCommand } from "citty";
import { nodeSetRegistry, profileLabel } from "../../kernel/index.js";
import type { ChainLink, NodeSet, VenueProfile } from "../../kernel/index.js";
import { printResult, runCommand, tableText } from "./output.js";

export const sets = defineCommand({
  meta: {
    name: "sets",
    description:
      "List node sets, or describe one: what it takes, what can be replaced, and the fees, margin and hours of its " +
      "venue. Example: goldentape sets ccxt_futures --json",
  },
  args: {
    name: { type: "positional", description: "Name of a set", required: false },
    json: { type: "boolean", description: "Print one JSON document", default: false },
  },
  run: ({ args }) =>
    runCommand(args.json, async () => {
      const registry = nodeSetRegistry();
      if (args.name === undefined) {
        const all = registry.names.map((name) => registry.get(name));
        printResult(args.json, { sets: all.map(documentOf) }, () => listText(all));
      } else {
        const set = registry.get(args.name);
        printResult(args.json, documentOf(set), () => setText(set));
      }
      return Promise.resolve();
    }),
});

function documentOf(set: NodeSet): object {
  return { ...set.describe(), capabilities: set.capabilities() };
}

function listText(all: readonly NodeSet[]): string {
  const rows = all.map((set) => {
    const { entry, profile, summary } = set.describe();
    return [`${set.name}@${set.version}`, entry, profile === null ? "-" : profileLabel(profile), summary];
  });
  return tableText(["set", "entry", "profile", ""], rows, []);
}

function setText(set: NodeSet): string {
  const { name, version, summary, entry, ports, chain, profile } = set.describe();
  const { modes, scopes } = set.capabilities();
  const lines = [
    `${name}@${version}: ${summary}`,
    "",
    `entry       ${entry}`,
    `replaceable ${ports.join(", ")}`,
    `modes       ${modes.join(", ")}`,
    `scopes      ${scopes.join(", ")}`,
    "",
    ...chain.map(chainLine),
    ...(profile === null ? [] : ["", ...profileLines(profile)]),
  ];
  return lines.join("\n");
}

const [PLACE_WIDTH, COMPONENT_WIDTH] = [12, 18];

/** One place of the chain: what stands there, and what it does. */
function chainLine({ place, component, version, runs, does }: ChainLink): string {
  const what = component === null ? "-" : `${component}@${version}${runs === "user" ? " (user)" : ""}`;
  return `${place.padEnd(PLACE_WIDTH)} ${what.padEnd(COMPONENT_WIDTH)} ${does}`;
}

function profileLines(profile: VenueProfile): readonly string[] {
  const { hours, fees, account, venues = [] } = profile;
  const open = hours === null ? "always" : `${hours.open} to ${hours.close}, ${hours.timeZone}`;
  return [
    `profile     ${profileLabel(profile)}, facts of ${profile.asOf}`,
    `trades      ${profile.classes.join(", ")}`,
    `hours       ${open}`,
    `fees        ${pairsText(fees)}`,
    `account     ${pairsText(account)}`,
    ...venues.map(({ name, ...terms }) => `venue       ${name}: ${pairsText(terms)}`),
    ...profile.symbols.map(({ symbol, ...facts }) => `symbol      ${symbol}: ${pairsText(facts)}`),
    ...profile.sources.map((source) => `source      ${source}`),
    ...profile.assumed.map((text) => `assumed     ${text}`),
  ];
}

function pairsText(record: object): string {
  return Object.entries(record)
    .map(([field, value]) => `${field} ${typeof value === "object" ? JSON.stringify(value) : String(value)}`)
    .join(", ");
}
