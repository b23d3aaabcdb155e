// Order ids: what an order is called across processes.

import { expect, it } from "vitest";
import type { RunId } from "../../../kernel/index.js";
import { orderIdOf } from "../../../kernel/index.js";
import { reached } from "../../rule-coverage.js";

const RUN = `blake3:${"1".repeat(64)}` as RunId;

it("is the same for the same run, symbol and sequence, and another one for any other (G8)", () => {
  const id = orderIdOf(RUN, "SPY", 1);
  expect(id).toMatch(/^blake3:[0-9a-f]{64}$/);
  expect(orderIdOf(RUN, "SPY", 1)).toBe(id);
  const others = [
    orderIdOf(`blake3:${"2".repeat(64)}` as RunId, "SPY", 1),
    orderIdOf(RUN, "SPX", 1),
    orderIdOf(RUN, "SPY", 2),
    orderIdOf(RUN, "SPY1", 1),
  ];
  expect(new Set([id, ...others]).size).toBe(5);
  reached("G8");
});
