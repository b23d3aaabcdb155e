// Words that may not stand in `kernel/` and `assembly/`, because what they do differs between machines or from run to
// run.

import { codeOnly, lineOf } from "./source-text.js";
import type { SourceFile } from "./source-tree.js";

interface Ban {
  readonly pattern: RegExp;
  /** What to use in its place. */
  readonly instead: string;
  /** Paths that the ban is for. */
  readonly where: RegExp;
}

const BOTH = /^(?:kernel|assembly)\//;
const KERNEL = /^kernel\//;
const ASSEMBLY = /^assembly\//;
const KERNEL_BUT_LOADING = /^kernel\/(?!wasm\/)/;

const BANS: readonly Ban[] = [
  { pattern: /\bnew Date\b|\bDate\s*[.(]/g, instead: "the clock handed in", where: BOTH },
  { pattern: /\bperformance\s*\./g, instead: "the clock handed in", where: BOTH },
  {
    pattern: /\b(?:setTimeout|setInterval|setImmediate|queueMicrotask|requestAnimationFrame)\b/g,
    instead: "the clock handed in",
    where: BOTH,
  },
  { pattern: /\bMath\s*\.\s*random\b|\bcrypto\s*\./g, instead: "a counter-based stream with a seed", where: BOTH },
  {
    pattern:
      /\bMath\s*\.\s*(?:exp|expm1|log|log2|log10|log1p|pow|sinh?|cosh?|tanh?|asinh?|acosh?|atanh?|atan2|cbrt|hypot)\b/g,
    instead: "the compiled function of the module",
    where: KERNEL,
  },
  // A power of bigints is exact; its base ends in n or is a call of BigInt.
  {
    pattern: /(?<!\dn\s*)(?<!\bBigInt\([^()]*\)\s*)\*\*/g,
    instead: "the compiled power, or a power of bigints",
    where: KERNEL,
  },
  { pattern: /\b(?:async|await|Promise)\b/g, instead: "a synchronous call: adapters queue", where: KERNEL_BUT_LOADING },
  { pattern: /\b(?:console|process)\s*\./g, instead: "a value in the result", where: BOTH },
  { pattern: /\blocaleCompare\b|\btoLocale\w*|\bIntl\b/g, instead: "code units or numbers", where: BOTH },
  { pattern: /\.\s*(?:sort|toSorted)\s*\(\s*\)/g, instead: "a comparator", where: BOTH },
  { pattern: /\.\s*grow\s*\(/g, instead: "a memory sized once", where: BOTH },
  { pattern: /\brelaxed_\w+/g, instead: "SIMD with one result on every machine", where: ASSEMBLY },
];

/** Each banned word of a file, as `path:line: word, instead use …`. */
export function determinismFaults(file: SourceFile): readonly string[] {
  const code = codeOnly(file.text);
  return BANS.filter((ban) => ban.where.test(file.path)).flatMap((ban) =>
    [...code.matchAll(ban.pattern)].map(
      (match) => `${file.path}:${lineOf(code, match.index)}: ${match[0].trim()}, instead use ${ban.instead}`,
    ),
  );
}
