// Notes of a run: what makes its figures kinder than the defaults would, one sentence each, for its report.

type Config = Readonly<Record<string, unknown>>;

const PATHS: Readonly<Record<string, string>> = {
  best: "Where a bar leaves open what came first, the best reading is taken: an upper bound, not an expectation.",
  ohlc: "Every bar is walked open, high, low, close; the bar itself does not say so.",
  olhc: "Every bar is walked open, low, high, close; the bar itself does not say so.",
  nearest: "Every bar goes to the extreme nearer to its open first; the bar itself does not say so.",
  colour: "Falling bars go to their high first and rising ones to their low; the bar itself does not say so.",
};

const LIMIT_FILLS: Readonly<Record<string, string>> = {
  touch: "Limits fill as soon as they are touched, ahead of all who queued there.",
  touchProbability: "Limits fill by chance when they are touched, drawn from the seed.",
};

/** Switches that are kind when they are on. */
const SWITCHES: Readonly<Record<string, string>> = {
  auctionOpen: "Limits that an open jumps fill at the open, not at their limit.",
  capToBar: "Slippage never leaves the range of the bar.",
};

/** Sentences about a canonical configuration. */
export function notesOf(config: Config): readonly string[] {
  const word = (field: string): string => String(config[field]);
  const kind = (field: string): string => String((config[field] as { readonly kind?: unknown } | undefined)?.kind);
  const fees = Object.values(config["fees"] ?? {});
  const notes: readonly (string | false | undefined)[] = [
    word("fill") === "sameClose" &&
      "Fills are at the close at which was decided, which no account can do; the default is the next open.",
    PATHS[word("path")],
    LIMIT_FILLS[kind("limitFill")],
    ...Object.entries(SWITCHES).map(([field, note]) => config[field] === true && note),
    fees.every((fee) => Number(fee) === 0) && "There are no fees.",
    kind("slippage") === "none" && "There is no slippage: orders fill at the reference price.",
    config["participation"] === null && "Orders are not limited by the volume of a bar.",
    word("lots") === "fractional" && "Quantities are fractions of a lot.",
    word("funding") === "off" && "Perpetuals pay no funding.",
  ];
  return notes.filter((note) => typeof note === "string");
}
