// Assumption words: what a run's configuration assumes, in sentences, and in which direction each assumption errs.
//
// Always true:
//   a field that the configuration does not have has no row; a value that is not known here is shown as it stands.

import { escaped } from "./figures.js";

type Config = Readonly<Record<string, unknown>>;

/** Against what an account would have met: `kinder` flatters the result, `harder` lowers it. */
type Errs = "kinder" | "harder" | "either way" | "as stated";

interface Assumption {
  readonly name: string;
  readonly says: string;
  readonly errs: Errs;
}

const PATHS: Readonly<Record<string, readonly [says: string, errs: Errs]>> = {
  worst: ["Where a bar leaves open what came first, the reading that leaves least is taken.", "harder"],
  best: ["Where a bar leaves open what came first, the reading that leaves most is taken.", "kinder"],
  ohlc: ["Every bar is walked open, high, low, close.", "either way"],
  olhc: ["Every bar is walked open, low, high, close.", "either way"],
  nearest: ["Every bar goes to the extreme nearer to its open first.", "either way"],
  colour: ["Falling bars go to their high first, rising ones to their low.", "either way"],
  detail: ["Finer bars execute; within each of them the reading that leaves least is taken.", "harder"],
};

const FILLS: Readonly<Record<string, readonly [says: string, errs: Errs]>> = {
  nextOpen: ["A decision at a close fills at the next open.", "as stated"],
  nextClose: ["A decision at a close fills at the close of the next bar.", "as stated"],
  sameClose: ["A decision fills at the close that it was made on, which no account can do.", "kinder"],
};

/** Switches, with what they say when they are on. */
const SWITCHES: Readonly<Record<string, readonly [name: string, says: string, errs: Errs]>> = {
  auctionOpen: ["Opening gaps", "A resting limit that an open jumps fills at that open.", "kinder"],
  limitPriceAlways: ["Limits on arrival", "A limit never fills better than its price.", "harder"],
  capToBar: ["Slippage and range", "Slippage never leaves the range of the bar.", "kinder"],
  strictClose: [
    "Stop-limits",
    "One fills in the bar of its trigger only when the close is beyond its limit.",
    "harder",
  ],
  testThenRatchet: ["Trailing stops", "A level moves after the bar was met, not with it.", "either way"],
  closeAtEnd: ["End of data", "Positions are closed at the last close; such trades neither win nor lose.", "as stated"],
};

/**
 * Rows of the assumptions of a canonical configuration.
 *
 * @param slippages What says the slippage of each decision's own, null for the run's (`RunTables.slippages`).
 */
export function assumptionsOf(config: Config, slippages: readonly (string | null)[] = []): readonly Assumption[] {
  const rows: (Assumption | null)[] = [
    chosen("Path inside a bar", config["path"], PATHS),
    chosen("Decisions", config["fill"], FILLS),
    limitFill(config["limitFill"]),
    slippage(config["slippage"]),
    ownSlippage(slippages),
    participation(config),
    latency(config["latencyNs"]),
    venues(config["venues"]),
    ...Object.entries(SWITCHES).map(([field, [name, says, errs]]) =>
      config[field] === true ? { name, says, errs } : null,
    ),
    lots(config["lots"]),
    fees(config["fees"]),
    funding(config["funding"]),
    account(config),
  ];
  return rows.filter((row) => row !== null);
}

function chosen(
  name: string,
  value: unknown,
  words: Readonly<Record<string, readonly [says: string, errs: Errs]>>,
): Assumption | null {
  if (typeof value !== "string") return null;
  const known = words[value];
  return known === undefined ? { name, says: value, errs: "as stated" } : { name, says: known[0], errs: known[1] };
}

function fieldsOf(value: unknown): Config | null {
  return typeof value === "object" && value !== null ? (value as Config) : null;
}

/** A scalar of a configuration as text. */
function text(value: unknown): string {
  return typeof value === "string" || typeof value === "number" || typeof value === "bigint" ? String(value) : "";
}

function limitFill(value: unknown): Assumption | null {
  const fields = fieldsOf(value);
  const name = "Resting limits";
  switch (fields?.["kind"]) {
    case "penetrate": {
      const ticks = text(fields["ticks"]);
      const says = `A limit fills when the price goes ${ticks} tick${ticks === "1" ? "" : "s"} beyond it.`;
      return { name, says, errs: "harder" };
    }
    case "touch":
      return { name, says: "A limit fills as soon as it is touched, ahead of all who queued there.", errs: "kinder" };
    case "touchProbability": {
      const says = `A limit that is touched fills with the chance ${text(fields["p"])}, drawn from the seed.`;
      return { name, says, errs: "either way" };
    }
    default:
      return null;
  }
}

