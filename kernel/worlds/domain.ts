// Domains: where orders go, by which clock a graph runs, and which mode of a world asks for which (`NODESETS.md` 7).
//
// Always true:
//   a mode has one domain, and a domain one clock: whoever knows the mode knows the rest;
//   modes stand from the safest to the one that lets the most out, so that of two the earlier one is the safer.

import { InputError } from "../base/error.js";

/** The four domains. They share no state. */
export const DOMAINS = ["backtest", "dryrun", "live", "shadow"] as const;
export type Domain = (typeof DOMAINS)[number];

/** Modes that a world may give, from the least to the most that may leave. */
export const EFFECTIVE_MODES = ["validate", "compute-only", "shadow", "paper", "live"] as const;
export type EffectiveMode = (typeof EFFECTIVE_MODES)[number];

/** Clocks: of a tape, of a tape that live data write, and of the wall. */
export const CLOCKS = ["virtual", "virtual-over-live", "wall"] as const;
export type Clock = (typeof CLOCKS)[number];

/** What becomes of orders: none leaves, they are simulated, or they are routed to venues. */
export type Leaving = "none" | "simulated" | "routed";

/** What a mode means. */
export interface ModeRules {
  readonly domain: Domain;
  readonly clock: Clock;
  readonly orders: Leaving;
}

/** Rules of each mode. */
export const MODE_RULES: Readonly<Record<EffectiveMode, ModeRules>> = Object.freeze({
  validate: rules("backtest", "virtual", "none"),
  "compute-only": rules("backtest", "virtual", "none"),
  shadow: rules("shadow", "wall", "none"),
  paper: rules("dryrun", "virtual-over-live", "simulated"),
  live: rules("live", "wall", "routed"),
});

function rules(domain: Domain, clock: Clock, orders: Leaving): ModeRules {
  return Object.freeze({ domain, clock, orders });
}

/** The safer one of two modes. */
export function saferMode(a: EffectiveMode, b: EffectiveMode): EffectiveMode {
  return EFFECTIVE_MODES.indexOf(a) < EFFECTIVE_MODES.indexOf(b) ? a : b;
}

/**
 * Checks that a world runs by the clock that its domain asks for.
 *
 * @param path What has the clock: `options.world`, `clock`.
 * @throws InputError `world/clock`, as for a virtual clock in the live domain, or the wall's in a backtest.
 * @example
 * checkClock({ domain: "backtest", clock: "virtual" }, "virtual", "clock"); // undefined
 */
export function checkClock(world: Pick<ModeRules, "domain" | "clock">, clock: Clock, path: string): void {
  if (world.clock === clock) return;
  const expected = `the clock of the domain ${world.domain}, ${world.clock}`;
  const advice = "A mode of the world decides on the clock; ask for a decision with another mode, or use its clock.";
  throw new InputError([{ code: "world/clock", path, expected, received: String(clock), advice }]);
}
