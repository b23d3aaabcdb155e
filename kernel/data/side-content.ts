// Side content: stored tapes of funding, actions, status and conversion rates as the tapes that a run takes, and a
// dataset from all of its tapes.

import { invariant, IssueList } from "../base/error.js";
import type {
  ActionsTape,
  ConversionTape,
  FundingTape,
  SideColumns,
  SideTapes,
  StatusTape,
} from "../market/side-tape.js";
import type { Dataset } from "../market/tape.js";
import { barsOfContent } from "./tape-schema.js";
import type { TapeContent } from "./tape-schema.js";

/**
 * A dataset of tapes of any kind. Views, not copies; tapes that no run reads (trades, quotes, depth) are left out.
 *
 * @param contents In canonical order.
 * @throws InputError `instrument/fact` for a tape of conversion rates that does not say of which currencies.
 */
export function datasetOfContents(name: string, fingerprint: string, contents: readonly TapeContent[]): Dataset {
  const ofKind = (kind: TapeContent["kind"]): readonly TapeContent[] => contents.filter((one) => one.kind === kind);
  const issues = new IssueList();
  const conversions = ofKind("conversion").flatMap((content) => conversionOf(content, issues));
  issues.throwIfAny();
  const sides: SideTapes = {
    funding: ofKind("funding").map(fundingOf),
    actions: ofKind("actions").map(actionsOf),
    status: ofKind("status").map(statusOf),
    conversions,
  };
  return { name, fingerprint, bars: ofKind("bars").map(barsOfContent), ...sides };
}

function fundingOf(content: TapeContent): FundingTape {
  const { instrument, rowCount } = content;
  const segments = segmentsOf(content, (columns) => ({
    rate: columns.required("rate"),
    markPrice: columns.optional("markPrice"),
  }));
  return { kind: "funding", instrument, rowCount, segments };
}

function actionsOf(content: TapeContent): ActionsTape {
  const { instrument, rowCount } = content;
  const segments = segmentsOf(content, (columns) => ({
    priceFactor: columns.required("priceFactor"),
    splitFactor: columns.required("splitFactor"),
    referencePrice: columns.optional("referencePrice"),
  }));
  return { kind: "actions", instrument, rowCount, segments };
}

function statusOf(content: TapeContent): StatusTape {
  const { instrument, rowCount } = content;
  const segments = segmentsOf(content, (columns) => ({ status: columns.required("status") }));
  return { kind: "status", instrument, rowCount, segments };
}

const PAIR = /^([A-Z0-9]{2,12})\/([A-Z0-9]{2,12})$/;

/** The two currencies stand in the symbol, `EUR/USD`, and the second is the currency of the facts. */
function conversionOf(content: TapeContent, issues: IssueList): ConversionTape[] {
  const { instrument, rowCount } = content;
  const [, base, quote] = PAIR.exec(instrument.symbol) ?? [];
  if (base === undefined || quote === undefined || quote !== instrument.currency.code || base === quote) {
    const expected = `BASE/QUOTE with the currency of its facts second, such as EUR/${instrument.currency.code}`;
    issues.add("instrument/fact", `dataset.${instrument.symbol}.symbol`, expected, JSON.stringify(instrument.symbol));
    return [];
  }
  const segments = segmentsOf(content, (columns) => ({ rate: columns.required("rate") }));
  return [{ kind: "conversion", instrument, rowCount, base, quote, segments }];
}

/** Columns of a segment by name. */
interface NamedColumns {
  required(name: string): BigInt64Array;
  /** Null when the tape lacks it. */
  optional(name: string): BigInt64Array | null;
}

/** Segments with their columns by name. */
function segmentsOf<Columns>(
  content: TapeContent,
  pick: (columns: NamedColumns) => Columns,
): () => Generator<SideColumns & Columns> {
  const places = new Map(content.fields.map((field, index) => [field.name, index]));
  return function* segments() {
    for (const { rowCount, columns } of content.segments()) {
      const optional = (name: string): BigInt64Array | null => columns[places.get(name) ?? -1] ?? null;
      const required = (name: string): BigInt64Array => {
        const column = optional(name);
        invariant(column !== null, "a tape has every column that its schema asks for");
        return column;
      };
      yield { rowCount, time: required("time"), ...pick({ required, optional }) };
    }
  };
}
