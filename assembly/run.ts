// The run in hand: where its tables lie. Set at the entry of every call from the host, so that one module can serve
// many runs.
//
// Always true:
//   these globals hold addresses, and flags that never change in a run; all state of a run is in memory.

import { SETTINGS_FLAGS, SETTINGS_HOLDINGS, SETTINGS_TRADED, TRADED_BYTES } from "./abi-account";
import { HOLDING_BYTES, POSITION_BYTES } from "./abi-ledger";
import { MARKET_BYTES, ORDER_BYTES } from "./abi-order";
import {
  INSTRUMENT_BYTES, RUN_ACCOUNT, RUN_ACCOUNTING, RUN_EXECUTION, RUN_FEE_TAKER, RUN_INSTRUMENTS, RUN_MARKETS,
  RUN_ORDERS, RUN_POSITIONS, RUN_REGION, RUN_SLIPPAGE, RUN_STREAMS, RUN_VENUES, STREAM_BYTES,
} from "./abi-run";

export let run: usize = 0;
export let account: usize = 0;
export let positions: usize = 0;
export let markets: usize = 0;
export let instruments: usize = 0;
export let orders: usize = 0;
export let streams: usize = 0;
/** Settings of execution. */
export let execution: usize = 0;
/** Settings of the account. */
export let settings: usize = 0;
/** ACCOUNT_IS_* bits. */
export let accountFlags: i32 = 0;
/** What runs bucket by bucket; 0 in a run without feedback. */
export let region: usize = 0;
/** The simulated venues; 0 in a run without any. */
export let venues: usize = 0;
/** Slippage of decisions (`abi-slippage.ts`); 0 in a run in which none has its own. */
export let slippage: usize = 0;
/** The venue in hand (`venue.ts`); 0 for the run's own market. */
export let venue: usize = 0;
/** Rates of the fees in hand, FEE_TAKER and those behind it: the run's, or those of the venue in hand. */
export let rates: usize = 0;

/** Makes the run whose header is at `header` the one in hand. */
export function takeRun(header: usize): void {
  run = header;
  account = load<u32>(header, RUN_ACCOUNT);
  positions = load<u32>(header, RUN_POSITIONS);
  markets = load<u32>(header, RUN_MARKETS);
  instruments = load<u32>(header, RUN_INSTRUMENTS);
  orders = load<u32>(header, RUN_ORDERS);
  streams = load<u32>(header, RUN_STREAMS);
  execution = load<u32>(header, RUN_EXECUTION);
  settings = load<u32>(header, RUN_ACCOUNTING);
  accountFlags = load<i32>(settings, SETTINGS_FLAGS);
  region = load<u32>(header, RUN_REGION);
  venues = load<u32>(header, RUN_VENUES);
  slippage = load<u32>(header, RUN_SLIPPAGE);
  // A run that was stopped in the midst of an order may have left its venue in hand.
  takeTerms(0, header + RUN_FEE_TAKER);
}

/** Takes the venue at `record`, 0 for none, and the rates of fees at `fees` in hand. */
// @ts-ignore: decorator
@inline export function takeTerms(record: usize, fees: usize): void {
  venue = record;
  rates = fees;
}

/** The position numbered `position`: that of the instrument, or in a hedging account its long one. */
// @ts-ignore: decorator
@inline export function positionAt(position: i32): usize {
  return positions + <usize>position * POSITION_BYTES;
}

/** What is kept of a position besides; only in an account that has holdings. */
export function holdingAt(position: i32): usize {
  return <usize>load<u32>(settings, SETTINGS_HOLDINGS) + <usize>position * HOLDING_BYTES;
}

/** Settings by instrument. */
export function tradedAt(instrument: i32): usize {
  return <usize>load<u32>(settings, SETTINGS_TRADED) + <usize>instrument * TRADED_BYTES;
}

/** What orders of `instrument` meet. */
// @ts-ignore: decorator
@inline export function marketAt(instrument: i32): usize {
  return markets + <usize>instrument * MARKET_BYTES;
}

// @ts-ignore: decorator
@inline export function instrumentAt(instrument: i32): usize {
  return instruments + <usize>instrument * INSTRUMENT_BYTES;
}

/** The order in slot `slot`, counted from 0. */
// @ts-ignore: decorator
@inline export function orderAt(slot: i32): usize {
  return orders + <usize>slot * ORDER_BYTES;
}

// @ts-ignore: decorator
@inline export function streamAt(stream: i32): usize {
  return streams + <usize>stream * STREAM_BYTES;
}
