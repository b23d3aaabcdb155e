// JSON read with places, and the nearest known word.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { IssueList, nearestText, parseJson } from "../../../kernel/index.js";

function read(text: string): { readonly value: unknown; readonly issues: readonly string[] } {
  const issues = new IssueList();
  const value = parseJson(text, "doc", issues);
  return { value, issues: issues.issues.map((issue) => `${issue.code} ${issue.path}`) };
}

describe("parseJson", () => {
  it("gives the value of a text", () => {
    expect(read('{"a":[1,{"b":"x\\"y"}]}')).toEqual({ value: { a: [1, { b: 'x"y' }] }, issues: [] });
  });

  it("finds every member name that stands twice, however it is escaped", () => {
    const text = '{"a":1,"b":[{"c":1},{"c":1,"d":"{","\\u0063":2}],"a":{"x":[],"y":1,"x":2}}';
    expect(read(text).issues).toEqual([
      "json/not-canonical doc.b.1.c",
      "json/not-canonical doc.a",
      "json/not-canonical doc.a.x",
    ]);
    expect(read(text).value).toBeUndefined();
  });

  it("says that a text is not JSON", () => {
    for (const text of ["", "{", "{'a':1}", "NaN", "[1,]"]) expect(read(text).issues).toEqual(["json/type doc"]);
  });

  it("takes whatever was written from a value", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
        expect(read(JSON.stringify(value, null, 1)).issues).toEqual([]);
      }),
    );
  });
});

describe("nearestText", () => {
  it("is the word that was probably meant", () => {
    expect(nearestText("smaa", ["ema", "sma", "wma"])).toBe("sma");
    expect(nearestText("SMA", ["ema", "sma"])).toBe("sma");
    expect(nearestText("crosover", ["crossUnder", "crossOver"])).toBe("crossOver");
    expect(nearestText("volume", ["sma", "ema"])).toBeNull();
    expect(nearestText("x", [])).toBeNull();
  });
});
