// Runs on a terminal: what is shown, when, and that it changes nothing.

import { Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { watchedRuns } from "../../../adapters/cli/watched-run.js";
import type { Watch } from "../../../adapters/cli/watched-run.js";
import { nodeEngine } from "../../../adapters/node/kernel-module.js";
import { bars, graph, gt, runGraph, select, sma, targetPercent, userNode } from "../../../kernel/index.js";
import { CONFIG, WALK } from "../../kernel/proof/small-runs.js";

const ENGINE = nodeEngine();

/** A terminal that remembers what was written, beside a clock that goes on by so many milliseconds a look. */
function watch(isTTY: boolean, stepMs: number): { readonly given: Watch; readonly text: () => string } {
  let written = "";
  let ms = 0;
  const stream = new Writable({
    write(chunk, _, done) {
      written += String(chunk);
      done();
    },
  });
  const now = (): number => (ms += stepMs);
  return { given: { terminal: Object.assign(stream, { isTTY }), now }, text: () => written };
}

const same = userNode({
  name: "same",
  version: 1,
  period: 1,
  inputs: { x: "number" },
  outputs: { value: "number" },
  compute({ rowCount, inputs, outputs }) {
    for (let row = 0; row < rowCount; row += 1) outputs.value.set(row, inputs.x.get(row) ?? Number.NaN);
  },
});
const { close } = bars();
const own = graph({ decisions: [targetPercent(select(gt(same({ x: close }).value, sma(close, 50)), 1, 0))] });

describe("a run on a terminal", () => {
  it("shows how far it is once it has taken a second, leaves the cursor alone, and gives the same result", async () => {
    const { given, text } = watch(true, 20);
    const [result] = await watchedRuns(ENGINE, own, WALK, [CONFIG], {}, given);
    // Fifty looks of 20 ms are a second: the step after the middle is shown first.
    expect(/replaying \S+ (\d+) %/.exec(text())?.[1]).toBe("51");
    expect(text()).not.toContain("\u001B[?25l");
    expect(result?.resultDigest).toBe(runGraph(ENGINE, own, WALK, CONFIG).resultDigest);
  });

  it("shows nothing when it is quick, or where nobody looks", async () => {
    for (const [isTTY, stepMs] of [
      [true, 5],
      [false, 1000],
    ] as const) {
      const { given, text } = watch(isTTY, stepMs);
      await watchedRuns(ENGINE, own, WALK, [CONFIG], {}, given);
      expect(text()).toBe("");
    }
  });
});
