// Stopwatch: how long the steps of a command took.
//
// Units: milliseconds, rounded to tenths.

/** Measures steps from its making on. */
export class Stopwatch {
  private readonly named = new Map<string, number>();
  private last = performance.now();

  /** Ends the step that has gone on since the last call. */
  lap(name: string): void {
    const now = performance.now();
    this.named.set(name, tenths(now - this.last));
    this.last = now;
  }

  laps(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.named);
  }

  /** The steps, and the whole since the process began. */
  total(): Readonly<Record<string, number>> {
    return { ...this.laps(), totalMs: tenths(performance.now()) };
  }
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
