// Canonical JSON, held to the examples of RFC 8785.

import fc from "fast-check";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { canonicalJson, InputError } from "../../../kernel/index.js";
import { vectorsRoot } from "../../shared-data.js";

describe("canonicalJson", () => {
  it("writes members in order and numbers in their shortest form", () => {
    expect(canonicalJson({ b: 1.0, a: [true, null, "x"], "": -0 })).toBe('{"":0,"a":[true,null,"x"],"b":1}');
  });

  // RFC 8785, section 3.2.2 and 3.2.3.
  it("writes the examples of RFC 8785", () => {
    const sample = {
      numbers: [Number("333333333.33333329"), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"/",
      literals: [null, true, false],
    };
    expect(canonicalJson(sample)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
    const keys = { "\u20ac": 0, "\r": 1, "\ufb33": 2, "1": 3, "\ud83d\ude00": 4, "\u0080": 5, "\u00f6": 6 };
    expect(Object.values(JSON.parse(canonicalJson(Object.entries(keys).map(([key]) => key))) as string[])).toHaveLength(
      7,
    );
    expect([...canonicalJson(keys).matchAll(/:(\d)/g)].map((match) => Number(match[1]))).toEqual([1, 3, 5, 6, 0, 4, 2]);
  });

  // RFC 8785, appendix B: the bits of a double and its text.
  it.each([
    ["0000000000000000", "0"],
    ["8000000000000000", "0"],
    ["0000000000000001", "5e-324"],
    ["8000000000000001", "-5e-324"],
    ["7fefffffffffffff", "1.7976931348623157e+308"],
    ["ffefffffffffffff", "-1.7976931348623157e+308"],
    ["4340000000000000", "9007199254740992"],
    ["c340000000000000", "-9007199254740992"],
    ["4430000000000000", "295147905179352830000"],
    ["44b52d02c7e14af5", "9.999999999999997e+22"],
    ["44b52d02c7e14af6", "1e+23"],
    ["44b52d02c7e14af7", "1.0000000000000001e+23"],
    ["444b1ae4d6e2ef4e", "999999999999999700000"],
    ["444b1ae4d6e2ef4f", "999999999999999900000"],
    ["444b1ae4d6e2ef50", "1e+21"],
    ["3eb0c6f7a0b5ed8c", "9.999999999999997e-7"],
    ["3eb0c6f7a0b5ed8d", "0.000001"],
    ["41b3de4355555553", "333333333.3333332"],
    ["41b3de4355555554", "333333333.33333325"],
    ["41b3de4355555555", "333333333.3333333"],
    ["41b3de4355555556", "333333333.3333334"],
    ["41b3de4355555557", "333333333.33333343"],
    ["becbf647612f3696", "-0.0000033333333333333333"],
    ["43143ff3c1cb0959", "1424953923781206.2"],
  ])("writes the double %s as %s", (bits, text) => {
    const view = new DataView(new ArrayBuffer(8));
    view.setBigUint64(0, BigInt(`0x${bits}`));
    expect(canonicalJson(view.getFloat64(0))).toBe(text);
  });

  it("agrees with the published documents", (context) => {
    const root = vectorsRoot();
    const folder = root === null ? "" : join(root, "rfc8785");
    if (root === null || !existsSync(folder)) return context.skip("no published vectors: set GOLDENTAPE_VECTORS");
    const files = readdirSync(join(folder, "input"));
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      const value: unknown = JSON.parse(readFileSync(join(folder, "input", file), "utf8"));
      expect(canonicalJson(value)).toBe(readFileSync(join(folder, "output", file), "utf8").trimEnd());
      const hex = readFileSync(join(folder, "outhex", file.replace(".json", ".txt")), "utf8").replace(/\s/g, "");
      expect(Buffer.from(canonicalJson(value), "utf8").toString("hex")).toBe(hex);
    }
  });

  it("means the same value when it is read back, and is the same text when that is written", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
        const text = wellFormed(value) ? canonicalJson(value) : "0";
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
  });

  it("does not depend on the order in which members were written", () => {
    const members = fc.dictionary(fc.string({ maxLength: 3 }), fc.integer(), { maxKeys: 6 });
    fc.assert(
      fc.property(members, (value) => {
        const turned = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(turned)).toBe(canonicalJson(value));
      }),
    );
  });

  it("refuses what JSON cannot carry, everything at once", () => {
    const loop: unknown[] = [];
    loop.push(loop);
    const value = {
      a: Number.NaN,
      b: [Infinity, undefined],
      c: 1n,
      d: "\ud800",
      "\udc00": 1,
      e: new Map(),
      f: loop,
      g: () => 1,
      h: Array(1),
    };
    expect(issuesOf(value)).toEqual([
      "json/not-finite $.a",
      "json/not-finite $.b.0",
      "json/type $.b.1",
      "json/type $.c",
      "json/lone-surrogate $.d",
      "json/type $.e",
      "json/type $.f.0",
      "json/type $.g",
      "json/type $.h.0",
      "json/lone-surrogate $.\udc00",
    ]);
  });

  it("refuses more levels than a call stack should hold", () => {
    let value: unknown = 1;
    for (let depth = 0; depth < 10_000; depth += 1) value = [value];
    expect(issuesOf(value)).toHaveLength(1);
  });
});

function wellFormed(value: unknown): boolean {
  return !/\\ud[89a-f]/.test(JSON.stringify(value));
}

function issuesOf(value: unknown): readonly string[] {
  try {
    canonicalJson(value);
  } catch (error) {
    if (error instanceof InputError) return error.issues.map((issue) => `${issue.code} ${issue.path}`);
    throw error;
  }
  return [];
}