function slippage(value: unknown): Assumption | null {
  const fields = fieldsOf(value);
  const name = "Slippage";
  switch (fields?.["kind"]) {
    case "none":
      return { name, says: "None: what takes fills at the price that it meets.", errs: "kinder" };
    case "ticks": {
      const ticks = text(fields["ticks"]);
      const says = `What takes pays ${ticks} tick${ticks === "1" ? "" : "s"}, whatever its size.`;
      return { name, says, errs: "either way" };
    }
    case "bps":
      return { name, says: `What takes pays ${text(fields["bps"])} basis points.`, errs: "either way" };
    case "spreadShare": {
      const says = `What takes pays ${text(fields["share"])} of a spread of ${text(fields["spreadBps"])} basis points.`;
      return { name, says, errs: "either way" };
    }
    case "volumeShare":
      return { name, says: "What takes pays by the squared share of the bar's volume.", errs: "either way" };
    default:
      return null;
  }
}

/** Slippage that decisions bring, which the configuration does not know of. */
function ownSlippage(slippages: readonly (string | null)[]): Assumption | null {
  const own = [...new Set(slippages.filter((each) => each !== null))];
  if (own.length === 0) return null;
  const all = slippages.includes(null) ? "Some decisions take" : "Every decision takes";
  const says = `${all} ${own.join(", ")} in place of the run's; sizes reckon with the run's all the same.`;
  return { name: "Slippage of decisions", says, errs: "either way" };
}

function participation(config: Config): Assumption | null {
  if (!("participation" in config)) return null;
  const name = "Volume";
  const share = config["participation"];
  if (share === null) return { name, says: "Orders are not limited by what was traded.", errs: "kinder" };
  const rest = config["remainder"] === "cancel" ? "what exceeds it ends" : "what exceeds it waits for the next bar";
  const percent = Number((Number(share) * 100).toPrecision(6));
  return { name, says: `Own orders take at most ${percent} % of a bar's volume; ${rest}.`, errs: "harder" };
}

function latency(value: unknown): Assumption | null {
  if (value === undefined) return null;
  const name = "Latency";
  if (Number(value) === 0) return { name, says: "None: a decision is with the venue at once.", errs: "kinder" };
  return { name, says: `A decision reaches the venue after ${Number(value) / 1e6} ms.`, errs: "as stated" };
}

function venues(value: unknown): Assumption | null {
  if (!Array.isArray(value)) return null;
  const names = value.map((venue) => text(fieldsOf(venue)?.["name"])).join(", ");
  const says = `${names}, with fees, half spreads, latencies and volumes of their own; what was shown is still there.`;
  return { name: "Venues", says, errs: "kinder" };
}

function lots(value: unknown): Assumption | null {
  if (value !== "fractional") return null;
  return { name: "Lots", says: "Quantities are fractions of a lot.", errs: "kinder" };
}

function fees(value: unknown): Assumption | null {
  const fields = fieldsOf(value);
  if (fields === null) return null;
  const isFree = Object.values(fields).every((fee) => Number(fee) === 0);
  if (isFree) return { name: "Fees", says: "There are none.", errs: "kinder" };
  return { name: "Fees", says: "As stated in the configuration, every one rounded up.", errs: "as stated" };
}

function funding(value: unknown): Assumption | null {
  if (value !== "off") return null;
  return { name: "Funding", says: "Perpetuals pay none.", errs: "kinder" };
}

function account(config: Config): Assumption | null {
  const fields = fieldsOf(config["account"]);
  if (fields === null) return null;
  const isMargin = fields["kind"] === "margin";
  const says = isMargin
    ? `A margin account, ${text(fields["marginMode"])}, ${text(fields["positions"])}, with leverage up to ` +
      `${text(fields["leverage"]) || "1"}; a position whose margin is used up is closed at its bankruptcy price.`
    : "A cash account: what cannot be paid for is not bought, and nothing is sold short.";
  return { name: "Account", says, errs: "as stated" };
}

/** The assumptions as a table. */
export function assumptionsTable(config: Config, slippages: readonly (string | null)[] = []): string {
  const rows = assumptionsOf(config, slippages).map(({ name, says, errs }) => {
    const side = errs === "kinder" ? "loss" : errs === "harder" ? "gain" : "faint";
    return `<tr><th scope="row">${name}</th><td>${escaped(says)}</td><td class="${side} over">${errs}</td></tr>`;
  });
  if (rows.length === 0) return `<p class="empty">The configuration says nothing of execution.</p>`;
  return (
    `<div class="scroll"><table class="assumed"><thead><tr><th scope="col">Assumption</th>` +
    `<th scope="col">It says</th><th scope="col">It errs</th></tr></thead>` +
    `<tbody>${rows.join("")}</tbody></table></div>` +
    `<p class="note">Kinder flatters the result, harder lowers it, against what an account would have met.</p>`
  );
}
