// Currencies of a run: that of its account, those of its instruments, and the rates between them.

import { SIDE_RATE } from "../../assembly/abi-side.js";
import { InputError } from "../base/error.js";
import type { IssueList } from "../base/error.js";
import type { Currency, Instrument } from "../market/instrument.js";
import type { Dataset } from "../market/tape.js";
import type { SideEvent } from "../plan/side-events.js";

const RATE_ONE = 10n ** 12n;

/**
 * Currency of an account: the one named, or the one currency of all instruments.
 *
 * @throws InputError `dataset/range` without instruments, `instrument/fact` for several currencies of which none is
 *   named, or for one that is named and neither an instrument nor a tape of conversion rates has.
 */
export function accountCurrency(
  instruments: readonly Instrument[],
  dataset: Dataset,
  code: string | undefined,
): Currency {
  const [first, ...others] = instruments.map((instrument) => instrument.currency);
  if (first === undefined) {
    const expected = "at least one tape of bars that the graph reads";
    throw new InputError([{ code: "dataset/range", path: "dataset", expected, received: "none" }]);
  }
  const quotes = (dataset.conversions ?? []).map((tape) => tape.instrument.currency);
  const known = [first, ...others, ...quotes];
  if (code !== undefined) {
    const named = known.find((currency) => currency.code === code);
    if (named !== undefined) return named;
    const expected = "the currency of an instrument, or one that a tape of conversion rates has";
    throw new InputError([{ code: "instrument/fact", path: "config.account.currency", expected, received: code }]);
  }
  const other = others.find((currency) => currency.code !== first.code || currency.decimals !== first.decimals);
  if (other === undefined) return first;
  const received = `${first.code} (${first.decimals} decimals) and ${other.code} (${other.decimals} decimals)`;
  const expected = "instruments of one currency in one account, or to know which is the account's";
  const advice = `State it: { account: { currency: "${first.code}" } }.`;
  throw new InputError([{ code: "instrument/fact", path: "dataset", expected, received, advice }]);
}

/** Currencies of instruments besides the base, in the order of their first instrument. */
export function foreignCurrencies(instruments: readonly Instrument[], base: Currency): readonly Currency[] {
  const byCode = new Map(instruments.map(({ currency }) => [currency.code, currency]));
  byCode.delete(base.code);
  return [...byCode.values()];
}

/**
 * The rates of a run's currencies, as events. Reports `config/field` for a currency without a tape between it and the
 * base, in either direction.
 */
export function conversionEvents(
  currencies: readonly Currency[],
  base: Currency,
  dataset: Dataset,
  issues: IssueList,
): readonly SideEvent[] {
  return currencies.flatMap((currency, index) => {
    const tapes = dataset.conversions ?? [];
    const direct = tapes.find((tape) => tape.base === currency.code && tape.quote === base.code);
    const tape = direct ?? tapes.find((each) => each.base === base.code && each.quote === currency.code);
    if (tape === undefined) {
      const expected = `a tape of conversion rates ${currency.code}/${base.code} or ${base.code}/${currency.code}`;
      issues.add("config/field", "config.account.currency", expected, "none");
      return [];
    }
    const events: SideEvent[] = [];
    for (const { rowCount, time, rate } of tape.segments()) {
      for (let row = 0; row < rowCount; row++) {
        const given = rate[row] as bigint;
        const whole = direct === undefined ? (RATE_ONE * RATE_ONE) / given : given;
        const a = scaled(whole, base.decimals - currency.decimals);
        events.push({ timeNs: time[row] as bigint, kind: SIDE_RATE, instrument: index + 1, a, b: 0n });
      }
    }
    return events;
  });
}

/** A rate between whole units as one between smallest units; what lies below 1e-12 is cut off. */
function scaled(rate: bigint, decimals: number): bigint {
  return decimals >= 0 ? rate * 10n ** BigInt(decimals) : rate / 10n ** BigInt(-decimals);
}
