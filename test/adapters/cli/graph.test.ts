// `goldentape graph`: canonical JSON, ids, checksum and drawing.

import { describe, expect, it } from "vitest";
import { CATALOGUE, parseGraph } from "../../../kernel/index.js";
import { inside, PROJECT } from "./goldentape.js";

const FILE = `${PROJECT}datasets/strategies/sma-cross.ts`;

describe("goldentape graph", () => {
  it("prints canonical JSON that gives the same graph again", async () => {
    const plain = await inside("graph", FILE, "--canonical");
    const json = await inside("graph", FILE, "--json");
    const graph = parseGraph(plain.out, CATALOGUE);
    const document = JSON.parse(json.out) as Record<string, unknown>;
    expect(document).toMatchObject({
      graphId: graph.graphId,
      crc32: graph.checksum,
      graph: JSON.parse(plain.out) as object,
    });
    expect(document["nodes"]).toContainEqual({
      id: expect.stringMatching(/^blake3:/) as string,
      type: "sma",
      names: ["fast"],
    });
  });

  it("draws it, and lists ids for a person", async () => {
    const drawing = await inside("graph", FILE, "--mermaid");
    const all = await inside("graph", FILE);
    expect(drawing.out).toMatch(/^flowchart LR\n/);
    expect(all.out).toMatch(/^graph {2}blake3:[0-9a-f]{64}\ncrc32 {2}[0-9a-f]{8}\n/);
    expect(all.out).toContain(drawing.out.trim());
  });

  it("takes params", async () => {
    const one = await inside("graph", FILE, "--canonical");
    const two = await inside("graph", FILE, "--canonical", "--param", "fast=11");
    expect(one.out).not.toBe(two.out);
  });
});
