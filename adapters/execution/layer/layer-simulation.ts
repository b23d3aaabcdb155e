// Simulation beside a live account: which intents it is asked about, and what of it can be seen.
//
// Always true:
//   a target is one in each account: the simulated one goes to it by what it holds itself;
//   an amount is one amount: each account closes with it what it holds, leaves what the other one holds or was sent,
//   and opens with the rest.

import { invariant } from "../../../kernel/index.js";
import { reducingRoom } from "../order/order-terms.js";
import type { IntentEvent } from "../schema/intent.js";
import type { Passed } from "./intent-path.js";
import type { LayerDesk } from "./layer-desk.js";
import type { LayerSimulation, MarketView } from "./layer-terms.js";

/**
 * What comes of an intent in simulation, behind what came of it live; null where it is none of its business: nothing of
 * it may only be simulated, and nothing that is simulated gets out by it.
 */
export function simulatedIntent(
  { path, books }: LayerDesk,
  own: LayerDesk,
  intent: IntentEvent,
  market: MarketView,
  time: bigint,
  live: Passed,
): Passed | null {
  const held = books.held(intent.instrument, intent.strategy);
  const isFlat = held.position === 0n && held.openBuy === 0n && held.openSell === 0n;
  const { isSimulated, sent } = live;
  const beside = own.books.held(intent.instrument, intent.strategy);
  if (isFlat && sent > 0n && !isSimulated) return null;
  const passed = path.intent(intent, market, time, { isSimulated, sent, beside });
  const getsOut = passed.order !== null && reducingRoom(passed.order.side, held) > 0n;
  if (isSimulated || passed.isSimulated || getsOut) return passed;
  invariant(passed.outputs.length === 0, "an intent that is no business of the simulation sends nothing there");
  return null;
}

/** What can be seen of it. */
export function simulationOf({ journal, manager, counters, books }: LayerDesk): LayerSimulation {
  const position = (strategy: string, symbol: string): bigint => books.position(strategy, symbol);
  return { journal, manager, portfolio: books.portfolio, counters, position };
}
