// Rule report: after a deep run, the rules of `FILLS.md` that some test reached, and a failure where one never was.
//
// Not here: rules about trades, quotes and depth, on which nothing executes yet (sections 3 to 5), and G4, which is
// about their consumption.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RULES_FOLDER } from "./rule-coverage.js";

/** Sections of the rules, with the ids that bars and accounts concern. */
export const RULES: ReadonlyMap<string, readonly string[]> = new Map([
  ["1 General", numbered("G", 12).filter((rule) => rule !== "G4")],
  ["2 Bars", numbered("B", 17)],
  ["6 Linked orders, account, liquidation", numbered("C", 9)],
  ["7 Sizing", numbered("S", 5)],
]);

function numbered(letter: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${letter}${index + 1}`);
}

/** True for `npm run test:deep`, over all files: a part of the tests cannot reach every rule. */
function isWhole(): boolean {
  const files = process.argv.slice(2).filter((word) => !word.startsWith("-") && word !== "run");
  return process.env["GOLDENTAPE_RUNS"] !== undefined && files.length === 0;
}

/** Lines of the report, and the rules that nothing reached. */
export function ruleReport(seen: ReadonlySet<string>): {
  readonly lines: readonly string[];
  readonly missing: string[];
} {
  const missing: string[] = [];
  const lines = [...RULES].map(([section, rules]) => {
    const absent = rules.filter((rule) => !seen.has(rule));
    missing.push(...absent);
    const count = `${rules.length - absent.length} of ${rules.length}`;
    return `  ${section}: ${count}${absent.length === 0 ? "" : `, never: ${absent.join(", ")}`}`;
  });
  return { lines, missing };
}

/** Called once before all tests; what it returns, once after them. */
export default function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), "goldentape-rules-"));
  process.env[RULES_FOLDER] = folder;
  return () => {
    const seen = new Set(readdirSync(folder).flatMap((file) => readFileSync(join(folder, file), "utf8").split("\n")));
    rmSync(folder, { recursive: true });
    if (!isWhole()) return;
    const { lines, missing } = ruleReport(seen);
    process.stdout.write(`\nRules of FILLS.md that tests reached\n${lines.join("\n")}\n`);
    if (missing.length > 0) throw new Error(`rules that no test reached: ${missing.join(", ")}`);
  };
}
