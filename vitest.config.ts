// Test runner set-up: one Node project; the compiled modules must stand in assembly/ before it starts (npm test builds them).
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 30_000,
    maxWorkers: 2,
  },
});
