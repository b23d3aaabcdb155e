// Names of a run as its events carry them, checked once before the first event.

import { z } from "zod";
import { DOMAINS, InputError } from "../../../kernel/index.js";
import type { RunTables } from "../../../kernel/index.js";
import { schemaIssues } from "../schema/check.js";
import { currency, oneOf, strategy, symbol, venue, world } from "../schema/field.js";
import type { RunIdentity } from "./run-orders.js";

const NAMES = z.strictObject({
  world,
  domain: oneOf(DOMAINS, "Domain of the events."),
  strategy,
  strategies: z.array(strategy),
  instruments: z.array(z.strictObject({ symbol, venue, currency })),
  venues: z.array(venue),
});

/**
 * Refuses names that no event can carry.
 *
 * @throws InputError `event/facts` with every one of them: what the caller names, strategies, symbols, venues and
 *   currencies.
 */
export function checkNames({ strategies, instruments, venues }: RunTables, names: RunIdentity): void {
  const { world, domain, strategy } = names;
  const given = {
    world,
    domain,
    strategy,
    // The unnamed strategy goes by the caller's name.
    strategies: strategies.map((name) => (name === "" ? strategy : name)),
    instruments: instruments.map(({ symbol, venue, currency }) => ({ symbol, venue, currency: currency.code })),
    venues,
  };
  const issues = schemaIssues(NAMES, given, "run");
  if (issues.length > 0) throw new InputError(issues.map((issue) => ({ ...issue, code: "event/facts" })));
}
