// Facts of a portfolio: instruments by symbol and currencies by code, as far as it may meet them.

import { InputError } from "../../../kernel/index.js";
import type { Currency, Instrument } from "../../../kernel/index.js";

export interface Facts {
  readonly instruments: ReadonlyMap<string, Instrument>;
  readonly currencies: ReadonlyMap<string, Currency>;
}

/**
 * Facts of these instruments, their currencies and further ones.
 *
 * @throws InputError `event/facts` for a symbol that stands twice, and for a currency with two numbers of decimals.
 */
export function factsOf(instruments: readonly Instrument[], further: readonly Currency[] = []): Facts {
  const bySymbol = new Map<string, Instrument>();
  for (const instrument of instruments) {
    if (bySymbol.has(instrument.symbol)) throw twice(`instruments.${instrument.symbol}`, "each symbol once", "two");
    bySymbol.set(instrument.symbol, instrument);
  }
  const currencies = new Map<string, Currency>();
  for (const currency of [...instruments.map((each) => each.currency), ...further]) {
    const known = currencies.get(currency.code);
    if (known !== undefined && known.decimals !== currency.decimals) {
      const received = `${known.decimals} and ${currency.decimals}`;
      throw twice(`currencies.${currency.code}`, "one number of decimals", received);
    }
    currencies.set(currency.code, currency);
  }
  return { instruments: bySymbol, currencies };
}

function twice(path: string, expected: string, received: string): InputError {
  return new InputError([{ code: "event/facts", path, expected, received }]);
}

/** The instrument. @throws InputError `event/facts` when it is not known. */
export function instrumentIn({ instruments }: Facts, symbol: string, path: string): Instrument {
  const instrument = instruments.get(symbol);
  if (instrument !== undefined) return instrument;
  const expected = `one of ${[...instruments.keys()].join(", ")}`;
  throw new InputError([{ code: "event/facts", path: `${path}.symbol`, expected, received: symbol }]);
}

/** The currency. @throws InputError `event/facts` when it is not known. */
export function currencyIn({ currencies }: Facts, code: string, path: string): Currency {
  const currency = currencies.get(code);
  if (currency !== undefined) return currency;
  const expected = `one of ${[...currencies.keys()].join(", ")}`;
  throw new InputError([{ code: "event/facts", path: `${path}.currency`, expected, received: code }]);
}
