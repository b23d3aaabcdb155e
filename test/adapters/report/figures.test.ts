// Figures of the report: drawings made as text, and the drawing of a graph.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  count,
  dateText,
  durationText,
  escaped,
  fixed,
  mantissaText,
  metricLabel,
  percent,
} from "../../../adapters/report/figures.js";
import { graphDrawing } from "../../../adapters/report/graph-drawing.js";

describe("figures", () => {
  it("group by three, with a true minus sign and a dash for nothing", () => {
    expect([fixed(1234567.891, 2), fixed(-1234.5, 0), fixed(-0.001, 2), fixed(null, 2)]).toEqual([
      "1,234,567.89",
      "−1,235",
      "0.00",
      "–",
    ]);
    expect([percent(0.1234), percent(-0.5, 0), percent(null)]).toEqual(["12.34 %", "−50 %", "–"]);
    expect([count(1234567), count(0)]).toEqual(["1,234,567", "0"]);
    expect([
      mantissaText(-123456789n, 4),
      mantissaText(1200n, 2, 2),
      mantissaText(5n, 3),
      mantissaText(1200n, 2),
    ]).toEqual(["−12,345.6789", "12.00", "0.005", "12"]);
    expect([durationText(400), durationText(3), durationText(0.2), durationText(0.01), durationText(0.0001)]).toEqual([
      "400 d",
      "3.0 d",
      "4.8 h",
      "14.4 min",
      "9 s",
    ]);
    expect(dateText(86_400_000_000_000n)).toBe("1970-01-01");
    expect([metricLabel("totalReturn"), metricLabel("cagr"), metricLabel("averageMae")]).toEqual([
      "Total return",
      "CAGR",
      "Average MAE",
    ]);
  });

  it("say a mantissa so that it can be read back", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }),
        fc.integer({ min: 0, max: 6 }),
        (mantissa, decimals) => {
          const text = mantissaText(mantissa, decimals, decimals).replace(/,/g, "").replace("−", "-").replace(".", "");
          expect(BigInt(text)).toBe(mantissa);
        },
      ),
    );
  });

  it("escape every mark that HTML knows", () => {
    expect(escaped(`<a href="x">'&'`)).toBe("&#60;a href=&#34;x&#34;&#62;&#39;&#38;&#39;");
  });
});

describe("the drawing of a graph", () => {
  it("puts a node to the right of what feeds it, and draws a delayed edge that leads back", () => {
    const nodes = [
      { id: "b", label: "b", inputs: [{ port: "x", node: "a", lag: 0 }] },
      { id: "a", label: "a", inputs: [{ port: "back", node: "b", lag: 1 }] },
    ];
    const svg = graphDrawing(nodes);
    const x = (label: string) => Number(new RegExp(`<rect x="(\\d+)"[^>]*/><text[^>]*>${label}<`).exec(svg)?.[1]);
    expect(x("a")).toBeLessThan(x("b"));
    expect(svg).toContain(`class="edge late"`);
    expect(svg).toContain("back, 1 later");
  });

  it("is nothing for no nodes and for more than can be read", () => {
    expect(graphDrawing([])).toBe("");
    expect(graphDrawing(Array.from({ length: 200 }, (_, i) => ({ id: String(i), label: "n", inputs: [] })))).toBe("");
  });
});
