// Parts of one's own for simulated node sets: slippage, publishing, fills and portfolio, replaced one by one and all at
// once, by series and by models.

import type { FillSeries, NodeSet, SetComponents } from "../../kernel/index.js";
import {
  add,
  bars,
  coalesce,
  cumMax,
  cumSum,
  delayed,
  div,
  mod,
  mul,
  reduceSum,
  slippageModel,
  sub,
} from "../../kernel/index.js";
import { SET_CASH, SET_NAMES } from "../../adapters/testing/node-set-case.js";

const { close, time } = bars({ instrument: SET_NAMES.symbol });

/** Distances that no model of the run's own has, from what a model is told. */
const uneven = slippageModel({
  name: "uneven",
  version: 1,
  params: { most: 3 },
  slippage: ({ quantity, price, high, low, tick, side, params }) => {
    const drawn = Math.round(quantity * 7 + price * 13 + high * 3 + low) + (side === "buy" ? 1 : 0);
    return tick * (drawn % (params.most + 1));
  },
});

/** Cash as fills leave it, and what they add up to at the close before. */
function folded({ bought, sold, value, fees }: FillSeries) {
  const start = Number(SET_CASH);
  const moved = cumSum(coalesce(sub(value, fees), 0));
  const held = cumSum(sub(coalesce(bought, 0), coalesce(sold, 0)));
  const equity = add(add(start, reduceSum(moved)), reduceSum(mul(held, delayed(close, 1))));
  return { equity, peak: cumMax(equity) };
}

type Part<Name extends keyof SetComponents> = readonly NonNullable<SetComponents[Name]>[];
const EXECUTION: Part<"execution"> = [12, uneven({ most: 3 })];
const PUBLISH: Part<"publish"> = [300, add(50, mul(40, mod(div(time, 3600), 7)))];
const INGEST: Part<"ingest"> = [(fills) => fills];
const PORTFOLIO: Part<"portfolio"> = [folded, (_, { portfolio }) => ({ equity: portfolio.equity })];

/** Parts that a seed draws for a set, each of them or none; an ingest only beside a portfolio, which reads it. */
export function ownParts(set: NodeSet, seed: number): SetComponents {
  let left = seed * 7919;
  const drawn = <T>(parts: readonly T[]): T | undefined => {
    const place = left % (parts.length + 1);
    left = Math.floor(left / (parts.length + 1));
    return parts[place];
  };
  const [execution, publish, ingest, portfolio] = [drawn(EXECUTION), drawn(PUBLISH), drawn(INGEST), drawn(PORTFOLIO)];
  const hasPortfolio = portfolio !== undefined && set.describe().ports.includes("portfolio");
  return {
    ...(execution === undefined ? {} : { execution }),
    ...(publish === undefined ? {} : { publish }),
    ...(hasPortfolio ? { portfolio } : {}),
    ...(hasPortfolio && ingest !== undefined ? { ingest } : {}),
  };
}
