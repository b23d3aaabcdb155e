// Source lines of instructions, from the source map of a module: its columns are offsets of bytes.
//
// Source: ECMA-426, source map format; AssemblyScript writes one line.

export interface SourceLine {
  /** Path from the project's root. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** The numbers of one segment. */
function numbersOf(segment: string): readonly number[] {
  const numbers: number[] = [];
  let value = 0;
  let shift = 0;
  for (const digit of segment) {
    const bits = DIGITS.indexOf(digit);
    value += (bits & 31) * 2 ** shift;
    shift += 5;
    if (bits >= 32) continue;
    numbers.push(value % 2 === 0 ? value / 2 : -(value - 1) / 2);
    value = 0;
    shift = 0;
  }
  return numbers;
}

/** Says the source line of the instruction at an offset, or null where the map has none before it. */
export function sourceLines(map: string): (at: number) => SourceLine | null {
  const { sources, mappings } = JSON.parse(map) as { sources: readonly string[]; mappings: string };
  const starts: number[] = [];
  const lines: SourceLine[] = [];
  let [at, source, line] = [0, 0, 0];
  for (const segment of mappings.split(",")) {
    const [columns = 0, sourceStep = 0, lineStep = 0] = numbersOf(segment);
    [at, source, line] = [at + columns, source + sourceStep, line + lineStep];
    starts.push(at);
    lines.push({ file: sources[source] ?? "", line: line + 1 });
  }
  return (offset) => lines[lastAtOrBefore(starts, offset)] ?? null;
}

function lastAtOrBefore(rising: readonly number[], value: number): number {
  let [low, high] = [0, rising.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rising[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
