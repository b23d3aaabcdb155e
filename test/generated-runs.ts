// Generated cases: how many, and from which seed.
//
// The seed is fixed, so that a change is judged by the same cases as the one before it. GOLDENTAPE_SEED names another
// one, or says `random` to look for cases that nobody has seen; a failure prints its seed. GOLDENTAPE_RUNS says how
// many cases each test takes; without it each has its own number, or thirty.

import { configureGlobal } from "fast-check";

const SEED = 20_261_121;
const QUICK_RUNS = 30;
const runs = Number(process.env["GOLDENTAPE_RUNS"] ?? "0");
const seed = process.env["GOLDENTAPE_SEED"] ?? String(SEED);

configureGlobal({
  numRuns: runs > 0 ? runs : QUICK_RUNS,
  ...(seed === "random" ? {} : { seed: Number(seed) }),
});
