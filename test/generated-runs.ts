// Runs of each generated test: as fast-check has it, or as many as GOLDENTAPE_RUNS says (npm run test:deep).

import { configureGlobal } from "fast-check";

const runs = Number(process.env["GOLDENTAPE_RUNS"] ?? "0");
if (runs > 0) configureGlobal({ numRuns: runs });
