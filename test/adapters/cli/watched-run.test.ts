// Runs on a terminal: what is shown, when, and that it changes nothing.

import { Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { watchedRuns } from "../../../adapters/cli/watched-run.js";
import { nodeEngine } from "../../../adapters/node/kernel-module.js";
import { bars, graph, gt, runGraph, select, targetPercent, userNode } from "../../../kernel/index.js";
import type { Graph } from "../../../kernel/index.js";
import { CONFIG, crossing, WALK } from "../../kernel/proof/small-runs.js";

const ENGINE = nodeEngine();

/** A terminal that remembers what was written. */
function terminal(): { readonly stream: Writable & { readonly isTTY: true }; readonly text: () => string } {
  let written = "";
  const stream = new Writable({
    write(chunk, _, done) {
      written += String(chunk);
      done();
    },
  });
  return { stream: Object.assign(stream, { isTTY: true } as const), text: () => written };
}

/** A user node that takes its time over each row. */
function slow(msPerRow: number): Graph {
  const waits = userNode({
    name: "waits",
    version: 1,
    period: 1,
    inputs: { x: "number" },
    outputs: { value: "number" },
    compute({ rowCount, inputs, outputs }) {
      const until = performance.now() + rowCount * msPerRow;
      while (performance.now() < until);
      for (let row = 0; row < rowCount; row += 1) outputs.value.set(row, inputs.x.get(row) ?? Number.NaN);
    },
  });
  const { close } = bars();
  return graph({ decisions: [targetPercent(select(gt(waits({ x: close }).value, 0), 1, 0))] });
}

describe("a run on a terminal", () => {
  it("shows how far it is once it has taken a second, leaves the cursor alone, and gives the same result", async () => {
    const { stream, text } = terminal();
    const made = slow(1);
    const [result] = await watchedRuns(ENGINE, made, WALK, [CONFIG], {}, stream);
    expect(text()).toMatch(/replaying .* \d+ %/);
    expect(text()).not.toContain("\u001B[?25l");
    expect(result?.resultDigest).toBe(runGraph(ENGINE, slow(0), WALK, CONFIG).resultDigest);
  });

  it("shows nothing when it is quick, or where nobody looks", async () => {
    for (const isTTY of [true, false]) {
      const { stream, text } = terminal();
      const there = Object.assign(stream, { isTTY });
      await watchedRuns(ENGINE, isTTY ? slow(0) : crossing(50), WALK, [CONFIG], {}, there);
      expect(text()).toBe("");
    }
  });
});
