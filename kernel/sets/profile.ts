// Venue profiles: the facts of a venue that a node set trades on, as data: symbols, hours, fees, margin.
//
// Always true:
//   every profile says from where its facts are, of which day they are, and what of them is assumed.
// Units: steps and sizes as decimal text in units of price, quantity and money.

import { mantissaText } from "../base/decimal.js";
import type { IssueList } from "../base/error.js";
import type { Instrument, InstrumentClass } from "../market/instrument.js";
import type { AccountTerms } from "../run/config-account.js";
import type { FeeConfig } from "../run/config-fees.js";
import type { VenueConfig } from "../run/config-venues.js";

/** Steps and least sizes of a symbol. */
export interface VenueSymbol {
  readonly symbol: string;
  readonly tick: string;
  readonly lot: string;
  readonly quantityMin: string;
  readonly notionalMin: string;
}

/** Hours of a venue in its own time zone; whoever knows zones resolves them to sessions. */
export interface VenueHours {
  readonly timeZone: string;
  /** ISO days of the week, 1 Monday to 7 Sunday. */
  readonly days: readonly number[];
  readonly open: string;
  readonly close: string;
}

/** Facts of a venue. */
export interface VenueProfile {
  readonly name: string;
  readonly version: number;
  /** Day of the facts. */
  readonly asOf: string;
  readonly sources: readonly string[];
  /** What no source says, or what was simplified. */
  readonly assumed: readonly string[];
  readonly classes: readonly InstrumentClass[];
  /** `null` for a venue that never closes. */
  readonly hours: VenueHours | null;
  readonly fees: FeeConfig;
  readonly account: AccountTerms;
  /** Several simulated venues of what it trades, among which the set routes; without, the profile itself is one. */
  readonly venues?: readonly VenueConfig[];
  /** Symbols whose facts are known; others take those of the dataset as they are. */
  readonly symbols: readonly VenueSymbol[];
}

/** Name and version, as identities have them. */
export function profileLabel({ name, version }: VenueProfile): string {
  return `${name}@${version}`;
}

/**
 * Compares the instruments of a dataset with what a venue knows of them. Reports `instrument/fact` for a class that the
 * venue does not trade, and for steps and least sizes finer than the venue's.
 */
export function checkProfile(profile: VenueProfile, instruments: readonly Instrument[], issues: IssueList): void {
  for (const instrument of instruments) {
    const path = `dataset.${instrument.symbol}`;
    if (!profile.classes.includes(instrument.assetClass)) {
      const expected = `one of what ${profileLabel(profile)} trades: ${profile.classes.join(", ")}`;
      issues.add("instrument/fact", `${path}.assetClass`, expected, instrument.assetClass);
    }
    const known = profile.symbols.find(({ symbol }) => symbol === instrument.symbol);
    if (known === undefined) continue;
    for (const [field, value] of factsOf(instrument)) {
      const stated = known[field];
      if (stated === value) continue;
      issues.add("instrument/fact", `${path}.${field}`, `${stated}, as ${profileLabel(profile)} has it`, value);
    }
  }
}

function factsOf(instrument: Instrument): readonly (readonly [Exclude<keyof VenueSymbol, "symbol">, string])[] {
  const { priceDecimals, sizeDecimals, currency, tick, lot, quantityMin, notionalMin } = instrument;
  return [
    ["tick", mantissaText(tick, priceDecimals)],
    ["lot", mantissaText(lot, sizeDecimals)],
    ["quantityMin", mantissaText(quantityMin, sizeDecimals)],
    ["notionalMin", mantissaText(notionalMin, currency.decimals)],
  ];
}
