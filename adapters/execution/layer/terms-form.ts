// Form of a layer's terms: every field that there is, and the type of each.
//
// Always true:
//   a field that no term has is refused by its name: what is misspelt would otherwise count as left out.
// Not here: what terms say, and whether they agree (`check-terms.ts`, and the parts that they are handed to).

import { z } from "zod";
import type { Issue } from "../../../kernel/index.js";
import { COSTINGS } from "../portfolio/position.js";
import { schemaIssues } from "../schema/check.js";
import { strategy, symbol } from "../schema/field.js";
import { PORTFOLIO_SCOPES } from "../schema/portfolio.js";

const WORK = z.custom((value) => typeof value === "function", "a function");
const CHECKS = z.array(z.looseObject({ name: z.string(), judge: WORK }));
const COUNT = z.number();
const UNITS = z.bigint();
const ANYTHING = z.unknown();

const INSTRUMENT = z.looseObject({
  symbol,
  currency: z.looseObject({ code: z.string(), decimals: z.int().min(0) }),
  priceDecimals: z.int().min(0),
  sizeDecimals: z.int().min(0),
  tick: UNITS.min(1n, "1 or more"),
  lot: UNITS.min(1n, "1 or more"),
  quantityMin: UNITS,
  notionalMin: UNITS,
  multiplier: UNITS,
  multiplierDecimals: z.int().min(0),
});

const NAMES = z.array(z.string());

const COMPLIANCE = z.strictObject({
  region: z.string(),
  venues: z.array(z.strictObject({ venue: z.string(), regions: NAMES })),
  instruments: z.array(z.strictObject({ symbol: z.string(), regions: NAMES })).optional(),
  restrictions: z
    .array(
      z.strictObject({
        symbol: z.string(),
        strategy: z.string(),
        from: UNITS.optional(),
        until: UNITS.optional(),
        allowsReducing: z.boolean().optional(),
        why: z.string(),
      }),
    )
    .optional(),
  throttles: z
    .array(z.strictObject({ strategy: z.string(), venue: z.string(), ordersPerSecond: COUNT, burst: COUNT }))
    .optional(),
});

const PRE_TRADE = z.strictObject({
  account: z.strictObject({ kind: z.string(), leverage: UNITS.optional() }).optional(),
  shortable: z.record(z.string(), UNITS).optional(),
  sessions: z.record(z.string(), z.looseObject({ instants: z.instanceof(BigInt64Array) })).optional(),
  dynamicSizing: z.boolean().optional(),
});

const TERMS = z.strictObject({
  world: ANYTHING,
  clock: ANYTHING,
  strategies: z.array(strategy),
  instruments: z.array(INSTRUMENT),
  aliases: z.array(z.tuple([z.string(), z.string()])).optional(),
  account: z.strictObject({
    bucketNs: UNITS,
    lag: COUNT.optional(),
    scope: z.enum(PORTFOLIO_SCOPES).optional(),
    costing: z.enum(COSTINGS).optional(),
    samples: COUNT.optional(),
    samplesMin: COUNT.optional(),
    periodsPerYear: UNITS.optional(),
  }),
  compliance: COMPLIANCE,
  risk: CHECKS.min(1, "at least one check").optional(),
  preTrade: PRE_TRADE.optional(),
  gates: CHECKS.optional(),
  manager: z
    .strictObject({ answerNs: UNITS, validNs: UNITS, skewNs: UNITS, patrolNs: UNITS, attemptsMax: COUNT })
    .optional(),
  openManager: WORK.optional(),
  outbox: z
    .strictObject({
      unacknowledgedMax: COUNT,
      unacknowledgedResume: COUNT,
      lagNsMax: UNITS,
      lagNsResume: UNITS,
      capacity: COUNT,
    })
    .optional(),
  ingest: z.strictObject({ aheadMax: COUNT.optional(), heldMax: COUNT.optional() }).optional(),
  latencyRate: UNITS.optional(),
  crossings: z.looseObject({ add: WORK }).optional(),
  beyond: z.enum(["leave", "send"]).optional(),
});

/** What of terms is not of its form, as issues of `config/field`. */
export function termsIssues(terms: unknown): readonly Issue[] {
  const known = `only ${Object.keys(TERMS.shape).join(", ")}`;
  return schemaIssues(TERMS, terms, "terms").map((issue): Issue => {
    const own = { ...issue, code: "config/field", path: issue.path.replace(/^terms\./, "") } as const;
    const isUnknown = issue.path === "terms" && typeof terms === "object" && terms !== null;
    return isUnknown ? { ...own, expected: known, advice: "Correct its name, or leave it out." } : own;
  });
}
