// Test runner set-up: one Node project; the compiled modules and dist must be built before it starts (npm test builds
// them).
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  // Strategy files import the package by its name; in a test that is the source, so that there is one copy of it.
  resolve: {
    alias: [{ find: /^goldentape$/, replacement: fileURLToPath(new URL("./kernel/index.ts", import.meta.url)) }],
  },
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/generated-runs.ts"],
    globalSetup: ["test/rule-report.ts"],
    testTimeout: 30_000,
    maxWorkers: 2,
    // Files of a worker share modules: to load them anew for each took more than half of the processor time of small
    // files. So no test leaves anything behind that another could see.
    isolate: false,
  },
});
