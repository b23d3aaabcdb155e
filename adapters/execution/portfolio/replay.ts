// Replays of postings: a portfolio from any list of events.

import type { ExecutionEvent } from "../schema/catalogue.js";
import type { PortfolioOptions } from "./portfolio.js";
import { Portfolio } from "./portfolio.js";

/** The portfolio after all fills and movements among `events`, in any order; others are passed over. */
export function portfolioOf(options: PortfolioOptions, events: Iterable<ExecutionEvent>): Portfolio {
  const postings = [...events].filter((event) => event.kind === "fill" || event.kind === "movement");
  const portfolio = new Portfolio({ ...options, heldMax: postings.length });
  for (const posting of postings) portfolio.post(posting);
  return portfolio;
}
