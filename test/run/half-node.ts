// A user node for tests: half of a series, null where that is.

import { userNode } from "../../kernel/index.js";

export const half = userNode({
  name: "half",
  version: 1,
  period: 1,
  inputs: { x: "number" },
  outputs: { value: "number" },
  compute({ rowCount, inputs, outputs }) {
    for (let row = 0; row < rowCount; row += 1) {
      const x = inputs.x.get(row);
      outputs.value.set(row, x === null ? null : x / 2);
    }
  },
});
