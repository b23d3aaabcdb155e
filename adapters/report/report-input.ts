// Report input: everything that the page shows, handed in by the caller.
//
// Always true:
//   the page is made of this and of nothing else: no clock, no files, no network; equal inputs give equal bytes.

import type { BarsTape, Bounds, RunTables, Study } from "../../kernel/index.js";

export interface ReportDataset {
  readonly name: string;
  /** `blake3:` + 64 hex. */
  readonly fingerprint: string;
  readonly rows: number;
  /** First and last time that the run read, ISO 8601. */
  readonly from: string;
  readonly to: string;
}

export interface ReportIdentities {
  readonly runId: string;
  readonly graphId: string;
  readonly resultDigest: string;
  readonly kernelDigest: string;
  readonly semanticsVersion: string | number;
  readonly datasets: readonly ReportDataset[];
}

/** One node of the strategy's graph, for the drawing. */
export interface ReportNode {
  readonly id: string;
  /** What it is: `sma(10)`. */
  readonly label: string;
  /** Where its inputs come from; a lag above 0 is drawn dashed. */
  readonly inputs: readonly { readonly port: string; readonly node: string; readonly lag: number }[];
}

/** The reading at best of a run whose own figures are those at worst, and where the two part. */
export interface ReportBounds {
  readonly bounds: Bounds;
  readonly best: {
    readonly runId: string;
    readonly resultDigest: string;
    readonly tables: RunTables;
    readonly study: Study;
  };
}

export interface ReportInput {
  /** Name of the strategy. */
  readonly title: string;
  /** World under whose name orders have their correlation ids; `default` unless said. */
  readonly world?: string;
  /** One sentence on what it does. */
  readonly description?: string;
  /** The command that makes this run again, exactly. */
  readonly command: string;
  readonly identities: ReportIdentities;
  /** The run's configuration as a JSON value; shown field by field. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly tables: RunTables;
  readonly study: Study;
  /** Tapes whose prices are drawn, the first one at first. */
  readonly bars: readonly BarsTape[];
  readonly graph?: { readonly mermaid: string; readonly nodes?: readonly ReportNode[] };
  /** What a reader must know before trusting the figures: options that are kinder than the default. */
  readonly notes?: readonly string[];
  /** The other bound; the run itself is then the one at worst. */
  readonly bounds?: ReportBounds;
}
