// Lines of a log: what each kind of record says to a person, in columns that hold.

import { describe, expect, it } from "vitest";
import * as abi from "../../../assembly/abi-event.js";
import { eventLines, ORDER_TYPES, TIMES_IN_FORCE } from "../../../kernel/index.js";
import type { EventNames } from "../../../kernel/index.js";
import { plainInstrument } from "../../../adapters/testing/arbitrary-bars.js";
import { ambiguityOf, endOf, fillOf, logOf, movementOf, orderOf, routeOf, termsOf, updateOf } from "./records.js";

const NAMES: EventNames = {
  instruments: [plainInstrument("ACME", { priceDecimals: 1 })],
  currency: { code: "USD", decimals: 2 },
  decisions: [`blake3:${"ab".repeat(32)}`],
  policies: [`blake3:${"cd".repeat(32)}`],
  venues: ["alpha"],
};

function linesOf(...records: readonly Uint8Array[]): string[] {
  return [...eventLines(logOf(records), NAMES)].map((line) => line.slice(31));
}

const SHARE = 8;
const REDUCE_ONLY = 2;

describe("lines of a log", () => {
  it("say what an order is, where it is not a plain market order, and its terms", () => {
    const [trailing, gtd] = [ORDER_TYPES.indexOf("trailingStop"), TIMES_IN_FORCE.indexOf("gtd")];
    expect(
      linesOf(
        orderOf(1, 5n),
        orderOf(2, -5n, trailing, gtd | ((REDUCE_ONLY | SHARE) << 4)),
        termsOf(2, [
          [abi.TERMS_EVENT_TRIGGER, 995n],
          [abi.TERMS_EVENT_OFFSET, 50_000_000n],
          [abi.TERMS_EVENT_DISPLAY, 2n],
          [abi.TERMS_EVENT_EXPIRES, 86_400_000_000_000n],
          [abi.TERMS_EVENT_PARENT, 1],
          [abi.TERMS_EVENT_GROUP, 3],
        ]),
        orderOf(3, -5n, trailing),
        termsOf(3, [[abi.TERMS_EVENT_OFFSET, 15n]]),
      ),
    ).toEqual([
      "order      ACME           #1           +5 by abababababab",
      "order      ACME           #2           -5 trailingStop gtd reduceOnly trailShare by abababababab",
      "terms      ACME           #2              trigger 99.5 trails 0.05 of it shows 2 " +
        "expires 1970-01-02T00:00:00Z parent #1 group #3",
      "order      ACME           #3           -5 trailingStop gtc by abababababab",
      "terms      ACME           #3              trails 1.5",
    ]);
  });

  it("say where an order was sent, and what was expected there", () => {
    const lines = linesOf(orderOf(1, 5n), routeOf(1, 0, 995n, 50n), routeOf(2, 1, 995n, 0n, 1), routeOf(3, 0, 0n, 0n));
    expect(lines.slice(1)).toEqual([
      "route      ACME           #1              to alpha expects 99.5 fee 50 latency 100",
      "route      ACME           #2              to unknown expects 99.5 fee 0 latency 0 with #1",
      "route      ACME           #3              to alpha after its parent",
    ]);
  });

  it("say how an order changed and ended, and what its bar left open", () => {
    const lines = linesOf(
      orderOf(1, 5n, 2),
      updateOf(1, abi.UPDATE_TRIGGERED, 5n, 0n, 995n),
      ambiguityOf(1, abi.AMBIGUITY_EXACT, abi.OUTCOME_STOP, abi.OUTCOME_TARGET),
      ambiguityOf(1, abi.AMBIGUITY_HEURISTIC, 0, 0, 1250n),
      endOf(1, "expired", 5n),
    );
    expect(lines.slice(1)).toEqual([
      "triggered  ACME           #1           +5 trigger 99.5",
      "ambiguous  ACME           #1              worst stop best target",
      "ambiguous  ACME           #1              heuristic stake 12.5",
      "order-end  ACME           #1           +5 expired",
    ]);
  });

  it("say who forced a fill, and which currency moved", () => {
    const lines = linesOf(
      orderOf(1, 1n),
      fillOf(1, 1n, abi.FILL_FLAG_LIQUIDATION),
      movementOf(abi.LEDGER_FUNDING, -25n, 975n),
      movementOf(abi.LEDGER_CONVERSION_FEE, -25n, 975n, 2),
    );
    expect(lines[1]).toMatch(/^fill +ACME +#1 +\+1 @ +10 cash .* taker liquidation$/);
    expect(lines.slice(2)).toEqual([
      "funding    -                          -0.25 balance           9.75",
      "conv-fee   -                          -0.25 balance           9.75 currency 2",
    ]);
  });

  it("have kind, instrument, order and quantity in the same columns", () => {
    const lines = linesOf(orderOf(1, 5n), fillOf(1, 3n), updateOf(1, abi.UPDATE_AMENDED, 2n), endOf(1, "canceled", 2n));
    expect(new Set(lines.map((line) => line.indexOf("#"))).size).toBe(1);
    expect(new Set(lines.map((line) => line.indexOf("+"))).size).toBe(1);
    expect(new Set(lines.map((line) => line.indexOf("ACME"))).size).toBe(1);
  });
});
