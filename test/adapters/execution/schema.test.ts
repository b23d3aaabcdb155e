// Schemas of events: files, types and checks from one source, and the closed list of reasons.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  checkedAnyEvent,
  checkedEvent,
  checkEvent,
  EVENT_KINDS,
  EXECUTION_REASONS,
  schemaFileName,
  schemaFiles,
} from "../../../adapters/execution/index.js";
import type { EventKind, VenueFill } from "../../../adapters/execution/index.js";
import { canonicalJson, InputError, REASONS } from "../../../kernel/index.js";
import { PROJECT_ROOT } from "../../house/source-tree.js";
import type { JsonSchema } from "./json-schema.js";
import { runs } from "./made-up-events.js";
import { arbitraryOf, fieldsOf, isAllowed } from "./json-schema.js";

const FOLDER = join(PROJECT_ROOT, "adapters/execution/schema/json");
const readSchema = (kind: EventKind): JsonSchema =>
  JSON.parse(readFileSync(join(FOLDER, schemaFileName(kind)), "utf8")) as JsonSchema;

const fill: VenueFill = {
  kind: "venue_fill",
  schemaVersion: 1,
  ts: "1700000000000000000",
  orderId: "order 1",
  seq: 1,
  symbol: "BTC/USDT",
  side: "buy",
  price: "37000.5",
  quantity: "0.25",
  fee: "-0.01",
  currency: "USDT",
  liquidity: "maker",
  venue: null,
};

describe("the JSON Schema files", () => {
  it("are what the source makes (run `npm run schemas`)", () => {
    const files = schemaFiles();
    expect(readdirSync(FOLDER).sort()).toEqual([...files.keys()].sort());
    for (const [file, text] of files) expect(readFileSync(join(FOLDER, file), "utf8"), file).toBe(text);
  });

  it.each(EVENT_KINDS)("describe every field of %s", (kind) => {
    const schema = readSchema(kind);
    const silent = [...fieldsOf(schema, kind)].filter(
      ([, field]) => field.description === undefined && field.anyOf?.[0]?.description === undefined,
    );
    expect(silent.map(([path]) => path)).toEqual([]);
    expect(schema.description).toMatch(/\.$/);
  });

  it.each(EVENT_KINDS)("allow of %s what the checks allow, and refuse what they refuse", (kind) => {
    const schema = readSchema(kind);
    const fields = Object.keys(schema.properties ?? {});
    const spoilt = [undefined, null, 0, -1, 1.5, true, "", " x", "01", "1e3", "-0", "1.0", [], {}];
    const change = fc.tuple(fc.constantFrom(...fields, "extra"), fc.constantFrom(...spoilt));
    fc.assert(
      fc.property(arbitraryOf(schema), change, (event, [name, value]) => {
        expect(checkedEvent(kind, event, "event")).toEqual({ event });
        const other: Record<string, unknown> = { ...(event as object), [name]: value };
        if (value === undefined) delete other[name];
        expect("event" in checkedEvent(kind, other, "event"), `${name}: ${JSON.stringify(value)}`).toBe(
          isAllowed(schema, other),
        );
      }),
      runs(30),
    );
  });
});

describe("an event", () => {
  it("holds to its schema, and is a copy", () => {
    const event = checkEvent("venue_fill", fill, "event");
    expect(event).toEqual(fill);
    expect(event).not.toBe(fill);
    expect(checkedAnyEvent(fill, "event")).toEqual({ event: fill });
  });

  it("that is wrong is refused with everything at once: where, what was expected, what to do", () => {
    const { seq: _, ...rest } = fill;
    const wrong = { ...rest, price: 37000.5, side: "short", quantity: "0.250", kind: "fill", colour: "red" };
    const refused = () => checkEvent("venue_fill", wrong, "line 3");
    expect(refused).toThrow(InputError);
    const { issues } = checkedEvent("venue_fill", wrong, "line 3") as { issues: readonly { path: string }[] };
    expect(issues.map((issue) => issue.path).sort()).toEqual(
      ["line 3", "line 3.kind", "line 3.price", "line 3.quantity", "line 3.seq", "line 3.side"].sort(),
    );
    expect(issues).toContainEqual({
      code: "event/schema",
      path: "line 3.price",
      expected: "a text",
      received: "37000.5",
      advice: "Write numbers that count money, prices, units or time as text: a float may not hold them.",
    });
    expect(issues).toContainEqual(expect.objectContaining({ expected: "no other field", received: "colour" }));
    expect(issues).toContainEqual(expect.objectContaining({ expected: "one of buy, sell", received: '"short"' }));
  });

  it("of a kind that is not known is refused with the kinds there are", () => {
    expect(checkedAnyEvent({ kind: "rumour" }, "event")).toMatchObject({
      issues: [{ path: "event.kind", received: '"rumour"' }],
    });
    expect(checkedAnyEvent(null, "event")).toMatchObject({ issues: [{ received: "nothing" }] });
  });

  it("has each number in one form, so that equal numbers are equal texts", () => {
    const forms = ["1", "12.5", "0.001", "-12.5", "0"];
    const others = [
      "1.0",
      "01",
      ".5",
      "5.",
      "+1",
      "-0",
      "0.0",
      "1e3",
      "1_000",
      " 1",
      "1 ",
      "NaN",
      "Infinity",
      "",
      "1,5",
    ];
    const isFee = (fee: string) => "event" in checkedEvent("venue_fill", { ...fill, fee }, "event");
    expect(forms.filter((form) => !isFee(form))).toEqual([]);
    expect(others.filter(isFee)).toEqual([]);
    const isPrice = (price: string) => "event" in checkedEvent("venue_fill", { ...fill, price }, "event");
    expect([isPrice("0"), isPrice("-1"), isPrice("0.000000000001")]).toEqual([false, false, true]);
    expect([isPrice("9223372036854775807"), isPrice("92233720368547758070000")]).toEqual([true, false]);
  });

  it("has a canonical text", () => {
    const shuffled = Object.fromEntries(Object.entries(fill).reverse());
    expect(canonicalJson(shuffled)).toBe(canonicalJson(fill));
  });
});

describe("reasons", () => {
  it("are those of the log and those of this layer, each once, in one order", () => {
    expect(REASONS.filter((reason) => reason !== "none" && !EXECUTION_REASONS.includes(reason))).toEqual([]);
    expect(new Set(EXECUTION_REASONS).size).toBe(EXECUTION_REASONS.length);
    expect([...EXECUTION_REASONS].sort((a, b) => (a < b ? -1 : 1))).toEqual(EXECUTION_REASONS);
    expect(EXECUTION_REASONS).toEqual(expect.arrayContaining(["circuit_breaker_active", "freeze", "unknown_order"]));
  });
});
