// Account history: the equity of a scope at the end of each bucket, and what risk reads from it as of an earlier one.
//
// Always true:
//   what is read as of a bucket does not depend on what came behind it;
//   numbers are exact: returns are fractions, and what is rounded is rounded up, against the account;
//   of two snapshots of one bucket the later one counts; none is taken for a bucket that lies before the newest.
// Units: money in the currency's smallest part, shares in 1e-9, buckets as instants in ns.

import { divCeil } from "../money/amount.js";

/** What an account was at the end of a bucket, as risk sees it. */
export interface AccountFacts {
  /** End of the bucket. */
  readonly bucket: bigint;
  readonly equity: bigint;
  /** Decline of equity from its peak, 1e-9, rounded up. */
  readonly drawdown: bigint;
  /** Yearly population deviation of the last returns, 1e-9, rounded up; null while there are too few. */
  readonly volatility: bigint | null;
}

export interface HistoryTerms {
  /** Returns, a bucket each, that the deviation is taken over. */
  readonly samples: number;
  /** Returns that are enough to judge by. */
  readonly samplesMin: number;
  /** Buckets of a year, 1e-9. */
  readonly periodsPerYear: bigint;
  /** How far behind the newest bucket anybody reads, ns. */
  readonly behindNs: bigint;
}

interface Snapshot {
  readonly bucket: bigint;
  readonly equity: bigint;
  /** Largest equity up to it. */
  readonly peak: bigint;
}

const ONE = 1_000_000_000n;

/**
 * Snapshots of one account.
 *
 * @example
 * const history = new AccountHistory({ samples: 30, samplesMin: 10, periodsPerYear: 1n, behindNs: 60n });
 * history.commit(60n, 200n);
 * history.commit(120n, 150n);
 * history.asOf(120n).drawdown; // 250000000n
 * history.asOf(60n).equity; // 200n
 */
export class AccountHistory {
  private readonly terms: HistoryTerms;
  private snapshots: Snapshot[] = [];

  constructor(terms: HistoryTerms) {
    this.terms = terms;
  }

  /** Takes the equity at the end of a bucket. */
  commit(bucket: bigint, equity: bigint): void {
    const last = this.snapshots.at(-1);
    if (last !== undefined && bucket < last.bucket) return;
    if (last?.bucket === bucket) this.snapshots.pop();
    const before = this.snapshots.at(-1)?.peak;
    const peak = before !== undefined && before > equity ? before : equity;
    this.snapshots.push({ bucket, equity, peak });
    this.forget(bucket - this.terms.behindNs);
  }

  /** The newest snapshot at or before a bucket, with what follows from those before it; null when there is none. */
  asOf(bucket: bigint): AccountFacts | null {
    const index = this.snapshots.findLastIndex((each) => each.bucket <= bucket);
    const found = this.snapshots[index];
    if (found === undefined) return null;
    const { equity, peak } = found;
    const drawdown = peak <= 0n ? 0n : divCeil((peak - equity) * ONE, peak);
    return { bucket: found.bucket, equity, drawdown, volatility: this.deviation(index) };
  }

  /** Drops what no reader goes back to: all but the returns before the oldest snapshot that may be read. */
  private forget(oldest: bigint): void {
    const read = this.snapshots.findLastIndex((each) => each.bucket <= oldest);
    const first = read - this.terms.samples;
    if (first > 0) this.snapshots = this.snapshots.slice(first);
  }

  /**
   * sqrt(periods x variance) of the returns up to a snapshot. With all returns over one divisor d, as x / d, the
   * variance of n of them is (n x sum of x² - (sum of x)²) / (n d)².
   */
  private deviation(index: number): bigint | null {
    const { samples, samplesMin, periodsPerYear } = this.terms;
    const count = Math.min(index, samples);
    if (count < samplesMin || count < 1) return null;
    const equities = this.snapshots.slice(index - count, index + 1).map(({ equity }) => equity);
    const before = equities.slice(0, -1);
    if (before.some((equity) => equity <= 0n)) return null;
    const divisor = before.reduce((product, equity) => product * equity, 1n);
    const parts = before.map((equity, at) => ((equities[at + 1] as bigint) * divisor) / equity);
    const sum = parts.reduce((all, part) => all + part, 0n);
    const squares = parts.reduce((all, part) => all + part * part, 0n);
    const n = BigInt(count);
    const above = (n * squares - sum * sum) * periodsPerYear * ONE;
    return rootCeil(divCeil(above, n * n * divisor * divisor));
  }
}

/** The smallest whole number whose square is not below `value` (>= 0). */
function rootCeil(value: bigint): bigint {
  if (value < 2n) return value;
  // Newton from above: it falls until it is the root rounded down.
  let root = 1n << BigInt((value.toString(2).length + 1) >> 1);
  for (let next = (root + value / root) >> 1n; next < root; next = (root + value / root) >> 1n) root = next;
  return root * root === value ? root : root + 1n;
}
