// Activations that are none: whom they may be for, and what they may have wanted, at their strictest.

import type { Domain } from "../../../kernel/index.js";
import { DOMAINS } from "../../../kernel/index.js";
import type { MisreadActivation } from "../check/activation.js";
import { EXPOSURE_SIDES } from "../schema/activation.js";
import { fieldsOf } from "./readable-intent.js";

const NAME = /^(?=.{1,128}$)\S+(?: \S+)*$/;

/** True for one that is for this world, and for no other domain that is known. */
export function isMisreadHere(value: unknown, world: string, domain: Domain): boolean {
  const fields = fieldsOf(value);
  return (
    fields["world"] === world && (fields["domain"] === domain || !DOMAINS.some((each) => each === fields["domain"]))
  );
}

/** What can be read of it: whom it is for is everybody where that cannot be, and a freeze is whatever is not false. */
export function misreadActivation(value: unknown): MisreadActivation {
  const { strategy, symbol, side, version, freeze, drain } = fieldsOf(value);
  const name = (given: unknown): string | null => (typeof given === "string" && NAME.test(given) ? given : null);
  const named = EXPOSURE_SIDES.filter((each) => each === side);
  const isVersion = Number.isSafeInteger(version) && (version as number) >= 0;
  return {
    strategy: name(strategy),
    symbol: name(symbol),
    sides: named.length > 0 ? named : EXPOSURE_SIDES,
    version: isVersion ? (version as number) : null,
    standing: freeze !== false ? "freeze" : typeof drain === "boolean" ? "stays" : "drain",
  };
}
